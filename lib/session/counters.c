/* SPDX-License-Identifier: BSD-3-Clause */
/* Every number of the engine by its name, for /metrics. */
#include "session/engine.h"

const struct tp_ac_counters *tp_ac_counters(const struct tp_ac *ac)
{
	return &ac->counters;
}

static void sessions(struct tp_samples *to, const struct tp_ac_counters *c)
{
	tp_samples_family(to, true, "turnpike_sessions", "state", "Sessions in each state");
	for (unsigned i = 0; i < TP_SESSION_STATES; i++) {
		static const char *const states[TP_SESSION_STATES] = {
			"lcp", "authenticating", "network", "up", "ending", "closed",
		};

		tp_samples_put(to, states[i], c->standing[i]);
	}
	tp_samples_gauge(to, "turnpike_session_slots_free", "Sessions that the table has room for",
			 c->slots_free);
	tp_samples_counter(to, "turnpike_sessions_started_total", "Sessions granted by a PADS",
			   c->started);
	tp_samples_counter(to, "turnpike_sessions_restored_total",
			   "Sessions that went on after a restart", c->restored);
	tp_samples_family(to, false, "turnpike_sessions_ended_total", "reason", "Sessions ended");
	for (unsigned i = 0; i < TP_END_REASONS; i++)
		tp_samples_put(to, tp_end_reason_name(i), c->ended[i]);
	tp_samples_counter(to, "turnpike_sessions_up_total", "Times that a session came up", c->up);
	tp_samples_counter(to, "turnpike_sessions_down_total",
			   "Times that a session went down to renegotiate", c->down);
}

static void ipv6(struct tp_samples *to, const struct tp_ac *ac)
{
	static const char *const refusals[TP_AC_IPV6_REFUSALS] = {"no-prefix", "taken", "mtu",
								  "no-room", "no-delegation"};
	const struct tp_ac_counters *c = &ac->counters;
	const struct tp_ipv6_counters *messages = &ac->ipv6_counters;

	tp_samples_family(to, true, "turnpike_sessions_with", "family",
			  "Sessions whose packets of the family are forwarded");
	tp_samples_put(to, "ipv4", c->with_ipv4);
	tp_samples_put(to, "ipv6", c->with_ipv6);
	tp_samples_gauge(to, "turnpike_ipv6_delegated", "Prefixes that subscribers have by DHCPv6",
			 c->delegated);
	tp_samples_counter(to, "turnpike_ipv6_up_total", "Times that IPV6CP came up", c->ipv6_up);
	tp_samples_family(to, false, "turnpike_ipv6_refused_total", "reason",
			  "Times that a subscriber could not have what it is to have of IPv6");
	for (unsigned i = 0; i < TP_AC_IPV6_REFUSALS; i++)
		tp_samples_put(to, refusals[i], c->ipv6_refused[i]);
	tp_samples_family(to, false, "turnpike_ipv6_received_total", "message",
			  "Messages of ND and DHCPv6 from subscribers");
	for (unsigned i = 0; i < TP_IPV6_MESSAGE_COUNT; i++)
		tp_samples_put(to, tp_ipv6_message_name(i), messages->received[i]);
	tp_samples_family(to, false, "turnpike_ipv6_sent_total", "message",
			  "Messages of ND and DHCPv6 to subscribers");
	for (unsigned i = 0; i < TP_IPV6_MESSAGE_COUNT; i++)
		tp_samples_put(to, tp_ipv6_message_name(i), messages->sent[i]);
	tp_samples_family(to, false, "turnpike_ipv6_discarded_total", "reason",
			  "IPv6 packets for us from subscribers that were not taken");
	for (unsigned i = TP_IPV6_NO_REASON + 1; i < TP_IPV6_REASON_COUNT; i++)
		tp_samples_put(to, tp_ipv6_reason_name(i), messages->discarded[i]);
}

static void logins(struct tp_samples *to, const struct tp_ac *ac, const struct tp_ac_counters *c)
{
	tp_samples_gauge(to, "turnpike_logins_locked",
			 "Users at a place, and places, whose logins are not taken for a while",
			 tp_ac_lockouts(ac));
	tp_samples_counter(to, "turnpike_login_locks_total", "Times that one was locked",
			   c->login_locks);
	tp_samples_counter(to, "turnpike_auth_accepted_total", "Logins accepted", c->auth_accepted);
	tp_samples_family(to, false, "turnpike_auth_failed_total", "reason", "Logins refused");
	for (unsigned i = 0; i < TP_AUTH_FAILURES; i++)
		tp_samples_put(to, tp_auth_failure_name(i), c->auth_failed[i]);
	tp_samples_counter(to, "turnpike_address_waits_total",
			   "Logins that waited for the address of a session that they replaced",
			   c->address_waits);
}

static void encryption(struct tp_samples *to, const struct tp_ac_counters *c)
{
	tp_samples_family(to, false, "turnpike_encryption_resets_total", "asked_by",
			  "Times that a side had lost track of MPPE's stateful mode");
	tp_samples_put(to, "subscriber", c->resets_received);
	tp_samples_put(to, "turnpike", c->resets_sent);
	tp_samples_counter(to, "turnpike_encryption_rekeys_total",
			   "Times that MPPE's keys were out of step and were negotiated anew",
			   c->rekeys);
}

static void discovery(struct tp_samples *to, const struct tp_pppoe_ac_stats *d)
{
	tp_samples_family(to, false, "turnpike_discovery_received_total", "packet",
			  "Discovery packets received");
	tp_samples_put(to, "padi", d->padi_received);
	tp_samples_put(to, "padr", d->padr_received);
	tp_samples_put(to, "padt", d->padt_received);
	tp_samples_family(to, false, "turnpike_discovery_sent_total", "packet",
			  "Answers to discovery packets sent");
	tp_samples_put(to, "pado", d->pado_sent);
	tp_samples_put(to, "pads", d->pads_sent);
	tp_samples_put(to, "pads-error", d->pads_error_sent);
	tp_samples_family(to, false, "turnpike_discovery_refused_total", "reason",
			  "Discovery packets refused");
	for (unsigned i = TP_PPPOE_NONE + 1; i < TP_PPPOE_NO_REQUEST; i++)
		tp_samples_put(to, tp_pppoe_reason_name(i), d->refused[i]);
}

static void refusals(struct tp_samples *to, const struct tp_ac_counters *c)
{
	tp_samples_family(to, false, "turnpike_padr_refused_total", "reason",
			  "PADRs in order, for which there was no session to give");
	tp_samples_put(to, "full", c->refused_full);
	tp_samples_put(to, "max-sessions", c->refused_max_sessions);
	tp_samples_put(to, "drain", c->refused_drain);
	tp_samples_put(to, "dataplane", c->refused_open);
	tp_samples_gauge(to, "turnpike_sessions_half_open",
			 "Sessions begun by who has not said who it is", c->half_open);
	tp_samples_family(to, false, "turnpike_half_open_gave_way_total", "limit",
			  "Half-open sessions that gave way to newcomers");
	for (unsigned i = 0; i < TP_AC_BOUNDS; i++) {
		static const char *const bounds[TP_AC_BOUNDS] = {"mac", "vlan", "port",
								 "max-sessions", "table"};

		tp_samples_put(to, bounds[i], c->gave_way[i]);
	}
	tp_samples_gauge(to, "turnpike_pado_waiting", "PADOs that wait, by pado-delay",
			 c->pado_waiting);
	tp_samples_counter(to, "turnpike_pado_unanswered_total",
			   "PADOs that no PADR of the host's followed within ten seconds",
			   c->pado_unanswered);
	tp_samples_counter(to, "turnpike_pado_lost_total", "PADOs dropped because too many waited",
			   c->pado_lost);
	tp_samples_counter(to, "turnpike_discovery_during_shutdown_total",
			   "Discovery packets dropped because of the shutdown",
			   c->refused_shutdown);
	tp_samples_counter(to, "turnpike_padr_duplicates_total",
			   "PADRs answered with the session granted before", c->duplicate_padr);
}

static void strays(struct tp_samples *to, const struct tp_ac_counters *c)
{
	tp_samples_counter(to, "turnpike_padt_sent_total", "PADTs sent at the end of a session",
			   c->padt_sent);
	tp_samples_counter(to, "turnpike_padt_unmatched_total",
			   "PADTs received that are of no session, or not from its host",
			   c->padt_unmatched);
	tp_samples_counter(to, "turnpike_unknown_session_answered_total",
			   "PADTs sent for frames of unknown sessions", c->unknown_answered);
	tp_samples_counter(to, "turnpike_unknown_session_suppressed_total",
			   "Frames of unknown sessions left without a PADT", c->unknown_suppressed);
	tp_samples_counter(to, "turnpike_stray_frames_total",
			   "Session frames that came too late for their session", c->stray_frames);
	tp_samples_counter(to, "turnpike_events_suppressed_total",
			   "Refusals counted but not told, to spare the log", c->events_suppressed);
	tp_samples_counter(to, "turnpike_unknown_port_total",
			   "Frames from or to a port that is not set", c->unknown_port);
}

void tp_ac_samples(const struct tp_ac *ac, tp_sample_fn fn, void *user)
{
	struct tp_samples to = {.fn = fn, .user = user};

	sessions(&to, &ac->counters);
	ipv6(&to, ac);
	logins(&to, ac, &ac->counters);
	encryption(&to, &ac->counters);
	discovery(&to, tp_pppoe_ac_stats(ac->discovery));
	refusals(&to, &ac->counters);
	strays(&to, &ac->counters);
	tp_samples_gauge(&to, "turnpike_session_memory_bytes", "Memory held for sessions",
			 ac->counters.memory_bytes + tp_aaa_values_memory(ac->values));
}
