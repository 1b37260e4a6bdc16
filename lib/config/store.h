/* SPDX-License-Identifier: BSD-3-Clause */
/* The configuration in memory: all items of all resources, in order, found by key and by id;
 * and changes to it, which are prepared, then committed or abandoned.
 *
 * One thread at a time (in the daemon: control). No I/O.
 *
 * Changing an item:
 *	struct tp_config_change *change;
 *	if (tp_config_prepare_add(config, resource, body, &change, &error) != 0)
 *		… error.message says why; nothing has happened …
 *	if (can this be applied? look at change->after)
 *		tp_config_commit(config, change);
 *	else
 *		tp_config_abort(change);
 */
#pragma once

#include <jansson.h>

#include "base/error.h"
#include "config/schema/schema.h"

struct tp_config;

/* The singletons with their defaults, the profile `default`, and the service `www-ssl`. */
struct tp_config *tp_config_create(enum tp_program program);
/* The program whose configuration it is: it has no items of other resources. */
enum tp_program tp_config_program(const struct tp_config *config);
void tp_config_destroy(struct tp_config *config); /* NULL is fine */

/* Items in ascending order of id. Cast to the resource's struct (schema/model.h). */
const struct tp_config_item *tp_config_first(const struct tp_config *config,
					     enum tp_resource_id resource);
const struct tp_config_item *tp_config_next(const struct tp_config_item *item);
unsigned tp_config_count(const struct tp_config *config, enum tp_resource_id resource);

/* For paging: the first item whose id is greater than ID. */
const struct tp_config_item *tp_config_after(const struct tp_config *config,
					     enum tp_resource_id resource, uint32_t id);

/* In constant time; NULL when there is none. */
const struct tp_config_item *tp_config_by_key(const struct tp_config *config,
					      enum tp_resource_id resource, const char *key);
const struct tp_config_item *tp_config_by_id(const struct tp_config *config,
					     enum tp_resource_id resource, uint32_t id);
/* What REST's last path component and the CLI's number say: a key, or "*1F". */
const struct tp_config_item *tp_config_find(const struct tp_config *config,
					    enum tp_resource_id resource, const char *key_or_id);

const struct tp_config_identity *tp_config_identity(const struct tp_config *config);
const struct tp_config_management *tp_config_management(const struct tp_config *config);
const struct tp_config_dataplane *tp_config_dataplane(const struct tp_config *config);
/* Never NULL. */
const struct tp_config_service *tp_config_service(const struct tp_config *config,
						  enum tp_service_name name);
const struct tp_config_port *tp_config_port(const struct tp_config *config, const char *name);
const struct tp_config_vlan *tp_config_vlan(const struct tp_config *config, const char *name);
const struct tp_config_pool *tp_config_pool(const struct tp_config *config, const char *name);
/* Is PORT a core port, as it has an address of either family? */
bool tp_config_is_core(const struct tp_config *config, const struct tp_config_port *port);
const struct tp_config_pool6 *tp_config_pool6(const struct tp_config *config, const char *name);
const struct tp_config_nd *tp_config_nd(const struct tp_config *config); /* never NULL */
const struct tp_config_nd_prefix *
tp_config_nd_prefix(const struct tp_config *config); /* the same */
const struct tp_config_profile *tp_config_profile(const struct tp_config *config, const char *name);
const struct tp_config_secret *tp_config_secret(const struct tp_config *config, const char *name);

/* What an interface comes to: its port, and the tags of its frames there, which are any of these.
 * NULL: they have no such tag. */
struct tp_config_place {
	const struct tp_config_port *port;
	const struct tp_vlan_list *outer;
	const struct tp_vlan_list *inner;
};

/* False when there is no such interface, or a VLAN on the way to its port is disabled. */
bool tp_config_interface(const struct tp_config *config, const char *name,
			 struct tp_config_place *place);

/* All items as they are at this moment, in order of id, for another thread to read while this one
 * goes on to change the configuration: items never change, and one that a change puts another in
 * place of stays until nobody has it in a snapshot any more. */
struct tp_config_snapshot {
	struct tp_config *config;
	unsigned count[TP_RESOURCES];
	const struct tp_config_item *const *items[TP_RESOURCES];
};

/* Takes a pass over all items, but copies none. NULL when memory is out. The configuration must
 * outlive it. */
struct tp_config_snapshot *tp_config_snapshot(struct tp_config *config);
void tp_config_snapshot_destroy(struct tp_config_snapshot *snapshot); /* NULL is fine */

#define TP_CONFIG_ID_TEXT_LEN 12 /* "*FFFFFFFF" */
char *tp_config_id_format(uint32_t id, char text[TP_CONFIG_ID_TEXT_LEN]);
bool tp_config_id_parse(const char *text, uint32_t *id);

enum tp_config_op { TP_CONFIG_ADD, TP_CONFIG_CHANGE, TP_CONFIG_REMOVE };

/* One change, prepared. BEFORE is in the store; AFTER is the candidate, whole and valid.
 * After tp_config_commit() AFTER is in the store and BEFORE is gone. */
struct tp_config_change {
	enum tp_config_op op;
	const struct tp_resource *resource;
	const struct tp_config_item *before; /* NULL: added */
	const struct tp_config_item *after;  /* NULL: removed; has its id */
	uint64_t changed;		     /* bit i: the value of property i differs */
	bool restart;			     /* takes effect after a restart only */
};

/* BODY: {"name": "x", "ranges": "10.0.0.2-10.0.0.5"}: JSON's own types or RouterOS's strings;
 * borrowed. Refused with a negative errno and ERROR (place "ppp.secret[MT-User].profile"):
 *	-EINVAL	a property is unknown, misses, or has a wrong value; a reference leads nowhere
 *	-EEXIST	there is one with this key
 *	-EBUSY	still in use; the sentence names the user
 *	-EPERM	cannot change while the daemon runs, or cannot be added or removed at all
 *	-ENOMEM */
int tp_config_prepare_add(struct tp_config *config, enum tp_resource_id resource,
			  const json_t *body, struct tp_config_change **change,
			  struct tp_error *error);

/* What BODY does not name stays as it is; null unsets, and so does "" where nothing can be a value
 * (no address, no limit). Anywhere else "" is a value, or is refused. */
int tp_config_prepare_set(struct tp_config *config, const struct tp_config_item *item,
			  const json_t *body, struct tp_config_change **change,
			  struct tp_error *error);

int tp_config_prepare_remove(struct tp_config *config, const struct tp_config_item *item,
			     struct tp_config_change **change, struct tp_error *error);

/* Cannot fail. Frees CHANGE and the item that was replaced; returns the item now in the store,
 * NULL after a removal. CONFIG must not have changed since CHANGE was prepared. */
const struct tp_config_item *tp_config_commit(struct tp_config *config,
					      struct tp_config_change *change);
void tp_config_abort(struct tp_config_change *change);

/* What leads from one configuration to another, in an order in which it can be applied: removals
 * (users before what they use), then additions and changes (what is used before its users). */
struct tp_config_diff {
	unsigned count;
	struct tp_config_change *change; /* `before` belongs to OLD, `after` to NEW */
	bool restart;			 /* some of it takes effect after a restart only */
};

/* Matches items by key. First gives the items of NEW the ids that their namesakes have in OLD,
 * and ids never used before to the others. Returns 0 or -ENOMEM. Afterwards the caller drops
 * either of the two; both may live as long as DIFF does. */
int tp_config_diff(const struct tp_config *old, struct tp_config *new, struct tp_config_diff *diff);

/* Keeps of NEW only what can come into force while the daemon runs: what needs a restart by DIFF
 * stays as it is in the older one, and is what the file has all the same, whenever NEW is saved.
 * DIFF is of no use afterwards. -EINVAL: without what needs a restart NEW makes no sense, ERROR
 * says why; then, and with -ENOMEM, NEW is of no use either. */
int tp_config_hold_back(struct tp_config *new, const struct tp_config_diff *diff,
			struct tp_error *error);
void tp_config_diff_clear(struct tp_config_diff *diff);
