/* SPDX-License-Identifier: BSD-3-Clause */
#include "dataplane/worker/reorder.h"

#include <rte_malloc.h>
#include <rte_mbuf.h>

#include "dataplane/state.h"
#include "dataplane/worker/slow.h"

bool tp_reorder_create(struct tp_worker *w)
{
	w->windows = rte_zmalloc("windows", TP_MP_WINDOWS * sizeof(*w->windows), 64);
	return w->windows != NULL;
}

static struct rte_mbuf *take(struct tp_worker *w, struct tp_window *window)
{
	struct rte_mbuf *m = tp_mp_order_take(&window->order);

	w->ordered -= m != NULL;
	return m;
}

/* Its coding is no more, or another's turn has come. */
static void empty(struct tp_worker *w, struct tp_window *window)
{
	struct rte_mbuf *m;

	while ((m = tp_mp_order_drop(&window->order)) != NULL) {
		w->ordered--;
		tp_count(&w->counters[m->port].drops[TP_DROP_MP_ORPHAN], 1);
		rte_pktmbuf_free(m);
	}
	window->serial = 0;
}

void tp_reorder_destroy(struct tp_worker *w)
{
	for (unsigned i = 0; w->windows != NULL && i < TP_MP_WINDOWS; i++)
		empty(w, &w->windows[i]);
	rte_free(w->windows);
}

static struct tp_window *window_of(const struct tp_worker *w, const struct tp_coding *coding)
{
	struct tp_window *window = &w->windows[coding->window];

	return window->serial == coding->serial ? window : NULL;
}

bool tp_reorder_is_needed(const struct tp_worker *w, const struct tp_coding *coding)
{
	const struct tp_members *members = __atomic_load_n(&coding->members, __ATOMIC_ACQUIRE);
	const struct tp_window *window = window_of(w, coding);

	return (members != NULL && members->count > 1) ||
	       (window != NULL && window->order.waiting > 0);
}

static int index_of(const uint32_t *slots, unsigned count, uint32_t slot)
{
	for (unsigned i = 0; i < count; i++)
		if (slots[i] == slot)
			return (int)i;
	return -1;
}

/* What the window knows of the members is what control has published last. */
static void follow(struct tp_window *window, const struct tp_members *members, uint32_t own)
{
	unsigned count = members != NULL ? members->count : 1;
	const uint32_t *slots = members != NULL ? members->slot : &own;
	int from[TP_MP_LINKS];

	if (window->members == members || count == 0)
		return;
	for (unsigned i = 0; i < count; i++)
		from[i] = index_of(window->member, window->order.links, slots[i]);
	memcpy(window->member, slots, count * sizeof(slots[0]));
	tp_mp_order_links(&window->order, from, count);
	window->members = members;
}

static struct tp_window *open_window(struct tp_worker *w, struct tp_coding *coding, uint32_t slot,
				     uint32_t sequence)
{
	struct tp_window *window = window_of(w, coding);

	if (window != NULL)
		return window;
	coding->window = w->window_turn++ % TP_MP_WINDOWS;
	window = &w->windows[coding->window];
	empty(w, window);
	window->serial = coding->serial;
	window->slot = slot;
	window->members = NULL;
	window->member[0] = slot;
	tp_mp_order_init(&window->order, 1, coding->in.is_short,
			 coding->in.is_synched ? coding->in.next : sequence);
	return window;
}

static bool parse(const struct tp_coding *coding, const struct rte_mbuf *m,
		  struct tp_mp_fragment *fragment)
{
	struct tp_reader r = tp_reader_of(rte_pktmbuf_mtod(m, const uint8_t *), m->data_len);

	return tp_mp_fragment_parse(r, coding->in.is_short, fragment);
}

bool tp_reorder_is_due(const struct tp_worker *w, const struct tp_coding *coding,
		       const struct rte_mbuf *m)
{
	struct tp_mp_fragment fragment;

	return window_of(w, coding) == NULL && parse(coding, m, &fragment) &&
	       (!coding->in.is_synched || fragment.sequence == coding->in.next);
}

bool tp_reorder_room(struct tp_worker *w, const struct tp_flow *flow, struct tp_coding *coding,
		     struct rte_mbuf *m)
{
	struct tp_mp_fragment fragment;
	struct tp_window *window;

	if (!parse(coding, m, &fragment)) {
		tp_drop(w, flow, m, TP_DROP_MP_HEADER);
		return false;
	}
	window = open_window(w, coding, flow->slot, fragment.sequence);
	follow(window, __atomic_load_n(&coding->members, __ATOMIC_ACQUIRE), flow->slot);
	if (w->ordered >= TP_MP_ORDERED)
		tp_mp_order_expire(&window->order);
	tp_mp_order_make_room(&window->order, fragment.sequence);
	return true;
}

void tp_reorder_put(struct tp_worker *w, const struct tp_flow *flow, struct tp_coding *coding,
		    uint32_t via, struct rte_mbuf *m)
{
	struct tp_window *window = window_of(w, coding);
	struct tp_mp_fragment fragment;
	int member = index_of(window->member, window->order.links, via);

	parse(coding, m, &fragment);
	if (window->order.waiting == 0)
		window->since = w->tick;
	m->port = flow->port;
	if (tp_mp_order_put(&window->order, member >= 0 ? (unsigned)member : 0, fragment.sequence,
			    m))
		w->ordered++;
	else
		tp_drop(w, flow, m, TP_DROP_MP_LATE);
}

struct rte_mbuf *tp_reorder_take(struct tp_worker *w, const struct tp_coding *coding,
				 struct tp_flow *flow)
{
	struct tp_window *window = window_of(w, coding);
	struct rte_mbuf *m = window != NULL ? take(w, window) : NULL;

	if (m == NULL)
		return NULL;
	window->since = w->tick;
	*flow = (struct tp_flow){
		.counters = &w->counters[m->port],
		.port = m->port,
		.slot = window->slot,
	};
	return m;
}

static void look_at(struct tp_worker *w, struct tp_window *window)
{
	struct tp_coding *coding = tp_coding_of(w, window->slot);

	if (coding == NULL || coding->serial != window->serial) {
		empty(w, window);
	} else if (w->tick - window->since >= TP_MP_PATIENCE) {
		tp_mp_order_expire(&window->order);
		tp_multilink_deliver(w, coding, TP_DATAPLANE_MAX_PORTS);
	}
}

void tp_reorder_sweep(struct tp_worker *w)
{
	if (w->ordered == 0 || w->tick == w->order_tick)
		return;
	w->order_tick = w->tick;
	for (unsigned i = 0; i < TP_MP_WINDOWS; i++)
		if (w->windows[i].order.waiting > 0)
			look_at(w, &w->windows[i]);
}
