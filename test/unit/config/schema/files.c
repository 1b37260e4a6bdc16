/* SPDX-License-Identifier: BSD-3-Clause */
/* The committed files that the configuration answers for: conf/ and docs/configuration.md. */
#include <dirent.h>
#include <stdlib.h>

#include "given.h"

static char *path_of(const char *folder, const char *name)
{
	static char path[4096];
	snprintf(path, sizeof(path), "%s/%s/%s", getenv("SOURCE_ROOT"), folder, name);
	return path;
}

static void test_every_configuration_to_start_from_is_right(void **state)
{
	DIR *dir = opendir(path_of("conf", ""));
	struct dirent *entry;
	unsigned count = 0;
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		size_t len = strlen(entry->d_name);
		struct tp_errors errors;
		if (len < 5 || strcmp(entry->d_name + len - 5, ".yaml") != 0)
			continue;
		struct tp_config *config =
			tp_config_load(TP_PROGRAM_SERVER, path_of("conf", entry->d_name), &errors);
		for (unsigned i = 0; i < errors.count; i++)
			print_error("%s: %s\n", errors.error[i].place, errors.error[i].message);
		assert_non_null(config);
		assert_true(tp_config_count(config, TP_PPPOE_SERVER) > 0);
		if (tp_config_warnings(config)->total != 0)
			fail_msg("%s: %s", tp_config_warnings(config)->error[0].place,
				 tp_config_warnings(config)->error[0].message);
		tp_config_destroy(config);
		count++;
	}
	closedir(dir);
	assert_true(count >= 4);
}

static void test_the_reference_is_what_the_schema_says(void **state)
{
	char *text = NULL, *committed;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len), *in;
	assert_int_equal(tp_schema_to_markdown(out), 0);
	fclose(out);
	committed = calloc(1, len + 2);
	in = fopen(path_of("docs", "configuration.md"), "r");
	assert_non_null(in);
	size_t n = fread(committed, 1, len + 1, in);
	fclose(in);
	if (n != len || memcmp(text, committed, len) != 0)
		fail_msg("docs/configuration.md is stale: run `ninja docs`");
	free(text);
	free(committed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_configuration_to_start_from_is_right),
		cmocka_unit_test(test_the_reference_is_what_the_schema_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
