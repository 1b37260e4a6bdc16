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

size_t tp_subscriber_memory(const struct tp_subscriber *subscriber)
{
	return (subscriber->rate_limit != NULL ? sizeof(*subscriber->rate_limit) : 0) +
	       radius_size(subscriber->radius) + tp_subscriber_ipv6_memory(subscriber->ipv6) +
	       subscriber->route_count * sizeof(subscriber->routes[0]);
}
