# SPDX-License-Identifier: BSD-3-Clause
"""1,000 emulated subscribers over a veth: turnpike-bench's engines in the client role."""

import json
import time

import pytest

from lab.daemon import Lab, program, slow
from lab.net import sh
from lab.wait import until

pytestmark = pytest.mark.alone

COUNT = 1000


@pytest.mark.skipif(not program("turnpike-bench").exists(), reason="turnpike-bench is not built")
def test_a_thousand_sessions_come_up_ping_and_leave_the_pool_whole(make_lab):
    def change(config):
        config["ip"]["pool"][0]["ranges"] = "10.0.0.2-10.0.7.255"
        config["interface"]["pppoe-server"]["server"][0]["keepalive-timeout"] = "60s"

    lab = make_lab(change)
    done = sh("ip", "netns", "exec", lab.net.namespace("access"), program("turnpike-bench"),
              "setup", "--device", "net_af_packet0,iface=sub0", "--sessions", COUNT,
              "--user", "MT-User", "--password", "StrongPass", "--service-name", "pppoeservice",
              "--ping", lab.CORE_HOST, "--json", timeout=300 if slow() else 90)
    result = json.loads(next(line for line in done.splitlines() if line.startswith("{")))
    assert result["established"] == COUNT and result["failed"] == 0, result
    assert result["duplicate_addresses"] == 0
    assert result["pings_answered"] == COUNT
    assert result["hung_up"] == COUNT
    end = time.monotonic() + 10
    while lab.api.get("ip/pool/used") or lab.api.get("ppp/active"):
        assert time.monotonic() < end, "the pool is not whole again"
        time.sleep(0.2)


@pytest.mark.skipif(not program("turnpike-bench").exists(), reason="turnpike-bench is not built")
def test_more_at_once_than_may_be_half_open_wait_and_drive_nobody_out(make_lab):
    """Two thousand offers may be out at a time, sixteen sessions half-open."""
    def change(config):
        config["ip"]["pool"][0]["ranges"] = "10.0.0.2-10.0.7.255"
        for port in config["dataplane"]["ports"]:
            if "address" not in port:
                port["half-open-limit-vlan"] = 16

    lab = make_lab(change)
    done = sh("ip", "netns", "exec", lab.net.namespace("access"), program("turnpike-bench"),
              "setup", "--device", "net_af_packet0,iface=sub0", "--sessions", COUNT,
              "--user", "MT-User", "--password", "StrongPass", "--service-name", "pppoeservice",
              "--json", "--stay", timeout=300 if slow() else 90)
    result = json.loads(next(line for line in done.splitlines() if line.startswith("{")))
    assert result["established"] == COUNT, result
    # On a processor that has no time for them for seconds, some may be.
    assert sum(result["failures"].values()) < COUNT // 20, result
    # The kernel hears of them less often meanwhile, but of each.
    until(lambda: lab.net.run("ac", "ip", "-4", "route").count("dev pppoe") == COUNT, timeout=30,
          what="all routes in the kernel")


def test_setup_without_a_device_measures_a_turnpike_of_its_own():
    done = sh(program("turnpike-bench"), "setup", "--json", "--sessions", 100,
              timeout=120 if slow() else 60)
    result = json.loads(next(line for line in done.splitlines() if line.startswith("{")))
    assert result["established"] == 100 and result["failed"] == 0, result
    assert result["sessions_per_second"] > 0


@pytest.fixture(scope="module")
def both_families():
    """A daemon of both families, and the core cable's other end beside the subscribers', where the
    rig has both ports."""
    lab = Lab()
    try:
        net = lab.net
        net.run("core", "ip", "link", "set", "host0", "netns", net.namespace("access"))
        net.run("access", "ip", "link", "set", "host0", "up")
        config = lab.base_config()
        config["ip"]["pool"][0]["ranges"] = "10.0.0.2-10.0.0.200"
        config["ipv6"] = {"address": [{"address": "2001:db8::1/64", "interface": "core0",
                                       "no-dad": True}],
                          "pool": [{"name": "links", "prefix": "2001:db8:1000::/40",
                                    "prefix-length": 64},
                                   {"name": "homes", "prefix": "2001:db8:2000::/40",
                                    "prefix-length": 56}]}
        config["ppp"]["profile"][0].update({"remote-ipv6-prefix-pool": "links",
                                            "dhcpv6-pd-pool": "homes"})
        lab.daemon.write(config)
        lab.daemon.start()
        yield lab
    finally:
        lab.close()


@pytest.mark.parametrize(("family", "sent"), [("4", ["ipv4"]), ("6", ["ipv6"]),
                                              ("both", ["ipv4", "ipv6"])])
def test_traffic_of_each_family_goes_up_and_down(both_families, family, sent):
    done = sh("ip", "netns", "exec", both_families.net.namespace("access"),
              program("turnpike-bench"), "traffic", "--device", "net_af_packet0,iface=sub0",
              "--core-device", "net_af_packet1,iface=host0", "--core-address", Lab.CORE_HOST,
              "--core-peer", Lab.CORE_AC, "--core-address", "2001:db8::2", "--core-peer",
              "2001:db8::1", "--family", family, "--sessions", 10, "--user", "MT-User",
              "--password", "StrongPass", "--duration", 1, "--pps", 1000, "--size", "imix",
              "--json", timeout=120 if slow() else 60)
    trials = json.loads(next(line for line in done.splitlines() if line.startswith("{")))["trials"]
    assert [(t["direction"], t["family"]) for t in trials] == \
        [(direction, one) for direction in ("up", "down") for one in sent]
    for trial in trials:
        assert trial["sent"] > 100 / len(sent), trials
        assert trial["received"] > trial["sent"] * 0.9, trials  # a busy machine may lose some
        assert trial["wrong_session"] == trial["duplicates"] == 0, trials


def test_traffic_wants_the_addresses_of_its_family():
    said = sh(program("turnpike-bench"), "traffic", "--device", "net_null0", "--core-device",
              "net_null1", "--core-address", Lab.CORE_HOST, "--core-peer", Lab.CORE_AC,
              "--family", "6", check=False)
    assert "IPv6 packets need a --core-address and a --core-peer of IPv6" in said
