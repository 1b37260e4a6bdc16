# SPDX-License-Identifier: BSD-3-Clause
"""Each property that the access concentrator has, set through each of its three faces (the YAML
file, the JSON API, the CLI), does on the wire what it says.

`ITEMS` is one configuration; each face makes it in a daemon of its own. `@shows(path, property, …)`
ties the properties to the check that shows their effect; the last test finds those without one."""

import struct
import subprocess
import time
from ipaddress import IPv6Address, IPv6Interface, IPv6Network
from pathlib import Path

import pytest
from scapy.layers.dhcp6 import DHCP6OptDNSServers
from scapy.layers.inet import ICMP, IP, TCP
from scapy.layers.inet6 import (ICMPv6ND_RA, ICMPv6NDOptMTU, ICMPv6NDOptPrefixInfo,
                                ICMPv6NDOptRDNSS)
from scapy.layers.l2 import Ether
from scapy.packet import Raw

from lab import frames
from lab.daemon import Lab, program
from lab.ipv6 import Ipv6
from lab.subscriber import dotted

POOL, ROUTE, VLAN = "/ip/pool", "/ip/route", "/interface/vlan"
PROFILE, SECRET = "/ppp/profile", "/ppp/secret"
SERVER, STATIC = "/interface/pppoe-server/server", "/interface/pppoe-server"
PORT = "/dataplane/port"
FILTER = "/interface/pppoe-server/mac-filter"
IDENTITY, MANAGEMENT = "/system/identity", "/management"
ADDRESS6, ROUTE6 = "/ipv6/address", "/ipv6/route"
POOL6, ND, ND_PREFIX = "/ipv6/pool", "/ipv6/nd", "/ipv6/nd/prefix/default"
ONCE = (IDENTITY, MANAGEMENT, ND, ND_PREFIX)  # one of each is there
#: Where YAML has them, if not by the menu's words.
IN_YAML = {STATIC: STATIC + "/static", ND_PREFIX: "/ipv6/nd-prefix-default"}


def profile(name, **more):
    return PROFILE, {"name": name, "local-address": "10.20.0.1", "remote-address": "wide", **more}


def secret(name, profile="plain", **more):
    return SECRET, {"name": name, "password": "StrongPass", "profile": profile, **more}


def server(name, interface="ether3", **more):
    return SERVER, {"service-name": name, "interface": interface, "default-profile": "plain", **more}


#: In an order in which they can be made: what is referred to comes first.
ITEMS = [
    (IDENTITY, {"name": "Each_AC"}),
    (MANAGEMENT, {"log-level": "debug", "save": "no"}),
    (VLAN, {"name": "v70", "interface": "ether3", "vlan-id": 70, "comment": "a street"}),
    (VLAN, {"name": "v70-5", "interface": "v70", "vlan-id": 5}),
    (VLAN, {"name": "s71", "interface": "ether3", "vlan-id": 71, "use-service-tag": "yes"}),
    (VLAN, {"name": "towns", "interface": "ether3", "vlan-id": "500-549,560"}),
    (VLAN, {"name": "v72", "interface": "ether3", "vlan-id": 72, "disabled": "yes"}),
    (POOL, {"name": "wide", "ranges": "10.20.0.10-10.20.0.200", "comment": "for most"}),
    (POOL, {"name": "second", "ranges": "10.21.0.8"}),
    (POOL, {"name": "first", "ranges": "10.21.0.4", "next-pool": "second", "announce": "pool"}),
    (ROUTE, {"dst-address": "0.0.0.0/0", "gateway": "192.0.2.2", "comment": "the world"}),
    (ROUTE, {"dst-address": "203.0.113.0/24", "gateway": "192.0.2.7", "distance": 9}),
    (ROUTE, {"dst-address": "203.0.113.0/24", "gateway": "192.0.2.2", "distance": 5}),
    (ROUTE, {"dst-address": "198.18.0.0/16", "gateway": "192.0.2.2", "disabled": "yes"}),
    (ADDRESS6, {"address": "2001:db8:c0::1/64", "interface": "core0", "no-dad": "yes",
                "comment": "to the core"}),
    (ADDRESS6, {"address": "2001:db8:c1::/64", "interface": "core0", "eui-64": "yes"}),
    (ADDRESS6, {"address": "2001:db8:c2::1/64", "interface": "core0", "disabled": "yes"}),
    (ROUTE6, {"dst-address": "2001:db8:d0::/48", "gateway": "2001:db8:c0::2", "distance": 5,
              "comment": "a branch"}),
    (ROUTE6, {"dst-address": "2001:db8:d1::/48", "gateway": "2001:db8:c0::2", "disabled": "yes"}),
    (POOL6, {"name": "links", "prefix": "2001:db8:1::/48", "prefix-length": 64, "announce": "pool", "comment": "of /64"}),
    (POOL6, {"name": "hosts", "prefix": "2001:db8:2::/64", "prefix-length": 128}),
    (POOL6, {"name": "homes", "prefix": "2001:db8:4::/48", "prefix-length": 56}),
    (POOL6, {"name": "last-home", "prefix": "2001:db8:3::/56", "prefix-length": 56, "next-pool": "homes"}),
    (ND, {"ra-interval": "10s-20s", "ra-lifetime": "15m", "hop-limit": 55, "mtu": 1300,
          "managed-address-configuration": "yes", "other-configuration": "no", "advertise-dns": "no"}),
    (ND_PREFIX, {"valid-lifetime": "2h", "preferred-lifetime": "30m", "prefer-delegation": "yes"}),
    profile("plain", comment="of most"),
    profile("six", **{"remote-ipv6-prefix-pool": "links", "dhcpv6-pd-pool": "last-home",
                      "dhcpv6-lease-time": "3h", "dns-server": "2001:db8::53,2001:db8::54"}),
    secret("six", "six"), secret("seven", "six"),
    profile("one6", **{"remote-ipv6-prefix-pool": "hosts"}), secret("one6", "one6"),
    profile("no6", **{"use-ipv6": "no"}), secret("no6", "no6"),
    secret("fixed6", **{"remote-ipv6-prefix": "2001:db8:9:9::/64", "ipv6-routes": "2001:db8:a::/48",
                        "delegated-ipv6-prefix": "2001:db8:b::/56,2001:db8:c::/56"}),
    profile("fixed", **{"local-address": "10.22.0.1", "remote-address": "10.22.0.9"}),
    profile("chained", **{"remote-address": "first"}),
    profile("named", **{"dns-server": "198.51.100.53,198.51.100.54", "wins-server": "198.51.100.1"}),
    profile("short", **{"session-timeout": "2s"}),
    profile("idle", **{"idle-timeout": "2s"}),
    profile("single", **{"only-one": "yes"}),
    profile("unclamped", **{"change-tcp-mss": "no"}),
    profile("clamped", **{"change-tcp-mss": "yes"}),
    profile("limited", **{"rate-limit": "1M/1M"}),
    profile("secured", **{"use-encryption": "required"}),
    secret("secured", "secured"),
    profile("listed", **{"address-list": "late-payers"}), secret("listed", "listed"),
    secret("limited", "limited"), secret("unlimited", "limited", **{"rate-limit": "0"}),
    secret("MT-User", service="pppoe", comment="a subscriber"),
    secret("fixed", "fixed"), secret("chained", "chained"), secret("named", "named"),
    secret("short", "short"), secret("idle", "idle"), secret("single", "single"),
    secret("unclamped", "unclamped"), secret("clamped", "clamped"),
    secret("bound", **{"caller-id": "02:00:00:AA:BB:CC"}),
    secret("own", **{"local-address": "10.23.0.1", "remote-address": "10.23.0.9",
                     "routes": "10.24.0.0/24"}),
    secret("in", **{"limit-bytes-in": "10k"}), secret("out", **{"limit-bytes-out": 10000}),
    secret("off", disabled="yes"),
    secret("unprofiled", "default"),
    secret("standing"), secret("absent"),
    server("pppoeservice", comment="for all"),
    server("papers", authentication="pap"),
    server("curious", **{"chap-interval": "1s"}),
    server("profiled", **{"default-profile": "fixed"}),
    server("quick", **{"keepalive-timeout": "1s"}),
    server("narrow", **{"max-mru": 1300, "max-mtu": 1200}),
    server("mp", **{"max-mru": 1492, "max-mtu": 1492, "mrru": 1614}),
    server("few", **{"max-sessions": 1}),
    server("hosts", **{"one-session-per-host": "yes"}),
    server("asked", **{"accept-empty-service": "no"}),
    server("slow", **{"pado-delay": "400ms"}),
    server("unwired", **{"trust-access-line": "no"}),
    server("closed", disabled="yes"),
    server("tagged", "v70"), server("double", "v70-5"), server("service", "s71"),
    server("unused", "v72"),
    server("towns", "towns", **{"pppoe-over-vlan-range": "10-20,30", "accept-untagged": "no"}),
    (FILTER, {"mac-address": "02:00:00:DD:00:00/32", "comment": "stolen"}),
    (FILTER, {"mac-address": "02:00:00:DD:00:07", "action": "accept"}),
    (FILTER, {"mac-address": "02:00:00:EE:00:01", "interface": "v70"}),
    (FILTER, {"mac-address": "02:00:00:EE:00:02", "disabled": "yes"}),
    (STATIC, {"name": "to-standing", "user": "standing", "service": "pppoeservice",
              "comment": "an interface"}),
    (STATIC, {"name": "to-absent", "user": "absent", "disabled": "yes"}),
]

# ---- the three faces ----------------------------------------------------------------------------


def bare(lab):
    config = lab.base_config()
    return {"dataplane": config["dataplane"]}


def by_yaml(lab):
    config = bare(lab)
    for path, properties in ITEMS:
        *way, last = IN_YAML.get(path, path).strip("/").split("/")
        place = config
        for word in way:
            place = place.setdefault(word, {})
        if path in ONCE:
            place[last] = properties
        else:
            place.setdefault(last, []).append(properties)
    lab.start(config)


def by_json(lab):
    lab.start(bare(lab))
    for path, properties in ITEMS:
        lab.api.call("PATCH" if path in ONCE else "PUT", path.strip("/"), properties)


def by_cli(lab):
    lab.start(bare(lab))
    lines = []
    for path, properties in ITEMS:
        words = " ".join(f'{name}="{value}"' for name, value in properties.items())
        lines.append(f"{path.replace('/', ' ').strip()} {'set' if path in ONCE else 'add'} {words}")
    done = subprocess.run([program("turnpikectl"), "--socket", lab.daemon.socket], text=True,
                          input="".join(f"/{line}\n" for line in lines), timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout


FACES = {"YAML": by_yaml, "JSON": by_json, "CLI": by_cli}


@pytest.fixture(scope="module", params=FACES)
def lab(request):
    one = Lab()
    try:
        FACES[request.param](one)
        yield one
    finally:
        one.close()


# ---- what they do -------------------------------------------------------------------------------

EFFECTS = {}


def shows(path, *properties):
    def remember(check):
        EFFECTS.setdefault(check, []).extend((path, name) for name in properties)
        return check
    return remember


class Given:
    """What a check is given: the daemon, hosts that dial in, the cable at the core."""

    def __init__(self, lab, subscriber, core):
        self.lab, self.api, self.host, self.core = lab, lab.api, subscriber, core

    def row(self, host):
        return next(row for row in self.api.get("ppp/active") if row["caller-id"].lower() == host.mac)

    def silent(self, **how):
        try:
            self.host(**how).discover(timeout=0.4)
        except TimeoutError:
            return True
        return False

    def refused(self, **how):
        host = self.host(**how)
        host.open().negotiate()
        return host.authenticate() is False

    def dual(self, user):
        """IPv6 of a subscriber that has dialled in, both families up."""
        return Ipv6(self.host(user=user)).dial()

    def mss_at_core(self, host):
        host.send_ip(IP(src=host.address, dst=self.lab.CORE_HOST) / TCP(
            sport=5000, dport=7000, flags="S", options=[("MSS", 1460)]))
        end = time.monotonic() + 2
        while (left := end - time.monotonic()) > 0:
            data = self.core.receive(left)
            if data and data[12:14] == b"\x08\x00" and TCP in Ether(data):
                return dict(Ether(data)[TCP].options)["MSS"]
        raise TimeoutError("no SYN at the core")


@shows(IDENTITY, "name")
def the_identity_is_the_ac_name(given):
    assert given.host().discover().tag(frames.AC_NAME) == b"Each_AC"


@shows(MANAGEMENT, "log-level")
def more_is_logged(given):
    given.host().dial()
    assert " debug " in given.lab.daemon.log()


@shows(MANAGEMENT, "save")
def what_changes_is_not_saved(given):
    given.api.put("ppp/secret", name="never-written", password="x")
    time.sleep(1.5)
    assert given.api.get("system/resource")["config-state"] == "off"
    assert "never-written" not in given.lab.daemon.config.read_text()


@shows(VLAN, "name", "interface", "vlan-id")
def vlans_are_interfaces(given):
    assert given.host(service="tagged", vlans=(70,)).dial().ping("10.20.0.1")
    assert given.host(service="double", vlans=(70, 5)).dial().ping("10.20.0.1")
    assert given.silent(service="tagged", vlans=(73,))


@shows(VLAN, "use-service-tag")
def answers_have_a_service_tag(given):
    pado = given.host(service="service", vlans=((0x88A8, 71),)).discover()
    assert pado.vlans == [(0x88A8, 71)]


@shows(VLAN, "disabled")
def a_disabled_vlan_is_silent(given):
    assert given.silent(service="unused", vlans=(72,))


@shows(POOL, "name", "ranges", "next-pool")
@shows(PROFILE, "remote-address")
def a_pool_goes_over_to_the_next(given):
    assert [given.host(user="chained").dial().address for _ in range(2)] == ["10.21.0.4", "10.21.0.8"]


@shows(ROUTE, "dst-address", "gateway", "distance", "disabled")
def routes_are_the_kernels(given):
    table = given.lab.net.run("ac", "ip", "route")
    assert "default via 192.0.2.2 dev core0" in table
    nets = [line.split() for line in table.splitlines() if line.startswith("203.0.113.0/24")]
    assert {(words[2], words[words.index("metric") + 1]) for words in nets} == {
        ("192.0.2.2", "5"), ("192.0.2.7", "9")}
    assert "198.18.0.0/16" not in table
    assert given.host().dial().ping(given.lab.CORE_HOST)


@shows(PROFILE, "name", "local-address")
@shows(SECRET, "profile")
def a_profile_gives_both_addresses(given):
    host = given.host(user="fixed").dial()
    assert (host.address, dotted(host.peer_address)) == ("10.22.0.9", "10.22.0.1")


@shows(PROFILE, "dns-server", "wins-server")
def name_servers_are_given(given):
    host = given.host(user="named")
    host.ipcp_wants[frames.NBNS1] = bytes(4)
    host.dial()
    assert host.dns == ["198.51.100.53", "198.51.100.54"] and host.nbns == ["198.51.100.1"]
    servers = given.dual("six").inform()[DHCP6OptDNSServers].dnsservers
    assert servers == ["2001:db8::53", "2001:db8::54"]


@shows(ADDRESS6, "address", "interface", "eui-64", "no-dad", "disabled")
def addresses_of_ipv6_are_the_ports(given):
    lines = given.lab.net.run("ac", "ip", "-6", "addr", "show", "dev", "core0").splitlines()
    addresses = {words[1]: words for line in lines if (words := line.split())[0] == "inet6"}
    assert "nodad" in addresses["2001:db8:c0::1/64"]
    own, = (IPv6Interface(each) for each in addresses if each.startswith("fe80:"))
    made, = (each for each in addresses if each.startswith("2001:db8:c1:"))
    assert int(IPv6Interface(made).ip) & (1 << 64) - 1 == int(own.ip) & (1 << 64) - 1
    assert "nodad" not in addresses[made]
    assert not [each for each in addresses if each.startswith("2001:db8:c2:")]


@shows(ROUTE6, "dst-address", "gateway", "distance", "disabled")
def routes_of_ipv6_are_the_kernels(given):
    table = given.lab.net.run("ac", "ip", "-6", "route")
    assert "2001:db8:d0::/48 via 2001:db8:c0::2 dev core0" in table
    assert "2001:db8:d1::" not in table
    words = given.lab.net.run("ac", "ip", "-6", "route", "show", "2001:db8:d0::/48").split()
    assert words[words.index("metric") + 1] == "5"


@shows(POOL6, "name", "prefix", "prefix-length")
@shows(PROFILE, "remote-ipv6-prefix-pool")
def a_link_has_a_prefix_of_the_pool(given):
    ipv6 = given.dual("six")
    prefix = IPv6Network((ipv6.solicit()[ICMPv6NDOptPrefixInfo].prefix, 64))
    assert prefix.subnet_of(IPv6Network("2001:db8:1::/48"))
    used, = given.api.get("ipv6/pool/used", pool="links", info="six")
    assert IPv6Network(used["prefix"]) == prefix and used["owner"] == "pppoe"
    address = IPv6Address(given.dual("one6").leased_address().addr)
    assert address in IPv6Network("2001:db8:2::/64")


@shows(POOL, "announce")
@shows(POOL6, "announce")
def a_pool_is_announced_in_place_of_what_is_given_out(given):
    given.host(user="chained").dial()
    given.dual("six").solicit()
    kernel = given.lab.net.run("ac", "ip", "route", "show", "proto", "157")
    assert [line.split()[:3] for line in kernel.splitlines()] == [["10.21.0.4", "dev", "pppoe"]]
    assert "10.21.0.4" not in given.lab.net.run("ac", "ip", "route", "show", "proto", "158")
    kernel = given.lab.net.run("ac", "ip", "-6", "route", "show", "proto", "157")
    assert [line.split()[:3] for line in kernel.splitlines()] == [["2001:db8:1::/48", "dev", "pppoe"]]
    assert "2001:db8:1:" not in given.lab.net.run("ac", "ip", "-6", "route", "show", "proto", "158")


@shows(POOL6, "next-pool")
@shows(PROFILE, "dhcpv6-pd-pool", "dhcpv6-lease-time")
def a_prefix_is_delegated_out_of_the_pools(given):
    (first,), (second,) = (given.dual(user).delegated() for user in ("six", "seven"))
    assert (first.prefix, first.plen, first.validlft) == ("2001:db8:3::", 56, 3 * 3600)
    assert second.plen == 56 and IPv6Address(second.prefix) in IPv6Network("2001:db8:4::/48")


@shows(PROFILE, "use-ipv6")
def ipv6_is_refused_by_itself(given):
    ipv6 = Ipv6(given.host(user="no6").dial())
    ipv6.ask()
    ipv6.host.until(lambda: ipv6.rejected, what="rejected")
    assert ipv6.host.ping("10.20.0.1")


@shows(SECRET, "remote-ipv6-prefix", "delegated-ipv6-prefix", "ipv6-routes")
def a_secrets_prefixes_win(given):
    ipv6 = given.dual("fixed6")
    assert ipv6.solicit()[ICMPv6NDOptPrefixInfo].prefix == "2001:db8:9:9::"
    assert {each.prefix for each in ipv6.delegated()} == {"2001:db8:b::", "2001:db8:c::"}
    row = given.row(ipv6.host)
    assert row["remote-ipv6-prefix"] == "2001:db8:9:9::/64"
    table = given.lab.net.run("ac", "ip", "-6", "route")
    assert "2001:db8:a::/48" in table and "2001:db8:c::/56" in table


@shows(ND, "ra-lifetime", "hop-limit", "mtu", "managed-address-configuration", "other-configuration",
       "advertise-dns")
@shows(ND_PREFIX, "valid-lifetime", "preferred-lifetime", "prefer-delegation")
def advertisements_tell_what_is_configured(given):
    advertisement = given.dual("six").solicit()
    ra, prefix = advertisement[ICMPv6ND_RA], advertisement[ICMPv6NDOptPrefixInfo]
    assert (ra.routerlifetime, ra.chlim, ra.M, ra.O) == (900, 55, 1, 0)
    assert advertisement[ICMPv6NDOptMTU].mtu == 1300
    assert ICMPv6NDOptRDNSS not in advertisement
    assert (prefix.validlifetime, prefix.preferredlifetime) == (7200, 1800)
    assert bytes(prefix)[3] & 0x10  # RFC 9762's P


@shows(PROFILE, "address-list")
def an_address_is_on_its_list(given):
    def listed():
        return [(row["address"], row["user"], row["dynamic"])
                for row in given.api.get("ip/firewall/address-list", list="late-payers")]

    host = given.host(user="listed").dial()
    given.host().dial()
    assert listed() == [(host.address, "listed", True)]
    host.hang_up()
    assert listed() == []


@shows(PROFILE, "session-timeout")
def a_session_lasts_as_long_as_it_may(given):
    host, begin = given.host(user="short").dial(), time.monotonic()
    host.until(lambda: host.ended, timeout=6, what="ended")
    assert time.monotonic() - begin > 1.2


@shows(PROFILE, "idle-timeout")
def a_silent_session_ends(given):
    host = given.host(user="idle").dial()
    for _ in range(3):
        assert host.ping("10.20.0.1")
        host.run(0.8)
        assert not host.ended
    host.until(lambda: host.ended, timeout=6, what="ended")


@shows(PROFILE, "only-one")
def a_user_has_one_session(given):
    old = given.host(user="single").dial()
    given.host(user="single").dial()
    old.until(lambda: old.ended, what="ended")


@shows(PROFILE, "change-tcp-mss")
def the_mss_is_clamped_or_not(given):
    assert given.mss_at_core(given.host(user="clamped").dial()) == 1440
    assert given.mss_at_core(given.host(user="unclamped").dial()) == 1460


@shows(PROFILE, "use-encryption")
def who_cannot_encrypt_does_not_come_up(given):
    """CHAP gives no keys. How packets are encrypted, Linux's pppd shows (test/interop)."""
    host = given.host(user="secured").open().negotiate()
    assert host.authenticate()
    host.until(lambda: host.ended, what="turned away")
    assert host.address is None
    assert "its profile requires encryption, and chap gives no keys" in given.lab.daemon.log()


@shows(PROFILE, "rate-limit")
@shows(SECRET, "rate-limit")
def who_is_too_fast_is_held_up(given):
    drops = []
    for user in ("limited", "unlimited"):
        host = given.host(user=user).dial()
        packet = IP(src=host.address, dst=given.lab.CORE_HOST) / ICMP(type=0) / Raw(bytes(972))
        frame = bytes(frames.session(host.ac_mac, host.mac, host.session, frames.IPV4, packet))
        for _ in range(80):  # at once, however busy the machine is
            host.wire.send(frame)
        host.run(0.3)
        drops.append(given.row(host)["drops-in"])
    assert drops[0] > 20 and drops[1] == 0, "a tenth of a second's worth waits"


@shows(SECRET, "name", "password", "service")
def a_secret_lets_in(given):
    assert given.host().dial().ping("10.20.0.1")
    assert given.refused(password="WrongPass")
    assert given.refused(user="nobody")


@shows(SECRET, "caller-id")
def a_secret_is_bound_to_its_host(given):
    assert given.refused(user="bound")
    assert given.host(user="bound", mac="02:00:00:aa:bb:cc").dial().address


@shows(SECRET, "local-address", "remote-address")
def a_secrets_addresses_win(given):
    host = given.host(user="own").dial()
    assert (host.address, dotted(host.peer_address)) == ("10.23.0.9", "10.23.0.1")


@shows(SECRET, "routes")
def a_block_is_routed_to_its_subscriber(given):
    host = given.host(user="own").dial()
    host.answer_ping = False
    other = given.host().dial()
    other.send_ip(IP(src=other.address, dst="10.24.0.77") / ICMP() / Raw(b"x"))
    host.expect_ip(lambda packet: packet.dst == "10.24.0.77")


@shows(SECRET, "limit-bytes-in", "limit-bytes-out")
def bytes_are_limited(given):
    hosts = [given.host(user="in").dial(), given.host(user="out").dial()]
    for _ in range(10):
        for host in hosts:
            host.ping(given.lab.CORE_HOST, size=1200)
    for host in hosts:
        host.until(lambda host=host: host.ended, timeout=4, what="ended")
    for user, host in zip(("in", "out"), hosts):
        host.until(lambda user=user: given.api.get(f"ppp/secret/{user}").get(
            "last-end-reason") == "limit-bytes", what="the reason told")


@shows(SECRET, "disabled")
def a_disabled_secret_refuses(given):
    assert given.refused(user="off")


@shows(SERVER, "service-name", "interface")
def a_server_has_a_name_and_a_place(given):
    assert given.host(service="papers").discover()
    assert given.silent(service="nothing-like-it")
    assert given.silent(service="papers", vlans=(70,))


@shows(SERVER, "authentication")
def the_method_is_the_operators(given):
    host = given.host(service="papers", auth=None).open().negotiate()
    assert host.agreed_auth == frames.AUTH_VALUES["pap"]


@shows(SERVER, "chap-interval")
def chap_asks_again(given):
    host = given.host(service="curious").dial()
    host.run(1.5)
    assert len([frame for frame in host.seen if frame.protocol == frames.CHAP and
                frame.control()[0] == 1]) >= 2 and not host.ended


@shows(SERVER, "default-profile")
def who_has_no_profile_gets_the_servers(given):
    assert given.host(user="unprofiled", service="profiled").dial().address == "10.22.0.9"


@shows(SERVER, "keepalive-timeout")
def a_dead_client_is_disconnected(given):
    host = given.host(service="quick").dial()
    host.answer_echo = False
    host.until(lambda: host.ended, timeout=6, what="ended")


@shows(SERVER, "max-mru", "max-mtu")
def packets_are_as_large_as_they_may_be(given):
    host = given.host(service="narrow").dial()
    assert host.peer_mru == 1300
    host.ping(given.lab.CORE_HOST, size=1250, timeout=0.3)
    whole = [IP(frame.payload) for frame in host.seen if frame.protocol == frames.IPV4]
    assert max(packet.len for packet in whole) <= 1200 and any(packet.flags.MF for packet in whole)


@shows(SERVER, "mrru")
def multilink_is_agreed(given):
    host = given.host(service="mp", mru=1492)
    host.lcp_wants[frames.MRRU] = struct.pack("!H", 1614)
    host.dial()
    assert frames.MRRU in host.lcp_wants and given.row(host)["mrru"] == 1614


@shows(SERVER, "max-sessions")
def a_server_is_full(given):
    given.host(service="few").dial()
    other = given.host(service="few")
    pado = other.discover()
    other.ac_mac = pado.src
    other.send_discovery(frames.PADR, other.request_tags(pado))
    pads = other.expect_discovery(frames.PADS)
    assert pads.session == 0 and pads.tag(frames.AC_SYSTEM_ERROR)


@shows(SERVER, "one-session-per-host")
def a_host_has_one_session(given):
    old = given.host(service="hosts").dial()
    given.host(service="hosts", mac=old.mac).dial()
    old.until(lambda: old.ended, what="ended")


@shows(SERVER, "accept-empty-service")
def a_server_is_for_those_who_name_it(given):
    offered = given.host().discover(service="").all(frames.SERVICE_NAME)
    assert b"papers" in offered and b"asked" not in offered
    assert given.host(service="asked").discover()


@shows(SERVER, "pado-delay")
def an_offer_waits(given):
    begin = time.monotonic()
    given.host(service="slow").discover()
    assert time.monotonic() - begin > 0.35


@shows(SERVER, "pppoe-over-vlan-range", "accept-untagged")
@shows(VLAN, "vlan-id")
def a_server_is_for_ranges_of_vlans(given):
    for vlans in ((500, 10), (549, 20), (560, 30)):
        assert given.host(service="towns", vlans=vlans).discover()
    for vlans in ((550, 10), (500, 21), (500,)):
        assert given.silent(service="towns", vlans=vlans)


@shows(SERVER, "trust-access-line")
def a_line_is_believed_where_it_is_trusted(given):
    for service, shown in (("pppoeservice", "node 7"), ("unwired", None)):
        host = given.host(service=service)
        host.line_tag = frames.line_tag(b"node 7")
        host.dial()
        row, = [row for row in given.api.get("ppp/active") if row["caller-id"].lower() == host.mac]
        assert row.get("circuit-id") == shown


@shows(FILTER, "mac-address", "interface", "action", "disabled")
def hosts_are_turned_away(given):
    assert given.silent(mac="02:00:00:dd:00:01")
    assert given.host(mac="02:00:00:dd:00:07").discover()
    assert given.silent(service="tagged", vlans=(70,), mac="02:00:00:ee:00:01")
    assert given.host(mac="02:00:00:ee:00:01").discover()
    assert given.host(mac="02:00:00:ee:00:02").discover()


@shows(SERVER, "disabled")
def a_disabled_server_is_silent(given):
    assert given.silent(service="closed")


@shows(STATIC, "name", "user", "service", "disabled")
def static_interfaces_keep_their_names(given):
    def names(user):
        return [row["name"] for row in given.api.get("interface/pppoe-server", user=user)
                if row["running"]]

    given.host(user="standing").dial()
    assert names("standing") == ["to-standing"]
    given.host(user="absent").dial()
    assert names("absent") == ["<pppoe-absent>"]


@shows(STATIC, "service")
def a_static_interface_is_for_its_service(given):
    given.host(user="standing", service="papers", auth="pap").dial()
    names = [row["name"] for row in given.api.get("interface/pppoe-server", user="standing")
             if row["running"]]
    assert names == ["<pppoe-standing>"]


@shows(VLAN, "comment")
@shows(POOL, "comment")
@shows(ROUTE, "comment")
@shows(PROFILE, "comment")
@shows(SECRET, "comment")
@shows(SERVER, "comment")
@shows(STATIC, "comment")
@shows(FILTER, "comment")
@shows(ADDRESS6, "comment")
@shows(ROUTE6, "comment")
@shows(POOL6, "comment")
def comments_are_kept(given):
    for path in (VLAN, POOL, POOL6, ADDRESS6, ROUTE6, ROUTE, PROFILE, SECRET, SERVER, STATIC, FILTER):
        kept = {row.get("comment") for row in given.api.get(path.strip("/"))}
        assert {item["comment"] for where, item in ITEMS if where == path and "comment" in item} <= kept


@pytest.mark.parametrize("check", EFFECTS, ids=lambda check: check.__name__)
def test_a_property_does_what_it_says(lab, subscriber, core, check):
    check(Given(lab, lambda **how: subscriber(lab, **how), core))


#: What the file alone can set, before the start, or cannot be set here: where its effect is shown.
ELSEWHERE = {
    **{(MANAGEMENT, name): f"test_restart.{test}" for name, test in (
        ("journal", "test_without_a_journal_a_stop_ends_all"),
        ("journal-directory", "test_a_journal_is_one_daemons"),
        ("journal-lifetime", "test_a_session_that_is_not_restored_is_told_at_once"),
        ("on-stop", "test_a_session_goes_on_after_a_crash_a_stop_and_an_upgrade"))},
    (PROFILE, "stateful-encryption"):
        "../interop/test_mppe.test_packets_are_encrypted_both_ways",
    (ND, "ra-interval"):
        "test_ipv6_nd.test_advertisements_come_as_often_as_is_configured",
    (MANAGEMENT, "socket"): "test_api.test_the_socket_is_for_its_group_only",
    (MANAGEMENT, "web-directory"): "test_remote.test_the_page_is_of_the_folder_that_is_named",
    ("/dataplane", "control-lcore"): "test_start.test_what_the_machine_has_not_is_named",
    ("/dataplane", "worker-lcores"): "test_start.test_two_workers_serve_sessions_of_one_port",
    ("/dataplane", "idle"): "test_start.test_an_idle_worker_polls_or_sleeps",
    ("/dataplane", "huge-pages"): "test_start.test_it_runs_without_huge_pages_and_says_so",
    ("/dataplane", "memory"): "test_start.test_what_the_machine_has_not_is_named",
    ("/dataplane", "max-sessions"): "test_access.test_a_full_session_table_says_so",
    ("/dataplane", "drivers-config"): "test_start.test_what_the_machine_has_not_is_named",
    (PORT, "name"): "test_running.test_a_port_that_is_not_there_is_named",
    (PORT, "device"): "test_running.test_a_port_that_is_not_there_is_named",
    (PORT, "address"): "test_dataplane.test_ping_to_the_core_and_back",
    (PORT, "mtu"): "test_discovery.test_ppp_max_payload_raises_the_mru",
    (PORT, "rx-queues"): "test_start.test_a_port_has_the_queues_that_it_is_told",
    (PORT, "padi-limit"): "test_access.test_without_a_limit_of_the_vlan_the_ports_is_used_up",
    (PORT, "padi-limit-vlan"): "test_access.test_a_storm_in_one_vlan_does_not_starve_another",
    **{(PORT, name): "test_access.test_the_oldest_half_open_session_gives_way_to_a_newcomer"
       for name in ("half-open-limit", "half-open-limit-vlan", "half-open-limit-mac")},
    **{(path, name): "test_log.test_a_syslog_server_gets_what_its_rule_says" for path, names in (
        ("/system/logging", "topics action disabled comment"),
        ("/system/logging/action",
         "name target memory-lines remote remote-port syslog-facility comment"))
       for name in names.split()},
    (PORT, "host-limit"): "test_dataplane.test_a_session_may_send_the_box_so_much_and_no_more",
    (PORT, "padi-limit-mac"): "test_access.test_one_hosts_padis_are_limited_and_0_is_no_limit",
    (SERVER, "max-login-failures"):
        "test_lockout.test_guessing_locks_the_user_at_that_place_alone",
    (SERVER, "login-lock-time"): "test_lockout.test_a_lock_ends_by_itself_and_zero_is_never",
    **{("/user", name): f"test_remote.{test}" for name, test in (
        ("name", "test_users_do_what_their_group_may"),
        ("password", "test_passwords_are_hashed_in_the_file_and_never_come_out"),
        ("group", "test_users_do_what_their_group_may"),
        ("address", "test_all_is_set_by_cli_as_well"),
        ("disabled", "test_others_are_refused"),
        ("comment", "test_all_is_set_by_cli_as_well"))},
    **{("/user/group", name): "test_remote.test_a_right_to_capture_is_one_of_its_own"
       for name in ("name", "policy", "comment")},
    **{("/tool/sniffer", name): f"test_sniffer.{test}" for names, test in (
        ("filter-interface packet-limit only-headers duration file-name filter-mac-protocol filter-mac-address "
         "filter-ip-address memory-limit file-limit subscriber",
         "test_start_does_what_is_set_unless_it_is_told_otherwise"),) for name in names.split()},
    ("/user/aaa", "use-radius"):
        "../interop/test_radius_login.test_with_use_radius_off_nobody_is_asked",
    ("/user/aaa", "default-group"):
        "../interop/test_radius_login.test_who_is_given_no_group_has_the_default",
    **{("/ip/service", name): f"test_remote.{test}" for name, test in (
        ("name", "test_the_service_is_changed_while_it_runs"),
        ("disabled", "test_the_service_is_changed_while_it_runs"),
        ("port", "test_the_service_is_changed_while_it_runs"),
        ("address", "test_the_service_is_changed_while_it_runs"),
        ("local-address", "test_all_is_set_by_cli_as_well"),
        ("certificate", "test_a_certificate_that_is_missing_at_the_start_is_named"),
        ("private-key", "test_users_do_what_their_group_may"),
        ("max-sessions", "test_all_is_set_by_cli_as_well"))},
    **{(path, name): f"../interop/{test}" for path, names, test in (
        ("/radius", "address authentication-port accounting-port secret",
         "test_radius_properties.test_a_server_is_asked_at_its_address_and_ports_with_its_secret"),
        ("/radius", "service disabled comment",
         "test_radius_properties.test_a_server_is_asked_for_what_it_is_for"),
        ("/radius", "timeout",
         "test_radius_properties.test_a_request_is_sent_again_after_the_timeout"),
        ("/radius", "accounting-backup", "test_radius_properties."
         "test_a_server_for_need_gets_accounting_when_the_others_do_not_answer"),
        ("/radius", "src-address",
         "test_radius_properties.test_requests_come_from_the_address_that_is_configured"),
        ("/radius", "domain", "test_radius_properties.test_a_server_is_for_its_domain"),
        ("/radius", "realm", "test_radius_properties.test_a_realm_is_told"),
        ("/radius", "called-id", "test_radius_properties.test_a_server_is_for_its_service"),
        ("/radius", "require-message-auth",
         "test_radius_properties.test_accepts_must_be_signed_unless_configured_otherwise"),
        ("/radius", "protocol certificate",
         "test_radsec.test_logins_and_accounting_go_over_tls"),
        ("/radius", "ca-certificate",
         "test_radsec.test_a_server_with_a_foreign_certificate_is_not_believed"),
        ("/radius/incoming", "accept port",
         "test_radius_coa.test_the_port_is_live_and_another_programs_is_refused"),
        ("/radius/incoming", "require-message-auth",
         "test_radius_coa.test_a_message_authenticator_is_required_where_configured"),
        ("/radius/incoming", "require-event-timestamp",
         "test_radius_coa.test_a_time_is_required_where_configured"),
        ("/ppp/aaa", "use-radius", "test_radius_properties.test_radius_is_used_or_not"),
        ("/ppp/aaa", "accounting",
         "test_radius_properties.test_accounting_is_set_while_sessions_stand"),
        ("/ppp/aaa", "interim-update",
         "test_radius_properties.test_interims_come_as_often_as_configured"),
        ("/ppp/aaa", "use-circuit-id-in-nas-port-id nas-port-id calling-station-id",
         "test_radius_properties.test_ports_and_stations_are_called_as_configured"),
        ("/ppp/aaa", "filter-id-rate",
         "test_radius_coa.test_the_rate_limit_is_changed_as_accel_ppp_scripts_do"),
        ("/ppp/aaa", "cache-time",
         "test_radius_properties.test_who_was_let_in_yesterday_gets_in_today"),
        ("/ppp/aaa", "queue-directory",
         "test_freeradius.test_sessions_that_nobody_saw_end_are_told_to_have_ended"),
        ("/ppp/aaa", "queue-size", "test_radius_properties.test_the_queue_is_bounded_and_live"),
    ) for name in names.split()},
    **{("/ppp/subscriber/history", name): f"test_why.{test}" for names, test in (
        ("memory-limit memory-lines subscriber-lines strangers",
         "test_limits_are_the_configurations"),
        ("disk", "test_it_outlives_the_daemon")) for name in names.split()},
    (PORT, "comment"): "test_export.test_exported_commands_make_the_same_in_a_fresh_daemon",
}


def test_each_property_has_a_check(lab):
    shown = {(path, name) for places in EFFECTS.values() for path, name in places}
    there = {(resource["path"], named["name"]) for resource in lab.api.get("system/schema")
             for named in resource["properties"] if "neutral" not in named}
    assert there == shown | set(ELSEWHERE), "one without a check, or a check of none"
    assert not shown & set(ELSEWHERE)
    for place in ELSEWHERE.values():
        file, test = place.rsplit(".", 1)
        text = (Path(__file__).parent / f"{file}.py").read_text()
        assert f"\ndef {test}(" in text, f"{place} is no test"
