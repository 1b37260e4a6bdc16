# SPDX-License-Identifier: BSD-3-Clause
"""RADIUS over TLS, with FreeRADIUS at the other end."""

import shutil
import time

import pytest

from lab.client import until
from lab.daemon import Lab
from lab.freeradius import FreeRadius
from lab.subscriber import Subscriber


@pytest.fixture(scope="module")
def lab():
    lab = Lab()
    try:
        yield lab
    finally:
        lab.close()


@pytest.fixture(scope="module")
def radius(lab):
    """FreeRADIUS, and the daemon that asks it by TLS."""
    server = FreeRadius(lab.net, "core", radsec=lab.CORE_HOST)
    try:
        for number in range(20):
            server.user(f"user{number}", "secret", Acct_Interim_Interval=1)
        config = lab.base_config()
        config["ppp"]["secret"] = []
        config["ip"]["pool"][0]["ranges"] = "10.0.0.2-10.0.0.99"
        config["ppp"]["aaa"] = {"use-radius": True, "queue-directory": lab.folder.name}
        config["radius"] = {"server": [{
            "address": lab.CORE_HOST, "authentication-port": 2083, "protocol": "radsec",
            "service": "ppp", "certificate": str(server.folder / "client.pem"),
            "ca-certificate": str(server.folder / "ca.pem")}]}
        server.start()
        lab.start(config)
        yield server
    finally:
        server.close()


def dial(lab, user="user0"):
    host = Subscriber(lab.wire(), user=user, password="secret")
    host.open().negotiate()
    return host if host.authenticate(20) else None


def dial_until_it_may(lab, user):
    """A server that can't be reached yet, or no more, is dead for a while."""
    return until(lambda: dial(lab, user) or time.sleep(0.5), 60, lab.daemon.log)


def test_logins_and_accounting_go_over_tls(lab, radius):
    host = dial_until_it_may(lab, "user0")
    host.configure()
    host.run(2.5)
    host.hang_up()
    until(lambda: any(record["Acct-Status-Type"] == ["Stop"] for record in radius.records()), 30)
    assert "Interim-Update" in str(radius.records())
    assert lab.api.get("radius")[0]["accepts"] >= 1
    tcp = lab.net.run("ac", "ss", "-tn")
    assert f"{lab.CORE_HOST}:2083" in tcp
    assert "1812" not in lab.net.run("ac", "ss", "-uan")


def test_a_connection_that_was_lost_is_made_again(lab, radius):
    dial_until_it_may(lab, "user1")
    radius.kill()
    until(lambda: "the connection is lost" in lab.daemon.log(), 30)
    radius.start()
    dial_until_it_may(lab, "user2")


def test_a_server_with_a_foreign_certificate_is_not_believed(lab, radius):
    stranger = FreeRadius(lab.net, "core", radsec=lab.CORE_HOST)
    try:
        shutil.copy(stranger.folder / "ca.pem", radius.folder / "other-ca.pem")
    finally:
        stranger.close()
    server = lab.api.get("radius")[0][".id"]
    lab.api.patch(f"radius/{server}", **{"ca-certificate": str(radius.folder / "other-ca.pem")})
    try:
        assert not dial(lab, "user3")
        assert "not trusted" in lab.daemon.log() or "certificate" in lab.daemon.log()
    finally:
        lab.api.patch(f"radius/{server}", **{"ca-certificate": str(radius.folder / "ca.pem")})
    dial_until_it_may(lab, "user4")
