# SPDX-License-Identifier: BSD-3-Clause
"""Subscribers behind 802.1Q and QinQ tags."""

import pytest
from scapy.layers.inet import IP, UDP

from lab import frames
from lab.api import ApiError

CASES = {"802.1Q": ("tagged", (100,)), "QinQ": ("double", (300, 7)),
         "802.1ad": ("service", ((0x88A8, 400), 9)),
         "one of a range": ("ranged", (907,)), "QinQ, both of ranges": ("towns", (599, 4094)),
         "802.1ad of a range": ("cities", ((0x88A8, 805), 99)),
         "an outer tag alone, of a range": ("towns", (700,))}


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


PLACES = {
    (): ("ranged", True), (900,): ("ranged", True), (915,): ("ranged", True),
    (916,): ("ranged", False), (920,): ("ranged", True), (907, 5): ("ranged", False),
    (500, 1): ("towns", True), (599, 3000): ("towns", True), (600, 1): ("towns", False),
    (500,): ("towns", True), (500, 7): ("house", True), (600, 7): ("house", False),
    (800, 10): ("cities", True), (800,): ("cities", False), (800, 9): ("cities", False)}


@pytest.mark.parametrize("vlans", PLACES, ids=str)
def test_a_server_over_a_range_answers_in_it_and_nowhere_else(subscriber, vlans):
    service, answered = PLACES[vlans]
    host = subscriber(service=service, vlans=vlans)
    if answered:
        assert service.encode() in host.discover().all(frames.SERVICE_NAME)
    else:
        with pytest.raises(TimeoutError):
            host.discover(timeout=0.4)


def test_the_interface_with_more_tags_of_its_own_takes_its_vlan_out_of_the_range(subscriber):
    offered = subscriber(vlans=(500, 7)).discover(service="").all(frames.SERVICE_NAME)
    assert set(offered) == {b"", b"house"}


def test_one_server_has_each_subscriber_of_a_range_in_its_own_vlans(lab, subscriber):
    """1:1 (an inner tag for each house) and N:1 (many hosts in one VLAN) beside each other."""
    places = [(510, 1001), (510, 1002), (511, 1001), (512,), (512,)]
    hosts = [subscriber(service="towns", vlans=vlans).dial() for vlans in places]
    for host, vlans in zip(hosts, places):
        row = row_of(lab, host)
        assert (row["service"], row["server"], row["interface"]) == ("pppoe", "towns", "towns")
        assert (row["outer-vlan"], row.get("inner-vlan")) == (vlans + (None,))[:2]
        assert host.ping(lab.CORE_HOST)
    hosts[0].send_ip(IP(src=hosts[0].address, dst=hosts[2].address) / UDP(dport=7200))
    assert hosts[2].expect_ip(lambda packet: UDP in packet and packet[UDP].dport == 7200)
    server = lab.api.get("interface/pppoe-server/server/towns@towns")
    assert server["pppoe-over-vlan-range"] == "1-4094" and server["sessions"] == len(places)


def test_a_session_of_a_range_is_not_reached_from_another_vlan_of_it(lab, subscriber):
    host = subscriber(service="towns", vlans=(520, 8)).dial()
    before = row_of(lab, host)["packets-in"]
    for vlans in ((520, 9), (521, 8), (520,)):
        host.send_ppp(frames.IPV4, bytes(28), vlans=vlans)
        host.send_ppp(frames.LCP, frames.control(frames.TERM_REQ, 1), vlans=vlans)
    host.run(0.2)
    assert row_of(lab, host)["packets-in"] == before
    assert host.ping("10.0.0.1") and not host.ended


def test_a_range_changes_while_it_runs_and_ends_only_who_is_out_of_it(lab, subscriber):
    path = "interface/pppoe-server/server/towns@towns"
    stays = subscriber(service="towns", vlans=(530, 100)).dial()
    goes = subscriber(service="towns", vlans=(530, 3000)).dial()
    try:
        lab.api.patch(path, pppoe_over_vlan_range="50-150", accept_untagged=False)
        goes.until(lambda: goes.ended, what="ended, for it is out of the range")
        assert stays.ping("10.0.0.1") and not stays.ended
        for vlans in ((530, 151), (530,)):
            with pytest.raises(TimeoutError):
                subscriber(service="towns", vlans=vlans).discover(timeout=0.4)
        lab.api.patch(path, pppoe_over_vlan_range="50-150,3000")
        assert subscriber(service="towns", vlans=(530, 3000)).dial().address
        assert stays.ping("10.0.0.1") and not stays.ended
    finally:
        lab.api.patch(path, pppoe_over_vlan_range="1-4094", accept_untagged=True)


def test_a_vlan_interface_of_a_range_grows_without_ending_a_session(lab, subscriber):
    stays = subscriber(service="towns", vlans=(540, 100)).dial()
    with pytest.raises(TimeoutError):
        subscriber(service="towns", vlans=(701, 5)).discover(timeout=0.4)
    lab.api.patch("interface/vlan/towns", vlan_id="500-599,700-709")
    try:
        assert subscriber(service="towns", vlans=(701, 5)).dial().address
        assert stays.ping("10.0.0.1") and not stays.ended
    finally:
        lab.api.patch("interface/vlan/towns", vlan_id="500-599,700")


@pytest.mark.parametrize("what, says", {
    "an id that another has": (("interface/vlan", {"name": "x", "interface": "ether3",
                                                   "vlan-id": "90-100"}), "id 100"),
    "a range of a third tag": (("interface/pppoe-server/server",
                                {"service-name": "x", "interface": "qinq300-7",
                                 "pppoe-over-vlan-range": "5"}), "two tags at most"),
    "no range": (("interface/pppoe-server/server",
                  {"service-name": "x", "interface": "ether3",
                   "pppoe-over-vlan-range": "5-"}), "100-115,120"),
}.values(), ids=lambda value: None)
def test_what_cannot_be_is_refused_by_name(lab, what, says):
    path, value = what
    with pytest.raises(ApiError) as error:
        lab.api.put(path, **value)
    assert says in str(error.value)


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
