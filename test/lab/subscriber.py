# SPDX-License-Identifier: BSD-3-Clause
"""A PPPoE subscriber driven by hand, frame by frame.

It answers what an honest host would (each answer can be switched off), keeps all that it saw in
`seen`, and lets a test send whatever it likes in between.
"""

import hashlib
import os
import random
import select
import struct
import time

from scapy.layers.inet import ICMP, IP
from scapy.packet import Raw

from lab import frames
from lab.frames import (CONF_ACK, CONF_NAK, CONF_REJ, CONF_REQ, ECHO_REP, ECHO_REQ,
                        PADI, PADO, PADR, PADS, PADT, TERM_ACK, TERM_REQ, option, parse_options,
                        tag)


class Subscriber:
    def __init__(self, wire, user="MT-User", password="StrongPass", auth="chap", mac=None,
                 vlans=(), mru=1480, service="pppoeservice", max_payload=None):
        self.wire = wire
        self.user, self.password, self.auth = user, password, auth
        self.mac = mac or "02:" + ":".join(f"{random.randrange(256):02x}" for _ in range(5))
        self.vlans, self.mru, self.service, self.max_payload = vlans, mru, service, max_payload
        self.host_uniq = os.urandom(8)
        self.magic = os.urandom(4)
        self.answer_echo = self.answer_ping = self.answer_lcp = True
        self.seen = []
        self.reset()
        self.line_tag = b""  # what an access node on the way would add

    def reset(self):
        """As a host that was switched off and on: no session, nothing agreed."""
        self.ac_mac = self.session = self.address = self.peer_address = None
        self.dns, self.nbns = [], []
        self.lcp_ours = self.lcp_theirs = self.ipcp_ours = self.ipcp_theirs = False
        self.lcp_asked = self.ipcp_asked = False
        self.agreed_auth = self.peer_mru = self.authenticated = self.auth_message = None
        self.lcp_acked = None
        self.ended = None
        self.identifier = random.randrange(256)
        self.ipcp_wants = {frames.IP_ADDRESS: bytes(4), frames.DNS1: bytes(4),
                           frames.DNS2: bytes(4)}
        self.lcp_wants = {frames.MRU: struct.pack("!H", self.mru), frames.MAGIC: self.magic}

    # -- frames out ---------------------------------------------------------------------------

    def send_discovery(self, code, tags=b"", dst=None, session=0, **fields):
        self.wire.send(frames.discovery(dst or self.ac_mac or frames.BROADCAST, self.mac, code,
                                        tags, session, self.vlans, **fields))

    def send_ppp(self, protocol, payload, session=None, src=None, vlans=None, **fields):
        self.wire.send(frames.session(
            self.ac_mac, src or self.mac, self.session if session is None else session, protocol,
            payload, self.vlans if vlans is None else vlans, **fields))

    def send_control(self, protocol, code, data=b"", identifier=None):
        if identifier is None:
            self.identifier = identifier = (self.identifier + 1) % 256
        self.send_ppp(protocol, frames.control(code, identifier, data))
        return identifier

    def send_ip(self, packet, **fields):
        self.send_ppp(frames.IPV4, packet, **fields)

    # -- frames in ----------------------------------------------------------------------------

    def poll(self, timeout=0.0):
        """Takes one frame off the wire if it is ours, answers it; gives it back, or None."""
        data = self.wire.receive(timeout)
        if not data or len(data) < 14 or data[0:6].hex(":") != self.mac:
            return None
        frame = frames.Frame(data)
        if [vlan for _, vlan in frame.vlans] != [
                vlan[1] if isinstance(vlan, tuple) else vlan for vlan in self.vlans]:
            return None
        self.seen.append(frame)
        self.input(frame)
        return frame

    def expect(self, wanted, timeout=3.0, what="such a frame"):
        """The first frame from now on for which `wanted(frame)` holds."""
        end = time.monotonic() + timeout
        start = len(self.seen)
        while (left := end - time.monotonic()) > 0:
            frame = self.poll(left)
            if frame is not None and wanted(frame):
                return frame
        raise TimeoutError(f"no {what} in {timeout} s, but {self.seen[start:]}")

    def expect_nothing(self, wanted, timeout=1.0):
        """Fails if a frame comes for which `wanted(frame)` holds."""
        try:
            frame = self.expect(wanted, timeout)
        except TimeoutError:
            return
        raise AssertionError(f"unwanted: {frame}")

    def run(self, seconds):
        """Lives on, answering what comes, for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.poll(left)

    def until(self, condition, timeout=5.0, what="that"):
        end = time.monotonic() + timeout
        start = len(self.seen)
        while not condition():
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"not {what} after {timeout} s; seen {self.seen[start:]}")
            self.poll(min(left, 0.2))

    def expect_discovery(self, code, timeout=3.0):
        return self.expect(lambda frame: frame.ethertype == frames.ETHERTYPE_DISCOVERY and
                           frame.code == code, timeout, f"discovery code {code:#04x}")

    def expect_control(self, protocol, code, timeout=3.0):
        return self.expect(lambda frame: frame.protocol == protocol and
                           frame.control()[0] == code, timeout,
                           f"code {code} of {protocol:#06x}")

    def expect_ip(self, wanted=lambda packet: True, timeout=3.0):
        found = self.expect(lambda frame: frame.protocol == frames.IPV4 and
                            wanted(IP(frame.payload)), timeout, "such an IP packet")
        return IP(found.payload)

    def expect_no_ip(self, wanted=lambda packet: True, timeout=0.5):
        self.expect_nothing(lambda frame: frame.protocol == frames.IPV4 and
                            wanted(IP(frame.payload)), timeout)

    # -- what an honest host answers --------------------------------------------------------------

    def input(self, frame):
        if frame.ethertype == frames.ETHERTYPE_DISCOVERY:
            if frame.code == PADT and frame.session == self.session:
                self.ended = self.ended or "PADT"
        elif frame.session != self.session or frame.protocol is None:
            return
        elif frame.protocol == frames.LCP:
            self.lcp_input(*frame.control())
        elif frame.protocol == frames.PAP:
            code, _, data = frame.control()
            self.authenticated = code == 2
            self.auth_message = data[1:1 + data[0]].decode() if data else ""
        elif frame.protocol == frames.CHAP:
            self.chap_input(*frame.control())
        elif frame.protocol == frames.IPCP:
            self.ipcp_input(*frame.control())
        elif frame.protocol == frames.IPV4:
            self.ip_input(frame.payload)

    def lcp_input(self, code, identifier, data):
        if code == ECHO_REQ:
            if self.answer_echo:
                self.send_control(frames.LCP, ECHO_REP, self.magic + data[4:], identifier)
        elif code == TERM_REQ:
            self.ended = self.ended or "Terminate-Request"
            self.send_control(frames.LCP, TERM_ACK, b"", identifier)
        elif not self.answer_lcp:
            return
        elif code == CONF_REQ:
            self.lcp_request(identifier, data)
        elif code == CONF_ACK:
            self.lcp_ours = True
        elif code in (CONF_NAK, CONF_REJ):
            self.ask_again(frames.LCP, self.lcp_wants, code, data)

    def lcp_request(self, identifier, data):
        again, self.lcp_acked = (identifier, data) == self.lcp_acked, (identifier, data)
        if self.lcp_ours and self.lcp_theirs and not again:  # a new negotiation
            self.lcp_ours = self.lcp_theirs = self.lcp_asked = False
            self.ipcp_ours = self.ipcp_theirs = self.ipcp_asked = False
            self.authenticated = None
        if not self.lcp_asked:
            self.lcp_asked = True
            self.ask(frames.LCP, self.lcp_wants)
        options = dict(parse_options(data))
        auth = options.get(frames.AUTH)
        if auth is not None and self.auth and auth != frames.AUTH_VALUES[self.auth]:
            wish = option(frames.AUTH, frames.AUTH_VALUES[self.auth])
            self.send_control(frames.LCP, CONF_NAK, wish, identifier)
            return
        self.agreed_auth = auth
        self.peer_mru = struct.unpack("!H", options[frames.MRU])[0] if frames.MRU in options else 1500
        self.lcp_theirs = True
        self.send_control(frames.LCP, CONF_ACK, data, identifier)

    def ask(self, protocol, wants):
        self.send_control(protocol, CONF_REQ, b"".join(
            option(kind, value) for kind, value in wants.items()))

    def ask_again(self, protocol, wants, code, data):
        for kind, value in parse_options(data):
            if code == CONF_REJ:
                wants.pop(kind, None)
            else:
                wants[kind] = value
        self.ask(protocol, wants)

    def chap_input(self, code, identifier, data):
        if code == 1 and self.agreed_auth == frames.AUTH_VALUES["chap"]:
            challenge = data[1:1 + data[0]]
            digest = hashlib.md5(bytes([identifier]) + self.password.encode() + challenge).digest()
            self.send_control(frames.CHAP, 2, bytes([16]) + digest + self._name(), identifier)
        elif code in (3, 4):
            self.authenticated = code == 3
            self.auth_message = data.decode(errors="replace")

    def ipcp_input(self, code, identifier, data):
        if code == CONF_REQ:
            self.peer_address = dict(parse_options(data)).get(frames.IP_ADDRESS)
            self.ipcp_theirs = True
            self.send_control(frames.IPCP, CONF_ACK, data, identifier)
            if not self.ipcp_asked:
                self.ipcp_asked = True
                self.ask(frames.IPCP, self.ipcp_wants)
        elif code == CONF_ACK:
            self.ipcp_ours = True
            got = dict(parse_options(data))
            self.address = dotted(got[frames.IP_ADDRESS])
            self.dns = [dotted(got[kind]) for kind in (frames.DNS1, frames.DNS2) if kind in got]
            self.nbns = [dotted(got[kind]) for kind in (frames.NBNS1, frames.NBNS2) if kind in got]
        elif code in (CONF_NAK, CONF_REJ):
            self.ask_again(frames.IPCP, self.ipcp_wants, code, data)

    def ip_input(self, payload):
        packet = IP(payload)
        if self.answer_ping and ICMP in packet and packet[ICMP].type == 8:
            echo = packet[ICMP]
            self.send_ip(IP(src=packet.dst, dst=packet.src) /
                         ICMP(type=0, id=echo.id, seq=echo.seq) / Raw(bytes(echo.payload)))

    # -- the way up ------------------------------------------------------------------------------

    def discover(self, service=None, extra=b"", timeout=3.0):
        """PADI; gives back the PADO."""
        service = self.service if service is None else service
        tags = tag(frames.SERVICE_NAME, service) + tag(frames.HOST_UNIQ, self.host_uniq) + extra
        if self.max_payload:
            tags += tag(frames.PPP_MAX_PAYLOAD, struct.pack("!H", self.max_payload))
        self.send_discovery(PADI, tags, dst=frames.BROADCAST)
        return self.expect_discovery(PADO, timeout)

    def request_tags(self, pado, service=None):
        tags = tag(frames.SERVICE_NAME, self.service if service is None else service)
        tags += tag(frames.HOST_UNIQ, self.host_uniq)
        for kind in (frames.AC_COOKIE, frames.RELAY_SESSION_ID):
            if pado.tag(kind) is not None:
                tags += tag(kind, pado.tag(kind))
        if self.max_payload:
            tags += tag(frames.PPP_MAX_PAYLOAD, struct.pack("!H", self.max_payload))
        return tags + self.line_tag

    def open(self, timeout=3.0):
        """Discovery, to a session id."""
        pado = self.discover(timeout=timeout)
        self.ac_mac = pado.src
        self.send_discovery(PADR, self.request_tags(pado))
        pads = self.expect_discovery(PADS, timeout)
        assert pads.session, f"refused: {pads}"
        self.session = pads.session
        return self

    def negotiate(self, timeout=10.0):
        """LCP, to both sides' Configure-Ack."""
        if not self.lcp_asked:
            self.lcp_asked = True
            self.ask(frames.LCP, self.lcp_wants)
        self.until(lambda: self.lcp_ours and self.lcp_theirs, timeout, "through LCP")
        return self

    def authenticate(self, timeout=10.0):
        if self.agreed_auth == frames.AUTH_VALUES["pap"]:
            self.send_pap()
        self.until(lambda: self.authenticated is not None, timeout, "authenticated or refused")
        return self.authenticated

    def _name(self):
        return self.user if isinstance(self.user, bytes) else self.user.encode()

    def send_pap(self):
        name = self._name()
        word = self.password.encode()
        self.send_control(frames.PAP, 1, bytes([len(name)]) + name + bytes([len(word)]) + word)

    def configure(self, timeout=10.0):
        """IPCP, to both sides' Configure-Ack."""
        if not self.ipcp_asked:
            self.ipcp_asked = True
            self.ask(frames.IPCP, self.ipcp_wants)
        self.until(lambda: self.ipcp_ours and self.ipcp_theirs, timeout, "through IPCP")
        return self

    def dial(self, timeout=10.0):
        """All of it, to an address."""
        self.open(timeout).negotiate(timeout)
        assert self.authenticate(timeout), f"refused: {self.auth_message}"
        return self.configure(timeout)

    def hang_up(self):
        self.send_control(frames.LCP, TERM_REQ)
        self.expect_control(frames.LCP, TERM_ACK)

    def ping(self, dst, timeout=2.0, size=32, **fields):
        """True when the echo comes back with the same bytes."""
        number = random.randrange(65536)
        data = os.urandom(size)
        self.send_ip(IP(src=self.address, dst=dst, **fields) / ICMP(id=number, seq=1) / Raw(data))
        try:
            self.expect_ip(lambda packet: ICMP in packet and packet[ICMP].type == 0 and
                           packet[ICMP].id == number and bytes(packet[ICMP].payload) == data,
                           timeout)
        except TimeoutError:
            return False
        return True


def poll_all(subscribers, seconds):
    """Several subscribers, each with a wire of its own, live on for so long."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        ready, _, _ = select.select([each.wire for each in subscribers], [], [], left)
        for each in subscribers:
            if each.wire in ready:
                each.poll()


def dotted(address):
    return ".".join(str(byte) for byte in address)
