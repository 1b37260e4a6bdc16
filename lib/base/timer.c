/* SPDX-License-Identifier: BSD-3-Clause */
#include "timer.h"
#include "clock.h"

#include <string.h>

#define SLOT_BITS 8

void tp_timer_wheel_init(struct tp_timer_wheel *wheel, uint64_t now_ms)
{
	memset(wheel, 0, sizeof(*wheel));
	wheel->now_ms = now_ms;
}

static unsigned slot_of(uint64_t ms, unsigned level)
{
	return (unsigned)(ms >> (SLOT_BITS * level)) & (TP_TIMER_SLOTS - 1);
}

static void occupy(struct tp_timer_wheel *wheel, unsigned level, unsigned slot)
{
	wheel->occupied[level][slot / 64] |= UINT64_C(1) << (slot % 64);
}

static void vacate(struct tp_timer_wheel *wheel, unsigned level, unsigned slot)
{
	wheel->occupied[level][slot / 64] &= ~(UINT64_C(1) << (slot % 64));
}

/* The level is that of the highest digit in which the expiry differs from now. EARLIEST is the
 * first moment that is still to be expired. */
static void insert(struct tp_timer_wheel *wheel, struct tp_timer *timer, uint64_t earliest)
{
	uint64_t at = timer->expires_ms > earliest ? timer->expires_ms : earliest;
	uint64_t furthest = wheel->now_ms | ((UINT64_C(1) << (SLOT_BITS * TP_TIMER_LEVELS)) - 1);
	unsigned level = 0;

	if (at > furthest)
		at = furthest;
	while (level < TP_TIMER_LEVELS - 1 &&
	       (at >> (SLOT_BITS * (level + 1))) != (wheel->now_ms >> (SLOT_BITS * (level + 1))))
		level++;
	unsigned slot = slot_of(at, level);
	LIST_INSERT_HEAD(&wheel->slots[level][slot], timer, entry);
	occupy(wheel, level, slot);
}

void tp_timer_start(struct tp_timer_wheel *wheel, struct tp_timer *timer, uint64_t expires_ms,
		    tp_timer_fn fn)
{
	tp_timer_stop(wheel, timer);
	timer->expires_ms = expires_ms;
	timer->fn = fn;
	wheel->count++;
	insert(wheel, timer, wheel->now_ms + 1);
}

/* The slot's bit may stay set over an empty list: the next advance finds out. */
void tp_timer_stop(struct tp_timer_wheel *wheel, struct tp_timer *timer)
{
	if (!tp_timer_running(timer))
		return;
	LIST_REMOVE(timer, entry);
	timer->entry.le_prev = NULL;
	wheel->count--;
}

/* Moves what stands in SLOT of LEVEL to the levels below, now that its digit has come. */
static void cascade(struct tp_timer_wheel *wheel, unsigned level, unsigned slot)
{
	struct tp_timer_list moving = wheel->slots[level][slot];
	struct tp_timer *timer, *next;

	LIST_INIT(&wheel->slots[level][slot]);
	vacate(wheel, level, slot);
	for (timer = LIST_FIRST(&moving); timer != NULL; timer = next) {
		next = LIST_NEXT(timer, entry);
		insert(wheel, timer, wheel->now_ms);
	}
}

/* The first occupied slot after FROM at LEVEL, TP_TIMER_SLOTS when there is none. */
static unsigned next_occupied(const struct tp_timer_wheel *wheel, unsigned level, unsigned from)
{
	for (unsigned slot = from + 1; slot < TP_TIMER_SLOTS;) {
		uint64_t word = wheel->occupied[level][slot / 64] >> (slot % 64);

		if (word != 0)
			return slot + (unsigned)__builtin_ctzll(word);
		slot = (slot / 64 + 1) * 64;
	}
	return TP_TIMER_SLOTS;
}

uint64_t tp_timer_wheel_next(const struct tp_timer_wheel *wheel)
{
	if (wheel->count == 0)
		return TP_NEVER;
	for (unsigned level = 0; level < TP_TIMER_LEVELS; level++) {
		unsigned slot = next_occupied(wheel, level, slot_of(wheel->now_ms, level));

		if (slot < TP_TIMER_SLOTS) {
			unsigned shift = SLOT_BITS * level;
			uint64_t above = wheel->now_ms >> shift & ~(uint64_t)(TP_TIMER_SLOTS - 1);

			return (above | slot) << shift;
		}
	}
	return wheel->now_ms + 1;
}

static unsigned expire_slot(struct tp_timer_wheel *wheel, uint64_t now_ms, unsigned limit)
{
	unsigned slot = slot_of(wheel->now_ms, 0);
	struct tp_timer_list *list = &wheel->slots[0][slot];
	unsigned fired = 0;

	while (!LIST_EMPTY(list) && fired < limit) {
		struct tp_timer *timer = LIST_FIRST(list);

		tp_timer_stop(wheel, timer);
		timer->fn(timer, now_ms);
		fired++;
	}
	if (LIST_EMPTY(list))
		vacate(wheel, 0, slot);
	return fired;
}

/* Steps from one occupied moment to the next, so that an idle hour costs nothing. */
unsigned tp_timer_wheel_advance(struct tp_timer_wheel *wheel, uint64_t now_ms, unsigned limit)
{
	unsigned fired = expire_slot(wheel, now_ms, limit); /* what a limit left over */

	while (fired < limit && wheel->now_ms < now_ms) {
		uint64_t next = tp_timer_wheel_next(wheel);

		if (next > now_ms)
			next = now_ms;
		uint64_t crossed = wheel->now_ms ^ next;
		wheel->now_ms = next;
		for (unsigned level = TP_TIMER_LEVELS - 1; level > 0; level--)
			if (crossed >> (SLOT_BITS * level) != 0)
				cascade(wheel, level, slot_of(next, level));
		fired += expire_slot(wheel, now_ms, limit - fired);
	}
	return fired;
}
