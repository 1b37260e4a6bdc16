/* SPDX-License-Identifier: BSD-3-Clause */
/* Sessions that are up: their prefixes, codings and rates, and what workers know of them. Control
 * alone. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>

#include <rte_cycles.h>

#include "base/ip.h"
#include "dataplane/coding.h"
#include "dataplane/holding.h"
#include "dataplane/record6.h"
#include "dataplane/sessions.h"
#include "dataplane/slot.h"
#include "dataplane/state.h"
#include "dataplane/worker/rate_limit.h"
#include "dataplane/worker/worker.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"

static bool is_encrypted(const struct tp_dataplane_encryption *encryption)
{
	return encryption->in.bits != 0 || encryption->out.bits != 0;
}

/* A network that a subscriber may have: no group's, nothing that never leaves a link. */
static bool is_fit(const struct tp_prefix6 *prefix)
{
	const struct tp_ip_prefix p = tp_ip_prefix_of6(prefix);

	return tp_ip_prefix_is_network(&p) && !tp_ipv6_is_multicast(prefix->address) &&
	       !tp_ipv6_is_link_local(prefix->address);
}

static int check_ipv6(const struct tp_dataplane_ipv6 *ipv6, uint16_t mtu)
{
	if (mtu < TP_IPV6_MIN_MTU ||
	    memcmp(ipv6->local_id, ipv6->remote_id, sizeof(ipv6->local_id)) == 0)
		return -EINVAL;
	if (ipv6->prefix.length > 0 && !is_fit(&ipv6->prefix))
		return -EINVAL;
	for (unsigned i = 0; i < ipv6->route_count; i++)
		if (!is_fit(&ipv6->routes[i]))
			return -EINVAL;
	return 0;
}

static int check_up(const struct tp_dataplane_session_up *up)
{
	if ((up->remote_address == 0 && !up->ipv6.up) || up->mtu < TP_IPV4_MIN_MTU)
		return -EINVAL;
	if (up->remote_address == 0 && (up->route_count > 0 || up->local_address != 0))
		return -EINVAL;
	if ((up->multilink.mrru != 0 || is_encrypted(&up->encryption)) &&
	    up->multilink.link_mtu < TP_IPV4_MIN_MTU)
		return -EINVAL;
	for (unsigned i = 0; i < up->route_count; i++) {
		const struct tp_prefix *p = &up->routes[i];
		if (p->length > 32 || (p->address & ~tp_prefix_mask(p->length)) != 0)
			return -EINVAL;
	}
	return up->ipv6.up ? check_ipv6(&up->ipv6, up->mtu) : 0;
}

uint32_t tp_slot_ticks(const struct tp_dataplane *dp, unsigned seconds)
{
	return (uint32_t)(seconds * dp->ticks_per_second + 0.5);
}

/* A field that workers read meanwhile: whole, and after those before it. */
#define publish(field, value) __atomic_store_n(field, value, __ATOMIC_RELEASE)

/* The hot path does not ask of a source that the record has whether it is a martian. A network that
 * has some begins with one, or has less than eight bits. */
static bool has_martian(const struct tp_record_up *r)
{
	bool route = r->route_mask_be != 0 || r->route_be == 0;
	bool wide = ntohl(r->route_mask_be) >> 24 != 0xff;

	return tp_ipv4_is_martian(r->address_be) ||
	       (route && (wide || tp_ipv4_is_martian(r->route_be)));
}

/* Those that worker number WORKER's record of SLOT has. Where there is nothing but MP, what fits
 * the link goes as it is (RFC 1990, section 4): the worker that owns the coding, which sends the
 * fragments of what does not, may take the hot path for it, and order stays; the others hand it on.
 */
static unsigned reasons_for(const struct tp_dataplane *dp, uint32_t slot, unsigned worker,
			    unsigned careful)
{
	return careful == TP_CAREFUL_MP && dp->terms[slot].coding->owner == worker ? 0 : careful;
}

/* The largest packet to SLOT's subscriber that is a plain one; by several links none is. */
static uint16_t plain_mtu(const struct tp_dataplane *dp, uint32_t slot, unsigned reasons)
{
	const struct tp_coding *coding = dp->terms[slot].coding;
	uint16_t mtu = dp->terms[slot].packet_mtu;

	if (reasons != 0 || (coding != NULL && coding->members != NULL))
		return 0;
	if (coding != NULL && coding->multilink.link_mtu < mtu)
		return coding->multilink.link_mtu;
	return mtu;
}

void tp_slot_careful(struct tp_dataplane *dp, uint32_t slot, unsigned careful)
{
	for (unsigned i = 0; i < dp->worker_count; i++) {
		struct tp_worker *w = dp->workers[i];
		unsigned reasons = reasons_for(dp, slot, i, careful);
		uint64_t mac = w->up[slot].mac & ~(uint64_t)TP_MAC_CAREFUL;
		bool odd = reasons == 0 && has_martian(&w->up[slot]);
		uint16_t mtu = plain_mtu(dp, slot, reasons);

		publish(&w->up[slot].mac, mac | reasons | (odd ? TP_CAREFUL_DOWN : 0));
		publish(&w->up6[slot].mac, mac | reasons);
		publish(&w->down[slot].mtu, mtu);
		publish(&w->down6[slot].mtu, dp->terms[slot].ipv6 != NULL ? mtu : 0);
	}
	publish(&dp->terms[slot].careful, (uint8_t)careful);
}

/* What of TERMS' prefixes a record has room for; the rest of it is nothing. TERMS NULL: none. */
static struct tp_record_up6 record6_of(const struct tp_terms6 *terms)
{
	struct tp_record_up6 r = {.prefix = TP_RECORD6_NONE, .route = TP_RECORD6_NONE};
	uint8_t any_host = 0;

	for (unsigned i = 0; terms != NULL && i < terms->count; i++) {
		const struct tp_prefix6 *p = &terms->prefixes[i];

		if (r.prefix == TP_RECORD6_NONE && (p->length == 64 || p->length == 128)) {
			r.prefix = tp_half(p->address);
			r.host = tp_half(p->address + 8);
			any_host = p->length == 64 ? TP_ANY_HOST : 0;
		} else if (r.route == TP_RECORD6_NONE && p->length > 0 && p->length <= 64) {
			r.route = tp_half(p->address);
			r.route_shift = (uint8_t)(64 - p->length);
		}
	}
	r.route_shift |= any_host;
	return r;
}

static void write_record6(struct tp_record_up6 *r, const struct tp_terms6 *terms)
{
	const struct tp_record_up6 next = record6_of(terms);

	if (r->prefix != next.prefix || r->host != next.host || r->route != next.route ||
	    r->route_shift != next.route_shift) {
		publish(&r->prefix, TP_RECORD6_NONE);
		publish(&r->route, TP_RECORD6_NONE);
		publish(&r->host, next.host);
		publish(&r->route_shift, next.route_shift);
		publish(&r->prefix, next.prefix);
		publish(&r->route, next.route);
	}
}

static void write_records(struct tp_record_up *r, struct tp_record_down *d,
			  const struct tp_dataplane_session_up *up)
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
}

/* The limits first, so that they are there when records say so. */
static void write_rates(struct tp_dataplane *dp, uint32_t slot,
			const struct tp_dataplane_session_up *up)
{
	struct tp_rate_limits *rate_limits = &dp->rate_limits[slot];
	const uint8_t shaped_up = up->rate_up.rate != 0 ? TP_SHAPED : 0;
	const uint8_t shaped_down = up->rate_down.rate != 0 ? TP_SHAPED : 0;
	uint64_t hz = rte_get_tsc_hz();

	if (shaped_up != 0)
		tp_rate_limit_set(&rate_limits->up, &up->rate_up, hz, dp->worker_count);
	if (shaped_down != 0)
		tp_rate_limit_set(&rate_limits->down, &up->rate_down, hz, dp->worker_count);
	if ((shaped_up | shaped_down) != 0)
		dp->slots[slot].limited = true;
	for (unsigned i = 0; i < dp->worker_count; i++) {
		struct tp_worker *w = dp->workers[i];
		publish(&w->up[slot].shaped, shaped_up);
		publish(&w->up6[slot].shaped, shaped_up);
		publish(&w->down[slot].shaped, shaped_down);
		publish(&w->down6[slot].shaped, shaped_down);
	}
}

/* The terms first, so that they are there when packets are let in. */
static void write_up(struct tp_dataplane *dp, uint32_t slot,
		     const struct tp_dataplane_session_up *up, const struct tp_holding *h)
{
	struct tp_terms *t = &dp->terms[slot];
	unsigned careful = tp_coding_careful(dp->terms[slot].coding);
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
	publish(&t->ipv6, tp_holding_ipv6(h));
	write_rates(dp, slot, up);
	for (unsigned i = 0; i < dp->worker_count; i++) {
		struct tp_worker *w = dp->workers[i];

		write_records(&w->up[slot], &w->down[slot], up);
		write_record6(&w->up6[slot], tp_holding_ipv6(h));
	}
	tp_slot_careful(dp, slot, careful);
}

static void write_down(struct tp_dataplane *dp, uint32_t slot)
{
	tp_slot_careful(dp, slot, TP_CAREFUL_DOWN);
	publish(&dp->terms[slot].packet_mtu, 0);
	for (unsigned i = 0; i < dp->worker_count; i++) {
		struct tp_record_up *r = &dp->workers[i]->up[slot];
		struct tp_record_down *d = &dp->workers[i]->down[slot];
		publish(&r->address_be, 0);
		publish(&d->address_be, 0);
		publish(&r->route_mask_be, 0);
		publish(&r->route_be, 1);
		write_record6(&dp->workers[i]->up6[slot], NULL);
	}
	publish(&dp->terms[slot].routes, NULL);
	publish(&dp->terms[slot].ipv6, NULL);
}

/* RFC 1990, section 3: the peer goes on counting as long as LCP stands. A worker may still send a
 * little by the coding that is withdrawn; to the peer a gap is but a loss. */
#define MP_GAP 256

static void set_coding(struct tp_dataplane *dp, uint32_t slot, struct tp_coding *coding)
{
	const struct tp_coding *before = dp->terms[slot].coding;
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
	const struct tp_coding *coding = dp->terms[slot].coding;
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
	struct tp_coding *coding = dp->terms[slot].coding;
	struct tp_holding *h = tp_holding_create(up);
	err = h == NULL ? -ENOMEM : 0;
	if (err == 0 && !link_stays(dp, slot, up))
		err = tp_coding_create(dp, slot, up, &coding);
	if (err == 0)
		err = tp_holding_claim(dp, slot, h);
	if (err != 0) {
		if (coding != dp->terms[slot].coding)
			free(coding);
		free(h);
		return err;
	}
	if (s->state != SLOT_UP)
		s->up_tick = tp_dataplane_tick(dp);
	s->state = SLOT_UP;
	s->link_mtu = up->multilink.link_mtu;
	if (coding != dp->terms[slot].coding)
		set_coding(dp, slot, coding);
	if (!s->gone)
		s->unlinked = false;
	tp_bundle_relink(dp, slot);
	write_up(dp, slot, up, h);
	if (s->holding != NULL)
		tp_holding_let_go(dp, s->holding, h);
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
	tp_holding_let_go(dp, s->holding, NULL);
	s->holding = NULL;
	s->state = SLOT_OPEN;
}
