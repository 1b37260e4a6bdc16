/* SPDX-License-Identifier: BSD-3-Clause */
/* Every number of the engine by its name, for /metrics. */
#include "session/engine.h"

const struct tp_ac_counters *tp_ac_counters(const struct tp_ac *ac)
{
	return &ac->counters;
}

/* Where the samples of one call go. */
struct sink {
	void (*fn)(void *user, const struct tp_ac_sample *sample);
	void *user;
	struct tp_ac_sample sample; /* the family under way */
};

static void family(struct sink *sink, bool gauge, const char *name, const char *label,
		   const char *help)
{
	sink->sample = (struct tp_ac_sample){
		.name = name,
		.help = help,
		.label = label,
		.gauge = gauge,
	};
}

static void put(struct sink *sink, const char *value_of_label, uint64_t value)
{
	sink->sample.value_of_label = value_of_label;
	sink->sample.value = value;
	sink->fn(sink->user, &sink->sample);
}

static void counter(struct sink *sink, const char *name, const char *help, uint64_t value)
{
	family(sink, false, name, NULL, help);
	put(sink, NULL, value);
}

static void gauge(struct sink *sink, const char *name, const char *help, uint64_t value)
{
	family(sink, true, name, NULL, help);
	put(sink, NULL, value);
}

static void sessions(struct sink *sink, const struct tp_ac_counters *c)
{
	family(sink, true, "turnpike_sessions", "state", "Sessions in each state");
	for (unsigned i = 0; i < TP_SESSION_STATES; i++) {
		static const char *const states[TP_SESSION_STATES] = {
			"lcp", "authenticating", "network", "up", "ending", "closed",
		};

		put(sink, states[i], c->standing[i]);
	}
	gauge(sink, "turnpike_session_slots_free", "Sessions that the table has room for",
	      c->slots_free);
	counter(sink, "turnpike_sessions_started_total", "Sessions granted by a PADS", c->started);
	family(sink, false, "turnpike_sessions_ended_total", "reason", "Sessions ended");
	for (unsigned i = 0; i < TP_END_REASONS; i++)
		put(sink, tp_end_reason_name(i), c->ended[i]);
	counter(sink, "turnpike_sessions_up_total", "Times that a session came up", c->up);
	counter(sink, "turnpike_sessions_down_total",
		"Times that a session went down to renegotiate", c->down);
}

static void logins(struct sink *sink, const struct tp_ac *ac, const struct tp_ac_counters *c)
{
	gauge(sink, "turnpike_logins_locked",
	      "Users at a place, and places, whose logins are not taken for a while",
	      tp_ac_lockouts(ac));
	counter(sink, "turnpike_login_locks_total", "Times that one was locked", c->login_locks);
	counter(sink, "turnpike_auth_accepted_total", "Logins accepted", c->auth_accepted);
	family(sink, false, "turnpike_auth_failed_total", "reason", "Logins refused");
	for (unsigned i = 0; i < TP_AUTH_FAILURES; i++)
		put(sink, tp_auth_failure_name(i), c->auth_failed[i]);
	counter(sink, "turnpike_address_waits_total",
		"Logins that waited for the address of a session that they replaced",
		c->address_waits);
}

static void encryption(struct sink *sink, const struct tp_ac_counters *c)
{
	family(sink, false, "turnpike_encryption_resets_total", "asked_by",
	       "Times that a side had lost track of MPPE's stateful mode");
	put(sink, "subscriber", c->resets_received);
	put(sink, "turnpike", c->resets_sent);
	counter(sink, "turnpike_encryption_rekeys_total",
		"Times that MPPE's keys were out of step and were negotiated anew", c->rekeys);
}

static void discovery(struct sink *sink, const struct tp_pppoe_ac_stats *d)
{
	family(sink, false, "turnpike_discovery_received_total", "packet",
	       "Discovery packets received");
	put(sink, "padi", d->padi_received);
	put(sink, "padr", d->padr_received);
	put(sink, "padt", d->padt_received);
	family(sink, false, "turnpike_discovery_sent_total", "packet",
	       "Answers to discovery packets sent");
	put(sink, "pado", d->pado_sent);
	put(sink, "pads", d->pads_sent);
	put(sink, "pads-error", d->pads_error_sent);
	family(sink, false, "turnpike_discovery_refused_total", "reason",
	       "Discovery packets refused");
	for (unsigned i = TP_PPPOE_NONE + 1; i < TP_PPPOE_REASON_COUNT; i++)
		put(sink, tp_pppoe_reason_name(i), d->refused[i]);
}

static void refusals(struct sink *sink, const struct tp_ac_counters *c)
{
	family(sink, false, "turnpike_padr_refused_total", "reason",
	       "PADRs in order, for which there was no session to give");
	put(sink, "full", c->refused_full);
	put(sink, "max-sessions", c->refused_max_sessions);
	put(sink, "dataplane", c->refused_open);
	gauge(sink, "turnpike_sessions_half_open", "Sessions begun by who has not said who it is",
	      c->half_open);
	family(sink, false, "turnpike_half_open_gave_way_total", "limit",
	       "Half-open sessions that gave way to newcomers");
	for (unsigned i = 0; i < TP_AC_BOUNDS; i++) {
		static const char *const bounds[TP_AC_BOUNDS] = {"mac", "vlan", "port",
								 "max-sessions", "table"};

		put(sink, bounds[i], c->gave_way[i]);
	}
	gauge(sink, "turnpike_pado_waiting", "PADOs that wait, by pado-delay", c->pado_waiting);
	counter(sink, "turnpike_pado_lost_total", "PADOs dropped because too many waited",
		c->pado_lost);
	counter(sink, "turnpike_discovery_during_shutdown_total",
		"Discovery packets dropped because of the shutdown", c->refused_shutdown);
	counter(sink, "turnpike_padr_duplicates_total",
		"PADRs answered with the session granted before", c->duplicate_padr);
}

static void strays(struct sink *sink, const struct tp_ac_counters *c)
{
	counter(sink, "turnpike_padt_sent_total", "PADTs sent at the end of a session",
		c->padt_sent);
	counter(sink, "turnpike_padt_unmatched_total",
		"PADTs received that are of no session, or not from its host", c->padt_unmatched);
	counter(sink, "turnpike_unknown_session_answered_total",
		"PADTs sent for frames of unknown sessions", c->unknown_answered);
	counter(sink, "turnpike_unknown_session_suppressed_total",
		"Frames of unknown sessions left without a PADT", c->unknown_suppressed);
	counter(sink, "turnpike_stray_frames_total",
		"Session frames that came too late for their session", c->stray_frames);
	counter(sink, "turnpike_events_suppressed_total",
		"Refusals counted but not told, to spare the log", c->events_suppressed);
	counter(sink, "turnpike_unknown_port_total", "Frames from or to a port that is not set",
		c->unknown_port);
}

void tp_ac_samples(const struct tp_ac *ac, void (*fn)(void *user, const struct tp_ac_sample *s),
		   void *user)
{
	struct sink sink = {.fn = fn, .user = user};

	sessions(&sink, &ac->counters);
	logins(&sink, ac, &ac->counters);
	encryption(&sink, &ac->counters);
	discovery(&sink, tp_pppoe_ac_stats(ac->discovery));
	refusals(&sink, &ac->counters);
	strays(&sink, &ac->counters);
	gauge(&sink, "turnpike_session_memory_bytes", "Memory held for sessions",
	      ac->counters.memory_bytes);
}
