/* SPDX-License-Identifier: BSD-3-Clause */
/* What the configuration says comes to be: pools, servers, the identity; of the core side core.c
 * has it. A change touches what it is about and nothing else. */
#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "config/remote.h"
#include "control/control_private.h"
#include "control/why/why.h"
#include "control/log/book.h"
#include "control/radius/incoming.h"
#include "control/radius/radius.h"
#include "control/standing/standing.h"

/* ---- pools --------------------------------------------------------------------------------- */

static int change_pool(struct tp_control *c, const struct tp_config_change *change,
		       struct tp_error *e)
{
	const struct tp_config_pool *before = (const void *)change->before;
	const struct tp_config_pool *after = (const void *)change->after;
	int error = 0;

	if (after != NULL)
		error = tp_pool_put(c->pools, after->name, after->ranges.range, after->ranges.count,
				    after->next_pool, e);
	if (error == 0 && before != NULL && (after == NULL || strcmp(before->name, after->name)))
		tp_pool_remove(c->pools, before->name);
	return error;
}

static int change_pool6(struct tp_control *c, const struct tp_config_change *change,
			struct tp_error *e)
{
	const struct tp_config_pool6 *before = (const void *)change->before;
	const struct tp_config_pool6 *after = (const void *)change->after;
	int error = 0;

	if (after != NULL)
		error = tp_pool6_put(c->pools6, after->name, &after->prefix,
				     (uint8_t)after->prefix_length, after->next_pool, e);
	if (error == 0 && before != NULL && (after == NULL || strcmp(before->name, after->name)))
		tp_pool6_remove(c->pools6, before->name);
	return error;
}

/* Short of memory some are told of one by one. */
static void apply_announce(struct tp_control *c)
{
	const struct tp_config_item *item;
	struct tp_cover cover = {0};

	if (c->subscribers == NULL)
		return;
	for (item = tp_config_first(c->config, TP_IP_POOL); item != NULL;
	     item = tp_config_next(item)) {
		const struct tp_config_pool *pool = (const void *)item;

		if (pool->announce == TP_ANNOUNCE_POOL)
			tp_cover_add_ranges(&cover, pool->ranges.range, pool->ranges.count);
	}
	for (item = tp_config_first(c->config, TP_IPV6_POOL); item != NULL;
	     item = tp_config_next(item)) {
		const struct tp_config_pool6 *pool = (const void *)item;
		const struct tp_ip_prefix prefix = tp_ip_prefix_of6(&pool->prefix);

		if (pool->announce == TP_ANNOUNCE_POOL)
			tp_cover_add(&cover, &prefix);
	}
	tp_cover_finish(&cover);
	tp_subscribers_cover(c->subscribers, &cover);
}

/* ---- servers --------------------------------------------------------------------------------- */

/* How a VLAN that is directly on a port is tagged. */
static void apply_tag(struct tp_control *c, const struct tp_config_vlan *vlan, bool service)
{
	int number = tp_control_port(c, vlan->interface);

	if (number < 0)
		return;
	for (uint32_t i = 0; i < vlan->vlan_id.count; i++) {
		const struct tp_vlan_range *range = &vlan->vlan_id.range[i];

		for (uint16_t id = range->first; id <= range->last; id++)
			tp_dataplane_service_tag_set(c->dp, (unsigned)number, id, service);
	}
}

/* Tags of what a VLAN was are taken back; what they are now apply_servers() tells. */
static void change_vlan(struct tp_control *c, const struct tp_config_change *change)
{
	if (change->before != NULL)
		apply_tag(c, (const void *)change->before, false);
	if (change->op == TP_CONFIG_REMOVE)
		tp_traffic_forget_vlan(c->traffic, change->before->id);
}

static void apply_tags(struct tp_control *c)
{
	const struct tp_config_item *item;

	for (item = tp_config_first(c->config, TP_INTERFACE_VLAN); item != NULL;
	     item = tp_config_next(item)) {
		const struct tp_config_vlan *vlan = (const struct tp_config_vlan *)item;

		apply_tag(c, vlan, vlan->use_service_tag);
	}
}

/* A server whose interface is not there (a VLAN on the way is disabled) serves nobody. */
static void apply_server(struct tp_control *c, const struct tp_config_server *server)
{
	struct tp_ac_interface interface;
	struct tp_config_place place;
	struct tp_error error = {0};
	int number = -1;

	if (tp_config_interface(c->config, server->interface, &place))
		number = tp_control_port(c, place.port->name);
	if (number < 0) {
		tp_ac_server_remove(c->ac, server->head.id, c->now_ms);
		return;
	}
	interface = (struct tp_ac_interface){(uint16_t)number, place.outer, place.inner};
	if (tp_ac_server_put(c->ac, server, &interface, c->now_ms, &error) != 0)
		tp_log_error("pppoe", "server %s: %s", server->head.key, error.message);
}

static void change_server(struct tp_control *c, const struct tp_config_change *change)
{
	if (change->op != TP_CONFIG_REMOVE) {
		apply_server(c, (const void *)change->after);
		return;
	}
	tp_ac_server_remove(c->ac, change->before->id, c->now_ms);
	tp_traffic_forget(c->traffic, change->before->id);
}

static void apply_servers(struct tp_control *c)
{
	const struct tp_config_item *item;

	apply_tags(c);
	for (item = tp_config_first(c->config, TP_PPPOE_SERVER); item != NULL;
	     item = tp_config_next(item))
		apply_server(c, (const struct tp_config_server *)item);
}

/* ---- who may, and how often ---- */

static void change_port(struct tp_control *c, const struct tp_config_change *change)
{
	const struct tp_config_port *port = (const void *)change->after;
	const struct tp_padi_limits limits = {
		.port = port->padi_limit,
		.vlan = port->padi_limit_vlan,
		.mac = port->padi_limit_mac,
	};
	const struct tp_ac_half_open_limits half_open = {
		.port = port->half_open_limit,
		.vlan = port->half_open_limit_vlan,
		.mac = port->half_open_limit_mac,
	};
	int number = tp_control_port(c, port->name);

	if (number < 0)
		return;
	tp_ac_half_open_limits_set(c->ac, (uint16_t)number, &half_open);
	tp_dataplane_padi_limits_set(c->dp, (unsigned)number, &limits);
	tp_dataplane_host_limit_set(c->dp, (unsigned)number, port->host_limit);
}

static void change_mac_filter(struct tp_control *c, const struct tp_config_change *change)
{
	if (change->op == TP_CONFIG_REMOVE)
		tp_ac_mac_filter_remove(c->ac, change->before->id);
	else if (tp_ac_mac_filter_put(c->ac, (const void *)change->after) != 0)
		tp_log_error("config", "mac-filter %s: out of memory", change->after->key);
}

/* ---- secrets ------------------------------------------------------------------------------------
 */

static bool usable(const struct tp_config_secret *secret)
{
	return secret != NULL && !secret->disabled;
}

static bool changed(const struct tp_config_change *change, unsigned property)
{
	return (change->changed >> property & 1) != 0;
}

/* Whose secret is gone may not stay. What standing sessions get may have changed, but a new secret
 * has none; any other change waits for the next dial-in. */
static void change_secret(struct tp_control *c, const struct tp_config_change *change)
{
	const struct tp_config_secret *before = (const void *)change->before;
	const struct tp_config_secret *after = (const void *)change->after;

	if (usable(before) && (!usable(after) || strcmp(before->name, after->name) != 0))
		tp_ac_disconnect_user(c->ac, before->name, TP_END_CONFIG, c->now_ms);
	if (change->op == TP_CONFIG_REMOVE)
		tp_last_forget(&c->last_sessions, before->head.id);
	if (change->op == TP_CONFIG_CHANGE &&
	    (changed(change, TP_SECRET_RATE_LIMIT) || changed(change, TP_SECRET_PROFILE)))
		tp_ac_subscribers_changed(c->ac);
}

static void change_profile(struct tp_control *c, const struct tp_config_change *change)
{
	if (changed(change, TP_PROFILE_RATE_LIMIT) || changed(change, TP_PROFILE_ADDRESS_LIST) ||
	    changed(change, TP_PROFILE_DNS_SERVER) || changed(change, TP_PROFILE_DHCPV6_PD_POOL) ||
	    changed(change, TP_PROFILE_DHCPV6_LEASE_TIME))
		tp_ac_subscribers_changed(c->ac);
}

/* ---- static interfaces -------------------------------------------------------------------- */

static void change_static(struct tp_control *c, const struct tp_config_change *change)
{
	if (change->op == TP_CONFIG_REMOVE)
		tp_interfaces_remove(c->interfaces, change->before->id);
	else if (tp_interfaces_put(c->interfaces, (const void *)change->after) != 0)
		tp_log_error("config", "%s: out of memory", change->after->key);
}

/* ---- the program itself ------------------------------------------------------------------------
 */

static void change_management(struct tp_control *c, const struct tp_config_change *change)
{
	const struct tp_config_management *management = (const void *)change->after;

	tp_log_set_level((enum tp_log_level)management->log_level);
	tp_saver_switch(&c->save.saver, management->save, c->now_ms);
}

/* The socket is made before the change is in force: the port may be another's. */
static int change_radius_incoming(struct tp_control *c, const struct tp_config_change *change,
				  struct tp_error *e)
{
	return tp_radius_incoming_set(c, (const void *)change->after, e);
}

static void change_radius(struct tp_control *c, const struct tp_config_change *change)
{
	if (change->op == TP_CONFIG_REMOVE)
		tp_control_radius_removed(c, change->before->id);
}

static void apply_identity(struct tp_control *c)
{
	tp_ac_config_set(c->ac, c->config);
}

/* Management is told how it is reached over the network. */
static void apply_remote(struct tp_control *c)
{
	tp_mailbox_set_remote(&c->mailbox, tp_remote_create(c->config));
}

/* ---- the table ---------------------------------------------------------------------------------
 */

/* What is made anew from the whole configuration, once, when all changes are in force. */
static void (*const together[])(struct tp_control *c) = {
	[TP_AGAIN_IDENTITY] = apply_identity,
	[TP_AGAIN_SERVERS] = apply_servers,
	[TP_AGAIN_RADIUS] = tp_control_radius_apply,
	[TP_AGAIN_REMOTE] = apply_remote,
	[TP_AGAIN_ADDRESSES6] = tp_core_apply_addresses6,
	[TP_AGAIN_ANNOUNCE] = apply_announce,
	[TP_AGAIN_LOGGING] = tp_log_book_apply,
};

#define AGAIN(what) (1u << TP_AGAIN_##what)

/* What a change of an item comes to. */
static const struct applier {
	/* Before it is in force: what can fail, and leaves all as it was when it does. */
	int (*before)(struct tp_control *c, const struct tp_config_change *change,
		      struct tp_error *error);
	/* While both what was and what is are there. */
	void (*after)(struct tp_control *c, const struct tp_config_change *change);
	unsigned again; /* of `together` */
} appliers[TP_RESOURCES] = {
	[TP_SYSTEM_IDENTITY] = {.again = AGAIN(IDENTITY) | AGAIN(RADIUS)},
	[TP_MANAGEMENT] = {.after = change_management},
	[TP_SYSTEM_LOGGING_ACTION] = {.again = AGAIN(LOGGING)},
	[TP_SYSTEM_LOGGING] = {.again = AGAIN(LOGGING)},
	[TP_DATAPLANE_PORT] = {.after = change_port},
	[TP_INTERFACE_VLAN] = {.after = change_vlan, .again = AGAIN(SERVERS)},
	[TP_IP_POOL] = {.before = change_pool, .again = AGAIN(ANNOUNCE)},
	[TP_IP_ROUTE] = {.before = tp_core_change_route},
	[TP_IPV6_ADDRESS] = {.before = tp_core_change_address6, .again = AGAIN(ADDRESSES6)},
	[TP_IPV6_ROUTE] = {.before = tp_core_change_route},
	[TP_IPV6_POOL] = {.before = change_pool6, .again = AGAIN(ANNOUNCE)},
	[TP_IPV6_ND] = {.again = AGAIN(IDENTITY)},
	[TP_IPV6_ND_PREFIX] = {.again = AGAIN(IDENTITY)},
	[TP_PPP_PROFILE] = {.after = change_profile},
	[TP_PPP_SECRET] = {.after = change_secret},
	/* Operators whom a server has let in have to ask again: REMOTE. */
	[TP_RADIUS] = {.after = change_radius, .again = AGAIN(RADIUS) | AGAIN(REMOTE)},
	[TP_RADIUS_INCOMING] = {.before = change_radius_incoming},
	[TP_PPP_AAA] = {.again = AGAIN(RADIUS)},
	[TP_PPP_HISTORY] = {.after = tp_control_history_set},
	[TP_PPPOE_SERVER] = {.after = change_server},
	[TP_PPPOE_STATIC] = {.after = change_static},
	[TP_PPPOE_MAC_FILTER] = {.after = change_mac_filter},
	[TP_USER_GROUPS] = {.again = AGAIN(REMOTE)},
	[TP_USER] = {.again = AGAIN(REMOTE)},
	[TP_USER_AAA] = {.again = AGAIN(REMOTE)},
	[TP_IP_SERVICE] = {.again = AGAIN(REMOTE)},
};

int tp_apply_before(struct tp_control *c, const struct tp_config_change *change,
		    struct tp_error *error)
{
	const struct applier *applier = &appliers[change->resource->id];

	return applier->before != NULL ? applier->before(c, change, error) : 0;
}

void tp_apply_undo(struct tp_control *c, const struct tp_config_change *change)
{
	const struct tp_config_change back = {
		.resource = change->resource,
		.before = change->after,
		.after = change->before,
	};
	struct tp_error error = {0};

	if (tp_apply_before(c, &back, &error) != 0)
		tp_log_error("config", "%s: %s", error.place, error.message);
}

unsigned tp_apply_after(struct tp_control *c, const struct tp_config_change *change)
{
	const struct applier *applier = &appliers[change->resource->id];

	if (applier->after != NULL)
		applier->after(c, change);
	return applier->again;
}

void tp_apply_again(struct tp_control *c, unsigned what)
{
	for (unsigned i = 0; i < sizeof(together) / sizeof(together[0]); i++)
		if ((what >> i & 1) != 0)
			together[i](c);
}

/* The start is what leads from nothing to the configuration. */
int tp_apply_all(struct tp_control *c, struct tp_error *error)
{
	for (unsigned i = 0; i < TP_RESOURCES; i++) {
		const struct tp_config_item *item = tp_config_first(c->config, i);

		for (; item != NULL; item = tp_config_next(item)) {
			const struct tp_config_change change = {
				.op = TP_CONFIG_ADD,
				.resource = item->resource,
				.after = item,
			};
			int result = tp_apply_before(c, &change, error);

			if (result != 0)
				return result;
			tp_apply_after(c, &change);
		}
	}
	/* Servers of RADIUS are told of sessions when it is known which go on. */
	tp_apply_again(c, ~(AGAIN(RADIUS) | AGAIN(REMOTE)));
	if (tp_standing_begin(c) != 0)
		return tp_error_set(error, -ENOMEM, "management.journal", "out of memory");
	tp_apply_again(c, AGAIN(RADIUS) | AGAIN(REMOTE));
	return 0;
}
