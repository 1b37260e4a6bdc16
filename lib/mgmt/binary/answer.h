/* SPDX-License-Identifier: BSD-3-Clause */
/* The sentences that RouterOS's API answers with. TAG: the question's, or NULL. Pure. */
#pragma once

#include <jansson.h>

#include "mgmt/text.h"

/* RouterOS's categories of what went wrong. */
enum mgmt_trap {
	MGMT_TRAP_MISSING = 0,	   /* there is no such item or command */
	MGMT_TRAP_ARGUMENT = 1,	   /* a value that does not do */
	MGMT_TRAP_INTERRUPTED = 2, /* by /cancel */
	MGMT_TRAP_GENERAL = 4,
	MGMT_TRAP_API = 5, /* of the conversation itself */
};

/* !re with what ITEM, an object, has. */
void mgmt_answer_item(struct mgmt_text *out, const char *tag, const json_t *item);
/* !re of one that is there no more. */
void mgmt_answer_dead(struct mgmt_text *out, const char *tag, const char *id);
/* !done; RET: =ret=, or NULL. */
void mgmt_answer_done(struct mgmt_text *out, const char *tag, const json_t *ret);
/* !trap; !done is still to follow. */
void mgmt_answer_trap(struct mgmt_text *out, const char *tag, enum mgmt_trap category,
		      const char *message);
/* !fatal: the last that is said. */
void mgmt_answer_fatal(struct mgmt_text *out, const char *message);
/* The !trap of an HTTP status and its body. */
void mgmt_answer_error(struct mgmt_text *out, const char *tag, int status, const json_t *body);
