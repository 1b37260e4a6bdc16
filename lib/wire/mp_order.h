/* SPDX-License-Identifier: BSD-3-Clause */
/* Fragments that come by several links, put in order again: RFC 1990, section 4.1.
 *
 * Each link delivers in order, but one may be behind another. What comes too early waits in a
 * window; it is given back in the order of the sequence numbers. A number is known to be lost when
 * every link has delivered a later one, when the window is full, or when its owner has waited long
 * enough (tp_mp_order_expire()). What is given back goes to tp_mp_receive() of mp.h, to which the
 * lost ones are gaps.
 *
 * Items are the owner's: pointers that are stored and given back. Pure but for the struct given;
 * the thread that owns it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define TP_MP_LINKS  8	 /* of one bundle, at most */
#define TP_MP_WINDOW 128 /* fragments that wait, at most; a power of two */

struct tp_mp_order {
	uint32_t next;		      /* the sequence number that is due */
	uint32_t bound;		      /* all before it have come, or are lost */
	uint32_t newest[TP_MP_LINKS]; /* the last that came by each link */
	uint8_t links;
	bool is_short;	 /* short sequence numbers */
	uint8_t waiting; /* items in the window */
	void *item[TP_MP_WINDOW];
};

/* LINKS links, 1 … TP_MP_LINKS, that begin to count at NEXT. */
void tp_mp_order_init(struct tp_mp_order *order, unsigned links, bool is_short, uint32_t next);

/* The links have changed: FROM[i] tells which of the former ones link I is, or -1: it is new. */
void tp_mp_order_links(struct tp_mp_order *order, const int *from, unsigned links);

/* There is to be room for SEQUENCE: what is missing so far before the window that ends with it is
 * lost. Then tp_mp_order_take() until it gives nothing, before it is put. */
void tp_mp_order_make_room(struct tp_mp_order *order, uint32_t sequence);

/* ITEM, of SEQUENCE, has come by LINK. False: it is too late, has come before, or there is no room
 * for it, and is not kept. */
bool tp_mp_order_put(struct tp_mp_order *order, unsigned link, uint32_t sequence, void *item);

/* The next one in order; NULL: there is none, or it is not yet known whether one before it is
 * lost. */
void *tp_mp_order_take(struct tp_mp_order *order);

/* Any one that waits, out of order, for who has no use for them; NULL: there is none. */
void *tp_mp_order_drop(struct tp_mp_order *order);

/* What is missing before the first that waits is lost. */
void tp_mp_order_expire(struct tp_mp_order *order);
