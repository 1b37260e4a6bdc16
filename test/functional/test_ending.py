# SPDX-License-Identifier: BSD-3-Clause
"""SIGTERM is the end, within a bound, whoever does not answer: clients, the disk, a worker."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lab.api import ApiError
from lab.daemon import slow
from lab.net import running

LIMIT = 20  # base/ending.h

#: Has one thread stand still, as its debugger, until it is gone.
STANDSTILL = """
import ctypes, os, sys
thread, any_child = int(sys.argv[1]), 0x40000000
for what in (0x4206, 0x4207):  # PTRACE_SEIZE, PTRACE_INTERRUPT
    assert ctypes.CDLL(None).ptrace(what, thread, None, None) == 0
os.waitpid(thread, any_child)
print("stands still", flush=True)
try:
    while True:
        os.waitpid(thread, any_child)
except ChildProcessError:
    pass
"""


def ends(lab, within):
    """Its exit code; it must end WITHIN seconds, or what a busy machine makes of them."""
    code, took = lab.daemon.stop()
    assert took < within + 15, lab.daemon.log()[-3000:]
    return code


def ask(lab, text):
    client = socket.socket(socket.AF_UNIX)
    client.connect(str(lab.daemon.socket))
    client.sendall(text)
    return client


def test_clients_that_read_nothing_hold_up_nobody(make_lab):
    lab = make_lab()
    for number in range(200):
        lab.api.put("ppp/secret", name=f"user{number}", password="x", comment="c" * 200)
    page = b"GET /rest/ppp/secret HTTP/1.1\r\nHost: x\r\n\r\n"
    clients = [ask(lab, b"GET /rest/events HTTP/1.1\r\nHost: x\r\n\r\n"), ask(lab, page * 50),
               ask(lab, page[:20]), ask(lab, b""),
               ask(lab, b"PUT /rest/ppp/secret HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{")]
    time.sleep(0.5)
    assert ends(lab, LIMIT / 2) == 0
    assert "cut short" not in lab.daemon.log()
    for client in clients:
        client.close()


def test_a_full_disk_is_told_of_and_not_waited_for(make_lab):
    lab = make_lab(start=False)
    folder = lab.daemon.folder / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", folder], check=True)
    try:
        path = folder / "turnpike.yaml"
        path.write_bytes(lab.daemon.config.read_bytes())
        lab.daemon.config = path
        lab.daemon.start()
        try:
            with (folder / "filler").open("wb", buffering=0) as filler:
                while filler.write(bytes(4096)):
                    pass
        except OSError:
            pass
        with pytest.raises(ApiError):
            lab.api.put("ppp/secret", name="alice", password="wonderland")
            lab.api.post("system/save")
        ends(lab, LIMIT / 2)
        assert f"1 change are not in {path}" in lab.daemon.log()
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.skipif(slow(), reason="the bound is four times as long under the sanitizers")
def test_a_file_that_never_answers_is_not_waited_for(make_lab):
    lab = make_lab()
    fifo = lab.daemon.folder / "fifo"
    os.mkfifo(fifo)
    os.replace(fifo, lab.daemon.config)  # who opens it waits for a writer
    lab.api.put("ppp/secret", name="alice", password="wonderland")
    lab.daemon.signal(signal.SIGTERM)
    assert ends(lab, LIMIT) == 1
    assert "cut short, waiting for the configuration's file to be saved" in lab.daemon.log()


@pytest.mark.skipif(slow(), reason="the bound is four times as long under the sanitizers")
def test_a_worker_that_stands_still_is_not_waited_for(make_lab):
    lab = make_lab()
    worker = next(int(task.name) for task in Path(f"/proc/{lab.daemon.process.pid}/task").iterdir()
                  if (task / "comm").read_text().startswith("rte-worker"))
    with running(sys.executable, "-c", STANDSTILL, worker, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == "stands still\n"
        assert ends(lab, LIMIT) == 1
    assert "cut short, waiting for the workers" in lab.daemon.log()
