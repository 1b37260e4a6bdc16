/* SPDX-License-Identifier: BSD-3-Clause */
#include "core_side.h"

#include <rte_arp.h>
#include <rte_byteorder.h>
#include <string.h>

#include "core_nd.h"

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

static void arp_input(struct core_side *core, const struct rig_frame *frame)
{
	struct rte_arp_hdr arp;

	if (frame->len < sizeof(arp))
		return;
	memcpy(&arp, frame->payload, sizeof(arp));
	if (arp.arp_data.arp_sip == rte_cpu_to_be_32(core->peer)) {
		memcpy(core->peer_mac[PACKET_IPV4].bytes, arp.arp_data.arp_sha.addr_bytes, 6);
		core->resolved[PACKET_IPV4] = true;
	}
	if (arp.arp_opcode == rte_cpu_to_be_16(RTE_ARP_OP_REQUEST) &&
	    arp.arp_data.arp_tip == rte_cpu_to_be_32(core->address))
		send_arp(core, RTE_ARP_OP_REPLY, &frame->src,
			 rte_be_to_cpu_32(arp.arp_data.arp_sip));
}

static void send_nd(struct core_side *core, const struct tp_mac *dst, const struct tp_ipv6_out *out,
		    size_t len)
{
	uint8_t *p = rig_port_send(core->port, dst, &core->mac, (struct tp_vlans){0},
				   TP_ETHERTYPE_IPV6, (uint16_t)len);

	if (p != NULL)
		memcpy(p, out->bytes, len);
}

static void solicit(struct core_side *core)
{
	struct tp_ipv6_out out;
	size_t len = core_nd_solicit(&out, core->address6, &core->mac, core->peer6);
	struct tp_mac group = core_nd_multicast_mac(((struct tp_ipv6 *)out.bytes)->dst);

	send_nd(core, &group, &out, len);
}

static void nd_input(struct core_side *core, const struct rig_frame *frame)
{
	struct core_nd_news news;
	struct tp_ipv6_out out;

	if (!core_nd_read(&news, frame->payload, frame->len))
		return;
	if (news.neighbour != NULL && tp_ipv6_same(news.neighbour, core->peer6)) {
		core->peer_mac[PACKET_IPV6] = news.mac;
		core->resolved[PACKET_IPV6] = true;
	}
	if (news.solicited != NULL && tp_ipv6_same(news.solicited, core->address6))
		send_nd(core, &frame->src, &out,
			core_nd_advertise(&out, core->address6, &core->mac, news.from));
}

static void ipv6_input(struct core_side *core, const struct rig_frame *frame)
{
	const struct tp_ipv6 *ip = (const struct tp_ipv6 *)frame->payload;

	if (frame->len < sizeof(*ip))
		return;
	if (ip->next_header == TP_IPV6_ICMP)
		nd_input(core, frame);
	else if (tp_mac_equal(&frame->dst, &core->mac))
		core->ip_input(core->user, frame->payload, frame->len);
}

static void frame_input(void *user, const struct rig_frame *frame)
{
	struct core_side *core = user;

	if (frame->ethertype == TP_ETHERTYPE_ARP)
		arp_input(core, frame);
	else if (frame->ethertype == TP_ETHERTYPE_IPV4 && tp_mac_equal(&frame->dst, &core->mac))
		core->ip_input(core->user, frame->payload, frame->len);
	else if (frame->ethertype == TP_ETHERTYPE_IPV6 && core->has[PACKET_IPV6])
		ipv6_input(core, frame);
}

static bool asks_for(const struct core_side *core, enum packet_family family)
{
	return core->has[family] && !core->resolved[family];
}

void core_side_resolve(struct core_side *core)
{
	if (asks_for(core, PACKET_IPV4))
		send_arp(core, RTE_ARP_OP_REQUEST, &broadcast, core->peer);
	if (asks_for(core, PACKET_IPV6))
		solicit(core);
	rig_port_flush(core->port);
}

bool core_side_is_resolved(const struct core_side *core)
{
	return !asks_for(core, PACKET_IPV4) && !asks_for(core, PACKET_IPV6);
}

unsigned core_side_work(struct core_side *core)
{
	unsigned n = rig_port_receive(core->port, frame_input, core);

	rig_port_flush(core->port);
	return n;
}

uint8_t *core_side_ip_output(struct core_side *core, enum packet_family family, uint16_t len)
{
	return rig_port_send(core->port, &core->peer_mac[family], &core->mac, (struct tp_vlans){0},
			     family == PACKET_IPV4 ? TP_ETHERTYPE_IPV4 : TP_ETHERTYPE_IPV6, len);
}
