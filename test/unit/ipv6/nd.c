/* SPDX-License-Identifier: BSD-3-Clause */
#include "fixture.h"

#include "ipv6/names.h"

/* As RouterOS and radvd send it, but for the link-layer address that PPP does not have. */
static const char advert[] =
	"86 00 0000 40 40 0708 00000000 00000000"
	"03 04 40 50 00001518 00000a8c 00000000 20010db8 00010002 0000000000000000"
	"05 01 0000 000005d4"
	"19 03 0000 00000708 20010db8 00000000 00000000 00000053"
	"1f 03 0000 00000708 07 6578616d706c65 03 6e6574 00 000000";

static struct tp_reader reader(const char *hex)
{
	static uint8_t bytes[TP_IPV6_MIN_MTU];

	return tp_reader_of(bytes, unhex(hex, bytes, sizeof(bytes)));
}

static void test_a_router_advertisement_is_built_byte_by_byte(void **state)
{
	static const uint8_t dns[1][16] = {{0x20, 0x01, 0x0d, 0xb8, [15] = 0x53}};
	static const char *const search[] = {"example.net"};
	const struct tp_nd_router_advert ra = {
		.hop_limit = 64,
		.other = true,
		.router_lifetime_s = 1800,
		.mtu = 1492,
		.prefix_count = 1,
		.prefixes = {{prefix_of("2001:db8:1:2::/64"), false, true, true, 5400, 2700}},
		.dns_lifetime_s = 1800,
		.search_lifetime_s = 1800,
		.dns_count = 1,
		.dns = dns,
		.search = search,
		.search_count = 1,
	};
	struct tp_ipv6_out out;

	(void)state;
	tp_ipv6_out_icmp(&out, address("fe80::1"), tp_ipv6_all_nodes);
	tp_nd_router_advert_build(&out.w, &ra);
	assert_payload(out.bytes, tp_ipv6_out_finish(&out), advert);
}

static void test_a_router_advertisement_is_parsed(void **state)
{
	struct tp_nd_router_advert ra;
	char text[TP_NAME_TEXT_MAX];

	(void)state;
	assert_int_equal(tp_nd_router_advert_parse(&ra, reader(advert)), TP_IPV6_NO_REASON);
	assert_int_equal(ra.hop_limit, 64);
	assert_false(ra.managed);
	assert_true(ra.other);
	assert_int_equal(ra.router_lifetime_s, 1800);
	assert_int_equal(ra.mtu, 1492);
	assert_int_equal(ra.prefix_count, 1);
	assert_true(ra.prefixes[0].autonomous && ra.prefixes[0].delegation);
	assert_false(ra.prefixes[0].on_link);
	assert_int_equal(ra.prefixes[0].valid_s, 5400);
	assert_int_equal(ra.prefixes[0].preferred_s, 2700);
	assert_int_equal(ra.dns_count, 1);
	assert_memory_equal(ra.dns[0], address("2001:db8::53"), 16);
	assert_true(tp_dns_name_read(&ra.search_names, text));
	assert_string_equal(text, "example.net");
	assert_false(tp_dns_name_read(&ra.search_names, text));
}

/* An option that is cut anywhere makes the message none; only between options does it not. */
static void test_a_router_advertisement_cut_short_is_refused(void **state)
{
	static const size_t whole[] = {16, 48, 56, 80, 104};
	struct tp_reader all = reader(advert);
	struct tp_nd_router_advert ra;

	(void)state;
	assert_int_equal(tp_reader_left(&all), 104);
	for (size_t len = 0, at = 0; len <= 104; len++) {
		enum tp_ipv6_reason reason =
			tp_nd_router_advert_parse(&ra, tp_reader_of(all.p, len));

		if (len == whole[at]) {
			assert_int_equal(reason, TP_IPV6_NO_REASON);
			at++;
		} else {
			assert_int_equal(reason,
					 len < 16 ? TP_IPV6_ND_MALFORMED : TP_IPV6_ND_OPTION);
		}
	}
}

static void test_options_that_cannot_be_are_refused(void **state)
{
	static const char *const wrong[] = {
		"03 00 4050000015180a8c",  /* of length zero */
		"03 01 4050000015180a8c",  /* a prefix without one */
		"05 02 0000000005d4 0000", /* longer than the message */
		"19 01 0000 00000708",	   /* no name server */
		"03 04 81 40 00001518 00000a8c 00000000 20010db8 00010002 0000000000000000",
	};
	char hex[256];
	struct tp_nd_router_advert ra;

	(void)state;
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(hex, sizeof(hex), "8600 0000 4040 0708 00000000 00000000 %s", wrong[i]);
		assert_int_equal(tp_nd_router_advert_parse(&ra, reader(hex)), TP_IPV6_ND_OPTION);
	}
	assert_int_equal(
		tp_nd_router_advert_parse(&ra, reader("8601 0000 4040 0708 00000000 00000000")),
		TP_IPV6_ND_MALFORMED);
}

static void test_unknown_options_and_prefixes_beyond_the_fourth_are_passed_over(void **state)
{
	static const char prefix[] =
		"03 04 40 40 00001518 00000a8c 00000000 20010db8 00010002 ffffffffffffffff";
	struct tp_nd_router_advert ra;
	char hex[1024];

	(void)state;
	snprintf(hex, sizeof(hex),
		 "8600 0000 4040 0708 00000000 00000000 fe01000000000000 %s %s %s %s %s", prefix,
		 prefix, prefix, prefix, prefix);
	assert_int_equal(tp_nd_router_advert_parse(&ra, reader(hex)), TP_IPV6_NO_REASON);
	assert_int_equal(ra.prefix_count, TP_ND_PREFIXES_MAX);
	/* Bits behind the prefix do not count. */
	assert_memory_equal(ra.prefixes[3].prefix.address, address("2001:db8:1:2::"), 16);
}

static void test_solicitations(void **state)
{
	const uint8_t *target;
	struct tp_ipv6_out out;

	(void)state;
	tp_ipv6_out_icmp(&out, address("fe80::2"), tp_ipv6_all_routers);
	tp_nd_router_solicit_build(&out.w);
	assert_payload(out.bytes, tp_ipv6_out_finish(&out), "8500 0000 00000000");
	assert_int_equal(tp_nd_router_solicit_parse(reader("8500 0000 00000000"), true),
			 TP_IPV6_NO_REASON);
	assert_int_equal(tp_nd_router_solicit_parse(reader("8500 0000 000000"), true),
			 TP_IPV6_ND_MALFORMED);
	assert_int_equal(
		tp_nd_router_solicit_parse(reader("8500 0000 00000000 01 01 020000000001"), false),
		TP_IPV6_NO_REASON);
	assert_int_equal(
		tp_nd_router_solicit_parse(reader("8500 0000 00000000 01 01 020000000001"), true),
		TP_IPV6_ND_OPTION);
	assert_int_equal(tp_nd_neighbour_solicit_parse(
				 reader("8700 0000 00000000 fe800000000000000000000000000001"),
				 false, &target),
			 TP_IPV6_NO_REASON);
	assert_memory_equal(target, address("fe80::1"), 16);
	assert_int_equal(tp_nd_neighbour_solicit_parse(
				 reader("8700 0000 00000000 ff020000000000000000000000000001"),
				 false, &target),
			 TP_IPV6_ND_MALFORMED);
	assert_int_equal(tp_nd_neighbour_solicit_parse(
				 reader("8700 0000 00000000 fe8000000000000000000000000000"), false,
				 &target),
			 TP_IPV6_ND_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_router_advertisement_is_built_byte_by_byte),
		cmocka_unit_test(test_a_router_advertisement_is_parsed),
		cmocka_unit_test(test_a_router_advertisement_cut_short_is_refused),
		cmocka_unit_test(test_options_that_cannot_be_are_refused),
		cmocka_unit_test(
			test_unknown_options_and_prefixes_beyond_the_fourth_are_passed_over),
		cmocka_unit_test(test_solicitations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
