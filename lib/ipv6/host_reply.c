/* SPDX-License-Identifier: BSD-3-Clause */
/* What DHCPv6 servers answer (RFC 8415, sections 16.3, 16.10 and 18.2.9, 18.2.10). */
#include "ipv6/host_private.h"

#define PREFERENCE_MAX 255   /* it is taken at once (section 18.2.1) */
#define AGAIN_MS       10000 /* after a server that offers, and then does not give */
#define REFRESH_S      86400 /* IRT_DEFAULT */

static void take_server(struct tp_ipv6_host *host, const struct tp_dhcp6_message *message)
{
	host->server.len = (uint8_t)tp_reader_left(&message->server);
	memcpy(host->server.bytes, message->server.p, host->server.len);
}

static void take_settings(struct tp_ipv6_host *host, const struct tp_dhcp6_message *message)
{
	if (message->sol_max_rt_s != 0)
		host->sol_max_rt_s = message->sol_max_rt_s;
	if (message->inf_max_rt_s != 0)
		host->inf_max_rt_s = message->inf_max_rt_s;
}

static void take_dns(struct tp_ipv6_host *host, const struct tp_dhcp6_message *message)
{
	size_t count = tp_reader_left(&message->dns) / TP_IPV6_ADDRESS_LEN;

	if (count == 0)
		return;
	host->dns_by_dhcp6 = true;
	tp_ipv6_host_set_dns(host, message->dns.p, count);
}

/* ---- T1 and T2 ------------------------------------------------------------------------------- */

static uint32_t shortest_preferred(const struct tp_dhcp6_ia *ia)
{
	uint32_t shortest = UINT32_MAX;

	for (unsigned i = 0; i < ia->lease_count; i++)
		if (ia->leases[i].valid_s > 0 && ia->leases[i].preferred_s < shortest)
			shortest = ia->leases[i].preferred_s;
	return shortest;
}

/* A server may leave them to the client (section 14.2), as does one whose T1 is after T2. */
static void take_times(struct tp_ipv6_host *host, const struct tp_dhcp6_ia *ia, uint64_t now_ms)
{
	uint32_t t1_s = ia->t1_s, t2_s = ia->t2_s, preferred_s = shortest_preferred(ia);
	bool infinite = preferred_s == UINT32_MAX;
	uint64_t t1_ms, t2_ms;

	if (t1_s > t2_s)
		t1_s = t2_s = 0;
	if (t1_s == 0)
		t1_s = infinite ? UINT32_MAX : preferred_s / 2;
	if (t2_s == 0)
		t2_s = infinite ? UINT32_MAX : (uint32_t)((uint64_t)preferred_s * 4 / 5);
	t1_ms = tp_ipv6_host_until(t1_s, now_ms);
	t2_ms = tp_ipv6_host_until(t2_s, now_ms);
	if (t1_ms < host->t1_ms)
		host->t1_ms = t1_ms;
	if (t2_ms < host->t2_ms)
		host->t2_ms = t2_ms;
}

/* ---- messages -------------------------------------------------------------------------------- */

/* Does an IA of ours have a lease that is to live? */
static bool gives_any(const struct tp_ipv6_host *host, const struct tp_dhcp6_message *message)
{
	for (unsigned i = 0; i < message->ia_count; i++) {
		const struct tp_dhcp6_ia *ia = &message->ias[i];

		for (unsigned j = 0; j < ia->lease_count && ia->iaid == host->iaid; j++)
			if (ia->status == TP_DHCP6_SUCCESS && ia->leases[j].valid_s > 0)
				return true;
	}
	return false;
}

static bool has_no_binding(const struct tp_ipv6_host *host, const struct tp_dhcp6_message *message)
{
	for (unsigned i = 0; i < message->ia_count; i++)
		if (message->ias[i].iaid == host->iaid &&
		    message->ias[i].status == TP_DHCP6_NO_BINDING)
			return true;
	return false;
}

/* The first that is good enough is taken when the first Solicit has had its time; one that no
 * other can surpass, or that comes later, at once. */
static enum tp_ipv6_reason take_advertise(struct tp_ipv6_host *host,
					  const struct tp_dhcp6_message *message, uint64_t now_ms)
{
	if (host->state != TP_IPV6_HOST_SOLICITING)
		return TP_IPV6_DHCP6_TRANSACTION;
	take_settings(host, message);
	if (message->status != TP_DHCP6_SUCCESS || !gives_any(host, message)) {
		host->changed |= TP_IPV6_HOST_REFUSED;
		return TP_IPV6_DHCP6_NOTHING;
	}
	if (!host->has_offer || message->preference > host->preference) {
		uint8_t told = host->changed; /* an offer changes nothing yet */

		host->has_offer = true;
		host->preference = message->preference;
		take_server(host, message);
		tp_ipv6_host_lose_leases(host);
		tp_ipv6_host_take_leases(host, message, now_ms);
		host->changed = told;
	}
	if (message->preference == PREFERENCE_MAX || host->dhcp.count > 1)
		tp_ipv6_host_enter(host, TP_IPV6_HOST_REQUESTING, 0, now_ms);
	return TP_IPV6_NO_REASON;
}

/* A Reply with leases, or without those that were hoped for. */
static void take_bindings(struct tp_ipv6_host *host, const struct tp_dhcp6_message *message,
			  uint64_t now_ms)
{
	bool renewal =
		host->state == TP_IPV6_HOST_RENEWING || host->state == TP_IPV6_HOST_REBINDING;

	if (renewal && has_no_binding(host, message)) {
		tp_ipv6_host_enter(host, TP_IPV6_HOST_REQUESTING, 0, now_ms);
		return;
	}
	if (!renewal)
		tp_ipv6_host_lose_leases(host);
	take_server(host, message);
	tp_ipv6_host_take_leases(host, message, now_ms);
	take_dns(host, message);
	if (!gives_any(host, message)) {
		host->changed |= TP_IPV6_HOST_REFUSED;
		tp_ipv6_host_enter(host, TP_IPV6_HOST_SOLICITING, AGAIN_MS, now_ms);
		return;
	}
	host->t1_ms = host->t2_ms = TP_NEVER;
	for (unsigned i = 0; i < message->ia_count; i++)
		if (message->ias[i].iaid == host->iaid && message->ias[i].lease_count > 0)
			take_times(host, &message->ias[i], now_ms);
	tp_ipv6_host_rest(host);
}

static void take_information(struct tp_ipv6_host *host, const struct tp_dhcp6_message *message,
			     uint64_t now_ms)
{
	take_dns(host, message);
	host->state = TP_IPV6_HOST_INFORMED;
	host->dhcp.next_ms = tp_ipv6_host_until(
		message->refresh_s != 0 ? message->refresh_s : REFRESH_S, now_ms);
}

/* Section 18.2.10: UnspecFail is asked again later, as if nothing had come; NotOnLink begins anew.
 */
static enum tp_ipv6_reason take_reply(struct tp_ipv6_host *host,
				      const struct tp_dhcp6_message *message, uint64_t now_ms)
{
	switch (host->state) {
	case TP_IPV6_HOST_SOLICITING:
		if (!message->rapid_commit || !host->common->config.rapid_commit)
			return TP_IPV6_DHCP6_TRANSACTION;
		break;
	case TP_IPV6_HOST_REQUESTING:
	case TP_IPV6_HOST_RENEWING:
	case TP_IPV6_HOST_REBINDING:
	case TP_IPV6_HOST_RELEASING:
	case TP_IPV6_HOST_ASKING:
		break;
	default:
		return TP_IPV6_DHCP6_TRANSACTION;
	}
	take_settings(host, message);
	if (host->state == TP_IPV6_HOST_RELEASING) {
		/* Whatever is said of it (section 18.2.10.2). */
		tp_ipv6_host_end_release(host);
	} else if (message->status == TP_DHCP6_NOT_ON_LINK) {
		tp_ipv6_host_enter(host, TP_IPV6_HOST_SOLICITING, AGAIN_MS, now_ms);
	} else if (message->status != TP_DHCP6_SUCCESS) {
		return TP_IPV6_DHCP6_NOTHING;
	} else if (host->state == TP_IPV6_HOST_ASKING) {
		take_information(host, message, now_ms);
	} else {
		take_bindings(host, message, now_ms);
	}
	return TP_IPV6_NO_REASON;
}

enum tp_ipv6_reason tp_ipv6_host_dhcp6_input(struct tp_ipv6_host *host, struct tp_reader bytes,
					     uint64_t now_ms)
{
	struct tp_dhcp6_message message;
	enum tp_ipv6_reason reason = tp_dhcp6_parse(&message, bytes);

	if (reason != TP_IPV6_NO_REASON)
		return reason;
	if (message.type != TP_DHCP6_ADVERTISE && message.type != TP_DHCP6_REPLY)
		return TP_IPV6_DHCP6_TYPE;
	if (message.transaction != host->transaction || host->dhcp.count == 0)
		return TP_IPV6_DHCP6_TRANSACTION;
	if (tp_reader_left(&message.server) == 0)
		return TP_IPV6_DHCP6_NO_SERVER_ID;
	if (tp_reader_left(&message.client) == 0)
		return TP_IPV6_DHCP6_NO_CLIENT_ID;
	if (!tp_duid_is(&host->duid, message.client.p, tp_reader_left(&message.client)))
		return TP_IPV6_DHCP6_OTHER_CLIENT;
	reason = message.type == TP_DHCP6_ADVERTISE ? take_advertise(host, &message, now_ms)
						    : take_reply(host, &message, now_ms);
	if (reason == TP_IPV6_NO_REASON)
		host->common->counters
			->received[TP_IPV6_DHCP6_SOLICIT + message.type - TP_DHCP6_SOLICIT]++;
	return reason;
}
