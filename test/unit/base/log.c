/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/log.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct capture {
	int saved;
	int fds[2];
};

/* stderr goes into a pipe. */
static void begin(struct capture *c)
{
	assert_int_equal(pipe(c->fds), 0);
	c->saved = dup(STDERR_FILENO);
	dup2(c->fds[1], STDERR_FILENO);
	fcntl(c->fds[0], F_SETFL, O_NONBLOCK);
}

static void end(struct capture *c)
{
	dup2(c->saved, STDERR_FILENO);
	close(c->saved);
	close(c->fds[0]);
	close(c->fds[1]);
}

/* What is in the pipe, as far as it fits TEXT. */
static size_t take(const struct capture *c, char *text, size_t size)
{
	ssize_t n = read(c->fds[0], text, size - 1);

	text[n > 0 ? n : 0] = '\0';
	return n > 0 ? (size_t)n : 0;
}

static void test_a_line_names_level_and_topic(void **state)
{
	struct capture c;
	char text[512];

	begin(&c);
	tp_log_info("pppoe", "hello %d", 7);
	take(&c, text, sizeof(text));
	end(&c);
	assert_non_null(strstr(text, " info pppoe: hello 7\n"));
}

static void test_what_is_less_important_is_left_out(void **state)
{
	struct capture c;
	char text[512];

	begin(&c);
	tp_log_debug("pppoe", "hello");
	assert_int_equal(take(&c, text, sizeof(text)), 0);
	end(&c);
}

static void test_a_peers_newline_forges_no_line(void **state)
{
	struct capture c;
	char text[512];

	begin(&c);
	tp_log_info("ppp", "user %s", "a\nb \xfc");
	take(&c, text, sizeof(text));
	end(&c);
	assert_non_null(strstr(text, "user a\\x0ab \\xfc\n"));
}

static void test_a_reader_that_stops_holds_nobody_up(void **state)
{
	static char text[1 << 20];
	struct capture c;

	begin(&c);
	alarm(20); /* if it blocks, the test dies */
	for (unsigned i = 0; i < 5000; i++)
		tp_log_info("ppp", "line %u of many", i);
	while (take(&c, text, sizeof(text)) > 0)
		;
	tp_log_info("ppp", "the last");
	take(&c, text, sizeof(text));
	alarm(0);
	end(&c);
	assert_non_null(strstr(text, "lines lost\n"));
	assert_non_null(strstr(text, "the last\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_line_names_level_and_topic),
		cmocka_unit_test(test_what_is_less_important_is_left_out),
		cmocka_unit_test(test_a_peers_newline_forges_no_line),
		cmocka_unit_test(test_a_reader_that_stops_holds_nobody_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
