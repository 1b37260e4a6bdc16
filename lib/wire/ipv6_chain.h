/* SPDX-License-Identifier: BSD-3-Clause */
/* What is right about an IPv6 packet as a router sees it, and the chain of its extension headers
 * (RFC 8200, section 4; RFC 7112). Pure functions over bytes; any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tp_ipv6_fault {
	TP_IPV6_OK,
	TP_IPV6_BAD_HEADER, /* too short, or not version 6 */
	TP_IPV6_BAD_LENGTH, /* the payload length does not fit the frame, or is missing */
	TP_IPV6_JUMBO,	    /* the length is in a Jumbo Payload option (RFC 2675) */
};

/* The checks of a packet in LEN bytes. Links of less than 65,576 bytes have no use for jumbograms,
 * and a router that does not know the option has to refuse it: where it stands, AT tells. */
enum tp_ipv6_fault tp_ipv6_check(const void *packet, size_t len, size_t *at);

/* Octets of the packet, header included. */
static inline size_t tp_ipv6_total(const void *packet)
{
	const uint8_t *p = packet;

	return 40 + (size_t)(p[4] << 8 | p[5]);
}

/* What lies behind the extension headers. */
struct tp_ipv6_upper {
	uint8_t protocol;
	size_t named; /* where the packet says so */
	bool later;   /* the packet is a fragment, and not the first: at OFFSET is no header */
	size_t offset;
};

/* Finds it in PACKET of LEN bytes, its header checked. False: the chain is cut off, or has more
 * headers than any that means well (RFC 8504, section 5.3). */
bool tp_ipv6_upper_find(const void *packet, size_t len, struct tp_ipv6_upper *upper);
