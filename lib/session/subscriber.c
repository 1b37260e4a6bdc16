/* SPDX-License-Identifier: BSD-3-Clause */
/* What the subscriber of a session gets, from the answer of lib/aaa to the session's end. */
#include "session/engine.h"
#include "session/login.h"

#include <errno.h>

static const struct tp_subscriber nothing;

void tp_ac_subscriber_init(struct tp_session *s)
{
	s->subscriber = &nothing;
}

/* What S alone has, and this file alone changes. */
static struct tp_subscriber *own(const struct tp_session *s)
{
	return s->subscriber == &nothing ? NULL : (void *)(uintptr_t)s->subscriber;
}

void tp_ac_subscriber_drop(struct tp_session *s)
{
	struct tp_subscriber *subscriber = own(s);

	if (subscriber == NULL)
		return;
	s->ac->counters.memory_bytes -= tp_subscriber_memory(subscriber);
	tp_subscriber_clear(subscriber);
	tp_ac_free(s->ac, subscriber, sizeof(*subscriber));
	s->subscriber = &nothing;
}

int tp_ac_subscriber_take(struct tp_session *s, struct tp_subscriber *from)
{
	struct tp_subscriber *subscriber = tp_ac_alloc(s->ac, sizeof(*subscriber));

	if (subscriber == NULL)
		return -ENOMEM;
	tp_ac_subscriber_drop(s);
	tp_subscriber_move(subscriber, from);
	s->subscriber = subscriber;
	s->ac->counters.memory_bytes += tp_subscriber_memory(subscriber);
	return 0;
}

struct tp_ppp_addresses tp_ac_subscriber_addresses(const struct tp_session *s)
{
	const struct tp_subscriber *subscriber = s->subscriber;

	return (struct tp_ppp_addresses){
		.local = s->local_address,
		.remote = s->remote_address,
		.dns = {subscriber->dns[0], subscriber->dns[1]},
		.nbns = {subscriber->wins[0], subscriber->wins[1]},
	};
}

/* 0: NOW is what the configuration gives. */
static int ask_secrets(struct tp_session *s, struct tp_subscriber *now)
{
	const char *profile = s->server->default_profile;

	if (s->user == NULL)
		return tp_aaa_local_profile(s->ac->secrets, NULL, profile, now);
	return tp_aaa_local_attributes(s->ac->secrets, s->user, profile, now);
}

/* Each of the two has what the other had. */
static void swap_names(const char **a, const char **b)
{
	const char *name = *a;

	*a = *b;
	*b = name;
}

bool tp_ac_subscriber_renew(struct tp_session *s)
{
	struct tp_subscriber now, *had = own(s);
	struct tp_rate_limit *limit;
	bool changed;

	if (had == NULL || (s->user != NULL && had->secret_id == 0) || ask_secrets(s, &now) != 0)
		return false;
	changed = !tp_subscriber_same_rate_limit(had, &now);
	s->ac->counters.memory_bytes -= tp_subscriber_memory(had);
	limit = had->rate_limit;
	had->rate_limit = now.rate_limit;
	now.rate_limit = limit;
	swap_names(&had->address_list, &now.address_list);
	s->ac->counters.memory_bytes += tp_subscriber_memory(had);
	tp_subscriber_clear(&now);
	return changed;
}
