# SPDX-License-Identifier: BSD-3-Clause
"""Subscribers behind 802.1Q and QinQ tags."""

import pytest
from scapy.layers.inet import IP, UDP

from lab import frames

CASES = {"802.1Q": ("tagged", (100,)), "QinQ": ("double", (300, 7)),
         "802.1ad": ("service", ((0x88A8, 400), 9))}


@pytest.mark.parametrize("case", CASES)
def test_a_subscriber_behind_tags_dials_in_and_pings(lab, subscriber, case):
    service, vlans = CASES[case]
    host = subscriber(service=service, vlans=vlans).dial()
    assert host.ping("10.0.0.1")
    assert host.ping(lab.CORE_HOST, size=1400)
    kinds = [vlan if isinstance(vlan, tuple) else (0x8100, vlan) for vlan in vlans]
    assert all(frame.vlans == kinds for frame in host.seen), "answers have the same tags"


def test_each_vlan_offers_its_own_services_only(subscriber):
    offered = subscriber(vlans=(100,)).discover(service="").all(frames.SERVICE_NAME)
    assert set(offered) == {b"", b"tagged"}, "its own, beside what was asked for (RFC 2516, 5.2)"


@pytest.mark.parametrize("vlans", [(101,), (300,), (300, 8), (7, 300), (100, 7), (4095,)],
                         ids=str)
def test_an_unknown_vlan_gets_no_answer(subscriber, vlans):
    with pytest.raises(TimeoutError):
        subscriber(vlans=vlans).discover(service="", timeout=0.4)


@pytest.mark.parametrize("vlans", [(), (101,), (100, 5), (300,)], ids=str)
def test_a_session_is_not_reached_from_another_vlan(lab, subscriber, vlans):
    host = subscriber(service="tagged", vlans=(100,)).dial()
    before = row_of(lab, host)["packets-in"]
    host.send_ppp(frames.IPV4, bytes(28), vlans=vlans)
    host.send_ppp(frames.LCP, frames.control(frames.TERM_REQ, 1), vlans=vlans)
    host.run(0.2)
    assert row_of(lab, host)["packets-in"] == before
    assert host.ping("10.0.0.1") and not host.ended


def test_the_same_mac_on_two_vlans_has_two_sessions(subscriber):
    one = subscriber(service="tagged", vlans=(100,)).dial()
    other = subscriber(service="double", vlans=(300, 7), mac=one.mac).dial()
    assert one.address != other.address
    assert one.ping("10.0.0.1") and other.ping("10.0.0.1")


def test_a_priority_tag_is_no_vlan(subscriber):
    """802.1Q, section 6.9: VLAN id 0 says priority only; the frame is untagged."""
    host = subscriber()
    tags = frames.tag(frames.SERVICE_NAME, host.service)
    host.wire.send(frames.discovery(frames.BROADCAST, host.mac, frames.PADI, tags, vlans=(0,)))
    host.expect_discovery(frames.PADO)


def test_subscribers_of_two_vlans_reach_each_other(subscriber):
    one = subscriber(service="tagged", vlans=(100,)).dial()
    other = subscriber().dial()
    one.send_ip(IP(src=one.address, dst=other.address) / UDP(dport=7100))
    assert other.expect_ip(lambda packet: UDP in packet and packet[UDP].dport == 7100)


def test_active_shows_the_vlans(lab, subscriber):
    host = subscriber(service="double", vlans=(300, 7)).dial()
    row = row_of(lab, host)
    assert row["interface"] == "qinq300-7"


def row_of(lab, host):
    return next(row for row in lab.api.get("ppp/active") if row["caller-id"].lower() == host.mac)
