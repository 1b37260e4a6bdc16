/* SPDX-License-Identifier: BSD-3-Clause */
#include "text.h"

#include <stdint.h>
#include <string.h>

/* RFC 3629, section 4: what may follow a first byte directly. It rules out longer encodings than
 * are needed, UTF-16's surrogates, and what is beyond U+10FFFF. */
static bool second_fits(unsigned char first, unsigned char second)
{
	switch (first) {
	case 0xc2: /* U+0080 … U+009F are C1's controls */
		return second >= 0xa0 && second <= 0xbf;
	case 0xe0:
		return second >= 0xa0 && second <= 0xbf;
	case 0xed:
		return second >= 0x80 && second <= 0x9f;
	case 0xf0:
		return second >= 0x90 && second <= 0xbf;
	case 0xf4:
		return second >= 0x80 && second <= 0x8f;
	default:
		return (second & 0xc0) == 0x80;
	}
}

size_t tp_text_char(const char *bytes, size_t len)
{
	const unsigned char *u = (const unsigned char *)bytes;
	size_t need = u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : 4;

	if (u[0] < 0x80)
		return u[0] >= 0x20 && u[0] != 0x7f;
	if (u[0] < 0xc2 || u[0] > 0xf4 || len < need || !second_fits(u[0], u[1]))
		return 0;
	for (size_t i = 2; i < need; i++)
		if ((u[i] & 0xc0) != 0x80)
			return 0;
	return need;
}

static void escape_byte(unsigned char byte, char text[TP_TEXT_UNIT])
{
	static const char digits[] = "0123456789abcdef";

	text[0] = '\\';
	text[1] = 'x';
	text[2] = digits[byte >> 4];
	text[3] = digits[byte & 15];
}

/* So many of the LEN bytes are plain ASCII, as nearly all are. */
static size_t plain_run(const char *bytes, size_t len)
{
	size_t n = 0;

	while (n < len && (unsigned char)(bytes[n] - 0x20) < 0x7f - 0x20)
		n++;
	return n;
}

char *tp_text_escape(const void *bytes, size_t len, char *text, size_t size)
{
	const char *from = bytes;
	size_t used = 0;

	while (len > 0) {
		size_t plain = plain_run(from, len), whole, takes;

		if (plain >= size - used)
			plain = size - used - 1;
		memcpy(text + used, from, plain);
		used += plain;
		from += plain;
		len -= plain;
		if (len == 0)
			break;
		whole = tp_text_char(from, len);
		takes = whole > 0 ? whole : TP_TEXT_UNIT;
		if (takes >= size - used)
			break;
		if (whole > 0)
			memcpy(text + used, from, whole);
		else
			escape_byte((unsigned char)*from, text + used);
		used += takes;
		from += whole > 0 ? whole : 1;
		len -= whole > 0 ? whole : 1;
	}
	text[used] = '\0';
	return text;
}

char *tp_text_show(const char *string, char *text, size_t size)
{
	return tp_text_escape(string, strlen(string), text, size);
}

bool tp_text_is_plain(const char *string)
{
	while (*string != '\0') {
		size_t whole = tp_text_char(string, SIZE_MAX);

		if (whole == 0)
			return false;
		string += whole;
	}
	return true;
}
