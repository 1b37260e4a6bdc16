/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "wire/ppp.h"

static void test_a_packets_padding_is_cut_off(void **state)
{
	const uint8_t bytes[] = {9, 7, 0, 6, 0xaa, 0xbb, 0, 0};
	struct tp_reader r = tp_reader_of(bytes, sizeof(bytes));
	struct tp_ppp_packet packet;

	assert_true(tp_ppp_packet_parse(&r, &packet));
	assert_int_equal(packet.code, 9);
	assert_int_equal(packet.id, 7);
	assert_int_equal(tp_reader_left(&packet.data), 2);
	assert_int_equal(packet.data.p[0], 0xaa);
}

static void test_a_packet_with_a_length_that_cannot_be_is_refused(void **state)
{
	const uint8_t bytes[][4] = {{1, 1, 0, 0}, {1, 1, 0, 3}, {1, 1, 0, 5}, {1, 1, 0xff, 0xff}};
	struct tp_ppp_packet packet;

	for (size_t i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++) {
		struct tp_reader r = tp_reader_of(bytes[i], 4);
		assert_false(tp_ppp_packet_parse(&r, &packet));
	}
	for (size_t len = 0; len < 4; len++) {
		struct tp_reader r = tp_reader_of(bytes[0], len);
		assert_false(tp_ppp_packet_parse(&r, &packet));
	}
}

static void test_options_are_walked_to_their_end(void **state)
{
	const uint8_t bytes[] = {1, 4, 0x05, 0xd4, 7, 2, 5, 6, 1, 2, 3, 4};
	struct tp_reader r = tp_reader_of(bytes, sizeof(bytes));
	struct tp_ppp_option option;
	uint16_t mru;
	uint32_t magic;

	assert_int_equal(tp_ppp_option_next(&r, &option), TP_PPP_OPTION_OK);
	assert_true(tp_ppp_option_be16(&option, &mru));
	assert_false(tp_ppp_option_be32(&option, &magic));
	assert_int_equal(mru, 1492);
	assert_int_equal(tp_ppp_option_next(&r, &option), TP_PPP_OPTION_OK);
	assert_int_equal(option.type, 7);
	assert_int_equal(option.len, 0);
	assert_int_equal(tp_ppp_option_next(&r, &option), TP_PPP_OPTION_OK);
	assert_true(tp_ppp_option_be32(&option, &magic));
	assert_int_equal(magic, 0x01020304);
	assert_int_equal(tp_ppp_option_next(&r, &option), TP_PPP_OPTION_END);
}

static void test_malformed_options_are_called_so(void **state)
{
	const struct {
		uint8_t bytes[4];
		size_t len;
	} cases[] = {{{1}, 1}, {{1, 0}, 2}, {{1, 1}, 2}, {{1, 3}, 2}, {{1, 255, 0, 0}, 4}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tp_reader r = tp_reader_of(cases[i].bytes, cases[i].len);
		struct tp_ppp_option option;
		assert_int_equal(tp_ppp_option_next(&r, &option), TP_PPP_OPTION_MALFORMED);
	}
}

static void test_a_packet_is_written_with_its_length(void **state)
{
	const uint8_t expected[] = {0xc0, 0x21, 1, 9, 0, 14, 1, 4, 0x05, 0xd4, 5, 6, 1, 2, 3, 4};
	uint8_t room[sizeof(expected)];
	struct tp_writer w = tp_writer_of(room, sizeof(room));

	tp_ppp_packet_begin(&w, TP_PPP_PROTO_LCP, TP_PPP_CODE_CONFIGURE_REQUEST, 9);
	tp_ppp_option_write_be16(&w, TP_PPP_LCP_MRU, 1492);
	tp_ppp_option_write_be32(&w, TP_PPP_LCP_MAGIC, 0x01020304);
	assert_true(tp_ppp_packet_end(&w));
	assert_memory_equal(room, expected, sizeof(expected));
}

static void test_a_packet_that_does_not_fit_is_not_to_be_sent(void **state)
{
	uint8_t room[15];
	struct tp_writer w = tp_writer_of(room, sizeof(room));

	assert_false(tp_ppp_packet_end(&w));
	tp_ppp_packet_begin(&w, TP_PPP_PROTO_LCP, TP_PPP_CODE_CONFIGURE_REQUEST, 9);
	tp_ppp_option_write_be16(&w, TP_PPP_LCP_MRU, 1492);
	tp_ppp_option_write_be32(&w, TP_PPP_LCP_MAGIC, 0x01020304);
	assert_false(tp_ppp_packet_end(&w));
}

static void test_protocols_have_names(void **state)
{
	assert_string_equal(tp_ppp_protocol_name(0xc021), "LCP");
	assert_string_equal(tp_ppp_protocol_name(0x8057), "IPv6CP");
	assert_null(tp_ppp_protocol_name(0x4001));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_packets_padding_is_cut_off),
		cmocka_unit_test(test_a_packet_with_a_length_that_cannot_be_is_refused),
		cmocka_unit_test(test_options_are_walked_to_their_end),
		cmocka_unit_test(test_malformed_options_are_called_so),
		cmocka_unit_test(test_a_packet_is_written_with_its_length),
		cmocka_unit_test(test_a_packet_that_does_not_fit_is_not_to_be_sent),
		cmocka_unit_test(test_protocols_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
