/* SPDX-License-Identifier: BSD-3-Clause */
/* Neighbours learnt from events and dumps, read in every order. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "control/kernel/neighbours.h"

static struct tp_ip address; /* of the neighbour */

static struct {
	struct tp_mac mac;
	enum tp_reach reach;
	unsigned calls;
	int error;
} plane;

static int program(void *user, unsigned port, const struct tp_ip *ip, enum tp_reach reach,
		   const struct tp_mac *mac)
{
	assert_int_equal(port, 1);
	assert_true(tp_ip_same(ip, &address));
	plane.calls++;
	if (plane.error != 0)
		return plane.error;
	plane.reach = reach;
	if (reach == TP_REACH_YES)
		plane.mac = *mac;
	return 0;
}

static const struct tp_mac here = {{2, 0, 0, 0, 0, 1}}, there = {{2, 0, 0, 0, 0, 2}}, failed;

/* What happens, in the order in which it is read. E: an event, D: in the dump; then which MAC, 0
 * for none, F for failed; ( and ): the dump is asked for, and is complete; !: it ends and is not.
 */
static const struct {
	const char *story;
	const struct tp_mac *at; /* in the end; NULL: it is not there */
} stories[] = {
	{"E1", &here},
	{"E1E0", NULL},
	{"E1E2", &there},
	{"(D1)", &here},
	{"(D0)", NULL},
	/* before the dump: the dump knows better */
	{"E0(D1)", &here},
	{"E1(D0)", NULL},
	{"E1(D2)", &there},
	{"E1()", NULL},
	{"(D1)()", NULL},
	/* since the dump was asked for: the event does, whichever is read first */
	{"(E1D0)", &here},
	{"(D0E1)", &here},
	{"(E0D1)", NULL},
	{"(D1E0)", NULL},
	{"(E1D2)", &here},
	{"(D2E1)", &here},
	{"(E1)", &here},
	{"(E0)", NULL},
	{"E1(E0D1)", NULL},
	{"E1(E2D1)", &there},
	{"E1(E0E2D1)", &there},
	{"E1(E2E0D1)", NULL},
	{"(D1D2)", &there},
	/* an event older than the dump, read after it: a newer one follows, as always */
	{"(D1)E0E1", &here},
	{"(D0)E1E0", NULL},
	/* one that failed is told of as well */
	{"EF", &failed},
	{"(DF)", &failed},
	{"(DFE1)", &here},
	{"(E1DF)", &here},
	{"(EFD1)", &failed},
	{"(E0DF)", NULL},
	{"EF()", NULL},
	/* the next dump is a new one */
	{"(E0D1)(D1)", &here},
	{"(E1D0)(D0)", NULL},
	{"(E1D0)()", NULL},
	/* one that breaks off removes nothing, but tells what it can */
	{"E1(!", &here},
	{"E1(D2!", &there},
	{"E1(E0!", NULL},
	{"(E0D1!", NULL},
};

static void put(struct tp_neighbours *n, char what, enum tp_netlink_news news)
{
	enum tp_reach reach = what == '0'   ? TP_REACH_UNKNOWN
			      : what == 'F' ? TP_REACH_FAILED
					    : TP_REACH_YES;

	assert_int_equal(
		tp_neighbours_put(n, 1, &address, reach, what == '1' ? &here : &there, news), 0);
}

static void play(struct tp_neighbours *n, const char *story)
{
	for (const char *c = story; *c != '\0'; c++) {
		if (*c == '(')
			tp_neighbours_begin_dump(n);
		else if (*c == ')' || *c == '!')
			tp_neighbours_end_dump(n, *c == ')');
		else if (*c == 'E' || *c == 'D')
			put(n, c[1], *c == 'E' ? TP_NEWS_EVENT : TP_NEWS_DUMP);
	}
}

static void tell_stories(struct tp_ip of)
{
	enum tp_family other = of.family == TP_FAMILY_IPV4 ? TP_FAMILY_IPV6 : TP_FAMILY_IPV4;

	address = of;
	for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
		struct tp_neighbours *n = tp_neighbours_create(program, NULL);
		const struct tp_mac *at = stories[i].at;
		enum tp_reach reach = at == NULL      ? TP_REACH_UNKNOWN
				      : at == &failed ? TP_REACH_FAILED
						      : TP_REACH_YES;

		plane.reach = TP_REACH_UNKNOWN;
		play(n, stories[i].story);
		if (plane.reach != reach)
			fail_msg("%s: %d, expected %d", stories[i].story, plane.reach, reach);
		assert_int_equal(tp_neighbours_has(n, 1, &of), reach == TP_REACH_YES);
		assert_false(tp_neighbours_has(n, 2, &of));
		assert_int_equal(tp_neighbours_count(n, of.family), reach == TP_REACH_YES);
		assert_int_equal(tp_neighbours_count(n, other), 0);
		if (reach == TP_REACH_YES && !tp_mac_equal(&plane.mac, at))
			fail_msg("%s: it has the wrong MAC address", stories[i].story);
		tp_neighbours_destroy(n);
	}
}

static void test_every_order_of_dump_and_event_ends_in_the_truth(void **state)
{
	tell_stories(tp_ip_of4(0xc0000202));
	tell_stories((struct tp_ip){TP_FAMILY_IPV6, {0xfe, 0x80, [15] = 2}});
}

static void test_what_is_known_already_is_not_programmed_again(void **state)
{
	struct tp_neighbours *n = tp_neighbours_create(program, NULL);

	plane.calls = 0;
	play(n, "E1E1(D1)(D1)");
	assert_int_equal(plane.calls, 1);
	tp_neighbours_destroy(n);
}

static void test_one_that_found_no_room_is_tried_again(void **state)
{
	struct tp_neighbours *n = tp_neighbours_create(program, NULL);

	plane.error = -ENOSPC;
	plane.reach = TP_REACH_UNKNOWN;
	assert_int_equal(tp_neighbours_put(n, 1, &address, TP_REACH_YES, &here, TP_NEWS_EVENT),
			 -ENOSPC);
	plane.error = 0;
	play(n, "(D1)");
	assert_int_equal(plane.reach, TP_REACH_YES);
	tp_neighbours_destroy(n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_order_of_dump_and_event_ends_in_the_truth),
		cmocka_unit_test(test_what_is_known_already_is_not_programmed_again),
		cmocka_unit_test(test_one_that_found_no_room_is_tried_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
