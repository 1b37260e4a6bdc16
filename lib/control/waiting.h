/* SPDX-License-Identifier: BSD-3-Clause */
/* Discovery frames that wait for their turn, in the order in which they came.
 *
 * When a city dials at once, the PADIs of a few milliseconds are more than control can make
 * sessions of in seconds. Answering them all would start more sessions than can be finished in
 * time; dropping them would leave the line idle until the hosts' timers run out. So they wait
 * here, and each gets its answer when those before it are done. A host that asks again meanwhile,
 * with the same words, keeps its one place. Control thread.
 *
 * Bounded, in frames and in bytes, since nobody has proven yet that it is there: what comes beyond
 * is refused. Hosts' own frames are short, so that long ones have but a part of the memory, and a
 * flood of them leaves the others' room alone. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "session/session.h"

#define TP_WAITING_MAX	      131072 /* a port's 65,535 sessions twice over; a power of two */
#define TP_WAITING_SHORT      256    /* a PADR with names, cookie, Host-Uniq and line */
#define TP_WAITING_LONG_BYTES (4 << 20)

struct tp_waiting_frame {
	uint64_t since_ms; /* it has waited */
	struct tp_access access;
	struct tp_mac dst, src;
	uint16_t len;
	uint8_t bytes[]; /* from the PPPoE header on */
};

struct tp_waiting {
	struct tp_waiting_frame **frames; /* a ring of TP_WAITING_MAX */
	uint32_t head;			  /* serial number of the first */
	uint32_t count;
	/* Serial number of the frame with such a hash that came last. One place a hash: two hosts
	 * that meet in one lose nothing but the look for their repetitions. */
	uint32_t *last;
	uint32_t seed;
	uint32_t long_bytes; /* of frames longer than TP_WAITING_SHORT */
	uint64_t repeated;   /* not taken: the same already waits */
	uint64_t refused;    /* not taken: there were too many, or no memory */
};

/* Empty. SEED: a random number, so that hosts can't choose where they meet. -ENOMEM. */
int tp_waiting_init(struct tp_waiting *waiting, uint32_t seed);
void tp_waiting_clear(struct tp_waiting *waiting);

/* Copies the frame, which has waited since SINCE_MS, to the end of the queue, unless the same waits
 * already, or too many do. */
void tp_waiting_put(struct tp_waiting *waiting, const struct tp_access *access,
		    const struct tp_mac *dst, const struct tp_mac *src, const uint8_t *bytes,
		    uint16_t len, uint64_t since_ms);

/* The first, to be freed by the caller; NULL: none waits. */
struct tp_waiting_frame *tp_waiting_take(struct tp_waiting *waiting);

/* The first, which stays; NULL: none waits. */
const struct tp_waiting_frame *tp_waiting_first(const struct tp_waiting *waiting);
