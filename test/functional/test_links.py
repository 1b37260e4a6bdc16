# SPDX-License-Identifier: BSD-3-Clause
"""Cables that are pulled and put back, and interfaces that are deleted, under a daemon that runs."""

import re

import pytest

from lab.wait import until


def port(lab, name):
    return next(item for item in lab.api.get("dataplane/port") if item["name"] == name)


def metric(lab, name, of):
    line = next(line for line in lab.api.text("/metrics").splitlines()
                if line.startswith(f'{name}{{port="{of}"}}'))
    return int(line.split()[-1])


def lines(lab, name):
    """What the log says of the port's link, without the times."""
    return re.findall(rf"{name}: (the link is .*)", lab.daemon.log())


def carrier(lab, interface):
    return "NO-CARRIER" not in lab.net.run("ac", "ip", "link", "show", interface)


def routes(lab):
    return lab.net.run("ac", "ip", "route")


@pytest.fixture(scope="module")
def events(lab):
    return lab.api.events()


def pull(lab, where, interface, events, name):
    lab.net.run(where, "ip", "link", "set", interface, "down")
    _, told = events.until(lambda kind, data: kind == "port-down" and data["port"] == name)
    assert told["text"] == "the link is down"


def put_back(lab, where, interface, events, name):
    lab.net.run(where, "ip", "link", "set", interface, "up")
    events.until(lambda kind, data: kind == "port-up" and data["port"] == name)


def test_a_cable_is_told_of_from_the_start(lab):
    for name in ("ether3", "core0"):
        told = port(lab, name)
        assert told["running"] and told["link-downs"] == 0 and "last-link-down-time" not in told
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", told["last-link-up-time"])
        assert metric(lab, "turnpike_port_link_up", name) == 1


def test_the_core_ports_cable_is_pulled_and_put_back(lab, subscriber, events):
    """Told once each way; its TAP has a carrier only meanwhile, so that the kernel and routing daemons
    know; sessions stand."""
    host = subscriber(lab).dial()
    assert host.ping(lab.CORE_HOST) and carrier(lab, "core0")
    before = lines(lab, "core0"), metric(lab, "turnpike_port_link_downs_total", "core0")

    pull(lab, "core", "host0", events, "core0")
    assert not port(lab, "core0")["running"] and port(lab, "ether3")["running"]
    assert port(lab, "core0")["last-link-down-time"]
    assert metric(lab, "turnpike_port_link_up", "core0") == 0
    until(lambda: not carrier(lab, "core0") and "linkdown" in routes(lab), what="the kernel knows")
    assert not host.ping(lab.CORE_HOST, timeout=0.3) and host.ping("10.0.0.1")

    put_back(lab, "core", "host0", events, "core0")
    assert port(lab, "core0")["running"]
    until(lambda: carrier(lab, "core0") and "linkdown" not in routes(lab), what="the kernel knows")
    lab.net.run("core", "ip", "route", "replace", "default", "via", lab.CORE_AC)
    until(lambda: host.ping(lab.CORE_HOST, timeout=0.5), what="the core is reached again")
    assert lines(lab, "core0") == before[0] + ["the link is down", "the link is up"]
    assert metric(lab, "turnpike_port_link_downs_total", "core0") == before[1] + 1


def test_a_lost_access_port_keeps_its_sessions(lab, subscriber, events):
    """They are keepalive's to judge: whoever is back in time goes on."""
    host = subscriber(lab).dial()
    number = host.session
    pull(lab, "access", "sub0", events, "ether3")
    assert "MT-User" in [session["name"] for session in lab.api.get("ppp/active")]
    assert not port(lab, "ether3")["running"] and carrier(lab, "core0")
    put_back(lab, "access", "sub0", events, "ether3")
    with pytest.raises(OSError):  # the test's own socket tells once what has happened
        host.ping("10.0.0.1", timeout=0.5)
    until(lambda: host.ping("10.0.0.1", timeout=0.5), what="the subscriber is back")
    assert host.session == number and not host.ended


def test_a_tap_that_is_made_again_has_no_carrier_either(lab, events):
    pull(lab, "core", "host0", events, "core0")
    lab.net.run("ac", "ip", "link", "del", "core0")
    events.until(lambda kind, data: kind == "interface-back")
    assert not carrier(lab, "core0")
    put_back(lab, "core", "host0", events, "core0")
    assert carrier(lab, "core0")
    lab.net.run("core", "ip", "route", "replace", "default", "via", lab.CORE_AC)


def test_a_cable_that_is_not_in_at_the_start_is_told_of(make_lab):
    lab = make_lab(start=False)
    lab.net.run("core", "ip", "link", "set", "host0", "down")
    lab.daemon.write(lab.base_config())
    lab.daemon.start()
    assert lines(lab, "core0") == ["the link is down"] and not carrier(lab, "core0")
    assert port(lab, "core0")["link-downs"] == 0 and "last-link-up-time" not in port(lab, "core0")


def delete(lab, interface, events, name):
    lab.net.run("ac", "ip", "link", "del", interface)
    events.until(lambda kind, data: kind == "port-down" and data["port"] == name and
                 "deleted" in data["text"])
    assert not port(lab, name)["running"]


def counted(lab, name):
    return next(row["rx-packet"] for row in lab.api.get("interface") if row["name"] == name)


def test_an_interface_that_is_deleted_is_taken_again(make_lab, subscriber):
    """With the MAC address that sessions and neighbours know; each time."""
    lab = make_lab()
    host, events = subscriber(lab).dial(), lab.api.events()
    number, mac = host.session, lab.net.run("ac", "cat", "/sys/class/net/acc0/address")
    assert host.ping(lab.CORE_HOST)
    for times in range(1, 4):
        before = counted(lab, "ether3")
        delete(lab, "acc0", events, "ether3")
        assert len(lab.api.get("ppp/active")) == 1
        lab.net.veth("ac", "acc0", "access", "sub0", lab.ACCESS_MTU)
        _, told = events.until(lambda kind, data: data.get("port") == "ether3")
        assert told["text"].startswith("the interface is there again")
        until(lambda: port(lab, "ether3")["running"], what="the link is up")
        assert lab.net.run("ac", "cat", "/sys/class/net/acc0/address") == mac
        host.wire = lab.wire()
        until(lambda: host.ping("10.0.0.1", timeout=0.5), what="the session goes on")
        assert host.session == number and not host.ended and host.ping(lab.CORE_HOST)
        assert metric(lab, "turnpike_port_device_returns_total", "ether3") == times
        assert counted(lab, "ether3") > before > 0

    before = counted(lab, "core0")
    delete(lab, "up0", events, "core0")
    until(lambda: not carrier(lab, "core0"), what="the TAP has no carrier")
    lab.net.veth("ac", "up0", "core", "host0")
    lab.net.run("core", "ip", "addr", "add", f"{lab.CORE_HOST}/24", "dev", "host0")
    lab.net.run("core", "ip", "route", "add", "default", "via", lab.CORE_AC)
    events.until(lambda kind, data: kind == "port-up" and data["port"] == "core0")
    until(lambda: carrier(lab, "core0") and host.ping(lab.CORE_HOST, timeout=0.5), what="the core is back")
    assert counted(lab, "core0") > before > 0


def test_an_interface_that_can_not_be_taken_is_told_of_once(make_lab):
    """Here, one that is no Ethernet, and has no MAC address to be given."""
    lab = make_lab()
    events = lab.api.events()
    delete(lab, "up0", events, "core0")
    lab.net.run("ac", "ip", "tuntap", "add", "dev", "up0", "mode", "tun")
    until(lambda: "can't be taken" in lab.daemon.log(), what="it is told")
    lab.net.run("ac", "ip", "link", "del", "up0")
    lab.net.veth("ac", "up0", "core", "host0")
    events.until(lambda kind, data: kind == "port-up" and data["port"] == "core0")
    assert lab.daemon.log().count("can't be taken") == 1
