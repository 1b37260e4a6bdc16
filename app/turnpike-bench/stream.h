/* SPDX-License-Identifier: BSD-3-Clause */
/* Test packets: what they carry, and what their receiver concludes from it.
 *
 * Each flow is one subscriber in one direction. Its packets are numbered from 0; the stamp in
 * them says whose they are, which number, and when they left. Pure functions over bytes; one
 * thread a stream. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "histogram.h"

#define STREAM_STAMP_LEN 24
#define STREAM_NO_FLOW	 UINT32_MAX

/* What is kept of a flow at its receiver: the numbers below NEXT - 64 are settled, SEEN tells
 * of the 64 below NEXT which have come (bit 0: NEXT - 1). */
struct stream_flow {
	uint32_t next;
	uint64_t seen;
};

enum stream_verdict {
	STREAM_GOOD,
	STREAM_REORDERED,     /* a later one had come before it */
	STREAM_DUPLICATE,     /* it had come already, or is older than can be told */
	STREAM_WRONG_SESSION, /* it is another subscriber's */
	STREAM_FOREIGN,	      /* not a test packet of this run */
};

struct stream {
	uint32_t run; /* tells this run's packets from those of the one before */
	uint32_t flow_count;
	struct stream_flow *flows; /* the owner's, FLOW_COUNT of them, zeroed at the start */
	uint64_t received;	   /* good and reordered ones */
	uint64_t reordered, duplicates, wrong_session, foreign;
	struct histogram latency; /* in the clock's own ticks */
};

/* Writes the stamp of the SEQUENCE-th packet of FLOW, sent at NOW, to STREAM_STAMP_LEN bytes. */
void stream_stamp(uint8_t *payload, uint32_t run, uint32_t flow, uint32_t sequence, uint64_t now);

/* Whose packet a stamp says it is. */
uint32_t stream_flow_of(const uint8_t *payload);

/* Judges a payload that arrived at NOW where packets of FLOW are due (STREAM_NO_FLOW: where none
 * are), and counts it. */
enum stream_verdict stream_check(struct stream *stream, uint32_t flow, const uint8_t *payload,
				 size_t len, uint64_t now);
