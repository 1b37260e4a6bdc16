/* SPDX-License-Identifier: BSD-3-Clause */
/* References of one item to others: whether they lead somewhere, what may have been meant, and who
 * refers to whom. */
#include "config/schema/tables.h"

#include <errno.h>
#include <string.h>

#define HINTS_MAX  256 /* names looked through for a hint */
#define HINTED_MAX 100 /* faults that get one */

static bool exists(const struct tp_config *config, uint32_t resources, const char *key)
{
	for (unsigned i = 0; i < TP_RESOURCES; i++) {
		if ((resources >> i & 1) != 0 && tp_store_find(config, i, key) != NULL)
			return true;
	}
	return false;
}

/* The name of an item of RESOURCES that may have been meant; NULL: none, or too many to look. */
static const char *nearest_item(const struct tp_config *config, uint32_t resources,
				const char *text)
{
	const char *names[HINTS_MAX + 1];
	unsigned n = 0;

	for (unsigned i = 0; i < TP_RESOURCES; i++) {
		const struct tp_config_item *item = NULL;
		if ((resources >> i & 1) != 0)
			item = tp_config_first(config, i);
		for (; item != NULL && n < HINTS_MAX; item = tp_config_next(item))
			names[n++] = item->key;
	}
	names[n] = NULL;
	return tp_nearest(text, names);
}

void tp_check_reference(const struct tp_config *config, const struct tp_config_item *item,
			unsigned i, struct tp_report *report)
{
	const struct tp_property *property = &item->resource->properties[i];
	const char *name = tp_property_reference(property, item), *kind = "port or VLAN",
		   *hint = NULL;
	char quoted[TP_QUOTE_LEN], meant[TP_QUOTE_LEN];

	if (name == NULL || exists(config, property->refers, name))
		return;
	if (property->refers == TP_REFERS_PROFILE)
		kind = "profile";
	if (property->refers == TP_REFERS_POOL)
		kind = "pool";
	if (property->refers == TP_REFERS_PORT)
		kind = "port";
	if (property->refers == TP_REFERS_POOL6)
		kind = "IPv6 pool";
	if (property->refers == TP_REFERS_LOGGING_ACTION)
		kind = "action";
	if (property->refers == TP_REFERS_USER_GROUP)
		kind = "group";
	if (report->count < HINTED_MAX)
		hint = nearest_item(config, property->refers, name);
	tp_quote(name, quoted);
	if (hint != NULL)
		tp_report(report, item, (int)i, -EINVAL, "there is no %s '%s'; did you mean '%s'?",
			  kind, quoted, tp_quote(hint, meant));
	else
		tp_report(report, item, (int)i, -EINVAL, "there is no %s '%s'", kind, quoted);
}

const struct tp_config_item *tp_check_user(const struct tp_config *config,
					   enum tp_resource_id resource, const char *key,
					   int *property)
{
	for (unsigned i = 0; i < TP_RESOURCES; i++) {
		const struct tp_resource *r = &tp_resources[i];
		for (unsigned p = 0; p < r->count; p++) {
			const struct tp_config_item *item = tp_config_first(config, i);
			if ((r->properties[p].refers >> resource & 1) == 0)
				continue;
			for (; item != NULL; item = tp_config_next(item)) {
				const char *name = tp_property_reference(&r->properties[p], item);
				if (name != NULL && strcmp(name, key) == 0) {
					*property = (int)p;
					return item;
				}
			}
		}
	}
	return NULL;
}
