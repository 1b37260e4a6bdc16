/* SPDX-License-Identifier: BSD-3-Clause */
/* Commands, query words and errors, as a client that knows RouterOS meets them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture.h"

static struct tp_control *c;

static json_t *call(enum tp_method method, const char *path, const char *body, int *status)
{
	char text[1024];
	struct tp_request request = {.method = method, .path = strdup(path), .routeros = true};

	snprintf(text, sizeof(text), "%s", body != NULL ? body : "");
	for (char *p = text; *p != '\0'; p++)
		*p = *p == '\'' ? '"' : *p;
	request.body = body != NULL ? json_loads(text, 0, NULL) : NULL;
	assert_true(body == NULL || request.body != NULL);
	assert_true(tp_control_execute(c, &request));
	free(request.path);
	json_decref(request.query);
	json_decref(request.body);
	*status = request.status;
	return request.answer;
}

static int post(const char *path, const char *body)
{
	int status;

	json_decref(call(TP_METHOD_POST, path, body, &status));
	return status;
}

static void add_secret(const char *name, const char *more)
{
	char body[256];

	snprintf(body, sizeof(body), "{'name':'%s','password':'x'%s}", name, more);
	assert_int_equal(post("/ppp/secret/add", body), 200);
}

static int setup(void **state)
{
	c = fixture_create(fixture_yaml, NULL);
	add_secret("a", ",'limit-bytes-in':'100','comment':'one'");
	add_secret("b", ",'limit-bytes-in':'20','disabled':'yes'");
	add_secret("d", ",'limit-bytes-in':'3','caller-id':'02:00:00:00:00:01'");
	return 0;
}

static int teardown(void **state)
{
	tp_control_destroy(c);
	return 0;
}

static const struct {
	const char *words, *names;
} queries[] = {
	{"[]", "MT-User,a,b,d"},
	{"['name=a']", "a"},
	{"['=name=a']", "a"},
	{"['disabled=yes']", "b"},
	{"['disabled=true']", "b"},
	{"['comment']", "a"},
	{"['-comment','disabled=no']", "MT-User,d"},
	{"['name=a','name=b','#|']", "a,b"},
	{"['name=a','name=b','#|!']", "MT-User,d"},
	{"['name=a','name=b']", ""},
	{"['name=a','comment=one','#&']", "a"},
	{"['name=a','#!']", "MT-User,b,d"},
	{"['>limit-bytes-in=19']", "a,b"},
	{"['<limit-bytes-in=20','>limit-bytes-in=0']", "d"},
	{"['>name=b','<name=e']", "d"},
	{"['name=a','name=b','#1']", "a"},   /* only the first is left */
	{"['name=a','name=b','#1.|']", "a"}, /* a, and b or a */
	{"['name=a','#!!']", "a"},
	{"['caller-id=02:00:00:00:00:01']", "d"},
	{"['colour=red']", ""},
	{"['-colour']", "MT-User,a,b,d"},
	{"['password=x']", ""},
	{"['password']", ""},
	{"['~name=^(a|b)$']", "a,b"},
	{"['~comment=^$']", "MT-User,b,d"},
	{"['*disabled']", "b"},
	{"['*comment']", "a"},
	{"['@caller-id=10.0.0.0/8']", ""},
	{"['=comment=']", "MT-User,b,d"},
};

static void names_of(const char *words, char *names)
{
	char body[512];
	json_t *list, *item;
	size_t i;
	int status;

	snprintf(body, sizeof(body), "{'.query':%s,'.proplist':['name','colour']}", words);
	list = call(TP_METHOD_POST, "/ppp/secret/print", body, &status);
	assert_int_equal(status, 200);
	names[0] = '\0';
	json_array_foreach (list, i, item) {
		assert_null(json_object_get(item, ".id")); /* it was not asked for */
		sprintf(names + strlen(names), "%s%s", i > 0 ? "," : "",
			json_string_value(json_object_get(item, "name")));
	}
	json_decref(list);
}

static void test_query_words_select(void **state)
{
	char names[256];

	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		names_of(queries[i].words, names);
		if (strcmp(names, queries[i].names) != 0)
			fail_msg("%s: %s, expected %s", queries[i].words, names, queries[i].names);
	}
}

static void test_words_without_sense_are_refused(void **state)
{
	static const char *const wrong[] = {"['#|']",
					    "['name=a','#&']",
					    "['#!']",
					    "['#x']",
					    "['#']",
					    "['name=a','#7']",
					    "['']",
					    "['=']",
					    "[7]",
					    "['<name']",
					    "['#.']",
					    "'name=a'",
					    "7",
					    "['~name']",
					    "['~name=(']",
					    "['~name=a{1,2}']",
					    "['~name=a+++++']",
					    "['@name']",
					    "['@name=x']"};
	char body[128];

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(body, sizeof(body), "{'.query':%s}", wrong[i]);
		if (post("/ppp/secret/print", body) != 400)
			fail_msg("%s was taken", wrong[i]);
	}
}

/* Who does not know RouterOS is told of a condition that can't be meant so. */
static void test_conditions_about_nothing_are_refused(void **state)
{
	static const char *const wrong[] = {"['colour=red']", "['-colour']",
					    "['disabled=perhaps']"};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char body[128];
		struct tp_request request = {.method = TP_METHOD_POST,
					     .path = strdup("/ppp/secret/print")};

		snprintf(body, sizeof(body), "{'.query':%s}", wrong[i]);
		for (char *p = body; *p != '\0'; p++)
			*p = *p == '\'' ? '"' : *p;
		request.body = json_loads(body, 0, NULL);
		assert_true(tp_control_execute(c, &request));
		assert_int_equal(request.status, 400);
		free(request.path);
		json_decref(request.query);
		json_decref(request.body);
		json_decref(request.answer);
	}
}

static void test_add_answers_with_the_id(void **state)
{
	int status;
	json_t *answer =
		call(TP_METHOD_POST, "/ppp/secret/add", "{'name':'e','password':'x'}", &status);
	const char *id = json_string_value(json_object_get(answer, "ret"));
	char path[64];

	assert_int_equal(status, 200);
	assert_int_equal(json_object_size(answer), 1);
	snprintf(path, sizeof(path), "/ppp/secret/%s", id);
	json_decref(answer);
	answer = call(TP_METHOD_GET, path, NULL, &status);
	assert_string_equal(json_string_value(json_object_get(answer, "name")), "e");
	json_decref(answer);
}

static bool disabled(const char *name)
{
	return ((const struct tp_config_secret *)tp_config_find(c->config, TP_PPP_SECRET, name))
		->disabled;
}

static void test_commands_take_several_items(void **state)
{
	int status;
	json_t *answer = call(TP_METHOD_POST, "/ppp/secret/disable", "{'numbers':'a,d'}", &status);

	assert_int_equal(status, 200);
	assert_true(json_is_array(answer) && json_array_size(answer) == 0);
	json_decref(answer);
	assert_true(disabled("a") && disabled("d") && !disabled("MT-User"));
	assert_int_equal(post("/ppp/secret/enable", "{'.id':['a','d']}"), 200);
	assert_false(disabled("a") || disabled("d"));
	assert_int_equal(post("/ppp/secret/set", "{'.id':'a,d','comment':'both'}"), 200);
	assert_int_equal(post("/ppp/secret/remove", "{'.id':'a,b,d'}"), 200);
	assert_int_equal(tp_config_count(c->config, TP_PPP_SECRET), 1);
}

static void test_a_name_may_have_a_comma(void **state)
{
	add_secret("a,b", "");
	assert_int_equal(post("/ppp/secret/disable", "{'.id':'a,b'}"), 200);
	assert_true(disabled("a,b"));
	assert_false(disabled("a"));
}

static void test_what_one_of_several_refuses_is_done_to_none(void **state)
{
	assert_int_equal(post("/ppp/secret/set", "{'.id':'a,nobody','comment':'x'}"), 404);
	assert_int_equal(post("/ppp/secret/remove", "{'.id':'a,nobody'}"), 404);
	/* The second of the same name is refused, and the first has its old one again. */
	assert_int_equal(
		post("/ppp/secret/set", "{'.id':'a,b','name':'same','password':'y','comment':''}"),
		400);
	const struct tp_config_secret *a =
		(const void *)tp_config_find(c->config, TP_PPP_SECRET, "a");
	assert_non_null(a);
	assert_string_equal(a->password, "x");
	assert_string_equal(a->comment, "one");
	/* A profile in use, and one that is not. */
	assert_int_equal(post("/ppp/profile/add", "{'name':'idle'}"), 200);
	assert_int_equal(post("/ppp/profile/remove", "{'.id':'idle,for-pppoe'}"), 400);
	assert_non_null(tp_config_profile(c->config, "idle"));
}

static const struct {
	enum tp_method method;
	const char *path, *body;
	int status;
	const char *detail;
} errors[] = {
	{TP_METHOD_PUT, "/ppp/secret", "{'name':'a'}", 400,
	 "failure: secret with the same name already exists"},
	{TP_METHOD_PUT, "/ppp/profile", "{'name':'for-pppoe'}", 400,
	 "failure: profile with the same name already exists"},
	{TP_METHOD_PUT, "/ip/pool", "{'name':'pppoe-pool','ranges':'10.9.0.1'}", 400,
	 "failure: pool with such name exists"},
	{TP_METHOD_POST, "/ppp/secret/add", "{'name':'a'}", 400,
	 "failure: secret with the same name already exists"},
	{TP_METHOD_PUT, "/ppp/secret", "{'name':'z','profile':'none'}", 400,
	 "input does not match any value of profile"},
	{TP_METHOD_PATCH, "/ppp/secret/a", "{'service':'l2tp'}", 400,
	 "input does not match any value of service"},
	{TP_METHOD_PATCH, "/ppp/secret/a", "{'colour':'red'}", 400, "unknown parameter colour"},
	{TP_METHOD_PUT, "/ppp/secret", "{'password':'x'}", 400, "missing =name="},
	{TP_METHOD_PATCH, "/interface/pppoe-server/server/*1", "{'max-mtu':'70000'}", 400,
	 "value of max-mtu out of range ("},
	{TP_METHOD_PATCH, "/ppp/secret", "{'comment':'x'}", 400,
	 "missing or invalid resource identifier"},
	{TP_METHOD_DELETE, "/ppp/secret", NULL, 400, "missing or invalid resource identifier"},
	{TP_METHOD_DELETE, "/ppp/active", NULL, 400, "missing or invalid resource identifier"},
	{TP_METHOD_POST, "/ppp/secret/set", "{'comment':'x'}", 400, "missing =.id="},
	{TP_METHOD_POST, "/ppp/active/remove", "{}", 400, "missing =.id="},
	{TP_METHOD_GET, "/ppp/secret/*FFFF", NULL, 404, "no such item"},
	{TP_METHOD_POST, "/ppp/active/remove", "{'.id':'*FFFF'}", 404, "no such item"},
	{TP_METHOD_GET, "/nonsense/here", NULL, 400, "no such command or directory (nonsense)"},
	{TP_METHOD_POST, "/ppp/secret/dance", "{}", 400, "no such command or directory (dance)"},
	{TP_METHOD_GET, "/ppp/nonsense/x", NULL, 400, "no such command or directory (nonsense)"},
	{TP_METHOD_GET, "/ppp", NULL, 400, "no such command or directory (ppp)"},
	{TP_METHOD_PUT, "/ppp/secret/a", "{'comment':'x'}", 400, "PUT goes to the list"},
	{TP_METHOD_PUT, "/system/identity", "{'name':'x'}", 400, "it is always there"},
	{TP_METHOD_PUT, "/ppp/active", "{'name':'x'}", 400, "this can't be configured"},
	{TP_METHOD_POST, "/ip/firewall/address-list/add", "{'list':'x','address':'10.0.0.1'}", 400,
	 "failure: lists are made of the address-list of profiles"},
	{TP_METHOD_POST, "/ip/firewall/address-list/remove", "{'numbers':''}", 404, "no such item"},
	{TP_METHOD_POST, "/system/resource/set", "{'cpu':'fast'}", 400, "this can't be configured"},
	{TP_METHOD_POST, "/ppp/secret/nonsense/print", "{}", 400,
	 "no such command or directory (nonsense)"},
	{TP_METHOD_POST, "/ppp/secret/print", "{'colour':'red'}", 400, "unknown parameter colour"},
	{TP_METHOD_POST, "/ppp/secret/print", "{'.id':'*1'}", 400, "unknown parameter .id"},
	{TP_METHOD_POST, "/ppp/secret/unset", "{'.id':'a'}", 400, "missing =value-name="},
	{TP_METHOD_POST, "/ppp/secret/unset", "{'.id':'a','value-name':'colour'}", 400,
	 "unknown parameter colour"},
	{TP_METHOD_POST, "/ppp/secret/comment", "{'.id':'a'}", 400, "missing =comment="},
	{TP_METHOD_POST, "/ppp/secret/get", "{'value-name':'name'}", 400, "missing =.id="},
	{TP_METHOD_POST, "/ppp/secret/get", "{'.id':'a','value-name':'colour'}", 400,
	 "input does not match any value of value-name"},
	{TP_METHOD_POST, "/ppp/secret/get", "{'.id':'a,b','value-name':'name'}", 400, "get: one"},
	{TP_METHOD_PATCH, "/ppp/secret/a", "{'!comment':'','comment':'x'}", 400,
	 "comment is given, and unset"},
	{TP_METHOD_PATCH, "/ppp/secret/a", "{'!colour':''}", 400, "unknown parameter colour"},
	{TP_METHOD_DELETE, "/ip/pool/pppoe-pool", NULL, 400, "failure: ip.pool[pppoe-pool]: is in"},
};

static void test_errors_are_those_that_scripts_look_for(void **state)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		int status;
		json_t *answer = call(errors[i].method, errors[i].path, errors[i].body, &status);
		const char *detail = json_string_value(json_object_get(answer, "detail"));

		if (status != errors[i].status || detail == NULL ||
		    strncmp(detail, errors[i].detail, strlen(errors[i].detail)) != 0)
			fail_msg("%s: %d %s", errors[i].path, status, detail);
		json_decref(answer);
	}
}

static void test_filters_of_what_is_not_there_match_nothing(void **state)
{
	struct tp_request request = {.method = TP_METHOD_GET,
				     .path = strdup("/ppp/secret"),
				     .query = json_pack("{s:s}", "colour", "red"),
				     .routeros = true};

	assert_true(tp_control_execute(c, &request));
	assert_int_equal(request.status, 200);
	assert_int_equal(json_array_size(request.answer), 0);
	json_decref(request.query);
	json_decref(request.answer);
	free(request.path);
}

/* "ret" of what POST of BODY to PATH answers; the last one's. */
static const char *ret(const char *path, const char *body)
{
	static char text[2048];
	int status;
	json_t *answer = call(TP_METHOD_POST, path, body, &status);
	const char *value = json_string_value(json_object_get(answer, "ret"));

	assert_int_equal(status, 200);
	assert_non_null(value);
	snprintf(text, sizeof(text), "%s", value);
	json_decref(answer);
	return text;
}

static void test_count_only_counts(void **state)
{
	assert_string_equal(ret("/ppp/secret/print", "{'count-only':''}"), "4");
	assert_string_equal(ret("/ppp/secret/print", "{'count-only':'','.query':['name=a']}"), "1");
	assert_string_equal(ret("/ppp/secret/print", "{'count-only':'','.query':['name=z']}"), "0");
	assert_string_equal(ret("/ppp/active/print", "{'count-only':''}"), "0");
	assert_string_equal(ret("/system/resource/print", "{'count-only':''}"), "1");
}

static void test_what_there_is_once_is_printed_as_a_list(void **state)
{
	static const char *const paths[] = {"/system/resource/print", "/system/identity/print"};

	for (size_t i = 0; i < 2; i++) {
		int status;
		json_t *answer = call(TP_METHOD_POST, paths[i], "{}", &status);

		assert_int_equal(status, 200);
		assert_int_equal(json_array_size(answer), 1);
		assert_true(json_is_object(json_array_get(answer, 0)));
		json_decref(answer);
	}
}

static void test_resource_has_what_panels_look_for(void **state)
{
	static const char *const names[] = {"uptime",	       "version",      "cpu",
					    "cpu-count",       "cpu-load",     "architecture-name",
					    "board-name",      "total-memory", "free-memory",
					    "total-hdd-space", "platform",     "free-hdd-space"};
	int status;
	json_t *answer = call(TP_METHOD_GET, "/system/resource", NULL, &status);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (json_object_get(answer, names[i]) == NULL)
			fail_msg("no %s", names[i]);
	assert_in_range(json_integer_value(json_object_get(answer, "cpu-load")), 0, 100);
	json_decref(answer);
}

static void test_one_value_is_got_unset_and_commented(void **state)
{
	assert_string_equal(ret("/ppp/secret/get", "{'.id':'a','value-name':'comment'}"), "one");
	assert_string_equal(ret("/system/identity/get", "{'value-name':'name'}"), "MT_AC");
	assert_non_null(strstr(ret("/ppp/secret/get", "{'numbers':'a'}"), ";comment=one"));
	assert_int_equal(post("/ppp/secret/unset", "{'.id':'a','value-name':'comment'}"), 200);
	assert_string_equal(ret("/ppp/secret/get", "{'.id':'a','value-name':'comment'}"), "");
	assert_int_equal(post("/ppp/secret/comment", "{'numbers':'a,b','comment':'two'}"), 200);
	assert_string_equal(ret("/ppp/secret/get", "{'.id':'b','value-name':'comment'}"), "two");
	assert_int_equal(post("/ppp/secret/set", "{'.id':'a,b','!comment':''}"), 200);
	assert_string_equal(ret("/ppp/secret/get", "{'.id':'b','value-name':'comment'}"), "");
	/* Asked of several, refused by one: the others keep theirs. */
	assert_int_equal(post("/ppp/secret/comment", "{'numbers':'a','comment':'kept'}"), 200);
	assert_int_equal(post("/ppp/secret/set", "{'.id':'a,b','!comment':'','name':'x'}"), 400);
	assert_string_equal(ret("/ppp/secret/get", "{'.id':'a','value-name':'comment'}"), "kept");
}

static void test_a_profile_tells_whether_it_is_the_default(void **state)
{
	assert_string_equal(
		ret("/ppp/profile/print", "{'count-only':'','.query':['default=true']}"), "1");
	assert_int_equal(post("/ppp/profile/set", "{'.id':'default','on-up':''}"), 200);
}

static void test_a_route_keeps_the_metric_that_was_given(void **state)
{
	assert_int_equal(post("/ppp/secret/set",
			      "{'.id':'a','routes':'10.9.0.0/24 10.0.0.9 1,10.8.0.0/24'}"),
			 200);
	assert_string_equal(ret("/ppp/secret/get", "{'.id':'a','value-name':'routes'}"),
			    "10.9.0.0/24 10.0.0.9 1,10.8.0.0/24");
}

static void test_an_item_is_added_that_is_like_another(void **state)
{
	const struct tp_config_secret *copy;

	assert_int_equal(post("/ppp/secret/add", "{'copy-from':'a','name':'a2','!comment':''}"),
			 200);
	copy = (const void *)tp_config_find(c->config, TP_PPP_SECRET, "a2");
	assert_string_equal(copy->password, "x");
	assert_string_equal(copy->comment, "");
	assert_int_equal(post("/ppp/secret/add", "{'copy-from':'a'}"), 400);
	assert_int_equal(post("/ppp/secret/add", "{'copy-from':'nobody','name':'a3'}"), 404);
	assert_int_equal(post("/ppp/secret/set", "{'.id':'a2','copy-from':'a'}"), 400);
}

static void test_monitor_shows_once(void **state)
{
	int status;
	json_t *rows = call(TP_METHOD_POST, "/ip/pool/monitor",
			    "{'numbers':'pppoe-pool','once':''}", &status);

	assert_int_equal(status, 200);
	assert_int_equal(json_array_size(rows), 1);
	json_decref(rows);
	assert_int_equal(post("/ip/pool/monitor", "{'numbers':'pppoe-pool'}"), 400);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_query_words_select),
		TEST(test_conditions_about_nothing_are_refused),
		TEST(test_words_without_sense_are_refused),
		TEST(test_add_answers_with_the_id),
		TEST(test_commands_take_several_items),
		TEST(test_a_name_may_have_a_comma),
		TEST(test_what_one_of_several_refuses_is_done_to_none),
		TEST(test_errors_are_those_that_scripts_look_for),
		TEST(test_filters_of_what_is_not_there_match_nothing),
		TEST(test_count_only_counts),
		TEST(test_what_there_is_once_is_printed_as_a_list),
		TEST(test_resource_has_what_panels_look_for),
		TEST(test_one_value_is_got_unset_and_commented),
		TEST(test_a_profile_tells_whether_it_is_the_default),
		TEST(test_a_route_keeps_the_metric_that_was_given),
		TEST(test_an_item_is_added_that_is_like_another),
		TEST(test_monitor_shows_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
