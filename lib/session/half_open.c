/* SPDX-License-Identifier: BSD-3-Clause */
/* Half-open sessions: those that have a PADS, and nobody yet who has said who it is.
 *
 * A PADR costs its sender a cookie, so it is really there; but a host can have as many MAC
 * addresses as it likes, and each session that is begun and left alone holds a slot until its
 * set-up is given up. So they are bounded by place: by port, by VLANs on it, by MAC address there.
 * At a bound nobody is turned away: the newcomer may be an honest one. The oldest half-open session
 * of the greediest place within gives way: of the VLAN with the most, of the host there with the
 * most. Who answers as fast as the others come has its session by then.
 *
 * Places are a tree of ports, VLANs and hosts, with no more nodes than there are half-open
 * sessions. The children of each are a heap, the greediest on top. */
#include "base/siphash.h"
#include "session/engine.h"
#include "session/events.h"
#include "session/half_open.h"
#include "session/life.h"

#include <stdlib.h>

/* Slots and session ids that half-open sessions leave to newcomers: those that give way are free
 * again only when no worker sees them any more. */
#define KEPT_FREE 256

#define GIVE_WAY_MAX 16

/* In which an honest host is through, by a bad line too. Where there is no room for all that are
 * honest, they must not drive each other out before. */
#define FAIR_MS 3000

struct key {
	struct tp_ac_place *parent;
	uint16_t outer, inner;
	struct tp_mac mac;
	uint8_t unused[6]; /* all of it is hashed and compared: there is no padding */
};
static_assert(sizeof(struct key) == 24, "a key has no padding");

TAILQ_HEAD(tp_ac_half_open_list, tp_session);

struct tp_ac_place {
	struct key key; /* the first: it is hashed */
	UT_hash_handle by_key;
	struct tp_ac_place *parent; /* NULL: a port */
	uint32_t count;		    /* half-open sessions */
	uint32_t at;		    /* in its parent's heap */
	struct tp_ac_place **heap;  /* its children */
	uint32_t children, room;
	struct tp_ac_half_open_list sessions; /* of a host: the oldest in front */
};

/* ---- heaps -------------------------------------------------------------------------------------
 */

static uint64_t age(const struct tp_ac_place *p)
{
	const struct tp_session *first = TAILQ_FIRST(&p->sessions);

	return first != NULL ? first->id : 0;
}

/* The greedier first; of equal ones the one that began first. */
static bool before(const struct tp_ac_place *a, const struct tp_ac_place *b)
{
	return a->count != b->count ? a->count > b->count : age(a) < age(b);
}

static void put_at(struct tp_ac_place *parent, uint32_t at, struct tp_ac_place *p)
{
	parent->heap[at] = p;
	p->at = at;
}

static void rise(struct tp_ac_place *p)
{
	struct tp_ac_place *parent = p->parent;
	uint32_t at = p->at;

	for (; at > 0 && before(p, parent->heap[(at - 1) / 2]); at = (at - 1) / 2)
		put_at(parent, at, parent->heap[(at - 1) / 2]);
	put_at(parent, at, p);
}

static void sink(struct tp_ac_place *p)
{
	struct tp_ac_place *parent = p->parent;
	uint32_t at = p->at, child;

	while ((child = 2 * at + 1) < parent->children) {
		if (child + 1 < parent->children &&
		    before(parent->heap[child + 1], parent->heap[child]))
			child++;
		if (!before(parent->heap[child], p))
			break;
		put_at(parent, at, parent->heap[child]);
		at = child;
	}
	put_at(parent, at, p);
}

static bool grow(struct tp_ac *ac, struct tp_ac_place *parent)
{
	uint32_t room = parent->room == 0 ? 4 : 2 * parent->room;
	struct tp_ac_place **heap;

	if (parent->children < parent->room)
		return true;
	heap = tp_ac_alloc(ac, room * sizeof(heap[0]));
	if (heap == NULL)
		return false;
	if (parent->children > 0)
		memcpy(heap, parent->heap, parent->children * sizeof(heap[0]));
	tp_ac_free(ac, parent->heap, parent->room * sizeof(heap[0]));
	parent->heap = heap;
	parent->room = room;
	return true;
}

/* ---- places ------------------------------------------------------------------------------------
 */

static struct tp_ac_place *find(const struct tp_ac *ac, const struct key *key, unsigned *hash)
{
	struct tp_ac_place *p;

	*hash = (unsigned)tp_siphash(ac->table.hash_key, key, sizeof(*key));
	HASH_FIND_BYHASHVALUE(by_key, ac->half_open, key, sizeof(*key), *hash, p);
	return p;
}

/* The place in PARENT, made if there is none; NULL: no memory. */
static struct tp_ac_place *get(struct tp_ac *ac, struct tp_ac_place *parent, const struct key *key)
{
	unsigned hash;
	struct tp_ac_place *p = find(ac, key, &hash);

	if (p != NULL || (parent != NULL && !grow(ac, parent)))
		return p;
	p = tp_ac_alloc(ac, sizeof(*p));
	if (p == NULL)
		return NULL;
	p->key = *key;
	p->parent = parent;
	TAILQ_INIT(&p->sessions);
	HASH_ADD_BYHASHVALUE(by_key, ac->half_open, key, sizeof(p->key), hash, p);
	if (parent != NULL)
		put_at(parent, parent->children++, p);
	return p;
}

static void put(struct tp_ac *ac, struct tp_ac_place *p)
{
	struct tp_ac_place *parent = p->parent, *last;

	if (parent != NULL) {
		last = parent->heap[--parent->children];
		if (last != p) {
			put_at(parent, p->at, last);
			rise(last);
			sink(last);
		}
	}
	HASH_DELETE(by_key, ac->half_open, p);
	tp_ac_free(ac, p->heap, p->room * sizeof(p->heap[0]));
	tp_ac_free(ac, p, sizeof(*p));
}

static struct key port_key(uint16_t port)
{
	return (struct key){.outer = port};
}

static struct key vlan_key(struct tp_ac_place *port, struct tp_vlans vlans)
{
	return (struct key){.parent = port, .outer = vlans.outer, .inner = vlans.inner};
}

static struct key host_key(struct tp_ac_place *vlan, const struct tp_mac *mac)
{
	return (struct key){.parent = vlan, .mac = *mac};
}

void tp_ac_half_open_begin(struct tp_session *s)
{
	struct tp_ac *ac = s->ac;
	struct key key = port_key(s->line.access.port);
	struct tp_ac_place *path[3] = {get(ac, NULL, &key)};

	if (path[0] != NULL) {
		key = vlan_key(path[0], s->line.access.vlans);
		path[1] = get(ac, path[0], &key);
	}
	if (path[1] != NULL) {
		key = host_key(path[1], &s->line.mac);
		path[2] = get(ac, path[1], &key);
	}
	for (unsigned i = 3; i-- > 0 && path[2] == NULL;)
		if (path[i] != NULL && path[i]->count == 0)
			put(ac, path[i]);
	if (path[2] == NULL) /* no memory: it is bounded by its time alone */
		return;
	s->half_open = path[2];
	TAILQ_INSERT_TAIL(&path[2]->sessions, s, half_open_entry);
	ac->counters.half_open++;
	for (unsigned i = 3; i-- > 0;) {
		path[i]->count++;
		if (i > 0)
			rise(path[i]);
	}
}

void tp_ac_half_open_over(struct tp_session *s)
{
	struct tp_ac_place *p = s->half_open, *parent;

	if (p == NULL)
		return;
	s->half_open = NULL;
	TAILQ_REMOVE(&p->sessions, s, half_open_entry);
	s->ac->counters.half_open--;
	for (; p != NULL; p = parent) {
		parent = p->parent;
		if (--p->count == 0)
			put(s->ac, p);
		else if (parent != NULL) {
			rise(p);
			sink(p);
		}
	}
}

/* ---- bounds ------------------------------------------------------------------------------------
 */

void tp_ac_half_open_limits_set(struct tp_ac *ac, uint16_t port,
				const struct tp_ac_half_open_limits *limits)
{
	if (port < TP_AC_MAX_PORTS)
		ac->ports[port].half_open_limits = *limits;
}

static struct tp_session *oldest_of_greediest(const struct tp_ac_place *p)
{
	while (p->children > 0)
		p = p->heap[0];
	return TAILQ_FIRST(&p->sessions);
}

static void give_way(struct tp_session *s, enum tp_ac_bound bound)
{
	s->ac->counters.gave_way[bound]++;
	tp_ac_tell_gave_way(s, bound);
	tp_ac_end(s, TP_END_GAVE_WAY, false);
}

/* Makes room in P for one more. When the limit has been lowered, more than one is too many; not all
 * of them go at one PADR. P is gone with its last session. */
static bool bounded(const struct tp_ac_place *p, uint32_t limit, enum tp_ac_bound bound)
{
	uint32_t excess;

	if (p == NULL || limit == 0 || p->count < limit)
		return false;
	excess = p->count - limit + 1;
	for (uint32_t i = 0; i < excess && i < GIVE_WAY_MAX; i++)
		give_way(oldest_of_greediest(p), bound);
	return true;
}

/* The port with the most. */
static const struct tp_ac_place *greediest_port(const struct tp_ac *ac)
{
	const struct tp_ac_place *greediest = NULL;
	unsigned hash;

	for (uint16_t port = 0; port < TP_AC_MAX_PORTS; port++) {
		struct key key = port_key(port);
		const struct tp_ac_place *p = find(ac, &key, &hash);

		if (p != NULL && (greediest == NULL || p->count > greediest->count))
			greediest = p;
	}
	return greediest;
}

static uint32_t kept_free(uint32_t of)
{
	return of / 8 < KEPT_FREE ? of / 8 : KEPT_FREE;
}

/* In P, where there is room for so many of any kind, one gives way if it has had its time, or many
 * are like it. It must be of SERVER; NULL: of any. */
static bool yields(const struct tp_ac_place *p, uint32_t room, const struct tp_ac_server *server,
		   enum tp_ac_bound bound)
{
	struct tp_session *s = p != NULL ? oldest_of_greediest(p) : NULL;

	if (s == NULL || (server != NULL && s->server != server))
		return false;
	if (p->count <= 2 * kept_free(room) && s->ac->now_ms - s->started_ms < FAIR_MS)
		return false;
	give_way(s, bound);
	return true;
}

void tp_ac_half_open_make_room(struct tp_ac *ac, const struct tp_access *access,
			       const struct tp_mac *mac)
{
	const struct tp_ac_half_open_limits *limits = &ac->ports[access->port].half_open_limits;
	struct tp_ac_place *port, *vlan = NULL, *host = NULL;
	struct key key = port_key(access->port);
	unsigned hash;

	if (ac->counters.half_open == 0)
		return;
	port = find(ac, &key, &hash);
	if (port != NULL) {
		key = vlan_key(port, access->vlans);
		vlan = find(ac, &key, &hash);
	}
	if (vlan != NULL) {
		key = host_key(vlan, mac);
		host = find(ac, &key, &hash);
	}
	/* One that gives way in a narrow place is one less in the wide one. */
	if (bounded(host, limits->mac, TP_AC_BOUND_MAC) ||
	    bounded(vlan, limits->vlan, TP_AC_BOUND_VLAN) ||
	    bounded(port, limits->port, TP_AC_BOUND_PORT))
		return;
	if (tp_ac_ids_of(ac, access)->count >= TP_AC_IDS - kept_free(TP_AC_IDS))
		yields(port, TP_AC_IDS, NULL, TP_AC_BOUND_TABLE);
	else if (ac->counters.slots_free <= kept_free(ac->table.max))
		yields(greediest_port(ac), ac->table.max, NULL, TP_AC_BOUND_TABLE);
}

bool tp_ac_half_open_yields(struct tp_ac *ac, const struct tp_ac_server *server)
{
	struct key key = port_key(server->port);
	unsigned hash;

	return yields(find(ac, &key, &hash), server->max_sessions, server, TP_AC_BOUND_SERVER);
}
