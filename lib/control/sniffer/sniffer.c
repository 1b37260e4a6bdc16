/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/sniffer/sniffer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/json.h"
#include "api/samples.h"
#include "base/log.h"
#include "base/text.h"
#include "control/api.h"
#include "control/sniffer/files.h"
#include "control/sniffer/order.h"
#include "control/sniffer/writer.h"

#define FOLLOW_MS   500
#define SESSION_LEN 320

struct tp_sniffer {
	struct tp_sniffer_order order;
	struct tp_capture_plan plan;
	char path[TP_SNIFFER_PATH];    /* "": in memory, or live */
	struct tp_sniff_store *store;  /* NULL: no capture runs */
	struct tp_capture *capture;    /* likewise */
	struct tp_sniff_filter filter; /* in force */
	struct tp_request *stopping;   /* to be answered when it is over; NULL: none */
	struct tp_sniffer_save *save;  /* under way; NULL: none */
	int memory; /* what the last one that was kept there has written; 0: none */
	char session[SESSION_LEN];
	uint64_t looked_ms;
	/* of the last one, when it is over */
	struct tp_capture_state state;
	uint64_t lost;
	uint64_t captures;
};

/* ---- what is told ---- */

static void put_filter(json_t *o, const struct tp_control *c, const struct tp_sniffer *s)
{
	char address[TP_IPV4_TEXT_LEN];

	if (s->order.subscriber[0] != '\0')
		tp_json_text(o, "subscriber", s->order.subscriber);
	for (unsigned i = 0; i < c->port_count; i++)
		if ((s->filter.ports >> i & 1) != 0)
			tp_json_text(o, "filter-interface", c->ports[i].name);
	if (s->filter.by_mac)
		tp_json_mac(o, "filter-mac-address", &s->filter.mac);
	if (s->filter.address != 0)
		tp_json_text(o, "filter-ip-address", tp_ipv4_format(s->filter.address, address));
	if (s->filter.discovery)
		tp_json_text(o, "filter-mac-protocol", "pppoe-discovery");
}

static const char *place(const struct tp_sniffer *s)
{
	return s->plan.live ? "live" : s->path[0] != '\0' ? s->path : "memory";
}

static void put_progress(json_t *o, const struct tp_control *c)
{
	const struct tp_sniffer *s = c->sniffer;
	const bool running = s != NULL && s->capture != NULL;
	struct tp_capture_state state;

	tp_json_bool(o, "running", running);
	if (s == NULL || s->captures == 0)
		return;
	state = running ? tp_capture_state(s->capture) : s->state;
	tp_json_text(o, "file", place(s));
	if (s->session[0] != '\0')
		tp_json_text(o, "session", s->session);
	tp_json_number(o, "packets", state.packets);
	tp_json_number(o, "bytes", state.bytes);
	tp_json_number(o, "lost", running ? tp_sniff_lost(s->store) : s->lost);
	if (!running)
		tp_json_text(o, "ended-by", state.why);
}

/* How the one that runs, or ran last, does, with what it is of. */
static json_t *status_json(const struct tp_control *c)
{
	json_t *o = json_object();

	put_progress(o, c);
	if (c->sniffer != NULL && c->sniffer->captures > 0)
		put_filter(o, c, c->sniffer);
	return o;
}

/* ---- the end ---- */

static void forget_memory(struct tp_sniffer *s)
{
	if (s->memory > 0)
		close(s->memory);
	s->memory = 0;
}

/* It is over, or the daemon ends and waits for it. */
static void end(struct tp_control *c)
{
	struct tp_sniffer *s = c->sniffer;
	char shown[TP_TEXT_ROOM(sizeof(s->order.subscriber))];

	s->state = tp_capture_state(s->capture);
	if (s->state.why == NULL)
		s->state.why = "stop";
	tp_capture_end(s->capture);
	s->lost = tp_sniff_lost(s->store);
	tp_dataplane_sniff_end(c->dp, s->store);
	s->capture = NULL;
	s->store = NULL;
	if (s->plan.fd != s->memory)
		close(s->plan.fd);
	tp_log_info("sniffer", "the capture of %s in %s has ended (%s): %llu packets, %llu lost",
		    s->order.subscriber[0] != '\0'
			    ? tp_text_show(s->order.subscriber, shown, sizeof(shown))
			    : "what was asked for",
		    place(s), s->state.why, (unsigned long long)s->state.packets,
		    (unsigned long long)s->lost);
	if (s->stopping == NULL)
		return;
	tp_api_answer(s->stopping, TP_API_OK, status_json(c));
	tp_mailbox_answer(&c->mailbox, s->stopping);
	s->stopping = NULL;
}

static void follow(struct tp_control *c)
{
	struct tp_sniffer *s = c->sniffer;
	struct tp_sniff_filter filter = s->order.filter;

	if (s->order.subscriber[0] == '\0' || c->now_ms - s->looked_ms < FOLLOW_MS)
		return;
	s->looked_ms = c->now_ms;
	if (!tp_sniffer_follow(c, s->order.subscriber, &filter, s->session, sizeof(s->session)) ||
	    memcmp(&filter, &s->filter, sizeof(filter)) == 0)
		return;
	if (tp_dataplane_sniff(c->dp, s->store, &filter) == 0)
		s->filter = filter;
}

static void end_save(struct tp_control *c)
{
	struct tp_sniffer_save *save = c->sniffer->save;

	c->sniffer->save = NULL;
	tp_sniffer_save_end(c, save);
}

void tp_sniffer_turn(struct tp_control *c)
{
	struct tp_sniffer *s = c->sniffer;

	if (s != NULL && s->save != NULL && tp_sniffer_save_is_over(s->save))
		end_save(c);
	if (s == NULL || s->capture == NULL)
		return;
	if (tp_capture_state(s->capture).over)
		end(c);
	else
		follow(c);
}

void tp_sniffer_destroy(struct tp_control *c)
{
	if (c->sniffer != NULL && c->sniffer->capture != NULL)
		end(c);
	if (c->sniffer != NULL && c->sniffer->save != NULL)
		end_save(c);
	if (c->sniffer != NULL)
		forget_memory(c->sniffer);
	free(c->sniffer);
	c->sniffer = NULL;
}

/* ---- the beginning ---- */

/* Where it goes: PLAN's descriptor. */
static int open_target(const struct tp_control *c, const struct tp_sniffer_order *order,
		       struct tp_capture_plan *plan, char path[TP_SNIFFER_PATH], struct tp_error *e)
{
	path[0] = '\0';
	plan->bytes = order->file_limit;
	plan->packets = order->packet_limit;
	plan->seconds = order->duration_s;
	plan->port_count = c->port_count;
	memcpy(plan->ports, c->ports, sizeof(plan->ports));
	if (plan->live)
		return 0;
	if (order->file_name[0] != '\0') {
		plan->fd = tp_sniffer_file_create(c, order->file_name, order->anew,
						  order->file_limit, path, e);
	} else {
		plan->bytes = order->memory_limit;
		plan->fd = tp_sniffer_memory_create(e);
	}
	return plan->fd < 0 ? plan->fd : 0;
}

static int begin_capture(struct tp_control *c, const struct tp_capture_plan *plan,
			 const struct tp_sniff_filter *filter, struct tp_error *e)
{
	struct tp_sniffer *s = c->sniffer;
	int error;

	s->store = tp_sniff_store_create(c->dp);
	if (s->store == NULL)
		return tp_error_set(e, -ENOMEM, NULL, "out of memory");
	error = tp_capture_begin(plan, s->store, &c->other_cpus, &s->capture, e);
	if (error == 0 && tp_dataplane_sniff(c->dp, s->store, filter) != 0) {
		tp_capture_end(s->capture);
		s->capture = NULL;
		error = tp_error_set(e, -ENOMEM, NULL, "out of memory");
	}
	if (error == 0)
		return 0;
	tp_dataplane_sniff_end(c->dp, s->store);
	s->store = NULL;
	return error;
}

static void abandon(const struct tp_capture_plan *plan, const char *path)
{
	if (!plan->live)
		close(plan->fd);
	if (path[0] != '\0')
		unlink(path);
}

/* PLAN says whether it is live, and then where it goes. */
static int begin(struct tp_control *c, const struct tp_sniffer_order *order,
		 struct tp_capture_plan *plan, struct tp_error *e)
{
	struct tp_sniffer *s = c->sniffer;
	char shown[TP_TEXT_ROOM(sizeof(order->subscriber))], path[TP_SNIFFER_PATH];
	struct tp_sniff_filter filter = order->filter;
	char session[SESSION_LEN] = "";
	int error = 0;

	if (order->subscriber[0] != '\0' &&
	    !tp_sniffer_follow(c, order->subscriber, &filter, session, sizeof(session)))
		error = tp_error_set(e, -EINVAL, "subscriber", "nothing is known of him");
	if (error == 0)
		error = open_target(c, order, plan, path, e);
	if (error != 0)
		return error;
	snprintf(plan->comment, sizeof(plan->comment), "%s%s%s",
		 tp_text_show(order->subscriber, shown, sizeof(shown)),
		 session[0] != '\0' ? ": " : "", session);
	error = begin_capture(c, plan, &filter, e);
	if (error != 0) {
		abandon(plan, path);
		return error;
	}
	forget_memory(s);
	if (!plan->live && path[0] == '\0')
		s->memory = plan->fd;
	s->order = *order;
	s->plan = *plan;
	s->filter = filter;
	memcpy(s->path, path, sizeof(s->path));
	memcpy(s->session, session, sizeof(s->session));
	s->state = (struct tp_capture_state){0};
	s->lost = 0;
	s->captures++;
	s->looked_ms = c->now_ms;
	return 0;
}

/* ---- the menu ---- */

void tp_sniffer_tell(void *user, const struct tp_config_item *item, json_t *o)
{
	put_progress(o, user);
}

/* clang-format off */
const struct tp_status tp_sniffer_status[] = {
	{"running", "Whether a capture runs; what follows is of the last one"},
	{"file", "Where it is, for root and the daemon alone; or `memory`, or `live`"},
	{"session", "Which session of the subscriber's"},
	{"packets", "In it"},
	{"bytes", "Likewise"},
	{"lost", "Packets that came faster than they could be written: they are not in it"},
	{"ended-by", "`stop`, `duration`, `packet-limit`, `file-limit`, `disk-full`, `disk-error`, `client` (who looked live is gone)"},
	TP_STATUS_END,
};
/* clang-format on */

void tp_sniffer_samples(struct tp_control *c, json_t *array)
{
	struct tp_samples to = {.fn = tp_samples_write, .user = array};
	const struct tp_sniffer *s = c->sniffer;
	const bool running = s != NULL && s->capture != NULL;
	const struct tp_sample_row rows[] = {
		{"turnpike_sniffer_running", true, "A capture runs: 1, else 0.", running},
		{"turnpike_sniffer_captures_total", false, "Captures that were begun.",
		 s != NULL ? s->captures : 0},
	};

	tp_samples_rows(&to, rows, sizeof(rows) / sizeof(rows[0]));
}

/* ---- verbs ---- */

static bool refuse(struct tp_request *request, int error, const struct tp_error *e)
{
	tp_api_refuse(request, error == -ENOMEM ? -ENOMEM : -EINVAL, e);
	return false;
}

/* Begins what REQUEST asks for. False: it is answered why not. */
static bool start(struct tp_control *c, struct tp_request *request, struct tp_capture_plan *plan)
{
	char by[TP_AUDIT_WHO_LEN];
	struct tp_sniffer_order order;
	struct tp_error e = {0};
	int error;

	if (c->sniffer == NULL)
		c->sniffer = calloc(1, sizeof(*c->sniffer));
	if (c->sniffer == NULL) {
		tp_api_error(request, TP_API_INTERNAL, "out of memory");
		return false;
	}
	if (c->sniffer->capture != NULL) {
		tp_api_error(request, TP_API_BAD_REQUEST, "a capture is running: stop it first");
		return false;
	}
	error = tp_sniffer_order_read(c, request->body, plan->live, &order, &e);
	if (error == 0)
		tp_sniffer_identify(c, order.subscriber);
	if (error == 0)
		error = begin(c, &order, plan, &e);
	if (error != 0)
		return refuse(request, error, &e);
	tp_log_warning("sniffer", "a capture of %s begins, in %s, for %s",
		       plan->comment[0] != '\0' ? plan->comment : "what is asked for",
		       place(c->sniffer), tp_audit_who(&request->who, by));
	return true;
}

enum tp_api_command tp_sniffer_start(void *user, struct tp_request *request)
{
	struct tp_capture_plan plan = {.live = false};

	if (start(user, request, &plan))
		tp_api_answer(request, TP_API_OK, status_json(user));
	return TP_API_ANSWERED;
}

enum tp_api_command tp_sniffer_quick(void *user, struct tp_request *request)
{
	struct tp_capture_plan plan = {.live = true};
	int pair[2];

	if (!request->takes_stream) {
		tp_api_error(request, TP_API_BAD_REQUEST,
			     "a live capture comes by REST, and by turnpikectl");
		return TP_API_ANSWERED;
	}
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) != 0) {
		tp_api_error(request, TP_API_INTERNAL, "there is no descriptor left");
		return TP_API_ANSWERED;
	}
	plan.fd = pair[0];
	if (start(user, request, &plan)) {
		tp_api_answer_stream(request, pair[1], TP_SNIFFER_TYPE);
		return TP_API_ANSWERED;
	}
	close(pair[0]);
	close(pair[1]);
	return TP_API_ANSWERED;
}

enum tp_api_command tp_sniffer_stop(void *user, struct tp_request *request)
{
	struct tp_control *c = user;

	if (c->sniffer == NULL || c->sniffer->capture == NULL) {
		tp_api_error(request, TP_API_BAD_REQUEST, "no capture is running");
		return TP_API_ANSWERED;
	}
	if (c->sniffer->stopping != NULL) {
		tp_api_error(request, TP_API_BAD_REQUEST, "it is ending already");
		return TP_API_ANSWERED;
	}
	c->sniffer->stopping = request;
	tp_capture_stop(c->sniffer->capture);
	return TP_API_LATER;
}

/* The one word that BODY may have, in NAME; "": none. False: it is answered what is wrong. */
static bool read_name(struct tp_request *request, char name[TP_SNIFFER_FILE_NAME_MAX + 1])
{
	const json_t *value = json_object_get(request->body, "file-name");
	const char *text = json_string_value(value);
	struct tp_error e = {0};

	name[0] = '\0';
	if (json_object_size(request->body) > (value != NULL ? 1 : 0)) {
		tp_api_error(request, TP_API_BAD_REQUEST, "it takes file-name, and nothing else");
		return false;
	}
	if (value == NULL)
		return true;
	if (text == NULL || !tp_sniffer_is_file_name(text)) {
		tp_error_set(
			&e, -EINVAL, "file-name",
			"up to 63 letters, digits, dots, - and _ are expected, no dot in front");
		return refuse(request, -EINVAL, &e);
	}
	snprintf(name, TP_SNIFFER_FILE_NAME_MAX + 1, "%s", text);
	return true;
}

/* A descriptor of the capture that is in memory; below 0: it is answered that there is none. */
static int open_memory(const struct tp_control *c, struct tp_request *request)
{
	struct tp_error e = {0};
	int fd;

	if (c->sniffer == NULL || c->sniffer->memory <= 0) {
		tp_api_error(request, TP_API_BAD_REQUEST, "no capture is in memory");
		return -1;
	}
	fd = tp_sniffer_memory_open(c->sniffer->memory, &e);
	if (fd < 0)
		refuse(request, fd, &e);
	return fd;
}

enum tp_api_command tp_sniffer_save(void *user, struct tp_request *request)
{
	char name[TP_SNIFFER_FILE_NAME_MAX + 1];
	struct tp_control *c = user;
	struct tp_error e = {0};
	int fd;

	if (!read_name(request, name))
		return TP_API_ANSWERED;
	if (name[0] == '\0' || (c->sniffer != NULL && c->sniffer->save != NULL)) {
		tp_api_error(request, TP_API_BAD_REQUEST,
			     name[0] == '\0' ? "missing =file-name="
					     : "another is being saved: wait for that");
		return TP_API_ANSWERED;
	}
	fd = open_memory(c, request);
	if (fd < 0)
		return TP_API_ANSWERED;
	c->sniffer->save = tp_sniffer_save_begin(c, fd, name, request, &e);
	if (c->sniffer->save != NULL)
		return TP_API_LATER;
	refuse(request, -EINVAL, &e);
	return TP_API_ANSWERED;
}

enum tp_api_command tp_sniffer_download(void *user, struct tp_request *request)
{
	char name[TP_SNIFFER_FILE_NAME_MAX + 1];
	struct tp_control *c = user;
	struct tp_error e = {0};
	int fd;

	if (!request->takes_stream) {
		tp_api_error(request, TP_API_BAD_REQUEST,
			     "a capture is fetched by REST, and by turnpikectl");
		return TP_API_ANSWERED;
	}
	if (!read_name(request, name))
		return TP_API_ANSWERED;
	fd = name[0] == '\0' ? open_memory(c, request) : tp_sniffer_file_open(c, name, &e);
	if (fd >= 0)
		tp_api_answer_stream(request, fd, TP_SNIFFER_TYPE);
	else if (name[0] != '\0')
		refuse(request, fd, &e);
	return TP_API_ANSWERED;
}
