/* SPDX-License-Identifier: BSD-3-Clause */
/* The service www-ssl: TLS, logins, groups, and what it makes of hostile clients. */
#include "remote_fixture.h"

static void test_who_logs_in_is_served_over_tls(void **state)
{
	struct reply reply = https(0, "noc:secret", "GET", "/rest/echo/this", NULL, NULL);
	json_t *json = reply_json(&reply);

	assert_int_equal(reply.code, CURLE_OK);
	assert_int_equal(reply.status, 200);
	assert_string_equal(json_string_value(json_object_get(json, "path")), "/echo/this");
	assert_non_null(strstr(reply.headers, "Turnpike-Group: read\r\n"));
	json_decref(json);
	reply_free(&reply);
}

static void test_without_credentials_it_is_401_and_control_hears_nothing(void **state)
{
	unsigned before = f.control.submitted;
	struct reply reply = https(0, NULL, "GET", "/rest/echo", NULL, NULL);
	json_t *json = reply_json(&reply),
	       *expected = json_pack("{s:i,s:s}", "error", 401, "message", "Unauthorized");

	assert_int_equal(reply.status, 401);
	assert_non_null(strstr(reply.headers, "WWW-Authenticate: Basic realm="));
	assert_null(strstr(reply.headers, "Turnpike-Group"));
	assert_true(json_equal(json, expected));
	json_decref(json);
	json_decref(expected);
	reply_free(&reply);
	assert_int_equal(status("noc:wrong", "GET", "/rest/echo", NULL), 401);
	assert_int_equal(status(NULL, "GET", "/metrics", NULL), 401);
	assert_int_equal(status(NULL, "GET", "/healthz", NULL), 401);
	assert_int_equal(status(NULL, "GET", "/rest/events", NULL), 401);
	assert_int_equal(status(NULL, "GET", "/rest/system/schema", NULL), 401);
	assert_int_equal(status(NULL, "PUT", "/rest/echo", "{}"), 401);
	assert_int_equal(f.control.submitted, before);
}

static void test_each_group_may_do_what_it_may(void **state)
{
	static const struct {
		const char *method, *path, *body;
		long read, write, full, captures;
	} cases[] = {
		{"GET", "/rest/echo", NULL, 200, 200, 200, 200},
		{"GET", "/rest/user", NULL, 200, 200, 200, 200},
		{"GET", "/metrics", NULL, 200, 200, 200, 200},
		{"POST", "/rest/echo/print", "{}", 200, 200, 200, 200},
		{"POST", "/rest/echo/monitor", "{}", 200, 200, 200, 200},
		{"POST", "/rest/echo/set", "{}", 403, 200, 200, 403},
		{"POST", "/rest/system/reload", "{}", 403, 200, 200, 403},
		{"PUT", "/rest/echo", "{}", 403, 201, 201, 403},
		{"PATCH", "/rest/echo", "{}", 403, 200, 200, 403},
		{"DELETE", "/rest/ppp/active/x", NULL, 403, 204, 204, 403},
		{"PUT", "/rest/user", "{}", 403, 403, 201, 403},
		{"PATCH", "/rest/user/noc", "{}", 403, 403, 200, 403},
		{"POST", "/rest/user/set", "{}", 403, 403, 200, 403},
		{"POST", "/rest/user/print", "{}", 200, 200, 200, 200},
		{"PATCH", "/rest/ip/service/www-ssl", "{}", 403, 403, 200, 403},
		{"PATCH", "/rest/users", "{}", 403, 200, 200, 403},
		{"POST", "/rest/tool/sniffer/start", "{}", 403, 403, 200, 200},
		{"PATCH", "/rest/tool/sniffer", "{}", 403, 403, 200, 200},
		{"PUT", "/rest/user/group", "{}", 403, 403, 201, 403},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *method = cases[i].method, *path = cases[i].path, *body = cases[i].body;
		long got[4] = {status("noc:secret", method, path, body),
			       status("desk:secret", method, path, body),
			       status("admin:secret", method, path, body),
			       status("nose:secret", method, path, body)};
		if (got[0] != cases[i].read || got[1] != cases[i].write ||
		    got[2] != cases[i].full || got[3] != cases[i].captures)
			fail_msg("%s %s: %ld %ld %ld %ld", method, path, got[0], got[1], got[2],
				 got[3]);
	}
}

static void test_values_are_strings_there_and_jsons_own_on_the_socket(void **state)
{
	struct reply reply;
	json_t *json;

	f.control.items = 25; /* three pages */
	reply = https(0, "noc:secret", "GET", "/rest/list", NULL, NULL);
	json = reply_json(&reply);
	assert_int_equal(json_array_size(json), 25);
	assert_string_equal(json_string_value(json_object_get(json_array_get(json, 24), "number")),
			    "24");
	json_decref(json);
	reply_free(&reply);

	reply = https(0, "noc:secret", "GET", "/rest/list", NULL,
		      "Accept: application/vnd.turnpike+json");
	json = reply_json(&reply);
	assert_true(json_is_integer(json_object_get(json_array_get(json, 0), "number")));
	json_decref(json);
	reply_free(&reply);

	reply = http(&f, "GET", "/rest/list", NULL);
	json = reply_json(&reply);
	assert_true(json_is_integer(json_object_get(json_array_get(json, 0), "number")));
	json_decref(json);
	reply_free(&reply);

	reply = https(0, "noc:secret", "GET", "/rest/status/404", NULL, NULL);
	json = reply_json(&reply);
	assert_int_equal(json_integer_value(json_object_get(json, "error")), 404);
	json_decref(json);
	reply_free(&reply);
}

static void test_a_password_reaches_control_as_a_hash(void **state)
{
	static const char *const calls[][2] = {
		{"PUT", "/rest/user"}, {"POST", "/rest/user/add"}, {"PATCH", "/rest/user/noc"}};

	for (size_t i = 0; i < 3; i++) {
		struct reply reply = http(&f, calls[i][0], calls[i][1],
					  "{\"name\":\"x\",\"password\":\"open\"}");
		json_t *json = reply_json(&reply);
		const char *kept = json_string_value(
			json_object_get(json_object_get(json, "body"), "password"));
		assert_true(tp_password_verify("open", kept));
		json_decref(json);
		reply_free(&reply);
	}
	/* A subscriber's stays as it is: CHAP needs it. */
	struct reply reply = http(&f, "PUT", "/rest/ppp/secret", "{\"password\":\"open\"}");
	assert_non_null(strstr(reply.body, "\"password\":\"open\""));
	reply_free(&reply);
}

static long status_with(const char *method, const char *body, const char *header)
{
	struct reply reply = https(0, "admin:secret", method, "/rest/echo", body, header);
	long result = reply.status;

	reply_free(&reply);
	return result;
}

static void test_another_sites_page_changes_nothing(void **state)
{
	static const char *const methods[] = {"POST", "PUT", "PATCH", "DELETE"};
	char own[64];
	unsigned before = f.control.submitted;

	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(status_with(methods[i], "{}", "Origin: https://evil.example"),
				 403);
		assert_int_equal(status_with(methods[i], "{}", "Sec-Fetch-Site: cross-site"), 403);
	}
	assert_int_equal(status_with("POST", "{}", "Content-Type: text/plain"), 415);
	assert_int_equal(status_with("PUT", "{}", "Content-Type:"), 415);
	assert_int_equal(f.control.submitted, before);
	snprintf(own, sizeof(own), "Origin: https://127.0.0.1:%u", port);
	assert_int_equal(status_with("POST", "{}", own), 200);
	assert_int_equal(status_with("POST", "{}", "Content-Type: application/json"), 200);
	assert_int_equal(status_with("POST", NULL, "Accept: */*"), 200);
}

static void test_plain_http_gets_no_answer(void **state)
{
	char out[256];
	int fd = tcp_connect();

	raw_send(fd, "GET /rest/echo HTTP/1.1\r\nHost: x\r\nAuthorization: Basic "
		     "bm9jOnNlY3JldA==\r\n\r\n");
	assert_false(raw_expect(fd, "HTTP/1.1 ", 3000, out, sizeof(out)));
	close(fd);
}

static bool is_closed_within(int fd, int timeout_ms)
{
	uint64_t begin = tp_clock_ms();
	char out[4096];

	raw_expect(fd, "never", timeout_ms, out, sizeof(out));
	return tp_clock_ms() - begin < (uint64_t)timeout_ms;
}

static void test_who_says_nothing_is_cut_off(void **state)
{
	int fd = tcp_connect();
	uint64_t begin = tp_clock_ms();

	assert_true(is_closed_within(fd, 4500)); /* sooner than by idleness */
	assert_true(tp_clock_ms() - begin >= 900);
	close(fd);
}

static void test_who_sends_a_byte_now_and_then_is_cut_off(void **state)
{
	int fd = tcp_connect();
	uint64_t begin = tp_clock_ms();
	char byte = 0x16; /* a handshake record's first */

	while (tp_clock_ms() - begin < 6000 && send(fd, &byte, 1, MSG_NOSIGNAL) == 1) {
		usleep(100000);
		byte = 3;
	}
	assert_true(tp_clock_ms() - begin < 5000);
	close(fd);
}

static void test_one_address_has_a_quarter_of_the_connections(void **state)
{
	int held[3];

	for (int i = 0; i < 3; i++)
		held[i] = tcp_connect();
	assert_true(is_closed_within(held[2], 800)); /* the third of 8 / 4 */
	for (int i = 0; i < 3; i++)
		close(held[i]);
	usleep(100000);
	assert_int_equal(status("noc:secret", "GET", "/rest/echo", NULL), 200);
}

static void test_large_headers_are_refused(void **state)
{
	char *header = malloc(200001);

	memset(header, 'x', 200000);
	memcpy(header, "Accept: ", 8);
	header[200000] = '\0';
	struct reply reply = https(0, "noc:secret", "GET", "/rest/echo", NULL, header);
	assert_int_not_equal(reply.status, 200);
	free(header);
	reply_free(&reply);
	assert_int_equal(status("noc:secret", "GET", "/rest/echo", NULL), 200);
}

static void test_guessing_locks_the_address(void **state)
{
	struct reply reply;

	for (int i = 0; i < 5; i++)
		assert_int_equal(status("noc:guess", "GET", "/rest/echo", NULL), 401);
	reply = https(0, "noc:secret", "GET", "/rest/echo", NULL, NULL);
	assert_int_equal(reply.status, 429);
	assert_non_null(strstr(reply.headers, "Retry-After: 60"));
	reply_free(&reply);
	reply = http(&f, "GET", "/metrics", NULL);
	assert_non_null(strstr(reply.body,
			       "turnpike_management_logins_refused_total{reason=\"locked\"} 1"));
	assert_non_null(
		strstr(reply.body, "turnpike_management_logins_refused_total{reason=\"wrong\"} 5"));
	assert_non_null(strstr(reply.body, "turnpike_management_logins_locked 1"));
	reply_free(&reply);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_who_logs_in_is_served_over_tls),
		TEST(test_without_credentials_it_is_401_and_control_hears_nothing),
		TEST(test_each_group_may_do_what_it_may),
		TEST(test_values_are_strings_there_and_jsons_own_on_the_socket),
		TEST(test_a_password_reaches_control_as_a_hash),
		TEST(test_another_sites_page_changes_nothing),
		TEST(test_plain_http_gets_no_answer),
		TEST(test_who_says_nothing_is_cut_off),
		TEST(test_who_sends_a_byte_now_and_then_is_cut_off),
		TEST(test_one_address_has_a_quarter_of_the_connections),
		TEST(test_large_headers_are_refused),
		TEST(test_guessing_locks_the_address),
	};

	return cmocka_run_group_tests(tests, make_certificates, remove_certificates);
}
