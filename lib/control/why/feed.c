/* SPDX-License-Identifier: BSD-3-Clause */
/* What the engine tells, into the history. */
#include <stdio.h>
#include <string.h>

#include "api/samples.h"
#include "base/log.h"
#include "base/text.h"
#include "control/control_private.h"
#include "control/why/why.h"

static struct tp_history_settings settings_of(const struct tp_config_history *config)
{
	return (struct tp_history_settings){
		.memory_limit = config->memory_limit,
		.lines = config->memory_lines,
		.caller_lines = config->subscriber_lines,
		.strangers = config->strangers,
	};
}

static void begin(struct tp_control *c, const struct tp_config_history *config)
{
	const struct tp_config_management *management = tp_config_management(c->config);
	const struct tp_history_settings settings = settings_of(config);
	struct tp_error e = {0};

	c->history = tp_history_create(
		&settings, (uint64_t)tp_random_u32(&c->random) << 32 | tp_random_u32(&c->random),
		c->now_ms);
	if (c->history == NULL)
		tp_log_error("pppoe", "out of memory: nothing is remembered of subscribers");
	else if (config->disk && management->journal &&
		 tp_history_keep(c->history, management->journal_directory, &c->other_cpus, &e) !=
			 0)
		tp_log_error("journal",
			     "%s: %s: what happens to subscribers is kept in memory alone", e.place,
			     e.message);
}

void tp_control_history_set(struct tp_control *c, const struct tp_config_change *change)
{
	const struct tp_config_history *config = (const void *)change->after;
	const struct tp_history_settings settings = settings_of(config);

	if (c->history != NULL)
		tp_history_set(c->history, &settings);
	else
		begin(c, config);
}

void tp_control_history_end(struct tp_control *c)
{
	tp_history_destroy(c->history);
	c->history = NULL;
}

bool tp_control_history_turn(struct tp_control *c)
{
	return c->history != NULL && tp_history_turn(c->history, c->now_ms, c->crowded);
}

/* ---- events ---- */

static const char *port_name(const struct tp_control *c, unsigned port)
{
	return port < c->port_count ? c->ports[port].name : "";
}

/* Whose end has been told already, by what led to it. */
static bool told_before(const struct tp_ac_event *event, const struct tp_session_info *info)
{
	return info->up_ms == 0 &&
	       (event->reason == TP_END_AUTH_FAILED || event->reason == TP_END_AUTH_TIMEOUT ||
		event->reason == TP_END_NO_ADDRESS || event->reason == TP_END_NO_ENCRYPTION);
}

/* Kind and code of EVENT; false: it is none of what is remembered. */
static bool classify(const struct tp_ac_event *event, const struct tp_session_info *info,
		     struct tp_history_note *note)
{
	note->kind = TP_HISTORY_EVENT;
	note->code = event->kind;
	switch (event->kind) {
	case TP_AC_SESSION_STARTED:
	case TP_AC_SESSION_RESTORED:  /* nothing has happened to him */
	case TP_AC_GAVE_WAY:	      /* its end follows */
	case TP_AC_DISCOVERY_REFUSED: /* ops.refused has all */
		return false;
	case TP_AC_AUTH_FAILED:
		note->kind = TP_HISTORY_LOGIN;
		note->code = event->failure;
		return true;
	case TP_AC_SESSION_ENDED:
		note->kind = TP_HISTORY_END;
		note->code = event->reason;
		/* Less than a second is up, too: 0 is for who never was. */
		if (info->up_ms != 0)
			note->number = (uint32_t)((event->now_ms - info->up_ms) / 1000);
		if (info->up_ms != 0 && note->number == 0)
			note->number = 1;
		return !told_before(event, info);
	default:
		return true;
	}
}

/* "ended after 3m: the client hung up": how long it was up is a number of its own. */
static const char *text_of(const struct tp_ac_event *event)
{
	const char *colon = event->kind == TP_AC_SESSION_ENDED ? strstr(event->detail, ": ") : NULL;

	if (event->kind == TP_AC_SESSION_UP)
		return "connected";
	return colon != NULL ? colon + 2 : event->detail;
}

static void put_addresses(const struct tp_session_info *info, struct tp_history_note *note)
{
	note->families = info->families;
	note->address = (info->families & TP_AC_IPV4) != 0 ? info->remote_address : 0;
	if (note->kind == TP_HISTORY_EVENT && note->code == TP_AC_SESSION_UP)
		note->number = note->address;
	if ((info->families & TP_AC_IPV6) == 0)
		return;
	note->prefix = info->ipv6.prefix.length != 0 ? &info->ipv6.prefix : &info->ipv6.address;
	if (info->ipv6.delegated_count > 0)
		note->delegated = &info->ipv6.routes[0];
}

static const char *cut(const char *text, char room[TP_HISTORY_TEXT_MAX])
{
	if (strlen(text) < TP_HISTORY_TEXT_MAX)
		return text;
	return tp_text_show(text, room, TP_HISTORY_TEXT_MAX); /* between characters */
}

void tp_control_history_event(struct tp_control *c, const struct tp_ac_event *event)
{
	struct tp_history_note note = {
		.mac = event->mac,
		.vlans = event->access.vlans,
		.port = port_name(c, event->access.port),
		.user = event->user,
	};
	char room[TP_HISTORY_TEXT_MAX];
	const struct tp_session_info *info = event->info;

	if (c->history == NULL || event->line == NULL)
		return;
	if (!classify(event, info, &note))
		return;
	note.wall_ms = tp_clock_wall_ms();
	note.line = info->line;
	note.proven = info->up_ms != 0 || event->kind == TP_AC_SESSION_UP;
	note.text = cut(text_of(event), room);
	if (info->bundle_id == 0)
		put_addresses(info, &note);
	tp_history_note(c->history, &note);
}

void tp_control_history_refused(void *user, const struct tp_ac_refusal *refusal)
{
	struct tp_control *c = user;
	/* No answer says so, ours or the host's. */
	const bool silent =
		strcmp(refusal->packet, "PADI") == 0 || strcmp(refusal->packet, "PADO") == 0;
	char text[TP_HISTORY_TEXT_MAX], detail[TP_HISTORY_TEXT_MAX / 2];

	if (c->history == NULL)
		return;
	tp_text_show(refusal->detail, detail, sizeof(detail));
	snprintf(text, sizeof(text), "%s %s: %s%s%s%s", refusal->packet,
		 silent ? "not answered" : "refused", tp_pppoe_reason_text(refusal->reason),
		 detail[0] != '\0' ? " (" : "", detail, detail[0] != '\0' ? ")" : "");
	tp_history_note(c->history, &(struct tp_history_note){
					    .wall_ms = tp_clock_wall_ms(),
					    .mac = refusal->mac,
					    .vlans = refusal->access.vlans,
					    .port = port_name(c, refusal->access.port),
					    .user = "",
					    .kind = TP_HISTORY_DISCOVERY,
					    .code = refusal->reason,
					    .text = text,
				    });
}

/* ---- metrics ---- */

void tp_control_history_samples(struct tp_control *c, json_t *array)
{
	struct tp_samples to = {.fn = tp_samples_write, .user = array};
	struct tp_history_counters n = {0};

	if (c->history != NULL)
		n = tp_history_counters(c->history);
	const struct tp_sample_row rows[] = {
		{"turnpike_history_callers", true,
		 "Subscribers, by place and name, of whom something is remembered.", n.callers},
		{"turnpike_history_strangers", true, "Of these, those who have never been up.",
		 n.strangers},
		{"turnpike_history_lines", true, "Lines that are remembered of them.", n.lines},
		{"turnpike_history_bytes", true, "Memory that this takes.", n.memory},
		{"turnpike_history_noted_total", false, "Things that happened to subscribers.",
		 n.noted},
		{"turnpike_history_repeated_total", false,
		 "Of these, those that were one more of a line that was there.", n.repeated},
		{"turnpike_history_dropped_total", false,
		 "Lines that gave way to others, or that there was no memory for.", n.dropped},
		{"turnpike_history_unwritten", true,
		 "Subscribers of whom the disk is still to hear.", n.unwritten},
		{"turnpike_history_disk_bytes", true, "What is kept takes so much of the disk.",
		 n.journal.bytes},
		{"turnpike_history_disk_failed_total", false,
		 "Batches that could not be written, and subscribers who were not taken.",
		 n.journal.failed},
	};

	tp_samples_rows(&to, rows, sizeof(rows) / sizeof(rows[0]));
}
