/* SPDX-License-Identifier: BSD-3-Clause */
/* /system/resource, /dataplane/counter, and what is known of configured items while they run. */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <rte_version.h>

#include "control/api.h"
#include "control/radius/radius.h"
#include "api/json.h"

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
	tp_json_number(o, "used-memory", resident_bytes());
	tp_json_text(o, "dpdk", rte_version());
	tp_json_number(o, "control-lcore", dataplane->control_lcore);
	json_object_set_new(o, "worker-lcores", lcores(dataplane));
	tp_json_number(o, "sessions", standing(counters));
	tp_json_number(o, "sessions-up", counters->standing[TP_SESSION_UP]);
	tp_json_number(o, "max-sessions", dataplane->max_sessions);
	tp_save_describe(&c->save, o);
	return o;
}

static const char *const resource_properties[] = {
	"uptime",	 "version",	    "platform",	    "board-name",   "cpu",
	"cpu-count",	 "total-memory",    "used-memory",  "dpdk",	    "control-lcore",
	"worker-lcores", "sessions",	    "sessions-up",  "max-sessions", "config-file",
	"config-state",	 "unsaved-changes", "config-error", NULL,
};

const struct tp_live tp_live_resource = {
	.path = "/system/resource",
	.properties = resource_properties,
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

static const char *const counter_properties[] = {"name", "worker", "port", "value", NULL};

const struct tp_live tp_live_counters = {
	.path = "/dataplane/counter",
	.properties = counter_properties,
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

static void decorate_port(struct tp_control *c, const struct tp_config_item *item, json_t *o)
{
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
		tp_json_bool(o, "running", info.link_up);
		tp_json_number(o, "actual-mtu", info.mtu);
		tp_json_number(o, "actual-rx-queues", info.rx_queues);
		tp_json_bool(o, "software-distribution", info.software_distribution);
		tp_json_number(o, "packets-received", sum.received);
		tp_json_number(o, "packets-forwarded", sum.forwarded);
		tp_json_number(o, "packets-originated", sum.originated);
		tp_json_number(o, "packets-dropped", sum.dropped);
	}
}

static void decorate_pool(struct tp_control *c, const struct tp_config_item *item, json_t *o)
{
	const struct tp_config_pool *pool = (const void *)item;
	struct tp_pool_stats stats;

	if (tp_pool_stats(c->pools, pool->name, &stats) != 0)
		return;
	tp_json_number(o, "total", stats.total);
	tp_json_number(o, "used", stats.used);
}

static const char *const port_decorations[] = {
	"role",
	"driver",
	"mac-address",
	"running",
	"actual-mtu",
	"actual-rx-queues",
	"software-distribution",
	"packets-received",
	"packets-forwarded",
	"packets-originated",
	"packets-dropped",
	NULL,
};
static const char *const pool_decorations[] = {"total", "used", NULL};
static const char *const secret_decorations[] = {"last-logged-out", "last-caller-id",
						 "last-disconnect-reason", NULL};
static const char *const server_decorations[] = {"sessions", NULL};

static void decorate_static(struct tp_control *c, const struct tp_config_item *item, json_t *o)
{
	tp_api_static(c, item->id, o);
}

static void decorate_secret(struct tp_control *c, const struct tp_config_item *item, json_t *o)
{
	tp_last_describe(c->last_sessions, item->id, o);
}

static void decorate_server(struct tp_control *c, const struct tp_config_item *item, json_t *o)
{
	tp_json_number(o, "sessions", tp_ac_server_sessions(c->ac, item->id));
}

/* What is known of a resource's items beyond their configuration. */
static const struct decorator {
	const char *const *names; /* NULL: none of their own */
	void (*decorate)(struct tp_control *c, const struct tp_config_item *item, json_t *o);
} decorators[TP_RESOURCES] = {
	[TP_DATAPLANE_PORT] = {port_decorations, decorate_port},
	[TP_IP_POOL] = {pool_decorations, decorate_pool},
	[TP_PPP_SECRET] = {secret_decorations, decorate_secret},
	[TP_RADIUS] = {tp_control_radius_names, tp_control_radius_describe},
	[TP_PPPOE_SERVER] = {server_decorations, decorate_server},
	[TP_PPPOE_STATIC] = {NULL, decorate_static},
};

const char *const *tp_api_decorations(enum tp_resource_id resource)
{
	static const char *const none[] = {NULL};

	return decorators[resource].names != NULL ? decorators[resource].names : none;
}

void tp_api_decorate(void *user, const struct tp_config_item *item, json_t *o)
{
	if (decorators[item->resource->id].decorate != NULL)
		decorators[item->resource->id].decorate(user, item, o);
}
