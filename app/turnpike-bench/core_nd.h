/* SPDX-License-Identifier: BSD-3-Clause */
/* Neighbour Discovery (RFC 4861) of the rig's host on the core side: on Ethernet, so with
 * link-layer addresses. Pure functions over bytes; any thread. */
#pragma once

#include "ipv6/packet.h"
#include "wire/ethernet.h"

/* Who on this link looks for whom, or is where. */
struct core_nd_news {
	const uint8_t *solicited; /* somebody asks for this address; NULL: nobody does */
	const uint8_t *from;	  /* who sent it, 16 bytes */
	const uint8_t *neighbour; /* this address is at MAC; NULL: nothing said */
	struct tp_mac mac;
};

/* Reads PACKET, whose addresses NEWS then points to. False: it is no valid solicitation or
 * advertisement. What looks for an address of its own, from none (RFC 4862), is passed over. */
bool core_nd_read(struct core_nd_news *news, const uint8_t *packet, size_t len);

/* The question for TARGET from OURS at MAC; its length. */
size_t core_nd_solicit(struct tp_ipv6_out *out, const uint8_t *ours, const struct tp_mac *mac,
		       const uint8_t *target);

/* To TO, who asked for OURS, that it is at MAC; its length. */
size_t core_nd_advertise(struct tp_ipv6_out *out, const uint8_t *ours, const struct tp_mac *mac,
			 const uint8_t *to);

/* The group's Ethernet address: RFC 2464, section 7. */
struct tp_mac core_nd_multicast_mac(const uint8_t *group);
