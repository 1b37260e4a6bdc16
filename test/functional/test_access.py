# SPDX-License-Identifier: BSD-3-Clause
"""Who may dial in, how often, and what the others hear: mac-filter, PADI limits, full tables."""

import random
import re
import time

import pytest

from lab import frames
from lab.flood import flood, random_mac
from lab.frames import AC_SYSTEM_ERROR, GENERIC_ERROR, PADI, PADR, PADS, PADT, SERVICE_NAME, tag

FILTER = "interface/pppoe-server/mac-filter"


@pytest.fixture
def filters(lab):
    """filters(mac, ...): an entry, for this test only."""
    made = []

    def make(mac, **properties):
        made.append(lab.api.put(FILTER, mac_address=mac, **properties)[".id"])
        return made[-1]

    yield make
    for number in made:
        lab.api.delete(f"{FILTER}/{number}")


def metric(lab, name, **labels):
    """The sum of the samples that have these labels."""
    total = 0
    for line in lab.api.text("/metrics").splitlines():
        found = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line)
        if found and found[1] == name and all(
                f'{key}="{value}"' in (found[2] or "") for key, value in labels.items()):
            total += float(found[3])
    return total


def silent(host, **how):
    with pytest.raises(TimeoutError):
        host.discover(timeout=0.4, **how)


# -- mac-filter -----------------------------------------------------------------------------------


def test_a_rejected_host_gets_no_answer_and_the_log_says_why(lab, subscriber, filters):
    host = subscriber()
    events = lab.api.events()
    before = metric(lab, "turnpike_discovery_refused_total", reason="mac-rejected")
    filters(host.mac)
    silent(host)
    assert metric(lab, "turnpike_discovery_refused_total", reason="mac-rejected") == before + 1
    _, event = events.until(lambda kind, data: data["event"] == "refused")
    events.close()
    assert event["caller-id"].lower() == host.mac
    assert "the mac-filter rejects this host" in event["text"]
    assert "the mac-filter rejects this host" in lab.daemon.log()
    assert subscriber().discover(), "and others are served"


def test_a_host_rejected_after_its_offer_is_told_so(subscriber, filters):
    host = subscriber()
    pado = host.discover()
    filters(host.mac)
    host.ac_mac = pado.src
    host.send_discovery(PADR, host.request_tags(pado))
    pads = host.expect_discovery(PADS)
    assert pads.session == 0
    assert b"mac-filter" in pads.tag(GENERIC_ERROR)


def test_a_prefix_rejects_all_cards_that_begin_so(subscriber, filters):
    filters("02:AA:BB:00:00:00/FF:FF:FF:00:00:00")
    silent(subscriber(mac="02:aa:bb:01:02:03"))
    assert subscriber(mac="02:aa:bc:01:02:03").discover()


def test_only_those_on_the_list_may_dial_in(subscriber, filters):
    listed = subscriber()
    filters("00:00:00:00:00:00/0", action="reject")
    filters(listed.mac, action="accept")
    silent(subscriber())
    assert listed.dial().address


def test_an_entry_with_an_interface_is_for_its_servers_only(subscriber, filters):
    mac = random_mac()
    filters(mac, interface="vlan100")
    assert subscriber(mac=mac).discover()
    silent(subscriber(mac=mac, service="tagged", vlans=(100,)))


def test_a_standing_session_stays_and_cannot_come_back(lab, subscriber, filters):
    host = subscriber().dial()
    entry = filters(host.mac)
    host.run(0.2)
    assert host.ping("10.0.0.1") and not host.ended
    host.hang_up()
    host.reset()
    silent(host)
    lab.api.patch(f"{FILTER}/{entry}", disabled=True)
    assert host.dial().address


def test_thousands_of_entries_are_kept_listed_and_found(make_lab, subscriber):
    macs = [f"02:10:20:30:{number // 256:02X}:{number % 256:02X}" for number in range(3000)]

    def change(config):
        config["interface"]["pppoe-server"]["mac-filter"] = [
            {"mac-address": mac, "comment": "stolen"} for mac in macs]

    lab = make_lab(change)
    assert len(lab.api.get(FILTER)) == len(macs)
    assert lab.api.get(f"{FILTER}/{macs[7]}")["action"] == "reject"
    for mac in (macs[0], macs[-1], random.choice(macs)):
        silent(subscriber(lab, mac=mac.lower()))
    assert subscriber(lab).discover()


# -- PADI limits ------------------------------------------------------------------------------------


@pytest.fixture
def limits(lab):
    """limits(padi_limit_vlan=50, ...) of the access port, for this test only."""
    yield lambda **properties: lab.api.patch("dataplane/port/ether3", **properties)
    lab.api.patch("dataplane/port/ether3", padi_limit=100000, padi_limit_vlan=0, padi_limit_mac=64,
                  half_open_limit=16384, half_open_limit_vlan=8192, half_open_limit_mac=16)


def dropped(lab, why):
    return metric(lab, "turnpike_dataplane_drops_total", reason=f"discovery_{why}_limit")


def padi(vlans):
    return lambda: frames.discovery(frames.BROADCAST, random_mac(), PADI, tag(SERVICE_NAME, ""),
                                    vlans=vlans)


@pytest.mark.alone
def test_a_storm_in_one_vlan_does_not_starve_another(lab, subscriber, limits):
    """By the port's limit alone the storm would take all there is."""
    limits(padi_limit=40, padi_limit_vlan=20)
    before = dropped(lab, "vlan"), dropped(lab, "port")
    storm = flood(lab.wire(), padi((910,)), 6000, 2000)
    dialled = 0
    while storm.is_alive():
        host = subscriber(service="tagged", vlans=(100,))
        begin = time.monotonic()
        assert host.dial().address and time.monotonic() - begin < 2
        dialled += 1
        time.sleep(0.2)  # well within the limit of its own VLAN
    storm.join()
    assert dialled >= 3
    assert dropped(lab, "vlan") - before[0] > 3000
    assert dropped(lab, "port") == before[1]


@pytest.mark.alone
def test_without_a_limit_of_the_vlan_the_ports_is_used_up(lab, subscriber, limits):
    limits(padi_limit=5)
    before = dropped(lab, "port")
    storm = flood(lab.wire(), padi((910,)), 2000, 2000)
    time.sleep(0.2)
    answered = 0
    while storm.is_alive():
        try:
            answered += bool(subscriber(service="tagged", vlans=(100,)).discover(timeout=0.1))
        except TimeoutError:
            pass
    storm.join()
    assert dropped(lab, "port") - before > 1500
    assert answered <= 2


@pytest.mark.alone
def test_who_has_an_offer_is_served_in_the_middle_of_a_storm(lab, subscriber, limits):
    host = subscriber(service="ranged", vlans=(910,))
    pado = host.discover()
    limits(padi_limit_vlan=5)
    storm = flood(lab.wire(), padi((910,)), 2000, 2000)
    time.sleep(0.2)
    host.ac_mac = pado.src
    host.send_discovery(PADR, host.request_tags(pado))
    assert host.expect_discovery(PADS, timeout=1).session
    storm.join()


@pytest.mark.parametrize("limit", ["mac", "vlan", "port"])
def test_the_oldest_half_open_session_gives_way_to_a_newcomer(lab, subscriber, limits, limit):
    """The limit is 2: the third PADR gets its PADS all the same, the first session a PADT."""
    name = "half_open_limit" + ("" if limit == "port" else "_" + limit)
    mac = random_mac() if limit == "mac" else None
    hosts = [subscriber(service="ranged", vlans=(910,), **({"mac": mac} if mac else {}))
             for _ in range(4)]
    limits(**{name: 1})  # the first is then the only one, whoever was there before
    hosts[0].open()
    limits(**{name: 2})
    before = metric(lab, "turnpike_half_open_gave_way_total", limit=limit)
    hosts[1].open()
    assert metric(lab, "turnpike_half_open_gave_way_total", limit=limit) == before
    hosts[2].open()
    hosts[0].expect_discovery(PADT)
    hosts[3].open()
    hosts[1].expect_discovery(PADT)
    assert metric(lab, "turnpike_half_open_gave_way_total", limit=limit) == before + 2
    assert subscriber(service="ranged", vlans=(910,)).dial().address


@pytest.mark.alone
def test_one_hosts_padis_are_limited_and_0_is_no_limit(lab, subscriber, limits):
    host = subscriber()
    ask = frames.discovery(frames.BROADCAST, host.mac, PADI, tag(SERVICE_NAME, host.service))
    for limit, dropped_of_200 in ((10, 190), (0, 0)):
        limits(padi_limit_mac=limit)
        host.run(1.2)  # what is left of before
        before = dropped(lab, "mac")
        for _ in range(200):
            host.wire.send(ask)
        host.run(0.5)
        assert dropped(lab, "mac") - before == pytest.approx(dropped_of_200, abs=15)


# -- full ---------------------------------------------------------------------------------------------


def asked_too_much(lab, host):
    """The error that HOST gets for its PADR, and the event that tells of it."""
    events = lab.api.events()
    pado = host.discover()
    host.ac_mac = pado.src
    host.send_discovery(PADR, host.request_tags(pado))
    pads = host.expect_discovery(PADS)
    assert pads.session == 0
    _, event = events.until(lambda kind, data: data["event"] == "refused")
    events.close()
    return pads.tag(AC_SYSTEM_ERROR), event


def test_a_server_at_its_max_sessions_says_so(lab, subscriber):
    before = metric(lab, "turnpike_padr_refused_total", reason="max-sessions")
    subscriber(service="few").dial()
    error, event = asked_too_much(lab, subscriber(service="few"))
    assert b"max-sessions" in error
    assert "the server has reached its max-sessions" in event["text"]
    assert metric(lab, "turnpike_padr_refused_total", reason="max-sessions") == before + 1


def test_a_full_session_table_says_so(make_lab, subscriber):
    def change(config):
        config["dataplane"]["max-sessions"] = 2

    lab = make_lab(change)
    first = subscriber(lab).dial()
    subscriber(lab).dial()
    error, event = asked_too_much(lab, subscriber(lab))
    assert b"no room for another session" in error
    assert "no room for another session" in event["text"]
    assert metric(lab, "turnpike_padr_refused_total", reason="full") == 1
    first.hang_up()
    first.run(0.5)
    assert subscriber(lab).dial().address


def test_an_empty_pool_ends_the_session_and_says_so(lab, subscriber):
    hosts = [subscriber(user="tiny").dial() for _ in range(3)]
    events = lab.api.events()
    late = subscriber(user="tiny")
    late.open().negotiate()
    late.authenticate()
    _, event = events.until(lambda kind, data: data.get("reason-code") is not None and
                            data["caller-id"].lower() == late.mac)
    events.close()
    assert event["event"] == "session-down" and event["reason-code"] == "no-address", event
    assert not any(host.ended for host in hosts)


# -- a file that has changed ----------------------------------------------------------------------------


def test_a_reload_applies_ranges_filters_and_limits_and_drops_nobody(make_lab, subscriber):
    lab = make_lab()
    config = lab.base_config()
    stays, guest = subscriber(lab).dial(), random_mac()
    config["dataplane"]["ports"][0]["padi-limit-vlan"] = 30
    config["interface"]["pppoe-server"]["mac-filter"] = [{"mac-address": guest}]
    config["interface"]["pppoe-server"]["server"][0]["pppoe-over-vlan-range"] = "100-115"

    def reload(changes):
        lab.daemon.write(config)
        assert lab.api.post("system/reload")["changes"] == changes
        assert stays.ping("10.0.0.1") and not stays.ended

    reload(3)
    assert lab.api.get("dataplane/port/ether3")["padi-limit-vlan"] == 30
    assert subscriber(lab, vlans=(115,)).dial().address
    silent(subscriber(lab, mac=guest))
    config["interface"]["pppoe-server"]["mac-filter"] = []
    del config["interface"]["pppoe-server"]["server"][0]["pppoe-over-vlan-range"]
    reload(2)
    silent(subscriber(lab, vlans=(115,)))
    assert subscriber(lab, mac=guest).discover()
