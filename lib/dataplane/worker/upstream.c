/* SPDX-License-Identifier: BSD-3-Clause */
/* The hot path from subscribers to the core: a burst is cut into runs of frames of one kind
 * (head.h), which upstream4.c and upstream6.c take. Compiled once for each level of x86-64.
 *
 * All frames are first taken for what most of the port's last ones were. Where IPv4 and IPv6 come
 * mixed, each by chance, that would be wrong for many, and a branch that asks would be mispredicted
 * as often: then they are parted without a branch. */
#include "dataplane/worker/level.h"

#include "dataplane/worker/hot.h"
#include "dataplane/worker/parted.h"
#include "dataplane/worker/put_off.h"
#include "dataplane/worker/shaper.h"
#include "dataplane/worker/slow.h"

static unsigned run(struct tp_worker *w, struct tp_port *port, const struct tp_heads *heads,
		    struct rte_mbuf **frames, unsigned count)
{
	if (heads->kind.ipv6)
		return LEVEL_NAME(tp_upstream6)(w, port, heads, frames, count);
	return LEVEL_NAME(tp_upstream4)(w, port, heads, frames, count);
}

static void expect(struct tp_guess *guess, const struct tp_port *port,
		   const struct tp_head_kind *kind)
{
	struct tp_head_kind of4 = *kind, of6 = *kind;

	of4.ipv6 = false;
	of6.ipv6 = true;
	tp_heads_init(&guess->four, port, &of4);
	tp_heads_init(&guess->six, port, &of6);
	guess->ipv6 = kind->ipv6;
	guess->made = true;
}

/* COUNT frames that are not what was expected, out of a burst of ALL. */
static __rte_noinline void run_others(struct tp_worker *w, struct tp_port *port,
				      struct tp_guess *guess, struct rte_mbuf **frames,
				      unsigned count, unsigned all)
{
	const struct tp_head_kind expected = guess->ipv6 ? guess->six.kind : guess->four.kind;
	const bool most = count > all / 2, many = count > all / TP_MIXED_SHARE;
	bool first = true;

	while (count > 0) {
		struct tp_heads heads;
		struct tp_head_kind kind;

		if (!tp_head_kind_of(rte_pktmbuf_mtod(frames[0], const uint8_t *), &kind)) {
			tp_upstream_slow(w, port, *frames++);
			count--;
			continue;
		}
		tp_heads_init(&heads, port, &kind);
		if (first && many && !most && tp_head_is_other_family(&kind, &expected))
			guess->mixed = true;
		else if (first && most)
			expect(guess, port, &kind);
		first = false;
		count = run(w, port, &heads, frames, count);
	}
}

tp_hot void fetch(const uint8_t *frame)
{
	__builtin_prefetch(frame, 1);
}

static __rte_noinline void run_mixed(struct tp_worker *w, struct tp_port *port,
				     struct tp_guess *guess, struct rte_mbuf **frames,
				     unsigned count)
{
	const unsigned at = tp_head_len(guess->four.kind.tags) - TP_PPP_PROTO_LEN;
	struct tp_parted p;

	tp_part(&p, frames, count, at, RTE_BE16(TP_PPP_PROTO_IPV6), fetch);
	tp_guess_parted(guess, &p);
	LEVEL_NAME(tp_upstream4_begin)(w, port, &guess->four, &p.four);
	LEVEL_NAME(tp_upstream6_begin)(w, port, &guess->six, &p.six);
	unsigned fours = LEVEL_NAME(tp_upstream4_finish)(w, port, &guess->four, &p.four, &p.six);
	unsigned sixes = LEVEL_NAME(tp_upstream6_finish)(w, port, &guess->six, &p.six);
	if (unlikely(fours > 0))
		run_others(w, port, guess, p.fours, fours, count);
	if (unlikely(sixes > 0))
		run_others(w, port, guess, p.sixes, sixes, count);
}

static void run_burst(struct tp_worker *w, struct tp_port *port, struct rte_mbuf **frames,
		      unsigned count)
{
	struct tp_guess *guess = &w->guesses[port->index];

	if (unlikely(!guess->made))
		expect(guess, port, &(struct tp_head_kind){0});
	if (guess->mixed) {
		run_mixed(w, port, guess, frames, count);
		return;
	}
	unsigned others = run(w, port, guess->ipv6 ? &guess->six : &guess->four, frames, count);
	if (unlikely(others > 0))
		run_others(w, port, guess, frames, others, count);
}

void LEVEL_NAME(tp_upstream)(struct tp_worker *w, struct tp_port *port, struct rte_mbuf **frames,
			     unsigned count)
{
	run_burst(w, port, frames, count);
	if (unlikely(w->put_off_count > 0))
		tp_put_off_work_up(w, port);
	if (w->low_count > 0)
		tp_leases_renew(w);
}
