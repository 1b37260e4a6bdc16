/* SPDX-License-Identifier: BSD-3-Clause */
#include "fixture.h"

#include "ipv6/names.h"

static size_t echo(struct tp_ipv6_out *out)
{
	tp_ipv6_out_icmp(out, address("fe80::2"), address("fe80::1"));
	tp_write_be32(&out->w, (uint32_t)TP_ICMP6_ECHO_REQUEST << 24);
	tp_write_be32(&out->w, 0x00010001);
	return tp_ipv6_out_finish(out);
}

static void test_what_is_built_is_parsed(void **state)
{
	struct tp_ipv6_out out;
	struct tp_ipv6_in in;
	size_t len = echo(&out);

	(void)state;
	assert_int_equal(len, 48);
	assert_int_equal(tp_ipv6_in_parse(&in, out.bytes, len), TP_IPV6_NO_REASON);
	assert_int_equal(in.hop_limit, 255);
	assert_int_equal(in.protocol, TP_IPV6_ICMP);
	assert_memory_equal(in.src, address("fe80::2"), 16);
	assert_int_equal(tp_reader_left(&in.payload), 8);
}

static void test_one_byte_wrong_is_seen(void **state)
{
	struct tp_ipv6_out out;
	struct tp_ipv6_in in;
	size_t len = echo(&out);

	(void)state;
	for (size_t i = 8; i < len; i++) {
		out.bytes[i] ^= 0x40;
		assert_int_equal(tp_ipv6_in_parse(&in, out.bytes, len), TP_IPV6_BAD_CHECKSUM);
		out.bytes[i] ^= 0x40;
	}
}

static void test_a_packet_cut_short_is_malformed_and_padding_is_not(void **state)
{
	struct tp_ipv6_out out;
	struct tp_ipv6_in in;
	size_t len = echo(&out);

	(void)state;
	for (size_t i = 0; i < len; i++)
		assert_int_equal(tp_ipv6_in_parse(&in, out.bytes, i), TP_IPV6_MALFORMED);
	assert_int_equal(tp_ipv6_in_parse(&in, out.bytes, len + 3), TP_IPV6_NO_REASON);
	assert_int_equal(tp_reader_left(&in.payload), 8);
	out.bytes[0] = 0x45;
	assert_int_equal(tp_ipv6_in_parse(&in, out.bytes, len), TP_IPV6_MALFORMED);
}

static void test_udp_without_a_checksum_or_with_a_wrong_length_is_none(void **state)
{
	struct tp_ipv6_out out;
	struct tp_ipv6_in in;
	size_t len;

	(void)state;
	tp_ipv6_out_udp(&out, address("fe80::2"), 546, address("ff02::1:2"), 547);
	tp_write_be32(&out.w, 0x01123456);
	len = tp_ipv6_out_finish(&out);
	assert_int_equal(tp_ipv6_in_parse(&in, out.bytes, len), TP_IPV6_NO_REASON);
	assert_int_equal(in.src_port, 546);
	assert_int_equal(in.dst_port, 547);
	assert_int_equal(tp_reader_left(&in.payload), 4);
	out.bytes[45] = 13; /* longer than what there is */
	assert_int_equal(tp_ipv6_in_parse(&in, out.bytes, len), TP_IPV6_MALFORMED);
	out.bytes[45] = 7;
	assert_int_equal(tp_ipv6_in_parse(&in, out.bytes, len), TP_IPV6_MALFORMED);
	out.bytes[45] = 12;
	out.bytes[46] = out.bytes[47] = 0;
	assert_int_equal(tp_ipv6_in_parse(&in, out.bytes, len), TP_IPV6_BAD_CHECKSUM);
}

static void test_what_does_not_fit_is_not_sent(void **state)
{
	static const uint8_t much[1300];
	struct tp_ipv6_out out;

	(void)state;
	tp_ipv6_out_icmp(&out, address("fe80::2"), address("fe80::1"));
	tp_write_bytes(&out.w, much, 1240);
	assert_int_equal(tp_ipv6_out_finish(&out), 1280);
	tp_write_bytes(&out.w, much, 1);
	assert_int_equal(tp_ipv6_out_finish(&out), 0);
}

static void test_names_are_labels(void **state)
{
	uint8_t bytes[64], expected[64];
	struct tp_writer w = tp_writer_of(bytes, sizeof(bytes));
	struct tp_reader r;
	char text[TP_NAME_TEXT_MAX];
	size_t len;

	(void)state;
	tp_dns_name_write(&w, "a.example.net");
	tp_dns_name_write(&w, "b.");
	tp_dns_name_write(&w, "no..name");
	len = unhex("0161 07 6578616d706c65 03 6e6574 00  0162 00", expected, sizeof(expected));
	assert_int_equal(tp_writer_len(&w), len);
	assert_memory_equal(bytes, expected, len);
	r = tp_reader_of(bytes, len);
	assert_true(tp_dns_name_read(&r, text));
	assert_string_equal(text, "a.example.net");
	assert_true(tp_dns_name_read(&r, text));
	assert_string_equal(text, "b");
	assert_false(tp_dns_name_read(&r, text));
}

static void test_what_is_no_name_is_not_read(void **state)
{
	static const char *const wrong[] = {"", "00", "0361", "0161", "4061", "c00c"};
	char text[TP_NAME_TEXT_MAX];
	uint8_t bytes[8];

	(void)state;
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct tp_reader r = tp_reader_of(bytes, unhex(wrong[i], bytes, sizeof(bytes)));

		assert_false(tp_dns_name_read(&r, text));
	}
	assert_int_equal(tp_dns_name_len(""), 0);
	assert_int_equal(tp_dns_name_len("."), 0);
	assert_int_equal(
		tp_dns_name_len("a234567890123456789012345678901234567890123456789012345678"
				"901234.net"),
		0);
}

static void test_duids_are_told_in_hex(void **state)
{
	static const uint8_t mac[6] = {2, 0, 0, 0, 0, 1};
	struct tp_duid duid;
	char text[32];

	(void)state;
	tp_duid_of_mac(&duid, mac);
	assert_string_equal(tp_duid_format(duid.bytes, duid.len, text, sizeof(text)),
			    "0x00030001020000000001");
	assert_string_equal(tp_duid_format(duid.bytes, duid.len, text, 8), "0x0003");
	assert_true(tp_duid_is(&duid, duid.bytes, 10));
	assert_false(tp_duid_is(&duid, duid.bytes, 9));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_built_is_parsed),
		cmocka_unit_test(test_one_byte_wrong_is_seen),
		cmocka_unit_test(test_a_packet_cut_short_is_malformed_and_padding_is_not),
		cmocka_unit_test(test_udp_without_a_checksum_or_with_a_wrong_length_is_none),
		cmocka_unit_test(test_what_does_not_fit_is_not_sent),
		cmocka_unit_test(test_names_are_labels),
		cmocka_unit_test(test_what_is_no_name_is_not_read),
		cmocka_unit_test(test_duids_are_told_in_hex),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
