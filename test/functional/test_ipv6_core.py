# SPDX-License-Identifier: BSD-3-Clause
"""IPv6 of core ports: the kernel's addresses, neighbours and routes, through the TAP."""

import re
import socket
import time

import pytest

from scapy.layers.inet import UDP
from scapy.layers.inet6 import ICMPv6EchoReply, ICMPv6EchoRequest, ICMPv6NDOptPrefixInfo, IPv6

from conftest import profile, rich_config, secret
from lab.daemon import Lab
from lab.ipv6 import Ipv6
from lab.net import inside

AC, HOST, LOOPBACK = "2001:db8::1", "2001:db8::2", "2001:db8:ffff::1"
LINKS, DELEGATED = "2001:db8:1000::/40", "2001:db8:2000::/40"


@pytest.fixture(scope="module")
def lab():
    lab = Lab()
    try:
        lab.net.run("core", "sysctl", "-qw", "net.ipv6.conf.host0.disable_ipv6=0")
        lab.net.run("core", "ip", "addr", "add", f"{HOST}/64", "dev", "host0", "nodad")
        lab.net.run("core", "ip", "-6", "route", "add", "default", "via", AC)
        config = rich_config(lab)
        config["ipv6"] = {"address": [{"address": f"{AC}/64", "interface": "core0",
                                       "no-dad": True}],
                          "route": [{"dst-address": "::/0", "gateway": HOST}],
                          "pool": [{"name": "links", "prefix": LINKS, "prefix-length": 64},
                                   {"name": "pd", "prefix": DELEGATED, "prefix-length": 56}]}
        config["ppp"]["profile"].append(profile("dual", remote_ipv6_prefix_pool="links",
                                                dhcpv6_pd_pool="pd"))
        config["ppp"]["secret"].append(secret("dual", profile="dual"))
        lab.start(config)
        yield lab
    finally:
        lab.close()


def ip(lab, *words, namespace="ac", **how):
    return lab.net.run(namespace, "ip", *words, **how)


def until(condition, timeout=10.0):
    end = time.monotonic() + timeout
    while not (found := condition()):
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.05)
    return found


def ping(lab, namespace, to):
    """Once answered, however long the two ends take to find each other."""
    return until(lambda: " 0% packet loss" in lab.net.run(namespace, "ping", "-6", "-c", "1", "-W",
                                                          "1", to, check=False))


def metric(lab, name):
    found = re.search(rf'^turnpike_{name}{{family="ipv6"}} (\d+)$', lab.api.text("/metrics"), re.M)
    return int(found[1])


def test_the_core_reaches_the_address_and_the_kernel_the_core(lab):
    ping(lab, "core", AC)
    ping(lab, "ac", HOST)
    until(lambda: metric(lab, "kernel_neighbours") >= 1)
    assert metric(lab, "kernel_routes") >= 3  # the network, the address, the default route


def test_the_port_is_found_by_the_link_local_address_of_its_mac(lab):
    mac = bytes.fromhex(ip(lab, "-o", "link", "show", "core0").split("link/ether ")[1][:17]
                        .replace(":", ""))
    words = bytes([mac[0] ^ 2, *mac[1:3], 0xff, 0xfe, *mac[3:]]).hex(":", 2)
    ping(lab, "core", f"fe80::{words}%host0")


def test_the_port_answers_as_a_router(lab):
    """All routers of the link: RFC 4291, section 2.7.1."""
    answers = lab.net.run("core", "ping", "-6", "-c", "2", "-W", "2", "ff02::2%host0", check=False)
    assert "bytes from fe80::" in answers


def test_an_address_comes_and_goes_at_run_time(lab):
    item = lab.api.put("ipv6/address", address="2001:db8:0:1::1/64", interface="core0",
                       no_dad="yes")
    try:
        ip(lab, "addr", "add", "2001:db8:0:1::2/64", "dev", "host0", "nodad", namespace="core")
        ping(lab, "core", "2001:db8:0:1::1")
    finally:
        lab.api.delete(f"ipv6/address/{item['.id']}")
        ip(lab, "addr", "del", "2001:db8:0:1::2/64", "dev", "host0", namespace="core")
    assert "2001:db8:0:1::1" not in ip(lab, "addr", "show", "dev", "core0")


def test_a_route_comes_and_goes_at_run_time(lab):
    lab.net.run("core", "sysctl", "-qw", "net.ipv6.conf.lo.disable_ipv6=0")
    ip(lab, "addr", "add", f"{LOOPBACK}/128", "dev", "lo", namespace="core")
    item = lab.api.put("ipv6/route", dst_address=f"{LOOPBACK}/128", gateway=HOST, distance="5")
    try:
        assert f"via {HOST}" in ip(lab, "-6", "route", "show", LOOPBACK)
        ping(lab, "ac", LOOPBACK)
    finally:
        lab.api.delete(f"ipv6/route/{item['.id']}")
    assert not ip(lab, "-6", "route", "show", LOOPBACK)


def test_a_deleted_tap_comes_back_with_its_addresses_and_routes(lab):
    ip(lab, "link", "del", "core0")
    until(lambda: f"{AC}/64" in ip(lab, "addr", "show", "dev", "core0", check=False))
    until(lambda: f"via {HOST}" in ip(lab, "-6", "route", "show", "default"))
    ping(lab, "core", AC)


# -- subscribers ------------------------------------------------------------------------------


@pytest.fixture
def dual(subscriber):
    """A subscriber with an address of its own making."""
    ipv6 = Ipv6(subscriber(user="dual"), bytes(7) + b"\x05").dial()
    ipv6.network = ipv6.solicit()[ICMPv6NDOptPrefixInfo].prefix
    ipv6.own = f"{ipv6.network}5"
    return ipv6


def echo(ipv6, to):
    """To a ping of the subscriber's, however long the others take to find each other."""
    for number in range(10):
        ipv6.send(IPv6(src=ipv6.own, dst=to) / ICMPv6EchoRequest(id=5, seq=number))
        try:
            return ipv6.expect(lambda packet: ICMPv6EchoReply in packet and packet.src == to,
                               timeout=1)
        except TimeoutError:
            continue
    raise TimeoutError(f"no answer from {to}")


def routes_to_subscribers(lab):
    return ip(lab, "-6", "route", "show", "proto", "158", "dev", "pppoe")


def test_subscribers_prefixes_are_routes_of_the_kernel_as_long_as_they_have_them(lab, dual):
    until(lambda: f"{dual.network}/64" in routes_to_subscribers(lab))
    [delegated] = dual.delegated()
    until(lambda: f"{delegated.prefix}/{delegated.plen}" in routes_to_subscribers(lab))
    dual.host.hang_up()
    until(lambda: not routes_to_subscribers(lab))


def test_a_subscriber_reaches_the_box_and_the_core(lab, dual):
    assert echo(dual, AC)
    assert echo(dual, HOST)


def test_the_core_and_the_box_reach_a_subscriber(lab, dual):
    until(lambda: f"{dual.network}/64" in routes_to_subscribers(lab))
    for namespace, source in (("core", HOST), ("ac", AC)):
        with lab.net.popen(namespace, "ping", "-6", "-c", "20", "-i", "0.2", "-I", source,
                           dual.own) as pinging:
            request = dual.expect(lambda packet: ICMPv6EchoRequest in packet, timeout=10)
            pinging.terminate()
        assert (request.src, request.dst) == (source, dual.own)


def test_a_name_server_on_the_box_answers_subscribers(lab, dual):
    """What listens there, and who is answered by it: the kernel's sockets, by the TUN."""
    until(lambda: f"{dual.network}/64" in routes_to_subscribers(lab))
    with inside(lab.net.namespace("ac")):
        server = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    with server:
        server.bind((AC, 53))
        server.settimeout(10)
        dual.send(IPv6(src=dual.own, dst=AC) / UDP(sport=4000, dport=53) / b"who?")
        question, client = server.recvfrom(100)
        assert (question, client[:2]) == (b"who?", (dual.own, 4000))
        server.sendto(b"you", client)
    answer = dual.expect(lambda packet: UDP in packet)
    assert bytes(answer[UDP].payload) == b"you"
    assert (answer.src, answer[UDP].sport) == (AC, 53)
