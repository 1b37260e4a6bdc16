/* SPDX-License-Identifier: BSD-3-Clause */
/* What a sentence of RouterOS's API asks for: the same requests as REST's POST. Pure.
 *
 *	/ppp/secret/print   =.proplist=name,profile   ?disabled=no   .tag=7 */
#pragma once

#include <stdint.h>

#include "api/request.h"
#include "base/error.h"

enum mgmt_ask_kind {
	MGMT_ASK_REQUEST, /* `request`, as it is, for control */
	MGMT_ASK_LISTEN,  /* to what happens in the menu of `request`, a GET, from now on */
	MGMT_ASK_FOLLOW,  /* the same, with what there is now first */
	MGMT_ASK_LOGIN,	  /* the rest in `arguments` */
	MGMT_ASK_CANCEL,
	MGMT_ASK_QUIT,
};

struct mgmt_ask {
	enum mgmt_ask_kind kind;
	char *tag; /* NULL: none */
	struct tp_request *request;
	json_t *arguments; /* an object of strings: the words "=name=value" */
};

/* SENTENCE is whole and has a word. Returns 0; or -EINVAL and ERROR, -ENOMEM, and then only ASK's
 * tag is of use. Free it in any case. */
int mgmt_ask_read(const uint8_t *sentence, struct mgmt_ask *ask, struct tp_error *error);
void mgmt_ask_free(struct mgmt_ask *ask);
