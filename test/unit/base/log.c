/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/log.h"
#include "base/log_echo.h"
#include "base/log_rules.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
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

/* ---- the journal ---------------------------------------------------------------------------- */

/* JOURNAL_STREAM as systemd would set it for stderr as it is now. */
static const char *stream(void)
{
	static char text[64];
	struct stat st;

	assert_int_equal(fstat(STDERR_FILENO, &st), 0);
	snprintf(text, sizeof(text), "%llu:%llu", (unsigned long long)st.st_dev,
		 (unsigned long long)st.st_ino);
	return text;
}

/* A journal's socket at PATH. */
static int listen_at(char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	snprintf(path, sizeof(address.sun_path), "/tmp/turnpike-journal-%d", getpid());
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	unlink(path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void test_the_journal_gets_priority_and_fields(void **state)
{
	const struct tp_log_about about = {
		.user = "bob", .mac = "02:00:00:00:00:01", .session = "*7", .interface = "ether3"};
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)], text[1024];
	struct capture c;
	int fd = listen_at(path);
	ssize_t len;

	begin(&c);
	tp_log_echo_to(stream(), path);
	tp_log_of(TP_LOG_WARNING, "pppoe,ppp", &about, "two lines");
	assert_int_equal(take(&c, text, sizeof(text)), 0);
	tp_log_echo_to(NULL, path);
	end(&c);
	len = recv(fd, text, sizeof(text) - 1, 0);
	assert_true(len > 0);
	text[len] = '\0';
	assert_non_null(strstr(text, "PRIORITY=4\n"));
	assert_non_null(strstr(text, "MESSAGE=two lines\n"));
	assert_non_null(strstr(text, "TURNPIKE_TOPICS=pppoe,ppp\n"));
	assert_non_null(strstr(text, "TURNPIKE_USER=bob\n"));
	assert_non_null(strstr(text, "TURNPIKE_MAC=02:00:00:00:00:01\n"));
	assert_non_null(strstr(text, "TURNPIKE_SESSION=*7\n"));
	assert_non_null(strstr(text, "TURNPIKE_INTERFACE=ether3\n"));
	assert_null(strstr(text, "TURNPIKE_ADDRESS"));
	close(fd);
	unlink(path);
}

static void test_a_line_about_somebody_is_written_as_it_is(void **state)
{
	static const struct tp_log_about nobody;
	char long_text[2048], text[4096];
	struct capture c;

	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	begin(&c);
	tp_log_of(TP_LOG_INFO, "pppoe,ppp", &nobody, "100% of \\x0a, %s");
	take(&c, text, sizeof(text));
	assert_non_null(strstr(text, " info pppoe: 100% of \\x0a, %s\n"));
	tp_log_of(TP_LOG_INFO, "pppoe,ppp", &nobody, long_text);
	take(&c, text, sizeof(text));
	assert_int_equal(strlen(strchr(text, 'x')),
			 sizeof(long_text)); /* and the end of the line */
	tp_log_of(TP_LOG_DEBUG, "pppoe,ppp", &nobody, "nobody wants it");
	assert_int_equal(take(&c, text, sizeof(text)), 0);
	end(&c);
}

static void test_without_the_journals_socket_stderr_has_the_priority(void **state)
{
	struct capture c;
	char text[512];

	begin(&c);
	tp_log_echo_to(stream(), "/nonexistent/socket");
	tp_log_error("radius", "no answer");
	take(&c, text, sizeof(text));
	assert_string_equal(text, "<3>radius: no answer\n");
	tp_log_echo_to("1:1", "/nonexistent/socket"); /* stderr has become another file */
	tp_log_error("radius", "no answer");
	take(&c, text, sizeof(text));
	end(&c);
	assert_non_null(strstr(text, " error radius: no answer\n"));
}

/* A reader that does not read: the lines are lost, and told of. */
static void test_a_journal_that_stops_holds_nobody_up(void **state)
{
	static char text[1 << 16];
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	struct capture c;
	int fd = listen_at(path);
	bool told = false;

	begin(&c);
	tp_log_echo_to(stream(), path);
	alarm(20);
	for (unsigned i = 0; i < 2000; i++)
		tp_log_info("ppp", "line %u of many", i);
	while (recv(fd, text, sizeof(text), 0) > 0)
		;
	tp_log_info("ppp", "the last");
	for (ssize_t len; (len = recv(fd, text, sizeof(text) - 1, 0)) > 0;) {
		text[len] = '\0';
		told = told || strstr(text, "lines lost\n") != NULL;
	}
	alarm(0);
	tp_log_echo_to(NULL, path);
	end(&c);
	assert_true(told);
	close(fd);
	unlink(path);
}

/* ---- rules ---------------------------------------------------------------------------------- */

static struct tp_log_rule rule(const char *all, const char *none, unsigned action)
{
	struct tp_log_rule r = {.action = action};
	size_t len;

	for (; *all != '\0'; all += len + (all[len] == ',')) {
		len = strcspn(all, ",");
		assert_int_not_equal(tp_log_topic_bit(all, len), 0);
		r.all |= tp_log_topic_bit(all, len);
	}
	r.none = *none != '\0' ? tp_log_topic_bit(none, strlen(none)) : 0;
	return r;
}

#define ECHO   (1u << TP_LOG_ECHO)
#define MEMORY (1u << TP_LOG_MEMORY)
#define SERVER (1u << TP_LOG_OTHERS)

static void test_without_rules_the_level_decides(void **state)
{
	assert_int_equal(tp_log_actions(TP_LOG_INFO, "ppp"), ECHO | MEMORY);
	assert_int_equal(tp_log_actions(TP_LOG_DEBUG, "ppp"), 0);
	assert_false(tp_log_enabled(TP_LOG_DEBUG));
}

static void test_a_rule_for_the_memory_leaves_the_echo_as_it_was(void **state)
{
	const struct tp_log_rule rules[] = {rule("ppp,debug", "", TP_LOG_MEMORY)};

	tp_log_rules_set(rules, 1);
	assert_true(tp_log_enabled(TP_LOG_DEBUG));
	assert_int_equal(tp_log_actions(TP_LOG_DEBUG, "pppoe,ppp"), MEMORY);
	assert_int_equal(tp_log_actions(TP_LOG_DEBUG, "radius"), 0);
	assert_int_equal(tp_log_actions(TP_LOG_INFO, "pppoe,ppp"), ECHO);
	tp_log_rules_set(NULL, 0);
	assert_false(tp_log_enabled(TP_LOG_DEBUG));
}

static void test_what_a_rule_excludes_does_not_go_there(void **state)
{
	const struct tp_log_rule rules[] = {rule("error", "", TP_LOG_OTHERS),
					    rule("info", "radius", TP_LOG_OTHERS)};

	tp_log_rules_set(rules, 2);
	assert_int_equal(tp_log_actions(TP_LOG_INFO, "ppp"), ECHO | MEMORY | SERVER);
	assert_int_equal(tp_log_actions(TP_LOG_INFO, "radius"), ECHO | MEMORY);
	assert_int_equal(tp_log_actions(TP_LOG_ERROR, "radius"), ECHO | MEMORY | SERVER);
	assert_int_equal(tp_log_actions(TP_LOG_WARNING, "ppp"), ECHO | MEMORY);
	tp_log_rules_set(NULL, 0);
}

/* Whoever serves many holds its lines together, but none that tells of trouble. */
static void test_held_lines_come_together_and_in_order(void **state)
{
	struct capture c;
	char text[8192];

	begin(&c);
	tp_log_echo_hold();
	for (unsigned i = 0; i < 8; i++)
		tp_log_info("pppoe", "at once %u", i);
	assert_true(take(&c, text, sizeof(text)) > 0);
	assert_non_null(strstr(text, "at once 7\n"));
	tp_log_info("pppoe", "one");
	tp_log_info("pppoe", "two");
	assert_int_equal(take(&c, text, sizeof(text)), 0);
	tp_log_warning("pppoe", "three");
	take(&c, text, sizeof(text));
	assert_non_null(strstr(text, "one\n"));
	assert_non_null(strstr(strstr(text, "one\n"), "two\n"));
	assert_non_null(strstr(strstr(text, "two\n"), "three\n"));
	for (unsigned i = 0; i < 50; i++)
		tp_log_info("pppoe", "%0100u", i);
	assert_true(take(&c, text, sizeof(text)) > 2000); /* more than a pipe takes at once */
	tp_log_echo_let_go();
	take(&c, text, sizeof(text));
	assert_non_null(strstr(text, "0049\n"));
	tp_log_info("pppoe", "four");
	take(&c, text, sizeof(text));
	end(&c);
	assert_non_null(strstr(text, "four\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_line_names_level_and_topic),
		cmocka_unit_test(test_what_is_less_important_is_left_out),
		cmocka_unit_test(test_a_peers_newline_forges_no_line),
		cmocka_unit_test(test_a_reader_that_stops_holds_nobody_up),
		cmocka_unit_test(test_held_lines_come_together_and_in_order),
		cmocka_unit_test(test_the_journal_gets_priority_and_fields),
		cmocka_unit_test(test_a_line_about_somebody_is_written_as_it_is),
		cmocka_unit_test(test_without_the_journals_socket_stderr_has_the_priority),
		cmocka_unit_test(test_a_journal_that_stops_holds_nobody_up),
		cmocka_unit_test(test_without_rules_the_level_decides),
		cmocka_unit_test(test_a_rule_for_the_memory_leaves_the_echo_as_it_was),
		cmocka_unit_test(test_what_a_rule_excludes_does_not_go_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
