/* SPDX-License-Identifier: BSD-3-Clause */
/* PADOs that no PADR follows: the host does not hear them, or has chosen another access
 * concentrator. A PADI leaves no state (RFC 2516 has none for it), so this is a table of a fixed
 * size that is forgotten by whatever comes next to the same place: enough for the one who calls,
 * and nothing for a storm to fill. Control thread. */
#include "session/engine.h"

#define OFFERS	1024  /* a power of 2 */
#define WAIT_MS 10000 /* clients wait for other PADOs, or ask again, for less */

struct offer {
	struct tp_access to;
	struct tp_mac dst;
	bool waits;
	uint64_t sent_ms; /* the first of those that nothing followed */
	TAILQ_ENTRY(offer) entry;
};

struct tp_ac_offers {
	struct tp_timer timer; /* first: of the one that has waited for the longest */
	struct tp_ac *ac;
	TAILQ_HEAD(, offer) waiting; /* in the order in which they were sent */
	struct offer offer[OFFERS];
};

static struct offer *place_of(struct tp_ac_offers *offers, const struct tp_access *access,
			      const struct tp_mac *mac)
{
	uint64_t key = (uint64_t)access->port << 32 | (uint32_t)access->vlans.outer << 16 |
		       access->vlans.inner;

	for (unsigned i = 0; i < sizeof(mac->bytes); i++)
		key = (key ^ mac->bytes[i]) * UINT64_C(0x100000001b3);
	return &offers->offer[(key ^ key >> 32) & (OFFERS - 1)];
}

static bool is_of(const struct offer *offer, const struct tp_access *access,
		  const struct tp_mac *mac)
{
	return offer->waits && tp_mac_equal(&offer->dst, mac) &&
	       tp_access_equal(&offer->to, access);
}

static void forget(struct tp_ac_offers *offers, struct offer *offer)
{
	TAILQ_REMOVE(&offers->waiting, offer, entry);
	offer->waits = false;
	if (TAILQ_EMPTY(&offers->waiting))
		tp_timer_stop(&offers->ac->wheel, &offers->timer);
}

static void tell(struct tp_ac *ac, const struct offer *offer)
{
	const struct tp_ac_refusal refusal = {
		.access = offer->to,
		.mac = offer->dst,
		.packet = "PADO",
		.reason = TP_PPPOE_NO_REQUEST,
		.detail = "",
	};

	ac->counters.pado_unanswered++;
	if (ac->ops.refused != NULL)
		ac->ops.refused(ac->user, &refusal);
}

static void due(struct tp_timer *timer, uint64_t now_ms)
{
	struct tp_ac_offers *offers = (void *)timer;
	struct offer *offer;

	while ((offer = TAILQ_FIRST(&offers->waiting)) != NULL &&
	       offer->sent_ms + WAIT_MS <= now_ms) {
		tell(offers->ac, offer);
		forget(offers, offer);
	}
	if (offer != NULL)
		tp_timer_start(&offers->ac->wheel, timer, offer->sent_ms + WAIT_MS, due);
}

static struct tp_ac_offers *create(struct tp_ac *ac)
{
	struct tp_ac_offers *offers = tp_ac_alloc(ac, sizeof(*offers));

	if (offers == NULL)
		return NULL;
	offers->ac = ac;
	TAILQ_INIT(&offers->waiting);
	return offers;
}

void tp_ac_offered(struct tp_ac *ac, const struct tp_access *to, const struct tp_mac *dst)
{
	struct offer *offer;

	if (ac->offers == NULL)
		ac->offers = create(ac);
	if (ac->offers == NULL)
		return; /* it costs an explanation, and nothing else */
	offer = place_of(ac->offers, to, dst);
	if (is_of(offer, to, dst))
		return;
	if (offer->waits)
		forget(ac->offers, offer);
	offer->to = *to;
	offer->dst = *dst;
	offer->waits = true;
	offer->sent_ms = ac->now_ms;
	if (TAILQ_EMPTY(&ac->offers->waiting))
		tp_timer_start(&ac->wheel, &ac->offers->timer, ac->now_ms + WAIT_MS, due);
	TAILQ_INSERT_TAIL(&ac->offers->waiting, offer, entry);
}

void tp_ac_requested(struct tp_ac *ac, const struct tp_access *from, const struct tp_mac *src)
{
	struct offer *offer = ac->offers != NULL ? place_of(ac->offers, from, src) : NULL;

	if (offer != NULL && is_of(offer, from, src))
		forget(ac->offers, offer);
}

void tp_ac_offers_clear(struct tp_ac *ac)
{
	if (ac->offers == NULL)
		return;
	tp_timer_stop(&ac->wheel, &ac->offers->timer);
	tp_ac_free(ac, ac->offers, sizeof(*ac->offers));
	ac->offers = NULL;
}
