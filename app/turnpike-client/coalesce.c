/* SPDX-License-Identifier: BSD-3-Clause */
#include "coalesce.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/bytes.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"

#define PORTS_LEN 4 /* of TCP's header: both ports */

/* A whole TCP segment in an IPv4 packet without options. */
struct segment {
	uint8_t *packet;
	size_t len;
	struct tp_ipv4 *ip;
	uint8_t *tcp;
	size_t header_len; /* of both */
};

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

static bool parse(uint8_t *packet, size_t len, struct segment *s)
{
	size_t tcp_len;

	*s = (struct segment){packet, len, (struct tp_ipv4 *)packet, packet + TP_IPV4_HEADER_LEN,
			      0};
	if (len < TP_IPV4_HEADER_LEN + TP_TCP_HEADER_LEN ||
	    s->ip->version_ihl != TP_IPV4_VERSION_IHL || s->ip->protocol != TP_IPPROTO_TCP ||
	    (ntohs(s->ip->fragment_be) & (TP_IPV4_OFFSET | TP_IPV4_MF)) != 0 ||
	    ntohs(s->ip->total_length_be) != len)
		return false;
	tcp_len = (size_t)(s->tcp[TP_TCP_DATA_OFFSET] >> 4) * 4;
	s->header_len = TP_IPV4_HEADER_LEN + tcp_len;
	return tcp_len >= TP_TCP_HEADER_LEN && s->header_len <= len;
}

static bool is_tcp(const uint8_t *packet, size_t len)
{
	return len >= TP_IPV4_HEADER_LEN &&
	       ((const struct tp_ipv4 *)packet)->protocol == TP_IPPROTO_TCP;
}

static bool is_sound(const struct segment *s)
{
	return tp_ipv4_checksum_ok(s->packet) &&
	       tp_tcp_checksum(s->ip, s->tcp, s->header_len - TP_IPV4_HEADER_LEN,
			       s->packet + s->header_len, payload_len(s)) == 0;
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

	return (struct segment){packet, flow->parts[1].iov_len, (struct tp_ipv4 *)packet,
				packet + TP_IPV4_HEADER_LEN, flow->header_len};
}

static bool is_of(const struct coalesced *flow, const struct segment *s)
{
	struct segment first;

	if (flow->count == 0)
		return false;
	first = first_of(flow);
	return first.ip->src_be == s->ip->src_be && first.ip->dst_be == s->ip->dst_be &&
	       memcmp(first.tcp, s->tcp, PORTS_LEN) == 0;
}

/* Do the headers say the same, but for what follows from the place of a segment? A packet that may
 * not be fragmented needs no identification of its own (RFC 6864, section 4). */
static bool has_headers_of(const struct coalesced *flow, const struct segment *s)
{
	const struct segment first = first_of(flow);
	const size_t options = TP_IPV4_HEADER_LEN + TP_TCP_HEADER_LEN;

	return s->header_len == first.header_len && s->ip->tos == first.ip->tos &&
	       s->ip->ttl == first.ip->ttl && s->ip->fragment_be == first.ip->fragment_be &&
	       ((ntohs(s->ip->fragment_be) & TP_IPV4_DF) != 0 ||
		ntohs(s->ip->id_be) == flow->next_id) &&
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
	flow->header_len = s->header_len;
	flow->next = sequence(s) + (uint32_t)payload_len(s);
	flow->next_id = (uint16_t)(ntohs(s->ip->id_be) + 1);
	flow->verified = false;
}

/* The first packet's headers become those of all. The kernel does the checksum when the packet
 * is cut again, or never: the pseudo header's sum is there for it. */
static void finish(struct coalesced *flow)
{
	const struct segment first = first_of(flow);
	const uint16_t sum = (uint16_t)~tp_checksum_finish(
		tp_tcp_pseudo_sum(first.ip, flow->len - TP_IPV4_HEADER_LEN));

	memcpy(first.tcp + TP_TCP_CHECKSUM, &sum, sizeof(sum));
	first.ip->total_length_be = htons((uint16_t)flow->len);
	first.ip->checksum_be = 0;
	first.ip->checksum_be =
		tp_checksum_finish(tp_checksum_add(0, first.ip, TP_IPV4_HEADER_LEN));
	flow->vnet = (struct virtio_net_hdr){
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
		.hdr_len = (uint16_t)flow->header_len,
		.gso_size = (uint16_t)flow->size,
		.csum_start = TP_IPV4_HEADER_LEN,
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
		if (is_tcp(packet, len))
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
