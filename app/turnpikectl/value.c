/* SPDX-License-Identifier: BSD-3-Clause */
#include "value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static void write_value(FILE *out, const json_t *value)
{
	const json_t *element;
	size_t i;

	switch (value != NULL ? json_typeof(value) : JSON_NULL) {
	case JSON_STRING:
		fputs(json_string_value(value), out);
		break;
	case JSON_INTEGER:
		fprintf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		break;
	case JSON_REAL:
		fprintf(out, "%g", json_real_value(value));
		break;
	case JSON_TRUE:
		fputs("yes", out);
		break;
	case JSON_FALSE:
		fputs("no", out);
		break;
	case JSON_ARRAY:
		json_array_foreach (value, i, element) {
			if (i > 0)
				fputc(',', out);
			write_value(out, element);
		}
		break;
	case JSON_OBJECT:
		ctl_value_json(out, value, JSON_COMPACT);
		break;
	case JSON_NULL:
		break;
	}
}

char *ctl_value_exact(const json_t *value)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		return NULL;
	write_value(out, value);
	fclose(out);
	return text;
}

char *ctl_value_text(const json_t *value)
{
	char *exact = ctl_value_exact(value);
	size_t room = exact != NULL ? TP_TEXT_ROOM(strlen(exact)) : 0;
	char *text = exact != NULL ? malloc(room) : NULL;

	if (text != NULL)
		tp_text_show(exact, text, room);
	free(exact);
	return text;
}

/* C0's controls JSON escapes itself. */
void ctl_value_json(FILE *out, const json_t *value, size_t flags)
{
	char *text = json_dumps(value, flags | JSON_ENCODE_ANY);

	for (const unsigned char *u = (const unsigned char *)text; u != NULL && *u != '\0'; u++) {
		if (*u == 0x7f)
			fputs("\\u007f", out);
		else if (u[0] == 0xc2 && u[1] < 0xa0)
			fprintf(out, "\\u%04x", *++u);
		else
			fputc(*u, out);
	}
	free(text);
}

size_t ctl_text_width(const char *text)
{
	size_t width = 0;

	for (; *text != '\0'; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}
