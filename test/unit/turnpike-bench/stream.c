/* SPDX-License-Identifier: BSD-3-Clause */
/* The rig's own checks are checked: a loss, a reordering, a packet on the wrong session. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "stream.h"

#define RUN 7

static struct stream_flow flows[4];
static struct stream stream;

static int fresh(void **state)
{
	memset(flows, 0, sizeof(flows));
	memset(&stream, 0, sizeof(stream));
	stream.run = RUN;
	stream.flow_count = 4;
	stream.flows = flows;
	return 0;
}

/* Packet SEQUENCE of flow STAMPED arrives where those of flow DUE are due, 5 ticks later. */
static enum stream_verdict arrive(uint32_t stamped, uint32_t due, uint32_t sequence)
{
	uint8_t payload[STREAM_STAMP_LEN];

	stream_stamp(payload, RUN, stamped, sequence, 1000);
	return stream_check(&stream, due, payload, sizeof(payload), 1005);
}

static void test_all_in_order_is_all_good(void **state)
{
	for (uint32_t i = 0; i < 200; i++)
		assert_int_equal(arrive(1, 1, i), STREAM_GOOD);
	assert_int_equal(stream.received, 200);
	assert_int_equal(stream.reordered + stream.duplicates + stream.wrong_session, 0);
	assert_int_equal(histogram_percentile(&stream.latency, 990), 5);
}

static void test_a_loss_is_missing_from_what_was_received(void **state)
{
	for (uint32_t i = 0; i < 100; i++)
		if (i != 17 && i != 99)
			arrive(0, 0, i);
	assert_int_equal(100 - stream.received, 2);
	assert_int_equal(stream.reordered, 0);
}

static void test_a_reordering_is_seen_and_is_no_loss(void **state)
{
	arrive(0, 0, 0);
	assert_int_equal(arrive(0, 0, 2), STREAM_GOOD);
	assert_int_equal(arrive(0, 0, 1), STREAM_REORDERED);
	assert_int_equal(arrive(0, 0, 3), STREAM_GOOD);
	assert_int_equal(stream.received, 4);
	assert_int_equal(stream.reordered, 1);
}

static void test_a_packet_that_comes_twice_counts_once(void **state)
{
	arrive(0, 0, 0);
	arrive(0, 0, 1);
	assert_int_equal(arrive(0, 0, 0), STREAM_DUPLICATE);
	assert_int_equal(arrive(0, 0, 1), STREAM_DUPLICATE);
	assert_int_equal(arrive(0, 0, 200), STREAM_GOOD);
	assert_int_equal(arrive(0, 0, 1), STREAM_DUPLICATE);
	assert_int_equal(stream.received, 3);
	assert_int_equal(stream.duplicates, 3);
}

static void test_a_packet_on_the_wrong_session_is_seen(void **state)
{
	assert_int_equal(arrive(2, 3, 0), STREAM_WRONG_SESSION);
	assert_int_equal(arrive(2, STREAM_NO_FLOW, 1), STREAM_WRONG_SESSION);
	assert_int_equal(arrive(4, 4, 0), STREAM_WRONG_SESSION);
	assert_int_equal(stream.wrong_session, 3);
	assert_int_equal(stream.received, 0);
}

static void test_packets_of_an_earlier_run_and_of_others_do_not_count(void **state)
{
	uint8_t payload[STREAM_STAMP_LEN];

	stream_stamp(payload, RUN - 1, 0, 0, 0);
	assert_int_equal(stream_check(&stream, 0, payload, sizeof(payload), 0), STREAM_FOREIGN);
	stream_stamp(payload, RUN, 0, 0, 0);
	assert_int_equal(stream_check(&stream, 0, payload, sizeof(payload) - 1, 0), STREAM_FOREIGN);
	assert_int_equal(stream.received, 0);
}

static void test_percentiles_are_right_within_a_sixteenth(void **state)
{
	struct histogram h = {0};

	for (uint64_t v = 1; v <= 100000; v++)
		histogram_add(&h, v);
	assert_in_range(histogram_percentile(&h, 500), 50000, 53200);
	assert_in_range(histogram_percentile(&h, 990), 99000, 100000);
	assert_int_equal(histogram_percentile(&h, 1000), 100000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_all_in_order_is_all_good, fresh),
		cmocka_unit_test_setup(test_a_loss_is_missing_from_what_was_received, fresh),
		cmocka_unit_test_setup(test_a_reordering_is_seen_and_is_no_loss, fresh),
		cmocka_unit_test_setup(test_a_packet_that_comes_twice_counts_once, fresh),
		cmocka_unit_test_setup(test_a_packet_on_the_wrong_session_is_seen, fresh),
		cmocka_unit_test_setup(test_packets_of_an_earlier_run_and_of_others_do_not_count,
				       fresh),
		cmocka_unit_test(test_percentiles_are_right_within_a_sixteenth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
