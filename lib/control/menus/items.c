/* SPDX-License-Identifier: BSD-3-Clause */
/* What is known of configured items while they run, beside their properties. */
#include <string.h>

#include "api/json.h"
#include "control/menus/menus.h"
#include "control/radius/incoming.h"
#include "control/radius/radius.h"
#include "control/sniffer/sniffer.h"
#include "dataplane/counters.h"

/* A port's own traffic, summed over workers. */
struct port_sum {
	unsigned port;
	uint64_t received, forwarded, dropped, originated;
};

static void sum_port(void *user, const char *name, unsigned worker, unsigned port, uint64_t value)
{
	struct port_sum *sum = user;

	if (port != sum->port)
		return;
	if (strcmp(name, "received") == 0)
		sum->received += value;
	else if (strcmp(name, "forwarded") == 0)
		sum->forwarded += value;
	else if (strcmp(name, "originated") == 0)
		sum->originated += value;
	else if (strncmp(name, "drop_", 5) == 0)
		sum->dropped += value;
}

static void decorate_port(void *user, const struct tp_config_item *item, json_t *o)
{
	struct tp_control *c = user;
	const struct tp_config_port *config = (const void *)item;
	for (unsigned i = 0; i < c->port_count; i++) {
		struct tp_port_info info;
		struct port_sum sum = {.port = i};

		if (strcmp(c->ports[i].name, config->name) != 0 ||
		    tp_dataplane_port_info(c->dp, i, &info) != 0)
			continue;
		tp_dataplane_counters(c->dp, sum_port, &sum);
		tp_json_text(o, "role", info.role == TP_PORT_CORE ? "core" : "access");
		tp_json_text(o, "driver", info.driver);
		tp_json_mac(o, "mac-address", &info.mac);
		tp_links_describe(c, i, o);
		tp_json_number(o, "actual-mtu", info.mtu);
		tp_json_number(o, "actual-rx-queues", info.rx_queues);
		tp_json_bool(o, "software-distribution", info.software_distribution);
		tp_json_number(o, "packets-received", sum.received);
		tp_json_number(o, "packets-forwarded", sum.forwarded);
		tp_json_number(o, "packets-originated", sum.originated);
		tp_json_number(o, "packets-dropped", sum.dropped);
	}
}

static void decorate_pool(void *user, const struct tp_config_item *item, json_t *o)
{
	struct tp_control *c = user;
	const struct tp_config_pool *pool = (const void *)item;
	struct tp_pool_stats stats;

	if (tp_pool_stats(c->pools, pool->name, &stats) != 0)
		return;
	tp_json_number(o, "total", stats.total);
	tp_json_number(o, "used", stats.used);
	tp_json_number(o, "available", stats.total > stats.used ? stats.total - stats.used : 0);
}

static void decorate_pool6(void *user, const struct tp_config_item *item, json_t *o)
{
	struct tp_control *c = user;
	const struct tp_config_pool6 *pool = (const void *)item;
	struct tp_pool6_stats stats;

	if (tp_pool6_stats(c->pools6, pool->name, &stats) != 0)
		return;
	if (stats.total <= INT64_MAX) { /* JSON's numbers end there */
		tp_json_number(o, "total", stats.total);
		tp_json_number(o, "available",
			       stats.total > stats.used ? stats.total - stats.used : 0);
	}
	tp_json_number(o, "used", stats.used);
}

/* clang-format off */
static const struct tp_status port_status[] = {
	{"role", "`core` or `access`"},
	{"driver", "DPDK's driver"},
	{"mac-address", "The port's MAC address"},
	TP_STATUS_LINK,
	{"actual-mtu", "The MTU that the driver took"},
	{"actual-rx-queues", "Receive queues that the driver has set up"},
	{"software-distribution", "Its one queue is spread over the workers by one of them"},
	{"packets-received", "Frames that came in, to all workers"},
	{"packets-forwarded", "Of these, those that went on"},
	{"packets-originated", "Frames that the box itself has sent"},
	{"packets-dropped", "Frames that were dropped, for whatever reason"},
	TP_STATUS_END,
};
/* clang-format on */

/* clang-format off */
static const struct tp_status pool_status[] = {
	{"total", "Addresses"},
	{"used", "Of these, those in use"},
	{"available", "Of these, those that are free"},
	TP_STATUS_END,
};
/* clang-format on */

/* clang-format off */
static const struct tp_status pool6_status[] = {
	{"total", "Prefixes; not told of more than 2^63"},
	{"used", "Of these, those in use"},
	{"available", "Of these, those that are free"},
	TP_STATUS_END,
};
/* clang-format on */

/* clang-format off */
static const struct tp_status secret_status[] = {
	{"last-logged-out", "When the last session ended, in local time"},
	{"last-caller-id", "Where it was from"},
	{"last-disconnect-reason", "Why it ended, in RouterOS's words"},
	{"last-end-reason", "The same in the words of `turnpike_sessions_ended_total`, which are more"},
	TP_STATUS_END,
};
/* clang-format on */

/* clang-format off */
static const struct tp_status vlan_status[] = {
	{"running", "It is in use, and so is its port, whose link is up"},
	{"mac-address", "Its port's"},
	TP_STATUS_END,
};
/* clang-format on */

/* clang-format off */
static const struct tp_status server_status[] = {
	{"sessions", "Sessions that dialled in by it"},
	{"invalid", "Nobody is served: its interface, or one below it, is disabled"},
	TP_STATUS_END,
};
/* clang-format on */

static void decorate_static(void *user, const struct tp_config_item *item, json_t *o)
{
	struct tp_control *c = user;
	tp_api_static(c, item->id, o);
}

static void decorate_secret(void *user, const struct tp_config_item *item, json_t *o)
{
	struct tp_control *c = user;
	tp_last_describe(c->last_sessions, item->id, o);
}

/* Its port, as it is on it, or on a VLAN on it; NULL: that is not in use. */
static const struct tp_port_info *port_of(const struct tp_control *c, const char *interface)
{
	struct tp_config_place place;
	int port = -1;

	if (tp_config_interface(c->config, interface, &place))
		port = tp_control_port(c, place.port->name);
	return port >= 0 ? &c->ports[port] : NULL;
}

static void decorate_vlan(void *user, const struct tp_config_item *item, json_t *o)
{
	const struct tp_port_info *port = port_of(user, item->key);

	tp_json_bool(o, "running", port != NULL && port->link_up);
	if (port != NULL)
		tp_json_mac(o, "mac-address", &port->mac);
}

static void decorate_server(void *user, const struct tp_config_item *item, json_t *o)
{
	struct tp_control *c = user;
	tp_json_number(o, "sessions", tp_ac_server_sessions(c->ac, item->id));
	tp_json_bool(o, "invalid",
		     port_of(c, ((const struct tp_config_server *)item)->interface) == NULL);
}

/* As RouterOS marks those that can't be removed. */
static void decorate_profile(void *user, const struct tp_config_item *item, json_t *o)
{
	tp_json_bool(o, "default", strcmp(item->key, TP_PROFILE_DEFAULT) == 0);
}

/* clang-format off */
static const struct tp_status profile_status[] = {
	{"default", "It is the one that is always there"},
	TP_STATUS_END,
};
/* clang-format on */

const struct tp_decorator tp_api_decorators[TP_RESOURCES] = {
	[TP_DATAPLANE_PORT] = {.status = port_status, .tell = decorate_port},
	[TP_INTERFACE_VLAN] = {.status = vlan_status, .tell = decorate_vlan},
	[TP_IP_POOL] = {.status = pool_status, .tell = decorate_pool},
	[TP_IPV6_POOL] = {.status = pool6_status, .tell = decorate_pool6},
	[TP_PPP_PROFILE] = {profile_status, decorate_profile, true},
	[TP_PPP_SECRET] = {.status = secret_status, .tell = decorate_secret},
	[TP_RADIUS] = {.status = tp_control_radius_status, .tell = tp_control_radius_describe},
	[TP_RADIUS_INCOMING] = {.status = tp_radius_incoming_status,
				.tell = tp_radius_incoming_describe},
	[TP_PPPOE_SERVER] = {.status = server_status, .tell = decorate_server},
	[TP_PPPOE_STATIC] = {.status = NULL, .tell = decorate_static},
	[TP_SNIFFER] = {.status = tp_sniffer_status, .tell = tp_sniffer_tell},
};
