/* SPDX-License-Identifier: BSD-3-Clause */
#include "mgmt/body.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void mgmt_body_free(struct mgmt_body *body)
{
	mgmt_text_free(&body->text);
	*body = (struct mgmt_body){0};
}

void mgmt_body_append(struct mgmt_body *body, const char *data, size_t len)
{
	body->received += len;
	if (body->received > MGMT_BODY_MAX) {
		body->too_large = true;
		mgmt_text_free(&body->text);
		return;
	}
	mgmt_text_append(&body->text, data, len);
}

/* Jansson's own sentences quote the text "near" the mistake: it might be a password. */
static const char *mistake(const json_error_t *error)
{
	switch (json_error_code(error)) {
	case json_error_premature_end_of_input:
		return "the JSON ends too early";
	case json_error_end_of_input_expected:
		return "something follows the end of the JSON";
	case json_error_invalid_utf8:
		return "the JSON is not UTF-8";
	case json_error_duplicate_key:
		return "a property is given twice";
	case json_error_numeric_overflow:
		return "a number is too large";
	case json_error_stack_overflow:
		return "the JSON is nested too deeply";
	case json_error_null_character:
	case json_error_null_byte_in_key:
		return "a string holds a NUL";
	case json_error_out_of_memory:
		return "memory is out";
	default:
		return "this is not JSON";
	}
}

int mgmt_body_parse(const struct mgmt_body *body, json_t **value, char *detail, size_t size)
{
	json_error_t error;
	const struct mgmt_text *text = &body->text;

	*value = NULL;
	if (text->failed) {
		snprintf(detail, size, "memory is out");
		return -EINVAL;
	}
	size_t blank = 0;
	while (blank < text->len && strchr(" \t\r\n", text->data[blank]) != NULL)
		blank++;
	if (blank == text->len)
		return 0;
	json_t *root =
		json_loadb(text->data, text->len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	if (root == NULL) {
		snprintf(detail, size, "line %d, column %d: %s", error.line, error.column,
			 mistake(&error));
		return -EINVAL;
	}
	if (!json_is_object(root)) {
		json_decref(root);
		snprintf(detail, size, "expected a JSON object, as in {\"name\":\"value\"}");
		return -EINVAL;
	}
	*value = root;
	return 0;
}
