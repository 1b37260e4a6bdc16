# SPDX-License-Identifier: BSD-3-Clause
"""Who gets which prefix: out of pools that are large, used up, changed or gone."""

from ipaddress import IPv6Network

import pytest
from scapy.layers.inet6 import ICMPv6NDOptPrefixInfo

from lab.daemon import Lab
from lab.ipv6 import Ipv6


def dual_stack(config):
    config["ipv6"] = {"pool": [
        {"name": "links", "prefix": "2001:db8:1000::/36", "prefix-length": 64},
        {"name": "homes", "prefix": "2001:db8:2000::/36", "prefix-length": 56},
        {"name": "single", "prefix": "2001:db8:3000::/64", "prefix-length": 64},
        {"name": "going", "prefix": "2001:db8:4000::/48", "prefix-length": 64}]}
    plain, = config["ppp"]["profile"]
    config["ppp"]["profile"] += [
        {**plain, "name": "dual", "remote-ipv6-prefix-pool": "links", "dhcpv6-pd-pool": "homes"},
        {**plain, "name": "single", "remote-ipv6-prefix-pool": "single"},
        {**plain, "name": "required", "remote-ipv6-prefix-pool": "single", "use-ipv6": "required"},
        {**plain, "name": "going", "remote-ipv6-prefix-pool": "going"}]
    config["ppp"]["secret"] += [
        {"name": name, "password": "StrongPass", "profile": profile}
        for name, profile in (("alice", "dual"), ("bob", "dual"), ("first", "single"),
                              ("second", "single"), ("third", "required"), ("last", "going"))]


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


def prefixes(ipv6):
    link = ipv6.solicit()[ICMPv6NDOptPrefixInfo].prefix
    delegated, = ipv6.delegated()
    return link, delegated.prefix


def test_a_user_gets_the_same_prefixes_again(lab, subscriber):
    ipv6 = Ipv6(subscriber(user="alice")).dial()
    first = prefixes(ipv6)
    assert IPv6Network((first[0], 64)).subnet_of(IPv6Network("2001:db8:1000::/36"))
    assert IPv6Network((first[1], 56)).subnet_of(IPv6Network("2001:db8:2000::/36"))
    ipv6.host.hang_up()
    other = prefixes(Ipv6(subscriber(user="bob")).dial())
    assert not set(other) & set(first)
    assert prefixes(Ipv6(subscriber(user="alice")).dial()) == first
    used = {row["prefix"]: row["info"] for row in lab.api.get("ipv6/pool/used")}
    assert {used[f"{first[0]}/64"], used[f"{first[1]}/56"]} == {"alice"}


def test_who_finds_a_pool_used_up_has_ipv4_alone(lab, subscriber):
    Ipv6(subscriber(user="first")).dial()
    ipv6 = Ipv6(subscriber(user="second"))
    ipv6.host.dial()
    ipv6.ask()
    ipv6.host.until(lambda: ipv6.rejected, what="rejected")
    assert ipv6.host.ping("10.0.0.1")
    assert "IPv6 pool single is exhausted: it has IPv4 alone" in lab.daemon.log()
    third = subscriber(user="third").open().negotiate()  # whose profile requires it
    third.authenticate()
    third.until(lambda: third.ended, what="ended")


def test_a_pool_that_goes_leaves_what_is_held(lab, subscriber):
    ipv6 = Ipv6(subscriber(user="last")).dial()
    had = ipv6.solicit()[ICMPv6NDOptPrefixInfo].prefix
    lab.api.patch("ppp/profile/going", **{"remote-ipv6-prefix-pool": "links"})
    lab.api.delete("ipv6/pool/going")
    ipv6.host.run(0.6)
    assert ipv6.solicit()[ICMPv6NDOptPrefixInfo].prefix == had
    row, = lab.api.get("ipv6/pool/used", info="last")
    assert (row["pool"], row["prefix"]) == ("going", f"{had}/64")
