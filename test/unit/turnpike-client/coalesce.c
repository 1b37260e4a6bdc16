/* SPDX-License-Identifier: BSD-3-Clause */
/* Joining TCP segments for the TUN interface. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "coalesce.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"

#define OPTIONS	   12
#define HEADER_LEN (TP_IPV4_HEADER_LEN + TP_TCP_HEADER_LEN + OPTIONS)
#define SIZE	   100
#define PACKETS	   80

struct rig {
	struct coalescer coalescer;
	uint8_t room[PACKETS][2048];
	unsigned used;
	uint32_t next; /* sequence number */
	unsigned writes;
	unsigned counts[PACKETS]; /* of packets in each write */
	struct virtio_net_hdr vnet;
	uint8_t last[65536]; /* what was written last */
	size_t len;
	size_t bytes;
};

static void on_write(void *ctx, const struct coalesced *packets)
{
	struct rig *rig = ctx;

	assert_true(rig->writes < PACKETS);
	rig->counts[rig->writes++] = packets->count;
	assert_int_equal(packets->parts[0].iov_len, sizeof(rig->vnet));
	memcpy(&rig->vnet, packets->parts[0].iov_base, sizeof(rig->vnet));
	rig->len = 0;
	for (unsigned i = 1; i <= packets->count; i++) {
		memcpy(rig->last + rig->len, packets->parts[i].iov_base, packets->parts[i].iov_len);
		rig->len += packets->parts[i].iov_len;
	}
	assert_int_equal(rig->len, packets->len);
	rig->bytes += packets->bytes;
}

static int setup(void **state)
{
	struct rig *rig = calloc(1, sizeof(*rig));

	if (rig == NULL)
		return -1;
	rig->coalescer.write = on_write;
	rig->coalescer.ctx = rig;
	rig->next = 0xffffff00;
	*state = rig;
	return 0;
}

static int teardown(void **state)
{
	free(*state);
	return 0;
}

static void finish(uint8_t *packet, size_t payload)
{
	struct tp_ipv4 *ip = (struct tp_ipv4 *)packet;
	uint8_t *tcp = packet + TP_IPV4_HEADER_LEN;
	uint16_t checksum = 0;

	ip->checksum_be = 0;
	ip->checksum_be = tp_checksum_finish(tp_checksum_add(0, ip, sizeof(*ip)));
	memcpy(tcp + TP_TCP_CHECKSUM, &checksum, sizeof(checksum));
	checksum =
		tp_tcp_checksum(ip, tcp, TP_TCP_HEADER_LEN + OPTIONS, packet + HEADER_LEN, payload);
	memcpy(tcp + TP_TCP_CHECKSUM, &checksum, sizeof(checksum));
}

/* The next segment of a stream that has one connection, from PORT. */
static uint8_t *make(struct rig *rig, uint8_t port, uint8_t flags, size_t payload)
{
	uint8_t *packet = rig->room[rig->used], *tcp = packet + TP_IPV4_HEADER_LEN;
	struct tp_ipv4 *ip = (struct tp_ipv4 *)packet;

	tp_ipv4_build(ip, (uint16_t)(HEADER_LEN + payload), 64, TP_IPPROTO_TCP, htonl(0x0a000001),
		      htonl(0x0a000002));
	ip->id_be = htons((uint16_t)(0xfffe + rig->used++));
	ip->fragment_be = 0;
	tcp[1] = port;
	tp_put_be32(tcp + TP_TCP_SEQUENCE, rig->next);
	tp_put_be32(tcp + TP_TCP_ACKNOWLEDGE, 77);
	tp_put_be16(tcp + TP_TCP_WINDOW, 1000);
	tcp[TP_TCP_DATA_OFFSET] = (TP_TCP_HEADER_LEN + OPTIONS) / 4 << 4;
	tcp[TP_TCP_FLAGS_OFFSET] = flags;
	for (size_t i = 0; i < payload; i++)
		packet[HEADER_LEN + i] = (uint8_t)(rig->next + i);
	rig->next += (uint32_t)payload;
	finish(packet, payload);
	return packet;
}

static void add(struct rig *rig, uint8_t flags, size_t payload)
{
	uint8_t *packet = make(rig, 1, flags, payload);

	coalesce_add(&rig->coalescer, packet, HEADER_LEN + payload, true);
}

static void test_segments_in_order_become_one_packet(void **state)
{
	struct rig *rig = *state;
	uint8_t expected[65536];
	uint16_t sum;

	for (int i = 0; i < 5; i++)
		add(rig, TP_TCP_ACK, SIZE);
	assert_int_equal(rig->writes, 0);
	coalesce_flush(&rig->coalescer);
	assert_int_equal(rig->writes, 1);
	assert_int_equal(rig->counts[0], 5);
	assert_int_equal(rig->len, HEADER_LEN + 5 * SIZE);
	assert_int_equal(rig->bytes, 5 * (HEADER_LEN + SIZE));
	assert_int_equal(rig->vnet.flags, VIRTIO_NET_HDR_F_NEEDS_CSUM);
	assert_int_equal(rig->vnet.gso_type, VIRTIO_NET_HDR_GSO_TCPV4);
	assert_int_equal(rig->vnet.gso_size, SIZE);
	assert_int_equal(rig->vnet.hdr_len, HEADER_LEN);
	assert_int_equal(rig->vnet.csum_start, TP_IPV4_HEADER_LEN);
	assert_int_equal(rig->vnet.csum_offset, TP_TCP_CHECKSUM);

	/* The packet that a sender with large frames would have sent, but for the checksum. */
	rig->used = 0;
	rig->next = 0xffffff00;
	memcpy(expected, make(rig, 1, TP_TCP_ACK, 5 * SIZE), HEADER_LEN + 5 * SIZE);
	sum = (uint16_t)tp_tcp_pseudo_sum((struct tp_ipv4 *)expected,
					  rig->len - TP_IPV4_HEADER_LEN);
	memcpy(expected + TP_IPV4_HEADER_LEN + TP_TCP_CHECKSUM, &sum, sizeof(sum));
	assert_memory_equal(rig->last, expected, rig->len);
}

static void test_one_segment_stays_as_it_is(void **state)
{
	struct rig *rig = *state;

	add(rig, TP_TCP_ACK, SIZE);
	coalesce_flush(&rig->coalescer);
	coalesce_flush(&rig->coalescer);
	assert_int_equal(rig->writes, 1);
	assert_int_equal(rig->vnet.gso_type, VIRTIO_NET_HDR_GSO_NONE);
	assert_int_equal(rig->vnet.flags, 0);
	assert_memory_equal(rig->last, rig->room[0], rig->len);
	assert_int_equal(rig->len, HEADER_LEN + SIZE);
}

static void test_a_push_or_a_shorter_segment_is_the_last(void **state)
{
	struct rig *rig = *state;

	add(rig, TP_TCP_ACK, SIZE);
	add(rig, TP_TCP_ACK | TP_TCP_PSH, SIZE);
	assert_int_equal(rig->writes, 1);
	assert_int_equal(rig->last[TP_IPV4_HEADER_LEN + TP_TCP_FLAGS_OFFSET],
			 TP_TCP_ACK | TP_TCP_PSH);
	add(rig, TP_TCP_ACK, SIZE);
	add(rig, TP_TCP_ACK, SIZE - 1);
	assert_int_equal(rig->writes, 2);
	assert_int_equal(rig->len, HEADER_LEN + 2 * SIZE - 1);
	add(rig, TP_TCP_ACK, SIZE);
	add(rig, TP_TCP_ACK, SIZE + 1);
	assert_int_equal(rig->writes, 3);
	assert_int_equal(rig->counts[2], 1);
	add(rig, TP_TCP_ACK | TP_TCP_PSH, 1);
	assert_int_equal(rig->writes, 4);
	assert_int_equal(rig->counts[3], 2);
}

static void test_what_says_something_else_is_not_joined_and_not_overtaken(void **state)
{
	const size_t tcp = TP_IPV4_HEADER_LEN;
	const struct {
		const char *what;
		size_t offset;
		uint8_t flip;
	} cases[] = {
		{"TOS", 1, 1},
		{"id", 5, 0x10},
		{"DF", 6, 0x40},
		{"TTL", 8, 1},
		{"sequence", tcp + TP_TCP_SEQUENCE + 3, 1},
		{"acknowledged", tcp + TP_TCP_ACKNOWLEDGE + 3, 1},
		{"window", tcp + TP_TCP_WINDOW, 1},
		{"FIN", tcp + TP_TCP_FLAGS_OFFSET, TP_TCP_FIN},
		{"SYN", tcp + TP_TCP_FLAGS_OFFSET, TP_TCP_SYN},
		{"RST", tcp + TP_TCP_FLAGS_OFFSET, 0x04},
		{"URG", tcp + TP_TCP_FLAGS_OFFSET, 0x20},
		{"ECE", tcp + TP_TCP_FLAGS_OFFSET, 0x40},
		{"CWR", tcp + TP_TCP_FLAGS_OFFSET, TP_TCP_CWR},
		{"options", HEADER_LEN - 1, 1},
		{"a fragment", 6, 0x20},
	};
	struct rig *rig = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t *packet;

		rig->used = rig->writes = 0;
		add(rig, TP_TCP_ACK, SIZE);
		packet = make(rig, 1, TP_TCP_ACK, SIZE);
		packet[cases[i].offset] ^= cases[i].flip;
		finish(packet, SIZE);
		coalesce_add(&rig->coalescer, packet, HEADER_LEN + SIZE, true);
		coalesce_flush(&rig->coalescer);
		if (rig->writes != 2)
			fail_msg("joined: other %s", cases[i].what);
		assert_memory_equal(rig->last, packet, HEADER_LEN + SIZE);
	}
}

static void test_a_wrong_checksum_is_left_to_the_host_to_find(void **state)
{
	const size_t places[] = {10, HEADER_LEN, HEADER_LEN + SIZE - 1};
	struct rig *rig = *state;

	for (size_t i = 0; i < 6; i++) {
		const size_t place = places[i % 3];
		const bool first = i < 3;
		uint8_t *packets[2];

		rig->used = rig->writes = 0;
		for (int j = 0; j < 2; j++)
			packets[j] = make(rig, 1, TP_TCP_ACK, SIZE);
		packets[first ? 0 : 1][place]++;
		for (int j = 0; j < 2; j++)
			coalesce_add(&rig->coalescer, packets[j], HEADER_LEN + SIZE, true);
		coalesce_flush(&rig->coalescer);
		assert_int_equal(rig->writes, 2);
		assert_int_equal(rig->vnet.flags, 0);
	}
}

static void test_a_packet_that_may_not_be_fragmented_needs_no_id_in_order(void **state)
{
	struct rig *rig = *state;

	for (int i = 0; i < 3; i++) {
		uint8_t *packet = make(rig, 1, TP_TCP_ACK, SIZE);

		((struct tp_ipv4 *)packet)->fragment_be = htons(TP_IPV4_DF);
		((struct tp_ipv4 *)packet)->id_be = 0;
		finish(packet, SIZE);
		coalesce_add(&rig->coalescer, packet, HEADER_LEN + SIZE, true);
	}
	coalesce_flush(&rig->coalescer);
	assert_int_equal(rig->writes, 1);
}

static void test_connections_are_joined_each_by_itself(void **state)
{
	struct rig *rig = *state;

	for (int round = 0; round < 3; round++) {
		const uint32_t next = rig->next;

		for (uint8_t port = 1; port <= COALESCE_FLOWS; port++) {
			uint8_t *packet;

			rig->next = next;
			packet = make(rig, port, TP_TCP_ACK, SIZE);
			((struct tp_ipv4 *)packet)->fragment_be = htons(TP_IPV4_DF);
			finish(packet, SIZE);
			coalesce_add(&rig->coalescer, packet, HEADER_LEN + SIZE, true);
		}
	}
	assert_int_equal(rig->writes, 0);
	add(rig, TP_TCP_ACK, 0);
	assert_int_equal(rig->writes, 2); /* the acknowledgment waits for its own connection */
	coalesce_add(&rig->coalescer, make(rig, 99, TP_TCP_ACK, SIZE), HEADER_LEN + SIZE, true);
	coalesce_flush(&rig->coalescer);
	assert_int_equal(rig->writes, 2 + COALESCE_FLOWS);
}

static void test_what_will_not_stay_is_written_at_once_and_in_order(void **state)
{
	struct rig *rig = *state;
	uint8_t *packet;

	add(rig, TP_TCP_ACK, SIZE);
	packet = make(rig, 1, TP_TCP_ACK, SIZE);
	coalesce_add(&rig->coalescer, packet, HEADER_LEN + SIZE, false);
	assert_int_equal(rig->writes, 2);
	assert_memory_equal(rig->last, packet, HEADER_LEN + SIZE);
}

static void test_no_packet_becomes_too_large(void **state)
{
	struct rig *rig = *state;

	for (unsigned i = 0; i < COALESCE_PARTS + 1; i++)
		add(rig, TP_TCP_ACK, 1000);
	coalesce_flush(&rig->coalescer);
	assert_int_equal(rig->writes, 2);
	assert_int_equal(rig->counts[0], COALESCE_PARTS);
	rig->used = rig->writes = 0;
	for (unsigned i = 0; i < 50; i++)
		add(rig, TP_TCP_ACK, 1440);
	coalesce_flush(&rig->coalescer);
	assert_int_equal(rig->writes, 2);
	assert_int_equal(rig->counts[0], 45);
}

#define HEADER6_LEN (TP_IPV6_HEADER_LEN + TP_TCP_HEADER_LEN + OPTIONS)

/* The next segment of the stream, in IPv6; FLIP is at OFFSET, and the checksum right. */
static void add6(struct rig *rig, uint8_t flags, size_t payload, size_t offset, uint8_t flip)
{
	const uint8_t src[16] = {0x20, 1, 0xd, 0xb8, [15] = 1}, dst[16] = {0x20, 1, [15] = 2};
	uint8_t *packet = make(rig, 1, flags, payload), *tcp = packet + TP_IPV6_HEADER_LEN;
	const size_t len = HEADER_LEN - TP_IPV4_HEADER_LEN + payload;
	struct tp_ipv6 *ip = (struct tp_ipv6 *)packet;
	uint16_t checksum = 0;

	memmove(tcp, packet + TP_IPV4_HEADER_LEN, len);
	tp_ipv6_build(ip, (uint16_t)len, TP_IPPROTO_TCP, 64, src, dst);
	packet[offset] ^= flip;
	memcpy(tcp + TP_TCP_CHECKSUM, &checksum, 2);
	checksum = tp_ipv6_checksum(ip->src, ip->dst, TP_IPPROTO_TCP, tcp, len);
	memcpy(tcp + TP_TCP_CHECKSUM, &checksum, 2);
	coalesce_add(&rig->coalescer, packet, TP_IPV6_HEADER_LEN + len, true);
}

static void test_segments_in_ipv6_become_one_packet(void **state)
{
	struct rig *rig = *state;
	const struct tp_ipv6 *ip = (const struct tp_ipv6 *)rig->last;
	uint16_t sum;

	for (int i = 0; i < 5; i++)
		add6(rig, TP_TCP_ACK, SIZE, 0, 0);
	coalesce_flush(&rig->coalescer);
	assert_int_equal(rig->writes, 1);
	assert_int_equal(rig->counts[0], 5);
	assert_int_equal(rig->len, HEADER6_LEN + 5 * SIZE);
	assert_int_equal(rig->vnet.gso_type, VIRTIO_NET_HDR_GSO_TCPV6);
	assert_int_equal(rig->vnet.flags, VIRTIO_NET_HDR_F_NEEDS_CSUM);
	assert_int_equal(rig->vnet.gso_size, SIZE);
	assert_int_equal(rig->vnet.csum_start, TP_IPV6_HEADER_LEN);
	assert_int_equal(ntohs(ip->payload_length_be), rig->len - TP_IPV6_HEADER_LEN);
	memcpy(&sum, rig->last + TP_IPV6_HEADER_LEN + TP_TCP_CHECKSUM, 2);
	assert_int_equal(tp_checksum_finish(tp_tcp_pseudo_sum6(ip, rig->len - 40)), (uint16_t)~sum);
	for (size_t i = 0; i < 5 * SIZE; i++)
		assert_int_equal(rig->last[HEADER6_LEN + i], (uint8_t)(0xffffff00 + i));
}

static void test_what_says_something_else_in_ipv6_is_not_joined(void **state)
{
	static const struct {
		const char *what;
		size_t offset;
		uint8_t flip;
	} cases[] = {
		{"traffic class", 1, 0x10}, {"flow label", 3, 1},
		{"hop limit", 7, 1},	    {"source", 8 + 15, 1},
		{"destination", 24 + 7, 1}, {"port", TP_IPV6_HEADER_LEN + 1, 3},
	};
	struct rig *rig = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		rig->used = rig->writes = 0;
		add6(rig, TP_TCP_ACK, SIZE, 0, 0);
		add6(rig, TP_TCP_ACK, SIZE, cases[i].offset, cases[i].flip);
		coalesce_flush(&rig->coalescer);
		if (rig->writes != 2)
			fail_msg("joined: another %s", cases[i].what);
	}
}

/* Of which connection it is, nobody looks: it overtakes none. */
static void test_tcp_behind_an_extension_header_overtakes_nothing(void **state)
{
	struct rig *rig = *state;

	add6(rig, TP_TCP_ACK, SIZE, 0, 0);
	add6(rig, TP_TCP_ACK, SIZE, 6, TP_IPPROTO_TCP ^ TP_IPV6_DESTINATION);
	assert_int_equal(rig->writes, 2);
	assert_int_equal(rig->last[6], TP_IPV6_DESTINATION);
}

static void test_nothing_is_read_past_the_end_of_a_short_packet(void **state)
{
	struct rig *rig = *state;
	uint8_t *whole = make(rig, 1, TP_TCP_ACK, 4);

	for (size_t len = 0; len < HEADER_LEN + 4; len++) {
		uint8_t *packet = malloc(len + 1);

		memcpy(packet, whole, len);
		if (len >= 4)
			tp_put_be16(packet + 2, (uint16_t)len);
		rig->writes = 0;
		coalesce_add(&rig->coalescer, packet, len, true);
		coalesce_flush(&rig->coalescer);
		assert_int_equal(rig->writes, 1);
		assert_int_equal(rig->len, len);
		free(packet);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_segments_in_order_become_one_packet),
		TEST(test_one_segment_stays_as_it_is),
		TEST(test_a_push_or_a_shorter_segment_is_the_last),
		TEST(test_what_says_something_else_is_not_joined_and_not_overtaken),
		TEST(test_a_wrong_checksum_is_left_to_the_host_to_find),
		TEST(test_a_packet_that_may_not_be_fragmented_needs_no_id_in_order),
		TEST(test_connections_are_joined_each_by_itself),
		TEST(test_what_will_not_stay_is_written_at_once_and_in_order),
		TEST(test_no_packet_becomes_too_large),
		TEST(test_segments_in_ipv6_become_one_packet),
		TEST(test_what_says_something_else_in_ipv6_is_not_joined),
		TEST(test_tcp_behind_an_extension_header_overtakes_nothing),
		TEST(test_nothing_is_read_past_the_end_of_a_short_packet),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
