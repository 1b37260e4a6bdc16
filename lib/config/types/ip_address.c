/* SPDX-License-Identifier: BSD-3-Clause */
/* An address of either family. */
#include "config/types/property.h"
#include "config/types/type.h"
#include "config/types/value.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

bool tp_ip_parse(const char *text, struct tp_ip *out)
{
	memset(out, 0, sizeof(*out));
	if (inet_pton(AF_INET, text, out->bytes) == 1)
		out->family = TP_FAMILY_IPV4;
	else if (inet_pton(AF_INET6, text, out->bytes) == 1)
		out->family = TP_FAMILY_IPV6;
	return out->family != TP_NO_FAMILY;
}

char *tp_ip_format(const struct tp_ip *address, char text[TP_IP_TEXT_LEN])
{
	if (tp_ip_is_none(address) ||
	    inet_ntop(address->family == TP_FAMILY_IPV4 ? AF_INET : AF_INET6, address->bytes, text,
		      TP_IP_TEXT_LEN) == NULL)
		text[0] = '\0';
	return text;
}

char *tp_ip_prefix_format(const struct tp_ip_prefix *prefix, char text[TP_IP_PREFIX_TEXT_LEN])
{
	char address[TP_IP_TEXT_LEN];

	snprintf(text, TP_IP_PREFIX_TEXT_LEN, "%s/%u", tp_ip_format(&prefix->ip, address),
		 prefix->length);
	return text;
}

/* One that a host can have: RFC 1122, 3.2.1.3; RFC 4291, 2.4. */
static bool is_host(const struct tp_ip *address)
{
	static const uint8_t none[16];
	const uint8_t *b = address->bytes;

	if (address->family == TP_FAMILY_IPV4)
		return b[0] != 0 && b[0] < 224;
	return b[0] != 0xff && memcmp(b, none, sizeof(none)) != 0;
}

/* RouterOS writes 0.0.0.0, or ::, for none, where there may be none. */
static bool is_none(const struct tp_ip *address)
{
	static const uint8_t none[sizeof(address->bytes)];

	return memcmp(address->bytes, none, sizeof(none)) == 0;
}

static bool parse(struct tp_parse *p, void *field)
{
	struct tp_ip *address = field;

	if (!tp_ip_parse(p->whole, address))
		return false;
	if ((p->property->flags & TP_REQUIRED) != 0 || !is_none(address))
		return is_host(address);
	*address = (struct tp_ip){0};
	return true;
}

static void print(FILE *out, const struct tp_property *property, const void *field)
{
	char text[TP_IP_TEXT_LEN];

	fputs(tp_ip_format(field, text), out);
}

static bool is_empty(const void *field)
{
	return tp_ip_is_none(field);
}

const struct tp_type tp_type_ip_address = {
	.name = "IPv4 or IPv6 address",
	.size = TP_VALUE_SIZE(struct tp_ip),
	.plain = true,
	.expected = "an address such as 192.0.2.1 or 2001:db8::1",
	.parse = parse,
	.print = print,
	.is_empty = is_empty,
};
