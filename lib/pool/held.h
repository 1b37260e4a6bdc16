/* SPDX-License-Identifier: BSD-3-Clause */
/* Which of all IPv4 addresses are held: a sparse bitmap, in pages of 65,536 addresses that are
 * there only while one of theirs is held. Private to lib/pool. Host byte order. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define TP_HELD_PAGES	   65536 /* by the upper 16 bits of the address */
#define TP_HELD_PAGE_WORDS 1024	 /* 64 addresses each */

struct tp_held_page {
	uint32_t count; /* bits set in WORDS */
	/* One bit for each word that has no bit left to set, so that a search passes over 4,096
	 * held addresses at a time. */
	uint64_t full[TP_HELD_PAGE_WORDS / 64];
	uint64_t words[TP_HELD_PAGE_WORDS];
};

struct tp_held {
	struct tp_held_page *pages[TP_HELD_PAGES]; /* NULL: none of the page is held */
};

bool tp_held_get(const struct tp_held *held, uint32_t address);

/* False when memory is short; then nothing has changed. */
bool tp_held_set(struct tp_held *held, uint32_t address);
void tp_held_clear(struct tp_held *held, uint32_t address);

/* The first address in FIRST … LAST that is free, or held. False when there is none. */
bool tp_held_find_free(const struct tp_held *held, uint32_t first, uint32_t last,
		       uint32_t *address);
bool tp_held_find_held(const struct tp_held *held, uint32_t first, uint32_t last,
		       uint32_t *address);

void tp_held_reset(struct tp_held *held);
