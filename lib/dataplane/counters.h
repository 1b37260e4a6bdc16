/* SPDX-License-Identifier: BSD-3-Clause */
/* What a worker counts for each port. Only its worker writes a counter; anybody may read it. A
 * session's counters are in its record. */
#pragma once

#include <stdint.h>

#include "base/once.h"
#include "base/sample.h"
#include "dataplane/drops.h"

struct tp_dataplane;

/* X(name, help for monitoring). */
#define TP_PORT_COUNTERS(X)                                                                        \
	X(received, "Frames received.")                                                            \
	X(received_from_workers, "Frames taken over from other workers.")                          \
	X(received_from_control, "Frames that the kernel sends to subscribers.")                   \
	X(forwarded, "Packets forwarded to a subscriber or a core port.")                          \
	X(answered, "Echoes and pings that the worker itself dealt with.")                         \
	X(handed_to_session, "PPP control frames punted to control.")                              \
	X(handed_to_discovery, "Discovery frames punted to control.")                              \
	X(handed_to_host, "Frames punted to the kernel.")                                          \
	X(handed_to_workers, "Frames handed off to the worker whose session they are of.")         \
	X(joined, "Fragments of MP that went into a packet.")                                      \
	X(delayed, "Packets that waited for their session's rate limit.")                          \
	X(mp_incomplete, "Packets given up because a fragment of MP did not come.")                \
	X(originated, "Frames of control, the kernel and the workers themselves sent.")            \
	X(originated_lost, "Frames of control, the kernel and the workers not sent.")

/* Of one worker and the port that frames came in from. */
struct tp_port_counters {
#define TP_COUNTER_FIELD(name, help) uint64_t name;
	TP_PORT_COUNTERS(TP_COUNTER_FIELD)
#undef TP_COUNTER_FIELD
	uint64_t drops[TP_DROP_COUNT];
} __attribute__((aligned(64)));

/* One line of what workers count, for each worker and port:
 *   received + received_from_workers + received_from_control
 *     = forwarded + answered + handed_to_session + handed_to_discovery + handed_to_host
 *       + handed_to_workers + joined + the sum of all drop_*
 * (answered: echoes and pings that the worker itself dealt with; joined: MP's fragments that went
 * into a packet, which itself is counted with its last one; mp_incomplete: packets given up because
 * a fragment did not come). Each drop has one reason.
 * Frames that began here (ICMP errors, echoes, what control sends) count in originated, and in
 * originated_lost when they could not leave. What a NIC lost before a worker saw it, and what
 * control could not hand to a worker, comes with WORKER = TP_COUNTER_NO_WORKER. Called for each
 * counter, zeros included, in a stable order; NAME is a string constant. Any thread. */
#define TP_COUNTER_NO_WORKER UINT32_MAX

typedef void (*tp_counter_fn)(void *user, const char *name, unsigned worker, unsigned port,
			      uint64_t value);
void tp_dataplane_counters(const struct tp_dataplane *dp, tp_counter_fn fn, void *user);

/* What went by a port, as its driver counts it; bytes of whole frames. */
struct tp_port_traffic {
	uint64_t rx_packets, rx_bytes, rx_errors;
	uint64_t rx_drops; /* there was no room for them, or a worker dropped them */
	uint64_t tx_packets, tx_bytes, tx_errors;
};
void tp_dataplane_port_traffic(const struct tp_dataplane *dp, unsigned port,
			       struct tp_port_traffic *traffic);

/* Counters for monitoring, summed over workers: for each counter and port a sample, for each reason
 * to drop and port one of turnpike_dataplane_drops_total. Any thread. */
void tp_dataplane_samples(const struct tp_dataplane *dp, tp_sample_fn fn, void *user);
