/* SPDX-License-Identifier: BSD-3-Clause */
/* The rig's packets are what a strict receiver takes: their checksums, lengths, and what it says
 * as a neighbour. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "core_nd.h"
#include "ipv6/nd.h"
#include "packet.h"
#include "stream.h"

#define LONGEST 1492

static const struct tp_mac ours_mac = {{2, 0, 0, 0, 0, 1}},
			   peer_mac = {{2, 0, 0, 0xab, 0xcd, 0xef}};
static uint8_t ours[16], peer[16];

static int addresses(void **state)
{
	return inet_pton(AF_INET6, "2001:db8::2", ours) == 1 &&
			       inet_pton(AF_INET6, "2001:db8::12:3456", peer) == 1
		       ? 0
		       : -1;
}

static void test_ipv6_has_lengths_and_a_checksum_that_are_right(void **state)
{
	uint8_t packet[LONGEST];
	struct tp_ipv6_in in;

	for (uint16_t size = packet_least(PACKET_IPV6); size <= LONGEST; size++) {
		memset(packet, 0xaa, sizeof(packet));
		stream_stamp(packet + packet_headers(PACKET_IPV6), 1, 2, size, 0x123456789aull);
		packet_build_ipv6(packet, size, ours, peer);
		assert_int_equal(tp_ipv6_in_parse(&in, packet, size), TP_IPV6_NO_REASON);
		assert_int_equal(tp_reader_left(&in.payload), size - packet_headers(PACKET_IPV6));
		assert_memory_equal(in.src, ours, 16);
		assert_memory_equal(in.dst, peer, 16);
		assert_int_equal(stream_flow_of(in.payload.p), 2);
	}
}

/* RFC 8200, section 8.1: a sum of zero is sent as 0xffff. */
static void test_ipv6_is_never_without_a_checksum(void **state)
{
	uint8_t packet[72], *checksum = packet + 46;
	unsigned all_ones = 0;

	for (uint32_t sequence = 0; sequence < 65536; sequence++) {
		stream_stamp(packet + packet_headers(PACKET_IPV6), 1, 2, sequence, 0);
		packet_build_ipv6(packet, sizeof(packet), ours, peer);
		assert_true(checksum[0] != 0 || checksum[1] != 0);
		all_ones += checksum[0] == 0xff && checksum[1] == 0xff;
	}
	assert_int_equal(all_ones, 1);
}

static void test_ipv4_has_the_size_asked_for(void **state)
{
	uint8_t packet[100];

	memset(packet, 0xaa, sizeof(packet));
	packet_build_ipv4(packet, sizeof(packet), 0xc0000201, 0x0a000001);
	assert_int_equal(packet_family_of(packet, sizeof(packet)), PACKET_IPV4);
	assert_int_equal(packet[2] << 8 | packet[3], sizeof(packet));
	assert_int_equal(packet[99], 0);
	assert_int_equal(packet_least(PACKET_IPV4), 52);
	assert_int_equal(packet_least(PACKET_IPV6), 72);
}

static void test_a_solicitation_goes_to_the_group_and_says_where_we_are(void **state)
{
	static const uint8_t group_mac[] = {0x33, 0x33, 0xff, 0x12, 0x34, 0x56};
	struct core_nd_news news;
	struct tp_ipv6_out out;
	struct tp_mac mac;
	size_t len = core_nd_solicit(&out, ours, &ours_mac, peer);

	assert_int_equal(len, 72);
	mac = core_nd_multicast_mac(((struct tp_ipv6 *)out.bytes)->dst);
	assert_memory_equal(mac.bytes, group_mac, 6);
	assert_true(core_nd_read(&news, out.bytes, len));
	assert_memory_equal(news.solicited, peer, 16);
	assert_memory_equal(news.neighbour, ours, 16);
	assert_memory_equal(news.from, ours, 16);
	assert_true(tp_mac_equal(&news.mac, &ours_mac));
}

static void test_an_advertisement_tells_the_target(void **state)
{
	struct core_nd_news news;
	struct tp_ipv6_out out;
	size_t len = core_nd_advertise(&out, peer, &peer_mac, ours);

	assert_true(core_nd_read(&news, out.bytes, len));
	assert_null(news.solicited);
	assert_memory_equal(news.neighbour, peer, 16);
	assert_true(tp_mac_equal(&news.mac, &peer_mac));
}

/* RFC 4861, sections 7.1.1 and 7.1.2. */
static void test_what_is_not_valid_is_no_news(void **state)
{
	struct core_nd_news news;
	struct tp_ipv6_out out;
	size_t len = core_nd_advertise(&out, peer, &peer_mac, ours);

	for (size_t cut = 0; cut < len; cut++)
		assert_false(core_nd_read(&news, out.bytes, cut));
	out.bytes[7] = 254; /* the hop limit: it was forwarded */
	assert_false(core_nd_read(&news, out.bytes, len));
	out.bytes[7] = 255;
	out.bytes[len - 1] ^= 1; /* the checksum is wrong */
	assert_false(core_nd_read(&news, out.bytes, len));

	tp_ipv6_out_icmp(&out, peer, ours);
	tp_nd_neighbour_advert_build(&out.w, peer, true);
	tp_write_be32(&out.w, 0x02000000); /* an option of length zero */
	tp_write_be32(&out.w, 0);
	len = tp_ipv6_out_finish(&out);
	assert_false(core_nd_read(&news, out.bytes, len));

	tp_ipv6_out_icmp(&out, peer, ours);
	tp_nd_router_solicit_build(&out.w);
	len = tp_ipv6_out_finish(&out);
	assert_false(core_nd_read(&news, out.bytes, len));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ipv6_has_lengths_and_a_checksum_that_are_right),
		cmocka_unit_test(test_ipv6_is_never_without_a_checksum),
		cmocka_unit_test(test_ipv4_has_the_size_asked_for),
		cmocka_unit_test(test_a_solicitation_goes_to_the_group_and_says_where_we_are),
		cmocka_unit_test(test_an_advertisement_tells_the_target),
		cmocka_unit_test(test_what_is_not_valid_is_no_news),
	};

	return cmocka_run_group_tests(tests, addresses, NULL);
}
