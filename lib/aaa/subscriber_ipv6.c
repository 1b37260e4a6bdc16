/* SPDX-License-Identifier: BSD-3-Clause */
#include "aaa/subscriber_ipv6.h"

#include <stdlib.h>
#include <string.h>

#include "base/name.h"

size_t tp_subscriber_ipv6_memory(const struct tp_subscriber_ipv6 *ipv6)
{
	return ipv6 != NULL ? sizeof(*ipv6) + (ipv6->delegated_count + ipv6->route_count) *
						      sizeof(struct tp_prefix6)
			    : 0;
}

/* COUNT prefixes FROM, put at *AT, which moves behind them. */
static const struct tp_prefix6 *put(struct tp_prefix6 **at, const struct tp_prefix6 *from,
				    uint32_t count)
{
	struct tp_prefix6 *to = *at;

	if (count == 0)
		return NULL;
	memcpy(to, from, count * sizeof(*to));
	*at += count;
	return to;
}

struct tp_subscriber_ipv6 *tp_subscriber_ipv6_copy(const struct tp_subscriber_ipv6 *what)
{
	struct tp_subscriber_ipv6 *copy = malloc(tp_subscriber_ipv6_memory(what));
	struct tp_prefix6 *behind;

	if (copy == NULL)
		return NULL;
	*copy = *what;
	behind = (struct tp_prefix6 *)(copy + 1);
	copy->delegated = put(&behind, what->delegated, what->delegated_count);
	copy->routes = put(&behind, what->routes, what->route_count);
	tp_name_ref(copy->prefix_pool);
	tp_name_ref(copy->pd_pool);
	return copy;
}

bool tp_subscriber_ipv6_is_nothing(const struct tp_subscriber_ipv6 *ipv6)
{
	return ipv6->prefix_pool == NULL && ipv6->pd_pool == NULL && ipv6->prefix.length == 0 &&
	       ipv6->delegated_count == 0 && ipv6->route_count == 0 && ipv6->dns_count == 0 &&
	       !ipv6->has_address && !ipv6->has_interface_id &&
	       ipv6->lease_time_s == TP_SUBSCRIBER_LEASE_S;
}

void tp_subscriber_ipv6_free(struct tp_subscriber_ipv6 *ipv6)
{
	if (ipv6 == NULL)
		return;
	tp_name_unref(ipv6->prefix_pool);
	tp_name_unref(ipv6->pd_pool);
	free(ipv6);
}

static bool same_prefixes(const struct tp_prefix6 *a, uint32_t a_count, const struct tp_prefix6 *b,
			  uint32_t b_count)
{
	if (a_count != b_count)
		return false;
	for (uint32_t i = 0; i < a_count; i++)
		if (!tp_prefix6_same(&a[i], &b[i]))
			return false;
	return true;
}

bool tp_subscriber_ipv6_same(const struct tp_subscriber_ipv6 *a, const struct tp_subscriber_ipv6 *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return a->prefix_pool == b->prefix_pool && a->pd_pool == b->pd_pool &&
	       a->lease_time_s == b->lease_time_s && tp_prefix6_same(&a->prefix, &b->prefix) &&
	       a->has_address == b->has_address &&
	       memcmp(a->address, b->address, sizeof(a->address)) == 0 &&
	       a->has_interface_id == b->has_interface_id &&
	       memcmp(a->interface_id, b->interface_id, sizeof(a->interface_id)) == 0 &&
	       a->dns_count == b->dns_count &&
	       memcmp(a->dns, b->dns, a->dns_count * sizeof(a->dns[0])) == 0 &&
	       same_prefixes(a->delegated, a->delegated_count, b->delegated, b->delegated_count) &&
	       same_prefixes(a->routes, a->route_count, b->routes, b->route_count);
}
