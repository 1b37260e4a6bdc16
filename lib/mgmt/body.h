/* SPDX-License-Identifier: BSD-3-Clause */
/* The body of a request: gathered up to a limit, then read as a JSON object. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "mgmt/text.h"

#define MGMT_BODY_MAX (1024 * 1024)

struct mgmt_body {
	struct mgmt_text text;
	size_t received; /* bytes, those that were thrown away among them */
	bool too_large;	 /* more than MGMT_BODY_MAX came; the rest is not kept */
};

void mgmt_body_free(struct mgmt_body *body);
void mgmt_body_append(struct mgmt_body *body, const char *data, size_t len);

/* Reads BODY. Returns 0 and *VALUE, a new reference, or NULL when nothing but white space came;
 * or -EINVAL and DETAIL, a sentence with line and column that holds nothing of the body. */
int mgmt_body_parse(const struct mgmt_body *body, json_t **value, char *detail, size_t size);
