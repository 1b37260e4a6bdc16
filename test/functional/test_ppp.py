# SPDX-License-Identifier: BSD-3-Clause
"""LCP, authentication and IPCP as a subscriber sees them."""

import struct

import pytest

from lab import frames
from lab.frames import (AUTH_VALUES, CODE_REJ, CONF_REJ, CONF_REQ, ECHO_REP, ECHO_REQ, IPCP, LCP,
                        MRU, PADT, PROTO_REJ, TERM_ACK, TERM_REQ, option)


def test_pap_logs_in(subscriber):
    host = subscriber(service="papers", auth="pap").dial()
    assert host.address.startswith("10.0.0.")
    assert host.peer_address == bytes([10, 0, 0, 1])


def test_chap_logs_in(subscriber):
    assert subscriber(auth="chap").dial().address


@pytest.mark.parametrize("auth, service", [("pap", "papers"), ("chap", "pppoeservice")])
@pytest.mark.parametrize("user, password", [("MT-User", "wrong"), ("MT-User", ""),
                                            ("nobody", "StrongPass"), ("off", "StrongPass")])
def test_a_wrong_login_is_refused_and_told_so(subscriber, auth, service, user, password):
    host = subscriber(service=service, auth=auth, user=user, password=password)
    host.open().negotiate()
    assert host.authenticate() is False
    assert host.auth_message, "the peer is told why"
    host.run(0.2)
    assert host.address is None


def test_after_a_failure_lcp_begins_anew(subscriber):
    host = subscriber(password="wrong").open().negotiate()
    assert host.authenticate() is False
    host.until(lambda: host.ended, what="ended")
    host.reset()
    host.password = "StrongPass"
    assert host.dial().address


def test_the_strongest_method_is_proposed_first_in_whatever_order_they_stand(subscriber):
    host = subscriber(service="choosy", auth=None)
    host.open().negotiate()
    assert host.agreed_auth == AUTH_VALUES["chap"]


def test_a_nak_moves_to_the_next_method(subscriber):
    host = subscriber(service="choosy", auth="pap").dial()
    assert host.agreed_auth == AUTH_VALUES["pap"]


def test_a_method_that_is_not_allowed_is_not_used(subscriber):
    host = subscriber(service="papers", auth="chap")
    host.open()
    with pytest.raises(TimeoutError):
        host.negotiate(timeout=2.0)
    assert host.agreed_auth != AUTH_VALUES["chap"]


def test_ipcp_before_authentication_gives_nothing(subscriber):
    host = subscriber()
    host.open().negotiate()
    host.password = "wrong"
    host.send_control(IPCP, CONF_REQ, option(frames.IP_ADDRESS, bytes([10, 0, 0, 66])))
    host.expect_nothing(lambda frame: frame.protocol == IPCP, 0.5)


def test_ip_before_authentication_goes_nowhere(subscriber):
    host = subscriber()
    host.open()
    host.address = "10.0.0.2"
    assert not host.ping("10.0.0.1", timeout=0.3)


def test_the_mru_of_each_side_is_honoured(subscriber):
    host = subscriber(mru=1400)
    host.open().negotiate()
    assert host.peer_mru == 1480, "ours is max-mru"
    assert host.lcp_wants[MRU] == struct.pack("!H", 1400)


def test_an_mru_that_cuts_packets_to_bits_is_not_agreed(subscriber):
    host = subscriber(mru=128)
    host.open().negotiate()
    assert host.lcp_wants[MRU] == struct.pack("!H", 576)


def test_unknown_lcp_options_are_rejected_and_the_rest_agreed(subscriber):
    host = subscriber()
    host.open()
    strange = option(13, b"\x06") + option(99, b"what")
    host.lcp_asked = True
    host.send_control(LCP, CONF_REQ, option(MRU, b"\x05\xc8") + strange)
    reject = host.expect_control(LCP, CONF_REJ)
    assert reject.control()[2] == strange


def test_echo_request_is_answered_with_our_magic_and_its_data(subscriber):
    host = subscriber().dial()
    number = host.send_control(LCP, ECHO_REQ, host.magic + b"hello")
    reply = host.expect_control(LCP, ECHO_REP)
    code, identifier, data = reply.control()
    assert identifier == number and data[4:] == b"hello"
    assert data[:4] not in (host.magic, bytes(4))


def test_an_echo_reply_that_nobody_asked_for_does_no_harm(subscriber):
    host = subscriber().dial()
    host.send_control(LCP, ECHO_REP, host.magic)
    host.send_control(LCP, ECHO_REP, b"")
    assert host.ping("10.0.0.1")


def test_an_unknown_protocol_is_rejected(subscriber):
    host = subscriber().dial()
    host.send_ppp(0x8207, frames.control(1, 9, b"decnet"))
    _, _, data = host.expect_control(LCP, PROTO_REJ).control()
    assert data[:2] == b"\x82\x07"
    assert host.ping("10.0.0.1")


def test_an_unknown_lcp_code_is_rejected(subscriber):
    host = subscriber().dial()
    host.send_control(LCP, 77, b"xyz")
    _, _, data = host.expect_control(LCP, CODE_REJ).control()
    assert data[0] == 77
    assert host.ping("10.0.0.1")


def test_discard_request_is_discarded(subscriber):
    host = subscriber().dial()
    host.send_control(LCP, frames.DISCARD, host.magic + b"x" * 100)
    host.expect_nothing(lambda frame: frame.protocol == LCP and frame.control()[0] != ECHO_REQ, 0.3)
    assert host.ping("10.0.0.1")


def test_identification_is_ignored_well(subscriber):
    host = subscriber().dial()
    host.send_control(LCP, 12, host.magic + b"MSRASV5.20")  # RFC 1570, section 2.1
    host.expect_nothing(lambda frame: frame.protocol == LCP and frame.control()[0] == CODE_REJ, 0.3)
    assert host.ping("10.0.0.1")


def test_a_line_that_is_looped_back_is_noticed(lab, subscriber):
    """All that we send comes back to us, our own magic number with it."""
    host = subscriber()
    host.answer_lcp = host.answer_echo = False
    host.open()
    events = lab.api.events()
    reflected = 0
    magics = set()

    def reflects():
        nonlocal reflected
        for frame in host.seen[reflected:]:
            if frame.protocol == LCP:
                if frame.control()[0] == CONF_REQ:
                    magics.add(dict(frames.parse_options(frame.control()[2]))[frames.MAGIC])
                host.send_ppp(LCP, frame.payload)
        reflected = len(host.seen)
        return host.ended

    host.until(reflects, timeout=20, what="ended")
    _, event = events.until(lambda kind, data: kind == "session-down" and
                            data["caller-id"].lower() == host.mac)
    assert event["reason-code"] == "loopback"
    assert len(magics) > 1, "another number is tried before the line is blamed"


def test_chap_asks_again_and_ends_whose_password_is_no_longer_right(lab, subscriber):
    host = subscriber(service="curious").dial()
    before = host.address
    challenges = lambda: [frame.control()[2] for frame in host.seen
                          if frame.protocol == frames.CHAP and frame.control()[0] == 1]
    host.run(2.5)
    assert 3 <= len(challenges()) <= 4 and len(set(challenges())) == len(challenges())
    assert not host.ended and host.address == before and host.ping("10.0.0.1")
    events = lab.api.events()
    host.password = "forgotten"
    host.until(lambda: host.ended, timeout=4, what="ended")
    _, event = events.until(lambda kind, data: kind == "session-down" and
                            data["caller-id"].lower() == host.mac)
    assert event["reason-code"] == "auth-failed"


def test_lcp_may_be_negotiated_anew_at_any_time(subscriber):
    host = subscriber().dial()
    before = host.address
    host.lcp_ours = host.lcp_theirs = False
    host.ipcp_ours = host.ipcp_theirs = host.ipcp_asked = False
    host.authenticated = None
    host.lcp_asked = True
    host.ask(LCP, host.lcp_wants)
    host.until(lambda: host.lcp_ours and host.lcp_theirs, what="through LCP again")
    assert host.authenticate()
    host.configure()
    assert host.address == before
    assert host.ping("10.0.0.1")


def test_terminate_request_is_acknowledged_and_followed_by_padt(lab, subscriber):
    host = subscriber().dial()
    host.send_control(LCP, TERM_REQ, b"good night")
    host.expect_control(LCP, TERM_ACK)
    host.until(lambda: any(frame.code == PADT and frame.ethertype == frames.ETHERTYPE_DISCOVERY
                           for frame in host.seen), what="ended by PADT")


BAD_PPP = {
    "an LCP length beyond the frame": (LCP, struct.pack("!BBH", CONF_REQ, 1, 400) + b"\x01\x04"),
    "an LCP length below 4": (LCP, struct.pack("!BBH", CONF_REQ, 1, 3)),
    "half an LCP header": (LCP, b"\x01\x01"),
    "no LCP packet": (LCP, b""),
    "an option of length 0": (LCP, frames.control(CONF_REQ, 1, b"\x01\x00\x05\xd4")),
    "an option of length 1": (LCP, frames.control(CONF_REQ, 1, b"\x01\x01\x05\xd4")),
    "an option past the end": (LCP, frames.control(CONF_REQ, 1, b"\x01\x20\x05")),
    "an MRU of 3 bytes": (LCP, frames.control(CONF_REQ, 1, b"\x01\x03\x05")),
    "a name past the end": (frames.PAP, frames.control(1, 1, b"\xffab\x01x")),
    "no password": (frames.PAP, frames.control(1, 1, b"\x02ab")),
    "a digest past the end": (frames.CHAP, frames.control(2, 1, b"\xf0abc")),
    "an IPCP address of 3 bytes": (IPCP, frames.control(CONF_REQ, 1, b"\x03\x05\x0a\x00\x00")),
}


@pytest.mark.parametrize("case", BAD_PPP)
def test_malformed_ppp_does_no_harm(subscriber, case):
    protocol, payload = BAD_PPP[case]
    early, late = subscriber().open(), subscriber().dial()
    for host in (early, late):
        host.send_ppp(protocol, payload)
    # What came was no packet, or changed nothing that was agreed.
    other = subscriber().dial()
    assert other.ping("10.0.0.1")
    early.negotiate()
    assert early.authenticate()


def test_ipcp_naks_the_peers_own_wish(subscriber):
    host = subscriber()
    host.ipcp_wants[frames.IP_ADDRESS] = bytes([192, 168, 1, 1])
    host.dial()
    assert host.address.startswith("10.0.0.")


def test_dns_and_nbns_are_handed_out(subscriber):
    host = subscriber(user="named")
    host.ipcp_wants[frames.NBNS1] = bytes(4)
    host.dial()
    assert host.dns == ["198.51.100.53", "198.51.100.54"]
    assert host.nbns[0] == "198.51.100.1"


def test_dns_that_is_not_configured_is_rejected(subscriber):
    assert subscriber().dial().dns == []


def test_ipv6cp_refused_leaves_ipv4_up(subscriber):
    host = subscriber().dial()
    host.send_ppp(frames.IPV6CP, frames.control(CONF_REQ, 1, option(1, bytes(8))))
    host.run(0.2)
    host.send_ppp(frames.IPV6CP, frames.control(TERM_REQ, 2))
    host.run(0.2)
    assert host.ping("10.0.0.1") and not host.ended
