/* SPDX-License-Identifier: BSD-3-Clause */
/* What the rig's RADIUS server calls impossible, and what it does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "radius_ledger.h"

static struct radius_ledger ledger;
static struct radius_server_counts counts;

static int fresh(void **state)
{
	radius_ledger_clear(&ledger);
	counts = (struct radius_server_counts){0};
	return 0;
}

static void enter(uint32_t user, uint32_t status, const char *session, uint64_t in, uint64_t out)
{
	uint8_t bytes[TP_RADIUS_PACKET_MAX];
	struct tp_radius_packet record;
	struct tp_radius_builder b;

	tp_radius_begin(&b, bytes, sizeof(bytes), TP_RADIUS_ACCOUNTING_REQUEST);
	if (session != NULL)
		tp_radius_put_text(&b, TP_RADIUS_ACCT_SESSION_ID, session);
	tp_radius_put_u64(&b, TP_RADIUS_ACCT_INPUT_OCTETS, TP_RADIUS_ACCT_INPUT_GIGAWORDS, in);
	tp_radius_put_u64(&b, TP_RADIUS_ACCT_OUTPUT_OCTETS, TP_RADIUS_ACCT_OUTPUT_GIGAWORDS, out);
	assert_int_equal(tp_radius_parse(bytes, tp_radius_finish(&b), &record),
			 TP_RADIUS_WELL_FORMED);
	radius_ledger_enter(&ledger, &counts, user, status, &record);
}

#define START(user, session)		enter(user, TP_RADIUS_ACCT_START, session, 0, 0)
#define INTERIM(user, session, in, out) enter(user, TP_RADIUS_ACCT_INTERIM, session, in, out)
#define STOP(user, session, in, out)	enter(user, TP_RADIUS_ACCT_STOP, session, in, out)

static void check(uint64_t backwards, uint64_t strangers)
{
	assert_int_equal(counts.backwards, backwards);
	assert_int_equal(counts.strangers, strangers);
}

static void test_sessions_as_they_should_be(void **state)
{
	for (uint32_t user = 0; user < 5000; user += 999) {
		START(user, "a");
		INTERIM(user, "a", 10, UINT64_C(1) << 40);
		INTERIM(user, "a", 10, UINT64_C(1) << 40); /* nothing went on, or it is repeated */
		STOP(user, "a", 11, (UINT64_C(1) << 40) + 1);
		STOP(user, "a", 11, (UINT64_C(1) << 40) + 1); /* the answer was lost */
		START(user, "b");
		START(user, "b");
		INTERIM(user, "b", 1, 1);
	}
	check(0, 0);
}

static void test_records_of_two_sessions_may_pass_one_another(void **state)
{
	START(1, "a");
	START(1, "b");
	STOP(1, "a", 5, 5);
	INTERIM(1, "b", 1, 1);
	check(0, 0);
}

static void test_octets_that_become_fewer(void **state)
{
	START(1, "a");
	INTERIM(1, "a", 10, 10);
	INTERIM(1, "a", 9, 10);
	check(1, 0);
	STOP(1, "a", 9, 9);
	check(2, 0);
}

static void test_sessions_that_never_began_or_are_over(void **state)
{
	INTERIM(1, "a", 1, 1);
	check(0, 1);
	STOP(2, "a", 1, 1);
	check(0, 2);
	START(3, "a");
	STOP(3, "a", 1, 1);
	INTERIM(3, "a", 1, 1);
	check(0, 3);
	STOP(3, "a", 2, 1); /* another end of it */
	check(0, 4);
	INTERIM(3, NULL, 1, 1); /* of none that can be told */
	check(0, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sessions_as_they_should_be, fresh, fresh),
		cmocka_unit_test_setup_teardown(test_records_of_two_sessions_may_pass_one_another,
						fresh, fresh),
		cmocka_unit_test_setup_teardown(test_octets_that_become_fewer, fresh, fresh),
		cmocka_unit_test_setup_teardown(test_sessions_that_never_began_or_are_over, fresh,
						fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
