# SPDX-License-Identifier: BSD-3-Clause
"""What monitoring is told, by Prometheus's own tool; and that what conf/ has for it knows no other names."""

import json
import re
import subprocess

import pytest
import yaml
from scapy.layers.inet6 import ICMPv6EchoReply, ICMPv6EchoRequest, ICMPv6NDOptPrefixInfo, IPv6

from lab import dualstack
from lab.daemon import ROOT, Lab
from lab.ipv6 import Ipv6
from lab.wait import until

RULES, DASHBOARD = ROOT / "conf/prometheus/turnpike.rules.yaml", ROOT / "conf/grafana/turnpike.json"


def promtool(*words, text=None):
    done = subprocess.run(["promtool", *map(str, words)], input=text, text=True, timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def lab():
    """With one of everything that has metrics of its own."""
    lab = Lab()
    try:
        dualstack.core_host(lab)
        config = dualstack.configure(lab.base_config())
        config["radius"] = {"server": [{"address": "127.0.0.1", "secret": "unheard", "service": "ppp"}]}
        lab.start(config)
        yield lab
    finally:
        lab.close()


def samples(lab):
    """What is told, by name and labels."""
    lines = (line for line in lab.api.text("/metrics").splitlines() if line and line[0] != "#")
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def names_in(text):
    return set(re.findall(r"\b(?:turnpike|process)_[a-z0-9_]+", text))


def test_the_metrics_are_as_prometheus_has_them(lab):
    code, said = promtool("check", "metrics", text=lab.api.text("/metrics"))
    assert code == 0 and not said, said


def test_the_process_tells_of_itself_as_others_do(lab):
    told = samples(lab)
    assert 1e6 < told["process_resident_memory_bytes"] < told["process_virtual_memory_bytes"]
    assert 1.7e9 < told["process_start_time_seconds"] == samples(lab)["process_start_time_seconds"]
    assert told["process_cpu_seconds_total"] > 0
    assert 3 < told["process_open_fds"] < told["process_max_fds"]


def echo(ipv6, own):
    """One of the subscriber's is answered, however long the core takes to find it."""
    for number in range(10):
        ipv6.send(IPv6(src=own, dst=dualstack.CORE_HOST6) / ICMPv6EchoRequest(id=5, seq=number))
        try:
            ipv6.expect(lambda packet: ICMPv6EchoReply in packet, timeout=1)
            return
        except TimeoutError:
            continue
    raise TimeoutError("no answer from the core")


def test_traffic_is_told_by_server_and_port_of_each_family(lab, subscriber):
    host = subscriber(lab)
    ipv6 = Ipv6(host)
    ipv6.dial()
    own = ipv6.solicit()[ICMPv6NDOptPrefixInfo].prefix + "1"
    host.ping(lab.CORE_HOST)
    before = samples(lab)
    for _ in range(3):
        assert host.ping(lab.CORE_HOST, size=100)
    echo(ipv6, own)

    def more(name):
        return samples(lab)[name] - before[name]

    for way in ("upstream", "downstream"):
        for family, packets, size in (("ipv4", 3, 128), ("ipv6", 1, 48)):
            server = f'{{server="pppoeservice@ether3",family="{family}"}}'
            until(lambda: more(f"turnpike_server_{way}_packets_total{server}") >= packets,
                  what="the sessions were looked at")
            assert more(f"turnpike_server_{way}_bytes_total{server}") >= packets * size
            port = f'{{port="ether3",family="{family}"}}'
            assert more(f"turnpike_access_{way}_packets_total{port}") >= packets
    assert more('turnpike_dataplane_nic_received_total{port="ether3"}') >= 3
    assert more('turnpike_dataplane_nic_sent_bytes_total{port="core0"}') >= 3 * 142
    assert more('turnpike_worker_frames_total{worker="0"}') >= 6
    assert more('turnpike_worker_busy_seconds_total{worker="0"}') > 0
    assert more('turnpike_control_busy_seconds_total') > 0
    told = samples(lab)
    assert 1 <= told['turnpike_worker_largest_burst_frames{worker="0"}'] <= 64
    assert told['turnpike_ring_entries{ring="core",worker="0"}'] <= told['turnpike_ring_size{ring="core"}']


def test_rules_and_dashboard_know_what_is_told(lab):
    told = names_in(lab.api.text("/metrics"))
    assert names_in(RULES.read_text()) - told == set()
    dashboard = json.loads(DASHBOARD.read_text())
    assert names_in(json.dumps(dashboard)) - told == set()
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])


def test_each_alert_comes_when_it_should_and_else_none(tmp_path):
    code, said = promtool("check", "rules", RULES)
    assert code == 0, said
    rules = yaml.safe_load(RULES.read_text())
    alerts = {rule["alert"] for group in rules["groups"] for rule in group["rules"] if "alert" in rule}
    cases = yaml.safe_load((ROOT / "test/functional/alerts.yaml").read_text())
    cases["rule_files"] = [str(RULES)]
    everything = cases["tests"][1]["promql_expr_test"][0]
    everything["exp_samples"] = [{"labels": f'{{alertname="{name}"}}', "value": 2 if name == "TurnpikePoolShort" else 1}
                                 for name in sorted(alerts)]
    path = tmp_path / "alerts.yaml"
    path.write_text(yaml.safe_dump(cases))
    code, said = promtool("test", "rules", path)
    assert code == 0, said
