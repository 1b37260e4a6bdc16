# SPDX-License-Identifier: BSD-3-Clause
"""An access concentrator driven by hand, frame by frame: honest where it is not told otherwise."""

import os
import struct
import time

from lab import frames
from lab.frames import (AC_COOKIE, AC_NAME, CONF_ACK, CONF_NAK, CONF_REQ, ECHO_REP, ECHO_REQ,
                        HOST_UNIQ, IPCP, IPV6CP, LCP, PADI, PADO, PADR, PADS, PADT, SERVICE_NAME, TERM_ACK,
                        TERM_REQ, Frame, option, parse_options, tag)

MAC = "02:00:00:00:00:ac"
INTERFACE_ID, CLIENT_ID = bytes(7) + b"\xac", bytes(7) + b"\x0c"  # of IPv6's link-local addresses
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
        self.ipv4, self.ipv6 = True, False  # what it offers
        self.up6 = False
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
        elif frame.session == self.session and frame.protocol == IPV6CP and self.ipv6:
            self.ipv6cp(*frame.control())
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
            self.up = self.up6 = False
            self.padr()
        elif frame.code == PADT:
            self.up = self.up6 = False

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
            self.up = self.up6 = False
        elif code == ECHO_REQ:
            self.control(LCP, ECHO_REP, self.magic, identifier)

    def lcp_open(self):
        if self.ipv4:
            self.control(IPCP, CONF_REQ, option(frames.IP_ADDRESS, LOCAL))
        if self.ipv6:
            self.control(IPV6CP, CONF_REQ, option(frames.INTERFACE_ID, INTERFACE_ID))

    def reject(self, protocol, code, identifier, data):
        rejected = be16(protocol) + frames.control(code, identifier, data)
        self.control(LCP, frames.PROTO_REJ, rejected)

    def ipv6cp(self, code, identifier, data):
        if code != CONF_REQ:
            return
        if dict(parse_options(data)).get(frames.INTERFACE_ID) != CLIENT_ID:
            self.control(IPV6CP, CONF_NAK, option(frames.INTERFACE_ID, CLIENT_ID), identifier)
        else:
            self.control(IPV6CP, CONF_ACK, data, identifier)
            self.up6 = True

    def ipcp(self, code, identifier, data):
        if code == CONF_REQ and not self.ipv4:
            self.reject(IPCP, code, identifier, data)
        if code != CONF_REQ or not self.ipv4:
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
