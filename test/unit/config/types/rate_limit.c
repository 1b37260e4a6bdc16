/* SPDX-License-Identifier: BSD-3-Clause */
#include "given.h"

#include "config/types/rate_limit.h"

static char *written(const struct tp_rate_limit *limit, char text[200])
{
	FILE *out = fmemopen(text, 200, "w");

	tp_rate_limit_print(out, limit);
	fclose(out);
	return text;
}

static void test_limits_are_read_and_written_back(void **state)
{
	static const char *const cases[][2] = {
		{"10M", "10M/10M"},
		{"512k/2M", "512k/2M"},
		{"0", "0/0"},
		{"1500", "1500/1500"},
		{"64k/0", "64k/0"},
		{"1000000000", "1G/1G"},
		{" 10M/50M\t20M/100M ", "10M/50M 20M/100M"},
		{"10M 20M 8M", "10M/10M 20M/20M 8M/8M"},
		{"10M 20M 8M/9M 10s/00:01:00", "10M/10M 20M/20M 8M/9M 10s/1m"},
		{"10M 20M 8M 10s 5", "10M/10M 20M/20M 8M/8M 10s/10s 5"},
		{"10M 20M 8M 10s 5/6 1M", "10M/10M 20M/20M 8M/8M 10s/10s 5/6 1M/1M"},
		{"10M 0 0", "10M/10M 0/0 0/0"},
		/* as RouterOS's exports, its manual and billing systems have them */
		{"1500k/2M 0/0 0/0 0/0 8 0/0", "1500k/2M 0/0 0/0 0s/0s 8 0/0"},
		{"512K/2M", "512k/2M"},
		{"7m/7m", "7M/7M"},
		{"10.5M/10M", "10500k/10M"},
		{"0.25g/1.5k", "250M/1500"},
	};
	struct tp_rate_limit limit, again;
	char text[200], more[200];
	const char *why;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(tp_rate_limit_parse(cases[i][0], &limit, &why));
		assert_string_equal(written(&limit, text), cases[i][1]);
		assert_true(tp_rate_limit_parse(text, &again, &why));
		assert_memory_equal(&limit, &again, sizeof(limit));
		assert_string_equal(written(&again, more), text);
	}
}

static void test_what_is_not_given_has_routeros_default(void **state)
{
	struct tp_rate_limit limit;
	const char *why;

	assert_true(tp_rate_limit_parse("2M/10M 4M/20M", &limit, &why));
	assert_int_equal(limit.rx.burst_threshold, 2000000);
	assert_int_equal(limit.tx.burst_threshold, 10000000);
	assert_int_equal(limit.rx.burst_time, 1);
	assert_int_equal(limit.rx.priority, 8);
	assert_int_equal(limit.tx.rate_min, 10000000);
	assert_true(tp_rate_limit_parse("2M/10M", &limit, &why));
	assert_int_equal(limit.tx.burst_rate, 0);
	assert_int_equal(tp_rate_limit_burst_bytes(&limit.tx), 0);
}

/* 8M until the average over 8 s is 4M: 4 s, in which 6M a second are ahead of 2M. */
static void test_a_burst_is_so_many_bytes_ahead(void **state)
{
	struct tp_rate_limit limit;
	const char *why;

	assert_true(tp_rate_limit_parse("2M 8M 4M 8s", &limit, &why));
	assert_int_equal(tp_rate_limit_burst_bytes(&limit.rx), 6000000 * 4 / 8);
}

static void test_what_is_none_is_refused_with_a_reason(void **state)
{
	static const char *const cases[][2] = {
		{"", "no rate"},
		{"fast", "rate"},
		{"10x", "rate"},
		{"10.M", "rate"},
		{".5M", "rate"},
		{"1.2345k", "rate"},
		{"1.5.5M", "rate"},
		{"-1", "rate"},
		{"10M/", "rate"},
		{"/10M", "rate"},
		{"10M/10M/10M", "rate"},
		{"1001G", "rate"},
		{"99999999999999999999", "rate"},
		{"2M 1M", "burst-rate below"},
		{"2M 4M 5M", "burst-threshold above"},
		{"2M 4M 3M 2h", "burst-time"},
		{"2M 4M 3M 1s 0", "priority"},
		{"2M 4M 3M 1s 9", "priority"},
		{"2M 4M 3M 1s 8 3M", "rate-min above"},
		{"2M 4M 3M 1s 8 1M 7", "six words"},
	};
	struct tp_rate_limit limit;
	const char *why;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		why = NULL;
		assert_false(tp_rate_limit_parse(cases[i][0], &limit, &why));
		assert_non_null(why);
		assert_non_null(strstr(why, cases[i][1]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits_are_read_and_written_back),
		cmocka_unit_test(test_what_is_not_given_has_routeros_default),
		cmocka_unit_test(test_a_burst_is_so_many_bytes_ahead),
		cmocka_unit_test(test_what_is_none_is_refused_with_a_reason),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
