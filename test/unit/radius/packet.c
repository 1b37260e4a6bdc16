/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "radius/packet.h"

static uint8_t room[TP_RADIUS_PACKET_MAX];

/* A packet of code 2 with these attributes. */
static size_t packet_of(const void *attributes, size_t len)
{
	memset(room, 0, sizeof(room));
	room[0] = TP_RADIUS_ACCESS_ACCEPT;
	room[1] = 7;
	tp_put_be16(room + 2, (uint16_t)(20 + len));
	memcpy(room + 20, attributes, len);
	return 20 + len;
}

#define PACKET(bytes) packet_of(bytes, sizeof(bytes) - 1)

static void test_a_packet_is_built_as_it_looks_on_the_wire(void **state)
{
	static const char wire[] = "\x01\x00\x00\x3a" /* code, identifier, length */
				   "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
				   "\x50\x12" /* Message-Authenticator */
				   "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
				   "\x01\x05" /* User-Name */
				   "bob"
				   "\x04\x06\xc0\xa8\x01\x10"		   /* NAS-IP-Address */
				   "\x61\x09\x00\x24\x20\x01\x0d\xb8\xf0"; /* Framed-IPv6-Prefix */
	static const uint8_t prefix[16] = {0x20, 1, 0x0d, 0xb8, 0xff};
	struct tp_radius_builder b;
	size_t len;

	tp_radius_begin(&b, room, sizeof(room), TP_RADIUS_ACCESS_REQUEST);
	tp_radius_put_message_authenticator(&b);
	tp_radius_put_text(&b, TP_RADIUS_USER_NAME, "bob");
	tp_radius_put_u32(&b, TP_RADIUS_NAS_IP_ADDRESS, 0xc0a80110);
	tp_radius_put_ipv6_prefix(&b, TP_RADIUS_FRAMED_IPV6_PREFIX, prefix, 36);
	len = tp_radius_finish(&b);
	assert_int_equal(len, sizeof(wire) - 1);
	assert_memory_equal(room, wire, len);
}

static void test_a_vendors_attribute_is_wrapped(void **state)
{
	static const uint8_t wire[] = {26, 11, 0, 0, 0x3a, 0x8c, 8, 5, '1', 'M', '/'};
	struct tp_radius_builder b;

	tp_radius_begin(&b, room, sizeof(room), TP_RADIUS_ACCESS_ACCEPT);
	tp_radius_put_text(&b, TP_RADIUS_MIKROTIK_RATE_LIMIT, "1M/");
	assert_int_equal(tp_radius_finish(&b), 20 + sizeof(wire));
	assert_memory_equal(room + 20, wire, sizeof(wire));
}

static void test_an_empty_value_is_not_put(void **state)
{
	struct tp_radius_builder b;

	tp_radius_begin(&b, room, sizeof(room), TP_RADIUS_ACCESS_REQUEST);
	tp_radius_put_text(&b, TP_RADIUS_USER_NAME, "");
	tp_radius_put_bytes(&b, TP_RADIUS_STATE, NULL, 0);
	assert_int_equal(tp_radius_finish(&b), 20);
}

static void test_what_does_not_fit_makes_no_packet(void **state)
{
	static const char text[256];
	struct tp_radius_builder b;

	tp_radius_begin(&b, room, sizeof(room), TP_RADIUS_ACCESS_REQUEST);
	tp_radius_put_bytes(&b, TP_RADIUS_STATE, text, 253);
	assert_int_equal(tp_radius_finish(&b), 20 + 255);
	tp_radius_put_bytes(&b, TP_RADIUS_STATE, text, 254);
	assert_int_equal(tp_radius_finish(&b), 0);

	tp_radius_begin(&b, room, sizeof(room), TP_RADIUS_ACCESS_REQUEST);
	tp_radius_put_bytes(&b, TP_RADIUS_MIKROTIK_GROUP, text, 247);
	assert_int_equal(tp_radius_finish(&b), 20 + 255);
	tp_radius_put_bytes(&b, TP_RADIUS_MIKROTIK_GROUP, text, 248);
	assert_int_equal(tp_radius_finish(&b), 0);

	tp_radius_begin(&b, room, sizeof(room), TP_RADIUS_ACCESS_REQUEST);
	tp_radius_put_password(&b, text, 129);
	assert_int_equal(tp_radius_finish(&b), 0);

	tp_radius_begin(&b, room, sizeof(room), TP_RADIUS_ACCESS_REQUEST);
	for (int i = 0; i < 15; i++)
		tp_radius_put_bytes(&b, TP_RADIUS_STATE, text, 253);
	assert_int_equal(tp_radius_finish(&b), 20 + 15 * 255);
	tp_radius_put_bytes(&b, TP_RADIUS_STATE, text, 253);
	assert_int_equal(tp_radius_finish(&b), 0);

	tp_radius_begin(&b, room, 19, TP_RADIUS_ACCESS_REQUEST);
	assert_int_equal(tp_radius_finish(&b), 0);
}

static void test_a_password_is_padded_to_blocks(void **state)
{
	static const struct {
		size_t len, padded;
	} rows[] = {{0, 16}, {1, 16}, {16, 16}, {17, 32}, {128, 128}};
	static const char password[128] = "secret";
	struct tp_radius_builder b;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		tp_radius_begin(&b, room, sizeof(room), TP_RADIUS_ACCESS_REQUEST);
		tp_radius_put_password(&b, password, rows[i].len);
		assert_int_equal(tp_radius_finish(&b), 22 + rows[i].padded);
	}
}

static void test_gigawords_are_put_when_there_are_any(void **state)
{
	struct tp_radius_packet packet;
	struct tp_radius_value value;
	struct tp_radius_builder b;
	uint32_t v;

	tp_radius_begin(&b, room, sizeof(room), TP_RADIUS_ACCOUNTING_REQUEST);
	tp_radius_put_u64(&b, TP_RADIUS_ACCT_INPUT_OCTETS, TP_RADIUS_ACCT_INPUT_GIGAWORDS,
			  0xffffffff);
	tp_radius_put_u64(&b, TP_RADIUS_ACCT_OUTPUT_OCTETS, TP_RADIUS_ACCT_OUTPUT_GIGAWORDS,
			  UINT64_C(0x500000003));
	assert_int_equal(tp_radius_parse(room, tp_radius_finish(&b), &packet), 0);
	assert_false(tp_radius_get(&packet, TP_RADIUS_ACCT_INPUT_GIGAWORDS, &value));
	assert_true(tp_radius_get(&packet, TP_RADIUS_ACCT_INPUT_OCTETS, &value));
	assert_true(tp_radius_u32(&value, &v) && v == 0xffffffff);
	assert_true(tp_radius_get(&packet, TP_RADIUS_ACCT_OUTPUT_GIGAWORDS, &value));
	assert_true(tp_radius_u32(&value, &v) && v == 5);
	assert_true(tp_radius_get(&packet, TP_RADIUS_ACCT_OUTPUT_OCTETS, &value));
	assert_true(tp_radius_u32(&value, &v) && v == 3);
}

static void test_lengths_of_packets(void **state)
{
	static const struct {
		size_t datagram;
		uint16_t length;
		enum tp_radius_fault fault;
	} rows[] = {
		{0, 20, TP_RADIUS_TOO_SHORT},	      {3, 20, TP_RADIUS_TOO_SHORT},
		{4, 4, TP_RADIUS_BAD_LENGTH},	      {20, 0, TP_RADIUS_BAD_LENGTH},
		{20, 19, TP_RADIUS_BAD_LENGTH},	      {19, 20, TP_RADIUS_TOO_SHORT},
		{20, 20, TP_RADIUS_WELL_FORMED},      {20, 21, TP_RADIUS_TOO_SHORT},
		{100, 20, TP_RADIUS_WELL_FORMED},     {4096, 4097, TP_RADIUS_BAD_LENGTH},
		{4096, 0xffff, TP_RADIUS_BAD_LENGTH},
	};
	struct tp_radius_packet packet;

	memset(room, 0, sizeof(room));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		tp_put_be16(room + 2, rows[i].length);
		assert_int_equal(tp_radius_parse(room, rows[i].datagram, &packet), rows[i].fault);
	}
}

static void test_what_follows_the_packet_is_padding(void **state)
{
	struct tp_radius_packet packet;
	struct tp_radius_iterator it;
	struct tp_radius_value value;
	size_t len = PACKET("\x01\x03"
			    "b");

	memset(room + len, 1, 8);
	assert_int_equal(tp_radius_parse(room, len + 8, &packet), TP_RADIUS_WELL_FORMED);
	assert_int_equal(packet.len, 23);
	assert_int_equal(packet.id, 7);
	it = tp_radius_iterate(&packet);
	assert_true(tp_radius_next(&it, &value));
	assert_false(tp_radius_next(&it, &value));
}

static void test_malformed_attributes(void **state)
{
#define ROW(bytes, fault)                                                                          \
	{                                                                                          \
		bytes, sizeof(bytes) - 1, TP_RADIUS_##fault                                        \
	}
	static const struct {
		const char *bytes;
		size_t len;
		enum tp_radius_fault fault;
	} rows[] = {
		ROW("\x01", BAD_ATTRIBUTE),	/* no length */
		ROW("\x01\x00", BAD_ATTRIBUTE), /* would never end */
		ROW("\x01\x01", BAD_ATTRIBUTE), /* less than its header */
		ROW("\x01\x02", WELL_FORMED),	/* empty */
		ROW("\x01\x04"
		    "b",
		    BAD_ATTRIBUTE), /* beyond the end */
		ROW("\x01\x03"
		    "b\x02",
		    BAD_ATTRIBUTE),				 /* the second is cut */
		ROW("\x1a\x02", BAD_VENDOR),			 /* no vendor */
		ROW("\x1a\x05\0\0\1", BAD_VENDOR),		 /* half a vendor */
		ROW("\x1a\x06\0\0\x3a\x8c", BAD_VENDOR),	 /* nothing of it */
		ROW("\x1a\x07\0\0\x3a\x8c\x08", BAD_VENDOR),	 /* no length */
		ROW("\x1a\x08\0\0\x3a\x8c\x08\x01", BAD_VENDOR), /* less than its header */
		ROW("\x1a\x08\0\0\x3a\x8c\x08\x00", BAD_VENDOR), /* would never end */
		ROW("\x1a\x09\0\0\x3a\x8c\x08\x04"
		    "1",
		    BAD_VENDOR), /* beyond the Vendor-Specific */
		ROW("\x1a\x09\0\0\x3a\x8c\x08\x02"
		    "1",
		    BAD_VENDOR), /* something is left */
		ROW("\x1a\x09\0\0\x3a\x8c\x08\x03"
		    "1",
		    WELL_FORMED),
		ROW("\x1a\x09\0\0\0\x09\x08\x00"
		    "1",
		    WELL_FORMED), /* a stranger's: not looked at */
		ROW("\x50\x11"
		    "0123456789abcde",
		    BAD_ATTRIBUTE), /* Message-Authenticator */
		ROW("\x50\x12"
		    "0123456789abcdef",
		    WELL_FORMED),
		ROW("\x50\x12"
		    "0123456789abcdef"
		    "\x50\x12"
		    "0123456789abcdef",
		    TWO_AUTHENTICATORS),
	};
	struct tp_radius_packet packet;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t len = packet_of(rows[i].bytes, rows[i].len);

		assert_int_equal(tp_radius_parse(room, len, &packet), rows[i].fault);
	}
	assert_string_equal(tp_radius_fault_name(TP_RADIUS_TWO_AUTHENTICATORS),
			    "two-authenticators");
#undef ROW
}

static void test_attributes_come_in_order_vendors_in_between(void **state)
{
	static const struct {
		enum tp_radius_attribute attribute;
		uint32_t vendor;
		uint8_t number;
		const char *bytes;
	} rows[] = {
		{TP_RADIUS_USER_NAME, 0, 1, "b"},
		{TP_RADIUS_MIKROTIK_GROUP, 14988, 3, "gold"},
		{TP_RADIUS_UNKNOWN, 14988, 200, "?"},
		{TP_RADIUS_MIKROTIK_RATE_LIMIT, 14988, 8, "1M"},
		{TP_RADIUS_UNKNOWN, 9, 26, "\x01\x03x"},
		{TP_RADIUS_UNKNOWN, 0, 241, "new"},
		{TP_RADIUS_CLASS, 0, 25, "c"},
	};
	size_t len = PACKET("\x01\x03"
			    "b"
			    "\x1a\x13\0\0\x3a\x8c"
			    "\x03\x06gold"
			    "\xc8\x03?"
			    "\x08\x04"
			    "1M"
			    "\x1a\x09\0\0\0\x09"
			    "\x01\x03x"
			    "\xf1\x05new"
			    "\x19\x03"
			    "c");
	struct tp_radius_packet packet;
	struct tp_radius_iterator it;
	struct tp_radius_value value;

	assert_int_equal(tp_radius_parse(room, len, &packet), TP_RADIUS_WELL_FORMED);
	it = tp_radius_iterate(&packet);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(tp_radius_next(&it, &value));
		assert_int_equal(value.attribute, rows[i].attribute);
		assert_int_equal(value.vendor, rows[i].vendor);
		assert_int_equal(value.number, rows[i].number);
		assert_int_equal(value.len, strlen(rows[i].bytes));
		assert_memory_equal(value.bytes, rows[i].bytes, value.len);
	}
	assert_false(tp_radius_next(&it, &value));
}

static void test_the_first_of_an_attribute_is_found_by_its_vendor(void **state)
{
	size_t len = PACKET("\x1a\x09\0\0\0\x09" /* a vendor that is not known */
			    "\x03\x03x"
			    "\x1a\x0a\0\0\x37\x2a" /* one that is, with another's number */
			    "\x08\x04"
			    "ab"
			    "\x1a\x0f\0\0\x3a\x8c"
			    "\x08\x03"
			    "1"
			    "\x03\x06gold"
			    "\x1a\x09\0\0\x3a\x8c"
			    "\x03\x03z"
			    "\x08\x03"
			    "c");
	struct tp_radius_packet packet;
	struct tp_radius_value value;

	assert_int_equal(tp_radius_parse(room, len, &packet), TP_RADIUS_WELL_FORMED);
	assert_true(tp_radius_get(&packet, TP_RADIUS_MIKROTIK_GROUP, &value));
	assert_int_equal(value.attribute, TP_RADIUS_MIKROTIK_GROUP);
	assert_int_equal(value.vendor, 14988);
	assert_int_equal(value.number, 3);
	assert_int_equal(value.len, 4);
	assert_memory_equal(value.bytes, "gold", 4);
	assert_true(tp_radius_get(&packet, TP_RADIUS_MIKROTIK_RATE_LIMIT, &value));
	assert_memory_equal(value.bytes, "1", 1);
	assert_true(tp_radius_get(&packet, TP_RADIUS_FRAMED_IP_ADDRESS, &value));
	assert_memory_equal(value.bytes, "c", 1);
	assert_false(tp_radius_get(&packet, TP_RADIUS_WISPR_BANDWIDTH_MAX_UP, &value));
	assert_false(tp_radius_get(&packet, TP_RADIUS_SERVICE_TYPE, &value));
}

static void test_values_are_taken_only_as_what_they_are(void **state)
{
	static const uint8_t prefix[16] = {0x20, 1, 0x0d, 0xb8};
	size_t len = PACKET("\x1b\x05\0\0\1"
			    "\x61\x08\0\x20\x20\x01\x0d\xb8"
			    "\x12\x05"
			    "a\0b"
			    "\x58\x06pool");
	struct tp_radius_packet packet;
	struct tp_radius_value value;
	uint8_t address[16], length;
	char text[5];
	uint32_t v;

	assert_int_equal(tp_radius_parse(room, len, &packet), TP_RADIUS_WELL_FORMED);
	assert_true(tp_radius_get(&packet, TP_RADIUS_SESSION_TIMEOUT, &value));
	assert_false(tp_radius_u32(&value, &v));
	assert_false(tp_radius_valid(&value));
	assert_true(tp_radius_get(&packet, TP_RADIUS_FRAMED_IPV6_PREFIX, &value));
	assert_false(tp_radius_ipv6(&value, address));
	assert_true(tp_radius_ipv6_prefix(&value, address, &length));
	assert_int_equal(length, 32);
	assert_memory_equal(address, prefix, 16);
	assert_true(tp_radius_get(&packet, TP_RADIUS_REPLY_MESSAGE, &value));
	assert_false(tp_radius_text(&value, text, sizeof(text)));
	assert_false(tp_radius_ipv6_prefix(&value, address, &length));
	assert_true(tp_radius_get(&packet, TP_RADIUS_FRAMED_POOL, &value));
	assert_true(tp_radius_text(&value, text, 5));
	assert_string_equal(text, "pool");
	assert_false(tp_radius_text(&value, text, 4));
}

static void test_a_number_is_written_over(void **state)
{
	size_t len = PACKET("\x01\x03"
			    "b"
			    "\x29\x06\0\0\0\0");

	assert_false(tp_radius_rewrite_u32(room, len, TP_RADIUS_ACCT_DELAY_TIME, 0));
	assert_true(tp_radius_rewrite_u32(room, len, TP_RADIUS_ACCT_DELAY_TIME, 0x01020304));
	assert_memory_equal(room + 20,
			    "\x01\x03"
			    "b"
			    "\x29\x06\1\2\3\4",
			    9);
	assert_false(tp_radius_rewrite_u32(room, len, TP_RADIUS_SESSION_TIMEOUT, 1));
}

static void test_codes_have_names(void **state)
{
	assert_string_equal(tp_radius_code_name(TP_RADIUS_COA_NAK), "CoA-NAK");
	assert_string_equal(tp_radius_code_name(99), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_packet_is_built_as_it_looks_on_the_wire),
		cmocka_unit_test(test_a_vendors_attribute_is_wrapped),
		cmocka_unit_test(test_an_empty_value_is_not_put),
		cmocka_unit_test(test_what_does_not_fit_makes_no_packet),
		cmocka_unit_test(test_a_password_is_padded_to_blocks),
		cmocka_unit_test(test_gigawords_are_put_when_there_are_any),
		cmocka_unit_test(test_lengths_of_packets),
		cmocka_unit_test(test_what_follows_the_packet_is_padding),
		cmocka_unit_test(test_malformed_attributes),
		cmocka_unit_test(test_attributes_come_in_order_vendors_in_between),
		cmocka_unit_test(test_the_first_of_an_attribute_is_found_by_its_vendor),
		cmocka_unit_test(test_values_are_taken_only_as_what_they_are),
		cmocka_unit_test(test_a_number_is_written_over),
		cmocka_unit_test(test_codes_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
