# SPDX-License-Identifier: BSD-3-Clause
"""IPv6 of turnpike-client against an access concentrator that is driven by hand: what its interface
has, what passes, and what is left when one family does not come."""

import re

import pytest
from scapy.layers.inet import TCP
from scapy.layers.inet6 import (ICMPv6EchoReply, ICMPv6EchoRequest, ICMPv6ND_RA,
                                ICMPv6NDOptPrefixInfo, IPv6)

from lab import frames
from lab.concentrator import CLIENT_ID, INTERFACE_ID
from lab.frames import IPV6, IPV6CP, TERM_REQ
from lab.wait import until

HOME, TUN = "home", "pppoe-out1"
LOCAL6, REMOTE6 = "fe80::c", "fe80::ac"
PREFIX = "2001:db8:77:1::"
FAR = "2001:db8:ffff::1"


@pytest.fixture(autouse=True)
def machine_with_ipv6(home):
    home.run(HOME, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=0",
             "net.ipv6.conf.default.disable_ipv6=0")


@pytest.fixture
def connect(ac, dial_from_home):
    """connect(*options, ipv4=…): a client of an access concentrator that has IPv6."""
    def connect(*options, ipv4=True, mru=None):
        ac.ipv4, ac.ipv6 = ipv4, True
        if mru:
            ac.lcp_options += frames.option(frames.MRU, mru.to_bytes(2, "big"))
        client = dial_from_home(*options)
        assert ac.run(60, lambda: ac.up6 and ac.up == ipv4), client.log()
        return client
    return connect


def advertise(ac, lifetime=1800, hop_limit=255):
    ra = (IPv6(src=REMOTE6, dst="ff02::1", hlim=hop_limit) / ICMPv6ND_RA(routerlifetime=lifetime) /
          ICMPv6NDOptPrefixInfo(prefix=PREFIX, prefixlen=64, L=0, A=1, validlifetime=3600,
                                preferredlifetime=1800))
    ac.ppp(IPV6, bytes(ra))


def ip(home, *words):
    return home.run(HOME, "ip", "-6", *words)


def addresses(home):
    return ip(home, "addr", "show", "dev", TUN)


def has(ac, home, address):
    return ac.run(60, lambda: address in addresses(home))


def packets(ac, kind):
    """Those of the host that have come since, which have a layer of that KIND."""
    found = [IPv6(f.payload) for f in ac.seen if f.protocol == IPV6]
    return [packet for packet in found if kind in packet]


def test_the_interface_has_the_agreed_address_and_hears_the_router(home, ac, connect):
    connect("--add-default-route", "--default-route-distance", "7")
    assert has(ac, home, f"inet6 {LOCAL6}/64 scope link")
    assert addresses(home).count("inet6") == 1, "the kernel makes up none of its own"
    assert re.search(rf"default dev {TUN} .*metric 7", ip(home, "route"))
    advertise(ac)
    assert has(ac, home, f"inet6 {PREFIX}c/64 scope global dynamic")
    assert "via" not in ip(home, "route", "show", "default"), "there is one default route"
    # Both ways: a host far away asks, and has its answer by way of that route.
    ac.ppp(IPV6, bytes(IPv6(src=FAR, dst=f"{PREFIX}c") / ICMPv6EchoRequest(data=b"?" * 900)))
    assert ac.run(60, lambda: packets(ac, ICMPv6EchoReply))
    reply, = packets(ac, ICMPv6EchoReply)
    assert (reply.src, reply.dst) == (f"{PREFIX}c", FAR)


def test_a_router_hears_it_too_and_without_a_wish_there_is_no_default_route(home, ac, connect):
    home.run(HOME, "sysctl", "-qw", "net.ipv6.conf.all.forwarding=1")
    try:
        connect()
        advertise(ac)
        assert has(ac, home, f"inet6 {PREFIX}c/64 scope global dynamic")
        assert "default" not in ip(home, "route")
    finally:
        home.run(HOME, "sysctl", "-qw", "net.ipv6.conf.all.forwarding=0")


def test_ipv6_that_ends_leaves_ipv4_and_comes_back(home, ac, connect):
    client = connect("--add-default-route")
    advertise(ac)
    assert has(ac, home, f"{PREFIX}c/64")
    ac.control(IPV6CP, TERM_REQ)
    assert ac.run(60, lambda: "inet6" not in addresses(home))
    assert "default" not in ip(home, "route")
    assert "inet 10.99.0.2" in home.run(HOME, "ip", "addr", "show", "dev", TUN)
    ac.up6 = False
    ac.control(IPV6CP, frames.CONF_REQ, frames.option(frames.INTERFACE_ID, INTERFACE_ID))
    assert ac.run(60, lambda: ac.up6) and has(ac, home, LOCAL6)
    assert "disconnected" not in client.log()


def test_its_own_address_is_the_same_after_another_dial(home, ac, connect):
    wished = []

    def ipv6cp(code, identifier, data):
        if code == frames.CONF_REQ:
            wished.append(data)
            ac.control(IPV6CP, frames.CONF_ACK, data, identifier)
            ac.up6 = True

    ac.ipv6cp = ipv6cp
    connect()
    ac.discover(frames.PADT, session=ac.session)
    ac.up = ac.up6 = False
    assert ac.run(60, lambda: ac.up6)
    assert wished[0] == wished[-1] and len(wished) > 1


def test_ipv4_that_ends_leaves_ipv6(home, ac, connect):
    client = connect()
    advertise(ac)
    assert has(ac, home, f"{PREFIX}c/64")
    ac.control(frames.IPCP, TERM_REQ)
    assert ac.run(60, lambda: "inet " not in home.run(HOME, "ip", "addr", "show", "dev", TUN))
    assert f"{PREFIX}c/64" in addresses(home)
    assert "disconnected" not in client.log()


def test_a_concentrator_with_ipv6_alone_is_enough(home, ac, connect):
    client = connect(ipv4=False)
    client.says("IPv6: local-ipv6-address fe80::c, remote-ipv6-address fe80::ac")
    client.says(": connected: local-address none, remote-address none")
    assert "inet " not in home.run(HOME, "ip", "addr", "show", "dev", TUN)
    advertise(ac)
    assert has(ac, home, f"{PREFIX}c/64")


def test_a_concentrator_with_ipv4_alone_is_enough(home, ac, dial_from_home):
    client = dial_from_home()
    ac.ipv6cp = ac.reject
    assert ac.run(60, lambda: ac.up), client.log()
    client.connected()
    assert "inet6" not in addresses(home)
    ac.ppp(IPV6, bytes(IPv6(src=REMOTE6, dst="ff02::1")))
    assert ac.run(0.3) is False and "disconnected" not in client.log()


def test_who_does_not_wish_for_it_refuses_it(home, ac, dial_from_home):
    ac.ipv6 = True
    client = dial_from_home("--use-ipv6", "no")
    assert ac.run(60, lambda: ac.up), client.log()
    assert ac.run(60, lambda: any(f.protocol == frames.LCP and f.control()[0] == frames.PROTO_REJ
                                 for f in ac.seen if f.protocol))
    assert not ac.up6 and not packets(ac, IPv6)


def test_a_machine_without_ipv6_does_not_ask_for_it(home, ac, dial_from_home):
    ac.ipv6 = True
    home.run(HOME, "sysctl", "-qw", "net.ipv6.conf.default.disable_ipv6=1")
    client = dial_from_home()
    assert ac.run(60, lambda: ac.up), client.log()
    client.says("IPv6 is disabled on this machine")
    assert not any(f.protocol == IPV6CP for f in ac.seen)


def test_a_link_too_narrow_for_ipv6_has_none(home, ac, connect):
    client = connect(mru=1279)
    client.says("IPv6 needs packets of 1280 bytes, and the largest are 1279")
    assert "inet6" not in addresses(home)
    client.connected()


def test_what_others_take_is_put_back(home, ac, connect):
    client = connect("--add-default-route")
    assert has(ac, home, LOCAL6)
    ip(home, "addr", "flush", "dev", TUN)
    client.says("it is put back")
    assert has(ac, home, LOCAL6)


def test_tcp_comes_to_the_other_end_with_an_mss_60_below_the_mtu(home, ac, connect):
    connect("--add-default-route", "--max-mtu", "1480")
    advertise(ac)
    assert has(ac, home, f"{PREFIX}c/64")
    home.popen(HOME, "bash", "-c", f"exec 3<>/dev/tcp/{FAR}/80 || true")
    assert ac.run(60, lambda: packets(ac, TCP))
    syn = packets(ac, TCP)[0]
    assert dict((kind, value) for kind, value in syn[TCP].options if value)["MSS"] == 1480 - 60


def test_idle_time_passes_while_only_the_router_speaks(home, ac, dial_from_home):
    ac.ipv4, ac.ipv6 = False, True
    client = dial_from_home("--dial-on-demand", "--idle-timeout", "2")
    until(lambda: TUN in home.run(HOME, "ip", "route"))
    home.popen(HOME, "ping", "-c", "1", "10.112.112.200", "-I", TUN)
    assert ac.run(60, lambda: "connected" in client.log()), client.log()
    for _ in range(20):
        advertise(ac)
        ac.run(0.3)
        if "idle" in client.log():
            break
    client.says("disconnected: idle timeout")
