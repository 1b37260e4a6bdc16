/* SPDX-License-Identifier: BSD-3-Clause */
/* IPV6CP: RFC 5072, in both roles. */
#include "ends.h"

#include <string.h>

#define LCP    0xc0, 0x21
#define IPV6CP 0x80, 0x57
#define OURS   2, 0, 0, 0, 0, 0, 0, 1
#define PEERS  2, 0, 0, 0, 0, 0, 0, 2
#define OTHER  9, 9, 9, 9, 9, 9, 9, 9
#define ZERO   0, 0, 0, 0, 0, 0, 0, 0

static const uint8_t none[TP_PPP_INTERFACE_ID_LEN];

/* An end in the network phase with IPv6 alone; its first request is taken. */
static struct frame in_network(struct end *end, enum tp_ppp_role role,
			       const struct tp_ppp_interface_ids *ids)
{
	end_init(end, role);
	end->config.method_count = 0;
	end_wish(end, false, true);
	if (ids != NULL)
		tp_ppp_set_interface_ids(&end->ppp, ids);
	end_open_lcp(end);
	struct frame request = end_take(end);
	assert_int_equal(frame_protocol(&request), TP_PPP_PROTO_IPV6CP);
	assert_int_equal(request.len, 16);
	return request;
}

static void answer(struct end *end, const struct frame *request, uint8_t code)
{
	struct frame frame = *request;

	frame.bytes[2] = code;
	end_feed(end, frame.bytes, frame.len);
}

/* As ANSWER, with another identifier. */
static void answer_id(struct end *end, const struct frame *request, uint8_t code, const uint8_t *id)
{
	struct frame frame = *request;

	frame.bytes[2] = code;
	memcpy(frame.bytes + 8, id, TP_PPP_INTERFACE_ID_LEN);
	end_feed(end, frame.bytes, frame.len);
}

static void assert_agreed(const struct end *end, const uint8_t *local, const uint8_t *remote)
{
	const struct tp_ppp_interface_ids *ids = &end_event(end, TP_PPP_IPV6CP_UP)->interface_ids;

	assert_memory_equal(ids->local, local, TP_PPP_INTERFACE_ID_LEN);
	assert_memory_equal(ids->remote, remote, TP_PPP_INTERFACE_ID_LEN);
}

static void test_both_sides_make_up_what_they_were_not_given(void **state)
{
	struct wire wire;

	wire_init(&wire);
	end_wish(&wire.server, true, true);
	end_wish(&wire.client, true, true);
	wire_open(&wire);
	assert_up(&wire);
	const struct tp_ppp_interface_ids ids =
		end_event(&wire.server, TP_PPP_IPV6CP_UP)->interface_ids;
	assert_agreed(&wire.client, ids.remote, ids.local);
	assert_memory_not_equal(ids.local, none, sizeof(none));
	assert_memory_not_equal(ids.remote, none, sizeof(none));
	assert_memory_not_equal(ids.local, ids.remote, sizeof(none));
	assert_int_equal(ids.local[0] & 2, 0);
	assert_int_equal(ids.remote[0] & 2, 0);

	/* And keep it: the same addresses after another negotiation of it all. */
	FEED(&wire.server, LCP, 1, 99, 0, 4);
	wire_carry(&wire);
	assert_int_equal(end_count(&wire.server, TP_PPP_IPV6CP_DOWN), 1);
	assert_int_equal(end_count(&wire.server, TP_PPP_IPV6CP_UP), 2);
	assert_agreed(&wire.server, ids.local, ids.remote);
}

static void test_a_client_gets_the_identifier_that_its_server_has_for_it(void **state)
{
	struct tp_ppp_interface_ids wish = {.local = {OTHER}};
	struct wire wire;

	wire_init(&wire);
	end_wish(&wire.server, true, true);
	end_wish(&wire.client, true, true);
	wire.server.interface_ids = (struct tp_ppp_interface_ids){{OURS}, {PEERS}};
	tp_ppp_set_interface_ids(&wire.client.ppp, &wish);
	wire_open(&wire);
	assert_agreed(&wire.server, (uint8_t[]){OURS}, (uint8_t[]){PEERS});
	assert_agreed(&wire.client, (uint8_t[]){PEERS}, (uint8_t[]){OURS});
}

static void test_a_server_without_a_wish_takes_the_clients(void **state)
{
	struct tp_ppp_interface_ids wish = {.local = {OTHER}};
	struct wire wire;

	wire_init(&wire);
	end_wish(&wire.server, true, true);
	end_wish(&wire.client, true, true);
	wire.server.interface_ids = (struct tp_ppp_interface_ids){{OURS}, {ZERO}};
	tp_ppp_set_interface_ids(&wire.client.ppp, &wish);
	wire_open(&wire);
	assert_agreed(&wire.server, (uint8_t[]){OURS}, (uint8_t[]){OTHER});
}

static void test_options_of_the_peer_get_the_answer_they_deserve(void **state)
{
	static const struct {
		uint8_t options[24];
		uint8_t len;
		uint8_t code;
		uint8_t answer[24];
		uint8_t answer_len;
	} cases[] = {
		{{1, 10, PEERS}, 10, 2, {1, 10, PEERS}, 10},
		{{1, 10, ZERO}, 10, 3, {1, 10, PEERS}, 10},
		{{1, 10, OTHER}, 10, 3, {1, 10, PEERS}, 10},
		{{1, 10, OURS}, 10, 3, {1, 10, PEERS}, 10},
		{{0}, 0, 3, {1, 10, PEERS}, 10}, /* wanted options are appended */
		{{1, 6, 1, 2, 3, 4}, 6, 4, {1, 6, 1, 2, 3, 4}, 6},
		{{1, 2}, 2, 4, {1, 2}, 2},
		{{2, 4, 0, 0x4f}, 4, 4, {2, 4, 0, 0x4f}, 4},
		{{2, 4, 0, 0x4f, 1, 10, PEERS}, 14, 4, {2, 4, 0, 0x4f}, 4},
		{{1, 10, PEERS, 1, 10, PEERS}, 20, 4, {1, 10, PEERS}, 10},
		{{200, 2, 1, 10, OTHER}, 12, 4, {200, 2}, 2},
	};
	const struct tp_ppp_interface_ids ids = {{OURS}, {PEERS}};

	for (int role = TP_PPP_SERVER; role <= TP_PPP_CLIENT; role++) {
		for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
			uint8_t request[32] = {IPV6CP, 1, 9, 0, (uint8_t)(4 + cases[i].len)};
			uint8_t expected[32] = {IPV6CP, cases[i].code, 9, 0,
						(uint8_t)(4 + cases[i].answer_len)};
			struct end end;

			in_network(&end, role, &ids);
			memcpy(request + 6, cases[i].options, cases[i].len);
			memcpy(expected + 6, cases[i].answer, cases[i].answer_len);
			end_feed(&end, request, 6u + cases[i].len);
			end_expect(&end, expected, 6u + cases[i].answer_len);
			EXPECT_NOTHING(&end);
		}
	}
}

/* RFC 5072, section 4.1: both sides happen to have chosen the same. */
static void test_a_peer_with_our_identifier_is_naked_with_another(void **state)
{
	struct end end;
	struct frame request = in_network(&end, TP_PPP_CLIENT, NULL);
	struct frame same = request;

	same.bytes[3] = 77;
	end_feed(&end, same.bytes, same.len);
	struct frame nak = end_take(&end);
	assert_int_equal(frame_code(&nak), TP_PPP_CODE_CONFIGURE_NAK);
	assert_memory_not_equal(nak.bytes + 8, request.bytes + 8, 8);
	assert_memory_not_equal(nak.bytes + 8, none, 8);

	/* The peer has had the same idea about us: one of us has to have another. */
	answer_id(&end, &request, TP_PPP_CODE_CONFIGURE_NAK, nak.bytes + 8);
	struct frame next = end_take(&end);
	assert_memory_not_equal(next.bytes + 8, nak.bytes + 8, 8);
	assert_memory_not_equal(next.bytes + 8, none, 8);
}

static void test_two_ends_with_the_same_identifier_find_two(void **state)
{
	const struct tp_ppp_interface_ids same = {.local = {OTHER}};
	struct wire wire;

	wire_init(&wire);
	end_wish(&wire.server, true, true);
	end_wish(&wire.client, true, true);
	wire.server.interface_ids = same;
	tp_ppp_set_interface_ids(&wire.client.ppp, &same);
	wire_open(&wire);
	const struct tp_ppp_interface_ids ids =
		end_event(&wire.server, TP_PPP_IPV6CP_UP)->interface_ids;
	assert_memory_equal(ids.local, same.local, 8);
	assert_memory_not_equal(ids.remote, same.local, 8);
	assert_agreed(&wire.client, ids.remote, ids.local);
}

/* An owner's mistake does not make one address out of two. */
static void test_the_same_identifier_given_for_both_is_not_ours(void **state)
{
	const struct tp_ppp_interface_ids ids = {{PEERS}, {PEERS}};
	struct end end;
	struct frame request = in_network(&end, TP_PPP_SERVER, &ids);

	assert_memory_not_equal(request.bytes + 8, ids.remote, 8);
	FEED(&end, IPV6CP, 1, 1, 0, 14, 1, 10, PEERS);
	assert_int_equal(end_take(&end).bytes[2], TP_PPP_CODE_CONFIGURE_ACK);
}

static void test_naks_change_ours_unless_a_server_was_given_it(void **state)
{
	const struct tp_ppp_interface_ids ids = {.local = {OURS}};

	for (int i = 0; i < 4; i++) {
		const enum tp_ppp_role role = i & 1 ? TP_PPP_SERVER : TP_PPP_CLIENT;
		struct end end;
		struct frame request = in_network(&end, role, i & 2 ? &ids : NULL);

		answer_id(&end, &request, TP_PPP_CODE_CONFIGURE_NAK, (uint8_t[]){OTHER});
		struct frame next = end_take(&end);
		if (i == 3)
			assert_memory_equal(next.bytes + 8, ids.local, 8);
		else
			assert_memory_equal(next.bytes + 8, ((uint8_t[]){OTHER}), 8);
		answer_id(&end, &next, TP_PPP_CODE_CONFIGURE_NAK, none);
		next = end_take(&end);
		assert_memory_not_equal(next.bytes + 8, none, 8);
	}
}

/* The identifier is ours, even if the peer does not care. */
static void test_a_rejected_option_is_not_sent_again(void **state)
{
	const struct tp_ppp_interface_ids ids = {{OURS}, {ZERO}};
	struct end end;
	struct frame request = in_network(&end, TP_PPP_SERVER, &ids);

	answer(&end, &request, TP_PPP_CODE_CONFIGURE_REJECT);
	request = end_take(&end);
	assert_int_equal(request.len, 6);
	answer(&end, &request, TP_PPP_CODE_CONFIGURE_ACK);
	FEED(&end, IPV6CP, 1, 1, 0, 14, 1, 10, OTHER);
	end_take(&end);
	assert_agreed(&end, (uint8_t[]){OURS}, (uint8_t[]){OTHER});
}

static void test_a_peer_that_asks_with_zeros_is_naked_however_often_it_asks(void **state)
{
	const struct tp_ppp_interface_ids ids = {{OURS}, {PEERS}};
	struct end end;

	in_network(&end, TP_PPP_SERVER, &ids);
	for (uint8_t i = 0; i < 20; i++) {
		FEED(&end, IPV6CP, 1, i, 0, 14, 1, 10, ZERO);
		EXPECT(&end, IPV6CP, 3, i, 0, 14, 1, 10, PEERS);
	}
}

/* It would be up under an address that we do not know, or do not take from it. */
static void test_a_peer_that_insists_or_never_asks_has_no_ipv6(void **state)
{
	static const uint8_t requests[][16] = {
		{IPV6CP, 1, 1, 0, 14, 1, 10, OTHER},
		{IPV6CP, 1, 1, 0, 14, 1, 10, OURS},
		{IPV6CP, 1, 1, 0, 4},
	};
	const struct tp_ppp_interface_ids ids = {{OURS}, {PEERS}};

	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		struct end end;

		in_network(&end, TP_PPP_SERVER, &ids);
		for (uint8_t j = 0; j < 5; j++) {
			end_feed(&end, requests[i], 2u + requests[i][5]);
			EXPECT(&end, IPV6CP, 3, 1, 0, 14, 1, 10, PEERS);
		}
		end_feed(&end, requests[i], 2u + requests[i][5]);
		end_wait(&end, 6000);
		assert_finished(&end, TP_PPP_NO_AGREEMENT);
	}
}

static void test_a_server_that_has_none_to_give_rejects_ipv6cp(void **state)
{
	struct wire wire;

	wire_init(&wire);
	end_wish(&wire.server, true, true);
	end_wish(&wire.client, true, true);
	wire.server.no_ipv6 = true;
	wire_open(&wire);
	assert_up(&wire);
	assert_int_equal(wire.client.ppp.ipv6cp.state, TP_PPP_STOPPED);
	wire_wait(&wire, 120000);
	assert_up(&wire);
	assert_int_equal(end_count(&wire.client, TP_PPP_FINISHED), 0);
}

static void test_who_does_not_wish_for_it_rejects_ipv6cp_and_its_packets(void **state)
{
	struct wire wire;

	wire_init(&wire);
	wire_open(&wire);
	FEED(&wire.server, IPV6CP, 1, 1, 0, 14, 1, 10, OTHER);
	EXPECT(&wire.server, LCP, 8, 0, 0, 20, IPV6CP, 1, 1, 0, 14, 1, 10, OTHER);
	FEED(&wire.server, 0, 0x57, 0x60);
	EXPECT(&wire.server, LCP, 8, 1, 0, 7, 0, 0x57, 0x60);
}

static void test_packets_of_ipv6_are_the_owners(void **state)
{
	struct end end;

	in_network(&end, TP_PPP_SERVER, NULL);
	FEED(&end, 0, 0x57, 0x60);
	EXPECT_NOTHING(&end);
}

static void test_an_unknown_code_of_ipv6cp_is_rejected_by_ipv6cp(void **state)
{
	struct end end;

	in_network(&end, TP_PPP_SERVER, NULL);
	FEED(&end, IPV6CP, 9, 3, 0, 8, 0, 0, 0, 0);
	EXPECT(&end, IPV6CP, 7, 0, 0, 12, 9, 3, 0, 8, 0, 0, 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_sides_make_up_what_they_were_not_given),
		cmocka_unit_test(test_a_client_gets_the_identifier_that_its_server_has_for_it),
		cmocka_unit_test(test_a_server_without_a_wish_takes_the_clients),
		cmocka_unit_test(test_options_of_the_peer_get_the_answer_they_deserve),
		cmocka_unit_test(test_a_peer_with_our_identifier_is_naked_with_another),
		cmocka_unit_test(test_two_ends_with_the_same_identifier_find_two),
		cmocka_unit_test(test_the_same_identifier_given_for_both_is_not_ours),
		cmocka_unit_test(test_naks_change_ours_unless_a_server_was_given_it),
		cmocka_unit_test(test_a_rejected_option_is_not_sent_again),
		cmocka_unit_test(test_a_peer_that_asks_with_zeros_is_naked_however_often_it_asks),
		cmocka_unit_test(test_a_peer_that_insists_or_never_asks_has_no_ipv6),
		cmocka_unit_test(test_a_server_that_has_none_to_give_rejects_ipv6cp),
		cmocka_unit_test(test_who_does_not_wish_for_it_rejects_ipv6cp_and_its_packets),
		cmocka_unit_test(test_packets_of_ipv6_are_the_owners),
		cmocka_unit_test(test_an_unknown_code_of_ipv6cp_is_rejected_by_ipv6cp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
