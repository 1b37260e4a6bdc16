/* SPDX-License-Identifier: BSD-3-Clause */
/* /system/resource, /dataplane/counter, and what is known of configured items while they run. */
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
#include "control/api.h"
#include "control/radius/incoming.h"
#include "control/radius/radius.h"
#include "dataplane/counters.h"

/* ---- /system/resource -------------------------------------------------------------------------
 */

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

/* ---- /dataplane/counter
 * --------------------------------------------------------------------------- */

/* Picks the counter with the number WANTED out of all of them. */
struct pick {
	const struct tp_control *c;
	uint64_t wanted, seen;
	json_t *item;
};

static void pick_counter(void *user, const char *name, unsigned worker, unsigned port,
			 uint64_t value)
{
	struct pick *pick = user;
	json_t *o;

	if (pick->seen++ < pick->wanted || pick->item != NULL)
		return;
	/* Most are zero, and say nothing. */
	if (value == 0)
		return;
	pick->wanted = pick->seen;
	o = json_object();
	tp_json_text(o, "name", name);
	if (worker != TP_COUNTER_NO_WORKER)
		tp_json_number(o, "worker", worker);
	if (port < pick->c->port_count)
		tp_json_text(o, "port", pick->c->ports[port].name);
	tp_json_number(o, "value", value);
	pick->item = o;
}

static json_t *counter_next(void *user, uint64_t *cursor)
{
	struct tp_control *c = user;
	struct pick pick = {.c = c, .wanted = *cursor};

	tp_dataplane_counters(c->dp, pick_counter, &pick);
	*cursor = pick.wanted;
	return pick.item;
}

/* clang-format off */
static const struct tp_status counter_status[] = {
	{"name", "The counter"},
	{"worker", "The worker that counted"},
	{"port", "The port where it counted"},
	{"value", "How many, since the start"},
	TP_STATUS_END,
};
/* clang-format on */

const struct tp_live tp_live_counters = {
	.path = "/dataplane/counter",
	.help = "What each worker counted on each port, without the zeros",
	.status = counter_status,
	.next = counter_next,
};

/* ---- what is known of configured items
 * ------------------------------------------------------------- */

/* A port's own traffic, summed over workers. */
struct port_sum {
	unsigned port;
	uint64_t received, forwarded, dropped, originated;
};

static void sum_port(void *user, const char *name, unsigned worker, unsigned port, uint64_t value)
{
	struct port_sum *sum = user;

	if (port != sum->port)
		return;
	if (strcmp(name, "received") == 0)
		sum->received += value;
	else if (strcmp(name, "forwarded") == 0)
		sum->forwarded += value;
	else if (strcmp(name, "originated") == 0)
		sum->originated += value;
	else if (strncmp(name, "drop_", 5) == 0)
		sum->dropped += value;
}

static void decorate_port(void *user, const struct tp_config_item *item, json_t *o)
{
	struct tp_control *c = user;
	const struct tp_config_port *config = (const void *)item;
	for (unsigned i = 0; i < c->port_count; i++) {
		struct tp_port_info info;
		struct port_sum sum = {.port = i};

		if (strcmp(c->ports[i].name, config->name) != 0 ||
		    tp_dataplane_port_info(c->dp, i, &info) != 0)
			continue;
		tp_dataplane_counters(c->dp, sum_port, &sum);
		tp_json_text(o, "role", info.role == TP_PORT_CORE ? "core" : "access");
		tp_json_text(o, "driver", info.driver);
		tp_json_mac(o, "mac-address", &info.mac);
		tp_links_describe(c, i, o);
		tp_json_number(o, "actual-mtu", info.mtu);
		tp_json_number(o, "actual-rx-queues", info.rx_queues);
		tp_json_bool(o, "software-distribution", info.software_distribution);
		tp_json_number(o, "packets-received", sum.received);
		tp_json_number(o, "packets-forwarded", sum.forwarded);
		tp_json_number(o, "packets-originated", sum.originated);
		tp_json_number(o, "packets-dropped", sum.dropped);
	}
}

static void decorate_pool(void *user, const struct tp_config_item *item, json_t *o)
{
	struct tp_control *c = user;
	const struct tp_config_pool *pool = (const void *)item;
	struct tp_pool_stats stats;

	if (tp_pool_stats(c->pools, pool->name, &stats) != 0)
		return;
	tp_json_number(o, "total", stats.total);
	tp_json_number(o, "used", stats.used);
	tp_json_number(o, "available", stats.total > stats.used ? stats.total - stats.used : 0);
}

static void decorate_pool6(void *user, const struct tp_config_item *item, json_t *o)
{
	struct tp_control *c = user;
	const struct tp_config_pool6 *pool = (const void *)item;
	struct tp_pool6_stats stats;

	if (tp_pool6_stats(c->pools6, pool->name, &stats) != 0)
		return;
	if (stats.total <= INT64_MAX) { /* JSON's numbers end there */
		tp_json_number(o, "total", stats.total);
		tp_json_number(o, "available",
			       stats.total > stats.used ? stats.total - stats.used : 0);
	}
	tp_json_number(o, "used", stats.used);
}

/* clang-format off */
static const struct tp_status port_status[] = {
	{"role", "`core` or `access`"},
	{"driver", "DPDK's driver"},
	{"mac-address", "The port's MAC address"},
	TP_STATUS_LINK,
	{"actual-mtu", "The MTU that the driver took"},
	{"actual-rx-queues", "Receive queues that the driver has set up"},
	{"software-distribution", "Its one queue is spread over the workers by one of them"},
	{"packets-received", "Frames that came in, to all workers"},
	{"packets-forwarded", "Of these, those that went on"},
	{"packets-originated", "Frames that the box itself has sent"},
	{"packets-dropped", "Frames that were dropped, for whatever reason"},
	TP_STATUS_END,
};
/* clang-format on */

/* clang-format off */
static const struct tp_status pool_status[] = {
	{"total", "Addresses"},
	{"used", "Of these, those in use"},
	{"available", "Of these, those that are free"},
	TP_STATUS_END,
};
/* clang-format on */

/* clang-format off */
static const struct tp_status pool6_status[] = {
	{"total", "Prefixes; not told of more than 2^63"},
	{"used", "Of these, those in use"},
	{"available", "Of these, those that are free"},
	TP_STATUS_END,
};
/* clang-format on */

/* clang-format off */
static const struct tp_status secret_status[] = {
	{"last-logged-out", "When the last session ended, in local time"},
	{"last-caller-id", "Where it was from"},
	{"last-disconnect-reason", "Why it ended, in RouterOS's words"},
	{"last-end-reason", "The same in the words of `turnpike_sessions_ended_total`, which are more"},
	TP_STATUS_END,
};
/* clang-format on */

/* clang-format off */
static const struct tp_status server_status[] = {
	{"sessions", "Sessions that dialled in by it"},
	TP_STATUS_END,
};
/* clang-format on */

static void decorate_static(void *user, const struct tp_config_item *item, json_t *o)
{
	struct tp_control *c = user;
	tp_api_static(c, item->id, o);
}

static void decorate_secret(void *user, const struct tp_config_item *item, json_t *o)
{
	struct tp_control *c = user;
	tp_last_describe(c->last_sessions, item->id, o);
}

static void decorate_server(void *user, const struct tp_config_item *item, json_t *o)
{
	struct tp_control *c = user;
	tp_json_number(o, "sessions", tp_ac_server_sessions(c->ac, item->id));
}

/* As RouterOS marks those that can't be removed. */
static void decorate_profile(void *user, const struct tp_config_item *item, json_t *o)
{
	tp_json_bool(o, "default", strcmp(item->key, TP_PROFILE_DEFAULT) == 0);
}

/* clang-format off */
static const struct tp_status profile_status[] = {
	{"default", "It is the one that is always there"},
	TP_STATUS_END,
};
/* clang-format on */

const struct tp_decorator tp_api_decorators[TP_RESOURCES] = {
	[TP_DATAPLANE_PORT] = {.status = port_status, .tell = decorate_port},
	[TP_IP_POOL] = {.status = pool_status, .tell = decorate_pool},
	[TP_IPV6_POOL] = {.status = pool6_status, .tell = decorate_pool6},
	[TP_PPP_PROFILE] = {profile_status, decorate_profile, true},
	[TP_PPP_SECRET] = {.status = secret_status, .tell = decorate_secret},
	[TP_RADIUS] = {.status = tp_control_radius_status, .tell = tp_control_radius_describe},
	[TP_RADIUS_INCOMING] = {.status = tp_radius_incoming_status,
				.tell = tp_radius_incoming_describe},
	[TP_PPPOE_SERVER] = {.status = server_status, .tell = decorate_server},
	[TP_PPPOE_STATIC] = {.status = NULL, .tell = decorate_static},
};
