# SPDX-License-Identifier: BSD-3-Clause
"""BGP with a router beyond the core port, by FRR beside the daemon, as docs/routing.md prints it."""

import re

import pytest
from scapy.layers.inet import IP, UDP

from lab import dualstack
from lab.daemon import ROOT, Lab
from lab.frr import Frr
from lab.ipv6 import Ipv6
from lab.subscriber import Subscriber
from lab.wait import until

FAR, FAR6 = "198.51.100.1", "2001:db8:5::1"  # in networks that the other router announces


def page(whose):
    """The configuration that the page has for WHOSE."""
    text = (ROOT / "docs/routing.md").read_text()
    return re.search(rf"^```\n(! {whose}\n.*?)^```$", text, re.M | re.S)[1]


def second_cable(lab):
    """Which nothing leads by until a test says so."""
    lab.net.veth("ac", "up1", "core", "host1")
    lab.net.run("ac", "sysctl", "-qw", "net.ipv6.conf.up1.disable_ipv6=1")
    lab.net.run("core", "ip", "addr", "add", "192.0.3.2/24", "dev", "host1")
    lab.net.run("core", "ip", "-6", "addr", "add", "2001:db8:d::2/64", "dev", "host1", "nodad")


@pytest.fixture(scope="module")
def provider():
    """A daemon that knows no way out but what BGP tells it, and a core that knows no way in."""
    lab, routers = Lab(), []
    try:
        dualstack.core_host(lab)
        second_cable(lab)
        for words in (("route", "del", "default"), ("-6", "route", "del", "default"),
                      ("addr", "add", f"{FAR}/24", "dev", "lo"),
                      ("-6", "addr", "add", f"{FAR6}/48", "dev", "lo", "nodad")):
            lab.net.run("core", "ip", *words)
        config = dualstack.configure(lab.base_config())
        config["ip"]["pool"][0]["ranges"] = "10.0.1.0/24"
        del config["ip"]["route"], config["ipv6"]["route"]
        config["dataplane"]["ports"].append(
            {"name": "core1", "device": "net_af_packet2,iface=up1", "address": "192.0.3.1/24"})
        config["ipv6"]["address"].append({"address": "2001:db8:d::1/64", "interface": "core1"})
        lab.start(config)
        lab.concentrator = Frr(lab.net, "ac", page("the concentrator"))
        routers.append(lab.concentrator)
        lab.router = Frr(lab.net, "core", page("the other router"))
        routers.append(lab.router)
        yield lab
    finally:
        for router in routers:
            router.close()
        lab.close()


@pytest.fixture(scope="module")
def host(provider):
    """With an address, the prefix of its link and a delegated one."""
    host = Subscriber(provider.wire())
    ipv6 = Ipv6(host)
    ipv6.dial()
    host.delegated, = ipv6.delegated()
    yield host
    host.session = None
    host.wire.close()


def heard(provider):
    return provider.router.routes("ipv4") | provider.router.routes("ipv6")


def in_session(provider, count=2):
    return len(provider.router.sessions()) == count


def own(host):
    return f"{host.address}/32", f"{host.delegated.prefix}/{host.delegated.plen}"


def test_subscribers_are_announced_and_what_is_heard_is_forwarded_by(provider, host):
    until(lambda: in_session(provider), 60, "the two routers are in session")
    address, delegated = own(host)
    until(lambda: {address, delegated} <= heard(provider), 30, lambda: heard(provider))
    assert "192.0.2.0/24" not in heard(provider)  # nothing but subscribers
    until(lambda: host.ping(FAR, timeout=0.5), 20, "the way out is BGP's, and the way back")
    kernel = provider.net.run("ac", "ip", "-6", "route", "show", "proto", "bgp")
    assert "2001:db8:5::/48" in kernel


def test_a_pool_is_announced_in_place_of_its_subscribers(provider, host):
    address, delegated = own(host)
    for path, name in (("ip/pool", "pppoe-pool"), ("ipv6/pool", "delegated")):
        provider.api.patch(f"{path}/{name}", announce="pool")
    until(lambda: {"10.0.1.0/24", dualstack.DELEGATED} <= heard(provider) and
          not {address, delegated} & heard(provider), 30, lambda: heard(provider))
    assert host.ping(FAR)
    provider.net.run("core", "ip", "route", "get", "10.0.1.200")  # is led to us, and ends here
    assert "Unreachable" in provider.net.run("core", "ping", "-c1", "-W2", "-I", FAR, "10.0.1.200",
                                             check=False)
    for path, name in (("ip/pool", "pppoe-pool"), ("ipv6/pool", "delegated")):
        provider.api.patch(f"{path}/{name}", announce="subscribers")
    until(lambda: {address, delegated} <= heard(provider) and "10.0.1.0/24" not in heard(provider),
          30, lambda: heard(provider))


def test_who_hangs_up_is_withdrawn(provider, host):
    """Who is there is not."""
    second = Subscriber(provider.wire()).dial()
    until(lambda: f"{second.address}/32" in heard(provider), 30, lambda: heard(provider))
    second.hang_up()
    until(lambda: f"{second.address}/32" not in heard(provider), 30, lambda: heard(provider))
    assert own(host)[0] in heard(provider)


def test_a_lost_link_takes_its_routes_along_and_brings_them_back(provider, host):
    """At once, by the TAP's carrier: nobody waits for BGP's timers, and no packet goes into nothing."""
    provider.net.run("core", "ip", "link", "set", "host0", "down")
    until(lambda: not provider.concentrator.sessions() and
          "proto bgp" not in provider.net.run("ac", "ip", "route"), 20, "withdrawn")
    assert not host.ping(FAR, timeout=0.3) and host.ping("10.0.0.1")
    provider.net.run("core", "ip", "link", "set", "host0", "up")
    provider.net.run("core", "ip", "-6", "addr", "replace", f"{dualstack.CORE_HOST6}/64", "dev", "host0",
                     "nodad")
    until(lambda: in_session(provider) and set(own(host)) <= heard(provider), 60,
          lambda: heard(provider))
    until(lambda: host.ping(FAR, timeout=0.5), 20, "the way out is back")


def sent(provider):
    return [row["tx-packet"] for row in provider.api.get("interface") if row["name"].startswith("core")]


def test_two_core_ports_share_what_subscribers_send(provider, host):
    """By a session over each, whose routes FRR joins to groups of next hops; and one stands for both."""
    provider.concentrator.configure(page("the concentrator, by a second core port"))
    provider.router.configure(page("the other router, by a second cable"))
    until(lambda: in_session(provider, 4), 60, "the two routers are in session by both cables")

    def multipath():
        return [line.split()[-1] for line in provider.api.text("/metrics").splitlines()
                if line.startswith("turnpike_kernel_routes_multipath{")]

    until(lambda: multipath() == ["1", "1"], 30, multipath)
    assert "nhid" in provider.net.run("ac", "ip", "route", "show", "proto", "bgp")

    def shared():
        before = sent(provider)
        for flow in range(64):
            host.send_ip(IP(src=host.address, dst=FAR) / UDP(sport=4000 + flow, dport=9))
        until(lambda: sum(sent(provider)) - sum(before) >= 64, 10, "all have left")
        return [now - then for then, now in zip(before, sent(provider))]

    until(lambda: min(shared()) > 16, 20, "both are used")
    provider.net.run("core", "ip", "link", "set", "host1", "down")
    until(lambda: multipath() == ["0", "0"], 20, multipath)
    assert host.ping(FAR) and shared()[0] >= 64
