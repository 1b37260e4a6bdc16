/* SPDX-License-Identifier: BSD-3-Clause */
/* Which servers answer at one place, a port and up to two VLAN tags.
 *
 * A server's interface stands for a port, for some of its VLANs, or for some inner tags in some of
 * its VLANs; and pppoe-over-vlan-range adds tags beyond those. The more tags are the interface's
 * own, the more it says of a place: where servers of several interfaces could answer, those of the
 * interface with the most own tags do, and no others. Interfaces with as many have no place in
 * common (the configuration sees to it).
 *
 * The index holds ranges, and no more than the configuration does, whatever they span. It is made
 * anew before the first look-up after a change: servers come by the thousand at a start. */
#include "session/engine.h"

#include <stdlib.h>

#define NOWHERE UINT32_MAX

/* Ids FIRST … LAST lead to number TO. */
struct span {
	uint16_t first, last;
	uint32_t to;
};

/* The servers of one interface: a part of `servers`. */
struct place {
	uint32_t first, count;
};

/* Frames with the same tags so far: who is there if that is all, and where another tag leads. */
struct level {
	uint32_t first; /* of the servers with these tags */
	uint32_t place; /* NOWHERE: nobody */
	uint32_t spans, span_count;
};

struct tp_ac_places {
	struct tp_ac_server **servers;	   /* by interface; those of one by ascending id */
	struct tp_pppoe_service *services; /* as many: what one look-up found */
	struct place *places;
	struct level *levels; /* of outer tags */
	struct span *spans;   /* outer ones lead to `levels`, inner ones to `places` */
	struct level ports[TP_AC_MAX_PORTS];
	uint32_t server_count, place_count, level_count, span_count;
	uint32_t span_room;
};

/* ---- making the index ---- */

static int compare_lists(const struct tp_vlan_list *a, const struct tp_vlan_list *b)
{
	for (uint32_t i = 0; i < a->count && i < b->count; i++) {
		int order = a->range[i].first - b->range[i].first;

		if (order == 0)
			order = a->range[i].last - b->range[i].last;
		if (order != 0)
			return order;
	}
	return (a->count > b->count) - (a->count < b->count);
}

static int compare_levels(const struct tp_ac_server *a, const struct tp_ac_server *b)
{
	int order = a->port - b->port;

	return order != 0 ? order : compare_lists(&a->outer, &b->outer);
}

static int compare_places(const struct tp_ac_server *a, const struct tp_ac_server *b)
{
	int order = compare_levels(a, b);

	return order != 0 ? order : compare_lists(&a->inner, &b->inner);
}

static int compare_servers(const void *a, const void *b)
{
	const struct tp_ac_server *x = *(struct tp_ac_server *const *)a;
	const struct tp_ac_server *y = *(struct tp_ac_server *const *)b;
	int order = compare_places(x, y);

	return order != 0 ? order : (x->id > y->id) - (x->id < y->id);
}

static int compare_spans(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return x->first != y->first ? x->first - y->first : (x->to > y->to) - (x->to < y->to);
}

static void add_spans(struct tp_ac_places *p, struct level *level, const struct tp_vlan_list *ids,
		      uint32_t to)
{
	for (uint32_t i = 0; i < ids->count; i++)
		p->spans[p->span_count++] =
			(struct span){ids->range[i].first, ids->range[i].last, to};
	level->span_count += ids->count;
}

static void sort_spans(struct tp_ac_places *p, const struct level *level)
{
	qsort(p->spans + level->spans, level->span_count, sizeof(struct span), compare_spans);
}

/* The servers from FIRST on that have PORT and outer tags in common; returns who is behind them. */
static uint32_t make_level(struct tp_ac_places *p, struct level *level, uint32_t first)
{
	struct tp_ac_server *const *servers = p->servers;
	uint32_t i = first, end;

	*level = (struct level){.first = first, .place = NOWHERE, .spans = p->span_count};
	for (; i < p->server_count && compare_levels(servers[first], servers[i]) == 0; i = end) {
		for (end = i + 1; end < p->server_count; end++)
			if (compare_places(servers[i], servers[end]) != 0)
				break;
		p->places[p->place_count] = (struct place){i, end - i};
		if (servers[i]->inner.count == 0)
			level->place = p->place_count++;
		else
			add_spans(p, level, &servers[i]->inner, p->place_count++);
	}
	sort_spans(p, level);
	return i;
}

static void make_port(struct tp_ac_places *p, uint16_t port, uint32_t *next)
{
	struct level *level = &p->ports[port];
	uint32_t first = *next, first_level = p->level_count;

	*level = (struct level){.place = NOWHERE};
	if (first < p->server_count && p->servers[first]->port == port &&
	    p->servers[first]->outer.count == 0)
		first = make_level(p, level, first);
	*next = first;
	while (*next < p->server_count && p->servers[*next]->port == port)
		*next = make_level(p, &p->levels[p->level_count++], *next);
	level->spans = p->span_count;
	for (uint32_t i = first_level; i < p->level_count; i++)
		add_spans(p, level, &p->servers[p->levels[i].first]->outer, i);
	sort_spans(p, level);
}

void tp_ac_places_forget(struct tp_ac *ac)
{
	struct tp_ac_places *p = ac->places;

	if (p == NULL)
		return;
	tp_ac_free(ac, p->servers, p->server_count * sizeof(struct tp_ac_server *));
	tp_ac_free(ac, p->services, p->server_count * sizeof(struct tp_pppoe_service));
	tp_ac_free(ac, p->places, p->server_count * sizeof(struct place));
	tp_ac_free(ac, p->levels, p->server_count * sizeof(struct level));
	tp_ac_free(ac, p->spans, p->span_room * sizeof(struct span));
	tp_ac_free(ac, p, sizeof(*p));
	ac->places = NULL;
}

/* An index with room for all servers, and the servers in it. */
static struct tp_ac_places *collect(struct tp_ac *ac)
{
	struct tp_ac_places *p = ac->places = tp_ac_alloc(ac, sizeof(*p));
	uint32_t n = HASH_CNT(by_id, ac->servers);

	if (p == NULL)
		return NULL;
	for (struct tp_ac_server *s = ac->servers; s != NULL; s = s->by_id.next)
		p->span_room += s->outer.count + s->inner.count;
	p->server_count = n;
	p->servers = tp_ac_alloc(ac, n * sizeof(struct tp_ac_server *));
	p->services = tp_ac_alloc(ac, n * sizeof(struct tp_pppoe_service));
	p->places = tp_ac_alloc(ac, n * sizeof(struct place));
	p->levels = tp_ac_alloc(ac, n * sizeof(struct level));
	p->spans = tp_ac_alloc(ac, p->span_room * sizeof(struct span));
	if (p->servers == NULL || p->services == NULL || p->places == NULL || p->levels == NULL ||
	    p->spans == NULL) {
		tp_ac_places_forget(ac);
		return NULL;
	}
	n = 0;
	for (struct tp_ac_server *s = ac->servers; s != NULL; s = s->by_id.next)
		p->servers[n++] = s;
	return p;
}

/* NULL: no memory; the next look-up tries again. */
static struct tp_ac_places *index_of(struct tp_ac *ac)
{
	struct tp_ac_places *p = ac->places;
	uint32_t next = 0;

	if (p != NULL)
		return p;
	p = collect(ac);
	if (p == NULL)
		return NULL;
	qsort(p->servers, p->server_count, sizeof(struct tp_ac_server *), compare_servers);
	for (uint16_t port = 0; port < TP_AC_MAX_PORTS; port++)
		make_port(p, port, &next);
	return p;
}

/* ---- look-up ---- */

/* Where ID leads; NOWHERE: ranges do not have it. */
static uint32_t follow(const struct tp_ac_places *p, const struct level *level, uint16_t id)
{
	const struct span *spans = p->spans + level->spans;
	uint32_t low = 0, high = level->span_count; /* of the first that begins behind ID */

	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (spans[middle].first <= id)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && id <= spans[low - 1].last ? spans[low - 1].to : NOWHERE;
}

/* The interface whose servers answer at ACCESS. *BEYOND: the tag that is not its own; 0: none. */
static uint32_t place_of(const struct tp_ac_places *p, const struct tp_access *access,
			 uint16_t *beyond)
{
	const struct level *port = &p->ports[access->port];
	uint32_t outer = NOWHERE, inner = NOWHERE;

	*beyond = 0;
	if (access->vlans.outer == 0)
		return port->place;
	outer = follow(p, port, access->vlans.outer);
	if (access->vlans.inner == 0) {
		if (outer != NOWHERE && p->levels[outer].place != NOWHERE)
			return p->levels[outer].place;
		*beyond = access->vlans.outer;
		return port->place;
	}
	if (outer == NOWHERE)
		return NOWHERE;
	inner = follow(p, &p->levels[outer], access->vlans.inner);
	if (inner != NOWHERE)
		return inner;
	*beyond = access->vlans.inner;
	return p->levels[outer].place;
}

/* Does the server take a tag that is not its interface's own (0: none)? */
static bool takes(const struct tp_ac_server *server, uint16_t beyond)
{
	if (beyond == 0)
		return server->over.count == 0 || server->accept_untagged;
	return tp_vlan_list_has(&server->over, beyond);
}

bool tp_ac_server_covers(const struct tp_ac_server *server, const struct tp_access *access)
{
	struct tp_vlans vlans = access->vlans;

	if (server->port != access->port)
		return false;
	if (server->outer.count == 0)
		return vlans.inner == 0 && takes(server, vlans.outer);
	if (!tp_vlan_list_has(&server->outer, vlans.outer))
		return false;
	if (server->inner.count == 0)
		return takes(server, vlans.inner);
	return tp_vlan_list_has(&server->inner, vlans.inner);
}

static struct tp_pppoe_service service_of(const struct tp_ac *ac, struct tp_ac_server *server)
{
	return (struct tp_pppoe_service){
		.name = server->service_name,
		.server = server,
		.disabled = server->disabled,
		.named_only = !server->accept_empty_service,
		.pado_delay_ms = tp_ac_is_drained(ac, server)
					 ? TP_PPPOE_PADO_NEVER
					 : tp_delay_at(&server->pado_delay, server->standing),
		.max_payload = tp_ac_largest_payload(ac, server),
	};
}

void tp_ac_offer(struct tp_ac *ac, const struct tp_access *access, const struct tp_mac *client,
		 struct tp_pppoe_access *offer)
{
	struct tp_ac_places *p = index_of(ac);
	uint32_t number;
	uint16_t beyond;

	*offer = (struct tp_pppoe_access){.mac = ac->ports[access->port].mac};
	if (p == NULL)
		return;
	number = place_of(p, access, &beyond);
	if (number == NOWHERE)
		return;
	offer->services = p->services;
	for (uint32_t i = 0; i < p->places[number].count; i++) {
		struct tp_ac_server *server = p->servers[p->places[number].first + i];

		if (takes(server, beyond))
			p->services[offer->service_count++] = service_of(ac, server);
	}
	offer->rejected =
		tp_ac_mac_rejected(ac, p->servers[p->places[number].first]->interface, client);
}
