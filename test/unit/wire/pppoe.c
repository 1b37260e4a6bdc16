/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "wire/pppoe.h"

static struct tp_reader reader(const uint8_t *bytes, size_t len)
{
	return tp_reader_of(bytes, len);
}

#define READER(array) reader(array, sizeof(array))

static void test_a_header_is_read_and_padding_left_out(void **state)
{
	const uint8_t packet[] = {0x11, 0xa7, 0x12, 0x34, 0, 2, 'a', 'b', 0, 0, 0};
	struct tp_pppoe_header header;
	struct tp_reader payload;

	assert_true(tp_pppoe_header_parse(packet, sizeof(packet), &header, &payload));
	assert_int_equal(header.code, TP_PPPOE_CODE_PADT);
	assert_int_equal(header.session_id, 0x1234);
	assert_int_equal(header.length, 2);
	assert_int_equal(tp_reader_left(&payload), 2);
	assert_ptr_equal(payload.p, packet + 6);
}

static void test_wrong_headers_are_refused(void **state)
{
	const struct {
		const char *why;
		uint8_t bytes[8];
		size_t len;
	} cases[] = {
		{"nothing", {0}, 0},
		{"five bytes", {0x11, 9, 0, 0, 0}, 5},
		{"version 2", {0x21, 9, 0, 0, 0, 0}, 6},
		{"type 2", {0x12, 9, 0, 0, 0, 0}, 6},
		{"longer than the frame", {0x11, 9, 0, 0, 0, 3, 1, 1}, 8},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tp_pppoe_header header;
		struct tp_reader payload;

		if (tp_pppoe_header_parse(cases[i].bytes, cases[i].len, &header, &payload))
			fail_msg("accepted: %s", cases[i].why);
	}
}

static void test_tags_come_in_order_up_to_end_of_list(void **state)
{
	const uint8_t bytes[] = {
		0x01, 0x01, 0, 0,		 /* Service-Name, empty */
		0x01, 0x03, 0, 3, 'x', 'y', 'z', /* Host-Uniq */
		0x00, 0x00, 0, 0,		 /* End-Of-List */
		0x01, 0x02, 0, 9,		 /* not read, though truncated */
	};
	struct tp_reader r = READER(bytes);
	struct tp_pppoe_tag tag;

	assert_int_equal(tp_pppoe_tag_next(&r, &tag), TP_PPPOE_NEXT_TAG);
	assert_int_equal(tag.type, TP_PPPOE_TAG_SERVICE_NAME);
	assert_int_equal(tag.value.len, 0);
	assert_true(tp_pppoe_value_present(&tag.value));
	assert_int_equal(tp_pppoe_tag_next(&r, &tag), TP_PPPOE_NEXT_TAG);
	assert_true(tp_pppoe_value_is_text(&tag.value, "xyz"));
	assert_int_equal(tp_pppoe_tag_next(&r, &tag), TP_PPPOE_NEXT_END);
	assert_int_equal(tp_pppoe_tag_next(&r, &tag), TP_PPPOE_NEXT_END);
}

static void test_malformed_tags_are_refused(void **state)
{
	const struct {
		const char *why;
		uint8_t bytes[12];
		size_t len;
	} cases[] = {
		{"half a type", {0x01}, 1},
		{"no length", {0x01, 0x01}, 2},
		{"half a length", {0x01, 0x01, 0}, 3},
		{"value cut off", {0x01, 0x01, 0, 2, 'a'}, 5},
		{"length of 65535", {0x01, 0x01, 0xff, 0xff, 'a'}, 5},
		{"second tag cut off", {0x01, 0x01, 0, 0, 0x01, 0x03, 0, 1}, 8},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tp_pppoe_tags tags;

		if (tp_pppoe_tags_parse(reader(cases[i].bytes, cases[i].len), &tags))
			fail_msg("accepted: %s", cases[i].why);
	}
}

static void test_tags_that_make_no_sense_count_for_nothing(void **state)
{
	const struct {
		const char *what;
		uint8_t bytes[12];
		size_t len;
	} cases[] = {
		{"PPP-Max-Payload without a value", {0x01, 0x20, 0, 0}, 4},
		{"PPP-Max-Payload of one byte", {0x01, 0x20, 0, 1, 5}, 5},
		{"PPP-Max-Payload of three bytes", {0x01, 0x20, 0, 3, 5, 5, 5}, 7},
		{"Vendor-Specific without a value", {0x01, 0x05, 0, 0}, 4},
		{"Vendor-Specific with half a vendor", {0x01, 0x05, 0, 3, 0, 0, 0x0d}, 7},
		{"an unknown tag without a value", {0x7f, 0x7f, 0, 0}, 4},
	};
	const uint8_t sound[] = {0x01, 0x20, 0, 2, 0x05, 0xdc};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t bytes[sizeof(cases[i].bytes) + sizeof(sound)];
		struct tp_pppoe_tags tags;

		memcpy(bytes, cases[i].bytes, cases[i].len);
		memcpy(bytes + cases[i].len, sound, sizeof(sound));
		if (!tp_pppoe_tags_parse(reader(bytes, cases[i].len), &tags))
			fail_msg("refused: %s", cases[i].what);
		assert_int_equal(tags.max_payload, 0);
		assert_false(tp_pppoe_value_present(&tags.dsl_forum));
		assert_true(
			tp_pppoe_tags_parse(reader(bytes, cases[i].len + sizeof(sound)), &tags));
		assert_int_equal(tags.max_payload, 1500);
	}
}

/* A host's own comes before the one that the access node adds. */
static void test_the_last_word_about_a_line_counts(void **state)
{
	const uint8_t bytes[] = {
		0x01, 0x05, 0, 7, 0, 0, 0x0d, 0xe9, 1, 1, 'H', /* the host's */
		0x01, 0x05, 0, 5, 0, 0, 0,    9,    1,	       /* another vendor's */
		0x01, 0x05, 0, 7, 0, 0, 0x0d, 0xe9, 1, 1, 'N', /* the access node's */
		0x01, 0x05, 0, 0,
	};
	struct tp_pppoe_tags tags;

	assert_true(tp_pppoe_tags_parse(READER(bytes), &tags));
	assert_true(tp_pppoe_value_is_text(&tags.dsl_forum, "\x01\x01N"));
}

static void test_each_known_tag_is_found(void **state)
{
	const uint8_t bytes[] = {
		0x01, 0x01, 0, 1, 's',				     /* Service-Name */
		0x01, 0x01, 0, 1, 't',				     /* another */
		0x01, 0x02, 0, 1, 'a',				     /* AC-Name */
		0x01, 0x03, 0, 1, 'h',				     /* Host-Uniq */
		0x01, 0x04, 0, 1, 'c',				     /* AC-Cookie */
		0x01, 0x10, 0, 1, 'r',				     /* Relay-Session-Id */
		0x01, 0x20, 0, 2, 0x05, 0xdc,			     /* PPP-Max-Payload 1500 */
		0x01, 0x05, 0, 5, 0,	0,    0,    9,	  1,	     /* another vendor's */
		0x01, 0x05, 0, 7, 0,	0,    0x0d, 0xe9, 1, 1, 'L', /* DSL Forum, circuit id */
		0x7f, 0x7f, 0, 0,				     /* unknown */
		0x02, 0x03, 0, 2, 'n',	'o',			     /* Generic-Error */
		0x02, 0x02, 0, 0,				     /* AC-System-Error */
	};
	struct tp_pppoe_tags tags;
	char text[8];

	assert_true(tp_pppoe_tags_parse(READER(bytes), &tags));
	assert_int_equal(tags.service_names, 2);
	assert_true(tp_pppoe_value_is_text(&tags.service_name, "s"));
	assert_true(tp_pppoe_value_is_text(&tags.ac_name, "a"));
	assert_true(tp_pppoe_value_is_text(&tags.host_uniq, "h"));
	assert_true(tp_pppoe_value_is_text(&tags.ac_cookie, "c"));
	assert_true(tp_pppoe_value_is_text(&tags.relay_session_id, "r"));
	assert_int_equal(tags.max_payload, 1500);
	assert_true(tp_pppoe_value_is_text(&tags.dsl_forum, "\x01\x01L"));
	assert_int_equal(tags.error_type, TP_PPPOE_TAG_GENERIC_ERROR);
	assert_string_equal(tp_pppoe_value_text(&tags.error_value, text, sizeof(text)), "no");
}

static void test_what_is_not_there_is_absent_and_what_is_empty_is_not(void **state)
{
	const uint8_t bytes[] = {0x01, 0x03, 0, 0};
	const struct tp_pppoe_value none = {0};
	struct tp_pppoe_tags tags;

	assert_true(tp_pppoe_tags_parse(READER(bytes), &tags));
	assert_true(tp_pppoe_value_present(&tags.host_uniq));
	assert_false(tp_pppoe_value_present(&tags.ac_cookie));
	assert_false(tp_pppoe_value_equal(&tags.host_uniq, &none));
	assert_true(tp_pppoe_value_equal(&tags.ac_cookie, &none));
	assert_false(tp_pppoe_value_is_text(&none, ""));
}

static void test_text_for_people_holds_no_control_characters_and_fits(void **state)
{
	const uint8_t bytes[] = {'a', '\n', 0, 0xfc, 'b', 'c', 'd'};
	const struct tp_pppoe_value value = {bytes, sizeof(bytes)};
	char text[16];

	assert_string_equal(tp_pppoe_value_text(&value, text, sizeof(text)), "a\\x0a\\x00\\xfcbc");
}

static void test_a_built_packet_is_what_the_rfc_draws(void **state)
{
	const uint8_t expected[] = {0x11, 0x09, 0,   0,	  0,	10,   0x01, 0x01,
				    0,	  2,	'i', 'p', 0x01, 0x03, 0,    0};
	uint8_t room[sizeof(expected)];
	struct tp_writer w = tp_writer_of(room, sizeof(room));

	tp_pppoe_begin(&w, TP_PPPOE_CODE_PADI, TP_PPPOE_SESSION_ID_NONE);
	tp_pppoe_tag_write(&w, TP_PPPOE_TAG_SERVICE_NAME, "ip", 2);
	tp_pppoe_tag_write(&w, TP_PPPOE_TAG_HOST_UNIQ, NULL, 0);
	assert_int_equal(tp_pppoe_finish(&w), sizeof(expected));
	assert_memory_equal(room, expected, sizeof(expected));
}

static void test_a_packet_that_does_not_fit_has_no_length(void **state)
{
	uint8_t room[12];
	struct tp_writer w = tp_writer_of(room, sizeof(room));

	tp_pppoe_begin(&w, TP_PPPOE_CODE_PADI, TP_PPPOE_SESSION_ID_NONE);
	tp_pppoe_tag_write(&w, TP_PPPOE_TAG_SERVICE_NAME, "abc", 3);
	assert_int_equal(tp_pppoe_finish(&w), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_header_is_read_and_padding_left_out),
		cmocka_unit_test(test_wrong_headers_are_refused),
		cmocka_unit_test(test_tags_come_in_order_up_to_end_of_list),
		cmocka_unit_test(test_malformed_tags_are_refused),
		cmocka_unit_test(test_tags_that_make_no_sense_count_for_nothing),
		cmocka_unit_test(test_the_last_word_about_a_line_counts),
		cmocka_unit_test(test_each_known_tag_is_found),
		cmocka_unit_test(test_what_is_not_there_is_absent_and_what_is_empty_is_not),
		cmocka_unit_test(test_text_for_people_holds_no_control_characters_and_fits),
		cmocka_unit_test(test_a_built_packet_is_what_the_rfc_draws),
		cmocka_unit_test(test_a_packet_that_does_not_fit_has_no_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
