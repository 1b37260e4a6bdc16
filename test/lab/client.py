# SPDX-License-Identifier: BSD-3-Clause
"""turnpike-client in a namespace: as a program that dials once started, and as a service with its
configuration, its API and turnpikectl."""

import os
import re
import signal
import subprocess
import time
from contextlib import contextmanager

import yaml

from lab.api import Api
from lab.daemon import SANITIZER, program
from lab.wait import until


def name_server_file(net, namespace, name):
    """Where a client NAME in a namespace puts its name servers."""
    return f"/run/turnpike-dns/{net.prefix}{namespace}/{name}.resolv.conf"


def client(name="one", **properties):
    """An item of interface/pppoe-client."""
    return {"name": name, "interface": "sub0", "user": "MT-User", "password": "StrongPass",
            **{key.replace("_", "-"): value for key, value in properties.items()}}


@contextmanager
def stopping(start):
    """make(…) is start(…), and what it started is stopped in the end."""
    made = []

    def make(*words, **how):
        made.append(start(*words, **how))
        return made[-1]

    try:
        yield make
    finally:
        for one in made:
            one.stop()


def reaches_the_core(lab, size=84):
    """True when packets of SIZE pass both ways, whole. The first may be lost: it makes the access
    concentrator look for its neighbour."""
    words = ("ping", "-M", "do", "-s", size - 28, "-i", "0.2", "-W", "2", lab.CORE_HOST, "-c")
    lab.net.run("access", *words, 1, check=False)
    return " 0% packet loss" in lab.net.run("access", *words, 3, check=False)


class Client:
    """`turnpike-client --interface INTERFACE`, its words in a file in FOLDER. PEER: what the other
    side has to say, for tests that fail."""

    def __init__(self, net, namespace, interface, folder, *options, user="MT-User",
                 password="StrongPass", peer=lambda: ""):
        self.path = os.path.join(folder, f"client-{time.monotonic_ns()}.log")
        self.peer = peer
        with open(self.path, "wb") as log:
            self.process = net.popen(
                namespace, program("turnpike-client"), "--interface", interface, "--user", user,
                "--password", password, "--verbose", *options, stderr=log)

    def log(self):
        with open(self.path, errors="replace") as log:
            return log.read()

    def says(self, pattern, times=1, timeout=20.0):
        """Waits until PATTERN has been said so often; gives back the last."""
        def look():
            found = list(re.finditer(pattern, self.log()))
            return found[-1] if len(found) >= times else None
        return until(look, timeout, lambda: f"said: {pattern}\n{self.log()}\n{self.peer()}")

    def connected(self, times=1):
        """Its local address, its remote address and its MTU."""
        return self.says(r": connected: local-address (\S+), remote-address (\S+), mtu (\d+)",
                         times).groups()

    def rss(self):
        """KiB."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(next(line for line in status if line.startswith("VmRSS")).split()[1])

    def stop(self):
        """SIGTERM; gives back the exit status."""
        self.process.send_signal(signal.SIGCONT)
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(60)
        assert not SANITIZER.search(self.log()), self.log()
        return status


class Service:
    """`turnpike-client --config FILE` on the access cable of LAB, or in another of its namespaces."""

    COUNT = 0

    def __init__(self, lab, clients=(), profiles=(), options=(), environment=None, folder=None,
                 namespace="access", wrapper=(), **more):
        Service.COUNT += 1
        self.lab, self.namespace = lab, namespace
        base = os.path.join(folder or lab.folder.name, f"service-{Service.COUNT}")
        self.config, self.socket, self.path = base + ".yaml", base + ".sock", base + ".log"
        self.options, self.environment, self.wrapper = options, environment, wrapper
        self.api = Api(self.socket)
        self.write(clients, profiles, **more)
        self.start()

    def write(self, clients=(), profiles=(), **more):
        tree = {"management": {"socket": self.socket, "log-level": "debug"},
                "ppp": {"profile": list(profiles)},
                "interface": {"pppoe-client": list(clients)}, **more}
        with open(self.config, "w") as file:
            yaml.safe_dump(tree, file, sort_keys=False)

    def start(self):
        with open(self.path, "ab") as log:
            self.process = self.lab.net.popen(
                self.namespace, *self.wrapper, program("turnpike-client"), "--config", self.config, *self.options,
                stdout=log, stderr=log, env={**os.environ, **(self.environment or {})})
        until(self.is_healthy, what="the API")

    def is_healthy(self):
        assert self.process.poll() is None, self.log()
        try:
            return self.api.raw("GET", "/healthz")[0] == 200
        except OSError:
            return False

    def log(self):
        with open(self.path, errors="replace") as log:
            return log.read()

    def ctl(self, *words, code=0, stdin=""):
        done = subprocess.run([program("turnpikectl"), "-s", self.socket, *words], input=stdin,
                              text=True, timeout=30, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        assert done.returncode == code, done.stdout
        return done.stdout

    def monitor(self, name):
        row, = self.api.post("interface/pppoe-client/monitor", numbers=name)
        return row

    def connected(self, name, timeout=15.0):
        """The monitor's row of a client, once it is connected."""
        def look():
            row = self.monitor(name)
            return row if row["status"] == "connected" else None
        return until(look, timeout, f"{name} connects:\n{self.log()}")

    def is_running(self, name):
        return self.api.get(f"interface/pppoe-client/{name}")["running"]

    def pid(self):
        """The client's, inside its wrapper."""
        if not self.wrapper:
            return self.process.pid
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children") as file:
            return int(file.read().split()[0])

    def stop(self, number=signal.SIGTERM):
        if self.process.poll() is None:
            os.kill(self.pid(), number)
        status = self.process.wait(60)
        assert not SANITIZER.search(self.log()), self.log()
        return status
