/* SPDX-License-Identifier: BSD-3-Clause */
#include "wire/pcapng.h"

#include <string.h>

#define SECTION		0x0a0d0d0au
#define INTERFACE	0x00000001u
#define PACKET		0x00000006u /* enhanced */
#define BYTE_ORDER_MARK 0x1a2b3c4du

#define OPTION_END	   0
#define OPTION_COMMENT	   1
#define OPTION_PROGRAM	   4 /* shb_userappl */
#define OPTION_NAME	   2 /* if_name */
#define OPTION_DESCRIPTION 3 /* if_description */
#define OPTION_RESOLUTION  9 /* if_tsresol */
#define OPTION_FLAGS	   2 /* epb_flags */

#define NANOSECONDS 9 /* if_tsresol: 10 to the minus ninth */

static uint8_t *put16(uint8_t *p, uint16_t v)
{
	memcpy(p, &v, sizeof(v));
	return p + sizeof(v);
}

static uint8_t *put32(uint8_t *p, uint32_t v)
{
	memcpy(p, &v, sizeof(v));
	return p + sizeof(v);
}

/* Padded to a multiple of four. */
static uint8_t *put_bytes(uint8_t *p, const void *bytes, size_t len)
{
	const size_t padded = (len + 3) & ~(size_t)3;

	if (len > 0)
		memcpy(p, bytes, len);
	memset(p + len, 0, padded - len);
	return p + padded;
}

static uint8_t *put_option(uint8_t *p, uint16_t code, const void *bytes, size_t len)
{
	p = put16(p, code);
	p = put16(p, (uint16_t)len);
	return put_bytes(p, bytes, len);
}

static uint8_t *put_text(uint8_t *p, uint16_t code, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return p;
	return put_option(p, code, text, strnlen(text, TP_PCAPNG_TEXT_MAX));
}

static uint8_t *begin(uint8_t *out, uint32_t type)
{
	return put32(put32(out, type), 0); /* its length, twice, when it is known */
}

static size_t finish(uint8_t *out, uint8_t *p)
{
	uint32_t len;

	p = put_option(p, OPTION_END, NULL, 0);
	len = (uint32_t)(p - out) + 4;
	put32(p, len);
	put32(out + 4, len);
	return len;
}

size_t tp_pcapng_section(uint8_t *out, const char *program, const char *comment)
{
	static const int64_t unknown_length = -1;
	uint8_t *p = begin(out, SECTION);

	p = put32(p, BYTE_ORDER_MARK);
	p = put16(p, 1); /* version 1.0 */
	p = put16(p, 0);
	p = put_bytes(p, &unknown_length, sizeof(unknown_length));
	p = put_text(p, OPTION_PROGRAM, program);
	p = put_text(p, OPTION_COMMENT, comment);
	return finish(out, p);
}

size_t tp_pcapng_interface(uint8_t *out, uint16_t link_type, const char *name,
			   const char *description)
{
	static const uint8_t resolution = NANOSECONDS;
	uint8_t *p = begin(out, INTERFACE);

	p = put16(p, link_type);
	p = put16(p, 0);
	p = put32(p, 0); /* no limit to what is captured of a packet */
	p = put_text(p, OPTION_NAME, name);
	p = put_text(p, OPTION_DESCRIPTION, description);
	p = put_option(p, OPTION_RESOLUTION, &resolution, sizeof(resolution));
	return finish(out, p);
}

size_t tp_pcapng_packet(uint8_t *out, const struct tp_pcapng_packet *packet)
{
	const uint32_t direction = packet->direction;
	uint8_t *p = begin(out, PACKET);

	p = put32(p, packet->interface);
	p = put32(p, (uint32_t)(packet->time_ns >> 32));
	p = put32(p, (uint32_t)packet->time_ns);
	p = put32(p, packet->captured);
	p = put32(p, packet->length);
	p = put_bytes(p, packet->data, packet->captured);
	p = put_option(p, OPTION_FLAGS, &direction, sizeof(direction));
	p = put_text(p, OPTION_COMMENT, packet->comment);
	return finish(out, p);
}
