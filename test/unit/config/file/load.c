/* SPDX-License-Identifier: BSD-3-Clause */
#include "given.h"

static void test_the_quick_example_is_taken(void **state)
{
	struct tp_config *config = given(quick_example);
	const struct tp_config_port *ether3 = tp_config_port(config, "ether3");
	const struct tp_config_pool *pool = tp_config_pool(config, "pppoe-pool");
	const struct tp_config_profile *profile = tp_config_profile(config, "for-pppoe");
	const struct tp_config_secret *secret = tp_config_secret(config, "MT-User");
	const struct tp_config_server *server =
		(const void *)tp_config_by_key(config, TP_PPPOE_SERVER, "pppoeservice@ether3");
	const struct tp_config_route *route = (const void *)tp_config_first(config, TP_IP_ROUTE);

	assert_string_equal(tp_config_identity(config)->name, "MT_AC");
	assert_int_equal(ether3->address.count, 0);
	assert_int_equal(tp_config_port(config, "core0")->address.prefix[0].address, 0xc0000201);
	assert_int_equal(pool->ranges.count, 1);
	assert_int_equal(pool->ranges.range[0].last, 0x0a000005);
	assert_int_equal(profile->local_address.kind, TP_ENDPOINT_ADDRESS);
	assert_string_equal(profile->remote_address.pool, "pppoe-pool");
	assert_string_equal(secret->password, "StrongPass");
	assert_int_equal(secret->service, TP_SERVICE_PPPOE);
	assert_int_equal(route->dst_address.length, 0);
	assert_non_null(server);
	assert_int_equal(server->keepalive_timeout, 10);
	assert_int_equal(server->max_mtu, 1480);
	assert_int_equal(server->authentication.count, 4);
	assert_int_equal(server->authentication.method[0], TP_AUTH_MSCHAP2);
	assert_int_equal(secret->head.line, 11);
	tp_config_destroy(config);
}

static void test_an_empty_file_is_all_defaults(void **state)
{
	struct tp_config *config = given("# nothing\n");
	assert_string_equal(tp_config_identity(config)->name, "Turnpike");
	assert_string_equal(tp_config_management(config)->socket, "/run/turnpike/api.sock");
	assert_int_equal(tp_config_dataplane(config)->max_sessions, 65535);
	assert_int_equal(tp_config_dataplane(config)->worker_lcores.number[0], 1);
	assert_int_equal(tp_config_profile(config, "default")->change_tcp_mss, TP_YES);
	assert_int_equal(tp_config_count(config, TP_PPP_PROFILE), 1);
	tp_config_destroy(config);
}

static void test_a_file_may_begin_with_a_byte_order_mark(void **state)
{
	struct tp_config *config = given("\xEF\xBB\xBFsystem: { identity: x }\n");

	assert_string_equal(tp_config_identity(config)->name, "x");
	tp_config_destroy(config);
}

static void test_a_sleeping_worker_may_share_controls_cpu(void **state)
{
	struct tp_config *config =
		given("dataplane: { control-lcore: 0, worker-lcores: [0, 1] }\n");
	assert_int_equal(tp_config_dataplane(config)->worker_lcores.count, 2);
	tp_config_destroy(config);
}

static void test_lists_may_be_written_either_way(void **state)
{
	struct tp_config *config = given(
		"dataplane: { worker-lcores: '1, 2,3' }\n"
		"ip: { pool: [ { name: a, ranges: [10.0.0.0/24, 10.0.1.1-10.0.1.9] } ] }\n"
		"ppp: { profile: [ { name: p, dns-server: [192.0.2.1, 192.0.2.2] } ],\n"
		"  secret: [ { name: u, routes: [10.9.0.0/16 10.0.0.9 5, 10.8.0.0/16] } ] }\n");
	const struct tp_config_secret *secret = tp_config_secret(config, "u");
	assert_int_equal(tp_config_dataplane(config)->worker_lcores.count, 3);
	assert_int_equal(tp_config_pool(config, "a")->ranges.count, 2);
	assert_int_equal(tp_config_profile(config, "p")->dns_server.v4_count, 2);
	assert_int_equal(secret->routes.count, 2);
	assert_int_equal(secret->routes.route[0].gateway, 0x0a000009);
	assert_int_equal(secret->routes.route[0].metric, 5);
	assert_int_equal(secret->routes.route[1].gateway, 0);
	assert_int_equal(secret->routes.route[1].metric, 1);
	tp_config_destroy(config);
}

static void test_identity_may_be_a_mapping(void **state)
{
	struct tp_config *config = given("system: { identity: { name: AC-7 } }\n");
	assert_string_equal(tp_config_identity(config)->name, "AC-7");
	tp_config_destroy(config);
}

static void test_the_profile_default_can_be_changed_and_stays_first(void **state)
{
	struct tp_config *config =
		given("ppp: { profile: [ { name: other }, { name: default, only-one: yes } ] }\n");
	const struct tp_config_item *first = tp_config_first(config, TP_PPP_PROFILE);
	assert_string_equal(first->key, "default");
	assert_int_equal(((const struct tp_config_profile *)first)->only_one, TP_YES);
	assert_int_equal(((const struct tp_config_profile *)first)->change_tcp_mss, TP_YES);
	assert_int_equal(tp_config_count(config, TP_PPP_PROFILE), 2);
	tp_config_destroy(config);
}

static void test_qinq_is_resolved_to_port_and_tags(void **state)
{
	struct tp_config *config =
		given("dataplane: { ports: [ { name: p, device: d } ] }\n"
		      "interface: { vlan: [ { name: inner, interface: outer, vlan-id: 7 },\n"
		      "  { name: outer, interface: p, vlan-id: [200-299, 100] },\n"
		      "  { name: off, interface: p, vlan-id: 8, disabled: yes } ] }\n");
	struct tp_config_place place;
	assert_true(tp_config_interface(config, "inner", &place));
	assert_string_equal(place.port->name, "p");
	assert_int_equal(place.outer->range->first, 100);
	assert_int_equal(place.inner->range->last, 7);
	assert_true(tp_config_interface(config, "p", &place));
	assert_null(place.outer);
	assert_true(tp_config_interface(config, "outer", &place));
	assert_int_equal(place.outer->count, 2);
	assert_int_equal(place.outer->range[0].first, 100);
	assert_int_equal(place.outer->range[1].last, 299);
	assert_null(place.inner);
	assert_false(tp_config_interface(config, "off", &place));
	assert_false(tp_config_interface(config, "none", &place));
	tp_config_destroy(config);
}

static void test_a_file_that_is_not_there_is_said_so(void **state)
{
	struct tp_errors errors;
	assert_null(tp_config_load(TP_PROGRAM_SERVER, "/nonexistent/turnpike.yaml", &errors));
	assert_int_equal(errors.count, 1);
	assert_string_equal(errors.error[0].place, "/nonexistent/turnpike.yaml");
	tp_errors_clear(&errors);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_quick_example_is_taken),
		cmocka_unit_test(test_an_empty_file_is_all_defaults),
		cmocka_unit_test(test_a_file_may_begin_with_a_byte_order_mark),
		cmocka_unit_test(test_a_sleeping_worker_may_share_controls_cpu),
		cmocka_unit_test(test_lists_may_be_written_either_way),
		cmocka_unit_test(test_identity_may_be_a_mapping),
		cmocka_unit_test(test_the_profile_default_can_be_changed_and_stays_first),
		cmocka_unit_test(test_qinq_is_resolved_to_port_and_tags),
		cmocka_unit_test(test_a_file_that_is_not_there_is_said_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
