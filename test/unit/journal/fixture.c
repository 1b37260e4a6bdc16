/* SPDX-License-Identifier: BSD-3-Clause */
#include "fixture.h"

char folder[64];
struct tp_journal *journal;
struct tp_error error;
struct tp_journal_about last, judged;
bool judgement;

uint64_t found_key[FOUND_MAX];
unsigned found_round[FOUND_MAX];
unsigned found_count;

size_t bytes_of(uint64_t key, unsigned round, uint8_t *bytes)
{
	size_t len = 8 + (key * 31 + round * 17) % 500;

	memcpy(bytes, &(uint32_t){round}, 4);
	memcpy(bytes + 4, &(uint32_t){(uint32_t)key}, 4);
	for (size_t i = 8; i < len; i++)
		bytes[i] = (uint8_t)(key + round * 7 + i);
	return len;
}

static bool judge(void *user, const struct tp_journal_about *about)
{
	judged = *about;
	return judgement;
}

static void found(void *user, uint64_t key, const uint8_t *bytes, size_t len)
{
	uint8_t right[600];
	uint32_t round;

	assert_true(found_count < FOUND_MAX);
	assert_true(len >= 8);
	memcpy(&round, bytes, 4);
	assert_int_equal(bytes_of(key, round, right), len);
	assert_memory_equal(bytes, right, len);
	found_key[found_count] = key;
	found_round[found_count++] = round;
}

int open_in(const char *directory, struct tp_journal **to)
{
	struct tp_journal_setup s = {.directory = directory, .judge = judge, .found = found};
	cpu_set_t none;

	CPU_ZERO(&none);
	s.cpus = &none;
	tp_journal_about_here(&s.self, "1.2.3");
	snprintf(s.self.counters, sizeof(s.self.counters), "counters.7");
	found_count = 0;
	judged = (struct tp_journal_about){0};
	return tp_journal_open(&s, &last, to, &error);
}

void open_journal(void)
{
	assert_int_equal(open_in(folder, &journal), 0);
	assert_string_equal(error.message, "");
}

void close_journal(bool keep)
{
	tp_journal_close(journal, keep);
	journal = NULL;
}

bool put(uint64_t key, unsigned round)
{
	uint8_t bytes[600];
	size_t len = bytes_of(key, round, bytes);

	return tp_journal_put(journal, key, bytes, len);
}

void nap(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
}

void wait_until_written(void)
{
	while (tp_journal_counters(journal).waiting > 0)
		nap();
}

int round_found(uint64_t key)
{
	for (unsigned i = 0; i < found_count; i++)
		if (found_key[i] == key)
			return (int)found_round[i];
	return -1;
}

char *path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

void write_file(const char *name, const void *bytes, size_t len)
{
	FILE *f = fopen(path_of(name), "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	fclose(f);
}

size_t read_file(const char *name, void *bytes, size_t size)
{
	FILE *f = fopen(path_of(name), "r");
	size_t len;

	assert_non_null(f);
	len = fread(bytes, 1, size, f);
	fclose(f);
	return len;
}

void run(const char *format, ...)
{
	char command[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	assert_int_equal(system(command), 0);
}

int setup(void **state)
{
	judgement = true;
	snprintf(folder, sizeof(folder), "%s/turnpike-journal-XXXXXX",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	return mkdtemp(folder) != NULL ? 0 : -1;
}

int teardown(void **state)
{
	close_journal(true);
	run("rm -rf %s %s.copy", folder, folder);
	return 0;
}
