/* SPDX-License-Identifier: BSD-3-Clause */
#include "monitor.h"

#include <errno.h>
#include <stddef.h>

#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#define READS 64 /* at a time */

struct reading {
	struct monitor *monitor;
	uint64_t now_ms;
};

static int take_link(const struct nlmsghdr *message, struct monitor_change *change)
{
	const struct ifinfomsg *link = mnl_nlmsg_get_payload(message);
	const struct nlattr *attr;

	change->ifindex = link->ifi_index;
	mnl_attr_for_each(attr, message, sizeof(*link))
	{
		if (mnl_attr_get_type(attr) == IFLA_IFNAME &&
		    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
			change->name = mnl_attr_get_str(attr);
	}
	return MNL_CB_OK;
}

/* Of a table of any size, only a default route concerns anybody. */
static bool is_default_route(const struct nlmsghdr *message)
{
	const struct rtmsg *route = mnl_nlmsg_get_payload(message);

	return mnl_nlmsg_get_payload_len(message) >= sizeof(*route) &&
	       route->rtm_family == AF_INET && route->rtm_dst_len == 0;
}

static int take(const struct nlmsghdr *message, void *data)
{
	const struct reading *reading = data;
	struct monitor *m = reading->monitor;
	struct monitor_change change = {.name = ""};

	switch (message->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		if (mnl_nlmsg_get_payload_len(message) < sizeof(struct ifinfomsg))
			return MNL_CB_OK;
		take_link(message, &change);
		break;
	case RTM_NEWADDR:
	case RTM_DELADDR: {
		const struct ifaddrmsg *address = mnl_nlmsg_get_payload(message);

		if (mnl_nlmsg_get_payload_len(message) < sizeof(*address))
			return MNL_CB_OK;
		change.ifindex = (int)address->ifa_index;
		break;
	}
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		if (!is_default_route(message))
			return MNL_CB_OK;
		change.default_route = true;
		break;
	default:
		return MNL_CB_OK;
	}
	m->changed(m->owner, &change, reading->now_ms);
	return MNL_CB_OK;
}

static void on_ready(void *owner, uint64_t now_ms)
{
	struct monitor *m = owner;
	struct reading reading = {m, now_ms};
	char room[16384];

	for (int i = 0; i < READS; i++) {
		ssize_t len = mnl_socket_recvfrom(m->nl, room, sizeof(room));

		if (len < 0 && errno == EAGAIN)
			break;
		if (len < 0)
			m->changed(m->owner, NULL, now_ms);
		else
			mnl_cb_run(room, (size_t)len, 0, 0, take, &reading);
	}
}

int monitor_open(struct monitor *m, struct loop *loop,
		 void (*changed)(void *owner, const struct monitor_change *change, uint64_t now_ms),
		 void *owner)
{
	*m = (struct monitor){.changed = changed, .owner = owner, .watch = {on_ready, m}};
	m->nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (m->nl == NULL)
		return -errno;
	if (mnl_socket_bind(m->nl,
			    RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE |
				    RTMGRP_IPV6_IFADDR,
			    MNL_SOCKET_AUTOPID) < 0) {
		int err = -errno;

		monitor_close(m);
		return err;
	}
	loop_add(loop, mnl_socket_get_fd(m->nl), &m->watch);
	return 0;
}

void monitor_close(struct monitor *m)
{
	if (m->nl != NULL)
		mnl_socket_close(m->nl);
	m->nl = NULL;
}
