/* SPDX-License-Identifier: BSD-3-Clause */
/* What one item must have of the others: references that lead somewhere, names and places that
 * are free, values that fit together. The same checks for a file and for a change. */
#include "config/schema/tables.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define POOL_CHAIN_MAX 64 /* pools that one look-up of an address may go through */
#define PORTS_MAX      32 /* DPDK's RTE_MAX_ETHPORTS */
#define PPPOE_OVERHEAD 8  /* 6 of PPPoE (RFC 2516, section 4), 2 of PPP */

void tp_report(struct tp_report *report, const struct tp_config_item *item, int property, int code,
	       const char *format, ...)
{
	char message[256];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	report->count++;
	report->tell(report, item, property, code, message);
}

void tp_check_of_dataplane(const struct tp_config *config, const struct tp_config_item *item,
			   struct tp_report *report)
{
	const struct tp_config_dataplane *dataplane = (const void *)item;
	if (dataplane->idle == TP_IDLE_SLEEP)
		return; /* they share a CPU as any two threads do */
	for (unsigned i = 0; i < dataplane->worker_lcores.count; i++) {
		if (dataplane->worker_lcores.number[i] == dataplane->control_lcore)
			tp_report(report, &dataplane->head, TP_DATAPLANE_WORKER_LCORES, -EINVAL,
				  "lcore %u is the control-lcore, and a worker with idle: poll "
				  "leaves nothing of it; expected others",
				  dataplane->control_lcore);
	}
}

/* What tells devices apart: the driver and its number, or the PCI address, whose domain is 0 when
 * it is not said; arguments follow. */
static bool same_device(const char *a, const char *b)
{
	static const char domain[] = "0000:";
	size_t len;

	a += strncmp(a, domain, strlen(domain)) == 0 ? strlen(domain) : 0;
	b += strncmp(b, domain, strlen(domain)) == 0 ? strlen(domain) : 0;
	len = strcspn(a, ",");
	return len == strcspn(b, ",") && strncasecmp(a, b, len) == 0;
}

void tp_check_of_port(const struct tp_config *config, const struct tp_config_item *item,
		      struct tp_report *report)
{
	const struct tp_config_port *port = (const void *)item;
	const struct tp_config_item *other;
	unsigned n = 0;

	for (other = tp_config_first(config, TP_DATAPLANE_PORT); other != &port->head;
	     other = tp_config_next(other)) {
		if (same_device(((const struct tp_config_port *)other)->device, port->device))
			tp_report(report, &port->head, TP_PORT_DEVICE, -EEXIST,
				  "port '%s' has this device already", other->key);
		if (++n == PORTS_MAX) {
			tp_report(report, &port->head, -1, -EINVAL, "there are more than %u ports",
				  PORTS_MAX);
			return;
		}
	}
	if (strpbrk(port->name, "/ \t:%") != NULL)
		tp_report(report, &port->head, TP_PORT_NAME, -EINVAL,
			  "the name of a port has no blank, '/', ':' or '%%'");
}

void tp_check_chain(const struct tp_config *config, const struct tp_config_item *item,
		    unsigned property, struct tp_report *report)
{
	const struct tp_property *next_pool = &item->resource->properties[property];
	const struct tp_config_item *next = item;
	const char *name = tp_property_reference(next_pool, item);

	for (unsigned n = 0; next != NULL && name != NULL; n++) {
		next = tp_config_by_key(config, item->resource->id, name);
		if (next == item || n == POOL_CHAIN_MAX) {
			tp_report(report, item, (int)property, -EINVAL,
				  next == item ? "leads back to this pool"
					       : "leads on through more than 64 pools");
			return;
		}
		name = next != NULL ? tp_property_reference(next_pool, next) : NULL;
	}
}

void tp_check_of_pool(const struct tp_config *config, const struct tp_config_item *item,
		      struct tp_report *report)
{
	const struct tp_config_pool *pool = (const void *)item;

	tp_check_pool_addresses(config, pool, report);
	tp_check_chain(config, item, TP_POOL_NEXT_POOL, report);
}

static void check_server_size(const struct tp_config_server *server, unsigned property,
			      uint32_t size, const struct tp_config_port *port,
			      struct tp_report *report)
{
	if (size + PPPOE_OVERHEAD > port->mtu)
		tp_report(report, &server->head, (int)property, -EINVAL,
			  "%u is more than the %u that fit into the mtu %u of port '%s'", size,
			  port->mtu - PPPOE_OVERHEAD, port->mtu, port->name);
}

void tp_check_of_server(const struct tp_config *config, const struct tp_config_item *item,
			struct tp_report *report)
{
	const struct tp_config_server *server = (const void *)item;
	const struct tp_config_port *port = tp_config_port(config, server->interface);
	const struct tp_config_vlan *vlan = tp_config_vlan(config, server->interface), *over = vlan;

	if (port != NULL && tp_config_is_core(config, port))
		tp_report(report, &server->head, TP_SERVER_INTERFACE, -EINVAL,
			  "'%s' is a core port (it has an address); expected an access port",
			  port->name);
	for (unsigned n = 0; port == NULL && vlan != NULL && n < 2; n++) {
		port = tp_config_port(config, vlan->interface);
		vlan = tp_config_vlan(config, vlan->interface);
	}
	if (port == NULL)
		return; /* the reference or the VLAN was reported */
	if (over != NULL && tp_config_port(config, over->interface) == NULL &&
	    server->pppoe_over_vlan_range.count > 0)
		tp_report(report, &server->head, TP_SERVER_PPPOE_OVER_VLAN_RANGE, -EINVAL,
			  "'%s' is a VLAN on a VLAN; a frame has two tags at most", over->name);
	check_server_size(server, TP_SERVER_MAX_MTU, server->max_mtu, port, report);
	check_server_size(server, TP_SERVER_MAX_MRU, server->max_mru, port, report);
}

void tp_check_of_secret(const struct tp_config *config, const struct tp_config_item *item,
			struct tp_report *report)
{
	const struct tp_config_secret *secret = (const void *)item;
	struct tp_mac mac;

	if (tp_mac_parse(secret->caller_id, &mac) && tp_mac_is_multicast(&mac))
		tp_report(report, &secret->head, TP_SECRET_CALLER_ID, -EINVAL,
			  "'%s' is a group's address, not a host's", secret->caller_id);
	tp_check_secret_addresses(config, secret, report);
	tp_check_secret_ipv6(config, secret, report);
}

void tp_check_of_mac_filter(const struct tp_config *config, const struct tp_config_item *item,
			    struct tp_report *report)
{
	const struct tp_config_mac_filter *entry = (const void *)item;
	if (tp_mac_is_multicast(&entry->mac_address.mac))
		tp_report(report, &entry->head, TP_MAC_FILTER_MAC_ADDRESS, -EINVAL,
			  "is a group's address, not a host's");
}

void tp_check_of_static(const struct tp_config *config, const struct tp_config_item *item,
			struct tp_report *report)
{
	const struct tp_config_static *entry = (const void *)item;
	if (strncmp(entry->name, "<pppoe-", 7) == 0)
		tp_report(report, &entry->head, TP_STATIC_NAME, -EINVAL,
			  "names that begin with <pppoe- are those of dynamic interfaces");
}

void tp_check_of_management(const struct tp_config *config, const struct tp_config_item *item,
			    struct tp_report *report)
{
	const uint64_t has = tp_program_properties(tp_config_program(config), item->resource);

	for (unsigned i = 0; i < item->resource->count; i++)
		if ((has >> i & 1) == 0 && tp_config_is_set(item, i))
			tp_report(report, item, (int)i, -EINVAL,
				  "is of turnpike alone: a client has nothing to keep");
	if (*((const struct tp_config_management *)item)->journal_directory != '/')
		tp_report(report, item, TP_MANAGEMENT_JOURNAL_DIRECTORY, -EINVAL,
			  "expected a path that begins with /");
}

void tp_check_of_user(const struct tp_config *config, const struct tp_config_item *item,
		      struct tp_report *report)
{
	const struct tp_config_user *user = (const void *)item;
	if (strchr(user->name, ':') != NULL) /* RFC 7617, section 2: it ends there */
		tp_report(report, &user->head, TP_USER_NAME, -EINVAL, "a user's name has no ':'");
}

void tp_check_of_service(const struct tp_config *config, const struct tp_config_item *item,
			 struct tp_report *report)
{
	const struct tp_config_service *service = (const void *)item;
	if (service->disabled)
		return;
	if (service->name == TP_SERVICE_API && service->address.count == 0)
		tp_report(
			report, &service->head, TP_IP_SERVICE_ADDRESS, -EINVAL,
			"is missing; without TLS the service is only for networks that are named");
	if (service->name != TP_SERVICE_API && *service->certificate == '\0')
		tp_report(report, &service->head, TP_IP_SERVICE_CERTIFICATE, -EINVAL,
			  "is missing; without one the service must be disabled");
}

void tp_check_of_radius(const struct tp_config *config, const struct tp_config_item *item,
			struct tp_report *report)
{
	const struct tp_config_radius *radius = (const void *)item;

	if (radius->protocol == TP_RADIUS_UDP && radius->secret[0] == '\0' && !radius->disabled)
		tp_report(report, item, TP_RADIUS_SERVER_SECRET, -EINVAL,
			  "is missing; without one anybody could answer for the server");
	if (!tp_ip_is_none(&radius->src_address) &&
	    radius->src_address.family != radius->address.family)
		tp_report(report, item, TP_RADIUS_SERVER_SRC_ADDRESS, -EINVAL,
			  "is of another IP version than address");
}

static void check_sniffer(const struct tp_config *config, const struct tp_config_item *item,
			  struct tp_report *report)
{
	int property = -1;
	const char *mistake = tp_sniffer_mistake((const void *)item, &property);

	if (mistake != NULL)
		tp_report(report, item, property, -EINVAL, "%s", mistake);
}

/* What items of a resource must be: one beside the others, and all of them together. */
static const struct {
	void (*one)(const struct tp_config *config, const struct tp_config_item *item,
		    struct tp_report *report);
	void (*together)(const struct tp_config *config, struct tp_report *report);
} checks[TP_RESOURCES] = {
	[TP_MANAGEMENT] = {tp_check_of_management, NULL},
	[TP_SYSTEM_LOGGING_ACTION] = {tp_check_of_logging_action, tp_check_logging_actions},
	[TP_SYSTEM_LOGGING] = {tp_check_of_logging, tp_check_logging_rules},
	[TP_DATAPLANE] = {tp_check_of_dataplane, NULL},
	[TP_DATAPLANE_PORT] = {tp_check_of_port, NULL},
	[TP_INTERFACE_VLAN] = {tp_check_of_vlan, tp_check_tags},
	[TP_IP_POOL] = {tp_check_of_pool, NULL},
	[TP_IP_ROUTE] = {tp_check_of_route, NULL},
	[TP_IPV6_ADDRESS] = {tp_check_of_address6, NULL},
	[TP_IPV6_ROUTE] = {tp_check_of_route6, NULL},
	[TP_IPV6_POOL] = {tp_check_of_pool6, NULL},
	[TP_IPV6_ND] = {tp_check_of_nd, NULL},
	[TP_IPV6_ND_PREFIX] = {tp_check_of_nd_prefix, NULL},
	[TP_PPP_PROFILE] = {tp_check_of_profile, NULL},
	[TP_PPP_SECRET] = {tp_check_of_secret, NULL},
	[TP_RADIUS] = {tp_check_of_radius, NULL},
	[TP_PPPOE_SERVER] = {tp_check_of_server, NULL},
	[TP_PPPOE_STATIC] = {tp_check_of_static, NULL},
	[TP_PPPOE_MAC_FILTER] = {tp_check_of_mac_filter, NULL},
	[TP_USER] = {tp_check_of_user, NULL},
	[TP_IP_SERVICE] = {tp_check_of_service, NULL},
	[TP_SNIFFER] = {check_sniffer, NULL},
	[TP_PPPOE_CLIENT] = {tp_check_of_client, NULL},
	[TP_IPV6_DHCP_CLIENT] = {tp_check_of_dhcp6_client, NULL},
};

void tp_check_beside(const struct tp_config *config, const struct tp_config_item *item,
		     struct tp_report *report)
{
	if (checks[item->resource->id].one != NULL)
		checks[item->resource->id].one(config, item, report);
}

void tp_check_together(const struct tp_config *config, enum tp_resource_id resource,
		       struct tp_report *report)
{
	if (checks[resource].together != NULL)
		checks[resource].together(config, report);
}

void tp_check_item(const struct tp_config *config, const struct tp_config_item *item,
		   struct tp_report *report)
{
	for (unsigned i = 0; i < item->resource->count; i++)
		tp_check_reference(config, item, i, report);
	tp_check_beside(config, item, report);
}

void tp_check_all(const struct tp_config *config, struct tp_report *report)
{
	for (unsigned i = 0; i < TP_RESOURCES; i++) {
		const struct tp_config_item *item;
		for (item = tp_config_first(config, i); item != NULL; item = tp_config_next(item))
			tp_check_item(config, item, report);
		tp_check_together(config, i, report);
	}
}
