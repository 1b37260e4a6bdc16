# SPDX-License-Identifier: BSD-3-Clause
"""`/ipv6 nd`, while sessions stand. What each of its words does: test_properties."""

from scapy.layers.inet6 import ICMPv6ND_RA

from lab.ipv6 import Ipv6


def test_advertisements_come_as_often_as_is_configured(lab, subscriber):
    """Three come soon after the link is up, whatever is configured (RFC 4861, 6.2.4)."""
    lab.api.patch("ipv6/nd", **{"ra-interval": "3s"})
    ipv6 = Ipv6(subscriber()).dial()
    for _ in range(4):
        ipv6.expect(lambda packet: ICMPv6ND_RA in packet, timeout=20, what="Router Advertisement")


def test_a_change_is_told_with_the_next_advertisement(lab, subscriber):
    ipv6 = Ipv6(subscriber()).dial()
    assert ipv6.solicit()[ICMPv6ND_RA].routerlifetime == 1800
    lab.api.patch("ipv6/nd", **{"ra-lifetime": "none"})
    ipv6.host.run(0.6)  # what was on its way: answers are MAX_RA_DELAY_TIME apart
    assert ipv6.solicit()[ICMPv6ND_RA].routerlifetime == 0
