# SPDX-License-Identifier: BSD-3-Clause
"""One daemon and one rig, joined by shared memory (net_memif), in a network namespace of their own."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

CONTROL, OTHER = 0, 1  # cores

SUBSCRIBERS = 65000
CONFIG = """\
system: {{ identity: bench }}
dataplane:
  control-lcore: {control}
  worker-lcores: [{other}]
  idle: sleep
  max-sessions: {slots}
  ports:
    - {{ name: access0, device: "net_memif0,role=server,{access}" }}
    - {{ name: core0, device: "net_memif1,role=server,{core}", address: 192.0.2.1/24 }}
management: {{ socket: {folder}/api.sock, journal-directory: "{folder}" }}
ip:
  pool: [ {{ name: pool, ranges: 10.0.0.2-10.3.255.255 }} ]
ipv6:
  address: [ {{ address: "2001:db8:7fff::1/64", interface: core0, no-dad: yes }} ]
  pool: [ {{ name: links, prefix: "2001:db8::/40", prefix-length: 64 }},
    {{ name: homes, prefix: "2001:db8:8000::/33", prefix-length: 56 }} ]
ppp:
  profile: [ {{ name: subscribers, local-address: 10.0.0.1, remote-address: pool,
    remote-ipv6-prefix-pool: links, dhcpv6-pd-pool: homes }} ]
{who}
interface:
  pppoe-server:
    server: [ {{ service-name: internet, interface: access0, default-profile: subscribers }} ]
"""


BY_RADIUS = """\
  aaa: {{ use-radius: yes, queue-directory: "{folder}" }}
radius:
  server: [ {{ address: 127.0.0.1, service: ppp, secret: {secret}, timeout: {timeout} }} ]
"""
SECRET = "turnpike-bench"


class Failure(Exception):
    pass


class Lab:
    """The namespace, and the programs of BUILD in it."""

    def __init__(self, build):
        self.daemon_program = build / "app/turnpike/turnpike"
        self.rig_program = build / "app/turnpike-bench/turnpike-bench"
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="turnpike-bench."))
        self.namespace = self.folder.name
        self.daemon = None
        self.radius = None

    def __enter__(self):
        subprocess.run(["ip", "netns", "add", self.namespace], check=True)
        subprocess.run(["ip", "-n", self.namespace, "link", "set", "lo", "up"], check=True)
        return self

    def __exit__(self, *_):
        self.stop()
        subprocess.run(["ip", "netns", "del", self.namespace], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def inside(self, *command):
        return ["ip", "netns", "exec", self.namespace, *map(str, command)]

    def _memif(self, name, number):
        return f"socket={self.folder}/{name}.sock,socket-abstract=no,id={number},rsize=14"

    @staticmethod
    def _secrets():
        return "  secret:\n" + "\n".join(
            f"    - {{ name: user{i}, password: password{i}, profile: subscribers }}"
            for i in range(1, SUBSCRIBERS + 1)
        )

    def serve_radius(self, *command, timeout="300ms"):
        """Starts a RADIUS server, which the daemon will ask; it ends with the daemon. TIMEOUT is the
        daemon's for an answer, Turnpike's own unless the server is slow to answer."""
        self.radius_timeout = timeout
        log = open(self.folder / "radius.log", "wb")
        self.radius = subprocess.Popen(self.inside(*command), stdout=log, stderr=log)
        for _ in range(100):
            listening = subprocess.run(self.inside("ss", "-Hlun"), capture_output=True, text=True, check=False)
            if ":1812 " in listening.stdout and ":1813 " in listening.stdout:
                return
            time.sleep(0.1)
        raise Failure("the RADIUS server does not start:\n" + (self.folder / "radius.log").read_text()[-2000:])

    def _by_radius(self):
        return BY_RADIUS.format(folder=self.folder, secret=SECRET, timeout=self.radius_timeout)

    def start(self, slots=65536):
        """Starts the daemon and waits until it is up."""
        who = self._secrets() if self.radius is None else self._by_radius()
        config = self.folder / "turnpike.yaml"
        config.write_text(
            CONFIG.format(
                control=CONTROL,
                other=OTHER,
                slots=slots,
                folder=self.folder,
                access=self._memif("access", 0),
                core=self._memif("core", 1),
                who=who,
            )
        )
        log = open(self.folder / "log", "wb")
        self.daemon = subprocess.Popen(
            self.inside(self.daemon_program, "--config", config), stdout=log, stderr=log
        )
        for _ in range(300):
            if b"is up, its API" in (self.folder / "log").read_bytes():
                return
            if self.daemon.poll() is not None:
                break
            time.sleep(0.1)
        raise Failure("the daemon does not start:\n" + (self.folder / "log").read_text()[-2000:])

    def stop(self):
        for process in (self.daemon, self.radius):
            if process is None:
                continue
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.daemon = self.radius = None
        for left in self.folder.glob("*.db*"):
            left.unlink()

    def api(self, path):
        command = ["curl", "-s", "--unix-socket", f"{self.folder}/api.sock", f"http://localhost/{path}"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def metric(self, name):
        lines = [line for line in self.api("metrics").splitlines() if line.startswith(name + " ")]
        return float(lines[0].split()[-1]) if lines else 0.0

    def memory(self):
        """Bytes: {"VmRSS": …, "RssAnon": …, "HugetlbPages": …} of the daemon."""
        status = pathlib.Path(f"/proc/{self.daemon.pid}/status").read_text()
        return {
            name: int(value) * 1024 for name, value in re.findall(r"^(\w+):\s+(\d+) kB$", status, re.M)
        }

    def _rig(self, command, *options, timeout=300):
        run = subprocess.run(
            self.inside(self.rig_program, command, "--json", *options),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        try:
            return json.loads(run.stdout)
        except json.JSONDecodeError:
            raise Failure(f"turnpike-bench {command}: {run.stdout}\n{run.stderr}") from None

    def setup(self, *options, core=OTHER):
        device = f"net_memif0,role=client,{self._memif('access', 0)}"
        return self._rig("setup", "--device", device, "--lcore", core, *options)

    def own_setup(self, *options):
        """With a daemon of the rig's own, whose load it tells."""
        return self._rig("setup", "--lcore", OTHER, *options)

    def own_restart(self, *options):
        """A city with traffic, and a daemon of the rig's own that is killed and started again."""
        return self._rig("restart", "--lcore", OTHER, *options, timeout=1200)

    def traffic(self, *options, core=CONTROL):
        return self._rig(
            "traffic",
            *("--device", f"net_memif0,role=client,{self._memif('access', 0)}"),
            *("--core-device", f"net_memif1,role=client,{self._memif('core', 1)}"),
            *("--core-address", "192.0.2.2", "--core-peer", "192.0.2.1"),
            *("--core-address", "2001:db8:7fff::2", "--core-peer", "2001:db8:7fff::1"),
            *("--lcore", core),
            *options,
        )

    def dataplane(self, *options):
        return self._rig("dataplane", "--lcore", OTHER, *options)


def machine():
    """What this is, for the report."""
    cpu = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())
    caches = subprocess.run(["lscpu"], capture_output=True, text=True, check=False).stdout
    huge = pathlib.Path("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages")
    return {
        "cpu": cpu.group(1) if cpu else "unknown",
        "cores": os.cpu_count(),
        "virtual": "Hypervisor" in caches,
        "l2": (re.search(r"L2 cache:\s*(.*)", caches) or [None, "unknown"])[1].strip(),
        "memory_gib": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30),
        "kernel": os.uname().release,
        "dpdk": subprocess.run(
            ["pkg-config", "--modversion", "libdpdk"], capture_output=True, text=True, check=False
        ).stdout.strip(),
        "huge_pages": int(huge.read_text()) if huge.exists() else 0,
    }
