/* SPDX-License-Identifier: BSD-3-Clause */
/* The schema: every resource with its properties, their types, defaults, ranges and help.
 * YAML, JSON, the CLI's completion and docs/configuration.md are made from it.
 *
 * Constant tables; any thread. */
#pragma once

#include <jansson.h>
#include <stdio.h>

#include "config/schema/model.h"
#include "config/types/property.h"
#include "config/types/type.h"

/* Which resources a property may name, as a set of 1 << enum tp_resource_id. */
#define TP_REFERS_INTERFACE	 (1u << TP_DATAPLANE_PORT | 1u << TP_INTERFACE_VLAN)
#define TP_REFERS_POOL		 (1u << TP_IP_POOL)
#define TP_REFERS_PORT		 (1u << TP_DATAPLANE_PORT)
#define TP_REFERS_POOL6		 (1u << TP_IPV6_POOL)
#define TP_REFERS_PROFILE	 (1u << TP_PPP_PROFILE)
#define TP_REFERS_LOGGING_ACTION (1u << TP_SYSTEM_LOGGING_ACTION)
#define TP_REFERS_CLIENT	 (1u << TP_PPPOE_CLIENT)
#define TP_REFERS_USER_GROUP	 (1u << TP_USER_GROUPS)

/* The programs, each of which has some of the resources. */
enum tp_program {
	TP_PROGRAM_SERVER, /* turnpike */
	TP_PROGRAM_CLIENT, /* turnpike-client */
};

#define TP_FOR_SERVER (1u << TP_PROGRAM_SERVER)
#define TP_FOR_CLIENT (1u << TP_PROGRAM_CLIENT)
#define TP_FOR_BOTH   (TP_FOR_SERVER | TP_FOR_CLIENT)

struct tp_config;
struct tp_report;

/* The default that one property has in the item of this key. */
struct tp_key_default {
	const char *key;
	unsigned property;
	const char *text;
};

/* All that the generic files need to know of a resource; none of them names one. */
struct tp_resource {
	enum tp_resource_id id;
	unsigned programs;     /* TP_FOR_…: who has it */
	const char *path;      /* "/interface/pppoe-server/server", REST's and the CLI's */
	const char *yaml_path; /* "interface.pppoe-server.server" */
	bool singleton;	       /* one item, always there, neither added nor removed */
	bool runtime;	       /* items may be added and removed while the daemon runs */
	size_t size;	       /* of its struct */
	const struct tp_property *properties;
	unsigned count;
	const char *help;
	const char *exists; /* RouterOS's words when there is one of this key; NULL: its usual */

	/* Keys of items that are always there, neither removed nor renamed; ends with NULL. NULL:
	 * there are none. */
	const char *const *built_in;
	/* What tells an item from its siblings, allocated; NULL when memory is out. NULL: its first
	 * property. */
	char *(*key)(const struct tp_config_item *item);
	/* Defaults of items with certain keys, in place of their properties' own; ends with one
	 * without a key. NULL: there are none. */
	const struct tp_key_default *defaults;
	/* Resources whose items are checked anew when one of this changes, 1 << enum
	 * tp_resource_id. */
	uint32_t dependents;
};

/* All resources, in the order in which they can be applied: what is referred to comes first. */
extern const struct tp_resource tp_resources[TP_RESOURCES];

bool tp_program_has(enum tp_program program, enum tp_resource_id resource);

/* The properties of RESOURCE that PROGRAM has, as a set of 1 << index. */
uint64_t tp_program_properties(enum tp_program program, const struct tp_resource *resource);

/* Are its built-in items all that there can be? */
bool tp_resource_is_fixed(const struct tp_resource *resource);

/* "/ppp/secret" (a leading slash may miss), or NULL. */
const struct tp_resource *tp_resource_find(const char *path);

/* The index of the property, or -1. */
int tp_property_find(const struct tp_resource *resource, const char *name);

/* The resources of PROGRAM: [{"path":"/ppp/profile","singleton":false,"runtime":true,"help":…,
 *   "properties":[{"name":…,"type":…,"default":…,"min":…,"max":…,"values":[…],"refers":["/ip/pool"],
 *                  "needed-unless":"protocol=radsec","required":true,"runtime":true,"write-only":true,"key":true,"help":…}],
 *   "verbs":["print","set",…],"built-in":["default"]}].
 * A new reference, or NULL when memory is out. */
json_t *tp_schema_to_json(enum tp_program program);

/* HELP without what only documents have, links. A new reference. */
json_t *tp_schema_help(const char *help);

/* Writes docs/configuration.md. Returns 0, or -EIO. */
int tp_schema_to_markdown(FILE *out);

/* Writes the manual page turnpike.yaml(5), in mdoc(7). Returns 0, or -EIO. */
int tp_schema_to_mdoc(FILE *out);
