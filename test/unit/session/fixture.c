/* SPDX-License-Identifier: BSD-3-Clause */
#include "fixture.h"

#include "session/engine.h"

const struct tp_mac town_ac_mac = {{2, 0xac, 0, 0, 0, 1}};
const struct tp_mac town_broadcast = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};

static const char config[] =
	"system: { identity: TOWN }\n"
	"dataplane: { ports: [ { name: ether3, device: net_null0, mtu: 1600 } ] }\n"
	"ip: { pool: [ { name: pool, ranges: 10.0.0.1-10.0.0.4 },\n"
	"  { name: small, ranges: 10.7.7.7 } ] }\n"
	"interface: { pppoe-server: { server: [\n"
	"  { service-name: internet, interface: ether3, default-profile: p%s },\n"
	"  { service-name: voice, interface: ether3, default-profile: p } ] } }\n"
	"ppp:\n"
	"  profile:\n"
	"    - { name: p, local-address: 10.0.0.1, remote-address: pool, dns-server: 10.9.9.9,\n"
	"        change-tcp-mss: yes, session-timeout: 1h }\n"
	"    - { name: idle, idle-timeout: 20s }\n"
	"  secret:\n"
	"    - { name: alice, password: pw-alice }\n"
	"    - { name: bob, password: pw-bob, remote-address: 10.5.5.5,\n"
	"        routes: \"192.168.7.0/24, 192.168.9.0/24\" }\n"
	"    - { name: carol, password: pw-carol, disabled: yes }\n"
	"    - { name: dave, password: pw-dave, caller-id: \"06:00:00:00:00:01\" }\n"
	"    - { name: eve, password: pw-eve, remote-address: 10.5.5.5 }\n"
	"    - { name: frank, password: pw-frank, remote-address: small }\n"
	"    - { name: ivy, password: pw-ivy, profile: idle }\n"
	"    - { name: lina, password: pw-lina, caller-id: node 7 }\n"
	"    - { name: larry, password: pw-larry, limit-bytes-in: 5G, limit-bytes-out: 10M }\n";

struct sim *town_with_source(const char *server, const struct tp_aaa_source_ops *source)
{
	char text[sizeof(config) + 200];
	const struct sim_setup setup = {
		.config = text,
		.clients = 8,
		.max_sessions = 16,
		.quality = {.delay_min_ms = 1, .delay_max_ms = 1},
		.source = source,
	};

	assert_true(snprintf(text, sizeof(text), config, server) < (int)sizeof(text));
	return sim_create(&setup, 7);
}

struct sim *town_with(const char *server)
{
	return town_with_source(server, NULL);
}

struct sim *town_asking(const struct tp_aaa_source_ops *source)
{
	return town_with_source("", source);
}

struct sim *town(void)
{
	return town_with("");
}

struct sim_client *town_client(struct sim *sim, unsigned number, const char *user)
{
	struct sim_client *client = sim->clients[number];

	snprintf(client->user, sizeof(client->user), "%s", user);
	snprintf(client->password, sizeof(client->password), "pw-%s", user);
	return client;
}

struct sim_client *town_try(struct sim *sim, unsigned number, const char *user)
{
	struct sim_client *client = town_client(sim, number, user);

	sim_client_dial(client, 0);
	sim_run(sim, 5);
	client->wanted = false;
	sim_run(sim, 95);
	return client;
}

struct sim_client *town_dial(struct sim *sim, unsigned number, const char *user)
{
	struct sim_client *client = town_try(sim, number, user);

	assert_int_equal(client->state, SIM_CLIENT_UP);
	return client;
}

const struct tp_line *town_line(struct sim *sim, const struct sim_client *client)
{
	const struct tp_line *line = tp_ac_find_mac(sim->ac, &client->mac, NULL);

	assert_non_null(line);
	assert_null(tp_ac_find_mac(sim->ac, &client->mac, line));
	return line;
}

struct tp_session_info town_info(struct sim *sim, const struct sim_client *client)
{
	struct tp_session_info info;

	tp_line_info(town_line(sim, client), &info);
	return info;
}

void town_discovery(struct sim *sim, const struct tp_access *access, const struct tp_mac *src,
		    const struct tp_mac *dst, uint8_t code, uint16_t session_id,
		    const char *service)
{
	uint8_t packet[TP_PPPOE_PACKET_MAX];
	struct tp_writer w = tp_writer_of(packet, sizeof(packet));
	size_t len;

	tp_pppoe_begin(&w, code, session_id);
	if (service != NULL)
		tp_pppoe_tag_write(&w, TP_PPPOE_TAG_SERVICE_NAME, service, strlen(service));
	len = tp_pppoe_finish(&w);
	tp_ac_input_discovery(sim->ac, access, src, dst, packet, len, sim->now_ms);
}

const struct tp_pppoe_ac_stats *town_stats(const struct sim *sim)
{
	return tp_pppoe_ac_stats(sim->ac->discovery);
}
