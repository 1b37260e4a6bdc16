/* SPDX-License-Identifier: BSD-3-Clause */
/* The network phase (RFC 1661 section 3.6): IPCP, CCP, and when packets may flow. */
#include "ppp/engine.h"

/* A link without a network protocol does not stand for ever. */
static void bound(struct tp_ppp *ppp, uint64_t now_ms)
{
	if (ppp->phase == TP_PPP_NETWORK)
		ppp->network_deadline_ms = now_ms + ppp->config->network_ms;
}

void tp_ppp_start_network(struct tp_ppp *ppp, uint64_t now_ms)
{
	ppp->phase = TP_PPP_NETWORK;
	bound(ppp, now_ms);
	if (ppp->config->keepalive_ms != 0)
		ppp->echo_deadline_ms = ppp->heard_ms + ppp->config->keepalive_ms;
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
		event.addresses = ppp->agreed;
		ppp->network_deadline_ms = TP_NEVER;
	} else {
		bound(ppp, now_ms);
	}
	tp_ppp_emit(ppp, &event);
}
