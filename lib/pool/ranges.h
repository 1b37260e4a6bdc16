/* SPDX-License-Identifier: BSD-3-Clause */
/* A pool's ranges: checked, and without addresses that come twice. Private to lib/pool. */
#pragma once

#include "base/error.h"
#include "base/range.h"

struct tp_ranges {
	struct tp_range *range; /* in the operator's order */
	unsigned count;
	uint64_t total; /* addresses in them, each counted once */
};

/* Copies the COUNT ranges AT. -EINVAL, -ENOMEM; PLACE names the pool in ERROR. */
int tp_ranges_copy(struct tp_ranges *ranges, const struct tp_range *at, unsigned count,
		   const char *place, struct tp_error *error);

void tp_ranges_free(struct tp_ranges *ranges);
