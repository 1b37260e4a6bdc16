/* SPDX-License-Identifier: BSD-3-Clause */
/* What workers tell control, and the frames that control has them send: control's end of rings.h.
 * Control thread. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/ip.h"
#include "ppp/mppe.h"
#include "wire/ethernet.h"

struct rte_mbuf;
struct tp_dataplane;

enum tp_message_kind {
	TP_MESSAGE_SESSION,	    /* a PPP control frame of an open session (mbuf, slot) */
	TP_MESSAGE_EARLY,	    /* a frame in clear with what a host says first to its
				       router; of a session whose IPv6 is not up here, but may
				       be where IPV6CP is (mbuf, slot) */
	TP_MESSAGE_DISCOVERY,	    /* an 0x8863 frame (mbuf) */
	TP_MESSAGE_UNKNOWN_SESSION, /* an 0x8864 frame of no session (mbuf): PADT may be due */
	TP_MESSAGE_HOST,	    /* a frame for the TAP of a core port (mbuf) */
	TP_MESSAGE_RESOLVE,	    /* an unresolved neighbour on PORT is wanted: IP */
	TP_MESSAGE_KEEPALIVE_LOST,  /* SLOT has been silent for twice its keepalive time */
	TP_MESSAGE_DECRYPTION_LOST, /* SLOT's packets can't be decrypted: NEED would help */
};

/* Frames begin with the Ethernet header, tags taken out; where they came from stands beside.
 * Frames for the host are as they were on the wire, tags included. A frame may carry padding
 * after the PPPoE payload. It is one segment. */
struct tp_message {
	enum tp_message_kind kind;
	uint16_t port;
	struct tp_vlans vlans;
	uint32_t slot;	 /* TP_SLOT_NONE unless the kind has one */
	struct tp_ip ip; /* RESOLVE: the neighbour's; else none */
	enum tp_mppe_need need;
	struct rte_mbuf *mbuf; /* the receiver's, to be freed; NULL for kinds without a frame */
};

/* Takes up to MAX messages from all workers: sessions first, then the host's frames (routing's, the
 * core's, subscribers'), then discovery, in fair turns: none of these can starve another. Never
 * blocks. There is no descriptor to wait on, because workers make no system calls: call it each
 * millisecond when idle. */
unsigned tp_dataplane_receive(struct tp_dataplane *dp, struct tp_message *messages, unsigned max);

/* Sends an Ethernet frame of LEN bytes (at most 9,216), untagged as given, with VLANS put in,
 * out of PORT, by way of the worker that owns the port. The bytes are copied. False: no mbuf
 * or the ring is full; counted, the caller may try again. */
bool tp_dataplane_send(struct tp_dataplane *dp, uint16_t port, struct tp_vlans vlans,
		       const void *frame, uint16_t len);

/* Sends an IPv6 packet of LEN bytes, with its header, to the subscriber of SLOT, whose IPv6 is up,
 * through whatever its link has (MP, MPPE, a bundle). Control's own (advertisements, DHCPv6): it is
 * not forwarded, loses no hop, is not counted as the subscriber's traffic and waits for no rate
 * limit. The bytes are copied. -ENOTCONN: no such session; -EAGAIN: no mbuf or the ring is full;
 * counted, the caller may try again. */
int tp_dataplane_send_session(struct tp_dataplane *dp, uint32_t slot, const void *packet,
			      uint16_t len);

/* Hands a worker an Ethernet frame as if it had arrived on core PORT: what the host says to a
 * subscriber (from a TAP) goes this way. Otherwise as tp_dataplane_send(). */
bool tp_dataplane_inject(struct tp_dataplane *dp, uint16_t port, const void *frame, uint16_t len);
