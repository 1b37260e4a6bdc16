/* SPDX-License-Identifier: BSD-3-Clause */
/* A link has a handful of leases at most, one for each number of each kind: a list serves. */
#include <errno.h>
#include <stdlib.h>

#include "ipv6/router_private.h"

struct tp_ipv6_lease *tp_ipv6_lease_find(const struct tp_ipv6_router *router, bool prefix,
					 uint8_t number)
{
	struct tp_ipv6_lease *lease = router->leases;

	while (lease != NULL &&
	       (lease->binding.ia.prefix != prefix || lease->binding.ia.number != number))
		lease = lease->next;
	return lease;
}

struct tp_ipv6_lease *tp_ipv6_lease_add(struct tp_ipv6_router *router, const struct tp_ipv6_ia *ia,
					const struct tp_prefix6 *prefix)
{
	struct tp_ipv6_lease *lease = malloc(sizeof(*lease) + ia->duid_len);

	if (lease == NULL)
		return NULL;
	memcpy(lease->duid, ia->duid, ia->duid_len);
	lease->binding = (struct tp_ipv6_binding){.ia = *ia, .prefix = *prefix};
	lease->binding.ia.duid = lease->duid;
	lease->binding.until_ms = TP_NEVER;
	lease->next = router->leases;
	router->leases = lease;
	return lease;
}

static void set_expiry(struct tp_ipv6_router *router)
{
	router->expiry_ms = TP_NEVER;
	for (const struct tp_ipv6_lease *l = router->leases; l != NULL; l = l->next)
		if (l->binding.until_ms < router->expiry_ms)
			router->expiry_ms = l->binding.until_ms;
}

void tp_ipv6_lease_set_until(struct tp_ipv6_router *router, struct tp_ipv6_lease *lease,
			     uint64_t until_ms)
{
	lease->binding.until_ms = until_ms;
	set_expiry(router);
}

int tp_ipv6_router_rebind(struct tp_ipv6_router *router, const struct tp_ipv6_binding *binding)
{
	struct tp_ipv6_lease *lease;

	if (tp_ipv6_lease_find(router, binding->ia.prefix, binding->ia.number) != NULL)
		return -EEXIST;
	lease = tp_ipv6_lease_add(router, &binding->ia, &binding->prefix);
	if (lease == NULL)
		return -ENOMEM;
	lease->binding.committed = true;
	lease->binding.since_ms = binding->since_ms;
	lease->binding.renewed_ms = binding->renewed_ms;
	tp_ipv6_lease_set_until(router, lease, binding->until_ms);
	return 0;
}

void tp_ipv6_lease_end(struct tp_ipv6_router *router, struct tp_ipv6_lease *lease,
		       enum tp_ipv6_release why)
{
	struct tp_ipv6_lease **at = &router->leases;

	while (*at != lease)
		at = &(*at)->next;
	*at = lease->next;
	set_expiry(router);
	router->common->ops->released(router->user, &lease->binding, why);
	free(lease);
}

void tp_ipv6_leases_expire(struct tp_ipv6_router *router, uint64_t now_ms)
{
	struct tp_ipv6_lease *lease, *next;

	if (now_ms < router->expiry_ms)
		return;
	for (lease = router->leases; lease != NULL; lease = next) {
		next = lease->next;
		if (lease->binding.until_ms <= now_ms)
			tp_ipv6_lease_end(router, lease,
					  lease->binding.committed ? TP_IPV6_EXPIRED
								   : TP_IPV6_LAPSED);
	}
}

void tp_ipv6_leases_free(struct tp_ipv6_router *router)
{
	struct tp_ipv6_lease *lease;

	while ((lease = router->leases) != NULL) {
		router->leases = lease->next;
		free(lease);
	}
	router->expiry_ms = TP_NEVER;
}

const struct tp_ipv6_binding *tp_ipv6_router_next_binding(const struct tp_ipv6_router *router,
							  const struct tp_ipv6_binding *previous)
{
	/* A binding is the first of its lease. */
	const struct tp_ipv6_lease *lease =
		previous == NULL ? router->leases : ((const struct tp_ipv6_lease *)previous)->next;

	return lease != NULL ? &lease->binding : NULL;
}

static bool covers(const struct tp_prefix6 *outer, const struct tp_prefix6 *inner)
{
	return inner->length >= outer->length && tp_prefix6_has(outer, inner->address);
}

void tp_ipv6_router_withdraw(struct tp_ipv6_router *router, const struct tp_prefix6 *prefix)
{
	struct tp_ipv6_lease *lease, *next;

	for (lease = router->leases; lease != NULL; lease = next) {
		next = lease->next;
		if (covers(prefix, &lease->binding.prefix))
			tp_ipv6_lease_end(router, lease, TP_IPV6_REPLACED);
	}
}
