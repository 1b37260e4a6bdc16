/* SPDX-License-Identifier: BSD-3-Clause */
/* The menus of a program as C, for programs that must know them when it does not run. */
#include "api/menus.h"

#include <errno.h>
#include <stdlib.h>

#define LINE_LEN 100

int tp_menus_to_source(const struct tp_menus *menus, const char *name, FILE *out)
{
	json_t *schema = tp_menus_to_json(menus);
	char *text = schema != NULL ? json_dumps(schema, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;
	size_t column = 0;

	json_decref(schema);
	if (text == NULL)
		return -ENOMEM;
	fprintf(out, "extern const char %s[];\nconst char %s[] =", name, name);
	for (const char *at = text; *at != '\0'; at++) {
		if (column++ % LINE_LEN == 0)
			fputs(at == text ? "\n\t\"" : "\"\n\t\"", out);
		if (*at == '"' || *at == '\\' || *at == '?')
			fputc('\\', out);
		fputc(*at, out);
	}
	fputs("\";\n", out);
	free(text);
	return fflush(out) != 0 || ferror(out) ? -EIO : 0;
}
