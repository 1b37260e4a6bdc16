# SPDX-License-Identifier: BSD-3-Clause
"""PPPoE and PPP as bytes: tags, options and the numbers of the RFCs.

Frames are put together with scapy, so that a test can spoil any field of them.
"""

import struct

from scapy.layers.l2 import Dot1AD, Dot1Q, Ether
from scapy.layers.ppp import PPPoE, PPPoED
from scapy.packet import Raw

BROADCAST = "ff:ff:ff:ff:ff:ff"

# RFC 2516, section 4 and appendix A
ETHERTYPE_DISCOVERY, ETHERTYPE_SESSION = 0x8863, 0x8864
PADI, PADO, PADR, PADS, PADT = 0x09, 0x07, 0x19, 0x65, 0xA7
END_OF_LIST, SERVICE_NAME, AC_NAME, HOST_UNIQ, AC_COOKIE = 0x0000, 0x0101, 0x0102, 0x0103, 0x0104
VENDOR_SPECIFIC, RELAY_SESSION_ID = 0x0105, 0x0110
PPP_MAX_PAYLOAD = 0x0120  # RFC 4638
SERVICE_NAME_ERROR, AC_SYSTEM_ERROR, GENERIC_ERROR = 0x0201, 0x0202, 0x0203

# Protocols
IPV4, IPV6 = 0x0021, 0x0057
IPCP, IPV6CP, CCP, LCP, PAP, CHAP = 0x8021, 0x8057, 0x80FD, 0xC021, 0xC023, 0xC223

MP = 0x003D  # RFC 1990
IPV6 = 0x0057

# RFC 1661, section 5
CONF_REQ, CONF_ACK, CONF_NAK, CONF_REJ, TERM_REQ, TERM_ACK, CODE_REJ, PROTO_REJ = range(1, 9)
ECHO_REQ, ECHO_REP, DISCARD = 9, 10, 11

# LCP's options, and IPCP's
MRU, AUTH, MAGIC, MRRU, SHORT_SEQUENCE, ENDPOINT = 1, 3, 5, 17, 18, 19
IP_ADDRESS, DNS1, NBNS1, DNS2, NBNS2 = 3, 129, 130, 131, 132
INTERFACE_ID = 1  # IPV6CP's

AUTH_VALUES = {
    "pap": b"\xc0\x23",
    "chap": b"\xc2\x23\x05",
    "mschap1": b"\xc2\x23\x80",
    "mschap2": b"\xc2\x23\x81",
}


def tag(kind, value=b""):
    value = value.encode() if isinstance(value, str) else value
    return struct.pack("!HH", kind, len(value)) + value


def parse_tags(payload):
    """[(kind, value)]; raises ValueError where a tag runs past the end."""
    tags = []
    while payload:
        if len(payload) < 4:
            raise ValueError("half a tag")
        kind, length = struct.unpack("!HH", payload[:4])
        if length > len(payload) - 4:
            raise ValueError(f"tag {kind:#06x} runs past the end")
        if kind == END_OF_LIST:
            break
        tags.append((kind, payload[4:4 + length]))
        payload = payload[4 + length:]
    return tags


#: TR-101's numbers of a line (R-124), by what /ppp/active calls them.
LINE = {"actual-rate-up": 0x81, "actual-rate-down": 0x82, "minimum-rate-up": 0x83,
        "minimum-rate-down": 0x84, "attainable-rate-up": 0x85, "attainable-rate-down": 0x86,
        "maximum-rate-up": 0x87, "maximum-rate-down": 0x88, "actual-delay-up": 0x8C,
        "actual-delay-down": 0x8E}


def line_tag(circuit, remote=b"", **numbers):
    """TR-101's Vendor-Specific tag: DSL Forum's number, then sub-options."""
    given = [(1, circuit), (2, remote)] + [(LINE[name], struct.pack("!I", value))
                                           for name, value in numbers.items()]
    options = b"".join(struct.pack("!BB", kind, len(value)) + value for kind, value in given)
    return tag(VENDOR_SPECIFIC, struct.pack("!I", 3561) + options)


def option(kind, value=b""):
    return bytes([kind, 2 + len(value)]) + value


def parse_options(data):
    options = []
    while data:
        if len(data) < 2 or not 2 <= data[1] <= len(data):
            raise ValueError(f"bad option {data.hex()}")
        options.append((data[0], data[2:data[1]]))
        data = data[data[1]:]
    return options


def control(code, identifier, data=b""):
    """An LCP-like packet: code, identifier, length, data."""
    return struct.pack("!BBH", code, identifier, 4 + len(data)) + data


def ethernet(dst, src, vlans=(), kind=ETHERTYPE_DISCOVERY):
    """An Ethernet header with tags: each of `vlans` is an id, or (ethertype, id)."""
    tags = [vlan if isinstance(vlan, tuple) else (0x8100, vlan) for vlan in vlans]
    kinds = [ethertype for ethertype, _ in tags] + [kind]
    packet = Ether(dst=dst, src=src, type=kinds[0])
    for (ethertype, vlan), following in zip(tags, kinds[1:]):
        layer = Dot1AD if ethertype == 0x88A8 else Dot1Q
        packet = packet / layer(vlan=vlan, type=following)
    return packet


def discovery(dst, src, code, tags=b"", session=0, vlans=(), **fields):
    """A discovery frame; `fields` spoils the header: len, version, type."""
    header = PPPoED(code=code, sessionid=session, **{"len": len(tags), **fields})
    return ethernet(dst, src, vlans) / header / Raw(tags)


def session(dst, src, session_id, protocol, payload, vlans=(), **fields):
    payload = bytes(payload)
    header = PPPoE(sessionid=session_id, **{"code": 0, "len": len(payload) + 2, **fields})
    return (ethernet(dst, src, vlans, ETHERTYPE_SESSION) / header /
            Raw(struct.pack("!H", protocol) + payload))


class Frame:
    """What came in, taken apart. `tags` or `protocol` and `payload` by the kind of frame."""

    def __init__(self, data):
        self.data = data
        self.dst, self.src = (":".join(f"{byte:02x}" for byte in data[at:at + 6]) for at in (0, 6))
        self.vlans = []
        at = 12
        self.ethertype, = struct.unpack_from("!H", data, at)
        while self.ethertype in (0x8100, 0x88A8) and len(data) >= at + 6:
            tci, following = struct.unpack_from("!HH", data, at + 2)
            self.vlans.append((self.ethertype, tci & 0xFFF))
            self.ethertype, at = following, at + 4
        self.body = data[at + 2:]
        self.code = self.session = self.protocol = None
        if self.ethertype not in (ETHERTYPE_DISCOVERY, ETHERTYPE_SESSION) or len(self.body) < 6:
            return
        self.version_type, self.code, self.session, length = struct.unpack_from("!BBHH", self.body)
        self.length = length
        payload = self.body[6:6 + length]
        if self.ethertype == ETHERTYPE_DISCOVERY:
            self.tags = parse_tags(payload)
        elif len(payload) >= 2:
            self.protocol, = struct.unpack_from("!H", payload)
            self.payload = payload[2:]

    def tag(self, kind):
        """The first such tag's value, or None."""
        return next((value for name, value in self.tags if name == kind), None)

    def all(self, kind):
        return [value for name, value in self.tags if name == kind]

    def control(self):
        """(code, identifier, data) of an LCP-like packet."""
        code, identifier, length = struct.unpack_from("!BBH", self.payload)
        return code, identifier, self.payload[4:length]

    def __repr__(self):
        if self.ethertype == ETHERTYPE_DISCOVERY:
            return f"<discovery {self.code:#04x} session {self.session:#06x} {self.tags}>"
        if self.protocol is not None:
            return f"<session {self.session:#06x} {self.protocol:#06x} {self.payload[:40].hex()}>"
        return f"<{self.ethertype:#06x} {self.body[:40].hex()}>"
