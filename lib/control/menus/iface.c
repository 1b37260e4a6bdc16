/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/menus/iface.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/menus/menus.h"
#include "dataplane/counters.h"

/* Cursors: ports by number, VLANs and static entries by id, sessions by slot. The ids of VLANs and
 * static entries begin with the same, as those of ports and sessions are below. */
#define VLANS	 (UINT64_C(1) << 60)
#define ENTRIES	 (UINT64_C(2) << 60)
#define SESSIONS (UINT64_C(3) << 60)
#define NUMBER	 (VLANS - 1)

#define FRAME_HEADERS 22 /* Ethernet's, PPPoE's and PPP's, without tags */

void tp_iface_dynamic_name(const struct tp_session_info *info, char name[TP_IFACE_NAME_LEN])
{
	/* Two sessions of one user never share a name. */
	if (info->instance == 0)
		snprintf(name, TP_IFACE_NAME_LEN, "<pppoe-%s>", info->user);
	else
		snprintf(name, TP_IFACE_NAME_LEN, "<pppoe-%s-%u>", info->user, info->instance);
}

/* ---- one ------------------------------------------------------------------------------------- */

static void of_port(const struct tp_control *c, unsigned port, struct tp_iface *iface)
{
	*iface = (struct tp_iface){.type = TP_IFACE_ETHER, .id = port + 1, .port = port};
	snprintf(iface->name, sizeof(iface->name), "%s", c->ports[port].name);
}

static void of_vlan(const struct tp_control *c, const struct tp_config_item *item,
		    struct tp_iface *iface)
{
	const struct tp_config_vlan *vlan = (const void *)item;
	struct tp_config_place place;
	int port = -1;

	*iface = (struct tp_iface){.type = TP_IFACE_VLAN, .id = VLANS | item->id, .item = item};
	if (tp_config_interface(c->config, vlan->name, &place))
		port = tp_control_port(c, place.port->name);
	iface->port = port >= 0 ? (unsigned)port : TP_NO_PORT;
	snprintf(iface->name, sizeof(iface->name), "%s", vlan->name);
}

static void of_static(const struct tp_control *c, const struct tp_config_item *item,
		      struct tp_iface *iface)
{
	const struct tp_config_static *entry = (const void *)item;
	struct tp_session_counters before;
	uint64_t session = tp_interfaces_session(c->interfaces, item->id, &before);

	*iface = (struct tp_iface){.type = TP_IFACE_PPPOE_IN,
				   .id = ENTRIES | item->id,
				   .port = TP_NO_PORT,
				   .item = item,
				   .line = session != 0 ? tp_ac_find_id(c->ac, session) : NULL};
	snprintf(iface->name, sizeof(iface->name), "%s", entry->name);
}

bool tp_iface_of_line(struct tp_control *c, const struct tp_line *line, struct tp_iface *iface)
{
	struct tp_session_info info;
	uint32_t entry;

	tp_line_info(line, &info);
	if (info.state != TP_SESSION_UP || info.bundle_id != 0)
		return false;
	entry = tp_interfaces_of_session(c->interfaces, info.id);
	if (entry != 0) {
		const struct tp_config_item *item =
			tp_config_by_id(c->config, TP_PPPOE_STATIC, entry);

		if (item == NULL)
			return false;
		of_static(c, item, iface);
		return true;
	}
	*iface = (struct tp_iface){
		.type = TP_IFACE_PPPOE_IN, .id = info.id, .port = TP_NO_PORT, .line = line};
	tp_iface_dynamic_name(&info, iface->name);
	return true;
}

/* ---- all ------------------------------------------------------------------------------------- */

/* Moves CURSOR behind the next item of MENU, whose cursors begin at FROM. NULL: the last was. */
static const struct tp_config_item *next_item(const struct tp_control *c, enum tp_resource_id menu,
					      uint64_t from, uint64_t *cursor)
{
	const struct tp_config_item *item =
		tp_config_after(c->config, menu, (uint32_t)(*cursor & NUMBER));

	*cursor = item != NULL ? from | item->id : from + VLANS;
	return item;
}

static enum tp_iface_found next_session(struct tp_control *c, uint64_t *cursor,
					struct tp_iface *iface)
{
	uint64_t slot = *cursor - SESSIONS;
	const struct tp_line *line = tp_api_next_line(c, &slot);

	*cursor = SESSIONS + slot;
	if (line == NULL)
		return TP_IFACE_NONE;
	return tp_iface_of_line(c, line, iface) && iface->item == NULL ? TP_IFACE_FOUND
								       : TP_IFACE_SKIP;
}

enum tp_iface_found tp_iface_next(struct tp_control *c, uint64_t *cursor, struct tp_iface *iface)
{
	const struct tp_config_item *item;

	if (*cursor < c->port_count) {
		of_port(c, (unsigned)(*cursor)++, iface);
		return TP_IFACE_FOUND;
	}
	if (*cursor < VLANS)
		*cursor = VLANS;
	if (*cursor < ENTRIES && (item = next_item(c, TP_INTERFACE_VLAN, VLANS, cursor)) != NULL) {
		of_vlan(c, item, iface);
		return TP_IFACE_FOUND;
	}
	if (*cursor < SESSIONS && (item = next_item(c, TP_PPPOE_STATIC, ENTRIES, cursor)) != NULL) {
		of_static(c, item, iface);
		return TP_IFACE_FOUND;
	}
	return next_session(c, cursor, iface);
}

static bool find_id(struct tp_control *c, const char *key, struct tp_iface *iface)
{
	char *end;
	const uint64_t id = strtoull(key + 1, &end, 16);
	const enum tp_resource_id menu = id < ENTRIES ? TP_INTERFACE_VLAN : TP_PPPOE_STATIC;
	const struct tp_config_item *item;
	const struct tp_line *line;

	if (key[1] == '\0' || *end != '\0' || id == 0)
		return false;
	if (id <= c->port_count) {
		of_port(c, (unsigned)id - 1, iface);
		return true;
	}
	if (id < VLANS) {
		line = tp_ac_find_id(c->ac, id);
		return line != NULL && tp_iface_of_line(c, line, iface) && iface->item == NULL;
	}
	item = id < SESSIONS && (id & NUMBER) <= UINT32_MAX
		       ? tp_config_by_id(c->config, menu, (uint32_t)(id & NUMBER))
		       : NULL;
	if (item != NULL && menu == TP_INTERFACE_VLAN)
		of_vlan(c, item, iface);
	else if (item != NULL)
		of_static(c, item, iface);
	return item != NULL;
}

bool tp_iface_find(struct tp_control *c, const char *key, struct tp_iface *iface)
{
	const struct tp_config_item *item;
	const struct tp_line *line;
	int port;

	if (key[0] == '*')
		return find_id(c, key, iface);
	port = tp_control_port(c, key);
	if (port >= 0) {
		of_port(c, (unsigned)port, iface);
		return true;
	}
	item = tp_config_by_key(c->config, TP_INTERFACE_VLAN, key);
	if (item != NULL) {
		of_vlan(c, item, iface);
		return true;
	}
	item = tp_config_by_key(c->config, TP_PPPOE_STATIC, key);
	if (item != NULL) {
		of_static(c, item, iface);
		return true;
	}
	line = tp_api_find_dynamic(c, key);
	return line != NULL && tp_iface_of_line(c, line, iface) && iface->item == NULL;
}

/* ---- traffic ----------------------------------------------------------------------------------
 */

static void add_session(const struct tp_session_counters *n, struct tp_iface_traffic *t)
{
	t->rx_bytes += n->bytes_in;
	t->rx_packets += n->packets_in;
	t->rx_drops += n->drops_in;
	t->tx_bytes += n->bytes_out;
	t->tx_packets += n->packets_out;
	t->tx_drops += n->drops_out;
}

static struct tp_iface_traffic of_frames(const struct tp_traffic_sum *sum)
{
	return (struct tp_iface_traffic){
		.rx_bytes = sum->bytes_in + sum->packets_in * FRAME_HEADERS,
		.rx_packets = sum->packets_in,
		.rx_drops = sum->drops_in,
		.tx_bytes = sum->bytes_out + sum->packets_out * FRAME_HEADERS,
		.tx_packets = sum->packets_out,
		.tx_drops = sum->drops_out,
	};
}

static struct tp_iface_traffic of_a_port(const struct tp_control *c, unsigned number)
{
	struct tp_port_traffic port;

	tp_dataplane_port_traffic(c->dp, number, &port);
	return (struct tp_iface_traffic){
		.rx_bytes = port.rx_bytes,
		.rx_packets = port.rx_packets,
		.rx_drops = port.rx_drops,
		.rx_errors = port.rx_errors,
		.tx_bytes = port.tx_bytes,
		.tx_packets = port.tx_packets,
		.tx_errors = port.tx_errors,
	};
}

struct tp_iface_traffic tp_iface_traffic(const struct tp_control *c, const struct tp_iface *iface)
{
	struct tp_iface_traffic traffic = {0};
	struct tp_session_counters counters;
	struct tp_session_info info;
	struct tp_traffic_sum sum;

	if (iface->type == TP_IFACE_VLAN) {
		sum = tp_traffic_of_vlan(c->traffic, iface->item->id);
		return of_frames(&sum);
	}
	if (iface->type == TP_IFACE_ETHER)
		return of_a_port(c, iface->port);
	if (iface->item != NULL) {
		tp_interfaces_session(c->interfaces, iface->item->id, &counters);
		add_session(&counters, &traffic);
	}
	if (iface->line == NULL)
		return traffic;
	tp_line_info(iface->line, &info);
	tp_dataplane_session_counters(c->dp, info.slot, &counters);
	add_session(&counters, &traffic);
	return traffic;
}

bool tp_iface_rate(const struct tp_control *c, const struct tp_iface *iface,
		   struct tp_iface_traffic *rate)
{
	struct tp_traffic_sum sum;

	if (iface->type != TP_IFACE_VLAN)
		return false;
	sum = tp_traffic_vlan_rate(c->traffic, iface->item->id);
	*rate = of_frames(&sum);
	return true;
}
