/* SPDX-License-Identifier: BSD-3-Clause */
/* The window stands at `next`: of each of the TP_MP_WINDOW sequence numbers from there on it has
 * the item at the number modulo its size. `bound` is how far numbers are known to have come or to
 * be lost.
 *
 * Numbers are compared by how far they are ahead of `next`, never with each other: of three that go
 * round, each can be behind the next (RFC 1982, section 3.2), and what follows from two comparisons
 * would undo each other. What is not ahead by less than half of the numbers is behind. */
#include "wire/mp_order.h"

#include <string.h>

#define BEHIND (-1)

static uint32_t mask_of(const struct tp_mp_order *order)
{
	return order->is_short ? 0xfffu : 0xffffffu;
}

/* How far SEQUENCE is ahead of the one that is due, or BEHIND. */
static int32_t ahead(const struct tp_mp_order *order, uint32_t sequence)
{
	uint32_t by = (sequence - order->next) & mask_of(order);

	return by <= mask_of(order) / 2 ? (int32_t)by : BEHIND;
}

static uint32_t before_next(const struct tp_mp_order *order)
{
	return (order->next - 1) & mask_of(order);
}

static void **place(struct tp_mp_order *order, uint32_t sequence)
{
	return &order->item[sequence % TP_MP_WINDOW];
}

/* Nothing that is behind stays there to look as if it were ahead, when `next` has gone half way
 * round. */
static void advance(struct tp_mp_order *order, uint32_t to)
{
	order->next = to & mask_of(order);
	if (ahead(order, order->bound) == BEHIND)
		order->bound = order->next;
	for (unsigned i = 0; i < order->links; i++)
		if (ahead(order, order->newest[i]) == BEHIND)
			order->newest[i] = before_next(order);
}

void tp_mp_order_init(struct tp_mp_order *order, unsigned links, bool is_short, uint32_t next)
{
	memset(order, 0, sizeof(*order));
	order->links = (uint8_t)links;
	order->is_short = is_short;
	order->next = next;
	order->bound = next;
	for (unsigned i = 0; i < links; i++)
		order->newest[i] = before_next(order);
}

void tp_mp_order_links(struct tp_mp_order *order, const int *from, unsigned links)
{
	uint32_t newest[TP_MP_LINKS];

	for (unsigned i = 0; i < links; i++)
		newest[i] = from[i] >= 0 ? order->newest[from[i]] : before_next(order);
	memcpy(order->newest, newest, links * sizeof(newest[0]));
	order->links = (uint8_t)links;
}

static void bound_to(struct tp_mp_order *order, uint32_t sequence)
{
	if (ahead(order, sequence) > ahead(order, order->bound))
		order->bound = sequence;
}

/* Without any that waits nobody needs to go number by number. */
static void skip(struct tp_mp_order *order)
{
	if (order->waiting == 0 && order->bound != order->next)
		advance(order, order->bound);
}

void tp_mp_order_make_room(struct tp_mp_order *order, uint32_t sequence)
{
	if (ahead(order, sequence) < TP_MP_WINDOW)
		return;
	bound_to(order, (sequence - TP_MP_WINDOW + 1) & mask_of(order));
	skip(order);
}

bool tp_mp_order_put(struct tp_mp_order *order, unsigned link, uint32_t sequence, void *item)
{
	int32_t by = ahead(order, sequence);

	if (by > ahead(order, order->newest[link]))
		order->newest[link] = sequence;
	if (by == BEHIND || by >= TP_MP_WINDOW || *place(order, sequence) != NULL)
		return false;
	*place(order, sequence) = item;
	order->waiting++;
	return true;
}

/* Every link has come as far as that: before it nothing more will come. */
static void bound_by_links(struct tp_mp_order *order)
{
	uint32_t least = order->newest[0];

	for (unsigned i = 1; i < order->links; i++) {
		if (ahead(order, order->newest[i]) < ahead(order, least))
			least = order->newest[i];
	}
	bound_to(order, least);
}

/* What is due, or NULL, and the next one is. */
static void *step(struct tp_mp_order *order)
{
	void *item = *place(order, order->next);

	*place(order, order->next) = NULL;
	order->waiting -= item != NULL;
	advance(order, order->next + 1);
	return item;
}

void *tp_mp_order_take(struct tp_mp_order *order)
{
	void *item = NULL;

	bound_by_links(order);
	while (item == NULL && order->waiting > 0) {
		if (*place(order, order->next) == NULL && order->next == order->bound)
			return NULL;
		item = step(order);
	}
	skip(order);
	return item;
}

void *tp_mp_order_drop(struct tp_mp_order *order)
{
	for (unsigned i = 0; i < TP_MP_WINDOW; i++) {
		void *item = order->item[i];

		if (item == NULL)
			continue;
		order->item[i] = NULL;
		order->waiting--;
		return item;
	}
	return NULL;
}

void tp_mp_order_expire(struct tp_mp_order *order)
{
	for (uint32_t i = 0; i < TP_MP_WINDOW && order->waiting > 0; i++) {
		if (*place(order, order->next + i) == NULL)
			continue;
		bound_to(order, (order->next + i) & mask_of(order));
		return;
	}
}
