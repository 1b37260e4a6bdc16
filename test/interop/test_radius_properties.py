# SPDX-License-Identifier: BSD-3-Clause
"""Each property of /radius and /ppp/aaa does what it says, set while the daemon runs."""

import itertools
import struct
import time

import pytest

from lab import frames, radius
from lab.api import ApiError
from lab.daemon import Lab
from lab.subscriber import Subscriber

PORTS = itertools.count(20000, 2)
SECRET = "testing123"


@pytest.fixture(scope="module")
def lab():
    lab = Lab()
    try:
        config = lab.base_config()
        config["ppp"]["secret"] = []
        config["ip"]["pool"][0]["ranges"] = "10.0.0.2-10.0.0.200"
        config["ppp"]["aaa"] = {"use-radius": True, "queue-directory": lab.folder.name}
        server = config["interface"]["pppoe-server"]["server"][0]
        config["interface"]["pppoe-server"]["server"] = [
            server, {**server, "service-name": "voice"},
            {**server, "service-name": "pap", "authentication": "pap"}]
        lab.start(config)
        lab.net.run("ac", "ip", "addr", "add", "192.0.2.5/24", "dev", "core0")
        yield lab
    finally:
        lab.close()


@pytest.fixture
def add(lab):
    """add(**properties): one more server of /radius, and a RADIUS server there; both go after the
    test, as does what was set of /ppp/aaa."""
    made, rows = [], []

    def one(**more):
        port = next(PORTS)
        server = radius.RadiusServer(lab, port, port + 1)
        made.append(server)
        given = {"address": lab.CORE_HOST, "secret": SECRET, "service": "ppp",
                 "authentication_port": port, "accounting_port": port + 1, **more}
        rows.append(lab.api.put("radius", **given)[".id"])
        server.id = rows[-1]
        return server

    before = lab.api.get("ppp/aaa")
    yield one
    for row in rows:
        lab.api.delete(f"radius/{row}")
    for server in made:
        server.close()
    now = lab.api.get("ppp/aaa")
    changed = {name.replace("-", "_"): value for name, value in before.items()
               if now[name] != value}
    if changed:
        lab.api.patch("ppp/aaa", **changed)


@pytest.fixture
def login(lab):
    """login(user, …): a subscriber that was let in, or None."""
    made = []

    def start(user="alice", line=b"", **how):
        host = Subscriber(lab.wire(), user=user, password="any", **how)
        host.line_tag = line
        made.append(host)
        host.open().negotiate()
        return host.configure() or host if host.authenticate(30) else None

    yield start
    for host in made:
        host.send_discovery(frames.PADT, session=host.session)
        host.run(0.1)
        host.wire.close()


# ---- /radius -------------------------------------------------------------------------------------

def test_a_server_is_asked_at_its_address_and_ports_with_its_secret(add, login):
    server = add(secret="other")
    server.secret = b"other"
    assert login("ann")
    assert server.logins("ann")
    assert server.wait(lambda: server.records("ann", radius.START))


def test_a_server_is_asked_for_what_it_is_for(lab, add, login):
    server = add(service="login")
    assert not login("ann")
    lab.api.patch(f"radius/{server.id}", service="ppp", disabled="yes")
    assert not login("ann")
    assert not server.logins()
    lab.api.patch(f"radius/{server.id}", disabled="no", comment="the one")
    assert login("ann")
    assert server.logins("ann")
    assert lab.api.get(f"radius/{server.id}")["comment"] == "the one"


def test_a_request_is_sent_again_after_the_timeout(add, login):
    server = add(timeout="700ms")
    server.silent = True
    assert not login("ann")
    times = [one.time for one in server.logins("ann")]
    assert len(times) >= 3
    assert all(after - before > 0.6 for before, after in zip(times[:3], times[1:3]))


def test_a_server_for_need_gets_accounting_when_the_others_do_not_answer(add, login):
    backup, first = add(accounting_backup="yes"), add()
    assert login("ann")
    assert backup.logins("ann"), "it is the first for logins nevertheless"
    first.wait(lambda: first.records("ann", radius.START))
    assert not backup.records("ann")
    first.silent = True
    assert login("ben")
    backup.wait(lambda: backup.records("ben", radius.START))
    assert first.records("ben", radius.START)


def test_requests_come_from_the_address_that_is_configured(add, login):
    server = add(src_address="192.0.2.5")
    assert login("ann")
    assert {one.peer[0] for one in server.asked} == {"192.0.2.5"}


def test_a_server_is_for_its_domain(add, login):
    server, other = add(domain="isp.example"), add()
    assert login("ann@isp.example") and login("ISP.example\\ben") and login("carl")
    assert [one.text(radius.USER_NAME) for one in other.logins()] == ["carl"]
    assert len(server.logins()) == 2
    other.wait(lambda: other.records("carl", radius.START))
    server.wait(lambda: server.records("ann@isp.example", radius.START))
    assert not server.records("carl")


def test_who_has_no_server_makes_no_records_that_wait(lab, add, login):
    add(domain="isp.example")
    lab.api.put("ppp/secret", name="local", password="any")
    before = lab.api.get("radius/accounting")
    try:
        assert login("local")
        time.sleep(0.5)
        told = lab.api.get("radius/accounting")
        assert told["waiting"] <= before["waiting"] and told["records"] == before["records"]
    finally:
        lab.api.delete("ppp/secret/local")


def test_a_realm_is_told(add, login):
    server = add(realm="north")
    assert login("ann")
    vendors = server.logins("ann")[0].attributes[radius.VENDOR_SPECIFIC]
    assert struct.pack("!IBB", 14988, 9, 7) + b"north" in vendors


def test_a_server_is_for_its_service(add, login):
    server, other = add(called_id="voice"), add()
    assert login("ann", service="voice") and login("ben")
    assert [one.text(radius.CALLED_STATION_ID) for one in server.logins()] == ["voice"]
    assert [one.text(radius.USER_NAME) for one in other.logins()] == ["ben"]


def test_accepts_must_be_signed_unless_configured_otherwise(lab, add, login):
    server = add()
    server.signs = False
    assert not login("ann")
    assert "have the server send one, or set require-message-auth=no" in lab.daemon.log()
    lab.api.patch(f"radius/{server.id}", require_message_auth="no")
    assert login("ann")


# ---- /ppp/aaa ------------------------------------------------------------------------------------

def test_radius_is_used_or_not(lab, add, login):
    server = add()
    lab.api.patch("ppp/aaa", use_radius="no")
    assert not login("ann")
    assert not server.asked
    lab.api.patch("ppp/aaa", use_radius="yes")
    assert login("ann")


def test_accounting_is_set_while_sessions_stand(lab, add, login):
    server = add()
    lab.api.patch("ppp/aaa", accounting="no")
    host = login("ann")
    time.sleep(1)
    assert not server.records("ann")
    lab.api.patch("ppp/aaa", accounting="yes")
    server.wait(lambda: server.records("ann", radius.START))
    lab.api.patch("ppp/aaa", accounting="no")
    assert login("ben")
    host.hang_up()
    server.wait(lambda: server.records("ann", radius.STOP))
    assert not server.records("ben")


def test_interims_come_as_often_as_configured(lab, add, login):
    server = add()
    assert login("ann")
    time.sleep(1)
    assert not server.records("ann", radius.INTERIM)
    lab.api.patch("ppp/aaa", interim_update="1s")
    server.wait(lambda: len(server.records("ann", radius.INTERIM)) >= 2)


def test_ports_and_stations_are_called_as_configured(lab, add, login):
    server = add()
    line = frames.line_tag(b"node 7", b"house 9")
    host = login("ann", line)
    mac = host.mac.upper()
    lab.api.patch("ppp/aaa", nas_port_id="{interface}:{outer-vlan}",
                  calling_station_id="{mac:-} {remote-id}")
    assert login("ben", line, mac=host.mac[:-2] + "7f")
    lab.api.patch("ppp/aaa", use_circuit_id_in_nas_port_id="yes")
    assert login("carl", line) and login("dora")
    said = {one.text(radius.USER_NAME): (one.text(radius.NAS_PORT_ID),
                                         one.text(radius.CALLING_STATION_ID))
            for one in server.logins()}
    assert said["ann"] == ("ether3", mac)
    assert said["ben"] == ("ether3:0", (mac[:-2] + "7F").replace(":", "-") + " house 9")
    assert said["carl"][0] == "node 7"
    assert said["dora"][0] == "ether3:0"


def test_who_was_let_in_yesterday_gets_in_today(lab, add, login):
    server, pap = add(), {"auth": "pap", "service": "pap"}
    assert login("early", **pap)
    lab.api.patch("ppp/aaa", cache_time="1h")
    assert login("ann", **pap)
    server.silent = True
    assert login("ann", **pap)
    assert not login("early", **pap), "nobody remembered it then"
    lab.api.patch("ppp/aaa", cache_time="0s")
    assert not login("ann", **pap)


def test_the_queue_is_bounded_and_live(lab, add, login):
    server = add()
    server.gives = 5 * radius.attribute(radius.CLASS, bytes(250))  # records are large
    users = [f"user{number}" for number in range(5)]
    assert all(login(user) for user in users)
    server.wait(lambda: all(server.records(user, radius.START) for user in users))
    server.silent = True
    lab.api.patch("ppp/aaa", interim_update="1s")
    end = time.monotonic() + 60
    while lab.api.get("radius/accounting")["waiting-bytes"] < 75000:
        assert time.monotonic() < end
        time.sleep(0.2)
    before = lab.api.get("radius/accounting")["given-up-interim"]
    lab.api.patch("ppp/aaa", queue_size="64Ki")
    told = lab.api.get("radius/accounting")
    assert told["given-up-interim"] > before
    assert told["waiting-bytes"] <= 65536 + 2000 * told["in-flight"]
    with pytest.raises(ApiError, match="64Ki at least"):
        lab.api.patch("ppp/aaa", queue_size=65535)


# ---- names ---------------------------------------------------------------------------------------

def test_an_accepts_user_name_is_told_to_the_servers_of_the_domain_dialled(add, login):
    server, other = add(domain="isp.example"), add()
    server.gives = radius.attribute(radius.USER_NAME, b"contract 4711")
    assert login("ann@isp.example")
    server.wait(lambda: server.records("contract 4711", radius.START))
    assert not other.logins() and not other.records("contract 4711")


def test_a_name_that_is_no_text_is_the_same_in_both(add, login):
    server = add()
    assert login(b"m\xfcller")
    name = [b"m\xfcller"]
    server.wait(lambda: [one for one in list(server.asked)
                         if one.attributes.get(radius.USER_NAME) == name
                         and one.code == radius.ACCOUNTING_REQUEST and one.status == radius.START])
    assert [one.attributes[radius.USER_NAME] for one in server.logins()] == [name]


def test_the_queues_directory_is_for_the_start(lab):
    with pytest.raises(ApiError, match="while the daemon runs|restart"):
        lab.api.patch("ppp/aaa", queue_directory="/tmp")


def test_without_a_server_there_is_no_accounting_and_the_log_says_so(lab, add):
    server = add()
    lab.api.patch(f"radius/{server.id}", disabled="yes")
    assert "no RADIUS server has service=ppp: there is no accounting" in lab.daemon.log()
