# SPDX-License-Identifier: BSD-3-Clause
"""The daemon under test, and the small provider's network around it."""

import http.client
import os
import re
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import yaml

from lab.api import Api, ApiError
from lab.net import Network, Wire

ROOT = Path(__file__).resolve().parent.parent.parent

#: What the sanitizers print; a daemon that prints it has failed whatever else it did.
SANITIZER = re.compile(r"ERROR: (Address|Leak)Sanitizer|WARNING: ThreadSanitizer|runtime error:|LeakSanitizer:")


def build_dir():
    return Path(os.environ.get("TURNPIKE_BUILD", ROOT / "build/release")).resolve()


def program(name):
    return build_dir() / "app" / name / name


def slow():
    """True under the sanitizers, where time limits are stretched."""
    return build_dir().name in ("asan", "tsan")


class Daemon:
    """`turnpike --config FILE`, started in a namespace, its log in a file."""

    def __init__(self, netns, folder):
        self.netns, self.folder = netns, Path(folder)
        self.config = self.folder / "turnpike.yaml"
        self.socket = self.folder / "api.sock"
        self.log_path = self.folder / "turnpike.log"
        self.journal = self.folder / "journal"
        self.api = Api(self.socket)
        self.process = None
        self.backlogs = set()  # files with what waited for the disk when it was killed
        self.wrapper = []  # a command that executes the daemon

    def write(self, config):
        config = dict(config)
        config["management"] = {"socket": str(self.socket), "journal-directory": str(self.journal),
                                "on-stop": "disconnect", **config.get("management", {})}
        self.config.write_text(yaml.safe_dump(config, sort_keys=False))

    def start(self, timeout=None):
        timeout = timeout or (60 if slow() else 20)
        environment = dict(os.environ,
                           ASAN_OPTIONS="detect_leaks=1:exitcode=99:detect_stack_use_after_return=0",
                           UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1:exitcode=98",
                           TSAN_OPTIONS="exitcode=0:history_size=7:suppressions="
                                        f"{ROOT / 'test/tsan/suppressions'}")
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                ["ip", "netns", "exec", self.netns, *self.wrapper, program("turnpike"), "--config",
                 self.config],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)
        end = time.monotonic() + timeout
        while True:
            try:
                if self.api.raw("GET", "/healthz")[0] == 200:
                    return self
            except OSError:
                pass
            if self.process.poll() is not None:
                raise RuntimeError(f"turnpike ended with {self.process.returncode}:\n{self.log()}")
            if time.monotonic() > end:
                raise RuntimeError(f"turnpike is not healthy after {timeout} s:\n{self.log()}")
            time.sleep(0.05)

    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        """SIGKILL: nothing is put away."""
        files = (os.path.realpath(fd) for fd in Path(f"/proc/{self.process.pid}/fd").iterdir())
        self.backlogs.update(file for file in files if "/turnpike-backlog-" in file)
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process = None

    def drop_backlogs(self):
        """What waited for the disk is not found by the next start."""
        for file in self.backlogs:
            Path(file).unlink(missing_ok=True)

    def differences(self):
        """What is not known alike everywhere: nothing should be."""
        return self.api.get("system/reconcile")

    def running(self):
        return self.process is not None and self.process.poll() is None

    def agrees(self):
        """If it runs, all its parts know the same: looked at after each of its tests, once what is
        under way has come to rest."""
        differences, end = None, time.monotonic() + 3
        while self.running() and differences != [] and time.monotonic() < end:
            try:
                differences = self.differences()
            except (OSError, ApiError, http.client.HTTPException):
                return  # a test has taken it away
            time.sleep(0.05 if differences else 0)
        assert not self.running() or differences == [], differences

    def stop(self):
        """SIGTERM; gives back (exit code, seconds it took). Every daemon ends this way, so every
        test under the sanitizers also looks for leaks."""
        if self.process is None:
            return 0, 0.0
        begin = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGABRT)
            self.process.wait()
            raise AssertionError(f"turnpike does not end after SIGTERM:\n{self.log()}") from None
        self.process = None
        return code, time.monotonic() - begin

    def stop_cleanly(self):
        code, _ = self.stop()
        log = self.log()
        assert not SANITIZER.search(log), log[-20000:]
        assert code == 0, f"turnpike ends with {code}:\n{log[-5000:]}"


class Lab:
    """Subscribers — access cable — Turnpike — core cable — a host of the provider's.

    Namespaces: `access` (sub0), `ac` (acc0 and up0, the daemon's), `core` (host0, 192.0.2.2).
    """

    CORE_AC, CORE_HOST = "192.0.2.1", "192.0.2.2"
    ACCESS_MTU = 1508  # baby giants: PPPoE's 8 bytes and a whole Ethernet's worth of IP

    def __init__(self, access_tap=False):
        self.folder = tempfile.TemporaryDirectory(prefix="turnpike-lab-")
        self.net = Network()
        self.wires = []
        self.daemon = None
        try:
            if access_tap:
                self.net.tap("ac", "acc0")
            else:
                self.net.veth("ac", "acc0", "access", "sub0", self.ACCESS_MTU)
            self.net.veth("ac", "up0", "core", "host0")
            core = self.net.namespace("core")
            for words in (("addr", "add", f"{self.CORE_HOST}/24", "dev", "host0"),
                          ("route", "add", "default", "via", self.CORE_AC)):
                self.net.run("core", "ip", *words)
            self.core = core
            self.daemon = Daemon(self.net.namespace("ac"), self.folder.name)
        except BaseException:
            self.close()
            raise

    @property
    def api(self):
        return self.daemon.api

    def wire(self, short="access", interface="sub0"):
        wire = Wire(self.net.namespace(short), interface)
        self.wires.append(wire)
        return wire

    def base_config(self):
        """The reference's Quick Example, with the ports of this network."""
        return {
            "system": {"identity": "MT_AC"},
            "dataplane": {
                "control-lcore": 0,
                "worker-lcores": [1],
                "idle": "sleep",
                "ports": [
                    {"name": "ether3", "device": "net_af_packet0,iface=acc0"},
                    {"name": "core0", "device": "net_af_packet1,iface=up0",
                     "address": f"{self.CORE_AC}/24"},
                ],
            },
            "ip": {
                "pool": [{"name": "pppoe-pool", "ranges": "10.0.0.2-10.0.0.5"}],
                "route": [{"dst-address": "0.0.0.0/0", "gateway": self.CORE_HOST}],
            },
            "ppp": {
                "profile": [{"name": "for-pppoe", "local-address": "10.0.0.1",
                             "remote-address": "pppoe-pool"}],
                "secret": [{"name": "MT-User", "password": "StrongPass", "profile": "for-pppoe",
                            "service": "pppoe"}],
            },
            "interface": {"pppoe-server": {"server": [
                {"service-name": "pppoeservice", "interface": "ether3",
                 "default-profile": "for-pppoe",
                 "keepalive-timeout": "60s"}]}},  # who plays a subscriber may be slow to answer
        }

    def start(self, config=None):
        self.daemon.write(config or self.base_config())
        self.daemon.start()
        self.meet()
        return self

    def meet(self):
        """The two routers get to know each other: no test's first packet waits for ARP, nor for the
        kernel, which takes its time with new interfaces where many come and go."""
        for _ in range(50):  # a cable's carrier is told of a second late, at times
            cable = self.net.run("access", "ip", "link", "show", "sub0", check=False)
            if "LOWER_UP" in cable or "sub0" not in cable:
                break
            time.sleep(0.1)
        ports = yaml.safe_load(self.daemon.config.read_text())["dataplane"]["ports"]
        is_there = any(port.get("address") == f"{self.CORE_AC}/24" for port in ports)
        for _ in range(15 if is_there else 1):
            if " 0% packet loss" in self.net.run("core", "ping", "-c", "1", "-W", "1", self.CORE_AC,
                                                 check=False):
                break
            time.sleep(0.2)

    def close(self):
        try:
            if self.daemon:
                self.daemon.agrees()
                self.daemon.stop_cleanly()
        finally:
            for wire in self.wires:
                wire.close()
            self.net.close()
            if self.daemon:  # what stands after its daemon stands for nobody
                self.daemon.drop_backlogs()
                for file in re.findall(r"sessions are counted in (\S+)", self.daemon.log()):
                    Path(file).unlink(missing_ok=True)
            self.folder.cleanup()
