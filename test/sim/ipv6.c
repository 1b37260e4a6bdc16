/* SPDX-License-Identifier: BSD-3-Clause */
/* The host's end of a subscriber's link (lib/ipv6). Of the links of one host the first has it, and
 * it is heard and spoken to by whichever has the network protocols. */
#include "sim.h"

#include "ipv6/nd.h"
#include "wire/ipv6.h"
#include "wire/ppp.h"

static struct sim_client *owner_of(struct sim_client *client)
{
	return client->host != NULL ? client->host->link[0] : client;
}

static void output(void *user, const uint8_t *packet, size_t len)
{
	struct sim_client *client = user;
	uint8_t frame[TP_PPP_PROTO_LEN + 1500] = {TP_PPP_PROTO_IPV6 >> 8, TP_PPP_PROTO_IPV6 & 0xff};

	if (client->host != NULL && client->host->network != NULL)
		client = client->host->network;
	assert_true(len <= 1500);
	memcpy(frame + TP_PPP_PROTO_LEN, packet, len);
	sim_client_send_session(client, frame, TP_PPP_PROTO_LEN + len);
}

static void changed(void *user, unsigned changes)
{
	struct sim_client *client = user;

	client->changes |= changes;
}

struct tp_prefix6 sim_ipv6_prefix(const struct sim_client *client)
{
	for (unsigned i = 0; i < TP_IPV6_HOST_LEASES; i++)
		if (client->ipv6.prefixes[i].preferred_until_ms > client->sim->now_ms)
			return client->ipv6.prefixes[i].prefix;
	return (struct tp_prefix6){.length = 0};
}

void sim_ipv6_send(struct sim_client *client, const uint8_t *packet, size_t len)
{
	output(client, packet, len);
}

static const struct tp_ipv6_host_ops ops = {.output = output, .changed = changed};

void sim_ipv6_init(struct sim_client *client)
{
	client->hosts = (struct tp_ipv6_hosts){
		.ops = &ops,
		.random = &client->sim->random,
		.counters = &client->sim->host_counters,
		.config = {.solicit = true, .slaac = true, .managed = true, .max_delay_ms = 100},
	};
	tp_ipv6_host_init(&client->ipv6, &client->hosts, client);
}

void sim_ipv6_up(struct sim_client *link, const struct tp_ppp_interface_ids *ids)
{
	struct sim_client *client = owner_of(link);
	struct tp_duid duid;

	tp_duid_of_mac(&duid, client->mac.bytes);
	tp_ipv6_host_start(&client->ipv6, ids->local, &duid, 1, client->sim->now_ms);
	sim_client_arm(client);
}

void sim_ipv6_down(struct sim_client *link)
{
	tp_ipv6_host_stop(&owner_of(link)->ipv6);
}

void sim_ipv6_receive(struct sim_client *link, const struct tp_reader *packet)
{
	struct sim_client *client = owner_of(link);
	const uint8_t *p = packet->p;
	size_t len = tp_reader_left(packet);

	if (len > TP_IPV6_HEADER_LEN && p[6] == TP_IPV6_ICMP &&
	    p[TP_IPV6_HEADER_LEN] == TP_ICMP6_ROUTER_ADVERT)
		client->advertisements++;
	if ((client->families & TP_AC_IPV6) == 0)
		return;
	tp_ipv6_host_input(&client->ipv6, p, len, client->sim->now_ms);
	sim_client_arm(client);
}

void sim_ipv6_tick(struct sim_client *client)
{
	if (client->sim->now_ms >= sim_ipv6_deadline(client))
		tp_ipv6_host_tick(&client->ipv6, client->sim->now_ms);
}

uint64_t sim_ipv6_deadline(const struct sim_client *client)
{
	return (client->families & TP_AC_IPV6) != 0 ? tp_ipv6_host_deadline(&client->ipv6)
						    : TP_NEVER;
}
