/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading the file anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fixture.h"

/* fixture_yaml with one text put in place of another. */
static char *with(const char *old, const char *new)
{
	const char *at = strstr(fixture_yaml, old);
	char *text;

	assert_non_null(at);
	assert_true(asprintf(&text, "%.*s%s%s", (int)(at - fixture_yaml), fixture_yaml, new,
			     at + strlen(old)) > 0);
	return text;
}

/* POST /system/reload with BODY, to its end; returns the status, and the answer in *ANSWER. */
static int reload_with(struct fixture_file *w, char *text, json_t *body, json_t **answer)
{
	struct tp_request request = {
		.method = TP_METHOD_POST, .path = "/system/reload", .body = body};
	struct tp_request *back = NULL;

	fixture_file_write(w, text);
	free(text);
	assert_false(tp_control_execute(w->c, &request));
	while (w->c->reload != NULL)
		tp_reload_poll(w->c);
	assert_int_equal(tp_mailbox_answers(&w->c->mailbox, &back, 1), 1);
	assert_ptr_equal(back, &request);
	*answer = request.answer;
	json_decref(body);
	return request.status;
}

static int reload(struct fixture_file *w, char *text, json_t **answer)
{
	return reload_with(w, text, NULL, answer);
}

static int reload_partly(struct fixture_file *w, char *text, json_t **answer)
{
	return reload_with(w, text, json_pack("{s:s}", "partial", "yes"), answer);
}

static const char *detail_of(const json_t *answer)
{
	return json_string_value(json_object_get(answer, "detail"));
}

/* The I-th text of the list NAME in ANSWER. */
static const char *text_of(const json_t *answer, const char *name, size_t i)
{
	return json_string_value(json_array_get(json_object_get(answer, name), i));
}

/* fixture_yaml with several texts put in place of others; ends with NULL. */
static char *with_all(const char *const *pairs)
{
	char *text = strdup(fixture_yaml);

	for (; pairs[0] != NULL; pairs += 2) {
		char *at = strstr(text, pairs[0]), *more;

		assert_non_null(at);
		assert_true(asprintf(&more, "%.*s%s%s", (int)(at - text), text, pairs[1],
				     at + strlen(pairs[0])) > 0);
		free(text);
		text = more;
	}
	return text;
}

/* What the file has at this moment, to be freed. */
static char *file_of(const struct fixture_file *w)
{
	char *text = calloc(1, 65536);
	FILE *in = fopen(w->path, "r");

	assert_non_null(in);
	assert_true(fread(text, 1, 65535, in) > 0);
	fclose(in);
	return text;
}

static void test_what_differs_comes_into_force(void **state)
{
	struct fixture_file *w = *state;
	uint32_t address;
	json_t *answer;

	assert_int_equal(reload(w, with("10.0.0.2-10.0.0.5", "10.7.0.2"), &answer), 200);
	json_decref(answer);
	assert_int_equal(tp_pool_allocate(w->c->pools, "pppoe-pool", w, "", 0, &address), 0);
	assert_int_equal(address, 0x0a070002);
}

static void test_an_item_keeps_its_id(void **state)
{
	struct fixture_file *w = *state;
	uint32_t before = tp_config_secret(w->c->config, "MT-User")->head.id;
	json_t *answer;

	reload(w, with("StrongPass", "OtherPass"), &answer);
	json_decref(answer);
	assert_int_equal(tp_config_secret(w->c->config, "MT-User")->head.id, before);
	assert_string_equal(tp_config_secret(w->c->config, "MT-User")->password, "OtherPass");
}

static void test_a_mistake_changes_nothing_and_is_named(void **state)
{
	struct fixture_file *w = *state;
	json_t *answer;

	assert_int_equal(reload(w, with("MT_AC", "Other, colour: red"), &answer), 400);
	assert_non_null(strstr(json_string_value(json_object_get(answer, "detail")), "colour"));
	json_decref(answer);
	assert_string_equal(tp_config_identity(w->c->config)->name, "MT_AC");
}

static void test_what_needs_a_restart_refuses_the_whole(void **state)
{
	struct fixture_file *w = *state;
	char *text = with("net_null1 }", "net_null1 }\n    - { name: ether2, device: net_null2 }");
	json_t *answer;

	assert_int_equal(reload(w, text, &answer), 400);
	assert_non_null(strstr(json_string_value(json_object_get(answer, "detail")), "restart"));
	json_decref(answer);
	assert_null(tp_config_port(w->c->config, "ether2"));
}

static void test_what_needs_a_restart_is_named_by_line_and_property(void **state)
{
	struct fixture_file *w = *state;
	json_t *answer;
	char expected[200];
	static const char *const changes[] = {
		"max-sessions: 64",
		"max-sessions: 128\n  memory: 700",
		"net_null1 }",
		"net_null1, mtu: 1400 }\n    - { name: ether2, device: d }",
		NULL,
	};

	assert_int_equal(reload(w, with_all(changes), &answer), 400);
	snprintf(expected, sizeof(expected), "%s:3:17: dataplane.max-sessions: can't change",
		 w->path);
	assert_non_null(strstr(detail_of(answer), expected));
	snprintf(expected, sizeof(expected), "%s:4:11: dataplane.memory: can't change", w->path);
	assert_non_null(strstr(detail_of(answer), expected));
	snprintf(expected, sizeof(expected), "%s:7:47: dataplane.ports[ether1].mtu: can't",
		 w->path);
	assert_non_null(strstr(detail_of(answer), expected));
	snprintf(expected, sizeof(expected), "%s:8:7: dataplane.ports[ether2]: is new", w->path);
	assert_non_null(strstr(detail_of(answer), expected));
	assert_non_null(strstr(detail_of(answer), "partial=yes"));
	json_decref(answer);
}

static void test_a_partial_reload_applies_the_rest_and_keeps_the_file(void **state)
{
	struct fixture_file *w = *state;
	json_t *answer;
	char *text;
	static const char *const changes[] = {
		"max-sessions: 64",
		"max-sessions: 128",
		"net_null1 }",
		"net_null1, mtu: 1400, comment: one }",
		"10.0.0.2-10.0.0.5",
		"10.7.0.2",
		NULL,
	};

	assert_int_equal(reload_partly(w, with_all(changes), &answer), 200);
	assert_int_equal(json_integer_value(json_object_get(answer, "changes")), 2);
	assert_int_equal(json_array_size(json_object_get(answer, "waits-for-restart")), 2);
	assert_non_null(strstr(text_of(answer, "waits-for-restart", 0), "max-sessions"));
	json_decref(answer);
	assert_int_equal(tp_config_dataplane(w->c->config)->max_sessions, 64);
	assert_int_equal(tp_config_port(w->c->config, "ether1")->mtu, 1500);
	assert_string_equal(tp_config_port(w->c->config, "ether1")->comment, "one");
	/* What the API changes now takes nothing of it back. */
	assert_int_equal(fixture_status(w->c, TP_METHOD_PATCH, "/dataplane/port/ether1",
					"{\"comment\":\"two\"}"),
			 200);
	tp_save_finish(&w->c->save, w->c->config);
	text = file_of(w);
	assert_non_null(strstr(text, "max-sessions: 128"));
	assert_non_null(strstr(text, "mtu: 1400"));
	assert_non_null(strstr(text, "comment: two"));
	assert_null(strstr(text, "comment: one"));
	/* And the file as it is still waits. */
	assert_int_equal(reload(w, text, &answer), 400);
	assert_non_null(strstr(detail_of(answer), "max-sessions"));
	json_decref(answer);
}

static void test_a_port_that_comes_or_goes_waits_in_a_partial_reload(void **state)
{
	struct fixture_file *w = *state;
	json_t *answer;
	char *text;
	static const char *const changes[] = {
		"    - { name: ether1, device: net_null1 }\n",
		"    - { name: ether2, device: net_null2 }\n",
		"StrongPass",
		"OtherPass",
		NULL,
	};

	assert_int_equal(reload_partly(w, with_all(changes), &answer), 200);
	assert_int_equal(json_array_size(json_object_get(answer, "waits-for-restart")), 2);
	json_decref(answer);
	assert_string_equal(tp_config_secret(w->c->config, "MT-User")->password, "OtherPass");
	assert_non_null(tp_config_port(w->c->config, "ether1"));
	assert_null(tp_config_port(w->c->config, "ether2"));
	assert_string_equal(tp_config_first(w->c->config, TP_DATAPLANE_PORT)->key, "ether0");
	assert_int_equal(fixture_status(w->c, TP_METHOD_PUT, "/ppp/secret", "{\"name\":\"x\"}"),
			 201);
	tp_save_finish(&w->c->save, w->c->config);
	text = file_of(w);
	assert_null(strstr(text, "ether1"));
	assert_non_null(strstr(text, "ether2"));
	free(text);
}

static void test_a_partial_reload_that_makes_no_sense_is_refused(void **state)
{
	struct fixture_file *w = *state;
	json_t *answer;
	static const char *const changes[] = {
		"net_null1 }",
		"net_null1 }\n    - { name: ether2, device: net_null2 }",
		"interface: ether0",
		"interface: ether2",
		NULL,
	};

	assert_int_equal(reload_partly(w, with_all(changes), &answer), 400);
	assert_non_null(strstr(detail_of(answer), "without what waits for a restart"));
	assert_non_null(strstr(detail_of(answer), "there is no port or VLAN 'ether2'"));
	json_decref(answer);
}

static void test_what_is_hardly_meant_is_told_by_a_reload(void **state)
{
	struct fixture_file *w = *state;
	json_t *answer;

	assert_int_equal(reload(w, with("10.0.0.2-10.0.0.5", "10.0.0.0/29"), &answer), 200);
	assert_non_null(strstr(text_of(answer, "warnings", 2), "broadcast address 10.0.0.7"));
	json_decref(answer);
}

static void test_a_route_that_the_kernel_refuses_takes_all_back(void **state)
{
	struct fixture_file *w = *state;
	uint32_t address;
	json_t *answer;
	static const char *const changes[] = {
		"net_null1 }",
		"net_null1, address: 203.0.113.1/24 }",
		"ip:\n  pool: [ { name: pppoe-pool, ranges: 10.0.0.2-10.0.0.5 } ]\n",
		"ip:\n  pool: [ { name: pppoe-pool, ranges: 10.7.0.2 } ]\n"
		"  route: [ { dst-address: 198.51.100.0/24, gateway: 203.0.113.7 } ]\n",
		NULL,
	};
	char *core = with(changes[0], changes[1]);

	tp_control_destroy(w->c); /* the kernel has no such network, as there is no TAP */
	w->c = fixture_create(core, w->path);
	free(core);
	assert_int_equal(reload(w, with_all(changes), &answer), 400);
	assert_non_null(strstr(detail_of(answer), "198.51.100.0/24"));
	json_decref(answer);
	assert_int_equal(tp_pool_allocate(w->c->pools, "pppoe-pool", w, "", 0, &address), 0);
	assert_int_equal(address, 0x0a000002);
}

static void test_one_reload_at_a_time(void **state)
{
	struct fixture_file *w = *state;
	struct tp_request first = {.method = TP_METHOD_POST, .path = "/system/reload"};
	struct tp_request second = first;

	tp_control_execute(w->c, &first);
	tp_control_execute(w->c, &second);
	assert_int_equal(second.status, 409);
	json_decref(second.answer);
	while (w->c->reload != NULL)
		tp_reload_poll(w->c);
	assert_int_equal(first.status, 200);
	json_decref(first.answer);
}

static void test_an_end_in_the_middle_answers_it(void **state)
{
	struct fixture_file *w = *state;
	struct tp_request request = {.method = TP_METHOD_POST, .path = "/system/reload"};

	tp_control_execute(w->c, &request);
	tp_reload_cancel(w->c);
	assert_int_equal(request.status, 503);
	json_decref(request.answer);
}

/* Reads the file; then it is being compared. */
static void begin_reload(struct fixture_file *w, struct tp_request *request)
{
	*request = (struct tp_request){.method = TP_METHOD_POST, .path = "/system/reload"};
	assert_false(tp_control_execute(w->c, request));
	while (!tp_reload_poll(w->c))
		;
}

static void test_changes_wait_while_configurations_are_compared_but_no_question_does(void **state)
{
	struct fixture_file *w = *state;
	struct tp_request request;
	struct tp_request add = {.method = TP_METHOD_PUT, .path = "/ppp/secret"};
	struct tp_request get = {.method = TP_METHOD_GET, .path = "/ppp/secret/MT-User"};

	add.body = json_pack("{s:s}", "name", "alice");
	begin_reload(w, &request);
	assert_false(tp_control_execute(w->c, &add));
	assert_true(tp_control_execute(w->c, &get));
	assert_int_equal(get.status, 200);
	assert_int_equal(add.status, 0);
	while (w->c->reload != NULL)
		tp_reload_poll(w->c);
	assert_int_equal(request.status, 200);
	assert_int_equal(add.status, 201);
	assert_non_null(tp_config_secret(w->c->config, "alice"));
	json_decref(add.body);
	json_decref(add.answer);
	json_decref(get.answer);
	json_decref(request.answer);
}

static void test_an_end_refuses_changes_that_wait(void **state)
{
	struct fixture_file *w = *state;
	struct tp_request request;
	struct tp_request remove = {.method = TP_METHOD_DELETE, .path = "/ppp/secret/MT-User"};

	begin_reload(w, &request);
	assert_false(tp_control_execute(w->c, &remove));
	tp_reload_cancel(w->c);
	assert_int_equal(remove.status, 503);
	assert_non_null(tp_config_secret(w->c->config, "MT-User"));
	json_decref(remove.answer);
	json_decref(request.answer);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_file_setup, fixture_file_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_what_differs_comes_into_force),
		TEST(test_an_item_keeps_its_id),
		TEST(test_a_mistake_changes_nothing_and_is_named),
		TEST(test_what_needs_a_restart_refuses_the_whole),
		TEST(test_what_needs_a_restart_is_named_by_line_and_property),
		TEST(test_a_partial_reload_applies_the_rest_and_keeps_the_file),
		TEST(test_a_port_that_comes_or_goes_waits_in_a_partial_reload),
		TEST(test_a_partial_reload_that_makes_no_sense_is_refused),
		TEST(test_what_is_hardly_meant_is_told_by_a_reload),
		TEST(test_a_route_that_the_kernel_refuses_takes_all_back),
		TEST(test_one_reload_at_a_time),
		TEST(test_an_end_in_the_middle_answers_it),
		TEST(test_changes_wait_while_configurations_are_compared_but_no_question_does),
		TEST(test_an_end_refuses_changes_that_wait),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
