/* SPDX-License-Identifier: BSD-3-Clause */
/* What VLANs must be: each by itself, and all of them, no two of which may have a tag in common. */
#include "config/schema/tables.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void tp_check_of_vlan(const struct tp_config *config, const struct tp_config_item *item,
		      struct tp_report *report)
{
	const struct tp_config_vlan *vlan = (const void *)item;
	const struct tp_config_port *port = tp_config_port(config, vlan->interface);
	const struct tp_config_vlan *outer = tp_config_vlan(config, vlan->interface);

	if (tp_config_port(config, vlan->name) != NULL)
		tp_report(report, &vlan->head, TP_VLAN_NAME, -EEXIST,
			  "there is a port '%s' already", vlan->name);
	if (port != NULL && tp_config_is_core(config, port))
		tp_report(report, &vlan->head, TP_VLAN_INTERFACE, -EINVAL,
			  "'%s' is a core port (it has an address); expected an access port",
			  port->name);
	if (port == NULL && outer != NULL && tp_config_port(config, outer->interface) == NULL)
		tp_report(report, &vlan->head, TP_VLAN_INTERFACE, -EINVAL,
			  "'%s' is not a VLAN directly on a port; a frame has two tags at most",
			  outer->name);
}

/* One range of a VLAN's ids. */
struct tags {
	const struct tp_config_vlan *vlan;
	struct tp_vlan_range range;
};

static int compare_tags(const void *a, const void *b)
{
	const struct tags *x = a, *y = b;
	int order = strcmp(x->vlan->interface, y->vlan->interface);
	if (order == 0)
		order = x->range.first - y->range.first;
	if (order == 0)
		order = (x->vlan->head.id > y->vlan->head.id) -
			(x->vlan->head.id < y->vlan->head.id);
	return order;
}

static unsigned collect_tags(const struct tp_config *config, struct tags *tags)
{
	const struct tp_config_item *item;
	unsigned n = 0;

	for (item = tp_config_first(config, TP_INTERFACE_VLAN); item != NULL;
	     item = tp_config_next(item)) {
		const struct tp_config_vlan *vlan = (const struct tp_config_vlan *)item;
		for (unsigned i = 0; i < vlan->vlan_id.count; i++, n++) {
			if (tags != NULL)
				tags[n] = (struct tags){vlan, vlan->vlan_id.range[i]};
		}
	}
	return n;
}

void tp_check_tags(const struct tp_config *config, struct tp_report *report)
{
	unsigned count = collect_tags(config, NULL);
	struct tags *tags = calloc(count + 1, sizeof(*tags)), *widest = tags;

	if (tags == NULL)
		return;
	collect_tags(config, tags);
	qsort(tags, count, sizeof(*tags), compare_tags);
	for (struct tags *t = tags + 1; t < tags + count; t++) {
		const struct tp_config_vlan *one = widest->vlan, *other = t->vlan;
		if (strcmp(one->interface, other->interface) == 0 &&
		    t->range.first <= widest->range.last) {
			if (one->head.id > other->head.id) { /* the newcomer is the one to blame */
				one = t->vlan;
				other = widest->vlan;
			}
			tp_report(report, &other->head, TP_VLAN_ID, -EEXIST,
				  "VLAN '%s' has the id %u on '%s' already", one->name,
				  t->range.first, other->interface);
			if (t->range.last < widest->range.last)
				continue;
		}
		widest = t;
	}
	free(tags);
}
