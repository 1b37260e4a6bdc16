# SPDX-License-Identifier: BSD-3-Clause
"""FRR in a namespace: zebra and bgpd of Debian's package, configured by vtysh."""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from lab.wait import until

PROGRAMS = Path("/usr/lib/frr")


class Frr:
    """`config` is what /etc/frr/frr.conf would say. The two give up root's rights as ever, and what
    they write is in a folder of their own."""

    def __init__(self, net, short, config):
        self.net, self.short = net, short
        self.folder = Path(tempfile.mkdtemp(prefix="turnpike-frr-"))
        shutil.chown(self.folder, "frr", "frr")
        self.log = open(self.folder / "log", "wb")
        self.processes = []
        for program, more in (("zebra", ()), ("bgpd", ("-p", "179"))):
            own = self.folder / f"{program}.conf"
            own.touch(0o644)
            self.processes.append(net.popen(
                short, PROGRAMS / program, "-f", own, "-i", self.folder / f"{program}.pid",
                "-z", self.folder / "zserv", "--vty_socket", self.folder, "-u", "frr", "-g", "frr",
                "-P", "0", *more, stdout=self.log, stderr=subprocess.STDOUT))
            until(lambda program=program: (self.folder / f"{program}.vty").exists(),
                  what=lambda: (self.folder / "log").read_text())
        self.configure(config)

    def configure(self, config):
        """Adds CONFIG to what there is."""
        (self.folder / "frr.conf").write_text(config)
        self.vtysh("-f", self.folder / "frr.conf")

    def vtysh(self, *words):
        return self.net.run(self.short, "vtysh", "--vty_socket", self.folder, *words)

    def show(self, what):
        return json.loads(self.vtysh("-c", f"show {what} json"))

    def routes(self, family):
        """What BGP has heard or tells, by prefix."""
        return set(self.show(f"bgp {family} unicast").get("routes", {}))

    def sessions(self):
        """The neighbours with which it is in session."""
        families = self.show("bgp summary")
        return {peer for family in families.values() for peer, of in family.get("peers", {}).items()
                if of["state"] == "Established"}

    def close(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(20)
        self.log.close()
        shutil.rmtree(self.folder)
