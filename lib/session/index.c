/* SPDX-License-Identifier: BSD-3-Clause */
/* Finding standing lines by user name, by MAC address, and by the fingerprint of the PADR. */
#include "base/siphash.h"
#include "session/engine.h"

#include <errno.h>

static size_t bucket(const struct tp_ac *ac, const void *data, size_t len)
{
	return tp_siphash(ac->table.hash_key, data, len) & ac->table.bucket_mask;
}

static struct tp_line_list *user_bucket(const struct tp_ac *ac, const char *user)
{
	return &ac->table.by_user[bucket(ac, user, strlen(user))];
}

static struct tp_line_list *mac_bucket(const struct tp_ac *ac, const struct tp_mac *mac)
{
	return &ac->table.by_mac[bucket(ac, mac->bytes, sizeof(mac->bytes))];
}

static struct tp_line_chain *fingerprint_bucket(const struct tp_ac *ac, uint64_t fingerprint)
{
	return &ac->table.by_fingerprint[bucket(ac, &fingerprint, sizeof(fingerprint))];
}

void tp_ac_index_started(struct tp_ac *ac, struct tp_line *line)
{
	LIST_INSERT_HEAD(mac_bucket(ac, &line->mac), line, by_mac);
	SLIST_INSERT_HEAD(fingerprint_bucket(ac, line->fingerprint), line, by_fingerprint);
}

int tp_ac_index_user(struct tp_ac *ac, struct tp_line *line, const char *user)
{
	const struct tp_line *newest = tp_ac_index_find_user(ac, user, NULL);
	char *copy = tp_ac_text_copy(ac, user);

	if (copy == NULL)
		return -ENOMEM;
	/* The newest of a user has the highest number, so the next is nobody's. */
	line->instance = newest == NULL ? 0 : newest->instance + 1;
	line->user = copy;
	LIST_INSERT_HEAD(user_bucket(ac, line->user), line, by_user);
	return 0;
}

int tp_ac_index_user_again(struct tp_ac *ac, struct tp_line *line, const char *user,
			   uint32_t instance)
{
	struct tp_line *other = tp_ac_index_find_user(ac, user, NULL), *newer = NULL;

	for (; other != NULL && other->instance > instance;
	     other = tp_ac_index_find_user(ac, user, other))
		newer = other;
	if (other != NULL && other->instance == instance)
		return -EEXIST;
	line->user = tp_ac_text_copy(ac, user);
	if (line->user == NULL)
		return -ENOMEM;
	line->instance = instance;
	if (newer != NULL)
		LIST_INSERT_AFTER(newer, line, by_user);
	else
		LIST_INSERT_HEAD(user_bucket(ac, user), line, by_user);
	return 0;
}

void tp_ac_index_line_gone(struct tp_line *line)
{
	LIST_REMOVE(line, by_mac);
	SLIST_REMOVE(fingerprint_bucket(line->ac, line->fingerprint), line, tp_line,
		     by_fingerprint);
}

void tp_ac_index_fell(struct tp_ac *ac, struct tp_line *line)
{
	if (!line->gone)
		tp_ac_index_line_gone(line);
	if (line->user != NULL)
		LIST_REMOVE(line, by_user);
}

struct tp_line *tp_ac_index_fingerprint(const struct tp_ac *ac, uint64_t fingerprint)
{
	struct tp_line *line;

	SLIST_FOREACH (line, fingerprint_bucket(ac, fingerprint), by_fingerprint)
		if (line->fingerprint == fingerprint)
			return line;
	return NULL;
}

struct tp_line *tp_ac_index_find_user(const struct tp_ac *ac, const char *user,
				      const struct tp_line *previous)
{
	struct tp_line *line =
		previous != NULL ? LIST_NEXT(previous, by_user) : LIST_FIRST(user_bucket(ac, user));

	while (line != NULL && strcmp(line->user, user) != 0)
		line = LIST_NEXT(line, by_user);
	return line;
}

struct tp_line *tp_ac_index_find_mac(const struct tp_ac *ac, const struct tp_mac *mac,
				     const struct tp_line *previous)
{
	struct tp_line *line =
		previous != NULL ? LIST_NEXT(previous, by_mac) : LIST_FIRST(mac_bucket(ac, mac));

	while (line != NULL && !tp_mac_equal(&line->mac, mac))
		line = LIST_NEXT(line, by_mac);
	return line;
}

const struct tp_line *tp_ac_find_user(const struct tp_ac *ac, const char *user,
				      const struct tp_line *previous)
{
	return tp_ac_index_find_user(ac, user, previous);
}

const struct tp_line *tp_ac_find_mac(const struct tp_ac *ac, const struct tp_mac *mac,
				     const struct tp_line *previous)
{
	return tp_ac_index_find_mac(ac, mac, previous);
}
