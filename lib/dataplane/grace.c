/* SPDX-License-Identifier: BSD-3-Clause */
/* Reclamation after a grace period. */
#include "dataplane/grace.h"

#include <stdlib.h>

#include <rte_rcu_qsbr.h>

void tp_grace_init(struct tp_grace *grace, struct rte_rcu_qsbr *qsbr)
{
	grace->qsbr = qsbr;
	STAILQ_INIT(&grace->items);
	STAILQ_INIT(&grace->released);
}

void tp_grace_free(struct tp_grace_item *item)
{
	free(item);
}

void tp_grace_destroy(struct tp_grace *grace)
{
	struct tp_grace_item *item;
	while ((item = STAILQ_FIRST(&grace->items)) != NULL) {
		STAILQ_REMOVE_HEAD(&grace->items, entry);
		if (item->over != NULL)
			item->over(item);
	}
}

void tp_grace_add(struct tp_grace *grace, struct tp_grace_item *item)
{
	item->token = rte_rcu_qsbr_start(grace->qsbr);
	STAILQ_INSERT_TAIL(&grace->items, item, entry);
}

unsigned tp_grace_collect(struct tp_grace *grace, struct tp_grace_item **released, unsigned max)
{
	struct tp_grace_item *item;
	while ((item = STAILQ_FIRST(&grace->items)) != NULL &&
	       rte_rcu_qsbr_check(grace->qsbr, item->token, false) == 1) {
		STAILQ_REMOVE_HEAD(&grace->items, entry);
		if (item->over != NULL)
			item->over(item);
		else
			STAILQ_INSERT_TAIL(&grace->released, item, entry);
	}
	unsigned count = 0;
	while (count < max && (item = STAILQ_FIRST(&grace->released)) != NULL) {
		STAILQ_REMOVE_HEAD(&grace->released, entry);
		released[count++] = item;
	}
	return count;
}
