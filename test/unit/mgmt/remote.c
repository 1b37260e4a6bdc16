/* SPDX-License-Identifier: BSD-3-Clause */
/* The service www-ssl: TLS, logins, groups, what it makes of hostile clients, and its changes
 * while it runs. The certificates are openssl(1)'s. */
#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <signal.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/log.h"
#include "client.h"
#include "config/file/file.h"
#include "config/types/password.h"

/* Of "secret". */
#define SECRET                                                                                     \
	"$6$saltsalt$TVLlQcbpFVof5W3Yz4DTP6gRstiNuHwwTt6GLc"                                       \
	"1E5n0U0aDehy0S5knV8wiOQSpT0Y77vwPZN.Pq.H91p5hVO1"

static struct fixture f;
static char folder[] = "/tmp/turnpike-tls-XXXXXX";
static char certificates[2][96];
static unsigned port;

/* Certificate and key in one file. */
static void make_certificate(unsigned number)
{
	char command[512];

	snprintf(certificates[number], sizeof(certificates[number]), "%s/%u.pem", folder, number);
	snprintf(command, sizeof(command),
		 "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "
		 "-days 2 -subj /CN=turnpike%u -addext subjectAltName=IP:127.0.0.1 "
		 "-keyout %s.key -out %s 2>/dev/null && cat %s.key >>%s",
		 number, certificates[number], certificates[number], certificates[number],
		 certificates[number]);
	assert_int_equal(system(command), 0);
}

static unsigned free_port(void)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(in);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&in, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&in, &len), 0);
	close(fd);
	return ntohs(in.sin_port);
}

static struct tp_remote *settings(const char *more)
{
	struct tp_errors errors;
	char yaml[2048];

	snprintf(yaml, sizeof(yaml),
		 "ip: { service: [ { name: www-ssl, local-address: 127.0.0.1, disabled: no, %s } ] "
		 "}\n"
		 "user:\n"
		 "  - { name: noc, password: '" SECRET "' }\n"
		 "  - { name: desk, password: '" SECRET "', group: write }\n"
		 "  - { name: admin, password: '" SECRET "', group: full }\n",
		 more);
	struct tp_config *config =
		tp_config_load_text(TP_PROGRAM_SERVER, "t", yaml, strlen(yaml), &errors);
	assert_non_null(config);
	struct tp_remote *remote = tp_remote_create(config);
	tp_config_destroy(config);
	remote->use_radius = true;
	return remote;
}

static struct tp_remote *usual(unsigned certificate)
{
	char text[256];

	snprintf(text, sizeof(text), "port: %u, certificate: '%s', max-sessions: 8", port,
		 certificates[certificate]);
	return settings(text);
}

static int setup(void **state)
{
	const struct tp_mgmt_setup limits = {.idle_timeout_s = 5, .login_timeout_ms = 1000};
	struct tp_error error = {0};

	port = free_port();
	assert_int_equal(fixture_start_remote(&f, &limits, usual(0), &error), 0);
	return 0;
}

static int teardown(void **state)
{
	fixture_stop(&f);
	return 0;
}

static void change(struct tp_remote *remote)
{
	struct tp_remote *old = atomic_exchange(&f.control.remote, remote);

	tp_remote_destroy(old);
	fake_control_wake(&f.control);
	for (int i = 0; i < 5000 && atomic_load(&f.control.remote) != NULL; i++)
		usleep(1000);
	usleep(50000);
}

/* Over TLS, the certificate with this number being the one that is trusted. USER: "name:password",
 * or NULL. ACCEPT: a header, or NULL. */
static struct reply https(unsigned trusted, const char *user, const char *method, const char *path,
			  const char *body, const char *accept)
{
	struct curl_slist *headers = accept != NULL ? curl_slist_append(NULL, accept) : NULL;

	if (body != NULL && (accept == NULL || strstr(accept, "Content-Type") == NULL))
		headers = curl_slist_append(headers, "Content-Type: application/json");
	struct reply reply;
	char url[256];
	CURL *curl = curl_easy_init();

	snprintf(url, sizeof(url), "https://127.0.0.1:%u%s", port, path);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_CAINFO, certificates[trusted]);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	if (user != NULL)
		curl_easy_setopt(curl, CURLOPT_USERPWD, user);
	if (body != NULL)
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
	reply = reply_of(curl);
	curl_slist_free_all(headers);
	return reply;
}

static long status(const char *user, const char *method, const char *path, const char *body)
{
	struct reply reply = https(0, user, method, path, body, NULL);
	long result = reply.status;

	reply_free(&reply);
	return result;
}

static int tcp_connect(void)
{
	struct sockaddr_in in = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (connect(fd, (struct sockaddr *)&in, sizeof(in)) == 0)
		return fd;
	close(fd);
	return -1;
}

static void test_who_logs_in_is_served_over_tls(void **state)
{
	struct reply reply = https(0, "noc:secret", "GET", "/rest/echo/this", NULL, NULL);
	json_t *json = reply_json(&reply);

	assert_int_equal(reply.code, CURLE_OK);
	assert_int_equal(reply.status, 200);
	assert_string_equal(json_string_value(json_object_get(json, "path")), "/echo/this");
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
		long read, write, full;
	} cases[] = {
		{"GET", "/rest/echo", NULL, 200, 200, 200},
		{"GET", "/rest/user", NULL, 200, 200, 200},
		{"GET", "/metrics", NULL, 200, 200, 200},
		{"POST", "/rest/echo/print", "{}", 200, 200, 200},
		{"POST", "/rest/echo/monitor", "{}", 200, 200, 200},
		{"POST", "/rest/echo/set", "{}", 403, 200, 200},
		{"POST", "/rest/system/reload", "{}", 403, 200, 200},
		{"PUT", "/rest/echo", "{}", 403, 201, 201},
		{"PATCH", "/rest/echo", "{}", 403, 200, 200},
		{"DELETE", "/rest/ppp/active/x", NULL, 403, 204, 204},
		{"PUT", "/rest/user", "{}", 403, 403, 201},
		{"PATCH", "/rest/user/noc", "{}", 403, 403, 200},
		{"POST", "/rest/user/set", "{}", 403, 403, 200},
		{"POST", "/rest/user/print", "{}", 200, 200, 200},
		{"PATCH", "/rest/ip/service/www-ssl", "{}", 403, 403, 200},
		{"PATCH", "/rest/users", "{}", 403, 200, 200},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *method = cases[i].method, *path = cases[i].path, *body = cases[i].body;
		long got[3] = {status("noc:secret", method, path, body),
			       status("desk:secret", method, path, body),
			       status("admin:secret", method, path, body)};
		if (got[0] != cases[i].read || got[1] != cases[i].write || got[2] != cases[i].full)
			fail_msg("%s %s: %ld %ld %ld", method, path, got[0], got[1], got[2]);
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
	pid_t child = fork();

	if (child == 0)
		_exit(status(user, method, "/rest/echo", body) == 200 ? 0 : 1);
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
	assert_true(WIFEXITED(ended) && WEXITSTATUS(ended) == 1);
	assert_true(tp_clock_ms() - begin < 9000); /* sooner than by time */
	let_speak();
}

static void test_a_user_who_is_gone_is_refused_at_once(void **state)
{
	assert_int_equal(status("noc:secret", "GET", "/rest/echo", NULL), 200);
	struct tp_remote *remote = usual(0);
	remote->user[0].name[0] = 'k';
	change(remote);
	assert_int_equal(status("noc:secret", "GET", "/rest/echo", NULL), 401);
	assert_int_equal(status("koc:secret", "GET", "/rest/echo", NULL), 200);
}

static void test_clients_from_elsewhere_are_not_let_in(void **state)
{
	struct tp_remote *remote = usual(0);

	remote->address.prefix = malloc(sizeof(*remote->address.prefix));
	remote->address.prefix[0] = (struct tp_prefix){.address = 0x0a000000, .length = 8};
	remote->address.count = 1;
	change(remote);
	assert_int_equal(status("noc:secret", "GET", "/rest/echo", NULL), 0);
	change(usual(0));
	assert_int_equal(status("noc:secret", "GET", "/rest/echo", NULL), 200);
}

static void test_a_new_certificate_is_shown_to_new_connections(void **state)
{
	struct reply reply = https(1, "noc:secret", "GET", "/rest/echo", NULL, NULL);

	assert_int_equal(reply.code, CURLE_PEER_FAILED_VERIFICATION);
	reply_free(&reply);
	change(usual(1));
	reply = https(1, "noc:secret", "GET", "/rest/echo", NULL, NULL);
	assert_int_equal(reply.status, 200);
	reply_free(&reply);
}

static void test_a_certificate_that_cannot_be_read_leaves_the_old_one(void **state)
{
	struct tp_remote *remote = usual(0);

	strcpy(remote->certificate, "/nowhere");
	change(remote);
	assert_int_equal(status("noc:secret", "GET", "/rest/echo", NULL), 200);
}

static void test_the_port_changes_and_a_request_under_way_is_answered(void **state)
{
	unsigned old = port;

	f.control.silent = true;
	pid_t child = fork();
	if (child == 0) {
		long result = status("noc:secret", "GET", "/rest/silent", NULL);
		_exit(result == 200 ? 0 : 1);
	}
	for (int i = 0; i < 5000 && f.control.submitted == 0; i++)
		usleep(1000);
	port = free_port();
	change(usual(0));
	assert_int_equal(status("noc:secret", "GET", "/rest/echo", NULL), 200);
	f.control.silent = false;
	fake_control_wake(&f.control);
	int ended = -1;
	waitpid(child, &ended, 0);
	assert_int_equal(ended, 0);
	port = old;
	assert_int_equal(tcp_connect(), -1);
}

static void test_a_disabled_service_does_not_listen(void **state)
{
	struct tp_remote *remote = usual(0);

	remote->disabled = true;
	change(remote);
	assert_int_equal(tcp_connect(), -1);
	change(usual(0));
	assert_int_equal(status("noc:secret", "GET", "/rest/echo", NULL), 200);
}

static void test_settings_that_would_not_do_are_refused_before_control_has_them(void **state)
{
	unsigned before = f.control.submitted, other = free_port();
	struct sockaddr_in in = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)other),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char body[96];

	assert_int_equal(bind(fd, (struct sockaddr *)&in, sizeof(in)), 0);
	assert_int_equal(listen(fd, 1), 0);
	struct reply reply =
		http(&f, "PATCH", "/rest/ip/service/www-ssl", "{\"certificate\":\"/nowhere.pem\"}");
	assert_int_equal(reply.status, 400);
	assert_non_null(strstr(reply.body, "ip.service[www-ssl].certificate: cannot read"));
	reply_free(&reply);
	snprintf(body, sizeof(body), "{\"port\":\"%u\"}", other);
	reply = http(&f, "PATCH", "/rest/ip/service/www-ssl", body);
	assert_int_equal(reply.status, 400);
	assert_non_null(strstr(reply.body, "ip.service[www-ssl].port: cannot listen"));
	reply_free(&reply);
	assert_int_equal(f.control.submitted, before);
	/* Disabled, it may have any. */
	reply = http(&f, "PATCH", "/rest/ip/service/www-ssl",
		     "{\"certificate\":\"/nowhere.pem\",\"disabled\":true}");
	assert_int_equal(reply.status, 200);
	reply_free(&reply);
	close(fd);
}

static void test_a_start_without_the_certificate_says_where_it_is_missing(void **state)
{
	struct tp_error error = {0};
	struct fixture other;

	port = free_port();
	assert_int_equal(fixture_start_remote(&other, NULL,
					      settings("port: 1, certificate: /nowhere.pem"),
					      &error),
			 -EINVAL);
	assert_string_equal(error.place, "ip.service[www-ssl].certificate");
	assert_non_null(strstr(error.message, "/nowhere.pem"));
}

static int make_certificates(void **state)
{
	assert_non_null(mkdtemp(folder));
	make_certificate(0);
	make_certificate(1);
	return 0;
}

static int remove_certificates(void **state)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
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
		TEST(test_a_user_of_a_radius_server_does_what_the_group_may),
		TEST(test_a_body_that_comes_while_radius_is_asked_is_kept_or_thrown_away),
		TEST(test_who_is_wrong_at_radius_or_not_heard_of_is_refused),
		TEST(test_others_are_served_while_radius_is_slow_and_whoever_asked_may_go),
		TEST(test_the_end_does_not_wait_for_radius),
		TEST(test_a_user_who_is_gone_is_refused_at_once),
		TEST(test_clients_from_elsewhere_are_not_let_in),
		TEST(test_a_new_certificate_is_shown_to_new_connections),
		TEST(test_a_certificate_that_cannot_be_read_leaves_the_old_one),
		TEST(test_the_port_changes_and_a_request_under_way_is_answered),
		TEST(test_a_disabled_service_does_not_listen),
		TEST(test_settings_that_would_not_do_are_refused_before_control_has_them),
		cmocka_unit_test(test_a_start_without_the_certificate_says_where_it_is_missing),
	};

	return cmocka_run_group_tests(tests, make_certificates, remove_certificates);
}
