/* SPDX-License-Identifier: BSD-3-Clause */
#include "aaa/values.h"

#include <stdlib.h>
#include <string.h>

#include "base/siphash.h"

#define FIRST_BUCKETS 16

struct value {
	struct tp_subscriber what; /* first: a value is given out by it */
	struct value *next;	   /* of its bucket */
	uint32_t hash;
	uint32_t refs;
};

struct tp_aaa_values {
	struct value **buckets;
	uint32_t mask;
	uint32_t count;
	size_t memory;
	uint64_t key[2];
};

struct tp_aaa_values *tp_aaa_values_create(struct tp_random *random)
{
	struct tp_aaa_values *values = calloc(1, sizeof(*values));

	if (values == NULL)
		return NULL;
	values->buckets = calloc(FIRST_BUCKETS, sizeof(struct value *));
	if (values->buckets == NULL) {
		free(values);
		return NULL;
	}
	values->mask = FIRST_BUCKETS - 1;
	tp_random_bytes(random, values->key, sizeof(values->key));
	return values;
}

static void value_free(struct tp_aaa_values *values, struct value *value)
{
	values->count--;
	values->memory -= sizeof(*value) + tp_subscriber_memory(&value->what);
	tp_subscriber_clear(&value->what);
	free(value);
}

void tp_aaa_values_destroy(struct tp_aaa_values *values)
{
	if (values == NULL)
		return;
	for (uint32_t i = 0; i <= values->mask; i++)
		for (struct value *v = values->buckets[i], *next; v != NULL; v = next) {
			next = v->next;
			value_free(values, v);
		}
	free(values->buckets);
	free(values);
}

static uint64_t hash_of_ipv6(const uint64_t key[2], const struct tp_subscriber_ipv6 *ipv6)
{
	uint64_t hash;

	if (ipv6 == NULL)
		return 0;
	hash = tp_siphash(key, &ipv6->prefix, sizeof(ipv6->prefix));
	hash += tp_siphash(key, ipv6->address, sizeof(ipv6->address));
	if (ipv6->delegated_count > 0)
		hash += tp_siphash(key, ipv6->delegated, sizeof(ipv6->delegated[0]));
	if (ipv6->route_count > 0)
		hash += tp_siphash(key, ipv6->routes, sizeof(ipv6->routes[0]));
	return hash;
}

/* By what is most often one subscriber's alone, and by which profile it has. */
static uint32_t hash_of(const struct tp_aaa_values *values, const struct tp_subscriber *what)
{
	const uint64_t main[] = {(uintptr_t)what->profile, (uintptr_t)what->remote.pool,
				 (uint64_t)what->remote.fixed << 32 | what->local.fixed};
	uint64_t hash = tp_siphash(values->key, main, sizeof(main));

	if (what->radius != NULL)
		hash += tp_siphash(values->key, what->radius->class, what->radius->class_len);
	if (what->route_count > 0)
		hash += tp_siphash(values->key, what->routes, sizeof(what->routes[0]));
	if (what->rate_limit != NULL)
		hash += tp_siphash(values->key, &what->rate_limit->tx.rate, sizeof(uint64_t));
	return (uint32_t)(hash + hash_of_ipv6(values->key, what->ipv6));
}

/* Once there are as many values as buckets. Without memory it goes on with those that it has. */
static void grow(struct tp_aaa_values *values)
{
	uint32_t mask = values->mask * 2 + 1;
	struct value **buckets;

	if (values->count <= values->mask)
		return;
	buckets = calloc((size_t)mask + 1, sizeof(struct value *));
	if (buckets == NULL)
		return;
	for (uint32_t i = 0; i <= values->mask; i++)
		for (struct value *v = values->buckets[i], *next; v != NULL; v = next) {
			next = v->next;
			v->next = buckets[v->hash & mask];
			buckets[v->hash & mask] = v;
		}
	free(values->buckets);
	values->buckets = buckets;
	values->mask = mask;
}

static struct value *value_create(const struct tp_subscriber *what)
{
	struct value *value = calloc(1, sizeof(*value));

	if (value != NULL && tp_subscriber_copy(&value->what, what) != 0) {
		free(value);
		return NULL;
	}
	if (value != NULL)
		value->what.secret_id = 0;
	return value;
}

const struct tp_subscriber *tp_aaa_value_get(struct tp_aaa_values *values,
					     const struct tp_subscriber *what)
{
	uint32_t hash = hash_of(values, what);
	struct value *value = values->buckets[hash & values->mask];

	while (value != NULL && (value->hash != hash || !tp_subscriber_same(&value->what, what)))
		value = value->next;
	if (value == NULL) {
		value = value_create(what);
		if (value == NULL)
			return NULL;
		grow(values);
		value->hash = hash;
		value->next = values->buckets[hash & values->mask];
		values->buckets[hash & values->mask] = value;
		values->count++;
		values->memory += sizeof(*value) + tp_subscriber_memory(&value->what);
	}
	value->refs++;
	return &value->what;
}

void tp_aaa_value_unref(struct tp_aaa_values *values, const struct tp_subscriber *of)
{
	struct value *value = (void *)(uintptr_t)of;
	struct value **at = &values->buckets[value->hash & values->mask];

	if (--value->refs > 0)
		return;
	while (*at != value)
		at = &(*at)->next;
	*at = value->next;
	value_free(values, value);
}

size_t tp_aaa_values_count(const struct tp_aaa_values *values)
{
	return values->count;
}

size_t tp_aaa_values_memory(const struct tp_aaa_values *values)
{
	return values->memory + ((size_t)values->mask + 1) * sizeof(struct value *);
}
