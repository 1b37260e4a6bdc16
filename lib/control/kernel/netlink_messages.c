/* SPDX-License-Identifier: BSD-3-Clause */
/* The rtnetlink messages that control writes and reads (man 7 rtnetlink). */
#include "control/kernel/netlink.h"

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

/* `ip link set NAME addrgenmode …`. */
int tp_netlink_link_local(struct tp_netlink *nl, int ifindex, enum tp_address_mode mode)
{
	char buffer[512] __attribute__((aligned(8)));
	struct nlmsghdr *m = tp_netlink_begin(buffer, RTM_NEWLINK, 0);
	struct ifinfomsg *link = mnl_nlmsg_put_extra_header(m, sizeof(*link));
	struct nlattr *families, *ipv6;

	link->ifi_family = AF_UNSPEC;
	link->ifi_index = ifindex;
	families = mnl_attr_nest_start(m, IFLA_AF_SPEC);
	ipv6 = mnl_attr_nest_start(m, AF_INET6);
	mnl_attr_put_u8(m, IFLA_INET6_ADDR_GEN_MODE, mode);
	mnl_attr_nest_end(m, ipv6);
	mnl_attr_nest_end(m, families);
	return tp_netlink_request(nl, m);
}

static uint8_t family_of(const struct tp_ip *ip)
{
	return ip->family == TP_FAMILY_IPV6 ? AF_INET6 : AF_INET;
}

static void put_ip(struct nlmsghdr *m, uint16_t type, const struct tp_ip *ip)
{
	mnl_attr_put(m, type, tp_ip_bits(ip) / 8, ip->bytes);
}

static struct nlmsghdr *address_message(void *buffer, uint16_t type, uint16_t flags, int ifindex,
					const struct tp_ip_prefix *address)
{
	struct nlmsghdr *m = tp_netlink_begin(buffer, type, flags);
	struct ifaddrmsg *a = mnl_nlmsg_put_extra_header(m, sizeof(*a));

	a->ifa_family = family_of(&address->ip);
	a->ifa_prefixlen = address->length;
	a->ifa_scope = RT_SCOPE_UNIVERSE;
	a->ifa_index = (uint32_t)ifindex;
	put_ip(m, IFA_LOCAL, &address->ip);
	put_ip(m, IFA_ADDRESS, &address->ip);
	return m;
}

int tp_netlink_address_add(struct tp_netlink *nl, int ifindex, const struct tp_ip_prefix *address,
			   bool detect)
{
	char buffer[512] __attribute__((aligned(8)));
	bool ipv6 = address->ip.family == TP_FAMILY_IPV6;
	struct nlmsghdr *m = address_message(buffer, RTM_NEWADDR,
					     NLM_F_CREATE | (ipv6 ? NLM_F_EXCL : NLM_F_REPLACE),
					     ifindex, address);

	if (ipv6 && !detect)
		mnl_attr_put_u32(m, IFA_FLAGS, IFA_F_NODAD);
	if (!ipv6 && address->length < 31)
		mnl_attr_put_u32(m, IFA_BROADCAST,
				 htonl(tp_ip_to4(&address->ip) | ~tp_prefix_mask(address->length)));
	return tp_netlink_request(nl, m);
}

int tp_netlink_address_remove(struct tp_netlink *nl, int ifindex,
			      const struct tp_ip_prefix *address)
{
	char buffer[512] __attribute__((aligned(8)));

	return tp_netlink_request(nl, address_message(buffer, RTM_DELADDR, 0, ifindex, address));
}

struct nlmsghdr *tp_netlink_route_message(void *buffer, uint16_t type, uint16_t flags,
					  const struct tp_netlink_route *route)
{
	struct nlmsghdr *m = tp_netlink_begin(buffer, type, flags);
	struct rtmsg *r = mnl_nlmsg_put_extra_header(m, sizeof(*r));
	bool on_link = tp_ip_is_none(&route->gateway);

	r->rtm_family = family_of(&route->prefix.ip);
	r->rtm_dst_len = route->prefix.length;
	r->rtm_table = RT_TABLE_MAIN;
	r->rtm_protocol = route->protocol;
	r->rtm_scope = on_link ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
	r->rtm_type = RTN_UNICAST;
	put_ip(m, RTA_DST, &route->prefix.ip);
	if (!on_link)
		put_ip(m, RTA_GATEWAY, &route->gateway);
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

int tp_netlink_neighbour_use(struct tp_netlink *nl, int ifindex, const struct tp_ip *address)
{
	char buffer[256] __attribute__((aligned(8)));
	struct nlmsghdr *m = tp_netlink_begin(buffer, RTM_NEWNEIGH, NLM_F_CREATE);
	struct ndmsg *neighbour = mnl_nlmsg_put_extra_header(m, sizeof(*neighbour));

	neighbour->ndm_family = family_of(address);
	neighbour->ndm_ifindex = ifindex;
	neighbour->ndm_state = NUD_NONE;
	neighbour->ndm_flags = NTF_USE;
	put_ip(m, NDA_DST, address);
	return tp_netlink_request(nl, m);
}

enum tp_family tp_netlink_family(const struct nlmsghdr *message)
{
	const uint8_t *family = mnl_nlmsg_get_payload(message); /* of rtmsg, ndmsg, ifaddrmsg */

	if (mnl_nlmsg_get_payload_len(message) < sizeof(*family))
		return TP_NO_FAMILY;
	return *family == AF_INET    ? TP_FAMILY_IPV4
	       : *family == AF_INET6 ? TP_FAMILY_IPV6
				     : TP_NO_FAMILY;
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

static bool copy_ip(const void *bytes, size_t len, enum tp_family family, struct tp_ip *ip)
{
	struct tp_ip read = {.family = (uint8_t)family};

	if (family == TP_NO_FAMILY || len != tp_ip_bits(&read) / 8u)
		return false;
	memcpy(read.bytes, bytes, len);
	*ip = read;
	return true;
}

static bool read_ip(const struct nlattr *a, enum tp_family family, struct tp_ip *ip)
{
	return a != NULL &&
	       copy_ip(mnl_attr_get_payload(a), mnl_attr_get_payload_len(a), family, ip);
}

/* RTA_VIA: a gateway of another family than the route's (RFC 8950). */
static void read_via(const void *data, size_t len, struct tp_ip *gateway)
{
	const struct rtvia *via = data;

	if (len < sizeof(*via))
		return;
	copy_ip(via->rtvia_addr, len - sizeof(*via),
		via->rtvia_family == AF_INET6 ? TP_FAMILY_IPV6 : TP_FAMILY_IPV4, gateway);
}

/* A link that is down does not take routes by it away. */
static bool is_dead(unsigned flags)
{
	return (flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN)) != 0;
}

/* One next hop of several; flags and weight stand in its head. */
static void read_hop_of_several(const struct rtnexthop *from, enum tp_family family,
				struct tp_netlink_hop *hop)
{
	int left = from->rtnh_len - (int)sizeof(*from);
	const struct rtattr *a = RTNH_DATA(from);

	*hop = (struct tp_netlink_hop){
		.ifindex = from->rtnh_ifindex,
		.weight = (uint16_t)(from->rtnh_hops + 1),
		.dead = is_dead(from->rtnh_flags),
	};
	for (; RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		if (a->rta_type == RTA_GATEWAY)
			copy_ip(RTA_DATA(a), RTA_PAYLOAD(a), family, &hop->gateway);
		else if (a->rta_type == RTA_VIA)
			read_via(RTA_DATA(a), RTA_PAYLOAD(a), &hop->gateway);
	}
}

static void read_several(const struct nlattr *multipath, struct tp_netlink_route_info *info)
{
	int left = mnl_attr_get_payload_len(multipath);
	const struct rtnexthop *hop = mnl_attr_get_payload(multipath);

	for (info->hop_count = 0;
	     left >= (int)sizeof(*hop) && RTNH_OK(hop, left) && info->hop_count < TP_NETLINK_HOPS;
	     left -= RTNH_ALIGN(hop->rtnh_len), hop = RTNH_NEXT(hop))
		read_hop_of_several(hop, info->prefix.ip.family, &info->hops[info->hop_count++]);
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
		else if (mnl_attr_get_type(a) != RTA_CACHEINFO) /* IPv6: ages and uses */
			identity = add_identity(identity, a, a->nla_len);
	}
	return identity;
}

/* 0.0.0.0 and :: are no gateway's address. */
static bool is_unspecified(const struct tp_ip *ip)
{
	static const uint8_t unspecified[sizeof(ip->bytes)];

	return memcmp(ip->bytes, unspecified, sizeof(unspecified)) == 0;
}

static void read_hops(const struct nlattr **a, struct tp_netlink_route_info *info)
{
	struct tp_netlink_hop *hop = &info->hops[0];
	uint32_t ifindex = 0;

	read_u32(a[RTA_NH_ID], &info->shared);
	info->hop_count = 1;
	hop->weight = 1;
	read_ip(a[RTA_GATEWAY], info->prefix.ip.family, &hop->gateway);
	if (a[RTA_VIA] != NULL)
		read_via(mnl_attr_get_payload(a[RTA_VIA]), mnl_attr_get_payload_len(a[RTA_VIA]),
			 &hop->gateway);
	if (read_u32(a[RTA_OIF], &ifindex))
		hop->ifindex = (int)ifindex;
	else if (a[RTA_MULTIPATH] != NULL)
		read_several(a[RTA_MULTIPATH], info);
	for (unsigned i = 0; i < info->hop_count; i++)
		if (is_unspecified(&info->hops[i].gateway))
			info->hops[i].gateway = (struct tp_ip){0};
}

/* The destination; the default route has no attribute of it. */
static bool read_prefix(const struct rtmsg *r, const struct nlattr *dst, enum tp_family family,
			struct tp_ip_prefix *prefix)
{
	prefix->ip.family = (uint8_t)family;
	prefix->length = r->rtm_dst_len;
	if (prefix->length > tp_ip_bits(&prefix->ip) ||
	    (!read_ip(dst, family, &prefix->ip) && prefix->length != 0))
		return false;
	*prefix = tp_ip_network(prefix);
	return true;
}

bool tp_netlink_parse_route(const struct nlmsghdr *message, struct tp_netlink_route_info *info)
{
	const struct rtmsg *r = mnl_nlmsg_get_payload(message);
	const struct nlattr *a[RTA_NH_ID + 1];
	enum tp_family family = tp_netlink_family(message);

	*info = (struct tp_netlink_route_info){0};
	if (mnl_nlmsg_get_payload_len(message) < sizeof(*r) || family == TP_NO_FAMILY ||
	    (r->rtm_flags & RTM_F_CLONED) != 0)
		return false;
	attributes(message, sizeof(*r), a, sizeof(a) / sizeof(a[0]) - 1);
	if (!read_prefix(r, a[RTA_DST], family, &info->prefix))
		return false;
	info->table = r->rtm_table;
	read_u32(a[RTA_TABLE], &info->table);
	read_u32(a[RTA_PRIORITY], &info->metric);
	read_hops(a, info);
	info->type = r->rtm_type;
	info->dead = is_dead(r->rtm_flags);
	info->protocol = r->rtm_protocol;
	info->selective = r->rtm_tos != 0 || r->rtm_src_len != 0;
	info->identity = route_identity(message, r);
	return true;
}

bool tp_netlink_parse_neighbour(const struct nlmsghdr *message,
				struct tp_netlink_neighbour_info *info)
{
	const struct ndmsg *neighbour = mnl_nlmsg_get_payload(message);
	const struct nlattr *a[NDA_LLADDR + 1];
	enum tp_family family = tp_netlink_family(message);

	*info = (struct tp_netlink_neighbour_info){0};
	if (mnl_nlmsg_get_payload_len(message) < sizeof(*neighbour) || family == TP_NO_FAMILY)
		return false;
	attributes(message, sizeof(*neighbour), a, NDA_LLADDR);
	if (!read_ip(a[NDA_DST], family, &info->address))
		return false;
	info->ifindex = neighbour->ndm_ifindex;
	info->state = neighbour->ndm_state;
	info->has_mac = a[NDA_LLADDR] != NULL &&
			mnl_attr_get_payload_len(a[NDA_LLADDR]) == sizeof(info->mac.bytes);
	if (info->has_mac)
		memcpy(info->mac.bytes, mnl_attr_get_payload(a[NDA_LLADDR]), 6);
	return true;
}

bool tp_netlink_parse_address(const struct nlmsghdr *message, struct tp_netlink_address_info *info)
{
	const struct ifaddrmsg *address = mnl_nlmsg_get_payload(message);
	const struct nlattr *a[IFA_FLAGS + 1];
	enum tp_family family = tp_netlink_family(message);
	uint32_t flags;

	*info = (struct tp_netlink_address_info){0};
	if (mnl_nlmsg_get_payload_len(message) < sizeof(*address) || family == TP_NO_FAMILY)
		return false;
	attributes(message, sizeof(*address), a, IFA_FLAGS);
	if (!read_ip(a[IFA_ADDRESS], family, &info->address))
		return false;
	flags = address->ifa_flags;
	read_u32(a[IFA_FLAGS], &flags);
	info->ifindex = (int)address->ifa_index;
	info->duplicate = (flags & IFA_F_DADFAILED) != 0;
	return true;
}
