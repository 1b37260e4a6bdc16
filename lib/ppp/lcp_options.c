/* SPDX-License-Identifier: BSD-3-Clause */
/* LCP's options (RFC 1661 section 6, RFC 1990 section 5.1), and what was agreed on by them. */
#include "ppp/engine.h"

/* lcp_refused; kept on disk (image.h), so numbers stay what they are */
#define REFUSED_MRU	 0x01
#define REFUSED_MRRU	 0x02
#define REFUSED_SHORT	 0x04
#define REFUSED_ENDPOINT 0x08

#define ENDPOINT_CLASS_MAC 3 /* RFC 1990 section 5.1.3 */

/* What goes behind the option's header for each method: protocol, and CHAP's algorithm. */
struct auth_option {
	uint8_t data[3];
	uint8_t len;
};

static const struct auth_option auth_options[] = {
	[TP_PPP_PAP] = {{0xc0, 0x23}, 2},
	[TP_PPP_CHAP] = {{0xc2, 0x23, TP_PPP_CHAP_ALGORITHM_MD5}, 3},
	[TP_PPP_MSCHAP1] = {{0xc2, 0x23, TP_PPP_CHAP_ALGORITHM_MSCHAP1}, 3},
	[TP_PPP_MSCHAP2] = {{0xc2, 0x23, TP_PPP_CHAP_ALGORITHM_MSCHAP2}, 3},
};

static enum tp_ppp_method method_of(const struct tp_ppp_option *option)
{
	for (int m = TP_PPP_PAP; m <= TP_PPP_METHODS; m++) {
		if (option->len == auth_options[m].len &&
		    memcmp(option->data, auth_options[m].data, option->len) == 0)
			return (enum tp_ppp_method)m;
	}
	return TP_PPP_NO_AUTH;
}

static bool is_configured(const struct tp_ppp_config *config, enum tp_ppp_method method)
{
	for (int i = 0; i < config->method_count; i++) {
		if (config->methods[i] == method)
			return true;
	}
	return false;
}

/* A magic number of zero is illegal: RFC 1661 section 6.4. */
static uint32_t new_magic(struct tp_ppp *ppp)
{
	uint32_t magic;

	do
		magic = tp_random_u32(ppp->random);
	while (magic == 0);
	return magic;
}

void tp_ppp_lcp_reset(struct tp_ppp *ppp)
{
	const struct tp_ppp_config *config = ppp->config;

	ppp->magic = new_magic(ppp);
	ppp->peer_magic = 0;
	ppp->mru = config->mru;
	ppp->peer_mru = TP_PPP_DEFAULT_MRU;
	ppp->mrru = config->mrru;
	ppp->peer_mrru = 0;
	ppp->peer_short_sequence = false;
	ppp->endpoint_len = 0;
	ppp->lcp_refused = 0;
	ppp->loops = 0;
	ppp->demanded_of_us = TP_PPP_NO_AUTH;
	ppp->demanded = TP_PPP_NO_AUTH;
	ppp->methods_left = 0;
	if (config->role != TP_PPP_SERVER || config->method_count == 0)
		return;
	for (int i = 0; i < config->method_count; i++)
		ppp->methods_left |= (uint8_t)(1u << config->methods[i]);
	ppp->demanded = config->methods[0];
}

static bool asks_for_mp(const struct tp_ppp *ppp)
{
	return ppp->mrru != 0 && !(ppp->lcp_refused & REFUSED_MRRU);
}

static void build_mp(const struct tp_ppp *ppp, struct tp_writer *w)
{
	uint8_t endpoint[1 + sizeof(ppp->config->endpoint)] = {ENDPOINT_CLASS_MAC};

	tp_ppp_option_write_be16(w, TP_PPP_LCP_MRRU, ppp->mrru);
	if (ppp->config->short_sequence && !(ppp->lcp_refused & REFUSED_SHORT))
		tp_ppp_option_write(w, TP_PPP_LCP_SSNHF, NULL, 0);
	memcpy(endpoint + 1, ppp->config->endpoint, sizeof(ppp->config->endpoint));
	if (!(ppp->lcp_refused & REFUSED_ENDPOINT))
		tp_ppp_option_write(w, TP_PPP_LCP_ENDPOINT, endpoint, sizeof(endpoint));
}

void tp_ppp_lcp_build_request(const struct tp_ppp *ppp, struct tp_writer *w)
{
	if (!(ppp->lcp_refused & REFUSED_MRU) && ppp->mru != TP_PPP_DEFAULT_MRU)
		tp_ppp_option_write_be16(w, TP_PPP_LCP_MRU, ppp->mru);
	if (ppp->demanded != TP_PPP_NO_AUTH)
		tp_ppp_option_write(w, TP_PPP_LCP_AUTH, auth_options[ppp->demanded].data,
				    auth_options[ppp->demanded].len);
	if (ppp->magic != 0)
		tp_ppp_option_write_be32(w, TP_PPP_LCP_MAGIC, ppp->magic);
	if (asks_for_mp(ppp))
		build_mp(ppp, w);
}

/* What a peer's request comes to, if all of it suits us. */
struct lcp_wish {
	uint16_t mru;
	uint32_t magic;
	enum tp_ppp_method method;
	uint16_t mrru;
	bool short_sequence;
	struct tp_ppp_option endpoint;
};

/* RFC 2516 section 7: not beyond what PPPoE carries, or what RFC 4638 has made of that. */
static void judge_mru(const struct tp_ppp_config *config, const struct tp_ppp_option *option,
		      struct tp_ppp_answer *a, struct lcp_wish *wish)
{
	if (!tp_ppp_option_be16(option, &wish->mru))
		tp_ppp_answer_reject(a, option);
	else if (wish->mru < config->peer_mru_min)
		tp_ppp_answer_nak_be16(a, option, config->peer_mru_min);
	else if (wish->mru > config->peer_mru_max)
		tp_ppp_answer_nak_be16(a, option, config->peer_mru_max);
	else
		tp_ppp_answer_ack(a, option);
}

static void judge_auth(const struct tp_ppp *ppp, const struct tp_ppp_option *option,
		       struct tp_ppp_answer *a, struct lcp_wish *wish)
{
	const struct tp_ppp_config *config = ppp->config;

	wish->method = method_of(option);
	if (config->role != TP_PPP_CLIENT || config->method_count == 0)
		tp_ppp_answer_reject(a, option);
	else if (is_configured(config, wish->method))
		tp_ppp_answer_ack(a, option);
	else
		tp_ppp_answer_nak(a, option, auth_options[config->methods[0]].data,
				  auth_options[config->methods[0]].len);
}

static void judge_magic(struct tp_ppp *ppp, const struct tp_ppp_option *option,
			struct tp_ppp_answer *a, struct lcp_wish *wish)
{
	if (!tp_ppp_option_be32(option, &wish->magic))
		tp_ppp_answer_reject(a, option);
	else if (wish->magic == 0)
		tp_ppp_answer_nak_be32(a, option, new_magic(ppp));
	else
		tp_ppp_answer_ack(a, option);
}

/* MP's three options are taken by who wants MP itself. */
static void judge_mp(const struct tp_ppp *ppp, const struct tp_ppp_option *option,
		     struct tp_ppp_answer *a, struct lcp_wish *wish)
{
	bool is_mrru = option->type == TP_PPP_LCP_MRRU;
	bool fits = is_mrru ? tp_ppp_option_be16(option, &wish->mrru)
		    : option->type == TP_PPP_LCP_SSNHF
			    ? option->len == 0
			    : option->len > 0 && option->len <= TP_PPP_ENDPOINT_MAX;

	if (!fits || !asks_for_mp(ppp))
		tp_ppp_answer_reject(a, option);
	else if (is_mrru && wish->mrru < TP_PPP_MRRU_MIN)
		tp_ppp_answer_nak_be16(a, option, TP_PPP_MRRU_MIN);
	else
		tp_ppp_answer_ack(a, option);
	wish->short_sequence |= option->type == TP_PPP_LCP_SSNHF;
	if (option->type == TP_PPP_LCP_ENDPOINT)
		wish->endpoint = *option;
}

/* Our own magic number in a request: we may hear ourselves. RFC 1661 section 6.4 has it naked with
 * another; each turn through a loop comes back here, and a peer that chose the same by chance
 * does not. */
static bool is_looped(struct tp_ppp *ppp, struct tp_reader options, struct tp_ppp_answer *a)
{
	struct tp_ppp_option option;
	uint32_t magic;

	while (tp_ppp_option_next(&options, &option) == TP_PPP_OPTION_OK) {
		if (option.type != TP_PPP_LCP_MAGIC || !tp_ppp_option_be32(&option, &magic) ||
		    ppp->magic == 0 || magic != ppp->magic)
			continue;
		if (++ppp->loops >= ppp->config->max_failure)
			tp_ppp_fail(ppp, TP_PPP_LOOPED_BACK);
		tp_ppp_answer_nak_be32(a, &option, new_magic(ppp));
		return true;
	}
	ppp->loops = 0;
	return false;
}

void tp_ppp_lcp_input_request(struct tp_ppp *ppp, struct tp_reader options, struct tp_ppp_answer *a)
{
	struct lcp_wish wish = {.mru = TP_PPP_DEFAULT_MRU};
	struct tp_ppp_option option;

	if (is_looped(ppp, options, a))
		return;
	while (tp_ppp_option_next(&options, &option) == TP_PPP_OPTION_OK) {
		switch (option.type) {
		case TP_PPP_LCP_MRU:
			judge_mru(ppp->config, &option, a, &wish);
			break;
		case TP_PPP_LCP_AUTH:
			judge_auth(ppp, &option, a, &wish);
			break;
		case TP_PPP_LCP_MAGIC:
			judge_magic(ppp, &option, a, &wish);
			break;
		case TP_PPP_LCP_MRRU:
		case TP_PPP_LCP_SSNHF:
		case TP_PPP_LCP_ENDPOINT:
			judge_mp(ppp, &option, a, &wish);
			break;
		default:
			tp_ppp_answer_reject(a, &option);
		}
	}
	if (a->code != TP_PPP_CODE_CONFIGURE_ACK)
		return;
	ppp->peer_mru = wish.mru;
	ppp->peer_magic = wish.magic;
	ppp->demanded_of_us = (uint8_t)wish.method;
	ppp->peer_mrru = wish.mrru;
	ppp->peer_short_sequence = wish.short_sequence;
	ppp->endpoint_len = wish.endpoint.len;
	if (wish.endpoint.len > 0)
		memcpy(ppp->endpoint, wish.endpoint.data, wish.endpoint.len);
}

/* The peer won't have the method demanded: SUGGESTED if we may, else the next in order. */
static void next_method(struct tp_ppp *ppp, enum tp_ppp_method suggested)
{
	const struct tp_ppp_config *config = ppp->config;

	ppp->methods_left &= (uint8_t) ~(1u << ppp->demanded);
	if (suggested != TP_PPP_NO_AUTH && (ppp->methods_left & 1u << suggested)) {
		ppp->demanded = (uint8_t)suggested;
		return;
	}
	for (int i = 0; i < config->method_count; i++) {
		if (ppp->methods_left & 1u << config->methods[i]) {
			ppp->demanded = config->methods[i];
			return;
		}
	}
	tp_ppp_fail(ppp, TP_PPP_NO_METHOD);
}

void tp_ppp_lcp_input_nak(struct tp_ppp *ppp, const struct tp_ppp_option *option)
{
	uint16_t mru, mrru;

	switch (option->type) {
	case TP_PPP_LCP_MRRU:
		if (tp_ppp_option_be16(option, &mrru) && mrru >= TP_PPP_MRRU_MIN &&
		    mrru <= ppp->config->mrru)
			ppp->mrru = mrru;
		break;
	case TP_PPP_LCP_MRU:
		if (tp_ppp_option_be16(option, &mru) && mru >= TP_PPP_MRU_MIN &&
		    mru <= ppp->config->mru)
			ppp->mru = mru;
		break;
	case TP_PPP_LCP_AUTH:
		if (ppp->demanded != TP_PPP_NO_AUTH)
			next_method(ppp, method_of(option));
		break;
	case TP_PPP_LCP_MAGIC:
		if (ppp->magic != 0)
			ppp->magic = new_magic(ppp);
		break;
	default:
		break;
	}
}

void tp_ppp_lcp_input_reject(struct tp_ppp *ppp, const struct tp_ppp_option *option)
{
	switch (option->type) {
	case TP_PPP_LCP_MRU:
		ppp->lcp_refused |= REFUSED_MRU;
		break;
	case TP_PPP_LCP_AUTH:
		if (ppp->demanded != TP_PPP_NO_AUTH)
			next_method(ppp, TP_PPP_NO_AUTH);
		break;
	case TP_PPP_LCP_MAGIC:
		ppp->magic = 0;
		break;
	case TP_PPP_LCP_MRRU:
		ppp->lcp_refused |= REFUSED_MRRU;
		break;
	case TP_PPP_LCP_SSNHF:
		ppp->lcp_refused |= REFUSED_SHORT;
		break;
	case TP_PPP_LCP_ENDPOINT:
		ppp->lcp_refused |= REFUSED_ENDPOINT;
		break;
	default:
		break;
	}
}

uint16_t tp_ppp_lcp_mtu(const struct tp_ppp *ppp)
{
	uint16_t mtu = ppp->peer_mru < ppp->config->max_mtu ? ppp->peer_mru : ppp->config->max_mtu;

	return mtu < TP_PPP_MRU_MIN ? TP_PPP_MRU_MIN : mtu;
}

uint16_t tp_ppp_lcp_mru(const struct tp_ppp *ppp)
{
	return ppp->lcp_refused & REFUSED_MRU ? TP_PPP_DEFAULT_MRU : ppp->mru;
}

bool tp_ppp_lcp_has_mp(const struct tp_ppp *ppp)
{
	return asks_for_mp(ppp) && ppp->peer_mrru != 0;
}

bool tp_ppp_lcp_short_sequence(const struct tp_ppp *ppp)
{
	return ppp->config->short_sequence && !(ppp->lcp_refused & REFUSED_SHORT);
}

enum tp_ppp_method tp_ppp_lcp_method(const struct tp_ppp *ppp)
{
	return (enum tp_ppp_method)(ppp->config->role == TP_PPP_SERVER ? ppp->demanded
								       : ppp->demanded_of_us);
}

size_t tp_ppp_lcp_room(const struct tp_ppp *ppp, size_t before)
{
	size_t most = tp_ppp_lcp_mtu(ppp);

	if (most > TP_PPP_DEFAULT_MRU)
		most = TP_PPP_DEFAULT_MRU;
	return most - TP_PPP_HEADER_LEN - before;
}
