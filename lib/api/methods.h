/* SPDX-License-Identifier: BSD-3-Clause */
/* RouterOS's commands that are the methods by another name: POST …/ppp/secret/print. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "api/request.h"
#include "config/schema/access.h"

struct tp_command {
	const char *name;
	enum tp_method method;
	bool items;	      /* needs to know which: .id or numbers in the body */
	const char *disabled; /* what it sets `disabled` to */
};

/* The command that PATH ends with; NULL: none of these. *LENGTH: of what stands before it. */
const struct tp_command *tp_command_find(const char *path, size_t *length);

/* The one of enum tp_policy that it takes to change what is at PATH, or to have something done
 * there. */
enum tp_policy tp_request_policy(const char *path);

/* Does a request change nothing, whatever it is for? The one list: who may do it, and what may be
 * done while the configuration must stay as it is, go by it. Any thread. */
bool tp_request_only_reads(enum tp_method method, const char *path);
