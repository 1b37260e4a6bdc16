/* SPDX-License-Identifier: BSD-3-Clause */
/* Sessions that go on after a restart, those that can't, and what the configuration has to say. */
#include "fixture.h"

#include "session/engine.h"
#include "session/image.h"

#include <errno.h>

static const char config_format[] =
	"system: { identity: TOWN }\n"
	"dataplane: { ports: [ { name: ether3, device: net_null0 } ] }\n"
	"ip: { pool: [ { name: pool, ranges: 10.0.0.1-10.0.0.40 } ] }\n"
	"ipv6: { pool: [ { name: links, prefix: \"2001:db8::/48\", prefix-length: 64 },\n"
	"  { name: homes, prefix: \"2001:db8:8000::/44\", prefix-length: 56 } ] }\n"
	"interface: { pppoe-server: { server: [\n"
	"  { service-name: internet, interface: ether3, default-profile: p, mrru: 1600%s } ] } }\n"
	"ppp:\n"
	"  profile:\n"
	"    - { name: p, local-address: 10.0.0.1, remote-address: pool, dns-server: 10.9.9.9,\n"
	"        remote-ipv6-prefix-pool: links, dhcpv6-pd-pool: homes, dhcpv6-lease-time: 10m,\n"
	"        session-timeout: 1h%s }\n"
	"    - { name: q, idle-timeout: 20s }\n"
	"  secret:\n"
	"    - { name: alice, password: pw-alice%s }\n"
	"    - { name: bob, password: pw-bob, remote-address: 10.5.5.5, routes: 192.168.7.0/24 }\n"
	"    - { name: ivy, password: pw-ivy, profile: q, limit-bytes-in: 1G }\n";

static char *config_of(const char *server, const char *profile, const char *alice)
{
	char *text;

	assert_true(asprintf(&text, config_format, server, profile, alice) > 0);
	return text;
}

static struct sim *place(void)
{
	char *text = config_of("", "", "");
	const struct sim_setup setup = {
		.config = text,
		.clients = 8,
		.max_sessions = 16,
		.quality = {.delay_min_ms = 1, .delay_max_ms = 1},
	};
	struct sim *sim = sim_create(&setup, 7);

	free(text);
	sim->journals = true;
	for (unsigned i = 0; i < 8; i++)
		sim->clients[i]->config.mrru = 0;
	return sim;
}

/* It has another configuration by the next start. */
static void configure(struct sim *sim, const char *server, const char *profile, const char *alice)
{
	char *text = config_of(server, profile, alice);

	sim_load(sim, text);
	free(text);
}

static void crash(struct sim *sim)
{
	sim_run(sim, 100);
	sim_crash(sim, 0, 100);
}

/* A start of which nobody knows anything. */
static void forget(struct sim *sim)
{
	sim_run(sim, 100);
	sim_journal_clear(&sim->journal);
	sim->journals = false;
	sim_crash(sim, 0, 100);
}

static const struct sim_slot *slot_of(struct sim *sim, const struct sim_client *client)
{
	return &sim->plane.slots[town_info(sim, client).slot];
}

static void test_a_session_is_what_it_was(void **state)
{
	struct sim *sim = place();
	struct sim_client *bob = town_dial(sim, 3, "bob");
	struct tp_session_info before = town_info(sim, bob), after;

	sim_run(sim, 60000);
	crash(sim);
	after = town_info(sim, bob);
	assert_int_equal(after.state, TP_SESSION_UP);
	assert_true(after.id == before.id);
	assert_true(after.accounting_id == before.accounting_id);
	assert_int_equal(after.slot, before.slot);
	assert_int_equal(after.session_id, before.session_id);
	assert_int_equal(after.magic, before.magic);
	assert_int_equal(after.mtu, before.mtu);
	assert_int_equal(after.mru, before.mru);
	assert_int_equal(after.method, before.method);
	assert_int_equal(after.families, before.families);
	assert_int_equal(after.remote_address, 0x0a050505);
	assert_int_equal(after.local_address, before.local_address);
	assert_string_equal(after.user, "bob");
	assert_int_equal(after.subscriber->route_count, 1);
	assert_int_equal(after.subscriber->dns[0], 0x0a090909);
	assert_true(after.up_ms == before.up_ms);
	assert_true(after.started_ms == before.started_ms);
	assert_int_equal(slot_of(sim, bob)->address, 0x0a050505);
	assert_int_equal(sim->events[TP_AC_SESSION_RESTORED], 1);
	assert_int_equal(sim->events[TP_AC_SESSION_UP], 0);
	assert_int_equal(tp_ac_counters(sim->ac)->restored, 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* Not one frame for minutes, but for what timers are due for; and PPP answers as before. */
static void test_its_link_goes_on_where_it_was(void **state)
{
	static const uint8_t echo[] = {0xc0, 0x21, 9, 33, 0, 8, 0, 0, 0, 0};
	struct sim *sim = place();
	struct sim_client *alice = town_dial(sim, 3, "alice");
	size_t sent;

	crash(sim);
	sent = sim->wire.sent;
	sim_run(sim, 120000);
	assert_int_equal(sim->wire.sent, sent);
	sim_client_send_session(alice, echo, sizeof(echo));
	sim_run(sim, 10);
	assert_int_equal(sim->wire.sent, sent + 2); /* and its answer */
	sim_client_renegotiate(alice);
	sim_run(sim, 1000);
	assert_int_equal(alice->state, SIM_CLIENT_UP);
	assert_int_equal(alice->dials, 1);
	sim_check_agreement(sim);
	sim_wind_down(sim);
	assert_int_equal(sim_ended(sim, TP_END_PEER_TERMINATE), 1);
	sim_destroy(sim);
}

static void test_ids_and_addresses_are_not_given_out_twice(void **state)
{
	struct sim *sim = place();
	struct sim_client *alice = town_dial(sim, 3, "alice");
	uint64_t highest = town_info(sim, alice).id, start = 0;

	for (unsigned i = 0; i < 5; i++) {
		struct tp_session_info info;

		crash(sim);
		town_dial(sim, 4, "ivy");
		info = town_info(sim, sim->clients[4]);
		assert_true(info.id >> 20 > highest >> 20);
		assert_true(info.accounting_id >> 32 > start || i == 0);
		assert_true(info.remote_address != alice->addresses.local);
		highest = info.id;
		start = info.accounting_id >> 32;
		sim_client_hang_up(sim->clients[4]);
		sim_run(sim, 1000);
	}
	assert_int_equal(alice->dials, 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_an_address_is_its_pools_again(void **state)
{
	struct sim *sim = place();
	struct tp_pool_stats stats;
	struct sim_client *alice = town_dial(sim, 3, "alice");
	const struct tp_pool_lease *lease;

	crash(sim);
	lease = tp_pool_find(sim->pools, alice->addresses.local);
	assert_string_equal(lease->pool, "pool");
	assert_string_equal(lease->info, "alice");
	assert_int_equal(tp_pool_stats(sim->pools, "pool", &stats), 0);
	assert_int_equal(stats.used, 1);
	sim_wind_down(sim);
	assert_int_equal(tp_pool_stats(sim->pools, "pool", &stats), 0);
	assert_int_equal(stats.used, 0);
	sim_destroy(sim);
}

/* ---- IPv6 ---- */

static struct sim_client *dial_both(struct sim *sim, const char *user)
{
	static const struct tp_prefix6 any;
	struct sim_client *client = town_client(sim, 3, user);

	sim_client_ask_families(client, TP_AC_IPV4 | TP_AC_IPV6);
	sim_client_ask_prefix(client, &any);
	town_dial(sim, 3, user);
	sim_run(sim, 5000);
	assert_int_equal(client->ipv6.state, TP_IPV6_HOST_BOUND);
	return client;
}

static void test_prefixes_and_leases_go_on(void **state)
{
	struct sim *sim = place();
	struct sim_client *alice = dial_both(sim, "alice");
	const struct tp_ipv6_binding *binding;
	struct tp_session_info before = town_info(sim, alice), after;
	struct tp_prefix6 prefix = sim_ipv6_prefix(alice);
	struct tp_pool6_stats stats;

	crash(sim);
	after = town_info(sim, alice);
	assert_int_equal(after.families, TP_AC_IPV4 | TP_AC_IPV6);
	assert_memory_equal(after.ipv6.local_id, before.ipv6.local_id, 8);
	assert_memory_equal(after.ipv6.remote_id, before.ipv6.remote_id, 8);
	assert_int_equal(after.ipv6.delegated_count, 1);
	assert_true(tp_prefix6_same(&after.ipv6.routes[0], &prefix));
	binding = tp_session_next_binding(tp_line_session(town_line(sim, alice)), NULL);
	assert_true(binding != NULL && binding->committed);
	assert_true(binding->until_ms > sim->now_ms + 590000 &&
		    binding->until_ms < sim->now_ms + 600000);
	assert_int_equal(tp_pool6_stats(sim->pools6, "homes", &stats), 0);
	assert_int_equal(stats.used, 1);
	assert_int_equal(tp_ac_counters(sim->ac)->delegated, 1);
	/* It renews what it has, for an hour; nothing changes. */
	sim_run(sim, 1800000);
	assert_int_equal(alice->ipv6.state, TP_IPV6_HOST_BOUND);
	assert_true(tp_prefix6_same(&prefix, &(struct tp_prefix6){0}) == false);
	prefix = sim_ipv6_prefix(alice);
	assert_true(tp_prefix6_same(&town_info(sim, alice).ipv6.routes[0], &prefix));
	assert_int_equal(sim->events[TP_AC_SESSION_CHANGED], 0);
	assert_true(alice->advertisements >= 2);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_lease_that_ran_out_meanwhile_is_over(void **state)
{
	struct sim *sim = place();
	struct sim_client *alice = dial_both(sim, "alice");

	sim_run(sim, 100);
	sim_client_vanish(alice);
	sim_crash(sim, 0, 700000);
	assert_int_equal(sim_sessions_up(sim), 1);
	sim_run(sim, 1);
	assert_int_equal(tp_ac_counters(sim->ac)->delegated, 0);
	assert_int_equal(tp_pool6_used_count(sim->pools6), 1); /* its link's */
	sim_run(sim, 30000);				       /* keepalive counts from the start */
	assert_int_equal(sim_ended(sim, TP_END_KEEPALIVE), 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* ---- time ---- */

static void test_session_timeout_counts_on_the_wall(void **state)
{
	struct sim *sim = place();

	town_dial(sim, 3, "alice");
	sim_run(sim, 1800000);
	crash(sim);
	sim_run(sim, 1790000);
	assert_int_equal(sim_sessions_up(sim), 1);
	sim_run(sim, 12000);
	assert_int_equal(sim_ended(sim, TP_END_SESSION_TIMEOUT), 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_session_that_is_over_by_now_ends_at_once(void **state)
{
	struct sim *sim = place();

	town_dial(sim, 3, "alice");
	sim_run(sim, 100);
	sim_crash(sim, 0, 3700000);
	assert_int_equal(sim_sessions_up(sim), 1);
	sim_run(sim, 2000);
	assert_int_equal(sim_ended(sim, TP_END_SESSION_TIMEOUT), 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_idle_time_begins_anew(void **state)
{
	struct sim *sim = place();

	town_dial(sim, 3, "ivy");
	sim_run(sim, 15000);
	crash(sim);
	sim_run(sim, 15000);
	assert_int_equal(sim_sessions_up(sim), 1);
	sim_run(sim, 8000);
	assert_int_equal(sim_ended(sim, TP_END_IDLE_TIMEOUT), 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* ---- another configuration ---- */

static void expect_refusal(struct sim *sim, const char *kind)
{
	crash(sim);
	assert_int_equal(sim->refused, 1);
	if (strncmp(sim->refusal, kind, strlen(kind)) != 0)
		fail_msg("refused by: %s", sim->refusal);
	assert_null(tp_ac_next(sim->ac, 0));
	assert_int_equal(tp_pool_used_count(sim->pools), 0);
	assert_int_equal(tp_pool6_used_count(sim->pools6), 0);
	sim_check(sim);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_server_that_is_gone_or_disabled_has_no_sessions(void **state)
{
	static const char *const servers[] = {
		", disabled: yes",
		", pppoe-over-vlan-range: 100-200, accept-untagged: no",
	};

	for (size_t i = 0; i < sizeof(servers) / sizeof(servers[0]); i++) {
		struct sim *sim = place();

		town_dial(sim, 3, "alice");
		configure(sim, servers[i], "", "");
		expect_refusal(sim, "server");
	}
}

static void test_who_has_no_secret_any_more_is_out(void **state)
{
	struct sim *sim = place();

	town_dial(sim, 3, "alice");
	configure(sim, "", "", ", disabled: yes");
	expect_refusal(sim, "secret");
}

static void test_a_smaller_table_has_no_room(void **state)
{
	struct sim *sim = place();
	struct sim_client *ivy;

	town_dial(sim, 3, "alice");
	ivy = town_dial(sim, 4, "ivy");
	sim->max_sessions = 1;
	crash(sim);
	assert_int_equal(sim->refused, 1);
	assert_int_equal(sim_sessions_up(sim), 1);
	assert_true(strncmp(sim->refusal, "room", 4) == 0);
	sim_client_vanish(ivy);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_profiles_new_rate_limit_is_in_force(void **state)
{
	struct sim *sim = place();
	struct sim_client *alice = town_dial(sim, 3, "alice");

	assert_null(town_info(sim, alice).subscriber->rate_limit);
	configure(sim, ", keepalive-timeout: 33", ", rate-limit: 2M/4M", "");
	crash(sim);
	assert_true(town_info(sim, alice).subscriber->rate_limit->rx.rate == 2000000);
	assert_int_equal(slot_of(sim, alice)->keepalive_s, 33);
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* ---- what others have ---- */

static size_t image_of(struct sim *sim, const struct sim_client *client,
		       uint8_t image[TP_SESSION_IMAGE_MAX])
{
	size_t len = tp_session_image(tp_line_session(town_line(sim, client)), NULL, sim->now_ms,
				      sim->now_ms + SIM_WALL_MS, image, TP_SESSION_IMAGE_MAX);

	assert_true(len > 0);
	return len;
}

static int restore(struct sim *sim, const uint8_t *image, size_t len, struct tp_error *error)
{
	return tp_ac_restore(sim->ac, image, len, sim->now_ms, sim->now_ms + SIM_WALL_MS, error);
}

static void test_no_session_stands_twice(void **state)
{
	struct sim *sim = place();
	uint8_t image[TP_SESSION_IMAGE_MAX];
	struct tp_error error;
	size_t len = image_of(sim, town_dial(sim, 3, "alice"), image);

	assert_int_equal(restore(sim, image, len, &error), -EEXIST);
	assert_string_equal(error.place, "taken");
	sim_check(sim);
	assert_int_equal(sim_sessions_up(sim), 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* Numbers tell a user's sessions apart, and a new one's is nobody's. */
static void test_a_user_with_many_sessions_has_them_all_again(void **state)
{
	struct sim *sim = place();
	struct tp_session_info before[5], info;
	struct sim_client *alice[6];
	uint32_t most = 0;

	for (unsigned i = 0; i < 5; i++)
		alice[i] = town_dial(sim, i, "alice");
	sim_client_hang_up(alice[1]); /* a gap in the numbers */
	sim_run(sim, 3000);
	for (unsigned i = 0; i < 5; i++)
		if (i != 1)
			before[i] = town_info(sim, alice[i]);
	for (unsigned starts = 0; starts < 3; starts++) {
		crash(sim);
		for (unsigned i = 0; i < 5; i++) {
			if (i == 1)
				continue;
			info = town_info(sim, alice[i]);
			assert_int_equal(info.state, TP_SESSION_UP);
			assert_int_equal(info.instance, before[i].instance);
			assert_int_equal(info.remote_address, before[i].remote_address);
			most = info.instance > most ? info.instance : most;
		}
	}
	alice[5] = town_dial(sim, 5, "alice");
	assert_true(town_info(sim, alice[5]).instance > most);
	assert_int_equal(sim_sessions_up(sim), 5);
	sim_check(sim);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_an_address_that_is_anothers_is_not_taken(void **state)
{
	struct sim *sim = place();
	uint8_t image[TP_SESSION_IMAGE_MAX];
	struct tp_error error;
	size_t len = image_of(sim, town_dial(sim, 3, "bob"), image);
	unsigned slots;

	sim_client_vanish(sim->clients[3]);
	forget(sim);
	slots = tp_ac_counters(sim->ac)->slots_free;
	assert_int_equal(tp_pool_reserve(sim->pools, 0x0a050505, NULL, "kept", 1), 0);
	assert_int_equal(restore(sim, image, len, &error), -EEXIST);
	assert_string_equal(error.place, "taken");
	assert_non_null(strstr(error.message, "10.5.5.5"));
	assert_int_equal(tp_ac_counters(sim->ac)->slots_free, slots);
	assert_int_equal(tp_pool_release(sim->pools, 0x0a050505, NULL), 0);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_what_the_data_plane_refuses_leaves_nothing(void **state)
{
	struct sim *sim = place();
	uint8_t image[TP_SESSION_IMAGE_MAX];
	struct tp_error error;
	size_t len = image_of(sim, dial_both(sim, "alice"), image);

	sim_client_vanish(sim->clients[3]);
	forget(sim);
	sim->plane.fail_open = -ENOMEM;
	assert_int_equal(restore(sim, image, len, &error), -ENOSPC);
	assert_int_equal(tp_pool_used_count(sim->pools), 0);
	sim->plane.fail_open = 0;
	sim->plane.fail_up = -EEXIST;
	assert_int_equal(restore(sim, image, len, &error), -EEXIST);
	sim->plane.fail_up = 0;
	sim_check(sim);
	sim_run(sim, 1000); /* the slot is released */
	assert_int_equal(tp_pool_used_count(sim->pools), 0);
	assert_int_equal(tp_pool6_used_count(sim->pools6), 0);
	assert_int_equal(restore(sim, image, len, &error), 0);
	sim_check(sim);
	sim_run(sim, 30000);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_reboot_is_no_end(void **state)
{
	struct sim *sim = place();
	struct sim_client *alice = town_dial(sim, 3, "alice");
	uint8_t image[TP_SESSION_IMAGE_MAX];
	struct tp_session_info info;
	size_t len;

	sim_run(sim, 600000);
	len = image_of(sim, alice, image);
	forget(sim);
	/* Such a clock as a machine has when it was made a second ago: the session is older. */
	assert_int_equal(tp_ac_restore(sim->ac, image, len, sim->now_ms,
				       sim->now_ms + SIM_WALL_MS + 2000000, NULL),
			 0);
	info = town_info(sim, alice);
	assert_true(info.up_ms >= 1 && info.up_ms < sim->now_ms);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_what_is_not_up_has_no_image(void **state)
{
	struct sim *sim = place();
	struct sim_client *alice = town_client(sim, 3, "alice");
	uint8_t image[TP_SESSION_IMAGE_MAX];
	const struct tp_session *s;

	town_dial(sim, 3, "alice");
	s = tp_line_session(town_line(sim, alice));
	tp_ac_disconnect(sim->ac, town_info(sim, alice).slot, TP_END_ADMIN, sim->now_ms);
	assert_int_equal(tp_session_image(s, NULL, sim->now_ms, 1, image, sizeof(image)), 0);
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* An unknown session: who had none, or lost it, hears so with its first frame. */
static void test_who_was_lost_dials_again_at_once(void **state)
{
	static const uint8_t echo[] = {0xc0, 0x21, 9, 33, 0, 8, 0, 0, 0, 0};
	struct sim *sim = place();
	struct sim_client *alice = town_dial(sim, 3, "alice");

	alice->wanted = true;
	forget(sim);
	assert_int_equal(sim_sessions_up(sim), 0);
	sim_client_send_session(alice, echo, sizeof(echo));
	sim_run(sim, 5000);
	assert_int_equal(alice->padts_heard, 1);
	assert_int_equal(alice->state, SIM_CLIENT_UP);
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* ---- what agrees, and what does not ---- */

static char told[512];

static void tell(void *user, const char *text)
{
	snprintf(told, sizeof(told), "%s", text);
}

static void expect_difference(struct sim *sim, const char *words)
{
	told[0] = '\0';
	assert_int_equal(tp_ac_reconcile(sim->ac, tell, NULL), 1);
	if (strstr(told, words) == NULL)
		fail_msg("told: %s", told);
}

static void test_reconcile_names_what_differs(void **state)
{
	struct sim *sim = place();
	struct sim_client *alice = dial_both(sim, "alice");
	struct tp_session_info info = town_info(sim, alice);
	struct tp_ac_counters *c = &sim->ac->counters;
	struct tp_line *line = tp_ac_table_slot(sim->ac, info.slot);
	void *session = line->session;

	assert_int_equal(tp_ac_reconcile(sim->ac, tell, NULL), 0);
	c->with_ipv6++;
	expect_difference(sim, "sessions with IPv6: 2 are counted, there are 1");
	c->with_ipv6--;
	c->delegated--;
	expect_difference(sim, "delegated prefixes");
	c->delegated++;
	line->server->standing++;
	expect_difference(sim, "sessions of servers");
	line->server->standing--;
	line->forwarding = false;
	expect_difference(sim, "the data plane does not forward");
	line->forwarding = true;
	tp_ac_ids_of(sim->ac, &line->access)->slot_of[line->session_id] = TP_AC_NO_SLOT;
	expect_difference(sim, "its session id does not lead to it");
	tp_ac_ids_of(sim->ac, &line->access)->slot_of[line->session_id] = line->slot;
	assert_int_equal(tp_pool_reserve(sim->pools, 0x0a636363, session, "alice", 1), 0);
	expect_difference(sim, "addresses that are held: 2 are counted, there are 1");
	assert_int_equal(tp_pool_release(sim->pools, 0x0a636363, session), 0);
	assert_int_equal(tp_ac_reconcile(sim->ac, tell, NULL), 0);
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* The pool that gave it is no more: it stays its lease's, as after a removal. */
static void test_an_address_of_a_pool_that_is_gone_is_held(void **state)
{
	struct tp_pool_registry *pools = tp_pool_registry_create();
	struct tp_pool6_registry *pools6 = tp_pool6_registry_create();
	const struct tp_prefix6 prefix = {.address = {0x20, 0x01, 0x0d, 0xb8}, .length = 56};
	struct tp_pool6_lease lease;
	struct tp_pool_stats stats;
	const struct tp_pool6_holder holder = {.owner = &stats, .info = "x", .now_ms = 1};

	assert_int_equal(tp_pool_reclaim(pools, 0x0a000001, "gone", &stats, "x", 1), 0);
	assert_string_equal(tp_pool_find(pools, 0x0a000001)->pool, "gone");
	assert_int_equal(tp_pool_stats(pools, "gone", &stats), -ENOENT);
	assert_int_equal(tp_pool_reclaim(pools, 0x0a000001, "gone", &stats, "x", 1), -EADDRINUSE);
	assert_int_equal(tp_pool_reclaim(pools, 0, "gone", &stats, "x", 1), -EINVAL);
	assert_int_equal(tp_pool_release(pools, 0x0a000001, &stats), 0);
	assert_int_equal(tp_pool6_reclaim(pools6, &prefix, "gone", &holder), 0);
	assert_true(tp_pool6_find(pools6, &prefix, &lease));
	assert_string_equal(lease.pool, "gone");
	assert_int_equal(tp_pool6_reclaim(pools6, &prefix, "gone", &holder), -EADDRINUSE);
	assert_int_equal(tp_pool6_release(pools6, &prefix, &stats), 0);
	tp_pool_registry_destroy(pools);
	tp_pool6_registry_destroy(pools6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_session_is_what_it_was),
		cmocka_unit_test(test_its_link_goes_on_where_it_was),
		cmocka_unit_test(test_ids_and_addresses_are_not_given_out_twice),
		cmocka_unit_test(test_an_address_is_its_pools_again),
		cmocka_unit_test(test_prefixes_and_leases_go_on),
		cmocka_unit_test(test_a_lease_that_ran_out_meanwhile_is_over),
		cmocka_unit_test(test_session_timeout_counts_on_the_wall),
		cmocka_unit_test(test_a_session_that_is_over_by_now_ends_at_once),
		cmocka_unit_test(test_idle_time_begins_anew),
		cmocka_unit_test(test_a_server_that_is_gone_or_disabled_has_no_sessions),
		cmocka_unit_test(test_who_has_no_secret_any_more_is_out),
		cmocka_unit_test(test_a_smaller_table_has_no_room),
		cmocka_unit_test(test_a_profiles_new_rate_limit_is_in_force),
		cmocka_unit_test(test_no_session_stands_twice),
		cmocka_unit_test(test_a_user_with_many_sessions_has_them_all_again),
		cmocka_unit_test(test_an_address_that_is_anothers_is_not_taken),
		cmocka_unit_test(test_what_the_data_plane_refuses_leaves_nothing),
		cmocka_unit_test(test_a_reboot_is_no_end),
		cmocka_unit_test(test_what_is_not_up_has_no_image),
		cmocka_unit_test(test_who_was_lost_dials_again_at_once),
		cmocka_unit_test(test_reconcile_names_what_differs),
		cmocka_unit_test(test_an_address_of_a_pool_that_is_gone_is_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
