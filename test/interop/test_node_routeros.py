# SPDX-License-Identifier: BSD-3-Clause
"""RouterOS's API with a client that others wrote for RouterOS: node-routeros, of npm, in clear and over
TLS. What it does is node/client.js."""

import json
import subprocess
from pathlib import Path

import pytest

from lab.daemon import Lab
from lab.remote import make_certificate

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


@pytest.fixture(scope="module")
def modules():
    folder = ROOT / "build" / "node"
    done = subprocess.run([ROOT / "ci" / "node-modules", HERE / "node" / "package-lock.json", folder],
                          capture_output=True, text=True, timeout=180)
    if done.returncode == 3:
        pytest.skip(f"node-routeros can't be fetched: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    return folder / "node_modules"


@pytest.fixture(scope="module")
def lab(modules):
    lab = Lab()
    try:
        certificate, key = make_certificate(lab.daemon.folder)
        lab.net.run("ac", "ip", "link", "set", "lo", "up")
        config = lab.base_config()
        config["user"] = [{"name": "admin", "password": "all", "group": "full"}]
        config["ip"]["service"] = [
            {"name": "api", "disabled": False, "address": "127.0.0.0/8"},
            {"name": "api-ssl", "disabled": False, "certificate": str(certificate),
             "private-key": str(key)}]
        lab.start(config)
        lab.ca = certificate.read_text()
        yield lab
    finally:
        lab.close()


@pytest.mark.parametrize("service", ["api", "api-ssl"])
def test_node_routeros_does_all_that_it_can(lab, modules, service):
    how = {"user": "admin", "password": "all", "port": 8728}
    if service == "api-ssl":
        how |= {"port": 8729, "ca": lab.ca}
    done = subprocess.run(
        ["ip", "netns", "exec", f"{lab.net.prefix}ac", "env", f"NODE_PATH={modules}", "node",
         HERE / "node" / "client.js", json.dumps(how)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["wrong"] == "Username or password is invalid"  # its own words for our trap
    assert said["identity"][0]["name"] == "MT_AC"
    assert said["none"] == said["after"] == []
    number = said["added"][0]["ret"]
    assert number.startswith("*") and said["set"] == said["disabled"] == []
    row, = said["found"]
    assert (row[".id"], row["name"], row["comment"]) == (number, "node", "three = words")
    assert (row["limit-bytes-in"], row["disabled"]) == ("1000", "true")
    assert {"name": "node", "disabled": "true"} in said["listed"]
    assert "missing =name=" in said["missing"] and "already exists" in said["twice"]
    assert "unknown parameter" in said["unknown"]
    assert "no such command" in said["command"] and "hotspot" in said["menu"]
    assert [rows[0]["name"] for rows in said["six"]] == ["node", "MT-User"] * 3
    assert {"name", "rx-bits-per-second"} <= set(said["traffic"][0])
    assert any("admin" in row["message"] for row in said["log"])
    assert said["told"][0]["name"] == "node" and said["told"][-1][".id"] == number
    assert "no such item" in said["gone"]
