/* SPDX-License-Identifier: BSD-3-Clause */
#include "core_side.h"

#include <rte_arp.h>
#include <rte_byteorder.h>
#include <string.h>

static const struct tp_mac broadcast = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};

static void send_arp(struct core_side *core, uint16_t opcode, const struct tp_mac *dst,
		     uint32_t address)
{
	struct rte_arp_hdr arp = {
		.arp_hardware = rte_cpu_to_be_16(RTE_ARP_HRD_ETHER),
		.arp_protocol = rte_cpu_to_be_16(TP_ETHERTYPE_IPV4),
		.arp_hlen = 6,
		.arp_plen = 4,
		.arp_opcode = rte_cpu_to_be_16(opcode),
		.arp_data = {.arp_sip = rte_cpu_to_be_32(core->address),
			     .arp_tip = rte_cpu_to_be_32(address)},
	};
	uint8_t *p = rig_port_send(core->port, dst, &core->mac, (struct tp_vlans){0},
				   TP_ETHERTYPE_ARP, sizeof(arp));

	if (p == NULL)
		return;
	memcpy(arp.arp_data.arp_sha.addr_bytes, core->mac.bytes, 6);
	if (opcode == RTE_ARP_OP_REPLY)
		memcpy(arp.arp_data.arp_tha.addr_bytes, dst->bytes, 6);
	memcpy(p, &arp, sizeof(arp));
}

void core_side_resolve(struct core_side *core)
{
	send_arp(core, RTE_ARP_OP_REQUEST, &broadcast, core->peer);
	rig_port_flush(core->port);
}

static void arp_input(struct core_side *core, const struct rig_frame *frame)
{
	struct rte_arp_hdr arp;

	if (frame->len < sizeof(arp))
		return;
	memcpy(&arp, frame->payload, sizeof(arp));
	if (arp.arp_data.arp_sip == rte_cpu_to_be_32(core->peer)) {
		memcpy(core->peer_mac.bytes, arp.arp_data.arp_sha.addr_bytes, 6);
		core->resolved = true;
	}
	if (arp.arp_opcode == rte_cpu_to_be_16(RTE_ARP_OP_REQUEST) &&
	    arp.arp_data.arp_tip == rte_cpu_to_be_32(core->address))
		send_arp(core, RTE_ARP_OP_REPLY, &frame->src,
			 rte_be_to_cpu_32(arp.arp_data.arp_sip));
}

static void frame_input(void *user, const struct rig_frame *frame)
{
	struct core_side *core = user;

	if (frame->ethertype == TP_ETHERTYPE_ARP)
		arp_input(core, frame);
	else if (frame->ethertype == TP_ETHERTYPE_IPV4 && tp_mac_equal(&frame->dst, &core->mac))
		core->ip_input(core->user, frame->payload, frame->len);
}

unsigned core_side_work(struct core_side *core)
{
	unsigned n = rig_port_receive(core->port, frame_input, core);

	rig_port_flush(core->port);
	return n;
}

uint8_t *core_side_ip_output(struct core_side *core, uint16_t len)
{
	return rig_port_send(core->port, &core->peer_mac, &core->mac, (struct tp_vlans){0},
			     TP_ETHERTYPE_IPV4, len);
}
