/* SPDX-License-Identifier: BSD-3-Clause */
/* Cutting what the kernel hands over into packets for the wire. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "segment.h"
#include "wire/tcp.h"

#define OPTIONS	   12 /* of TCP: a timestamp, say */
#define HEADER_LEN (TP_IPV4_HEADER_LEN + TP_TCP_HEADER_LEN + OPTIONS)
#define LARGE	   60000

static const struct virtio_net_hdr tcp_by_1000 = {
	.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
	.gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
	.hdr_len = HEADER_LEN,
	.gso_size = 1000,
	.csum_start = TP_IPV4_HEADER_LEN,
	.csum_offset = TP_TCP_CHECKSUM,
};

/* PAYLOAD bytes of TCP, their sequence number about to wrap. */
static size_t make(uint8_t *packet, uint8_t flags, size_t payload)
{
	uint8_t *tcp = packet + TP_IPV4_HEADER_LEN;

	memset(packet, 0, HEADER_LEN);
	tp_ipv4_build((struct tp_ipv4 *)packet, (uint16_t)(HEADER_LEN + payload), 64,
		      TP_IPPROTO_TCP, htonl(0x0a000001), htonl(0x0a000002));
	((struct tp_ipv4 *)packet)->id_be = htons(0xffff);
	tp_put_be32(tcp + TP_TCP_SEQUENCE, 0xfffffff0);
	tcp[TP_TCP_DATA_OFFSET] = (TP_TCP_HEADER_LEN + OPTIONS) / 4 << 4;
	tcp[TP_TCP_FLAGS_OFFSET] = flags;
	for (size_t i = TP_TCP_HEADER_LEN; i < TP_TCP_HEADER_LEN + OPTIONS + payload; i++)
		tcp[i] = (uint8_t)(i * 7 + (i >> 8));
	return HEADER_LEN + payload;
}

static uint32_t get_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void assert_sound(const uint8_t *header, const struct tp_reader *payload)
{
	const struct tp_ipv4 *ip = (const struct tp_ipv4 *)header;

	assert_true(tp_ipv4_checksum_ok(ip));
	assert_int_equal(ntohs(ip->total_length_be), HEADER_LEN + tp_reader_left(payload));
	assert_int_equal(tp_tcp_checksum(ip, header + TP_IPV4_HEADER_LEN,
					 HEADER_LEN - TP_IPV4_HEADER_LEN, payload->p,
					 tp_reader_left(payload)),
			 0);
}

static void test_segments_have_lengths_numbers_and_checksums_of_their_own(void **state)
{
	uint8_t *packet = malloc(LARGE), header[SEGMENT_HEADER_MAX];
	const size_t len = make(packet, TP_TCP_ACK, 4500);
	struct segmenter s;
	struct tp_reader payload;
	size_t header_len, done = 0, count = 0;

	assert_true(segment_start(&s, &tcp_by_1000, packet, len));
	assert_true(segment_is_cut(&s));
	assert_int_equal(segment_longest(&s), HEADER_LEN + 1000);
	for (; segment_next(&s, header, &header_len, &payload); count++) {
		const struct tp_ipv4 *ip = (const struct tp_ipv4 *)header;

		assert_int_equal(header_len, HEADER_LEN);
		assert_int_equal(tp_reader_left(&payload), count < 4 ? 1000 : 500);
		assert_ptr_equal(payload.p, packet + HEADER_LEN + done);
		assert_int_equal(ntohs(ip->id_be), (uint16_t)(0xffff + count));
		assert_int_equal(get_be32(header + TP_IPV4_HEADER_LEN + TP_TCP_SEQUENCE),
				 (uint32_t)(0xfffffff0 + done));
		assert_memory_equal(header + HEADER_LEN - OPTIONS, packet + HEADER_LEN - OPTIONS,
				    OPTIONS);
		assert_sound(header, &payload);
		done += tp_reader_left(&payload);
	}
	assert_int_equal(count, 5);
	assert_int_equal(done, 4500);
	free(packet);
}

static void test_each_flag_goes_where_it_belongs(void **state)
{
	uint8_t *packet = malloc(LARGE), header[SEGMENT_HEADER_MAX];
	const size_t len = make(packet, TP_TCP_ACK | TP_TCP_PSH | TP_TCP_FIN | TP_TCP_CWR, 3000);
	const uint8_t expected[] = {TP_TCP_ACK | TP_TCP_CWR, TP_TCP_ACK,
				    TP_TCP_ACK | TP_TCP_PSH | TP_TCP_FIN};
	struct segmenter s;
	struct tp_reader payload;
	size_t header_len;

	assert_true(segment_start(&s, &tcp_by_1000, packet, len));
	for (int i = 0; i < 3; i++) {
		assert_true(segment_next(&s, header, &header_len, &payload));
		assert_int_equal(header[TP_IPV4_HEADER_LEN + TP_TCP_FLAGS_OFFSET], expected[i]);
		assert_sound(header, &payload);
	}
	assert_false(segment_next(&s, header, &header_len, &payload));
	free(packet);
}

static void test_a_packet_that_is_not_large_gets_its_checksum_alone(void **state)
{
	struct virtio_net_hdr vnet = tcp_by_1000;
	uint8_t packet[200], header[SEGMENT_HEADER_MAX];
	const size_t len = make(packet, TP_TCP_ACK, 99);
	struct segmenter s;
	struct tp_reader payload;
	size_t header_len;
	uint16_t sum;

	vnet.gso_type = VIRTIO_NET_HDR_GSO_NONE;
	sum = (uint16_t)tp_tcp_pseudo_sum((struct tp_ipv4 *)packet, len - TP_IPV4_HEADER_LEN);
	memcpy(packet + TP_IPV4_HEADER_LEN + TP_TCP_CHECKSUM, &sum, sizeof(sum));
	assert_true(segment_start(&s, &vnet, packet, len));
	assert_false(segment_is_cut(&s));
	assert_true(segment_next(&s, header, &header_len, &payload));
	assert_int_equal(header_len, 0);
	assert_ptr_equal(payload.p, packet);
	assert_int_equal(tp_reader_left(&payload), len);
	payload.p += HEADER_LEN;
	assert_sound(packet, &payload);
	assert_false(segment_next(&s, header, &header_len, &payload));
}

static void test_a_packet_that_is_whole_stays_as_it_is(void **state)
{
	const struct virtio_net_hdr whole = {0};
	uint8_t packet[200], copy[200], header[SEGMENT_HEADER_MAX];
	const size_t len = make(packet, TP_TCP_SYN, 0);
	struct segmenter s;
	struct tp_reader payload;
	size_t header_len;

	memcpy(copy, packet, len);
	assert_true(segment_start(&s, &whole, packet, len));
	assert_true(segment_next(&s, header, &header_len, &payload));
	assert_int_equal(tp_reader_left(&payload), len);
	assert_memory_equal(packet, copy, len);
}

static void test_headers_that_cannot_be_are_refused(void **state)
{
	const struct {
		const char *what;
		size_t offset;
		uint8_t value;
	} cases[] = {
		{"version", 0, 0x65},
		{"IHL below", 0, 0x44},
		{"IHL past the end", 0, 0x4f},
		{"a fragment", 6, 0x20},
		{"a later fragment", 7, 1},
		{"UDP", 9, TP_IPPROTO_UDP},
		{"data offset below", TP_IPV4_HEADER_LEN + TP_TCP_DATA_OFFSET, 4 << 4},
		{"data offset past the end", TP_IPV4_HEADER_LEN + TP_TCP_DATA_OFFSET, 15 << 4},
	};
	struct segmenter s;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t packet[HEADER_LEN + 8];
		const size_t len = make(packet, TP_TCP_ACK, 8);

		packet[cases[i].offset] = cases[i].value;
		if (segment_start(&s, &tcp_by_1000, packet, len))
			fail_msg("taken: %s", cases[i].what);
	}
}

#define HEADER6_LEN (TP_IPV6_HEADER_LEN + TP_TCP_HEADER_LEN + OPTIONS)

static const struct virtio_net_hdr tcp6_by_1000 = {
	.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
	.gso_type = VIRTIO_NET_HDR_GSO_TCPV6,
	.hdr_len = HEADER6_LEN,
	.gso_size = 1000,
	.csum_start = TP_IPV6_HEADER_LEN,
	.csum_offset = TP_TCP_CHECKSUM,
};

/* The same TCP as make()'s, in IPv6. */
static size_t make6(uint8_t *packet, uint8_t flags, size_t payload)
{
	const uint8_t src[16] = {0x20, 1, 0xd, 0xb8, [15] = 1}, dst[16] = {0x20, 1, [15] = 2};
	const size_t len = make(packet, flags, payload) - TP_IPV4_HEADER_LEN;

	memmove(packet + TP_IPV6_HEADER_LEN, packet + TP_IPV4_HEADER_LEN, len);
	tp_ipv6_build((struct tp_ipv6 *)packet, (uint16_t)len, TP_IPPROTO_TCP, 64, src, dst);
	return TP_IPV6_HEADER_LEN + len;
}

static void test_ipv6_is_cut_too(void **state)
{
	uint8_t *packet = malloc(LARGE), whole[2048];
	const size_t len = make6(packet, TP_TCP_ACK | TP_TCP_PSH, 2500);
	struct segmenter s;
	struct tp_reader payload;
	size_t header_len, done = 0, count = 0;

	assert_true(segment_start(&s, &tcp6_by_1000, packet, len));
	assert_int_equal(segment_longest(&s), HEADER6_LEN + 1000);
	for (; segment_next(&s, whole, &header_len, &payload); count++) {
		const struct tp_ipv6 *ip = (const struct tp_ipv6 *)whole;
		const size_t part = tp_reader_left(&payload), tcp_len = HEADER6_LEN - 40 + part;

		assert_int_equal(header_len, HEADER6_LEN);
		assert_int_equal(part, count < 2 ? 1000 : 500);
		assert_int_equal(ntohs(ip->payload_length_be), tcp_len);
		assert_memory_equal(ip->src, ((struct tp_ipv6 *)packet)->src, 32);
		assert_int_equal(get_be32(whole + 40 + TP_TCP_SEQUENCE),
				 (uint32_t)(0xfffffff0 + done));
		memcpy(whole + header_len, payload.p, part);
		assert_int_equal(
			tp_ipv6_checksum(ip->src, ip->dst, TP_IPPROTO_TCP, whole + 40, tcp_len), 0);
		done += part;
	}
	assert_int_equal(count, 3);
	assert_int_equal(done, 2500);
	free(packet);
}

static void test_ipv6_that_cannot_be_cut_is_refused(void **state)
{
	const struct {
		const char *what;
		size_t offset;
		uint8_t value;
	} cases[] = {
		{"version", 0, 0x45},
		{"an extension header", 6, TP_IPV6_DESTINATION},
		{"UDP", 6, TP_IPPROTO_UDP},
		{"data offset below", TP_IPV6_HEADER_LEN + TP_TCP_DATA_OFFSET, 4 << 4},
		{"data offset past the end", TP_IPV6_HEADER_LEN + TP_TCP_DATA_OFFSET, 15 << 4},
	};
	uint8_t whole[HEADER6_LEN + 8];
	struct segmenter s;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		make6(whole, TP_TCP_ACK, 8);
		whole[cases[i].offset] = cases[i].value;
		if (segment_start(&s, &tcp6_by_1000, whole, sizeof(whole)))
			fail_msg("taken: %s", cases[i].what);
	}
	make6(whole, TP_TCP_ACK, 8);
	assert_false(segment_start(&s, &tcp_by_1000, whole, sizeof(whole)));
	for (size_t len = 0; len <= HEADER6_LEN; len++) {
		uint8_t *packet = malloc(len + 1);

		memcpy(packet, whole, len);
		assert_false(segment_start(&s, &tcp6_by_1000, packet, len));
		free(packet);
	}
}

static void test_nothing_is_read_past_the_end_of_a_short_packet(void **state)
{
	uint8_t whole[HEADER_LEN + 8];
	struct virtio_net_hdr vnet = tcp_by_1000;

	make(whole, TP_TCP_ACK, 8);
	for (size_t len = 0; len <= HEADER_LEN; len++) {
		uint8_t *packet = malloc(len + 1);
		struct segmenter s;

		memcpy(packet, whole, len);
		vnet.gso_type = VIRTIO_NET_HDR_GSO_TCPV4;
		assert_false(segment_start(&s, &vnet, packet, len));
		vnet.gso_type = VIRTIO_NET_HDR_GSO_NONE;
		assert_int_equal(segment_start(&s, &vnet, packet, len),
				 len >= TP_IPV4_HEADER_LEN + TP_TCP_CHECKSUM + 2);
		free(packet);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_segments_have_lengths_numbers_and_checksums_of_their_own),
		cmocka_unit_test(test_each_flag_goes_where_it_belongs),
		cmocka_unit_test(test_a_packet_that_is_not_large_gets_its_checksum_alone),
		cmocka_unit_test(test_a_packet_that_is_whole_stays_as_it_is),
		cmocka_unit_test(test_headers_that_cannot_be_are_refused),
		cmocka_unit_test(test_ipv6_is_cut_too),
		cmocka_unit_test(test_ipv6_that_cannot_be_cut_is_refused),
		cmocka_unit_test(test_nothing_is_read_past_the_end_of_a_short_packet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
