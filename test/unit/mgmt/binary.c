/* SPDX-License-Identifier: BSD-3-Clause */
/* RouterOS's API as clients have it: logins, commands with tags, errors, and hostile clients. */
#include "remote_fixture.h"

#include "mgmt/binary/sentence.h"

#define ROOM (1024 * 1024)

static unsigned api_port;
static int fd;
static uint8_t in[ROOM];
static size_t in_len;

static struct tp_remote *api_settings(const char *password, bool disabled)
{
	struct tp_errors errors;
	char yaml[3072];

	snprintf(yaml, sizeof(yaml),
		 "ip: { service: [ { name: api, local-address: 127.0.0.1, disabled: %s, port: %u, "
		 "address: 127.0.0.0/8, max-sessions: 16 } ] }\n"
		 "user:\n"
		 "  - { name: noc, password: '%s' }\n"
		 "  - { name: admin, password: '" SECRET "', group: full }\n"
		 "  - { name: nose, password: '" SECRET "', group: captures }\n"
		 "user-group: [ { name: captures, policy: 'read,sniff' } ]\n",
		 disabled ? "yes" : "no", api_port, password);
	struct tp_config *config =
		tp_config_load_text(TP_PROGRAM_SERVER, "t", yaml, strlen(yaml), &errors);
	assert_non_null(config);
	struct tp_remote *remote = tp_remote_create(config);
	tp_config_destroy(config);
	remote->use_radius = true;
	return remote;
}

static int begin(void **state)
{
	const struct tp_mgmt_setup limits = {.login_timeout_ms = 1000, .request_timeout_ms = 1500};
	struct tp_error error = {0};

	api_port = free_port();
	assert_int_equal(fixture_start_remote(&f, &limits, api_settings(SECRET, false), &error), 0);
	port = api_port;
	fd = tcp_connect();
	assert_true(fd >= 0);
	in_len = 0;
	return 0;
}

static int end(void **state)
{
	close(fd);
	fixture_stop(&f);
	return 0;
}

/* WORDS end with NULL. */
static void say_words(const char *const *words)
{
	struct mgmt_text out = {0};

	for (; *words != NULL; words++)
		mgmt_sentence_append(&out, *words, strlen(*words));
	mgmt_sentence_append(&out, "", 0);
	assert_int_equal(send(fd, out.data, out.len, MSG_NOSIGNAL), out.len);
	mgmt_text_free(&out);
}
#define SAY(...) say_words((const char *const[]){__VA_ARGS__, NULL})

/* The next sentence with its words joined by spaces; "": the connection has ended. */
static const char *hear(void)
{
	static char text[8192];
	struct mgmt_sentence sentence = {0};
	size_t offset = 0, len, at = 0;
	const char *word;

	while (in_len == 0 || mgmt_sentence_look(&sentence, in, in_len) == 0) {
		struct timeval wait = {.tv_sec = 10};
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
		ssize_t got = recv(fd, in + in_len, sizeof(in) - in_len, 0);
		if (got <= 0)
			return got == 0 || errno == ECONNRESET ? "" : "nothing";
		in_len += (size_t)got;
	}
	while ((word = mgmt_sentence_word(in, &offset, &len)) != NULL)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%.*s", at > 0 ? " " : "",
				       (int)len, word);
	in_len -= sentence.len;
	memmove(in, in + sentence.len, in_len);
	return text;
}

static void log_in(const char *name)
{
	char word[64];

	snprintf(word, sizeof(word), "=name=%s", name);
	SAY("/login", word, "=password=secret");
	assert_string_equal(hear(), "!done");
}

static void test_who_logs_in_is_served(void **state)
{
	log_in("noc");
	SAY("/echo/print", "?name=x", ".tag=1");
	assert_string_equal(hear(), "!re =method=POST =path=/echo/print "
				    "=body={\".query\":[\"name=x\"]} .tag=1");
	assert_string_equal(hear(), "!done .tag=1");
}

/* node-routeros writes so, and reads what it has read back as it was. */
static void test_what_is_no_utf8_is_windows_1252(void **state)
{
	log_in("noc");
	SAY("/echo/print", "?name=m\xfcller \x80");
	assert_string_equal(hear(), "!re =method=POST =path=/echo/print "
				    "=body={\".query\":[\"name=m\xc3\xbcller \xe2\x82\xac\"]}");
	assert_string_equal(hear(), "!done");
	SAY("/echo/print", "?name=m\xc3\xbcller");
	assert_non_null(strstr(hear(), "m\xc3\xbcller\"]"));
	assert_string_equal(hear(), "!done");
}

static void answer_users(struct tp_mailbox *control, struct tp_request *request)
{
	request->status = 200;
	request->answer = json_deep_copy(request->users);
}

static void test_who_is_there_is_told_to_control(void **state)
{
	log_in("noc");
	f.control.answer = answer_users;
	SAY("/user/active/print");
	const char *row = hear();
	assert_int_equal(
		strncmp(row, "!re =.id=*1 =name=noc =address=127.0.0.1 =via=api =when=2", 57), 0);
	assert_non_null(strstr(row, " =group=read =radius=false"));
	assert_string_equal(hear(), "!done");
}

static void answer_without_end(struct tp_mailbox *control, struct tp_request *request)
{
	request->status = 200;
	request->answer = json_pack("[{s:I}]", "turn", (json_int_t)request->cursor[0]++);
	request->more = request->endless;
}

static void test_what_goes_on_goes_on_until_it_is_cancelled(void **state)
{
	char expected[64];

	log_in("noc");
	f.control.answer = answer_without_end;
	SAY("/ping", "=address=192.0.2.1", ".tag=p");
	for (unsigned i = 0; i < 100; i++) {
		snprintf(expected, sizeof(expected), "!re =turn=%u .tag=p", i);
		assert_string_equal(hear(), expected);
	}
	SAY("/cancel", "=tag=p");
	const char *said = hear();
	while (strncmp(said, "!re", 3) == 0)
		said = hear();
	assert_string_equal(said, "!trap =category=2 =message=interrupted .tag=p");
	assert_string_equal(hear(), "!done");
	assert_string_equal(hear(), "!done .tag=p");
}

static void test_a_login_that_is_wrong_may_be_tried_again(void **state)
{
	SAY("/login", "=name=noc", "=password=wrong", ".tag=l");
	assert_string_equal(hear(),
			    "!trap =category=4 =message=invalid user name or password (6) .tag=l");
	assert_string_equal(hear(), "!done .tag=l");
	log_in("noc");
}

static void test_the_login_by_challenge_is_refused_with_the_reason(void **state)
{
	SAY("/login");
	assert_non_null(strstr(hear(), "=password="));
	assert_string_equal(hear(), "!done");
	log_in("noc");
}

static void test_without_a_login_nothing_is_done(void **state)
{
	unsigned before = f.control.submitted;

	SAY("/echo/print");
	assert_string_equal(hear(), "!fatal not logged in");
	assert_string_equal(hear(), "");
	assert_int_equal(f.control.submitted, before);
}

static void test_who_does_not_log_in_in_time_is_cut_off(void **state)
{
	uint64_t since = tp_clock_ms();

	assert_string_equal(hear(), "");
	assert_true(tp_clock_ms() - since >= 900);
}

static void test_half_a_sentence_is_not_waited_for_for_ever(void **state)
{
	log_in("noc");
	assert_int_equal(send(fd, "\x05/ec", 4, 0), 4);
	assert_string_equal(hear(), "");
}

static void test_a_servers_operator_is_asked_for(void **state)
{
	SAY("/login", "=name=writer", "=password=there");
	assert_string_equal(hear(), "!done");
	SAY("/echo/set", "=.id=*1");
	assert_non_null(strstr(hear(), "!re"));
	assert_string_equal(hear(), "!done");
	SAY("/user/add", "=name=x", "=password=y");
	assert_string_equal(hear(), "!trap =category=4 =message=not enough permissions (9)");
	assert_string_equal(hear(), "!done");
}

static void test_each_group_may_do_what_it_may(void **state)
{
	unsigned before;

	log_in("noc");
	before = f.control.submitted;
	SAY("/echo/add", "=name=x");
	assert_string_equal(hear(), "!trap =category=4 =message=not enough permissions (9)");
	assert_string_equal(hear(), "!done");
	assert_int_equal(f.control.submitted, before);
	SAY("/tool/sniffer/start");
	assert_string_equal(hear(), "!trap =category=4 =message=not enough permissions (9)");
	assert_string_equal(hear(), "!done");
	log_in("nose");
	SAY("/echo/add", "=name=x");
	assert_string_equal(hear(), "!trap =category=4 =message=not enough permissions (9)");
	assert_string_equal(hear(), "!done");
	SAY("/tool/sniffer/start");
	assert_non_null(strstr(hear(), "!re"));
	assert_string_equal(hear(), "!done");
	log_in("admin");
	SAY("/echo/add", "=name=x");
	assert_non_null(strstr(hear(), "!re"));
	assert_string_equal(hear(), "!done");
}

static void test_a_long_list_comes_whole_and_in_order(void **state)
{
	char expected[64];

	f.control.items = 20000;
	f.control.page = 200;
	log_in("noc");
	SAY("/list/print", ".tag=9");
	for (unsigned i = 0; i < 20000; i++) {
		snprintf(expected, sizeof(expected), "!re =.id=*%X =number=%u .tag=9", i, i);
		assert_string_equal(hear(), expected);
	}
	assert_string_equal(hear(), "!done .tag=9");
}

/* Pages that control was asked for, when it is asked for no more. */
static unsigned asked_in_the_end(void)
{
	unsigned before, now = f.control.submitted;

	do {
		before = now;
		usleep(500000);
		now = f.control.submitted;
	} while (now != before);
	return now;
}

static void test_who_reads_slowly_holds_up_nobody(void **state)
{
	int slow = fd, small = 4096;

	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	f.control.items = 2000000;
	f.control.page = 200;
	log_in("noc");
	SAY("/list/print", ".tag=9");
	assert_true(asked_in_the_end() < 10000);
	fd = tcp_connect();
	in_len = 0;
	log_in("noc");
	SAY("/echo/print");
	assert_non_null(strstr(hear(), "!re"));
	close(slow);
}

static void test_errors_are_traps_with_their_category(void **state)
{
	log_in("noc");
	SAY("/status/404/print");
	SAY("/status/400/print");
	SAY("/status/409/print");
	assert_string_equal(hear(), "!trap =category=0 =message=no");
	assert_string_equal(hear(), "!done");
	assert_string_equal(hear(), "!trap =category=1 =message=no");
	assert_string_equal(hear(), "!done");
	assert_string_equal(hear(), "!trap =category=4 =message=no");
	assert_string_equal(hear(), "!done");
}

static void test_commands_run_side_by_side_and_can_be_cancelled(void **state)
{
	log_in("noc");
	f.control.silent = true;
	SAY("/silent/print", ".tag=1");
	SAY("/silent/print", ".tag=2");
	SAY("/cancel", "=tag=1", ".tag=3");
	assert_string_equal(hear(), "!trap =category=2 =message=interrupted .tag=1");
	assert_string_equal(hear(), "!done .tag=3");
	assert_string_equal(hear(), "!done .tag=1");
	f.control.silent = false;
	fake_control_wake(&f.control);
	assert_non_null(strstr(hear(), ".tag=2"));
	assert_string_equal(hear(), "!done .tag=2");
	SAY("/cancel");
	assert_string_equal(hear(), "!done");
}

static void test_too_many_at_a_time_are_refused_but_not_their_cancel(void **state)
{
	unsigned refused = 0, ended = 0;

	log_in("noc");
	f.control.silent = true;
	for (unsigned i = 0; i < 70; i++)
		SAY("/silent/print");
	SAY("/cancel", ".tag=c");
	while (ended < 71) {
		const char *said = hear();
		refused += strstr(said, "too many commands") != NULL;
		ended += strncmp(said, "!done", 5) == 0;
	}
	assert_int_equal(refused, 6);
	f.control.silent = false;
	fake_control_wake(&f.control);
}

static void test_a_listener_hears_of_changes_and_ends(void **state)
{
	log_in("noc");
	SAY("/ppp/active/listen", ".tag=l");
	SAY("/status/404/listen", ".tag=d");
	assert_non_null(strstr(hear(), "nothing is told"));
	assert_string_equal(hear(), "!done .tag=d");
	assert_int_equal(f.control.listening, 1);
	fake_control_event(&f.control, json_pack("{s:s,s:s}", "event", "session-up", ".id", "*5"));
	fake_control_event(&f.control, json_pack("{s:s,s:s,s:s,s:s}", "event", "config", "path",
						 "/ppp/secret", "what", "add", ".id", "*7"));
	assert_string_equal(hear(), "!re =method=GET =path=/ppp/active/*5 .tag=l");
	fake_control_event(&f.control,
			   json_pack("{s:s,s:s}", "event", "session-down", ".id", "*5"));
	assert_string_equal(hear(), "!re =.id=*5 =.dead=yes .tag=l");
	SAY("/cancel", "=tag=l");
	assert_string_equal(hear(), "!trap =category=2 =message=interrupted .tag=l");
	assert_string_equal(hear(), "!done");
	assert_string_equal(hear(), "!done .tag=l");
	for (int i = 0; i < 5000 && f.control.listening != 0; i++)
		usleep(1000);
	assert_int_equal(f.control.listening, 0);
}

static void test_a_listener_of_the_configuration_hears_of_its_menu_alone(void **state)
{
	log_in("noc");
	SAY("/ppp/secret/listen");
	SAY("/echo/print"); /* so that it listens */
	assert_non_null(strstr(hear(), "!re"));
	assert_string_equal(hear(), "!done");
	fake_control_event(&f.control, json_pack("{s:s,s:s}", "event", "session-up", ".id", "*5"));
	fake_control_event(&f.control, json_pack("{s:s,s:s,s:s,s:s}", "event", "config", "path",
						 "/ppp/secret", "what", "change", ".id", "*7"));
	assert_string_equal(hear(), "!re =method=GET =path=/ppp/secret/*7");
	fake_control_event(&f.control, json_pack("{s:s,s:s,s:s,s:s}", "event", "config", "path",
						 "/ppp/secret", "what", "remove", ".id", "*7"));
	assert_string_equal(hear(), "!re =.id=*7 =.dead=yes");
}

static void test_a_user_who_is_changed_is_cut_off(void **state)
{
	log_in("noc");
	change(api_settings("$6$other$BUqU4iIyfrP1", false));
	assert_string_equal(hear(), "!fatal the user may not log in any more");
	assert_string_equal(hear(), "");
}

static void test_a_service_that_is_disabled_ends_its_connections(void **state)
{
	log_in("noc");
	change(api_settings(SECRET, true));
	assert_string_equal(hear(), "!fatal the service is not for you any more");
	assert_string_equal(hear(), "");
	assert_int_equal(tcp_connect(), -1);
}

static void test_one_address_has_a_quarter_of_the_places(void **state)
{
	int others[3];

	for (int i = 0; i < 3; i++)
		others[i] = tcp_connect();
	log_in("noc"); /* the first of four */
	int fifth = tcp_connect(), mine = fd;
	fd = fifth;
	assert_string_equal(hear(), "");
	fd = mine;
	close(fifth);
	for (int i = 0; i < 3; i++)
		close(others[i]);
	SAY("/echo/print");
	assert_non_null(strstr(hear(), "!re"));
}

static void test_what_is_no_sentence_ends_the_connection(void **state)
{
	log_in("noc");
	assert_int_equal(send(fd, "\xff", 1, 0), 1);
	assert_string_equal(hear(), "!fatal not a sentence");
	assert_string_equal(hear(), "");
}

static void test_quit_ends_it(void **state)
{
	log_in("noc");
	SAY("/quit");
	assert_string_equal(hear(), "!fatal session terminated on request");
	assert_string_equal(hear(), "");
}

static void test_control_that_does_not_answer_is_not_waited_for(void **state)
{
	log_in("noc");
	f.control.silent = true;
	SAY("/silent/print");
	close(fd);
	fd = tcp_connect();
	in_len = 0;
	log_in("noc"); /* whoever has gone leaves nothing that falls over the answer */
	f.control.silent = false;
	fake_control_wake(&f.control);
	SAY("/echo/print");
	assert_non_null(strstr(hear(), "!re"));
}

#undef TEST
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_who_logs_in_is_served),
		TEST(test_what_is_no_utf8_is_windows_1252),
		TEST(test_who_is_there_is_told_to_control),
		TEST(test_what_goes_on_goes_on_until_it_is_cancelled),
		TEST(test_a_login_that_is_wrong_may_be_tried_again),
		TEST(test_the_login_by_challenge_is_refused_with_the_reason),
		TEST(test_without_a_login_nothing_is_done),
		TEST(test_who_does_not_log_in_in_time_is_cut_off),
		TEST(test_half_a_sentence_is_not_waited_for_for_ever),
		TEST(test_a_servers_operator_is_asked_for),
		TEST(test_each_group_may_do_what_it_may),
		TEST(test_a_long_list_comes_whole_and_in_order),
		TEST(test_who_reads_slowly_holds_up_nobody),
		TEST(test_errors_are_traps_with_their_category),
		TEST(test_commands_run_side_by_side_and_can_be_cancelled),
		TEST(test_too_many_at_a_time_are_refused_but_not_their_cancel),
		TEST(test_a_listener_hears_of_changes_and_ends),
		TEST(test_a_listener_of_the_configuration_hears_of_its_menu_alone),
		TEST(test_a_user_who_is_changed_is_cut_off),
		TEST(test_a_service_that_is_disabled_ends_its_connections),
		TEST(test_one_address_has_a_quarter_of_the_places),
		TEST(test_what_is_no_sentence_ends_the_connection),
		TEST(test_quit_ends_it),
		TEST(test_control_that_does_not_answer_is_not_waited_for),
	};
	tp_log_set_level(TP_LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
