# SPDX-License-Identifier: BSD-3-Clause
"""MP over the one link (RFC 1990): `mrru` of a server, and packets larger than the link."""

import struct

import pytest
from scapy.layers.inet import ICMP, IP, UDP
from scapy.packet import Raw

from lab import frames
from lab.frames import CONF_REJ, CONF_REQ, LCP, MRRU, SHORT_SEQUENCE, option, parse_options

CORE = "192.0.2.2"


class Link:
    """MP by hand on a subscriber's link."""

    def __init__(self, host, short=False):
        self.host, self.short = host, short
        self.sequence, self.parts = 0, b""

    def send(self, payload, flags, sequence=None):
        number = self.sequence if sequence is None else sequence
        self.sequence = number + 1
        self.host.send_ppp(frames.MP, struct.pack("!I", flags << 24 | number) + payload)

    def send_cut(self, packet, *sizes):
        data = b"\x00\x21" + bytes(packet)
        for size in sizes:
            self.send(data[:size], 0x80 if data[:2] == b"\x00\x21" else 0)
            data = data[size:]
        self.send(data, 0x40)

    def receive(self, timeout=2.0):
        """The next packet that comes in fragments: (the packet, how many they were)."""
        data, count = b"", 0
        while True:
            frame = self.host.expect(lambda frame: frame.protocol == frames.MP, timeout, "fragment")
            flags = frame.payload[0]
            assert bool(flags & 0x80) == (count == 0)
            data += frame.payload[2 if self.short else 4:]
            count += 1
            assert len(frame.payload) <= 1492
            if flags & 0x40:
                assert data[:2] == b"\x00\x21"
                return IP(data[2:]), count


def dial(subscriber, short=False, mrru=1614, **how):
    host = subscriber(service="mp", mru=1492, **how)
    host.lcp_wants[MRRU] = struct.pack("!H", mrru)
    if short:
        host.lcp_wants[SHORT_SEQUENCE] = b""
    return host.dial()


def row_of(lab, host):
    return next(row for row in lab.api.get("ppp/active") if row["caller-id"].lower() == host.mac)


def ask_for_large(lab, core, host, size):
    """A packet from the provider's host, with DF set."""
    source = core_mac(lab)
    packet = IP(src=CORE, dst=host.address, flags="DF") / UDP(sport=9, dport=4711) / Raw(
        bytes(index % 251 for index in range(size - 28)))
    core.send(frames.ethernet(source, "02:00:00:00:00:77", kind=0x0800) / packet)
    return packet


def core_mac(lab):
    text = lab.net.run("ac", "cat", "/sys/class/net/up0/address")
    return text.strip()


@pytest.mark.parametrize("short", [False, True])
def test_1500_bytes_cross_a_link_of_1492_without_ip_fragments(lab, subscriber, core, short):
    host = dial(subscriber, short)
    assert host.lcp_wants.get(MRRU), "MRRU is not rejected"
    row = row_of(lab, host)
    assert row["mtu"] == 1614 and row["mrru"] == 1614
    sent = ask_for_large(lab, core, host, 1500)
    got, count = Link(host, short).receive()
    assert count == 2
    assert got[IP].len == 1500 and not got[IP].flags.MF and got[IP].frag == 0
    assert bytes(got[UDP].payload) == bytes(sent[UDP].payload)


def test_fragments_of_a_subscriber_reach_the_core_as_one_packet(lab, subscriber, core):
    host = dial(subscriber)
    data = bytes(index % 249 for index in range(1500 - 28))
    Link(host).send_cut(IP(src=host.address, dst=CORE, flags="DF") / UDP(sport=5, dport=4712) /
                        Raw(data), 700, 500)
    for _ in range(50):
        frame = core.receive(0.2)
        if frame and frame[12:14] == b"\x08\x00" and IP(frame[14:]).dport == 4712:
            break
    else:
        raise AssertionError("nothing reached the core")
    packet = IP(frame[14:])
    assert packet.len == 1500 and bytes(packet[UDP].payload) == data


def test_a_ping_of_1600_bytes_goes_both_ways_in_fragments(subscriber):
    host = dial(subscriber)
    link = Link(host)
    data = bytes(index % 247 for index in range(1600 - 28))
    link.send_cut(IP(src=host.address, dst="10.0.0.1") / ICMP(id=7, seq=1) / Raw(data), 1400)
    answer, count = link.receive()
    assert count == 2 and answer[ICMP].type == 0 and bytes(answer[ICMP].payload) == data


def test_a_lost_fragment_is_counted_and_what_follows_arrives(lab, subscriber):
    host = dial(subscriber)
    link = Link(host)
    packet = IP(src=host.address, dst="10.0.0.1") / ICMP(id=8, seq=1) / Raw(bytes(1472))
    data = b"\x00\x21" + bytes(packet)
    before = drops(lab)
    link.send(data[:700], 0x80, 10)
    link.send(data[1400:], 0x40, 12)
    link.send(data[:700], 0x80, 13)
    link.send(data[700:], 0x40, 14)
    answer, _ = link.receive()
    assert answer[ICMP].id == 8
    after = drops(lab)
    assert after["mp_orphan"] - before.get("mp_orphan", 0) == 1


def drops(lab):
    found = {}
    for line in lab.api.text("/metrics").splitlines():
        if line.startswith("turnpike_dataplane_drops_total") and 'port="ether3"' in line:
            found[line.split('reason="')[1].split('"')[0]] = int(float(line.split()[-1]))
    return found


def test_malformed_fragments_do_no_harm(lab, subscriber):
    host = dial(subscriber)
    for payload in (b"", b"\x80", b"\xc0\0\0\1", b"\xc0\0\0\2\x80", b"\x80\0\0\3\xff",
                    b"\x40\0\0\4", b"\xc0\0\0\5" + b"\x00\x3d\xc0\0\0\1", b"\xff" * 1400):
        host.send_ppp(frames.MP, payload)
    assert host.ping("10.0.0.1")


def test_a_server_without_mrru_rejects_it(subscriber):
    host = subscriber()
    host.open()
    host.send_control(LCP, CONF_REQ, option(MRRU, struct.pack("!H", 1614)))
    _, _, data = host.expect_control(LCP, CONF_REJ).control()
    assert parse_options(data) == [(MRRU, struct.pack("!H", 1614))]


def test_mrru_is_set_in_all_three_ways(lab):
    server = next(row for row in lab.api.get("interface/pppoe-server/server")
                  if row["service-name"] == "mp")
    assert server["mrru"] == 1614, "as the YAML has it"
    path = "interface/pppoe-server/server/" + server[".id"]
    assert lab.api.patch(path, mrru="disabled")["mrru"] == "disabled"
    assert lab.api.patch(path, mrru=1600)["mrru"] == 1600
    assert lab.api.patch(path, mrru="1614")["mrru"] == 1614
    for wrong in (511, 65536, "off", -1):
        with pytest.raises(Exception, match="mrru"):
            lab.api.patch(path, mrru=wrong)
