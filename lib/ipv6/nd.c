/* SPDX-License-Identifier: BSD-3-Clause */
/* Building. */
#include "ipv6/nd.h"

#include "ipv6/nd_options.h"
#include "ipv6/names.h"

/* The first four octets of each message; the checksum is filled in last. */
static void begin(struct tp_writer *w, uint8_t type)
{
	tp_write_u8(w, type);
	tp_write_u8(w, 0);
	tp_write_be16(w, 0);
}

static void put_prefix(struct tp_writer *w, const struct tp_nd_prefix *prefix)
{
	tp_write_u8(w, ND_OPTION_PREFIX);
	tp_write_u8(w, ND_PREFIX_UNITS);
	tp_write_u8(w, prefix->prefix.length);
	tp_write_u8(w, (uint8_t)((prefix->on_link ? ND_PREFIX_L : 0) |
				 (prefix->autonomous ? ND_PREFIX_A : 0) |
				 (prefix->delegation ? ND_PREFIX_P : 0)));
	tp_write_be32(w, prefix->valid_s);
	tp_write_be32(w, prefix->preferred_s);
	tp_write_be32(w, 0);
	tp_write_bytes(w, prefix->prefix.address, TP_IPV6_ADDRESS_LEN);
}

static void put_mtu(struct tp_writer *w, uint32_t mtu)
{
	tp_write_u8(w, ND_OPTION_MTU);
	tp_write_u8(w, 1);
	tp_write_be16(w, 0);
	tp_write_be32(w, mtu);
}

static void put_dns(struct tp_writer *w, const struct tp_nd_router_advert *ra)
{
	tp_write_u8(w, ND_OPTION_RDNSS);
	tp_write_u8(w, (uint8_t)(1 + 2 * ra->dns_count));
	tp_write_be16(w, 0);
	tp_write_be32(w, ra->dns_lifetime_s);
	tp_write_bytes(w, ra->dns, (size_t)ra->dns_count * TP_IPV6_ADDRESS_LEN);
}

/* RFC 8106, section 5.2: padded with zeros to a multiple of eight octets. */
static void put_search(struct tp_writer *w, const struct tp_nd_router_advert *ra)
{
	static const uint8_t padding[8];
	size_t len = 0;

	for (unsigned i = 0; i < ra->search_count; i++)
		len += tp_dns_name_len(ra->search[i]);
	if (len == 0 || len > TP_ND_SEARCH_MAX)
		return;
	tp_write_u8(w, ND_OPTION_DNSSL);
	tp_write_u8(w, (uint8_t)(1 + (len + 7) / 8));
	tp_write_be16(w, 0);
	tp_write_be32(w, ra->search_lifetime_s);
	for (unsigned i = 0; i < ra->search_count; i++)
		tp_dns_name_write(w, ra->search[i]);
	tp_write_bytes(w, padding, (8 - len % 8) % 8);
}

void tp_nd_router_advert_build(struct tp_writer *w, const struct tp_nd_router_advert *ra)
{
	begin(w, TP_ICMP6_ROUTER_ADVERT);
	tp_write_u8(w, ra->hop_limit);
	tp_write_u8(w, (uint8_t)((ra->managed ? ND_RA_M : 0) | (ra->other ? ND_RA_O : 0)));
	tp_write_be16(w, ra->router_lifetime_s);
	tp_write_be32(w, 0); /* reachable time: not told */
	tp_write_be32(w, 0); /* retransmission time: not told */
	for (unsigned i = 0; i < ra->prefix_count; i++)
		put_prefix(w, &ra->prefixes[i]);
	if (ra->mtu != 0)
		put_mtu(w, ra->mtu);
	if (ra->dns_count > 0 && ra->dns_count <= TP_ND_DNS_MAX)
		put_dns(w, ra);
	put_search(w, ra);
}

void tp_nd_router_solicit_build(struct tp_writer *w)
{
	begin(w, TP_ICMP6_ROUTER_SOLICIT);
	tp_write_be32(w, 0);
}

void tp_nd_neighbour_solicit_build(struct tp_writer *w, const uint8_t *target)
{
	begin(w, TP_ICMP6_NEIGHBOR_SOLICIT);
	tp_write_be32(w, 0);
	tp_write_bytes(w, target, TP_IPV6_ADDRESS_LEN);
}

void tp_nd_neighbour_advert_build(struct tp_writer *w, const uint8_t *target, bool solicited)
{
	begin(w, TP_ICMP6_NEIGHBOR_ADVERT);
	tp_write_u8(w,
		    (uint8_t)(ND_NA_ROUTER | (solicited ? ND_NA_SOLICITED : 0) | ND_NA_OVERRIDE));
	tp_write_u8(w, 0);
	tp_write_be16(w, 0);
	tp_write_bytes(w, target, TP_IPV6_ADDRESS_LEN);
}
