/* SPDX-License-Identifier: BSD-3-Clause */
/* Who reaches the API over the network, and how. Their properties: access.c. */
#pragma once

#include "config/schema/head.h"
#include "config/schema/neutral.h"
#include "config/types/value.h"

/* TP_SERVICE_API has no TLS. */
enum tp_service_name { TP_SERVICE_WWW_SSL, TP_SERVICE_API, TP_SERVICE_API_SSL, TP_SERVICES };
extern const char *const tp_service_words[]; /* by enum tp_service_name; NULL at the end */
enum {
	TP_IP_SERVICE_NAME,
	TP_IP_SERVICE_DISABLED,
	TP_IP_SERVICE_PORT,
	TP_IP_SERVICE_ADDRESS,
	TP_IP_SERVICE_LOCAL_ADDRESS,
	TP_IP_SERVICE_CERTIFICATE,
	TP_IP_SERVICE_PRIVATE_KEY,
	TP_IP_SERVICE_MAX_SESSIONS,
};
struct tp_config_service {
	struct tp_config_item head;
	unsigned name; /* enum tp_service_name; each is always there */
	bool disabled;
	uint32_t port;		       /* TCP */
	struct tp_prefix_list address; /* where clients may be; empty: anywhere */
	uint32_t local_address;	       /* where it listens; 0: on every address */
	char *certificate;	       /* path of a PEM file: the certificate, then its issuers' */
	char *private_key;	       /* path of a PEM file; "": it is in CERTIFICATE's */
	uint32_t max_sessions;	       /* connections at a time */
};

/* What the users of a group may do, a set. */
enum tp_policy {
	TP_POLICY_READ = 1 << 0,
	TP_POLICY_WRITE = 1 << 1,
	TP_POLICY_POLICY = 1 << 2, /* users, groups, services */
	TP_POLICY_SNIFF = 1 << 3,  /* captures */
};
extern const char *const tp_policy_words[]; /* by bit; NULL at the end */
enum {
	TP_USER_GROUP_NAME,
	TP_USER_GROUP_POLICY,
	TP_USER_GROUP_COMMENT,
};
struct tp_config_user_group {
	struct tp_config_item head;
	char *name;
	uint32_t policy; /* enum tp_policy */
	char *comment;
};

enum {
	TP_USER_NAME,
	TP_USER_PASSWORD,
	TP_USER_GROUP,
	TP_USER_ADDRESS,
	TP_USER_DISABLED,
	TP_USER_COMMENT,
};
struct tp_config_user {
	struct tp_config_item head;
	char *name;
	char *password; /* hashed, see password.h */
	char *group;
	struct tp_prefix_list address; /* from where the user may log in; empty: from anywhere */
	bool disabled;
	char *comment;
	unsigned neutral[TP_USER_NEUTRAL]; /* what means nothing here */
};
