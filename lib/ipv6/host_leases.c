/* SPDX-License-Identifier: BSD-3-Clause */
/* What a host has, and until when. */
#include "ipv6/host_private.h"

uint64_t tp_ipv6_host_until(uint32_t seconds, uint64_t now_ms)
{
	return seconds == UINT32_MAX ? TP_NEVER : now_ms + seconds * 1000ull;
}

static void set(struct tp_ipv6_host_lease *lease, const struct tp_dhcp6_lease *told,
		uint64_t now_ms)
{
	lease->prefix = told->prefix;
	lease->preferred_until_ms = tp_ipv6_host_until(told->preferred_s, now_ms);
	lease->valid_until_ms = tp_ipv6_host_until(told->valid_s, now_ms);
}

/* RFC 8415, sections 21.6 and 21.22: one that is preferred for longer than valid is passed over. */
static bool is_sound(const struct tp_dhcp6_lease *lease)
{
	return lease->preferred_s <= lease->valid_s && lease->status == TP_DHCP6_SUCCESS &&
	       lease->prefix.length > 0;
}

static void take_address(struct tp_ipv6_host *host, const struct tp_dhcp6_lease *told,
			 uint64_t now_ms)
{
	bool same = tp_prefix6_same(&host->address.prefix, &told->prefix);

	if (told->valid_s == 0) {
		if (!same)
			return;
		host->address.prefix.length = 0;
	} else {
		set(&host->address, told, now_ms);
	}
	host->changed |= TP_IPV6_HOST_ADDRESS;
}

/* The place of PREFIX, or a free one, or NULL. */
static struct tp_ipv6_host_lease *place_of(struct tp_ipv6_host *host,
					   const struct tp_prefix6 *prefix)
{
	struct tp_ipv6_host_lease *free_one = NULL;

	for (unsigned i = 0; i < TP_IPV6_HOST_LEASES; i++) {
		if (tp_prefix6_same(&host->prefixes[i].prefix, prefix))
			return &host->prefixes[i];
		if (free_one == NULL && host->prefixes[i].prefix.length == 0)
			free_one = &host->prefixes[i];
	}
	return free_one;
}

static void take_prefix(struct tp_ipv6_host *host, const struct tp_dhcp6_lease *told,
			uint64_t now_ms)
{
	struct tp_ipv6_host_lease *lease = place_of(host, &told->prefix);

	if (lease == NULL || (told->valid_s == 0 && lease->prefix.length == 0))
		return;
	if (told->valid_s == 0)
		*lease = (struct tp_ipv6_host_lease){0};
	else
		set(lease, told, now_ms);
	host->changed |= TP_IPV6_HOST_PREFIX;
}

void tp_ipv6_host_take_leases(struct tp_ipv6_host *host, const struct tp_dhcp6_message *message,
			      uint64_t now_ms)
{
	for (unsigned i = 0; i < message->ia_count; i++) {
		const struct tp_dhcp6_ia *ia = &message->ias[i];

		if (ia->iaid != host->iaid || ia->status != TP_DHCP6_SUCCESS)
			continue;
		for (unsigned j = 0; j < ia->lease_count; j++) {
			if (!is_sound(&ia->leases[j]))
				continue;
			if (ia->kind == TP_DHCP6_IA_NA)
				take_address(host, &ia->leases[j], now_ms);
			else
				take_prefix(host, &ia->leases[j], now_ms);
		}
	}
}

static bool has_prefixes(const struct tp_ipv6_host *host)
{
	bool any = false;

	for (unsigned i = 0; i < TP_IPV6_HOST_LEASES; i++)
		any |= host->prefixes[i].prefix.length > 0;
	return any;
}

void tp_ipv6_host_lose_leases(struct tp_ipv6_host *host)
{
	if (host->bound && host->address.prefix.length > 0)
		host->changed |= TP_IPV6_HOST_ADDRESS;
	if (host->bound && has_prefixes(host))
		host->changed |= TP_IPV6_HOST_PREFIX;
	host->bound = false;
	memset(&host->address, 0, sizeof(host->address));
	memset(host->prefixes, 0, sizeof(host->prefixes));
}

bool tp_ipv6_host_has_leases(const struct tp_ipv6_host *host)
{
	return host->address.prefix.length > 0 || has_prefixes(host);
}

static void expire(struct tp_ipv6_host *host, struct tp_ipv6_host_lease *lease, unsigned bit,
		   uint64_t now_ms)
{
	if (lease->prefix.length == 0 || lease->valid_until_ms > now_ms)
		return;
	*lease = (struct tp_ipv6_host_lease){0};
	host->changed |= (uint8_t)bit;
}

void tp_ipv6_host_expire(struct tp_ipv6_host *host, uint64_t now_ms)
{
	expire(host, &host->slaac, TP_IPV6_HOST_SLAAC, now_ms);
	if (!host->bound)
		return;
	expire(host, &host->address, TP_IPV6_HOST_ADDRESS, now_ms);
	for (unsigned i = 0; i < TP_IPV6_HOST_LEASES; i++)
		expire(host, &host->prefixes[i], TP_IPV6_HOST_PREFIX, now_ms);
}

static uint64_t earlier(uint64_t than_ms, const struct tp_ipv6_host_lease *lease)
{
	return lease->prefix.length > 0 && lease->valid_until_ms < than_ms ? lease->valid_until_ms
									   : than_ms;
}

uint64_t tp_ipv6_host_first_expiry(const struct tp_ipv6_host *host)
{
	uint64_t first = earlier(TP_NEVER, &host->slaac);

	if (!host->bound)
		return first;
	first = earlier(first, &host->address);
	for (unsigned i = 0; i < TP_IPV6_HOST_LEASES; i++)
		first = earlier(first, &host->prefixes[i]);
	return first;
}
