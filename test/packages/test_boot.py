# SPDX-License-Identifier: BSD-3-Clause
"""The units under systemd itself, with what the packages install: started, reloaded, killed, stopped. One boot for
all; server and client share its network, and a cable, so that there is a session to lose."""

import time

import pytest

from lab.booted import CannotBoot, booted
from lab.wait import until

pytestmark = pytest.mark.timeout(900)  # the first test of the packages builds them

CONFIG = "etc/turnpike/turnpike.yaml"
CLIENT = "etc/turnpike-client/client.yaml"


def over(debian, folder):
    """What is laid over the tree: both files as their comments have it done, and nothing that asks the network."""
    for name, changes in ((CONFIG, (("net_null0,no-rx=1", "net_af_packet0,iface=acc0"),
                                    ("net_null1,no-rx=1", "net_af_packet1,iface=up0"), (", disabled: yes", ""))),
                          (CLIENT, (("eth0", "sub0"), ("disabled: yes", "disabled: no"),
                                    ("use-peer-dns: yes", "use-peer-dns: no"),
                                    ("add-default-route: yes", "add-default-route: no")))):
        text = (debian.path / name).read_text()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (folder / name).parent.mkdir(parents=True)
        (folder / name).parent.chmod(0o750)
        (folder / name).write_text(text)
        (folder / name).chmod(0o640)
    units = folder / "etc/systemd/system"
    units.mkdir(parents=True)
    (units / "timers.target").symlink_to("/dev/null")
    return folder


@pytest.fixture(scope="module")
def box(debian, tmp_path_factory):
    try:
        with booted(debian.path, over(debian, tmp_path_factory.mktemp("over"))) as box:
            try:
                yield box
            finally:
                print(box.run("journalctl", "--no-pager", "-u", "turnpike", check=False))
    except CannotBoot as why:
        pytest.skip(str(why))


def session(box):
    """Its id, once it is up and the client knows it, too."""
    row, = until(lambda: box.rows("/ppp", "active"), 60, "the session is up")
    return row["session-id"]


def told(box, text):
    """How often the unit's journal has a line with TEXT in it, systemd's own among them."""
    return sum(text in str(line["MESSAGE"]) for line in box.journal())


def comes_back(box, restarts, before):
    """By itself, once more, with the session that was there."""
    until(lambda: box.unit()["NRestarts"] == str(restarts) and box.unit()["ActiveState"] == "active", 60,
          lambda: box.unit())
    assert session(box) == before


def stop(box):
    """As long as it has, and not for longer; cleanly."""
    began = time.monotonic()
    box.run("systemctl", "stop", "turnpike")
    unit = box.unit()
    assert (unit["ActiveState"], unit["Result"], unit["ExecMainStatus"]) == ("inactive", "success", "0")
    assert time.monotonic() - began < 25


def test_the_machine_comes_up_and_the_unit_says_when_it_is_ready(box):
    state = until(lambda: {"running", "degraded"} & {box.run("systemctl", "is-system-running", check=False)}, 60,
                  lambda: box.run("systemctl", "list-jobs", check=False))
    assert state == {"running"}, box.run("systemctl", "--failed")
    unit = box.unit()
    assert (unit["Type"], unit["ActiveState"], unit["SubState"], unit["NRestarts"]) == \
        ("notify", "active", "running", "0")
    assert box.unit("turnpike-client")["ActiveState"] == "active"
    session(box)
    until(lambda: box.unit()["StatusText"] == "1 session up", 20, "systemctl status tells")
    assert box.path("run/turnpike").stat().st_mode & 0o777 == 0o755
    assert box.path("var/lib/turnpike").stat().st_mode & 0o777 == 0o700


def test_turnpikectl_has_its_say(box):
    assert "version: 0" in box.ctl("/system", "resource", "print")
    assert box.rows("/system", "reconcile") == []


def test_lines_of_the_journal_have_fields_to_search_by(box):
    row, = box.rows("/ppp", "active")
    lines = until(lambda: box.journal(f"TURNPIKE_USER={row['name']}"), 20, "lines about the subscriber")
    assert all(line["_SYSTEMD_UNIT"] == "turnpike.service" and line["TURNPIKE_TOPICS"] for line in lines)
    up = lines[-1]
    assert up["TURNPIKE_MAC"].lower() == row["caller-id"].lower() and up["TURNPIKE_SESSION"] == row[".id"]
    assert up["PRIORITY"] == "6" and "TURNPIKE" not in up["MESSAGE"]


def test_a_reload_is_over_when_the_file_is_in_force(box):
    before = session(box)
    config = box.path(CONFIG)
    config.write_text(config.read_text().replace("identity: Turnpike", "identity: after-the-reload"))
    box.run("systemctl", "reload", "turnpike")
    until(lambda: "after-the-reload" in box.ctl("/system", "identity", "print"), 20, "it is in force")
    until(lambda: box.unit()["SubState"] == "running", 20, "it is ready again")
    assert session(box) == before and box.unit()["NRestarts"] == "0"


def test_a_reload_of_a_file_with_a_mistake_is_told_and_changes_nothing(box):
    config = box.path(CONFIG)
    text = config.read_text()
    config.write_text(text.replace("identity: after-the-reload", "identities: none"))
    box.run("systemctl", "reload", "turnpike", check=False)
    until(lambda: any("identities" in str(line["MESSAGE"]) for line in box.journal("-p", "err")), 20,
          "the journal names the mistake")
    assert box.unit()["ActiveState"] == "active" and "after-the-reload" in box.ctl("/system", "identity", "print")
    config.write_text(text)


def test_a_killed_daemon_comes_back_with_its_session(box):
    before = session(box)
    box.run("systemctl", "kill", "-s", "KILL", "turnpike")
    comes_back(box, 1, before)
    assert told(box, "status=9/KILL") == 1


def test_a_daemon_that_stands_still_is_started_again(box):
    """By the watchdog, with a shorter patience than the unit's."""
    before = session(box)
    folder = box.path("run/systemd/system/turnpike.service.d")
    folder.mkdir(parents=True)
    (folder / "patience.conf").write_text("[Service]\nWatchdogSec=5\n")
    box.run("systemctl", "daemon-reload")
    box.run("systemctl", "restart", "turnpike")
    assert session(box) == before
    box.run("systemctl", "kill", "-s", "STOP", "turnpike")
    until(lambda: told(box, "Watchdog timeout"), 60, "the watchdog bites")
    (folder / "patience.conf").unlink()
    box.run("systemctl", "daemon-reload")
    until(lambda: box.unit()["ActiveState"] == "active", 60, lambda: box.unit())
    assert session(box) == before


def test_a_stop_leaves_the_session_standing_for_the_next_start(box):
    before = session(box)
    stop(box)
    assert box.path("run/turnpike").is_dir()  # the socket's place, for those who look for it meanwhile
    box.run("systemctl", "start", "turnpike")
    assert session(box) == before


def test_a_stop_that_disconnects_ends_the_session(box):
    before = session(box)
    box.ctl("/management", "set", "on-stop=disconnect")
    stop(box)
    assert told(box, "all sessions have ended") == 1
    box.run("systemctl", "start", "turnpike")
    assert session(box) != before
    box.run("systemctl", "stop", "turnpike-client")
    client = box.unit("turnpike-client")
    assert (client["ActiveState"], client["Result"]) == ("inactive", "success")
    until(lambda: not box.rows("/ppp", "active"), 20, "the client has hung up")
    stop(box)
    assert box.run("systemctl", "is-failed", "turnpike", "turnpike-client", check=False).split() == ["inactive"] * 2
