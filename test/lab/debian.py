# SPDX-License-Identifier: BSD-3-Clause
"""A bare Debian in a folder, with packages in it."""

import shutil
import subprocess
from pathlib import Path

from lab.net import Network, sh

ROOT = Path(__file__).resolve().parent.parent.parent
ARCHIVES = Path("/var/cache/apt/archives")


class Debian:
    """A bare Debian with the packages in it, whose processes may be in namespaces of networks."""

    def __init__(self, path, debs):
        self.path, self.network, self.processes = path, Network(), []
        ARCHIVES.mkdir(parents=True, exist_ok=True)
        sh(ROOT / "ci/bare-debian", path, ARCHIVES, "systemd")
        for name in ("proc", "sys", "dev"):
            sh("mount", "--rbind" if name == "dev" else "--bind", f"/{name}", path / name)
        sh("mount", "-t", "tmpfs", "tmpfs", path / "run")
        # Where the way to the network is told, if the host's is not Debian's default.
        shutil.copy("/etc/resolv.conf", path / "etc/resolv.conf")
        (path / "debs").mkdir()
        for deb in debs:
            shutil.copy(deb, path / "debs")
        self.before = self.files()

    def files(self):
        return set(sh("find", self.path, "-xdev", "(", "-path", "*/var/lib/apt", "-o", "-path",
                      "*/var/cache", "-o", "-path", "*/var/log", "-o", "-path", "*/debs", ")", "-prune", "-o",
                      "-printf", "%P\\n").split("\n"))

    def run(self, *words, **how):
        return sh("chroot", self.path, "env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8", *words, **how)

    def start(self, namespace, *words):
        process = self.network.popen(namespace, "chroot", self.path, *words, stdout=subprocess.DEVNULL,
                                     stderr=open(self.path / "debs" / Path(words[-3]).name, "ab"))
        self.processes.append(process)
        return process

    def ctl(self, namespace, *words):
        return self.network.run(namespace, "chroot", self.path, "turnpikectl", *words, check=False)

    def keep_packages(self):
        """For the next run."""
        for deb in (self.path / "var/cache/apt/archives").glob("*.deb"):
            if not (ARCHIVES / deb.name).exists():
                shutil.copy2(deb, ARCHIVES / deb.name)

    def close(self):
        for process in self.processes:
            process.kill()
            process.wait()
        self.network.close()
        for name in ("run", "dev", "sys", "proc"):
            sh("umount", "-R", "-l", self.path / name, check=False)
