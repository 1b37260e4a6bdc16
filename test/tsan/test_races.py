# SPDX-License-Identifier: BSD-3-Clause
"""The daemon under ThreadSanitizer: two workers, control and management at work together.

Subscribers come and go, traffic flows both ways through sessions of both workers, one of them with
MP, the kernel's routes and neighbours change, and operators ask, change and reload meanwhile. What
two threads touch without an order between them, the sanitizer reports, and the test fails with the
report. Everything takes some ten times as long, so nothing is timed here."""

import random
import re
import signal
import struct
import threading
import time

import pytest
from scapy.layers.inet import ICMP, IP, UDP
from scapy.packet import Raw

from lab import frames
from lab.daemon import Lab, program
from lab.subscriber import Subscriber

SECONDS = 15


def configure(lab):
    config = lab.base_config()
    config["dataplane"]["worker-lcores"] = [0, 1]
    config["dataplane"]["max-sessions"] = 1000  # the shadow of large tables is larger
    config["dataplane"]["huge-pages"] = False  # they are mapped where the shadow does not reach
    config["ip"]["pool"][0]["ranges"] = "10.0.0.2-10.0.0.200"
    config["ppp"]["profile"] += [
        {"name": "limited", "local-address": "10.0.0.1", "remote-address": "pppoe-pool",
         "rate-limit": "1M/1M", "change-tcp-mss": True}]
    config["ppp"]["secret"] += [
        {"name": "limited", "password": "StrongPass", "profile": "limited"},
        {"name": "routed", "password": "StrongPass", "profile": "for-pppoe",
         "remote-address": "10.9.9.10", "routes": "10.50.0.0/24,10.51.0.0/24"}]
    config["interface"]["pppoe-server"]["server"].append(
        {"service-name": "mp", "interface": "ether3", "default-profile": "for-pppoe",
         "mrru": 1614})
    return config


@pytest.fixture
def lab():
    lab = Lab()
    try:
        # Its shadow has fixed places, which a kernel that spreads mappings far may have taken.
        lab.daemon.wrapper = ["setarch", "--addr-no-randomize"]
        lab.start(configure(lab))
        yield lab
    finally:
        lab.close()


class Busy(threading.Thread):
    """Does `act` again and again until told to stop; what went wrong fails the test."""

    def __init__(self, act):
        super().__init__(daemon=True)
        self.act, self.halt, self.wrong, self.rounds = act, threading.Event(), None, 0
        self.start()

    def run(self):
        try:
            while not self.halt.is_set():
                self.act()
                self.rounds += 1
        except Exception as wrong:  # pylint: disable=broad-except
            self.wrong = wrong

    def finish(self):
        self.halt.set()
        self.join(60)
        if self.wrong:
            raise self.wrong
        return self.rounds


def churn(lab):
    """One that dials in, asks, and leaves in one of the ways there are."""
    wire = lab.wire()

    def act():
        host = Subscriber(wire, user=random.choice(["MT-User", "limited", "routed"]))
        try:
            host.dial(5)
            host.ping(lab.CORE_HOST, 1)
            host.ping("10.0.0.1", 1)
            if random.random() < 0.5:
                host.hang_up()
        except (TimeoutError, AssertionError):
            pass  # an operator has ended it, or all are slow
        if host.session:
            host.send_discovery(frames.PADT, session=host.session)

    return act


def dial_with_mp(lab):
    host = Subscriber(lab.wire(), service="mp", mru=1492)
    host.lcp_wants[frames.MRRU] = struct.pack("!H", 1614)
    return host.dial(60)


def packet(src, dst, size=200, ttl=64, dont_fragment=False):
    return bytes(IP(src=src, dst=dst, ttl=ttl, flags="DF" if dont_fragment else 0) /
                 UDP(sport=9, dport=9) / Raw(bytes(size)))


def traffic(lab, host):
    """Both ways, also larger than a frame, with a TTL that ends, to the box and for nobody."""
    core = lab.wire("core", "host0")
    core_mac, ac_mac = (lab.net.run("core", "cat", "/sys/class/net/host0/address").strip(),
                        lab.net.run("core", "ip", "neigh", "show", lab.CORE_AC).split()[4])
    head = bytes(frames.ethernet(ac_mac, core_mac, kind=0x0800))
    down = [packet(lab.CORE_HOST, host.address), packet(lab.CORE_HOST, host.address, 1470),
            packet(lab.CORE_HOST, host.address, 1470, dont_fragment=True),
            packet(lab.CORE_HOST, "10.0.0.199"), packet(lab.CORE_HOST, "10.50.0.9"),
            packet(lab.CORE_HOST, "10.51.0.9"), packet(lab.CORE_HOST, host.address, ttl=1)]
    up = [packet(host.address, lab.CORE_HOST), packet(host.address, lab.CORE_HOST, ttl=1),
          packet(host.address, "10.50.0.9"), packet(host.address, "198.51.100.9"),
          packet(host.address, lab.CORE_AC), bytes(IP(src=host.address, dst=lab.CORE_AC) / ICMP())]
    sequence = 0

    def in_two(data):
        nonlocal sequence
        for flags, part in ((0x80, data[:40]), (0x40, data[40:])):
            host.send_ppp(frames.MP, struct.pack("!I", flags << 24 | sequence) + part)
            sequence = (sequence + 1) % (1 << 24)

    def act():
        for piece in down:
            core.send(head + piece)
        for piece in up:
            host.send_ip(piece)
            if host.service == "mp":
                in_two(b"\x00\x21" + piece)
        while host.poll():
            pass
        time.sleep(0.005)

    return act


def kernel(lab):
    """Routes and neighbours, which control follows."""
    def act():
        for words in (("route", "replace", "198.51.100.0/24", "via", lab.CORE_HOST),
                      ("neigh", "replace", "192.0.2.77", "lladdr", "02:00:00:00:00:77", "dev", "core0"),
                      ("route", "del", "198.51.100.0/24"),
                      ("neigh", "del", "192.0.2.77", "dev", "core0")):
            lab.net.run("ac", "ip", *words, check=False)
            time.sleep(0.1)

    return act


def operate(lab):
    api = lab.api
    number = 0

    def act():
        nonlocal number
        number += 1
        api.text("/metrics")
        for path in ("ppp/active", "ip/pool/used", "dataplane/counter", "dataplane/port", "ppp/secret",
                     "interface/pppoe-server"):
            api.get(path)
        made = api.put("ppp/secret", name=f"new{number}", password="secret", profile="for-pppoe")
        api.patch(f"ppp/secret/{made['.id']}", comment="changed")
        api.delete(f"ppp/secret/{made['.id']}")
        profile = api.get("ppp/profile", name="limited")[0]
        api.patch(f"ppp/profile/{profile['.id']}", rate_limit=f"{1 + number % 3}M/1M")
        victims = api.get("ppp/active", name="limited")
        if number % 3 == 0 and victims:
            api.raw("DELETE", f"/rest/ppp/active/{victims[0]['.id']}")
        if number % 5 == 0:
            lab.daemon.signal(signal.SIGHUP)

    return act


def test_the_daemon_is_watched():
    assert b"__tsan_init" in program("turnpike").read_bytes()


def test_no_two_threads_race_under_churn_traffic_and_operators(lab):
    lab.api.timeout = 60
    events = lab.api.events(60)
    steady = [Subscriber(lab.wire()).dial(60) for _ in range(2)] + [dial_with_mp(lab)]
    work = [Busy(traffic(lab, host)) for host in steady]
    work += [Busy(churn(lab)) for _ in range(2)]
    work += [Busy(operate(lab)), Busy(kernel(lab))]
    time.sleep(SECONDS)
    rounds = [busy.finish() for busy in work]
    assert all(rounds), rounds
    events.close()
    assert {line["worker"] for line in lab.api.get("dataplane/counter")
            if line["name"] == "forwarded" and line["value"]} >= {0, 1}
    code, _ = lab.daemon.stop()
    found = re.split(r"(?=WARNING: ThreadSanitizer)", lab.daemon.log())[1:]
    print(f"rounds {rounds}")
    assert not found, f"{len(found)} races:\n" + "".join(found[:10])
    assert code == 0, lab.daemon.log()[-5000:]
