/* SPDX-License-Identifier: BSD-3-Clause */
/* All counters by name. Any thread. */
#include "dataplane/counters.h"

#include <rte_ethdev.h>

#include "dataplane/state.h"
#include "dataplane/worker/worker.h"

static const char *const drop_names[TP_DROP_COUNT] = {
#define DROP_NAME(enumerator, name) [TP_DROP_##enumerator] = "drop_" name,
	TP_DROPS(DROP_NAME)
#undef DROP_NAME
};

static void of_worker(const struct tp_port_counters *c, unsigned worker, unsigned port,
		      tp_counter_fn fn, void *user)
{
#define REPORT(name) fn(user, #name, worker, port, tp_read_once(&c->name));
	TP_PORT_COUNTERS(REPORT)
#undef REPORT
	for (unsigned i = 0; i < TP_DROP_COUNT; i++)
		fn(user, drop_names[i], worker, port, tp_read_once(&c->drops[i]));
}

static void of_port(const struct tp_dataplane *dp, unsigned port, tp_counter_fn fn, void *user)
{
	struct rte_eth_stats stats = {0};
	rte_eth_stats_get(dp->ports[port].dpdk_id, &stats);
	fn(user, "nic_missed", TP_COUNTER_NO_WORKER, port, stats.imissed);
	fn(user, "nic_errors", TP_COUNTER_NO_WORKER, port, stats.ierrors);
	fn(user, "nic_no_mbuf", TP_COUNTER_NO_WORKER, port, stats.rx_nombuf);
	fn(user, "control_delayed", TP_COUNTER_NO_WORKER, port,
	   tp_read_once(&dp->control_delayed[port]));
}

void tp_dataplane_counters(const struct tp_dataplane *dp, tp_counter_fn fn, void *user)
{
	for (unsigned port = 0; port < dp->port_count; port++) {
		for (unsigned i = 0; i < dp->worker_count; i++)
			of_worker(&dp->workers[i]->counters[port], i, port, fn, user);
		of_port(dp, port, fn, user);
	}
}
