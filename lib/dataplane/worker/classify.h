/* SPDX-License-Identifier: BSD-3-Clause */
/* What a frame is: its VLAN tags, in the frame or stripped into the mbuf, and where what follows
 * them begins. Worker lcores; nothing is read past the frame's end. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <rte_mbuf.h>

#include "wire/ethernet.h"

#define TP_STRIPPED (RTE_MBUF_F_RX_VLAN_STRIPPED | RTE_MBUF_F_RX_QINQ_STRIPPED)

struct tp_class {
	uint32_t vlans;	    /* tp_vlan_key(); tags of priority only (VLAN id 0) do not count */
	uint16_t ethertype; /* host byte order; a third tag shows as one */
	uint16_t offset;    /* of what follows the Ethernet type; 14 with no tag in the frame */
};

static inline uint16_t tp_load_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline bool tp_is_vlan_type(uint16_t ethertype)
{
	return ethertype == TP_ETHERTYPE_VLAN || ethertype == TP_ETHERTYPE_QINQ;
}

/* The next tag, from the outside: COUNT of them so far. */
static inline void tp_class_add_vlan(struct tp_class *c, unsigned *count, uint16_t tci)
{
	uint32_t id = tci & 0xfff;
	if (id == 0)
		return;
	c->vlans |= *count == 0 ? id : id << 16;
	(*count)++;
}

/* LEN bytes of frame at P with what the driver stripped off it; false: too short. */
static inline bool tp_classify_bytes(const uint8_t *p, unsigned len, uint64_t ol_flags,
				     uint16_t tci, uint16_t tci_outer, struct tp_class *c)
{
	unsigned count = 0;
	*c = (struct tp_class){.offset = TP_ETHERNET_HEADER_LEN};
	if ((ol_flags & RTE_MBUF_F_RX_QINQ_STRIPPED) != 0)
		tp_class_add_vlan(c, &count, tci_outer);
	if ((ol_flags & TP_STRIPPED) != 0)
		tp_class_add_vlan(c, &count, tci);
	for (;;) {
		if (len < c->offset)
			return false;
		c->ethertype = tp_load_be16(p + c->offset - 2);
		if (!tp_is_vlan_type(c->ethertype) || count == 2)
			return true;
		if (len < c->offset + (unsigned)TP_VLAN_TAG_LEN ||
		    c->offset >= TP_ETHERNET_HEADER_LEN + 3 * TP_VLAN_TAG_LEN)
			return false;
		tp_class_add_vlan(c, &count, tp_load_be16(p + c->offset));
		c->offset = (uint16_t)(c->offset + TP_VLAN_TAG_LEN);
	}
}

static inline bool tp_classify(const struct rte_mbuf *m, struct tp_class *c)
{
	return tp_classify_bytes(rte_pktmbuf_mtod(m, const uint8_t *), m->data_len, m->ol_flags,
				 m->vlan_tci, m->vlan_tci_outer, c);
}
