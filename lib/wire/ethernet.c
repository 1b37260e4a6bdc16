/* SPDX-License-Identifier: BSD-3-Clause */
#include "ethernet.h"

#include <ctype.h>
#include <stdlib.h>

char *tp_mac_format(const struct tp_mac *mac, char text[TP_MAC_TEXT_LEN])
{
	static const char digits[] = "0123456789ABCDEF";
	char *at = text;

	for (int i = 0; i < 6; i++) { /* each session's set-up comes by some times */
		*at++ = digits[mac->bytes[i] >> 4];
		*at++ = digits[mac->bytes[i] & 15];
		*at++ = i < 5 ? ':' : '\0';
	}
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
