/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of compare.h share. */
#pragma once

#include "control/kernel/compare.h"

#define TP_DIFFERENCES_MAX 200 /* one mistake may concern all */

/* By family, address and length, as qsort() has it. */
int tp_compare_prefixes(const struct tp_ip_prefix *a, const struct tp_ip_prefix *b);

/* Room for one more in LIST of COUNT things of SIZE, of which there is ROOM. NULL: no memory, and
 * LIST is as it was. */
void *tp_compare_room(void *list, size_t count, size_t *room, size_t size);

/* ---- compare_subscribers.c ------------------------------------------------------------------- */

struct tp_prefixes_read {
	struct tp_ip_prefix *prefix;
	size_t count, room;
	bool broken; /* it is not all that there is */
};

void tp_prefixes_read_add(struct tp_prefixes_read *list, const struct tp_ip_prefix *prefix);

/* IS, which is put in order, is what the kernel has. */
void tp_compare_subscribers(const struct tp_subscribers *subscribers, struct tp_prefixes_read *is,
			    tp_differ_fn differ, void *user);

/* ---- compare_core.c -------------------------------------------------------------------------- */

struct tp_core_list {
	struct tp_core_route {
		struct tp_dataplane_route way; /* its paths are the list's */
		uint32_t table, metric;
		size_t place; /* in what was read */
	} * route;
	size_t count, room;
	bool broken;
};

/* ROUTE's paths stay the caller's. */
void tp_core_list_add(struct tp_core_list *list, const struct tp_kernel_route *route);
void tp_core_list_clear(struct tp_core_list *list);

/* SHALL, which is put in order, is what the kernel has. */
void tp_compare_core(const struct tp_kernel *kernel, struct tp_core_list *shall,
		     tp_differ_fn differ, void *user);
