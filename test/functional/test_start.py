# SPDX-License-Identifier: BSD-3-Clause
"""What the daemon starts with: CPUs, memory, and what it knows of drivers."""

import os
import re
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lab.daemon import ROOT, program
from lab.wait import until


def start_refused(lab, option="--config"):
    done = subprocess.run(["ip", "netns", "exec", lab.daemon.netns, program("turnpike"), option,
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


def test_what_may_take_its_time_runs_beside_control_and_workers(make_lab):
    """Where there is no CPU for it, on control's: a worker would lose packets."""
    lab = make_lab()
    cpus = {}
    for task in Path(f"/proc/{lab.daemon.process.pid}/task").iterdir():
        cpus[(task / "comm").read_text().strip()] = os.sched_getaffinity(int(task.name))
    others = os.sched_getaffinity(0) - {0, 1} or {0}
    assert cpus["turnpike"] == {0} and cpus["rte-worker-1"] == {1}
    assert {name: cpus[name] for name in ("journal", "audit", "management")} == dict.fromkeys(
        ("journal", "audit", "management"), others)


def test_it_runs_without_huge_pages_and_says_so(make_lab, subscriber):
    def change(config):
        config["dataplane"]["huge-pages"] = False

    lab = make_lab(change)
    assert subscriber(lab).dial().ping(lab.CORE_HOST)
    assert "ordinary memory" in lab.daemon.log()


FREE_PAGES = Path("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages")
NO_HUGE_PAGES = pytest.mark.skipif(not FREE_PAGES.exists(), reason="this kernel has no huge pages")


@NO_HUGE_PAGES
def test_huge_pages_that_others_take_meanwhile_are_done_without(make_lab, subscriber, tmp_path):
    """They are counted free, and when they are taken they are not there: what else counted them free
    was quicker. Here none of them has ever been."""
    if int(FREE_PAGES.read_text()) > 0:
        pytest.skip("this machine has huge pages to give")
    told = tmp_path / "free_hugepages"
    told.write_text("100000\n")
    lab = make_lab(start=False)
    lab.daemon.wrapper = ["unshare", "--mount", "sh", "-c",
                          f'mount --bind {told} {FREE_PAGES} && exec "$@"', "sh"]
    lab.daemon.start()
    lab.meet()
    assert subscriber(lab).dial().ping(lab.CORE_HOST)
    assert "ordinary memory" in lab.daemon.log()


@pytest.mark.alone
@NO_HUGE_PAGES
@pytest.mark.parametrize("pages", [100, 300, 900], ids=["few", "for-one", "for-some"])
def test_daemons_that_start_together_share_huge_pages_or_do_without(make_lab, subscriber, pages):
    number = FREE_PAGES.with_name("nr_hugepages")
    before = int(number.read_text())
    labs = [make_lab(start=False) for _ in range(4)]
    try:
        number.write_text(f"{pages}\n")
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda lab: lab.daemon.start(), labs))
        lab = labs[0].meet() or labs[0]
        assert subscriber(lab).dial().ping(lab.CORE_HOST)
        for lab in labs:
            lab.daemon.stop_cleanly()
    finally:
        number.write_text(f"{before}\n")


def test_drivers_are_described_by_the_files_beside_the_program(make_lab):
    lab = make_lab()
    assert "drivers-config" in lab.daemon.log()


@pytest.mark.parametrize("setting, says", [
    ({"drivers-config": "/nonexistent"}, "dataplane.drivers-config: /nonexistent: No such file"),
    ({"worker-lcores": [127]}, "dataplane.worker-lcores"),
    ({"control-lcore": 126}, "dataplane.control-lcore: there is no CPU 126"),
    ({"memory": 1048576}, "dataplane.memory"),
    ({"memory": 10}, r"turnpike.yaml:\d+:\d+: dataplane.memory: 10 MiB are too few: the tables of .* need \d+"),
    ({"ports": [{"name": "acc", "device": "acc0"}]},
     r"turnpike.yaml:\d+:\d+: dataplane.ports\[acc\].device: .*expected .*net_af_packet0,iface=acc0"),
    ({"ports": [{"name": "acc", "device": "eth9"}]},
     r"dataplane.ports\[acc\].device: 'eth9' is no device of DPDK's: expected a NIC's PCI address"),
    ({"ports": [{"name": "acc", "device": "net_af_packet0,iface=eth9"}]}, "this host has no interface 'eth9'"),
    ({"ports": [{"name": "acc", "device": "0000:7f:1f.7"}]}, "there is no PCI device '0000:7f:1f.7'"),
], ids=lambda value: next(iter(value)) if isinstance(value, dict) else "")
def test_what_the_machine_has_not_is_named(make_lab, setting, says):
    """By the start and by --check alike."""
    def change(config):
        config["dataplane"].update(setting)
        if "ports" in setting:
            for section in ("ip", "ppp", "interface"):
                config.pop(section)

    lab = make_lab(change, start=False)
    for option in "--config", "--check":
        told = start_refused(lab, option)
        assert re.search(says, told) and "Usage:" not in told


@pytest.mark.parametrize("section, setting, says", [
    ("management", {"web-directory": "/nonexistent"}, "management.web-directory: /nonexistent: No such file"),
    ("management", {"socket": "/etc/hosts"},
     "management.socket: there is something in the socket's place that is no socket"),
    ("ip", {"service": [{"name": "www-ssl", "disabled": False, "certificate": "/nonexistent.pem"}]},
     r"ip.service\[www-ssl\].certificate: cannot read '/nonexistent.pem'"),
    ("ip", {"service": [{"name": "api-ssl", "disabled": False, "certificate": "/etc/hosts"}]},
     r"ip.service\[api-ssl\].certificate: '/etc/hosts' is no PEM certificate"),
], ids=["page", "socket", "certificate", "no certificate"])
def test_what_the_api_needs_and_has_not_is_named(make_lab, section, setting, says):
    """By the start and by --check alike: an upgrade goes by what --check says."""
    lab = make_lab(lambda config: config.setdefault(section, {}).update(setting), start=False)
    for option in "--config", "--check":
        assert re.search(r"turnpike.yaml:\d+:\d+: " + says, start_refused(lab, option))


def test_without_a_file_the_examples_are_named():
    done = subprocess.run([program("turnpike"), "--config", "/nonexistent/turnpike.yaml"],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    folder = re.search(r"examples to start from are in (\S+):", done.stderr)[1]
    assert (Path(folder) / "quick-example.yaml").exists() and "--check" in done.stderr


def test_what_is_hardly_meant_is_a_warning_of_check_and_of_the_log(make_lab):
    def change(config):
        config["ip"]["pool"].append({"name": "block", "ranges": "10.44.0.0/24"})

    lab = make_lab(change)
    checked = subprocess.run(["ip", "netns", "exec", lab.daemon.netns, program("turnpike"), "--check",
                              lab.daemon.config], capture_output=True, text=True, timeout=60)
    warning = r"turnpike.yaml:\d+:\d+: {}ip.pool\[block\].ranges: has the network's own address 10.44.0.0"
    assert checked.returncode == 0 and re.search(warning.format("warning: "), checked.stderr)
    assert re.search("warning config: .*" + warning.format(""), lab.daemon.log())


def priorities(pid):
    """Of each of its threads."""
    found = set()
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            found.add(int((task / "stat").read_text().rsplit(")", 1)[1].split()[16]))
        except OSError:
            pass  # it has ended
    return found


def test_a_start_goes_before_others_and_what_it_has_started_does_not(make_lab):
    lab = make_lab(start=False)
    lab.daemon.write(lab.base_config())
    lab.daemon.wrapper = ["nice", "-n", "3"]
    seen, over = set(), threading.Event()

    def look():
        while not over.is_set():
            if lab.daemon.process is not None:
                seen.update(priorities(lab.daemon.process.pid))

    looker = threading.Thread(target=look, daemon=True)
    looker.start()
    try:
        lab.daemon.start()
        until(lambda: priorities(lab.daemon.process.pid) == {3}, what="all of it as it was started")
    finally:
        over.set()
        looker.join(20)
    assert -20 in seen
