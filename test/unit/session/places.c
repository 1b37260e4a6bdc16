/* SPDX-License-Identifier: BSD-3-Clause */
/* Which servers answer in which VLANs, and whom they turn away. */
#include "fixture.h"

#include "session/engine.h"

static const char config[] =
	"dataplane: { ports: [ { name: ether3, device: net_null0 } ] }\n"
	"ip: { pool: [ { name: pool, ranges: 10.0.0.2-10.0.0.99 } ] }\n"
	"ppp: { profile: [ { name: p, local-address: 10.0.0.1, remote-address: pool } ],\n"
	"  secret: [ { name: alice, password: pw-alice } ] }\n"
	"interface:\n"
	"  vlan:\n"
	"    - { name: village, interface: ether3, vlan-id: 20 }\n"
	"    - { name: towns, interface: ether3, vlan-id: \"100-199,300\" }\n"
	"    - { name: house, interface: towns, vlan-id: 7 }\n"
	"    - { name: street, interface: towns, vlan-id: 3000-3999 }\n"
	"    - { name: parent, interface: ether3, vlan-id: 25 }\n"
	"    - { name: child, interface: parent, vlan-id: \"5,6\" }\n"
	"  pppoe-server:\n"
	"    server:\n"
	"      - { service-name: port, interface: ether3, default-profile: p,\n"
	"          pppoe-over-vlan-range: 10-30 }\n"
	"      - { service-name: village, interface: village, default-profile: p }\n"
	"      - { service-name: towns, interface: towns, default-profile: p,\n"
	"          pppoe-over-vlan-range: 1-4094 }\n"
	"      - { service-name: second, interface: towns, default-profile: p,\n"
	"          pppoe-over-vlan-range: \"1000-1999,2500\", accept-untagged: no }\n"
	"      - { service-name: house, interface: house, default-profile: p }\n"
	"      - { service-name: street, interface: street, default-profile: p }\n"
	"      - { service-name: child, interface: child, default-profile: p, disabled: yes }\n";

static struct sim *county(void)
{
	const struct sim_setup setup = {
		.config = config,
		.clients = 8,
		.max_sessions = 16,
		.quality = {.delay_min_ms = 1, .delay_max_ms = 1},
	};

	return sim_create(&setup, 7);
}

static struct tp_access at(uint16_t outer, uint16_t inner)
{
	return (struct tp_access){.port = 0, .vlans = {outer, inner}};
}

/* The names of the servers that answer there, with blanks between. */
static const char *answer(struct sim *sim, uint16_t outer, uint16_t inner)
{
	static char text[200];
	const struct tp_access access = at(outer, inner);
	struct tp_pppoe_access offer;
	size_t len = 0;

	text[0] = '\0';
	tp_ac_offer(sim->ac, &access, &sim->clients[0]->mac, &offer);
	for (unsigned i = 0; i < offer.service_count; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", i > 0 ? " " : "",
					offer.services[i].name);
	return text;
}

static void test_the_interface_with_the_most_tags_of_its_own_answers(void **state)
{
	static const struct {
		uint16_t outer, inner;
		const char *servers;
	} cases[] = {
		{0, 0, "port"},
		{9, 0, ""},
		{10, 0, "port"},
		{19, 0, "port"},
		{20, 0, "village"}, /* out of the range: it has an interface, and that a server */
		{21, 0, "port"},
		{25, 0, "port"}, /* "parent" has no server */
		{25, 5, "child"},
		{25, 7, ""},
		{30, 0, "port"},
		{31, 0, ""},
		{10, 5, ""}, /* the port's range is of outer tags */
		{20, 5, ""},
		{99, 1, ""},
		{100, 0, "towns"}, /* "second" wants a tag */
		{100, 1, "towns"},
		{100, 7, "house"},
		{199, 4094, "towns"},
		{200, 1, ""},
		{300, 7, "house"},
		{300, 999, "towns"},
		{300, 1000, "towns second"},
		{150, 1999, "towns second"},
		{150, 2000, "towns"},
		{150, 2500, "towns second"},
		{150, 3000, "street"},
		{150, 3999, "street"},
		{301, 7, ""},
		{4094, 4094, ""},
	};
	struct sim *sim = county();

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (strcmp(answer(sim, cases[i].outer, cases[i].inner), cases[i].servers) != 0)
			fail_msg("at %u.%u: \"%s\"", cases[i].outer, cases[i].inner,
				 answer(sim, cases[i].outer, cases[i].inner));
	sim_destroy(sim);
}

static void test_every_place_has_the_servers_that_cover_it_and_none_else(void **state)
{
	struct sim *sim = county();

	for (uint16_t outer = 0; outer < 400; outer++)
		for (uint16_t inner = 0; inner < 4095; inner += outer % 7 + 1) {
			const struct tp_access access = at(outer, outer == 0 ? 0 : inner);
			struct tp_pppoe_access offer;
			unsigned covering = 0;

			tp_ac_offer(sim->ac, &access, &sim->clients[0]->mac, &offer);
			for (struct tp_ac_server *s = sim->ac->servers; s != NULL;
			     s = s->by_id.next)
				covering += tp_ac_server_covers(s, &access);
			for (unsigned i = 0; i < offer.service_count; i++)
				assert_true(tp_ac_server_covers(offer.services[i].server, &access));
			assert_true((covering > 0) == (offer.service_count > 0));
		}
	sim_destroy(sim);
}

static void set_range(struct sim *sim, const char *service, uint16_t first, uint16_t last,
		      bool accept_untagged)
{
	struct tp_config_server server = *sim_server(sim, service);
	struct tp_vlan_range range = {first, last};

	server.pppoe_over_vlan_range = (struct tp_vlan_list){1, &range};
	server.accept_untagged = accept_untagged;
	sim_server_put(sim, &server);
}

static void test_a_wide_range_takes_no_more_memory_than_a_narrow_one(void **state)
{
	struct sim *sim = county();
	size_t narrow;

	set_range(sim, "towns", 1, 1, true);
	assert_string_equal(answer(sim, 100, 1), "towns");
	narrow = tp_ac_counters(sim->ac)->memory_bytes;
	set_range(sim, "towns", 1, 4094, true);
	assert_string_equal(answer(sim, 199, 4094), "towns");
	assert_int_equal(tp_ac_counters(sim->ac)->memory_bytes, narrow);
	sim_destroy(sim);
}

static struct sim_client *dial_at(struct sim *sim, unsigned number, uint16_t outer, uint16_t inner)
{
	town_client(sim, number, "alice")->access = at(outer, inner);
	return town_dial(sim, number, "alice");
}

static void test_one_server_has_sessions_in_many_vlans_each_by_its_tags(void **state)
{
	struct sim *sim = county();
	struct sim_client *one = dial_at(sim, 0, 100, 11), *other = dial_at(sim, 1, 199, 4094);
	struct tp_session_info info = town_info(sim, one);

	assert_int_equal(info.access.vlans.outer, 100);
	assert_int_equal(info.access.vlans.inner, 11);
	assert_string_equal(info.service_name, "towns");
	assert_string_equal(info.interface, "towns");
	assert_int_equal(town_info(sim, other).server_id, info.server_id);
	assert_int_equal(tp_ac_server_sessions(sim->ac, info.server_id), 2);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_range_that_changes_ends_the_sessions_that_are_out_of_it(void **state)
{
	struct sim *sim = county();

	dial_at(sim, 0, 100, 11);
	dial_at(sim, 1, 100, 2000);
	dial_at(sim, 2, 100, 0);
	set_range(sim, "towns", 1, 2222, true);
	sim_run(sim, 100);
	assert_int_equal(sim_sessions_up(sim), 3);
	set_range(sim, "towns", 1, 1000, true);
	sim_run(sim, 100);
	assert_int_equal(sim_sessions_up(sim), 2);
	assert_int_equal(sim_ended(sim, TP_END_CONFIG), 1);
	set_range(sim, "towns", 1, 1000, false);
	sim_run(sim, 100);
	assert_int_equal(sim_sessions_up(sim), 1);
	assert_string_equal(answer(sim, 100, 0), "");
	assert_string_equal(answer(sim, 100, 1001), "second");
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void
test_a_disabled_server_closes_its_vlan_and_one_removed_leaves_it_to_the_range(void **state)
{
	struct sim *sim = county();
	struct tp_config_server village = *sim_server(sim, "village");

	village.disabled = true;
	sim_server_put(sim, &village);
	town_client(sim, 0, "alice")->access = at(20, 0);
	assert_int_equal(town_try(sim, 0, "alice")->state, SIM_CLIENT_DISCOVERY);
	assert_true(town_stats(sim)->refused[TP_PPPOE_NO_SERVERS] > 0);
	assert_int_equal(tp_ac_server_remove(sim->ac, village.head.id, sim->now_ms), 0);
	assert_string_equal(answer(sim, 20, 0), "port");
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* ---- mac-filter ---- */

static uint32_t filter(struct sim *sim, const char *mac, const char *interface,
		       enum tp_mac_action action)
{
	static uint32_t ids;
	char name[64];
	struct tp_config_mac_filter entry = {.head.id = ++ids, .interface = name, .action = action};

	snprintf(name, sizeof(name), "%s", interface);
	assert_true(tp_mac_prefix_parse(mac, &entry.mac_address));
	assert_int_equal(tp_ac_mac_filter_put(sim->ac, &entry), 0);
	return ids;
}

static bool rejected(const struct sim *sim, const char *mac, const char *interface)
{
	struct tp_mac client;

	assert_true(tp_mac_parse(mac, &client));
	return tp_ac_mac_rejected(sim->ac, interface, &client);
}

static void test_the_longest_prefix_counts_and_then_the_interface(void **state)
{
	struct sim *sim = county();
	uint32_t all;

	assert_false(rejected(sim, "02:00:00:00:00:01", "towns"));
	all = filter(sim, "00:00:00:00:00:00/0", "", TP_MAC_REJECT);
	filter(sim, "02:AA:00:00:00:00/16", "", TP_MAC_ACCEPT);
	filter(sim, "02:AA:BB:00:00:00/24", "towns", TP_MAC_REJECT);
	filter(sim, "02:AA:BB:80:00:00/25", "", TP_MAC_ACCEPT);
	filter(sim, "02:AA:BB:00:00:07", "", TP_MAC_ACCEPT);
	filter(sim, "02:AA:CC:00:00:07", "", TP_MAC_ACCEPT);
	filter(sim, "02:AA:CC:00:00:07", "village", TP_MAC_REJECT);
	assert_true(rejected(sim, "02:00:00:00:00:01", "towns"));
	assert_false(rejected(sim, "02:AA:00:00:00:01", "towns"));
	assert_true(rejected(sim, "02:AA:BB:00:00:01", "towns"));
	assert_false(rejected(sim, "02:AA:BB:00:00:01", "village"));
	assert_false(rejected(sim, "02:AA:BB:80:00:01", "towns"));
	assert_false(rejected(sim, "02:AA:BB:00:00:07", "towns"));
	assert_false(rejected(sim, "02:AA:CC:00:00:07", "towns"));
	assert_true(rejected(sim, "02:AA:CC:00:00:07", "village"));
	tp_ac_mac_filter_remove(sim->ac, all);
	tp_ac_mac_filter_remove(sim->ac, all);
	assert_false(rejected(sim, "02:00:00:00:00:01", "towns"));
	sim_destroy(sim);
}

static void test_five_thousand_entries_are_told_apart(void **state)
{
	struct sim *sim = county();
	char mac[TP_MAC_TEXT_LEN];

	for (unsigned i = 0; i < 5000; i++) {
		snprintf(mac, sizeof(mac), "02:00:00:00:%02x:%02x", i / 256, i % 256);
		filter(sim, mac, "", i % 3 == 0 ? TP_MAC_ACCEPT : TP_MAC_REJECT);
	}
	for (unsigned i = 0; i < 6000; i++) {
		snprintf(mac, sizeof(mac), "02:00:00:00:%02x:%02x", i / 256, i % 256);
		assert_true(rejected(sim, mac, "towns") == (i < 5000 && i % 3 != 0));
	}
	sim_destroy(sim);
}

static void test_a_rejected_host_hears_nothing_and_one_with_an_offer_hears_why(void **state)
{
	struct sim *sim = county();
	struct sim_client *client = town_client(sim, 0, "alice");
	char mac[TP_MAC_TEXT_LEN];
	uint32_t id;

	tp_mac_format(&client->mac, mac);
	id = filter(sim, mac, "", TP_MAC_REJECT);
	town_try(sim, 0, "alice");
	assert_int_equal(client->state, SIM_CLIENT_DISCOVERY);
	assert_true(town_stats(sim)->refused[TP_PPPOE_MAC_REJECTED] > 0);
	assert_int_equal(town_stats(sim)->pado_sent, 0);
	assert_int_equal(town_stats(sim)->pads_error_sent, 0);

	tp_ac_mac_filter_remove(sim->ac, id);
	sim_client_dial(client, 0);
	while (town_stats(sim)->pado_sent == 0)
		sim_run(sim, 1);
	id = filter(sim, mac, "ether3", TP_MAC_REJECT);
	client->wanted = false;
	sim_run(sim, 50);
	assert_int_equal(town_stats(sim)->pads_error_sent, 1);
	assert_int_equal(tp_ac_counters(sim->ac)->started, 0);

	tp_ac_mac_filter_remove(sim->ac, id);
	town_dial(sim, 0, "alice");
	filter(sim, mac, "", TP_MAC_REJECT);
	sim_run(sim, 100);
	assert_int_equal(sim_sessions_up(sim), 1); /* standing sessions stay */
	sim_wind_down(sim);
	sim_destroy(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_interface_with_the_most_tags_of_its_own_answers),
		cmocka_unit_test(test_every_place_has_the_servers_that_cover_it_and_none_else),
		cmocka_unit_test(test_a_wide_range_takes_no_more_memory_than_a_narrow_one),
		cmocka_unit_test(test_one_server_has_sessions_in_many_vlans_each_by_its_tags),
		cmocka_unit_test(test_a_range_that_changes_ends_the_sessions_that_are_out_of_it),
		cmocka_unit_test(
			test_a_disabled_server_closes_its_vlan_and_one_removed_leaves_it_to_the_range),
		cmocka_unit_test(test_the_longest_prefix_counts_and_then_the_interface),
		cmocka_unit_test(test_five_thousand_entries_are_told_apart),
		cmocka_unit_test(
			test_a_rejected_host_hears_nothing_and_one_with_an_offer_hears_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
