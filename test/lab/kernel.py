# SPDX-License-Identifier: BSD-3-Clause
"""Fetches Debian's stock kernel for the guest, without installing it on the host.

The package is downloaded and unpacked into a cache; nothing of it reaches /boot, /lib/modules or a
boot loader. Only the modules that a PPPoE client in a virtual machine needs are kept.
"""

import lzma
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

#: What the guest loads, in any order: dependencies are found in the modules themselves.
MODULES = [
    "virtio_pci", "virtio_net", "virtio_console", "virtio_rng",
    "9pnet_virtio", "9p", "overlay",
    "ppp_generic", "pppox", "pppoe", "ppp_async", "ppp_mppe", "ppp_deflate", "bsd_comp", "slhc",
    "libarc4", "sha1_generic", "ecb", "arc4",
    "tun", "veth", "macvlan",
]


def kernel_package():
    """The newest stock kernel's package: the cloud flavour has no PPP."""
    out = subprocess.run(["apt-cache", "depends", "linux-image-amd64"], check=True,
                         capture_output=True, text=True).stdout
    found = re.search(r"Depends: (linux-image-\S+-amd64)", out)
    if not found:
        raise SystemExit("linux-image-amd64 is not known to apt: run apt-get update")
    return found[1]


def depends_of(module):
    """A module's own list of what must be loaded before it (its .modinfo section)."""
    found = re.search(rb"\0depends=([^\0]*)\0", module.read_bytes())
    return [name for name in found[1].decode().split(",") if name] if found else []


def load_order(files, wanted):
    """Each wanted module after all that it depends on; those built into the kernel are left out."""
    order = []

    def add(name):
        name = name.replace("-", "_")
        if name in order or name not in files:
            return
        for other in depends_of(files[name]):
            add(other)
        order.append(name)

    for name in wanted:
        add(name)
    return order


def unpacked(image):
    """The ELF kernel inside a bzImage: QEMU starts it directly (PVH), and the guest does not spend
    half of its boot on unpacking itself under emulation."""
    start = image.find(b"\xfd7zXZ\0")
    return lzma.LZMADecompressor().decompress(image[start:]) if start >= 0 else image


def prepare(cache):
    """Fills `cache` with vmlinux, modules/NNN-name.ko in load order. Does nothing if it is there."""
    cache = Path(cache)
    complete = cache / "complete"
    if complete.exists() and complete.read_text().split()[1:] == MODULES:
        return
    package = kernel_package()
    shutil.rmtree(cache, ignore_errors=True)
    (cache / "modules").mkdir(parents=True)
    with tempfile.TemporaryDirectory(dir=cache) as temp:
        subprocess.run(["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", package],
                       check=True, cwd=temp)
        deb = next(Path(temp).glob("*.deb"))
        subprocess.run(["dpkg-deb", "-x", deb, temp], check=True)
        files = {ko.stem.replace("-", "_"): ko for ko in Path(temp).glob("lib/modules/**/*.ko")}
        if not files:
            raise SystemExit(f"{package} has no modules that can be read")
        for number, name in enumerate(load_order(files, MODULES)):
            shutil.copy(files[name], cache / "modules" / f"{number:03}-{name}.ko")
        image = next(Path(temp).glob("boot/vmlinuz-*")).read_bytes()
        (cache / "vmlinux").write_bytes(unpacked(image))
    complete.write_text(" ".join([package, *MODULES]) + "\n")


if __name__ == "__main__":
    prepare(sys.argv[1])
