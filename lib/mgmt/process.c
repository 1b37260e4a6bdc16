/* SPDX-License-Identifier: BSD-3-Clause */
#include "mgmt/process.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static void put_cpu(struct tp_samples *to)
{
	struct rusage usage;

	if (getrusage(RUSAGE_SELF, &usage) != 0)
		return;
	tp_samples_family(to, false, "process_cpu_seconds_total", NULL,
			  "Time of processors that the process has used; workers that poll use all "
			  "of theirs.");
	tp_samples_put_parts(to, NULL,
			     (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
				     (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec),
			     1000000);
}

static void put_memory(struct tp_samples *to)
{
	const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	unsigned long all = 0, resident = 0;
	FILE *file = fopen("/proc/self/statm", "re");

	if (file == NULL)
		return;
	if (fscanf(file, "%lu %lu", &all, &resident) == 2) {
		tp_samples_gauge(to, "process_virtual_memory_bytes", "Memory that is mapped.",
				 all * page);
		tp_samples_gauge(to, "process_resident_memory_bytes",
				 "Of this, what is in memory, but for huge pages.",
				 resident * page);
	}
	fclose(file);
}

static uint64_t open_descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	uint64_t count = 0;

	if (folder == NULL)
		return 0;
	for (const struct dirent *entry; (entry = readdir(folder)) != NULL;)
		count += entry->d_name[0] != '.';
	closedir(folder);
	return count - 1; /* the folder's own */
}

static void put_descriptors(struct tp_samples *to)
{
	const uint64_t open = open_descriptors();
	struct rlimit limit;

	if (open > 0)
		tp_samples_gauge(to, "process_open_fds", "Descriptors that are open.", open);
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
		tp_samples_gauge(to, "process_max_fds", "As many as may be.", limit.rlim_cur);
}

/* The 20th word behind the name, which may hold blanks, in the kernel's ticks since the machine has
 * started (man 5 proc). 0: not known. */
static uint64_t start_ticks(void)
{
	char text[1024];
	FILE *file = fopen("/proc/self/stat", "re");
	size_t len = file != NULL ? fread(text, 1, sizeof(text) - 1, file) : 0;
	unsigned long long ticks = 0;
	const char *at;

	if (file != NULL)
		fclose(file);
	text[len] = '\0';
	at = strrchr(text, ')');
	for (unsigned word = 2; at != NULL && word < 22; word++)
		at = strchr(at + 1, ' ');
	return at != NULL && sscanf(at, " %llu", &ticks) == 1 ? ticks : 0;
}

/* In seconds since 1970; 0: not known. */
static uint64_t start_time(void)
{
	const uint64_t ticks = start_ticks(), hz = (uint64_t)sysconf(_SC_CLK_TCK);
	struct timespec wall, since_boot;

	if (ticks == 0 || clock_gettime(CLOCK_REALTIME, &wall) != 0 ||
	    clock_gettime(CLOCK_BOOTTIME, &since_boot) != 0)
		return 0;
	return (uint64_t)(wall.tv_sec - since_boot.tv_sec) + (ticks + hz / 2) / hz;
}

/* Found once: two clocks are never read at the same time, and it must not move. */
static void put_start(struct tp_samples *to)
{
	static uint64_t started;

	if (started == 0)
		started = start_time();
	if (started != 0)
		tp_samples_gauge(to, "process_start_time_seconds",
				 "When the process was started, in seconds since 1970.", started);
}

void mgmt_process_samples(struct tp_samples *to)
{
	put_cpu(to);
	put_memory(to);
	put_descriptors(to);
	put_start(to);
}
