/* SPDX-License-Identifier: BSD-3-Clause */
#include "forward.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "encryption.h"
#include "multilink.h"
#include "segment.h"
#include "tun.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"
#include "wire/ppp.h"
#include "wire/tcp.h"

#define ROUTER_ADVERTISEMENT 134 /* RFC 4861, section 4.2 */
#define DHCP6_CLIENT_PORT    546 /* RFC 8415, section 7.2 */

#define DECRYPT_BUDGET 4096 /* changes of keys in one batch: what a hostile peer can cost */

void forward_start(struct forward *f, uint16_t session_id, const struct tp_mac *ac_mac)
{
	f->running = true;
	f->ipv4 = f->ipv6 = false;
	f->session_id = session_id;
	f->ac_mac = *ac_mac;
}

void forward_stop(struct forward *f)
{
	f->running = false;
	f->ipv4 = f->ipv6 = false;
}

/* Ethernet and PPPoE in front of PPP_LEN bytes of PPP; the protocol field is PPP's first two. */
static void write_header(const struct forward *f, uint8_t *frame, size_t ppp_len)
{
	struct tp_writer w = tp_writer_of(frame, FORWARD_HEADER_LEN - 2);

	tp_write_bytes(&w, f->ac_mac.bytes, sizeof(f->ac_mac.bytes));
	tp_write_bytes(&w, f->socket->mac.bytes, sizeof(f->socket->mac.bytes));
	tp_write_be16(&w, TP_ETHERTYPE_SESSION);
	tp_pppoe_begin(&w, TP_PPPOE_CODE_SESSION, f->session_id);
	tp_put_be16(frame + FORWARD_HEADER_LEN - 4, (uint16_t)ppp_len);
}

void forward_send_ppp(struct forward *f, const uint8_t *ppp, size_t len)
{
	const size_t header_len = FORWARD_HEADER_LEN - 2;
	uint8_t frame[PACKET_FRAME_MAX];

	if (!f->running || len > sizeof(frame) - header_len)
		return;
	write_header(f, frame, len);
	memcpy(frame + header_len, ppp, len);
	packet_send(f->socket, frame, header_len + len);
}

static bool is_ipv6(const uint8_t *packet)
{
	return packet[0] >> 4 == 6;
}

/* May a packet of LEN bytes pass? What the host or the peer would take it for, say its first bits.
 */
static bool is_up(const struct forward *f, const uint8_t *packet, size_t len)
{
	if (len >= TP_IPV6_HEADER_LEN && is_ipv6(packet))
		return f->ipv6;
	return len >= TP_IPV4_HEADER_LEN && packet[0] >> 4 == 4 && f->ipv4;
}

/* Solicitations and the like, which go on while nobody uses the link. */
static bool is_upkeep(const uint8_t *packet)
{
	return is_ipv6(packet) && tp_ipv6_is_multicast(((const struct tp_ipv6 *)packet)->dst);
}

static void clamp_ipv6(const struct forward *f, uint8_t *packet, size_t len)
{
	const struct tp_ipv6 *ip = (const struct tp_ipv6 *)packet;
	const uint16_t longer = TP_IPV6_HEADER_LEN - TP_IPV4_HEADER_LEN;

	if (ip->next_header == TP_IPPROTO_TCP && f->mss > longer)
		tp_tcp_mss_clamp(packet + sizeof(*ip), len - sizeof(*ip),
				 (uint16_t)(f->mss - longer));
}

/* Lowers the MSS of a TCP connection that begins with PACKET. */
static void clamp(const struct forward *f, uint8_t *packet, size_t len)
{
	const struct tp_ipv4 *ip = (const struct tp_ipv4 *)packet;
	size_t header;

	if (f->mss != 0 && len > TP_IPV6_HEADER_LEN && is_ipv6(packet)) {
		clamp_ipv6(f, packet, len);
		return;
	}
	if (f->mss == 0 || len < sizeof(*ip) || ip->protocol != TP_IPPROTO_TCP)
		return;
	header = tp_ipv4_header_len(ip);
	/* The first fragment has the TCP header. */
	if (header >= sizeof(*ip) && header < len && (ntohs(ip->fragment_be) & TP_IPV4_OFFSET) == 0)
		tp_tcp_mss_clamp(packet + header, len - header, f->mss);
}

/* The PPP protocol of the IP packet that begins at P. */
static uint16_t protocol_of(const uint8_t *p)
{
	return is_ipv6(p) ? TP_PPP_PROTO_IPV6 : TP_PPP_PROTO_IPV4;
}

/* Makes a PPP packet of PROTOCOL of the IP packet of *LEN bytes whose place is P, in front of which
 * is room, encrypted if it is to be. Returns where it begins; *LEN is its length. */
static uint8_t *make_ppp(struct forward *f, uint16_t protocol, uint8_t *p, size_t *len)
{
	p -= TP_PPP_PROTO_LEN;
	*len += TP_PPP_PROTO_LEN;
	tp_put_be16(p, protocol);
	if (f->encryption == NULL || !f->encryption->sends)
		return p;
	p = encryption_apply(f->encryption, p, *len);
	*len += TP_MPPE_OVERHEAD;
	return p;
}

/* Does the PPP packet of LEN bytes go in fragments? */
static bool is_cut(const struct forward *f, size_t len)
{
	return f->multilink != NULL && multilink_is_needed(f->multilink, len);
}

/* IP packets that it was. */
static void count_out(struct forward *f, size_t len)
{
	f->packets_out++;
	f->bytes_out += len;
}

void forward_send_packet(struct forward *f, uint8_t *packet, size_t len)
{
	uint8_t frame[PACKET_FRAME_MAX], *ppp = frame + FORWARD_ROOM;
	size_t ppp_len = len;

	if (!is_up(f, packet, len) || len > FORWARD_PACKET_MAX)
		return;
	clamp(f, packet, len);
	memcpy(ppp, packet, len);
	ppp = make_ppp(f, protocol_of(packet), ppp, &ppp_len);
	if (is_cut(f, ppp_len))
		multilink_send(f->multilink, ppp, ppp_len);
	else
		forward_send_ppp(f, ppp, ppp_len);
	f->upkeep += is_upkeep(packet);
	count_out(f, len);
}

/* Frames that leave together: headers in the forwarder's frames, payload where it was read. */
struct batch {
	struct mmsghdr messages[FORWARD_BATCH];
	struct iovec vectors[FORWARD_BATCH][2];
	size_t packet_len[FORWARD_BATCH]; /* of IP */
	unsigned count;
};

static void send_batch(struct forward *f, struct batch *batch)
{
	for (unsigned at = 0; at < batch->count;) {
		int sent = sendmmsg(f->socket->fd, batch->messages + at, batch->count - at, 0);

		/* A frame that the interface has no room for is lost alone, unless our own has
		 * come to its end. */
		if (sent <= 0) {
			unsigned lost = errno == EAGAIN ? batch->count - at : 1;

			f->dropped += lost;
			at += lost;
		}
		for (; sent > 0; sent--)
			count_out(f, batch->packet_len[at++]);
	}
	batch->count = 0;
}

/* PPP_LEN bytes of PPP, with room for a header in front, of which the last are at PAYLOAD. */
static void add_to_batch(struct forward *f, struct batch *batch, uint8_t *ppp, size_t ppp_len,
			 struct tp_reader payload, size_t packet_len)
{
	const unsigned i = batch->count++;
	const size_t header_len = FORWARD_HEADER_LEN - TP_PPP_PROTO_LEN;
	const size_t payload_len = tp_reader_left(&payload);
	struct iovec *vector = batch->vectors[i];

	write_header(f, ppp - header_len, ppp_len);
	vector[0] = (struct iovec){ppp - header_len, header_len + ppp_len - payload_len};
	vector[1] = (struct iovec){(void *)(uintptr_t)payload.p, payload_len};
	batch->messages[i] = (struct mmsghdr){
		.msg_hdr = {.msg_iov = vector, .msg_iovlen = payload_len > 0 ? 2 : 1}};
	batch->packet_len[i] = packet_len;
}

/* Sends an IP packet, HEADER_LEN bytes in the batch's next frame and then PAYLOAD. */
static void send_packet(struct forward *f, struct batch *batch, size_t header_len,
			struct tp_reader payload)
{
	const size_t payload_len = tp_reader_left(&payload), len = header_len + payload_len;
	const uint16_t protocol =
		protocol_of(header_len > 0 ? f->frames[batch->count] + FORWARD_ROOM : payload.p);
	const bool encrypts = f->encryption != NULL && f->encryption->sends;
	uint8_t *packet = f->frames[batch->count] + FORWARD_ROOM, *ppp;
	size_t ppp_len = len;

	/* What is changed or cut must be in one piece. */
	if (encrypts || is_cut(f, len + TP_PPP_PROTO_LEN)) {
		memcpy(packet + header_len, payload.p, payload_len);
		payload.p = payload.end;
	}
	ppp = make_ppp(f, protocol, packet, &ppp_len);
	if (!is_cut(f, ppp_len)) {
		add_to_batch(f, batch, ppp, ppp_len, payload, len);
		return;
	}
	send_batch(f, batch);
	multilink_send(f->multilink, ppp, ppp_len);
	count_out(f, len);
}

/* Sends what was read from the TUN interface, in as many packets as it is. */
static void send_read(struct forward *f, struct batch *batch, const struct virtio_net_hdr *vnet,
		      uint8_t *bytes, size_t len)
{
	struct segmenter segmenter;
	struct tp_reader payload;
	size_t header_len;

	/* The kernel sends IPv6 of its own through every interface, whether there is any or not. */
	if (!is_up(f, bytes, len) || !segment_start(&segmenter, vnet, bytes, len) ||
	    segment_longest(&segmenter) > FORWARD_PACKET_MAX) {
		f->dropped++;
		return;
	}
	if (!segment_is_cut(&segmenter))
		clamp(f, bytes, len);
	f->upkeep += is_upkeep(bytes);
	for (;;) {
		if (batch->count == FORWARD_BATCH)
			send_batch(f, batch);
		if (!segment_next(&segmenter, f->frames[batch->count] + FORWARD_ROOM, &header_len,
				  &payload))
			break;
		send_packet(f, batch, header_len, payload);
	}
}

void forward_from_tun(struct forward *f)
{
	struct batch batch = {.count = 0};
	size_t used = 0;

	for (unsigned reads = 0; reads < FORWARD_BATCH; reads++) {
		uint8_t *bytes = f->large + used;
		struct virtio_net_hdr vnet;
		ssize_t len;

		if (used + TUN_PACKET_MAX > sizeof(f->large))
			break;
		len = tun_read(f->tun, &vnet, bytes, TUN_PACKET_MAX);
		if (len < 0)
			break;
		used += (size_t)len;
		send_read(f, &batch, &vnet, bytes, (size_t)len);
	}
	send_batch(f, &batch);
}

/* The PPP frame in an Ethernet frame of our session; false when it is not of our session. */
static bool find_ppp(const struct forward *f, const uint8_t *frame, size_t len,
		     struct tp_reader *ppp)
{
	struct tp_reader r = tp_reader_of(frame, len);
	struct tp_pppoe_header header;
	struct tp_mac dst, src;
	uint16_t ethertype;

	return tp_read_copy(&r, dst.bytes, sizeof(dst.bytes)) &&
	       tp_read_copy(&r, src.bytes, sizeof(src.bytes)) && tp_read_be16(&r, &ethertype) &&
	       tp_mac_equal(&dst, &f->socket->mac) && tp_mac_equal(&src, &f->ac_mac) &&
	       tp_pppoe_header_parse(r.p, tp_reader_left(&r), &header, ppp) &&
	       header.code == TP_PPPOE_CODE_SESSION && header.session_id == f->session_id;
}

static void write_to_tun(void *ctx, const struct coalesced *packets)
{
	struct forward *f = ctx;
	const size_t len = sizeof(packets->vnet) + packets->len;

	if (writev(f->tun, packets->parts, 1 + (int)packets->count) != (ssize_t)len) {
		f->dropped += packets->count;
		return;
	}
	f->packets_in += packets->count;
	f->bytes_in += packets->bytes;
}

static void begin_writing(struct forward *f)
{
	f->coalescer.write = write_to_tun;
	f->coalescer.ctx = f;
}

/* Does what is at P stay there for as long as a batch is worked on? */
static bool is_in_a_frame(const struct forward *f, const uint8_t *p)
{
	return (uintptr_t)p - (uintptr_t)f->frames < sizeof(f->frames);
}

/* A Router Advertisement, or DHCPv6 for a client: what a peer says of its own accord. */
static bool is_control(const uint8_t *packet, size_t len)
{
	const struct tp_ipv6 *ip = (const struct tp_ipv6 *)packet;
	const uint8_t *payload = packet + sizeof(*ip);

	if (len < sizeof(*ip) + 4)
		return false;
	return (ip->next_header == TP_IPV6_ICMP && payload[0] == ROUTER_ADVERTISEMENT) ||
	       (ip->next_header == TP_IPPROTO_UDP &&
		(payload[2] << 8 | payload[3]) == DHCP6_CLIENT_PORT);
}

static void to_tun(struct forward *f, const struct tp_reader *packet)
{
	/* It is in a buffer of ours. */
	uint8_t *bytes = (uint8_t *)(uintptr_t)packet->p;
	size_t len = tp_reader_left(packet);

	if (!is_up(f, bytes, len)) {
		f->dropped++;
		return;
	}
	if (is_ipv6(bytes) && is_control(bytes, len) && f->on_ipv6 != NULL &&
	    f->on_ipv6(f->ctx, bytes, len))
		return;
	f->upkeep += is_upkeep(bytes);
	clamp(f, bytes, len);
	coalesce_add(&f->coalescer, bytes, len, is_in_a_frame(f, bytes));
}

struct taker {
	void (*control)(void *ctx, const uint8_t *frame, size_t len);
	void *ctx;
	unsigned budget; /* tp_mppe_decrypt()'s */
};

/* Is PROTOCOL that of packets of the network? */
static bool is_ip(const struct forward *f, uint16_t protocol)
{
	return protocol == TP_PPP_PROTO_IPV4 || (protocol == TP_PPP_PROTO_IPV6 && !f->no_ipv6);
}

/* An IP packet that came as it is, or that was encrypted. */
static void take_ip(struct forward *f, uint16_t protocol, const struct tp_reader *packet,
		    bool was_encrypted)
{
	const uint8_t version = protocol == TP_PPP_PROTO_IPV6 ? 6 : 4;

	if (tp_reader_left(packet) == 0 || packet->p[0] >> 4 != version)
		f->dropped++;
	else if (f->encryption != NULL && f->encryption->receives && !was_encrypted)
		f->dropped++;
	else
		to_tun(f, packet);
}

static void take_encrypted(struct forward *f, const struct tp_reader *encrypted,
			   struct taker *taker)
{
	struct tp_reader packet;
	uint16_t protocol;

	if (!encryption_remove(f->encryption, encrypted, &packet, &taker->budget))
		return;
	if (tp_mp_protocol(&packet, &protocol) && is_ip(f, protocol))
		take_ip(f, protocol, &packet, true);
	else
		f->dropped++;
}

static void take_fragment(struct forward *f, const struct tp_reader *fragment, struct taker *taker);

/* A PPP packet of our session, from its protocol field on; INSIDE: of MP. */
static void take_ppp(struct forward *f, struct tp_reader ppp, bool inside, struct taker *taker)
{
	struct tp_reader packet = ppp;
	uint16_t protocol = 0;
	bool ok = inside ? tp_mp_protocol(&packet, &protocol) : tp_read_be16(&packet, &protocol);

	if (ok && is_ip(f, protocol))
		take_ip(f, protocol, &packet, false);
	else if (ok && protocol == TP_PPP_PROTO_MPPE && f->encryption != NULL &&
		 f->encryption->receives)
		take_encrypted(f, &packet, taker);
	else if (ok && protocol == TP_PPP_PROTO_MP && f->multilink != NULL && !inside)
		take_fragment(f, &packet, taker);
	else if (!inside || protocol != TP_PPP_PROTO_MP)
		taker->control(taker->ctx, ppp.p, tp_reader_left(&ppp));
}

static void take_joined(struct forward *f, struct taker *taker)
{
	struct tp_reader whole;

	while (multilink_take(f->multilink, &whole))
		take_ppp(f, whole, true, taker);
}

static void take_fragment(struct forward *f, const struct tp_reader *fragment, struct taker *taker)
{
	multilink_room(f->multilink, fragment);
	take_joined(f, taker);
	multilink_put(f->multilink, f, fragment, f->now_ms);
	take_joined(f, taker);
}

void forward_tick(struct forward *f, void (*control)(void *ctx, const uint8_t *frame, size_t len),
		  void *ctx)
{
	struct taker taker = {control, ctx, DECRYPT_BUDGET};

	if (f->multilink == NULL)
		return;
	begin_writing(f);
	multilink_tick(f->multilink, f->now_ms);
	take_joined(f, &taker);
	coalesce_flush(&f->coalescer);
}

unsigned forward_from_ethernet(struct forward *f,
			       void (*control)(void *ctx, const uint8_t *frame, size_t len),
			       void *ctx)
{
	struct mmsghdr messages[FORWARD_BATCH];
	struct iovec vectors[FORWARD_BATCH];
	struct sockaddr_ll from[FORWARD_BATCH] = {0};
	struct taker taker = {control, ctx, DECRYPT_BUDGET};
	unsigned ours = 0;
	int count;

	begin_writing(f);
	for (unsigned i = 0; i < FORWARD_BATCH; i++) {
		vectors[i] = (struct iovec){f->frames[i], PACKET_FRAME_MAX};
		messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &vectors[i],
							   .msg_iovlen = 1,
							   .msg_name = &from[i],
							   .msg_namelen = sizeof(from[i])}};
	}
	count = recvmmsg(f->socket->fd, messages, FORWARD_BATCH, 0, NULL);
	for (int i = 0; i < count; i++) {
		struct tp_reader ppp;

		/* PACKET_OTHERHOST: also a frame with a VLAN tag that no interface took. CONTROL
		 * may have ended the session. */
		if (from[i].sll_pkttype != PACKET_HOST || !f->running ||
		    !find_ppp(f, f->frames[i], messages[i].msg_len, &ppp)) {
			f->dropped++;
			continue;
		}
		ours++;
		take_ppp(f, ppp, false, &taker);
	}
	coalesce_flush(&f->coalescer);
	return ours;
}
