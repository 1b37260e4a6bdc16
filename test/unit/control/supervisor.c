/* SPDX-License-Identifier: BSD-3-Clause */
/* What a supervisor is told of a control that turns. */
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

#include "base/notify.h"
#include "fixture.h"

static struct tp_control *c;
static int fd;

static int setup(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char name[64];

	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	snprintf(name, sizeof(name), "@turnpike-supervisor-%d", getpid());
	memcpy(address.sun_path + 1, name + 1, strlen(name) - 1);
	if (bind(fd, (struct sockaddr *)&address,
		 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name))) != 0)
		return -1;
	setenv("NOTIFY_SOCKET", name, 1);
	setenv("WATCHDOG_USEC", "3000000", 1);
	tp_notify_begin();
	fake_reset(2);
	c = fixture_create(fixture_yaml, NULL);
	return 0;
}

static int teardown(void **state)
{
	tp_control_destroy(c);
	close(fd);
	return 0;
}

/* How many messages with WORD came; all are taken. */
static unsigned count(const char *word)
{
	unsigned found = 0;
	char text[256];

	for (ssize_t len; (len = recv(fd, text, sizeof(text) - 1, 0)) >= 0;) {
		text[len] = '\0';
		found += strstr(text, word) != NULL;
	}
	return found;
}

static void turn_for(uint64_t ms)
{
	for (uint64_t end = c->now_ms + ms; c->now_ms < end; c->now_ms += 10)
		tp_supervisor_turn(c);
}

static void test_the_watchdog_is_fed_in_time(void **state)
{
	turn_for(6000);
	assert_in_range(count("WATCHDOG=1"), 5, 7);
}

static void test_a_worker_that_stands_still_starves_the_watchdog(void **state)
{
	turn_for(10);
	count("");
	fake.stuck = true;
	turn_for(6000);
	assert_int_equal(count("WATCHDOG=1"), 0);
	fake.stuck = false;
	turn_for(20);
	assert_int_equal(count("WATCHDOG=1"), 1);
}

static void test_the_status_is_told_when_it_changes(void **state)
{
	turn_for(5000);
	assert_int_equal(count("STATUS=0 sessions up"), 1);
}

static void test_a_reload_begins_and_ends(void **state)
{
	tp_supervisor_reload_begins(c);
	assert_int_equal(count("RELOADING=1\nMONOTONIC_USEC="), 1);
	tp_supervisor_reload_ends(c);
	assert_int_equal(count("READY=1"), 1);
}

static void test_an_end_is_told(void **state)
{
	tp_control_end(c, "a test", false);
	assert_int_equal(count("STOPPING=1"), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_the_watchdog_is_fed_in_time),
		TEST(test_a_worker_that_stands_still_starves_the_watchdog),
		TEST(test_the_status_is_told_when_it_changes),
		TEST(test_a_reload_begins_and_ends),
		TEST(test_an_end_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
