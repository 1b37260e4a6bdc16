/* SPDX-License-Identifier: BSD-3-Clause */
/* The configuration's file, written anew: what stays of the old one, and what happens when it can't
 * be written. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "given.h"

struct world {
	char folder[32];
	char path[64], edited[64], unsaved[64], unfinished[64];
	struct tp_config *config;
	struct tp_file_state state;
	struct tp_error error;
};

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static char *read_file(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = calloc(1, 65536);

	assert_non_null(file);
	assert_true(fread(text, 1, 65535, file) > 0);
	fclose(file);
	return text;
}

static void read_config(struct world *w)
{
	struct tp_errors errors;

	tp_config_destroy(w->config);
	w->config = tp_config_load(TP_PROGRAM_SERVER, w->path, &errors);
	for (unsigned i = 0; i < errors.count; i++)
		print_error("%s: %s\n", errors.error[i].place, errors.error[i].message);
	assert_non_null(w->config);
	w->state = tp_config_file(w->config);
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	strcpy(w->folder, "/tmp/turnpike-save-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	snprintf(w->path, sizeof(w->path), "%s/turnpike.yaml", w->folder);
	snprintf(w->edited, sizeof(w->edited), "%s/turnpike.yaml.edited", w->folder);
	snprintf(w->unsaved, sizeof(w->unsaved), "%s/turnpike.yaml.unsaved", w->folder);
	snprintf(w->unfinished, sizeof(w->unfinished), "%s/turnpike.yaml.unfinished", w->folder);
	write_file(w->path, quick_example);
	read_config(w);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	unlink(w->path);
	unlink(w->edited);
	unlink(w->unsaved);
	rmdir(w->unfinished);
	assert_int_equal(rmdir(w->folder), 0); /* nothing else is left there */
	tp_config_destroy(w->config);
	free(w);
	return 0;
}

static void add_secret(struct world *w, const char *name)
{
	struct tp_config_change *change;
	json_t *body = json_pack("{s:s, s:s}", "name", name, "password", "x");

	assert_int_equal(tp_config_prepare_add(w->config, TP_PPP_SECRET, body, &change, NULL), 0);
	tp_config_commit(w->config, change);
	json_decref(body);
}

static int save(struct world *w, bool overwrite)
{
	struct tp_config_snapshot *snapshot = tp_config_snapshot(w->config);
	int err = tp_config_save(snapshot, w->path, overwrite, &w->state, &w->error);

	tp_config_snapshot_destroy(snapshot);
	return err;
}

static bool has(const char *path, const char *text)
{
	char *all = read_file(path);
	bool found = strstr(all, text) != NULL;

	free(all);
	return found;
}

static void test_what_was_changed_is_in_the_file(void **state)
{
	struct world *w = *state;

	add_secret(w, "joe");
	assert_int_equal(save(w, false), 0);
	read_config(w);
	assert_string_equal(tp_config_secret(w->config, "joe")->password, "x");
	assert_string_equal(tp_config_secret(w->config, "MT-User")->password, "StrongPass");
}

static void test_owner_and_mode_stay_but_others_lose_access(void **state)
{
	static const mode_t cases[][2] = {{0600, 0600}, {0640, 0640}, {0644, 0640}, {0666, 0640}};
	struct world *w = *state;
	struct stat st;

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(chmod(w->path, cases[i][0]), 0);
		if (geteuid() == 0)
			assert_int_equal(chown(w->path, 65534, 65534), 0);
		assert_int_equal(save(w, false), 0);
		assert_int_equal(stat(w->path, &st), 0);
		assert_int_equal(st.st_mode & 07777, cases[i][1]);
		if (geteuid() == 0)
			assert_true(st.st_uid == 65534 && st.st_gid == 65534);
	}
	unlink(w->path);
	assert_int_equal(save(w, false), 0);
	assert_int_equal(stat(w->path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

static void test_a_symbolic_link_stays_one(void **state)
{
	struct world *w = *state;
	char link[64];
	struct stat st;

	snprintf(link, sizeof(link), "%s/link.yaml", w->folder);
	assert_int_equal(symlink("turnpike.yaml", link), 0);
	struct tp_config_snapshot *snapshot = tp_config_snapshot(w->config);
	add_secret(w, "joe");
	assert_int_equal(tp_config_save(snapshot, link, false, &w->state, NULL), 0);
	tp_config_snapshot_destroy(snapshot);
	assert_int_equal(lstat(link, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_true(has(w->path, "MT-User"));
	unlink(link);
}

static void test_a_snapshot_stays_as_it_was(void **state)
{
	struct world *w = *state;
	struct tp_config_snapshot *snapshot = tp_config_snapshot(w->config);
	struct tp_config_change *change;
	json_t *body = json_given("{'comment': 'changed'}");

	add_secret(w, "joe");
	assert_int_equal(tp_config_prepare_set(w->config,
					       &tp_config_secret(w->config, "MT-User")->head, body,
					       &change, NULL),
			 0);
	tp_config_commit(w->config, change);
	json_decref(body);
	assert_int_equal(tp_config_prepare_remove(w->config,
						  &tp_config_secret(w->config, "MT-User")->head,
						  &change, NULL),
			 0);
	tp_config_commit(w->config, change);
	assert_int_equal(tp_config_save(snapshot, w->path, false, &w->state, NULL), 0);
	tp_config_snapshot_destroy(snapshot);
	assert_true(has(w->path, "StrongPass"));
	assert_false(has(w->path, "joe"));
	assert_false(has(w->path, "changed"));
}

static void test_an_edited_file_is_left_alone(void **state)
{
	struct world *w = *state;

	write_file(w->path, "system: { identity: Edited }\n");
	add_secret(w, "joe");
	assert_int_equal(save(w, false), -ESTALE);
	assert_non_null(strstr(w->error.message, "edited"));
	assert_true(has(w->path, "Edited"));
	assert_true(has(w->unsaved, "joe"));
	/* and once more, for as long as it is so */
	assert_int_equal(save(w, false), -ESTALE);
	/* put back, it is ours again */
	write_file(w->path, quick_example);
	assert_int_equal(save(w, false), 0);
	assert_true(has(w->path, "joe"));
	assert_int_equal(access(w->unsaved, F_OK), -1);
}

static void test_a_file_that_was_only_touched_is_not_edited(void **state)
{
	struct world *w = *state;
	struct timespec times[2] = {{.tv_sec = 1}, {.tv_sec = 1}};

	assert_int_equal(utimensat(AT_FDCWD, w->path, times, 0), 0);
	assert_int_equal(save(w, false), 0);
}

static void test_overwriting_keeps_the_edited_file_beside(void **state)
{
	struct world *w = *state;

	write_file(w->path, "system: { identity: Edited }\n");
	add_secret(w, "joe");
	assert_int_equal(save(w, false), -ESTALE);
	assert_int_equal(save(w, true), 0);
	assert_true(has(w->path, "joe"));
	assert_true(has(w->edited, "Edited"));
	assert_int_equal(access(w->unsaved, F_OK), -1);
	assert_int_equal(save(w, false), 0);
}

static void test_a_disk_without_room_leaves_the_old_file(void **state)
{
	struct world *w = *state;
	struct rlimit old, small = {.rlim_cur = 100};

	add_secret(w, "joe");
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small.rlim_max = old.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	int err = save(w, false);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(err, -EFBIG);
	assert_string_equal(w->error.place, w->path);
	char *text = read_file(w->path);
	assert_string_equal(text, quick_example);
	free(text);
	assert_int_equal(access(w->unfinished, F_OK), -1);
	assert_int_equal(save(w, false), 0);
}

static void test_a_save_that_fails_says_where(void **state)
{
	struct world *w = *state;
	struct tp_config_snapshot *snapshot = tp_config_snapshot(w->config);

	assert_int_equal(
		tp_config_save(snapshot, "/nonexistent/turnpike.yaml", false, &w->state, &w->error),
		-ENOENT);
	assert_string_equal(w->error.place, "/nonexistent/turnpike.yaml");
	tp_config_snapshot_destroy(snapshot);
}

static void test_what_an_earlier_save_left_is_tidied(void **state)
{
	struct world *w = *state;

	assert_false(tp_config_tidy(w->path));
	write_file(w->unfinished, "half a fi");
	assert_true(tp_config_tidy(w->path));
	write_file(w->unfinished, "half a fi");
	assert_int_equal(save(w, false), 0);
	assert_int_equal(access(w->unfinished, F_OK), -1);
}

static void test_a_saved_file_that_was_cut_is_refused(void **state)
{
	struct world *w = *state;
	struct tp_errors errors;
	struct stat st;

	assert_int_equal(save(w, false), 0);
	assert_int_equal(stat(w->path, &st), 0);
	for (off_t len = st.st_size - 2; len > 200; len -= 7) {
		assert_int_equal(truncate(w->path, len), 0);
		assert_null(tp_config_load(TP_PROGRAM_SERVER, w->path, &errors));
		assert_true(strncmp(errors.error[0].place, w->path, strlen(w->path)) == 0);
		tp_errors_clear(&errors);
	}
}

/* Each comment is above, or in, what it was about. */
static void test_comments_stay_with_what_they_are_about(void **state)
{
	static const char before[] = "# The AC of the north.\n"
				     "\n"
				     "# Shown to clients.\n"
				     "system: { identity: North } # by the map\n"
				     "ip: # addresses\n"
				     "  pool:\n"
				     "    # the # old block\n"
				     "    - { name: a, ranges: 10.0.0.0/24 } # full\n"
				     "    - name: \"b # no comment\"   # the new one\n"
				     "      # from March on\n"
				     "      ranges: [ 10.1.0.0/24, # first\n"
				     "                10.2.0.0/24 ]\n"
				     "\n"
				     "    # gr\xc3\xbc\xc3\x9f\x65\r\n"
				     "    - { name: c, ranges: 10.3.0.0/24 }\n"
				     "# who may come in\n"
				     "ppp:\n"
				     "  # at the counter\n"
				     "  secret: [ { name: joe } ]\n"
				     "# no more\n";
	static const char after[] = "# The AC of the north.\n"
				    "\n"
				    "# Shown to clients.\n"
				    "system:\n"
				    "  # by the map\n"
				    "  identity: North\n"
				    "# addresses\n"
				    "ip:\n"
				    "  pool:\n"
				    "    # the # old block\n"
				    "    # full\n"
				    "    - name: a\n"
				    "      ranges: 10.0.0.0-10.0.0.255\n"
				    "    # the new one\n"
				    "    # from March on\n"
				    "    # first\n"
				    "    - name: \"b # no comment\"\n"
				    "      ranges: 10.1.0.0-10.1.0.255,10.2.0.0-10.2.0.255\n"
				    "    # gr\xc3\xbc\xc3\x9f\x65\n"
				    "    - name: c\n"
				    "      ranges: 10.3.0.0-10.3.0.255\n"
				    "# who may come in\n"
				    "ppp:\n"
				    "  # at the counter\n"
				    "  secret:\n"
				    "    - name: joe\n"
				    "# no more\n";
	struct tp_config *config = given(before), *again;
	char *text = yaml_of(config), *text_again;

	assert_string_equal(text, after);
	again = given(text);
	text_again = yaml_of(again);
	assert_string_equal(text_again, after);
	free(text);
	free(text_again);
	tp_config_destroy(config);
	tp_config_destroy(again);
}

static void test_a_changed_item_keeps_its_comments_and_a_removed_one_takes_them_along(void **state)
{
	struct world *w = *state;
	struct tp_config_change *change;
	json_t *body = json_given("{'comment': 'late payer'}");

	write_file(w->path, "ppp:\n  secret:\n    # pays in June\n    - name: joe\n"
			    "    # went away\n    - name: ann\n");
	read_config(w);
	tp_config_prepare_set(w->config, &tp_config_secret(w->config, "joe")->head, body, &change,
			      NULL);
	tp_config_commit(w->config, change);
	tp_config_prepare_remove(w->config, &tp_config_secret(w->config, "ann")->head, &change,
				 NULL);
	tp_config_commit(w->config, change);
	json_decref(body);
	char *text = yaml_of(w->config);
	assert_string_equal(text, "ppp:\n  secret:\n    # pays in June\n    - name: joe\n"
				  "      comment: \"late payer\"\n");
	free(text);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_what_was_changed_is_in_the_file),
		TEST(test_owner_and_mode_stay_but_others_lose_access),
		TEST(test_a_symbolic_link_stays_one),
		TEST(test_a_snapshot_stays_as_it_was),
		TEST(test_an_edited_file_is_left_alone),
		TEST(test_a_file_that_was_only_touched_is_not_edited),
		TEST(test_overwriting_keeps_the_edited_file_beside),
		TEST(test_a_disk_without_room_leaves_the_old_file),
		TEST(test_a_save_that_fails_says_where),
		TEST(test_what_an_earlier_save_left_is_tidied),
		TEST(test_a_saved_file_that_was_cut_is_refused),
		TEST(test_comments_stay_with_what_they_are_about),
		TEST(test_a_changed_item_keeps_its_comments_and_a_removed_one_takes_them_along),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
