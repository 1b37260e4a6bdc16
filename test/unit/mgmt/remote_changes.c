/* SPDX-License-Identifier: BSD-3-Clause */
/* www-ssl is changed while it runs. */
#include "remote_fixture.h"

static void test_a_user_who_is_gone_is_refused_at_once(void **state)
{
	assert_int_equal(status("noc:secret", "GET", "/rest/echo", NULL), 200);
	struct tp_remote *remote = usual(0);
	remote->user[0].name[0] = 'k';
	change(remote);
	assert_int_equal(status("noc:secret", "GET", "/rest/echo", NULL), 401);
	assert_int_equal(status("koc:secret", "GET", "/rest/echo", NULL), 200);
}

static void test_clients_from_elsewhere_are_not_let_in(void **state)
{
	struct tp_remote *remote = usual(0);

	remote->service[TP_SERVICE_WWW_SSL].address.prefix =
		malloc(sizeof(*remote->service[TP_SERVICE_WWW_SSL].address.prefix));
	remote->service[TP_SERVICE_WWW_SSL].address.prefix[0] =
		(struct tp_prefix){.address = 0x0a000000, .length = 8};
	remote->service[TP_SERVICE_WWW_SSL].address.count = 1;
	change(remote);
	assert_int_equal(status("noc:secret", "GET", "/rest/echo", NULL), 0);
	change(usual(0));
	assert_int_equal(status("noc:secret", "GET", "/rest/echo", NULL), 200);
}

static void test_a_new_certificate_is_shown_to_new_connections(void **state)
{
	struct reply reply = https(1, "noc:secret", "GET", "/rest/echo", NULL, NULL);

	assert_int_equal(reply.code, CURLE_PEER_FAILED_VERIFICATION);
	reply_free(&reply);
	change(usual(1));
	reply = https(1, "noc:secret", "GET", "/rest/echo", NULL, NULL);
	assert_int_equal(reply.status, 200);
	reply_free(&reply);
}

static void test_a_certificate_that_cannot_be_read_leaves_the_old_one(void **state)
{
	struct tp_remote *remote = usual(0);

	strcpy(remote->service[TP_SERVICE_WWW_SSL].certificate, "/nowhere");
	change(remote);
	assert_int_equal(status("noc:secret", "GET", "/rest/echo", NULL), 200);
}

static void test_the_port_changes_and_a_request_under_way_is_answered(void **state)
{
	unsigned old = port;

	f.control.silent = true;
	pid_t child = ask_beside("noc:secret", "GET", "/rest/silent", NULL);
	for (int i = 0; i < 5000 && f.control.submitted == 0; i++)
		usleep(1000);
	port = free_port();
	change(usual(0));
	assert_int_equal(status("noc:secret", "GET", "/rest/echo", NULL), 200);
	f.control.silent = false;
	fake_control_wake(&f.control);
	int ended = -1;
	waitpid(child, &ended, 0);
	assert_int_equal(ended, 0);
	port = old;
	assert_int_equal(tcp_connect(), -1);
}

static void test_a_disabled_service_does_not_listen(void **state)
{
	struct tp_remote *remote = usual(0);

	remote->service[TP_SERVICE_WWW_SSL].disabled = true;
	change(remote);
	assert_int_equal(tcp_connect(), -1);
	change(usual(0));
	assert_int_equal(status("noc:secret", "GET", "/rest/echo", NULL), 200);
}

static void test_settings_that_would_not_do_are_refused_before_control_has_them(void **state)
{
	unsigned before = f.control.submitted, other = free_port();
	struct sockaddr_in in = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)other),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char body[96];

	assert_int_equal(bind(fd, (struct sockaddr *)&in, sizeof(in)), 0);
	assert_int_equal(listen(fd, 1), 0);
	struct reply reply =
		http(&f, "PATCH", "/rest/ip/service/www-ssl", "{\"certificate\":\"/nowhere.pem\"}");
	assert_int_equal(reply.status, 400);
	assert_non_null(strstr(reply.body, "ip.service[www-ssl].certificate: cannot read"));
	reply_free(&reply);
	snprintf(body, sizeof(body), "{\"port\":\"%u\"}", other);
	reply = http(&f, "PATCH", "/rest/ip/service/www-ssl", body);
	assert_int_equal(reply.status, 400);
	assert_non_null(strstr(reply.body, "ip.service[www-ssl].port: cannot listen"));
	reply_free(&reply);
	assert_int_equal(f.control.submitted, before);
	/* Disabled, it may have any. */
	reply = http(&f, "PATCH", "/rest/ip/service/www-ssl",
		     "{\"certificate\":\"/nowhere.pem\",\"disabled\":true}");
	assert_int_equal(reply.status, 200);
	reply_free(&reply);
	close(fd);
}

static void test_a_start_without_the_certificate_says_where_it_is_missing(void **state)
{
	struct tp_error error = {0};
	struct fixture other;

	port = free_port();
	assert_int_equal(fixture_start_remote(&other, NULL,
					      settings("port: 1, certificate: /nowhere.pem"),
					      &error),
			 -EINVAL);
	assert_string_equal(error.place, "ip.service[www-ssl].certificate");
	assert_non_null(strstr(error.message, "/nowhere.pem"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_user_who_is_gone_is_refused_at_once),
		TEST(test_clients_from_elsewhere_are_not_let_in),
		TEST(test_a_new_certificate_is_shown_to_new_connections),
		TEST(test_a_certificate_that_cannot_be_read_leaves_the_old_one),
		TEST(test_the_port_changes_and_a_request_under_way_is_answered),
		TEST(test_a_disabled_service_does_not_listen),
		TEST(test_settings_that_would_not_do_are_refused_before_control_has_them),
		cmocka_unit_test(test_a_start_without_the_certificate_says_where_it_is_missing),
	};

	return cmocka_run_group_tests(tests, make_certificates, remove_certificates);
}
