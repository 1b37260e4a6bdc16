/* SPDX-License-Identifier: BSD-3-Clause */
/* Prefixes of both families that stand for all that is in them: what is announced of pools in place
 * of each subscriber's own. No I/O. */
#pragma once

#include <stdbool.h>

#include "base/ip.h"
#include "base/range.h"

struct tp_cover {
	struct tp_ip_prefix *prefix; /* none in another, in ascending order, once finished */
	unsigned count, room;
	bool short_of_memory; /* something was left out */
};

/* Adds PREFIX; or the fewest prefixes that come to exactly the addresses of RANGES. */
void tp_cover_add(struct tp_cover *cover, const struct tp_ip_prefix *prefix);
void tp_cover_add_ranges(struct tp_cover *cover, const struct tp_range *ranges, unsigned count);

/* All has been added: what is in another goes. */
void tp_cover_finish(struct tp_cover *cover);

/* Is PREFIX one of them, or in one? */
bool tp_cover_has(const struct tp_cover *cover, const struct tp_ip_prefix *prefix);

/* Is it one of them? */
bool tp_cover_is(const struct tp_cover *cover, const struct tp_ip_prefix *prefix);

bool tp_cover_same(const struct tp_cover *a, const struct tp_cover *b);

void tp_cover_clear(struct tp_cover *cover);
