/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "control/cover.h"

static struct tp_ip_prefix net4(uint32_t address, uint8_t length)
{
	return (struct tp_ip_prefix){TP_IP4(address), length};
}

static struct tp_cover of_ranges(const struct tp_range *ranges, unsigned count)
{
	struct tp_cover cover = {0};

	tp_cover_add_ranges(&cover, ranges, count);
	tp_cover_finish(&cover);
	return cover;
}

static void test_ranges_become_the_fewest_networks(void **state)
{
	const struct tp_range ranges[] = {
		{0x0a000080, 0x0a0000ff}, {0x0a000000, 0x0a00007f}, {0x0a000102, 0x0a000105}};
	const struct tp_ip_prefix expected[] = {net4(0x0a000000, 24), net4(0x0a000102, 31),
						net4(0x0a000104, 31)};
	struct tp_cover cover = of_ranges(ranges, 3);

	assert_int_equal(cover.count, 3);
	assert_memory_equal(cover.prefix, expected, sizeof(expected));
	tp_cover_clear(&cover);
}

static void test_the_ends_of_the_address_space_are_met(void **state)
{
	const struct tp_range all = {0, UINT32_MAX}, last = {UINT32_MAX, UINT32_MAX};
	struct tp_cover cover = of_ranges(&all, 1);

	assert_int_equal(cover.count, 1);
	assert_int_equal(cover.prefix[0].length, 0);
	tp_cover_clear(&cover);
	cover = of_ranges(&last, 1);
	assert_int_equal(cover.count, 1);
	assert_int_equal(cover.prefix[0].length, 32);
	tp_cover_clear(&cover);
}

/* Against each address, one by one. */
static void test_exactly_the_ranges_are_covered(void **state)
{
	srand(7);
	for (unsigned round = 0; round < 300; round++) {
		struct tp_range ranges[4];
		struct tp_cover cover;

		for (unsigned i = 0; i < 4; i++) {
			ranges[i].first = 0x0a000000 + (uint32_t)(rand() % 200);
			ranges[i].last = ranges[i].first + (uint32_t)(rand() % 40);
		}
		cover = of_ranges(ranges, 4);
		for (uint32_t address = 0x0a000000; address < 0x0a000100; address++) {
			const struct tp_ip_prefix host = net4(address, 32);
			bool in = false;

			for (unsigned i = 0; i < 4; i++)
				in |= address >= ranges[i].first && address <= ranges[i].last;
			assert_int_equal(tp_cover_has(&cover, &host), in);
		}
		for (unsigned i = 0; i < cover.count; i++)
			assert_true(tp_ip_prefix_is_network(&cover.prefix[i]));
		tp_cover_clear(&cover);
	}
}

static void test_what_is_in_another_goes(void **state)
{
	const struct tp_ip_prefix nets[] = {net4(0x0a000000, 25), net4(0x0a000000, 24),
					    net4(0x0a000080, 26), net4(0x0a000000, 24)};
	const struct tp_ip_prefix larger = net4(0x0a000000, 23), route = net4(0x0a000040, 28);
	struct tp_cover cover = {0}, same = {0};

	for (unsigned i = 0; i < 4; i++)
		tp_cover_add(&cover, &nets[i]);
	tp_cover_finish(&cover);
	assert_int_equal(cover.count, 1);
	assert_true(tp_cover_is(&cover, &nets[1]));
	assert_false(tp_cover_is(&cover, &nets[0]));
	assert_true(tp_cover_has(&cover, &route));
	assert_false(tp_cover_has(&cover, &larger));
	tp_cover_add(&same, &nets[1]);
	tp_cover_finish(&same);
	assert_true(tp_cover_same(&cover, &same));
	tp_cover_clear(&same);
	assert_false(tp_cover_same(&cover, &same));
	tp_cover_clear(&cover);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ranges_become_the_fewest_networks),
		cmocka_unit_test(test_the_ends_of_the_address_space_are_met),
		cmocka_unit_test(test_exactly_the_ranges_are_covered),
		cmocka_unit_test(test_what_is_in_another_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
