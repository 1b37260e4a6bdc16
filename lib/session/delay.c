/* SPDX-License-Identifier: BSD-3-Clause */
/* PADOs that wait (pado-delay), so that another access concentrator may be quicker. */
#include "session/engine.h"

#define DELAYED_MAX 16384 /* at once: 10,000 PADIs a second delayed for a second, and some more */

struct tp_ac_delayed {
	struct tp_timer timer; /* first */
	struct tp_ac *ac;
	struct tp_access access;
	struct tp_mac dst;
	uint16_t len;
	TAILQ_ENTRY(tp_ac_delayed) entry;
	uint8_t bytes[];
};

static void drop(struct tp_ac_delayed *d)
{
	struct tp_ac *ac = d->ac;

	TAILQ_REMOVE(&ac->delayed, d, entry);
	ac->counters.pado_waiting--;
	tp_timer_stop(&ac->wheel, &d->timer);
	tp_ac_free(ac, d, sizeof(*d) + d->len);
}

static void send_now(struct tp_ac_delayed *d)
{
	tp_ac_output(d->ac, &d->access, &d->dst, TP_ETHERTYPE_DISCOVERY, d->bytes, d->len);
	tp_ac_offered(d->ac, &d->access, &d->dst);
}

static void due(struct tp_timer *timer, uint64_t now_ms)
{
	struct tp_ac_delayed *d = (void *)timer;

	if (!d->ac->shutting_down)
		send_now(d);
	drop(d);
}

void tp_ac_delay(struct tp_ac *ac, const struct tp_pppoe_packet *packet)
{
	struct tp_ac_delayed *d = NULL;

	if (ac->counters.pado_waiting < DELAYED_MAX)
		d = tp_ac_alloc(ac, sizeof(*d) + packet->len);
	if (d == NULL) {
		ac->counters.pado_lost++;
		return;
	}
	d->ac = ac;
	d->access = (struct tp_access){.port = packet->port, .vlans = packet->vlans};
	d->dst = packet->dst;
	d->len = (uint16_t)packet->len;
	memcpy(d->bytes, packet->bytes, packet->len);
	TAILQ_INSERT_TAIL(&ac->delayed, d, entry);
	ac->counters.pado_waiting++;
	tp_timer_start(&ac->wheel, &d->timer, ac->now_ms + packet->delay_ms, due);
}

void tp_ac_delayed_clear(struct tp_ac *ac)
{
	while (!TAILQ_EMPTY(&ac->delayed))
		drop(TAILQ_FIRST(&ac->delayed));
}
