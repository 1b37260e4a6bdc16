/* SPDX-License-Identifier: BSD-3-Clause */
/* What frames of sessions look like, and what a worker expects of a port's next ones: what most of
 * its last ones were. See head.h. Worker lcores. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct tp_head_kind {
	uint8_t tags;	      /* in the frame */
	bool ipv6;	      /* else IPv4 */
	uint16_t types_be[2]; /* of the tags, or 0 */
};

struct tp_head {
	uint8_t is[32], mask[32];	       /* of the frame's first bytes */
	uint8_t shuffle[16], session_mask[16]; /* from byte 4 of the frame to the record's first */
};

/* What a run takes. */
struct tp_heads {
	struct tp_head head;
	struct tp_head_kind kind;
};

/* Of one port. */
struct tp_guess {
	struct tp_heads four, six; /* of the same tags */
	bool made;
	bool mixed; /* both come */
	bool ipv6;  /* else, which */
};
