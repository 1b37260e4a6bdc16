# SPDX-License-Identifier: BSD-3-Clause
"""MP over several links (RFC 1990): sessions of one user and one end of it are links of one bundle."""

import struct
import time

import pytest
from scapy.layers.inet import ICMP, IP, UDP
from scapy.packet import Raw

from lab import frames
from lab.frames import IPCP, MRRU, PADT, option

CORE, AC = "192.0.2.2", "10.0.0.1"
ENDPOINT = 19
HERE = b"\x03\x02\x00\x00\x00\xbe\xef"


class Bundle:
    """A host with several cables: what it sends and hears by each."""

    def __init__(self, links):
        self.links, self.sequence = list(links), 0

    @property
    def first(self):
        return self.links[0]

    def fragment(self, link, payload, flags, sequence=None):
        if sequence is None:
            sequence, self.sequence = self.sequence, self.sequence + 1
        link.send_ppp(frames.MP, struct.pack("!I", flags << 24 | sequence) + payload)

    def ping(self, identifier, size=64, address=None, order=None):
        """An Echo-Request in a fragment by each of the links in ORDER."""
        packet = bytes(IP(src=address or self.first.address, dst=AC) /
                       ICMP(id=identifier, seq=1) / Raw(bytes(size)))
        data, order = b"\x00\x21" + packet, order or self.links
        step = -(-len(data) // len(order))
        for index, link in enumerate(order):
            self.fragment(link, data[index * step:(index + 1) * step],
                          (0x80 if index == 0 else 0) | (0x40 if index == len(order) - 1 else 0))

    def receive(self, wanted, timeout=3.0):
        """The packets that come by all links, put together by their numbers, until one is WANTED."""
        pieces, end = {}, time.monotonic() + timeout
        seen = [len(link.seen) for link in self.links]
        while time.monotonic() < end:
            for at, link in enumerate(self.links):
                link.poll(0.005)
                for frame in link.seen[seen[at]:]:
                    if frame.protocol == frames.MP:
                        header = struct.unpack("!I", frame.payload[:4])[0]
                        pieces[header & 0xffffff] = (header >> 24, frame.payload[4:], at)
                    elif frame.protocol == frames.IPV4 and wanted(IP(frame.payload)):
                        return IP(frame.payload), {at}
                seen[at] = len(link.seen)
            for packet, ways in joined(pieces):
                if wanted(packet):
                    return packet, ways
        raise TimeoutError(f"no such packet; pieces {sorted(pieces)}")


def joined(pieces):
    data, ways, last = b"", set(), None
    for number in sorted(pieces):
        flags, payload, at = pieces[number]
        if flags & 0x80:
            data, ways = b"", set()
        elif last != number - 1:
            continue
        data, last = data + payload, number
        ways.add(at)
        if flags & 0x40 and data[:2] == b"\x00\x21":
            yield IP(data[2:]), ways


def link(subscriber, endpoint=HERE, user="MT-User", **how):
    host = subscriber(service="mp", mru=1492, user=user, **how)
    host.lcp_wants[MRRU] = struct.pack("!H", 1614)
    host.lcp_wants[ENDPOINT] = endpoint
    return host


def join(host):
    """Up to the authentication: there is no IPCP on a link that has joined."""
    host.open()
    host.until(lambda: host.lcp_ours and host.lcp_theirs, what="LCP")
    host.until(lambda: host.authenticated, what="authenticated")
    return host


def rows(lab):
    return {row["caller-id"].lower(): row for row in lab.api.get("ppp/active")}


def session(lab):
    """The one there is, without those that are but its links."""
    found = [row for row in lab.api.get("ppp/active") if "bundle" not in row]
    assert len(found) <= 1
    return found[0] if found else {}


def eventually(condition, timeout=3.0, what="that"):
    end = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < end, f"not {what}"
        time.sleep(0.02)


@pytest.fixture
def bundle(lab, subscriber):
    first = link(subscriber).dial()
    second = join(link(subscriber))
    eventually(lambda: rows(lab).get(second.mac, {}).get("state") == "connected", what="joined")
    return Bundle([first, second])


def test_the_second_link_joins_and_both_are_shown(lab, bundle):
    first, second = (rows(lab)[host.mac] for host in bundle.links)
    assert first["active-links"] == 2 and second["bundle"] == first[".id"]
    assert second["address"] == first["address"] and "bundle" not in first
    names = [row["name"] for row in lab.api.get("interface/pppoe-server")]
    assert names.count("<pppoe-MT-User>") == 1 and len(names) == 1


def test_a_packet_in_fragments_by_both_links_is_joined_and_answered_by_both(bundle):
    ways = set()
    for number in range(4):
        bundle.ping(number, 1500)
        answer, by = bundle.receive(lambda p: ICMP in p and p[ICMP].type == 0)
        assert answer[ICMP].id == number and len(answer[ICMP].payload) == 1500
        ways |= by
    assert ways == {0, 1}


def test_what_overtakes_is_put_in_order(bundle):
    """The second fragment comes first, by the other cable."""
    first, second = bundle.links
    packet = bytes(IP(src=first.address, dst=AC) / ICMP(id=77, seq=1) / Raw(bytes(600)))
    data = b"\x00\x21" + packet
    bundle.ping(1)
    bundle.receive(lambda p: ICMP in p and p[ICMP].id == 1)
    base = bundle.sequence
    bundle.fragment(second, data[300:], 0x40, base + 1)
    time.sleep(0.02)
    bundle.fragment(first, data[:300], 0x80, base)
    answer, _ = bundle.receive(lambda p: ICMP in p and p[ICMP].type == 0)
    assert answer[ICMP].id == 77


def test_a_lost_fragment_costs_one_packet_only(bundle):
    first, second = bundle.links
    data = b"\x00\x21" + bytes(IP(src=first.address, dst=AC) / ICMP(id=5, seq=1) / Raw(bytes(90)))
    bundle.fragment(first, data[:50], 0x80)
    bundle.sequence += 1  # lost
    bundle.ping(6, order=[first])
    bundle.ping(7, order=[second])
    got = set()
    while got != {6, 7}:
        got.add(bundle.receive(lambda p: ICMP in p and p[ICMP].type == 0)[0][ICMP].id)


def test_a_fragment_does_not_wait_for_ever_for_a_silent_link(bundle):
    bundle.ping(1)
    bundle.receive(lambda p: ICMP in p and p[ICMP].id == 1)
    bundle.sequence += 3  # and these never come
    bundle.ping(9, order=[bundle.first])
    assert bundle.receive(lambda p: ICMP in p and p[ICMP].type == 0, 1.0)[0][ICMP].id == 9


@pytest.mark.parametrize("lost", [0, 1])
def test_a_link_lost_costs_only_its_share(lab, bundle, lost):
    address = bundle.first.address
    gone, left = bundle.links[lost], bundle.links[1 - lost]
    gone.send_discovery(PADT, session=gone.session)
    eventually(lambda: session(lab).get("active-links") == 1, what="gone")
    row = session(lab)
    assert row["address"] == address and row["state"] == "connected" and row["active-links"] == 1
    assert row["caller-id"].lower() == left.mac
    bundle.links = [left]
    for number in range(10, 14):
        bundle.ping(number, 1000, address)
        answer, _ = bundle.receive(lambda p: ICMP in p and p[ICMP].type == 0)
        assert answer[ICMP].id == number
    left.send_discovery(PADT, session=left.session)
    eventually(lambda: not rows(lab), what="the session gone with its last link")


def test_a_lost_link_comes_back(lab, bundle, subscriber):
    address = bundle.first.address
    gone, left = bundle.links
    gone.send_discovery(PADT, session=gone.session)
    eventually(lambda: session(lab).get("active-links") == 1, what="gone")
    back = join(link(subscriber))
    eventually(lambda: rows(lab).get(back.mac, {}).get("state") == "connected", what="joined")
    assert rows(lab)[back.mac]["address"] == address
    bundle.links = [left, back]
    ways = set()
    for number in range(6):
        bundle.ping(number, 1500, address)
        answer, by = bundle.receive(lambda p: ICMP in p and p[ICMP].type == 0)
        assert answer[ICMP].id == number
        ways |= by
    assert ways == {0, 1}


def test_who_dials_again_by_the_same_cable_replaces_its_link(lab, bundle, subscriber):
    old, other = bundle.links
    again = join(link(subscriber, mac=old.mac))
    eventually(lambda: len(rows(lab)) == 2 and rows(lab)[again.mac]["state"] == "connected" and
               rows(lab)[again.mac]["session-id"] == again.session, what="replaced")
    assert rows(lab)[other.mac]["address"] == old.address


def test_an_operator_ends_the_session_and_all_its_links(lab, bundle):
    lab.api.delete("ppp/active/" + rows(lab)[bundle.first.mac][".id"])
    for host in bundle.links:
        host.until(lambda host=host: host.ended, what="ended")
    eventually(lambda: not rows(lab), what="gone")


def test_another_end_or_another_user_is_another_session(lab, bundle, subscriber):
    other = link(subscriber, endpoint=b"\x03\x02\x00\x00\x00\xbe\xee").dial()
    assert other.address != bundle.first.address
    someone = link(subscriber, user="inherits").dial()
    assert someone.address != bundle.first.address
    assert rows(lab)[bundle.first.mac]["active-links"] == 2


def test_ipcp_by_the_other_link_is_heard(lab, bundle):
    """A host that forgot everything begins anew with its address."""
    second = bundle.links[1]
    second.send_control(IPCP, 1, option(frames.IP_ADDRESS, bytes(4)))
    got = second.expect_control(IPCP, 3).control()
    assert dict(frames.parse_options(got[2]))[frames.IP_ADDRESS] == bytes(
        map(int, bundle.first.address.split(".")))


def test_wild_fragments_by_both_links_do_no_harm(lab, bundle):
    for number in (0, 1, 200, 0xffffff, 0x7fffff, 0x800000, 5000, 5127, 5128, 5300):
        for host in bundle.links:
            for flags in (0x80, 0x40, 0xc0, 0):
                bundle.fragment(host, b"\x00\x21" + bytes(50), flags, number)
            host.send_ppp(frames.MP, b"\x80")
    for host in bundle.links:
        host.send_discovery(PADT, session=host.session)
    eventually(lambda: not rows(lab), what="gone")
