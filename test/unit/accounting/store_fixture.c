/* SPDX-License-Identifier: BSD-3-Clause */
#include "store_fixture.h"

#include "store/backlog.h"

char folder[64];
struct tp_record_store *store;
struct tp_error error;
uint64_t next_seq;

struct tp_record records[FOUND_MAX], standing[FOUND_MAX];
uint8_t standing_byte[FOUND_MAX];
unsigned record_count, standing_count;

static void found_record(void *user, const struct tp_record *record)
{
	assert_true(record_count < FOUND_MAX);
	records[record_count++] = *record;
}

static void found_standing(void *user, const struct tp_record *record, const uint8_t *bytes)
{
	assert_true(standing_count < FOUND_MAX);
	for (unsigned i = 1; i < record->len; i++)
		assert_int_equal(bytes[i], bytes[0]);
	standing_byte[standing_count] = bytes[0];
	standing[standing_count++] = *record;
}

int open_in(const char *directory, struct tp_record_store **to)
{
	const struct tp_record_store_found found = {found_record, found_standing, NULL};
	cpu_set_t none;

	CPU_ZERO(&none);
	record_count = standing_count = 0;
	error = (struct tp_error){0};
	return tp_record_store_open(directory, &none, &found, &next_seq, to, &error);
}

void open_store(void)
{
	assert_int_equal(open_in(folder, &store), 0);
}

void close_store(void)
{
	tp_record_store_close(store);
	store = NULL;
}

void fill(uint8_t *bytes, size_t len, uint64_t seq)
{
	memset(bytes, (int)(seq % 251), len);
}

void put_long(enum tp_record_kind kind, uint64_t session, uint64_t seq, uint16_t len)
{
	uint8_t bytes[4096];

	fill(bytes, len, seq);
	assert_true(tp_record_store_ops.put(store,
					    &(struct tp_record){.seq = seq,
								.session = session,
								.unix_s = (uint32_t)(1000 + seq),
								.kind = (uint8_t)kind,
								.len = len},
					    bytes));
}

void put(enum tp_record_kind kind, uint64_t session, uint64_t seq)
{
	put_long(kind, session, seq, 100);
}

void take(uint64_t seq)
{
	tp_record_store_ops.remove(store, seq);
}

void nap(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
}

/* Until the thread has done, or tried, all that it was told. */
void settle(void)
{
	while (tp_record_store_counters(store).lag > 0)
		nap();
}

char *path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

const char *find_backlog(void)
{
	static char path[64];
	char key[128];
	struct tp_backlog *backlog;
	struct tp_error e;

	snprintf(key, sizeof(key), "%s", path_of("accounting.db"));
	assert_int_equal(tp_backlog_open(key, &backlog, &e), 0);
	snprintf(path, sizeof(path), "%s", tp_backlog_path(backlog));
	tp_backlog_close(backlog);
	assert_string_not_equal(path, "");
	return path;
}

int setup(void **state)
{
	snprintf(folder, sizeof(folder), "/tmp/turnpike-store-XXXXXX");
	return mkdtemp(folder) != NULL ? 0 : -1;
}

int teardown(void **state)
{
	char command[128];

	close_store();
	unlink(find_backlog());
	snprintf(command, sizeof(command), "rm -rf %s /tmp/turnpike-copy-%d", folder, getpid());
	return system(command);
}
