/* SPDX-License-Identifier: BSD-3-Clause */
/* Router Solicitations (RFC 4861, section 6.3.7; RFC 7559: until a router is heard), and what a
 * Router Advertisement brings (section 6.3.4; RFC 4862, section 5.5.3). */
#include "ipv6/host_private.h"

#define SOLICIT_IRT_MS 4000    /* RTR_SOLICITATION_INTERVAL */
#define SOLICIT_MRT_MS 3600000 /* RFC 7559, section 2 */
#define TWO_HOURS_MS   7200000

static void send_solicit(struct tp_ipv6_host *host, uint64_t now_ms)
{
	uint8_t src[TP_IPV6_ADDRESS_LEN];
	struct tp_ipv6_out out;

	tp_ipv6_link_local(src, host->id);
	tp_ipv6_out_icmp(&out, src, tp_ipv6_all_routers);
	tp_nd_router_solicit_build(&out.w);
	tp_ipv6_host_send(host, &out, TP_IPV6_ROUTER_SOLICITATION);
	tp_ipv6_retry_sent(&host->rs, host->common->random, SOLICIT_IRT_MS, SOLICIT_MRT_MS, false,
			   now_ms);
}

void tp_ipv6_host_ra_tick(struct tp_ipv6_host *host, uint64_t now_ms)
{
	if (host->router_until_ms != 0 && host->router_until_ms <= now_ms) {
		host->router_until_ms = 0;
		host->changed |= TP_IPV6_HOST_ROUTER;
		if (host->common->config.solicit)
			tp_ipv6_retry_begin(&host->rs, now_ms);
	}
	if (now_ms >= host->rs.next_ms)
		send_solicit(host, now_ms);
}

/* ---- prefixes -------------------------------------------------------------------------------- */

/* RFC 4862, section 5.5.3 (e): nobody who can send a packet here ends an address in no time. */
static uint64_t valid_until(const struct tp_ipv6_host_lease *lease, uint32_t told_s,
			    uint64_t now_ms)
{
	uint64_t told_ms = tp_ipv6_host_until(told_s, now_ms);

	if (told_ms > now_ms + TWO_HOURS_MS || told_ms > lease->valid_until_ms)
		return told_ms;
	if (lease->valid_until_ms <= now_ms + TWO_HOURS_MS)
		return lease->valid_until_ms;
	return now_ms + TWO_HOURS_MS;
}

static void refresh(struct tp_ipv6_host *host, const struct tp_nd_prefix *told, uint64_t now_ms)
{
	struct tp_ipv6_host_lease *lease = &host->slaac;

	lease->valid_until_ms = valid_until(lease, told->valid_s, now_ms);
	lease->preferred_until_ms = tp_ipv6_host_until(told->preferred_s, now_ms);
	host->changed |= TP_IPV6_HOST_SLAAC;
}

static void make_address(struct tp_ipv6_host *host, const struct tp_nd_prefix *told,
			 uint64_t now_ms)
{
	struct tp_ipv6_host_lease *lease = &host->slaac;

	memcpy(lease->prefix.address, told->prefix.address, 8);
	memcpy(lease->prefix.address + 8, host->id, TP_IPV6_INTERFACE_ID_LEN);
	lease->prefix.length = 128;
	lease->valid_until_ms = tp_ipv6_host_until(told->valid_s, now_ms);
	lease->preferred_until_ms = tp_ipv6_host_until(told->preferred_s, now_ms);
	host->changed |= TP_IPV6_HOST_SLAAC;
}

static bool is_for_slaac(const struct tp_nd_prefix *told)
{
	return told->autonomous && told->prefix.length == 64 &&
	       told->preferred_s <= told->valid_s && !tp_ipv6_is_link_local(told->prefix.address) &&
	       !tp_ipv6_is_multicast(told->prefix.address);
}

static bool is_ours(const struct tp_ipv6_host *host, const struct tp_nd_prefix *told)
{
	return host->slaac.prefix.length > 0 &&
	       tp_prefix6_has(&told->prefix, host->slaac.prefix.address);
}

/* First what is said of the address that there is: its prefix may be about to be another's. */
static void take_prefixes(struct tp_ipv6_host *host, const struct tp_nd_router_advert *ra,
			  uint64_t now_ms)
{
	const struct tp_nd_prefix *told;

	for (unsigned i = 0; i < ra->prefix_count; i++)
		if (is_for_slaac(&ra->prefixes[i]) && is_ours(host, &ra->prefixes[i]))
			refresh(host, &ra->prefixes[i], now_ms);
	for (unsigned i = 0; i < ra->prefix_count; i++) {
		told = &ra->prefixes[i];
		if (is_for_slaac(told) && told->preferred_s > 0 && !is_ours(host, told) &&
		    (host->slaac.prefix.length == 0 || host->slaac.preferred_until_ms <= now_ms))
			make_address(host, told, now_ms);
	}
}

/* ---- the rest -------------------------------------------------------------------------------- */

static void take_router(struct tp_ipv6_host *host, const struct tp_nd_router_advert *ra,
			const uint8_t *src, uint64_t now_ms)
{
	uint64_t until_ms =
		ra->router_lifetime_s == 0 ? 0 : now_ms + ra->router_lifetime_s * 1000ull;

	if (ra->router_lifetime_s > 0)
		host->rs.next_ms = TP_NEVER;
	if ((until_ms == 0) != (host->router_until_ms == 0) || !tp_ipv6_same(host->router, src))
		host->changed |= TP_IPV6_HOST_ROUTER;
	host->router_until_ms = until_ms;
	memcpy(host->router, src, TP_IPV6_ADDRESS_LEN);
	if (ra->hop_limit != 0)
		host->hop_limit = ra->hop_limit;
	if (ra->mtu >= TP_IPV6_MIN_MTU && ra->mtu <= UINT16_MAX)
		host->mtu = (uint16_t)ra->mtu;
}

/* Those of DHCPv6 go first (RFC 8106, section 5.3.1 leaves the order to the host). */
static void take_dns(struct tp_ipv6_host *host, const struct tp_nd_router_advert *ra)
{
	if (host->dns_by_dhcp6 || ra->dns_count == 0)
		return;
	tp_ipv6_host_set_dns(host, ra->dns[0], ra->dns_lifetime_s == 0 ? 0 : ra->dns_count);
}

enum tp_ipv6_reason tp_ipv6_host_ra_input(struct tp_ipv6_host *host, const struct tp_ipv6_in *in,
					  uint64_t now_ms)
{
	struct tp_nd_router_advert ra;
	enum tp_ipv6_reason reason;

	if (in->hop_limit != TP_IPV6_ND_HOP_LIMIT)
		return TP_IPV6_FORWARDED;
	if (!tp_ipv6_is_link_local(in->src))
		return TP_IPV6_FOREIGN_SOURCE;
	reason = tp_nd_router_advert_parse(&ra, in->payload);
	if (reason != TP_IPV6_NO_REASON)
		return reason;
	take_router(host, &ra, in->src, now_ms);
	if (host->common->config.slaac)
		take_prefixes(host, &ra, now_ms);
	take_dns(host, &ra);
	host->managed = ra.managed;
	host->other = ra.other;
	tp_ipv6_host_begin_dhcp6(host, now_ms);
	return TP_IPV6_NO_REASON;
}
