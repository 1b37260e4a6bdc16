# SPDX-License-Identifier: BSD-3-Clause
"""Why is he offline? What happened to subscribers, those who were refused among them, a line each."""

import re
import subprocess
import time

import pytest

from lab import frames
from lab.api import ApiError
from lab.daemon import program

BOB, GUESSER, REJECTED, WRONG, EMPTY, LINE, TWICE, TYPED = (
    f"02:00:00:00:77:0{i}" for i in range(1, 9))


def why(lab, subscriber):
    return lab.api.post("ppp/subscriber/why", subscriber=subscriber)


def ctl(lab, *words):
    return subprocess.run([program("turnpikectl"), "--socket", lab.daemon.socket, *words],
                          capture_output=True, text=True, timeout=20)


def reasons(rows):
    return [row["reason"] for row in rows[1:]]


def refused_padi(lab, subscriber, mac, count=1, service="pppoeservice"):
    host = subscriber(lab, mac=mac)
    for _ in range(count):
        host.send_discovery(frames.PADI, frames.tag(frames.SERVICE_NAME, service.encode()))
        host.run(0.1)  # or they wait together, and are one


def metric(lab, name):
    return int(re.search(rf"^{name} (\d+)$", lab.api.text("/metrics"), re.M).group(1))


def test_who_is_connected_and_who_hung_up(lab, subscriber):
    host = subscriber(lab, mac=BOB, user="fixed").dial()
    now, up = why(lab, "fixed")
    assert now["event"] == "now" and now["reason"] == "connected"
    assert now["address"] == "10.9.9.9" and now["port"] == "ether3" and now["session-id"] == host.session
    assert now["text"].startswith("connected since ") and "try" not in now
    assert up["reason"] == "session-up" and up["text"] == "connected: 10.9.9.9"
    host.hang_up()
    rows = why(lab, "fixed")
    assert rows[0]["reason"] == "offline" and "hung up" in rows[0]["text"]
    assert reasons(rows) == ["session-up", "peer-terminate"]
    assert rows[2]["text"].startswith("ended after ") and "session-id" not in rows[0]


def test_he_is_found_by_name_mac_address_and_line(lab, subscriber):
    host = subscriber(lab, mac=LINE, user="wired")
    host.line_tag = frames.line_tag(b"dslam1 eth 1/2")
    host.dial()
    texts = [why(lab, by)[0]["text"] for by in ("wired", LINE, host.address, "dslam1 eth 1/2")]
    assert [text.split(" (")[0] for text in texts] == [texts[0].split(" (")[0]] * 4
    host.hang_up()
    assert [why(lab, by)[0]["reason"] for by in ("wired", LINE, "dslam1 eth 1/2")] == ["offline"] * 3
    assert why(lab, LINE)[0]["circuit-id"] == "dslam1 eth 1/2"


def test_a_wrong_password_is_one_line_with_a_count(lab, subscriber):
    for _ in range(2):
        host = subscriber(lab, mac=GUESSER, user="named", password="guess")
        assert not host.open().negotiate().authenticate()
    now, failed = why(lab, "named")
    assert now["reason"] == "offline" and "password" in now["try"]
    assert failed["event"] == "login" and failed["reason"] == "wrong-password" and failed["count"] == 2
    assert failed["text"].startswith("authentication failed (chap): ") and failed["first-time"]


def test_a_padi_that_is_not_answered_says_why(lab, subscriber):
    lab.api.put("interface/pppoe-server/mac-filter", mac_address=REJECTED, action="reject")
    refused_padi(lab, subscriber, REJECTED, 5)
    refused_padi(lab, subscriber, WRONG, 2, "nonsense")
    now, padi = why(lab, REJECTED)
    assert "name" not in now and "mac-filter" in now["try"]
    assert (padi["reason"], padi["count"]) == ("mac-rejected", 5)
    assert padi["text"] == "PADI not answered: the mac-filter rejects this host"
    padi = why(lab, WRONG)[1]
    assert (padi["reason"], padi["count"]) == ("unknown-service", 2)
    assert 'service-name "nonsense"' in padi["text"]
    assert metric(lab, "turnpike_history_strangers") >= 2
    assert metric(lab, "turnpike_history_repeated_total") >= 5


def test_a_client_that_refuses_its_address_or_hears_no_pado_is_told_by_it(lab, subscriber):
    silent = subscriber(lab, mac="02:00:00:00:77:31")
    silent.discover()  # and goes no further
    host = subscriber(lab, mac="02:00:00:00:77:32", user="single").open().negotiate()
    assert host.authenticate()
    host.send_ppp(0xC021, bytes([8, 1, 0, 6, 0x80, 0x21]))  # Protocol-Reject of IPCP
    host.run(0.5)
    rows = why(lab, host.mac)
    refused = [row for row in rows if row["reason"] == "ipv4-refused"]
    assert refused and refused[-1]["text"] == "no IPv4: the client rejects IPCP", [row["text"] for row in rows]
    assert "obtain its address automatically" in refused[-1]["try"]
    end = time.monotonic() + 30
    while time.monotonic() < end:
        rows = lab.api.get("ppp/subscriber")
        if any(row["caller-id"] == silent.mac and row.get("last-reason") == "no-request" for row in rows):
            break
        host.run(0.5)
    now, pado = why(lab, silent.mac)
    assert pado["reason"] == "no-request" and pado["text"] == "PADO not answered: no PADR followed it"
    assert "another access concentrator" in now["try"]
    assert metric(lab, "turnpike_pado_unanswered_total") >= 1


def test_a_limit_and_an_empty_pool_are_named(lab, subscriber):
    first = subscriber(lab, service="few").dial()
    host = subscriber(lab, mac=TWICE, service="few")
    pado = host.discover()
    host.send_discovery(frames.PADR, host.request_tags(pado), dst=pado.src)
    host.run(0.3)
    assert "max-sessions" in why(lab, TWICE)[-1]["text"]
    first.hang_up()
    taken = [subscriber(lab, user="tiny") for _ in range(3)]
    for one in taken:
        one.dial()
    host = subscriber(lab, mac=EMPTY, user="tiny").open().negotiate()
    host.authenticate()
    host.run(0.3)
    rows = why(lab, EMPTY)
    assert rows[0]["reason"] == "offline" and rows[-1]["reason"] == "no-address"
    assert "/ip pool" in rows[0]["try"]
    for one in taken:
        one.hang_up()


def test_who_dials_in_elsewhere_takes_his_place_and_a_new_limit_is_told(lab, subscriber):
    first = subscriber(lab, user="single").dial()
    second = subscriber(lab, user="single").dial()
    first.run(0.3)
    lab.api.patch("ppp/profile/single", rate_limit="5M/10M")
    end = time.monotonic() + 20  # taken back before it is in force it would be no change
    while reasons(why(lab, "single")).count("subscriber-changed") < 1 and time.monotonic() < end:
        second.run(0.05)
    lab.api.patch("ppp/profile/single", rate_limit="")
    rows = why(lab, "single")
    second.hang_up()
    assert rows[0]["reason"] == "connected" and "replaced-user" in reasons(rows)
    assert any("the configuration has changed rate-limit" in row["text"] for row in rows)
    assert {row["caller-id"] for row in rows} >= {first.mac.upper()}


def test_the_cli_tells_it_in_plain_lines(lab, subscriber):
    for _ in range(2):
        host = subscriber(lab, mac=TYPED, user="idle", password="guess")
        assert not host.open().negotiate().authenticate()
    done = ctl(lab, "/ppp subscriber why", TYPED)
    assert done.returncode == 0, done.stderr
    head, advice, empty, line = done.stdout.splitlines()
    assert head.startswith(f"idle, {TYPED} on ether3: not there; last heard of at ")
    assert advice.startswith("  try: ") and empty == ""
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d  authentication failed \(chap\): .* "
                        r"\(2 times since .*\)", line)
    assert ctl(lab, "/ppp subscriber why").returncode == 2
    assert ctl(lab, "/ppp subscriber why a b").returncode == 2
    done = ctl(lab, "/ppp subscriber print where", f"caller-id={TYPED}")
    assert "idle" in done.stdout and "wrong-password" in done.stdout


def test_what_is_not_known_and_not_understood_is_refused(lab):
    with pytest.raises(ApiError) as error:
        why(lab, "nobody at all")
    assert error.value.status == 404 and "not even a PADI" in error.value.answer["detail"]
    with pytest.raises(ApiError) as error:
        lab.api.post("ppp/subscriber/why")
    assert error.value.status == 400
    with pytest.raises(ApiError) as error:
        lab.api.post("ppp/subscriber/why", subscriber="x", colour="red")
    assert "colour" in error.value.answer["detail"]
    (never,) = why(lab, "unclamped")  # there is such a secret
    assert never["reason"] == "offline" and "PADI" in never["try"]
    (off,) = why(lab, "off")
    assert "enable" in off["try"]


def test_limits_are_the_configurations(lab, subscriber):
    lab.api.patch("ppp/subscriber/history", subscriber_lines=3)
    for _ in range(3):
        subscriber(lab, mac=BOB, user="fixed").dial().hang_up()
    assert len(why(lab, "fixed")) == 4
    lab.api.patch("ppp/subscriber/history", memory_lines=2)
    assert metric(lab, "turnpike_history_lines") <= 3  # of the one who was last
    lab.api.patch("ppp/subscriber/history", memory_lines=1000000, strangers=16)
    assert metric(lab, "turnpike_history_strangers") <= 16
    assert metric(lab, "turnpike_history_dropped_total") > 0
    lab.api.patch("ppp/subscriber/history", memory_limit=0)
    assert metric(lab, "turnpike_history_callers") == 0
    with pytest.raises(ApiError) as error:
        lab.api.patch("ppp/subscriber/history", subscriber_lines=256)
    assert error.value.status == 400


def test_it_outlives_the_daemon(make_lab, subscriber):
    lab = make_lab()
    host = subscriber(lab, mac=GUESSER, password="guess")
    assert not host.open().negotiate().authenticate()
    refused_padi(lab, subscriber, WRONG, 2, "nonsense")
    subscriber(lab, mac=BOB).dial()
    assert lab.daemon.stop()[0] == 0  # on-stop: disconnect
    lab.daemon.start()
    end = time.monotonic() + 10
    while metric(lab, "turnpike_history_callers") < 3 and time.monotonic() < end:
        time.sleep(0.05)
    rows = why(lab, "MT-User")
    assert {"wrong-password", "session-up", "shutdown"} <= set(reasons(rows))
    assert why(lab, WRONG)[1]["count"] == 2
    lab.daemon.stop()
    config = lab.daemon.config.read_text()
    lab.daemon.config.write_text(config.replace("ppp:", "ppp:\n  history: { disk: no }", 1))
    lab.daemon.start()
    assert metric(lab, "turnpike_history_callers") == 0
