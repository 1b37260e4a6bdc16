/* SPDX-License-Identifier: BSD-3-Clause */
#include "forward.h"

#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "wire/ppp.h"

void forward_start(struct forward *f, uint16_t session_id, const struct tp_mac *ac_mac)
{
	f->running = true;
	f->network = false;
	f->session_id = session_id;
	f->ac_mac = *ac_mac;
}

void forward_stop(struct forward *f)
{
	f->running = false;
	f->network = false;
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

void forward_from_tun(struct forward *f)
{
	struct mmsghdr messages[FORWARD_BATCH];
	struct iovec vectors[FORWARD_BATCH];
	unsigned count = 0;
	int sent;

	for (unsigned reads = 0; reads < FORWARD_BATCH; reads++) {
		uint8_t *frame = f->frames[count];
		ssize_t len = read(f->tun, frame + FORWARD_HEADER_LEN,
				   PACKET_FRAME_MAX - FORWARD_HEADER_LEN);

		if (len < 0)
			break;
		/* The kernel sends IPv6 of its own through every interface: not ours to carry. */
		if (!f->network || len == 0 || frame[FORWARD_HEADER_LEN] >> 4 != 4) {
			f->dropped++;
			continue;
		}
		write_header(f, frame, (size_t)len + 2);
		tp_put_be16(frame + FORWARD_HEADER_LEN - 2, TP_PPP_PROTO_IPV4);
		vectors[count] = (struct iovec){frame, FORWARD_HEADER_LEN + (size_t)len};
		messages[count] =
			(struct mmsghdr){.msg_hdr = {.msg_iov = &vectors[count], .msg_iovlen = 1}};
		count++;
	}
	if (count == 0)
		return;
	sent = sendmmsg(f->socket->fd, messages, count, 0);
	f->packets_out += sent > 0 ? (unsigned)sent : 0;
	f->dropped += count - (sent > 0 ? (unsigned)sent : 0);
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

static void to_tun(struct forward *f, const struct tp_reader *packet)
{
	size_t len = tp_reader_left(packet);

	if (f->network && write(f->tun, packet->p, len) == (ssize_t)len)
		f->packets_in++;
	else
		f->dropped++;
}

unsigned forward_from_ethernet(struct forward *f,
			       void (*control)(void *ctx, const uint8_t *frame, size_t len),
			       void *ctx)
{
	struct mmsghdr messages[FORWARD_BATCH];
	struct iovec vectors[FORWARD_BATCH];
	struct sockaddr_ll from[FORWARD_BATCH] = {0};
	unsigned ours = 0;
	int count;

	for (unsigned i = 0; i < FORWARD_BATCH; i++) {
		vectors[i] = (struct iovec){f->frames[i], PACKET_FRAME_MAX};
		messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &vectors[i],
							   .msg_iovlen = 1,
							   .msg_name = &from[i],
							   .msg_namelen = sizeof(from[i])}};
	}
	count = recvmmsg(f->socket->fd, messages, FORWARD_BATCH, 0, NULL);
	for (int i = 0; i < count; i++) {
		struct tp_reader ppp, packet;
		uint16_t protocol;

		/* PACKET_OTHERHOST: also a frame with a VLAN tag that no interface took. CONTROL
		 * may have ended the session. */
		if (from[i].sll_pkttype != PACKET_HOST || !f->running ||
		    !find_ppp(f, f->frames[i], messages[i].msg_len, &ppp)) {
			f->dropped++;
			continue;
		}
		ours++;
		packet = ppp;
		if (tp_read_be16(&packet, &protocol) && protocol == TP_PPP_PROTO_IPV4)
			to_tun(f, &packet);
		else
			control(ctx, ppp.p, tp_reader_left(&ppp));
	}
	return ours;
}
