# SPDX-License-Identifier: BSD-3-Clause
"""Dual stack with what Linux users have: pppd and the kernel's SLAAC, rdisc6, dhcpcd,
wide-dhcpv6-client."""

import hashlib
import ipaddress
import re
import socket
import threading

import pytest

from lab.daemon import slow
from lab.dualstack import CORE_HOST6, DELEGATED, LINKS
from lab.guest import MAC
from lab.net import inside
from lab.wait import until

SIZE = 10_000_000 if slow() else 100_000_000
PREFIX = r"prefix:? *(2001:db8:[0-9a-f:]+/64)"


def addresses(guest, interface="ppp0", scope="global"):
    out = guest.run(f"ip -6 addr show dev {interface} scope {scope}")[1]
    return [ipaddress.ip_interface(found) for found in re.findall(r"inet6 (\S+)", out)]


def mine(lab):
    return [row for row in lab.api.get("ppp/active") if row["caller-id"].lower() == MAC]


def of(network, address):
    return ipaddress.ip_interface(address).ip in ipaddress.ip_network(network)


@pytest.fixture
def dual(lab, guest, dial):
    """pppd with both families, its global address made by the kernel out of our advertisement."""
    def start(service="full", options="", **how):
        pppd = dial(service=service, options="+ipv6 " + options, **how)
        if "noip " not in options + " ":
            pppd.wait_up()
        until(lambda: "remote LL address" in pppd.log(), what="IPV6CP: " + pppd.log())
        until(lambda: addresses(guest), what="an address by SLAAC: " + pppd.log())
        return pppd
    return start


def pings(guest, host, *options):
    words = " ".join(options)
    return " 0% packet loss" in guest.run(f"ping -6 -c 3 -i 0.2 -W 2 {words} {host}", check=False)[1]


def test_the_kernel_makes_an_address_of_our_advertisement(lab, guest, dual):
    pppd = dual()
    link_local, = addresses(guest, scope="link")
    negotiated = re.search(r"local  LL address (\S+)", pppd.log())[1]
    assert ipaddress.ip_address(negotiated) == link_local.ip
    address, = addresses(guest)
    assert of(LINKS, address)
    row, = mine(lab)
    assert ipaddress.ip_network(row["remote-ipv6-prefix"]) == address.network
    assert pings(guest, CORE_HOST6)
    remote = re.search(r"remote LL address (\S+)", pppd.log())[1]
    assert pings(guest, remote + "%ppp0"), "our own link-local address answers"
    assert "default via fe80::" in guest.run("ip -6 route show dev ppp0")[1]


def test_rdisc6_shows_prefix_mtu_and_name_servers(guest, dual):
    dual()
    said = guest.run("rdisc6 -1 ppp0")[1]
    assert re.search(r"Prefix +: 2001:db8:1", said), said
    assert re.search(r"On-link +: +No", said) and re.search(r"Autonomous address conf\.: +Yes", said)
    assert re.search(r"MTU +: +1492 bytes", said), said
    assert re.search(r"Recursive DNS server +: 2001:db8:53::1", said), said


def test_ipv6_alone_is_a_session(lab, guest, dual):
    dual(options="noip")
    row, = mine(lab)
    assert "address" not in row and row["remote-ipv6-prefix"], row
    assert pings(guest, CORE_HOST6)


def test_ipv4_alone_is_a_session(lab, guest, dial):
    dial(service="full").wait_up()
    row, = mine(lab)
    assert row["address"] and "remote-ipv6-address" not in row, row
    guest.run(f"ping -c 1 -W 2 {lab.CORE_HOST}")


@pytest.fixture
def lan(guest):
    guest.run("ip link add lan0 type veth peer name lan1 && ip link set lan0 up && ip link set lan1 up")
    yield "lan0"
    guest.run("ip link del lan0")


DHCPCD = """\
ipv6only
noipv6rs
nohook resolv.conf
duid
interface ppp0
ipv6rs
iaid 1
ia_pd 2 lan0/0/64
option dhcp6_name_servers
"""

WIDE = """\
interface ppp0 {
  send ia-pd 0;
  request domain-name-servers;
};
id-assoc pd 0 {
  prefix-interface lan0 { sla-id 1; sla-len 8; };
};
"""


def bindings(lab):
    return lab.api.get("ipv6/dhcp-server/binding")


def reaches_the_lan(lab, address):
    """The provider's host reaches the subscriber's LAN: delegated prefixes are routed."""
    return " 0% packet loss" in lab.net.run("core", "ping", "-6", "-c", "2", "-i", "0.2", "-W", "2",
                                            str(address), check=False)


def test_dhcpcd_gets_a_delegated_prefix(lab, guest, dual, lan):
    dual()
    guest.write("/run/dhcpcd.conf", DHCPCD)
    guest.run("dhcpcd -6 -f /run/dhcpcd.conf -d ppp0 >/run/dhcpcd.log 2>&1", timeout=60, check=False)
    try:
        until(lambda: addresses(guest, lan), timeout=40,
              what=lambda: "a prefix on the LAN: " + guest.run("cat /run/dhcpcd.log")[1])
        address = addresses(guest, lan)[0]
        assert of(DELEGATED, address)
        row, = bindings(lab)
        assert row["status"] == "bound" and of(row["address"], address)
        until(lambda: reaches_the_lan(lab, address.ip), what="the LAN reached from the core")
    finally:
        guest.run("dhcpcd -6 -f /run/dhcpcd.conf -k ppp0; true", timeout=60, check=False)
    until(lambda: not bindings(lab), timeout=60, what=lambda: "released: " + guest.read("/run/dhcpcd.log"))


def test_wide_dhcpv6_client_gets_a_delegated_prefix(lab, guest, dual, lan):
    dual()
    guest.write("/run/dhcp6c.conf", WIDE)
    guest.run("mkdir -p /var/lib/dhcpv6 && dhcp6c -D -c /run/dhcp6c.conf -p /run/dhcp6c.pid ppp0 "
              ">/run/dhcp6c.log 2>&1")
    try:
        until(lambda: addresses(guest, lan), timeout=40,
              what=lambda: "a prefix on the LAN: " + guest.run("cat /run/dhcp6c.log")[1])
        address, = addresses(guest, lan)
        assert of(DELEGATED, address)
        until(lambda: reaches_the_lan(lab, address.ip), what="the LAN reached from the core")
    finally:
        guest.run("kill $(cat /run/dhcp6c.pid); true")
    until(lambda: not bindings(lab), timeout=60, what="released")


def test_the_same_user_gets_the_same_prefix_again(guest, dual):
    first = dual()
    address = addresses(guest)[0]
    first.kill()
    first.wait_end()
    dual()
    assert addresses(guest)[0].network == address.network


def test_a_narrow_link_says_how_large_packets_may_be(lab, guest, dual):
    dual(options="mru 1400")
    address = addresses(guest)[0].ip
    said = lab.net.run("core", "ping", "-6", "-M", "do", "-c", "2", "-W", "2", "-s", 1452, str(address),
                       check=False)
    assert re.search(r"[Pp]acket too big.*mtu[ =]1400", said), said
    assert " 0% packet loss" in lab.net.run("core", "ping", "-6", "-M", "do", "-c", "1", "-W", "2", "-s",
                                            1352, str(address), check=False)


GUEST_TRANSFER = """\
import hashlib, socket
s = socket.create_connection(("{host}", {port}), 20)
s.settimeout({timeout})
digest, size = hashlib.sha256(), 0
with open("/tmp/data", "wb") as out:
    while size < {size}:
        part = s.recv(1 << 18)
        if not part:
            break
        size += len(part); digest.update(part); out.write(part)
with open("/tmp/data", "rb") as data:
    s.sendfile(data)
s.shutdown(socket.SHUT_WR)
print(digest.hexdigest(), s.recv(100).decode())
"""


def test_a_tcp_transfer_of_100_mb_both_ways_arrives_whole(lab, guest, dual, patience):
    dual()
    data = bytes(range(256)) * 4 * 1024
    data = data * (SIZE // len(data)) + data[:SIZE % len(data)]
    with inside(lab.core):
        listener = socket.create_server((CORE_HOST6, 0), family=socket.AF_INET6)
    result = {}

    def serve():
        peer, _ = listener.accept()
        peer.settimeout(60 * patience)
        peer.sendall(data)
        back = hashlib.sha256()
        while part := peer.recv(1 << 18):
            back.update(part)
        result["digest"] = back.hexdigest()
        peer.sendall(back.hexdigest().encode())
        peer.close()

    server = threading.Thread(target=serve, daemon=True)
    server.start()
    guest.write("/run/transfer6.py", GUEST_TRANSFER.format(
        size=SIZE, host=CORE_HOST6, port=listener.getsockname()[1], timeout=60 * patience))
    _, out = guest.run("python3 -S /run/transfer6.py; rm -f /tmp/data", timeout=120 * patience)
    server.join(10)
    listener.close()
    digest = hashlib.sha256(data).hexdigest()
    assert out.split() == [digest, digest] and result["digest"] == digest
