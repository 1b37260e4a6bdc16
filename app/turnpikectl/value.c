/* SPDX-License-Identifier: BSD-3-Clause */
#include "value.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
		json_dumpf(value, out, JSON_COMPACT);
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
	char *text = ctl_value_exact(value);

	for (char *c = text; c != NULL && *c != '\0'; c++) {
		/* C1 controls are 0xc2 0x80 … 0xc2 0x9f in UTF-8. */
		bool c1 = (unsigned char)c[0] == 0xc2 && (unsigned char)c[1] < 0xa0;
		if (c1)
			c[1] = '?';
		if (c1 || (unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	}
	return text;
}

size_t ctl_text_width(const char *text)
{
	size_t width = 0;

	for (; *text != '\0'; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}
