/* SPDX-License-Identifier: BSD-3-Clause */
/* Sessions that are up: their prefixes, codings and rates, and what workers know of them. Control
 * alone. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>

#include <rte_cycles.h>

#include "dataplane/coding.h"
#include "dataplane/fib.h"
#include "dataplane/sessions.h"
#include "dataplane/slot.h"
#include "dataplane/state.h"
#include "dataplane/worker/rate_limit.h"
#include "dataplane/worker/worker.h"
#include "wire/ipv4.h"

/* The prefixes of a session that is up: its address first, then its framed routes. What
 * workers need of it (the routes beyond the first) is at its end. */
struct holding {
	struct tp_grace_item grace;
	uint32_t local_address;
	unsigned prefix_count;
	struct tp_prefix *prefixes;
	struct tp_routes routes;
};

static struct holding *holding_create(const struct tp_dataplane_session_up *up)
{
	unsigned others = up->route_count > 1 ? up->route_count - 1 : 0;
	size_t routes_size = others * sizeof(((struct tp_routes *)0)->prefixes[0]);
	size_t prefixes_size = (1 + up->route_count) * sizeof(struct tp_prefix);
	struct holding *h = calloc(1, sizeof(*h) + routes_size + prefixes_size);
	if (h == NULL)
		return NULL;
	h->grace = (struct tp_grace_item){.slot = TP_SLOT_NONE, .memory = h};
	h->local_address = up->local_address;
	h->routes.count = others;
	for (unsigned i = 0; i < others; i++) {
		const struct tp_prefix *p = &up->routes[i + 1];
		h->routes.prefixes[i].address_be = htonl(p->address);
		h->routes.prefixes[i].mask_be = htonl(tp_prefix_mask(p->length));
	}
	h->prefixes = (struct tp_prefix *)(void *)((char *)(h + 1) + routes_size);
	h->prefixes[h->prefix_count++] =
		(struct tp_prefix){.address = up->remote_address, .length = 32};
	for (unsigned i = 0; i < up->route_count; i++)
		h->prefixes[h->prefix_count++] = up->routes[i];
	return h;
}

static bool holds(const struct holding *h, const struct tp_prefix *prefix)
{
	for (unsigned i = 0; h != NULL && i < h->prefix_count; i++)
		if (h->prefixes[i].address == prefix->address &&
		    h->prefixes[i].length == prefix->length)
			return true;
	return false;
}

static void release_prefixes(struct tp_dataplane *dp, const struct holding *h, unsigned count,
			     const struct holding *keep)
{
	for (unsigned i = 0; i < count; i++)
		if (!holds(keep, &h->prefixes[i]))
			tp_fib_release(dp->fib, &h->prefixes[i], TP_CLAIM_SESSION);
}

/* Claims what H has and BEFORE had not; all or nothing. */
static int claim_prefixes(struct tp_dataplane *dp, uint32_t slot, const struct holding *h,
			  const struct holding *before)
{
	for (unsigned i = 0; i < h->prefix_count; i++) {
		const struct tp_prefix *p = &h->prefixes[i];
		uint32_t mine = TP_HOP(TP_HOP_SESSION, slot);
		uint32_t claimed = tp_fib_claimed(dp->fib, p, TP_CLAIM_SESSION);
		int err = 0;
		if ((claimed != 0 && claimed != mine) ||
		    (p->length == 32 && tp_local_has(dp->locals, p->address)))
			err = -EEXIST;
		else
			err = tp_fib_claim(dp->fib, p, TP_CLAIM_SESSION, mine);
		if (err != 0) {
			release_prefixes(dp, h, i, before);
			return err;
		}
	}
	return 0;
}

static bool is_encrypted(const struct tp_dataplane_encryption *encryption)
{
	return encryption->in.bits != 0 || encryption->out.bits != 0;
}

static int check_up(const struct tp_dataplane_session_up *up)
{
	if (up->remote_address == 0 || up->mtu < TP_IPV4_MIN_MTU)
		return -EINVAL;
	if ((up->multilink.mrru != 0 || is_encrypted(&up->encryption)) &&
	    up->multilink.link_mtu < TP_IPV4_MIN_MTU)
		return -EINVAL;
	for (unsigned i = 0; i < up->route_count; i++) {
		const struct tp_prefix *p = &up->routes[i];
		if (p->length > 32 || (p->address & ~tp_prefix_mask(p->length)) != 0)
			return -EINVAL;
	}
	return 0;
}

uint32_t tp_slot_ticks(const struct tp_dataplane *dp, unsigned seconds)
{
	return (uint32_t)(seconds * dp->ticks_per_second + 0.5);
}

/* A field that workers read meanwhile: whole, and after those before it. */
#define publish(field, value) __atomic_store_n(field, value, __ATOMIC_RELEASE)

void tp_slot_careful(struct tp_dataplane *dp, uint32_t slot, unsigned careful)
{
	for (unsigned i = 0; i < dp->worker_count; i++) {
		struct tp_record_up *r = &dp->workers[i]->up[slot];
		uint64_t mac = r->mac & ~(uint64_t)TP_MAC_CAREFUL;

		publish(&r->mac, mac | careful);
	}
	publish(&dp->terms[slot].careful, (uint8_t)careful);
}

static void write_records(struct tp_record_up *r, struct tp_record_down *d,
			  const struct tp_dataplane_session_up *up, bool plain)
{
	uint32_t route = 1, mask = 0;
	if (up->route_count > 0) {
		route = htonl(up->routes[0].address);
		mask = htonl(tp_prefix_mask(up->routes[0].length));
	}
	/* Never an old prefix with a new mask: no prefix in between. */
	publish(&r->route_mask_be, 0);
	publish(&r->route_be, route);
	publish(&r->route_mask_be, mask);
	publish(&r->address_be, htonl(up->remote_address));
	publish(&d->address_be, htonl(up->remote_address));
	publish(&d->mtu, plain ? up->mtu : 0);
}

/* The limits first, so that they are there when records say so. */
static void write_rates(struct tp_dataplane *dp, uint32_t slot,
			const struct tp_dataplane_session_up *up)
{
	struct tp_rate_limits *rate_limits = &dp->rate_limits[slot];
	uint64_t hz = rte_get_tsc_hz();

	if (up->rate_up.rate != 0)
		tp_rate_limit_set(&rate_limits->up, &up->rate_up, hz);
	if (up->rate_down.rate != 0)
		tp_rate_limit_set(&rate_limits->down, &up->rate_down, hz);
	if (up->rate_up.rate != 0 || up->rate_down.rate != 0)
		publish(&dp->shaping, true);
	for (unsigned i = 0; i < dp->worker_count; i++) {
		struct tp_worker *w = dp->workers[i];
		publish(&w->up[slot].shaped, up->rate_up.rate != 0);
		publish(&w->down[slot].shaped, up->rate_down.rate != 0);
	}
}

/* The terms first, so that they are there when packets are let in. */
static void write_up(struct tp_dataplane *dp, uint32_t slot,
		     const struct tp_dataplane_session_up *up, const struct holding *h)
{
	struct tp_terms *t = &dp->terms[slot];
	unsigned careful = tp_coding_careful(dp->codings[slot]);
	const struct tp_routes *others = h->routes.count > 0 ? &h->routes : NULL;

	if ((t->careful & TP_CAREFUL_DOWN) != 0)
		publish(&t->since_tick, dp->slots[slot].up_tick);
	publish(&t->local_address_be, htonl(up->local_address));
	publish(&t->magic_be, htonl(up->magic));
	publish(&t->keepalive_ticks,
		dp->slots[slot].unlinked ? 0 : tp_slot_ticks(dp, up->keepalive_s));
	publish(&t->mss_up, up->mss_up);
	publish(&t->mss_down, up->mss_down);
	publish(&t->packet_mtu, up->mtu);
	publish(&t->link_mtu, up->multilink.link_mtu != 0 ? up->multilink.link_mtu : up->mtu);
	publish(&t->routes, others);
	write_rates(dp, slot, up);
	for (unsigned i = 0; i < dp->worker_count; i++)
		write_records(&dp->workers[i]->up[slot], &dp->workers[i]->down[slot], up,
			      careful == 0);
	tp_slot_careful(dp, slot, careful);
}

static void write_down(struct tp_dataplane *dp, uint32_t slot)
{
	tp_slot_careful(dp, slot, TP_CAREFUL_DOWN);
	publish(&dp->terms[slot].packet_mtu, 0);
	for (unsigned i = 0; i < dp->worker_count; i++) {
		struct tp_record_up *r = &dp->workers[i]->up[slot];
		struct tp_record_down *d = &dp->workers[i]->down[slot];
		publish(&d->mtu, 0);
		publish(&r->address_be, 0);
		publish(&d->address_be, 0);
		publish(&r->route_mask_be, 0);
		publish(&r->route_be, 1);
	}
	publish(&dp->terms[slot].routes, NULL);
}

static void let_go(struct tp_dataplane *dp, struct holding *h, const struct holding *keep)
{
	release_prefixes(dp, h, h->prefix_count, keep);
	if (h->local_address != 0)
		tp_local_drop(dp->locals, h->local_address);
	tp_grace_add(&dp->grace, &h->grace);
}

/* Takes the addresses of H for SLOT; all or nothing. */
static int claim(struct tp_dataplane *dp, uint32_t slot, const struct holding *h)
{
	struct tp_prefix local = {.address = h->local_address, .length = 32};
	int err = 0;

	if (h->local_address != 0)
		err = holds(h, &local) || tp_fib_claimed(dp->fib, &local, TP_CLAIM_SESSION) != 0
			      ? -EEXIST
			      : tp_local_hold(dp->locals, h->local_address);
	if (err != 0)
		return err;
	err = claim_prefixes(dp, slot, h, dp->slots[slot].holding);
	if (err != 0 && h->local_address != 0)
		tp_local_drop(dp->locals, h->local_address);
	return err;
}

/* RFC 1990, section 3: the peer goes on counting as long as LCP stands. A worker may still send a
 * little by the coding that is withdrawn; to the peer a gap is but a loss. */
#define MP_GAP 256

static void set_coding(struct tp_dataplane *dp, uint32_t slot, struct tp_coding *coding)
{
	const struct tp_coding *before = dp->codings[slot];
	struct tp_slot *s = &dp->slots[slot];

	if (before != NULL) {
		s->mp_era = before->multilink.era;
		s->mp_next = tp_mp_later(&before->out, MP_GAP);
	}
	if (coding != NULL && s->mp_era != 0 && coding->multilink.era == s->mp_era)
		coding->out.next = s->mp_next;
	if (coding == NULL || coding->multilink.mrru == 0)
		tp_bundle_dissolve(dp, slot);
	else if (before != NULL)
		coding->members = before->members;
	tp_coding_publish(dp, slot, coding);
}

/* A coding whose fragments and packets are being counted stays. */
static bool link_stays(const struct tp_dataplane *dp, uint32_t slot,
		       const struct tp_dataplane_session_up *up)
{
	const struct tp_coding *coding = dp->codings[slot];
	const struct tp_dataplane_multilink *a = &up->multilink;

	if (coding == NULL)
		return false;
	const struct tp_dataplane_multilink *b = &coding->multilink;
	if (is_encrypted(&up->encryption) != (coding->cipher != NULL) ||
	    (coding->cipher != NULL && coding->cipher->terms.era != up->encryption.era))
		return false;
	return a->mrru == b->mrru && a->link_mtu == b->link_mtu && a->short_in == b->short_in &&
	       a->short_out == b->short_out && a->era == b->era;
}

int tp_dataplane_session_up(struct tp_dataplane *dp, uint32_t slot,
			    const struct tp_dataplane_session_up *up)
{
	if (slot >= dp->max_sessions ||
	    (dp->slots[slot].state != SLOT_OPEN && dp->slots[slot].state != SLOT_UP))
		return -ENOENT;
	struct tp_slot *s = &dp->slots[slot];
	int err = check_up(up);
	if (err != 0)
		return err;
	struct tp_coding *coding = dp->codings[slot];
	struct holding *h = holding_create(up);
	err = h == NULL ? -ENOMEM : 0;
	if (err == 0 && !link_stays(dp, slot, up))
		err = tp_coding_create(dp, slot, up, &coding);
	if (err == 0)
		err = claim(dp, slot, h);
	if (err != 0) {
		if (coding != dp->codings[slot])
			free(coding);
		free(h);
		return err;
	}
	if (s->state != SLOT_UP)
		s->up_tick = tp_dataplane_tick(dp);
	s->state = SLOT_UP;
	s->link_mtu = up->multilink.link_mtu;
	if (coding != dp->codings[slot])
		set_coding(dp, slot, coding);
	if (!s->gone)
		s->unlinked = false;
	tp_bundle_relink(dp, slot);
	write_up(dp, slot, up, h);
	if (s->holding != NULL)
		let_go(dp, s->holding, h);
	s->holding = h;
	return 0;
}

void tp_dataplane_session_down(struct tp_dataplane *dp, uint32_t slot)
{
	if (slot < dp->max_sessions && dp->slots[slot].state == SLOT_JOINED)
		tp_bundle_leave(dp, slot);
	if (slot >= dp->max_sessions || dp->slots[slot].state != SLOT_UP)
		return;
	struct tp_slot *s = &dp->slots[slot];
	write_down(dp, slot);
	set_coding(dp, slot, NULL);
	let_go(dp, s->holding, NULL);
	s->holding = NULL;
	s->state = SLOT_OPEN;
}
