/* SPDX-License-Identifier: BSD-3-Clause */
/* The DHCPv6 server's messages: which are to be answered, and by what (RFC 8415, sections 16 and
 * 18.3). */
#include "ipv6/router_private.h"

#define PREFERENCE 255	 /* there is no other server: a client need not wait for one */
#define REFRESH_S  86400 /* IRT_DEFAULT, RFC 8415, section 7.6 */

enum server_id { FORBIDDEN, OURS, OURS_IF_ANY };

/* RFC 8415, section 16, message by message; 18.4 for what may come by unicast. */
struct rule {
	bool taken;
	bool needs_client_id;
	enum server_id server_id;
	bool unicast;
};

static const struct rule rules[] = {
	[TP_DHCP6_SOLICIT] = {true, true, FORBIDDEN, false},
	[TP_DHCP6_REQUEST] = {true, true, OURS, true},
	[TP_DHCP6_CONFIRM] = {true, true, FORBIDDEN, false},
	[TP_DHCP6_RENEW] = {true, true, OURS, true},
	[TP_DHCP6_REBIND] = {true, true, FORBIDDEN, false},
	[TP_DHCP6_RELEASE] = {true, true, OURS, true},
	[TP_DHCP6_DECLINE] = {true, true, OURS, true},
	[TP_DHCP6_INFORMATION_REQUEST] = {true, false, OURS_IF_ANY, false},
};

static enum tp_ipv6_reason check_server(const struct tp_ipv6_router *router,
					const struct tp_reader *server, enum server_id rule)
{
	if (tp_reader_left(server) == 0)
		return rule == OURS ? TP_IPV6_DHCP6_NO_SERVER_ID : TP_IPV6_NO_REASON;
	if (rule == FORBIDDEN)
		return TP_IPV6_DHCP6_HAS_SERVER_ID;
	return tp_duid_is(&router->common->config.duid, server->p, tp_reader_left(server))
		       ? TP_IPV6_NO_REASON
		       : TP_IPV6_DHCP6_OTHER_SERVER;
}

static enum tp_ipv6_reason check(const struct tp_ipv6_router *router,
				 const struct tp_dhcp6_message *message, bool unicast)
{
	const struct rule *rule = &rules[0];

	if (message->type == TP_DHCP6_RELAY_FORWARD || message->type == TP_DHCP6_RELAY_REPLY)
		return TP_IPV6_DHCP6_RELAYED;
	if (message->type < sizeof(rules) / sizeof(rules[0]))
		rule = &rules[message->type];
	if (!rule->taken)
		return TP_IPV6_DHCP6_TYPE;
	if (unicast && !rule->unicast)
		return TP_IPV6_DHCP6_UNICAST;
	if (rule->needs_client_id && tp_reader_left(&message->client) == 0)
		return TP_IPV6_DHCP6_NO_CLIENT_ID;
	if (message->type == TP_DHCP6_INFORMATION_REQUEST && message->ia_count > 0)
		return TP_IPV6_DHCP6_HAS_IA;
	return check_server(router, &message->server, rule->server_id);
}

/* ---- answers --------------------------------------------------------------------------------- */

/* A client that sent its identifier finds it in the answer. */
static void begin(struct tp_dhcp6_exchange *ex, const struct tp_ipv6_in *in, uint8_t type)
{
	const struct tp_duid *ours = &ex->router->common->config.duid;
	const struct tp_reader *client = &ex->message->client;
	uint8_t local[TP_IPV6_ADDRESS_LEN];

	tp_ipv6_link_local(local, ex->terms.local_id);
	tp_ipv6_out_udp(&ex->out, local, TP_DHCP6_SERVER_PORT, in->src, TP_DHCP6_CLIENT_PORT);
	tp_dhcp6_begin(&ex->out.w, type, ex->message->transaction);
	if (tp_reader_left(client) > 0)
		tp_dhcp6_put(&ex->out.w, TP_DHCP6_CLIENT_ID, client->p, tp_reader_left(client));
	tp_dhcp6_put(&ex->out.w, TP_DHCP6_SERVER_ID, ours->bytes, ours->len);
}

static bool finish(struct tp_dhcp6_exchange *ex, uint8_t type)
{
	ex->out.bytes[TP_IPV6_HEADER_LEN + TP_IPV6_UDP_HEADER_LEN] = type;
	return tp_ipv6_router_send(ex->router, &ex->out, tp_dhcp6_message_of(type));
}

/* What the Option Request names. First in an answer: it reads what the terms point to. */
static void put_information(struct tp_dhcp6_exchange *ex)
{
	const struct tp_dhcp6_message *message = ex->message;
	const struct tp_ipv6_terms *terms = &ex->terms;
	uint32_t max_rt_s = ex->router->common->config.max_rt_s;
	struct tp_writer *w = &ex->out.w;

	if (terms->dns_count > 0 && tp_dhcp6_wants(message, TP_DHCP6_DNS_SERVERS))
		tp_dhcp6_put(w, TP_DHCP6_DNS_SERVERS, terms->dns,
			     (size_t)terms->dns_count * TP_IPV6_ADDRESS_LEN);
	if (tp_dhcp6_wants(message, TP_DHCP6_DOMAIN_SEARCH))
		tp_dhcp6_put_search(w, terms->search, terms->search_count);
	if (tp_dhcp6_wants(message, TP_DHCP6_SOL_MAX_RT))
		tp_dhcp6_put_u32(w, TP_DHCP6_SOL_MAX_RT, max_rt_s);
	if (tp_dhcp6_wants(message, TP_DHCP6_INF_MAX_RT))
		tp_dhcp6_put_u32(w, TP_DHCP6_INF_MAX_RT, max_rt_s);
	if (message->type == TP_DHCP6_INFORMATION_REQUEST &&
	    tp_dhcp6_wants(message, TP_DHCP6_INFORMATION_REFRESH))
		tp_dhcp6_put_u32(w, TP_DHCP6_INFORMATION_REFRESH, REFRESH_S);
}

static bool is_last_of_kind(const struct tp_dhcp6_message *message, unsigned i)
{
	for (unsigned j = i + 1; j < message->ia_count; j++)
		if (message->ias[j].kind == message->ias[i].kind)
			return false;
	return true;
}

static void serve_all(struct tp_dhcp6_exchange *ex)
{
	const struct tp_dhcp6_message *message = ex->message;

	for (unsigned i = 0; i < message->ia_count; i++)
		tp_dhcp6_ia_serve(ex, &message->ias[i], is_last_of_kind(message, i));
}

/* Of one that wants to be served at once and can't be, the answer is as if it had not asked for it:
 * so it hears of other servers, and when to ask again (RFC 8415, section 18.3.1). */
static bool answer_solicit(struct tp_dhcp6_exchange *ex)
{
	ex->commit = ex->message->rapid_commit;
	put_information(ex);
	serve_all(ex);
	if (ex->commit && ex->given > 0) {
		tp_dhcp6_put(&ex->out.w, TP_DHCP6_RAPID_COMMIT, NULL, 0);
		return finish(ex, TP_DHCP6_REPLY);
	}
	tp_dhcp6_put_u8(&ex->out.w, TP_DHCP6_PREFERENCE, PREFERENCE);
	return finish(ex, TP_DHCP6_ADVERTISE);
}

static bool answer_request(struct tp_dhcp6_exchange *ex)
{
	ex->commit = true;
	put_information(ex);
	serve_all(ex);
	return finish(ex, TP_DHCP6_REPLY);
}

static bool answer_release(struct tp_dhcp6_exchange *ex)
{
	enum tp_ipv6_release why =
		ex->message->type == TP_DHCP6_DECLINE ? TP_IPV6_DECLINED : TP_IPV6_RELEASED;

	tp_dhcp6_put_status(&ex->out.w, TP_DHCP6_SUCCESS, "");
	for (unsigned i = 0; i < ex->message->ia_count; i++)
		tp_dhcp6_ia_release(ex, &ex->message->ias[i], why);
	return finish(ex, TP_DHCP6_REPLY);
}

static bool answer_information(struct tp_dhcp6_exchange *ex)
{
	put_information(ex);
	return finish(ex, TP_DHCP6_REPLY);
}

/* RFC 8415, section 18.3.3: of addresses alone, and all of them. Without any there is no answer. */
static unsigned count_addresses(const struct tp_dhcp6_message *message,
				const struct tp_prefix6 *ours, unsigned *on_link)
{
	unsigned count = 0;

	*on_link = 0;
	for (unsigned i = 0; i < message->ia_count; i++) {
		const struct tp_dhcp6_ia *ia = &message->ias[i];

		for (unsigned j = 0; j < ia->lease_count && ia->kind == TP_DHCP6_IA_NA; j++) {
			count++;
			*on_link += tp_prefix6_same(&ia->leases[j].prefix, ours);
		}
	}
	return count;
}

static bool answer_confirm(struct tp_dhcp6_exchange *ex)
{
	unsigned on_link, count = count_addresses(ex->message, &ex->terms.address, &on_link);

	if (on_link == count)
		tp_dhcp6_put_status(&ex->out.w, TP_DHCP6_SUCCESS, "");
	else
		tp_dhcp6_put_status(&ex->out.w, TP_DHCP6_NOT_ON_LINK, "not on this link");
	return finish(ex, TP_DHCP6_REPLY);
}

static bool answer(struct tp_dhcp6_exchange *ex)
{
	switch (ex->message->type) {
	case TP_DHCP6_SOLICIT:
		return answer_solicit(ex);
	case TP_DHCP6_CONFIRM:
		return answer_confirm(ex);
	case TP_DHCP6_RELEASE:
	case TP_DHCP6_DECLINE:
		return answer_release(ex);
	case TP_DHCP6_INFORMATION_REQUEST:
		return answer_information(ex);
	default:
		return answer_request(ex);
	}
}

enum tp_ipv6_reason tp_ipv6_router_dhcp6(struct tp_ipv6_router *router, const struct tp_ipv6_in *in,
					 const struct tp_ipv6_terms *terms, bool unicast,
					 uint64_t now_ms)
{
	struct tp_dhcp6_message message;
	struct tp_dhcp6_exchange ex;
	enum tp_ipv6_reason reason = tp_dhcp6_parse(&message, in->payload);
	unsigned on_link;

	if (reason == TP_IPV6_NO_REASON)
		reason = check(router, &message, unicast);
	if (reason != TP_IPV6_NO_REASON)
		return reason;
	ex.router = router;
	ex.message = &message;
	ex.now_ms = now_ms;
	ex.commit = false;
	ex.given = 0;
	ex.terms = *terms;
	if (message.type == TP_DHCP6_CONFIRM &&
	    count_addresses(&message, &ex.terms.address, &on_link) == 0)
		return TP_IPV6_DHCP6_NOTHING;
	begin(&ex, in, TP_DHCP6_REPLY);
	if (!answer(&ex))
		return TP_IPV6_TOO_LONG;
	router->common->counters->received[tp_dhcp6_message_of(message.type)]++;
	return TP_IPV6_NO_REASON;
}
