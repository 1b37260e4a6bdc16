/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv6 beside IPv4, alone, and gone: each family of a session comes, ends and fails by itself. */
#include "town6.h"

#include "base/ipv6_text.h"
#include "session/engine.h"

#include <errno.h>

static void send(struct sim_client *client, uint16_t protocol, uint8_t code)
{
	const uint8_t frame[] = {(uint8_t)(protocol >> 8), (uint8_t)protocol, code, 0x77, 0, 4};

	sim_client_send_session(client, frame, sizeof(frame));
	sim_run(client->sim, 1); /* and its Ack is on the way: the client has not begun anew */
}

#define IPCP		  0x8021
#define IPV6CP		  0x8057
#define TERMINATE_REQUEST 5

/* ---- both ---- */

static void test_a_subscriber_has_both(void **state)
{
	static const uint8_t ac_id[8] = {0x00, 0xac, 0, 0xff, 0xfe, 0, 0, 1};
	struct sim *sim = town6();
	struct sim_client *client = town6_dial(sim, 0, "dual", BOTH);
	struct tp_session_info info = town_info(sim, client);
	struct tp_prefix6 links;

	assert_true(tp_prefix6_parse("2001:db8::/48", &links));
	assert_int_equal(info.state, TP_SESSION_UP);
	assert_int_equal(info.families, BOTH);
	assert_true(info.remote_address != 0);
	assert_int_equal(info.ipv6.prefix.length, 64);
	assert_true(tp_prefix6_has(&links, info.ipv6.prefix.address));
	assert_memory_equal(info.ipv6.local_id, ac_id, 8);
	assert_true(client->advertisements > 0);
	assert_int_equal(sim->events[TP_AC_SESSION_UP], 1);
	assert_int_equal(sim->events[TP_AC_SESSION_CHANGED], 0);
	assert_non_null(strstr(sim->last_event, "connected: 10.0.0."));
	assert_non_null(strstr(sim->last_event, ", 2001:db8:0:"));
	assert_int_equal(tp_ac_counters(sim->ac)->ipv6_up, 1);
	assert_int_equal(tp_ac_counters(sim->ac)->with_ipv4, 1);
	assert_int_equal(tp_ac_counters(sim->ac)->with_ipv6, 1);
	town6_done(sim);
}

/* It rejects IPV6CP; nothing of what it has waits for that. */
static void test_a_client_without_ipv6_is_up_at_once(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = town6_dial(sim, 0, "dual", TP_AC_IPV4);

	assert_int_equal(town_info(sim, client).families, TP_AC_IPV4);
	sim_run(sim, 300000);
	assert_int_equal(client->state, SIM_CLIENT_UP);
	assert_int_equal(client->ups, 1);
	assert_int_equal(sim->events[TP_AC_SESSION_CHANGED], 0);
	town6_done(sim);
}

static void test_without_a_prefix_there_is_still_a_link_local_address(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = town6_dial(sim, 0, "bare", BOTH);
	struct tp_session_info info = town_info(sim, client);

	assert_int_equal(info.families, BOTH);
	assert_int_equal(info.ipv6.prefix.length, 0);
	assert_non_null(strstr(sim->last_event, "fe80::"));
	town6_done(sim);
}

static void test_the_same_user_gets_the_same_prefix_again(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = town6_dial(sim, 0, "dual", BOTH);
	struct tp_prefix6 before = town_info(sim, client).ipv6.prefix, now;

	sim_client_hang_up(client);
	sim_run(sim, 5000);
	assert_int_equal(tp_pool6_used_count(sim->pools6), 0);
	client = town6_dial(sim, 1, "dual", BOTH);
	now = town_info(sim, client).ipv6.prefix;
	assert_true(tp_prefix6_same(&now, &before));
	town6_done(sim);
}

static void test_a_renegotiation_keeps_the_prefix(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = town6_dial(sim, 0, "dual", BOTH);
	struct tp_prefix6 before = town_info(sim, client).ipv6.prefix, now;

	sim_client_renegotiate(client);
	sim_run(sim, 200);
	assert_int_equal(client->families, BOTH);
	now = town_info(sim, client).ipv6.prefix;
	assert_true(tp_prefix6_same(&now, &before));
	assert_int_equal(tp_pool6_used_count(sim->pools6), 1);
	assert_int_equal(tp_ac_counters(sim->ac)->down, 1);
	town6_done(sim);
}

static void test_a_link_has_64_bits_of_whatever_a_pool_gives(void **state)
{
	struct sim *sim = town6();
	struct tp_prefix6 links;

	assert_true(tp_prefix6_parse("2001:db8::/48", &links));
	assert_int_equal(tp_pool6_put(sim->pools6, "links", &links, 56, NULL, NULL), 0);
	assert_int_equal(town_info(sim, town6_dial(sim, 0, "dual", BOTH)).ipv6.prefix.length, 64);
	town6_done(sim);
}

/* ---- one ---- */

static void test_a_subscriber_without_an_address_stands_on_ipv6(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = town6_dial(sim, 0, "six", BOTH);
	struct tp_session_info info = town_info(sim, client);

	assert_int_equal(info.families, TP_AC_IPV6);
	assert_int_equal(info.remote_address, 0);
	assert_int_equal(client->families, TP_AC_IPV6);
	assert_int_equal(tp_pool_used_count(sim->pools), 0);
	assert_int_equal(sim->events[TP_AC_SESSION_UP], 1);
	assert_non_null(strstr(sim->last_event, "connected: 2001:db8:0:"));
	sim_run(sim, 300000);
	assert_int_equal(client->ups, 1);
	town6_done(sim);
}

static void test_a_client_that_asks_for_ipv6_alone_is_served(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = town6_dial(sim, 0, "dual", TP_AC_IPV6);

	sim_run(sim, 300);
	assert_int_equal(town_info(sim, client).families, TP_AC_IPV6);
	sim_run(sim, 300000);
	assert_int_equal(client->state, SIM_CLIENT_UP);
	town6_done(sim);
}

static void test_who_is_to_have_nothing_is_turned_away(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = town6_try(sim, 0, "nothing", BOTH);

	sim_run(sim, 2000);
	assert_int_equal(client->ups, 0);
	assert_int_equal(sim_ended(sim, TP_END_NO_ADDRESS), 1);
	assert_non_null(strstr(sim->address_event, "has a remote-address"));
	town6_done(sim);
}

static void test_a_subscriber_that_is_to_have_none_gets_none(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = town6_dial(sim, 0, "not", BOTH);

	assert_int_equal(town_info(sim, client).families, TP_AC_IPV4);
	assert_int_equal(client->families, TP_AC_IPV4);
	assert_int_equal(tp_pool6_used_count(sim->pools6), 0);
	sim_run(sim, 300000);
	assert_int_equal(client->ups, 1);
	town6_done(sim);
}

/* Its only address is for DHCPv6 to tell. */
static void test_a_pool_of_addresses_gives_one(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = town6_dial(sim, 0, "one", BOTH);

	assert_int_equal(town_info(sim, client).ipv6.prefix.length, 128);
	town6_done(sim);
}

/* ---- one goes, and comes back ---- */

static void test_ipv6_goes_and_ipv4_stays(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = town6_dial(sim, 0, "dual", BOTH);

	send(client, IPV6CP, TERMINATE_REQUEST);
	assert_int_equal(town_info(sim, client).families, TP_AC_IPV4);
	assert_int_equal(town_info(sim, client).state, TP_SESSION_UP);
	assert_non_null(strstr(sim->last_event, "IPv6 is down"));
	assert_int_equal(sim->events[TP_AC_SESSION_DOWN], 0);
	assert_int_equal(tp_ac_counters(sim->ac)->with_ipv6, 0);
	sim_run(sim, 5000);
	assert_int_equal(town_info(sim, client).families, BOTH);
	assert_int_equal(sim->events[TP_AC_SESSION_UP], 1);
	assert_int_equal(client->ups, 1);
	town6_done(sim);
}

static void test_ipv4_goes_and_ipv6_stays(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = town6_dial(sim, 0, "dual", BOTH);

	send(client, IPCP, TERMINATE_REQUEST);
	assert_int_equal(town_info(sim, client).families, TP_AC_IPV6);
	assert_int_equal(town_info(sim, client).state, TP_SESSION_UP);
	assert_non_null(strstr(sim->last_event, "IPv4 is down"));
	/* Its address is still its own. */
	assert_true(town_info(sim, client).remote_address != 0);
	sim_run(sim, 5000);
	assert_int_equal(town_info(sim, client).families, BOTH);
	assert_int_equal(sim->events[TP_AC_SESSION_UP], 1);
	assert_int_equal(client->ups, 1);
	town6_done(sim);
}

static void test_without_either_it_ends_in_bounded_time(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = town6_dial(sim, 0, "dual", BOTH);

	send(client, IPCP, TERMINATE_REQUEST);
	send(client, IPV6CP, TERMINATE_REQUEST);
	sim->wire.quality.loss = 1000;
	assert_int_equal(town_info(sim, client).state, TP_SESSION_NETWORK);
	assert_int_equal(town_info(sim, client).families, 0);
	sim_run(sim, 62000);
	assert_int_equal(tp_ac_counters(sim->ac)->standing[TP_SESSION_UP], 0);
	assert_null(tp_ac_next(sim->ac, 0));
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_the_end_tells_of_no_family(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = town6_dial(sim, 0, "dual", BOTH);
	unsigned before = sim->events[TP_AC_SESSION_CHANGED];

	sim_client_hang_up(client);
	sim_run(sim, 5000);
	assert_int_equal(sim->events[TP_AC_SESSION_CHANGED], before);
	assert_int_equal(sim_ended(sim, TP_END_PEER_TERMINATE), 1);
	town6_done(sim);
}

/* A host whose router is told to forget us keeps no dead default route. */
static void test_who_is_disconnected_hears_that_the_router_goes(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = town6_dial(sim, 0, "dual", BOTH);
	unsigned before;

	sim_run(sim, 60000);
	before = client->advertisements;
	tp_ac_disconnect(sim->ac, town_info(sim, client).slot, TP_END_ADMIN, sim->now_ms);
	sim_run(sim, 100);
	assert_int_equal(client->advertisements, before + 1);
	town6_done(sim);
}

/* ---- required ---- */

static void test_who_must_have_ipv6_and_has_it_stays(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = town6_dial(sim, 0, "must", BOTH);

	sim_run(sim, 300000);
	assert_int_equal(client->ups, 1);
	assert_int_equal(town_info(sim, client).families, BOTH);
	town6_done(sim);
}

static void test_who_must_have_ipv6_and_has_not_goes(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = town6_dial(sim, 0, "must", TP_AC_IPV4);

	assert_int_equal(town_info(sim, client).state, TP_SESSION_UP);
	sim_run(sim, 50000);
	assert_int_equal(town_info(sim, client).state, TP_SESSION_UP);
	sim_run(sim, 15000);
	assert_int_equal(sim_ended(sim, TP_END_NO_IPV6), 1);
	town6_done(sim);
}

static void test_who_must_have_ipv6_and_loses_it_goes(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = town6_dial(sim, 0, "must", BOTH);

	sim_run(sim, 300000);
	client->config.ipv6cp = false;
	send(client, IPV6CP, TERMINATE_REQUEST);
	sim_run(sim, 50000);
	assert_int_equal(sim_ended(sim, TP_END_NO_IPV6), 0);
	sim_run(sim, 15000);
	assert_int_equal(sim_ended(sim, TP_END_NO_IPV6), 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* ---- no prefix to be had ---- */

static void test_without_a_pool_it_has_ipv4_alone(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = town6_dial(sim, 0, "broke", BOTH);

	assert_int_equal(town_info(sim, client).families, TP_AC_IPV4);
	assert_int_equal(client->families, TP_AC_IPV4);
	assert_int_equal(sim->events[TP_AC_NO_ADDRESS], 1);
	assert_non_null(strstr(sim->address_event, "no IPv6 pool nowhere"));
	assert_int_equal(tp_ac_counters(sim->ac)->ipv6_refused[TP_AC_NO_IPV6_PREFIX], 1);
	town6_done(sim);
}

static void test_without_a_pool_who_must_have_it_is_turned_away(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = town6_try(sim, 0, "ruined", BOTH);

	sim_run(sim, 2000);
	assert_int_equal(client->ups, 0);
	assert_int_equal(sim_ended(sim, TP_END_NO_ADDRESS), 1);
	assert_int_equal(tp_pool_used_count(sim->pools), 0);
	town6_done(sim);
}

static void test_a_pool_gives_as_many_as_it_has(void **state)
{
	struct sim *sim = town6();
	struct sim_client *first = town6_dial(sim, 0, "few", BOTH);
	struct sim_client *second = town6_dial(sim, 1, "fewer", BOTH);

	assert_int_equal(town_info(sim, first).families, BOTH);
	assert_int_equal(town_info(sim, second).families, TP_AC_IPV4);
	assert_non_null(strstr(sim->address_event, "few is exhausted"));
	town6_done(sim);
}

static void test_a_narrow_link_has_ipv4_alone(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client;

	town6_client(sim, 0, "dual", BOTH);
	sim->clients[0]->config.mru = 1200;
	sim->clients[0]->config.mrru = 0;
	client = town_dial(sim, 0, "dual");
	assert_int_equal(town_info(sim, client).mtu, 1200);
	assert_int_equal(town_info(sim, client).families, TP_AC_IPV4);
	assert_int_equal(tp_ac_counters(sim->ac)->ipv6_refused[TP_AC_IPV6_MTU], 1);
	assert_int_equal(tp_pool6_used_count(sim->pools6), 0);
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* ---- no prefix with two sessions ---- */

static void test_the_same_users_older_session_gives_way(void **state)
{
	struct sim *sim = town6();
	struct sim_client *older, *newer;

	sim->plane.grace_max_ms = 500;
	older = town6_dial(sim, 0, "fixed", BOTH);
	newer = town6_try(sim, 1, "fixed", BOTH);
	sim_run(sim, 1000);
	assert_int_equal(sim_ended(sim, TP_END_REPLACED_USER), 1);
	assert_int_equal(older->state, SIM_CLIENT_OFF);
	assert_int_equal(town_info(sim, newer).families, BOTH);
	town6_done(sim);
}

static void test_the_same_users_older_session_gives_way_without_ipv4(void **state)
{
	struct sim *sim = town6();
	struct sim_client *newer;

	town6_dial(sim, 0, "sixth", BOTH);
	newer = town6_dial(sim, 1, "sixth", BOTH);
	assert_int_equal(sim_ended(sim, TP_END_REPLACED_USER), 1);
	assert_int_equal(town_info(sim, newer).families, TP_AC_IPV6);
	town6_done(sim);
}

static void test_anothers_prefix_is_not_to_be_had(void **state)
{
	struct sim *sim = town6();
	struct sim_client *owner = town6_dial(sim, 0, "fixed", BOTH);
	struct sim_client *thief = town6_dial(sim, 1, "thief", BOTH);

	assert_int_equal(town_info(sim, owner).families, BOTH);
	assert_int_equal(town_info(sim, thief).families, TP_AC_IPV4);
	assert_non_null(strstr(sim->address_event, "2001:db8:f:1::/64 is in use by fixed"));
	town6_done(sim);
}

static void test_a_prefix_that_the_data_plane_refuses_costs_ipv6_alone(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client;

	sim->plane.fail_up6 = -EEXIST;
	client = town6_dial(sim, 0, "dual", BOTH);
	assert_int_equal(town_info(sim, client).families, TP_AC_IPV4);
	assert_int_equal(tp_ac_counters(sim->ac)->ipv6_refused[TP_AC_IPV6_TAKEN], 1);
	assert_non_null(strstr(sim->address_event, "has IPv4 alone"));
	sim_run(sim, 300000);
	assert_int_equal(client->state, SIM_CLIENT_UP);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_prefix_that_the_data_plane_refuses_ends_who_has_no_other(void **state)
{
	struct sim *sim = town6();

	sim->plane.fail_up6 = -EEXIST;
	town6_try(sim, 0, "six", BOTH);
	sim_run(sim, 2000);
	assert_int_equal(sim_ended(sim, TP_END_NO_ADDRESS), 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* ---- what changes while it stands ---- */

static void test_another_name_server_is_told_at_once(void **state)
{
	static const uint8_t server[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 0x53};
	struct sim *sim = town6();
	struct sim_client *client = town6_dial(sim, 0, "dual", BOTH);
	struct tp_subscriber now = {0};
	struct tp_prefix6 before, after;
	unsigned told;

	sim_run(sim, 60000);
	told = client->advertisements;
	before = town_info(sim, client).ipv6.prefix;
	assert_int_equal(client->ipv6.dns_count, 0);
	assert_int_equal(tp_subscriber_copy(&now, town_info(sim, client).subscriber), 0);
	now.ipv6->dns_count = 1;
	memcpy(now.ipv6->dns[0], server, sizeof(server));
	assert_int_equal(
		tp_ac_subscriber_change(sim->ac, town_info(sim, client).slot, &now, sim->now_ms),
		0);
	sim_run(sim, 4000);
	assert_true(client->advertisements > told);
	assert_int_equal(client->ipv6.dns_count, 1);
	assert_memory_equal(client->ipv6.dns[0], server, sizeof(server));
	after = town_info(sim, client).ipv6.prefix;
	assert_true(tp_prefix6_same(&before, &after));
	town6_done(sim);
}

static void test_a_change_that_the_data_plane_refuses_changes_nothing(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = town6_dial(sim, 0, "dual", BOTH);
	struct tp_subscriber now = {0};

	assert_int_equal(tp_subscriber_copy(&now, town_info(sim, client).subscriber), 0);
	now.ipv6->dns_count = 1;
	sim->plane.fail_up = -ENOMEM;
	assert_int_equal(
		tp_ac_subscriber_change(sim->ac, town_info(sim, client).slot, &now, sim->now_ms),
		-ENOMEM);
	sim->plane.fail_up = 0;
	assert_int_equal(town_info(sim, client).subscriber->ipv6->dns_count, 0);
	tp_subscriber_clear(&now);
	town6_done(sim);
}

/* ---- several links ---- */

/* IPV6CP moves with the network protocols; a host's advertisements come by a line that is left. */
static void test_a_bundle_keeps_ipv6_when_its_first_link_goes(void **state)
{
	struct sim *sim = town6_with(", mrru: 1600");
	struct tp_session_info info = {.bundle_id = 1};
	const struct tp_line *line = NULL;
	static struct sim_host host;
	struct tp_prefix6 before;

	town6_client(sim, 0, "dual", BOTH);
	town6_client(sim, 1, "dual", BOTH);
	sim_host_init(&host, sim, 0, 2);
	for (unsigned i = 0; i < 2; i++)
		sim_client_dial(host.link[i], 500 * i);
	sim_run_until_all_up(sim, 3000);
	while (info.bundle_id != 0) {
		line = tp_ac_find_user(sim->ac, "dual", line);
		assert_non_null(line);
		tp_line_info(line, &info);
	}
	before = info.ipv6.prefix;
	assert_int_equal(info.families, BOTH);
	assert_int_equal(info.active_links, 2);
	host.link[0]->wanted = host.link[1]->wanted = false;
	sim_client_hang_up(host.link[0]);
	sim_run(sim, 5000);
	tp_line_info(line, &info);
	assert_int_equal(info.state, TP_SESSION_UP);
	assert_int_equal(info.families, BOTH);
	assert_int_equal(info.active_links, 1);
	assert_true(tp_prefix6_same(&before, &info.ipv6.prefix));
	assert_int_equal(host.link[1]->families, BOTH);
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* ---- late answers ---- */

static uint64_t asked;

static void keep(void *source_, uint64_t id, const struct tp_aaa_question *question)
{
	asked = id;
}

static const struct tp_aaa_source_ops late = {.ask = keep};

static void test_a_late_answer_brings_ipv6_as_well(void **state)
{
	struct sim *sim = town_asking(&late);
	struct sim_client *client = town6_try(sim, 0, "dual", BOTH);

	town6_pools(sim);
	assert_int_equal(town_info(sim, client).state, TP_SESSION_AUTHENTICATING);
	assert_int_equal(tp_pool6_used_count(sim->pools6), 0);
	sim_run(sim, 2000);
	town6_answer(sim, asked, "dual");
	assert_int_equal(tp_pool6_used_count(sim->pools6), 1);
	sim_run(sim, 100);
	assert_int_equal(client->families, BOTH);
	town6_done(sim);
}

/* ---- memory ---- */

static void test_who_has_no_ipv6_takes_no_memory_for_it(void **state)
{
	struct sim *sim = town6();
	struct sim_client *client = town6_dial(sim, 0, "bare", TP_AC_IPV4);

	assert_null(town_line(sim, client)->session->ipv6);
	town6_done(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_subscriber_has_both),
		cmocka_unit_test(test_a_client_without_ipv6_is_up_at_once),
		cmocka_unit_test(test_without_a_prefix_there_is_still_a_link_local_address),
		cmocka_unit_test(test_the_same_user_gets_the_same_prefix_again),
		cmocka_unit_test(test_a_renegotiation_keeps_the_prefix),
		cmocka_unit_test(test_a_link_has_64_bits_of_whatever_a_pool_gives),
		cmocka_unit_test(test_a_subscriber_without_an_address_stands_on_ipv6),
		cmocka_unit_test(test_a_client_that_asks_for_ipv6_alone_is_served),
		cmocka_unit_test(test_who_is_to_have_nothing_is_turned_away),
		cmocka_unit_test(test_a_subscriber_that_is_to_have_none_gets_none),
		cmocka_unit_test(test_a_pool_of_addresses_gives_one),
		cmocka_unit_test(test_ipv6_goes_and_ipv4_stays),
		cmocka_unit_test(test_ipv4_goes_and_ipv6_stays),
		cmocka_unit_test(test_without_either_it_ends_in_bounded_time),
		cmocka_unit_test(test_the_end_tells_of_no_family),
		cmocka_unit_test(test_who_is_disconnected_hears_that_the_router_goes),
		cmocka_unit_test(test_who_must_have_ipv6_and_has_it_stays),
		cmocka_unit_test(test_who_must_have_ipv6_and_has_not_goes),
		cmocka_unit_test(test_who_must_have_ipv6_and_loses_it_goes),
		cmocka_unit_test(test_without_a_pool_it_has_ipv4_alone),
		cmocka_unit_test(test_without_a_pool_who_must_have_it_is_turned_away),
		cmocka_unit_test(test_a_pool_gives_as_many_as_it_has),
		cmocka_unit_test(test_a_narrow_link_has_ipv4_alone),
		cmocka_unit_test(test_the_same_users_older_session_gives_way),
		cmocka_unit_test(test_the_same_users_older_session_gives_way_without_ipv4),
		cmocka_unit_test(test_anothers_prefix_is_not_to_be_had),
		cmocka_unit_test(test_a_prefix_that_the_data_plane_refuses_costs_ipv6_alone),
		cmocka_unit_test(test_a_prefix_that_the_data_plane_refuses_ends_who_has_no_other),
		cmocka_unit_test(test_another_name_server_is_told_at_once),
		cmocka_unit_test(test_a_change_that_the_data_plane_refuses_changes_nothing),
		cmocka_unit_test(test_a_bundle_keeps_ipv6_when_its_first_link_goes),
		cmocka_unit_test(test_a_late_answer_brings_ipv6_as_well),
		cmocka_unit_test(test_who_has_no_ipv6_takes_no_memory_for_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
