/* SPDX-License-Identifier: BSD-3-Clause */
#include "mgmt/binary/sentence.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* How many bytes a length has, by its first; 0: there is no such length. */
static unsigned length_bytes(uint8_t first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xc0)
		return 2;
	if (first < 0xe0)
		return 3;
	if (first < 0xf0)
		return 4;
	return first == 0xf0 ? 5 : 0;
}

/* Of BYTES bytes. */
static uint32_t read_length(const uint8_t *data, unsigned bytes)
{
	static const uint8_t mask[] = {0, 0x7f, 0x3f, 0x1f, 0x0f, 0};
	uint32_t length = data[0] & mask[bytes];

	for (unsigned i = 1; i < bytes; i++)
		length = length << 8 | data[i];
	return length;
}

int mgmt_sentence_look(struct mgmt_sentence *sentence, const uint8_t *data, size_t len)
{
	while (sentence->len < len) {
		const uint8_t *p = data + sentence->len;
		unsigned bytes = length_bytes(*p);
		uint32_t length;

		if (bytes == 0)
			return -EBADMSG;
		if (len - sentence->len < bytes)
			return 0;
		length = read_length(p, bytes);
		if (length > MGMT_SENTENCE_MAX - bytes ||
		    sentence->len > MGMT_SENTENCE_MAX - bytes - length)
			return -EMSGSIZE;
		if (len - sentence->len - bytes < length)
			return 0;
		sentence->len += bytes + length;
		if (length == 0)
			return 1;
		if (++sentence->words > MGMT_WORDS_MAX)
			return -EMSGSIZE;
	}
	return 0;
}

const char *mgmt_sentence_word(const uint8_t *data, size_t *offset, size_t *len)
{
	unsigned bytes = length_bytes(data[*offset]);
	const char *word = (const char *)data + *offset + bytes;

	*len = read_length(data + *offset, bytes);
	*offset += bytes + *len;
	return *len > 0 ? word : NULL;
}

void mgmt_sentence_append(struct mgmt_text *out, const char *data, size_t len)
{
	static const uint8_t marks[] = {0, 0, 0x80, 0xc0, 0xe0, 0xf0};
	unsigned bytes = len < 0x80	    ? 1
			 : len < 0x4000	    ? 2
			 : len < 0x200000   ? 3
			 : len < 0x10000000 ? 4
					    : 5;
	char length[5];

	for (unsigned i = 0; i < bytes; i++)
		length[i] = (char)(len >> (8 * (bytes - 1 - i)));
	length[0] = (char)((uint8_t)length[0] | marks[bytes]);
	mgmt_text_append(out, length, bytes);
	mgmt_text_append(out, data, len);
}

void mgmt_sentence_printf(struct mgmt_text *out, const char *format, ...)
{
	char *word = NULL;
	va_list args;
	int len;

	va_start(args, format);
	len = vasprintf(&word, format, args);
	va_end(args);
	if (len < 0)
		out->failed = true;
	else
		mgmt_sentence_append(out, word, (size_t)len);
	free(word);
}
