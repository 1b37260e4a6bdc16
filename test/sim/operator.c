/* SPDX-License-Identifier: BSD-3-Clause */
/* What operators do while subscribers are up: disconnect, add, change and remove servers, set
 * limits, shut down. */
#include "sim.h"

static const struct sim_quality bad_wire = {
	.loss = 30,
	.repeat = 30,
	.delay_min_ms = 1,
	.delay_max_ms = 80,
};

static const struct sim_quality good_wire = {.delay_min_ms = 2, .delay_max_ms = 2};

/* SERVER and PROFILE are more properties of the server "internet" and the profile in force, SECRET
 * of each secret, where %u is the user's number. */
static char *config_with(unsigned users, const char *server, const char *profile,
			 const char *secret)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	fprintf(f,
		"dataplane: { ports: [ { name: ether3, device: net_null0 } ] }\n"
		"ip: { pool: [ { name: pool, ranges: 10.0.0.2-10.0.7.208 } ] }\n"
		"interface: { pppoe-server: { server: [\n"
		"  { service-name: internet, interface: ether3, default-profile: p%s },\n"
		"  { service-name: voice, interface: ether3, default-profile: p } ] } }\n"
		"ppp:\n"
		"  profile: [ { name: p, local-address: 10.0.0.1, remote-address: pool%s } ]\n"
		"  secret:\n",
		server, profile);
	for (unsigned i = 0; i < users; i++) {
		fprintf(f, "    - { name: user%u, password: secret%u", i, i);
		if (secret[0] != '\0')
			fprintf(f, ", remote-address: 10.1.%u.%u", i / 200, i % 200 + 1);
		fprintf(f, " }\n");
	}
	fclose(f);
	return text;
}

static void put_server(struct sim *sim, const struct tp_config_server *server)
{

	sim_server_put(sim, server);
}

static void disconnects(uint64_t seed)
{
	struct sim *sim = sim_city(100, sim_default_config(100), &bad_wire, seed);
	unsigned disconnected = 0;

	sim_dial_all(sim, 100);
	for (unsigned i = 0; i < 400; i++) {
		uint32_t slot = tp_random_below(&sim->random, 400);

		sim_run(sim, tp_random_below(&sim->random, 500));
		if (tp_ac_disconnect(sim->ac, slot, TP_END_ADMIN, sim->now_ms) == 0)
			disconnected++;
	}
	assert_true(disconnected > 10);
	sim_run(sim, 2000);
	assert_int_equal(sim_ended(sim, TP_END_ADMIN), disconnected);
	sim_run_until_all_up(sim, 120000);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_who_is_disconnected_dials_in_again(void **state)
{
	sim_for_each_seed(disconnects);
}

static void servers(uint64_t seed)
{
	struct sim *sim = sim_city(100, config_with(100, "", "", ""), &good_wire, seed);
	struct tp_config_server internet = *sim_server(sim, "internet");
	struct tp_config_server voice = *sim_server(sim, "voice");

	sim_dial_all(sim, 100);
	sim_run_until_all_up(sim, 2000);
	assert_int_equal(tp_ac_server_sessions(sim->ac, internet.head.id), 100);

	/* Its clients are told, and find the other server. */
	assert_int_equal(tp_ac_server_remove(sim->ac, internet.head.id, sim->now_ms), 0);
	sim_run(sim, 1500);
	assert_int_equal(sim_ended(sim, TP_END_CONFIG), 100);
	sim_run_until_all_up(sim, 10000);
	assert_int_equal(tp_ac_server_sessions(sim->ac, voice.head.id), 100);

	/* A change of what can be changed live drops nobody. */
	put_server(sim, &internet);
	voice.keepalive_timeout = 33;
	voice.max_mru = 1400;
	put_server(sim, &voice);
	sim_run(sim, 60000);
	assert_int_equal(sim_sessions_up(sim), 100);
	for (uint32_t i = 0; i < sim->plane.count; i++)
		if (sim->plane.slots[i].state == SIM_SLOT_UP)
			assert_int_equal(sim->plane.slots[i].keepalive_s, 33);
	sim_check_agreement(sim);

	voice.disabled = true;
	put_server(sim, &voice);
	sim_run(sim, 1500);
	assert_int_equal(sim_ended(sim, TP_END_CONFIG), 200);
	sim_run_until_all_up(sim, 10000);
	assert_int_equal(tp_ac_server_sessions(sim->ac, internet.head.id), 100);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_servers_come_and_go_and_change_under_their_sessions(void **state)
{
	sim_for_each_seed(servers);
}

static void flapping_servers(uint64_t seed)
{
	struct sim *sim = sim_city(100, config_with(100, "", "", ""), &bad_wire, seed);
	struct tp_config_server servers[2] = {*sim_server(sim, "internet"),
					      *sim_server(sim, "voice")};

	sim_dial_all(sim, 100);
	for (unsigned i = 0; i < 300; i++) {
		struct tp_config_server *server = &servers[tp_random_below(&sim->random, 2)];

		switch (tp_random_below(&sim->random, 4)) {
		case 0:
			tp_ac_server_remove(sim->ac, server->head.id, sim->now_ms);
			break;
		case 1:
			server->disabled = !server->disabled;
			put_server(sim, server);
			break;
		default:
			server->keepalive_timeout = 1 + tp_random_below(&sim->random, 30);
			put_server(sim, server);
			break;
		}
		sim_run(sim, tp_random_below(&sim->random, 1000));
	}
	servers[0].disabled = false;
	servers[0].keepalive_timeout = 10;
	put_server(sim, &servers[0]);
	sim_run_until_all_up(sim, 180000);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_servers_may_flap_without_losing_anything(void **state)
{
	sim_for_each_seed(flapping_servers);
}

static void vanish_and_redial_at_once(struct sim *sim)
{
	for (unsigned i = 0; i < sim->client_count; i++)
		sim_client_vanish(sim->clients[i]);
	sim_dial_all(sim, 0);
	sim_run_until_all_up(sim, 5000);
	sim_run(sim, 2000);
	assert_int_equal(sim_sessions_up(sim), sim->client_count);
	sim_check_agreement(sim);
}

static void one_per_host(uint64_t seed)
{
	struct sim *sim = sim_city(100, config_with(100, ", one-session-per-host: yes", "", ""),
				   &good_wire, seed);

	sim_dial_all(sim, 0);
	sim_run_until_all_up(sim, 2000);
	vanish_and_redial_at_once(sim);
	assert_int_equal(sim_ended(sim, TP_END_REPLACED_HOST), 100);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_one_session_per_host_replaces_the_old_one(void **state)
{
	sim_for_each_seed(one_per_host);
}

static void only_one(uint64_t seed)
{
	struct sim *sim =
		sim_city(100, config_with(100, "", ", only-one: yes", ""), &good_wire, seed);

	sim_dial_all(sim, 0);
	sim_run_until_all_up(sim, 2000);
	vanish_and_redial_at_once(sim);
	assert_int_equal(sim_ended(sim, TP_END_REPLACED_USER), 100);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_only_one_replaces_the_users_old_session(void **state)
{
	sim_for_each_seed(only_one);
}

static void fixed_addresses(uint64_t seed)
{
	struct sim *sim = sim_city(100, config_with(100, "", "", "fixed"), &good_wire, seed);

	sim_dial_all(sim, 0);
	sim_run_until_all_up(sim, 2000);
	vanish_and_redial_at_once(sim);
	assert_int_equal(sim_ended(sim, TP_END_REPLACED_USER), 100);
	assert_int_equal(tp_ac_counters(sim->ac)->address_waits, 100);
	for (unsigned i = 0; i < 100; i++)
		assert_true(sim->clients[i]->addresses.local == 0x0a010001 + i);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_fixed_address_moves_to_the_users_new_session(void **state)
{
	sim_for_each_seed(fixed_addresses);
}

/* Two hosts with the credentials of one user push each other out for ever, one at a time. */
static void rivals(uint64_t seed)
{
	struct sim *sim =
		sim_city(20, config_with(20, "", ", only-one: yes", "fixed"), &bad_wire, seed);

	for (unsigned i = 0; i < 20; i++) {
		snprintf(sim->clients[i]->user, sizeof(sim->clients[i]->user), "user%u", i / 2);
		snprintf(sim->clients[i]->password, sizeof(sim->clients[i]->password), "secret%u",
			 i / 2);
	}
	sim_dial_all(sim, 100);
	for (unsigned i = 0; i < 1000; i++) {
		sim_run(sim, 100);
		assert_true(sim_sessions_up(sim) <= 10);
	}
	assert_true(sim_ended(sim, TP_END_REPLACED_USER) > 20);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_rivals_for_one_user_are_never_up_together(void **state)
{
	sim_for_each_seed(rivals);
}

static void max_sessions(uint64_t seed)
{
	struct sim *sim =
		sim_city(60, config_with(60, ", max-sessions: 25", "", ""), &bad_wire, seed);
	struct tp_config_server voice = *sim_server(sim, "voice");

	tp_ac_server_remove(sim->ac, voice.head.id, sim->now_ms);
	sim_dial_all(sim, 100);
	for (unsigned i = 0; i < 200; i++) {
		sim_run(sim, 300);
		assert_true(tp_ac_server_sessions(sim->ac, sim_server(sim, "internet")->head.id) <=
			    25);
	}
	assert_int_equal(sim_sessions_up(sim), 25);
	assert_true(tp_ac_counters(sim->ac)->refused_max_sessions > 0);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_max_sessions_is_kept(void **state)
{
	sim_for_each_seed(max_sessions);
}

static void session_timeouts(uint64_t seed)
{
	struct sim *sim =
		sim_city(50, config_with(50, "", ", session-timeout: 90s", ""), &good_wire, seed);

	sim_dial_all(sim, 0);
	sim_run_until_all_up(sim, 2000);
	sim_run(sim, 89000);
	assert_int_equal(sim_ended(sim, TP_END_SESSION_TIMEOUT), 0);
	sim_run(sim, 3000);
	assert_int_equal(sim_ended(sim, TP_END_SESSION_TIMEOUT), 50);
	sim_run_until_all_up(sim, 10000);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_session_timeout_ends_sessions_in_time(void **state)
{
	sim_for_each_seed(session_timeouts);
}

/* Slots 0 … 9 have traffic each second. */
static void run_with_traffic(struct sim *sim, unsigned seconds)
{
	for (unsigned t = 0; t < seconds; t++) {
		sim_run(sim, 1000);
		for (unsigned slot = 0; slot < 10; slot++)
			sim->plane.slots[slot].traffic_ms = sim->now_ms;
	}
}

static void idle_timeouts(uint64_t seed)
{
	struct sim *sim =
		sim_city(20, config_with(20, "", ", idle-timeout: 30s", ""), &good_wire, seed);

	sim_dial_all(sim, 0);
	sim_run_until_all_up(sim, 2000);
	for (unsigned i = 0; i < 20; i++)
		sim->clients[i]->wanted = false;
	run_with_traffic(sim, 29);
	assert_int_equal(sim_ended(sim, TP_END_IDLE_TIMEOUT), 0);
	run_with_traffic(sim, 2);
	assert_int_equal(sim_ended(sim, TP_END_IDLE_TIMEOUT), 10);
	run_with_traffic(sim, 60);
	assert_int_equal(sim_sessions_up(sim), 10);
	sim_run(sim, 29900);
	assert_int_equal(sim_sessions_up(sim), 10);
	sim_run(sim, 200);
	assert_int_equal(sim_ended(sim, TP_END_IDLE_TIMEOUT), 20);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_idle_timeout_counts_from_the_last_packet(void **state)
{
	sim_for_each_seed(idle_timeouts);
}

static void shutdown_all(uint64_t seed)
{
	struct sim *sim = sim_city(500, sim_default_config(500), &good_wire, seed);
	uint64_t start_ms;

	sim_dial_all(sim, 0);
	sim_run_until_all_up(sim, 2000);
	for (unsigned i = 0; i < 100; i++)
		sim_client_vanish(sim->clients[i]);
	start_ms = sim->now_ms;
	tp_ac_shutdown(sim->ac, sim->now_ms);
	while (!tp_ac_shutdown_done(sim->ac)) {
		assert_true(sim->now_ms - start_ms < 2000);
		sim_run(sim, 10);
	}
	assert_int_equal(sim_ended(sim, TP_END_SHUTDOWN), 500);
	sim_run(sim, 10);
	for (unsigned i = 100; i < 500; i++) {
		assert_int_equal(sim->clients[i]->terminated, 1);
		assert_true(sim->clients[i]->state != SIM_CLIENT_UP);
	}
	/* They call again, and nobody answers. */
	sim_run(sim, 10000);
	assert_int_equal(tp_ac_counters(sim->ac)->started, 500);
	assert_true(tp_ac_counters(sim->ac)->refused_shutdown > 0);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_shutdown_tells_everybody_within_two_seconds(void **state)
{
	sim_for_each_seed(shutdown_all);
}

static void shutdown_in_a_storm(uint64_t seed)
{
	struct sim *sim = sim_city(300, sim_default_config(300), &bad_wire, seed);
	uint64_t start_ms;

	sim_dial_all(sim, 1000);
	sim_run(sim, tp_random_below(&sim->random, 1000));
	start_ms = sim->now_ms;
	tp_ac_shutdown(sim->ac, sim->now_ms);
	while (!tp_ac_shutdown_done(sim->ac)) {
		assert_true(sim->now_ms - start_ms < 2000);
		sim_run(sim, 10);
	}
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_shutdown_in_the_middle_of_a_storm_is_as_quick(void **state)
{
	sim_for_each_seed(shutdown_in_a_storm);
}

static void failing_plane(uint64_t seed)
{
	struct sim *sim = sim_city(100, sim_default_config(100), &bad_wire, seed);

	sim_dial_all(sim, 100);
	for (unsigned i = 0; i < 300; i++) {
		sim->plane.fail_open = tp_random_below(&sim->random, 3) == 0 ? -28 : 0;
		sim->plane.fail_up = tp_random_below(&sim->random, 3) == 0 ? -28 : 0;
		sim_run(sim, 100);
	}
	assert_true(tp_ac_counters(sim->ac)->refused_open > 0);
	assert_true(sim_ended(sim, TP_END_RESOURCES) > 0);
	sim->plane.fail_open = sim->plane.fail_up = 0;
	sim_run_until_all_up(sim, 120000);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_data_plane_without_room_is_survived(void **state)
{
	sim_for_each_seed(failing_plane);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_is_disconnected_dials_in_again),
		cmocka_unit_test(test_servers_come_and_go_and_change_under_their_sessions),
		cmocka_unit_test(test_servers_may_flap_without_losing_anything),
		cmocka_unit_test(test_one_session_per_host_replaces_the_old_one),
		cmocka_unit_test(test_only_one_replaces_the_users_old_session),
		cmocka_unit_test(test_a_fixed_address_moves_to_the_users_new_session),
		cmocka_unit_test(test_rivals_for_one_user_are_never_up_together),
		cmocka_unit_test(test_max_sessions_is_kept),
		cmocka_unit_test(test_session_timeout_ends_sessions_in_time),
		cmocka_unit_test(test_idle_timeout_counts_from_the_last_packet),
		cmocka_unit_test(test_a_shutdown_tells_everybody_within_two_seconds),
		cmocka_unit_test(test_a_shutdown_in_the_middle_of_a_storm_is_as_quick),
		cmocka_unit_test(test_a_data_plane_without_room_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
