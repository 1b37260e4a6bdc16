/* SPDX-License-Identifier: BSD-3-Clause */
/* The drivers' files, and the token buckets. No EAL. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/random.h"
#include "dataplane/driver.h"
#include "dataplane/worker/flood.h"

static char folder[] = "/tmp/turnpike-drivers-XXXXXX";

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
	char path[64];
	(void)state;
	snprintf(path, sizeof(path), "%s/net_x.yaml", folder);
	unlink(path);
	return rmdir(folder);
}

static int load(const char *text, struct tp_driver *driver, struct tp_error *error)
{
	char path[64];
	snprintf(path, sizeof(path), "%s/net_x.yaml", folder);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	return tp_driver_load(driver, folder, "net_x", error);
}

static void test_a_driver_without_a_file_has_defaults(void **state)
{
	struct tp_driver d;
	struct tp_error error;
	(void)state;
	assert_int_equal(tp_driver_load(&d, folder, "net_none", &error), 0);
	assert_string_equal(d.name, "net_none");
	assert_int_equal(d.rx_queues, 1);
	assert_int_equal(d.rx_descriptors, 1024);
	assert_false(d.spreads_pppoe);
}

static void test_a_file_says_what_the_driver_can_do(void **state)
{
	struct tp_driver d;
	struct tp_error error;
	(void)state;
	assert_int_equal(load("# a comment\nrx-queues: 4\nspreads-pppoe: yes\n"
			      "device-arguments: \"framesz=4096,blocksz=8192\"\n",
			      &d, &error),
			 0);
	assert_int_equal(d.rx_queues, 4);
	assert_true(d.spreads_pppoe);
	assert_string_equal(d.device_arguments, "framesz=4096,blocksz=8192");
}

static void test_a_mistake_is_named_with_its_place(void **state)
{
	static const struct {
		const char *text, *place, *message;
	} cases[] = {
		{"rx-queues: many\n", ":1:12", "expected a number in range: many"},
		{"rx-queues: 1\nspreads-ipv4: maybe\n", ":2:15", "expected yes or no: maybe"},
		{"rx-queue: 1\n", ":1:1", "unknown property of a driver: rx-queue"},
		{"rx-queues: [1]\n", ":1:12", "a driver's properties are plain values"},
		{"- 1\n", ":1:1", "a driver's properties are plain values"},
		{"rx-queues: 1: 2\n", ":1:13", NULL},
		{"\"rx-queues\\0x\": 1\n", ":1:1", "unknown property of a driver: rx-queues\\x00x"},
		{"rx-queues: \"1\\02\"\n", ":1:12", "expected a number in range: 1\\x002"},
		{"promiscuous: \"yes\\0\"\n", ":1:14", "expected yes or no: yes\\x00"},
		{"device-arguments: \"a=b\\0,c\"\n", ":1:19",
		 "expected a text of printable characters: a=b\\x00,c"},
		{"device-arguments: \"a\\eb\"\n", ":1:19",
		 "expected a text of printable characters: a\\x1bb"},
		{"rx-queues: \" +5\"\n", ":1:12", "expected a number in range:  +5"},
		{"rx-queues: +5\n", ":1:12", "expected a number in range: +5"},
		{"rx-queues: -0\n", ":1:12", "expected a number in range: -0"},
		{"rx-queues: 129\n", ":1:12", "expected a number in range: 129"},
		{"rx-queues: 18446744073709551617\n", ":1:12",
		 "expected a number in range: 18446744073709551617"},
		{"rx-queues:\n", ":1:11", "expected a number in range"},
		{"rx-queues: 1\ntx-queues: 1\nrx-queues: 2\n", ":3:1",
		 "a property of a driver is given twice: rx-queues"},
		{"rx-queues: 1\n--- tx-queues\n", ":2:1", "expected one document"},
		{"rx-queues: 1\n---\ntx-queues: 1\n", ":2:1", "expected one document"},
		{"rx-queues: !!int 1\n", ":1:12", "anchors and tags are not taken"},
		{"&a rx-queues: 1\n", ":1:1", "anchors and tags are not taken"},
	};
	struct tp_driver d;
	struct tp_error error;
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (load(cases[i].text, &d, &error) != -EINVAL)
			fail_msg("taken: %s", cases[i].text);
		assert_non_null(strstr(error.place, cases[i].place));
		if (cases[i].message != NULL)
			assert_string_equal(error.message, cases[i].message);
	}
}

static void test_a_mistake_changes_nothing(void **state)
{
	static const char text[] = "rx-queues: 7\npromiscuous: yes\ntx-queues: x\n";
	struct tp_driver d, before;
	struct tp_error error;
	(void)state;
	tp_driver_defaults(&d, "net_x");
	before = d;
	assert_int_equal(tp_driver_parse(&d, text, strlen(text), "x.yaml", &error), -EINVAL);
	assert_string_equal(error.place, "x.yaml:3:12");
	assert_memory_equal(&d, &before, sizeof(d));
}

static void test_the_files_that_come_with_turnpike_are_right(void **state)
{
	static const char *const names[] = {"net_af_packet", "net_tap",	   "net_memif", "net_ring",
					    "net_null",	     "net_virtio", "net_i40e",	"net_ice",
					    "net_ixgbe",     "mlx5_pci"};
	struct tp_driver d;
	struct tp_error error;
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char path[256];
		snprintf(path, sizeof(path), "%s/%s.yaml", DRIVERS_CONFIG, names[i]);
		assert_int_equal(access(path, R_OK), 0);
		if (tp_driver_load(&d, DRIVERS_CONFIG, names[i], &error) != 0)
			fail_msg("%s: %s", error.place, error.message);
	}
}

static void test_virtual_devices_name_their_driver(void **state)
{
	char name[32];
	(void)state;
	assert_true(tp_driver_of_device("net_af_packet0,iface=acc0", name, sizeof(name)));
	assert_string_equal(name, "net_af_packet");
	assert_true(tp_driver_of_device("net_ring12", name, sizeof(name)));
	assert_string_equal(name, "net_ring");
	assert_false(tp_driver_of_device("0000:01:00.0", name, sizeof(name)));
}

static void test_a_bucket_gives_its_rate_and_no_more(void **state)
{
	struct tp_flood_rate rate = tp_flood_rate_of(100, 20.0);
	struct tp_flood_bucket bucket = {0};
	unsigned given = 0;
	(void)state;
	for (unsigned i = 0; i < 1000; i++)
		given += tp_flood_take(&bucket, &rate, 1);
	assert_int_equal(given, 100); /* a second's worth at once */
	given = 0;
	for (uint32_t tick = 2; tick <= 201; tick++)
		for (unsigned i = 0; i < 50; i++)
			given += tp_flood_take(&bucket, &rate, tick);
	assert_in_range(given, 990, 1000); /* ten seconds */
}

static bool full(struct tp_flood_table *table, uint64_t who, uint64_t place)
{
	const struct tp_flood_key key = {.who = who, .place = place};

	return tp_flood_table_take(table, &key, 1);
}

static void empty(struct tp_flood_table *table, uint64_t who, uint64_t place)
{
	while (full(table, who, place))
		;
}

static void test_keys_that_differ_in_their_last_byte_have_buckets_of_their_own(void **state)
{
	static struct tp_flood_table table;
	struct tp_random random;
	unsigned through = 0;
	(void)state;
	tp_random_init_seed(&random, 1);
	tp_flood_table_init(&table, tp_flood_rate_of(4, 20.0), &random);
	for (unsigned i = 0; i < 4; i++)
		assert_true(full(&table, 0x0102ull << 16, 7));
	assert_false(full(&table, 0x0102ull << 16, 7));
	for (uint64_t last = 1; last <= 100; last++) {
		through += full(&table, 0x0102ull << 16 | last << 56, 7);
		through += full(&table, 0x0102ull << 16, last << 24 | 7);
	}
	assert_in_range(through, 195, 200);
}

/* Keys that are found to share a bucket in one table do not in the next. */
static void test_who_shares_whose_bucket_is_each_tables_own(void **state)
{
	static struct tp_flood_table tables[2];
	struct tp_random random;
	unsigned shared = 0, still = 0;
	(void)state;
	tp_random_init_seed(&random, 2);
	for (unsigned i = 0; i < 2; i++) {
		tp_flood_table_init(&tables[i], tp_flood_rate_of(64, 20.0), &random);
		empty(&tables[i], 1, 7);
	}
	for (uint64_t who = 2; who < 60000; who++) {
		if (full(&tables[0], who, who))
			continue;
		shared++;
		still += !full(&tables[1], who, who);
	}
	assert_in_range(shared, 5, 30); /* one in 4,096 */
	assert_in_range(still, 0, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_driver_without_a_file_has_defaults),
		cmocka_unit_test(test_a_file_says_what_the_driver_can_do),
		cmocka_unit_test(test_a_mistake_is_named_with_its_place),
		cmocka_unit_test(test_a_mistake_changes_nothing),
		cmocka_unit_test(test_the_files_that_come_with_turnpike_are_right),
		cmocka_unit_test(test_virtual_devices_name_their_driver),
		cmocka_unit_test(test_a_bucket_gives_its_rate_and_no_more),
		cmocka_unit_test(
			test_keys_that_differ_in_their_last_byte_have_buckets_of_their_own),
		cmocka_unit_test(test_who_shares_whose_bucket_is_each_tables_own),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
