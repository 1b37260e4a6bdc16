/* SPDX-License-Identifier: BSD-3-Clause */
/* Cities of subscribers with both families, over wires that lose and repeat: routers that ask for
 * prefixes, hosts that make their own addresses, some with one family alone. No prefix is ever with
 * two sessions (check.c looks all the while), and at the end none is held. */
#include "sim.h"

static const struct sim_quality bad_wire = {
	.loss = 50,
	.repeat = 50,
	.delay_min_ms = 1,
	.delay_max_ms = 150,
};
static const struct sim_quality haunted_wire = {
	.loss = 30,
	.repeat = 30,
	.ghost = 30,
	.corrupt = 20,
	.delay_min_ms = 1,
	.delay_max_ms = 80,
};
static const struct sim_quality good_wire = {.delay_min_ms = 2, .delay_max_ms = 2};

static char *config_of(unsigned users)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	fputs("system: { identity: SIM }\n"
	      "dataplane: { ports: [ { name: ether3, device: net_null0 } ] }\n"
	      "ip: { pool: [ { name: pool, ranges: 10.0.0.1-10.0.7.208 } ] }\n"
	      "ipv6: { pool: [ { name: links, prefix: 2001:db8::/48, prefix-length: 64 },\n"
	      "  { name: homes, prefix: 2001:db8:8000::/44, prefix-length: 56 } ] }\n"
	      "interface: { pppoe-server: { server: [ { service-name: internet,\n"
	      "  interface: ether3, default-profile: subscribers, mrru: 1600 } ] } }\n"
	      "ppp:\n"
	      "  profile: [ { name: subscribers, local-address: 10.0.0.1, remote-address: pool,\n"
	      "    remote-ipv6-prefix-pool: links, dhcpv6-pd-pool: homes, dhcpv6-lease-time: 10m,\n"
	      "    dns-server: \"10.9.9.9,2001:db8:ffff::53\" } ]\n"
	      "  secret:\n",
	      f);
	for (unsigned i = 0; i < users; i++)
		fprintf(f, "    - { name: user%u, password: secret%u }\n", i, i);
	fclose(f);
	return text;
}

/* Of eight, one has IPv4 alone, one IPv6 alone; of the others each second is a router that asks for
 * a prefix. */
static uint8_t families_of(unsigned number)
{
	static const uint8_t both = TP_AC_IPV4 | TP_AC_IPV6;

	return number % 8 == 3 ? TP_AC_IPV4 : number % 8 == 5 ? TP_AC_IPV6 : both;
}

static bool asks(unsigned number)
{
	return (families_of(number) & TP_AC_IPV6) != 0 && number % 2 == 0;
}

static struct sim *city(unsigned clients, const struct sim_quality *quality, uint64_t seed)
{
	static const struct tp_prefix6 any;
	struct sim *sim = sim_city(clients, config_of(clients), quality, seed);

	for (unsigned i = 0; i < clients; i++) {
		sim_client_ask_families(sim->clients[i], families_of(i));
		if (asks(i))
			sim_client_ask_prefix(sim->clients[i], &any);
	}
	return sim;
}

/* Each has what it asked for. */
static void check_all_have_it(struct sim *sim)
{
	for (unsigned i = 0; i < sim->client_count; i++) {
		const struct sim_client *client = sim->clients[i];

		assert_int_equal(client->families, families_of(i));
		if ((client->families & TP_AC_IPV6) == 0)
			continue;
		assert_int_equal(client->ipv6.slaac.prefix.length, 128);
		assert_int_equal(client->ipv6.dns_count, 1);
		if (asks(i)) {
			assert_int_equal(client->ipv6.state, TP_IPV6_HOST_BOUND);
			assert_int_equal(client->ipv6.prefixes[0].prefix.length, 56);
		}
	}
	sim_check_agreement(sim);
}

static unsigned count(const struct sim *sim, bool (*is)(unsigned number))
{
	unsigned n = 0;

	for (unsigned i = 0; i < sim->client_count; i++)
		n += is(i);
	return n;
}

static bool has_ipv6(unsigned number)
{
	return (families_of(number) & TP_AC_IPV6) != 0;
}

static void check_numbers(struct sim *sim)
{
	const struct tp_ac_counters *c = tp_ac_counters(sim->ac);

	assert_int_equal(c->with_ipv6, count(sim, has_ipv6));
	assert_int_equal(c->delegated, count(sim, asks));
	assert_int_equal(c->standing[TP_SESSION_UP], sim->client_count);
}

static void storm(uint64_t seed)
{
	struct sim *sim = city(300, &bad_wire, seed);

	sim_dial_all(sim, 100);
	sim_run_until_all_up(sim, 120000);
	sim_run(sim, 300000);
	sim->wire.quality = good_wire;
	sim_run(sim, 600000);
	check_all_have_it(sim);
	check_numbers(sim);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_all_have_what_they_ask_for_over_a_bad_wire(void **state)
{
	sim_for_each_seed(storm);
}

static void perfect(uint64_t seed)
{
	struct sim *sim = city(200, &good_wire, seed);
	const struct tp_ac_counters *c = tp_ac_counters(sim->ac);

	sim_dial_all(sim, 0);
	sim_run(sim, 10000);
	check_all_have_it(sim);
	check_numbers(sim);
	assert_int_equal(c->started, 200);
	assert_int_equal(c->up, 200);
	assert_int_equal(c->down, 0);
	assert_int_equal(sim->events[TP_AC_SESSION_CHANGED], count(sim, asks));
	/* One who is not there when its lease ends has no prefix; renewals keep all others'. */
	sim_run(sim, 3600000);
	check_all_have_it(sim);
	assert_int_equal(sim->events[TP_AC_SESSION_CHANGED], count(sim, asks));
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_on_a_good_wire_nothing_is_done_twice(void **state)
{
	sim_for_each_seed(perfect);
}

static void do_something(struct sim *sim)
{
	struct sim_client *client = sim->clients[tp_random_below(&sim->random, sim->client_count)];

	switch (tp_random_below(&sim->random, 7)) {
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
		if ((client->families & TP_AC_IPV6) != 0)
			tp_ipv6_host_release(&client->ipv6, sim->now_ms);
		break;
	case 4: /* a new router in its place knows of nothing */
		if ((client->families & TP_AC_IPV6) != 0)
			tp_ipv6_host_again(&client->ipv6, false, sim->now_ms);
		break;
	default:
		sim_client_dial(client, tp_random_below(&sim->random, 3000));
		break;
	}
	sim_client_arm(client);
}

static void flapping(uint64_t seed)
{
	struct sim *sim = city(100, &haunted_wire, seed);

	sim_dial_all(sim, 1000);
	for (unsigned i = 0; i < 3000; i++) {
		do_something(sim);
		sim_run(sim, tp_random_below(&sim->random, 100));
	}
	sim->wire.quality = good_wire;
	for (unsigned i = 0; i < sim->client_count; i++)
		sim_client_hang_up(sim->clients[i]);
	sim_run(sim, 180000);
	sim_dial_all(sim, 1000);
	sim_run(sim, 180000);
	check_all_have_it(sim);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_flapping_clients_leave_no_prefix_behind(void **state)
{
	sim_for_each_seed(flapping);
}

static void small_pools(uint64_t seed)
{
	struct sim *sim = city(80, &bad_wire, seed);
	struct tp_prefix6 few = {.address = {0x20, 0x01, 0x0d, 0xb8, 0x70}, .length = 59};

	/* 32 for links; 16 for homes */
	assert_int_equal(tp_pool6_put(sim->pools6, "links", &few, 64, NULL, NULL), 0);
	few.address[4] = 0x71;
	few.length = 52;
	assert_int_equal(tp_pool6_put(sim->pools6, "homes", &few, 56, NULL, NULL), 0);
	sim_dial_all(sim, 1000);
	sim_run(sim, 300000);
	/* Who has none has IPv4 alone, but for those that want nothing of it. */
	assert_true(tp_ac_counters(sim->ac)->with_ipv6 <= 32);
	assert_true(tp_ac_counters(sim->ac)->with_ipv6 >= 25);
	assert_true(tp_ac_counters(sim->ac)->delegated <= 16);
	assert_true(tp_ac_counters(sim->ac)->ipv6_refused[TP_AC_NO_IPV6_PREFIX] > 0);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_small_pools_serve_as_many_as_they_have(void **state)
{
	sim_for_each_seed(small_pools);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_on_a_good_wire_nothing_is_done_twice),
		cmocka_unit_test(test_all_have_what_they_ask_for_over_a_bad_wire),
		cmocka_unit_test(test_flapping_clients_leave_no_prefix_behind),
		cmocka_unit_test(test_small_pools_serve_as_many_as_they_have),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
