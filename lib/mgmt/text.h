/* SPDX-License-Identifier: BSD-3-Clause */
/* A text that grows: what an answer is put together in before it is sent. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* All zero is an empty text. */
struct mgmt_text {
	char *data; /* LEN bytes; a NUL follows them, unless DATA is NULL */
	size_t len;
	size_t room;
	bool failed; /* memory ran out; what follows was dropped */
};

void mgmt_text_free(struct mgmt_text *text); /* and makes it empty again */
void mgmt_text_append(struct mgmt_text *text, const char *data, size_t len);
void mgmt_text_string(struct mgmt_text *text, const char *string);
void mgmt_text_printf(struct mgmt_text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Appends VALUE as JSON on one line. */
void mgmt_text_json(struct mgmt_text *text, const json_t *value);
