/* SPDX-License-Identifier: BSD-3-Clause */
#include "netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

#define REQUEST_MAX 512

struct mnl_socket *netlink_open(void)
{
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);

	if (nl == NULL)
		return NULL;
	if (mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0) {
		mnl_socket_close(nl);
		return NULL;
	}
	return nl;
}

static struct nlmsghdr *begin(char room[REQUEST_MAX], uint16_t type, uint16_t flags)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(room);

	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	return message;
}

static int ask(struct mnl_socket *nl, struct nlmsghdr *message)
{
	char answer[8192];
	unsigned portid = mnl_socket_get_portid(nl);
	ssize_t len;

	if (mnl_socket_sendto(nl, message, message->nlmsg_len) < 0)
		return -errno;
	len = mnl_socket_recvfrom(nl, answer, sizeof(answer));
	if (len < 0)
		return -errno;
	return mnl_cb_run(answer, (size_t)len, 0, portid, NULL, NULL) < 0 ? -errno : 0;
}

int netlink_link(struct mnl_socket *nl, int ifindex, bool up, uint16_t mtu)
{
	char room[REQUEST_MAX];
	struct nlmsghdr *message = begin(room, RTM_NEWLINK, 0);
	struct ifinfomsg *link = mnl_nlmsg_put_extra_header(message, sizeof(*link));

	link->ifi_family = AF_UNSPEC;
	link->ifi_index = ifindex;
	link->ifi_change = IFF_UP;
	link->ifi_flags = up ? IFF_UP : 0;
	if (mtu != 0)
		mnl_attr_put_u32(message, IFLA_MTU, mtu);
	return ask(nl, message);
}

int netlink_address(struct mnl_socket *nl, int ifindex, uint32_t local, uint32_t remote, bool add)
{
	char room[REQUEST_MAX];
	struct nlmsghdr *message = add ? begin(room, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE)
				       : begin(room, RTM_DELADDR, 0);
	struct ifaddrmsg *address = mnl_nlmsg_put_extra_header(message, sizeof(*address));

	address->ifa_family = AF_INET;
	address->ifa_prefixlen = 32;
	address->ifa_scope = RT_SCOPE_UNIVERSE;
	address->ifa_index = (uint32_t)ifindex;
	mnl_attr_put_u32(message, IFA_LOCAL, htonl(local));
	mnl_attr_put_u32(message, IFA_ADDRESS, htonl(remote));
	return ask(nl, message);
}

int netlink_default_route(struct mnl_socket *nl, int ifindex, uint32_t local, uint32_t gateway,
			  uint32_t metric)
{
	char room[REQUEST_MAX];
	/* Appended, never replaced: another default route of this metric is not ours to take. */
	struct nlmsghdr *message = begin(room, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_APPEND);
	struct rtmsg *route = mnl_nlmsg_put_extra_header(message, sizeof(*route));

	route->rtm_family = AF_INET;
	route->rtm_table = RT_TABLE_MAIN;
	route->rtm_protocol = RTPROT_STATIC;
	route->rtm_scope = gateway != 0 ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
	route->rtm_type = RTN_UNICAST;
	mnl_attr_put_u32(message, RTA_OIF, (uint32_t)ifindex);
	if (gateway != 0)
		mnl_attr_put_u32(message, RTA_GATEWAY, htonl(gateway));
	mnl_attr_put_u32(message, RTA_PREFSRC, htonl(local));
	mnl_attr_put_u32(message, RTA_PRIORITY, metric);
	return ask(nl, message);
}
