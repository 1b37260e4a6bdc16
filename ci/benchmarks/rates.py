#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""How exact rate limits are over real time: TCP and UDP, both ways, through the daemon on veth.

A subscriber dials in by turnpike-client; each rate is set on his standing session, and what passed in
some seconds is read from the session's own counters (IP packets, headers included, as rates count).

Usage: rates.py [BUILD]      as root; about a minute
"""

import json
import pathlib
import socket
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "test"))

from lab.daemon import Lab  # noqa: E402 (found by the path above)
from lab.net import inside  # noqa: E402

RATES = ["2M", "10M", "50M"]
WARM, SECONDS = 1.5, 6
PORT = 5201


def bits(text):
    return int(text[:-1]) * 1_000_000


def made_in(netns, kind):
    with inside(netns):
        return socket.socket(socket.AF_INET, kind)


class Pump(threading.Thread):
    """Sends as fast as it may, or a little over RATE with UDP, until it is stopped."""

    def __init__(self, sender, rate):
        super().__init__(daemon=True)
        self.sender, self.rate, self.over = sender, rate, False
        self.start()

    def run(self):
        tcp = self.sender.type == socket.SOCK_STREAM
        data, begin, sent = bytes(65536 if tcp else 1400), time.monotonic(), 0
        try:
            while not self.over:
                if not tcp and sent * 8 > 1.5 * self.rate * (time.monotonic() - begin):
                    time.sleep(0.0005)
                    continue
                sent += self.sender.send(data)
        except OSError:
            pass

    def stop(self):
        self.over = True
        self.sender.close()
        self.join()


class Sink(threading.Thread):
    def __init__(self, receiver):
        super().__init__(daemon=True)
        self.receiver = receiver
        self.start()

    def run(self):
        try:
            while self.receiver.recv(65536):
                pass
        except OSError:
            pass


def connect(lab, kind, address, up):
    """A pair of sockets: the sender's and the receiver's."""
    access, core = lab.net.namespace("access"), lab.net.namespace("core")
    here, there = (access, core) if up else (core, access)
    to = lab.CORE_HOST if up else address
    receiver = made_in(there, kind)
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    receiver.bind((to, PORT))
    sender = made_in(here, kind)
    if kind == socket.SOCK_DGRAM:
        sender.connect((to, PORT))
        return sender, receiver
    receiver.listen(1)
    sender.connect((to, PORT))
    accepted, _ = receiver.accept()
    receiver.close()
    return sender, accepted


def counter(lab, name):
    now = time.monotonic()
    row, = lab.api.get("ppp/active")
    return now, row[name]


def measure(lab, kind, address, up, rate):
    sender, receiver = connect(lab, kind, address, up)
    Sink(receiver)
    pump = Pump(sender, bits(rate))
    name = "bytes-in" if up else "bytes-out"
    time.sleep(WARM)
    begin, before = counter(lab, name)
    time.sleep(SECONDS)
    end, after = counter(lab, name)
    pump.stop()
    receiver.close()
    return (after - before) * 8 / (end - begin)


def run(lab, build):
    lab.start()
    client = lab.net.popen("access", build / "app/turnpike-client/turnpike-client", "--interface", "sub0", "--user",
                           "MT-User", "--password", "StrongPass", stderr=subprocess.DEVNULL)
    try:
        while not (rows := lab.api.get("ppp/active")) or not rows[0].get("uptime"):
            time.sleep(0.1)
        address, results = rows[0]["address"], []
        lab.net.run("access", "ip", "route", "add", lab.CORE_HOST, "dev", "pppoe-out1")
        for rate in RATES:
            lab.api.patch("ppp/profile/for-pppoe", rate_limit=rate)
            for kind, word in ((socket.SOCK_STREAM, "TCP"), (socket.SOCK_DGRAM, "UDP")):
                for up in (True, False):
                    got = measure(lab, kind, address, up, rate)
                    results.append({"rate": bits(rate), "protocol": word, "direction": "up" if up else "down",
                                    "measured": got})
                    print(f"{rate:>5} {word} {'up' if up else 'down':<5} {got / 1e6:8.3f} Mb/s "
                          f"{100 * (got / bits(rate) - 1):+6.2f} %", flush=True)
        return results
    finally:
        client.terminate()
        client.wait()


def main():
    build = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build/release").resolve()
    lab = Lab()
    try:
        results = run(lab, build)
    finally:
        lab.close()
    worst = max(abs(r["measured"] / r["rate"] - 1) for r in results)
    print(f"the farthest from its rate: {100 * worst:.2f} %")
    if len(sys.argv) > 2:
        pathlib.Path(sys.argv[2]).write_text(json.dumps(results, indent=1))


main()
