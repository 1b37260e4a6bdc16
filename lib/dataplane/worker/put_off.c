/* SPDX-License-Identifier: BSD-3-Clause */
/* What the careful way will look at is read here first, of all frames one line after the other: the
 * loads of one loop wait for nothing but memory, and for that side by side. Prefetches would be
 * fewer instructions, but those that are too many at once are forgotten (run.h). */
#include "dataplane/worker/put_off.h"

#include <rte_mbuf.h>

#include "dataplane/coding.h"
#include "dataplane/fib.h"
#include "dataplane/state.h"
#include "dataplane/worker/forward.h"
#include "dataplane/worker/coding.h"
#include "dataplane/worker/head.h"
#include "dataplane/worker/reorder.h"
#include "dataplane/worker/slow.h"

bool tp_put_off_up(struct tp_worker *w, struct rte_mbuf *m, unsigned tags, uint32_t slot)
{
	const uint8_t *ip = rte_pktmbuf_mtod(m, const uint8_t *) + tp_head_len(tags);

	if (m->nb_segs != 1 || tp_load16(ip - 2) != RTE_BE16(TP_PPP_PROTO_MP) ||
	    tp_load16(ip - TP_PPP_HEADERS - 2) != RTE_BE16(TP_ETHERTYPE_SESSION) ||
	    tp_read_once(&w->up[slot].bundled) == 0)
		return false;
	w->put_off[w->put_off_count++] = (struct tp_put_off){.m = m, .slot = slot};
	return true;
}

void tp_put_off_down(struct tp_worker *w, struct rte_mbuf *m, uint32_t slot, bool plain)
{
	w->put_off[w->put_off_count++] = (struct tp_put_off){.m = m, .slot = slot, .plain = plain};
}

/* ---- reading ahead --------------------------------------------------------------------------- */

/* The compiler may not leave the load out. Nobody looks at what was read, so another worker may
 * write there meanwhile: this is no race, which ThreadSanitizer can't know. */
#ifdef __SANITIZE_THREAD__
#define touch(word) __builtin_prefetch(word)
#else
#define touch(word) __asm__ volatile("" : : "r"(tp_read_once(word)))
#endif

/* The codings of sessions, by frame; NULL: none. */
struct codings {
	const struct tp_coding *of[TP_BURST];
};

static void read_codings(const struct tp_worker *w, struct codings *codings)
{
	for (unsigned i = 0; i < w->put_off_count; i++)
		codings->of[i] = tp_coding_of(w, w->put_off[i].slot);
}

/* Frames by a link that has joined a bundle are the bundle's session's. */
static void read_leaders(struct tp_worker *w, const struct codings *codings)
{
	for (unsigned i = 0; i < w->put_off_count; i++)
		if (codings->of[i] != NULL && codings->of[i]->leader != TP_SLOT_NONE)
			w->put_off[i].slot = codings->of[i]->leader;
}

/* Their second lines. */
static void read_counts(const struct tp_worker *w, const struct codings *codings)
{
	for (unsigned i = 0; i < w->put_off_count; i++)
		if (codings->of[i] != NULL)
			touch(&codings->of[i]->in.next);
}

static void read_windows(const struct tp_worker *w, const struct codings *codings)
{
	for (unsigned i = 0; i < w->put_off_count; i++)
		if (codings->of[i] != NULL)
			touch(&w->windows[codings->of[i]->window].serial);
}

static void read_records(const struct tp_worker *w)
{
	for (unsigned i = 0; i < w->put_off_count; i++)
		touch(&w->up[w->put_off[i].slot].address_be);
}

/* The links that the packets will leave by, but for those that cause each other to. */
static void read_ways(const struct tp_worker *w, const struct codings *codings)
{
	const struct tp_members *members[TP_BURST];

	for (unsigned i = 0; i < w->put_off_count; i++)
		members[i] = codings->of[i] != NULL
				     ? __atomic_load_n(&codings->of[i]->members, __ATOMIC_ACQUIRE)
				     : NULL;
	for (unsigned i = 0; i < w->put_off_count; i++) {
		if (members[i] == NULL || members[i]->count == 0)
			continue;
		unsigned turn = codings->of[i]->turn + 1u;
		uint32_t slot = members[i]->slot[turn < members[i]->count ? turn : 0];
		touch(&w->down[slot].mtu);
	}
}

/* ---- working --------------------------------------------------------------------------------- */

void tp_put_off_work_up(struct tp_worker *w, struct tp_port *port)
{
	struct codings codings;

	read_codings(w, &codings);
	read_leaders(w, &codings);
	read_codings(w, &codings);
	read_counts(w, &codings);
	read_windows(w, &codings);
	read_records(w);
	for (unsigned i = 0; i < w->put_off_count; i++)
		tp_upstream_slow(w, port, w->put_off[i].m);
	w->put_off_count = 0;
}

void tp_put_off_work_down(struct tp_worker *w, struct tp_port *port)
{
	const struct tp_flow flow = tp_flow_of_port(w, port);
	struct codings codings;

	read_codings(w, &codings);
	read_counts(w, &codings);
	read_ways(w, &codings);
	for (unsigned i = 0; i < w->put_off_count; i++) {
		const struct tp_put_off *p = &w->put_off[i];

		if (p->plain)
			tp_forward_hop(w, &flow, p->m, TP_HOP(TP_HOP_SESSION, p->slot));
		else
			tp_downstream_slow(w, port, p->m);
	}
	w->put_off_count = 0;
}
