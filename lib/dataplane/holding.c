/* SPDX-License-Identifier: BSD-3-Clause */
#include "dataplane/holding.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "dataplane/fib.h"
#include "dataplane/slot.h"
#include "wire/ipv6.h"

/* ---- making ------------------------------------------------------------------------------- */

static unsigned count6(const struct tp_dataplane_ipv6 *ipv6)
{
	return (ipv6->prefix.length > 0) + ipv6->route_count;
}

static size_t size6(const struct tp_dataplane_ipv6 *ipv6)
{
	if (!ipv6->up)
		return 0;
	return sizeof(struct tp_terms6) + count6(ipv6) * sizeof(struct tp_prefix6);
}

static void fill6(struct tp_terms6 *terms, const struct tp_dataplane_ipv6 *ipv6)
{
	tp_ipv6_link_local(terms->local, ipv6->local_id);
	tp_ipv6_link_local(terms->remote, ipv6->remote_id);
	if (ipv6->prefix.length > 0)
		terms->prefixes[terms->count++] = ipv6->prefix;
	for (unsigned i = 0; i < ipv6->route_count; i++)
		terms->prefixes[terms->count++] = ipv6->routes[i];
}

static struct tp_prefix *prefixes_of(const struct tp_holding *h)
{
	return (struct tp_prefix *)(uintptr_t)&h->routes.prefixes[h->routes.count];
}

static void fill4(struct tp_holding *h, const struct tp_dataplane_session_up *up)
{
	struct tp_prefix *prefixes = prefixes_of(h);

	if (up->remote_address == 0)
		return;
	prefixes[h->prefix_count++] =
		(struct tp_prefix){.address = up->remote_address, .length = 32};
	for (unsigned i = 0; i < up->route_count; i++)
		prefixes[h->prefix_count++] = up->routes[i];
	for (unsigned i = 0; i < h->routes.count; i++) {
		const struct tp_prefix *p = &up->routes[i + 1];

		h->routes.prefixes[i].address_be = htonl(p->address);
		h->routes.prefixes[i].mask_be = htonl(tp_prefix_mask(p->length));
	}
}

struct tp_holding *tp_holding_create(const struct tp_dataplane_session_up *up)
{
	unsigned others = up->route_count > 1 ? up->route_count - 1 : 0;
	size_t before6 = offsetof(struct tp_holding, routes.prefixes) +
			 others * sizeof(((struct tp_routes *)0)->prefixes[0]) +
			 (1 + up->route_count) * sizeof(struct tp_prefix);
	struct tp_holding *h = calloc(1, before6 + size6(&up->ipv6));

	if (h == NULL)
		return NULL;
	h->grace = (struct tp_grace_item){.over = tp_grace_free};
	h->local_address = up->local_address;
	h->routes.count = others;
	fill4(h, up);
	if (up->ipv6.up) {
		h->ipv6_at = (uint32_t)before6;
		fill6(tp_holding_ipv6(h), &up->ipv6);
	}
	return h;
}

/* ---- taking and giving back ---------------------------------------------------------------- */

static unsigned count_of(const struct tp_holding *h)
{
	const struct tp_terms6 *ipv6 = tp_holding_ipv6(h);

	return h->prefix_count + (ipv6 != NULL ? ipv6->count : 0);
}

/* Its prefix number I, of either family. */
static struct tp_ip_prefix prefix_of(const struct tp_holding *h, unsigned i)
{
	return i < h->prefix_count
		       ? tp_ip_prefix_of4(&prefixes_of(h)[i])
		       : tp_ip_prefix_of6(&tp_holding_ipv6(h)->prefixes[i - h->prefix_count]);
}

static bool holds(const struct tp_holding *h, const struct tp_ip_prefix *prefix)
{
	for (unsigned i = 0; h != NULL && i < count_of(h); i++) {
		const struct tp_ip_prefix p = prefix_of(h, i);

		if (tp_ip_prefix_same(&p, prefix))
			return true;
	}
	return false;
}

static void release_prefixes(struct tp_dataplane *dp, const struct tp_holding *h, unsigned count,
			     const struct tp_holding *keep)
{
	for (unsigned i = 0; i < count; i++) {
		const struct tp_ip_prefix p = prefix_of(h, i);

		if (!holds(keep, &p))
			tp_fib_release(dp->fib, &p, TP_CLAIM_SESSION);
	}
}

static bool is_ours(const struct tp_dataplane *dp, const struct tp_ip_prefix *prefix)
{
	return prefix->length == tp_ip_bits(&prefix->ip) && tp_local_has(dp->locals, &prefix->ip);
}

static int claim(struct tp_dataplane *dp, const struct tp_ip_prefix *prefix, uint32_t mine)
{
	const uint32_t claimed = tp_fib_claimed(dp->fib, prefix, TP_CLAIM_SESSION);

	if (claimed != 0 && claimed != mine)
		return -EEXIST;
	return tp_fib_claim(dp->fib, prefix, TP_CLAIM_SESSION, mine);
}

/* Claims what H has and BEFORE had not; all or nothing. */
static int claim_prefixes(struct tp_dataplane *dp, uint32_t slot, const struct tp_holding *h,
			  const struct tp_holding *before)
{
	uint32_t mine = TP_HOP(TP_HOP_SESSION, slot);

	for (unsigned i = 0; i < count_of(h); i++) {
		const struct tp_ip_prefix p = prefix_of(h, i);
		int err = is_ours(dp, &p) ? -EEXIST : 0;

		if (err == 0 && !holds(before, &p))
			err = claim(dp, &p, mine);
		if (err != 0) {
			release_prefixes(dp, h, i, before);
			return err;
		}
	}
	return 0;
}

int tp_holding_claim(struct tp_dataplane *dp, uint32_t slot, const struct tp_holding *h)
{
	const struct tp_ip ip = tp_ip_of4(h->local_address);
	const struct tp_ip_prefix local = tp_ip_host(&ip);
	int err = 0;

	if (h->local_address != 0)
		err = holds(h, &local) || tp_fib_claimed(dp->fib, &local, TP_CLAIM_SESSION) != 0
			      ? -EEXIST
			      : tp_local_hold(dp->locals, &ip);
	if (err != 0)
		return err;
	err = claim_prefixes(dp, slot, h, dp->slots[slot].holding);
	if (err != 0 && h->local_address != 0)
		tp_local_drop(dp->locals, &ip);
	return err;
}

void tp_holding_let_go(struct tp_dataplane *dp, struct tp_holding *h, const struct tp_holding *keep)
{
	const struct tp_ip ip = tp_ip_of4(h->local_address);

	release_prefixes(dp, h, count_of(h), keep);
	if (h->local_address != 0)
		tp_local_drop(dp->locals, &ip);
	tp_grace_add(&dp->grace, &h->grace);
}
