/* SPDX-License-Identifier: BSD-3-Clause */
/* Requests to several servers: the next one, dead ones, change amid. */
#include "net.h"

#include <errno.h>
#include <stdlib.h>

static const uint32_t one[] = {1, 0};
static const uint32_t both[] = {1, 2, 0};

static int begin(void **state)
{
	net_create(1000);
	net_set(1);
	net_set(2);
	return 0;
}

static int end(void **state)
{
	net_destroy();
	return 0;
}

/* How many of what was sent since FROM went to SERVER. */
static unsigned sent_to(uint32_t server, unsigned from)
{
	unsigned count = 0;

	for (unsigned i = from; i < net.sent_count; i++)
		count += net.sent[i].wire->server == server;
	return count;
}

static void test_the_next_server_is_asked_with_its_own_secret(void **state)
{
	struct tp_radius_packet packet;
	struct verdict verdict;

	net_ask(&verdict, both);
	net_until(net.now_ms + 900);
	assert_int_equal(net.sent_count, 4);
	assert_int_equal(net.sent[3].wire->server, 2);
	assert_int_equal(tp_radius_parse(net.sent[3].bytes, net.sent[3].len, &packet), 0);
	assert_int_equal(tp_radius_check_request(&packet, "secret2", true), TP_RADIUS_PROVEN);
	assert_memory_not_equal(net.sent[3].bytes + 4, net.sent[0].bytes + 4, 16);
	assert_int_equal(net_counters(1, TP_RADIUS_AUTH).pending, 0);
	net_reply(3, TP_RADIUS_ACCESS_ACCEPT);
	assert_int_equal(verdict.server, 2);
	assert_int_equal(verdict.calls, 1);
}

static void test_the_first_server_may_answer_while_the_next_is_asked(void **state)
{
	struct verdict verdict;

	net_ask(&verdict, both);
	net_until(net.now_ms + 950);
	assert_int_equal(sent_to(2, 0), 1);
	net_reply(0, TP_RADIUS_ACCESS_ACCEPT);
	assert_int_equal(verdict.calls, 1);
	assert_int_equal(verdict.server, 1);
	assert_int_equal(net_counters(2, TP_RADIUS_AUTH).pending, 0);
	net_until(net.now_ms + 5000);
	assert_int_equal(sent_to(2, 0), 1);
	assert_int_equal(net_counters(2, TP_RADIUS_AUTH).timeouts, 0);
}

static void test_nobody_answers(void **state)
{
	struct verdict verdict;

	net_ask(&verdict, both);
	net_until(net.now_ms + 1799);
	assert_int_equal(verdict.calls, 0);
	net_until(net.now_ms + 1);
	assert_int_equal(verdict.calls, 1);
	assert_int_equal(verdict.result, TP_RADIUS_NO_ANSWER);
	assert_int_equal(net.sent_count, 6);
}

static void test_servers_that_are_not_there_are_passed_over(void **state)
{
	static const uint32_t some[] = {9, 2, 0}, none[] = {8, 9, 0};
	struct verdict verdict;

	assert_int_equal(net_ask(&verdict, some), 0);
	assert_int_equal(net.sent[0].wire->server, 2);
	assert_int_equal(net_ask(&verdict, none), -ENOENT);
	assert_int_equal(tp_radius_client_refusals(net.client)->no_server, 1);
}

/* Ten requests that server 1 does not answer; those that the next is asked are. */
static void kill_server_1(const uint32_t *order)
{
	static struct verdict verdicts[10];
	unsigned from = net.sent_count;

	for (unsigned i = 0; i < 10; i++)
		assert_int_equal(net_ask(&verdicts[i], order), 0);
	net_until(net.now_ms + 900);
	for (unsigned i = from; i < net.sent_count; i++)
		if (net.sent[i].wire->server == 2)
			net_reply(i, TP_RADIUS_ACCESS_ACCEPT);
	for (unsigned i = 0; i < 10; i++)
		assert_int_equal(verdicts[i].calls, 1);
	assert_true(net_counters(1, TP_RADIUS_AUTH).dead);
	assert_int_equal(net_counters(1, TP_RADIUS_AUTH).deaths, 1);
}

static void test_a_dead_server_is_passed_by_and_tried_again(void **state)
{
	struct verdict verdict, others[3];
	unsigned from;

	kill_server_1(both);
	assert_false(net_counters(1, TP_RADIUS_ACCT).dead);
	from = net.sent_count;
	net_ask(&verdict, both);
	assert_int_equal(sent_to(1, from), 0);
	net_reply(from, TP_RADIUS_ACCESS_ACCEPT);
	assert_int_equal(verdict.calls, 1);

	/* After dead_ms it is one request's turn to find out; it loses nothing by it. */
	net_until(net.now_ms + 30000);
	from = net.sent_count;
	net_ask(&verdict, both);
	for (unsigned i = 0; i < 3; i++)
		net_ask(&others[i], both);
	assert_int_equal(sent_to(1, from), 1);
	assert_int_equal(sent_to(2, from), 3);
	for (unsigned i = 1; i < 4; i++)
		net_reply(from + i, TP_RADIUS_ACCESS_ACCEPT);
	net_until(net.now_ms + 900);
	net_reply(net.sent_count - 1, TP_RADIUS_ACCESS_ACCEPT);
	assert_int_equal(verdict.server, 2);
	assert_true(net_counters(1, TP_RADIUS_AUTH).dead);
	from = net.sent_count;
	net_ask(&verdict, both);
	assert_int_equal(sent_to(1, from), 0);
	net_reply(from, TP_RADIUS_ACCESS_ACCEPT);

	/* This time it answers. */
	net_until(net.now_ms + 30000);
	from = net.sent_count;
	net_ask(&verdict, both);
	net_reply(from, TP_RADIUS_ACCESS_ACCEPT);
	assert_int_equal(verdict.server, 1);
	assert_false(net_counters(1, TP_RADIUS_AUTH).dead);
	for (unsigned i = 0; i < 3; i++)
		net_ask(&others[i], both);
	assert_int_equal(sent_to(1, from), 4);
}

static void test_a_late_answer_brings_a_server_back(void **state)
{
	kill_server_1(both);
	net_reply(0, TP_RADIUS_ACCESS_ACCEPT);
	assert_int_equal(net_counters(1, TP_RADIUS_AUTH).late, 1);
	assert_false(net_counters(1, TP_RADIUS_AUTH).dead);
}

static void test_answers_in_between_keep_a_server_alive(void **state)
{
	struct verdict verdict;

	for (unsigned i = 0; i < 100; i++) {
		unsigned from = net.sent_count;

		net_ask(&verdict, one);
		if (i % 10 == 9)
			net_reply(from, TP_RADIUS_ACCESS_ACCEPT);
		net_until(net.now_ms + 900);
	}
	assert_int_equal(net_counters(1, TP_RADIUS_AUTH).timeouts, 90);
	assert_int_equal(net_counters(1, TP_RADIUS_AUTH).deaths, 0);
}

static void test_the_last_server_is_probed_though_it_is_dead(void **state)
{
	struct verdict probes[TP_RADIUS_PROBES], verdict;
	unsigned from;

	kill_server_1(one);
	from = net.sent_count;
	for (unsigned i = 0; i < TP_RADIUS_PROBES; i++)
		assert_int_equal(net_ask(&probes[i], one), 0);
	assert_int_equal(net_ask(&verdict, one), -EHOSTDOWN);
	assert_int_equal(tp_radius_client_refusals(net.client)->all_dead, 1);
	net_until(net.now_ms + 900);
	for (unsigned i = 0; i < TP_RADIUS_PROBES; i++)
		assert_int_equal(probes[i].result, TP_RADIUS_NO_ANSWER);
	from = net.sent_count;
	assert_int_equal(net_ask(&verdict, one), 0);
	net_reply(from, TP_RADIUS_ACCESS_ACCEPT);
	assert_false(net_counters(1, TP_RADIUS_AUTH).dead);
	assert_int_equal(net_ask(&verdict, one), 0);
}

static void test_what_waits_for_a_server_that_dies_goes_to_the_next(void **state)
{
	struct tp_radius_server server = net_server(1);
	static struct verdict verdicts[200];

	server.max_requests = 20;
	tp_radius_client_set(net.client, &server, net.now_ms);
	for (unsigned i = 0; i < 200; i++)
		assert_int_equal(net_ask(&verdicts[i], both), 0);
	assert_int_equal(net_counters(1, TP_RADIUS_AUTH).waiting, 180);
	net_until(net.now_ms + 901);
	assert_true(net_counters(1, TP_RADIUS_AUTH).dead);
	assert_int_equal(net_counters(1, TP_RADIUS_AUTH).waiting, 0);
	net_until(net.now_ms + 300);
	for (unsigned i = 0; i < net.sent_count; i++)
		if (net.sent[i].wire->server == 2)
			net_reply(i, TP_RADIUS_ACCESS_ACCEPT);
	for (unsigned i = 0; i < 200; i++) {
		assert_int_equal(verdicts[i].calls, 1);
		assert_int_equal(verdicts[i].server, 2);
	}
}

static void test_what_moves_on_makes_room_for_what_waits(void **state)
{
	struct tp_radius_server server = net_server(1);
	struct verdict first, second;

	server.max_requests = 1;
	tp_radius_client_set(net.client, &server, net.now_ms);
	net_ask(&first, both);
	net_ask(&second, one);
	net_until(net.now_ms + 900);
	assert_int_equal(sent_to(2, 0), 1);
	assert_int_equal(sent_to(1, 0), 4);
	assert_int_equal(net_counters(1, TP_RADIUS_AUTH).waiting, 0);
}

static void test_what_waits_for_the_last_server_is_told(void **state)
{
	struct tp_radius_server server = net_server(1);
	static struct verdict verdicts[200];
	unsigned not_put = 0;

	server.max_requests = 20;
	tp_radius_client_set(net.client, &server, net.now_ms);
	for (unsigned i = 0; i < 200; i++)
		assert_int_equal(net_ask(&verdicts[i], one), 0);
	net_until(net.now_ms + 1800);
	for (unsigned i = 0; i < 200; i++) {
		assert_int_equal(verdicts[i].calls, 1);
		not_put += verdicts[i].result == TP_RADIUS_NOT_PUT;
	}
	assert_in_range(not_put, 150, 180);
}

static void test_a_changed_secret_is_used_at_the_next_sending(void **state)
{
	struct tp_radius_server server = net_server(1);
	uint8_t room[TP_RADIUS_PACKET_MAX];
	struct verdict first, second;
	size_t len;

	net_ask(&first, one);
	net_ask(&second, one);
	server.secret = "other";
	tp_radius_client_set(net.client, &server, net.now_ms);
	net_until(net.now_ms + 10);
	/* Until then the answer of the server as it was is good. */
	net_reply(0, TP_RADIUS_ACCESS_ACCEPT);
	assert_int_equal(first.calls, 1);
	net_until(net.now_ms + 300);
	assert_int_equal(net.sent_count, 3);
	assert_ptr_not_equal(net.sent[2].wire, net.sent[1].wire);
	len = net_make_reply(2, TP_RADIUS_ACCESS_ACCEPT, true, "other", room);
	net_deliver(2, room, len);
	assert_int_equal(second.calls, 1);
	assert_int_equal(second.server, 1);
	net_until(net.now_ms + 1);
	assert_false(net.sent[1].wire->open);
	assert_int_equal(net_counters(1, TP_RADIUS_AUTH).accepts, 2);
}

static void test_a_changed_timeout_leaves_sockets_alone(void **state)
{
	struct tp_radius_server server = net_server(1);
	struct verdict verdict;

	net_ask(&verdict, one);
	server.timeout_ms = 1000;
	tp_radius_client_set(net.client, &server, net.now_ms);
	net_until(net.now_ms + 1299);
	assert_int_equal(net.sent_count, 2);
	assert_ptr_equal(net.sent[1].wire, net.sent[0].wire);
	net_until(net.now_ms + 1);
	assert_int_equal(net.sent_count, 3);
}

static void test_a_removed_server_loses_nothing(void **state)
{
	struct verdict goes_on, finishes, answered;
	struct tp_radius_counters counters;

	net_ask(&goes_on, both);
	net_ask(&finishes, one);
	net_ask(&answered, one);
	tp_radius_client_remove(net.client, 1);
	assert_false(tp_radius_client_counters(net.client, 1, TP_RADIUS_AUTH, &counters));
	net_until(net.now_ms + 100);
	net_reply(2, TP_RADIUS_ACCESS_ACCEPT);
	assert_int_equal(answered.calls, 1);
	net_until(net.now_ms + 250);
	/* The one goes to the next server, the other takes its tries to the only one it had. */
	assert_int_equal(net.sent_count, 5);
	assert_int_equal(sent_to(2, 0), 1);
	for (unsigned i = 3; i < 5; i++)
		net_reply(i, TP_RADIUS_ACCESS_ACCEPT);
	assert_int_equal(goes_on.server, 2);
	assert_int_equal(finishes.server, 1);
	assert_int_equal(goes_on.calls + finishes.calls, 2);
	net_until(net.now_ms + 1);
	assert_int_equal(net.open_count, 1);
}

static void test_what_waits_for_a_removed_server_goes_on(void **state)
{
	struct tp_radius_server server = net_server(1);
	struct verdict verdicts[10];

	server.max_requests = 1;
	tp_radius_client_set(net.client, &server, net.now_ms);
	for (unsigned i = 0; i < 10; i++)
		net_ask(&verdicts[i], both);
	tp_radius_client_remove(net.client, 1);
	net_until(net.now_ms + 1);
	assert_int_equal(sent_to(2, 0), 9);
	for (unsigned i = 0; i < 10; i++)
		net_reply(i, TP_RADIUS_ACCESS_ACCEPT);
	for (unsigned i = 0; i < 10; i++)
		assert_int_equal(verdicts[i].calls, 1);
}

static void test_numbers_out_of_range_are_refused(void **state)
{
	struct tp_radius_server server = net_server(1);

	server.timeout_ms = 9;
	assert_int_equal(tp_radius_client_set(net.client, &server, net.now_ms), -EINVAL);
	server.timeout_ms = 60001;
	assert_int_equal(tp_radius_client_set(net.client, &server, net.now_ms), -EINVAL);
	server.timeout_ms = 60000;
	server.max_sockets = 257;
	assert_int_equal(tp_radius_client_set(net.client, &server, net.now_ms), -EINVAL);
}

/* ---- from inside a verdict ----------------------------------------------------------------- */

struct nested {
	struct verdict verdict;
	unsigned calls;
	bool remove;
};

static void nested_done(void *owner, const struct tp_radius_outcome *outcome)
{
	struct nested *nested = owner;

	nested->calls++;
	if (nested->remove)
		tp_radius_client_remove(net.client, 1);
	assert_int_equal(net_ask(&nested->verdict, both), 0);
	/* Still good. */
	assert_int_equal(outcome->packet->code, TP_RADIUS_ACCESS_ACCEPT);
	assert_string_equal(outcome->secret, "secret1");
}

static void test_a_verdict_may_ask_again_and_remove_the_server(void **state)
{
	struct nested nested = {.remove = true};
	uint8_t room[64];
	struct tp_radius_ask ask = {.bytes = room,
				    .servers = one,
				    .server_count = 1,
				    .done = nested_done,
				    .owner = &nested};
	struct tp_radius_builder b;

	tp_radius_begin(&b, room, sizeof(room), TP_RADIUS_ACCESS_REQUEST);
	tp_radius_put_message_authenticator(&b);
	ask.len = tp_radius_finish(&b);
	assert_int_equal(tp_radius_client_ask(net.client, &ask, NULL, net.now_ms), 0);
	net_reply(0, TP_RADIUS_ACCESS_ACCEPT);
	assert_int_equal(nested.calls, 1);
	assert_int_equal(net.sent[1].wire->server, 2);
	net_until(net.now_ms + 1);
	net_reply(1, TP_RADIUS_ACCESS_ACCEPT);
	assert_int_equal(nested.verdict.calls, 1);
}

/* ---- a bad network ------------------------------------------------------------------------- */

struct flight {
	unsigned sent;
	uint64_t at_ms;
};

/* Answers arrive after 1 … 250 ms, some twice, some never; the first server is dead for a while,
 * changes its secret, is removed and comes back. Each request has one verdict, and nothing is left
 * behind. */
static void test_a_bad_network_loses_no_request(void **state)
{
	enum { COUNT = 4000 };
	struct verdict *verdicts = calloc(COUNT, sizeof(*verdicts));
	static struct flight flights[4 * NET_SENT_MAX];
	unsigned flight_count = 0, seen = 0, answered = 0, asked = 0;
	struct tp_radius_server changed = net_server(1);
	struct tp_random random;

	tp_random_init_seed(&random, 11);
	changed.endpoint[TP_RADIUS_AUTH].port = 1645;
	for (unsigned step = 0; step < COUNT + 3000; step++) {
		if (step < COUNT && net_ask(&verdicts[step], both) == 0)
			asked++;
		if (step == 1500)
			assert_int_equal(tp_radius_client_set(net.client, &changed, net.now_ms), 0);
		if (step == 2500)
			tp_radius_client_remove(net.client, 1);
		if (step == 3000)
			net_set(1);
		for (; seen < net.sent_count; seen++) {
			bool dead = net.sent[seen].wire->server == 1 && step > 500 && step < 1400;
			unsigned copies = dead || tp_random_below(&random, 10) == 0 ? 0
					  : tp_random_below(&random, 10) == 0	    ? 2
										    : 1;
			for (unsigned i = 0; i < copies; i++)
				flights[flight_count++] = (struct flight){
					seen, net.now_ms + 1 + tp_random_below(&random, 250)};
		}
		net_until(net.now_ms + 1);
		for (unsigned i = 0; i < flight_count;) {
			struct flight flight = flights[i];

			if (flight.at_ms > net.now_ms) {
				i++;
				continue;
			}
			flights[i] = flights[--flight_count];
			if (net.sent[flight.sent].wire->open)
				net_reply(flight.sent, TP_RADIUS_ACCESS_ACCEPT);
		}
	}
	for (unsigned i = 0; i < COUNT; i++) {
		assert_true(verdicts[i].calls <= 1);
		answered += verdicts[i].calls == 1 && verdicts[i].result == TP_RADIUS_ANSWERED;
	}
	assert_int_equal(asked, COUNT);
	assert_in_range(answered, COUNT - 20, COUNT); /* 0.001 squared are not, by the odds */
	for (uint32_t id = 1; id <= 2; id++) {
		assert_int_equal(net_counters(id, TP_RADIUS_AUTH).pending, 0);
		assert_int_equal(net_counters(id, TP_RADIUS_AUTH).waiting, 0);
		assert_int_equal(net_counters(id, TP_RADIUS_AUTH).bad_replies, 0);
	}
	assert_int_equal(net_counters(2, TP_RADIUS_AUTH).deaths, 0);
	net_until(net.now_ms + 70000);
	assert_int_equal(net.open_count, 0);
	free(verdicts);
}

static void test_a_client_ends_with_requests_on_their_way(void **state)
{
	struct tp_radius_server server = net_server(1);
	struct verdict verdicts[10];

	server.max_requests = 4;
	tp_radius_client_set(net.client, &server, net.now_ms);
	for (unsigned i = 0; i < 10; i++)
		net_ask(&verdicts[i], both);
	tp_radius_client_remove(net.client, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(test_the_next_server_is_asked_with_its_own_secret),
		TEST(test_the_first_server_may_answer_while_the_next_is_asked),
		TEST(test_nobody_answers),
		TEST(test_servers_that_are_not_there_are_passed_over),
		TEST(test_a_dead_server_is_passed_by_and_tried_again),
		TEST(test_a_late_answer_brings_a_server_back),
		TEST(test_answers_in_between_keep_a_server_alive),
		TEST(test_the_last_server_is_probed_though_it_is_dead),
		TEST(test_what_waits_for_a_server_that_dies_goes_to_the_next),
		TEST(test_what_moves_on_makes_room_for_what_waits),
		TEST(test_what_waits_for_the_last_server_is_told),
		TEST(test_a_changed_secret_is_used_at_the_next_sending),
		TEST(test_a_changed_timeout_leaves_sockets_alone),
		TEST(test_a_removed_server_loses_nothing),
		TEST(test_what_waits_for_a_removed_server_goes_on),
		TEST(test_numbers_out_of_range_are_refused),
		TEST(test_a_verdict_may_ask_again_and_remove_the_server),
		TEST(test_a_bad_network_loses_no_request),
		TEST(test_a_client_ends_with_requests_on_their_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
