/* SPDX-License-Identifier: BSD-3-Clause */
/* How sessions end: whoever decides it, the peer is told where it can still hear, the data plane
 * lets go, and there is one reason, one line and one count. */
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
static enum tp_end_reason end_reason(const struct tp_session *s, enum tp_ppp_reason reason)
{
	bool network = s->entered_in == TP_SESSION_NETWORK || s->entered_in == TP_SESSION_UP;

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

void tp_ac_end(struct tp_session *s, enum tp_end_reason reason, bool graceful)
{
	if (s->ending || s->state == TP_SESSION_CLOSED)
		return;
	if (link_reason(reason) != TP_PPP_NO_REASON && tp_ac_bundle_stands_without(s)) {
		tp_ac_bundle_lose_line(s, link_reason(reason));
		return;
	}
	s->ending = true;
	s->reason = (uint8_t)reason;
	tp_ac_bundle_end_joined(s, reason);
	if (s->line.gone) { /* it ends with the last of them */
		if (s->state != TP_SESSION_CLOSED)
			tp_ac_set_state(s, TP_SESSION_ENDING);
		return;
	}
	s->limit_ms = s->ac->now_ms + TP_AC_TERMINATE_MS;
	if (!graceful) {
		tp_ac_end_now(s);
		return;
	}
	tp_ac_set_state(s, TP_SESSION_ENDING);
	tp_ac_ppp_enter(s);
	tp_ppp_close(&s->line.ppp, ppp_reason(reason), s->ac->now_ms);
	tp_ac_ppp_leave(s);
}

void tp_ac_end_now(struct tp_session *s)
{
	if (s->line.gone)
		return;
	tp_ac_ppp_enter(s);
	tp_ppp_lower_down(&s->line.ppp, ppp_reason(s->reason), s->ac->now_ms);
	tp_ac_ppp_leave(s);
}

void tp_ac_note_terminating(struct tp_session *s)
{
	if (s->ending || s->line.session == NULL)
		return;
	s->ending = true;
	s->by_link = true;
	s->reason = TP_END_PEER_TERMINATE; /* most likely; TP_PPP_FINISHED has the last word */
	s->limit_ms = s->ac->now_ms + TP_AC_TERMINATE_MS;
	tp_ac_set_state(s, TP_SESSION_ENDING);
}

/* What login.c does not hear of: the peer never came to prove who it is, or won't encrypt. */
static void note_failure(struct tp_session *s, enum tp_ppp_reason reason)
{
	enum tp_auth_failure failure =
		reason == TP_PPP_NO_METHOD ? TP_AUTH_FAIL_NO_METHOD : TP_AUTH_FAIL_TIMEOUT;

	if (reason == TP_PPP_NO_ENCRYPTION)
		tp_ac_tell(s, TP_AC_NO_ENCRYPTION, TP_LOG_WARNING,
			   "the client refuses the encryption that its profile requires");
	if (reason != TP_PPP_NO_METHOD && reason != TP_PPP_AUTH_TIMEOUT)
		return;
	s->ac->counters.auth_failed[failure]++;
	tp_ac_tell(s, TP_AC_AUTH_FAILED, TP_LOG_WARNING, "%s", tp_ppp_reason_name(reason));
}

/* What went wrong in a negotiation is for PPP to say. */
static const char *why(const struct tp_session *s, enum tp_ppp_reason reason)
{
	if (s->by_link && (s->reason == TP_END_LCP_FAILED || s->reason == TP_END_IPCP_FAILED))
		return tp_ppp_reason_name(reason);
	return tp_end_reason_text(s->reason);
}

static void tell_ended(struct tp_session *s, enum tp_ppp_reason reason, const char *detail)
{
	char up[TP_TIME_TEXT_LEN] = "";
	bool said = detail[0] != '\0';

	if (s->up_ms != 0)
		tp_time_format((uint32_t)((s->ac->now_ms - s->up_ms) / 1000), up);
	/* A flood of them is told by tp_ac_tell_gave_way(). */
	tp_ac_tell(s, TP_AC_SESSION_ENDED,
		   s->reason == TP_END_GAVE_WAY ? TP_LOG_DEBUG : TP_LOG_INFO, "ended%s%s: %s%s%s%s",
		   up[0] != '\0' ? " after " : "", up, why(s, reason), said ? ", it says \"" : "",
		   detail, said ? "\"" : "");
}

/* Nobody finds it any more; its slot, id and addresses stay taken until the slot is released. */
static void close_session(struct tp_session *s)
{
	struct tp_ac *ac = s->ac;

	tp_ac_disarm(s);
	tp_ac_login_abandon(s);
	tp_ac_half_open_over(s);
	tp_ac_bundle_part(s);
	tp_ac_bundle_close(s);
	tp_ac_index_fell(ac, s);
	if (!s->line.gone)
		tp_ac_ids_fell(tp_ac_ids_of(ac, &s->line.access), s->line.session_id);
	tp_ac_table_fell(ac, s);
	s->server->standing--;
	if (s->forwarding) {
		s->forwarding = false;
		ac->ops.down(ac->user, s);
	}
	tp_ac_families_clear(s);
	tp_ac_set_state(s, TP_SESSION_CLOSED);
}

static void close_and_tell(struct tp_session *s, enum tp_ppp_reason reason, const char *detail)
{
	struct tp_ac *ac = s->ac;

	close_session(s);
	ac->counters.ended[s->reason]++;
	ac->ops.close(ac->user, s);
	tell_ended(s, reason, detail);
}

void tp_ac_last_line_gone(struct tp_session *s, enum tp_end_reason reason)
{
	if (!s->line.gone) { /* its own is going, and takes the session with it */
		tp_ac_end(s, reason, false);
		return;
	}
	if (!s->ending)
		s->reason = (uint8_t)reason;
	s->ending = true;
	close_and_tell(s, TP_PPP_LOWER_LAYER, "");
}

void tp_ac_finished(struct tp_session *s, enum tp_ppp_reason reason, const char *detail)
{
	struct tp_ac *ac = s->ac;

	if (s->line.session == NULL && !s->ending) {
		tp_ac_bundle_line_gone(s, tp_ppp_reason_name(reason), detail);
		return;
	}
	if (!s->ending || s->by_link) {
		s->by_link = true;
		s->ending = true;
		s->reason = (uint8_t)end_reason(s, reason);
		note_failure(s, reason);
	}
	if (!s->line.peer_left) {
		ac->counters.padt_sent++;
		tp_ac_send_padt(ac, &s->line.access, &s->line.mac, s->line.session_id,
				s->reason == TP_END_PEER_TERMINATE ? NULL
								   : tp_end_reason_text(s->reason));
	}
	close_and_tell(s, reason, detail);
}

int tp_ac_disconnect(struct tp_ac *ac, uint32_t slot, enum tp_end_reason reason, uint64_t now_ms)
{
	struct tp_session *s = tp_ac_table_slot(ac, slot);

	tp_ac_now(ac, now_ms);
	if (s == NULL || s->ac == NULL || s->ending)
		return -ENOENT;
	tp_ac_end(s, reason, true);
	return 0;
}

unsigned tp_ac_disconnect_user(struct tp_ac *ac, const char *user, enum tp_end_reason reason,
			       uint64_t now_ms)
{
	struct tp_session *s = tp_ac_index_find_user(ac, user, NULL), *next;
	unsigned count = 0;

	tp_ac_now(ac, now_ms);
	for (; s != NULL; s = next) {
		next = tp_ac_index_find_user(ac, user, s);
		if (s->ending)
			continue;
		tp_ac_end(s, reason, true);
		count++;
	}
	return count;
}
