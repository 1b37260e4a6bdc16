/* SPDX-License-Identifier: BSD-3-Clause */
#include "dataplane/messages.h"

#include <errno.h>
#include <stddef.h>

#include <rte_mbuf.h>
#include <rte_ring.h>
#include <rte_ring_elem.h>

#include "base/once.h"
#include "dataplane/coding.h"
#include "dataplane/sessions.h"
#include "dataplane/slot.h"
#include "dataplane/state.h"
#include "dataplane/worker/worker.h"
#include "wire/ipv6.h"

static void translate(const struct tp_ring_message *m, struct tp_message *out)
{
	*out = (struct tp_message){
		.kind = (enum tp_message_kind)m->kind,
		.port = m->port,
		.slot = TP_SLOT_NONE,
	};
	if (m->kind == TP_MESSAGE_RESOLVE) {
		out->ip.family = (uint8_t)m->detail;
		memcpy(out->ip.bytes, m->address, sizeof(out->ip.bytes));
		return;
	}
	out->vlans = tp_vlans_of_key(m->vlans);
	out->slot = m->slot;
	out->need = m->kind == TP_MESSAGE_DECRYPTION_LOST ? (enum tp_mppe_need)m->detail
							  : TP_MPPE_NEEDS_NOTHING;
	out->mbuf = m->mbuf;
}

static unsigned drain(struct rte_ring *ring, struct tp_message *messages, unsigned max)
{
	struct tp_ring_message batch[64];
	unsigned got = 0;
	while (got < max) {
		unsigned want = max - got < RTE_DIM(batch) ? max - got : RTE_DIM(batch);
		unsigned n =
			rte_ring_sc_dequeue_burst_elem(ring, batch, sizeof(batch[0]), want, NULL);
		if (n == 0)
			break;
		for (unsigned i = 0; i < n; i++)
			translate(&batch[i], &messages[got++]);
	}
	return got;
}

/* Each worker's ring of one kind, up to MAX messages in all, the first worker a different one
 * each time. */
static unsigned drain_kind(struct tp_dataplane *dp, size_t ring_offset, struct tp_message *messages,
			   unsigned max)
{
	unsigned got = 0, count = dp->worker_count;
	for (unsigned i = 0; i < count && got < max; i++) {
		unsigned id = dp->receive_turn + i;
		struct tp_worker *w = dp->workers[id >= count ? id - count : id];
		struct rte_ring *ring =
			*(struct rte_ring **)(void *)((char *)&w->rings + ring_offset);
		unsigned share = (max - got + count - i - 1) / (count - i);
		got += drain(ring, messages + got, share);
	}
	return got;
}

unsigned tp_dataplane_receive(struct tp_dataplane *dp, struct tp_message *messages, unsigned max)
{
	static const struct {
		size_t offset;
		unsigned sixteenths; /* of MAX at most, so that those after it get their turn */
	} kinds[] = {
		{offsetof(struct tp_rings, session), 8},
		{offsetof(struct tp_rings, routing), 2},
		{offsetof(struct tp_rings, core), 1},
		{offsetof(struct tp_rings, access), 1},
		{offsetof(struct tp_rings, discovery), 16},
		{offsetof(struct tp_rings, session), 16}, /* what room discovery has left */
		{offsetof(struct tp_rings, routing), 16},
		{offsetof(struct tp_rings, core), 16},
		{offsetof(struct tp_rings, access), 16},
	};
	unsigned got = 0;
	for (size_t i = 0; i < RTE_DIM(kinds) && got < max; i++) {
		unsigned share = (unsigned)((uint64_t)max * kinds[i].sixteenths / 16);
		share = share == 0 ? 1 : share;
		share = share < max - got ? share : max - got;
		got += drain_kind(dp, kinds[i].offset, messages + got, share);
	}
	if (++dp->receive_turn >= dp->worker_count)
		dp->receive_turn = 0;
	return got;
}

/* Workers have freed it on their cores, long ago: its lines are far away. Those of the next are
 * fetched meanwhile. */
static struct rte_mbuf *take_mbuf(struct tp_dataplane *dp)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(dp->control_pool);
	const struct rte_mempool_cache *cache =
		rte_mempool_default_cache(dp->control_pool, rte_lcore_id());

	if (cache != NULL && cache->len > 0) {
		const struct rte_mbuf *next = cache->objs[cache->len - 1];
		const uint8_t *data = (const uint8_t *)(next + 1) + RTE_PKTMBUF_HEADROOM;

		__builtin_prefetch(next, 1);
		__builtin_prefetch(&next->next, 1);
		__builtin_prefetch(data, 1);
		__builtin_prefetch(data + RTE_CACHE_LINE_SIZE, 1);
	}
	return m;
}

/* An mbuf with FRAME in it, VLANS put in behind the addresses. NULL: none left. */
static struct rte_mbuf *frame_to_mbuf(struct tp_dataplane *dp, uint16_t port, struct tp_vlans vlans,
				      const uint8_t *frame, uint16_t len)
{
	unsigned tags = (vlans.outer != 0) + (vlans.inner != 0);
	unsigned total = len + tags * TP_VLAN_TAG_LEN;
	if (len < TP_ETHERNET_HEADER_LEN || total > dp->frame_room)
		return NULL;
	struct rte_mbuf *m = take_mbuf(dp);
	if (m == NULL)
		return NULL;
	uint8_t *p = (uint8_t *)rte_pktmbuf_append(m, (uint16_t)total);
	memcpy(p, frame, 12);
	p += 12;
	if (vlans.outer != 0) {
		tp_put_be16(p, tp_port_outer_type(&dp->ports[port], vlans.outer));
		tp_put_be16(p + 2, vlans.outer);
		p += TP_VLAN_TAG_LEN;
	}
	if (vlans.inner != 0) {
		tp_put_be16(p, TP_ETHERTYPE_VLAN);
		tp_put_be16(p + 2, vlans.inner);
		p += TP_VLAN_TAG_LEN;
	}
	memcpy(p, frame + 12, len - 12u);
	return m;
}

static bool give(struct tp_dataplane *dp, enum tp_order_kind kind, uint16_t port,
		 struct tp_vlans vlans, const void *frame, uint16_t len)
{
	if (port >= dp->port_count)
		return false;
	struct tp_ring_order order = {
		.kind = (uint16_t)kind,
		.port = port,
		.mbuf = frame_to_mbuf(dp, port, vlans, frame, len),
	};
	struct tp_worker *w = dp->workers[dp->ports[port].owner];
	if (order.mbuf != NULL &&
	    rte_ring_sp_enqueue_elem(w->rings.control, &order, sizeof(order)) == 0)
		return true;
	rte_pktmbuf_free(order.mbuf);
	tp_count(&dp->control_delayed[port], 1);
	return false;
}

bool tp_dataplane_send(struct tp_dataplane *dp, uint16_t port, struct tp_vlans vlans,
		       const void *frame, uint16_t len)
{
	return give(dp, TP_ORDER_SEND, port, vlans, frame, len);
}

int tp_dataplane_send_session(struct tp_dataplane *dp, uint32_t slot, const void *packet,
			      uint16_t len)
{
	if (slot >= dp->max_sessions || dp->terms[slot].ipv6 == NULL || len < TP_IPV6_HEADER_LEN ||
	    len > dp->frame_room)
		return -ENOTCONN;
	uint16_t port = dp->slots[slot].port;
	const struct tp_coding *coding = dp->terms[slot].coding;
	unsigned owner = coding != NULL ? coding->owner : dp->ports[port].owner;
	struct tp_ring_order order = {
		.kind = TP_ORDER_TO_LINK,
		.port = port,
		.slot = slot,
		.mbuf = take_mbuf(dp),
	};

	if (order.mbuf != NULL) {
		memcpy(rte_pktmbuf_append(order.mbuf, len), packet, len);
		if (rte_ring_sp_enqueue_elem(dp->workers[owner]->rings.control, &order,
					     sizeof(order)) == 0)
			return 0;
		rte_pktmbuf_free(order.mbuf);
	}
	tp_count(&dp->control_delayed[port], 1);
	return -EAGAIN;
}

void tp_dataplane_session_flush(struct tp_dataplane *dp, uint32_t slot)
{
	struct tp_ring_order order = {.kind = TP_ORDER_FLUSH, .slot = slot};
	const struct tp_coding *coding = slot < dp->max_sessions ? dp->terms[slot].coding : NULL;

	/* When the ring is full, the subscriber asks again. */
	if (coding != NULL && rte_ring_sp_enqueue_elem(dp->workers[coding->owner]->rings.control,
						       &order, sizeof(order)) != 0)
		tp_count(&dp->control_delayed[order.port], 1);
}

bool tp_dataplane_inject(struct tp_dataplane *dp, uint16_t port, const void *frame, uint16_t len)
{
	return give(dp, TP_ORDER_INJECT, port, (struct tp_vlans){0}, frame, len);
}
