# SPDX-License-Identifier: BSD-3-Clause
"""What the daemon starts with: CPUs, memory, and what it knows of drivers."""

import subprocess

import pytest

from lab.daemon import program


def start_refused(lab):
    done = subprocess.run(["ip", "netns", "exec", lab.daemon.netns, program("turnpike"), "--config",
                           lab.daemon.config], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1, done.stderr
    return done.stderr


def test_two_workers_serve_sessions_of_one_port(make_lab, subscriber):
    def change(config):
        config["dataplane"]["worker-lcores"] = [0, 1]

    lab = make_lab(change)
    hosts = [subscriber(lab) for _ in range(4)]
    for host in hosts:
        host.dial()
        assert host.ping(lab.CORE_HOST)
    for host in hosts:
        assert host.ping("10.0.0.1")
    workers = {line["worker"] for line in lab.api.get("dataplane/counter")
               if line["name"] == "forwarded"}
    assert workers == {0, 1}
    assert lab.api.get("dataplane/port", name="ether3")[0]["software-distribution"] is True


def test_it_runs_without_huge_pages_and_says_so(make_lab, subscriber):
    def change(config):
        config["dataplane"]["huge-pages"] = False

    lab = make_lab(change)
    assert subscriber(lab).dial().ping(lab.CORE_HOST)
    assert "ordinary memory" in lab.daemon.log()


def test_drivers_are_described_by_the_files_beside_the_program(make_lab):
    lab = make_lab()
    assert "drivers-config" in lab.daemon.log()


@pytest.mark.parametrize("setting, says", [
    ({"drivers-config": "/nonexistent"}, "dataplane.drivers-config: /nonexistent: No such file"),
    ({"worker-lcores": [127]}, "dataplane.worker-lcores"),
    ({"memory": 1048576}, "dataplane.memory"),
], ids=lambda value: next(iter(value)) if isinstance(value, dict) else "")
def test_what_the_machine_has_not_is_named(make_lab, setting, says):
    lab = make_lab(lambda config: config["dataplane"].update(setting), start=False)
    told = start_refused(lab)
    assert says in told and "Usage:" not in told
