# SPDX-License-Identifier: BSD-3-Clause
"""A Linux machine with PPP: QEMU with Debian's kernel, its root the host's own, read-only.

Its network card is a TAP that the caller made in a network namespace. Commands run in it through an
agent behind a virtio serial port.
"""

import json
import shutil
import socket
import subprocess
import time
from pathlib import Path

from lab import kernel

HERE = Path(__file__).parent
BUSYBOX = "/bin/busybox"
MAC = "52:54:00:12:34:56"  # the guest's network card


class GuestError(Exception):
    pass


def cpio_entry(name, mode, data=b"", inode=[1]):
    """One member of a "newc" archive (the kernel's Documentation/driver-api/early-userspace)."""
    inode[0] += 1
    path = name.encode() + b"\0"
    fields = [inode[0], mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(path), 0]
    header = b"070701" + b"".join(b"%08x" % field for field in fields) + path
    return header + bytes(-len(header) % 4) + data + bytes(-len(data) % 4)


def initramfs(cache):
    """The guest's first file system, uncompressed: it is small and unpacks faster so."""
    parts = [cpio_entry(name, 0o040755) for name in ("bin", "modules")]
    parts.append(cpio_entry("init", 0o100755, (HERE / "guest_init.sh").read_bytes()))
    parts.append(cpio_entry("agent.py", 0o100644, (HERE / "guest_agent.py").read_bytes()))
    parts.append(cpio_entry("bin/busybox", 0o100755, Path(BUSYBOX).read_bytes()))
    for module in sorted((Path(cache) / "modules").glob("*.ko")):
        parts.append(cpio_entry(f"modules/{module.name}", 0o100644, module.read_bytes()))
    parts.append(cpio_entry("TRAILER!!!", 0))
    return b"".join(parts)


class Guest:
    """Use as a context manager, or call `start` and `stop`."""

    def __init__(self, cache, folder, netns, tap, mac=MAC, memory=512):
        self.cache, self.folder = Path(cache), Path(folder)
        self.netns, self.tap, self.mac, self.memory = netns, tap, mac, memory
        self.process = None
        self.port = None

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *_):
        self.stop()

    def start(self, timeout=90):
        kernel.prepare(self.cache)
        initrd = self.folder / "initrd"
        initrd.write_bytes(initramfs(self.cache))
        path = self.folder / "agent.sock"
        path.unlink(missing_ok=True)
        self.console = self.folder / "console.log"
        command = [
            "ip", "netns", "exec", self.netns, "qemu-system-x86_64",
            # Without erms: the kernel would copy by "rep movsb", which is emulated byte by byte.
            "-accel", "tcg,thread=multi", "-cpu", "max,-erms", "-machine", "q35,usb=off", "-smp", "1",
            "-m", str(self.memory), "-nodefaults", "-display", "none", "-no-reboot",
            "-kernel", self.cache / "vmlinux", "-initrd", initrd,
            "-append", "console=ttyS0 quiet panic=-1 mitigations=off tsc=reliable no_timer_check "
                       "random.trust_cpu=on audit=0 net.ifnames=0",
            "-serial", f"file:{self.console}",
            "-fsdev", "local,id=host,path=/,security_model=none,readonly=on,multidevs=remap",
            "-device", "virtio-9p-pci,fsdev=host,mount_tag=host",
            # No offloads: the frames on the wire must be whole, and carry their own checksums.
            "-netdev", f"tap,id=net,ifname={self.tap},script=no,downscript=no,vnet_hdr=off",
            "-device", f"virtio-net-pci,netdev=net,mac={self.mac},romfile=,csum=off,gso=off,"
                       "guest_csum=off,guest_tso4=off,guest_tso6=off,host_tso4=off,host_tso6=off",
            "-device", "virtio-serial-pci",
            "-chardev", f"socket,id=agent,path={path},server=on,wait=off",
            "-device", "virtserialport,chardev=agent,nr=1",
            "-device", "virtio-rng-pci",
        ]
        self.errors = open(self.folder / "qemu.log", "wb")
        self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL,
                                        stdout=self.errors, stderr=self.errors)
        end = time.monotonic() + timeout
        self.port = socket.socket(socket.AF_UNIX)
        while True:
            try:
                self.port.connect(str(path))
                break
            except (FileNotFoundError, ConnectionRefusedError):
                if self.process.poll() is not None or time.monotonic() > end:
                    raise GuestError("QEMU did not start: " + self.log()) from None
                time.sleep(0.02)
        self.lines = b""
        self._answer(end)
        return self

    def stop(self):
        if self.port:
            self.port.close()
        if self.process:
            self.process.kill()
            self.process.wait()
            self.errors.close()
        shutil.rmtree(self.folder / "initrd", ignore_errors=True)

    def log(self):
        texts = [(self.folder / name) for name in ("qemu.log", "console.log")]
        return "\n".join(text.read_text(errors="replace") for text in texts if text.exists())

    def _answer(self, end):
        while b"\n" not in self.lines:
            self.port.settimeout(max(0.01, end - time.monotonic()))
            try:
                more = self.port.recv(65536)
            except TimeoutError:
                raise GuestError("the guest gives no answer: " + self.log()) from None
            if not more:
                raise GuestError("the guest is gone: " + self.log())
            self.lines += more
        line, self.lines = self.lines.split(b"\n", 1)
        return json.loads(line)

    def _ask(self, request, check=True, **more):
        timeout = more.setdefault("timeout", 30)
        self.port.sendall(json.dumps({**request, **more}).encode() + b"\n")
        answer = self._answer(time.monotonic() + timeout + 20)
        if check and answer["rc"]:
            raise GuestError(f"{request} exits {answer['rc']}: {answer['out']}")
        return answer["rc"], answer["out"]

    def run(self, command, timeout=30, check=True):
        """Runs a shell command in the guest; gives back (exit code, what it printed). What the others
        below can do they do for a tenth of the processor's time."""
        return self._ask({"run": command}, check, timeout=timeout)

    def write(self, path, text):
        """Puts a small file into the guest."""
        self._ask({"write": path}, text=f"{text}\n")

    def read(self, path, check=True):
        """What is in a file of the guest's; without CHECK: "" if there is none."""
        code, text = self._ask({"read": path}, check)
        return text if code == 0 else ""

    def wait_for(self, path, text, end=None, timeout=30):
        """Until the file has the text in it, the file END is there, or that many seconds have passed;
        false: they have."""
        return self._ask({"until": path}, False, text=text, end=end, timeout=timeout)[0] == 0

    def pids(self, *names):
        """Of the programs of these names that run."""
        return self._ask({"pids": names})[1].split()

    def finish(self, *names, timeout=5):
        """Ends the programs of these names, and waits for that."""
        self._ask({"finish": names}, timeout=timeout)
