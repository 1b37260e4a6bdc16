/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/drain.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api/api.h"
#include "api/event.h"
#include "api/json.h"
#include "api/samples.h"
#include "base/log.h"
#include "control/control_private.h"

#define GLANCES	  256 /* at lines, of one drain in a turn */
#define END_SLICE 16  /* sessions that are ended in a turn */
#define RATE_MAX  10000
#define PASS_MS	  500 /* from one whole pass to the next, if nobody is to be ended */

static void tell(struct tp_control *c, const struct tp_drain *d, const char *what)
{
	json_t *event;

	tp_log_info("drain", "%s%s%s%s%s: %s, %llu session%s ended for it",
		    d->server[0] != '\0' ? "server " : "", d->server,
		    d->server[0] != '\0' && d->port[0] != '\0' ? " on " : "",
		    d->port[0] != '\0'	   ? "port "
		    : d->server[0] == '\0' ? "all"
					   : "",
		    d->port, what, (unsigned long long)d->ended, d->ended == 1 ? "" : "s");
	if (!tp_mailbox_listens(&c->mailbox))
		return;
	event = tp_event_create("drain");
	tp_json_text(event, "what", what);
	tp_json_text(event, "path", tp_live_drain.path);
	tp_json_id(event, d->id);
	if (d->server[0] != '\0')
		tp_json_text(event, "server", d->server);
	if (d->port[0] != '\0')
		tp_json_text(event, "port", d->port);
	tp_json_number(event, "ended", d->ended);
	tp_mailbox_event(&c->mailbox, event);
}

static void tell_engine(struct tp_control *c)
{
	struct tp_ac_drain what[TP_AC_DRAINS_MAX];

	for (unsigned i = 0; i < c->drains.count; i++)
		what[i] = c->drains.drain[i].what;
	tp_ac_drains_set(c->ac, what, c->drains.count);
}

/* ---- what goes on ------------------------------------------------------------------------------
 */

/* How many may be ended now. */
static unsigned allowance(const struct tp_control *c, const struct tp_drain *d)
{
	uint64_t due = (c->now_ms - d->credit_ms) * d->rate / 1000;

	return due < END_SLICE ? (unsigned)due : END_SLICE;
}

/* A pass over all lines is over. */
static void passed(struct tp_control *c, struct tp_drain *d)
{
	d->left = d->seen;
	d->whole = true;
	d->from_slot = 0;
	d->seen = 0;
	if (d->left == 0 && !d->done)
		tell(c, d, "nobody is left");
	d->done = d->left == 0;
}

static bool glance(struct tp_control *c, struct tp_drain *d)
{
	const unsigned may_end = allowance(c, d);
	unsigned ended = 0;
	const struct tp_line *line = NULL;

	for (unsigned i = 0; i < GLANCES; i++) {
		struct tp_session_info info;

		line = tp_ac_next(c->ac, d->from_slot);
		if (line == NULL)
			break;
		tp_line_info(line, &info);
		d->from_slot = info.slot + 1;
		if (info.state == TP_SESSION_ENDING ||
		    !tp_ac_drain_takes(&d->what, info.server_id, info.access.port))
			continue;
		if (ended < may_end &&
		    tp_ac_disconnect(c->ac, info.slot, TP_END_DRAIN, c->now_ms) == 0)
			ended++;
		else
			d->seen++;
	}
	if (ended > 0)
		d->credit_ms += ended * UINT64_C(1000) / d->rate;
	/* What was not needed is not saved up. */
	if (d->rate > 0 && c->now_ms - d->credit_ms > 1000)
		d->credit_ms = c->now_ms - 1000;
	d->ended += ended;
	c->drains.ended += ended;
	if (line == NULL)
		passed(c, d);
	return ended > 0;
}

bool tp_drain_turn(struct tp_control *c)
{
	bool work = false;

	for (unsigned i = 0; i < c->drains.count; i++) {
		struct tp_drain *d = &c->drains.drain[i];

		if (d->from_slot > 0 || !d->whole || allowance(c, d) > 0 ||
		    c->now_ms - d->looked_ms >= PASS_MS) {
			d->looked_ms = c->now_ms;
			work |= glance(c, d);
		}
	}
	return work;
}

/* ---- /system/drain -----------------------------------------------------------------------------
 */

static json_t *describe(const struct tp_drain *d)
{
	time_t seconds = (time_t)(d->wall_ms / 1000);
	json_t *o = json_object();
	char when[40];
	struct tm tm;

	localtime_r(&seconds, &tm);
	strftime(when, sizeof(when), "%F %T", &tm);
	tp_json_id(o, d->id);
	if (d->server[0] != '\0')
		tp_json_text(o, "server", d->server);
	if (d->port[0] != '\0')
		tp_json_text(o, "port", d->port);
	tp_json_number(o, "rate", d->rate);
	tp_json_text(o, "since", when);
	tp_json_text(o, "status", d->done ? "drained" : "draining");
	if (d->whole)
		tp_json_number(o, "left", d->left);
	tp_json_number(o, "ended", d->ended);
	return o;
}

static json_t *drain_next(void *user, uint64_t *cursor)
{
	struct tp_control *c = user;

	for (unsigned i = 0; i < c->drains.count; i++) {
		if (c->drains.drain[i].id <= *cursor)
			continue;
		*cursor = c->drains.drain[i].id;
		return describe(&c->drains.drain[i]);
	}
	return NULL;
}

/* NULL: there is none of this .id. */
static struct tp_drain *find(struct tp_control *c, const char *key)
{
	uint64_t id = key[0] == '*' ? strtoull(key + 1, NULL, 16) : 0;

	for (unsigned i = 0; i < c->drains.count; i++)
		if (c->drains.drain[i].id == id)
			return &c->drains.drain[i];
	return NULL;
}

static json_t *drain_find(void *user, const char *key)
{
	const struct tp_drain *d = find(user, key);

	return d != NULL ? describe(d) : NULL;
}

static void stop(struct tp_control *c, struct tp_drain *d)
{
	const size_t behind = (size_t)(&c->drains.drain[c->drains.count] - d - 1);

	tell(c, d, "stopped");
	memmove(d, d + 1, behind * sizeof(*d));
	c->drains.count--;
	tell_engine(c);
}

static int drain_remove(void *user, const char *key)
{
	struct tp_drain *d = find(user, key);

	if (d == NULL)
		return -ENOENT;
	stop(user, d);
	return 0;
}

/* clang-format off */
static const struct tp_status drain_status[] = {
	TP_STATUS_ID,
	{"server", "The server whose sessions are to go; without it, any"},
	{"port", "The port; without it, any"},
	{"rate", "Sessions a second that are ended; 0: none is"},
	{"since", "When it began, in local time"},
	{"status", "`draining`, or `drained`: nobody is left"},
	{"left", "Sessions that are still there"},
	{"ended", "Sessions that were ended for it"},
	TP_STATUS_END,
};
/* clang-format on */

const struct tp_live tp_live_drain = {
	.path = "/system/drain",
	.help = "What is being drained: nobody new is answered there. Remove, or `stop`, ends it, "
		"and so does a restart",
	.status = drain_status,
	.next = drain_next,
	.find = drain_find,
	.remove = drain_remove,
};

/* ---- the verbs ---------------------------------------------------------------------------------
 */

/* By key or .id, or, if there is but one of it, by service name. */
static const struct tp_config_item *find_server(const struct tp_control *c, const char *name)
{
	const struct tp_config_item *item = tp_config_find(c->config, TP_PPPOE_SERVER, name);
	const struct tp_config_item *one = NULL;

	if (item != NULL)
		return item;
	for (item = tp_config_first(c->config, TP_PPPOE_SERVER); item != NULL;
	     item = tp_config_next(item)) {
		if (strcmp(((const struct tp_config_server *)item)->service_name, name) != 0)
			continue;
		if (one != NULL)
			return NULL;
		one = item;
	}
	return one;
}

static bool read_server(struct tp_control *c, const char *name, struct tp_drain *d,
			struct tp_error *e)
{
	const struct tp_config_item *server = find_server(c, name);

	if (server == NULL) {
		tp_error_set(e, -EINVAL, "server", "there is no one PPPoE server '%.80s'", name);
		return false;
	}
	d->what.server = server->id;
	snprintf(d->server, sizeof(d->server), "%s", server->key);
	return true;
}

static bool read_port(struct tp_control *c, const char *name, struct tp_drain *d,
		      struct tp_error *e)
{
	int number = tp_control_port(c, name);

	if (number < 0) {
		tp_error_set(e, -EINVAL, "port", "there is no port '%.80s'", name);
		return false;
	}
	d->what.port = (uint16_t)number;
	snprintf(d->port, sizeof(d->port), "%s", name);
	return true;
}

static bool read_rate(const json_t *value, struct tp_drain *d, struct tp_error *e)
{
	char room[TP_API_TEXT_LEN];
	const char *text = tp_api_text(value, room);
	char *end = NULL;
	unsigned long rate = text != NULL && *text >= '0' && *text <= '9' ? strtoul(text, &end, 10)
									  : RATE_MAX + 1;

	if (rate > RATE_MAX || end == NULL || *end != '\0') {
		tp_error_set(e, -EINVAL, "rate", "expected sessions a second, 0 to %u", RATE_MAX);
		return false;
	}
	d->rate = (uint32_t)rate;
	return true;
}

static bool read_body(struct tp_control *c, const json_t *body, struct tp_drain *d,
		      struct tp_error *e)
{
	bool all = false, some = false, right = true;
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)(uintptr_t)body, name, value) {
		const char *text = json_string_value(value);

		if (strcmp(name, "server") == 0 && text != NULL)
			right = some = read_server(c, text, d, e);
		else if (strcmp(name, "port") == 0 && text != NULL)
			right = some = read_port(c, text, d, e);
		else if (strcmp(name, "rate") == 0)
			right = read_rate(value, d, e);
		else if (strcmp(name, "all") == 0)
			all = json_is_true(value) || (text != NULL && (strcmp(text, "yes") == 0 ||
								       strcmp(text, "true") == 0));
		else
			right = tp_error_set(
					e, -EINVAL, "",
					"unknown parameter %.64s, or a value that it can't have",
					name) == 0;
		if (!right)
			return false;
	}
	if (all == some)
		tp_error_set(e, -EINVAL, "",
			     "what is to be drained? server=, port=, or all=yes for the whole box");
	return all != some;
}

static bool is_there(const struct tp_control *c, const struct tp_drain *wanted)
{
	for (unsigned i = 0; i < c->drains.count; i++) {
		const struct tp_drain *d = &c->drains.drain[i];

		if (d->what.server == wanted->what.server && d->what.port == wanted->what.port)
			return true;
	}
	return false;
}

enum tp_api_command tp_verb_drain_start(void *user, struct tp_request *request)
{
	struct tp_drain d = {.what = {.port = TP_AC_ANY_PORT}};
	struct tp_control *c = user;
	struct tp_error e = {0};
	char id[24];

	if (!read_body(c, request->body, &d, &e)) {
		tp_api_refuse(request, -EINVAL, &e);
		return TP_API_ANSWERED;
	}
	if (is_there(c, &d) || c->drains.count == TP_AC_DRAINS_MAX) {
		tp_api_error(request, TP_API_CONFLICT,
			     c->drains.count == TP_AC_DRAINS_MAX
				     ? "too much is being drained already"
				     : "it is being drained already: stop that first");
		return TP_API_ANSWERED;
	}
	d.id = ++c->drains.last_id;
	d.wall_ms = tp_clock_wall_ms();
	d.credit_ms = d.looked_ms = c->now_ms;
	c->drains.drain[c->drains.count++] = d;
	tell_engine(c);
	tell(c, &d, "drained from now on");
	snprintf(id, sizeof(id), "*%llX", (unsigned long long)d.id);
	tp_api_answer(request, TP_API_OK, json_pack("{s:s}", "ret", id));
	return TP_API_ANSWERED;
}

enum tp_api_command tp_verb_drain_stop(void *user, struct tp_request *request)
{
	struct tp_control *c = user;

	if (json_object_size(request->body) > 0) {
		tp_api_error(request, TP_API_BAD_REQUEST,
			     "it takes nothing, and stops all; remove stops one");
		return TP_API_ANSWERED;
	}
	if (c->drains.count == 0) {
		tp_api_error(request, TP_API_CONFLICT, "nothing is being drained");
		return TP_API_ANSWERED;
	}
	while (c->drains.count > 0)
		stop(c, &c->drains.drain[0]);
	tp_api_answer(request, TP_API_OK, json_array());
	return TP_API_ANSWERED;
}

void tp_drain_samples(const struct tp_control *c, json_t *array)
{
	struct tp_samples to = {.fn = tp_samples_write, .user = array};
	uint64_t left = 0;

	for (unsigned i = 0; i < c->drains.count; i++)
		left += c->drains.drain[i].left;
	tp_samples_gauge(&to, "turnpike_drains", "Drains under way.", c->drains.count);
	tp_samples_gauge(&to, "turnpike_drain_sessions_left",
			 "Sessions that drains have still to wait for, or to end.", left);
	tp_samples_counter(&to, "turnpike_drain_sessions_ended_total",
			   "Sessions that were ended by drains.", c->drains.ended);
}
