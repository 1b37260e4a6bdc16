/* SPDX-License-Identifier: BSD-3-Clause */
/* From discovery to a session: duplicates, strangers, limits. */
#include "fixture.h"

/* Lets the client send its PADR, which is still on the wire then. */
static struct sim_frame *await_padr(struct sim *sim)
{
	for (unsigned t = 0; t < 20; t++) {
		for (size_t i = 0; i < sim->wire.count; i++)
			if (sim->wire.heap[i].up &&
			    sim->wire.heap[i].payload[1] == TP_PPPOE_CODE_PADR)
				return &sim->wire.heap[i];
		sim_run(sim, 1);
	}
	fail_msg("no PADR");
	return NULL;
}

/* A copy of it. */
static struct sim_frame caught;

static void catch_padr(struct sim *sim)
{
	const struct sim_frame *frame = await_padr(sim);

	caught = *frame;
	caught.payload = malloc(frame->len);
	memcpy(caught.payload, frame->payload, frame->len);
	sim_run(sim, 1);
}

/* As an access node does on the way. */
static void add_line(struct sim_frame *padr)
{
	static const uint8_t tag[] = {0x01, 0x05, 0,   12,  0,	 0,   0x0d, 0xe9,
				      1,    6,	  'n', 'o', 'd', 'e', ' ',  '7'};
	const uint16_t len = (uint16_t)(padr->len - TP_PPPOE_HEADER_LEN + sizeof(tag));

	padr->payload = realloc(padr->payload, padr->len + sizeof(tag));
	memcpy(padr->payload + padr->len, tag, sizeof(tag));
	padr->payload[4] = (uint8_t)(len >> 8);
	padr->payload[5] = (uint8_t)len;
	padr->len += sizeof(tag);
}

static void drop_caught(void)
{
	free(caught.payload);
	caught.payload = NULL;
}

static void test_a_duplicate_padr_gets_the_same_session(void **state)
{
	struct sim *sim = town();
	struct sim_client *alice = town_client(sim, 0, "alice");
	const struct tp_ac_counters *c = tp_ac_counters(sim->ac);

	sim_client_dial(alice, 0);
	catch_padr(sim);
	sim_plane_receive(sim, &caught);
	sim_run(sim, 100);
	sim_plane_receive(sim, &caught);
	sim_run(sim, 100);
	assert_int_equal(c->started, 1);
	assert_int_equal(c->duplicate_padr, 2);
	assert_int_equal(town_stats(sim)->pads_sent, 3);
	assert_int_equal(alice->state, SIM_CLIENT_UP);
	assert_int_equal(c->up, 1);
	drop_caught();
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_duplicate_padr_of_an_ending_session_gets_no_answer(void **state)
{
	struct sim *sim = town();
	struct sim_client *alice = town_client(sim, 0, "alice");

	sim_client_dial(alice, 0);
	catch_padr(sim);
	sim_run(sim, 100);
	assert_int_equal(
		tp_ac_disconnect(sim->ac, town_info(sim, alice).slot, TP_END_ADMIN, sim->now_ms),
		0);
	sim_plane_receive(sim, &caught);
	assert_int_equal(town_stats(sim)->pads_sent, 1);
	assert_int_equal(town_stats(sim)->pads_error_sent, 0);
	assert_int_equal(tp_ac_counters(sim->ac)->started, 1);
	drop_caught();
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_padt_must_come_from_the_sessions_own_host_and_place(void **state)
{
	struct sim *sim = town();
	struct sim_client *alice = town_dial(sim, 0, "alice");
	uint16_t id = alice->session_id;
	const struct tp_access vlan = {.port = 0, .vlans = {.outer = 7}};

	town_discovery(sim, sim_access(), &sim->clients[1]->mac, &town_ac_mac, TP_PPPOE_CODE_PADT,
		       id, NULL);
	town_discovery(sim, &vlan, &alice->mac, &town_ac_mac, TP_PPPOE_CODE_PADT, id, NULL);
	town_discovery(sim, sim_access(), &alice->mac, &town_ac_mac, TP_PPPOE_CODE_PADT,
		       (uint16_t)(id == 1 ? 2 : id - 1), NULL);
	sim_run(sim, 10);
	assert_int_equal(sim_sessions_up(sim), 1);
	assert_int_equal(tp_ac_counters(sim->ac)->padt_unmatched, 3);

	town_discovery(sim, sim_access(), &alice->mac, &town_ac_mac, TP_PPPOE_CODE_PADT, id, NULL);
	assert_int_equal(sim_sessions_up(sim), 0);
	assert_int_equal(sim_ended(sim, TP_END_PEER_PADT), 1);
	assert_int_equal(tp_ac_counters(sim->ac)->padt_sent, 0);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_frame_of_an_unknown_session_is_answered_with_a_padt(void **state)
{
	struct sim *sim = town();
	struct sim_client *alice = town_dial(sim, 0, "alice");

	alice->session_id ^= 1;
	sim_client_send_session(alice, (const uint8_t *)"\x00\x21\x45", 3);
	alice->session_id ^= 1;
	sim_run(sim, 10);
	assert_int_equal(tp_ac_counters(sim->ac)->unknown_answered, 1);
	assert_int_equal(alice->state, SIM_CLIENT_UP);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_padts_for_unknown_sessions_are_limited_and_only_for_hosts(void **state)
{
	static const struct tp_mac bad[] = {{{0, 0, 0, 0, 0, 0}},
					    {{1, 0, 0x5e, 0, 0, 1}},
					    {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}};
	struct sim *sim = town();
	const struct tp_mac host = {{2, 0, 0, 0, 0, 3}};
	const struct tp_ac_counters *c = tp_ac_counters(sim->ac);

	for (size_t i = 0; i < 3; i++)
		tp_ac_unknown_session(sim->ac, sim_access(), &bad[i], 5, sim->now_ms);
	tp_ac_unknown_session(sim->ac, sim_access(), &host, 0, sim->now_ms);
	tp_ac_unknown_session(sim->ac, sim_access(), &host, 0xffff, sim->now_ms);
	assert_int_equal(c->unknown_suppressed, 5);
	for (unsigned i = 0; i < 10000; i++)
		tp_ac_unknown_session(sim->ac, sim_access(), &host, 5, sim->now_ms);
	assert_int_equal(c->unknown_answered, 2000);
	assert_int_equal(c->unknown_suppressed, 5 + 8000);
	sim_destroy(sim);
}

static void test_a_known_session_that_the_data_plane_learns_late_gets_no_padt(void **state)
{
	struct sim *sim = town();
	struct sim_client *alice = town_dial(sim, 0, "alice");
	struct tp_access elsewhere = *sim_access();

	elsewhere.vlans.outer ^= 64; /* of the same scope */
	tp_ac_unknown_session(sim->ac, sim_access(), &alice->mac, alice->session_id, sim->now_ms);
	assert_int_equal(tp_ac_counters(sim->ac)->unknown_answered, 0);
	/* But another host with its id does. */
	tp_ac_unknown_session(sim->ac, sim_access(), &sim->clients[1]->mac, alice->session_id,
			      sim->now_ms);
	assert_int_equal(tp_ac_counters(sim->ac)->unknown_answered, 1);
	/* And so does a host of its MAC address in another VLAN. */
	tp_ac_unknown_session(sim->ac, &elsewhere, &alice->mac, alice->session_id, sim->now_ms);
	assert_int_equal(tp_ac_counters(sim->ac)->unknown_answered, 2);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_each_refusal_is_counted_and_the_first_of_a_flood_are_told(void **state)
{
	struct sim *sim = town();
	const struct tp_mac host = {{2, 0, 0, 0, 0, 3}};

	for (unsigned i = 0; i < 1000; i++)
		town_discovery(sim, sim_access(), &host, &town_broadcast, TP_PPPOE_CODE_PADI, 0,
			       "cinema");
	assert_int_equal(town_stats(sim)->refused[TP_PPPOE_UNKNOWN_SERVICE], 1000);
	assert_int_equal(sim->events[TP_AC_DISCOVERY_REFUSED], 20);
	assert_int_equal(tp_ac_counters(sim->ac)->events_suppressed, 980);
	sim->now_ms += 1000;
	town_discovery(sim, sim_access(), &host, &town_broadcast, TP_PPPOE_CODE_PADI, 0, "cinema");
	assert_string_equal(sim->last_event,
			    "PADI from 02:00:00:00:00:03 on ether3 refused: no server here has "
			    "this service-name: service-name \"cinema\" (980 more were not told)");
	sim_destroy(sim);
}

static void test_a_place_without_a_server_is_refused_by_name(void **state)
{
	struct sim *sim = town();
	const struct tp_mac host = {{2, 0, 0, 0, 0, 3}};
	const struct tp_access vlan = {.port = 0, .vlans = {.outer = 5, .inner = 6}};
	const struct tp_access nowhere = {.port = 3};

	town_discovery(sim, &vlan, &host, &town_broadcast, TP_PPPOE_CODE_PADI, 0, "");
	assert_int_equal(town_stats(sim)->refused[TP_PPPOE_NO_SERVERS], 1);
	assert_string_equal(sim->last_event,
			    "PADI from 02:00:00:00:00:03 on ether3 VLAN 5.6 refused: no enabled "
			    "server on this interface");
	town_discovery(sim, &nowhere, &host, &town_broadcast, TP_PPPOE_CODE_PADI, 0, "");
	assert_int_equal(tp_ac_counters(sim->ac)->unknown_port, 1);
	sim_destroy(sim);
}

static void test_a_pado_waits_by_load_and_comes_no_more_when_it_says_never(void **state)
{
	struct sim *sim = town_with(", pado-delay: \"50ms,200ms:1,never:2\"");
	struct sim_client *client = town_client(sim, 0, "alice");

	sim_client_ask_service(client, "internet");
	sim_client_dial(client, 0);
	sim_run(sim, 45);
	assert_int_equal(client->state, SIM_CLIENT_DISCOVERY);
	assert_int_equal(tp_ac_counters(sim->ac)->pado_waiting, 1);
	sim_run(sim, 60);
	assert_int_equal(client->state, SIM_CLIENT_UP);
	assert_int_equal(tp_ac_counters(sim->ac)->pado_waiting, 0);

	client = town_client(sim, 1, "alice");
	sim_client_ask_service(client, "internet");
	sim_client_dial(client, 0);
	sim_run(sim, 195);
	assert_int_equal(client->state, SIM_CLIENT_DISCOVERY);
	sim_run(sim, 60);
	assert_int_equal(client->state, SIM_CLIENT_UP);

	client = town_client(sim, 2, "alice");
	sim_client_ask_service(client, "internet");
	town_try(sim, 2, "alice");
	assert_true(town_stats(sim)->refused[TP_PPPOE_PADO_WITHHELD] > 0);
	town_dial(sim, 3, "alice"); /* asks for any: "voice" has it */
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_one_session_per_host_leaves_other_servers_alone(void **state)
{
	struct sim *sim = town_with(", one-session-per-host: yes");
	struct sim_client *alice = town_dial(sim, 0, "alice");

	sim_client_vanish(alice);
	sim_client_ask_service(alice, "voice");
	town_dial(sim, 0, "alice");
	assert_int_equal(sim_ended(sim, TP_END_REPLACED_HOST), 0);
	assert_int_equal(sim_sessions_up(sim), 2);

	sim_client_vanish(alice);
	sim_client_ask_service(alice, "internet");
	town_dial(sim, 0, "alice");
	assert_int_equal(sim_ended(sim, TP_END_REPLACED_HOST), 1);
	assert_int_equal(tp_ac_server_sessions(sim->ac, sim_server(sim, "internet")->head.id), 1);
	assert_int_equal(tp_ac_server_sessions(sim->ac, sim_server(sim, "voice")->head.id), 1);
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* It has lost the old one, which keepalive has yet to notice. */
static void test_where_there_is_no_room_a_host_takes_its_own_place(void **state)
{
	char *config = sim_default_config(4);
	const struct sim_setup setup = {
		.config = config,
		.clients = 4,
		.max_sessions = 3,
		.quality = {.delay_min_ms = 1, .delay_max_ms = 1},
		.grace_max_ms = 5,
	};
	struct sim *sim = sim_create(&setup, 7);

	free(config);
	for (unsigned i = 0; i < 3; i++)
		sim_client_dial(sim->clients[i], 0);
	sim_run(sim, 2000);
	assert_int_equal(sim_sessions_up(sim), 3);
	sim_client_dial(sim->clients[3], 0);
	sim_run(sim, 2000);
	assert_true(tp_ac_counters(sim->ac)->refused_full > 0);
	assert_int_equal(sim_ended(sim, TP_END_REPLACED_HOST), 0);
	sim_client_hang_up(sim->clients[3]);

	sim_client_vanish(sim->clients[1]);
	sim_client_dial(sim->clients[1], 0);
	sim_run(sim, 8000);
	assert_int_equal(sim->clients[1]->state, SIM_CLIENT_UP);
	assert_int_equal(sim_ended(sim, TP_END_REPLACED_HOST), 1);
	assert_int_equal(sim_sessions_up(sim), 3);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_at_max_sessions_a_host_takes_its_own_place(void **state)
{
	struct sim *sim = town_with(", max-sessions: 2");

	for (unsigned i = 0; i < 2; i++) {
		sim_client_ask_service(town_client(sim, i, "alice"), "internet");
		town_dial(sim, i, "alice");
	}
	sim_client_vanish(sim->clients[0]);
	town_dial(sim, 0, "alice");
	assert_int_equal(sim_ended(sim, TP_END_REPLACED_HOST), 1);
	assert_int_equal(tp_ac_server_sessions(sim->ac, sim_server(sim, "internet")->head.id), 2);
	assert_int_equal(tp_ac_counters(sim->ac)->refused_max_sessions, 0);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static struct sim_client *dial_by_line(struct sim *sim, unsigned number, const char *user)
{
	struct sim_client *client = town_client(sim, number, user);

	sim_client_ask_service(client, "internet");
	sim_client_dial(client, 0);
	add_line(await_padr(sim));
	client->wanted = false;
	sim_run(sim, 100);
	return client;
}

static void test_a_line_is_known_where_access_nodes_are_trusted(void **state)
{
	struct sim *sim = town_with("");
	const struct tp_session_info info = town_info(sim, dial_by_line(sim, 0, "alice"));

	assert_non_null(info.line);
	assert_string_equal(info.line->circuit_id, "node 7");
	assert_int_equal(dial_by_line(sim, 1, "lina")->state, SIM_CLIENT_UP);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_line_counts_for_nothing_where_nobody_is_trusted(void **state)
{
	struct sim *sim = town_with(", trust-access-line: no");

	assert_null(town_info(sim, dial_by_line(sim, 0, "alice")).line);
	assert_int_not_equal(dial_by_line(sim, 1, "lina")->state, SIM_CLIENT_UP);
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* Ten seconds, whatever else it sends meanwhile. */
static void test_a_pado_that_no_padr_follows_is_noted(void **state)
{
	struct sim *sim = town();
	const struct tp_mac host = {{2, 0, 0, 0, 0, 3}};
	const struct tp_ac_counters *c = tp_ac_counters(sim->ac);

	for (unsigned i = 0; i < 3; i++) {
		town_discovery(sim, sim_access(), &host, &town_broadcast, TP_PPPOE_CODE_PADI, 0,
			       "internet");
		sim_run(sim, 3000);
	}
	assert_int_equal(sim->discovery_refused[TP_PPPOE_NO_REQUEST], 0);
	sim_run(sim, 1100);
	assert_int_equal(sim->discovery_refused[TP_PPPOE_NO_REQUEST], 1);
	assert_int_equal(c->pado_unanswered, 1);
	assert_int_equal(sim->events[TP_AC_DISCOVERY_REFUSED], 0); /* the log is spared */
	sim_run(sim, 60000);
	assert_int_equal(c->pado_unanswered, 1); /* there was no PADI since */
	sim_destroy(sim);
}

static void test_who_goes_on_to_a_padr_is_not(void **state)
{
	struct sim *sim = town();

	town_dial(sim, 0, "alice");
	town_dial(sim, 1, "bob");
	sim_run(sim, 30000);
	assert_int_equal(sim->discovery_refused[TP_PPPOE_NO_REQUEST], 0);
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* The table is of a fixed size, which a storm of made-up hosts does not change. */
static void test_a_storm_of_padis_is_noted_within_bounds(void **state)
{
	struct sim *sim = town();
	struct tp_mac host = {{2, 0, 0, 0, 0, 0}};

	for (unsigned i = 0; i < 20000; i++) {
		host.bytes[3] = (uint8_t)(i >> 16);
		host.bytes[4] = (uint8_t)(i >> 8);
		host.bytes[5] = (uint8_t)i;
		town_discovery(sim, sim_access(), &host, &town_broadcast, TP_PPPOE_CODE_PADI, 0,
			       "internet");
	}
	tp_ac_tick(sim->ac, sim->now_ms + 11000, 100000); /* nobody is there to hear a PADO */
	assert_in_range(sim->discovery_refused[TP_PPPOE_NO_REQUEST], 1, 1024);
	sim_destroy(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_duplicate_padr_gets_the_same_session),
		cmocka_unit_test(test_a_duplicate_padr_of_an_ending_session_gets_no_answer),
		cmocka_unit_test(test_a_padt_must_come_from_the_sessions_own_host_and_place),
		cmocka_unit_test(test_a_frame_of_an_unknown_session_is_answered_with_a_padt),
		cmocka_unit_test(test_padts_for_unknown_sessions_are_limited_and_only_for_hosts),
		cmocka_unit_test(test_a_known_session_that_the_data_plane_learns_late_gets_no_padt),
		cmocka_unit_test(test_each_refusal_is_counted_and_the_first_of_a_flood_are_told),
		cmocka_unit_test(test_a_place_without_a_server_is_refused_by_name),
		cmocka_unit_test(test_a_pado_waits_by_load_and_comes_no_more_when_it_says_never),
		cmocka_unit_test(test_one_session_per_host_leaves_other_servers_alone),
		cmocka_unit_test(test_where_there_is_no_room_a_host_takes_its_own_place),
		cmocka_unit_test(test_at_max_sessions_a_host_takes_its_own_place),
		cmocka_unit_test(test_a_line_is_known_where_access_nodes_are_trusted),
		cmocka_unit_test(test_a_line_counts_for_nothing_where_nobody_is_trusted),
		cmocka_unit_test(test_a_pado_that_no_padr_follows_is_noted),
		cmocka_unit_test(test_who_goes_on_to_a_padr_is_not),
		cmocka_unit_test(test_a_storm_of_padis_is_noted_within_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
