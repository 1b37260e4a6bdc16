# SPDX-License-Identifier: BSD-3-Clause
"""The Debian packages as their user has them: built, installed in a bare Debian, started with the file
that they bring, upgraded under a standing session, removed."""

import re
import shutil
from pathlib import Path

import pytest

from lab.net import sh
from lab.wait import until

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.timeout(900)  # the first of them builds all packages, with what others leave

PACKAGES = ("turnpike", "turnpikectl", "turnpike-client", "turnpike-bench")


def start_server(debian):
    """As the unit does."""
    process = debian.start("ac", "setpriv", "--regid", "turnpike", "--clear-groups", "turnpike", "--config",
                           "/etc/turnpike/turnpike.yaml")
    until(lambda: process.poll() is None and "version" in debian.ctl("ac", "/system", "resource", "print"), 60,
          "it answers")
    return process


def stop(process, code=0):
    process.terminate()
    assert process.wait(60) == code


def test_nothing_to_say_for_lintian(built):
    assert sh("lintian", "--fail-on", "error,warning,info", "--allow-root", *built.glob("*.changes")).strip() == ""


def test_every_program_has_its_page(debian):
    pages = {path.name for path in (debian.path / "usr/share/man").rglob("*.gz")}
    assert {"turnpike.8.gz", "turnpikectl.1.gz", "turnpike-client.8.gz", "turnpike-bench.1.gz",
            "turnpike.yaml.5.gz"} <= pages
    for name in PACKAGES:
        assert "Usage" in debian.run(name, "--help").capitalize()


@pytest.mark.parametrize("name, section, commands", [
    ("turnpike", 8, [[]]), ("turnpikectl", 1, [[]]), ("turnpike-client", 8, [[]]),
    ("turnpike-bench", 1, [["setup"], ["traffic"], ["restart"], ["radius"], ["dataplane"]])])
def test_the_page_has_each_option(debian, name, section, commands):
    said = "".join(debian.run(name, *command, "--help") for command in commands)
    page = (ROOT / f"docs/man/{name}.{section}").read_text()
    assert set(re.findall(r"--([a-z][a-z0-9-]+)", said)) - {"help", "version"} == \
        set(re.findall(r"Fl -([a-z][a-z0-9-]+)", page)) - {"help", "version"}


def test_services_are_enabled_and_sound(debian):
    for unit in ("turnpike.service", "turnpike-client.service"):
        assert (debian.path / "etc/systemd/system/multi-user.target.wants" / unit).is_symlink()
        assert "Failed" not in debian.run("systemd-analyze", "verify", "--man=no", unit)
        said = debian.run("systemd-analyze", "security", "--offline=yes", f"/lib/systemd/system/{unit}")
        assert float(re.search(r"exposure level for \S+ ([0-9.]+)", said).group(1)) <= 4.5


def test_it_starts_with_the_file_that_it_brings(debian):
    debian.network.namespace("ac")
    config = debian.path / "etc/turnpike/turnpike.yaml"
    assert config.stat().st_mode & 0o777 == 0o640
    assert "no mistakes" in debian.run("turnpike", "--check", "/etc/turnpike/turnpike.yaml")
    server = start_server(debian)
    # Who is in the group may use the socket.
    assert "version" in debian.network.run(
        "ac", "chroot", debian.path, "setpriv", "--reuid", "nobody", "--regid", "turnpike", "--clear-groups",
        "turnpikectl", "/system", "resource", "print")
    stop(server)
    client = debian.start("subscriber", "turnpike-client", "--config", "/etc/turnpike-client/client.yaml") \
        if debian.network.namespace("subscriber") else None
    until(lambda: "pppoe-out1" in debian.ctl("subscriber", "-s", "/run/turnpike-client/api.sock", "/interface",
                                             "pppoe-client", "print"), 60, "it answers")
    stop(client)


def make_it_mine(debian):
    """What the two files say is to be changed."""
    config = debian.path / "etc/turnpike/turnpike.yaml"
    text = config.read_text()
    for old, new in (("net_null0,no-rx=1", "net_af_packet0,iface=acc0"),
                     ("net_null1,no-rx=1", "net_af_packet1,iface=up0"), (", disabled: yes", "")):
        assert old in text
        text = text.replace(old, new)
    config.write_text(text)
    config = debian.path / "etc/turnpike-client/client.yaml"
    config.write_text(config.read_text().replace("eth0", "sub0").replace("disabled: yes", "disabled: no"))


def active(debian):
    """The session's id, or None."""
    said = debian.ctl("ac", "--json", "/ppp", "active", "print")
    found = re.search(r'"session-id": ?"?([^",]+)', said)
    return found and found.group(1)


def reaches_the_ac(debian):
    return " 0% packet loss" in debian.network.run("subscriber", "ping", "-c", "2", "-i", "0.2", "10.0.0.1", check=False)


def repacked(debian, package, version):
    """The package again, as a later version."""
    deb = next((debian.path / "debs").glob(f"{package}_*.deb"))
    tree = debian.path / "debs" / f"{package}.tree"
    sh("dpkg-deb", "-R", deb, tree)
    control = tree / "DEBIAN/control"
    control.write_text(re.sub(r"(?m)(^Version: |turnpike\w* \(= )[^)\n]+", rf"\g<1>{version}", control.read_text()))
    sh("dpkg-deb", "-b", tree, debian.path / f"debs/new-{package}.deb")
    shutil.rmtree(tree)


def test_a_session_stands_over_an_upgrade(debian):
    debian.network.veth("ac", "acc0", "subscriber", "sub0")
    debian.network.veth("ac", "up0", "core", "core0")
    make_it_mine(debian)
    server = start_server(debian)
    debian.start("subscriber", "turnpike-client", "--config", "/etc/turnpike-client/client.yaml")
    until(lambda: reaches_the_ac(debian), 60, lambda: debian.ctl("ac", "/log", "print"))
    session = active(debian)
    for package in PACKAGES:
        repacked(debian, package, "9.9.9")
    debian.run("sh", "-c", "dpkg -i /debs/new-*.deb")
    stop(server)
    server = start_server(debian)
    until(lambda: reaches_the_ac(debian), 60, lambda: debian.ctl("ac", "/log", "print"))
    assert active(debian) == session, debian.ctl("ac", "/log", "print")
    assert "alice" in (debian.path / "etc/turnpike/turnpike.yaml").read_text()  # the operator's file stays


def test_nothing_is_left_behind(debian):
    """While it runs: its sessions end, as nobody will come after it."""
    server = debian.processes[-1]
    assert server.poll() is None
    debian.network.run("ac", "chroot", debian.path, "dpkg", "--remove", *PACKAGES)
    assert server.wait(60) == 0
    debian.network.run("ac", "chroot", debian.path, "dpkg", "--purge", *PACKAGES)
    left = {name for name in debian.files() - debian.before if "turnpike" in name}
    assert left == set()
    assert "turnpike" not in (debian.path / "etc/group").read_text()
