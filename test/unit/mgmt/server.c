/* SPDX-License-Identifier: BSD-3-Clause */
/* Requests and answers as a client sees them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "client.h"

static struct fixture f;

static int setup(void **state)
{
	fixture_start(&f, NULL);
	return 0;
}

static int teardown(void **state)
{
	fixture_stop(&f);
	return 0;
}

static void test_each_method_reaches_control_with_path_query_and_body(void **state)
{
	static const struct {
		const char *method, *url, *body;
		long status;
		const char *answer;
	} cases[] = {
		{"GET", "/rest/echo", NULL, 200, "{\"method\":\"GET\",\"path\":\"/echo\"}\n"},
		{"GET", "/rest/echo/", NULL, 200, "{\"method\":\"GET\",\"path\":\"/echo\"}\n"},
		{"GET", "/rest/echo/a%20b", NULL, 200,
		 "{\"method\":\"GET\",\"path\":\"/echo/a b\"}\n"},
		{"GET", "/rest/echo?.proplist=name,.id&name=x%26y&empty=", NULL, 200,
		 "{\"method\":\"GET\",\"path\":\"/echo\",\"query\":"
		 "{\".proplist\":\"name,.id\",\"name\":\"x&y\",\"empty\":\"\"}}\n"},
		{"PUT", "/rest/echo", "{\"name\":\"x\"}", 201,
		 "{\"method\":\"PUT\",\"path\":\"/echo\",\"body\":{\"name\":\"x\"}}\n"},
		{"PATCH", "/rest/echo/*1", "{\"n\":1}", 200,
		 "{\"method\":\"PATCH\",\"path\":\"/echo/*1\",\"body\":{\"n\":1}}\n"},
		{"POST", "/rest/echo/print", NULL, 200,
		 "{\"method\":\"POST\",\"path\":\"/echo/print\"}\n"},
		{"POST", "/rest/echo/print", " \n", 200,
		 "{\"method\":\"POST\",\"path\":\"/echo/print\"}\n"},
		{"DELETE", "/rest/echo/*1", NULL, 204, NULL},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct reply reply = http(&f, cases[i].method, cases[i].url, cases[i].body);
		assert_int_equal(reply.code, 0);
		assert_int_equal(reply.status, cases[i].status);
		if (cases[i].answer != NULL)
			assert_string_equal(reply.body, cases[i].answer);
		else
			assert_int_equal(reply.len, 0);
		reply_free(&reply);
	}
}

static void test_a_refused_request_is_told_where_and_why(void **state)
{
	static const struct {
		const char *method, *url, *body;
		long status;
		const char *holds; /* of the body */
	} cases[] = {
		{"PUT", "/rest/echo", "{\"a\": 1,\n \"b\" 2}", 400, "line 2, column 6"},
		{"PUT", "/rest/echo", "{\"a\": 1", 400, "ends too early"},
		{"PUT", "/rest/echo", "{\"a\": 1} x", 400, "follows the end"},
		{"PUT", "/rest/echo", "{\"a\": 1, \"a\": 2}", 400, "given twice"},
		{"PUT", "/rest/echo", "{\"a\": \"\xff\"}", 400, "not UTF-8"},
		{"PUT", "/rest/echo", "[1]", 400, "expected a JSON object"},
		{"PUT", "/rest/echo", "5", 400, "expected a JSON object"},
		{"GET", "/rest/echo/a%00b", NULL, 400, "no UTF-8 text"},
		{"GET", "/rest/echo/a%ffb", NULL, 400, "no UTF-8 text"},
		{"GET", "/rest/echo?a=%ff", NULL, 400, "no UTF-8 text"},
		{"GET", "/rest/echo?a=1&b=2&a=3", NULL, 400, "stands twice"},
		{"GET", "/", NULL, 404, "below /rest"},
		{"GET", "/rest", NULL, 404, "below /rest"},
		{"GET", "/rest//", NULL, 404, "below /rest"},
		{"GET", "/restful/echo", NULL, 404, "below /rest"},
		{"BREW", "/rest/echo", NULL, 405, "Method Not Allowed"},
		{"POST", "/metrics", NULL, 405, "no such method here"},
		{"DELETE", "/rest/events", NULL, 405, "no such method here"},
		{"GET", "/rest/status/409", NULL, 409, "\"detail\":\"no\""},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct reply reply = http(&f, cases[i].method, cases[i].url, cases[i].body);
		assert_int_equal(reply.status, cases[i].status);
		if (strstr(reply.body, cases[i].holds) == NULL)
			fail_msg("%s is not in %s", cases[i].holds, reply.body);
		json_t *error = reply_json(&reply);
		assert_int_equal(json_integer_value(json_object_get(error, "error")),
				 cases[i].status);
		json_decref(error);
		reply_free(&reply);
	}
}

static void test_a_refused_body_is_not_quoted(void **state)
{
	struct reply reply = http(&f, "PUT", "/rest/echo", "{\"password\": StrongPass}");

	assert_int_equal(reply.status, 400);
	assert_null(strstr(reply.body, "Strong"));
	reply_free(&reply);
}

static void test_405_names_the_methods_that_there_are(void **state)
{
	struct reply reply = http(&f, "BREW", "/rest/echo", NULL);

	assert_non_null(strstr(reply.headers, "Allow: GET, HEAD, PUT, PATCH, DELETE, POST\r\n"));
	reply_free(&reply);
}

static void test_head_is_get_without_the_body(void **state)
{
	f.control.items = 100;
	static const char *const urls[] = {"/rest/echo", "/rest/list", "/metrics", "/healthz"};

	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		struct reply reply = http(&f, "HEAD", urls[i], NULL);
		assert_int_equal(reply.code, 0);
		assert_int_equal(reply.status, 200);
		assert_int_equal(reply.len, 0);
		reply_free(&reply);
	}
}

static void test_health_metrics_and_schema_have_their_own_types(void **state)
{
	struct reply health = http(&f, "GET", "/healthz", NULL);
	struct reply metrics = http(&f, "GET", "/metrics", NULL);
	struct reply schema = http(&f, "GET", "/rest/system/schema", NULL);

	assert_string_equal(health.body, "ok\n");
	assert_non_null(strstr(metrics.headers, "Content-Type: text/plain; version=0.0.4"));
	assert_non_null(strstr(metrics.body, "# HELP turnpike_sessions Sessions\n"
					     "# TYPE turnpike_sessions gauge\n"
					     "turnpike_sessions{interface=\"ether3\"} 7\n"));
	assert_non_null(strstr(metrics.body, "turnpike_management_requests_total 1\n"));
	json_t *resources = reply_json(&schema);
	assert_true(json_array_size(resources) > 5);
	json_decref(resources);
	reply_free(&health);
	reply_free(&metrics);
	reply_free(&schema);
}

static void test_a_list_of_many_pages_comes_whole_and_in_order(void **state)
{
	static const unsigned sizes[] = {0, 1, 9, 10, 11, 20, 21, 5000};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		f.control.items = sizes[i];
		struct reply reply = http(&f, "GET", "/rest/list", NULL);
		json_t *list = reply_json(&reply);
		assert_int_equal(reply.status, 200);
		assert_int_equal(json_array_size(list), sizes[i]);
		for (size_t n = 0; n < sizes[i]; n++)
			assert_int_equal(json_integer_value(json_object_get(json_array_get(list, n),
									    "number")),
					 n);
		json_decref(list);
		reply_free(&reply);
	}
}

static void test_a_list_that_fails_half_way_does_not_look_complete(void **state)
{
	f.control.items = 1000;
	struct reply reply = http(&f, "GET", "/rest/broken", NULL);

	assert_int_not_equal(reply.code, 0);
	reply_free(&reply);
}

static void test_a_page_is_asked_for_only_when_the_one_before_was_taken(void **state)
{
	char out[512];

	f.control.items = 1000000;
	int fd = raw_connect(&f);
	raw_send(fd, "GET /rest/list HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_true(raw_expect(fd, "\"number\":0", 5000, out, sizeof(out)));
	usleep(300000);
	unsigned then = f.control.submitted;
	usleep(200000);
	assert_int_equal(f.control.submitted, then);
	assert_true(then < 20000);
	close(fd);
}

static void test_one_connection_serves_many_requests(void **state)
{
	char out[4096];
	int fd = raw_connect(&f);

	for (int i = 0; i < 50; i++) {
		raw_send(fd, "GET /rest/echo HTTP/1.1\r\nHost: x\r\n\r\n");
		assert_true(raw_expect(fd, "/echo\"}\n", 5000, out, sizeof(out)));
	}
	raw_send(fd, "GET /rest/echo HTTP/1.1\r\nHost: x\r\n\r\n"
		     "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_true(raw_expect(fd, "ok\n", 5000, out, sizeof(out)));
	close(fd);
}

static void test_what_is_no_http_gets_a_refusal_and_not_a_crash(void **state)
{
	static const char *const texts[] = {
		"\r\n\r\n\r\n\r\n",
		"GET\r\n\r\n",
		"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
		"GET /rest/echo HTTP/9.9\r\n\r\n",
		"PUT /rest/echo HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n{}",
		("PUT /rest/echo HTTP/1.1\r\nHost: x\r\nContent-Length: "
		 "99999999999999999999999\r\n\r\n"),
		"PUT /rest/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n",
		"GET /rest/echo?a&b&&=&=c HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET /%zz%4 HTTP/1.1\r\nHost: x\r\n\r\n",
	};
	char out[4096];

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		int fd = raw_connect(&f);
		raw_send(fd, texts[i]);
		raw_expect(fd, "\r\n\r\n", 100, out, sizeof(out));
		close(fd);
	}
	struct reply reply = http(&f, "GET", "/healthz", NULL);
	assert_int_equal(reply.status, 200);
	reply_free(&reply);
}

static void test_clients_that_leave_early_leave_nothing_behind(void **state)
{
	f.control.items = 100000;
	for (int i = 0; i < 100; i++) {
		int fd = raw_connect(&f);
		raw_send(fd, i % 2 == 0 ? "GET /rest/list HTTP/1.1\r\nHost: x\r\n\r\n"
					: "PUT /rest/echo HTTP/1.1\r\nHost: x\r\n"
					  "Content-Length: 100\r\n\r\n{");
		close(fd);
	}
	struct reply reply = http(&f, "GET", "/healthz", NULL);
	assert_int_equal(reply.status, 200);
	reply_free(&reply);
}

static void *hammer(void *user)
{
	for (int i = 0; i < 25; i++) {
		struct reply reply =
			http(&f, "GET", i % 5 == 0 ? "/rest/list" : "/rest/echo", NULL);
		assert_int_equal(reply.status, 200);
		reply_free(&reply);
	}
	return NULL;
}

static void test_many_clients_at_once_are_all_served(void **state)
{
	pthread_t threads[16];

	f.control.items = 500;
	for (int i = 0; i < 16; i++)
		pthread_create(&threads[i], NULL, hammer, NULL);
	for (int i = 0; i < 16; i++)
		pthread_join(threads[i], NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_each_method_reaches_control_with_path_query_and_body),
		TEST(test_a_refused_request_is_told_where_and_why),
		TEST(test_a_refused_body_is_not_quoted),
		TEST(test_405_names_the_methods_that_there_are),
		TEST(test_head_is_get_without_the_body),
		TEST(test_health_metrics_and_schema_have_their_own_types),
		TEST(test_a_list_of_many_pages_comes_whole_and_in_order),
		TEST(test_a_list_that_fails_half_way_does_not_look_complete),
		TEST(test_a_page_is_asked_for_only_when_the_one_before_was_taken),
		TEST(test_one_connection_serves_many_requests),
		TEST(test_what_is_no_http_gets_a_refusal_and_not_a_crash),
		TEST(test_clients_that_leave_early_leave_nothing_behind),
		TEST(test_many_clients_at_once_are_all_served),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
