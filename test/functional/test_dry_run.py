# SPDX-License-Identifier: BSD-3-Clause
"""dry-run: what a change would come to, and nothing of it."""

import subprocess

import pytest

from lab.api import ApiError
from lab.daemon import Lab, program


@pytest.fixture(scope="module")
def lab():
    lab = Lab()
    try:
        lab.start(lab.base_config())
        yield lab
    finally:
        lab.close()


def dry(lab, method, path, value=None):
    return lab.api.call(method, path, value, dry_run="yes")


def test_who_would_be_ended_or_changed_is_told_and_nothing_is(lab, subscriber):
    host = subscriber(lab)
    host.dial()
    before = lab.api.get("ppp/secret"), lab.api.get("ppp/profile"), lab.api.get("system/history")
    told = dry(lab, "PATCH", "ppp/secret/MT-User", {"disabled": True})
    assert told["dry-run"] is True and told["sessions-affected"] == 1
    assert told["sessions-ended"] == 1 and told["sessions-changed"] == 0
    assert told["changes"][0]["action"] == "secret MT-User changed"
    assert told["changes"][0]["changes"] == "disabled: \"\" -> true"
    assert dry(lab, "DELETE", "ppp/secret/MT-User")["sessions-ended"] == 1
    told = dry(lab, "PATCH", "ppp/profile/for-pppoe", {"rate-limit": "1M"})
    assert told["sessions-changed"] == 1 and told["sessions-ended"] == 0
    server = lab.api.get("interface/pppoe-server/server")[0][".id"]
    assert dry(lab, "DELETE", f"interface/pppoe-server/server/{server}")["sessions-ended"] == 1
    assert dry(lab, "PUT", "ppp/secret", {"name": "new"})["sessions-affected"] == 0
    told = lab.api.post("ppp/secret/set", numbers="MT-User", comment="x", dry_run="yes")
    assert len(told["changes"]) == 1 and told["sessions-affected"] == 0
    assert before == (lab.api.get("ppp/secret"), lab.api.get("ppp/profile"),
                      lab.api.get("system/history"))
    assert host.ping(lab.CORE_HOST)


def test_a_reload_is_tried(lab, subscriber):
    subscriber(lab).dial()
    text = lab.daemon.config.read_text()
    lab.daemon.config.write_text(text.replace("name: MT-User", "name: Other"))
    told = lab.api.post("system/reload", dry_run="yes")
    assert told["total"] == 2 and told["sessions-ended"] == 1
    assert {change["action"] for change in told["changes"]} == \
        {"secret MT-User removed", "secret Other added"}
    assert lab.api.get("ppp/secret/MT-User")
    lab.daemon.config.write_text(text)


def test_what_has_no_dry_run_does_not_run(lab, subscriber):
    host = subscriber(lab)
    host.dial()
    for method, path in (("DELETE", "ppp/active/MT-User"), ("POST", "system/shutdown"),
                         ("POST", "undo"), ("POST", "system/save")):
        with pytest.raises(ApiError) as error:
            dry(lab, method, path)
        assert error.value.status == 400, path
    with pytest.raises(ApiError) as error:
        lab.api.call("PATCH", "ppp/secret/MT-User", {"comment": "x"}, dry_run="perhaps")
    assert error.value.status == 400
    assert host.ping(lab.CORE_HOST) and "comment" not in lab.api.get("ppp/secret/MT-User")


def test_the_cli_tries_a_change(lab, subscriber):
    host = subscriber(lab)
    host.dial()
    for command, wanted in (
            ("/ppp secret set MT-User disabled=yes", 'secret MT-User changed: disabled: "" -> true\n'
             "sessions affected: 1 (ended: 1, changed: 0)\n"),
            ("/ppp secret add name=new", "secret new added: name: new\n"
             "sessions affected: 0 (ended: 0, changed: 0)\n"),
            ("/system reload", "sessions affected: 0 (ended: 0, changed: 0)\n")):
        done = subprocess.run([program("turnpikectl"), "--socket", lab.daemon.socket, "--dry-run", command],
                              text=True, timeout=30, capture_output=True)
        assert (done.returncode, done.stdout) == (0, wanted), done.stderr
    assert host.ping(lab.CORE_HOST) and len(lab.api.get("ppp/secret")) == 1
