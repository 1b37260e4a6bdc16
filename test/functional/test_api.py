# SPDX-License-Identifier: BSD-3-Clause
"""The JSON socket: resources, what a change does at once, errors, events, metrics."""

import json
import os
import re
import stat
import subprocess

import pytest

from lab.api import ApiError


def status_of(call, *words, **values):
    with pytest.raises(ApiError) as error:
        call(*words, **values)
    answer = error.value.answer
    assert answer["error"] == error.value.status and answer["message"]
    return error.value.status


@pytest.fixture
def api(lab):
    return lab.api


def test_healthz_says_ok(api):
    assert "ok" in api.text("/healthz").lower()


def test_the_socket_is_for_its_group_only(lab):
    assert stat.S_IMODE(os.stat(lab.daemon.socket).st_mode) == 0o660


def test_the_configuration_reads_as_it_was_written(api):
    pool = api.get("ip/pool/pppoe-pool")
    assert pool["ranges"] == "10.0.0.2-10.0.0.200" and pool[".id"].startswith("*")
    assert api.get("ip/pool/" + pool[".id"]) == pool
    assert api.get("system/identity")["name"] == "MT_AC"
    server, = api.get("interface/pppoe-server/server", service_name="papers")
    assert server["authentication"] == "pap" and server["max-mru"] == 1480


def test_defaults_are_shown(api):
    server, = api.get("interface/pppoe-server/server", service_name="pppoeservice")
    assert server["authentication"].replace(" ", "") == "mschap2,mschap1,chap,pap"
    assert server["keepalive-timeout"] == "10s" and server["one-session-per-host"] is False


def test_lists_are_filtered_and_cut_down(api):
    assert [row["name"] for row in api.get("ppp/secret", name="fixed")] == ["fixed"]
    rows = api.get("ppp/secret", **{".proplist": "name,profile"})
    assert len(rows) > 5 and all(set(row) <= {".id", "name", "profile"} for row in rows)


def test_passwords_go_in_and_never_come_out(api):
    assert all("StrongPass" not in json.dumps(api.get(path)) for path in
               ("ppp/secret", "ppp/active", "ppp/profile", "interface/pppoe-server/server"))
    item = api.put("ppp/secret", name="hush", password="do-not-tell", profile="for-pppoe")
    assert "do-not-tell" not in json.dumps(item)
    assert "do-not-tell" not in json.dumps(api.patch("ppp/secret/hush", comment="x"))
    status_of(api.get, "ppp/secret", password="do-not-tell", **{".proplist": "nonsense"})
    api.delete("ppp/secret/hush")


def test_what_is_added_works_for_the_next_dial_in(api, subscriber):
    api.put("ip/pool", name="p2", ranges="10.77.0.2-10.77.0.9")
    api.put("ppp/profile", name="f2", local_address="10.77.0.1", remote_address="p2")
    api.put("ppp/secret", name="u2", password="w2", profile="f2", service="pppoe")
    api.put("interface/pppoe-server/server", service_name="s2", interface="ether3",
            default_profile="f2")
    host = subscriber(user="u2", password="w2", service="s2").dial()
    assert host.address.startswith("10.77.0.") and host.ping("10.77.0.1")
    host.hang_up()
    host.run(0.2)

    api.patch("ppp/secret/u2", password="w3")
    host.reset()
    host.open().negotiate()
    assert host.authenticate() is False
    other = subscriber(user="u2", password="w3", service="s2").dial()
    other.hang_up()

    api.delete("ppp/secret/u2")
    late = subscriber(user="u2", password="w3", service="s2")
    late.open().negotiate()
    assert late.authenticate() is False

    row, = api.get("interface/pppoe-server/server", service_name="s2")
    api.delete("interface/pppoe-server/server/" + row[".id"])
    with pytest.raises(TimeoutError):
        subscriber().discover(service="s2", timeout=0.4)
    for path in ("ppp/profile/f2", "ip/pool/p2"):
        api.delete(path)
    assert not api.get("ip/pool", name="p2")


def test_the_identity_changes_at_once(api, subscriber):
    api.patch("system/identity", name="New_AC")
    try:
        assert subscriber().discover().all(0x0102) == [b"New_AC"]
    finally:
        api.patch("system/identity", name="MT_AC")


def test_a_change_that_a_session_does_not_need_leaves_it_up(api, subscriber):
    host = subscriber().dial()
    api.put("ppp/secret", name="passer-by", password="x")
    api.patch("ppp/profile/tiny", comment="changed")
    api.delete("ppp/secret/passer-by")
    host.run(0.3)
    assert not host.ended and host.ping("10.0.0.1")


def test_removing_a_secret_ends_its_session(api, subscriber):
    api.put("ppp/secret", name="leaver", password="x", profile="for-pppoe")
    host = subscriber(user="leaver", password="x").dial()
    api.delete("ppp/secret/leaver")
    host.until(lambda: host.ended, what="ended")


MISTAKES = {
    "no such resource": ("GET", "ppp/nonsense", None, 404),
    "no such item": ("GET", "ppp/secret/nobody", None, 404),
    "change of no such item": ("PATCH", "ppp/secret/nobody", {"comment": "x"}, 404),
    "removal of no such item": ("DELETE", "ppp/secret/nobody", None, 404),
    "disconnect of no such session": ("DELETE", "ppp/active/*FFFF", None, 404),
    "an unknown property": ("PUT", "ppp/secret", {"name": "x", "colour": "red"}, 400),
    "a missing property": ("PUT", "ip/pool", {"name": "x"}, 400),
    "a bad range": ("PUT", "ip/pool", {"name": "x", "ranges": "10.0.0.9-10.0.0.1"}, 400),
    "a name that is taken": ("PUT", "ppp/secret", {"name": "MT-User", "password": "x"}, 400),
    "a profile that is not there": ("PUT", "ppp/secret", {"name": "x", "profile": "none"}, 400),
    "a number out of range": ("PUT", "interface/pppoe-server/server",
                              {"service-name": "x", "interface": "ether3", "max-mru": 1}, 400),
    "a body that is a list": ("PUT", "ppp/secret", [1, 2], 400),
    "removing what is in use": ("DELETE", "ip/pool/tiny", None, 400),
    "an unknown command": ("POST", "ppp/secret/explode", {}, None),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_is_refused_whole_and_named(api, case):
    method, path, value, status = MISTAKES[case]
    before = api.get("ppp/secret"), api.get("ip/pool")
    found = status_of(api.call, method, path, value)
    assert 400 <= found < 500 and (status is None or found in (status, 409))
    assert before == (api.get("ppp/secret"), api.get("ip/pool"))


@pytest.mark.parametrize("body", [b"{", b"", b"null", b"\xff\xfe", b'{"name":' * 5000,
                                  b'{"name": "a", "name": "b"}', b"[" * 100000],
                         ids=["half", "empty", "null", "no utf-8", "deep", "twice", "deeper"])
def test_a_body_that_is_no_object_is_refused(api, body):
    status, _, text = api.raw("PUT", "/rest/ppp/secret", body, {"Content-Type": "application/json"})
    assert status in (400, 413), text
    assert json.loads(text)["error"] == status


def test_a_body_without_end_is_refused(api):
    try:
        status, _, _ = api.raw("PUT", "/rest/ppp/secret", b" " * (64 << 20))
        assert status in (400, 413)
    except (BrokenPipeError, ConnectionResetError):
        pass
    assert api.get("system/identity")["name"]


@pytest.mark.parametrize("target", ["/", "/rest", "/rest/", "/rest/%00", "/rest/ppp/secret/%2e%2e",
                                    "/../etc/passwd", "/rest/" + "a/" * 2000])
def test_strange_targets_get_an_answer(api, target):
    status, _, _ = api.raw("GET", target)
    assert 300 <= status < 500 or status in (200, 404)


def test_active_tells_all_about_a_session(api, subscriber):
    host = subscriber().dial()
    host.run(1.2)
    row = next(row for row in api.get("ppp/active") if row["caller-id"].lower() == host.mac)
    wanted = {"name": "MT-User", "service": "pppoe", "address": host.address,
              "interface": "ether3"}
    assert {name: row[name] for name in wanted} == wanted
    assert re.fullmatch(r"(\d+[wdhms])+", row["uptime"])
    assert {"bytes-in", "bytes-out", "packets-in", "packets-out", "mru", "mtu"} <= set(row)
    assert api.get("ppp/active/" + row[".id"])["caller-id"] == row["caller-id"]


def test_the_schema_knows_all_that_is_told(api, subscriber):
    subscriber().dial()
    for menu in api.get("system/schema"):
        known = {one["name"] for one in menu["properties"] + menu["status"]} | {".id"}
        if "print" in menu["verbs"]:
            rows = api.get(menu["path"].strip("/"))
            for row in rows if isinstance(rows, list) else [rows]:
                assert row.keys() <= known, f"{menu['path']} tells more than it says"
        assert all(one["help"] for one in menu["properties"] + menu["status"])


def test_system_resource_is_there(api):
    assert "uptime" in api.get("system/resource") and "version" in api.get("system/resource")


def test_metrics_are_prometheus_text(api, subscriber):
    host = subscriber().dial()
    text = api.text("/metrics")
    line = re.compile(r'[a-zA-Z_:][\w:]*(\{[^}]*\})? [-+0-9.eE]+(Inf|NaN)?')
    samples = [each for each in text.splitlines() if each and not each.startswith("#")]
    assert samples and all(line.fullmatch(each) for each in samples)
    named = {re.split(r"[{ ]", each)[0] for each in samples}
    typed = {each.split()[2] for each in text.splitlines() if each.startswith("# TYPE")}
    assert typed and {name for name in named if name in typed}
    assert "StrongPass" not in text and not host.ended


def test_several_listeners_get_the_same_events(api, subscriber):
    listeners = [api.events() for _ in range(3)]
    try:
        host = subscriber().dial()
        for each in listeners:
            _, up = each.until(lambda kind, data: data.get("event") == "session-up")
            assert up["caller-id"].lower() == host.mac
    finally:
        for each in listeners:
            each.close()


def test_a_list_of_thousands_comes_whole(api):
    for number in range(2000):
        api.put("ppp/secret", name=f"many{number}", password="x")
    try:
        names = [row["name"] for row in api.get("ppp/secret", **{".proplist": "name"})]
        assert len([name for name in names if name.startswith("many")]) == 2000
        assert len(names) == len(set(names))
    finally:
        for number in range(2000):
            api.delete(f"ppp/secret/many{number}")


def test_what_is_made_is_located_and_many_are_counted(make_lab):
    """Over several of control's pages."""
    def change(config):
        config["ppp"]["secret"] += [{"name": f"user{i}", "password": "x"} for i in range(600)]

    lab = make_lab(change)

    def curl(*words):
        return subprocess.run(["curl", "-sS", "-i", "--unix-socket", lab.daemon.socket, *words],
                              capture_output=True, text=True, timeout=30, check=True).stdout

    made = curl("-X", "PUT", "http://x/rest/ppp/secret", "-d", '{"name":"new","password":"x"}')
    location, = re.findall(r"^Location: (\S+)", made, re.M)
    assert json.loads(curl("http://x" + location).split("\n\n", 1)[1])["name"] == "new"
    count = curl("-X", "POST", "http://x/rest/ppp/secret/print", "-d",
                 '{"count-only":"", ".query":["~name=^user"]}')
    assert json.loads(count.split("\n\n", 1)[1]) == {"ret": "600"}
