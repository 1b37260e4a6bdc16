/* SPDX-License-Identifier: BSD-3-Clause */
/* What the router's ends of all links have in common: /ipv6/nd, as configured, and who we are to
 * DHCPv6's clients. */
#include "session/engine.h"
#include "session/ipv6.h"

static const struct tp_config_nd *nd_of(const struct tp_config *config)
{
	return (const void *)tp_config_first(config, TP_IPV6_ND);
}

/* A word of the configuration as the engine's. */
static unsigned flag(unsigned word)
{
	switch (word) {
	case TP_ND_YES:
		return TP_IPV6_FLAG_YES;
	case TP_ND_NO:
		return TP_IPV6_FLAG_NO;
	default:
		return TP_IPV6_FLAG_AUTO;
	}
}

void tp_ac_ipv6_configure(struct tp_ac *ac)
{
	struct tp_ipv6_router_config *to = &ac->routers.config;
	const struct tp_config_nd *nd = nd_of(ac->config);
	const struct tp_config_nd_prefix *prefix =
		(const void *)tp_config_first(ac->config, TP_IPV6_ND_PREFIX);

	to->ra_min_ms = nd->ra_interval.first * 1000;
	to->ra_max_ms = nd->ra_interval.last * 1000;
	to->router_lifetime_s = (uint16_t)nd->ra_lifetime;
	to->hop_limit = (uint8_t)nd->hop_limit;
	to->managed = flag(nd->managed_address_configuration);
	to->other = flag(nd->other_configuration);
	to->advertise_dns = nd->advertise_dns;
	to->preferred_s = prefix->preferred_lifetime;
	to->valid_s = prefix->valid_lifetime;
	to->prefer_delegation = prefix->prefer_delegation;
}

/* The first port's, by which it is the same after a restart. */
void tp_ac_ipv6_identify(struct tp_ac *ac)
{
	const struct tp_ac_port *port = ac->ports;

	while (!port->set)
		port++;
	tp_duid_of_mac(&ac->routers.config.duid, port->mac.bytes);
}

uint16_t tp_ac_ipv6_mtu(const struct tp_ac *ac, uint16_t link)
{
	uint32_t told = nd_of(ac->config)->mtu;

	return told != 0 && told < link ? (uint16_t)told : link;
}
