/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/waiting.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MASK (TP_WAITING_MAX - 1)

int tp_waiting_init(struct tp_waiting *w, uint32_t seed)
{
	*w = (struct tp_waiting){.seed = seed};
	w->frames = calloc(TP_WAITING_MAX, sizeof(w->frames[0]));
	w->last = calloc(TP_WAITING_MAX, sizeof(w->last[0]));
	if (w->frames != NULL && w->last != NULL)
		return 0;
	tp_waiting_clear(w);
	return -ENOMEM;
}

void tp_waiting_clear(struct tp_waiting *w)
{
	while (w->count > 0)
		free(tp_waiting_take(w));
	free(w->frames);
	free(w->last);
	*w = (struct tp_waiting){0};
}

/* Multiply and fold, eight bytes at a time. */
static uint64_t hash(uint64_t h, const void *data, size_t len)
{
	const uint8_t *p = data;

	while (len > 0) {
		uint64_t word = 0;
		size_t step = len < sizeof(word) ? len : sizeof(word);

		memcpy(&word, p, step);
		h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15); /* 2^64 / golden ratio */
		h ^= h >> 32;
		p += step;
		len -= step;
	}
	return h;
}

static bool same(const struct tp_waiting_frame *f, const struct tp_access *access,
		 const struct tp_mac *dst, const struct tp_mac *src, const uint8_t *bytes,
		 uint16_t len)
{
	return f->len == len && tp_access_equal(&f->access, access) && tp_mac_equal(&f->dst, dst) &&
	       tp_mac_equal(&f->src, src) && memcmp(f->bytes, bytes, len) == 0;
}

static bool has_room(const struct tp_waiting *w, uint16_t len)
{
	return w->count < TP_WAITING_MAX &&
	       (len <= TP_WAITING_SHORT || w->long_bytes + len <= TP_WAITING_LONG_BYTES);
}

void tp_waiting_put(struct tp_waiting *w, const struct tp_access *access, const struct tp_mac *dst,
		    const struct tp_mac *src, const uint8_t *bytes, uint16_t len, uint64_t since_ms)
{
	uint64_t h = hash(hash(w->seed, src, sizeof(*src)), bytes, len);
	uint32_t *last = &w->last[h & MASK];
	struct tp_waiting_frame *f;

	if (*last - w->head < w->count &&
	    same(w->frames[*last & MASK], access, dst, src, bytes, len)) {
		w->repeated++;
		return;
	}
	f = has_room(w, len) ? malloc(sizeof(*f) + len) : NULL;
	if (f == NULL) {
		w->refused++;
		return;
	}
	*f = (struct tp_waiting_frame){
		.since_ms = since_ms, .access = *access, .dst = *dst, .src = *src, .len = len};
	memcpy(f->bytes, bytes, len);
	if (len > TP_WAITING_SHORT)
		w->long_bytes += len;
	*last = w->head + w->count++;
	w->frames[*last & MASK] = f;
}

const struct tp_waiting_frame *tp_waiting_first(const struct tp_waiting *w)
{
	return w->count > 0 ? w->frames[w->head & MASK] : NULL;
}

struct tp_waiting_frame *tp_waiting_take(struct tp_waiting *w)
{
	struct tp_waiting_frame *f;

	if (w->count == 0)
		return NULL;
	w->count--;
	f = w->frames[w->head++ & MASK];
	if (f->len > TP_WAITING_SHORT)
		w->long_bytes -= f->len;
	return f;
}
