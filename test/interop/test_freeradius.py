# SPDX-License-Identifier: BSD-3-Clause
"""Subscribers that FreeRADIUS knows, and its database."""

import itertools
import shutil
import time

import pytest
from scapy.layers.inet6 import ICMPv6NDOptPrefixInfo, ICMPv6NDOptRDNSS

from lab import frames
from lab.daemon import Lab
from lab.freeradius import SECRET, FreeRadius
from lab.ipv6 import Ipv6
from lab.subscriber import Subscriber
from lab.wait import until


def config_of(lab):
    config = lab.base_config()
    config["ppp"]["secret"] = [{"name": "local", "password": "here", "profile": "for-pppoe"}]
    config["ppp"]["profile"].append({"name": "gold", "rate-limit": "5M/20M", "idle-timeout": "1h"})
    config["ppp"]["aaa"] = {"use-radius": True, "queue-directory": lab.folder.name}
    config["ipv6"] = {"pool": [
        {"name": "links", "prefix": "2001:db8:1000::/40", "prefix-length": 64},
        {"name": "homes", "prefix": "2001:db8:2000::/40", "prefix-length": 56}]}
    config["ip"]["pool"].append({"name": "special", "ranges": "10.6.0.2-10.6.0.9"})
    config["radius"] = {"server": [
        {"address": lab.CORE_HOST, "secret": SECRET, "service": "ppp", "timeout": "3s"}]}
    server = config["interface"]["pppoe-server"]["server"][0]
    config["interface"]["pppoe-server"]["server"] = [
        {**server, **more} for more in (
            {}, {"service-name": "pap", "authentication": "pap"})]
    return config


@pytest.fixture(scope="module")
def lab():
    lab = Lab()
    try:
        yield lab.start(config_of(lab))
    finally:
        lab.close()


@pytest.fixture(scope="module")
def radius(lab):
    server = FreeRadius(lab.net, "core")
    try:
        server.user("alice", "wonder")
        yield server.start()
    finally:
        server.close()


@pytest.fixture
def dial(lab, radius):
    """dial(user, password, …): a subscriber with an address; it hangs up after the test."""
    made = []

    def start(user="alice", password="wonder", **how):
        host = Subscriber(lab.wire(), user=user, password=password, **how)
        made.append(host)
        return host.dial()

    yield start
    for host in made:
        host.send_discovery(frames.PADT, session=host.session)
        host.run(0.1)
        host.wire.close()


def active(lab, user):
    return next(row for row in lab.api.get("ppp/active") if row["name"] == user)


@pytest.mark.parametrize("auth, service", [("chap", "pppoeservice"), ("pap", "pap")])
def test_a_user_of_the_server_is_let_in(lab, dial, auth, service):
    host = dial(auth=auth, service=service)
    assert host.address.startswith("10.0.0.")
    assert host.ping(lab.CORE_HOST)


def test_a_wrong_password_is_refused_by_the_server(lab, radius):
    host = Subscriber(lab.wire(), user="alice", password="wrong")
    host.open().negotiate()
    assert not host.authenticate()
    assert "rejected by the RADIUS server" in lab.daemon.log()


def test_a_local_secret_goes_before_the_server(lab, radius, dial):
    radius.user("local", "there")
    before = int(lab.api.get("radius")[0]["requests"])
    dial("local", "here")
    assert int(lab.api.get("radius")[0]["requests"]) == before


def test_what_the_server_gives(lab, radius, dial):
    radius.user("bob", "builder", Framed_IP_Address="10.9.9.77", Framed_Route="10.99.0.0/24",
                Session_Timeout=3600, Mikrotik_Rate_Limit="2M/8M", Mikrotik_Address_List="walled",
                MS_Primary_DNS_Server="198.51.100.99", Class="0xabcd")
    host = dial("bob", "builder")
    assert host.address == "10.9.9.77"
    row = active(lab, "bob")
    assert row["rate-limit"] == "2M/8M"
    assert "10.9.9.77" in str(lab.api.get("ip/firewall/address-list"))
    assert "10.99.0.0/24" in lab.net.run("ac", "ip", "route", "show", "table", "all")


def test_a_group_is_a_profile_and_a_pool_is_one_of_ours(lab, radius, dial):
    radius.user("carol", "sings", Mikrotik_Group="gold", Framed_Pool="special")
    host = dial("carol", "sings")
    assert host.address.startswith("10.6.0.")
    assert active(lab, "carol")["rate-limit"] == "5M/20M"


def test_framed_mtu_bounds_what_is_sent(lab, radius, dial):
    radius.user("mia", "mini", Framed_MTU=1000)
    host = dial("mia", "mini")
    assert int(active(lab, "mia")["mtu"]) == 1000
    assert host.ping(lab.CORE_HOST, size=900)
    route = lab.net.run("ac", "ip", "route", "show", host.address)
    assert "mtu 1000" in route or "mtu lock 1000" in route


def test_what_the_server_gives_of_ipv6(lab, radius, dial):
    radius.user("six", "pack", Framed_IPv6_Prefix="2001:db8:1:1::/64",
                Delegated_IPv6_Prefix="2001:db8:2::/56", Framed_Interface_Id="0:0:0:6",
                DNS_Server_IPv6_Address="2001:db8::53", Framed_IPv6_Route="2001:db8:3::/48 :: 1")
    host = Subscriber(lab.wire(), user="six", password="pack")
    ipv6 = Ipv6(host).dial()
    assert ipv6.address == "fe80::6"
    advertisement = ipv6.solicit()
    assert advertisement[ICMPv6NDOptPrefixInfo].prefix == "2001:db8:1:1::"
    assert advertisement[ICMPv6NDOptRDNSS].dns == ["2001:db8::53"]
    delegated, = ipv6.delegated()
    assert (delegated.prefix, delegated.plen) == ("2001:db8:2::", 56)
    row = active(lab, "six")
    assert row["remote-ipv6-prefix"] == "2001:db8:1:1::/64"
    assert row["delegated-ipv6-prefix"] == "2001:db8:2::/56"
    assert "2001:db8:3::/48" in lab.net.run("ac", "ip", "-6", "route", "show", "table", "all")
    told = records_of(radius, "six", last="Interim-Update")  # at once: of what is delegated
    start, interim = told[0], told[-1]
    assert start["Framed-IPv6-Prefix"] == ["2001:db8:1:1::/64"]
    assert interim["Framed-Interface-Id"] == ["0:0:0:6"]
    assert "Delegated-IPv6-Prefix" not in start
    assert interim["Delegated-IPv6-Prefix"] == ["2001:db8:2::/56"]
    host.hang_up()
    host.wire.close()


def test_an_ipv6_pool_is_one_of_ours(lab, radius, dial):
    radius.user("seven", "dwarfs", Framed_IPv6_Pool="links", Delegated_IPv6_Prefix_Pool="homes")
    host = Subscriber(lab.wire(), user="seven", password="dwarfs")
    ipv6 = Ipv6(host).dial()
    assert ipv6.solicit()[ICMPv6NDOptPrefixInfo].prefix.startswith("2001:db8:10")
    assert ipv6.delegated()[0].prefix.startswith("2001:db8:20")
    host.hang_up()
    host.wire.close()


def test_what_can_not_be_had_refuses_the_login(lab, radius):
    radius.user("dave", "cave", Mikrotik_Group="platinum")
    host = Subscriber(lab.wire(), user="dave", password="cave")
    host.open().negotiate()
    assert not host.authenticate()
    assert "Mikrotik-Group: there is no profile 'platinum'" in lab.daemon.log()


def test_the_servers_message_reaches_the_peer(lab, radius, dial):
    radius.user("erin", "green", Reply_Message="hello erin")
    assert "hello erin" in dial("erin", "green").auth_message


def test_the_servers_state_is_seen(lab, radius, dial):
    dial()
    row = lab.api.get("radius")[0]
    assert int(row["accepts"]) > 0 and row["dead"] in (False, "false")
    assert row["bad-replies"] == "0" or row["bad-replies"] == 0


def metrics(lab):
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2])
            for line in lab.api.text("/metrics").splitlines() if not line.startswith("#")}


def test_monitoring_sees_servers_logins_and_records(lab, radius, dial):
    before = metrics(lab)
    dial()
    records_of(radius, "alice")
    end = time.monotonic() + 30
    while True:
        after = metrics(lab)
        grown = {name for name, value in after.items() if value > before.get(name, 0)}
        if 'turnpike_accounting_acknowledged_total' in grown:
            break
        assert time.monotonic() < end
        time.sleep(0.1)
    server = f'server="{lab.CORE_HOST} 1812"'
    of = server + ",service="
    assert grown >= {f'turnpike_radius_requests_total{{{of}"authentication"}}',
                     f'turnpike_radius_requests_total{{{of}"accounting"}}',
                     f'turnpike_radius_accepts_total{{{of}"authentication"}}',
                     f'turnpike_radius_acknowledged_total{{{of}"accounting"}}',
                     "turnpike_radius_logins_total", "turnpike_accounting_records_total"}
    assert after[f'turnpike_radius_dead{{{of}"authentication"}}'] == 0
    assert after[f'turnpike_radius_bad_replies_total{{{server},reason="authenticator"}}'] == 0
    assert after["turnpike_accounting_on_disk"] == 1


def test_an_outage_is_told_and_over_when_the_server_is_back(lab, radius, dial):
    radius.kill()
    host = Subscriber(lab.wire(), user="alice", password="wonder")
    host.open().negotiate()
    assert not host.authenticate(20)
    assert "try again later" in host.auth_message
    dial("local", "here")
    radius.start()
    end = time.monotonic() + 60
    while True:
        host = Subscriber(lab.wire(), user="alice", password="wonder")
        host.open().negotiate()
        if host.authenticate(20):
            break
        assert time.monotonic() < end
        time.sleep(0.5)


# ---- accounting ---------------------------------------------------------------------------------

def records_of(radius, user, last="Start", timeout=60):
    """The accounting records of USER, when one of the kind LAST has come."""
    end = time.monotonic() + timeout
    while True:
        found = [record for record in radius.records() if record.get("User-Name") == [user]]
        if any(record["Acct-Status-Type"] == [last] for record in found):
            return found
        assert time.monotonic() < end, f"no {last} of {user}: {found}"
        time.sleep(0.1)


def all_acknowledged(lab):
    """A server has its records before it says so, and gets them again if the daemon ends in between."""
    until(lambda: int(lab.api.get("radius/accounting")["waiting"]) == 0, timeout=60,
          what="all records acknowledged")


def test_a_session_is_told_of_from_its_start_to_its_end(lab, radius, dial):
    radius.user("frank", "pass", Acct_Interim_Interval=2, Class="0x1234")
    host = dial("frank", "pass")
    for _ in range(3):
        assert host.ping(lab.CORE_HOST, size=500)
    host.run(5)
    host.hang_up()
    records = records_of(radius, "frank", "Stop")
    # One that the server was slow to acknowledge comes twice.
    kinds = [kind for kind, _ in itertools.groupby(
        record["Acct-Status-Type"][0] for record in records)]
    assert kinds == ["Start", "Interim-Update", "Stop"]
    assert len({record["Acct-Session-Id"][0] for record in records}) == 1
    stop = records[-1]
    assert stop["Acct-Terminate-Cause"] == ["User-Request"]
    assert stop["Framed-IP-Address"] == [host.address]
    assert stop["Class"] == ["0x1234"]
    assert int(stop["Acct-Input-Packets"][0]) == 3
    assert int(stop["Acct-Output-Packets"][0]) == 3
    assert int(stop["Acct-Input-Octets"][0]) == 3 * 528
    assert 4 <= int(stop["Acct-Session-Time"][0]) <= 60
    end = time.monotonic() + 30
    while not radius.rows("select * from radacct where username = 'frank' and acctstoptime"):
        assert time.monotonic() < end
        time.sleep(0.1)
    row = radius.rows("select * from radacct where username = ?", "frank")[0]
    assert row["acctterminatecause"] == "User-Request" and row["acctinputoctets"] == 3 * 528


def test_accounting_on_goes_before_all(lab, radius, dial):
    dial()
    first = records_of(radius, "alice") and radius.records()[0]
    assert first["Acct-Status-Type"] == ["Accounting-On"]


def test_records_wait_through_an_outage_and_come_in_order(lab, radius, dial):
    radius.user("grace", "hop")
    host = dial("grace", "hop")
    records_of(radius, "grace")
    radius.kill()
    host.hang_up()
    time.sleep(2)
    assert int(lab.api.get("radius/accounting")["waiting"]) >= 1
    radius.start()
    stop = records_of(radius, "grace", "Stop")[-1]
    assert stop["Acct-Status-Type"] == ["Stop"]
    assert int(stop["Acct-Delay-Time"][0]) >= 2
    all_acknowledged(lab)


def test_accounting_goes_on_over_a_crash(lab, radius, dial):
    """Acct-Session-Id and counters are what they were, and nobody is told of a start."""
    radius.user("ivan", "terrible")
    host = dial("ivan", "terrible")
    assert host.ping(lab.CORE_HOST)
    first = records_of(radius, "ivan")[-1]
    all_acknowledged(lab)
    told = len(radius.records())
    lab.daemon.kill()
    lab.daemon.start()
    lab.meet()
    assert host.ping(lab.CORE_HOST) and not host.ended
    host.hang_up()
    records = records_of(radius, "ivan", "Stop")
    assert [record["Acct-Status-Type"][0] for record in records
            if record["Acct-Status-Type"] != ["Interim-Update"]] == ["Start", "Stop"]
    assert {record["Acct-Session-Id"][0] for record in records} == {first["Acct-Session-Id"][0]}
    assert int(records[-1]["Acct-Input-Packets"][0]) == 2
    assert not [record for record in radius.records()[told:]
                if record["Acct-Status-Type"] == ["Accounting-On"]]
    assert lab.daemon.differences() == []


def test_sessions_that_nobody_saw_end_are_told_to_have_ended(lab, radius, dial):
    """Nor does the journal know of them."""
    radius.user("heidi", "seek")
    dial("heidi", "seek")
    records_of(radius, "heidi")
    lab.daemon.kill()
    shutil.rmtree(lab.daemon.journal)
    lab.daemon.start()
    lab.meet()
    records = records_of(radius, "heidi", "Stop")
    assert {record["Acct-Status-Type"][0] for record in records} == {"Start", "Stop"}
    assert records[-1]["Acct-Terminate-Cause"] == ["NAS-Reboot"]
    end = time.monotonic() + 30
    while radius.records()[-1]["Acct-Status-Type"] != ["Accounting-On"]:
        assert time.monotonic() < end
        time.sleep(0.1)
