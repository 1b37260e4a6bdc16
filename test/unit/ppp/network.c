/* SPDX-License-Identifier: BSD-3-Clause */
/* Several network protocols on one link: each comes, ends and fails alone. */
#include "ends.h"

#include <string.h>

#define LCP    0xc0, 0x21
#define IPCP   0x80, 0x21
#define IPV6CP 0x80, 0x57
#define PEERS  2, 0, 0, 0, 0, 0, 0, 2

/* The two families, to say each thing of either. */
static const struct family {
	uint8_t number[2];
	uint16_t protocol;
	enum tp_ppp_event_type up, down;
	uint8_t request[16]; /* from the peer, that suits; its length in [5] */
} families[2] = {
	{{IPCP}, 0x8021, TP_PPP_IPCP_UP, TP_PPP_IPCP_DOWN, {IPCP, 1, 9, 0, 10, 3, 6, 10, 0, 0, 2}},
	{{IPV6CP},
	 0x8057,
	 TP_PPP_IPV6CP_UP,
	 TP_PPP_IPV6CP_DOWN,
	 {IPV6CP, 1, 9, 0, 14, 1, 10, PEERS}},
};

static void dual_init(struct wire *wire)
{
	wire_init(wire);
	end_wish(&wire->server, true, true);
	end_wish(&wire->client, true, true);
	wire->server.interface_ids = (struct tp_ppp_interface_ids){{0}, {PEERS}};
}

static void assert_both_up(const struct wire *wire, int times)
{
	for (int i = 0; i < 2; i++) {
		assert_int_equal(end_count(&wire->server, families[i].up), times);
		assert_int_equal(end_count(&wire->client, families[i].up), times);
	}
}

static void control(struct end *end, const struct family *family, uint8_t code)
{
	FEED(end, family->number[0], family->number[1], code, 200, 0, 4);
}

static void reject(struct end *end, const struct family *family)
{
	FEED(end, LCP, 8, 1, 0, 10, family->number[0], family->number[1], 1, 1, 0, 4);
}

/* A server, both of whose requests are sent; and the one for FAMILY. */
static struct frame server_in_network(struct end *end, const struct family *family)
{
	const struct tp_ppp_interface_ids ids = {{0}, {PEERS}};
	struct frame request, wanted = {0};

	end_init(end, TP_PPP_SERVER);
	end->config.method_count = 0;
	end_wish(end, true, true);
	tp_ppp_set_addresses(&end->ppp, &end->addresses);
	tp_ppp_set_interface_ids(&end->ppp, &ids);
	end_open_lcp(end);
	assert_int_equal(end->sent_count, 2);
	while (end->sent_count > 0) {
		request = end_take(end);
		if (frame_protocol(&request) == family->protocol)
			wanted = request;
	}
	return wanted;
}

/* The peer's part in FAMILY, after the server's REQUEST. */
static void open_family(struct end *end, const struct family *family, struct frame *request)
{
	end_feed(end, family->request, 2u + family->request[5]);
	assert_int_equal(end_take(end).bytes[2], TP_PPP_CODE_CONFIGURE_ACK);
	request->bytes[2] = TP_PPP_CODE_CONFIGURE_ACK;
	end_feed(end, request->bytes, request->len);
	assert_int_equal(end_count(end, family->up), 1);
}

static void test_both_come_up_in_one_exchange(void **state)
{
	struct wire wire;

	dual_init(&wire);
	wire_open(&wire);
	assert_both_up(&wire, 1);
	tp_ppp_close(&wire.client.ppp, TP_PPP_BY_OWNER, wire.client.now_ms);
	wire_carry(&wire);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(end_count(&wire.server, families[i].down), 1);
		assert_int_equal(end_count(&wire.client, families[i].down), 1);
	}
	assert_finished(&wire.server, TP_PPP_BY_PEER);
}

static void test_one_that_the_peer_never_starts_leaves_the_other(void **state)
{
	for (int i = 0; i < 2; i++) {
		struct end end;
		struct frame request = server_in_network(&end, &families[i]);

		open_family(&end, &families[i], &request);
		end_wait(&end, 40000);
		end.sent_count = 0;
		end_wait(&end, 600000);
		EXPECT_NOTHING(&end);
		assert_int_equal(end_count(&end, TP_PPP_FINISHED), 0);
		/* Ten minutes late, it comes after all. */
		end_feed(&end, families[!i].request, 2u + families[!i].request[5]);
		request = end_take(&end);
		assert_int_equal(end_take(&end).bytes[2], TP_PPP_CODE_CONFIGURE_ACK);
		request.bytes[2] = TP_PPP_CODE_CONFIGURE_ACK;
		end_feed(&end, request.bytes, request.len);
		assert_int_equal(end_count(&end, families[!i].up), 1);
		assert_int_equal(end_count(&end, families[i].down), 0);
	}
}

static void test_one_that_is_rejected_leaves_the_other(void **state)
{
	for (int i = 0; i < 2; i++) {
		for (int up = 0; up < 2; up++) { /* it was up, when it was rejected */
			struct wire wire;

			dual_init(&wire);
			if (!up)
				end_wish(&wire.client, i != 0, i == 0);
			wire_open(&wire);
			if (up)
				reject(&wire.server, &families[i]);
			wire.server.sent_count = 0;
			end_wait(&wire.server, 120000);
			assert_int_equal(end_count(&wire.server, families[i].up), up);
			assert_int_equal(end_count(&wire.server, families[i].down), up);
			assert_int_equal(end_count(&wire.server, families[!i].up), 1);
			assert_int_equal(end_count(&wire.server, families[!i].down), 0);
			/* What comes later has a reason of its own. */
			tp_ppp_lower_down(&wire.server.ppp, TP_PPP_LOWER_LAYER, wire.server.now_ms);
			assert_finished(&wire.server, TP_PPP_LOWER_LAYER);
		}
	}
}

static void test_a_peer_that_rejects_both_is_refused_at_once(void **state)
{
	for (int i = 0; i < 2; i++) {
		struct end end;

		server_in_network(&end, &families[i]);
		reject(&end, &families[i]);
		assert_int_equal(tp_ppp_phase(&end.ppp), TP_PPP_NETWORK);
		reject(&end, &families[!i]);
		assert_int_equal(tp_ppp_phase(&end.ppp), TP_PPP_TERMINATE);
		end_wait(&end, 6000);
		assert_finished(&end, TP_PPP_PEER_REFUSED);
	}
}

static void test_one_that_the_peer_ends_leaves_the_other_and_may_come_back(void **state)
{
	for (int i = 0; i < 2; i++) {
		struct wire wire;

		dual_init(&wire);
		wire_open(&wire);
		control(&wire.server, &families[i], TP_PPP_CODE_TERMINATE_REQUEST);
		assert_int_equal(frame_code(&wire.server.sent[0]), TP_PPP_CODE_TERMINATE_ACK);
		wire.server.sent_count = 0;
		assert_int_equal(end_count(&wire.server, families[i].down), 1);
		end_wait(&wire.server, 600000);
		assert_int_equal(end_count(&wire.server, TP_PPP_FINISHED), 0);
		assert_int_equal(end_count(&wire.server, families[!i].down), 0);
		end_feed(&wire.server, families[i].request, 2u + families[i].request[5]);
		wire_carry(&wire);
		assert_int_equal(end_count(&wire.server, families[i].up), 2);
	}
}

static void test_a_link_with_none_left_ends_after_half_a_minute(void **state)
{
	for (int i = 0; i < 2; i++) {
		struct wire wire;

		dual_init(&wire);
		wire_open(&wire);
		control(&wire.server, &families[i], TP_PPP_CODE_TERMINATE_REQUEST);
		end_wait(&wire.server, 50000);
		control(&wire.server, &families[!i], TP_PPP_CODE_TERMINATE_REQUEST);
		end_wait(&wire.server, 29999);
		assert_int_equal(end_count(&wire.server, TP_PPP_FINISHED), 0);
		end_wait(&wire.server, 6001);
		assert_finished(&wire.server, TP_PPP_NO_NETWORK);
	}
}

static void test_a_peer_that_starts_none_loses_the_link(void **state)
{
	struct end end;

	server_in_network(&end, &families[0]);
	end_wait(&end, 66000);
	assert_finished(&end, TP_PPP_NO_NETWORK);
}

/* Requests that can't be: for an address of the peer's own, and an identifier likewise. */
static void insist(struct end *end, const struct family *family)
{
	uint8_t request[16];

	memcpy(request, family->request, sizeof(request));
	request[8] ^= 0x55;
	for (int i = 0; i <= end->config.max_failure; i++)
		end_feed(end, request, 2u + request[5]);
}

static void test_one_without_agreement_leaves_the_other(void **state)
{
	for (int i = 0; i < 2; i++) {
		struct end end;
		struct frame request = server_in_network(&end, &families[!i]);

		insist(&end, &families[i]);
		for (int naks = 0; naks < end.config.max_failure; naks++)
			assert_int_equal(end_take(&end).bytes[2], TP_PPP_CODE_CONFIGURE_NAK);
		struct frame over = end_take(&end);
		assert_int_equal(frame_code(&over), TP_PPP_CODE_TERMINATE_REQUEST);
		assert_int_equal(frame_protocol(&over), families[i].protocol);
		EXPECT_NOTHING(&end);
		open_family(&end, &families[!i], &request);
		end_wait(&end, 60000);
		end.sent_count = 0;
		assert_int_equal(end_count(&end, TP_PPP_FINISHED), 0);
		/* It comes back with a wish that suits. */
		end_feed(&end, families[i].request, 2u + families[i].request[5]);
		request = end_take(&end);
		assert_int_equal(end_take(&end).bytes[2], TP_PPP_CODE_CONFIGURE_ACK);
		request.bytes[2] = TP_PPP_CODE_CONFIGURE_ACK;
		end_feed(&end, request.bytes, request.len);
		assert_int_equal(end_count(&end, families[i].up), 1);
	}
}

static void test_the_last_without_agreement_ends_the_link(void **state)
{
	for (int i = 0; i < 2; i++) {
		struct end end;

		server_in_network(&end, &families[i]);
		reject(&end, &families[!i]);
		insist(&end, &families[i]);
		end_wait(&end, 6000);
		assert_finished(&end, TP_PPP_NO_AGREEMENT);
	}
}

static void test_naks_without_end_are_the_end_of_that_one_alone(void **state)
{
	for (int i = 0; i < 2; i++) {
		struct end end;
		struct frame request = server_in_network(&end, &families[!i]);

		open_family(&end, &families[!i], &request);
		for (uint8_t id = 1; id <= 21; id++)
			FEED(&end, families[i].number[0], families[i].number[1], 3, id, 0, 4);
		end.sent_count = 0;
		assert_int_equal(end_count(&end, families[!i].down), 0);
		end_wait(&end, 60000);
		assert_int_equal(end_count(&end, TP_PPP_FINISHED), 0);
	}
}

static void test_a_client_without_an_address_has_ipv6_alone(void **state)
{
	struct wire wire;

	dual_init(&wire);
	wire.server.addresses.remote = 0;
	wire_open(&wire);
	wire_wait(&wire, 100000);
	assert_int_equal(end_count(&wire.client, TP_PPP_IPCP_UP), 0);
	assert_int_equal(end_count(&wire.client, TP_PPP_IPV6CP_UP), 1);
	assert_int_equal(end_count(&wire.server, TP_PPP_IPV6CP_UP), 1);
	assert_int_equal(end_count(&wire.client, TP_PPP_FINISHED), 0);
	assert_int_equal(end_count(&wire.server, TP_PPP_FINISHED), 0);
}

static bool loses_ccp(struct wire *wire, const struct end *from, const struct frame *frame)
{
	return frame_protocol(frame) == TP_PPP_PROTO_CCP;
}

static void test_both_wait_for_ccp(void **state)
{
	for (int silent = 0; silent < 2; silent++) {
		struct wire wire;

		dual_init(&wire);
		end_encrypt(&wire.server, TP_PPP_ENCRYPT_YES);
		end_encrypt(&wire.client, TP_PPP_ENCRYPT_YES);
		wire.loses = silent ? loses_ccp : NULL;
		wire_open(&wire);
		assert_int_equal(wire.server.ppp.ipcp.state, TP_PPP_OPENED);
		assert_int_equal(wire.server.ppp.ipv6cp.state, TP_PPP_OPENED);
		assert_both_up(&wire, !silent);
		wire_wait(&wire, 12200);
		assert_both_up(&wire, 1);
		wire.loses = NULL;
		/* The peer negotiates it anew: packets of neither may pass meanwhile. */
		FEED(&wire.server, 0x80, 0xfd, 1, 99, 0, 10, 18, 6, 1, 0, 0, TP_PPP_MPPE_128);
		for (int i = 0; i < 2; i++) /* in clear as before, where they were that */
			assert_int_equal(end_count(&wire.server, families[i].down), !silent);
		wire_carry(&wire);
		for (int i = 0; i < 2; i++) {
			assert_int_equal(end_count(&wire.server, families[i].down), 1);
			assert_int_equal(end_count(&wire.server, families[i].up), 2);
		}
	}
}

static void test_both_outlive_their_link_in_a_bundle(void **state)
{
	struct wire first, second;

	for (int i = 0; i < 2; i++) {
		struct wire *wire = i == 0 ? &first : &second;

		dual_init(wire);
		wire->server.config.mrru = 1600;
		wire->client.config.mrru = 1600;
		tp_ppp_set_joined(&wire->server.ppp, i == 1);
		tp_ppp_set_joined(&wire->client.ppp, i == 1);
		wire_open(wire);
	}
	assert_both_up(&first, 1);
	assert_both_up(&second, 0);
	const struct tp_ppp_interface_ids ids =
		end_event(&first.server, TP_PPP_IPV6CP_UP)->interface_ids;
	tp_ppp_take_network(&second.server.ppp, &first.server.ppp);
	tp_ppp_take_network(&second.client.ppp, &first.client.ppp);
	tp_ppp_lower_down(&first.server.ppp, TP_PPP_LOWER_LAYER, first.server.now_ms);
	tp_ppp_lower_down(&first.client.ppp, TP_PPP_LOWER_LAYER, first.client.now_ms);
	for (int i = 0; i < 2; i++)
		assert_int_equal(end_count(&first.server, families[i].down), 0);
	/* The same addresses there, when it is negotiated anew. */
	for (int i = 0; i < 2; i++) {
		control(&second.server, &families[i], TP_PPP_CODE_TERMINATE_ACK);
		wire_carry(&second);
		assert_int_equal(end_count(&second.server, families[i].down), 1);
		assert_int_equal(end_count(&second.server, families[i].up), 1);
	}
	assert_memory_equal(&end_event(&second.server, TP_PPP_IPV6CP_UP)->interface_ids, &ids,
			    sizeof(ids));
}

static bool loses_three_of_ten(struct wire *wire, const struct end *from, const struct frame *frame)
{
	return tp_random_below(&wire->dice, 10) < 3;
}

static void test_both_come_up_over_a_wire_that_loses_three_frames_of_ten(void **state)
{
	int up = 0;

	for (uint64_t seed = 1; seed <= 100; seed++) {
		struct wire wire;

		dual_init(&wire);
		tp_random_init_seed(&wire.server.random, seed);
		tp_random_init_seed(&wire.client.random, seed + 1000);
		tp_random_init_seed(&wire.dice, seed + 2000);
		wire.loses = loses_three_of_ten;
		wire_open(&wire);
		wire_wait(&wire, 120000);
		up += wire.server.ppp.up == 3 && wire.client.ppp.up == 3;
	}
	assert_in_range(up, 95, 100);
}

static const struct tp_ppp_event *refusal_of(const struct end *end)
{
	for (int i = 0; i < end->event_count; i++)
		if (end->events[i].type == TP_PPP_NETWORK_REFUSED)
			return &end->events[i];
	return NULL;
}

static void test_what_comes_to_nothing_is_told_once_and_why(void **state)
{
	for (int i = 0; i < 2; i++) {
		struct end end;
		struct frame request = server_in_network(&end, &families[i]);

		open_family(&end, &families[i], &request);
		for (int times = 0; times < 3; times++)
			reject(&end, &families[!i]);
		assert_int_equal(end_count(&end, TP_PPP_NETWORK_REFUSED), 1);
		assert_int_equal(refusal_of(&end)->refused.ipv6, !i);
		assert_int_equal(refusal_of(&end)->refused.reason, TP_PPP_PEER_REFUSED);
		assert_int_equal(refusal_of(&end)->refused.wish, 0);

		request = server_in_network(&end, &families[i]);
		open_family(&end, &families[i], &request);
		end_wait(&end, 40000);
		assert_int_equal(end_count(&end, TP_PPP_NETWORK_REFUSED), 1);
		assert_int_equal(refusal_of(&end)->refused.ipv6, !i);
		assert_int_equal(refusal_of(&end)->refused.reason, TP_PPP_NO_ANSWER);
	}
}

static void test_a_peer_that_insists_on_an_address_is_told_by_that(void **state)
{
	struct end end;

	server_in_network(&end, &families[0]);
	for (uint8_t id = 1; id < 20 && end_count(&end, TP_PPP_NETWORK_REFUSED) == 0; id++)
		FEED(&end, IPCP, 1, id, 0, 10, 3, 6, 192, 0, 2, 7);
	assert_int_equal(end_count(&end, TP_PPP_NETWORK_REFUSED), 1);
	assert_int_equal(refusal_of(&end)->refused.reason, TP_PPP_NO_AGREEMENT);
	assert_int_equal(refusal_of(&end)->refused.wish, 0xc0000207);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_come_up_in_one_exchange),
		cmocka_unit_test(test_one_that_the_peer_never_starts_leaves_the_other),
		cmocka_unit_test(test_one_that_is_rejected_leaves_the_other),
		cmocka_unit_test(test_a_peer_that_rejects_both_is_refused_at_once),
		cmocka_unit_test(test_one_that_the_peer_ends_leaves_the_other_and_may_come_back),
		cmocka_unit_test(test_a_link_with_none_left_ends_after_half_a_minute),
		cmocka_unit_test(test_a_peer_that_starts_none_loses_the_link),
		cmocka_unit_test(test_one_without_agreement_leaves_the_other),
		cmocka_unit_test(test_the_last_without_agreement_ends_the_link),
		cmocka_unit_test(test_naks_without_end_are_the_end_of_that_one_alone),
		cmocka_unit_test(test_a_client_without_an_address_has_ipv6_alone),
		cmocka_unit_test(test_both_wait_for_ccp),
		cmocka_unit_test(test_both_outlive_their_link_in_a_bundle),
		cmocka_unit_test(test_what_comes_to_nothing_is_told_once_and_why),
		cmocka_unit_test(test_a_peer_that_insists_on_an_address_is_told_by_that),
		cmocka_unit_test(test_both_come_up_over_a_wire_that_loses_three_frames_of_ten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
