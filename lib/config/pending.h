/* SPDX-License-Identifier: BSD-3-Clause */
/* What waits for a restart: the file has it, and what is in force is another. Whoever saves what is
 * in force writes what waits in its place, so that nothing that was edited is lost.
 *
 * Private to lib/config. The thread that owns the configuration. */
#pragma once

#include "config/item.h"

/* One of what waits; what it is about is told by the resource and the key. */
struct tp_pending {
	struct tp_pending *next;
	enum tp_config_op op;
	const struct tp_resource *resource;
	char *key;
	struct tp_config_item *item; /* as the file has it; NULL: it has it no more */
};

/* Takes ITEM, even when it fails for want of memory. */
bool tp_pending_add(struct tp_config *config, enum tp_config_op op, const char *key,
		    const struct tp_resource *resource, struct tp_config_item *item);

/* How many items a snapshot may have more of than are in force. */
unsigned tp_pending_count(const struct tp_config *config);

/* Makes of the COUNT items of a resource that are in force those of the file; returns how many.
 * ITEMS has room for tp_pending_count() more. */
unsigned tp_pending_apply(const struct tp_config *config, const struct tp_resource *resource,
			  const struct tp_config_item **items, unsigned count);

/* hold_back.c: ITEM has come into force: what waits in its place has its other properties too. */
void tp_pending_follow(struct tp_config *config, const struct tp_config_item *item);

void tp_pending_clear(struct tp_config *config);
