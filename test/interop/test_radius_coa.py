# SPDX-License-Identifier: BSD-3-Clause
"""Sessions changed and ended by FreeRADIUS's radclient, as scripts for RouterOS and accel-ppp do."""

import itertools
import re
import socket
import threading
import time

import pytest

from lab import frames
from lab.api import ApiError
from lab.daemon import Lab
from lab.freeradius import SECRET
from lab.net import inside
from test_freeradius import active, config_of, dial, radius, records_of  # noqa: F401

FIXED = "10.9.9.60"
OTHER_SECRET = "another secret"


@pytest.fixture(scope="module")
def lab():
    lab = Lab()
    try:
        config = config_of(lab)
        config["radius"]["incoming"] = {"accept": True}
        config["radius"]["server"] += [
            {"address": "::1", "secret": OTHER_SECRET},
            {"address": "192.0.2.9", "secret": SECRET, "disabled": True},
            {"address": "192.0.2.4", "protocol": "radsec"}]
        lab.net.run("ac", "sysctl", "-qw", "net.ipv6.conf.lo.disable_ipv6=0")
        for address in ("192.0.2.3", "192.0.2.4", "192.0.2.9"):
            lab.net.run("core", "ip", "addr", "add", f"{address}/24", "dev", "host0")
        yield lab.start(config)
    finally:
        lab.close()


@pytest.fixture
def host(radius, dial):
    """ann, with an address of her own and a rate limit by her server."""
    radius.user("ann", "pass", Framed_IP_Address=FIXED, Mikrotik_Rate_Limit="1M/2M",
                Class="0x0101")
    return dial("ann", "pass")


def ended(host):
    """Its Terminate-Request came, or its PADT."""
    return any(frame.ethertype == frames.ETHERTYPE_DISCOVERY and frame.code == frames.PADT
               for frame in host.seen)


def said(answer, what):
    assert f"Received {what} " in answer[1], answer[1]


def refused(answer, what, cause):
    said(answer, what)
    assert f"Error-Cause = {cause}" in answer[1], answer[1]


def unanswered(answer):
    assert answer[0] != 0 and "Received" not in answer[1], answer[1]


def incoming(lab):
    return lab.api.get("radius/incoming")


def session_id(radius, user):
    return records_of(radius, user)[-1]["Acct-Session-Id"][0]


class Forgetful:
    """Stands between radclient and the daemon: the first answer is lost, so radclient sends again."""

    def __init__(self, lab, losses=1):
        self.requests, self.answers, self.losses = [], [], losses
        with inside(lab.net.namespace("core")):
            self.front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.front.bind((lab.CORE_HOST, 0))
            self.back = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.back.connect((lab.CORE_AC, 3799))
        self.port = self.front.getsockname()[1]
        threading.Thread(target=self._carry, daemon=True).start()

    def _carry(self):
        self.back.settimeout(10)
        while len(self.answers) <= self.losses:
            packet, peer = self.front.recvfrom(4096)
            self.requests.append(packet)
            self.back.send(packet)
            self.answers.append(self.back.recv(4096))
            if len(self.answers) > self.losses:
                self.front.sendto(self.answers[-1], peer)


def test_what_radclient_sends_again_is_done_once_and_answered_alike(lab, radius, dial):
    radius.user("ann", "pass")
    dial("ann", "pass")
    between, before = Forgetful(lab), incoming(lab)
    answer = radius.client("coa", to=lab.CORE_HOST, port=between.port, timeout=1, tries=3,
                           User_Name="ann", Mikrotik_Rate_Limit="3M/4M")
    said(answer, "CoA-ACK")
    assert len(between.requests) == 2 and between.requests[0] == between.requests[1]
    assert between.answers[0] == between.answers[1]
    after = incoming(lab)
    assert after["acks"] - before["acks"] == 1
    # Ours is not the only second one: the kernel hears of each frame by net_af_packet's device too.
    assert after["duplicates"] - before["duplicates"] == after["requests"] - before["requests"] - 1


# ---- Disconnect -----------------------------------------------------------------------------------

def test_a_session_is_ended_as_routeros_scripts_do(lab, radius, dial):
    radius.user("ida", "pass", Framed_IP_Address="10.9.9.62")
    host = dial("ida", "pass")
    said(radius.client("disconnect", User_Name="ida", Framed_IP_Address="10.9.9.62",
                       NAS_IP_Address="192.0.2.1"), "Disconnect-ACK")
    host.until(lambda: ended(host), what="its end")
    assert records_of(radius, "ida", "Stop")[-1]["Acct-Terminate-Cause"] == ["Admin-Reset"]
    assert "Disconnect-Request of 192.0.2.2: the session of 'ida' (10.9.9.62) is ended" in \
        lab.daemon.log()


def test_a_session_is_ended_by_its_acct_session_id(lab, radius, dial):
    radius.user("ben", "pass")
    host = dial("ben", "pass")
    said(radius.client("disconnect", Acct_Session_Id=session_id(radius, "ben")), "Disconnect-ACK")
    host.until(lambda: ended(host), what="its end")
    refused(radius.client("disconnect", Acct_Session_Id=session_id(radius, "ben")),
            "Disconnect-NAK", "Session-Context-Not-Found")


def test_each_name_of_a_session_finds_it(lab, radius, dial):
    radius.user("fay", "pass")
    host = dial("fay", "pass")
    record = records_of(radius, "fay")[-1]
    for name in ("Acct-Session-Id", "NAS-Port", "NAS-Port-Id", "Calling-Station-Id", "User-Name",
                 "Framed-IP-Address"):
        said(radius.client("coa", Session_Timeout=7200, **{name: record[name][0]}), "CoA-ACK")
    for written in (host.mac.upper(), host.mac.replace(":", "-"), host.mac.replace(":", "")):
        said(radius.client("coa", Session_Timeout=7200, Calling_Station_Id=written), "CoA-ACK")


# ---- CoA ------------------------------------------------------------------------------------------

def test_the_rate_limit_is_changed_as_routeros_scripts_do(lab, radius, host):
    assert active(lab, "ann")["rate-limit"] == "1M/2M"
    said(radius.client("coa", User_Name="ann", Framed_IP_Address=FIXED,
                       Mikrotik_Rate_Limit="5M/50M"), "CoA-ACK")
    assert active(lab, "ann")["rate-limit"] == "5M/50M"
    assert "is changed: Mikrotik-Rate-Limit" in lab.daemon.log()
    noted = lab.api.get("system/history")[-1]
    assert noted["via"] == "coa" and noted["address"] == "192.0.2.2" and not noted["undoable"]
    assert noted["action"] == f"the session of 'ann' ({FIXED}) is changed: Mikrotik-Rate-Limit"
    assert host.ping(lab.CORE_HOST)


def test_the_rate_limit_is_changed_as_accel_ppp_scripts_do(lab, radius, dial):
    radius.user("gus", "pass")
    dial("gus", "pass")
    record = records_of(radius, "gus")[-1]
    names = {"User_Name": "gus", "Acct_Session_Id": record["Acct-Session-Id"][0],
             "NAS_IP_Address": record["NAS-IP-Address"][0], "Filter_Id": "30000/3000"}
    refused(radius.client("coa", **names), "CoA-NAK", "Unsupported-Attribute")
    lab.api.patch("ppp/aaa", filter_id_rate="yes")
    try:
        said(radius.client("coa", **names), "CoA-ACK")
    finally:
        lab.api.patch("ppp/aaa", filter_id_rate="no")
    assert active(lab, "gus")["rate-limit"] == "3M/30M"


def test_address_list_class_and_interim_are_changed_together(lab, radius, dial):
    radius.user("hal", "pass", Class="0x0101")
    host = dial("hal", "pass")
    records_of(radius, "hal")
    said(radius.client("coa", User_Name="hal", Mikrotik_Address_List="walled", Class="0x0202",
                       Acct_Interim_Interval=60), "CoA-ACK")
    assert [row["list"] for row in lab.api.get("ip/firewall/address-list")
            if row["address"] == host.address] == ["walled"]
    said(radius.client("disconnect", User_Name="hal"), "Disconnect-ACK")
    host.until(lambda: ended(host), what="its end")
    records = records_of(radius, "hal", "Stop")
    kinds = [kind for kind, _ in itertools.groupby(
        record["Acct-Status-Type"][0] for record in records)]
    assert kinds == ["Start", "Interim-Update", "Stop"]
    assert records[0]["Class"] == ["0x0101"] and records[-1]["Class"] == ["0x0202"]


def test_what_is_changed_is_seen(lab, radius, host):
    row = active(lab, "ann")
    assert row["radius"] in (True, "true")
    end = time.monotonic() + 30
    while session_id(radius, "ann") != row["acct-session-id"]:
        assert time.monotonic() < end
        time.sleep(0.1)
    said(radius.client("coa", User_Name="ann", Mikrotik_Address_List="walled", Session_Timeout=7200,
                       Idle_Timeout=600, Mikrotik_Recv_Limit=5, Mikrotik_Recv_Limit_Gigawords=1,
                       Mikrotik_Xmit_Limit=3000000000, Mikrotik_Total_Limit=4000000000,
                       Acct_Interim_Interval=300), "CoA-ACK")
    row = active(lab, "ann")
    assert row["address-list"] == "walled"
    assert row["session-timeout"] == "2h" and row["idle-timeout"] == "10m"
    assert int(row["limit-bytes-in"]) == 2 ** 32 + 5
    assert int(row["limit-bytes-out"]) == 3000000000
    assert int(row["limit-bytes-total"]) == 4000000000
    assert row["interim-update"] == "5m"


def test_a_session_timeout_counts_from_the_sessions_begin(lab, radius, host):
    host.run(2)
    said(radius.client("coa", User_Name="ann", Session_Timeout=1), "CoA-ACK")
    host.until(lambda: ended(host), what="its end")
    assert "session-timeout is over" in lab.daemon.log()


def test_a_limit_of_bytes_holds_from_now_on(lab, radius, host):
    assert host.ping(lab.CORE_HOST, size=500)
    said(radius.client("coa", User_Name="ann", Mikrotik_Recv_Limit=400), "CoA-ACK")
    host.until(lambda: ended(host), what="its end")
    assert "limit-bytes-in or limit-bytes-out is used up" in lab.daemon.log()


def test_a_group_is_another_profile_and_the_servers_own_word_stays(lab, radius, host, dial):
    radius.user("cyd", "pass")
    dial("cyd", "pass")
    for user in ("ann", "cyd"):
        said(radius.client("coa", User_Name=user, Mikrotik_Group="gold"), "CoA-ACK")
        assert active(lab, user)["profile"] == "gold"
    assert active(lab, "cyd")["rate-limit"] == "5M/20M"
    assert active(lab, "ann")["rate-limit"] == "1M/2M"


def test_a_changed_profile_reaches_standing_subscribers_of_servers(lab, radius, host, dial):
    radius.user("dan", "pass", Mikrotik_Group="gold")
    dial("dan", "pass")
    gold = next(row for row in lab.api.get("ppp/profile") if row["name"] == "gold")
    try:
        lab.api.patch("ppp/profile/" + gold[".id"], rate_limit="7M/70M")
        end = time.monotonic() + 10
        while active(lab, "dan")["rate-limit"] != "7M/70M":
            assert time.monotonic() < end
            time.sleep(0.1)
        assert active(lab, "ann")["rate-limit"] == "1M/2M"
    finally:
        lab.api.patch("ppp/profile/" + gold[".id"], rate_limit="5M/20M")


# ---- what is refused ------------------------------------------------------------------------------

@pytest.mark.parametrize("more, cause", [
    ({"Mikrotik_Rate_Limit": "fast"}, "Invalid-Attribute-Value"),
    ({"Mikrotik_Group": "platinum"}, "Invalid-Attribute-Value"),
    ({"Framed_Route": "10.77.0.0/24"}, "Unsupported-Attribute"),
    ({"Framed_Pool": "special"}, "Unsupported-Attribute"),
    ({"Framed_IPv6_Pool": "six"}, "Unsupported-Attribute"),
    ({"Service_Type": "Authorize-Only"}, "Unsupported-Service")])
def test_what_can_not_be_had_changes_nothing(lab, radius, host, more, cause):
    refused(radius.client("coa", User_Name="ann", Session_Timeout=1, Mikrotik_Address_List="x",
                          **more), "CoA-NAK", cause)
    assert active(lab, "ann")["rate-limit"] == "1M/2M"
    assert not any(row["address"] == FIXED for row in lab.api.get("ip/firewall/address-list"))
    host.run(1.5)
    assert not ended(host)
    assert cause in incoming(lab)["nak-causes"]


def test_what_changes_nothing_or_names_nobody_is_refused(lab, radius, host):
    refused(radius.client("coa", User_Name="ann"), "CoA-NAK", "Missing-Attribute")
    refused(radius.client("coa", Mikrotik_Rate_Limit="1M"), "CoA-NAK", "Missing-Attribute")
    refused(radius.client("disconnect", User_Name="nobody"), "Disconnect-NAK",
            "Session-Context-Not-Found")


@pytest.mark.parametrize("more", [
    {"Framed_IP_Address": "10.9.9.61"}, {"Acct_Session_Id": "0123456789abcdef"},
    {"Acct_Session_Id": "no such"}, {"NAS_Port": 4711}, {"NAS_Port_Id": "ether4"},
    {"Calling_Station_Id": "02:00:00:00:00:01"}, {"User_Name": "alice"},
    {"Framed_IPv6_Prefix": "2001:db8::/64"}, {"Delegated_IPv6_Prefix": "2001:db8::/56"},
    {"Acct_Multi_Session_Id": "0123456789abcdef"}])
def test_what_disagrees_names_nobody(lab, radius, host, more):
    refused(radius.client("disconnect", **{"User_Name": "ann", **more,
                                           **({"Framed_IP_Address": FIXED} if "User_Name" in more
                                              else {})}),
            "Disconnect-NAK", "Session-Context-Not-Found")
    assert active(lab, "ann")["state"] == "connected"


def test_a_user_with_several_sessions_is_not_enough(lab, radius, dial):
    radius.user("eve", "pass")
    hosts = [dial("eve", "pass") for _ in range(2)]
    refused(radius.client("disconnect", User_Name="eve"), "Disconnect-NAK",
            "Multiple-Session-Selection-Unsupported")
    said(radius.client("disconnect", User_Name="eve", Framed_IP_Address=hosts[0].address),
         "Disconnect-ACK")
    hosts[0].until(lambda: ended(hosts[0]), what="its end")
    assert active(lab, "eve")["address"] == hosts[1].address


def test_what_is_for_another_nas_is_refused(lab, radius, host):
    for other in ({"NAS_IP_Address": "192.0.2.77"}, {"NAS_Identifier": "elsewhere"}):
        refused(radius.client("disconnect", User_Name="ann", **other), "Disconnect-NAK",
                "NAS-Identification-Mismatch")
    said(radius.client("coa", User_Name="ann", Session_Timeout=7200, NAS_IP_Address="192.0.2.1",
                       NAS_Identifier="MT_AC"), "CoA-ACK")


# ---- who may --------------------------------------------------------------------------------------

def test_a_wrong_secret_is_not_answered(lab, radius, host):
    before = int(incoming(lab)["bad-requests"])
    unanswered(radius.client("disconnect", secret="wrong", timeout=1, User_Name="ann"))
    assert int(incoming(lab)["bad-requests"]) > before
    assert "authenticator=" in incoming(lab)["bad-reasons"]
    assert active(lab, "ann")["state"] == "connected"
    assert "a request of 192.0.2.2 is ignored: authenticator; is the secret the same" in \
        lab.daemon.log()


# The secret of RadSec is known to everybody: over UDP it proves nothing.
@pytest.mark.parametrize("address, secret", [
    ("192.0.2.3", SECRET), ("192.0.2.9", SECRET), ("192.0.2.4", "radsec")])
def test_strangers_and_disabled_servers_are_not_answered(lab, radius, host, address, secret):
    before = int(incoming(lab)["bad-requests"])
    unanswered(radius.client("disconnect", secret=secret, timeout=1, User_Name="ann",
                             Packet_Src_IP_Address=address))
    assert int(incoming(lab)["bad-requests"]) > before
    assert "unknown-server=" in incoming(lab)["bad-reasons"]
    assert active(lab, "ann")["state"] == "connected"


def test_what_is_old_is_not_answered(lab, radius, host):
    unanswered(radius.client("disconnect", timeout=1, User_Name="ann", Event_Timestamp=1000000000))
    assert "event-timestamp=" in incoming(lab)["bad-reasons"]
    said(radius.client("coa", User_Name="ann", Session_Timeout=7200,
                       Event_Timestamp=int(time.time())), "CoA-ACK")


def test_a_message_authenticator_is_required_where_configured(lab, radius, host):
    names = {"User_Name": "ann", "Session_Timeout": 7200}
    lab.api.patch("radius/incoming", require_message_auth="yes")
    try:
        unanswered(radius.client("coa", timeout=1, **names))
        said(radius.client("coa", Message_Authenticator="0x00", **names), "CoA-ACK")
    finally:
        lab.api.patch("radius/incoming", require_message_auth="no")
    said(radius.client("coa", **names), "CoA-ACK")


def test_a_time_is_required_where_configured(lab, radius, host):
    names = {"User_Name": "ann", "Session_Timeout": 7200}
    lab.api.patch("radius/incoming", require_event_timestamp="yes")
    try:
        unanswered(radius.client("coa", timeout=1, **names))
        said(radius.client("coa", Event_Timestamp=int(time.time()), **names), "CoA-ACK")
    finally:
        lab.api.patch("radius/incoming", require_event_timestamp="no")
    said(radius.client("coa", **names), "CoA-ACK")


def test_ipv6_has_its_own_servers(lab, radius, host):
    said(radius.client("coa", namespace="ac", to="[::1]", secret=OTHER_SECRET, User_Name="ann",
                       Session_Timeout=7200), "CoA-ACK")
    unanswered(radius.client("coa", namespace="ac", to="[::1]", timeout=1, User_Name="ann",
                             Session_Timeout=7200))


def test_the_port_is_live_and_another_programs_is_refused(lab, radius, host):
    names = {"User_Name": "ann", "Session_Timeout": 7200}
    lab.api.patch("radius/incoming", port="1700")
    said(radius.client("coa", port=1700, **names), "CoA-ACK")
    unanswered(radius.client("coa", timeout=1, **names))
    with inside(lab.net.namespace("ac")):
        taken = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with taken:
        taken.bind(("0.0.0.0", 3799))
        with pytest.raises(ApiError, match="can't listen to UDP port 3799"):
            lab.api.patch("radius/incoming", port="3799")
    said(radius.client("coa", port=1700, **names), "CoA-ACK")
    lab.api.patch("radius/incoming", port="3799", accept="no")
    unanswered(radius.client("coa", timeout=1, **names))
    lab.api.patch("radius/incoming", accept="yes")
    said(radius.client("coa", **names), "CoA-ACK")


def test_all_of_it_is_counted(lab, radius, host):
    said(radius.client("coa", User_Name="ann", Session_Timeout=7200), "CoA-ACK")
    row, metrics = incoming(lab), lab.api.text("/metrics")
    assert int(row["requests"]) >= int(row["acks"]) + int(row["naks"]) > 0
    found = dict(re.findall(r"^(turnpike_radius_incoming_\S+) (\d+)$", metrics, re.M))
    assert found["turnpike_radius_incoming_requests_total"] == str(row["requests"])
    acks = sum(int(value) for name, value in found.items() if "acks_total" in name)
    assert acks == int(row["acks"])
    naks = sum(int(value) for name, value in found.items() if "naks_total" in name)
    assert naks == int(row["naks"])
