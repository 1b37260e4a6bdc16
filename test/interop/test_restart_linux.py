# SPDX-License-Identifier: BSD-3-Clause
"""A daemon that is killed and started again, in the middle of a transfer of a client that must not notice."""

import hashlib
import os
import signal
import socket
import threading
import time

import pytest

from lab.guest import MAC
from lab.net import inside
from lab.wait import until

PORT = 7007
MORE = 400_000  # bytes that must come back after the restart

GUEST_ECHO = f"""\
import socket
peer, _ = socket.create_server(("", {PORT})).accept()
while data := peer.recv(1 << 16):
    peer.sendall(data)
peer.close()
"""


class Transfer:
    """One TCP connection to the guest, which sends back all that it gets, until stop()."""

    def __init__(self, lab, address):
        with inside(lab.core):
            self.peer = socket.socket()
        until(lambda: self.peer.connect_ex((address, PORT)) == 0, what="the guest listens")
        self.peer.settimeout(60)
        self.sent, self.back = hashlib.sha256(), hashlib.sha256()
        self.sent_size = self.size = 0
        self.stopping, self.error = False, None
        self.threads = [threading.Thread(target=self._guard, args=(run,), daemon=True)
                        for run in (self._send, self._receive)]
        for thread in self.threads:
            thread.start()

    def _guard(self, run):
        try:
            run()
        except OSError as error:
            self.error = error

    def _send(self):
        while not self.stopping:
            data = os.urandom(1 << 14)
            self.peer.sendall(data)
            self.sent.update(data)
            self.sent_size += len(data)
        self.peer.shutdown(socket.SHUT_WR)

    def _receive(self):
        while data := self.peer.recv(1 << 16):
            self.back.update(data)
            self.size += len(data)

    def goes_on(self, bytes_more=MORE):
        size = self.size
        until(lambda: self.error or self.size >= size + bytes_more, 60, "bytes that come back")
        assert self.error is None, self.error

    def stop(self):
        self.stopping = True
        for thread in self.threads:
            thread.join(60)
        self.peer.close()
        assert self.error is None, self.error
        assert self.size == self.sent_size and self.back.digest() == self.sent.digest()


def session(lab):
    row, = (row for row in lab.api.get("ppp/active") if row["caller-id"].lower() == MAC)
    return row


def kill_and_start(lab):
    """SIGKILL: nothing is put away."""
    lab.daemon.signal(signal.SIGKILL)
    lab.daemon.process.wait()
    lab.daemon.process = None
    lab.daemon.start()


#: By the kernel's PPPoE, with MPPE too, which is begun afresh, and by rp-pppoe's program. Not by pppd's
#: `multilink`: once it has made its bundle it begins no network protocol after a second LCP.
CLIENTS = {
    "kernel": {"service": "full"},
    "kernel-mppe": {"service": "mschap2", "user": "secure", "options": "require-mppe-128"},
    "kernel-mppe-stateful": {"service": "mschap2", "user": "stateful",
                             "options": "require-mppe-128 mppe-stateful"},
    "rp-pppoe": {"service": "full", "by_program": True},
}


@pytest.fixture(params=CLIENTS)
def pppd(request, guest, dial):
    """Up, and it would notice within ten seconds that nobody answers."""
    client = dict(CLIENTS[request.param])
    client["options"] = client.get("options", "") + " lcp-echo-interval 2 lcp-echo-failure 5"
    made = dial(**client)
    made.wait_up()
    made.renews = "mppe" in request.param
    guest.write("/run/echo.py", GUEST_ECHO)
    guest.run("(python3 -S /run/echo.py; true) > /run/echo.log 2>&1 & echo $! > /run/echo.pid")
    yield made
    guest.run("kill $(cat /run/echo.pid) 2>/dev/null || true")


def test_a_client_keeps_its_session_and_its_transfer(lab, guest, pppd):
    before = session(lab)
    pid = guest.run("pidof pppd")[1]
    transfer = Transfer(lab, pppd.local)
    transfer.goes_on()
    counted = session(lab)["bytes-in"]
    for _ in range(2):
        kill_and_start(lab)
        begin = time.monotonic()
        transfer.goes_on()
        print(f"{MORE} bytes have come back {time.monotonic() - begin:.1f} s after the start")
    transfer.stop()
    after = session(lab)
    for name in (".id", "session-id", "address", "name", "caller-id"):
        assert after.get(name) == before.get(name), name
    assert after["bytes-in"] >= counted + 2 * MORE, "it counts on"
    assert guest.run("pidof pppd")[1] == pid
    log = pppd.log()
    for word in ("Connection terminated", "Modem hangup", "No response", "PADT"):
        assert word not in log, log
    assert log.count("remote IP address") == (3 if pppd.renews else 1), log
