/* SPDX-License-Identifier: BSD-3-Clause */
/* The next router of IPv6: an address, with the port that it is on where it does not say so
 * itself (RFC 4007, section 11: "fe80::1%ether1"). */
#include "base/ipv6_text.h"
#include "config/types/type.h"
#include "config/types/value.h"
#include "wire/ipv6.h"

#include <stdio.h>
#include <string.h>

static bool parse(struct tp_parse *p, void *field)
{
	struct tp_gateway6 *out = field;
	char address[TP_IPV6_TEXT_LEN];
	size_t len = strcspn(p->whole, "%");
	const char *interface = p->whole[len] == '%' ? p->whole + len + 1 : "";

	if (len >= sizeof(address) || strlen(interface) >= sizeof(out->interface) ||
	    (p->whole[len] == '%' && interface[0] == '\0'))
		return false;
	memcpy(address, p->whole, len);
	address[len] = '\0';
	strcpy(out->interface, interface);
	if (!tp_ipv6_parse(address, out->address) || tp_ipv6_is_martian(out->address))
		return false;
	if (tp_ipv6_is_link_local(out->address) && interface[0] == '\0') {
		p->why = "is link-local; expected its port as well, such as fe80::1%ether1";
		return false;
	}
	return true;
}

static void print(FILE *out, const struct tp_property *property, const void *field)
{
	const struct tp_gateway6 *gateway = field;
	char text[TP_IPV6_TEXT_LEN];

	fprintf(out, "%s%s%s", tp_ipv6_format(gateway->address, text),
		gateway->interface[0] != '\0' ? "%" : "", gateway->interface);
}

static const char *refers_to(const void *field)
{
	return ((const struct tp_gateway6 *)field)->interface;
}

const struct tp_type tp_type_gateway6 = {
	.name = "IPv6 address, with %port if it is link-local",
	.size = TP_VALUE_SIZE(struct tp_gateway6),
	.plain = true,
	.expected = "an IPv6 address such as 2001:db8::2 or fe80::1%ether1",
	.parse = parse,
	.print = print,
	.refers_to = refers_to,
};
