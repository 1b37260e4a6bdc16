/* SPDX-License-Identifier: BSD-3-Clause */
/* What happens, as lines of the log and as JSON for /rest/events. */
#include <inttypes.h>
#include <stdio.h>

#include "api/event.h"
#include "api/json.h"
#include "base/log.h"
#include "base/text.h"
#include "control/menus/menus.h"
#include "control/control_private.h"
#include "control/why/why.h"
#include "control/radius/records.h"
#include "control/standing/standing.h"
#include "dataplane/sessions.h"

/* In the event stream a session goes up and down, or somebody is refused. */
static const char *kind_name(enum tp_ac_event_kind kind)
{
	switch (kind) {
	case TP_AC_SESSION_STARTED:
		return "session-started";
	case TP_AC_SESSION_RESTORED:
		return "session-restored";
	case TP_AC_SESSION_UP:
		return "session-up";
	case TP_AC_SESSION_DOWN:
		return "session-renegotiating";
	case TP_AC_SESSION_CHANGED:
		return "session-changed";
	case TP_AC_SESSION_ENDED:
		return "session-down";
	case TP_AC_LINK_UP:
		return "link-up";
	case TP_AC_LOGIN_LOCKED:
		return "login-locked";
	case TP_AC_LINK_DOWN:
		return "link-down";
	default:
		return "refused";
	}
}

static void add_place(const struct tp_control *c, json_t *o, const struct tp_access *access)
{
	if (access->port < c->port_count)
		tp_json_text(o, "port", c->ports[access->port].name);
	if (access->vlans.outer != 0)
		tp_json_number(o, "outer-vlan", access->vlans.outer);
	if (access->vlans.inner != 0)
		tp_json_number(o, "inner-vlan", access->vlans.inner);
}

static void add_session(const struct tp_control *c, json_t *o, const struct tp_ac_event *event)
{
	const struct tp_session_info *info = event->info;
	struct tp_session_counters counters;
	char id[24];

	snprintf(id, sizeof(id), "*%" PRIX64, info->id);
	tp_json_text(o, ".id", id);
	tp_json_number(o, "session-id", info->session_id);
	tp_json_text(o, "interface", info->interface);
	tp_json_text(o, "server", info->service_name);
	if (info->line != NULL && info->line->circuit_id[0] != '\0')
		tp_json_text(o, "circuit-id", info->line->circuit_id);
	if (info->line != NULL && info->line->remote_id[0] != '\0')
		tp_json_text(o, "remote-id", info->line->remote_id);
	tp_json_address(o, "address", info->remote_address);
	tp_json_address(o, "local-address", info->local_address);
	tp_api_ipv6(o, info);
	if (event->kind != TP_AC_SESSION_ENDED)
		return;
	tp_json_text(o, "reason", tp_end_reason_text(event->reason));
	tp_json_text(o, "reason-code", tp_end_reason_name(event->reason));
	tp_json_number(o, "duration", (event->now_ms - info->started_ms) / 1000);
	tp_dataplane_session_counters(c->dp, info->slot, &counters);
	tp_json_number(o, "packets-in", counters.packets_in);
	tp_json_number(o, "bytes-in", counters.bytes_in);
	tp_json_number(o, "packets-out", counters.packets_out);
	tp_json_number(o, "bytes-out", counters.bytes_out);
}

static void note_traffic(struct tp_control *c, const struct tp_ac_event *event)
{
	const struct tp_session_info *info = event->info;
	struct tp_session_counters counters;

	if (event->kind != TP_AC_SESSION_STARTED && event->kind != TP_AC_SESSION_RESTORED &&
	    event->kind != TP_AC_SESSION_ENDED)
		return;
	tp_dataplane_session_counters(c->dp, info->slot, &counters);
	if (event->kind == TP_AC_SESSION_ENDED)
		tp_traffic_count(c->traffic, c->config, info, &counters, c->now_ms);
	else
		tp_traffic_begin(c->traffic, info, &counters, c->now_ms);
}

/* What is remembered of sessions beyond their end. */
static void note(struct tp_control *c, const struct tp_ac_event *event)
{
	const struct tp_session_info *info = event->info;
	struct tp_session_counters counters;

	note_traffic(c, event);
	if (event->kind != TP_AC_SESSION_UP && event->kind != TP_AC_SESSION_RESTORED &&
	    event->kind != TP_AC_SESSION_ENDED)
		return;
	if (event->kind != TP_AC_SESSION_ENDED) {
		if (info->state == TP_SESSION_UP)
			tp_interfaces_up(c->interfaces, info);
		return;
	}
	tp_dataplane_session_counters(c->dp, info->slot, &counters);
	tp_interfaces_down(c->interfaces, info->id, &counters);
	tp_last_note(&c->last_sessions, info, tp_clock_wall_ms());
}

static void log_event(const struct tp_ac_event *event)
{
	char mac[TP_MAC_TEXT_LEN], id[24] = "", user[TP_TEXT_ROOM(64)], text[TP_AC_EVENT_TEXT];
	struct tp_log_about about = {.mac = mac, .session = id, .user = user};

	if (!tp_log_enabled(event->level))
		return;
	tp_mac_format(&event->mac, mac);
	tp_text_show(event->user != NULL ? event->user : "", user, sizeof(user));
	if (event->line != NULL) {
		snprintf(id, sizeof(id), "*%" PRIX64, event->info->id);
		about.interface = event->info->interface;
	}
	tp_log_of(event->level, "pppoe,ppp", &about, tp_ac_event_text(event, text));
}

void tp_control_ac_event(void *user, const struct tp_ac_event *event)
{
	struct tp_control *c = user;
	char mac[TP_MAC_TEXT_LEN], text[TP_AC_EVENT_TEXT];
	json_t *o;

	tp_control_history_event(c, event);
	if (event->quiet)
		return;
	log_event(event);
	c->stats.events++;
	tp_control_accounting_event(c, event);
	tp_standing_event(c, event);
	note(c, event);
	if (!tp_mailbox_listens(&c->mailbox))
		return;
	o = tp_event_create(kind_name(event->kind));
	if (event->user != NULL && event->user[0] != '\0')
		tp_json_text(o, "name", event->user);
	tp_json_text(o, "caller-id", tp_mac_format(&event->mac, mac));
	add_place(c, o, &event->access);
	if (event->line != NULL)
		add_session(c, o, event);
	tp_json_text(o, "text", tp_ac_event_text(event, text));
	tp_mailbox_event(&c->mailbox, o);
}
