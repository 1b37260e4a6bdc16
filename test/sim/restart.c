/* SPDX-License-Identifier: BSD-3-Clause */
/* The daemon dies and starts again, at any moment, and hardly anybody notices. The city has all
 * kinds of subscribers: of both families and of one, routers that ask for prefixes, hosts with
 * several links (MP), and such that encrypt (MPPE). */
#include "sim.h"

#define HOSTS 10
#define LINKS 3
#define USERS 96 /* the first HOSTS * LINKS of them are links of hosts */

static const struct sim_quality good_wire = {.delay_min_ms = 2, .delay_max_ms = 2};
static const struct sim_quality haunted_wire = {
	.loss = 30,
	.repeat = 30,
	.ghost = 30,
	.delay_min_ms = 1,
	.delay_max_ms = 80,
};

static struct sim_host hosts[HOSTS];

static bool is_link(unsigned number)
{
	return number < HOSTS * LINKS;
}

/* Of hosts each second; of the others with keys likewise: the rest encrypts if it is asked for. */
static bool encrypts(unsigned number)
{
	return is_link(number) ? number / LINKS % 2 == 1 : number % 4 == 3;
}

static uint8_t families_of(unsigned number)
{
	static const uint8_t kinds[] = {TP_AC_IPV4 | TP_AC_IPV6, TP_AC_IPV4 | TP_AC_IPV6,
					TP_AC_IPV4, TP_AC_IPV6};

	return kinds[number / LINKS % 4];
}

static bool asks(unsigned number)
{
	return !is_link(number) && (families_of(number) & TP_AC_IPV6) != 0 && number % 2 == 0;
}

static char *config_text(void)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	fputs("system: { identity: SIM }\n"
	      "dataplane: { ports: [ { name: ether3, device: net_null0 } ] }\n"
	      "ip: { pool: [ { name: pool, ranges: 10.0.0.1-10.0.7.208 } ] }\n"
	      "ipv6: { pool: [ { name: links, prefix: \"2001:db8::/48\", prefix-length: 64 },\n"
	      "  { name: homes, prefix: \"2001:db8:8000::/44\", prefix-length: 56 } ] }\n"
	      "interface: { pppoe-server: { server: [ { service-name: internet,\n"
	      "  interface: ether3, default-profile: plain, mrru: 1600 } ] } }\n"
	      "ppp:\n"
	      "  profile:\n"
	      "    - { name: plain, local-address: 10.0.0.1, remote-address: pool,\n"
	      "        remote-ipv6-prefix-pool: links, dhcpv6-pd-pool: homes,\n"
	      "        dhcpv6-lease-time: 10m, rate-limit: 10M/20M }\n"
	      "    - { name: secret, use-encryption: required }\n"
	      "  secret:\n",
	      f);
	for (unsigned i = 0; i < USERS; i++)
		fprintf(f, "    - { name: user%u, password: secret%u%s }\n", i, i,
			encrypts(i) ? ", profile: secret" : "");
	fclose(f);
	return text;
}

static struct sim *city(const struct sim_quality *quality, uint64_t seed)
{
	static const struct tp_prefix6 any;
	struct sim *sim = sim_city(USERS, config_text(), quality, seed);

	sim->journals = true;
	for (unsigned i = 0; i < HOSTS; i++)
		sim_host_init(&hosts[i], sim, i * LINKS, LINKS);
	for (unsigned i = 0; i < USERS; i++) {
		sim->clients[i]->encrypts = encrypts(i);
		sim_client_ask_families(sim->clients[i], families_of(i));
		if (asks(i))
			sim_client_ask_prefix(sim->clients[i], &any);
	}
	return sim;
}

/* ---- what a subscriber would notice ---- */

struct before {
	struct tp_session_info info;
	struct tp_prefix6 prefix;
	unsigned dials, ups;
};

static void info_of(struct sim *sim, const struct sim_client *client, struct tp_session_info *info)
{
	const struct tp_line *line =
		tp_ac_find_session_id(sim->ac, &client->access, client->session_id);

	assert_non_null(line);
	tp_line_info(line, info);
	assert_true(tp_mac_equal(&info->mac, &client->mac) || info->line_gone);
}

static void remember(struct sim *sim, struct before *before)
{
	for (unsigned i = 0; i < USERS; i++) {
		const struct sim_client *client = sim->clients[i];

		assert_int_equal(client->state, SIM_CLIENT_UP);
		info_of(sim, client, &before[i].info);
		before[i].prefix = sim_ipv6_prefix(client);
		before[i].dials = client->dials;
		before[i].ups = client->ups;
	}
}

static void check_not_noticed(struct sim *sim, unsigned number, const struct before *before)
{
	const struct sim_client *client = sim->clients[number];
	const struct tp_session_info *was = &before->info;
	struct tp_prefix6 prefix = sim_ipv6_prefix(client);
	struct tp_session_info is;

	info_of(sim, client, &is);
	assert_int_equal(is.state, TP_SESSION_UP);
	assert_true(is.id == was->id);
	assert_true(is.accounting_id == was->accounting_id);
	assert_int_equal(is.slot, was->slot);
	assert_int_equal(is.session_id, was->session_id);
	assert_int_equal(is.remote_address, was->remote_address);
	assert_int_equal(is.families, was->families);
	assert_true(is.up_ms == was->up_ms);
	assert_true(is.started_ms == was->started_ms);
	assert_int_equal(is.instance, was->instance);
	assert_true(tp_prefix6_same(&is.ipv6.prefix, &was->ipv6.prefix));
	assert_int_equal(is.ipv6.delegated_count, was->ipv6.delegated_count);
	assert_true(tp_prefix6_same(&prefix, &before->prefix));
	assert_int_equal(is.encryption != NULL, encrypts(number));
	assert_int_equal(client->dials, before->dials);
	if (is.mrru == 0 && is.encryption == NULL) /* the others negotiate anew */
		assert_int_equal(client->ups, before->ups);
}

static void check_none_noticed(struct sim *sim, const struct before *before)
{
	for (unsigned i = 0; i < USERS; i++)
		check_not_noticed(sim, i, &before[i]);
	sim_check_agreement(sim);
	for (unsigned i = 0; i < HOSTS; i++)
		for (unsigned link = 0; link < LINKS; link++) {
			struct tp_session_info info;

			info_of(sim, hosts[i].link[link], &info);
			assert_int_equal(info.active_links, LINKS);
		}
}

static void all_up(struct sim *sim)
{
	sim_dial_all(sim, 1000);
	sim_run_until_all_up(sim, 60000);
	sim->wire.quality = good_wire;
	sim_run(sim, 120000);
	assert_int_equal(sim_clients_in(sim, SIM_CLIENT_UP), USERS);
}

static void unnoticed(uint64_t seed)
{
	static struct before before[USERS];
	struct sim *sim = city(&good_wire, seed);

	all_up(sim);
	remember(sim, before);
	for (unsigned i = 0; i < 3; i++) {
		sim_crash(sim, tp_random_below(&sim->random, SIM_JOURNAL_LAG_MS),
			  1 + tp_random_below(&sim->random, 4000));
		assert_int_equal(tp_ac_counters(sim->ac)->restored, USERS);
		assert_int_equal(sim->refused, 0);
		sim_run(sim, 10000);
		check_none_noticed(sim, before);
	}
	sim_run(sim, 1200000); /* leases were renewed, keepalives answered */
	check_none_noticed(sim, before);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_nobody_notices_a_restart(void **state)
{
	sim_for_each_seed(unnoticed);
}

/* Before those with MP or MPPE have come through LCP: the next start finds them where they were. */
static void again_and_again(uint64_t seed)
{
	static struct before before[USERS];
	struct sim *sim = city(&good_wire, seed);

	all_up(sim);
	remember(sim, before);
	for (unsigned i = 0; i < 20; i++) {
		sim_crash(sim, 0, 1 + tp_random_below(&sim->random, 50));
		assert_int_equal(sim->refused, 0);
		sim_run(sim, tp_random_below(&sim->random, 60));
	}
	sim_run(sim, 60000);
	check_none_noticed(sim, before);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_daemon_that_dies_again_and_again_loses_nobody(void **state)
{
	sim_for_each_seed(again_and_again);
}

/* ---- in the midst of it all ---- */

static void do_something(struct sim *sim)
{
	struct sim_client *client = sim->clients[tp_random_below(&sim->random, USERS)];

	switch (tp_random_below(&sim->random, 8)) {
	case 0:
		sim_client_hang_up(client);
		break;
	case 1:
		sim_client_vanish(client);
		break;
	case 2:
		sim_client_renegotiate(client);
		break;
	case 3:
		if ((client->families & TP_AC_IPV6) != 0 && client->host == NULL)
			tp_ipv6_host_release(&client->ipv6, sim->now_ms);
		break;
	default:
		sim_client_dial(client, tp_random_below(&sim->random, 3000));
		break;
	}
	sim_client_arm(client);
}

static void chaos(uint64_t seed)
{
	static const uint8_t echo[] = {0xc0, 0x21, 9, 33, 0, 8, 0, 0, 0, 0};
	struct sim *sim = city(&haunted_wire, seed);
	unsigned restored = 0;

	sim_dial_all(sim, 1000);
	for (unsigned i = 0; i < 1200; i++) {
		do_something(sim);
		sim_run(sim, tp_random_below(&sim->random, 100));
		if (tp_random_below(&sim->random, 60) != 0)
			continue;
		sim_crash(sim, tp_random_below(&sim->random, SIM_JOURNAL_LAG_MS + 1),
			  1 + tp_random_below(&sim->random, 3000));
		if (sim->refused != 0)
			fail_msg("refused: %s", sim->refusal);
		restored += (unsigned)tp_ac_counters(sim->ac)->restored;
	}
	assert_true(restored > 100);
	/* When it is over, life goes on: who has lost its session hears so when it says something.
	 */
	sim->wire.quality = good_wire;
	sim_run(sim, 90000); /* ghosts are gone */
	for (unsigned i = 0; i < USERS; i++)
		if (sim->clients[i]->session_id != 0)
			sim_client_send_session(sim->clients[i], echo, sizeof(echo));
	sim_dial_all(sim, 1000);
	sim_run(sim, 300000);
	assert_int_equal(sim_clients_in(sim, SIM_CLIENT_UP), USERS);
	/* Who negotiated anew in the last moment that was kept of a life stands as it was before:
	 * what such agree on is not to be compared. */
	for (unsigned i = 0; i < USERS; i++)
		sim_client_hang_up(sim->clients[i]);
	sim_run(sim, 60000);
	sim_dial_all(sim, 1000);
	sim_run(sim, 60000);
	assert_int_equal(sim_clients_in(sim, SIM_CLIENT_UP), USERS);
	sim_check_agreement(sim);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_crashes_at_any_moment_leave_nothing_behind(void **state)
{
	sim_for_each_seed(chaos);
}

/* The journal of another day: sessions of which most are over, whose ids and addresses others may
 * have had since. */
static void stale(uint64_t seed)
{
	struct sim *sim = city(&good_wire, seed);

	all_up(sim);
	sim->journals = false;
	for (unsigned i = 0; i < USERS; i++)
		sim_client_vanish(sim->clients[i]);
	sim_run(sim, 60000);
	sim_dial_all(sim, 1000);
	sim_run_until_all_up(sim, 10000);
	sim_crash(sim, 0, 1000);
	/* Whoever is not known is told so by its first frame; clients of the sessions that stand
	 * again have other ids, and those end by keepalive. */
	sim_run(sim, 60000);
	for (unsigned i = 0; i < USERS; i++)
		sim_client_vanish(sim->clients[i]);
	sim_dial_all(sim, 1000);
	sim_run(sim, 180000);
	assert_int_equal(sim_clients_in(sim, SIM_CLIENT_UP), USERS);
	sim_check_agreement(sim);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_sessions_whose_clients_are_gone_die_well(void **state)
{
	sim_for_each_seed(stale);
}

/* The clients' own restart: whoever dials again before keepalive has found his old session, link by
 * link, has other keys than that. */
static void power_cut(uint64_t seed)
{
	struct sim *sim = city(&good_wire, seed);

	all_up(sim);
	for (unsigned turn = 0; turn < 3; turn++) {
		for (unsigned i = 0; i < USERS; i++)
			sim_client_vanish(sim->clients[i]);
		sim_dial_all(sim, 1000);
		sim_run(sim, 180000);
		assert_int_equal(sim_clients_in(sim, SIM_CLIENT_UP), USERS);
		sim_check_agreement(sim);
	}
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_clients_that_lose_power_agree_on_everything_anew(void **state)
{
	sim_for_each_seed(power_cut);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nobody_notices_a_restart),
		cmocka_unit_test(test_a_daemon_that_dies_again_and_again_loses_nobody),
		cmocka_unit_test(test_crashes_at_any_moment_leave_nothing_behind),
		cmocka_unit_test(test_sessions_whose_clients_are_gone_die_well),
		cmocka_unit_test(test_clients_that_lose_power_agree_on_everything_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
