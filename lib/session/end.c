/* SPDX-License-Identifier: BSD-3-Clause */
/* How lines end, and with them the sessions that began with them: whoever decides it, the peer is
 * told where it can still hear, the data plane lets go, and there is one reason, one line and one
 * count. */
#include "session/bundle.h"
#include "session/engine.h"
#include "session/events.h"
#include "session/half_open.h"
#include "session/life.h"
#include "session/login.h"

#include <errno.h>

void tp_ac_send_padt(struct tp_ac *ac, const struct tp_access *access, const struct tp_mac *dst,
		     uint16_t session_id, const char *text)
{
	uint8_t packet[TP_PPPOE_PACKET_MAX];
	size_t len = tp_pppoe_padt_build(packet, sizeof(packet), session_id, text);

	if (len > 0)
		tp_ac_output(ac, access, dst, TP_ETHERTYPE_DISCOVERY, packet, len);
}

/* For the Terminate-Request's own words. */
static enum tp_ppp_reason ppp_reason(enum tp_end_reason reason)
{
	switch (reason) {
	case TP_END_KEEPALIVE:
		return TP_PPP_KEEPALIVE;
	case TP_END_SESSION_TIMEOUT:
		return TP_PPP_SESSION_TIMEOUT;
	case TP_END_IDLE_TIMEOUT:
		return TP_PPP_IDLE_TIMEOUT;
	case TP_END_ADMIN:
	case TP_END_CONFIG:
	case TP_END_DRAIN:
		return TP_PPP_DISCONNECTED;
	case TP_END_REPLACED_HOST:
	case TP_END_REPLACED_USER:
		return TP_PPP_REPLACED;
	case TP_END_SHUTDOWN:
		return TP_PPP_SHUTDOWN;
	case TP_END_NO_ENCRYPTION:
		return TP_PPP_NO_ENCRYPTION;
	default:
		return TP_PPP_BY_OWNER;
	}
}

/* A link that ended by itself: IPCP is to blame for what fails once the peer is let in. */
static enum tp_end_reason end_reason(const struct tp_line *line, enum tp_ppp_reason reason)
{
	bool network = line->entered_in == TP_SESSION_NETWORK || line->entered_in == TP_SESSION_UP;

	switch (reason) {
	case TP_PPP_BY_PEER:
		return TP_END_PEER_TERMINATE;
	case TP_PPP_LOOPED_BACK:
		return TP_END_LOOPBACK;
	case TP_PPP_AUTH_FAILED:
	case TP_PPP_NO_METHOD:
		return TP_END_AUTH_FAILED;
	case TP_PPP_AUTH_TIMEOUT:
		return TP_END_AUTH_TIMEOUT;
	case TP_PPP_NO_ENCRYPTION:
		return TP_END_NO_ENCRYPTION;
	case TP_PPP_NO_NETWORK:
		return TP_END_IPCP_FAILED;
	default:
		return network ? TP_END_IPCP_FAILED : TP_END_LCP_FAILED;
	}
}

/* Of a bundle's session such an end costs a link, not the session. */
static enum tp_ppp_reason link_reason(enum tp_end_reason reason)
{
	switch (reason) {
	case TP_END_PEER_PADT:
		return TP_PPP_BY_PEER;
	case TP_END_KEEPALIVE:
		return TP_PPP_KEEPALIVE;
	case TP_END_REPLACED_HOST:
		return TP_PPP_REPLACED;
	default:
		return TP_PPP_NO_REASON;
	}
}

void tp_ac_end(struct tp_line *line, enum tp_end_reason reason, bool graceful)
{
	if (line->ending || line->state == TP_SESSION_CLOSED)
		return;
	if (link_reason(reason) != TP_PPP_NO_REASON && tp_ac_bundle_stands_without(line)) {
		tp_ac_bundle_lose_line(line, link_reason(reason));
		return;
	}
	if (line->awaits_lcp) /* a dead link has no end */
		tp_ac_open_ppp(line);
	line->ending = true;
	line->reason = (uint8_t)reason;
	if (tp_line_own(line) != NULL)
		tp_ac_bundle_end_joined(line->session, reason);
	if (line->gone) { /* the session ends with the last of them */
		if (line->state != TP_SESSION_CLOSED)
			tp_ac_set_state(line, TP_SESSION_ENDING);
		return;
	}
	line->limit_ms = line->ac->now_ms + TP_AC_TERMINATE_MS;
	if (!graceful) {
		tp_ac_end_now(line);
		return;
	}
	tp_ac_set_state(line, TP_SESSION_ENDING);
	tp_ac_ppp_enter(line);
	tp_ppp_close(&line->ppp, ppp_reason(reason), line->ac->now_ms);
	tp_ac_ppp_leave(line);
}

void tp_ac_end_now(struct tp_line *line)
{
	if (line->gone)
		return;
	tp_ac_ppp_enter(line);
	tp_ppp_lower_down(&line->ppp, ppp_reason(line->reason), line->ac->now_ms);
	tp_ac_ppp_leave(line);
}

void tp_ac_note_terminating(struct tp_line *line)
{
	if (line->ending || line->left)
		return;
	line->ending = true;
	line->by_link = true;
	line->reason = TP_END_PEER_TERMINATE; /* most likely; TP_PPP_FINISHED has the last word */
	line->limit_ms = line->ac->now_ms + TP_AC_TERMINATE_MS;
	tp_ac_set_state(line, TP_SESSION_ENDING);
}

/* What login.c does not hear of: the peer never came to prove who it is, or won't encrypt. */
static void note_failure(struct tp_line *line, enum tp_ppp_reason reason)
{
	enum tp_auth_failure failure =
		reason == TP_PPP_NO_METHOD ? TP_AUTH_FAIL_NO_METHOD : TP_AUTH_FAIL_TIMEOUT;

	if (reason == TP_PPP_NO_ENCRYPTION)
		tp_ac_tell(line, TP_AC_NO_ENCRYPTION, TP_LOG_WARNING,
			   "the client refuses the encryption that its profile requires");
	if (reason != TP_PPP_NO_METHOD && reason != TP_PPP_AUTH_TIMEOUT)
		return;
	line->ac->counters.auth_failed[failure]++;
	tp_ac_tell_login_failed(line, tp_line_user(line), failure, false, "%s",
				tp_ppp_reason_name(reason));
}

/* What went wrong in a negotiation is for PPP to say. */
static const char *why(const struct tp_line *line, enum tp_ppp_reason reason)
{
	if (line->by_link &&
	    (line->reason == TP_END_LCP_FAILED || line->reason == TP_END_IPCP_FAILED))
		return tp_ppp_reason_name(reason);
	return tp_end_reason_text(line->reason);
}

static void tell_ended(struct tp_line *line, enum tp_ppp_reason reason, const char *detail)
{
	char up[TP_TIME_TEXT_LEN] = "";
	enum tp_log_level level = TP_LOG_INFO;
	bool said = detail[0] != '\0';

	if (line->up_ms != 0)
		tp_time_format((uint32_t)((line->ac->now_ms - line->up_ms) / 1000), up);
	/* A flood of them is told by tp_ac_tell_gave_way(), and a refusal has had its line. */
	if (line->reason == TP_END_GAVE_WAY || (line->told_why && line->up_ms == 0))
		level = TP_LOG_DEBUG;
	tp_ac_tell(line, TP_AC_SESSION_ENDED, level, "ended%s%s: %s%s%s%s",
		   up[0] != '\0' ? " after " : "", up, why(line, reason),
		   said ? ", it says \"" : "", detail, said ? "\"" : "");
}

/* Nobody finds it any more; its slot, its id and its session's addresses stay taken until the slot
 * is released. */
static void close_line(struct tp_line *line)
{
	struct tp_ac *ac = line->ac;
	struct tp_session *own = tp_line_own(line);

	tp_ac_disarm(line);
	tp_ac_login_abandon(line);
	tp_ac_half_open_over(line);
	tp_ac_bundle_part(line);
	if (own != NULL)
		tp_ac_bundle_close(own);
	tp_ac_index_fell(ac, line);
	if (!line->gone)
		tp_ac_ids_fell(tp_ac_ids_of(ac, &line->access), line->session_id);
	tp_ac_table_fell(ac, line);
	line->server->standing--;
	if (line->forwarding) {
		line->forwarding = false;
		ac->ops.down(ac->user, line);
	}
	if (own != NULL)
		tp_ac_families_clear(own);
	tp_ac_set_state(line, TP_SESSION_CLOSED);
	if (own != NULL)
		tp_ac_logins_follow(own);
}

static void close_and_tell(struct tp_line *line, enum tp_ppp_reason reason, const char *detail)
{
	struct tp_ac *ac = line->ac;

	close_line(line);
	ac->counters.ended[line->reason]++;
	ac->ops.close(ac->user, line);
	tell_ended(line, reason, detail);
}

void tp_ac_last_line_gone(struct tp_session *s, enum tp_end_reason reason)
{
	struct tp_line *line = s->line;

	if (!line->gone) { /* its own is going, and takes the session with it */
		tp_ac_end(line, reason, false);
		return;
	}
	if (!line->ending)
		line->reason = (uint8_t)reason;
	line->ending = true;
	close_and_tell(line, TP_PPP_LOWER_LAYER, "");
}

void tp_ac_finished(struct tp_line *line, enum tp_ppp_reason reason, const char *detail)
{
	struct tp_ac *ac = line->ac;

	if (line->left && !line->ending) {
		tp_ac_bundle_line_gone(line, tp_ppp_reason_name(reason), detail);
		return;
	}
	if (!line->ending || line->by_link) {
		line->by_link = true;
		line->ending = true;
		line->reason = (uint8_t)end_reason(line, reason);
		note_failure(line, reason);
	}
	if (!line->peer_left) {
		ac->counters.padt_sent++;
		tp_ac_send_padt(ac, &line->access, &line->mac, line->session_id,
				line->reason == TP_END_PEER_TERMINATE
					? NULL
					: tp_end_reason_text(line->reason));
	}
	close_and_tell(line, reason, detail);
}

int tp_ac_disconnect(struct tp_ac *ac, uint32_t slot, enum tp_end_reason reason, uint64_t now_ms)
{
	struct tp_line *line = tp_ac_table_slot(ac, slot);

	tp_ac_now(ac, now_ms);
	if (line == NULL || line->ac == NULL || line->ending)
		return -ENOENT;
	tp_ac_end(line, reason, true);
	return 0;
}

unsigned tp_ac_disconnect_user(struct tp_ac *ac, const char *user, enum tp_end_reason reason,
			       uint64_t now_ms)
{
	struct tp_line *line = tp_ac_index_find_user(ac, user, NULL), *next;
	unsigned count = 0;

	tp_ac_now(ac, now_ms);
	for (; line != NULL; line = next) {
		next = tp_ac_index_find_user(ac, user, line);
		if (line->ending)
			continue;
		tp_ac_end(line, reason, true);
		count++;
	}
	return count;
}
