# SPDX-License-Identifier: BSD-3-Clause
"""turnpike-client dials turnpike for both families: addresses and prefixes come by the daemon's own
Router Advertisements and DHCPv6, and packets pass by its data plane."""

import hashlib
import re

import pytest

from conftest import profile, rich_config, secret
from lab.client import client
from lab.daemon import Lab
from lab.wait import until

ACCESS, TUN = "access", "one"
AC, HOST = "2001:db8::1", "2001:db8::2"
LINKS, DELEGATED = "2001:db8:1:", "2001:db8:2"


@pytest.fixture(scope="module")
def lab():
    lab = Lab()
    try:
        for namespace, device in (("core", "host0"), (ACCESS, "default")):
            lab.net.run(namespace, "sysctl", "-qw", f"net.ipv6.conf.{device}.disable_ipv6=0")
        lab.net.run("core", "ip", "addr", "add", f"{HOST}/64", "dev", "host0", "nodad")
        lab.net.run("core", "ip", "-6", "route", "add", "2001:db8::/32", "via", AC)
        config = rich_config(lab)
        config["ipv6"] = {
            "address": [{"address": f"{AC}/64", "interface": "core0", "no-dad": True}],
            "pool": [{"name": "links", "prefix": "2001:db8:1::/48", "prefix-length": 64},
                     {"name": "delegated", "prefix": "2001:db8:200::/40", "prefix-length": 56}]}
        ipv6 = {"remote_ipv6_prefix_pool": "links", "dhcpv6_pd_pool": "delegated",
                "dns_server": "198.51.100.53,2001:db8::53"}
        config["ppp"]["profile"] += [profile("dual", **ipv6),
                                     profile("secret-dual", use_encryption="required", **ipv6)]
        config["ppp"]["secret"] += [secret("dual", profile="dual"),
                                    secret("secret-dual", profile="secret-dual")]
        lab.start(config)
        yield lab
    finally:
        lab.close()


@pytest.fixture
def dual(lab, service):
    """dual(**properties): a client with a LAN behind it, connected by both families."""
    lab.net.run(ACCESS, "ip", "link", "add", "lan0", "type", "bridge")
    lab.net.run(ACCESS, "ip", "link", "set", "lan0", "up")

    def make(user="dual", **properties):
        s = service(client(user=user, add_default_route=True, use_peer_dns=True, **properties),
                    profiles=[{"name": "secret", "use-encryption": "yes"}],
                    ipv6={"dhcp-client": [{"interface": TUN, "lan-interface": "lan0"}]})
        until(lambda: address(lab, TUN) and address(lab, "lan0"), 20, s.log)
        return s

    yield make
    lab.net.run(ACCESS, "ip", "link", "del", "lan0")


def address(lab, interface):
    shown = lab.net.run(ACCESS, "ip", "-6", "addr", "show", "dev", interface, check=False)
    found = re.search(r"inet6 (\S+)/64 scope global", shown)
    return found and found[1]


def pings(lab, namespace, *words):
    until(lambda: " 0% packet loss" in lab.net.run(namespace, "ping", "-6", "-c", "2", "-i", "0.2",
                                                   "-W", "1", *words, check=False), 10)


RECEIVE = """
import hashlib, socket
s = socket.create_server(("::", 7777), family=socket.AF_INET6)
print("ready", flush=True)
c, _ = s.accept()
h = hashlib.sha256()
while data := c.recv(1 << 16):
    h.update(data)
print(h.hexdigest(), flush=True)
"""
SEND = """
import socket, sys
c = socket.create_connection((sys.argv[1], 7777), 10)
c.sendall(bytes(range(251)) * (int(sys.argv[2]) // 251))
"""
MEGABYTES = 8


def transfer(lab, source, sink, to):
    """TCP from one namespace to another: what arrives is what was sent."""
    receiver = lab.net.popen(sink, "/usr/bin/python3", "-c", RECEIVE, stdout=-1)
    try:
        assert receiver.stdout.readline() == b"ready\n"
        size = MEGABYTES << 20
        lab.net.run(source, "/usr/bin/python3", "-c", SEND, to, size, timeout=60)
        expected = hashlib.sha256(bytes(range(251)) * (size // 251)).hexdigest()
        assert receiver.stdout.readline().decode().strip() == expected
    finally:
        receiver.kill()
        receiver.wait()


def test_both_families_come_up_with_a_prefix_for_the_lan(lab, dual):
    s = dual()
    assert address(lab, TUN).startswith(LINKS) and address(lab, "lan0").startswith(DELEGATED)
    row, = lab.api.get("ppp/active")
    shown = s.monitor(TUN)
    assert row["name"] == "dual" and row["address"] == shown["local-address"]
    assert address(lab, TUN) in shown["ipv6-addresses"]
    pings(lab, ACCESS, HOST)
    pings(lab, "core", address(lab, TUN))
    # By the LAN's address too, both ways: a route leads to the delegated prefix.
    pings(lab, ACCESS, "-I", address(lab, "lan0"), HOST)
    pings(lab, "core", address(lab, "lan0"))
    assert "2001:db8::53" in s.log() and "198.51.100.53" in s.log()


def test_tcp_over_ipv6_passes_both_ways(lab, dual):
    dual()
    transfer(lab, ACCESS, "core", HOST)
    transfer(lab, "core", ACCESS, address(lab, TUN))


def test_ipv6_passes_encrypted(lab, dual):
    s = dual(user="secret-dual", profile="secret")
    assert s.monitor(TUN)["encoding"] == "MPPE128 stateless"
    transfer(lab, ACCESS, "core", HOST)
    transfer(lab, "core", ACCESS, address(lab, TUN))


def test_large_packets_of_ipv6_pass_in_fragments(lab, dual):
    dual(service_name="mp", mrru=1600, max_mtu=1480, max_mru=1480)
    pings(lab, ACCESS, "-M", "do", "-s", 1500 - 48, HOST)
    pings(lab, "core", "-M", "do", "-s", 1500 - 48, address(lab, TUN))
    transfer(lab, ACCESS, "core", HOST)


def test_without_ipv6_on_either_side_there_is_ipv4_alone(lab, service):
    s = service(client(user="dual", use_ipv6=False, add_default_route=True))
    row = s.connected(TUN)
    assert "local-ipv6-address" not in row and not address(lab, TUN)
    lab.api.patch("ppp/profile/dual", **{"use-ipv6": "no"})
    try:
        s.api.patch(f"interface/pppoe-client/{TUN}", **{"use-ipv6": True})
        until(lambda: s.log().count(": connected") == 2, 15, s.log)
        assert "local-ipv6-address" not in s.monitor(TUN)
    finally:
        lab.api.patch("ppp/profile/dual", **{"use-ipv6": "default"})
