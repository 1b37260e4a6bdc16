/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>

#include "given.h"

#include "config/json.h"
#include "config/keeper.h"
#include "config/store.h"
#include "config/trial.h"

static struct tp_config *config;

static int setup(void **state)
{
	config = given(quick_example);
	return 0;
}

static int teardown(void **state)
{
	tp_config_destroy(config);
	return 0;
}

static struct tp_config_change *change;
static struct tp_error error;

static int prepare_add(enum tp_resource_id resource, const char *body)
{
	json_t *json = json_given(body);
	int err = tp_config_prepare_add(config, resource, json, &change, &error);
	json_decref(json);
	return err;
}

static int prepare_set(enum tp_resource_id resource, const char *key, const char *body)
{
	json_t *json = json_given(body);
	const struct tp_config_item *item = tp_config_find(config, resource, key);
	assert_non_null(item);
	int err = tp_config_prepare_set(config, item, json, &change, &error);
	json_decref(json);
	return err;
}

static int prepare_remove(enum tp_resource_id resource, const char *key)
{
	const struct tp_config_item *item = tp_config_find(config, resource, key);
	assert_non_null(item);
	return tp_config_prepare_remove(config, item, &change, &error);
}

static void test_an_item_added_is_there_after_the_commit_only(void **state)
{
	assert_int_equal(prepare_add(TP_PPP_SECRET, "{'name': 'bob', 'password': 'x'}"), 0);
	assert_int_equal(change->op, TP_CONFIG_ADD);
	assert_null(tp_config_secret(config, "bob"));
	const struct tp_config_item *item = tp_config_commit(config, change);
	assert_ptr_equal(tp_config_secret(config, "bob"), item);
	assert_ptr_equal(tp_config_by_id(config, TP_PPP_SECRET, item->id), item);
	assert_int_equal(tp_config_count(config, TP_PPP_SECRET), 2);
}

static void test_an_addition_given_up_leaves_nothing(void **state)
{
	assert_int_equal(prepare_add(TP_PPP_SECRET, "{'name': 'bob'}"), 0);
	tp_config_abort(change);
	assert_null(tp_config_secret(config, "bob"));
	assert_int_equal(tp_config_count(config, TP_PPP_SECRET), 1);
}

static void test_an_id_is_never_given_twice(void **state)
{
	assert_int_equal(prepare_add(TP_PPP_SECRET, "{'name': 'bob'}"), 0);
	uint32_t id = tp_config_commit(config, change)->id;
	assert_int_equal(prepare_remove(TP_PPP_SECRET, "bob"), 0);
	assert_null(tp_config_commit(config, change));
	assert_int_equal(prepare_add(TP_PPP_SECRET, "{'name': 'bob'}"), 0);
	assert_true(tp_config_commit(config, change)->id > id);
}

static void test_a_change_keeps_the_id_the_place_and_the_rest(void **state)
{
	uint32_t id = tp_config_secret(config, "MT-User")->head.id;
	assert_int_equal(
		prepare_set(TP_PPP_SECRET, "MT-User", "{'comment': 'hi', 'service': null}"), 0);
	assert_int_equal(change->changed, 1u << TP_SECRET_COMMENT | 1u << TP_SECRET_SERVICE);
	tp_config_commit(config, change);
	const struct tp_config_secret *secret = tp_config_secret(config, "MT-User");
	assert_int_equal(secret->head.id, id);
	assert_string_equal(secret->comment, "hi");
	assert_int_equal(secret->service, TP_SERVICE_ANY);
	assert_false(tp_config_is_set(&secret->head, TP_SECRET_SERVICE));
	assert_string_equal(secret->password, "StrongPass");
	assert_string_equal(secret->profile, "for-pppoe");
}

static void test_a_rename_is_found_by_the_new_name_only(void **state)
{
	assert_int_equal(prepare_set(TP_PPP_SECRET, "MT-User", "{'name': 'alice'}"), 0);
	tp_config_commit(config, change);
	assert_null(tp_config_secret(config, "MT-User"));
	assert_non_null(tp_config_secret(config, "alice"));
}

static void test_jsons_own_types_are_taken(void **state)
{
	assert_int_equal(prepare_add(TP_PPPOE_SERVER,
				     "{'interface': 'ether3', 'max-mtu': 1492, 'max-mru': '1400',"
				     " 'keepalive-timeout': 30, 'one-session-per-host': true,"
				     " 'disabled': 'no', 'authentication': ['pap', 'chap']}"),
			 0);
	const struct tp_config_server *server = (const void *)tp_config_commit(config, change);
	assert_int_equal(server->max_mtu, 1492);
	assert_int_equal(server->max_mru, 1400);
	assert_int_equal(server->keepalive_timeout, 30);
	assert_true(server->one_session_per_host);
	assert_false(server->disabled);
	assert_int_equal(server->authentication.count, 2);
	assert_int_equal(server->authentication.method[0], TP_AUTH_CHAP);
	assert_int_equal(server->authentication.method[1], TP_AUTH_PAP);
}

struct refusal {
	enum tp_resource_id resource;
	const char *key;  /* NULL: an addition */
	const char *body; /* NULL: a removal */
	int code;
	const char *place;
	const char *says;
};

static const struct refusal refusals[] = {
	{TP_PPP_SECRET, NULL, "{}", -EINVAL, "ppp.secret.name", "is missing"},
	{TP_PPP_SECRET, NULL, "[]", -EINVAL, "ppp.secret", "expected a JSON object"},
	{TP_PPP_SECRET, NULL, "{'name': 'MT-User'}", -EEXIST, "ppp.secret[MT-User]",
	 "is there already"},
	{TP_PPP_SECRET, NULL, "{'name': 7}", -EINVAL, "ppp.secret.name",
	 "the value is not a string of 1 to 255 bytes"},
	{TP_PPP_SECRET, NULL, "{'name': 'u', 'profle': 'x'}", -EINVAL, "ppp.secret[u]",
	 "did you mean 'profile'?"},
	{TP_PPP_SECRET, NULL, "{'name': 'u', 'profile': 'for-ppoe'}", -EINVAL,
	 "ppp.secret[u].profile", "did you mean 'for-pppoe'?"},
	{TP_PPP_SECRET, NULL, "{'name': 'u', 'disabled': 1}", -EINVAL, "ppp.secret[u].disabled",
	 "yes or no"},
	{TP_PPP_SECRET, NULL, "{'name': 'u', 'routes': [['10.0.0.0/8']]}", -EINVAL,
	 "ppp.secret[u].routes", "a list of routes"},
	{TP_PPP_SECRET, NULL, "{'name': 'u', '.id': '*1'}", -EINVAL, "ppp.secret[u]",
	 "no property '.id'"},
	{TP_PPP_SECRET, "MT-User", "{'profile': 'none'}", -EINVAL, "ppp.secret[MT-User].profile",
	 "there is no profile 'none'"},
	{TP_PPP_SECRET, "MT-User", "{'name': null}", -EINVAL, "ppp.secret[MT-User].name",
	 "is missing"},
	{TP_PPP_PROFILE, "for-pppoe", NULL, -EBUSY, "ppp.profile[for-pppoe]",
	 "is in use by ppp.secret[MT-User].profile"},
	{TP_PPP_PROFILE, "for-pppoe", "{'name': 'x'}", -EBUSY, "ppp.profile[for-pppoe]",
	 "is in use by ppp.secret[MT-User].profile"},
	{TP_PPP_PROFILE, "default", NULL, -EPERM, "ppp.profile[default]", "is always there"},
	{TP_PPP_PROFILE, "default", "{'name': 'x'}", -EPERM, "ppp.profile[default]",
	 "keeps its name"},
	{TP_IP_POOL, "pppoe-pool", NULL, -EBUSY, "ip.pool[pppoe-pool]",
	 "is in use by ppp.profile[for-pppoe].remote-address"},
	{TP_IP_POOL, "pppoe-pool", "{'next-pool': 'pppoe-pool'}", -EINVAL,
	 "ip.pool[pppoe-pool].next-pool", "leads back"},
	{TP_IP_POOL, "pppoe-pool", "{'ranges': ''}", -EINVAL, "ip.pool[pppoe-pool].ranges",
	 "is missing"},
	{TP_DATAPLANE_PORT, "core0", NULL, -EPERM, "dataplane.ports[core0]",
	 "while the daemon runs"},
	{TP_DATAPLANE_PORT, "core0", "{'mtu': 9000}", -EPERM, "dataplane.ports[core0].mtu",
	 "while the daemon runs"},
	{TP_DATAPLANE_PORT, NULL, "{'name': 'x', 'device': 'y'}", -EPERM, "dataplane.ports",
	 "while the daemon runs"},
	{TP_DATAPLANE, "", "{'idle': 'poll'}", -EPERM, "dataplane.idle", "while the daemon runs"},
	{TP_SYSTEM_IDENTITY, "", NULL, -EPERM, "system.identity", "can only be changed"},
	{TP_SYSTEM_IDENTITY, NULL, "{'name': 'x'}", -EPERM, "system.identity",
	 "can only be changed"},
	{TP_INTERFACE_VLAN, NULL, "{'name': 'v', 'interface': 'core0'}", -EINVAL,
	 "interface.vlan[v].interface", "is a core port"},
	{TP_PPPOE_SERVER, NULL, "{'service-name': 'pppoeservice', 'interface': 'ether3'}", -EEXIST,
	 "interface.pppoe-server.server[pppoeservice@ether3]", "is there already"},
};

static int prepare(const struct refusal *r)
{
	if (r->key == NULL)
		return prepare_add(r->resource, r->body);
	if (r->body == NULL)
		return prepare_remove(r->resource, r->key);
	return prepare_set(r->resource, r->key, r->body);
}

static void test_what_is_refused_is_refused_with_place_and_reason(void **state)
{
	unsigned wrong = 0;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const struct refusal *r = &refusals[i];
		memset(&error, 0, sizeof(error));
		int err = prepare(r);
		if (err == 0)
			tp_config_abort(change);
		if (err != r->code || error.code != r->code ||
		    strncmp(error.place, r->place, strlen(r->place)) != 0 ||
		    strstr(error.message, r->says) == NULL)
			print_error("%u: %s %s\nexpected %d %s: %s\ngot      %d %s: %s\n", ++wrong,
				    r->key != NULL ? r->key : "add",
				    r->body != NULL ? r->body : "remove", r->code, r->place,
				    r->says, err, error.place, error.message);
	}
	assert_int_equal(wrong, 0);
}

static void test_a_refusal_leaves_the_configuration_as_it_was(void **state)
{
	char *before = yaml_of(config), *after;

	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		assert_int_not_equal(prepare(&refusals[i]), 0);
	after = yaml_of(config);
	assert_string_equal(before, after);
	free(before);
	free(after);
}

static void test_what_nobody_uses_any_more_can_go(void **state)
{
	assert_int_equal(prepare_set(TP_PPP_SECRET, "MT-User", "{'profile': null}"), 0);
	tp_config_commit(config, change);
	assert_string_equal(tp_config_secret(config, "MT-User")->profile, "default");
	assert_int_equal(prepare_set(TP_PPPOE_SERVER, "pppoeservice@ether3",
				     "{'default-profile': 'default'}"),
			 0);
	tp_config_commit(config, change);
	assert_int_equal(prepare_remove(TP_PPP_PROFILE, "for-pppoe"), 0);
	tp_config_commit(config, change);
	assert_int_equal(prepare_remove(TP_IP_POOL, "pppoe-pool"), 0);
	tp_config_commit(config, change);
}

static void test_a_vlan_under_servers_cannot_be_moved_to_where_they_do_not_fit(void **state)
{
	tp_config_destroy(config);
	config = given("dataplane: { ports: [ { name: big, device: a, mtu: 1508 },\n"
		       "                       { name: small, device: b } ] }\n"
		       "interface: { vlan: [ { name: v, interface: big, vlan-id: 5 } ],\n"
		       "  pppoe-server: { server: [ { interface: v, max-mtu: 1500 } ] } }\n");
	assert_int_equal(prepare_set(TP_INTERFACE_VLAN, "v", "{'interface': 'small'}"), -EINVAL);
	assert_string_equal(error.place, "interface.pppoe-server.server[@v].max-mtu");
}

static void test_a_gateway_cannot_become_what_subscribers_are_given(void **state)
{
	static const struct refusal routes[] = {
		{TP_IP_ROUTE, NULL, "{'dst-address': '10.7.0.0/16', 'gateway': '192.0.2.66'}",
		 -EINVAL, "ip.pool[pppoe-pool].ranges",
		 "holds 192.0.2.66, the gateway of route 10.7.0.0/16"},
		{TP_IP_ROUTE, NULL, "{'dst-address': '10.7.0.0/16', 'gateway': '192.0.2.80'}",
		 -EINVAL, "ppp.profile[for-pppoe].local-address",
		 "192.0.2.80 is the gateway of route"},
		{TP_IP_ROUTE, NULL, "{'dst-address': '10.7.0.0/16', 'gateway': '192.0.2.99'}",
		 -EINVAL, "ppp.secret[MT-User].remote-address",
		 "192.0.2.99 is the gateway of route"},
	};

	assert_int_equal(prepare_set(TP_PPP_SECRET, "MT-User", "{'remote-address': '192.0.2.99'}"),
			 0);
	tp_config_commit(config, change);
	assert_int_equal(prepare_set(TP_IP_POOL, "pppoe-pool", "{'ranges': '192.0.2.64/29'}"), 0);
	tp_config_commit(config, change);
	assert_int_equal(
		prepare_set(TP_PPP_PROFILE, "for-pppoe", "{'local-address': '192.0.2.80'}"), 0);
	tp_config_commit(config, change);
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		assert_int_equal(prepare(&routes[i]), routes[i].code);
		assert_string_equal(error.place, routes[i].place);
		assert_non_null(strstr(error.message, routes[i].says));
	}
	assert_int_equal(prepare_add(TP_IP_ROUTE, "{'dst-address': '10.7.0.0/16', "
						  "'gateway': '192.0.2.66', 'disabled': true}"),
			 0);
	tp_config_commit(config, change);
	assert_int_equal(prepare_set(TP_IP_ROUTE, "10.7.0.0/16 192.0.2.66", "{'disabled': false}"),
			 -EINVAL);
}

/* The kernel takes no other gateway, and neither does the start of the daemon. */
static void test_a_gateway_is_on_a_core_network_as_long_as_it_is_used(void **state)
{
	assert_int_equal(
		prepare_add(TP_IP_ROUTE, "{'dst-address': '10.7.0.0/16', 'gateway': '10.9.9.9'}"),
		-EINVAL);
	assert_string_equal(error.place, "ip.route[10.7.0.0/16 10.9.9.9].gateway");
	assert_non_null(strstr(error.message, "is on no network of a core port"));
	assert_int_equal(
		prepare_add(TP_IPV6_ADDRESS, "{'address': '2001:db8::1/64', 'interface': 'core0'}"),
		0);
	tp_config_commit(config, change);
	assert_int_equal(
		prepare_add(TP_IPV6_ROUTE, "{'dst-address': '::/0', 'gateway': '2001:db8::2'}"), 0);
	tp_config_commit(config, change);
	assert_int_equal(prepare_set(TP_IPV6_ADDRESS, "2001:db8::1/64@core0", "{'disabled': true}"),
			 -EINVAL);
	assert_int_equal(prepare_remove(TP_IPV6_ADDRESS, "2001:db8::1/64@core0"), -EINVAL);
	assert_string_equal(error.place, "ipv6.route[::/0 2001:db8::2].gateway");
	assert_int_equal(prepare_remove(TP_IPV6_ROUTE, "::/0 2001:db8::2"), 0);
	tp_config_commit(config, change);
	assert_int_equal(prepare_remove(TP_IPV6_ADDRESS, "2001:db8::1/64@core0"), 0);
	tp_config_commit(config, change);
}

/* An item of RESOURCE to try properties of; NULL: none can be had without more ado. */
static const struct tp_config_item *any_item(const struct tp_resource *resource)
{
	if (!tp_program_has(TP_PROGRAM_SERVER, resource->id))
		return NULL;
	return tp_config_first(config, resource->id);
}

/* An empty text may be a variable that was forgotten: where it is no value, it is refused, and
 * never the same as unset. */
static void test_an_empty_text_never_resets_to_a_default(void **state)
{
	unsigned tried = 0, wrong = 0;

	assert_int_equal(prepare_add(TP_INTERFACE_VLAN,
				     "{'name': 'v', 'interface': 'ether3', 'vlan-id': 7}"),
			 0);
	tp_config_commit(config, change);
	assert_int_equal(prepare_add(TP_RADIUS, "{'address': '192.0.2.9', 'secret': 's'}"), 0);
	tp_config_commit(config, change);
	for (unsigned r = 0; r < TP_RESOURCES; r++) {
		const struct tp_config_item *item = any_item(&tp_resources[r]);

		for (unsigned i = 0; item != NULL && i < tp_resources[r].count; i++) {
			const struct tp_property *property = &tp_resources[r].properties[i];
			json_t *body = json_pack("{s:s}", property->name, "");

			memset(&error, 0, sizeof(error));
			if (tp_config_prepare_set(config, item, body, &change, &error) == 0) {
				if (!tp_property_empty(property, change->after))
					print_error("%u: %s %s= resets\n", ++wrong,
						    tp_resources[r].path, property->name);
				tp_config_abort(change);
			} else if (error.place[0] == '\0' || error.message[0] == '\0') {
				print_error("%u: %s %s=: no reason\n", ++wrong,
					    tp_resources[r].path, property->name);
			}
			json_decref(body);
			tried++;
		}
	}
	assert_true(tried > 100);
	assert_int_equal(wrong, 0);
}

/* What tp_config_keeper() says of ADDRESS; "": nobody keeps it. */
static const char *keeper(const char *address)
{
	static char text[TP_KEEPER_TEXT_LEN];
	const struct tp_config_item *item;
	uint32_t a;

	assert_true(tp_ipv4_parse(address, &a));
	item = tp_config_keeper(config, a);
	return item != NULL ? tp_config_keeper_text(item, a, text) : "";
}

static void test_who_keeps_an_address_is_told_as_long_as_somebody_does(void **state)
{
	assert_string_equal(keeper("10.0.0.1"), "the local-address of profile for-pppoe");
	assert_string_equal(keeper("10.0.0.2"), "");
	for (int i = 0; i < 3; i++) {
		char body[80];

		snprintf(body, sizeof(body), "{'name': 'u%d', 'local-address': '10.0.0.1'}", i);
		assert_int_equal(prepare_add(TP_PPP_SECRET, body), 0);
		tp_config_commit(config, change);
	}
	assert_string_equal(keeper("10.0.0.1"), "the local-address of profile for-pppoe");
	assert_int_equal(prepare_set(TP_PPP_PROFILE, "for-pppoe", "{'local-address': '10.0.0.9'}"),
			 0);
	assert_string_equal(keeper("10.0.0.9"), "");
	tp_config_commit(config, change);
	assert_string_equal(keeper("10.0.0.9"), "the local-address of profile for-pppoe");
	assert_string_equal(keeper("10.0.0.1"), "the local-address of secret u0");
	for (int i = 0; i < 3; i++) {
		char key[16];

		assert_string_not_equal(keeper("10.0.0.1"), "");
		snprintf(key, sizeof(key), "u%d", i);
		assert_int_equal(prepare_remove(TP_PPP_SECRET, key), 0);
		tp_config_commit(config, change);
	}
	assert_string_equal(keeper("10.0.0.1"), "");
}

static void test_two_vlans_cannot_come_to_share_a_tag(void **state)
{
	assert_int_equal(prepare_add(TP_INTERFACE_VLAN,
				     "{'name': 'v', 'interface': 'ether3', 'vlan-id': 5}"),
			 0);
	tp_config_commit(config, change);
	assert_int_equal(prepare_add(TP_INTERFACE_VLAN,
				     "{'name': 'w', 'interface': 'ether3', 'vlan-id': 5}"),
			 -EEXIST);
	assert_non_null(strstr(error.message, "VLAN 'v' has the id 5"));
}

static void test_a_page_goes_on_after_an_item_that_is_gone(void **state)
{
	for (int i = 0; i < 3; i++) {
		char body[32];
		snprintf(body, sizeof(body), "{'name': 'u%d'}", i);
		assert_int_equal(prepare_add(TP_PPP_SECRET, body), 0);
		tp_config_commit(config, change);
	}
	uint32_t id = tp_config_secret(config, "u1")->head.id;
	assert_string_equal(tp_config_after(config, TP_PPP_SECRET, id)->key, "u2");
	assert_int_equal(prepare_remove(TP_PPP_SECRET, "u1"), 0);
	tp_config_commit(config, change);
	assert_string_equal(tp_config_after(config, TP_PPP_SECRET, id)->key, "u2");
	assert_string_equal(tp_config_after(config, TP_PPP_SECRET, 0)->key, "MT-User");
	assert_null(tp_config_after(config, TP_PPP_SECRET, id + 1));
}

static void test_a_password_refused_is_not_in_the_answer(void **state)
{
	static const char *const bodies[] = {
		"{'password': ['hunter2']}",
		"{'password': {'hunter2': 1}}",
		"{'password': 'hunter2\\u0001\\u0000'}",
		"{'pasword': 'hunter2'}",
		"{'password': 'hunter2', 'profile': 'none'}",
	};
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		if (strstr(bodies[i], "u0000") != NULL) {
			json_t *json = json_pack("{s:s%}", "password", "hunter2\0x", (size_t)9);
			assert_int_equal(tp_config_prepare_set(
						 config,
						 tp_config_find(config, TP_PPP_SECRET, "MT-User"),
						 json, &change, &error),
					 -EINVAL);
			json_decref(json);
		} else {
			assert_int_equal(prepare_set(TP_PPP_SECRET, "MT-User", bodies[i]), -EINVAL);
		}
		assert_null(strstr(error.message, "hunter2"));
	}
}

static void test_a_client_may_send_back_the_id(void **state)
{
	char body[64], id[TP_CONFIG_ID_TEXT_LEN];
	tp_config_id_format(tp_config_secret(config, "MT-User")->head.id, id);
	snprintf(body, sizeof(body), "{'.id': '%s', 'comment': 'x'}", id);
	assert_int_equal(prepare_set(TP_PPP_SECRET, id, body), 0);
	tp_config_abort(change);
}

/* All that is configured, as text; the caller frees it. */
static char *everything(void)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < TP_RESOURCES; i++) {
		const struct tp_config_item *item = tp_config_first(config, i);

		for (; item != NULL; item = tp_config_next(item))
			json_array_append_new(all, tp_config_item_to_json(item, TP_PROPLIST_ALL));
	}
	char *text = json_dumps(all, 0);
	json_decref(all);
	return text;
}

static void test_a_trial_checks_each_beside_those_before_and_leaves_nothing(void **state)
{
	char *before = everything();
	struct tp_config_trial *trial = tp_config_trial_begin(config);

	assert_int_equal(prepare_add(TP_PPP_SECRET, "{'name': 'bob'}"), 0);
	assert_int_equal(tp_config_trial_put(trial, change), 0);
	assert_int_equal(prepare_add(TP_PPP_SECRET, "{'name': 'bob'}"), -EEXIST);
	assert_int_equal(prepare_set(TP_PPP_SECRET, "bob", "{'name': 'jim'}"), 0);
	assert_int_equal(tp_config_trial_put(trial, change), 0);
	assert_int_equal(prepare_set(TP_PPP_SECRET, "MT-User", "{'name': 'jim'}"), -EEXIST);
	assert_int_equal(prepare_remove(TP_PPP_SECRET, "MT-User"), 0);
	assert_int_equal(tp_config_trial_put(trial, change), 0);
	assert_int_equal(prepare_add(TP_PPP_SECRET, "{'name': 'MT-User'}"), 0);
	assert_int_equal(tp_config_trial_put(trial, change), 0);
	assert_int_equal(prepare_remove(TP_PPP_SECRET, "jim"), 0);
	assert_int_equal(tp_config_trial_put(trial, change), 0);
	assert_int_equal(tp_config_count(config, TP_PPP_SECRET), 1);
	tp_config_trial_end(trial);
	char *after = everything();
	assert_string_equal(after, before);
	free(before);
	free(after);
	/* Ids are not used up. */
	uint32_t last = tp_config_secret(config, "MT-User")->head.id;
	assert_int_equal(prepare_add(TP_PPP_SECRET, "{'name': 'bob'}"), 0);
	assert_int_equal(tp_config_commit(config, change)->id, last + 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_an_item_added_is_there_after_the_commit_only),
		TEST(test_an_addition_given_up_leaves_nothing),
		TEST(test_an_id_is_never_given_twice),
		TEST(test_a_change_keeps_the_id_the_place_and_the_rest),
		TEST(test_a_rename_is_found_by_the_new_name_only),
		TEST(test_jsons_own_types_are_taken),
		TEST(test_what_is_refused_is_refused_with_place_and_reason),
		TEST(test_a_refusal_leaves_the_configuration_as_it_was),
		TEST(test_what_nobody_uses_any_more_can_go),
		TEST(test_a_vlan_under_servers_cannot_be_moved_to_where_they_do_not_fit),
		TEST(test_a_gateway_cannot_become_what_subscribers_are_given),
		TEST(test_a_gateway_is_on_a_core_network_as_long_as_it_is_used),
		TEST(test_an_empty_text_never_resets_to_a_default),
		TEST(test_who_keeps_an_address_is_told_as_long_as_somebody_does),
		TEST(test_two_vlans_cannot_come_to_share_a_tag),
		TEST(test_a_page_goes_on_after_an_item_that_is_gone),
		TEST(test_a_password_refused_is_not_in_the_answer),
		TEST(test_a_client_may_send_back_the_id),
		TEST(test_a_trial_checks_each_beside_those_before_and_leaves_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
