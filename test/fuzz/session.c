/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzzes the access concentrator's engine: a small town of the simulation (test/sim), whose clients
 * dial in by the book, so that the deep states are near; and the input says what befalls it. Links
 * come, go and begin anew, alone and in bundles; frames are lost, repeated, corrupted or made up;
 * operators change servers, secrets and profiles, disconnect and shut down; the data plane refuses;
 * time passes.
 *
 * After each step all of test/sim/check.c holds (no address or session id twice, the counters add
 * up, the data plane agrees), and no timer is due again and again. At the end all are told to end,
 * one way or another: within a bounded time nobody is left, and no memory. */
#include <errno.h>

#include "config/file/file.h"
#include "session/discovery.h"
#include "session/engine.h"
#include "session/login.h"
#include "sim.h"

#define CLIENTS	 8
#define SLOTS	 20
#define END_MS	 15000 /* in which all end that were told to */
#define STEP_MAX 300

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* Two hosts with several links, and three clients that are alone; two servers; pools so small that
 * they run dry. %s: what differs between the configurations. */
static const char config_format[] =
	"dataplane: { ports: [ { name: ether3, device: net_null0 } ] }\n"
	"ip: { pool: [ { name: pool, ranges: 10.0.0.1-10.0.0.5 }, { name: ours, ranges: "
	"10.1.0.1-10.1.0.3 } ] }\n"
	"ipv6: { pool: [ { name: links, prefix: 2001:db8::/62, prefix-length: 64 },\n"
	"  { name: homes, prefix: 2001:db8:8000::/54, prefix-length: 56 } ] }\n"
	"interface: { pppoe-server: { server: [\n"
	"  { service-name: internet, interface: ether3, default-profile: p, mrru: 1600 },\n"
	"  { service-name: voice, interface: ether3, default-profile: q } ] } }\n"
	"ppp:\n"
	"  profile:\n"
	"    - { name: p, local-address: 10.0.0.1, remote-address: pool,\n"
	"        remote-ipv6-prefix-pool: links, dhcpv6-pd-pool: homes, dhcpv6-lease-time: 1m%s }\n"
	"    - { name: q, local-address: ours, remote-address: pool, idle-timeout: 20s,\n"
	"        remote-ipv6-prefix-pool: links%s }\n"
	"  secret:\n"
	"    - { name: user0, password: secret0%s }\n"
	"    - { name: user3, password: secret3, limit-bytes-in: 4M }\n"
	"    - { name: user5, password: secret5, remote-address: 10.5.5.5, "
	"routes: 192.168.7.0/24,\n"
	"        remote-ipv6-prefix: \"2001:db8:5::/64\", ipv6-routes: \"2001:db8:6::/48\" }\n"
	"    - { name: user6, password: secret6, profile: q }\n"
	"    - { name: user7, password: secret7, remote-address: 10.5.5.5%s }\n";

/* Of profile p and q, of user0 and user7. */
static const char *const differences[][4] = {
	{", rate-limit: 2M/4M", "", "", ""},
	{", only-one: yes, session-timeout: 40s, dns-server: \"2001:db8::53\"",
	 ", use-ipv6: required", ", rate-limit: 1M/1M", ", disabled: yes"},
	{", use-encryption: yes, idle-timeout: 1m", ", use-ipv6: no", ", profile: q",
	 ", delegated-ipv6-prefix: \"2001:db8:e::/56,2001:db8:f::/56\""},
	{", use-encryption: required", "", ", disabled: yes", ", profile: q"},
};
#define CONFIGS (sizeof(differences) / sizeof(differences[0]))

static char *texts[CONFIGS];
static struct tp_config *configs[CONFIGS];
static size_t empty_memory; /* of an engine without servers and sessions */

struct world {
	struct sim *sim;
	struct sim_host hosts[2];
	struct tp_reader input;
};

/* ---- before and after -------------------------------------------------------------------------
 */

static struct sim *city(unsigned config, uint64_t seed)
{
	const struct sim_setup setup = {
		.config = texts[config],
		.clients = CLIENTS,
		.max_sessions = SLOTS,
		.quality = {.delay_min_ms = 1, .delay_max_ms = 2},
		.grace_max_ms = 50,
	};

	return sim_create(&setup, seed);
}

/* What the engine holds for its servers, and what it keeps to use it again. */
static size_t memory_left(struct sim *sim)
{
	struct tp_ac *ac = sim->ac;
	size_t kept = 0;

	while (ac->servers != NULL)
		tp_ac_server_remove(ac, ac->servers->id, sim->now_ms);
	tp_ac_tick(ac, sim->now_ms, UINT32_MAX);
	tp_ac_places_forget(ac); /* a PADI may have come since the last server went */
	tp_ac_offers_clear(ac);
	tp_ac_logins_clear(ac);
	tp_ac_lockouts_clear(ac);
	for (uint32_t i = 0; i * 64 < SLOTS; i++)
		kept += ac->table.chunks[i] != NULL ? 64 * sizeof(struct tp_line) : 0;
	for (unsigned i = 0; i < TP_VLAN_SCOPES; i++)
		kept += ac->ports[0].ids[i].used != NULL ? 65536 / 8 + 65536 * sizeof(uint32_t) : 0;
	return ac->counters.memory_bytes - kept;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct tp_errors errors = {0};
	struct sim *sim;

	setenv("CMOCKA_TEST_ABORT", "1", 1); /* what fails is to be seen where it does */
	for (unsigned i = 0; i < CONFIGS; i++) {
		const char *const *with = differences[i];

		assert_true(asprintf(&texts[i], config_format, with[0], with[1], with[2], with[3]) >
			    0);
		configs[i] = tp_config_load_text(TP_PROGRAM_SERVER, "fuzz.yaml", texts[i],
						 strlen(texts[i]), &errors);
		assert_non_null(configs[i]);
	}
	sim = city(0, 1);
	empty_memory = memory_left(sim);
	sim_destroy(sim);
	return 0;
}

/* The engine may have something to do in any millisecond, but not in each. */
static void check_quiet(struct sim *sim)
{
	unsigned busy = 0;

	while (tp_ac_deadline(sim->ac) <= sim->now_ms + 1) {
		sim_run(sim, 1);
		assert_true(++busy < 40);
	}
}

static void settle_plane(struct sim *sim)
{
	sim->plane.hold_slots = false;
	sim->plane.fail_open = sim->plane.fail_up = sim->plane.fail_up6 = 0;
	sim->wire.loop = false;
}

static void vanish_all(struct sim *sim)
{
	for (unsigned i = 0; i < CLIENTS; i++)
		sim_client_vanish(sim->clients[i]);
	sim_wire_clear(&sim->wire); /* no ghosts either */
	sim->wire.quality = (struct sim_quality){0};
}

static void expect_nobody(struct sim *sim)
{
	sim_run(sim, END_MS);
	assert_null(tp_ac_next(sim->ac, 0));
	sim_check_empty(sim);
}

static void disconnect_all(struct sim *sim)
{
	for (uint32_t slot = 0; slot < SLOTS; slot++)
		tp_ac_disconnect(sim->ac, slot, TP_END_ADMIN, sim->now_ms);
}

static void end(struct sim *sim, uint8_t how)
{
	settle_plane(sim);
	switch (how % 4) {
	case 0: /* Each hangs up; who was gone, and never asked, is disconnected. */
		for (unsigned i = 0; i < CLIENTS; i++)
			sim_client_hang_up(sim->clients[i]);
		sim_run(sim, END_MS);
		vanish_all(sim);
		disconnect_all(sim);
		expect_nobody(sim);
		break;
	case 1: /* Each is disconnected, and nobody answers. */
		vanish_all(sim);
		disconnect_all(sim);
		expect_nobody(sim);
		break;
	case 2:
		tp_ac_shutdown(sim->ac, sim->now_ms);
		vanish_all(sim);
		expect_nobody(sim);
		assert_true(tp_ac_shutdown_done(sim->ac));
		break;
	default: /* in the middle of it all */
		sim_destroy(sim);
		return;
	}
	check_quiet(sim);
	assert_int_equal(memory_left(sim), empty_memory);
	sim_destroy(sim);
}

/* ---- what may befall ---------------------------------------------------------------------------
 */

static uint8_t next(struct world *w)
{
	uint8_t byte = 0;

	tp_read_u8(&w->input, &byte);
	return byte;
}

static void dial(struct world *w, struct sim_client *client, uint8_t arg)
{
	sim_client_dial(client, arg >> 3 & 1 ? 300 : 0);
}

static void dial_all(struct world *w, struct sim_client *client, uint8_t arg)
{
	for (unsigned i = 0; i < CLIENTS; i++)
		sim_client_dial(w->sim->clients[i], (arg >> 3) * i);
}

static void hang_up(struct world *w, struct sim_client *client, uint8_t arg)
{
	sim_client_hang_up(client);
}

static void vanish(struct world *w, struct sim_client *client, uint8_t arg)
{
	sim_client_vanish(client);
}

static void renegotiate(struct world *w, struct sim_client *client, uint8_t arg)
{
	sim_client_renegotiate(client);
}

static void pass_time(struct world *w, struct sim_client *client, uint8_t arg)
{
	static const uint32_t steps[] = {1, 2, 3, 5, 20, 100, 1000, 3000, 10000, 31000, 61000};

	sim_run(w->sim, steps[arg % (sizeof(steps) / sizeof(steps[0]))]);
}

static void change_wire(struct world *w, struct sim_client *client, uint8_t arg)
{
	w->sim->wire.quality = (struct sim_quality){
		.loss = arg & 1 ? 150 : 0,
		.repeat = arg & 2 ? 150 : 0,
		.corrupt = arg & 4 ? 150 : 0,
		.ghost = arg & 8 ? 100 : 0,
		.delay_min_ms = 1,
		.delay_max_ms = arg & 16 ? 60 : 2,
	};
	w->sim->wire.loop = (arg & 0xe0) == 0xe0;
}

/* Frames that a client by the book would not send now. */
static void send_by_hand(struct world *w, struct sim_client *client, uint8_t arg)
{
	static const uint8_t frames[][12] = {
		{0x80, 0x21, 5, 7, 0, 4},			 /* IPCP Terminate-Request */
		{0x80, 0x21, 1, 7, 0, 4},			 /* IPCP Configure-Request */
		{0x80, 0x21, 1, 8, 0, 10, 3, 6, 10, 0, 0, 2},	 /* for an address */
		{0x80, 0x21, 6, 7, 0, 4},			 /* IPCP Terminate-Ack */
		{0xc0, 0x21, 1, 7, 0, 4},			 /* LCP Configure-Request */
		{0xc0, 0x21, 5, 7, 0, 4},			 /* LCP Terminate-Request */
		{0xc0, 0x21, 6, 7, 0, 4},			 /* LCP Terminate-Ack */
		{0xc0, 0x21, 7, 7, 0, 8, 1, 1, 0, 4},		 /* Code-Reject */
		{0xc0, 0x21, 8, 7, 0, 6, 0xc0, 0x21},		 /* Protocol-Reject of LCP */
		{0xc0, 0x21, 8, 7, 0, 6, 0x80, 0x21},		 /* of IPCP */
		{0x80, 0x57, 5, 7, 0, 4},			 /* IPV6CP Terminate-Request */
		{0x80, 0x57, 1, 7, 0, 4},			 /* IPV6CP Configure-Request */
		{0xc0, 0x21, 8, 7, 0, 6, 0x80, 0x57},		 /* Protocol-Reject of IPV6CP */
		{0x80, 0xfd, 5, 7, 0, 4},			 /* CCP Terminate-Request */
		{0x80, 0xfd, 14, 7, 0, 4},			 /* CCP Reset-Request */
		{0x80, 0xfd, 1, 7, 0, 10, 18, 6, 1, 0, 0, 0x40}, /* CCP: MPPE, 128 bit */
		{0xc0, 0x23, 1, 7, 0, 6, 0, 0},			 /* PAP: no name */
		{0xc2, 0x23, 2, 7, 0, 5, 0},			 /* CHAP Response */
	};
	const uint8_t *frame = frames[(arg >> 3) % (sizeof(frames) / sizeof(frames[0]))];

	if (client->session_id != 0)
		sim_client_send_session(client, frame, 2u + frame[5]);
}

static void send_raw(struct world *w, struct sim_client *client, uint8_t arg)
{
	struct tp_reader bytes;

	if (client->session_id != 0 && tp_read_sub(&w->input, 1u + (arg >> 3), &bytes))
		sim_client_send_session(client, bytes.p, tp_reader_left(&bytes));
}

/* What a host does of its own accord, or a new one in its place. */
static void use_ipv6(struct world *w, struct sim_client *client, uint8_t arg)
{
	struct tp_reader bytes;

	if ((client->families & TP_AC_IPV6) == 0)
		return;
	switch (arg >> 3 & 3) {
	case 0:
		tp_ipv6_host_release(&client->ipv6, w->sim->now_ms);
		break;
	case 1:
		tp_ipv6_host_again(&client->ipv6, arg & 64, w->sim->now_ms);
		break;
	case 2: /* with another number, or as another host */
		client->ipv6.iaid += arg & 64;
		client->ipv6.duid.bytes[4] ^= arg >> 7;
		tp_ipv6_host_again(&client->ipv6, false, w->sim->now_ms);
		break;
	default:
		if (tp_read_sub(&w->input, 1u + (arg >> 5), &bytes))
			sim_ipv6_send(client, bytes.p, tp_reader_left(&bytes));
	}
	sim_client_arm(client);
}

static void send_padt(struct world *w, struct sim_client *client, uint8_t arg)
{
	uint8_t packet[TP_PPPOE_PACKET_MAX];
	struct sim *sim = w->sim;
	size_t len = tp_pppoe_padt_build(packet, sizeof(packet),
					 arg & 8 ? next(w) : client->session_id, "gone");

	tp_ac_input_discovery(sim->ac, &client->access, &client->mac, &client->ac_mac, packet, len,
			      sim->now_ms);
}

static void raw_discovery(struct world *w, struct sim_client *client, uint8_t arg)
{
	static const struct tp_mac broadcast = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
	struct sim *sim = w->sim;
	struct tp_reader bytes;

	if (tp_read_sub(&w->input, 1u + (arg >> 3), &bytes))
		tp_ac_input_discovery(sim->ac, &client->access, &client->mac,
				      arg & 1 ? &broadcast : &client->ac_mac, bytes.p,
				      tp_reader_left(&bytes), sim->now_ms);
	tp_ac_unknown_session(sim->ac, &client->access, &client->mac, client->session_id,
			      sim->now_ms);
}

static void disconnect(struct world *w, struct sim_client *client, uint8_t arg)
{
	if (arg & 128)
		tp_ac_disconnect_user(w->sim->ac, client->user, TP_END_CONFIG, w->sim->now_ms);
	else
		tp_ac_disconnect(w->sim->ac, arg >> 2, TP_END_ADMIN, w->sim->now_ms);
}

static void change_server(struct world *w, struct sim_client *client, uint8_t arg)
{
	struct sim *sim = w->sim;
	struct tp_config_server server = *sim_server(sim, arg & 1 ? "internet" : "voice");
	uint8_t more = next(w);

	if (arg >> 5 == 7) {
		tp_ac_server_remove(sim->ac, server.head.id, sim->now_ms);
		return;
	}
	server.disabled = arg >> 5 == 6;
	server.one_session_per_host = arg & 2;
	server.max_sessions = arg & 4 ? 3 : 0;
	server.keepalive_timeout = arg & 8 ? 0 : 10;
	server.chap_interval = arg & 16 ? 7 : 0;
	server.trust_access_line = !(more & 8);
	server.mrru = more & 1 ? 0 : 1600;
	server.authentication.count = more & 2 ? 0 : server.authentication.count;
	if (more & 4)
		server.default_profile = "q";
	sim_server_put(sim, &server);
}

static void change_config(struct world *w, struct sim_client *client, uint8_t arg)
{
	tp_ac_config_set(w->sim->ac, configs[arg % CONFIGS]);
	tp_ac_subscribers_changed(w->sim->ac);
}

static void change_port(struct world *w, struct sim_client *client, uint8_t arg)
{
	const struct tp_mac mac = {{2, 0xac, 0, 0, 0, 1}};

	assert_int_equal(tp_ac_port_set(w->sim->ac, 0, "ether3", &mac, arg & 1 ? 1500 : 1400), 0);
}

static void change_limits(struct world *w, struct sim_client *client, uint8_t arg)
{
	const struct tp_ac_half_open_limits limits = {
		.port = arg & 7, .vlan = arg >> 3 & 7, .mac = arg >> 6};

	tp_ac_half_open_limits_set(w->sim->ac, 0, &limits);
}

static void change_plane(struct world *w, struct sim_client *client, uint8_t arg)
{
	struct sim_plane *plane = &w->sim->plane;

	plane->hold_slots = arg & 1;
	plane->fail_open = arg & 2 ? -ENOMEM : 0;
	plane->fail_up = arg & 4 ? (arg & 8 ? -EEXIST : -ENOMEM) : 0;
	plane->fail_up6 = arg & 16 ? (arg & 8 ? -EEXIST : -ENOMEM) : 0;
}

/* What the data plane says of a slot, right or not. */
static void say_of_slot(struct world *w, struct sim_client *client, uint8_t arg)
{
	struct sim *sim = w->sim;
	uint32_t slot = arg % SLOTS;

	switch (next(w) % 4) {
	case 0:
		tp_ac_keepalive_lost(sim->ac, slot, sim->now_ms);
		break;
	case 1:
		tp_ac_decryption_lost(sim->ac, slot, (enum tp_mppe_need)(arg % 3), sim->now_ms);
		break;
	case 2:
		sim->plane.slots[slot].bytes_in += 5000000;
		break;
	default:
		sim->plane.slots[slot].traffic_ms = sim->now_ms;
	}
}

static void (*const acts[])(struct world *w, struct sim_client *client, uint8_t arg) = {
	dial,	       dial_all,    hang_up,	   vanish,	renegotiate,   pass_time,
	pass_time,     pass_time,   pass_time,	   change_wire, send_by_hand,  send_by_hand,
	send_raw,      send_padt,   raw_discovery, disconnect,	change_server, change_config,
	change_limits, change_port, change_plane,  say_of_slot, use_ipv6,
};

static void step(struct world *w)
{
	uint8_t op = next(w), arg = next(w);

	acts[op % (sizeof(acts) / sizeof(acts[0]))](w, w->sim->clients[arg % CLIENTS], arg);
	sim_run(w->sim, 0);
	sim_check(w->sim);
	check_quiet(w->sim);
}

/* One link of a host is like another; who is alone has its own way to prove itself. */
static void people(struct world *w, uint8_t way)
{
	static const uint8_t families[] = {TP_AC_IPV4 | TP_AC_IPV6, TP_AC_IPV4 | TP_AC_IPV6,
					   TP_AC_IPV6, TP_AC_IPV4};
	static const struct tp_prefix6 any;
	struct sim *sim = w->sim;

	sim_host_init(&w->hosts[0], sim, 0, 3);
	sim_host_init(&w->hosts[1], sim, 3, 2);
	for (unsigned i = 0; i < CLIENTS; i++) {
		sim->clients[i]->config.methods[0] = (uint8_t)(TP_PPP_PAP + (way + i / 3) % 4);
		sim->clients[i]->encrypts = way & 4;
		sim_client_ask_families(sim->clients[i], families[(way >> 6) % 4]);
		if (i % 2 == 0)
			sim_client_ask_prefix(sim->clients[i], &any);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world w = {.input = tp_reader_of(data, size)};
	uint8_t how = next(&w), way = next(&w), seed = next(&w);

	if (size < 4)
		return 0;
	w.sim = city(how >> 2 & 3, seed);
	people(&w, way);
	/* Most inputs begin where it becomes interesting. */
	if (way & 8)
		dial_all(&w, NULL, way & 0x38);
	if (way & 16)
		sim_run(w.sim, 1000);
	for (unsigned i = 0; i < STEP_MAX && tp_reader_left(&w.input) > 0; i++)
		step(&w);
	end(w.sim, how);
	return 0;
}
