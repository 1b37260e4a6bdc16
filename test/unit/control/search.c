/* SPDX-License-Identifier: BSD-3-Clause */
/* What finds a session, and what does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "control/menus/search.h"

static const struct tp_access_line line = {.circuit_id = "DSLAM1 eth 1/2", .remote_id = "house 9"};
static const struct tp_prefix6 delegated = {{0x20, 0x01, 0x0d, 0xb8, 0x01, 0x00}, 48};
static const struct tp_session_info info = {
	.id = 0x1f,
	.user = "Alice@example.net",
	.mac = {{0x02, 0xab, 0xcd, 0x00, 0x00, 0x01}},
	.remote_address = 0x0a000105, /* 10.0.1.5 */
	.line = &line,
	.ipv6 = {.prefix = {{0x20, 0x01, 0x0d, 0xb8, 0, 7, 0, 1}, 64},
		 .routes = &delegated,
		 .delegated_count = 1,
		 .route_count = 1},
};

static void check(const char *const *texts, bool expected)
{
	for (; *texts != NULL; texts++) {
		struct tp_search search;

		tp_search_read(*texts, &search);
		if (tp_search_finds(&search, &info) != expected)
			fail_msg("%s is %sfound", *texts, expected ? "not " : "");
	}
}

static void test_a_session_is_found_by_all_that_it_is_known_by(void **state)
{
	static const char *const texts[] = {"alice",
					    "ICE@ex", /* user */
					    "02:ab:cd:00:00:01",
					    "02-AB-CD-00-00-01", /* MAC */
					    "02ab.cd00.0001",
					    "02abcd000001",
					    "ab:cd",
					    "02:",
					    "abcd00", /* and parts of it */
					    "10.0.1.5",
					    "10.0.1",
					    "10.0.",
					    "10.0.1.5/32",
					    "10.0.0.0/16", /* IPv4 */
					    "2001:db8:7:1::",
					    "2001:db8:7:1:aaaa::5",
					    "2001:db8:7:1::/64",
					    "2001:db8:7:",
					    "2001:db8:7",
					    "2001:DB8:7:1:", /* of the link's prefix */
					    "2001:db8:100::",
					    "2001:db8:100:77::9",
					    "2001:db8:100::/56",
					    "2001:db8::/32",
					    "dslam1 eth",
					    "1/2",
					    "HOUSE 9", /* line */
					    "*1F",
					    "*1f", /* .id */
					    NULL};

	check(texts, true);
}

static void test_what_is_only_like_it_does_not_find_it(void **state)
{
	static const char *const texts[] = {"bob",
					    "alice@example.org",
					    "02:ab:cd:00:00:02",
					    "03ab.cd00.0001",
					    "ff:ff",
					    "10.0.1.50",
					    "10.0.1.6",
					    "0.1.5",
					    "10.0.2",
					    "10.0.1.5/33",
					    "10.1.0.0/16",
					    "2001:db8:7:2::",
					    "2001:db8:8:",
					    "2001:db8:101::1",
					    "::",
					    "2001:db8:7:1::/129",
					    "house 8",
					    "*1",
					    "*",
					    ":",

					    "-",
					    "%s%n",
					    "(",
					    "[",
					    NULL};

	check(texts, false);
}

static void test_a_session_that_has_nothing_yet_is_found_by_its_mac_alone(void **state)
{
	static const char *const none[] = {"0.0.0.0", "::", "::/0", "10.", NULL};
	const struct tp_session_info young = {.user = "", .mac = {{2, 0, 0, 0, 0, 9}}};
	struct tp_search search;

	for (unsigned i = 0; none[i] != NULL; i++) {
		tp_search_read(none[i], &search);
		assert_false(tp_search_finds(&search, &young));
	}
	tp_search_read("00:00:09", &search);
	assert_true(tp_search_finds(&search, &young));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_session_is_found_by_all_that_it_is_known_by),
		cmocka_unit_test(test_what_is_only_like_it_does_not_find_it),
		cmocka_unit_test(test_a_session_that_has_nothing_yet_is_found_by_its_mac_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
