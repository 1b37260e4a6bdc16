/* SPDX-License-Identifier: BSD-3-Clause */
/* Values and properties as RouterOS's exports, its manual and programs for it write them: taken,
 * and answered; or refused with the reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture.h"

static struct tp_control *c;

static int setup(void **state)
{
	static const char start[] =
		"dataplane:\n"
		"  ports:\n"
		"    - { name: ether0, device: net_null0 }\n"
		"    - { name: ether1, device: net_null1, address: 192.0.2.1/24 }\n"
		"ip: { pool: [ { name: p, ranges: 10.0.0.2 } ],\n"
		"  route: [ { dst-address: 0.0.0.0/0, gateway: 192.0.2.2, disabled: yes } ] }\n"
		"interface: { vlan: [ { name: v, interface: ether0, vlan-id: 7 } ],\n"
		"  pppoe-server: { server: [ { interface: ether0 } ] } }\n"
		"ipv6: { pool: [ { name: p, prefix: \"2001:db8::/32\", prefix-length: 56 } ] }\n"
		"radius: { server: [ { service: ppp, address: 192.0.2.9, secret: x } ] }\n"
		"user: [ { name: joe, password: a-long-password } ]\n";

	c = fixture_create(start, NULL);
	return 0;
}

static int teardown(void **state)
{
	tp_control_destroy(c);
	return 0;
}

/* PATCH of PATH with NAME=VALUE; the answer. */
static json_t *set(const char *path, const char *name, const char *value, bool routeros,
		   int *status)
{
	struct tp_request request = {.method = TP_METHOD_PATCH,
				     .path = strdup(path),
				     .routeros = routeros,
				     .body = json_pack("{s:s}", name, value)};

	assert_true(tp_control_execute(c, &request));
	free(request.path);
	json_decref(request.body);
	*status = request.status;
	return request.answer;
}

#define PROFILE "/ppp/profile/default"
#define RADIUS	"/radius/192.0.2.9 1812"
#define ROUTE	"/ip/route/0.0.0.0%2F0 192.0.2.2"
#define SERVER	"/interface/pppoe-server/server/@ether0"

static const struct {
	const char *path, *name, *value, *answer; /* ANSWER NULL: not there */
} taken[] = {
	{PROFILE, "bridge-learning", "default", "default"},
	{PROFILE, "bridge-learning", "no", "no"},
	{PROFILE, "bridge", "", NULL},
	{PROFILE, "use-compression", "default", "default"},
	{PROFILE, "use-compression", "no", "no"},
	{PROFILE, "use-vj-compression", "default", "default"},
	{PROFILE, "use-upnp", "default", "default"},
	{PROFILE, "use-mpls", "no", "no"},
	{PROFILE, "queue-type", "default-small", "default-small"},
	{PROFILE, "parent-queue", "none", "none"},
	{PROFILE, "insert-queue-before", "bottom", "bottom"},
	{PROFILE, "on-up", "", NULL},
	{PROFILE, "on-down", "", NULL},
	{PROFILE, "idle-timeout", "none", "0s"},
	{PROFILE, "session-timeout", "00:10:00", "10m"},
	{PROFILE, "rate-limit", "1500k/2M 0/0 0/0 0/0 8 0/0", "1500k/2M 0/0 0/0 0s/0s 8 0/0"},
	{PROFILE, "rate-limit", "10.5M/10M", "10500k/10M"},
	{"/interface/vlan/v", "arp", "enabled", "enabled"},
	{"/interface/vlan/v", "loop-protect", "default", "default"},
	{"/interface/vlan/v", "mvrp", "no", "no"},
	{"/ip/pool/p", "next-pool", "none", ""},
	{SERVER, "keepalive-timeout", "disabled", "disabled"},
	{SERVER, "keepalive-timeout", "0", "disabled"},
	{SERVER, "keepalive-timeout", "30", "30s"},
	{SERVER, "max-sessions", "unlimited", "0"},
	{SERVER, "mrru", "disabled", "disabled"},
	{PROFILE, "bridge-port-trusted", "no", "no"},
	{RADIUS, "radsec-timeout", "3300ms", "3300ms"},
	{RADIUS, "certificate", "none", ""},
	{RADIUS, "src-address", "0.0.0.0", ""},
	{RADIUS, "src-address", "::", ""},
	{RADIUS, "timeout", "3s", "3s"},
	{RADIUS, "require-message-auth", "yes-for-request-resp", "yes-for-request-resp"},
	{"/radius/incoming", "vrf", "main", "main"},
	{"/ppp/aaa", "enable-ipv6-accounting", "no", "no"},
	{"/ppp/aaa", "interim-update", "00:05:00", "5m"},
	{"/user/joe", "inactivity-policy", "none", "none"},
	{"/user/joe", "inactivity-timeout", "10m", "10m"},
	{"/user/aaa", "accounting", "no", "no"},
	{"/user/aaa", "interim-update", "0s", "0s"},
	{"/user/aaa", "exclude-groups", "", NULL},
	{"/ipv6/pool/p", "from-pool", "", NULL},
	/* Each word that the manual has for what is here. */
	{PROFILE, "use-ipv6", "required", "required"},
	{PROFILE, "use-ipv6", "no", "no"},
	{PROFILE, "use-ipv6", "yes", "yes"},
	{PROFILE, "use-encryption", "required", "required"},
	{PROFILE, "use-encryption", "no", "no"},
	{PROFILE, "only-one", "yes", "yes"},
	{PROFILE, "only-one", "default", "default"},
	{PROFILE, "change-tcp-mss", "no", "no"},
	{PROFILE, "change-tcp-mss", "yes", "yes"},
	{PROFILE, "use-mpls", "default", "default"},
	{PROFILE, "insert-queue-before", "first", "first"},
	{PROFILE, "queue-type", "multi-queue-ethernet-default", "multi-queue-ethernet-default"},
	{PROFILE, "remote-ipv6-prefix-reuse", "no", "no"},
	{PROFILE, "dhcpv6-use-radius", "no", "no"},
	{PROFILE, "dhcpv6-lease-time", "1d00:00:00", "1d"},
	{SERVER, "authentication", "pap,chap,mschap1,mschap2", "mschap2,mschap1,chap,pap"},
	{SERVER, "pado-delay", "0", "0ms"},
	{SERVER, "max-mtu", "auto", "auto"},
	{SERVER, "pppoe-over-vlan-range", "100-115,120", "100-115,120"},
	{RADIUS, "protocol", "udp", "udp"},
	{RADIUS, "service", "login,ppp", "ppp,login"},
	{RADIUS, "require-message-auth", "no", "no"},
	{"/interface/vlan/v", "arp-timeout", "auto", "auto"},
	{"/interface/vlan/v", "arp-accept", "no", "no"},
	{"/interface/vlan/v", "forced-mac-address", "", NULL},
	{"/interface/vlan/v", "l3-hw-offloading", "no", "no"},
	{"/interface/vlan/v", "loop-protect", "off", "off"},
	{"/interface/vlan/v", "loop-protect-send-interval", "5s", "5s"},
	{"/interface/vlan/v", "loop-protect-disable-time", "5m", "5m"},
	{"/interface/vlan/v", "mtu", "1500", "1500"},
};

static void test_what_programs_for_routeros_write_is_taken_and_answered(void **state)
{
	unsigned wrong = 0;

	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		int status;
		json_t *answer = set(taken[i].path, taken[i].name, taken[i].value, true, &status);
		json_t *value = json_object_get(answer, taken[i].name);
		char number[24], *is = NULL;

		if (json_is_integer(value))
			snprintf(number, sizeof(number), "%lld",
				 (long long)json_integer_value(value));
		is = json_is_integer(value) ? number : (char *)(uintptr_t)json_string_value(value);
		if (status != 200 || (is == NULL) != (taken[i].answer == NULL) ||
		    (is != NULL && strcmp(is, taken[i].answer) != 0))
			print_error("%u: %s=%s: %d %s\n", ++wrong, taken[i].name, taken[i].value,
				    status, is != NULL ? is : json_dumps(answer, 0));
		json_decref(answer);
	}
	assert_int_equal(wrong, 0);
}

static void test_what_asks_for_something_is_refused_with_the_reason(void **state)
{
	static const struct {
		const char *path, *name, *value, *says;
	} refused[] = {
		{PROFILE, "bridge-learning", "yes", "'yes' is refused: PPP carries no Ethernet"},
		{PROFILE, "bridge", "bridge1", "PPP carries no Ethernet"},
		{PROFILE, "use-compression", "yes", "never compressed"},
		{PROFILE, "use-upnp", "yes", "there is no UPnP"},
		{PROFILE, "queue-type", "pcq", "a session has one queue"},
		{PROFILE, "parent-queue", "global", "under no other"},
		{PROFILE, "on-up", "/log info up", "no scripts run here"},
		{"/interface/vlan/v", "arp", "proxy-arp", "PPPoE alone"},
		{PROFILE, "bridge-port-trusted", "yes", "PPP carries no Ethernet"},
		{RADIUS, "radsec-timeout", "1s", "timeout is that of radsec as well"},
		{"/radius/incoming", "vrf", "blue", "there is one table"},
		{"/ppp/aaa", "enable-ipv6-accounting", "yes", "both families together"},
		{"/user/joe", "inactivity-policy", "logout", "nobody stays logged in"},
		{"/user/joe", "inactivity-timeout", "1m", "nobody stays logged in"},
		{"/user/aaa", "accounting", "yes", "operators are not accounted for"},
		{"/user/aaa", "interim-update", "5m", "operators are not accounted for"},
		{"/user/aaa", "exclude-groups", "full", "any group that there is"},
		{"/ipv6/pool/p", "from-pool", "other", "next-pool leads to another"},
		{PROFILE, "remote-ipv6-prefix-reuse", "yes", "a prefix of its own"},
		{"/interface/vlan/v", "forced-mac-address", "02:00:00:00:00:01", "its port's MAC"},
		{"/interface/vlan/v", "l3-hw-offloading", "yes", "go through the data plane"},
		{"/interface/vlan/v", "arp-accept", "yes", "PPPoE alone"},
	};

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		for (unsigned routeros = 0; routeros < 2; routeros++) {
			int status;
			json_t *answer = set(refused[i].path, refused[i].name, refused[i].value,
					     routeros != 0, &status);
			const char *detail = json_string_value(json_object_get(answer, "detail"));

			assert_int_equal(status, 400);
			assert_non_null(strstr(detail, refused[i].name));
			if (strstr(detail, refused[i].says) == NULL)
				fail_msg("%s", detail);
			json_decref(answer);
		}
}

/* Who knows RouterOS is told of them always, as there; others only of what was given, or asked for.
 */
static void test_neutral_properties_are_shown_to_who_may_look_for_them(void **state)
{
	struct tp_request request = {.method = TP_METHOD_GET, .path = strdup(PROFILE)};
	json_t *answer;
	int status;

	for (unsigned routeros = 0; routeros < 2; routeros++) {
		request.routeros = routeros != 0;
		assert_true(tp_control_execute(c, &request));
		assert_int_equal(json_object_get(request.answer, "use-upnp") != NULL, routeros);
		json_decref(request.answer);
		request.answer = NULL;
	}
	free(request.path);
	answer = set(PROFILE, "use-upnp", "no", false, &status);
	assert_string_equal(json_string_value(json_object_get(answer, "use-upnp")), "no");
	json_decref(answer);
	answer = fixture_call(c, TP_METHOD_GET, PROFILE, "{\".proplist\":\"use-mpls\"}", NULL,
			      &status);
	assert_string_equal(json_string_value(json_object_get(answer, "use-mpls")), "default");
	json_decref(answer);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_what_programs_for_routeros_write_is_taken_and_answered),
		TEST(test_what_asks_for_something_is_refused_with_the_reason),
		TEST(test_neutral_properties_are_shown_to_who_may_look_for_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
