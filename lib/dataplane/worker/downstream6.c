/* SPDX-License-Identifier: BSD-3-Clause */
/* The hot path of IPv6 from the core to subscribers. Compiled once for each level of x86-64.
 *
 * The FIB of IPv6 takes each step of its trie for all packets together; then the sessions' records
 * are fetched some packets ahead of the check. What is no plain packet to a subscriber goes the
 * careful way (slow.h, forward.h), or, of IPv4, back to the caller. */
#include "dataplane/worker/level.h"

#include "dataplane/fib6.h"
#include "dataplane/port.h"
#include "dataplane/state.h"
#include "dataplane/worker/encap.h"
#include "dataplane/worker/forward.h"
#include "dataplane/worker/hot.h"
#include "dataplane/worker/ipv6_plain.h"
#include "dataplane/worker/put_off.h"
#include "dataplane/worker/run.h"
#include "dataplane/worker/shaper.h"
#include "dataplane/worker/slow.h"
#include "wire/icmp6.h"

/* Ethernet type, then IPv6's version, as one load of 4 bytes gives them. */
#define PLAIN_IPV6	0x0060dd86u /* 86 dd 60 */
#define PLAIN_IPV6_MASK 0x00f0ffffu

#define FRAME_AHEAD   40
#define SESSION_AHEAD TP_ASKED

struct hot {
	struct tp_run6 *run;
	struct rte_mbuf **frames;
	struct tp_record_down *records;
	const struct tp_fib6 *fib;
	struct tp_tx *tx;
	uint64_t mac_key;
	uint32_t tick, no_slot;
};

tp_hot void fetch(const struct hot *h, unsigned i)
{
	h->run->at[i] = rte_pktmbuf_mtod(h->frames[i], uint8_t *);
	tp_fetch_down(h->run->at[i]);
}

tp_hot const struct tp_ipv6 *packet_of(const struct hot *h, unsigned i)
{
	return (const struct tp_ipv6 *)(const void *)(h->run->at[i] + TP_ETHERNET_HEADER_LEN);
}

/* Its second line is fetched for TCP alone. */
tp_hot void read_destination(const struct hot *h, unsigned i)
{
	const struct tp_ipv6 *ip = packet_of(h, i);

	h->run->uppers[i] = tp_fib6_half(ip->dst);
	__builtin_prefetch((const uint8_t *)ip +
			   (ip->next_header == TP_IPPROTO_TCP ? TP_IPV6_HEADER_LEN : 0));
}

/* The session's slot, or no_slot, whose record no packet fits. */
tp_hot void find_session(const struct hot *h, unsigned i)
{
	uint32_t hop = tp_fib6_hop(h->fib, packet_of(h, i)->dst, h->run->entries[i]);
	uint32_t slot = hop - TP_HOP(TP_HOP_SESSION, 0);

	h->run->entries[i] = hop;
	h->run->slots[i] = slot < TP_HOP(1, 0) ? slot : h->no_slot;
}

tp_hot void ask(const struct hot *h, unsigned i)
{
	__builtin_prefetch(&h->records[h->run->slots[i]], 1);
}

/* A plain IPv6 frame to us whose header is in order, with hops left, and neither a TCP SYN nor of
 * the link itself (RFC 4861). A length of zero is none (RFC 2675). */
tp_hot bool is_plain(uint64_t mac_key, const struct rte_mbuf *m, const uint8_t *frame,
		     const struct tp_ipv6 *ip, uint16_t payload)
{
	int room = (int)m->data_len - TP_ETHERNET_HEADER_LEN - TP_IPV6_HEADER_LEN - payload;
	uint32_t small = (uint32_t)(room | (payload - 1) | (ip->hop_limit - 2));
	uint64_t differs = (tp_mac_key_at(frame) ^ mac_key) |
			   ((tp_load32(frame + 12) & PLAIN_IPV6_MASK) ^ PLAIN_IPV6) |
			   (uint32_t)(m->nb_segs ^ 1) | (m->ol_flags & TP_STRIPPED);
	const uint16_t of_link = TP_IPV6_ICMP | TP_ICMP6_ND_HOP_LIMIT << 8;

	return likely(differs == 0) && likely((int32_t)(small | tp_syn_sign6(ip)) >= 0) &&
	       likely(tp_load16(&ip->next_header) != of_link) && likely(!tp_source6_is_odd(ip));
}
_Static_assert(offsetof(struct tp_ipv6, hop_limit) == offsetof(struct tp_ipv6, next_header) + 1,
	       "compared together");

/* Whose the destination is, the FIB has said: a session that it names is not another's before this
 * burst is done (fib6.h), and one that has gone down since has no MTU. */
tp_hot bool fits(const struct tp_record_down *r, unsigned total)
{
	return likely(total <= tp_glance(&r->mtu));
}

/* Frame M is no plain packet to a subscriber, as far as HOP says, or to SLOT's. True: it is the
 * caller's. */
static __rte_noinline bool other(struct tp_worker *w, struct tp_port *port, struct rte_mbuf *m,
				 uint64_t hop, uint32_t slot)
{
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);
	const struct tp_ipv6 *ip = (const struct tp_ipv6 *)(frame + TP_ETHERNET_HEADER_LEN);
	const struct tp_flow flow = tp_flow_of_port(w, port);
	const bool later = slot != w->no_slot && tp_glance(&w->down6[slot].mtu) == 0;

	if (tp_load16(frame + 12) == RTE_BE16(TP_ETHERTYPE_IPV4))
		return true;
	const bool plain =
		is_plain(port->mac_key, m, frame, ip, rte_bswap16(ip->payload_length_be));
	if (plain)
		tp_mbuf_narrow(m, TP_ETHERNET_HEADER_LEN,
			       (uint16_t)(TP_IPV6_HEADER_LEN + rte_bswap16(ip->payload_length_be)));
	if (later)
		tp_put_off_down(w, m, slot, plain);
	else if (plain)
		tp_forward_hop(w, &flow, m, hop);
	else
		tp_downstream_slow(w, port, m);
	return false;
}

/* A packet for which the lease is low. False: it goes no further here, as it waits or has
 * been dropped. */
static __rte_noinline bool shape(struct tp_worker *w, const struct tp_port *port,
				 struct rte_mbuf *m, struct tp_record_down *r, uint16_t total,
				 uint32_t slot)
{
	const struct tp_flow flow = tp_flow_of_port(w, port);
	struct tp_rate_limit *limit = &w->rate_limits[slot].down;

	if (likely(tp_lease_low(w, limit, &r->lease, total)))
		return true;
	uint64_t start = tp_rate_limit_take(limit, &r->lease, total, w->now, w->count > 1);
	if (likely(tp_shaped_now(w, start)))
		return true;
	tp_mbuf_narrow(m, TP_ETHERNET_HEADER_LEN, total);
	tp_shape_later(w, &flow, m, start, slot, true);
	return false;
}

/* Frame number I, on its way. True: it is the caller's. */
tp_hot bool go(struct tp_worker *w, struct tp_port *port, const struct hot *h, unsigned i)
{
	struct rte_mbuf *m = h->frames[i];
	const uint32_t slot = h->run->slots[i];
	struct tp_record_down *r = &h->records[slot];
	uint8_t *frame = h->run->at[i];
	struct tp_ipv6 *ip = (struct tp_ipv6 *)(void *)(frame + TP_ETHERNET_HEADER_LEN);
	uint16_t payload = rte_bswap16(ip->payload_length_be);
	uint32_t total = (uint32_t)TP_IPV6_HEADER_LEN + payload;

	if (unlikely(!is_plain(h->mac_key, m, frame, ip, payload)) || unlikely(!fits(r, total)))
		return other(w, port, m, h->run->entries[i], slot);
	if (unlikely(!tp_lease_take(&r->lease, tp_glance(&r->shaped), total)) &&
	    !shape(w, port, m, r, (uint16_t)total, slot))
		return false;
	tp_hot_count(&r->packets, 1);
	tp_hot_count(&r->bytes, total);
	tp_write_once(&r->data_tick, h->tick);
	ip->hop_limit--;
	tp_hot_header(m, (uint8_t *)ip, TP_ETHERNET_HEADER_LEN, total, r);
	tp_hot_tx(&h->tx[r->port], m);
	return false;
}

tp_hot struct hot hot_of(struct tp_worker *w, const struct tp_port *port, struct tp_run6 *run)
{
	return (struct hot){
		.run = run,
		.frames = run->frames,
		.records = w->down6,
		.fib = w->fib6,
		.tx = w->tx,
		.mac_key = port->mac_key,
		.tick = w->tick,
		.no_slot = w->no_slot,
	};
}

/* PARTED: the frames are there. */
tp_hot void begin(struct tp_worker *w, const struct tp_port *port, struct tp_run6 *run,
		  const bool parted)
{
	const struct hot h = hot_of(w, port, run);
	const unsigned count = run->count, fetched = tp_least(FRAME_AHEAD, count);
	const unsigned found = tp_least(SESSION_AHEAD, count);
	unsigned i;

	run->asked = 0;
	run->records = h.records;
	for (i = 0; !parted && i < fetched; i++)
		fetch(&h, i);
	for (i = 0; !parted && i + FRAME_AHEAD < count; i++) {
		fetch(&h, i + FRAME_AHEAD);
		read_destination(&h, i);
	}
	for (; i < count; i++)
		read_destination(&h, i);
	tp_fib6_walk(h.fib, run->uppers, run->entries, count);
	for (i = 0; i < found; i++)
		find_session(&h, i);
}

tp_hot unsigned finish(struct tp_worker *w, struct tp_port *port, struct tp_run6 *run)
{
	const struct hot h = hot_of(w, port, run);
	const unsigned count = run->count;
	unsigned others = 0, i;

	while (run->asked < tp_least(SESSION_AHEAD, count))
		tp_run6_ask(run);
#define GO                                                                                         \
	if (unlikely(go(w, port, &h, i)))                                                          \
	h.frames[others++] = h.frames[i]
	for (i = 0; i + SESSION_AHEAD < count; i++) {
		find_session(&h, i + SESSION_AHEAD);
		ask(&h, i + SESSION_AHEAD);
		GO;
	}
	for (; i < count; i++)
		GO;
#undef GO
	return others;
}

unsigned LEVEL_NAME(tp_downstream6)(struct tp_worker *w, struct tp_port *port,
				    struct rte_mbuf **frames, unsigned count)
{
	struct tp_run6 run;

	run.frames = frames;
	run.count = count;
	begin(w, port, &run, false);
	return finish(w, port, &run);
}

void LEVEL_NAME(tp_downstream6_begin)(struct tp_worker *w, const struct tp_port *port,
				      struct tp_run6 *run)
{
	begin(w, port, run, true);
}

unsigned LEVEL_NAME(tp_downstream6_finish)(struct tp_worker *w, struct tp_port *port,
					   struct tp_run6 *run)
{
	return finish(w, port, run);
}
