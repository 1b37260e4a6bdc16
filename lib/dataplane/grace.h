/* SPDX-License-Identifier: BSD-3-Clause */
/* What waits for workers to look away: memory to be freed, slots and places in tables to be given
 * back, each after the grace period that began when it was withdrawn. Control alone. */
#pragma once

#include <stdint.h>
#include <sys/queue.h>

struct rte_rcu_qsbr;

/* Lives in what it is about, so that noting it cannot fail. */
struct tp_grace_item {
	STAILQ_ENTRY(tp_grace_item) entry;
	uint64_t token;
	void (*over)(struct tp_grace_item *item); /* NULL: tp_grace_collect() gives it back */
};

/* An `over`: the item begins a piece of memory that is freed. */
void tp_grace_free(struct tp_grace_item *item);

struct tp_grace {
	struct rte_rcu_qsbr *qsbr;
	STAILQ_HEAD(, tp_grace_item) items;    /* in the order of their tokens */
	STAILQ_HEAD(, tp_grace_item) released; /* their time is over; not yet given back */
};

void tp_grace_init(struct tp_grace *grace, struct rte_rcu_qsbr *qsbr);

/* Frees and gives back whatever is left; no worker runs any more. */
void tp_grace_destroy(struct tp_grace *grace);

/* What ITEM, its `over` filled in, is about has been withdrawn just now. */
void tp_grace_add(struct tp_grace *grace, struct tp_grace_item *item);

/* Calls `over` of those whose time is over, and gives up to MAX of those back that have none;
 * returns how many. */
unsigned tp_grace_collect(struct tp_grace *grace, struct tp_grace_item **released, unsigned max);
