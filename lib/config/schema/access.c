/* SPDX-License-Identifier: BSD-3-Clause */
/* The schema of who reaches the API over the network, and how.
 * The properties stand in the order of their enum in access.h. */
#include "config/schema/tables.h"

#define PORT_MAX	65535
#define SESSIONS_MAX	1000
#define PASSWORD_MAX	255
#define CERTIFICATE_MAX 255 /* bytes of a path */

const char *const tp_service_words[] = {"www-ssl", "api", "api-ssl", NULL};
const char *const tp_policy_words[] = {"read", "write", "policy", "sniff", NULL};
const char *const tp_user_group_words[] = {"read", "write", "full", NULL};
const struct tp_key_default tp_user_group_defaults[] = {
	{"write", TP_USER_GROUP_POLICY, "read,write"},
	{"full", TP_USER_GROUP_POLICY, "read,write,policy,sniff"},
	{NULL, 0, NULL}};

/* clang-format off */
const struct tp_property tp_ip_service_properties[] = {
	[TP_IP_SERVICE_NAME] = {.name = "name",
	 .type = &tp_type_enum,
	 .offset = offsetof(struct tp_config_service, name),
	 .words = tp_service_words,
	 .flags = TP_REQUIRED | TP_KEY,
	 .help = "Which service: HTTPS, or RouterOS's API in clear or over TLS"},
	[TP_IP_SERVICE_DISABLED] = {.name = "disabled",
	 .type = &tp_type_bool,
	 .offset = offsetof(struct tp_config_service, disabled),
	 .default_text = "yes",
	 .flags = TP_RUNTIME,
	 .help = "It does not listen"},
	[TP_IP_SERVICE_PORT] = {.name = "port",
	 .type = &tp_type_number,
	 .offset = offsetof(struct tp_config_service, port),
	 .min = 1,
	 .max = PORT_MAX,
	 .flags = TP_RUNTIME,
	 .help = "The TCP port"},
	[TP_IP_SERVICE_ADDRESS] = {.name = "address",
	 .type = &tp_type_network_list,
	 .offset = offsetof(struct tp_config_service, address),
	 .default_text = "",
	 .flags = TP_RUNTIME,
	 .help = "The networks that clients may connect from; empty: any, which `api`, where "
		 "passwords go in clear, does not do with"},
	[TP_IP_SERVICE_LOCAL_ADDRESS] = {.name = "local-address",
	 .type = &tp_type_address,
	 .offset = offsetof(struct tp_config_service, local_address),
	 .flags = TP_RUNTIME,
	 .help = "The address that it listens on; not given: all that the machine has, core "
		 "ports' and subscribers' gateways among them"},
	[TP_IP_SERVICE_CERTIFICATE] = {.name = "certificate",
	 .type = &tp_type_string,
	 .offset = offsetof(struct tp_config_service, certificate),
	 .default_text = "",
	 .max = CERTIFICATE_MAX,
	 .flags = TP_RUNTIME,
	 .help = "A PEM file on the server: the certificate, and behind it those of its issuers. "
		 "A reload reads it anew"},
	[TP_IP_SERVICE_PRIVATE_KEY] = {.name = "private-key",
	 .type = &tp_type_string,
	 .offset = offsetof(struct tp_config_service, private_key),
	 .default_text = "",
	 .max = CERTIFICATE_MAX,
	 .flags = TP_RUNTIME,
	 .help = "A PEM file with the certificate's key; empty: it is in the certificate's file"},
	[TP_IP_SERVICE_MAX_SESSIONS] = {.name = "max-sessions",
	 .type = &tp_type_number,
	 .offset = offsetof(struct tp_config_service, max_sessions),
	 .default_text = "64",
	 .min = 4,
	 .max = SESSIONS_MAX,
	 .flags = TP_RUNTIME,
	 .help = "Connections at a time; one address may have a quarter of them"},
};

const struct tp_property tp_user_group_properties[] = {
	[TP_USER_GROUP_NAME] = {.name = "name",
	 .type = &tp_type_string,
	 .offset = offsetof(struct tp_config_user_group, name),
	 .min = 1,
	 .max = NAME_MAX_LEN,
	 .flags = TP_REQUIRED | TP_KEY | TP_RUNTIME,
	 .help = "What users' `group` calls it"},
	[TP_USER_GROUP_POLICY] = {.name = "policy",
	 .type = &tp_type_words,
	 .offset = offsetof(struct tp_config_user_group, policy),
	 .default_text = "read",
	 .words = tp_policy_words,
	 .flags = TP_RUNTIME,
	 .help = "What its users may do: look (`read`); change all but users, groups, services and "
		 "captures (`write`); change users, groups and services (`policy`); capture what "
		 "subscribers send and get, and fetch captures (`sniff`)"},
	[TP_USER_GROUP_COMMENT] = {.name = "comment",
	 .type = &tp_type_string,
	 .offset = offsetof(struct tp_config_user_group, comment),
	 .max = TEXT_MAX,
	 .flags = TP_RUNTIME,
	 .help = "A note for people"},
};

const struct tp_property tp_user_properties[] = {
	[TP_USER_NAME] = {.name = "name",
	 .type = &tp_type_string,
	 .offset = offsetof(struct tp_config_user, name),
	 .min = 1,
	 .max = NAME_MAX_LEN,
	 .flags = TP_REQUIRED | TP_KEY | TP_RUNTIME,
	 .help = "The name to log in with"},
	[TP_USER_PASSWORD] = {.name = "password",
	 .type = &tp_type_string,
	 .offset = offsetof(struct tp_config_user, password),
	 .min = 1,
	 .max = PASSWORD_MAX,
	 .flags = TP_REQUIRED | TP_RUNTIME | TP_SECRET | TP_HASHED,
	 .help = "The password, or its hash as crypt(3) writes it ($y$..., $6$...); kept and saved "
		 "as a hash"},
	[TP_USER_GROUP] = {.name = "group",
	 .type = &tp_type_string,
	 .offset = offsetof(struct tp_config_user, group),
	 .default_text = "read",
	 .min = 1,
	 .max = NAME_MAX_LEN,
	 .refers = TP_REFERS_USER_GROUP,
	 .flags = TP_RUNTIME,
	 .help = "The group, whose `policy` says what the user may do: `read` looks, `write` changes "
		 "all but users, services and captures, `full` does everything, or one of "
		 "`/user/group`"},
	[TP_USER_ADDRESS] = {.name = "address",
	 .type = &tp_type_network_list,
	 .offset = offsetof(struct tp_config_user, address),
	 .default_text = "",
	 .flags = TP_RUNTIME,
	 .help = "The networks that the user may log in from; empty: any"},
	[TP_USER_DISABLED] = {.name = "disabled",
	 .type = &tp_type_bool,
	 .offset = offsetof(struct tp_config_user, disabled),
	 .default_text = "no",
	 .flags = TP_RUNTIME,
	 .help = "The user may not log in"},
	[TP_USER_COMMENT] = {.name = "comment",
	 .type = &tp_type_string,
	 .offset = offsetof(struct tp_config_user, comment),
	 .max = TEXT_MAX,
	 .flags = TP_RUNTIME,
	 .help = "A note for people"},
	[TP_USER_COMMENT + 1 + 0] = TP_NEUTRAL(tp_config_user, 0, "inactivity-policy", "none", tp_neutral_none, "nobody stays logged in: each connection brings its password"),
	[TP_USER_COMMENT + 1 + 1] = TP_NEUTRAL(tp_config_user, 1, "inactivity-timeout", "10m", tp_neutral_ten, "nobody stays logged in: each connection brings its password"),
};
/* clang-format on */
