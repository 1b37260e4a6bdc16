/* SPDX-License-Identifier: BSD-3-Clause */
/* Putting the data plane together, starting and stopping it. Control. */
#include "dataplane/dataplane.h"
#include "dataplane/sessions.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_launch.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_rcu_qsbr.h>

#include "base/log.h"
#include "dataplane/eal.h"
#include "dataplane/fib.h"
#include "dataplane/live.h"
#include "dataplane/local.h"
#include "dataplane/neighbour.h"
#include "dataplane/sizes.h"
#include "dataplane/spread.h"
#include "dataplane/state.h"
#include "dataplane/worker/pipeline.h"
#include "dataplane/worker/worker.h"
#include "wire/ppp.h"

#define MAX_SESSIONS   1048576
#define TICKS_AIMED_AT 32 /* a second, at most */

/* ---- set-up -------------------------------------------------------------------------------- */

static int check(const struct tp_dataplane_config *config, struct tp_error *error)
{
	if (config->port_count == 0 || config->port_count > TP_DATAPLANE_MAX_PORTS)
		return tp_error_set(error, -EINVAL, "dataplane.ports", "expected 1 to %d ports",
				    TP_DATAPLANE_MAX_PORTS);
	if (config->worker_count == 0 || config->worker_count > TP_DATAPLANE_MAX_WORKERS)
		return tp_error_set(error, -EINVAL, "dataplane.worker-lcores",
				    "expected 1 to %d workers", TP_DATAPLANE_MAX_WORKERS);
	if (config->max_sessions == 0 || config->max_sessions > MAX_SESSIONS)
		return tp_error_set(error, -EINVAL, "dataplane.max-sessions", "expected 1 to %d",
				    MAX_SESSIONS);
	return 0;
}

static int describe_ports(struct tp_dataplane *dp, const struct tp_dataplane_config *config,
			  struct tp_error *error)
{
	for (unsigned i = 0; i < config->port_count; i++) {
		const struct tp_dataplane_port_config *c = &config->ports[i];
		struct tp_port *port = &dp->ports[i];
		char driver[sizeof(port->driver.name)] = "";

		snprintf(port->name, sizeof(port->name), "%s", c->name);
		if (snprintf(port->device, sizeof(port->device), "%s", c->device) >=
		    (int)sizeof(port->device))
			return tp_error_set(error, -EINVAL, c->name,
					    "the device's name is too long");
		port->index = (uint8_t)i;
		port->role = (uint8_t)c->role;
		port->mtu = c->mtu != 0 ? c->mtu : 1500;
		tp_driver_of_device(c->device, driver, sizeof(driver));
		int err = tp_driver_load(&port->driver, driver[0] ? config->drivers_config : NULL,
					 driver, error);
		if (err != 0)
			return err;
		dp->port_count++;
	}
	return 0;
}

/* The driver of a PCI device is known only when the EAL has probed it. */
static int describe_pci_ports(struct tp_dataplane *dp, const struct tp_dataplane_config *config,
			      struct tp_error *error)
{
	for (unsigned i = 0; i < dp->port_count; i++) {
		struct tp_port *port = &dp->ports[i];
		struct rte_eth_dev_info info;
		uint16_t id;
		char text[sizeof(port->driver.name)];
		if (tp_driver_of_device(port->device, text, sizeof(text)))
			continue;
		char name[sizeof(port->device)];
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(port->device, ","), port->device);
		if (rte_eth_dev_get_port_by_name(name, &id) != 0 ||
		    rte_eth_dev_info_get(id, &info) != 0)
			continue; /* tp_port_start() will say so */
		int err = tp_driver_load(&port->driver, config->drivers_config, info.driver_name,
					 error);
		if (err != 0)
			return err;
	}
	return 0;
}

/* And what goes by it. */
static void start_clock(struct tp_dataplane *dp)
{
	static const struct tp_padi_limits limits = {
		.port = TP_LIMIT_DISCOVERY,
		.vlan = TP_LIMIT_PADI_VLAN,
		.mac = TP_LIMIT_DISCOVERY_MAC,
	};
	uint64_t hz = rte_get_tsc_hz();
	dp->tick_shift = 0;
	while (hz >> dp->tick_shift >= TICKS_AIMED_AT)
		dp->tick_shift++;
	dp->ticks_per_second = (double)hz / (double)(1ull << dp->tick_shift);
	dp->tsc_start = rte_rdtsc() - (1ull << dp->tick_shift); /* tick 0 means never */
	for (unsigned i = 0; i < dp->port_count; i++) {
		tp_dataplane_padi_limits_set(dp, i, &limits);
		tp_dataplane_host_limit_set(dp, i, TP_LIMIT_HOST);
	}
}

uint32_t tp_dataplane_tick(const struct tp_dataplane *dp)
{
	return tp_dataplane_tick_at(dp, rte_rdtsc());
}

/* Workers and control give back what they are done with to the pool that it came from, and may
 * share a processor: with relaxed tails nobody spins behind one that lost it half way (rings.c).
 * Two threads on one processor, that took and gave back 128 mbufs at a time, did so 10,000 to
 * 30,000 times in a second with the default kind and 1.5 to 2.2 million times with this one; alone,
 * 242 cycles, not 232. */
#define POOL_OPS "ring_mt_rts"

static struct rte_mempool *create_pool(const struct tp_dataplane *dp, const char *name,
				       unsigned size, struct tp_error *error)
{
	uint16_t room = (uint16_t)(dp->frame_room + RTE_PKTMBUF_HEADROOM);
	struct rte_mempool *pool = rte_pktmbuf_pool_create_by_ops(name, size, TP_SIZES_POOL_CACHE,
								  0, room, SOCKET_ID_ANY, POOL_OPS);

	if (pool == NULL)
		tp_error_set(error, -ENOMEM, "dataplane.memory",
			     "no memory for %u frames of %u bytes", size, room);
	return pool;
}

static int create_pools(struct tp_dataplane *dp, unsigned workers, struct tp_error *error)
{
	dp->pool = create_pool(dp, "frames", tp_sizes_frames(dp, workers), error);
	if (dp->pool != NULL)
		dp->control_pool = create_pool(dp, "control", TP_SIZES_CONTROL_FRAMES, error);
	return dp->control_pool != NULL ? 0 : -ENOMEM;
}

static int create_tables(struct tp_dataplane *dp, unsigned workers, struct tp_error *error)
{
	dp->fib = tp_fib_create(dp->max_sessions, &dp->grace);
	dp->neighbours = tp_neighbour_table_create(&dp->grace);
	dp->routes = tp_route_table_create();
	if (dp->neighbours != NULL)
		dp->spreads = tp_spread_table_create(dp->neighbours, &dp->grace);
	if (dp->fib != NULL)
		dp->locals = tp_local_table_create(dp->fib, &dp->grace);
	if (dp->fib == NULL || dp->spreads == NULL || dp->routes == NULL || dp->locals == NULL ||
	    tp_sessions_create(dp) != 0)
		return tp_error_set(error, -ENOMEM, "dataplane.max-sessions",
				    "no memory for the tables of %u sessions", dp->max_sessions);
	dp->qsbr = rte_zmalloc("rcu", rte_rcu_qsbr_get_memsize(workers), 64);
	if (dp->qsbr == NULL || rte_rcu_qsbr_init(dp->qsbr, workers) != 0)
		return tp_error_set(error, -ENOMEM, "dataplane", "no memory for RCU");
	tp_grace_init(&dp->grace, dp->qsbr);
	return 0;
}

/* RX queue q is worker q's; a port with fewer is polled by some only, one with one queue by a
 * different worker each. Every worker has a TX queue where there are enough. */
static void assign_queues(struct tp_dataplane *dp)
{
	for (unsigned p = 0; p < dp->port_count; p++) {
		struct tp_port *port = &dp->ports[p];
		unsigned first = port->rx_queues < dp->worker_count ? p % dp->worker_count : 0;
		port->owner = (uint8_t)first;
		for (unsigned i = 0; i < dp->worker_count; i++) {
			struct tp_worker *w = dp->workers[(first + i) % dp->worker_count];
			w->rx_queue[p] = i < port->rx_queues ? (uint16_t)i : TP_NO_QUEUE;
			w->tx_queue[p] = i < port->tx_queues ? (uint16_t)i : TP_NO_QUEUE;
		}
	}
}

static int build(struct tp_dataplane *dp, const struct tp_dataplane_config *config,
		 struct tp_error *error)
{
	int err = describe_pci_ports(dp, config, error);
	if (err == 0)
		err = create_pools(dp, config->worker_count, error);
	if (err == 0)
		err = create_tables(dp, config->worker_count, error);
	for (unsigned i = 0; err == 0 && i < config->worker_count; i++) {
		dp->workers[i] = tp_worker_create(dp, i, config, error);
		err = dp->workers[i] == NULL ? -ENOMEM : 0;
		dp->worker_count += err == 0;
	}
	for (unsigned i = 0; err == 0 && i < dp->port_count; i++)
		err = tp_port_start(&dp->ports[i], dp->worker_count, config->ports[i].rx_queues,
				    dp->pool, error);
	if (err == 0)
		assign_queues(dp);
	return err;
}

/* Returns the memory that everything takes, in MiB. Huge pages are for what all packets go through
 * first. */
static unsigned choose_memory(struct tp_dataplane *dp, const struct tp_dataplane_config *config)
{
	const unsigned rest = tp_sizes_memory_mb(dp, config->worker_count);
	const unsigned records = tp_sizes_records_mb(dp, config->worker_count);
	const unsigned wanted = config->memory_mb != 0 ? config->memory_mb : rest;
	const bool huge =
		config->huge_pages != 0 && tp_eal_free_huge_mb() >= (uint64_t)wanted + records;
	struct tp_error error = {0};

	if (config->counters_key == NULL)
		return config->memory_mb != 0 ? wanted : rest + records;
	if (tp_live_create(config->counters_key, config->max_sessions, config->worker_count, huge,
			   &dp->live, &error) == 0) {
		tp_log_info("dataplane", "sessions are counted in %s", tp_live_path(dp->live));
		return wanted;
	}
	tp_log_warning("dataplane",
		       "%s: %s: what sessions have used since the last checkpoint is not known "
		       "after a sudden end",
		       error.place, error.message);
	return config->memory_mb != 0 ? wanted : rest + records;
}

static void free_all(struct tp_dataplane *dp)
{
	for (unsigned i = 0; i < dp->port_count; i++)
		tp_port_stop(&dp->ports[i]);
	for (unsigned i = 0; i < dp->worker_count; i++)
		tp_worker_destroy(dp->workers[i]);
	if (dp->qsbr != NULL)
		tp_grace_destroy(&dp->grace);
	rte_free(dp->qsbr);
	tp_sessions_destroy(dp);
	tp_route_table_destroy(dp->routes);
	tp_local_table_destroy(dp->locals);
	tp_spread_table_destroy(dp->spreads);
	tp_neighbour_table_destroy(dp->neighbours);
	tp_fib_destroy(dp->fib);
	rte_mempool_free(dp->pool);
	rte_mempool_free(dp->control_pool);
}

const char *tp_dataplane_counters_path(const struct tp_dataplane *dp)
{
	return dp->live != NULL ? tp_live_path(dp->live) : NULL;
}

void tp_dataplane_counters_keep(struct tp_dataplane *dp)
{
	dp->keeps_live = true;
}

/* Between counting free huge pages and taking them others may take them. When none is left the EAL
 * finds no information about them, and calls that -EACCES. */
static int name_error(const struct tp_dataplane_config *config, int err)
{
	return (err == -ENOMEM || err == -EACCES) && config->huge_pages < 0 &&
			       rte_eal_has_hugepages()
		       ? -EAGAIN
		       : err;
}

/* With what is known before the EAL starts. */
static int describe(const struct tp_dataplane_config *config, struct tp_dataplane **out,
		    struct tp_error *error)
{
	int err = check(config, error);
	if (err != 0)
		return err;
	struct tp_dataplane *dp = aligned_alloc(64, (sizeof(*dp) + 63) & ~(size_t)63);
	if (dp == NULL)
		return tp_error_set(error, -ENOMEM, "dataplane", "no memory");
	memset(dp, 0, sizeof(*dp));
	dp->max_sessions = config->max_sessions;
	dp->idle_sleep = config->idle_sleep;
	err = describe_ports(dp, config, error);
	if (err != 0) {
		free(dp);
		return err;
	}
	dp->frame_room = tp_sizes_frame_room(dp);
	*out = dp;
	return 0;
}

int tp_dataplane_memory(const struct tp_dataplane_config *config, unsigned *least, unsigned *needed,
			struct tp_error *error)
{
	struct tp_dataplane *dp;
	int err = describe(config, &dp, error);

	if (err != 0)
		return err;
	*least = (unsigned)(tp_sizes_memory(dp, config->worker_count) >> 20);
	*needed = tp_sizes_memory_mb(dp, config->worker_count);
	free(dp);
	return 0;
}

int tp_dataplane_create(const struct tp_dataplane_config *config, struct tp_dataplane **out,
			struct tp_error *error)
{
	struct tp_dataplane *dp;
	int err = describe(config, &dp, error);
	if (err != 0)
		return err;
	err = tp_eal_start(config, dp->ports, choose_memory(dp, config), error);
	if (err != 0)
		goto out_free;
	start_clock(dp);
	err = build(dp, config, error);
	if (err != 0)
		goto out_eal;
	tp_log_info("dataplane", "%u sessions, %u ports, %u workers, code for %s", dp->max_sessions,
		    dp->port_count, dp->worker_count, tp_pipeline_best()->level);
	*out = dp;
	return 0;

out_eal:
	free_all(dp);
	tp_eal_stop();
out_free:
	tp_live_destroy(dp->live, false);
	free(dp);
	return name_error(config, err);
}

int tp_dataplane_start(struct tp_dataplane *dp, struct tp_error *error)
{
	for (unsigned i = 0; i < dp->worker_count; i++) {
		struct tp_worker *w = dp->workers[i];
		int err = rte_eal_remote_launch(tp_worker_main, w, w->lcore);
		if (err != 0)
			return tp_error_set(error, err, "dataplane", "worker %u does not start", i);
		dp->running = true;
	}
	return 0;
}

bool tp_dataplane_alive(struct tp_dataplane *dp)
{
	if (dp->alive_token != 0 && rte_rcu_qsbr_check(dp->qsbr, dp->alive_token, false) != 1)
		return false;
	dp->alive_token = rte_rcu_qsbr_start(dp->qsbr);
	return true;
}

void tp_dataplane_destroy(struct tp_dataplane *dp)
{
	if (dp == NULL)
		return;
	tp_write_once(&dp->stop, true);
	rte_eal_mp_wait_lcore();
	/* What the wait orders, in words that the compiler and its sanitizers understand. */
	(void)__atomic_load_n(&dp->workers_ended, __ATOMIC_ACQUIRE);
	free_all(dp);
	tp_eal_stop();
	tp_live_destroy(dp->live, dp->keeps_live);
	free(dp);
}

uint16_t tp_dataplane_packet_max(const struct tp_dataplane *dp)
{
	unsigned room = dp->frame_room - TP_PPP_PROTO_LEN;

	return (uint16_t)(room < UINT16_MAX ? room : UINT16_MAX);
}
