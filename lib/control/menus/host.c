/* SPDX-License-Identifier: BSD-3-Clause */
/* /system/clock, /system/health and /system/routerboard: what RouterOS's clients ask of the machine
 * beside /system/resource. */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "api/json.h"
#include "control/menus/menus.h"

/* ---- /system/clock ----------------------------------------------------------------------------
 */

/* "Europe/Riga" of /usr/share/zoneinfo/Europe/Riga, or else NAME, the zone's abbreviation. */
static void zone_name(char *text, size_t size, const char *name)
{
	static const char folder[] = "/zoneinfo/";
	const char *set = getenv("TZ");
	char path[PATH_MAX];
	ssize_t len;

	snprintf(text, size, "%s", name);
	if (set != NULL && set[0] != '\0') {
		snprintf(text, size, "%s", set[0] == ':' ? set + 1 : set);
		return;
	}
	len = readlink("/etc/localtime", path, sizeof(path) - 1);
	if (len <= 0)
		return;
	path[len] = '\0';
	if (strstr(path, folder) != NULL)
		snprintf(text, size, "%s", strstr(path, folder) + sizeof(folder) - 1);
}

static json_t *clock_find(void *user, const char *key)
{
	time_t seconds = (time_t)(tp_clock_wall_ms() / 1000);
	char text[128];
	struct tm tm;
	long offset;
	json_t *o;

	if (key[0] != '\0' || localtime_r(&seconds, &tm) == NULL)
		return NULL;
	o = json_object();
	strftime(text, sizeof(text), "%H:%M:%S", &tm);
	tp_json_text(o, "time", text);
	strftime(text, sizeof(text), "%Y-%m-%d", &tm);
	tp_json_text(o, "date", text);
	tp_json_bool(o, "time-zone-autodetect", false);
	zone_name(text, sizeof(text), tm.tm_zone);
	tp_json_text(o, "time-zone-name", text);
	offset = labs(tm.tm_gmtoff) / 60;
	snprintf(text, sizeof(text), "%c%02ld:%02ld", tm.tm_gmtoff < 0 ? '-' : '+', offset / 60,
		 offset % 60);
	tp_json_text(o, "gmt-offset", text);
	tp_json_bool(o, "dst-active", tm.tm_isdst > 0);
	return o;
}

/* clang-format off */
static const struct tp_status clock_status[] = {
	{"time", "Local time"},
	{"date", "The day, as in 2026-11-29"},
	{"time-zone-autodetect", "Never: it is the machine's"},
	{"time-zone-name", "The machine's time zone"},
	{"gmt-offset", "How far local time is ahead of UTC"},
	{"dst-active", "It is summer time"},
	TP_STATUS_END,
};
/* clang-format on */

const struct tp_live tp_live_clock = {
	.path = "/system/clock",
	.help = "The machine's clock",
	.status = clock_status,
	.find = clock_find,
	.singleton = true,
	.fixed = "the clock is the machine's: timedatectl(1)",
};

/* ---- /system/health ---------------------------------------------------------------------------
 */

#define SENSORS "/sys/class/hwmon"

/* The first line of a file of a sensor's. */
static bool read_line(const char *sensor, const char *name, char *text, int size)
{
	char path[PATH_MAX];
	FILE *file;
	bool got;

	snprintf(path, sizeof(path), SENSORS "/%s/%s", sensor, name);
	file = fopen(path, "re");
	got = file != NULL && fgets(text, size, file) != NULL;
	if (file != NULL)
		fclose(file);
	if (got)
		text[strcspn(text, "\n")] = '\0';
	return got;
}

/* Only those of processors: others may take their time to answer. */
static json_t *temperature(const char *sensor, uint64_t id)
{
	static const char *const drivers[] = {"coretemp", "k10temp", "zenpower", "cpu_thermal"};
	char text[64];
	json_t *o;

	if (!read_line(sensor, "name", text, sizeof(text)))
		return NULL;
	for (unsigned i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
		if (strcmp(text, drivers[i]) != 0 ||
		    !read_line(sensor, "temp1_input", text, sizeof(text)))
			continue;
		o = json_object();
		tp_json_id(o, id);
		tp_json_text(o, "name", id == 1 ? "cpu-temperature" : "cpu2-temperature");
		snprintf(text, sizeof(text), "%ld", strtol(text, NULL, 10) / 1000);
		tp_json_text(o, "value", text);
		tp_json_text(o, "type", "C");
		return o;
	}
	return NULL;
}

/* The sensor with a number above CURSOR. */
static json_t *health_next(void *user, uint64_t *cursor)
{
	DIR *folder = opendir(SENSORS);
	const struct dirent *entry;
	uint64_t number = 0;
	json_t *o = NULL;

	while (folder != NULL && number < 2 && (entry = readdir(folder)) != NULL) {
		json_t *one =
			entry->d_name[0] != '.' ? temperature(entry->d_name, number + 1) : NULL;

		if (one != NULL && ++number > *cursor && o == NULL)
			o = json_incref(one);
		json_decref(one);
	}
	if (folder != NULL)
		closedir(folder);
	++*cursor;
	return o;
}

/* clang-format off */
static const struct tp_status health_status[] = {
	TP_STATUS_ID,
	{"name", "What is measured: `cpu-temperature`"},
	{"value", "The value"},
	{"type", "Its unit: `C`"},
	TP_STATUS_END,
};
/* clang-format on */

const struct tp_live tp_live_health = {
	.path = "/system/health",
	.help = "What the machine's sensors say; a virtual machine has none",
	.status = health_status,
	.next = health_next,
};

/* ---- /system/routerboard ----------------------------------------------------------------------
 */

static json_t *routerboard_find(void *user, const char *key)
{
	return key[0] == '\0' ? json_pack("{s:b}", "routerboard", 0) : NULL;
}

/* clang-format off */
static const struct tp_status routerboard_status[] = {
	{"routerboard", "Never"},
	TP_STATUS_END,
};
/* clang-format on */

const struct tp_live tp_live_routerboard = {
	.path = "/system/routerboard",
	.help = "Whether the machine is one of MikroTik's",
	.status = routerboard_status,
	.find = routerboard_find,
	.singleton = true,
};
