/* SPDX-License-Identifier: BSD-3-Clause */
/* IPCP: RFC 1332 and RFC 1877, in both roles. */
#include "ends.h"

#include <string.h>

#define LCP  0xc0, 0x21
#define IPCP 0x80, 0x21

static const struct tp_ppp_addresses given = {
	.local = 0x0a000001,
	.remote = 0x0a000002,
	.dns = {0x01010101, 0x08080808},
	.nbns = {0x0a000035, 0},
};

/* A server in the network phase; its first IPCP request is taken. */
static struct frame server_in_network(struct end *end, const struct tp_ppp_addresses *addresses)
{
	end_init(end, TP_PPP_SERVER);
	end->config.method_count = 0;
	tp_ppp_set_addresses(&end->ppp, addresses);
	end_open_lcp(end);
	return end_take(end);
}

static struct frame client_in_network(struct end *end, bool want_dns)
{
	end_init(end, TP_PPP_CLIENT);
	end->config.want_dns = want_dns;
	end_open_lcp(end);
	return end_take(end);
}

static void answer(struct end *end, const struct frame *request, uint8_t code)
{
	struct frame frame = *request;

	frame.bytes[2] = code;
	end_feed(end, frame.bytes, frame.len);
}

static void test_the_client_gets_the_address_and_the_server_keeps_its_own(void **state)
{
	struct wire wire;

	wire_init(&wire);
	wire_open(&wire);
	assert_up(&wire);
	assert_int_equal(end_event(&wire.server, TP_PPP_IPCP_UP)->addresses.local, 0x0a000001);
	assert_int_equal(end_event(&wire.server, TP_PPP_IPCP_UP)->addresses.remote, 0x0a000002);
	assert_int_equal(end_event(&wire.client, TP_PPP_IPCP_UP)->addresses.local, 0x0a000002);
	assert_int_equal(end_event(&wire.client, TP_PPP_IPCP_UP)->addresses.remote, 0x0a000001);
}

static void test_a_client_that_wants_dns_gets_what_the_server_has(void **state)
{
	static const struct {
		uint32_t dns[2];
	} cases[] = {{{0x01010101, 0x08080808}}, {{0x01010101, 0}}, {{0, 0}}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct wire wire;

		wire_init(&wire);
		wire.client.config.want_dns = true;
		memcpy(wire.server.addresses.dns, cases[i].dns, sizeof(cases[i].dns));
		wire_open(&wire);
		assert_up(&wire);
		assert_memory_equal(end_event(&wire.client, TP_PPP_IPCP_UP)->addresses.dns,
				    cases[i].dns, sizeof(cases[i].dns));
	}
}

static void test_a_clients_wish_for_another_address_is_naked(void **state)
{
	struct tp_ppp_addresses wish = {.local = 0xc0a80001};
	struct wire wire;

	wire_init(&wire);
	tp_ppp_set_addresses(&wire.client.ppp, &wish);
	wire_open(&wire);
	assert_up(&wire);
	assert_int_equal(end_event(&wire.client, TP_PPP_IPCP_UP)->addresses.local, 0x0a000002);
}

static void test_options_of_the_peer_get_the_answer_they_deserve(void **state)
{
	static const struct {
		uint8_t options[16];
		uint8_t len;
		uint8_t code;
		uint8_t answer[16];
		uint8_t answer_len;
	} cases[] = {
		{{3, 6, 10, 0, 0, 2}, 6, 2, {3, 6, 10, 0, 0, 2}, 6},
		{{3, 6, 0, 0, 0, 0}, 6, 3, {3, 6, 10, 0, 0, 2}, 6},
		{{3, 6, 192, 0, 2, 1}, 6, 3, {3, 6, 10, 0, 0, 2}, 6},
		{{0}, 0, 3, {3, 6, 10, 0, 0, 2}, 6},	 /* wanted options are appended */
		{{3, 4, 10, 0}, 4, 4, {3, 4, 10, 0}, 4}, /* of a wrong length */
		{{1, 10, 0, 0, 0, 0, 0, 0, 0, 0}, 10, 4, {1, 10, 0, 0, 0, 0, 0, 0, 0, 0}, 10},
		{{2, 6, 0, 0x2d, 15, 1}, 6, 4, {2, 6, 0, 0x2d, 15, 1}, 6}, /* Van Jacobson's */
		{{129, 6, 0, 0, 0, 0, 3, 6, 10, 0, 0, 2}, 12, 3, {129, 6, 1, 1, 1, 1}, 6},
		{{131, 6, 9, 9, 9, 9, 3, 6, 10, 0, 0, 2}, 12, 3, {131, 6, 8, 8, 8, 8}, 6},
		{{130, 6, 0, 0, 0, 0, 3, 6, 10, 0, 0, 2}, 12, 3, {130, 6, 10, 0, 0, 0x35}, 6},
		{{132, 6, 0, 0, 0, 0, 3, 6, 10, 0, 0, 2}, 12, 4, {132, 6, 0, 0, 0, 0}, 6},
		{{129, 6, 1, 1, 1, 1, 3, 6, 10, 0, 0, 2},
		 12,
		 2,
		 {129, 6, 1, 1, 1, 1, 3, 6, 10, 0, 0, 2},
		 12},
		{{129, 3, 0}, 3, 4, {129, 3, 0}, 3},
		{{200, 2}, 2, 4, {200, 2}, 2},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t request[32] = {IPCP, 1, 9, 0, (uint8_t)(4 + cases[i].len)};
		uint8_t expected[32] = {IPCP, cases[i].code, 9, 0,
					(uint8_t)(4 + cases[i].answer_len)};
		struct end end;

		server_in_network(&end, &given);
		memcpy(request + 6, cases[i].options, cases[i].len);
		memcpy(expected + 6, cases[i].answer, cases[i].answer_len);
		end_feed(&end, request, 6u + cases[i].len);
		end_expect(&end, expected, 6u + cases[i].answer_len);
		EXPECT_NOTHING(&end);
	}
}

static void test_a_peer_that_insists_on_its_address_ends_the_link(void **state)
{
	struct end end;

	server_in_network(&end, &given);
	for (uint8_t i = 0; i < 5; i++) {
		FEED(&end, IPCP, 1, i, 0, 10, 3, 6, 192, 0, 2, 1);
		EXPECT(&end, IPCP, 3, i, 0, 10, 3, 6, 10, 0, 0, 2);
	}
	FEED(&end, IPCP, 1, 5, 0, 10, 3, 6, 192, 0, 2, 1);
	end_wait(&end, 6000);
	assert_finished(&end, TP_PPP_NO_AGREEMENT);
}

static void test_a_peer_that_asks_with_zeros_is_naked_however_often_it_asks(void **state)
{
	struct end end;

	server_in_network(&end, &given);
	for (uint8_t i = 0; i < 20; i++) {
		FEED(&end, IPCP, 1, i, 0, 10, 3, 6, 0, 0, 0, 0);
		EXPECT(&end, IPCP, 3, i, 0, 10, 3, 6, 10, 0, 0, 2);
	}
}

/* It would be up with an address that it does not know. */
static void test_a_peer_that_never_asks_for_an_address_ends_the_link(void **state)
{
	struct end end;

	struct frame request = server_in_network(&end, &given);
	answer(&end, &request, TP_PPP_CODE_CONFIGURE_ACK);
	for (uint8_t i = 0; i < 5; i++) {
		FEED(&end, IPCP, 1, i, 0, 4);
		EXPECT(&end, IPCP, 3, i, 0, 10, 3, 6, 10, 0, 0, 2);
	}
	FEED(&end, IPCP, 1, 5, 0, 4);
	assert_int_equal(end_count(&end, TP_PPP_IPCP_UP), 0);
	end_wait(&end, 6000);
	assert_finished(&end, TP_PPP_NO_AGREEMENT);
}

/* A client, once it has its address, is given or denied name servers like this. */
static void nak(struct end *end, const struct frame *request, uint8_t code, const uint8_t *options,
		uint8_t len)
{
	uint8_t frame[64] = {IPCP, code, request->bytes[3], 0, (uint8_t)(4 + len)};

	memcpy(frame + 6, options, len);
	end_feed(end, frame, 6u + len);
}
#define NAK(end, request, code, ...)                                                               \
	nak(end, request, code, (const uint8_t[]){__VA_ARGS__},                                    \
	    sizeof((const uint8_t[]){__VA_ARGS__}))

/* Acknowledges all that is open, and tells what the client makes of it. */
static const struct tp_ppp_addresses *agree(struct end *end, const struct frame *request)
{
	FEED(end, IPCP, 1, 77, 0, 10, 3, 6, 10, 0, 0, 1);
	end_take(end);
	answer(end, request, TP_PPP_CODE_CONFIGURE_ACK);
	return &end_event(end, TP_PPP_IPCP_UP)->addresses;
}

static void test_a_second_name_server_alone_is_the_first(void **state)
{
	const struct tp_ppp_addresses *agreed;
	struct frame request;
	struct end end;

	request = client_in_network(&end, true);
	NAK(&end, &request, 3, 3, 6, 0x0a, 0x63, 0, 2, 0x83, 6, 0xc6, 0x33, 0x64, 0x36);
	request = end_take(&end);
	agreed = agree(&end, &request);
	assert_int_equal(agreed->dns[0], 0xc6336436);
	assert_int_equal(agreed->dns[1], 0);

	request = client_in_network(&end, true);
	NAK(&end, &request, 4, 0x81, 6, 0, 0, 0, 0);
	request = end_take(&end);
	NAK(&end, &request, 3, 3, 6, 0x0a, 0x63, 0, 2, 0x83, 6, 0xc6, 0x33, 0x64, 0x36);
	request = end_take(&end);
	agreed = agree(&end, &request);
	assert_int_equal(agreed->local, 0x0a630002);
	assert_int_equal(agreed->dns[0], 0xc6336436);
}

static void test_name_servers_of_zeros_without_end_are_none(void **state)
{
	struct end end;
	struct frame request = client_in_network(&end, true);
	int naks = 0;

	NAK(&end, &request, 3, 3, 6, 10, 0, 0, 2);
	for (request = end_take(&end); request.len > 12; request = end_take(&end)) {
		assert_true(++naks <= 5);
		NAK(&end, &request, 3, 0x81, 6, 0, 0, 0, 0, 0x83, 6, 0, 0, 0, 0);
	}
	const struct tp_ppp_addresses *agreed = agree(&end, &request);
	assert_int_equal(agreed->local, 0x0a000002);
	assert_int_equal(agreed->dns[0], 0);
	assert_int_equal(agreed->dns[1], 0);
}

static void test_a_server_keeps_its_address_whatever_the_peer_naks(void **state)
{
	struct end end;

	struct frame request = server_in_network(&end, &given);
	assert_memory_equal(request.bytes + 6, "\x03\x06\x0a\x00\x00\x01", 6);
	FEED(&end, IPCP, 3, request.bytes[3], 0, 10, 3, 6, 192, 0, 2, 9);
	struct frame next = end_take(&end);
	assert_memory_equal(next.bytes + 6, request.bytes + 6, 6);
}

static void test_a_server_without_an_address_of_its_own_sends_none(void **state)
{
	const struct tp_ppp_addresses addresses = {.remote = 0x0a000002};
	struct end end;

	struct frame request = server_in_network(&end, &addresses);
	assert_int_equal(request.len, 6);
}

static void test_a_server_whose_address_is_rejected_goes_on_without(void **state)
{
	struct end end;

	struct frame request = server_in_network(&end, &given);
	answer(&end, &request, TP_PPP_CODE_CONFIGURE_REJECT);
	assert_int_equal(end_take(&end).len, 6);
}

static void test_a_server_with_no_address_for_the_peer_rejects_ipcp(void **state)
{
	const struct tp_ppp_addresses none = {0};
	struct end end;

	end_init(&end, TP_PPP_SERVER);
	end.config.method_count = 0;
	tp_ppp_set_addresses(&end.ppp, &none);
	end_open_lcp(&end);
	EXPECT_NOTHING(&end);
	FEED(&end, IPCP, 1, 1, 0, 10, 3, 6, 0, 0, 0, 0);
	EXPECT(&end, LCP, 8, 0, 0, 16, IPCP, 1, 1, 0, 10, 3, 6, 0, 0, 0, 0);
	end_wait(&end, 66000);
	assert_finished(&end, TP_PPP_NO_NETWORK);
}

static void test_a_client_asks_with_zeros(void **state)
{
	struct end end;

	struct frame request = client_in_network(&end, false);
	assert_int_equal(request.len, 12);
	assert_memory_equal(request.bytes + 6, "\x03\x06\0\0\0\0", 6);
	request = client_in_network(&end, true);
	assert_int_equal(request.len, 24);
	assert_memory_equal(request.bytes + 6, "\x03\x06\0\0\0\0\x81\x06\0\0\0\0\x83\x06\0\0\0\0",
			    18);
}

static void test_a_client_that_gets_no_address_gives_up(void **state)
{
	const uint8_t codes[] = {TP_PPP_CODE_CONFIGURE_ACK, TP_PPP_CODE_CONFIGURE_REJECT};

	for (size_t i = 0; i < 2; i++) {
		struct end end;

		struct frame request = client_in_network(&end, false);
		FEED(&end, IPCP, 1, 1, 0, 10, 3, 6, 10, 0, 0, 1);
		end_take(&end);
		answer(&end, &request, codes[i]);
		if (codes[i] == TP_PPP_CODE_CONFIGURE_REJECT) {
			request = end_take(&end);
			answer(&end, &request, TP_PPP_CODE_CONFIGURE_ACK);
		}
		end_wait(&end, 6000);
		assert_int_equal(end_count(&end, TP_PPP_IPCP_UP), 0);
		assert_finished(&end, TP_PPP_NO_AGREEMENT);
	}
}

static void test_what_a_client_answers_to_the_servers_options(void **state)
{
	static const struct {
		uint8_t option[12];
		uint8_t code;
	} cases[] = {
		{{3, 6, 10, 0, 0, 1}, 2},  {{3, 6, 0, 0, 0, 0}, 4},	{{3, 3, 10}, 4},
		{{129, 6, 1, 1, 1, 1}, 4}, {{2, 6, 0, 0x2d, 15, 1}, 4},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t frame[32] = {IPCP, 1, 9, 0, (uint8_t)(4 + cases[i].option[1])};
		struct end end;

		client_in_network(&end, false);
		memcpy(frame + 6, cases[i].option, cases[i].option[1]);
		end_feed(&end, frame, 6u + cases[i].option[1]);
		frame[2] = cases[i].code;
		end_expect(&end, frame, 6u + cases[i].option[1]);
	}
}

static void test_a_peer_that_leaves_ipcp_may_come_back(void **state)
{
	struct wire wire;

	wire_init(&wire);
	wire_open(&wire);
	assert_up(&wire);
	FEED(&wire.server, IPCP, 5, 9, 0, 4);
	EXPECT(&wire.server, IPCP, 6, 9, 0, 4);
	assert_int_equal(end_count(&wire.server, TP_PPP_IPCP_DOWN), 1);
	assert_int_equal(wire.server.ppp.lcp.state, TP_PPP_OPENED);
	FEED(&wire.server, IPCP, 5, 9, 0, 4); /* our Ack crossed it */
	EXPECT(&wire.server, IPCP, 6, 9, 0, 4);
	FEED(&wire.server, IPCP, 1, 10, 0, 10, 3, 6, 10, 0, 0, 2);
	struct frame request = end_take(&wire.server);
	EXPECT(&wire.server, IPCP, 2, 10, 0, 10, 3, 6, 10, 0, 0, 2);
	answer(&wire.server, &request, TP_PPP_CODE_CONFIGURE_ACK);
	assert_int_equal(end_count(&wire.server, TP_PPP_IPCP_UP), 2);
}

static void test_a_peer_that_leaves_ipcp_for_good_loses_the_link(void **state)
{
	struct wire wire;

	wire_init(&wire);
	wire_open(&wire);
	FEED(&wire.server, IPCP, 5, 9, 0, 4);
	end_wait(&wire.server, 29999);
	assert_int_equal(end_count(&wire.server, TP_PPP_FINISHED), 0);
	end_wait(&wire.server, 6001);
	assert_finished(&wire.server, TP_PPP_NO_NETWORK);
}

static void test_a_peer_that_never_starts_ipcp_loses_the_link(void **state)
{
	struct end end;

	server_in_network(&end, &given);
	end_wait(&end, 66000);
	assert_finished(&end, TP_PPP_NO_NETWORK);
}

static void test_an_unknown_code_of_ipcp_is_rejected_by_ipcp(void **state)
{
	struct end end;

	server_in_network(&end, &given);
	FEED(&end, IPCP, 9, 3, 0, 8, 0, 0, 0, 0);
	EXPECT(&end, IPCP, 7, 0, 0, 12, 9, 3, 0, 8, 0, 0, 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_client_gets_the_address_and_the_server_keeps_its_own),
		cmocka_unit_test(test_a_client_that_wants_dns_gets_what_the_server_has),
		cmocka_unit_test(test_a_clients_wish_for_another_address_is_naked),
		cmocka_unit_test(test_options_of_the_peer_get_the_answer_they_deserve),
		cmocka_unit_test(test_a_peer_that_insists_on_its_address_ends_the_link),
		cmocka_unit_test(test_a_peer_that_asks_with_zeros_is_naked_however_often_it_asks),
		cmocka_unit_test(test_a_peer_that_never_asks_for_an_address_ends_the_link),
		cmocka_unit_test(test_a_second_name_server_alone_is_the_first),
		cmocka_unit_test(test_name_servers_of_zeros_without_end_are_none),
		cmocka_unit_test(test_a_server_keeps_its_address_whatever_the_peer_naks),
		cmocka_unit_test(test_a_server_without_an_address_of_its_own_sends_none),
		cmocka_unit_test(test_a_server_whose_address_is_rejected_goes_on_without),
		cmocka_unit_test(test_a_server_with_no_address_for_the_peer_rejects_ipcp),
		cmocka_unit_test(test_a_client_asks_with_zeros),
		cmocka_unit_test(test_a_client_that_gets_no_address_gives_up),
		cmocka_unit_test(test_what_a_client_answers_to_the_servers_options),
		cmocka_unit_test(test_a_peer_that_leaves_ipcp_may_come_back),
		cmocka_unit_test(test_a_peer_that_leaves_ipcp_for_good_loses_the_link),
		cmocka_unit_test(test_a_peer_that_never_starts_ipcp_loses_the_link),
		cmocka_unit_test(test_an_unknown_code_of_ipcp_is_rejected_by_ipcp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
