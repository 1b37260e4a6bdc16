/* SPDX-License-Identifier: BSD-3-Clause */
/* Addresses that are the network's own, never a subscriber's, and which item keeps each: a core
 * port its addresses and the two ends of their networks, a static route its gateway, a profile or a
 * secret its fixed local-address. Where several keep one, the first of these is told.
 *
 * The store keeps the index up to date; to ask takes constant time, however many secrets there are.
 * Thread: as the store. */
#pragma once

#include "config/types/property.h"
#include "config/store.h"

/* NULL: nobody keeps ADDRESS from subscribers. */
const struct tp_config_item *tp_config_keeper(const struct tp_config *config, uint32_t address);

/* What ADDRESS is to its KEEPER, "the gateway of route 0.0.0.0/0"; returns TEXT. */
#define TP_KEEPER_TEXT_LEN (TP_QUOTE_LEN + 48)
char *tp_config_keeper_text(const struct tp_config_item *keeper, uint32_t address,
			    char text[TP_KEEPER_TEXT_LEN]);

/* ---- lib/config's own ---- */

/* An item comes into the store, or leaves it. */
void tp_keeper_add(struct tp_config *config, const struct tp_config_item *item);
void tp_keeper_remove(struct tp_config *config, const struct tp_config_item *item);
void tp_keeper_clear(struct tp_config *config);

/* The lowest address of RANGE that a core port or a static route keeps, and who. */
const struct tp_config_item *tp_keeper_in(const struct tp_config *config,
					  const struct tp_range *range, uint32_t *address);
