/* SPDX-License-Identifier: BSD-3-Clause */
/* Who guesses passwords waits. What counts is the place, a MAC address on a port with its VLANs,
 * and the user: a wrong login delays the next one of this user from this place, each time for twice
 * as long, and too many lock the two for a while. Four times as many, whatever users were tried,
 * lock the place for all. The same user at another place is not concerned, so nobody is locked out
 * by a stranger.
 *
 * While a login is held off no password is looked at.
 *
 * What is remembered is bounded, that of users and that of places as such apart. A host can have as
 * many MAC addresses as it likes, but not as many VLANs: when a list is full, what is over makes
 * room, or else the port with the most in it, and there the VLAN with the most; of its own, those
 * that are not locked first, and of these the one that has been quiet for longest. So no VLAN loses
 * anything to one that has more. */
#include "session/engine.h"
#include "session/events.h"
#include "session/login.h"

#include <errno.h>

#define ENTRIES	   512	  /* of a list */
#define FORGET_MS  600000 /* failures longer ago do not count */
#define DELAY_MS   1000	  /* after the second failure; then twice that, and so on */
#define DELAY_MAX  32000
#define ANY_USER   "" /* of the place as such */
#define ANY_FACTOR 4

/* In the order of `compare`, so that those of a port, and of a VLAN, stand together. */
struct list {
	uint32_t used;
	struct tp_ac_lockout entry[ENTRIES];
};

enum kind { OF_USERS, OF_PLACES, KINDS };

struct tp_ac_lockouts {
	uint64_t next_id;
	struct list lists[KINDS];
};

/* ---- the order ---- */

enum depth { PORT, VLANS, HOST, USER };

/* As far as DEPTH. */
static int compare(const struct tp_ac_lockout *a, const struct tp_ac_lockout *b, enum depth depth)
{
	int order = a->access.port - b->access.port;

	if (order == 0 && depth >= VLANS)
		order = a->access.vlans.outer - b->access.vlans.outer;
	if (order == 0 && depth >= VLANS)
		order = a->access.vlans.inner - b->access.vlans.inner;
	if (order == 0 && depth >= HOST)
		order = memcmp(&a->mac, &b->mac, sizeof(a->mac));
	if (order == 0 && depth >= USER)
		order = strcmp(a->user, b->user);
	return order;
}

static struct list *list_of(const struct tp_ac *ac, const char *user)
{
	return &ac->lockouts->lists[user[0] != '\0' ? OF_USERS : OF_PLACES];
}

/* The first that is not before KEY. */
static uint32_t position(const struct list *list, const struct tp_ac_lockout *key)
{
	uint32_t from = 0, to = list->used;

	while (from < to) {
		uint32_t middle = from + (to - from) / 2;

		if (compare(&list->entry[middle], key, USER) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static struct tp_ac_lockout key_of(const struct tp_line *line, const char *user)
{
	struct tp_ac_lockout key = {.access = line->access, .mac = line->mac};

	snprintf(key.user, sizeof(key.user), "%s", user);
	return key;
}

static struct tp_ac_lockout *find(const struct tp_line *line, const char *user)
{
	const struct tp_ac_lockout key = key_of(line, user);
	struct list *list;
	uint32_t at;

	if (line->ac->lockouts == NULL)
		return NULL;
	list = list_of(line->ac, user);
	at = position(list, &key);
	return at < list->used && compare(&list->entry[at], &key, USER) == 0 ? &list->entry[at]
									     : NULL;
}

static void forget(struct list *list, uint32_t at)
{
	list->used--;
	memmove(&list->entry[at], &list->entry[at + 1], (list->used - at) * sizeof(list->entry[0]));
}

/* ---- who makes room ---- */

static bool is_locked(const struct tp_ac_lockout *e, uint64_t now_ms)
{
	return e->locked && now_ms < e->until_ms;
}

static bool is_over(const struct tp_ac_lockout *e, uint64_t now_ms)
{
	return now_ms >= e->until_ms && (e->locked || now_ms - e->last_ms > FORGET_MS);
}

struct span {
	uint32_t from, to;
};

/* Of the ports or VLANs WITHIN, the one with the most, when NEWCOMER is counted among its own. */
static struct span greediest(const struct list *list, struct span within, enum depth depth,
			     const struct tp_ac_lockout *newcomer)
{
	struct span best = {0}, one;
	uint32_t most = 0;

	for (one.from = within.from; one.from < within.to; one.from = one.to) {
		const struct tp_ac_lockout *first = &list->entry[one.from];
		uint32_t count = compare(newcomer, first, depth) == 0;

		for (one.to = one.from; one.to < within.to; one.to++, count++)
			if (compare(&list->entry[one.to], first, depth) != 0)
				break;
		if (count > most) {
			most = count;
			best = one;
		}
	}
	return best;
}

static uint32_t least(const struct list *list, const struct tp_ac_lockout *newcomer,
		      uint64_t now_ms)
{
	struct span span = {0, list->used};
	uint32_t worst;

	for (uint32_t i = 0; i < list->used; i++)
		if (is_over(&list->entry[i], now_ms))
			return i;
	span = greediest(list, span, PORT, newcomer);
	span = greediest(list, span, VLANS, newcomer);
	worst = span.from;
	for (uint32_t i = span.from; i < span.to; i++) {
		const struct tp_ac_lockout *e = &list->entry[i], *other = &list->entry[worst];
		bool locked = is_locked(e, now_ms), other_locked = is_locked(other, now_ms);

		if (locked != other_locked ? other_locked : e->last_ms < other->last_ms)
			worst = i;
	}
	return worst;
}

/* NULL: no memory. */
static struct tp_ac_lockout *make(struct tp_ac *ac, const struct tp_ac_lockout *newcomer)
{
	struct list *list;
	uint32_t at;

	if (ac->lockouts == NULL)
		ac->lockouts = tp_ac_alloc(ac, sizeof(*ac->lockouts));
	if (ac->lockouts == NULL)
		return NULL;
	list = list_of(ac, newcomer->user);
	if (list->used == ENTRIES)
		forget(list, least(list, newcomer, ac->now_ms));
	at = position(list, newcomer);
	memmove(&list->entry[at + 1], &list->entry[at], (list->used - at) * sizeof(list->entry[0]));
	list->used++;
	list->entry[at] = *newcomer;
	list->entry[at].id = ++ac->lockouts->next_id;
	return &list->entry[at];
}

static struct tp_ac_lockout *get(const struct tp_line *line, const char *user)
{
	struct tp_ac_lockout *e = find(line, user);

	if (e != NULL) {
		if (is_over(e, line->ac->now_ms))
			e->failures = 0;
		return e;
	}
	const struct tp_ac_lockout newcomer = key_of(line, user);

	return make(line->ac, &newcomer);
}

/* ---- logins ---- */

static uint64_t delay_after(uint32_t failures)
{
	if (failures < 2)
		return 0;
	return failures > 6 ? DELAY_MAX : UINT64_C(1) * DELAY_MS << (failures - 2);
}

static void failed(struct tp_line *line, const char *user, uint32_t most)
{
	struct tp_ac_lockout *e = get(line, user);
	const uint64_t lock_ms = line->server->login_lock_s * UINT64_C(1000);

	if (e == NULL)
		return;
	e->failures++;
	e->last_ms = line->ac->now_ms;
	e->locked = e->failures >= most;
	e->until_ms = e->last_ms;
	if (e->locked)
		e->until_ms += lock_ms;
	else if (user[0] != '\0')
		e->until_ms += delay_after(e->failures);
	if (!e->locked)
		return;
	line->ac->counters.login_locks++;
	tp_ac_tell_user(line, TP_AC_LOGIN_LOCKED, TP_LOG_WARNING, user,
			"%u wrong logins in a row: none is taken %sfrom there for %u s",
			e->failures, user[0] != '\0' ? "of this user " : "",
			line->server->login_lock_s);
}

void tp_ac_lockout_failed(struct tp_line *line, const char *user)
{
	uint32_t most = line->server->max_login_failures;

	if (most == 0)
		return;
	if (user[0] != '\0')
		failed(line, user, most);
	failed(line, ANY_USER, most * ANY_FACTOR);
}

static bool held(const struct tp_line *line, const char *user)
{
	const struct tp_ac_lockout *e = find(line, user);

	return e != NULL && line->ac->now_ms < e->until_ms;
}

bool tp_ac_lockout_holds(const struct tp_line *line, const char *user)
{
	return line->server->max_login_failures != 0 && (held(line, ANY_USER) || held(line, user));
}

void tp_ac_lockout_passed(struct tp_line *line, const char *user)
{
	struct tp_ac_lockout *e = find(line, user);

	if (e != NULL)
		forget(list_of(line->ac, user), (uint32_t)(e - list_of(line->ac, user)->entry));
}

/* ---- operators ---- */

const struct tp_ac_lockout *tp_ac_lockout_next(const struct tp_ac *ac, uint64_t after)
{
	const struct tp_ac_lockout *best = NULL;

	for (unsigned kind = 0; ac->lockouts != NULL && kind < KINDS; kind++) {
		const struct list *list = &ac->lockouts->lists[kind];

		for (const struct tp_ac_lockout *e = list->entry; e < list->entry + list->used; e++)
			if (is_locked(e, ac->now_ms) && e->id > after &&
			    (best == NULL || e->id < best->id))
				best = e;
	}
	return best;
}

int tp_ac_lockout_remove(struct tp_ac *ac, uint64_t id)
{
	for (unsigned kind = 0; ac->lockouts != NULL && kind < KINDS; kind++) {
		struct list *list = &ac->lockouts->lists[kind];

		for (uint32_t i = 0; i < list->used; i++)
			if (list->entry[i].id == id) {
				forget(list, i);
				return 0;
			}
	}
	return -ENOENT;
}

uint32_t tp_ac_lockouts(const struct tp_ac *ac)
{
	uint32_t count = 0;

	for (unsigned kind = 0; ac->lockouts != NULL && kind < KINDS; kind++) {
		const struct list *list = &ac->lockouts->lists[kind];

		for (uint32_t i = 0; i < list->used; i++)
			count += is_locked(&list->entry[i], ac->now_ms);
	}
	return count;
}

void tp_ac_lockouts_clear(struct tp_ac *ac)
{
	tp_ac_free(ac, ac->lockouts, sizeof(*ac->lockouts));
	ac->lockouts = NULL;
}
