/* SPDX-License-Identifier: BSD-3-Clause */
/* Users, whose passwords are kept hashed, and the service that is always there. */
#include <errno.h>

#include "given.h"

#include "config/json.h"
#include "config/types/password.h"

static const struct tp_config_user *user(const struct tp_config *config, const char *name)
{
	return (const void *)tp_config_by_key(config, TP_USER, name);
}

static void test_a_password_is_hashed_and_verified(void **state)
{
	char *hash = tp_password_keep("secret");
	char *other = tp_password_keep("secret");

	assert_true(tp_password_is_hash(hash));
	assert_null(strstr(hash, "secret"));
	assert_string_not_equal(hash, other); /* salted */
	assert_true(tp_password_verify("secret", hash));
	assert_true(tp_password_verify("secret", other));
	assert_false(tp_password_verify("Secret", hash));
	assert_false(tp_password_verify("", hash));
	assert_false(tp_password_verify(hash, hash)); /* the hash itself opens nothing */
	free(hash);
	free(other);
}

static void test_what_is_a_hash_already_is_kept(void **state)
{
	/* sha512crypt's, of "secret". */
	static const char sha512[] = "$6$saltsalt$TVLlQcbpFVof5W3Yz4DTP6gRstiNuHwwTt6GLc"
				     "1E5n0U0aDehy0S5knV8wiOQSpT0Y77vwPZN.Pq.H91p5hVO1";
	char *kept = tp_password_keep(sha512);

	assert_string_equal(kept, sha512);
	free(kept);
}

static void test_a_password_that_looks_like_a_hash_is_hashed(void **state)
{
	static const char *const plain[] = {"$y$", "$y$j9T$short",
					    "$nothing$that$crypt$knows$at$all$x", "plain", "*0"};

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		char *kept = tp_password_keep(plain[i]);
		assert_non_null(kept);
		assert_true(tp_password_verify(plain[i], kept));
		free(kept);
	}
}

static void test_a_file_may_have_a_password_or_its_hash_and_a_hash_is_written(void **state)
{
	struct tp_config *config = given("user:\n"
					 "  - { name: noc, password: look, group: read }\n"
					 "  - { name: root, password: all, group: full, address: "
					 "'10.0.0.0/8,192.0.2.7' }\n");
	struct tp_config *again;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_true(tp_password_verify("look", user(config, "noc")->password));
	assert_string_equal(user(config, "noc")->group, "read");
	assert_string_equal(user(config, "root")->group, "full");
	assert_int_equal(user(config, "root")->address.count, 2);
	assert_int_equal(user(config, "root")->address.prefix[1].length, 32);
	struct tp_config_snapshot *snapshot = tp_config_snapshot(config);
	assert_int_equal(tp_config_write(snapshot, out), 0);
	tp_config_snapshot_destroy(snapshot);
	fclose(out);
	assert_null(strstr(text, "look"));
	again = given(text);
	assert_string_equal(user(again, "noc")->password, user(config, "noc")->password);
	free(text);
	tp_config_destroy(again);
	tp_config_destroy(config);
}

static void test_neither_password_nor_hash_comes_out(void **state)
{
	struct tp_config *config = given("user: [ { name: noc, password: look } ]\n");
	json_t *json = tp_config_item_to_json(&user(config, "noc")->head, TP_PROPLIST_ALL);

	assert_null(json_object_get(json, "password"));
	assert_string_equal(json_string_value(json_object_get(json, "group")), "read");
	json_decref(json);
	tp_config_destroy(config);
}

static void test_the_service_is_there_and_disabled(void **state)
{
	struct tp_config *config = tp_config_create(TP_PROGRAM_SERVER);
	const struct tp_config_service *service = tp_config_service(config, TP_SERVICE_WWW_SSL);
	struct tp_config_change *change;
	struct tp_error error;

	assert_true(service->disabled);
	assert_int_equal(service->port, 443);
	assert_int_equal(tp_config_prepare_remove(config, &service->head, &change, &error), -EPERM);
	json_t *body = json_given("{'name': 'www-ssl'}");
	assert_int_equal(tp_config_prepare_add(config, TP_IP_SERVICE, body, &change, &error),
			 -EEXIST);
	json_decref(body);
	tp_config_destroy(config);
}

static void test_the_service_needs_a_certificate_to_be_enabled(void **state)
{
	struct tp_config *config = tp_config_create(TP_PROGRAM_SERVER);
	const struct tp_config_item *item = tp_config_find(config, TP_IP_SERVICE, "www-ssl");
	struct tp_config_change *change;
	struct tp_error error;
	json_t *body = json_given("{'disabled': 'no', 'port': '8443'}");

	assert_int_equal(tp_config_prepare_set(config, item, body, &change, &error), -EINVAL);
	assert_string_equal(error.place, "ip.service[www-ssl].certificate");
	json_object_set_new(body, "certificate", json_string("/etc/turnpike/cert.pem"));
	assert_int_equal(tp_config_prepare_set(config, item, body, &change, &error), 0);
	item = tp_config_commit(config, change);
	assert_false(((const struct tp_config_service *)item)->disabled);
	assert_int_equal(((const struct tp_config_service *)item)->port, 8443);
	json_decref(body);
	tp_config_destroy(config);
}

static const struct {
	const char *text, *says;
} mistakes[] = {
	{"user: [ { name: a } ]\n", "user[a].password: is missing"},
	{"user: [ { name: 'a:b', password: x } ]\n", "a user's name has no ':'"},
	{"user: [ { name: a, password: '' } ]\n",
	 "user[a].password: the value is not a string of 1"},
	{"user: [ { name: a, password: x, group: root } ]\n", "there is no group 'root'"},
	{"user-group: [ { name: a, policy: 'read,fly' } ]\n", "some of read, write, policy, sniff"},
	{"user: [ { name: a, password: x, address: 10.0.0.1/8 } ]\n", "inside a network"},
	{"user: [ { name: a, password: x, address: here } ]\n", "is not a list of networks"},
	{"ip: { service: [ { name: telnet } ] }\n", "'telnet' is not one of www-ssl"},
	{"ip: { service: [ { name: www-ssl, disabled: no } ] }\n",
	 "ip.service[www-ssl].certificate: is missing"},
	{"ip: { service: [ { name: www-ssl }, { name: www-ssl } ] }\n", "is there already"},
};

static void test_mistakes_are_named(void **state)
{
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		struct tp_errors errors;

		assert_null(tp_config_load_text(TP_PROGRAM_SERVER, "t.yaml", mistakes[i].text,
						strlen(mistakes[i].text), &errors));
		if (strstr(errors.error[0].message, mistakes[i].says) == NULL)
			fail_msg("%s%s", mistakes[i].text, errors.error[0].message);
		tp_errors_clear(&errors);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_password_is_hashed_and_verified),
		cmocka_unit_test(test_what_is_a_hash_already_is_kept),
		cmocka_unit_test(test_a_password_that_looks_like_a_hash_is_hashed),
		cmocka_unit_test(test_a_file_may_have_a_password_or_its_hash_and_a_hash_is_written),
		cmocka_unit_test(test_neither_password_nor_hash_comes_out),
		cmocka_unit_test(test_the_service_is_there_and_disabled),
		cmocka_unit_test(test_the_service_needs_a_certificate_to_be_enabled),
		cmocka_unit_test(test_mistakes_are_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
