/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets in and out: whose they are, and how they are addressed. */
#include "peer.h"

static const uint8_t ipv4[] = {0x00, 0x21, 0x45, 0, 0, 20, 'p', 'a', 'c', 'k'};
static const uint8_t ipv6[] = {0x00, 0x57, 0x60, 0, 0, 0, 'p', 'a', 'c', 'k'};
static const uint8_t echo[] = {0xc0, 0x21, 9, 1, 0, 8, 0, 0, 0, 0};

static enum tp_client_verdict give(struct host *host, const struct tp_pppoe_packet *packet,
				   struct tp_reader *inside)
{
	return tp_client_session_input(&host->client, packet, inside, host->now_ms);
}

static void test_an_ipv4_packet_is_given_back(void **state)
{
	struct host *host = *state;
	struct tp_reader inside;
	uint8_t room[1600];
	struct tp_pppoe_packet packet = session_packet(room, SESSION, ipv4, sizeof(ipv4));

	dial(host);
	packet.len += 30; /* Ethernet's padding */
	assert_int_equal(give(host, &packet, &inside), TP_CLIENT_IS_IPV4);
	assert_int_equal(tp_reader_left(&inside), sizeof(ipv4) - 2);
	assert_memory_equal(inside.p, ipv4 + 2, sizeof(ipv4) - 2);
}

static void test_an_ipv6_packet_is_given_back_where_it_is_wished_for(void **state)
{
	struct host *host = *state;
	struct tp_reader inside;
	uint8_t room[1600];
	struct tp_pppoe_packet packet = session_packet(room, SESSION, ipv6, sizeof(ipv6));

	dial(host);
	assert_int_equal(give(host, &packet, &inside), TP_CLIENT_IS_TAKEN);
	assert_memory_equal(host->last.bytes + 6, "\xc0\x21\x08", 3); /* Protocol-Reject */
	host_teardown(state);
	host_setup(state);
	host = *state;
	want_ipv6(host);
	dial(host);
	assert_int_equal(give(host, &packet, &inside), TP_CLIENT_IS_IPV6);
	assert_int_equal(tp_reader_left(&inside), sizeof(ipv6) - 2);
	assert_memory_equal(inside.p, ipv6 + 2, sizeof(ipv6) - 2);
}

static void test_what_is_for_ppp_is_answered_to_the_access_concentrator(void **state)
{
	struct host *host = *state;
	struct tp_reader inside;
	uint8_t room[1600];
	const struct tp_pppoe_packet packet = session_packet(room, SESSION, echo, sizeof(echo));

	dial(host);
	assert_int_equal(give(host, &packet, &inside), TP_CLIENT_IS_TAKEN);
	assert_int_equal(host->queued, 1);
	assert_int_equal(host->last.ethertype, TP_ETHERTYPE_SESSION);
	assert_true(tp_mac_equal(&host->last.packet.dst, &packet.src));
	assert_true(tp_mac_equal(&host->last.packet.src, &packet.dst));
	assert_int_equal(host->last.packet.port, 3);
	assert_int_equal(host->last.packet.vlans.outer, 100);
	assert_int_equal(host->last.packet.vlans.inner, 7);
	assert_memory_equal(host->last.bytes, "\x11\x00\x00\x09\x00\x0a\xc0\x21\x0a\x01\x00\x08",
			    12);
}

static void test_what_is_not_ours_is_stray(void **state)
{
	struct host *host = *state;
	struct tp_reader inside;
	uint8_t room[1600];
	struct tp_pppoe_packet packet = session_packet(room, SESSION, ipv4, sizeof(ipv4));

	assert_int_equal(give(host, &packet, &inside), TP_CLIENT_IS_STRAY); /* not dialled yet */
	dial(host);
	packet = session_packet(room, SESSION + 1, ipv4, sizeof(ipv4));
	assert_int_equal(give(host, &packet, &inside), TP_CLIENT_IS_STRAY);
	packet = session_packet(room, SESSION, ipv4, 1);
	assert_int_equal(give(host, &packet, &inside), TP_CLIENT_IS_STRAY);
	packet = session_packet(room, SESSION, ipv4, sizeof(ipv4));
	packet.len--;
	assert_int_equal(give(host, &packet, &inside), TP_CLIENT_IS_STRAY);
	packet.len++;
	packet.src.bytes[5]++;
	assert_int_equal(give(host, &packet, &inside), TP_CLIENT_IS_STRAY);
	packet.src.bytes[5]--;
	room[1] = TP_PPPOE_CODE_PADT;
	assert_int_equal(give(host, &packet, &inside), TP_CLIENT_IS_STRAY);
	room[1] = TP_PPPOE_CODE_SESSION;
	assert_int_equal(give(host, &packet, &inside), TP_CLIENT_IS_IPV4);
	send_padt(host, NULL);
	carry(host);
	assert_int_equal(give(host, &packet, &inside), TP_CLIENT_IS_STRAY);
}

static void test_a_header_is_that_of_the_session(void **state)
{
	struct host *host = *state;
	uint8_t room[TP_PPPOE_HEADER_LEN];

	dial(host);
	assert_ptr_equal(tp_client_header_put(&host->client, room, 0x1234), room + sizeof(room));
	assert_memory_equal(room, "\x11\x00\x00\x09\x12\x34", sizeof(room));
}

static void test_a_refused_discovery_packet_has_its_reason(void **state)
{
	struct host *host = *state;
	uint8_t room[1600];
	const struct tp_pppoe_packet packet = session_packet(room, SESSION, ipv4, sizeof(ipv4));

	assert_int_not_equal(tp_client_discovery_input(&host->client, &packet, host->now_ms),
			     TP_PPPOE_NONE);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, host_setup, host_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_an_ipv4_packet_is_given_back),
		TEST(test_an_ipv6_packet_is_given_back_where_it_is_wished_for),
		TEST(test_what_is_for_ppp_is_answered_to_the_access_concentrator),
		TEST(test_what_is_not_ours_is_stray),
		TEST(test_a_header_is_that_of_the_session),
		TEST(test_a_refused_discovery_packet_has_its_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
