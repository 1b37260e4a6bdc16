/* SPDX-License-Identifier: BSD-3-Clause */
/* What was read of a reply, as a subscriber has it. */
#include "radius/grant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/name.h"
#include "wire/ipv6.h"
#include "wire/ppp.h"

/* RFC 2548, 2.4.4: the policy; 2.4.5: a bit for each kind of encryption. */
#define POLICY_REQUIRED 2
#define TYPE_40		0x2
#define TYPE_128	0x4
#define TYPE_56		0x8

/* What it gets, made aside, so that the subscriber changes as a whole or not at all. */
struct making {
	const struct tp_radius_grant *grant;
	struct tp_aaa_local *names;
	const struct tp_subscriber *had;
	const char *address_list, *pool; /* new references; NULL: as it was */
	struct tp_rate_limit *rate_limit;
	struct tp_prefix *routes;
	uint32_t route_count;
	struct tp_subscriber_radius *radius;
	struct tp_subscriber_ipv6 *ipv6; /* NULL: as it was */
};

static bool make_name(struct making *m, const char *text, const char **name)
{
	if (text[0] == '\0')
		return true;
	*name = tp_aaa_local_name(m->names, text);
	return *name != NULL;
}

static bool has_fixed_address(const struct tp_radius_grant *grant)
{
	return grant->given[TP_RADIUS_FRAMED_IP_ADDRESS] &&
	       grant->framed_address < TP_RADIUS_ADDRESS_OF_POOL && grant->framed_address != 0;
}

/* The network behind the subscriber, when the mask says that there is one. */
static bool has_network(const struct tp_radius_grant *grant)
{
	return has_fixed_address(grant) && grant->given[TP_RADIUS_FRAMED_IP_NETMASK] &&
	       grant->framed_netmask != UINT32_MAX && grant->framed_netmask != 0;
}

static bool is_mask(uint32_t mask)
{
	return (~mask & (~mask + 1)) == 0;
}

static struct tp_prefix network_of(const struct tp_radius_grant *grant)
{
	return (struct tp_prefix){
		.address = grant->framed_address & grant->framed_netmask,
		.length = (uint8_t)__builtin_popcount(grant->framed_netmask),
	};
}

static bool make_routes(struct making *m)
{
	const struct tp_radius_grant *grant = m->grant;
	uint32_t count = grant->route_count + (has_network(grant) ? 1 : 0);

	if (count == 0)
		return true;
	m->routes = calloc(count, sizeof(*m->routes));
	if (m->routes == NULL)
		return false;
	for (; m->route_count < grant->route_count; m->route_count++)
		m->routes[m->route_count] = grant->routes[m->route_count];
	if (has_network(grant))
		m->routes[m->route_count++] = network_of(grant);
	return true;
}

static bool make_rate_limit(struct making *m)
{
	if (!m->grant->has_rate_limit)
		return true;
	m->rate_limit = malloc(sizeof(*m->rate_limit));
	if (m->rate_limit != NULL)
		*m->rate_limit = m->grant->rate_limit;
	return m->rate_limit != NULL;
}

/* ---- IPv6 ---- */

static bool gives_ipv6(const struct tp_radius_grant *grant)
{
	static const enum tp_radius_attribute attributes[] = {
		TP_RADIUS_FRAMED_INTERFACE_ID,
		TP_RADIUS_FRAMED_IPV6_PREFIX,
		TP_RADIUS_FRAMED_IPV6_POOL,
		TP_RADIUS_STATEFUL_IPV6_ADDRESS_POOL,
		TP_RADIUS_FRAMED_IPV6_ADDRESS,
		TP_RADIUS_FRAMED_IPV6_ROUTE,
		TP_RADIUS_DELEGATED_IPV6_PREFIX,
		TP_RADIUS_DELEGATED_IPV6_PREFIX_POOL,
		TP_RADIUS_MIKROTIK_DELEGATED_IPV6_POOL,
		TP_RADIUS_DNS_SERVER_IPV6_ADDRESS,
	};

	for (unsigned i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++)
		if (grant->given[attributes[i]])
			return true;
	return false;
}

/* All zero is none, as for Framed-IP-Address. */
static bool is_zero(const uint8_t *bytes, size_t len)
{
	while (len > 0 && bytes[len - 1] == 0)
		len--;
	return len == 0;
}

static void set_fixed(const struct tp_radius_grant *grant, struct tp_subscriber_ipv6 *ipv6)
{
	const bool *given = grant->given;

	if (given[TP_RADIUS_FRAMED_IPV6_PREFIX])
		ipv6->prefix = grant->framed_ipv6_prefix;
	if (given[TP_RADIUS_DELEGATED_IPV6_PREFIX]) {
		ipv6->delegated = grant->delegated_ipv6_prefixes;
		ipv6->delegated_count = (uint8_t)grant->delegated_ipv6_count;
	}
	if (given[TP_RADIUS_FRAMED_IPV6_ADDRESS]) {
		ipv6->has_address = !is_zero(grant->framed_ipv6_address, 16);
		memcpy(ipv6->address, grant->framed_ipv6_address, 16);
	}
	if (given[TP_RADIUS_FRAMED_INTERFACE_ID]) {
		ipv6->has_interface_id = !is_zero(grant->framed_interface_id, 8);
		memcpy(ipv6->interface_id, grant->framed_interface_id, 8);
	}
	if (given[TP_RADIUS_FRAMED_IPV6_ROUTE]) {
		ipv6->routes = grant->ipv6_routes;
		ipv6->route_count = grant->ipv6_route_count;
	}
	if (grant->ipv6_dns_count > 0) {
		ipv6->dns_count = (uint8_t)grant->ipv6_dns_count;
		memcpy(ipv6->dns, grant->ipv6_dns, sizeof(ipv6->dns));
	}
}

/* Pools that take the place of IPV6's, whose references stay the subscriber's of before; what they
 * give was fixed before no more. */
static bool set_pools(struct making *m, struct tp_subscriber_ipv6 *ipv6, const char *names[2])
{
	const struct tp_radius_grant *grant = m->grant;
	const char *of_link = grant->framed_ipv6_pool[0] != '\0' ? grant->framed_ipv6_pool
								 : grant->stateful_ipv6_pool;

	if (!make_name(m, of_link, &names[0]) ||
	    !make_name(m, grant->delegated_ipv6_pool, &names[1]))
		return false;
	if (names[0] != NULL) {
		ipv6->prefix_pool = names[0];
		ipv6->prefix.length = 0;
	}
	if (names[1] != NULL) {
		ipv6->pd_pool = names[1];
		ipv6->delegated_count = 0;
	}
	return true;
}

static bool make_ipv6(struct making *m)
{
	struct tp_subscriber_ipv6 ipv6 = {.lease_time_s = TP_SUBSCRIBER_LEASE_S};
	const char *names[2] = {NULL, NULL};

	if (!gives_ipv6(m->grant))
		return true;
	if (m->had->ipv6 != NULL)
		ipv6 = *m->had->ipv6;
	if (set_pools(m, &ipv6, names)) {
		set_fixed(m->grant, &ipv6);
		m->ipv6 = tp_subscriber_ipv6_copy(&ipv6);
	}
	tp_name_unref(names[0]);
	tp_name_unref(names[1]);
	return m->ipv6 != NULL;
}

/* ---- what only RADIUS gives ---- */

static void set_given(const struct tp_radius_grant *grant, struct tp_subscriber_radius *radius)
{
	if (grant->group[0] != '\0')
		radius->given |= TP_GIVEN_PROFILE;
	if (grant->has_rate_limit)
		radius->given |= TP_GIVEN_RATE_LIMIT;
	if (grant->address_list[0] != '\0')
		radius->given |= TP_GIVEN_ADDRESS_LIST;
	if (grant->given[TP_RADIUS_SESSION_TIMEOUT])
		radius->given |= TP_GIVEN_SESSION_TIMEOUT;
	if (grant->given[TP_RADIUS_IDLE_TIMEOUT])
		radius->given |= TP_GIVEN_IDLE_TIMEOUT;
}

static void set_numbers(const struct tp_radius_grant *grant, struct tp_subscriber_radius *radius)
{
	if (grant->given[TP_RADIUS_MIKROTIK_TOTAL_LIMIT] ||
	    grant->given[TP_RADIUS_MIKROTIK_TOTAL_LIMIT_GIGAWORDS])
		radius->limit_bytes_total = grant->limit_total;
	if (grant->given[TP_RADIUS_ACCT_INTERIM_INTERVAL])
		radius->interim_s = grant->interim_s;
	if (grant->given[TP_RADIUS_TERMINATION_ACTION])
		radius->termination_action = grant->termination_action;
	if (grant->given[TP_RADIUS_PORT_LIMIT])
		radius->port_limit = (uint16_t)grant->port_limit;
	if (grant->given[TP_RADIUS_FRAMED_MTU])
		radius->framed_mtu = (uint16_t)grant->framed_mtu;
}

/* Of the attributes in CLASS, those that are GIVEN now, or those that are not. */
static void put_echoes(const struct tp_radius_grant *grant, bool given, const uint8_t *class,
		       unsigned class_len, struct tp_subscriber_radius *radius)
{
	unsigned len;

	for (unsigned at = 0; at + 2 <= class_len; at += len) {
		len = class[at + 1];
		if (len < 2 || at + len > class_len)
			break;
		if (grant->given[tp_radius_lookup(0, class[at])] != given)
			continue;
		memcpy(radius->class + radius->class_len, class + at, len);
		radius->class_len = (uint16_t)(radius->class_len + len);
	}
}

static bool make_radius(struct making *m)
{
	const struct tp_subscriber_radius *had = m->had->radius;
	const struct tp_radius_grant *grant = m->grant;
	size_t room = grant->class_len + (had != NULL ? had->class_len : 0u);
	struct tp_subscriber_radius *radius = calloc(1, sizeof(*radius) + room);

	if (radius == NULL)
		return false;
	if (had != NULL)
		memcpy(radius, had, sizeof(*radius));
	radius->class_len = 0;
	if (had != NULL)
		put_echoes(grant, false, had->class, had->class_len, radius);
	put_echoes(grant, true, grant->class, grant->class_len, radius);
	set_given(grant, radius);
	set_numbers(grant, radius);
	m->radius = radius;
	return true;
}

/* ---- the whole ---- */

static void put_address(const struct making *m, struct tp_subscriber *subscriber)
{
	if (has_fixed_address(m->grant)) {
		subscriber->remote.fixed = m->grant->framed_address;
	} else if (m->pool != NULL) {
		subscriber->remote.fixed = 0;
		tp_name_unref(subscriber->remote.pool);
		subscriber->remote.pool = m->pool;
	}
}

static void put_encryption(const struct tp_radius_grant *grant, struct tp_subscriber *subscriber)
{
	if (grant->given[TP_RADIUS_MS_MPPE_ENCRYPTION_TYPES]) {
		subscriber->encryption_strengths = 0;
		if ((grant->encryption_types & TYPE_40) != 0)
			subscriber->encryption_strengths |= TP_PPP_MPPE_40;
		if ((grant->encryption_types & TYPE_56) != 0)
			subscriber->encryption_strengths |= TP_PPP_MPPE_56;
		if ((grant->encryption_types & TYPE_128) != 0)
			subscriber->encryption_strengths |= TP_PPP_MPPE_128;
		subscriber->use_encryption = subscriber->encryption_strengths != 0
						     ? TP_ENCRYPTION_YES
						     : TP_ENCRYPTION_NO;
	}
	if (grant->given[TP_RADIUS_MS_MPPE_ENCRYPTION_POLICY] &&
	    grant->encryption_policy == POLICY_REQUIRED)
		subscriber->use_encryption = TP_ENCRYPTION_REQUIRED;
}

static void put_numbers(const struct tp_radius_grant *grant, struct tp_subscriber *subscriber)
{
	const bool *given = grant->given;

	if (given[TP_RADIUS_SESSION_TIMEOUT])
		subscriber->session_timeout_s = grant->session_timeout_s;
	if (given[TP_RADIUS_IDLE_TIMEOUT])
		subscriber->idle_timeout_s = grant->idle_timeout_s;
	if (given[TP_RADIUS_MIKROTIK_RECV_LIMIT] || given[TP_RADIUS_MIKROTIK_RECV_LIMIT_GIGAWORDS])
		subscriber->limit_bytes_in = grant->limit_in;
	if (given[TP_RADIUS_MIKROTIK_XMIT_LIMIT] || given[TP_RADIUS_MIKROTIK_XMIT_LIMIT_GIGAWORDS])
		subscriber->limit_bytes_out = grant->limit_out;
	if (grant->dns[0] != 0 || grant->dns[1] != 0)
		memcpy(subscriber->dns, grant->dns, sizeof(subscriber->dns));
	if (grant->nbns[0] != 0 || grant->nbns[1] != 0)
		memcpy(subscriber->wins, grant->nbns, sizeof(subscriber->wins));
	if (given[TP_RADIUS_PORT_LIMIT] && grant->port_limit == 1)
		subscriber->only_one = true;
}

static void put(const struct making *m, struct tp_subscriber *subscriber)
{
	put_address(m, subscriber);
	put_numbers(m->grant, subscriber);
	put_encryption(m->grant, subscriber);
	if (m->address_list != NULL) {
		tp_name_unref(subscriber->address_list);
		subscriber->address_list = m->address_list;
	}
	if (m->rate_limit != NULL) {
		free(subscriber->rate_limit);
		subscriber->rate_limit = m->rate_limit;
	}
	if (m->routes != NULL) {
		free(subscriber->routes);
		subscriber->routes = m->routes;
		subscriber->route_count = m->route_count;
	}
	free(subscriber->radius);
	subscriber->radius = m->radius;
	if (m->ipv6 != NULL) {
		tp_subscriber_ipv6_free(subscriber->ipv6);
		subscriber->ipv6 = m->ipv6;
	}
}

static void drop(struct making *m)
{
	tp_name_unref(m->address_list);
	tp_name_unref(m->pool);
	free(m->rate_limit);
	free(m->routes);
	free(m->radius);
	tp_subscriber_ipv6_free(m->ipv6);
}

/* Values that are well-formed, but that nobody can have. */
static bool check(const struct tp_radius_grant *grant, char why[TP_RADIUS_WHY])
{
	if (grant->given[TP_RADIUS_FRAMED_IP_NETMASK] && !is_mask(grant->framed_netmask))
		snprintf(why, TP_RADIUS_WHY, "Framed-IP-Netmask is no netmask");
	else if (grant->given[TP_RADIUS_FRAMED_IPV6_ADDRESS] &&
		 !is_zero(grant->framed_ipv6_address, 16) &&
		 (tp_ipv6_is_martian(grant->framed_ipv6_address) ||
		  tp_ipv6_is_link_local(grant->framed_ipv6_address)))
		snprintf(why, TP_RADIUS_WHY, "Framed-IPv6-Address is no host's");
	else if (grant->given[TP_RADIUS_FRAMED_MTU] &&
		 (grant->framed_mtu < 64 || grant->framed_mtu > 65535))
		snprintf(why, TP_RADIUS_WHY, "Framed-MTU %u is not within 64 to 65535",
			 grant->framed_mtu); /* RFC 2865, 5.12 */
	else if (grant->given[TP_RADIUS_PORT_LIMIT] && grant->port_limit > UINT16_MAX)
		snprintf(why, TP_RADIUS_WHY, "Port-Limit %u is too large", grant->port_limit);
	else
		return true;
	return false;
}

bool tp_radius_grant_apply(const struct tp_radius_grant *grant, struct tp_aaa_local *names,
			   struct tp_subscriber *subscriber, char why[TP_RADIUS_WHY])
{
	struct making m = {.grant = grant, .names = names, .had = subscriber};

	if (!check(grant, why))
		return false;
	if (make_name(&m, grant->address_list, &m.address_list) &&
	    (has_fixed_address(grant) || make_name(&m, grant->pool, &m.pool)) && make_routes(&m) &&
	    make_rate_limit(&m) && make_radius(&m) && make_ipv6(&m)) {
		put(&m, subscriber);
		return true;
	}
	drop(&m);
	snprintf(why, TP_RADIUS_WHY, "no memory for what it gets");
	return false;
}
