/* SPDX-License-Identifier: BSD-3-Clause */
/* What a worker counts for each port. Only its worker writes a counter; anybody may read it.
 * dataplane.h says what must add up; a session's counters are in its record. */
#pragma once

#include <stdint.h>

#include "base/once.h"
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
	X(joined)                                                                                  \
	X(delayed)                                                                                 \
	X(mp_incomplete)                                                                           \
	X(originated)                                                                              \
	X(originated_lost)

/* Of one worker and the port that frames came in from. */
struct tp_port_counters {
#define TP_COUNTER_FIELD(name) uint64_t name;
	TP_PORT_COUNTERS(TP_COUNTER_FIELD)
#undef TP_COUNTER_FIELD
	uint64_t drops[TP_DROP_COUNT];
} __attribute__((aligned(64)));
