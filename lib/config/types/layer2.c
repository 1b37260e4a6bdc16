/* SPDX-License-Identifier: BSD-3-Clause */
/* Values of layer 2: VLAN ids, and what MAC addresses begin with. */
#include "config/types/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAC_BITS 48

/* Reads a number of up to five digits, and moves TEXT behind it. */
static bool read_id(const char **text, uint16_t *id)
{
	size_t digits = strspn(*text, "0123456789");
	unsigned long value;

	if (digits == 0 || digits > 5)
		return false;
	value = strtoul(*text, NULL, 10);
	*text += digits;
	*id = (uint16_t)value;
	return value <= UINT16_MAX;
}

bool tp_vlan_range_parse(const char *text, struct tp_vlan_range *out)
{
	if (!read_id(&text, &out->first))
		return false;
	out->last = out->first;
	if (*text == '-') {
		text++;
		if (!read_id(&text, &out->last))
			return false;
	}
	return *text == '\0' && out->first <= out->last;
}

char *tp_vlan_range_format(const struct tp_vlan_range *range, char text[TP_VLAN_RANGE_TEXT_LEN])
{
	if (range->first == range->last)
		snprintf(text, TP_VLAN_RANGE_TEXT_LEN, "%u", range->first);
	else
		snprintf(text, TP_VLAN_RANGE_TEXT_LEN, "%u-%u", range->first, range->last);
	return text;
}

static int compare(const void *a, const void *b)
{
	return ((const struct tp_vlan_range *)a)->first - ((const struct tp_vlan_range *)b)->first;
}

bool tp_vlan_list_sort(struct tp_vlan_list *list)
{
	qsort(list->range, list->count, sizeof(*list->range), compare);
	for (unsigned i = 1; i < list->count; i++)
		if (list->range[i].first <= list->range[i - 1].last)
			return false;
	return true;
}

bool tp_vlan_list_has(const struct tp_vlan_list *list, uint16_t id)
{
	unsigned low = 0, high = list->count; /* of the first range that ends at ID or behind */

	while (low < high) {
		unsigned middle = (low + high) / 2;

		if (list->range[middle].last < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < list->count && list->range[low].first <= id;
}

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
	} else if (!read_id(&text, &bits) || *text != '\0' || bits > MAC_BITS) {
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
