/* SPDX-License-Identifier: BSD-3-Clause */
#include "document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

char *read_document(const char *name)
{
	char path[4096], *text = NULL;
	size_t size = 0;
	FILE *in;

	snprintf(path, sizeof(path), "%s/docs/%s", getenv("SOURCE_ROOT"), name);
	in = fopen(path, "r");
	assert_non_null(in);
	assert_true(getdelim(&text, &size, '\0', in) > 0);
	fclose(in);
	return text;
}

void expect_in_document(const char *name, int (*write)(const struct tp_menus *, FILE *),
			const struct tp_menus *menus)
{
	char *generated = NULL, *document = read_document(name);
	size_t size = 0;
	FILE *out = open_memstream(&generated, &size);

	assert_int_equal(write(menus, out), 0);
	fclose(out);
	if (strstr(document, generated) == NULL)
		fail_msg("docs/%s is stale: run `ninja docs`", name);
	free(document);
	free(generated);
}
