/* SPDX-License-Identifier: BSD-3-Clause */
#include "netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/if_link.h>
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

/* Who asks for something gets it in TAKE; both may be NULL. */
static int ask_for(struct mnl_socket *nl, struct nlmsghdr *message, mnl_cb_t take, void *data)
{
	char answer[8192];
	unsigned portid = mnl_socket_get_portid(nl);
	ssize_t len;

	if (mnl_socket_sendto(nl, message, message->nlmsg_len) < 0)
		return -errno;
	len = mnl_socket_recvfrom(nl, answer, sizeof(answer));
	if (len < 0)
		return -errno;
	return mnl_cb_run(answer, (size_t)len, 0, portid, take, data) < 0 ? -errno : 0;
}

static int ask(struct mnl_socket *nl, struct nlmsghdr *message)
{
	return ask_for(nl, message, NULL, NULL);
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

struct default_route {
	int ifindex;
	uint32_t metric;
};

static int take_route(const struct nlmsghdr *message, void *data)
{
	const struct rtmsg *route = mnl_nlmsg_get_payload(message);
	struct default_route *found = data;
	const struct nlattr *attr;

	if (message->nlmsg_type != RTM_NEWROUTE ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(*route) || route->rtm_dst_len != 0)
		return MNL_CB_OK;
	mnl_attr_for_each(attr, message, sizeof(*route))
	{
		if (mnl_attr_validate(attr, MNL_TYPE_U32) < 0)
			continue;
		if (mnl_attr_get_type(attr) == RTA_OIF)
			found->ifindex = (int)mnl_attr_get_u32(attr);
		else if (mnl_attr_get_type(attr) == RTA_PRIORITY)
			found->metric = mnl_attr_get_u32(attr);
	}
	return MNL_CB_OK;
}

/* Asks the kernel where it would send a packet, which costs the same however many routes it has.
 * The addresses are nobody's (RFC 5737, RFC 2544): of three, one should have no route of its own.
 */
int netlink_default_of(struct mnl_socket *nl, uint32_t *metric)
{
	static const uint32_t nowhere[] = {0xcb007101, 0xc6336401, 0xc6130001};
	struct default_route found = {0};

	for (size_t i = 0; found.ifindex == 0 && i < sizeof(nowhere) / sizeof(nowhere[0]); i++) {
		char room[REQUEST_MAX];
		struct nlmsghdr *message = begin(room, RTM_GETROUTE, 0);
		struct rtmsg *route = mnl_nlmsg_put_extra_header(message, sizeof(*route));

		message->nlmsg_flags = NLM_F_REQUEST; /* the route is the answer */
		route->rtm_family = AF_INET;
		route->rtm_dst_len = 32;
		route->rtm_flags = RTM_F_FIB_MATCH; /* as it is in the table */
		mnl_attr_put_u32(message, RTA_DST, htonl(nowhere[i]));
		ask_for(nl, message, take_route, &found);
	}
	*metric = found.metric;
	return found.ifindex;
}

/* ---- IPv6 -------------------------------------------------------------------------------------
 */

int netlink_no_own_address6(struct mnl_socket *nl, int ifindex)
{
	char room[REQUEST_MAX];
	struct nlmsghdr *message = begin(room, RTM_NEWLINK, 0);
	struct ifinfomsg *link = mnl_nlmsg_put_extra_header(message, sizeof(*link));
	struct nlattr *families, *ipv6;

	link->ifi_index = ifindex;
	families = mnl_attr_nest_start(message, IFLA_AF_SPEC);
	ipv6 = mnl_attr_nest_start(message, AF_INET6);
	mnl_attr_put_u8(message, IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
	mnl_attr_nest_end(message, ipv6);
	mnl_attr_nest_end(message, families);
	return ask(nl, message);
}

int netlink_address6(struct mnl_socket *nl, int ifindex, const struct netlink_address6 *address,
		     bool add)
{
	const struct ifa_cacheinfo lifetimes = {.ifa_prefered = address->preferred_s,
						.ifa_valid = address->valid_s};
	char room[REQUEST_MAX];
	struct nlmsghdr *message = add ? begin(room, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE)
				       : begin(room, RTM_DELADDR, 0);
	struct ifaddrmsg *header = mnl_nlmsg_put_extra_header(message, sizeof(*header));

	header->ifa_family = AF_INET6;
	header->ifa_prefixlen = address->prefix.length;
	header->ifa_index = (uint32_t)ifindex;
	mnl_attr_put(message, IFA_LOCAL, sizeof(address->prefix.address), address->prefix.address);
	if (add) {
		mnl_attr_put_u32(message, IFA_FLAGS, IFA_F_NODAD);
		mnl_attr_put(message, IFA_CACHEINFO, sizeof(lifetimes), &lifetimes);
	}
	return ask(nl, message);
}

struct addresses6 {
	int ifindex;
	struct tp_prefix6 *address;
	unsigned count, max;
};

static int take_address6(const struct nlmsghdr *message, void *data)
{
	const struct ifaddrmsg *header = mnl_nlmsg_get_payload(message);
	struct addresses6 *found = data;
	const struct nlattr *attr;

	if (message->nlmsg_type != RTM_NEWADDR ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(*header) ||
	    (int)header->ifa_index != found->ifindex || header->ifa_family != AF_INET6)
		return MNL_CB_OK;
	mnl_attr_for_each(attr, message, sizeof(*header))
	{
		if (mnl_attr_get_type(attr) != IFA_ADDRESS ||
		    mnl_attr_get_payload_len(attr) != sizeof(found->address->address) ||
		    found->count == found->max)
			continue;
		found->address[found->count].length = header->ifa_prefixlen;
		memcpy(found->address[found->count++].address, mnl_attr_get_payload(attr),
		       sizeof(found->address->address));
	}
	return MNL_CB_OK;
}

unsigned netlink_addresses6(struct mnl_socket *nl, int ifindex, struct tp_prefix6 *addresses,
			    unsigned max)
{
	struct addresses6 found = {.ifindex = ifindex, .address = addresses, .max = max};
	char room[REQUEST_MAX], answer[16384];
	struct nlmsghdr *message = begin(room, RTM_GETADDR, 0);
	struct ifaddrmsg *header = mnl_nlmsg_put_extra_header(message, sizeof(*header));
	int more = MNL_CB_OK;

	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	header->ifa_family = AF_INET6;
	if (mnl_socket_sendto(nl, message, message->nlmsg_len) < 0)
		return 0;
	while (more > MNL_CB_STOP) {
		ssize_t len = mnl_socket_recvfrom(nl, answer, sizeof(answer));

		more = len < 0 ? MNL_CB_STOP
			       : mnl_cb_run(answer, (size_t)len, 0, mnl_socket_get_portid(nl),
					    take_address6, &found);
	}
	return found.count;
}

int netlink_route6(struct mnl_socket *nl, int ifindex, const struct tp_prefix6 *prefix,
		   uint32_t metric, bool add)
{
	char room[REQUEST_MAX];
	struct nlmsghdr *message = add ? begin(room, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_APPEND)
				       : begin(room, RTM_DELROUTE, 0);
	struct rtmsg *route = mnl_nlmsg_put_extra_header(message, sizeof(*route));

	route->rtm_family = AF_INET6;
	route->rtm_dst_len = prefix->length;
	route->rtm_table = RT_TABLE_MAIN;
	route->rtm_protocol = add ? RTPROT_STATIC : RTPROT_UNSPEC; /* whosever */
	route->rtm_scope = RT_SCOPE_UNIVERSE;
	route->rtm_type = ifindex != 0 ? RTN_UNICAST : RTN_UNREACHABLE;
	if (prefix->length > 0)
		mnl_attr_put(message, RTA_DST, sizeof(prefix->address), prefix->address);
	if (ifindex != 0)
		mnl_attr_put_u32(message, RTA_OIF, (uint32_t)ifindex);
	mnl_attr_put_u32(message, RTA_PRIORITY, metric);
	return ask(nl, message);
}
