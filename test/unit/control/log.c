/* SPDX-License-Identifier: BSD-3-Clause */
/* /log, and where /system/logging sends lines. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "control/log/book.h"
#include "control/log/syslog.h"
#include "fixture.h"

#define RULE   "/system/logging"
#define ACTION "/system/logging/action"

static struct tp_control *c;

static int setup(void **state)
{
	fake_reset(2);
	c = fixture_create(fixture_yaml, NULL);
	tp_log_set_level(TP_LOG_INFO);
	tp_log_book_turn(c);
	/* The echo is for none of this. */
	assert_int_equal(
		fixture_status(c, TP_METHOD_PUT, RULE, "{\"topics\":\"scan\",\"action\":\"echo\"}"),
		201);
	return 0;
}

static int teardown(void **state)
{
	tp_control_destroy(c);
	return 0;
}

/* What /log has with QUERY, a JSON object or NULL. */
static json_t *lines(const char *query)
{
	json_t *all = json_array();
	struct tp_request request = {.method = TP_METHOD_GET, .path = (char *)"/log"};

	tp_log_book_turn(c);
	request.query = query != NULL ? json_loads(query, 0, NULL) : NULL;
	do {
		assert_true(tp_control_execute(c, &request));
		assert_int_equal(request.status, 200);
		json_array_extend(all, request.answer);
		json_decref(request.answer);
		request.answer = NULL;
	} while (request.more);
	json_decref(request.query);
	return all;
}

static unsigned count(const char *query)
{
	json_t *all = lines(query);
	unsigned n = (unsigned)json_array_size(all);

	json_decref(all);
	return n;
}

static const char *text_of(const json_t *o, const char *name)
{
	const char *text = json_string_value(json_object_get(o, name));

	return text != NULL ? text : "";
}

static void test_a_line_has_time_topics_and_message(void **state)
{
	const struct tp_log_about about = {.user = "bob", .session = "*7"};
	json_t *all;
	const json_t *line;

	tp_log_of(TP_LOG_WARNING, "pppoe,ppp", &about, "hello");
	all = lines(NULL);
	line = json_array_get(all, json_array_size(all) - 1);
	assert_string_equal(text_of(line, "topics"), "pppoe,ppp,warning");
	assert_string_equal(text_of(line, "message"), "hello");
	assert_string_equal(text_of(line, "user"), "bob");
	assert_string_equal(text_of(line, "session"), "*7");
	assert_int_equal(strlen(text_of(line, "time")), strlen("2026-11-29 19:30:00"));
	json_decref(all);
	assert_int_equal(count("{\".query\":[\"~topics=ppp\"]}"), 1);
	assert_int_equal(count("{\".query\":[\"~topics=radius\"]}"), 0);
}

static void test_the_oldest_line_goes_for_a_new_one(void **state)
{
	json_t *all;
	const json_t *first;
	char path[32];
	int status;

	assert_int_equal(
		fixture_status(c, TP_METHOD_PATCH, ACTION "/memory", "{\"memory-lines\":700}"),
		200);
	for (unsigned i = 0; i < 3000; i++) {
		tp_log_info("system", "line %u", i);
		tp_log_book_turn(c);
	}
	all = lines(NULL);
	assert_int_equal(json_array_size(all), 700);
	first = json_array_get(all, 0);
	assert_string_equal(text_of(first, "message"), "line 2300");
	assert_string_equal(text_of(json_array_get(all, 699), "message"), "line 2999");
	snprintf(path, sizeof(path), "/log/%s", text_of(first, ".id"));
	json_decref(fixture_call(c, TP_METHOD_GET, path, NULL, NULL, &status));
	assert_int_equal(status, 200);
	json_decref(all);
	assert_int_equal(
		fixture_status(c, TP_METHOD_PATCH, ACTION "/memory", "{\"memory-lines\":10}"), 200);
	assert_int_equal(count(NULL), 10);
	assert_int_equal(fixture_status(c, TP_METHOD_GET, "/log/*1", NULL), 404);
}

static void test_a_rule_is_live(void **state)
{
	tp_log_debug("radius", "not wanted");
	assert_int_equal(count("{\"message\":\"not wanted\"}"), 0);
	assert_int_equal(fixture_status(c, TP_METHOD_PUT, RULE,
					"{\"topics\":\"radius,debug\",\"action\":\"memory\"}"),
			 201);
	tp_log_debug("radius", "wanted");
	tp_log_debug("ppp", "of another");
	assert_int_equal(count("{\"message\":\"wanted\"}"), 1);
	assert_int_equal(count("{\"message\":\"of another\"}"), 0);
	assert_int_equal(fixture_status(c, TP_METHOD_PATCH, RULE "/radius,debug@memory",
					"{\"disabled\":true}"),
			 200);
	tp_log_debug("radius", "again not");
	assert_int_equal(count("{\"message\":\"again not\"}"), 0);
}

static void test_what_makes_no_sense_is_refused(void **state)
{
	assert_non_null(
		strstr(fixture_refusal(c, TP_METHOD_PUT, RULE, NULL, "{\"topics\":\"radiu,info\"}"),
		       "there is no topic 'radiu'; did you mean 'radius'?"));
	assert_non_null(strstr(fixture_refusal(c, TP_METHOD_PUT, RULE, NULL,
					       "{\"topics\":\"info\",\"action\":\"remotes\"}"),
			       "there is no action 'remotes'; did you mean 'remote'?"));
	assert_non_null(strstr(fixture_refusal(c, TP_METHOD_PATCH, ACTION "/memory", NULL,
					       "{\"target\":\"remote\"}"),
			       "the target of 'memory' is memory"));
	assert_non_null(strstr(fixture_refusal(c, TP_METHOD_DELETE, ACTION "/echo", NULL, NULL),
			       "always there"));
	for (unsigned i = 0; i < 14; i++) {
		char body[64];

		snprintf(body, sizeof(body), "{\"name\":\"s%u\"}", i);
		fixture_status(c, TP_METHOD_PUT, ACTION, body);
	}
	assert_non_null(
		strstr(fixture_refusal(c, TP_METHOD_PUT, ACTION, NULL, "{\"name\":\"one-more\"}"),
		       "more than 16"));
}

static int server(unsigned *port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	getsockname(fd, (struct sockaddr *)&address, &len);
	*port = ntohs(address.sin_port);
	return fd;
}

static void test_a_syslog_server_gets_what_its_rule_says(void **state)
{
	char body[160], text[1024], *rest;
	unsigned port;
	int fd = server(&port);
	ssize_t len;

	snprintf(body, sizeof(body),
		 "{\"name\":\"noc\",\"remote\":\"127.0.0.1\",\"remote-port\":%u,"
		 "\"syslog-facility\":\"local3\"}",
		 port);
	assert_int_equal(fixture_status(c, TP_METHOD_PUT, ACTION, body), 201);
	assert_int_equal(fixture_status(c, TP_METHOD_PUT, RULE,
					"{\"topics\":\"warning,!radius\",\"action\":\"noc\"}"),
			 201);
	tp_log_info("ppp", "no warning");
	tp_log_warning("radius", "excluded");
	tp_log_warning("pppoe,ppp", "told");
	tp_log_book_turn(c);
	len = recv(fd, text, sizeof(text) - 1, 0);
	assert_true(len > 0);
	text[len] = '\0';
	/* RFC 5424, section 6.2.1: 19 * 8 + 4 */
	assert_memory_equal(text, "<156>1 20", 9);
	rest = strstr(text, " turnpike ");
	assert_non_null(rest);
	assert_non_null(strstr(rest, " pppoe,ppp - told"));
	assert_true(recv(fd, text, sizeof(text), 0) < 0);
	/* In use, it stays. */
	assert_non_null(
		strstr(fixture_refusal(c, TP_METHOD_DELETE, ACTION "/noc", NULL, NULL), "in use"));
	close(fd);
	for (unsigned i = 0; i < 100; i++) /* nobody is there: nothing waits, nothing breaks */
		tp_log_warning("pppoe,ppp", "told again");
	tp_log_book_turn(c);
}

static void test_a_line_for_syslog_is_cut_to_what_receivers_take(void **state)
{
	static const struct tp_log_about nobody;
	char long_text[4096], text[TP_SYSLOG_MAX];
	const struct tp_log_line line = {.level = TP_LOG_ERROR,
					 .wall_ms = UINT64_C(1796000000123),
					 .topics = "system",
					 .text = long_text,
					 .about = &nobody};

	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	assert_int_equal(tp_syslog_format(&line, 3, "bras", 7, text), TP_SYSLOG_MAX - 1);
	assert_memory_equal(text, "<27>1 2026-11-30T00:53:20.123Z bras turnpike 7 system - xxx",
			    58);
}

static void test_listeners_are_told_of_new_lines(void **state)
{
	json_t *events[8];
	unsigned n, found = 0;

	tp_mailbox_listen(&c->mailbox, true);
	tp_log_info("ppp", "for listeners");
	tp_log_book_turn(c);
	n = tp_mailbox_events(&c->mailbox, events, 8);
	for (unsigned i = 0; i < n; i++) {
		if (strcmp(text_of(events[i], "event"), "log") == 0 &&
		    strcmp(text_of(events[i], "message"), "for listeners") == 0 &&
		    strcmp(text_of(events[i], "path"), "/log") == 0 &&
		    text_of(events[i], ".id")[0] == '*')
			found++;
		json_decref(events[i]);
	}
	assert_int_equal(found, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_a_line_has_time_topics_and_message),
		TEST(test_the_oldest_line_goes_for_a_new_one),
		TEST(test_a_rule_is_live),
		TEST(test_what_makes_no_sense_is_refused),
		TEST(test_a_syslog_server_gets_what_its_rule_says),
		TEST(test_a_line_for_syslog_is_cut_to_what_receivers_take),
		TEST(test_listeners_are_told_of_new_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
