/* SPDX-License-Identifier: BSD-3-Clause */
/* Static entries of /interface/pppoe-server, without and with their sessions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dataplane/sessions.h"
#include "fixture.h"

static struct tp_config_static entry(uint32_t id, char *user, char *service)
{
	return (struct tp_config_static){.head = {.id = id}, .user = user, .service = service};
}

static struct tp_session_info session(uint64_t id, const char *user, const char *service)
{
	return (struct tp_session_info){.id = id, .user = user, .service_name = service};
}

static int setup(void **state)
{
	*state = tp_interfaces_create();
	return *state == NULL;
}

static int teardown(void **state)
{
	tp_interfaces_destroy(*state);
	return 0;
}

static void put(struct tp_interfaces *in, uint32_t id, char *user, char *service)
{
	const struct tp_config_static e = entry(id, user, service);

	assert_int_equal(tp_interfaces_put(in, &e), 0);
}

static void up(struct tp_interfaces *in, uint64_t id, const char *user, const char *service)
{
	const struct tp_session_info info = session(id, user, service);

	tp_interfaces_up(in, &info);
}

static void down(struct tp_interfaces *in, uint64_t id, uint64_t bytes)
{
	const struct tp_session_counters counters = {.bytes_in = bytes, .packets_out = 1};

	tp_interfaces_down(in, id, &counters);
}

static void test_a_session_takes_a_free_entry_of_its_user_and_service(void **state)
{
	struct tp_interfaces *in = *state;

	put(in, 1, "alice", "voice");
	put(in, 2, "alice", "");
	up(in, 100, "bob", "internet");
	assert_int_equal(tp_interfaces_of_session(in, 100), 0);
	up(in, 101, "alice", "internet");
	assert_int_equal(tp_interfaces_of_session(in, 101), 2);
	up(in, 102, "alice", "internet"); /* none is free */
	assert_int_equal(tp_interfaces_of_session(in, 102), 0);
	up(in, 103, "alice", "voice");
	assert_int_equal(tp_interfaces_of_session(in, 103), 1);
	up(in, 101, "alice", "internet"); /* up again after a renegotiation */
	assert_int_equal(tp_interfaces_of_session(in, 101), 2);
}

static void test_counters_go_on_over_redials(void **state)
{
	struct tp_interfaces *in = *state;
	struct tp_session_counters before;

	put(in, 1, "alice", "");
	up(in, 100, "alice", "internet");
	assert_int_equal(tp_interfaces_session(in, 1, &before), 100);
	assert_int_equal(before.bytes_in, 0);
	down(in, 100, 4000000000);
	assert_int_equal(tp_interfaces_session(in, 1, &before), 0);
	up(in, 101, "alice", "internet");
	down(in, 101, 4000000000);
	down(in, 100, 5); /* long gone */
	tp_interfaces_session(in, 1, &before);
	assert_true(before.bytes_in == 8000000000);
	assert_int_equal(before.packets_out, 2);
}

static void test_a_changed_entry_keeps_its_counters_and_lets_an_unfit_session_go(void **state)
{
	struct tp_config_static e = entry(1, "alice", "");
	struct tp_interfaces *in = *state;
	struct tp_session_counters before;

	put(in, 1, "alice", "");
	up(in, 100, "alice", "internet");
	down(in, 100, 7);
	up(in, 101, "alice", "internet");
	put(in, 1, "alice", "");
	assert_int_equal(tp_interfaces_of_session(in, 101), 1);
	e.disabled = true;
	assert_int_equal(tp_interfaces_put(in, &e), 0);
	assert_int_equal(tp_interfaces_of_session(in, 101), 0);
	up(in, 102, "alice", "internet");
	assert_int_equal(tp_interfaces_of_session(in, 102), 0);
	put(in, 1, "bob", "");
	up(in, 103, "alice", "internet");
	assert_int_equal(tp_interfaces_of_session(in, 103), 0);
	up(in, 104, "bob", "internet");
	assert_int_equal(tp_interfaces_session(in, 1, &before), 104);
	assert_int_equal(before.bytes_in, 7);
	tp_interfaces_remove(in, 1);
	assert_int_equal(tp_interfaces_of_session(in, 104), 0);
	assert_int_equal(tp_interfaces_session(in, 1, &before), 0);
}

static void test_a_static_entry_is_there_while_nobody_is(void **state)
{
	static const char path[] = "/interface/pppoe-server/to-alice";
	struct tp_control *c;
	json_t *o, *list;
	int status;

	fake_reset(2);
	c = fixture_create(fixture_yaml, NULL);
	o = fixture_call(c, TP_METHOD_PUT, "/interface/pppoe-server", NULL,
			 "{\"name\":\"to-alice\",\"user\":\"alice\"}", &status);
	assert_int_equal(status, 201);
	assert_true(json_is_false(json_object_get(o, "running")));
	assert_true(json_is_false(json_object_get(o, "dynamic")));
	assert_int_equal(json_integer_value(json_object_get(o, "bytes-in")), 0);
	json_decref(o);
	assert_int_equal(fixture_status(c, TP_METHOD_PATCH, path, "{\"comment\":\"x\"}"), 200);
	list = fixture_call(c, TP_METHOD_GET, "/interface/pppoe-server",
			    "{\"dynamic\":\"false\",\"user\":\"alice\"}", NULL, NULL);
	assert_int_equal(json_array_size(list), 1);
	json_decref(list);
	assert_int_equal(fixture_status(c, TP_METHOD_PUT, "/interface/pppoe-server",
					"{\"name\":\"<pppoe-x>\",\"user\":\"x\"}"),
			 400);
	assert_int_equal(fixture_status(c, TP_METHOD_PATCH, "/interface/pppoe-server/x", "{}"),
			 405);
	assert_int_equal(fixture_status(c, TP_METHOD_DELETE, path, NULL), 204);
	assert_int_equal(fixture_status(c, TP_METHOD_GET, path, NULL), 404);
	tp_control_destroy(c);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_a_session_takes_a_free_entry_of_its_user_and_service),
		TEST(test_counters_go_on_over_redials),
		TEST(test_a_changed_entry_keeps_its_counters_and_lets_an_unfit_session_go),
		cmocka_unit_test(test_a_static_entry_is_there_while_nobody_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
