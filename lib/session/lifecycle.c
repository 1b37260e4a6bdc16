/* SPDX-License-Identifier: BSD-3-Clause */
/* The life of a session between its PADS and its end: what its PPP link tells comes here, and what
 * the data plane is to do about it goes out. */
#include "base/least.h"
#include "session/bundle.h"
#include "session/engine.h"
#include "session/events.h"
#include "session/ipv6.h"
#include "session/life.h"
#include "session/login.h"
#include "session/ppp_config.h"

/* ---- what PPP asks of us ---- */

static void output(void *user, const uint8_t *frame, size_t len)
{
	struct tp_session *s = user;
	uint8_t packet[TP_PPPOE_HEADER_LEN + 2048];
	struct tp_writer w = tp_writer_of(packet, sizeof(packet));

	tp_pppoe_begin(&w, TP_PPPOE_CODE_SESSION, s->line.session_id);
	tp_write_bytes(&w, frame, len);
	len = tp_pppoe_finish(&w);
	if (len > 0)
		tp_ac_output(s->ac, &s->line.access, &s->line.mac, TP_ETHERTYPE_SESSION, packet,
			     len);
}

static void auth_request(void *user, const struct tp_ppp_auth_request *request)
{
	tp_ac_login_ask(user, request);
}

static void keep_terms(struct tp_line *line, const struct tp_ppp_event *event)
{
	line->mtu = event->lcp.mtu;
	line->mru = event->lcp.mru;
	line->lcp_era++;
	line->link_mtu = event->lcp.mtu;
	line->mrru = event->lcp.mrru;
	if (line->mrru != 0) {
		line->mtu = tp_least_u16(event->lcp.peer_mrru, line->mrru);
		line->mru = line->mrru;
	}
	line->short_sequence = event->lcp.short_sequence;
	line->peer_short_sequence = event->lcp.peer_short_sequence;
	line->magic = event->lcp.local_magic;
	line->method = (uint8_t)event->lcp.method;
}

static void lcp_up(struct tp_session *s, const struct tp_ppp_event *event)
{
	keep_terms(&s->line, event);
	if (s->ending)
		return;
	tp_ac_bundle_lcp_up(s, event);
	if (event->lcp.method == TP_PPP_NO_AUTH)
		tp_ac_login_anonymous(s);
	tp_ac_set_state(s, event->lcp.method == TP_PPP_NO_AUTH ? TP_SESSION_NETWORK
							       : TP_SESSION_AUTHENTICATING);
}

static void authenticated(struct tp_session *s)
{
	if (s->ending)
		return;
	tp_ac_set_state(s, TP_SESSION_NETWORK);
	if (tp_session_joined(s))
		tp_ac_bundle_link_up(s);
}

static void lcp_down(struct tp_session *s)
{
	s->leaving = false;
	tp_ac_login_abandon(s);
	if (s->line.session == NULL)
		return;
	tp_ac_bundle_part(s); /* at once: what goes by a link that ends is lost */
	if (!s->ending)
		tp_ac_set_state(s, TP_SESSION_LCP);
}

static void event(void *user, const struct tp_ppp_event *e)
{
	struct tp_session *s = user;

	switch (e->type) {
	case TP_PPP_LCP_UP:
		lcp_up(s, e);
		break;
	case TP_PPP_AUTHENTICATED:
		if (!e->auth.again)
			authenticated(s);
		break;
	case TP_PPP_IPCP_UP:
		tp_ac_ipv4_up(tp_session_leader(s));
		break;
	case TP_PPP_IPV6CP_UP:
		tp_ac_ipv6_up(tp_session_leader(s), &e->interface_ids);
		break;
	case TP_PPP_IPV6CP_DOWN:
		tp_ac_ipv6_down(tp_session_leader(s), s->leaving);
		break;
	case TP_PPP_LCP_LEAVING:
		s->leaving = true;
		tp_ac_bundle_leaving(s);
		break;
	case TP_PPP_IPCP_DOWN:
		tp_ac_family_down(tp_session_leader(s), TP_AC_IPV4, s->leaving);
		break;
	case TP_PPP_LCP_DOWN:
		lcp_down(s);
		break;
	case TP_PPP_FINISHED:
		tp_ac_finished(s, e->finished.reason, e->finished.text);
		break;
	}
}

static void flush(void *user)
{
	struct tp_session *s = tp_session_leader(user);

	s->ac->counters.resets_received++;
	if (s->forwarding)
		s->ac->ops.flush(s->ac->user, s);
}

static const struct tp_ppp_ops ppp_ops = {
	.output = output,
	.auth_request = auth_request,
	.event = event,
	.flush = flush,
};

void tp_ac_start_ppp(struct tp_session *s)
{
	tp_ac_tell(s, TP_AC_SESSION_STARTED, TP_LOG_DEBUG, "started, service \"%s\"",
		   s->server->service_name);
	tp_ppp_init(&s->line.ppp, &s->line.ppp_config->config, &ppp_ops, s, s->ac->random);
	tp_ac_ppp_enter(s);
	tp_ppp_open(&s->line.ppp, s->ac->now_ms);
	tp_ac_ppp_leave(s);
}
