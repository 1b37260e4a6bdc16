# SPDX-License-Identifier: BSD-3-Clause
"""Sessions with IPv4, IPv6 or both: what operators, the kernel and metrics see of them, and what
stays when one goes."""

import time
from ipaddress import IPv6Network

import pytest
from scapy.layers.dhcp6 import DHCP6_Release, DHCP6OptIA_PD, DHCP6OptServerId

from lab import frames
from lab.daemon import Lab
from lab.ipv6 import Ipv6


def dual_stack(config):
    config["ipv6"] = {"pool": [
        {"name": "links", "prefix": "2001:db8:1000::/36", "prefix-length": 64},
        {"name": "homes", "prefix": "2001:db8:2000::/36", "prefix-length": 56}]}
    plain, = config["ppp"]["profile"]
    both = {**plain, "name": "both", "remote-ipv6-prefix-pool": "links", "dhcpv6-pd-pool": "homes"}
    config["ppp"]["profile"] += [both, {"name": "six", "remote-ipv6-prefix-pool": "links",
                                        "dhcpv6-pd-pool": "homes"}]
    config["ppp"]["secret"] += [
        {"name": name, "password": "StrongPass", "profile": profile}
        for name, profile in (("alice", "both"), ("bob", "both"), ("carol", "both"),
                              ("six", "six"))]
    config["interface"]["pppoe-server"]["server"].append(
        {**config["interface"]["pppoe-server"]["server"][0], "service-name": "six",
         "default-profile": "six"})


@pytest.fixture(scope="module")
def lab():
    lab = Lab()
    try:
        config = lab.base_config()
        dual_stack(config)
        lab.start(config)
        yield lab
    finally:
        lab.close()


def until(condition, timeout=10.0):
    end = time.monotonic() + timeout
    while not (found := condition()):
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.05)
    return found


def active(lab, user):
    return next(iter(lab.api.get("ppp/active", name=user)), None)


def kernel_leads(lab, prefix):
    return str(prefix) in lab.net.run("ac", "ip", "-6", "route", "show", "dev", "pppoe")


def test_what_a_subscriber_has_is_shown_and_led_by_the_kernel(lab, subscriber):
    ipv6 = Ipv6(subscriber(user="alice")).dial()
    delegated, = ipv6.delegated()
    row = active(lab, "alice")
    assert row["state"] == "connected"
    assert row["address"] == ipv6.host.address
    link = IPv6Network(row["remote-ipv6-prefix"])
    assert link.prefixlen == 64 and link.subnet_of(IPv6Network("2001:db8:1000::/36"))
    assert row["remote-ipv6-address"] == ipv6.address
    assert row["local-ipv6-address"].startswith("fe80::")
    assert row["delegated-ipv6-prefix"] == f"{delegated.prefix}/{delegated.plen}"
    binding, = lab.api.get("ipv6/dhcp-server/binding", user="alice")
    assert binding["address"] == row["delegated-ipv6-prefix"]
    assert (binding["status"], binding["ia-type"], binding["iaid"]) == ("bound", "pd", 1)
    assert binding["server"] == "<pppoe-alice>"
    assert binding["duid"] == "0x" + bytes(ipv6.duid).hex()
    assert binding["life-time"] == "1d"
    until(lambda: kernel_leads(lab, link) and kernel_leads(lab, row["delegated-ipv6-prefix"]))
    assert 'turnpike_sessions_with{family="ipv6"} ' in lab.api.text("/metrics")
    assert "delegated 2001:db8:2" in lab.daemon.log()
    assert f"IPv6 is up: {link}" in lab.daemon.log()


def test_a_delegated_prefix_goes_when_it_is_given_back(lab, subscriber):
    ipv6 = Ipv6(subscriber(user="bob")).dial()
    lease = ipv6.lease(DHCP6OptIA_PD(iaid=7))
    had = active(lab, "bob")["delegated-ipv6-prefix"]
    until(lambda: kernel_leads(lab, had))
    ipv6.dhcp(DHCP6_Release(), DHCP6OptServerId(duid=lease[DHCP6OptServerId].duid),
              lease[DHCP6OptIA_PD].copy())
    assert lab.api.get("ipv6/dhcp-server/binding", user="bob") == []
    row = active(lab, "bob")
    assert "delegated-ipv6-prefix" not in row and row["state"] == "connected"
    until(lambda: not kernel_leads(lab, had))
    assert not [each for each in lab.api.get("ipv6/pool/used") if each["prefix"] == had]


def test_each_family_ends_and_comes_back_alone(lab, subscriber):
    ipv6 = Ipv6(subscriber(user="carol")).dial()
    host = ipv6.host
    ipv6.ours = False
    host.send_control(frames.IPV6CP, frames.TERM_REQ)
    host.expect_control(frames.IPV6CP, frames.TERM_ACK)
    assert "remote-ipv6-address" not in active(lab, "carol")
    assert host.ping("10.0.0.1")
    ipv6.up()
    prefix = active(lab, "carol")["remote-ipv6-prefix"]
    host.send_control(frames.IPCP, frames.TERM_REQ)
    host.expect_control(frames.IPCP, frames.TERM_ACK)
    assert ipv6.solicit()
    row = active(lab, "carol")
    assert (row["state"], row["remote-ipv6-prefix"]) == ("connected", prefix)
    log = lab.daemon.log()
    assert "IPv6 is down" in log and "IPv6 is up: " in log and "IPv4 is down" in log
    assert "renegotiates" not in log


def test_a_subscriber_without_an_address_has_ipv6_alone(lab, subscriber):
    ipv6 = Ipv6(subscriber(user="six", service="six"))
    host = ipv6.host
    host.open().negotiate().authenticate()
    ipv6.up()
    host.send_control(frames.IPCP, frames.CONF_REQ,
                      frames.option(frames.IP_ADDRESS, bytes(4)))
    rejected = host.expect_control(frames.LCP, frames.PROTO_REJ).control()[2]
    assert rejected[:2] == b"\x80\x21"
    assert ipv6.solicit() and ipv6.delegated()
    row = active(lab, "six")
    assert row["state"] == "connected" and "address" not in row
    assert row["delegated-ipv6-prefix"].startswith("2001:db8:2")
