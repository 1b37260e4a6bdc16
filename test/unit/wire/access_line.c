/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "wire/access_line.h"

static bool parse(const void *bytes, size_t len, struct tp_access_line *line)
{
	const struct tp_pppoe_value value = {bytes, (uint16_t)len};

	return tp_access_line_parse(&value, line);
}

static void test_ids_and_rates_are_read(void **state)
{
	static const char tag[] = "\x01\x10"
				  "dslam1 atm 1/2:7"
				  "\x02\x05"
				  "house"
				  "\x81\x04\x00\x00\x27\x10"
				  "\x82\x04\x00\x01\x86\xa0"
				  "\x90\x03\x01\x02\x00"
				  "\x8e\x04\x00\x00\x00\x08";
	struct tp_access_line line;

	assert_true(parse(tag, sizeof(tag) - 1, &line));
	assert_string_equal(line.circuit_id, "dslam1 atm 1/2:7");
	assert_string_equal(line.remote_id, "house");
	assert_int_equal(line.number[TP_LINE_ACTUAL_RATE_UP], 10000);
	assert_int_equal(line.number[TP_LINE_ACTUAL_RATE_DOWN], 100000);
	assert_int_equal(line.number[TP_LINE_ACTUAL_DELAY_DOWN], 8);
	assert_int_equal(line.number[TP_LINE_MINIMUM_RATE_UP], 0);
	assert_string_equal(tp_line_number_name(TP_LINE_ACTUAL_DELAY_DOWN), "actual-delay-down");
}

static void test_what_is_cut_off_is_left_out(void **state)
{
	static const char tag[] = "\x02\x02hi\x01\x09short";
	struct tp_access_line line;

	assert_true(parse(tag, sizeof(tag) - 1, &line));
	assert_string_equal(line.remote_id, "hi");
	assert_string_equal(line.circuit_id, "");
	assert_false(parse("", 0, &line));
	assert_false(parse(NULL, 0, &line));
	assert_false(parse("\x01", 1, &line));
	assert_false(parse("\x81\x02\x00\x01", 4, &line)); /* not 32 bits */
	assert_false(parse("\x77\x01x", 3, &line));
}

static void test_ids_are_text_of_bounded_length(void **state)
{
	char tag[2 + 255] = {0x01, (char)255};
	struct tp_access_line line;

	memset(tag + 2, 'x', 255);
	tag[2] = '\n';
	assert_true(parse(tag, sizeof(tag), &line));
	assert_int_equal(strlen(line.circuit_id), TP_LINE_ID_BYTES - 1 + strlen("\\x0a"));
	assert_memory_equal(line.circuit_id, "\\x0ax", 5);
}

static void test_ids_that_are_no_text_are_shown_byte_by_byte(void **state)
{
	struct tp_access_line line;

	/* C1's CSI, and a character of which the access node cut off the rest. */
	assert_true(parse("\x01\x06"
			  "a\xc2\x9b"
			  "2\xc3\xbc",
			  8, &line));
	assert_string_equal(line.circuit_id, "a\\xc2\\x9b"
					     "2\xc3\xbc");
	assert_true(parse("\x02\x04"
			  "caf\xc3",
			  6, &line));
	assert_string_equal(line.remote_id, "caf\\xc3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ids_and_rates_are_read),
		cmocka_unit_test(test_what_is_cut_off_is_left_out),
		cmocka_unit_test(test_ids_are_text_of_bounded_length),
		cmocka_unit_test(test_ids_that_are_no_text_are_shown_byte_by_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
