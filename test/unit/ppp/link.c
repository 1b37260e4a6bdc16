/* SPDX-License-Identifier: BSD-3-Clause */
/* The link as a whole, both roles: up and down from either side, renegotiation, keepalive, lost
 * frames, and what an owner may do from inside a callback. */
#include "ends.h"

#include <string.h>

static void test_a_link_comes_up_in_one_exchange(void **state)
{
	struct wire wire;

	wire_init(&wire);
	wire_open(&wire);
	assert_up(&wire);
	assert_int_equal(tp_ppp_phase(&wire.server.ppp), TP_PPP_NETWORK);
	assert_int_equal(end_count(&wire.server, TP_PPP_LCP_UP), 1);
	assert_int_equal(end_count(&wire.client, TP_PPP_LCP_UP), 1);
	assert_int_equal(end_count(&wire.server, TP_PPP_LCP_DOWN), 0);
	const struct tp_ppp_event *server = end_event(&wire.server, TP_PPP_LCP_UP);
	const struct tp_ppp_event *client = end_event(&wire.client, TP_PPP_LCP_UP);
	assert_int_equal(server->lcp.local_magic, client->lcp.remote_magic);
	assert_int_equal(client->lcp.local_magic, server->lcp.remote_magic);
	assert_int_equal(tp_ppp_deadline(&wire.server.ppp), TP_NEVER);
	assert_int_equal(tp_ppp_deadline(&wire.client.ppp), TP_NEVER);
}

static void test_either_side_may_close(void **state)
{
	for (int i = 0; i < 2; i++) {
		struct wire wire;

		wire_init(&wire);
		wire_open(&wire);
		struct end *closer = i == 0 ? &wire.server : &wire.client;
		struct end *other = i == 0 ? &wire.client : &wire.server;
		tp_ppp_close(&closer->ppp, TP_PPP_DISCONNECTED, closer->now_ms);
		wire_carry(&wire);
		assert_finished(closer, TP_PPP_DISCONNECTED);
		assert_finished(other, TP_PPP_BY_PEER);
		assert_string_equal(other->text, "disconnected by operator");
		for (int e = 0; e < 2; e++) {
			struct end *end = e == 0 ? closer : other;
			assert_int_equal(end_count(end, TP_PPP_IPCP_DOWN), 1);
			assert_int_equal(end_count(end, TP_PPP_LCP_DOWN), 1);
			assert_int_equal(end->events[end->event_count - 1].type, TP_PPP_FINISHED);
			assert_int_equal(end->events[end->event_count - 2].type, TP_PPP_LCP_DOWN);
			assert_int_equal(end->events[end->event_count - 3].type, TP_PPP_IPCP_DOWN);
		}
	}
}

static void test_both_sides_may_close_at_once(void **state)
{
	struct wire wire;

	wire_init(&wire);
	wire_open(&wire);
	tp_ppp_close(&wire.server.ppp, TP_PPP_SHUTDOWN, wire.server.now_ms);
	tp_ppp_close(&wire.client.ppp, TP_PPP_BY_OWNER, wire.client.now_ms);
	wire_carry(&wire);
	assert_finished(&wire.server, TP_PPP_SHUTDOWN);
	assert_finished(&wire.client, TP_PPP_BY_OWNER);
}

static void test_a_second_close_changes_nothing(void **state)
{
	struct wire wire;

	wire_init(&wire);
	wire_open(&wire);
	tp_ppp_close(&wire.server.ppp, TP_PPP_SHUTDOWN, wire.server.now_ms);
	tp_ppp_close(&wire.server.ppp, TP_PPP_IDLE_TIMEOUT, wire.server.now_ms);
	assert_int_equal(wire.server.sent_count, 1);
	wire_carry(&wire);
	assert_finished(&wire.server, TP_PPP_SHUTDOWN);
	tp_ppp_close(&wire.server.ppp, TP_PPP_IDLE_TIMEOUT, wire.server.now_ms);
	assert_int_equal(end_count(&wire.server, TP_PPP_FINISHED), 1);
}

static void test_an_established_link_renegotiates_when_the_peer_starts_anew(void **state)
{
	struct wire wire;

	wire_init(&wire);
	wire_open(&wire);
	/* The client crashed and dials over the same session: all is new to it. */
	struct end reborn;
	end_init(&reborn, TP_PPP_CLIENT);
	tp_random_init_seed(&reborn.random, 77);
	reborn.ppp.user = &wire.client;
	wire.client = reborn;
	tp_ppp_init(&wire.client.ppp, &wire.client.config, reborn.ppp.ops, &wire.client,
		    &wire.client.random);
	tp_ppp_set_credentials(&wire.client.ppp, "MT-User", "StrongPass");
	tp_ppp_open(&wire.client.ppp, wire.client.now_ms);
	wire_carry(&wire);
	assert_int_equal(end_count(&wire.server, TP_PPP_IPCP_DOWN), 1);
	assert_int_equal(end_count(&wire.server, TP_PPP_LCP_DOWN), 1);
	assert_int_equal(end_count(&wire.server, TP_PPP_FINISHED), 0);
	assert_int_equal(end_count(&wire.server, TP_PPP_IPCP_UP), 2);
	assert_int_equal(wire.server.request_count, 2);
	assert_false(wire.server.request.again);
	assert_int_equal(end_count(&wire.client, TP_PPP_IPCP_UP), 1);
}

/* REQUESTS, which END has acknowledged, come again: it acknowledges each, and that is all. */
static void assert_repeats_change_nothing(struct end *end, const struct frame *requests, int count)
{
	const unsigned waits_ms[] = {2, 100, 3400, 600000};
	int events = end->event_count;

	for (size_t i = 0; i < sizeof(waits_ms) / sizeof(waits_ms[0]); i++) {
		end_wait(end, waits_ms[i]);
		for (int j = 0; j < count; j++) {
			struct frame ack = requests[j];

			end_feed(end, requests[j].bytes, requests[j].len);
			ack.bytes[2] = TP_PPP_CODE_CONFIGURE_ACK;
			end_expect(end, ack.bytes, ack.len);
			EXPECT_NOTHING(end);
		}
	}
	assert_int_equal(end->event_count, events);
	assert_int_equal(end->ppp.lcp.state, TP_PPP_OPENED);
	assert_int_equal(end->ppp.ipcp.state, TP_PPP_OPENED);
}

/* The last request of either side in each protocol, as it passes. */
static struct frame kept[2][3];

static bool keeps_requests(struct wire *wire, const struct end *from, const struct frame *frame)
{
	const uint16_t protocol = frame_protocol(frame);
	int which = protocol == TP_PPP_PROTO_LCP    ? 0
		    : protocol == TP_PPP_PROTO_IPCP ? 1
		    : protocol == TP_PPP_PROTO_CCP  ? 2
						    : -1;

	if (which >= 0 && frame_code(frame) == TP_PPP_CODE_CONFIGURE_REQUEST)
		kept[from == &wire->server][which] = *frame;
	return false;
}

static void test_a_request_that_comes_again_is_acked_again_and_changes_nothing(void **state)
{
	struct wire wire;

	wire_init(&wire);
	end_encrypt(&wire.server, TP_PPP_ENCRYPT_YES);
	end_encrypt(&wire.client, TP_PPP_ENCRYPT_YES);
	wire.loses = keeps_requests;
	wire_open(&wire);
	assert_up(&wire);
	assert_repeats_change_nothing(&wire.server, kept[0], 3);
	assert_repeats_change_nothing(&wire.client, kept[1], 3);
	assert_int_equal(wire.server.request_count, 1);
}

/* With another identifier, or other options, it is a new one. */
static void test_a_request_like_the_last_but_not_the_same_renegotiates(void **state)
{
	for (int i = 0; i < 2; i++) {
		struct wire wire;

		wire_init(&wire);
		wire.loses = keeps_requests;
		wire_open(&wire);
		kept[0][0].bytes[i == 0 ? 3 : kept[0][0].len - 1]++;
		end_feed(&wire.server, kept[0][0].bytes, kept[0][0].len);
		assert_int_equal(end_count(&wire.server, TP_PPP_LCP_DOWN), 1);
	}
}

/* It has lost its state, and nothing else tells: it must not wait for ever. */
static void test_a_peer_that_repeats_its_request_without_end_is_heard(void **state)
{
	struct end end;

	end_init(&end, TP_PPP_SERVER);
	end_open_lcp(&end);
	for (int i = 0; i < 5; i++)
		FEED(&end, 0xc0, 0x21, 1, 1, 0, 4);
	assert_int_equal(end_count(&end, TP_PPP_LCP_DOWN), 0);
	FEED(&end, 0xc0, 0x21, 1, 1, 0, 4);
	assert_int_equal(end_count(&end, TP_PPP_LCP_DOWN), 1);
}

/* It acknowledges, and then withdraws: each time the restart counter starts again. */
static void test_a_peer_that_goes_round_in_circles_is_given_up(void **state)
{
	struct end end;

	end_init(&end, TP_PPP_SERVER);
	tp_ppp_open(&end.ppp, end.now_ms);
	for (int i = 0; i < 100 && tp_ppp_phase(&end.ppp) != TP_PPP_DEAD; i++) {
		while (end.sent_count > 0) {
			struct frame frame = end_take(&end);
			if (frame_code(&frame) != TP_PPP_CODE_CONFIGURE_REQUEST)
				continue;
			frame.bytes[2] = TP_PPP_CODE_CONFIGURE_ACK;
			end_feed(&end, frame.bytes, frame.len);
			FEED(&end, 0xc0, 0x21, 5, 1, 0, 4);
		}
		end_wait(&end, 3000);
	}
	assert_finished(&end, TP_PPP_NO_AGREEMENT);
	assert_in_range(end.now_ms, 121000, 130000);
}

/* Likewise with LCP open, but never authenticated. */
static void test_a_peer_that_renegotiates_for_ever_is_given_up(void **state)
{
	struct end end;

	end_init(&end, TP_PPP_SERVER);
	tp_ppp_open(&end.ppp, end.now_ms);
	for (int i = 0; i < 100 && tp_ppp_phase(&end.ppp) != TP_PPP_DEAD; i++) {
		end.event_count = 0;
		while (end.sent_count > 0) {
			struct frame frame = end_take(&end);
			if (frame_code(&frame) != TP_PPP_CODE_CONFIGURE_REQUEST)
				continue;
			frame.bytes[2] = TP_PPP_CODE_CONFIGURE_ACK;
			end_feed(&end, frame.bytes, frame.len);
		}
		end_wait(&end, 2000);
		FEED(&end, 0xc0, 0x21, 1, 1, 0, 4);
	}
	assert_int_equal(end_count(&end, TP_PPP_FINISHED), 1);
	assert_in_range(end.now_ms, 121000, 130000);
}

static bool lose_some(struct wire *wire, const struct end *from, const struct frame *frame)
{
	return tp_random_below(&wire->dice, 100) < 30;
}

static void test_links_come_up_over_a_wire_that_loses_three_frames_of_ten(void **state)
{
	int up = 0;

	for (uint64_t seed = 1; seed <= 100; seed++) {
		struct wire wire;

		wire_init(&wire);
		tp_random_init_seed(&wire.server.random, seed);
		tp_random_init_seed(&wire.client.random, seed + 1000);
		tp_random_init_seed(&wire.dice, seed + 2000);
		wire.loses = lose_some;
		wire_open(&wire);
		wire_wait(&wire, 120000);
		bool server_up = wire.server.ppp.ipcp.state == TP_PPP_OPENED;
		bool client_up = wire.client.ppp.ipcp.state == TP_PPP_OPENED;
		if (server_up && client_up) {
			up++;
		} else {
			/* Never one without the other for long: the rest ended. */
			assert_int_equal(tp_ppp_phase(&wire.server.ppp), TP_PPP_DEAD);
		}
	}
	assert_in_range(up, 95, 100);
}

static bool lose_all(struct wire *wire, const struct end *from, const struct frame *frame)
{
	return true;
}

static bool is_echo_request(const struct frame *frame)
{
	return frame_protocol(frame) == TP_PPP_PROTO_LCP &&
	       frame_code(frame) == TP_PPP_CODE_ECHO_REQUEST;
}

static void test_a_silent_peer_is_asked_each_second_and_then_given_up(void **state)
{
	struct wire wire;

	wire_init(&wire);
	wire.client.config.keepalive_ms = 10000;
	wire_open(&wire);
	end_wait(&wire.client, 9999);
	EXPECT_NOTHING(&wire.client);
	end_wait(&wire.client, 1);
	assert_int_equal(wire.client.sent_count, 1);
	end_wait(&wire.client, 9999);
	assert_int_equal(wire.client.sent_count, 10);
	for (int i = 0; i < 10; i++)
		assert_true(is_echo_request(&wire.client.sent[i]));
	assert_int_equal(end_count(&wire.client, TP_PPP_FINISHED), 0);
	end_wait(&wire.client, 1);
	assert_finished(&wire.client, TP_PPP_KEEPALIVE);
	assert_int_equal(end_count(&wire.client, TP_PPP_IPCP_DOWN), 1);
}

static void test_a_silent_peer_is_given_up_on_the_dot(void **state)
{
	struct wire wire;

	wire_init(&wire);
	wire.client.config.keepalive_ms = 2500;
	wire_open(&wire);
	end_wait(&wire.client, 4999);
	assert_int_equal(end_count(&wire.client, TP_PPP_FINISHED), 0);
	end_wait(&wire.client, 1);
	assert_finished(&wire.client, TP_PPP_KEEPALIVE);
}

static void test_a_link_whose_lower_layer_went_comes_up_again(void **state)
{
	struct wire wire;

	wire_init(&wire);
	wire_open(&wire);
	tp_ppp_lower_down(&wire.server.ppp, TP_PPP_LOWER_LAYER, wire.server.now_ms);
	tp_ppp_lower_down(&wire.client.ppp, TP_PPP_LOWER_LAYER, wire.client.now_ms);
	wire_open(&wire);
	assert_int_equal(end_count(&wire.server, TP_PPP_IPCP_UP), 2);
	assert_int_equal(end_count(&wire.client, TP_PPP_IPCP_UP), 2);
	tp_ppp_close(&wire.server.ppp, TP_PPP_SHUTDOWN, wire.server.now_ms);
	assert_int_equal(wire.server.sent_count, 1);
	wire_carry(&wire);
	assert_int_equal(end_event(&wire.server, TP_PPP_FINISHED)->finished.reason,
			 TP_PPP_SHUTDOWN);
}

/* An owner that was stopped: what it did not ask then was not left unanswered. */
static void test_a_tick_that_comes_late_gives_nobody_up_unasked(void **state)
{
	struct wire wire;

	wire_init(&wire);
	wire.client.config.keepalive_ms = 10000;
	wire_open(&wire);
	wire.client.now_ms += 22000;
	for (int asked = 1; asked <= 10; asked++) {
		tp_ppp_tick(&wire.client.ppp, wire.client.now_ms);
		assert_int_equal(wire.client.sent_count, asked);
		assert_int_equal(end_count(&wire.client, TP_PPP_FINISHED), 0);
		wire.client.now_ms += 999;
		tp_ppp_tick(&wire.client.ppp, wire.client.now_ms);
		assert_int_equal(end_count(&wire.client, TP_PPP_FINISHED), 0);
		wire.client.now_ms += asked == 5 ? 30000 : 1; /* and once more */
	}
	tp_ppp_tick(&wire.client.ppp, wire.client.now_ms);
	assert_finished(&wire.client, TP_PPP_KEEPALIVE);
}

static void test_a_peer_that_answers_echoes_stays(void **state)
{
	struct wire wire;

	wire_init(&wire);
	wire.client.config.keepalive_ms = 10000;
	wire_open(&wire);
	wire_wait(&wire, 300000);
	assert_up(&wire);
	wire.loses = lose_all;
	wire_wait(&wire, 30000);
	assert_finished(&wire.client, TP_PPP_KEEPALIVE);
}

static void test_a_frame_seen_elsewhere_counts_as_life(void **state)
{
	struct wire wire;

	wire_init(&wire);
	wire.client.config.keepalive_ms = 10000;
	wire_open(&wire);
	for (int i = 0; i < 10; i++) {
		end_wait(&wire.client, 9000);
		tp_ppp_alive(&wire.client.ppp, wire.client.now_ms);
	}
	EXPECT_NOTHING(&wire.client);
}

static void test_our_own_echo_is_no_sign_of_life(void **state)
{
	struct wire wire;

	wire_init(&wire);
	wire.client.config.keepalive_ms = 5000;
	wire_open(&wire);
	end_wait(&wire.client, 5000);
	struct frame echo = end_take(&wire.client);
	end_feed(&wire.client, echo.bytes, echo.len);
	EXPECT_NOTHING(&wire.client);
	end_wait(&wire.client, 5000);
	assert_finished(&wire.client, TP_PPP_KEEPALIVE);
}

static void test_an_owner_may_close_from_inside_any_event(void **state)
{
	const enum tp_ppp_event_type events[] = {TP_PPP_LCP_UP, TP_PPP_AUTHENTICATED,
						 TP_PPP_IPCP_UP, TP_PPP_IPCP_DOWN, TP_PPP_LCP_DOWN};

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		for (int lower = 0; lower < 2; lower++) {
			struct wire wire;

			wire_init(&wire);
			wire.server.close_event = events[i];
			wire.server.close_on_event = TP_PPP_REPLACED;
			wire.server.lower_down_on_event = lower;
			wire_open(&wire);
			if (events[i] >= TP_PPP_IPCP_DOWN)
				FEED(&wire.server, 0xc0, 0x21, 1, 77, 0, 4);
			wire_carry(&wire);
			wire_wait(&wire, 7000);
			assert_finished(&wire.server, TP_PPP_REPLACED);
			assert_int_equal(tp_ppp_phase(&wire.server.ppp), TP_PPP_DEAD);
			assert_int_equal(tp_ppp_deadline(&wire.server.ppp), TP_NEVER);
			assert_int_equal(end_count(&wire.server, TP_PPP_LCP_DOWN), 1);
		}
	}
}

static void test_the_lower_layer_may_go_in_the_middle_of_a_close(void **state)
{
	struct wire wire;

	wire_init(&wire);
	wire_open(&wire);
	wire.server.close_event = TP_PPP_LCP_DOWN;
	wire.server.close_on_event = TP_PPP_LOWER_LAYER;
	wire.server.lower_down_on_event = true;
	tp_ppp_close(&wire.server.ppp, TP_PPP_SHUTDOWN, wire.server.now_ms);
	assert_finished(&wire.server, TP_PPP_SHUTDOWN);
	assert_int_equal(end_count(&wire.server, TP_PPP_LCP_DOWN), 1);
	assert_int_equal(tp_ppp_deadline(&wire.server.ppp), TP_NEVER);
}

static void test_ticks_early_and_late_are_harmless(void **state)
{
	struct end end;

	end_init(&end, TP_PPP_SERVER);
	tp_ppp_tick(&end.ppp, 5000);
	tp_ppp_open(&end.ppp, 5000);
	tp_ppp_tick(&end.ppp, 5000);
	tp_ppp_tick(&end.ppp, 7999);
	assert_int_equal(end.sent_count, 1);
	tp_ppp_tick(&end.ppp, 100000);
	assert_int_equal(end.sent_count, 2);
}

static void test_names_go_there_and_back(void **state)
{
	for (int m = TP_PPP_PAP; m <= TP_PPP_MSCHAP2; m++)
		assert_int_equal(tp_ppp_method_find(tp_ppp_method_name(m)), m);
	assert_int_equal(tp_ppp_method_find("eap"), TP_PPP_NO_AUTH);
	for (int r = 0; r < TP_PPP_REASONS; r++)
		assert_true(strlen(tp_ppp_reason_name(r)) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_link_comes_up_in_one_exchange),
		cmocka_unit_test(test_either_side_may_close),
		cmocka_unit_test(test_both_sides_may_close_at_once),
		cmocka_unit_test(test_a_second_close_changes_nothing),
		cmocka_unit_test(test_an_established_link_renegotiates_when_the_peer_starts_anew),
		cmocka_unit_test(
			test_a_request_that_comes_again_is_acked_again_and_changes_nothing),
		cmocka_unit_test(test_a_request_like_the_last_but_not_the_same_renegotiates),
		cmocka_unit_test(test_a_peer_that_repeats_its_request_without_end_is_heard),
		cmocka_unit_test(test_a_peer_that_goes_round_in_circles_is_given_up),
		cmocka_unit_test(test_a_peer_that_renegotiates_for_ever_is_given_up),
		cmocka_unit_test(test_links_come_up_over_a_wire_that_loses_three_frames_of_ten),
		cmocka_unit_test(test_a_silent_peer_is_asked_each_second_and_then_given_up),
		cmocka_unit_test(test_a_silent_peer_is_given_up_on_the_dot),
		cmocka_unit_test(test_a_link_whose_lower_layer_went_comes_up_again),
		cmocka_unit_test(test_a_tick_that_comes_late_gives_nobody_up_unasked),
		cmocka_unit_test(test_a_peer_that_answers_echoes_stays),
		cmocka_unit_test(test_a_frame_seen_elsewhere_counts_as_life),
		cmocka_unit_test(test_our_own_echo_is_no_sign_of_life),
		cmocka_unit_test(test_an_owner_may_close_from_inside_any_event),
		cmocka_unit_test(test_the_lower_layer_may_go_in_the_middle_of_a_close),
		cmocka_unit_test(test_ticks_early_and_late_are_harmless),
		cmocka_unit_test(test_names_go_there_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
