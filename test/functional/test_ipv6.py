# SPDX-License-Identifier: BSD-3-Clause
"""Both families of a subscriber, frame by frame: what an honest router gets, and what becomes of all
that others send."""

import ipaddress
import itertools
import re
import struct

import pytest
from scapy.layers.dhcp6 import (DHCP6_Advertise, DHCP6_Reply, DHCP6_Request, DHCP6_Solicit,
                                DHCP6OptDNSServers, DHCP6OptIA_PD, DHCP6OptRapidCommit, DHCP6OptServerId)
from scapy.layers.inet import UDP
from scapy.layers.inet6 import (ICMPv6DestUnreach, ICMPv6EchoReply, ICMPv6EchoRequest, ICMPv6MLReport2,
                                ICMPv6ND_NA, ICMPv6ND_NS, ICMPv6ND_RA, ICMPv6ND_Redirect, ICMPv6ND_RS,
                                ICMPv6NDOptMTU, ICMPv6NDOptPrefixInfo, ICMPv6NDOptRDNSS,
                                ICMPv6NDOptSrcLLAddr, ICMPv6PacketTooBig, ICMPv6ParamProblem,
                                ICMPv6TimeExceeded, IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrFragment,
                                IPv6ExtHdrHopByHop, IPv6ExtHdrRouting, PadN, RouterAlert)
from scapy.layers.l2 import Ether
from scapy.packet import Raw

from lab import frames
from lab.daemon import Lab
from lab.dualstack import CORE_AC6, CORE_HOST6, DELEGATED, DNS, LINKS, configure, core_host
from lab.frames import CONF_REQ, TERM_ACK, TERM_REQ
from lab.ipv6 import ALL_ROUTERS, ALL_SERVERS, Ipv6
from lab.wait import until

ALL_NODES = "ff02::1"
OUTSIDE = "2001:db8:ffff::1"
PORT = itertools.count(7000)  # of UDP: each packet that is looked for has its own
TRANSACTION = itertools.count(0x100000)


@pytest.fixture(scope="module")
def lab():
    lab = Lab()
    try:
        core_host(lab)
        config = configure(lab.base_config())
        config["dataplane"]["ports"][0]["mtu"] = lab.ACCESS_MTU
        config["ip"]["pool"][0]["ranges"] = "10.0.0.2-10.0.0.200"
        lab.start(config)
        until(lambda: " 0% packet loss" in lab.net.run("core", "ping", "-6", "-c", "1", "-W", "1", CORE_AC6,
                                                       check=False), what="the core is there")
        yield lab
    finally:
        lab.close()


@pytest.fixture
def dual(subscriber):
    """dual(): a subscriber with an address and, if it is to be, a delegated prefix."""
    def make(delegated=True, **how):
        ipv6 = Ipv6(subscriber(**how)).dial()
        ipv6.advertisement = ipv6.solicit()
        ipv6.network = ipv6.advertisement[ICMPv6NDOptPrefixInfo].prefix
        ipv6.own = f"{ipv6.network}5"
        if delegated:
            ipv6.delegation, = ipv6.delegated()
            ipv6.inner = f"{ipv6.delegation.prefix}77"
        return ipv6
    return make


@pytest.fixture
def one(dual):
    return dual()


def pings(ipv6, to, src=None, timeout=3):
    """Of the box it is answered by the worker, which has then done all that came before."""
    number = next(PORT)
    ipv6.send(IPv6(src=src or ipv6.address, dst=to) / ICMPv6EchoRequest(id=number))
    ipv6.expect(lambda packet: ICMPv6EchoReply in packet and packet[ICMPv6EchoReply].id == number, timeout,
                what="answer to a ping")
    return True


def ours(ipv6):
    return str(ipaddress.IPv6Address(b"\xfe\x80" + bytes(6) + ipv6.peer_id))


def metrics(lab, name, port=None):
    """By the last label: `turnpike_NAME{…}`, of one port or those without any."""
    label = rf'port="{port}",?' if port else ""
    return {words[1] or words[0]: int(words[2]) for words in re.findall(
        rf'^turnpike_({name}){{{label}(?:\w+="([^"]*)")?}} (\d+)$', lab.api.text("/metrics"), re.M)}


class Counted:
    """What was dropped for each reason since then, where anything was."""

    def __init__(self, lab, name="dataplane_drops_total", port="ether3"):
        self.now = lambda: metrics(lab, name, port)
        self.before = self.now()

    def __call__(self):
        return {name: count - self.before[name] for name, count in self.now().items()
                if count != self.before[name]}


@pytest.fixture
def drops(lab):
    return lambda port="ether3": Counted(lab, port=port)


class Core:
    """The provider's host, frame by frame."""

    def __init__(self, lab, wire):
        self.wire = wire
        self.mac = lab.net.run("ac", "cat", "/sys/class/net/core0/address").strip()
        self.own = lab.net.run("core", "cat", "/sys/class/net/host0/address").strip()

    def send(self, packet):
        self.wire.send(Ether(src=self.own, dst=self.mac) / packet)

    def packets(self):
        while (data := self.wire.receive(3)) is not None:
            if data[12:14] == b"\x86\xdd":
                yield IPv6(data[14:])

    def expect(self, wanted):
        for packet in self.packets():
            if wanted(packet):
                return packet
        raise TimeoutError("nothing such reached the core")

    def reached(self, ipv6):
        """Up to now, what a subscriber sent: one more packet of its own ends it."""
        last = udp(ipv6.own, CORE_HOST6)
        ipv6.send(last)
        return list(itertools.takewhile(lambda packet: not is_same(packet, last),
                                        (packet for packet in self.packets() if UDP in packet)))


@pytest.fixture
def core(lab):
    wire = lab.wire("core", "host0")
    yield Core(lab, wire)
    wire.close()


def udp(src, dst, size=20, **fields):
    return IPv6(src=src, dst=dst, **fields) / UDP(sport=4000, dport=next(PORT)) / Raw(bytes(size))


def is_same(packet, sent):
    return UDP in packet and packet[UDP].dport == sent[UDP].dport


# -- the honest way ---------------------------------------------------------------------------


def test_the_advertisement_says_all_that_a_router_is_to_know(one):
    packet = one.advertisement
    ra, prefix = packet[ICMPv6ND_RA], packet[ICMPv6NDOptPrefixInfo]
    assert (packet.src, packet.hlim) == (ours(one), 255)
    assert (prefix.prefixlen, prefix.A, prefix.L) == (64, 1, 0)
    assert ipaddress.ip_address(prefix.prefix) in ipaddress.ip_network(LINKS)
    assert (prefix.validlifetime, prefix.preferredlifetime) == (5400, 2700)  # RFC 9096
    assert packet[ICMPv6NDOptMTU].mtu == 1480
    assert packet[ICMPv6NDOptRDNSS].dns == DNS
    assert (ra.M, ra.O) == (0, 1), "no addresses by DHCPv6, but prefixes"


def test_advertisements_come_unasked_to_all_nodes_and_asked_to_one(subscriber):
    ipv6 = Ipv6(subscriber()).dial()
    packet = ipv6.expect(lambda packet: ICMPv6ND_RA in packet and packet.dst == ALL_NODES, timeout=20)
    assert packet[ICMPv6NDOptPrefixInfo].prefixlen == 64
    ipv6.send(IPv6(src=ipv6.address, dst=ALL_ROUTERS, hlim=255) / ICMPv6ND_RS())
    ipv6.expect(lambda packet: ICMPv6ND_RA in packet and packet.dst == ipv6.address)


def test_both_families_reach_the_core(one, lab):
    assert pings(one, CORE_HOST6, src=one.own)
    assert pings(one, CORE_HOST6, src=one.inner)
    assert pings(one, CORE_AC6, src=one.own) and pings(one, ours(one))
    assert one.host.ping(lab.CORE_HOST)


def test_a_prefix_is_delegated_in_four_messages(dual, lab):
    ipv6 = dual(delegated=False)
    offer = ipv6.dhcp(DHCP6_Solicit(), DHCP6OptIA_PD(iaid=9), answer=DHCP6_Advertise)
    offered, = offer[DHCP6OptIA_PD].iapdopt
    assert not lab.api.get("ipv6/dhcp-server/binding", iaid="9", status="bound")
    reply = ipv6.dhcp(DHCP6_Request(), DHCP6OptServerId(duid=offer[DHCP6OptServerId].duid),
                      DHCP6OptIA_PD(iaid=9, iapdopt=[offered]))
    got, = reply[DHCP6OptIA_PD].iapdopt
    assert (got.prefix, got.plen) == (offered.prefix, offered.plen)
    assert ipaddress.ip_network((got.prefix, got.plen)).subnet_of(ipaddress.ip_network(DELEGATED))
    assert reply[DHCP6OptIA_PD].T1 * 2 == got.preflft
    assert pings(ipv6, CORE_HOST6, src=f"{got.prefix}1")


def test_a_prefix_is_delegated_in_two_messages(dual):
    ipv6 = dual(delegated=False)
    reply = ipv6.lease(DHCP6OptIA_PD(iaid=1))
    assert DHCP6OptRapidCommit in reply and reply[DHCP6OptDNSServers].dnsservers == DNS
    assert pings(ipv6, CORE_HOST6, src=f"{reply[DHCP6OptIA_PD].iapdopt[0].prefix}1")


# -- each family for itself -------------------------------------------------------------------


def test_ipv6_ends_and_comes_back_and_ipv4_stands(one, lab, drops):
    host, count = one.host, drops()
    host.send_control(frames.IPV6CP, TERM_REQ)
    host.expect_control(frames.IPV6CP, TERM_ACK)
    one.send(udp(one.own, CORE_HOST6))
    assert host.ping(lab.CORE_HOST)
    assert count() == {"session_not_up": 1}
    one.ours, one.peer_id = False, None
    one.up()
    assert one.solicit()[ICMPv6NDOptPrefixInfo].prefix == one.network
    assert pings(one, CORE_HOST6, src=one.own)
    assert host.ping(lab.CORE_HOST) and not host.ended


def test_ipv4_ends_and_comes_back_and_ipv6_stands(one, lab, drops):
    host, count = one.host, drops()
    host.send_control(frames.IPCP, TERM_REQ)
    host.expect_control(frames.IPCP, TERM_ACK)
    assert not host.ping(lab.CORE_HOST, timeout=0.2)
    assert pings(one, CORE_HOST6, src=one.own)
    assert count() == {"session_not_up": 1}
    assert len(one.delegated()) == 1
    host.ipcp_ours = host.ipcp_theirs = host.ipcp_asked = False
    host.configure()
    assert host.ping(lab.CORE_HOST) and pings(one, CORE_HOST6, src=one.own)


def test_ipv6_alone_ends_with_its_session(lab, subscriber, core, drops):
    ipv6 = Ipv6(subscriber())
    ipv6.host.open().negotiate()
    ipv6.host.authenticate()
    ipv6.up()
    own = f"{ipv6.solicit()[ICMPv6NDOptPrefixInfo].prefix}5"
    assert pings(ipv6, CORE_HOST6, src=own)
    ipv6.host.hang_up()
    count = drops("core0")
    core.send(udp(CORE_HOST6, own))
    until(count, what="dropped")
    assert set(count()) <= {"not_a_subscriber", "no_route", "unreachable", "blackhole"}


# -- sources ----------------------------------------------------------------------------------

SPOOFED = {
    "another's link": lambda one, other: other.own,
    "another's delegated prefix": lambda one, other: other.inner,
    "the core": lambda one, other: CORE_HOST6,
    "the box": lambda one, other: CORE_AC6,
    "outside": lambda one, other: OUTSIDE,
    "next to its link": lambda one, other: str(ipaddress.ip_address(one.network) + (1 << 64)),
    "next to its delegated prefix":
        lambda one, other: str(ipaddress.ip_address(one.delegation.prefix) + (1 << 72)),
}


@pytest.mark.parametrize("whose", SPOOFED)
def test_a_source_that_is_not_the_subscribers_is_refused(dual, core, drops, whose):
    one, other = dual(), dual()
    count, packet = drops(), udp(SPOOFED[whose](one, other), CORE_HOST6)
    one.send(packet)
    told = one.expect(lambda packet: ICMPv6DestUnreach in packet)
    assert told[ICMPv6DestUnreach].code == 5 and told.dst == packet.src
    assert not core.reached(one)
    assert count() == {"spoofed_source": 1}


MARTIANS = ["::", "::1", "::ffff:192.0.2.2", "::10.0.0.2", "ff02::1", "ff0e::1"]


@pytest.mark.parametrize("source", MARTIANS)
def test_a_source_that_is_no_hosts_is_dropped(one, core, drops, source):
    count = drops()
    one.send(udp(source, CORE_HOST6))
    assert not core.reached(one)
    assert count() == {"martian_source": 1}
    assert not [frame for frame in one.host.seen if frame.protocol == frames.IPV6 and
                ICMPv6DestUnreach in IPv6(frame.payload)]


@pytest.mark.parametrize("source", MARTIANS)
def test_what_comes_from_the_core_is_looked_at_as_well(one, core, drops, source):
    count, good = drops("core0"), udp(OUTSIDE, one.own)
    core.send(udp(source, one.own))
    core.send(good)
    assert is_same(one.expect(lambda packet: UDP in packet), good)
    assert count() == {"martian_source": 1}


def test_a_link_local_source_is_the_agreed_one_and_stays_on_its_link(one, core, drops):
    count = drops()
    for packet in (udp("fe80::bad", CORE_HOST6), udp("fe80::bad", ours(one)),
                   IPv6(src="fe80::bad", dst=ALL_ROUTERS, hlim=255) / ICMPv6ND_RS(),
                   IPv6(src=ours(one), dst=ALL_NODES) / ICMPv6EchoRequest()):
        one.send(packet)
    one.send(udp(one.address, CORE_HOST6))
    told = one.expect(lambda packet: ICMPv6DestUnreach in packet)
    assert told[ICMPv6DestUnreach].code == 2 and told.src == ours(one), "beyond the source's scope"
    assert not core.reached(one)
    assert count() == {"spoofed_source": 4, "link_local": 1}


def test_nothing_goes_to_anothers_link_or_group(dual, drops):
    one, other = dual(delegated=False), dual(delegated=False)
    count = drops()
    for dst in (other.address, "ff02::99", "ff05::1:3", "ff0e::1"):
        one.send(udp(one.own, dst))
    pings(one, ours(one))
    assert count() == {"link_local": 1, "martian": 3}
    pings(other, ours(other))
    assert not [frame for frame in other.host.seen if frame.protocol == frames.IPV6 and
                UDP in IPv6(frame.payload) and IPv6(frame.payload)[UDP].sport == 4000]


# -- Neighbor Discovery -----------------------------------------------------------------------


def test_a_subscriber_is_no_router(dual, drops):
    one, other = dual(delegated=False), dual(delegated=False)
    count = drops()
    for message in (ICMPv6ND_RA() / ICMPv6NDOptPrefixInfo(prefix=OUTSIDE[:-1]), ICMPv6ND_NA(tgt=CORE_AC6),
                    ICMPv6ND_Redirect(tgt=one.address, dst=CORE_HOST6)):
        one.send(IPv6(src=one.address, dst=ALL_NODES, hlim=255) / message)
    one.send(IPv6(src=one.address, dst=ALL_NODES, hlim=1) / ICMPv6MLReport2())
    pings(one, ours(one))
    assert count() == {"nd": 3, "mld": 1}
    pings(other, ours(other))
    assert not [frame for frame in other.host.seen if frame.protocol == frames.IPV6 and
                IPv6(frame.payload).src == one.address]


def broken_solicitations(one):
    """(why, packet)"""
    rs = IPv6(src=one.address, dst=ALL_ROUTERS, hlim=255)
    raw = ICMPv6ND_RS()
    return [
        ("hop-limit", IPv6(src=one.address, dst=ALL_ROUTERS, hlim=254) / raw),
        ("nd-malformed", rs / ICMPv6ND_RS(code=1)),
        ("nd-malformed", rs / Raw(with_checksum(rs, bytes([133, 0, 0, 0, 0, 0])))),
        ("nd-option", rs / raw / Raw(b"\x01\x00" + bytes(6))),
        ("nd-option", rs / raw / Raw(b"\x01\x02" + bytes(6))),
        ("nd-option", rs / raw / Raw(b"\x01")),
        ("nd-option", IPv6(src="::", dst=ALL_ROUTERS, hlim=255) / raw / ICMPv6NDOptSrcLLAddr()),
        ("checksum", rs / ICMPv6ND_RS(cksum=0x1234)),
    ]


def with_checksum(ip, message):
    """An ICMPv6 message too short for scapy to know it."""
    pseudo = (ipaddress.ip_address(ip.src).packed + ipaddress.ip_address(ip.dst).packed +
              struct.pack("!II", len(message), 58) + message)
    total = sum(struct.unpack(f"!{len(pseudo) // 2}H", pseudo))
    ip.nh = 58
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return message[:2] + struct.pack("!H", ~total & 0xffff) + message[4:]


def test_broken_solicitations_are_not_answered(dual, lab):
    one = dual(delegated=False)
    for why, packet in broken_solicitations(one):
        count = Counted(lab, "ipv6_discarded_total", None)
        one.send(packet)
        one.inform()
        assert count() == {why: 1}, packet.summary()
    one.host.run(0.6)
    assert ICMPv6ND_RA in one.solicit()


def test_a_storm_of_solicitations_is_one_subscribers_own(dual, drops, lab):
    one, other = dual(delegated=False), dual(delegated=False)
    count, sent = drops(), Counted(lab, "ipv6_sent_total", None)
    for message, dst, limit in ((ICMPv6ND_RS(), ALL_ROUTERS, "session_limit"),
                                (ICMPv6ND_NS(tgt=ours(one)), ALL_NODES, "host_limit")):
        frame = bytes(frames.session(one.host.ac_mac, one.host.mac, one.host.session, frames.IPV6,
                                     bytes(IPv6(src=one.address, dst=dst, hlim=255) / message)))

        def storms(frame=frame, limit=limit):
            for _ in range(300):
                one.host.wire.send(frame)
            assert pings(other, ours(other)), "the session of another goes on"
            return count().get(limit, 0) > 100

        until(storms, what=f"over the {limit}")
    assert other.inform() and pings(other, CORE_HOST6, src=other.own)
    assert ICMPv6ND_RA in other.solicit()
    assert sent()["router-advertisement"] < 20
    one.host.run(1.2)  # it has its share again
    assert pings(one, ours(one)) and not one.host.ended


# -- DHCPv6 -----------------------------------------------------------------------------------

(SOLICIT, ADVERTISE, REQUEST, CONFIRM, RENEW, REBIND, REPLY, RELEASE, DECLINE, RECONFIGURE, INFORMATION,
 RELAY) = range(1, 13)
CLIENT_ID, SERVER_ID, IA_NA, IA_TA, IA_ADDRESS, ORO, PREFERENCE, ELAPSED = range(1, 9)
STATUS, RAPID_COMMIT, DNS_SERVERS, IA_PD, IA_PREFIX = 13, 14, 23, 25, 26
REFRESH, SOL_MAX_RT, INF_MAX_RT = 32, 82, 83


def opt(code, body=b""):
    return struct.pack("!HH", code, len(body)) + body


def ia(kind=IA_PD, iaid=1, options=b""):
    return opt(kind, struct.pack("!III", iaid, 0, 0) + options)


def address(text="2001:db8::5"):
    return opt(IA_ADDRESS, ipaddress.ip_address(text).packed + bytes(8))


def prefix(text="2001:db8:2000::", length=56):
    return opt(IA_PREFIX, bytes(8) + bytes([length]) + ipaddress.ip_address(text).packed)


class Dhcp:
    """A client that says what it likes."""

    def __init__(self, ipv6):
        self.ipv6 = ipv6
        self.client = opt(CLIENT_ID, bytes(ipv6.duid))
        self.server = opt(SERVER_ID, bytes(ipv6.inform()[DHCP6OptServerId].duid))

    def send(self, message, dst=ALL_SERVERS, src=None, **fields):
        self.ipv6.send(IPv6(src=src or self.ipv6.address, dst=dst) /
                       UDP(sport=546, dport=547, **fields) / Raw(message))

    def answered(self, transactions):
        """Those of `transactions` that were answered so far: what is asked later, is so later."""
        self.ipv6.inform()
        replies = (IPv6(frame.payload) for frame in self.ipv6.host.seen
                   if frame.protocol == frames.IPV6 and frame.payload[6] == 17)
        got = {bytes(reply[UDP].payload)[1:4] for reply in replies if reply[UDP].dport == 546}
        return [each for each in transactions if each in got]

    def messages(self):
        """Each that there is, as it should be; MESSAGE without its head."""
        lease = ia(IA_PD, 1, prefix(self.ipv6.delegation.prefix))
        named = self.client + self.server
        extra = opt(ELAPSED, b"\0\1") + opt(ORO, struct.pack("!HH", DNS_SERVERS, SOL_MAX_RT))
        return {
            SOLICIT: self.client + opt(RAPID_COMMIT) + lease + extra,
            REQUEST: named + lease + extra,
            CONFIRM: self.client + ia(IA_NA, 1, address()) + extra,
            RENEW: named + lease + extra,
            REBIND: self.client + lease + extra,
            DECLINE: named + ia(IA_NA, 1, address()) + extra,
            RELEASE: named + ia(IA_PD, 2, prefix()) + extra,
            INFORMATION: self.client + extra,
        }


def transaction():
    return next(TRANSACTION).to_bytes(3, "big")


@pytest.fixture
def dhcp(one):
    return Dhcp(one)


def ends(options):
    """Where a message may be cut and be one still."""
    at, found = 4, {4}
    while at - 4 < len(options):
        at += 4 + struct.unpack("!H", options[at - 2:at])[0]
        found.add(at)
    return found


@pytest.mark.parametrize("kind", [SOLICIT, REQUEST, CONFIRM, RENEW, REBIND, DECLINE, RELEASE, INFORMATION])
def test_a_message_cut_short_anywhere_is_not_answered(dhcp, lab, kind):
    options = dhcp.messages()[kind]
    cuts = [cut for cut in range(len(options) + 4) if cut not in ends(options)]
    numbers = {cut: transaction() for cut in [*cuts, len(options) + 4]}
    discarded = Counted(lab, "ipv6_discarded_total", None)
    for cut, number in numbers.items():
        if cut % 60 == 59:
            dhcp.ipv6.host.run(0.5)  # below what a session may ask of control
        dhcp.send((bytes([kind]) + number + options)[:cut])
    assert dhcp.answered(numbers.values()) == [numbers[len(options) + 4]], "the whole one alone"
    assert discarded() == {"dhcp6-malformed": 4, "dhcp6-option": len(cuts) - 4}
    assert pings(dhcp.ipv6, CORE_HOST6, src=dhcp.ipv6.inner), "its prefix is its own still"


#: The lengths that an option's body may have, of those up to the one that is given.
BODIES = {
    CLIENT_ID: (bytes([0, 3, 0, 1]) + bytes(6), range(3, 11)),
    SERVER_ID: (bytes([0, 3, 0, 1]) + bytes(6), ()),  # another's, where it is none of a DUID's lengths
    IA_NA: (bytes(12) + address(), (12, 40)),
    IA_PD: (bytes(12) + prefix(), (12, 41)),
    ORO: (bytes(6), (0, 2, 4, 6)),
    ELAPSED: (bytes(2), (2,)),
    STATUS: (b"\0\0ok", (2, 3, 4)),
    DNS_SERVERS: (bytes(16), (0, 16)),
    REFRESH: (bytes(4), (4,)),
    SOL_MAX_RT: (bytes(4), (4,)),
    INF_MAX_RT: (bytes(4), (4,)),
    PREFERENCE: (bytes(1), (1,)),
}


@pytest.mark.parametrize("code", BODIES)
def test_an_option_shorter_than_it_must_be_spoils_its_message(dhcp, lab, code):
    body, right = BODIES[code]
    base = b"" if code == CLIENT_ID else dhcp.client
    base += ia(IA_PD, 7)
    numbers = {size: transaction() for size in range(len(body) + 1)}
    for size, number in numbers.items():
        dhcp.send(bytes([SOLICIT]) + number + base + opt(code, body[:size]))
    answered = dhcp.answered(numbers.values())
    assert answered == [number for size, number in numbers.items() if size in right]


@pytest.mark.parametrize("inner", [address()[4:], prefix()[4:]], ids=["address", "prefix"])
def test_a_lease_shorter_than_it_must_be_spoils_its_message(dhcp, inner):
    kind, code = (IA_NA, IA_ADDRESS) if len(inner) == 24 else (IA_PD, IA_PREFIX)
    numbers = [transaction() for _ in range(len(inner) + 1)]
    for size, number in enumerate(numbers):
        dhcp.send(bytes([SOLICIT]) + number + dhcp.client + ia(kind, 7, opt(code, inner[:size])))
    assert dhcp.answered(numbers) == numbers[-1:]


OTHERS = opt(SERVER_ID, bytes([0, 3, 0, 1, 2, 2, 2, 2, 2, 2]))
WRONG = {
    **{f"type {kind}": ("dhcp6-type", lambda d, kind=kind: (kind, d.client + ia()))
       for kind in (0, ADVERTISE, REPLY, RECONFIGURE, 14, 255)},
    "relayed": ("dhcp6-relayed", lambda d: (RELAY, bytes(30) + d.client)),
    **{f"no client, type {kind}": ("dhcp6-no-client-id",
                                   lambda d, kind=kind: (kind, d.messages()[kind].replace(d.client, b"")))
       for kind in (SOLICIT, REQUEST, CONFIRM, RENEW, REBIND, RELEASE, DECLINE)},
    **{f"no server, type {kind}": ("dhcp6-no-server-id",
                                   lambda d, kind=kind: (kind, d.messages()[kind].replace(d.server, b"")))
       for kind in (REQUEST, RENEW, RELEASE, DECLINE)},
    **{f"another server, type {kind}": ("dhcp6-other-server", lambda d, kind=kind: (
        kind, d.messages()[kind].replace(d.server, OTHERS)))
       for kind in (REQUEST, RENEW, RELEASE, DECLINE)},
    "another server, type 11": ("dhcp6-other-server", lambda d: (INFORMATION, d.client + OTHERS)),
    **{f"a server, type {kind}": ("dhcp6-unwanted-server-id",
                                  lambda d, kind=kind: (kind, d.messages()[kind] + d.server))
       for kind in (SOLICIT, CONFIRM, REBIND)},
    "information with a lease": ("dhcp6-unwanted-ia", lambda d: (INFORMATION, d.client + ia())),
    "confirm of nothing": ("dhcp6-nothing-to-say", lambda d: (CONFIRM, d.client + ia(IA_NA))),
    "two clients": ("dhcp6-repeated-option", lambda d: (SOLICIT, d.client * 2 + ia())),
    "two servers": ("dhcp6-repeated-option", lambda d: (REQUEST, d.client + d.server * 2 + ia())),
    "an association twice": ("dhcp6-repeated-option", lambda d: (SOLICIT, d.client + ia() + ia())),
    "a hundred associations": ("dhcp6-too-many", lambda d: (
        SOLICIT, d.client + b"".join(ia(iaid=i) for i in range(88)))),
    "many leases": ("dhcp6-too-many", lambda d: (
        SOLICIT, d.client + ia(options=prefix() * 40))),
    "a prefix of 129 bits": ("dhcp6-option", lambda d: (
        SOLICIT, d.client + ia(options=prefix(length=129)))),
    "an endless DUID": ("dhcp6-option", lambda d: (SOLICIT, opt(CLIENT_ID, bytes(131)) + ia())),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_message_that_must_not_be_answered_is_not(dhcp, lab, case):
    why, make = WRONG[case]
    kind, options = make(dhcp)
    number, discarded = transaction(), Counted(lab, "ipv6_discarded_total", None)
    dhcp.send(bytes([kind]) + number + options)
    assert not dhcp.answered([number])
    assert discarded() == {why: 1}


def test_messages_come_from_where_and_how_they_must(dhcp, lab, drops):
    ipv6, discarded = dhcp.ipv6, Counted(lab, "ipv6_discarded_total", None)
    messages = dhcp.messages()
    numbers = [transaction() for _ in range(7)]

    def message(kind):
        return bytes([kind]) + numbers.pop() + messages[kind]

    asked = list(numbers)
    for kind in (SOLICIT, CONFIRM, REBIND, INFORMATION):
        dhcp.send(message(kind), dst=ours(ipv6))
    dhcp.send(message(SOLICIT), src="::")
    dhcp.send(message(SOLICIT), chksum=0)
    dhcp.send(message(SOLICIT), len=2000)
    assert not dhcp.answered(asked)
    assert discarded() == {"dhcp6-unicast": 4, "foreign-source": 1, "checksum": 1, "malformed": 1}
    count = drops()
    dhcp.send(bytes([SOLICIT]) + transaction() + messages[SOLICIT], src="fe80::bad")
    dhcp.send(bytes([SOLICIT]) + transaction() + messages[SOLICIT], src=OUTSIDE)
    pings(ipv6, ours(ipv6))
    assert count() == {"spoofed_source": 2}
    number = transaction()
    dhcp.send(bytes([RENEW]) + number + messages[RENEW], dst=ours(ipv6))
    assert dhcp.answered([number])


# -- forwarding -------------------------------------------------------------------------------


def hops(packet):
    """As the next hop is to see it."""
    data = bytearray(bytes(packet))
    data[7] -= 1
    return bytes(data)


def chains(src, dst):
    """Packets with all that may stand between the header and what they carry."""
    data = UDP(sport=4000, dport=next(PORT)) / Raw(bytes(20))
    ip = IPv6(src=src, dst=dst)
    pad = PadN(optdata=bytes(4))
    return {
        "an atomic fragment": ip / IPv6ExtHdrFragment(id=7) / data,
        "the first fragment": ip / IPv6ExtHdrFragment(id=8, m=1) / UDP(len=1200) / Raw(bytes(24)),
        "a later fragment": ip / IPv6ExtHdrFragment(id=8, offset=4, nh=17) / Raw(bytes(24)),
        "hop-by-hop options": ip / IPv6ExtHdrHopByHop(options=[RouterAlert(), pad]) / data,
        "destination options": ip / IPv6ExtHdrDestOpt(options=[pad]) / data,
        "a routing header": ip / IPv6ExtHdrRouting(type=4, segleft=0) / data,
        "all of them": ip / IPv6ExtHdrHopByHop(options=[pad]) / IPv6ExtHdrDestOpt(options=[pad]) /
        IPv6ExtHdrRouting(type=4, segleft=0) / IPv6ExtHdrFragment(id=9) / data,
        "twenty of one kind": IPv6(src=src, dst=dst, nh=60) /
        Raw((b"\x3c\0\1\4" + bytes(4)) * 19 + b"\x3b\0\1\4" + bytes(4)),
        "a header that runs past the end": IPv6(src=src, dst=dst, nh=60) / Raw(b"\x06\xff" + bytes(6)),
        "nothing": IPv6(src=src, dst=dst, nh=59),
        "ESP": IPv6(src=src, dst=dst, nh=50) / Raw(bytes(40)),
        "AH": IPv6(src=src, dst=dst, nh=51) / Raw(b"\x3b\4" + bytes(22)),
        "GRE": IPv6(src=src, dst=dst, nh=47) / Raw(bytes(8)),
        "half of TCP": IPv6(src=src, dst=dst, nh=6) / Raw(bytes(7)),
        "a protocol of nobody's": IPv6(src=src, dst=dst, nh=253) / Raw(bytes(30)),
    }


@pytest.mark.parametrize("case", chains("::", "::"))
def test_whatever_a_packet_carries_passes_both_ways(one, core, case):
    up, down = (chains(src, dst)[case] for src, dst in ((one.own, CORE_HOST6), (OUTSIDE, one.inner)))
    one.send(up)
    assert bytes(core.expect(lambda packet: packet.src == one.own)) == hops(up)
    core.send(down)
    got = one.expect(lambda packet: packet.src == OUTSIDE)
    assert bytes(got) == hops(down)


def test_the_last_hop_is_told_to_both_sides(one, core, drops):
    count, count_core = drops(), drops("core0")
    for limit in (1, 0):
        one.send(udp(one.own, CORE_HOST6, hlim=limit))
        told = one.expect(lambda packet: ICMPv6TimeExceeded in packet)
        assert (told.src, told.dst, told[ICMPv6TimeExceeded].code) == (CORE_AC6, one.own, 0)
        core.send(udp(CORE_HOST6, one.own, hlim=limit))
        told = core.expect(lambda packet: ICMPv6TimeExceeded in packet)
        assert (told.src, told.dst) == (CORE_AC6, CORE_HOST6)
    assert (count(), count_core()) == ({"ttl_expired": 2}, {"ttl_expired": 2})


def test_a_packet_too_big_for_its_session_comes_back(dual, core, drops):
    wide, narrow = dual(delegated=False), dual(delegated=False, mru=1300)
    assert narrow.advertisement[ICMPv6NDOptMTU].mtu == 1300
    count = drops("core0")
    for ipv6, mtu in ((wide, 1480), (narrow, 1300)):
        fits = udp(CORE_HOST6, ipv6.own, size=mtu - 48)
        core.send(fits)
        assert len(bytes(ipv6.expect(lambda packet, fits=fits: is_same(packet, fits)))) == mtu
        core.send(udp(CORE_HOST6, ipv6.own, size=mtu - 47))
        told = core.expect(lambda packet: ICMPv6PacketTooBig in packet)
        assert told[ICMPv6PacketTooBig].mtu == mtu and len(bytes(told)) <= 1280
    assert count() == {"mtu_exceeded": 2}
    wide.send(udp(wide.own, narrow.own, size=1400))
    told = wide.expect(lambda packet: ICMPv6PacketTooBig in packet)
    assert told[ICMPv6PacketTooBig].mtu == 1300


def test_a_jumbogram_is_refused_and_told_where(one, core, drops):
    jumbo = IPv6(dst=CORE_HOST6, plen=0, nh=0) / Raw(
        b"\x11\0\xc2\4" + struct.pack("!I", 70000) + bytes(64))
    for sender, src, count in ((one, one.own, drops()), (core, OUTSIDE, drops("core0"))):
        jumbo.src = src
        jumbo.dst = CORE_HOST6 if sender is one else one.own
        sender.send(jumbo)
        told = sender.expect(lambda packet: ICMPv6ParamProblem in packet)[ICMPv6ParamProblem]
        assert (told.code, told.ptr) == (2, 42)
        assert count() == {"jumbo": 1}


def test_what_is_no_packet_is_dropped(one, core, drops):
    count, good = drops(), bytes(udp(one.own, CORE_HOST6))
    for data, wrong in ((good[:39], "ip_header"), (b"", "ip_header"), (b"\x45" + good[1:], "ip_header"),
                        (b"\x70" + good[1:], "ip_header"), (good[:-1], "ip_length"),
                        (good[:4] + b"\xff\xff" + good[6:], "ip_length")):
        count = drops()
        one.host.send_ppp(frames.IPV6, data)
        pings(one, ours(one))
        assert count() == {wrong: 1}
    assert not core.reached(one)


def test_what_stands_behind_a_packet_is_not_forwarded(one, core):
    packet = udp(one.own, CORE_HOST6)
    one.host.send_ppp(frames.IPV6, bytes(packet) + b"\xee" * 30)
    assert bytes(core.expect(lambda got: is_same(got, packet))) == hops(packet)


def test_subscribers_reach_each_other(dual, drops):
    one, other = dual(), dual()
    count = drops()
    for src, dst in ((one.own, other.own), (one.inner, other.inner), (one.own, other.inner)):
        packet = udp(src, dst, hlim=64)
        one.send(packet)
        got = other.expect(lambda got, packet=packet: is_same(got, packet))
        assert bytes(got) == hops(packet)
    assert not count()


def test_the_kernels_routes_that_refuse_are_told_of(lab, one, drops):
    for kind, net, code in (("unreachable", "2001:db8:dead::", 0), ("prohibit", "2001:db8:beef::", 1)):
        lab.net.run("ac", "ip", "-6", "route", "add", kind, f"{net}/48")

        def told(net=net, code=code):
            one.send(udp(one.own, f"{net}1"))
            pings(one, ours(one))
            packets = (IPv6(frame.payload) for frame in one.host.seen if frame.protocol == frames.IPV6)
            return [packet for packet in packets
                    if ICMPv6DestUnreach in packet and packet[ICMPv6DestUnreach].code == code]

        assert {packet.src for packet in until(told, what=f"told with code {code}")} == {CORE_AC6}


def test_the_core_is_told_of_an_address_that_nobody_has(core, drops):
    count = drops("core0")
    core.send(udp(CORE_HOST6, str(ipaddress.ip_network(LINKS)[-2])))
    told = core.expect(lambda packet: ICMPv6DestUnreach in packet)
    assert (told.src, told[ICMPv6DestUnreach].code) == (CORE_AC6, 3)
    assert count() == {"not_a_subscriber": 1}


# -- at last ----------------------------------------------------------------------------------


def test_every_frame_went_somewhere(lab):
    """received = forwarded + answered + handed over + dropped (dataplane/counters.h)."""
    def balance(port):
        of = {name: metrics(lab, f"dataplane_{name}_total", port).popitem()[1]
              for name in ("received", "received_from_workers", "received_from_control", "forwarded",
                           "answered", "handed_to_session", "handed_to_discovery", "handed_to_host",
                           "handed_to_workers", "joined")}
        came = sum(count for name, count in of.items() if name.startswith("received"))
        dropped = sum(metrics(lab, "dataplane_drops_total", port).values())
        return came, 2 * came - sum(of.values()) - dropped

    for port in ("ether3", "core0"):
        until(lambda port=port: balance(port)[0] and balance(port)[1] == 0,
              what=lambda port=port: f"balanced: {port} {balance(port)}")
