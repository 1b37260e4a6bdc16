# SPDX-License-Identifier: BSD-3-Clause
"""A Debian booted by its own systemd, as process 1 of namespaces of its own: of processes, mounts, networks, names
and cgroups. Nothing of it outlives `booted`, and nothing that it writes comes to the tree that it was made of."""

import json
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from lab.net import running
from lab.wait import until

NAMESPACES = ("--pid", "--mount", "--uts", "--ipc", "--cgroup", "--net")
CANNOT = 77  # what BOOT ends with, and a reason on stdout

# systemd takes every process of the topmost cgroup that it sees for its own: it gets one that has nobody else in it,
# $0, where the machine lets that be.
ALONE = r"""
cgroups=$(mktemp -d)
if mount -t cgroup2 cgroup2 "$cgroups" && mkdir "$cgroups/$0" && echo $$ >"$cgroups/$0/cgroup.procs"; then
	umount -l "$cgroups"
fi 2>/dev/null
rmdir "$cgroups" 2>/dev/null
exec setpriv --pdeathsig KILL unshare "$@"
"""

# Once nobody is left in it.
FORGET = r"""
cgroups=$(mktemp -d) && mount -t cgroup2 cgroup2 "$cgroups" || exit
for try in $(seq 50); do
	find "$cgroups/$0" -depth -type d -exec rmdir {} +
	[ -e "$cgroups/$0" ] || break
	sleep 0.1
done
umount "$cgroups"
rmdir "$cgroups"
"""

# As root of new namespaces. $1: the Debian, $2: an empty folder, $3: files to lay over it. What the machine may
# not let be is tried with `let`; the rest must work where these do.
BOOT = r"""
set -e
let() { "$@" || { echo "this machine does not allow: $*"; exit 77; }; }
let mount --make-rprivate /
let mount -t tmpfs -o mode=755 tmpfs "$2"
cd "$2"
mkdir upper work root
let mount -t overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" overlay root
cp -a "$3/." root/
for name in acc0:sub0 up0:far0; do
	let ip link add "${name%:*}" type veth peer name "${name#*:}"
	ip link set "${name%:*}" up
	ip link set "${name#*:}" up
done
cd root
let mount -t proc proc proc
let mount -t sysfs -o ro sysfs sys
let mount -t cgroup2 cgroup2 sys/fs/cgroup
for name in run tmp dev; do
	mount -t tmpfs -o mode=755 tmpfs $name
done
chmod 1777 tmp
mkdir dev/pts dev/shm dev/net
for name in null zero full random urandom tty net/tun; do
	touch dev/$name
	let mount --bind /dev/$name dev/$name
done
let mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
mount -t tmpfs -o mode=1777 tmpfs dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mkdir .before
let pivot_root . .before
umount -l /.before
exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --unit=multi-user.target </dev/null
"""


class CannotBoot(Exception):
    """Why this machine does not let it be."""


class Booted:
    """`run` executes a command in it, for as long as LIMIT seconds and no longer."""

    LIMIT = 60

    def __init__(self, init):
        self.init = init

    def path(self, name):
        return Path(f"/proc/{self.init}/root/{name}")

    def run(self, *words, check=True, limit=LIMIT):
        done = subprocess.run(
            ["nsenter", "-t", str(self.init), "--all", "--root", "--wd", "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
             "LC_ALL=C.UTF-8", *map(str, words)],
            stdin=subprocess.DEVNULL, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=limit)
        assert not check or done.returncode == 0, f"{' '.join(map(str, words))}: {done.stdout}"
        return done.stdout.strip()

    def unit(self, name="turnpike"):
        """What systemd knows of a unit."""
        return dict(line.split("=", 1) for line in self.run("systemctl", "show", name).splitlines() if "=" in line)

    def journal(self, *matches):
        """The lines of the journal, oldest first."""
        said = self.run("journalctl", "--no-pager", "-o", "json", "-u", "turnpike", *matches)
        return [json.loads(line) for line in said.splitlines() if line.startswith("{")]

    def ctl(self, *words, check=True):
        return self.run("turnpikectl", *words, check=check)

    def rows(self, *menu):
        said = self.ctl("--json", *menu, "print", check=False)
        return json.loads(said) if said.startswith(("[", "{")) else []


def process_1(process):
    """Of the namespaces, once it is systemd; -1: nothing will come of it."""
    if process.poll() is not None:
        return -1
    for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
        if Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
            return int(child)
    return 0


@contextmanager
def cgroup(name):
    try:
        yield name
    finally:
        subprocess.run(["unshare", "--mount", "sh", "-c", FORGET, name], stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60, check=False)


@contextmanager
def booted(tree, over):
    """The Debian of folder TREE, with the files of folder OVER in their places, booted. CannotBoot."""
    with tempfile.TemporaryDirectory(prefix="turnpike-booted.") as folder, cgroup(Path(folder).name) as alone:
        with running("sh", "-c", ALONE, alone, *NAMESPACES, "--fork", "--kill-child", "sh", "-c", BOOT, "boot", tree,
                     folder, over, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            init = until(lambda: process_1(process), 30, "systemd is process 1")
            if init < 0:
                said = process.stdout.read().strip()
                if process.returncode == CANNOT or "unshare: " in said or "setpriv: " in said:
                    raise CannotBoot(said)
                raise RuntimeError(said)
            yield Booted(init)
