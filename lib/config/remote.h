/* SPDX-License-Identifier: BSD-3-Clause */
/* What the configuration says of access over the network: the services and their users, copied, so
 * that the copy can go to another thread. Any thread. */
#pragma once

#include "config/store.h"

struct tp_remote_service {
	char id[TP_CONFIG_ID_TEXT_LEN];
	bool disabled;
	uint16_t port;
	uint32_t local_address;	       /* 0: all */
	struct tp_prefix_list address; /* empty: from anywhere */
	char *certificate;
	char *private_key; /* "": in the certificate's file */
	unsigned max_sessions;
};

#define TP_GROUP_NAME_MAX 64 /* bytes, with the NUL */

struct tp_rights {
	char group[TP_GROUP_NAME_MAX];
	unsigned policy; /* enum tp_policy, a set */
};

struct tp_remote_user {
	char *name;
	char *hash; /* of the password, see password.h */
	struct tp_rights rights;
	struct tp_prefix_list address; /* empty: from anywhere */
	bool disabled;		       /* known, but not let in */
};

struct tp_remote {
	struct tp_remote_service service[TP_SERVICES]; /* by enum tp_service_name */
	unsigned user_count, group_count;
	struct tp_remote_user *user;
	struct tp_rights *group;
	bool use_radius; /* who is none of them may be a server's */
};

/* NULL when memory is out. */
struct tp_remote *tp_remote_create(const struct tp_config *config);
void tp_remote_destroy(struct tp_remote *remote); /* NULL is fine */

/* What users of GROUP may do: nothing, if there is no such group (any more). */
struct tp_rights tp_remote_rights(const struct tp_remote *remote, const char *group);

/* Is ADDRESS in one of the networks, or are there none? */
bool tp_remote_allows(const struct tp_prefix_list *networks, uint32_t address);
