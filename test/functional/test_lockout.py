# SPDX-License-Identifier: BSD-3-Clause
"""Wrong passwords by the dozen: the user waits at that place, and nowhere else."""

import time

import pytest

from lab.api import ApiError

MAC = "02:00:00:00:66:01"


def guess(subscriber, lab, password="guess", mac=MAC, **how):
    host = subscriber(lab, mac=mac, password=password, **how)
    return host.open().negotiate().authenticate()


def set_server(lab, **how):
    lab.api.patch("interface/pppoe-server/server/*1", **how)


@pytest.fixture
def guessed(make_lab, subscriber):
    """A lab where MT-User's password was guessed twice, which was once too often."""
    lab = make_lab()
    set_server(lab, max_login_failures=2, login_lock_time="1h")
    lab.events = lab.api.events()
    for _ in range(2):
        assert not guess(subscriber, lab)
    yield lab
    lab.events.close()


def test_guessing_locks_the_user_at_that_place_alone(guessed, subscriber):
    lab = guessed
    locked = lab.events.until(lambda kind, _: kind == "login-locked")[1]
    assert locked["name"] == "MT-User" and locked["caller-id"] == MAC
    (row,) = lab.api.get("ppp/locked")
    assert row["name"] == "MT-User" and row["caller-id"] == MAC and row["failures"] == 2
    for _ in range(3):
        assert not guess(subscriber, lab, "StrongPass")  # the right one, and too late
    metrics = lab.api.text("/metrics")
    assert "turnpike_logins_locked 1" in metrics
    assert 'turnpike_auth_failed_total{reason="locked"} 3' in metrics
    assert lab.daemon.log().count("none is taken") == 1
    assert lab.daemon.log().count("authentication failed") == 2
    assert subscriber(lab, mac="02:00:00:00:66:02").dial().address  # the honest one


def test_the_operator_lets_it_try_again(guessed, subscriber):
    guessed.api.delete("ppp/locked/MT-User")
    assert guessed.api.get("ppp/locked") == []
    assert guess(subscriber, guessed, "StrongPass")
    with pytest.raises(ApiError) as error:
        guessed.api.delete("ppp/locked/MT-User")
    assert error.value.status == 404


def test_a_lock_ends_by_itself_and_zero_is_never(make_lab, subscriber):
    lab = make_lab()
    set_server(lab, max_login_failures=1, login_lock_time="1s")
    assert not guess(subscriber, lab)
    time.sleep(1.2)
    assert guess(subscriber, lab, "StrongPass")
    set_server(lab, max_login_failures=0)
    for _ in range(4):
        assert not guess(subscriber, lab)
    assert guess(subscriber, lab, "StrongPass")
