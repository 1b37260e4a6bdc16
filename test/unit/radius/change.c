/* SPDX-License-Identifier: BSD-3-Clause */
/* What a CoA-Request makes of what a session gets: all that it says, or nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "radius/authenticator.h"
#include "config/file/file.h"
#include "radius/change.h"

#define SECRET "testing123"

static struct tp_config *config;
static struct tp_aaa_local *profiles;
static struct tp_radius_dynamic *dynamic;
static struct tp_radius_builder b;
static uint8_t bytes[TP_RADIUS_PACKET_MAX];
static struct tp_radius_dynamic_request request;
static struct tp_subscriber had, now;
static char why[TP_RADIUS_WHY];

static int begin(void **state)
{
	static const char text[] = "ppp:\n"
				   "  profile:\n"
				   "  - {name: plain, rate-limit: 1M/1M, session-timeout: 1h}\n"
				   "  - {name: gold, rate-limit: 5M/20M, address-list: golden}\n";
	struct tp_radius_dynamic_config how;
	struct tp_errors errors;

	tp_radius_dynamic_config_init(&how);
	config = tp_config_load_text(TP_PROGRAM_SERVER, "test.yaml", text, strlen(text), &errors);
	tp_errors_clear(&errors);
	assert_non_null(config);
	profiles = tp_aaa_local_create(config);
	dynamic = tp_radius_dynamic_create(&how);
	memset(&had, 0, sizeof(had));
	memset(&now, 0, sizeof(now));
	assert_int_equal(tp_aaa_local_profile(profiles, "plain", NULL, &had), 0);
	tp_radius_begin(&b, bytes, sizeof(bytes), TP_RADIUS_COA_REQUEST);
	tp_radius_put_text(&b, TP_RADIUS_USER_NAME, "alice");
	return 0;
}

static int end(void **state)
{
	tp_subscriber_clear(&had);
	tp_subscriber_clear(&now);
	tp_radius_dynamic_destroy(dynamic);
	tp_aaa_local_destroy(profiles);
	tp_config_destroy(config);
	return 0;
}

/* The packet is finished, read and applied. */
static enum tp_radius_error change(bool filter_id)
{
	const struct tp_radius_change how = {
		.profiles = profiles, .default_profile = "", .filter_id = filter_id};
	const struct tp_radius_endpoint from = tp_radius_endpoint_ipv4(0x0a000001, 4000);
	uint8_t reply[TP_RADIUS_PACKET_MAX];
	size_t len = tp_radius_finish(&b), reply_len;

	tp_radius_sign_request(bytes, len, SECRET, NULL);
	assert_int_equal(tp_radius_dynamic_input(dynamic, SECRET, &from, bytes, len, 1, 1, &request,
						 reply, &reply_len),
			 TP_RADIUS_DYNAMIC_APPLY);
	return tp_radius_change(&how, &request, &had, &now, why);
}

static void expect_nothing(void)
{
	static const struct tp_subscriber nothing;

	assert_memory_equal(&now, &nothing, sizeof(now));
	assert_true(why[0] != '\0');
}

static void test_what_is_said_is_changed_and_the_rest_stays(void **state)
{
	had.limit_bytes_in = 77;
	tp_radius_put_text(&b, TP_RADIUS_MIKROTIK_RATE_LIMIT, "2M/8M");
	tp_radius_put_u32(&b, TP_RADIUS_IDLE_TIMEOUT, 60);
	tp_radius_put_bytes(&b, TP_RADIUS_CLASS, "ab", 2);
	tp_radius_put_bytes(&b, TP_RADIUS_CLASS, "cd", 2);
	assert_int_equal(change(false), TP_RADIUS_NO_ERROR);
	assert_int_equal(now.rate_limit->rx.rate, 2000000);
	assert_int_equal(now.rate_limit->tx.rate, 8000000);
	assert_int_equal(now.idle_timeout_s, 60);
	assert_int_equal(now.session_timeout_s, 3600);
	assert_int_equal(now.limit_bytes_in, 77);
	assert_string_equal(now.profile, "plain");
	assert_int_equal(now.radius->class_len, 8);
	assert_int_equal(had.idle_timeout_s, 0);
	assert_int_equal(had.rate_limit->rx.rate, 1000000);
}

static void test_what_names_the_session_is_not_changed(void **state)
{
	const uint8_t address[16] = {0x20, 1};

	tp_radius_put_u32(&b, TP_RADIUS_FRAMED_IP_ADDRESS, 0x0a000009);
	tp_radius_put_ipv6_prefix(&b, TP_RADIUS_DELEGATED_IPV6_PREFIX, address, 56);
	tp_radius_put_bytes(&b, TP_RADIUS_CHARGEABLE_USER_IDENTITY, "id", 2);
	tp_radius_put_u32(&b, TP_RADIUS_SESSION_TIMEOUT, 60);
	assert_int_equal(change(false), TP_RADIUS_NO_ERROR);
	assert_int_equal(now.radius->class_len, 0);
	assert_int_equal(now.remote.fixed, 0);
	assert_null(now.ipv6);
	assert_int_equal(now.session_timeout_s, 60);
}

static void test_another_profile_takes_the_place_of_what_the_first_gave(void **state)
{
	tp_radius_put_text(&b, TP_RADIUS_MIKROTIK_GROUP, "gold");
	assert_int_equal(change(false), TP_RADIUS_NO_ERROR);
	assert_string_equal(now.profile, "gold");
	assert_string_equal(now.address_list, "golden");
	assert_int_equal(now.rate_limit->tx.rate, 20000000);
	assert_int_equal(now.session_timeout_s, 0);
}

/* The same request says a rate limit, and an earlier one a timeout. */
static void test_what_a_server_gives_itself_goes_before_a_profile(void **state)
{
	tp_radius_put_u32(&b, TP_RADIUS_SESSION_TIMEOUT, 60);
	assert_int_equal(change(false), TP_RADIUS_NO_ERROR);
	tp_subscriber_move(&had, &now);
	tp_radius_begin(&b, bytes, sizeof(bytes), TP_RADIUS_COA_REQUEST);
	tp_radius_put_text(&b, TP_RADIUS_USER_NAME, "alice");
	tp_radius_put_text(&b, TP_RADIUS_MIKROTIK_RATE_LIMIT, "3M/3M");
	tp_radius_put_text(&b, TP_RADIUS_MIKROTIK_GROUP, "gold");
	assert_int_equal(change(false), TP_RADIUS_NO_ERROR);
	assert_int_equal(now.rate_limit->tx.rate, 3000000);
	assert_int_equal(now.session_timeout_s, 60);
	assert_string_equal(now.address_list, "golden");
}

static void test_a_value_that_can_not_be_had_leaves_nothing(void **state)
{
	tp_radius_put_u32(&b, TP_RADIUS_SESSION_TIMEOUT, 60);
	tp_radius_put_text(&b, TP_RADIUS_MIKROTIK_RATE_LIMIT, "fast");
	assert_int_equal(change(false), TP_RADIUS_ERROR_INVALID_ATTRIBUTE_VALUE);
	expect_nothing();
}

static void test_a_profile_that_is_not_there_leaves_nothing(void **state)
{
	tp_radius_put_text(&b, TP_RADIUS_MIKROTIK_GROUP, "platinum");
	assert_int_equal(change(false), TP_RADIUS_ERROR_INVALID_ATTRIBUTE_VALUE);
	expect_nothing();
}

static void test_a_request_without_a_change_is_refused(void **state)
{
	assert_int_equal(change(false), TP_RADIUS_ERROR_MISSING_ATTRIBUTE);
	expect_nothing();
}

static void test_filter_id_is_a_rate_where_configured(void **state)
{
	tp_radius_put_text(&b, TP_RADIUS_FILTER_ID, "8000/2000");
	assert_int_equal(change(true), TP_RADIUS_NO_ERROR);
	assert_int_equal(now.rate_limit->rx.rate, 2000000);
	assert_int_equal(now.rate_limit->tx.rate, 8000000);
}

static void test_filter_id_is_refused_elsewhere(void **state)
{
	tp_radius_put_text(&b, TP_RADIUS_FILTER_ID, "8000/2000");
	assert_int_equal(change(false), TP_RADIUS_ERROR_UNSUPPORTED_ATTRIBUTE);
	expect_nothing();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_what_is_said_is_changed_and_the_rest_stays),
		TEST(test_what_names_the_session_is_not_changed),
		TEST(test_another_profile_takes_the_place_of_what_the_first_gave),
		TEST(test_what_a_server_gives_itself_goes_before_a_profile),
		TEST(test_a_value_that_can_not_be_had_leaves_nothing),
		TEST(test_a_profile_that_is_not_there_leaves_nothing),
		TEST(test_a_request_without_a_change_is_refused),
		TEST(test_filter_id_is_a_rate_where_configured),
		TEST(test_filter_id_is_refused_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
