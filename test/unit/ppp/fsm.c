/* SPDX-License-Identifier: BSD-3-Clause */
/* The automaton of RFC 1661 section 4, on LCP of a server without authentication: what each state
 * makes of each packet and of the restart timer. */
#include "ends.h"

#include <string.h>

#define LCP 0xc0, 0x21

static void open_plain(struct end *end)
{
	end_init(end, TP_PPP_SERVER);
	end->config.method_count = 0;
	end->config.mru = TP_PPP_DEFAULT_MRU;
	tp_ppp_set_addresses(&end->ppp, &end->addresses);
	tp_ppp_open(&end->ppp, end->now_ms);
}

/* Answers the request that END sent last with CODE and the same options. */
static void answer(struct end *end, const struct frame *request, uint8_t code)
{
	struct frame frame = *request;

	frame.bytes[2] = code;
	end_feed(end, frame.bytes, frame.len);
}

static void drop_sent(struct end *end)
{
	end->sent_count = 0;
}

/* Brings LCP of a fresh END to STATE; what it sent on the way is dropped. REQUEST is its last
 * Configure-Request. */
static void bring_to(struct end *end, enum tp_ppp_state lcp_state, struct frame *request)
{
	open_plain(end);
	*request = end_take(end);
	switch (lcp_state) {
	case TP_PPP_REQ_SENT:
		break;
	case TP_PPP_ACK_RCVD:
		answer(end, request, TP_PPP_CODE_CONFIGURE_ACK);
		break;
	case TP_PPP_ACK_SENT:
		FEED(end, LCP, 1, 7, 0, 4);
		break;
	case TP_PPP_CLOSING:
		tp_ppp_close(&end->ppp, TP_PPP_SHUTDOWN, end->now_ms);
		break;
	case TP_PPP_STOPPING: /* a Code-Reject of what can't be done without */
	case TP_PPP_OPENED:
		FEED(end, LCP, 1, 7, 0, 4);
		answer(end, request, TP_PPP_CODE_CONFIGURE_ACK);
		if (lcp_state == TP_PPP_STOPPING)
			FEED(end, LCP, 7, 1, 0, 8, 1, 1, 0, 4);
		break;
	default:
		fail();
	}
	assert_int_equal(end->ppp.lcp.state, lcp_state);
	drop_sent(end);
}

static void test_opening_sends_a_configure_request(void **state)
{
	struct end end;

	open_plain(&end);
	struct frame request = end_take(&end);
	assert_int_equal(frame_protocol(&request), TP_PPP_PROTO_LCP);
	assert_int_equal(frame_code(&request), TP_PPP_CODE_CONFIGURE_REQUEST);
	assert_int_equal(end.ppp.lcp.state, TP_PPP_REQ_SENT);
	assert_int_equal(tp_ppp_phase(&end.ppp), TP_PPP_ESTABLISH);
	EXPECT_NOTHING(&end);
}

static void test_a_dead_link_hears_nothing(void **state)
{
	struct end end;

	end_init(&end, TP_PPP_SERVER);
	FEED(&end, LCP, 1, 1, 0, 4);
	FEED(&end, LCP, 5, 1, 0, 4);
	EXPECT_NOTHING(&end);
	assert_int_equal(tp_ppp_deadline(&end.ppp), TP_NEVER);
}

static void test_the_states_that_acks_and_requests_lead_to(void **state)
{
	static const struct {
		enum tp_ppp_state from;
		enum { PEER_ACKS, PEER_ASKS_WELL, PEER_ASKS_BADLY, PEER_NAKS } what;
		enum tp_ppp_state to;
		uint8_t sends[3]; /* codes */
	} cases[] = {
		/* Req-Sent: our request again first, as the peer may not have had it */
		{TP_PPP_REQ_SENT, PEER_ACKS, TP_PPP_ACK_RCVD, {0}},
		{TP_PPP_REQ_SENT, PEER_ASKS_WELL, TP_PPP_ACK_SENT, {1, 2}},
		{TP_PPP_REQ_SENT, PEER_ASKS_BADLY, TP_PPP_REQ_SENT, {1, 4}},
		{TP_PPP_REQ_SENT, PEER_NAKS, TP_PPP_REQ_SENT, {1}},
		{TP_PPP_ACK_RCVD, PEER_ASKS_WELL, TP_PPP_OPENED, {2, 1}}, /* then IPCP's request */
		{TP_PPP_ACK_RCVD, PEER_ASKS_BADLY, TP_PPP_ACK_RCVD, {4}},
		{TP_PPP_ACK_RCVD, PEER_ACKS, TP_PPP_ACK_RCVD, {0}}, /* a repeated frame */
		{TP_PPP_ACK_SENT, PEER_ACKS, TP_PPP_OPENED, {1}},
		{TP_PPP_ACK_SENT, PEER_ASKS_WELL, TP_PPP_ACK_SENT, {2}},
		{TP_PPP_ACK_SENT, PEER_ASKS_BADLY, TP_PPP_REQ_SENT, {4}},
		{TP_PPP_ACK_SENT, PEER_NAKS, TP_PPP_ACK_SENT, {1}},
		{TP_PPP_OPENED, PEER_ACKS, TP_PPP_OPENED, {0}}, /* a repeated frame */
		{TP_PPP_OPENED, PEER_ASKS_WELL, TP_PPP_ACK_SENT, {1, 2}},
		{TP_PPP_OPENED, PEER_ASKS_BADLY, TP_PPP_REQ_SENT, {1, 4}},
		{TP_PPP_CLOSING, PEER_ASKS_WELL, TP_PPP_CLOSING, {0}},
		{TP_PPP_CLOSING, PEER_ACKS, TP_PPP_CLOSING, {0}},
		{TP_PPP_STOPPING, PEER_ASKS_WELL, TP_PPP_STOPPING, {0}},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct frame request;
		struct end end;

		bring_to(&end, cases[i].from, &request);
		if (cases[i].what == PEER_ACKS)
			answer(&end, &request, TP_PPP_CODE_CONFIGURE_ACK);
		else if (cases[i].what == PEER_NAKS)
			answer(&end, &request, TP_PPP_CODE_CONFIGURE_NAK);
		else if (cases[i].what == PEER_ASKS_WELL)
			FEED(&end, LCP, 1, 9, 0, 4);
		else
			FEED(&end, LCP, 1, 9, 0, 6, 7, 2);
		assert_int_equal(end.ppp.lcp.state, cases[i].to);
		for (int s = 0; cases[i].sends[s] != 0; s++) {
			struct frame sent = end_take(&end);
			assert_int_equal(frame_code(&sent), cases[i].sends[s]);
		}
		EXPECT_NOTHING(&end);
	}
}

static void test_terminate_requests_in_every_state(void **state)
{
	static const struct {
		enum tp_ppp_state from, to;
	} cases[] = {
		{TP_PPP_REQ_SENT, TP_PPP_REQ_SENT}, {TP_PPP_ACK_RCVD, TP_PPP_REQ_SENT},
		{TP_PPP_ACK_SENT, TP_PPP_REQ_SENT}, {TP_PPP_CLOSING, TP_PPP_CLOSING},
		{TP_PPP_STOPPING, TP_PPP_STOPPING},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct frame request;
		struct end end;

		bring_to(&end, cases[i].from, &request);
		FEED(&end, LCP, 5, 0x42, 0, 4);
		EXPECT(&end, LCP, 6, 0x42, 0, 4);
		assert_int_equal(end.ppp.lcp.state, cases[i].to);
		assert_int_equal(end_count(&end, TP_PPP_FINISHED), 0);
	}
}

static void test_terminate_acks_in_every_state(void **state)
{
	static const struct {
		enum tp_ppp_state from, to;
		bool finished;
	} cases[] = {
		{TP_PPP_REQ_SENT, TP_PPP_REQ_SENT, false},
		{TP_PPP_ACK_RCVD, TP_PPP_REQ_SENT, false},
		{TP_PPP_ACK_SENT, TP_PPP_ACK_SENT, false},
		{TP_PPP_OPENED, TP_PPP_REQ_SENT, false},
		{TP_PPP_CLOSING, TP_PPP_INITIAL, true},
		{TP_PPP_STOPPING, TP_PPP_INITIAL, true},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct frame request;
		struct end end;

		bring_to(&end, cases[i].from, &request);
		FEED(&end, LCP, 6, 0x42, 0, 4);
		assert_int_equal(end.ppp.lcp.state, cases[i].to);
		assert_int_equal(end_count(&end, TP_PPP_FINISHED), cases[i].finished);
	}
}

static void
test_a_peer_that_terminates_an_open_link_gets_its_ack_and_the_link_is_finished(void **state)
{
	struct frame request;
	struct end end;

	bring_to(&end, TP_PPP_OPENED, &request);
	FEED(&end, LCP, 5, 3, 0, 8, 'b', 'y', 'e', '\n');
	EXPECT(&end, LCP, 6, 3, 0, 4);
	assert_finished(&end, TP_PPP_BY_PEER);
	assert_string_equal(end.text, "bye\\x0a");
	assert_int_equal(end_count(&end, TP_PPP_LCP_DOWN), 1);
	assert_int_equal(tp_ppp_deadline(&end.ppp), TP_NEVER);
}

static void test_code_rejects_of_indispensable_codes_end_the_link_in_every_state(void **state)
{
	const enum tp_ppp_state states[] = {TP_PPP_REQ_SENT, TP_PPP_ACK_RCVD, TP_PPP_ACK_SENT,
					    TP_PPP_OPENED};

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		struct frame request;
		struct end end;

		bring_to(&end, states[i], &request);
		FEED(&end, LCP, 7, 1, 0, 8, 1, 1, 0, 4);
		end_wait(&end, 10000);
		assert_finished(&end, TP_PPP_PEER_REFUSED);
	}
}

static void test_a_code_reject_of_an_echo_request_changes_nothing_in_an_open_link(void **state)
{
	struct frame request;
	struct end end;

	bring_to(&end, TP_PPP_OPENED, &request);
	FEED(&end, LCP, 7, 1, 0, 12, 9, 1, 0, 8, 0, 0, 0, 0);
	assert_int_equal(end.ppp.lcp.state, TP_PPP_OPENED);
}

static void test_an_unknown_code_is_rejected_in_every_state_that_hears(void **state)
{
	const enum tp_ppp_state states[] = {TP_PPP_REQ_SENT, TP_PPP_ACK_RCVD, TP_PPP_ACK_SENT,
					    TP_PPP_OPENED,   TP_PPP_CLOSING,  TP_PPP_STOPPING};

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		struct frame request;
		struct end end;

		bring_to(&end, states[i], &request);
		FEED(&end, LCP, 77, 5, 0, 6, 0xab, 0xcd, 0x00 /* padding */);
		EXPECT(&end, LCP, 7, 0, 0, 10, 77, 5, 0, 6, 0xab, 0xcd);
		assert_int_equal(end.ppp.lcp.state, states[i]);
	}
}

static void test_an_unanswered_request_is_sent_ten_times_and_then_the_link_is_finished(void **state)
{
	struct end end;

	open_plain(&end);
	struct frame first = end_take(&end);
	end_wait(&end, 26999);
	assert_int_equal(end.sent_count, 8);
	end_wait(&end, 1);
	assert_int_equal(end.sent_count, 9);
	for (int i = 0; i < 9; i++)
		end_expect(&end, first.bytes, first.len);
	end_wait(&end, 3000);
	EXPECT_NOTHING(&end);
	assert_finished(&end, TP_PPP_NO_ANSWER);
}

static void test_a_peer_that_acks_but_never_asks_is_given_up(void **state)
{
	struct frame request;
	struct end end;

	bring_to(&end, TP_PPP_ACK_RCVD, &request);
	end_wait(&end, 3000);
	assert_int_equal(end.ppp.lcp.state, TP_PPP_REQ_SENT);
	end_wait(&end, 60000);
	assert_finished(&end, TP_PPP_NO_ANSWER);
}

static void test_terminate_requests_are_sent_twice_and_then_the_link_is_finished(void **state)
{
	struct frame request;
	struct end end;

	bring_to(&end, TP_PPP_OPENED, &request);
	tp_ppp_close(&end.ppp, TP_PPP_SESSION_TIMEOUT, end.now_ms);
	assert_int_equal(end_count(&end, TP_PPP_LCP_DOWN), 1);
	end_wait(&end, 5999);
	assert_int_equal(end.sent_count, 2);
	assert_int_equal(end_count(&end, TP_PPP_FINISHED), 0);
	struct frame first = end_take(&end);
	assert_int_equal(frame_code(&first), TP_PPP_CODE_TERMINATE_REQUEST);
	assert_memory_equal(first.bytes + 6, "session timeout", 15);
	end_expect(&end, first.bytes, first.len);
	end_wait(&end, 1);
	assert_finished(&end, TP_PPP_SESSION_TIMEOUT);
}

static void test_timers_and_counts_are_those_of_the_configuration(void **state)
{
	struct end end;

	end_init(&end, TP_PPP_SERVER);
	end.config.restart_ms = 500;
	end.config.max_configure = 3;
	tp_ppp_open(&end.ppp, end.now_ms);
	end_wait(&end, 1499);
	assert_int_equal(end.sent_count, 3);
	assert_int_equal(end_count(&end, TP_PPP_FINISHED), 0);
	end_wait(&end, 1);
	assert_finished(&end, TP_PPP_NO_ANSWER);
}

static void test_answers_that_fit_no_request_are_ignored(void **state)
{
	struct frame request, wrong;
	struct end end;

	bring_to(&end, TP_PPP_REQ_SENT, &request);
	wrong = request;
	wrong.bytes[3]++; /* identifier */
	answer(&end, &wrong, TP_PPP_CODE_CONFIGURE_ACK);
	answer(&end, &wrong, TP_PPP_CODE_CONFIGURE_NAK);
	wrong = request;
	wrong.bytes[wrong.len - 1]++; /* the magic number */
	answer(&end, &wrong, TP_PPP_CODE_CONFIGURE_ACK);
	wrong = request;
	wrong.bytes[5] -= 6; /* an Ack of no option */
	answer(&end, &wrong, TP_PPP_CODE_CONFIGURE_ACK);
	EXPECT_NOTHING(&end);
	assert_int_equal(end.ppp.lcp.state, TP_PPP_REQ_SENT);
}

static void test_malformed_packets_are_ignored_in_every_state(void **state)
{
	const enum tp_ppp_state states[] = {TP_PPP_REQ_SENT, TP_PPP_ACK_RCVD, TP_PPP_ACK_SENT,
					    TP_PPP_OPENED,   TP_PPP_CLOSING,  TP_PPP_STOPPING};

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		struct frame request;
		struct end end;

		bring_to(&end, states[i], &request);
		end_feed(&end, NULL, 0);
		FEED(&end, 0xc0);
		FEED(&end, LCP);
		FEED(&end, LCP, 1, 1, 0);
		FEED(&end, LCP, 1, 1, 0, 3);		 /* Length below the header */
		FEED(&end, LCP, 1, 1, 0, 9, 1, 4, 5, 0); /* Length beyond the frame */
		FEED(&end, LCP, 1, 1, 0, 5, 1);		 /* an option without a Length */
		FEED(&end, LCP, 1, 1, 0, 6, 1, 0);	 /* an option's Length of 0 */
		FEED(&end, LCP, 1, 1, 0, 6, 1, 1);
		FEED(&end, LCP, 1, 1, 0, 8, 1, 5, 5, 0); /* an option beyond the packet */
		FEED(&end, LCP, 7, 1, 0, 4);		 /* a Code-Reject of nothing */
		FEED(&end, LCP, 8, 1, 0, 5, 0x80);	 /* a Protocol-Reject of half a number */
		FEED(&end, LCP, 9, 1, 0, 6, 1, 2); /* an Echo-Request without a magic number */
		EXPECT_NOTHING(&end);
		assert_int_equal(end.ppp.lcp.state, states[i]);
	}
}

static void test_naks_without_end_are_an_end(void **state)
{
	struct frame request;
	struct end end;

	bring_to(&end, TP_PPP_REQ_SENT, &request);
	for (int i = 0; i < 30 && frame_code(&request) == TP_PPP_CODE_CONFIGURE_REQUEST; i++) {
		answer(&end, &request, TP_PPP_CODE_CONFIGURE_NAK);
		request = end_take(&end);
	}
	assert_int_equal(frame_code(&request), TP_PPP_CODE_TERMINATE_REQUEST);
	end_wait(&end, 6000);
	assert_finished(&end, TP_PPP_NO_AGREEMENT);
}

static void test_our_request_goes_out_again_only_on_the_peers_first(void **state)
{
	struct end end;

	open_plain(&end);
	struct frame request = end_take(&end);
	FEED(&end, LCP, 1, 1, 0, 6, 7, 2);
	end_expect(&end, request.bytes, request.len);
	EXPECT(&end, LCP, 4, 1, 0, 6, 7, 2);
	FEED(&end, LCP, 1, 2, 0, 6, 7, 2);
	EXPECT(&end, LCP, 4, 2, 0, 6, 7, 2);
	EXPECT_NOTHING(&end);
}

static void test_a_finished_link_can_be_opened_again(void **state)
{
	struct frame request;
	struct end end;

	bring_to(&end, TP_PPP_OPENED, &request);
	FEED(&end, LCP, 5, 3, 0, 4);
	drop_sent(&end);
	tp_ppp_open(&end.ppp, end.now_ms);
	request = end_take(&end);
	FEED(&end, LCP, 1, 7, 0, 4);
	answer(&end, &request, TP_PPP_CODE_CONFIGURE_ACK);
	assert_int_equal(end_count(&end, TP_PPP_LCP_UP), 2);
}

static void test_lower_down_is_the_end_in_every_state_and_nothing_is_sent(void **state)
{
	const enum tp_ppp_state states[] = {TP_PPP_REQ_SENT, TP_PPP_ACK_RCVD, TP_PPP_ACK_SENT,
					    TP_PPP_OPENED,   TP_PPP_CLOSING,  TP_PPP_STOPPING};

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		struct frame request;
		struct end end;

		bring_to(&end, states[i], &request);
		tp_ppp_lower_down(&end.ppp, TP_PPP_LOWER_LAYER, end.now_ms);
		EXPECT_NOTHING(&end);
		assert_finished(&end, states[i] == TP_PPP_CLOSING    ? TP_PPP_SHUTDOWN
				      : states[i] == TP_PPP_STOPPING ? TP_PPP_PEER_REFUSED
								     : TP_PPP_LOWER_LAYER);
		assert_int_equal(tp_ppp_deadline(&end.ppp), TP_NEVER);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_opening_sends_a_configure_request),
		cmocka_unit_test(test_a_dead_link_hears_nothing),
		cmocka_unit_test(test_the_states_that_acks_and_requests_lead_to),
		cmocka_unit_test(test_terminate_requests_in_every_state),
		cmocka_unit_test(test_terminate_acks_in_every_state),
		cmocka_unit_test(
			test_a_peer_that_terminates_an_open_link_gets_its_ack_and_the_link_is_finished),
		cmocka_unit_test(
			test_code_rejects_of_indispensable_codes_end_the_link_in_every_state),
		cmocka_unit_test(
			test_a_code_reject_of_an_echo_request_changes_nothing_in_an_open_link),
		cmocka_unit_test(test_an_unknown_code_is_rejected_in_every_state_that_hears),
		cmocka_unit_test(
			test_an_unanswered_request_is_sent_ten_times_and_then_the_link_is_finished),
		cmocka_unit_test(test_a_peer_that_acks_but_never_asks_is_given_up),
		cmocka_unit_test(
			test_terminate_requests_are_sent_twice_and_then_the_link_is_finished),
		cmocka_unit_test(test_timers_and_counts_are_those_of_the_configuration),
		cmocka_unit_test(test_answers_that_fit_no_request_are_ignored),
		cmocka_unit_test(test_malformed_packets_are_ignored_in_every_state),
		cmocka_unit_test(test_naks_without_end_are_an_end),
		cmocka_unit_test(test_our_request_goes_out_again_only_on_the_peers_first),
		cmocka_unit_test(test_a_finished_link_can_be_opened_again),
		cmocka_unit_test(test_lower_down_is_the_end_in_every_state_and_nothing_is_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
