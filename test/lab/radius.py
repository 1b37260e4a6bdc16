# SPDX-License-Identifier: BSD-3-Clause
"""A RADIUS server that says yes to everybody, and remembers what it was asked: for what FreeRADIUS
can't show, or not so quickly."""

import hashlib
import hmac
import selectors
import socket
import struct
import threading
import time

from lab.net import inside

ACCESS_REQUEST, ACCESS_ACCEPT, ACCOUNTING_REQUEST, ACCOUNTING_RESPONSE = 1, 2, 4, 5
USER_NAME, FILTER_ID, CALLED_STATION_ID, CALLING_STATION_ID = 1, 11, 30, 31
VENDOR_SPECIFIC, STATUS_TYPE, MESSAGE_AUTHENTICATOR, NAS_PORT_ID = 26, 40, 80, 87
CLASS = 25
START, STOP, INTERIM, ON, OFF = 1, 2, 3, 7, 8


def attribute(number, value):
    return bytes([number, 2 + len(value)]) + value


class Request:
    def __init__(self, packet, peer):
        self.packet, self.peer, self.time = packet, peer, time.monotonic()
        self.code, self.id = packet[0], packet[1]
        self.authenticator = packet[4:20]
        self.attributes = {}
        rest = packet[20:]
        while rest:
            self.attributes.setdefault(rest[0], []).append(rest[2:rest[1]])
            rest = rest[rest[1]:]

    def text(self, number):
        return self.attributes[number][0].decode(errors="replace") if number in self.attributes else None

    @property
    def status(self):
        return struct.unpack("!I", self.attributes[STATUS_TYPE][0])[0]


class RadiusServer:
    """silent: hears and says nothing. signs: accepts have a Message-Authenticator. gives: what accepts
    have besides."""

    def __init__(self, lab, port=1812, accounting_port=1813, secret="testing123"):
        self.secret, self.silent, self.signs, self.asked = secret.encode(), False, True, []
        self.gives, self.sockets = b"", []
        with inside(lab.net.namespace("core")):
            for number in (port, accounting_port):
                one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                one.bind((lab.CORE_HOST, number))
                self.sockets.append(one)
        self.ending = False
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self):
        with selectors.DefaultSelector() as selector:
            for one in self.sockets:
                selector.register(one, selectors.EVENT_READ)
            while not self.ending:
                for key, _ in selector.select(0.05):
                    packet, peer = key.fileobj.recvfrom(4096)
                    request = Request(packet, peer)
                    self.asked.append(request)
                    if not self.silent:
                        key.fileobj.sendto(self._answer(request), peer)

    def _answer(self, request):
        accept = request.code == ACCESS_REQUEST
        code = ACCESS_ACCEPT if accept else ACCOUNTING_RESPONSE
        signature = bytes([MESSAGE_AUTHENTICATOR, 18]) + bytes(16) if accept and self.signs else b""
        gives = self.gives if accept else b""
        head = struct.pack("!BBH", code, request.id, 20 + len(signature) + len(gives))
        if signature:
            signature = signature[:2] + hmac.new(
                self.secret, head + request.authenticator + signature + gives, hashlib.md5).digest()
        body = signature + gives
        proof = hashlib.md5(head + request.authenticator + body + self.secret).digest()
        return head + proof + body

    def logins(self, user=None):
        return [one for one in list(self.asked) if one.code == ACCESS_REQUEST
                and user in (None, one.text(USER_NAME))]

    def records(self, user, status=None):
        return [one for one in list(self.asked) if one.code == ACCOUNTING_REQUEST
                and one.text(USER_NAME) == user and status in (None, one.status)]

    def told(self, status):
        """Records of no session: that the daemon has begun or ended."""
        return [one for one in list(self.asked) if one.code == ACCOUNTING_REQUEST
                and USER_NAME not in one.attributes and one.status == status]

    def wait(self, found, timeout=20):
        """Until found() is true; gives it back."""
        end = time.monotonic() + timeout
        while not (what := found()):
            assert time.monotonic() < end, [(one.code, one.attributes) for one in self.asked]
            time.sleep(0.05)
        return what

    def close(self):
        self.ending = True
        self.thread.join()
        for one in self.sockets:
            one.close()
