/* SPDX-License-Identifier: BSD-3-Clause */
/* The schema: every resource with its properties, their types, defaults, ranges and help.
 * YAML, JSON, the CLI's completion and docs/configuration.md are made from it.
 *
 * Constant tables; any thread. */
#pragma once

#include <jansson.h>
#include <stdio.h>

#include "config/schema/model.h"

enum tp_type {
	TP_TYPE_STRING,	      /* char * */
	TP_TYPE_BOOL,	      /* bool */
	TP_TYPE_NUMBER,	      /* uint32_t */
	TP_TYPE_NUMBER_LIST,  /* struct tp_number_list */
	TP_TYPE_TIME,	      /* uint32_t, seconds */
	TP_TYPE_ENUM,	      /* unsigned, index into `words` */
	TP_TYPE_AUTH_LIST,    /* struct tp_auth_list */
	TP_TYPE_ADDRESS,      /* uint32_t, host byte order */
	TP_TYPE_ADDRESS_LIST, /* struct tp_address_list */
	TP_TYPE_ENDPOINT,     /* struct tp_endpoint: address or pool */
	TP_TYPE_RANGE_LIST,   /* struct tp_range_list */
	TP_TYPE_PREFIX,	      /* struct tp_prefix, without host bits */
	TP_TYPE_PREFIX_LIST,  /* struct tp_prefix_list, with host bits */
	TP_TYPE_ROUTE_LIST,   /* struct tp_framed_route_list */
	TP_TYPE_DELAY_LIST,   /* struct tp_delay_list */
	TP_TYPE_NETWORK_LIST, /* struct tp_prefix_list, without host bits */
	TP_TYPE_BYTES,	      /* uint64_t, at most INT64_MAX */
	TP_TYPE_VLAN_LIST,    /* struct tp_vlan_list */
	TP_TYPE_MAC_PREFIX,   /* struct tp_mac_prefix */
	TP_TYPE_NAME_LIST,    /* struct tp_name_list, MIN to MAX bytes each */
	TP_TYPE_RATE_LIMIT,   /* struct tp_rate_limit *, NULL when not given */
};

enum tp_property_flag {
	TP_REQUIRED = 1 << 0,
	TP_RUNTIME = 1 << 1,  /* may change while the daemon runs */
	TP_SECRET = 1 << 2,   /* goes in, never comes out */
	TP_KEY = 1 << 3,      /* part of what tells items apart */
	TP_HASHED = 1 << 4,   /* a password that is kept hashed (password.h) */
	TP_NUMBERED = 1 << 5, /* not given: the default with the first free number behind it */
};

/* Which resources a property may name, as a set of 1 << enum tp_resource_id. */
#define TP_REFERS_INTERFACE (1u << TP_DATAPLANE_PORT | 1u << TP_INTERFACE_VLAN)
#define TP_REFERS_POOL	    (1u << TP_IP_POOL)
#define TP_REFERS_PROFILE   (1u << TP_PPP_PROFILE)

struct tp_property {
	const char *name; /* RouterOS's */
	enum tp_type type;
	uint16_t offset;	    /* into the resource's struct */
	const char *default_text;   /* as a person would write it; NULL: none */
	const char *client_default; /* turnpike-client's, where it has another; NULL: the same */
	uint32_t min, max;	    /* of a number; of a string's length in bytes */
	const char *const *words;   /* of an enum; ends with NULL */
	const char *zero; /* of a number: the word for 0, which may be beside min and max */
	uint32_t refers;  /* the property holds the name of an item of these */
	unsigned flags;	  /* enum tp_property_flag */
	const char *help; /* one line, without a full stop */
};

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
	/* Sets the defaults that depend on the key. NULL: there are none. */
	void (*complete)(struct tp_config_item *item);
	/* Reports what is wrong with an item beside the others; its references were checked. NULL:
	 * nothing can be. */
	void (*check)(const struct tp_config *config, const struct tp_config_item *item,
		      struct tp_report *report);
	/* The same of all its items together. */
	void (*check_together)(const struct tp_config *config, struct tp_report *report);
	/* Resources whose items are checked anew when one of this changes, 1 << enum
	 * tp_resource_id. */
	uint32_t dependents;
};

/* All resources, in the order in which they can be applied: what is referred to comes first. */
extern const struct tp_resource tp_resources[TP_RESOURCES];

bool tp_program_has(enum tp_program program, enum tp_resource_id resource);

/* "/ppp/secret" (a leading slash may miss), or NULL. */
const struct tp_resource *tp_resource_find(const char *path);

/* The index of the property, or -1. */
int tp_property_find(const struct tp_resource *resource, const char *name);

/* The name of a type as documents say it: "time", "address or pool". */
const char *tp_type_name(enum tp_type type);

/* The resources of PROGRAM: [{"path":"/ppp/profile","singleton":false,"runtime":true,"help":…,
 *   "properties":[{"name":…,"type":…,"default":…,"min":…,"max":…,"values":[…],"refers":["/ip/pool"],
 *                  "required":true,"runtime":true,"write-only":true,"key":true,"help":…}]}].
 * A new reference, or NULL when memory is out. */
json_t *tp_schema_to_json(enum tp_program program);

/* Writes docs/configuration.md. Returns 0, or -EIO. */
int tp_schema_to_markdown(FILE *out);
