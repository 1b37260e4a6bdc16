/* SPDX-License-Identifier: BSD-3-Clause */
/* The resources behind /rest, one request at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "config/remote.h"
#include "fixture.h"

static int setup(void **state)
{
	fake_reset(2);
	*state = fixture_create(fixture_yaml, NULL);
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

static void test_an_item_is_found_by_name_and_by_id(void **state)
{
	json_t *by_name, *by_id;
	char path[64];

	by_name = fixture_call(*state, TP_METHOD_GET, "/ip/pool/pppoe-pool", NULL, NULL, NULL);
	assert_string_equal(text_of(by_name, "ranges"), "10.0.0.2-10.0.0.5");
	snprintf(path, sizeof(path), "/ip/pool/%s", text_of(by_name, ".id"));
	by_id = fixture_call(*state, TP_METHOD_GET, path, NULL, NULL, NULL);
	assert_true(json_equal(by_name, by_id));
	json_decref(by_name);
	json_decref(by_id);
}

static void test_a_pool_tells_how_full_it_is(void **state)
{
	json_t *pool = fixture_call(*state, TP_METHOD_GET, "/ip/pool/pppoe-pool", NULL, NULL, NULL);

	assert_int_equal(json_integer_value(json_object_get(pool, "total")), 4);
	assert_int_equal(json_integer_value(json_object_get(pool, "used")), 0);
	assert_int_equal(json_integer_value(json_object_get(pool, "available")), 4);
	json_decref(pool);
}

static void test_a_proplist_may_name_what_is_not_configured(void **state)
{
	static const char query[] = "{\".proplist\":\"used,name\"}";
	json_t *pool =
		fixture_call(*state, TP_METHOD_GET, "/ip/pool/pppoe-pool", query, NULL, NULL);

	assert_int_equal(json_object_size(pool), 2);
	assert_int_equal(json_integer_value(json_object_get(pool, "used")), 0);
	assert_string_equal(text_of(pool, "name"), "pppoe-pool");
	json_decref(pool);
	pool = fixture_call(*state, TP_METHOD_GET, "/ip/pool", "{\".proplist\":\"total\"}", NULL,
			    NULL);
	assert_int_equal(json_object_size(json_array_get(pool, 0)), 1);
	json_decref(pool);
	assert_non_null(strstr(fixture_refusal(*state, TP_METHOD_GET, "/ip/pool",
					       "{\".proplist\":\"used,sessions\"}", NULL),
			       "sessions"));
}

static void test_a_secret_tells_how_its_last_session_went(void **state)
{
	struct tp_control *c = *state;
	const struct tp_session_info info = {
		.secret_id = tp_config_secret(c->config, "MT-User")->head.id,
		.mac = {{2, 0, 0, 0, 0, 9}},
		.reason = TP_END_LIMIT_BYTES,
	};
	json_t *o;

	tp_last_note(&c->last_sessions, &info, 1800000000000);
	o = fixture_call(c, TP_METHOD_GET, "/ppp/secret/MT-User", NULL, NULL, NULL);
	assert_string_equal(text_of(o, "last-caller-id"), "02:00:00:00:00:09");
	assert_string_equal(text_of(o, "last-end-reason"), "limit-bytes");
	assert_string_equal(text_of(o, "last-disconnect-reason"), "nas-request");
	assert_int_equal(strncmp(text_of(o, "last-logged-out"), "2027-01-1", 9), 0);
	json_decref(o);
	assert_int_equal(fixture_status(c, TP_METHOD_DELETE, "/ppp/secret/MT-User", NULL), 204);
	assert_null(c->last_sessions);
}

static void test_why_a_session_ended_is_said_in_routeros_words(void **state)
{
	static const struct {
		enum tp_end_reason reason;
		const char *word;
	} cases[] = {
		{TP_END_PEER_PADT, "peer-request"},
		{TP_END_PEER_TERMINATE, "peer-request"},
		{TP_END_KEEPALIVE, "hung-up"},
		{TP_END_IDLE_TIMEOUT, "idle-timeout"},
		{TP_END_SESSION_TIMEOUT, "session-timeout"},
		{TP_END_ADMIN, "reset"},
		{TP_END_SHUTDOWN, "reboot"},
		{TP_END_LOOPBACK, "port-error"},
		{TP_END_RESOURCES, "nas-error"},
		{TP_END_NO_ADDRESS, "nas-error"},
		{TP_END_CONFIG, "nas-request"},
		{TP_END_REPLACED_USER, "nas-request"},
	};
	struct tp_control *c = *state;

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct tp_session_info info = {
			.secret_id = tp_config_secret(c->config, "MT-User")->head.id,
			.reason = cases[i].reason,
		};
		json_t *o;

		tp_last_note(&c->last_sessions, &info, 1800000000000);
		o = fixture_call(c, TP_METHOD_GET, "/ppp/secret/MT-User", NULL, NULL, NULL);
		assert_string_equal(text_of(o, "last-disconnect-reason"), cases[i].word);
		json_decref(o);
	}
}

static void test_a_singleton_is_an_object(void **state)
{
	json_t *o = fixture_call(*state, TP_METHOD_GET, "/system/identity", NULL, NULL, NULL);

	assert_string_equal(text_of(o, "name"), "MT_AC");
	json_decref(o);
	assert_int_equal(
		fixture_status(*state, TP_METHOD_PATCH, "/system/identity", "{\"name\":\"Other\"}"),
		200);
	o = fixture_call(*state, TP_METHOD_GET, "/system/identity", NULL, NULL, NULL);
	assert_string_equal(text_of(o, "name"), "Other");
	json_decref(o);
}

static void test_an_item_comes_changes_and_goes(void **state)
{
	json_t *o;
	int status;

	o = fixture_call(*state, TP_METHOD_PUT, "/ppp/secret", NULL,
			 "{\"name\":\"joe\",\"password\":\"x\"}", &status);
	assert_int_equal(status, 201);
	assert_string_equal(text_of(o, "name"), "joe");
	assert_null(json_object_get(o, "password"));
	json_decref(o);
	o = fixture_call(*state, TP_METHOD_PATCH, "/ppp/secret/joe", NULL,
			 "{\"comment\":\"late payer\"}", &status);
	assert_int_equal(status, 200);
	assert_string_equal(text_of(o, "comment"), "late payer");
	json_decref(o);
	assert_int_equal(fixture_status(*state, TP_METHOD_DELETE, "/ppp/secret/joe", NULL), 204);
	assert_int_equal(fixture_status(*state, TP_METHOD_GET, "/ppp/secret/joe", NULL), 404);
}

static void test_a_new_pool_can_be_taken_from(void **state)
{
	struct tp_control *c = *state;
	uint32_t address;

	fixture_status(c, TP_METHOD_PUT, "/ip/pool", "{\"name\":\"p\",\"ranges\":\"10.1.0.7\"}");
	assert_int_equal(tp_pool_allocate(c->pools, "p", c, "", 0, &address), 0);
	assert_int_equal(address, 0x0a010007);
	fixture_status(c, TP_METHOD_PATCH, "/ip/pool/p", "{\"ranges\":\"10.1.0.9\"}");
	assert_int_equal(tp_pool_allocate(c->pools, "p", c, "", 0, &address), 0);
	assert_int_equal(address, 0x0a010009);
	fixture_status(c, TP_METHOD_DELETE, "/ip/pool/p", NULL);
	assert_int_equal(tp_pool_allocate(c->pools, "p", c, "", 0, &address), -ENOENT);
}

static void test_a_held_address_is_in_the_used_list(void **state)
{
	struct tp_control *c = *state;
	uint32_t address;
	json_t *list, *item;

	tp_pool_allocate(c->pools, "pppoe-pool", c, "MT-User", c->now_ms, &address);
	list = fixture_call(c, TP_METHOD_GET, "/ip/pool/used", "{\"pool\":\"pppoe-pool\"}", NULL,
			    NULL);
	assert_int_equal(json_array_size(list), 1);
	item = json_array_get(list, 0);
	assert_string_equal(text_of(item, "address"), "10.0.0.2");
	assert_string_equal(text_of(item, "info"), "MT-User");
	json_decref(list);
	item = fixture_call(c, TP_METHOD_GET, "/ip/pool/used/10.0.0.2", NULL, NULL, NULL);
	assert_string_equal(text_of(item, "pool"), "pppoe-pool");
	json_decref(item);
}

static int take6(struct tp_control *c, const char *pool, uint64_t place, struct tp_prefix6 *prefix)
{
	const struct tp_pool6_holder holder = {
		.owner = c, .info = "MT-User", .use = TP_POOL6_DELEGATED, .now_ms = c->now_ms};
	const struct tp_pool6_wish wish = {.place = place};

	return tp_pool6_allocate(c->pools6, pool, &holder, &wish, prefix);
}

static void test_a_new_pool_of_ipv6_can_be_taken_from(void **state)
{
	struct tp_control *c = *state;
	struct tp_prefix6 prefix, other;
	json_t *pool;

	assert_int_equal(fixture_status(c, TP_METHOD_PUT, "/ipv6/pool",
					"{\"name\":\"p\",\"prefix\":\"2001:db8::/48\","
					"\"prefix-length\":56}"),
			 201);
	assert_int_equal(take6(c, "p", 1, &prefix), 0);
	assert_int_equal(prefix.length, 56);
	assert_int_equal(prefix.address[6], 1);
	pool = fixture_call(c, TP_METHOD_GET, "/ipv6/pool/p", NULL, NULL, NULL);
	assert_int_equal(json_integer_value(json_object_get(pool, "total")), 256);
	assert_int_equal(json_integer_value(json_object_get(pool, "used")), 1);
	assert_int_equal(json_integer_value(json_object_get(pool, "available")), 255);
	json_decref(pool);
	assert_int_equal(
		fixture_status(c, TP_METHOD_PATCH, "/ipv6/pool/p", "{\"prefix-length\":60}"), 200);
	assert_int_equal(take6(c, "p", 1, &other), 0);
	assert_int_equal(other.length, 60);
	assert_int_equal(fixture_status(c, TP_METHOD_DELETE, "/ipv6/pool/p", NULL), 204);
	assert_int_equal(take6(c, "p", 1, &other), -ENOENT);
	assert_int_equal(tp_pool6_release(c->pools6, &prefix, c), 0);
	assert_int_equal(tp_pool6_used_count(c->pools6), 1);
}

static void test_a_pool_of_ipv6_that_a_profile_names_stays(void **state)
{
	struct tp_control *c = *state;

	fixture_status(c, TP_METHOD_PUT, "/ipv6/pool",
		       "{\"name\":\"p\",\"prefix\":\"2001:db8::/48\",\"prefix-length\":64}");
	assert_int_equal(fixture_status(c, TP_METHOD_PUT, "/ppp/profile",
					"{\"name\":\"six\",\"remote-ipv6-prefix-pool\":\"p\"}"),
			 201);
	assert_int_equal(fixture_status(c, TP_METHOD_DELETE, "/ipv6/pool/p", NULL), 409);
	assert_non_null(strstr(
		fixture_refusal(c, TP_METHOD_PATCH, "/ipv6/pool/p", NULL, "{\"prefix-length\":56}"),
		"gives prefixes of 56"));
	assert_non_null(strstr(fixture_refusal(c, TP_METHOD_PUT, "/ppp/profile", NULL,
					       "{\"name\":\"seven\",\"dhcpv6-pd-pool\":\"q\"}"),
			       "there is no IPv6 pool 'q'"));
}

/* All pages of /ipv6/pool/used. */
static json_t *all_used6(struct tp_control *c)
{
	struct tp_request request = {.method = TP_METHOD_GET, .more = true};
	json_t *all = json_array();

	while (request.more) {
		request.path = strdup("/ipv6/pool/used");
		assert_true(tp_control_execute(c, &request));
		assert_int_equal(request.status, 200);
		assert_int_equal(json_array_extend(all, request.answer), 0);
		json_decref(request.answer);
		request.answer = NULL;
		free(request.path);
	}
	return all;
}

/* More than a page, of lengths from 56 to 128. */
static void test_held_prefixes_are_in_the_used_list(void **state)
{
	struct tp_control *c = *state;
	struct tp_prefix6 prefix;
	json_t *list, *item;
	char path[96];

	fixture_status(c, TP_METHOD_PUT, "/ipv6/pool",
		       "{\"name\":\"homes\",\"prefix\":\"2001:db8::/40\",\"prefix-length\":56}");
	fixture_status(
		c, TP_METHOD_PUT, "/ipv6/pool",
		"{\"name\":\"hosts\",\"prefix\":\"2001:db8:100::/64\",\"prefix-length\":128}");
	for (unsigned i = 0; i < 300; i++) {
		assert_int_equal(take6(c, "homes", i, &prefix), 0);
		assert_int_equal(take6(c, "hosts", i, &prefix), 0);
	}
	list = all_used6(c);
	assert_int_equal(json_array_size(list), 600);
	item = json_array_get(list, 1);
	assert_string_equal(text_of(item, "prefix"), "2001:db8:0:100::/56");
	item = json_array_get(list, 599);
	assert_string_equal(text_of(item, "prefix"), "2001:db8:100::12c/128");
	assert_string_equal(text_of(item, "owner"), "dhcpv6");
	assert_string_equal(text_of(item, "info"), "MT-User");
	snprintf(path, sizeof(path), "/ipv6/pool/used/%s", text_of(item, ".id"));
	json_decref(list);
	item = fixture_call(c, TP_METHOD_GET, path, NULL, NULL, NULL);
	assert_string_equal(text_of(item, "prefix"), "2001:db8:100::12c/128");
	json_decref(item);
	item = fixture_call(c, TP_METHOD_GET, "/ipv6/pool/used/2001:db8:0:1ff::7", NULL, NULL,
			    NULL);
	assert_string_equal(text_of(item, "prefix"), "2001:db8:0:100::/56");
	json_decref(item);
	assert_int_equal(fixture_status(c, TP_METHOD_GET, "/ipv6/pool/used/2001:db9::", NULL), 404);
	assert_int_equal(fixture_status(c, TP_METHOD_GET, "/ipv6/pool/used/*12", NULL), 404);
}

static void test_commands_do_as_methods(void **state)
{
	json_t *list;
	int status;

	assert_int_equal(fixture_status(*state, TP_METHOD_POST, "/ppp/secret/add",
					"{\"name\":\"joe\",\"password\":\"x\"}"),
			 200);
	assert_int_equal(fixture_status(*state, TP_METHOD_POST, "/ppp/secret/set",
					"{\".id\":\"joe\",\"comment\":\"c\"}"),
			 200);
	list = fixture_call(*state, TP_METHOD_POST, "/ppp/secret/print", NULL,
			    "{\".query\":{\"comment\":\"c\"},\".proplist\":\"name\"}", &status);
	assert_int_equal(status, 200);
	assert_int_equal(json_array_size(list), 1);
	assert_string_equal(text_of(json_array_get(list, 0), "name"), "joe");
	assert_null(json_object_get(json_array_get(list, 0), "comment"));
	json_decref(list);
	assert_int_equal(
		fixture_status(*state, TP_METHOD_POST, "/ppp/secret/remove", "{\".id\":\"joe\"}"),
		200);
	assert_int_equal(fixture_status(*state, TP_METHOD_POST, "/ppp/secret/dance", "{}"), 404);
	assert_int_equal(fixture_status(*state, TP_METHOD_POST, "/system/identity/set",
					"{\"name\":\"New\"}"),
			 200);
}

static void test_print_takes_routeros_lists_too(void **state)
{
	json_t *list = fixture_call(*state, TP_METHOD_POST, "/ppp/profile/print", NULL,
				    "{\".query\":[\"name=for-pppoe\"],"
				    "\".proplist\":[\"name\",\"local-address\"]}",
				    NULL);

	assert_int_equal(json_array_size(list), 1);
	assert_int_equal(json_object_size(json_array_get(list, 0)), 2);
	assert_string_equal(text_of(json_array_get(list, 0), "local-address"), "10.0.0.1");
	json_decref(list);
}

static void test_filters_and_proplist_cut_a_list_down(void **state)
{
	json_t *list = fixture_call(*state, TP_METHOD_GET, "/ppp/profile",
				    "{\"name\":\"default\",\".proplist\":\"name\"}", NULL, NULL);

	assert_int_equal(json_array_size(list), 1);
	assert_int_equal(json_object_size(json_array_get(list, 0)), 1);
	json_decref(list);
	list = fixture_call(*state, TP_METHOD_GET, "/ppp/profile", "{\"name\":\"nobody\"}", NULL,
			    NULL);
	assert_int_equal(json_array_size(list), 0);
	json_decref(list);
}

static const struct {
	enum tp_method method;
	const char *path, *query, *body;
	const char *names; /* what the detail must name */
} refusals[] = {
	{TP_METHOD_GET, "/ppp/nonsense", NULL, NULL, "no such resource"},
	{TP_METHOD_GET, "/", NULL, NULL, "no such resource"},
	{TP_METHOD_GET, "/ppp/secret/nobody", NULL, NULL, "no such item"},
	{TP_METHOD_GET, "/ppp/secret", "{\"colour\":\"red\"}", NULL, "colour"},
	{TP_METHOD_GET, "/ppp/secret", "{\".proplist\":\"name,colour\"}", NULL, "colour"},
	{TP_METHOD_GET, "/ppp/active", "{\"colour\":\"red\"}", NULL, "colour"},
	{TP_METHOD_GET, "/ppp/active", "{\".proplist\":\"name,colour\"}", NULL, "colour"},
	{TP_METHOD_GET, "/ppp/active/*FFFF", NULL, NULL, "no such item"},
	{TP_METHOD_DELETE, "/ppp/active/*FFFF", NULL, NULL, "no such item"},
	{TP_METHOD_DELETE, "/ppp/active", NULL, NULL, "which one"},
	{TP_METHOD_DELETE, "/ip/pool/used/10.0.0.2", NULL, NULL, "removed"},
	{TP_METHOD_PUT, "/ppp/active", NULL, "{}", "configured"},
	{TP_METHOD_PUT, "/ppp/secret", NULL, "[]", "object"},
	{TP_METHOD_PUT, "/ppp/secret", NULL, NULL, "object"},
	{TP_METHOD_PUT, "/ppp/secret", NULL, "{\"name\":\"a\",\"colour\":\"red\"}", "colour"},
	{TP_METHOD_PUT, "/ppp/secret", NULL, "{\"password\":\"a\"}", "name"},
	{TP_METHOD_PUT, "/ppp/secret", NULL, "{\"name\":\"MT-User\"}", "MT-User"},
	{TP_METHOD_PUT, "/ppp/secret", NULL, "{\"name\":\"a\",\"profile\":\"no\"}", "profile"},
	{TP_METHOD_PUT, "/system/identity", NULL, "{\"name\":\"a\"}", "PATCH"},
	{TP_METHOD_DELETE, "/system/identity", NULL, NULL, "removed"},
	{TP_METHOD_DELETE, "/ppp/secret", NULL, NULL, "one item"},
	{TP_METHOD_DELETE, "/ip/pool/pppoe-pool", NULL, NULL, "for-pppoe"},
	{TP_METHOD_PATCH, "/dataplane/port/ether0", NULL, "{\"mtu\":9000}",
	 "while the daemon runs"},
	{TP_METHOD_POST, "/ppp/secret/print", NULL, "{\".query\":[\"#|\"]}", ".query"},
	{TP_METHOD_POST, "/ppp/secret/print", NULL, "{\".proplist\":7}", ".proplist"},
	{TP_METHOD_POST, "/system/resource/explode", NULL, NULL, "no such command"},
};

static void test_each_mistake_is_refused_and_named(void **state)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const char *detail = fixture_refusal(*state, refusals[i].method, refusals[i].path,
						     refusals[i].query, refusals[i].body);

		if (strstr(detail, refusals[i].names) == NULL)
			fail_msg("%s: \"%s\" does not name \"%s\"", refusals[i].path, detail,
				 refusals[i].names);
	}
}

static void test_a_refused_static_route_is_not_in_the_configuration(void **state)
{
	const char *detail = fixture_refusal(
		*state, TP_METHOD_PUT, "/ip/route", NULL,
		"{\"dst-address\":\"203.0.113.0/24\",\"gateway\":\"203.0.113.77\"}");
	json_t *list;

	assert_non_null(strstr(detail, "gateway"));
	list = fixture_call(*state, TP_METHOD_GET, "/ip/route", NULL, NULL, NULL);
	assert_int_equal(json_array_size(list), 0);
	json_decref(list);
}

static void test_a_disabled_vlan_takes_its_server_out(void **state)
{
	struct tp_control *c = *state;
	json_t *server;
	char path[64];

	fixture_status(c, TP_METHOD_PUT, "/interface/vlan",
		       "{\"name\":\"v7\",\"interface\":\"ether1\",\"vlan-id\":7}");
	server = fixture_call(c, TP_METHOD_PUT, "/interface/pppoe-server/server", NULL,
			      "{\"service-name\":\"s\",\"interface\":\"v7\"}", NULL);
	snprintf(path, sizeof(path), "/interface/pppoe-server/server/%s", text_of(server, ".id"));
	json_decref(server);
	uint32_t id = tp_config_find(c->config, TP_PPPOE_SERVER, strrchr(path, '/') + 1)->id;
	assert_int_equal(
		fixture_status(c, TP_METHOD_PATCH, "/interface/vlan/v7", "{\"disabled\":true}"),
		200);
	assert_int_equal(tp_ac_server_remove(c->ac, id, c->now_ms), -ENOENT);
	fixture_status(c, TP_METHOD_PATCH, "/interface/vlan/v7", "{\"disabled\":false}");
	assert_int_equal(tp_ac_server_remove(c->ac, id, c->now_ms), 0);
}

static bool has_service_tag(unsigned vlan_id)
{
	return (fake.service_tags[vlan_id / 8] >> vlan_id % 8 & 1) != 0;
}

static void test_a_vlan_is_tagged_as_configured(void **state)
{
	fixture_status(*state, TP_METHOD_PUT, "/interface/vlan",
		       "{\"name\":\"s\",\"interface\":\"ether1\",\"vlan-id\":40,"
		       "\"use-service-tag\":true}");
	assert_true(has_service_tag(40));
	fixture_status(*state, TP_METHOD_PATCH, "/interface/vlan/s", "{\"vlan-id\":41}");
	assert_false(has_service_tag(40));
	assert_true(has_service_tag(41));
	fixture_status(*state, TP_METHOD_PATCH, "/interface/vlan/s", "{\"vlan-id\":\"50-59,70\"}");
	assert_false(has_service_tag(41));
	assert_false(has_service_tag(49));
	assert_true(has_service_tag(50));
	assert_true(has_service_tag(59));
	assert_false(has_service_tag(60));
	assert_true(has_service_tag(70));
	fixture_status(*state, TP_METHOD_DELETE, "/interface/vlan/s", NULL);
	assert_false(has_service_tag(50));
	assert_false(has_service_tag(70));
}

static void test_padi_limits_are_a_ports_and_change_while_it_runs(void **state)
{
	assert_int_equal(fake.padi_limits[1].port, 100000);
	assert_int_equal(fake.padi_limits[1].vlan, 0);
	assert_int_equal(fake.padi_limits[1].mac, 64);
	assert_int_equal(fixture_status(*state, TP_METHOD_PATCH, "/dataplane/port/ether1",
					"{\"padi-limit\":700,\"padi-limit-vlan\":50,"
					"\"padi-limit-mac\":0}"),
			 200);
	assert_int_equal(fake.padi_limits[1].port, 700);
	assert_int_equal(fake.padi_limits[1].vlan, 50);
	assert_int_equal(fake.padi_limits[1].mac, 0);
	assert_int_equal(fake.padi_limits[0].port, 100000);
}

static void test_how_much_a_session_may_send_the_box_changes_while_it_runs(void **state)
{
	assert_int_equal(fake.host_limits[1], 1000);
	assert_int_equal(fixture_status(*state, TP_METHOD_PATCH, "/dataplane/port/ether1",
					"{\"host-limit\":50}"),
			 200);
	assert_int_equal(fake.host_limits[1], 50);
	assert_int_equal(fake.host_limits[0], 1000);
	assert_int_equal(fixture_status(*state, TP_METHOD_PATCH, "/dataplane/port/ether1",
					"{\"host-limit\":-1}"),
			 400);
	assert_int_equal(fake.host_limits[1], 50);
}

static void test_ports_tell_what_drives_them(void **state)
{
	json_t *o = fixture_call(*state, TP_METHOD_GET, "/dataplane/port/ether1", NULL, NULL, NULL);

	assert_string_equal(text_of(o, "driver"), "fake");
	assert_string_equal(text_of(o, "mac-address"), "02:00:00:00:00:01");
	assert_int_equal(json_integer_value(json_object_get(o, "packets-received")), 201);
	assert_int_equal(json_integer_value(json_object_get(o, "packets-dropped")), 6);
	json_decref(o);
}

static void test_counters_that_count_nothing_are_left_out(void **state)
{
	json_t *list = fixture_call(*state, TP_METHOD_GET, "/dataplane/counter", NULL, NULL, NULL);

	assert_int_equal(json_array_size(list), 8); /* two workers, two ports, two that count */
	json_decref(list);
	list = fixture_call(*state, TP_METHOD_GET, "/dataplane/counter",
			    "{\"name\":\"received\",\"worker\":\"1\"}", NULL, NULL);
	assert_int_equal(json_array_size(list), 2);
	json_decref(list);
}

static void test_health_is_ok_until_it_ends(void **state)
{
	struct tp_control *c = *state;

	assert_int_equal(fixture_status(c, TP_METHOD_HEALTH, "/healthz", NULL), 200);
	c->ending = true;
	assert_int_equal(fixture_status(c, TP_METHOD_HEALTH, "/healthz", NULL), 503);
}

static void test_an_operator_whom_no_server_knows_is_refused(void **state)
{
	const char *body = "{\"password\":\"x\",\"address\":\"127.0.0.1\"}";
	struct tp_control *c = *state;

	assert_int_equal(fixture_status(c, TP_METHOD_LOGIN, "ann", body), 401);
	json_decref(fixture_call(c, TP_METHOD_PUT, "/radius", NULL,
				 "{\"address\":\"127.0.0.1\",\"service\":\"ppp\"}", NULL));
	assert_int_equal(fixture_status(c, TP_METHOD_LOGIN, "ann", body), 401);
	json_decref(fixture_call(c, TP_METHOD_PUT, "/radius", NULL,
				 "{\"address\":\"127.0.0.2\",\"service\":\"login\","
				 "\"domain\":\"noc\"}",
				 NULL));
	assert_int_equal(fixture_status(c, TP_METHOD_LOGIN, "ann", body), 401);
	c->ending = true;
	assert_int_equal(fixture_status(c, TP_METHOD_LOGIN, "ann@noc", body), 503);
}

/* Management forgets whom a server has let in when it is told anew. */
static void test_another_server_has_operators_ask_again(void **state)
{
	struct tp_control *c = *state;
	struct tp_remote *remote;

	tp_remote_destroy(tp_mailbox_remote(&c->mailbox));
	json_decref(fixture_call(
		c, TP_METHOD_PUT, "/radius", NULL,
		"{\"address\":\"127.0.0.1\",\"secret\":\"x\",\"service\":\"login\"}", NULL));
	remote = tp_mailbox_remote(&c->mailbox);
	assert_non_null(remote);
	tp_remote_destroy(remote);
}

static void test_samples_of_one_name_stand_together(void **state)
{
	json_t *samples = fixture_call(*state, TP_METHOD_METRICS, "/metrics", NULL, NULL, NULL);
	json_t *sample, *seen = json_object();
	const char *last = "";
	size_t i;

	json_array_foreach (samples, i, sample) {
		const char *name = text_of(sample, "name");

		assert_non_null(name);
		assert_true(json_is_number(json_object_get(sample, "value")));
		if (strcmp(name, last) == 0)
			continue;
		assert_null(json_object_get(seen, name));
		json_object_set_new(seen, name, json_true());
		last = name;
	}
	assert_non_null(json_object_get(seen, "turnpike_dataplane_drops_total"));
	json_decref(seen);
	json_decref(samples);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_an_item_is_found_by_name_and_by_id),
		TEST(test_a_pool_tells_how_full_it_is),
		TEST(test_a_proplist_may_name_what_is_not_configured),
		TEST(test_a_secret_tells_how_its_last_session_went),
		TEST(test_why_a_session_ended_is_said_in_routeros_words),
		TEST(test_a_singleton_is_an_object),
		TEST(test_an_item_comes_changes_and_goes),
		TEST(test_a_new_pool_can_be_taken_from),
		TEST(test_a_held_address_is_in_the_used_list),
		TEST(test_a_new_pool_of_ipv6_can_be_taken_from),
		TEST(test_a_pool_of_ipv6_that_a_profile_names_stays),
		TEST(test_held_prefixes_are_in_the_used_list),
		TEST(test_commands_do_as_methods),
		TEST(test_print_takes_routeros_lists_too),
		TEST(test_filters_and_proplist_cut_a_list_down),
		TEST(test_each_mistake_is_refused_and_named),
		TEST(test_a_refused_static_route_is_not_in_the_configuration),
		TEST(test_a_disabled_vlan_takes_its_server_out),
		TEST(test_a_vlan_is_tagged_as_configured),
		TEST(test_padi_limits_are_a_ports_and_change_while_it_runs),
		TEST(test_how_much_a_session_may_send_the_box_changes_while_it_runs),
		TEST(test_ports_tell_what_drives_them),
		TEST(test_counters_that_count_nothing_are_left_out),
		TEST(test_health_is_ok_until_it_ends),
		TEST(test_an_operator_whom_no_server_knows_is_refused),
		TEST(test_another_server_has_operators_ask_again),
		TEST(test_samples_of_one_name_stand_together),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
