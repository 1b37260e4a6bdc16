/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/kernel/neighbours.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

/* No padding: it is hashed. */
struct place {
	struct tp_ip address;
	uint8_t port;
};

struct neighbour {
	struct place place;
	uint64_t id;	     /* they stand in the table's list in the order of these */
	unsigned generation; /* of the dump that it was last seen in, or heard of since */
	bool by_event;
	enum tp_reach reach; /* UNKNOWN: kept while a dump is under way, that may tell of it yet */
	enum tp_reach in_force; /* in the data plane */
	struct tp_mac mac;	/* when REACH is YES */
	struct tp_mac mac_in_force;
	UT_hash_handle hh;
};

struct tp_neighbours {
	struct neighbour *all;
	tp_neighbour_fn fn;
	void *user;
	uint64_t last_id;
	unsigned generation;
	unsigned count, count6; /* that can be reached */
	bool dumping;
};

struct tp_neighbours *tp_neighbours_create(tp_neighbour_fn fn, void *user)
{
	struct tp_neighbours *n = calloc(1, sizeof(*n));

	if (n != NULL) {
		n->fn = fn;
		n->user = user;
	}
	return n;
}

static struct neighbour *find(const struct tp_neighbours *n, unsigned port,
			      const struct tp_ip *address)
{
	const struct place place = {*address, (uint8_t)port};
	struct neighbour *one;

	HASH_FIND(hh, n->all, &place, sizeof(place), one);
	return one;
}

static struct neighbour *add(struct tp_neighbours *n, unsigned port, const struct tp_ip *address)
{
	struct neighbour *one = calloc(1, sizeof(*one));

	if (one == NULL)
		return NULL;
	one->place = (struct place){*address, (uint8_t)port};
	one->id = ++n->last_id;
	HASH_ADD(hh, n->all, place, sizeof(one->place), one);
	return one;
}

/* Makes the data plane's neighbour what is known of it. */
static int program(struct tp_neighbours *n, struct neighbour *one)
{
	int error;

	if (one->reach == one->in_force &&
	    (one->reach != TP_REACH_YES || tp_mac_equal(&one->mac, &one->mac_in_force)))
		return 0;
	error = n->fn(n->user, one->place.port, &one->place.address, one->reach, &one->mac);
	if (error == 0) {
		one->in_force = one->reach;
		one->mac_in_force = one->mac;
	}
	return error;
}

static void set_reach(struct tp_neighbours *n, struct neighbour *one, enum tp_reach reach)
{
	unsigned *count = one->place.address.family == TP_FAMILY_IPV6 ? &n->count6 : &n->count;

	*count -= one->reach == TP_REACH_YES;
	*count += reach == TP_REACH_YES;
	one->reach = reach;
}

static void forget(struct tp_neighbours *n, struct neighbour *one)
{
	HASH_DEL(n->all, one);
	free(one);
}

int tp_neighbours_put(struct tp_neighbours *n, unsigned port, const struct tp_ip *address,
		      enum tp_reach reach, const struct tp_mac *mac, enum tp_netlink_news news)
{
	struct neighbour *one = find(n, port, address);
	int error;

	if (one == NULL && reach == TP_REACH_UNKNOWN && !n->dumping)
		return 0;
	if (one == NULL)
		one = add(n, port, address);
	if (one == NULL)
		return -ENOMEM;
	if (news == TP_NEWS_DUMP && one->by_event && one->generation == n->generation)
		return 0;
	one->generation = n->generation;
	one->by_event = news == TP_NEWS_EVENT;
	set_reach(n, one, reach);
	if (reach == TP_REACH_YES)
		one->mac = *mac;
	error = program(n, one);
	if (reach == TP_REACH_UNKNOWN && !n->dumping)
		forget(n, one);
	return error;
}

void tp_neighbours_begin_dump(struct tp_neighbours *n)
{
	n->generation++;
	n->dumping = true;
}

void tp_neighbours_end_dump(struct tp_neighbours *n, bool complete)
{
	struct neighbour *one, *next;

	n->dumping = false;
	HASH_ITER (hh, n->all, one, next) {
		if (complete && one->generation != n->generation)
			set_reach(n, one, TP_REACH_UNKNOWN);
		program(n, one);
		if (one->reach == TP_REACH_UNKNOWN)
			forget(n, one);
	}
}

bool tp_neighbours_has(const struct tp_neighbours *n, unsigned port, const struct tp_ip *address)
{
	const struct neighbour *one = find(n, port, address);

	return one != NULL && one->reach == TP_REACH_YES;
}

bool tp_neighbours_next(const struct tp_neighbours *n, uint64_t after, struct tp_neighbour *out)
{
	const struct neighbour *one = n->all;

	while (one != NULL && one->id <= after)
		one = one->hh.next;
	if (one == NULL)
		return false;
	*out = (struct tp_neighbour){
		.id = one->id,
		.port = one->place.port,
		.address = one->place.address,
		.reach = one->reach,
		.mac = one->mac,
	};
	return true;
}

unsigned tp_neighbours_count(const struct tp_neighbours *n, enum tp_family family)
{
	return family == TP_FAMILY_IPV6 ? n->count6 : n->count;
}

void tp_neighbours_destroy(struct tp_neighbours *n)
{
	struct neighbour *one, *next;

	if (n == NULL)
		return;
	HASH_ITER (hh, n->all, one, next)
		forget(n, one);
	free(n);
}
