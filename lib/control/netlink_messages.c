/* SPDX-License-Identifier: BSD-3-Clause */
/* The rtnetlink messages that control writes and reads (man 7 rtnetlink). */
#include "control/netlink.h"

#include <arpa/inet.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <net/if.h>
#include <string.h>

#include "base/siphash.h"

int tp_netlink_link_up(struct tp_netlink *nl, int ifindex, const struct tp_mac *mac, uint16_t mtu)
{
	char buffer[512] __attribute__((aligned(8)));
	struct nlmsghdr *m = tp_netlink_begin(buffer, RTM_NEWLINK, 0);
	struct ifinfomsg *link = mnl_nlmsg_put_extra_header(m, sizeof(*link));

	link->ifi_family = AF_UNSPEC;
	link->ifi_index = ifindex;
	link->ifi_flags = IFF_UP;
	link->ifi_change = IFF_UP;
	if (mac != NULL)
		mnl_attr_put(m, IFLA_ADDRESS, sizeof(mac->bytes), mac->bytes);
	mnl_attr_put_u32(m, IFLA_MTU, mtu);
	return tp_netlink_request(nl, m);
}

int tp_netlink_address_add(struct tp_netlink *nl, int ifindex, const struct tp_prefix *address)
{
	char buffer[512] __attribute__((aligned(8)));
	struct nlmsghdr *m = tp_netlink_begin(buffer, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE);
	struct ifaddrmsg *a = mnl_nlmsg_put_extra_header(m, sizeof(*a));

	a->ifa_family = AF_INET;
	a->ifa_prefixlen = address->length;
	a->ifa_scope = RT_SCOPE_UNIVERSE;
	a->ifa_index = (uint32_t)ifindex;
	mnl_attr_put_u32(m, IFA_LOCAL, htonl(address->address));
	mnl_attr_put_u32(m, IFA_ADDRESS, htonl(address->address));
	if (address->length < 31)
		mnl_attr_put_u32(m, IFA_BROADCAST,
				 htonl(address->address | ~tp_prefix_mask(address->length)));
	return tp_netlink_request(nl, m);
}

struct nlmsghdr *tp_netlink_route_message(void *buffer, uint16_t type, uint16_t flags,
					  const struct tp_netlink_route *route)
{
	struct nlmsghdr *m = tp_netlink_begin(buffer, type, flags);
	struct rtmsg *r = mnl_nlmsg_put_extra_header(m, sizeof(*r));

	r->rtm_family = AF_INET;
	r->rtm_dst_len = route->prefix.length;
	r->rtm_table = RT_TABLE_MAIN;
	r->rtm_protocol = route->protocol;
	r->rtm_scope = route->gateway != 0 ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
	r->rtm_type = RTN_UNICAST;
	mnl_attr_put_u32(m, RTA_DST, htonl(route->prefix.address));
	if (route->gateway != 0)
		mnl_attr_put_u32(m, RTA_GATEWAY, htonl(route->gateway));
	if (route->ifindex != 0)
		mnl_attr_put_u32(m, RTA_OIF, (uint32_t)route->ifindex);
	if (route->metric != 0)
		mnl_attr_put_u32(m, RTA_PRIORITY, route->metric);
	if (route->mtu != 0) {
		struct nlattr *metrics = mnl_attr_nest_start(m, RTA_METRICS);

		mnl_attr_put_u32(m, RTAX_MTU, route->mtu);
		mnl_attr_nest_end(m, metrics);
	}
	return m;
}

int tp_netlink_neighbour_use(struct tp_netlink *nl, int ifindex, uint32_t address)
{
	char buffer[256] __attribute__((aligned(8)));
	struct nlmsghdr *m = tp_netlink_begin(buffer, RTM_NEWNEIGH, NLM_F_CREATE);
	struct ndmsg *neighbour = mnl_nlmsg_put_extra_header(m, sizeof(*neighbour));

	neighbour->ndm_family = AF_INET;
	neighbour->ndm_ifindex = ifindex;
	neighbour->ndm_state = NUD_NONE;
	neighbour->ndm_flags = NTF_USE;
	mnl_attr_put_u32(m, NDA_DST, htonl(address));
	return tp_netlink_request(nl, m);
}

/* The attributes up to MAX by their types; those not there are NULL. */
static void attributes(const struct nlmsghdr *message, size_t header, const struct nlattr **table,
		       unsigned max)
{
	const struct nlattr *a;

	memset(table, 0, sizeof(*table) * (max + 1));
	mnl_attr_for_each(a, message, header) if (mnl_attr_get_type(a) <= max)
		table[mnl_attr_get_type(a)] = a;
}

static bool read_u32(const struct nlattr *a, uint32_t *value)
{
	if (a == NULL || mnl_attr_get_payload_len(a) < sizeof(uint32_t))
		return false;
	memcpy(value, mnl_attr_get_payload(a), sizeof(*value));
	return true;
}

static bool read_address(const struct nlattr *a, uint32_t *address)
{
	uint32_t value_be;

	if (!read_u32(a, &value_be))
		return false;
	*address = ntohl(value_be);
	return true;
}

/* The first next hop of several (RTA_MULTIPATH). */
static void read_first_hop(const struct nlattr *multipath, struct tp_netlink_route_info *info)
{
	const struct rtnexthop *hop = mnl_attr_get_payload(multipath);
	const struct rtattr *a;
	int left;

	if (mnl_attr_get_payload_len(multipath) < sizeof(*hop) ||
	    hop->rtnh_len > mnl_attr_get_payload_len(multipath) || hop->rtnh_len < sizeof(*hop))
		return;
	info->ifindex = hop->rtnh_ifindex;
	left = hop->rtnh_len - (int)sizeof(*hop);
	for (a = RTNH_DATA(hop); RTA_OK(a, left); a = RTA_NEXT(a, left))
		if (a->rta_type == RTA_GATEWAY && RTA_PAYLOAD(a) == sizeof(uint32_t)) {
			uint32_t gateway_be;

			memcpy(&gateway_be, RTA_DATA(a), sizeof(gateway_be));
			info->gateway = ntohl(gateway_be);
		}
}

static uint64_t add_identity(uint64_t identity, const void *data, size_t len)
{
	static const uint64_t key[2]; /* who may change the kernel's routes needs no tricks */

	return identity * 31 + tp_siphash(key, data, len);
}

/* All of each hop but its flags, which the kernel changes as links come and go. */
static uint64_t add_hops(uint64_t identity, const struct nlattr *multipath)
{
	int left = mnl_attr_get_payload_len(multipath);
	struct rtnexthop *hop = mnl_attr_get_payload(multipath);

	for (; RTNH_OK(hop, left); left -= RTNH_ALIGN(hop->rtnh_len), hop = RTNH_NEXT(hop)) {
		const struct rtnexthop head = {.rtnh_hops = hop->rtnh_hops,
					       .rtnh_ifindex = hop->rtnh_ifindex};

		identity = add_identity(identity, &head, sizeof(head));
		identity = add_identity(identity, RTNH_DATA(hop), hop->rtnh_len - sizeof(*hop));
	}
	return identity;
}

/* The kernel writes a route in one way, be it in an event or in a dump. */
static uint64_t route_identity(const struct nlmsghdr *message, const struct rtmsg *r)
{
	const uint8_t head[] = {r->rtm_type, r->rtm_scope, r->rtm_protocol};
	uint64_t identity = add_identity(0, head, sizeof(head));
	const struct nlattr *a;

	mnl_attr_for_each(a, message, sizeof(*r))
	{
		if (mnl_attr_get_type(a) == RTA_MULTIPATH)
			identity = add_hops(identity, a);
		else
			identity = add_identity(identity, a, a->nla_len);
	}
	return identity;
}

bool tp_netlink_parse_route(const struct nlmsghdr *message, struct tp_netlink_route_info *info)
{
	const struct rtmsg *r = mnl_nlmsg_get_payload(message);
	const struct nlattr *a[RTA_TABLE + 1];
	uint32_t ifindex = 0;

	*info = (struct tp_netlink_route_info){0};
	if (mnl_nlmsg_get_payload_len(message) < sizeof(*r) || r->rtm_family != AF_INET ||
	    r->rtm_dst_len > 32 || (r->rtm_flags & RTM_F_CLONED) != 0)
		return false;
	attributes(message, sizeof(*r), a, RTA_TABLE);
	info->prefix.length = r->rtm_dst_len;
	if (!read_address(a[RTA_DST], &info->prefix.address) && r->rtm_dst_len != 0)
		return false;
	info->prefix.address &= tp_prefix_mask(r->rtm_dst_len);
	info->table = r->rtm_table;
	read_u32(a[RTA_TABLE], &info->table);
	read_u32(a[RTA_PRIORITY], &info->metric);
	read_address(a[RTA_GATEWAY], &info->gateway);
	if (read_u32(a[RTA_OIF], &ifindex))
		info->ifindex = (int)ifindex;
	else if (a[RTA_MULTIPATH] != NULL)
		read_first_hop(a[RTA_MULTIPATH], info);
	info->type = r->rtm_type;
	info->protocol = r->rtm_protocol;
	info->tos = r->rtm_tos;
	info->identity = route_identity(message, r);
	return true;
}

bool tp_netlink_parse_neighbour(const struct nlmsghdr *message,
				struct tp_netlink_neighbour_info *info)
{
	const struct ndmsg *neighbour = mnl_nlmsg_get_payload(message);
	const struct nlattr *a[NDA_LLADDR + 1];

	*info = (struct tp_netlink_neighbour_info){0};
	if (mnl_nlmsg_get_payload_len(message) < sizeof(*neighbour) ||
	    neighbour->ndm_family != AF_INET)
		return false;
	attributes(message, sizeof(*neighbour), a, NDA_LLADDR);
	if (!read_address(a[NDA_DST], &info->address))
		return false;
	info->ifindex = neighbour->ndm_ifindex;
	info->state = neighbour->ndm_state;
	info->has_mac = a[NDA_LLADDR] != NULL &&
			mnl_attr_get_payload_len(a[NDA_LLADDR]) == sizeof(info->mac.bytes);
	if (info->has_mac)
		memcpy(info->mac.bytes, mnl_attr_get_payload(a[NDA_LLADDR]), 6);
	return true;
}
