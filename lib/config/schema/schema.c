/* SPDX-License-Identifier: BSD-3-Clause */
/* The schema: all resources, and how they are found. */
#include "config/schema/tables.h"

#include <string.h>

#define PROPERTIES(table) .properties = table, .count = sizeof(table) / sizeof((table)[0])

static const char *const default_profile[] = {TP_PROFILE_DEFAULT, NULL};

/* clang-format off */
const struct tp_resource tp_resources[TP_RESOURCES] = {
	[TP_SYSTEM_IDENTITY] = {.id = TP_SYSTEM_IDENTITY,
	 .programs = TP_FOR_BOTH,
	 .path = "/system/identity",
	 .yaml_path = "system.identity",
	 .singleton = true,
	 .runtime = true,
	 .size = sizeof(struct tp_config_identity),
	 PROPERTIES(tp_identity_properties),
	 .help = "The name of this access concentrator. In YAML it may be the value itself: "
		 "`system: { identity: MT_AC }`"},
	[TP_MANAGEMENT] = {.id = TP_MANAGEMENT,
	 .programs = TP_FOR_BOTH,
	 .path = "/management",
	 .yaml_path = "management",
	 .singleton = true,
	 .size = sizeof(struct tp_config_management),
	 PROPERTIES(tp_management_properties),
	 .help = "The JSON API and the log"},
	[TP_SYSTEM_LOGGING_ACTION] = {.id = TP_SYSTEM_LOGGING_ACTION,
	 .programs = TP_FOR_SERVER,
	 .path = "/system/logging/action",
	 .yaml_path = "system.logging-action",
	 .runtime = true,
	 .size = sizeof(struct tp_config_logging_action),
	 PROPERTIES(tp_logging_action_properties),
	 .built_in = tp_logging_action_words,
	 .defaults = tp_logging_action_defaults,
	 .help = "Where lines of the log can go: `memory`, `echo` and `remote` are always there, and "
		 "there may be more syslog servers"},
	[TP_SYSTEM_LOGGING] = {.id = TP_SYSTEM_LOGGING,
	 .programs = TP_FOR_SERVER,
	 .path = "/system/logging",
	 .yaml_path = "system.logging",
	 .runtime = true,
	 .size = sizeof(struct tp_config_logging),
	 PROPERTIES(tp_logging_properties),
	 .key = tp_key_of_logging,
	 .help = "Which lines of the log go where. Without a rule for it, `memory` and `echo` each "
		 "take all up to `log-level` of [/management](#management); with one, what its "
		 "rules say"},
	[TP_DATAPLANE] = {.id = TP_DATAPLANE,
	 .programs = TP_FOR_SERVER,
	 .path = "/dataplane",
	 .yaml_path = "dataplane",
	 .singleton = true,
	 .size = sizeof(struct tp_config_dataplane),
	 PROPERTIES(tp_dataplane_properties),
	 .help = "CPUs and memory"},
	[TP_DATAPLANE_PORT] = {.id = TP_DATAPLANE_PORT,
	 .programs = TP_FOR_SERVER,
	 .path = "/dataplane/port",
	 .yaml_path = "dataplane.ports",
	 .size = sizeof(struct tp_config_port),
	 PROPERTIES(tp_port_properties),
	 .help = "The network ports that DPDK drives"},
	[TP_INTERFACE_VLAN] = {.id = TP_INTERFACE_VLAN,
	 .programs = TP_FOR_SERVER,
	 .path = "/interface/vlan",
	 .yaml_path = "interface.vlan",
	 .runtime = true,
	 .size = sizeof(struct tp_config_vlan),
	 PROPERTIES(tp_vlan_properties),
	 .exists = "failure: already have interface with such name",
	 .dependents = 1u << TP_INTERFACE_VLAN | 1u << TP_PPPOE_SERVER,
	 .help = "VLANs on access ports; a VLAN on a VLAN is QinQ"},
	[TP_IP_POOL] = {.id = TP_IP_POOL,
	 .programs = TP_FOR_SERVER,
	 .path = "/ip/pool",
	 .yaml_path = "ip.pool",
	 .runtime = true,
	 .size = sizeof(struct tp_config_pool),
	 PROPERTIES(tp_pool_properties),
	 .exists = "failure: pool with such name exists",
	 .help = "Pools of addresses for subscribers"},
	[TP_IP_ROUTE] = {.id = TP_IP_ROUTE,
	 .programs = TP_FOR_SERVER,
	 .path = "/ip/route",
	 .yaml_path = "ip.route",
	 .runtime = true,
	 .size = sizeof(struct tp_config_route),
	 PROPERTIES(tp_route_properties),
	 .key = tp_key_of_route,
	 .dependents = 1u << TP_IP_POOL | 1u << TP_PPP_PROFILE | 1u << TP_PPP_SECRET,
	 .help = "Static routes on the core side"},
	[TP_IPV6_ADDRESS] = {.id = TP_IPV6_ADDRESS,
	 .programs = TP_FOR_SERVER,
	 .path = "/ipv6/address",
	 .yaml_path = "ipv6.address",
	 .runtime = true,
	 .size = sizeof(struct tp_config_address6),
	 PROPERTIES(tp_address6_properties),
	 .key = tp_key_of_address6,
	 .dependents = 1u << TP_INTERFACE_VLAN | 1u << TP_PPPOE_SERVER | 1u << TP_IPV6_POOL |
		       1u << TP_IPV6_ROUTE | 1u << TP_PPP_SECRET,
	 .help = "IPv6 addresses of core ports, which have a link-local one besides"},
	[TP_IPV6_ROUTE] = {.id = TP_IPV6_ROUTE,
	 .programs = TP_FOR_SERVER,
	 .path = "/ipv6/route",
	 .yaml_path = "ipv6.route",
	 .runtime = true,
	 .size = sizeof(struct tp_config_route6),
	 PROPERTIES(tp_route6_properties),
	 .key = tp_key_of_route6,
	 .help = "Static routes of IPv6 on the core side"},
	[TP_IPV6_POOL] = {.id = TP_IPV6_POOL,
	 .programs = TP_FOR_SERVER,
	 .path = "/ipv6/pool",
	 .yaml_path = "ipv6.pool",
	 .runtime = true,
	 .size = sizeof(struct tp_config_pool6),
	 PROPERTIES(tp_pool6_properties),
	 .exists = "failure: pool with such name exists",
	 .dependents = 1u << TP_PPP_PROFILE,
	 .help = "Pools of IPv6 prefixes for subscribers' links, and to be delegated to them"},
	[TP_IPV6_ND] = {.id = TP_IPV6_ND,
	 .programs = TP_FOR_SERVER,
	 .path = "/ipv6/nd",
	 .yaml_path = "ipv6.nd",
	 .singleton = true,
	 .runtime = true,
	 .size = sizeof(struct tp_config_nd),
	 PROPERTIES(tp_nd_properties),
	 .help = "What Router Advertisements tell on all subscribers' links"},
	[TP_IPV6_ND_PREFIX] = {.id = TP_IPV6_ND_PREFIX,
	 .programs = TP_FOR_SERVER,
	 .path = "/ipv6/nd/prefix/default",
	 .yaml_path = "ipv6.nd-prefix-default",
	 .singleton = true,
	 .runtime = true,
	 .size = sizeof(struct tp_config_nd_prefix),
	 PROPERTIES(tp_nd_prefix_properties),
	 .help = "What they tell of the link's prefix"},
	[TP_PPP_PROFILE] = {.id = TP_PPP_PROFILE,
	 .programs = TP_FOR_BOTH,
	 .path = "/ppp/profile",
	 .yaml_path = "ppp.profile",
	 .runtime = true,
	 .size = sizeof(struct tp_config_profile),
	 PROPERTIES(tp_profile_properties),
	 .exists = "failure: profile with the same name already exists",
	 .built_in = default_profile,
	 .defaults = tp_profile_defaults,
	 .help = "What sessions get. What a profile does not set is inherited: secret over the "
		 "secret's profile over the server's default-profile over the profile named "
		 "default; a fixed address goes before a pool"},
	[TP_PPP_SECRET] = {.id = TP_PPP_SECRET,
	 .programs = TP_FOR_SERVER,
	 .path = "/ppp/secret",
	 .yaml_path = "ppp.secret",
	 .runtime = true,
	 .size = sizeof(struct tp_config_secret),
	 PROPERTIES(tp_secret_properties),
	 .exists = "failure: secret with the same name already exists",
	 .help = "The users"},
	[TP_RADIUS] = {.id = TP_RADIUS,
	 .programs = TP_FOR_SERVER,
	 .path = "/radius",
	 .yaml_path = "radius.server",
	 .runtime = true,
	 .size = sizeof(struct tp_config_radius),
	 PROPERTIES(tp_radius_properties),
	 .key = tp_key_of_radius,
	 .help = "The RADIUS servers, asked in this order"},
	[TP_RADIUS_INCOMING] = {.id = TP_RADIUS_INCOMING,
	 .programs = TP_FOR_SERVER,
	 .path = "/radius/incoming",
	 .yaml_path = "radius.incoming",
	 .singleton = true,
	 .runtime = true,
	 .size = sizeof(struct tp_config_radius_incoming),
	 PROPERTIES(tp_radius_incoming_properties),
	 .help = "What RADIUS servers ask of us"},
	[TP_PPP_AAA] = {.id = TP_PPP_AAA,
	 .programs = TP_FOR_SERVER,
	 .path = "/ppp/aaa",
	 .yaml_path = "ppp.aaa",
	 .singleton = true,
	 .runtime = true,
	 .size = sizeof(struct tp_config_ppp_aaa),
	 PROPERTIES(tp_ppp_aaa_properties),
	 .help = "What RADIUS is used for with subscribers. A local secret goes before RADIUS"},
	[TP_PPP_HISTORY] = {.id = TP_PPP_HISTORY,
	 .programs = TP_FOR_SERVER,
	 .path = "/ppp/subscriber/history",
	 .yaml_path = "ppp.history",
	 .singleton = true,
	 .runtime = true,
	 .size = sizeof(struct tp_config_history),
	 PROPERTIES(tp_history_properties),
	 .help = "What is remembered of subscribers, for [`/ppp/subscriber/why`](why-offline.md)"},
	[TP_PPPOE_SERVER] = {.id = TP_PPPOE_SERVER,
	 .programs = TP_FOR_SERVER,
	 .path = "/interface/pppoe-server/server",
	 .yaml_path = "interface.pppoe-server.server",
	 .runtime = true,
	 .size = sizeof(struct tp_config_server),
	 PROPERTIES(tp_server_properties),
	 .key = tp_key_of_server,
	 .help = "The PPPoE servers; an interface may have several, with different service names"},
	[TP_PPPOE_STATIC] = {.id = TP_PPPOE_STATIC,
	 .programs = TP_FOR_SERVER,
	 .path = "/interface/pppoe-server",
	 .yaml_path = "interface.pppoe-server.static",
	 .runtime = true,
	 .size = sizeof(struct tp_config_static),
	 PROPERTIES(tp_static_properties),
	 .exists = "failure: already have interface with such name",
	 .help = "Static entries: interfaces that are there, with their counters, whether their "
		 "user is or not. A session whose user has no entry, or none that is free, has a "
		 "dynamic interface <pppoe-USER> for as long as it lasts"},
	[TP_PPPOE_MAC_FILTER] = {.id = TP_PPPOE_MAC_FILTER,
	 .programs = TP_FOR_SERVER,
	 .path = "/interface/pppoe-server/mac-filter",
	 .yaml_path = "interface.pppoe-server.mac-filter",
	 .runtime = true,
	 .size = sizeof(struct tp_config_mac_filter),
	 PROPERTIES(tp_mac_filter_properties),
	 .key = tp_key_of_mac_filter,
	 .help = "Hosts that may dial in, or may not. Of several entries that fit a host, the one "
		 "with the longest prefix counts, and of two alike the one with an interface; whom "
		 "none fits may dial in"},
	[TP_USER_GROUPS] = {.id = TP_USER_GROUPS,
	 .programs = TP_FOR_BOTH,
	 .path = "/user/group",
	 .yaml_path = "user-group",
	 .runtime = true,
	 .size = sizeof(struct tp_config_user_group),
	 PROPERTIES(tp_user_group_properties),
	 .exists = "failure: group with the same name already exists",
	 .built_in = tp_user_group_words,
	 .defaults = tp_user_group_defaults,
	 .help = "What the users of a group may do over the network. `read`, `write` and `full` are "
		 "always there"},
	[TP_USER] = {.id = TP_USER,
	 .programs = TP_FOR_BOTH,
	 .path = "/user",
	 .yaml_path = "user",
	 .runtime = true,
	 .size = sizeof(struct tp_config_user),
	 PROPERTIES(tp_user_properties),
	 .exists = "failure: user with the same name already exists",
	 .help = "Who may log in over the network (the Unix socket asks nobody)"},
	[TP_USER_AAA] = {.id = TP_USER_AAA,
	 .programs = TP_FOR_SERVER,
	 .path = "/user/aaa",
	 .yaml_path = "user-aaa",
	 .singleton = true,
	 .runtime = true,
	 .size = sizeof(struct tp_config_user_aaa),
	 PROPERTIES(tp_user_aaa_properties),
	 .help = "Operators' logins by RADIUS"},
	[TP_IP_SERVICE] = {.id = TP_IP_SERVICE,
	 .programs = TP_FOR_BOTH,
	 .path = "/ip/service",
	 .yaml_path = "ip.service",
	 .runtime = true,
	 .size = sizeof(struct tp_config_service),
	 PROPERTIES(tp_ip_service_properties),
	 .built_in = tp_service_words,
	 .defaults = tp_service_defaults,
	 .help = "The API over the network, for those who are in /user: `www-ssl` is HTTPS, `api` "
		 "RouterOS's API of sentences and words, `api-ssl` the same over TLS. They are "
		 "always there, and disabled until they are given a certificate, or of `api` an "
		 "`address`"},
	[TP_SNIFFER] = {.id = TP_SNIFFER,
	 .programs = TP_FOR_SERVER,
	 .path = "/tool/sniffer",
	 .yaml_path = "tool.sniffer",
	 .singleton = true,
	 .runtime = true,
	 .size = sizeof(struct tp_config_sniffer),
	 PROPERTIES(tp_sniffer_properties),
	 .help = "Captures of what subscribers send and get: what `start` does unless it is told "
		 "otherwise, and how the last one does"},
	[TP_PPPOE_CLIENT] = {.id = TP_PPPOE_CLIENT,
	 .programs = TP_FOR_CLIENT,
	 .path = "/interface/pppoe-client",
	 .yaml_path = "interface.pppoe-client",
	 .runtime = true,
	 .size = sizeof(struct tp_config_client),
	 PROPERTIES(tp_client_properties),
	 .dependents = 1u << TP_IPV6_DHCP_CLIENT,
	 .help = "PPPoE clients: each is an interface that dials in to an access concentrator"},
	[TP_IPV6_DHCP_CLIENT] = {.id = TP_IPV6_DHCP_CLIENT,
	 .programs = TP_FOR_CLIENT,
	 .path = "/ipv6/dhcp-client",
	 .yaml_path = "ipv6.dhcp-client",
	 .runtime = true,
	 .size = sizeof(struct tp_config_dhcp6_client),
	 PROPERTIES(tp_dhcp6_client_properties),
	 .help = "DHCPv6 on the connections of PPPoE clients: delegated prefixes, which LAN "
		 "interfaces get networks of, and addresses"},
};
/* clang-format on */

bool tp_program_has(enum tp_program program, enum tp_resource_id resource)
{
	return (tp_resources[resource].programs >> program & 1) != 0;
}

uint64_t tp_program_properties(enum tp_program program, const struct tp_resource *resource)
{
	uint64_t set = 0;

	for (unsigned i = 0; i < resource->count; i++)
		if (program == TP_PROGRAM_SERVER ||
		    (resource->properties[i].flags & TP_SERVER_ALONE) == 0)
			set |= UINT64_C(1) << i;
	return set;
}

/* Its key is one of some words, each of which is there. */
bool tp_resource_is_fixed(const struct tp_resource *resource)
{
	return resource->built_in != NULL && resource->properties[0].type == &tp_type_enum;
}

const struct tp_resource *tp_resource_find(const char *path)
{
	if (*path == '/')
		path++;
	for (unsigned i = 0; i < TP_RESOURCES; i++) {
		if (strcmp(tp_resources[i].path + 1, path) == 0)
			return &tp_resources[i];
	}
	return NULL;
}

int tp_property_find(const struct tp_resource *resource, const char *name)
{
	for (unsigned i = 0; i < resource->count; i++) {
		if (strcmp(resource->properties[i].name, name) == 0)
			return (int)i;
	}
	return -1;
}
