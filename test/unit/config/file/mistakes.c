/* SPDX-License-Identifier: BSD-3-Clause */
/* Each mistake in a file: where it is said to be, and what the sentence says. */
#include "given.h"

static struct tp_errors load(const char *text, size_t len)
{
	struct tp_errors errors;
	assert_null(tp_config_load_text(TP_PROGRAM_SERVER, "t.yaml", text, len, &errors));
	assert_true(errors.count > 0);
	return errors;
}

#define PORTS                                                                                      \
	"dataplane: { ports: [ { name: p, device: d }, { name: c, device: e, address: "            \
	"192.0.2.1/24 } ] }\n"

/* PORTS, and a route by 192.0.2.2. */
#define CORE(more)                                                                                 \
	PORTS "ip: { route: [ { dst-address: 0.0.0.0/0, gateway: 192.0.2.2 } ]" more " }\n"

static const struct {
	const char *text;
	const char *place;
	const char *says; /* a part of the message */
} cases[] = {
	{"pp: {}\n", "t.yaml:1:1", "there is no 'pp' here; did you mean 'ppp'?"},
	{"ppp: { secrets: [] }\n", "t.yaml:1:8",
	 "ppp: there is no 'secrets' here; did you mean 'secret'?"},
	{"ppp:\n  secret:\n    - name: u\n      servise: pppoe\n", "t.yaml:4:7",
	 "ppp.secret[u]: there is no 'servise' here; did you mean 'service'?"},
	{"ppp:\n  secret:\n    - name: u\n      service: l2tp\n", "t.yaml:4:16",
	 "ppp.secret[u].service: 'l2tp' is not one of any, pppoe"},
	{"ppp: { secret: [ { password: x } ] }\n", "t.yaml:1:18", "ppp.secret.name: is missing"},
	{"ppp: { secret: [ { name: u, profile: for-ppoe } ], profile: [ { name: for-pppoe } ] }\n",
	 "t.yaml:1:38",
	 "ppp.secret[u].profile: there is no profile 'for-ppoe'; did you mean 'for-pppoe'?"},
	{"ppp: { secret: [ { name: u },\n { name: u } ] }\n", "t.yaml:2:2",
	 "ppp.secret[u]: is there already, on line 1"},
	{"ppp: { secret: [ { name: u, caller-id: 01:00:00:00:00:01 } ] }\n", "t.yaml:1:40",
	 "is a group's address"},
	{"ppp: { secret: [ { name: u, routes: '10.0.0.1/8' } ] }\n", "t.yaml:1:37",
	 "address inside a network"},
	{"ppp: { secret: [ { name: u, routes: '10.0.0.0/8 1.2.3.4 5 6' } ] }\n", "t.yaml:1:37",
	 "is not a list of routes"},
	{"ppp: { secret: [ { name: [u] } ] }\n", "t.yaml:1:26", "is a list; expected one value"},
	{"ppp: { secret: [ { name: {a: b} } ] }\n", "t.yaml:1:26", "expected a string"},
	{"ppp: { secret: [ { name: } ] }\n", "t.yaml:1:26",
	 "ppp.secret.name: expected a string of 1 to 255 bytes"},
	{"ppp: { secret: [ u ] }\n", "t.yaml:1:18", "expected a mapping of properties"},
	{"ppp: { secret: {name: u} }\n", "t.yaml:1:16", "expected a list"},
	{"ppp: { secret: [ { name: u, name: v } ] }\n", "t.yaml:1:29", "'name' is given twice"},
	{"ppp: {}\nppp: {}\n", "t.yaml:2:1", "'ppp' is given twice"},
	{"ppp: [ ]\n", "t.yaml:1:6", "ppp: expected a mapping"},
	{"- a\n", "t.yaml:1:1", "expected a mapping"},
	{"ppp: { profile: [ { name: p, session-timeout: soon } ] }\n", "t.yaml:1:47",
	 "'soon' is not a time such as 10s"},
	{"ppp: { profile: [ { name: p, only-one: maybe } ] }\n", "t.yaml:1:40",
	 "is not one of default, yes, no"},
	{"ppp: { profile: [ { name: p, dns-server: '1.1.1.1,2.2.2.2,3.3.3.3' } ] }\n",
	 "t.yaml:1:42", "one or two IPv4 addresses"},
	{"ppp: { profile: [ { name: p, dns-server: 'fe80::1' } ] }\n", "t.yaml:1:42",
	 "one or two IPv6 addresses"},
	{"ppp: { profile: [ { name: p, remote-ipv6-prefix-pool: links } ] }\n", "t.yaml:1:55",
	 "there is no IPv6 pool 'links'"},
	{"ppp: { profile: [ { name: p, use-ipv6: maybe } ] }\n", "t.yaml:1:40",
	 "is not one of default, yes, no, required"},
	{"ppp: { profile: [ { name: p, dhcpv6-lease-time: 59 } ] }\n", "t.yaml:1:49",
	 "less than a minute"},
	{"ppp: { secret: [ { name: u, remote-ipv6-prefix: '2001:db8::/56' } ] }\n", "t.yaml:1:49",
	 "expected a prefix of 64, or one of 128"},
	{"ppp: { secret: [ { name: u, remote-ipv6-prefix: '2001:db8::1/64' } ] }\n", "t.yaml:1:49",
	 "address inside a network"},
	{"ppp: { secret: [ { name: u, ipv6-routes: 'ff02::/16' } ] }\n", "t.yaml:1:42",
	 "no subscriber has an address of it"},
	{"ppp: { secret: [ { name: u, ipv6-routes: '2001:db8::/129' } ] }\n", "t.yaml:1:42",
	 "is not a list of IPv6 networks"},
	{"ppp: { secret: [ { name: u, delegated-ipv6-prefix: '2001:db8::/65' } ] }\n",
	 "t.yaml:1:52", "is longer than 64"},
	{"ppp: { profile: [ { name: p, remote-address: pool } ] }\n", "t.yaml:1:46",
	 "there is no pool 'pool'"},
	{"ppp: { profile: [ { name: p, local-address: 10.0.0.256 } ] }\n", "t.yaml:1:45",
	 "an IPv4 address or the name of a pool"},
	{"ip: { pool: [ { name: a } ] }\n", "t.yaml:1:15", "ip.pool[a].ranges: is missing"},
	{"ip: { pool: [ { name: a, ranges: 10.0.0.5-10.0.0.2 } ] }\n", "t.yaml:1:34",
	 "is not a list of address ranges"},
	{"ip: { pool: [ { name: a, ranges: '10.0.0.1-10.0.0.9,10.0.0.9' } ] }\n", "t.yaml:1:34",
	 "has an address in two ranges"},
	{"ip: { pool: [ { name: a, ranges: 10.0.0.0/7 } ] }\n", "t.yaml:1:34",
	 "more than 16777216 addresses"},
	{"ip: { pool: [ { name: a, ranges: 10.0.0.1, next-pool: b } ] }\n", "t.yaml:1:55",
	 "there is no pool 'b'"},
	{"ip: { pool: [ { name: a, ranges: 10.0.0.1, next-pool: a } ] }\n", "t.yaml:1:55",
	 "leads back to this pool"},
	{"ipv6: { pool: [ { name: a, prefix: '2001:db8::/48' } ] }\n", "t.yaml:1:17",
	 "ipv6.pool[a].prefix-length: is missing"},
	{"ipv6: { pool: [ { name: a, prefix: '2001:db8::/48', prefix-length: 47 } ] }\n",
	 "t.yaml:1:68", "47 is shorter than the prefix itself, which has 48"},
	{"ipv6: { pool: [ { name: a, prefix: '2001:db8::1/48', prefix-length: 56 } ] }\n",
	 "t.yaml:1:36", "address inside a network"},
	{"ipv6: { pool: [ { name: a, prefix: 'fe80::/48', prefix-length: 56 } ] }\n", "t.yaml:1:36",
	 "no subscriber has an address of it"},
	{"ipv6: { pool: [ { name: a, prefix: '::/0', prefix-length: 56 } ] }\n", "t.yaml:1:36",
	 "no subscriber has an address of it"},
	{"ipv6: { pool: [ { name: a, prefix: '2001:db8::/48', prefix-length: 56, next-pool: a } ] "
	 "}\n",
	 "t.yaml:1:83", "leads back to this pool"},
	{"ipv6: { pool: [ { name: a, prefix: '2001:db8::/48', prefix-length: 56 } ] }\n"
	 "ppp: { profile: [ { name: p, remote-ipv6-prefix-pool: a } ] }\n",
	 "t.yaml:2:55", "pool 'a' gives prefixes of 56; expected 64, or 128"},
	{"ipv6: { pool: [ { name: a, prefix: '2001:db8::/48', prefix-length: 64, next-pool: b },\n"
	 "  { name: b, prefix: '2001:db9::/48', prefix-length: 128 } ] }\n"
	 "ppp: { profile: [ { name: p, dhcpv6-pd-pool: a } ] }\n",
	 "t.yaml:3:46", "pool 'b' gives prefixes of 128; expected 64 at most"},
	{"ipv6: { nd: { ra-lifetime: 5m } }\n", "t.yaml:1:28",
	 "is over before the next advertisement"},
	{"ipv6: { nd: { ra-lifetime: 1d } }\n", "t.yaml:1:28", "more than 65535 seconds"},
	{"ipv6: { nd: { ra-interval: 10m-5m } }\n", "t.yaml:1:28", "ends before it begins"},
	{"ipv6: { nd: { ra-interval: 1s-5m } }\n", "t.yaml:1:28", "from 3s to 18h12m15s"},
	{"ipv6: { nd: { mtu: 1279 } }\n", "t.yaml:1:20", "or unspecified"},
	{"ipv6: { nd-prefix-default: { preferred-lifetime: 2h } }\n", "t.yaml:1:50",
	 "is longer than valid-lifetime"},
	{"ip: { pool: [ { name: a, ranges: '10.0.0.1,,10.0.0.3' } ] }\n", "t.yaml:1:34",
	 "is not a list of address ranges"},
	{"ip: { route: [ { dst-address: 10.0.0.1/8, gateway: 192.0.2.1 } ] }\n", "t.yaml:1:31",
	 "address inside a network"},
	{"ip: { route: [ { dst-address: 10.0.0.0/8, gateway: 0.0.0.0 } ] }\n", "t.yaml:1:52",
	 "is not an IPv4 address"},
	{"ip: { route: [ { dst-address: 10.0.0.0/8, gateway: 1.2.3.4, distance: 0, disabled: yes } "
	 "] "
	 "}\n",
	 "t.yaml:1:71", "'0' is not a number from 1 to 255"},
	{"dataplane: { control-lcore: 1, idle: poll }\n", "t.yaml:1:12",
	 "lcore 1 is the control-lcore"},
	{"dataplane: { worker-lcores: [1, 1] }\n", "t.yaml:1:29", "has a number twice"},
	{"dataplane: { idle: nap }\n", "t.yaml:1:20", "is not one of sleep, poll"},
	{"dataplane: { port: [] }\n", "t.yaml:1:14", "did you mean 'ports'?"},
	{"dataplane: { ports: [ { name: a, device: d }, { name: b, device: d } ] }\n",
	 "t.yaml:1:66", "port 'a' has this device already"},
	{"dataplane: { ports: [ { name: 'a b', device: d } ] }\n", "t.yaml:1:31",
	 "the name of a port has no blank"},
	{"dataplane: { ports: [ { name: this-is-too-long, device: d } ] }\n", "t.yaml:1:31",
	 "a string of 1 to 15 bytes"},
	{PORTS "interface: { vlan: [ { name: v, interface: c, vlan-id: 5 } ] }\n", "t.yaml:2:44",
	 "'c' is a core port"},
	{PORTS "interface: { vlan: [ { name: v, interface: x, vlan-id: 5 } ] }\n", "t.yaml:2:44",
	 "there is no port or VLAN 'x'"},
	{PORTS "interface: { vlan: [ { name: p, interface: p, vlan-id: 5 } ] }\n", "t.yaml:2:30",
	 "there is a port 'p' already"},
	{PORTS "interface: { vlan: [ { name: v, interface: p, vlan-id: 4095 } ] }\n", "t.yaml:2:56",
	 "a number from 1 to 4094"},
	{PORTS "interface: { vlan: [ { name: v, interface: v, vlan-id: 5 } ] }\n", "t.yaml:2:44",
	 "two tags at most"},
	{PORTS "interface: { vlan: [ { name: v, interface: p, vlan-id: 5 },\n{ name: w, interface: "
	       "p, vlan-id: 5 } ] }\n",
	 "t.yaml:3:35", "VLAN 'v' has the id 5 on 'p' already"},
	{PORTS "interface: { vlan: [ { name: v, interface: p, vlan-id: 5 },\n{ name: w, interface: "
	       "p, vlan-id: '1-3,4-9' } ] }\n",
	 "t.yaml:3:35", "VLAN 'v' has the id 5 on 'p' already"},
	{PORTS "interface: { vlan: [ { name: v, interface: p, vlan-id: 1-4094 },\n{ name: w, "
	       "interface: p, vlan-id: [100, 200] } ] }\n",
	 "t.yaml:3:35", "VLAN 'v' has the id 100 on 'p' already"},
	{PORTS "interface: { vlan: [ { name: v, interface: p, vlan-id: '5,1-9' } ] }\n",
	 "t.yaml:2:56", "'5,1-9' has a VLAN id twice"},
	{PORTS "interface: { vlan: [ { name: v, interface: p, vlan-id: 9-5 } ] }\n", "t.yaml:2:56",
	 "'9-5' is not a number from 1 to 4094, or a list"},
	{PORTS "interface: { vlan: [ { name: v, interface: p, vlan-id: 100-4095 } ] }\n",
	 "t.yaml:2:56", "'100-4095' is not a number from 1 to 4094, or a list"},
	{PORTS "interface: { vlan: [ { name: v, interface: p, vlan-id: 5 }, { name: w, interface: "
	       "v, vlan-id: 5 } ], pppoe-server: { server: [\n{ interface: w, "
	       "pppoe-over-vlan-range: 7 } ] } }\n",
	 "t.yaml:3:40", "'w' is a VLAN on a VLAN; a frame has two tags at most"},
	{"interface: { pppoe-server: { mac-filter: [ { mac-address: '02:00:00:00:00:01/24' } ] } "
	 "}\n",
	 "t.yaml:1:59", "is not a MAC address such as"},
	{"interface: { pppoe-server: { mac-filter: [ { mac-address: '03:00:00:00:00:01' } ] } }\n",
	 "t.yaml:1:59", "is a group's address"},
	{"interface: { pppoe-server: { mac-filter: [ { mac-address: '02:00:00:00:00:01', "
	 "interface: x } ] } }\n",
	 "t.yaml:1:91", "there is no port or VLAN 'x'"},
	{"interface: { pppoe-server: { mac-filter: [ { mac-address: '02:AA:00:00:00:00/16' },\n"
	 "{ mac-address: '02:aa:00:00:00:00/ff:ff:00:00:00:00' } ] } }\n",
	 "t.yaml:2:1", "mac-filter[02:AA:00:00:00:00/16]: is there already, on line 1"},
	{PORTS "interface: { pppoe-server: { server: [ { interface: c } ] } }\n", "t.yaml:2:53",
	 "'c' is a core port"},
	{PORTS "interface: { pppoe-server: { server: [ { interface: p, max-mtu: 1493 } ] } }\n",
	 "t.yaml:2:65", "1493 is more than the 1492 that fit into the mtu 1500"},
	{PORTS "interface: { pppoe-server: { server: [ { interface: p, max-mru: 9001 } ] } }\n",
	 "t.yaml:2:65", "'9001' is not a number from 576 to 9000"},
	{PORTS "interface: { pppoe-server: { server: [ { interface: p, authentication: 'pap,eap' } "
	       "] } }\n",
	 "t.yaml:2:72", "a list of mschap2, mschap1, chap, pap"},
	{PORTS "interface: { pppoe-server: { server: [ { interface: p, authentication: 'pap,pap' } "
	       "] } }\n",
	 "t.yaml:2:72", "has a method twice"},
	{PORTS
	 "interface: { pppoe-server: { server: [ { interface: p, authentication: [] } ] } }\n",
	 "t.yaml:2:72", "a list of mschap2"},
	{PORTS "interface: { pppoe-server: { server: [ { interface: p }, { interface: p } ] } }\n",
	 "t.yaml:2:58", "is there already"},
	{"ppp:\n\tsecret: []\n", "t.yaml:2:1", "a tab; YAML is indented with blanks"},
	{"ppp: { secret: [ { name: &u x } ] }\n", "t.yaml:1:26", "an anchor"},
	{"ppp: { secret: [ { name: !!str x } ] }\n", "t.yaml:1:26", "a tag"},
	{"ppp: *p\n", "t.yaml:1:6", "an alias"},
	{"ppp: {}\n---\nppp: {}\n", "t.yaml:2:1", "a second document"},
	{"ppp: { secret: [\n", "t.yaml:2:1", "not YAML"},
	{"system: { identity: caf\xe9 }\n", "t.yaml:1:25", "not UTF-8"},
	{"system: { identity: \"a\\0b\" }\n", "t.yaml:1:21", "expected a string"},
	{"system: { identity: \"a\\nb\" }\n", "t.yaml:1:21", "control character"},
	{"management: { log-level: 3 }\n", "t.yaml:1:26",
	 "is not one of error, warning, info, debug"},
	{"dataplane: { ports: [ { name: c, device: d, address: 192.0.2.0/24 } ] }\n", "t.yaml:1:54",
	 "the network's own address"},
	{"dataplane: { ports: [ { name: c, device: d, address: 192.0.2.255/24 } ] }\n",
	 "t.yaml:1:54", "its broadcast address"},
	{"ppp: { secret: [ { name: Жук, profile: нет } ] }\n", "t.yaml:1:40",
	 "ppp.secret[Жук].profile: there is no profile 'нет'"},
	{"ppp: { secret: [ { name: u, profile: \"\\u009b2Jx\" } ] }\n", "t.yaml:1:38",
	 "control character"},
	{CORE("") "ppp: { secret: [ { name: u, remote-address: 192.0.2.2 } ] }\n", "t.yaml:3:45",
	 "ppp.secret[u].remote-address: 192.0.2.2 is the gateway of route 0.0.0.0/0"},
	{CORE("") "ppp: { profile: [ { name: r, remote-address: 192.0.2.1 } ] }\n", "t.yaml:3:46",
	 "ppp.profile[r].remote-address: 192.0.2.1 is the address of core port c"},
	{CORE("") "ppp: { secret: [ { name: u, remote-address: 192.0.2.255 } ] }\n", "t.yaml:3:45",
	 "192.0.2.255 is the broadcast address on core port c"},
	{CORE("") "ppp: { secret: [ { name: u, local-address: 192.0.2.2 } ] }\n", "t.yaml:3:44",
	 "ppp.secret[u].local-address: 192.0.2.2 is the gateway of route 0.0.0.0/0"},
	{CORE("") "ppp: { profile: [ { name: r, local-address: 192.0.2.2 } ] }\n", "t.yaml:3:45",
	 "is the gateway of route 0.0.0.0/0"},
	{CORE(", pool: [ { name: a, ranges: '10.0.0.2,192.0.2.2-192.0.2.9' } ]"), "t.yaml:2:93",
	 "ip.pool[a].ranges: holds 192.0.2.2, the gateway of route 0.0.0.0/0"},
	{CORE(", pool: [ { name: a, ranges: 192.0.0.0/16 } ]"), "t.yaml:2:93",
	 "holds 192.0.2.0, the network's own address on core port c"},
	{CORE(", pool: [ { name: a, ranges: 192.0.2.1 } ]"), "t.yaml:2:93",
	 "192.0.2.1 is the address of core port c"},
	{CORE("") "ppp: { secret: [ { name: u, routes: '10.1.0.0/16, 192.0.2.64/26' } ] }\n",
	 "t.yaml:3:37", "192.0.2.64/26 is of 192.0.2.0/24, the network of core port c"},
	{CORE("") "ppp: { secret: [ { name: u, routes: 192.0.2.0/24 } ] }\n", "t.yaml:3:37",
	 "192.0.2.0/24 is of 192.0.2.0/24, the network of core port c"},
	{CORE("") "ppp: { secret: [ { name: u, routes: 192.0.2.2/32 } ] }\n", "t.yaml:3:37",
	 "192.0.2.2 is the gateway of route 0.0.0.0/0"},
	{"ip: { route: [ { dst-address: 10.0.0.0/8, gateway: 198.51.100.7 } ] }\n", "t.yaml:1:52",
	 "ip.route[10.0.0.0/8 198.51.100.7].gateway: 198.51.100.7 is on no network of a core port"},
	{PORTS "ipv6: { route: [ { dst-address: '::/0', gateway: '2001:db8::2' } ] }\n",
	 "t.yaml:2:50", "2001:db8::2 is on no network of a core port"},
	{PORTS "ipv6: { address: [ { address: '2001:db8::1/64', interface: c } ], route: [\n"
	       "{ dst-address: '::/0', gateway: '2001:db8:1::2%c' } ] }\n",
	 "t.yaml:3:33", "2001:db8:1::2 is on no network of c"},
	{"dataplane: { ports: [ { name: c, device: d, address: 192.0.2.1 } ] }\n", "t.yaml:1:54",
	 "'192.0.2.1' has no length of its network; expected one such as 192.0.2.1/24"},
	{"dataplane: { ports: [ { name: a, device: 'net_x0,iface=a' },\n"
	 "{ name: b, device: 'net_x0,iface=b' } ] }\n",
	 "t.yaml:2:20", "port 'a' has this device already"},
	{"dataplane: { ports: [ { name: a, device: '0000:41:00.0' },\n"
	 "{ name: b, device: '41:00.0,x=1' } ] }\n",
	 "t.yaml:2:20", "port 'a' has this device already"},
	{"ip: { pool: [ { name: a, ranges: 0.255.255.255-1.0.0.5 } ] }\n", "t.yaml:1:34",
	 "is not a list of address ranges"},
	{"ip: { pool: [ { name: a, ranges: '10.0.0.1,127.0.0.1' } ] }\n", "t.yaml:1:34",
	 "127.0.0.1: no host has an address of 127.0.0.0/8"},
	{"ip: { pool: [ { name: a, ranges: 223.255.255.0-224.0.0.1 } ] }\n", "t.yaml:1:34",
	 "is not a list of address ranges"},
	{"ppp: { secret: [ { name: u, remote-address: 255.255.255.255 } ] }\n", "t.yaml:1:45",
	 "is not an IPv4 address"},
	{"ppp: { secret: [ { name: u, remote-address: 127.0.0.9 } ] }\n", "t.yaml:1:45",
	 "no host has an address of 127.0.0.0/8"},
	{"ppp: { profile: [ { name: r, local-address: 127.0.0.1 } ] }\n", "t.yaml:1:45",
	 "no host has an address of 127.0.0.0/8"},
	{"ppp: { secret: [ { name: u, routes: 224.1.0.0/16 } ] }\n", "t.yaml:1:37",
	 "no host has an address of 224.0.0.0/4"},
	{"{[a]: b}\n", "t.yaml:1:2", "expected a name"},
};

static void test_each_mistake_is_named_with_its_place(void **state)
{
	unsigned wrong = 0;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tp_errors errors = load(cases[i].text, strlen(cases[i].text));
		if (strcmp(errors.error[0].place, cases[i].place) != 0 ||
		    strstr(errors.error[0].message, cases[i].says) == NULL)
			print_error("%u: for\n%sexpected %s … %s\ngot      %s: %s\n", ++wrong,
				    cases[i].text, cases[i].place, cases[i].says,
				    errors.error[0].place, errors.error[0].message);
		tp_errors_clear(&errors);
	}
	assert_int_equal(wrong, 0);
}

static void test_what_is_near_the_core_and_takes_nothing_from_it_is_fine(void **state)
{
	static const char text[] = CORE(", pool: [ { name: near, ranges: 192.0.2.100-192.0.2.199 } "
					"]") "ppp:\n"
					     "  profile: [ { name: r, local-address: 192.0.2.1, "
					     "remote-address: near } ]\n"
					     "  secret: [ { name: u, remote-address: 192.0.2.9, "
					     "routes: '192.0.0.0/16, 0.0.0.0/0' } ]\n";
	struct tp_errors errors = {0};
	struct tp_config *config =
		tp_config_load_text(TP_PROGRAM_SERVER, "t.yaml", text, strlen(text), &errors);

	if (errors.count > 0)
		fail_msg("%s: %s", errors.error[0].place, errors.error[0].message);
	tp_config_destroy(config);
}

static void test_all_mistakes_of_a_file_are_named_in_its_order(void **state)
{
	static const char text[] =
		"ppp:\n"
		"  secret:\n"
		"    - { name: a, profile: nowhere }\n"
		"    - { name: b, service: x }\n"
		"    - { nane: c }\n"
		"  profile:\n"
		"    - { name: d, remote-address: nopool, idle-timeout: never }\n";
	static const char *const places[] = {"t.yaml:3:27", "t.yaml:4:27", "t.yaml:5:7",
					     "t.yaml:5:9",  "t.yaml:7:34", "t.yaml:7:56"};
	struct tp_errors errors = load(text, strlen(text));
	assert_int_equal(errors.count, 6);
	for (int i = 0; i < 6; i++)
		assert_string_equal(errors.error[i].place, places[i]);
	tp_errors_clear(&errors);
}

static void test_a_text_may_end_without_a_nul(void **state)
{
	static const char text[] = {'a', ':', ' ', '[', '\n', ' ', ' '};
	char *exact = malloc(sizeof(text)); /* so that a sanitizer sees a byte too far */
	memcpy(exact, text, sizeof(text));
	struct tp_errors errors = load(exact, sizeof(text));
	tp_errors_clear(&errors);
	free(exact);
}

static void test_deep_nesting_is_refused_at_once(void **state)
{
	static char text[1 << 20];
	memset(text, '[', sizeof(text));
	struct tp_errors errors = load(text, sizeof(text));
	assert_string_equal(errors.error[errors.count - 1].message, "nested too deeply");
	tp_errors_clear(&errors);
}

static void test_of_very_many_mistakes_a_hundred_are_kept(void **state)
{
	static char text[64 * 1024];
	size_t n = (size_t)sprintf(text, "ppp:\n  secret:\n");
	for (int i = 0; i < 1000; i++)
		n += (size_t)sprintf(text + n, "  - { name: u%d, profile: no }\n", i);
	struct tp_errors errors = load(text, n);
	assert_int_equal(errors.count, TP_ERRORS_MAX);
	assert_int_equal(errors.total, 1000);
	tp_errors_clear(&errors);
}

static void test_a_password_is_never_in_a_message(void **state)
{
	static const char *const texts[] = {
		"ppp: { secret: [ { name: u, password: [hunter2] } ] }\n",
		"ppp: { secret: [ { name: u, password: {hunter2: x} } ] }\n",
		"ppp: { secret: [ { name: u, password hunter2 } ] }\n",
		"ppp: { secret: [ { name: u, password: hunter2, password: hunter2 } ] }\n",
		"ppp: { secret: [ { name: u, pasword: hunter2 } ] }\n",
		"ppp: { secret: [ { name: u, password: &hunter hunter2 } ] }\n",
		"ppp: { secret: [ { name: u, password: !hunter2 hunter2 } ] }\n",
		"ppp: { secret: [ { name: u, password: \"hunter2\\0\" } ] }\n",
		"ppp: { secret: [ { name: u, password: 'hunter2 } ] }\n",
		"ppp: { secret: [ { name: u, password: \"hunter2\\y\" } ] }\n",
		"ppp: { secret: [ { name: u, password: @hunter2 } ] }\n",
		"ppp: { secret: [ { name: u, password: hunter2: } ] : }\n",
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct tp_errors errors = load(texts[i], strlen(texts[i]));
		for (unsigned j = 0; j < errors.count; j++)
			assert_null(strstr(errors.error[j].message, "hunter"));
		tp_errors_clear(&errors);
	}
}

static void test_a_password_that_is_too_long_is_not_quoted(void **state)
{
	char text[512] = "ppp: { secret: [ { name: u, password: ";
	memset(text + strlen(text), 'x', 256);
	strcat(text, " } ] }\n");
	struct tp_errors errors = load(text, strlen(text));
	assert_string_equal(errors.error[0].message, "ppp.secret[u].password: the value is not a "
						     "string of at most 255 bytes");
	tp_errors_clear(&errors);
}

static void test_what_is_quoted_is_short_and_printable(void **state)
{
	char text[2048] = "ppp: { secret: [ { name: u, service: \"\\e[2J";
	memset(text + strlen(text), 'x', 1000);
	strcat(text, "\" } ] }\n");
	struct tp_errors errors = load(text, strlen(text));
	assert_null(strchr(errors.error[0].message, '\x1b'));
	assert_true(strlen(errors.error[0].message) < 200);
	assert_non_null(strstr(errors.error[0].message, "..."));
	tp_errors_clear(&errors);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_mistake_is_named_with_its_place),
		cmocka_unit_test(test_what_is_near_the_core_and_takes_nothing_from_it_is_fine),
		cmocka_unit_test(test_all_mistakes_of_a_file_are_named_in_its_order),
		cmocka_unit_test(test_a_text_may_end_without_a_nul),
		cmocka_unit_test(test_deep_nesting_is_refused_at_once),
		cmocka_unit_test(test_of_very_many_mistakes_a_hundred_are_kept),
		cmocka_unit_test(test_a_password_is_never_in_a_message),
		cmocka_unit_test(test_a_password_that_is_too_long_is_not_quoted),
		cmocka_unit_test(test_what_is_quoted_is_short_and_printable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
