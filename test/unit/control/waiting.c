/* SPDX-License-Identifier: BSD-3-Clause */
/* Discovery frames that wait for their turn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "control/waiting.h"

static struct tp_waiting waiting;

static int setup(void **state)
{
	return tp_waiting_init(&waiting, 7);
}

static int teardown(void **state)
{
	tp_waiting_clear(&waiting);
	return 0;
}

static void put_on_vlan(uint16_t vlan, uint32_t host, uint8_t byte)
{
	const struct tp_access access = {.port = 3, .vlans = {.outer = vlan}};
	const struct tp_mac dst = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
	const struct tp_mac src = {
		{2, 0, 0, (uint8_t)(host >> 16), (uint8_t)(host >> 8), (uint8_t)host}};
	const uint8_t bytes[20] = {0x11, 0x09, [19] = byte};

	tp_waiting_put(&waiting, &access, &dst, &src, bytes, sizeof(bytes), 42);
}

static void put(uint32_t host, uint8_t byte)
{
	put_on_vlan(100, host, byte);
}

/* The host of the first, or -1. */
static int take(void)
{
	struct tp_waiting_frame *f = tp_waiting_take(&waiting);
	int host = f == NULL ? -1 : f->src.bytes[3] << 16 | f->src.bytes[4] << 8 | f->src.bytes[5];

	free(f);
	return host;
}

static void test_the_first_to_come_is_the_first_to_go(void **state)
{
	for (unsigned i = 0; i < 1000; i++)
		put(i, 0);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(take(), i);
	assert_int_equal(take(), -1);
}

static void test_a_frame_is_kept_with_where_it_came_from(void **state)
{
	struct tp_waiting_frame *f;

	put(9, 77);
	assert_int_equal(tp_waiting_first(&waiting)->since_ms, 42);
	f = tp_waiting_take(&waiting);
	assert_null(tp_waiting_first(&waiting));
	assert_int_equal(f->since_ms, 42);
	assert_int_equal(f->access.port, 3);
	assert_int_equal(f->access.vlans.outer, 100);
	assert_int_equal(f->dst.bytes[0], 0xff);
	assert_int_equal(f->len, 20);
	assert_int_equal(f->bytes[0], 0x11);
	assert_int_equal(f->bytes[19], 77);
	free(f);
}

static void test_a_host_that_asks_again_keeps_its_one_place(void **state)
{
	put(1, 0);
	put(2, 0);
	put(1, 0);
	assert_int_equal(waiting.repeated, 1);
	assert_int_equal(take(), 1);
	assert_int_equal(take(), 2);
	assert_int_equal(take(), -1);
}

static void test_a_host_may_ask_again_once_it_was_answered(void **state)
{
	put(1, 0);
	assert_int_equal(take(), 1);
	put(1, 0);
	assert_int_equal(waiting.repeated, 0);
	assert_int_equal(take(), 1);
}

static void test_other_words_or_another_vlan_are_another_question(void **state)
{
	put(1, 0);
	put(1, 1);
	put_on_vlan(101, 1, 0);
	assert_int_equal(waiting.count, 3);
}

static void test_too_many_are_refused_and_those_who_wait_stay(void **state)
{
	for (unsigned i = 0; i < TP_WAITING_MAX + 5; i++)
		put(i, 0);
	assert_int_equal(waiting.count, TP_WAITING_MAX);
	assert_int_equal(waiting.refused, 5);
	assert_int_equal(take(), 0);
	put(TP_WAITING_MAX, 0);
	assert_int_equal(waiting.count, TP_WAITING_MAX);
}

/* A flood of frames as long as can be. */
static void put_long(uint32_t host)
{
	static const uint8_t bytes[1500] = {0x11, 0x19};
	const struct tp_access access = {.port = 3};
	const struct tp_mac mac = {
		{2, 1, 0, (uint8_t)(host >> 16), (uint8_t)(host >> 8), (uint8_t)host}};

	tp_waiting_put(&waiting, &access, &mac, &mac, bytes, sizeof(bytes), 0);
}

static void test_long_frames_take_neither_much_memory_nor_the_others_room(void **state)
{
	const unsigned most = TP_WAITING_LONG_BYTES / 1500;

	for (unsigned i = 0; i < TP_WAITING_MAX; i++)
		put_long(i);
	assert_int_equal(waiting.count, most);
	assert_int_equal(waiting.refused, TP_WAITING_MAX - most);
	put(7, 0);
	assert_int_equal(waiting.count, most + 1);
	for (unsigned i = 0; i < most; i++)
		assert_int_equal(take(), i);
	assert_int_equal(take(), 7);
	assert_int_equal(waiting.long_bytes, 0);
	put_long(1);
	assert_int_equal(waiting.count, 1);
}

static void test_serial_numbers_may_wrap(void **state)
{
	waiting.head = UINT32_MAX - 2;
	for (unsigned i = 0; i < 6; i++)
		put(i, 0);
	put(5, 0);
	assert_int_equal(waiting.repeated, 1);
	for (int i = 0; i < 6; i++)
		assert_int_equal(take(), i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_the_first_to_come_is_the_first_to_go, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_a_frame_is_kept_with_where_it_came_from, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_a_host_that_asks_again_keeps_its_one_place,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_host_may_ask_again_once_it_was_answered,
						setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_other_words_or_another_vlan_are_another_question, setup, teardown),
		cmocka_unit_test_setup_teardown(test_too_many_are_refused_and_those_who_wait_stay,
						setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_long_frames_take_neither_much_memory_nor_the_others_room, setup,
			teardown),
		cmocka_unit_test_setup_teardown(test_serial_numbers_may_wrap, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
