# SPDX-License-Identifier: BSD-3-Clause
"""What peers send as text, whatever bytes it is: shown, escaped in one way everywhere, and never as it
is where it is no printable UTF-8."""

import json
import subprocess

import pytest

from lab.concentrator import Concentrator
from lab.daemon import program
from lab.frames import AC_COOKIE, AC_NAME, PADO, SERVICE_NAME, line_tag, tag
from lab.net import Network, Wire

UNPRINTABLE = set(range(0x20)) - {0x0a} | {0x7f} | set(range(0x80, 0xa0))


def printable(data):
    """DATA as text, and certain to do a terminal no harm."""
    text = data.decode()  # it is UTF-8
    assert not [char for char in text if ord(char) in UNPRINTABLE], repr(text)
    return text


def everything(lab):
    """All that the daemon shows: JSON, metrics, tables, the log."""
    shown = {}
    for path in ("ppp/active", "interface/pppoe-server", "ip/pool/used"):
        shown[path] = printable(lab.api.raw("GET", "/rest/" + path)[2])
    shown["metrics"] = printable(lab.api.raw("GET", "/metrics")[2])
    for words in (("/ppp", "active", "print"), ("/ppp", "active", "print", "detail"),
                  ("--json", "/ppp", "active", "print")):
        shown[words] = printable(subprocess.run(
            [program("turnpikectl"), "--socket", lab.daemon.socket, *words],
            stdout=subprocess.PIPE, timeout=30, check=True).stdout)
    shown["log"] = printable(lab.daemon.log_path.read_bytes())
    return shown


@pytest.fixture
def secrets(lab):
    for name in ("müller", r"wei\xdf"):
        lab.api.put("ppp/secret", name=name, password="StrongPass", profile="for-pppoe")
    yield
    for name in ("müller", r"wei\xdf"):
        lab.api.delete("ppp/secret/" + name)


@pytest.mark.parametrize("sent, name", [(b"m\xfcller", "müller"), ("müller".encode(), "müller"),
                                        (b"wei\xdf", r"wei\xdf")])
def test_a_name_in_latin_1_logs_in_and_is_shown(lab, subscriber, secrets, sent, name):
    events = lab.api.events()
    host = subscriber(user=sent, auth="pap", service="papers").dial()
    assert events.until(lambda kind, _: kind == "session-up")[1]["name"] == name
    assert lab.api.get("ppp/active", address=host.address)[0]["name"] == name
    shown = everything(lab)
    assert name in shown["log"] and name in shown[("/ppp", "active", "print")]
    lab.api.delete("ppp/active/" + name)  # and is a handle
    events.until(lambda kind, data: kind == "session-down" and data["name"] == name)
    events.close()


def test_a_refused_name_is_shown(lab, subscriber):
    events = lab.api.events()
    host = subscriber(user=b"m\xfc\xc2\x9b2J\x1b[2J", auth="pap", service="papers")
    assert not host.open().negotiate().authenticate()
    refused = events.until(lambda kind, _: kind == "refused")[1]
    assert refused["name"] == r"m\xfc\xc2\x9b2J\x1b[2J" and refused["name"] in refused["text"]
    events.close()
    assert refused["name"] in everything(lab)["log"]


@pytest.mark.parametrize("circuit, text", [(b"eth\xc2\x9b2J", r"eth\xc2\x9b2J"),
                                           (b"caf\xc3", r"caf\xc3"), (b"caf\xe9", r"caf\xe9"),
                                           ("café 1/2".encode(), "café 1/2")])
def test_a_lines_text_is_shown(lab, subscriber, circuit, text):
    host = subscriber()
    host.line_tag = line_tag(circuit)
    events = lab.api.events()
    host.dial()
    assert events.until(lambda kind, _: kind == "session-up")[1]["circuit-id"] == text
    assert lab.api.get("ppp/active", address=host.address)[0]["circuit-id"] == text
    assert text in everything(lab)["ppp/active"].replace("\\\\", "\\")
    host.hang_up()
    events.close()


def test_the_client_shows_an_access_concentrators_texts():
    net = Network()
    try:
        net.veth("home", "home0", "isp", "isp0")
        net.namespace("isp")
        with_wire = Wire(net.namespace("isp"), "isp0")
        ac = Concentrator(with_wire)
        ac.padi = lambda: ac.discover(
            PADO, tag(AC_NAME, b"caf\xe9") + tag(SERVICE_NAME, b"\xc2\x9b2J") +
            tag(AC_COOKIE, b"cookie") + ac.host_uniq)
        for options in ((), ("--json",)):
            scan = net.popen("home", program("turnpike-client"), "scan", "home0", "--duration", "2",
                             *options, stdout=subprocess.PIPE)
            ac.run(3, until=lambda: scan.poll() is not None)
            out = printable(scan.communicate(timeout=20)[0])
            if options:
                assert json.loads(out)[0]["ac-name"] == r"caf\xe9"
            assert r"caf\xe9".replace("\\", "\\\\" if options else "\\") in out
        with_wire.close()
    finally:
        net.close()
