/* SPDX-License-Identifier: BSD-3-Clause */
/* /interface/pppoe-server: the static entries, and the sessions that have none, as dynamic
 * interfaces. */
#include <errno.h>
#include <string.h>

#include "api/json.h"
#include "config/json.h"
#include "control/menus/menus.h"
#include "control/menus/iface.h"
#include "dataplane/sessions.h"

#define SESSIONS_FROM (UINT64_C(1) << 32) /* cursors: entries by id, then sessions by slot */

/* The tag that its server's interface does not have of itself: of pppoe-over-vlan-range. */
static uint16_t vid_of(const struct tp_control *c, const struct tp_session_info *info)
{
	const bool on_vlan = tp_config_vlan(c->config, info->interface) != NULL;

	return on_vlan ? info->access.vlans.inner : info->access.vlans.outer;
}

static void add_session(const struct tp_control *c, json_t *o, const struct tp_session_info *info)
{
	tp_json_mac(o, "remote-address", &info->mac);
	tp_json_mac(o, "caller-id", &info->mac);
	tp_json_text(o, "interface", info->interface);
	tp_json_some(o, "vid", vid_of(c, info));
	tp_json_address(o, "local-address", info->local_address);
	tp_json_some(o, "mtu", info->mtu);
	tp_json_some(o, "mru", info->mru);
	tp_json_some(o, "mrru", info->mrru);
	if (info->mrru != 0)
		tp_json_number(o, "active-links", info->active_links);
	tp_api_uptime(c, o, info);
	tp_api_encoding(o, info);
	tp_api_rate_limit(o, info);
}

/* JSON null when it is not up, or has a static entry. */
static json_t *dynamic_json(struct tp_control *c, const struct tp_line *line)
{
	struct tp_session_counters counters;
	struct tp_session_info info;
	char name[TP_IFACE_NAME_LEN];
	json_t *o;

	tp_line_info(line, &info);
	if (info.state != TP_SESSION_UP || info.bundle_id != 0 ||
	    tp_interfaces_of_session(c->interfaces, info.id) != 0)
		return json_null();
	tp_iface_dynamic_name(&info, name);
	o = json_object();
	tp_json_id(o, info.id);
	tp_json_text(o, "name", name);
	tp_json_text(o, "user", info.user);
	tp_json_text(o, "service", info.service_name);
	add_session(c, o, &info);
	tp_json_bool(o, "dynamic", true);
	tp_json_bool(o, "running", true);
	tp_dataplane_session_counters(c->dp, info.slot, &counters);
	tp_api_counters(o, &counters);
	return o;
}

void tp_api_static(struct tp_control *c, uint32_t id, json_t *o)
{
	struct tp_session_counters all, now = {0};
	uint64_t session = tp_interfaces_session(c->interfaces, id, &all);
	const struct tp_line *line = session != 0 ? tp_ac_find_id(c->ac, session) : NULL;
	struct tp_session_info info = {.state = TP_SESSION_CLOSED};

	if (line != NULL) {
		tp_line_info(line, &info);
		add_session(c, o, &info);
		tp_dataplane_session_counters(c->dp, info.slot, &now);
	}
	tp_json_bool(o, "dynamic", false);
	tp_json_bool(o, "running", info.state == TP_SESSION_UP);
	all.packets_in += now.packets_in;
	all.bytes_in += now.bytes_in;
	all.packets_out += now.packets_out;
	all.bytes_out += now.bytes_out;
	all.drops_in += now.drops_in;
	all.drops_out += now.drops_out;
	tp_api_counters(o, &all);
}

static json_t *static_json(struct tp_control *c, const struct tp_config_item *item)
{
	json_t *o = tp_config_item_to_json(item, TP_PROPLIST_ALL);

	if (o != NULL)
		tp_api_static(c, item->id, o);
	return o;
}

static json_t *interface_next(void *user, uint64_t *cursor)
{
	struct tp_control *c = user;
	const struct tp_config_item *item = NULL;
	const struct tp_line *line;
	uint64_t slot;

	if (*cursor < SESSIONS_FROM)
		item = tp_config_after(c->config, TP_PPPOE_STATIC, (uint32_t)*cursor);
	if (item != NULL) {
		*cursor = item->id;
		return static_json(c, item);
	}
	slot = *cursor < SESSIONS_FROM ? 0 : *cursor - SESSIONS_FROM;
	line = tp_api_next_line(c, &slot);
	*cursor = SESSIONS_FROM + slot;
	return line != NULL ? dynamic_json(c, line) : NULL;
}

static bool has_name(const struct tp_line *line, const char *wanted)
{
	struct tp_session_info info;
	char name[TP_IFACE_NAME_LEN];

	tp_line_info(line, &info);
	tp_iface_dynamic_name(&info, name);
	return info.state == TP_SESSION_UP && strcmp(name, wanted) == 0;
}

/* "<pppoe-USER>" and "<pppoe-USER-2>": the user's name may itself end in a number. */
const struct tp_line *tp_api_find_dynamic(const struct tp_control *c, const char *key)
{
	static const char prefix[] = "<pppoe-";
	const struct tp_line *line = NULL;
	char user[320], *cut;

	if (key[0] == '*')
		return tp_api_find_line(c, key);
	if (strncmp(key, prefix, sizeof(prefix) - 1) != 0 || key[strlen(key) - 1] != '>')
		return NULL;
	snprintf(user, sizeof(user), "%s", key + sizeof(prefix) - 1);
	user[strlen(user) - 1] = '\0';
	for (;;) {
		while ((line = tp_ac_find_user(c->ac, user, line)) != NULL)
			if (has_name(line, key))
				return line;
		cut = strrchr(user, '-');
		if (cut == NULL)
			return NULL;
		*cut = '\0';
	}
}

static json_t *interface_find(void *user, const char *key)
{
	struct tp_control *c = user;
	const struct tp_config_item *item = tp_config_find(c->config, TP_PPPOE_STATIC, key);
	const struct tp_line *line;
	json_t *o;

	if (item != NULL)
		return static_json(c, item);
	line = tp_api_find_dynamic(c, key);
	o = line != NULL ? dynamic_json(c, line) : NULL;
	return json_is_object(o) ? o : NULL;
}

static int interface_remove(void *user, const char *key)
{
	struct tp_control *c = user;
	return tp_api_disconnect(c, tp_api_find_dynamic(c, key));
}

/* clang-format off */
static const struct tp_status interface_status[] = {
	TP_STATUS_ID,
	{"dynamic", "Of a session that has no static entry; its name is `<pppoe-USER>`"},
	{"running", "The session is up"},
	{"remote-address", "The subscriber's MAC address"},
	{"caller-id", "The same"},
	{"interface", "The interface that it dialled in on"},
	{"vid", "With pppoe-over-vlan-range: the VLAN of that interface that it is in"},
	{"local-address", "The router's address on the link"},
	{"mtu", "The largest packet that is sent to the subscriber"},
	{"mru", "The largest packet that is taken from the subscriber"},
	{"mrru", "With MP alone: the largest packet that a bundle takes"},
	{"active-links", "With MP alone: the links that it has"},
	{"uptime", "Since the session is up"},
	{"encoding", "The encryption, if there is any"},
	{"rate-limit", "As it is in force"},
	TP_STATUS_TRAFFIC,
	TP_STATUS_END,
};
/* clang-format on */

const struct tp_live tp_live_interfaces = {
	.path = "/interface/pppoe-server",
	.help = "Static entries, and the sessions that are up and have none, as dynamic "
		"interfaces; remove disconnects these",
	.status = interface_status,
	.next = interface_next,
	.find = interface_find,
	.remove = interface_remove,
	.configured = &tp_resources[TP_PPPOE_STATIC],
};
