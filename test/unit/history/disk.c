/* SPDX-License-Identifier: BSD-3-Clause */
/* What outlives the daemon. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "fixture.h"

#define TRIES 10000 /* of a millisecond */

static int setup(void **state)
{
	char name[] = "/tmp/turnpike-history-XXXXXX";

	*state = strdup(mkdtemp(name));
	return *state == NULL ? -1 : 0;
}

static int teardown(void **state)
{
	static const char *const files[] = {"", "-wal", "-shm"};
	char path[128];

	for (unsigned i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s%s", (char *)*state, TP_HISTORY_FILE, files[i]);
		unlink(path);
	}
	assert_int_equal(rmdir(*state), 0);
	free(*state);
	return 0;
}

static struct tp_history *begin(const char *directory)
{
	struct tp_history *h = tp_history_create(&fixture_settings, 1, 0);
	const cpu_set_t anywhere = {0};
	struct tp_error e;

	assert_non_null(h);
	assert_int_equal(tp_history_keep(h, directory, &anywhere, &e), 0);
	return h;
}

/* Turns until there are COUNT callers, and all are written. */
static void settle(struct tp_history *h, unsigned count)
{
	const struct timespec ms = {.tv_nsec = 1000000};
	struct tp_history_counters n;

	for (unsigned i = 0; i < TRIES; i++) {
		tp_history_turn(h, i * UINT64_C(1000), false);
		n = tp_history_counters(h);
		if (n.on_disk && n.callers == count && n.unwritten == 0)
			return;
		nanosleep(&ms, NULL);
	}
	fail_msg("%u callers, %u unwritten, %s", n.callers, n.unwritten,
		 n.on_disk ? "on disk" : "not on disk");
}

static void test_it_is_the_same_after_a_restart(void **state)
{
	static const struct tp_access_line line = {.circuit_id = "olt 1/2/3", .remote_id = "bob's"};
	const struct tp_prefix6 delegated = {{0x20, 1, 0xd, 0xb8, 1}, 56};
	struct tp_history *h = begin(*state);
	const struct tp_caller *bob;

	fixture_up(h, 1, "bob", T0);
	fixture_note(h, 1,
		     (struct tp_history_note){.kind = TP_HISTORY_EVENT,
					      .code = TP_AC_SESSION_CHANGED,
					      .wall_ms = T0 + 1,
					      .user = "bob",
					      .line = &line,
					      .text = "delegated",
					      .delegated = &delegated,
					      .families = TP_AC_IPV4});
	fixture_ended(h, 1, "bob", T0 + 60000);
	for (unsigned i = 0; i < 5; i++)
		fixture_failed(h, 1, "bob", T0 + 61000 + i * 1000);
	fixture_refused(h, 2, T0);
	tp_history_destroy(h);

	h = begin(*state);
	settle(h, 2);
	bob = fixture_find(h, 1, "bob");
	assert_non_null(bob);
	assert_true(bob->known);
	assert_int_equal(bob->count, 3);
	assert_int_equal(bob->entries[1].code, TP_END_PEER_PADT);
	assert_int_equal(bob->entries[2].count, 5);
	assert_int_equal(bob->entries[2].span_s, 4);
	assert_string_equal(bob->circuit_id, "olt 1/2/3");
	assert_string_equal(bob->remote_id, "bob's");
	assert_int_equal(bob->address, 0x0a000002);
	assert_int_equal(bob->delegated.length, 56);
	assert_false(fixture_find(h, 2, "")->known);
	tp_history_destroy(h);
}

static void test_what_happened_before_joins_what_has_happened_since(void **state)
{
	struct tp_history *h = begin(*state);
	const struct tp_caller *bob;

	fixture_up(h, 1, "bob", T0);
	tp_history_destroy(h);
	h = begin(*state);
	fixture_ended(h, 1, "bob", T0 + 60000); /* before it has been read */
	settle(h, 1);
	bob = fixture_find(h, 1, "bob");
	assert_int_equal(bob->count, 2);
	assert_int_equal(bob->entries[0].code, TP_AC_SESSION_UP);
	assert_int_equal(bob->entries[1].kind, TP_HISTORY_END);
	assert_int_equal(bob->address, 0x0a000002);
	for (unsigned i = 0; i < 100 && tp_history_counters(h).journal.written == 0; i++)
		nanosleep(&(const struct timespec){.tv_nsec = 10000000}, NULL);
	assert_int_equal(tp_history_counters(h).journal.rows, 1); /* it goes on in its row */
	tp_history_destroy(h);
	h = begin(*state);
	settle(h, 1);
	assert_int_equal(fixture_find(h, 1, "bob")->count, 2);
	tp_history_destroy(h);
}

static void test_who_gave_way_is_gone_from_disk_as_well(void **state)
{
	struct tp_history_settings none = fixture_settings;
	struct tp_history *h = begin(*state);

	for (unsigned i = 0; i < 100; i++)
		fixture_up(h, i, "bob", T0);
	settle(h, 100);
	none.lines = 1;
	tp_history_set(h, &none);
	tp_history_destroy(h);
	h = begin(*state);
	settle(h, 1);
	tp_history_destroy(h);
}

/* He leaves from the midst of those who wait for the disk. */
static void test_who_gave_way_before_he_was_written_never_is(void **state)
{
	struct tp_history *h = begin(*state);
	unsigned known = 0, strangers = 0;

	for (unsigned i = 0; i < 100; i++) {
		fixture_up(h, i, "bob", T0 + i);
		fixture_refused(h, 1000 + i, T0 + i);
	}
	strangers = tp_history_counters(h).strangers;
	known = tp_history_counters(h).callers - strangers;
	assert_int_equal(known, 100);
	assert_in_range(strangers, 1, 99);
	settle(h, known + strangers);
	assert_non_null(fixture_find(h, 1099, ""));
	assert_null(fixture_find(h, 1000, ""));
	tp_history_destroy(h);
	h = begin(*state);
	settle(h, known + strangers);
	assert_non_null(fixture_find(h, 1099, ""));
	assert_non_null(fixture_find(h, 0, "bob"));
	tp_history_destroy(h);
}

static void test_what_is_no_history_is_set_aside(void **state)
{
	struct tp_history *h;
	char path[128], aside[160];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", (char *)*state, TP_HISTORY_FILE);
	snprintf(aside, sizeof(aside), "%s.broken", path);
	f = fopen(path, "w");
	assert_non_null(f);
	for (unsigned i = 0; i < 1000; i++)
		fputs("this is no database", f);
	fclose(f);
	h = begin(*state);
	fixture_up(h, 1, "bob", T0);
	settle(h, 1);
	tp_history_destroy(h);
	assert_int_equal(unlink(aside), 0);
	h = begin(*state);
	settle(h, 1);
	tp_history_destroy(h);
}

static void test_where_nothing_can_be_kept_it_is_in_memory(void **state)
{
	struct tp_history *h = begin("/proc/none");

	fixture_up(h, 1, "bob", T0);
	for (unsigned i = 0; i < 100; i++)
		tp_history_turn(h, i, false);
	assert_non_null(fixture_find(h, 1, "bob"));
	tp_history_destroy(h);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_it_is_the_same_after_a_restart),
		TEST(test_what_happened_before_joins_what_has_happened_since),
		TEST(test_who_gave_way_is_gone_from_disk_as_well),
		TEST(test_who_gave_way_before_he_was_written_never_is),
		TEST(test_what_is_no_history_is_set_aside),
		TEST(test_where_nothing_can_be_kept_it_is_in_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
