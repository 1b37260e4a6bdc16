/* SPDX-License-Identifier: BSD-3-Clause */
/* Records of an image: type, length of the value, value. Private to image_*.c. Pure. */
#pragma once

#include "base/bytes.h"

/* What follows is the value of a record, until tp_record_end(). */
static inline size_t tp_record_begin(struct tp_writer *w, uint16_t type)
{
	tp_write_be16(w, type);
	tp_write_be16(w, 0);
	return tp_writer_len(w);
}

static inline void tp_record_end(struct tp_writer *w, size_t begin)
{
	if (tp_writer_ok(w))
		tp_put_be16(w->start + begin - 2, (uint16_t)(tp_writer_len(w) - begin));
}

/* A record that is one text; none for "" and NULL. */
static inline void tp_record_text(struct tp_writer *w, uint16_t type, const char *text)
{
	size_t begin;

	if (text == NULL || text[0] == '\0')
		return;
	begin = tp_record_begin(w, type);
	tp_write_bytes(w, text, strlen(text));
	tp_record_end(w, begin);
}

struct tp_record {
	uint16_t type;
	struct tp_reader value;
};

/* False: there is no more; or, if bytes are left in R, what follows is none. */
static inline bool tp_record_next(struct tp_reader *r, struct tp_record *record)
{
	struct tp_reader ahead = *r;
	uint16_t len;

	if (!tp_read_be16(&ahead, &record->type) || !tp_read_be16(&ahead, &len) ||
	    !tp_read_sub(&ahead, len, &record->value))
		return false;
	*r = ahead;
	return true;
}

/* A field that the record lacks is zero. */
static inline uint8_t tp_field_u8(struct tp_reader *r)
{
	uint8_t v = 0;

	tp_read_u8(r, &v);
	return v;
}

static inline uint16_t tp_field_be16(struct tp_reader *r)
{
	uint16_t v = 0;

	tp_read_be16(r, &v);
	return v;
}

static inline uint32_t tp_field_be32(struct tp_reader *r)
{
	uint32_t v = 0;

	tp_read_be32(r, &v);
	return v;
}

static inline uint64_t tp_field_be64(struct tp_reader *r)
{
	uint64_t v = 0;

	tp_read_be64(r, &v);
	return v;
}

/* What is left of R as a text in ROOM. False: it does not fit, or has a NUL inside. */
static inline bool tp_field_text(struct tp_reader *r, char *room, size_t size)
{
	size_t len = tp_reader_left(r);

	if (len >= size || (len > 0 && memchr(r->p, '\0', len) != NULL))
		return false;
	tp_read_copy(r, room, len);
	room[len] = '\0';
	return true;
}
