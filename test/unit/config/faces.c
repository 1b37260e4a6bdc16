/* SPDX-License-Identifier: BSD-3-Clause */
/* Items as JSON, filters, and YAML out. */
#include "given.h"

#include "config/json.h"

static void test_an_item_is_shown_in_jsons_own_types_with_defaults(void **state)
{
	struct tp_config *config = given(quick_example);
	json_t *json =
		tp_config_item_to_json(tp_config_first(config, TP_PPPOE_SERVER), TP_PROPLIST_ALL);
	json_t *expected = json_given(
		"{'.id': '*1', 'service-name': 'pppoeservice', 'interface': 'ether3',"
		" 'authentication': 'mschap2,mschap1,chap,pap', 'chap-interval': '0s',"
		" 'default-profile': 'for-pppoe',"
		" 'keepalive-timeout': '10s', 'max-mru': 1480, 'max-mtu': 1480, 'mrru': 'disabled',"
		" 'max-sessions': 0, 'max-login-failures': 5, 'login-lock-time': '1m',"
		" 'one-session-per-host': false, 'accept-empty-service': true,"
		" 'pado-delay': '0ms', 'accept-untagged': true, 'trust-access-line': true,"
		" 'disabled': false}");
	assert_true(json_equal(json, expected));
	json_decref(json);
	json_decref(expected);
	tp_config_destroy(config);
}

static void test_a_password_never_comes_out(void **state)
{
	struct tp_config *config = given(quick_example);
	const struct tp_config_item *item = tp_config_first(config, TP_PPP_SECRET);
	uint64_t proplist;
	bool matches;
	assert_int_equal(tp_proplist_parse(item->resource, "name,password", &proplist, NULL), 0);
	json_t *json = tp_config_item_to_json(item, proplist);
	assert_int_equal(json_object_size(json), 1);
	json_decref(json);
	json = tp_config_item_to_json(item, TP_PROPLIST_ALL);
	assert_null(json_object_get(json, "password"));
	json_decref(json);
	assert_int_equal(tp_config_item_matches(item, "password", "StrongPass", &matches, NULL), 0);
	assert_false(matches);
	tp_config_destroy(config);
}

static void test_a_proplist_selects(void **state)
{
	struct tp_config *config = given(quick_example);
	const struct tp_config_item *item = tp_config_first(config, TP_IP_POOL);
	struct tp_error error;
	uint64_t proplist;
	assert_int_equal(tp_proplist_parse(item->resource, ".id,ranges", &proplist, &error), 0);
	json_t *json = tp_config_item_to_json(item, proplist);
	json_t *expected = json_given("{'.id': '*1', 'ranges': '10.0.0.2-10.0.0.5'}");
	assert_true(json_equal(json, expected));
	json_decref(json);
	json_decref(expected);
	assert_int_not_equal(tp_proplist_parse(item->resource, "name,,", &proplist, &error), 0);
	assert_int_not_equal(tp_proplist_parse(item->resource, "nme", &proplist, &error), 0);
	assert_non_null(strstr(error.message, "/ip/pool has no property 'nme'"));
	assert_int_not_equal(tp_proplist_parse(item->resource, "n\xc3m\xff", &proplist, &error), 0);
	assert_non_null(strstr(error.message, "/ip/pool has no property 'n\\xc3m\\xff'"));
	tp_config_destroy(config);
}

static void test_filters_compare_values_not_texts(void **state)
{
	struct tp_config *config = given(quick_example);
	const struct tp_config_item *server = tp_config_first(config, TP_PPPOE_SERVER);
	const struct tp_config_item *secret = tp_config_first(config, TP_PPP_SECRET);
	static const struct {
		bool secret;
		const char *property, *text;
		bool matches;
	} cases[] = {
		{false, "keepalive-timeout", "00:00:10", true},
		{false, "keepalive-timeout", "11s", false},
		{false, "disabled", "false", true},
		{false, "authentication", "mschap2, mschap1, chap, pap", true},
		{false, "service-name", "pppoeservice", true},
		{false, "service-name", "PPPoEservice", false},
		{false, ".id", "*1", true},
		{true, "caller-id", "", true},
		{true, "profile", "for-pppoe", true},
		{true, "service", "any", false},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool matches = !cases[i].matches;
		assert_int_equal(tp_config_item_matches(cases[i].secret ? secret : server,
							cases[i].property, cases[i].text, &matches,
							NULL),
				 0);
		if (matches != cases[i].matches)
			fail_msg("%s=%s", cases[i].property, cases[i].text);
	}
	bool matches;
	struct tp_error error;
	assert_int_not_equal(tp_config_item_matches(server, "max-mtu", "many", &matches, &error),
			     0);
	assert_int_not_equal(tp_config_item_matches(server, "mtu", "1", &matches, &error), 0);
	tp_config_destroy(config);
}

/* Every property of every item equal, in both. */
static void assert_same(const struct tp_config *a, struct tp_config *b)
{
	struct tp_config_diff diff;
	assert_int_equal(tp_config_diff(a, b, &diff), 0);
	assert_int_equal(diff.count, 0);
	tp_config_diff_clear(&diff);
}

static struct tp_config *written_and_read(struct tp_config *config)
{
	char *text = yaml_of(config);
	struct tp_config *again = given(text);
	free(text);
	return again;
}

static void test_what_is_written_is_read_back_the_same(void **state)
{
	static const char odd[] =
		"system: { identity: 'null' }\n"
		"management: { log-level: debug }\n"
		"dataplane: { control-lcore: 3, worker-lcores: [4, 5], ports: [ { name: p, device: "
		"d },\n"
		"  { name: c, device: e, address: [192.0.2.1/24, 198.51.100.1/24] } ] }\n"
		"ip: { pool: [ { name: 'a b', ranges: [10.0.0.0/24, 10.0.2.1] },\n"
		"              { name: '*1', ranges: 10.1.0.0/24, next-pool: 'a b' } ] }\n"
		"interface: { vlan: [ { name: v, interface: p, vlan-id: 7, use-service-tag: yes "
		"},\n"
		"    { name: w, interface: p, vlan-id: [300, 100-199] } ],\n"
		"  pppoe-server: { server: [ { interface: v, service-name: 'a: b # c' },\n"
		"                            { interface: p, keepalive-timeout: 0,\n"
		"      pppoe-over-vlan-range: '8,20-29', accept-untagged: no,\n"
		"      trust-access-line: no } ], mac-filter: [\n"
		"    { mac-address: '02:AA:00:00:00:00/ff:ff:00:00:00:00', interface: v },\n"
		"    { mac-address: '00:00:00:00:00:12', action: accept } ] } }\n"
		"ipv6: { pool: [ { name: p6, prefix: '2001:db8::/48', prefix-length: 64 } ],\n"
		"  nd: { ra-interval: 1m, ra-lifetime: none, hop-limit: 64, mtu: 1400,\n"
		"    managed-address-configuration: yes, advertise-dns: no },\n"
		"  nd-prefix-default: { valid-lifetime: 1d, prefer-delegation: yes } }\n"
		"ppp: { profile: [ { name: default, remote-address: 'a b' },\n"
		"    { name: t, session-timeout: 1d2h, dns-server: '192.0.2.1,192.0.2.2', "
		"use-ipv6: "
		"required,\n"
		"      remote-ipv6-prefix-pool: p6, dhcpv6-pd-pool: p6, dhcpv6-lease-time: 2h },\n"
		"    { name: v6, dns-server: ['2001:db8::53', 192.0.2.53] } ],\n"
		"  secret: [ { name: \"\\\"q\\\" \\\\ \\u00e9 \\U0001F600\", password: "
		"\"\\x01\\x7f\\u0085\\ufeff\\n\" },\n"
		"    { name: '- x', caller-id: '02:00:00:00:00:0a', routes: [10.9.0.0/16 10.0.0.9 "
		"5],\n"
		"      remote-ipv6-prefix: '2001:db8:a::/64', delegated-ipv6-prefix: "
		"2001:db8:b::/56,\n"
		"      ipv6-routes: ['2001:db8:c::/48', '2001:db8:d::5'] },\n"
		"    { name: \"yes\", password: \"\", comment: ' leading' } ] }\n";
	const char *const texts[] = {quick_example, odd, ""};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct tp_config *config = given(texts[i]);
		struct tp_config *again = written_and_read(config);
		assert_same(config, again);
		tp_config_destroy(config);
		tp_config_destroy(again);
	}
}

static void test_the_schema_tells_what_a_property_is(void **state)
{
	json_t *schema = tp_schema_to_json(TP_PROGRAM_SERVER), *resource, *property;
	size_t i, j;
	unsigned found = 0;
	assert_int_equal(json_array_size(schema), TP_RESOURCES - 2); /* all but the client's */
	json_array_foreach (schema, i, resource) {
		if (strcmp(json_string_value(json_object_get(resource, "path")), "/ppp/secret") !=
		    0)
			continue;
		json_array_foreach (json_object_get(resource, "properties"), j, property) {
			const char *name = json_string_value(json_object_get(property, "name"));
			if (strcmp(name, "password") == 0)
				found += json_is_true(json_object_get(property, "write-only"));
			if (strcmp(name, "service") == 0)
				found += json_array_size(json_object_get(property, "values")) == 2;
			if (strcmp(name, "profile") == 0)
				found += strcmp(json_string_value(json_array_get(
							json_object_get(property, "refers"), 0)),
						"/ppp/profile") == 0;
		}
	}
	assert_int_equal(found, 3);
	json_decref(schema);
}

static void test_each_property_of_the_schema_is_whole(void **state)
{
	for (unsigned i = 0; i < TP_RESOURCES; i++) {
		const struct tp_resource *resource = &tp_resources[i];
		assert_int_equal(resource->id, i);
		assert_ptr_equal(tp_resource_find(resource->path), resource);
		assert_ptr_equal(tp_resource_find(resource->path + 1), resource);
		for (unsigned p = 0; p < resource->count; p++) {
			const struct tp_property *property = &resource->properties[p];
			assert_non_null(property->name);
			assert_non_null(property->help);
			assert_int_equal(tp_property_find(resource, property->name), p);
			assert_true(property->offset >= sizeof(struct tp_config_item));
			assert_true(property->offset < resource->size);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_item_is_shown_in_jsons_own_types_with_defaults),
		cmocka_unit_test(test_a_password_never_comes_out),
		cmocka_unit_test(test_a_proplist_selects),
		cmocka_unit_test(test_filters_compare_values_not_texts),
		cmocka_unit_test(test_what_is_written_is_read_back_the_same),
		cmocka_unit_test(test_the_schema_tells_what_a_property_is),
		cmocka_unit_test(test_each_property_of_the_schema_is_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
