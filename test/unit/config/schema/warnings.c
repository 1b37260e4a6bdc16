/* SPDX-License-Identifier: BSD-3-Clause */
/* What is legal and hardly meant: each is told with its place, and taken. */
#include "given.h"

#define PORTS                                                                                      \
	"dataplane: { ports: [ { name: p, device: d }, { name: c, device: e, address: "            \
	"192.0.2.1/24 } ] }\n"
#define POOL "ip: { pool: [ { name: o, ranges: 10.0.0.2-10.0.0.9 } ] }\n"
/* With all that subscribers need. */
#define SERVER	"interface: { pppoe-server: { server: [ { interface: p, default-profile: q } ] } }\n"
#define PROFILE "profile: [ { name: q, local-address: 10.9.9.9, remote-address: o } ]"
#define PPP	"ppp: { " PROFILE ", secret: [ { name: u, password: x } ] }\n"

static const struct {
	const char *text, *place, *says;
} cases[] = {
	{PORTS SERVER PPP "ip: { pool: [ { name: o, ranges: 10.0.0.2-10.0.0.9 },\n"
			  "{ name: b, ranges: '10.1.0.1,10.0.0.7-10.0.0.20' } ] }\n",
	 "t.yaml:5:20", "ip.pool[b].ranges: pool 'o' has 10.0.0.7-10.0.0.9 too"},
	{PORTS SERVER PPP "ip: { pool: [ { name: o, ranges: 10.0.0.5 },\n"
			  "{ name: b, ranges: 10.0.0.1-10.0.0.20 } ] }\n",
	 "t.yaml:5:20", "ip.pool[b].ranges: pool 'o' has 10.0.0.5 too"},
	{PORTS SERVER PPP "ip: { pool: [ { name: o, ranges: 10.0.0.0/24 } ] }\n", "t.yaml:4:34",
	 "has the network's own address 10.0.0.0 and the broadcast address 10.0.0.255 of a block"},
	{PORTS SERVER PPP POOL
	 "ipv6: { pool: [ { name: a, prefix: '2001:db8::/32', prefix-length: 64 },\n"
	 "{ name: b, prefix: '2001:db8:7::/48', prefix-length: 64 } ] }\n",
	 "t.yaml:6:20", "ipv6.pool[b].prefix: pool 'a' has 2001:db8:7::/48 too"},
	{PORTS SERVER POOL "ppp: { " PROFILE
			   ",\nsecret: [ { name: u, password: x, remote-address: 10.0.0.4 } ] }\n",
	 "t.yaml:5:51", "10.0.0.4 is in pool 'o' too"},
	{PORTS SERVER POOL "ipv6: { pool: [ { name: a, prefix: '2001:db8::/32', prefix-length: 64 "
			   "} ] }\n"
			   "ppp: { " PROFILE ",\nsecret: [ { name: u, password: x, "
			   "remote-ipv6-prefix: '2001:db8::/64' } ] }\n",
	 "t.yaml:6:55", "2001:db8::/64 is in pool 'a' too"},
	{PORTS SERVER POOL "ppp: { profile: [ { name: q, remote-address: o } ], secret: [ { name: "
			   "u, password: x } ] }\n",
	 "t.yaml:4:46", "ppp.profile[q].remote-address: there is no local-address here"},
	{PORTS SERVER POOL "ppp: { profile: [ { name: q } ], secret: [ { name: u, password: x, "
			   "remote-address: 10.7.7.7 } ] }\n",
	 "t.yaml:4:84", "ppp.secret[u].remote-address: there is no local-address here"},
	{"dataplane: { ports: [ { name: c, device: e, address: 192.0.2.1/24 },\n"
	 "{ name: p, device: 'net_x1,iface=a' },\n{ name: r, device: 'net_x2,iface=a' } ] }\n"
	 "interface: { pppoe-server: { server: [ { interface: p, default-profile: q }, { "
	 "interface: r, default-profile: q } ] } }\n" PPP POOL,
	 "t.yaml:3:20", "dataplane.ports[r].device: port 'p' stands on a too"},
	{PORTS PPP POOL, "t.yaml:1:23",
	 "dataplane.ports[p]: is an access port (it has no address), "
	 "and no PPPoE server is on it"},
	{"dataplane: { ports: [ { name: p, device: d } ] }\n" SERVER PPP POOL, "t.yaml:1:23",
	 "there is no core port"},
	{PORTS "interface: { vlan: [ { name: v, interface: p, vlan-id: 7, disabled: yes } ], "
	       "pppoe-server: { server: [ { interface: p, default-profile: q },\n{ interface: v, "
	       "default-profile: q } ] } }\n" PPP POOL,
	 "t.yaml:3:14", "server[@v].interface: 'v', or the VLAN that it is on, is disabled"},
	{PORTS "interface: { pppoe-server: { server: [ { interface: p, default-profile: q,\n"
	       "authentication: [pap] } ] } }\n"
	       "ppp: { profile: [ { name: q, local-address: 10.9.9.9, use-encryption: required } ],"
	       " secret: [ { name: u, password: x } ] }\n" POOL,
	 "t.yaml:3:17", "encryption is required"},
	{PORTS SERVER POOL "ppp: { " PROFILE " }\n", "t.yaml:2:40", "nobody can log in"},
	{PORTS SERVER POOL "ppp: { " PROFILE ", aaa: { use-radius: yes } }\n", "t.yaml:4:97",
	 "ppp.aaa.use-radius: no RADIUS server in use has `service: ppp`"},
	{PORTS SERVER PPP POOL
	 "radius: { server: [ { service: ppp, address: 192.0.2.9, secret: s } ] }\n",
	 "t.yaml:5:32", "ppp.aaa.use-radius is no: it is not asked for subscribers"},
	{PORTS SERVER PPP POOL "user-aaa: { use-radius: yes }\n", "t.yaml:5:25",
	 "no RADIUS server in use has `service: login`"},
};

static void test_each_is_told_with_its_place_and_taken(void **state)
{
	unsigned wrong = 0;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tp_errors errors;
		struct tp_config *config = tp_config_load_text(
			TP_PROGRAM_SERVER, "t.yaml", cases[i].text, strlen(cases[i].text), &errors);
		const struct tp_errors *warnings;

		for (unsigned k = 0; k < errors.count; k++)
			print_error("%s: %s\n", errors.error[k].place, errors.error[k].message);
		assert_non_null(config);
		warnings = tp_config_warnings(config);
		if (warnings->count != 1 || strcmp(warnings->error[0].place, cases[i].place) != 0 ||
		    strstr(warnings->error[0].message, cases[i].says) == NULL)
			print_error("%u: for\n%sexpected %s … %s\n", ++wrong, cases[i].text,
				    cases[i].place, cases[i].says);
		for (unsigned k = 0; wrong > 0 && k < warnings->count; k++)
			print_error("got %s: %s\n", warnings->error[k].place,
				    warnings->error[k].message);
		tp_config_destroy(config);
	}
	assert_int_equal(wrong, 0);
}

static void test_what_is_meant_is_not_warned_of(void **state)
{
	static const char *const texts[] = {
		quick_example,
		/* a local-address that is inherited */
		PORTS SERVER POOL "ppp: { profile: [ { name: q, local-address: 10.9.9.9, "
				  "remote-address: o }, { name: r, remote-address: o } ], "
				  "secret: [ { name: u, profile: r } ] }\n",
		PORTS SERVER POOL "ppp: { profile: [ { name: default, local-address: 10.9.9.9 }, { "
				  "name: q, remote-address: o } ], secret: [ { name: u } ] }\n",
		/* IPv6 alone */
		PORTS SERVER "ppp: { profile: [ { name: q } ], secret: [ { name: u } ] }\n",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct tp_config *config = given(texts[i]);

		if (tp_config_warnings(config)->total != 0)
			fail_msg("%s: %s", texts[i], tp_config_warnings(config)->error[0].message);
		tp_config_destroy(config);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_is_told_with_its_place_and_taken),
		cmocka_unit_test(test_what_is_meant_is_not_warned_of),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
