/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of a host's end share. Private to lib/ipv6: host.c knows host_ra.c and
 * host_reply.c, which know host_dhcp6.c; all know retry.c and host_leases.c. */
#pragma once

#include "ipv6/dhcp6.h"
#include "ipv6/host.h"
#include "ipv6/nd.h"

/* ---- retry.c: RFC 8415, section 15 ----------------------------------------------------------- */

/* The exchange begins: its first message is due at AT_MS. */
void tp_ipv6_retry_begin(struct tp_ipv6_retry *retry, uint64_t at_ms);

/* A message was sent. The next one is due IRT_MS later, after the first; then twice as late each
 * time, MRT_MS at most (0: without bound); each time up to a tenth earlier or later, but UPWARD:
 * after the first not earlier. */
void tp_ipv6_retry_sent(struct tp_ipv6_retry *retry, struct tp_random *random, uint32_t irt_ms,
			uint32_t mrt_ms, bool upward, uint64_t now_ms);

/* ---- host_leases.c --------------------------------------------------------------------------- */

/* The moment SECONDS from now; TP_NEVER for RFC 8415's infinity. */
uint64_t tp_ipv6_host_until(uint32_t seconds, uint64_t now_ms);

/* Takes what the server says of our IAs: lifetimes, new leases, and that some are over. */
void tp_ipv6_host_take_leases(struct tp_ipv6_host *host, const struct tp_dhcp6_message *message,
			      uint64_t now_ms);

/* Those of DHCPv6 are gone; that is told if they were in use. */
void tp_ipv6_host_lose_leases(struct tp_ipv6_host *host);
bool tp_ipv6_host_has_leases(const struct tp_ipv6_host *host);

/* Ends what is no longer valid, of SLAAC too. */
void tp_ipv6_host_expire(struct tp_ipv6_host *host, uint64_t now_ms);
/* When the first one does. */
uint64_t tp_ipv6_host_first_expiry(const struct tp_ipv6_host *host);

/* ---- host_dhcp6.c: the client's messages ----------------------------------------------------- */

bool tp_ipv6_host_wants_address(const struct tp_ipv6_host *host);

/* Begins STATE's exchange, DELAY_MS from now. */
void tp_ipv6_host_enter(struct tp_ipv6_host *host, enum tp_ipv6_host_state state, uint32_t delay_ms,
			uint64_t now_ms);

/* Begins DHCPv6 if there is anything to ask for, and it has not begun. */
void tp_ipv6_host_begin_dhcp6(struct tp_ipv6_host *host, uint64_t now_ms);

/* It has leases: the next thing to do is to renew them. */
void tp_ipv6_host_rest(struct tp_ipv6_host *host);

/* It has given its leases back. */
void tp_ipv6_host_end_release(struct tp_ipv6_host *host);

/* Sends what is due. */
void tp_ipv6_host_dhcp6_tick(struct tp_ipv6_host *host, uint64_t now_ms);

/* ---- host_reply.c, host_ra.c: what comes ----------------------------------------------------- */

enum tp_ipv6_reason tp_ipv6_host_dhcp6_input(struct tp_ipv6_host *host, struct tp_reader bytes,
					     uint64_t now_ms);
enum tp_ipv6_reason tp_ipv6_host_ra_input(struct tp_ipv6_host *host, const struct tp_ipv6_in *in,
					  uint64_t now_ms);
void tp_ipv6_host_ra_tick(struct tp_ipv6_host *host, uint64_t now_ms);

/* ---- small ----------------------------------------------------------------------------------- */

static inline void tp_ipv6_host_send(struct tp_ipv6_host *host, struct tp_ipv6_out *out,
				     enum tp_ipv6_message message)
{
	size_t len = tp_ipv6_out_finish(out);

	if (len == 0)
		return;
	host->common->counters->sent[message]++;
	host->common->ops->output(host->user, out->bytes, len);
}

/* A random while, up to what the configuration says. */
static inline uint32_t tp_ipv6_host_delay(const struct tp_ipv6_host *host)
{
	uint32_t max_ms = host->common->config.max_delay_ms;

	return max_ms > 0 ? tp_random_below(host->common->random, max_ms) : 0;
}

/* Name servers that differ from those known are a change. */
static inline void tp_ipv6_host_set_dns(struct tp_ipv6_host *host, const uint8_t *addresses,
					size_t count)
{
	if (count > TP_IPV6_HOST_DNS_MAX)
		count = TP_IPV6_HOST_DNS_MAX;
	if (count == host->dns_count &&
	    (count == 0 || memcmp(host->dns, addresses, count * TP_IPV6_ADDRESS_LEN) == 0))
		return;
	if (count > 0)
		memcpy(host->dns, addresses, count * TP_IPV6_ADDRESS_LEN);
	host->dns_count = (uint8_t)count;
	host->changed |= TP_IPV6_HOST_DNS;
}
