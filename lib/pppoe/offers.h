/* SPDX-License-Identifier: BSD-3-Clause */
/* Offers that a client could not take: who answered, and with what, for people who wonder why it
 * does not come up. Bounded, whoever answers. The client's thread. */
#pragma once

#include "pppoe/pppoe.h"

#define TP_PPPOE_OFFERS_MAX 4

struct tp_pppoe_refused {
	struct tp_mac mac;
	enum tp_pppoe_reason reason;
	char ac_name[64];
	char services[128]; /* "one, two": of those that have a name, as many as there is room for
			     */
};

struct tp_pppoe_offers {
	unsigned count;
	bool more; /* than there is room for */
	struct tp_pppoe_refused offer[TP_PPPOE_OFFERS_MAX];
};

/* MAC's, which was refused for REASON. An access concentrator is there once, as it was last. */
void tp_pppoe_offers_add(struct tp_pppoe_offers *offers, const struct tp_mac *mac,
			 const struct tp_pppoe_tags *tags, enum tp_pppoe_reason reason);
