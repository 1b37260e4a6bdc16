/* SPDX-License-Identifier: BSD-3-Clause */
#include "given.h"

static struct tp_config_diff diff;
static struct tp_config *old, *new;

static void compare(const char *before, const char *after)
{
	old = given(before);
	new = given(after);
	assert_int_equal(tp_config_diff(old, new, &diff), 0);
}

static int teardown(void **state)
{
	tp_config_diff_clear(&diff);
	tp_config_destroy(old);
	tp_config_destroy(new);
	return 0;
}

static void test_the_same_file_read_twice_differs_in_nothing(void **state)
{
	compare(quick_example, quick_example);
	assert_int_equal(diff.count, 0);
	assert_false(diff.restart);
}

static void test_a_changed_property_is_named(void **state)
{
	compare("ppp: { secret: [ { name: u, password: a } ] }\n",
		"ppp: { secret: [ { name: u, password: b } ] }\n");
	assert_int_equal(diff.count, 1);
	assert_int_equal(diff.change[0].op, TP_CONFIG_CHANGE);
	assert_int_equal(diff.change[0].changed, 1u << TP_SECRET_PASSWORD);
	assert_false(diff.change[0].restart);
}

static void test_a_default_written_out_is_no_change(void **state)
{
	compare("ppp: { secret: [ { name: u } ] }\n",
		"ppp: { secret: [ { name: u, service: any, disabled: no } ] }\n");
	assert_int_equal(diff.count, 0);
}

static void test_users_go_before_what_they_use_and_come_after_it(void **state)
{
	compare("ip: { pool: [ { name: a, ranges: 10.0.0.1 } ] }\n"
		"ppp: { profile: [ { name: a, remote-address: a } ], secret: [ { name: a, profile: "
		"a } ] }\n",
		"ip: { pool: [ { name: b, ranges: 10.0.0.1 } ] }\n"
		"ppp: { profile: [ { name: b, remote-address: b } ], secret: [ { name: b, profile: "
		"b } ] }\n");
	static const struct {
		enum tp_config_op op;
		enum tp_resource_id resource;
	} order[] = {
		{TP_CONFIG_REMOVE, TP_PPP_SECRET}, {TP_CONFIG_REMOVE, TP_PPP_PROFILE},
		{TP_CONFIG_REMOVE, TP_IP_POOL},	   {TP_CONFIG_ADD, TP_IP_POOL},
		{TP_CONFIG_ADD, TP_PPP_PROFILE},   {TP_CONFIG_ADD, TP_PPP_SECRET},
	};
	assert_int_equal(diff.count, 6);
	for (unsigned i = 0; i < 6; i++) {
		assert_int_equal(diff.change[i].op, order[i].op);
		assert_int_equal(diff.change[i].resource->id, order[i].resource);
	}
}

static void test_ids_stay_with_their_names_and_new_ones_are_new(void **state)
{
	compare("ppp: { secret: [ { name: a }, { name: b }, { name: c } ] }\n",
		"ppp: { secret: [ { name: d }, { name: c }, { name: a } ] }\n");
	assert_int_equal(tp_config_secret(new, "a")->head.id, 1);
	assert_int_equal(tp_config_secret(new, "c")->head.id, 3);
	assert_int_equal(tp_config_secret(new, "d")->head.id, 4);
	assert_string_equal(tp_config_by_id(new, TP_PPP_SECRET, 3)->key, "c");
	assert_null(tp_config_by_id(new, TP_PPP_SECRET, 2));
	assert_string_equal(tp_config_first(new, TP_PPP_SECRET)->key, "a");
}

static void test_what_waits_for_a_restart_is_marked(void **state)
{
	compare("dataplane: { ports: [ { name: p, device: d } ] }\n",
		"dataplane: { idle: poll, ports: [ { name: p, device: d, comment: x },\n"
		"                                  { name: q, device: e } ] }\n");
	assert_int_equal(diff.count, 3);
	assert_true(diff.restart);
	for (unsigned i = 0; i < 3; i++) {
		bool comment = diff.change[i].resource->id == TP_DATAPLANE_PORT &&
			       diff.change[i].op == TP_CONFIG_CHANGE;
		assert_int_equal(diff.change[i].restart, !comment);
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_the_same_file_read_twice_differs_in_nothing),
		TEST(test_a_changed_property_is_named),
		TEST(test_a_default_written_out_is_no_change),
		TEST(test_users_go_before_what_they_use_and_come_after_it),
		TEST(test_ids_stay_with_their_names_and_new_ones_are_new),
		TEST(test_what_waits_for_a_restart_is_marked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
