/* SPDX-License-Identifier: BSD-3-Clause */
#include "aaa/subscriber.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/name.h"

void tp_subscriber_clear(struct tp_subscriber *subscriber)
{
	tp_name_unref(subscriber->profile);
	tp_name_unref(subscriber->address_list);
	tp_name_unref(subscriber->local.pool);
	tp_name_unref(subscriber->remote.pool);
	free(subscriber->rate_limit);
	free(subscriber->routes);
	free(subscriber->radius);
	tp_subscriber_ipv6_free(subscriber->ipv6);
	memset(subscriber, 0, sizeof(*subscriber));
}

void tp_subscriber_move(struct tp_subscriber *into, struct tp_subscriber *from)
{
	tp_subscriber_clear(into);
	*into = *from;
	memset(from, 0, sizeof(*from));
}

/* SIZE bytes of FROM, of which NULL is a copy as well. False: no memory. */
static bool copy_of(const void *from, size_t size, void **copy)
{
	*copy = NULL;
	if (from == NULL || size == 0)
		return true;
	*copy = malloc(size);
	if (*copy != NULL)
		memcpy(*copy, from, size);
	return *copy != NULL;
}

static size_t radius_size(const struct tp_subscriber_radius *radius)
{
	return radius != NULL ? sizeof(*radius) + radius->class_len : 0;
}

static bool copy_of_ipv6(const struct tp_subscriber_ipv6 *from, struct tp_subscriber_ipv6 **copy)
{
	*copy = from != NULL ? tp_subscriber_ipv6_copy(from) : NULL;
	return from == NULL || *copy != NULL;
}

int tp_subscriber_copy(struct tp_subscriber *into, const struct tp_subscriber *from)
{
	void *limit, *routes = NULL, *radius = NULL;
	struct tp_subscriber_ipv6 *ipv6;

	if (!copy_of(from->rate_limit, sizeof(*from->rate_limit), &limit) ||
	    !copy_of(from->routes, from->route_count * sizeof(from->routes[0]), &routes) ||
	    !copy_of(from->radius, radius_size(from->radius), &radius) ||
	    !copy_of_ipv6(from->ipv6, &ipv6)) {
		free(limit);
		free(routes);
		free(radius);
		tp_subscriber_clear(into);
		return -ENOMEM;
	}
	tp_subscriber_clear(into);
	*into = *from;
	into->rate_limit = limit;
	into->routes = routes;
	into->radius = radius;
	into->ipv6 = ipv6;
	tp_name_ref(into->profile);
	tp_name_ref(into->address_list);
	tp_name_ref(into->local.pool);
	tp_name_ref(into->remote.pool);
	return 0;
}

unsigned tp_subscriber_given(const struct tp_subscriber *subscriber)
{
	return subscriber->radius != NULL ? subscriber->radius->given : 0;
}

int tp_subscriber_set_rate_limit(struct tp_subscriber *subscriber,
				 const struct tp_rate_limit *limit)
{
	struct tp_rate_limit *copy = NULL;

	if (limit != NULL) {
		copy = malloc(sizeof(*copy));
		if (copy == NULL)
			return -ENOMEM;
		memcpy(copy, limit, sizeof(*copy));
	}
	free(subscriber->rate_limit);
	subscriber->rate_limit = copy;
	return 0;
}

bool tp_subscriber_same_rate_limit(const struct tp_subscriber *a, const struct tp_subscriber *b)
{
	if (a->rate_limit == NULL || b->rate_limit == NULL)
		return a->rate_limit == b->rate_limit;
	return memcmp(a->rate_limit, b->rate_limit, sizeof(*a->rate_limit)) == 0;
}

static bool same_radius(const struct tp_subscriber_radius *a, const struct tp_subscriber_radius *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return a->limit_bytes_total == b->limit_bytes_total && a->interim_s == b->interim_s &&
	       a->termination_action == b->termination_action && a->port_limit == b->port_limit &&
	       a->framed_mtu == b->framed_mtu && a->given == b->given &&
	       a->class_len == b->class_len && memcmp(a->class, b->class, a->class_len) == 0;
}

static bool same_address(const struct tp_subscriber_address *a,
			 const struct tp_subscriber_address *b)
{
	return a->fixed == b->fixed && a->pool == b->pool;
}

static bool same_routes(const struct tp_subscriber *a, const struct tp_subscriber *b)
{
	return a->route_count == b->route_count &&
	       (a->route_count == 0 ||
		memcmp(a->routes, b->routes, a->route_count * sizeof(a->routes[0])) == 0);
}

bool tp_subscriber_same(const struct tp_subscriber *a, const struct tp_subscriber *b)
{
	return a->profile == b->profile && a->address_list == b->address_list &&
	       same_address(&a->local, &b->local) && same_address(&a->remote, &b->remote) &&
	       tp_subscriber_same_rate_limit(a, b) && same_radius(a->radius, b->radius) &&
	       tp_subscriber_ipv6_same(a->ipv6, b->ipv6) && same_routes(a, b) &&
	       a->limit_bytes_in == b->limit_bytes_in && a->limit_bytes_out == b->limit_bytes_out &&
	       memcmp(a->dns, b->dns, sizeof(a->dns)) == 0 &&
	       memcmp(a->wins, b->wins, sizeof(a->wins)) == 0 &&
	       a->session_timeout_s == b->session_timeout_s &&
	       a->idle_timeout_s == b->idle_timeout_s && a->only_one == b->only_one &&
	       a->change_tcp_mss == b->change_tcp_mss &&
	       a->stateful_encryption == b->stateful_encryption &&
	       a->encryption_strengths == b->encryption_strengths &&
	       a->use_encryption == b->use_encryption && a->use_ipv6 == b->use_ipv6;
}

size_t tp_subscriber_memory(const struct tp_subscriber *subscriber)
{
	return (subscriber->rate_limit != NULL ? sizeof(*subscriber->rate_limit) : 0) +
	       radius_size(subscriber->radius) + tp_subscriber_ipv6_memory(subscriber->ipv6) +
	       subscriber->route_count * sizeof(subscriber->routes[0]);
}
