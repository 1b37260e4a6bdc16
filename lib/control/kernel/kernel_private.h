/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files that follow the kernel share (kernel.h). Control thread. */
#pragma once

#include "control/kernel/kernel.h"

/* kernel.c: the TAP whose interface it is; NULL: no core port's. */
const struct tp_tap *tp_kernel_tap(const struct tp_kernel *kernel, int ifindex);

/* translate.c: is it a route that the data plane may be concerned with? Then what it is there; its
 * paths are the caller's. */
bool tp_kernel_follows(const struct tp_netlink_route_info *info);
struct tp_kernel_route tp_kernel_translate(const struct tp_kernel *kernel,
					   const struct tp_netlink_route_info *info);

/* multipath.c: sets ROUTE's kind, port, gateway and paths. False: workers can send by none of its
 * next hops. */
bool tp_kernel_lead(const struct tp_kernel *kernel, const struct tp_netlink_route_info *info,
		    struct tp_dataplane_route *route);

/* program.c: a tp_route_fn and a tp_neighbour_fn; USER is the struct tp_kernel. */
int tp_kernel_program_route(void *user, const struct tp_dataplane_route *route, bool remove);
int tp_kernel_program_neighbour(void *user, unsigned port, const struct tp_ip *address,
				enum tp_reach reach, const struct tp_mac *mac);

/* hear.c: of an event or of a dump. */
void tp_kernel_hear_route(struct tp_kernel *kernel, const struct nlmsghdr *message,
			  enum tp_netlink_news news);
void tp_kernel_hear_neighbour(struct tp_kernel *kernel, const struct nlmsghdr *message,
			      enum tp_netlink_news news);

/* dump.c */
/* All is to be asked for again, soon; or, as events were LOST, once those before them are read. */
void tp_kernel_dump_again(struct tp_kernel *kernel);
void tp_kernel_lost_events(struct tp_kernel *kernel, uint64_t now_ms);
/* Begins what is due. */
void tp_kernel_start_dumps(struct tp_kernel *kernel, uint64_t now_ms);
/* The dump is over. When it is not COMPLETE what it did not name may be there all the same, and it
 * is asked for again. */
void tp_kernel_end_dump(struct tp_kernel *kernel, bool complete);
