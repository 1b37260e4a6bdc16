/* SPDX-License-Identifier: BSD-3-Clause */
/* /system/save, and how saving and reloading get along. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "config/file/file.h"
#include "fixture.h"

static bool file_has(const struct fixture_file *w, const char *text)
{
	static char all[65536];
	FILE *file = fopen(w->path, "r");

	assert_non_null(file);
	all[fread(all, 1, sizeof(all) - 1, file)] = '\0';
	fclose(file);
	return strstr(all, text) != NULL;
}

static void add_secret(struct fixture_file *w, const char *name)
{
	char body[64];

	snprintf(body, sizeof(body), "{\"name\":\"%s\"}", name);
	assert_int_equal(fixture_status(w->c, TP_METHOD_PUT, "/ppp/secret", body), 201);
}

static struct tp_request post(const char *path)
{
	return (struct tp_request){.method = TP_METHOD_POST, .path = (char *)(uintptr_t)path};
}

/* Turns, until what is being written is. */
static void wait_for_saver(struct fixture_file *w)
{
	do
		tp_save_poll(&w->c->save, w->c->config, w->c->now_ms);
	while (w->c->save.saver.job != NULL);
}

static void wait_for_reload(struct fixture_file *w)
{
	while (w->c->reload != NULL) {
		tp_save_poll(&w->c->save, w->c->config, w->c->now_ms);
		tp_reload_poll(w->c);
	}
}

static void test_a_save_is_answered_when_all_that_came_before_it_is_in_the_file(void **state)
{
	struct fixture_file *w = *state;
	struct tp_request request = post("/system/save"), *back;

	add_secret(w, "joe");
	w->c->now_ms += TP_SAVER_DELAY_MS;
	assert_true(tp_save_poll(&w->c->save, w->c->config, w->c->now_ms));
	assert_non_null(w->c->save.saver.job);
	add_secret(w, "ann"); /* not in what is being written */
	assert_false(tp_control_execute(w->c, &request));
	wait_for_saver(w);
	assert_int_equal(request.status, 0);
	wait_for_saver(w);
	assert_int_equal(request.status, 200);
	assert_true(file_has(w, "joe") && file_has(w, "ann"));
	assert_int_equal(tp_mailbox_answers(&w->c->mailbox, &back, 1), 1);
	json_decref(request.answer);
}

static void test_a_reload_waits_for_what_was_changed(void **state)
{
	struct fixture_file *w = *state;
	struct tp_request request = post("/system/reload");

	add_secret(w, "joe");
	assert_false(tp_control_execute(w->c, &request));
	wait_for_reload(w);
	assert_int_equal(request.status, 200);
	json_decref(request.answer);
	assert_non_null(tp_config_secret(w->c->config, "joe"));
	assert_int_equal(w->c->save.saver.changes, 0);
}

static void test_what_changes_during_a_reload_is_not_undone_by_it(void **state)
{
	struct fixture_file *w = *state;
	struct tp_request reload = post("/system/reload");
	struct tp_request put = {.method = TP_METHOD_PUT,
				 .path = (char *)(uintptr_t) "/ppp/secret",
				 .body = json_pack("{s:s}", "name", "joe")};

	tp_control_execute(w->c, &reload);
	assert_false(tp_control_execute(w->c, &put));
	wait_for_reload(w);
	assert_int_equal(reload.status, 200);
	assert_int_equal(put.status, 201);
	assert_non_null(tp_config_secret(w->c->config, "joe"));
	assert_int_equal(w->c->save.saver.changes, 1);
	json_decref(reload.answer);
	json_decref(put.answer);
	json_decref(put.body);
}

static void test_an_edited_file_is_reloaded_as_it_is(void **state)
{
	struct fixture_file *w = *state;
	struct tp_request reload = post("/system/reload"), save = post("/system/save");

	tp_saver_force(&w->c->save.saver, false); /* what the file is, is known from here on */
	wait_for_saver(w);
	fixture_file_write(w, "dataplane:\n"
			      "  max-sessions: 64\n"
			      "  ports:\n"
			      "    - { name: ether0, device: net_null0 }\n"
			      "    - { name: ether1, device: net_null1 }\n"
			      "management: { journal: no }\n");
	add_secret(w, "joe");
	assert_false(tp_control_execute(w->c, &save));
	wait_for_saver(w);
	assert_int_equal(save.status, 409);
	json_decref(save.answer);
	tp_control_execute(w->c, &reload);
	wait_for_reload(w);
	assert_int_equal(reload.status, 200);
	json_decref(reload.answer);
	assert_null(tp_config_secret(w->c->config, "joe"));
	assert_false(tp_saver_is_busy(&w->c->save.saver));
}

static void test_what_is_no_word_of_save_is_refused(void **state)
{
	struct fixture_file *w = *state;
	static const char *const bodies[] = {"{\"overwrite\":\"maybe\"}", "{\"force\":true}",
					     "{\"overwrite\":true,\"x\":1}", "[]", "7"};

	for (unsigned i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		fixture_refusal(w->c, TP_METHOD_POST, "/system/save", NULL, bodies[i]);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_file_setup, fixture_file_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_a_save_is_answered_when_all_that_came_before_it_is_in_the_file),
		TEST(test_a_reload_waits_for_what_was_changed),
		TEST(test_what_changes_during_a_reload_is_not_undone_by_it),
		TEST(test_an_edited_file_is_reloaded_as_it_is),
		TEST(test_what_is_no_word_of_save_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
