# SPDX-License-Identifier: BSD-3-Clause
"""MPPE with Linux's pppd and its kernel's ppp_mppe."""

import re
import time

import pytest

from lab.frames import Frame
from lab.guest import MAC
from lab.net import Wire

IPV4, MPPE, MP = 0x0021, 0x00FD, 0x003D


def mine(lab):
    return [row for row in lab.api.get("ppp/active") if row["caller-id"].lower() == MAC]


class Tap:
    """Which PPP protocols of packets are on the access cable, both ways."""

    def __init__(self, lab):
        self.wire = Wire(lab.net.namespace("ac"), "acc0")

    def protocols(self):
        seen = set()
        while (data := self.wire.receive(0.05)) is not None:
            frame = Frame(data) if len(data) > 22 else None
            if frame and frame.ethertype == 0x8864 and frame.protocol in (IPV4, MPPE, MP):
                seen.add(frame.protocol)
        return seen


@pytest.fixture
def tap(lab):
    tap = Tap(lab)
    yield tap
    tap.wire.close()


def talks(lab, guest):
    """Small and large packets, enough of them for the key to change more than once."""
    guest.run(f"ping -c 2 -i 0.2 -W 2 10.0.0.1 && ping -c 2 -i 0.2 -W 2 -s 1400 {lab.CORE_HOST} && "
              f"ping -f -c 700 -W 2 {lab.CORE_HOST} >/run/flood && grep -q ' 0% packet loss' /run/flood",
              timeout=60)


# pppd makes no 40-bit keys from MS-CHAPv1: it has no LAN Manager hash.
@pytest.mark.parametrize("method, bits", [("mschap1", 128), ("mschap2", 128), ("mschap2", 40)])
@pytest.mark.parametrize("user, pppd_wants", [("secure", ""), ("stateful", "mppe-stateful")])
def test_packets_are_encrypted_both_ways(lab, guest, dial, tap, method, bits, user, pppd_wants):
    other = {128: "nomppe-40", 40: "nomppe-128"}[bits]
    pppd = dial(service=method, user=user, options=f"require-mppe-{bits} {other} {pppd_wants}")
    pppd.wait_up()
    row, = mine(lab)
    kind = "stateful" if pppd_wants else "stateless"
    assert row["encoding"] == f"MPPE{bits} {kind}", pppd.log()
    assert re.search(rf"MPPE {bits}-bit {kind} compression enabled", pppd.log()), pppd.log()
    talks(lab, guest)
    assert tap.protocols() == {MPPE}, "nothing in clear"


def test_a_client_that_does_not_encrypt_is_refused_where_it_is_required(lab, guest, dial):
    pppd = dial(service="mschap2", user="secure", options="nomppe noccp maxfail 1")
    pppd.wait_end()
    assert "remote IP address" not in pppd.log()
    end = time.monotonic() + 5
    while mine(lab) and time.monotonic() < end:
        time.sleep(0.1)
    assert not mine(lab) and "encryption" in lab.daemon.log()


def test_a_method_without_keys_is_refused_where_encryption_is_required(lab, guest, dial):
    pppd = dial(service="pap", user="secure", options="maxfail 1")
    pppd.wait_end()
    assert "remote IP address" not in pppd.log() and not mine(lab)


def test_a_profile_that_does_not_want_it_rejects_ccp(lab, guest, dial, tap):
    dial(service="mschap2", user="clear").wait_up()
    assert mine(lab)[0]["encoding"] == ""
    guest.run("ping -c 2 -i 0.2 -W 2 10.0.0.1")
    assert tap.protocols() == {IPV4}


def test_encrypted_packets_are_cut_and_joined_by_mp(lab, guest, dial, tap):
    pppd = dial(service="mp", user="secure",
                options="require-mppe-128 mru 1492 multilink mrru 1614")
    pppd.wait_up()
    row, = mine(lab)
    assert row["encoding"] == "MPPE128 stateless" and row["mrru"] == 1614
    # 1,498 bytes over a link of 1,492. Linux can't decrypt packets much larger than its MRU.
    guest.run("ip link set ppp0 mtu 1600; ping -c 3 -i 0.2 -W 2 -M do -s 1470 10.0.0.1")
    assert IPV4 not in tap.protocols()
