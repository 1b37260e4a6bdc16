/* SPDX-License-Identifier: BSD-3-Clause */
/* Copies of frames for somebody who looks: what a filter fits, as it is received and as it is sent,
 * and of what is dropped the reason.
 *
 * While nobody looks a worker pays one predicted branch a burst, and one for each frame that it
 * drops. Otherwise it copies what fits into pieces of memory that one reader gives back; when there
 * is none the frame is not in the capture, which is counted, and goes its way as ever.
 *
 * Control thread, but for what is the reader's. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/prefix.h"
#include "wire/ethernet.h"

struct tp_dataplane;

#define TP_SNIFF_BYTES 1984 /* of a frame, at most */

struct tp_sniff_filter {
	uint32_t ports; /* a bit for each; 0: all */
	bool discovery; /* nothing else */
	bool by_mac;	/* on access ports: from it or to it */
	struct tp_mac mac;
	/* From or to one of these, on core ports, and on access ports unless by_mac; none: any, on
	 * core ports unless by_mac. */
	uint32_t address;	     /* 0: none */
	struct tp_prefix6 prefix[2]; /* length 0: none */
	uint16_t snap; /* bytes of each frame, at most TP_SNIFF_BYTES; 0: all of these */
};

enum tp_sniff_direction { TP_SNIFF_RECEIVED, TP_SNIFF_SENT, TP_SNIFF_DROPPED };

/* One frame. */
struct tp_sniffed {
	uint64_t tsc;
	uint32_t length; /* of the frame; of it there are `captured` bytes */
	uint16_t captured;
	uint16_t port;
	uint8_t direction; /* TP_SNIFF_DROPPED: on its way, as it was then */
	uint8_t reason;	   /* enum tp_drop; TP_DROP_COUNT: it was not dropped */
	bool is_ip;	   /* it begins with an IP header */
	uint8_t bytes[TP_SNIFF_BYTES];
};

struct tp_sniff_store;

/* For the workers of DP; NULL: no memory. */
struct tp_sniff_store *tp_sniff_store_create(const struct tp_dataplane *dp);

/* From now on workers put there what FILTER fits; may be called again. -ENOMEM: nothing changes. */
int tp_dataplane_sniff(struct tp_dataplane *dp, struct tp_sniff_store *store,
		       const struct tp_sniff_filter *filter);

/* Nobody looks any more; the store is freed when no worker does. Its reader has ended. */
void tp_dataplane_sniff_end(struct tp_dataplane *dp, struct tp_sniff_store *store);

/* ---- the reader, one thread ---- */

/* The next frame, to be given back; NULL: there is none. */
struct tp_sniffed *tp_sniff_take(struct tp_sniff_store *store);
void tp_sniff_give(struct tp_sniff_store *store, struct tp_sniffed *sniffed);
/* Frames that there was no room for. Any thread. */
uint64_t tp_sniff_lost(const struct tp_sniff_store *store);

/* "no_route": why a frame was dropped; NULL: it was not. Any thread. */
const char *tp_sniff_reason(const struct tp_sniffed *sniffed);
