# SPDX-License-Identifier: BSD-3-Clause
"""Who changed what, by which face, and taking it back, over a restart as well."""

import getpass
import subprocess

import pytest

from lab.api import ApiError
from lab.daemon import Lab, program
from lab.wait import until


@pytest.fixture(scope="module")
def lab():
    lab = Lab()
    try:
        lab.start(lab.base_config())
        yield lab
    finally:
        lab.close()


def last(lab):
    return lab.api.get("system/history")[-1]


def test_a_change_on_the_socket_is_of_the_sockets_user(lab):
    lab.api.patch("ppp/secret/MT-User", comment="one")
    entry = last(lab)
    assert entry["by"] == getpass.getuser() and entry["via"] == "socket"
    assert entry["action"] == "secret MT-User changed"
    assert entry["changes"] == ['secret MT-User changed: comment: "" -> one']
    assert f"secret MT-User changed by {getpass.getuser()} (socket): comment" in lab.daemon.log()


def test_passwords_are_restored_and_never_shown(lab, subscriber):
    lab.api.patch("ppp/secret/MT-User", password="Another1")
    lab.api.post("undo")
    assert subscriber(lab).dial().ping(lab.CORE_HOST)
    text = lab.api.text("/rest/system/history") + lab.daemon.log()
    assert "Another1" not in text and "StrongPass" not in text


def test_a_reload_is_in_the_history_and_can_be_undone(lab):
    lab.api.post("system/save")
    text = lab.daemon.config.read_text()
    lab.daemon.config.write_text(text.replace("10.0.0.2-10.0.0.5", "10.0.0.2-10.0.0.9"))
    lab.api.post("system/reload")
    change = [entry for entry in lab.api.get("system/history") if entry["via"] == "file"][-1]
    assert change["action"] == "pool pppoe-pool changed"
    lab.api.post("undo", **{".id": change[".id"]})
    assert lab.api.get("ip/pool/pppoe-pool")["ranges"] == "10.0.0.2-10.0.0.5"


def test_the_history_outlives_the_daemon(lab):
    lab.api.put("ppp/secret", name="temp", password="x")
    lab.api.post("system/save")
    before = lab.api.get("system/history")
    lab.daemon.stop_cleanly()
    lab.daemon.start()
    assert lab.api.get("system/history") == before
    undone = lab.api.post("undo", **{".id": [entry[".id"] for entry in before
                                             if entry["action"] == "secret temp added"][-1]})
    assert undone["action"] == "secret temp added"
    with pytest.raises(ApiError):
        lab.api.get("ppp/secret/temp")


def test_what_stands_against_an_undo_is_told(lab):
    lab.api.put("ppp/profile", name="needed")
    added = last(lab)[".id"]
    lab.api.put("ppp/secret", name="user-of-it", profile="needed")
    with pytest.raises(ApiError) as error:
        lab.api.post("undo", **{".id": added})
    assert error.value.status == 409 and "in use by" in error.value.answer["detail"]


def test_a_disconnect_has_its_operator(lab, subscriber):
    host = subscriber(lab)
    host.dial()
    lab.api.delete("ppp/active/MT-User")
    host.until(lambda: host.ended, what="ended")
    until(lambda: last(lab)["action"] == "ppp active MT-User removed")
    assert not last(lab)["undoable"]


def ctl(lab, *words):
    done = subprocess.run([program("turnpikectl"), "--socket", lab.daemon.socket, *words],
                          text=True, timeout=30, capture_output=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_cli_takes_back_and_makes_again(lab):
    ctl(lab, "/ppp secret set MT-User comment=typed")
    assert last(lab)["via"] == "cli" and last(lab)["by"] == getpass.getuser()
    number = last(lab)[".id"]
    assert "secret MT-User changed" in ctl(lab, "/undo")
    assert lab.api.get("ppp/secret/MT-User").get("comment") != "typed"
    ctl(lab, "/redo")
    assert lab.api.get("ppp/secret/MT-User")["comment"] == "typed"
    ctl(lab, f"/undo .id={number}")
    ctl(lab, "/system history redo")
    assert lab.api.get("ppp/secret/MT-User")["comment"] == "typed"
    assert "comment=typed" in ctl(lab, "/system history print detail")
