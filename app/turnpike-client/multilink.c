/* SPDX-License-Identifier: BSD-3-Clause */
#include "multilink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "forward.h"
#include "packet.h"
#include "wire/ppp.h"

#define PATIENCE_MS 100 /* until a fragment that is missing is lost */

struct held {
	struct held *next; /* free */
	size_t len;
	uint8_t bytes[PACKET_FRAME_MAX];
};

/* ---- memory -----------------------------------------------------------------------------------
 */

int multilink_init(struct multilink *m, uint16_t mrru, unsigned links)
{
	*m = (struct multilink){0};
	if (mrru == 0)
		return 0;
	m->buffer = malloc((size_t)mrru + TP_PPP_PROTO_LEN);
	if (links > 1)
		m->held = calloc(TP_MP_WINDOW + 1, sizeof(*m->held));
	if (m->buffer == NULL || (links > 1 && m->held == NULL)) {
		multilink_clear(m);
		return -ENOMEM;
	}
	for (unsigned i = 0; links > 1 && i < TP_MP_WINDOW + 1; i++) {
		m->held[i].next = m->free;
		m->free = &m->held[i];
	}
	return 0;
}

void multilink_clear(struct multilink *m)
{
	free(m->buffer);
	free(m->held);
	m->buffer = NULL;
	m->held = NULL;
}

static void let_go(struct multilink *m, struct held *held)
{
	held->next = m->free;
	m->free = held;
}

static void forget_what_waits(struct multilink *m)
{
	struct held *held;

	while ((held = tp_mp_order_drop(&m->order)) != NULL)
		let_go(m, held);
	m->ordering = false;
}

/* ---- links ------------------------------------------------------------------------------------
 */

void multilink_start(struct multilink *m, const struct multilink_terms *terms)
{
	forget_what_waits(m);
	m->terms = *terms;
	m->tx = (struct tp_mp_sender){.is_short = terms->peer_is_short};
	m->rx = (struct tp_mp_receiver){
		.most = (uint32_t)terms->mrru + TP_PPP_PROTO_LEN,
		.is_short = terms->is_short,
	};
	m->count = 0;
	m->has_whole = false;
}

static void find_mtu(struct multilink *m)
{
	m->mtu = UINT16_MAX;
	for (unsigned i = 0; i < m->count; i++)
		m->mtu = m->link_mtu[i] < m->mtu ? m->link_mtu[i] : m->mtu;
}

/* The links of before stay at their places, but for GONE. */
static void links_changed(struct multilink *m, unsigned before, unsigned gone)
{
	int from[LINKS_MAX];

	for (unsigned i = 0; i < m->count; i++) {
		unsigned was = i + (i >= gone);

		from[i] = was < before ? (int)was : -1;
	}
	if (m->ordering && m->count > 0)
		tp_mp_order_links(&m->order, from, m->count);
	find_mtu(m);
}

void multilink_add(struct multilink *m, struct forward *link, uint16_t mtu)
{
	if (m->count == LINKS_MAX)
		return;
	m->link_mtu[m->count] = mtu;
	m->link[m->count++] = link;
	links_changed(m, m->count - 1, LINKS_MAX);
}

static unsigned place_of(const struct multilink *m, const struct forward *link)
{
	unsigned at = 0;

	while (at < m->count && m->link[at] != link)
		at++;
	return at;
}

void multilink_remove(struct multilink *m, struct forward *link)
{
	unsigned at = place_of(m, link);
	unsigned after = m->count - at - 1;

	if (at == m->count)
		return;
	memmove(&m->link[at], &m->link[at + 1], after * sizeof(m->link[0]));
	memmove(&m->link_mtu[at], &m->link_mtu[at + 1], after * sizeof(m->link_mtu[0]));
	m->count--;
	if (m->count == 0)
		forget_what_waits(m);
	links_changed(m, m->count + 1, at);
}

/* ---- sending ----------------------------------------------------------------------------------
 */

bool multilink_is_needed(const struct multilink *m, size_t len)
{
	return m->count > 1 || len - TP_PPP_PROTO_LEN > m->mtu;
}

static struct forward *next_link(struct multilink *m)
{
	if (++m->turn >= m->count)
		m->turn = 0;
	return m->link[m->turn];
}

void multilink_send(struct multilink *m, const uint8_t *packet, size_t len)
{
	const size_t header = TP_PPP_PROTO_LEN + tp_mp_header_len(m->tx.is_short);
	const size_t count = m->count > 0 ? tp_mp_fragment_count(&m->tx, len, m->mtu) : 0;
	uint8_t frame[PACKET_FRAME_MAX];

	for (size_t i = 0, done = 0; i < count; i++) {
		/* Even ones, lest the last be tiny. */
		size_t part = (len - done + count - i - 1) / (count - i);

		if (header + part > sizeof(frame))
			return;
		tp_put_be16(frame, TP_PPP_PROTO_MP);
		tp_mp_header_put(&m->tx, i == 0, i + 1 == count, frame + TP_PPP_PROTO_LEN);
		memcpy(frame + header, packet + done, part);
		done += part;
		forward_send_ppp(next_link(m), frame, header + part);
	}
}

/* ---- receiving --------------------------------------------------------------------------------
 */

static bool is_ordering(const struct multilink *m)
{
	return m->held != NULL && (m->count > 1 || (m->ordering && m->order.waiting > 0));
}

void multilink_room(struct multilink *m, const struct tp_reader *fragment)
{
	struct tp_mp_fragment parsed;

	if (!is_ordering(m)) {
		m->ordering = false;
		return;
	}
	if (!tp_mp_fragment_parse(*fragment, m->rx.is_short, &parsed))
		return;
	if (!m->ordering) {
		m->ordering = true;
		tp_mp_order_init(&m->order, m->count, m->rx.is_short,
				 m->rx.is_synched ? m->rx.next : parsed.sequence);
	}
	tp_mp_order_make_room(&m->order, parsed.sequence);
}

static struct held *hold(struct multilink *m, const struct tp_reader *fragment)
{
	const size_t len = tp_reader_left(fragment);
	struct held *held = m->free;

	if (held == NULL || len > sizeof(held->bytes))
		return NULL;
	m->free = held->next;
	held->len = len;
	memcpy(held->bytes, fragment->p, len);
	return held;
}

void multilink_put(struct multilink *m, const struct forward *link,
		   const struct tp_reader *fragment, uint64_t now_ms)
{
	struct tp_mp_fragment parsed;
	struct held *held;
	unsigned at = place_of(m, link);

	if (!m->ordering) {
		m->whole = *fragment;
		m->has_whole = true;
		return;
	}
	if (at == m->count || !tp_mp_fragment_parse(*fragment, m->rx.is_short, &parsed) ||
	    (held = hold(m, fragment)) == NULL) {
		m->dropped++;
		return;
	}
	m->now_ms = now_ms;
	if (m->order.waiting == 0)
		m->waits_since_ms = now_ms;
	if (!tp_mp_order_put(&m->order, at, parsed.sequence, held)) {
		let_go(m, held);
		m->dropped++;
	}
}

static bool join(struct multilink *m, const struct tp_reader *fragment, struct tp_reader *packet)
{
	struct tp_mp_fragment parsed;
	enum tp_mp_verdict verdict;

	if (!tp_mp_fragment_parse(*fragment, m->rx.is_short, &parsed)) {
		m->dropped++;
		return false;
	}
	verdict = tp_mp_receive(&m->rx, &parsed, m->buffer, packet);
	m->dropped += verdict != TP_MP_PACKET && verdict != TP_MP_KEPT;
	return verdict == TP_MP_PACKET;
}

/* The next fragment in order. */
static bool next_fragment(struct multilink *m, struct tp_reader *fragment)
{
	if (m->given != NULL) {
		let_go(m, m->given);
		m->given = NULL;
	}
	if (m->has_whole) {
		m->has_whole = false;
		*fragment = m->whole;
		return true;
	}
	if (!m->ordering)
		return false;
	m->given = tp_mp_order_take(&m->order);
	if (m->given == NULL)
		return false;
	m->waits_since_ms = m->now_ms;
	*fragment = tp_reader_of(m->given->bytes, m->given->len);
	return true;
}

bool multilink_take(struct multilink *m, struct tp_reader *packet)
{
	struct tp_reader fragment;

	while (next_fragment(m, &fragment)) {
		if (join(m, &fragment, packet))
			return true;
	}
	return false;
}

void multilink_tick(struct multilink *m, uint64_t now_ms)
{
	if (now_ms < multilink_deadline(m))
		return;
	tp_mp_order_expire(&m->order);
	m->now_ms = m->waits_since_ms = now_ms;
}

uint64_t multilink_deadline(const struct multilink *m)
{
	return m->order.waiting == 0 ? TP_NEVER : m->waits_since_ms + PATIENCE_MS;
}
