/* SPDX-License-Identifier: BSD-3-Clause */
#include "coalesce.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/bytes.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"

#define PORTS_LEN 4 /* of TCP's header: both ports */

/* A whole TCP segment in an IP packet without options or extension headers. */
struct segment {
	uint8_t *packet;
	size_t len;
	size_t ip_len;
	uint8_t *tcp;
	size_t header_len; /* of both */
};

static bool is_ipv6(const struct segment *s)
{
	return s->ip_len == TP_IPV6_HEADER_LEN;
}

static struct tp_ipv4 *ipv4_of(const struct segment *s)
{
	return (struct tp_ipv4 *)s->packet;
}

static struct tp_ipv6 *ipv6_of(const struct segment *s)
{
	return (struct tp_ipv6 *)s->packet;
}

static size_t payload_len(const struct segment *s)
{
	return s->len - s->header_len;
}

static uint32_t sequence(const struct segment *s)
{
	uint32_t be;

	memcpy(&be, s->tcp + TP_TCP_SEQUENCE, sizeof(be));
	return ntohl(be);
}

/* The length of its IP header, if TCP follows, whole; 0: something else. */
static size_t ip_len_of(const uint8_t *packet, size_t len)
{
	const struct tp_ipv4 *ip = (const struct tp_ipv4 *)packet;
	const struct tp_ipv6 *ip6 = (const struct tp_ipv6 *)packet;

	if (len >= sizeof(*ip) && ip->version_ihl == TP_IPV4_VERSION_IHL)
		return ip->protocol == TP_IPPROTO_TCP &&
				       (ntohs(ip->fragment_be) & (TP_IPV4_OFFSET | TP_IPV4_MF)) ==
					       0 &&
				       ntohs(ip->total_length_be) == len
			       ? sizeof(*ip)
			       : 0;
	return len >= sizeof(*ip6) && packet[0] >> 4 == 6 && ip6->next_header == TP_IPPROTO_TCP &&
			       sizeof(*ip6) + ntohs(ip6->payload_length_be) == len
		       ? sizeof(*ip6)
		       : 0;
}

static bool parse(uint8_t *packet, size_t len, struct segment *s)
{
	const size_t ip_len = ip_len_of(packet, len);
	size_t tcp_len;

	*s = (struct segment){packet, len, ip_len, packet + ip_len, 0};
	if (ip_len == 0 || len < ip_len + TP_TCP_HEADER_LEN)
		return false;
	tcp_len = (size_t)(s->tcp[TP_TCP_DATA_OFFSET] >> 4) * 4;
	s->header_len = ip_len + tcp_len;
	return tcp_len >= TP_TCP_HEADER_LEN && s->header_len <= len;
}

/* May there be TCP in it? Behind IPv6's extension headers there may be anything. */
static bool may_be_tcp(const uint8_t *packet, size_t len)
{
	uint8_t next;

	if (len < TP_IPV4_HEADER_LEN)
		return false;
	if (packet[0] >> 4 != 6)
		return ((const struct tp_ipv4 *)packet)->protocol == TP_IPPROTO_TCP;
	if (len < TP_IPV6_HEADER_LEN)
		return false;
	next = ((const struct tp_ipv6 *)packet)->next_header;
	return next != TP_IPPROTO_UDP && next != TP_IPV6_ICMP;
}

/* Of the pseudo header of LEN bytes of TCP. */
static uint32_t pseudo_sum(const struct segment *s, size_t len)
{
	return is_ipv6(s) ? tp_tcp_pseudo_sum6(ipv6_of(s), len)
			  : tp_tcp_pseudo_sum(ipv4_of(s), len);
}

static bool is_sound(const struct segment *s)
{
	return (is_ipv6(s) || tp_ipv4_checksum_ok(s->packet)) &&
	       tp_tcp_checksum_of(pseudo_sum(s, s->len - s->ip_len), s->tcp,
				  s->header_len - s->ip_len, s->packet + s->header_len,
				  payload_len(s)) == 0;
}

/* Nothing but data and what they acknowledge; PSH is the end of a joined packet. */
static bool is_plain_data(const struct segment *s)
{
	return (s->tcp[TP_TCP_FLAGS_OFFSET] & ~TP_TCP_PSH) == TP_TCP_ACK && payload_len(s) > 0;
}

static bool is_pushed(const struct segment *s)
{
	return (s->tcp[TP_TCP_FLAGS_OFFSET] & TP_TCP_PSH) != 0;
}

static struct segment first_of(const struct coalesced *flow)
{
	uint8_t *packet = flow->parts[1].iov_base;

	return (struct segment){packet, flow->parts[1].iov_len, flow->ip_len, packet + flow->ip_len,
				flow->header_len};
}

static bool has_addresses_of(const struct segment *a, const struct segment *b)
{
	if (is_ipv6(a))
		return tp_ipv6_same(ipv6_of(a)->src, ipv6_of(b)->src) &&
		       tp_ipv6_same(ipv6_of(a)->dst, ipv6_of(b)->dst);
	return ipv4_of(a)->src_be == ipv4_of(b)->src_be && ipv4_of(a)->dst_be == ipv4_of(b)->dst_be;
}

static bool is_of(const struct coalesced *flow, const struct segment *s)
{
	struct segment first;

	if (flow->count == 0 || flow->ip_len != s->ip_len)
		return false;
	first = first_of(flow);
	return has_addresses_of(&first, s) && memcmp(first.tcp, s->tcp, PORTS_LEN) == 0;
}

/* A packet that may not be fragmented needs no identification of its own (RFC 6864, section 4). */
static bool has_ipv4_header_of(const struct coalesced *flow, const struct tp_ipv4 *first,
			       const struct tp_ipv4 *ip)
{
	return ip->tos == first->tos && ip->ttl == first->ttl &&
	       ip->fragment_be == first->fragment_be &&
	       ((ntohs(ip->fragment_be) & TP_IPV4_DF) != 0 || ntohs(ip->id_be) == flow->next_id);
}

static bool has_ipv6_header_of(const struct tp_ipv6 *first, const struct tp_ipv6 *ip)
{
	return ip->version_class_flow_be == first->version_class_flow_be &&
	       ip->hop_limit == first->hop_limit;
}

/* Do the headers say the same, but for what follows from the place of a segment? */
static bool has_headers_of(const struct coalesced *flow, const struct segment *s)
{
	const struct segment first = first_of(flow);
	const size_t options = s->ip_len + TP_TCP_HEADER_LEN;

	return s->header_len == first.header_len &&
	       (is_ipv6(s) ? has_ipv6_header_of(ipv6_of(&first), ipv6_of(s))
			   : has_ipv4_header_of(flow, ipv4_of(&first), ipv4_of(s))) &&
	       memcmp(s->tcp + TP_TCP_ACKNOWLEDGE, first.tcp + TP_TCP_ACKNOWLEDGE, 4) == 0 &&
	       memcmp(s->tcp + TP_TCP_WINDOW, first.tcp + TP_TCP_WINDOW, 2) == 0 &&
	       memcmp(s->packet + options, first.packet + options, s->header_len - options) == 0;
}

static bool fits(struct coalesced *flow, const struct segment *s)
{
	const struct segment first = first_of(flow);

	if (flow->count == COALESCE_PARTS || sequence(s) != flow->next ||
	    payload_len(s) > flow->size || flow->len + payload_len(s) > UINT16_MAX ||
	    !has_headers_of(flow, s) || !is_sound(s))
		return false;
	flow->verified = flow->verified || is_sound(&first);
	return flow->verified;
}

static void append(struct coalesced *flow, const struct segment *s)
{
	flow->parts[1 + flow->count++] = (struct iovec){s->packet + s->header_len, payload_len(s)};
	flow->bytes += s->len;
	flow->len += payload_len(s);
	flow->next += (uint32_t)payload_len(s);
	flow->next_id++;
	if (is_pushed(s))
		first_of(flow).tcp[TP_TCP_FLAGS_OFFSET] |= TP_TCP_PSH;
}

static void start(struct coalesced *flow, const struct segment *s)
{
	flow->vnet = (struct virtio_net_hdr){.gso_type = VIRTIO_NET_HDR_GSO_NONE};
	flow->parts[0] = (struct iovec){&flow->vnet, sizeof(flow->vnet)};
	flow->parts[1] = (struct iovec){s->packet, s->len};
	flow->count = 1;
	flow->bytes = flow->len = s->len;
	flow->size = payload_len(s);
	flow->ip_len = s->ip_len;
	flow->header_len = s->header_len;
	flow->next = sequence(s) + (uint32_t)payload_len(s);
	flow->next_id = is_ipv6(s) ? 0 : (uint16_t)(ntohs(ipv4_of(s)->id_be) + 1);
	flow->verified = false;
}

static void finish_ip(const struct segment *first, size_t len)
{
	struct tp_ipv4 *ip = ipv4_of(first);

	if (is_ipv6(first)) {
		ipv6_of(first)->payload_length_be = htons((uint16_t)(len - first->ip_len));
		return;
	}
	ip->total_length_be = htons((uint16_t)len);
	ip->checksum_be = 0;
	ip->checksum_be = tp_checksum_finish(tp_checksum_add(0, ip, TP_IPV4_HEADER_LEN));
}

/* The first packet's headers become those of all. The kernel does the checksum when the packet
 * is cut again, or never: the pseudo header's sum is there for it. */
static void finish(struct coalesced *flow)
{
	const struct segment first = first_of(flow);
	const uint16_t sum =
		(uint16_t)~tp_checksum_finish(pseudo_sum(&first, flow->len - flow->ip_len));

	memcpy(first.tcp + TP_TCP_CHECKSUM, &sum, sizeof(sum));
	finish_ip(&first, flow->len);
	flow->vnet = (struct virtio_net_hdr){
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_type = is_ipv6(&first) ? VIRTIO_NET_HDR_GSO_TCPV6 : VIRTIO_NET_HDR_GSO_TCPV4,
		.hdr_len = (uint16_t)flow->header_len,
		.gso_size = (uint16_t)flow->size,
		.csum_start = (uint16_t)flow->ip_len,
		.csum_offset = TP_TCP_CHECKSUM,
	};
}

static void flush(struct coalescer *c, struct coalesced *flow)
{
	if (flow->count == 0)
		return;
	if (flow->count > 1)
		finish(flow);
	c->write(c->ctx, flow);
	flow->count = 0;
}

static void write_alone(struct coalescer *c, uint8_t *packet, size_t len)
{
	struct coalesced alone;

	alone.vnet = (struct virtio_net_hdr){.gso_type = VIRTIO_NET_HDR_GSO_NONE};
	alone.parts[0] = (struct iovec){&alone.vnet, sizeof(alone.vnet)};
	alone.parts[1] = (struct iovec){packet, len};
	alone.count = 1;
	alone.bytes = alone.len = len;
	c->write(c->ctx, &alone);
}

static struct coalesced *find(struct coalescer *c, const struct segment *s)
{
	for (unsigned i = 0; i < COALESCE_FLOWS; i++)
		if (is_of(&c->flow[i], s))
			return &c->flow[i];
	return NULL;
}

static struct coalesced *make_room(struct coalescer *c)
{
	struct coalesced *flow = &c->flow[c->oldest];

	c->oldest = (c->oldest + 1) % COALESCE_FLOWS;
	flush(c, flow);
	return flow;
}

void coalesce_add(struct coalescer *c, uint8_t *packet, size_t len, bool stays)
{
	struct coalesced *flow;
	struct segment s;

	if (!parse(packet, len, &s)) {
		/* Of which connection it is, is not known: it may overtake none. */
		if (may_be_tcp(packet, len))
			coalesce_flush(c);
		write_alone(c, packet, len);
		return;
	}
	stays = stays && is_plain_data(&s);
	flow = find(c, &s);
	if (flow != NULL && stays && fits(flow, &s)) {
		append(flow, &s);
		if (is_pushed(&s) || payload_len(&s) < flow->size)
			flush(c, flow);
		return;
	}
	if (flow != NULL)
		flush(c, flow);
	if (stays && !is_pushed(&s))
		start(flow != NULL ? flow : make_room(c), &s);
	else
		write_alone(c, packet, len);
}

void coalesce_flush(struct coalescer *c)
{
	for (unsigned i = 0; i < COALESCE_FLOWS; i++)
		flush(c, &c->flow[i]);
}
