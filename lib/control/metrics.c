/* SPDX-License-Identifier: BSD-3-Clause */
/* /metrics as an array of samples. Nothing here walks sessions: a scrape of ten thousand costs
 * what a scrape of ten costs. */
#include "api/samples.h"
#include "control/api.h"
#include "control/why/why.h"
#include "control/log/book.h"
#include "control/radius/incoming.h"
#include "control/radius/metrics.h"
#include "control/sniffer/sniffer.h"
#include "control/standing/standing.h"
#include "dataplane/counters.h"
#include "dataplane/load.h"

static void add_control(const struct tp_control *c, struct tp_samples *to)
{
	const struct tp_control_stats *s = &c->stats;
	const struct tp_saver *saver = &c->save.saver;
	const struct tp_sample_row rows[] = {
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
		 c->padis.count + c->padrs.count + c->held.count},
		{"turnpike_discovery_held", true,
		 "PADRs of these that wait until fewer sessions are half-open.", c->held.count},
		{"turnpike_discovery_repeated_total", false,
		 "PADIs and PADRs repeated while the same waited.",
		 c->padis.repeated + c->padrs.repeated + c->held.repeated},
		{"turnpike_discovery_overflow_total", false,
		 "PADIs and PADRs dropped because too many waited.",
		 c->padis.refused + c->padrs.refused + c->held.refused},
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
		{"turnpike_kernel_duplicate_addresses_total", false,
		 "Addresses of core ports that somebody else on the link had.",
		 c->kernel.duplicates},
		{"turnpike_kernel_overruns_total", false,
		 "Times that the kernel's news were too many, and all was read anew.",
		 c->kernel.overruns},
		{"turnpike_kernel_incomplete_dumps_total", false,
		 "Times that the kernel's answer was not all that there is, and was asked for "
		 "again.",
		 c->kernel.incomplete},
		{"turnpike_route_failures_total", false, "Routes that the data plane did not take.",
		 c->kernel.routes != NULL ? tp_routes_failures(c->kernel.routes) : 0},
		{"turnpike_subscriber_routes_queued", true,
		 "Subscribers' routes that the kernel is still to be told of.",
		 c->subscribers != NULL ? tp_subscribers_queued(c->subscribers) : 0},
		{"turnpike_pool_routes", true,
		 "Networks of pools that the kernel is told of in place of subscribers' routes.",
		 c->subscribers != NULL
			 ? tp_subscribers_covers(c->subscribers, TP_FAMILY_IPV4) +
				   tp_subscribers_covers(c->subscribers, TP_FAMILY_IPV6)
			 : 0},
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
	};

	tp_samples_rows(to, rows, sizeof(rows) / sizeof(rows[0]));
	tp_samples_seconds(to, true, "turnpike_config_save_last_seconds",
			   "How long the last time took, in a thread of its own.",
			   saver->last_us / 1000);
}

/* What control itself does. */
static void add_load(const struct tp_control *c, struct tp_samples *to)
{
	const struct tp_control_load *load = &c->load;

	tp_samples_family(to, false, "turnpike_control_busy_seconds_total", NULL,
			  "Time that control was not waiting.");
	tp_samples_put_parts(to, NULL, load->busy_us, 1000000);
	tp_samples_family(to, true, "turnpike_control_longest_turn_seconds", NULL,
			  "The longest turn of the last one to two minutes: for so long nobody was "
			  "answered.");
	tp_samples_put_parts(to, NULL,
			     load->longest_us > load->longest_before_us ? load->longest_us
									: load->longest_before_us,
			     1000000);
}

static void add_traffic(const struct tp_control *c, json_t *array)
{
	const char *access[TP_DATAPLANE_MAX_PORTS];

	for (unsigned i = 0; i < c->port_count; i++)
		access[i] = c->ports[i].role == TP_PORT_ACCESS ? c->ports[i].name : NULL;
	tp_traffic_samples(c->traffic, c->config, access, c->port_count, tp_samples_write, array);
}

/* One number of every pool: samples of one name stand together. */
static void add_pools(const struct tp_control *c, struct tp_samples *to, const char *name,
		      const char *help, bool total)
{
	const struct tp_config_item *item;

	tp_samples_family(to, true, name, "pool", help);
	for (item = tp_config_first(c->config, TP_IP_POOL); item != NULL;
	     item = tp_config_next(item)) {
		const struct tp_config_pool *pool = (const void *)item;
		struct tp_pool_stats stats;

		if (tp_pool_stats(c->pools, pool->name, &stats) == 0)
			tp_samples_put(to, pool->name, total ? stats.total : stats.used);
	}
}

static void add_pools6(const struct tp_control *c, struct tp_samples *to, const char *name,
		       const char *help, bool total)
{
	const struct tp_config_item *item;

	tp_samples_family(to, true, name, "pool", help);
	for (item = tp_config_first(c->config, TP_IPV6_POOL); item != NULL;
	     item = tp_config_next(item)) {
		const struct tp_config_pool6 *pool = (const void *)item;
		struct tp_pool6_stats stats;

		if (tp_pool6_stats(c->pools6, pool->name, &stats) == 0)
			tp_samples_put(to, pool->name, total ? stats.total : stats.used);
	}
}

static void put_families(struct tp_samples *to, uint64_t ipv4, uint64_t ipv6)
{
	tp_samples_put(to, "ipv4", ipv4);
	tp_samples_put(to, "ipv6", ipv6);
}

static void add_kernel(const struct tp_kernel *k, struct tp_samples *to)
{
	tp_samples_family(to, false, "turnpike_neighbour_requests_total", "family",
			  "Neighbours that the kernel was asked to resolve.");
	put_families(to, k->resolves, k->resolves6);
	if (k->routes == NULL) /* nor neighbours: there is no core port */
		return;
	tp_samples_family(to, true, "turnpike_kernel_neighbours", "family",
			  "Neighbours in the core that can be reached.");
	put_families(to, tp_neighbours_count(k->neighbours, TP_FAMILY_IPV4),
		     tp_neighbours_count(k->neighbours, TP_FAMILY_IPV6));
	tp_samples_family(to, true, "turnpike_kernel_routes", "family",
			  "Destinations taken from the kernel.");
	put_families(to, tp_routes_count(k->routes, TP_FAMILY_IPV4),
		     tp_routes_count(k->routes, TP_FAMILY_IPV6));
	tp_samples_family(to, true, "turnpike_kernel_routes_multipath", "family",
			  "Of these, destinations whose packets several next hops share.");
	put_families(to, tp_routes_several(k->routes, TP_FAMILY_IPV4),
		     tp_routes_several(k->routes, TP_FAMILY_IPV6));
}

json_t *tp_control_metrics(struct tp_control *c)
{
	json_t *array = json_array();
	struct tp_samples to = {.fn = tp_samples_write, .user = array};

	tp_samples_family(&to, true, "turnpike_build_info", "version", "What runs.");
	tp_samples_put(&to, TP_VERSION, 1);
	tp_ac_samples(c->ac, tp_samples_write, array);
	add_pools(c, &to, "turnpike_pool_addresses", "Addresses in a pool.", true);
	add_pools(c, &to, "turnpike_pool_addresses_used", "Addresses given out.", false);
	add_pools6(c, &to, "turnpike_pool_prefixes", "IPv6 prefixes in a pool.", true);
	add_pools6(c, &to, "turnpike_pool_prefixes_used", "IPv6 prefixes given out.", false);
	add_control(c, &to);
	add_load(c, &to);
	add_kernel(&c->kernel, &to);
	tp_control_radius_samples(c, &to);
	tp_radius_incoming_samples(c, &to);
	tp_standing_samples(c, array);
	tp_links_samples(c, &to);
	tp_control_history_samples(c, array);
	tp_sniffer_samples(c, array);
	add_traffic(c, array);
	tp_log_book_samples(c->log_book, array);
	tp_drain_samples(c, array);
	tp_dataplane_samples(c->dp, tp_samples_write, array);
	tp_dataplane_load_samples(c->dp, tp_samples_write, array);
	return array;
}
