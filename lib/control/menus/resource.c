/* SPDX-License-Identifier: BSD-3-Clause */
/* /system/resource: the machine and the program. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <rte_version.h>

#include "api/json.h"
#include "api/save.h"
#include "control/menus/menus.h"

/* The first line of /proc/cpuinfo with this name. */
static void cpu_model(char *text, size_t size)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	char line[256];

	snprintf(text, size, "x86-64");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		if (strncmp(line, "model name", 10) != 0 || strstr(line, ": ") == NULL)
			continue;
		line[strcspn(line, "\n")] = '\0';
		snprintf(text, size, "%s", strstr(line, ": ") + 2);
		break;
	}
	if (file != NULL)
		fclose(file);
}

/* Bytes of memory that are the process's and resident; 0: not known. */
static uint64_t resident_bytes(void)
{
	unsigned long total, resident = 0;
	FILE *file = fopen("/proc/self/statm", "re");

	if (file == NULL)
		return 0;
	if (fscanf(file, "%lu %lu", &total, &resident) != 2)
		resident = 0;
	fclose(file);
	return (uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* The number behind NAME in a file of /proc's; 0: there is none. */
static uint64_t kib_of(const char *path, const char *name)
{
	unsigned long long value = 0;
	FILE *file = fopen(path, "re");
	char line[256];

	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		if (strncmp(line, name, strlen(name)) != 0)
			continue;
		const char *number = line + strcspn(line, "0123456789");

		value = strtoull(number, NULL, 10);
		break;
	}
	if (file != NULL)
		fclose(file);
	return value;
}

/* Percent of the processors' time that was not idle since this was last asked. */
static unsigned cpu_load(struct tp_control *c)
{
	unsigned long long t[8] = {0}, total = 0, idle, busy;
	FILE *file = fopen("/proc/stat", "re");

	if (file == NULL)
		return 0;
	if (fscanf(file, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &t[0], &t[1], &t[2], &t[3],
		   &t[4], &t[5], &t[6], &t[7]) != 8)
		memset(t, 0, sizeof(t));
	fclose(file);
	for (unsigned i = 0; i < 8; i++)
		total += t[i];
	idle = t[3] + t[4];
	busy = total - idle;
	if (total <= c->cpu_total || busy < c->cpu_busy) /* none since, or counters went back */
		return c->cpu_load;
	c->cpu_load = (unsigned)(100 * (busy - c->cpu_busy) / (total - c->cpu_total));
	c->cpu_total = total;
	c->cpu_busy = busy;
	return c->cpu_load;
}

static void add_machine(struct tp_control *c, json_t *o)
{
	const char *path = c->config_path != NULL ? c->config_path : "/";
	struct statvfs disk;
	struct utsname system;

	tp_json_some(o, "cpu-frequency", kib_of("/proc/cpuinfo", "cpu MHz"));
	tp_json_number(o, "cpu-load", cpu_load(c));
	if (uname(&system) == 0)
		tp_json_text(o, "architecture-name", system.machine);
	if (statvfs(path, &disk) != 0 && statvfs("/", &disk) != 0)
		return;
	tp_json_number(o, "total-hdd-space", (uint64_t)disk.f_blocks * disk.f_frsize);
	tp_json_number(o, "free-hdd-space", (uint64_t)disk.f_bavail * disk.f_frsize);
}

static json_t *lcores(const struct tp_config_dataplane *dataplane)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < dataplane->worker_lcores.count; i++)
		json_array_append_new(array, json_integer(dataplane->worker_lcores.number[i]));
	return array;
}

static uint32_t standing(const struct tp_ac_counters *counters)
{
	uint32_t sum = 0;

	for (unsigned i = 0; i < TP_SESSION_CLOSED; i++)
		sum += counters->standing[i];
	return sum;
}

static json_t *resource_find(void *user, const char *key)
{
	struct tp_control *c = user;
	const struct tp_config_dataplane *dataplane = tp_config_dataplane(c->config);
	const struct tp_ac_counters *counters = tp_ac_counters(c->ac);
	char model[128];
	json_t *o;

	if (key[0] != '\0')
		return NULL;
	cpu_model(model, sizeof(model));
	o = json_object();
	tp_json_time(o, "uptime", c->now_ms - c->started_ms);
	tp_json_text(o, "version", TP_VERSION);
	tp_json_text(o, "platform", "Turnpike");
	tp_json_text(o, "board-name", "x86-64");
	tp_json_text(o, "cpu", model);
	tp_json_number(o, "cpu-count", (uint64_t)sysconf(_SC_NPROCESSORS_ONLN));
	tp_json_number(o, "total-memory",
		       (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE));
	tp_json_some(o, "free-memory", kib_of("/proc/meminfo", "MemAvailable:") * 1024);
	tp_json_number(o, "used-memory", resident_bytes());
	add_machine(c, o);
	tp_json_text(o, "dpdk", rte_version());
	tp_json_number(o, "control-lcore", dataplane->control_lcore);
	json_object_set_new(o, "worker-lcores", lcores(dataplane));
	tp_json_number(o, "sessions", standing(counters));
	tp_json_number(o, "sessions-up", counters->standing[TP_SESSION_UP]);
	tp_json_number(o, "max-sessions", dataplane->max_sessions);
	tp_save_describe(&c->save, o);
	return o;
}

/* clang-format off */
static const struct tp_status resource_status[] = {
	{"uptime", "Since the start"},
	{"version", "The program's version"},
	{"platform", "The program's name"},
	{"board-name", "The kind of machine"},
	{"cpu", "The processor's name"},
	{"cpu-count", "Processors"},
	{"cpu-frequency", "MHz, at this moment"},
	{"cpu-load", "Percent of all processors' time since the last question, or since the machine started"},
	{"architecture-name", "The machine's"},
	{"total-memory", "Bytes, of the machine"},
	{"free-memory", "Bytes of these that programs may still have"},
	{"used-memory", "Bytes, of the program"},
	{"total-hdd-space", "Bytes of the file system that the configuration is on, or else of /"},
	{"free-hdd-space", "Bytes of these that are free"},
	{"dpdk", "DPDK's version"},
	{"control-lcore", "Where control runs"},
	{"worker-lcores", "Where workers run"},
	{"sessions", "Sessions, from PADS on"},
	{"sessions-up", "Of these, those that are up"},
	{"max-sessions", "Room for so many"},
	TP_STATUS_SAVE,
	TP_STATUS_END,
};
/* clang-format on */

const struct tp_live tp_live_resource = {
	.path = "/system/resource",
	.help = "The machine and the program",
	.status = resource_status,
	.find = resource_find,
	.singleton = true,
};
