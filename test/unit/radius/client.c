/* SPDX-License-Identifier: BSD-3-Clause */
/* Requests to one server: sending, identifiers, answers and what is none. */
#include "net.h"

#include <errno.h>
#include <stdlib.h>

static const uint32_t one[] = {1, 0};

static int begin(void **state)
{
	net_create(100);
	net_set(1);
	return 0;
}

static int end(void **state)
{
	net_destroy();
	return 0;
}

static void test_a_request_is_answered(void **state)
{
	struct tp_radius_counters counters;
	struct verdict verdict;

	assert_int_equal(net_ask(&verdict, one), 0);
	assert_int_equal(net.sent_count, 1);
	assert_int_equal(net_counters(1, TP_RADIUS_AUTH).pending, 1);
	net.now_ms += 12;
	net_reply(0, TP_RADIUS_ACCESS_ACCEPT);
	assert_int_equal(verdict.calls, 1);
	assert_int_equal(verdict.result, TP_RADIUS_ANSWERED);
	assert_int_equal(verdict.code, TP_RADIUS_ACCESS_ACCEPT);
	assert_int_equal(verdict.server, 1);
	assert_int_equal(verdict.rtt_ms, 12);
	counters = net_counters(1, TP_RADIUS_AUTH);
	assert_int_equal(counters.requests, 1);
	assert_int_equal(counters.accepts, 1);
	assert_int_equal(counters.pending, 0);
	assert_int_equal(counters.last_rtt_ms, 12);
	net_until(net.now_ms + 10000);
	assert_int_equal(net.sent_count, 1);
}

static void test_the_server_can_check_it_and_read_the_password(void **state)
{
	struct tp_radius_packet packet;
	struct tp_radius_value value;
	struct verdict verdict;
	uint8_t clear[TP_RADIUS_PASSWORD_MAX];

	net_ask(&verdict, one);
	assert_int_equal(tp_radius_parse(net.sent[0].bytes, net.sent[0].len, &packet), 0);
	assert_int_equal(tp_radius_check_request(&packet, "secret1", true), TP_RADIUS_PROVEN);
	assert_ptr_equal(packet.message_authenticator, packet.bytes + 22);
	assert_true(tp_radius_get(&packet, TP_RADIUS_USER_PASSWORD, &value));
	assert_true(
		tp_radius_reveal(value.bytes, value.len, "secret1", packet.authenticator, clear));
	assert_string_equal((char *)clear, "password");
}

static void test_it_is_sent_three_times_with_the_same_bytes(void **state)
{
	uint64_t begin_ms = net.now_ms;
	struct verdict verdict;

	net_ask(&verdict, one);
	net_until(begin_ms + 899);
	assert_int_equal(net.sent_count, 3);
	for (unsigned i = 1; i < 3; i++) {
		assert_int_equal(net.sent[i].at_ms, begin_ms + 300 * i);
		assert_ptr_equal(net.sent[i].wire, net.sent[0].wire);
		assert_memory_equal(net.sent[i].bytes, net.sent[0].bytes, net.sent[0].len);
	}
	assert_int_equal(verdict.calls, 0);
	net_until(begin_ms + 900);
	assert_int_equal(verdict.calls, 1);
	assert_int_equal(verdict.result, TP_RADIUS_NO_ANSWER);
	assert_int_equal(net_counters(1, TP_RADIUS_AUTH).resends, 2);
	assert_int_equal(net_counters(1, TP_RADIUS_AUTH).timeouts, 1);
}

static void test_an_answer_to_any_sending_is_taken_once(void **state)
{
	struct verdict verdict;

	net_ask(&verdict, one);
	net_until(net.now_ms + 350);
	assert_int_equal(net.sent_count, 2);
	net_reply(0, TP_RADIUS_ACCESS_REJECT);
	net_reply(1, TP_RADIUS_ACCESS_REJECT);
	net_reply(0, TP_RADIUS_ACCESS_REJECT);
	assert_int_equal(verdict.calls, 1);
	assert_int_equal(net_counters(1, TP_RADIUS_AUTH).rejects, 1);
	assert_int_equal(net_counters(1, TP_RADIUS_AUTH).late, 2);
	assert_int_equal(net_counters(1, TP_RADIUS_AUTH).bad_replies, 0);
}

/* Since the clock's start. */
static uint32_t delay_s(void *owner, uint64_t now_ms)
{
	return (uint32_t)((now_ms - 1000000) / 1000);
}

static uint32_t delay_of(unsigned i)
{
	struct tp_radius_packet packet;
	struct tp_radius_value value;
	uint32_t delay = UINT32_MAX;

	assert_int_equal(tp_radius_parse(net.sent[i].bytes, net.sent[i].len, &packet), 0);
	assert_int_equal(tp_radius_check_request(&packet, "secret1", false), TP_RADIUS_PROVEN);
	assert_true(tp_radius_get(&packet, TP_RADIUS_ACCT_DELAY_TIME, &value));
	assert_true(tp_radius_u32(&value, &delay));
	return delay;
}

static void test_a_changed_delay_takes_another_identifier(void **state)
{
	struct verdict verdict;

	net_until(1000500);
	assert_int_equal(net_account(&verdict, one, delay_s), 0);
	net_until(1001350);
	assert_int_equal(net.sent_count, 3);
	assert_int_equal(delay_of(0), 0);
	assert_int_equal(delay_of(1), 0);
	assert_int_equal(delay_of(2), 1);
	assert_int_equal(net.sent[0].bytes[1], net.sent[1].bytes[1]);
	assert_int_not_equal(net.sent[0].bytes[1], net.sent[2].bytes[1]);
	/* The record has arrived, whichever of its sendings is answered. */
	net_reply(0, TP_RADIUS_ACCOUNTING_RESPONSE);
	assert_int_equal(verdict.result, TP_RADIUS_ANSWERED);
	assert_int_equal(verdict.calls, 1);
	net_reply(2, TP_RADIUS_ACCOUNTING_RESPONSE);
	assert_int_equal(net_counters(1, TP_RADIUS_ACCT).late, 1);
	assert_int_equal(net_counters(1, TP_RADIUS_ACCT).acknowledged, 1);
	assert_int_equal(net_counters(1, TP_RADIUS_ACCT).pending, 0);
}

/* A record of before, or of who leaves it out: it is sent as it is. */
static void test_a_request_without_a_delay_gets_none(void **state)
{
	uint8_t room[64];
	struct verdict verdict;
	struct tp_radius_builder b;
	struct tp_radius_ask ask = {.service = TP_RADIUS_ACCT,
				    .bytes = room,
				    .servers = one,
				    .server_count = 1,
				    .done = net_done,
				    .delay_s = delay_s,
				    .owner = &verdict};

	tp_radius_begin(&b, room, sizeof(room), TP_RADIUS_ACCOUNTING_REQUEST);
	tp_radius_put_u32(&b, TP_RADIUS_ACCT_STATUS_TYPE, TP_RADIUS_ACCT_START);
	ask.len = tp_radius_finish(&b);
	verdict = (struct verdict){0};
	assert_int_equal(tp_radius_client_ask(net.client, &ask, NULL, net.now_ms), 0);
	net_until(net.now_ms + 1350);
	assert_true(net.sent_count > 1);
	for (unsigned i = 0; i < net.sent_count; i++) {
		assert_int_equal(net.sent[i].len, ask.len);
		assert_memory_equal(net.sent[i].bytes, net.sent[0].bytes, ask.len);
		assert_memory_equal(net.sent[i].bytes + TP_RADIUS_HEADER_LEN,
				    room + TP_RADIUS_HEADER_LEN, ask.len - TP_RADIUS_HEADER_LEN);
	}
}

static void expect_bad(enum tp_radius_bad_reply reason, const struct verdict *verdict)
{
	struct tp_radius_counters counters = net_counters(1, TP_RADIUS_AUTH);
	uint64_t sum = 0;

	for (unsigned i = 0; i < TP_RADIUS_BAD_REPLY_COUNT; i++)
		sum += counters.bad[i];
	assert_int_equal(counters.bad[reason], 1);
	assert_int_equal(counters.bad_replies, sum);
	assert_int_equal(verdict->calls, 0);
}

static void test_forged_answers_are_counted_and_ignored(void **state)
{
	uint8_t room[TP_RADIUS_PACKET_MAX];
	struct tp_radius_endpoint other;
	struct verdict verdict;
	size_t len;

	net_ask(&verdict, one);
	len = net_make_reply(0, TP_RADIUS_ACCESS_ACCEPT, true, "guess", room);
	net_deliver(0, room, len);
	expect_bad(TP_RADIUS_BAD_REPLY_AUTHENTICATOR, &verdict);

	len = net_make_reply(0, TP_RADIUS_ACCESS_ACCEPT, false, "secret1", room);
	net_deliver(0, room, len);
	expect_bad(TP_RADIUS_BAD_REPLY_NO_MESSAGE_AUTH, &verdict);

	len = net_make_reply(0, TP_RADIUS_ACCOUNTING_RESPONSE, true, "secret1", room);
	net_deliver(0, room, len);
	expect_bad(TP_RADIUS_BAD_REPLY_WRONG_CODE, &verdict);

	len = net_make_reply(0, TP_RADIUS_ACCESS_ACCEPT, true, "secret1", room);
	net_deliver(0, room, len - 1);
	expect_bad(TP_RADIUS_BAD_REPLY_MALFORMED, &verdict);

	room[1]++;
	net_deliver(0, room, len);
	expect_bad(TP_RADIUS_BAD_REPLY_NOT_ASKED, &verdict);
	room[1]--;

	other = tp_radius_endpoint_ipv4(0x0a000001, 1645);
	tp_radius_client_input(net.client, net.sent[0].wire->socket, &other, room, len, net.now_ms);
	expect_bad(TP_RADIUS_BAD_REPLY_WRONG_SOURCE, &verdict);

	/* All the while the true answer is waited for. */
	net_deliver(0, room, len);
	assert_int_equal(verdict.calls, 1);
	assert_int_equal(net_counters(1, TP_RADIUS_AUTH).late, 0);
}

static void test_message_authenticators_may_be_done_without_but_not_be_wrong(void **state)
{
	struct tp_radius_server server = net_server(1);
	uint8_t room[TP_RADIUS_PACKET_MAX];
	struct verdict verdict;
	size_t len;

	server.require_message_auth = false;
	tp_radius_client_set(net.client, &server, net.now_ms);
	net_ask(&verdict, one);
	len = net_make_reply(0, TP_RADIUS_ACCESS_ACCEPT, false, "secret1", room);
	net_deliver(0, room, len);
	assert_int_equal(verdict.calls, 1);
}

static void test_a_late_answer_is_none_to_the_next_of_its_identifier(void **state)
{
	uint8_t late[TP_RADIUS_PACKET_MAX];
	struct tp_radius_server server = net_server(1);
	static struct verdict first, others[256];
	size_t len;

	server.max_sockets = 1;
	server.generation = 1;
	tp_radius_client_set(net.client, &server, net.now_ms);
	net_ask(&first, one);
	len = net_make_reply(0, TP_RADIUS_ACCESS_ACCEPT, true, "secret1", late);
	tp_radius_client_cancel(net.client, first.request, net.now_ms);
	for (unsigned i = 0; i < 256; i++)
		net_ask(&others[i], one);
	assert_int_equal(net.sent_count, 257);
	assert_int_equal(net.sent[256].bytes[1], net.sent[0].bytes[1]);
	net_deliver(256, late, len);
	assert_int_equal(others[255].calls, 0);
	assert_int_equal(net_counters(1, TP_RADIUS_AUTH).bad[TP_RADIUS_BAD_REPLY_AUTHENTICATOR], 1);
	net_reply(256, TP_RADIUS_ACCESS_REJECT);
	assert_int_equal(others[255].calls, 1);
}

static void test_an_identifier_rests_before_it_is_used_again(void **state)
{
	struct verdict verdict;
	uint8_t first;

	net_ask(&verdict, one);
	first = net.sent[0].bytes[1];
	net_reply(0, TP_RADIUS_ACCESS_ACCEPT);
	/* 255 others are fresh; then a second socket is opened rather than one taken too soon. */
	for (unsigned i = 1; i < 300; i++) {
		net_ask(&verdict, one);
		net_reply(i, TP_RADIUS_ACCESS_ACCEPT);
		if (net.sent[i].wire == net.sent[0].wire)
			assert_int_not_equal(net.sent[i].bytes[1], first);
	}
	assert_int_equal(net_counters(1, TP_RADIUS_AUTH).sockets, 2);
}

static void test_an_idle_socket_is_closed(void **state)
{
	struct verdict verdict;

	net_ask(&verdict, one);
	net_reply(0, TP_RADIUS_ACCESS_ACCEPT);
	net_until(net.now_ms + 59000);
	assert_int_equal(net.open_count, 1);
	net_until(net.now_ms + 2000);
	assert_int_equal(net.open_count, 0);
	assert_int_equal(net_ask(&verdict, one), 0);
	net_reply(1, TP_RADIUS_ACCESS_ACCEPT);
	assert_int_equal(verdict.calls, 1);
}

static void test_a_cancelled_request_is_answered_to_nobody(void **state)
{
	struct verdict verdict;

	net_ask(&verdict, one);
	tp_radius_client_cancel(net.client, verdict.request, net.now_ms);
	net_reply(0, TP_RADIUS_ACCESS_ACCEPT);
	net_until(net.now_ms + 5000);
	assert_int_equal(verdict.calls, 0);
	assert_int_equal(net.sent_count, 1);
	assert_int_equal(net_counters(1, TP_RADIUS_AUTH).late, 1);
	assert_int_equal(net_counters(1, TP_RADIUS_AUTH).pending, 0);
}

static void test_twenty_thousand_are_on_their_way_at_once(void **state)
{
	enum { COUNT = 20000 };
	struct tp_radius_server server = net_server(1);
	struct verdict *verdicts = calloc(COUNT, sizeof(*verdicts));

	server.max_requests = 0;
	tp_radius_client_set(net.client, &server, net.now_ms);
	for (unsigned i = 0; i < COUNT; i++)
		assert_int_equal(net_ask(&verdicts[i], one), 0);
	assert_int_equal(net.sent_count, COUNT);
	assert_int_equal(net_counters(1, TP_RADIUS_AUTH).sockets, (COUNT + 255) / 256);
	for (unsigned i = COUNT; i-- > 0;)
		net_reply(i, TP_RADIUS_ACCESS_ACCEPT);
	for (unsigned i = 0; i < COUNT; i++)
		assert_int_equal(verdicts[i].calls, 1);
	net_until(net.now_ms + 70000);
	assert_int_equal(net.open_count, 0);
	free(verdicts);
}

static void test_what_finds_no_room_waits_in_order_and_is_bounded(void **state)
{
	struct tp_radius_server server = net_server(1);
	struct verdict verdicts[102], refused;

	server.max_requests = 2;
	tp_radius_client_set(net.client, &server, net.now_ms);
	for (unsigned i = 0; i < 102; i++)
		assert_int_equal(net_ask(&verdicts[i], one), 0);
	assert_int_equal(net_ask(&refused, one), -ENOBUFS);
	assert_int_equal(tp_radius_client_refusals(net.client)->queue_full, 1);
	assert_int_equal(net.sent_count, 2);
	assert_int_equal(net_counters(1, TP_RADIUS_AUTH).waiting, 100);
	tp_radius_client_cancel(net.client, verdicts[2].request, net.now_ms);
	for (unsigned i = 0; i < 101; i++) {
		net_reply(i, TP_RADIUS_ACCESS_ACCEPT);
		assert_int_equal(verdicts[i < 2 ? i : i + 1].calls, 1);
	}
	assert_int_equal(verdicts[2].calls, 0);
	assert_int_equal(refused.calls, 0);
	assert_int_equal(net_counters(1, TP_RADIUS_AUTH).waiting, 0);
}

static void test_all_identifiers_in_use_make_requests_wait(void **state)
{
	struct tp_radius_server server = net_server(1);
	static struct verdict verdicts[300];

	server.max_sockets = 1;
	server.generation = 1;
	tp_radius_client_set(net.client, &server, net.now_ms);
	for (unsigned i = 0; i < 300; i++)
		assert_int_equal(net_ask(&verdicts[i], one), 0);
	assert_int_equal(net.sent_count, 256);
	for (unsigned i = 0; i < 300; i++)
		net_reply(i, TP_RADIUS_ACCESS_ACCEPT);
	for (unsigned i = 0; i < 300; i++)
		assert_int_equal(verdicts[i].calls, 1);
}

static void test_what_is_no_request_is_refused(void **state)
{
	uint8_t room[64] = {0};
	struct tp_radius_ask ask = {.bytes = room, .servers = one, .server_count = 1, .len = 23};
	struct tp_radius_builder b;

	assert_int_equal(tp_radius_client_ask(net.client, &ask, NULL, 0), -EINVAL);
	/* An Access-Request without a Message-Authenticator at its head. */
	tp_radius_begin(&b, room, sizeof(room), TP_RADIUS_ACCESS_REQUEST);
	tp_radius_put_text(&b, TP_RADIUS_USER_NAME, "b");
	tp_radius_put_message_authenticator(&b);
	ask.len = tp_radius_finish(&b);
	assert_int_equal(tp_radius_client_ask(net.client, &ask, NULL, 0), -EINVAL);
}

/* One connection to a port, by which nothing is sent twice. */
static void test_a_stream_has_one_socket_and_one_try(void **state)
{
	struct tp_radius_server server = net_server(1);
	static struct verdict verdicts[300];

	server.stream = true;
	tp_radius_client_set(net.client, &server, net.now_ms);
	for (unsigned i = 0; i < 300; i++)
		net_ask(&verdicts[i], one);
	assert_int_equal(net.sent_count, 256);
	assert_int_equal(net_counters(1, TP_RADIUS_AUTH).sockets, 1);
	net_until(net.now_ms + 2 * server.timeout_ms);
	assert_int_equal(net_counters(1, TP_RADIUS_AUTH).resends, 0);
}

static void test_a_lost_connection_has_its_requests_sent_by_another(void **state)
{
	struct tp_radius_server server = net_server(1);
	struct verdict verdict;

	server.stream = true;
	server.timeout_ms = 5000;
	server.generation = 1;
	tp_radius_client_set(net.client, &server, net.now_ms);
	net_ask(&verdict, one);
	net_until(net.now_ms + 100);
	tp_radius_client_socket_lost(net.client, net.sent[0].wire->socket, net.now_ms);
	assert_false(net.sent[0].wire->open);
	net_until(net.now_ms + 10);
	assert_int_equal(net.sent_count, 2);
	assert_ptr_not_equal(net.sent[1].wire, net.sent[0].wire);
	net_reply(1, TP_RADIUS_ACCESS_ACCEPT);
	assert_int_equal(verdict.calls, 1);
	assert_int_equal(net_counters(1, TP_RADIUS_AUTH).requests, 1);
	assert_int_equal(net_counters(1, TP_RADIUS_AUTH).resends, 1);
}

static void test_a_request_waits_for_one_whose_connection_was_lost(void **state)
{
	struct tp_radius_server server = net_server(1);
	struct verdict first, second;

	server.max_requests = 1;
	tp_radius_client_set(net.client, &server, net.now_ms);
	net_ask(&first, one);
	tp_radius_client_socket_lost(net.client, net.sent[0].wire->socket, net.now_ms);
	assert_int_equal(net_ask(&second, one), 0);
	assert_int_equal(net_counters(1, TP_RADIUS_AUTH).waiting, 1);
	net_until(net.now_ms + 1);
	net_reply(1, TP_RADIUS_ACCESS_ACCEPT);
	net_reply(2, TP_RADIUS_ACCESS_ACCEPT);
	assert_int_equal(first.calls + second.calls, 2);
}

static void test_no_socket_can_be_opened(void **state)
{
	struct verdict verdict;

	net.open_error = -EMFILE;
	assert_int_equal(net_ask(&verdict, one), -EHOSTDOWN);
	assert_int_equal(net_counters(1, TP_RADIUS_AUTH).unsent, 1);
	assert_int_equal(net_ask(&verdict, one), -EHOSTDOWN);
	assert_int_equal(net_counters(1, TP_RADIUS_AUTH).unsent, 1); /* not tried again at once */
	net.open_error = 0;
	net_until(net.now_ms + 1000);
	assert_int_equal(net_ask(&verdict, one), 0);
	net_reply(0, TP_RADIUS_ACCESS_ACCEPT);
	assert_int_equal(verdict.calls, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(test_a_request_is_answered),
		TEST(test_the_server_can_check_it_and_read_the_password),
		TEST(test_it_is_sent_three_times_with_the_same_bytes),
		TEST(test_an_answer_to_any_sending_is_taken_once),
		TEST(test_a_changed_delay_takes_another_identifier),
		TEST(test_a_request_without_a_delay_gets_none),
		TEST(test_forged_answers_are_counted_and_ignored),
		TEST(test_message_authenticators_may_be_done_without_but_not_be_wrong),
		TEST(test_a_late_answer_is_none_to_the_next_of_its_identifier),
		TEST(test_an_identifier_rests_before_it_is_used_again),
		TEST(test_an_idle_socket_is_closed),
		TEST(test_a_cancelled_request_is_answered_to_nobody),
		TEST(test_twenty_thousand_are_on_their_way_at_once),
		TEST(test_what_finds_no_room_waits_in_order_and_is_bounded),
		TEST(test_all_identifiers_in_use_make_requests_wait),
		TEST(test_what_is_no_request_is_refused),
		TEST(test_a_stream_has_one_socket_and_one_try),
		TEST(test_a_lost_connection_has_its_requests_sent_by_another),
		TEST(test_a_request_waits_for_one_whose_connection_was_lost),
		TEST(test_no_socket_can_be_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
