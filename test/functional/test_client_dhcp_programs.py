# SPDX-License-Identifier: BSD-3-Clause
"""DHCPv6 clients that Debian has, on turnpike-client's interface: one who would rather have dhcpcd or
wide-dhcpv6-client ask for the prefix than the client itself."""

import ipaddress
import os
import re
import signal
from contextlib import contextmanager

import pytest

from conftest import profile, rich_config, secret
from lab.client import client
from lab.daemon import Lab
from lab.wait import until

ACCESS, TUN, LAN = "access", "one", "lan0"
AC, HOST, NAME_SERVER = "2001:db8::1", "2001:db8::2", "2001:db8::53"
DELEGATED = ipaddress.ip_network("2001:db8:200::/40")

DHCPCD = f"""\
ipv6only
noipv6rs
script /bin/true
duid
interface {TUN}
iaid 1
ia_pd 2 {LAN}/0/64
option dhcp6_name_servers
"""
AND_ROUTER_ADVERTISEMENTS = f"""\
interface {TUN}
ipv6rs
"""

WIDE = f"""\
interface {TUN} {{
  send ia-pd 0;
  request domain-name-servers;
}};
id-assoc pd 0 {{
  prefix-interface {LAN} {{ sla-id 1; sla-len 8; }};
}};
"""

# What the program writes goes with it, and so does all that it has started.
APART = """\
for folder in /var/lib/dhcpcd /var/lib/dhcpv6 /run; do mount -t tmpfs none $folder || exit 1; done
exec "$@"
"""


@pytest.fixture(scope="module")
def lab():
    lab = Lab()
    try:
        for namespace, device in (("core", "host0"), (ACCESS, "default"), (ACCESS, "lo")):
            lab.net.run(namespace, "sysctl", "-qw", f"net.ipv6.conf.{device}.disable_ipv6=0")
        lab.net.run(ACCESS, "sysctl", "-qw", "net.ipv6.conf.default.accept_dad=0")
        lab.net.run("core", "ip", "addr", "add", f"{HOST}/64", "dev", "host0", "nodad")
        lab.net.run("core", "ip", "-6", "route", "add", "2001:db8::/32", "via", AC)
        config = rich_config(lab)
        config["ipv6"] = {
            "address": [{"address": f"{AC}/64", "interface": "core0", "no-dad": True}],
            "pool": [{"name": "links", "prefix": "2001:db8:1::/48", "prefix-length": 64},
                     {"name": "delegated", "prefix": str(DELEGATED), "prefix-length": 56}]}
        config["ppp"]["profile"].append(profile("dual", remote_ipv6_prefix_pool="links",
                                                dhcpv6_pd_pool="delegated", dns_server=NAME_SERVER))
        config["ppp"]["secret"].append(secret("dual", profile="dual"))
        lab.start(config)
        yield lab
    finally:
        lab.close()


@pytest.fixture
def lan(lab):
    lab.net.run(ACCESS, "ip", "link", "add", LAN, "type", "bridge")
    lab.net.run(ACCESS, "ip", "link", "set", LAN, "up")
    yield
    lab.net.run(ACCESS, "ip", "link", "del", LAN)


@pytest.fixture
def connected(lab, lan, service):
    """A client with a LAN behind it that asks for no prefix; for name servers it does ask."""
    s = service(client(user="dual", add_default_route=True, use_peer_dns=True))
    until(lambda: addresses(lab, TUN) and NAME_SERVER in s.log(), what=s.log)
    return s


def addresses(lab, interface):
    shown = lab.net.run(ACCESS, "ip", "-6", "addr", "show", "dev", interface, "scope", "global")
    return [ipaddress.ip_interface(found) for found in re.findall(r"inet6 (\S+)", shown)]


def of_the_client(lab):
    """What the client and the kernel have made of the interface."""
    variable = lab.net.run(ACCESS, "sysctl", "-n", f"net.ipv6.conf.{TUN}.accept_ra").strip()
    return (addresses(lab, TUN), lab.net.run(ACCESS, "ip", "-6", "route", "show", "default"), variable)


def bindings(lab):
    return lab.api.get("ipv6/dhcp-server/binding")


@contextmanager
def running(lab, *words, end, log):
    """WORDS in the client's namespace, with folders and processes of its own, until the signal END."""
    with open(log, "wb") as file:
        process = lab.net.popen(ACCESS, "unshare", "--mount", "--pid", "--fork", "--kill-child",
                                "--mount-proc", "sh", "-c", APART, "sh", *words,
                                stdout=file, stderr=file)
    try:
        yield
        with open(f"/proc/{process.pid}/task/{process.pid}/children") as children:
            os.kill(int(children.read()), end)
        process.wait(20)
    finally:
        process.kill()
        process.wait()


def gets_a_prefix_and_gives_it_back(lab, connected, log, *words, end):
    def said():
        return log.read_text(errors="replace") + connected.log()

    with running(lab, *words, end=end, log=log):
        until(lambda: addresses(lab, LAN), what=said)
        address, = addresses(lab, LAN)
        row, = bindings(lab)
        delegated = ipaddress.ip_network(row["address"])
        assert row["status"] == "bound" and row["user"] == "dual" and row["ia-type"] == "pd", row
        assert delegated.subnet_of(DELEGATED) and delegated.prefixlen == 56, row
        assert address.network.prefixlen == 64 and address.network.subnet_of(delegated)
        until(lambda: " 0% packet loss" in lab.net.run(
            ACCESS, "ping", "-6", "-c", "2", "-i", "0.2", "-W", "1", "-I", address.ip, HOST,
            check=False), what=said)
    until(lambda: not bindings(lab) and not addresses(lab, LAN), what=said)
    assert connected.monitor(TUN)["status"] == "connected"
    assert "it is put back" not in connected.log(), "the two do not fight over the interface"


def dhcpcd(lab, connected, folder, configuration):
    (folder / "dhcpcd.conf").write_text(configuration)
    gets_a_prefix_and_gives_it_back(lab, connected, folder / "log", "dhcpcd", "-6", "-B", "-d", "-f",
                                    folder / "dhcpcd.conf", TUN, end=signal.SIGALRM)


def test_dhcpcd_gets_a_prefix_for_the_lan(lab, connected, tmp_path):
    before = of_the_client(lab)
    assert "metric 1 " in before[1] and before[2] == "2"
    dhcpcd(lab, connected, tmp_path, DHCPCD)
    assert of_the_client(lab) == before


def test_dhcpcd_may_have_the_router_advertisements_too(lab, connected, tmp_path):
    dhcpcd(lab, connected, tmp_path, DHCPCD + AND_ROUTER_ADVERTISEMENTS)


def test_wide_dhcpv6_client_gets_a_prefix_for_the_lan(lab, connected, tmp_path):
    before = of_the_client(lab)
    (tmp_path / "dhcp6c.conf").write_text(WIDE)
    gets_a_prefix_and_gives_it_back(lab, connected, tmp_path / "log", "dhcp6c", "-f", "-D", "-c",
                                    tmp_path / "dhcp6c.conf", TUN, end=signal.SIGTERM)
    assert of_the_client(lab) == before
