/* SPDX-License-Identifier: BSD-3-Clause */
/* The window stands at `next`: of each sequence number from there on it has the item at the number
 * modulo its size. `bound` is how far numbers are known to have come or to be lost. */
#include "wire/mp_order.h"

#include <string.h>

static uint32_t mask_of(const struct tp_mp_order *order)
{
	return order->is_short ? 0xfffu : 0xffffffu;
}

/* How far A is ahead of B; a number of more than half of them: behind (RFC 1982). */
static uint32_t ahead(const struct tp_mp_order *order, uint32_t a, uint32_t b)
{
	return (a - b) & mask_of(order);
}

static bool is_behind(const struct tp_mp_order *order, uint32_t a, uint32_t b)
{
	return ahead(order, a, b) > mask_of(order) / 2;
}

static void **place(struct tp_mp_order *order, uint32_t sequence)
{
	return &order->item[sequence % TP_MP_WINDOW];
}

static void step(struct tp_mp_order *order)
{
	order->next = (order->next + 1) & mask_of(order);
}

void tp_mp_order_init(struct tp_mp_order *order, unsigned links, bool is_short, uint32_t next)
{
	memset(order, 0, sizeof(*order));
	order->links = (uint8_t)links;
	order->is_short = is_short;
	order->next = next;
	order->bound = next;
	for (unsigned i = 0; i < links; i++)
		order->newest[i] = (next - 1) & mask_of(order);
}

void tp_mp_order_links(struct tp_mp_order *order, const int *from, unsigned links)
{
	uint32_t newest[TP_MP_LINKS];

	for (unsigned i = 0; i < links; i++)
		newest[i] =
			from[i] >= 0 ? order->newest[from[i]] : (order->next - 1) & mask_of(order);
	memcpy(order->newest, newest, links * sizeof(newest[0]));
	order->links = (uint8_t)links;
}

static void bound_to(struct tp_mp_order *order, uint32_t sequence)
{
	if (is_behind(order, order->bound, sequence))
		order->bound = sequence;
}

/* Without any that waits nobody needs to go number by number. */
static void skip(struct tp_mp_order *order)
{
	if (order->waiting == 0 && is_behind(order, order->next, order->bound))
		order->next = order->bound;
}

void tp_mp_order_make_room(struct tp_mp_order *order, uint32_t sequence)
{
	if (is_behind(order, sequence, order->next) ||
	    ahead(order, sequence, order->next) < TP_MP_WINDOW)
		return;
	bound_to(order, (sequence - TP_MP_WINDOW + 1) & mask_of(order));
	skip(order);
}

bool tp_mp_order_put(struct tp_mp_order *order, unsigned link, uint32_t sequence, void *item)
{
	if (is_behind(order, order->newest[link], sequence))
		order->newest[link] = sequence;
	if (is_behind(order, sequence, order->next) ||
	    ahead(order, sequence, order->next) >= TP_MP_WINDOW || *place(order, sequence) != NULL)
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
		if (is_behind(order, order->newest[i], least))
			least = order->newest[i];
	}
	bound_to(order, least);
}

void *tp_mp_order_take(struct tp_mp_order *order)
{
	bound_by_links(order);
	while (order->waiting > 0) {
		void *item = *place(order, order->next);

		if (item == NULL && !is_behind(order, order->next, order->bound))
			return NULL;
		*place(order, order->next) = NULL;
		step(order);
		if (item != NULL) {
			order->waiting--;
			return item;
		}
	}
	skip(order);
	return NULL;
}

void tp_mp_order_expire(struct tp_mp_order *order)
{
	uint32_t first = order->next;

	if (order->waiting == 0)
		return;
	while (*place(order, first) == NULL)
		first = (first + 1) & mask_of(order);
	bound_to(order, first);
}
