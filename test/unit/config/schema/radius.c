/* SPDX-License-Identifier: BSD-3-Clause */
/* RADIUS: what a file may say of servers, what is refused and why. */
#include "given.h"

#include "config/json.h"

static const struct tp_config_radius *server(const struct tp_config *config)
{
	return (const void *)tp_config_first(config, TP_RADIUS);
}

static void test_a_server_needs_little_and_has_routeros_defaults(void **state)
{
	struct tp_config *config = given(
		"radius: { server: [ { address: 192.0.2.10, secret: s3, service: ppp } ] }\n");
	const struct tp_config_radius *s = server(config);
	const struct tp_config_ppp_aaa *aaa = (const void *)tp_config_first(config, TP_PPP_AAA);

	assert_int_equal(s->address.family, TP_FAMILY_IPV4);
	assert_int_equal(s->service, TP_RADIUS_FOR_PPP);
	assert_int_equal(s->authentication_port, 1812);
	assert_int_equal(s->accounting_port, 1813);
	assert_int_equal(s->timeout_ms, 300);
	assert_int_equal(s->protocol, TP_RADIUS_UDP);
	assert_int_equal(s->require_message_auth, TP_MESSAGE_AUTH_YES);
	assert_string_equal(s->head.key, "192.0.2.10 1812");
	assert_false(aaa->use_radius);
	assert_true(aaa->accounting);
	assert_string_equal(aaa->nas_port_id, "{interface}");
	tp_config_destroy(config);
}

static void test_servers_are_told_apart_by_whom_they_are_for(void **state)
{
	struct tp_config *config = given(
		"radius:\n"
		"  server:\n"
		"    - { address: 192.0.2.10, secret: a, service: 'ppp,login' }\n"
		"    - { address: 192.0.2.10, secret: b, domain: isp }\n"
		"    - { address: 192.0.2.10, secret: b, called-id: gold, timeout: 1s500ms }\n"
		"    - { address: '2001:db8::1', secret: c }\n");
	const struct tp_config_item *item = tp_config_first(config, TP_RADIUS);

	assert_int_equal(server(config)->service, TP_RADIUS_FOR_PPP | TP_RADIUS_FOR_LOGIN);
	item = tp_config_next(item);
	assert_string_equal(item->key, "192.0.2.10 1812 @isp");
	item = tp_config_next(item);
	assert_string_equal(item->key, "192.0.2.10 1812 gold");
	assert_int_equal(((const struct tp_config_radius *)item)->timeout_ms, 1500);
	item = tp_config_next(item);
	assert_string_equal(item->key, "2001:db8::1 1812");
	tp_config_destroy(config);
}

static void test_a_secret_never_comes_out(void **state)
{
	struct tp_config *config =
		given("radius: { server: [ { address: 192.0.2.10, secret: s3cret } ] }\n");
	json_t *json = tp_config_item_to_json(tp_config_first(config, TP_RADIUS), UINT64_MAX);
	char *text = json_dumps(json, 0);

	assert_null(strstr(text, "s3cret"));
	free(text);
	json_decref(json);
	tp_config_destroy(config);
}

static void test_mistakes_are_named(void **state)
{
	static const struct {
		const char *yaml, *place, *words;
	} cases[] = {
		{"radius: { server: [ { address: 192.0.2.10 } ] }", "secret", "is missing"},
		{"radius: { server: [ { secret: x } ] }", "address", ""},
		{"radius: { server: [ { address: 224.0.0.1, secret: x } ] }", "address",
		 "2001:db8::1"},
		{"radius: { server: [ { address: 192.0.2.1, secret: x, timeout: 5ms } ] }",
		 "timeout", "10ms"},
		{"radius: { server: [ { address: 192.0.2.1, secret: x, service: pppoe } ] }",
		 "service", "ppp, login"},
		{"radius: { server: [ { address: 192.0.2.1, secret: x, src-address: '::1' } ] }",
		 "src-address", "IP version"},
		{"ppp: { aaa: { queue-size: 500 } }", "queue-size", "64Ki at least"},
		{"ppp: { aaa: { nas-port-id: '{nothing}' } }", "nas-port-id", "{circuit-id}"},
		{"ppp: { aaa: { nas-port-id: '{mac' } }", "nas-port-id", "brace"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tp_errors errors;
		char told[512];

		assert_null(tp_config_load_text(TP_PROGRAM_SERVER, "test.yaml", cases[i].yaml,
						strlen(cases[i].yaml), &errors));
		assert_true(errors.count > 0);
		snprintf(told, sizeof(told), "%s %s", errors.error[0].place,
			 errors.error[0].message);
		if (strstr(told, cases[i].place) == NULL || strstr(told, cases[i].words) == NULL)
			fail_msg("'%s' does not say '%s' and '%s'", told, cases[i].place,
				 cases[i].words);
		tp_errors_clear(&errors);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_server_needs_little_and_has_routeros_defaults),
		cmocka_unit_test(test_servers_are_told_apart_by_whom_they_are_for),
		cmocka_unit_test(test_a_secret_never_comes_out),
		cmocka_unit_test(test_mistakes_are_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
