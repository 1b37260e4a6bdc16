/* SPDX-License-Identifier: BSD-3-Clause */
#include "given.h"

static void test_times_are_read_as_routeros_writes_them(void **state)
{
	static const struct {
		const char *text;
		uint32_t seconds;
	} cases[] = {
		{"0", 0},
		{"90", 90},
		{"10s", 10},
		{"1d2h", 93600},
		{"1w", 604800},
		{"2m30s", 150},
		{"00:01:00", 60},
		{"01:30", 5400},
		{"1d00:00:01", 86401},
		{"1w1d1h1m1s", 694861},
		{"4294967295s", UINT32_MAX},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint32_t seconds = 77;
		assert_true(tp_time_parse(cases[i].text, &seconds));
		assert_int_equal(seconds, cases[i].seconds);
	}
}

static void test_vlan_ranges_and_mac_prefixes_are_read_and_written_back(void **state)
{
	static const char *const ranges[][2] = {{"7", "7"}, {"100-115", "100-115"}, {"9-9", "9"}};
	static const char *const no_ranges[] = {"",    "-",	"5-",	 "-5",
						"5-4", "5 - 6", "65536", "1-2-3"};
	static const char *const prefixes[][2] = {
		{"02:aa:bb:cc:dd:ee", "02:AA:BB:CC:DD:EE"},
		{"02:AA:BB:CC:DD:EE/48", "02:AA:BB:CC:DD:EE"},
		{"02:AA:BB:00:00:00/24", "02:AA:BB:00:00:00/24"},
		{"02:AA:B0:00:00:00/20", "02:AA:B0:00:00:00/20"},
		{"02:AA:BB:00:00:00/ff:ff:ff:00:00:00", "02:AA:BB:00:00:00/24"},
		{"00:00:00:00:00:00/0", "00:00:00:00:00:00/0"},
	};
	static const char *const no_prefixes[] = {
		"",
		"/24",
		"02:AA:BB:00:00:00/",
		"02:AA:BB:00:00:00/49",
		"02:AA:BB:00:00:01/24",
		"02:AA:BB:00:00:00/ff:00:ff:00:00:00",
		"02:AA:BB",
		"02:AA:BB:00:00:00/24x",
		"02:AA:BB:00:00:00:00",
	};
	char text[TP_MAC_PREFIX_TEXT_LEN];
	struct tp_mac_prefix prefix;
	struct tp_vlan_range range;

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		assert_true(tp_vlan_range_parse(ranges[i][0], &range));
		assert_string_equal(tp_vlan_range_format(&range, text), ranges[i][1]);
	}
	for (size_t i = 0; i < sizeof(no_ranges) / sizeof(no_ranges[0]); i++)
		assert_false(tp_vlan_range_parse(no_ranges[i], &range));
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		assert_true(tp_mac_prefix_parse(prefixes[i][0], &prefix));
		assert_string_equal(tp_mac_prefix_format(&prefix, text), prefixes[i][1]);
	}
	for (size_t i = 0; i < sizeof(no_prefixes) / sizeof(no_prefixes[0]); i++)
		assert_false(tp_mac_prefix_parse(no_prefixes[i], &prefix));
}

static void test_a_vlan_list_has_what_its_ranges_have(void **state)
{
	struct tp_vlan_range ranges[] = {{200, 299}, {5, 5}, {100, 110}, {4094, 4094}};
	struct tp_vlan_list list = {4, ranges};

	assert_true(tp_vlan_list_sort(&list));
	for (uint16_t id = 0; id <= 4095; id++)
		assert_true(tp_vlan_list_has(&list, id) ==
			    (id == 5 || (id >= 100 && id <= 110) || (id >= 200 && id <= 299) ||
			     id == 4094));
	ranges[3].first = 250;
	assert_false(tp_vlan_list_sort(&list));
	assert_false(tp_vlan_list_has(&(struct tp_vlan_list){0}, 5));
}

static void test_bytes_have_units_of_thousands_or_of_1024(void **state)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} cases[] = {
		{"0", 0},
		{"5000000000", 5000000000},
		{"10k", 10000},
		{"10K", 10000},
		{"500M", 500000000},
		{"10G", 10000000000},
		{"2T", 2000000000000},
		{"10Ki", 10240},
		{"1Gi", 1073741824},
		{"9223372036854775807", INT64_MAX},
	};
	static const char *const wrong[] = {
		"", "k", "-1", "1.5G", "10X", "10GB", "10 G", "9223372036854775808", "99999999999T",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t bytes = 77;
		assert_true(tp_bytes_parse(cases[i].text, &bytes));
		assert_true(bytes == cases[i].bytes);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		uint64_t bytes;
		assert_false(tp_bytes_parse(wrong[i], &bytes));
	}
}

static void test_a_delay_grows_with_the_load(void **state)
{
	struct tp_delay_list list = {0};

	assert_int_equal(tp_delay_at(&list, 5), 0);
	assert_true(tp_delay_add(&list, "5ms"));
	assert_true(tp_delay_add(&list, "1s:300"));
	assert_true(tp_delay_add(&list, "never:1000"));
	assert_int_equal(tp_delay_at(&list, 0), 5);
	assert_int_equal(tp_delay_at(&list, 299), 5);
	assert_int_equal(tp_delay_at(&list, 300), 1000);
	assert_int_equal(tp_delay_at(&list, 1000), TP_DELAY_NEVER);
	assert_false(tp_delay_add(&list, "5ms:1000")); /* not more than before */
	assert_false(tp_delay_add(&list, "5ms"));
	assert_false(tp_delay_add(&list, "5ms:"));
	assert_false(tp_delay_add(&list, "5x:2000"));
	assert_false(tp_delay_add(&list, "10001:2000"));
	assert_false(tp_delay_add(&list, "65536s:2000"));
	assert_false(tp_delay_add(&list, "ms:2000"));
	assert_false(tp_delay_add(&list, ":2000"));
	assert_int_equal(list.count, 3);
}

static void test_what_is_no_time_is_refused(void **state)
{
	static const char *const cases[] = {
		"",	    "s",	   "10x",	 "-1",
		"10s5m",    "1h1h",	   "10 s",	 "00:60",
		"00:00:60", "00:00:00:00", "1.5s",	 "4294967296",
		"8000w",    "10s5",	   "1h00:01:00", "99999999999999999999s",
		":",	    "1d:",	   "1s2",
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint32_t seconds;
		if (tp_time_parse(cases[i], &seconds))
			fail_msg("'%s' was taken for %u s", cases[i], seconds);
	}
}

static void test_a_time_shown_is_read_back_the_same(void **state)
{
	static const uint32_t cases[] = {0, 1, 59, 60, 3600, 93600, 604799, 694861, UINT32_MAX};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[TP_TIME_TEXT_LEN];
		uint32_t seconds;
		assert_true(tp_time_parse(tp_time_format(cases[i], text), &seconds));
		assert_int_equal(seconds, cases[i]);
	}
}

static void test_times_are_shown_in_the_largest_units(void **state)
{
	char text[TP_TIME_TEXT_LEN];
	assert_string_equal(tp_time_format(0, text), "0s");
	assert_string_equal(tp_time_format(93600, text), "1d2h");
	assert_string_equal(tp_time_format(UINT32_MAX, text), "7101w3d6h28m15s");
}

static void test_ranges_may_be_ends_addresses_or_blocks(void **state)
{
	static const struct {
		const char *text;
		uint32_t first, last;
	} cases[] = {
		{"10.0.0.2-10.0.0.5", 0x0a000002, 0x0a000005},
		{"10.0.0.9", 0x0a000009, 0x0a000009},
		{"10.0.1.0/24", 0x0a000100, 0x0a0001ff},
		{"255.255.255.255", UINT32_MAX, UINT32_MAX},
		{"0.0.0.0/0", 0, UINT32_MAX},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tp_range range;
		assert_true(tp_range_parse(cases[i].text, &range));
		assert_int_equal(range.first, cases[i].first);
		assert_int_equal(range.last, cases[i].last);
	}
}

static void test_what_is_no_range_is_refused(void **state)
{
	static const char *const cases[] = {
		"",
		"-",
		"10.0.0.5-10.0.0.2",
		"10.0.0.1/24",
		"10.0.0.0/33",
		"10.0.0.1-",
		"-10.0.0.1",
		"10.0.0.1-10.0.0.2-10.0.0.3",
		"10.0.0",
		"10.0.0.0/",
		"10.0.0.256",
		"10.0.0.0/+8",
		"1111111111111111111111-10.0.0.1",
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tp_range range;
		if (tp_range_parse(cases[i], &range))
			fail_msg("'%s' was taken for a range", cases[i]);
	}
}

static void test_prefixes_keep_their_host_bits(void **state)
{
	struct tp_prefix prefix;
	char text[TP_PREFIX_TEXT_LEN];
	assert_true(tp_prefix_parse("192.0.2.1/24", &prefix));
	assert_string_equal(tp_prefix_format(&prefix, text), "192.0.2.1/24");
	assert_true(tp_prefix_parse("192.0.2.1", &prefix));
	assert_int_equal(prefix.length, 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times_are_read_as_routeros_writes_them),
		cmocka_unit_test(test_vlan_ranges_and_mac_prefixes_are_read_and_written_back),
		cmocka_unit_test(test_a_vlan_list_has_what_its_ranges_have),
		cmocka_unit_test(test_bytes_have_units_of_thousands_or_of_1024),
		cmocka_unit_test(test_a_delay_grows_with_the_load),
		cmocka_unit_test(test_what_is_no_time_is_refused),
		cmocka_unit_test(test_a_time_shown_is_read_back_the_same),
		cmocka_unit_test(test_times_are_shown_in_the_largest_units),
		cmocka_unit_test(test_ranges_may_be_ends_addresses_or_blocks),
		cmocka_unit_test(test_what_is_no_range_is_refused),
		cmocka_unit_test(test_prefixes_keep_their_host_bits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
