/* SPDX-License-Identifier: BSD-3-Clause */
/* The sockets: opened, polled, closed. */
#include "control/kernel/kernel.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <stddef.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "control/kernel/kernel_private.h"

#define RECEIVE_SLICE 16			    /* buffers in one turn */
#define NEXTHOP_GROUP (1u << (RTNLGRP_NEXTHOP - 1)) /* as the RTMGRP_… are */

const struct tp_tap *tp_kernel_tap(const struct tp_kernel *k, int ifindex)
{
	for (unsigned i = 0; i < k->tap_count; i++)
		if (ifindex != 0 && k->taps[i].ifindex == ifindex)
			return &k->taps[i];
	return NULL;
}

/* ---- opening --------------------------------------------------------------------------------- */

/* Has the kernel itself leave out what we tell it: thousands of subscribers' routes a second. */
static int ignore_own_routes(const struct tp_netlink *nl)
{
	const uint32_t type = offsetof(struct nlmsghdr, nlmsg_type);
	const uint32_t protocol = NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_protocol);
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, type),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWROUTE), 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_DELROUTE), 0, 2),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, protocol),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TP_RTPROT_SUBSCRIBER, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = {.len = sizeof(code) / sizeof(code[0]), .filter = code};

	if (setsockopt(nl->fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) != 0)
		return -errno;
	return 0;
}

int tp_kernel_prepare(struct tp_kernel *k, uint64_t now_ms)
{
	k->dump_due_ms = now_ms;
	k->reconcile_due_ms = TP_NEVER;
	k->routes = tp_routes_create(tp_kernel_program_route, k);
	k->neighbours = tp_neighbours_create(tp_kernel_program_neighbour, k);
	return k->routes != NULL && k->neighbours != NULL ? 0 : -ENOMEM;
}

int tp_kernel_open(struct tp_kernel *k, struct tp_dataplane *dp, const struct tp_tap *taps,
		   unsigned tap_count, uint64_t now_ms)
{
	const unsigned groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR |
				RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE | RTMGRP_NEIGH |
				NEXTHOP_GROUP;
	int error;

	*k = (struct tp_kernel){.dp = dp, .taps = taps, .tap_count = tap_count};
	error = tp_kernel_prepare(k, now_ms);
	if (error == 0)
		error = tp_netlink_open(&k->monitor, groups);
	if (error == 0)
		error = ignore_own_routes(&k->monitor);
	if (error == 0)
		error = tp_netlink_open(&k->query, 0);
	if (error == 0)
		error = tp_netlink_open(&k->dumper, 0);
	if (error != 0)
		tp_kernel_close(k);
	return error;
}

void tp_kernel_close(struct tp_kernel *k)
{
	tp_netlink_close(&k->monitor);
	tp_netlink_close(&k->query);
	tp_netlink_close(&k->dumper);
	tp_routes_destroy(k->routes);
	tp_neighbours_destroy(k->neighbours);
	k->routes = NULL;
	k->neighbours = NULL;
}

/* ---- polling --------------------------------------------------------------------------------- */

static bool poll_monitor(struct tp_kernel *k, uint64_t now_ms)
{
	bool any = false;

	for (unsigned i = 0; i < RECEIVE_SLICE; i++) {
		int n = tp_netlink_receive(&k->monitor, tp_kernel_hear_event, k);

		if (n == -ENOBUFS) {
			k->overruns++;
			tp_kernel_lost_events(k, now_ms);
		} else if (n == 0) {
			k->behind = false;
		}
		if (n <= 0)
			break;
		any = true;
	}
	return any;
}

static bool poll_dumper(struct tp_kernel *k)
{
	bool any = false;

	for (unsigned i = 0; i < RECEIVE_SLICE && k->dumping != TP_DUMP_NONE; i++) {
		int n = tp_netlink_receive(&k->dumper, tp_kernel_hear_dump, k);

		if (n < 0)
			tp_kernel_end_dump(k, false);
		if (n <= 0)
			break;
		any = true;
	}
	return any;
}

bool tp_kernel_poll(struct tp_kernel *k, uint64_t now_ms)
{
	bool any = false;

	if (!k->readable && k->dump_due_ms > now_ms && k->reconcile_due_ms > now_ms &&
	    k->next_dump == TP_DUMP_NONE)
		return false;
	k->readable = false;
	k->now_ms = now_ms;
	any |= poll_monitor(k, now_ms);
	any |= poll_dumper(k);
	tp_kernel_start_dumps(k, now_ms);
	return any;
}

bool tp_kernel_settled(struct tp_kernel *k)
{
	if (!k->disturbed || k->dumping != TP_DUMP_NONE || k->next_dump != TP_DUMP_NONE ||
	    k->dump_due_ms != TP_NEVER)
		return false;
	k->disturbed = false;
	return true;
}

bool tp_kernel_reads_routes(const struct tp_kernel *k)
{
	return k->dumping == TP_DUMP_ROUTES;
}

void tp_kernel_interrupt(struct tp_kernel *k)
{
	k->interrupted = true;
}
