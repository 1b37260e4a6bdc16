# SPDX-License-Identifier: BSD-3-Clause
"""A hostile access concentrator: whatever it sends, the client lives, does not grow, and dials an
honest one afterwards."""

import os
import random
import struct

import pytest

from lab import frames
from lab.concentrator import be16
from lab.daemon import slow
from lab.frames import (AC_COOKIE, AC_NAME, CHAP, CONF_NAK, CONF_REJ, CONF_REQ, ECHO_REQ,
                        IPCP, IPV4, LCP, MP, PADO, PADS, PADT, PROTO_REJ, SERVICE_NAME, TERM_REQ,
                        option, tag)

HOME_MTU = 1508
GROWTH_KB = 1024


@pytest.fixture
def client(ac, dial_from_home):
    """Connected once, so that it has all the memory it needs."""
    client = dial_from_home("--mrru", "1600")
    assert ac.run(60, lambda: ac.up), client.log()
    ac.run(0.1)
    return client


def survives(ac, client, before):
    """An honest access concentrator has taken its place: it is dialled."""
    ac.discover(PADT, session=ac.session)
    for name in ("padi", "padr", "lcp", "lcp_open", "ipcp", "discovery"):
        ac.__dict__.pop(name, None)
    ac.lcp_options = option(frames.MAGIC, ac.magic)
    ac.up = False
    assert ac.run(60, lambda: ac.up), client.log()[-3000:]
    if not slow():
        assert client.rss() - before < GROWTH_KB
    assert client.process.poll() is None, "it lives:\n" + client.log()[-3000:]
    assert client.stop() == 0


def redial(ac):
    ac.discover(PADT, session=ac.session)
    ac.up = False


def test_offers_by_the_thousand_and_none_of_them_right(ac, client):
    before = client.rss()
    wild = random.Random(1)

    def padi():
        for _ in range(120):
            tags = tag(AC_NAME, wild.randbytes(wild.randrange(200))) + ac.host_uniq
            kind = wild.randrange(6)
            if kind == 0:
                tags = tags[:wild.randrange(len(tags))]
            elif kind == 1:
                tags += struct.pack("!HH", SERVICE_NAME, 0xFFFF)
            elif kind == 2:
                tags += tag(AC_COOKIE, wild.randbytes(1200)) + tag(0x0110, wild.randbytes(200))
            elif kind == 3:
                tags += tag(SERVICE_NAME) * 200
            elif kind == 4:
                tags = tags.replace(ac.host_uniq, tag(frames.HOST_UNIQ, b"another's"))
            else:
                tags += tag(frames.GENERIC_ERROR, b"no \x00\xff" * 100)
            tags = tags[:1480]
            ac.discover(PADO, tags, src=f"02:00:00:00:{wild.randrange(256):02x}:01",
                        len=wild.choice((len(tags), len(tags), 0, 3, 0xFFFF)))

    ac.padi = padi
    redial(ac)
    ac.run(2)
    survives(ac, client, before)


@pytest.mark.parametrize("session, error", [(0, frames.SERVICE_NAME_ERROR),
                                            (0, frames.AC_SYSTEM_ERROR), (0xFFFF, None), (0, None)])
def test_sessions_that_are_none(ac, client, session, error):
    before = client.rss()
    ac.padr = lambda: ac.discover(PADS, tag(SERVICE_NAME) + ac.host_uniq + (
        tag(error, "words " * 100) if error else b""), session)
    redial(ac)
    ac.run(2)
    assert not ac.up
    survives(ac, client, before)


def test_hang_ups_by_others_are_not_heard(ac, client):
    for number in range(0, 0x10000, 211):
        if number != ac.session:
            ac.discover(PADT, session=number)
    ac.discover(PADT, session=ac.session, src="02:00:00:00:00:99")
    ac.run(0.5)
    assert ac.up and ac.ups == 1 and "disconnected" not in client.log()
    before = client.rss()
    survives(ac, client, before)


def test_it_is_hung_up_on_again_and_again(ac, client):
    before = client.rss()
    for _ in range(5):
        redial(ac)
        ac.run(0.1)
    survives(ac, client, before)


def forever(protocol):
    """Begins anew, over and over."""
    def attack(ac):
        for _ in range(1000):
            ac.control(protocol, CONF_REQ, ac.lcp_options if protocol == LCP else
                       option(frames.IP_ADDRESS, bytes([10, 99, 0, 1])))
            ac.poll()
    return attack


def nak_all(ac):
    ac.lcp = lambda code, identifier, data: code == CONF_REQ and ac.control(
        LCP, CONF_NAK, option(frames.MRU, be16(random.randrange(65536))) +
        option(frames.MAGIC, os.urandom(4)), identifier)
    redial(ac)
    ac.run(1.5)


def reject_all(ac):
    ac.lcp = lambda code, identifier, data: code == CONF_REQ and ac.control(LCP, CONF_REJ, data,
                                                                           identifier)
    redial(ac)
    ac.run(1.5)


def challenge_forever(ac):
    ac.lcp_options += option(frames.AUTH, frames.AUTH_VALUES["mschap2"])
    ac.lcp_open = lambda: None
    redial(ac)
    for _ in range(600):
        if ac.client:
            ac.control(CHAP, 1, bytes([16]) + os.urandom(16) + b"wild" * 300)
            ac.control(CHAP, 4, b"E=691 R=1 C=" + b"F" * 1200 + b" V=3 M=" + b"no" * 50)
        ac.poll()


def unknown_protocols(ac):
    for protocol in range(1, 0x10000, 151):
        ac.ppp(protocol, os.urandom(40))
        ac.poll()


def odd_lengths(ac):
    wild = random.Random(2)
    for _ in range(1000):
        payload = wild.randbytes(wild.randrange(1490))
        ac.ppp(wild.choice((LCP, IPCP, IPV4, MP, CHAP, 0x00FD)), payload,
               len=wild.choice((len(payload) + 2, 0, 1, 2, 3, 1500, 0xFFFF)),
               **wild.choice(({}, {"version": 2}, {"code": 9})))
        ac.poll()


def echoes(ac):
    for _ in range(1000):
        ac.control(LCP, ECHO_REQ, os.urandom(4) + bytes(random.randrange(1400)))
        ac.poll()


def rejects(ac):
    for _ in range(500):
        ac.control(LCP, PROTO_REJ, be16(random.choice((IPV4, 0x8057, 0x80FD, 0xC025))) + bytes(30))
        ac.poll()


def fragments(ac):
    """MP's, never ended, of all numbers."""
    for number in range(0, 2000):
        ac.ppp(MP, struct.pack("!I", (0x80 if number % 3 == 0 else 0) << 24 | number * 37) +
               bytes(1400))
        ac.poll()


def packets(ac):
    """IPv4 that is none, and none of ours."""
    wild = random.Random(3)
    for _ in range(1000):
        header = bytearray(b"\x45\0\0\x54\0\0\0\0\x40\x06\0\0\x0a\x63\0\x01\x0a\x63\0\x02")
        for _ in range(3):
            header[wild.randrange(20)] = wild.randrange(256)
        ac.ppp(IPV4, bytes(header) + wild.randbytes(wild.randrange(1400)))
        ac.poll()


def terminates(ac):
    for _ in range(200):
        ac.control(LCP, TERM_REQ, b"go away " * 100)
        ac.poll(0.005)


@pytest.mark.parametrize("attack", [
    forever(LCP), forever(IPCP), nak_all, reject_all, challenge_forever, unknown_protocols,
    odd_lengths, echoes, rejects, fragments, packets, terminates,
], ids=["lcp_anew_forever", "ipcp_anew_forever", "naks", "rejects_all", "challenges",
        "unknown_protocols", "odd_lengths", "echoes", "protocol_rejects", "fragments", "packets",
        "terminate_requests"])
def test_a_hostile_access_concentrator(ac, client, attack):
    before = client.rss()
    attack(ac)
    survives(ac, client, before)
