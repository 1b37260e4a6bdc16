# SPDX-License-Identifier: BSD-3-Clause
"""turnpike-client against turnpike: dialling in, routing, hanging up, scanning."""

import json
import os
import re
import subprocess
import time

import pytest

from lab.client import name_server_file, reaches_the_core
from lab.daemon import program
from lab.wait import until

ACCESS, INTERFACE = "access", "sub0"


def active(lab, user="MT-User"):
    return [row for row in lab.api.get("ppp/active") if row["name"] == user]


def test_a_dial_in_makes_an_interface_that_routes(lab, dial):
    dialled = dial("--service-name", "pppoeservice", "--add-default-route",
                     "--default-route-distance", "7")
    local, remote, _ = dialled.connected()
    row, = active(lab)
    assert row["address"] == local and remote == "10.0.0.1"
    link = lab.net.run(ACCESS, "ip", "-d", "addr", "show", "dev", "pppoe-out1")
    assert f"inet {local} peer {remote}/32" in link and "mtu 1460" in link
    assert re.search(r"default dev pppoe-out1 .*metric 7", lab.net.run(ACCESS, "ip", "route"))
    assert reaches_the_core(lab)


@pytest.mark.parametrize("method", ["mschap2", "mschap1", "chap", "pap"])
def test_each_method_is_enough_alone(dial, method):
    dialled = dial("--allow", method)
    dialled.connected()
    assert f"verifying password... ({method})" in dialled.log()


@pytest.mark.alone
def test_sigterm_hangs_up_and_takes_the_interface_away(lab, dial):
    dialled = dial()
    dialled.connected()
    begin = time.monotonic()
    assert dialled.stop() == 0
    assert time.monotonic() - begin < 2.5
    until(lambda: not active(lab))
    assert "pppoe-out1" not in lab.net.run(ACCESS, "ip", "link")


def test_a_wrong_password_is_told_and_tried_again_later(lab, dial):
    dialled = dial(password="wrong")
    dialled.says("disconnected: authentication failed: wrong user or password \\(error 691\\)")
    dialled.says("dialing", times=2)
    assert not active(lab)


def test_once_ends_with_the_first_failure(dial):
    dialled = dial("--once", password="wrong")
    assert dialled.process.wait(60) == 1


def test_a_client_that_is_disconnected_dials_again(lab, dial):
    dialled = dial()
    dialled.connected()
    row, = active(lab)
    lab.api.delete(f"ppp/active/{row['.id']}")
    dialled.says(r": disconnected: terminated by the peer")
    dialled.connected(times=2)
    assert len(active(lab)) == 1


def test_name_servers_of_the_profile_come_to_a_file(lab, dial):
    dialled = dial("--use-peer-dns", "--name", "dns1", user="named")
    dialled.connected()
    path = name_server_file(lab.net, ACCESS, "dns1")
    dialled.says("dns1: name servers 198.51.100.53, 198.51.100.54 are in " + re.escape(path) +
                 ", which nothing reads by itself")
    with open(path) as file:
        assert file.read() == "nameserver 198.51.100.53\nnameserver 198.51.100.54\n"
    dialled.stop()
    assert not os.path.exists(path)


def test_the_password_does_not_show_in_the_list_of_processes(dial):
    dialled = dial(password="StrongPass")
    dialled.connected()
    with open(f"/proc/{dialled.process.pid}/cmdline") as file:
        shown = file.read()
    assert "--password" in shown
    assert "StrongPass" not in shown and "StrongPass" not in dialled.log()


def test_packets_as_large_as_ethernet_allows_pass(lab, dial):
    dialled = dial("--service-name", "full", "--max-mtu", "1492", "--max-mru", "1492",
                     "--add-default-route")
    dialled.connected()
    assert "mtu 1492" in lab.net.run(ACCESS, "ip", "link", "show", "pppoe-out1")
    assert reaches_the_core(lab, size=1492)


def test_scan_lists_every_enabled_service_once(lab):
    answer = lab.net.run(ACCESS, program("turnpike-client"), "scan", INTERFACE, "--json",
                         "--duration", "2")
    rows = json.loads(answer)
    services = [row["service"] for row in rows]
    assert "pppoeservice" in services and "papers" in services
    assert "closed" not in services and "tagged" not in services
    assert len(services) == len(set(services))
    assert {row["ac-name"] for row in rows} == {"MT_AC"}
    assert all(re.fullmatch(r"([0-9A-F]{2}:){5}[0-9A-F]{2}", row["mac-address"]) for row in rows)


def test_scan_as_a_table(lab):
    lines = lab.net.run(ACCESS, program("turnpike-client"), "scan", INTERFACE, "--duration",
                        "1").splitlines()
    assert lines[0].split() == ["SERVICE", "MAC-ADDRESS", "AC-NAME"]
    assert any(line.split()[0] == "pppoeservice" and line.split()[2] == "MT_AC"
               for line in lines[1:])


def test_who_answered_is_told_when_nobody_was_taken(dial):
    """A wrong ac-name, a wrong service and nobody at all are three different troubles."""
    other = dial("--once", "--ac-name", "Another_AC", "--name", "c1")
    service = dial("--once", "--service-name", "nobody-has-it", "--name", "c2")
    mac = r"\(([0-9A-F]{2}:){5}[0-9A-F]{2}\)"
    other.says(r'no access concentrator of the ac-name "Another_AC" answered, but there answered: '
               r'"MT_AC" ' + mac + " with .*pppoeservice", timeout=30)
    service.says(r'no access concentrator offers the service-name "nobody-has-it", but there '
                 r'answered: "MT_AC" ' + mac + " with .*pppoeservice", timeout=30)
    assert other.process.wait(10) == 1 and service.process.wait(10) == 1


def test_an_interface_that_is_down_is_told_at_once(lab, dial):
    lab.net.run(ACCESS, "ip", "link", "set", "sub0", "down")
    try:
        dialled = dial("--once")
        dialled.says("disconnected: sub0: the interface is down")
        assert dialled.process.wait(60) == 1
    finally:
        lab.net.run(ACCESS, "ip", "link", "set", "sub0", "up")


def test_a_default_route_that_another_comes_before_is_told(lab, dial):
    lab.net.run(ACCESS, "ip", "addr", "add", "172.31.0.2/24", "dev", "sub0")
    lab.net.run(ACCESS, "ip", "route", "add", "default", "via", "172.31.0.1")  # as DHCP's is
    try:
        dialled = dial("--add-default-route")
        dialled.says(r"the default route by sub0 \(metric 0\) comes before this one "
                     r"\(default-route-distance 1\): packets do not go through pppoe-out1")
        lab.net.run(ACCESS, "ip", "route", "del", "default", "via", "172.31.0.1")
        dialled.stop()
        lab.net.run(ACCESS, "ip", "route", "add", "default", "via", "172.31.0.1", "metric", "100")
        again = dial("--add-default-route")
        again.connected()
        again.stop()
        assert "comes before" not in again.log()
    finally:
        lab.net.run(ACCESS, "ip", "addr", "flush", "dev", "sub0")


def test_a_default_route_that_comes_later_is_told_too(lab, dial):
    def ip(*words):
        lab.net.run(ACCESS, "ip", *words)

    says = r"the default route by sub0 \(metric 0\) comes before this one"
    ip("addr", "add", "172.31.0.2/24", "dev", "sub0")
    try:
        dialled = dial("--add-default-route")
        dialled.connected()
        ip("route", "add", "default", "via", "172.31.0.1", "metric", "100")
        ip("route", "add", "172.30.0.0/16", "via", "172.31.0.1")
        ip("route", "add", "default", "via", "172.31.0.1")
        dialled.says(says)
        ip("route", "change", "default", "via", "172.31.0.3")  # as a lease that is renewed
        ip("route", "del", "default", "via", "172.31.0.3")
        dialled.says("no other default route comes before this one any more")
        ip("route", "add", "default", "via", "172.31.0.1")
        dialled.says(says, times=2)
        dialled.stop()
        assert len(re.findall(r"\) comes before", dialled.log())) == 2, "each once, and no others"
    finally:
        ip("addr", "flush", "dev", "sub0")


@pytest.mark.parametrize("words, says", [
    ("--interface sub0", "which user? --user NAME"),
    ("--interface sub0 --user u --name a/b", "--name: the name of an interface has no blank"),
    ("--interface sub0 --user u --name a-name-of-sixteen", "--name: "),
    ("--interface sub0 --user u --max-mtu 9001", "--max-mtu: "),
    ("--interface sub0 --user u --keepalive-timeout never", "--keepalive-timeout: "),
    ("scan sub0,sub1", "scan: one interface at a time"),
])
def test_mistakes_in_the_command_line_have_their_sentence(lab, words, says):
    done = subprocess.run([program("turnpike-client"), *words.split()], text=True, timeout=20,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 2 and says in done.stdout, done.stdout


@pytest.mark.parametrize("words", ["--interface sub0 --user u", "scan sub0"])
def test_who_is_not_root_is_told_so(tmp_path, words):
    done = subprocess.run(["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--",
                           program("turnpike-client"), *words.split()], text=True, timeout=20,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 1 and "root's rights" in done.stdout, done.stdout


def test_its_version():
    done = subprocess.run([program("turnpike-client"), "--version"], text=True, timeout=20,
                          stdout=subprocess.PIPE, check=True)
    assert re.fullmatch(r"turnpike-client \S+\n", done.stdout)
