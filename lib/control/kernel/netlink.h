/* SPDX-License-Identifier: BSD-3-Clause */
/* A conversation with the kernel's rtnetlink: requests with their answers, batches without,
 * dumps in pieces, and what a monitoring socket hears. Nothing here waits for the kernel longer
 * than it takes to carry out one request, which it does within send(2). Control thread. */
#pragma once

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"
#include "wire/ethernet.h"

/* What our routes carry in `protocol`, from the range that the kernel leaves to user space;
 * /etc/iproute2/rt_protos, FRR and BIRD have no other use for these. */
#define TP_RTPROT_SUBSCRIBER 158 /* a subscriber's address or framed route */
#define TP_RTPROT_STATIC     159 /* from /ip/route */
#define TP_RTPROT_POOL	     157 /* what is announced of a pool */

#define TP_NETLINK_BUFFER 32768

struct tp_netlink {
	struct mnl_socket *socket;
	int fd;
	unsigned seq;
	uint32_t portid;
};

/* GROUPS: RTMGRP_… to hear of, 0: none. Returns 0 or a negative errno. */
int tp_netlink_open(struct tp_netlink *nl, unsigned groups);
void tp_netlink_close(struct tp_netlink *nl);

/* A message begun in BUFFER (TP_NETLINK_BUFFER bytes or what is left of it). */
struct nlmsghdr *tp_netlink_begin(void *buffer, uint16_t type, uint16_t flags);

/* Sends one request and takes the kernel's answer: 0 or a negative errno. */
int tp_netlink_request(struct tp_netlink *nl, struct nlmsghdr *message);

/* Sends LEN bytes of messages; their errors come back one by one, to be received. */
int tp_netlink_send(struct tp_netlink *nl, const void *messages, size_t len);

/* Hands each message waiting to FN, at most one buffer of them. NLMSG_ERROR and NLMSG_DONE are
 * among them; what another process sent is not. Returns the number of bytes; 0 when nothing waits;
 * -ENOBUFS when messages had to be left out; another negative errno. */
typedef void (*tp_netlink_fn)(void *user, const struct nlmsghdr *message);
int tp_netlink_receive(struct tp_netlink *nl, tp_netlink_fn fn, void *user);

/* Hands each whole message in the LEN bytes of BUFFER to FN. */
void tp_netlink_each(const void *buffer, int len, tp_netlink_fn fn, void *user);

/* How something was learnt. A dump and the events that the kernel sends meanwhile come by two
 * sockets, and either may be read late. Every change has an event, so the last event about a
 * thing is its state; a dump, though, was written at some moment since it was asked for. So what
 * an event has told since then stands, and the dump tells of all the rest. */
enum tp_netlink_news { TP_NEWS_EVENT, TP_NEWS_DUMP };

/* ---- requests --------------------------------------------------------------------- */

/* Brings IFINDEX up with this MAC (NULL: as it is) and MTU. */
int tp_netlink_link_up(struct tp_netlink *nl, int ifindex, const struct tp_mac *mac, uint16_t mtu);

/* How the kernel makes a link-local address of IPv6 for an interface (RFC 4291, appendix A). */
enum tp_address_mode {
	TP_ADDRESS_EUI64 = 0, /* of its MAC; IN6_ADDR_GEN_MODE_EUI64 */
	TP_ADDRESS_NONE = 1,  /* it has none; IN6_ADDR_GEN_MODE_NONE */
};
int tp_netlink_link_local(struct tp_netlink *nl, int ifindex, enum tp_address_mode mode);

/* Gives IFINDEX an address with the length of its network, or takes it. Of IPv6, DETECT: the kernel
 * asks first whether somebody else has it (RFC 4862, section 5.4); -EEXIST: it is there. */
int tp_netlink_address_add(struct tp_netlink *nl, int ifindex, const struct tp_ip_prefix *address,
			   bool detect);
int tp_netlink_address_remove(struct tp_netlink *nl, int ifindex,
			      const struct tp_ip_prefix *address);

/* Writes an RTM_NEWROUTE or RTM_DELROUTE. */
struct tp_netlink_route {
	struct tp_ip_prefix prefix;
	struct tp_ip gateway; /* none: the hosts are on the link */
	uint32_t metric;      /* 0: the kernel's choice */
	uint32_t mtu;	      /* 0: the interface's */
	int ifindex;	      /* 0: found by the gateway */
	uint8_t protocol;
};
struct nlmsghdr *tp_netlink_route_message(void *buffer, uint16_t type, uint16_t flags,
					  const struct tp_netlink_route *route);

/* Asks the kernel to resolve, or to confirm, ADDRESS on IFINDEX: a neighbour entry that is in
 * use (NTF_USE), so the kernel sends ARP requests or Neighbor Solicitations. */
int tp_netlink_neighbour_use(struct tp_netlink *nl, int ifindex, const struct tp_ip *address);

/* ---- parsing ------------------------------------------------------------------------ */

/* The family of a route, a neighbour or an address that MESSAGE is about. */
enum tp_family tp_netlink_family(const struct nlmsghdr *message);

#define TP_NETLINK_HOPS 32 /* what more a route has is left out */

/* Where a route leads. */
struct tp_netlink_hop {
	struct tp_ip gateway; /* may be of the other family; none: on the link */
	int ifindex;	      /* 0: none */
	uint16_t weight;      /* 1 … 256 */
	bool dead;	      /* behind a link that is down */
};

/* One route of the kernel's, from RTM_NEWROUTE or RTM_DELROUTE. */
struct tp_netlink_route_info {
	struct tp_ip_prefix prefix;
	uint32_t table;
	uint32_t metric;
	uint64_t identity; /* of all that tells it from others of the same table, prefix and metric
			    */
	struct tp_netlink_hop hops[TP_NETLINK_HOPS];
	unsigned hop_count; /* 1, unless it has several */
	uint32_t shared; /* the number of the next hop, or group of them, that it is by; 0: its own
			  */
	uint8_t type;	 /* RTN_… */
	uint8_t protocol;
	bool dead;	/* it leads nowhere, whatever its hops say */
	bool selective; /* for packets of one TOS, or from one network, alone */
};
/* False: another family, no route, cached, or it makes no sense. */
bool tp_netlink_parse_route(const struct nlmsghdr *message, struct tp_netlink_route_info *info);

struct tp_netlink_neighbour_info {
	struct tp_ip address;
	int ifindex;
	uint16_t state; /* NUD_… */
	bool has_mac;
	struct tp_mac mac;
};
bool tp_netlink_parse_neighbour(const struct nlmsghdr *message,
				struct tp_netlink_neighbour_info *info);

struct tp_netlink_address_info {
	struct tp_ip address;
	int ifindex;
	bool duplicate; /* somebody else on the link has it: it is not used */
};
/* From RTM_NEWADDR or RTM_DELADDR. False: another family, or it makes no sense. */
bool tp_netlink_parse_address(const struct nlmsghdr *message, struct tp_netlink_address_info *info);
