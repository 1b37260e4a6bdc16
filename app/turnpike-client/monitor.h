/* SPDX-License-Identifier: BSD-3-Clause */
/* What happens to the machine's interfaces, their addresses and its default routes, as the kernel
 * tells it (rtnetlink's groups). It is a hint to look: what is told may have changed again. The
 * loop's thread. */
#pragma once

#include <stdbool.h>

#include "loop.h"

struct mnl_socket;

struct monitor_change {
	int ifindex;
	const char *name;   /* "" where it is about an address */
	bool default_route; /* it is about one, and nothing else; by whatever interface */
};

struct monitor {
	struct mnl_socket *nl;
	struct watch watch;
	/* CHANGE is NULL when the kernel had more to tell than there was room for: look at all. */
	void (*changed)(void *owner, const struct monitor_change *change, uint64_t now_ms);
	void *owner;
};

/* 0 or a negative errno. */
int monitor_open(struct monitor *m, struct loop *loop,
		 void (*changed)(void *owner, const struct monitor_change *change, uint64_t now_ms),
		 void *owner);
void monitor_close(struct monitor *m);
