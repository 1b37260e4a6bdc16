# SPDX-License-Identifier: BSD-3-Clause
"""What others' programs ask of a RouterOS box, as they ask it: the Terraform provider, with REST as its
client has it, and billing panels, with the API of sentences. Nothing here knows of Turnpike."""

import pytest
from librouteros import connect
from librouteros.exceptions import TrapError
from librouteros.login import plain

from lab.daemon import Lab
from lab.net import inside
from lab.remote import Remote, make_certificate
from lab.subscriber import Subscriber


@pytest.fixture(scope="module")
def lab():
    lab = Lab()
    try:
        certificate, key = make_certificate(lab.daemon.folder)
        lab.net.run("ac", "ip", "link", "set", "lo", "up")
        config = lab.base_config()
        config["ppp"]["profile"].append({"name": "limited", "local-address": "10.0.0.1",
                                         "remote-address": "pppoe-pool", "rate-limit": "1M/2M"})
        config["ppp"]["secret"].append({"name": "paying", "password": "StrongPass",
                                        "profile": "limited"})
        config["user"] = [{"name": "admin", "password": "all", "group": "full"}]
        config["ip"]["service"] = [
            {"name": "api", "disabled": False, "address": "127.0.0.0/8"},
            {"name": "www-ssl", "port": 8443, "disabled": False, "certificate": str(certificate),
             "private-key": str(key)}]
        lab.rest = Remote(lab.daemon.netns, 8443, certificate, "admin", "all")
        yield lab.start(config)
    finally:
        lab.close()


@pytest.fixture
def online(lab):
    host = Subscriber(lab.wire(), user="paying").dial()
    yield host
    if not host.ended:
        host.hang_up()


@pytest.fixture(scope="module")
def api(lab):
    with inside(lab.daemon.netns):
        api = connect("127.0.0.1", "admin", "all", login_method=plain, encoding="utf-8")
    yield api
    api.close()


class OverRest:
    """A provider's own words, by REST: PUT, GET with a query, PATCH, DELETE."""

    def __init__(self, lab):
        self.call = lab.rest

    def create(self, path, item):
        status, row, headers = self.call("PUT", f"/rest{path}", item)
        assert status == 201 and headers["Location"].startswith("/rest/"), row
        return row[".id"]

    def find(self, path, name, value):
        status, rows, _ = self.call("GET", f"/rest{path}?{name}={value}")
        assert status == 200 and isinstance(rows, list), rows
        return rows

    def update(self, path, number, item):
        status, row, _ = self.call("PATCH", f"/rest{path}/{number}", item)
        assert status == 200 and row[".id"] == number, row

    def delete(self, path, number):
        assert self.call("DELETE", f"/rest{path}/{number}")[0] == 204
        assert self.call("DELETE", f"/rest{path}/{number}")[0] == 404

    def one(self, path):
        status, row, _ = self.call("GET", f"/rest{path}")
        assert status == 200 and isinstance(row, dict), row
        return row

    def set(self, path, item):
        assert self.call("POST", f"/rest{path}/set", item)[:2] == (200, [])


class OverSentences:
    """The same by the API: add, print with a query, set, remove."""

    def __init__(self, api):
        self.api = api

    def command(self, *words):
        return list(self.api.rawCmd(*words))

    def create(self, path, item):
        row, = self.command(f"{path}/add", *words(item))
        return row["ret"]

    def find(self, path, name, value):
        return self.command(f"{path}/print", f"?{name}={value}")

    def update(self, path, number, item):
        assert self.command(f"{path}/set", f"=.id={number}", *words(item)) == []

    def delete(self, path, number):
        assert self.command(f"{path}/remove", f"=.id={number}") == []
        with pytest.raises(TrapError, match="no such item"):
            self.command(f"{path}/remove", f"=.id={number}")

    def one(self, path):
        row, = self.command(f"{path}/print")
        return row

    def set(self, path, item):
        assert self.command(f"{path}/set", *words(item)) == []


def words(item):
    return [f"={name}={value}" for name, value in item.items()]


@pytest.fixture(params=["rest", "sentences"])
def box(request, lab, api):
    return OverRest(lab) if request.param == "rest" else OverSentences(api)


def meaning(value):
    """yes and true are one; librouteros makes numbers and booleans of texts."""
    text = str(value).lower()
    return {"yes": "true", "no": "false"}.get(text, text)


#: By resource: its menu, all that a provider writes when it creates one, and what is changed then.
RESOURCES = {
    "pool": ("/ip/pool", {"name": "tf-pool", "ranges": "10.77.0.10-10.77.0.20", "comment": "by plan"},
             {"ranges": "10.77.0.10-10.77.0.99"}),
    "profile": ("/ppp/profile", {
        "name": "tf-plan", "local-address": "10.77.0.1", "remote-address": "pppoe-pool",
        "bridge-learning": "default", "change-tcp-mss": "default", "only-one": "default",
        "use-compression": "default", "use-encryption": "default", "use-ipv6": "default",
        "use-mpls": "default", "use-upnp": "default", "dns-server": "198.51.100.53,198.51.100.54",
        "rate-limit": "10M/20M", "session-timeout": "1d", "address-list": "active", "on-up": "",
        "on-down": ""},
        {"rate-limit": "5M/10M", "only-one": "yes", "comment": "smaller"}),
    "secret": ("/ppp/secret", {
        "name": "tf-user", "password": "s3cret=?", "profile": "for-pppoe", "service": "pppoe",
        "disabled": "no", "limit-bytes-in": "0", "limit-bytes-out": "0", "comment": "a = b"},
        {"disabled": "yes", "limit-bytes-in": "1000000", "caller-id": "02:00:00:00:00:01"}),
    "server": ("/interface/pppoe-server/server", {
        "service-name": "tf-service", "interface": "ether3", "default-profile": "for-pppoe",
        "authentication": "mschap2,mschap1,chap", "keepalive-timeout": "30", "max-mru": "1480",
        "max-mtu": "auto", "max-sessions": "100", "mrru": "disabled", "one-session-per-host": "yes",
        "disabled": "no"},
        {"max-mtu": "1492", "max-mru": "1492", "keepalive-timeout": "10"}),
    "interface": ("/interface/pppoe-server", {
        "name": "tf-in1", "user": "tf-user", "service": "", "disabled": "no", "comment": "line 1"},
        {"user": "another", "comment": "line 2"}),
}


@pytest.mark.parametrize("resource", RESOURCES)
def test_terraform_creates_reads_imports_updates_and_deletes(box, resource):
    path, item, change = RESOURCES[resource]
    key = "service-name" if "service-name" in item else "name"
    assert {"version", "board-name", "architecture-name"} <= set(box.one("/system/resource"))
    number = box.create(path, item)
    try:
        for wanted in (item, {**item, **change}):
            row, = box.find(path, ".id", number)
            imported, = box.find(path, key, wanted[key])
            assert imported[".id"] == row[".id"] == number
            for name, value in wanted.items():
                if name != "password" and (value != "" or name in row):
                    drift = f"{name}: {row.get(name)!r} is not {value!r}"
                    told = meaning(row[name]).removesuffix("s") if name == "keepalive-timeout" \
                        else meaning(row[name])
                    assert told == meaning(value), drift
            box.update(path, number, {**item, **change})
    finally:
        box.delete(path, number)
    assert box.find(path, ".id", number) == []


def test_terraform_sets_what_there_is_once(box):
    before = box.one("/system/identity")["name"]
    box.set("/system/identity", {"name": "planned"})
    assert box.one("/system/identity")["name"] == "planned"
    box.set("/system/identity", {"name": before})


def refused(api, *sentence):
    with pytest.raises(TrapError) as error:
        list(api.rawCmd(*sentence))
    return str(error.value)


def number_of(api, menu, name):
    """As PEAR2's client does: `print .proplist=.id` with a query, of which the first answer counts."""
    rows = list(api.rawCmd(f"{menu}/print", "=.proplist=.id", f"?name={name}"))
    return rows[0][".id"] if rows else None


def test_a_panel_makes_a_plan_a_customer_and_takes_them_away(api):
    def ask(*sentence):
        return list(api.rawCmd(*sentence))

    assert number_of(api, "/ip/pool", "gold-pool") is None
    ask("/ip/pool/add", "=name=gold-pool", "=ranges=10.88.0.2-10.88.0.99")
    ask("/ip/pool/set", f"=numbers={number_of(api, '/ip/pool', 'gold-pool')}", "=name=gold-pool",
        "=ranges=10.88.0.2-10.88.0.50")
    ask("/ppp/profile/add", "=name=gold", "=local-address=10.88.0.1", "=remote-address=gold-pool",
        "=rate-limit=512K/2M 1M/4M 512K/2M 8/8")
    ask("/ppp/profile/set", f"=numbers={number_of(api, '/ppp/profile', 'gold')}",
        "=local-address=10.88.0.1", "=remote-address=gold-pool", "=rate-limit=1M/4M", "=on-up=",
        "=on-down=")
    assert ask("/ppp/secret/print", "?name=kim") == []
    ask("/ppp/secret/add", "=service=pppoe", "=profile=gold", "=name=kim", "=password=p@ss word",
        "=comment=Kim Lee | kim@example.net | 10, 11")
    kim = number_of(api, "/ppp/secret", "kim")
    ask("/ppp/secret/set", f"=numbers={kim}", "=password=another", "=profile=gold",
        "=remote-address=10.88.0.7")
    ask("/ppp/secret/disable", f"=.id={kim}")
    row, = ask("/ppp/secret/print", "?name=kim", "?disabled=true", "?#&")
    assert row["profile"] == "gold" and row["remote-address"] == "10.88.0.7"
    ask("/ppp/secret/enable", f"=.id={kim}")
    assert ask("/ppp/active/print", "=.proplist=.id", "?name=kim") == []
    assert "missing =.id=" in refused(api, "/ppp/active/remove")  # nobody was found
    assert "in use" in refused(api, "/ppp/profile/remove",
                               f"=numbers={number_of(api, '/ppp/profile', 'gold')}")
    ask("/ppp/secret/remove", f"=numbers={kim}")
    ask("/ppp/profile/remove", f"=numbers={number_of(api, '/ppp/profile', 'gold')}")
    ask("/ip/pool/remove", f"=numbers={number_of(api, '/ip/pool', 'gold-pool')}")


def test_a_panel_disconnects_who_has_not_paid(api, online):
    number = number_of(api, "/ppp/active", "paying")
    assert list(api.rawCmd("/ppp/active/remove", f"=numbers={number}")) == []
    online.until(lambda: online.ended, 5, "the disconnection")


def test_a_dashboard_shows_all_that_it_wants(api, online):
    def ask(*sentence):
        return list(api.rawCmd(*sentence))

    resource, = ask("/system/resource/print")
    assert {"uptime", "version", "cpu-load", "free-memory", "total-memory", "free-hdd-space",
            "total-hdd-space", "board-name", "architecture-name", "cpu-count"} <= set(resource)
    clock, = ask("/system/clock/print")
    assert {"date", "time", "time-zone-name"} <= set(clock)
    board, = ask("/system/routerboard/print")
    assert board == {"routerboard": False}
    assert all({"name", "value", "type"} <= set(row) for row in ask("/system/health/print"))
    interfaces = {row["name"]: row for row in ask("/interface/print")}
    assert interfaces["ether3"]["type"] == "ether" and interfaces["ether3"]["running"] is True
    assert interfaces["<pppoe-paying>"]["type"] == "pppoe-in"
    row, = ask("/interface/print", "=.proplist=tx-byte,rx-byte,last-link-up-time",
               "?=name=<pppoe-paying>")
    assert {"tx-byte", "rx-byte", "last-link-up-time"} <= set(row)
    row, = ask("/interface/monitor-traffic", "=interface=<pppoe-paying>", "=once=")
    assert {"name", "rx-bits-per-second", "tx-bits-per-second"} <= set(row)
    row, = ask("/queue/simple/print", "?name=<pppoe-paying>")
    assert row["max-limit"] == "1000000/2000000" and row["dynamic"] is True
    assert all(len(row[name].split("/")) == 2 for name in ("rate", "packet-rate", "bytes"))
    assert ask("/ppp/active/print", "=count-only=") == [{"ret": 1}]
    assert ask("/ppp/secret/print", "=count-only=")[0]["ret"] >= 2
    row, = [row for row in ask("/ip/address/print") if row["interface"] == "<pppoe-paying>"]
    assert row["network"] == online.address and row["dynamic"] is True
    row, = ask("/ping", "=address=192.0.2.2", "=count=1")
    assert row["received"] == 1 and row["host"] == "192.0.2.2"
    assert [row["name"] for row in ask("/user/active/print")] == ["admin"]


def test_the_log_is_shown_and_followed(lab, api):
    def lines(*words):
        return [row["message"] for row in api.rawCmd("/log/print", *words)]

    lab.api.patch("system/identity", name="log-for-panels")
    row, = [row for row in api.rawCmd("/log/print", "=.proplist=.id,time,topics,message")
            if "log-for-panels" in row["message"]]
    assert set(row) == {".id", "time", "topics", "message"} and "system" in row["topics"]
    assert row["message"] in lines(f"?.id={row['.id']}")
    assert lines("?topics=no,such,topics") == []
    # `print follow` over the API is RouterOS's listen.
    api.protocol.writeSentence("/log/listen", "=.proplist=.id,topics,message")
    list(api.rawCmd("/system/identity/print"))
    lab.api.patch("system/identity", name="MT_AC")
    word, told = api.readSentence()
    while "MT_AC" not in told.get("message", ""):
        assert word == "!re", (word, told)
        word, told = api.readSentence()
    api.protocol.writeSentence("/cancel")
    while word == "!re":
        word, told = api.readSentence()
    assert (word, told["category"]) == ("!trap", 2)
    assert api.readSentence() == api.readSentence() == ("!done", {})


@pytest.mark.parametrize("sentence, said", [
    (("/ip/hotspot/active/print", "=count-only="), "no such command or directory (hotspot)"),
    (("/ip/hotspot/user/print",), "no such command or directory (hotspot)"),
    (("/interface/bridge/print",), "no such command or directory (bridge)"),
    (("/system/scheduler/add", "=name=x", "=on-event=:beep"), "failure: scripts of RouterOS"),
    (("/system/script/add", "=name=x", "=source=:beep"), "failure: scripts of RouterOS"),
    (("/queue/simple/add", "=name=x", "=target=10.0.0.2"), "failure: limits are the rate-limit"),
    (("/ip/firewall/address-list/add", "=list=late", "=address=10.0.0.2"), "failure: lists are made"),
])
def test_what_there_is_not_is_refused_and_the_panel_goes_on(lab, api, sentence, said):
    assert said in refused(api, *sentence)
    assert list(api.rawCmd("/system/scheduler/print", "?name=x")) == []
    assert list(api.rawCmd("/system/identity/print"))
    words_of = dict(word[1:].split("=", 1) for word in sentence[1:])
    status, answer, _ = lab.rest("POST", "/rest" + sentence[0], words_of)
    assert status == 400 and said in answer["detail"]


def test_graphs_go_on_until_they_are_cancelled(api, online):
    rows = []
    api.protocol.writeSentence("/interface/monitor-traffic", "=interface=core0,<pppoe-paying>")
    while len(rows) < 4:
        word, row = api.readSentence()
        assert word == "!re"
        rows.append(row)
        online.run(0)
    assert [row["name"] for row in rows] == ["core0", "<pppoe-paying>"] * 2
    api.protocol.writeSentence("/cancel")
    word = "!re"
    while word == "!re":
        word, row = api.readSentence()
    assert (word, row["category"]) == ("!trap", 2)
    assert api.readSentence() == api.readSentence() == ("!done", {})


def test_who_listens_to_interfaces_sees_sessions_come_and_go(lab, api):
    api.protocol.writeSentence("/interface/listen", "=.proplist=.id,name,running")
    list(api.rawCmd("/system/identity/print"))
    host = Subscriber(lab.wire(), user="paying").dial()
    word, row = api.readSentence()
    assert word == "!re" and row["name"] == "<pppoe-paying>" and row["running"] is True
    number = row[".id"]
    host.hang_up()
    while ".dead" not in row:
        word, row = api.readSentence()
    assert row == {".id": number, ".dead": True}
    api.protocol.writeSentence("/cancel")
    word = "!re"
    while word == "!re":
        word, row = api.readSentence()
    assert api.readSentence() == api.readSentence() == ("!done", {})
