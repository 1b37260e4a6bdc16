# SPDX-License-Identifier: BSD-3-Clause
"""Whom a session is for, what it inherits, how many there may be, and how each ends."""

import contextlib
import signal
import struct
import time

import pytest

from lab import frames
from lab.frames import LCP
from lab.subscriber import dotted
from lab.wait import until


def rows(lab, **wanted):
    return [row for row in lab.api.get("ppp/active")
            if all(row.get(name.replace("_", "-")) == value for name, value in wanted.items())]


def used(lab):
    return {row["address"] for row in lab.api.get("ip/pool/used")}


def refused(host):
    """True when this host gets no session: silence, or a PADS with an error and no id."""
    try:
        host.open(timeout=0.7)
    except TimeoutError:
        return True
    except AssertionError:
        return True
    return False


def test_the_quick_example_gives_an_address_of_its_pool(make_lab, subscriber):
    lab = make_lab()
    host = subscriber(lab).dial()
    assert host.address in ("10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5")
    row, = rows(lab)
    assert row["name"] == "MT-User" and row["service"] == "pppoe"
    assert row["address"] == host.address and row["caller-id"].lower() == host.mac
    assert used(lab) == {host.address}


def test_a_fixed_address_wins_over_the_pool(subscriber):
    host = subscriber(user="fixed").dial()
    assert host.address == "10.9.9.9"
    assert host.peer_address == bytes([10, 9, 0, 1]), "a secret's local-address wins too"


def test_a_fixed_address_is_never_held_twice(lab, subscriber):
    """Whose address it is dials in anew, and the session that held it ends."""
    old = subscriber(user="fixed").dial()
    new = subscriber(user="fixed").dial()
    old.until(lambda: old.ended, what="the old session ended")
    assert new.address == "10.9.9.9" and new.ping("10.9.0.1")
    until(lambda: len(rows(lab, address="10.9.9.9")) == 1, what="held once")


def test_no_client_gets_an_address_that_the_core_has(make_lab, subscriber):
    """Near the core, where nothing in the file is wrong: the kernel knows of a neighbour and of a
    gateway there; and a router's own address on the links is nobody's either."""
    def change(config):
        del config["ip"]["route"]
        config["ip"]["pool"][0]["ranges"] = "192.0.2.2-192.0.2.4"
        config["ppp"]["secret"] += [
            {"name": name, "password": "StrongPass", "profile": "for-pppoe", "remote-address": address}
            for name, address in (("gate", "192.0.2.9"), ("near", "192.0.2.2"),
                                  ("ours", "10.0.0.1"), ("mine", "203.0.113.5"))]

    lab = make_lab(change)
    ac = lab.net.run
    ac("ac", "ip", "route", "add", "198.18.0.0/24", "via", "192.0.2.9")
    ac("ac", "ip", "neigh", "replace", "192.0.2.3", "lladdr", "02:00:00:00:00:33", "dev", "core0")
    ac("ac", "ip", "neigh", "replace", "192.0.2.2", "lladdr", "02:00:00:00:00:22", "dev", "core0")
    ac("ac", "ip", "addr", "add", "203.0.113.5/32", "dev", "core0")
    for user, why in (("gate", "192.0.2.9 is a gateway of the kernel's routes"),
                      ("near", "192.0.2.2 is a neighbour on core0"),
                      ("ours", "10.0.0.1 is the local-address of profile for-pppoe"),
                      ("mine", "203.0.113.5 is an address of this host")):
        def told(user=user, why=why):
            with contextlib.suppress(AssertionError, TimeoutError):
                subscriber(lab, user=user).dial(timeout=1)
            return why in lab.daemon.log()
        until(told, what=f"told: {why}")
    assert subscriber(lab).dial().address == "192.0.2.4", "the pool passes the neighbours over"
    assert used(lab) == {"192.0.2.4"}


def test_a_secret_of_the_default_profile_uses_the_servers(subscriber):
    assert subscriber(user="inherits").dial().address.startswith("10.0.0.")


def test_what_the_secret_does_not_say_its_profile_says_and_else_the_default(make_lab, subscriber):
    def inherit(config):
        config["ppp"]["profile"] += [
            {"name": "default", "dns-server": "198.51.100.1", "wins-server": "198.51.100.2",
             "local-address": "10.0.9.1"},
            {"name": "own", "dns-server": "198.51.100.3", "remote-address": "pppoe-pool"}]
        config["ppp"]["secret"] += [
            {"name": "plain", "password": "StrongPass", "profile": "own"},
            {"name": "special", "password": "StrongPass", "profile": "own",
             "local-address": "10.0.8.1", "remote-address": "10.7.7.7"}]

    lab = make_lab(inherit)
    for user, address, local in (("plain", "10.0.0.2", "10.0.0.1"), ("special", "10.7.7.7", "10.0.8.1")):
        host = subscriber(lab, user=user)
        host.ipcp_wants[frames.NBNS1] = bytes(4)
        host.dial()
        assert (host.address, dotted(host.peer_address)) == (address, local)
        assert host.dns == ["198.51.100.3"], "the profile's, not the default's"
        assert host.nbns == ["198.51.100.2"], "the default's, for want of another"


def test_a_pool_is_used_up_then_the_next_then_nobody(lab, subscriber):
    hosts = [subscriber(user="tiny").dial() for _ in range(3)]
    assert {host.address for host in hosts} == {"10.1.0.2", "10.1.0.4", "10.2.0.8"}
    late = subscriber(user="tiny")
    late.open().negotiate()
    late.authenticate()
    late.run(1.0)
    assert late.address is None
    hosts[1].hang_up()
    until(lambda: hosts[1].address not in used(lab), what="given back")
    assert subscriber(user="tiny").dial().address == hosts[1].address


def test_an_address_comes_back_whatever_ends_the_session(lab, subscriber):
    hosts = [subscriber().dial() for _ in range(3)]
    theirs = {host.address for host in hosts}
    assert theirs <= used(lab)
    hosts[0].hang_up()
    hosts[1].send_discovery(frames.PADT, session=hosts[1].session)
    lab.api.delete("ppp/active/" + rows(lab, address=hosts[2].address)[0][".id"])
    until(lambda: not theirs & used(lab), what="given back")


def test_a_caller_id_binds_a_secret_to_a_host(subscriber):
    stranger = subscriber(user="bound")
    stranger.open().negotiate()
    assert stranger.authenticate() is False
    assert subscriber(user="bound", mac="02:00:00:aa:bb:cc").dial().address


def test_a_caller_id_binds_a_secret_to_a_line(lab, subscriber):
    stranger = subscriber(user="wired")
    stranger.line_tag = frames.line_tag(b"dslam1 eth 1/3", b"house 8")
    stranger.open().negotiate()
    assert stranger.authenticate() is False
    host = subscriber(user="wired")
    numbers = {name: 10000 + kind for name, kind in frames.LINE.items()}
    host.line_tag = frames.line_tag(b"dslam1 eth 1/2", b"house 7", **numbers)
    host.dial()
    row = rows(lab, name="wired")[0]
    assert (row["circuit-id"], row["remote-id"]) == ("dslam1 eth 1/2", "house 7")
    assert {name: row[name] for name in frames.LINE} == numbers


def test_a_caller_id_may_be_the_lines_remote_id(subscriber):
    for circuit, remote, let_in in ((b"any", b"house 8", False), (b"house 9", b"", True),
                                    (b"any", b"house 9", True), (b"", b"house 9 ", False)):
        host = subscriber(user="housed")
        host.line_tag = frames.line_tag(circuit, remote)
        host.open().negotiate()
        assert host.authenticate() is let_in, (circuit, remote)


def test_a_line_counts_for_nothing_where_no_access_node_is_trusted(lab, subscriber):
    """The tag is then the host's own: it is not shown, and opens no secret."""
    claimed = frames.line_tag(b"dslam1 eth 1/2", b"house 9", **{"actual-rate-up": 1000})
    for user in ("wired", "housed"):
        host = subscriber(user=user, service="unwired")
        host.line_tag = claimed
        host.open().negotiate()
        assert host.authenticate() is False, user
    host = subscriber(service="unwired")
    host.line_tag = claimed
    host.dial()
    row, = [row for row in rows(lab) if row["caller-id"].lower() == host.mac]
    assert not {"circuit-id", "remote-id", "actual-rate-up"} & set(row)


def test_trust_in_lines_changes_for_those_who_dial_in_next(lab, subscriber):
    path = "interface/pppoe-server/server/unwired@ether3"
    host = subscriber(user="wired", service="unwired")
    host.line_tag = frames.line_tag(b"dslam1 eth 1/2")
    lab.api.patch(path, trust_access_line=True)
    try:
        host.dial()
    finally:
        lab.api.patch(path, trust_access_line=False)
    assert host.ping("10.0.0.1") and not host.ended
    assert rows(lab, name="wired")[0]["circuit-id"] == "dslam1 eth 1/2"


def test_a_line_that_is_cut_off_binds_nobody(lab, subscriber):
    """A sub-option that runs past its tag is left out; the session itself is in order."""
    host = subscriber(user="wired")
    host.line_tag = frames.tag(0x0105, struct.pack("!IBB", 3561, 1, 200) + b"dslam1 eth 1/2")
    host.open().negotiate()
    assert host.authenticate() is False
    assert subscriber().dial().address


def test_max_sessions_is_the_most(subscriber):
    one = subscriber(service="few").dial()
    other = subscriber(service="few")
    assert refused(other)
    one.hang_up()
    one.run(0.3)
    assert subscriber(service="few").dial().address


def test_one_session_per_host_ends_the_old_one(lab, subscriber):
    old = subscriber(service="hosts").dial()
    new = subscriber(service="hosts", mac=old.mac).dial()
    old.until(lambda: old.ended, what="the old session ended")
    assert len(rows(lab, address=new.address)) == 1
    until(lambda: len([row for row in rows(lab) if row["caller-id"].lower() == old.mac]) == 1,
          what="the old session gone")
    assert new.ping("10.0.0.1")


def test_a_host_may_have_two_sessions_unless_told_otherwise(subscriber):
    one = subscriber().dial()
    other = subscriber(mac=one.mac).dial()
    assert one.session != other.session and one.address != other.address


def test_only_one_ends_the_users_old_session(lab, subscriber):
    old = subscriber(user="single").dial()
    new = subscriber(user="single").dial()
    old.until(lambda: old.ended, what="the old session ended")
    until(lambda: [row["address"] for row in rows(lab, name="single")] == [new.address],
          what="the old session gone")


@pytest.mark.alone
def test_session_timeout_ends_it_in_time(subscriber):
    host = subscriber(user="short").dial()
    begin = time.monotonic()
    host.until(lambda: host.ended, timeout=6, what="ended")
    assert 2.5 < time.monotonic() - begin < 4.5


@pytest.mark.alone
def test_idle_timeout_ends_a_silent_session_only(subscriber):
    host = subscriber(user="idle").dial()
    for _ in range(5):
        assert host.ping("10.0.0.1")
        host.run(0.9)
        assert not host.ended, "it has traffic"
    begin = time.monotonic()
    host.until(lambda: host.ended, timeout=7, what="ended")
    assert 1.5 < time.monotonic() - begin < 5.5


@pytest.mark.alone
@pytest.mark.parametrize("user", ["limited-in", "limited-out"])
def test_a_byte_limit_ends_the_session_within_a_second_or_so(lab, subscriber, user):
    host = subscriber(user=user).dial()
    for _ in range(5):
        assert host.ping("10.0.0.1", size=100)
    host.run(1.3)
    assert not host.ended, "it has not had its 10,000 bytes yet"
    for _ in range(10):
        host.ping(lab.CORE_HOST, size=1200)
    begin = time.monotonic()
    host.until(lambda: host.ended, timeout=4, what="ended")
    assert time.monotonic() - begin < 2.5
    until(lambda: lab.api.get(f"ppp/secret/{user}").get("last-end-reason") == "limit-bytes",
          what="the reason told")


def test_a_secret_tells_how_its_last_session_went(lab, subscriber):
    assert "last-logged-out" not in lab.api.get("ppp/secret/routed")
    host = subscriber(user="routed").dial()
    assert "last-logged-out" not in lab.api.get("ppp/secret/routed")
    lab.api.delete("ppp/active/routed")
    host.until(lambda: host.ended and "last-caller-id" in lab.api.get("ppp/secret/routed"),
               what="ended, and told of")
    secret = lab.api.get("ppp/secret/routed")
    assert secret["last-caller-id"].lower() == host.mac
    assert secret["last-disconnect-reason"] == "reset"
    assert secret["last-end-reason"] == "admin"
    then = time.mktime(time.strptime(secret["last-logged-out"], "%Y-%m-%d %H:%M:%S"))
    assert abs(time.time() - then) < 60
    assert lab.api.get("ppp/secret/routed", **{".proplist": "name,last-caller-id"}) == {
        "name": "routed", "last-caller-id": secret["last-caller-id"]}


@pytest.mark.alone
def test_keepalive_asks_each_second_and_then_ends(lab, subscriber):
    host = subscriber(service="quick")
    host.dial()
    host.answer_echo = False
    begin = time.monotonic()
    host.until(lambda: host.ended, timeout=8, what="ended")
    took = time.monotonic() - begin
    assert 3.0 < took < 6.0, "silent for twice keepalive-timeout"
    asked = [frame for frame in host.seen if frame.protocol == LCP and
             frame.control()[0] == frames.ECHO_REQ]
    assert 1 <= len(asked) <= 4, "an Echo-Request each second after keepalive-timeout"
    until(lambda: not [row for row in rows(lab) if row["caller-id"].lower() == host.mac])


def test_after_a_standstill_nobody_is_given_up_unasked(make_lab, subscriber):
    """As of a virtual machine that is paused for longer than twice the keepalive."""
    lab = make_lab(lambda config: config["interface"]["pppoe-server"]["server"][0].update(
        {"keepalive-timeout": "2s"}))
    host = subscriber(lab).dial()
    lab.daemon.signal(signal.SIGSTOP)
    time.sleep(7)
    lab.daemon.signal(signal.SIGCONT)
    host.run(6)
    assert not host.ended
    assert [row["name"] for row in rows(lab)] == [host.user]
    assert any(frame.protocol == LCP and frame.control()[0] == frames.ECHO_REQ
               for frame in host.seen), "asked, before anything was made of the silence"


def test_keepalive_lets_a_living_session_live(subscriber):
    host = subscriber(service="quick").dial()
    host.run(6)
    assert not host.ended and host.ping("10.0.0.1")
    assert any(frame.protocol == LCP and frame.control()[0] == frames.ECHO_REQ
               for frame in host.seen)


def test_without_keepalive_nobody_is_asked_or_ended(subscriber):
    host = subscriber(service="patient").dial()
    host.answer_echo = False
    host.run(5)
    assert not host.ended
    assert not [frame for frame in host.seen if frame.protocol == LCP and
                frame.control()[0] == frames.ECHO_REQ]
    assert host.ping("10.0.0.1")


def test_traffic_alone_keeps_a_session_alive(subscriber):
    host = subscriber(service="quick").dial()
    host.answer_echo = False
    for _ in range(7):
        assert host.ping("10.0.0.1")
        host.run(0.8)
    assert not host.ended


def test_an_operators_disconnect_tells_the_peer(lab, subscriber):
    host = subscriber().dial()
    row, = [row for row in rows(lab) if row["caller-id"].lower() == host.mac]
    lab.api.delete("ppp/active/" + row[".id"])
    host.until(lambda: any(frame.ethertype == frames.ETHERTYPE_DISCOVERY and
                           frame.code == frames.PADT for frame in host.seen), what="told by PADT")
    assert host.ended == "Terminate-Request"
    until(lambda: not [row for row in rows(lab) if row["caller-id"].lower() == host.mac],
          what="gone from the list")


def test_every_end_has_its_reason_in_the_log_and_the_events(lab, subscriber):
    events = lab.api.events()
    try:
        host = subscriber().dial()
        _, up = events.until(lambda kind, data: data.get("event") == "session-up" and
                             data.get("caller-id", "").lower() == host.mac)
        assert up["name"] == "MT-User" and up["address"] == host.address
        host.send_discovery(frames.PADT, session=host.session)
        _, down = events.until(lambda kind, data: data.get("event") == "session-down" and
                               data.get("caller-id", "").lower() == host.mac)
        assert "reason" in down and "PADT" in down["reason"]
        bad = subscriber(password="wrong")
        bad.open().negotiate()
        bad.authenticate()
        events.until(lambda kind, data: data.get("event") in ("refused", "session-down") and
                     data.get("caller-id", "").lower() == bad.mac)
    finally:
        events.close()
    until(lambda: down["reason"] in lab.daemon.log(), what="in the log")


def test_redial_works_many_times(lab, subscriber):
    before = used(lab)
    host = subscriber()
    for _ in range(20):
        host.dial()
        assert host.ping("10.0.0.1")
        host.hang_up()
        host.reset()
    until(lambda: used(lab) <= before, what="the pool whole again")


def interface(lab, name):
    return lab.api.get("interface/pppoe-server/" + name)


def test_a_static_interface_keeps_name_id_and_counters_over_redials(lab, subscriber):
    made = lab.api.put("interface/pppoe-server", name="to-routed", user="routed")
    try:
        assert (made["running"], made["dynamic"], made["bytes-in"]) == (False, False, 0)
        host = subscriber(user="routed").dial()
        assert host.ping("10.0.0.1")
        first = interface(lab, "to-routed")
        assert first["running"] and first[".id"] == made[".id"] and first["bytes-in"] > 0
        assert first["remote-address"].lower() == host.mac
        second = subscriber(user="routed", mac="02:00:00:00:77:01")
        assert [row["name"] for row in lab.api.get("interface/pppoe-server", user="routed")] == \
            ["to-routed"]
        host.hang_up()
        until(lambda: not interface(lab, "to-routed")["running"])
        assert interface(lab, "to-routed")["bytes-in"] >= first["bytes-in"]
        second.dial()
        assert second.ping("10.0.0.1")
        again = interface(lab, made[".id"])
        assert again["running"] and again["bytes-in"] > first["bytes-in"]
        assert again["remote-address"].lower() == second.mac
    finally:
        lab.api.delete("interface/pppoe-server/to-routed")
    assert [row["name"] for row in lab.api.get("interface/pppoe-server", user="routed")] == \
        ["<pppoe-routed>"]


def test_a_second_session_of_a_user_has_an_interface_of_another_name(lab, subscriber):
    subscriber().dial()
    subscriber().dial()
    names = {row["name"] for row in lab.api.get("interface/pppoe-server", user="MT-User")}
    assert {"<pppoe-MT-User>", "<pppoe-MT-User-1>"} <= names
    assert interface(lab, "<pppoe-MT-User-1>")["dynamic"]


def test_servers_of_one_interface_come_change_and_go_while_others_run(lab, subscriber):
    path = "interface/pppoe-server/server/passing@ether3"
    stays = subscriber().dial()
    lab.api.put("interface/pppoe-server/server", **{
        "service-name": "passing", "interface": "ether3", "default-profile": "for-pppoe",
        "max-sessions": 1})
    guest = subscriber(service="passing").dial()
    assert [row["caller-id"].lower() for row in rows(lab, server="passing")] == [guest.mac]
    assert lab.api.get(path)["sessions"] == 1
    lab.api.patch(path, **{"max-sessions": 2, "authentication": "pap"})
    second = subscriber(service="passing", auth="pap").dial()
    assert not guest.ended and guest.ping("10.0.0.1"), "a change leaves its sessions alone"
    lab.api.delete(path)
    for host in (guest, second):
        host.until(lambda host=host: host.ended, what="ended with its server")
    assert stays.ping("10.0.0.1") and not stays.ended
    until(lambda: rows(lab, server="passing") == [], what="gone")
