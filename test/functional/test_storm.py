# SPDX-License-Identifier: BSD-3-Clause
"""A flood at the front door, while those inside go on with their lives."""

import random
import struct
import time

import pytest

from lab import frames
from lab.daemon import slow
from lab.flood import flood, random_mac
from lab.frames import PADI, SERVICE_NAME, tag

pytestmark = pytest.mark.alone


def padi():
    return frames.discovery(frames.BROADCAST, random_mac(), PADI, tag(SERVICE_NAME, "pppoeservice"))


def test_ten_thousand_padis_from_random_macs_do_not_disturb_a_session(lab, subscriber):
    host = subscriber().dial()
    thread = flood(lab.wire(), padi, 10000, 4000)
    asked = answered = 0
    while thread.is_alive():
        asked += 1
        answered += host.ping(lab.CORE_HOST, timeout=2.0)
    thread.join()
    assert asked >= 5 and answered >= asked - 1, f"{answered} of {asked} pings came back"
    assert not host.ended
    # And nothing of it stays: no session was made, a newcomer is served.
    assert len([row for row in lab.api.get("ppp/active")]) == 1
    end = time.monotonic() + 10
    while True:
        try:
            assert subscriber().dial().address
            break
        except TimeoutError:
            assert time.monotonic() < end, "no newcomer is served after the storm"


def test_padrs_with_made_up_cookies_make_no_session(lab, subscriber):
    host = subscriber().dial()

    def padr():
        tags = (tag(SERVICE_NAME, "pppoeservice") +
                tag(frames.AC_COOKIE, random.randbytes(16)))
        return frames.discovery(host.ac_mac, random_mac(), frames.PADR, tags)

    flood(lab.wire(), padr, 3000, 4000).join()
    assert len(lab.api.get("ppp/active")) == 1
    assert host.ping("10.0.0.1")


def test_noise_of_every_kind_does_no_harm(lab, subscriber):
    """Random bytes behind both EtherTypes, into a live session too; the seed is said on failure."""
    seed = random.randrange(1 << 32)
    print("seed", seed)
    noise = random.Random(seed)
    host = subscriber().dial()
    protocols = (frames.LCP, frames.PAP, frames.CHAP, frames.IPCP, frames.IPV4, frames.CCP,
                 frames.IPV6CP, 0x0057, 0x003D, 0xC025)
    for number in range(2000):
        body = noise.randbytes(noise.randrange(0, 200))
        kind = number % 4
        if kind == 0:
            host.send_discovery(noise.randrange(256), body, session=noise.randrange(65536))
        elif kind == 1:
            host.wire.send(bytes.fromhex(host.ac_mac.replace(":", "")) +
                           bytes.fromhex(random_mac().replace(":", "")) +
                           struct.pack("!H", noise.choice((0x8863, 0x8864, 0x8100, 0x88A8))) + body)
        elif kind == 2:
            host.send_ppp(noise.choice(protocols), body, session=noise.randrange(65536))
        else:
            other = noise.choice(protocols)
            # Not what would end the session by its own right: a whole Terminate-Request.
            host.send_ppp(other, b"\x0c" + body[1:] if other in (frames.LCP, frames.IPCP) else body)
        if number % 100 == 0:
            host.run(0.02 if not slow() else 0.1)
    assert lab.daemon.running(), lab.daemon.log()
    assert subscriber().dial().ping("10.0.0.1")


def test_churn_under_traffic_leaves_everything_whole(lab, subscriber):
    before = {row["address"] for row in lab.api.get("ip/pool/used")}
    steady = subscriber().dial()
    for round_number in range(15):
        hosts = [subscriber().dial() for _ in range(4)]
        for host in hosts:
            assert host.ping("10.0.0.1")
        assert steady.ping(lab.CORE_HOST)
        for number, host in enumerate(hosts):
            if (number + round_number) % 2:
                host.hang_up()
            else:
                host.send_discovery(frames.PADT, session=host.session)
            host.session = None
    steady.until(lambda: {row["address"] for row in lab.api.get("ip/pool/used")} - before ==
                 {steady.address}, what="the only one left")
