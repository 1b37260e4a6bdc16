/* SPDX-License-Identifier: BSD-3-Clause */
/* A worker lcore's loop. */
#include "dataplane/worker/worker.h"

#include <time.h>

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_malloc.h>
#include <rte_rcu_qsbr.h>

#include "base/random.h"
#include "dataplane/fib.h"
#include "dataplane/live.h"
#include "dataplane/local.h"
#include "dataplane/neighbour.h"
#include "dataplane/spread.h"
#include "dataplane/state.h"
#include "dataplane/worker/coding.h"
#include "dataplane/worker/hand_off.h"
#include "dataplane/worker/pipeline.h"
#include "dataplane/worker/reorder.h"
#include "dataplane/worker/shaper.h"
#include "dataplane/worker/share.h"
#include "dataplane/worker/slow.h"
#include "dataplane/worker/sniff.h"
#include "dataplane/worker/to_link.h"

#define IDLE_POLLS	  256	 /* empty turns before the first sleep */
#define IDLE_SLEEP_MIN	  20000	 /* ns */
#define IDLE_SLEEP_MAX	  500000 /* ns: what a frame may wait on an idle box */
#define SWEEPS_PER_SECOND 4

static void set_limits(struct tp_worker *w)
{
	double ticks = w->dp->ticks_per_second;
	struct tp_flood_rate given = {0}; /* with each frame */
	struct tp_random random;

	w->discovery_rate = tp_flood_rate_of(TP_LIMIT_DISCOVERY, ticks);
	w->unknown_rate = tp_flood_rate_of(TP_LIMIT_UNKNOWN, ticks);
	w->control_rate = tp_flood_rate_of(TP_LIMIT_CONTROL, ticks);
	w->icmp_rate = tp_flood_rate_of(TP_LIMIT_ICMP, ticks);
	w->icmp_one_rate = tp_flood_rate_of(TP_LIMIT_ICMP_ONE, ticks);
	w->ping_rate = tp_flood_rate_of(TP_LIMIT_PING, ticks);
	w->resolve_rate = tp_flood_rate_of(TP_LIMIT_RESOLVE, ticks);
	w->resolve_session_rate = tp_flood_rate_of(TP_LIMIT_RESOLVE_SESSION, ticks);
	tp_random_init(&random);
	tp_flood_table_init(&w->discovery_macs, tp_flood_rate_of(TP_LIMIT_DISCOVERY_MAC, ticks),
			    &random);
	tp_flood_table_init(&w->unknown_macs, tp_flood_rate_of(TP_LIMIT_UNKNOWN_MAC, ticks),
			    &random);
	tp_flood_table_init(&w->resolve_addresses, tp_flood_rate_of(TP_LIMIT_RESOLVE_ONE, ticks),
			    &random);
	tp_flood_table_init(&w->padi_macs, given, &random);
	tp_flood_table_init(&w->padi_vlans, given, &random);
	tp_flood_table_init(&w->icmp_addresses, given, &random);
	tp_flood_table_init(&w->host_addresses, given, &random);
}

static void create_records(struct tp_worker *w)
{
	const size_t count = w->dp->max_sessions + 1ul;
	struct tp_records r;

	if (w->dp->live != NULL)
		tp_live_records(w->dp->live, w->id, &r);
	else
		r = (struct tp_records){
			.up = rte_zmalloc("up", sizeof(*r.up) * count, 64),
			.down = rte_zmalloc("down", sizeof(*r.down) * count, 64),
			.up6 = rte_zmalloc("up6", sizeof(*r.up6) * count, 64),
			.down6 = rte_zmalloc("down6", sizeof(*r.down6) * count, 64),
			.drops = rte_zmalloc("drops", sizeof(*r.drops) * count, 64),
		};
	w->up = r.up;
	w->down = r.down;
	w->up6 = r.up6;
	w->down6 = r.down6;
	w->session_drops = r.drops;
}

static void destroy_records(struct tp_worker *w)
{
	if (w->dp->live != NULL)
		return; /* they stand in it */
	rte_free(w->session_drops);
	rte_free(w->up);
	rte_free(w->down);
	rte_free(w->up6);
	rte_free(w->down6);
}

struct tp_worker *tp_worker_create(struct tp_dataplane *dp, unsigned id,
				   const struct tp_dataplane_config *config, struct tp_error *error)
{
	struct tp_worker *w = rte_zmalloc("worker", sizeof(*w), 64);
	if (w == NULL) {
		tp_error_set(error, -ENOMEM, "dataplane", "no memory for worker %u", id);
		return NULL;
	}
	w->dp = dp;
	w->id = (uint16_t)id;
	w->lcore = (uint16_t)(id + 1);
	w->count = (uint16_t)config->worker_count;
	w->no_slot = dp->max_sessions;
	w->fib4 = tp_fib4_lookup_handle(dp->fib);
	w->fib6 = tp_fib6_lookup_handle(dp->fib);
	w->terms = dp->terms;
	w->rate_limits = dp->rate_limits;
	w->neighbours = tp_neighbour_array(dp->neighbours);
	w->spreads = tp_spread_array(dp->spreads);
	w->neighbour_ips = tp_neighbour_ips(dp->neighbours);
	w->locals = tp_local_array(dp->locals);
	w->ports = dp->ports;
	w->port_count = (uint16_t)dp->port_count;
	w->pool = dp->pool;
	w->pipeline = tp_pipeline_best();
	w->sweep_slot = (uint32_t)id;
	w->second_ticks = (uint32_t)(dp->ticks_per_second + 0.5);
	w->sweep_per_tick =
		(uint32_t)(dp->max_sessions / w->count * SWEEPS_PER_SECOND / dp->ticks_per_second) +
		64;
	set_limits(w);
	create_records(w);
	w->shares = rte_zmalloc("shares", sizeof(*w->shares) * (dp->max_sessions + 1ul), 64);
	w->wheel = tp_wheel_create(rte_get_tsc_hz(), dp->max_sessions);
	if (w->up == NULL || w->down == NULL || w->up6 == NULL || w->down6 == NULL ||
	    w->session_drops == NULL || w->shares == NULL || w->wheel == NULL ||
	    !tp_reorder_create(w)) {
		tp_error_set(error, -ENOMEM, "dataplane",
			     "no memory for the records of %u sessions", dp->max_sessions);
		tp_worker_destroy(w);
		return NULL;
	}
	w->up[w->no_slot] = (struct tp_record_up){.mac = TP_CAREFUL_DOWN, .route_be = 1};
	w->up6[w->no_slot] = (struct tp_record_up6){
		.mac = TP_CAREFUL_DOWN, .prefix = TP_RECORD6_NONE, .route = TP_RECORD6_NONE};
	if (tp_rings_create(&w->rings, id, error) != 0) {
		tp_worker_destroy(w);
		return NULL;
	}
	return w;
}

void tp_worker_destroy(struct tp_worker *w)
{
	if (w == NULL)
		return;
	tp_rings_destroy(&w->rings);
	tp_multilink_clear(w);
	tp_reorder_destroy(w);
	tp_wheel_destroy(w->wheel);
	rte_free(w->shares);
	destroy_records(w);
	rte_free(w);
}

static void work(struct tp_worker *w, struct tp_port *port, struct rte_mbuf **frames,
		 unsigned count)
{
	if (port->role == TP_PORT_ACCESS)
		w->pipeline->upstream(w, port, frames, count);
	else
		w->pipeline->downstream(w, port, frames, count);
	tp_tx_flush(w, port->index);
}

static void input(struct tp_worker *w, struct tp_port *port, struct rte_mbuf **frames,
		  unsigned count)
{
	tp_count(&w->counters[port->index].received, count);
	if (port->spread)
		count = tp_hand_off(w, port, frames, count);
	work(w, port, frames, count);
}

/* Somebody looks. */
static __attribute__((noinline)) void input_sniffed(struct tp_worker *w,
						    const struct tp_sniff *sniff,
						    struct tp_port *port, struct rte_mbuf **frames,
						    unsigned count)
{
	tp_sniff_received(w, sniff, port, frames, count);
	input(w, port, frames, count);
	tp_sniff_settle(w, sniff);
}

void tp_worker_input(struct tp_worker *w, struct tp_port *port, struct rte_mbuf **frames,
		     unsigned count)
{
	const struct tp_sniff *sniff = tp_sniff_now(w);

	if (unlikely(sniff != NULL))
		input_sniffed(w, sniff, port, frames, count);
	else
		input(w, port, frames, count);
}

static bool poll_ports(struct tp_worker *w)
{
	struct rte_mbuf *frames[TP_BURST];
	bool busy = false;
	for (unsigned i = 0; i < w->port_count; i++) {
		if (w->rx_queue[i] == TP_NO_QUEUE ||
		    __atomic_load_n(&w->ports[i].left, __ATOMIC_ACQUIRE))
			continue;
		unsigned n =
			rte_eth_rx_burst(w->ports[i].dpdk_id, w->rx_queue[i], frames, TP_BURST);
		if (n == 0)
			continue;
		tp_load_burst(&w->load, n, TP_BURST);
		tp_worker_input(w, &w->ports[i], frames, n);
		busy = true;
	}
	return busy;
}

static void obey(struct tp_worker *w, const struct tp_ring_order *order)
{
	struct rte_mbuf *m = order->mbuf;
	struct tp_port *port = &w->ports[order->port];

	switch ((enum tp_order_kind)order->kind) {
	case TP_ORDER_SEND:
		tp_tx_own(w, order->port, m);
		break;
	case TP_ORDER_FORWARD:
		tp_tx_forward_order(w, order->port, order->from, m);
		break;
	case TP_ORDER_INJECT:
		tp_count(&w->counters[order->port].received_from_control, 1);
		work(w, port, &m, 1);
		break;
	case TP_ORDER_RECEIVE:
		tp_count(&w->counters[order->port].received_from_workers, 1);
		work(w, port, &m, 1);
		break;
	case TP_ORDER_TO_SESSION:
		tp_coding_send_order(w, order->slot, order->from, m);
		break;
	case TP_ORDER_TO_LINK:
		tp_to_link(w, order->slot, m);
		tp_tx_flush(w, order->port); /* what a coding made of it is with the burst's */
		break;
	case TP_ORDER_FLUSH:
		tp_coding_flush(w, order->slot);
		break;
	}
}

static bool poll_orders(struct tp_worker *w, struct rte_ring *ring)
{
	struct tp_ring_order orders[TP_BURST];
	unsigned n = tp_ring_take_orders(ring, orders, TP_BURST);

	for (unsigned i = 0; i < n; i++)
		obey(w, &orders[i]);
	return n > 0;
}

bool tp_worker_poll(struct tp_worker *w)
{
	bool busy = tp_wheel_poll(w); /* before what comes after it */

	busy |= poll_ports(w);
	if (w->count > 1)
		busy |= poll_orders(w, w->rings.workers);
	/* A full port keeps control's orders in their ring, where control sees that it is full. */
	if (!w->own_waits)
		busy |= poll_orders(w, w->rings.control);
	tp_reorder_sweep(w);
	tp_keepalive_sweep(w);
	w->own_waits = !tp_tx_flush_own(w);
	return busy;
}

/* Longer and longer, until something arrives. The one system call that a worker makes. */
static void rest(unsigned *idle)
{
	if (++*idle < IDLE_POLLS)
		return;
	long ns = IDLE_SLEEP_MIN * (long)(*idle - IDLE_POLLS + 1);
	struct timespec pause = {.tv_nsec = ns < IDLE_SLEEP_MAX ? ns : IDLE_SLEEP_MAX};
	nanosleep(&pause, NULL);
	if (ns >= IDLE_SLEEP_MAX)
		--*idle;
}

int tp_worker_main(void *arg)
{
	struct tp_worker *w = arg;
	struct tp_dataplane *dp = w->dp;
	unsigned idle = 0;
	bool busy = false;

	rte_rcu_qsbr_thread_register(dp->qsbr, w->id);
	rte_rcu_qsbr_thread_online(dp->qsbr, w->id);
	while (!tp_read_once(&dp->stop)) {
		const uint64_t now = rte_rdtsc();

		if (busy)
			tp_load_turn(&w->load, now - w->now);
		w->now = now;
		w->tick = tp_dataplane_tick_at(dp, now);
		busy = tp_worker_poll(w);
		if (busy)
			idle = 0;
		else if (dp->idle_sleep)
			rest(&idle);
		rte_rcu_qsbr_quiescent(dp->qsbr, w->id);
	}
	rte_rcu_qsbr_thread_offline(dp->qsbr, w->id);
	rte_rcu_qsbr_thread_unregister(dp->qsbr, w->id);
	__atomic_fetch_add(&dp->workers_ended, 1, __ATOMIC_RELEASE);
	return 0;
}
