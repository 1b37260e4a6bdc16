/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "mgmt/socket.h"

static char directory[64], path[96];

static int setup(void **state)
{
	strcpy(directory, "/tmp/turnpike-socket-XXXXXX");
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/api.sock", directory);
	return 0;
}

static int teardown(void **state)
{
	unlink(path);
	return rmdir(directory);
}

static void test_the_socket_is_0660_whatever_the_umask(void **state)
{
	static const mode_t masks[] = {0, 022, 077};
	struct mgmt_socket one;
	struct stat found;

	for (int i = 0; i < 3; i++) {
		mode_t before = umask(masks[i]);
		assert_int_equal(mgmt_socket_open(path, &one, NULL), 0);
		umask(before);
		assert_int_equal(stat(path, &found), 0);
		assert_int_equal(found.st_mode & 07777, 0660);
		mgmt_socket_close(&one);
		assert_int_equal(access(path, F_OK), -1);
	}
}

static void test_a_missing_directory_is_made(void **state)
{
	struct mgmt_socket one;
	char below[128];

	snprintf(below, sizeof(below), "%s/run/api.sock", directory);
	assert_int_equal(mgmt_socket_open(below, &one, NULL), 0);
	mgmt_socket_close(&one);
	*strrchr(below, '/') = '\0';
	assert_int_equal(rmdir(below), 0);
}

static void test_a_dead_daemons_socket_is_replaced(void **state)
{
	struct mgmt_socket dead, one;

	assert_int_equal(mgmt_socket_open(path, &dead, NULL), 0);
	close(dead.fd);
	assert_int_equal(mgmt_socket_open(path, &one, NULL), 0);
	mgmt_socket_close(&one);
	free(dead.path);
}

static void test_a_live_daemons_socket_is_left_alone(void **state)
{
	struct mgmt_socket live, one;
	struct tp_error error = {0};

	assert_int_equal(mgmt_socket_open(path, &live, NULL), 0);
	assert_int_equal(mgmt_socket_open(path, &one, &error), -EADDRINUSE);
	assert_string_equal(error.place, path);
	assert_non_null(strstr(error.message, "is turnpike running?"));
	assert_int_equal(access(path, F_OK), 0);
	mgmt_socket_close(&live);
}

static void test_what_is_no_socket_is_left_alone(void **state)
{
	struct mgmt_socket one;
	struct tp_error error = {0};

	close(open(path, O_CREAT | O_WRONLY, 0600));
	assert_int_equal(mgmt_socket_open(path, &one, &error), -EEXIST);
	assert_int_equal(access(path, F_OK), 0);
}

static void test_a_path_that_does_not_fit_is_an_error(void **state)
{
	struct mgmt_socket one;
	struct tp_error error = {0};
	char longer[200];

	memset(longer, 'a', sizeof(longer) - 1);
	longer[0] = '/';
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(mgmt_socket_open(longer, &one, &error), -ENAMETOOLONG);
	assert_non_null(strstr(error.message, "107 bytes"));
}

static void test_closing_does_not_remove_a_successors_socket(void **state)
{
	struct mgmt_socket old, successor;

	assert_int_equal(mgmt_socket_open(path, &old, NULL), 0);
	unlink(path);
	assert_int_equal(mgmt_socket_open(path, &successor, NULL), 0);
	mgmt_socket_close(&old);
	assert_int_equal(access(path, F_OK), 0);
	mgmt_socket_close(&successor);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_the_socket_is_0660_whatever_the_umask),
		TEST(test_a_missing_directory_is_made),
		TEST(test_a_dead_daemons_socket_is_replaced),
		TEST(test_a_live_daemons_socket_is_left_alone),
		TEST(test_what_is_no_socket_is_left_alone),
		TEST(test_a_path_that_does_not_fit_is_an_error),
		TEST(test_closing_does_not_remove_a_successors_socket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
