/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of callers. */
#include <stdlib.h>
#include <string.h>

#include "base/siphash.h"
#include "history/private.h"

static uint32_t key_hash(const struct tp_history *h, const struct tp_mac *mac,
			 struct tp_vlans vlans, const char *port, const char *user)
{
	const struct {
		const char *port;
		struct tp_vlans vlans;
		struct tp_mac mac;
		uint16_t zero;
		uint32_t zero_too;
	} key = {port, vlans, *mac, 0, 0};
	uint64_t hash = tp_siphash(h->seed, &key, sizeof(key));

	if (user[0] != '\0')
		hash ^= tp_siphash(h->seed, user, strlen(user));
	return (uint32_t)hash & h->mask;
}

static uint32_t mac_hash(const struct tp_history *h, const struct tp_mac *mac)
{
	return (uint32_t)tp_siphash(h->seed, mac, sizeof(*mac)) & h->mask;
}

static bool same_place(const struct tp_caller *c, struct tp_vlans vlans, const char *port)
{
	return tp_vlans_equal(c->vlans, vlans) && c->port == port;
}

struct caller *caller_find(const struct tp_history *h, const struct tp_mac *mac,
			   struct tp_vlans vlans, const char *port, const char *user)
{
	struct caller *c;

	LIST_FOREACH (c, &h->by_key[key_hash(h, mac, vlans, port, user)], by_key)
		if (tp_mac_equal(&c->is.mac, mac) && same_place(&c->is, vlans, port) &&
		    strcmp(c->is.user, user) == 0)
			return c;
	return NULL;
}

/* Somebody at this place, with this MAC address, has been up. */
static bool host_is_known(const struct tp_history *h, const struct tp_mac *mac,
			  struct tp_vlans vlans, const char *port)
{
	const struct caller *c;

	LIST_FOREACH (c, &h->by_mac[mac_hash(h, mac)], by_mac)
		if (c->is.known && tp_mac_equal(&c->is.mac, mac) && same_place(&c->is, vlans, port))
			return true;
	return false;
}

static bool add_chunk(struct tp_history *h)
{
	struct caller **chunks = realloc(h->chunks, (h->chunk_count + 1) * sizeof(struct caller *));
	struct caller *chunk = calloc(CHUNK, sizeof(*chunk));

	if (chunks != NULL)
		h->chunks = chunks;
	if (chunks == NULL || chunk == NULL) {
		free(chunk);
		return false;
	}
	h->chunks[h->chunk_count++] = chunk;
	for (unsigned i = 0; i < CHUNK; i++)
		TAILQ_INSERT_TAIL(&h->free, &chunk[i], entry);
	return true;
}

static struct place *place_of(struct tp_history *h, const struct tp_caller *c)
{
	struct place *place, key = {0};

	key.key.port = c->port;
	key.key.vlans = c->vlans;
	HASH_FIND(hh, h->places, &key.key, sizeof(key.key), place);
	if (place != NULL)
		return place;
	place = calloc(1, sizeof(*place));
	if (place == NULL)
		return NULL;
	place->key.port = tp_name_ref(c->port);
	place->key.vlans = c->vlans;
	TAILQ_INIT(&place->strangers);
	HASH_ADD(hh, h->places, key, sizeof(place->key), place);
	h->memory += sizeof(*place);
	return place;
}

static void leave_place(struct tp_history *h, struct caller *c)
{
	struct place *place = c->place;

	TAILQ_REMOVE(&place->strangers, c, of_place);
	c->place = NULL;
	h->counters.strangers--;
	if (--place->count > 0)
		return;
	HASH_DEL(h->places, place);
	tp_name_unref(place->key.port);
	free(place);
	h->memory -= sizeof(*place);
}

static bool enter_place(struct tp_history *h, struct caller *c)
{
	c->place = place_of(h, &c->is);
	if (c->place == NULL)
		return false;
	TAILQ_INSERT_TAIL(&c->place->strangers, c, of_place);
	c->place->count++;
	h->counters.strangers++;
	return true;
}

struct caller *caller_add(struct tp_history *h, uint64_t id, const struct tp_mac *mac,
			  struct tp_vlans vlans, const char *port, const char *user, bool known)
{
	struct caller *c;

	if (TAILQ_EMPTY(&h->free) && !add_chunk(h))
		return NULL;
	c = TAILQ_FIRST(&h->free);
	*c = (struct caller){.entry = c->entry};
	c->is.mac = *mac;
	c->is.vlans = vlans;
	c->is.port = port;
	c->is.known = known || (user[0] == '\0' && host_is_known(h, mac, vlans, port));
	c->is.user = strdup(user); /* hardly anybody else has that name: it is not shared */
	if (c->is.user == NULL || (!c->is.known && !enter_place(h, c))) {
		free((char *)c->is.user);
		return NULL;
	}
	TAILQ_REMOVE(&h->free, c, entry);
	c->used = true;
	c->is.id = id != 0 ? id : h->next_id++;
	c->is.port = tp_name_ref(port);
	LIST_INSERT_HEAD(&h->by_key[key_hash(h, mac, vlans, port, user)], c, by_key);
	LIST_INSERT_HEAD(&h->by_mac[mac_hash(h, mac)], c, by_mac);
	TAILQ_INSERT_TAIL(c->is.known ? &h->known : &h->strangers, c, by_time);
	h->counters.callers++;
	h->memory += sizeof(*c) + strlen(user) + 1;
	return c;
}

void caller_remove(struct tp_history *h, struct caller *c)
{
	if (c->unwritten)
		TAILQ_REMOVE(&h->unwritten, c, entry);
	if (c->unwritten)
		h->counters.unwritten--;
	keeping_removed(h, c);
	TAILQ_REMOVE(c->is.known ? &h->known : &h->strangers, c, by_time);
	if (!c->is.known)
		leave_place(h, c);
	LIST_REMOVE(c, by_key);
	LIST_REMOVE(c, by_mac);
	tp_name_unref(c->is.port);
	tp_name_unref(c->is.circuit_id);
	tp_name_unref(c->is.remote_id);
	for (unsigned i = 0; i < c->is.count; i++)
		tp_name_unref(c->is.entries[i].text);
	h->memory -= sizeof(*c) + strlen(c->is.user) + 1 + c->is.room * sizeof(*c->is.entries);
	free((char *)c->is.user);
	h->counters.lines -= c->is.count;
	h->counters.callers--;
	free(c->is.entries);
	c->used = false;
	TAILQ_INSERT_HEAD(&h->free, c, entry);
}

void caller_is_known(struct tp_history *h, struct caller *c)
{
	if (c->is.known)
		return;
	leave_place(h, c);
	TAILQ_REMOVE(&h->strangers, c, by_time);
	c->is.known = true;
	TAILQ_INSERT_TAIL(&h->known, c, by_time);
}

void caller_heard(struct tp_history *h, struct caller *c)
{
	struct callers *list = c->is.known ? &h->known : &h->strangers;

	if (TAILQ_NEXT(c, by_time) != NULL) {
		TAILQ_REMOVE(list, c, by_time);
		TAILQ_INSERT_TAIL(list, c, by_time);
	}
	if (c->place != NULL && TAILQ_NEXT(c, of_place) != NULL) {
		TAILQ_REMOVE(&c->place->strangers, c, of_place);
		TAILQ_INSERT_TAIL(&c->place->strangers, c, of_place);
	}
}

void caller_changed(struct tp_history *h, struct caller *c)
{
	if (c->unwritten || h->keeping == NULL)
		return;
	c->unwritten = true;
	TAILQ_INSERT_TAIL(&h->unwritten, c, entry);
	h->counters.unwritten++;
}

void caller_rename(struct tp_history *h, const char **name, const char *text)
{
	const char *now;

	if (text == NULL || text[0] == '\0' || (*name != NULL && strcmp(*name, text) == 0))
		return;
	now = tp_name_get(h->names, text);
	if (now == NULL)
		return;
	tp_name_unref(*name);
	*name = now;
}

static bool grow(struct tp_history *h, struct caller *c, unsigned most)
{
	unsigned room = c->is.room == 0 ? 1 : c->is.room * 2u;
	struct tp_history_entry *entries;

	if (room > most)
		room = most;
	entries = realloc(c->is.entries, room * sizeof(*entries));
	if (entries == NULL)
		return false;
	h->memory += (room - c->is.room) * sizeof(*entries);
	c->is.entries = entries;
	c->is.room = (uint8_t)room;
	return true;
}

static void drop_oldest(struct tp_history *h, struct caller *c)
{
	tp_name_unref(c->is.entries[0].text);
	c->is.count--;
	memmove(c->is.entries, c->is.entries + 1, c->is.count * sizeof(*c->is.entries));
	h->counters.lines--;
	h->counters.dropped++;
}

struct tp_history_entry *caller_append(struct tp_history *h, struct caller *c, unsigned most)
{
	while (c->is.count >= most)
		drop_oldest(h, c);
	if (c->is.count == c->is.room && !grow(h, c, most))
		return NULL;
	h->counters.lines++;
	return &c->is.entries[c->is.count++];
}

const struct tp_caller *tp_history_next(const struct tp_history *h, uint64_t *cursor)
{
	const uint64_t end = (uint64_t)h->chunk_count * CHUNK;

	while (*cursor < end) {
		const struct caller *c = &h->chunks[*cursor / CHUNK][*cursor % CHUNK];

		++*cursor;
		if (c->used)
			return &c->is;
	}
	return NULL;
}

const struct tp_caller *tp_history_of_mac(const struct tp_history *h, const struct tp_mac *mac,
					  const struct tp_caller *previous)
{
	const struct caller *c = previous != NULL
					 ? LIST_NEXT((const struct caller *)previous, by_mac)
					 : LIST_FIRST(&h->by_mac[mac_hash(h, mac)]);

	while (c != NULL && !tp_mac_equal(&c->is.mac, mac))
		c = LIST_NEXT(c, by_mac);
	return c != NULL ? &c->is : NULL;
}
