/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "aaa/local.h"
#include "config/file/file.h"

static const char text[] =
	"ip: { pool: [ { name: low, ranges: 10.1.0.0/24 }, { name: high, ranges: 10.2.0.0/24 } ] "
	"}\n"
	"ipv6: { pool: [ { name: links, prefix: '2001:db8:1::/48', prefix-length: 64 },\n"
	"  { name: homes, prefix: '2001:db8:2::/48', prefix-length: 56 } ] }\n"
	"ppp:\n"
	"  profile:\n"
	"    - { name: default, dns-server: 192.0.2.53, idle-timeout: 1h, local-address: 10.0.0.1 "
	"}\n"
	"    - { name: server, remote-address: low, session-timeout: 1d, only-one: yes,\n"
	"        wins-server: 192.0.2.99 }\n"
	"    - { name: own, remote-address: high, session-timeout: 2d, idle-timeout: 0,\n"
	"        dns-server: '192.0.2.1,192.0.2.2', change-tcp-mss: no }\n"
	"    - { name: fixed, remote-address: 10.9.9.9 }\n"
	"    - { name: strict, only-one: no }\n"
	"    - { name: six, remote-ipv6-prefix-pool: links, dhcpv6-pd-pool: homes,\n"
	"        dns-server: '2001:db8::53,192.0.2.53', dhcpv6-lease-time: 2h, use-ipv6: required "
	"}\n"
	"    - { name: noisy, dhcpv6-pd-pool: '', use-ipv6: no }\n"
	"  secret:\n"
	"    - { name: plain, password: one }\n"
	"    - { name: profiled, password: two, profile: own }\n"
	"    - { name: addressed, password: three, profile: own, remote-address: 10.7.7.7,\n"
	"        local-address: 10.7.7.1, routes: [10.70.0.0/16, 10.71.0.0/16 10.7.7.7 3] }\n"
	"    - { name: pooled, password: four, profile: fixed, remote-address: high }\n"
	"    - { name: many, password: five, profile: strict }\n"
	"    - { name: dual, profile: six }\n"
	"    - { name: legacy, profile: noisy }\n"
	"    - { name: static6, profile: noisy, remote-ipv6-prefix: '2001:db8:9::/64',\n"
	"        delegated-ipv6-prefix: '2001:db8:a::/56,2001:db8:b::/60',\n"
	"        ipv6-routes: '2001:db8:c::/48' }\n"
	"    - { name: off, password: hunter2, disabled: yes }\n"
	"    - { name: here, password: hunter2, caller-id: '02:00:00:00:00:0A' }\n"
	"    - { name: line, password: x, caller-id: dslam1 eth 1/2 }\n"
	"    - { name: m\xc3\xbcller, password: seven }\n"
	"    - { name: 'gr\\xfcn', password: eight }\n"
	"    - { name: gr\xc3\xbcn, password: nine }\n"
	"    - { name: pppoe-only, password: six, service: pppoe }\n";

static struct tp_config *config;
static struct tp_aaa *aaa;
static struct tp_aaa_local *secrets;
static struct tp_aaa_answer last;
static unsigned answers;

static int setup(void **state)
{
	struct tp_errors errors;
	config = tp_config_load_text(TP_PROGRAM_SERVER, "test.yaml", text, strlen(text), &errors);
	for (unsigned i = 0; i < errors.count; i++)
		print_error("%s: %s\n", errors.error[i].place, errors.error[i].message);
	tp_errors_clear(&errors);
	aaa = tp_aaa_create();
	secrets = tp_aaa_local_create(config);
	return config != NULL ? tp_aaa_local_add(secrets, aaa) : -1;
}

static int teardown(void **state)
{
	tp_aaa_destroy(aaa);
	tp_aaa_local_destroy(secrets);
	tp_config_destroy(config);
	/* What a subscriber has holds whatever became of the configuration. */
	if (last.subscriber.profile != NULL)
		assert_true(strlen(last.subscriber.profile) > 0);
	tp_subscriber_clear(&last.subscriber);
	return 0;
}

static void note(void *owner, struct tp_aaa_answer *answer)
{
	assert_ptr_equal(owner, &last);
	tp_subscriber_clear(&last.subscriber);
	last = *answer;
	memset(&answer->subscriber, 0, sizeof(answer->subscriber));
	answers++;
}

/* As QUESTION has it, by a PAP request with PASSWORD. */
static const struct tp_subscriber *ask(const char *user, const char *password,
				       const struct tp_aaa_question *question)
{
	struct tp_ppp_auth_request proof = {.method = TP_PPP_PAP};
	struct tp_aaa_query query = {.question = *question, .answer = note, .owner = &last};

	snprintf(proof.name, sizeof(proof.name), "%s", user);
	proof.password_len = (uint8_t)strlen(password);
	memcpy(proof.password, password, proof.password_len);
	query.question.user = user;
	query.question.proof = &proof;
	answers = 0;
	tp_aaa_ask(aaa, &query);
	assert_int_equal(answers, 1);
	assert_int_equal(query.id, 0);
	return &last.subscriber;
}

static const struct tp_subscriber *look_up_from(const char *user, enum tp_service service,
						const char *mac, const char *profile)
{
	const struct tp_config_secret *secret = tp_config_secret(config, user);
	struct tp_aaa_question question = {.service = service, .default_profile = profile};

	assert_true(tp_mac_parse(mac, &question.caller_id));
	return ask(user, secret != NULL ? secret->password : "", &question);
}

static const struct tp_subscriber *look_up(const char *user)
{
	return look_up_from(user, TP_SERVICE_PPPOE, "02:00:00:00:00:01", "server");
}

static void test_a_plain_secret_gets_the_servers_profile_over_default(void **state)
{
	const struct tp_subscriber *s = look_up("plain");
	assert_int_equal(last.reason, TP_AAA_ACCEPT);
	assert_string_equal(last.text, "");
	assert_string_equal(s->profile, "server");
	assert_int_equal(s->local.fixed, 0x0a000001);
	assert_int_equal(s->remote.fixed, 0);
	assert_string_equal(s->remote.pool, "low");
	assert_int_equal(s->session_timeout_s, 86400);
	assert_int_equal(s->idle_timeout_s, 3600);
	assert_int_equal(s->dns[0], 0xc0000235);
	assert_int_equal(s->dns[1], 0);
	assert_int_equal(s->wins[0], 0xc0000263);
	assert_int_equal(s->wins[1], 0);
	assert_true(s->only_one);
	assert_true(s->change_tcp_mss);
	assert_int_equal(s->route_count, 0);
	assert_int_equal(s->secret_id, tp_config_secret(config, "plain")->head.id);
}

static void test_the_secrets_profile_goes_before_the_servers(void **state)
{
	const struct tp_subscriber *s = look_up("profiled");
	assert_string_equal(s->profile, "own");
	assert_string_equal(s->remote.pool, "high");
	assert_int_equal(s->session_timeout_s, 172800);
	assert_int_equal(s->idle_timeout_s, 0);
	assert_int_equal(s->dns[0], 0xc0000201);
	assert_int_equal(s->dns[1], 0xc0000202);
	assert_int_equal(s->wins[0], 0xc0000263);
	assert_true(s->only_one);
	assert_false(s->change_tcp_mss);
}

static void test_the_secrets_own_values_go_before_all(void **state)
{
	const struct tp_subscriber *s = look_up("addressed");
	assert_null(s->remote.pool);
	assert_int_equal(s->remote.fixed, 0x0a070707);
	assert_int_equal(s->local.fixed, 0x0a070701);
	assert_int_equal(s->route_count, 2);
	assert_int_equal(s->routes[1].address, 0x0a470000);
	assert_int_equal(s->routes[1].length, 16);
}

static void test_a_fixed_address_goes_before_a_pool_wherever_it_stands(void **state)
{
	const struct tp_subscriber *s = look_up("pooled");
	assert_null(s->remote.pool);
	assert_int_equal(s->remote.fixed, 0x0a090909);
}

static void test_no_in_a_nearer_profile_is_not_overruled(void **state)
{
	assert_false(look_up("many")->only_one);
}

static void test_a_server_with_the_profile_default_adds_nothing(void **state)
{
	const struct tp_subscriber *s =
		look_up_from("plain", TP_SERVICE_PPPOE, "02:00:00:00:00:01", "default");
	assert_string_equal(s->profile, "default");
	assert_int_equal(s->remote.fixed, 0);
	assert_null(s->remote.pool);
	assert_int_equal(s->session_timeout_s, 0);
	assert_false(s->only_one);
}

static void test_each_refusal_has_its_reason_and_names_the_user(void **state)
{
	static const struct {
		const char *user, *mac;
		enum tp_service service;
		enum tp_aaa_reason reason;
		const char *word, *says;
	} cases[] = {
		{"nobody", "02:00:00:00:00:01", TP_SERVICE_PPPOE, TP_AAA_NO_SECRET, "no-secret",
		 "user 'nobody': there is no secret"},
		{"", "02:00:00:00:00:01", TP_SERVICE_PPPOE, TP_AAA_NO_SECRET, "no-secret",
		 "user ''"},
		{"PLAIN", "02:00:00:00:00:01", TP_SERVICE_PPPOE, TP_AAA_NO_SECRET, "no-secret",
		 "user 'PLAIN'"},
		{"off", "02:00:00:00:00:01", TP_SERVICE_PPPOE, TP_AAA_DISABLED, "disabled",
		 "user 'off': the secret is disabled"},
		{"here", "02:00:00:00:00:01", TP_SERVICE_PPPOE, TP_AAA_CALLER_MISMATCH,
		 "caller-mismatch", "caller-id 02:00:00:00:00:0A, this is 02:00:00:00:00:01"},
		{"pppoe-only", "02:00:00:00:00:01", TP_SERVICE_ANY, TP_AAA_SERVICE_MISMATCH,
		 "service-mismatch", "another service"},
		{"evil\n\x1b[2J\xff", "02:00:00:00:00:01", TP_SERVICE_PPPOE, TP_AAA_NO_SECRET,
		 "no-secret", "user 'evil\\x0a\\x1b[2J\\xff'"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		look_up_from(cases[i].user, cases[i].service, cases[i].mac, "server");
		assert_int_equal(last.reason, cases[i].reason);
		assert_string_equal(tp_aaa_reason_name(last.reason), cases[i].word);
		assert_non_null(strstr(last.text, cases[i].says));
		assert_null(strstr(last.text, "hunter2"));
		assert_int_equal(last.subscriber.secret_id, 0);
		assert_null(last.subscriber.profile);
	}
}

static void test_a_line_is_known_by_circuit_id_or_remote_id(void **state)
{
	static const struct {
		const char *user, *circuit, *remote;
		enum tp_aaa_reason reason;
	} cases[] = {
		{"line", "dslam1 eth 1/2", "", TP_AAA_ACCEPT},
		{"line", "", "dslam1 eth 1/2", TP_AAA_ACCEPT},
		{"line", "dslam1 eth 1/3", "house 7", TP_AAA_CALLER_MISMATCH},
		{"line", "DSLAM1 eth 1/2", "", TP_AAA_CALLER_MISMATCH},
		{"line", "", "", TP_AAA_CALLER_MISMATCH},
		/* a line that names itself like a host is not the host */
		{"here", "02:00:00:00:00:0A", "02:00:00:00:00:0A", TP_AAA_CALLER_MISMATCH},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tp_access_line line = {0};
		const struct tp_aaa_question question = {
			.service = TP_SERVICE_PPPOE,
			.caller_id = {{2, 0, 0, 0, 0, 1}},
			.line = &line,
			.default_profile = "server",
		};

		snprintf(line.circuit_id, sizeof(line.circuit_id), "%s", cases[i].circuit);
		snprintf(line.remote_id, sizeof(line.remote_id), "%s", cases[i].remote);
		ask(cases[i].user, tp_config_secret(config, cases[i].user)->password, &question);
		assert_int_equal(last.reason, cases[i].reason);
	}
}

static void test_the_proof_decides_and_a_wrong_one_gets_nothing(void **state)
{
	const struct tp_aaa_question question = {.service = TP_SERVICE_PPPOE,
						 .default_profile = "server"};

	ask("plain", "two", &question);
	assert_int_equal(last.reason, TP_AAA_WRONG_PASSWORD);
	assert_string_equal(last.text, "wrong password");
	assert_null(last.subscriber.profile);
	assert_false(last.has_keys);
	ask("plain", "one", &question);
	assert_int_equal(last.reason, TP_AAA_ACCEPT);
	assert_false(last.has_keys); /* PAP gives none */
}

static void test_what_a_user_has_now_is_told_without_a_proof(void **state)
{
	struct tp_subscriber s;

	assert_int_equal(tp_aaa_local_attributes(secrets, "off", "server", &s), 0);
	assert_int_equal(s.secret_id, tp_config_secret(config, "off")->head.id);
	tp_subscriber_clear(&s);
	assert_int_equal(tp_aaa_local_attributes(secrets, "nobody", "server", &s), -ENOENT);
}

static void test_the_right_host_is_let_in(void **state)
{
	look_up_from("here", TP_SERVICE_PPPOE, "02:00:00:00:00:0a", "server");
	assert_int_equal(last.reason, TP_AAA_ACCEPT);
}

static void test_a_profile_alone_inherits_from_default(void **state)
{
	struct tp_subscriber s;
	assert_int_equal(tp_aaa_local_profile(secrets, NULL, "server", &s), 0);
	assert_int_equal(s.secret_id, 0);
	assert_string_equal(s.remote.pool, "low");
	assert_int_equal(s.local.fixed, 0x0a000001);
	tp_subscriber_clear(&s);
	assert_int_equal(tp_aaa_local_profile(secrets, NULL, "no-such-profile", &s), 0);
	assert_string_equal(s.profile, "default");
	tp_subscriber_clear(&s);
}

static void test_an_address_list_is_inherited_and_may_be_none(void **state)
{
	static const char body[] = "{\"address-list\": \"late\"}";
	const struct tp_config_item *item = &tp_config_profile(config, "default")->head;
	json_t *json = json_loads(body, 0, NULL);
	struct tp_config_change *change;
	struct tp_subscriber s;

	assert_int_equal(tp_aaa_local_profile(secrets, NULL, "server", &s), 0);
	assert_null(s.address_list);
	tp_subscriber_clear(&s);
	assert_int_equal(tp_config_prepare_set(config, item, json, &change, NULL), 0);
	tp_config_commit(config, change);
	json_decref(json);
	assert_int_equal(tp_aaa_local_profile(secrets, NULL, "server", &s), 0);
	assert_string_equal(s.address_list, "late");
	tp_subscriber_clear(&s);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static void test_a_name_that_is_no_utf8_is_read_as_latin1_or_escaped(void **state)
{
	static const struct {
		const char *sent, *name;
	} cases[] = {
		{"plain", "plain"},
		{"m\xc3\xbcller", "m\xc3\xbcller"},
		{"m\xfcller", "m\xc3\xbcller"},	      /* there is a secret of this name */
		{"gr\xfcn", "gr\\xfcn"},	      /* and of what is shown, which comes first */
		{"b\xf6se", "b\\xf6se"},	      /* there is neither */
		{"m\xfcller\x9b", "m\\xfcller\\x9b"}, /* control characters are nobody's name */
		{"evil\n\x1b[2J", "evil\\x0a\\x1b[2J"},
	};
	char name[TP_AAA_NAME_MAX + 1], sent[TP_AAA_NAME_MAX + 1];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		tp_aaa_user_name(config, cases[i].sent, name);
		assert_string_equal(name, cases[i].name);
	}
	memset(sent, '\xfc', TP_AAA_NAME_MAX);
	sent[TP_AAA_NAME_MAX] = '\0';
	tp_aaa_user_name(config, sent, name);
	assert_int_equal(strlen(name), TP_AAA_NAME_MAX / 4 * 4);
}

static void take(const char *user, const char *default_profile, struct tp_subscriber *out)
{
	memset(out, 0, sizeof(*out));
	assert_int_equal(tp_aaa_local_attributes(secrets, user, default_profile, out), 0);
}

static void test_who_has_nothing_of_ipv6_has_it_all_the_same(void **state)
{
	struct tp_subscriber s;

	take("plain", "server", &s);
	assert_int_equal(s.use_ipv6, TP_USE_IPV6_YES);
	assert_null(s.ipv6);
	tp_subscriber_clear(&s);
	take("legacy", "server", &s);
	assert_int_equal(s.use_ipv6, TP_USE_IPV6_NO);
	assert_null(s.ipv6);
	tp_subscriber_clear(&s);
}

static void test_a_profile_gives_pools_and_name_servers_of_ipv6(void **state)
{
	static const uint8_t dns[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 0x53};
	struct tp_subscriber s;

	take("dual", "server", &s);
	assert_int_equal(s.use_ipv6, TP_USE_IPV6_REQUIRED);
	assert_string_equal(s.ipv6->prefix_pool, "links");
	assert_string_equal(s.ipv6->pd_pool, "homes");
	assert_int_equal(s.ipv6->lease_time_s, 7200);
	assert_int_equal(s.ipv6->dns_count, 1);
	assert_memory_equal(s.ipv6->dns[0], dns, 16);
	assert_int_equal(s.dns[0], 0xc0000235);
	assert_int_equal(s.dns[1], 0);
	assert_int_equal(s.ipv6->prefix.length, 0);
	tp_subscriber_clear(&s);
}

/* The nearest that sets a pool counts, also when it sets none. */
static void test_pools_of_ipv6_are_inherited(void **state)
{
	struct tp_subscriber s;

	take("plain", "six", &s);
	assert_string_equal(s.ipv6->pd_pool, "homes");
	tp_subscriber_clear(&s);
	take("legacy", "six", &s);
	assert_string_equal(s.ipv6->prefix_pool, "links");
	assert_null(s.ipv6->pd_pool);
	assert_int_equal(s.use_ipv6, TP_USE_IPV6_NO);
	tp_subscriber_clear(&s);
}

static void test_a_secret_has_prefixes_and_routes_of_its_own(void **state)
{
	const struct tp_prefix6 link = {.address = {0x20, 1, 0x0d, 0xb8, 0, 9}, .length = 64};
	const struct tp_prefix6 second = {.address = {0x20, 1, 0x0d, 0xb8, 0, 0xb}, .length = 60};
	const struct tp_prefix6 route = {.address = {0x20, 1, 0x0d, 0xb8, 0, 0xc}, .length = 48};
	struct tp_subscriber s;

	take("static6", "six", &s);
	assert_true(tp_prefix6_same(&s.ipv6->prefix, &link));
	assert_string_equal(s.ipv6->prefix_pool, "links");
	assert_int_equal(s.ipv6->delegated_count, 2);
	assert_true(tp_prefix6_same(&s.ipv6->delegated[1], &second));
	assert_int_equal(s.ipv6->route_count, 1);
	assert_true(tp_prefix6_same(&s.ipv6->routes[0], &route));
	tp_subscriber_clear(&s);
	take("static6", "server", &s);
	assert_int_equal(s.ipv6->lease_time_s, 86400); /* nobody says another */
	tp_subscriber_clear(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_plain_secret_gets_the_servers_profile_over_default),
		TEST(test_the_secrets_profile_goes_before_the_servers),
		TEST(test_the_secrets_own_values_go_before_all),
		TEST(test_a_fixed_address_goes_before_a_pool_wherever_it_stands),
		TEST(test_no_in_a_nearer_profile_is_not_overruled),
		TEST(test_a_server_with_the_profile_default_adds_nothing),
		TEST(test_each_refusal_has_its_reason_and_names_the_user),
		TEST(test_the_proof_decides_and_a_wrong_one_gets_nothing),
		TEST(test_what_a_user_has_now_is_told_without_a_proof),
		TEST(test_the_right_host_is_let_in),
		TEST(test_a_line_is_known_by_circuit_id_or_remote_id),
		TEST(test_a_name_that_is_no_utf8_is_read_as_latin1_or_escaped),
		TEST(test_a_profile_alone_inherits_from_default),
		TEST(test_an_address_list_is_inherited_and_may_be_none),
		TEST(test_who_has_nothing_of_ipv6_has_it_all_the_same),
		TEST(test_a_profile_gives_pools_and_name_servers_of_ipv6),
		TEST(test_pools_of_ipv6_are_inherited),
		TEST(test_a_secret_has_prefixes_and_routes_of_its_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
