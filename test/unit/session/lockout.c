/* SPDX-License-Identifier: BSD-3-Clause */
/* Who guesses passwords, and whom that does not concern. */
#include "fixture.h"

#include "session/login.h"

static struct sim_client *guess(struct sim *sim, unsigned number, const char *user)
{
	struct sim_client *client = town_client(sim, number, user);

	snprintf(client->password, sizeof(client->password), "guess");
	sim_client_dial(client, 0);
	sim_run(sim, 5);
	client->wanted = false;
	sim_run(sim, 2000);
	return client;
}

static const struct tp_ac_counters *counters(const struct sim *sim)
{
	return tp_ac_counters(sim->ac);
}

static bool lets_in(struct sim *sim, unsigned number, const char *user)
{
	struct sim_client *client = town_client(sim, number, user);
	unsigned before = client->ups;

	snprintf(client->password, sizeof(client->password), "pw-%s", user);
	client = town_try(sim, number, user);
	bool in = client->ups > before;
	client->wanted = false;
	return in;
}

static void test_a_user_is_locked_at_the_place_that_fails_alone(void **state)
{
	struct sim *sim = town_with(", max-login-failures: 2, login-lock-time: 1m");

	for (int i = 0; i < 2; i++)
		guess(sim, 0, "alice");
	assert_int_equal(tp_ac_lockouts(sim->ac), 1);
	assert_int_equal(counters(sim)->login_locks, 1);
	for (int i = 0; i < 3; i++)
		guess(sim, 0, "alice");
	assert_int_equal(counters(sim)->auth_failed[TP_AUTH_FAIL_PASSWORD], 2);
	assert_int_equal(counters(sim)->auth_failed[TP_AUTH_FAIL_LOCKED], 3);
	assert_int_equal(sim->events[TP_AC_AUTH_FAILED], 2);
	assert_int_equal(sim->events[TP_AC_LOGIN_LOCKED], 1);
	assert_true(lets_in(sim, 1, "alice"));
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_right_login_ends_the_wrong_ones_in_a_row(void **state)
{
	struct sim *sim = town_with(", max-login-failures: 2, login-lock-time: 1m");

	guess(sim, 0, "alice");
	assert_true(lets_in(sim, 0, "alice"));
	sim_client_hang_up(sim->clients[0]);
	sim_run(sim, 2000);
	guess(sim, 0, "alice");
	assert_int_equal(counters(sim)->auth_failed[TP_AUTH_FAIL_PASSWORD], 2);
	assert_int_equal(tp_ac_lockouts(sim->ac), 0);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_lock_ends_with_its_time_or_by_the_operator(void **state)
{
	struct sim *sim = town_with(", max-login-failures: 1, login-lock-time: 1m");

	guess(sim, 0, "alice");
	assert_false(lets_in(sim, 0, "alice"));
	sim_run(sim, 61000);
	assert_int_equal(tp_ac_lockouts(sim->ac), 0);
	assert_true(lets_in(sim, 0, "alice"));
	guess(sim, 1, "bob");
	const struct tp_ac_lockout *locked = tp_ac_lockout_next(sim->ac, 0);
	assert_non_null(locked);
	assert_string_equal(locked->user, "bob");
	assert_int_equal(tp_ac_lockout_remove(sim->ac, locked->id), 0);
	assert_null(tp_ac_lockout_next(sim->ac, 0));
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_trying_many_users_locks_the_place(void **state)
{
	struct sim *sim = town_with(", max-login-failures: 1, login-lock-time: 1m");
	static const char *const names[] = {"u1", "u2", "u3", "u4"};

	for (unsigned i = 0; i < 4; i++)
		guess(sim, 0, names[i]);
	assert_int_equal(tp_ac_lockouts(sim->ac), 5);
	assert_false(lets_in(sim, 0, "alice"));
	assert_true(lets_in(sim, 1, "alice"));
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_zero_is_no_limit(void **state)
{
	struct sim *sim = town_with(", max-login-failures: 0");

	for (int i = 0; i < 8; i++)
		guess(sim, 0, "alice");
	assert_int_equal(counters(sim)->auth_failed[TP_AUTH_FAIL_PASSWORD], 8);
	assert_true(lets_in(sim, 0, "alice"));
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* ---- the list is bounded ----------------------------------------------------------------------
 */

#define FLOOD 1200 /* twice what is remembered, and more */

/* As LINE, but the host has the number HOST, in VLAN. */
static struct tp_line elsewhere(const struct tp_line *line, uint16_t vlan, unsigned host)
{
	struct tp_line at = *line;

	at.access.vlans.outer = vlan;
	tp_put_be32(at.mac.bytes + 2, host);
	return at;
}

static bool is_held(const struct tp_line *line, uint16_t vlan, unsigned host, const char *user)
{
	struct tp_line at = elsewhere(line, vlan, host);

	return tp_ac_lockout_holds(&at, user);
}

static void fail_at(const struct tp_line *line, uint16_t vlan, unsigned host, const char *user)
{
	struct tp_line at = elsewhere(line, vlan, host);

	tp_ac_lockout_failed(&at, user);
}

/* COUNT MAC addresses in VLAN, one after the other. */
static void flood(const struct tp_line *line, uint16_t vlan, unsigned count)
{
	for (unsigned host = 1; host <= count; host++)
		fail_at(line, vlan, 1000 + host, "mallory");
}

static void test_a_host_of_many_addresses_ends_nobodys_lock_in_another_vlan(void **state)
{
	struct sim *sim = town_with(", max-login-failures: 1, login-lock-time: 1h");
	const struct tp_line *line = town_line(sim, town_dial(sim, 0, "alice"));

	fail_at(line, 10, 1, "bob");
	sim_run(sim, 10);
	flood(line, 20, FLOOD);
	assert_true(is_held(line, 10, 1, "bob"));
	assert_true(is_held(line, 20, 1000 + FLOOD, "mallory"));
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_host_of_many_addresses_and_vlans_ends_no_lock_of_another_port(void **state)
{
	struct sim *sim = town_with(", max-login-failures: 1, login-lock-time: 1h");
	const struct tp_line *line = town_line(sim, town_dial(sim, 0, "alice"));
	struct tp_line other = *line;

	other.access.port = 1;
	tp_ac_lockout_failed(&other, "bob");
	for (uint16_t vlan = 0; vlan < FLOOD; vlan++)
		fail_at(line, vlan, 1, "mallory");
	assert_true(tp_ac_lockout_holds(&other, "bob"));
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_it_hinders_no_lock_there_either(void **state)
{
	struct sim *sim = town_with(", max-login-failures: 3, login-lock-time: 1h");
	const struct tp_line *line = town_line(sim, town_dial(sim, 0, "alice"));

	for (unsigned i = 0; i < 3; i++) {
		fail_at(line, 10, 1, "bob");
		flood(line, 20, FLOOD);
	}
	sim_run(sim, 60000); /* a delay would be over */
	assert_true(is_held(line, 10, 1, "bob"));
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_locks_of_users_make_no_room_for_themselves_among_those_of_hosts(void **state)
{
	struct sim *sim = town_with(", max-login-failures: 1, login-lock-time: 1h");
	const struct tp_line *line = town_line(sim, town_dial(sim, 0, "alice"));
	static const char *const names[] = {"u1", "u2", "u3", "u4"};

	for (unsigned i = 0; i < 4; i++)
		fail_at(line, 20, 1, names[i]);
	sim_run(sim, 10);
	flood(line, 20, FLOOD);
	assert_true(is_held(line, 20, 1, "anyone"));
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_what_is_over_makes_room_first(void **state)
{
	struct sim *sim = town_with(", max-login-failures: 1, login-lock-time: 1h");
	struct tp_line line = *town_line(sim, town_dial(sim, 0, "alice"));

	line.session = NULL; /* which is gone by then */
	flood(&line, 10, 300);
	sim_run(sim, 3601000);
	flood(&line, 20, FLOOD);
	assert_int_equal(tp_ac_lockouts(sim->ac), 512);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_each_wrong_login_holds_the_next_off_for_longer(void **state)
{
	struct sim *sim = town_with(", max-login-failures: 9, login-lock-time: 1h");
	const struct tp_line line = *town_line(sim, town_dial(sim, 0, "alice"));

	fail_at(&line, 10, 1, "bob");
	assert_false(is_held(&line, 10, 1, "bob"));
	for (unsigned wait = 1000; wait <= 4000; wait *= 2) {
		fail_at(&line, 10, 1, "bob");
		sim_run(sim, wait - 10);
		assert_true(is_held(&line, 10, 1, "bob"));
		sim_run(sim, 20);
		assert_false(is_held(&line, 10, 1, "bob"));
	}
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_wrong_logins_are_forgotten_after_a_while(void **state)
{
	struct sim *sim = town_with(", max-login-failures: 2, login-lock-time: 1h");
	const struct tp_line line = *town_line(sim, town_dial(sim, 0, "alice"));

	fail_at(&line, 10, 1, "bob");
	sim_run(sim, 601000);
	fail_at(&line, 10, 1, "bob");
	assert_int_equal(tp_ac_lockouts(sim->ac), 0);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_newcomer_counts_among_its_own(void **state)
{
	struct sim *sim = town_with(", max-login-failures: 1, login-lock-time: 1h");
	const struct tp_line line = *town_line(sim, town_dial(sim, 0, "alice"));

	flood(&line, 10, 256);
	flood(&line, 20, 257);
	for (unsigned host = 1; host <= 256; host++)
		assert_true(is_held(&line, 10, 1000 + host, "mallory"));
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_flood_on_a_port_takes_its_own_places(void **state)
{
	struct sim *sim = town_with(", max-login-failures: 1, login-lock-time: 1h");
	struct tp_line line = *town_line(sim, town_dial(sim, 0, "alice"));
	struct tp_line flooder = line;

	flooder.access.port = line.access.port + 1;
	tp_ac_lockout_failed(&line, "bob");
	for (uint16_t vlan = 0; vlan < FLOOD; vlan++)
		fail_at(&flooder, vlan, 1, "mallory");
	assert_true(tp_ac_lockout_holds(&line, "bob"));
	sim_wind_down(sim);
	sim_destroy(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_wrong_login_holds_the_next_off_for_longer),
		cmocka_unit_test(test_wrong_logins_are_forgotten_after_a_while),
		cmocka_unit_test(test_a_newcomer_counts_among_its_own),
		cmocka_unit_test(test_a_flood_on_a_port_takes_its_own_places),
		cmocka_unit_test(test_a_user_is_locked_at_the_place_that_fails_alone),
		cmocka_unit_test(test_a_right_login_ends_the_wrong_ones_in_a_row),
		cmocka_unit_test(test_a_lock_ends_with_its_time_or_by_the_operator),
		cmocka_unit_test(test_trying_many_users_locks_the_place),
		cmocka_unit_test(test_zero_is_no_limit),
		cmocka_unit_test(test_a_host_of_many_addresses_ends_nobodys_lock_in_another_vlan),
		cmocka_unit_test(
			test_a_host_of_many_addresses_and_vlans_ends_no_lock_of_another_port),
		cmocka_unit_test(test_it_hinders_no_lock_there_either),
		cmocka_unit_test(
			test_locks_of_users_make_no_room_for_themselves_among_those_of_hosts),
		cmocka_unit_test(test_what_is_over_makes_room_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
