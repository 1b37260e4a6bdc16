/* SPDX-License-Identifier: BSD-3-Clause */
/* Who guesses passwords waits. What counts is the place, a MAC address on a port with its VLANs,
 * and the user: a wrong login delays the next one of this user from this place, each time for twice
 * as long, and too many lock the two for a while. Four times as many, whatever users were tried,
 * lock the place for all. The same user at another place is not concerned, so nobody is locked out
 * by a stranger.
 *
 * While a login is held off no password is looked at. The list is bounded; when it is full, the one
 * that has been quiet for longest makes room, those that are not locked first. */
#include "session/engine.h"
#include "session/events.h"
#include "session/login.h"

#include <errno.h>

#define ENTRIES	   512
#define FORGET_MS  600000 /* failures longer ago do not count */
#define DELAY_MS   1000	  /* after the second failure; then twice that, and so on */
#define DELAY_MAX  32000
#define ANY_USER   "" /* of the place as such */
#define ANY_FACTOR 4

struct tp_ac_lockouts {
	uint64_t next_id;
	uint32_t used;
	struct tp_ac_lockout entry[ENTRIES];
};

static bool same_place(const struct tp_ac_lockout *e, const struct tp_session *s)
{
	return e->access.port == s->line.access.port &&
	       e->access.vlans.outer == s->line.access.vlans.outer &&
	       e->access.vlans.inner == s->line.access.vlans.inner &&
	       tp_mac_equal(&e->mac, &s->line.mac);
}

static struct tp_ac_lockout *find(const struct tp_session *s, const char *user)
{
	struct tp_ac_lockouts *all = s->ac->lockouts;

	for (uint32_t i = 0; all != NULL && i < all->used; i++)
		if (same_place(&all->entry[i], s) && strcmp(all->entry[i].user, user) == 0)
			return &all->entry[i];
	return NULL;
}

static bool is_locked(const struct tp_ac_lockout *e, uint64_t now_ms)
{
	return e->locked && now_ms < e->until_ms;
}

/* A free entry, or that of who matters least; NULL: no memory. */
static struct tp_ac_lockout *make(struct tp_ac *ac)
{
	struct tp_ac_lockouts *all = ac->lockouts;
	struct tp_ac_lockout *least;

	if (all == NULL)
		all = ac->lockouts = tp_ac_alloc(ac, sizeof(*all));
	if (all == NULL)
		return NULL;
	if (all->used < ENTRIES)
		return &all->entry[all->used++];
	least = &all->entry[0];
	for (uint32_t i = 1; i < ENTRIES; i++) {
		struct tp_ac_lockout *e = &all->entry[i];
		bool locked = is_locked(e, ac->now_ms), other = is_locked(least, ac->now_ms);

		if (locked != other ? other : e->last_ms < least->last_ms)
			least = e;
	}
	return least;
}

static void forget(struct tp_ac *ac, struct tp_ac_lockout *e)
{
	*e = ac->lockouts->entry[--ac->lockouts->used];
}

static struct tp_ac_lockout *get(const struct tp_session *s, const char *user)
{
	struct tp_ac_lockout *e = find(s, user);
	uint64_t now = s->ac->now_ms;

	if (e != NULL && now >= e->until_ms && (e->locked || now - e->last_ms > FORGET_MS))
		e->failures = 0;
	if (e != NULL)
		return e;
	e = make(s->ac);
	if (e == NULL)
		return NULL;
	*e = (struct tp_ac_lockout){
		.id = ++s->ac->lockouts->next_id, .access = s->line.access, .mac = s->line.mac};
	snprintf(e->user, sizeof(e->user), "%s", user);
	return e;
}

static uint64_t delay_after(uint32_t failures)
{
	if (failures < 2)
		return 0;
	return failures > 6 ? DELAY_MAX : UINT64_C(1) * DELAY_MS << (failures - 2);
}

static void failed(struct tp_session *s, const char *user, uint32_t most)
{
	struct tp_ac_lockout *e = get(s, user);
	const uint64_t lock_ms = s->server->login_lock_s * UINT64_C(1000);

	if (e == NULL)
		return;
	e->failures++;
	e->last_ms = s->ac->now_ms;
	e->locked = e->failures >= most;
	e->until_ms = e->last_ms;
	if (e->locked)
		e->until_ms += lock_ms;
	else if (user[0] != '\0')
		e->until_ms += delay_after(e->failures);
	if (!e->locked)
		return;
	s->ac->counters.login_locks++;
	tp_ac_tell_user(s, TP_AC_LOGIN_LOCKED, TP_LOG_WARNING, user,
			"%u wrong logins in a row: none is taken %sfrom there for %u s",
			e->failures, user[0] != '\0' ? "of this user " : "",
			s->server->login_lock_s);
}

void tp_ac_lockout_failed(struct tp_session *s, const char *user)
{
	uint32_t most = s->server->max_login_failures;

	if (most == 0)
		return;
	if (user[0] != '\0')
		failed(s, user, most);
	failed(s, ANY_USER, most * ANY_FACTOR);
}

static bool held(const struct tp_session *s, const char *user)
{
	const struct tp_ac_lockout *e = find(s, user);

	return e != NULL && s->ac->now_ms < e->until_ms;
}

bool tp_ac_lockout_holds(const struct tp_session *s, const char *user)
{
	return s->server->max_login_failures != 0 && (held(s, ANY_USER) || held(s, user));
}

void tp_ac_lockout_passed(struct tp_session *s, const char *user)
{
	struct tp_ac_lockout *e = find(s, user);

	if (e != NULL)
		forget(s->ac, e);
}

const struct tp_ac_lockout *tp_ac_lockout_next(const struct tp_ac *ac, uint64_t after)
{
	const struct tp_ac_lockout *best = NULL;

	for (uint32_t i = 0; ac->lockouts != NULL && i < ac->lockouts->used; i++) {
		const struct tp_ac_lockout *e = &ac->lockouts->entry[i];

		if (is_locked(e, ac->now_ms) && e->id > after && (best == NULL || e->id < best->id))
			best = e;
	}
	return best;
}

int tp_ac_lockout_remove(struct tp_ac *ac, uint64_t id)
{
	for (uint32_t i = 0; ac->lockouts != NULL && i < ac->lockouts->used; i++)
		if (ac->lockouts->entry[i].id == id) {
			forget(ac, &ac->lockouts->entry[i]);
			return 0;
		}
	return -ENOENT;
}

uint32_t tp_ac_lockouts(const struct tp_ac *ac)
{
	uint32_t count = 0;

	for (uint32_t i = 0; ac->lockouts != NULL && i < ac->lockouts->used; i++)
		count += is_locked(&ac->lockouts->entry[i], ac->now_ms);
	return count;
}

void tp_ac_lockouts_clear(struct tp_ac *ac)
{
	tp_ac_free(ac, ac->lockouts, sizeof(*ac->lockouts));
	ac->lockouts = NULL;
}
