/* SPDX-License-Identifier: BSD-3-Clause */
#include "dataplane/spread.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "base/once.h"
#include "dataplane/dataplane.h"
#include "dataplane/grace.h"
#include "dataplane/neighbour.h"

#define NOBODY UINT16_MAX /* no neighbour's index */
_Static_assert(TP_NEIGHBOURS <= NOBODY, "an index fits a bucket");
_Static_assert(TP_PATHS_MAX <= TP_SPREAD_BUCKETS, "each has one");

/* Without padding: an array of these is a set's key. */
struct member {
	uint16_t neighbour, weight;
};

struct set {
	struct tp_grace_item grace;
	struct tp_spread_table *table;
	unsigned index, users, count;
	struct member members[TP_PATHS_MAX]; /* by neighbour, each once, and held */
	UT_hash_handle hh;
};

struct tp_spread_table {
	struct tp_neighbour_table *neighbours;
	struct tp_grace *grace;
	struct set *sets;
	bool down[TP_DATAPLANE_MAX_PORTS];
	unsigned free_count;
	uint16_t free[TP_SPREADS];
	struct set *by_index[TP_SPREADS];
	struct tp_spread entries[TP_SPREADS];
};

struct tp_spread_table *tp_spread_table_create(struct tp_neighbour_table *neighbours,
					       struct tp_grace *grace)
{
	struct tp_spread_table *t = aligned_alloc(64, (sizeof(*t) + 63) & ~(size_t)63);

	if (t == NULL)
		return NULL;
	memset(t, 0, sizeof(*t));
	t->neighbours = neighbours;
	t->grace = grace;
	for (unsigned i = 0; i < TP_SPREADS; i++)
		t->free[t->free_count++] = (uint16_t)(TP_SPREADS - 1 - i);
	return t;
}

void tp_spread_table_destroy(struct tp_spread_table *t)
{
	struct set *s, *next;

	if (t == NULL)
		return;
	HASH_ITER (hh, t->sets, s, next) {
		HASH_DEL(t->sets, s);
		free(s);
	}
	free(t);
}

const struct tp_spread *tp_spread_array(const struct tp_spread_table *t)
{
	return t->entries;
}

/* ---- who has how many buckets ---------------------------------------------------------------- */

/* The higher the better: it answers; nobody knows; it does not answer, or has no link. */
static unsigned rank(const struct tp_spread_table *t, const struct member *m)
{
	const struct tp_neighbour *n = &tp_neighbour_array(t->neighbours)[m->neighbour];

	if (n->failed || t->down[n->port])
		return 0;
	return n->mtu != 0 ? 2 : 1;
}

/* The weights of the best of them, the others' are 0. Returns their sum. */
static unsigned weigh(const struct tp_spread_table *t, const struct set *s, unsigned *weights)
{
	unsigned best = 0, sum = 0;

	for (unsigned i = 0; i < s->count; i++)
		if (rank(t, &s->members[i]) > best)
			best = rank(t, &s->members[i]);
	for (unsigned i = 0; i < s->count; i++) {
		weights[i] = rank(t, &s->members[i]) == best ? s->members[i].weight : 0;
		sum += weights[i];
	}
	return sum;
}

/* Whose SHARES are the furthest above (BY 1), or below (BY -1), what their weights ask for. */
static unsigned furthest(const unsigned *weights, const unsigned *shares, unsigned count,
			 unsigned sum, int by)
{
	unsigned found = 0;
	int64_t most = INT64_MIN;

	for (unsigned i = 0; i < count; i++) {
		int64_t above = (int64_t)shares[i] * sum - (int64_t)weights[i] * TP_SPREAD_BUCKETS;

		if (weights[i] == 0 || (by > 0 && shares[i] <= 1) || above * by <= most)
			continue;
		most = above * by;
		found = i;
	}
	return found;
}

/* The buckets of each, by its weight as far as they go, and one at least. */
static void share(const struct tp_spread_table *t, const struct set *s, unsigned *shares)
{
	unsigned weights[TP_PATHS_MAX], total = 0;
	const unsigned sum = weigh(t, s, weights);

	for (unsigned i = 0; i < s->count; i++) {
		shares[i] = weights[i] * TP_SPREAD_BUCKETS / sum;
		if (shares[i] == 0 && weights[i] != 0)
			shares[i] = 1;
		total += shares[i];
	}
	for (; total < TP_SPREAD_BUCKETS; total++)
		shares[furthest(weights, shares, s->count, sum, -1)]++;
	for (; total > TP_SPREAD_BUCKETS; total--)
		shares[furthest(weights, shares, s->count, sum, 1)]--;
}

static bool keeps(const struct set *s, unsigned *shares, uint16_t neighbour)
{
	for (unsigned i = 0; i < s->count; i++)
		if (s->members[i].neighbour == neighbour && shares[i] > 0) {
			shares[i]--;
			return true;
		}
	return false;
}

/* Each keeps what it has, as far as it is to have so many; the rest go round. */
static void balance(struct tp_spread_table *t, const struct set *s)
{
	uint16_t *buckets = t->entries[s->index].neighbours;
	unsigned shares[TP_PATHS_MAX], vacant[TP_SPREAD_BUCKETS], count = 0, turn = 0;

	share(t, s, shares);
	for (unsigned b = 0; b < TP_SPREAD_BUCKETS; b++)
		if (!keeps(s, shares, buckets[b]))
			vacant[count++] = b;
	for (unsigned i = 0; i < count; i++) {
		while (shares[turn % s->count] == 0)
			turn++;
		shares[turn % s->count]--;
		tp_write_once(&buckets[vacant[i]], s->members[turn++ % s->count].neighbour);
	}
}

/* ---- sets ------------------------------------------------------------------------------------ */

static int by_neighbour(const void *one, const void *other)
{
	const struct member *a = one, *b = other;

	return (int)a->neighbour - (int)b->neighbour;
}

static void let_go(struct tp_spread_table *t, const struct member *members, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		tp_neighbour_drop(t->neighbours, members[i].neighbour);
}

/* The members of PATHS, held: how many; -ENOSPC, -ENOMEM. Two paths by one neighbour are one. */
static int hold_members(struct tp_spread_table *t, const struct tp_paths *paths,
			struct member *members)
{
	unsigned count = 0, last = 0;

	for (unsigned i = 0; i < paths->count; i++) {
		const struct tp_path *p = &paths->path[i];
		int index = tp_neighbour_hold(t->neighbours, p->port, &p->gateway);

		if (index < 0) {
			let_go(t, members, count);
			return index;
		}
		members[count++] = (struct member){(uint16_t)index, p->weight};
	}
	qsort(members, count, sizeof(*members), by_neighbour);
	for (unsigned i = 1; i < count; i++) {
		if (members[i].neighbour != members[last].neighbour) {
			members[++last] = members[i];
			continue;
		}
		members[last].weight = (uint16_t)(members[last].weight + members[i].weight);
		tp_neighbour_drop(t->neighbours, members[i].neighbour);
	}
	return (int)last + 1;
}

/* A set of MEMBERS, which it holds from now on. NULL: no memory; there is a place. */
static struct set *make(struct tp_spread_table *t, const struct member *members, unsigned count,
			int like)
{
	struct set *s = calloc(1, sizeof(*s));
	struct tp_spread *entry;

	if (s == NULL)
		return NULL;
	s->table = t;
	s->index = t->free[--t->free_count];
	s->count = count;
	memcpy(s->members, members, count * sizeof(*members));
	t->by_index[s->index] = s;
	entry = &t->entries[s->index];
	if (like >= 0)
		*entry = t->entries[like];
	else
		memset(entry, 0xff, sizeof(*entry));
	HASH_ADD_KEYPTR(hh, t->sets, s->members, count * sizeof(*members), s);
	balance(t, s);
	return s;
}

int tp_spread_hold(struct tp_spread_table *t, const struct tp_paths *paths, int like)
{
	struct member members[TP_PATHS_MAX];
	int count = hold_members(t, paths, members);
	struct set *s;

	if (count < 0)
		return count;
	HASH_FIND(hh, t->sets, members, (unsigned)count * sizeof(*members), s);
	if (s != NULL) {
		let_go(t, members, (unsigned)count);
		s->users++;
		return (int)s->index;
	}
	if (t->free_count == 0)
		tp_grace_collect(t->grace, NULL, 0);
	s = t->free_count > 0 ? make(t, members, (unsigned)count, like) : NULL;
	if (s == NULL) {
		let_go(t, members, (unsigned)count);
		return t->free_count == 0 ? -ENOSPC : -ENOMEM;
	}
	s->users = 1;
	return (int)s->index;
}

unsigned tp_spread_paths(const struct tp_spread_table *t, unsigned index,
			 struct tp_path path[TP_PATHS_MAX])
{
	const struct set *s = index < TP_SPREADS ? t->by_index[index] : NULL;

	for (unsigned i = 0; s != NULL && i < s->count; i++) {
		const unsigned neighbour = s->members[i].neighbour;

		path[i] = (struct tp_path){
			.gateway = tp_neighbour_ips(t->neighbours)[neighbour],
			.port = tp_neighbour_array(t->neighbours)[neighbour].port,
			.weight = s->members[i].weight,
		};
	}
	return s != NULL ? s->count : 0;
}

/* No worker has the index any more. */
static void give_back(struct tp_grace_item *item)
{
	struct set *s = (struct set *)(void *)((char *)item - offsetof(struct set, grace));

	s->table->free[s->table->free_count++] = (uint16_t)s->index;
	free(s);
}

void tp_spread_drop(struct tp_spread_table *t, unsigned index)
{
	struct set *s = t->by_index[index];

	if (--s->users > 0)
		return;
	t->by_index[index] = NULL;
	HASH_DEL(t->sets, s);
	let_go(t, s->members, s->count);
	s->grace = (struct tp_grace_item){.over = give_back};
	tp_grace_add(t->grace, &s->grace);
}

void tp_spread_neighbour(struct tp_spread_table *t, unsigned neighbour)
{
	struct set *s, *next;

	HASH_ITER (hh, t->sets, s, next)
		for (unsigned i = 0; i < s->count; i++)
			if (s->members[i].neighbour == neighbour)
				balance(t, s);
}

void tp_spread_port(struct tp_spread_table *t, unsigned port, bool up)
{
	struct set *s, *next;

	if (t->down[port] == !up)
		return;
	t->down[port] = !up;
	HASH_ITER (hh, t->sets, s, next)
		balance(t, s);
}
