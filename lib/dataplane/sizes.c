/* SPDX-License-Identifier: BSD-3-Clause */
#include "dataplane/sizes.h"

#include <rte_mbuf.h>

#include "dataplane/fib.h"
#include "dataplane/live.h"
#include "dataplane/port.h"
#include "dataplane/state.h"
#include "dataplane/worker/reorder.h"
#include "dataplane/worker/shaper.h"
#include "dataplane/worker/share.h"
#include "dataplane/worker/worker.h"

#define FRAME_MIN   2048 /* bytes of a frame that any mbuf holds */
#define HEADERS_MAX (TP_ETHERNET_HEADER_LEN + 2 * TP_VLAN_TAG_LEN)

/* Frames in flight at once, of each worker: in its queues of each port, in its rings, and those
 * that it keeps. */
static unsigned frames_of_one(const struct tp_dataplane *dp)
{
	unsigned descriptors = 0;
	for (unsigned i = 0; i < dp->port_count; i++)
		descriptors +=
			dp->ports[i].driver.rx_descriptors + dp->ports[i].driver.tx_descriptors;
	return descriptors + TP_RING_SESSION + TP_RING_ROUTING + 2 * TP_RING_HOST +
	       TP_RING_DISCOVERY + TP_RING_WORKER + TP_MP_HELD + TP_MP_ORDERED + TP_WHEEL_HELD +
	       2 * TP_SIZES_POOL_CACHE;
}

/* All of them draw on one pool: where a port has one queue, what any of them keeps has been
 * received by one worker. */
unsigned tp_sizes_frames(const struct tp_dataplane *dp, unsigned workers)
{
	return frames_of_one(dp) * workers;
}

/* A driver with rings of its own wants room for whatever fits there. */
unsigned tp_sizes_frame_room(const struct tp_dataplane *dp)
{
	unsigned room = FRAME_MIN;
	for (unsigned i = 0; i < dp->port_count; i++) {
		unsigned frame = dp->ports[i].mtu + HEADERS_MAX;
		unsigned ring = tp_port_ring_frame(&dp->ports[i]);
		room = frame > room ? frame : room;
		room = ring > room ? ring : room;
	}
	return (room + 63) & ~63u;
}

/* Bytes of its tables and frames, without what is in a mapping of its own. */
uint64_t tp_sizes_memory(const struct tp_dataplane *dp, unsigned workers)
{
	uint64_t mbuf = sizeof(struct rte_mbuf) + RTE_PKTMBUF_HEADROOM + dp->frame_room + 128;
	mbuf = (mbuf + 4095) & ~4095ull; /* without huge pages none crosses a page */
	uint64_t sessions = dp->max_sessions + 1ull;
	uint64_t bytes = tp_fib_memory(dp->max_sessions);
	bytes += mbuf * ((uint64_t)tp_sizes_frames(dp, workers) + TP_SIZES_CONTROL_FRAMES);
	bytes += sessions * (sizeof(struct tp_terms) +
			     workers * (sizeof(struct tp_share) + 2 * sizeof(uint16_t)));
	bytes += TP_SESSION_IDS * sizeof(uint32_t) *
		 (sessions / TP_SESSION_IDS + dp->port_count + 16);
	bytes += workers * (sizeof(struct tp_worker) + sizeof(struct tp_wheel) + (1ull << 20));
	return bytes;
}

unsigned tp_sizes_memory_mb(const struct tp_dataplane *dp, unsigned workers)
{
	/* the allocator's own, and the drivers' */
	return (unsigned)(tp_sizes_memory(dp, workers) * 9 / 8 >> 20) + 64;
}

unsigned tp_sizes_records_mb(const struct tp_dataplane *dp, unsigned workers)
{
	return (unsigned)(tp_live_size(dp->max_sessions, workers) * 9 / 8 >> 20) + 1;
}
