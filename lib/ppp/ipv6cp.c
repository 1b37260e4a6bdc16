/* SPDX-License-Identifier: BSD-3-Clause */
/* IPV6CP: RFC 5072, which agrees on the interface identifiers of link-local addresses; compression
 * (section 4.2) is rejected.
 *
 * A side without a given identifier makes one up and keeps it while the link lives, so that its
 * address is the same after each negotiation. A peer without a given one has what it wishes for,
 * unless that is zero or ours. */
#include "ppp/engine.h"

#define ID_LEN TP_PPP_INTERFACE_ID_LEN

static const uint8_t none[ID_LEN];

static bool same(const uint8_t *a, const uint8_t *b)
{
	return memcmp(a, b, ID_LEN) == 0;
}

/* RFC 5072, section 4.1: of a random identifier the "u" bit is zero. */
static void make_up(struct tp_ppp *ppp, uint8_t id[ID_LEN], const uint8_t *other)
{
	do {
		tp_random_bytes(ppp->random, id, ID_LEN);
		id[0] &= (uint8_t)~0x02;
	} while (same(id, none) || same(id, other));
}

/* GIVEN if there is one, else what was there before. */
static void choose(struct tp_ppp *ppp, uint8_t id[ID_LEN], const uint8_t *given,
		   const uint8_t *other)
{
	if (!same(given, none) && !same(given, other))
		memcpy(id, given, ID_LEN);
	else if (same(id, none) || same(id, other))
		make_up(ppp, id, other);
}

/* The peer's is, until there is an Ack, what it would be told in a Nak. */
static void ipv6cp_reset(struct tp_ppp *ppp)
{
	struct tp_ppp_interface_ids *ids = &ppp->agreed_ids;

	ppp->ipv6cp_refused = false;
	choose(ppp, ids->local, ppp->wanted_ids.local, ppp->wanted_ids.remote);
	choose(ppp, ids->remote, ppp->wanted_ids.remote, ids->local);
}

static void ipv6cp_build_request(const struct tp_ppp *ppp, struct tp_writer *w)
{
	if (!ppp->ipv6cp_refused)
		tp_ppp_option_write(w, TP_PPP_IPV6CP_INTERFACE_ID, ppp->agreed_ids.local, ID_LEN);
}

static bool suits(const struct tp_ppp *ppp, const uint8_t *wish)
{
	if (!same(ppp->wanted_ids.remote, none))
		return same(wish, ppp->wanted_ids.remote);
	return !same(wish, none) && !same(wish, ppp->agreed_ids.local);
}

/* Max-Failure is not for who asks with zeros: it takes what it gets. Who insists on what can't be,
 * or asks for none at all, would be up under an address that we do not know. */
static void judge(struct tp_ppp *ppp, const struct tp_ppp_option *option, struct tp_ppp_answer *a)
{
	if (option->data != NULL && suits(ppp, option->data)) {
		tp_ppp_answer_ack(a, option);
		return;
	}
	if (option->data != NULL && same(option->data, none))
		a->no_naks = false;
	a->failed |= a->no_naks;
	tp_ppp_answer_nak(a, option, ppp->agreed_ids.remote, ID_LEN);
}

static void ipv6cp_input_request(struct tp_ppp *ppp, struct tp_reader options,
				 struct tp_ppp_answer *a)
{
	struct tp_ppp_option option, id = {.type = TP_PPP_IPV6CP_INTERFACE_ID};

	while (tp_ppp_option_next(&options, &option) == TP_PPP_OPTION_OK) {
		if (option.type != TP_PPP_IPV6CP_INTERFACE_ID || option.len != ID_LEN ||
		    id.data != NULL)
			tp_ppp_answer_reject(a, &option);
		else
			id = option;
	}
	judge(ppp, &id, a);
	if (a->code == TP_PPP_CODE_CONFIGURE_ACK)
		memcpy(ppp->agreed_ids.remote, id.data, ID_LEN);
}

/* A server keeps to what it was given. One that is naked with the very identifier that it naks the
 * peer with makes up another (section 4.1). */
static void ipv6cp_input_nak(struct tp_ppp *ppp, const struct tp_ppp_option *option)
{
	struct tp_ppp_interface_ids *ids = &ppp->agreed_ids;

	if (option->type != TP_PPP_IPV6CP_INTERFACE_ID || option->len != ID_LEN ||
	    (ppp->config->role == TP_PPP_SERVER && !same(ppp->wanted_ids.local, none)))
		return;
	if (same(option->data, none) || same(option->data, ids->remote))
		make_up(ppp, ids->local, ids->remote);
	else
		memcpy(ids->local, option->data, ID_LEN);
}

/* Ours is ours, even if the peer does not care to know it. */
static void ipv6cp_input_reject(struct tp_ppp *ppp, const struct tp_ppp_option *option)
{
	if (option->type == TP_PPP_IPV6CP_INTERFACE_ID)
		ppp->ipv6cp_refused = true;
}

static void ipv6cp_agreed(const struct tp_ppp *ppp, struct tp_ppp_event *event)
{
	event->interface_ids = ppp->agreed_ids;
}

static void ipv6cp_up(struct tp_ppp *ppp, uint64_t now_ms)
{
	tp_ppp_network_opened(ppp, &tp_ppp_ipv6cp, now_ms);
}

static void ipv6cp_down(struct tp_ppp *ppp, uint64_t now_ms)
{
	tp_ppp_network_closed(ppp, &tp_ppp_ipv6cp, now_ms);
}

static void ipv6cp_failed(struct tp_ppp *ppp, enum tp_ppp_reason reason, uint64_t now_ms)
{
	tp_ppp_network_failed(ppp, &tp_ppp_ipv6cp, reason);
}

static void ipv6cp_given(struct tp_ppp *ppp, const struct tp_ppp_auth_result *result)
{
	tp_ppp_set_interface_ids(ppp, result->no_ipv6 ? NULL : &result->interface_ids);
}

static struct tp_ppp_fsm *ipv6cp_fsm(struct tp_ppp *ppp)
{
	return ppp->config->ipv6cp ? &ppp->ipv6cp : NULL;
}

/* As for IPCP: Linux's pppd does not hear it before CCP is done. */
static bool ipv6cp_resend_on_first(const struct tp_ppp *ppp)
{
	return ppp->ccp != NULL;
}

static void ipv6cp_start(struct tp_ppp *ppp, uint64_t now_ms)
{
	if (ppp->no_ipv6)
		return;
	tp_ppp_fsm_open(ppp, &tp_ppp_ipv6cp, now_ms);
	tp_ppp_fsm_up(ppp, &tp_ppp_ipv6cp, now_ms);
}

static void ipv6cp_take(struct tp_ppp *to, struct tp_ppp *from)
{
	to->ipv6cp = from->ipv6cp;
	to->wanted_ids = from->wanted_ids;
	to->agreed_ids = from->agreed_ids;
	to->no_ipv6 = from->no_ipv6;
	to->ipv6cp_refused = from->ipv6cp_refused;
	tp_ppp_fsm_init(&from->ipv6cp);
}

const struct tp_ppp_protocol tp_ppp_ipv6cp = {
	.number = TP_PPP_PROTO_IPV6CP,
	.data = TP_PPP_PROTO_IPV6,
	.family = TP_PPP_FAMILY_IPV6,
	.told_up = TP_PPP_IPV6CP_UP,
	.told_down = TP_PPP_IPV6CP_DOWN,
	.agreed = ipv6cp_agreed,
	.given = ipv6cp_given,
	.fsm = ipv6cp_fsm,
	.resend_on_first = ipv6cp_resend_on_first,
	.reset = ipv6cp_reset,
	.build_request = ipv6cp_build_request,
	.input_request = ipv6cp_input_request,
	.input_nak = ipv6cp_input_nak,
	.input_reject = ipv6cp_input_reject,
	.up = ipv6cp_up,
	.down = ipv6cp_down,
	.failed = ipv6cp_failed,
	.start = ipv6cp_start,
	.take = ipv6cp_take,
};

/* ---- the owner's --------------------------------------------------------------------------- */

void tp_ppp_set_interface_ids(struct tp_ppp *ppp, const struct tp_ppp_interface_ids *ids)
{
	ppp->no_ipv6 = ids == NULL;
	ppp->wanted_ids = ids != NULL ? *ids : (struct tp_ppp_interface_ids){0};
}
