# SPDX-License-Identifier: BSD-3-Clause
"""What of root's rights the daemon keeps after its start, and that all works with that: under the unit's
bounding set as well."""

import os
import re
import subprocess
import time
from pathlib import Path

import pytest

from lab.daemon import ROOT, program
from lab.remote import Remote, make_certificate

KEPT = {"CAP_CHOWN": 0, "CAP_DAC_OVERRIDE": 1, "CAP_FOWNER": 3, "CAP_NET_BIND_SERVICE": 10,
        "CAP_NET_ADMIN": 12, "CAP_NET_RAW": 13, "CAP_IPC_LOCK": 14}


def unit_set(name):
    text = (ROOT / f"conf/{name}.service.in").read_text()
    return re.search(r"^CapabilityBoundingSet=(.*)$", text, re.MULTILINE).group(1).split()


def sets(process):
    """(permitted, effective) of each of its threads."""
    found = set()
    for task in Path(f"/proc/{process.pid}/task").iterdir():
        status = (task / "status").read_text()
        found.add(tuple(int(re.search(rf"^{name}:\s*(\w+)$", status, re.MULTILINE).group(1), 16)
                        for name in ("CapPrm", "CapEff")))
        assert re.search(r"^NoNewPrivs:\s*1$", status, re.MULTILINE)
    return found


@pytest.fixture(params=["root", "unit"])
def bounded_lab(request, make_lab, monkeypatch, tmp_path):
    """A daemon started by root, or under exactly the unit's bounding set."""
    if request.param == "unit":
        words = ",".join(["-all"] + ["+" + name[4:].lower() for name in unit_set("turnpike")])
        start = subprocess.Popen

        def popen(command, **how):
            if str(command[-3]) == str(program("turnpike")):
                command = [*command[:-3], "setpriv", "--bounding-set", words, *command[-3:]]
            return start(command, **how)

        monkeypatch.setattr("lab.daemon.subprocess.Popen", popen)
    certificate, key = make_certificate(tmp_path)

    def more(config):
        config["user"] = [{"name": "noc", "password": "look", "group": "full"}]
        config["ppp"]["aaa"] = {"use-radius": True, "queue-directory": str(tmp_path)}
        config["radius"] = {"server": [{"address": "192.0.2.2", "secret": "x", "service": "ppp"}]}

    tmp_path.chmod(0o700)
    os.chown(tmp_path, 1234, 1234)
    lab = make_lab(more)
    lab.net.run("ac", "ip", "link", "set", "lo", "up")
    lab.certificate, lab.key = certificate, key
    return lab


def test_after_the_start_all_works_with_the_short_list(bounded_lab, subscriber):
    lab = bounded_lab
    mask = sum(1 << bit for bit in KEPT.values())
    assert sets(lab.daemon.process) == {(mask, mask)}

    # www-ssl opens a port below 1024, with a certificate that is root's alone
    lab.key.chmod(0o600)
    lab.api.patch("ip/service/www-ssl", disabled=False, port=443, certificate=str(lab.certificate),
                  private_key=str(lab.key))
    remote = Remote(lab.daemon.netns, 443, lab.certificate, "noc", "look")
    assert remote("GET", "/rest/system/identity")[0] == 200

    # a subscriber, its route in the kernel, and the TAP
    host = subscriber(lab).dial()
    assert host.ping(lab.CORE_HOST) and host.ping(lab.CORE_AC)
    assert host.address in lab.net.run("ac", "ip", "route", "show")

    # what RADIUS servers have not acknowledged goes to disk
    end = time.monotonic() + 30
    while not int(lab.api.get("radius/accounting")["disk-written"]):
        assert time.monotonic() < end
        time.sleep(0.1)
    queue = lab.api.get("radius/accounting")
    assert queue["on-disk"] in (True, "true") and queue["disk-failed"] in (0, "0")

    # the file is saved, and read again; it stays its owner's
    os.chown(lab.daemon.config, 1234, 1234)
    lab.daemon.config.chmod(0o600)
    lab.api.put("ppp/secret", name="late", password="x", profile="for-pppoe")
    lab.api.post("system/save")
    status = lab.daemon.config.stat()
    assert "late" in lab.daemon.config.read_text()
    assert (status.st_uid, status.st_mode & 0o777) == (1234, 0o600)
    lab.api.post("system/reload")
    assert lab.api.get("ppp/secret/late")["name"] == "late"
    assert sets(lab.daemon.process) == {(mask, mask)}  # and of the threads made meanwhile


def test_the_unit_has_a_place_for_accounting_records():
    text = (ROOT / "conf/turnpike.service.in").read_text()
    assert re.search(r"^StateDirectory=turnpike$", text, re.MULTILINE)  # /var/lib/turnpike, writable


def test_the_units_allow_what_is_kept():
    assert set(KEPT) <= set(unit_set("turnpike"))
    assert {"CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_NET_BIND_SERVICE"} <= set(unit_set("turnpike-client"))
