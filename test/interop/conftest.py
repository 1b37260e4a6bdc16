# SPDX-License-Identifier: BSD-3-Clause
"""Fixtures of the interoperability suite: the daemon, and Linux's own pppd in a guest.

The guest's network card is the TAP that the daemon's access port is bound to. It boots once for
each file; the daemon is one for each file as well. TURNPIKE_GUEST names the cache of the guest's
kernel (build/guest unless said otherwise).
"""

import os
import re
import time
from pathlib import Path

import pytest

from lab import dualstack
from lab.daemon import ROOT, Lab, program, slow
from lab.guest import MAC, Guest


def pytest_collection_modifyitems(items):
    if not program("turnpike").exists():
        pytest.exit(f"{program('turnpike')} is not built: run ci/build first", returncode=3)


def config_of(lab):
    config = lab.base_config()
    config["ip"]["pool"][0]["ranges"] = "10.0.0.2-10.0.0.50"
    config["ppp"]["profile"][0]["dns-server"] = "198.51.100.53,198.51.100.54"
    config["ppp"]["secret"].append(
        {"name": "fixed", "password": "pass word #2", "profile": "for-pppoe",
         "remote-address": "10.9.9.9", "routes": "10.50.0.0/24"})
    config["ppp"]["profile"] += [
        {"name": name, "local-address": "10.0.0.1", "remote-address": "pppoe-pool", **more}
        for name, more in (("secure", {"use-encryption": "required"}),
                           ("stateful", {"use-encryption": "required",
                                         "stateful-encryption": "yes"}),
                           ("clear", {"use-encryption": "no"}))]
    config["ppp"]["secret"] += [{"name": name, "password": "StrongPass", "profile": name}
                                for name in ("secure", "stateful", "clear")]
    server = config["interface"]["pppoe-server"]["server"][0]
    config["interface"]["pppoe-server"]["server"] = [
        {**server, **more} for more in (
            {}, {"service-name": "pap", "authentication": "pap"},
            {"service-name": "chap", "authentication": "chap"},
            {"service-name": "mschap1", "authentication": "mschap1"},
            {"service-name": "mschap2", "authentication": "mschap2"},
            {"service-name": "quick", "keepalive-timeout": "3s"},
            {"service-name": "full", "max-mru": 1492, "max-mtu": 1492},
            {"service-name": "mp", "max-mru": 1492, "max-mtu": 1492, "mrru": 1614})]
    return dualstack.configure(config)


@pytest.fixture(scope="session")
def lab():
    lab = Lab(access_tap=True)
    try:
        dualstack.core_host(lab)
        lab.start(config_of(lab))
        yield lab
    finally:
        lab.close()


@pytest.fixture(scope="session")
def guest(lab):
    cache = Path(os.environ.get("TURNPIKE_GUEST", ROOT / "build/guest"))
    with Guest(cache, lab.folder.name, lab.net.namespace("ac"), "acc0", MAC) as guest:
        guest.run("ip link set lo up; ip link set eth0 up")
        yield guest


class Pppd:
    """One pppd in the guest: its options, its log, its end."""

    def __init__(self, guest, options, pppoe="plugin pppoe.so eth0"):
        self.guest = guest
        # Nothing in the background may keep the agent's pipe, or it would be waited for.
        self.guest.run(
            "rm -f /run/pppd.log /run/ppp-done; "
            f"(pppd {pppoe} {options} nodetach noauth debug noipdefault usepeerdns "
            f"defaultroute {'' if '+ipv6' in options else 'noipv6'}; echo $? > /run/ppp-done) "
            "> /run/pppd.log 2>&1 &")

    def log(self):
        return self.guest.read("/run/pppd.log", check=False)

    def wait_up(self, timeout=30):
        """Until IPCP is done; gives back what `ip addr show ppp0` says."""
        self.guest.wait_for("/run/pppd.log", "remote IP address", "/run/ppp-done", timeout)
        log = self.log()
        assert "remote IP address" in log, log
        self.local = re.search(r"local  IP address (\S+)", log)[1]
        self.remote = re.search(r"remote IP address (\S+)", log)[1]
        return self.guest.run("ip addr show ppp0")[1]

    def wait_end(self, timeout=30):
        """Until pppd ended; gives back its exit code (pppd(8), EXIT STATUS)."""
        assert self.guest.wait_for("/run/ppp-done", "\n", timeout=timeout), "pppd still runs: " + self.log()
        return int(self.guest.read("/run/ppp-done"))

    def kill(self, signal="TERM"):
        self.guest.run(f"kill -{signal} $(pidof pppd) || true")


@pytest.fixture
def dial(lab, guest):
    """dial(service, user, password, more options, by rp-pppoe's program?): starts pppd; it hangs up after the test."""
    made = []

    def start(service="pppoeservice", user="MT-User", password="StrongPass", options="", by_program=False):
        login = f"user '{user}' password '{password}' {options}"
        if by_program:  # rp-pppoe's, behind a pseudo terminal
            pppd = Pppd(guest, login, f"pty 'pppoe -I eth0 -S {service} -T 80 -m 1412'")
        else:
            pppd = Pppd(guest, f"pppoe-service {service} {login}")
        made.append(pppd)
        return pppd

    yield start
    if made:
        guest.finish("pppd")
        end = time.monotonic() + 10
        while lab.api.get("ppp/active") and time.monotonic() < end:
            time.sleep(0.1)
        for row in lab.api.get("ppp/active"):
            lab.api.delete("ppp/active/" + row[".id"])


@pytest.fixture
def patience():
    """How much longer than usual a transfer may take."""
    return 4 if slow() else 1
