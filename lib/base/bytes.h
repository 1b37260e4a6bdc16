/* SPDX-License-Identifier: BSD-3-Clause */
/* Bounds-checked readers and writers of bytes from and to the wire.
 *
 * Every integer that a peer sends passes through tp_reader; it cannot run past
 * the end of what it was given. A writer that runs out of room remembers so and
 * writes no more: check tp_writer_ok() once, at the end.
 * Pure functions; any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct tp_reader {
	const uint8_t *p;   /* the next byte */
	const uint8_t *end; /* one past the last byte */
};

static inline struct tp_reader tp_reader_of(const void *data, size_t len)
{
	const uint8_t *p = data;
	return (struct tp_reader){.p = p, .end = len ? p + len : p};
}

/* Bytes not yet read. */
static inline size_t tp_reader_left(const struct tp_reader *r)
{
	return (size_t)(r->end - r->p);
}

/* Each tp_read_*() returns false, and moves nothing, when too few bytes are left. */
static inline bool tp_read_u8(struct tp_reader *r, uint8_t *v)
{
	if (tp_reader_left(r) < 1)
		return false;
	*v = *r->p++;
	return true;
}

/* A 16-bit integer in network byte order, given back in host order. */
static inline bool tp_read_be16(struct tp_reader *r, uint16_t *v)
{
	if (tp_reader_left(r) < 2)
		return false;
	*v = (uint16_t)(r->p[0] << 8 | r->p[1]);
	r->p += 2;
	return true;
}

/* A 32-bit integer in network byte order, given back in host order. */
static inline bool tp_read_be32(struct tp_reader *r, uint32_t *v)
{
	if (tp_reader_left(r) < 4)
		return false;
	*v = (uint32_t)r->p[0] << 24 | (uint32_t)r->p[1] << 16 | (uint32_t)r->p[2] << 8 | r->p[3];
	r->p += 4;
	return true;
}

/* A 64-bit integer likewise. */
static inline bool tp_read_be64(struct tp_reader *r, uint64_t *v)
{
	uint32_t high, low;

	if (tp_reader_left(r) < 8 || !tp_read_be32(r, &high) || !tp_read_be32(r, &low))
		return false;
	*v = (uint64_t)high << 32 | low;
	return true;
}

/* N bytes, not copied: *bytes points into what the reader was given. */
static inline bool tp_read_bytes(struct tp_reader *r, size_t n, const uint8_t **bytes)
{
	if (tp_reader_left(r) < n)
		return false;
	*bytes = r->p;
	r->p += n;
	return true;
}

/* N bytes, copied to OUT. */
static inline bool tp_read_copy(struct tp_reader *r, void *out, size_t n)
{
	const uint8_t *p;
	if (!tp_read_bytes(r, n, &p))
		return false;
	if (n > 0)
		memcpy(out, p, n);
	return true;
}

/* The next N bytes as a reader of their own; R moves past them. */
static inline bool tp_read_sub(struct tp_reader *r, size_t n, struct tp_reader *sub)
{
	const uint8_t *p;
	if (!tp_read_bytes(r, n, &p))
		return false;
	*sub = tp_reader_of(p, n);
	return true;
}

struct tp_writer {
	uint8_t *start;
	uint8_t *p;    /* where the next byte goes */
	uint8_t *end;  /* one past the last byte of room */
	bool overflow; /* something did not fit; nothing was written since */
};

static inline struct tp_writer tp_writer_of(void *room, size_t len)
{
	uint8_t *p = room;
	return (struct tp_writer){.start = p, .p = p, .end = p + len};
}

static inline bool tp_writer_ok(const struct tp_writer *w)
{
	return !w->overflow;
}

/* Bytes written so far. */
static inline size_t tp_writer_len(const struct tp_writer *w)
{
	return (size_t)(w->p - w->start);
}

/* Room for N bytes, to be filled by the caller; NULL when they do not fit. */
static inline uint8_t *tp_write_room(struct tp_writer *w, size_t n)
{
	if (w->overflow || (size_t)(w->end - w->p) < n) {
		w->overflow = true;
		return NULL;
	}
	uint8_t *p = w->p;
	w->p += n;
	return p;
}

static inline void tp_write_u8(struct tp_writer *w, uint8_t v)
{
	uint8_t *p = tp_write_room(w, 1);
	if (p != NULL)
		*p = v;
}

static inline void tp_put_be16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void tp_put_be32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

/* V, in host order, written in network byte order. */
static inline void tp_write_be16(struct tp_writer *w, uint16_t v)
{
	uint8_t *p = tp_write_room(w, 2);
	if (p != NULL)
		tp_put_be16(p, v);
}

static inline void tp_write_be32(struct tp_writer *w, uint32_t v)
{
	uint8_t *p = tp_write_room(w, 4);
	if (p != NULL)
		tp_put_be32(p, v);
}

static inline void tp_write_be64(struct tp_writer *w, uint64_t v)
{
	uint8_t *p = tp_write_room(w, 8);
	if (p != NULL) {
		tp_put_be32(p, (uint32_t)(v >> 32));
		tp_put_be32(p + 4, (uint32_t)v);
	}
}

static inline void tp_write_bytes(struct tp_writer *w, const void *bytes, size_t n)
{
	uint8_t *p = tp_write_room(w, n);
	if (p != NULL && n > 0)
		memcpy(p, bytes, n);
}
