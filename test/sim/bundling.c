/* SPDX-License-Identifier: BSD-3-Clause */
/* Hosts with several links each, which are bundled (MP, RFC 1990): links come and go, in any order,
 * and a host keeps its session and address as long as one of them is left. */
#include "sim.h"

#define HOSTS 60
#define LINKS 3

static const struct sim_quality haunted_wire = {
	.loss = 30,
	.repeat = 30,
	.ghost = 30,
	.delay_min_ms = 1,
	.delay_max_ms = 80,
};
static const struct sim_quality good_wire = {.delay_min_ms = 2, .delay_max_ms = 2};

static struct sim_host hosts[HOSTS];

static struct sim *city(const struct sim_quality *quality, uint64_t seed)
{
	struct sim *sim = sim_city(HOSTS * LINKS, sim_default_config(HOSTS * LINKS), quality, seed);

	for (unsigned i = 0; i < HOSTS; i++)
		sim_host_init(&hosts[i], sim, i * LINKS, LINKS);
	return sim;
}

/* One session with LINKS_UP links, whose address all of them have. */
static void check_host(struct sim *sim, const struct sim_host *host, unsigned links_up)
{
	unsigned leaders = 0, joined = 0;
	struct tp_session_info info;
	const struct tp_line *line = NULL;

	while ((line = tp_ac_find_user(sim->ac, host->link[0]->user, line)) != NULL) {
		tp_line_info(line, &info);
		assert_int_equal(info.state, TP_SESSION_UP);
		for (unsigned i = 0; i < host->count; i++)
			if (host->link[i]->state == SIM_CLIENT_UP)
				assert_true(info.remote_address == host->link[i]->addresses.local);
		joined += info.bundle_id != 0;
		if (info.bundle_id != 0)
			continue;
		leaders++;
		assert_int_equal(info.active_links, links_up);
		joined += !info.line_gone;
	}
	assert_int_equal(leaders, links_up > 0);
	assert_int_equal(joined, links_up);
}

static void check_all(struct sim *sim, unsigned links_up)
{
	sim_check(sim);
	for (unsigned i = 0; i < HOSTS; i++)
		check_host(sim, &hosts[i], links_up);
}

static void dialling(uint64_t seed)
{
	struct sim *sim = city(&haunted_wire, seed);

	sim_dial_all(sim, 500);
	sim_run_until_all_up(sim, 120000);
	sim->wire.quality = good_wire;
	sim_run(sim, 60000);
	check_all(sim, LINKS);
	assert_int_equal(tp_pool_used_count(sim->pools), HOSTS);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_links_that_dial_at_once_are_one_session(void **state)
{
	sim_for_each_seed(dialling);
}

/* Each link in turn goes and comes back: never all at once. */
static void in_turn(uint64_t seed, void (*go)(struct sim_client *))
{
	struct sim *sim = city(&good_wire, seed);
	uint32_t address[HOSTS];

	sim_dial_all(sim, 500);
	sim_run_until_all_up(sim, 5000);
	check_all(sim, LINKS);
	for (unsigned i = 0; i < HOSTS; i++)
		address[i] = hosts[i].link[0]->addresses.local;
	for (unsigned turn = 0; turn < 2 * LINKS; turn++) {
		for (unsigned i = 0; i < HOSTS; i++)
			go(hosts[i].link[(turn + i) % LINKS]);
		sim_run(sim, 25000); /* longer than twice the keepalive-timeout */
		check_all(sim, LINKS - 1);
		sim_dial_all(sim, 500);
		sim_run_until_all_up(sim, 10000);
		check_all(sim, LINKS);
		for (unsigned i = 0; i < HOSTS; i++)
			for (unsigned link = 0; link < LINKS; link++)
				assert_true(hosts[i].link[link]->addresses.local == address[i]);
	}
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void hanging_up(uint64_t seed)
{
	in_turn(seed, sim_client_hang_up);
}

static void vanishing(uint64_t seed)
{
	in_turn(seed, sim_client_vanish);
}

static void test_a_link_that_hangs_up_costs_only_its_share(void **state)
{
	sim_for_each_seed(hanging_up);
}

static void test_a_link_that_vanishes_costs_only_its_share(void **state)
{
	sim_for_each_seed(vanishing);
}

static void flapping(uint64_t seed)
{
	struct sim *sim = city(&haunted_wire, seed);

	sim_dial_all(sim, 1000);
	for (unsigned i = 0; i < 4000; i++) {
		struct sim_client *link =
			sim->clients[tp_random_below(&sim->random, sim->client_count)];

		switch (tp_random_below(&sim->random, 5)) {
		case 0:
			sim_client_hang_up(link);
			break;
		case 1:
			sim_client_vanish(link);
			break;
		case 2:
			sim_client_renegotiate(link);
			break;
		default:
			sim_client_dial(link, tp_random_below(&sim->random, 3000));
			break;
		}
		sim_run(sim, tp_random_below(&sim->random, 100));
	}
	sim->wire.quality = good_wire;
	sim_dial_all(sim, 1000);
	sim_run(sim, 240000);
	assert_int_equal(sim_clients_in(sim, SIM_CLIENT_UP), HOSTS * LINKS);
	check_all(sim, LINKS);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_flapping_links_leave_nothing_behind(void **state)
{
	sim_for_each_seed(flapping);
}

static void disconnecting(uint64_t seed)
{
	struct sim *sim = city(&good_wire, seed);

	sim_dial_all(sim, 500);
	sim_run_until_all_up(sim, 5000);
	for (unsigned i = 0; i < HOSTS; i++)
		tp_ac_disconnect_user(sim->ac, hosts[i].link[0]->user, TP_END_ADMIN, sim->now_ms);
	sim_run(sim, 1000);
	assert_int_equal(sim_ended(sim, TP_END_ADMIN), HOSTS * LINKS);
	sim_run_until_all_up(sim, 60000);
	sim_run(sim, 30000);
	check_all(sim, LINKS);
	tp_ac_shutdown(sim->ac, sim->now_ms);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_an_operator_ends_whole_bundles(void **state)
{
	sim_for_each_seed(disconnecting);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_links_that_dial_at_once_are_one_session),
		cmocka_unit_test(test_a_link_that_hangs_up_costs_only_its_share),
		cmocka_unit_test(test_a_link_that_vanishes_costs_only_its_share),
		cmocka_unit_test(test_flapping_links_leave_nothing_behind),
		cmocka_unit_test(test_an_operator_ends_whole_bundles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
