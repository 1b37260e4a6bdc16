/* SPDX-License-Identifier: BSD-3-Clause */
/* What the subscriber of a session gets, from the answer of lib/aaa to the session's end. */
#include "session/engine.h"
#include "session/login.h"

void tp_ac_subscriber_drop(struct tp_session *s)
{
	s->ac->counters.memory_bytes -= tp_subscriber_memory(&s->subscriber);
	tp_subscriber_clear(&s->subscriber);
}

void tp_ac_subscriber_take(struct tp_session *s, struct tp_subscriber *from)
{
	tp_ac_subscriber_drop(s);
	tp_subscriber_move(&s->subscriber, from);
	s->ac->counters.memory_bytes += tp_subscriber_memory(&s->subscriber);
}

struct tp_ppp_addresses tp_ac_subscriber_addresses(const struct tp_session *s)
{
	const struct tp_subscriber *subscriber = &s->subscriber;

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
	struct tp_subscriber now, *had = &s->subscriber;
	struct tp_rate_limit *limit = had->rate_limit;
	bool changed;

	if ((s->user != NULL && had->secret_id == 0) || ask_secrets(s, &now) != 0)
		return false;
	changed = !tp_subscriber_same_rate_limit(had, &now);
	s->ac->counters.memory_bytes -= tp_subscriber_memory(had);
	had->rate_limit = now.rate_limit;
	now.rate_limit = limit;
	swap_names(&had->address_list, &now.address_list);
	s->ac->counters.memory_bytes += tp_subscriber_memory(had);
	tp_subscriber_clear(&now);
	return changed;
}
