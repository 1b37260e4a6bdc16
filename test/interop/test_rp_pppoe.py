# SPDX-License-Identifier: BSD-3-Clause
"""turnpike-client dials an access concentrator that nobody here wrote: rp-pppoe's pppoe-server and
Linux's pppd, in the guest, with radvd and WIDE's DHCPv6 server for IPv6."""

import hashlib
import ipaddress
import os
import re
import socket
import tempfile
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from lab.client import Client, Service, client, name_server_file, stopping
from lab.daemon import ROOT, program, slow
from lab.frames import Frame
from lab.guest import Guest
from lab.net import Network, Wire, inside
from lab.wait import until

HOME, CARD = "home", "isp0"
IPV4, MPPE = 0x0021, 0x00FD
GATEWAY = "10.77.0.1"
SIZE = 5_000_000 if slow() else 30_000_000

METHODS = {"pap": "require-pap", "chap": "require-chap refuse-mschap refuse-mschap-v2",
           "mschap1": "require-mschap", "mschap2": "require-mschap-v2"}
OPTIONS = """\
lcp-echo-interval 5
lcp-echo-failure 12
ms-dns 198.51.100.53
ms-dns 198.51.100.54
mtu 1492
mru 1492
nodefaultroute
noipv6
debug
logfile /run/pppd.log
"""


class Isp:
    """pppoe-server in the guest: one with each set of pppd's options, as `serve` starts it."""

    def __init__(self, guest, net):
        self.guest, self.net = guest, net
        secrets = '"MT-User" * "StrongPass" *\n"bob" * "pass word #2" *\n'
        for name in ("chap-secrets", "pap-secrets"):
            guest.write(f"/etc/ppp/{name}", secrets)

    def serve(self, options="require-mschap-v2", name="rp-ac", services=("isp",), ccp=False,
              ipv6=False):
        self.stop()
        base = OPTIONS.replace("noipv6", "+ipv6") if ipv6 else OPTIONS
        options = (base if ccp else base + "noccp\n") + "\n".join(options.split(","))
        words = " ".join(f"-S {service}" for service in services)
        self.guest.write("/run/options", options)
        self.guest.run(f"pppoe-server -I eth0 -C {name} {words} -L {GATEWAY} -R 10.77.0.10 -N 8 "
                       "-O /run/options >/run/server.log 2>&1 </dev/null")

    def stop(self):
        """Until all are gone: one left over would end a new session that has its session id."""
        self.guest.finish("pppoe-server", "pppd", timeout=2)
        self.guest.write("/run/pppd.log", "")

    def sessions(self):
        return len(self.guest.pids("pppd"))

    def log(self):
        return "".join(self.guest.read(f"/run/{name}.log", check=False) for name in ("pppd", "server"))


@pytest.fixture(scope="module")
def isp():
    net = Network()
    cache = Path(os.environ.get("TURNPIKE_GUEST", ROOT / "build/guest"))
    with tempfile.TemporaryDirectory(prefix="turnpike-isp-") as folder:
        try:
            net.tap(HOME, CARD)
            with Guest(cache, folder, net.namespace(HOME), CARD) as guest:
                guest.run("ip link set lo up; ip link set eth0 up; "
                          "ip addr add 198.51.100.7/32 dev lo")
                yield Isp(guest, net)
        finally:
            net.close()


@pytest.fixture
def dial(isp, tmp_path):
    with stopping(lambda *options, **how: Client(isp.net, HOME, CARD, tmp_path, *options, peer=isp.log,
                                                 **how)) as make:
        yield make


def pings(isp, address=GATEWAY):
    """True when packets pass both ways; the server's interface comes up a little after IPCP."""
    for _ in range(20):
        if " 0% packet loss" in isp.net.run(HOME, "ping", "-c", 1, "-W", 1, address, check=False):
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("method", METHODS)
def test_each_method_logs_in_and_pings(isp, dial, method):
    isp.serve(METHODS[method].replace(" ", ","))
    client = dial()
    assert client.connected()[1] == GATEWAY
    assert f"verifying password... ({method})" in client.log()
    assert pings(isp)


@pytest.mark.parametrize("method", ["pap", "mschap2"])
def test_a_wrong_password_is_told_and_not_hammered(isp, dial, method):
    isp.serve(METHODS[method])
    client = dial(password="wrong")
    client.says(r"disconnected: ")
    time.sleep(5)
    assert client.log().count("verifying password") <= 4 and "connected: local" not in client.log()


def test_a_password_with_spaces_and_signs(isp, dial):
    isp.serve()
    dial(user="bob", password="pass word #2").connected()


def test_service_name_and_ac_name_choose(isp, dial):
    isp.serve(services=("isp", "gold"))
    client = dial("--service-name", "gold", "--ac-name", "rp-ac")
    client.connected()
    assert 'service-name "gold"' in client.log() and 'ac-name "rp-ac"' in client.log()
    client.stop()
    for wrong in (("--service-name", "silver"), ("--ac-name", "another")):
        other = dial(*wrong)
        time.sleep(3)
        assert "verifying" not in other.log()
        other.stop()


def test_scan_finds_it(isp):
    isp.serve(services=("isp", "gold"))
    out = isp.net.run(HOME, program("turnpike-client"), "scan", CARD, "--duration", 2)
    assert "rp-ac" in out and "isp" in out and "gold" in out


def test_mtus_are_agreed(isp, dial):
    isp.serve()
    assert dial("--max-mtu", 1400, "--max-mru", 1400).connected()[2] == "1400"
    assert "mtu 1400" in isp.net.run(HOME, "ip", "link", "show", "pppoe-out1")


def test_name_servers_are_taken(isp, dial):
    isp.serve()
    client = dial("--use-peer-dns")
    client.connected()
    assert client.says(r"dns-server 198\.51\.100\.53,198\.51\.100\.54")


def test_the_client_hangs_up(isp, dial):
    isp.serve()
    client = dial()
    client.connected()
    assert client.stop() == 0
    until(lambda: isp.sessions() == 0, what="gone at the server")
    assert "LCP terminated by peer" in isp.log() or "Terminating" in isp.log(), isp.log()


def test_the_server_hangs_up_and_the_client_dials_again_at_once(isp, dial):
    isp.serve()
    client = dial()
    client.connected()
    isp.guest.run("killall -TERM pppd")
    client.connected(times=2)
    assert pings(isp)


def test_two_clients_at_once(isp, dial):
    isp.serve()
    one, two = dial("--name", "one"), dial("--name", "two")
    assert one.connected()[0] != two.connected()[0]
    until(lambda: isp.sessions() == 2, what="two sessions there")
    assert pings(isp)


def test_a_link_that_is_pulled_and_put_back(isp, dial):
    isp.serve()
    client = dial("--keepalive-timeout", 2)
    client.connected()
    isp.guest.run("ip link set eth0 down")
    client.says(r"disconnected: ", timeout=15)
    isp.guest.run("ip link set eth0 up")
    client.connected(times=2)
    assert pings(isp)


@pytest.fixture
def encrypts(isp, tmp_path):
    """A client whose profile requires encryption, and what goes over its cable."""
    lab = SimpleNamespace(net=isp.net, folder=SimpleNamespace(name=str(tmp_path)))

    def start(**profile):
        return Service(lab, [client(interface=CARD, profile="own")],
                       profiles=[{"name": "own", "use-encryption": "required", **profile}], namespace=HOME)

    with stopping(start) as make:
        yield make


def protocols(wire):
    seen = set()
    while (data := wire.receive(0.05)) is not None:
        frame = Frame(data) if len(data) > 22 else None
        if frame and frame.ethertype == 0x8864 and frame.protocol in (IPV4, MPPE):
            seen.add(frame.protocol)
    return seen


# pppd makes no 40-bit keys from MS-CHAPv1, and knows none of 56 bits.
@pytest.mark.parametrize("method, bits", [("mschap1", 128), ("mschap2", 128), ("mschap2", 40)])
@pytest.mark.parametrize("kind", ["stateless", "stateful"])
def test_packets_are_encrypted_both_ways(isp, encrypts, method, bits, kind):
    other = {128: "nomppe-40", 40: "nomppe-128"}[bits]
    stateful = ",mppe-stateful" if kind == "stateful" else ""
    isp.serve(f"{METHODS[method].split()[0]},require-mppe-{bits},{other}{stateful}", ccp=True)
    with_state = "yes" if kind == "stateful" else "no"
    client = encrypts(**{"stateful-encryption": with_state})
    assert client.connected("one")["encoding"] == f"MPPE{bits} {kind}", isp.log()
    assert re.search(rf"MPPE {bits}-bit {kind} compression enabled", isp.log()), isp.log()
    assert pings(isp)
    wire = Wire(isp.net.namespace(HOME), CARD)
    try:
        out = isp.net.run(HOME, "ping", "-f", "-c", 700, "-W", 2, "-s", 1300, GATEWAY)
        assert " 0% packet loss" in out, out
        assert protocols(wire) == {MPPE}, "nothing in clear"
    finally:
        wire.close()


def test_a_server_without_encryption_is_left_where_it_is_required(isp, encrypts):
    isp.serve()
    client = encrypts()
    until(lambda: "encryption" in client.log(), what="told why")
    assert client.monitor("one")["status"] != "connected"
    assert not pings(isp)


TRANSFER = """\
import hashlib, socket
listener = socket.create_server(("{gateway}", 9000), family=socket.AF_INET6 if ":" in "{gateway}" else socket.AF_INET)
peer, _ = listener.accept()
peer.settimeout({timeout})
digest, size = hashlib.sha256(), 0
with open("/tmp/data", "wb") as out:
    while size < {size}:
        part = peer.recv(1 << 18)
        if not part:
            break
        size += len(part); digest.update(part); out.write(part)
with open("/tmp/data", "rb") as data:
    peer.sendfile(data)
peer.shutdown(socket.SHUT_WR)
peer.recv(1)
print(digest.hexdigest())
"""


def transfer_is_right(isp, gateway, size):
    """SIZE octets up and down again; SHA-256 at each end."""
    data = os.urandom(1 << 20) * (size // (1 << 20)) + os.urandom(size % (1 << 20))
    wanted, result = hashlib.sha256(data).hexdigest(), {}
    isp.guest.write("/run/transfer.py", TRANSFER.format(gateway=gateway, size=size, timeout=200))
    isp.guest.run("(python3 -S /run/transfer.py > /run/transfer.log 2>&1) &")

    def transfer():
        with inside(isp.net.namespace(HOME)):
            peer = socket.socket(socket.AF_INET6 if ":" in gateway else socket.AF_INET)
        for _ in range(50):
            try:
                peer.connect((gateway, 9000))
                break
            except ConnectionRefusedError:
                time.sleep(0.2)
        peer.settimeout(200)
        begin = time.monotonic()
        peer.sendall(data)
        back, got = hashlib.sha256(), 0
        while got < size and (part := peer.recv(1 << 18)):
            if not got:
                result["up"] = time.monotonic() - begin
                begin = time.monotonic()
            back.update(part)
            got += len(part)
        result["down"], result["digest"] = time.monotonic() - begin, back.hexdigest()
        peer.close()

    thread = threading.Thread(target=transfer, daemon=True)
    thread.start()
    thread.join(420)
    isp.guest.wait_for("/run/transfer.log", "\n", timeout=60)
    assert isp.guest.run("cat /run/transfer.log; rm -f /tmp/data")[1].strip() == wanted
    assert result.get("digest") == wanted
    print("seconds up {up:.1f}, down {down:.1f}".format(**result))


LINK, SHARED, SERVER6, DNS6 = "2001:db8:77:1::", "2001:db8:7700::", "2001:db8:ffff::1", "2001:db8:ffff::53"
RADVD = f"""\
interface ppp0 {{
  AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval 4; AdvOtherConfigFlag on; AdvLinkMTU 1400;
  prefix {LINK}/64 {{ AdvOnLink off; AdvAutonomous on; }};
  RDNSS {DNS6} {{ }};
}};
"""
DHCP6S = """\
option domain-name-servers {dns};
host home {{ duid {duid}; prefix {prefix}/56 1800 3600; }};
"""


@pytest.fixture
def dual(isp, tmp_path):
    """A client of both families, with radvd at the server's end of its link and a LAN of its own."""
    net, guest = isp.net, isp.guest
    net.run(HOME, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=0",
            "net.ipv6.conf.default.disable_ipv6=0")
    net.run(HOME, "ip", "link", "add", "lan0", "type", "bridge")
    net.run(HOME, "ip", "link", "set", "lan0", "up")
    lab = SimpleNamespace(net=net, folder=SimpleNamespace(name=str(tmp_path)))
    isp.serve(ipv6=True)
    with stopping(lambda: Service(
            lab, [client(interface=CARD, add_default_route=True, use_peer_dns=True)], namespace=HOME,
            ipv6={"dhcp-client": [{"interface": "one", "lan-interface": "lan0"}]})) as make:
        one = make()
        one.connected("one")
        until(lambda: "remote LL address" in isp.log(), what=lambda: "IPV6CP: " + isp.log())
        guest.run("sysctl -qw net.ipv6.conf.all.forwarding=1; "
                  f"ip addr add {SERVER6}/128 dev lo; ip route add {LINK}/64 dev ppp0; "
                  f"ip route add {SHARED}/56 dev ppp0; true")
        guest.write("/run/radvd.conf", RADVD)
        guest.run("radvd -C /run/radvd.conf -p /run/radvd.pid -m logfile -l /run/radvd.log </dev/null")
        yield one
    guest.run("killall radvd dhcp6s 2>/dev/null; true")
    net.run(HOME, "ip", "link", "del", "lan0")


def of_home(isp, *words):
    return isp.net.run(HOME, "ip", "-6", *words)


def test_slaac_a_default_route_and_name_servers_by_radvd(isp, dual):
    until(lambda: LINK[:-1] in of_home(isp, "addr", "show", "dev", "one"),
          what=lambda: "an address: " + isp.log() + isp.guest.run("cat /run/radvd.log", check=False)[1])
    own, peer = re.search(r"local  LL address (\S+)\n.*?remote LL address (\S+)", isp.log(), re.S).groups()
    assert f"inet6 {ipaddress.ip_address(peer)}/" in of_home(isp, "addr", "show", "dev", "one")
    assert "default dev one" in of_home(isp, "route", "show", "default")
    path = Path(name_server_file(isp.net, HOME, "one"))
    until(lambda: path.exists() and f"nameserver {DNS6}" in path.read_text(), what=dual.log)
    assert pings(isp, own + "%one") and pings(isp, SERVER6)


def test_wide_dhcpv6_server_delegates_a_prefix(isp, dual):
    row, = dual.api.get("ipv6/dhcp-client")
    duid = re.sub(r"[^0-9a-f]", "", row["duid"].lower().removeprefix("0x"))
    isp.guest.run("mkdir -p /var/lib/dhcpv6")
    isp.guest.write("/run/dhcp6s.conf", DHCP6S.format(dns=DNS6, prefix=SHARED, duid=":".join(
        re.findall("..", duid))))
    isp.guest.run("dhcp6s -D -c /run/dhcp6s.conf -P /run/dhcp6s.pid ppp0 >/run/dhcp6s.log 2>&1 </dev/null")
    until(lambda: f"{SHARED}1/64" in of_home(isp, "addr", "show", "dev", "lan0"), timeout=60,
          what=lambda: f"delegated: {dual.log()} {isp.guest.run('cat /run/dhcp6s.log')[1]}")
    row, = dual.api.get("ipv6/dhcp-client")
    assert (row["status"], row["prefix"]) == ("bound", f"{SHARED}/56")
    words = ("ping", "-6", "-c", 2, "-W", 2, "-I", f"{SHARED}1", SERVER6)
    until(lambda: " 0% packet loss" in isp.net.run(HOME, *words, check=False), what="the LAN's packets pass")


def test_tcp_over_ipv6_passes_both_ways(isp, dual):
    until(lambda: LINK[:-1] in of_home(isp, "addr", "show", "dev", "one"), what=dual.log)
    assert pings(isp, SERVER6)
    transfer_is_right(isp, SERVER6, SIZE // 10)


def test_a_large_tcp_transfer_each_way_is_right(isp, dial):
    """100 MB (10 MB under the sanitizers)."""
    isp.serve()
    dial("--max-mtu", 1492, "--max-mru", 1492).connected()
    assert pings(isp), "the server's interface is there"
    transfer_is_right(isp, GATEWAY, SIZE)
