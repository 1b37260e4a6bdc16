/* SPDX-License-Identifier: BSD-3-Clause */
/* /metrics as an array of samples. Nothing here walks sessions: a scrape of ten thousand costs
 * what a scrape of ten costs. */
#include <stdlib.h>
#include <string.h>

#include "api/json.h"
#include "control/api.h"
#include "dataplane/counters.h"

static json_t *sample(const char *name, const char *type, const char *help, json_t *labels,
		      uint64_t value)
{
	json_t *o = json_object();

	tp_json_text(o, "name", name);
	tp_json_text(o, "type", type);
	tp_json_text(o, "help", help);
	json_object_set_new(o, "labels", labels != NULL ? labels : json_object());
	tp_json_number(o, "value", value);
	return o;
}

/* ---- the engine's --------------------------------------------------------------------------- */

static void add_ac_sample(void *user, const struct tp_ac_sample *s)
{
	json_t *labels = json_object();

	if (s->label != NULL)
		tp_json_text(labels, s->label, s->value_of_label);
	json_array_append_new(
		user, sample(s->name, s->gauge ? "gauge" : "counter", s->help, labels, s->value));
}

/* ---- the data plane's -------------------------------------------------------------------------
 */

#define COUNTERS_MAX 4096 /* names times ports */

/* One counter of one port, summed over workers. */
struct counter {
	const char *name;
	unsigned port;
	unsigned order; /* in which it came */
	uint64_t value;
};

struct collection {
	struct counter *counters;
	unsigned count;
	unsigned last; /* where the search begins: they come in the same order for each worker */
};

static void collect(void *user, const char *name, unsigned worker, unsigned port, uint64_t value)
{
	struct collection *all = user;

	for (unsigned i = 0; i < all->count; i++) {
		unsigned at = (all->last + 1 + i) % all->count;

		if (all->counters[at].port != port || strcmp(all->counters[at].name, name) != 0)
			continue;
		all->counters[at].value += value;
		all->last = at;
		return;
	}
	if (all->count == COUNTERS_MAX)
		return;
	all->last = all->count;
	all->counters[all->count] = (struct counter){name, port, all->count, value};
	all->count++;
}

static bool is_drop(const struct counter *counter)
{
	return strncmp(counter->name, "drop_", 5) == 0;
}

/* Samples of one name must stand together: drops, which share one, come last. */
static int compare(const void *a, const void *b)
{
	const struct counter *x = a, *y = b;
	int names;

	if (is_drop(x) != is_drop(y))
		return is_drop(x) ? 1 : -1;
	names = strcmp(x->name, y->name);
	return names != 0 ? names : (int)x->order - (int)y->order;
}

static const char *help_of(const char *counter)
{
	static const struct {
		const char *counter, *help;
	} texts[] = {
		{"received", "Frames received."},
		{"received_from_workers", "Frames taken over from other workers."},
		{"received_from_control", "Frames that the kernel sends to subscribers."},
		{"forwarded", "Packets forwarded to a subscriber or a core port."},
		{"answered", "Echoes and pings that the worker itself dealt with."},
		{"handed_to_session", "PPP control frames punted to control."},
		{"handed_to_discovery", "Discovery frames punted to control."},
		{"handed_to_host", "Frames punted to the kernel."},
		{"handed_to_workers", "Frames handed off to the worker whose session they are of."},
		{"joined", "Fragments of MP that went into a packet."},
		{"mp_incomplete", "Packets given up because a fragment of MP did not come."},
		{"originated", "Frames of control, the kernel and the workers themselves sent."},
		{"originated_lost", "Frames of control, the kernel and the workers not sent."},
		{"nic_missed", "Frames that the NIC had no room for."},
		{"nic_errors", "Frames that the NIC received with errors."},
		{"nic_no_mbuf", "Frames that the driver had no buffer for."},
		{"control_delayed",
		 "Times that control found no room in a ring to a worker, to try again."},
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (strcmp(texts[i].counter, counter) == 0)
			return texts[i].help;
	return "Frames of a port, summed over workers.";
}

static json_t *counter_sample(const struct tp_control *c, const struct counter *counter)
{
	json_t *labels = json_object();
	char name[96];

	if (counter->port < c->port_count)
		tp_json_text(labels, "port", c->ports[counter->port].name);
	if (is_drop(counter)) {
		tp_json_text(labels, "reason", counter->name + 5);
		return sample("turnpike_dataplane_drops_total", "counter",
			      "Frames that a worker dropped, by reason.", labels, counter->value);
	}
	snprintf(name, sizeof(name), "turnpike_dataplane_%s_total", counter->name);
	return sample(name, "counter", help_of(counter->name), labels, counter->value);
}

static void add_dataplane(const struct tp_control *c, json_t *array)
{
	struct collection all = {.counters = calloc(COUNTERS_MAX, sizeof(struct counter))};

	if (all.counters == NULL)
		return;
	tp_dataplane_counters(c->dp, collect, &all);
	qsort(all.counters, all.count, sizeof(struct counter), compare);
	for (unsigned i = 0; i < all.count; i++)
		json_array_append_new(array, counter_sample(c, &all.counters[i]));
	free(all.counters);
}

/* ---- control's own ------------------------------------------------------------------------------
 */

static void add_control(struct tp_control *c, json_t *array)
{
	const struct tp_control_stats *s = &c->stats;
	const struct tp_saver *saver = &c->save.saver;
	const struct {
		const char *name;
		bool gauge;
		const char *help;
		uint64_t value;
	} numbers[] = {
		{"turnpike_uptime_seconds", true, "Time since the start.",
		 (c->now_ms - c->started_ms) / 1000},
		{"turnpike_control_turns_total", false, "Turns of the control loop.", s->turns},
		{"turnpike_control_requests_total", false, "Requests of management.", s->requests},
		{"turnpike_control_events_total", false, "Events, whoever listened.", s->events},
		{"turnpike_control_events_lost_total", false,
		 "Events that management did not take in time.", c->mailbox.events_lost},
		{"turnpike_control_runts_total", false,
		 "Frames from workers too short for what they should be.", s->runts},
		{"turnpike_control_frames_retried_total", false,
		 "Frames that waited for room in a worker's ring.", c->outbox.retried},
		{"turnpike_control_frames_lost_total", false,
		 "Frames dropped because too many waited.", c->outbox.dropped},
		{"turnpike_discovery_waiting", true,
		 "PADIs and PADRs that wait for control to have time.",
		 c->padis.count + c->padrs.count},
		{"turnpike_discovery_repeated_total", false,
		 "PADIs and PADRs repeated while the same waited.",
		 c->padis.repeated + c->padrs.repeated},
		{"turnpike_discovery_overflow_total", false,
		 "PADIs and PADRs dropped because too many waited.",
		 c->padis.refused + c->padrs.refused},
		{"turnpike_host_received_total", false, "Frames given to the kernel.",
		 s->host_received},
		{"turnpike_host_refused_total", false, "Frames that the kernel did not take.",
		 s->host_refused},
		{"turnpike_host_sent_total", false, "Frames taken from the kernel.", s->host_sent},
		{"turnpike_host_lost_total", false,
		 "Frames of the kernel that the data plane had no room for.", s->host_lost},
		{"turnpike_host_interfaces_lost_total", false,
		 "Times that an interface of the host was deleted, to be made again.",
		 s->host_lost_interfaces},
		{"turnpike_neighbour_requests_total", false,
		 "Neighbours that the kernel was asked to resolve.", c->kernel.resolves},
		{"turnpike_kernel_overruns_total", false,
		 "Times that the kernel's news were too many, and all was read anew.",
		 c->kernel.overruns},
		{"turnpike_kernel_incomplete_dumps_total", false,
		 "Times that the kernel's answer was not all that there is, and was asked for "
		 "again.",
		 c->kernel.incomplete},
		{"turnpike_kernel_neighbours", true, "Neighbours in the core that can be reached.",
		 c->kernel.neighbours != NULL ? tp_neighbours_count(c->kernel.neighbours) : 0},
		{"turnpike_kernel_routes", true, "Destinations taken from the kernel.",
		 c->kernel.routes != NULL ? tp_routes_count(c->kernel.routes) : 0},
		{"turnpike_route_failures_total", false, "Routes that the data plane did not take.",
		 c->kernel.routes != NULL ? tp_routes_failures(c->kernel.routes) : 0},
		{"turnpike_subscriber_routes_queued", true,
		 "Subscribers' routes that the kernel is still to be told of.",
		 c->subscribers != NULL ? tp_subscribers_queued(c->subscribers) : 0},
		{"turnpike_subscriber_routes_refused_total", false,
		 "Subscribers' routes that the kernel did not take.",
		 c->subscribers != NULL ? tp_subscribers_refused(c->subscribers) : 0},
		{"turnpike_reloads_total", false, "Reloads of the configuration.", s->reloads},
		{"turnpike_reloads_refused_total", false, "Reloads refused.", s->reloads_refused},
		{"turnpike_config_unsaved_changes", true,
		 "Changes that are in force and not in the file.", saver->changes},
		{"turnpike_config_edited", true,
		 "The file was edited, so that changes are not saved: 1, else 0.",
		 saver->status == TP_SAVER_EDITED},
		{"turnpike_config_saves_total", false, "Times that the file was written.",
		 saver->saves},
		{"turnpike_config_save_failures_total", false,
		 "Times that the file could not be written, or was left alone.", saver->failures},
		{"turnpike_config_save_last_milliseconds", true,
		 "How long the last time took, in a thread of its own.", saver->last_us / 1000},
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		json_array_append_new(array, sample(numbers[i].name,
						    numbers[i].gauge ? "gauge" : "counter",
						    numbers[i].help, NULL, numbers[i].value));
}

/* One number of every pool: samples of one name stand together. */
static void add_pools(struct tp_control *c, json_t *array, const char *name, const char *help,
		      bool total)
{
	const struct tp_config_item *item;

	for (item = tp_config_first(c->config, TP_IP_POOL); item != NULL;
	     item = tp_config_next(item)) {
		const struct tp_config_pool *pool = (const void *)item;
		struct tp_pool_stats stats;
		json_t *labels;

		if (tp_pool_stats(c->pools, pool->name, &stats) != 0)
			continue;
		labels = json_object();
		tp_json_text(labels, "pool", pool->name);
		json_array_append_new(array, sample(name, "gauge", help, labels,
						    total ? stats.total : stats.used));
	}
}

json_t *tp_control_metrics(struct tp_control *c)
{
	json_t *array = json_array();
	json_t *labels = json_object();

	tp_json_text(labels, "version", TP_VERSION);
	json_array_append_new(array,
			      sample("turnpike_build_info", "gauge", "What runs.", labels, 1));
	tp_ac_samples(c->ac, add_ac_sample, array);
	add_pools(c, array, "turnpike_pool_addresses", "Addresses in a pool.", true);
	add_pools(c, array, "turnpike_pool_addresses_used", "Addresses given out.", false);
	add_control(c, array);
	add_dataplane(c, array);
	return array;
}
