/* SPDX-License-Identifier: BSD-3-Clause */
/* What MAC addresses begin with. */
#include "config/types/type.h"
#include "config/types/value.h"

#include <stdio.h>
#include <string.h>

#define MAC_BITS 48

struct tp_mac tp_mac_prefix_of(const struct tp_mac *mac, unsigned length)
{
	struct tp_mac out = {{0}};

	memcpy(out.bytes, mac->bytes, length / 8);
	if (length % 8 != 0)
		out.bytes[length / 8] = (uint8_t)(mac->bytes[length / 8] & 0xff00 >> length % 8);
	return out;
}

/* "24", or the mask that it stands for. */
static bool parse_length(const char *text, uint8_t *length)
{
	static const struct tp_mac ones = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
	struct tp_mac mask, same;
	uint16_t bits = 0;

	if (tp_mac_parse(text, &mask)) {
		while (bits < MAC_BITS && (mask.bytes[bits / 8] & 0x80 >> bits % 8) != 0)
			bits++;
		same = tp_mac_prefix_of(&ones, bits);
		if (!tp_mac_equal(&mask, &same))
			return false;
	} else if (!tp_short_read(&text, &bits) || *text != '\0' || bits > MAC_BITS) {
		return false;
	}
	*length = (uint8_t)bits;
	return true;
}

bool tp_mac_prefix_parse(const char *text, struct tp_mac_prefix *out)
{
	char mac[TP_MAC_TEXT_LEN];
	const char *slash = strchr(text, '/');
	size_t len = slash != NULL ? (size_t)(slash - text) : strlen(text);
	struct tp_mac cut;

	if (len != TP_MAC_TEXT_LEN - 1)
		return false;
	memcpy(mac, text, len);
	mac[len] = '\0';
	out->length = MAC_BITS;
	if (!tp_mac_parse(mac, &out->mac) ||
	    (slash != NULL && !parse_length(slash + 1, &out->length)))
		return false;
	cut = tp_mac_prefix_of(&out->mac, out->length);
	return tp_mac_equal(&cut, &out->mac);
}

char *tp_mac_prefix_format(const struct tp_mac_prefix *prefix, char text[TP_MAC_PREFIX_TEXT_LEN])
{
	tp_mac_format(&prefix->mac, text);
	if (prefix->length < MAC_BITS)
		snprintf(text + TP_MAC_TEXT_LEN - 1, TP_MAC_PREFIX_TEXT_LEN - TP_MAC_TEXT_LEN + 1,
			 "/%u", prefix->length);
	return text;
}

static bool parse(struct tp_parse *p, void *field)
{
	return tp_mac_prefix_parse(p->whole, field);
}

static void print(FILE *out, const struct tp_property *property, const void *field)
{
	char text[TP_MAC_PREFIX_TEXT_LEN];

	fputs(tp_mac_prefix_format(field, text), out);
}

const struct tp_type tp_type_mac_prefix = {
	.name = "MAC address or prefix",
	.size = TP_VALUE_SIZE(struct tp_mac_prefix),
	.plain = true,
	.expected = "a MAC address such as 02:AA:BB:00:00:01, or the beginning of some such as "
		    "02:AA:BB:00:00:00/24",
	.parse = parse,
	.print = print,
};
