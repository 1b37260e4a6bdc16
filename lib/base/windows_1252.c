/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/windows_1252.h"

#include <stdint.h>
#include <stdlib.h>

/* Of 0x80 to 0x9f; 0: no character. All others are Unicode's of the same number. */
static const uint16_t windows_1252[] = {
	0x20ac, 0,	0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
	0x2039, 0x0152, 0,	0x017d, 0,	0,	0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
	0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,	0x017e, 0x0178,
};

/* Writes CHARACTER, which is below 0x10000, and returns how many bytes that took. */
static size_t put_utf8(char *out, uint16_t character)
{
	if (character < 0x80) {
		out[0] = (char)character;
		return 1;
	}
	if (character < 0x800) {
		out[0] = (char)(0xc0 | character >> 6);
		out[1] = (char)(0x80 | (character & 0x3f));
		return 2;
	}
	out[0] = (char)(0xe0 | character >> 12);
	out[1] = (char)(0x80 | (character >> 6 & 0x3f));
	out[2] = (char)(0x80 | (character & 0x3f));
	return 3;
}

char *tp_windows_1252_to_utf8(const char *bytes, size_t len, size_t *used)
{
	char *utf8 = malloc(3 * len + 1);

	*used = 0;
	for (size_t i = 0; utf8 != NULL && i < len; i++) {
		uint16_t character = (uint8_t)bytes[i];

		if (character >= 0x80 && character < 0xa0)
			character = windows_1252[character - 0x80];
		if (character == 0) {
			free(utf8);
			return NULL;
		}
		*used += put_utf8(utf8 + *used, character);
	}
	if (utf8 != NULL)
		utf8[*used] = '\0';
	return utf8;
}
