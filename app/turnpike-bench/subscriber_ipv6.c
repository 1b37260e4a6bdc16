/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv6 of a subscriber: what a customer's router asks for, Router Solicitation and DHCPv6 with four
 * messages, when IPV6CP is up. */
#include "city.h"
#include "ipv6/dhcp6.h"
#include "ipv6/duid.h"
#include "ipv6/packet.h"
#include "wire/ppp.h"

#define IAID 1

static void output(void *user, const uint8_t *packet, size_t len)
{
	struct subscriber *s = user;
	uint8_t *room = subscriber_output(s, TP_PPP_PROTO_IPV6, (uint16_t)len);

	if (room != NULL)
		memcpy(room, packet, len);
}

static void changed(void *user, unsigned what)
{
	subscriber_look(user);
}

const struct tp_ipv6_host_ops subscriber_ipv6_ops = {output, changed};

void subscriber_ipv6_up(struct subscriber *s, const struct tp_ppp_interface_ids *ids)
{
	struct tp_duid duid;

	tp_duid_of_mac(&duid, s->mac.bytes);
	tp_ipv6_host_start(s->host, ids->local, &duid, IAID, s->city->now_ms);
}

bool subscriber_ipv6_is_complete(const struct subscriber *s)
{
	return s->host->slaac.prefix.length > 0 && s->host->bound;
}

bool subscriber_ipv6_is_for_host(const uint8_t *packet, size_t len)
{
	const struct tp_ipv6 *ip = (const struct tp_ipv6 *)packet;
	struct tp_reader udp = tp_reader_of(packet, len);
	const uint8_t *header;
	uint16_t src_port, dst_port;

	if (!tp_read_bytes(&udp, TP_IPV6_HEADER_LEN, &header) || ip->next_header == TP_IPV6_ICMP)
		return true;
	return ip->next_header == TP_IPV6_UDP &&
	       (!tp_read_be16(&udp, &src_port) || !tp_read_be16(&udp, &dst_port) ||
		dst_port == TP_DHCP6_CLIENT_PORT);
}

static uint64_t first_half(const uint8_t address[16])
{
	uint64_t bits = 0;

	for (unsigned i = 0; i < 8; i++)
		bits = bits << 8 | address[i];
	return bits;
}

void subscriber_ipv6_prefixes(const struct subscriber *s, uint64_t prefixes[2])
{
	prefixes[0] = first_half(s->host->slaac.prefix.address);
	prefixes[1] = first_half(s->host->prefixes[0].prefix.address);
}
