/* SPDX-License-Identifier: BSD-3-Clause */
/* Fragments of several links put in order: RFC 1990, section 4.1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "wire/mp_order.h"

static int items[1 << 13];

static void *item(uint32_t sequence)
{
	return &items[sequence % (1 << 13)];
}

static bool put(struct tp_mp_order *order, unsigned link, uint32_t sequence)
{
	return tp_mp_order_put(order, link, sequence, item(sequence));
}

static void expect(struct tp_mp_order *order, uint32_t sequence)
{
	assert_ptr_equal(tp_mp_order_take(order), item(sequence));
}

#define EXPECT_NOTHING(order) assert_null(tp_mp_order_take(order))

static void test_what_comes_in_order_goes_on_at_once(void **state)
{
	struct tp_mp_order order;

	tp_mp_order_init(&order, 2, false, 0xfffffe);
	for (uint32_t i = 0xfffffe; i < 0x1000004; i++) {
		assert_true(put(&order, i & 1, i & 0xffffff));
		expect(&order, i & 0xffffff);
		EXPECT_NOTHING(&order);
	}
}

static void test_a_link_that_is_behind_is_waited_for(void **state)
{
	struct tp_mp_order order;

	tp_mp_order_init(&order, 2, false, 10);
	assert_true(put(&order, 0, 11));
	assert_true(put(&order, 0, 13));
	EXPECT_NOTHING(&order);
	assert_true(put(&order, 1, 10));
	expect(&order, 10);
	expect(&order, 11);
	EXPECT_NOTHING(&order);
	assert_true(put(&order, 1, 12));
	expect(&order, 12);
	expect(&order, 13);
	EXPECT_NOTHING(&order);
}

static void test_what_every_link_has_passed_is_lost(void **state)
{
	struct tp_mp_order order;

	tp_mp_order_init(&order, 2, false, 10);
	assert_true(put(&order, 0, 10));
	expect(&order, 10);
	assert_true(put(&order, 0, 12));
	EXPECT_NOTHING(&order);
	assert_true(put(&order, 1, 13)); /* 11 can't come any more */
	expect(&order, 12);
	expect(&order, 13);
	assert_false(put(&order, 1, 11));
}

static void test_twice_is_not_kept(void **state)
{
	struct tp_mp_order order;

	tp_mp_order_init(&order, 2, false, 10);
	assert_true(put(&order, 0, 12));
	assert_false(put(&order, 1, 12));
	assert_int_equal(order.waiting, 1);
}

static void test_a_silent_link_is_not_waited_for_for_ever(void **state)
{
	struct tp_mp_order order;

	tp_mp_order_init(&order, 2, false, 10);
	assert_true(put(&order, 0, 12));
	assert_true(put(&order, 0, 13));
	assert_true(put(&order, 0, 20));
	EXPECT_NOTHING(&order);
	tp_mp_order_expire(&order);
	expect(&order, 12);
	expect(&order, 13);
	EXPECT_NOTHING(&order);
	tp_mp_order_expire(&order);
	expect(&order, 20);
	tp_mp_order_expire(&order);
	EXPECT_NOTHING(&order);
}

static void test_a_full_window_moves_on(void **state)
{
	struct tp_mp_order order;

	tp_mp_order_init(&order, 2, false, 10);
	for (uint32_t i = 11; i < 10 + TP_MP_WINDOW; i++) {
		tp_mp_order_make_room(&order, i);
		assert_true(put(&order, 0, i));
		EXPECT_NOTHING(&order);
	}
	assert_false(put(&order, 0, 10 + TP_MP_WINDOW));
	tp_mp_order_make_room(&order, 10 + TP_MP_WINDOW);
	for (uint32_t i = 11; i < 10 + TP_MP_WINDOW; i++)
		expect(&order, i);
	assert_true(put(&order, 0, 10 + TP_MP_WINDOW));
	expect(&order, 10 + TP_MP_WINDOW);
	/* And far ahead: nothing waits, so nobody counts the way there. */
	tp_mp_order_make_room(&order, 500000);
	assert_true(put(&order, 0, 500000));
	EXPECT_NOTHING(&order);
}

static void test_links_come_and_go(void **state)
{
	struct tp_mp_order order;

	tp_mp_order_init(&order, 2, true, 10);
	assert_true(put(&order, 0, 12));
	assert_true(put(&order, 0, 14));
	EXPECT_NOTHING(&order);
	tp_mp_order_links(&order, (const int[]){0, -1}, 2); /* the second is another's now */
	assert_true(put(&order, 1, 10));
	expect(&order, 10);
	EXPECT_NOTHING(&order);
	tp_mp_order_links(&order, (const int[]){0}, 1); /* and that is gone */
	expect(&order, 12);
	expect(&order, 14);
}

/* Two numbers that are half of all apart are each behind the other (RFC 1982, section 3.2). */
static void test_numbers_half_of_all_apart_end(void **state)
{
	for (unsigned is_short = 0; is_short < 2; is_short++) {
		uint32_t half = is_short ? 0x800 : 0x800000;

		for (uint32_t at = half - TP_MP_WINDOW - 2; at != half + TP_MP_WINDOW + 2; at++) {
			struct tp_mp_order order;
			unsigned got = 0;

			tp_mp_order_init(&order, 2, is_short, 0);
			assert_true(put(&order, 0, 0));
			expect(&order, 0);
			tp_mp_order_make_room(&order, at);
			EXPECT_NOTHING(&order);
			bool is_kept = put(&order, 0, at);
			EXPECT_NOTHING(&order);
			tp_mp_order_expire(&order);
			got += tp_mp_order_take(&order) != NULL;
			tp_mp_order_links(&order, (const int[]){0}, 1);
			got += tp_mp_order_take(&order) != NULL;
			assert_int_equal(got, is_kept);
			assert_int_equal(order.waiting, 0);
			assert_int_equal(is_kept, at <= half);
		}
	}
}

/* A link that says nothing while the others go half way round and further is behind, not ahead. */
static void test_a_silent_link_stays_behind(void **state)
{
	struct tp_mp_order order;

	tp_mp_order_init(&order, 2, true, 0);
	for (uint32_t i = 0; i < 0x3000; i++) {
		tp_mp_order_make_room(&order, i & 0xfff);
		assert_true(put(&order, 0, i & 0xfff));
		expect(&order, i & 0xfff);
	}
	assert_true(put(&order, 0, 2));
	EXPECT_NOTHING(&order); /* the other may have 0 and 1 yet */
	assert_true(put(&order, 1, 0));
	expect(&order, 0);
	EXPECT_NOTHING(&order);
	assert_ptr_equal(tp_mp_order_drop(&order), item(2));
	assert_null(tp_mp_order_drop(&order));
}

/* Whatever numbers come by whatever links: nothing is kept for ever. */
static void test_any_numbers_end(void **state)
{
	for (unsigned seed = 1; seed <= 300; seed++) {
		unsigned links = 1 + seed % TP_MP_LINKS, kept = 0, got = 0;
		struct tp_mp_order order;

		srandom(seed);
		tp_mp_order_init(&order, links, seed & 1, (uint32_t)random() & 0xfff);
		for (unsigned turn = 0; turn < 2000; turn++) {
			uint32_t mask = seed & 1 ? 0xfff : 0xffffff;
			uint32_t sequence =
				random() % 4 == 0 ? (uint32_t)random() & mask
						  : (order.next + (uint32_t)random() % 200) & mask;

			tp_mp_order_make_room(&order, sequence);
			while (tp_mp_order_take(&order) != NULL)
				got++;
			kept += put(&order, (unsigned)random() % links, sequence);
			if (random() % 50 == 0)
				tp_mp_order_expire(&order);
			while (tp_mp_order_take(&order) != NULL)
				got++;
			assert_int_equal(order.waiting, kept - got);
		}
		for (unsigned i = 0; i < TP_MP_WINDOW && order.waiting > 0; i++) {
			tp_mp_order_expire(&order);
			while (tp_mp_order_take(&order) != NULL)
				got++;
		}
		assert_int_equal(got, kept);
	}
}

/* Whatever comes: each is given back once or refused, and in order. */
static void test_random_links_keep_the_order(void **state)
{
	for (unsigned seed = 1; seed <= 300; seed++) {
		unsigned links = 1 + seed % TP_MP_LINKS;
		uint32_t sent = 0, got = 0, last = 0, lost = 0, queue[TP_MP_LINKS][16];
		unsigned queued[TP_MP_LINKS] = {0};
		struct tp_mp_order order;
		void *next;

		srandom(seed);
		tp_mp_order_init(&order, links, seed & 1, 0);
		for (unsigned turn = 0; turn < 3000; turn++) {
			unsigned link = (unsigned)random() % links;

			if (random() % 2 == 0 && queued[link] < 16) {
				if (random() % 50 == 0)
					lost++, sent++;
				else
					queue[link][queued[link]++] = sent++ & 0xfff;
			} else if (queued[link] > 0) {
				tp_mp_order_make_room(&order, queue[link][0]);
				while ((next = tp_mp_order_take(&order)) != NULL)
					got++;
				if (!put(&order, link, queue[link][0]))
					lost++;
				queued[link]--;
				for (unsigned i = 0; i < queued[link]; i++)
					queue[link][i] = queue[link][i + 1];
			}
			while ((next = tp_mp_order_take(&order)) != NULL) {
				uint32_t at = (uint32_t)((int *)next - items);

				assert_true(got == 0 || ((at - last) & 0xfff) - 1 < 0x7ff);
				last = at;
				got++;
			}
			assert_true(order.waiting <= TP_MP_WINDOW);
			if (sent == 4000) /* long sequence numbers: items tell 13 bits */
				break;
		}
		unsigned under_way = order.waiting;
		for (unsigned i = 0; i < links; i++)
			under_way += queued[i];
		assert_int_equal(got + lost + under_way, sent);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_comes_in_order_goes_on_at_once),
		cmocka_unit_test(test_a_link_that_is_behind_is_waited_for),
		cmocka_unit_test(test_what_every_link_has_passed_is_lost),
		cmocka_unit_test(test_twice_is_not_kept),
		cmocka_unit_test(test_a_silent_link_is_not_waited_for_for_ever),
		cmocka_unit_test(test_a_full_window_moves_on),
		cmocka_unit_test(test_links_come_and_go),
		cmocka_unit_test(test_numbers_half_of_all_apart_end),
		cmocka_unit_test(test_a_silent_link_stays_behind),
		cmocka_unit_test(test_any_numbers_end),
		cmocka_unit_test(test_random_links_keep_the_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
