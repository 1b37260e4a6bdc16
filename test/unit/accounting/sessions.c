/* SPDX-License-Identifier: BSD-3-Clause */
/* Which records a small town makes. */
#include "town6.h"

#include "accounting/sessions.h"

#define RECORDS 512

/* A record that was sent, as a server would read it. */
struct seen {
	uint8_t kind;
	uint64_t session;
	uint32_t unix_s, time_s, octets_in, giga_in, octets_out, giga_out, cause, address, status;
	char user[64];
	uint8_t prefix_len, id_len; /* of Framed-IPv6-Prefix, Framed-Interface-Id; 0: not there */
	unsigned delegated, addresses6;
};

static struct sim *sim;
static struct tp_record_queue *queue;
static struct tp_accounting *accounting;
static struct tp_accounting_settings settings;
static struct seen seen[RECORDS];
static unsigned seen_count, acknowledged;
static void *tokens[RECORDS];
static bool nobody_wanted;

static uint32_t number(const struct tp_radius_packet *packet, enum tp_radius_attribute attribute)
{
	struct tp_radius_value value;
	uint32_t n = 0;

	if (tp_radius_get(packet, attribute, &value))
		assert_true(tp_radius_u32(&value, &n));
	return n;
}

static void note_ipv6(const struct tp_radius_packet *packet, struct seen *one)
{
	struct tp_radius_iterator iterator = tp_radius_iterate(packet);
	struct tp_radius_value value;
	uint8_t address[16];

	while (tp_radius_next(&iterator, &value)) {
		if (value.attribute == TP_RADIUS_FRAMED_IPV6_PREFIX)
			assert_true(tp_radius_ipv6_prefix(&value, address, &one->prefix_len));
		one->delegated += value.attribute == TP_RADIUS_DELEGATED_IPV6_PREFIX;
		one->addresses6 += value.attribute == TP_RADIUS_FRAMED_IPV6_ADDRESS;
		if (value.attribute == TP_RADIUS_FRAMED_INTERFACE_ID)
			one->id_len = (uint8_t)value.len;
	}
}

static int take(void *owner, const struct tp_record *record, const uint8_t *bytes, void *token)
{
	struct seen *one = &seen[seen_count];
	struct tp_radius_packet packet;
	struct tp_radius_value value;

	assert_true(seen_count < RECORDS);
	tokens[seen_count++] = token;
	assert_int_equal(tp_radius_parse(bytes, record->len, &packet), TP_RADIUS_WELL_FORMED);
	*one = (struct seen){
		.kind = record->kind,
		.session = record->session,
		.unix_s = number(&packet, TP_RADIUS_EVENT_TIMESTAMP),
		.time_s = number(&packet, TP_RADIUS_ACCT_SESSION_TIME),
		.octets_in = number(&packet, TP_RADIUS_ACCT_INPUT_OCTETS),
		.giga_in = number(&packet, TP_RADIUS_ACCT_INPUT_GIGAWORDS),
		.octets_out = number(&packet, TP_RADIUS_ACCT_OUTPUT_OCTETS),
		.giga_out = number(&packet, TP_RADIUS_ACCT_OUTPUT_GIGAWORDS),
		.cause = number(&packet, TP_RADIUS_ACCT_TERMINATE_CAUSE),
		.address = number(&packet, TP_RADIUS_FRAMED_IP_ADDRESS),
		.status = number(&packet, TP_RADIUS_ACCT_STATUS_TYPE),
	};
	note_ipv6(&packet, one);
	if (tp_radius_get(&packet, TP_RADIUS_USER_NAME, &value))
		assert_true(tp_radius_text(&value, one->user, sizeof(one->user)));
	assert_int_equal(record->unix_s, one->unix_s);
	return 0;
}

static void usage(void *owner, const struct tp_line *line, struct tp_session_counters *u)
{
	struct tp_session_info info;
	const struct sim_slot *slot;

	tp_line_info(line, &info);
	slot = &sim->plane.slots[info.slot];
	*u = (struct tp_session_counters){.bytes_in = slot->bytes_in, .bytes_out = slot->bytes_out};
}

static uint32_t unix_s(void *owner)
{
	return (uint32_t)(1700000000 + sim->now_ms / 1000);
}

static bool wanted(void *owner, const char *user, const char *service_name)
{
	assert_string_equal(service_name, "internet");
	return !nobody_wanted;
}

static void hear(void *owner, const struct tp_ac_event *event)
{
	tp_accounting_event(accounting, event);
}

static void begin_in(struct sim *town_, bool enabled)
{
	sim = town_;
	seen_count = acknowledged = 0;
	nobody_wanted = false;
	queue = tp_record_queue_create(
		&(struct tp_record_queue_setup){.send = take, .max_bytes = UINT64_MAX});
	accounting = tp_accounting_create(
		&(struct tp_accounting_setup){
			.ac = sim->ac,
			.queue = queue,
			.random = &sim->ac_random,
			.wanted = wanted,
			.usage = usage,
			.unix_s = unix_s,
		},
		sim->now_ms);
	assert_non_null(accounting);
	sim->listener = hear;
	settings =
		(struct tp_accounting_settings){.enabled = enabled, .nas = {.identifier = "TOWN"}};
	tp_accounting_set(accounting, &settings, false, sim->now_ms);
}

static void begin(const char *server, bool enabled)
{
	begin_in(town_with(server), enabled);
}

static void set(void)
{
	tp_accounting_set(accounting, &settings, false, sim->now_ms);
}

/* All that is due, and each is acknowledged. */
static void collect(void)
{
	while (tp_accounting_tick(accounting, sim->now_ms, 4))
		;
	for (;;) {
		tp_record_queue_tick(queue, sim->now_ms, 1000);
		if (acknowledged == seen_count)
			return;
		while (acknowledged < seen_count)
			tp_record_queue_done(queue, tokens[acknowledged++], true, sim->now_ms);
	}
}

static void run(uint64_t for_ms)
{
	for (uint64_t at = 0; at < for_ms; at += 500) {
		sim_run(sim, 500);
		collect();
	}
}

static void end(void)
{
	tp_accounting_destroy(accounting);
	tp_record_queue_destroy(queue);
	sim->listener = NULL;
	sim_wind_down(sim);
	sim_destroy(sim);
}

static unsigned count(enum tp_record_kind kind)
{
	unsigned n = 0;

	for (unsigned i = 0; i < seen_count; i++)
		n += seen[i].kind == kind;
	return n;
}

/* ---- a life ---- */

static void test_a_session_has_one_start_and_one_stop(void **state)
{
	struct sim_client *client;
	struct tp_session_info info;

	begin("", true);
	client = town_dial(sim, 0, "alice");
	info = town_info(sim, client);
	collect();
	assert_int_equal(seen_count, 1);
	assert_int_equal(seen[0].kind, TP_RECORD_START);
	assert_int_equal(seen[0].status, TP_RADIUS_ACCT_START);
	assert_int_equal(seen[0].session, info.accounting_id);
	assert_int_equal(seen[0].address, info.remote_address);
	assert_string_equal(seen[0].user, "alice");
	assert_int_equal(tp_accounting_standing(accounting), 1);
	sim->plane.slots[info.slot].bytes_in = (UINT64_C(3) << 32) + 5;
	sim->plane.slots[info.slot].bytes_out = (UINT64_C(7) << 32) + 9;
	run(90000);
	sim_client_hang_up(client);
	run(5000);
	assert_int_equal(seen_count, 2);
	assert_int_equal(seen[1].status, TP_RADIUS_ACCT_STOP);
	assert_int_equal(seen[1].session, info.accounting_id);
	assert_int_equal(seen[1].address, info.remote_address);
	assert_in_range(seen[1].time_s, 89, 92);
	assert_int_equal(seen[1].octets_in, 5);
	assert_int_equal(seen[1].giga_in, 3);
	assert_int_equal(seen[1].octets_out, 9);
	assert_int_equal(seen[1].giga_out, 7);
	assert_int_equal(seen[1].cause, TP_RADIUS_CAUSE_USER_REQUEST);
	assert_int_equal(tp_accounting_standing(accounting), 0);
	end();
}

/* ---- IPv6 ---- */

static void test_a_delegation_that_comes_or_goes_is_told_soon(void **state)
{
	static const struct tp_prefix6 any;
	struct sim_client *client;

	begin_in(town6(), true);
	client = town6_client(sim, 0, "home", BOTH);
	sim_client_ask_prefix(client, &any);
	town_dial(sim, 0, "home");
	run(5000);
	assert_int_equal(seen_count, 2);
	assert_int_equal(seen[0].kind, TP_RECORD_START);
	assert_int_equal(seen[0].prefix_len, 64);
	assert_int_equal(seen[0].id_len, 8);
	assert_int_equal(seen[0].delegated, 0);
	assert_true(seen[0].address != 0);
	assert_int_equal(seen[1].kind, TP_RECORD_INTERIM);
	assert_int_equal(seen[1].delegated, 1);
	/* Renewals are no news. */
	run(7200000);
	assert_int_equal(seen_count, 2);
	assert_true(tp_ipv6_host_release(&client->ipv6, sim->now_ms));
	run(1000);
	assert_int_equal(seen_count, 2); /* more may come */
	run(4000);
	assert_int_equal(seen_count, 3);
	assert_int_equal(seen[2].kind, TP_RECORD_INTERIM);
	assert_int_equal(seen[2].delegated, 0);
	assert_int_equal(seen[2].prefix_len, 64);
	sim_client_hang_up(client);
	run(5000);
	assert_int_equal(seen_count, 4);
	assert_int_equal(seen[3].kind, TP_RECORD_STOP);
	assert_int_equal(seen[3].prefix_len, 64);
	assert_int_equal(seen[3].id_len, 8);
	end();
}

static void test_a_stop_has_what_the_session_had_to_the_end(void **state)
{
	static const struct tp_prefix6 any;
	struct sim_client *client;

	begin_in(town6(), true);
	client = town6_client(sim, 0, "wan", TP_AC_IPV6);
	sim_client_ask_prefix(client, &any);
	town_dial(sim, 0, "wan");
	run(5000);
	sim_client_hang_up(client);
	run(5000);
	assert_int_equal(seen[seen_count - 1].kind, TP_RECORD_STOP);
	assert_int_equal(seen[seen_count - 1].delegated, 1);
	assert_int_equal(seen[seen_count - 1].address, 0);
	end();
}

static void test_the_only_address_is_told_as_one(void **state)
{
	begin_in(town6(), true);
	town6_dial(sim, 0, "one", BOTH);
	collect();
	assert_int_equal(seen_count, 1);
	assert_int_equal(seen[0].prefix_len, 0);
	assert_int_equal(seen[0].addresses6, 1);
	end();
}

/* A family that comes later is no other session. */
static void test_a_family_that_goes_and_comes_makes_no_records(void **state)
{
	static const uint8_t terminate[] = {0x80, 0x57, 5, 1, 0, 4};
	struct sim_client *client;

	begin_in(town6(), true);
	client = town6_dial(sim, 0, "dual", BOTH);
	sim_client_send_session(client, terminate, sizeof(terminate));
	run(10000);
	assert_int_equal(town_info(sim, client).families, BOTH);
	assert_int_equal(seen_count, 1);
	end();
}

static void test_who_is_not_let_in_makes_no_records(void **state)
{
	begin("", true);
	town_client(sim, 0, "alice");
	snprintf(sim->clients[0]->password, sizeof(sim->clients[0]->password), "wrong");
	sim_client_dial(sim->clients[0], 0);
	run(3000);
	sim_client_hang_up(sim->clients[0]);
	run(3000);
	town_try(sim, 1, "carol");
	run(3000);
	assert_int_equal(seen_count, 0);
	end();
}

static void test_each_end_has_its_cause(void **state)
{
	static const enum tp_radius_cause causes[TP_END_REASONS] = {
		[TP_END_PEER_PADT] = TP_RADIUS_CAUSE_USER_REQUEST,
		[TP_END_PEER_TERMINATE] = TP_RADIUS_CAUSE_USER_REQUEST,
		[TP_END_KEEPALIVE] = TP_RADIUS_CAUSE_LOST_CARRIER,
		[TP_END_SESSION_TIMEOUT] = TP_RADIUS_CAUSE_SESSION_TIMEOUT,
		[TP_END_IDLE_TIMEOUT] = TP_RADIUS_CAUSE_IDLE_TIMEOUT,
		[TP_END_LIMIT_BYTES] = TP_RADIUS_CAUSE_NAS_REQUEST,
		[TP_END_ADMIN] = TP_RADIUS_CAUSE_ADMIN_RESET,
		[TP_END_CONFIG] = TP_RADIUS_CAUSE_NAS_REQUEST,
		[TP_END_REPLACED_HOST] = TP_RADIUS_CAUSE_PORT_PREEMPTED,
		[TP_END_REPLACED_USER] = TP_RADIUS_CAUSE_PORT_PREEMPTED,
		[TP_END_AUTH_FAILED] = TP_RADIUS_CAUSE_USER_ERROR,
		[TP_END_AUTH_TIMEOUT] = TP_RADIUS_CAUSE_USER_ERROR,
		[TP_END_LCP_FAILED] = TP_RADIUS_CAUSE_USER_ERROR,
		[TP_END_IPCP_FAILED] = TP_RADIUS_CAUSE_USER_ERROR,
		[TP_END_NO_ADDRESS] = TP_RADIUS_CAUSE_SERVICE_UNAVAILABLE,
		[TP_END_NO_ENCRYPTION] = TP_RADIUS_CAUSE_USER_ERROR,
		[TP_END_NO_IPV6] = TP_RADIUS_CAUSE_USER_ERROR,
		[TP_END_LOOPBACK] = TP_RADIUS_CAUSE_PORT_ERROR,
		[TP_END_RESOURCES] = TP_RADIUS_CAUSE_NAS_ERROR,
		[TP_END_GAVE_WAY] = TP_RADIUS_CAUSE_NAS_ERROR,
		[TP_END_SHUTDOWN] = TP_RADIUS_CAUSE_ADMIN_REBOOT,
		[TP_END_DRAIN] = TP_RADIUS_CAUSE_NAS_REQUEST,
	};

	for (unsigned i = 0; i < TP_END_REASONS; i++) {
		assert_true(causes[i] != 0);
		assert_int_equal(tp_accounting_cause(i), causes[i]);
	}
}

static void test_a_stop_has_the_cause_of_its_end(void **state)
{
	struct tp_session_info info;

	begin("", true);
	info = town_info(sim, town_dial(sim, 0, "alice"));
	assert_int_equal(tp_ac_disconnect(sim->ac, info.slot, TP_END_ADMIN, sim->now_ms), 0);
	run(3000);
	sim_client_vanish(town_dial(sim, 1, "bob"));
	run(60000);
	town_dial(sim, 2, "ivy");
	run(30000);
	assert_int_equal(count(TP_RECORD_STOP), 3);
	assert_int_equal(seen[1].cause, TP_RADIUS_CAUSE_ADMIN_RESET);
	assert_int_equal(seen[3].cause, TP_RADIUS_CAUSE_LOST_CARRIER);
	assert_int_equal(seen[5].cause, TP_RADIUS_CAUSE_IDLE_TIMEOUT);
	end();
}

/* ---- interims ---- */

static void test_interims_come_at_the_configured_interval_with_jitter(void **state)
{
	struct tp_session_info info;

	begin("", true);
	settings.interim_s = 100;
	set();
	info = town_info(sim, town_dial(sim, 0, "alice"));
	for (unsigned i = 1; i <= 5; i++) {
		unsigned before = seen_count;

		sim->plane.slots[info.slot].bytes_in = 1000 * i;
		run(88000);
		assert_int_equal(seen_count, i == 1 ? 1 : before);
		while (seen_count <= i)
			run(500);
		assert_int_equal(seen[i].status, TP_RADIUS_ACCT_INTERIM);
		assert_int_equal(seen[i].octets_in, 1000 * i);
		assert_int_equal(seen[i].cause, 0);
		if (i > 1)
			assert_in_range(seen[i].unix_s - seen[i - 1].unix_s, 89, 101);
	}
	end();
}

static void test_another_interval_holds_for_those_that_stand(void **state)
{
	begin("", true);
	town_dial(sim, 0, "alice");
	run(200000);
	assert_int_equal(seen_count, 1);
	settings.interim_s = 20;
	set();
	run(21000);
	assert_int_equal(seen_count, 2);
	settings.interim_s = 1000;
	set();
	run(200000);
	assert_int_equal(seen_count, 2);
	settings.interim_s = 0;
	set();
	run(2000000);
	assert_int_equal(seen_count, 2);
	end();
}

static void test_settings_that_say_the_same_put_nothing_off(void **state)
{
	begin("", true);
	settings.interim_s = 60;
	set();
	town_dial(sim, 0, "alice");
	for (unsigned i = 0; i < 30; i++) {
		set();
		run(10000);
	}
	assert_in_range(count(TP_RECORD_INTERIM), 4, 6);
	end();
}

static void give_interval(void *user, uint64_t id, const struct tp_aaa_question *question)
{
	struct sim *its = user;
	struct tp_aaa_answer answer = {.reason = TP_AAA_ACCEPT};

	(void)question;
	answer.subscriber.radius = calloc(1, sizeof(*answer.subscriber.radius));
	answer.subscriber.radius->interim_s = 30;
	answer.subscriber.local.fixed = 0x0a000001;
	answer.subscriber.remote.fixed = 0x0a090909;
	tp_aaa_answer(its->aaa, id, &answer);
}

static void never(void *user, uint64_t id)
{
	(void)user;
	(void)id;
}

/* A server's interval goes before ours. */
static void test_the_servers_interval_goes_first(void **state)
{
	static const struct tp_aaa_source_ops source = {give_interval, never};
	struct sim *with_source = town_asking(&source);
	struct sim *without;

	begin("", true);
	without = sim;
	tp_accounting_destroy(accounting);
	sim->listener = NULL;
	sim_destroy(without);
	sim = with_source;
	accounting = tp_accounting_create(&(struct tp_accounting_setup){.ac = sim->ac,
									.queue = queue,
									.random = &sim->ac_random,
									.wanted = wanted,
									.usage = usage,
									.unix_s = unix_s},
					  sim->now_ms);
	sim->listener = hear;
	settings.interim_s = 600;
	set();
	town_dial(sim, 0, "zoe");
	run(120000);
	assert_in_range(count(TP_RECORD_INTERIM), 4, 5);
	end();
}

/* ---- again and again ---- */

static void test_a_client_that_renegotiates_makes_no_records_and_puts_none_off(void **state)
{
	struct sim_client *client;

	begin("", true);
	settings.interim_s = 60;
	set();
	client = town_dial(sim, 0, "alice");
	for (unsigned i = 0; i < 100; i++) {
		sim_client_renegotiate(client);
		run(2000);
		assert_int_equal(client->state, SIM_CLIENT_UP);
	}
	assert_true(tp_ac_counters(sim->ac)->down >= 100);
	assert_int_equal(count(TP_RECORD_START), 1);
	assert_in_range(count(TP_RECORD_INTERIM), 2, 4);
	sim_client_hang_up(client);
	run(3000);
	assert_int_equal(count(TP_RECORD_STOP), 1);
	end();
}

static void test_links_of_a_bundle_are_no_sessions(void **state)
{
	struct sim_host host;

	begin(", mrru: 1600", true);
	town_client(sim, 0, "alice");
	sim_host_init(&host, sim, 0, 3);
	for (unsigned i = 0; i < 3; i++)
		sim_client_dial(sim->clients[i], i * 100);
	run(3000);
	assert_int_equal(sim_clients_in(sim, SIM_CLIENT_UP), 3);
	assert_int_equal(seen_count, 1);
	set(); /* each is looked at again, and may go meanwhile */
	sim_client_hang_up(sim->clients[1]);
	run(3000);
	assert_int_equal(seen_count, 1);
	sim_client_hang_up(sim->clients[0]);
	sim_client_hang_up(sim->clients[2]);
	run(5000);
	assert_int_equal(count(TP_RECORD_START), 1);
	assert_int_equal(count(TP_RECORD_STOP), 1);
	end();
}

/* ---- live ---- */

static void test_those_that_stand_are_told_of_when_it_is_enabled(void **state)
{
	begin("", false);
	town_dial(sim, 0, "alice");
	town_dial(sim, 1, "bob");
	run(50000);
	assert_int_equal(seen_count, 0);
	settings.enabled = true;
	set();
	/* One that ends before its turn has both. */
	assert_int_equal(tp_ac_disconnect_user(sim->ac, "bob", TP_END_ADMIN, sim->now_ms), 1);
	sim_run(sim, 3000);
	run(1000);
	assert_int_equal(count(TP_RECORD_START), 2);
	assert_int_equal(count(TP_RECORD_STOP), 1);
	for (unsigned i = 0; i < seen_count; i++)
		if (seen[i].kind == TP_RECORD_START)
			assert_in_range(unix_s(NULL) - seen[i].unix_s, 53, 56);
	end();
}

static void test_those_told_of_are_told_to_the_end_when_it_is_disabled(void **state)
{
	struct sim_client *client;

	begin("", true);
	settings.interim_s = 20;
	set();
	client = town_dial(sim, 0, "alice");
	run(1000);
	settings.enabled = false;
	set();
	town_dial(sim, 1, "bob");
	run(20000);
	assert_int_equal(count(TP_RECORD_START), 1);
	assert_int_equal(count(TP_RECORD_INTERIM), 1);
	sim_client_hang_up(client);
	sim_client_hang_up(sim->clients[1]);
	run(5000);
	assert_int_equal(count(TP_RECORD_STOP), 1);
	tp_accounting_off(accounting, sim->now_ms);
	run(1000);
	assert_int_equal(count(TP_RECORD_OFF), 0);
	end();
}

static void test_enabled_again_nobody_is_started_twice(void **state)
{
	begin("", true);
	town_dial(sim, 0, "alice");
	run(1000);
	for (unsigned i = 0; i < 4; i++) {
		settings.enabled = i % 2 == 1;
		set();
		run(1000);
	}
	assert_int_equal(seen_count, 1);
	end();
}

/* After a restart of the daemon that its session has outlived. */
static void test_who_goes_on_is_told_of_without_a_start(void **state)
{
	struct sim_client *client;
	const struct tp_line *line;

	begin("", false);
	client = town_dial(sim, 0, "alice");
	run(1000);
	line = tp_ac_find_user(sim->ac, "alice", NULL);
	assert_int_equal(tp_accounting_go_on(accounting, line), 0);
	assert_int_equal(tp_accounting_go_on(accounting, line), 0); /* once is enough */
	settings.enabled = true;
	settings.interim_s = 20;
	set();
	run(30000);
	assert_int_equal(count(TP_RECORD_START), 0);
	assert_true(count(TP_RECORD_INTERIM) > 0);
	assert_int_equal(tp_accounting_lost(accounting), 0);
	sim_client_hang_up(client);
	run(3000);
	assert_int_equal(count(TP_RECORD_STOP), 1);
	end();
}

/* It was told to have ended, and the journal had not got to know. */
static void test_who_is_over_makes_no_records_whatever_becomes_of_it(void **state)
{
	struct sim_client *client;

	begin("", false);
	client = town_dial(sim, 0, "alice");
	run(1000);
	assert_int_equal(tp_accounting_is_over(accounting, tp_ac_find_user(sim->ac, "alice", NULL)),
			 0);
	settings.enabled = true;
	settings.interim_s = 20;
	set();
	run(30000);
	sim_client_renegotiate(client);
	run(3000);
	sim_client_hang_up(client);
	run(3000);
	assert_int_equal(seen_count, 0);
	assert_int_equal(tp_accounting_standing(accounting), 0);
	town_dial(sim, 0, "alice");
	run(500);
	assert_int_equal(count(TP_RECORD_START), 1); /* as ever */
	end();
}

/* They would wait for ever. */
static void test_who_has_no_server_makes_no_records_until_there_is_one(void **state)
{
	struct sim_client *client;

	begin("", true);
	nobody_wanted = true;
	settings.interim_s = 20;
	set();
	client = town_dial(sim, 0, "alice");
	town_dial(sim, 1, "bob");
	run(60000);
	sim_client_hang_up(sim->clients[1]);
	run(3000);
	assert_int_equal(seen_count, 0);
	nobody_wanted = false;
	set();
	run(1000);
	assert_int_equal(count(TP_RECORD_START), 1);
	sim_client_hang_up(client);
	run(3000);
	assert_int_equal(count(TP_RECORD_STOP), 1);
	end();
}

static void test_the_box_says_on_and_off(void **state)
{
	begin("", false);
	settings.enabled = true;
	tp_accounting_set(accounting, &settings, true, sim->now_ms);
	tp_accounting_off(accounting, sim->now_ms);
	collect();
	assert_int_equal(seen_count, 2);
	assert_int_equal(seen[0].status, TP_RADIUS_ACCT_ON);
	assert_int_equal(seen[1].status, TP_RADIUS_ACCT_OFF);
	assert_int_equal(seen[0].session, 0);
	end();
}

/* The texts that settings point to are others at each change of the configuration. */
static void test_the_texts_of_settings_may_go_with_the_next(void **state)
{
	char *name = strdup("FIRST"), *next = strdup("SECOND");

	begin("", true);
	settings.nas.identifier = name;
	set();
	town_dial(sim, 0, "alice");
	settings.nas.identifier = next;
	set();
	memset(name, 'x', strlen(name));
	free(name);
	tp_ac_disconnect_user(sim->ac, "alice", TP_END_ADMIN, sim->now_ms);
	run(3000);
	assert_int_equal(count(TP_RECORD_STOP), 1);
	end();
	free(next);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_session_has_one_start_and_one_stop),
		cmocka_unit_test(test_who_is_not_let_in_makes_no_records),
		cmocka_unit_test(test_a_delegation_that_comes_or_goes_is_told_soon),
		cmocka_unit_test(test_a_stop_has_what_the_session_had_to_the_end),
		cmocka_unit_test(test_the_only_address_is_told_as_one),
		cmocka_unit_test(test_a_family_that_goes_and_comes_makes_no_records),
		cmocka_unit_test(test_each_end_has_its_cause),
		cmocka_unit_test(test_a_stop_has_the_cause_of_its_end),
		cmocka_unit_test(test_interims_come_at_the_configured_interval_with_jitter),
		cmocka_unit_test(test_another_interval_holds_for_those_that_stand),
		cmocka_unit_test(test_settings_that_say_the_same_put_nothing_off),
		cmocka_unit_test(test_the_servers_interval_goes_first),
		cmocka_unit_test(
			test_a_client_that_renegotiates_makes_no_records_and_puts_none_off),
		cmocka_unit_test(test_links_of_a_bundle_are_no_sessions),
		cmocka_unit_test(test_those_that_stand_are_told_of_when_it_is_enabled),
		cmocka_unit_test(test_those_told_of_are_told_to_the_end_when_it_is_disabled),
		cmocka_unit_test(test_enabled_again_nobody_is_started_twice),
		cmocka_unit_test(test_who_goes_on_is_told_of_without_a_start),
		cmocka_unit_test(test_who_is_over_makes_no_records_whatever_becomes_of_it),
		cmocka_unit_test(test_who_has_no_server_makes_no_records_until_there_is_one),
		cmocka_unit_test(test_the_box_says_on_and_off),
		cmocka_unit_test(test_the_texts_of_settings_may_go_with_the_next),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
