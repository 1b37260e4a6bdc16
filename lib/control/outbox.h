/* SPDX-License-Identifier: BSD-3-Clause */
/* Frames that a worker's ring had no room for, in their order, until it has. Bounded: what is
 * over the bound is dropped and counted, and the peers' retransmission sees to the rest. Control
 * thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "wire/ethernet.h"

struct tp_dataplane;

#define TP_OUTBOX_MAX 65536 /* frames; a Terminate-Request for every session fits */

struct tp_outbox_frame {
	STAILQ_ENTRY(tp_outbox_frame) entry;
	uint32_t slot; /* an IPv6 packet for it; TP_SLOT_NONE: an Ethernet frame */
	uint16_t port;
	uint16_t len;
	struct tp_vlans vlans;
	uint8_t bytes[];
};

struct tp_outbox {
	STAILQ_HEAD(tp_outbox_list, tp_outbox_frame) frames;
	unsigned count;
	uint64_t retried, dropped;
};

void tp_outbox_init(struct tp_outbox *outbox);
void tp_outbox_clear(struct tp_outbox *outbox);

/* Sends FRAME (copied), at once if it can, after those that wait. */
void tp_outbox_send(struct tp_outbox *outbox, struct tp_dataplane *dp, uint16_t port,
		    struct tp_vlans vlans, const void *frame, uint16_t len);

/* The same for an IPv6 packet to the subscriber of SLOT, that is told nothing before what was sent
 * before. One whose IPv6 is not up is forgotten. */
void tp_outbox_send_ipv6(struct tp_outbox *outbox, struct tp_dataplane *dp, uint32_t slot,
			 const void *packet, uint16_t len);

/* Sends what waits, as far as there is room; true when some went. */
bool tp_outbox_retry(struct tp_outbox *outbox, struct tp_dataplane *dp);
