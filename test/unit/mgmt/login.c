/* SPDX-License-Identifier: BSD-3-Clause */
/* Who is let in, by Basic credentials: against hashes, from addresses, and how often. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <nettle/base64.h>

#include "base/log.h"
#include "config/file/file.h"
#include "mgmt/login.h"

/* A quick hash, of "secret": it is not the hashing that is tested here. */
#define SECRET                                                                                     \
	"$6$saltsalt$TVLlQcbpFVof5W3Yz4DTP6gRstiNuHwwTt6GLc"                                       \
	"1E5n0U0aDehy0S5knV8wiOQSpT0Y77vwPZN.Pq.H91p5hVO1"
#define HERE  0x7f000001u /* 127.0.0.1 */
#define THERE 0xc0000209u /* 192.0.2.9 */

static const char yaml[] = "user:\n"
			   "  - { name: noc, password: '" SECRET "' }\n"
			   "  - { name: admin, password: '" SECRET "', group: full }\n"
			   "  - { name: near, password: '" SECRET "', address: 127.0.0.0/8 }\n"
			   "  - { name: off, password: '" SECRET "', disabled: yes }\n";

static struct mgmt_logins *logins;
static struct tp_remote *remote;
static struct tp_rights rights;

static int setup(void **state)
{
	struct tp_errors errors;
	struct tp_config *config =
		tp_config_load_text(TP_PROGRAM_SERVER, "t", yaml, strlen(yaml), &errors);

	tp_log_set_level(TP_LOG_ERROR);
	remote = tp_remote_create(config);
	tp_config_destroy(config);
	logins = mgmt_logins_create();
	mgmt_logins_set(logins, remote);
	return 0;
}

static int teardown(void **state)
{
	mgmt_logins_destroy(logins);
	tp_remote_destroy(remote);
	return 0;
}

static enum mgmt_login_result login(const char *credentials, uint32_t address, uint64_t now_ms)
{
	char header[1024] = "Basic ";
	size_t len = strlen(credentials);

	base64_encode_raw(header + 6, len, (const uint8_t *)credentials);
	header[6 + BASE64_ENCODE_RAW_LENGTH(len)] = '\0';
	return mgmt_login(logins, header, address, now_ms, &rights);
}

static void test_the_right_password_lets_in_with_the_users_group(void **state)
{
	assert_int_equal(login("noc:secret", HERE, 1000), MGMT_LOGIN_OK);
	assert_int_equal(rights.policy, TP_POLICY_READ);
	assert_int_equal(login("admin:secret", HERE, 1000), MGMT_LOGIN_OK);
	assert_string_equal(rights.group, "full");
	assert_int_equal(mgmt_logins_count(logins, MGMT_LOGIN_OK), 2);
}

static void test_a_wrong_password_or_user_does_not(void **state)
{
	static const char *const wrong[] = {"noc:Secret", "noc:", "nobody:secret", "noc:" SECRET};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(login(wrong[i], HERE, 1000), MGMT_LOGIN_WRONG);
	assert_int_equal(mgmt_logins_count(logins, MGMT_LOGIN_WRONG), 4);
}

static void test_a_disabled_user_is_none(void **state)
{
	assert_int_equal(login("off:secret", HERE, 1000), MGMT_LOGIN_WRONG);
}

static void test_without_users_nobody_is_let_in(void **state)
{
	mgmt_logins_set(logins, NULL);
	assert_int_equal(login("noc:secret", HERE, 1000), MGMT_LOGIN_WRONG);
}

static void test_what_is_no_basic_header_is_no_login(void **state)
{
	static char longer[2048];
	static const char *const headers[] = {
		NULL,
		"",
		"Basic",
		"Basic ",
		"Basic",
		"Bearer bm9jOnNlY3JldA==",
		"Basic bm9j",
		"Basic ====",
		"Basic bm9jOnNlY3Jl\x01",
		"Basic bm9jAG5vYzpzZWNyZXQ=" /* a NUL within */,
		longer,
	};

	memset(longer, 'A', sizeof(longer) - 1);
	memcpy(longer, "Basic ", 6);
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		assert_int_equal(mgmt_login(logins, headers[i], HERE, 1000, &rights),
				 MGMT_LOGIN_NONE);
	/* It locks nobody out: browsers ask without first. */
	assert_int_equal(login("noc:secret", HERE, 1000), MGMT_LOGIN_OK);
}

static void test_a_password_may_have_a_colon(void **state)
{
	char header[] = "basic  bm9jOnNlY3JldA=="; /* any case, any number of blanks */

	assert_int_equal(mgmt_login(logins, header, HERE, 1000, &rights), MGMT_LOGIN_OK);
	assert_int_equal(login("noc:secret:", HERE, 1000), MGMT_LOGIN_WRONG);
}

static void test_a_user_may_be_bound_to_addresses(void **state)
{
	assert_int_equal(login("near:secret", THERE, 1000), MGMT_LOGIN_ADDRESS);
	assert_int_equal(login("near:secret", HERE, 1000), MGMT_LOGIN_OK);
	/* Also when the login is remembered. */
	assert_int_equal(login("near:secret", THERE, 1000), MGMT_LOGIN_ADDRESS);
}

static void lock_out(uint32_t address)
{
	for (int i = 0; i < 5; i++)
		assert_int_equal(login("noc:wrong", address, 1000), MGMT_LOGIN_WRONG);
}

static void test_five_wrong_ones_lock_the_address_for_a_minute(void **state)
{
	lock_out(THERE);
	assert_int_equal(login("noc:secret", THERE, 2000), MGMT_LOGIN_LOCKED);
	assert_int_equal(mgmt_logins_locked(logins, 2000), 1);
	assert_int_equal(login("noc:secret", HERE, 2000), MGMT_LOGIN_OK);
	assert_int_equal(login("noc:wrong", THERE, 1000 + MGMT_LOCK_MS - 1), MGMT_LOGIN_LOCKED);
	assert_int_equal(login("admin:secret", THERE, 1000 + MGMT_LOCK_MS), MGMT_LOGIN_OK);
	assert_int_equal(mgmt_logins_locked(logins, 1000 + MGMT_LOCK_MS), 0);
}

static void test_who_is_remembered_is_not_locked_out_by_others_at_the_address(void **state)
{
	assert_int_equal(login("admin:secret", THERE, 1000), MGMT_LOGIN_OK);
	lock_out(THERE);
	assert_int_equal(login("admin:secret", THERE, 2000), MGMT_LOGIN_OK);
	assert_int_equal(login("noc:secret", THERE, 2000), MGMT_LOGIN_LOCKED);
}

static void test_wrong_ones_long_ago_do_not_count(void **state)
{
	for (uint64_t i = 0; i < 12; i++)
		assert_int_equal(login("noc:wrong", THERE, 1000 + i * 61000), MGMT_LOGIN_WRONG);
	assert_int_equal(mgmt_logins_locked(logins, 1000 + 12 * 61000), 0);
}

static void test_hashing_is_limited_in_all(void **state)
{
	unsigned busy = 0;

	/* Each from another address, so that none is locked. */
	for (uint32_t i = 0; i < 20; i++)
		busy += login("nobody:x", THERE + i, 1000) == MGMT_LOGIN_BUSY;
	assert_int_equal(busy, 12);
	assert_int_equal(login("noc:secret", HERE, 1000), MGMT_LOGIN_BUSY);
	assert_int_equal(login("noc:secret", HERE, 1250), MGMT_LOGIN_OK);
	/* Remembered: no hash, no limit. */
	for (int i = 0; i < 100; i++)
		assert_int_equal(login("noc:secret", HERE, 1250), MGMT_LOGIN_OK);
}

static void test_a_login_is_remembered_until_the_users_change_or_five_minutes_passed(void **state)
{
	assert_int_equal(login("noc:secret", HERE, 1000), MGMT_LOGIN_OK);
	for (uint32_t i = 0; i < 10; i++)
		login("nobody:x", THERE + i, 1000); /* no hash is left */
	assert_int_equal(login("noc:secret", HERE, 1000), MGMT_LOGIN_OK);
	mgmt_logins_set(logins, remote);
	assert_int_equal(login("noc:secret", HERE, 1000), MGMT_LOGIN_BUSY);
	assert_int_equal(login("noc:secret", HERE, 2000), MGMT_LOGIN_OK);
	for (uint32_t i = 0; i < 10; i++)
		login("nobody:x", THERE + i, 301999);
	assert_int_equal(login("noc:secret", HERE, 301999), MGMT_LOGIN_OK);
	assert_int_equal(login("noc:secret", HERE, 302000), MGMT_LOGIN_BUSY);
}

static enum mgmt_login_result told(const char *credentials, uint32_t address, uint64_t now_ms,
				   enum mgmt_login_result said, const char *said_group)
{
	char header[1024] = "Basic ";
	size_t len = strlen(credentials);

	const struct tp_rights has = tp_remote_rights(remote, said_group);

	base64_encode_raw(header + 6, len, (const uint8_t *)credentials);
	header[6 + BASE64_ENCODE_RAW_LENGTH(len)] = '\0';
	return mgmt_login_told(logins, header, address, now_ms, said, &has);
}

static void test_whom_user_does_not_have_is_asked_for_at_radius(void **state)
{
	remote->use_radius = true;
	assert_int_equal(login("ann:there", HERE, 1000), MGMT_LOGIN_ASK);
	assert_int_equal(told("ann:there", HERE, 1000, MGMT_LOGIN_OK, "write"), MGMT_LOGIN_OK);
	assert_int_equal(mgmt_logins_count(logins, MGMT_LOGIN_OK), 1);
	assert_int_equal(login("ann:there", HERE, 1100), MGMT_LOGIN_OK);
	assert_int_equal(rights.policy, TP_POLICY_READ | TP_POLICY_WRITE);
	/* Another password, or the same from another place, is another question. */
	assert_int_equal(login("ann:where", HERE, 1100), MGMT_LOGIN_ASK);
	assert_int_equal(login("ann:there", THERE, 1100), MGMT_LOGIN_ASK);
	assert_int_equal(login("ann:there", HERE, 301000), MGMT_LOGIN_ASK); /* five minutes */
}

static void test_whom_user_has_is_never_asked_for(void **state)
{
	static const char *const wrong[] = {"noc:other", "off:secret", "nobody:", ":secret"};

	remote->use_radius = true;
	assert_int_equal(login("noc:secret", HERE, 1000), MGMT_LOGIN_OK);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(login(wrong[i], HERE, 1000), MGMT_LOGIN_WRONG);
}

static void test_what_radius_refuses_is_wrong_and_silence_is_not(void **state)
{
	remote->use_radius = true;
	for (uint64_t i = 0; i < 8; i++)
		assert_int_equal(told("ann:x", THERE, 1000, MGMT_LOGIN_SILENCE, "read"),
				 MGMT_LOGIN_SILENCE);
	assert_int_equal(mgmt_logins_locked(logins, 1000), 0);
	for (uint64_t i = 0; i < 5; i++)
		assert_int_equal(told("ann:x", THERE, 1000, MGMT_LOGIN_WRONG, "read"),
				 MGMT_LOGIN_WRONG);
	assert_int_equal(mgmt_logins_locked(logins, 1000), 1);
	assert_int_equal(login("ann:there", THERE, 2000), MGMT_LOGIN_LOCKED);
	/* Nor is a guess taken that was asked before the fifth was wrong. */
	assert_int_equal(told("ann:there", THERE, 2000, MGMT_LOGIN_OK, "full"), MGMT_LOGIN_LOCKED);
	assert_int_equal(login("ann:there", THERE, 2000), MGMT_LOGIN_LOCKED);
	assert_int_equal(login("ann:there", HERE, 2000), MGMT_LOGIN_ASK);
}

static void test_questions_to_radius_are_limited_as_hashes_are(void **state)
{
	unsigned busy = 0;

	remote->use_radius = true;
	for (uint32_t i = 0; i < 20; i++)
		busy += login("ann:x", THERE + i, 1000) == MGMT_LOGIN_BUSY;
	assert_int_equal(busy, 12);
}

static void test_an_answer_counts_for_nothing_when_radius_is_no_longer_used(void **state)
{
	remote->use_radius = true;
	assert_int_equal(login("ann:there", HERE, 1000), MGMT_LOGIN_ASK);
	remote->use_radius = false;
	mgmt_logins_set(logins, remote);
	assert_int_equal(told("ann:there", HERE, 1000, MGMT_LOGIN_OK, "full"), MGMT_LOGIN_BUSY);
	assert_int_equal(login("ann:there", HERE, 1000), MGMT_LOGIN_WRONG);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_the_right_password_lets_in_with_the_users_group),
		TEST(test_a_wrong_password_or_user_does_not),
		TEST(test_a_disabled_user_is_none),
		TEST(test_without_users_nobody_is_let_in),
		TEST(test_what_is_no_basic_header_is_no_login),
		TEST(test_a_password_may_have_a_colon),
		TEST(test_a_user_may_be_bound_to_addresses),
		TEST(test_five_wrong_ones_lock_the_address_for_a_minute),
		TEST(test_who_is_remembered_is_not_locked_out_by_others_at_the_address),
		TEST(test_wrong_ones_long_ago_do_not_count),
		TEST(test_hashing_is_limited_in_all),
		TEST(test_a_login_is_remembered_until_the_users_change_or_five_minutes_passed),
		TEST(test_whom_user_does_not_have_is_asked_for_at_radius),
		TEST(test_whom_user_has_is_never_asked_for),
		TEST(test_what_radius_refuses_is_wrong_and_silence_is_not),
		TEST(test_questions_to_radius_are_limited_as_hashes_are),
		TEST(test_an_answer_counts_for_nothing_when_radius_is_no_longer_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
