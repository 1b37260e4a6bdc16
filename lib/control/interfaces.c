/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/interfaces.h"
#include "dataplane/sessions.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

/* One static entry. */
struct entry {
	uint32_t id;
	bool disabled;
	char *service; /* "": any */
	struct user *user;
	uint64_t session;		   /* 0: none */
	struct tp_session_counters before; /* of its earlier sessions */
	TAILQ_ENTRY(entry) of_user;
	UT_hash_handle by_id;
	UT_hash_handle by_session;
};

/* Who has entries. */
struct user {
	TAILQ_HEAD(, entry) entries; /* in the order in which they came */
	UT_hash_handle hh;
	char name[];
};

struct tp_interfaces {
	struct entry *by_id;
	struct entry *by_session; /* those that have one */
	struct user *users;
};

struct tp_interfaces *tp_interfaces_create(void)
{
	return calloc(1, sizeof(struct tp_interfaces));
}

static struct entry *find(const struct tp_interfaces *in, uint32_t id)
{
	struct entry *e;

	HASH_FIND(by_id, in->by_id, &id, sizeof(id), e);
	return e;
}

static struct entry *find_session(const struct tp_interfaces *in, uint64_t session)
{
	struct entry *e;

	HASH_FIND(by_session, in->by_session, &session, sizeof(session), e);
	return e;
}

static struct user *user_get(struct tp_interfaces *in, const char *name)
{
	struct user *user;
	size_t len = strlen(name);

	HASH_FIND_STR(in->users, name, user);
	if (user != NULL)
		return user;
	user = calloc(1, sizeof(*user) + len + 1);
	if (user == NULL)
		return NULL;
	memcpy(user->name, name, len + 1);
	TAILQ_INIT(&user->entries);
	HASH_ADD_STR(in->users, name, user);
	return user;
}

static void user_put(struct tp_interfaces *in, struct user *user)
{
	if (!TAILQ_EMPTY(&user->entries))
		return;
	HASH_DEL(in->users, user);
	free(user);
}

static void let_go(struct tp_interfaces *in, struct entry *e)
{
	if (e->session == 0)
		return;
	HASH_DELETE(by_session, in->by_session, e);
	e->session = 0;
}

static void leave_user(struct tp_interfaces *in, struct entry *e)
{
	TAILQ_REMOVE(&e->user->entries, e, of_user);
	user_put(in, e->user);
}

int tp_interfaces_put(struct tp_interfaces *in, const struct tp_config_static *config)
{
	struct entry *e = find(in, config->head.id);
	struct user *user = user_get(in, config->user);
	char *service = strdup(config->service);
	bool added = e == NULL;

	if (added)
		e = calloc(1, sizeof(*e));
	if (user == NULL || service == NULL || e == NULL) {
		if (user != NULL)
			user_put(in, user);
		if (added)
			free(e);
		free(service);
		return -ENOMEM;
	}
	if (added) {
		e->id = config->head.id;
		HASH_ADD(by_id, in->by_id, id, sizeof(e->id), e);
	} else if (e->user != user || config->disabled ||
		   (*service != '\0' && strcmp(e->service, service) != 0)) {
		let_go(in, e);
	}
	if (e->user != user) {
		if (!added)
			leave_user(in, e);
		TAILQ_INSERT_TAIL(&user->entries, e, of_user);
		e->user = user;
	}
	free(e->service);
	e->service = service;
	e->disabled = config->disabled;
	return 0;
}

void tp_interfaces_remove(struct tp_interfaces *in, uint32_t id)
{
	struct entry *e = find(in, id);

	if (e == NULL)
		return;
	let_go(in, e);
	leave_user(in, e);
	HASH_DELETE(by_id, in->by_id, e);
	free(e->service);
	free(e);
}

void tp_interfaces_destroy(struct tp_interfaces *in)
{
	struct entry *e, *next;

	if (in == NULL)
		return;
	HASH_ITER (by_id, in->by_id, e, next)
		tp_interfaces_remove(in, e->id);
	free(in);
}

void tp_interfaces_up(struct tp_interfaces *in, const struct tp_session_info *info)
{
	struct user *user;
	struct entry *e;

	HASH_FIND_STR(in->users, info->user, user);
	if (user == NULL || find_session(in, info->id) != NULL)
		return;
	TAILQ_FOREACH (e, &user->entries, of_user)
		if (e->session == 0 && !e->disabled &&
		    (e->service[0] == '\0' || strcmp(e->service, info->service_name) == 0))
			break;
	if (e == NULL)
		return;
	e->session = info->id;
	HASH_ADD(by_session, in->by_session, session, sizeof(e->session), e);
}

void tp_interfaces_down(struct tp_interfaces *in, uint64_t session,
			const struct tp_session_counters *counters)
{
	struct entry *e = find_session(in, session);

	if (e == NULL)
		return;
	e->before.packets_in += counters->packets_in;
	e->before.bytes_in += counters->bytes_in;
	e->before.packets_out += counters->packets_out;
	e->before.bytes_out += counters->bytes_out;
	e->before.drops_in += counters->drops_in;
	e->before.drops_out += counters->drops_out;
	let_go(in, e);
}

uint32_t tp_interfaces_of_session(const struct tp_interfaces *in, uint64_t session)
{
	const struct entry *e = find_session(in, session);

	return e != NULL ? e->id : 0;
}

uint64_t tp_interfaces_session(const struct tp_interfaces *in, uint32_t id,
			       struct tp_session_counters *counters)
{
	const struct entry *e = find(in, id);

	*counters = e != NULL ? e->before : (struct tp_session_counters){0};
	return e != NULL ? e->session : 0;
}
