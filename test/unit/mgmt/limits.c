/* SPDX-License-Identifier: BSD-3-Clause */
/* What happens at the limits: a busy or silent control, bodies too large, slow and idle clients,
 * events for listeners who do not listen, and the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "client.h"

static struct fixture f;

static int setup(void **state)
{
	const struct tp_mgmt_setup limits = {.max_connections = 8,
					     .max_listeners = 2,
					     .idle_timeout_s = 1,
					     .answer_timeout_ms = 300,
					     .keepalive_ms = 200,
					     .event_queue = 4096};

	fixture_start(&f, &limits);
	return 0;
}

static int teardown(void **state)
{
	fixture_stop(&f);
	return 0;
}

static void test_a_full_ring_is_503_with_retry_after(void **state)
{
	f.control.full = true;
	struct reply reply = http(&f, "GET", "/rest/echo", NULL);

	assert_int_equal(reply.status, 503);
	assert_non_null(strstr(reply.headers, "Retry-After: 1\r\n"));
	assert_non_null(strstr(reply.body, "try again"));
	reply_free(&reply);
}

static void *free_the_ring(void *user)
{
	usleep(100000);
	f.control.full = false;
	return NULL;
}

static void test_a_ring_that_fills_within_a_list_delays_the_list_only(void **state)
{
	char out[1 << 16];
	pthread_t thread;

	/* More than the socket's buffers hold, so that pages are left to be asked for. */
	f.control.items = 20000;
	int fd = raw_connect(&f);
	raw_send(fd, "GET /rest/list HTTP/1.0\r\n\r\n");
	assert_true(raw_expect(fd, "\"number\":0", 1000, out, 256));
	f.control.full = true;
	pthread_create(&thread, NULL, free_the_ring, NULL);
	bool whole = false;
	for (int i = 0; i < 1000 && !whole; i++)
		whole = raw_expect(fd, "]\n", 100, out, sizeof(out));
	assert_true(whole);
	pthread_join(thread, NULL);
	close(fd);
}

static void test_a_silent_control_is_504_in_time(void **state)
{
	f.control.silent = true;
	uint64_t begin = tp_clock_ms();
	struct reply reply = http(&f, "PATCH", "/rest/silent", "{}");

	assert_int_equal(reply.status, 504);
	assert_in_range(tp_clock_ms() - begin, 250, 5000);
	reply_free(&reply);
	/* The late answer harms nobody. */
	f.control.silent = false;
	fake_control_wake(&f.control);
	reply = http(&f, "GET", "/rest/echo", NULL);
	assert_int_equal(reply.status, 200);
	reply_free(&reply);
}

static void test_a_client_that_left_while_control_worked_is_forgotten(void **state)
{
	f.control.silent = true;
	int fd = raw_connect(&f);
	raw_send(fd, "GET /rest/silent HTTP/1.1\r\nHost: x\r\n\r\n");
	usleep(100000);
	close(fd);
	f.control.silent = false;
	fake_control_wake(&f.control);
	struct reply reply = http(&f, "GET", "/rest/echo", NULL);
	assert_int_equal(reply.status, 200);
	reply_free(&reply);
}

static void test_a_body_over_a_mebibyte_is_413_and_one_of_a_mebibyte_is_not(void **state)
{
	static char body[1024 * 1024 + 2];

	memset(body, ' ', sizeof(body));
	body[0] = '{';
	body[1024 * 1024 - 1] = '}';
	body[1024 * 1024] = '\0';
	struct reply reply = http(&f, "PUT", "/rest/echo", body);
	assert_int_equal(reply.status, 201);
	reply_free(&reply);

	body[1024 * 1024] = ' ';
	body[1024 * 1024 + 1] = '\0';
	reply = http(&f, "PUT", "/rest/echo", body);
	assert_int_equal(reply.status, 413);
	reply_free(&reply);
}

static void test_a_chunked_body_is_limited_too(void **state)
{
	static char chunk[65536 + 16];
	char out[1024];
	int fd = raw_connect(&f);

	memset(chunk, ' ', sizeof(chunk));
	memcpy(chunk, "10000\r\n", 7);
	memcpy(chunk + 7 + 65536, "\r\n", 3);
	raw_send(fd, "PUT /rest/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
	for (int i = 0; i < 17; i++)
		raw_send(fd, chunk);
	raw_send(fd, "0\r\n\r\n");
	assert_true(raw_expect(fd, "413", 2000, out, sizeof(out)));
	close(fd);
}

static void test_an_idle_connection_is_closed(void **state)
{
	char out[512];
	int fd = raw_connect(&f);
	uint64_t begin = tp_clock_ms();

	raw_send(fd, "GET /rest/echo HTTP/1.1\r\nHo");
	assert_false(raw_expect(fd, "200", 5000, out, sizeof(out)));
	assert_in_range(tp_clock_ms() - begin, 500, 4000);
	close(fd);
}

static void test_connections_over_the_limit_wait_for_their_turn(void **state)
{
	int held[8];

	f.control.silent = true;
	for (int i = 0; i < 8; i++) {
		held[i] = raw_connect(&f);
		raw_send(held[i], "GET /rest/silent HTTP/1.1\r\nHost: x\r\n\r\n");
	}
	usleep(50000);
	/* When they have been told that control is silent there is room. */
	struct reply reply = http(&f, "GET", "/rest/echo", NULL);
	assert_int_equal(reply.code, 0);
	assert_int_equal(reply.status, 200);
	reply_free(&reply);
	for (int i = 0; i < 8; i++)
		close(held[i]);
	f.control.silent = false;
	fake_control_wake(&f.control);
}

static uint64_t cpu_ms(void)
{
	clockid_t clock;
	struct timespec used;

	assert_int_equal(pthread_getcpuclockid(f.thread, &clock), 0);
	clock_gettime(clock, &used);
	return (uint64_t)used.tv_sec * 1000 + (uint64_t)used.tv_nsec / 1000000;
}

#define MANY 128

static void test_those_who_send_a_byte_now_and_then_do_not_shut_out_a_call(void **state)
{
	const struct tp_mgmt_setup usual = {0};
	int held[MANY + 72];

	fixture_stop(&f);
	fixture_start(&f, &usual);
	for (int i = 0; i < MANY + 72; i++)
		held[i] = raw_connect(&f);
	for (int byte = 0; byte < 3; byte++) {
		for (int i = 0; i < MANY + 72; i++)
			send(held[i], "G", 1, MSG_NOSIGNAL);
		usleep(100000);
	}
	for (int i = 0; i < 3; i++) {
		uint64_t begin = tp_clock_ms();
		struct reply reply = http(&f, "GET", "/rest/echo", NULL);

		assert_int_equal(reply.status, 200);
		assert_true(tp_clock_ms() - begin < 9000); /* before any of them is out of time */
		reply_free(&reply);
	}
	for (int i = 0; i < MANY + 72; i++)
		close(held[i]);
}

static void test_a_request_that_trickles_in_is_cut_off(void **state)
{
	const struct tp_mgmt_setup hasty = {.request_timeout_ms = 1000};
	char out[512];

	fixture_stop(&f);
	fixture_start(&f, &hasty);
	for (int body = 0; body < 2; body++) {
		uint64_t begin = tp_clock_ms();
		int fd = raw_connect(&f);

		if (body)
			raw_send(fd, "POST /rest/echo HTTP/1.1\r\nHost: x\r\n"
				     "Content-Length: 1000\r\n\r\n");
		else
			raw_send(fd, "GET /rest/echo HTTP/1.1\r\nX: ");
		while (tp_clock_ms() - begin < 15000 && send(fd, " ", 1, MSG_NOSIGNAL) == 1)
			usleep(50000);
		assert_in_range(tp_clock_ms() - begin, 900, 14000);
		assert_false(raw_expect(fd, "200", 1000, out, sizeof(out)));
		close(fd);
	}
}

static void test_without_descriptors_it_waits_and_does_not_spin(void **state)
{
	const struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct sockaddr_un to = address;
	struct rlimit limit, few;
	int fillers[512], count = 0, client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char out[512];

	snprintf(to.sun_path, sizeof(to.sun_path), "%s", f.path);
	getrlimit(RLIMIT_NOFILE, &limit);
	few = limit;
	few.rlim_cur = 256;
	setrlimit(RLIMIT_NOFILE, &few);
	while (count < 512 && (fillers[count] = dup(client)) >= 0)
		count++;
	assert_int_equal(connect(client, (const struct sockaddr *)&to, sizeof(to)), 0);
	raw_send(client, "GET /rest/echo HTTP/1.1\r\nHost: x\r\n\r\n");
	usleep(200000);
	uint64_t before = cpu_ms();
	usleep(1500000);
	assert_true(cpu_ms() - before < 400);
	while (count > 0)
		close(fillers[--count]);
	setrlimit(RLIMIT_NOFILE, &limit);
	assert_true(raw_expect(client, "200 OK", 10000, out, sizeof(out)));
	close(client);
}

static int listen_to_events(const char *url)
{
	char request[256], out[512];
	int fd = raw_connect(&f);

	snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", url);
	raw_send(fd, request);
	assert_true(raw_expect(fd, ": listening", 2000, out, sizeof(out)));
	assert_non_null(strstr(out, "text/event-stream"));
	return fd;
}

static void test_a_listener_gets_events_and_comments_when_there_are_none(void **state)
{
	char out[2048];
	int fd = listen_to_events("/rest/events");

	assert_int_equal(f.control.listening, 1);
	fake_control_event(&f.control, json_pack("{s:s,s:s}", "event", "session-up", "user", "MT"));
	assert_true(raw_expect(
		fd, "event: session-up\ndata: {\"event\":\"session-up\",\"user\":\"MT\"}\n\n", 2000,
		out, sizeof(out)));
	assert_true(raw_expect(fd, ": keep-alive\n\n", 3000, out, sizeof(out)));
	close(fd);
	/* Noticed at the next comment. */
	for (int i = 0; i < 50 && f.control.listening == 1; i++)
		usleep(100000);
	assert_int_equal(f.control.listening, 0);
}

static void test_a_listener_gets_only_what_it_asked_for(void **state)
{
	char out[2048];
	int fd = listen_to_events("/rest/events?event=session-down&vlan=7");

	fake_control_event(&f.control, json_pack("{s:s,s:i}", "event", "session-up", "vlan", 7));
	fake_control_event(&f.control, json_pack("{s:s,s:i}", "event", "session-down", "vlan", 8));
	fake_control_event(&f.control, json_pack("{s:s}", "event", "session-down"));
	fake_control_event(&f.control, json_pack("{s:s,s:i}", "event", "session-down", "vlan", 7));
	assert_true(raw_expect(fd, "\"vlan\":7", 2000, out, sizeof(out)));
	assert_null(strstr(out, "session-up"));
	assert_null(strstr(out, ":8"));
	close(fd);
}

static void test_a_slow_listener_loses_events_and_is_told_how_many(void **state)
{
	static char out[1 << 20], filler[2001];
	int fd = listen_to_events("/rest/events");

	memset(filler, 'x', sizeof(filler) - 1);
	for (int i = 0; i < 400; i++)
		fake_control_event(&f.control,
				   json_pack("{s:s,s:s}", "event", "noise", "text", filler));
	usleep(500000);
	assert_true(raw_expect(fd, "\"lost\":", 3000, out, sizeof(out)));
	assert_non_null(strstr(out, "event: lost\ndata: {\"event\":\"lost\",\"lost\":"));
	close(fd);
}

static void test_listeners_are_limited(void **state)
{
	int one = listen_to_events("/rest/events"), two = listen_to_events("/rest/events");
	struct reply reply = http(&f, "GET", "/rest/events", NULL);

	assert_int_equal(reply.status, 503);
	reply_free(&reply);
	close(one);
	close(two);
}

static void test_the_end_answers_whoever_waits_and_ends_event_streams(void **state)
{
	char out[1024];

	fixture_start(&f, NULL);
	f.control.silent = true;
	int waiting = raw_connect(&f);
	raw_send(waiting, "GET /rest/silent HTTP/1.1\r\nHost: x\r\n\r\n");
	int listening = listen_to_events("/rest/events");
	usleep(50000);
	tp_mgmt_stop(f.mgmt);
	assert_true(raw_expect(waiting, " 503 ", 2000, out, sizeof(out)));
	assert_true(raw_expect(listening, "0\r\n\r\n", 2000, out, sizeof(out)));
	f.control.silent = false;
	fake_control_wake(&f.control);
	fixture_stop(&f);
	close(waiting);
	close(listening);
}

static void test_the_end_comes_soon_even_if_clients_hold_on(void **state)
{
	char out[256];

	fixture_start(&f, NULL);
	f.control.items = 1000000;
	int fd = raw_connect(&f);
	raw_send(fd, "GET /rest/list HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_true(raw_expect(fd, "\"number\":0", 2000, out, sizeof(out)));
	uint64_t begin = tp_clock_ms();
	fixture_stop(&f);
	assert_true(tp_clock_ms() - begin < 3000);
	close(fd);
}

static void test_places_that_are_all_taken_do_not_make_it_spin(void **state)
{
	int held[9];

	f.control.silent = true;
	for (int i = 0; i < 9; i++) {
		held[i] = raw_connect(&f);
		raw_send(held[i], "GET /rest/silent HTTP/1.1\r\nHost: x\r\n\r\n");
	}
	usleep(20000);
	uint64_t before = cpu_ms();
	usleep(200000);
	uint64_t used = cpu_ms() - before;
	assert_true(used < 100); /* it spins through all 200 */
	for (int i = 0; i < 9; i++)
		close(held[i]);
	f.control.silent = false;
	fake_control_wake(&f.control);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_places_that_are_all_taken_do_not_make_it_spin),
		TEST(test_a_full_ring_is_503_with_retry_after),
		TEST(test_a_ring_that_fills_within_a_list_delays_the_list_only),
		TEST(test_a_silent_control_is_504_in_time),
		TEST(test_a_client_that_left_while_control_worked_is_forgotten),
		TEST(test_a_body_over_a_mebibyte_is_413_and_one_of_a_mebibyte_is_not),
		TEST(test_a_chunked_body_is_limited_too),
		TEST(test_an_idle_connection_is_closed),
		TEST(test_connections_over_the_limit_wait_for_their_turn),
		TEST(test_those_who_send_a_byte_now_and_then_do_not_shut_out_a_call),
		TEST(test_a_request_that_trickles_in_is_cut_off),
		TEST(test_without_descriptors_it_waits_and_does_not_spin),
		TEST(test_a_listener_gets_events_and_comments_when_there_are_none),
		TEST(test_a_listener_gets_only_what_it_asked_for),
		TEST(test_a_slow_listener_loses_events_and_is_told_how_many),
		TEST(test_listeners_are_limited),
		cmocka_unit_test(test_the_end_answers_whoever_waits_and_ends_event_streams),
		cmocka_unit_test(test_the_end_comes_soon_even_if_clients_hold_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
