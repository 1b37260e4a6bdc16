/* SPDX-License-Identifier: BSD-3-Clause */
/* Parsing. */
#include "ipv6/nd.h"
#include "ipv6/nd_options.h"
#include "ipv6/prefix_bits.h"

#define SOLICIT_LEN 4  /* of a Router Solicitation's fixed part, behind the checksum */
#define ADVERT_LEN  12 /* of a Router Advertisement's */

/* What follows type, code and checksum; the code must be 0. */
static bool open(struct tp_reader *message)
{
	const uint8_t *head;

	return tp_read_bytes(message, 4, &head) && head[1] == 0;
}

/* The next option. False: there is none, or (R has bytes left) it is malformed. */
static bool next_option(struct tp_reader *r, uint8_t *type, struct tp_reader *body)
{
	struct tp_reader at = *r;
	uint8_t units;

	if (!tp_read_u8(&at, type) || !tp_read_u8(&at, &units) || units == 0 ||
	    !tp_read_sub(&at, units * 8u - 2, body))
		return false;
	*r = at;
	return true;
}

static bool take_prefix(struct tp_nd_router_advert *ra, struct tp_reader body)
{
	struct tp_nd_prefix *prefix = &ra->prefixes[ra->prefix_count];
	uint8_t length, flags;
	uint32_t reserved;

	if (ra->prefix_count == TP_ND_PREFIXES_MAX)
		return true;
	if (!tp_read_u8(&body, &length) || length > 128 || !tp_read_u8(&body, &flags) ||
	    !tp_read_be32(&body, &prefix->valid_s) || !tp_read_be32(&body, &prefix->preferred_s) ||
	    !tp_read_be32(&body, &reserved) ||
	    !tp_read_copy(&body, prefix->prefix.address, TP_IPV6_ADDRESS_LEN))
		return false;
	prefix->prefix.length = length;
	tp_prefix6_clear_host_bits(&prefix->prefix);
	prefix->on_link = (flags & ND_PREFIX_L) != 0;
	prefix->autonomous = (flags & ND_PREFIX_A) != 0;
	prefix->delegation = (flags & ND_PREFIX_P) != 0;
	ra->prefix_count++;
	return true;
}

static bool take_mtu(struct tp_nd_router_advert *ra, struct tp_reader body)
{
	uint16_t reserved;

	return tp_read_be16(&body, &reserved) && tp_read_be32(&body, &ra->mtu);
}

static bool take_dns(struct tp_nd_router_advert *ra, struct tp_reader body)
{
	uint16_t reserved;

	if (!tp_read_be16(&body, &reserved) || !tp_read_be32(&body, &ra->dns_lifetime_s) ||
	    tp_reader_left(&body) < TP_IPV6_ADDRESS_LEN)
		return false;
	ra->dns = (const uint8_t(*)[TP_IPV6_ADDRESS_LEN])body.p;
	ra->dns_count = (unsigned)(tp_reader_left(&body) / TP_IPV6_ADDRESS_LEN);
	return true;
}

static bool take_search(struct tp_nd_router_advert *ra, struct tp_reader body)
{
	uint16_t reserved;

	if (!tp_read_be16(&body, &reserved) || !tp_read_be32(&body, &ra->search_lifetime_s))
		return false;
	ra->search_names = body;
	return true;
}

static bool take_option(struct tp_nd_router_advert *ra, uint8_t type, struct tp_reader body)
{
	switch (type) {
	case ND_OPTION_PREFIX:
		return take_prefix(ra, body);
	case ND_OPTION_MTU:
		return take_mtu(ra, body);
	case ND_OPTION_RDNSS:
		return take_dns(ra, body);
	case ND_OPTION_DNSSL:
		return take_search(ra, body);
	default:
		return true;
	}
}

enum tp_ipv6_reason tp_nd_router_advert_parse(struct tp_nd_router_advert *ra,
					      struct tp_reader message)
{
	struct tp_reader body;
	const uint8_t *fixed;
	uint8_t type;

	memset(ra, 0, sizeof(*ra));
	if (!open(&message) || !tp_read_bytes(&message, ADVERT_LEN, &fixed))
		return TP_IPV6_ND_MALFORMED;
	ra->hop_limit = fixed[0];
	ra->managed = (fixed[1] & ND_RA_M) != 0;
	ra->other = (fixed[1] & ND_RA_O) != 0;
	ra->router_lifetime_s = (uint16_t)(fixed[2] << 8 | fixed[3]);
	while (next_option(&message, &type, &body))
		if (!take_option(ra, type, body))
			return TP_IPV6_ND_OPTION;
	return tp_reader_left(&message) > 0 ? TP_IPV6_ND_OPTION : TP_IPV6_NO_REASON;
}

/* RFC 4861, sections 6.1.1 and 7.1.1: who has no address yet can't say where it is. */
static enum tp_ipv6_reason check_options(struct tp_reader options, bool from_unspecified)
{
	struct tp_reader body;
	uint8_t type;

	while (next_option(&options, &type, &body))
		if (from_unspecified && type == ND_OPTION_SOURCE_LINK_LAYER)
			return TP_IPV6_ND_OPTION;
	return tp_reader_left(&options) > 0 ? TP_IPV6_ND_OPTION : TP_IPV6_NO_REASON;
}

enum tp_ipv6_reason tp_nd_router_solicit_parse(struct tp_reader message, bool from_unspecified)
{
	const uint8_t *reserved;

	if (!open(&message) || !tp_read_bytes(&message, SOLICIT_LEN, &reserved))
		return TP_IPV6_ND_MALFORMED;
	return check_options(message, from_unspecified);
}

enum tp_ipv6_reason tp_nd_neighbour_solicit_parse(struct tp_reader message, bool from_unspecified,
						  const uint8_t **target)
{
	const uint8_t *reserved;

	if (!open(&message) || !tp_read_bytes(&message, SOLICIT_LEN, &reserved) ||
	    !tp_read_bytes(&message, TP_IPV6_ADDRESS_LEN, target) || tp_ipv6_is_multicast(*target))
		return TP_IPV6_ND_MALFORMED;
	return check_options(message, from_unspecified);
}
