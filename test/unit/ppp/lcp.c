/* SPDX-License-Identifier: BSD-3-Clause */
/* LCP's options and codes: RFC 1661 sections 5.7 to 6, each option well and badly formed. */
#include "ends.h"

#include <string.h>

#define LCP 0xc0, 0x21

static void test_options_of_the_peer_get_the_answer_they_deserve(void **state)
{
	static const struct {
		uint8_t option[16];
		uint8_t code;
		uint8_t answer[16]; /* none: the same option */
	} cases[] = {
		{{1, 4, 0x05, 0xd4}, 2, {0}},			   /* MRU 1492 */
		{{1, 4, 0x05, 0xd5}, 3, {1, 4, 0x05, 0xd4}},	   /* 1493: RFC 2516, section 7 */
		{{1, 4, 0x05, 0xdc}, 3, {1, 4, 0x05, 0xd4}},	   /* 1500 */
		{{1, 4, 0x23, 0x28}, 3, {1, 4, 0x05, 0xd4}},	   /* 9000 */
		{{1, 4, 0x00, 0x80}, 2, {0}},			   /* 128 */
		{{1, 4, 0x00, 0x7f}, 3, {1, 4, 0x00, 0x80}},	   /* 127 */
		{{1, 3, 0x05}, 4, {0}},				   /* MRU of a wrong length */
		{{2, 6, 0, 0, 0, 0}, 4, {0}},			   /* ACCM */
		{{3, 4, 0xc0, 0x23}, 2, {0}},			   /* PAP */
		{{3, 5, 0xc2, 0x23, 0x05}, 2, {0}},		   /* CHAP */
		{{3, 5, 0xc2, 0x23, 0x80}, 2, {0}},		   /* MS-CHAP version 1 */
		{{3, 5, 0xc2, 0x23, 0x81}, 2, {0}},		   /* MS-CHAP version 2 */
		{{3, 4, 0xc2, 0x27}, 3, {3, 5, 0xc2, 0x23, 0x81}}, /* EAP */
		{{3, 4, 0xc2, 0x23}, 3, {3, 5, 0xc2, 0x23, 0x81}}, /* CHAP with no algorithm */
		{{3, 2}, 3, {3, 5, 0xc2, 0x23, 0x81}},
		{{4, 8, 0xc0, 0x25, 0, 0, 0, 1}, 4, {0}}, /* Quality-Protocol */
		{{5, 6, 1, 2, 3, 4}, 2, {0}},		  /* Magic-Number */
		{{5, 4, 1, 2}, 4, {0}},			  /* one of a wrong length */
		{{7, 2}, 4, {0}},			  /* PFC */
		{{8, 2}, 4, {0}},			  /* ACFC */
		{{13, 3, 6}, 4, {0}},			  /* Callback */
		{{17, 4, 0x06, 0x4e}, 4, {0}},		  /* MRRU */
		{{18, 2}, 4, {0}},			  /* short sequence numbers */
		{{19, 3, 0}, 4, {0}},			  /* Endpoint-Discriminator */
		{{255, 2}, 4, {0}},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct end end;

		end_init_asked(&end, 0);
		end_expect_answer(&end, cases[i].option, cases[i].code, cases[i].answer);
	}
}

static void test_a_reject_holds_the_rejected_options_alone_in_their_order(void **state)
{
	struct end end;

	end_init_asked(&end, 0);
	FEED(&end, LCP, 1, 9, 0, 22, 1, 4, 0, 1, 7, 2, 3, 4, 0xc2, 0x27, 8, 2, 1, 4, 5, 0xd4, 255,
	     2);
	EXPECT(&end, LCP, 4, 9, 0, 10, 7, 2, 8, 2, 255, 2);
}

static void test_a_nak_holds_the_naked_options_alone(void **state)
{
	struct end end;

	end_init_asked(&end, 0);
	FEED(&end, LCP, 1, 9, 0, 18, 5, 6, 1, 2, 3, 4, 1, 4, 0, 1, 3, 4, 0xc2, 0x27);
	EXPECT(&end, LCP, 3, 9, 0, 13, 1, 4, 0, 128, 3, 5, 0xc2, 0x23, 0x81);
}

static void test_a_magic_number_of_zero_is_naked_with_another(void **state)
{
	struct end end;

	end_init_asked(&end, 0);
	FEED(&end, LCP, 1, 9, 0, 10, 5, 6, 0, 0, 0, 0);
	struct frame nak = end_take(&end);
	assert_int_equal(frame_code(&nak), TP_PPP_CODE_CONFIGURE_NAK);
	assert_memory_equal(nak.bytes + 6, "\x05\x06", 2);
	assert_memory_not_equal(nak.bytes + 8, "\0\0\0\0", 4);
}

static void test_after_max_failure_naks_options_are_rejected(void **state)
{
	struct end end;

	end_init_asked(&end, 0);
	for (uint8_t i = 0; i < 5; i++) {
		FEED(&end, LCP, 1, i, 0, 8, 1, 4, 0, 1);
		EXPECT(&end, LCP, 3, i, 0, 8, 1, 4, 0, 128);
	}
	FEED(&end, LCP, 1, 5, 0, 8, 1, 4, 0, 1);
	EXPECT(&end, LCP, 4, 5, 0, 8, 1, 4, 0, 1);
	FEED(&end, LCP, 1, 6, 0, 4);
	EXPECT(&end, LCP, 2, 6, 0, 4);
	FEED(&end, LCP, 1, 7, 0, 8, 1, 4, 0, 1); /* the Ack starts the count again */
	EXPECT(&end, LCP, 3, 7, 0, 8, 1, 4, 0, 128);
}

static void test_the_client_asks_for_its_mru_and_a_magic_number(void **state)
{
	struct end end;

	end_init(&end, TP_PPP_CLIENT);
	tp_ppp_open(&end.ppp, end.now_ms);
	struct frame request = end_take(&end);
	assert_int_equal(request.len, 16);
	assert_memory_equal(request.bytes + 6, "\x01\x04\x05\xc8\x05\x06", 6);
}

static void test_the_mtu_is_the_peers_mru_within_ours(void **state)
{
	static const struct {
		uint16_t max_mtu, peer_mru, mtu;
	} cases[] = {{1480, 1492, 1480}, {1492, 1480, 1480}, {1480, 1480, 1480}, {1480, 0, 1480},
		     {9000, 0, 1500},	 {9000, 9000, 9000}, {1492, 576, 576}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t hi = (uint8_t)(cases[i].peer_mru >> 8), lo = (uint8_t)cases[i].peer_mru;
		struct end end;

		end_init(&end, TP_PPP_CLIENT);
		end.config.max_mtu = cases[i].max_mtu;
		end.config.peer_mru_max = UINT16_MAX;
		tp_ppp_open(&end.ppp, end.now_ms);
		struct frame request = end_take(&end);
		if (cases[i].peer_mru != 0)
			FEED(&end, LCP, 1, 1, 0, 8, 1, 4, hi, lo);
		else
			FEED(&end, LCP, 1, 1, 0, 4);
		request.bytes[2] = TP_PPP_CODE_CONFIGURE_ACK;
		end_feed(&end, request.bytes, request.len);
		assert_int_equal(end_event(&end, TP_PPP_LCP_UP)->lcp.mtu, cases[i].mtu);
	}
}

static void test_an_mru_out_of_bounds_is_naked_and_in_the_end_rejected(void **state)
{
	static const struct {
		uint16_t asked, naked;
	} cases[] = {{1500, 1492}, {1493, 1492}, {575, 576}, {128, 576}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t hi = (uint8_t)(cases[i].asked >> 8), lo = (uint8_t)cases[i].asked;
		struct end end;

		end_init(&end, TP_PPP_SERVER);
		end.config.method_count = 0;
		end.config.peer_mru_min = 576;
		end.config.max_mtu = 1492;
		tp_ppp_open(&end.ppp, end.now_ms);
		struct frame request = end_take(&end);
		for (uint8_t j = 0; j < end.config.max_failure; j++) {
			FEED(&end, LCP, 1, j, 0, 8, 1, 4, hi, lo);
			if (j == 0)
				end_take(&end); /* ours again */
			EXPECT(&end, LCP, 3, j, 0, 8, 1, 4, (uint8_t)(cases[i].naked >> 8),
			       (uint8_t)cases[i].naked);
		}
		FEED(&end, LCP, 1, 9, 0, 8, 1, 4, hi, lo);
		EXPECT(&end, LCP, 4, 9, 0, 8, 1, 4, hi, lo);
		FEED(&end, LCP, 1, 10, 0, 4);
		EXPECT(&end, LCP, 2, 10, 0, 4);
		request.bytes[2] = TP_PPP_CODE_CONFIGURE_ACK;
		end_feed(&end, request.bytes, request.len);
		assert_int_equal(end_event(&end, TP_PPP_LCP_UP)->lcp.mtu, 1492);
	}
}

/* Answers END's request with CODE and OPTIONS; gives the request it sends then. */
static struct frame answer_with(struct end *end, uint8_t code, const uint8_t *options, uint8_t len)
{
	struct frame request = end_take(end);
	uint8_t answer[64] = {LCP, code, request.bytes[3], 0, (uint8_t)(4 + len)};

	if (len > 0)
		memcpy(answer + 6, options, len);
	end_feed(end, answer, 6u + len);
	return end->sent[0];
}

static void test_an_mru_the_peer_naks_is_lowered_never_raised(void **state)
{
	static const struct {
		uint8_t nak[4], next[4];
	} cases[] = {
		{{1, 4, 0x05, 0x78}, {1, 4, 0x05, 0x78}}, /* 1400 */
		{{1, 4, 0x05, 0xdc}, {1, 4, 0x05, 0xc8}}, /* 1500: ours stays 1480 */
		{{1, 4, 0x00, 0x01}, {1, 4, 0x05, 0xc8}},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct end end;

		end_init(&end, TP_PPP_CLIENT);
		tp_ppp_open(&end.ppp, end.now_ms);
		struct frame next = answer_with(&end, 3, cases[i].nak, 4);
		assert_memory_equal(next.bytes + 6, cases[i].next, 4);
	}
}

static void test_options_the_peer_rejects_are_left_out(void **state)
{
	struct frame request, next;
	struct end end;

	end_init(&end, TP_PPP_CLIENT);
	tp_ppp_open(&end.ppp, end.now_ms);
	request = end.sent[0];
	next = answer_with(&end, 4, request.bytes + 6, 4); /* MRU */
	assert_int_equal(next.len, 12);
	next = answer_with(&end, 4, next.bytes + 6, 6); /* Magic-Number */
	assert_int_equal(next.len, 6);
	FEED(&end, LCP, 1, 1, 0, 4);
	answer_with(&end, 2, NULL, 0);
	assert_int_equal(end_event(&end, TP_PPP_LCP_UP)->lcp.local_magic, 0);
	assert_int_equal(end_event(&end, TP_PPP_LCP_UP)->lcp.mru, 1500);
}

static void test_rejects_and_naks_of_what_was_never_asked_change_nothing(void **state)
{
	const uint8_t options[] = {3, 5, 0xc2, 0x23, 5, 7, 2, 17, 4, 1, 1};

	for (uint8_t code = 3; code <= 4; code++) {
		struct frame first, next;
		struct end end;

		end_init(&end, TP_PPP_CLIENT);
		tp_ppp_open(&end.ppp, end.now_ms);
		first = end.sent[0];
		next = answer_with(&end, code, options, sizeof(options));
		assert_memory_equal(next.bytes + 4, first.bytes + 4, first.len - 4);
	}
}

static void test_a_naked_magic_number_is_replaced(void **state)
{
	struct frame first, next;
	struct end end;

	end_init(&end, TP_PPP_CLIENT);
	tp_ppp_open(&end.ppp, end.now_ms);
	first = end.sent[0];
	next = answer_with(&end, 3, (const uint8_t[]){5, 6, 9, 9, 9, 9}, 6);
	assert_memory_not_equal(next.bytes + 12, first.bytes + 12, 4);
}

static void test_a_looped_link_is_found_out(void **state)
{
	const enum tp_ppp_role roles[] = {TP_PPP_SERVER, TP_PPP_CLIENT};

	for (size_t i = 0; i < 2; i++) {
		struct end end;
		int turns = 0;

		end_init(&end, roles[i]);
		tp_ppp_open(&end.ppp, end.now_ms);
		while (end.sent_count > 0 && turns++ < 100) {
			struct frame frame = end_take(&end);
			end_feed(&end, frame.bytes, frame.len);
		}
		assert_true(turns < 50);
		assert_finished(&end, TP_PPP_LOOPED_BACK);
		assert_int_equal(end_count(&end, TP_PPP_LCP_UP), 0);
	}
}

static void test_a_peer_with_our_magic_number_by_chance_gets_another_try(void **state)
{
	struct end end;

	end_init(&end, TP_PPP_CLIENT);
	tp_ppp_open(&end.ppp, end.now_ms);
	struct frame request = end_take(&end);
	end_feed(&end, request.bytes, request.len);
	end_take(&end);
	struct frame nak = end_take(&end);
	assert_int_equal(frame_code(&nak), TP_PPP_CODE_CONFIGURE_NAK);
	FEED(&end, LCP, 1, 2, 0, 10, 5, 6, 1, 2, 3, 4);
	EXPECT(&end, LCP, 2, 2, 0, 10, 5, 6, 1, 2, 3, 4);
}

static void open_to_network(struct end *end)
{
	end_init(end, TP_PPP_SERVER);
	end->config.method_count = 0;
	tp_ppp_set_addresses(&end->ppp, &end->addresses);
	end_open_lcp(end);
	end->sent_count = 0;
}

static void test_an_echo_request_is_answered_with_our_magic_number_and_its_data(void **state)
{
	struct end end;

	open_to_network(&end);
	uint32_t magic = end_event(&end, TP_PPP_LCP_UP)->lcp.local_magic;
	FEED(&end, LCP, 9, 7, 0, 10, 0, 0, 0, 0, 0xaa, 0xbb);
	EXPECT(&end, LCP, 10, 7, 0, 10, (uint8_t)(magic >> 24), (uint8_t)(magic >> 16),
	       (uint8_t)(magic >> 8), (uint8_t)magic, 0xaa, 0xbb);
}

static void test_an_echo_request_before_lcp_is_open_gets_no_answer(void **state)
{
	struct end end;

	end_init_asked(&end, 0);
	FEED(&end, LCP, 9, 7, 0, 8, 0, 0, 0, 0);
	EXPECT_NOTHING(&end);
}

static void test_an_echo_of_a_jumbo_frame_is_cut_to_a_frame_of_ours(void **state)
{
	uint8_t echo[9000] = {LCP, 9, 1, (8998 >> 8), 8998 & 0xff};
	struct end end;

	open_to_network(&end);
	end_feed(&end, echo, sizeof(echo));
	assert_int_equal(end_take(&end).len, 1482);
}

static void test_replies_discards_and_identifications_are_taken_in_silence(void **state)
{
	struct end end;

	open_to_network(&end);
	for (uint8_t code = 10; code <= 13; code++)
		FEED(&end, LCP, code, 7, 0, 10, 0, 0, 0, 0, 'h', 'i');
	EXPECT_NOTHING(&end);
	assert_int_equal(end.ppp.lcp.state, TP_PPP_OPENED);
}

static void test_a_protocol_without_an_engine_is_rejected_and_the_rest_stays_up(void **state)
{
	static const uint16_t protocols[] = {0x8057, 0x80fd, 0x003d, 0x0057,
					     0x00fd, 0x8281, 0xc025, 0x4001};
	struct end end;

	open_to_network(&end);
	for (uint8_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++) {
		uint8_t hi = (uint8_t)(protocols[i] >> 8), lo = (uint8_t)protocols[i];

		FEED(&end, hi, lo, 1, 9, 0, 4);
		EXPECT(&end, LCP, 8, i, 0, 10, hi, lo, 1, 9, 0, 4);
	}
	assert_int_equal(end.ppp.lcp.state, TP_PPP_OPENED);
	assert_int_equal(end.ppp.ipcp.state, TP_PPP_REQ_SENT);
}

/* A server in the network phase whose peer has an MRU of 512. */
static void open_with_small_mru(struct end *end)
{
	end_init(end, TP_PPP_SERVER);
	end->config.method_count = 0;
	tp_ppp_set_addresses(&end->ppp, &end->addresses);
	tp_ppp_open(&end->ppp, end->now_ms);
	struct frame request = end_take(end);
	FEED(end, LCP, 1, 1, 0, 8, 1, 4, 2, 0);
	request.bytes[2] = TP_PPP_CODE_CONFIGURE_ACK;
	end_feed(end, request.bytes, request.len);
	end->sent_count = 0;
}

static void test_what_goes_back_is_cut_to_the_peers_mru(void **state)
{
	static const struct {
		uint8_t head[10];
		uint16_t protocol;
		uint8_t code;
	} cases[] = {
		{{0x80, 0x57, 1, 1, 0x05, 0xc8}, 0xc021, TP_PPP_CODE_PROTOCOL_REJECT},
		{{LCP, 99, 1, 0x05, 0xc8}, 0xc021, TP_PPP_CODE_CODE_REJECT},
		{{0x80, 0x21, 99, 1, 0x05, 0xc8}, 0x8021, TP_PPP_CODE_CODE_REJECT},
		{{LCP, 9, 1, 0x05, 0xc8, 1, 2, 3, 4}, 0xc021, TP_PPP_CODE_ECHO_REPLY},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t frame[2 + 1480] = {0};
		struct end end;

		open_with_small_mru(&end);
		memcpy(frame, cases[i].head, sizeof(cases[i].head));
		end_feed(&end, frame, sizeof(frame));
		struct frame reply = end_take(&end);
		assert_int_equal(frame_protocol(&reply), cases[i].protocol);
		assert_int_equal(frame_code(&reply), cases[i].code);
		assert_int_equal(reply.len, 2 + 512);
	}
}

static void test_options_that_go_back_are_left_out_whole_beyond_the_peers_mru(void **state)
{
	uint8_t frame[2 + 1444] = {0x80, 0x21, 1, 7, 0x05, 0xa4};
	struct end end;

	for (size_t at = 6; at < sizeof(frame); at += 120) {
		frame[at] = 200;
		frame[at + 1] = 120;
	}
	open_with_small_mru(&end);
	end_feed(&end, frame, sizeof(frame));
	struct frame reply = end_take(&end);
	assert_int_equal(frame_code(&reply), TP_PPP_CODE_CONFIGURE_REJECT);
	assert_int_equal(reply.len, 6 + 4 * 120);
	assert_int_equal(reply.bytes[4] << 8 | reply.bytes[5], 4 + 4 * 120);
}

static void test_an_unknown_protocol_before_the_network_phase_is_discarded(void **state)
{
	struct end end;

	end_init_asked(&end, 0);
	FEED(&end, 0x80, 0x57, 1, 9, 0, 4);
	EXPECT_NOTHING(&end);
}

static void test_a_peer_that_rejects_ipcp_ends_the_link(void **state)
{
	struct end end;

	open_to_network(&end);
	FEED(&end, LCP, 8, 1, 0, 10, 0x80, 0x21, 1, 1, 0, 4);
	end_wait(&end, 6000);
	assert_finished(&end, TP_PPP_PEER_REFUSED);
}

static void test_a_peer_that_rejects_what_we_do_not_do_changes_nothing(void **state)
{
	struct end end;

	open_to_network(&end);
	FEED(&end, LCP, 8, 1, 0, 10, 0x80, 0x57, 1, 1, 0, 4);
	assert_int_equal(end.ppp.lcp.state, TP_PPP_OPENED);
	assert_int_equal(end_count(&end, TP_PPP_FINISHED), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options_of_the_peer_get_the_answer_they_deserve),
		cmocka_unit_test(test_a_reject_holds_the_rejected_options_alone_in_their_order),
		cmocka_unit_test(test_a_nak_holds_the_naked_options_alone),
		cmocka_unit_test(test_a_magic_number_of_zero_is_naked_with_another),
		cmocka_unit_test(test_after_max_failure_naks_options_are_rejected),
		cmocka_unit_test(test_the_client_asks_for_its_mru_and_a_magic_number),
		cmocka_unit_test(test_the_mtu_is_the_peers_mru_within_ours),
		cmocka_unit_test(test_an_mru_out_of_bounds_is_naked_and_in_the_end_rejected),
		cmocka_unit_test(test_an_mru_the_peer_naks_is_lowered_never_raised),
		cmocka_unit_test(test_options_the_peer_rejects_are_left_out),
		cmocka_unit_test(test_rejects_and_naks_of_what_was_never_asked_change_nothing),
		cmocka_unit_test(test_a_naked_magic_number_is_replaced),
		cmocka_unit_test(test_a_looped_link_is_found_out),
		cmocka_unit_test(test_a_peer_with_our_magic_number_by_chance_gets_another_try),
		cmocka_unit_test(
			test_an_echo_request_is_answered_with_our_magic_number_and_its_data),
		cmocka_unit_test(test_an_echo_request_before_lcp_is_open_gets_no_answer),
		cmocka_unit_test(test_an_echo_of_a_jumbo_frame_is_cut_to_a_frame_of_ours),
		cmocka_unit_test(test_replies_discards_and_identifications_are_taken_in_silence),
		cmocka_unit_test(
			test_a_protocol_without_an_engine_is_rejected_and_the_rest_stays_up),
		cmocka_unit_test(test_what_goes_back_is_cut_to_the_peers_mru),
		cmocka_unit_test(test_options_that_go_back_are_left_out_whole_beyond_the_peers_mru),
		cmocka_unit_test(test_an_unknown_protocol_before_the_network_phase_is_discarded),
		cmocka_unit_test(test_a_peer_that_rejects_ipcp_ends_the_link),
		cmocka_unit_test(test_a_peer_that_rejects_what_we_do_not_do_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
