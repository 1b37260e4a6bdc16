/* SPDX-License-Identifier: BSD-3-Clause */
/* What control asks of ports, and what it may set of one at any time. Control. */
#include <errno.h>

#include "dataplane/dataplane.h"
#include "dataplane/port_again.h"
#include "dataplane/port_link.h"
#include "dataplane/state.h"
#include "dataplane/worker/flood.h"

unsigned tp_dataplane_port_count(const struct tp_dataplane *dp)
{
	return dp->port_count;
}

int tp_dataplane_port_info(const struct tp_dataplane *dp, unsigned port, struct tp_port_info *info)
{
	bool gone;
	if (port >= dp->port_count)
		return -EINVAL;
	const struct tp_port *p = &dp->ports[port];
	const bool up = tp_port_link_up(p, &gone);
	*info = (struct tp_port_info){
		.name = p->name,
		.driver = p->driver.name,
		.role = (enum tp_port_role)p->role,
		.mac = p->mac,
		.mtu = p->mtu,
		.link_up = up,
		.device_gone = gone,
		.device_comes_again = tp_port_comes_again(p),
		.rx_queues = p->rx_queues,
		.software_distribution = p->spread,
	};
	return 0;
}

int tp_dataplane_service_tag_set(struct tp_dataplane *dp, unsigned port, uint16_t vlan_id,
				 bool service)
{
	uint8_t bit = (uint8_t)(1u << vlan_id % 8);

	if (port >= dp->port_count || vlan_id == 0 || vlan_id > TP_VLAN_ID_MAX)
		return -EINVAL;
	if (service)
		dp->ports[port].service_tags[vlan_id / 8] |= bit;
	else
		dp->ports[port].service_tags[vlan_id / 8] &= (uint8_t)~bit;
	return 0;
}

int tp_dataplane_port_address_set(struct tp_dataplane *dp, unsigned port, uint32_t address)
{
	if (port >= dp->port_count)
		return -EINVAL;
	tp_write_once(&dp->ports[port].address, address);
	return 0;
}

int tp_dataplane_port_address6_set(struct tp_dataplane *dp, unsigned port, const uint8_t *address)
{
	if (port >= dp->port_count)
		return -EINVAL;
	/* A worker may make an error's source of half the old one and half the new. */
	for (unsigned i = 0; i < sizeof(dp->ports[port].address6); i++)
		tp_write_once(&dp->ports[port].address6[i], address != NULL ? address[i] : 0);
	return 0;
}

int tp_dataplane_padi_limits_set(struct tp_dataplane *dp, unsigned port,
				 const struct tp_padi_limits *limits)
{
	double ticks = dp->ticks_per_second;

	if (port >= dp->port_count)
		return -EINVAL;
	struct tp_port *p = &dp->ports[port];
	tp_flood_rate_set(&p->padi_rate, tp_flood_rate_of(limits->port, ticks));
	tp_flood_rate_set(&p->padi_vlan_rate, tp_flood_rate_of(limits->vlan, ticks));
	tp_flood_rate_set(&p->padi_mac_rate, tp_flood_rate_of(limits->mac, ticks));
	return 0;
}

int tp_dataplane_host_limit_set(struct tp_dataplane *dp, unsigned port, uint32_t limit)
{
	if (port >= dp->port_count)
		return -EINVAL;
	tp_flood_rate_set(&dp->ports[port].host_rate,
			  tp_flood_rate_of(limit, dp->ticks_per_second));
	return 0;
}
