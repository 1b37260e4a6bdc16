/* SPDX-License-Identifier: BSD-3-Clause */
/* /ppp/active and /interface/pppoe-server: the sessions, as subscribers and as interfaces. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "control/api.h"
#include "control/api_json.h"

static const char *profile_of(const struct tp_control *c, const struct tp_session_info *info)
{
	const struct tp_config_secret *secret =
		(const void *)tp_config_by_id(c->config, TP_PPP_SECRET, info->secret_id);

	return secret != NULL ? secret->profile : NULL;
}

static void add_counters(const struct tp_control *c, json_t *o, uint32_t slot)
{
	struct tp_session_counters n;

	tp_dataplane_session_counters(c->dp, slot, &n);
	tp_json_number(o, "bytes-in", n.bytes_in);
	tp_json_number(o, "packets-in", n.packets_in);
	tp_json_number(o, "drops-in", n.drops_in);
	tp_json_number(o, "bytes-out", n.bytes_out);
	tp_json_number(o, "packets-out", n.packets_out);
	tp_json_number(o, "drops-out", n.drops_out);
}

static void add_uptime(const struct tp_control *c, json_t *o, const struct tp_session_info *info)
{
	if (info->up_ms != 0)
		tp_json_time(o, "uptime", c->now_ms - info->up_ms);
}

static json_t *active_json(struct tp_control *c, const struct tp_session *s)
{
	struct tp_session_info info;
	json_t *o = json_object();

	tp_session_info(s, &info);
	tp_json_id(o, info.id);
	tp_json_text(o, "name", info.user);
	tp_json_text(o, "service", "pppoe");
	tp_json_mac(o, "caller-id", &info.mac);
	tp_json_address(o, "address", info.remote_address);
	add_uptime(c, o, &info);
	tp_json_text(o, "encoding", "");
	tp_json_number(o, "session-id", info.session_id);
	tp_json_text(o, "state", tp_session_state_text(info.state));
	tp_json_text(o, "server", info.service_name);
	tp_json_text(o, "interface", info.interface);
	tp_json_some(o, "outer-vlan", info.access.vlans.outer);
	tp_json_some(o, "inner-vlan", info.access.vlans.inner);
	tp_json_address(o, "local-address", info.local_address);
	tp_json_some(o, "mtu", info.mtu);
	tp_json_some(o, "mru", info.mru);
	tp_json_text(o, "profile", profile_of(c, &info));
	add_counters(c, o, info.slot);
	return o;
}

/* The session at CURSOR (a slot) or behind. */
static const struct tp_session *next_session(struct tp_control *c, uint64_t *cursor)
{
	const struct tp_session *s;
	struct tp_session_info info;

	if (*cursor > UINT32_MAX)
		return NULL;
	s = tp_ac_next(c->ac, (uint32_t)*cursor);
	if (s == NULL)
		return NULL;
	tp_session_info(s, &info);
	*cursor = (uint64_t)info.slot + 1;
	return s;
}

static json_t *active_next(struct tp_control *c, uint64_t *cursor)
{
	const struct tp_session *s = next_session(c, cursor);

	return s != NULL ? active_json(c, s) : NULL;
}

/* By .id, or the newest session of a user. */
static const struct tp_session *find_session(const struct tp_control *c, const char *key)
{
	char *end;

	if (key[0] == '*') {
		uint64_t id = strtoull(key + 1, &end, 16);

		if (key[1] != '\0' && *end == '\0')
			return tp_ac_find_id(c->ac, id);
	}
	return tp_ac_find_user(c->ac, key, NULL);
}

static json_t *active_find(struct tp_control *c, const char *key)
{
	const struct tp_session *s = find_session(c, key);

	return s != NULL ? active_json(c, s) : NULL;
}

static int disconnect(struct tp_control *c, const struct tp_session *s)
{
	struct tp_session_info info;

	if (s == NULL)
		return -ENOENT;
	tp_session_info(s, &info);
	return tp_ac_disconnect(c->ac, info.slot, TP_END_ADMIN, c->now_ms);
}

static int active_remove(struct tp_control *c, const char *key)
{
	return disconnect(c, find_session(c, key));
}

static const char *const active_properties[] = {
	".id",	      "name",	       "service",   "caller-id",   "address",	"uptime",
	"encoding",   "session-id",    "state",	    "server",	   "interface", "outer-vlan",
	"inner-vlan", "local-address", "mtu",	    "mru",	   "profile",	"bytes-in",
	"packets-in", "drops-in",      "bytes-out", "packets-out", "drops-out", NULL,
};

const struct tp_live tp_live_active = {
	.path = "/ppp/active",
	.properties = active_properties,
	.next = active_next,
	.find = active_find,
	.remove = active_remove,
};

/* ---- interfaces ------------------------------------------------------------------------------ */

/* Two sessions of one user never share a name. */
static void interface_name(const struct tp_session_info *info, char *name, size_t size)
{
	if (info->instance == 0)
		snprintf(name, size, "<pppoe-%s>", info->user);
	else
		snprintf(name, size, "<pppoe-%s-%u>", info->user, info->instance);
}

static json_t *interface_json(struct tp_control *c, const struct tp_session *s)
{
	struct tp_session_info info;
	char name[320];
	json_t *o;

	tp_session_info(s, &info);
	if (info.state != TP_SESSION_UP)
		return json_null();
	interface_name(&info, name, sizeof(name));
	o = json_object();
	tp_json_id(o, info.id);
	tp_json_text(o, "name", name);
	tp_json_text(o, "user", info.user);
	tp_json_text(o, "service", info.service_name);
	tp_json_mac(o, "remote-address", &info.mac);
	tp_json_some(o, "mtu", info.mtu);
	tp_json_some(o, "mru", info.mru);
	add_uptime(c, o, &info);
	tp_json_text(o, "encoding", "");
	tp_json_bool(o, "dynamic", true);
	tp_json_bool(o, "running", true);
	add_counters(c, o, info.slot);
	return o;
}

static json_t *interface_next(struct tp_control *c, uint64_t *cursor)
{
	const struct tp_session *s = next_session(c, cursor);

	return s != NULL ? interface_json(c, s) : NULL;
}

static bool has_name(const struct tp_session *s, const char *wanted)
{
	struct tp_session_info info;
	char name[320];

	tp_session_info(s, &info);
	interface_name(&info, name, sizeof(name));
	return info.state == TP_SESSION_UP && strcmp(name, wanted) == 0;
}

/* "<pppoe-USER>" and "<pppoe-USER-2>": the user's name may itself end in a number. */
static const struct tp_session *find_interface(const struct tp_control *c, const char *key)
{
	static const char prefix[] = "<pppoe-";
	const struct tp_session *s = NULL;
	char user[320], *cut;

	if (key[0] == '*')
		return find_session(c, key);
	if (strncmp(key, prefix, sizeof(prefix) - 1) != 0 || key[strlen(key) - 1] != '>')
		return NULL;
	snprintf(user, sizeof(user), "%s", key + sizeof(prefix) - 1);
	user[strlen(user) - 1] = '\0';
	for (;;) {
		while ((s = tp_ac_find_user(c->ac, user, s)) != NULL)
			if (has_name(s, key))
				return s;
		cut = strrchr(user, '-');
		if (cut == NULL)
			return NULL;
		*cut = '\0';
	}
}

static json_t *interface_find(struct tp_control *c, const char *key)
{
	const struct tp_session *s = find_interface(c, key);
	json_t *o = s != NULL ? interface_json(c, s) : NULL;

	return json_is_object(o) ? o : NULL;
}

static int interface_remove(struct tp_control *c, const char *key)
{
	return disconnect(c, find_interface(c, key));
}

static const char *const interface_properties[] = {
	".id",	      "name",	  "user",      "service",     "remote-address", "mtu",
	"mru",	      "uptime",	  "encoding",  "dynamic",     "running",	"bytes-in",
	"packets-in", "drops-in", "bytes-out", "packets-out", "drops-out",	NULL,
};

const struct tp_live tp_live_interfaces = {
	.path = "/interface/pppoe-server",
	.properties = interface_properties,
	.next = interface_next,
	.find = interface_find,
	.remove = interface_remove,
};
