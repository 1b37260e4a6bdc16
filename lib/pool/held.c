/* SPDX-License-Identifier: BSD-3-Clause */
#include "held.h"

#include <stdlib.h>

static uint64_t bit(uint32_t index)
{
	return UINT64_C(1) << (index % 64);
}

static uint32_t word_of(uint32_t address)
{
	return (address & 0xffff) / 64;
}

bool tp_held_get(const struct tp_held *held, uint32_t address)
{
	const struct tp_held_page *page = held->pages[address >> 16];

	return page != NULL && (page->words[word_of(address)] & bit(address)) != 0;
}

bool tp_held_set(struct tp_held *held, uint32_t address)
{
	struct tp_held_page *page = held->pages[address >> 16];
	uint32_t word = word_of(address);

	if (page == NULL) {
		page = calloc(1, sizeof(*page));
		if (page == NULL)
			return false;
		held->pages[address >> 16] = page;
	}
	if ((page->words[word] & bit(address)) != 0)
		return true;
	page->words[word] |= bit(address);
	if (page->words[word] == UINT64_MAX)
		page->full[word / 64] |= bit(word);
	page->count++;
	return true;
}

void tp_held_clear(struct tp_held *held, uint32_t address)
{
	struct tp_held_page *page = held->pages[address >> 16];
	uint32_t word = word_of(address);

	if (!tp_held_get(held, address))
		return;
	page->words[word] &= ~bit(address);
	page->full[word / 64] &= ~bit(word);
	if (--page->count > 0)
		return;
	held->pages[address >> 16] = NULL;
	free(page);
}

/* The index of the first bit of BITS at or above FROM; 64 when there is none. */
static uint32_t first_bit(uint64_t bits, uint32_t from)
{
	bits &= from < 64 ? UINT64_MAX << from : 0;
	return bits == 0 ? 64 : (uint32_t)__builtin_ctzll(bits);
}

/* The first address of PAGE from FROM on, both the lower 16 bits, that is free; 65536 when
 * there is none. */
static uint32_t free_in_page(const struct tp_held_page *page, uint32_t from)
{
	uint32_t word = from / 64;
	uint32_t found = first_bit(~page->words[word], from % 64);

	if (found < 64)
		return word * 64 + found;
	for (word++; word < TP_HELD_PAGE_WORDS; word = (word / 64 + 1) * 64) {
		uint32_t index = first_bit(~page->full[word / 64], word % 64);

		if (index < 64) {
			word = word / 64 * 64 + index;
			return word * 64 + first_bit(~page->words[word], 0);
		}
	}
	return 65536;
}

static uint32_t held_in_page(const struct tp_held_page *page, uint32_t from)
{
	uint32_t found = first_bit(page->words[from / 64], from % 64);

	if (found < 64)
		return from / 64 * 64 + found;
	for (uint32_t word = from / 64 + 1; word < TP_HELD_PAGE_WORDS; word++) {
		if (page->words[word] != 0)
			return word * 64 + first_bit(page->words[word], 0);
	}
	return 65536;
}

bool tp_held_find_free(const struct tp_held *held, uint32_t first, uint32_t last, uint32_t *address)
{
	uint32_t from = first & 0xffff;

	for (uint32_t index = first >> 16; index <= last >> 16; index++, from = 0) {
		const struct tp_held_page *page = held->pages[index];
		uint32_t found = page == NULL ? from : free_in_page(page, from);

		if (found == 65536)
			continue;
		*address = index << 16 | found;
		return *address <= last;
	}
	return false;
}

bool tp_held_find_held(const struct tp_held *held, uint32_t first, uint32_t last, uint32_t *address)
{
	uint32_t from = first & 0xffff;

	for (uint32_t index = first >> 16; index <= last >> 16; index++, from = 0) {
		const struct tp_held_page *page = held->pages[index];
		uint32_t found = page == NULL ? 65536 : held_in_page(page, from);

		if (found == 65536)
			continue;
		*address = index << 16 | found;
		return *address <= last;
	}
	return false;
}

void tp_held_reset(struct tp_held *held)
{
	for (uint32_t index = 0; index < TP_HELD_PAGES; index++) {
		free(held->pages[index]);
		held->pages[index] = NULL;
	}
}
