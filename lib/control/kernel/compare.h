/* SPDX-License-Identifier: BSD-3-Clause */
/* What the kernel has of routes, by its own word, compared: those of subscribers with what it was
 * told, all others with what the data plane has. Control thread; it takes a microsecond or two a
 * route, in which control does nothing else. */
#pragma once

#include "control/kernel/kernel.h"
#include "control/subscribers.h"

/* PLACE is where something is not as it should be: "kernel" or "fib". */
typedef void (*tp_differ_fn)(void *user, const char *place, const char *text);

/* Calls DIFFER with a sentence about each difference, a bounded number of them; subscribers' are of
 * routes to IFINDEX. Nothing is said of what is changing: while subscribers' routes are on their
 * way, or when the kernel's changed while they were read. */
void tp_kernel_compare(struct tp_kernel *kernel, const struct tp_subscribers *subscribers,
		       int ifindex, tp_differ_fn differ, void *user);
