# SPDX-License-Identifier: BSD-3-Clause
"""Linux's pppd with the kernel's PPPoE dials in."""

import hashlib
import os
import re
import socket
import threading
import time

import pytest

from lab.daemon import slow
from lab.guest import MAC
from lab.net import inside
from lab.wait import until

SIZE = 10_000_000 if slow() else 100_000_000


def mine(lab):
    return [row for row in lab.api.get("ppp/active") if row["caller-id"].lower() == MAC]


def until_gone(lab, timeout):
    begin = time.monotonic()
    while mine(lab):
        assert time.monotonic() - begin < timeout, "the session is still there"
        time.sleep(0.05)
    return time.monotonic() - begin


@pytest.mark.parametrize("method, shown", [
    ("pap", "PAP authentication succeeded"),
    ("chap", "CHAP authentication succeeded"),
    ("mschap1", "CHAP authentication succeeded"),
    ("mschap2", "CHAP authentication succeeded"),
])
def test_each_method_logs_in_and_pings(lab, guest, dial, method, shown):
    pppd = dial(service=method)
    pppd.wait_up()
    assert shown in pppd.log()
    wanted = {"pap": "<auth pap>", "chap": "<auth chap MD5>", "mschap1": "<auth chap MS>",
              "mschap2": "<auth chap MS-v2>"}[method]
    assert wanted in pppd.log()
    row, = mine(lab)
    assert row["address"] == pppd.local and row["name"] == "MT-User"
    guest.run(f"ping -c 2 -i 0.2 -W 2 10.0.0.1 && ping -c 2 -i 0.2 -W 2 {lab.CORE_HOST}")


@pytest.mark.parametrize("method", ["pap", "chap", "mschap1", "mschap2"])
def test_a_wrong_password_is_refused_and_told_so(lab, guest, dial, method):
    pppd = dial(service=method, password="wrong", options="maxfail 1")
    assert pppd.wait_end() == 19, pppd.log()  # pppd(8): 19 = failed to authenticate to the peer
    assert re.search(r"(PAP|CHAP) authentication failed", pppd.log())
    until_gone(lab, 5)


def test_a_wrong_service_name_gets_no_answer(lab, guest, dial):
    pppd = dial(service="nobody-has-this")
    guest.run("sleep 7")
    assert pppd.log().count("PADI session 0x0") >= 2, "it asked, and asked again"
    assert "PADO" not in pppd.log()
    assert not mine(lab)


def test_dns_servers_are_received(guest, dial):
    pppd = dial()
    pppd.wait_up()
    assert "primary   DNS address 198.51.100.53" in pppd.log()
    assert "secondary DNS address 198.51.100.54" in pppd.log()


def test_a_fixed_address_and_a_password_with_spaces(guest, dial):
    pppd = dial(service="chap", user="fixed", password="pass word #2")
    pppd.wait_up()
    assert pppd.local == "10.9.9.9" and pppd.remote == "10.0.0.1"


def test_our_mru_is_honoured(dial):
    assert "mtu 1480" in dial().wait_up(), "pppd sends no more than our MRU"


def test_the_peers_mru_is_honoured(lab, guest, dial):
    pppd = dial(options="mru 1400")
    pppd.wait_up()
    row, = mine(lab)
    assert row["mtu"] == 1400 and row["mru"] == 1480
    ping = ("ping", "-c", "1", "-W", "2", "-s", 1480 - 28, pppd.local)
    assert " 0% packet loss" in lab.net.run("core", *ping, "-M", "dont"), "in fragments"
    said = lab.net.run("core", *ping, "-M", "do", check=False)
    assert re.search(r"Frag needed.*mtu = 1400", said), said


def test_an_mru_of_1492_carries_1492(lab, guest, dial):
    assert "mtu 1492" in dial(service="full").wait_up()
    guest.run(f"ping -c 2 -i 0.2 -W 2 -M do -s {1492 - 28} {lab.CORE_HOST}")


def test_multilink_over_one_link_carries_packets_larger_than_it(lab, guest, dial):
    """pppd's `multilink` and `mrru`: 1,600 bytes cross a link of 1,492, and IP cuts nothing."""
    pppd = dial(service="mp", options="mru 1492 multilink mrru 1614")
    pppd.wait_up()
    assert "<mrru 1614>" in pppd.log() and "<endpoint [MAC:" in pppd.log(), pppd.log()
    row, = mine(lab)
    assert row["mrru"] == 1614 and row["mtu"] == 1614
    guest.run("ip link set ppp0 mtu 1614")
    guest.run("ping -c 3 -i 0.2 -W 2 -M do -s 1572 10.0.0.1")
    guest.run(f"ping -c 3 -i 0.2 -W 2 -M do -s 1472 {lab.CORE_HOST}")


def links(lab):
    """(the session, the links that have joined it)."""
    rows = lab.api.get("ppp/active")
    return ([row for row in rows if "bundle" not in row and row["state"] == "connected"],
            [row for row in rows if "bundle" in row])


def test_a_bundle_of_two_links(lab, guest, dial):
    """Two of pppd's `multilink` sessions over two cards: what is sent goes over both, and one that
    is killed costs only its share."""
    options = "mru 1492 multilink mrru 1614"
    guest.run("ip link add link eth0 name card1 type macvlan && ip link set card1 up")
    try:
        first = dial(service="mp", options=options)
        first.wait_up()
        guest.run("(pppd plugin pppoe.so card1 pppoe-service mp user MT-User password StrongPass "
                  f"{options} nodetach noauth debug noipdefault noipv6; true) >/run/second.log 2>&1 &")
        until(lambda: len(links(lab)[1]) == 1 and links(lab)[0][0]["active-links"] == 2,
              what="joined: " + guest.run("cat /run/second.log")[1])
        session, = links(lab)[0]
        guest.run("ip link set ppp0 mtu 1614")
        ping = f"ping -c 20 -i 0.05 -W 2 -M do -s 1472 {lab.CORE_HOST} | grep -E ' 0% packet loss'"
        guest.run(ping)
        sent = [int(guest.run(f"cat /sys/class/net/{card}/statistics/tx_packets")[1])
                for card in ("card1",)]
        guest.run(ping)
        assert int(guest.run("cat /sys/class/net/card1/statistics/tx_packets")[1]) - sent[0] >= 10
        guest.run("kill -TERM $(pidof pppd | tr ' ' '\\n' | sort -n | tail -n 1)")
        until(lambda: not links(lab)[1] or links(lab)[0][0]["active-links"] == 1, what="one left")
        assert links(lab)[0][0]["address"] == session["address"]
        guest.run(ping)
    finally:
        guest.run("killall pppd; ip link del card1; cat /run/second.log")


GUEST_TRANSFER = """\
import hashlib, socket, sys
def take(s):
    digest, size = hashlib.sha256(), 0
    with open("/tmp/data", "wb") as out:
        while size < {size}:
            part = s.recv(1 << 18)
            if not part:
                break
            size += len(part); digest.update(part); out.write(part)
    return digest.hexdigest()
s = socket.create_connection(("{host}", {port}), 20)
s.settimeout({timeout})
print(take(s))
with open("/tmp/data", "rb") as data:
    s.sendfile(data)
s.shutdown(socket.SHUT_WR)
print(s.recv(100).decode())
"""


def test_a_tcp_transfer_of_100_mb_both_ways_arrives_whole(lab, guest, dial, patience):
    """The provider's host sends 100 MB, the guest sends them back; SHA-256 at each end."""
    dial(service="full").wait_up()
    data = os.urandom(1 << 20) * (SIZE // (1 << 20)) + os.urandom(SIZE % (1 << 20))
    digest = hashlib.sha256(data).hexdigest()
    with inside(lab.core):
        listener = socket.create_server((lab.CORE_HOST, 0))
    result = {}

    def serve():
        peer, _ = listener.accept()
        peer.settimeout(60 * patience)
        begin = time.monotonic()
        peer.sendall(data)
        back, size = hashlib.sha256(), 0
        while size < SIZE:
            part = peer.recv(1 << 18)
            if not part:
                break
            if not size:
                result["down"] = time.monotonic() - begin
                begin = time.monotonic()
            back.update(part)
            size += len(part)
        result["up"] = time.monotonic() - begin
        result["digest"] = back.hexdigest()
        peer.sendall(back.hexdigest().encode())
        peer.close()

    server = threading.Thread(target=serve, daemon=True)
    server.start()
    guest.write("/run/transfer.py", GUEST_TRANSFER.format(
        size=SIZE, host=lab.CORE_HOST, port=listener.getsockname()[1], timeout=60 * patience))
    _, out = guest.run("python3 -S /run/transfer.py; rm -f /tmp/data", timeout=120 * patience)
    server.join(10)
    listener.close()
    down, up = out.split()
    assert down == digest, "as the guest got it"
    assert result["digest"] == digest and up == digest, "as it came back"
    print("seconds down {down:.1f}, up {up:.1f}".format(**result))
    row, = mine(lab)
    assert row["bytes-in"] > SIZE and row["bytes-out"] > SIZE


def test_kill_9_is_noticed_by_keepalive_in_the_right_time(lab, guest, dial):
    pppd = dial(service="quick")
    pppd.wait_up()
    # The kernel of a killed pppd says PADT. So that nothing tells, its cable is cut as well: what
    # the ping sent is the last that is heard.
    begin = time.monotonic()
    guest.run("ping -c 1 -W 2 10.0.0.1; ip link set eth0 down; kill -9 $(pidof pppd)")
    until_gone(lab, 15)
    took = time.monotonic() - begin
    guest.run("ip link set eth0 up")
    assert 5.5 < took < 9, "silent for twice keepalive-timeout, 3 s"
    assert "keepalive" in lab.daemon.log().lower()


def test_kill_9_alone_ends_the_session(lab, guest, dial):
    dial(service="quick").wait_up()
    guest.run("kill -9 $(pidof pppd)")
    until_gone(lab, 9)


def test_the_client_hangs_up_cleanly(lab, guest, dial):
    pppd = dial()
    pppd.wait_up()
    pppd.kill("TERM")
    until_gone(lab, 3)
    assert pppd.wait_end() in (0, 5), pppd.log()
    assert "LCP TermAck" in pppd.log(), "our Terminate-Ack came"


def test_the_operator_hangs_up_cleanly(lab, guest, dial):
    pppd = dial()
    pppd.wait_up()
    row, = mine(lab)
    lab.api.delete("ppp/active/" + row[".id"])
    assert pppd.wait_end() != 0
    assert "LCP terminated by peer" in pppd.log(), pppd.log()
    assert not mine(lab)


def test_redial_at_once_gets_a_session_again(lab, guest, dial):
    for _ in range(2):
        pppd = dial()
        pppd.wait_up()
        guest.run("ping -c 1 -W 2 10.0.0.1")
        pppd.kill()
        pppd.wait_end()
    until_gone(lab, 3)


def test_dialling_in_takes_less_than_a_restart_timer(lab, guest, dial):
    """Linux loses a Configure-Request sent right after PADS: ours is sent again at once."""
    begin = time.monotonic()
    pppd = dial()
    pppd.wait_up()
    row, = mine(lab)
    print(f"up {time.monotonic() - begin:.1f} s after the dial")
    requests = re.findall(r"sent \[LCP ConfReq id=0x(\w+)", pppd.log())
    assert len(requests) <= 2, pppd.log()
