/* SPDX-License-Identifier: BSD-3-Clause */
/* Subscribers' addresses, prefixes and framed routes as routes of the kernel, over the TUN `pppoe`
 * and with protocol 158: for routing daemons to redistribute, and for what the box itself has to
 * say to subscribers; or, of pools that are announced as such (announce=pool), their networks.
 *
 * The kernel takes a few microseconds for each, so sessions come and go without waiting for it:
 * changes are queued, and told to the kernel in batches between the loop's other work; they wait
 * while the kernel's routes are read (tp_kernel_reads_routes()). Control thread. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "control/cover.h"
#include "control/kernel/netlink.h"

struct tp_subscribers;

/* NULL when memory is short. */
struct tp_subscribers *tp_subscribers_create(struct tp_netlink *nl, int ifindex,
					     uint32_t max_sessions);
void tp_subscribers_destroy(struct tp_subscribers *subscribers);

/* SLOT has these prefixes, of both families, from now on. MTU: the link's. */
void tp_subscribers_set(struct tp_subscribers *subscribers, uint32_t slot,
			const struct tp_ip_prefix *prefixes, unsigned count, uint16_t mtu);

/* SLOT has none any more. Harmless when it had none. */
void tp_subscribers_clear(struct tp_subscribers *subscribers, uint32_t slot);

/* Has SLOT any? */
bool tp_subscribers_has(const struct tp_subscribers *subscribers, uint32_t slot);

/* From now on the prefixes of COVER, which is finished, stand for all that is in them: the kernel
 * is told of these, with protocol 157, and not of what subscribers have of them. Whatever is
 * changed, there is a route to each subscriber all the while. COVER is taken over, and empty
 * afterwards. */
void tp_subscribers_cover(struct tp_subscribers *subscribers, struct tp_cover *cover);
unsigned tp_subscribers_covers(const struct tp_subscribers *subscribers, enum tp_family family);

/* Each subscriber's prefix that the kernel has been told of, or is about to be: none that a cover
 * stands for. */
void tp_subscribers_each(const struct tp_subscribers *subscribers,
			 void (*fn)(void *user, const struct tp_ip_prefix *prefix), void *user);

/* The TUN has been made again, as IFINDEX: the kernel has lost all routes, and is told anew. */
void tp_subscribers_again(struct tp_subscribers *subscribers, int ifindex);

/* Tells the kernel of some of what is queued; true when there was something. */
bool tp_subscribers_poll(struct tp_subscribers *subscribers);

/* There is room for more changes: what is queued may wait. */
bool tp_subscribers_can_wait(const struct tp_subscribers *s);

uint32_t tp_subscribers_queued(const struct tp_subscribers *subscribers);
/* How often the queue was full, and the kernel had to be told at once. */
uint64_t tp_subscribers_pressed(const struct tp_subscribers *subscribers);
uint64_t tp_subscribers_refused(const struct tp_subscribers *subscribers);
