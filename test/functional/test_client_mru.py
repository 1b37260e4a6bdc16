# SPDX-License-Identifier: BSD-3-Clause
"""Over an interface of jumbo frames: no larger packet is asked for than the client takes."""

import struct

from lab import frames
from lab.concentrator import LOCAL, REMOTE
from lab.frames import AC_NAME, IPV4, PADO, PADS, SERVICE_NAME, option, parse_options, tag
from lab.net import Wire

HOME_MTU = 9000
PPP_MAX_PAYLOAD = 0x0120


def test_no_larger_mru_is_claimed_than_is_taken(home, ac, dial_from_home):
    claimed = []
    jumbo = tag(PPP_MAX_PAYLOAD, struct.pack("!H", 8992))
    honest = ac.lcp

    def lcp(code, identifier, data):
        if code == frames.CONF_REQ:
            claimed.append(dict(parse_options(data))[frames.MRU])
        honest(code, identifier, data)

    ac.lcp = lcp
    ac.padi = lambda: ac.discover(PADO, tag(AC_NAME, "wild") + tag(SERVICE_NAME) + jumbo +
                                  ac.host_uniq)

    def padr():
        ac.discover(PADS, tag(SERVICE_NAME) + jumbo + ac.host_uniq, ac.session)
        ac.control(frames.LCP, frames.CONF_REQ, ac.lcp_options + option(frames.MRU, b"\x23\x20"))

    ac.padr = padr
    client = dial_from_home("--max-mru", "9000", "--max-mtu", "9000")
    assert ac.run(60, lambda: ac.up), client.log()
    mru, = struct.unpack("!H", claimed[-1])
    assert 1500 < mru <= 2022
    # And one of that size comes whole to the interface.
    ac.run(0.5)
    tun = Wire(home.namespace("home"), "pppoe-out1")
    header = struct.pack("!BBHHHBBH", 0x45, 0, mru, 1, 0, 64, 253, 0) + LOCAL + REMOTE
    ac.ppp(IPV4, header + bytes(mru - len(header)))
    received = iter(lambda: tun.receive(2), None)
    assert any(len(packet) == mru for packet in received)
    tun.close()
    assert client.stop() == 0
