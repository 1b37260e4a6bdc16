/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "radius/authenticator.h"
#include "radius/dynamic.h"

#define SECRET "testing123"
#define WALL   1700000000u

static struct tp_radius_dynamic *dynamic;
static struct tp_radius_endpoint from;
static uint64_t now_ms;
static uint32_t wall_s;
static struct tp_radius_builder b;
static uint8_t bytes[TP_RADIUS_PACKET_MAX], reply[TP_RADIUS_PACKET_MAX];
static size_t len, reply_len;
static struct tp_radius_dynamic_request request;
static struct tp_radius_packet parsed;

static int begin(void **state)
{
	struct tp_radius_dynamic_config config;

	tp_radius_dynamic_config_init(&config);
	config.max_answers = 4;
	dynamic = tp_radius_dynamic_create(&config);
	from = tp_radius_endpoint_ipv4(0x0a000001, 40000);
	now_ms = 1000;
	wall_s = WALL;
	return dynamic == NULL;
}

static int end(void **state)
{
	tp_radius_dynamic_destroy(dynamic);
	return 0;
}

static void start(enum tp_radius_code code)
{
	tp_radius_begin(&b, bytes, sizeof(bytes), code);
}

static void sign(uint8_t id)
{
	len = tp_radius_finish(&b);
	assert_int_not_equal(len, 0);
	bytes[1] = id;
	tp_radius_sign_request(bytes, len, SECRET, NULL);
}

static enum tp_radius_dynamic_verdict input(void)
{
	return tp_radius_dynamic_input(dynamic, SECRET, &from, bytes, len, wall_s, now_ms, &request,
				       reply, &reply_len);
}

static void answer(enum tp_radius_error error)
{
	reply_len = tp_radius_dynamic_answer(dynamic, &request, error, wall_s, now_ms, reply);
}

/* REPLY is proven, of CODE, with that Error-Cause (0: none). */
static void expect_reply(enum tp_radius_code code, enum tp_radius_error error)
{
	struct tp_radius_secret secret;
	struct tp_radius_value value;
	uint32_t cause = 0;

	tp_radius_secret_set(&secret, SECRET);
	assert_int_equal(tp_radius_parse(reply, reply_len, &parsed), TP_RADIUS_WELL_FORMED);
	assert_int_equal(parsed.code, code);
	assert_int_equal(parsed.id, bytes[1]);
	assert_int_equal(tp_radius_check_response(&parsed, &secret, bytes + 4, false),
			 TP_RADIUS_PROVEN);
	if (tp_radius_get(&parsed, TP_RADIUS_ERROR_CAUSE, &value))
		assert_true(tp_radius_u32(&value, &cause));
	assert_int_equal(cause, error);
}

static void disconnect(uint8_t id, const char *session)
{
	start(TP_RADIUS_DISCONNECT_REQUEST);
	tp_radius_put_text(&b, TP_RADIUS_ACCT_SESSION_ID, session);
	sign(id);
}

static void stamped(uint8_t id, uint32_t stamp)
{
	start(TP_RADIUS_COA_REQUEST);
	tp_radius_put_text(&b, TP_RADIUS_USER_NAME, "bob");
	tp_radius_put_u32(&b, TP_RADIUS_EVENT_TIMESTAMP, stamp);
	sign(id);
}

static uint64_t ignored(enum tp_radius_dynamic_reason reason)
{
	return tp_radius_dynamic_counters(dynamic)->ignored[reason];
}

static void test_a_disconnect_is_read_and_acknowledged(void **state)
{
	disconnect(7, "81234567");
	assert_int_equal(input(), TP_RADIUS_DYNAMIC_APPLY);
	assert_int_equal(request.code, TP_RADIUS_DISCONNECT_REQUEST);
	assert_true(tp_radius_dynamic_has(&request, TP_RADIUS_ACCT_SESSION_ID));
	assert_false(tp_radius_dynamic_has(&request, TP_RADIUS_USER_NAME));
	assert_string_equal(request.acct_session_id, "81234567");
	assert_false(tp_radius_dynamic_changes(&request));
	answer(TP_RADIUS_NO_ERROR);
	expect_reply(TP_RADIUS_DISCONNECT_ACK, TP_RADIUS_NO_ERROR);
	assert_int_equal(reply_len, 20);
	assert_int_equal(tp_radius_dynamic_counters(dynamic)->disconnect_acks, 1);
}

static void test_a_change_is_read_whole(void **state)
{
	static const uint8_t prefix[16] = {0x20, 1, 0x0d, 0xb8, 0xab};

	start(TP_RADIUS_COA_REQUEST);
	tp_radius_put_text(&b, TP_RADIUS_USER_NAME, "bob");
	tp_radius_put_u32(&b, TP_RADIUS_FRAMED_IP_ADDRESS, 0x0a0b0c0d);
	tp_radius_put_ipv6_prefix(&b, TP_RADIUS_DELEGATED_IPV6_PREFIX, prefix, 40);
	tp_radius_put_u32(&b, TP_RADIUS_NAS_PORT, 5);
	tp_radius_put_text(&b, TP_RADIUS_NAS_PORT_ID, "ether1");
	tp_radius_put_text(&b, TP_RADIUS_CALLING_STATION_ID, "02:00:00:00:00:01");
	tp_radius_put_text(&b, TP_RADIUS_MIKROTIK_RATE_LIMIT, "10M/20M");
	tp_radius_put_text(&b, TP_RADIUS_MIKROTIK_ADDRESS_LIST, "slow");
	tp_radius_put_u64(&b, TP_RADIUS_MIKROTIK_TOTAL_LIMIT,
			  TP_RADIUS_MIKROTIK_TOTAL_LIMIT_GIGAWORDS, UINT64_C(0x300000002));
	tp_radius_put_u32(&b, TP_RADIUS_SESSION_TIMEOUT, 3600);
	tp_radius_put_bytes(&b, TP_RADIUS_CLASS, "a", 1);
	tp_radius_put_bytes(&b, TP_RADIUS_CLASS, "b", 1);
	sign(1);
	assert_int_equal(input(), TP_RADIUS_DYNAMIC_APPLY);
	assert_string_equal(request.user_name, "bob");
	assert_int_equal(request.framed_ip_address, 0x0a0b0c0d);
	assert_int_equal(request.delegated_ipv6_prefix.length, 40);
	assert_memory_equal(request.delegated_ipv6_prefix.address, prefix, 16);
	assert_int_equal(request.nas_port, 5);
	assert_string_equal(request.nas_port_id, "ether1");
	assert_string_equal(request.calling_station_id, "02:00:00:00:00:01");
	assert_string_equal(request.rate_limit, "10M/20M");
	assert_string_equal(request.address_list, "slow");
	assert_int_equal(request.total_limit, 2);
	assert_int_equal(request.total_limit_gigawords, 3);
	assert_int_equal(request.session_timeout_s, 3600);
	assert_true(tp_radius_dynamic_has(&request, TP_RADIUS_CLASS));
	assert_true(tp_radius_dynamic_changes(&request));
	answer(TP_RADIUS_ERROR_SESSION_NOT_FOUND);
	expect_reply(TP_RADIUS_COA_NAK, TP_RADIUS_ERROR_SESSION_NOT_FOUND);
	assert_int_equal(tp_radius_dynamic_counters(dynamic)->coa_naks, 1);
}

static void test_state_and_proxy_state_are_echoed_in_order(void **state)
{
	static const char *const expected[] = {"p1", "s", "p2"};
	struct tp_radius_iterator it;
	struct tp_radius_value value;

	start(TP_RADIUS_COA_REQUEST);
	tp_radius_put_message_authenticator(&b);
	tp_radius_put_bytes(&b, TP_RADIUS_PROXY_STATE, "p1", 2);
	tp_radius_put_bytes(&b, TP_RADIUS_STATE, "s", 1);
	tp_radius_put_text(&b, TP_RADIUS_USER_NAME, "bob");
	tp_radius_put_bytes(&b, TP_RADIUS_PROXY_STATE, "p2", 2);
	sign(1);
	assert_int_equal(input(), TP_RADIUS_DYNAMIC_APPLY);
	answer(TP_RADIUS_NO_ERROR);
	expect_reply(TP_RADIUS_COA_ACK, TP_RADIUS_NO_ERROR);
	assert_ptr_equal(parsed.message_authenticator, reply + 22);
	it = tp_radius_iterate(&parsed);
	assert_true(tp_radius_next(&it, &value));
	for (unsigned i = 0; i < 3; i++) {
		assert_true(tp_radius_next(&it, &value));
		assert_memory_equal(value.bytes, expected[i], value.len);
	}
	assert_false(tp_radius_next(&it, &value));
}

static void test_what_is_not_proven_is_ignored(void **state)
{
	struct tp_radius_dynamic_config config;

	disconnect(1, "1");
	assert_int_equal(tp_radius_dynamic_input(dynamic, NULL, &from, bytes, len, wall_s, now_ms,
						 &request, reply, &reply_len),
			 TP_RADIUS_DYNAMIC_IGNORE);
	assert_int_equal(ignored(TP_RADIUS_DYNAMIC_UNKNOWN_SERVER), 1);
	assert_int_equal(tp_radius_dynamic_input(dynamic, "other", &from, bytes, len, wall_s,
						 now_ms, &request, reply, &reply_len),
			 TP_RADIUS_DYNAMIC_IGNORE);
	assert_int_equal(ignored(TP_RADIUS_DYNAMIC_AUTHENTICATOR), 1);
	len--;
	assert_int_equal(input(), TP_RADIUS_DYNAMIC_IGNORE);
	assert_int_equal(ignored(TP_RADIUS_DYNAMIC_MALFORMED), 1);

	start(TP_RADIUS_ACCOUNTING_REQUEST);
	tp_radius_put_text(&b, TP_RADIUS_USER_NAME, "bob");
	sign(1);
	assert_int_equal(input(), TP_RADIUS_DYNAMIC_IGNORE);
	assert_int_equal(ignored(TP_RADIUS_DYNAMIC_WRONG_CODE), 1);

	tp_radius_dynamic_config_init(&config);
	config.require_message_auth = true;
	config.require_timestamp = true;
	tp_radius_dynamic_config_set(dynamic, &config);
	disconnect(2, "1");
	assert_int_equal(input(), TP_RADIUS_DYNAMIC_IGNORE);
	assert_int_equal(ignored(TP_RADIUS_DYNAMIC_NO_MESSAGE_AUTH), 1);
	start(TP_RADIUS_DISCONNECT_REQUEST);
	tp_radius_put_message_authenticator(&b);
	tp_radius_put_text(&b, TP_RADIUS_ACCT_SESSION_ID, "1");
	sign(2);
	assert_int_equal(input(), TP_RADIUS_DYNAMIC_IGNORE);
	assert_int_equal(ignored(TP_RADIUS_DYNAMIC_NO_TIMESTAMP), 1);
	assert_int_equal(tp_radius_dynamic_counters(dynamic)->requests, 6);
	assert_int_equal(reply_len, 0);
}

static void test_an_event_timestamp_must_be_near(void **state)
{
	static const struct {
		int off;
		enum tp_radius_dynamic_verdict verdict;
	} rows[] = {
		{0, TP_RADIUS_DYNAMIC_APPLY},	  {300, TP_RADIUS_DYNAMIC_APPLY},
		{-300, TP_RADIUS_DYNAMIC_APPLY},  {301, TP_RADIUS_DYNAMIC_IGNORE},
		{-301, TP_RADIUS_DYNAMIC_IGNORE}, {-1700000000, TP_RADIUS_DYNAMIC_IGNORE},
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		stamped((uint8_t)i, (uint32_t)(WALL + rows[i].off));
		assert_int_equal(input(), rows[i].verdict);
	}
	assert_int_equal(ignored(TP_RADIUS_DYNAMIC_STALE), 3);
}

static void test_a_duplicate_gets_the_same_answer_and_is_not_applied(void **state)
{
	uint8_t first[TP_RADIUS_PACKET_MAX];
	size_t first_len;

	disconnect(9, "1");
	assert_int_equal(input(), TP_RADIUS_DYNAMIC_APPLY);
	answer(TP_RADIUS_NO_ERROR);
	first_len = reply_len;
	memcpy(first, reply, first_len);
	now_ms += 5000;
	assert_int_equal(input(), TP_RADIUS_DYNAMIC_REPLY);
	assert_int_equal(reply_len, first_len);
	assert_memory_equal(reply, first, first_len);
	assert_int_equal(tp_radius_dynamic_counters(dynamic)->duplicates, 1);

	/* The same by another port, or much later, is another request of a script's. */
	from.port++;
	assert_int_equal(input(), TP_RADIUS_DYNAMIC_APPLY);
	from.port--;
	now_ms += 30000;
	assert_int_equal(input(), TP_RADIUS_DYNAMIC_APPLY);
	assert_int_equal(tp_radius_dynamic_counters(dynamic)->remembered, 0);
}

static void test_what_was_recorded_is_not_taken_from_elsewhere(void **state)
{
	stamped(1, WALL);
	assert_int_equal(input(), TP_RADIUS_DYNAMIC_APPLY);
	answer(TP_RADIUS_NO_ERROR);
	from.port++;
	assert_int_equal(input(), TP_RADIUS_DYNAMIC_IGNORE);
	assert_int_equal(ignored(TP_RADIUS_DYNAMIC_REPLAYED), 1);
	from.port--;
	now_ms += 299000;
	wall_s += 299;
	assert_int_equal(input(), TP_RADIUS_DYNAMIC_REPLY);
	now_ms += 3000;
	wall_s += 3;
	assert_int_equal(input(), TP_RADIUS_DYNAMIC_IGNORE);
	assert_int_equal(ignored(TP_RADIUS_DYNAMIC_STALE), 1);
}

static void test_what_had_to_be_forgotten_is_not_taken_again(void **state)
{
	uint8_t recorded[64];
	size_t recorded_len;

	stamped(1, WALL - 10);
	recorded_len = len;
	memcpy(recorded, bytes, len);
	for (unsigned i = 0; i < 5; i++) {
		stamped((uint8_t)(1 + i), WALL - 10 + i);
		assert_int_equal(input(), TP_RADIUS_DYNAMIC_APPLY);
		answer(TP_RADIUS_NO_ERROR);
	}
	assert_int_equal(tp_radius_dynamic_counters(dynamic)->remembered, 4);
	memcpy(bytes, recorded, recorded_len);
	assert_int_equal(input(), TP_RADIUS_DYNAMIC_IGNORE);
	assert_int_equal(ignored(TP_RADIUS_DYNAMIC_STALE), 1);
	stamped(9, WALL);
	assert_int_equal(input(), TP_RADIUS_DYNAMIC_APPLY);
}

static void test_a_request_that_makes_no_sense_is_refused_with_the_reason(void **state)
{
	/* No session. */
	start(TP_RADIUS_DISCONNECT_REQUEST);
	tp_radius_put_u32(&b, TP_RADIUS_NAS_IP_ADDRESS, 1);
	sign(1);
	assert_int_equal(input(), TP_RADIUS_DYNAMIC_REPLY);
	expect_reply(TP_RADIUS_DISCONNECT_NAK, TP_RADIUS_ERROR_MISSING_ATTRIBUTE);

	/* A change of what ends. */
	start(TP_RADIUS_DISCONNECT_REQUEST);
	tp_radius_put_text(&b, TP_RADIUS_USER_NAME, "bob");
	tp_radius_put_u32(&b, TP_RADIUS_SESSION_TIMEOUT, 1);
	sign(2);
	assert_int_equal(input(), TP_RADIUS_DYNAMIC_REPLY);
	expect_reply(TP_RADIUS_DISCONNECT_NAK, TP_RADIUS_ERROR_UNSUPPORTED_ATTRIBUTE);

	/* Two of what there is one of. */
	start(TP_RADIUS_COA_REQUEST);
	tp_radius_put_text(&b, TP_RADIUS_USER_NAME, "bob");
	tp_radius_put_text(&b, TP_RADIUS_USER_NAME, "alice");
	sign(3);
	assert_int_equal(input(), TP_RADIUS_DYNAMIC_REPLY);
	expect_reply(TP_RADIUS_COA_NAK, TP_RADIUS_ERROR_INVALID_REQUEST);

	/* A number of three bytes. */
	start(TP_RADIUS_COA_REQUEST);
	tp_radius_put_text(&b, TP_RADIUS_USER_NAME, "bob");
	tp_radius_put_bytes(&b, TP_RADIUS_SESSION_TIMEOUT, "abc", 3);
	sign(4);
	assert_int_equal(input(), TP_RADIUS_DYNAMIC_REPLY);
	expect_reply(TP_RADIUS_COA_NAK, TP_RADIUS_ERROR_INVALID_ATTRIBUTE_VALUE);

	/* An identifier of seven, and a Class of none. */
	start(TP_RADIUS_COA_REQUEST);
	tp_radius_put_bytes(&b, TP_RADIUS_FRAMED_INTERFACE_ID, "1234567", 7);
	sign(6);
	assert_int_equal(input(), TP_RADIUS_DYNAMIC_REPLY);
	expect_reply(TP_RADIUS_COA_NAK, TP_RADIUS_ERROR_INVALID_ATTRIBUTE_VALUE);
	start(TP_RADIUS_COA_REQUEST);
	tp_radius_put_text(&b, TP_RADIUS_USER_NAME, "bob");
	tp_write_bytes(&b.w, "\x19\x02", 2);
	sign(7);
	assert_int_equal(input(), TP_RADIUS_DYNAMIC_REPLY);
	expect_reply(TP_RADIUS_COA_NAK, TP_RADIUS_ERROR_INVALID_ATTRIBUTE_VALUE);

	/* RFC 5176, section 3.2: to be authorized by an Access-Request. */
	start(TP_RADIUS_COA_REQUEST);
	tp_radius_put_text(&b, TP_RADIUS_USER_NAME, "bob");
	tp_radius_put_u32(&b, TP_RADIUS_SERVICE_TYPE, TP_RADIUS_SERVICE_AUTHORIZE_ONLY);
	tp_radius_put_bytes(&b, TP_RADIUS_STATE, "s", 1);
	sign(5);
	assert_int_equal(input(), TP_RADIUS_DYNAMIC_REPLY);
	expect_reply(TP_RADIUS_COA_NAK, TP_RADIUS_ERROR_UNSUPPORTED_SERVICE);
}

/* Scripts that send what accounting told them have it. */
static void test_a_disconnect_may_have_a_class(void **state)
{
	start(TP_RADIUS_DISCONNECT_REQUEST);
	tp_radius_put_text(&b, TP_RADIUS_USER_NAME, "bob");
	tp_radius_put_bytes(&b, TP_RADIUS_CLASS, "gold", 4);
	sign(1);
	assert_int_equal(input(), TP_RADIUS_DYNAMIC_APPLY);
}

/* A value of ATTRIBUTE's kind. */
static void put_any(enum tp_radius_attribute attribute)
{
	static const uint8_t some[16] = {0x20, 1, 0x0d, 0xb8};

	switch ((enum tp_radius_kind)tp_radius_define(attribute)->kind) {
	case TP_RADIUS_KIND_TIME:
		tp_radius_put_u32(&b, attribute, WALL);
		break;
	case TP_RADIUS_KIND_INTEGER:
	case TP_RADIUS_KIND_ENUM:
	case TP_RADIUS_KIND_IPV4ADDR:
		tp_radius_put_u32(&b, attribute, 2);
		break;
	case TP_RADIUS_KIND_TEXT:
		tp_radius_put_text(&b, attribute, "text");
		break;
	case TP_RADIUS_KIND_STRING:
	case TP_RADIUS_KIND_IPV6ADDR:
		tp_radius_put_bytes(&b, attribute, some, 16);
		break;
	case TP_RADIUS_KIND_IFID:
		tp_radius_put_bytes(&b, attribute, some, 8);
		break;
	case TP_RADIUS_KIND_IPV6PREFIX:
		tp_radius_put_ipv6_prefix(&b, attribute, some, 64);
		break;
	}
}

/* What the table of attributes says to be possible in a CoA-Request is, and nothing else. */
static void test_the_table_says_what_a_request_may_have(void **state)
{
	for (unsigned i = TP_RADIUS_UNKNOWN + 1; i < TP_RADIUS_ATTRIBUTES; i++) {
		bool may = tp_radius_define(i)->packets & TP_RADIUS_IN_DYNAMIC;

		start(TP_RADIUS_COA_REQUEST);
		put_any(i);
		if (i != TP_RADIUS_ACCT_SESSION_ID)
			tp_radius_put_text(&b, TP_RADIUS_ACCT_SESSION_ID, "1");
		sign((uint8_t)i);
		if (i == TP_RADIUS_MESSAGE_AUTHENTICATOR)
			continue;
		assert_int_equal(input(), may ? TP_RADIUS_DYNAMIC_APPLY : TP_RADIUS_DYNAMIC_REPLY);
		if (!may)
			expect_reply(TP_RADIUS_COA_NAK, TP_RADIUS_ERROR_UNSUPPORTED_ATTRIBUTE);
		else
			assert_true(tp_radius_dynamic_has(&request, i));
	}
}

static void test_strangers_attributes_are_passed_over_but_not_the_standards(void **state)
{
	static const char user_and_cisco[] = "\x01\x05"
					     "bob\x1a\x09\0\0\0\x09\x01\x03x";
	static const char user_and_new[] = "\x01\x05"
					   "bob\xe6\x06\0\0\0\x01";

	start(TP_RADIUS_COA_REQUEST);
	tp_write_bytes(&b.w, user_and_cisco, sizeof(user_and_cisco) - 1);
	sign(1);
	assert_int_equal(input(), TP_RADIUS_DYNAMIC_APPLY);
	start(TP_RADIUS_COA_REQUEST);
	tp_write_bytes(&b.w, user_and_new, sizeof(user_and_new) - 1);
	sign(1);
	assert_int_equal(input(), TP_RADIUS_DYNAMIC_REPLY);
	expect_reply(TP_RADIUS_COA_NAK, TP_RADIUS_ERROR_UNSUPPORTED_ATTRIBUTE);
}

static void test_it_is_for_us_or_for_another(void **state)
{
	static const uint8_t ipv6[16] = {0x20, 1};

	disconnect(1, "1");
	input();
	assert_true(tp_radius_dynamic_is_for(&request, 0, NULL, NULL));

	start(TP_RADIUS_DISCONNECT_REQUEST);
	tp_radius_put_text(&b, TP_RADIUS_ACCT_SESSION_ID, "1");
	tp_radius_put_u32(&b, TP_RADIUS_NAS_IP_ADDRESS, 5);
	tp_radius_put_ipv6(&b, TP_RADIUS_NAS_IPV6_ADDRESS, ipv6);
	tp_radius_put_text(&b, TP_RADIUS_NAS_IDENTIFIER, "bras");
	sign(2);
	input();
	assert_true(tp_radius_dynamic_is_for(&request, 5, ipv6, "bras"));
	assert_false(tp_radius_dynamic_is_for(&request, 6, ipv6, "bras"));
	assert_false(tp_radius_dynamic_is_for(&request, 0, ipv6, "bras"));
	assert_false(tp_radius_dynamic_is_for(&request, 5, NULL, "bras"));
	assert_false(tp_radius_dynamic_is_for(&request, 5, ipv6, "other"));
	assert_false(tp_radius_dynamic_is_for(&request, 5, ipv6, NULL));
}

/* Stamped, as its answer has an Event-Timestamp, too, and an Error-Cause besides. */
static void test_an_answer_that_does_not_fit_is_none(void **state)
{
	static const char text[253];

	start(TP_RADIUS_COA_REQUEST);
	tp_radius_put_u32(&b, TP_RADIUS_EVENT_TIMESTAMP, WALL);
	for (unsigned i = 0; i < 15; i++)
		tp_radius_put_bytes(&b, TP_RADIUS_PROXY_STATE, text, sizeof(text));
	tp_radius_put_bytes(&b, TP_RADIUS_PROXY_STATE, text, 236);
	tp_radius_put_bytes(&b, TP_RADIUS_USER_NAME, "b", 1);
	sign(1);
	assert_int_equal(len, 4092);
	assert_int_equal(input(), TP_RADIUS_DYNAMIC_APPLY);
	answer(TP_RADIUS_NO_ERROR);
	assert_int_equal(reply_len, 4089);
	answer(TP_RADIUS_ERROR_RESOURCES_UNAVAILABLE);
	assert_int_equal(reply_len, 4095);
	start(TP_RADIUS_COA_REQUEST);
	tp_radius_put_u32(&b, TP_RADIUS_EVENT_TIMESTAMP, WALL);
	for (unsigned i = 0; i < 15; i++)
		tp_radius_put_bytes(&b, TP_RADIUS_PROXY_STATE, text, sizeof(text));
	tp_radius_put_bytes(&b, TP_RADIUS_PROXY_STATE, text, 239);
	tp_radius_put_bytes(&b, TP_RADIUS_USER_NAME, "b", 1);
	sign(1);
	assert_int_equal(input(), TP_RADIUS_DYNAMIC_APPLY);
	answer(TP_RADIUS_ERROR_RESOURCES_UNAVAILABLE);
	assert_int_equal(reply_len, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(test_a_disconnect_is_read_and_acknowledged),
		TEST(test_a_change_is_read_whole),
		TEST(test_state_and_proxy_state_are_echoed_in_order),
		TEST(test_what_is_not_proven_is_ignored),
		TEST(test_an_event_timestamp_must_be_near),
		TEST(test_a_duplicate_gets_the_same_answer_and_is_not_applied),
		TEST(test_what_was_recorded_is_not_taken_from_elsewhere),
		TEST(test_what_had_to_be_forgotten_is_not_taken_again),
		TEST(test_a_request_that_makes_no_sense_is_refused_with_the_reason),
		TEST(test_a_disconnect_may_have_a_class),
		TEST(test_the_table_says_what_a_request_may_have),
		TEST(test_strangers_attributes_are_passed_over_but_not_the_standards),
		TEST(test_it_is_for_us_or_for_another),
		TEST(test_an_answer_that_does_not_fit_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
