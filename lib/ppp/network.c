/* SPDX-License-Identifier: BSD-3-Clause */
/* The network phase (RFC 1661 section 3.6): its protocols, and when packets may flow. */
#include "base/least.h"
#include "ppp/engine.h"

/* In the order in which they begin. */
static const struct tp_ppp_protocol *const protocols[] = {&tp_ppp_ccp, &tp_ppp_ipcp,
							  &tp_ppp_ipv6cp};
#define PROTOCOLS (sizeof(protocols) / sizeof(protocols[0]))

static bool has(struct tp_ppp *ppp, const struct tp_ppp_protocol *p)
{
	return p->fsm(ppp) != NULL;
}

void tp_ppp_network_init(struct tp_ppp *ppp)
{
	for (size_t i = 0; i < PROTOCOLS; i++)
		if (has(ppp, protocols[i]))
			tp_ppp_fsm_init(protocols[i]->fsm(ppp));
}

/* For a peer that ended its network protocols, to open one again: it is there, and knows how. */
#define LEFT_MS 30000

/* A link without a network protocol does not stand for ever. */
static void bound(struct tp_ppp *ppp, uint32_t ms, uint64_t now_ms)
{
	if (ppp->phase == TP_PPP_NETWORK)
		ppp->network_deadline_ms =
			now_ms + (ms < ppp->config->network_ms ? ms : ppp->config->network_ms);
}

void tp_ppp_network_given(struct tp_ppp *ppp, const struct tp_ppp_auth_result *result)
{
	for (size_t i = 0; i < PROTOCOLS; i++)
		if (protocols[i]->given != NULL)
			protocols[i]->given(ppp, result);
}

void tp_ppp_start_network(struct tp_ppp *ppp, uint64_t now_ms)
{
	ppp->phase = TP_PPP_NETWORK;
	ppp->refused_told = 0;
	ppp->ipcp_wish = 0;
	bound(ppp, ppp->config->network_ms, now_ms);
	if (ppp->config->keepalive_ms != 0)
		ppp->echo_deadline_ms = ppp->heard_ms + ppp->config->keepalive_ms;
	if (ppp->joined) {
		ppp->network_deadline_ms = TP_NEVER;
		return;
	}
	for (size_t i = 0; i < PROTOCOLS; i++)
		if (has(ppp, protocols[i]))
			protocols[i]->start(ppp, now_ms);
}

bool tp_ppp_network_input(struct tp_ppp *ppp, uint16_t protocol, struct tp_reader r,
			  uint64_t now_ms)
{
	for (size_t i = 0; i < PROTOCOLS; i++) {
		const struct tp_ppp_protocol *p = protocols[i];

		if (!has(ppp, p))
			continue;
		if (protocol == p->data)
			return true; /* the owner's */
		if (protocol == p->number && p->fsm(ppp)->state != TP_PPP_INITIAL) {
			tp_ppp_fsm_input(ppp, p, r, now_ms);
			return true;
		}
	}
	return false;
}

void tp_ppp_network_rejected(struct tp_ppp *ppp, uint16_t protocol, uint64_t now_ms)
{
	for (size_t i = 0; i < PROTOCOLS; i++) {
		const struct tp_ppp_protocol *p = protocols[i];

		if (protocol != p->number || !has(ppp, p))
			continue;
		tp_ppp_fsm_rejected(ppp, p, now_ms);
	}
}

void tp_ppp_network_tick(struct tp_ppp *ppp, uint64_t now_ms)
{
	for (size_t i = 0; i < PROTOCOLS; i++) {
		const struct tp_ppp_protocol *p = protocols[i];

		if (has(ppp, p) && now_ms >= p->fsm(ppp)->deadline_ms)
			tp_ppp_fsm_timeout(ppp, p, now_ms);
		if (has(ppp, p) && p->deadline != NULL && now_ms >= p->deadline(ppp))
			p->timeout(ppp, now_ms);
	}
}

uint64_t tp_ppp_network_deadline(const struct tp_ppp *ppp)
{
	uint64_t next = TP_NEVER;

	for (size_t i = 0; i < PROTOCOLS; i++) {
		const struct tp_ppp_protocol *p = protocols[i];

		const struct tp_ppp_fsm *fsm = p->fsm((struct tp_ppp *)(uintptr_t)ppp);

		if (fsm == NULL)
			continue;
		next = tp_least_u64(next, fsm->deadline_ms);
		if (p->deadline != NULL)
			next = tp_least_u64(next, p->deadline(ppp));
	}
	return next;
}

/* The last first: packets stop before what they depend on does. */
void tp_ppp_network_halt(struct tp_ppp *ppp, uint64_t now_ms)
{
	for (size_t i = PROTOCOLS; i-- > 0;) {
		const struct tp_ppp_protocol *p = protocols[i];

		if (!has(ppp, p))
			continue;
		tp_ppp_fsm_halt(ppp, p, now_ms);
		if (p->stop != NULL)
			p->stop(ppp, now_ms);
	}
}

static void tell(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, bool up, uint64_t now_ms)
{
	struct tp_ppp_event event = {.type = up ? p->told_up : p->told_down, .now_ms = now_ms};

	if (up)
		p->agreed(ppp, &event);
	tp_ppp_emit(ppp, &event);
}

/* Until CCP has settled whether packets are encrypted, none may go in clear. */
void tp_ppp_network_check(struct tp_ppp *ppp, uint64_t now_ms)
{
	uint8_t up = tp_ppp_ccp_is_settled(ppp) ? ppp->open : 0;
	uint8_t changed = up ^ ppp->up;

	if (changed == 0)
		return;
	ppp->up = up;
	if (up != 0)
		ppp->network_deadline_ms = TP_NEVER;
	else
		bound(ppp, LEFT_MS, now_ms);
	for (size_t i = 0; i < PROTOCOLS; i++)
		if (protocols[i]->family & changed)
			tell(ppp, protocols[i], protocols[i]->family & up, now_ms);
}

void tp_ppp_network_opened(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint64_t now_ms)
{
	ppp->open |= p->family;
	tp_ppp_network_check(ppp, now_ms);
}

void tp_ppp_network_closed(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint64_t now_ms)
{
	ppp->open &= (uint8_t)~p->family;
	tp_ppp_network_check(ppp, now_ms);
}

void tp_ppp_network_refused(struct tp_ppp *ppp, const struct tp_ppp_protocol *p,
			    enum tp_ppp_reason reason)
{
	const bool ipv6 = p->family == TP_PPP_FAMILY_IPV6;
	const struct tp_ppp_event event = {
		.type = TP_PPP_NETWORK_REFUSED,
		.refused = {.ipv6 = ipv6, .reason = reason, .wish = ipv6 ? 0 : ppp->ipcp_wish},
	};

	if (p->family == 0 || ppp->phase != TP_PPP_NETWORK || (ppp->refused_told & p->family) != 0)
		return;
	ppp->refused_told |= p->family;
	tp_ppp_emit(ppp, &event);
}

/* One that the peer has ended, or never answered, is waited for no longer. */
void tp_ppp_network_failed(struct tp_ppp *ppp, const struct tp_ppp_protocol *p,
			   enum tp_ppp_reason reason)
{
	tp_ppp_network_refused(ppp, p, reason);
	for (size_t i = 0; i < PROTOCOLS; i++) {
		const struct tp_ppp_protocol *other = protocols[i];

		if (other != p && other->family != 0 && has(ppp, other) &&
		    other->fsm(ppp)->state >= TP_PPP_REQ_SENT)
			return;
	}
	tp_ppp_fail(ppp, reason);
}

bool tp_ppp_is_negotiating(const struct tp_ppp *ppp)
{
	for (size_t i = 0; i < PROTOCOLS; i++) {
		const struct tp_ppp_fsm *fsm = protocols[i]->fsm((struct tp_ppp *)(uintptr_t)ppp);

		if (protocols[i]->family != 0 && fsm != NULL && fsm->state >= TP_PPP_REQ_SENT &&
		    fsm->state != TP_PPP_OPENED)
			return true;
	}
	return false;
}

/* ---- bundles of links (RFC 1990) ------------------------------------------------------------ */

void tp_ppp_set_joined(struct tp_ppp *ppp, bool joined)
{
	ppp->joined = joined;
}

bool tp_ppp_has_joined(const struct tp_ppp *ppp)
{
	return ppp->joined;
}

void tp_ppp_take_network(struct tp_ppp *to, struct tp_ppp *from)
{
	for (size_t i = 0; i < PROTOCOLS; i++)
		protocols[i]->take(to, from);
	to->open = from->open;
	to->up = from->up;
	to->network_deadline_ms = from->network_deadline_ms;
	to->joined = false;

	from->open = 0;
	from->up = 0;
	from->network_deadline_ms = TP_NEVER;
	from->joined = true;
}
