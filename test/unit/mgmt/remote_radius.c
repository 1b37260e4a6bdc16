/* SPDX-License-Identifier: BSD-3-Clause */
/* Operators whom a RADIUS server knows, by www-ssl. */
#include "remote_fixture.h"

static void test_a_user_of_a_radius_server_does_what_the_group_may(void **state)
{
	struct reply reply =
		https(0, "writer:there", "PUT", "/rest/echo", "{\"a\":\"kept\"}", NULL);
	unsigned before;

	assert_int_equal(reply.status, 201);
	assert_non_null(strstr(reply.body, "kept"));
	reply_free(&reply);
	before = f.control.submitted;
	assert_int_equal(status("writer:there", "GET", "/rest/echo", NULL), 200);
	assert_int_equal(f.control.submitted, before + 1); /* remembered */
	assert_int_equal(status("reader:there", "PUT", "/rest/echo", "{}"), 403);
	assert_int_equal(status("reader:there", "GET", "/rest/echo", NULL), 200);
	assert_int_equal(status("writer:there", "PUT", "/rest/user", "{}"), 403);
}

static void test_a_body_that_comes_while_radius_is_asked_is_kept_or_thrown_away(void **state)
{
	const size_t len = 900000;
	char *body = malloc(len + 20);

	memset(body, 'x', len + 20);
	memcpy(body, "{\"a\":\"", 6);
	strcpy(body + len, "\"}");
	struct reply reply = https(0, "writer:there", "PUT", "/rest/echo", body, NULL);
	assert_int_equal(reply.status, 201);
	assert_true(strlen(reply.body) > len);
	reply_free(&reply);
	assert_int_equal(status("writer:guess", "PUT", "/rest/echo", body), 401);
	assert_int_equal(status("reader:there", "PUT", "/rest/echo", body), 403);
	free(body);
}

static void test_who_is_wrong_at_radius_or_not_heard_of_is_refused(void **state)
{
	struct reply reply = https(0, "nobody-answers:x", "GET", "/rest/echo", NULL, NULL);

	assert_int_equal(reply.status, 503);
	assert_non_null(strstr(reply.body, "no RADIUS server answers"));
	reply_free(&reply);
	for (int i = 0; i < 5; i++)
		assert_int_equal(status("writer:guess", "GET", "/rest/echo", NULL), 401);
	assert_int_equal(status("writer:there", "GET", "/rest/echo", NULL), 429);
	reply = http(&f, "GET", "/metrics", NULL);
	assert_non_null(
		strstr(reply.body, "turnpike_management_logins_refused_total{reason=\"wrong\"} 5"));
	assert_non_null(strstr(reply.body,
			       "turnpike_management_logins_refused_total{reason=\"no-answer\"} 1"));
	reply_free(&reply);
}

static pid_t silent_login(const char *user, const char *method, const char *body)
{
	unsigned before = f.control.submitted;
	pid_t child = ask_beside(user, method, "/rest/echo", body);

	for (int i = 0; i < 5000 && f.control.submitted == before; i++)
		usleep(1000);
	return child;
}

static void let_speak(void)
{
	f.control.silent = false;
	fake_control_wake(&f.control);
}

static void test_others_are_served_while_radius_is_slow_and_whoever_asked_may_go(void **state)
{
	int ended = -1;

	f.control.silent = true;
	pid_t child = silent_login("/silent:there", "GET", NULL);
	usleep(2000000); /* longer than a stranger may stay unasked */
	assert_int_equal(status("noc:secret", "GET", "/rest/echo", NULL), 200);
	let_speak();
	waitpid(child, &ended, 0);
	assert_int_equal(ended, 0);
	f.control.silent = true;
	child = silent_login("/silent:gone", "POST", "{}");
	kill(child, SIGKILL);
	waitpid(child, &ended, 0);
	let_speak();
	assert_int_equal(status("noc:secret", "GET", "/rest/echo", NULL), 200);
}

static void test_the_end_does_not_wait_for_radius(void **state)
{
	int ended = -1;

	f.control.silent = true;
	pid_t child = silent_login("/silent:there", "GET", NULL);
	uint64_t begin = tp_clock_ms();
	tp_mgmt_stop(f.mgmt);
	waitpid(child, &ended, 0);
	assert_true(WIFEXITED(ended) && WEXITSTATUS(ended) != 0);
	assert_true(tp_clock_ms() - begin < 9000); /* sooner than by time */
	let_speak();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_user_of_a_radius_server_does_what_the_group_may),
		TEST(test_a_body_that_comes_while_radius_is_asked_is_kept_or_thrown_away),
		TEST(test_who_is_wrong_at_radius_or_not_heard_of_is_refused),
		TEST(test_others_are_served_while_radius_is_slow_and_whoever_asked_may_go),
		TEST(test_the_end_does_not_wait_for_radius),
	};

	return cmocka_run_group_tests(tests, make_certificates, remove_certificates);
}
