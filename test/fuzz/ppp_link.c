/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzzes a whole PPP link in either role: LCP, PAP, CHAP, CCP, IPCP, IPV6CP, what they come to
 * together, and the timers between. The input is a role and a list of steps; a step may answer what
 * the engine sent last, so that the deeper states are within reach. Everything sent must be
 * well-formed. */
#include <stdlib.h>

#include "base/bytes.h"
#include "ppp/ppp.h"
#include "wire/ppp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct link {
	struct tp_ppp ppp;
	uint64_t now_ms;
	bool inside; /* of a call into the engine */
	bool decide_later;
	bool accept;
	uint32_t serial;
	unsigned sent; /* in this step */
	size_t last_len;
	uint8_t last[1502];
	size_t request_len; /* of the last Configure-Request sent */
	uint8_t request[1502];
	bool lcp_up, ipcp_up, ipv6cp_up, finished;
	struct tp_ppp_ccp ccp;
	struct tp_ppp_encryption_wish wish;
	bool joined; /* a link of a bundle: the network protocols are another's */
	bool encrypts;
};

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void check_options(struct tp_reader r)
{
	struct tp_ppp_option option;
	enum tp_ppp_option_result result;

	while ((result = tp_ppp_option_next(&r, &option)) == TP_PPP_OPTION_OK)
		;
	require(result == TP_PPP_OPTION_END);
}

static bool has_options(uint16_t protocol)
{
	return protocol == TP_PPP_PROTO_LCP || protocol == TP_PPP_PROTO_IPCP ||
	       protocol == TP_PPP_PROTO_IPV6CP || protocol == TP_PPP_PROTO_CCP;
}

static void output(void *user, const uint8_t *frame, size_t len)
{
	struct link *link = user;
	struct tp_reader r = tp_reader_of(frame, len);
	struct tp_ppp_packet packet;
	uint16_t protocol;

	require(link->inside && len <= sizeof(link->last));
	require(tp_read_be16(&r, &protocol) && tp_ppp_packet_parse(&r, &packet));
	require(tp_reader_left(&r) == 0);
	if (has_options(protocol) && packet.code <= TP_PPP_CODE_CONFIGURE_REJECT)
		check_options(packet.data);
	memcpy(link->last, frame, len);
	link->last_len = len;
	if (has_options(protocol) && packet.code == TP_PPP_CODE_CONFIGURE_REQUEST) {
		memcpy(link->request, frame, len);
		link->request_len = len;
	}
	link->sent++;
}

static void auth_request(void *user, const struct tp_ppp_auth_request *request)
{
	struct link *link = user;
	struct tp_ppp_auth_result result = {.addresses = {.local = 1, .remote = 2, .dns = {3, 0}}};

	require(memchr(request->name, '\0', sizeof(request->name)) != NULL);
	require(request->response_len <= sizeof(request->response));
	require(request->challenge_len <= sizeof(request->challenge));
	link->serial = request->serial;
	if (link->decide_later)
		return;
	tp_ppp_auth_verify(request, "pw", &result);
	result.accept |= link->accept;
	if (link->encrypts && !request->again) {
		struct tp_mppe_keys keys;
		bool has_keys = tp_ppp_auth_keys(request, "pw", &keys);
		tp_ppp_set_encryption(&link->ppp, &link->ccp, &link->wish, has_keys ? &keys : NULL);
	}
	require(tp_ppp_auth_result(&link->ppp, request->serial, &result, link->now_ms) == 0);
}

/* Nothing passes in clear where that is not allowed. */
static void check_up(const struct link *link)
{
	require(link->lcp_up && !link->joined);
	if (tp_ppp_ccp_of(&link->ppp) != NULL && link->wish.use == TP_PPP_ENCRYPT_REQUIRED)
		require(tp_ppp_encryption(&link->ppp) != NULL);
}

static void check_interface_ids(const struct tp_ppp_interface_ids *ids)
{
	static const uint8_t none[TP_PPP_INTERFACE_ID_LEN];

	require(memcmp(ids->local, none, sizeof(none)) != 0);
	require(memcmp(ids->remote, none, sizeof(none)) != 0);
	require(memcmp(ids->local, ids->remote, sizeof(none)) != 0);
}

static void event(void *user, const struct tp_ppp_event *e)
{
	struct link *link = user;

	require(!link->finished);
	switch (e->type) {
	case TP_PPP_LCP_UP:
		require(!link->lcp_up && e->lcp.mtu >= TP_PPP_MRU_MIN);
		link->lcp_up = true;
		break;
	case TP_PPP_AUTHENTICATED:
		require(link->lcp_up);
		break;
	case TP_PPP_IPCP_UP:
		require(!link->ipcp_up);
		check_up(link);
		link->ipcp_up = true;
		break;
	case TP_PPP_IPV6CP_UP:
		require(!link->ipv6cp_up);
		check_up(link);
		check_interface_ids(&e->interface_ids);
		link->ipv6cp_up = true;
		break;
	case TP_PPP_NETWORK_REFUSED:
		require(link->lcp_up && !(e->refused.ipv6 ? link->ipv6cp_up : link->ipcp_up));
		require(e->refused.reason != TP_PPP_NO_REASON);
		break;
	case TP_PPP_LCP_LEAVING:
		require(link->lcp_up);
		break;
	case TP_PPP_IPCP_DOWN:
		require(link->lcp_up && link->ipcp_up);
		link->ipcp_up = false;
		break;
	case TP_PPP_IPV6CP_DOWN:
		require(link->lcp_up && link->ipv6cp_up);
		link->ipv6cp_up = false;
		break;
	case TP_PPP_LCP_DOWN:
		require(link->lcp_up && !link->ipcp_up && !link->ipv6cp_up);
		link->lcp_up = false;
		break;
	case TP_PPP_FINISHED:
		require(!link->lcp_up && e->finished.reason != TP_PPP_NO_REASON);
		require(tp_ppp_deadline(&link->ppp) == TP_NEVER);
		link->finished = true;
		break;
	}
}

static void flush(void *user)
{
	const struct link *link = user;

	require(link->inside && link->encrypts);
}

static const struct tp_ppp_ops ops = {
	.output = output, .auth_request = auth_request, .event = event, .flush = flush};

/* What the engine sent last, sent back with another code: an Ack, a Nak, a Reject, a loop. */
static void answer_last(struct link *link, uint8_t code)
{
	uint8_t frame[sizeof(link->last)];

	if (link->last_len == 0)
		return;
	memcpy(frame, link->last, link->last_len);
	if (code != 0)
		frame[2] = code;
	tp_ppp_input(&link->ppp, frame, link->last_len, link->now_ms);
}

/* A negotiation by the book, up to where LCP is open: a peer that asks for nothing, or of a client
 * for one of the methods, and that acknowledges what it is asked. */
static void agree(struct link *link, bool client, uint8_t arg)
{
	static const uint8_t asks[][11] = {
		{0xc0, 0x21, 1, 9, 0, 8, 3, 4, 0xc0, 0x23},
		{0xc0, 0x21, 1, 9, 0, 9, 3, 5, 0xc2, 0x23, TP_PPP_CHAP_ALGORITHM_MD5},
		{0xc0, 0x21, 1, 9, 0, 9, 3, 5, 0xc2, 0x23, TP_PPP_CHAP_ALGORITHM_MSCHAP1},
		{0xc0, 0x21, 1, 9, 0, 9, 3, 5, 0xc2, 0x23, TP_PPP_CHAP_ALGORITHM_MSCHAP2},
		{0xc0, 0x21, 1, 9, 0, 4},
	};
	const uint8_t *ask = asks[client ? arg % 5 : 4];
	uint8_t ack[sizeof(link->request)];

	tp_ppp_input(&link->ppp, ask, 2u + ask[5], link->now_ms);
	memcpy(ack, link->request, link->request_len);
	ack[2] = TP_PPP_CODE_CONFIGURE_ACK;
	tp_ppp_input(&link->ppp, ack, link->request_len, link->now_ms);
}

/* Bytes of the input as the data of a packet, with the header that the engine waits for. */
static void feed_data(struct link *link, uint8_t kind, struct tp_reader data)
{
	static const uint16_t protocols[] = {TP_PPP_PROTO_LCP, TP_PPP_PROTO_IPCP,
					     TP_PPP_PROTO_PAP, TP_PPP_PROTO_CHAP,
					     TP_PPP_PROTO_CCP, TP_PPP_PROTO_IPV6CP};
	uint8_t frame[512];
	struct tp_writer w = tp_writer_of(frame, sizeof(frame));

	tp_ppp_packet_begin(&w, protocols[(kind & 15) % 6], kind >> 4, link->last[3]);
	tp_write_bytes(&w, data.p, tp_reader_left(&data));
	if (tp_ppp_packet_end(&w))
		tp_ppp_input(&link->ppp, frame, tp_writer_len(&w), link->now_ms);
}

static void decide(struct link *link, bool accept)
{
	struct tp_ppp_auth_result result = {.accept = accept, .addresses = {.remote = 2}};

	tp_ppp_auth_result(&link->ppp, link->serial, &result, link->now_ms);
}

static void pass_time(struct link *link)
{
	uint64_t deadline = tp_ppp_deadline(&link->ppp);

	if (deadline == TP_NEVER)
		return;
	if (deadline > link->now_ms)
		link->now_ms = deadline;
	tp_ppp_tick(&link->ppp, link->now_ms);
	require(tp_ppp_deadline(&link->ppp) > link->now_ms);
}

static void step(struct link *link, uint8_t op, struct tp_reader *r)
{
	struct tp_reader bytes;
	uint8_t arg = 0, len = 0;

	tp_read_u8(r, &arg);
	switch (op % 9) {
	case 8:
		tp_ppp_decryption_lost(&link->ppp, (enum tp_mppe_need)(arg % 3), link->now_ms);
		break;
	case 0:
		if (tp_read_sub(r, arg, &bytes))
			tp_ppp_input(&link->ppp, bytes.p, tp_reader_left(&bytes), link->now_ms);
		break;
	case 1:
		if (tp_read_u8(r, &len) && tp_read_sub(r, len, &bytes))
			feed_data(link, arg, bytes);
		break;
	case 2:
		answer_last(link, arg % 12);
		break;
	case 3:
		pass_time(link);
		break;
	case 4:
		decide(link, arg & 1);
		break;
	case 5:
		tp_ppp_close(&link->ppp, arg % TP_PPP_REASONS, link->now_ms);
		break;
	case 6:
		if (arg == 0)
			tp_ppp_lower_down(&link->ppp, TP_PPP_LOWER_LAYER, link->now_ms);
		else
			agree(link, link->ppp.config->role == TP_PPP_CLIENT, arg);
		break;
	default:
		if (link->finished) {
			link->finished = false;
			tp_ppp_open(&link->ppp, link->now_ms);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tp_reader r = tp_reader_of(data, size);
	const struct tp_ppp_addresses addresses = {.local = 1, .remote = 2, .nbns = {9, 0}};
	struct link link = {.now_ms = 1};
	struct tp_ppp_config config;
	struct tp_random random;
	uint8_t flags, wish, op;

	if (!tp_read_u8(&r, &flags) || !tp_read_u8(&r, &wish))
		return 0;
	tp_random_init_seed(&random, 1);
	tp_ppp_config_init(&config, flags & 1 ? TP_PPP_CLIENT : TP_PPP_SERVER);
	config.want_dns = flags & 2;
	config.mrru = flags & 2 ? 1600 : 0;
	config.short_sequence = flags & 4;
	config.method_count = flags >> 2 & 3 ? 4 : 0;
	config.methods[0] = (uint8_t)(TP_PPP_PAP + (flags >> 4 & 3));
	config.ipcp = (wish & 0x81) != 0x80; /* both, IPv4 alone, IPv6 alone */
	config.ipv6cp = (wish & 0x81) != 0;
	config.keepalive_ms = flags & 64 ? 10000 : 0;
	config.rechallenge_ms = flags & 64 ? 9000 : 0;
	link.decide_later = flags & 128;
	link.accept = flags & 8;
	tp_ppp_init(&link.ppp, &config, &ops, &link, &random);
	tp_ppp_set_credentials(&link.ppp, "user", "pw");
	if (config.role == TP_PPP_SERVER)
		tp_ppp_set_addresses(&link.ppp, &addresses);
	link.encrypts = wish & 1;
	link.wish = (struct tp_ppp_encryption_wish){
		.use = wish & 2 ? TP_PPP_ENCRYPT_REQUIRED : TP_PPP_ENCRYPT_YES,
		.stateful = wish & 4,
		.strengths = wish >> 3 & 7,
	};
	if (link.encrypts && config.role == TP_PPP_CLIENT)
		tp_ppp_set_encryption(&link.ppp, &link.ccp, &link.wish, NULL);
	link.joined = wish & 64;
	tp_ppp_set_joined(&link.ppp, link.joined);
	link.inside = true;
	tp_ppp_open(&link.ppp, link.now_ms);
	while (tp_read_u8(&r, &op)) {
		link.sent = 0;
		step(&link, op, &r);
		require(link.sent <= 8);
		require((tp_ppp_phase(&link.ppp) == TP_PPP_DEAD) == link.finished);
	}
	return 0;
}
