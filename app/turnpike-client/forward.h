/* SPDX-License-Identifier: BSD-3-Clause */
/* The session stage (RFC 2516, section 6): IP between the TUN interface and the Ethernet
 * interface in batches, and PPP frames between Ethernet and the PPP engine. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "coalesce.h"
#include "packet.h"

#define FORWARD_BATCH	   64
#define FORWARD_HEADER_LEN 22 /* Ethernet, PPPoE and the PPP protocol */
#define FORWARD_ROOM	   26 /* that, and MPPE's */
#define FORWARD_PACKET_MAX (PACKET_FRAME_MAX - FORWARD_ROOM) /* from the TUN interface */
#define FORWARD_LARGE	   (1 << 17) /* room for what the kernel leaves to us to cut */

struct encryption;
struct multilink;

struct forward {
	const struct packet_socket *socket;
	int tun;
	bool running; /* a session id is known */
	bool ipv4;    /* IPCP is up: packets may pass */
	bool ipv6;    /* IPV6CP is */
	bool no_ipv6; /* it is not wished for: PPP refuses it */
	uint16_t session_id;
	uint16_t mss; /* TCP's in IPv4, both ways, is no larger; 0: it is left alone, in IPv6 too */
	uint64_t now_ms;	     /* its owner's, of the call that is running */
	struct multilink *multilink; /* NULL: no MP; of a bundle, that of all its links */
	struct encryption *encryption;
	struct tp_mac ac_mac;
	uint64_t packets_in;  /* to the TUN interface */
	uint64_t packets_out; /* from it */
	uint64_t bytes_in;    /* of IP */
	uint64_t bytes_out;
	uint64_t upkeep; /* of the packets: what hosts and routers of IPv6 say to each other */
	uint64_t dropped;
	struct coalescer coalescer; /* to the TUN interface */
	/* Looks at what the peer says of IPv6 itself: Router Advertisements and DHCPv6. True: it is
	 * not for the host. NULL: nobody looks. */
	bool (*on_ipv6)(void *ctx, const uint8_t *packet, size_t len);
	void *ctx;
	uint8_t frames[FORWARD_BATCH][PACKET_FRAME_MAX];
	uint8_t large[FORWARD_LARGE]; /* from the TUN interface */
};

/* Packets pass between this host and SESSION_ID at AC_MAC from now on. */
void forward_start(struct forward *f, uint16_t session_id, const struct tp_mac *ac_mac);
void forward_stop(struct forward *f);

/* Sends FRAME, a PPP frame from its protocol field on. */
void forward_send_ppp(struct forward *f, const uint8_t *frame, size_t len);

/* Sends PACKET, an IP packet of LEN bytes, if its family is up, which is changed on the way. */
void forward_send_packet(struct forward *f, uint8_t *packet, size_t len);

/* Takes what waits at the TUN interface, one batch at most. */
void forward_from_tun(struct forward *f);

/* Takes what has waited too long for fragments that are missing. CONTROL as below. */
void forward_tick(struct forward *f, void (*control)(void *ctx, const uint8_t *frame, size_t len),
		  void *ctx);

/* Takes what waits at the Ethernet interface, one batch at most: IP goes to the TUN interface,
 * all else to CONTROL as PPP frames from their protocol field on. Returns how many frames of our
 * session there were: each is a sign of the peer's life. */
unsigned forward_from_ethernet(struct forward *f,
			       void (*control)(void *ctx, const uint8_t *frame, size_t len),
			       void *ctx);
