/* SPDX-License-Identifier: BSD-3-Clause */
#include "config/keeper.h"

#include <stdio.h>
#include <stdlib.h>

#include "config/item.h"

/* An address that somebody keeps. */
struct tp_kept {
	uint32_t address;
	unsigned keepers;
	const struct tp_config_item *keeper; /* the one to tell; NULL: to be looked for */
	UT_hash_handle hh;
};

#define PORT_ADDRESSES 3 /* of each prefix: its own, its network's, the broadcast address */

static uint32_t port_address(const struct tp_prefix *prefix, unsigned which)
{
	uint32_t mask = tp_prefix_mask(prefix->length);

	if (which == 0 || prefix->length > 30) /* RFC 3021: of two, both are hosts */
		return prefix->address;
	return which == 1 ? prefix->address & mask : prefix->address | ~mask;
}

static bool fixed(const struct tp_endpoint *endpoint, unsigned i, uint32_t *address)
{
	*address = endpoint->address;
	return i == 0 && endpoint->kind == TP_ENDPOINT_ADDRESS;
}

/* The I-th address that ITEM keeps; false: it has no more. */
static bool kept_by(const struct tp_config_item *item, unsigned i, uint32_t *address)
{
	const struct tp_config_port *port = (const void *)item;
	const struct tp_config_route *route = (const void *)item;
	const struct tp_config_secret *secret = (const void *)item;

	switch (item->resource->id) {
	case TP_DATAPLANE_PORT:
		if (i >= port->address.count * PORT_ADDRESSES)
			return false;
		*address =
			port_address(&port->address.prefix[i / PORT_ADDRESSES], i % PORT_ADDRESSES);
		return true;
	case TP_IP_ROUTE:
		*address = route->gateway;
		return i == 0 && !route->disabled;
	case TP_PPP_PROFILE:
		return fixed(&((const struct tp_config_profile *)item)->local_address, i, address);
	case TP_PPP_SECRET:
		return !secret->disabled && fixed(&secret->local_address, i, address);
	default:
		return false;
	}
}

/* What is of the core is few, and apart from what 100,000 secrets may name. */
static struct tp_kept **table_of(struct tp_config *config, const struct tp_config_item *item)
{
	return item->resource->id <= TP_IP_ROUTE ? &config->kept_core : &config->kept_local;
}

static struct tp_kept *find(struct tp_kept *table, uint32_t address)
{
	struct tp_kept *kept;

	HASH_FIND(hh, table, &address, sizeof(address), kept);
	return kept;
}

static void add(struct tp_kept **table, const struct tp_config_item *item, uint32_t address)
{
	struct tp_kept *kept = find(*table, address);

	if (kept == NULL) {
		kept = calloc(1, sizeof(*kept));
		if (kept == NULL)
			return;
		kept->address = address;
		HASH_ADD(hh, *table, address, sizeof(kept->address), kept);
	}
	if (kept->keepers++ == 0 ||
	    (kept->keeper != NULL && item->resource->id < kept->keeper->resource->id))
		kept->keeper = item;
}

void tp_keeper_add(struct tp_config *config, const struct tp_config_item *item)
{
	uint32_t address;

	for (unsigned i = 0; kept_by(item, i, &address); i++)
		add(table_of(config, item), item, address);
}

void tp_keeper_remove(struct tp_config *config, const struct tp_config_item *item)
{
	struct tp_kept **table = table_of(config, item);
	uint32_t address;

	for (unsigned i = 0; kept_by(item, i, &address); i++) {
		struct tp_kept *kept = find(*table, address);

		if (kept == NULL) /* there was no memory for it */
			continue;
		if (kept->keeper == item)
			kept->keeper = NULL;
		if (--kept->keepers == 0) {
			HASH_DEL(*table, kept);
			free(kept);
		}
	}
}

static void clear(struct tp_kept **table)
{
	struct tp_kept *kept, *next;

	HASH_ITER (hh, *table, kept, next) {
		HASH_DEL(*table, kept);
		free(kept);
	}
}

void tp_keeper_clear(struct tp_config *config)
{
	clear(&config->kept_core);
	clear(&config->kept_local);
}

static bool keeps(const struct tp_config_item *item, uint32_t address)
{
	uint32_t other;

	for (unsigned i = 0; kept_by(item, i, &other); i++)
		if (other == address)
			return true;
	return false;
}

/* Looked for only after the one that was told has gone. */
static const struct tp_config_item *keeper_of(const struct tp_config *config, struct tp_kept *kept)
{
	for (unsigned i = 0; kept->keeper == NULL && i < TP_RESOURCES; i++) {
		const struct tp_config_item *item = tp_config_first(config, i);

		for (; item != NULL && kept->keeper == NULL; item = tp_config_next(item))
			if (keeps(item, kept->address))
				kept->keeper = item;
	}
	return kept->keeper;
}

const struct tp_config_item *tp_config_keeper(const struct tp_config *config, uint32_t address)
{
	struct tp_kept *kept = find(config->kept_core, address);

	if (kept == NULL)
		kept = find(config->kept_local, address);
	return kept != NULL ? keeper_of(config, kept) : NULL;
}

const struct tp_config_item *tp_keeper_in(const struct tp_config *config,
					  const struct tp_range *range, uint32_t *address)
{
	struct tp_kept *kept, *next, *lowest = NULL;

	if (range->first == range->last)
		lowest = find(config->kept_core, range->first);
	else
		HASH_ITER (hh, config->kept_core, kept, next)
			if (kept->address >= range->first && kept->address <= range->last &&
			    (lowest == NULL || kept->address < lowest->address))
				lowest = kept;
	if (lowest == NULL)
		return NULL;
	*address = lowest->address;
	return keeper_of(config, lowest);
}

static const char *port_words(const struct tp_config_port *port, uint32_t address)
{
	static const char *const words[PORT_ADDRESSES] = {
		"the address of core port",
		"the network's own address on core port",
		"the broadcast address on core port",
	};
	unsigned best = PORT_ADDRESSES - 1;

	for (unsigned i = 0; i < port->address.count * PORT_ADDRESSES; i++) {
		unsigned which = i % PORT_ADDRESSES;

		if (which < best &&
		    port_address(&port->address.prefix[i / PORT_ADDRESSES], which) == address)
			best = which;
	}
	return words[best];
}

char *tp_config_keeper_text(const struct tp_config_item *keeper, uint32_t address,
			    char text[TP_KEEPER_TEXT_LEN])
{
	char dst[TP_PREFIX_TEXT_LEN], quoted[TP_QUOTE_LEN];
	const char *words = "the local-address of secret", *name;

	name = tp_quote(keeper->key, quoted);
	if (keeper->resource->id == TP_PPP_PROFILE)
		words = "the local-address of profile";
	if (keeper->resource->id == TP_DATAPLANE_PORT)
		words = port_words((const void *)keeper, address);
	if (keeper->resource->id == TP_IP_ROUTE) {
		words = "the gateway of route";
		name = tp_prefix_format(&((const struct tp_config_route *)keeper)->dst_address,
					dst);
	}
	snprintf(text, TP_KEEPER_TEXT_LEN, "%s %s", words, name);
	return text;
}
