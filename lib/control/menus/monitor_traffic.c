/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/menus/monitor_traffic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/json.h"
#include "control/menus/menus.h"
#include "control/menus/iface.h"
#include "control/later.h"

#define IFACES_MAX     64
#define INTERVAL_S     1
#define INTERVAL_MAX_S 8 /* management waits ten for an answer */
#define DURATION_S     60
#define DURATION_MAX_S 86400

struct measured {
	char key[TP_IFACE_NAME_LEN]; /* its .id, which no other ever has */
	struct tp_iface_traffic begin;
};

struct measuring {
	struct tp_later later;
	uint64_t begin_ms;
	bool goes_on; /* after this one */
	unsigned count;
	struct measured of[];
};

/* What the body asks for. */
struct wish {
	const char *interfaces;
	bool once;
	uint32_t interval_s;
	uint32_t turns; /* 0: no end */
};

/* ---- reading ----------------------------------------------------------------------------------
 */

static const char *read_interval(const char *text, uint32_t *interval_s)
{
	return tp_time_parse(text, interval_s) && *interval_s > 0 && *interval_s <= INTERVAL_MAX_S
		       ? NULL
		       : "invalid value for argument interval: a time from 1s to 8s is expected";
}

static const char *read_duration(const char *text, uint32_t *duration_s)
{
	return tp_time_parse(text, duration_s) && *duration_s > 0 && *duration_s <= DURATION_MAX_S
		       ? NULL
		       : "invalid value for argument duration: a time from 1s to 1d is expected";
}

/* NULL: it makes sense. */
static const char *read_wish(const struct tp_request *request, struct wish *wish, char wrong[128])
{
	uint32_t duration_s = request->endless ? 0 : DURATION_S;
	const char *name, *why = NULL;
	json_t *value;

	*wish = (struct wish){.interval_s = INTERVAL_S};
	json_object_foreach (request->body, name, value) {
		char room[TP_API_TEXT_LEN];
		const char *text = tp_api_text(value, room);

		if (strcmp(name, "interface") == 0 || strcmp(name, "numbers") == 0 ||
		    strcmp(name, ".id") == 0)
			wish->interfaces = json_string_value(value);
		else if (strcmp(name, "once") == 0)
			wish->once = !json_is_false(value);
		else if (strcmp(name, "interval") == 0 && text != NULL)
			why = read_interval(text, &wish->interval_s);
		else if (strcmp(name, "duration") == 0 && text != NULL)
			why = read_duration(text, &duration_s);
		else if (strcmp(name, ".proplist") != 0) {
			snprintf(wrong, 128, "unknown parameter %.64s", name);
			return wrong;
		}
		if (why != NULL)
			return why;
	}
	wish->turns = wish->once ? 1 : (duration_s + wish->interval_s - 1) / wish->interval_s;
	return wish->interfaces != NULL ? NULL : "missing =interface=";
}

/* ---- measuring --------------------------------------------------------------------------------
 */

static uint64_t rate(uint64_t begin, uint64_t end, uint64_t ms)
{
	return end > begin && ms > 0 ? (end - begin) * 1000 / ms : 0;
}

/* Of what came between two looks. */
static struct tp_iface_traffic rates(const struct tp_iface_traffic *a,
				     const struct tp_iface_traffic *b, uint64_t ms)
{
	return (struct tp_iface_traffic){
		.rx_bytes = rate(a->rx_bytes, b->rx_bytes, ms),
		.rx_packets = rate(a->rx_packets, b->rx_packets, ms),
		.rx_drops = rate(a->rx_drops, b->rx_drops, ms),
		.rx_errors = rate(a->rx_errors, b->rx_errors, ms),
		.tx_bytes = rate(a->tx_bytes, b->tx_bytes, ms),
		.tx_packets = rate(a->tx_packets, b->tx_packets, ms),
		.tx_drops = rate(a->tx_drops, b->tx_drops, ms),
		.tx_errors = rate(a->tx_errors, b->tx_errors, ms),
	};
}

static void add_rates(json_t *o, const struct tp_iface_traffic *rate)
{
	tp_json_number(o, "rx-packets-per-second", rate->rx_packets);
	tp_json_number(o, "rx-bits-per-second", 8 * rate->rx_bytes);
	tp_json_number(o, "rx-drops-per-second", rate->rx_drops);
	tp_json_number(o, "rx-errors-per-second", rate->rx_errors);
	tp_json_number(o, "tx-packets-per-second", rate->tx_packets);
	tp_json_number(o, "tx-bits-per-second", 8 * rate->tx_bytes);
	tp_json_number(o, "tx-drops-per-second", rate->tx_drops);
	tp_json_number(o, "tx-errors-per-second", rate->tx_errors);
}

/* One that is gone by now is left out. */
static void tell(struct tp_control *c, struct tp_later *later)
{
	struct measuring *m = (struct measuring *)later;
	struct tp_request *request = later->request;
	json_t *rows = json_array();

	for (unsigned i = 0; i < m->count; i++) {
		struct tp_iface_traffic now, rate;
		struct tp_iface iface;
		json_t *o;

		if (!tp_iface_find(c, m->of[i].key, &iface))
			continue;
		if (!tp_iface_rate(c, &iface, &rate)) {
			now = tp_iface_traffic(c, &iface);
			rate = rates(&m->of[i].begin, &now, c->now_ms - m->begin_ms);
		}
		o = json_object();
		tp_json_text(o, "name", iface.name);
		add_rates(o, &rate);
		json_array_append_new(rows, o);
	}
	request->more = m->goes_on;
	tp_api_answer(request, TP_API_OK, rows);
	tp_later_answer(c, later);
}

/* NULL: it is one more to be measured. */
static const char *add_one(struct tp_control *c, struct measuring *m, const char *key)
{
	struct measured *one = &m->of[m->count];
	struct tp_iface iface;

	if (m->count == IFACES_MAX)
		return "too many interfaces, 64 are the most";
	if (!tp_iface_find(c, key, &iface))
		return "input does not match any value of interface";
	one->begin = tp_iface_traffic(c, &iface);
	snprintf(one->key, sizeof(one->key), "*%llX", (unsigned long long)iface.id);
	m->count++;
	return NULL;
}

/* "ether1,ether2", unless one has that name. */
static const char *add_all(struct tp_control *c, struct measuring *m, const char *names)
{
	const char *why = add_one(c, m, names);
	size_t len;

	if (why == NULL || strchr(names, ',') == NULL)
		return why;
	for (why = NULL; why == NULL && *names != '\0'; names += len + (names[len] == ',')) {
		char key[TP_IFACE_NAME_LEN];

		len = strcspn(names, ",");
		snprintf(key, sizeof(key), "%.*s", (int)len, names);
		why = add_one(c, m, key);
	}
	return why;
}

enum tp_api_command tp_verb_traffic(void *user, struct tp_request *request)
{
	struct tp_control *c = user;
	char wrong[128];
	struct wish wish;
	const char *why = read_wish(request, &wish, wrong);
	struct measuring *m = NULL;

	if (why == NULL)
		m = calloc(1, sizeof(*m) + IFACES_MAX * sizeof(m->of[0]));
	if (why == NULL && m == NULL)
		why = "out of memory";
	if (why == NULL)
		why = add_all(c, m, wish.interfaces);
	if (why != NULL) {
		free(m);
		tp_api_error(request, TP_API_BAD_REQUEST, why);
		return TP_API_ANSWERED;
	}
	request->cursor[0]++;
	m->goes_on = wish.turns == 0 || request->cursor[0] < wish.turns;
	m->begin_ms = c->now_ms;
	m->later = (struct tp_later){.request = request,
				     .due_ms = c->now_ms + wish.interval_s * UINT64_C(1000),
				     .due = tell};
	if (tp_later_add(c, &m->later))
		return TP_API_LATER;
	free(m);
	return TP_API_ANSWERED;
}

/* clang-format off */
const struct tp_status tp_traffic_status[] = {
	{"name", "The interface"},
	{"rx-packets-per-second", "Packets received, by a session from its subscriber; of a VLAN an average over four seconds"},
	{"rx-bits-per-second", "The same in bits"},
	{"rx-drops-per-second", "Of these, dropped"},
	{"rx-errors-per-second", "Frames received with errors"},
	{"tx-packets-per-second", "Packets sent"},
	{"tx-bits-per-second", "The same in bits"},
	{"tx-drops-per-second", "Packets to the subscriber that were dropped"},
	{"tx-errors-per-second", "Frames that the driver could not send"},
	TP_STATUS_END,
};
/* clang-format on */
