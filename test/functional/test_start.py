# SPDX-License-Identifier: BSD-3-Clause
"""What the daemon starts with: CPUs, memory, and what it knows of drivers."""

import re
import subprocess
import time
from pathlib import Path

import pytest

from lab.daemon import ROOT, program


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


def test_a_port_has_the_queues_that_it_is_told(make_lab, tmp_path):
    """One for each worker where the driver can spread packets over them, as net_null is said to here."""
    for file in (ROOT / "drivers-config").glob("*.yaml"):
        (tmp_path / file.name).write_text(file.read_text().replace("spreads-ipv4: no", "spreads-ipv4: yes"))

    def change(config):
        config["dataplane"].update({"worker-lcores": [0, 1], "drivers-config": str(tmp_path)})
        config["dataplane"]["ports"] += [
            {"name": "one", "device": "net_null0", "address": "203.0.113.1/24", "rx-queues": 1},
            {"name": "each", "device": "net_null1", "address": "198.51.100.1/24"}]

    lab = make_lab(change)
    queues = {row["name"]: row["actual-rx-queues"] for row in lab.api.get("dataplane/port")}
    assert (queues["one"], queues["each"]) == (1, 2)


@pytest.mark.alone
@pytest.mark.parametrize("idle", ["poll", "sleep"])
def test_an_idle_worker_polls_or_sleeps(make_lab, idle):
    lab = make_lab(lambda config: config["dataplane"].update(idle=idle))
    tasks = Path(f"/proc/{lab.daemon.process.pid}/task")
    worker, = [task for task in tasks.iterdir() if "worker" in (task / "comm").read_text()]

    def sleeps():
        status = (worker / "status").read_text()
        return int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", status, re.M)[1])

    before = sleeps()
    time.sleep(1)
    assert sleeps() - before > 100 if idle == "sleep" else sleeps() - before < 20


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
    ({"control-lcore": 126}, "dataplane.control-lcore: there is no CPU 126"),
    ({"memory": 1048576}, "dataplane.memory"),
], ids=lambda value: next(iter(value)) if isinstance(value, dict) else "")
def test_what_the_machine_has_not_is_named(make_lab, setting, says):
    lab = make_lab(lambda config: config["dataplane"].update(setting), start=False)
    told = start_refused(lab)
    assert says in told and "Usage:" not in told
