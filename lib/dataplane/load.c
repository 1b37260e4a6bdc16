/* SPDX-License-Identifier: BSD-3-Clause */
#include "dataplane/load.h"

#include <stddef.h>
#include <stdio.h>

#include <rte_cycles.h>
#include <rte_mempool.h>
#include <rte_ring.h>

#include "dataplane/state.h"
#include "dataplane/worker/worker.h"

struct name {
	char text[16]; /* of a worker: its number */
};

static const char *name_of(unsigned worker, struct name *name)
{
	snprintf(name->text, sizeof(name->text), "%u", worker);
	return name->text;
}

/* All that came to the worker, of every port and by every way. */
static uint64_t frames_of(const struct tp_worker *w)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < w->port_count; i++) {
		const struct tp_port_counters *n = &w->counters[i];

		sum += tp_read_once(&n->received) + tp_read_once(&n->received_from_workers) +
		       tp_read_once(&n->received_from_control);
	}
	return sum;
}

static void put_busy(const struct tp_dataplane *dp, struct tp_samples *to)
{
	struct name name;

	tp_samples_family(to, false, "turnpike_worker_busy_seconds_total", "worker",
			  "Time that a worker had frames to work on.");
	for (unsigned i = 0; i < dp->worker_count; i++)
		tp_samples_put_parts(to, name_of(i, &name),
				     tp_read_once(&dp->workers[i]->load.busy), rte_get_tsc_hz());
	tp_samples_family(to, false, "turnpike_worker_busy_cycles_total", "worker",
			  "The same in cycles of the time stamp counter: by frames, what one "
			  "takes.");
	for (unsigned i = 0; i < dp->worker_count; i++)
		tp_samples_put(to, name_of(i, &name), tp_read_once(&dp->workers[i]->load.busy));
	tp_samples_family(to, false, "turnpike_worker_frames_total", "worker",
			  "Frames that a worker has worked on.");
	for (unsigned i = 0; i < dp->worker_count; i++)
		tp_samples_put(to, name_of(i, &name), frames_of(dp->workers[i]));
}

static void put_bursts(const struct tp_dataplane *dp, struct tp_samples *to)
{
	struct name name;

#define FAMILY(gauge, metric, field, help)                                                         \
	tp_samples_family(to, gauge, metric, "worker", help);                                      \
	for (unsigned i = 0; i < dp->worker_count; i++)                                            \
		tp_samples_put(to, name_of(i, &name), tp_read_once(&dp->workers[i]->load.field));
	FAMILY(false, "turnpike_worker_bursts_total", bursts,
	       "Bursts of frames that a worker has received.")
	FAMILY(false, "turnpike_worker_full_bursts_total", full_bursts,
	       "Of these, those as large as a burst can be: others may have waited behind them.")
	FAMILY(true, "turnpike_worker_largest_burst_frames", largest,
	       "The largest burst since the start.")
#undef FAMILY
}

/* X(what it is called, field of struct tp_rings). */
#define RINGS(X)                                                                                   \
	X("sessions", session)                                                                     \
	X("routing", routing)                                                                      \
	X("core", core)                                                                            \
	X("access", access)                                                                        \
	X("discovery", discovery)                                                                  \
	X("control", control)                                                                      \
	X("workers", workers)

static void put_rings(const struct tp_dataplane *dp, struct tp_samples *to)
{
	struct name name;

	tp_samples_family(to, true, "turnpike_ring_entries", "ring",
			  "What waits in a ring between a worker and control, or other workers.");
	to->sample.labels[1].name = "worker";
#define PUT(label, field)                                                                          \
	for (unsigned i = 0; i < dp->worker_count; i++) {                                          \
		to->sample.labels[1].value = name_of(i, &name);                                    \
		tp_samples_put(to, label, rte_ring_count(dp->workers[i]->rings.field));            \
	}
	RINGS(PUT)
#undef PUT
	tp_samples_family(to, true, "turnpike_ring_size", "ring", "As much as such a ring takes.");
#define PUT(label, field)                                                                          \
	tp_samples_put(to, label, rte_ring_get_capacity(dp->workers[0]->rings.field));
	RINGS(PUT)
#undef PUT
}

static void put_buffers(const struct tp_dataplane *dp, struct tp_samples *to)
{
	const struct rte_mempool *const pools[] = {dp->pool, dp->control_pool};

	tp_samples_family(to, true, "turnpike_buffers_free", "pool",
			  "Buffers for frames that hold none.");
	for (unsigned i = 0; i < 2; i++)
		tp_samples_put(to, pools[i]->name, rte_mempool_avail_count(pools[i]));
	tp_samples_family(to, true, "turnpike_buffers", "pool", "Buffers for frames.");
	for (unsigned i = 0; i < 2; i++)
		tp_samples_put(to, pools[i]->name, pools[i]->size);
}

void tp_dataplane_load_samples(const struct tp_dataplane *dp, tp_sample_fn fn, void *user)
{
	struct tp_samples to = {.fn = fn, .user = user};

	put_busy(dp, &to);
	put_bursts(dp, &to);
	put_rings(dp, &to);
	put_buffers(dp, &to);
}
