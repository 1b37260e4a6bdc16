# SPDX-License-Identifier: BSD-3-Clause
"""Packets of subscribers: what is forwarded, what is changed on the way, what is dropped."""

import struct
import time

import pytest
from scapy.layers.inet import ICMP, IP, TCP, UDP, IPOption_RR, fragment
from scapy.layers.l2 import Ether
from scapy.packet import Raw

from lab import frames
from lab.frames import PADT

CORE = "192.0.2.2"


@pytest.fixture
def host(subscriber):
    return subscriber().dial()


@pytest.fixture
def routed(subscriber):
    return subscriber(user="routed").dial()


def core_packets(core, seconds, wanted):
    """IP packets that reach the provider's host in so long and for which `wanted(packet)`."""
    found, end = [], time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        data = core.receive(left)
        if data and data[12:14] == b"\x08\x00":
            packet = Ether(data)[IP]
            if wanted(packet):
                found.append(packet)
    return found


def core_packet(core, wanted, timeout=2.0):
    end = time.monotonic() + timeout
    while (left := end - time.monotonic()) > 0:
        found = core_packets(core, min(left, 0.05), wanted)
        if found:
            return found[0]
    raise TimeoutError("nothing such reached the core")


def udp(host, dport, dst=CORE, src=None, size=20, **fields):
    return IP(src=src or host.address, dst=dst, **fields) / UDP(sport=4000, dport=dport) / Raw(
        bytes(size))


def to_port(number):
    return lambda packet: UDP in packet and packet[UDP].dport == number


def core_send(lab, core, packet):
    """A packet from the provider's host to the AC, as a frame: Linux would not send all of them."""
    ac = lab.net.run("core", "ip", "neigh", "get", lab.CORE_AC, "dev", "host0", check=False)
    words = ac.split()
    mac = words[words.index("lladdr") + 1] if "lladdr" in words else "ff:ff:ff:ff:ff:ff"
    own = lab.net.run("core", "cat", "/sys/class/net/host0/address").strip()
    core.send(Ether(src=own, dst=mac) / packet)


def sums_are_right(packet, layers=(IP, TCP, UDP, ICMP)):
    """Every checksum is what scapy computes for the same packet."""
    again = packet.copy()
    for layer in layers:
        if layer in again:
            del again[layer].chksum
    return bytes(again.__class__(bytes(again))) == bytes(packet)


def test_ping_to_the_local_address(host):
    for size in (0, 1, 32, 1452):
        assert host.ping("10.0.0.1", size=size)


def test_a_session_may_send_the_box_so_much_and_no_more(lab, subscriber):
    lab.api.patch("dataplane/port/ether3", host_limit=10)
    try:
        host = subscriber().dial()
        for number in range(60):
            host.send_ip(IP(src=host.address, dst="10.0.0.1") / ICMP(id=7, seq=number))
        host.run(0.3)
        answers = [frame for frame in host.seen if frame.protocol == frames.IPV4]
        assert 10 <= len(answers) < 40
        dropped = [line for line in lab.api.text("/metrics").splitlines() if "host_limit" in line]
        assert sum(float(line.split()[-1]) for line in dropped) == 60 - len(answers)
    finally:
        lab.api.patch("dataplane/port/ether3", host_limit=1000)


def unreachable(code, src="10.0.0.1"):
    return lambda packet: (ICMP in packet and packet[ICMP].type == 3 and packet[ICMP].code == code
                           and packet.src == src)


def echo_answer(packet):
    return ICMP in packet and packet[ICMP].type == 0


def test_traceroute_ends_at_the_local_address(host):
    host.send_ip(udp(host, 33434, dst="10.0.0.1", ttl=1))
    host.expect_ip(unreachable(3))


def test_tcp_to_the_local_address_is_reset(host):
    host.send_ip(IP(src=host.address, dst="10.0.0.1") / TCP(sport=4000, dport=22, seq=41, flags="S"))
    answer = host.expect_ip(lambda packet: TCP in packet)
    assert answer[TCP].flags == "RA" and answer[TCP].ack == 42
    assert sums_are_right(answer)


def ping_in_pieces(host, dst, size=3800):
    """A ping larger than a frame; what comes back, put together by its offsets."""
    ping = IP(src=host.address, dst=dst, id=99) / ICMP(id=9, seq=1) / Raw(bytes(range(250)) * (size // 250))
    whole = bytes(IP(bytes(ping))[ICMP])
    for piece in fragment(ping, 1400):
        host.send_ip(piece)
    back = bytearray(len(whole))
    left = len(whole)
    while left > 0:
        piece = host.expect_ip(lambda packet: packet.src == dst and packet.proto == 1)
        data = bytes(piece.payload)
        back[piece.frag * 8:piece.frag * 8 + len(data)] = data
        left -= len(data)
    assert back[0] == 0 and bytes(back[4:]) == whole[4:]
    return bytes(back)


def test_a_ping_larger_than_a_frame_is_answered(host):
    ping_in_pieces(host, "10.0.0.1")


def test_a_ping_larger_than_a_frame_is_answered_where_the_kernel_has_the_address(lab, subscriber):
    """local-address of the session is the core port's own."""
    lab.api.put("ppp/secret", name="same", password="StrongPass", profile="for-pppoe",
                local_address=lab.CORE_AC)
    host = subscriber(user="same").dial()
    ping_in_pieces(host, lab.CORE_AC)
    host.send_ip(IP(src=host.address, dst=lab.CORE_AC, options=IPOption_RR(routers=["0.0.0.0"] * 2)) / ICMP())
    host.expect_ip(echo_answer)
    assert host.ping(lab.CORE_AC)


def test_a_ping_with_a_recorded_route_is_answered_with_our_address_in_it(host):
    host.send_ip(IP(src=host.address, dst="10.0.0.1", options=IPOption_RR(routers=["0.0.0.0"] * 2)) / ICMP())
    answer = host.expect_ip(echo_answer)
    assert answer.options[0].routers[0] == "10.0.0.1"


def test_the_kernels_routes_that_refuse_are_told_of(lab, host):
    for number, kind in enumerate(("unreachable", "prohibit", "blackhole")):
        lab.net.run("ac", "ip", "route", "add", kind, f"198.18.{number}.0/24")
    for number, code in ((0, 1), (1, 13)):
        def told(number=number, code=code):
            host.send_ip(udp(host, 7050, dst=f"198.18.{number}.1"))
            host.run(0.05)
            return any(frame.protocol == frames.IPV4 and unreachable(code)(IP(frame.payload))
                       for frame in host.seen)
        host.until(told, what=f"told with code {code}")
    host.send_ip(udp(host, 7050, dst="198.18.2.1"))
    host.expect_no_ip()


def test_a_neighbour_that_does_not_answer_is_told_of(host):
    def told():
        host.send_ip(udp(host, 7051, dst="192.0.2.77"))
        host.run(0.2)
        return any(frame.protocol == frames.IPV4 and unreachable(1)(IP(frame.payload))
                   for frame in host.seen)
    host.until(told, timeout=20, what="told")


@pytest.mark.parametrize("source", ["0.1.2.3", "127.0.0.1", "224.0.0.5", "240.0.0.1"])
def test_a_source_that_is_not_one_hosts_does_not_come_from_the_core(lab, host, core, source):
    core_send(lab, core, udp(host, 7052, dst=host.address, src=source))
    core_send(lab, core, udp(host, 7053, dst=host.address, src="126.0.0.1"))
    seen = host.expect_ip(lambda packet: UDP in packet)
    assert seen[UDP].dport == 7053


def test_a_neighbour_is_resolved_when_it_is_wanted(lab, host):
    """The first packet may be lost on the way (RFC 1812, section 3.3.2), those after it not."""
    lab.net.run("core", "ip", "addr", "add", "192.0.2.77/24", "dev", "host0")
    host.ping("192.0.2.77", timeout=0.5)
    assert host.ping("192.0.2.77") or host.ping("192.0.2.77")


def test_ping_to_the_core_and_back(host):
    assert host.ping(CORE)
    assert host.ping(CORE, size=1452), "a packet of the whole MTU"


def test_ping_from_the_core(lab, host):
    number, end = 0, time.monotonic() + 10
    ping = lab.net.popen("core", "ping", "-c", "3", "-i", "0.2", "-W", "2", host.address)
    while ping.poll() is None and time.monotonic() < end:
        host.poll(0.05)
        number += 1
    assert ping.wait() == 0


def test_upstream_ttl_is_one_less_and_the_checksum_right(host, core):
    host.send_ip(udp(host, 7001, ttl=33))
    packet = core_packet(core, to_port(7001))
    assert packet.ttl == 32 and sums_are_right(packet)


def test_padding_of_a_short_frame_is_not_forwarded(host, core):
    frame = bytes(frames.session(host.ac_mac, host.mac, host.session, frames.IPV4,
                                 bytes(udp(host, 7002, size=1))))
    host.wire.send(frame + b"\xee" * 40)
    packet = core_packet(core, to_port(7002))
    assert packet.len == 29 and b"\xee" not in bytes(packet)[:packet.len]


def test_a_wrong_mac_on_a_right_session_id_is_not_forwarded(host, core):
    host.send_ip(udp(host, 7003), src="02:66:66:66:66:66")
    assert not core_packets(core, 0.4, to_port(7003))
    host.send_ip(udp(host, 7003))
    assert core_packet(core, to_port(7003))


def test_another_subscribers_session_id_is_not_forwarded(subscriber, core):
    one, other = subscriber().dial(), subscriber().dial()
    one.send_ip(udp(other, 7004), session=other.session)
    assert not core_packets(core, 0.4, to_port(7004))
    # Perhaps it was his until a moment ago, and he has not heard of its end: he does now.
    assert one.expect_discovery(PADT).session == other.session
    other.send_ip(udp(other, 7004))
    assert core_packet(core, to_port(7004))


@pytest.mark.parametrize("source", ["10.0.0.250", "10.0.0.1", "192.0.2.2", "127.0.0.1", "0.0.0.0",
                                    "224.0.0.1", "255.255.255.255"])
def test_a_spoofed_source_is_not_forwarded(host, core, source):
    host.send_ip(udp(host, 7005, src=source))
    assert not core_packets(core, 0.3, to_port(7005))


def test_a_source_of_another_subscriber_is_not_forwarded(subscriber, core):
    one, other = subscriber().dial(), subscriber().dial()
    one.send_ip(udp(one, 7006, src=other.address))
    assert not core_packets(core, 0.3, to_port(7006))


def spoiled(host, **fields):
    return bytes(udp(host, 7007, **fields))


BAD_IP = {
    "half a header": lambda host: spoiled(host)[:10],
    "nothing": lambda host: b"",
    "version 5": lambda host: b"\x55" + spoiled(host)[1:],
    "a header length of 4 words": lambda host: b"\x44" + spoiled(host)[1:],
    "a header past the end": lambda host: b"\x4f" + spoiled(host)[1:30],
    "a length beyond the frame": lambda host: spoiled(host, len=1000),
    "a length below the header": lambda host: spoiled(host, len=19),
    "a wrong header checksum": lambda host: spoiled(host, chksum=0x1234),
}


@pytest.mark.parametrize("case", BAD_IP)
def test_a_malformed_ip_packet_is_not_forwarded(host, core, case):
    host.send_ip(BAD_IP[case](host))
    assert not core_packets(core, 0.3, to_port(7007))
    assert host.ping(CORE)


@pytest.mark.parametrize("fields", [{"len": 2000}, {"len": 1}, {"len": 0}, {"version": 2},
                                    {"type": 3}, {"code": 1}],
                         ids=["long", "1", "0", "version", "type", "code"])
def test_a_malformed_pppoe_header_is_not_forwarded(host, core, fields):
    host.send_ip(udp(host, 7008), **fields)
    assert not core_packets(core, 0.3, to_port(7008))
    assert host.ping(CORE)


def test_a_peer_that_sends_more_than_our_mru_does_no_harm(host, core):
    """RFC 1661, section 6.1: what is larger than the MRU that we asked for must still be taken."""
    host.send_ip(udp(host, 7009, size=1480 - 28))
    assert core_packet(core, to_port(7009))
    host.send_ip(udp(host, 7010, size=1492 - 28))
    assert core_packet(core, to_port(7010))


def test_ttl_exceeded_is_told_upstream(host, core):
    host.send_ip(udp(host, 7011, ttl=1))
    answer = host.expect_ip(lambda packet: ICMP in packet and packet[ICMP].type == 11)
    assert answer.src == "10.0.0.1" and answer.dst == host.address
    assert sums_are_right(answer)
    assert not core_packets(core, 0.2, to_port(7011))


def test_ttl_exceeded_is_told_downstream(lab, host, core):
    host.ping(CORE)
    core_send(lab, core, IP(src=CORE, dst=host.address, ttl=1) / UDP(dport=7012) / Raw(b"x" * 20))
    answer = core_packet(core, lambda packet: ICMP in packet and packet[ICMP].type == 11)
    assert answer.dst == CORE
    host.expect_no_ip(to_port(7012))


def test_df_and_too_big_is_told_with_the_mtu(lab, host, core):
    host.ping(CORE)
    core_send(lab, core, IP(src=CORE, dst=host.address, flags="DF") / UDP(dport=7013) /
              Raw(bytes(1472)))
    answer = core_packet(core, lambda packet: ICMP in packet and packet[ICMP].type == 3)
    assert answer[ICMP].code == 4 and answer[ICMP].nexthopmtu == 1480
    assert sums_are_right(answer)
    host.expect_no_ip(to_port(7013))


def test_too_big_without_df_arrives_in_fragments(lab, host, core):
    host.ping(CORE)
    data = bytes(range(256)) * 5 + bytes(192)
    core_send(lab, core, IP(src=CORE, dst=host.address, id=77) / UDP(sport=9, dport=7014) / Raw(data))
    parts = [host.expect_ip(lambda packet: packet.id == 77) for _ in range(2)]
    parts.sort(key=lambda packet: packet.frag)
    assert all(len(part) <= 1480 and sums_are_right(part, (IP,)) for part in parts)
    assert parts[0].flags.MF and not parts[1].flags.MF
    whole = b"".join(bytes(part.payload)[:part.len - 20] for part in parts)
    assert parts[1].frag * 8 == parts[0].len - 20
    assert whole[8:] == data


def test_the_mtu_of_a_session_is_its_peers_mru(lab, subscriber, core):
    host = subscriber(mru=1200).dial()
    host.ping(CORE)
    core_send(lab, core, IP(src=CORE, dst=host.address, flags="DF") / UDP(dport=7015) /
              Raw(bytes(1300)))
    answer = core_packet(core, lambda packet: ICMP in packet and packet[ICMP].type == 3)
    assert answer[ICMP].nexthopmtu == 1200


def test_fragments_from_a_subscriber_are_forwarded(host, core):
    for part in fragment(udp(host, 7016, size=2000, id=99), 1400):
        host.send_ip(part)
    found = []
    end = time.monotonic() + 2
    while len(found) < 2 and time.monotonic() < end:
        found += core_packets(core, 0.1, lambda packet: packet.id == 99 and packet.src == host.address)
    assert len(found) == 2


def syn(src, dst, mss, dport, extra=(), **fields):
    return IP(src=src, dst=dst) / TCP(sport=5000, dport=dport, flags="S", seq=1,
                                      options=[("MSS", mss), *extra], **fields)


def mss_of(packet):
    return dict(packet[TCP].options)["MSS"]


def test_the_mss_is_clamped_upstream(host, core):
    host.send_ip(syn(host.address, CORE, 1460, 7020, [("NOP", None), ("WScale", 7)]))
    packet = core_packet(core, lambda packet: TCP in packet and packet[TCP].dport == 7020)
    assert mss_of(packet) == 1440 and sums_are_right(packet)
    assert ("WScale", 7) in packet[TCP].options


def test_the_mss_is_clamped_downstream(lab, host, core):
    host.ping(CORE)
    core_send(lab, core, syn(CORE, host.address, 1460, 7021))
    packet = host.expect_ip(lambda packet: TCP in packet and packet[TCP].dport == 7021)
    assert mss_of(packet) == 1440 and sums_are_right(packet)


def test_a_smaller_mss_stays(host, core):
    host.send_ip(syn(host.address, CORE, 1000, 7022))
    packet = core_packet(core, lambda packet: TCP in packet and packet[TCP].dport == 7022)
    assert mss_of(packet) == 1000 and sums_are_right(packet)


def test_change_tcp_mss_no_leaves_the_mss(subscriber, core):
    host = subscriber(user="unclamped").dial()
    host.send_ip(syn(host.address, CORE, 1460, 7023))
    packet = core_packet(core, lambda packet: TCP in packet and packet[TCP].dport == 7023)
    assert mss_of(packet) == 1460


@pytest.mark.parametrize("options", [b"\x02\x04\x05", b"\x02\x00\x05\xb4", b"\x02\x01\x05\xb4",
                                     b"\x05\xff\x02\x04", b"\x02\x04\x05\xb4\x00\x00\x00"],
                         ids=["cut", "length 0", "length 1", "option past the end", "odd"])
def test_malformed_tcp_options_do_no_harm(host, core, options):
    packet = bytearray(bytes(IP(src=host.address, dst=CORE) / TCP(dport=7024, flags="S")))
    options = options.ljust(8, b"\x01")[:8]
    packet[32] = 7 << 4
    packet += options
    packet[2:4] = struct.pack("!H", len(packet))
    again = IP(bytes(packet[:20]))
    del again.chksum
    host.send_ip(bytes(IP(bytes(again)))[:20] + bytes(packet[20:]))
    assert host.ping(CORE)


def test_subscriber_to_subscriber(subscriber):
    one, other = subscriber().dial(), subscriber().dial()
    one.send_ip(udp(one, 7030, dst=other.address, ttl=64))
    packet = other.expect_ip(to_port(7030))
    assert packet.src == one.address and packet.ttl == 63 and sums_are_right(packet)


def test_framed_routes_reach_their_subscriber_and_may_be_sources(lab, routed, core):
    routed.ping(CORE)
    routed.send_ip(udp(routed, 7031, src="10.50.0.9"))
    assert core_packet(core, to_port(7031)).src == "10.50.0.9"
    core_send(lab, core, IP(src=CORE, dst="10.51.0.77") / UDP(dport=7032) / Raw(b"x" * 20))
    assert routed.expect_ip(to_port(7032)).dst == "10.51.0.77"
    routed.send_ip(udp(routed, 7033, src="10.52.0.9"))
    assert not core_packets(core, 0.3, to_port(7033))


def test_framed_routes_go_with_their_session(lab, subscriber, core):
    host = subscriber(user="routed").dial()
    host.ping(CORE)
    host.hang_up()
    host.run(0.3)
    core_send(lab, core, IP(src=CORE, dst="10.50.0.9") / UDP(dport=7034) / Raw(b"x" * 20))
    host.expect_no_ip(to_port(7034))


def test_nothing_reaches_an_address_after_its_session(lab, subscriber, core):
    host = subscriber().dial()
    assert host.ping(CORE)
    host.hang_up()
    host.run(0.3)
    core_send(lab, core, udp(host, 7035, dst=host.address, src=CORE))
    host.expect_no_ip(to_port(7035))
    host.send_ip(udp(host, 7036))
    assert not core_packets(core, 0.3, to_port(7036))


def test_bytes_and_packets_are_counted_both_ways(lab, subscriber):
    host = subscriber().dial()
    for _ in range(10):
        assert host.ping(CORE, size=100)
    row = next(row for row in lab.api.get("ppp/active") if row["caller-id"].lower() == host.mac)
    assert row["packets-in"] >= 10 and row["packets-out"] >= 10
    assert row["bytes-in"] >= 10 * 128 and row["bytes-out"] >= 10 * 128


def test_received_is_forwarded_and_handed_over_and_dropped(lab, host):
    """Each drop has a name of its own: what spoofs, is too long or is no packet shows there."""
    def drops():
        return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1])
                for line in lab.api.text("/metrics").splitlines()
                if "drop" in line and not line.startswith("#")}

    before = drops()
    for _ in range(7):
        host.send_ip(udp(host, 7040, src="10.0.0.251"))
    host.run(0.5)
    after = drops()
    assert 7 in [after[name] - before.get(name, 0) for name in after]
