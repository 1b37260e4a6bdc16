/* SPDX-License-Identifier: BSD-3-Clause */
/* Menus that RouterOS's clients look for: as they are without sessions, which the functional tests
 * have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "api/methods.h"
#include "control/menus/ping_socket.h"
#include "fixture.h"

static const char yaml[] = "dataplane:\n"
			   "  max-sessions: 64\n"
			   "  ports:\n"
			   "    - { name: ether0, device: net_null0 }\n"
			   "    - { name: ether1, device: net_null1 }\n"
			   "interface:\n"
			   "  vlan:\n"
			   "    - { name: town, interface: ether1, vlan-id: 7, comment: north }\n"
			   "    - { name: shut, interface: ether1, vlan-id: 8, disabled: yes }\n"
			   "  pppoe-server:\n"
			   "    server: [ { service-name: isp, interface: town } ]\n"
			   "management: { journal: no }\n";

static int setup(void **state)
{
	fake_reset(2);
	*state = fixture_create(yaml, NULL);
	return 0;
}

static int teardown(void **state)
{
	tp_control_destroy(*state);
	return 0;
}

static const char *text_of(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static json_t *get(struct tp_control *c, const char *path)
{
	return fixture_call(c, TP_METHOD_GET, path, NULL, NULL, NULL);
}

static void test_ports_and_vlans_are_interfaces(void **state)
{
	static const struct {
		const char *name, *type;
		bool running, disabled;
	} expected[] = {{"ether0", "ether", true, false},
			{"ether1", "ether", true, false},
			{"town", "vlan", true, false},
			{"shut", "vlan", false, true}};
	json_t *list;

	fake.traffic[1].rx_bytes = 1234;
	list = get(*state, "/interface");
	assert_int_equal(json_array_size(list), 4);
	for (size_t i = 0; i < 4; i++) {
		const json_t *o = json_array_get(list, i);
		char path[64];
		json_t *one;

		assert_string_equal(text_of(o, "name"), expected[i].name);
		assert_string_equal(text_of(o, "type"), expected[i].type);
		assert_int_equal(json_is_true(json_object_get(o, "disabled")),
				 expected[i].disabled);
		assert_non_null(json_object_get(o, "rx-byte"));
		/* By its name and by its .id it is the same. */
		snprintf(path, sizeof(path), "/interface/%s", expected[i].name);
		one = get(*state, path);
		assert_true(json_equal(one, o));
		json_decref(one);
		snprintf(path, sizeof(path), "/interface/%s", text_of(o, ".id"));
		one = get(*state, path);
		assert_true(json_equal(one, o));
		json_decref(one);
	}
	assert_int_equal(json_integer_value(json_object_get(json_array_get(list, 1), "rx-byte")),
			 1234);
	assert_string_equal(text_of(json_array_get(list, 1), "mac-address"), "02:00:00:00:00:01");
	assert_string_equal(text_of(json_array_get(list, 2), "comment"), "north");
	json_decref(list);
	assert_int_equal(fixture_status(*state, TP_METHOD_GET, "/interface/*FFFF", NULL), 404);
	assert_int_equal(fixture_status(*state, TP_METHOD_GET, "/interface/*", NULL), 404);
	assert_int_equal(fixture_status(*state, TP_METHOD_GET, "/interface/nobody", NULL), 404);
	assert_non_null(strstr(
		fixture_refusal(*state, TP_METHOD_PUT, "/interface", NULL, "{\"name\":\"x\"}"),
		"/dataplane/port"));
}

static void test_static_entries_are_interfaces_and_come_in_pages(void **state)
{
	struct tp_control *c = *state;
	struct tp_request request = {.method = TP_METHOD_GET, .path = "/interface"};
	json_t *seen = json_object(), *o;
	unsigned pages = 0;
	char body[96];
	size_t i;

	for (unsigned n = 0; n < 600; n++) {
		snprintf(body, sizeof(body), "{\"name\":\"in%u\",\"user\":\"user%u\"}", n, n);
		assert_int_equal(fixture_status(c, TP_METHOD_PUT, "/interface/pppoe-server", body),
				 201);
	}
	do {
		assert_true(tp_control_execute(c, &request));
		assert_true(json_array_size(request.answer) <= TP_API_PAGE);
		json_array_foreach (request.answer, i, o) {
			assert_null(json_object_get(seen, text_of(o, ".id")));
			json_object_set_new(seen, text_of(o, ".id"), json_true());
		}
		json_decref(request.answer);
		request.answer = NULL;
		pages++;
	} while (request.more);
	assert_int_equal(json_object_size(seen), 604);
	assert_int_equal(pages, 3);
	json_decref(seen);
	o = get(c, "/interface/in599");
	assert_string_equal(text_of(o, "type"), "pppoe-in");
	assert_true(json_is_false(json_object_get(o, "running")));
	json_decref(o);
}

static void test_a_name_is_found_without_a_walk(void **state)
{
	json_t *list = fixture_call(*state, TP_METHOD_GET, "/interface", "{\"name\":\"town\"}",
				    NULL, NULL);

	assert_int_equal(json_array_size(list), 1);
	json_decref(list);
	list = fixture_call(*state, TP_METHOD_POST, "/interface/print", NULL,
			    "{\".query\":[\"name=town\"],\".proplist\":\"type\"}", NULL);
	assert_int_equal(json_array_size(list), 1);
	assert_int_equal(json_object_size(json_array_get(list, 0)), 1);
	json_decref(list);
	list = fixture_call(*state, TP_METHOD_POST, "/interface/print", NULL,
			    "{\".query\":[\"name=none\"]}", NULL);
	assert_int_equal(json_array_size(list), 0);
	json_decref(list);
	list = fixture_call(*state, TP_METHOD_POST, "/interface/print", NULL,
			    "{\".query\":[\"name=town\",\"#!\"]}", NULL);
	assert_int_equal(json_array_size(list), 3);
	json_decref(list);
}

/* ---- /interface/monitor-traffic ---------------------------------------------------------------
 */

/* One that is answered later: from control's ring to the answer. NULL: there is none yet. */
static struct tp_request *take_answer(struct tp_control *c)
{
	struct tp_request *answer;

	tp_later_turn(c);
	return tp_mailbox_answers(&c->mailbox, &answer, 1) == 1 ? answer : NULL;
}

static void submit(struct tp_control *c, struct tp_request *request)
{
	assert_true(tp_mailbox_submit(&c->mailbox, request));
	assert_ptr_equal(tp_mailbox_take(&c->mailbox), request);
	assert_false(tp_control_execute(c, request));
}

static void test_what_passes_in_a_second_is_measured(void **state)
{
	struct tp_control *c = *state;
	struct tp_request request = {
		.method = TP_METHOD_POST,
		.path = "/interface/monitor-traffic",
		.body = json_pack("{s:s,s:s}", "interface", "ether1,ether0", "once", "")};
	const json_t *row;

	fake.traffic[1] = (struct tp_port_traffic){.rx_bytes = 1000, .tx_packets = 7};
	submit(c, &request);
	assert_null(take_answer(c));
	fake.traffic[1].rx_bytes += 125000;
	fake.traffic[1].tx_packets += 50;
	c->now_ms += 1000;
	assert_ptr_equal(take_answer(c), &request);
	assert_int_equal(request.status, 200);
	assert_false(request.more);
	assert_int_equal(json_array_size(request.answer), 2);
	row = json_array_get(request.answer, 0);
	assert_string_equal(text_of(row, "name"), "ether1");
	assert_int_equal(json_integer_value(json_object_get(row, "rx-bits-per-second")), 1000000);
	assert_int_equal(json_integer_value(json_object_get(row, "tx-packets-per-second")), 50);
	row = json_array_get(request.answer, 1);
	assert_int_equal(json_integer_value(json_object_get(row, "rx-bits-per-second")), 0);
	json_decref(request.answer);
	json_decref(request.body);
}

/* A look at a session of the server that is on the VLAN. */
static void look(struct tp_control *c, uint64_t packets, uint64_t now_ms)
{
	const struct tp_session_info info = {
		.slot = 5, .server_id = tp_config_first(c->config, TP_PPPOE_SERVER)->id};
	const struct tp_session_counters n = {.packets_in = packets,
					      .bytes_in = packets * 978,
					      .packets_out = 2 * packets,
					      .bytes_out = packets,
					      .drops_out = packets};

	if (packets == 0)
		tp_traffic_begin(c->traffic, &info, &n, now_ms);
	else
		tp_traffic_count(c->traffic, c->config, &info, &n, now_ms);
	tp_traffic_round(c->traffic, now_ms);
}

static void expect_number(const json_t *o, const char *name, json_int_t expected)
{
	assert_int_equal(json_integer_value(json_object_get(o, name)), expected);
}

static void test_a_vlan_has_what_its_sessions_have(void **state)
{
	struct tp_control *c = *state;
	struct tp_request request = {
		.method = TP_METHOD_POST,
		.path = "/interface/monitor-traffic",
		.body = json_pack("{s:s,s:s}", "interface", "town,shut", "once", "")};
	json_t *one;

	look(c, 0, 1000);
	look(c, 400, 5000);
	one = get(c, "/interface/town");
	expect_number(one, "rx-packet", 400);
	expect_number(one, "rx-byte", 400 * 1000); /* with the headers of frames */
	expect_number(one, "tx-packet", 800);
	expect_number(one, "tx-drop", 400);
	json_decref(one);
	submit(c, &request);
	c->now_ms += 1000;
	assert_ptr_equal(take_answer(c), &request);
	one = json_array_get(request.answer, 0);
	expect_number(one, "rx-packets-per-second", 100);
	expect_number(one, "rx-bits-per-second", 800000);
	expect_number(one, "tx-drops-per-second", 100);
	expect_number(json_array_get(request.answer, 1), "rx-bits-per-second", 0);
	json_decref(request.answer);
	json_decref(request.body);
	/* It goes, and another of its name has had nothing. */
	assert_int_equal(fixture_status(c, TP_METHOD_DELETE,
					"/interface/pppoe-server/server/isp@town", NULL),
			 204);
	assert_int_equal(fixture_status(c, TP_METHOD_DELETE, "/interface/vlan/town", NULL), 204);
	assert_int_equal(
		fixture_status(c, TP_METHOD_PUT, "/interface/vlan",
			       "{\"name\":\"town\",\"interface\":\"ether1\",\"vlan-id\":7}"),
		201);
	one = get(c, "/interface/town");
	expect_number(one, "rx-packet", 0);
	json_decref(one);
}

static void test_it_goes_on_as_long_as_was_asked_for(void **state)
{
	static const struct {
		const char *body;
		bool endless;
		unsigned turns; /* 0: more than 70 */
	} cases[] = {
		{"{\"interface\":\"ether1\",\"duration\":\"3s\"}", false, 3},
		{"{\"interface\":\"ether1\"}", false, 60},
		{"{\"interface\":\"ether1\",\"duration\":\"4s\",\"interval\":\"2s\"}", true, 2},
		{"{\"interface\":\"ether1\"}", true, 0}};
	struct tp_control *c = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tp_request request = {.method = TP_METHOD_POST,
					     .path = "/interface/monitor-traffic",
					     .body = json_loads(cases[i].body, 0, NULL),
					     .endless = cases[i].endless};
		unsigned turns = 0;

		do {
			submit(c, &request);
			c->now_ms += 2000;
			assert_ptr_equal(take_answer(c), &request);
			json_decref(request.answer);
			request.answer = NULL;
			turns++;
		} while (request.more && turns <= 70);
		assert_int_equal(turns, cases[i].turns != 0 ? cases[i].turns : 71);
		json_decref(request.body);
	}
}

static void test_no_more_wait_than_there_is_room_for(void **state)
{
	struct tp_control *c = *state;
	static struct tp_request requests[TP_LATER_MAX + 1];

	for (unsigned i = 0; i <= TP_LATER_MAX; i++) {
		requests[i] = (struct tp_request){
			.method = TP_METHOD_POST,
			.path = "/interface/monitor-traffic",
			.body = json_pack("{s:s,s:s}", "interface", "ether1", "once", "")};
		assert_int_equal(tp_control_execute(c, &requests[i]), i == TP_LATER_MAX);
	}
	assert_int_equal(requests[TP_LATER_MAX].status, 503);
	tp_later_end(c); /* as when the daemon ends */
	for (unsigned i = 0; i <= TP_LATER_MAX; i++) {
		assert_int_equal(requests[i].status, 503);
		json_decref(requests[i].answer);
		json_decref(requests[i].body);
	}
}

static void test_mistakes_are_named(void **state)
{
	static const struct {
		const char *path, *body, *detail;
	} cases[] = {
		{"/interface/monitor-traffic", "{}", "missing =interface="},
		{"/interface/monitor-traffic", "{\"interface\":\"none\"}",
		 "any value of interface"},
		{"/interface/monitor-traffic", "{\"interface\":\"ether0,none\"}", "interface"},
		{"/interface/monitor-traffic", "{\"interface\":\"ether0\",\"colour\":\"red\"}",
		 "unknown parameter colour"},
		{"/interface/monitor-traffic", "{\"interface\":\"ether0\",\"interval\":\"1h\"}",
		 "interval"},
		{"/interface/monitor-traffic", "{\"interface\":\"ether0\",\"duration\":\"0s\"}",
		 "duration"},
		{"/ping", "{}", "missing =address="},
		{"/ping", "{\"address\":\"here\"}", "address"},
		{"/ping", "{\"address\":\"192.0.2.1\",\"count\":\"0\"}", "count"},
		{"/ping", "{\"address\":\"192.0.2.1\",\"count\":100001}", "count"},
		{"/ping", "{\"address\":\"192.0.2.1\",\"size\":\"35\"}", "size"},
		{"/ping", "{\"address\":\"2001:db8::1\",\"size\":\"55\"}", "size"},
		{"/ping", "{\"address\":\"192.0.2.1\",\"size\":\"9001\"}", "size"},
		{"/ping", "{\"address\":\"192.0.2.1\",\"interval\":\"1ms\"}", "interval"},
		{"/ping", "{\"address\":\"192.0.2.1\",\"interval\":\"6s\"}", "interval"},
		{"/ping", "{\"address\":\"192.0.2.1\",\"ttl\":\"256\"}", "ttl"},
		{"/ping", "{\"address\":\"192.0.2.1\",\"interface\":\"none\"}", "interface"},
		{"/ping", "{\"address\":\"192.0.2.1\",\"interface\":\"ether0\"}", "core ports"},
		{"/ping", "{\"address\":\"192.0.2.1\",\"colour\":\"red\"}", "colour"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *detail =
			fixture_refusal(*state, TP_METHOD_POST, cases[i].path, NULL, cases[i].body);

		if (strstr(detail, cases[i].detail) == NULL)
			fail_msg("%s %s: %s", cases[i].path, cases[i].body, detail);
	}
}

static void test_who_may_only_read_may_look(void **state)
{
	assert_true(tp_request_only_reads(TP_METHOD_POST, "/interface/monitor-traffic"));
	assert_true(tp_request_only_reads(TP_METHOD_POST, "/ping"));
	assert_false(tp_request_only_reads(TP_METHOD_POST, "/system/reload"));
	assert_false(tp_request_only_reads(TP_METHOD_PUT, "/ping"));
}

/* ---- answers to pings -------------------------------------------------------------------------
 */

static void test_only_answers_to_pings_are_read_as_such(void **state)
{
	static const uint8_t v4[] = {
		0x46, 0, 0, 40, 0,    0,    0, 0, 61, 1, 0, 0, 192, 0, 2, 9, 10, 0, 0, 1, /* IPv4 */
		1,    1, 1, 1,						     /* an option */
		0,    0, 0, 0,	0x12, 0x34, 0, 7, 1,  2, 3, 4, 5,   6, 7, 8, /* and its echo */
	};
	uint8_t packet[sizeof(v4)];
	struct tp_ping_reply reply;
	const uint8_t *v6 = v4 + 24;
	uint8_t echo6[16];

	memcpy(packet, v4, sizeof(v4));
	assert_true(tp_ping_parse(TP_FAMILY_IPV4, packet, sizeof(v4), &reply));
	assert_int_equal(reply.ident, 0x1234);
	assert_int_equal(reply.sequence, 7);
	assert_int_equal(reply.ttl, 61);
	assert_true(reply.cookie == UINT64_C(0x0102030405060708));
	assert_int_equal(tp_ip_to4(&reply.address), 0xc0000209);
	for (size_t len = 0; len < sizeof(v4); len++)
		assert_false(tp_ping_parse(TP_FAMILY_IPV4, packet, len, &reply));
	packet[24] = 8; /* a question */
	assert_false(tp_ping_parse(TP_FAMILY_IPV4, packet, sizeof(v4), &reply));
	packet[24] = 0;
	packet[0] = 0x44; /* a header that is too short */
	assert_false(tp_ping_parse(TP_FAMILY_IPV4, packet, sizeof(v4), &reply));
	memcpy(echo6, v6, sizeof(echo6));
	assert_false(tp_ping_parse(TP_FAMILY_IPV6, echo6, sizeof(echo6), &reply));
	echo6[0] = 129;
	assert_true(tp_ping_parse(TP_FAMILY_IPV6, echo6, sizeof(echo6), &reply));
	assert_int_equal(reply.size, 56);
}

/* ---- the others --------------------------------------------------------------------------------
 */

static void test_neighbours_are_listed_by_family(void **state)
{
	struct tp_control *c = *state;
	const struct tp_ip near = tp_ip_of4(0xc0000202), lost = tp_ip_of4(0xc0000203);
	const struct tp_mac mac = {{2, 0, 0, 0, 0, 9}};
	struct tp_ip near6;
	json_t *list, *one;

	assert_true(tp_ip_parse("2001:db8::2", &near6));
	tp_neighbours_put(c->kernel.neighbours, 1, &near, TP_REACH_YES, &mac, TP_NEWS_EVENT);
	tp_neighbours_put(c->kernel.neighbours, 1, &near6, TP_REACH_YES, &mac, TP_NEWS_EVENT);
	tp_neighbours_put(c->kernel.neighbours, 1, &lost, TP_REACH_FAILED, NULL, TP_NEWS_EVENT);
	list = get(c, "/ip/arp");
	assert_int_equal(json_array_size(list), 2);
	one = json_array_get(list, 0);
	assert_string_equal(text_of(one, "address"), "192.0.2.2");
	assert_string_equal(text_of(one, "mac-address"), "02:00:00:00:00:09");
	assert_string_equal(text_of(one, "interface"), "ether1");
	assert_string_equal(text_of(one, "status"), "reachable");
	one = json_array_get(list, 1);
	assert_string_equal(text_of(one, "status"), "failed");
	assert_null(json_object_get(one, "mac-address"));
	json_decref(list);
	list = get(c, "/ipv6/neighbor");
	assert_int_equal(json_array_size(list), 1);
	json_decref(list);
	one = get(c, "/ip/arp/192.0.2.3");
	assert_string_equal(text_of(one, "status"), "failed");
	json_decref(one);
	one = get(c, "/ipv6/neighbor/2001:db8::2");
	assert_string_equal(text_of(one, "interface"), "ether1");
	json_decref(one);
	assert_int_equal(fixture_status(c, TP_METHOD_GET, "/ip/arp/192.0.2.9", NULL), 404);
}

static void test_the_clock_tells_the_time(void **state)
{
	static const char *const names[] = {"time",	      "date",	    "time-zone-autodetect",
					    "time-zone-name", "gmt-offset", "dst-active"};
	json_t *o = get(*state, "/system/clock");

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_non_null(json_object_get(o, names[i]));
	assert_int_equal(strlen(text_of(o, "date")), 10);
	assert_int_equal(strlen(text_of(o, "time")), 8);
	assert_int_equal(strlen(text_of(o, "gmt-offset")), 6);
	json_decref(o);
}

/* What panels look for and would put there. */
static void test_what_there_is_not_is_an_empty_list_or_a_refusal_with_the_cure(void **state)
{
	static const char *const empty[] = {"/system/scheduler", "/system/script", "/queue/simple",
					    "/ip/address", "/user/active"};
	static const struct {
		const char *path, *detail;
	} refused[] = {{"/system/scheduler", "cron(8)"},
		       {"/system/script", "cron(8)"},
		       {"/queue/simple", "rate-limit"},
		       {"/ip/address", "/dataplane/port"},
		       {"/ip/arp", "ip(8)"},
		       {"/user/active", "/user"}};
	json_t *list;

	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++) {
		list = get(*state, empty[i]);
		assert_true(json_is_array(list));
		assert_int_equal(json_array_size(list), 0);
		json_decref(list);
	}
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		assert_non_null(strstr(fixture_refusal(*state, TP_METHOD_PUT, refused[i].path, NULL,
						       "{\"name\":\"x\"}"),
				       refused[i].detail));
	list = get(*state, "/system/health");
	assert_true(json_is_array(list));
	json_decref(list);
	list = get(*state, "/system/routerboard");
	assert_true(json_is_false(json_object_get(list, "routerboard")));
	json_decref(list);
}

static void test_who_is_there_is_as_management_says(void **state)
{
	struct tp_request request = {.method = TP_METHOD_GET,
				     .path = "/user/active",
				     .users =
					     json_pack("[{s:s,s:s},{s:s,s:s}]", ".id", "*9", "name",
						       "noc", ".id", "*1F", "name", "admin")};

	assert_true(tp_control_execute(*state, &request));
	assert_null(request.users);
	assert_int_equal(json_array_size(request.answer), 2);
	json_decref(request.answer);
	json_t *one = get(*state, "/user/active/*1F");
	assert_string_equal(text_of(one, "name"), "admin");
	json_decref(one);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_ports_and_vlans_are_interfaces),
		TEST(test_static_entries_are_interfaces_and_come_in_pages),
		TEST(test_a_name_is_found_without_a_walk),
		TEST(test_what_passes_in_a_second_is_measured),
		TEST(test_a_vlan_has_what_its_sessions_have),
		TEST(test_it_goes_on_as_long_as_was_asked_for),
		TEST(test_no_more_wait_than_there_is_room_for),
		TEST(test_mistakes_are_named),
		cmocka_unit_test(test_who_may_only_read_may_look),
		cmocka_unit_test(test_only_answers_to_pings_are_read_as_such),
		TEST(test_neighbours_are_listed_by_family),
		TEST(test_the_clock_tells_the_time),
		TEST(test_what_there_is_not_is_an_empty_list_or_a_refusal_with_the_cure),
		TEST(test_who_is_there_is_as_management_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
