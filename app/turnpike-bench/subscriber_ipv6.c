/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv6 of a subscriber: what a customer's router asks for, Router Solicitation and DHCPv6 with four
 * messages, when IPV6CP is up. */
#include "city.h"
#include "ipv6/duid.h"
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
