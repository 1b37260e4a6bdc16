/* SPDX-License-Identifier: BSD-3-Clause */
#include "mgmt/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void mgmt_text_free(struct mgmt_text *text)
{
	free(text->data);
	*text = (struct mgmt_text){0};
}

static bool reserve(struct mgmt_text *text, size_t more)
{
	size_t needed = text->len + more + 1;

	if (text->failed)
		return false;
	if (needed <= text->room)
		return true;
	size_t room = text->room < 256 ? 256 : text->room * 2;
	if (room < needed)
		room = needed;
	char *data = realloc(text->data, room);
	if (data == NULL) {
		text->failed = true;
		return false;
	}
	text->data = data;
	text->room = room;
	return true;
}

void mgmt_text_append(struct mgmt_text *text, const char *data, size_t len)
{
	if (!reserve(text, len))
		return;
	memcpy(text->data + text->len, data, len);
	text->len += len;
	text->data[text->len] = '\0';
}

void mgmt_text_string(struct mgmt_text *text, const char *string)
{
	mgmt_text_append(text, string, strlen(string));
}

void mgmt_text_printf(struct mgmt_text *text, const char *format, ...)
{
	va_list args, again;

	va_start(args, format);
	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len >= 0 && reserve(text, (size_t)len)) {
		vsnprintf(text->data + text->len, (size_t)len + 1, format, again);
		text->len += (size_t)len;
	}
	va_end(again);
}

static int append_json(const char *data, size_t len, void *user)
{
	struct mgmt_text *text = user;

	mgmt_text_append(text, data, len);
	return text->failed ? -1 : 0;
}

void mgmt_text_json(struct mgmt_text *text, const json_t *value)
{
	if (json_dump_callback(value, append_json, text, JSON_COMPACT | JSON_ENCODE_ANY) != 0)
		text->failed = true;
}
