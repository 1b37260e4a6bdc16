/* SPDX-License-Identifier: BSD-3-Clause */
/* The property tables, one for each resource, for schema.c alone. */
#pragma once

#include "config/schema.h"

#define TEXT_MAX	 255 /* bytes of a comment, a path, a service name */
#define NAME_MAX_LEN	 63  /* bytes of the name of a pool, a profile, a VLAN */
#define MAX_SESSIONS_MAX 1048576

extern const struct tp_property tp_identity_properties[TP_IDENTITY_NAME + 1];
extern const struct tp_property tp_management_properties[TP_MANAGEMENT_SAVE + 1];
extern const struct tp_property tp_ip_service_properties[TP_IP_SERVICE_MAX_SESSIONS + 1];
extern const struct tp_property tp_user_properties[TP_USER_COMMENT + 1];
extern const struct tp_property tp_dataplane_properties[TP_DATAPLANE_DRIVERS_CONFIG + 1];
extern const struct tp_property tp_port_properties[TP_PORT_COMMENT + 1];
extern const struct tp_property tp_vlan_properties[TP_VLAN_COMMENT + 1];
extern const struct tp_property tp_pool_properties[TP_POOL_COMMENT + 1];
extern const struct tp_property tp_route_properties[TP_STATIC_ROUTE_COMMENT + 1];
extern const struct tp_property tp_profile_properties[TP_PROFILE_COMMENT + 1];
extern const struct tp_property tp_secret_properties[TP_SECRET_COMMENT + 1];
extern const struct tp_property tp_server_properties[TP_SERVER_COMMENT + 1];
extern const struct tp_property tp_static_properties[TP_STATIC_COMMENT + 1];
extern const struct tp_property tp_client_properties[TP_CLIENT_COMMENT + 1];
extern const struct tp_property tp_mac_filter_properties[TP_MAC_FILTER_COMMENT + 1];
