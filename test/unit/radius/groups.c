/* SPDX-License-Identifier: BSD-3-Clause */
/* Accounting-On and -Off to each group of servers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "config/file/file.h"
#include "radius/groups.h"

/* Two of the carrier's own, one of them for need; two of an ISP's; one for a service. */
static const struct tp_radius_choice choices[] = {
	{.id = 1, .domain = "", .called_id = "", .realm = "", .accounting_backup = true},
	{.id = 2, .domain = "isp", .called_id = "", .realm = ""},
	{.id = 3, .domain = "", .called_id = "", .realm = ""},
	{.id = 4, .domain = "ISP", .called_id = "", .realm = ""},
	{.id = 5, .domain = "", .called_id = "gold", .realm = ""},
};

static struct tp_config *config;
static struct tp_aaa_local *profiles;
static struct tp_random random_numbers;
static struct tp_radius_source *source;
static struct tp_radius_groups groups;
static uint32_t asked[16];
static unsigned asked_count;
static uint32_t dead; /* the first of a group that can't be asked */

static void use(unsigned count)
{
	assert_int_equal(tp_radius_source_set(source,
					      &(struct tp_radius_source_settings){
						      .choices = choices, .choice_count = count}),
			 0);
}

static int begin(void **state)
{
	struct tp_errors errors;

	config = tp_config_load_text(TP_PROGRAM_SERVER, "test.yaml", "{}", 2, &errors);
	profiles = tp_aaa_local_create(config);
	tp_random_init_seed(&random_numbers, 1);
	source = tp_radius_source_create(profiles, NULL, &random_numbers);
	memset(&groups, 0, sizeof(groups));
	asked_count = 0;
	dead = 0;
	use(5);
	return 0;
}

static int end(void **state)
{
	tp_radius_source_destroy(source);
	tp_aaa_local_destroy(profiles);
	tp_config_destroy(config);
	return 0;
}

static int put(void *owner, const uint32_t *ids, unsigned count)
{
	if (ids[0] == dead)
		return -EHOSTDOWN;
	assert_true(count > 0);
	asked[asked_count++] = ids[0];
	return 0;
}

static int ask(uint64_t seq)
{
	asked_count = 0;
	return tp_radius_groups_ask(&groups, source, seq, put, NULL);
}

static void test_servers_of_one_domain_and_service_are_a_group(void **state)
{
	uint32_t ids[TP_RADIUS_ORDER_MAX];

	assert_int_equal(tp_radius_source_group(source, 0, ids), 2);
	assert_int_equal(ids[0], 3);
	assert_int_equal(ids[1], 1); /* in need alone */
	assert_int_equal(tp_radius_source_group(source, 1, ids), 2);
	assert_int_equal(ids[0], 2);
	assert_int_equal(ids[1], 4);
	assert_int_equal(tp_radius_source_group(source, 2, ids), 1);
	assert_int_equal(ids[0], 5);
	assert_int_equal(tp_radius_source_group(source, 3, ids), 0);
}

static void test_each_group_is_told_once(void **state)
{
	bool acknowledged = true;

	assert_int_equal(ask(7), 0);
	assert_int_equal(asked_count, 3);
	assert_false(tp_radius_groups_answered(&groups, 3, &acknowledged));
	assert_false(tp_radius_groups_answered(&groups, 2, &acknowledged));
	assert_true(tp_radius_groups_answered(&groups, 5, &acknowledged));
	assert_true(acknowledged);
}

static void test_only_who_was_silent_is_asked_again(void **state)
{
	bool acknowledged = true;

	assert_int_equal(ask(7), 0);
	tp_radius_groups_answered(&groups, 3, &acknowledged);
	acknowledged = false;
	tp_radius_groups_answered(&groups, 2, &acknowledged);
	acknowledged = true;
	assert_true(tp_radius_groups_answered(&groups, 5, &acknowledged));
	assert_false(acknowledged);
	dead = 2;
	assert_int_equal(ask(7), -EHOSTDOWN);
	assert_int_equal(asked_count, 0);
	dead = 0;
	assert_int_equal(ask(7), 0);
	assert_int_equal(asked_count, 1);
	assert_int_equal(asked[0], 2);
	acknowledged = true;
	assert_true(tp_radius_groups_answered(&groups, 2, &acknowledged));
	assert_true(acknowledged);
	assert_int_equal(ask(8), 0); /* the next one is told to all */
	assert_int_equal(asked_count, 3);
}

static void test_nobody_to_tell(void **state)
{
	use(0);
	assert_int_equal(ask(7), -ENOENT);
	use(1);
	dead = 1;
	assert_int_equal(ask(7), -EHOSTDOWN);
}

static void test_servers_for_some_alone_are_selective(void **state)
{
	assert_true(tp_radius_source_is_selective(source));
	use(2);
	assert_true(tp_radius_source_is_selective(source));
	use(1);
	assert_false(tp_radius_source_is_selective(source));
	use(0);
	assert_false(tp_radius_source_is_selective(source));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		T(test_servers_of_one_domain_and_service_are_a_group),
		T(test_each_group_is_told_once),
		T(test_only_who_was_silent_is_asked_again),
		T(test_nobody_to_tell),
		T(test_servers_for_some_alone_are_selective),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
