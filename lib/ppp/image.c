/* SPDX-License-Identifier: BSD-3-Clause */
#include "ppp/image.h"
#include "ppp/engine.h"

static struct tp_ppp_automaton_image image_of(const struct tp_ppp_fsm *fsm)
{
	enum tp_ppp_standing standing = TP_PPP_STANDS_IDLE;

	if (fsm->state == TP_PPP_OPENED)
		standing = TP_PPP_STANDS_AGREED;
	else if (fsm->state >= TP_PPP_REQ_SENT)
		standing = TP_PPP_STANDS_UNDER_WAY;
	return (struct tp_ppp_automaton_image){
		.standing = (uint8_t)standing,
		.next_id = fsm->next_id,
		.granted = fsm->granted,
	};
}

void tp_ppp_image(const struct tp_ppp *ppp, struct tp_ppp_image *image)
{
	*image = (struct tp_ppp_image){
		.magic = ppp->magic,
		.peer_magic = ppp->peer_magic,
		.mru = ppp->mru,
		.peer_mru = ppp->peer_mru,
		.refused = ppp->lcp_refused,
		.method = (uint8_t)tp_ppp_lcp_method(ppp),
		.endpoint_len = ppp->endpoint_len,
		.lcp = image_of(&ppp->lcp),
		.ipcp = image_of(&ppp->ipcp),
		.ipv6cp = image_of(&ppp->ipv6cp),
		.ids = ppp->agreed_ids,
	};
	memcpy(image->endpoint, ppp->endpoint, ppp->endpoint_len);
}

/* One of no standing is as one that the peer has ended; of one under way, our request is due. */
static void restore(struct tp_ppp_fsm *fsm, const struct tp_ppp_automaton_image *image,
		    const struct tp_ppp *ppp, uint64_t now_ms)
{
	tp_ppp_fsm_init(fsm);
	fsm->next_id = image->next_id;
	switch (image->standing) {
	case TP_PPP_STANDS_AGREED:
		fsm->state = TP_PPP_OPENED;
		fsm->granted = image->granted;
		fsm->acked = true;
		break;
	case TP_PPP_STANDS_UNDER_WAY:
		fsm->state = TP_PPP_REQ_SENT;
		fsm->request_id = fsm->next_id++;
		fsm->restarts = ppp->config->max_configure;
		fsm->deadline_ms = now_ms;
		break;
	default:
		fsm->state = TP_PPP_STOPPED;
	}
}

static void restore_lcp(struct tp_ppp *ppp, const struct tp_ppp_image *image, uint64_t now_ms)
{
	tp_ppp_lcp_reset(ppp);
	ppp->magic = image->magic;
	ppp->peer_magic = image->peer_magic;
	ppp->mru = image->mru;
	ppp->peer_mru = image->peer_mru;
	ppp->mrru = 0;
	ppp->lcp_refused = image->refused;
	ppp->demanded = image->method;
	restore(&ppp->lcp, &image->lcp, ppp, now_ms);
}

static void restore_network(struct tp_ppp *ppp, const struct tp_ppp_image *image,
			    const struct tp_ppp_auth_result *given, uint64_t now_ms)
{
	tp_ppp_network_given(ppp, given);
	if (ppp->config->ipcp && ppp->wanted.remote != 0) {
		tp_ppp_ipcp.reset(ppp);
		restore(&ppp->ipcp, &image->ipcp, ppp, now_ms);
	}
	if (ppp->config->ipv6cp && !ppp->no_ipv6) {
		tp_ppp_ipv6cp.reset(ppp);
		restore(&ppp->ipv6cp, &image->ipv6cp, ppp, now_ms);
	}
	if (ppp->ipcp.state == TP_PPP_OPENED)
		ppp->open |= TP_PPP_FAMILY_IPV4;
	if (ppp->ipv6cp.state == TP_PPP_OPENED) {
		ppp->agreed_ids = image->ids;
		ppp->open |= TP_PPP_FAMILY_IPV6;
	}
	ppp->up = ppp->open;
}

/* Those who were restored at one moment are not all challenged at one. */
static void restore_auth(struct tp_ppp *ppp, uint64_t now_ms)
{
	const uint32_t again_ms = ppp->config->rechallenge_ms;

	if (ppp->demanded == TP_PPP_NO_AUTH)
		return;
	ppp->auth_state = TP_PPP_AUTH_DONE;
	ppp->authenticated = true;
	if (ppp->demanded != TP_PPP_PAP && again_ms != 0)
		ppp->auth_deadline_ms = now_ms + 1 + tp_random_below(ppp->random, again_ms);
}

void tp_ppp_restore(struct tp_ppp *ppp, const struct tp_ppp_image *image,
		    const struct tp_ppp_auth_result *given, uint64_t now_ms)
{
	ppp->phase = TP_PPP_NETWORK;
	ppp->heard_ms = now_ms;
	restore_lcp(ppp, image, now_ms);
	restore_auth(ppp, now_ms);
	restore_network(ppp, image, given, now_ms);
}
