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

/* POST /system/reload, to its end; returns the status, and the answer in *ANSWER. */
static int reload(struct fixture_file *w, char *text, json_t **answer)
{
	struct tp_request request = {.method = TP_METHOD_POST, .path = "/system/reload"};
	struct tp_request *back = NULL;

	fixture_file_write(w, text);
	free(text);
	assert_false(tp_control_execute(w->c, &request));
	while (w->c->reload != NULL)
		tp_reload_poll(w->c);
	assert_int_equal(tp_mailbox_answers(&w->c->mailbox, &back, 1), 1);
	assert_ptr_equal(back, &request);
	*answer = request.answer;
	return request.status;
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

static void test_a_route_that_the_kernel_refuses_takes_all_back(void **state)
{
	struct fixture_file *w = *state;
	uint32_t address;
	json_t *answer;
	char *text = with("ip:\n  pool: [ { name: pppoe-pool, ranges: 10.0.0.2-10.0.0.5 } ]\n",
			  "ip:\n  pool: [ { name: pppoe-pool, ranges: 10.7.0.2 } ]\n"
			  "  route: [ { dst-address: 203.0.113.0/24, gateway: 203.0.113.7 } ]\n");

	assert_int_equal(reload(w, text, &answer), 400);
	assert_non_null(strstr(json_string_value(json_object_get(answer, "detail")), "203.0.113"));
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
		TEST(test_a_route_that_the_kernel_refuses_takes_all_back),
		TEST(test_one_reload_at_a_time),
		TEST(test_an_end_in_the_middle_answers_it),
		TEST(test_changes_wait_while_configurations_are_compared_but_no_question_does),
		TEST(test_an_end_refuses_changes_that_wait),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
