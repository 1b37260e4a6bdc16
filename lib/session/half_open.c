/* SPDX-License-Identifier: BSD-3-Clause */
/* Half-open lines, those that have a PADS, and nobody yet who has said who it is, counted by
 * place. Places are a tree of ports, VLANs and hosts, with no more nodes than there are half-open
 * sessions. The children of each are a heap, the greediest on top. */
#include "base/siphash.h"
#include "session/engine.h"
#include "session/half_open.h"

#include <stdlib.h>

struct key {
	struct tp_ac_place *parent;
	uint16_t outer, inner;
	struct tp_mac mac;
	uint8_t unused[6]; /* all of it is hashed and compared: there is no padding */
};
static_assert(sizeof(struct key) == 24, "a key has no padding");

TAILQ_HEAD(tp_ac_half_open_list, tp_line);

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
	const struct tp_line *first = TAILQ_FIRST(&p->sessions);

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

void tp_ac_half_open_begin(struct tp_line *line)
{
	struct tp_ac *ac = line->ac;
	struct key key = port_key(line->access.port);
	struct tp_ac_place *path[3] = {get(ac, NULL, &key)};

	if (path[0] != NULL) {
		key = vlan_key(path[0], line->access.vlans);
		path[1] = get(ac, path[0], &key);
	}
	if (path[1] != NULL) {
		key = host_key(path[1], &line->mac);
		path[2] = get(ac, path[1], &key);
	}
	for (unsigned i = 3; i-- > 0 && path[2] == NULL;)
		if (path[i] != NULL && path[i]->count == 0)
			put(ac, path[i]);
	if (path[2] == NULL) /* no memory: it is bounded by its time alone */
		return;
	line->half_open = path[2];
	TAILQ_INSERT_TAIL(&path[2]->sessions, line, half_open_entry);
	ac->counters.half_open++;
	for (unsigned i = 3; i-- > 0;) {
		path[i]->count++;
		if (i > 0)
			rise(path[i]);
	}
}

void tp_ac_half_open_over(struct tp_line *line)
{
	struct tp_ac_place *p = line->half_open, *parent;

	if (p == NULL)
		return;
	line->half_open = NULL;
	TAILQ_REMOVE(&p->sessions, line, half_open_entry);
	line->ac->counters.half_open--;
	for (; p != NULL; p = parent) {
		parent = p->parent;
		if (--p->count == 0)
			put(line->ac, p);
		else if (parent != NULL) {
			rise(p);
			sink(p);
		}
	}
}

/* ---- look-up ------------------------------------------------------------------------------------
 */

const struct tp_ac_place *tp_ac_half_open_port(const struct tp_ac *ac, uint16_t port)
{
	struct key key = port_key(port);
	unsigned hash;

	return find(ac, &key, &hash);
}

void tp_ac_half_open_places(const struct tp_ac *ac, const struct tp_access *access,
			    const struct tp_mac *mac,
			    const struct tp_ac_place *at[TP_AC_HALF_OPEN_PLACES])
{
	struct key key = port_key(access->port);
	struct tp_ac_place *port, *vlan = NULL, *host = NULL;
	unsigned hash;

	port = find(ac, &key, &hash);
	if (port != NULL) {
		key = vlan_key(port, access->vlans);
		vlan = find(ac, &key, &hash);
	}
	if (vlan != NULL) {
		key = host_key(vlan, mac);
		host = find(ac, &key, &hash);
	}
	at[TP_AC_HALF_OPEN_PORT] = port;
	at[TP_AC_HALF_OPEN_VLAN] = vlan;
	at[TP_AC_HALF_OPEN_HOST] = host;
}

uint32_t tp_ac_half_open_count(const struct tp_ac_place *p)
{
	return p != NULL ? p->count : 0;
}

struct tp_line *tp_ac_half_open_oldest(const struct tp_ac_place *p)
{
	while (p->children > 0)
		p = p->heap[0];
	return TAILQ_FIRST(&p->sessions);
}
