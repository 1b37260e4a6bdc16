# SPDX-License-Identifier: BSD-3-Clause
"""What is changed through the API and the CLI is in the configuration file, whatever happens."""

import os
import random
import signal
import stat
import subprocess
import time

import pytest

from lab.api import ApiError, UnixConnection
from lab.daemon import program, slow
from lab.wait import until


def ctl(lab, *words, **kwargs):
    return subprocess.run([program("turnpikectl"), "--socket", lab.daemon.socket, *words], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30, **kwargs)


def metric(lab, name):
    return next(float(line.split()[1]) for line in lab.api.text("/metrics").splitlines()
                if line.startswith(f"turnpike_config_{name} "))


def file_of(lab, suffix=""):
    return lab.daemon.config.with_name(lab.daemon.config.name + suffix)


def killed(lab):
    lab.daemon.signal(signal.SIGKILL)
    lab.daemon.process.wait()
    lab.daemon.process = None


def names(lab):
    return {row["name"] for row in lab.api.get("ppp/secret")}


def test_what_the_cli_changes_survives_a_crash(make_lab, subscriber):
    lab = make_lab()
    for words in (("/ppp", "secret", "add", "name=alice", "password=wonderland", "profile=for-pppoe"),
                  ("/system", "identity", "set", "name=Other_AC"),
                  ("/system", "save")):
        done = ctl(lab, *words)
        assert done.returncode == 0, done.stdout
    killed(lab)
    lab.daemon.start()
    host = subscriber(lab, user="alice", password="wonderland")
    host.dial()
    assert host.address and lab.api.get("system/identity")["name"] == "Other_AC"


def test_it_is_saved_by_itself_and_for_its_owner_alone(make_lab):
    lab = make_lab()
    lab.daemon.config.chmod(0o644)
    lab.api.put("ppp/secret", name="alice", password="wonderland")
    assert lab.api.get("system/resource")["config-state"] == "pending"
    until(lambda: "wonderland" in lab.daemon.config.read_text())
    until(lambda: lab.api.get("system/resource")["config-state"] == "saved")
    assert stat.S_IMODE(lab.daemon.config.stat().st_mode) == 0o640
    lab.api.delete("ppp/secret/alice")
    until(lambda: "wonderland" not in lab.daemon.config.read_text())


def test_a_burst_is_written_few_times(make_lab):
    lab = make_lab()
    begin = time.monotonic()
    for number in range(200):
        lab.api.put("ppp/secret", name=f"user{number}", password="x")
    assert lab.api.post("system/save")["config-state"] == "saved"
    assert metric(lab, "saves_total") <= 3 + (time.monotonic() - begin)
    assert lab.daemon.config.read_text().count("name: user") == 200


def test_sigterm_saves_what_is_not_saved_yet(make_lab):
    lab = make_lab()
    lab.api.put("ppp/secret", name="alice", password="wonderland")
    lab.daemon.stop_cleanly()
    assert "wonderland" in lab.daemon.config.read_text()


def test_comments_stay(make_lab):
    lab = make_lab(start=False)
    text = lab.daemon.config.read_text()
    assert "ppp:\n" in text
    lab.daemon.config.write_text("# The north.\n\n" + text.replace("ppp:\n", "# who may come in\nppp:\n"))
    lab.daemon.start()
    lab.api.put("ppp/secret", name="alice", password="x")
    lab.api.post("system/save")
    text = lab.daemon.config.read_text()
    assert "# The north.\n" in text and "# who may come in\nppp:\n" in text and "alice" in text


def test_without_saving_the_file_stays_as_it_is(make_lab):
    lab = make_lab(lambda config: config.setdefault("management", {}).update(save=False))
    text = lab.daemon.config.read_text()
    lab.api.put("ppp/secret", name="alice", password="x")
    time.sleep(2)
    lab.daemon.stop_cleanly()
    assert lab.daemon.config.read_text() == text
    lab.daemon.start()
    lab.api.patch("management", save="yes")
    lab.api.put("ppp/secret", name="bob", password="x")
    until(lambda: "bob" in lab.daemon.config.read_text())
    lab.api.patch("management", save="no")
    until(lambda: "save: no" in lab.daemon.config.read_text())


def test_a_disk_that_refuses_is_told_of_and_tried_again(make_lab):
    lab = make_lab()
    in_the_way = file_of(lab, ".unfinished")
    in_the_way.mkdir()
    events = lab.api.events()
    lab.api.put("ppp/secret", name="alice", password="wonderland")
    _, event = events.until(lambda kind, data: kind == "config-not-saved")
    assert event["path"] == str(lab.daemon.config) and "cannot write" in event["text"]
    assert "cannot write" in lab.daemon.log()
    assert metric(lab, "save_failures_total") > 0 and metric(lab, "unsaved_changes") == 1
    resource = lab.api.get("system/resource")
    assert resource["config-state"] == "failed" and "cannot write" in resource["config-error"]
    with pytest.raises(ApiError) as refused:  # it would undo what can't be saved
        lab.api.post("system/reload")
    assert refused.value.status == 409 and "alice" in names(lab)
    in_the_way.rmdir()
    events.until(lambda kind, data: kind == "config-saved", timeout=30)
    assert "wonderland" in lab.daemon.config.read_text()
    assert metric(lab, "unsaved_changes") == 0


def edit(lab):
    text = lab.daemon.config.read_text().replace("MT_AC", "Edited_AC")
    lab.daemon.config.write_text(text)
    return text


def test_an_edited_file_is_left_alone_until_a_reload(make_lab):
    lab = make_lab()
    text = edit(lab)
    lab.api.put("ppp/secret", name="alice", password="wonderland")
    until(lambda: lab.api.get("system/resource")["config-state"] == "edited")
    assert lab.daemon.config.read_text() == text and metric(lab, "edited") == 1
    assert "has been edited" in lab.daemon.log()
    assert "wonderland" in file_of(lab, ".unsaved").read_text()
    lab.api.post("system/reload")
    assert lab.api.get("system/identity")["name"] == "Edited_AC"
    assert metric(lab, "edited") == 0 and "alice" not in names(lab)
    lab.api.put("ppp/secret", name="bob", password="x")
    until(lambda: "bob" in lab.daemon.config.read_text())
    assert "Edited_AC" in lab.daemon.config.read_text()


def test_an_edited_file_is_overwritten_only_on_request_and_kept(make_lab):
    lab = make_lab()
    edit(lab)
    lab.api.put("ppp/secret", name="alice", password="wonderland")
    done = ctl(lab, "/system", "save")
    assert done.returncode == 1 and "has been edited" in done.stdout
    done = ctl(lab, "/system", "save", "overwrite=yes")
    assert done.returncode == 0, done.stdout
    assert "wonderland" in lab.daemon.config.read_text()
    assert "Edited_AC" in file_of(lab, ".edited").read_text()
    assert not file_of(lab, ".unsaved").exists()


def test_a_reload_undoes_nothing_that_was_just_changed(make_lab):
    lab = make_lab()
    lab.api.put("ppp/secret", name="alice", password="wonderland")
    assert lab.api.post("system/reload") == {"changes": 0}
    assert "alice" in names(lab)


def test_a_file_cut_short_is_named_and_not_loaded_by_half(make_lab):
    lab = make_lab()
    for number in range(20):
        lab.api.put("ppp/secret", name=f"user{number}", password="x")
    lab.api.post("system/save")
    text = lab.daemon.config.read_text()
    at = text.index("user10")
    lab.daemon.config.write_text(text[:text.index("\n", at) + 1])
    with pytest.raises(ApiError) as refused:
        lab.api.post("system/reload")
    line = text[:at].count("\n") + 1
    assert f"{lab.daemon.config}:{line}:1: the file ends before" in refused.value.answer["detail"]
    assert len(names(lab)) == 21
    checked = subprocess.run([program("turnpike"), "--check", lab.daemon.config], text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30)
    assert checked.returncode == 1 and f":{line}:1: the file ends before" in checked.stdout


def with_fillers(make_lab, count):
    """A daemon with so many secrets more, which come last in the file."""
    lab = make_lab(lambda config: config.update(ppp=config.pop("ppp")), start=False)
    with lab.daemon.config.open("a") as file:
        file.writelines(f"  - {{ name: filler{number}, password: one-of-many }}\n"
                        for number in range(count))
    text = lab.daemon.config.read_text()
    management = text[text.index("management:"):text.index("  - { name: filler")]
    lab.daemon.config.write_text(management + text.replace(management, ""))
    return lab.daemon.start() and lab


def test_a_crash_while_saving_leaves_the_old_file_or_the_new(make_lab):
    """Killed at whatever moment, the daemon starts again with all that /system/save said was
    saved, and with no half of anything."""
    lab = with_fillers(make_lab, 5000)
    saved, sent = set(), 0
    rounds = 4 if slow() else 8
    for turn in range(rounds):
        for _ in range(3):
            lab.api.put("ppp/secret", name=f"user{sent}", password="x")
            sent += 1
        if turn % 2:
            lab.api.post("system/save")
            saved = names(lab)
            lab.api.put("ppp/secret", name=f"user{sent}", password="x")
            sent += 1
        connection = UnixConnection(str(lab.daemon.socket), 10)
        connection.request("POST", "/rest/system/save")
        time.sleep(random.random() * 0.04)
        killed(lab)
        connection.close()
        assert os.path.getsize(lab.daemon.config) > 0
        lab.daemon.start()
        there = names(lab)
        assert saved <= there and len(there) >= 5001
        assert not file_of(lab, ".unfinished").exists()
        saved = there


@pytest.mark.alone
def test_secrets_of_a_city_are_saved_while_the_api_answers(make_lab):
    count = 20_000 if slow() else 100_000
    lab = with_fillers(make_lab, count)
    lab.api.put("ppp/secret", name="alice", password="wonderland")
    slowest, saves = 0.0, metric(lab, "saves_total")
    while metric(lab, "saves_total") == saves:
        begin = time.monotonic()
        lab.api.patch("ppp/secret/alice", comment=str(begin))
        slowest = max(slowest, time.monotonic() - begin)
    print(f"{count} secrets: saved in {1000 * metric(lab, 'save_last_seconds'):.0f} ms, "
          f"the slowest answer meanwhile {1000 * slowest:.1f} ms")
    assert slowest < (2 if slow() else 0.5)
    lab.api.post("system/save")
    assert lab.daemon.config.read_text().count("name: filler") == count


def test_users_are_saved_by_their_hashes(make_lab):
    lab = make_lab()
    lab.api.put("user", name="carol", password="a-long-password", group="full")
    lab.api.post("system/save")
    text = lab.daemon.config.read_text()
    assert "name: carol" in text and "a-long-password" not in text
    lab.daemon.stop_cleanly()
    lab.daemon.start()
    assert [row["name"] for row in lab.api.get("user")] == ["carol"]
