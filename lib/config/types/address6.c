/* SPDX-License-Identifier: BSD-3-Clause */
/* An IPv6 address of an interface, with the length of its network's prefix. */
#include "base/ipv6_text.h"
#include "config/types/type.h"
#include "config/types/value.h"
#include "wire/ipv6.h"

#include <stdio.h>
#include <string.h>

#define USUAL_LENGTH 64 /* RFC 4291, section 2.5.1; RouterOS's as well */

static bool parse(struct tp_parse *p, void *field)
{
	struct tp_prefix6 *out = field;
	char address[TP_IPV6_TEXT_LEN];
	size_t len = strcspn(p->whole, "/");
	uint32_t length = USUAL_LENGTH;

	if (len >= sizeof(address))
		return false;
	memcpy(address, p->whole, len);
	address[len] = '\0';
	if (!tp_ipv6_parse(address, out->address) ||
	    (p->whole[len] == '/' && !tp_number_read(p->whole + len + 1, 1, 128, &length)))
		return false;
	out->length = (uint8_t)length;
	if (tp_ipv6_is_link_local(out->address)) {
		p->why = "is link-local; a core port has one of its own";
		return false;
	}
	return !tp_ipv6_is_martian(out->address);
}

static void print(FILE *out, const struct tp_property *property, const void *field)
{
	char text[TP_PREFIX6_TEXT_LEN];

	fputs(tp_prefix6_format(field, text), out);
}

const struct tp_type tp_type_address6 = {
	.name = "IPv6 address with prefix length",
	.size = TP_VALUE_SIZE(struct tp_prefix6),
	.plain = true,
	.expected = "an IPv6 address with its network's length, such as 2001:db8::1/64",
	.parse = parse,
	.print = print,
};
