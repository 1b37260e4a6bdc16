/* SPDX-License-Identifier: BSD-3-Clause */
/* /ppp/locked: whose logins are not taken for a while, and from where. Removing one lets it try
 * again. */
#include <errno.h>
#include <stdlib.h>

#include "api/json.h"
#include "control/menus/menus.h"

static json_t *locked_json(const struct tp_control *c, const struct tp_ac_lockout *e)
{
	json_t *o = json_object();

	tp_json_id(o, e->id);
	if (e->user[0] != '\0')
		tp_json_text(o, "name", e->user);
	tp_json_mac(o, "caller-id", &e->mac);
	if (e->access.port < c->port_count)
		tp_json_text(o, "port", c->ports[e->access.port].name);
	tp_json_some(o, "outer-vlan", e->access.vlans.outer);
	tp_json_some(o, "inner-vlan", e->access.vlans.inner);
	tp_json_number(o, "failures", e->failures);
	tp_json_time(o, "timeout", e->until_ms > c->now_ms ? e->until_ms - c->now_ms : 0);
	return o;
}

static json_t *locked_next(void *user, uint64_t *cursor)
{
	struct tp_control *c = user;
	const struct tp_ac_lockout *e = tp_ac_lockout_next(c->ac, *cursor);

	if (e == NULL)
		return NULL;
	*cursor = e->id;
	return locked_json(c, e);
}

/* By .id, or the first of a user. NULL: there is none. */
static const struct tp_ac_lockout *find(const struct tp_control *c, const char *key)
{
	const struct tp_ac_lockout *e = NULL;
	char *end = NULL;
	uint64_t id = key[0] == '*' ? strtoull(key + 1, &end, 16) : 0;

	while ((e = tp_ac_lockout_next(c->ac, e != NULL ? e->id : 0)) != NULL)
		if (end != NULL && *end == '\0' ? e->id == id : strcmp(e->user, key) == 0)
			return e;
	return NULL;
}

static json_t *locked_find(void *user, const char *key)
{
	const struct tp_ac_lockout *e = find(user, key);

	return e != NULL ? locked_json(user, e) : NULL;
}

static int locked_remove(void *user, const char *key)
{
	struct tp_control *c = user;
	const struct tp_ac_lockout *e = find(c, key);

	return e != NULL ? tp_ac_lockout_remove(c->ac, e->id) : -ENOENT;
}

/* clang-format off */
static const struct tp_status locked_status[] = {
	TP_STATUS_ID,
	{"name", "The user; without it, all of the place have to wait"},
	{"caller-id", "The MAC address of the place"},
	{"port", "The port of the place"},
	{"outer-vlan", "The outer tag there"},
	{"inner-vlan", "The inner tag there"},
	{"failures", "Wrong logins in a row"},
	{"timeout", "How long it still has to wait"},
	TP_STATUS_END,
};
/* clang-format on */

const struct tp_live tp_live_locked = {
	.path = "/ppp/locked",
	.help = "Users whose logins are not taken for a while, each at one place, after too many "
		"wrong passwords; remove lets them try again",
	.status = locked_status,
	.next = locked_next,
	.find = locked_find,
	.remove = locked_remove,
};
