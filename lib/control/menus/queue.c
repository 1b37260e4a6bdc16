/* SPDX-License-Identifier: BSD-3-Clause */
/* /queue/simple: the rate limits of the sessions that are up, in the words of RouterOS's simple
 * queues: of two values with a slash between them the first is of what comes from the subscriber.
 */
#include <inttypes.h>
#include <stdio.h>

#include "api/json.h"
#include "config/types/rate_limit.h"
#include "control/menus/menus.h"
#include "control/menus/iface.h"

static void add_pair(json_t *o, const char *name, uint64_t up, uint64_t down, const char *unit)
{
	char text[64];

	snprintf(text, sizeof(text), "%" PRIu64 "%s/%" PRIu64 "%s", up, unit, down, unit);
	tp_json_text(o, name, text);
}

static void add_limit(json_t *o, const struct tp_rate_limit *limit)
{
	const struct tp_rate_limit_way *up = &limit->rx, *down = &limit->tx;

	add_pair(o, "priority", up->priority, down->priority, "");
	add_pair(o, "limit-at", up->rate_min, down->rate_min, "");
	add_pair(o, "max-limit", up->rate, down->rate, "");
	add_pair(o, "burst-limit", up->burst_rate, down->burst_rate, "");
	add_pair(o, "burst-threshold", up->burst_threshold, down->burst_threshold, "");
	add_pair(o, "burst-time", up->burst_time, down->burst_time, "s");
}

static void add_traffic(const struct tp_control *c, json_t *o, const struct tp_session_info *info)
{
	struct tp_session_counters n;

	tp_dataplane_session_counters(c->dp, info->slot, &n);
	add_pair(o, "bytes", n.bytes_in, n.bytes_out, "");
	tp_json_number(o, "total-bytes", n.bytes_in + n.bytes_out);
	add_pair(o, "packets", n.packets_in, n.packets_out, "");
	tp_json_number(o, "total-packets", n.packets_in + n.packets_out);
	add_pair(o, "dropped", n.drops_in, n.drops_out, "");
	tp_json_number(o, "total-dropped", n.drops_in + n.drops_out);
}

static void add_rate(const struct tp_control *c, json_t *o, const struct tp_session_info *info)
{
	const struct tp_traffic_sum rate = tp_traffic_rate(c->traffic, info->slot);

	add_pair(o, "rate", 8 * rate.bytes_in, 8 * rate.bytes_out, "");
	tp_json_number(o, "total-rate", 8 * (rate.bytes_in + rate.bytes_out));
	add_pair(o, "packet-rate", rate.packets_in, rate.packets_out, "");
	tp_json_number(o, "total-packet-rate", rate.packets_in + rate.packets_out);
}

/* JSON null: it is not up, or has no limit. */
static json_t *queue_json(struct tp_control *c, const struct tp_line *line)
{
	struct tp_session_info info;
	struct tp_iface iface;
	json_t *o;

	tp_line_info(line, &info);
	if (info.subscriber->rate_limit == NULL || !tp_iface_of_line(c, line, &iface))
		return json_null();
	o = json_object();
	tp_json_id(o, info.id);
	tp_json_text(o, "name", iface.name);
	tp_json_text(o, "target", iface.name);
	tp_json_text(o, "parent", "none");
	add_limit(o, info.subscriber->rate_limit);
	add_traffic(c, o, &info);
	add_rate(c, o, &info);
	tp_json_bool(o, "dynamic", true);
	tp_json_bool(o, "disabled", false);
	tp_json_bool(o, "invalid", false);
	return o;
}

static json_t *queue_next(void *user, uint64_t *cursor)
{
	struct tp_control *c = user;
	const struct tp_line *line = tp_api_next_line(c, cursor);

	return line != NULL ? queue_json(c, line) : NULL;
}

/* By .id, or by the name of its session's interface. */
static json_t *queue_find(void *user, const char *key)
{
	struct tp_control *c = user;
	const struct tp_line *line = NULL;
	struct tp_iface iface;
	json_t *o = NULL;

	if (key[0] == '*')
		line = tp_api_find_line(c, key);
	else if (tp_iface_find(c, key, &iface))
		line = iface.line;
	if (line != NULL)
		o = queue_json(c, line);
	return json_is_object(o) ? o : NULL;
}

/* clang-format off */
static const struct tp_status queue_status[] = {
	TP_STATUS_ID,
	{"name", "The session's interface, as in `/interface`"},
	{"target", "The same"},
	{"parent", "Always none"},
	{"priority", "As given; packets are not sorted by it"},
	{"limit-at", "As given; nobody is guaranteed it"},
	{"max-limit", "Bits a second"},
	{"burst-limit", "The same while a burst lasts; 0: no bursts"},
	{"burst-threshold", "A burst ends when the average is above it"},
	{"burst-time", "Over so long the average goes"},
	{"bytes", "So many passed"},
	{"total-bytes", "Both ways together"},
	{"packets", "So many passed"},
	{"total-packets", "Both ways together"},
	{"dropped", "So many were dropped"},
	{"total-dropped", "Both ways together"},
	{"rate", "Bits a second that pass now, an average over four seconds"},
	{"total-rate", "Both ways together"},
	{"packet-rate", "The same in packets"},
	{"total-packet-rate", "Both ways together"},
	{"dynamic", "Always: its limit is of the profile, the secret or RADIUS"},
	{"disabled", "Never"},
	{"invalid", "Never"},
	TP_STATUS_END,
};
/* clang-format on */

const struct tp_live tp_live_queue = {
	.path = "/queue/simple",
	.help = "Rate limits of the sessions that are up; of two values the first is of what "
		"comes from the subscriber",
	.status = queue_status,
	.next = queue_next,
	.find = queue_find,
	.named = true,
	.fixed = "limits are the rate-limit of a profile, or RADIUS's; there are no others",
};
