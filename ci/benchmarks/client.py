#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""How fast one TCP connection goes through turnpike-client, beside Linux's own PPPoE client.

One virtual machine of one core has everything in it: two network namespaces with a veth pair between
them, in one Linux's PPPoE as the access concentrator, in the other Linux's PPPoE (pppd with its
plugin) and turnpike-client in turns. Both ends of the TCP connection and the access concentrator cost
the same both times and are in the figure. QEMU emulates the machine: only the ratios mean something.

Usage: client.py [--rounds N] [BUILD]...     as root; half a minute a round and BUILD
"""

import argparse
import json
import os
import pathlib
import statistics
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "test"))

from lab.guest import Guest  # noqa: E402 (found by the path above)
from lab.net import Network  # noqa: E402

KERNEL = "Linux"
SERVER, SUBSCRIBER, PORT = "10.77.0.1", "10.77.0.10", 9000
SECONDS = 5
OPTIONS = "nodetach\nnoipv6\nnoccp\nnovj\nnodefaultroute\nlcp-echo-interval 0\nmtu 1492\nmru 1492\n"

# What the guest runs at the server's end, and at the subscriber's; who receives keeps the time.
COMMON = f"""\
import json, socket, sys, time
def send(peer):
    data, end = bytes(1 << 18), time.monotonic() + {SECONDS}
    while time.monotonic() < end:
        peer.sendall(data)
    peer.shutdown(socket.SHUT_WR)
    peer.recv(1)
def receive(peer):
    room, size = bytearray(1 << 18), peer.recv_into(bytearray(1))
    begin = time.monotonic()
    while part := peer.recv_into(room):
        size += part
    return size / (time.monotonic() - begin)
"""
# Answers every PADI and PADR, and starts pppd for the session: Debian's pppoe-server has no kernel mode.
CONCENTRATOR = """\
import socket, struct, subprocess
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x8863))
wire.bind(("isp0", 0x8863))
own, session = wire.getsockname()[4], 0
while True:
    frame = wire.recv(2048)
    code, _, length = struct.unpack("!BHH", frame[15:20])
    if code not in (0x09, 0x19):
        continue
    if code == 0x19:
        session += 1
    tags = frame[20:20 + length] + (b"\\x01\\x02\\0\\3isp" if code == 0x09 else b"")
    answer = struct.pack("!BBHH", 0x11, 0x07 if code == 0x09 else 0x65, session if code == 0x19 else 0, len(tags))
    if code == 0x19:
        subprocess.Popen(["pppd", "plugin", "rp-pppoe.so", "nic-isp0", "rp_pppoe_sess",
                          "%d:%s" % (session, frame[6:12].hex(":")), "file", "/run/server-options"])
    wire.send(frame[6:12] + own + b"\\x88\\x63" + answer + tags)
"""

SERVE = COMMON + f"""\
listener = socket.create_server(("0.0.0.0", {PORT}))
while True:
    peer, _ = listener.accept()
    if peer.recv(1) == b"u":
        rate = receive(peer)
        open("/run/up", "w").write(json.dumps(rate))
    else:
        send(peer)
    peer.close()
"""
TRANSFER = COMMON + f"""\
peer = socket.create_connection(("{SERVER}", {PORT}))
up = sys.argv[1] == "up"
peer.sendall(b"u" if up else b"d")
if up:
    send(peer)
    print(open("/run/up").read())
else:
    print(json.dumps(receive(peer)))
"""


def wait(guest, condition, what):
    for _ in range(150):
        if guest.run(condition, check=False)[0] == 0:
            return
        time.sleep(0.2)
    raise SystemExit(f"{what}\n" + guest.run("cat /run/*.log", check=False)[1])


def set_up(guest):
    for name in ("chap-secrets", "pap-secrets"):
        guest.write(f"/etc/ppp/{name}", '"MT-User" * "StrongPass" *\n')
    guest.write("/run/server-options", f"{OPTIONS}auth\nrequire-chap\nlogfile /run/server-pppd.log\n"
                f"{SERVER}:{SUBSCRIBER}\n")
    guest.write("/run/options", OPTIONS + "noauth\nuser MT-User\nlogfile /run/pppd.log\n")
    guest.write("/run/concentrator.py", CONCENTRATOR)
    guest.write("/run/serve.py", SERVE)
    guest.write("/run/transfer.py", TRANSFER)
    guest.run("ip netns add isp; ip netns add home; "
              "ip -n isp link add isp0 type veth peer name home0 netns home; "
              "ip -n isp link set lo up; ip -n isp link set isp0 up; ip -n home link set home0 up")
    for program in ("concentrator", "serve"):
        guest.run(f"ip netns exec isp python3 -S /run/{program}.py >/run/{program}.log 2>&1 </dev/null &")


def dial(guest, client):
    if client == KERNEL:
        command = "pppd plugin rp-pppoe.so nic-home0 file /run/options"
    else:
        command = (f"{client}/app/turnpike-client/turnpike-client --interface home0 --user MT-User "
                   "--password StrongPass --max-mtu 1492 --max-mru 1492")
    guest.run(f"ip netns exec home {command} >/run/client.log 2>&1 </dev/null & echo $! >/run/pid")
    wait(guest, f"ip netns exec home ping -c 1 -W 1 {SERVER}", f"{client} does not connect")


def hang_up(guest):
    guest.run("kill $(cat /run/pid)")
    wait(guest, "! ip -n home link | grep -q POINTOPOINT && ! ip -n isp link | grep -q ppp", "still connected")


def measure(guest, direction):
    """Bytes of TCP's payload a second."""
    out = guest.run(f"ip netns exec home python3 -S /run/transfer.py {direction}", timeout=60)[1]
    return json.loads(out)


def measure_all(guest, clients, rounds):
    results = {client: {"up": [], "down": []} for client in clients}
    for number in range(rounds):
        for client in clients:
            dial(guest, client)
            for direction, rates in results[client].items():
                rates.append(measure(guest, direction))
                print(f"round {number + 1}: {client} {direction} {rates[-1] * 8 / 1e6:.1f} Mb/s", flush=True)
            hang_up(guest)
    return results


def report(results):
    print(f"\n{'client':<40} {'up Mb/s':>9} {'ratio':>6} {'down Mb/s':>10} {'ratio':>6}")
    for client, rates in results.items():
        line = f"{client:<40}"
        for direction, width in (("up", 9), ("down", 10)):
            middle = statistics.median(rates[direction])
            # Of the two that were measured one after the other.
            ratio = statistics.median(a / b for a, b in zip(rates[direction], results[KERNEL][direction]))
            line += f" {middle * 8 / 1e6:{width}.1f} {ratio:6.2f}"
        print(line)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=pathlib.Path, help="write all figures there")
    parser.add_argument("build", nargs="*", default=[str(ROOT / "build/release")])
    options = parser.parse_args()
    clients = [KERNEL] + [str(pathlib.Path(build).resolve()) for build in options.build]
    cache = pathlib.Path(os.environ.get("TURNPIKE_GUEST", ROOT / "build/guest"))
    net = Network()
    with tempfile.TemporaryDirectory(prefix="turnpike-client-") as folder:
        try:
            net.tap("none", "tap0")
            with Guest(cache, pathlib.Path(folder), net.namespace("none"), "tap0") as guest:
                set_up(guest)
                results = measure_all(guest, clients, options.rounds)
        finally:
            net.close()
    report(results)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))


main()
