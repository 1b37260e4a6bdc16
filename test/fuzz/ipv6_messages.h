/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets of ND and DHCPv6 as a fuzzer's input decides: mostly in order, so that what lies behind
 * the checks is reached, and at times not. And what both ends of a link are held to. */
#pragma once

#include <stdlib.h>

#include "input.h"
#include "ipv6/dhcp6.h"
#include "ipv6/host.h"
#include "ipv6/nd.h"
#include "ipv6/router.h"

/* The router's end is fe80::1, the host's fe80::2; their DUIDs end so as well. */
void ipv6_id(uint8_t id[8], uint8_t last);
void ipv6_duid(struct tp_duid *duid, uint8_t last);

/* A packet that MESSAGE's functions make; returns its length. Addresses as decided, mostly those of
 * the link from FROM (1 or 2) to the other end. */
size_t ipv6_make_nd(uint8_t packet[TP_IPV6_MIN_MTU], uint8_t from);
size_t ipv6_make_dhcp6(uint8_t packet[TP_IPV6_MIN_MTU], uint8_t from, uint32_t transaction);

static inline void must(bool what)
{
	if (!what)
		abort();
}

static inline uint64_t ipv6_counted(const struct tp_ipv6_counters *counters)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < TP_IPV6_MESSAGE_COUNT; i++)
		sum += counters->received[i];
	for (unsigned i = 0; i < TP_IPV6_REASON_COUNT; i++)
		sum += counters->discarded[i];
	return sum;
}
