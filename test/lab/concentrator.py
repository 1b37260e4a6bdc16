# SPDX-License-Identifier: BSD-3-Clause
"""An access concentrator driven by hand, frame by frame: honest where it is not told otherwise."""

import os
import struct
import time

from lab import frames
from lab.frames import (AC_COOKIE, AC_NAME, CONF_ACK, CONF_NAK, CONF_REQ, ECHO_REP, ECHO_REQ,
                        HOST_UNIQ, IPCP, LCP, PADI, PADO, PADR, PADS, PADT, SERVICE_NAME, TERM_ACK,
                        TERM_REQ, Frame, option, parse_options, tag)

MAC = "02:00:00:00:00:ac"
LOCAL, REMOTE = bytes([10, 99, 0, 1]), bytes([10, 99, 0, 2])


class Concentrator:
    """Serves one client on WIRE. What it does with a packet is a method that a test replaces."""

    def __init__(self, wire):
        self.wire, self.session, self.client = wire, 0x77, None
        self.host_uniq = b""
        self.magic = os.urandom(4)
        self.identifier = 0
        self.lcp_options = option(frames.MAGIC, self.magic)
        self.up = False
        self.ups = 0
        self.seen = []

    # -- frames out ---------------------------------------------------------------------------

    def discover(self, code, tags=b"", session=0, src=MAC, dst=None, **fields):
        self.wire.send(frames.discovery(dst or self.client or frames.BROADCAST, src, code, tags,
                                        session, **fields))

    def ppp(self, protocol, payload, session=None, src=MAC, **fields):
        self.wire.send(frames.session(self.client, src, self.session if session is None else session,
                                      protocol, payload, **fields))

    def control(self, protocol, code, data=b"", identifier=None):
        if identifier is None:
            self.identifier = identifier = (self.identifier + 1) % 256
        self.ppp(protocol, frames.control(code, identifier, data))

    # -- frames in ----------------------------------------------------------------------------

    def poll(self, timeout=0.0):
        data = self.wire.receive(timeout)
        if not data or len(data) < 20 or data[6:12].hex(":") == MAC:
            return None
        frame = Frame(data)
        self.seen.append(frame)
        if frame.ethertype == frames.ETHERTYPE_DISCOVERY:
            self.client = frame.src
            self.discovery(frame)
        elif frame.session == self.session and frame.protocol == LCP:
            self.lcp(*frame.control())
        elif frame.session == self.session and frame.protocol == IPCP:
            self.ipcp(*frame.control())
        return frame

    def run(self, seconds, until=lambda: False):
        end = time.monotonic() + seconds
        while not until() and time.monotonic() < end:
            self.poll(0.02)
        return until()

    def discovery(self, frame):
        self.host_uniq = tag(HOST_UNIQ, frame.tag(HOST_UNIQ) or b"")
        if frame.code == PADI:
            self.padi()
        elif frame.code == PADR:
            self.up = False
            self.padr()
        elif frame.code == PADT:
            self.up = False

    def padi(self):
        self.discover(PADO, tag(AC_NAME, "wild") + tag(SERVICE_NAME) + tag(AC_COOKIE, b"cookie") +
                      self.host_uniq)

    def padr(self):
        self.discover(PADS, tag(SERVICE_NAME) + self.host_uniq, self.session)
        self.control(LCP, CONF_REQ, self.lcp_options)

    def lcp(self, code, identifier, data):
        if code == CONF_REQ:
            self.control(LCP, CONF_ACK, data, identifier)
        elif code == CONF_ACK:
            self.lcp_open()
        elif code == TERM_REQ:
            self.control(LCP, TERM_ACK, b"", identifier)
            self.up = False
        elif code == ECHO_REQ:
            self.control(LCP, ECHO_REP, self.magic, identifier)

    def lcp_open(self):
        self.control(IPCP, CONF_REQ, option(frames.IP_ADDRESS, LOCAL))

    def ipcp(self, code, identifier, data):
        if code != CONF_REQ:
            return
        wanted = dict(parse_options(data))
        if wanted.get(frames.IP_ADDRESS, REMOTE) != REMOTE:
            self.control(IPCP, CONF_NAK, option(frames.IP_ADDRESS, REMOTE), identifier)
        else:
            self.control(IPCP, CONF_ACK, data, identifier)
            self.ups += not self.up
            self.up = True

    def asks(self):
        """How many PADIs have come."""
        return sum(frame.ethertype == frames.ETHERTYPE_DISCOVERY and frame.code == PADI
                   for frame in self.seen)


def be16(number):
    return struct.pack("!H", number)
