# SPDX-License-Identifier: BSD-3-Clause
"""A client that stands still, as on a machine that is paused: nobody is given up who was not asked,
and had the time to answer while we were listening."""

import signal
import time

import pytest

from lab.frames import AC_NAME, ECHO_REQ, LCP, PADO, SERVICE_NAME, tag
from lab import frames

KEEPALIVE = 2


@pytest.fixture
def client(dial_from_home):
    client = dial_from_home("--keepalive-timeout", KEEPALIVE)
    yield client
    assert client.stop() == 0


def stand_still(client, seconds, meanwhile=lambda: None):
    client.process.send_signal(signal.SIGSTOP)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        meanwhile()
        time.sleep(0.5)
    client.process.send_signal(signal.SIGCONT)


def asked(ac):
    """Echo-Requests of the client's, since the test last emptied `seen`."""
    return sum(frame.session == ac.session and frame.protocol == LCP and
               frame.control()[0] == ECHO_REQ
               for frame in ac.seen if frame.ethertype == frames.ETHERTYPE_SESSION)


def test_after_a_standstill_it_asks_and_stays(ac, client):
    assert ac.run(60, lambda: ac.up), client.log()
    ac.seen.clear()
    stand_still(client, 3 * KEEPALIVE)
    assert ac.run(60, lambda: asked(ac) >= 1), "it asks"
    ac.run(2 * KEEPALIVE + 1)  # the answers are enough
    assert ac.up and ac.ups == 1 and "disconnected" not in client.log()


def test_what_waits_in_its_socket_is_a_sign_of_life(ac, client):
    assert ac.run(60, lambda: ac.up), client.log()
    ac.lcp = lambda *_: None  # no answers, so that only what waited counts
    ac.seen.clear()
    # Asked once or twice already: what came then is read before the verdict.
    ac.run(KEEPALIVE + 0.5)
    stand_still(client, 3 * KEEPALIVE, lambda: ac.control(LCP, ECHO_REQ, ac.magic))
    before = asked(ac)
    ac.seen.clear()
    ac.run(KEEPALIVE - 1)
    assert ac.up and "disconnected" not in client.log() and before >= 1


def test_who_stays_silent_is_asked_as_often_as_ever_and_given_up(ac, client):
    assert ac.run(60, lambda: ac.up), client.log()
    ac.lcp = lambda *_: None
    ac.seen.clear()
    stand_still(client, 3 * KEEPALIVE)
    assert ac.run(15, lambda: not ac.up), client.log()
    assert asked(ac) >= KEEPALIVE
    assert ac.run(60, lambda: "keepalive timeout" in client.log()), client.log()


def test_an_offer_that_came_meanwhile_is_taken(ac, client):
    """Its tries do not run out while it stands still."""
    ac.padi = lambda: None
    assert ac.run(60, lambda: ac.asks() >= 1), client.log()
    stand_still(client, 4, lambda: ac.discover(PADO, tag(AC_NAME, "wild") + tag(SERVICE_NAME) +
                                               ac.host_uniq))
    assert ac.run(60, lambda: ac.up), client.log()
    assert "disconnected" not in client.log()
