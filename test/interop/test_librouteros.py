# SPDX-License-Identifier: BSD-3-Clause
"""RouterOS's API with a client that others wrote for RouterOS: Debian's python3-librouteros, in clear
and over TLS."""

import ssl
from types import SimpleNamespace

import pytest
from librouteros import connect
from librouteros.exceptions import FatalError, TrapError
from librouteros.login import plain, token
from librouteros.query import And, Key, Or

from lab.api import ApiError
from lab.daemon import Lab
from lab.net import inside
from lab.remote import make_certificate
from lab.subscriber import Subscriber


@pytest.fixture(scope="module")
def lab():
    lab = Lab()
    try:
        certificate, key = make_certificate(lab.daemon.folder)
        lab.certificate = certificate
        lab.net.run("ac", "ip", "link", "set", "lo", "up")
        config = lab.base_config()
        config["user"] = [{"name": "noc", "password": "look"},
                          {"name": "admin", "password": "all", "group": "full"}]
        config["ip"]["service"] = [
            {"name": "api", "disabled": False, "address": "127.0.0.0/8"},
            {"name": "api-ssl", "disabled": False, "certificate": str(certificate),
             "private-key": str(key)}]
        yield lab.start(config)
    finally:
        lab.close()


@pytest.fixture(params=["api", "api-ssl"])
def dial(request, lab):
    """dial(user, password): librouteros's own connection, over either service."""
    made = []

    def start(user="admin", password="all", method=plain):
        tls = ssl.create_default_context(cafile=lab.certificate)
        how = {"port": 8728} if request.param == "api" else {
            "port": 8729,
            "ssl_wrapper": lambda sock: tls.wrap_socket(sock, server_hostname="127.0.0.1")}
        with inside(lab.daemon.netns):
            made.append(connect("127.0.0.1", user, password, login_method=method,
                                encoding="utf-8", **how))
        return made[-1]
    yield start
    for api in made:
        api.close()


def test_what_there_is_is_listed(dial):
    secrets = dial().path("ppp", "secret")
    row, = [row for row in secrets if row["name"] == "MT-User"]
    assert row["service"] == "pppoe" and row["disabled"] is False and row[".id"].startswith("*")
    row, = dial("noc", "look").path("system", "identity")
    assert row["name"] == "MT_AC"


def test_items_are_added_changed_and_removed(dial):
    secrets = dial().path("ppp", "secret")
    number = secrets.add(name="zoe", password="x=1", profile="for-pppoe")
    assert number.startswith("*")
    secrets.update(**{".id": number, "comment": "a = b", "limit-bytes-in": 1000})
    row, = [row for row in secrets if row[".id"] == number]
    assert (row["name"], row["comment"], row["limit-bytes-in"]) == ("zoe", "a = b", 1000)
    another = secrets.add(name="other", password="y")
    secrets.remove(number, another)
    assert not [row for row in secrets if row["name"] in ("zoe", "other")]


def test_what_there_is_is_counted(dial):
    api = dial()
    secrets = list(api("/ppp/secret/print"))
    assert list(api("/ppp/secret/print", **{"count-only": ""})) == [{"ret": len(secrets)}]


def test_queries_choose(dial):
    secrets = dial().path("ppp", "secret")
    numbers = [secrets.add(name=name, password="x", comment=comment) for name, comment in (
        ("q1", "gold"), ("q2", "gold"), ("q3", "tin"))]
    name, comment = Key("name"), Key("comment")
    try:
        rows = list(secrets.select(name).where(comment == "gold"))
        assert [row["name"] for row in rows] == ["q1", "q2"]
        assert all(set(row) <= {"name", ".id"} for row in rows)
        rows = secrets.select(name).where(Or(name == "q3", And(name == "q1", comment == "gold")))
        assert [row["name"] for row in rows] == ["q1", "q3"]
        rows = secrets.select(name).where(comment != "gold", name > "q")
        assert [row["name"] for row in rows] == ["q3"]
        rows = secrets.select(name).where(name.In("q2", "q3", "q9"))
        assert [row["name"] for row in rows] == ["q2", "q3"]
    finally:
        secrets.remove(*numbers)


@pytest.mark.parametrize("words, category, said", [
    (("/ppp/secret/add",), 1, "missing =name="),
    (("/ppp/secret/add", "=name=MT-User"), 4, "already exists"),
    (("/ppp/secret/add", "=name=x", "=profile=none"), 1, "profile"),
    (("/ppp/secret/add", "=name=x", "=colour=red"), 1, "unknown parameter"),
    (("/ppp/secret/remove", "=.id=*FFFF"), 0, "no such item"),
    (("/ppp/secret/dance",), 0, "no such command"),
    (("/no/such/menu/print",), 0, "no such command"),
    (("/ppp/secret/print", "?#&"), 1, "too little"),
    (("ppp/secret/print",), 5, "begins with a command"),
])
def test_errors_are_traps(dial, words, category, said):
    api = dial()
    with pytest.raises(TrapError) as error:
        list(api.rawCmd(*words))
    assert error.value.category == category and said in str(error.value), error.value
    assert list(api("/system/identity/print")), "the conversation goes on"


def test_rights_are_those_of_the_group(dial):
    secrets = dial("noc", "look").path("ppp", "secret")
    assert list(secrets)
    with pytest.raises(TrapError, match="not enough permissions"):
        secrets.add(name="x", password="y")


def test_logins_that_are_wrong(dial):
    with pytest.raises(TrapError, match="invalid user name or password"):
        dial("admin", "wrong")
    with pytest.raises(TrapError, match="challenge"):
        dial("admin", "all", method=token)


def test_a_listener_sees_a_subscriber_come_and_go(lab, dial):
    api = dial()
    api.protocol.writeSentence("/ppp/active/listen")
    list(api("/system/identity/print"))  # it listens
    host = Subscriber(lab.wire(), user="MT-User", password="StrongPass").dial()
    word, row = api.readSentence()
    while row.get("address") != host.address:
        word, row = api.readSentence()
    assert word == "!re" and row["name"] == "MT-User"
    host.hang_up()
    while ".dead" not in row:
        word, row = api.readSentence()
    assert row[".dead"] is True and row[".id"].startswith("*")
    api.protocol.writeSentence("/cancel")
    assert api.readSentence() == ("!trap", {"category": 2, "message": "interrupted"})
    assert api.readSentence() == api.readSentence() == ("!done", {})


def test_a_user_that_is_disabled_is_cut_off(lab, dial):
    lab.api.put("user", name="brief", password="stay")
    api = dial("brief", "stay")
    lab.api.patch("user/brief", disabled=True)
    with pytest.raises(FatalError, match="may not log in"):
        list(api("/system/identity/print"))
        api.readSentence()
    lab.api.delete("user/brief")


def test_in_clear_only_for_networks_that_are_named(lab):
    with pytest.raises(ApiError) as error:
        lab.api.patch("ip/service/api", address="")
    assert "without TLS" in str(error.value)
    with pytest.raises(ApiError) as error:
        lab.api.patch("ip/service/api-ssl", certificate="/nowhere.pem")
    assert "ip.service[api-ssl].certificate" in str(error.value)


def test_metrics_tell_of_it(lab, dial):
    list(dial()("/system/identity/print"))
    text = lab.api.text("/metrics")
    assert 'turnpike_management_api_connections{service="api"}' in text
    numbers = SimpleNamespace(**dict(line.rsplit(" ", 1) for line in text.splitlines() if
                                     line.startswith("turnpike_management_api_") and "{" not in line))
    assert int(numbers.turnpike_management_api_sentences_total) > 1
