/* SPDX-License-Identifier: BSD-3-Clause */
#include "offers.h"

#include <stdio.h>
#include <string.h>

static struct tp_pppoe_refused *place_for(struct tp_pppoe_offers *offers, const struct tp_mac *mac)
{
	for (unsigned i = 0; i < offers->count; i++)
		if (tp_mac_equal(&offers->offer[i].mac, mac))
			return &offers->offer[i];
	if (offers->count < TP_PPPOE_OFFERS_MAX)
		return &offers->offer[offers->count++];
	offers->more = true;
	return NULL;
}

static void add_service(struct tp_pppoe_refused *offer, const struct tp_pppoe_value *value)
{
	char name[TP_PPPOE_NAME_MAX];
	const size_t used = strlen(offer->services);
	const char *comma = used > 0 ? ", " : "";

	tp_pppoe_value_text(value, name, sizeof(name));
	if (used + strlen(comma) + strlen(name) + strlen(", ...") < sizeof(offer->services))
		snprintf(offer->services + used, sizeof(offer->services) - used, "%s%s", comma,
			 name);
	else if (used > 0 && strcmp(offer->services + used - 3, "...") != 0)
		snprintf(offer->services + used, sizeof(offer->services) - used, ", ...");
}

void tp_pppoe_offers_add(struct tp_pppoe_offers *offers, const struct tp_mac *mac,
			 const struct tp_pppoe_tags *tags, enum tp_pppoe_reason reason)
{
	struct tp_pppoe_refused *offer = place_for(offers, mac);
	struct tp_reader all = tags->all;
	struct tp_pppoe_tag tag;

	if (offer == NULL)
		return;
	*offer = (struct tp_pppoe_refused){.mac = *mac, .reason = reason};
	tp_pppoe_value_text(&tags->ac_name, offer->ac_name, sizeof(offer->ac_name));
	while (tp_pppoe_tag_next(&all, &tag) == TP_PPPOE_NEXT_TAG)
		if (tag.type == TP_PPPOE_TAG_SERVICE_NAME && tag.value.len > 0)
			add_service(offer, &tag.value);
}
