/* SPDX-License-Identifier: BSD-3-Clause */
/* What the kernel has of subscribers' routes, by its own word, compared with what it was told.
 * Control thread; it takes a microsecond or two a route, in which control does nothing else. */
#pragma once

#include "control/subscribers.h"

/* Calls DIFFER with a sentence about each route to IFINDEX that the kernel lacks or should not
 * have, a bounded number of them. Nothing is said while changes are on their way, or when the
 * kernel's routes changed while they were read. */
void tp_kernel_routes_compare(const struct tp_subscribers *subscribers, int ifindex,
			      void (*differ)(void *user, const char *text), void *user);
