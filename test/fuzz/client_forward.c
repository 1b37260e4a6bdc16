/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzzes what the client forwards: any frames of a hostile access concentrator, by one link or two,
 * with MP and encryption or without, and any packets out of the TUN interface. What leaves is well
 * formed as far as its receiver takes it for granted: PPPoE's length, and IP alone to the TUN. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "encryption.h"
#include "forward.h"
#include "multilink.h"
#include "tun.h"
#include "wire/ppp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HEADER 20 /* Ethernet and PPPoE */
#define LINKS  2

static struct rig {
	struct packet_socket socket[LINKS];
	struct forward link[LINKS];
	int wire[LINKS], host; /* the far ends */
	int tun;
	struct multilink multilink;
	struct encryption encryption;
	unsigned taken; /* frames for the PPP engine */
} rig;

static const struct tp_mac our_mac = {{2, 0, 0, 0, 0, 0x0c}}, ac_mac = {{2, 0, 0, 0, 0, 0xac}};

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void open_sockets(void)
{
	int pair[2];

	if (rig.tun != 0)
		return;
	require(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair) == 0);
	rig.tun = pair[0];
	rig.host = pair[1];
	for (unsigned i = 0; i < LINKS; i++) {
		require(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair) == 0);
		rig.socket[i] = (struct packet_socket){
			.fd = pair[0], .ethertype = TP_ETHERTYPE_SESSION, .mac = our_mac};
		rig.wire[i] = pair[1];
	}
}

static void begin(uint8_t flags)
{
	static const struct tp_mppe_terms terms[] = {
		{.bits = 128}, {.bits = 128, .stateless = true}, {.bits = 40}, {.bits = 56}};
	const struct tp_ppp_encryption agreed = {.send = terms[flags >> 3 & 3],
						 .receive = terms[flags >> 3 & 3]};
	const struct multilink_terms mp = {.mrru = 1600, .peer_mrru = 1600, .is_short = flags & 32};

	multilink_clear(&rig.multilink);
	require(multilink_init(&rig.multilink, 1600, flags & 2 ? LINKS : 1) == 0);
	multilink_start(&rig.multilink, &mp);
	encryption_start(&rig.encryption, flags & 4 ? &agreed : NULL);
	for (unsigned i = 0; i < LINKS; i++) {
		struct forward *f = &rig.link[i];

		memset(f, 0, offsetof(struct forward, frames));
		f->socket = &rig.socket[i];
		f->tun = rig.tun;
		forward_start(f, (uint16_t)(0x1234 + i), &ac_mac);
		f->ipv4 = true;
		f->ipv6 = !(flags & 128);
		f->no_ipv6 = flags & 128;
		f->mss = flags & 64 ? 1400 : 0;
		f->encryption = &rig.encryption;
		if (!(flags & 1) || (i > 0 && !(flags & 2)))
			continue;
		f->multilink = &rig.multilink;
		multilink_add(&rig.multilink, f, 1492);
	}
}

static void control(void *ctx, const uint8_t *frame, size_t len)
{
	uint8_t copy[PACKET_FRAME_MAX];

	require(len <= sizeof(copy));
	memcpy(copy, frame, len);
	rig.taken++;
}

static void check_wire(int fd)
{
	uint8_t frame[4096];
	ssize_t len;

	while ((len = recv(fd, frame, sizeof(frame), 0)) >= 0) {
		require(len >= HEADER + TP_PPP_PROTO_LEN && len <= PACKET_FRAME_MAX);
		require(memcmp(frame, ac_mac.bytes, 6) == 0 && frame[12] == 0x88 &&
			frame[13] == 0x64);
		require((frame[18] << 8 | frame[19]) == len - HEADER);
	}
}

static void check_host(void)
{
	static uint8_t packet[1 << 17];
	const size_t header = sizeof(struct virtio_net_hdr);
	ssize_t len;

	while ((len = recv(rig.host, packet, sizeof(packet), 0)) >= 0) {
		require((size_t)len >= header + 20 && (size_t)len <= header + TUN_PACKET_MAX);
		require(packet[header] >> 4 == 4 || packet[header] >> 4 == 6);
	}
}

static void frame_comes(unsigned link, const uint8_t *ppp, size_t len)
{
	uint8_t frame[HEADER + 2048];

	if (len > 2048)
		len = 2048;
	memcpy(frame, our_mac.bytes, 6);
	memcpy(frame + 6, ac_mac.bytes, 6);
	memcpy(frame + 12, "\x88\x64\x11\x00\x12", 5);
	frame[17] = (uint8_t)(0x34 + link);
	frame[18] = (uint8_t)(len >> 8);
	frame[19] = (uint8_t)len;
	memcpy(frame + HEADER, ppp, len);
	send(rig.wire[link], frame, HEADER + len, 0);
	forward_from_ethernet(&rig.link[link], control, NULL);
}

static void step(uint8_t op, const uint8_t *bytes, size_t len)
{
	unsigned link = op >> 3 & 1;

	switch (op % 8) {
	case 0:
		send(rig.wire[link], bytes, len, 0);
		forward_from_ethernet(&rig.link[link], control, NULL);
		break;
	case 1:
		send(rig.host, bytes, len, 0);
		forward_from_tun(&rig.link[0]);
		break;
	case 2:
		for (unsigned i = 0; i < LINKS; i++) {
			rig.link[i].now_ms += op;
			forward_tick(&rig.link[i], control, NULL);
		}
		break;
	case 3:
		multilink_remove(&rig.multilink, &rig.link[link]);
		break;
	default:
		frame_comes(link, bytes, len);
	}
	check_host();
	for (unsigned i = 0; i < LINKS; i++)
		check_wire(rig.wire[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tp_reader r = tp_reader_of(data, size);
	const uint8_t *bytes;
	uint8_t flags, op;
	uint16_t len;

	open_sockets();
	if (!tp_read_u8(&r, &flags))
		return 0;
	begin(flags);
	while (tp_read_u8(&r, &op) && tp_read_be16(&r, &len)) {
		if (len > tp_reader_left(&r))
			len = (uint16_t)tp_reader_left(&r);
		require(tp_read_bytes(&r, len, &bytes));
		step(op, bytes, len);
	}
	return 0;
}
