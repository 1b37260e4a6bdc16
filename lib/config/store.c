/* SPDX-License-Identifier: BSD-3-Clause */
/* The configuration in memory: for each resource a list in order of id, and two hash tables. */
#include "config/item.h"
#include "config/keeper.h"
#include "config/pending.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void set_text(struct tp_config_item *item, unsigned property, const char *text)
{
	const struct tp_input input = {.text = &text, .count = 1};
	tp_item_set(item, property, &input, NULL);
}

/* One that is always there; NAME: of a singleton NULL. False: no memory. */
static bool create_builtin(struct tp_config *config, const struct tp_resource *resource,
			   const char *name)
{
	struct tp_config_item *item = tp_item_create(resource);

	if (item == NULL)
		return false;
	if (name != NULL)
		set_text(item, 0, name);
	if (tp_item_fill_in(item, config) != 0 || tp_item_finish(item) != 0) {
		tp_item_destroy(item);
		return false;
	}
	tp_store_insert(config, item);
	return true;
}

static bool create_builtins(struct tp_config *config)
{
	for (unsigned i = 0; i < TP_RESOURCES; i++) {
		const struct tp_resource *resource = &tp_resources[i];
		const char *const *name = resource->built_in;

		if (resource->singleton && !create_builtin(config, resource, NULL))
			return false;
		for (; name != NULL && *name != NULL; name++)
			if (!create_builtin(config, resource, *name))
				return false;
	}
	return true;
}

struct tp_config *tp_config_create(enum tp_program program)
{
	struct tp_config *config = calloc(1, sizeof(*config));
	if (config == NULL)
		return NULL;
	config->program = program;
	for (unsigned i = 0; i < TP_RESOURCES; i++)
		TAILQ_INIT(&config->table[i].items);
	STAILQ_INIT(&config->remarks);
	TAILQ_INIT(&config->retired);
	if (!create_builtins(config)) {
		tp_config_destroy(config);
		return NULL;
	}
	return config;
}

enum tp_program tp_config_program(const struct tp_config *config)
{
	return config->program;
}

static void destroy_remarks(struct tp_config *config)
{
	struct tp_remarks *remarks;

	while ((remarks = STAILQ_FIRST(&config->remarks)) != NULL) {
		STAILQ_REMOVE_HEAD(&config->remarks, entry);
		free(remarks->text);
		free(remarks);
	}
}

static void destroy_items(struct tp_item_list *items)
{
	struct tp_config_item *item;

	while ((item = TAILQ_FIRST(items)) != NULL) {
		TAILQ_REMOVE(items, item, entry);
		tp_item_destroy(item);
	}
}

void tp_config_destroy(struct tp_config *config)
{

	if (config == NULL)
		return;
	for (unsigned i = 0; i < TP_RESOURCES; i++) {
		struct tp_table *table = &config->table[i];
		HASH_CLEAR(by_key, table->by_key);
		HASH_CLEAR(by_id, table->by_id);
		destroy_items(&table->items);
	}
	tp_keeper_clear(config);
	tp_pending_clear(config);
	tp_errors_clear(&config->warnings);
	destroy_items(&config->retired);
	destroy_remarks(config);
	free(config);
}

void tp_store_retire(struct tp_config *config, struct tp_config_item *item)
{
	if (item != NULL && config->snapshots > 0)
		TAILQ_INSERT_TAIL(&config->retired, item, entry);
	else
		tp_item_destroy(item);
}

/* Control may take this pause for 100,000 items: it follows a list and copies nothing else. */
struct tp_config_snapshot *tp_config_snapshot(struct tp_config *config)
{
	const struct tp_config_item **items;
	struct tp_config_snapshot *snapshot;
	size_t total = tp_pending_count(config);

	for (unsigned i = 0; i < TP_RESOURCES; i++)
		total += config->table[i].count;
	snapshot = malloc(sizeof(*snapshot) + total * sizeof(*items));
	if (snapshot == NULL)
		return NULL;
	items = (const struct tp_config_item **)(snapshot + 1);
	snapshot->config = config;
	for (unsigned i = 0; i < TP_RESOURCES; i++) {
		const struct tp_config_item *item;
		unsigned n;

		snapshot->items[i] = items;
		n = 0;
		TAILQ_FOREACH (item, &config->table[i].items, entry)
			items[n++] = item;
		snapshot->count[i] = tp_pending_apply(config, &tp_resources[i], items, n);
		items += snapshot->count[i];
	}
	config->snapshots++;
	return snapshot;
}

void tp_config_snapshot_destroy(struct tp_config_snapshot *snapshot)
{
	if (snapshot != NULL && --snapshot->config->snapshots == 0)
		destroy_items(&snapshot->config->retired);
	free(snapshot);
}

char **tp_store_remarks(struct tp_config *config, const char *path)
{
	struct tp_remarks *remarks;

	STAILQ_FOREACH (remarks, &config->remarks, entry)
		if (strcmp(remarks->path, path) == 0)
			return &remarks->text;
	remarks = calloc(1, sizeof(*remarks) + strlen(path) + 1);
	if (remarks == NULL)
		return NULL;
	strcpy(remarks->path, path);
	STAILQ_INSERT_TAIL(&config->remarks, remarks, entry);
	return &remarks->text;
}

static void hash(struct tp_table *table, struct tp_config_item *item)
{
	HASH_ADD_KEYPTR(by_key, table->by_key, item->key, strlen(item->key), item);
	HASH_ADD(by_id, table->by_id, id, sizeof(item->id), item);
	table->count++;
}

static void unhash(struct tp_table *table, struct tp_config_item *item)
{
	HASH_DELETE(by_key, table->by_key, item);
	HASH_DELETE(by_id, table->by_id, item);
	table->count--;
}

void tp_store_insert(struct tp_config *config, struct tp_config_item *item)
{
	struct tp_table *table = &config->table[item->resource->id];
	if (item->id == 0)
		item->id = ++table->last_id;
	TAILQ_INSERT_TAIL(&table->items, item, entry);
	hash(table, item);
	tp_keeper_add(config, item);
}

void tp_store_insert_after(struct tp_config *config, struct tp_config_item *before,
			   struct tp_config_item *item)
{
	struct tp_table *table = &config->table[item->resource->id];

	if (before != NULL)
		TAILQ_INSERT_AFTER(&table->items, before, item, entry);
	else
		TAILQ_INSERT_HEAD(&table->items, item, entry);
	hash(table, item);
	tp_keeper_add(config, item);
}

void tp_store_remove(struct tp_config *config, struct tp_config_item *item)
{
	struct tp_table *table = &config->table[item->resource->id];
	tp_keeper_remove(config, item);
	unhash(table, item);
	TAILQ_REMOVE(&table->items, item, entry);
}

void tp_store_replace(struct tp_config *config, struct tp_config_item *old,
		      struct tp_config_item *new)
{
	struct tp_table *table = &config->table[old->resource->id];
	new->id = old->id;
	TAILQ_INSERT_AFTER(&table->items, old, new, entry);
	TAILQ_REMOVE(&table->items, old, entry);
	unhash(table, old);
	hash(table, new);
	tp_keeper_remove(config, old);
	tp_keeper_add(config, new);
}

struct tp_config_item *tp_store_find(const struct tp_config *config, enum tp_resource_id resource,
				     const char *key)
{
	struct tp_config_item *item = NULL;
	HASH_FIND(by_key, config->table[resource].by_key, key, strlen(key), item);
	return item;
}

const struct tp_config_item *tp_config_first(const struct tp_config *config,
					     enum tp_resource_id resource)
{
	return TAILQ_FIRST(&config->table[resource].items);
}

const struct tp_config_item *tp_config_next(const struct tp_config_item *item)
{
	return TAILQ_NEXT(item, entry);
}

unsigned tp_config_count(const struct tp_config *config, enum tp_resource_id resource)
{
	return config->table[resource].count;
}

const struct tp_config_item *tp_config_after(const struct tp_config *config,
					     enum tp_resource_id resource, uint32_t id)
{
	const struct tp_config_item *item = tp_config_by_id(config, resource, id);
	if (item != NULL)
		return TAILQ_NEXT(item, entry);
	TAILQ_FOREACH (item, &config->table[resource].items, entry) {
		if (item->id > id)
			return item;
	}
	return NULL;
}

const struct tp_config_item *tp_config_by_key(const struct tp_config *config,
					      enum tp_resource_id resource, const char *key)
{
	return tp_store_find(config, resource, key);
}

const struct tp_config_item *tp_config_by_id(const struct tp_config *config,
					     enum tp_resource_id resource, uint32_t id)
{
	struct tp_config_item *item = NULL;
	HASH_FIND(by_id, config->table[resource].by_id, &id, sizeof(id), item);
	return item;
}

const struct tp_config_item *tp_config_find(const struct tp_config *config,
					    enum tp_resource_id resource, const char *key_or_id)
{
	uint32_t id;
	const struct tp_config_item *item = tp_store_find(config, resource, key_or_id);
	if (item == NULL && tp_config_id_parse(key_or_id, &id))
		item = tp_config_by_id(config, resource, id);
	return item;
}

const struct tp_config_identity *tp_config_identity(const struct tp_config *config)
{
	return (const void *)tp_config_first(config, TP_SYSTEM_IDENTITY);
}

const struct tp_config_management *tp_config_management(const struct tp_config *config)
{
	return (const void *)tp_config_first(config, TP_MANAGEMENT);
}

const struct tp_config_dataplane *tp_config_dataplane(const struct tp_config *config)
{
	return (const void *)tp_config_first(config, TP_DATAPLANE);
}

const struct tp_config_service *tp_config_service(const struct tp_config *config,
						  enum tp_service_name name)
{
	const struct tp_config_item *item = tp_config_first(config, TP_IP_SERVICE);

	while (item != NULL && ((const struct tp_config_service *)item)->name != name)
		item = tp_config_next(item);
	return (const void *)item;
}

const struct tp_config_port *tp_config_port(const struct tp_config *config, const char *name)
{
	return (const void *)tp_config_by_key(config, TP_DATAPLANE_PORT, name);
}

const struct tp_config_vlan *tp_config_vlan(const struct tp_config *config, const char *name)
{
	return (const void *)tp_config_by_key(config, TP_INTERFACE_VLAN, name);
}

const struct tp_config_pool *tp_config_pool(const struct tp_config *config, const char *name)
{
	return (const void *)tp_config_by_key(config, TP_IP_POOL, name);
}

bool tp_config_is_core(const struct tp_config *config, const struct tp_config_port *port)
{
	const struct tp_config_item *item = tp_config_first(config, TP_IPV6_ADDRESS);

	for (; item != NULL && port->address.count == 0; item = tp_config_next(item)) {
		const struct tp_config_address6 *address = (const void *)item;

		if (!address->disabled && strcmp(address->interface, port->name) == 0)
			return true;
	}
	return port->address.count > 0;
}

const struct tp_config_pool6 *tp_config_pool6(const struct tp_config *config, const char *name)
{
	return (const void *)tp_config_by_key(config, TP_IPV6_POOL, name);
}

const struct tp_config_nd *tp_config_nd(const struct tp_config *config)
{
	return (const void *)tp_config_first(config, TP_IPV6_ND);
}

const struct tp_config_nd_prefix *tp_config_nd_prefix(const struct tp_config *config)
{
	return (const void *)tp_config_first(config, TP_IPV6_ND_PREFIX);
}

const struct tp_config_profile *tp_config_profile(const struct tp_config *config, const char *name)
{
	return (const void *)tp_config_by_key(config, TP_PPP_PROFILE, name);
}

const struct tp_config_secret *tp_config_secret(const struct tp_config *config, const char *name)
{
	return (const void *)tp_config_by_key(config, TP_PPP_SECRET, name);
}

bool tp_config_interface(const struct tp_config *config, const char *name,
			 struct tp_config_place *place)
{
	*place = (struct tp_config_place){0};
	while ((place->port = tp_config_port(config, name)) == NULL) {
		const struct tp_config_vlan *vlan = tp_config_vlan(config, name);
		if (vlan == NULL || vlan->disabled || place->inner != NULL)
			return false;
		place->inner = place->outer;
		place->outer = &vlan->vlan_id;
		name = vlan->interface;
	}
	return true;
}

char *tp_config_id_format(uint32_t id, char text[TP_CONFIG_ID_TEXT_LEN])
{
	snprintf(text, TP_CONFIG_ID_TEXT_LEN, "*%X", id);
	return text;
}

bool tp_config_id_parse(const char *text, uint32_t *id)
{
	size_t len = strlen(text);
	if (text[0] != '*' || len < 2 || len > 9 ||
	    strspn(text + 1, "0123456789abcdefABCDEF") != len - 1)
		return false;
	*id = (uint32_t)strtoul(text + 1, NULL, 16);
	return true;
}
