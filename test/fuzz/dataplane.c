/* SPDX-License-Identifier: BSD-3-Clause */
/* What the data plane reads of a frame, without an EAL: tags, the IP header, MSS, ICMP. The input's
 * first five bytes are what a driver may have stripped; each piece is given in a block of its
 * exact size, so that a byte read too far is seen. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "dataplane/worker/classify.h"
#include "wire/icmp.h"
#include "wire/icmp6.h"
#include "wire/ipv4.h"
#include "wire/ipv6_chain.h"
#include "wire/tcp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t *copy(const uint8_t *data, size_t size)
{
	uint8_t *p = malloc(size > 0 ? size : 1);
	if (p == NULL)
		abort();
	if (size > 0)
		memcpy(p, data, size);
	return p;
}

/* What a host makes of it. */
static void to_the_box(const uint8_t *data, size_t total)
{
	uint8_t *packet = copy(data, total);
	size_t len = 0;

	if (((struct tp_ipv4 *)packet)->protocol == TP_IPPROTO_TCP)
		len = tp_tcp_reset_answer(packet, total);
	else if (tp_icmp_echo_answer(packet, total))
		len = total;
	if (len > 0)
		assert(tp_ipv4_check(packet, len) == TP_IPV4_OK);
	free(packet);
}

static void one_packet(const uint8_t *data, size_t size)
{
	uint8_t *packet = copy(data, size), out[TP_ICMP_ERROR_MAX];
	if (tp_ipv4_check(packet, size) == TP_IPV4_OK) {
		struct tp_ipv4 *ip = (struct tp_ipv4 *)packet;
		unsigned header = tp_ipv4_header_len(ip);
		size_t total = (size_t)(packet[2] << 8 | packet[3]);
		tp_tcp_mss_clamp(packet + header, total - header, 1000);
		if (tp_icmp_error_allowed(packet, total)) {
			size_t len = tp_icmp_error_build(out, TP_ICMP_TIME_EXCEEDED, 0, 0, 1,
							 packet, total);
			assert(tp_ipv4_check(out, len) == TP_IPV4_OK);
		}
		to_the_box(packet, total);
		if (header == TP_IPV4_HEADER_LEN && ip->ttl > 1) {
			tp_ipv4_ttl_decrement(ip);
			assert(tp_ipv4_checksum_ok(ip));
		}
	}
	free(packet);
}

/* ---- IPv6 ------------------------------------------------------------------------------------ */

static void assert_signed(const uint8_t *packet, size_t len)
{
	const struct tp_ipv6 *ip = (const struct tp_ipv6 *)packet;

	assert(tp_ipv6_total(packet) == len);
	assert(tp_ipv6_checksum(ip->src, ip->dst, TP_IPV6_ICMP, packet + TP_IPV6_HEADER_LEN,
				len - TP_IPV6_HEADER_LEN) == 0);
}

/* What a host with the packet's destination makes of it. Answers to wrong checksums are none. */
static void to_the_box6(const uint8_t *data, size_t total)
{
	uint8_t *packet = copy(data, total), ours[TP_IPV6_ADDRESS_LEN];
	const struct tp_ipv6 *ip = (const struct tp_ipv6 *)packet;
	size_t len;

	memcpy(ours, ip->dst, sizeof(ours));
	if (tp_icmp6_echo_answer(packet, total, ours)) {
		assert(tp_ipv6_same(ip->src, ours));
		if (ip->next_header == TP_IPV6_ICMP)
			assert_signed(packet, total);
	}
	memcpy(packet, data, total);
	if (total >= TP_IPV6_HEADER_LEN + 24)
		memcpy(ours, packet + TP_IPV6_HEADER_LEN + 8, sizeof(ours));
	len = tp_icmp6_solicitation_answer(packet, total, ours);
	if (len > 0)
		assert_signed(packet, len);
	free(packet);
}

static void one_packet6(const uint8_t *data, size_t size)
{
	uint8_t *packet = copy(data, size), out[TP_ICMP6_ERROR_MAX];
	struct tp_ipv6_upper upper;
	size_t at = 0;
	enum tp_ipv6_fault fault = tp_ipv6_check(packet, size, &at);

	if (fault == TP_IPV6_JUMBO)
		assert(at < size && packet[at] == 0xc2);
	if (fault == TP_IPV6_OK) {
		size_t total = tp_ipv6_total(packet);
		tp_icmp6_is_discovery(packet, total);
		if (tp_ipv6_upper_find(packet, total, &upper))
			assert(upper.offset >= TP_IPV6_HEADER_LEN && upper.offset <= total);
		if (tp_icmp6_error_allowed(packet, total, TP_ICMP6_TOO_BIG))
			assert_signed(out, tp_icmp6_error_build(out, TP_ICMP6_TOO_BIG, 0, 1280,
								packet + 24, packet, total));
		to_the_box6(packet, total);
	}
	free(packet);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tp_class class;
	if (size < 5)
		return 0;
	uint64_t flags = (data[0] & 1 ? RTE_MBUF_F_RX_VLAN_STRIPPED : 0) |
			 (data[0] & 2 ? RTE_MBUF_F_RX_QINQ_STRIPPED : 0);
	uint16_t tci = tp_load_be16(data + 1), outer = tp_load_be16(data + 3);
	uint8_t *frame = copy(data + 5, size - 5);
	if (tp_classify_bytes(frame, (unsigned)(size - 5), flags, tci, outer, &class)) {
		assert(class.offset <= size - 5);
		assert((class.vlans & 0xffff) <= 0xfff && class.vlans >> 16 <= 0xfff);
		one_packet(frame + class.offset, size - 5 - class.offset);
		one_packet6(frame + class.offset, size - 5 - class.offset);
	}
	free(frame);
	return 0;
}
