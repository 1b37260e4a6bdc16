/* SPDX-License-Identifier: BSD-3-Clause */
/* The client's menus in docs/api.md. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "service.h"

static char *read_whole(const char *path)
{
	char *text = NULL;
	size_t size = 0;
	FILE *in = fopen(path, "r");

	assert_non_null(in);
	assert_true(getdelim(&text, &size, '\0', in) > 0);
	fclose(in);
	return text;
}

static void test_the_document_is_what_the_records_say(void **state)
{
	char path[4096], *generated = NULL, *document;
	size_t size = 0;
	FILE *out = open_memstream(&generated, &size);

	assert_int_equal(tp_menus_to_markdown(&service_menus, out), 0);
	fclose(out);
	snprintf(path, sizeof(path), "%s/docs/api.md", getenv("SOURCE_ROOT"));
	document = read_whole(path);
	if (strstr(document, generated) == NULL)
		fail_msg("docs/api.md is stale: run `ninja docs`");
	free(document);
	free(generated);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_document_is_what_the_records_say),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
