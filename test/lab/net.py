# SPDX-License-Identifier: BSD-3-Clause
"""Network namespaces, veth and TAP: a small network of its own for each test run.

The names hold the process id, so two runs may go on at once, and `close` takes all of it away.
"""

import ctypes
import itertools
import os
import socket
import struct
import subprocess
from contextlib import contextmanager

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000

SO_RCVBUFFORCE = 33  # beyond what sysctl allows: storms leave their answers in it
SOL_PACKET = 263
PACKET_AUXDATA = 8
PACKET_OUTGOING = 4
ETH_P_ALL = 3
TP_STATUS_VLAN_VALID = 1 << 4
TP_STATUS_VLAN_TPID_VALID = 1 << 6

COUNT = itertools.count()


def sh(*words, check=True, **kwargs):
    """Runs a command, gives back what it printed; a failure shows what it said."""
    done = subprocess.run([str(word) for word in words], stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **kwargs)
    if check and done.returncode:
        raise RuntimeError(f"{' '.join(map(str, words))}: {done.stdout.strip()}")
    return done.stdout


@contextmanager
def running(*words, **kwargs):
    """A process that is killed at the end of the block, whatever has happened in it: subprocess.Popen's
    own block waits for one that nothing ends any more."""
    process = subprocess.Popen([str(word) for word in words], text=True, **kwargs)
    try:
        yield process
    finally:
        process.kill()
        with process:
            pass


@contextmanager
def inside(netns):
    """What the calling thread makes in this block (sockets) belongs to the namespace `netns`."""
    with open("/proc/thread-self/ns/net") as home, open(f"/run/netns/{netns}") as there:
        if LIBC.setns(there.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"cannot enter {netns}")
        try:
            yield
        finally:
            LIBC.setns(home.fileno(), CLONE_NEWNET)


class Network:
    """Namespaces by short names; each is there from its first use to `close`."""

    def __init__(self):
        self.prefix = f"tpt{os.getpid()}-{next(COUNT)}-"
        self.made = []

    def namespace(self, short):
        name = self.prefix + short
        if name not in self.made:
            sh("ip", "netns", "add", name)
            self.made.append(name)
            # No router solicitations and the like between the test's own frames.
            sh("ip", "netns", "exec", name, "sysctl", "-qw",
               "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1")
            sh("ip", "-n", name, "link", "set", "lo", "up")
        return name

    def veth(self, short_a, name_a, short_b, name_b, mtu=1500):
        """A cable between two namespaces. Frames on it are whole: no offloads."""
        a, b = self.namespace(short_a), self.namespace(short_b)
        sh("ip", "-n", a, "link", "add", name_a, "type", "veth", "peer", "name", name_b, "netns", b)
        for netns, name in ((a, name_a), (b, name_b)):
            sh("ip", "netns", "exec", netns, "ethtool", "-K", name, "rx", "off", "tx", "off",
               "gro", "off", "gso", "off", "tso", "off", check=False)
            sh("ip", "-n", netns, "link", "set", name, "mtu", mtu, "up")

    def tap(self, short, name):
        netns = self.namespace(short)
        sh("ip", "-n", netns, "tuntap", "add", "dev", name, "mode", "tap")
        sh("ip", "-n", netns, "link", "set", name, "up")
        return name

    def run(self, short, *words, **kwargs):
        return sh("ip", "netns", "exec", self.prefix + short, *words, **kwargs)

    def popen(self, short, *words, **kwargs):
        return subprocess.Popen(["ip", "netns", "exec", self.prefix + short, *map(str, words)],
                                stdin=subprocess.DEVNULL, **kwargs)

    def close(self):
        for name in self.made:
            sh("ip", "netns", "del", name, check=False)
        self.made = []


class Wire:
    """The raw end of a cable: what arrives on an interface, tags and all, and what leaves by it."""

    def __init__(self, netns, interface):
        with inside(netns):
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
            self.socket.bind((interface, ETH_P_ALL))
        self.socket.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 4 << 20)

    def fileno(self):
        return self.socket.fileno()

    def send(self, frame):
        self.socket.send(bytes(frame))

    def receive(self, timeout):
        """The next frame that came in, as bytes, or None. Linux strips the outer VLAN tag off a
        frame and tells it beside (packet(7), PACKET_AUXDATA): here it is put back."""
        self.socket.settimeout(max(timeout, 0.0001))
        try:
            frame, extra, _, address = self.socket.recvmsg(65536, socket.CMSG_SPACE(20))
        except (TimeoutError, BlockingIOError):
            return None
        if address[2] == PACKET_OUTGOING:
            return b""
        for level, kind, data in extra:
            if (level, kind) != (SOL_PACKET, PACKET_AUXDATA):
                continue
            status, _, _, _, _, tci, tpid = struct.unpack("IIIHHHH", data[:20])
            if status & TP_STATUS_VLAN_VALID:
                tpid = tpid if status & TP_STATUS_VLAN_TPID_VALID else 0x8100
                frame = frame[:12] + struct.pack("!HH", tpid, tci) + frame[12:]
        return frame

    def close(self):
        self.socket.close()
