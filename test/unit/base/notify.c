/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/notify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

/* A supervisor in the abstract namespace, as containers have one. */
static int supervise(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	char name[64];

	snprintf(name, sizeof(name), "@turnpike-notify-%d", getpid());
	memcpy(address.sun_path + 1, name + 1, strlen(name) - 1);
	assert_int_equal(bind(fd, (struct sockaddr *)&address,
			      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name))),
			 0);
	setenv("NOTIFY_SOCKET", name, 1);
	return fd;
}

static void test_a_state_comes_as_one_datagram(void **state)
{
	char text[64];
	int fd = supervise();
	ssize_t len;

	tp_notify_begin();
	assert_true(tp_notify_wanted());
	assert_true(tp_notify("READY=1\nSTATUS=%u up", 7u));
	len = recv(fd, text, sizeof(text), 0);
	assert_int_equal(len, strlen("READY=1\nSTATUS=7 up"));
	assert_memory_equal(text, "READY=1\nSTATUS=7 up", (size_t)len);
	close(fd);
	assert_false(tp_notify("READY=1")); /* it has gone: nothing breaks */
}

static void test_who_is_not_asked_says_nothing(void **state)
{
	static const char *const none[] = {"", "relative", "/", NULL};

	for (unsigned i = 0; none[i] != NULL; i++) {
		setenv("NOTIFY_SOCKET", none[i], 1);
		tp_notify_begin();
		assert_false(tp_notify_wanted());
	}
	unsetenv("NOTIFY_SOCKET");
	tp_notify_begin();
	assert_false(tp_notify("READY=1"));
}

static void test_the_watchdog_is_for_the_process_that_is_named(void **state)
{
	char pid[16];
	int fd = supervise();

	setenv("WATCHDOG_USEC", "3000000", 1);
	tp_notify_begin();
	assert_int_equal(tp_notify_watchdog_ms(), 3000);
	snprintf(pid, sizeof(pid), "%d", getpid() + 1);
	setenv("WATCHDOG_PID", pid, 1);
	tp_notify_begin();
	assert_int_equal(tp_notify_watchdog_ms(), 0);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_state_comes_as_one_datagram),
		cmocka_unit_test(test_who_is_not_asked_says_nothing),
		cmocka_unit_test(test_the_watchdog_is_for_the_process_that_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
