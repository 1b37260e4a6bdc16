/* SPDX-License-Identifier: BSD-3-Clause */
/* All counters by name. Any thread. */
#include "dataplane/counters.h"

#include <stddef.h>

#include <rte_ethdev.h>

#include "base/once.h"
#include "dataplane/port_again.h"
#include "dataplane/state.h"
#include "dataplane/worker/worker.h"

static const char *const drop_names[TP_DROP_COUNT] = {
#define DROP_NAME(enumerator, name) [TP_DROP_##enumerator] = "drop_" name,
	TP_DROPS(DROP_NAME)
#undef DROP_NAME
};

#define REASON (sizeof("drop_") - 1) /* where it begins in a drop's name */

/* What a port counts besides: the NIC, and control. */
#define OTHERS(X)                                                                                  \
	X(nic_received, "Frames that the NIC received.")                                           \
	X(nic_received_bytes, "Bytes of the frames that the NIC received.")                        \
	X(nic_sent, "Frames that the NIC sent.")                                                   \
	X(nic_sent_bytes, "Bytes of the frames that the NIC sent.")                                \
	X(nic_missed, "Frames that the NIC had no room for.")                                      \
	X(nic_errors, "Frames that the NIC received with errors.")                                 \
	X(nic_no_mbuf, "Frames that the driver had no buffer for.")                                \
	X(control_delayed, "Times that control found no room in a ring to a worker, to try "       \
			   "again.")

struct others {
#define OTHER_FIELD(name, help) uint64_t name;
	OTHERS(OTHER_FIELD)
#undef OTHER_FIELD
};

static struct others others_of(const struct tp_dataplane *dp, unsigned port)
{
	const struct tp_port_stats stats = tp_port_stats(&dp->ports[port]);

	return (struct others){
		.nic_received = stats.rx_packets,
		.nic_received_bytes = stats.rx_bytes,
		.nic_sent = stats.tx_packets,
		.nic_sent_bytes = stats.tx_bytes,
		.nic_missed = stats.rx_missed,
		.nic_errors = stats.rx_errors,
		.nic_no_mbuf = stats.rx_no_mbuf,
		.control_delayed = tp_read_once(&dp->control_delayed[port]),
	};
}

/* ---- one by one ----------------------------------------------------------------------------- */

static void of_worker(const struct tp_port_counters *c, unsigned worker, unsigned port,
		      tp_counter_fn fn, void *user)
{
#define REPORT(name, help) fn(user, #name, worker, port, tp_read_once(&c->name));
	TP_PORT_COUNTERS(REPORT)
#undef REPORT
	for (unsigned i = 0; i < TP_DROP_COUNT; i++)
		fn(user, drop_names[i], worker, port, tp_read_once(&c->drops[i]));
}

void tp_dataplane_counters(const struct tp_dataplane *dp, tp_counter_fn fn, void *user)
{
	for (unsigned port = 0; port < dp->port_count; port++) {
		const struct others others = others_of(dp, port);

		for (unsigned i = 0; i < dp->worker_count; i++)
			of_worker(&dp->workers[i]->counters[port], i, port, fn, user);
#define REPORT(name, help) fn(user, #name, TP_COUNTER_NO_WORKER, port, others.name);
		OTHERS(REPORT)
#undef REPORT
	}
}

/* ---- for monitoring ------------------------------------------------------------------------- */

/* The counter at OFFSET in each worker's. */
static uint64_t sum(const struct tp_dataplane *dp, unsigned port, size_t offset)
{
	uint64_t all = 0;

	for (unsigned i = 0; i < dp->worker_count; i++) {
		const char *counters = (const char *)&dp->workers[i]->counters[port];

		all += tp_read_once((const uint64_t *)(const void *)(counters + offset));
	}
	return all;
}

void tp_dataplane_port_traffic(const struct tp_dataplane *dp, unsigned port,
			       struct tp_port_traffic *traffic)
{
	const struct tp_port_stats stats = tp_port_stats(&dp->ports[port]);

	*traffic = (struct tp_port_traffic){
		.rx_packets = stats.rx_packets,
		.rx_bytes = stats.rx_bytes,
		.rx_errors = stats.rx_errors,
		.rx_drops = stats.rx_missed + stats.rx_no_mbuf,
		.tx_packets = stats.tx_packets,
		.tx_bytes = stats.tx_bytes,
		.tx_errors = stats.tx_errors,
	};
	for (unsigned i = 0; i < TP_DROP_COUNT; i++)
		traffic->rx_drops += sum(
			dp, port, offsetof(struct tp_port_counters, drops) + i * sizeof(uint64_t));
}

static void drops(const struct tp_dataplane *dp, struct tp_samples *to)
{
	tp_samples_family(to, false, "turnpike_dataplane_drops_total", "port",
			  "Frames that a worker dropped, by reason.");
	to->sample.labels[1].name = "reason";
	for (unsigned port = 0; port < dp->port_count; port++)
		for (unsigned i = 0; i < TP_DROP_COUNT; i++) {
			size_t offset =
				offsetof(struct tp_port_counters, drops) + i * sizeof(uint64_t);

			to->sample.labels[1].value = drop_names[i] + REASON;
			tp_samples_put(to, dp->ports[port].name, sum(dp, port, offset));
		}
}

void tp_dataplane_samples(const struct tp_dataplane *dp, tp_sample_fn fn, void *user)
{
	struct tp_samples to = {.fn = fn, .user = user};
	struct others others[TP_DATAPLANE_MAX_PORTS];

	for (unsigned port = 0; port < dp->port_count; port++)
		others[port] = others_of(dp, port);
#define FAMILY(counter, help, value)                                                               \
	tp_samples_family(&to, false, "turnpike_dataplane_" #counter "_total", "port", help);      \
	for (unsigned port = 0; port < dp->port_count; port++)                                     \
		tp_samples_put(&to, dp->ports[port].name, value);
#define SUM(counter, help)                                                                         \
	FAMILY(counter, help, sum(dp, port, offsetof(struct tp_port_counters, counter)))
#define OTHER(counter, help) FAMILY(counter, help, others[port].counter)
	TP_PORT_COUNTERS(SUM)
	OTHERS(OTHER)
#undef OTHER
#undef SUM
#undef FAMILY
	drops(dp, &to);
}
