# SPDX-License-Identifier: BSD-3-Clause
"""`rate-limit`: what passes in a while, on standing sessions that get other limits meanwhile.

How exact it is, a virtual clock tells (test/unit/dataplane/shaper.c) and, over real time, the
benchmark (ci/benchmarks/rates.py): bounds here are wide, as a busy machine needs them."""

import time

import pytest
from scapy.layers.inet import IP, UDP
from scapy.packet import Raw

from conftest import profile, rich_config, secret
from lab import frames
from lab.api import ApiError
from lab.daemon import Lab
from lab.wait import until

pytestmark = pytest.mark.alone

RATE = 2_000_000  # bits a second, of IP packets
SIZE = 1000
SECONDS = 2.0


@pytest.fixture(scope="module")
def lab():
    one = Lab()
    try:
        config = rich_config(one)
        config["ppp"]["profile"] += [
            profile("slow", rate_limit="2M"),
            profile("odd", rate_limit="2M/8M"),
            profile("bursts", rate_limit="2M/2M 8M/8M 4M/4M 4s/4s 8/8 1M/1M"),
        ]
        config["ppp"]["secret"] += [secret("slow", profile="slow"), secret("odd", profile="odd"),
                                    secret("bursts", profile="bursts"),
                                    secret("own", profile="slow", rate_limit="8M")]
        one.start(config)
        yield one
    finally:
        one.close()


def row_of(lab, host):
    return next(row for row in lab.api.get("ppp/active") if row["caller-id"].lower() == host.mac)


def packet(src, dst):
    return bytes(IP(src=src, dst=dst) / UDP(sport=9, dport=9) / Raw(bytes(SIZE - 28)))


class Flow:
    """Packets of one direction, offered at twice the rate of 2M."""

    def __init__(self, lab, host, core):
        self.lab, self.host, self.core = lab, host, core
        host.answer_ping = False

    def up(self):
        self.host.send_ip(packet(self.host.address, self.lab.CORE_HOST))

    def down(self):
        mac = self.lab.net.run("ac", "cat", "/sys/class/net/up0/address").strip() \
            if not hasattr(self, "mac") else self.mac
        self.mac = mac
        self.core.send(frames.ethernet(mac, "02:00:00:00:00:77", kind=0x0800) /
                       Raw(packet(self.lab.CORE_HOST, self.host.address)))

    def passed(self, way, counter, seconds=SECONDS, offered=2 * RATE):
        """Bits a second that passed, by the session's own counters."""
        gap, begin = SIZE * 8 / offered, time.monotonic()
        before, sent = row_of(self.lab, self.host)[counter], 0
        while (now := time.monotonic()) - begin < seconds:
            while sent * gap < now - begin:
                way()
                sent += 1
            self.host.run(0.001)
        took = time.monotonic() - begin
        return (row_of(self.lab, self.host)[counter] - before) * 8 / took


@pytest.mark.parametrize("direction", ["up", "down"])
def test_as_much_passes_as_the_profile_allows(lab, subscriber, core, direction):
    host = subscriber(lab, user="slow").dial()
    flow = Flow(lab, host, core)
    bits = flow.passed(getattr(flow, direction), "bytes-in" if direction == "up" else "bytes-out")
    assert 0.85 * RATE < bits < 1.25 * RATE  # and the tenth of a second that waits
    row = row_of(lab, host)
    assert row["rate-limit"] == "2M/2M"
    assert row["drops-in" if direction == "up" else "drops-out"] > 0


def test_each_direction_has_its_own_and_a_secret_goes_before_its_profile(lab, subscriber, core):
    host = subscriber(lab, user="odd").dial()
    flow = Flow(lab, host, core)
    assert flow.passed(flow.down, "bytes-out", offered=4 * RATE) > 1.5 * RATE
    assert flow.passed(flow.up, "bytes-in", 1.0) < 1.4 * RATE
    own = subscriber(lab, user="own").dial()
    flow = Flow(lab, own, core)
    assert flow.passed(flow.up, "bytes-in", 1.0) > 1.5 * RATE
    assert row_of(lab, own)["rate-limit"] == "8M/8M"


def test_a_burst_goes_faster_and_then_no_more(lab, subscriber, core):
    """8M until the average over 4 s is 4M: two seconds, and more where it can't be offered as fast."""
    host = subscriber(lab, user="bursts").dial()
    flow = Flow(lab, host, core)
    assert flow.passed(flow.up, "bytes-in", 1.0, 4 * RATE) > 1.5 * RATE
    until(lambda: flow.passed(flow.up, "bytes-in", 1.5, 4 * RATE) < 1.3 * RATE, 15, "no more of it")
    assert row_of(lab, host)["rate-limit"] == "2M/2M 8M/8M 4M/4M 4s/4s 8 1M/1M"


def test_a_standing_session_gets_another_limit_at_once(lab, subscriber, core):
    host = subscriber(lab, user="slow").dial()
    flow, session = Flow(lab, host, core), row_of(lab, host)[".id"]
    try:
        for limit, least, most in (("8M", 1.5, 5), ("1M", 0.3, 0.75), ("0", 1.5, 5)):
            lab.api.patch("ppp/profile/slow", rate_limit=limit)
            time.sleep(0.3)
            assert least * RATE < flow.passed(flow.up, "bytes-in", 1.0) < most * RATE, limit
        lab.api.patch("ppp/secret/slow", rate_limit="500k")
        time.sleep(0.3)
        assert row_of(lab, host)["rate-limit"] == "500k/500k"
        assert flow.passed(flow.up, "bytes-in", 1.0) < 0.5 * RATE
        assert row_of(lab, host)[".id"] == session and not host.ended
    finally:
        lab.api.patch("ppp/secret/slow", rate_limit="")
        lab.api.patch("ppp/profile/slow", rate_limit="2M")


def test_sessions_without_a_limit_are_not_held_up(lab, subscriber, core):
    host = subscriber(lab).dial()
    flow = Flow(lab, host, core)
    assert flow.passed(flow.up, "bytes-in", 1.0) > 1.5 * RATE
    row = row_of(lab, host)
    assert "rate-limit" not in row and row["drops-in"] == 0


@pytest.mark.parametrize("text, why", [
    ("fast", "rate"), ("2M/", "rate"), ("2M 1M", "burst-rate"), ("2M 4M 8M", "burst-threshold"),
    ("2M 4M 3M x", "burst-time"), ("2M 4M 3M 8s 9", "priority"), ("2M 4M 3M 8s 1 3M", "rate-min"),
    ("1 2 3 4 5 6 7", "words"), ("99999G", "rate")])
def test_a_limit_that_is_none_is_refused_and_named(lab, text, why):
    with pytest.raises(ApiError) as refused:
        lab.api.patch("ppp/profile/slow", rate_limit=text)
    assert refused.value.status == 400 and why in refused.value.answer["detail"]
    assert "rate-limit" in refused.value.answer["detail"]
    assert lab.api.get("ppp/profile/slow")["rate-limit"] == "2M/2M"
