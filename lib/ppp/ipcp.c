/* SPDX-License-Identifier: BSD-3-Clause */
/* IPCP: RFC 1332, with the name servers of RFC 1877.
 *
 * The server knows every address: its own, the peer's, the name servers; it naks other wishes. The
 * client asks with 0.0.0.0 and takes what it is given. Header compression is rejected. */
#include "ppp/engine.h"

/* ipcp_refused */
#define REFUSED_ADDRESS 0x01
#define REFUSED_DNS1	0x02
#define REFUSED_DNS2	0x04

/* So many Naks and Rejects of a request that asks for name servers, and it asks for none: some
 * servers that have none nak with 0.0.0.0 for ever. */
#define DNS_NAKS 3

static bool is_server(const struct tp_ppp *ppp)
{
	return ppp->config->role == TP_PPP_SERVER;
}

/* Where a name server of TYPE is kept in A; NULL for another option. */
static uint32_t *name_server(struct tp_ppp_addresses *a, uint8_t type)
{
	switch (type) {
	case TP_PPP_IPCP_DNS1:
		return &a->dns[0];
	case TP_PPP_IPCP_DNS2:
		return &a->dns[1];
	case TP_PPP_IPCP_NBNS1:
		return &a->nbns[0];
	case TP_PPP_IPCP_NBNS2:
		return &a->nbns[1];
	default:
		return NULL;
	}
}

static void ipcp_reset(struct tp_ppp *ppp)
{
	ppp->ipcp_refused = 0;
	ppp->agreed = ppp->wanted;
}

static void ipcp_build_request(const struct tp_ppp *ppp, struct tp_writer *w)
{
	const struct tp_ppp_addresses *a = &ppp->agreed;
	bool asks_dns = !is_server(ppp) && ppp->config->want_dns;

	if (!(ppp->ipcp_refused & REFUSED_ADDRESS) && (!is_server(ppp) || a->local != 0))
		tp_ppp_option_write_be32(w, TP_PPP_IPCP_ADDRESS, a->local);
	if (asks_dns && !(ppp->ipcp_refused & REFUSED_DNS1))
		tp_ppp_option_write_be32(w, TP_PPP_IPCP_DNS1, a->dns[0]);
	if (asks_dns && !(ppp->ipcp_refused & REFUSED_DNS2))
		tp_ppp_option_write_be32(w, TP_PPP_IPCP_DNS2, a->dns[1]);
}

/* Server: OURS is what the peer may have. */
static void give(struct tp_ppp_answer *a, const struct tp_ppp_option *option, uint32_t ours)
{
	uint32_t wish;

	if (ours == 0 || option->len != sizeof(wish))
		tp_ppp_answer_reject(a, option);
	else if (tp_ppp_option_be32(option, &wish) && wish == ours)
		tp_ppp_answer_ack(a, option);
	else
		tp_ppp_answer_nak_be32(a, option, ours);
}

/* Max-Failure is not for who asks with 0.0.0.0: it takes what it gets, once a Nak arrives. But a
 * peer that insists on another address would be up, and unheard. */
static void judge_wish(struct tp_ppp *ppp, struct tp_ppp_answer *a, uint32_t wish)
{
	if (wish == 0) {
		a->no_naks = false;
	} else if (wish != ppp->wanted.remote && a->no_naks) {
		ppp->ipcp_wish = wish;
		a->failed = true;
	}
}

static void server_input_request(struct tp_ppp *ppp, struct tp_reader options,
				 struct tp_ppp_answer *a)
{
	struct tp_ppp_option option;
	bool has_address = false;

	while (tp_ppp_option_next(&options, &option) == TP_PPP_OPTION_OK) {
		const uint32_t *server = name_server(&ppp->wanted, option.type);
		uint32_t wish;

		if (server != NULL) {
			give(a, &option, *server);
		} else if (option.type == TP_PPP_IPCP_ADDRESS) {
			has_address = true;
			if (tp_ppp_option_be32(&option, &wish))
				judge_wish(ppp, a, wish);
			give(a, &option, ppp->wanted.remote);
		} else {
			tp_ppp_answer_reject(a, &option);
		}
	}
	if (has_address)
		return;
	/* RFC 1661 section 5.3: options that are wanted are appended to a Nak. A peer that still
	 * does not ask would be up with an address that it does not know. */
	if (a->no_naks)
		a->failed = true;
	option = (struct tp_ppp_option){.type = TP_PPP_IPCP_ADDRESS};
	tp_ppp_answer_nak_be32(a, &option, ppp->wanted.remote);
}

static void client_input_request(struct tp_ppp *ppp, struct tp_reader options,
				 struct tp_ppp_answer *a)
{
	struct tp_ppp_option option;
	uint32_t remote = ppp->wanted.remote;

	while (tp_ppp_option_next(&options, &option) == TP_PPP_OPTION_OK) {
		uint32_t address;

		if (option.type != TP_PPP_IPCP_ADDRESS || !tp_ppp_option_be32(&option, &address)) {
			tp_ppp_answer_reject(a, &option);
		} else if (address != 0) {
			remote = address;
			tp_ppp_answer_ack(a, &option);
		} else if (ppp->wanted.remote != 0) {
			tp_ppp_answer_nak_be32(a, &option, ppp->wanted.remote);
		} else {
			tp_ppp_answer_reject(a, &option);
		}
	}
	if (a->code == TP_PPP_CODE_CONFIGURE_ACK)
		ppp->agreed.remote = remote;
}

static void ipcp_input_request(struct tp_ppp *ppp, struct tp_reader options,
			       struct tp_ppp_answer *a)
{
	if (is_server(ppp))
		server_input_request(ppp, options, a);
	else
		client_input_request(ppp, options, a);
}

static void ipcp_input_reject(struct tp_ppp *ppp, const struct tp_ppp_option *option)
{
	switch (option->type) {
	case TP_PPP_IPCP_ADDRESS:
		ppp->ipcp_refused |= REFUSED_ADDRESS;
		break;
	case TP_PPP_IPCP_DNS1:
		ppp->ipcp_refused |= REFUSED_DNS1;
		ppp->agreed.dns[0] = ppp->wanted.dns[0];
		break;
	case TP_PPP_IPCP_DNS2:
		ppp->ipcp_refused |= REFUSED_DNS2;
		ppp->agreed.dns[1] = ppp->wanted.dns[1];
		break;
	default:
		break;
	}
}

/* A server keeps to its address; a client takes what the server says. */
static void ipcp_input_nak(struct tp_ppp *ppp, const struct tp_ppp_option *option)
{
	uint32_t *server = name_server(&ppp->agreed, option->type);
	uint32_t value;

	if (is_server(ppp) || !tp_ppp_option_be32(option, &value))
		return;
	if (option->type == TP_PPP_IPCP_ADDRESS && value != 0)
		ppp->agreed.local = value;
	else if (server != NULL && ppp->ipcp.naks_taken > DNS_NAKS)
		ipcp_input_reject(ppp, option);
	else if (server != NULL)
		*server = value;
}

/* A name server that is given alone is the first, whichever option brought it. */
static void ipcp_agreed(const struct tp_ppp *ppp, struct tp_ppp_event *event)
{
	struct tp_ppp_addresses *agreed = &event->addresses;

	*agreed = ppp->agreed;
	if (!is_server(ppp) && agreed->dns[0] == 0) {
		agreed->dns[0] = agreed->dns[1];
		agreed->dns[1] = 0;
	}
}

static void ipcp_up(struct tp_ppp *ppp, uint64_t now_ms)
{
	if (!is_server(ppp) && ppp->agreed.local == 0)
		tp_ppp_fsm_fail(ppp, &tp_ppp_ipcp, now_ms);
	else
		tp_ppp_network_opened(ppp, &tp_ppp_ipcp, now_ms);
}

static void ipcp_down(struct tp_ppp *ppp, uint64_t now_ms)
{
	tp_ppp_network_closed(ppp, &tp_ppp_ipcp, now_ms);
}

static void ipcp_failed(struct tp_ppp *ppp, enum tp_ppp_reason reason, uint64_t now_ms)
{
	tp_ppp_network_failed(ppp, &tp_ppp_ipcp, reason);
}

static void ipcp_given(struct tp_ppp *ppp, const struct tp_ppp_auth_result *result)
{
	ppp->wanted = result->addresses;
}

static struct tp_ppp_fsm *ipcp_fsm(struct tp_ppp *ppp)
{
	return ppp->config->ipcp ? &ppp->ipcp : NULL;
}

/* Linux's pppd does not hear IPCP before CCP is done: what we sent meanwhile is lost. */
static bool ipcp_resend_on_first(const struct tp_ppp *ppp)
{
	return ppp->ccp != NULL;
}

/* A server has to know the peer's address first. */
static void ipcp_start(struct tp_ppp *ppp, uint64_t now_ms)
{
	if (is_server(ppp) && ppp->wanted.remote == 0)
		return;
	tp_ppp_fsm_open(ppp, &tp_ppp_ipcp, now_ms);
	tp_ppp_fsm_up(ppp, &tp_ppp_ipcp, now_ms);
}

static void ipcp_take(struct tp_ppp *to, struct tp_ppp *from)
{
	to->ipcp = from->ipcp;
	to->wanted = from->wanted;
	to->agreed = from->agreed;
	to->ipcp_refused = from->ipcp_refused;
	tp_ppp_fsm_init(&from->ipcp);
}

const struct tp_ppp_protocol tp_ppp_ipcp = {
	.number = TP_PPP_PROTO_IPCP,
	.data = TP_PPP_PROTO_IPV4,
	.family = TP_PPP_FAMILY_IPV4,
	.told_up = TP_PPP_IPCP_UP,
	.told_down = TP_PPP_IPCP_DOWN,
	.agreed = ipcp_agreed,
	.given = ipcp_given,
	.fsm = ipcp_fsm,
	.resend_on_first = ipcp_resend_on_first,
	.reset = ipcp_reset,
	.build_request = ipcp_build_request,
	.input_request = ipcp_input_request,
	.input_nak = ipcp_input_nak,
	.input_reject = ipcp_input_reject,
	.up = ipcp_up,
	.down = ipcp_down,
	.failed = ipcp_failed,
	.start = ipcp_start,
	.take = ipcp_take,
};
