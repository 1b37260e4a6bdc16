/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/sniffer/sniffer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "api/json.h"
#include "api/samples.h"
#include "base/log.h"
#include "base/text.h"
#include "control/api.h"
#include "control/sniffer/order.h"
#include "control/sniffer/writer.h"

#define FOLDER	    "captures"
#define FOLDER_MAX  (UINT64_C(1) << 30) /* bytes of all captures */
#define FOLLOW_MS   500
#define SESSION_LEN 320

struct tp_sniffer {
	struct tp_sniffer_order order;
	struct tp_capture_plan plan;
	struct tp_sniff_store *store;  /* NULL: no capture runs */
	struct tp_capture *capture;    /* likewise */
	struct tp_sniff_filter filter; /* in force */
	struct tp_request *stopping;   /* to be answered when it is over; NULL: none */
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
	if (s->session[0] != '\0')
		tp_json_text(o, "session", s->session);
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

static json_t *status_json(const struct tp_control *c)
{
	const struct tp_sniffer *s = c->sniffer;
	const bool running = s != NULL && s->capture != NULL;
	struct tp_capture_state state;
	json_t *o = json_object();

	tp_json_bool(o, "running", running);
	if (s == NULL || s->captures == 0)
		return o;
	state = running ? tp_capture_state(s->capture) : s->state;
	tp_json_text(o, "file", s->plan.path);
	put_filter(o, c, s);
	tp_json_number(o, "packets", state.packets);
	tp_json_number(o, "bytes", state.bytes);
	tp_json_number(o, "lost", running ? tp_sniff_lost(s->store) : s->lost);
	if (!running)
		tp_json_text(o, "ended-by", state.why);
	return o;
}

/* ---- the end ---- */

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
	tp_log_info("sniffer", "the capture of %s in %s has ended (%s): %llu packets, %llu lost",
		    s->order.subscriber[0] != '\0'
			    ? tp_text_show(s->order.subscriber, shown, sizeof(shown))
			    : "what was asked for",
		    s->plan.path, s->state.why, (unsigned long long)s->state.packets,
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

void tp_sniffer_turn(struct tp_control *c)
{
	struct tp_sniffer *s = c->sniffer;

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
	free(c->sniffer);
	c->sniffer = NULL;
}

/* ---- the beginning ---- */

/* -ENOSPC: what is there and what may come is more than captures may take. */
static int check_folder(const char *folder, uint64_t more, struct tp_error *e)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	struct stat st;
	uint64_t bytes = 0;

	if (dir == NULL)
		return tp_error_set(e, -errno, "file-name", "%s: %s", folder, strerror(errno));
	while ((entry = readdir(dir)) != NULL)
		if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISREG(st.st_mode))
			bytes += (uint64_t)st.st_size;
	closedir(dir);
	if (bytes + more > FOLDER_MAX)
		return tp_error_set(
			e, -EINVAL, "file-limit",
			"captures may take 1Gi, and those in %s take %llu MiB: remove some", folder,
			(unsigned long long)(bytes >> 20));
	return 0;
}

static int make_plan(struct tp_control *c, const struct tp_sniffer_order *order,
		     struct tp_capture_plan *plan, struct tp_error *e)
{
	const char *base = tp_config_management(c->config)->journal_directory;
	char folder[400];

	snprintf(folder, sizeof(folder), "%s/" FOLDER, base);
	if ((mkdir(base, 0700) != 0 && errno != EEXIST) ||
	    (mkdir(folder, 0700) != 0 && errno != EEXIST))
		return tp_error_set(e, -errno, "file-name", "%s: %s", folder, strerror(errno));
	snprintf(plan->path, sizeof(plan->path), "%s/%s.pcapng", folder, order->file_name);
	plan->bytes = order->file_limit;
	plan->packets = order->packet_limit;
	plan->seconds = order->duration_s;
	plan->port_count = c->port_count;
	memcpy(plan->ports, c->ports, sizeof(plan->ports));
	return check_folder(folder, order->file_limit, e);
}

static int begin(struct tp_control *c, const struct tp_sniffer_order *order, struct tp_error *e)
{
	struct tp_sniffer *s = c->sniffer;
	struct tp_capture_plan plan = {.bytes = 0};
	char shown[TP_TEXT_ROOM(sizeof(order->subscriber))];
	struct tp_sniff_filter filter = order->filter;
	int error = make_plan(c, order, &plan, e);

	s->session[0] = '\0';
	if (error == 0 && order->subscriber[0] != '\0' &&
	    !tp_sniffer_follow(c, order->subscriber, &filter, s->session, sizeof(s->session)))
		error = tp_error_set(e, -EINVAL, "subscriber", "nothing is known of him");
	if (error != 0)
		return error;
	snprintf(plan.comment, sizeof(plan.comment), "%s%s%s",
		 tp_text_show(order->subscriber, shown, sizeof(shown)),
		 s->session[0] != '\0' ? ": " : "", s->session);
	s->store = tp_sniff_store_create(c->dp);
	if (s->store == NULL)
		return tp_error_set(e, -ENOMEM, NULL, "out of memory");
	error = tp_capture_begin(&plan, s->store, &c->other_cpus, &s->capture, e);
	if (error == 0 && tp_dataplane_sniff(c->dp, s->store, &filter) != 0) {
		tp_capture_end(s->capture);
		s->capture = NULL;
		error = tp_error_set(e, -ENOMEM, NULL, "out of memory");
	}
	if (error != 0) {
		tp_dataplane_sniff_end(c->dp, s->store);
		s->store = NULL;
		return error;
	}
	s->order = *order;
	s->plan = plan;
	s->filter = filter;
	s->state = (struct tp_capture_state){0};
	s->lost = 0;
	s->captures++;
	s->looked_ms = c->now_ms;
	return 0;
}

/* ---- the menu ---- */

static json_t *find(void *user, const char *key)
{
	return key[0] == '\0' ? status_json(user) : NULL;
}

/* clang-format off */
const struct tp_status tp_sniffer_status[] = {
	{"running", "Whether a capture runs; what follows is of the last one"},
	{"file", "Where it is, for root and the daemon alone"},
	{"subscriber", "Whose"},
	{"session", "Which session of his"},
	{"filter-interface", "Of this port alone"},
	{"filter-mac-address", "On access ports: from or to this host"},
	{"filter-ip-address", "On core ports: from or to this address"},
	{"filter-mac-protocol", "`pppoe-discovery`: nothing else"},
	{"packets", "In the file"},
	{"bytes", "Likewise"},
	{"lost", "Packets that came faster than they could be written: they are not in it"},
	{"ended-by", "`stop`, `duration`, `packet-limit`, `file-limit`, `disk-full`, `disk-error`"},
	TP_STATUS_END,
};
/* clang-format on */

const struct tp_live tp_live_sniffer = {
	.path = "/tool/sniffer",
	.help = "Captures of one subscriber, one port, or discovery",
	.status = tp_sniffer_status,
	.find = find,
	.singleton = true,
};

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

enum tp_api_command tp_sniffer_start(void *user, struct tp_request *request)
{
	struct tp_control *c = user;
	struct tp_sniffer_order order;
	struct tp_error e = {0};
	int error;

	if (c->sniffer == NULL)
		c->sniffer = calloc(1, sizeof(*c->sniffer));
	if (c->sniffer == NULL) {
		tp_api_error(request, TP_API_INTERNAL, "out of memory");
		return TP_API_ANSWERED;
	}
	if (c->sniffer->capture != NULL) {
		tp_api_error(request, TP_API_BAD_REQUEST, "a capture is running: stop it first");
		return TP_API_ANSWERED;
	}
	error = tp_sniffer_order_read(c, request->body, &order, &e);
	if (error == 0)
		tp_sniffer_identify(c, order.subscriber);
	if (error == 0)
		error = begin(c, &order, &e);
	if (error != 0) {
		tp_api_refuse(request, error == -EEXIST ? -EINVAL : error, &e);
		return TP_API_ANSWERED;
	}
	tp_log_warning("sniffer", "a capture of %s begins, in %s",
		       c->sniffer->plan.comment[0] != '\0' ? c->sniffer->plan.comment
							   : "what is asked for",
		       c->sniffer->plan.path);
	tp_api_answer(request, TP_API_OK, status_json(c));
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
