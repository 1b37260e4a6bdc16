/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "radius/accounting.h"

static const struct tp_radius_nas nas = {.identifier = "AC", .address = 0xc0000201};
static struct tp_radius_session session;
static struct tp_subscriber subscriber;
static struct tp_radius_record record;
static uint8_t room[TP_RADIUS_PACKET_MAX], other_room[TP_RADIUS_PACKET_MAX];
static struct tp_radius_packet packet;

static int begin(void **state)
{
	session = (struct tp_radius_session){
		.user = "alice",
		.interface = "ether3",
		.service_name = "internet",
		.accounting_id = 0x1234,
	};
	subscriber = (struct tp_subscriber){0};
	record = (struct tp_radius_record){
		.status = TP_RADIUS_ACCT_STOP,
		.unix_s = 1700000000,
		.session = &session,
		.subscriber = &subscriber,
		.by_radius = true,
		.address = 0x0a000002,
		.session_time_s = 3600,
		.usage = {.bytes_in = 0x100000005, .bytes_out = 7, .packets_in = 3},
		.cause = TP_RADIUS_CAUSE_LOST_CARRIER,
	};
	return 0;
}

static size_t build(void)
{
	struct tp_radius_builder b;
	size_t len;

	tp_radius_begin(&b, room, sizeof(room), TP_RADIUS_ACCOUNTING_REQUEST);
	tp_radius_put_record(&b, &nas, &record);
	len = tp_radius_finish(&b);
	if (len > 0)
		assert_int_equal(tp_radius_parse(room, len, &packet), TP_RADIUS_WELL_FORMED);
	return len;
}

static bool has(enum tp_radius_attribute attribute)
{
	struct tp_radius_value value;

	return tp_radius_get(&packet, attribute, &value);
}

static uint32_t number(enum tp_radius_attribute attribute)
{
	struct tp_radius_value value;
	uint32_t n = 0;

	assert_true(tp_radius_get(&packet, attribute, &value));
	assert_true(tp_radius_u32(&value, &n));
	return n;
}

static unsigned count(enum tp_radius_attribute attribute)
{
	struct tp_radius_iterator iterator = tp_radius_iterate(&packet);
	struct tp_radius_value value;
	unsigned n = 0;

	while (tp_radius_next(&iterator, &value))
		n += value.attribute == attribute;
	return n;
}

static void test_a_stop_says_all(void **state)
{
	assert_true(build() > 0);
	assert_int_equal(number(TP_RADIUS_ACCT_STATUS_TYPE), TP_RADIUS_ACCT_STOP);
	assert_int_equal(number(TP_RADIUS_EVENT_TIMESTAMP), 1700000000);
	assert_int_equal(number(TP_RADIUS_ACCT_DELAY_TIME), 0);
	assert_int_equal(number(TP_RADIUS_NAS_IP_ADDRESS), 0xc0000201);
	assert_int_equal(number(TP_RADIUS_ACCT_AUTHENTIC), TP_RADIUS_AUTHENTIC_RADIUS);
	assert_int_equal(number(TP_RADIUS_FRAMED_IP_ADDRESS), 0x0a000002);
	assert_int_equal(number(TP_RADIUS_ACCT_SESSION_TIME), 3600);
	assert_int_equal(number(TP_RADIUS_ACCT_INPUT_OCTETS), 5);
	assert_int_equal(number(TP_RADIUS_ACCT_INPUT_GIGAWORDS), 1);
	assert_int_equal(number(TP_RADIUS_ACCT_OUTPUT_OCTETS), 7);
	assert_false(has(TP_RADIUS_ACCT_OUTPUT_GIGAWORDS));
	assert_int_equal(number(TP_RADIUS_ACCT_INPUT_PACKETS), 3);
	assert_int_equal(number(TP_RADIUS_ACCT_TERMINATE_CAUSE), TP_RADIUS_CAUSE_LOST_CARRIER);
	assert_false(has(TP_RADIUS_ACCT_MULTI_SESSION_ID));
	assert_false(has(TP_RADIUS_IPV6_ACCT_INPUT_OCTETS));
}

static void test_a_start_says_no_usage_and_an_interim_no_cause(void **state)
{
	record.status = TP_RADIUS_ACCT_START;
	build();
	assert_false(has(TP_RADIUS_ACCT_SESSION_TIME));
	assert_false(has(TP_RADIUS_ACCT_INPUT_OCTETS));
	assert_false(has(TP_RADIUS_ACCT_TERMINATE_CAUSE));
	record.status = TP_RADIUS_ACCT_INTERIM;
	build();
	assert_true(has(TP_RADIUS_ACCT_SESSION_TIME));
	assert_false(has(TP_RADIUS_ACCT_TERMINATE_CAUSE));
}

static void test_ipv6_and_bundles_are_told_where_they_are(void **state)
{
	record.usage.ipv6_bytes_in = 0x200000001;
	record.usage.ipv6_packets_in = 9;
	record.bundle_id = 0x1234;
	record.link_count = 2;
	record.by_radius = false;
	build();
	assert_int_equal(number(TP_RADIUS_IPV6_ACCT_INPUT_OCTETS), 1);
	assert_int_equal(number(TP_RADIUS_IPV6_ACCT_INPUT_GIGAWORDS), 2);
	assert_int_equal(number(TP_RADIUS_IPV6_ACCT_INPUT_PACKETS), 9);
	assert_int_equal(number(TP_RADIUS_ACCT_LINK_COUNT), 2);
	assert_int_equal(number(TP_RADIUS_ACCT_AUTHENTIC), TP_RADIUS_AUTHENTIC_LOCAL);
	assert_true(has(TP_RADIUS_ACCT_MULTI_SESSION_ID));
}

static void give_class(const uint8_t *bytes, uint16_t len)
{
	subscriber.radius = calloc(1, sizeof(*subscriber.radius) + len);
	subscriber.radius->class_len = len;
	memcpy(subscriber.radius->class, bytes, len);
}

static void test_each_class_is_echoed(void **state)
{
	static const uint8_t class[] = {25, 4, 'a', 'b', 25, 3, 'c'};

	give_class(class, sizeof(class));
	build();
	assert_int_equal(count(TP_RADIUS_CLASS), 2);
	free(subscriber.radius);
}

/* A server that gives more than there is room for must not cost the record. */
static void test_too_much_class_leaves_room_for_the_record(void **state)
{
	uint8_t class[16 * 253];

	for (unsigned i = 0; i < 16; i++) {
		memset(class + i * 253, 'x', 253);
		class[i * 253] = 25;
		class[i * 253 + 1] = 253;
	}
	give_class(class, sizeof(class));
	assert_true(build() > 0);
	assert_in_range(count(TP_RADIUS_CLASS), 1, 15);
	assert_int_equal(number(TP_RADIUS_ACCT_SESSION_TIME), 3600);
	free(subscriber.radius);
}

static void test_class_that_does_not_add_up_is_left_out(void **state)
{
	static const uint8_t class[] = {25, 4, 'a', 'b', 25, 9, 'c', 25, 1};

	give_class(class, sizeof(class));
	build();
	assert_int_equal(count(TP_RADIUS_CLASS), 1);
	free(subscriber.radius);
}

static void test_on_and_off_are_of_no_session(void **state)
{
	record = (struct tp_radius_record){.status = TP_RADIUS_ACCT_ON, .unix_s = 5};
	build();
	assert_int_equal(number(TP_RADIUS_ACCT_STATUS_TYPE), TP_RADIUS_ACCT_ON);
	assert_true(has(TP_RADIUS_NAS_IDENTIFIER));
	assert_false(has(TP_RADIUS_ACCT_SESSION_ID));
	assert_false(has(TP_RADIUS_USER_NAME));
}

/* ---- of a session that nobody saw end ---- */

static void end_of(size_t len, const struct tp_session_counters *usage)
{
	size_t made =
		tp_radius_record_end(room, len, TP_RADIUS_CAUSE_NAS_REBOOT, usage, other_room);

	assert_true(made > 0);
	assert_int_equal(tp_radius_parse(other_room, made, &packet), TP_RADIUS_WELL_FORMED);
	assert_int_equal(number(TP_RADIUS_ACCT_STATUS_TYPE), TP_RADIUS_ACCT_STOP);
	assert_int_equal(number(TP_RADIUS_ACCT_TERMINATE_CAUSE), TP_RADIUS_CAUSE_NAS_REBOOT);
	assert_int_equal(number(TP_RADIUS_EVENT_TIMESTAMP), 1700000000);
	assert_int_equal(count(TP_RADIUS_ACCT_SESSION_TIME), 1);
	assert_int_equal(count(TP_RADIUS_ACCT_INPUT_OCTETS), 1);
	assert_true(has(TP_RADIUS_ACCT_SESSION_ID));
}

static void test_the_last_interim_becomes_a_stop(void **state)
{
	record.status = TP_RADIUS_ACCT_INTERIM;
	end_of(build(), NULL);
	assert_int_equal(number(TP_RADIUS_ACCT_SESSION_TIME), 3600);
	assert_int_equal(number(TP_RADIUS_ACCT_INPUT_GIGAWORDS), 1);
}

static void test_a_start_becomes_a_stop_with_nothing_used(void **state)
{
	record.status = TP_RADIUS_ACCT_START;
	end_of(build(), NULL);
	assert_int_equal(number(TP_RADIUS_ACCT_SESSION_TIME), 0);
	assert_int_equal(number(TP_RADIUS_ACCT_INPUT_OCTETS), 0);
}

static void test_what_is_known_to_be_used_is_told_in_place_of_what_was(void **state)
{
	static const struct tp_session_counters usage = {
		.bytes_in = UINT64_C(3) << 32 | 7, .packets_out = 9, .ipv6_packets_in = 2};
	static const enum tp_radius_acct_status kinds[] = {TP_RADIUS_ACCT_START,
							   TP_RADIUS_ACCT_INTERIM};

	for (unsigned i = 0; i < 2; i++) {
		record.status = kinds[i];
		end_of(build(), &usage);
		assert_int_equal(number(TP_RADIUS_ACCT_INPUT_GIGAWORDS), 3);
		assert_int_equal(number(TP_RADIUS_ACCT_INPUT_OCTETS), 7);
		assert_int_equal(number(TP_RADIUS_ACCT_OUTPUT_PACKETS), 9);
		assert_int_equal(number(TP_RADIUS_IPV6_ACCT_INPUT_PACKETS), 2);
		assert_int_equal(count(TP_RADIUS_ACCT_OUTPUT_PACKETS), 1);
		assert_int_equal(count(TP_RADIUS_IPV6_ACCT_INPUT_PACKETS), 1);
	}
}

static void test_nothing_else_becomes_a_stop(void **state)
{
	size_t len = build(); /* a Stop */

	assert_int_equal(tp_radius_record_end(room, len, 1, NULL, other_room), 0);
	record.status = TP_RADIUS_ACCT_START;
	len = build();
	for (size_t cut = 0; cut < len; cut++)
		assert_int_equal(tp_radius_record_end(room, cut, 1, NULL, other_room), 0);
	record = (struct tp_radius_record){.status = TP_RADIUS_ACCT_ON};
	assert_int_equal(tp_radius_record_end(room, build(), 1, NULL, other_room), 0);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_stop_says_all),
		TEST(test_a_start_says_no_usage_and_an_interim_no_cause),
		TEST(test_ipv6_and_bundles_are_told_where_they_are),
		TEST(test_each_class_is_echoed),
		TEST(test_too_much_class_leaves_room_for_the_record),
		TEST(test_class_that_does_not_add_up_is_left_out),
		TEST(test_on_and_off_are_of_no_session),
		TEST(test_the_last_interim_becomes_a_stop),
		TEST(test_a_start_becomes_a_stop_with_nothing_used),
		TEST(test_what_is_known_to_be_used_is_told_in_place_of_what_was),
		TEST(test_nothing_else_becomes_a_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
