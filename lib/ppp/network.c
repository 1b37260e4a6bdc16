/* SPDX-License-Identifier: BSD-3-Clause */
/* The network phase (RFC 1661 section 3.6): IPCP, CCP, and when packets may flow. */
#include "ppp/engine.h"

/* For a peer that ended its network protocols, to open one again: it is there, and knows how. */
#define LEFT_MS 30000

/* A link without a network protocol does not stand for ever. */
static void bound(struct tp_ppp *ppp, uint32_t ms, uint64_t now_ms)
{
	if (ppp->phase == TP_PPP_NETWORK)
		ppp->network_deadline_ms =
			now_ms + (ms < ppp->config->network_ms ? ms : ppp->config->network_ms);
}

void tp_ppp_start_network(struct tp_ppp *ppp, uint64_t now_ms)
{
	ppp->phase = TP_PPP_NETWORK;
	bound(ppp, ppp->config->network_ms, now_ms);
	if (ppp->config->keepalive_ms != 0)
		ppp->echo_deadline_ms = ppp->heard_ms + ppp->config->keepalive_ms;
	if (ppp->joined) {
		ppp->network_deadline_ms = TP_NEVER;
		return;
	}
	tp_ppp_ccp_start(ppp, now_ms);
	if (ppp->config->role == TP_PPP_SERVER && ppp->wanted.remote == 0)
		return;
	tp_ppp_fsm_open(ppp, &tp_ppp_ipcp, now_ms);
	tp_ppp_fsm_up(ppp, &tp_ppp_ipcp, now_ms);
}

/* Until CCP has settled whether packets are encrypted, none may go in clear. */
void tp_ppp_network_check(struct tp_ppp *ppp, uint64_t now_ms)
{
	bool up = ppp->ipcp_open && tp_ppp_ccp_is_settled(ppp);
	struct tp_ppp_event event = {
		.type = up ? TP_PPP_IPCP_UP : TP_PPP_IPCP_DOWN,
		.now_ms = now_ms,
	};

	if (up == ppp->ipcp_up)
		return;
	ppp->ipcp_up = up;
	if (up) {
		tp_ppp_ipcp_agreed(ppp, &event.addresses);
		ppp->network_deadline_ms = TP_NEVER;
	} else {
		bound(ppp, LEFT_MS, now_ms);
	}
	tp_ppp_emit(ppp, &event);
}

/* ---- bundles of links (RFC 1990) ------------------------------------------------------------ */

void tp_ppp_set_joined(struct tp_ppp *ppp, bool joined)
{
	ppp->joined = joined;
}

/* Into the memory that TO has for it; if it has none, the memory itself changes hands. */
static void take_ccp(struct tp_ppp *to, struct tp_ppp *from)
{
	if (to->ccp == NULL || from->ccp == NULL) {
		to->ccp = from->ccp;
		from->ccp = NULL;
	} else {
		*to->ccp = *from->ccp;
		tp_ppp_fsm_init(&from->ccp->fsm);
		from->ccp->settle_ms = TP_NEVER;
		from->ccp->open = false;
	}
}

void tp_ppp_take_network(struct tp_ppp *to, struct tp_ppp *from)
{
	to->ipcp = from->ipcp;
	to->wanted = from->wanted;
	to->agreed = from->agreed;
	to->ipcp_refused = from->ipcp_refused;
	to->ipcp_open = from->ipcp_open;
	to->ipcp_up = from->ipcp_up;
	take_ccp(to, from);
	to->network_deadline_ms = from->network_deadline_ms;
	to->joined = false;

	tp_ppp_fsm_init(&from->ipcp);
	from->ipcp_open = false;
	from->ipcp_up = false;
	from->network_deadline_ms = TP_NEVER;
	from->joined = true;
}
