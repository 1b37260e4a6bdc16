/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv6 of core ports: what a file may say of addresses and routes, and what is refused and why. */
#include <errno.h>

#include "given.h"

#include "config/store.h"

#define PORTS                                                                                      \
	"dataplane: { ports: [ { name: acc, device: a }, { name: core0, device: b, address: "      \
	"192.0.2.1/24 }, { name: core1, device: c }, { name: small, device: d, mtu: 1279 } ] }\n"
#define ADDRESS "{ address: '2001:db8::1', interface: core0 }"

static const struct tp_config_item *first(const struct tp_config *config, enum tp_resource_id menu)
{
	return tp_config_first(config, menu);
}

static void test_an_address_has_64_bits_unless_it_says_so(void **state)
{
	struct tp_config *config =
		given(PORTS "ipv6: { address: [ " ADDRESS ", { address: '2001:db8:1::1/127', "
			    "interface: core0 }, { address: '2001:db8:2::', interface: core0, "
			    "eui-64: yes, no-dad: yes } ] }\n");
	const struct tp_config_item *item = first(config, TP_IPV6_ADDRESS);

	assert_string_equal(item->key, "2001:db8::1/64@core0");
	assert_false(((const struct tp_config_address6 *)item)->no_dad);
	item = tp_config_next(item);
	assert_string_equal(item->key, "2001:db8:1::1/127@core0");
	item = tp_config_next(item);
	assert_true(((const struct tp_config_address6 *)item)->eui_64);
	tp_config_destroy(config);
}

static void test_a_default_route_is_saved_as_it_was_read(void **state)
{
	static const char *const routes[] = {"::/0 2001:db8::2", "2001:db8:1::/48 fe80::1%core0"};
	struct tp_config *config = given(
		PORTS "ipv6:\n"
		      "  address: [ " ADDRESS " ]\n"
		      "  route: [ { dst-address: '::/0', gateway: '2001:db8::2' }, { dst-address: "
		      "'2001:db8:1::/48', gateway: 'fe80::1%core0', distance: 5 } ]\n");

	for (unsigned i = 0; i < 2; i++) {
		const struct tp_config_item *item = first(config, TP_IPV6_ROUTE);
		char *yaml = yaml_of(config);

		for (size_t r = 0; r < 2; r++, item = tp_config_next(item))
			assert_string_equal(item->key, routes[r]);
		tp_config_destroy(config);
		config = given(yaml);
		free(yaml);
	}
	tp_config_destroy(config);
}

static void test_an_address_of_either_family_makes_a_core_port(void **state)
{
	struct tp_config *config =
		given(PORTS "ipv6: { address: [ { address: '2001:db8::1', interface: core1 }, { "
			    "address: '2001:db8:1::1', interface: acc, disabled: yes } ] }\n");

	assert_true(tp_config_is_core(config, tp_config_port(config, "core0")));
	assert_true(tp_config_is_core(config, tp_config_port(config, "core1")));
	assert_false(tp_config_is_core(config, tp_config_port(config, "acc")));
	tp_config_destroy(config);
}

static void test_mistakes_are_named(void **state)
{
	static const struct {
		const char *yaml, *place, *words;
	} cases[] = {
		{"ipv6: { address: [ { address: '2001:db8::1' } ] }", "interface", "is missing"},
		{"ipv6: { address: [ { address: '2001:db8::1', interface: core9 } ] }", "interface",
		 "there is no port 'core9'; did you mean"},
		{"ipv6: { address: [ { address: 192.0.2.1, interface: core0 } ] }", "address",
		 "2001:db8::1/64"},
		{"ipv6: { address: [ { address: '2001:db8::1/129', interface: core0 } ] }",
		 "address", "2001:db8::1/64"},
		{"ipv6: { address: [ { address: '2001:db8::1/', interface: core0 } ] }", "address",
		 "2001:db8::1/64"},
		{"ipv6: { address: [ { address: 'fe80::1', interface: core0 } ] }", "address",
		 "has one of its own"},
		{"ipv6: { address: [ { address: 'ff02::1', interface: core0 } ] }", "address",
		 "is not an"},
		{"ipv6: { address: [ { address: '::1', interface: core0 } ] }", "address",
		 "is not an"},
		{"ipv6: { address: [ { address: '2001:db8::/64', interface: core0 } ] }", "address",
		 "network's own address"},
		{"ipv6: { address: [ { address: '2001:db8::1', interface: core0, eui-64: yes } ] }",
		 "address", "network of 64 bits"},
		{"ipv6: { address: [ { address: '2001:db8::/56', interface: core0, eui-64: yes } "
		 "] }",
		 "address", "network of 64 bits"},
		{"ipv6: { address: [ { address: '2001:db8::1', interface: small } ] }", "interface",
		 "IPv6 needs 1280"},
		{"ipv6: { address: [ " ADDRESS ", { address: '2001:db8::1', interface: core1 } ] }",
		 "address", "has it already"},
		{"ipv6: { address: [ { address: '2001:db8::1', interface: acc } ] }\n"
		 "interface: { vlan: [ { name: v, interface: acc, vlan-id: 5 } ] }",
		 "interface.vlan[v].interface", "'acc' is a core port"},
		{"ipv6: { address: [ { address: '2001:db8::1', interface: acc } ] }\n"
		 "interface: { pppoe-server: { server: [ { interface: acc } ] } }",
		 "interface", "'acc' is a core port"},
		{"ipv6: { route: [ { dst-address: '::/0' } ] }", "gateway", "is missing"},
		{"ipv6: { route: [ { dst-address: '', gateway: '2001:db8::2' } ] }", "dst-address",
		 "is not an IPv6 network"},
		{"ipv6: { route: [ { dst-address: '2001:db8::1/48', gateway: '2001:db8::2' } ] }",
		 "dst-address", "inside a network"},
		{"ipv6: { route: [ { dst-address: 'fe80::/10', gateway: '2001:db8::2' } ] }",
		 "dst-address", "no router's"},
		{"ipv6: { route: [ { dst-address: '::/0', gateway: 'fe80::1' } ] }", "gateway",
		 "fe80::1%ether1"},
		{"ipv6: { route: [ { dst-address: '::/0', gateway: 'fe80::1%' } ] }", "gateway",
		 "is not an"},
		{"ipv6: { route: [ { dst-address: '::/0', gateway: 'fe80::1%acc' } ] }", "gateway",
		 "'acc' is an access port"},
		{"ipv6: { route: [ { dst-address: '::/0', gateway: 'fe80::1%nowhere' } ] }",
		 "gateway", "there is no port 'nowhere'"},
		{"ipv6: { route: [ { dst-address: '::/0', gateway: 'fe80::1%0123456789abcdef' } ] "
		 "}",
		 "gateway", "is not an"},
		{"ipv6: { route: [ { dst-address: '::/0', gateway: 'ff02::2%core0' } ] }",
		 "gateway", "is not an"},
		/* what subscribers are given */
		{"ipv6: { address: [ " ADDRESS " ], pool: [ { name: p, prefix: '2001:db8::/32', "
		 "prefix-length: 64 } ] }",
		 "ipv6.pool[p].prefix",
		 "2001:db8::/32 holds 2001:db8::/64, the network of core "
		 "port core0"},
		{"ipv6: { address: [ " ADDRESS " ], pool: [ { name: p, prefix: '2001:db8::8000/113'"
		 ", prefix-length: 128 } ] }",
		 "ipv6.pool[p].prefix", "is of 2001:db8::/64"},
		{"ipv6: { address: [ " ADDRESS " ] }\n"
		 "ppp: { secret: [ { name: u, remote-ipv6-prefix: '2001:db8::/64' } ] }",
		 "ppp.secret[u].remote-ipv6-prefix", "is of 2001:db8::/64"},
		{"ipv6: { address: [ " ADDRESS " ] }\n"
		 "ppp: { secret: [ { name: u, delegated-ipv6-prefix: '2001:db8::/48' } ] }",
		 "ppp.secret[u].delegated-ipv6-prefix", "holds 2001:db8::/64"},
		{"ipv6: { address: [ " ADDRESS " ] }\n"
		 "ppp: { secret: [ { name: u, ipv6-routes: '2001:db8::/80' } ] }",
		 "ppp.secret[u].ipv6-routes", "is of 2001:db8::/64"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tp_errors errors;
		char yaml[1024], told[512];

		snprintf(yaml, sizeof(yaml), "%s%s\n", PORTS, cases[i].yaml);
		assert_null(tp_config_load_text(TP_PROGRAM_SERVER, "test.yaml", yaml, strlen(yaml),
						&errors));
		assert_true(errors.count > 0);
		snprintf(told, sizeof(told), "%s %s", errors.error[0].place,
			 errors.error[0].message);
		if (strstr(told, cases[i].place) == NULL || strstr(told, cases[i].words) == NULL)
			fail_msg("'%s' does not say '%s' and '%s'", told, cases[i].place,
				 cases[i].words);
		tp_errors_clear(&errors);
	}
}

/* The longer prefix wins. */
static void test_what_is_beside_a_core_network_or_around_it_is_fine(void **state)
{
	tp_config_destroy(given(
		PORTS "ipv6: { address: [ " ADDRESS ", { address: '2001:db8:f::1', interface: "
		      "core0, disabled: yes } ],\n"
		      "  pool: [ { name: p, prefix: '2001:db8:0:1::/64', prefix-length: 64 },\n"
		      "          { name: q, prefix: '2001:db8:f::/48', prefix-length: 56 } ] }\n"
		      "ppp: { secret: [ { name: u, ipv6-routes: '2001:db8::/32' } ] }\n"));
}

static void test_an_address_can_not_come_to_where_subscribers_are(void **state)
{
	struct tp_config *config = given(
		PORTS "ipv6: { pool: [ { name: p, prefix: '2001:db8::/40', prefix-length: 56 } ] "
		      "}\n");
	json_t *body = json_given("{'address': '2001:db8:0:5::1/64', 'interface': 'core0'}");
	struct tp_config_change *change;
	struct tp_error error;

	assert_int_equal(tp_config_prepare_add(config, TP_IPV6_ADDRESS, body, &change, &error),
			 -EINVAL);
	assert_string_equal(error.place, "ipv6.pool[p].prefix");
	json_object_set_new(body, "disabled", json_true());
	assert_int_equal(tp_config_prepare_add(config, TP_IPV6_ADDRESS, body, &change, &error), 0);
	tp_config_abort(change);
	json_decref(body);
	tp_config_destroy(config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_address_has_64_bits_unless_it_says_so),
		cmocka_unit_test(test_a_default_route_is_saved_as_it_was_read),
		cmocka_unit_test(test_an_address_of_either_family_makes_a_core_port),
		cmocka_unit_test(test_mistakes_are_named),
		cmocka_unit_test(test_what_is_beside_a_core_network_or_around_it_is_fine),
		cmocka_unit_test(test_an_address_can_not_come_to_where_subscribers_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
