# SPDX-License-Identifier: BSD-3-Clause
"""What routers and DHCPv6 servers give to turnpike-client, and what it does with it: name servers,
addresses, and delegated prefixes, of which LAN interfaces get networks."""

import re
from types import SimpleNamespace

import pytest
from scapy.layers.dhcp6 import (DHCP6_Advertise, DHCP6_Release, DHCP6_Reply, DHCP6_Solicit,
                                DHCP6OptClientId,
                                DHCP6OptDNSServers, DHCP6OptIA_NA, DHCP6OptIA_PD,
                                DHCP6OptIAAddress, DHCP6OptIAPrefix, DHCP6OptRapidCommit,
                                DHCP6OptServerId, DUID_LL)
from scapy.layers.inet import UDP
from scapy.layers.inet6 import ICMPv6ND_RA, ICMPv6NDOptRDNSS, IPv6

from lab import frames
from lab.api import ApiError
from lab.client import Service, client, name_server_file
from lab.frames import IPV6

HOME, TUN = "home", "one"
LOCAL6, REMOTE6 = "fe80::c", "fe80::ac"
PREFIX, ADDRESS, DNS = "2001:db8:7700::", "2001:db8::c", "2001:db8::53"


class Server:
    """A DHCPv6 server at the access concentrator's end, in the way of its poll()."""

    def __init__(self, ac):
        self.ac, self.poll = ac, ac.poll
        self.prefix, self.length, self.lifetime = PREFIX, 56, 7200
        self.rapid = False
        self.heard = []
        ac.ipv6 = True
        ac.poll = self.look

    def look(self, timeout=0.0):
        frame = self.poll(timeout)
        if frame is not None and frame.protocol == IPV6:
            packet = IPv6(frame.payload)
            if packet.nh == 17 and packet[UDP].dport == 547:
                self.serve(packet[UDP].payload)
        return frame

    def serve(self, asked):
        self.heard.append(asked)
        rapid = DHCP6OptRapidCommit in asked and self.rapid
        kind = DHCP6_Advertise if isinstance(asked, DHCP6_Solicit) and not rapid else DHCP6_Reply
        answer = (kind(trid=asked.trid) / DHCP6OptClientId(duid=asked[DHCP6OptClientId].duid) /
                  DHCP6OptServerId(duid=DUID_LL(lladdr="02:00:00:00:00:ac")) /
                  DHCP6OptDNSServers(dnsservers=[DNS]))
        if rapid:
            answer /= DHCP6OptRapidCommit()
        if DHCP6OptIA_PD in asked and not isinstance(asked, DHCP6_Release):
            answer /= DHCP6OptIA_PD(iaid=asked[DHCP6OptIA_PD].iaid, T1=0, T2=0, iapdopt=[
                DHCP6OptIAPrefix(prefix=self.prefix, plen=self.length, preflft=self.lifetime // 2,
                                 validlft=self.lifetime)])
        if DHCP6OptIA_NA in asked and not isinstance(asked, DHCP6_Release):
            answer /= DHCP6OptIA_NA(iaid=asked[DHCP6OptIA_NA].iaid, T1=0, T2=0, ianaopts=[
                DHCP6OptIAAddress(addr=ADDRESS, preflft=3600, validlft=7200)])
        self.ac.ppp(IPV6, bytes(IPv6(src=REMOTE6, dst=LOCAL6) / UDP(sport=547, dport=546) / answer))

    def kinds(self):
        return [type(asked).__name__.removeprefix("DHCP6_") for asked in self.heard]


@pytest.fixture
def server(ac):
    return Server(ac)


@pytest.fixture
def service(home, tmp_path):
    """service(client, *dhcp_clients): turnpike-client with its API, two LAN interfaces beside it."""
    home.run(HOME, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=0",
             "net.ipv6.conf.default.disable_ipv6=0")
    for name in ("lan0", "lan1"):
        home.run(HOME, "ip", "link", "add", name, "type", "bridge")
        home.run(HOME, "ip", "link", "set", name, "up")
    lab = SimpleNamespace(net=home, folder=SimpleNamespace(name=str(tmp_path)))
    made = []

    def make(item, *dhcp_clients, **more):
        made.append(Service(lab, [item], namespace=HOME,
                            ipv6={"dhcp-client": list(dhcp_clients)}, **more))
        return made[-1]

    yield make
    for one in made:
        one.stop()
    for name in ("lan0", "lan1"):
        home.run(HOME, "ip", "link", "del", name, check=False)


def dial(ac, service, *dhcp_clients, **properties):
    s = service(client(interface="home0", **properties), *dhcp_clients)
    assert ac.run(60, lambda: ac.up and ac.up6), s.log()
    return s


def asks(**properties):
    return {"interface": "one", **{key.replace("_", "-"): value for key, value in properties.items()}}


def addresses(home, interface):
    return home.run(HOME, "ip", "-6", "addr", "show", "dev", interface)


def shown(s):
    row, = s.api.get("ipv6/dhcp-client")
    return row


def advertise(ac, *options, **flags):
    ac.ppp(IPV6, bytes(IPv6(src=REMOTE6, dst="ff02::1", hlim=255) / ICMPv6ND_RA(**flags) /
                       b"".join(bytes(option) for option in options)))


def read(path):
    try:
        with open(path) as file:
            return file.read()
    except FileNotFoundError:
        return ""


def test_lan_interfaces_get_networks_of_a_delegated_prefix(home, ac, server, service):
    s = dial(ac, service, asks(lan_interface="lan0,lan1,lan9"))
    assert ac.run(60, lambda: f"{PREFIX}1/64" in addresses(home, "lan0")), s.log()
    assert server.kinds() == ["Solicit", "Request"]
    assert server.heard[0][DHCP6OptClientId].duid.type == 3  # DUID-LL
    assert "inet6 2001:db8:7700:1::1/64 scope global" in addresses(home, "lan1")
    row = shown(s)
    assert row["status"] == "bound" and row["prefix"] == f"{PREFIX}/56"
    assert row["lan-address"] == f"{PREFIX}1/64@lan0,2001:db8:7700:1::1/64@lan1"
    assert row["expires-after"].startswith("1h5")
    assert "address" not in row and row["server-duid"] == "0x000300010200000000ac"
    # What nobody has of it, is nowhere.
    assert f"unreachable {PREFIX}/56" in home.run(HOME, "ip", "-6", "route")
    # An interface that comes later gets its own.
    home.run(HOME, "ip", "link", "add", "lan9", "type", "bridge")
    assert ac.run(60, lambda: "2001:db8:7700:2::1/64" in addresses(home, "lan9"))
    home.run(HOME, "ip", "link", "del", "lan9")
    # At the end all of it goes, and the server is told.
    s.stop()
    ac.run(1, lambda: "Release" in server.kinds())
    assert server.kinds()[-1] == "Release"
    assert "2001:db8" not in addresses(home, "lan0") + addresses(home, "lan1")
    assert "unreachable" not in home.run(HOME, "ip", "-6", "route")


def test_an_address_is_asked_for_and_rapid_commit_saves_a_round(home, ac, server, service):
    server.rapid = True
    s = dial(ac, service, asks(request="address,prefix"))
    assert ac.run(60, lambda: f"{ADDRESS}/128" in addresses(home, TUN)), s.log()
    assert server.kinds() == ["Solicit"]
    row = shown(s)
    assert row["address"] == ADDRESS and row["status"] == "bound"
    assert ADDRESS in s.monitor("one")["ipv6-addresses"]


def test_another_prefix_takes_the_place_of_the_first(home, ac, server, service):
    s = dial(ac, service, asks(lan_interface="lan0"))
    assert ac.run(60, lambda: f"{PREFIX}1/64" in addresses(home, "lan0")), s.log()
    server.prefix = "2001:db8:8800::"
    s.ctl("/ipv6 dhcp-client release one")
    assert ac.run(60, lambda: "2001:db8:8800::1/64" in addresses(home, "lan0")), s.log()
    assert PREFIX not in addresses(home, "lan0")
    assert PREFIX not in home.run(HOME, "ip", "-6", "route")
    assert "Release" in server.kinds()


def test_renewing_is_asked_for_and_extends_it(home, ac, server, service):
    s = dial(ac, service, asks(lan_interface="lan0"))
    assert ac.run(60, lambda: shown(s)["status"] == "bound"), s.log()
    server.lifetime = 72000
    s.ctl("/ipv6 dhcp-client renew one")
    assert ac.run(60, lambda: shown(s)["expires-after"].startswith("19h59m"))
    assert server.kinds()[-1] == "Renew"
    assert f"{PREFIX}/56" in s.ctl("/ipv6 dhcp-client print")
    metrics = s.api.raw("GET", "/metrics")[2]
    assert b'turnpike_client_ipv6_up{client="one"} 1' in metrics
    assert b'turnpike_client_delegated_prefix{client="one"} 1' in metrics
    assert re.search(r"valid_lft (719\d\d|72000)sec", addresses(home, "lan0"))


def test_a_lost_connection_leaves_the_lan_its_addresses_and_asks_for_the_same(home, ac, server,
                                                                              service):
    s = dial(ac, service, asks(lan_interface="lan0"))
    assert ac.run(60, lambda: f"{PREFIX}1/64" in addresses(home, "lan0")), s.log()
    server.heard.clear()
    ac.discover(frames.PADT, session=ac.session)
    ac.up = ac.up6 = False
    assert ac.run(60, lambda: ac.up6 and shown(s)["status"] == "bound"), s.log()
    assert f"{PREFIX}1/64" in addresses(home, "lan0")
    assert "Release" not in server.kinds()
    hint = server.heard[0][DHCP6OptIA_PD].iapdopt[0]
    assert (hint.prefix, hint.plen) == (PREFIX, 56), "the one that there was is wished for"


def test_it_is_changed_without_a_new_dial(home, ac, server, service):
    s = dial(ac, service)
    ac.run(0.5)
    assert not server.heard
    s.api.put("ipv6/dhcp-client", **asks(prefix_hint="::/60", lan_interface="lan1"))
    assert ac.run(60, lambda: f"{PREFIX}1/64" in addresses(home, "lan1")), s.log()
    assert server.heard[0][DHCP6OptIA_PD].iapdopt[0].plen == 60
    s.api.patch("ipv6/dhcp-client/one", disabled=True)
    assert ac.run(60, lambda: "Release" in server.kinds())
    assert PREFIX not in addresses(home, "lan1")
    assert shown(s)["status"] == "stopped"
    assert s.log().count(": dialing") == 1


def test_name_servers_come_by_router_advertisements_and_by_dhcp6(home, ac, server, service):
    s = dial(ac, service, use_peer_dns=True)
    path = name_server_file(home, HOME, "one")
    advertise(ac, ICMPv6NDOptRDNSS(dns=["2001:db8::5"], lifetime=600))
    assert ac.run(60, lambda: read(path) == "nameserver 2001:db8::5\n"), s.log()
    # The O flag: there are some by DHCPv6.
    advertise(ac, O=1)
    assert ac.run(60, lambda: read(path) == f"nameserver {DNS}\n"), s.log()
    assert server.kinds() == ["InfoRequest"]
    ac.control(frames.IPV6CP, frames.TERM_REQ)
    assert ac.run(60, lambda: read(path) == ""), "they go with IPv6"


def test_other_programs_of_the_machine_may_use_dhcp6_themselves(home, ac, server, service):
    """What this client has not asked for, is for who has."""
    s = dial(ac, service)
    heard = home.popen(HOME, "timeout", "10", "/usr/bin/python3", "-c",
                       "import socket; s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); "
                       "s.bind(('::', 546)); print('ready', flush=True); print(s.recv(9))",
                       stdout=-1)
    assert heard.stdout.readline() == b"ready\n"
    ac.ppp(IPV6, bytes(IPv6(src=REMOTE6, dst=LOCAL6) / UDP(sport=547, dport=546) / b"\x07abc"))
    assert heard.stdout.readline() == b"b'\\x07abc'\n", s.log()


def test_what_makes_no_sense_is_refused(ac, server, service):
    s = service(client(interface="home0"))
    for properties in (dict(interface="nobody"), asks(lan_interface="one"), asks(request="info"),
                       asks(request="address", lan_interface="lan0"), asks(prefix_hint="::/65")):
        with pytest.raises(ApiError):
            s.api.put("ipv6/dhcp-client", **properties)
    assert s.api.get("ipv6/dhcp-client") == []
    s.api.put("ipv6/dhcp-client", **asks())
    for verb in ("renew", "release"):
        with pytest.raises(ApiError, match="nothing"):
            s.api.post(f"ipv6/dhcp-client/{verb}", numbers="one")
    assert shown(s)["status"] == "stopped"
