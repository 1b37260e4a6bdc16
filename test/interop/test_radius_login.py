# SPDX-License-Identifier: BSD-3-Clause
"""Operators whom FreeRADIUS knows, over HTTPS."""

import sqlite3
import threading
import time
from types import SimpleNamespace

import pytest

from lab.client import until
from lab.daemon import Lab
from lab.freeradius import SECRET, FreeRadius
from lab.remote import Remote, make_certificate

PORT = 8443
SECRETS = "/rest/ppp/secret"


@pytest.fixture(scope="module")
def site():
    """The daemon with HTTPS, a FreeRADIUS, and login(user, password): a client of the first."""
    lab = Lab()
    radius = FreeRadius(lab.net, "core")
    try:
        certificate, key = make_certificate(lab.daemon.folder)
        config = lab.base_config()
        config["user"] = [{"name": "noc", "password": "look"},
                          {"name": "off", "password": "x", "disabled": True}]
        config["user-aaa"] = {"use-radius": True}
        config["ip"]["service"] = [{"name": "www-ssl", "port": PORT, "disabled": False,
                                    "certificate": str(certificate), "private-key": str(key)}]
        config["radius"] = {"server": [
            {"address": "192.0.2.99", "secret": "other", "service": "ppp"},
            {"address": lab.CORE_HOST, "secret": SECRET, "service": "login"}]}
        lab.net.run("ac", "ip", "link", "set", "lo", "up")
        radius.start()
        lab.start(config)

        def login(user, password):
            remote = Remote(lab.daemon.netns, PORT, certificate, user, password)

            def call(*what):
                while True:
                    status, answer, headers = remote(*what)
                    if "too many logins at once" not in str(answer):
                        return status, answer, headers
                    time.sleep(0.25)

            return call

        yield SimpleNamespace(lab=lab, radius=radius, login=login, api=lab.api)
    finally:
        radius.close()
        lab.close()


@pytest.fixture(autouse=True)
def anew(site):
    """Nobody is remembered, and no wrong login counted."""
    site.api.patch("user/aaa", **{"default-group": "full"})
    site.api.patch("user/aaa", **{"default-group": "read"})
    assert site.login("noc", "look")("GET", SECRETS)[0] == 200


def add(site, name, password, only_for=(), **reply):
    """ONLY_FOR: (attribute, value) that the request must have."""
    site.radius.user(name, password, **reply)
    with sqlite3.connect(site.radius.database, timeout=5) as db:
        for attribute, value in only_for:
            db.execute("insert into radcheck (username, attribute, op, value) "
                       "values (?, ?, '==', ?)", (name, attribute, value))


def asked(site):
    return sum(int(server["requests"]) for server in site.api.get("radius"))


def test_who_is_right_is_let_in_and_remembered(site):
    add(site, "ann", "there", Mikrotik_Group="write")
    ann = site.login("ann", "there")
    assert ann("PUT", SECRETS, {"name": "by-ann", "password": "x"})[0] == 201
    before = asked(site)
    assert ann("GET", SECRETS)[0] == 200
    assert asked(site) == before
    assert ann("PUT", "/rest/user", {"name": "y", "password": "y"})[0] == 403
    assert "ann has logged in from 127.0.0.1 by RADIUS" in site.lab.daemon.log()


def test_the_server_is_told_who_asks_and_what_for(site):
    add(site, "bob", "there", only_for=(
        ("Service-Type", "Login-User"), ("Calling-Station-Id", "127.0.0.1"),
        ("NAS-Identifier", "MT_AC"), ("NAS-IP-Address", site.lab.CORE_AC)))
    assert site.login("bob", "there")("GET", SECRETS)[0] == 200
    add(site, "cut", "there", only_for=[("Service-Type", "Framed-User")])
    assert site.login("cut", "there")("GET", SECRETS)[0] == 401


def test_who_is_wrong_is_refused_and_leaves_no_password(site):
    add(site, "dan", "Nightingale", Mikrotik_Group="full")
    assert site.login("dan", "Sparrow")("GET", SECRETS)[0] == 401
    assert site.login("dan", "Sparrow")("PUT", SECRETS, {"name": "by-dan"})[0] == 401
    assert site.login("dan", "")("GET", SECRETS)[0] == 401
    assert site.login("never-heard-of", "Nightingale")("GET", SECRETS)[0] == 401
    assert site.login("dan", "Nightingale")("GET", "/rest/user")[0] == 200
    assert "by-dan" not in str(site.api.get("ppp/secret"))
    for word in ("Sparrow", "Nightingale", "never-heard-of"):
        assert word not in site.lab.daemon.log()
    assert 'logins_refused_total{reason="wrong"} ' in site.api.text("/metrics")


def test_group_read_may_not_write(site):
    add(site, "eve", "there", Mikrotik_Group="read")
    eve = site.login("eve", "there")
    assert eve("PUT", SECRETS, {"name": "by-eve"})[0] == 403
    assert eve("GET", SECRETS)[0] == 200
    add(site, "fay", "there", Mikrotik_Group="full")
    fay = site.login("fay", "there")
    assert fay("PUT", "/rest/user", {"name": "fays", "password": "friend"})[0] == 201
    assert site.login("fays", "friend")("GET", SECRETS)[0] == 200


def test_who_is_given_no_group_has_the_default(site):
    add(site, "gus", "there")
    assert site.login("gus", "there")("PUT", SECRETS, {"name": "by-gus"})[0] == 403
    site.api.patch("user/aaa", **{"default-group": "write"})
    assert site.login("gus", "there")("PUT", SECRETS, {"name": "by-gus"})[0] == 201


def test_an_unknown_group_or_a_subscriber_is_refused(site):
    add(site, "hal", "there", Mikrotik_Group="gold")
    assert site.login("hal", "there")("GET", SECRETS)[0] == 401
    assert "Mikrotik-Group 'gold' is none of /user/group" in site.lab.daemon.log()
    add(site, "ida", "there", Service_Type="Framed-User")
    assert site.login("ida", "there")("GET", SECRETS)[0] == 401


def test_a_local_user_goes_before_the_server(site):
    before = asked(site)
    for name, password in (("noc", "there"), ("off", "there")):
        add(site, name, password, Mikrotik_Group="full")
        assert site.login(name, password)("GET", SECRETS)[0] == 401
    assert site.login("noc", "look")("PUT", SECRETS, {"name": "x"})[0] == 403
    assert asked(site) == before


def test_without_the_server_local_users_log_in_as_ever(site):
    add(site, "kim", "there")
    site.radius.kill()
    try:
        status, answer, headers = site.login("kim", "there")("GET", SECRETS)
        assert status == 503 and "no RADIUS server answers" in answer["detail"]
        assert headers["Retry-After"] == "1"
        assert site.login("noc", "look")("GET", SECRETS)[0] == 200
    finally:
        site.radius.start()
    until(lambda: site.login("kim", "there")("GET", SECRETS)[0] == 200, 30)


def test_with_use_radius_off_nobody_is_asked(site):
    add(site, "lea", "there")
    assert site.login("lea", "there")("GET", SECRETS)[0] == 200
    before = asked(site)
    site.api.patch("user/aaa", **{"use-radius": False})
    try:
        assert site.login("lea", "there")("GET", SECRETS)[0] == 401
        assert asked(site) == before
    finally:
        site.api.patch("user/aaa", **{"use-radius": True})
    assert site.login("lea", "there")("GET", SECRETS)[0] == 200


def test_the_end_does_not_wait_for_the_server(site):
    server = next(row for row in site.api.get("radius") if row["service"] == "login")
    site.api.patch(f"radius/{server['.id']}", address="192.0.2.98", timeout="20s")
    before, got = asked(site), []

    def ask():
        try:
            got.append(site.login("mia", "there")("GET", SECRETS)[0])
        except OSError:
            got.append("closed")

    thread = threading.Thread(target=ask)
    try:
        thread.start()
        until(lambda: asked(site) > before, 10)
        begin = time.monotonic()
        site.lab.daemon.stop_cleanly()
        thread.join()
        assert got[0] in (503, "closed")
        assert time.monotonic() - begin < 19  # sooner than the server's first timeout
    finally:
        thread.join()
        site.lab.daemon.start()
        site.api.patch(f"radius/{server['.id']}", address=site.lab.CORE_HOST, timeout="300ms")
