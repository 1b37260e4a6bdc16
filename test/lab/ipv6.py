# SPDX-License-Identifier: BSD-3-Clause
"""A subscriber's end of IPv6, by hand: IPV6CP, Router Solicitation, DHCPv6."""

import ipaddress
import random

from scapy.layers.dhcp6 import (DHCP6_InfoRequest, DHCP6_Reply, DHCP6_Solicit, DHCP6OptClientId,
                                DHCP6OptIA_NA, DHCP6OptIA_PD, DHCP6OptOptReq, DHCP6OptRapidCommit,
                                DHCP6OptServerId, DUID_LL)
from scapy.layers.inet import UDP
from scapy.layers.inet6 import ICMPv6ND_RA, ICMPv6ND_RS, IPv6

from lab import frames

ALL_ROUTERS, ALL_SERVERS = "ff02::2", "ff02::1:2"
INTERFACE_IDENTIFIER = 1  # IPV6CP's option: RFC 5072, section 4.1


class Ipv6:
    """IPv6 of a subscriber; made before it dials in, it answers the concentrator's first question."""

    def __init__(self, host, interface_id=None):
        self.host = host
        self.interface_id = interface_id or random.randbytes(8)
        self.peer_id = None
        self.ours = self.rejected = False
        self.duid = DUID_LL(lladdr=host.mac)
        self.answer, host.input = host.input, self.input

    @property
    def address(self):
        return str(ipaddress.IPv6Address(b"\xfe\x80" + bytes(6) + self.interface_id))

    # -- IPV6CP -----------------------------------------------------------------------------------

    def input(self, frame):
        self.answer(frame)
        if frame.session != self.host.session:
            return
        if frame.protocol == frames.IPV6CP:
            self.ipv6cp_input(*frame.control())
        elif frame.protocol == frames.LCP and frame.control()[0] == frames.PROTO_REJ:
            self.rejected = self.rejected or frame.control()[2][:2] == b"\x80\x57"

    def ipv6cp_input(self, code, identifier, data):
        if code == frames.CONF_REQ:
            self.peer_id = dict(frames.parse_options(data)).get(INTERFACE_IDENTIFIER)
            self.host.send_control(frames.IPV6CP, frames.CONF_ACK, data, identifier)
        elif code == frames.CONF_ACK:
            self.ours = True
        elif code == frames.CONF_NAK:
            self.interface_id = dict(frames.parse_options(data))[INTERFACE_IDENTIFIER]
            self.ask()

    def ask(self):
        self.host.send_control(frames.IPV6CP, frames.CONF_REQ,
                               frames.option(INTERFACE_IDENTIFIER, self.interface_id))

    def dial(self, timeout=10.0):
        """All of both families."""
        self.host.dial(timeout)
        return self.up(timeout)

    def up(self, timeout=10.0):
        """IPV6CP, to both sides' Configure-Ack."""
        self.ask()
        self.host.until(lambda: self.ours and self.peer_id, timeout, "through IPV6CP")
        return self

    # -- packets ----------------------------------------------------------------------------------

    def send(self, packet):
        self.host.send_ppp(frames.IPV6, packet)

    def expect(self, wanted, timeout=5.0, what="such an IPv6 packet"):
        """The first packet from now on for which `wanted(packet)` holds."""
        found = self.host.expect(lambda frame: frame.protocol == frames.IPV6 and
                                 wanted(IPv6(frame.payload)), timeout, what)
        return IPv6(found.payload)

    def solicit(self):
        """The Router Advertisement that answers a Router Solicitation."""
        self.send(IPv6(src=self.address, dst=ALL_ROUTERS, hlim=255) / ICMPv6ND_RS())
        return self.expect(lambda packet: ICMPv6ND_RA in packet, what="Router Advertisement")

    # -- DHCPv6 -----------------------------------------------------------------------------------

    def dhcp(self, message, *options, answer=DHCP6_Reply):
        """Sends it to the server, with our DUID; gives back what is answered."""
        message.trid = random.randrange(1 << 24)
        packet = (IPv6(src=self.address, dst=ALL_SERVERS) / UDP(sport=546, dport=547) / message /
                  DHCP6OptClientId(duid=self.duid))
        for each in options:
            packet = packet / each
        self.send(packet)
        return self.expect(lambda reply: answer in reply and reply[answer].trid == message.trid,
                           what=f"{answer.__name__} to {message.name}")

    def inform(self):
        """What there is beside leases."""
        return self.dhcp(DHCP6_InfoRequest(), DHCP6OptOptReq(reqopts=[23, 24]))

    def lease(self, *options):
        """Solicit with Rapid Commit, to the Reply."""
        return self.dhcp(DHCP6_Solicit(), DHCP6OptRapidCommit(),
                         DHCP6OptOptReq(reqopts=[23, 24]), *options)

    def delegated(self, iaid=1):
        """The options of the prefixes that we get for this IAID, which are ours from then on."""
        return self.lease(DHCP6OptIA_PD(iaid=iaid))[DHCP6OptIA_PD].iapdopt

    def leased_address(self, iaid=1):
        return self.lease(DHCP6OptIA_NA(iaid=iaid))[DHCP6OptIA_NA].ianaopts[0]
