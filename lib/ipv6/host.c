/* SPDX-License-Identifier: BSD-3-Clause */
/* The host's life on a link, and whose the packets are. */
#include "ipv6/host.h"

#include "ipv6/host_private.h"

#define MAX_RT_S 3600 /* SOL_MAX_RT and INF_MAX_RT, RFC 8415, section 7.6 */

/* Last in each call: the owner may make others. */
static void tell(struct tp_ipv6_host *host)
{
	unsigned changed = host->changed;

	host->changed = 0;
	if (changed != 0)
		host->common->ops->changed(host->user, changed);
}

void tp_ipv6_host_init(struct tp_ipv6_host *host, const struct tp_ipv6_hosts *common, void *user)
{
	memset(host, 0, sizeof(*host));
	host->common = common;
	host->user = user;
	host->rs.next_ms = host->dhcp.next_ms = TP_NEVER;
}

void tp_ipv6_host_start(struct tp_ipv6_host *host, const uint8_t id[8], const struct tp_duid *duid,
			uint32_t iaid, uint64_t now_ms)
{
	tp_ipv6_host_init(host, host->common, host->user);
	memcpy(host->id, id, sizeof(host->id));
	host->duid = *duid;
	host->iaid = iaid;
	host->sol_max_rt_s = host->inf_max_rt_s = MAX_RT_S;
	host->up = true;
	if (host->common->config.solicit)
		tp_ipv6_retry_begin(&host->rs, now_ms + tp_ipv6_host_delay(host));
	tp_ipv6_host_begin_dhcp6(host, now_ms);
	tp_ipv6_host_tick(host, now_ms);
}

bool tp_ipv6_host_release(struct tp_ipv6_host *host, uint64_t now_ms)
{
	if (!host->up || !host->bound)
		return false;
	host->bound = false; /* section 18.2.7: not used any more from now on */
	tp_ipv6_host_enter(host, TP_IPV6_HOST_RELEASING, 0, now_ms);
	return true;
}

void tp_ipv6_host_again(struct tp_ipv6_host *host, bool renew, uint64_t now_ms)
{
	if (!host->up)
		return;
	if (renew && host->bound) {
		tp_ipv6_host_enter(host, TP_IPV6_HOST_RENEWING, 0, now_ms);
		return;
	}
	tp_ipv6_host_lose_leases(host);
	host->state = TP_IPV6_HOST_IDLE;
	host->dhcp.next_ms = TP_NEVER;
	tp_ipv6_host_begin_dhcp6(host, now_ms);
	tell(host);
}

void tp_ipv6_host_stop(struct tp_ipv6_host *host)
{
	tp_ipv6_host_init(host, host->common, host->user);
}

/* ---- packets --------------------------------------------------------------------------------- */

static enum tp_ipv6_reason take_icmp(struct tp_ipv6_host *host, const struct tp_ipv6_in *in,
				     bool to_us, uint64_t now_ms)
{
	enum tp_ipv6_reason reason;

	if (in->payload.p[0] != TP_ICMP6_ROUTER_ADVERT ||
	    (!to_us && !tp_ipv6_same(in->dst, tp_ipv6_all_nodes)))
		return TP_IPV6_NOT_FOR_US;
	reason = tp_ipv6_host_ra_input(host, in, now_ms);
	if (reason == TP_IPV6_NO_REASON)
		host->common->counters->received[TP_IPV6_ROUTER_ADVERTISEMENT]++;
	return reason;
}

static enum tp_ipv6_reason take(struct tp_ipv6_host *host, const void *packet, size_t len,
				uint64_t now_ms)
{
	uint8_t local[TP_IPV6_ADDRESS_LEN];
	struct tp_ipv6_in in;
	enum tp_ipv6_reason reason;
	bool to_us;

	if (!host->up)
		return TP_IPV6_LINK_DOWN;
	reason = tp_ipv6_in_parse(&in, packet, len);
	if (reason != TP_IPV6_NO_REASON)
		return reason;
	tp_ipv6_link_local(local, host->id);
	to_us = tp_ipv6_same(in.dst, local);
	if (in.protocol == TP_IPV6_ICMP)
		return take_icmp(host, &in, to_us, now_ms);
	if (!to_us || in.dst_port != TP_DHCP6_CLIENT_PORT)
		return TP_IPV6_NOT_FOR_US;
	if (!tp_ipv6_is_link_local(in.src))
		return TP_IPV6_FOREIGN_SOURCE;
	return tp_ipv6_host_dhcp6_input(host, in.payload, now_ms);
}

enum tp_ipv6_reason tp_ipv6_host_input(struct tp_ipv6_host *host, const void *packet, size_t len,
				       uint64_t now_ms)
{
	enum tp_ipv6_reason reason = take(host, packet, len, now_ms);

	if (reason != TP_IPV6_NO_REASON)
		host->common->counters->discarded[reason]++;
	tell(host);
	return reason;
}

/* ---- time ------------------------------------------------------------------------------------ */

void tp_ipv6_host_tick(struct tp_ipv6_host *host, uint64_t now_ms)
{
	if (!host->up)
		return;
	tp_ipv6_host_expire(host, now_ms);
	tp_ipv6_host_ra_tick(host, now_ms);
	tp_ipv6_host_dhcp6_tick(host, now_ms);
	tell(host);
}

uint64_t tp_ipv6_host_deadline(const struct tp_ipv6_host *host)
{
	uint64_t first = TP_NEVER;

	if (!host->up)
		return TP_NEVER;
	first = tp_ipv6_host_first_expiry(host);
	if (host->router_until_ms != 0 && host->router_until_ms < first)
		first = host->router_until_ms;
	if (host->rs.next_ms < first)
		first = host->rs.next_ms;
	return host->dhcp.next_ms < first ? host->dhcp.next_ms : first;
}
