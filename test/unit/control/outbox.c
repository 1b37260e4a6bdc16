/* SPDX-License-Identifier: BSD-3-Clause */
/* Frames that a worker's ring had no room for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "control/outbox.h"
#include "fake_dataplane.h"

static struct tp_outbox outbox;

static int setup(void **state)
{
	fake_reset(1);
	tp_outbox_init(&outbox);
	return 0;
}

static int teardown(void **state)
{
	tp_outbox_clear(&outbox);
	return 0;
}

static void send_byte(uint8_t byte)
{
	tp_outbox_send(&outbox, NULL, 0, (struct tp_vlans){0}, &byte, 1);
}

static void test_a_frame_goes_at_once_when_there_is_room(void **state)
{
	send_byte(7);
	assert_int_equal(fake.sent, 1);
	assert_int_equal(outbox.count, 0);
}

static void test_frames_that_waited_go_in_their_order(void **state)
{
	fake.room = 1;
	for (uint8_t i = 0; i < 5; i++)
		send_byte(i);
	assert_int_equal(fake.sent, 1);
	assert_false(tp_outbox_retry(&outbox, NULL));
	fake.room = 2;
	assert_true(tp_outbox_retry(&outbox, NULL));
	send_byte(5); /* there is no room, and others wait */
	fake.room = 100;
	tp_outbox_retry(&outbox, NULL);
	assert_int_equal(fake.sent, 6);
	for (uint8_t i = 0; i < 6; i++)
		assert_int_equal(fake.last[i], i);
	assert_int_equal(outbox.retried, 5);
}

static void test_a_newer_frame_does_not_overtake(void **state)
{
	fake.room = 0;
	send_byte(0);
	fake.room = 100;
	send_byte(1);
	assert_int_equal(fake.sent, 0);
	tp_outbox_retry(&outbox, NULL);
	assert_int_equal(fake.last[0], 0);
	assert_int_equal(fake.last[1], 1);
}

/* A Router Advertisement is not to come before the PPP frame that makes its host listen. */
static void test_ipv6_packets_wait_their_turn(void **state)
{
	const uint8_t packet = 9;

	fake.room = 0;
	send_byte(0);
	fake.room = 100;
	tp_outbox_send_ipv6(&outbox, NULL, 1, &packet, 1);
	assert_int_equal(fake.sent, 0);
	tp_outbox_retry(&outbox, NULL);
	assert_int_equal(fake.sent, 2);
	assert_int_equal(fake.last[0], 0);
	assert_int_equal(fake.last[1], 9);
	fake.room = 0;
	tp_outbox_send_ipv6(&outbox, NULL, 1, &packet, 1);
	assert_int_equal(outbox.count, 1);
}

/* Its session's IPv6 has gone down meanwhile: those behind it are not held up. */
static void test_an_ipv6_packet_without_a_session_is_forgotten(void **state)
{
	const uint8_t packet = 9;

	fake.room = 0;
	tp_outbox_send_ipv6(&outbox, NULL, 1, &packet, 1);
	send_byte(1);
	fake.room = 100;
	fake.no_ipv6 = true;
	tp_outbox_retry(&outbox, NULL);
	assert_int_equal(outbox.count, 0);
	assert_int_equal(fake.sent, 1);
	assert_int_equal(fake.last[0], 1);
}

static void test_more_than_the_bound_is_dropped_and_counted(void **state)
{
	fake.room = 0;
	for (unsigned i = 0; i < TP_OUTBOX_MAX + 3; i++)
		send_byte(0);
	assert_int_equal(outbox.count, TP_OUTBOX_MAX);
	assert_int_equal(outbox.dropped, 3);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_a_frame_goes_at_once_when_there_is_room),
		TEST(test_frames_that_waited_go_in_their_order),
		TEST(test_a_newer_frame_does_not_overtake),
		TEST(test_ipv6_packets_wait_their_turn),
		TEST(test_an_ipv6_packet_without_a_session_is_forgotten),
		TEST(test_more_than_the_bound_is_dropped_and_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
