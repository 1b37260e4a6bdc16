/* SPDX-License-Identifier: BSD-3-Clause */
/* Control's side of fib6.h: the hash table of prefixes of more than 64 bits. Control alone. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "dataplane/fib6.h"

struct tp_deep;

/* The table of SEEN, which it publishes there. NULL: no memory. */
struct tp_deep *tp_deep_create(struct tp_fib6 *seen, struct tp_grace *grace);
/* After tp_grace_destroy(). */
void tp_deep_destroy(struct tp_deep *deep);

/* PREFIX has HOP from now on; *FRESH: it had none before. -ENOMEM: nothing has changed. */
int tp_deep_put(struct tp_deep *deep, const struct tp_prefix6 *prefix, uint32_t hop, bool *fresh);

/* PREFIX, which has a hop, has none any more. */
void tp_deep_remove(struct tp_deep *deep, const struct tp_prefix6 *prefix);
