/* SPDX-License-Identifier: BSD-3-Clause */
/* What of a new file needs a restart, by its places there. */
#include "config/file/errors.h"
#include "config/item.h"

#include <errno.h>

static void tell(struct tp_mistakes *mistakes, const struct tp_config_item *item, int property,
		 const char *message)
{
	struct tp_mark at = tp_item_mark(item, property);
	char label[TP_LABEL_LEN];

	tp_mistake_add(mistakes, at.line, at.column, -EPERM, tp_item_label(item, property, label),
		       message);
}

static void tell_change(struct tp_mistakes *mistakes, const struct tp_config_change *change)
{
	const struct tp_resource *resource = change->resource;
	char label[TP_LABEL_LEN];

	if (change->op == TP_CONFIG_ADD)
		tell(mistakes, change->after, -1, "is new, which needs a restart");
	else if (change->op == TP_CONFIG_REMOVE) /* the file has it no more */
		tp_mistake_add(mistakes, 0, 0, -EPERM, tp_item_label(change->before, -1, label),
			       "is gone, which needs a restart");
	for (unsigned i = 0; change->op == TP_CONFIG_CHANGE && i < resource->count; i++)
		if ((change->changed >> i & 1) != 0 &&
		    (resource->properties[i].flags & TP_RUNTIME) == 0)
			tell(mistakes, change->after, (int)i,
			     "can't change while the daemon runs, it needs a restart");
}

void tp_config_restarts(const struct tp_config_diff *diff, const char *path,
			struct tp_errors *errors)
{
	struct tp_mistakes mistakes = {.file = path};

	for (unsigned i = 0; i < diff->count; i++)
		if (diff->change[i].restart)
			tell_change(&mistakes, &diff->change[i]);
	tp_mistakes_finish(&mistakes, errors);
}
