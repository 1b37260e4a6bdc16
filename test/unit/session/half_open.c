/* SPDX-License-Identifier: BSD-3-Clause */
/* Who begins sessions and leaves them alone does not keep others out. */
#include "fixture.h"

#define FLOOD  30
#define HONEST 10
#define SLOTS  24

static struct sim *city(void)
{
	char *config = sim_default_config(FLOOD + HONEST);
	const struct sim_setup setup = {
		.config = config,
		.clients = FLOOD + HONEST,
		.max_sessions = SLOTS,
		.quality = {.delay_min_ms = 1, .delay_max_ms = 1},
		.grace_max_ms = 2,
	};
	struct sim *sim = sim_create(&setup, 7);

	free(config);
	return sim;
}

static void set_limits(struct sim *sim, uint32_t port, uint32_t vlan, uint32_t mac)
{
	const struct tp_ac_half_open_limits limits = {.port = port, .vlan = vlan, .mac = mac};

	tp_ac_half_open_limits_set(sim->ac, 0, &limits);
}

/* Inner tags 1 to 99 in the VLANs 100 to 149 are served. */
static void serve_lines(struct sim *sim)
{
	struct tp_config_server server = *sim_server(sim, "internet");
	struct tp_vlan_range nodes = {100, 149}, lines = {1, 99};
	const struct tp_ac_interface interface = {.outer = &(struct tp_vlan_list){1, &nodes}};
	struct tp_error error;

	server.pppoe_over_vlan_range = (struct tp_vlan_list){1, &lines};
	assert_int_equal(tp_ac_server_put(sim->ac, &server, &interface, sim->now_ms, &error), 0);
}

/* Has a session begun, and is heard of no more. Its id. */
static uint64_t begin(struct sim_client *client)
{
	struct sim *sim = client->sim;
	uint64_t started = tp_ac_counters(sim->ac)->started;
	struct tp_session_info info;

	sim_client_dial(client, 0);
	for (unsigned i = 0; i < 20 && tp_ac_counters(sim->ac)->started == started; i++)
		sim_run(sim, 1);
	assert_int_equal(tp_ac_counters(sim->ac)->started, started + 1);
	sim_client_vanish(client);
	tp_line_info(tp_ac_find_mac(sim->ac, &client->mac, NULL), &info);
	return info.id;
}

static uint64_t gave_way(const struct sim *sim, enum tp_ac_bound bound)
{
	return tp_ac_counters(sim->ac)->gave_way[bound];
}

static void leave(struct sim *sim)
{
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_flood_that_fills_the_table_shuts_nobody_out(void **state)
{
	struct sim *sim = city();
	const struct tp_ac_counters *c = tp_ac_counters(sim->ac);

	for (unsigned i = 0; i < FLOOD; i++)
		begin(sim->clients[i]);
	assert_true(gave_way(sim, TP_AC_BOUND_TABLE) > 0);
	assert_int_equal(sim_ended(sim, TP_END_GAVE_WAY), gave_way(sim, TP_AC_BOUND_TABLE));
	for (unsigned i = FLOOD; i < FLOOD + HONEST; i++)
		sim_client_dial(sim->clients[i], 10 * i);
	sim_run_until_all_up(sim, 2000);
	assert_int_equal(c->refused_full, 0);
	assert_int_equal(sim_sessions_up(sim), HONEST);
	/* Who is known is not half-open, and stays. */
	assert_int_equal(c->half_open + HONEST, SLOTS - c->slots_free);
	for (unsigned i = 0; i < FLOOD; i++)
		begin(sim->clients[i]);
	assert_int_equal(sim_sessions_up(sim), HONEST);
	leave(sim);
}

static void test_of_one_host_the_oldest_gives_way_and_nobody_else(void **state)
{
	struct sim *sim = city();
	uint64_t other, first, second;

	set_limits(sim, 0, 0, 2);
	other = begin(sim->clients[1]);
	first = begin(sim->clients[0]);
	second = begin(sim->clients[0]);
	assert_int_equal(gave_way(sim, TP_AC_BOUND_MAC), 0);
	begin(sim->clients[0]);
	assert_int_equal(gave_way(sim, TP_AC_BOUND_MAC), 1);
	assert_null(tp_ac_find_id(sim->ac, first));
	assert_non_null(tp_ac_find_id(sim->ac, second));
	assert_non_null(tp_ac_find_id(sim->ac, other));
	assert_int_equal(tp_ac_counters(sim->ac)->half_open, 3);
	assert_int_equal(sim->events[TP_AC_GAVE_WAY], 1);
	leave(sim);
}

static void test_in_a_full_vlan_the_greediest_host_gives_way(void **state)
{
	struct sim *sim = city();
	uint64_t modest, greedy;

	set_limits(sim, 0, 4, 0);
	modest = begin(sim->clients[0]);
	greedy = begin(sim->clients[1]);
	begin(sim->clients[1]);
	begin(sim->clients[1]);
	begin(sim->clients[2]);
	assert_int_equal(gave_way(sim, TP_AC_BOUND_VLAN), 1);
	assert_non_null(tp_ac_find_id(sim->ac, modest));
	assert_null(tp_ac_find_id(sim->ac, greedy));
	leave(sim);
}

static void test_on_a_full_port_the_greediest_vlan_gives_way(void **state)
{
	struct sim *sim = city();
	uint64_t modest, greedy;

	serve_lines(sim);
	set_limits(sim, 5, 0, 0);
	for (unsigned i = 0; i < 8; i++)
		sim->clients[i]->access.vlans =
			(struct tp_vlans){.outer = i < 5 ? 101 : 102, .inner = 7};
	modest = begin(sim->clients[5]);
	greedy = begin(sim->clients[0]);
	for (unsigned i = 1; i < 4; i++)
		begin(sim->clients[i]);
	begin(sim->clients[6]);
	assert_int_equal(gave_way(sim, TP_AC_BOUND_PORT), 1);
	assert_non_null(tp_ac_find_id(sim->ac, modest));
	assert_null(tp_ac_find_id(sim->ac, greedy));
	leave(sim);
}

static void test_half_open_sessions_do_not_use_up_max_sessions(void **state)
{
	struct sim *sim = city();
	struct tp_config_server server = *sim_server(sim, "internet");

	server.max_sessions = 3;
	sim_server_put(sim, &server);
	for (unsigned i = 0; i < 3; i++)
		begin(sim->clients[i]);
	for (unsigned i = FLOOD; i < FLOOD + 3; i++)
		sim_client_dial(sim->clients[i], 20 * (i - FLOOD));
	sim_run_until_all_up(sim, 1000);
	assert_int_equal(gave_way(sim, TP_AC_BOUND_SERVER), 3);
	assert_int_equal(tp_ac_counters(sim->ac)->refused_max_sessions, 0);
	leave(sim);
}

static void test_a_flood_is_told_in_a_few_lines(void **state)
{
	struct sim *sim = city();

	set_limits(sim, 3, 0, 0);
	for (unsigned turn = 0; turn < 4; turn++)
		for (unsigned i = 0; i < FLOOD; i++)
			begin(sim->clients[i]);
	assert_int_equal(gave_way(sim, TP_AC_BOUND_PORT), 4 * FLOOD - 3);
	assert_true(sim->events[TP_AC_GAVE_WAY] >= 5 && sim->events[TP_AC_GAVE_WAY] < 12);
	leave(sim);
}

static bool has_room(const struct sim *sim, unsigned client)
{
	return tp_ac_half_open_has_room(sim->ac, &sim->clients[client]->access,
					&sim->clients[client]->mac, sim->now_ms);
}

static void test_who_has_just_begun_is_not_driven_out_by_one_who_can_wait(void **state)
{
	static const struct {
		uint32_t port, vlan;
	} limits[] = {{5, 0}, {0, 5}};

	for (unsigned i = 0; i < 2; i++) {
		struct sim *sim = city();

		set_limits(sim, limits[i].port, limits[i].vlan, 0);
		for (unsigned j = 0; j < 5; j++) {
			assert_true(has_room(sim, 5));
			begin(sim->clients[j]);
		}
		assert_false(has_room(sim, 5));
		assert_true(has_room(sim, 4)); /* its PADR again */
		sim_run(sim, 1000);
		assert_true(has_room(sim, 5));
		leave(sim);
	}
}

static void test_who_is_known_is_in_nobodys_way(void **state)
{
	struct sim *sim = city();

	set_limits(sim, 1, 1, 1);
	sim_client_dial(sim->clients[0], 0);
	sim_run_until_all_up(sim, 1000);
	assert_true(has_room(sim, 1));
	leave(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_flood_that_fills_the_table_shuts_nobody_out),
		cmocka_unit_test(test_of_one_host_the_oldest_gives_way_and_nobody_else),
		cmocka_unit_test(test_in_a_full_vlan_the_greediest_host_gives_way),
		cmocka_unit_test(test_on_a_full_port_the_greediest_vlan_gives_way),
		cmocka_unit_test(test_half_open_sessions_do_not_use_up_max_sessions),
		cmocka_unit_test(test_a_flood_is_told_in_a_few_lines),
		cmocka_unit_test(test_who_has_just_begun_is_not_driven_out_by_one_who_can_wait),
		cmocka_unit_test(test_who_is_known_is_in_nobodys_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
