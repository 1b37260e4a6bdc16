/* SPDX-License-Identifier: BSD-3-Clause */
/* What people wrote, fit to be shown to them again. */
#include "config/property.h"

#include <ctype.h>
#include <string.h>

#define QUOTED_MAX (TP_QUOTE_LEN - 4) /* with "..." behind, and a NUL */

size_t tp_printable(const char *s)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t len = u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : 4;

	if (u[0] < 0x80)
		return isprint(u[0]) ? 1 : 0;
	if (u[0] < 0xc2 || u[0] > 0xf4)
		return 0;
	if (u[0] == 0xc2 && u[1] < 0xa0) /* C1, which terminals obey */
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((u[i] & 0xc0) != 0x80)
			return 0;
	}
	return len;
}

char *tp_quote(const char *s, char text[TP_QUOTE_LEN])
{
	size_t n = 0;

	while (*s != '\0') {
		size_t len = tp_printable(s);
		if (n + (len > 0 ? len : 1) > QUOTED_MAX) {
			memcpy(text + n, "...", 3);
			n += 3;
			break;
		}
		if (len > 0)
			memcpy(text + n, s, len);
		else
			text[n] = '?';
		n += len > 0 ? len : 1;
		s += len > 0 ? len : 1;
	}
	text[n] = '\0';
	return text;
}
