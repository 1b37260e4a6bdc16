# SPDX-License-Identifier: BSD-3-Clause
"""Two core ports that share what subscribers send (equal-cost multipath), and each other's failure."""

import ipaddress
from pathlib import Path

import pytest
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.packet import Raw

from lab import dualstack
from lab.daemon import Lab
from lab.ipv6 import Ipv6
from lab.subscriber import Subscriber
from lab.wait import until

FAR, FAR6 = "198.51.100.1", "2001:db8:5::1"
FLOWS = 64


def set_routes(lab, how="replace"):
    """As a routing daemon does: of IPv4 by a group of next hops, of IPv6 in the route itself."""
    for words in (("nexthop", how, "id", "1", "via", "192.0.2.2", "dev", "core0"),
                  ("nexthop", how, "id", "2", "via", "192.0.3.2", "dev", "core1"),
                  ("nexthop", how, "id", "3", "group", "1/2"),
                  ("route", "replace", "default", "nhid", "3"),
                  ("-6", "route", "replace", "default",
                   "nexthop", "via", "2001:db8:c::2", "dev", "core0",
                   "nexthop", "via", "2001:db8:d::2", "dev", "core1")):
        lab.net.run("ac", "ip", *words)


@pytest.fixture(scope="module")
def provider():
    """Two cables to the host of the core, each with a network of its own, and static routes by both."""
    lab = Lab()
    try:
        lab.net.veth("ac", "up1", "core", "host1")
        dualstack.core_host(lab)
        lab.net.run("ac", "sysctl", "-qw", "net.ipv6.conf.up1.disable_ipv6=1")
        for words in (("addr", "add", "192.0.3.2/24", "dev", "host1"),
                      ("-6", "addr", "add", "2001:db8:d::2/64", "dev", "host1", "nodad"),
                      ("addr", "add", f"{FAR}/32", "dev", "lo"),
                      ("-6", "addr", "add", f"{FAR6}/128", "dev", "lo", "nodad")):
            lab.net.run("core", "ip", *words)
        config = dualstack.configure(lab.base_config())
        config["dataplane"]["ports"].append(
            {"name": "core1", "device": "net_af_packet2,iface=up1", "address": "192.0.3.1/24"})
        config["ipv6"]["address"].append({"address": "2001:db8:d::1/64", "interface": "core1"})
        del config["ip"]["route"], config["ipv6"]["route"]
        lab.start(config)
        set_routes(lab)
        yield lab
    finally:
        lab.close()


@pytest.fixture(scope="module")
def host(provider):
    host = Subscriber(provider.wire())
    host.ipv6 = Ipv6(host)
    host.ipv6.dial()
    delegated, = host.ipv6.delegated()
    host.inside = str(ipaddress.IPv6Address(delegated.prefix) + 9)
    yield host
    host.session = None
    host.wire.close()


def sent(lab):
    """Packets by core port."""
    return {row["name"]: row["tx-packet"] for row in lab.api.get("interface")
            if row["name"].startswith("core")}


def send_flows(host, flows=range(FLOWS)):
    for port in flows:
        host.send_ip(IP(src=host.address, dst=FAR) / UDP(sport=4000 + port, dport=9) / Raw(b"x" * 64))
        host.ipv6.send(IPv6(src=host.inside, dst=FAR6) / UDP(sport=4000 + port, dport=9) /
                       Raw(b"x" * 64))


def spread(lab, host, flows=range(FLOWS)):
    """How many of the flows' packets each port has sent, when all have come to an end."""
    before = sent(lab)
    send_flows(host, flows)

    def more():
        now = sent(lab)
        return {port: now[port] - before[port] for port in now}

    until(lambda: sum(more().values()) >= 2 * len(flows), 10, more)
    return more()


def multipath(lab):
    return [line.split()[-1] for line in lab.api.text("/metrics").splitlines()
            if line.startswith("turnpike_kernel_routes_multipath{")]


def test_each_next_hop_is_a_row(provider):
    rows = {(row["dst-address"], row["immediate-gw"]): row for row in provider.api.get("routing/route")
            if row["ecmp"]}
    assert set(rows) == {("0.0.0.0/0", "192.0.2.2%core0"), ("0.0.0.0/0", "192.0.3.2%core1"),
                         ("::/0", "2001:db8:c::2%core0"), ("::/0", "2001:db8:d::2%core1")}
    assert all(row["weight"] == 1 and row["type"] == "unicast" for row in rows.values())
    one = rows["0.0.0.0/0", "192.0.3.2%core1"]
    assert provider.api.get(f"routing/route/{one['.id']}") == one
    own, = (row for row in provider.api.get("routing/route") if row["dst-address"] == "192.0.3.0/24")
    assert own["belongs-to"] == "connect" and own["gateway"] == "core1" and not own["ecmp"]


def test_reconcile_names_what_the_data_plane_has_no_room_for(provider):
    """Of sets of next hops there is room for 1,024, and each pair of weights is one: a route beyond them has
    its first next hop alone."""
    batch = Path(provider.folder.name) / "routes"

    def change(how):
        batch.write_text("".join(
            f"route {how} 10.{128 + i // 256}.{i % 256}.0/24 nexthop via 192.0.2.2 weight {1 + i // 128}"
            f" nexthop via 192.0.3.2 weight {129 + i % 128}\n" for i in range(1040)))
        provider.net.run("ac", "ip", "-batch", batch)

    assert provider.daemon.differences() == []
    change("add")
    lacking = until(provider.daemon.differences, 20, "more than there is room for")
    assert 8 <= len(lacking) <= 40
    assert all(row["place"] == "fib" and row["difference"].endswith(" lacks the next hop 192.0.3.2%core1")
               for row in lacking), lacking
    change("del")
    until(lambda: provider.daemon.differences() == [], 20, "all as before")


def test_flows_go_by_both_ports(provider, host):
    assert multipath(provider) == ["1", "1"]
    until(lambda: host.ping(FAR, timeout=0.5), 20, "the core is reached")
    until(lambda: min(spread(provider, host).values()) > FLOWS / 2, 20, "both share")


def test_a_flow_goes_by_one_port(provider, host):
    counts = [spread(provider, host, [flow] * 20) for flow in range(3)]
    for count in counts:  # of each family 20, and a few of the kernel's own
        assert all(number < 8 or 18 <= number < 28 or number >= 38 for number in count.values()), counts


def test_a_cable_that_is_pulled_moves_its_flows_to_the_other(provider, host):
    """And no packet of theirs is lost once the port is known to be down; sessions stand."""
    provider.net.run("core", "ip", "link", "set", "host1", "down")
    until(lambda: not next(row for row in provider.api.get("interface")
                           if row["name"] == "core1")["running"], 10, "it is known")
    more = spread(provider, host)
    assert more["core0"] >= 2 * FLOWS and more["core1"] < 4  # the kernel says something of its own
    assert host.ping(FAR)
    provider.net.run("core", "ip", "link", "set", "host1", "up")
    provider.net.run("core", "ip", "-6", "addr", "replace", "2001:db8:d::2/64", "dev", "host1", "nodad")

    def carrier():
        return provider.net.run("ac", "cat", "/sys/class/net/core1/carrier", check=False).strip() == "1"

    def shared():
        set_routes(provider)  # the kernel takes next hops away with their link
        return min(spread(provider, host).values()) > FLOWS / 2

    until(carrier, 20, "the kernel knows that it is up")
    until(shared, 20, "both share again")
    assert multipath(provider) == ["1", "1"]


def test_who_does_not_answer_is_passed_by(provider, host):
    """The link is up, and the router behind it gone."""
    provider.net.run("ac", "ip", "neigh", "replace", "192.0.3.2", "dev", "core1", "nud", "failed")
    provider.net.run("core", "ip", "addr", "del", "192.0.3.2/24", "dev", "host1")

    def by_the_other():
        before = sent(provider)["core0"]
        for port in range(FLOWS):
            host.send_ip(IP(src=host.address, dst=FAR) / UDP(sport=4000 + port, dport=9))
        return sent(provider)["core0"] - before >= FLOWS or host.run(0.2)

    until(by_the_other, 20, "all go by the one that answers")
    assert multipath(provider) == ["1", "1"]
