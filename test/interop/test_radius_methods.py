# SPDX-License-Identifier: BSD-3-Clause
"""Each way to log in, and to encrypt, with FreeRADIUS as judge; and two servers, one of which dies."""

import time

import pytest

from lab.client import Client, Service, client, reaches_the_core
from lab.daemon import Lab
from lab.freeradius import SECRET, FreeRadius
from lab.subscriber import Subscriber
from lab.wait import until

SECOND = "192.0.2.3"


def config_of(lab):
    config = lab.base_config()
    config["ppp"]["secret"] = []
    config["ppp"]["aaa"] = {"use-radius": True, "queue-directory": lab.folder.name}
    config["ip"]["pool"][0]["ranges"] = "10.0.0.2-10.0.3.254"
    config["radius"] = {"server": [
        {"address": address, "secret": SECRET, "service": "ppp", "timeout": "500ms"}
        for address in (lab.CORE_HOST, SECOND)]}
    return config


@pytest.fixture(scope="module")
def lab():
    lab = Lab()
    try:
        lab.net.run("core", "ip", "addr", "add", f"{SECOND}/24", "dev", "host0")
        yield lab.start(config_of(lab))
    finally:
        lab.close()


@pytest.fixture(scope="module")
def servers(lab):
    """Two, with the same users."""
    made = [FreeRadius(lab.net, "core", address=address) for address in (lab.CORE_HOST, SECOND)]
    try:
        for server in made:
            server.user("alice", "pass word #2")
            server.start()
        yield made
    finally:
        for server in made:
            server.close()


@pytest.fixture
def dial(lab):
    made = []

    def start(*options, password="pass word #2"):
        made.append(Client(lab.net, "access", "sub0", lab.folder.name, *options, user="alice",
                           password=password, peer=lab.daemon.log))
        return made[-1]

    yield start
    for client in made:
        client.stop()


@pytest.mark.parametrize("method", ["pap", "chap", "mschap1", "mschap2"])
def test_each_method_logs_in(lab, servers, dial, method):
    dial("--allow", method, "--add-default-route").connected()
    assert reaches_the_core(lab)


# FreeRADIUS gives keys to MS-CHAP, and its policy is that they may be used.
@pytest.mark.parametrize("method", ["mschap1", "mschap2"])
def test_the_servers_keys_encrypt(lab, servers, method):
    service = Service(lab, [client(user="alice", password="pass word #2", allow=method,
                                   profile="secure", add_default_route=True)],
                      [{"name": "secure", "use-encryption": "required"}])
    try:
        service.connected("one")
        row, = [row for row in lab.api.get("ppp/active") if row["name"] == "alice"]
        assert row["encoding"].startswith("MPPE128"), row
        assert reaches_the_core(lab)
    finally:
        service.stop()


@pytest.mark.parametrize("method", ["pap", "chap", "mschap1", "mschap2"])
def test_each_method_refuses_a_wrong_password(lab, servers, dial, method):
    dial("--allow", method, "--once", password="wrong").says("refused|failed|wrong")
    assert "rejected by the RADIUS server" in lab.daemon.log()


def test_a_server_that_dies_amid_logins_costs_nobody_his(lab, servers):
    """Twenty hosts dial in, one after the other; the first server is killed after five."""
    hosts = []
    for number in range(20):
        if number == 5:
            servers[0].kill()
        host = Subscriber(lab.wire(), user="alice", password="pass word #2")
        host.open().negotiate(20)
        assert host.authenticate(20), host.auth_message
        hosts.append(host)
    for host in hosts:
        host.send_discovery(0xA7, session=host.session)
        host.wire.close()
    until(lambda: lab.api.get("radius")[0]["dead"], 60, "the first server is known to be dead")
    assert lab.api.get("radius")[1]["accepts"] >= 15
    servers[0].start()
    end = time.monotonic() + 90
    while lab.api.get("radius")[0]["dead"]:
        host = Subscriber(lab.wire(), user="alice", password="pass word #2")
        host.open().negotiate(20)
        assert host.authenticate(20)
        host.send_discovery(0xA7, session=host.session)
        host.wire.close()
        assert time.monotonic() < end
        time.sleep(1)
    # Nothing that was to be told of these sessions was lost.
    until(lambda: lab.api.get("radius/accounting")["waiting"] == 0, 60, "all is acknowledged")
