/* SPDX-License-Identifier: BSD-3-Clause */
/* /interface: all that has packets, as RouterOS's clients look for it. */
#include "api/json.h"
#include "config/json.h"
#include "control/menus/menus.h"
#include "control/menus/iface.h"

static void add_traffic(const struct tp_control *c, json_t *o, const struct tp_iface *iface)
{
	const struct tp_iface_traffic t = tp_iface_traffic(c, iface);

	tp_json_number(o, "rx-byte", t.rx_bytes);
	tp_json_number(o, "rx-packet", t.rx_packets);
	tp_json_number(o, "rx-drop", t.rx_drops);
	tp_json_number(o, "rx-error", t.rx_errors);
	tp_json_number(o, "tx-byte", t.tx_bytes);
	tp_json_number(o, "tx-packet", t.tx_packets);
	tp_json_number(o, "tx-drop", t.tx_drops);
	tp_json_number(o, "tx-error", t.tx_errors);
}

static void add_port(const struct tp_control *c, json_t *o, const struct tp_iface *iface)
{
	const struct tp_port_info *port = &c->ports[iface->port];
	const struct tp_config_port *config = tp_config_port(c->config, port->name);

	if (iface->type == TP_IFACE_ETHER)
		tp_json_text(o, "default-name", port->name);
	tp_json_some(o, "mtu", config != NULL ? config->mtu : port->mtu);
	tp_json_number(o, "actual-mtu", port->mtu);
	tp_json_mac(o, "mac-address", &port->mac);
	tp_links_describe(c, iface->port, o);
}

static void add_session(const struct tp_control *c, json_t *o, const struct tp_iface *iface)
{
	struct tp_session_info info = {.state = TP_SESSION_CLOSED};

	if (iface->line != NULL)
		tp_line_info(iface->line, &info);
	tp_json_bool(o, "running", info.state == TP_SESSION_UP);
	if (info.state != TP_SESSION_UP)
		return;
	tp_json_number(o, "mtu", info.mtu);
	tp_json_number(o, "actual-mtu", info.mtu);
	tp_json_date(o, "last-link-up-time", tp_clock_wall_ms() - (c->now_ms - info.up_ms));
	tp_json_number(o, "link-downs", 0);
}

/* Of what is configured: whether it is, and what was noted of it. */
static void add_item(json_t *o, const struct tp_iface *iface)
{
	const struct tp_config_vlan *vlan = (const void *)iface->item;
	const struct tp_config_static *entry = (const void *)iface->item;
	const bool is_vlan = iface->type == TP_IFACE_VLAN;
	const char *comment = NULL;
	bool disabled = false;

	if (iface->item != NULL) {
		disabled = is_vlan ? vlan->disabled : entry->disabled;
		comment = is_vlan ? vlan->comment : entry->comment;
	}
	if (comment != NULL && comment[0] != '\0')
		tp_json_text(o, "comment", comment);
	tp_json_bool(o, "disabled", disabled);
	tp_json_bool(o, "dynamic", iface->type == TP_IFACE_PPPOE_IN && iface->item == NULL);
}

static json_t *iface_json(const struct tp_control *c, const struct tp_iface *iface)
{
	static const char *const types[] = {[TP_IFACE_ETHER] = "ether",
					    [TP_IFACE_VLAN] = "vlan",
					    [TP_IFACE_PPPOE_IN] = "pppoe-in"};
	json_t *o = json_object();

	tp_json_id(o, iface->id);
	tp_json_text(o, "name", iface->name);
	tp_json_text(o, "type", types[iface->type]);
	add_item(o, iface);
	if (iface->type == TP_IFACE_PPPOE_IN)
		add_session(c, o, iface);
	else if (iface->port != TP_NO_PORT)
		add_port(c, o, iface);
	else
		tp_json_bool(o, "running", false); /* its VLAN, or one below, is disabled */
	add_traffic(c, o, iface);
	return o;
}

static json_t *iface_next(void *user, uint64_t *cursor)
{
	struct tp_control *c = user;
	struct tp_iface iface;
	enum tp_iface_found found = tp_iface_next(c, cursor, &iface);

	if (found == TP_IFACE_NONE)
		return NULL;
	return found == TP_IFACE_FOUND ? iface_json(c, &iface) : json_null();
}

static json_t *iface_find(void *user, const char *key)
{
	struct tp_control *c = user;
	struct tp_iface iface;

	return tp_iface_find(c, key, &iface) ? iface_json(c, &iface) : NULL;
}

/* clang-format off */
static const struct tp_status iface_status[] = {
	TP_STATUS_ID,
	{"name", "The port's, the VLAN's, the static entry's, or `<pppoe-USER>`"},
	{"default-name", "Of a port: the same"},
	{"type", "`ether`, `vlan` or `pppoe-in`"},
	{"mtu", "As it is configured; of a session as it was agreed"},
	{"actual-mtu", "As it is"},
	{"mac-address", "Of a port, and of a VLAN on it"},
	TP_STATUS_LINK,
	{"disabled", "Not in use"},
	{"dynamic", "Of a session that has no static entry"},
	{"comment", "The note of what is configured"},
	{"rx-byte", "Bytes received, by a session from its subscriber; of a static entry by all its sessions; of a VLAN those of its sessions' frames, summed every four seconds"},
	{"rx-packet", "Packets received"},
	{"rx-drop", "Of these, or before they could be taken, dropped"},
	{"rx-error", "Frames received with errors"},
	{"tx-byte", "Bytes sent"},
	{"tx-packet", "Packets sent"},
	{"tx-drop", "Packets to the subscriber that were dropped"},
	{"tx-error", "Frames that the driver could not send"},
	TP_STATUS_END,
};
/* clang-format on */

const struct tp_live tp_live_iface = {
	.path = "/interface",
	.help = "Ports, VLANs and sessions, as RouterOS's clients look for them",
	.status = iface_status,
	.next = iface_next,
	.find = iface_find,
	.named = true,
	.fixed = "ports are changed in /dataplane/port, VLANs in /interface/vlan, "
		 "sessions in /interface/pppoe-server",
};
