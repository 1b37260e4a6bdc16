/* SPDX-License-Identifier: BSD-3-Clause */
#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "options.h"

static char line[512];

/* Parses TEXT, split at blanks, as a command line; it stays in LINE. */
static int parse(struct options *options, const char *text)
{
	char *argv[32], *rest = line;
	int argc = 0;

	snprintf(line, sizeof(line), "turnpike-client %s", text);
	while (rest != NULL && argc < 31)
		argv[argc++] = strsep(&rest, " ");
	argv[argc] = NULL;
	optind = 0; /* glibc: begin anew */
	return options_parse(options, argc, argv);
}

static void test_defaults_are_those_of_the_reference(void **state)
{
	struct options o;

	assert_int_equal(parse(&o, "--interface eth0 --user alice"), -1);
	assert_int_equal(o.action, OPTIONS_DIAL);
	assert_string_equal(o.client.interface[0], "eth0");
	assert_string_equal(o.client.user, "alice");
	assert_string_equal(o.client.name, "pppoe-out1");
	assert_string_equal(o.client.service_name, "");
	assert_string_equal(o.client.ac_name, "");
	assert_int_equal(o.client.allow_count, 4);
	assert_int_equal(o.client.allow[0], TP_PPP_MSCHAP2);
	assert_int_equal(o.client.allow[3], TP_PPP_PAP);
	assert_false(o.client.add_default_route);
	assert_int_equal(o.client.default_route_distance, 1);
	assert_false(o.client.use_peer_dns);
	assert_int_equal(o.client.max_mru, 1460);
	assert_int_equal(o.client.max_mtu, 1460);
	assert_int_equal(o.client.keepalive_timeout_s, 60);
	assert_false(o.client.once);
}

static void test_every_option_is_taken(void **state)
{
	struct options o;

	assert_int_equal(parse(&o, "--interface eth1 --name wan --user u --password p "
				   "--service-name s --ac-name a --allow pap,chap "
				   "--add-default-route --default-route-distance 0 --use-peer-dns "
				   "--max-mru 1500 --max-mtu 1492 --keepalive-timeout 0 --once "
				   "--verbose"),
			 -1);
	assert_string_equal(o.client.name, "wan");
	assert_string_equal(o.client.password, "p");
	assert_string_equal(o.client.service_name, "s");
	assert_string_equal(o.client.ac_name, "a");
	assert_int_equal(o.client.allow_count, 2);
	assert_int_equal(o.client.allow[0], TP_PPP_CHAP);
	assert_int_equal(o.client.allow[1], TP_PPP_PAP);
	assert_true(o.client.add_default_route && o.client.use_peer_dns && o.client.once &&
		    o.verbose);
	assert_int_equal(o.client.default_route_distance, 0);
	assert_int_equal(o.client.max_mru, 1500);
	assert_int_equal(o.client.max_mtu, 1492);
	assert_int_equal(o.client.keepalive_timeout_s, 0);
}

static void test_one_client_may_have_several_interfaces(void **state)
{
	struct options o;

	assert_int_equal(parse(&o, "--interface eth0,eth1 --user u --mrru 1600 --max-mtu auto "
				   "--dial-on-demand --idle-timeout 30"),
			 -1);
	assert_int_equal(o.client.interface_count, 2);
	assert_string_equal(o.client.interface[1], "eth1");
	assert_int_equal(o.client.mrru, 1600);
	assert_int_equal(o.client.max_mtu, 0);
	assert_true(o.client.dial_on_demand);
	assert_int_equal(o.client.idle_timeout_s, 30);
}

static void test_a_file_says_who_the_clients_are(void **state)
{
	struct options o;

	assert_int_equal(parse(&o, "--config /etc/clients.yaml --run-as nobody"), -1);
	assert_int_equal(o.action, OPTIONS_SERVE);
	assert_string_equal(o.config, "/etc/clients.yaml");
	assert_string_equal(o.run_as, "nobody");
}

static void test_scan_takes_its_interface_as_an_operand(void **state)
{
	struct options o;

	assert_int_equal(parse(&o, "scan eth0 --json --duration 7"), -1);
	assert_true(o.action == OPTIONS_SCAN && o.json);
	assert_string_equal(o.client.interface[0], "eth0");
	assert_int_equal(o.duration_s, 7);
}

/* One schema for both: what a file may say, the command line may. */
static void test_ranges_are_those_of_a_file(void **state)
{
	struct options o;

	assert_int_equal(parse(&o,
			       "--interface eth0 --user u --keepalive-timeout disabled "
			       "--max-mru 9000 --max-mtu 576 --mrru disabled --idle-timeout 1m"),
			 -1);
	assert_int_equal(o.client.keepalive_timeout_s, 0);
	assert_int_equal(o.client.max_mru, 9000);
	assert_int_equal(o.client.max_mtu, 576);
	assert_int_equal(o.client.mrru, 0);
	assert_int_equal(o.client.idle_timeout_s, 60);
	assert_string_equal(o.client.name, "pppoe-out1");
}

static void test_help_and_version_are_no_mistakes(void **state)
{
	struct options o;

	assert_int_equal(parse(&o, "--version"), 0);
	assert_int_equal(parse(&o, "--help"), 0);
}

static void test_mistakes_are_told_and_end_with_status_2(void **state)
{
	const char *const cases[] = {
		"",
		"scan",
		"--user alice",
		"--interface eth0 --user u stray",
		"--interface eth0 --user u --nosuch",
		"--interface eth0 --user",
		"--interface eth0 --user u --name a-name-of-sixteen",
		"--interface eth0",
		"--interface eth0 --user u --name a/b",
		"--interface eth0 --user u --name eth0",
		"--interface eth0 --user u --keepalive-timeout never",
		"--interface eth0 --user u --keepalive-timeout 86401",
		"--interface eth0 --user u --idle-timeout soon",
		"--interface a,b,c,d,e,f,g,h,i --user u",
		"--config file --user u",
		"scan eth0,eth1",
		"scan --interface eth0,eth1",
		"scan an-interface-of-many",
		"scan eth0 eth1",
		"scan eth0 --duration 0",
		"scan eth0 --duration 2h",
		"--config file scan",
		"--interface eth0 --user u --allow chap,eap",
		"--interface eth0 --user u --allow chap,chap",
		"--interface eth0, --user u",
		"--interface eth0 --user u --mrru 511",
		"--interface eth0 --config file",
		"--interface eth0 --user u --max-mtu 575",
		"--interface eth0 --user u --max-mtu 9001",
		"--interface eth0 --user u --max-mru 1492x",
		"--interface eth0 --user u --max-mru -5",
		"--interface eth0 --user u --default-route-distance 256",
		"--interface eth0 --user u --password-file /nonexistent/file",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct options o;

		if (parse(&o, cases[i]) != 2)
			fail_msg("accepted: %s", cases[i]);
	}
}

static void test_a_password_does_not_stay_in_the_list_of_processes(void **state)
{
	struct options o;

	assert_int_equal(parse(&o, "--interface eth0 --user u --password StrongPass --once"), -1);
	assert_string_equal(o.client.password, "StrongPass");
	assert_null(memmem(line, sizeof(line), "Strong", 6));
}

static void test_the_first_line_of_a_file_is_the_password(void **state)
{
	char path[] = "/tmp/turnpike-client-test-XXXXXX", text[128];
	int fd = mkstemp(path);
	struct options o;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "Strong Pass\r\nsecond\n", 20), 20);
	close(fd);
	snprintf(text, sizeof(text), "--interface eth0 --user u --password-file %s", path);
	assert_int_equal(parse(&o, text), -1);
	unlink(path);
	assert_string_equal(o.client.password, "Strong Pass");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults_are_those_of_the_reference),
		cmocka_unit_test(test_every_option_is_taken),
		cmocka_unit_test(test_one_client_may_have_several_interfaces),
		cmocka_unit_test(test_a_file_says_who_the_clients_are),
		cmocka_unit_test(test_scan_takes_its_interface_as_an_operand),
		cmocka_unit_test(test_ranges_are_those_of_a_file),
		cmocka_unit_test(test_help_and_version_are_no_mistakes),
		cmocka_unit_test(test_mistakes_are_told_and_end_with_status_2),
		cmocka_unit_test(test_a_password_does_not_stay_in_the_list_of_processes),
		cmocka_unit_test(test_the_first_line_of_a_file_is_the_password),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
