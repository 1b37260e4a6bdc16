# SPDX-License-Identifier: BSD-3-Clause
"""turnpike-client with several interfaces and mrru: one bundle of links (MP, RFC 1990), each over a
cable and to a port of turnpike of its own."""

import hashlib
import os
import re
import socket
import threading
import time

import pytest

from conftest import profile, secret, server
from lab.client import Client, Service, stopping
from lab.daemon import Lab, slow
from lab.net import inside
from lab.wait import until

CABLES = ("sub0", "sub1", "sub2")
KEEPALIVE = 5 if slow() else 3  # seconds; a link is lost after twice that
PORTS = ("acc0", "acc1", "acc2")


def config_of(lab):
    config = lab.base_config()
    ports = config["dataplane"]["ports"]
    for index, port in enumerate(PORTS[1:], 1):
        ports.append({"name": f"ether{index + 3}", "device": f"net_af_packet{index + 1},iface={port}"})
    config["dataplane"]["worker-lcores"] = [0, 1]
    config["ip"]["pool"] = [{"name": "pppoe-pool", "ranges": "10.0.0.2-10.0.0.200"}]
    config["ppp"]["profile"].append(profile("crypt", use_encryption="required"))
    config["ppp"]["secret"].append(secret("secretive", profile="crypt"))
    config["interface"]["pppoe-server"]["server"] = [
        server(f"isp{index}", f"ether{index + 3}", mrru=1600, max_mru=1492, max_mtu=1492,
               keepalive_timeout=KEEPALIVE, authentication="mschap2,chap") for index in range(len(PORTS))]
    return config


@pytest.fixture(scope="module")
def lab():
    lab = Lab()
    try:
        for port, cable in zip(PORTS[1:], CABLES[1:]):
            lab.net.veth("ac", port, "access", cable, lab.ACCESS_MTU)
        lab.start(config_of(lab))
        yield lab
    finally:
        lab.close()


@pytest.fixture
def dial(lab):
    def start(*cables, links=None):
        client = Client(lab.net, "access", ",".join(cables or CABLES[:2]), lab.folder.name, "--mrru", "1600",
                        "--max-mru", "1492", "--max-mtu", "1492", "--keepalive-timeout", str(KEEPALIVE),
                        "--add-default-route", peer=lambda: lab.daemon.log()[-3000:])
        try:
            client.connected()
            until(lambda: session(lab).get("active-links") == (links or len(cables) or 2),
                  what=f"all links up\n{client.log()}")
        except AssertionError:
            client.stop()
            raise
        return client

    with stopping(start) as make:
        yield make
    until(lambda: not lab.api.get("ppp/active"), what="hung up")


def session(lab):
    found = [row for row in lab.api.get("ppp/active") if "bundle" not in row and
             row["state"] == "connected"]
    assert len(found) <= 1, found
    return found[0] if found else {}


def carried(lab, direction="tx"):
    """Packets that left (or came) by each cable, at the client's side."""
    return [int(lab.net.run("access", "cat", f"/sys/class/net/{cable}/statistics/{direction}_packets"))
            for cable in CABLES]


def pings(lab, count=10, size=1000):
    """How many of COUNT came back."""
    out = lab.net.run("access", "ping", "-c", count, "-i", "0.02", "-W", "1", "-s", size,
                      lab.CORE_HOST, check=False)
    return int(re.search(r"(\d+) received", out)[1])


def transfer(lab, size, middle=lambda: None):
    """SIZE bytes up and down again by TCP; MIDDLE is called amid it. True: all was right."""
    with inside(lab.core):
        listener = socket.create_server(("", 0))

    def echo():
        peer, _ = listener.accept()
        with peer:
            parts = []
            while sum(map(len, parts)) < size:
                parts.append(peer.recv(1 << 16))
            peer.sendall(b"".join(parts))

    thread = threading.Thread(target=echo, daemon=True)
    thread.start()
    data = os.urandom(size)
    with inside(lab.net.namespace("access")):
        client = socket.create_connection((lab.CORE_HOST, listener.getsockname()[1]), 10)
    client.settimeout(90)
    sender = threading.Thread(target=client.sendall, args=(data,), daemon=True)
    sender.start()
    time.sleep(0.1)
    middle()
    back = hashlib.sha256()
    got = 0
    while got < size and (part := client.recv(1 << 16)):
        back.update(part)
        got += len(part)
    client.close()
    listener.close()
    return back.digest() == hashlib.sha256(data).digest()


def test_two_links_make_one_connection_and_share_its_packets(lab, dial):
    dial()
    before, arrived = carried(lab), carried(lab, "rx")
    assert pings(lab, 40) >= 38
    sent = [after - was for after, was in zip(carried(lab), before)]
    came = [after - was for after, was in zip(carried(lab, "rx"), arrived)]
    assert sent[0] >= 15 and sent[1] >= 15, sent
    assert came[0] >= 15 and came[1] >= 15, came
    row, link = session(lab), next(row for row in lab.api.get("ppp/active") if "bundle" in row)
    assert link["bundle"] == row[".id"] and link["interface"] != row["interface"]


def test_a_packet_larger_than_each_link_crosses_whole(lab, dial):
    dial()
    pings(lab, 1)
    out = lab.net.run("access", "ping", "-c", 3, "-i", "0.1", "-W", "1", "-M", "do", "-s", 1600 - 28,
                      "10.0.0.1", check=False)
    assert " 0% packet loss" in out


def test_tcp_over_three_links_is_in_order(lab, dial):
    dial(*CABLES)
    pings(lab, 1)
    assert transfer(lab, 1_000_000 if slow() else 8_000_000)


def test_encryption_goes_over_all_links(lab):
    service = Service(lab, [{
        "name": "one", "interface": list(CABLES[:2]), "user": "secretive", "password": "StrongPass",
        "mrru": 1600, "profile": "own", "add-default-route": True}],
        profiles=[{"name": "own", "use-encryption": "required"}])
    try:
        service.connected("one")
        until(lambda: service.monitor("one").get("active-links") == 2, what="both links")
        assert service.monitor("one")["encoding"].startswith("MPPE128")
        assert session(lab)["encoding"].startswith("MPPE128")
        assert pings(lab, 20) >= 18
        assert transfer(lab, 500_000)
    finally:
        service.stop()
    until(lambda: not lab.api.get("ppp/active"), what="hung up")


@pytest.mark.parametrize("lost", [0, 1])
def test_a_cable_pulled_costs_only_its_share_and_put_back_it_joins_again(lab, dial, lost):
    client = dial()
    address = session(lab)["address"]
    pings(lab, 1)
    port = PORTS[lost]

    def pull():
        lab.net.run("ac", "ip", "link", "set", port, "down")

    try:
        assert transfer(lab, 1_000_000 if slow() else 4_000_000, pull), "TCP goes on"
        until(lambda: session(lab).get("active-links") == 1, timeout=20, what="one link left")
        client.says(CABLES[lost] + ": disconnected")
        assert session(lab)["address"] == address and pings(lab, 20) >= 15
    finally:
        lab.net.run("ac", "ip", "link", "set", port, "up")
    until(lambda: session(lab).get("active-links") == 2, 40, what="both links again")
    assert session(lab)["address"] == address
    before = carried(lab)
    assert pings(lab, 20) >= 15
    assert min(after - was for after, was in zip(carried(lab)[:2], before)) >= 5
    assert len(re.findall(r": connected: local-address \d", client.log())) == 1, "it was connected all the time"


def test_an_operator_hangs_up_and_all_links_dial_again(lab, dial):
    client = dial()
    lab.api.delete("ppp/active/" + session(lab)[".id"])
    client.says(r": connected: local-address \d", times=2)
    until(lambda: session(lab).get("active-links") == 2, what="both again")


def test_a_client_that_was_killed_comes_back(lab, dial):
    client = dial()
    address = session(lab)["address"]
    client.process.kill()
    client.process.wait()
    dial()
    assert session(lab)["address"] == address
    assert pings(lab, 20) >= 18
