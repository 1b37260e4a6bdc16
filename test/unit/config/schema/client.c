/* SPDX-License-Identifier: BSD-3-Clause */
/* The resources of turnpike-client: those that it has, and its clients. */
#include "given.h"

#include "config/json.h"

static struct tp_config *client_given(const char *yaml, struct tp_errors *errors)
{
	*errors = (struct tp_errors){0};
	return tp_config_load_text(TP_PROGRAM_CLIENT, "client.yaml", yaml, strlen(yaml), errors);
}

static const struct tp_config_client *added(struct tp_config *config, const char *body)
{
	json_t *json = json_given(body);
	struct tp_config_change *change;
	struct tp_error error = {0};

	if (tp_config_prepare_add(config, TP_PPPOE_CLIENT, json, &change, &error) != 0)
		fail_msg("%s: %s", error.place, error.message);
	json_decref(json);
	return (const void *)tp_config_commit(config, change);
}

static void test_a_client_has_the_references_defaults(void **state)
{
	struct tp_config *config = tp_config_create(TP_PROGRAM_CLIENT);
	const struct tp_config_client *client = added(config, "{'interface': 'ether1'}");
	json_t *json = tp_config_item_to_json(&client->head, TP_PROPLIST_ALL);
	json_t *expected = json_given(
		"{'.id': '*1', 'name': 'pppoe-out1', 'interface': 'ether1', 'user': '',"
		" 'profile': 'default', 'service-name': '', 'ac-name': '',"
		" 'add-default-route': false, 'default-route-distance': 1, 'use-peer-dns': false,"
		" 'use-ipv6': true, 'dial-on-demand': false, 'allow': 'mschap2,mschap1,chap,pap',"
		" 'keepalive-timeout': 60, 'max-mru': 1460, 'max-mtu': 1460, 'mrru': 'disabled',"
		" 'disabled': false}");

	assert_true(json_equal(json, expected));
	json_decref(json);
	json_decref(expected);
	tp_config_destroy(config);
}

static void test_what_is_the_servers_alone_a_client_has_not(void **state)
{
	const struct tp_resource *management = &tp_resources[TP_MANAGEMENT];
	struct tp_errors errors;
	struct tp_config *config = client_given("management: { on-stop: keep }\n", &errors);

	assert_null(config);
	assert_int_equal(errors.count, 1);
	assert_string_equal(errors.error[0].place, "client.yaml:1:24");
	assert_non_null(strstr(errors.error[0].message, "of turnpike alone"));
	tp_errors_clear(&errors);
	assert_int_equal(
		tp_program_properties(TP_PROGRAM_SERVER, management) >> TP_MANAGEMENT_ON_STOP & 1,
		1);
	assert_int_equal(
		tp_program_properties(TP_PROGRAM_CLIENT, management) >> TP_MANAGEMENT_ON_STOP & 1,
		0);
}

static void test_names_are_numbered_where_they_are_free(void **state)
{
	struct tp_config *config = tp_config_create(TP_PROGRAM_CLIENT);

	assert_string_equal(added(config, "{'interface': 'e1'}")->name, "pppoe-out1");
	added(config, "{'interface': 'e1', 'name': 'pppoe-out2'}");
	assert_string_equal(added(config, "{'interface': 'e1'}")->name, "pppoe-out3");
	tp_config_destroy(config);
}

static void test_a_file_numbers_names_too(void **state)
{
	struct tp_errors errors;
	struct tp_config *config = client_given("interface: { pppoe-client: [\n"
						" { interface: ether1, user: a },\n"
						" { interface: [ether2, ether3], user: b } ] }\n",
						&errors);
	const struct tp_config_client *client;

	assert_non_null(config);
	client = (const void *)tp_config_by_key(config, TP_PPPOE_CLIENT, "pppoe-out2");
	assert_non_null(client);
	assert_int_equal(client->interface.count, 2);
	assert_string_equal(client->interface.name[0], "ether2");
	assert_string_equal(client->interface.name[1], "ether3");
	tp_config_destroy(config);
}

static void test_each_program_has_its_own_resources(void **state)
{
	static const char pools[] = "ip: { pool: [ { name: p, ranges: 10.0.0.1 } ] }\n";
	static const char clients[] = "interface: { pppoe-client: [ { interface: ether1 } ] }\n";
	struct tp_errors errors;

	assert_null(client_given(pools, &errors));
	assert_int_equal(errors.count, 1);
	tp_errors_clear(&errors);
	assert_null(tp_config_load_text(TP_PROGRAM_SERVER, "server.yaml", clients, strlen(clients),
					&errors));
	assert_int_equal(errors.count, 1);
	tp_errors_clear(&errors);
	json_t *schema = tp_schema_to_json(TP_PROGRAM_CLIENT), *resource;
	bool found = false;
	size_t i;
	json_array_foreach (schema, i, resource) {
		const char *path = json_string_value(json_object_get(resource, "path"));
		assert_string_not_equal(path, "/ip/pool");
		found |= strcmp(path, "/interface/pppoe-client") == 0;
	}
	assert_true(found);
	json_decref(schema);
}

static struct tp_config *example(const char *name)
{
	struct tp_errors errors = {0};
	struct tp_config *config;
	char path[512];

	snprintf(path, sizeof(path), "%s/conf/client/%s", getenv("SOURCE_ROOT"), name);
	config = tp_config_load(TP_PROGRAM_CLIENT, path, &errors);
	assert_non_null(config);
	return config;
}

static void test_the_examples_are_right(void **state)
{
	const struct tp_config_dhcp6_client *dhcp;
	struct tp_config *config = example("two-lines.yaml");

	assert_int_equal(tp_config_count(config, TP_PPPOE_CLIENT), 2);
	tp_config_destroy(config);
	config = example("home.yaml");
	dhcp = (const void *)tp_config_by_key(config, TP_IPV6_DHCP_CLIENT, "pppoe-out1");
	assert_non_null(dhcp);
	assert_int_equal(dhcp->request, TP_DHCP6_REQUEST_PREFIX);
	assert_int_equal(dhcp->lan_interface.count, 2);
	assert_string_equal(dhcp->lan_interface.name[1], "br-guests");
	assert_true(dhcp->rapid_commit);
	tp_config_destroy(config);
}

static void test_each_program_has_its_own_socket(void **state)
{
	struct tp_errors errors;
	struct tp_config *config = client_given("management: { log-level: debug }\n", &errors);
	struct tp_config *server = tp_config_create(TP_PROGRAM_SERVER);

	assert_string_equal(tp_config_management(config)->socket, "/run/turnpike-client/api.sock");
	assert_string_equal(tp_config_management(server)->socket, "/run/turnpike/api.sock");
	tp_config_destroy(config);
	tp_config_destroy(server);
}

static void test_what_makes_no_sense_is_refused(void **state)
{
	static const struct {
		const char *body, *says;
	} cases[] = {
		{"{'name': 'x'}", "is missing"},
		{"{'interface': ''}", "is missing"},
		{"{'interface': 'ether1,ether1'}", "has a name twice"},
		{"{'interface': 'a-name-that-is-too-long'}", "of 1 to 15 bytes"},
		{"{'interface': 'e', 'name': 'a/b'}", "no blank, '/'"},
		{"{'interface': 'e', 'name': 'e'}", "over its own interface"},
		{"{'interface': 'e', 'name': 'sixteen-letters-'}", "a string of 1 to 15 bytes"},
		{"{'interface': 'e', 'default-route-distance': 256}", "from 0 to 255"},
		{"{'interface': 'e', 'mrru': 511}", "from 512 to 65535, or disabled"},
		{"{'interface': 'e', 'allow': 'pap,pap'}", "has a method twice"},
		{"{'interface': 'e', 'profile': 'none'}", "there is no profile 'none'"},
	};
	struct tp_config *config = tp_config_create(TP_PROGRAM_CLIENT);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *json = json_given(cases[i].body);
		struct tp_config_change *change;
		struct tp_error error = {0};
		assert_int_not_equal(
			tp_config_prepare_add(config, TP_PPPOE_CLIENT, json, &change, &error), 0);
		if (strstr(error.message, cases[i].says) == NULL)
			fail_msg("%s: %s", cases[i].body, error.message);
		json_decref(json);
	}
	assert_int_equal(tp_config_count(config, TP_PPPOE_CLIENT), 0);
	tp_config_destroy(config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_client_has_the_references_defaults),
		cmocka_unit_test(test_what_is_the_servers_alone_a_client_has_not),
		cmocka_unit_test(test_names_are_numbered_where_they_are_free),
		cmocka_unit_test(test_a_file_numbers_names_too),
		cmocka_unit_test(test_each_program_has_its_own_resources),
		cmocka_unit_test(test_the_examples_are_right),
		cmocka_unit_test(test_each_program_has_its_own_socket),
		cmocka_unit_test(test_what_makes_no_sense_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
