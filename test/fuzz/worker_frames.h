/* SPDX-License-Identifier: BSD-3-Clause */
/* What comes in at the ports of the data plane under test, as the fuzzer's input has it: most of it
 * right, so that it gets far. */
#pragma once

#include "base/bytes.h"
#include "dataplane/state.h"
#include "ppp/mppe.h"

#define ACCESS 0
#define CORE   1
#define PORTS  2
#define SLOTS  16

#define IP(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (d))
#define SUBSCRIBERS    IP(10, 0, 0, 16) /* and SLOTS from there */

/* The first 32 bits of IPv6's networks: of links, a /64 each; of delegated prefixes, a /56 each; of
 * the core. */
#define LINKS6	   0x20010db8
#define DELEGATED6 0x20010db9
#define CORE6	   0x20010dba

/* What the subscriber's side knows. */
struct peer {
	uint32_t sequence;
	bool is_short, encrypts;
	struct tp_mppe_sender cipher;
};

extern struct tp_dataplane *dp;
extern struct peer peers[SLOTS];
extern const struct tp_mac gateway;

/* Who is at SLOT's place. */
struct tp_vlans vlans_of(unsigned slot);
struct tp_mac mac_of(unsigned slot);

/* A subscriber's, one by the router beyond the core, or any there is. */
uint32_t any_address(void);

void any_address6(uint8_t *address);

/* A frame of the router beyond the core. */
void put_from_core(struct tp_writer *out);

/* One for PORT, in W's pool. Some are cut short, or have a byte changed; the driver may have
 * stripped a tag. */
struct rte_mbuf *next_frame(struct tp_worker *w, unsigned port);
