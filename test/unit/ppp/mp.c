/* SPDX-License-Identifier: BSD-3-Clause */
/* The negotiation of MP over one link, in both roles: RFC 1990, section 5. */
#include "ends.h"

#include <string.h>

#define LCP 0xc0, 0x21

static void test_options_of_mp_get_the_answer_they_deserve(void **state)
{
	static const struct {
		uint8_t option[24];
		uint8_t code;
		uint8_t answer[8]; /* none: the same option */
	} cases[] = {
		{{17, 4, 0x06, 0x4e}, 2, {0}},		       /* Windows' 1614 */
		{{17, 4, 0xff, 0xff}, 2, {0}},		       /* 65535 */
		{{17, 4, 0x02, 0x00}, 2, {0}},		       /* 512 */
		{{17, 4, 0x01, 0xff}, 3, {17, 4, 0x02, 0x00}}, /* 511 */
		{{17, 3, 0x06}, 4, {0}},		       /* of a wrong length */
		{{18, 2}, 2, {0}},
		{{18, 3, 0}, 4, {0}},
		{{19, 3, 0}, 2, {0}},			/* the null class */
		{{19, 9, 3, 2, 0, 0, 0, 0, 1}, 2, {0}}, /* a MAC address */
		{{19, 2}, 4, {0}},			/* no class */
		{{19, 23, 5}, 2, {0}},			/* the longest */
		{{19, 24, 5}, 4, {0}},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct end end;

		end_init_asked(&end, 1600);
		end_expect_answer(&end, cases[i].option, cases[i].code, cases[i].answer);
	}
}

static void both_want(struct wire *wire, uint16_t server, uint16_t client)
{
	wire_init(wire);
	wire->server.config.mrru = server;
	wire->client.config.mrru = client;
}

static void test_both_sides_learn_what_the_other_takes(void **state)
{
	struct wire wire;

	both_want(&wire, 1600, 1614);
	wire.client.config.short_sequence = true;
	wire_open(&wire);
	assert_up(&wire);
	const struct tp_ppp_event *server = end_event(&wire.server, TP_PPP_LCP_UP);
	const struct tp_ppp_event *client = end_event(&wire.client, TP_PPP_LCP_UP);
	assert_int_equal(server->lcp.mrru, 1600);
	assert_int_equal(server->lcp.peer_mrru, 1614);
	assert_false(server->lcp.short_sequence);
	assert_true(server->lcp.peer_short_sequence);
	assert_int_equal(client->lcp.mrru, 1614);
	assert_int_equal(client->lcp.peer_mrru, 1600);
	assert_true(client->lcp.short_sequence);
	assert_false(client->lcp.peer_short_sequence);
	assert_int_equal(server->lcp.mtu, 1480);
}

static void test_our_request_names_us_by_our_mac_address(void **state)
{
	struct end end;

	end_init(&end, TP_PPP_SERVER);
	end.config.mrru = 1600;
	end.config.short_sequence = true;
	memcpy(end.config.endpoint, "\2\0\0\0\0\7", 6);
	tp_ppp_open(&end.ppp, end.now_ms);
	struct frame frame = end_take(&end);
	assert_memory_equal(frame.bytes + frame.len - 15,
			    ((uint8_t[]){17, 4, 0x06, 0x40, 18, 2, 19, 9, 3, 2, 0, 0, 0, 0, 7}),
			    15);
}

static void test_without_mp_on_either_side_there_is_none(void **state)
{
	for (int i = 0; i < 2; i++) {
		struct wire wire;

		both_want(&wire, i == 0 ? 1600 : 0, i == 0 ? 0 : 1600);
		wire_open(&wire);
		assert_up(&wire);
		assert_int_equal(end_event(&wire.server, TP_PPP_LCP_UP)->lcp.mrru, 0);
		assert_int_equal(end_event(&wire.server, TP_PPP_LCP_UP)->lcp.peer_mrru, 0);
		assert_int_equal(end_event(&wire.client, TP_PPP_LCP_UP)->lcp.mrru, 0);
		assert_int_equal(end_event(&wire.client, TP_PPP_LCP_UP)->lcp.peer_mrru, 0);
	}
}

/* By hand, a peer that asks for MP and for no authentication. */
static void open_with_mp(struct end *end)
{
	end_init(end, TP_PPP_SERVER);
	end->config.mrru = 1600;
	end->config.method_count = 0;
	tp_ppp_set_addresses(&end->ppp, &end->addresses);
	tp_ppp_open(&end->ppp, end->now_ms);
	struct frame request = end_take(end);
	FEED(end, LCP, 1, 1, 0, 8, 17, 4, 0x06, 0x4e);
	end->sent_count = 0;
	request.bytes[2] = TP_PPP_CODE_CONFIGURE_ACK;
	end_feed(end, request.bytes, request.len);
	assert_int_equal(end->ppp.lcp.state, TP_PPP_OPENED);
	assert_int_equal(end_event(end, TP_PPP_LCP_UP)->lcp.peer_mrru, 1614);
	end->sent_count = 0;
}

static void test_ipcp_is_heard_inside_of_mp(void **state)
{
	struct end end;

	open_with_mp(&end);
	FEED(&end, 0x00, 0x3d, 0xc0, 0, 0, 0, 0x80, 0x21, 1, 7, 0, 10, 3, 6, 10, 0, 0, 2);
	EXPECT(&end, 0x80, 0x21, 2, 7, 0, 10, 3, 6, 10, 0, 0, 2);
}

static void test_what_is_unknown_inside_of_mp_is_rejected_as_it_was_there(void **state)
{
	struct end end;

	open_with_mp(&end);
	FEED(&end, 0x00, 0x3d, 0xc0, 0, 0, 0, 0x80, 0x57, 1, 7, 0, 4);
	struct frame frame = end_take(&end);
	assert_int_equal(frame.bytes[2], TP_PPP_CODE_PROTOCOL_REJECT);
	assert_memory_equal(frame.bytes + 6, ((uint8_t[]){0x80, 0x57, 1, 7, 0, 4}), 6);
}

static void test_parts_packets_and_nonsense_inside_of_mp_are_passed_over(void **state)
{
	struct end end;

	open_with_mp(&end);
	FEED(&end, 0x00, 0x3d, 0x80, 0, 0, 0, 0x80, 0x21, 1, 7, 0, 10, 3);
	FEED(&end, 0x00, 0x3d, 0x40, 0, 0, 1, 6, 10, 0, 0, 2);
	FEED(&end, 0x00, 0x3d, 0xc0, 0, 0, 2);
	FEED(&end, 0x00, 0x3d, 0xc0);
	FEED(&end, 0x00, 0x3d, 0xc0, 0, 0, 3, 0x80);
	FEED(&end, 0x00, 0x3d, 0xc0, 0, 0, 3, 0x00, 0x3d, 0xc0, 0, 0, 4, 0x80, 0x57, 1);
	EXPECT_NOTHING(&end);
}

static void test_mp_that_was_not_agreed_is_rejected(void **state)
{
	struct end end;

	end_init(&end, TP_PPP_CLIENT);
	end_open_lcp(&end);
	end.sent_count = 0;
	FEED(&end, 0x00, 0x3d, 0xc0, 0, 0, 0, 0x80, 0x21, 1, 7, 0, 4);
	assert_int_equal(end_take(&end).bytes[2], TP_PPP_CODE_PROTOCOL_REJECT);
}

static void test_a_nak_lowers_our_mrru_and_a_reject_ends_it(void **state)
{
	struct end end;

	end_init(&end, TP_PPP_CLIENT);
	end.config.mrru = 1600;
	tp_ppp_open(&end.ppp, end.now_ms);
	struct frame frame = end_take(&end);
	FEED(&end, LCP, 3, frame.bytes[3], 0, 8, 17, 4, 0x05, 0xdc);
	frame = end_take(&end);
	assert_memory_equal(frame.bytes + frame.len - 13, ((uint8_t[]){17, 4, 0x05, 0xdc}), 4);
	FEED(&end, LCP, 3, frame.bytes[3], 0, 8, 17, 4, 0x07,
	     0xd0); /* more than we can: as it was */
	frame = end_take(&end);
	assert_memory_equal(frame.bytes + frame.len - 13, ((uint8_t[]){17, 4, 0x05, 0xdc}), 4);
	FEED(&end, LCP, 4, frame.bytes[3], 0, 8, 17, 4, 0x05, 0xdc);
	frame = end_take(&end);
	assert_null(memchr(frame.bytes + 6, 17, 2));
	assert_int_equal(frame.len, 2 + 4 + 4 + 6); /* MRU and magic number alone */
	end.sent_count = 0;
	FEED(&end, LCP, 1, 4, 0, 8, 17, 4, 0x06, 0x4e);
	end_take(&end); /* ours once more: the peer's first has come */
	EXPECT(&end, LCP, 4, 4, 0, 8, 17, 4, 0x06, 0x4e);
}

static void test_short_numbers_and_names_may_be_refused_alone(void **state)
{
	struct end end;

	end_init(&end, TP_PPP_CLIENT);
	end.config.mrru = 1600;
	end.config.short_sequence = true;
	tp_ppp_open(&end.ppp, end.now_ms);
	struct frame frame = end_take(&end);
	FEED(&end, LCP, 4, frame.bytes[3], 0, 15, 18, 2, 19, 9, 3, 0, 0, 0, 0, 0, 0);
	frame = end_take(&end);
	assert_memory_equal(frame.bytes + frame.len - 4, ((uint8_t[]){17, 4, 0x06, 0x40}), 4);
}

/* Two links between the same ends: the second joins. */
static void open_bundle(struct wire *first, struct wire *second)
{
	both_want(first, 1600, 1600);
	wire_open(first);
	both_want(second, 1600, 1600);
	tp_ppp_set_joined(&second->server.ppp, true);
	tp_ppp_set_joined(&second->client.ppp, true);
	wire_open(second);
	wire_wait(second, 100000);
}

static void test_a_link_that_joined_has_no_network_protocol(void **state)
{
	struct wire first, second;

	open_bundle(&first, &second);
	assert_int_equal(end_count(&second.client, TP_PPP_AUTHENTICATED), 1);
	assert_int_equal(end_count(&second.client, TP_PPP_IPCP_UP), 0);
	assert_int_equal(end_count(&second.server, TP_PPP_IPCP_UP), 0);
	assert_int_equal(tp_ppp_phase(&second.client.ppp), TP_PPP_NETWORK);
	assert_int_equal(end_count(&second.client, TP_PPP_FINISHED), 0);
}

static void take(struct wire *from, struct wire *to)
{
	tp_ppp_take_network(&to->server.ppp, &from->server.ppp);
	tp_ppp_take_network(&to->client.ppp, &from->client.ppp);
}

static void test_the_network_outlives_its_link(void **state)
{
	struct wire first, second;

	open_bundle(&first, &second);
	take(&first, &second);
	tp_ppp_lower_down(&first.server.ppp, TP_PPP_LOWER_LAYER, first.server.now_ms);
	tp_ppp_lower_down(&first.client.ppp, TP_PPP_LOWER_LAYER, first.client.now_ms);
	assert_int_equal(end_count(&first.server, TP_PPP_LCP_LEAVING), 1);
	assert_int_equal(end_count(&first.server, TP_PPP_IPCP_DOWN), 0);
	assert_int_equal(end_count(&first.client, TP_PPP_IPCP_DOWN), 0);
	assert_finished(&first.server, TP_PPP_LOWER_LAYER);
	/* And can be negotiated anew there, with the same address. */
	FEED(&second.server, 0x80, 0x21, 1, 200, 0, 10, 3, 6, 0, 0, 0, 0);
	wire_carry(&second);
	assert_int_equal(end_count(&second.server, TP_PPP_IPCP_DOWN), 1);
	assert_int_equal(end_count(&second.server, TP_PPP_IPCP_UP), 1);
	assert_true(end_event(&second.server, TP_PPP_IPCP_UP)->addresses.remote ==
		    first.server.addresses.remote);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options_of_mp_get_the_answer_they_deserve),
		cmocka_unit_test(test_both_sides_learn_what_the_other_takes),
		cmocka_unit_test(test_our_request_names_us_by_our_mac_address),
		cmocka_unit_test(test_without_mp_on_either_side_there_is_none),
		cmocka_unit_test(test_ipcp_is_heard_inside_of_mp),
		cmocka_unit_test(test_what_is_unknown_inside_of_mp_is_rejected_as_it_was_there),
		cmocka_unit_test(test_parts_packets_and_nonsense_inside_of_mp_are_passed_over),
		cmocka_unit_test(test_mp_that_was_not_agreed_is_rejected),
		cmocka_unit_test(test_a_nak_lowers_our_mrru_and_a_reject_ends_it),
		cmocka_unit_test(test_short_numbers_and_names_may_be_refused_alone),
		cmocka_unit_test(test_a_link_that_joined_has_no_network_protocol),
		cmocka_unit_test(test_the_network_outlives_its_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
