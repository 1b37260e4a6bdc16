# SPDX-License-Identifier: BSD-3-Clause
"""1,000 emulated subscribers over a veth: turnpike-bench's engines in the client role."""

import json
import time

import pytest

from lab.daemon import program, slow
from lab.net import sh

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


def test_setup_without_a_device_measures_a_turnpike_of_its_own():
    done = sh(program("turnpike-bench"), "setup", "--json", "--sessions", 100,
              timeout=120 if slow() else 60)
    result = json.loads(next(line for line in done.splitlines() if line.startswith("{")))
    assert result["established"] == 100 and result["failed"] == 0, result
    assert result["sessions_per_second"] > 0
