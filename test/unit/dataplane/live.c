/* SPDX-License-Identifier: BSD-3-Clause */
/* Counters that outlive the process: those of a data plane, and the files by themselves. */
#include "fixture.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/random.h"
#include "dataplane/live.h"
#include "dataplane/live_file.h"

/* Another run of this test, beside it, has others. */
static char own_key[64], key[64];
#define SLOTS	40
#define WORKERS 3

/* ---- a data plane ---------------------------------------------------------------------------- */

static void open_at(unsigned n, const struct tp_session_counters *begin)
{
	const struct tp_dataplane_session s = {
		.slot = n,
		.session_id = (uint16_t)n,
		.port = ACCESS,
		.mac = client_mac(n),
		.accounting_id = 1000 + n,
		.begin = begin,
	};
	const struct tp_dataplane_session_up up = up_of(n);

	assert_int_equal(tp_dataplane_session_open(dp, &s), 0);
	assert_int_equal(tp_dataplane_session_up(dp, n, &up), 0);
}

static void test_a_session_counts_on_from_what_it_begins_with(void **state)
{
	static const struct tp_session_counters before = {
		.packets_in = 10,
		.bytes_in = 1000,
		.packets_out = 20,
		.bytes_out = 2000,
		.ipv6_packets_in = 3,
		.ipv6_bytes_in = 300,
		.ipv6_packets_out = 4,
		.ipv6_bytes_out = 400,
		.drops_in = 5,
		.drops_out = 6,
	};
	struct tp_session_counters now;
	struct packet p = plain(SUBSCRIBER, INTERNET);
	struct frame f;

	open_at(1, &before);
	tp_dataplane_session_counters(dp, 1, &now);
	assert_memory_equal(&now, &before, sizeof(now));
	f = up_frame(1, &p);
	give(ACCESS, &f);
	assert_true(take(CORE, &f));
	tp_dataplane_session_counters(dp, 1, &now);
	assert_int_equal(now.packets_in, 11);
	assert_true(now.bytes_in > 1000);
	assert_int_equal(now.ipv6_packets_in, 3);
	assert_int_equal(now.packets_out, 20);
}

static void test_the_next_session_of_a_slot_begins_with_nothing(void **state)
{
	static const struct tp_session_counters before = {.packets_in = 10, .drops_in = 5};
	static const struct tp_session_counters none;
	struct tp_session_counters now;
	uint32_t slot;

	open_at(1, &before);
	tp_dataplane_session_close(dp, 1);
	tp_worker_poll(w);
	assert_int_equal(tp_dataplane_released(dp, &slot, 1), 1);
	open_at(1, NULL);
	tp_dataplane_session_counters(dp, 1, &now);
	assert_memory_equal(&now, &none, sizeof(now));
}

static void test_what_a_running_daemon_counts_is_its_own(void **state)
{
	open_at(1, NULL);
	assert_null(tp_live_last_open(own_key));
	assert_int_equal(access(tp_dataplane_counters_path(dp), F_OK), 0);
}

/* ---- files ----------------------------------------------------------------------------------- */

static struct tp_live *make(bool huge)
{
	struct tp_live *live;
	struct tp_error error = {0};

	if (tp_live_create(key, SLOTS, WORKERS, huge, &live, &error) != 0)
		fail_msg("%s: %s", error.place, error.message);
	return live;
}

/* Each counter of the session in SLOT differs from all others. */
static void count(struct tp_live *live, uint32_t slot, uint64_t id, uint64_t more)
{
	for (unsigned i = 0; i < WORKERS; i++) {
		struct tp_records r;

		tp_live_records(live, i, &r);
		r.up[slot].packets = slot + more;
		r.up[slot].bytes = 10 * slot + more;
		r.down[slot].packets = 100 * slot + more;
		r.down[slot].bytes = 1000 * slot + more;
		r.up6[slot].packets = 2 * slot + more;
		r.up6[slot].bytes = 20 * slot + more;
		r.down6[slot].packets = 200 * slot + more;
		r.down6[slot].bytes = 2000 * slot + more;
		r.drops[slot].up = 3 * slot + more;
		r.drops[slot].down = 30 * slot + more;
	}
	tp_live_name(live, slot, id);
}

static void assert_counted(const struct tp_live_last *last, uint32_t slot, uint64_t id,
			   uint64_t more)
{
	const struct tp_session_counters expected = {
		.packets_in = WORKERS * (3 * slot + 2 * more),
		.bytes_in = WORKERS * (30 * slot + 2 * more),
		.packets_out = WORKERS * (300 * slot + 2 * more),
		.bytes_out = WORKERS * (3000 * slot + 2 * more),
		.ipv6_packets_in = WORKERS * (2 * slot + more),
		.ipv6_bytes_in = WORKERS * (20 * slot + more),
		.ipv6_packets_out = WORKERS * (200 * slot + more),
		.ipv6_bytes_out = WORKERS * (2000 * slot + more),
		.drops_in = WORKERS * (3 * slot + more),
		.drops_out = WORKERS * (30 * slot + more),
	};
	struct tp_session_counters found;

	assert_true(tp_live_last_find(last, id, &found));
	assert_memory_equal(&found, &expected, sizeof(found));
}

static void assert_nothing_left(void)
{
	assert_null(tp_live_last_open(key));
}

static void assert_killed(pid_t child)
{
	int status;

	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void test_what_a_killed_daemon_counted_is_read_to_the_packet(void **state)
{
	struct tp_live_last *last;
	struct tp_session_counters none;
	pid_t child = fork();

	if (child == 0) {
		struct tp_live *live = make(false);

		for (uint32_t slot = 0; slot < SLOTS; slot += 3)
			count(live, slot, 7000 - slot, 1);
		kill(getpid(), SIGKILL);
	}
	assert_killed(child);
	last = tp_live_last_open(key);
	assert_non_null(last);
	assert_int_equal(tp_live_last_sessions(last), (SLOTS + 2) / 3);
	for (uint32_t slot = 0; slot < SLOTS; slot += 3)
		assert_counted(last, slot, 7000 - slot, 1);
	assert_false(tp_live_last_find(last, 0, &none));
	assert_false(tp_live_last_find(last, 6999, &none));
	assert_null(tp_live_last_open("/another daemon's journal"));
	tp_live_last_close(last, false);
	last = tp_live_last_open(key);
	assert_non_null(last);
	tp_live_last_close(last, true);
	assert_nothing_left();
}

static void test_a_file_stays_if_it_is_to(void **state)
{
	struct tp_live *live = make(false);
	struct tp_live_last *last;

	count(live, 5, 50, 0);
	assert_null(tp_live_last_open(key)); /* it is held */
	tp_live_destroy(live, true);
	last = tp_live_last_open(key);
	assert_counted(last, 5, 50, 0);
	tp_live_last_close(last, true);
	tp_live_destroy(make(false), false);
	assert_nothing_left();
}

static void test_a_start_that_came_to_nothing_takes_nothing_away(void **state)
{
	struct tp_live *first = make(false), *second = make(false);
	struct tp_live_last *last;

	count(first, 5, 50, 10);
	count(first, 6, 60, 10);
	count(second, 9, 60, 0); /* restored from an older checkpoint, or not yet at all */
	tp_live_destroy(first, true);
	tp_live_destroy(second, true);
	last = tp_live_last_open(key);
	assert_int_equal(tp_live_last_sessions(last), 2);
	assert_counted(last, 5, 50, 10);
	struct tp_session_counters found;
	assert_true(tp_live_last_find(last, 60, &found));
	assert_true(found.bytes_in >= WORKERS * (30 * 6 + 2 * 10));
	tp_live_last_close(last, true);
	assert_nothing_left();
}

static void test_records_of_another_version_are_read(void **state)
{
	static const struct tp_live_head head = {
		.magic = TP_LIVE_MAGIC,
		.bytes = TP_LIVE_HEAD + 400,
		.slots = 2,
		.workers = 2,
		.fields = 2, /* and of the others nothing is known */
		.ids = TP_LIVE_HEAD + 16,
		.worker_stride = 160,
		.field = {{TP_LIVE_HEAD + 40, 8}, {TP_LIVE_HEAD + 64, 80}},
	};
	struct tp_live *live = make(false);
	struct tp_live_last *last;
	struct tp_session_counters found;
	uint64_t words[50] = {0};
	int fd = open(tp_live_path(live), O_RDWR);

	words[2] = 11; /* the ids */
	words[3] = 12;
	words[5] = 1; /* packets of worker 0 */
	words[6] = 2;
	words[25] = 10; /* and of worker 1 */
	words[26] = 20;
	words[8] = 100; /* bytes of worker 0 */
	words[18] = 200;
	words[28] = 1000; /* and of worker 1 */
	words[38] = 2000;
	assert_int_equal(pwrite(fd, &head, sizeof(head), 0), sizeof(head));
	assert_int_equal(pwrite(fd, words, sizeof(words), TP_LIVE_HEAD), sizeof(words));
	close(fd);
	tp_live_destroy(live, true);
	last = tp_live_last_open(key);
	assert_non_null(last);
	assert_true(tp_live_last_find(last, 11, &found));
	assert_int_equal(found.packets_in, 11);
	assert_int_equal(found.bytes_in, 1100);
	assert_int_equal(found.packets_out, 0);
	assert_true(tp_live_last_find(last, 12, &found));
	assert_int_equal(found.packets_in, 22);
	assert_int_equal(found.bytes_in, 2200);
	tp_live_last_close(last, true);
	assert_nothing_left();
}

/* It is read, whatever it says, without a step out of it; done: it is gone. */
static void read_and_remove(void)
{
	struct tp_live_last *last = tp_live_last_open(key);
	struct tp_session_counters found;

	assert_non_null(last);
	tp_live_last_find(last, 5, &found);
	tp_live_last_close(last, true);
}

static void test_a_broken_file_counts_for_nothing(void **state)
{
	struct tp_random random;

	tp_random_init_seed(&random, 4711);
	for (unsigned i = 0; i < 2000; i++) {
		struct tp_live *live = make(false);
		const off_t size = (off_t)tp_live_size(SLOTS, WORKERS);
		int fd = open(tp_live_path(live), O_RDWR);
		const uint64_t odd[] = {0,
					1,
					UINT64_MAX,
					UINT64_MAX - 7,
					(uint64_t)size - 8,
					tp_random_u32(&random),
					8 * tp_random_u32(&random)};

		count(live, 5, 50, 0);
		if (i % 2 == 0) /* the sum is not to hide what follows */
			assert_int_equal(pwrite(fd, &odd[0], sizeof(uint32_t),
						offsetof(struct tp_live_head, sum)),
					 sizeof(uint32_t));
		if (i % 4 == 0)
			assert_int_equal(ftruncate(fd, tp_random_u32(&random) % size), 0);
		else
			for (unsigned n = 0; n < i % 4; n++)
				assert_int_equal(pwrite(fd, &odd[tp_random_u32(&random) % 7], 8,
							8 + tp_random_u32(&random) % 28 * 8),
						 8);
		close(fd);
		tp_live_destroy(live, true);
		read_and_remove();
	}
	assert_nothing_left();
}

/* A file with a session, of which AT bytes are left, or whose bit AT is another: it is counted as
 * it was, or not at all. */
static bool read_damaged(const uint8_t *bytes, size_t size, bool cut, size_t at)
{
	struct tp_live *live = make(false);
	uint8_t byte = bytes[at / 8] ^ (uint8_t)(1u << at % 8);
	int fd = open(tp_live_path(live), O_RDWR);
	struct tp_session_counters none;
	struct tp_live_last *last;
	bool found;

	assert_int_equal(pwrite(fd, bytes, size, 0), size);
	if (cut)
		assert_int_equal(ftruncate(fd, (off_t)at), 0);
	else
		assert_int_equal(pwrite(fd, &byte, 1, (off_t)at / 8), 1);
	close(fd);
	tp_live_destroy(live, true);
	last = tp_live_last_open(key);
	assert_non_null(last);
	found = tp_live_last_find(last, 50, &none);
	if (found)
		assert_counted(last, 5, 50, 10);
	assert_int_equal(tp_live_last_sessions(last), found);
	tp_live_last_close(last, true);
	return found;
}

static void test_a_file_cut_anywhere_or_with_another_bit_in_its_head_is_true_or_none(void **state)
{
	static uint8_t bytes[1 << 20];
	const size_t size = tp_live_size(SLOTS, WORKERS);
	const bool each = getenv("TURNPIKE_LONG") != NULL;
	struct tp_live *live = make(false);
	unsigned tries = 0, found = 0;
	int fd = open(tp_live_path(live), O_RDONLY);

	count(live, 5, 50, 10);
	assert_in_range(size, TP_LIVE_HEAD, sizeof(bytes));
	assert_int_equal(read(fd, bytes, size), size);
	close(fd);
	tp_live_destroy(live, false);
	for (size_t at = 0; at < size; at += each ? 1 : 97, tries++)
		found += read_damaged(bytes, size, true, at);
	assert_int_equal(found, 0);
	for (size_t at = 0; at < 8 * sizeof(struct tp_live_head); at += each ? 1 : 19, tries++)
		found += read_damaged(bytes, size, false, at);
	assert_int_equal(found, 0);
	print_message("%u damaged files\n", tries);
	assert_nothing_left();
}

/* In a mount namespace of its own; false: this system has none to give. */
static bool in_private(bool (*f)(void))
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		if (unshare(CLONE_NEWNS) != 0 ||
		    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
			_exit(2);
		_exit(f() ? 0 : 2);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 2));
	return WEXITSTATUS(status) == 0;
}

static bool full(void)
{
	struct tp_error error = {0};
	struct tp_live *live;
	struct stat found;

	if (mount("none", "/dev/shm", "tmpfs", 0, "size=16k") != 0)
		return false;
	/* What would be a signal at some packet is an error at the start. */
	if (tp_live_create(key, SLOTS, WORKERS, false, &live, &error) != -ENOSPC)
		_exit(1);
	if (strstr(error.message, "No space left") == NULL)
		_exit(1);
	if (stat("/dev/shm", &found) != 0 || tp_live_last_open(key) != NULL)
		_exit(1);
	return true;
}

static void test_no_room_is_an_error_and_leaves_nothing(void **state)
{
	if (!in_private(full))
		skip();
}

static bool huge(void)
{
	struct tp_live_last *last;
	struct tp_error error = {0};
	struct tp_live *live;

	if (mount("none", "/mnt", "hugetlbfs", 0, NULL) != 0)
		return false;
	if (tp_live_create(key, SLOTS, WORKERS, true, &live, &error) != 0)
		return false;
	if (strncmp(tp_live_path(live), "/mnt/", 5) != 0) {
		tp_live_destroy(live, false);
		return false; /* no huge page is free */
	}
	count(live, 7, 70, 3);
	tp_live_destroy(live, true);
	last = tp_live_last_open(key);
	if (last == NULL)
		_exit(1);
	assert_counted(last, 7, 70, 3);
	tp_live_last_close(last, true);
	if (tp_live_last_open(key) != NULL)
		_exit(1);
	live = make(false); /* not for those who use none */
	if (strncmp(tp_live_path(live), "/dev/shm/", 9) != 0)
		_exit(1);
	tp_live_destroy(live, false);
	return true;
}

static void test_huge_pages_are_used_where_there_are_any(void **state)
{
	if (!in_private(huge))
		skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* Without a data plane: these make processes. */
		cmocka_unit_test(test_what_a_killed_daemon_counted_is_read_to_the_packet),
		cmocka_unit_test(test_a_file_stays_if_it_is_to),
		cmocka_unit_test(test_a_start_that_came_to_nothing_takes_nothing_away),
		cmocka_unit_test(test_records_of_another_version_are_read),
		cmocka_unit_test(test_a_broken_file_counts_for_nothing),
		cmocka_unit_test(
			test_a_file_cut_anywhere_or_with_another_bit_in_its_head_is_true_or_none),
		cmocka_unit_test(test_no_room_is_an_error_and_leaves_nothing),
		cmocka_unit_test(test_huge_pages_are_used_where_there_are_any),
	};
	const struct CMUnitTest running[] = {
		TEST(test_a_session_counts_on_from_what_it_begins_with),
		TEST(test_the_next_session_of_a_slot_begins_with_nothing),
		TEST(test_what_a_running_daemon_counts_is_its_own),
	};
	int failed;

	snprintf(own_key, sizeof(own_key), "/the data plane of test %d", (int)getpid());
	snprintf(key, sizeof(key), "/the journal of test %d", (int)getpid());
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	counters_key = own_key;
	return failed + RUN(running);
}
