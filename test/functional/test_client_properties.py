# SPDX-License-Identifier: BSD-3-Clause
"""Each property of a client does what the reference says, and a client behaves: what it leaves
behind, how often it dials."""

import os
import pwd
import re
import signal
import stat
import struct
import time

import pytest

from lab.client import Service, client, name_server_file
from lab.wait import until

ACCESS = "access"
PPPOE_DISCOVERY = b"\x88\x63"


def users(lab):
    return [row["name"] for row in lab.api.get("ppp/active")]


def addresses(lab, name):
    return lab.net.run(ACCESS, "ip", "-4", "addr", "show", "dev", name, check=False)


def ping(lab, *options, count=1):
    return lab.net.run(ACCESS, "ping", "-c", count, "-i", "0.2", "-W", "3", *options, lab.CORE_HOST,
                       check=False)


def test_ac_name_chooses_the_access_concentrator(lab, service):
    s = service(client(ac_name="Another_AC"))
    time.sleep(1.5)
    assert s.monitor("one")["status"] == "dialing" and not users(lab)
    s.api.patch("interface/pppoe-client/one", ac_name="MT_AC")
    assert s.connected("one")["ac-name"] == "MT_AC"


def test_user_and_password_and_allow(lab, service):
    s = service(client(user="named", allow="chap"))
    s.connected("one")
    assert "verifying password... (chap)" in s.log() and users(lab) == ["named"]


def test_a_default_route_has_its_distance_and_goes_with_the_connection(lab, service):
    s = service(client(add_default_route=True, default_route_distance=9))
    s.connected("one")
    assert re.search(r"default dev one .*metric 9", lab.net.run(ACCESS, "ip", "route"))
    s.api.patch("interface/pppoe-client/one", add_default_route=False)
    s.connected("one")
    until(lambda: "default" not in lab.net.run(ACCESS, "ip", "route"))


def test_max_mtu_and_max_mru_and_auto(lab, service):
    s = service(client(max_mtu=1400, max_mru=1300), client("two", service_name="full",
                                                          max_mtu="auto", max_mru="auto"))
    row = s.connected("one")
    assert (row["mtu"], row["mru"]) == (1400, 1300)
    row = s.connected("two")
    assert (row["mtu"], row["mru"]) == (1492, 1492)
    assert "mtu 1492" in lab.net.run(ACCESS, "ip", "link", "show", "two")


def test_mrru_lets_packets_larger_than_the_link_pass(lab, service):
    s = service(client(service_name="mp", max_mtu=1480, max_mru=1480, mrru=1600,
                       add_default_route=True))
    assert s.connected("one")["mtu"] == 1614  # the server's mrru: what we may send
    ping(lab)
    assert " 0% packet loss" in ping(lab, "-M", "do", "-s", 1500 - 28, count=3)


def test_dial_on_demand_dials_for_a_packet_and_hangs_up_when_idle(lab, service):
    s = service(client(dial_on_demand=True, add_default_route=True, profile="brief"),
                profiles=[{"name": "brief", "idle-timeout": "2s"}])
    until(lambda: "10.112.112." in addresses(lab, "one"))
    assert re.search(r"default via 10\.112\.112\.\d+ dev one", lab.net.run(ACCESS, "ip", "route"))
    time.sleep(1)
    assert not users(lab) and s.monitor("one")["status"] == "disconnected"
    ping(lab)  # so that the access concentrator knows its neighbour
    s.connected("one")
    until(lambda: not users(lab), what="it hangs up")
    until(lambda: "10.112.112." in addresses(lab, "one"))
    assert " 0% packet loss" in ping(lab), "the packet that makes it dial is answered"
    row = s.connected("one")
    assert f"inet {row['local-address']} peer 10.0.0.1" in addresses(lab, "one")
    assert "idle timeout" in s.log()


def syn_ack_mss(frame):
    """The MSS of a TCP SYN-ACK in an IPv4 packet; None: it is something else."""
    if len(frame) < 44 or frame[0] >> 4 != 4 or frame[9] != 6:
        return None
    tcp = frame[(frame[0] & 15) * 4:]
    if tcp[13] & 0x12 != 0x12 or tcp[20] != 2:
        return None
    return struct.unpack("!H", tcp[22:24])[0]


@pytest.mark.parametrize("change, expected", [("yes", 1420), ("no", 1460)])
def test_the_profiles_change_tcp_mss(lab, service, change, expected):
    s = service(client(user="unclamped", profile="mss", add_default_route=True),
                profiles=[{"name": "mss", "change-tcp-mss": change}])
    s.connected("one")
    ping(lab)
    wire = lab.wire(ACCESS, "one")
    listener = lab.net.popen("core", "python3", "-c",
                             "import socket\ns = socket.create_server(('', 7777))\ns.accept()")
    try:
        connect = f"import socket\nsocket.create_connection(('{lab.CORE_HOST}', 7777), 5)"
        until(lambda: ":7777" in lab.net.run("core", "ss", "-ltn"), what="the listener")
        lab.net.run(ACCESS, "python3", "-c", connect)
        found, end = None, time.monotonic() + 5
        while found is None and time.monotonic() < end:
            found = syn_ack_mss(wire.receive(0.5) or b"")
        assert found == expected
    finally:
        listener.kill()
        listener.wait()


@pytest.mark.parametrize("stateful, encoding", [("no", "MPPE128 stateless"),
                                                ("yes", "MPPE128 stateful")])
def test_the_profiles_use_encryption(lab, service, stateful, encoding):
    user = f"secretive-{stateful}"
    lab.api.put("ppp/profile", name=user, local_address="10.0.0.1", remote_address="pppoe-pool",
                use_encryption="required", stateful_encryption=stateful)
    lab.api.put("ppp/secret", name=user, password="StrongPass", profile=user)
    s = service(client(user=user, profile="own", add_default_route=True),
                profiles=[{"name": "own", "use-encryption": "yes",
                           "stateful-encryption": stateful}])
    row = s.connected("one")
    assert row["encoding"] == encoding and row["mtu"] == 1456
    ping(lab)
    assert " 0% packet loss" in ping(lab, "-M", "do", "-s", 1456 - 28, count=20)


def test_packets_are_encrypted_and_cut(lab, service):
    lab.api.put("ppp/profile", name="both", local_address="10.0.0.1",
                remote_address="pppoe-pool", use_encryption="required")
    lab.api.put("ppp/secret", name="both", password="StrongPass", profile="both")
    s = service(client(user="both", profile="own", service_name="mp", mrru=1600,
                       add_default_route=True),
                profiles=[{"name": "own", "use-encryption": "required"}])
    assert s.connected("one")["encoding"] == "MPPE128 stateless"
    ping(lab)
    assert " 0% packet loss" in ping(lab, "-M", "do", "-s", 1500 - 28, count=3)


def test_a_profile_may_require_encryption(lab, service):
    s = service(client(profile="own"), profiles=[{"name": "own", "use-encryption": "required"}])
    until(lambda: "disconnected: no encryption" in s.log() or
          re.search("disconnected: .*encrypt", s.log()))
    assert not s.is_running("one")


def fake_resolvconf(lab):
    """A resolvconf that writes down what it is told, first in PATH; gives back where, and PATH."""
    folder = os.path.join(lab.folder.name, "bin")
    log, script = os.path.join(folder, "log"), os.path.join(folder, "resolvconf")
    os.makedirs(folder, exist_ok=True)
    with open(script, "w") as file:
        file.write(f'#!/bin/sh\necho "$@" >>{log}\ncat >>{log}\n')
    os.chmod(script, stat.S_IRWXU)
    with open(log, "w"):
        pass
    return log, {"PATH": f"{folder}:{os.environ['PATH']}"}


def read(path):
    with open(path) as file:
        return file.read()


#: Process 1 is then in the client's own network namespace, as it is on a machine with but one.
ALONE = ("unshare", "--pid", "--fork", "--mount-proc")


def test_name_servers_go_to_resolvconf_and_are_taken_back(lab, service):
    log, environment = fake_resolvconf(lab)
    s = service(client(user="named", use_peer_dns=True), environment=environment, wrapper=ALONE)
    s.connected("one")
    until(lambda: "198.51.100.54" in read(log))
    assert read(log) == ("-a one.turnpike\nnameserver 198.51.100.53\nnameserver 198.51.100.54\n")
    until(lambda: "one: name servers 198.51.100.53, 198.51.100.54 given to resolvconf" in s.log())
    s.api.patch("interface/pppoe-client/one", disabled=True)
    until(lambda: read(log).endswith("-d one.turnpike\n"))
    s.stop()


def test_name_servers_of_a_namespace_are_not_the_machines(lab, service):
    log, environment = fake_resolvconf(lab)
    s = service(client(user="named", use_peer_dns=True), environment=environment)
    s.connected("one")
    until(lambda: os.path.exists(name_server_file(lab.net, ACCESS, "one")))
    s.stop()
    assert read(log) == ""


def test_clients_of_one_name_in_two_namespaces_have_two_files(lab, service):
    lab.net.veth("second", "sub0", "ac", "acc9")
    s = service(client(user="named", use_peer_dns=True))
    s.connected("one")
    ours = name_server_file(lab.net, ACCESS, "one")
    until(lambda: os.path.exists(ours))
    # Nobody answers there: what it clears at its start is the file of its own name.
    other = service(client(user="named", use_peer_dns=True), namespace="second")
    other.stop()
    assert os.path.exists(ours)


def test_name_servers_are_never_written_through_another_users_link(lab, service):
    """The user that the client becomes has the directory of its socket, and lays a link there."""
    victim, link = os.path.join(lab.folder.name, "victim"), "/run/turnpike-client/lnk0.resolv.conf"
    with open(victim, "w") as file:
        file.write("root's")
    os.makedirs("/run/turnpike-client", exist_ok=True)
    nobody, folder = pwd.getpwnam("nobody"), os.path.join(lab.folder.name, "nobodys-dns")
    owner = os.stat("/run/turnpike-client").st_uid
    os.makedirs(folder)
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    os.chmod(lab.folder.name, 0o755)
    os.symlink(victim, link)
    try:
        s = service(client("lnk0", user="named", use_peer_dns=True), folder=folder,
                    options=("--run-as", "nobody"))
        s.connected("lnk0")
        path = name_server_file(lab.net, ACCESS, "lnk0")
        until(lambda: os.path.exists(path))
        assert os.stat(path).st_uid == os.stat(os.path.dirname(path)).st_uid == 0
        s.stop()
        assert read(victim) == "root's" and os.path.islink(link)
    finally:
        os.unlink(link)
        os.chown("/run/turnpike-client", owner, owner)


def test_an_access_concentrator_that_falls_silent_is_hung_up_on(make_lab):
    lab = make_lab()
    s = Service(lab, [client(keepalive_timeout=1)])
    try:
        s.connected("one")
        lab.daemon.signal(signal.SIGSTOP)
        until(lambda: s.monitor("one")["status"] != "connected", 8)
        lab.daemon.signal(signal.SIGCONT)
        s.connected("one", 30)
    finally:
        lab.daemon.signal(signal.SIGCONT)
        s.stop()


@pytest.mark.alone
def test_a_client_that_was_steady_dials_at_once_after_a_padt(lab, service):
    s = service(client())
    s.connected("one")
    time.sleep(10.5)
    row, = lab.api.get("ppp/active")
    lab.api.delete(f"ppp/active/{row['.id']}")
    begin = time.monotonic()
    until(lambda: [r for r in lab.api.get("ppp/active") if r[".id"] != row[".id"]], 5)
    assert time.monotonic() - begin < 0.9  # the shortest wait is a second


def test_refused_credentials_are_not_hammered(lab, service):
    s = service(client(password="wrong"))
    time.sleep(9)
    assert 1 <= s.log().count("verifying password...") <= 2


def test_there_is_no_storm_when_nobody_answers(lab, service):
    wire = lab.wire("ac", "acc0")
    service(client(service_name="nobody-has-it"))
    padis, end = 0, time.monotonic() + 8
    while time.monotonic() < end:
        frame = wire.receive(0.5)
        padis += bool(frame) and frame[12:14] == PPPOE_DISCOVERY and frame[15] == 9
    assert 1 <= padis <= 4


def test_another_interface_is_tried_when_the_first_has_no_access_concentrator(lab, service):
    lab.net.tap(ACCESS, "dead0")
    s = service(client(interface=["dead0", "sub0"]))
    s.connected("one", 30)


def test_a_link_that_is_pulled_and_put_back(make_lab):
    lab = make_lab()
    s = Service(lab, [client(keepalive_timeout=1)])
    try:
        s.connected("one")
        lab.net.run(ACCESS, "ip", "link", "set", "sub0", "down")
        until(lambda: s.monitor("one")["status"] != "connected", 8)
        lab.net.run(ACCESS, "ip", "link", "set", "sub0", "up")
        s.connected("one", 30)
    finally:
        s.stop()


def test_a_client_that_is_killed_leaves_nothing_behind(lab, service):
    name = "killed0"
    s = service(client(name, user="named", use_peer_dns=True, add_default_route=True))
    s.connected(name)
    path = name_server_file(lab.net, ACCESS, name)
    until(lambda: os.path.exists(path))
    s.process.send_signal(signal.SIGKILL)
    s.process.wait()
    until(lambda: not os.path.exists(path), what="the name servers are taken back")
    until(lambda: name not in lab.net.run(ACCESS, "ip", "-br", "link"))
    assert "default" not in lab.net.run(ACCESS, "ip", "route")
    s.start()
    s.connected(name)
