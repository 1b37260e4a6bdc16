/* SPDX-License-Identifier: BSD-3-Clause */
/* MP over one link or several: RFC 1990. What is being joined waits in one mbuf a session, and a
 * worker holds no more than TP_MP_HELD of them: who comes then takes the place of one that waited.
 */
#include "dataplane/worker/coding.h"

#include <rte_mbuf.h>

#include "base/bytes.h"
#include "dataplane/worker/classify.h"
#include "dataplane/worker/encap.h"
#include "wire/ppp.h"

/* ---- joining ----------------------------------------------------------------------------- */

/* The mbuf with what CODING has so far; NULL: none, or it had to give way. */
static struct tp_held *held_of(struct tp_worker *w, const struct tp_coding *coding)
{
	struct tp_held *held = &w->held[coding->held];

	return held->mbuf != NULL && held->serial == coding->serial ? held : NULL;
}

static void let_go(struct tp_held *held)
{
	rte_pktmbuf_free(held->mbuf);
	held->mbuf = NULL;
}

static struct tp_held *hold(struct tp_worker *w, struct tp_coding *coding)
{
	struct tp_held *held = held_of(w, coding);

	if (held != NULL)
		return held;
	coding->held = w->held_turn++ % TP_MP_HELD;
	held = &w->held[coding->held];
	let_go(held);
	held->mbuf = rte_pktmbuf_alloc(w->pool);
	held->serial = coding->serial;
	return held->mbuf != NULL ? held : NULL;
}

static enum tp_drop drop_of(enum tp_mp_verdict verdict)
{
	switch (verdict) {
	case TP_MP_LATE:
		return TP_DROP_MP_LATE;
	case TP_MP_ORPHAN:
		return TP_DROP_MP_ORPHAN;
	default:
		return TP_DROP_MP_TOO_BIG;
	}
}

/* PACKET is whole: in M itself, or in what was held, which takes M's place. */
static struct rte_mbuf *whole(struct tp_held *held, struct rte_mbuf *m,
			      const struct tp_reader *packet)
{
	uint16_t len = (uint16_t)tp_reader_left(packet);

	if (held != NULL && packet->p == rte_pktmbuf_mtod(held->mbuf, const uint8_t *)) {
		rte_pktmbuf_free(m);
		m = held->mbuf;
		held->mbuf = NULL;
	}
	tp_mbuf_narrow(m, (uint16_t)(packet->p - rte_pktmbuf_mtod(m, const uint8_t *)), len);
	return m;
}

struct rte_mbuf *tp_multilink_input(struct tp_worker *w, const struct tp_flow *flow,
				    struct tp_coding *coding, struct rte_mbuf *m, uint16_t offset,
				    uint16_t len)
{
	struct tp_reader r = tp_reader_of(rte_pktmbuf_mtod_offset(m, const uint8_t *, offset), len);
	struct tp_mp_fragment fragment;
	struct tp_held *held = held_of(w, coding);
	struct tp_reader packet;
	uint64_t lost = coding->in.lost;

	if (!tp_mp_fragment_parse(r, coding->in.is_short, &fragment)) {
		tp_drop(w, flow, m, TP_DROP_MP_HEADER);
		return NULL;
	}
	if (held == NULL)
		tp_mp_forget(&coding->in);
	if (tp_mp_wants_buffer(&fragment)) {
		held = hold(w, coding);
		if (held == NULL) {
			tp_drop(w, flow, m, TP_DROP_NO_MBUF);
			return NULL;
		}
	}
	enum tp_mp_verdict verdict = tp_mp_receive(
		&coding->in, &fragment,
		held != NULL ? rte_pktmbuf_mtod(held->mbuf, uint8_t *) : NULL, &packet);
	tp_count(&flow->counters->mp_incomplete, coding->in.lost - lost);
	if (verdict == TP_MP_PACKET)
		m = whole(held, m, &packet);
	if (held != NULL && held->mbuf != NULL && coding->in.used == 0)
		let_go(held);
	if (verdict == TP_MP_PACKET)
		return m;
	if (verdict == TP_MP_KEPT) {
		tp_count(&flow->counters->joined, 1);
		rte_pktmbuf_free(m);
	} else {
		tp_drop(w, flow, m, drop_of(verdict));
	}
	return NULL;
}

void tp_multilink_clear(struct tp_worker *w)
{
	for (unsigned i = 0; i < TP_MP_HELD; i++)
		let_go(&w->held[i]);
}

/* ---- cutting ----------------------------------------------------------------------------- */

/* PPPoE's header in front of M's data, which begin behind the PPP protocol field. */
static void encapsulate(struct rte_mbuf *m, uint16_t protocol, const struct tp_record_down *r)
{
	uint8_t *payload = rte_pktmbuf_mtod(m, uint8_t *);

	tp_encap_session(m, payload, 0, m->data_len, r);
	tp_put_be16(payload - TP_PPP_PROTO_LEN, protocol);
}

/* Small enough for the link: it goes as it is, which RFC 1990, section 4, allows on one link. */
static void send_whole(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		       const struct tp_record_down *r)
{
	uint16_t protocol = tp_load_be16(rte_pktmbuf_mtod(m, const uint8_t *));

	rte_pktmbuf_adj(m, TP_PPP_PROTO_LEN);
	encapsulate(m, protocol, r);
	tp_tx_in_order(w, flow, r->port, m, flow->counters == NULL);
}

#define FRAGMENTS_MAX 160 /* of 65,537 bytes over a link of 512 */

/* Copies of what follows the first SIZE bytes of M, in pieces of SIZE. */
static bool copy_rest(struct tp_worker *w, const struct rte_mbuf *m, size_t size,
		      struct rte_mbuf **pieces, size_t count)
{
	const uint8_t *data = rte_pktmbuf_mtod(m, const uint8_t *);

	if (rte_pktmbuf_alloc_bulk(w->pool, pieces, (unsigned)count) != 0)
		return false;
	for (size_t i = 0; i < count; i++) {
		size_t from = (i + 1) * size;
		size_t left = m->data_len - from;
		uint16_t len = (uint16_t)(left < size ? left : size);

		memcpy(rte_pktmbuf_append(pieces[i], len), data + from, len);
	}
	return true;
}

/* The links that a packet may leave by. */
struct way {
	const uint32_t *slot;
	unsigned count;
	uint16_t mtu; /* of each of them */
};

static struct way way_of(const struct tp_coding *coding, const uint32_t *own)
{
	const struct tp_members *members = __atomic_load_n(&coding->members, __ATOMIC_ACQUIRE);

	if (members == NULL)
		return (struct way){.slot = own, .count = 1, .mtu = coding->multilink.link_mtu};
	return (struct way){
		.slot = members->slot,
		.count = members->count,
		.mtu = members->link_mtu,
	};
}

static const struct tp_record_down *next_link(const struct tp_worker *w, struct tp_coding *coding,
					      const struct way *way)
{
	if (++coding->turn >= way->count)
		coding->turn = 0;
	return &w->down[way->slot[coding->turn]];
}

/* Over one link the first fragments are as long as can be; over several all are alike. */
static uint16_t fragment_size(const struct tp_coding *coding, const struct way *way, uint16_t len,
			      size_t *count)
{
	size_t header = tp_mp_header_len(coding->out.is_short);

	*count = tp_mp_fragment_count(&coding->out, len, way->mtu);
	return (uint16_t)(way->count == 1 ? way->mtu - header : (len + *count - 1) / *count);
}

static void send_cut(struct tp_worker *w, const struct tp_flow *flow, struct tp_coding *coding,
		     struct rte_mbuf *m, const struct way *way)
{
	struct rte_mbuf *pieces[FRAGMENTS_MAX];
	uint16_t header = (uint16_t)tp_mp_header_len(coding->out.is_short);
	size_t count;
	uint16_t size = fragment_size(coding, way, m->data_len, &count);

	if (count > FRAGMENTS_MAX) {
		tp_drop(w, flow, m, TP_DROP_FRAGMENT_FAILED);
		return;
	}
	if (count > 1 && !copy_rest(w, m, size, pieces + 1, count - 1)) {
		tp_drop(w, flow, m, TP_DROP_NO_MBUF);
		return;
	}
	pieces[0] = m;
	if (count > 1) {
		m->data_len = size;
		m->pkt_len = size;
	}
	for (size_t i = 0; i < count; i++) {
		const struct tp_record_down *r = next_link(w, coding, way);
		uint8_t *p = (uint8_t *)rte_pktmbuf_prepend(pieces[i], header);

		tp_mp_header_put(&coding->out, i == 0, i + 1 == count, p);
		encapsulate(pieces[i], TP_PPP_PROTO_MP, r);
		tp_tx_in_order(w, flow, r->port, pieces[i], i > 0 || flow->counters == NULL);
	}
}

void tp_multilink_send(struct tp_worker *w, const struct tp_flow *flow, struct tp_coding *coding,
		       struct rte_mbuf *m, uint32_t slot)
{
	struct way way = way_of(coding, &slot);

	if (way.count == 0)
		tp_drop(w, flow, m, TP_DROP_STALE_ROUTE);
	else if (way.count == 1 && m->data_len <= TP_PPP_PROTO_LEN + way.mtu)
		send_whole(w, flow, m, &w->down[way.slot[0]]);
	else
		send_cut(w, flow, coding, m, &way);
}
