/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "resolv_file.h"

static char base[64], directory[80], target[80];

static int setup(void **state)
{
	FILE *file;

	strcpy(base, "/tmp/resolv-XXXXXX");
	assert_non_null(mkdtemp(base));
	snprintf(directory, sizeof(directory), "%s/dns", base);
	snprintf(target, sizeof(target), "%s/secret", base);
	file = fopen(target, "we");
	assert_non_null(file);
	fputs("root's\n", file);
	fclose(file);
	return 0;
}

static int teardown(void **state)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", base);
	return system(command);
}

/* The file's text; "" when there is none. */
static const char *text_of(const char *path)
{
	static char text[256];
	FILE *file = fopen(path, "re");
	size_t len = 0;

	if (file != NULL) {
		len = fread(text, 1, sizeof(text) - 1, file);
		fclose(file);
	}
	text[len] = '\0';
	return text;
}

static const char *path_of(const struct resolv_place *place, const char *name)
{
	static char path[RESOLV_PATH_MAX];

	return resolv_file_path(place, name, path);
}

static void test_a_file_is_written_whole_replaced_and_removed(void **state)
{
	const struct resolv_place place = {.directory = directory};
	struct tp_error error;
	struct stat stat_of;

	assert_int_equal(resolv_file_write(&place, "wan", "nameserver 192.0.2.1\n", &error), 0);
	assert_string_equal(text_of(path_of(&place, "wan")), "nameserver 192.0.2.1\n");
	assert_int_equal(resolv_file_write(&place, "wan", "nameserver 192.0.2.2\n", &error), 0);
	assert_string_equal(text_of(path_of(&place, "wan")), "nameserver 192.0.2.2\n");
	assert_int_equal(stat(path_of(&place, "wan"), &stat_of), 0);
	assert_int_equal(stat_of.st_mode & 07777, 0644);
	resolv_file_remove(&place, "wan");
	assert_int_not_equal(access(path_of(&place, "wan"), F_OK), 0);
}

static void test_a_symbolic_link_in_its_place_is_replaced_not_followed(void **state)
{
	const struct resolv_place place = {.directory = directory};
	const char *const names[] = {"wan.resolv.conf", ".wan.unfinished"};
	struct tp_error error;
	char path[128];

	for (size_t i = 0; i < 2; i++) {
		mkdir(directory, 0755);
		snprintf(path, sizeof(path), "%s/%s", directory, names[i]);
		assert_int_equal(symlink(target, path), 0);
		assert_int_equal(resolv_file_write(&place, "wan", "nameserver 192.0.2.1\n", &error),
				 0);
		assert_string_equal(text_of(target), "root's\n");
		assert_string_equal(text_of(path_of(&place, "wan")), "nameserver 192.0.2.1\n");
		resolv_file_remove(&place, "wan");
	}
}

static void test_a_directory_that_another_could_write_to_is_refused(void **state)
{
	struct resolv_place place = {.directory = directory};
	struct tp_error error;
	char inner[128];

	assert_int_equal(mkdir(directory, 0755), 0);
	assert_int_equal(chmod(directory, 0777), 0);
	assert_int_not_equal(resolv_file_write(&place, "wan", "x\n", &error), 0);
	assert_non_null(strstr(error.message, "not root's alone"));
	assert_int_equal(chmod(directory, 0755), 0);
	/* And a symbolic link in the place of a directory. */
	strcpy(place.namespace, "other");
	snprintf(inner, sizeof(inner), "%s/other", directory);
	assert_int_equal(symlink(base, inner), 0);
	assert_int_not_equal(resolv_file_write(&place, "wan", "x\n", &error), 0);
	assert_int_equal(unlink(inner), 0);
	if (geteuid() != 0)
		return;
	assert_int_equal(mkdir(inner, 0755), 0);
	assert_int_equal(chown(inner, 65534, 65534), 0);
	assert_int_not_equal(resolv_file_write(&place, "wan", "x\n", &error), 0);
}

static void test_clients_of_one_name_in_two_namespaces_have_two_files(void **state)
{
	const struct resolv_place ours = {.directory = directory};
	const struct resolv_place theirs = {.directory = directory, .namespace = "theirs"};
	struct tp_error error;
	char inner[128];

	assert_int_equal(resolv_file_write(&ours, "wan", "ours\n", &error), 0);
	assert_int_equal(resolv_file_write(&theirs, "wan", "theirs\n", &error), 0);
	assert_string_equal(text_of(path_of(&ours, "wan")), "ours\n");
	assert_string_equal(text_of(path_of(&theirs, "wan")), "theirs\n");
	resolv_file_remove(&theirs, "wan");
	assert_string_equal(text_of(path_of(&ours, "wan")), "ours\n");
	snprintf(inner, sizeof(inner), "%s/theirs", directory);
	assert_int_not_equal(access(inner, F_OK), 0); /* empty, it has gone too */
}

static void test_names_that_lead_elsewhere_are_refused(void **state)
{
	const char *const bad[] = {"",	 ".",	"..",	"../x",	    "a/b",
				   "-a", "a b", "a\nb", "\xc3\xa4", "longer-than-15-c"};
	const struct resolv_place place = {.directory = directory};
	struct tp_error error;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(resolv_name_is_good(bad[i]));
		assert_int_not_equal(resolv_file_write(&place, bad[i], "x\n", &error), 0);
		resolv_file_remove(&place, bad[i]);
	}
	assert_true(resolv_name_is_good("pppoe-out1"));
	assert_string_equal(text_of(target), "root's\n");
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_a_file_is_written_whole_replaced_and_removed),
		CASE(test_a_symbolic_link_in_its_place_is_replaced_not_followed),
		CASE(test_a_directory_that_another_could_write_to_is_refused),
		CASE(test_clients_of_one_name_in_two_namespaces_have_two_files),
		CASE(test_names_that_lead_elsewhere_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
