/* SPDX-License-Identifier: BSD-3-Clause */
/* What a worker counts: for each port, and for each session. Only its worker writes a counter;
 * anybody may read it. dataplane.h says what must add up. */
#pragma once

#include <stdint.h>

#include "dataplane/drops.h"

#define TP_PORT_COUNTERS(X)                                                                        \
	X(received)                                                                                \
	X(received_from_workers)                                                                   \
	X(received_from_control)                                                                   \
	X(forwarded)                                                                               \
	X(answered)                                                                                \
	X(handed_to_session)                                                                       \
	X(handed_to_discovery)                                                                     \
	X(handed_to_host)                                                                          \
	X(handed_to_workers)                                                                       \
	X(originated)                                                                              \
	X(originated_lost)

/* Of one worker and the port that frames came in from. */
struct tp_port_counters {
#define TP_COUNTER_FIELD(name) uint64_t name;
	TP_PORT_COUNTERS(TP_COUNTER_FIELD)
#undef TP_COUNTER_FIELD
	uint64_t drops[TP_DROP_COUNT];
} __attribute__((aligned(64)));

/* Of one worker and session: one cache line, all that a packet writes beside itself. */
struct tp_session_line {
	uint64_t packets_in, bytes_in; /* IPv4 packets from the subscriber, in bytes of layer 3 */
	uint64_t packets_out, bytes_out;
	uint64_t drops_in, drops_out;
	uint32_t seen_tick; /* when this worker last heard from the client, anything at all */
	uint32_t data_tick; /* when it last forwarded a packet, either way */
	/* the keepalive sweep's, in the line of the worker that sweeps the slot */
	uint32_t echo_tick; /* of the last Echo-Request */
	uint8_t echo_id;
	uint8_t lost; /* control has been told */
	uint8_t reserved[2];
} __attribute__((aligned(64)));
_Static_assert(sizeof(struct tp_session_line) == 64, "one cache line");
