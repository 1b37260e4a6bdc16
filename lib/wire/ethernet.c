/* SPDX-License-Identifier: BSD-3-Clause */
#include "ethernet.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

char *tp_mac_format(const struct tp_mac *mac, char text[TP_MAC_TEXT_LEN])
{
	const uint8_t *b = mac->bytes;

	snprintf(text, TP_MAC_TEXT_LEN, "%02X:%02X:%02X:%02X:%02X:%02X", b[0], b[1], b[2], b[3],
		 b[4], b[5]);
	return text;
}

bool tp_mac_parse(const char *text, struct tp_mac *mac)
{
	struct tp_mac result;

	if (strlen(text) != TP_MAC_TEXT_LEN - 1)
		return false;
	for (int i = 0; i < 6; i++, text += 3) {
		char digits[3] = {text[0], text[1], '\0'};

		if (!isxdigit((unsigned char)text[0]) || !isxdigit((unsigned char)text[1]) ||
		    text[2] != (i < 5 ? ':' : '\0'))
			return false;
		result.bytes[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	*mac = result;
	return true;
}
