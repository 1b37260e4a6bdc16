/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzzes the joining of MP's fragments: a receiver that is given any fragments keeps within its
 * buffer, and what was cut by the book is joined as it was. */
#include <stdlib.h>

#include "wire/mp.h"
#include "wire/mp_order.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		abort();
}

/* Any bytes as a row of fragments, each behind a byte with its length. */
static void receive_any(struct tp_reader r, bool is_short, uint32_t most)
{
	struct tp_mp_receiver rx = {.is_short = is_short, .most = most};
	uint8_t *buffer = malloc(most);
	struct tp_reader bytes, packet;
	struct tp_mp_fragment fragment;
	uint16_t protocol;
	uint8_t len;

	while (tp_read_u8(&r, &len) && tp_read_sub(&r, len, &bytes)) {
		if (!tp_mp_fragment_parse(bytes, is_short, &fragment))
			continue;
		bool needed = rx.used > 0 || tp_mp_wants_buffer(&fragment);
		enum tp_mp_verdict verdict =
			tp_mp_receive(&rx, &fragment, needed ? buffer : NULL, &packet);
		require(rx.used <= most && (verdict != TP_MP_KEPT || rx.used > 0));
		if (verdict == TP_MP_PACKET) {
			require(tp_reader_left(&packet) > 0 && tp_reader_left(&packet) <= most);
			tp_mp_protocol(&packet, &protocol);
		}
	}
	free(buffer);
}

static void cut_and_join(const uint8_t *data, size_t size, bool is_short, uint8_t mtu)
{
	struct tp_mp_sender tx = {.is_short = is_short, .next = size * 131 & 0xfff};
	struct tp_mp_receiver rx = {.is_short = is_short, .most = (uint32_t)size};
	size_t header = tp_mp_header_len(is_short), most = mtu % 64 + 1u;
	size_t count = tp_mp_fragment_count(&tx, size, most + header);
	uint8_t *buffer = malloc(size);
	struct tp_reader packet;

	for (size_t i = 0; i < count; i++) {
		size_t left = size - i * most, len = left < most ? left : most;
		struct tp_mp_fragment fragment;
		uint8_t bytes[80];

		tp_mp_header_put(&tx, i == 0, i + 1 == count, bytes);
		memcpy(bytes + header, data + i * most, len);
		require(tp_mp_fragment_parse(tp_reader_of(bytes, header + len), is_short,
					     &fragment));
		enum tp_mp_verdict verdict = tp_mp_receive(&rx, &fragment, buffer, &packet);
		require(verdict == (i + 1 == count ? TP_MP_PACKET : TP_MP_KEPT));
		if (count == 1)
			require(memcmp(packet.p, data, size) == 0);
	}
	if (count > 1)
		require(tp_reader_left(&packet) == size && memcmp(packet.p, data, size) == 0);
	free(buffer);
}

/* Any numbers by any links, links that come and go: what is put is given back once, in order. */
static void order_any(struct tp_reader r, bool is_short)
{
	struct tp_mp_order order;
	uint32_t number, put = 0, taken = 0;
	uint8_t what;
	void *item;

	tp_mp_order_init(&order, 2, is_short, 0xff0);
	while (tp_read_u8(&r, &what) && tp_read_be32(&r, &number)) {
		uint32_t before;

		number &= is_short ? 0xfff : 0xffffff;
		if (what % 16 == 0)
			tp_mp_order_expire(&order);
		else if (what % 16 == 1)
			tp_mp_order_links(&order, (const int[]){what & 16 ? 0 : -1, -1, 0},
					  1 + what / 32 % 3);
		if (what & 128)
			tp_mp_order_make_room(&order, number);
		while ((item = tp_mp_order_take(&order)) != NULL)
			taken++;
		before = order.next;
		put += tp_mp_order_put(&order, what / 32 % order.links, number,
				       (void *)(uintptr_t)(number + 1));
		while ((item = tp_mp_order_take(&order)) != NULL) {
			uint32_t at = (uint32_t)(uintptr_t)item - 1;

			require(((at - before) & (is_short ? 0xfff : 0xffffff)) <
				(is_short ? 0x1000 : 0x800000));
			taken++;
		}
		require(order.waiting <= TP_MP_WINDOW && put == taken + order.waiting);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tp_reader r = tp_reader_of(data, size);
	uint8_t flags, mtu;

	if (!tp_read_u8(&r, &flags) || !tp_read_u8(&r, &mtu) || tp_reader_left(&r) == 0)
		return 0;
	receive_any(r, flags & 1, flags & 2 ? 64 : 1602);
	order_any(r, flags & 1);
	cut_and_join(r.p, tp_reader_left(&r), flags & 1, mtu);
	return 0;
}
