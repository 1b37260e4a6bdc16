/* SPDX-License-Identifier: BSD-3-Clause */
/* Addresses of pools that somebody else may have as well, or that hosts may not take. (Our own, on
 * any link, no pool gives: config/keeper.h.) */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/ipv6_text.h"
#include "config/schema/tables.h"

/* One range of one pool. */
struct pooled {
	const struct tp_config_pool *pool;
	struct tp_range range;
	unsigned widest; /* of those up to this one, the one that reaches the farthest */
};

struct tp_pooled {
	unsigned count;
	struct pooled *all; /* by their first address */
};

static int compare(const void *a, const void *b)
{
	const struct pooled *x = a, *y = b;

	if (x->range.first != y->range.first)
		return x->range.first < y->range.first ? -1 : 1;
	return (x->pool->head.id > y->pool->head.id) - (x->pool->head.id < y->pool->head.id);
}

static unsigned collect(const struct tp_config *config, struct pooled *all)
{
	const struct tp_config_item *item = tp_config_first(config, TP_IP_POOL);
	unsigned n = 0;

	for (; item != NULL; item = tp_config_next(item)) {
		const struct tp_config_pool *pool = (const void *)item;

		for (uint32_t i = 0; i < pool->ranges.count; i++, n++)
			if (all != NULL)
				all[n] = (struct pooled){pool, pool->ranges.range[i], 0};
	}
	return n;
}

/* Without memory: nothing is pooled, and nothing is told. */
static struct tp_pooled pooled(const struct tp_config *config)
{
	struct tp_pooled p = {.count = collect(config, NULL)};
	unsigned widest = 0;

	p.all = calloc(p.count + 1, sizeof(*p.all));
	if (p.all == NULL)
		return (struct tp_pooled){0};
	collect(config, p.all);
	qsort(p.all, p.count, sizeof(*p.all), compare);
	for (unsigned i = 0; i < p.count; i++) {
		if (p.all[i].range.last > p.all[widest].range.last)
			widest = i;
		p.all[i].widest = widest;
	}
	return p;
}

/* A pool that ADDRESS is in; NULL: it is in none. */
static const struct tp_config_pool *pool_of(const struct tp_pooled *p, uint32_t address)
{
	unsigned low = 0, high = p->count;

	while (low < high) {
		unsigned middle = (low + high) / 2;

		if (p->all[middle].range.first <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return NULL;
	const struct pooled *widest = &p->all[p->all[low - 1].widest];
	return widest->range.last >= address ? widest->pool : NULL;
}

static void warn_overlap(const struct tp_pooled *p, struct tp_report *report)
{
	char text[TP_RANGE_TEXT_LEN];

	for (unsigned i = 1; i < p->count; i++) {
		const struct pooled *one = &p->all[p->all[i - 1].widest], *other = &p->all[i];
		uint32_t last;

		if (one->range.last < other->range.first || one->pool == other->pool)
			continue;
		last = one->range.last < other->range.last ? one->range.last : other->range.last;
		if (one->pool->head.id > other->pool->head.id) { /* the later one is told of */
			const struct pooled *swap = one;
			one = other;
			other = swap;
		}
		tp_warn(report, &other->pool->head, TP_POOL_RANGES, "pool '%s' has %s too",
			one->pool->name,
			tp_range_format(&(struct tp_range){p->all[i].range.first, last}, text));
	}
}

/* A whole block, as 10.0.0.0/24 is. */
static bool is_block(const struct tp_range *range)
{
	uint32_t size = range->last - range->first + 1;

	return size >= 4 && (size & (size - 1)) == 0 && (range->first & (size - 1)) == 0;
}

void tp_warn_of_pool(const struct tp_config *config, const struct tp_config_item *item,
		     struct tp_report *report)
{
	const struct tp_config_pool *pool = (const void *)item;
	char first[TP_IPV4_TEXT_LEN], last[TP_IPV4_TEXT_LEN], text[TP_RANGE_TEXT_LEN];

	for (uint32_t i = 0; i < pool->ranges.count; i++) {
		const struct tp_range *range = &pool->ranges.range[i];
		const struct tp_range within = {range->first + 1, range->last - 1};

		if (!is_block(range))
			continue;
		tp_warn(report, item, TP_POOL_RANGES,
			"has the network's own address %s and the broadcast address %s of a block, "
			"which some subscribers' routers do not take; without them: %s",
			tp_ipv4_format(range->first, first), tp_ipv4_format(range->last, last),
			tp_range_format(&within, text));
		return;
	}
}

static void warn_secrets(const struct tp_config *config, const struct tp_pooled *p,
			 struct tp_report *report)
{
	const struct tp_config_item *item = tp_config_first(config, TP_PPP_SECRET);
	char text[TP_IPV4_TEXT_LEN];

	for (; item != NULL; item = tp_config_next(item)) {
		const struct tp_config_secret *secret = (const void *)item;
		const struct tp_config_pool *pool = NULL;

		if (secret->remote_address.kind == TP_ENDPOINT_ADDRESS)
			pool = pool_of(p, secret->remote_address.address);
		if (pool != NULL)
			tp_warn(report, item, TP_SECRET_REMOTE_ADDRESS,
				"%s is in pool '%s' too: while another has it from there, this one "
				"can't log in",
				tp_ipv4_format(secret->remote_address.address, text), pool->name);
	}
}

void tp_warn_of_pools(const struct tp_config *config, struct tp_report *report)
{
	struct tp_pooled p = pooled(config);

	warn_overlap(&p, report);
	warn_secrets(config, &p, report);
	free(p.all);
}

/* ---- IPv6 ------------------------------------------------------------------------------------ */

static int compare6(const void *a, const void *b)
{
	const struct tp_config_pool6 *x = *(const struct tp_config_pool6 *const *)a;
	const struct tp_config_pool6 *y = *(const struct tp_config_pool6 *const *)b;
	int order = memcmp(x->prefix.address, y->prefix.address, sizeof(x->prefix.address));

	return order != 0 ? order : x->prefix.length - y->prefix.length;
}

/* Of two prefixes that have anything in common one is in the other, and is next to it here, or
 * behind others that are. */
void tp_warn_of_pools6(const struct tp_config *config, struct tp_report *report)
{
	const struct tp_config_item *item = tp_config_first(config, TP_IPV6_POOL);
	unsigned count = tp_config_count(config, TP_IPV6_POOL), n = 0;
	const struct tp_config_pool6 **pools = calloc(count + 1, sizeof(*pools)), *widest;
	char text[TP_PREFIX6_TEXT_LEN];

	for (; pools != NULL && item != NULL; item = tp_config_next(item))
		pools[n++] = (const void *)item;
	if (n > 0)
		qsort(pools, n, sizeof(*pools), compare6);
	widest = n > 0 ? pools[0] : NULL;
	for (unsigned i = 1; i < n; i++) {
		const struct tp_config_pool6 *pool = pools[i];
		bool inside = tp_prefix6_has(&widest->prefix, pool->prefix.address);
		const struct tp_config_pool6 *later =
			pool->head.id > widest->head.id ? pool : widest;

		if (inside)
			tp_warn(report, &later->head, TP_POOL6_PREFIX, "pool '%s' has %s too",
				(later == pool ? widest : pool)->name,
				tp_prefix6_format(&pool->prefix, text));
		else
			widest = pool;
	}
	free(pools);
}

void tp_warn_of_secret6(const struct tp_config *config, const struct tp_config_item *item,
			struct tp_report *report)
{
	const struct tp_config_secret *secret = (const void *)item;
	const struct tp_config_item *other = tp_config_first(config, TP_IPV6_POOL);
	char text[TP_PREFIX6_TEXT_LEN];

	if (secret->remote_ipv6_prefix.length == 0)
		return;
	for (; other != NULL; other = tp_config_next(other)) {
		const struct tp_config_pool6 *pool = (const void *)other;

		if (!tp_prefix6_has(&pool->prefix, secret->remote_ipv6_prefix.address))
			continue;
		tp_warn(report, item, TP_SECRET_REMOTE_IPV6_PREFIX,
			"%s is in pool '%s' too: while another has it from there, this one does "
			"without",
			tp_prefix6_format(&secret->remote_ipv6_prefix, text), pool->name);
		return;
	}
}
