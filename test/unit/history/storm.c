/* SPDX-License-Identifier: BSD-3-Clause */
/* Addresses and names that somebody makes up drive out nobody's history. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

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

static void test_a_storm_of_padis_drives_out_no_subscriber(void **state)
{
	for (unsigned i = 0; i < 100; i++)
		fixture_up(*state, i, "bob", T0);
	fixture_refused(*state, 1, T0); /* his own host's: as good as he is */
	for (unsigned i = 1000; i < 51000; i++)
		fixture_refused(*state, i, T0 + i);
	for (unsigned i = 0; i < 100; i++)
		assert_non_null(fixture_find(*state, i, "bob"));
	assert_non_null(fixture_find(*state, 1, ""));
	assert_true(tp_history_counters(*state).strangers <= fixture_settings.strangers);
}

static void test_names_tried_from_a_subscribers_host_are_strangers(void **state)
{
	char name[16];

	fixture_up(*state, 1, "bob", T0);
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "guess%u", i);
		fixture_failed(*state, 1, name, T0 + i);
	}
	assert_non_null(fixture_find(*state, 1, "bob"));
	assert_true(tp_history_counters(*state).strangers <= fixture_settings.strangers);
}

static void test_a_storm_in_one_vlan_leaves_strangers_of_another(void **state)
{
	fixture_note(*state, 1,
		     (struct tp_history_note){.kind = TP_HISTORY_DISCOVERY,
					      .code = TP_PPPOE_UNKNOWN_SERVICE,
					      .wall_ms = T0,
					      .vlans = {100, 0},
					      .text = "PADI not answered"});
	for (unsigned i = 1000; i < 3000; i++)
		fixture_refused(*state, i, T0 + i);
	assert_non_null(fixture_find(*state, 1, ""));
}

static void test_a_stranger_has_a_few_lines_and_a_subscriber_more(void **state)
{
	char text[16];

	for (unsigned i = 0; i < 20; i++) {
		snprintf(text, sizeof(text), "refused %u", i);
		fixture_note(*state, 1,
			     (struct tp_history_note){.kind = TP_HISTORY_DISCOVERY,
						      .code = TP_PPPOE_UNKNOWN_SERVICE,
						      .wall_ms = T0 + i,
						      .text = text});
	}
	assert_int_equal(fixture_find(*state, 1, "")->count, TP_HISTORY_STRANGERS_LINES);
	fixture_up(*state, 1, "bob", T0 + 100);
	assert_true(fixture_find(*state, 1, "")->known);
	assert_int_equal(tp_history_counters(*state).strangers, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_a_storm_of_padis_drives_out_no_subscriber),
		TEST(test_names_tried_from_a_subscribers_host_are_strangers),
		TEST(test_a_storm_in_one_vlan_leaves_strangers_of_another),
		TEST(test_a_stranger_has_a_few_lines_and_a_subscriber_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
