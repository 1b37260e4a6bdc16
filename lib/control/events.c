/* SPDX-License-Identifier: BSD-3-Clause */
/* What happens, as lines of the log and as JSON for /rest/events. */
#include <inttypes.h>
#include <stdio.h>

#include "api/event.h"
#include "base/log.h"
#include "control/control_private.h"

static void set_text(json_t *object, const char *name, const char *text)
{
	/* A peer's name need not be UTF-8; then the event goes without. */
	json_object_set_new(object, name, json_string(text));
}

static void set_address(json_t *object, const char *name, uint32_t address)
{
	char text[TP_IPV4_TEXT_LEN];

	if (address != 0)
		set_text(object, name, tp_ipv4_format(address, text));
}

static void set_number(json_t *object, const char *name, uint64_t value)
{
	json_object_set_new(object, name, json_integer((json_int_t)value));
}

/* In the event stream a session goes up and down, or somebody is refused. */
static const char *kind_name(enum tp_ac_event_kind kind)
{
	switch (kind) {
	case TP_AC_SESSION_STARTED:
		return "session-started";
	case TP_AC_SESSION_UP:
		return "session-up";
	case TP_AC_SESSION_DOWN:
		return "session-renegotiating";
	case TP_AC_SESSION_ENDED:
		return "session-down";
	case TP_AC_LINK_UP:
		return "link-up";
	case TP_AC_LINK_DOWN:
		return "link-down";
	default:
		return "refused";
	}
}

static void add_place(const struct tp_control *c, json_t *o, const struct tp_access *access)
{
	if (access->port < c->port_count)
		set_text(o, "port", c->ports[access->port].name);
	if (access->vlans.outer != 0)
		set_number(o, "outer-vlan", access->vlans.outer);
	if (access->vlans.inner != 0)
		set_number(o, "inner-vlan", access->vlans.inner);
}

static void add_session(const struct tp_control *c, json_t *o, const struct tp_ac_event *event)
{
	struct tp_session_counters counters;
	struct tp_session_info info;
	char id[24];

	tp_session_info(event->session, &info);
	snprintf(id, sizeof(id), "*%" PRIX64, info.id);
	set_text(o, ".id", id);
	set_number(o, "session-id", info.session_id);
	set_text(o, "interface", info.interface);
	set_text(o, "server", info.service_name);
	if (info.line != NULL && info.line->circuit_id[0] != '\0')
		set_text(o, "circuit-id", info.line->circuit_id);
	if (info.line != NULL && info.line->remote_id[0] != '\0')
		set_text(o, "remote-id", info.line->remote_id);
	set_address(o, "address", info.remote_address);
	set_address(o, "local-address", info.local_address);
	if (event->kind != TP_AC_SESSION_ENDED)
		return;
	set_text(o, "reason", tp_end_reason_text(event->reason));
	set_text(o, "reason-code", tp_end_reason_name(event->reason));
	set_number(o, "duration", (event->now_ms - info.started_ms) / 1000);
	tp_dataplane_session_counters(c->dp, info.slot, &counters);
	set_number(o, "packets-in", counters.packets_in);
	set_number(o, "bytes-in", counters.bytes_in);
	set_number(o, "packets-out", counters.packets_out);
	set_number(o, "bytes-out", counters.bytes_out);
}

/* What is remembered of sessions beyond their end. */
static void note(struct tp_control *c, const struct tp_ac_event *event)
{
	struct tp_session_counters counters;
	struct tp_session_info info;

	if (event->kind != TP_AC_SESSION_UP && event->kind != TP_AC_SESSION_ENDED)
		return;
	tp_session_info(event->session, &info);
	if (event->kind == TP_AC_SESSION_UP) {
		tp_interfaces_up(c->interfaces, &info);
		return;
	}
	tp_dataplane_session_counters(c->dp, info.slot, &counters);
	tp_interfaces_down(c->interfaces, info.id, &counters);
	tp_last_note(&c->last_sessions, &info, tp_clock_wall_ms());
}

void tp_control_ac_event(void *user, const struct tp_ac_event *event)
{
	struct tp_control *c = user;
	char mac[TP_MAC_TEXT_LEN];
	json_t *o;

	tp_log(event->level, "pppoe", "%s", event->text);
	c->stats.events++;
	note(c, event);
	if (!tp_mailbox_listens(&c->mailbox))
		return;
	o = tp_event_create(kind_name(event->kind));
	if (event->user != NULL && event->user[0] != '\0')
		set_text(o, "name", event->user);
	set_text(o, "caller-id", tp_mac_format(&event->mac, mac));
	add_place(c, o, &event->access);
	if (event->session != NULL)
		add_session(c, o, event);
	set_text(o, "text", event->text);
	tp_mailbox_event(&c->mailbox, o);
}
