/* SPDX-License-Identifier: BSD-3-Clause */
/* Finding standing sessions by user name, by MAC address, and by the fingerprint of the PADR. */
#include "base/siphash.h"
#include "session/engine.h"

#include <errno.h>

static size_t bucket(const struct tp_ac *ac, const void *data, size_t len)
{
	return tp_siphash(ac->table.hash_key, data, len) & ac->table.bucket_mask;
}

static struct tp_session_list *user_bucket(const struct tp_ac *ac, const char *user)
{
	return &ac->table.by_user[bucket(ac, user, strlen(user))];
}

static struct tp_session_list *mac_bucket(const struct tp_ac *ac, const struct tp_mac *mac)
{
	return &ac->table.by_mac[bucket(ac, mac->bytes, sizeof(mac->bytes))];
}

static struct tp_session_chain *fingerprint_bucket(const struct tp_ac *ac, uint64_t fingerprint)
{
	return &ac->table.by_fingerprint[bucket(ac, &fingerprint, sizeof(fingerprint))];
}

void tp_ac_index_started(struct tp_ac *ac, struct tp_session *s)
{
	LIST_INSERT_HEAD(mac_bucket(ac, &s->line.mac), s, line.by_mac);
	SLIST_INSERT_HEAD(fingerprint_bucket(ac, s->line.fingerprint), s, line.by_fingerprint);
}

int tp_ac_index_user(struct tp_ac *ac, struct tp_session *s, const char *user)
{
	const struct tp_session *newest = tp_ac_index_find_user(ac, user, NULL);
	char *copy = tp_ac_text_copy(ac, user);

	if (copy == NULL)
		return -ENOMEM;
	/* The newest of a user has the highest number, so the next is nobody's. */
	s->instance = newest == NULL ? 0 : newest->instance + 1;
	s->user = copy;
	LIST_INSERT_HEAD(user_bucket(ac, s->user), s, by_user);
	return 0;
}

void tp_ac_index_line_gone(struct tp_session *s)
{
	LIST_REMOVE(s, line.by_mac);
	SLIST_REMOVE(fingerprint_bucket(s->ac, s->line.fingerprint), s, tp_session,
		     line.by_fingerprint);
}

void tp_ac_index_fell(struct tp_ac *ac, struct tp_session *s)
{
	if (!s->line.gone)
		tp_ac_index_line_gone(s);
	if (s->user != NULL)
		LIST_REMOVE(s, by_user);
}

struct tp_session *tp_ac_index_fingerprint(const struct tp_ac *ac, uint64_t fingerprint)
{
	struct tp_session *s;

	SLIST_FOREACH (s, fingerprint_bucket(ac, fingerprint), line.by_fingerprint)
		if (s->line.fingerprint == fingerprint)
			return s;
	return NULL;
}

struct tp_session *tp_ac_index_find_user(const struct tp_ac *ac, const char *user,
					 const struct tp_session *previous)
{
	struct tp_session *s =
		previous != NULL ? LIST_NEXT(previous, by_user) : LIST_FIRST(user_bucket(ac, user));

	while (s != NULL && strcmp(s->user, user) != 0)
		s = LIST_NEXT(s, by_user);
	return s;
}

struct tp_session *tp_ac_index_find_mac(const struct tp_ac *ac, const struct tp_mac *mac,
					const struct tp_session *previous)
{
	struct tp_session *s = previous != NULL ? LIST_NEXT(previous, line.by_mac)
						: LIST_FIRST(mac_bucket(ac, mac));

	while (s != NULL && !tp_mac_equal(&s->line.mac, mac))
		s = LIST_NEXT(s, line.by_mac);
	return s;
}

const struct tp_session *tp_ac_find_user(const struct tp_ac *ac, const char *user,
					 const struct tp_session *previous)
{
	return tp_ac_index_find_user(ac, user, previous);
}

const struct tp_session *tp_ac_find_mac(const struct tp_ac *ac, const struct tp_mac *mac,
					const struct tp_session *previous)
{
	return tp_ac_index_find_mac(ac, mac, previous);
}
