/* SPDX-License-Identifier: BSD-3-Clause */
/* The daemon's menus, in the schema and in docs/api.md. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "control/api.h"

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

	assert_int_equal(tp_menus_to_markdown(&tp_control_menus, out), 0);
	fclose(out);
	snprintf(path, sizeof(path), "%s/docs/api.md", getenv("SOURCE_ROOT"));
	document = read_whole(path);
	if (strstr(document, generated) == NULL)
		fail_msg("docs/api.md is stale: run `ninja docs`");
	free(document);
	free(generated);
}

static json_t *menu_of(json_t *schema, const char *path)
{
	json_t *menu;
	size_t i;

	json_array_foreach (schema, i, menu)
		if (strcmp(json_string_value(json_object_get(menu, "path")), path) == 0)
			return menu;
	fail_msg("%s is not in the schema", path);
	return NULL;
}

static bool has(const json_t *array, const char *wanted)
{
	json_t *each;
	size_t i;

	json_array_foreach (array, i, each) {
		const json_t *name = json_is_object(each) ? json_object_get(each, "name") : each;

		if (strcmp(json_string_value(name), wanted) == 0)
			return true;
	}
	return false;
}

static void test_the_schema_has_what_runs_what_is_told_and_what_can_be_done(void **state)
{
	json_t *schema = tp_menus_to_json(&tp_control_menus);
	json_t *active = menu_of(schema, "/ppp/active"), *pool = menu_of(schema, "/ip/pool");
	json_t *entries = menu_of(schema, "/interface/pppoe-server");
	json_t *system = menu_of(schema, "/system");

	assert_true(has(json_object_get(active, "status"), "actual-rate-up"));
	assert_false(has(json_object_get(active, "status"), ".id"));
	assert_true(has(json_object_get(active, "verbs"), "remove"));
	assert_false(has(json_object_get(active, "verbs"), "set"));
	assert_true(has(json_object_get(active, "verbs"), "monitor"));
	assert_true(has(json_object_get(entries, "verbs"), "monitor"));
	assert_false(has(json_object_get(menu_of(schema, "/dataplane/counter"), "verbs"),
			 "monitor")); /* none has a name of its own */
	assert_int_equal(json_array_size(json_object_get(active, "properties")), 0);
	assert_false(has(json_object_get(menu_of(schema, "/ip/pool/used"), "verbs"), "remove"));
	assert_true(has(json_object_get(pool, "status"), "used"));
	assert_false(has(json_object_get(pool, "verbs"), "enable"));
	assert_true(has(json_object_get(menu_of(schema, "/ppp/secret"), "verbs"), "enable"));
	assert_true(has(json_object_get(entries, "properties"), "user"));
	assert_true(has(json_object_get(entries, "status"), "running"));
	assert_true(has(json_object_get(entries, "verbs"), "add"));
	assert_true(has(json_object_get(system, "verbs"), "save"));
	assert_false(has(json_object_get(system, "verbs"), "print"));
	json_decref(schema);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_document_is_what_the_records_say),
		cmocka_unit_test(test_the_schema_has_what_runs_what_is_told_and_what_can_be_done),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
