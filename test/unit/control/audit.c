/* SPDX-License-Identifier: BSD-3-Clause */
/* Who has changed what, and taking it back. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "config/file/file.h"
#include "control/audit/store.h"
#include "control/log/book.h"
#include "fixture.h"

static const struct tp_who admin = {"rest", "admin", "10.0.0.1", TP_POLICY_READ | TP_POLICY_WRITE};
static const struct tp_who boss = {"api-ssl", "boss", "10.0.0.2", ~0u};
static struct tp_control *c;

static int setup(void **state)
{
	fake_reset(2);
	c = fixture_create(fixture_yaml, NULL);
	tp_log_set_level(TP_LOG_INFO);
	fixture_status(c, TP_METHOD_PUT, "/system/logging",
		       "{\"topics\":\"scan\",\"action\":\"echo\"}");
	return 0;
}

static int teardown(void **state)
{
	tp_control_destroy(c);
	return 0;
}

static json_t *call_as(const struct tp_who *who, enum tp_method method, const char *path,
		       const char *body, int *status)
{
	struct tp_request request = {.method = method, .path = strdup(path), .who = *who};

	request.body = body != NULL ? json_loads(body, JSON_DECODE_ANY, NULL) : NULL;
	assert_true(body == NULL || request.body != NULL);
	assert_true(tp_control_execute(c, &request));
	free(request.path);
	json_decref(request.body);
	if (status != NULL)
		*status = request.status;
	return request.answer;
}

static void does(const struct tp_who *who, enum tp_method method, const char *path,
		 const char *body)
{
	int status;
	json_t *answer = call_as(who, method, path, body, &status);

	if (status >= 300)
		fail_msg("%s: %d %s", path, status, json_dumps(answer, JSON_ENCODE_ANY));
	json_decref(answer);
}

static const char *refused(const struct tp_who *who, enum tp_method method, const char *path,
			   const char *body, int wanted)
{
	static char detail[700];
	int status;
	json_t *answer = call_as(who, method, path, body, &status);

	assert_int_equal(status, wanted);
	snprintf(detail, sizeof(detail), "%s",
		 json_string_value(json_object_get(answer, "detail")));
	json_decref(answer);
	return detail;
}

/* All of the history. */
static json_t *history(void)
{
	json_t *all = fixture_call(c, TP_METHOD_GET, "/system/history", NULL, NULL, NULL);

	assert_true(json_is_array(all));
	return all;
}

static const char *text_of(const json_t *o, const char *name)
{
	const char *text = json_string_value(json_object_get(o, name));

	return text != NULL ? text : "";
}

/* One value of the newest entry. */
static const char *last(const char *name)
{
	static char text[2000];
	json_t *all = history();
	const json_t *entry = json_array_get(all, json_array_size(all) - 1);
	const json_t *value = json_object_get(entry, name);

	if (json_is_array(value))
		value = json_array_get(value, 0);
	snprintf(text, sizeof(text), "%s",
		 json_is_boolean(value)	 ? json_is_true(value) ? "true" : "false"
		 : json_is_string(value) ? json_string_value(value)
					 : "");
	json_decref(all);
	return text;
}

/* The last line of the log. */
static const char *log_line(void)
{
	static char text[2000];
	json_t *all;

	tp_log_book_turn(c);
	all = fixture_call(c, TP_METHOD_GET, "/log", NULL, NULL, NULL);
	snprintf(text, sizeof(text), "%s",
		 text_of(json_array_get(all, json_array_size(all) - 1), "message"));
	json_decref(all);
	return text;
}

static const struct tp_config_secret *secret(const char *name)
{
	return tp_config_secret(c->config, name);
}

static void test_a_change_says_who_what_and_what_it_was(void **state)
{
	does(&admin, TP_METHOD_PUT, "/ppp/profile", "{\"name\":\"b\"}");
	does(&admin, TP_METHOD_PATCH, "/ppp/secret/MT-User", "{\"profile\":\"b\"}");
	assert_string_equal(last("action"), "secret MT-User changed");
	assert_string_equal(last("by"), "admin");
	assert_string_equal(last("address"), "10.0.0.1");
	assert_string_equal(last("via"), "rest");
	assert_string_equal(last("undoable"), "true");
	assert_string_equal(last("changes"), "secret MT-User changed: profile: for-pppoe -> b");
	assert_string_equal(last("redo"), "/ppp secret set MT-User profile=b");
	assert_string_equal(last("undo"), "/ppp secret set MT-User profile=for-pppoe");
	assert_string_equal(log_line(),
			    "secret MT-User changed by admin (rest, 10.0.0.1): profile: "
			    "for-pppoe -> b");
}

static void test_a_password_is_never_shown_and_comes_back(void **state)
{
	json_t *all;
	char *text;

	does(&admin, TP_METHOD_PATCH, "/ppp/secret/MT-User", "{\"password\":\"Sesame1\"}");
	assert_string_equal(log_line(),
			    "secret MT-User changed by admin (rest, 10.0.0.1): password: *** "
			    "changed");
	does(&admin, TP_METHOD_DELETE, "/ppp/secret/MT-User", NULL);
	does(&boss, TP_METHOD_PUT, "/user", "{\"name\":\"x\",\"password\":\"Sesame2\"}");
	all = history();
	text = json_dumps(all, 0);
	assert_null(strstr(text, "Sesame"));
	assert_null(strstr(text, "StrongPass"));
	free(text);
	json_decref(all);
	does(&boss, TP_METHOD_POST, "/undo", NULL);  /* the user */
	does(&admin, TP_METHOD_POST, "/undo", NULL); /* the removal */
	assert_string_equal(secret("MT-User")->password, "Sesame1");
	does(&admin, TP_METHOD_POST, "/undo", NULL);
	assert_string_equal(secret("MT-User")->password, "StrongPass");
}

static void test_undo_and_redo_go_back_and_forth(void **state)
{
	does(&admin, TP_METHOD_PUT, "/ppp/secret", "{\"name\":\"a\",\"comment\":\"one\"}");
	does(&admin, TP_METHOD_PATCH, "/ppp/secret/a", "{\"name\":\"b\",\"comment\":\"two\"}");
	does(&admin, TP_METHOD_POST, "/undo", NULL);
	assert_null(secret("b"));
	assert_string_equal(secret("a")->comment, "one");
	assert_string_equal(log_line(), "secret b changed, undone by admin (rest, 10.0.0.1): name: "
					"a -> b; comment: one -> two");
	does(&admin, TP_METHOD_POST, "/undo", NULL);
	assert_null(secret("a"));
	does(&admin, TP_METHOD_POST, "/redo", NULL);
	assert_non_null(secret("a"));
	does(&admin, TP_METHOD_POST, "/system/history/redo", NULL);
	assert_string_equal(secret("b")->comment, "two");
	assert_string_equal(refused(&admin, TP_METHOD_POST, "/redo", NULL, 409), "nothing to redo");
}

static void test_a_new_change_ends_what_could_be_redone(void **state)
{
	does(&admin, TP_METHOD_PUT, "/ppp/secret", "{\"name\":\"a\"}");
	does(&admin, TP_METHOD_POST, "/undo", NULL);
	does(&admin, TP_METHOD_PUT, "/ppp/secret", "{\"name\":\"other\"}");
	assert_string_equal(refused(&admin, TP_METHOD_POST, "/redo", NULL, 409), "nothing to redo");
}

static void test_what_depends_on_it_stands_against_an_undo(void **state)
{
	does(&admin, TP_METHOD_PUT, "/ppp/profile", "{\"name\":\"b\"}");
	does(&admin, TP_METHOD_PATCH, "/ppp/secret/MT-User", "{\"profile\":\"b\"}");
	assert_non_null(strstr(refused(&admin, TP_METHOD_POST, "/undo", "{\".id\":\"*2\"}", 409),
			       "profile b added can't be undone: ppp.profile[b]: is in use by "
			       "ppp.secret[MT-User].profile"));
	assert_non_null(tp_config_profile(c->config, "b"));
}

static void test_what_has_changed_since_stands_against_an_undo(void **state)
{
	does(&admin, TP_METHOD_PATCH, "/ppp/secret/MT-User", "{\"comment\":\"one\"}");
	does(&boss, TP_METHOD_PATCH, "/ppp/secret/MT-User", "{\"comment\":\"two\"}");
	assert_non_null(strstr(refused(&admin, TP_METHOD_POST, "/undo", "{\".id\":\"*2\"}", 409),
			       "comment of MT-User has been changed since"));
	assert_string_equal(secret("MT-User")->comment, "two");
	assert_int_equal(fixture_status(c, TP_METHOD_POST, "/undo", "{\".id\":\"*99\"}"), 404);
	assert_int_equal(fixture_status(c, TP_METHOD_POST, "/undo", "{\"colour\":\"red\"}"), 400);
}

static void test_several_items_of_a_command_are_one(void **state)
{
	does(&admin, TP_METHOD_PUT, "/ppp/secret", "{\"name\":\"a\"}");
	does(&admin, TP_METHOD_PUT, "/ppp/secret", "{\"name\":\"b\",\"comment\":\"mine\"}");
	does(&admin, TP_METHOD_POST, "/ppp/secret/set",
	     "{\"numbers\":\"a,b\",\"comment\":\"both\"}");
	assert_string_equal(last("action"), "secret a changed, and 1 more");
	does(&admin, TP_METHOD_POST, "/undo", NULL);
	assert_string_equal(secret("a")->comment, "");
	assert_string_equal(secret("b")->comment, "mine");
	does(&admin, TP_METHOD_POST, "/redo", NULL);
	/* One of them stands against it: the other stays as well. */
	does(&admin, TP_METHOD_PATCH, "/ppp/secret/a", "{\"comment\":\"later\"}");
	assert_non_null(strstr(refused(&admin, TP_METHOD_POST, "/undo", "{\".id\":\"*4\"}", 409),
			       "comment of a has been changed since"));
	assert_string_equal(secret("b")->comment, "both");
}

static void test_what_was_refused_is_not_in_the_history(void **state)
{
	json_t *before = history(), *after;

	assert_int_equal(
		fixture_status(c, TP_METHOD_PATCH, "/ppp/secret/MT-User", "{\"profile\":\"none\"}"),
		400);
	does(&admin, TP_METHOD_PATCH, "/ppp/secret/MT-User", "{\"profile\":\"for-pppoe\"}");
	after = history();
	assert_true(json_equal(before, after)); /* nor is what changes nothing */
	json_decref(before);
	json_decref(after);
}

static void test_what_takes_full_rights_takes_them_to_undo(void **state)
{
	does(&boss, TP_METHOD_PUT, "/user", "{\"name\":\"x\",\"password\":\"Sesame2\"}");
	refused(&admin, TP_METHOD_POST, "/undo", NULL, 403);
	does(&boss, TP_METHOD_POST, "/undo", NULL);
	assert_null(tp_config_by_key(c->config, TP_USER, "x"));
}

static void test_what_is_no_change_is_told_as_well(void **state)
{
	does(&boss, TP_METHOD_POST, "/system/shutdown", NULL);
	assert_string_equal(last("action"), "system shutdown asked for");
	assert_string_equal(last("by"), "boss");
	assert_string_equal(last("undoable"), "false");
	assert_non_null(strstr(refused(&boss, TP_METHOD_POST, "/undo", "{\".id\":\"*2\"}", 409),
			       "no change of the configuration"));
}

static void test_the_history_is_bounded(void **state)
{
	char body[64];
	json_t *all;

	does(&boss, TP_METHOD_POST, "/system/shutdown", NULL);
	for (unsigned i = 0; i < 3 * TP_CHANGES_MAX; i++) {
		snprintf(body, sizeof(body), "{\"comment\":\"%u\"}", i);
		does(&admin, TP_METHOD_PATCH, "/ppp/secret/MT-User", body);
	}
	all = history();
	/* The other kind has its own places. */
	assert_in_range(json_array_size(all), TP_CHANGES_MAX, TP_CHANGES_MAX + 1);
	json_decref(all);
	for (unsigned i = 0; i < TP_CHANGES_MAX; i++)
		does(&admin, TP_METHOD_POST, "/undo", NULL);
	assert_string_equal(refused(&admin, TP_METHOD_POST, "/undo", NULL, 409), "nothing to undo");
	assert_string_equal(secret("MT-User")->comment, "399");
}

static unsigned count_via(const char *face)
{
	json_t *all = history(), *entry;
	unsigned count = 0;
	size_t i;

	json_array_foreach (all, i, entry)
		count += strcmp(json_string_value(json_object_get(entry, "via")), face) == 0;
	json_decref(all);
	return count;
}

static void test_radius_servers_drive_out_no_operators_entry(void **state)
{
	const struct tp_who server = {"coa", "radius", "192.0.2.9", 0};
	char text[40];

	does(&boss, TP_METHOD_POST, "/system/shutdown", NULL);
	does(&admin, TP_METHOD_PATCH, "/ppp/secret/MT-User", "{\"comment\":\"x\"}");
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "user%u is ended", i);
		c->now_ms += 200; /* as many as are noted */
		tp_audit_note_radius(c, &server, text);
	}
	assert_int_equal(count_via("coa"), TP_CHANGES_FOREIGN);
	assert_int_equal(count_via("rest"), 1);
	assert_int_equal(count_via("api-ssl"), 1);
	assert_string_equal(last("action"), "user999 is ended");
}

static void test_of_a_storm_of_radius_servers_the_history_has_the_number(void **state)
{
	const struct tp_who server = {"coa", "radius", "192.0.2.9", 0};

	for (unsigned i = 0; i < 1050; i++)
		tp_audit_note_radius(c, &server, "bob is ended");
	assert_int_equal(count_via("coa"), 50);
	c->now_ms += 1000;
	tp_audit_note_radius(c, &server, "bob is ended");
	assert_string_equal(last("action"), "bob is ended (1000 before it are in the log alone)");
}

/* ---- on disk ----------------------------------------------------------------------------------
 */

static unsigned read_back;

static bool found(void *user, const json_t *entry)
{
	read_back++;
	return tp_changes_restore(user, entry);
}

static void test_the_history_outlives_the_daemon(void **state)
{
	char directory[] = "/tmp/turnpike-history-XXXXXX", path[80];
	struct tp_changes was, is;
	struct tp_error e = {0};
	struct stat st;
	cpu_set_t cpus;
	FILE *file;

	CPU_ZERO(&cpus);
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/" TP_CHANGES_FILE, directory);
	tp_changes_init(&was);
	assert_int_equal(tp_changes_store_open(directory, &cpus, found, &was, &was.store, &e), 0);
	for (unsigned i = 0; i < TP_CHANGES_MAX + 5; i++)
		tp_changes_add(&was, "secret a changed", &admin,
			       json_pack("[{s:s, s:s, s:s, s:n, s:{}}]", "path", "/ppp/secret",
					 "was", "", "is", "a", "before", "after"),
			       1);
	tp_changes_last(&was, false)->undone = 7;
	tp_changes_touch(&was, TAILQ_LAST(&was.entries, tp_changes_entries));
	tp_changes_store_close(was.store);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);

	tp_changes_init(&is);
	assert_int_equal(tp_changes_store_open(directory, &cpus, found, &is, &is.store, &e), 0);
	assert_int_equal(read_back, TP_CHANGES_MAX);
	assert_int_equal(is.last_id, was.last_id);
	assert_int_equal(is.last_undone, 7);
	json_t *one = tp_changes_to_json(TAILQ_FIRST(&is.entries));
	json_t *other = tp_changes_to_json(TAILQ_FIRST(&was.entries));
	assert_true(json_equal(one, other));
	json_decref(one);
	json_decref(other);
	tp_changes_store_close(is.store);
	tp_changes_clear(&is);
	tp_changes_clear(&was);

	/* What is no database is set aside, and told of. */
	file = fopen(path, "w");
	fputs("this is no database, though it may be long enough to look like one", file);
	fclose(file);
	tp_changes_init(&is);
	read_back = 0;
	assert_int_equal(tp_changes_store_open(directory, &cpus, found, &is, &is.store, &e), 0);
	assert_int_equal(read_back, 0);
	assert_true(e.message[0] != '\0');
	tp_changes_store_close(is.store);
	snprintf(path, sizeof(path), "rm -r %s", directory);
	assert_int_equal(system(path), 0);
}

static void test_what_makes_no_sense_on_disk_is_left_out(void **state)
{
	static const char *const texts[] = {
		"{}",
		"[]",
		"{\"id\":1}",
		"{\"id\":0,\"time\":1,\"action\":\"a\",\"name\":\"\",\"address\":\"\",\"face\":"
		"\"\","
		"\"changes\":[],\"total\":0,\"lasting\":true,\"undone\":0,\"gone\":false,"
		"\"undone-by\":\"\"}",
		"{\"id\":3,\"time\":1,\"action\":\"a\",\"name\":\"\",\"address\":\"\",\"face\":"
		"\"\","
		"\"changes\":[{}],\"total\":1,\"lasting\":false,\"undone\":0,\"gone\":false,"
		"\"undone-by\":\"\"}",
	};
	struct tp_changes h;

	tp_changes_init(&h);
	for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		json_t *kept = json_loads(texts[i], 0, NULL);

		assert_non_null(kept);
		assert_false(tp_changes_restore(&h, kept));
		json_decref(kept);
	}
	tp_changes_clear(&h);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_a_change_says_who_what_and_what_it_was),
		TEST(test_a_password_is_never_shown_and_comes_back),
		TEST(test_undo_and_redo_go_back_and_forth),
		TEST(test_a_new_change_ends_what_could_be_redone),
		TEST(test_what_depends_on_it_stands_against_an_undo),
		TEST(test_what_has_changed_since_stands_against_an_undo),
		TEST(test_several_items_of_a_command_are_one),
		TEST(test_what_was_refused_is_not_in_the_history),
		TEST(test_what_takes_full_rights_takes_them_to_undo),
		TEST(test_what_is_no_change_is_told_as_well),
		TEST(test_the_history_is_bounded),
		TEST(test_radius_servers_drive_out_no_operators_entry),
		TEST(test_of_a_storm_of_radius_servers_the_history_has_the_number),
		cmocka_unit_test(test_the_history_outlives_the_daemon),
		cmocka_unit_test(test_what_makes_no_sense_on_disk_is_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
