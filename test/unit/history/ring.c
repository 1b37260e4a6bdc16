/* SPDX-License-Identifier: BSD-3-Clause */
/* What is remembered of one subscriber, and how. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"

static int setup(void **state)
{
	*state = tp_history_create(&fixture_settings, 1, 0);
	return *state == NULL ? -1 : 0;
}

static int teardown(void **state)
{
	tp_history_destroy(*state);
	return 0;
}

static void test_things_stand_in_their_order(void **state)
{
	const struct tp_caller *bob;

	fixture_up(*state, 1, "bob", T0);
	fixture_ended(*state, 1, "bob", T0 + 60000);
	fixture_failed(*state, 1, "bob", T0 + 61000);
	bob = fixture_find(*state, 1, "bob");
	assert_int_equal(bob->count, 3);
	assert_int_equal(bob->entries[0].code, TP_AC_SESSION_UP);
	assert_int_equal(bob->entries[1].kind, TP_HISTORY_END);
	assert_int_equal(bob->entries[1].number, 60);
	assert_string_equal(bob->entries[2].text, "authentication failed (chap): wrong");
	assert_int_equal(bob->address, 0x0a000002);
	assert_true(bob->known);
}

static void test_what_repeats_is_one_line_with_a_count(void **state)
{
	const struct tp_caller *host;

	for (unsigned i = 0; i < 100; i++)
		fixture_refused(*state, 1, T0 + i * 1000);
	host = fixture_find(*state, 1, "");
	assert_int_equal(host->count, 1);
	assert_int_equal(host->entries[0].count, 100);
	assert_true(host->entries[0].last_ms == T0 + 99000);
	assert_int_equal(host->entries[0].span_s, 99);
	assert_int_equal(tp_history_counters(*state).repeated, 99);
}

/* A client that is refused in two ways in turns fills nothing either. */
static void test_two_that_take_turns_are_two_lines(void **state)
{
	const struct tp_caller *bob;

	fixture_up(*state, 1, "bob", T0);
	for (unsigned i = 0; i < 20; i++) {
		fixture_failed(*state, 1, "bob", T0 + i * 1000);
		fixture_note(*state, 1,
			     (struct tp_history_note){.kind = TP_HISTORY_LOGIN,
						      .code = TP_AUTH_FAIL_LOCKED,
						      .wall_ms = T0 + i * 1000 + 500,
						      .user = "bob",
						      .text = "login not taken"});
	}
	bob = fixture_find(*state, 1, "bob");
	assert_int_equal(bob->count, 3);
	assert_int_equal(bob->entries[1].count, 20);
	assert_int_equal(bob->entries[2].count, 20);
	assert_int_equal(bob->entries[2].code, TP_AUTH_FAIL_LOCKED); /* the last is last */
}

static void test_one_who_dials_again_and_again_keeps_his_last_lines(void **state)
{
	const struct tp_caller *bob;

	for (unsigned i = 0; i < 100; i++) {
		fixture_up(*state, 1, "bob", T0 + i * 2000);
		fixture_ended(*state, 1, "bob", T0 + i * 2000 + 1000);
	}
	bob = fixture_find(*state, 1, "bob");
	assert_int_equal(bob->count, fixture_settings.caller_lines);
	assert_true(bob->entries[bob->count - 1].last_ms == T0 + 99 * 2000 + 1000);
	assert_int_equal(tp_history_counters(*state).lines, bob->count);
	assert_int_equal(tp_history_counters(*state).dropped, 200 - bob->count);
}

static void test_the_second_family_belongs_to_coming_up(void **state)
{
	const struct tp_prefix6 prefix = {{0x20, 1, 0xd, 0xb8}, 64};
	const struct tp_history_note both = {.kind = TP_HISTORY_EVENT,
					     .code = TP_AC_SESSION_CHANGED,
					     .wall_ms = T0 + 500,
					     .user = "bob",
					     .text = "IPv6 is up: 2001:db8::/64",
					     .prefix = &prefix,
					     .families = TP_AC_IPV4 | TP_AC_IPV6};
	struct tp_history_note less = both;
	const struct tp_caller *bob;

	fixture_up(*state, 1, "bob", T0);
	fixture_note(*state, 1, both);
	bob = fixture_find(*state, 1, "bob");
	assert_int_equal(bob->count, 1);
	assert_int_equal(bob->entries[0].families, TP_AC_IPV4 | TP_AC_IPV6);
	assert_int_equal(bob->prefix.length, 64);
	less.families = TP_AC_IPV6; /* IPv4 has gone: that is told */
	less.text = "IPv4 is down";
	fixture_note(*state, 1, less);
	assert_int_equal(bob->count, 2);
}

static void test_a_place_is_a_port_and_its_tags(void **state)
{
	fixture_refused(*state, 1, T0);
	fixture_note(*state, 1,
		     (struct tp_history_note){.kind = TP_HISTORY_DISCOVERY,
					      .code = TP_PPPOE_MAC_REJECTED,
					      .wall_ms = T0,
					      .vlans = {100, 7},
					      .text = "PADI not answered: the mac-filter"});
	assert_int_equal(tp_history_counters(*state).callers, 2);
}

static void test_when_it_is_full_who_was_silent_for_longest_gives_way(void **state)
{
	struct tp_history_settings few = fixture_settings;

	few.lines = 10;
	tp_history_set(*state, &few);
	for (unsigned i = 0; i < 10; i++)
		fixture_up(*state, i, "bob", T0 + i);
	fixture_ended(*state, 0, "bob", T0 + 100); /* 1 is silent for longest now */
	assert_null(fixture_find(*state, 1, "bob"));
	assert_non_null(fixture_find(*state, 0, "bob"));
	assert_non_null(fixture_find(*state, 2, "bob"));
	assert_true(tp_history_counters(*state).lines <= 10);
}

static void test_memory_is_bounded_and_none_means_none(void **state)
{
	struct tp_history_settings limit = fixture_settings;
	char user[64];

	limit.memory_limit = 64 << 10;
	tp_history_set(*state, &limit);
	for (unsigned i = 0; i < 5000; i++) {
		snprintf(user, sizeof(user), "a user with quite a long name, number %u", i);
		fixture_up(*state, i, user, T0 + i);
		assert_true(tp_history_counters(*state).memory <= limit.memory_limit);
	}
	assert_true(tp_history_counters(*state).callers > 50);
	limit.memory_limit = 0;
	tp_history_set(*state, &limit);
	fixture_up(*state, 1, "bob", T0);
	assert_int_equal(tp_history_counters(*state).callers, 0);
}

static void test_all_are_met_once(void **state)
{
	uint64_t cursor = 0;
	unsigned met = 0;

	for (unsigned i = 0; i < 1000; i++)
		fixture_up(*state, i, "bob", T0);
	while (tp_history_next(*state, &cursor) != NULL)
		met++;
	assert_int_equal(met, 1000);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_things_stand_in_their_order),
		TEST(test_what_repeats_is_one_line_with_a_count),
		TEST(test_two_that_take_turns_are_two_lines),
		TEST(test_one_who_dials_again_and_again_keeps_his_last_lines),
		TEST(test_the_second_family_belongs_to_coming_up),
		TEST(test_a_place_is_a_port_and_its_tags),
		TEST(test_when_it_is_full_who_was_silent_for_longest_gives_way),
		TEST(test_memory_is_bounded_and_none_means_none),
		TEST(test_all_are_met_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
