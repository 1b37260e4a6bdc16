/* SPDX-License-Identifier: BSD-3-Clause */
/* What the subscriber of a session gets, from the answer of lib/aaa to the session's end. */
#include "session/engine.h"
#include "session/events.h"
#include "session/ipv6.h"
#include "session/life.h"
#include "session/login.h"

#include <errno.h>

const struct tp_subscriber tp_ac_no_subscriber;

void tp_ac_subscriber_init(struct tp_session *s)
{
	s->subscriber = &tp_ac_no_subscriber;
}

static bool has_nothing(const struct tp_session *s)
{
	return s->subscriber == &tp_ac_no_subscriber;
}

void tp_ac_subscriber_drop(struct tp_session *s)
{
	if (!has_nothing(s))
		tp_aaa_value_unref(s->line->ac->values, s->subscriber);
	s->subscriber = &tp_ac_no_subscriber;
}

/* Until the last reference goes, what S had stays what it was. -ENOMEM: nothing has changed. */
static int replace(struct tp_session *s, const struct tp_subscriber *what)
{
	const struct tp_subscriber *value = tp_aaa_value_get(s->line->ac->values, what);

	if (value == NULL)
		return -ENOMEM;
	tp_ac_subscriber_drop(s);
	s->subscriber = value;
	return 0;
}

int tp_ac_subscriber_take(struct tp_session *s, struct tp_subscriber *from)
{
	int rc = replace(s, from);

	if (rc != 0)
		return rc;
	s->secret_id = from->secret_id;
	tp_subscriber_clear(from);
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

/* 0: NOW is what the configuration gives, to one that has HAD. */
static int ask_secrets(const struct tp_session *s, const struct tp_subscriber *had,
		       struct tp_subscriber *now)
{
	const char *profile = s->line->server->default_profile;

	if (s->line->user == NULL)
		return tp_aaa_local_profile(s->line->ac->secrets, NULL, profile, now);
	if (s->secret_id == 0 || (tp_subscriber_given(had) & TP_GIVEN_PROFILE) != 0)
		return tp_aaa_local_profile(s->line->ac->secrets, had->profile, profile, now);
	return tp_aaa_local_attributes(s->line->ac->secrets, s->line->user, profile, now);
}

/* Each of the two has what the other had. */
static void swap_names(const char **a, const char **b)
{
	const char *name = *a;

	*a = *b;
	*b = name;
}

static void swap_rate_limits(struct tp_subscriber *a, struct tp_subscriber *b)
{
	struct tp_rate_limit *limit = a->rate_limit;

	a->rate_limit = b->rate_limit;
	b->rate_limit = limit;
}

/* What a renewal of DHCPv6's may change: name servers, the pool to delegate from, lease times. Its
 * prefixes and routes stay until it dials again. NULL: nothing, or (*FAILED) no memory. */
static struct tp_subscriber_ipv6 *renewed_ipv6(const struct tp_subscriber_ipv6 *had,
					       const struct tp_subscriber_ipv6 *now, bool *failed)
{
	struct tp_subscriber_ipv6 ipv6 = {.lease_time_s = TP_SUBSCRIBER_LEASE_S}, *copy;

	if (had != NULL)
		ipv6 = *had;
	ipv6.pd_pool = now != NULL ? now->pd_pool : NULL;
	ipv6.dns_count = now != NULL ? now->dns_count : 0;
	if (now != NULL) {
		ipv6.lease_time_s = now->lease_time_s;
		memcpy(ipv6.dns, now->dns, sizeof(ipv6.dns));
	}
	if (tp_subscriber_ipv6_is_nothing(&ipv6))
		return NULL;
	copy = tp_subscriber_ipv6_copy(&ipv6);
	*failed = copy == NULL;
	return copy;
}

/* Of NEXT. Returns whether it has changed. */
static bool renew_ipv6(struct tp_subscriber *next, const struct tp_subscriber *now)
{
	struct tp_subscriber_ipv6 *ipv6;
	bool failed = false;

	if (next->radius != NULL) /* a server gave what it has */
		return false;
	ipv6 = renewed_ipv6(next->ipv6, now->ipv6, &failed);
	if (failed || tp_subscriber_ipv6_same(ipv6, next->ipv6)) {
		tp_subscriber_ipv6_free(ipv6);
		return false;
	}
	tp_subscriber_ipv6_free(next->ipv6);
	next->ipv6 = ipv6;
	return true;
}

/* The configuration has another NEXT for S than it had. False: no memory. */
static bool take_over(struct tp_session *s, const struct tp_subscriber *next)
{
	struct tp_aaa_values *values = s->line->ac->values;
	const struct tp_subscriber *value = tp_aaa_value_get(values, next), *had = s->subscriber;

	if (value == NULL)
		return false;
	s->subscriber = value;
	tp_ac_tell_changed(s, had, "the configuration");
	tp_aaa_value_unref(values, had);
	return true;
}

/* S gets NEXT, which is what it had but for what NOW says; both are cleared. */
static bool renew(struct tp_session *s, struct tp_subscriber *next, struct tp_subscriber *now)
{
	unsigned given = tp_subscriber_given(next);
	bool limited, advertise;

	if ((given & TP_GIVEN_RATE_LIMIT) == 0)
		swap_rate_limits(next, now);
	if ((given & TP_GIVEN_ADDRESS_LIST) == 0)
		swap_names(&next->address_list, &now->address_list);
	advertise = renew_ipv6(next, now);
	limited = !tp_subscriber_same_rate_limit(s->subscriber, next);
	if (!tp_subscriber_same(s->subscriber, next) && !take_over(s, next))
		limited = advertise = false;
	tp_subscriber_clear(next);
	tp_subscriber_clear(now);
	if (advertise)
		tp_ac_ipv6_advertise(s);
	return limited;
}

bool tp_ac_subscriber_renew(struct tp_session *s)
{
	struct tp_subscriber now, next = {0};

	if (has_nothing(s) || ask_secrets(s, s->subscriber, &now) != 0)
		return false;
	if (tp_subscriber_copy(&next, s->subscriber) != 0) {
		tp_subscriber_clear(&now);
		return false;
	}
	return renew(s, &next, &now);
}

/* The data plane is to have it as its subscriber is now. */
static int forward(struct tp_session *s)
{
	int rc = s->ipv6 != NULL ? tp_ac_ipv6_routes_make(s) : 0;

	return rc == 0 && s->line->forwarding ? tp_ac_forward(s->line) : rc;
}

int tp_ac_subscriber_change(struct tp_ac *ac, uint32_t slot, struct tp_subscriber *now,
			    uint64_t now_ms)
{
	struct tp_line *line = tp_ac_table_slot(ac, slot);
	struct tp_session *s = line != NULL && line->ac != NULL ? tp_line_own(line) : NULL;
	const struct tp_subscriber *had, *next;
	int rc;

	tp_ac_now(ac, now_ms);
	if (s == NULL || line->ending || has_nothing(s))
		return -ENOENT;
	had = s->subscriber;
	next = tp_aaa_value_get(ac->values, now);
	if (next == NULL)
		return -ENOMEM;
	s->subscriber = next;
	rc = forward(s);
	if (rc != 0) {
		s->subscriber = had;
		tp_aaa_value_unref(ac->values, next);
		if (s->ipv6 != NULL)
			(void)tp_ac_ipv6_routes_make(s);
		return rc;
	}
	tp_subscriber_clear(now);
	if (!tp_subscriber_ipv6_same(had->ipv6, next->ipv6))
		tp_ac_ipv6_advertise(s);
	tp_ac_tell_changed(s, had, "a CoA of RADIUS");
	tp_aaa_value_unref(ac->values, had);
	if (s->line->forwarding)
		tp_ac_look_in(s, 0); /* how long it has been idle is not known here */
	tp_ac_arm(s->line);
	return 0;
}
