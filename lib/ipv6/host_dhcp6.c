/* SPDX-License-Identifier: BSD-3-Clause */
/* The DHCPv6 client's messages and their times (RFC 8415, sections 7.6, 15 and 18.2). */
#include "ipv6/host_private.h"

/* How a state's message is repeated. */
struct exchange {
	uint8_t type; /* 0: the state has none */
	uint32_t irt_ms;
	uint32_t mrt_ms; /* 0: no bound, or one that the server may set */
	uint32_t mrc;	 /* 0: no bound */
};

static const struct exchange exchanges[] = {
	[TP_IPV6_HOST_SOLICITING] = {TP_DHCP6_SOLICIT, 1000, 0, 0},
	[TP_IPV6_HOST_REQUESTING] = {TP_DHCP6_REQUEST, 1000, 30000, 10},
	[TP_IPV6_HOST_RENEWING] = {TP_DHCP6_RENEW, 10000, 600000, 0},
	[TP_IPV6_HOST_REBINDING] = {TP_DHCP6_REBIND, 10000, 600000, 0},
	[TP_IPV6_HOST_RELEASING] = {TP_DHCP6_RELEASE, 1000, 0, 4},
	[TP_IPV6_HOST_ASKING] = {TP_DHCP6_INFORMATION_REQUEST, 1000, 0, 0},
	[TP_IPV6_HOST_DONE] = {0},
};

bool tp_ipv6_host_wants_address(const struct tp_ipv6_host *host)
{
	const struct tp_ipv6_host_config *config = &host->common->config;

	return config->address || (config->managed && host->managed);
}

/* ---- messages -------------------------------------------------------------------------------- */

static void put_ids(struct tp_ipv6_host *host, struct tp_writer *w, uint8_t type, uint64_t now_ms)
{
	uint64_t elapsed = (now_ms - host->dhcp.first_ms) / 10;

	tp_dhcp6_put(w, TP_DHCP6_CLIENT_ID, host->duid.bytes, host->duid.len);
	if (type == TP_DHCP6_REQUEST || type == TP_DHCP6_RENEW || type == TP_DHCP6_RELEASE)
		tp_dhcp6_put(w, TP_DHCP6_SERVER_ID, host->server.bytes, host->server.len);
	tp_dhcp6_put_u16(w, TP_DHCP6_ELAPSED_TIME,
			 elapsed > UINT16_MAX ? UINT16_MAX : (uint16_t)elapsed);
}

static void put_wanted(struct tp_writer *w, uint8_t type)
{
	static const uint8_t leases[] = {0, TP_DHCP6_DNS_SERVERS, 0, TP_DHCP6_DOMAIN_SEARCH,
					 0, TP_DHCP6_SOL_MAX_RT};
	static const uint8_t information[] = {
		0, TP_DHCP6_DNS_SERVERS,	 0, TP_DHCP6_DOMAIN_SEARCH,
		0, TP_DHCP6_INFORMATION_REFRESH, 0, TP_DHCP6_INF_MAX_RT};

	if (type == TP_DHCP6_INFORMATION_REQUEST)
		tp_dhcp6_put(w, TP_DHCP6_OPTION_REQUEST, information, sizeof(information));
	else if (type != TP_DHCP6_RELEASE)
		tp_dhcp6_put(w, TP_DHCP6_OPTION_REQUEST, leases, sizeof(leases));
}

static void put_lease(struct tp_writer *w, const struct tp_prefix6 *prefix, uint16_t kind)
{
	const struct tp_dhcp6_lease lease = {.prefix = *prefix};

	if (prefix->length > 0)
		tp_dhcp6_put_lease(w, &lease, kind);
}

static void put_prefixes(struct tp_ipv6_host *host, struct tp_writer *w, uint8_t type)
{
	uint8_t *open = tp_dhcp6_open_ia(w, TP_DHCP6_IA_PD, host->iaid, 0, 0);

	if (type == TP_DHCP6_SOLICIT)
		put_lease(w, &host->common->config.hint, TP_DHCP6_IA_PD);
	for (unsigned i = 0; i < TP_IPV6_HOST_LEASES && type != TP_DHCP6_SOLICIT; i++)
		put_lease(w, &host->prefixes[i].prefix, TP_DHCP6_IA_PD);
	tp_dhcp6_close(w, open);
}

static void put_address(struct tp_ipv6_host *host, struct tp_writer *w, uint8_t type)
{
	uint8_t *open = tp_dhcp6_open_ia(w, TP_DHCP6_IA_NA, host->iaid, 0, 0);

	if (type != TP_DHCP6_SOLICIT)
		put_lease(w, &host->address.prefix, TP_DHCP6_IA_NA);
	tp_dhcp6_close(w, open);
}

static void send(struct tp_ipv6_host *host, uint8_t type, uint64_t now_ms)
{
	const struct tp_ipv6_host_config *config = &host->common->config;
	uint8_t src[TP_IPV6_ADDRESS_LEN];
	struct tp_ipv6_out out;

	tp_ipv6_link_local(src, host->id);
	tp_ipv6_out_udp(&out, src, TP_DHCP6_CLIENT_PORT, tp_ipv6_all_dhcp6_servers,
			TP_DHCP6_SERVER_PORT);
	tp_dhcp6_begin(&out.w, type, host->transaction);
	put_ids(host, &out.w, type, now_ms);
	put_wanted(&out.w, type);
	if (type == TP_DHCP6_SOLICIT && config->rapid_commit)
		tp_dhcp6_put(&out.w, TP_DHCP6_RAPID_COMMIT, NULL, 0);
	if (type != TP_DHCP6_INFORMATION_REQUEST) {
		if (tp_ipv6_host_wants_address(host))
			put_address(host, &out.w, type);
		if (config->prefix)
			put_prefixes(host, &out.w, type);
	}
	tp_ipv6_host_send(host, &out,
			  (enum tp_ipv6_message)(TP_IPV6_DHCP6_SOLICIT + type - TP_DHCP6_SOLICIT));
}

/* ---- states ---------------------------------------------------------------------------------- */

static void repeat(struct tp_ipv6_host *host, uint64_t now_ms)
{
	const struct exchange *exchange = &exchanges[host->state];
	uint32_t mrt_ms = exchange->mrt_ms;

	if (host->state == TP_IPV6_HOST_SOLICITING)
		mrt_ms = host->sol_max_rt_s * 1000;
	else if (host->state == TP_IPV6_HOST_ASKING)
		mrt_ms = host->inf_max_rt_s * 1000;
	send(host, exchange->type, now_ms);
	tp_ipv6_retry_sent(&host->dhcp, host->common->random, exchange->irt_ms, mrt_ms,
			   host->state == TP_IPV6_HOST_SOLICITING, now_ms);
	/* RENEWING ends with T2 (RFC 8415, section 18.2.4). */
	if (host->state == TP_IPV6_HOST_RENEWING && host->dhcp.next_ms > host->t2_ms)
		host->dhcp.next_ms = host->t2_ms;
}

void tp_ipv6_host_enter(struct tp_ipv6_host *host, enum tp_ipv6_host_state state, uint32_t delay_ms,
			uint64_t now_ms)
{
	host->state = (uint8_t)state;
	host->transaction = tp_random_u32(host->common->random) & 0xffffff;
	host->has_offer = false;
	if (state == TP_IPV6_HOST_SOLICITING)
		tp_ipv6_host_lose_leases(host);
	tp_ipv6_retry_begin(&host->dhcp, now_ms + delay_ms);
	if (delay_ms == 0)
		repeat(host, now_ms);
}

void tp_ipv6_host_begin_dhcp6(struct tp_ipv6_host *host, uint64_t now_ms)
{
	const struct tp_ipv6_host_config *config = &host->common->config;

	if (host->state != TP_IPV6_HOST_IDLE)
		return;
	if (config->prefix || tp_ipv6_host_wants_address(host))
		tp_ipv6_host_enter(host, TP_IPV6_HOST_SOLICITING, tp_ipv6_host_delay(host), now_ms);
	else if (config->information)
		tp_ipv6_host_enter(host, TP_IPV6_HOST_ASKING, tp_ipv6_host_delay(host), now_ms);
}

void tp_ipv6_host_rest(struct tp_ipv6_host *host)
{
	host->state = TP_IPV6_HOST_BOUND;
	host->bound = true;
	host->dhcp.next_ms = host->t1_ms;
}

/* REBINDING ends with the leases (RFC 8415, section 18.2.5). */
static void go_on(struct tp_ipv6_host *host, uint64_t now_ms)
{
	if (host->state == TP_IPV6_HOST_RENEWING && now_ms >= host->t2_ms) {
		tp_ipv6_host_enter(host, TP_IPV6_HOST_REBINDING, 0, now_ms);
		return;
	}
	repeat(host, now_ms);
}

void tp_ipv6_host_end_release(struct tp_ipv6_host *host)
{
	tp_ipv6_host_lose_leases(host);
	host->state = TP_IPV6_HOST_DONE;
	host->dhcp.next_ms = TP_NEVER;
	host->changed |= TP_IPV6_HOST_RELEASED;
}

/* Nobody answers any more. */
static void give_up(struct tp_ipv6_host *host, uint64_t now_ms)
{
	if (host->state == TP_IPV6_HOST_RELEASING)
		tp_ipv6_host_end_release(host);
	else
		tp_ipv6_host_enter(host, TP_IPV6_HOST_SOLICITING, 0, now_ms);
}

static void is_due(struct tp_ipv6_host *host, uint64_t now_ms)
{
	const struct exchange *exchange = &exchanges[host->state];

	if (host->state == TP_IPV6_HOST_BOUND)
		tp_ipv6_host_enter(host, TP_IPV6_HOST_RENEWING, 0, now_ms);
	else if (host->state == TP_IPV6_HOST_INFORMED)
		tp_ipv6_host_enter(host, TP_IPV6_HOST_ASKING, 0, now_ms);
	else if (host->state == TP_IPV6_HOST_SOLICITING && host->has_offer)
		tp_ipv6_host_enter(host, TP_IPV6_HOST_REQUESTING, 0, now_ms);
	else if (exchange->mrc != 0 && host->dhcp.count >= exchange->mrc)
		give_up(host, now_ms);
	else if (exchange->type != 0)
		go_on(host, now_ms);
	else
		host->dhcp.next_ms = TP_NEVER;
}

void tp_ipv6_host_dhcp6_tick(struct tp_ipv6_host *host, uint64_t now_ms)
{
	if (host->bound && !tp_ipv6_host_has_leases(host))
		tp_ipv6_host_enter(host, TP_IPV6_HOST_SOLICITING, 0, now_ms);
	else if (now_ms >= host->dhcp.next_ms)
		is_due(host, now_ms);
}
