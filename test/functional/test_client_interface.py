# SPDX-License-Identifier: BSD-3-Clause
"""What others do to the interfaces of a client, below and above it: it takes each as it is."""

import re
import time

import pytest

from lab.api import ApiError
from lab.client import client as any_client
from lab.client import reaches_the_core
from lab.wait import until

ACCESS, ELSEWHERE = "access", "elsewhere"


def client(**properties):
    return any_client(**{"interface": "low0", **properties})


@pytest.fixture
def ip(lab):
    """ip(words): iproute2 in the client's namespace."""
    return lambda words, namespace=ACCESS: lab.net.run(namespace, "ip", *words.split())


@pytest.fixture
def low(lab, ip):
    """low0, an interface that may be hurt: its cable ends in a bridge with the access cable."""
    lab.net.namespace(ELSEWHERE)
    ip("link add br0 type bridge")
    ip("link set sub0 master br0")
    make_low(ip)
    ip("link set br0 up")
    yield
    for words in ("link set sub0 nomaster", "link del br0", "link del port0"):
        lab.net.run(ACCESS, "ip", *words.split(), check=False)


def make_low(ip):
    ip("link add low0 type veth peer name port0")
    ip("link set port0 master br0 up")
    ip("link set low0 up")


@pytest.fixture
def service(low, service):
    """It stops before its interface goes."""
    return service


def is_there(ip, name):
    return re.search(rf"^{name}[ @]", ip("-br link"), re.M)


def rename(ip):
    ip("link set low0 down")
    ip("link set low0 name gone0")
    ip("link set gone0 up")


def rename_back(ip):
    ip("link set gone0 down")
    ip("link set gone0 name low0")
    ip("link set low0 up")


def move(ip):
    ip(f"link set low0 netns {ip.elsewhere}")


def move_back(ip):
    ip(f"link set low0 netns {ip.access}", ELSEWHERE)
    ip("link set low0 up")


def delete(ip):
    ip("link del low0")


LOSSES = pytest.mark.parametrize("lose, put_back", [
    (rename, rename_back), (move, move_back), (delete, make_low),
    (lambda ip: ip("link set low0 down"), lambda ip: ip("link set low0 up")),
    (lambda ip: ip("link set port0 down"), lambda ip: ip("link set port0 up")),
], ids=["renamed", "moved", "made_anew", "down", "without_carrier"])


@pytest.fixture(autouse=True)
def names(lab, ip):
    ip.access, ip.elsewhere = (lab.net.namespace(name) for name in (ACCESS, ELSEWHERE))


def hang_up(s, lab):
    """From the other side, so that the client dials anew."""
    for row in lab.api.get("ppp/active"):
        try:
            lab.api.delete(f"ppp/active/{row['.id']}")
        except ApiError:
            pass  # one of an earlier test's has just ended by itself


def callers(lab):
    return [row["caller-id"] for row in lab.api.get("ppp/active")]


@LOSSES
def test_an_interface_that_goes_and_comes_back_is_dialled_again(lab, ip, service, lose, put_back):
    s = service(client(keepalive_timeout=1))
    s.connected("one")
    lose(ip)
    hang_up(s, lab)
    until(lambda: s.monitor("one")["status"] != "connected")
    until(lambda: re.search("no such interface|is down|no carrier",
                            s.monitor("one").get("last-disconnect-reason", "")), what=s.log())
    put_back(ip)
    s.connected("one", 8)
    assert "Bad file descriptor" not in s.log()


@LOSSES
@pytest.mark.parametrize("act", ["disable", "remove", "change"])
def test_what_the_operator_does_while_it_is_gone_is_done(lab, ip, service, lose, put_back, act):
    s = service(client(keepalive_timeout=1))
    s.connected("one")
    lose(ip)
    if act == "remove":
        s.api.delete("interface/pppoe-client/one")
        until(lambda: not is_there(ip, "one"))
    elif act == "disable":
        s.api.patch("interface/pppoe-client/one", disabled=True)
        until(lambda: not is_there(ip, "one"))
        assert s.monitor("one") == {"status": "disconnected"}
        put_back(ip)
        s.api.patch("interface/pppoe-client/one", disabled=False)
        s.connected("one")
    else:
        s.api.patch("interface/pppoe-client/one", interface="br0")
        until(lambda: s.log().count("connected: local") == 2)
        assert s.monitor("one")["status"] == "connected"


def test_a_session_ends_at_once_when_its_interface_goes(ip, service):
    s = service(client(keepalive_timeout=600))
    s.connected("one")
    delete(ip)
    until(lambda: s.monitor("one")["status"] != "connected", 3)
    assert "disconnected: its interface has gone" in s.log()
    row = until(lambda: [r for r in s.api.get("interface/pppoe-client") if r["invalid"]])[0]
    assert "no such interface" in row["invalid-reason"]


def test_a_session_outlasts_a_new_name(lab, ip, service):
    s = service(client(add_default_route=True))
    s.connected("one")
    ip("link property add dev low0 altname other0")
    ip("link set port0 down")  # and a moment without a carrier
    ip("link set port0 up")
    assert reaches_the_core(lab) and len(re.findall(r"connected: local-address \d", s.log())) == 1


def test_another_mac_address_is_the_source_from_then_on(lab, ip, service):
    s = service(client())
    s.connected("one")
    old = re.search(r"(..:){5}..", ip("-br link show low0"))[0].upper()
    assert old in callers(lab)
    ip("link set low0 address 02:00:00:00:77:01")
    until(lambda: "its interface has another MAC address" in s.log())
    s.connected("one")
    until(lambda: "02:00:00:00:77:01" in callers(lab))
    assert old not in callers(lab), "a PADT from the old address has ended the old session"


def test_another_mtu_is_seen_at_the_next_dial(lab, ip, service):
    s = service(client(max_mtu=1492, max_mru=1492, service_name="full"))
    assert s.connected("one")["mtu"] == 1492
    ip("link set low0 mtu 1408")  # less than what was agreed: at once
    until(lambda: "the MTU of its interface is less" in s.log())
    row = s.connected("one")
    assert (row["mtu"], row["mru"]) == (1400, 1400)
    ip("link set low0 mtu 1500")
    hang_up(s, lab)
    until(lambda: s.monitor("one").get("mtu") == 1492)


def test_an_interface_whose_own_port_goes(lab, ip, service):
    """As a VLAN's does: here a macvlan's, which more kernels have."""
    ip("link add link low0 name upper0 type macvlan mode bridge")
    ip("link set upper0 up")
    s = service(client(interface="upper0"))
    s.connected("one")
    delete(ip)
    until(lambda: "its interface has gone" in s.log())
    make_low(ip)
    ip("link add link low0 name upper0 type macvlan mode bridge")
    ip("link set upper0 up")
    s.connected("one")


def test_a_first_interface_that_is_not_there_does_not_keep_the_second_from_dialling(service):
    s = service(client(interface=["none0", "low0"]))
    s.connected("one")
    row = s.api.get("interface/pppoe-client/one")
    assert row["running"] and not row["invalid"]


def cpu_ticks(s):
    with open(f"/proc/{s.process.pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def move_tun(ip):
    ip(f"link set one netns {ip.elsewhere}")


@pytest.mark.parametrize("hurt", [
    lambda ip: ip("link del one"), move_tun, lambda ip: ip("link set one down"),
    lambda ip: ip("addr flush dev one"),
], ids=["deleted", "moved", "down", "address_removed"])
def test_its_own_interface_is_put_right_and_the_session_goes_on(lab, ip, service, hurt):
    s = service(client(add_default_route=True, default_route_distance=7))
    address = s.connected("one")["local-address"]
    for _ in range(2):
        hurt(ip)
        until(lambda: f"inet {address}" in lab.net.run(ACCESS, "ip", "addr", "show", "dev", "one",
                                                       check=False), what=s.log())
        until(lambda: re.search(r"default dev one .*metric 7", ip("route")))
    before = cpu_ticks(s)
    assert reaches_the_core(lab)
    time.sleep(1)
    assert cpu_ticks(s) - before < 50, "it does not spin"
    assert len(re.findall(r"connected: local-address \d", s.log())) == 1 and "somebody has" in s.log()


def test_its_own_interface_with_another_name_carries_on(lab, ip, service):
    s = service(client(add_default_route=True))
    s.connected("one")
    ip("link set one down")
    ip("link set one name wan7")
    until(lambda: "inet " in ip("addr show dev wan7"))
    until(lambda: "default dev wan7" in ip("route"))
    assert reaches_the_core(lab) and s.monitor("one")["status"] == "connected"
    s.api.patch("interface/pppoe-client/one", disabled=True)
    until(lambda: not is_there(ip, "wan7"))


def test_its_own_interface_deleted_while_its_name_is_taken(ip, service):
    """It can't be made anew: the session ends, and comes back when the name is free."""
    s = service(client())
    s.connected("one")
    ip("link set one down")
    ip("link set one name wan7")
    ip("link add one type bridge")
    ip("link del wan7")
    until(lambda: s.api.get("interface/pppoe-client/one")["invalid"])
    ip("link del one")
    s.connected("one")


@pytest.mark.parametrize("act", ["disable", "remove"])
def test_its_own_interface_deleted_and_then_not_wanted(lab, ip, service, act):
    s = service(client(dial_on_demand=True))
    until(lambda: "10.112.112." in ip("addr"))
    ip("link del one")
    if act == "disable":
        s.api.patch("interface/pppoe-client/one", disabled=True)
    else:
        s.api.delete("interface/pppoe-client/one")
    until(lambda: not is_there(ip, "one"))
