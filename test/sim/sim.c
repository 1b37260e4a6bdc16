/* SPDX-License-Identifier: BSD-3-Clause */
#include "sim.h"

#include "base/least.h"
#include "config/file/file.h"
#include "session/image.h"

#define CHECK_EVERY_MS 250
#define AC_LIMIT       64 /* of one tick: small, so that slices are cut */

static const struct tp_mac ac_mac = {{2, 0xac, 0, 0, 0, 1}};

const struct tp_access *sim_access(void)
{
	static const struct tp_access access = {.port = 0};

	return &access;
}

char *sim_default_config(unsigned users)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	fputs("system: { identity: SIM }\n"
	      "dataplane: { ports: [ { name: ether3, device: net_null0 } ] }\n"
	      "ip: { pool: [ { name: pool, ranges: 10.0.0.1-10.0.7.208 } ] }\n"
	      "interface: { pppoe-server: { server: [ { service-name: internet,\n"
	      "  interface: ether3, default-profile: subscribers, mrru: 1600 } ] } }\n"
	      "ppp:\n"
	      "  profile: [ { name: subscribers, local-address: 10.0.0.1, remote-address: pool } "
	      "]\n"
	      "  secret:\n",
	      f);
	for (unsigned i = 0; i < users; i++)
		fprintf(f, "    - { name: user%u, password: secret%u }\n", i, i);
	fclose(f);
	return text;
}

void sim_load(struct sim *sim, const char *text)
{
	struct tp_errors errors = {0};

	tp_config_destroy(sim->config);
	sim->config =
		tp_config_load_text(TP_PROGRAM_SERVER, "sim.yaml", text, strlen(text), &errors);
	if (sim->config == NULL)
		fail_msg("%s: %s", errors.error[0].place, errors.error[0].message);
	tp_errors_clear(&errors);
}

const struct tp_config_server *sim_server(struct sim *sim, const char *service)
{
	const struct tp_config_item *item = tp_config_first(sim->config, TP_PPPOE_SERVER);

	for (; item != NULL; item = tp_config_next(item)) {
		const struct tp_config_server *server = (const void *)item;

		if (strcmp(server->service_name, service) == 0)
			return server;
	}
	return NULL;
}

void sim_server_put(struct sim *sim, const struct tp_config_server *server)
{
	struct tp_config_place place;
	struct tp_error error;

	assert_true(tp_config_interface(sim->config, server->interface, &place));
	assert_int_equal(tp_ac_server_put(sim->ac, server,
					  &(struct tp_ac_interface){0, place.outer, place.inner},
					  sim->now_ms, &error),
			 0);
}

void sim_apply_config(struct sim *sim)
{
	const struct tp_config_item *item;
	struct tp_error error;

	tp_ac_config_set(sim->ac, sim->config);
	for (item = tp_config_first(sim->config, TP_IP_POOL); item != NULL;
	     item = tp_config_next(item)) {
		const struct tp_config_pool *pool = (const void *)item;

		assert_int_equal(tp_pool_put(sim->pools, pool->name, pool->ranges.range,
					     pool->ranges.count, pool->next_pool, &error),
				 0);
	}
	for (item = tp_config_first(sim->config, TP_IPV6_POOL); item != NULL;
	     item = tp_config_next(item)) {
		const struct tp_config_pool6 *pool = (const void *)item;

		assert_int_equal(tp_pool6_put(sim->pools6, pool->name, &pool->prefix,
					      (uint8_t)pool->prefix_length, pool->next_pool,
					      &error),
				 0);
	}
	for (item = tp_config_first(sim->config, TP_PPPOE_SERVER); item != NULL;
	     item = tp_config_next(item))
		sim_server_put(sim, (const struct tp_config_server *)item);
}

/* The daemon: all but the configuration and the wire. */
static void start(struct sim *sim)
{
	struct tp_ac_setup ac = {.max_sessions = sim->max_sessions, .ops = &sim_plane_ops};
	struct tp_error error;

	sim->pools = tp_pool_registry_create();
	sim->pools6 = tp_pool6_registry_create();
	sim_plane_init(sim, sim->max_sessions);
	sim->aaa = tp_aaa_create();
	sim->secrets = tp_aaa_local_create(sim->config);
	if (sim->source != NULL)
		assert_int_equal(tp_aaa_add(sim->aaa, sim->source, sim), 0);
	assert_int_equal(tp_aaa_local_add(sim->secrets, sim->aaa), 0);
	memset(sim->events, 0, sizeof(sim->events));
	ac.config = sim->config;
	ac.aaa = sim->aaa;
	ac.secrets = sim->secrets;
	ac.pools = sim->pools;
	ac.pools6 = sim->pools6;
	ac.random = &sim->ac_random;
	ac.start_number = sim->starts++;
	ac.user = sim;
	ac.now_ms = sim->now_ms;
	assert_int_equal(tp_ac_create(&ac, &sim->ac, &error), 0);
	assert_int_equal(tp_ac_port_set(sim->ac, 0, "ether3", &ac_mac, 1500), 0);
	sim_apply_config(sim);
}

static void stop(struct sim *sim)
{
	tp_ac_destroy(sim->ac);
	sim->ac = NULL;
	assert_int_equal(tp_aaa_counters(sim->aaa)->open, 0);
	tp_aaa_destroy(sim->aaa);
	tp_aaa_local_destroy(sim->secrets);
	assert_int_equal(tp_pool_used_count(sim->pools), 0);
	assert_int_equal(tp_pool6_used_count(sim->pools6), 0);
	sim_plane_clear(sim);
	tp_pool_registry_destroy(sim->pools);
	tp_pool6_registry_destroy(sim->pools6);
}

struct sim *sim_create(const struct sim_setup *setup, uint64_t seed)
{
	struct sim *sim = calloc(1, sizeof(*sim));

	assert_non_null(sim);
	sim->now_ms = 1000000;
	sim->check_every_ms = CHECK_EVERY_MS;
	sim->verbose = getenv("TP_SIM_VERBOSE") != NULL;
	tp_random_init_seed(&sim->random, seed);
	tp_random_init_seed(&sim->ac_random, ~seed);
	sim->wire.random = &sim->random;
	sim->wire.quality = setup->quality;
	sim->plane.grace_max_ms = setup->grace_max_ms;
	tp_timer_wheel_init(&sim->wheel, sim->now_ms);
	sim->max_sessions = setup->max_sessions;
	sim->source = setup->source;
	sim_journal_init(&sim->journal);
	sim_load(sim, setup->config);
	start(sim);
	sim->client_count = setup->clients;
	sim->clients = calloc(setup->clients + 1, sizeof(sim->clients[0]));
	assert_non_null(sim->clients);
	for (unsigned i = 0; i < setup->clients; i++)
		sim->clients[i] = sim_client_create(sim, i);
	return sim;
}

struct sim *sim_city(unsigned clients, char *config, const struct sim_quality *quality,
		     uint64_t seed)
{
	const struct sim_setup setup = {
		.config = config,
		.clients = clients,
		.max_sessions = 4 * clients,
		.quality = *quality,
		.grace_max_ms = 50,
	};
	struct sim *sim = sim_create(&setup, seed);

	free(config);
	return sim;
}

void sim_destroy(struct sim *sim)
{
	sim_check(sim);
	for (unsigned i = 0; i < sim->client_count; i++)
		sim_client_destroy(sim->clients[i]);
	free(sim->clients);
	stop(sim);
	sim_wire_clear(&sim->wire);
	sim_journal_clear(&sim->journal);
	tp_config_destroy(sim->config);
	free(sim);
}

/* Clients are told apart by their addresses, which hold their numbers. */
static struct sim_client *client_of(struct sim *sim, const struct tp_mac *mac)
{
	unsigned number = (unsigned)mac->bytes[3] << 16 | mac->bytes[4] << 8 | mac->bytes[5];

	return number < sim->client_count ? sim->clients[number] : NULL;
}

static void deliver(struct sim *sim)
{
	struct sim_frame frame;

	while (sim_wire_receive(&sim->wire, sim->now_ms, &frame)) {
		if (frame.up && sim->ac != NULL) {
			sim_plane_receive(sim, &frame);
		} else if (!frame.up) {
			struct sim_client *client = client_of(sim, &frame.dst);

			assert_non_null(client);
			sim_client_receive(client, &frame);
		}
		free(frame.payload);
	}
}

void sim_dial_all(struct sim *sim, uint32_t within_ms)
{
	for (unsigned i = 0; i < sim->client_count; i++)
		sim_client_dial(sim->clients[i], tp_random_below(&sim->random, within_ms + 1));
}

static uint64_t next_moment(const struct sim *sim)
{
	uint64_t next = tp_least_u64(sim_wire_next(&sim->wire), tp_timer_wheel_next(&sim->wheel));

	if (sim->ac == NULL)
		return next;
	next = tp_least_u64(next, tp_ac_deadline(sim->ac));
	return tp_least_u64(next, sim_plane_next(sim));
}

void sim_run(struct sim *sim, uint64_t for_ms)
{
	uint64_t end_ms = sim->now_ms + for_ms;

	for (;;) {
		uint64_t next = next_moment(sim);

		if (next > sim->now_ms)
			sim->now_ms = tp_least_u64(next, end_ms);
		deliver(sim);
		if (sim->ac != NULL)
			tp_ac_tick(sim->ac, sim->now_ms, AC_LIMIT);
		while (tp_timer_wheel_advance(&sim->wheel, sim->now_ms, 1000) == 1000)
			;
		if (sim->ac != NULL)
			sim_plane_tick(sim);
		sim_journal_tick(sim);
		if (sim->ac != NULL && sim->now_ms >= sim->checked_ms + sim->check_every_ms) {
			sim->checked_ms = sim->now_ms;
			sim_check(sim);
		}
		if (sim->now_ms >= end_ms && next_moment(sim) > sim->now_ms)
			break;
	}
}

static int restore(struct sim *sim, const uint8_t *image, size_t len)
{
	struct tp_error error;
	int rc = tp_ac_restore(sim->ac, image, len, sim->now_ms, sim->now_ms + SIM_WALL_MS, &error);

	if (rc != 0) {
		assert_true(error.place[0] != '\0');
		sim->refused++;
		snprintf(sim->refusal, sizeof(sim->refusal), "%s: %s", error.place, error.message);
	}
	return rc;
}

void sim_crash(struct sim *sim, uint64_t lag_ms, uint64_t down_ms)
{
	size_t sent;

	stop(sim);
	sim_journal_cut(sim, lag_ms);
	sim_run(sim, down_ms);
	sim->refused = 0;
	sent = sim->wire.sent;
	start(sim);
	sim_journal_read(sim, restore);
	tp_ac_restore_end(sim->ac, sim->now_ms);
	assert_int_equal(sim->wire.sent, sent); /* not one frame */
	sim_check(sim);
}

static bool all_up(const struct sim *sim)
{
	for (unsigned i = 0; i < sim->client_count; i++)
		if (sim->clients[i]->wanted && sim->clients[i]->state != SIM_CLIENT_UP)
			return false;
	return true;
}

uint64_t sim_run_until_all_up(struct sim *sim, uint64_t limit_ms)
{
	uint64_t start_ms = sim->now_ms;

	while (!all_up(sim)) {
		if (sim->now_ms - start_ms > limit_ms)
			fail_msg("after %llu ms %u clients are up, %u sessions",
				 (unsigned long long)limit_ms, sim_clients_in(sim, SIM_CLIENT_UP),
				 sim_sessions_up(sim));
		sim_run(sim, 100);
	}
	return sim->now_ms - start_ms;
}

unsigned sim_clients_in(const struct sim *sim, enum sim_client_state state)
{
	unsigned count = 0;

	for (unsigned i = 0; i < sim->client_count; i++)
		count += sim->clients[i]->state == state;
	return count;
}

unsigned sim_sessions_up(const struct sim *sim)
{
	return tp_ac_counters(sim->ac)->standing[TP_SESSION_UP];
}

uint64_t sim_ended(const struct sim *sim, enum tp_end_reason reason)
{
	return tp_ac_counters(sim->ac)->ended[reason];
}

void sim_wind_down(struct sim *sim)
{
	sim->wire.quality.loss = sim->wire.quality.repeat = 0;
	sim->wire.quality.ghost = sim->wire.quality.corrupt = 0;
	for (unsigned i = 0; i < sim->client_count; i++)
		sim_client_hang_up(sim->clients[i]);
	/* Ghosts and set-ups that lead nowhere live two minutes at most. */
	sim_run(sim, 180000);
	assert_int_equal(sim_clients_in(sim, SIM_CLIENT_OFF), sim->client_count);
	sim_check_empty(sim);
}
