/* SPDX-License-Identifier: BSD-3-Clause */
/* The daemon dies and starts again, at any moment, and hardly anybody notices. */
#include "sim.h"

static const struct sim_quality good_wire = {.delay_min_ms = 2, .delay_max_ms = 2};

#define USERS 120

static struct sim *city(char *config, const struct sim_quality *quality, uint64_t seed)
{
	struct sim *sim = sim_city(USERS, config, quality, seed);

	sim->journals = true;
	return sim;
}

/* What a subscriber would notice. */
struct before {
	uint64_t id, accounting_id;
	uint16_t session_id;
	uint32_t address, slot;
	unsigned dials, ups;
};

static void remember(struct sim *sim, struct before *before)
{
	for (unsigned i = 0; i < sim->client_count; i++) {
		const struct sim_client *client = sim->clients[i];
		const struct tp_line *line =
			tp_ac_find_session_id(sim->ac, &client->access, client->session_id);
		struct tp_session_info info;

		assert_non_null(line);
		tp_line_info(line, &info);
		before[i] = (struct before){
			info.id,   info.accounting_id, info.session_id, client->addresses.local,
			info.slot, client->dials,      client->ups};
	}
}

static void check_none_noticed(struct sim *sim, const struct before *before)
{
	for (unsigned i = 0; i < sim->client_count; i++) {
		const struct sim_client *client = sim->clients[i];
		const struct tp_line *line =
			tp_ac_find_session_id(sim->ac, &client->access, client->session_id);
		struct tp_session_info info;

		assert_non_null(line);
		tp_line_info(line, &info);
		assert_true(info.id == before[i].id);
		assert_true(info.accounting_id == before[i].accounting_id);
		assert_int_equal(info.slot, before[i].slot);
		assert_int_equal(info.session_id, before[i].session_id);
		assert_true(client->addresses.local == before[i].address);
		assert_int_equal(client->dials, before[i].dials);
		/* MP alone is negotiated anew. */
		assert_true(client->ups == before[i].ups || info.mrru != 0);
	}
}

static void unnoticed(uint64_t seed)
{
	struct sim *sim = city(sim_default_config(USERS), &good_wire, seed);
	struct before before[USERS];

	sim_dial_all(sim, 1000);
	sim_run_until_all_up(sim, 5000);
	sim_run(sim, 1000);
	remember(sim, before);
	sim_crash(sim, 20, 2000);
	assert_int_equal(tp_ac_counters(sim->ac)->restored, USERS);
	assert_int_equal(sim->refused, 0);
	sim_run(sim, 5000);
	check_none_noticed(sim, before);
	sim_check_agreement(sim);
	sim_run(sim, 60000);
	assert_int_equal(sim_sessions_up(sim), USERS);
	check_none_noticed(sim, before);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_nobody_notices_a_restart(void **state)
{
	sim_for_each_seed(unnoticed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nobody_notices_a_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
