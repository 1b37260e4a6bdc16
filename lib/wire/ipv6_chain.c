/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv6's checks and its extension headers. */
#include "wire/ipv6_chain.h"

#include "base/bytes.h"
#include "wire/ipv6.h"

#define HEADERS_MAX 8 /* of a chain */

/* Options: RFC 8200, section 4.2. */
#define OPTION_PAD1  0
#define OPTION_JUMBO 0xc2

/* Where in PACKET the Jumbo Payload option stands in the Hop-by-Hop Options that follow the header;
 * 0: there is none. */
static size_t find_jumbo(const uint8_t *packet, size_t len)
{
	struct tp_reader r = tp_reader_of(packet, len), options;
	const uint8_t *skipped;
	uint8_t next, size, type, option_len;

	if (!tp_read_bytes(&r, TP_IPV6_HEADER_LEN, &skipped) || !tp_read_u8(&r, &next) ||
	    !tp_read_u8(&r, &size) || !tp_read_sub(&r, size * 8u + 6, &options))
		return 0;
	while (tp_read_u8(&options, &type)) {
		if (type == OPTION_JUMBO)
			return (size_t)(options.p - 1 - packet);
		if (type != OPTION_PAD1 && (!tp_read_u8(&options, &option_len) ||
					    !tp_read_bytes(&options, option_len, &skipped)))
			return 0;
	}
	return 0;
}

enum tp_ipv6_fault tp_ipv6_check(const void *packet, size_t len, size_t *at)
{
	const uint8_t *p = packet;

	if (len < TP_IPV6_HEADER_LEN || p[0] >> 4 != TP_IPV6_VERSION_BYTE >> 4)
		return TP_IPV6_BAD_HEADER;
	if (tp_ipv6_total(packet) > len)
		return TP_IPV6_BAD_LENGTH;
	if (tp_ipv6_total(packet) > TP_IPV6_HEADER_LEN ||
	    ((const struct tp_ipv6 *)packet)->next_header != TP_IPV6_HOP_BY_HOP)
		return TP_IPV6_OK;
	*at = find_jumbo(p, len);
	return *at != 0 ? TP_IPV6_JUMBO : TP_IPV6_BAD_LENGTH;
}

/* Octets of the extension header HEADER, which is of kind NEXT; 0: it is none. */
static size_t header_len(uint8_t next, const uint8_t *header)
{
	switch (next) {
	case TP_IPV6_HOP_BY_HOP:
	case TP_IPV6_ROUTING:
	case TP_IPV6_DESTINATION:
		return (header[1] + 1u) * 8;
	case TP_IPV6_FRAGMENT:
		return TP_IPV6_FRAGMENT_LEN;
	case TP_IPV6_AUTH:
		return (header[1] + 2u) * 4; /* RFC 4302, section 2.2 */
	default:
		return 0;
	}
}

bool tp_ipv6_upper_find(const void *packet, size_t len, struct tp_ipv6_upper *upper)
{
	static const uint8_t none[2];
	const uint8_t *p = packet;
	size_t at = TP_IPV6_HEADER_LEN, total = tp_ipv6_total(packet);
	uint8_t next = ((const struct tp_ipv6 *)packet)->next_header;

	len = total < len ? total : len;
	*upper = (struct tp_ipv6_upper){.named = offsetof(struct tp_ipv6, next_header)};
	for (unsigned i = 0; i <= HEADERS_MAX; i++) {
		const uint8_t *header = at + sizeof(none) <= len ? p + at : none;
		size_t size = header_len(next, header);

		if (size == 0 || upper->later) {
			upper->protocol = next;
			upper->offset = at;
			return at <= len;
		}
		if (at + size > len)
			return false;
		if (next == TP_IPV6_FRAGMENT)
			upper->later =
				((header[2] << 8 | header[3]) & TP_IPV6_FRAGMENT_OFFSET) != 0;
		next = header[0];
		upper->named = at;
		at += size;
	}
	return false;
}
