/* SPDX-License-Identifier: BSD-3-Clause */
/* What the records of schema.c are made of: the property tables, and the functions. */
#pragma once

#include "config/item.h"

#define TEXT_MAX	 255 /* bytes of a comment, a path, a service name */
#define NAME_MAX_LEN	 63  /* bytes of the name of a pool, a profile, a VLAN */
#define MAX_SESSIONS_MAX 1048576
#define USER_NAME_MAX	 255 /* RFC 1334, section 2.2.1: Peer-ID Length is one octet */

extern const struct tp_property tp_identity_properties[TP_IDENTITY_NAME + 1];
extern const struct tp_property tp_management_properties[TP_MANAGEMENT_WEB_DIRECTORY + 1];
extern const struct tp_property tp_logging_action_properties[TP_LOGGING_ACTION_COMMENT + 1];
extern const struct tp_property tp_logging_properties[TP_LOGGING_COMMENT + 1];
extern const struct tp_property tp_ip_service_properties[TP_IP_SERVICE_MAX_SESSIONS + 1];
extern const struct tp_property tp_user_group_properties[TP_USER_GROUP_COMMENT + 1];
extern const struct tp_property tp_user_properties[TP_USER_COMMENT + 1 + TP_USER_NEUTRAL];
extern const struct tp_property tp_dataplane_properties[TP_DATAPLANE_DRIVERS_CONFIG + 1];
extern const struct tp_property tp_port_properties[TP_PORT_COMMENT + 1];
extern const struct tp_property tp_vlan_properties[TP_VLAN_COMMENT + 1 + TP_VLAN_NEUTRAL];
extern const struct tp_property tp_pool_properties[TP_POOL_COMMENT + 1];
extern const struct tp_property
	tp_route_properties[TP_STATIC_ROUTE_COMMENT + 1 + TP_STATIC_ROUTE_NEUTRAL];
extern const struct tp_property
	tp_address6_properties[TP_ADDRESS6_COMMENT + 1 + TP_ADDRESS6_NEUTRAL];
extern const struct tp_property
	tp_route6_properties[TP_STATIC_ROUTE6_COMMENT + 1 + TP_STATIC_ROUTE_NEUTRAL];
extern const struct tp_property tp_pool6_properties[TP_POOL6_COMMENT + 1 + TP_POOL6_NEUTRAL];
extern const struct tp_property tp_nd_properties[TP_ND_ADVERTISE_DNS + 1];
extern const struct tp_property tp_nd_prefix_properties[TP_ND_PREFIX_DELEGATION + 1];
extern const struct tp_property tp_profile_properties[TP_PROFILE_COMMENT + 1 + TP_PROFILE_NEUTRAL];
extern const struct tp_property tp_history_properties[TP_HISTORY_DISK + 1];
extern const struct tp_property tp_secret_properties[TP_SECRET_COMMENT + 1];
extern const struct tp_property
	tp_radius_properties[TP_RADIUS_SERVER_COMMENT + 1 + TP_RADIUS_NEUTRAL];
extern const struct tp_property
	tp_radius_incoming_properties[TP_RADIUS_INCOMING_REQUIRE_EVENT_TIMESTAMP + 1 +
				      TP_RADIUS_INCOMING_NEUTRAL];
extern const struct tp_property
	tp_ppp_aaa_properties[TP_PPP_AAA_QUEUE_SIZE + 1 + TP_PPP_AAA_NEUTRAL];
extern const struct tp_property
	tp_user_aaa_properties[TP_USER_AAA_DEFAULT_GROUP + 1 + TP_USER_AAA_NEUTRAL];
extern const struct tp_property tp_sniffer_properties[TP_SNIFFER_DURATION + 1 + TP_SNIFFER_NEUTRAL];
extern const struct tp_property tp_server_properties[TP_SERVER_COMMENT + 1];
extern const struct tp_property tp_static_properties[TP_STATIC_COMMENT + 1];
extern const struct tp_property tp_client_properties[TP_CLIENT_COMMENT + 1 + TP_CLIENT_NEUTRAL];
extern const struct tp_property tp_dhcp6_client_properties[TP_DHCP6_CLIENT_COMMENT + 1];
extern const struct tp_property tp_mac_filter_properties[TP_MAC_FILTER_COMMENT + 1];

/* keys.c: what the records' `key` and `defaults` are. */
char *tp_key_of_server(const struct tp_config_item *item);
char *tp_key_of_mac_filter(const struct tp_config_item *item);
char *tp_key_of_radius(const struct tp_config_item *item);
char *tp_key_of_route(const struct tp_config_item *item);
char *tp_key_of_address6(const struct tp_config_item *item);
char *tp_key_of_logging(const struct tp_config_item *item);
char *tp_key_of_route6(const struct tp_config_item *item);
extern const struct tp_key_default tp_profile_defaults[];
extern const struct tp_key_default tp_service_defaults[];
extern const struct tp_key_default tp_logging_action_defaults[];
/* access.c: the groups that are always there. */
extern const char *const tp_user_group_words[];
extern const struct tp_key_default tp_user_group_defaults[];
/* logging.c: the actions that are always there. */
extern const char *const tp_logging_action_words[];
extern const char *const tp_logging_target_words[];

/* check.c, and check_*.c of what is much: what their `check` is. */
#define TP_CHECK(name)                                                                             \
	void tp_check_of_##name(const struct tp_config *config, const struct tp_config_item *item, \
				struct tp_report *report)
TP_CHECK(dataplane);
TP_CHECK(port);
TP_CHECK(vlan);
TP_CHECK(pool);
TP_CHECK(pool6);
TP_CHECK(route);
TP_CHECK(address6);
TP_CHECK(route6);
TP_CHECK(nd);
TP_CHECK(nd_prefix);
TP_CHECK(profile);
TP_CHECK(server);
TP_CHECK(secret);
TP_CHECK(mac_filter);
TP_CHECK(client);
TP_CHECK(dhcp6_client);
TP_CHECK(static);
TP_CHECK(management);
TP_CHECK(logging_action);
TP_CHECK(logging);
TP_CHECK(user);
TP_CHECK(service);
TP_CHECK(radius);

/* warn_pool.c: what of pools is legal and hardly meant. */
void tp_warn_of_pool(const struct tp_config *config, const struct tp_config_item *item,
		     struct tp_report *report);
void tp_warn_of_pools(const struct tp_config *config, struct tp_report *report);
void tp_warn_of_pools6(const struct tp_config *config, struct tp_report *report);
void tp_warn_of_secret6(const struct tp_config *config, const struct tp_config_item *item,
			struct tp_report *report);

/* check_address.c: what subscribers of these are given. */
void tp_check_pool_addresses(const struct tp_config *config, const struct tp_config_pool *pool,
			     struct tp_report *report);
void tp_check_secret_addresses(const struct tp_config *config,
			       const struct tp_config_secret *secret, struct tp_report *report);

/* check_core6.c: is PREFIX, which subscribers are to have, no part of a core port's network, nor,
 * if WHOLE, that of it? False: it was reported. */
bool tp_check_beside_core(const struct tp_config *config, const struct tp_config_item *item,
			  unsigned property, const struct tp_prefix6 *prefix, bool whole,
			  struct tp_report *report);

/* check_ipv6.c: the same of IPv6. */
void tp_check_profile_ipv6(const struct tp_config *config, const struct tp_config_profile *profile,
			   struct tp_report *report);
void tp_check_secret_ipv6(const struct tp_config *config, const struct tp_config_secret *secret,
			  struct tp_report *report);

/* check_reference.c: reports that what ITEM's property I refers to is not there. */
void tp_check_reference(const struct tp_config *config, const struct tp_config_item *item,
			unsigned i, struct tp_report *report);

/* Reports that the pool ITEM, of either family, leads back to itself by PROPERTY, its next-pool, or
 * too far. */
void tp_check_chain(const struct tp_config *config, const struct tp_config_item *item,
		    unsigned property, struct tp_report *report);

/* Reports rules and actions of the log that are too many. */
void tp_check_logging_rules(const struct tp_config *config, struct tp_report *report);
void tp_check_logging_actions(const struct tp_config *config, struct tp_report *report);

/* Reports each VLAN whose tag another one has on the same interface. */
void tp_check_tags(const struct tp_config *config, struct tp_report *report);
