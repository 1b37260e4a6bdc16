/* SPDX-License-Identifier: BSD-3-Clause */
/* Sending and dropping. */
#include "dataplane/worker/tx.h"

#include <string.h>

#include <rte_ethdev.h>

#include "dataplane/port.h"
#include "dataplane/state.h"
#include "dataplane/worker/sniff.h"

/* How long frames that began here wait for room at a port before they are given up. */
#define PATIENCE_TICKS 4

/* To the driver of PORT, whose queue is ours; what it does not take STAYS for another time, or is
 * lost.
 */
static uint16_t transmit(struct tp_worker *w, unsigned port, struct rte_mbuf **frames,
			 uint16_t count, bool stays)
{
	const struct tp_sniff *sniff = tp_sniff_now(w);

	if (unlikely(__atomic_load_n(&w->ports[port].left, __ATOMIC_ACQUIRE)))
		return 0;
	if (unlikely(sniff != NULL))
		return tp_sniff_send(w, sniff, port, frames, count, stays);
	return rte_eth_tx_burst(w->ports[port].dpdk_id, w->tx_queue[port], frames, count);
}

/* Gives COUNT frames to the driver, or to the worker that owns the port. Returns how many of
 * them are gone; the rest are still the caller's. */
static uint16_t leave(struct tp_worker *w, unsigned port, unsigned from, struct rte_mbuf **frames,
		      uint16_t count)
{
	uint16_t sent = 0;
	const struct tp_port *p = &w->ports[port];

	if (w->tx_queue[port] != TP_NO_QUEUE) {
		sent = transmit(w, port, frames, count, from >= TP_DATAPLANE_MAX_PORTS);
	} else {
		struct rte_ring *ring = w->dp->workers[p->owner]->rings.workers;
		for (; sent < count; sent++) {
			struct tp_ring_order order = {
				.mbuf = frames[sent],
				.kind = TP_ORDER_FORWARD,
				.port = (uint16_t)port,
				.from = (uint16_t)from,
			};
			if (!tp_ring_order(ring, &order))
				break;
		}
	}
	return sent;
}

static void flush(struct tp_worker *w, unsigned port, unsigned from)
{
	struct tp_port_counters *c = &w->counters[from];
	struct tp_tx *tx = &w->tx[port];
	uint16_t count = tx->count;
	uint16_t sent = leave(w, port, from, tx->frames, count);
	uint16_t lost = count - sent;
	if (lost > 0)
		rte_pktmbuf_free_bulk(tx->frames + sent, lost);
	uint16_t extra_lost = lost < tx->extra ? lost : tx->extra;
	uint16_t extra_sent = tx->extra - extra_lost;
	bool mine = w->tx_queue[port] != TP_NO_QUEUE;

	tp_count(&c->originated, extra_sent);
	tp_count(&c->originated_lost, extra_lost);
	if (mine)
		tp_count(&c->forwarded, sent - extra_sent);
	else
		tp_count(&c->handed_to_workers, sent - extra_sent);
	tp_count(&c->drops[mine ? TP_DROP_TX_FULL : TP_DROP_WORKER_RING_FULL], lost - extra_lost);
	tx->count = 0;
	tx->extra = 0;
}

void tp_tx_flush(struct tp_worker *w, unsigned from)
{
	for (unsigned port = 0; port < w->port_count; port++)
		if (w->tx[port].count > 0)
			flush(w, port, from);
}

/* The hot path adds up to a burst of frames without looking: so much room is always left. */
void tp_tx_in_order(struct tp_worker *w, const struct tp_flow *flow, unsigned port,
		    struct rte_mbuf *m, bool extra)
{
	struct tp_tx *tx = &w->tx[port];

	if (tx->count >= TP_BURST)
		flush(w, port, flow->port);
	tx->frames[tx->count++] = m;
	tx->extra += extra;
}

void tp_tx_make_room(struct tp_worker *w, unsigned from)
{
	for (unsigned port = 0; port < w->port_count; port++)
		if (w->tx[port].count >= TP_BURST)
			flush(w, port, from);
}

static void give_up(struct tp_worker *w, unsigned port)
{
	struct tp_tx *tx = &w->own[port];
	rte_pktmbuf_free_bulk(tx->frames, tx->count);
	tp_count(&w->counters[port].originated_lost, tx->count);
	tx->count = 0;
}

/* A port that takes nothing for a while is taken for dead: nothing waits for it until it takes
 * some again. */
static void flush_own(struct tp_worker *w, unsigned port)
{
	struct tp_tx *tx = &w->own[port];
	uint16_t sent = leave(w, port, TP_DATAPLANE_MAX_PORTS, tx->frames, tx->count);

	tp_count(&w->counters[port].originated, sent);
	tx->count -= sent;
	memmove(tx->frames, tx->frames + sent, tx->count * sizeof(tx->frames[0]));
	if (sent > 0 || tx->count == 0)
		w->full_since[port] = 0;
	else if (w->full_since[port] == 0)
		w->full_since[port] = w->tick;
	else if (w->tick - w->full_since[port] >= PATIENCE_TICKS)
		give_up(w, port);
}

bool tp_tx_flush_own(struct tp_worker *w)
{
	bool gone = true;
	for (unsigned port = 0; port < w->port_count; port++) {
		if (w->own[port].count > 0)
			flush_own(w, port);
		gone &= w->own[port].count == 0;
	}
	return gone;
}

void tp_tx_own(struct tp_worker *w, unsigned port, struct rte_mbuf *m)
{
	struct tp_tx *tx = &w->own[port];
	if (tx->count == TP_BURST)
		flush_own(w, port);
	if (tx->count < TP_BURST) {
		tx->frames[tx->count++] = m;
		return;
	}
	tp_count(&w->counters[port].originated_lost, 1);
	rte_pktmbuf_free(m);
}

void tp_tx(struct tp_worker *w, const struct tp_flow *flow, unsigned port, struct rte_mbuf *m)
{
	if (flow->counters == NULL) {
		tp_tx_own(w, port, m);
		return;
	}
	struct tp_tx *tx = &w->tx[port];
	tx->frames[tx->count++] = m;
}

void tp_tx_forward_order(struct tp_worker *w, unsigned port, unsigned from, struct rte_mbuf *m)
{
	uint16_t sent = 0;
	if (w->tx_queue[port] != TP_NO_QUEUE)
		sent = transmit(w, port, &m, 1, false);
	if (sent == 0)
		rte_pktmbuf_free(m);
	if (from >= TP_DATAPLANE_MAX_PORTS) { /* it began at the other worker, counted there */
		tp_count(&w->counters[port].originated_lost, sent == 0);
		return;
	}
	struct tp_port_counters *c = &w->counters[from];
	tp_count(&c->received_from_workers, 1);
	tp_count(&c->forwarded, sent);
	tp_count(&c->drops[TP_DROP_TX_FULL], sent == 0);
}

void tp_drop(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
	     enum tp_drop reason)
{
	const struct tp_sniff *sniff = tp_sniff_now(w);

	if (unlikely(sniff != NULL))
		tp_sniff_dropped(w, sniff, flow, m, reason);
	if (flow->counters != NULL)
		tp_count(&flow->counters->drops[reason], 1);
	else
		tp_count(&w->counters[flow->port].originated_lost, 1);
	if (flow->slot != TP_SLOT_NONE)
		tp_count(&w->session_drops[flow->slot].up, 1);
	rte_pktmbuf_free(m);
}
