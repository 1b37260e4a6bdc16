/* SPDX-License-Identifier: BSD-3-Clause */
/* The life of a line between its PADS and its end: what its PPP link tells comes here, and what the
 * data plane is to do about it goes out. */
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
	struct tp_line *line = user;
	uint8_t packet[TP_PPPOE_HEADER_LEN + 2048];
	struct tp_writer w = tp_writer_of(packet, sizeof(packet));

	tp_pppoe_begin(&w, TP_PPPOE_CODE_SESSION, line->session_id);
	tp_write_bytes(&w, frame, len);
	len = tp_pppoe_finish(&w);
	if (len > 0)
		tp_ac_output(line->ac, &line->access, &line->mac, TP_ETHERTYPE_SESSION, packet,
			     len);
}

static void auth_request(void *user, const struct tp_ppp_auth_request *request)
{
	tp_ac_login_ask(user, request);
}

void tp_ac_keep_terms(struct tp_line *line, const struct tp_ppp_event *event)
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

static void lcp_up(struct tp_line *line, const struct tp_ppp_event *event)
{
	tp_ac_keep_terms(line, event);
	if (line->ending)
		return;
	tp_ac_bundle_lcp_up(line, event);
	if (event->lcp.method == TP_PPP_NO_AUTH)
		tp_ac_login_anonymous(line);
	tp_ac_set_state(line, event->lcp.method == TP_PPP_NO_AUTH ? TP_SESSION_NETWORK
								  : TP_SESSION_AUTHENTICATING);
}

static void authenticated(struct tp_line *line)
{
	if (line->ending)
		return;
	tp_ac_set_state(line, TP_SESSION_NETWORK);
	if (tp_line_joined(line))
		tp_ac_bundle_link_up(line);
}

static void lcp_down(struct tp_line *line)
{
	line->leaving = false;
	tp_ac_login_abandon(line);
	if (line->left)
		return;
	tp_ac_bundle_part(line); /* at once: what goes by a link that ends is lost */
	if (!line->ending)
		tp_ac_set_state(line, TP_SESSION_LCP);
}

/* LEAVING: the line by which it comes is. */
static void network_event(struct tp_session *s, const struct tp_ppp_event *e, bool leaving)
{
	if (e->type == TP_PPP_IPCP_UP)
		tp_ac_ipv4_up(s);
	else if (e->type == TP_PPP_IPCP_DOWN)
		tp_ac_family_down(s, TP_AC_IPV4, leaving);
	else if (e->type == TP_PPP_IPV6CP_UP)
		tp_ac_ipv6_up(s, &e->interface_ids);
	else
		tp_ac_ipv6_down(s, leaving);
}

static void event(void *user, const struct tp_ppp_event *e)
{
	struct tp_line *line = user;

	switch (e->type) {
	case TP_PPP_LCP_UP:
		lcp_up(line, e);
		break;
	case TP_PPP_AUTHENTICATED:
		if (!e->auth.again)
			authenticated(line);
		break;
	case TP_PPP_IPCP_UP:
	case TP_PPP_IPCP_DOWN:
	case TP_PPP_IPV6CP_UP:
	case TP_PPP_IPV6CP_DOWN:
		if (line->session != NULL)
			network_event(line->session, e, line->leaving);
		break;
	case TP_PPP_NETWORK_REFUSED:
		tp_ac_tell_network_refused(line, e->refused.ipv6, e->refused.reason,
					   e->refused.wish);
		break;
	case TP_PPP_LCP_LEAVING:
		line->leaving = true;
		tp_ac_bundle_leaving(line);
		break;
	case TP_PPP_LCP_DOWN:
		lcp_down(line);
		break;
	case TP_PPP_FINISHED:
		tp_ac_finished(line, e->finished.reason, e->finished.text);
		break;
	}
}

static void flush(void *user)
{
	const struct tp_line *line = user;
	const struct tp_session *s = line->session;

	line->ac->counters.resets_received++;
	if (s != NULL && s->line->forwarding)
		line->ac->ops.flush(line->ac->user, s);
}

static const struct tp_ppp_ops ppp_ops = {
	.output = output,
	.auth_request = auth_request,
	.event = event,
	.flush = flush,
};

void tp_ac_init_ppp(struct tp_line *line)
{
	tp_ppp_init(&line->ppp, &line->ppp_config->config, &ppp_ops, line, line->ac->random);
}

void tp_ac_start_ppp(struct tp_line *line)
{
	tp_ac_tell(line, TP_AC_SESSION_STARTED, TP_LOG_DEBUG, "started, service \"%s\"",
		   line->server->service_name);
	tp_ac_init_ppp(line);
	tp_ac_open_ppp(line);
}
