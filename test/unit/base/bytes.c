/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/bytes.h"

static void test_a_reader_stops_at_the_end_and_keeps_its_place(void **state)
{
	const uint8_t bytes[] = {0x01, 0x02, 0x03};
	struct tp_reader r = tp_reader_of(bytes, sizeof(bytes));
	const uint8_t *p;
	uint16_t v16;
	uint32_t v32;

	assert_false(tp_read_be32(&r, &v32));
	assert_true(tp_read_be16(&r, &v16));
	assert_int_equal(v16, 0x0102);
	assert_false(tp_read_be16(&r, &v16));
	assert_false(tp_read_bytes(&r, 2, &p));
	assert_int_equal(tp_reader_left(&r), 1);
}

static void test_a_sub_reader_cannot_see_past_its_own_end(void **state)
{
	const uint8_t bytes[] = {1, 2, 3, 4};
	struct tp_reader r = tp_reader_of(bytes, sizeof(bytes)), sub;
	uint16_t v;
	uint8_t b;

	assert_true(tp_read_sub(&r, 1, &sub));
	assert_false(tp_read_be16(&sub, &v));
	assert_true(tp_read_u8(&r, &b));
	assert_int_equal(b, 2);
}

static void test_a_full_writer_remembers_and_writes_no_more(void **state)
{
	uint8_t room[4] = {0};
	struct tp_writer w = tp_writer_of(room, 3);

	tp_write_be16(&w, 0xabcd);
	tp_write_be16(&w, 0xffff);
	tp_write_u8(&w, 0xff);
	assert_false(tp_writer_ok(&w));
	assert_int_equal(tp_writer_len(&w), 2);
	assert_int_equal(room[2], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_reader_stops_at_the_end_and_keeps_its_place),
		cmocka_unit_test(test_a_sub_reader_cannot_see_past_its_own_end),
		cmocka_unit_test(test_a_full_writer_remembers_and_writes_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
