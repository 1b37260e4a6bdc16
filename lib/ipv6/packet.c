/* SPDX-License-Identifier: BSD-3-Clause */
#include "ipv6/packet.h"

#include <arpa/inet.h>

const uint8_t tp_ipv6_all_nodes[TP_IPV6_ADDRESS_LEN] = {0xff, 0x02, [15] = 1};
const uint8_t tp_ipv6_all_routers[TP_IPV6_ADDRESS_LEN] = {0xff, 0x02, [15] = 2};
const uint8_t tp_ipv6_all_dhcp6_servers[TP_IPV6_ADDRESS_LEN] = {0xff, 0x02, [13] = 1, [15] = 2};

#define ICMP_CHECKSUM_AT 2
#define UDP_LENGTH_AT	 4
#define UDP_CHECKSUM_AT	 6

void tp_ipv6_solicited_node(uint8_t multicast[TP_IPV6_ADDRESS_LEN], const uint8_t *address)
{
	static const uint8_t head[13] = {0xff, 0x02, [11] = 1, [12] = 0xff};

	memcpy(multicast, head, sizeof(head));
	memcpy(multicast + sizeof(head), address + sizeof(head), 3);
}

static bool checksum_ok(const struct tp_ipv6_in *in, const void *payload, size_t len)
{
	return tp_ipv6_checksum(in->src, in->dst, in->protocol, payload, len) == 0;
}

static enum tp_ipv6_reason take_icmp(struct tp_ipv6_in *in)
{
	if (tp_reader_left(&in->payload) < ICMP_CHECKSUM_AT + 2)
		return TP_IPV6_MALFORMED;
	return checksum_ok(in, in->payload.p, tp_reader_left(&in->payload)) ? TP_IPV6_NO_REASON
									    : TP_IPV6_BAD_CHECKSUM;
}

static enum tp_ipv6_reason take_udp(struct tp_ipv6_in *in)
{
	const uint8_t *header = in->payload.p;
	size_t room = tp_reader_left(&in->payload);
	uint16_t len, checksum;

	if (!tp_read_be16(&in->payload, &in->src_port) ||
	    !tp_read_be16(&in->payload, &in->dst_port) || !tp_read_be16(&in->payload, &len) ||
	    !tp_read_be16(&in->payload, &checksum) || len < TP_IPV6_UDP_HEADER_LEN || len > room)
		return TP_IPV6_MALFORMED;
	in->payload.end = header + len;
	/* RFC 8200, section 8.1: without a checksum there is no UDP. */
	return checksum != 0 && checksum_ok(in, header, len) ? TP_IPV6_NO_REASON
							     : TP_IPV6_BAD_CHECKSUM;
}

enum tp_ipv6_reason tp_ipv6_in_parse(struct tp_ipv6_in *in, const void *packet, size_t len)
{
	struct tp_reader r = tp_reader_of(packet, len);
	const struct tp_ipv6 *header = packet;
	const uint8_t *bytes;

	if (!tp_read_bytes(&r, TP_IPV6_HEADER_LEN, &bytes) ||
	    (bytes[0] & 0xf0) != TP_IPV6_VERSION_BYTE ||
	    !tp_read_sub(&r, ntohs(header->payload_length_be), &in->payload))
		return TP_IPV6_MALFORMED;
	in->src = header->src;
	in->dst = header->dst;
	in->hop_limit = header->hop_limit;
	in->protocol = header->next_header;
	in->src_port = in->dst_port = 0;
	if (in->protocol == TP_IPV6_ICMP)
		return take_icmp(in);
	if (in->protocol == TP_IPV6_UDP)
		return take_udp(in);
	return TP_IPV6_NOT_FOR_US;
}

static void begin(struct tp_ipv6_out *out, const uint8_t *src, const uint8_t *dst, uint8_t protocol,
		  uint8_t hop_limit)
{
	struct tp_ipv6 *header = (struct tp_ipv6 *)out->bytes;

	out->w = tp_writer_of(out->bytes, sizeof(out->bytes));
	out->w.p += TP_IPV6_HEADER_LEN;
	tp_ipv6_build(header, 0, protocol, hop_limit, src, dst);
}

void tp_ipv6_out_icmp(struct tp_ipv6_out *out, const uint8_t *src, const uint8_t *dst)
{
	begin(out, src, dst, TP_IPV6_ICMP, TP_IPV6_ND_HOP_LIMIT);
}

void tp_ipv6_out_udp(struct tp_ipv6_out *out, const uint8_t *src, uint16_t src_port,
		     const uint8_t *dst, uint16_t dst_port)
{
	begin(out, src, dst, TP_IPV6_UDP, TP_IPV6_DEFAULT_HOP_LIMIT);
	tp_write_be16(&out->w, src_port);
	tp_write_be16(&out->w, dst_port);
	tp_write_be32(&out->w, 0);
}

size_t tp_ipv6_out_finish(struct tp_ipv6_out *out)
{
	struct tp_ipv6 *header = (struct tp_ipv6 *)out->bytes;
	uint8_t *payload = out->bytes + TP_IPV6_HEADER_LEN;
	size_t len = tp_writer_len(&out->w) - TP_IPV6_HEADER_LEN;
	bool udp = header->next_header == TP_IPV6_UDP;
	uint16_t checksum;

	if (!tp_writer_ok(&out->w))
		return 0;
	header->payload_length_be = htons((uint16_t)len);
	if (udp)
		tp_put_be16(payload + UDP_LENGTH_AT, (uint16_t)len);
	checksum = tp_ipv6_checksum(header->src, header->dst, header->next_header, payload, len);
	if (udp && checksum == 0)
		checksum = 0xffff;
	memcpy(payload + (udp ? UDP_CHECKSUM_AT : ICMP_CHECKSUM_AT), &checksum, sizeof(checksum));
	return TP_IPV6_HEADER_LEN + len;
}
