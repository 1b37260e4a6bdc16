/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets that wait for a connection, and get its address. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "demand.h"
#include "wire/ipv4.h"

#define OLD 0x0a707001u /* 10.112.112.1 */
#define NEW 0x0a000002u /* 10.0.0.2 */
#define DST 0xc0000202u /* 192.0.2.2 */

/* An IPv4 packet with LEN bytes of PROTOCOL in it, their checksum at AT over pseudo-header and
 * all. */
static size_t make(uint8_t *packet, uint8_t protocol, size_t len, size_t at)
{
	uint8_t *payload = packet + TP_IPV4_HEADER_LEN;
	uint8_t pseudo[12] = {0};
	const uint32_t src_be = htonl(OLD), dst_be = htonl(DST);
	uint16_t checksum_be;

	tp_ipv4_build((struct tp_ipv4 *)packet, (uint16_t)(TP_IPV4_HEADER_LEN + len), 64, protocol,
		      src_be, dst_be);
	for (size_t i = 0; i < len; i++)
		payload[i] = (uint8_t)(i * 7 + 1);
	payload[at] = payload[at + 1] = 0;
	memcpy(pseudo, &src_be, 4);
	memcpy(pseudo + 4, &dst_be, 4);
	pseudo[9] = protocol;
	pseudo[11] = (uint8_t)len;
	checksum_be =
		tp_checksum_finish(tp_checksum_add(tp_checksum_add(0, pseudo, 12), payload, len));
	memcpy(payload + at, &checksum_be, 2);
	return TP_IPV4_HEADER_LEN + len;
}

static void assert_right(const uint8_t *packet, uint8_t protocol, size_t len)
{
	uint8_t pseudo[12] = {0};

	memcpy(pseudo, packet + 12, 8);
	pseudo[9] = protocol;
	pseudo[11] = (uint8_t)len;
	assert_true(tp_ipv4_checksum_ok(packet));
	assert_int_equal(tp_checksum_finish(tp_checksum_add(tp_checksum_add(0, pseudo, 12),
							    packet + TP_IPV4_HEADER_LEN, len)),
			 0);
}

static void test_a_packet_leaves_with_the_new_address_and_right_checksums(void **state)
{
	static const struct {
		uint8_t protocol;
		size_t at;
	} cases[] = {{TP_IPPROTO_TCP, 16}, {TP_IPPROTO_UDP, 6}};

	for (size_t i = 0; i < 2; i++) {
		uint8_t packet[64];
		size_t len = make(packet, cases[i].protocol, 24, cases[i].at);
		uint32_t src_be;

		assert_right(packet, cases[i].protocol, 24);
		demand_readdress(packet, len, OLD, NEW);
		memcpy(&src_be, packet + 12, 4);
		assert_int_equal(ntohl(src_be), NEW);
		assert_right(packet, cases[i].protocol, 24);
	}
}

static void test_a_packet_of_another_source_stays_as_it_is(void **state)
{
	uint8_t packet[64], before[64];
	size_t len = make(packet, TP_IPPROTO_UDP, 24, 6);

	memcpy(before, packet, len);
	demand_readdress(packet, len, NEW, OLD);
	assert_memory_equal(packet, before, len);
}

static void test_short_packets_are_not_read_past_their_end(void **state)
{
	uint8_t packet[64];

	make(packet, TP_IPPROTO_TCP, 24, 16);
	for (size_t len = 0; len < 40; len++) {
		uint8_t *copy = malloc(len > 0 ? len : 1);

		memcpy(copy, packet, len);
		demand_is_traffic(copy, len);
		demand_readdress(copy, len, OLD, NEW);
		free(copy);
	}
}

static void test_only_what_somebody_waits_for_makes_it_dial(void **state)
{
	uint8_t packet[64];
	size_t len = make(packet, TP_IPPROTO_UDP, 24, 6);

	assert_true(demand_is_traffic(packet, len));
	packet[16] = 224; /* to a group */
	assert_false(demand_is_traffic(packet, len));
	packet[0] = 0x60; /* IPv6 */
	assert_false(demand_is_traffic(packet, len));
}

static void test_no_more_wait_than_there_is_room_for(void **state)
{
	const struct virtio_net_hdr whole = {0};
	struct demand *demand = calloc(1, sizeof(*demand));
	uint8_t packet[DEMAND_PACKET_MAX + 1] = {0x45};

	demand_take(demand, &whole, packet, sizeof(packet));
	assert_int_equal(demand->count, 0);
	for (int i = 0; i < DEMAND_PACKETS + 3; i++)
		demand_take(demand, &whole, packet, 20);
	assert_int_equal(demand->count, DEMAND_PACKETS);
	free(demand);
}

static void test_what_waits_is_cut_and_has_its_checksum(void **state)
{
	const struct virtio_net_hdr large = {.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
					     .gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
					     .gso_size = 30,
					     .csum_start = TP_IPV4_HEADER_LEN,
					     .csum_offset = 16};
	struct demand *demand = calloc(1, sizeof(*demand));
	uint8_t packet[200];
	size_t len = make(packet, TP_IPPROTO_TCP, 20 + 70, 16);

	packet[TP_IPV4_HEADER_LEN + 12] = 5 << 4;
	demand_take(demand, &large, packet, len);
	assert_int_equal(demand->count, 3);
	for (int i = 0; i < 3; i++) {
		const size_t payload = i < 2 ? 30 : 10;

		assert_int_equal(demand->packet[i].len, 40 + payload);
		assert_right(demand->packet[i].bytes, TP_IPPROTO_TCP, 20 + payload);
	}
	free(demand);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_packet_leaves_with_the_new_address_and_right_checksums),
		cmocka_unit_test(test_a_packet_of_another_source_stays_as_it_is),
		cmocka_unit_test(test_short_packets_are_not_read_past_their_end),
		cmocka_unit_test(test_only_what_somebody_waits_for_makes_it_dial),
		cmocka_unit_test(test_no_more_wait_than_there_is_room_for),
		cmocka_unit_test(test_what_waits_is_cut_and_has_its_checksum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
