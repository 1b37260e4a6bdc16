/* SPDX-License-Identifier: BSD-3-Clause */
/* Identity associations: which lease is whose, and what the client is told of it (RFC 8415,
 * sections 18.3 and 21.4, 21.21).
 *
 * What a link has to give is numbered. Each IA gets one; the last IA of a message gets those that
 * are left as well, so that a client with one IA has all that it may have. A client that names what
 * it does not have here (its session is new, its lease is not) gets what there is for it, and what
 * it named is told to be over, in one answer. */
#include "ipv6/router_private.h"

#define OFFER_MS 60000 /* an offer is kept for so long */
#define INFINITE UINT32_MAX

static struct tp_ipv6_ia key_of(const struct tp_dhcp6_exchange *ex, const struct tp_dhcp6_ia *ia,
				uint8_t number)
{
	const struct tp_reader *client = &ex->message->client;

	return (struct tp_ipv6_ia){.prefix = ia->kind == TP_DHCP6_IA_PD,
				   .number = number,
				   .iaid = ia->iaid,
				   .duid = client->p,
				   .duid_len = (uint8_t)tp_reader_left(client)};
}

static bool same_duid(const struct tp_ipv6_ia *a, const struct tp_ipv6_ia *b)
{
	return a->duid_len == b->duid_len && memcmp(a->duid, b->duid, a->duid_len) == 0;
}

static bool owns(const struct tp_ipv6_ia *ia, const struct tp_ipv6_lease *lease)
{
	return lease->binding.ia.prefix == ia->prefix && lease->binding.ia.iaid == ia->iaid &&
	       same_duid(&lease->binding.ia, ia);
}

static bool is_in_message(const struct tp_dhcp6_message *message, const struct tp_ipv6_ia *ia)
{
	for (unsigned i = 0; i < message->ia_count; i++)
		if (message->ias[i].iaid == ia->iaid &&
		    (message->ias[i].kind == TP_DHCP6_IA_PD) == ia->prefix)
			return true;
	return false;
}

/* It should have been renewed, and then rebound. */
static bool is_overdue(const struct tp_ipv6_binding *binding, uint64_t now_ms)
{
	return binding->until_ms != TP_NEVER &&
	       now_ms >= binding->renewed_ms + (binding->until_ms - binding->renewed_ms) / 5 * 4;
}

/* May IA have what BINDING is of? From another client always: there is one subscriber on the link.
 * From the same one's other IA only if that seems to be forgotten. */
static bool may_take_over(const struct tp_dhcp6_exchange *ex, const struct tp_ipv6_ia *ia,
			  const struct tp_ipv6_binding *binding)
{
	if (!same_duid(ia, &binding->ia))
		return true;
	return !is_in_message(ex->message, &binding->ia) &&
	       (!binding->committed || is_overdue(binding, ex->now_ms));
}

/* ---- what is told ---------------------------------------------------------------------------- */

static void put_lease(struct tp_dhcp6_exchange *ex, const struct tp_dhcp6_ia *ia,
		      const struct tp_prefix6 *prefix, uint32_t lifetime_s)
{
	const struct tp_dhcp6_lease lease = {
		.prefix = *prefix, .preferred_s = lifetime_s, .valid_s = lifetime_s};

	tp_dhcp6_put_lease(&ex->out.w, &lease, ia->kind);
}

static void put_given(struct tp_dhcp6_exchange *ex, const struct tp_dhcp6_ia *ia,
		      const struct tp_prefix6 *prefix)
{
	put_lease(ex, ia, prefix, ex->terms.lease_s);
	ex->given++;
}

static bool is_renewal(const struct tp_dhcp6_exchange *ex)
{
	return ex->message->type == TP_DHCP6_RENEW || ex->message->type == TP_DHCP6_REBIND;
}

static bool is_bound(const struct tp_dhcp6_exchange *ex, const struct tp_dhcp6_ia *ia,
		     const struct tp_prefix6 *prefix)
{
	const struct tp_ipv6_ia key = key_of(ex, ia, 0);

	for (const struct tp_ipv6_lease *l = ex->router->leases; l != NULL; l = l->next)
		if (owns(&key, l) && tp_prefix6_same(&l->binding.prefix, prefix))
			return true;
	return false;
}

/* What the client names and has not, or has no more: over, at once (RFC 8415, section 18.3.4). */
static void put_what_is_over(struct tp_dhcp6_exchange *ex, const struct tp_dhcp6_ia *ia)
{
	for (unsigned i = 0; i < ia->lease_count; i++)
		if (!is_bound(ex, ia, &ia->leases[i].prefix))
			put_lease(ex, ia, &ia->leases[i].prefix, 0);
}

static void put_refusal(struct tp_dhcp6_exchange *ex, const struct tp_dhcp6_ia *ia)
{
	if (is_renewal(ex))
		tp_dhcp6_put_status(&ex->out.w, TP_DHCP6_NO_BINDING, "no such binding");
	else if (ia->kind == TP_DHCP6_IA_PD)
		tp_dhcp6_put_status(&ex->out.w, TP_DHCP6_NO_PREFIX_AVAIL, "no prefix");
	else
		tp_dhcp6_put_status(&ex->out.w, TP_DHCP6_NO_ADDRS_AVAIL, "no address");
}

/* ---- who gets what --------------------------------------------------------------------------- */

/* Of several prefixes that a client wishes for, that of the same place. */
static struct tp_prefix6 hint_of(const struct tp_dhcp6_ia *ia, unsigned got)
{
	static const struct tp_prefix6 none;

	return got < ia->lease_count ? ia->leases[got].prefix : none;
}

/* What the number of KEY is now. */
static bool ask(struct tp_dhcp6_exchange *ex, const struct tp_ipv6_ia *key,
		const struct tp_prefix6 *hint, struct tp_prefix6 *prefix)
{
	const struct tp_ipv6_router *router = ex->router;

	if (!key->prefix) {
		*prefix = ex->terms.address;
		return true;
	}
	return router->common->ops->delegate(router->user, key, hint, ex->commit, prefix) == 0;
}

/* The owner holds what it was just asked for, and there is nobody to have it. */
static void give_back(struct tp_dhcp6_exchange *ex, const struct tp_ipv6_ia *key,
		      const struct tp_prefix6 *prefix)
{
	const struct tp_ipv6_binding binding = {
		.ia = *key, .prefix = *prefix, .until_ms = ex->now_ms};

	ex->router->common->ops->released(ex->router->user, &binding, TP_IPV6_LAPSED);
}

static void bind(struct tp_dhcp6_exchange *ex, struct tp_ipv6_lease *lease)
{
	const struct tp_ipv6_router *router = ex->router;
	struct tp_ipv6_binding *binding = &lease->binding;
	uint32_t lease_s = ex->terms.lease_s;

	binding->renewed_ms = ex->now_ms;
	if (!binding->committed)
		binding->since_ms = ex->now_ms;
	binding->committed = true;
	tp_ipv6_lease_set_until(ex->router, lease,
				lease_s == INFINITE ? TP_NEVER : ex->now_ms + lease_s * 1000ull);
	router->common->ops->bound(router->user, binding);
}

/* The lease of KEY's number that LEASE is, if it is still of PREFIX; else a new one. */
static struct tp_ipv6_lease *renewed(struct tp_dhcp6_exchange *ex, struct tp_ipv6_lease *lease,
				     const struct tp_ipv6_ia *key, const struct tp_prefix6 *prefix)
{
	if (lease != NULL) {
		if (tp_prefix6_same(&lease->binding.prefix, prefix))
			return lease;
		tp_ipv6_lease_end(ex->router, lease, TP_IPV6_REPLACED);
	}
	lease = tp_ipv6_lease_add(ex->router, key, prefix);
	if (lease == NULL)
		give_back(ex, key, prefix);
	return lease;
}

/* Gives NUMBER to IA, or offers it; GOT: how many it has got so far. Returns how many more: 0 or 1.
 * What another client has been given is offered without taking it away: that is done when this one
 * takes it. */
static unsigned give(struct tp_dhcp6_exchange *ex, const struct tp_dhcp6_ia *ia, uint8_t number,
		     unsigned got)
{
	const struct tp_ipv6_ia key = key_of(ex, ia, number);
	const struct tp_prefix6 hint = hint_of(ia, got);
	struct tp_ipv6_lease *lease = tp_ipv6_lease_find(ex->router, key.prefix, number);
	bool others = lease != NULL && !owns(&key, lease);
	struct tp_prefix6 prefix = {0};

	if (others && (ex->commit || !lease->binding.committed)) {
		tp_ipv6_lease_end(ex->router, lease, TP_IPV6_TAKEN_OVER);
		lease = NULL;
		others = false;
	}
	if (!ask(ex, &key, &hint, &prefix)) {
		if (lease != NULL && !others)
			tp_ipv6_lease_end(ex->router, lease, TP_IPV6_REPLACED);
		return 0;
	}
	if (!others) {
		lease = renewed(ex, lease, &key, &prefix);
		if (lease == NULL)
			return 0;
		if (ex->commit)
			bind(ex, lease);
		else if (!lease->binding.committed)
			tp_ipv6_lease_set_until(ex->router, lease, ex->now_ms + OFFER_MS);
	}
	put_given(ex, ia, &prefix);
	return 1;
}

static uint8_t numbers_of(const struct tp_dhcp6_exchange *ex, bool prefix)
{
	return prefix ? ex->terms.delegations : ex->terms.address.length == 128;
}

/* There were more to give once. */
static void end_beyond(struct tp_dhcp6_exchange *ex, bool prefix, uint8_t numbers)
{
	struct tp_ipv6_lease *lease, *next;

	for (lease = ex->router->leases; lease != NULL; lease = next) {
		next = lease->next;
		if (lease->binding.ia.prefix == prefix && lease->binding.ia.number >= numbers)
			tp_ipv6_lease_end(ex->router, lease, TP_IPV6_REPLACED);
	}
}

/* First what it has, then what is free, last what others have. */
static unsigned give_all(struct tp_dhcp6_exchange *ex, const struct tp_dhcp6_ia *ia, bool last)
{
	const struct tp_ipv6_ia key = key_of(ex, ia, 0);
	uint8_t numbers = numbers_of(ex, key.prefix);
	const struct tp_ipv6_lease *lease;
	unsigned got = 0;

	end_beyond(ex, key.prefix, numbers);
	for (uint8_t n = 0; n < numbers; n++) {
		lease = tp_ipv6_lease_find(ex->router, key.prefix, n);
		if (lease != NULL && owns(&key, lease))
			got += give(ex, ia, n, got);
	}
	for (uint8_t n = 0; n < numbers && (got == 0 || last); n++)
		if (tp_ipv6_lease_find(ex->router, key.prefix, n) == NULL)
			got += give(ex, ia, n, got);
	for (uint8_t n = 0; n < numbers && got == 0; n++) {
		lease = tp_ipv6_lease_find(ex->router, key.prefix, n);
		if (lease != NULL && may_take_over(ex, &key, &lease->binding))
			got += give(ex, ia, n, got);
	}
	return got;
}

/* T1 and T2 (RFC 8415, section 21.4): 0.5 and 0.8 of the preferred lifetime. */
static void put_times(uint8_t *open, uint32_t lease_s)
{
	uint64_t t2_s = (uint64_t)lease_s * 4 / 5;

	tp_put_be32(open + 4, lease_s == INFINITE ? INFINITE : lease_s / 2);
	tp_put_be32(open + 8, lease_s == INFINITE ? INFINITE : (uint32_t)t2_s);
}

void tp_dhcp6_ia_serve(struct tp_dhcp6_exchange *ex, const struct tp_dhcp6_ia *ia, bool last)
{
	uint8_t *open = tp_dhcp6_open_ia(&ex->out.w, ia->kind, ia->iaid, 0, 0);
	unsigned got = give_all(ex, ia, last);

	if (got == 0)
		put_refusal(ex, ia);
	else if (is_renewal(ex))
		put_what_is_over(ex, ia);
	if (got > 0 && tp_writer_ok(&ex->out.w))
		put_times(open, ex->terms.lease_s);
	tp_dhcp6_close(&ex->out.w, open);
}

/* Without a lease that it names, all of them. */
static bool names(const struct tp_dhcp6_ia *ia, const struct tp_prefix6 *prefix)
{
	for (unsigned i = 0; i < ia->lease_count; i++)
		if (tp_prefix6_same(&ia->leases[i].prefix, prefix))
			return true;
	return ia->lease_count == 0;
}

void tp_dhcp6_ia_release(struct tp_dhcp6_exchange *ex, const struct tp_dhcp6_ia *ia,
			 enum tp_ipv6_release why)
{
	const struct tp_ipv6_ia key = key_of(ex, ia, 0);
	struct tp_ipv6_lease *lease, *next;
	bool released = false;
	uint8_t *open;

	for (lease = ex->router->leases; lease != NULL; lease = next) {
		next = lease->next;
		if (!owns(&key, lease) || !names(ia, &lease->binding.prefix))
			continue;
		tp_ipv6_lease_end(ex->router, lease, why);
		released = true;
	}
	if (released)
		return;
	open = tp_dhcp6_open_ia(&ex->out.w, ia->kind, ia->iaid, 0, 0);
	tp_dhcp6_put_status(&ex->out.w, TP_DHCP6_NO_BINDING, "no such binding");
	tp_dhcp6_close(&ex->out.w, open);
}
