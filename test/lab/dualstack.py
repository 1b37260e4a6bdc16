# SPDX-License-Identifier: BSD-3-Clause
"""The provider's network with IPv6 beside IPv4."""

#: What links get, what is delegated, the core's own network, name servers.
LINKS, DELEGATED = "2001:db8:1000::/36", "2001:db8:2000::/36"
CORE_AC6, CORE_HOST6 = "2001:db8:c::1", "2001:db8:c::2"
DNS = ["2001:db8:53::1", "2001:db8:53::2"]


def allow(net, short):
    """A namespace of the tests' has no IPv6 until it is asked for."""
    net.namespace(short)
    net.run(short, "sh", "-c", "for i in /proc/sys/net/ipv6/conf/*; do echo 0 > $i/accept_dad; "
                               "echo 0 > $i/disable_ipv6; done")


def core_host(lab):
    """The host behind the core port speaks IPv6 as well. The daemon's cards are not the kernel's."""
    allow(lab.net, "core")
    allow(lab.net, "ac")
    for card in ("acc0", "up0"):
        lab.net.run("ac", "sysctl", "-qw", f"net.ipv6.conf.{card}.disable_ipv6=1")
    lab.net.run("core", "ip", "-6", "addr", "add", f"{CORE_HOST6}/64", "dev", "host0", "nodad")
    lab.net.run("core", "ip", "-6", "route", "add", "default", "via", CORE_AC6)


def configure(config, profile="for-pppoe"):
    """CONFIG, and subscribers of PROFILE have both families."""
    config["ipv6"] = {
        "pool": [{"name": "links", "prefix": LINKS, "prefix-length": 64},
                 {"name": "delegated", "prefix": DELEGATED, "prefix-length": 56}],
        "address": [{"address": f"{CORE_AC6}/64", "interface": "core0"}],
        "route": [{"dst-address": "::/0", "gateway": CORE_HOST6}],
    }
    wanted, = (item for item in config["ppp"]["profile"] if item["name"] == profile)
    servers = [server for server in wanted.get("dns-server", "").split(",") if server]
    wanted.update({"remote-ipv6-prefix-pool": "links", "dhcpv6-pd-pool": "delegated",
                   "dns-server": ",".join(servers + DNS)})
    return config
