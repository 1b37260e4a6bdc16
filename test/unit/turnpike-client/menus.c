/* SPDX-License-Identifier: BSD-3-Clause */
/* The client's menus in docs/api.md and docs/routeros.md. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "api/routeros_menus.h"
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

static void expect_in_document(const char *name, int (*write)(const struct tp_menus *, FILE *))
{
	char path[4096], *generated = NULL, *document;
	size_t size = 0;
	FILE *out = open_memstream(&generated, &size);

	assert_int_equal(write(&service_menus, out), 0);
	fclose(out);
	snprintf(path, sizeof(path), "%s/docs/%s", getenv("SOURCE_ROOT"), name);
	document = read_whole(path);
	if (strstr(document, generated) == NULL)
		fail_msg("docs/%s is stale: run `ninja docs`", name);
	free(document);
	free(generated);
}

static void test_the_documents_are_what_the_records_say(void **state)
{
	expect_in_document("api.md", tp_menus_to_markdown);
	expect_in_document("routeros.md", tp_routeros_to_markdown);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_documents_are_what_the_records_say),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
