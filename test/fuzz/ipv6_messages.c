/* SPDX-License-Identifier: BSD-3-Clause */
#include "ipv6_messages.h"

void ipv6_id(uint8_t id[8], uint8_t last)
{
	memset(id, 0, 8);
	id[7] = last;
}

void ipv6_duid(struct tp_duid *duid, uint8_t last)
{
	const uint8_t mac[6] = {2, 0, 0, 0, 0, last};

	tp_duid_of_mac(duid, mac);
}

static const uint8_t *place(uint8_t address[16], uint8_t last)
{
	uint8_t id[8];

	ipv6_id(id, last);
	tp_ipv6_link_local(address, id);
	return address;
}

static const uint8_t *source(uint8_t address[16], uint8_t from)
{
	static const uint8_t global[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 9};
	static const uint8_t unspecified[16];

	switch (below(16)) {
	case 13:
		return unspecified;
	case 14:
		return global;
	case 15:
		return place(address, 3);
	default:
		return place(address, from);
	}
}

static const uint8_t *destination(uint8_t address[16], uint8_t from, const uint8_t *usual)
{
	switch (below(8)) {
	case 5:
		return tp_ipv6_all_nodes;
	case 6:
		return tp_ipv6_all_routers;
	case 7:
		return place(address, 3 - from);
	default:
		return usual;
	}
}

static void put_some(struct tp_writer *w, unsigned count)
{
	while (count-- > 0)
		tp_write_u8(w, (uint8_t)byte());
}

static size_t finish(struct tp_ipv6_out *out, uint8_t *packet)
{
	size_t len;

	if (below(32) == 31)
		out->bytes[7] = (uint8_t)byte();
	len = tp_ipv6_out_finish(out);
	memcpy(packet, out->bytes, len);
	if (len > 0 && below(32) == 31)
		packet[below((unsigned)len > 255 ? 255 : (unsigned)len)] ^= (uint8_t)byte();
	return len;
}

/* ---- ND -------------------------------------------------------------------------------------- */

static void put_advert(struct tp_writer *w)
{
	static const uint8_t dns[2][16] = {{0x20, 1}, {0x20, 2}};
	struct tp_nd_router_advert ra = {
		.hop_limit = (uint8_t)byte(),
		.managed = below(2),
		.router_lifetime_s = (uint16_t)ONE_OF(1800, 0, 9000, 1),
		.mtu = ONE_OF(0, 1492, 1, 70000),
		.prefix_count = below(TP_ND_PREFIXES_MAX + 1),
		.dns = dns,
		.dns_count = below(3),
		.dns_lifetime_s = ONE_OF(1800, 0),
	};

	for (unsigned i = 0; i < ra.prefix_count; i++) {
		struct tp_nd_prefix *prefix = &ra.prefixes[i];

		prefix->prefix.length = (uint8_t)ONE_OF(64, 64, 56, 128, 0);
		prefix->prefix.address[0] = (uint8_t)ONE_OF(0x20, 0xfe, 0xff);
		prefix->prefix.address[7] = (uint8_t)below(3);
		prefix->autonomous = below(4) != 3;
		prefix->valid_s = ONE_OF(5400, 0, 86400, UINT32_MAX, 1);
		prefix->preferred_s = ONE_OF(2700, 0, 86400, UINT32_MAX, 1);
	}
	tp_nd_router_advert_build(w, &ra);
}

size_t ipv6_make_nd(uint8_t packet[TP_IPV6_MIN_MTU], uint8_t from)
{
	uint8_t src[16], dst[16], target[16];
	unsigned kind = below(5);
	struct tp_ipv6_out out;

	tp_ipv6_out_icmp(
		&out, source(src, from),
		destination(dst, from,
			    from == 1 ? tp_ipv6_all_nodes
				      : (kind == 1 ? tp_ipv6_all_routers : place(dst, 3 - from))));
	if (kind == 0)
		put_advert(&out.w);
	else if (kind == 1)
		tp_nd_router_solicit_build(&out.w);
	else if (kind == 2)
		tp_nd_neighbour_solicit_build(&out.w, place(target, (uint8_t)(1 + below(3))));
	else if (kind == 3)
		tp_write_be32(&out.w, (uint32_t)TP_ICMP6_ECHO_REQUEST << 24);
	put_some(&out.w, below(8) < 6 ? 0 : below(64));
	return finish(&out, packet);
}

/* ---- DHCPv6 ---------------------------------------------------------------------------------- */

static void put_lease(struct tp_writer *w, uint16_t kind)
{
	struct tp_dhcp6_lease lease = {
		.prefix = {.address = {0x20, 0x01, 0x0d, 0xb8},
			   .length =
				   (uint8_t)(kind == TP_DHCP6_IA_NA ? 128
								    : ONE_OF(56, 60, 64, 0, 128))},
		.preferred_s = ONE_OF(3600, 0, 60, UINT32_MAX),
		.valid_s = ONE_OF(3600, 0, 60, UINT32_MAX),
	};

	lease.prefix.address[4] = (uint8_t)below(4);
	lease.prefix.address[15] = kind == TP_DHCP6_IA_NA ? (uint8_t)below(4) : 0;
	tp_dhcp6_put_lease(w, &lease, kind);
}

static void put_ia(struct tp_writer *w)
{
	uint16_t kind = (uint16_t)ONE_OF(TP_DHCP6_IA_PD, TP_DHCP6_IA_NA);
	uint32_t iaid = 1 + below(4);
	uint8_t *open = tp_dhcp6_open_ia(w, kind, iaid, ONE_OF(0, 1800, UINT32_MAX),
					 ONE_OF(0, 2880, UINT32_MAX));

	for (unsigned n = below(4); n > 0; n--)
		put_lease(w, kind);
	if (below(8) == 7)
		tp_dhcp6_put_status(w, below(8), "");
	tp_dhcp6_close(w, open);
}

static void put_duid(struct tp_writer *w, uint16_t code, uint8_t last)
{
	struct tp_duid duid;

	ipv6_duid(&duid, last);
	tp_dhcp6_put(w, code, duid.bytes, duid.len);
}

static void put_option(struct tp_writer *w)
{
	static const uint8_t wanted[] = {0, 23, 0, 24, 0, 82, 0, 83, 0, 32};

	switch (below(12)) {
	case 0:
	case 1:
	case 2:
		put_ia(w);
		break;
	case 3:
		tp_dhcp6_put(w, TP_DHCP6_OPTION_REQUEST, wanted, below(6) * 2u);
		break;
	case 4:
		tp_dhcp6_put(w, TP_DHCP6_RAPID_COMMIT, NULL, 0);
		break;
	case 5:
		tp_dhcp6_put_u8(w, TP_DHCP6_PREFERENCE, (uint8_t)byte());
		break;
	case 6:
		tp_dhcp6_put_status(w, below(8), "");
		break;
	case 7:
		tp_dhcp6_put_u32(w, (uint16_t)ONE_OF(82, 83, 32), ONE_OF(60, 0, 86400, 3600));
		break;
	case 8:
		tp_write_be16(w, (uint16_t)word());
		tp_write_be16(w, (uint16_t)below(8));
		put_some(w, below(8));
		break;
	default:
		break;
	}
}

/* The server's identifier as the type has it by the RFC, mostly. */
static bool has_server_id(uint8_t type)
{
	bool rightly =
		type != TP_DHCP6_SOLICIT && type != TP_DHCP6_REBIND && type != TP_DHCP6_CONFIRM;

	return below(16) == 15 ? !rightly : rightly;
}

size_t ipv6_make_dhcp6(uint8_t packet[TP_IPV6_MIN_MTU], uint8_t from, uint32_t transaction)
{
	bool by_host = from == 2;
	uint8_t src[16], dst[16];
	uint8_t type = (uint8_t)(by_host ? ONE_OF(1, 3, 5, 6, 8, 9, 4, 11, 2, 7, 12, 0)
					 : ONE_OF(2, 7, 10, 1));
	struct tp_ipv6_out out;

	tp_ipv6_out_udp(&out, source(src, from), by_host ? 546 : 547,
			destination(dst, from, by_host ? tp_ipv6_all_dhcp6_servers : place(dst, 2)),
			by_host ? 547 : 546);
	tp_dhcp6_begin(&out.w, type, transaction);
	if (below(16) != 15)
		put_duid(&out.w, TP_DHCP6_CLIENT_ID, (uint8_t)ONE_OF(2, 2, 2, 3, 4));
	if (has_server_id(type))
		put_duid(&out.w, TP_DHCP6_SERVER_ID, (uint8_t)ONE_OF(1, 1, 1, 1, 1, 5));
	for (unsigned n = below(8); n > 0; n--)
		put_option(&out.w);
	return finish(&out, packet);
}
