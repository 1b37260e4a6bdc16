/* SPDX-License-Identifier: BSD-3-Clause */
/* What a change would come to, without making it: which items, and whose sessions. Control thread.
 */
#pragma once

#include <jansson.h>
#include <stdint.h>

#include "config/store.h"

struct tp_control;

/* Sessions by what they have of a profile: see preview.c. */
struct tp_preview {
	json_t *profiles; /* {"for-pppoe": 17}; NULL: not counted yet */
	uint64_t now_ms;  /* when that was counted */
};

/* {"action":"secret joe changed","changes":"profile: a -> b","sessions-ended":0,
 * "sessions-changed":1}. A new reference. */
json_t *tp_preview_change(struct tp_control *c, const struct tp_config_change *change);

/* The sessions alone. */
void tp_preview_count(struct tp_control *c, const struct tp_config_change *change, uint64_t *ended,
		      uint64_t *changed);

void tp_preview_clear(struct tp_control *c);
