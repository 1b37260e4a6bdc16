/* SPDX-License-Identifier: BSD-3-Clause */
/* How many sessions a change is about follows what apply.c does with it. Where it is about some of
 * a server's or a profile's sessions, all are counted: no more than so many. */
#include "control/preview.h"

#include <stdio.h>
#include <string.h>

#include "control/control_private.h"

struct counts {
	uint64_t ended, changed;
};

static bool has(const struct tp_config_change *change, unsigned property)
{
	return (change->changed >> property & 1) != 0;
}

static uint64_t lines_of_user(const struct tp_control *c, const char *user)
{
	const struct tp_line *line = NULL;
	uint64_t count = 0;

	while ((line = tp_ac_find_user(c->ac, user, line)) != NULL)
		count++;
	return count;
}

static void count_secret(struct tp_control *c, const struct tp_config_change *change,
			 struct counts *n)
{
	const struct tp_config_secret *before = (const void *)change->before;
	const struct tp_config_secret *after = (const void *)change->after;
	uint64_t lines;

	if (before == NULL || before->disabled)
		return;
	lines = lines_of_user(c, before->name);
	if (after == NULL || after->disabled || strcmp(before->name, after->name) != 0)
		n->ended = lines;
	else if (has(change, TP_SECRET_RATE_LIMIT) || has(change, TP_SECRET_PROFILE))
		n->changed = lines;
}

static void count_server(struct tp_control *c, const struct tp_config_change *change,
			 struct counts *n)
{
	const struct tp_config_server *before = (const void *)change->before;
	const struct tp_config_server *after = (const void *)change->after;
	uint64_t sessions;

	if (before == NULL)
		return;
	sessions = tp_ac_server_sessions(c->ac, before->head.id);
	if (after == NULL || after->disabled || has(change, TP_SERVER_INTERFACE) ||
	    has(change, TP_SERVER_PPPOE_OVER_VLAN_RANGE) || has(change, TP_SERVER_ACCEPT_UNTAGGED))
		n->ended = sessions;
	else if (has(change, TP_SERVER_KEEPALIVE_TIMEOUT))
		n->changed = sessions;
}

/* Is INTERFACE the VLAN called NAME, or does it stand on that? */
static bool stands_on(const struct tp_control *c, const char *interface, const char *name)
{
	for (unsigned depth = 0; depth < 4; depth++) {
		const struct tp_config_vlan *vlan = tp_config_vlan(c->config, interface);

		if (strcmp(interface, name) == 0)
			return true;
		if (vlan == NULL)
			return false;
		interface = vlan->interface;
	}
	return false;
}

static void count_vlan(struct tp_control *c, const struct tp_config_change *change,
		       struct counts *n)
{
	const struct tp_config_vlan *before = (const void *)change->before;
	const struct tp_config_vlan *after = (const void *)change->after;
	const struct tp_config_item *item;

	if (before == NULL || before->disabled ||
	    (after != NULL && !after->disabled && !has(change, TP_VLAN_ID) &&
	     !has(change, TP_VLAN_INTERFACE)))
		return;
	for (item = tp_config_first(c->config, TP_PPPOE_SERVER); item != NULL;
	     item = tp_config_next(item))
		if (stands_on(c, ((const struct tp_config_server *)item)->interface, before->name))
			n->ended += tp_ac_server_sessions(c->ac, item->id);
}

static void add_one(json_t *profiles, const char *name)
{
	json_object_set_new(profiles, name,
			    json_integer(json_integer_value(json_object_get(profiles, name)) + 1));
}

/* One pass for all profiles that a request is about. A session has of its own profile, its server's
 * and the one named default. */
static const json_t *profiles(struct tp_control *c)
{
	struct tp_preview *p = &c->preview;
	const struct tp_line *line;
	uint32_t slot = 0;

	if (p->profiles != NULL && p->now_ms == c->now_ms)
		return p->profiles;
	tp_preview_clear(c);
	p->profiles = json_object();
	p->now_ms = c->now_ms;
	while ((line = tp_ac_next(c->ac, slot)) != NULL) {
		struct tp_session_info info;
		const char *own;

		tp_line_info(line, &info);
		slot = info.slot + 1;
		if (info.state != TP_SESSION_UP || info.bundle_id != 0)
			continue;
		own = info.subscriber->profile != NULL ? info.subscriber->profile : "";
		add_one(p->profiles, TP_PROFILE_DEFAULT);
		if (strcmp(info.default_profile, TP_PROFILE_DEFAULT) != 0)
			add_one(p->profiles, info.default_profile);
		if (own[0] != '\0' && strcmp(own, TP_PROFILE_DEFAULT) != 0 &&
		    strcmp(own, info.default_profile) != 0)
			add_one(p->profiles, own);
	}
	return p->profiles;
}

void tp_preview_clear(struct tp_control *c)
{
	json_decref(c->preview.profiles);
	c->preview.profiles = NULL;
}

static void count_profile(struct tp_control *c, const struct tp_config_change *change,
			  struct counts *n)
{
	static const unsigned live[] = {TP_PROFILE_RATE_LIMIT, TP_PROFILE_ADDRESS_LIST,
					TP_PROFILE_DNS_SERVER, TP_PROFILE_DHCPV6_PD_POOL,
					TP_PROFILE_DHCPV6_LEASE_TIME};
	bool any = false;

	for (unsigned i = 0; i < sizeof(live) / sizeof(live[0]); i++)
		any |= has(change, live[i]);
	if (change->op == TP_CONFIG_CHANGE && any)
		n->changed = (uint64_t)json_integer_value(
			json_object_get(profiles(c), change->before->key));
}

static struct counts count(struct tp_control *c, const struct tp_config_change *change)
{
	struct counts n = {0};

	switch (change->resource->id) {
	case TP_PPP_SECRET:
		count_secret(c, change, &n);
		break;
	case TP_PPP_PROFILE:
		count_profile(c, change, &n);
		break;
	case TP_PPPOE_SERVER:
		count_server(c, change, &n);
		break;
	case TP_INTERFACE_VLAN:
		count_vlan(c, change, &n);
		break;
	default:
		break;
	}
	return n;
}

void tp_preview_count(struct tp_control *c, const struct tp_config_change *change, uint64_t *ended,
		      uint64_t *changed)
{
	const struct counts n = count(c, change);

	*ended += n.ended;
	*changed += n.changed;
}

json_t *tp_preview_change(struct tp_control *c, const struct tp_config_change *change)
{
	const struct counts n = count(c, change);
	json_t *one = tp_changes_change(change), *all = json_pack("[O]", one), *told;
	char action[400], difference[900];

	tp_changes_action(all, 1, action, sizeof(action));
	tp_changes_difference(one, difference, sizeof(difference));
	told = json_pack("{s:s, s:s, s:I, s:I}", "action", action, "changes", difference,
			 "sessions-ended", (json_int_t)n.ended, "sessions-changed",
			 (json_int_t)n.changed);
	json_decref(all);
	json_decref(one);
	return told;
}
