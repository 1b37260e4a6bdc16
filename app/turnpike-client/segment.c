/* SPDX-License-Identifier: BSD-3-Clause */
#include "segment.h"

#include <arpa/inet.h>
#include <string.h>

#include "wire/tcp.h"

/* The pseudo header, the header at the start and all behind it are covered by a sum that the
 * kernel has begun: RFC 9293, section 3.1. */
static bool finish_checksum(const struct virtio_net_hdr *vnet, uint8_t *packet, size_t len)
{
	const size_t start = vnet->csum_start, at = start + vnet->csum_offset;
	uint16_t checksum;

	if (start < TP_IPV4_HEADER_LEN || at + sizeof(checksum) > len)
		return false;
	checksum = tp_checksum_finish(tp_checksum_add(0, packet + start, len - start));
	if (checksum == 0) /* RFC 768: that would say that there is none; TCP takes either */
		checksum = 0xffff;
	memcpy(packet + at, &checksum, sizeof(checksum));
	return true;
}

/* Where TCP begins in an IPv4 packet; 0: it can't be cut. */
static size_t tcp_of_ipv4(const uint8_t *packet, size_t len)
{
	const struct tp_ipv4 *ip = (const struct tp_ipv4 *)packet;

	if (len < sizeof(*ip) || ip->version_ihl >> 4 != 4 || ip->protocol != TP_IPPROTO_TCP ||
	    (ntohs(ip->fragment_be) & (TP_IPV4_OFFSET | TP_IPV4_MF)) != 0)
		return 0;
	return tp_ipv4_header_len(ip) >= sizeof(*ip) ? tp_ipv4_header_len(ip) : 0;
}

/* The same of IPv6. With extension headers the kernel cuts it itself. */
static size_t tcp_of_ipv6(const uint8_t *packet, size_t len)
{
	const struct tp_ipv6 *ip = (const struct tp_ipv6 *)packet;

	return len >= sizeof(*ip) && packet[0] >> 4 == 6 && ip->next_header == TP_IPPROTO_TCP
		       ? sizeof(*ip)
		       : 0;
}

static bool start_cutting(struct segmenter *s, const struct virtio_net_hdr *vnet,
			  const uint8_t *packet, size_t len)
{
	size_t tcp_len;

	s->is_ipv6 = vnet->gso_type == VIRTIO_NET_HDR_GSO_TCPV6;
	if ((!s->is_ipv6 && vnet->gso_type != VIRTIO_NET_HDR_GSO_TCPV4) || vnet->gso_size == 0)
		return false;
	s->ip_len = s->is_ipv6 ? tcp_of_ipv6(packet, len) : tcp_of_ipv4(packet, len);
	if (s->ip_len == 0 || s->ip_len + TP_TCP_HEADER_LEN > len)
		return false;
	tcp_len = (size_t)(packet[s->ip_len + TP_TCP_DATA_OFFSET] >> 4) * 4;
	s->header_len = s->ip_len + tcp_len;
	if (tcp_len < TP_TCP_HEADER_LEN || s->header_len >= len)
		return false;
	s->packet = packet;
	s->size = vnet->gso_size;
	s->id = s->is_ipv6 ? 0 : ntohs(((const struct tp_ipv4 *)packet)->id_be);
	memcpy(&s->sequence, packet + s->ip_len + TP_TCP_SEQUENCE, sizeof(s->sequence));
	s->sequence = ntohl(s->sequence);
	s->payload = tp_reader_of(packet + s->header_len, len - s->header_len);
	return true;
}

bool segment_start(struct segmenter *s, const struct virtio_net_hdr *vnet, uint8_t *packet,
		   size_t len)
{
	*s = (struct segmenter){0};
	if (vnet->gso_type != VIRTIO_NET_HDR_GSO_NONE)
		return start_cutting(s, vnet, packet, len);
	if ((vnet->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) != 0 && !finish_checksum(vnet, packet, len))
		return false;
	s->size = len;
	s->payload = tp_reader_of(packet, len);
	return true;
}

bool segment_is_cut(const struct segmenter *s)
{
	return s->header_len > 0;
}

size_t segment_longest(const struct segmenter *s)
{
	const size_t left = tp_reader_left(&s->payload);

	return s->header_len + (left < s->size ? left : s->size);
}

/* IPv4's header: a length and an identification of its own. */
static void write_ipv4(struct segmenter *s, struct tp_ipv4 *ip, size_t len)
{
	ip->total_length_be = htons((uint16_t)len);
	ip->id_be = htons(s->id++);
	ip->checksum_be = 0;
	ip->checksum_be = tp_checksum_finish(tp_checksum_add(0, ip, s->ip_len));
}

static void write_ipv6(struct tp_ipv6 *ip, size_t len)
{
	ip->payload_length_be = htons((uint16_t)(len - sizeof(*ip)));
}

/* TCP's: CWR belongs to the first segment, FIN and PSH to the last (RFC 3168, section 6.1.2). */
static void write_tcp(const struct segmenter *s, const uint8_t *ip, uint8_t *tcp,
		      const struct tp_reader *payload, bool last)
{
	const size_t tcp_len = s->header_len - s->ip_len, left = tp_reader_left(payload);
	const uint32_t pseudo =
		s->is_ipv6 ? tp_tcp_pseudo_sum6((const struct tp_ipv6 *)ip, tcp_len + left)
			   : tp_tcp_pseudo_sum((const struct tp_ipv4 *)ip, tcp_len + left);
	uint16_t checksum = 0;

	tp_put_be32(tcp + TP_TCP_SEQUENCE, s->sequence);
	if (s->begun)
		tcp[TP_TCP_FLAGS_OFFSET] &= (uint8_t)~TP_TCP_CWR;
	if (!last)
		tcp[TP_TCP_FLAGS_OFFSET] &= (uint8_t) ~(TP_TCP_FIN | TP_TCP_PSH);
	memcpy(tcp + TP_TCP_CHECKSUM, &checksum, sizeof(checksum));
	checksum = tp_tcp_checksum_of(pseudo, tcp, tcp_len, payload->p, left);
	memcpy(tcp + TP_TCP_CHECKSUM, &checksum, sizeof(checksum));
}

bool segment_next(struct segmenter *s, uint8_t header[SEGMENT_HEADER_MAX], size_t *header_len,
		  struct tp_reader *payload)
{
	const size_t left = tp_reader_left(&s->payload), part = left < s->size ? left : s->size;

	if (part == 0)
		return false;
	*header_len = s->header_len;
	*payload = tp_reader_of(s->payload.p, part);
	s->payload.p += part;
	if (s->header_len == 0)
		return true;
	memcpy(header, s->packet, s->header_len);
	if (s->is_ipv6)
		write_ipv6((struct tp_ipv6 *)header, s->header_len + part);
	else
		write_ipv4(s, (struct tp_ipv4 *)header, s->header_len + part);
	write_tcp(s, header, header + s->ip_len, payload, part == left);
	s->sequence += (uint32_t)part;
	s->begun = true;
	return true;
}
