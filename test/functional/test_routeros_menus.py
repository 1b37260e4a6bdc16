# SPDX-License-Identifier: BSD-3-Clause
"""The menus that RouterOS's clients look for, with sessions and traffic: /interface, /ip/address,
/ip/arp, /queue/simple, /ping, /user/active."""

import json
import threading

import pytest

from conftest import profile, secret
from lab.api import ApiError
from lab.daemon import Lab
from lab.remote import Remote, make_certificate
from lab.subscriber import Subscriber
from lab.wait import until
from test_ctl import ctl_of

LIMIT = "2M/4M 3M/6M 1M/2M 8/8 7 500k/1M"


@pytest.fixture(scope="module")
def lab():
    lab = Lab()
    try:
        config = lab.base_config()
        config["ppp"]["profile"].append(profile("limited", rate_limit=LIMIT))
        config["ppp"]["secret"] += [secret("limited", profile="limited"), secret("static")]
        config["interface"]["vlan"] = [{"name": "vlan9", "interface": "ether3", "vlan-id": 9}]
        config["interface"]["pppoe-server"]["server"].append(
            {"service-name": "tagged", "interface": "vlan9", "default-profile": "for-pppoe",
             "keepalive-timeout": "60s"})
        certificate, key = make_certificate(lab.daemon.folder)
        lab.net.run("ac", "ip", "link", "set", "lo", "up")
        config["user"] = [{"name": "noc", "password": "look"}]
        config["ip"]["service"] = [{"name": "www-ssl", "port": 8443, "disabled": False,
                                    "certificate": str(certificate), "private-key": str(key)}]
        lab.noc = Remote(lab.daemon.netns, 8443, certificate, "noc", "look")
        yield lab.start(config)
    finally:
        lab.close()


@pytest.fixture(scope="module")
def online(lab):
    """Two subscribers who are there all the while: one with a limit, one with a static entry."""
    lab.api.put("interface/pppoe-server", name="pppoe-in1", user="static")
    hosts = {}
    for user in ("limited", "static"):
        hosts[user] = Subscriber(lab.wire(), user=user).dial()
    yield hosts


def answering(host, call):
    """What `call` gives back, while the subscriber goes on to answer."""
    result = []
    thread = threading.Thread(target=lambda: result.append(call()))
    thread.start()
    while thread.is_alive():
        host.run(0.05)
    return result[0]


def only(rows):
    row, = rows
    return row


def test_ports_vlans_and_sessions_are_interfaces(lab, online):
    rows = {row["name"]: row for row in lab.api.get("interface")}
    assert [rows[name]["type"] for name in ("ether3", "core0", "vlan9", "pppoe-in1",
                                            "<pppoe-limited>")] == [
        "ether", "ether", "vlan", "pppoe-in", "pppoe-in"]
    assert len({row[".id"] for row in rows.values()}) == len(rows) == 5
    assert all(row["running"] for row in rows.values())
    assert [row["dynamic"] for row in rows.values()].count(True) == 1
    assert rows["ether3"]["rx-packet"] > 0 and rows["ether3"]["rx-byte"] > 0
    session = lab.api.get("interface/<pppoe-limited>")
    assert session["mtu"] == 1480 and session["last-link-up-time"].startswith("20")
    assert lab.api.get(f"interface/{session['.id']}")["name"] == "<pppoe-limited>"
    assert only(lab.api.get("interface", name="pppoe-in1"))["running"]
    assert lab.api.post("interface/print", **{".query": ["type=pppoe-in"], "count-only": ""}) == {
        "ret": "2"}


def test_what_a_session_counts_its_interface_counts(lab, online):
    host = online["limited"]
    before = lab.api.get("interface/<pppoe-limited>")
    for _ in range(3):
        assert host.ping(lab.CORE_HOST)
    after = lab.api.get("interface/<pppoe-limited>")
    assert after["rx-packet"] - before["rx-packet"] == 3
    assert after["tx-packet"] - before["tx-packet"] == 3
    queue = lab.api.get("queue/simple/<pppoe-limited>")
    assert queue["bytes"] == f"{after['rx-byte']}/{after['tx-byte']}"


def test_core_ports_and_sessions_have_addresses(lab, online):
    rows = {row["interface"]: row for row in lab.api.get("ip/address")}
    assert rows["core0"]["address"] == "192.0.2.1/24" and rows["core0"]["network"] == "192.0.2.0"
    assert not rows["core0"]["dynamic"] and not rows["core0"]["invalid"]
    for user, name in (("limited", "<pppoe-limited>"), ("static", "pppoe-in1")):
        assert rows[name]["address"] == "10.0.0.1/32" and rows[name]["dynamic"]
        assert rows[name]["network"] == online[user].address
    row = lab.api.get(f"ip/address/{rows['core0']['.id']}")
    assert row["address"] == "192.0.2.1/24"
    with pytest.raises(ApiError) as error:
        lab.api.delete(f"ip/address/{rows['core0']['.id']}")
    assert error.value.status == 405 and "/dataplane/port" in str(error.value)


def test_the_cores_host_is_a_neighbour(lab, online):
    assert online["limited"].ping(lab.CORE_HOST)
    row = lab.api.get(f"ip/arp/{lab.CORE_HOST}")
    assert row["interface"] == "core0" and row["status"] == "reachable" and row["complete"]


def test_a_rate_limit_is_a_simple_queue(lab, online):
    row = only(lab.api.get("queue/simple"))
    assert row["name"] == row["target"] == "<pppoe-limited>" and row["dynamic"]
    assert row["max-limit"] == "2000000/4000000" and row["burst-limit"] == "3000000/6000000"
    assert row["burst-threshold"] == "1000000/2000000" and row["burst-time"] == "8s/8s"
    assert row["limit-at"] == "500000/1000000" and row["priority"] == "7/7"


def test_traffic_is_measured(lab, online):
    host = online["limited"]
    rows = []

    def measure():
        rows.extend(lab.api.post("interface/monitor-traffic", interface="<pppoe-limited>,core0",
                                 once=""))
    thread = threading.Thread(target=measure)
    thread.start()
    while thread.is_alive():
        host.ping(lab.CORE_HOST)
    session, core = rows
    assert session["name"] == "<pppoe-limited>" and core["name"] == "core0"
    for row in rows:
        assert row["rx-packets-per-second"] > 0 and row["tx-bits-per-second"] > 0


def test_a_queue_tells_how_fast_it_goes(lab, online):
    host = online["limited"]

    def passes():
        assert host.ping(lab.CORE_HOST)
        row = lab.api.get("queue/simple/<pppoe-limited>")
        up, down = (int(number) for number in row["rate"].split("/"))
        assert row["total-rate"] == up + down
        return up > 0 and down > 0 and row["packet-rate"] != "0/0"
    until(passes, 30)


def test_a_vlan_counts_what_its_sessions_do(lab, online):
    host = Subscriber(lab.wire(), user="MT-User", vlans=(9,), service="tagged").dial()
    sent = 0

    def passes():
        nonlocal sent
        assert host.ping(lab.CORE_HOST)
        sent += 1
        row = lab.api.get("interface/vlan9")
        assert row["rx-packet"] <= sent and row["rx-byte"] >= row["rx-packet"] * (22 + 28)
        return row["rx-packet"] > 0 and row["tx-packet"] > 0
    until(passes, 30)
    host.hang_up()
    until(lambda: lab.api.get("interface/vlan9")["rx-packet"] == sent, 10)  # nothing is lost at its end
    row, = lab.api.post("interface/monitor-traffic", interface="vlan9", once="")
    assert {"rx-bits-per-second", "tx-packets-per-second"} <= set(row)


def test_who_may_only_read_pings_and_measures(lab, online):
    status, rows, _ = lab.noc("POST", "/rest/ping", {"address": lab.CORE_HOST, "count": "3",
                                                     "interval": "20ms"})
    assert status == 200 and [row["seq"] for row in rows] == ["0", "1", "2"]
    last = rows[-1]
    assert last["sent"] == last["received"] == "3" and last["packet-loss"] == "0"
    assert last["host"] == lab.CORE_HOST and last["size"] == "56" and last["ttl"] == "64"
    assert last["time"].endswith("us") and {"min-rtt", "avg-rtt", "max-rtt"} <= set(last)
    status, rows, _ = lab.noc("POST", "/rest/interface/monitor-traffic",
                              {"interface": "core0", "duration": "2s"})
    assert status == 200 and len(rows) == 2 and rows[0]["name"] == "core0"


def test_a_subscriber_and_nobody_are_pinged(lab, online):
    host = online["static"]
    row = only(answering(host, lambda: lab.api.post(
        "ping", address=host.address, count=1, interface="pppoe-in1", size=1000)))
    assert row["size"] == 1000 and "time" in row
    rows = lab.api.post("ping", address="192.0.2.77", count=2, interval="10ms")
    assert [row["status"] for row in rows] == ["timeout", "timeout"]
    assert rows[1]["packet-loss"] == 100 and "min-rtt" not in rows[1]


def test_who_has_logged_in_is_listed(lab, online):
    _, rows, _ = lab.noc("GET", "/rest/user/active")
    row = only(rows)
    assert (row["name"], row["address"], row["via"], row["group"], row["radius"]) == (
        "noc", "127.0.0.1", "rest-api", "read", "false")


def test_the_cli_has_all_of_it(lab, online):
    ctl = ctl_of(lab)
    assert "<pppoe-limited>" in ctl("/interface print where type=pppoe-in")
    assert "core0" in ctl("/ip address print where !dynamic")
    assert "2000000/4000000" in ctl("/queue simple print detail")
    assert "gmt-offset" in ctl("/system clock print")
    rows = json.loads(ctl("--json", "/interface monitor-traffic interface=core0,ether3 once"))
    assert [row["name"] for row in rows] == ["core0", "ether3"]
    row = only(json.loads(ctl("--json", f"/ping address={lab.CORE_HOST} count=1")))
    assert row["ttl"] == 64 and row["received"] == 1
    assert "address" in ctl("/ping", code=1)
    assert "received" in ctl(f"/ping {lab.CORE_HOST} count=1").lower()
    rows = json.loads(ctl("--json", "/interface monitor-traffic core0,ether3 once"))
    assert [row["name"] for row in rows] == ["core0", "ether3"]
    assert "expected" in ctl(f"/ping {lab.CORE_HOST} {lab.CORE_HOST}", code=1)
    assert "no add here: scripts of RouterOS" in ctl("/system script add name=x", code=1)
    assert "no set here: limits are the rate-limit" in ctl("/queue simple set 0 name=x", code=1)
    assert "queue-size" not in ctl("/ppp aaa export")  # a default, however it is written
    assert "cron" in ctl("/system scheduler help")
