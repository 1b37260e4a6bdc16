# SPDX-License-Identifier: BSD-3-Clause
"""RFC 2516's discovery, the honest way and the others."""

import os
import struct
import time

import pytest

from lab import frames
from lab.frames import (AC_COOKIE, AC_NAME, AC_SYSTEM_ERROR, BROADCAST, GENERIC_ERROR, HOST_UNIQ,
                        PADI, PADO, PADR, PADS, PADT, RELAY_SESSION_ID, SERVICE_NAME,
                        SERVICE_NAME_ERROR, tag)

ERRORS = (SERVICE_NAME_ERROR, AC_SYSTEM_ERROR, GENERIC_ERROR)


def is_discovery(frame, code):
    return frame.ethertype == frames.ETHERTYPE_DISCOVERY and frame.code == code


def gives_a_session(frame):
    return is_discovery(frame, PADS) and frame.session != 0


def test_padi_for_a_service_is_offered_it(subscriber):
    host = subscriber()
    pado = host.discover()
    assert pado.dst == host.mac
    assert int(pado.src[:2], 16) & 1 == 0, "a PADO comes from a unicast address"
    assert (pado.version_type, pado.session) == (0x11, 0)
    assert pado.all(AC_NAME) == [b"MT_AC"]
    assert b"pppoeservice" in pado.all(SERVICE_NAME)
    assert pado.tag(HOST_UNIQ) == host.host_uniq
    assert pado.tag(AC_COOKIE)


def test_an_empty_service_name_is_offered_all_of_the_interface(subscriber):
    offered = subscriber().discover(service="").all(SERVICE_NAME)
    for name in (b"pppoeservice", b"papers", b"hosts", b"few"):
        assert name in offered
    assert b"closed" not in offered, "a disabled server offers nothing"
    assert b"asked" not in offered, "it is for those who name it"
    assert b"tagged" not in offered, "another interface's service"


def test_a_server_that_takes_no_empty_name_is_reached_by_its_name(lab, subscriber):
    assert subscriber(service="asked").dial().address
    lab.api.patch("interface/pppoe-server/server/asked@ether3", **{"accept-empty-service": True})
    try:
        assert b"asked" in subscriber().discover(service="").all(SERVICE_NAME)
    finally:
        lab.api.patch("interface/pppoe-server/server/asked@ether3",
                      **{"accept-empty-service": False})


def test_an_offer_waits_as_pado_delay_says_and_ends_by_load(lab, subscriber):
    begin = time.monotonic()
    host = subscriber(service="slow").dial()
    assert time.monotonic() - begin > 0.4
    with pytest.raises(TimeoutError):
        subscriber().discover(service="slow", timeout=0.8)
    host.hang_up()
    subscriber().discover(service="slow", timeout=3)


@pytest.mark.parametrize("service", ["nobody-has-this", "closed", "tagged", "pppoeservic",
                                     "PPPOESERVICE"])
def test_an_unknown_service_name_gets_no_answer(subscriber, service):
    host = subscriber()
    with pytest.raises(TimeoutError):
        host.discover(service=service, timeout=0.5)


def test_relay_session_id_comes_back_in_pado_and_pads(subscriber):
    host = subscriber()
    relay = tag(RELAY_SESSION_ID, b"\x01\x02relay")
    pado = host.discover(extra=relay)
    assert pado.tag(RELAY_SESSION_ID) == b"\x01\x02relay"
    host.ac_mac = pado.src
    host.send_discovery(PADR, host.request_tags(pado))
    pads = host.expect_discovery(PADS)
    host.session = pads.session
    assert pads.tag(RELAY_SESSION_ID) == b"\x01\x02relay"
    assert pads.tag(HOST_UNIQ) == host.host_uniq


def test_unknown_tags_are_ignored(subscriber):
    pado = subscriber().discover(extra=tag(0x0999, b"?") + tag(0x0105, b"\x00\x00\x0d\xe9line"))
    assert pado.tag(0x0999) is None


@pytest.mark.parametrize("odd", [tag(0x0105), tag(0x0105, b"\x00\x00\x0d"), tag(0x0120, b"\x05"),
                                 tag(0x0120, b"\x05\xdc\x00")])
def test_tags_that_make_no_sense_are_ignored(subscriber, odd):
    assert subscriber().discover(extra=odd)


def test_tags_after_end_of_list_are_not_read(subscriber):
    pado = subscriber().discover(extra=tag(frames.END_OF_LIST) + tag(RELAY_SESSION_ID, b"late"))
    assert pado.tag(RELAY_SESSION_ID) is None


GOOD = tag(SERVICE_NAME, "pppoeservice")
MALFORMED = {
    "a tag that runs past the end": (GOOD + struct.pack("!HH", HOST_UNIQ, 200) + b"short", {}),
    "half a tag header": (GOOD + b"\x01\x03\x00", {}),
    "a length beyond the frame": (GOOD, {"len": 1400}),
    "a length that cuts a tag": (GOOD, {"len": len(GOOD) - 1}),
    "no Service-Name": (tag(HOST_UNIQ, b"x"), {}),
    "no tags at all": (b"", {}),
    "a session id in a PADI": (GOOD, {"session": 7}),
    "version 2": (GOOD, {"version": 2}),
    "type 2": (GOOD, {"type": 2}),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_padi_gets_no_answer(subscriber, case):
    host = subscriber()
    tags, fields = MALFORMED[case]
    host.send_discovery(PADI, tags, dst=BROADCAST, **fields)
    host.expect_nothing(lambda frame: is_discovery(frame, PADO), 0.4)
    assert host.discover(), "and the next host is served"


def test_frames_cut_anywhere_do_no_harm(subscriber):
    host = subscriber()
    whole = bytes(frames.discovery(BROADCAST, host.mac, PADI, GOOD + tag(HOST_UNIQ, b"abcd")))
    for length in range(14, len(whole)):
        host.wire.send(whole[:length])
    # Only the last byte's loss could be padded away by no one: none of them is whole.
    host.expect_nothing(lambda frame: is_discovery(frame, PADO), 0.5)
    assert host.discover()


@pytest.mark.parametrize("code", [0x00, 0x08, 0x0A, PADO, PADS, 0xFF])
def test_codes_that_are_no_clients_get_no_answer(subscriber, code):
    host = subscriber()
    pado = host.discover()
    host.send_discovery(code, host.request_tags(pado), dst=pado.src)
    host.expect_nothing(lambda frame: frame.ethertype == frames.ETHERTYPE_DISCOVERY, 0.4)


def test_padr_without_a_cookie_gets_no_session(subscriber):
    host = subscriber()
    host.ac_mac = host.discover().src
    host.send_discovery(PADR, GOOD + tag(HOST_UNIQ, host.host_uniq))
    host.expect_nothing(gives_a_session, 0.5)


@pytest.mark.parametrize("spoil", [
    lambda cookie: bytes(len(cookie)),
    lambda cookie: bytes([cookie[0] ^ 1]) + cookie[1:],
    lambda cookie: cookie[:-1] + bytes([cookie[-1] ^ 0x80]),
    lambda cookie: cookie[:-1],
    lambda cookie: cookie + b"\0",
    lambda cookie: b"",
    lambda cookie: os.urandom(1000),
], ids=["zeros", "first bit", "last bit", "short", "long", "empty", "noise"])
def test_padr_with_a_forged_cookie_gets_no_session(subscriber, spoil):
    host = subscriber()
    pado = host.discover()
    host.ac_mac = pado.src
    host.send_discovery(PADR, GOOD + tag(HOST_UNIQ, host.host_uniq) +
                        tag(AC_COOKIE, spoil(pado.tag(AC_COOKIE))))
    host.expect_nothing(gives_a_session, 0.4)


def test_padr_with_another_hosts_cookie_gets_no_session(subscriber):
    one, other = subscriber(), subscriber()
    pado = one.discover()
    other.ac_mac = pado.src
    other.send_discovery(PADR, GOOD + tag(HOST_UNIQ, other.host_uniq) +
                         tag(AC_COOKIE, pado.tag(AC_COOKIE)))
    other.expect_nothing(gives_a_session, 0.5)


def test_padr_with_a_stale_cookie_gets_no_session(make_lab, subscriber):
    lab = make_lab()
    host = subscriber(lab)
    pado = host.discover()
    lab.daemon.stop_cleanly()
    lab.daemon.start()
    host.ac_mac = pado.src
    host.send_discovery(PADR, host.request_tags(pado))
    host.expect_nothing(gives_a_session, 0.5)
    assert host.open().session


def test_padr_for_a_service_that_is_not_there_is_told_so(subscriber):
    host = subscriber()
    pado = host.discover()
    host.ac_mac = pado.src
    host.send_discovery(PADR, host.request_tags(pado, service="nobody-has-this"))
    pads = host.expect_discovery(PADS)
    assert pads.session == 0
    assert pads.tag(SERVICE_NAME_ERROR) is not None
    assert pads.tag(HOST_UNIQ) == host.host_uniq


def test_padr_with_an_empty_service_name_gets_a_session_and_its_own_name_back(subscriber):
    host = subscriber(service="")
    pado = host.discover()
    host.ac_mac = pado.src
    host.send_discovery(PADR, host.request_tags(pado))
    pads = host.expect_discovery(PADS)
    assert pads.session
    assert pads.all(SERVICE_NAME) == [b""], "hosts compare it with what they asked for"


def test_padr_to_the_broadcast_address_gets_no_session(subscriber):
    host = subscriber()
    pado = host.discover()
    host.send_discovery(PADR, host.request_tags(pado), dst=BROADCAST)
    host.expect_nothing(gives_a_session, 0.4)


def test_padr_to_another_acs_address_gets_no_session(subscriber):
    host = subscriber()
    pado = host.discover()
    host.send_discovery(PADR, host.request_tags(pado), dst="02:11:22:33:44:55")
    host.expect_nothing(gives_a_session, 0.4)


def test_a_duplicate_padr_gets_the_same_session(lab, subscriber):
    host = subscriber()
    pado = host.discover()
    host.ac_mac = pado.src
    ids = set()
    for _ in range(3):  # as when the PADS was lost; those of one moment may get one answer
        host.send_discovery(PADR, host.request_tags(pado))
        ids.add(host.expect_discovery(PADS).session)
    assert len(ids) == 1 and 0 not in ids
    host.session = ids.pop()
    host.negotiate()
    assert host.authenticate()
    host.configure()
    mine = [row for row in lab.api.get("ppp/active")
            if row["caller-id"].lower() == host.mac]
    assert len(mine) == 1


def test_two_hosts_have_two_session_ids(subscriber):
    one, other = subscriber().open(), subscriber().open()
    assert one.session != other.session


def test_padt_ends_the_session(lab, subscriber):
    host = subscriber().dial()
    assert host.ping("10.0.0.1")
    host.send_discovery(PADT, session=host.session)
    wait_gone(lab, host)
    assert not host.ping("10.0.0.1", timeout=0.3)


def test_padt_from_another_host_ends_nothing(subscriber):
    host, thief = subscriber().dial(), subscriber()
    thief.ac_mac = host.ac_mac
    thief.send_discovery(PADT, session=host.session)
    host.run(0.3)
    assert host.ping("10.0.0.1") and not host.ended


def test_padt_for_an_unknown_session_is_ignored(subscriber):
    host = subscriber()
    pado = host.discover()
    for session in (0, 1, 0x7777, 0xFFFF):
        host.send_discovery(PADT, session=session, dst=pado.src)
    host.expect_nothing(lambda frame: is_discovery(frame, PADT), 0.3)
    assert host.discover()


def test_frames_of_an_unknown_session_are_answered_with_padt_but_not_each(subscriber):
    host = subscriber()
    host.ac_mac = host.discover().src
    for _ in range(400):
        host.send_ppp(frames.IPV4, bytes(40), session=0x7ABC)
    host.run(1.0)
    padts = [frame for frame in host.seen if is_discovery(frame, PADT)]
    assert padts, "a client that outlived a restart is told to redial"
    assert all(frame.session == 0x7ABC for frame in padts)
    assert len(padts) <= 100, "an attacker gets no reflector"


def test_session_id_0_and_ffff_are_never_given(subscriber):
    ids = [subscriber().open().session for _ in range(8)]
    assert 0 not in ids and 0xFFFF not in ids


def test_ppp_max_payload_raises_the_mru(subscriber):
    host = subscriber(service="baby", mru=1500, max_payload=1500)
    pado = host.discover()
    assert pado.tag(frames.PPP_MAX_PAYLOAD) == struct.pack("!H", 1500)
    host.open().negotiate()
    assert host.peer_mru == 1500


def test_without_ppp_max_payload_the_mru_stays_within_1492(subscriber):
    host = subscriber(service="baby", mru=1492)
    host.open().negotiate()
    assert host.peer_mru <= 1492


def wait_gone(lab, host, timeout=3.0):
    end = time.monotonic() + timeout
    while any(row["caller-id"].lower() == host.mac for row in lab.api.get("ppp/active")):
        assert time.monotonic() < end, "the session is still there"
        host.run(0.05)
