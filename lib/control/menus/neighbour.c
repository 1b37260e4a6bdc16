/* SPDX-License-Identifier: BSD-3-Clause */
/* /ip/arp and /ipv6/neighbor: who is on the networks of the core ports. */
#include <stdlib.h>
#include <string.h>

#include "api/json.h"
#include "control/menus/menus.h"

static json_t *neighbour_json(const struct tp_control *c, const struct tp_neighbour *n)
{
	const bool reachable = n->reach == TP_REACH_YES;
	char text[TP_IP_TEXT_LEN];
	json_t *o = json_object();

	tp_json_id(o, n->id);
	tp_json_text(o, "address", tp_ip_format(&n->address, text));
	tp_json_text(o, "interface", c->ports[n->port].name);
	if (reachable)
		tp_json_mac(o, "mac-address", &n->mac);
	tp_json_text(o, "status", reachable ? "reachable" : "failed");
	tp_json_bool(o, "dynamic", true);
	if (n->address.family == TP_FAMILY_IPV6)
		return o;
	tp_json_bool(o, "complete", reachable);
	tp_json_bool(o, "disabled", false);
	tp_json_bool(o, "invalid", false);
	tp_json_bool(o, "published", false);
	return o;
}

static json_t *next(struct tp_control *c, enum tp_family family, uint64_t *cursor)
{
	struct tp_neighbour n;

	if (!tp_neighbours_next(c->kernel.neighbours, *cursor, &n))
		return NULL;
	*cursor = n.id;
	return n.address.family == family && n.reach != TP_REACH_UNKNOWN ? neighbour_json(c, &n)
									 : json_null();
}

/* By its address, or by .id. */
static json_t *find(struct tp_control *c, enum tp_family family, const char *key)
{
	struct tp_neighbour n = {0};
	struct tp_ip address;
	char *end = NULL;
	const uint64_t id = key[0] == '*' ? strtoull(key + 1, &end, 16) : 0;

	if (end != NULL ? *end != '\0' : !tp_ip_parse(key, &address))
		return NULL;
	while (tp_neighbours_next(c->kernel.neighbours, n.id, &n))
		if (n.address.family == family && n.reach != TP_REACH_UNKNOWN &&
		    (end != NULL ? n.id == id : tp_ip_same(&n.address, &address)))
			return neighbour_json(c, &n);
	return NULL;
}

static json_t *arp_next(void *user, uint64_t *cursor)
{
	return next(user, TP_FAMILY_IPV4, cursor);
}

static json_t *arp_find(void *user, const char *key)
{
	return find(user, TP_FAMILY_IPV4, key);
}

static json_t *neighbor_next(void *user, uint64_t *cursor)
{
	return next(user, TP_FAMILY_IPV6, cursor);
}

static json_t *neighbor_find(void *user, const char *key)
{
	return find(user, TP_FAMILY_IPV6, key);
}

/* clang-format off */
#define COMMON                                                                                     \
	TP_STATUS_ID,                                                                              \
	{"address", "The neighbour's address"},                                                    \
	{"interface", "The core port on whose network it is"},                                     \
	{"mac-address", "Where it is, if that is known"},                                          \
	{"status", "`reachable`, as far as is known, or `failed`: it was asked for in vain"},      \
	{"dynamic", "Always: it was learnt"}

static const struct tp_status arp_status[] = {
	COMMON,
	{"complete", "Its MAC address is known"},
	{"disabled", "Never"},
	{"invalid", "Never"},
	{"published", "Never"},
	TP_STATUS_END,
};

static const struct tp_status neighbor_status[] = {
	COMMON,
	TP_STATUS_END,
};
/* clang-format on */

#define FIXED "the kernel's neighbours are set by ip(8)"

const struct tp_live tp_live_arp = {
	.path = "/ip/arp",
	.help = "Neighbours on the networks of the core ports, by ARP; sessions have none",
	.status = arp_status,
	.next = arp_next,
	.find = arp_find,
	.fixed = FIXED,
};

const struct tp_live tp_live_neighbor = {
	.path = "/ipv6/neighbor",
	.help = "The same by Neighbor Discovery",
	.status = neighbor_status,
	.next = neighbor_next,
	.find = neighbor_find,
	.fixed = FIXED,
};
