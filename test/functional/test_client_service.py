# SPDX-License-Identifier: BSD-3-Clause
"""turnpike-client as a service: clients in a file, by the JSON API and by turnpikectl."""

import json
import os
import pwd
import re
import time

import pytest

from lab.api import ApiError
from lab.client import Service, client
from lab.wait import until

ACCESS = "access"


def active(lab):
    return lab.api.get("ppp/active")


def test_clients_of_a_file_are_dialled(lab, service):
    s = service(client("one"), client("two", user="named"), client("off", disabled=True))
    first, second = s.connected("one"), s.connected("two")
    assert first["local-address"] != second["local-address"]
    assert first["remote-address"] == "10.0.0.1" and first["mtu"] == first["mru"] == 1460
    assert first["ac-name"] == "MT_AC" and first["active-links"] == 1
    assert re.fullmatch(r"([0-9A-F]{2}:){5}[0-9A-F]{2}", first["ac-mac"])
    assert "service-name" in first and "encoding" in first and "uptime" in first
    assert s.monitor("off") == {"status": "disconnected"}
    link = lab.net.run(ACCESS, "ip", "addr", "show", "dev", "two")
    assert f"inet {second['local-address']} peer 10.0.0.1/32" in link


def test_a_client_that_is_added_comes_up_and_one_that_is_removed_goes(lab, service):
    s = service()
    row = s.api.put("interface/pppoe-client", interface="sub0", user="MT-User",
                    password="StrongPass")
    assert row["name"] == "pppoe-out1" and "password" not in row
    s.connected("pppoe-out1")
    s.api.delete("interface/pppoe-client/pppoe-out1")
    until(lambda: not active(lab))
    until(lambda: "pppoe-out1" not in lab.net.run(ACCESS, "ip", "link"))


def test_a_change_touches_its_own_client_alone(lab, service):
    s = service(client("one"), client("two"))
    s.connected("one"), s.connected("two")
    sessions = {row[".id"] for row in active(lab)}
    s.api.patch("interface/pppoe-client/two", comment="no reason to hang up")
    s.api.patch("interface/pppoe-client/two", service_name="full")
    until(lambda: s.monitor("two").get("service-name") == "full")
    now = {row[".id"] for row in active(lab)}
    assert len(sessions & now) == 1 and s.is_running("one")


def test_disable_hangs_up_and_enable_dials(lab, service):
    s = service(client("one"))
    s.connected("one")
    s.ctl("/interface pppoe-client disable one")
    until(lambda: not active(lab))
    assert " X " in s.ctl("/interface pppoe-client print")
    s.ctl("/interface pppoe-client enable one")
    s.connected("one")
    assert "  R " in s.ctl("/interface pppoe-client print")


def test_an_interface_that_is_not_there_makes_a_client_invalid_until_it_is(lab, service):
    s = service(client("one", interface="later0"))
    row = until(lambda: [r for r in s.api.get("interface/pppoe-client") if r["invalid"]])[0]
    assert "no such interface" in row["invalid-reason"] and not row["running"]
    assert " I " in s.ctl("/interface pppoe-client print")
    lab.net.run(ACCESS, "ip", "tuntap", "add", "dev", "later0", "mode", "tap")
    try:
        until(lambda: not s.api.get("interface/pppoe-client/one")["invalid"])
    finally:
        s.api.patch("interface/pppoe-client/one", disabled=True)
        lab.net.run(ACCESS, "ip", "link", "del", "later0")


def test_the_references_example_comes_up(make_lab):
    lab = make_lab()
    for words in (("down",), ("name", "ether2"), ("up",)):
        lab.net.run(ACCESS, "ip", "link", "set", "sub0" if words[0] != "up" else "ether2", *words)
    s = Service(lab)
    try:
        s.ctl("[admin@MikroTik] > interface pppoe-client add interface=ether2 password=StrongPass "
              "service-name=pppoeservice name=PPPoE-Out disabled=no user=MT-User")
        s.connected("PPPoE-Out")
        shown = s.ctl("interface pppoe-client print")
        assert "X - disabled, I - invalid, R - running" in shown
        assert re.search(r"0   R  PPPoE-Out +ether2 ", shown), shown
    finally:
        s.stop()


def test_monitor_once_and_as_json(service):
    s = service(client("one"))
    s.connected("one")
    text = s.ctl("/interface pppoe-client monitor one once")
    assert re.search(r"^ +status: connected$", text, re.M)
    assert re.search(r"^ +ac-name: MT_AC$", text, re.M)
    row, = json.loads(s.ctl("--json", "/interface pppoe-client monitor [find name=one] once"))
    assert row["status"] == "connected" and row["local-address"].startswith("10.0.0.")
    assert "no such item" in s.ctl("/interface pppoe-client monitor none once", code=1)


def test_the_schema_knows_all_that_is_told(service):
    s = service(client("one"), client("off", disabled=True))
    s.connected("one")
    schema = {menu["path"]: menu for menu in s.api.get("system/schema")}
    assert {"reload", "save"} <= set(schema["/system"]["verbs"])
    for path, menu in schema.items():
        known = {one["name"] for one in menu["properties"] + menu["status"]} | {".id"}
        rows = s.api.get(path.strip("/")) if "print" in menu["verbs"] else []
        for row in rows if isinstance(rows, list) else [rows]:
            assert row.keys() <= known, f"{path} tells more than it says"
    answers = schema["/interface/pppoe-client"]["answers"]
    told = s.monitor("one").keys() | s.monitor("off").keys()
    assert told <= {one["name"] for one in answers["monitor"]}
    offer = s.api.post("interface/pppoe-client/scan", interface="sub0", duration="1s")[0]
    assert offer.keys() == {one["name"] for one in answers["scan"]}


def test_status_follows_what_happens(lab, service):
    s = service(client("one", service_name="nobody-has-it"))
    until(lambda: s.monitor("one")["status"] == "dialing")
    s.api.patch("interface/pppoe-client/one", service_name="", password="wrong")
    until(lambda: s.monitor("one")["status"] == "disconnected", 15)
    s.api.patch("interface/pppoe-client/one", password="StrongPass")
    s.connected("one")


def test_scan_through_the_api_and_turnpikectl(service):
    s = service()
    rows = s.api.post("interface/pppoe-client/scan", interface="sub0", duration="1s")
    assert {"service", "mac-address", "ac-name"} == set(rows[0])
    assert "pppoeservice" in {row["service"] for row in rows}
    lines = s.ctl("/interface pppoe-client scan sub0 duration=1").splitlines()
    assert lines[0].split() == ["SERVICE", "MAC-ADDRESS", "AC-NAME"]
    assert any(line.split()[0] == "papers" for line in lines[1:])
    with pytest.raises(ApiError):
        s.api.post("interface/pppoe-client/scan", interface="none0")


def test_bad_input_is_refused_with_its_place_and_changes_nothing(service):
    s = service(client("one"))
    for body, says in (({"max-mtu": 10}, "interface.pppoe-client[one].max-mtu"),
                       ({"profile": "none"}, "there is no profile 'none'"),
                       ({"max-mtuu": 1}, "did you mean 'max-mtu'"),
                       ({"name": "two/2"}, "no blank, '/'")):
        with pytest.raises(ApiError) as refusal:
            s.api.call("PATCH", "interface/pppoe-client/one", body)
        assert refusal.value.status == 400 and says in str(refusal.value.answer)
    assert s.api.get("interface/pppoe-client/one")["max-mtu"] == 1460


def test_what_the_api_changes_is_in_the_file_and_a_reload_takes_the_file(lab, service):
    s = service(client("one"))
    s.connected("one")
    s.api.put("interface/pppoe-client", name="two", interface="sub0", user="named",
              password="StrongPass")
    s.ctl("/system save")
    with open(s.config) as file:
        saved = file.read()
    assert "name: two" in saved and "name: one" in saved
    sessions = {row[".id"] for row in active(lab) if row["name"] == "MT-User"}
    s.write([client("one"), client("three", user="idle")])
    s.ctl("/system reload")
    assert [row["name"] for row in s.api.get("interface/pppoe-client")] == ["one", "three"]
    s.connected("three")
    until(lambda: "named" not in {row["name"] for row in active(lab)})
    assert sessions <= {row[".id"] for row in active(lab)}


def test_metrics_count_dials_and_packets(lab, service):
    s = service(client("one", add_default_route=True))
    s.connected("one")
    lab.net.run(ACCESS, "ping", "-c", "3", "-i", "0.2", "-W", "1", lab.CORE_HOST, check=False)
    text = s.api.text("/metrics")
    assert 'turnpike_client_up{client="one"} 1' in text
    assert 'turnpike_client_dials_total{client="one"} 1' in text
    assert int(re.search(r'turnpike_client_packets_out_total{client="one"} (\d+)', text)[1]) >= 3
    assert int(re.search(r'turnpike_client_bytes_in_total{client="one"} (\d+)', text)[1]) >= 84


def test_events_tell_who_comes_and_goes(lab, service):
    s = service(client("one", disabled=True))
    events = s.api.events()
    s.api.patch("interface/pppoe-client/one", disabled=False)
    _, data = events.until(lambda kind, _: kind == "client-connected")
    assert data["name"] == "one" and data["local-address"].startswith("10.0.0.")
    s.api.patch("interface/pppoe-client/one", disabled=True)
    events.until(lambda kind, data: kind == "client-disconnected" and data["name"] == "one")
    events.close()


def test_a_profile_that_changes_renews_its_clients(lab, service):
    s = service(client("one", profile="mine"), client("two"), profiles=[{"name": "mine"}])
    s.connected("one"), s.connected("two")
    before = {row[".id"] for row in active(lab)}
    s.api.patch("ppp/profile/mine", change_tcp_mss="no")
    until(lambda: len({row[".id"] for row in active(lab)} - before) == 1)
    assert len({row[".id"] for row in active(lab)} & before) == 1


@pytest.mark.alone
def test_sigterm_hangs_up_all_within_two_seconds(lab, service):
    s = service(client("one"), client("two", user="named"))
    s.connected("one"), s.connected("two")
    begin = time.monotonic()
    assert s.stop() == 0
    assert time.monotonic() - begin < 3
    until(lambda: not active(lab))
    assert "one" not in lab.net.run(ACCESS, "ip", "-br", "link")


def test_after_the_start_it_has_rights_over_networks_alone(service):
    s = service(client("one"))
    s.connected("one")
    with open(f"/proc/{s.process.pid}/status") as file:
        status = file.read()
    # CAP_NET_ADMIN is bit 12, CAP_NET_RAW bit 13.
    assert re.search(r"^CapEff:\t0000000000003400$", status, re.M), status
    assert re.search(r"^CapPrm:\t0000000000003400$", status, re.M)


def test_it_can_become_another_user_and_still_dials(lab, service):
    folder = os.path.join(lab.folder.name, "nobodys")
    nobody, owner = pwd.getpwnam("nobody"), os.stat("/run/turnpike-client").st_uid
    os.makedirs(folder)
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    os.chmod(lab.folder.name, 0o755)
    try:
        s = service(client("one", user="named"), folder=folder, options=("--run-as", "nobody"))
        s.connected("one")
        with open(f"/proc/{s.process.pid}/status") as file:
            status = file.read()
        assert re.search(rf"^Uid:(\t{nobody.pw_uid}){{4}}$", status, re.M), status
        assert re.search(r"^CapEff:\t0000000000003400$", status, re.M), status
        s.api.patch("interface/pppoe-client/one", comment="saved by nobody")
        s.ctl("/system save")
        with open(s.config) as file:
            assert "saved by nobody" in file.read()
        s.stop()
        assert "one" not in lab.net.run(ACCESS, "ip", "-br", "link")
    finally:
        os.chown("/run/turnpike-client", owner, owner)
