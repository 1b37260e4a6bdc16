/* SPDX-License-Identifier: BSD-3-Clause */
/* The frames that the pipeline is fed with, whose subscribers they are of, and whether what came
 * out is what should. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/prefix.h"
#include "pipeline_rig.h"
#include "wire/ethernet.h"

#define FRAMES_MTU	1480
#define FRAMES_LINK_MTU 1492	    /* with MP's header the largest packet fits */
#define FRAMES_POOL	0x0a000000u /* subscribers' addresses, 10.0.0.0/8 */
#define FRAMES_LOCAL	0x0afffffeu
#define FRAMES_GATEWAY	0xc0000202u /* 192.0.2.2 */

struct rte_mbuf;

/* What all frames have in common. */
struct frames {
	const struct pipeline_options *o;
	struct tp_mac access, core; /* of our ports */
	uint32_t *sequences;	    /* of each bundle's next fragment, by its slot; NULL: none is */
	bool plain;		    /* without MP all the same, as the floor has them */
};

extern const struct tp_mac frames_gateway_mac;
extern const uint8_t frames_gateway6[16];

/* The slot of link K of the bundle of SLOT, whose own link is its first. */
uint32_t frames_link_slot(const struct pipeline_options *o, uint32_t slot, unsigned k);

/* Of the subscriber of SLOT. */
struct tp_mac frames_client_mac(uint32_t slot);
struct tp_prefix6 frames_link(uint32_t slot);	   /* the link's prefix */
struct tp_prefix6 frames_delegated(uint32_t slot); /* and the delegated one */
struct tp_vlans frames_vlans(const struct pipeline_options *o);

/* M becomes a fresh frame of one of SESSIONS at random. */
void frames_make(const struct frames *f, struct rte_mbuf *m, bool up, unsigned sessions);

/* Is M one of those, one hop on, as it should leave? */
bool frames_right(const struct frames *f, const struct rte_mbuf *m, bool up);
