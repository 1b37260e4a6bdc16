/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/ipv6_text.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

char *tp_ipv6_format(const uint8_t *address, char text[TP_IPV6_TEXT_LEN])
{
	inet_ntop(AF_INET6, address, text, TP_IPV6_TEXT_LEN);
	return text;
}

char *tp_prefix6_format(const struct tp_prefix6 *prefix, char text[TP_PREFIX6_TEXT_LEN])
{
	size_t used = strlen(tp_ipv6_format(prefix->address, text));

	snprintf(text + used, TP_PREFIX6_TEXT_LEN - used, "/%u", prefix->length);
	return text;
}

bool tp_ipv6_parse(const char *text, uint8_t address[16])
{
	return inet_pton(AF_INET6, text, address) == 1;
}

/* "0" … "128", as it is written. */
static bool parse_length(const char *text, uint8_t *length)
{
	unsigned value = 0;

	if (text[0] == '\0' || strlen(text) > 3 || (text[0] == '0' && text[1] != '\0'))
		return false;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return false;
		value = value * 10 + (unsigned)(*text - '0');
	}
	*length = (uint8_t)value;
	return value <= 128;
}

static bool has_host_bits(const struct tp_prefix6 *prefix)
{
	for (unsigned bit = prefix->length; bit < 128; bit++)
		if ((prefix->address[bit / 8] & 0x80u >> bit % 8) != 0)
			return true;
	return false;
}

bool tp_prefix6_parse(const char *text, struct tp_prefix6 *prefix)
{
	const char *slash = strchr(text, '/');
	char address[TP_IPV6_TEXT_LEN];
	struct tp_prefix6 parsed;

	if (slash == NULL || (size_t)(slash - text) >= sizeof(address))
		return false;
	memcpy(address, text, (size_t)(slash - text));
	address[slash - text] = '\0';
	if (!tp_ipv6_parse(address, parsed.address) || !parse_length(slash + 1, &parsed.length) ||
	    has_host_bits(&parsed))
		return false;
	*prefix = parsed;
	return true;
}
