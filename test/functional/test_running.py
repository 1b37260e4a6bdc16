# SPDX-License-Identifier: BSD-3-Clause
"""The daemon as a process: --check, start, reload, end, and what it must not say."""

import random
import re
import signal
import subprocess
import threading
import time

import pytest

from lab import frames
from lab.daemon import program, slow


def check(lab, text):
    """turnpike --check: (exit code, what it said)."""
    path = lab.daemon.folder / "check.yaml"
    path.write_text(text)
    done = subprocess.run([program("turnpike"), "--check", path], text=True, timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout


BASE = """\
dataplane:
  worker-lcores: [1]
  ports:
    - { name: ether3, device: "net_null0" }
"""

MISTAKES = {
    "an unknown section": ("colour: red\n", "colour", 5),
    "an unknown property": ("ppp:\n  secret:\n    - { name: a, colour: red }\n", "colour", 7),
    "a wrong type": ("ip:\n  pool:\n    - { name: p, ranges: many }\n", "ranges", 7),
    "a number out of range": (
        "interface:\n  pppoe-server:\n    server:\n      - interface: ether3\n"
        "        max-mru: 20\n", "max-mru", 9),
    "an interface that is not there": (
        "interface:\n  pppoe-server:\n    server:\n      - interface: ether9\n", "ether9", 8),
    "a profile that is not there": (
        "ppp:\n  secret:\n    - { name: a, profile: none }\n", "profile", 7),
    "a name twice": ("ppp:\n  secret:\n    - { name: a }\n    - { name: a }\n", "a", 8),
    "a missing name": ("ppp:\n  secret:\n    - { password: a }\n", "name", 7),
    "no YAML": ("ppp: [\n", "", 5),
    "an address with a typo": (
        "ppp:\n  profile:\n    - { name: p, local-address: 10.0.0.256 }\n", "local-address", 7),
}


@pytest.fixture
def idle_lab(make_lab):
    return make_lab(start=False)


def test_check_passes_what_is_right(idle_lab):
    code, said = check(idle_lab, BASE)
    assert code == 0, said


@pytest.mark.parametrize("right, wrong, place", [
    ("worker-lcores: [1]", "worker-lcores: [999]", "dataplane.worker-lcores"),
    ("worker-lcores: [1]", "worker-lcores: [1]\n  memory: 99999999", "dataplane.memory"),
])
def test_check_refuses_what_this_machine_has_not(idle_lab, right, wrong, place):
    code, said = check(idle_lab, BASE.replace(right, wrong))
    assert code == 1 and place in said and "no mistakes" not in said, said


@pytest.mark.parametrize("case", MISTAKES)
def test_check_names_file_line_column_and_property(idle_lab, case):
    text, word, line = MISTAKES[case]
    code, said = check(idle_lab, BASE + text)
    assert code not in (0, None) and code > 0, said
    place = re.search(r"check\.yaml:(\d+):(\d+)", said)
    assert place, said
    assert word in said
    assert abs(int(place[1]) - line) <= (1 if case == "no YAML" else 0), said


def test_check_names_every_mistake(idle_lab):
    code, said = check(idle_lab, BASE + "ppp:\n  secret:\n    - { name: a, colour: red }\n"
                       "    - { name: b, size: 3 }\n")
    assert code and "colour" in said and "size" in said


def test_check_misses_the_ports(idle_lab):
    code, told = check(idle_lab, "system: { identity: MT_AC }\n")
    assert code == 1
    assert "dataplane.ports: there is no port" in told


def test_check_does_not_say_passwords(idle_lab):
    _, said = check(idle_lab, BASE + "ppp:\n  secret:\n"
                    "    - { name: a, password: [VerySecret] }\n    - { password: VerySecret }\n")
    assert "VerySecret" not in said


def test_a_file_that_is_not_there_is_named(idle_lab):
    done = subprocess.run([program("turnpike"), "--config", "/nonexistent/x.yaml"], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
                          stdin=subprocess.DEVNULL)
    assert done.returncode > 0 and "/nonexistent/x.yaml" in done.stdout


def test_a_mistake_at_start_is_refused_with_the_reason(idle_lab):
    idle_lab.daemon.config.write_text("ppp: { secret: [ { name: a, colour: red } ] }\n")
    with pytest.raises(RuntimeError, match="colour"):
        idle_lab.daemon.start()
    idle_lab.daemon.process = None


def test_a_port_that_is_not_there_is_named(make_lab):
    lab = make_lab(start=False)
    config = lab.base_config()
    config["dataplane"]["ports"][0]["device"] = "net_af_packet0,iface=nowhere0"
    lab.daemon.write(config)
    with pytest.raises(RuntimeError, match="ether3|nowhere0"):
        lab.daemon.start()
    lab.daemon.process = None


@pytest.mark.alone
def test_sigterm_ends_sessions_politely_and_exits_0(make_lab, subscriber):
    lab = make_lab()
    hosts = [subscriber(lab).dial() for _ in range(4)]
    begin = time.monotonic()
    lab.daemon.signal(signal.SIGTERM)
    for host in hosts:
        host.until(lambda host=host: any(
            frame.ethertype == 0x8863 and frame.code == 0xA7 for frame in host.seen),
            timeout=5, what="told by PADT")
        assert host.ended == "Terminate-Request"
        host.session = None
    code, _ = lab.daemon.stop()
    assert code == 0
    assert time.monotonic() - begin < (10 if slow() else 4)


@pytest.mark.alone
def test_sigterm_does_not_wait_for_a_dead_peer(make_lab, subscriber):
    lab = make_lab()
    host = subscriber(lab).dial()
    host.session = None
    code, took = lab.daemon.stop()
    assert code == 0 and took < (10 if slow() else 4)


def test_sigint_ends_it_too(make_lab):
    lab = make_lab()
    lab.daemon.signal(signal.SIGINT)
    assert lab.daemon.process.wait(20) == 0


def test_sighup_applies_what_changed_and_drops_nobody(make_lab, subscriber):
    lab = make_lab()
    host = subscriber(lab).dial()
    config = lab.base_config()
    config["system"]["identity"] = "Reloaded"
    config["ppp"]["secret"].append({"name": "late", "password": "x", "profile": "for-pppoe"})
    lab.daemon.write(config)
    lab.daemon.signal(signal.SIGHUP)
    end = time.monotonic() + 5
    while lab.api.get("system/identity")["name"] != "Reloaded":
        assert time.monotonic() < end, lab.daemon.log()
        host.run(0.05)
    assert host.ping("10.0.0.1") and not host.ended
    assert subscriber(lab, user="late", password="x").dial().address


def test_sighup_with_a_mistake_changes_nothing(make_lab, subscriber):
    lab = make_lab()
    host = subscriber(lab).dial()
    config = lab.base_config()
    config["system"]["identity"] = "Reloaded"
    config["ppp"]["secret"].append({"name": "late", "colour": "red"})
    lab.daemon.write(config)
    lab.daemon.signal(signal.SIGHUP)
    host.run(1.0)
    assert lab.api.get("system/identity")["name"] == "MT_AC"
    assert "colour" in lab.daemon.log()
    assert host.ping("10.0.0.1")


def test_a_second_daemon_does_not_take_the_socket(make_lab):
    lab = make_lab()
    done = subprocess.run(["ip", "netns", "exec", lab.daemon.netns, program("turnpike"),
                           "--config", lab.daemon.config], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=60)
    assert done.returncode > 0
    assert lab.api.raw("GET", "/healthz")[0] == 200


def test_a_socket_left_by_a_dead_daemon_is_replaced(make_lab):
    lab = make_lab()
    lab.daemon.signal(signal.SIGKILL)
    lab.daemon.process.wait()
    lab.daemon.start()


def test_passwords_are_in_no_log_and_no_answer(make_lab, subscriber):
    lab = make_lab(lambda config: config.update(management={"log-level": "debug"}))
    host = subscriber(lab).dial()
    bad = subscriber(lab, password="WrongPass", service="", auth="pap")
    bad.open().negotiate()
    bad.authenticate()
    answers = "".join(
        lab.api.raw("GET", target)[2].decode() for target in
        ("/rest/ppp/secret", "/rest/ppp/active", "/rest/ppp/profile", "/metrics", "/healthz",
         "/rest/interface/pppoe-server/server", "/rest/system/resource", "/rest/ip/pool/used"))
    for word in ("StrongPass", "WrongPass"):
        assert word not in lab.daemon.log() and word not in answers
    assert not host.ended


@pytest.mark.alone
def test_a_hundred_thousand_secrets_load_quickly(make_lab):
    lab = make_lab(start=False)
    text = BASE + "ppp:\n  secret:\n" + "".join(
        f"    - {{ name: user{number}, password: word{number} }}\n" for number in range(100000))
    begin = time.monotonic()
    code, said = check(lab, text)
    assert code == 0, said[:2000]
    assert time.monotonic() - begin < (30 if slow() else 3)


def test_a_daemon_that_starts_into_a_storm_serves_it(make_lab, subscriber):
    """A street full of clients shouts already while it starts."""
    lab = make_lab(start=False)
    wire, done = lab.wire(), threading.Event()

    def shout():
        while not done.is_set():
            mac = "02:99:00:00:00:" + f"{random.randrange(256):02x}"
            wire.send(frames.discovery(frames.BROADCAST, mac, frames.PADI,
                                       frames.tag(frames.SERVICE_NAME)))
            time.sleep(0.001)

    street = threading.Thread(target=shout)
    street.start()
    try:
        lab.daemon.start()
        assert subscriber(lab).dial().ping("10.0.0.1")
    finally:
        done.set()
        street.join()


def metric(lab, name):
    line = next(line for line in lab.api.text("/metrics").splitlines() if line.startswith(name + " "))
    return float(line.split()[-1])


def patiently(condition, what, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not {what} after {seconds} s"
        time.sleep(0.1)


@pytest.mark.parametrize("interface", ["core0", "pppoe"])
def test_an_interface_of_the_host_that_is_deleted_comes_back(make_lab, subscriber, interface):
    """With it come the addresses, the static routes and the subscribers' routes."""
    lab = make_lab()
    host = subscriber(lab).dial()
    assert host.ping(lab.CORE_HOST) and host.ping(lab.CORE_AC)
    events = lab.api.events()
    lab.net.run("ac", "ip", "link", "del", interface)
    patiently(lambda: f"{interface} is back" in lab.daemon.log(), "back")
    assert lab.daemon.log().count(f"{interface}: the interface was deleted") == 1
    assert metric(lab, "turnpike_host_interfaces_lost_total") == 1
    kinds = []
    while not kinds or kinds[-1] != "interface-back":
        kinds.append(events.next()[0])
    assert "interface-lost" in kinds

    patiently(lambda: host.ping(lab.CORE_AC, timeout=0.5) and host.ping(lab.CORE_HOST, timeout=0.5),
              "reached")
    assert "default via 192.0.2.2" in lab.net.run("ac", "ip", "route")


def test_while_its_name_is_anothers_nothing_spins(make_lab):
    lab = make_lab()
    lab.net.run("ac", "sh", "-c", "ip link del core0; ip link add core0 type veth peer name other0")
    patiently(lambda: "one of this name is there already" in lab.daemon.log(), "told")
    begin, before = time.monotonic(), metric(lab, "turnpike_control_turns_total")
    time.sleep(2.5)
    turns = metric(lab, "turnpike_control_turns_total") - before
    assert turns < 1500 * (time.monotonic() - begin)  # a millisecond each, when idle
    assert lab.daemon.log().count("one of this name is there already") == 1
    lab.net.run("ac", "ip", "link", "del", "core0")
    patiently(lambda: "core0 is back" in lab.daemon.log(), "back")
