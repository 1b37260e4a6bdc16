/* SPDX-License-Identifier: BSD-3-Clause */
/* A small town's accounting: clients with real engines of PPP that dial, hang up, vanish and
 * renegotiate, servers that fail, and a daemon that dies, of which its disk is left: now and then
 * in the course of weeks, and at each other moment of a day, when its sessions outlive it. */
#include "sim.h"

#include "accounting.h"
#include "base/least.h"

#define CLIENTS	  20
#define DAYS	  30
#define INTERIM_S 1800
#define MOMENTS	  1500 /* of that day */

static struct sim *sim;
static unsigned crashes;
static bool backlog; /* what the daemon had not written yet outlives it */

/* Each session uses 70 to 133 bytes a millisecond. */
static uint64_t octets_of(const struct tp_line *line, uint64_t *session)
{
	struct tp_session_info info;

	tp_line_info(line, &info);
	*session = info.accounting_id;
	return info.up_ms == 0 ? 0 : (sim->now_ms - info.up_ms) * (70 + info.accounting_id % 64);
}

static const struct tp_line *find(uint64_t session)
{
	return tp_ac_find_accounting_id(sim->ac, session);
}

static bool stands(uint64_t session)
{
	return find(session) != NULL;
}

static void end_again(const struct tp_line *line)
{
	struct tp_session_info info;

	tp_line_info(line, &info);
	assert_int_equal(tp_ac_disconnect(sim->ac, info.slot, TP_END_ADMIN, sim->now_ms), 0);
}

static const struct daemon_setup *setup(void)
{
	static struct daemon_setup setup = {
		.interim_s = INTERIM_S, .octets = octets_of, .find = find, .end = end_again};

	setup.ac = sim->ac;
	return &setup;
}

static void note(const struct tp_ac_event *event)
{
	struct tp_session_info info;
	uint64_t session, octets;

	if (event->line == NULL)
		return;
	tp_line_info(event->line, &info);
	if (event->kind == TP_AC_SESSION_UP && info.bundle_id == 0)
		ledger_up(info.accounting_id);
	if (event->kind == TP_AC_SESSION_ENDED) {
		octets = octets_of(event->line, &session);
		ledger_ended(session, octets);
	}
}

static void hear(void *owner, const struct tp_ac_event *event)
{
	world.now_ms = event->now_ms;
	note(event);
	daemon_event(event);
}

static void start(void)
{
	world.now_ms = sim->now_ms;
	daemon_start(setup());
	sim->listener = hear;
}

static void run(uint64_t for_ms)
{
	const uint64_t end_ms = sim->now_ms + for_ms;

	while (sim->now_ms < end_ms) {
		uint64_t next = tp_least_u64(end_ms, daemon_next());

		sim_run(sim, next > sim->now_ms ? next - sim->now_ms : 1);
		world.now_ms = sim->now_ms;
		daemon_turn();
	}
}

/* kill -9: nobody sees the sessions end. Then another daemon starts, and all dial in. */
static void crash(void)
{
	sim->listener = NULL;
	daemon_stop();
	crashes++;
	ledger_crash(NULL);
	for (unsigned i = 0; i < CLIENTS; i++)
		sim_client_hang_up(sim->clients[i]);
	sim_run(sim, 5000);
	while (tp_ac_next(sim->ac, 0) != NULL)
		sim_run(sim, MINUTE_MS);
	start();
	sim_dial_all(sim, 20000);
}

/* The same, but for its journal: the next daemon has its sessions. */
static void crash_and_go_on(void)
{
	sim->listener = NULL;
	daemon_stop();
	crashes++;
	sim_crash(sim, backlog ? 0 : world_random_below(SIM_JOURNAL_LAG_MS + 1),
		  1 + world_random_below(3000));
	ledger_crash(stands);
	start();
}

static void change_something(void)
{
	struct sim_client *client = sim->clients[world_random_below(CLIENTS)];

	switch (world_random_below(6)) {
	case 0:
		sim_client_hang_up(client);
		break;
	case 1:
		sim_client_vanish(client);
		break;
	case 2:
		sim_client_renegotiate(client);
		break;
	default:
		sim_client_dial(client, world_random_below(MINUTE_MS));
		break;
	}
}

static void live(void)
{
	for (uint64_t end_ms = sim->now_ms + DAYS * DAY_MS; sim->now_ms < end_ms;) {
		change_something();
		if (world_random_below(50) == 0)
			daemon_change_servers();
		if (world_random_below(200) == 0)
			crash();
		run(world_random_below(HOUR_MS));
	}
}

static void settle(void)
{
	servers_calm();
	for (unsigned i = 0; i < CLIENTS; i++)
		sim_client_hang_up(sim->clients[i]);
	for (unsigned i = 0; i < 300 && (tp_ac_next(sim->ac, 0) != NULL || daemon_waiting() > 0);
	     i++)
		run(MINUTE_MS);
	daemon_check_idle();
	disk_check_empty();
}

/* Crashes come in the moment after something has happened. */
static void live_by_moments(void)
{
	for (unsigned i = 0; i < MOMENTS; i++) {
		struct sim_client *client = sim->clients[world_random_below(CLIENTS)];

		change_something();
		if (client->state == SIM_CLIENT_OFF)
			sim_client_dial(client, world_random_below(100));
		run(world_random_below(i % 4 == 0 ? MINUTE_MS : 300));
		if (i % 2 == 0)
			crash_and_go_on();
	}
}

static void check(struct ledger_sum *sum)
{
	struct servers_sum servers;

	ledger_check(sum);
	servers_clear(&servers);
	print_message("%u sessions, %u interims, %u repetitions, %u outages, %u crashes; %u ended "
		      "unseen, %u unknown, %u times one stood again\n",
		      sum->sessions, sum->interims, sum->repetitions, servers.outages, crashes,
		      sum->unseen, sum->unknown, sum->revenant);
	assert_true(sum->sessions > 100 && crashes > 0);
}

/* Keepalives are rare, or they would be all that happens. */
static struct sim *make_sim(uint64_t seed)
{
	static const struct sim_quality good_wire = {.delay_min_ms = 2, .delay_max_ms = 20};
	static char config[4000];
	int at = snprintf(config, sizeof(config),
			  "system: { identity: SIM }\n"
			  "dataplane: { ports: [ { name: ether3, device: net_null0 } ] }\n"
			  "ip: { pool: [ { name: pool, ranges: 10.0.0.2-10.0.0.200 } ] }\n"
			  "interface: { pppoe-server: { server: [ { service-name: internet,\n"
			  "  interface: ether3, default-profile: p, keepalive-timeout: 1h } ] } }\n"
			  "ppp:\n"
			  "  profile: [ { name: p, local-address: 10.0.0.1, remote-address: pool,\n"
			  "    only-one: yes } ]\n"
			  "  secret:\n");
	const struct sim_setup setup = {.config = config,
					.clients = CLIENTS,
					.max_sessions = 4 * CLIENTS,
					.quality = good_wire,
					.grace_max_ms = 50};

	for (unsigned i = 0; i < CLIENTS; i++)
		at += snprintf(config + at, sizeof(config) - (size_t)at,
			       "    - { name: user%u, password: secret%u }\n", i, i);
	return sim_create(&setup, seed);
}

static void begin(uint64_t seed)
{
	sim = make_sim(seed);
	sim->check_every_ms = MINUTE_MS; /* other scenarios look at the engine of sessions */
	crashes = 0;
	world = (struct world){
		.now_ms = sim->now_ms, .random = &sim->random, .daemon_random = &sim->ac_random};
	servers_create();
	backlog = seed % 2 != 0;
	disk_create(backlog);
	start();
	sim_dial_all(sim, MINUTE_MS);
}

static void end(void)
{
	sim->listener = NULL;
	daemon_stop();
	disk_clear();
	ledger_clear();
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void weeks(uint64_t seed)
{
	struct ledger_sum sum;

	begin(seed);
	live();
	settle();
	check(&sum);
	assert_true(sum.interims > 2000 && sum.repetitions > 100);
	end();
}

static void moments(uint64_t seed)
{
	struct ledger_sum sum;

	begin(seed);
	sim->journals = true;
	live_by_moments();
	settle();
	check(&sum);
	assert_true(backlog == (sum.revenant + sum.unknown == 0));
	end();
}

static void test_each_session_has_one_start_and_one_stop_through_weeks_of_trouble(void **state)
{
	sim_for_each_seed(weeks);
}

static void test_each_session_has_one_start_and_one_stop_whenever_the_daemon_dies(void **state)
{
	sim_for_each_seed(moments);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_each_session_has_one_start_and_one_stop_through_weeks_of_trouble),
		cmocka_unit_test(
			test_each_session_has_one_start_and_one_stop_whenever_the_daemon_dies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
