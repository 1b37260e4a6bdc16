# SPDX-License-Identifier: BSD-3-Clause
"""Bundles of several links (MP, RFC 1990), in clear and with MPPE, over a daemon that is killed: each
negotiates its links anew within their PPPoE sessions, and carries packets as before."""

import re
import subprocess

import pytest

from conftest import profile, secret, server
from lab.client import Service
from lab.daemon import Lab, slow
from lab.wait import until

PORTS, CABLES = ("acc0", "acc1"), ("sub0", "sub1")
#: A user of each kind: what his profile at either end says, and what is agreed on.
KINDS = {
    "clear": ({}, ""),
    "stateless": ({"use-encryption": "required"}, "MPPE128 stateless"),
    "stateful": ({"use-encryption": "required", "stateful-encryption": "yes"}, "MPPE128 stateful"),
}


def config_of(lab):
    config = lab.base_config()
    config["management"] = {"on-stop": "keep"}
    config["dataplane"].update({"worker-lcores": [0, 1], "max-sessions": 256})
    config["dataplane"]["ports"].append({"name": "ether4", "device": "net_af_packet2,iface=acc1"})
    config["ppp"]["profile"] += [{**profile(name), **more} for name, (more, _) in KINDS.items()]
    config["ppp"]["secret"] += [secret(name, profile=name) for name in KINDS]
    config["interface"]["pppoe-server"]["server"] = [
        server(f"isp{index}", interface, mrru=1600, max_mru=1492, max_mtu=1492, authentication="mschap2")
        for index, interface in enumerate(("ether3", "ether4"))]
    return config


@pytest.fixture(scope="module")
def lab():
    lab = Lab()
    try:
        lab.net.veth("ac", PORTS[1], "access", CABLES[1], lab.ACCESS_MTU)
        lab.start(config_of(lab))
        yield lab
    finally:
        lab.close()


@pytest.fixture(params=KINDS)
def bundle(request, lab):
    service = Service(lab, [{
        "name": "one", "interface": list(CABLES), "user": request.param, "password": "StrongPass", "mrru": 1600,
        "max-mru": 1492, "max-mtu": 1492, "keepalive-timeout": 60, "profile": "own", "add-default-route": True}],
        profiles=[{"name": "own", **KINDS[request.param][0]}])
    try:
        service.connected("one")
        until(lambda: stands(lab), what=f"both links\n{service.log()}")
        service.encoding = KINDS[request.param][1]
        yield service
    finally:
        service.stop()
    until(lambda: not lab.api.get("ppp/active"), what="hung up")


def rows(lab):
    """(the session, the link that has joined it)."""
    found = lab.api.get("ppp/active")
    return ([row for row in found if "bundle" not in row and row["state"] == "connected"],
            [row for row in found if "bundle" in row and row["state"] == "connected"])


def stands(lab):
    session, links = rows(lab)
    return len(session) == len(links) == 1 and session[0]["active-links"] == 2


def same(row):
    return {key: row.get(key) for key in (".id", "session-id", "address", "name", "caller-id", "interface", "bundle")}


def by_cable(lab):
    return [int(lab.net.run("access", "cat", f"/sys/class/net/{cable}/statistics/{way}_packets"))
            for way in ("tx", "rx") for cable in CABLES]


def pings(lab, size, count=20):
    out = lab.net.run("access", "ping", "-M", "do", "-c", count, "-i", "0.02", "-W", "2", "-s", size - 28,
                      "10.0.0.1", check=False)
    assert "DUP" not in out
    return int(re.search(r"(\d+) received", out)[1])


def test_a_bundle_of_two_links_goes_on(lab, bundle):
    size = bundle.monitor("one")["mtu"]
    assert size > 1492, "larger than a link"
    until(lambda: pings(lab, size) >= 18, what="packets cross it")
    (session,), (link,) = rows(lab)
    assert session.get("encoding", "") == bundle.encoding
    dials = bundle.log().count("PADS")
    with lab.net.popen("access", "ping", "-i", "0.02", lab.CORE_HOST, stdout=subprocess.PIPE, text=True) as stream:
        try:
            until(lambda: lab.api.get("system/journal")["waiting"] == 0, what="the journal is written")
            counted = rows(lab)[0][0]["packets-in"]
            lab.daemon.kill()
            lab.daemon.start()
            assert lab.api.get("system/journal")["restored"] == 1
            until(lambda: stands(lab), 60, lambda: f"both links are back\n{bundle.log()[-6000:]}")
            until(lambda: pings(lab, size, 1) == 1, what=f"packets cross it\n{bundle.log()[-6000:]}")
            before = by_cable(lab)
            until(lambda: pings(lab, size) >= 18, what="they do so in fragments")
            moved = [now - was for now, was in zip(by_cable(lab), before)]
            assert min(moved) >= 10, f"both cables carry them both ways: {moved}"
            (now,), (joined,) = rows(lab)
            assert same(now) == same(session) and same(joined) == same(link)
            assert now.get("encoding", "") == bundle.encoding and now["packets-in"] > counted
            assert lab.daemon.differences() == []
        finally:
            stream.terminate()
            heard = stream.communicate(timeout=20)[0]
    assert "DUP" not in heard, "nothing comes twice"
    numbers = [int(number) for number in re.findall(r"icmp_seq=(\d+) ttl", heard)]
    assert numbers == sorted(set(numbers)), "nor late"
    assert bundle.log().count("PADS") == dials, "nobody has dialled again"
    assert not slow() or len(numbers) > 10
