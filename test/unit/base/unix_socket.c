/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/unix_socket.h"

static char directory[64], path[96];

static int setup(void **state)
{
	strcpy(directory, "/tmp/turnpike-socket-XXXXXX");
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/some.sock", directory);
	return 0;
}

static int teardown(void **state)
{
	unlink(path);
	return rmdir(directory);
}

static const int types[] = {SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM};
#define TYPES (sizeof(types) / sizeof(types[0]))

static int bound(int type)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, type, 0);

	strcpy(address.sun_path, path);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void test_what_the_dead_have_left_is_cleared(void **state)
{
	for (unsigned i = 0; i < TYPES; i++) {
		close(bound(types[i]));
		assert_int_equal(access(path, F_OK), 0);
		assert_false(tp_unix_socket_is_held(path));
		assert_int_equal(tp_unix_socket_clear(path, NULL), 0);
		assert_int_equal(access(path, F_OK), -1);
	}
}

static void test_what_the_living_hold_stays_and_they_do_not_notice(void **state)
{
	for (unsigned i = 0; i < TYPES; i++) {
		struct tp_error error = {0};
		int fd = bound(types[i]);

		if (types[i] != SOCK_DGRAM)
			assert_int_equal(listen(fd, 1), 0);
		assert_int_equal(tp_unix_socket_clear(path, &error), -EADDRINUSE);
		assert_string_equal(error.place, path);
		assert_non_null(strstr(error.message, "is turnpike running?"));
		assert_int_equal(access(path, F_OK), 0);
		fcntl(fd, F_SETFL, O_NONBLOCK);
		assert_int_equal(types[i] == SOCK_DGRAM ? recv(fd, directory, 0, 0)
							: accept(fd, NULL, NULL),
				 -1);
		assert_int_equal(errno, EAGAIN);
		close(fd);
		unlink(path);
	}
}

static void test_who_is_about_to_listen_is_alive(void **state)
{
	for (unsigned i = 0; i < TYPES; i++) {
		int fd = bound(types[i]);

		assert_int_equal(tp_unix_socket_clear(path, NULL), -EADDRINUSE);
		close(fd);
		unlink(path);
	}
}

static void test_what_is_no_socket_stays(void **state)
{
	char target[128];
	int fd;

	assert_int_equal(tp_unix_socket_clear(path, NULL), 0);
	close(open(path, O_CREAT | O_WRONLY, 0600));
	assert_int_equal(tp_unix_socket_clear(path, NULL), -EEXIST);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(tp_unix_socket_clear(path, NULL), -EEXIST);
	assert_int_equal(rmdir(path), 0);
	fd = bound(SOCK_STREAM); /* a link to what is dead is somebody's intention */
	close(fd);
	snprintf(target, sizeof(target), "%s.moved", path);
	assert_int_equal(rename(path, target), 0);
	assert_int_equal(symlink(target, path), 0);
	assert_int_equal(tp_unix_socket_clear(path, NULL), -EEXIST);
	assert_int_equal(access(target, F_OK), 0);
	unlink(target);
}

static void test_a_path_that_is_too_long_is_told(void **state)
{
	struct tp_error error = {0};
	char longer[TP_UNIX_SOCKET_PATH_MAX + 2];

	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(tp_unix_socket_clear(longer, &error), -ENAMETOOLONG);
	longer[TP_UNIX_SOCKET_PATH_MAX] = '\0';
	assert_int_equal(tp_unix_socket_clear(longer, &error), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_what_the_dead_have_left_is_cleared),
		TEST(test_what_the_living_hold_stays_and_they_do_not_notice),
		TEST(test_who_is_about_to_listen_is_alive),
		TEST(test_what_is_no_socket_stays),
		TEST(test_a_path_that_is_too_long_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
