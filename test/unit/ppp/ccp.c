/* SPDX-License-Identifier: BSD-3-Clause */
/* The negotiation of encryption, in both roles: RFC 1962, RFC 3078 section 2. */
#include "ends.h"

#include <string.h>

#define CCP	0x80, 0xfd
#define S	TP_PPP_MPPE_128
#define M	TP_PPP_MPPE_56
#define L	TP_PPP_MPPE_40
#define ALL	(S | M | L)
#define REQUEST TP_PPP_CODE_CONFIGURE_REQUEST

/* A wire whose server and client wish for encryption so, by METHOD. */
static void wire_init_encrypting(struct wire *wire, enum tp_ppp_method method,
				 enum tp_ppp_encrypt server, enum tp_ppp_encrypt client)
{
	wire_init(wire);
	wire->server.config.methods[0] = method;
	wire->server.config.method_count = 1;
	end_encrypt(&wire->server, server);
	end_encrypt(&wire->client, client);
}

/* What one side agreed on for a direction, and the other for the same, with the same key. */
static void assert_direction(const struct tp_mppe_terms *sent, const struct tp_mppe_terms *received,
			     unsigned bits, bool stateless)
{
	assert_int_equal(sent->bits, bits);
	assert_int_equal(received->bits, bits);
	assert_int_equal(sent->stateless, stateless);
	assert_int_equal(received->stateless, stateless);
	if (bits != 0)
		assert_memory_equal(&sent->start, &received->start, sizeof(sent->start));
}

static void assert_encrypted(const struct wire *wire, unsigned bits, bool stateless)
{
	const struct tp_ppp_encryption *server = tp_ppp_encryption(&wire->server.ppp);
	const struct tp_ppp_encryption *client = tp_ppp_encryption(&wire->client.ppp);

	assert_non_null(server);
	assert_non_null(client);
	assert_direction(&server->send, &client->receive, bits, stateless);
	assert_direction(&client->send, &server->receive, bits, stateless);
}

static void assert_in_clear(const struct wire *wire)
{
	assert_null(tp_ppp_encryption(&wire->server.ppp));
	assert_null(tp_ppp_encryption(&wire->client.ppp));
}

static void test_each_strength_and_mode_is_agreed_on_after_mschap(void **state)
{
	static const struct {
		uint8_t strengths;
		unsigned bits;
	} cases[] = {{0, 128}, {S, 128}, {M, 56}, {L, 40}, {M | L, 56}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (unsigned j = 0; j < 8; j++) {
			bool server_limits = j & 1, stateful = j & 2;
			struct wire wire;

			wire_init_encrypting(&wire, j & 4 ? TP_PPP_MSCHAP1 : TP_PPP_MSCHAP2,
					     TP_PPP_ENCRYPT_REQUIRED, TP_PPP_ENCRYPT_YES);
			wire.server.wish.stateful = stateful;
			wire.client.wish.stateful = stateful;
			if (server_limits)
				wire.server.wish.strengths = cases[i].strengths;
			else
				wire.client.wish.strengths = cases[i].strengths;
			end_encrypt(&wire.client, TP_PPP_ENCRYPT_YES);
			wire_open(&wire);
			assert_up(&wire);
			assert_encrypted(&wire, cases[i].bits, !stateful);
		}
	}
}

static void test_who_insists_on_another_mode_gets_it(void **state)
{
	struct wire wire;

	wire_init_encrypting(&wire, TP_PPP_MSCHAP2, TP_PPP_ENCRYPT_YES, TP_PPP_ENCRYPT_YES);
	wire.server.wish.stateful = true;
	wire_open(&wire);
	assert_up(&wire);
	assert_non_null(tp_ppp_encryption(&wire.server.ppp));
}

static void test_packets_wait_for_ccp(void **state)
{
	struct wire wire;

	wire_init_encrypting(&wire, TP_PPP_MSCHAP2, TP_PPP_ENCRYPT_YES, TP_PPP_ENCRYPT_YES);
	wire_open(&wire);
	for (int i = 0; i < 2; i++) {
		const struct end *end = i == 0 ? &wire.server : &wire.client;

		assert_int_equal(end->ppp.ccp->fsm.state, TP_PPP_OPENED);
		assert_int_equal(end_count(end, TP_PPP_IPCP_UP), 1);
		assert_int_equal(end_count(end, TP_PPP_IPCP_DOWN), 0);
	}
}

static bool loses_ccp(struct wire *wire, const struct end *from, const struct frame *frame)
{
	return frame_protocol(frame) == TP_PPP_PROTO_CCP;
}

static void test_a_silent_ccp_holds_packets_up_for_a_while_only(void **state)
{
	struct wire wire;

	wire_init_encrypting(&wire, TP_PPP_MSCHAP2, TP_PPP_ENCRYPT_YES, TP_PPP_ENCRYPT_YES);
	wire.loses = loses_ccp;
	wire_open(&wire);
	assert_int_equal(wire.server.ppp.ipcp.state, TP_PPP_OPENED);
	assert_int_equal(end_count(&wire.server, TP_PPP_IPCP_UP), 0);
	wire_wait(&wire, 11900);
	assert_int_equal(end_count(&wire.server, TP_PPP_IPCP_UP), 0);
	wire_wait(&wire, 300);
	assert_up(&wire);
	assert_in_clear(&wire);
}

static void test_a_required_ccp_that_stays_silent_ends_the_link(void **state)
{
	struct wire wire;

	wire_init_encrypting(&wire, TP_PPP_MSCHAP2, TP_PPP_ENCRYPT_REQUIRED, TP_PPP_ENCRYPT_YES);
	wire.loses = loses_ccp;
	wire_open(&wire);
	wire_wait(&wire, 13000);
	assert_finished(&wire.server, TP_PPP_NO_ENCRYPTION);
	assert_int_equal(end_count(&wire.server, TP_PPP_IPCP_UP), 0);
}

/* In ROLE, with a peer that acknowledges our CCP request, or rejects MPPE and acknowledges what is
 * left, and never asks for anything itself. True if packets may flow. */
static bool up_without_the_peers_request(enum tp_ppp_role role, enum tp_ppp_encrypt use,
					 bool rejects, struct wire *wire)
{
	struct end *end = role == TP_PPP_SERVER ? &wire->server : &wire->client;

	wire_init_encrypting(wire, TP_PPP_MSCHAP2, use, use);
	wire->loses = loses_ccp;
	wire_open(wire);
	for (int i = 0; i < 40; i++) {
		uint8_t frame[] = {CCP,
				   TP_PPP_CODE_CONFIGURE_ACK,
				   end->ppp.ccp->fsm.request_id,
				   0,
				   10,
				   18,
				   6,
				   1,
				   0,
				   0,
				   ALL};

		if (rejects && i == 0)
			frame[2] = TP_PPP_CODE_CONFIGURE_REJECT;
		if (rejects && i > 0)
			frame[5] = 4;
		end_feed(end, frame, (size_t)frame[5] + 2);
		end_wait(end, 500);
	}
	return end->ppp.ipcp.state == TP_PPP_OPENED && end_count(end, TP_PPP_IPCP_UP) == 1 &&
	       tp_ppp_encryption(&end->ppp) == NULL;
}

static void test_a_peer_that_acks_ccp_and_asks_for_nothing_holds_nothing_up(void **state)
{
	for (int i = 0; i < 4; i++) {
		const enum tp_ppp_role role = i & 1 ? TP_PPP_SERVER : TP_PPP_CLIENT;
		struct wire wire;

		assert_true(up_without_the_peers_request(role, TP_PPP_ENCRYPT_YES, i & 2, &wire));
		assert_false(
			up_without_the_peers_request(role, TP_PPP_ENCRYPT_REQUIRED, i & 2, &wire));
		assert_finished(i & 1 ? &wire.server : &wire.client, TP_PPP_NO_ENCRYPTION);
	}
}

/* Requests that are never good enough: it is not IPCP that fails. */
static void test_a_ccp_without_agreement_is_given_up_and_named(void **state)
{
	for (int i = 0; i < 2; i++) {
		bool required = i == 1;
		struct wire wire;

		wire_init_encrypting(&wire, TP_PPP_MSCHAP2,
				     required ? TP_PPP_ENCRYPT_REQUIRED : TP_PPP_ENCRYPT_YES,
				     TP_PPP_ENCRYPT_YES);
		wire.loses = loses_ccp;
		wire_open(&wire);
		for (uint8_t j = 0; j < 26; j++) {
			FEED(&wire.server, CCP, 1, j, 0, 10, 18, 6, 1, 0, 0, ALL);
			FEED(&wire.server, CCP, 3, wire.server.ppp.ccp->fsm.request_id, 0, 10, 18,
			     6, 1, 0, 0, j & 1 ? S : M);
			wire.server.sent_count = 0;
			end_wait(&wire.server, 500);
		}
		if (required)
			assert_int_equal(wire.server.ppp.reason, TP_PPP_NO_ENCRYPTION);
		else
			assert_int_equal(end_count(&wire.server, TP_PPP_IPCP_UP), 1);
	}
}

static void test_a_peer_that_rejects_ccp_goes_on_in_clear_where_it_may(void **state)
{
	struct wire wire;

	wire_init_encrypting(&wire, TP_PPP_MSCHAP2, TP_PPP_ENCRYPT_YES, TP_PPP_ENCRYPT_YES);
	tp_ppp_set_encryption(&wire.client.ppp, NULL, NULL, NULL);
	wire_open(&wire);
	assert_up(&wire);
	assert_in_clear(&wire);

	wire_init_encrypting(&wire, TP_PPP_MSCHAP2, TP_PPP_ENCRYPT_REQUIRED, TP_PPP_ENCRYPT_YES);
	tp_ppp_set_encryption(&wire.client.ppp, NULL, NULL, NULL);
	wire_open(&wire);
	assert_int_equal(end_count(&wire.server, TP_PPP_IPCP_UP), 0);
	assert_finished(&wire.server, TP_PPP_NO_ENCRYPTION);
}

static void test_a_method_without_keys_leaves_the_link_in_clear_or_ends_it(void **state)
{
	static const enum tp_ppp_method methods[] = {TP_PPP_PAP, TP_PPP_CHAP};

	for (int i = 0; i < 2; i++) {
		struct wire wire;

		wire_init_encrypting(&wire, methods[i], TP_PPP_ENCRYPT_YES, TP_PPP_ENCRYPT_YES);
		wire_open(&wire);
		assert_up(&wire);
		assert_in_clear(&wire);
		wire_init_encrypting(&wire, methods[i], TP_PPP_ENCRYPT_REQUIRED,
				     TP_PPP_ENCRYPT_YES);
		wire_open(&wire);
		assert_finished(&wire.server, TP_PPP_NO_ENCRYPTION);
		wire_init_encrypting(&wire, methods[i], TP_PPP_ENCRYPT_YES,
				     TP_PPP_ENCRYPT_REQUIRED);
		wire_open(&wire);
		assert_finished(&wire.client, TP_PPP_NO_ENCRYPTION);
	}
}

/* ---- by hand: a server and a peer in CCP ----------------------------------------------------- */

/* A server in the network phase, its requests of CCP and IPCP taken. */
static void server_in_ccp(struct end *end, enum tp_ppp_encrypt use)
{
	struct tp_mppe_keys keys = {0};

	end_init(end, TP_PPP_SERVER);
	end->config.method_count = 0;
	end->wish.use = use;
	tp_ppp_set_encryption(&end->ppp, &end->ccp, &end->wish, &keys);
	tp_ppp_set_addresses(&end->ppp, &end->addresses);
	end_open_lcp(end);
	EXPECT(end, CCP, 1, 1, 0, 10, 18, 6, 1, 0, 0, ALL);
	assert_int_equal(frame_protocol(&end->sent[0]), TP_PPP_PROTO_IPCP);
	end_take(end);
	EXPECT_NOTHING(end);
}

static void open_ipcp(struct end *end)
{
	FEED(end, 0x80, 0x21, 1, 1, 0, 10, 3, 6, 10, 0, 0, 2);
	struct frame request = end_take(end); /* again, as it may have been lost */
	assert_int_equal(frame_code(&request), REQUEST);
	EXPECT(end, 0x80, 0x21, 2, 1, 0, 10, 3, 6, 10, 0, 0, 2);
	request.bytes[2] = TP_PPP_CODE_CONFIGURE_ACK;
	end_feed(end, request.bytes, request.len);
	assert_int_equal(end->ppp.ipcp.state, TP_PPP_OPENED);
}

/* The peer asks for 128 bits stateless, and acknowledges the same of ours. */
static void open_ccp(struct end *end)
{
	FEED(end, CCP, 3, 1, 0, 10, 18, 6, 1, 0, 0, S);
	EXPECT(end, CCP, 1, 2, 0, 10, 18, 6, 1, 0, 0, S);
	FEED(end, CCP, 2, 2, 0, 10, 18, 6, 1, 0, 0, S);
	FEED(end, CCP, 1, 7, 0, 10, 18, 6, 1, 0, 0, S);
	EXPECT(end, CCP, 2, 7, 0, 10, 18, 6, 1, 0, 0, S);
	assert_int_equal(end->ccp.fsm.state, TP_PPP_OPENED);
}

static void test_options_get_the_answer_they_deserve(void **state)
{
	static const struct {
		uint8_t option[8];
		uint8_t code;
		uint8_t answer[8]; /* none: the same option */
	} cases[] = {
		{{18, 6, 1, 0, 0, S}, 2, {0}},
		{{18, 6, 1, 0, 0, M}, 2, {0}},
		{{18, 6, 1, 0, 0, L}, 2, {0}},
		{{18, 6, 1, 0, 0, S | L}, 3, {18, 6, 1, 0, 0, S}},
		{{18, 6, 1, 0, 0, ALL}, 3, {18, 6, 1, 0, 0, S}},
		{{18, 6, 1, 0, 0, M | L}, 3, {18, 6, 1, 0, 0, M}},
		{{18, 6, 1, 0, 0, S | 1}, 3, {18, 6, 1, 0, 0, S}},  /* with compression */
		{{18, 6, 1, 0, 0, L | 16}, 3, {18, 6, 1, 0, 0, L}}, /* an obsolete bit */
		{{18, 6, 0, 0, 0, 1}, 3, {18, 6, 1, 0, 0, S}},	    /* compression alone */
		{{18, 6, 0, 0, 0, S}, 3, {18, 6, 1, 0, 0, S}},
		{{18, 5, 1, 0, 0}, 4, {0}},
		{{26, 4, 0x78, 0}, 4, {0}}, /* deflate */
		{{21, 3, 0x2f}, 4, {0}},    /* BSD compress */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const uint8_t *answer = cases[i].answer[1] ? cases[i].answer : cases[i].option;
		uint8_t request[16] = {CCP, 1, 9, 0, (uint8_t)(4 + cases[i].option[1])};
		uint8_t expected[16] = {CCP, cases[i].code, 9, 0, (uint8_t)(4 + answer[1])};
		struct end end;

		server_in_ccp(&end, TP_PPP_ENCRYPT_YES);
		memcpy(request + 6, cases[i].option, cases[i].option[1]);
		memcpy(expected + 6, answer, answer[1]);
		end_feed(&end, request, 6u + cases[i].option[1]);
		end_expect(&end, expected, 6u + answer[1]);
	}
}

static void test_a_peer_that_insists_on_stateful_gets_it_at_the_third_time(void **state)
{
	struct end end;

	server_in_ccp(&end, TP_PPP_ENCRYPT_YES);
	for (uint8_t id = 1; id <= 2; id++) {
		FEED(&end, CCP, 1, id, 0, 10, 18, 6, 0, 0, 0, S);
		EXPECT(&end, CCP, 3, id, 0, 10, 18, 6, 1, 0, 0, S);
	}
	FEED(&end, CCP, 1, 3, 0, 10, 18, 6, 0, 0, 0, S);
	EXPECT(&end, CCP, 2, 3, 0, 10, 18, 6, 0, 0, 0, S);
}

static void test_a_request_without_mppe_is_enough_only_where_it_is_not_required(void **state)
{
	struct end end;

	server_in_ccp(&end, TP_PPP_ENCRYPT_YES);
	FEED(&end, CCP, 1, 3, 0, 4);
	EXPECT(&end, CCP, 2, 3, 0, 4);
	server_in_ccp(&end, TP_PPP_ENCRYPT_REQUIRED);
	FEED(&end, CCP, 1, 3, 0, 4);
	EXPECT(&end, CCP, 3, 3, 0, 10, 18, 6, 1, 0, 0, S);
}

static void test_mppe_rejected_means_clear_or_the_end(void **state)
{
	for (int required = 0; required < 2; required++) {
		struct end end;

		server_in_ccp(&end, required ? TP_PPP_ENCRYPT_REQUIRED : TP_PPP_ENCRYPT_YES);
		open_ipcp(&end);
		FEED(&end, CCP, 4, 1, 0, 10, 18, 6, 1, 0, 0, ALL);
		EXPECT(&end, CCP, 1, 2, 0, 4);
		FEED(&end, CCP, 2, 2, 0, 4);
		FEED(&end, CCP, 1, 7, 0, 10, 18, 6, 1, 0, 0, S);
		EXPECT(&end, CCP, 2, 7, 0, 10, 18, 6, 1, 0, 0, S);
		if (required) {
			assert_int_equal(end_count(&end, TP_PPP_IPCP_UP), 0);
			assert_int_equal(end.ppp.reason, TP_PPP_NO_ENCRYPTION);
			continue;
		}
		assert_int_equal(end_count(&end, TP_PPP_IPCP_UP), 1);
		assert_int_equal(tp_ppp_encryption(&end.ppp)->receive.bits, 0);
		assert_int_equal(tp_ppp_encryption(&end.ppp)->send.bits, 128);
	}
}

static void test_ipcp_up_is_told_when_both_are_open(void **state)
{
	for (int ccp_first = 0; ccp_first < 2; ccp_first++) {
		struct end end;

		server_in_ccp(&end, TP_PPP_ENCRYPT_REQUIRED);
		if (ccp_first)
			open_ccp(&end);
		else
			open_ipcp(&end);
		assert_int_equal(end_count(&end, TP_PPP_IPCP_UP), 0);
		if (ccp_first)
			open_ipcp(&end);
		else
			open_ccp(&end);
		assert_int_equal(end_count(&end, TP_PPP_IPCP_UP), 1);
		assert_int_equal(tp_ppp_encryption(&end.ppp)->era, 1);
	}
}

static void test_packets_stop_while_the_peer_renegotiates_ccp(void **state)
{
	struct end end;

	server_in_ccp(&end, TP_PPP_ENCRYPT_REQUIRED);
	open_ipcp(&end);
	open_ccp(&end);
	FEED(&end, CCP, 1, 8, 0, 10, 18, 6, 0, 0, 0, L);
	assert_int_equal(end_count(&end, TP_PPP_IPCP_DOWN), 1);
	assert_null(tp_ppp_encryption(&end.ppp));
	EXPECT(&end, CCP, 1, 3, 0, 10, 18, 6, 1, 0, 0, ALL);
	EXPECT(&end, CCP, 3, 8, 0, 10, 18, 6, 1, 0, 0, L);
	FEED(&end, CCP, 3, 3, 0, 10, 18, 6, 0, 0, 0, L);
	EXPECT(&end, CCP, 1, 4, 0, 10, 18, 6, 0, 0, 0, L);
	FEED(&end, CCP, 2, 4, 0, 10, 18, 6, 0, 0, 0, L);
	FEED(&end, CCP, 1, 9, 0, 10, 18, 6, 1, 0, 0, L);
	EXPECT(&end, CCP, 2, 9, 0, 10, 18, 6, 1, 0, 0, L);
	assert_int_equal(end_count(&end, TP_PPP_IPCP_UP), 2);
	const struct tp_ppp_encryption *e = tp_ppp_encryption(&end.ppp);
	assert_int_equal(e->era, 2);
	assert_int_equal(e->receive.bits, 40);
	assert_false(e->receive.stateless);
	assert_int_equal(e->send.bits, 40);
	assert_true(e->send.stateless);
}

static void test_the_end_of_ccp_means_clear_or_the_end_of_the_link(void **state)
{
	for (int required = 0; required < 2; required++) {
		struct end end;

		server_in_ccp(&end, required ? TP_PPP_ENCRYPT_REQUIRED : TP_PPP_ENCRYPT_YES);
		open_ipcp(&end);
		open_ccp(&end);
		FEED(&end, CCP, 5, 9, 0, 4);
		EXPECT(&end, CCP, 6, 9, 0, 4);
		assert_int_equal(end_count(&end, TP_PPP_IPCP_DOWN), 1);
		assert_null(tp_ppp_encryption(&end.ppp));
		assert_int_equal(end_count(&end, TP_PPP_IPCP_UP), required ? 1 : 2);
		assert_int_equal(tp_ppp_phase(&end.ppp),
				 required ? TP_PPP_TERMINATE : TP_PPP_NETWORK);
	}
}

static void test_a_ccp_rejected_when_it_was_open_means_clear(void **state)
{
	struct end end;

	server_in_ccp(&end, TP_PPP_ENCRYPT_YES);
	open_ipcp(&end);
	open_ccp(&end);
	FEED(&end, 0xc0, 0x21, 8, 1, 0, 10, CCP, 1, 2, 0, 4);
	assert_null(tp_ppp_encryption(&end.ppp));
	assert_int_equal(end_count(&end, TP_PPP_IPCP_UP), 2);
	end.sent_count = 0;
	end_wait(&end, 60000);
	assert_int_equal(tp_ppp_phase(&end.ppp), TP_PPP_NETWORK);
	tp_ppp_lower_down(&end.ppp, TP_PPP_LOWER_LAYER, end.now_ms);
	assert_finished(&end, TP_PPP_LOWER_LAYER);
}

static void test_a_peer_that_comes_round_to_ccp_is_encrypted_from_then_on(void **state)
{
	struct end end;

	server_in_ccp(&end, TP_PPP_ENCRYPT_YES);
	open_ipcp(&end);
	end_wait(&end, 12000);
	end.sent_count = 0;
	assert_int_equal(end_count(&end, TP_PPP_IPCP_UP), 1);
	FEED(&end, CCP, 1, 7, 0, 10, 18, 6, 1, 0, 0, S);
	EXPECT(&end, CCP, 1, 2, 0, 10, 18, 6, 1, 0, 0, ALL);
	EXPECT(&end, CCP, 2, 7, 0, 10, 18, 6, 1, 0, 0, S);
	FEED(&end, CCP, 3, 2, 0, 10, 18, 6, 1, 0, 0, S);
	EXPECT(&end, CCP, 1, 3, 0, 10, 18, 6, 1, 0, 0, S);
	FEED(&end, CCP, 2, 3, 0, 10, 18, 6, 1, 0, 0, S);
	assert_int_equal(end_count(&end, TP_PPP_IPCP_DOWN), 1);
	assert_int_equal(end_count(&end, TP_PPP_IPCP_UP), 2);
	assert_int_equal(tp_ppp_encryption(&end.ppp)->send.bits, 128);
}

static void test_naks_without_end_are_no_end_of_the_link(void **state)
{
	struct end end;

	server_in_ccp(&end, TP_PPP_ENCRYPT_YES);
	open_ipcp(&end);
	for (uint8_t id = 1; id <= 21; id++) {
		FEED(&end, CCP, 3, id, 0, 10, 18, 6, (uint8_t)(id & 1), 0, 0, S);
		end.sent_count = 0;
	}
	assert_int_equal(end_count(&end, TP_PPP_IPCP_UP), 1);
	assert_null(tp_ppp_encryption(&end.ppp));
}

static void test_a_reset_request_flushes_and_is_acknowledged(void **state)
{
	struct end end;

	server_in_ccp(&end, TP_PPP_ENCRYPT_YES);
	FEED(&end, CCP, 14, 4, 0, 4);
	EXPECT_NOTHING(&end);
	open_ccp(&end);
	FEED(&end, CCP, 14, 5, 0, 4);
	assert_int_equal(end.flush_count, 1);
	EXPECT(&end, CCP, 15, 5, 0, 4);
	FEED(&end, CCP, 15, 5, 0, 4);
	EXPECT_NOTHING(&end);
}

static void test_what_is_lost_is_asked_for(void **state)
{
	struct end end;

	server_in_ccp(&end, TP_PPP_ENCRYPT_YES);
	tp_ppp_decryption_lost(&end.ppp, TP_MPPE_NEEDS_RESET, end.now_ms);
	EXPECT_NOTHING(&end);
	open_ccp(&end);
	tp_ppp_decryption_lost(&end.ppp, TP_MPPE_NEEDS_RESET, end.now_ms);
	EXPECT(&end, CCP, 14, 3, 0, 4);
	tp_ppp_decryption_lost(&end.ppp, TP_MPPE_NEEDS_CCP, end.now_ms);
	EXPECT(&end, CCP, 1, 4, 0, 10, 18, 6, 1, 0, 0, ALL);
	assert_null(tp_ppp_encryption(&end.ppp));
}

static void test_lcps_renegotiation_takes_keys_and_ccp_with_it(void **state)
{
	struct wire wire;

	wire_init_encrypting(&wire, TP_PPP_MSCHAP2, TP_PPP_ENCRYPT_REQUIRED,
			     TP_PPP_ENCRYPT_REQUIRED);
	wire_open(&wire);
	struct tp_mppe_start before = tp_ppp_encryption(&wire.server.ppp)->send.start;

	tp_ppp_lower_down(&wire.client.ppp, TP_PPP_LOWER_LAYER, wire.client.now_ms);
	tp_ppp_open(&wire.client.ppp, wire.client.now_ms);
	wire_carry(&wire);
	assert_encrypted(&wire, 128, true);
	assert_int_equal(end_count(&wire.server, TP_PPP_IPCP_DOWN), 1);
	assert_int_equal(end_count(&wire.server, TP_PPP_IPCP_UP), 2);
	assert_int_equal(tp_ppp_encryption(&wire.server.ppp)->era, 2);
	assert_memory_not_equal(&before, &tp_ppp_encryption(&wire.server.ppp)->send.start,
				sizeof(before));
}

static void test_encrypted_packets_are_not_rejected(void **state)
{
	struct end end;

	server_in_ccp(&end, TP_PPP_ENCRYPT_YES);
	FEED(&end, 0x00, 0xfd, 0x90, 0, 1, 2, 3);
	EXPECT_NOTHING(&end);
	end_init(&end, TP_PPP_SERVER);
	end.config.method_count = 0;
	end_open_lcp(&end);
	end.sent_count = 0;
	FEED(&end, 0x00, 0xfd, 0x90, 0, 1, 2, 3);
	assert_int_equal(frame_code(&end.sent[0]), TP_PPP_CODE_PROTOCOL_REJECT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_strength_and_mode_is_agreed_on_after_mschap),
		cmocka_unit_test(test_who_insists_on_another_mode_gets_it),
		cmocka_unit_test(test_packets_wait_for_ccp),
		cmocka_unit_test(test_a_silent_ccp_holds_packets_up_for_a_while_only),
		cmocka_unit_test(test_a_required_ccp_that_stays_silent_ends_the_link),
		cmocka_unit_test(test_a_peer_that_acks_ccp_and_asks_for_nothing_holds_nothing_up),
		cmocka_unit_test(test_a_ccp_without_agreement_is_given_up_and_named),
		cmocka_unit_test(test_a_peer_that_rejects_ccp_goes_on_in_clear_where_it_may),
		cmocka_unit_test(test_a_method_without_keys_leaves_the_link_in_clear_or_ends_it),
		cmocka_unit_test(test_options_get_the_answer_they_deserve),
		cmocka_unit_test(test_a_peer_that_insists_on_stateful_gets_it_at_the_third_time),
		cmocka_unit_test(
			test_a_request_without_mppe_is_enough_only_where_it_is_not_required),
		cmocka_unit_test(test_mppe_rejected_means_clear_or_the_end),
		cmocka_unit_test(test_ipcp_up_is_told_when_both_are_open),
		cmocka_unit_test(test_packets_stop_while_the_peer_renegotiates_ccp),
		cmocka_unit_test(test_the_end_of_ccp_means_clear_or_the_end_of_the_link),
		cmocka_unit_test(test_a_ccp_rejected_when_it_was_open_means_clear),
		cmocka_unit_test(test_a_peer_that_comes_round_to_ccp_is_encrypted_from_then_on),
		cmocka_unit_test(test_naks_without_end_are_no_end_of_the_link),
		cmocka_unit_test(test_a_reset_request_flushes_and_is_acknowledged),
		cmocka_unit_test(test_what_is_lost_is_asked_for),
		cmocka_unit_test(test_lcps_renegotiation_takes_keys_and_ccp_with_it),
		cmocka_unit_test(test_encrypted_packets_are_not_rejected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
