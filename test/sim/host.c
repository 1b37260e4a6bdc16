/* SPDX-License-Identifier: BSD-3-Clause */
#include "sim.h"

void sim_host_init(struct sim_host *host, struct sim *sim, unsigned first, unsigned count)
{
	const struct sim_client *one = sim->clients[first];

	*host = (struct sim_host){.count = count};
	for (unsigned i = 0; i < count; i++) {
		struct sim_client *link = sim->clients[first + i];

		host->link[i] = link;
		link->host = host;
		link->config.mrru = 1600;
		memcpy(link->config.endpoint, one->mac.bytes, sizeof(link->config.endpoint));
		memcpy(link->user, one->user, sizeof(link->user));
		memcpy(link->password, one->password, sizeof(link->password));
	}
}

void sim_host_admitted(struct sim_client *link)
{
	struct sim_host *host = link->host;

	link->admitted = true;
	if (host->network == NULL) {
		host->network = link;
		return;
	}
	tp_ppp_set_joined(&link->engine.ppp, true);
	if (host->network->state != SIM_CLIENT_UP)
		return;
	link->addresses = host->network->addresses;
	link->ids = host->network->ids;
	sim_client_family_up(link, host->network->families);
}

void sim_host_leaving(struct sim_client *link)
{
	struct sim_host *host = link->host;

	for (unsigned i = 0; host->network == link && i < host->count; i++) {
		struct sim_client *other = host->link[i];

		if (other == link || other->state != SIM_CLIENT_UP)
			continue;
		tp_ppp_take_network(&other->engine.ppp, &link->engine.ppp);
		host->network = other;
	}
}

void sim_host_left(struct sim_client *link)
{
	link->admitted = false;
	sim_client_family_down(link, link->families);
	if (link->host->network == link)
		link->host->network = NULL;
}

void sim_host_network_up(struct sim_client *link, const struct tp_ppp_addresses *addresses)
{
	for (unsigned i = 0; i < link->host->count; i++) {
		struct sim_client *one = link->host->link[i];

		if (!one->admitted)
			continue;
		one->addresses = *addresses;
		sim_client_family_up(one, TP_AC_IPV4);
	}
}

void sim_host_network6_up(struct sim_client *link, const struct tp_ppp_interface_ids *ids)
{
	for (unsigned i = 0; i < link->host->count; i++) {
		struct sim_client *one = link->host->link[i];

		if (!one->admitted)
			continue;
		one->ids = *ids;
		sim_client_family_up(one, TP_AC_IPV6);
	}
}

void sim_host_network_down(struct sim_client *link, uint8_t family)
{
	for (unsigned i = 0; i < link->host->count; i++)
		sim_client_family_down(link->host->link[i], family);
}

struct sim_client *sim_host_hearer(struct sim_client *link)
{
	return link->host->network != NULL ? link->host->network : link;
}
