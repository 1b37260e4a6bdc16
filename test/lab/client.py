# SPDX-License-Identifier: BSD-3-Clause
"""turnpike-client as a service: its configuration, its API and turnpikectl, in a namespace."""

import os
import signal
import subprocess
import time

import yaml

from lab.api import Api
from lab.daemon import SANITIZER, program, slow


def until(condition, timeout=10.0, what="what is waited for"):
    end = time.monotonic() + timeout * (3 if slow() else 1)
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, f"not after {timeout} s: {what}"
        time.sleep(0.05)


def name_server_file(net, namespace, name):
    """Where a client NAME in a namespace puts its name servers."""
    return f"/run/turnpike-dns/{net.prefix}{namespace}/{name}.resolv.conf"


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
