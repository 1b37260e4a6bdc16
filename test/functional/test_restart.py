# SPDX-License-Identifier: BSD-3-Clause
"""A daemon that ends, or is killed, and the next one: nobody notices, or everybody is told."""

import itertools
import os
import re
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import time
from pathlib import Path

import pytest
from scapy.layers.inet import ICMP, IP
from scapy.layers.inet6 import ICMPv6EchoReply, ICMPv6EchoRequest, IPv6

from lab import frames
from lab.api import ApiError
from lab.daemon import program
from lab.dualstack import CORE_HOST6, configure, core_host
from lab.frames import PADT
from lab.ipv6 import Ipv6
from lab.radius import START, STOP, RadiusServer
from lab.wait import until


#: Attributes of RADIUS.
INPUT_OCTETS, SESSION_ID, EVENT_TIMESTAMP = 42, 44, 55

#: A device of each kind that leaves, or might leave, something; FOLDER is the lab's.
DEVICES = ("net_memif0,role=server,id=0,socket=FOLDER/memif.sock,socket-abstract=no",
           "net_memif1,role=server,id=1,socket=FOLDER/memif.sock,socket-abstract=no",
           "net_memif2,role=server,id=0,socket=abstract-FOLDER",
           "net_vhost0,iface=FOLDER/vhost.sock",
           "net_tap0,iface=tap7",
           "net_ring0", "net_null0")


def with_devices(lab):
    config = lab.base_config()
    for number, device in enumerate(DEVICES):
        config["dataplane"]["ports"].append(
            {"name": f"more{number}", "device": device.replace("FOLDER", lab.folder.name)})
    return config


def dpdk_folders():
    return {path.name for path in Path("/var/run/dpdk").glob("turnpike-*")}


def test_what_a_killed_daemon_leaves_is_not_in_the_next_ones_way(make_lab, subscriber):
    lab = make_lab(start=False)
    lab.start(with_devices(lab))
    for sudden in range(2):
        before = lab.daemon.process.pid
        lab.daemon.kill()
        assert os.path.exists(f"{lab.folder.name}/memif.sock")
        assert lab.daemon.socket.exists()
        lab.daemon.start()
        lab.meet()
        assert subscriber(lab).dial().ping(lab.CORE_HOST)
        assert f"turnpike-{before}" not in dpdk_folders()
    assert "removed " + lab.folder.name + "/memif.sock, which a process that is gone has left" \
        in lab.daemon.log()


@pytest.mark.parametrize("device", [DEVICES[0], DEVICES[3]], ids=["memif", "vhost"])
def test_what_a_living_daemon_holds_stays_its_own(make_lab, device):
    lab, other = make_lab(start=False), make_lab(start=False)
    config = lab.base_config()
    config["dataplane"]["ports"].append(
        {"name": "shared", "device": device.replace("FOLDER", lab.folder.name)})
    lab.start(config)
    other.daemon.write({**config, "management": {}})
    done = subprocess.run(["ip", "netns", "exec", other.daemon.netns, program("turnpike"), "--config",
                           other.daemon.config], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "shared: " in done.stderr
    assert "another program answers on this socket; is turnpike running?" in done.stderr
    assert lab.api.get("dataplane/port/shared")["name"] == "shared"
    assert list(Path(lab.folder.name).glob("*.sock"))


# ---- sessions that stand ----


def keeping(config, **more):
    config["management"] = {"on-stop": "keep", **more}
    config["dataplane"]["max-sessions"] = 256  # it starts quicker


def written(lab):
    """All that there is to write is on its way to the disk."""
    until(lambda: lab.api.get("system/journal")["waiting"] == 0, what="the journal is written")
    time.sleep(0.1)


def active(lab, name="MT-User"):
    rows = lab.api.get("ppp/active", name=name)
    assert len(rows) == 1
    return rows[0]


def is_word(frame):
    """Anything that an access concentrator says when a session does not simply go on."""
    return frame.ethertype == frames.ETHERTYPE_DISCOVERY or \
        (frame.protocol == frames.LCP and frame.control()[0] != frames.ECHO_REQ)


def goes_on(lab, host, before, counted=True):
    """The session is what it was; its client has not heard a word."""
    heard = len(host.seen)
    assert host.ping(lab.CORE_HOST) and host.ping("10.0.0.1")
    assert not host.ended and not [frame for frame in host.seen[heard:] if is_word(frame)]
    now = active(lab)
    same = (".id", "session-id", "address", "caller-id", "service", "interface")
    assert {key: now.get(key) for key in same} == {key: before.get(key) for key in same}
    if counted:
        assert now["packets-in"] == before["packets-in"] + 2
        assert now["bytes-out"] > before["bytes-out"]
    assert lab.daemon.differences() == []
    return now


def stopped(lab):
    code, _ = lab.daemon.stop()
    assert code == 0, lab.daemon.log()[-3000:]


def ways(lab):
    def upgraded(_):
        lab.api.post("system/upgrade")

    def asked(lab):
        lab.api.post("system/shutdown", disconnect=False)
        assert lab.daemon.process.wait(30) == 0
        lab.daemon.process = None

    return (lambda lab: lab.daemon.kill()), stopped, asked, upgraded


def test_a_session_goes_on_after_a_crash_a_stop_and_an_upgrade(make_lab, subscriber):
    lab = make_lab(keeping)
    host = subscriber(lab).dial()
    assert host.ping(lab.CORE_HOST)
    before = active(lab)
    for number, end in enumerate(ways(lab)):
        pid = lab.daemon.process.pid
        written(lab)
        end(lab)
        if lab.daemon.process is None:
            lab.daemon.start()
        else:
            until(lambda: lab.daemon.log().count(" is up, its API") == number + 2,
                  what=f"the next one is up\n{lab.daemon.log()[-3000:]}")
            assert lab.daemon.process.pid == pid  # it took its own place
        lab.meet()
        journal = lab.api.get("system/journal")
        assert (journal["state"], journal["restored"], journal["refused"]) == ("running", 1, 0)
        assert journal["counters-found"] == 1
        before = goes_on(lab, host, before)
    # It is a session as any other: it ends, and nothing is left of it.
    host.hang_up()
    until(lambda: not lab.api.get("ppp/active"), what="it has ended")
    until(lambda: lab.api.get("system/journal")["sessions"] == 0, what="its row is gone")
    assert lab.daemon.differences() == []
    host.reset()
    assert host.dial().ping(lab.CORE_HOST)


def test_a_session_that_is_not_restored_is_told_at_once(make_lab, subscriber):
    """Away for longer than journal-lifetime."""
    lab = make_lab(lambda config: keeping(config, **{"journal-lifetime": "1s"}))
    host = subscriber(lab).dial()
    written(lab)
    lab.daemon.kill()
    time.sleep(3.2)
    lab.daemon.start()
    lab.meet()
    assert "it was last written longer ago than journal-lifetime" in lab.daemon.log()
    assert lab.api.get("ppp/active") == []
    host.send_control(frames.LCP, frames.ECHO_REQ, host.magic)
    host.expect_discovery(PADT)
    assert lab.api.get("system/journal")["sessions"] == 0
    host.session = None


def test_a_session_of_the_last_moment_is_told_with_whatever_its_client_sends(make_lab, subscriber):
    """Its row had come neither to disk nor to what waits for it: as if neither ever had."""
    lab = make_lab(keeping)
    hosts = subscriber(lab).dial(), subscriber(lab).dial()
    written(lab)
    lab.daemon.kill()
    lab.daemon.drop_backlogs()
    with sqlite3.connect(lab.daemon.journal / "sessions.db") as journal:
        assert journal.execute("DELETE FROM session").rowcount == 2
    journal.close()
    lab.daemon.start()
    lab.meet()
    assert lab.api.get("ppp/active") == []
    hosts[0].send_control(frames.LCP, frames.ECHO_REQ, hosts[0].magic)
    hosts[1].send_ip(IP(src=hosts[1].address, dst=lab.CORE_HOST) / ICMP())
    for host in hosts:
        host.expect_discovery(PADT)
        host.reset()
        assert host.dial().ping(lab.CORE_HOST)
    assert lab.daemon.differences() == []


def rebooted(lab, tmp_path):
    """The next daemon finds itself on the same machine after another boot, which took memory along."""
    for path in re.findall(r"sessions are counted in (\S+)", lab.daemon.log()):
        Path(path).unlink(missing_ok=True)
    boot = tmp_path / "boot_id"
    boot.write_text("01234567-89ab-cdef-0123-456789abcdef\n")
    lab.daemon.wrapper = ["unshare", "--mount", "sh", "-c",
                          f'mount --bind {boot} /proc/sys/kernel/random/boot_id && exec "$@"', "sh"]


def test_a_reboot_restores_with_the_counters_of_the_last_checkpoint(make_lab, subscriber, tmp_path):
    lab = make_lab(keeping)
    host = subscriber(lab).dial()
    assert host.ping(lab.CORE_HOST)
    lab.api.patch("ppp/profile/for-pppoe", **{"rate-limit": "30M/50M"})  # its row is written anew
    checkpoint = active(lab)
    written(lab)
    assert host.ping(lab.CORE_HOST)
    assert active(lab)["packets-in"] > checkpoint["packets-in"]
    lab.daemon.kill()
    rebooted(lab, tmp_path)
    lab.daemon.start()
    lab.meet()
    journal = lab.api.get("system/journal")
    assert (journal["restored"], journal["counters-found"]) == (1, 0)
    goes_on(lab, host, checkpoint)


def test_a_power_cut_takes_the_last_moment_and_no_more(make_lab, subscriber, tmp_path):
    """What the disk had not confirmed is gone: the journal is that of some seconds before."""
    lab = make_lab(keeping)
    old, gone = subscriber(lab).dial(), subscriber(lab).dial()
    written(lab)
    for name in ("sessions.db", "sessions.db-wal"):
        shutil.copy(lab.daemon.journal / name, tmp_path / name)
    gone.hang_up()
    young = subscriber(lab).dial()
    before = old.address
    written(lab)
    lab.daemon.kill()
    for name in ("sessions.db", "sessions.db-wal"):
        shutil.copy(tmp_path / name, lab.daemon.journal / name)
    rebooted(lab, tmp_path)
    lab.daemon.start()
    lab.meet()
    assert lab.api.get("system/journal")["restored"] == 2  # one until keepalive misses him
    assert old.ping(lab.CORE_HOST)
    young.send_control(frames.LCP, frames.ECHO_REQ, young.magic)
    young.expect_discovery(PADT)
    young.reset()
    assert young.dial().ping(lab.CORE_HOST)
    rows = lab.api.get("ppp/active")
    assert len(rows) == len({row["address"] for row in rows}) == 3 and old.address == before
    assert lab.daemon.differences() == []


def test_reconcile_asks_the_kernel_itself(make_lab, subscriber):
    lab = make_lab()
    host = subscriber(lab).dial()
    ip = ["ip", "-n", lab.daemon.netns, "route"]
    assert lab.daemon.differences() == []
    subprocess.run([*ip, "del", host.address, "dev", "pppoe"], check=True)
    subprocess.run([*ip, "add", "10.99.0.1", "dev", "pppoe", "proto", "158"], check=True)
    subprocess.run([*ip, "add", "10.99.0.2", "dev", "pppoe"], check=True)  # whoever's
    assert lab.daemon.differences() == [
        {"place": "kernel", "difference": f"lacks the route to {host.address}/32, of which it was told"},
        {"place": "kernel", "difference": "has the route to 10.99.0.1/32, and was not told of it"}]
    subprocess.run([*ip, "del", "10.99.0.1", "dev", "pppoe"], check=True)
    subprocess.run([*ip, "add", host.address, "dev", "pppoe", "proto", "158"], check=True)
    assert lab.daemon.differences() == []


def test_another_machines_sessions_are_not_ours(make_lab, subscriber, tmp_path):
    lab = make_lab(keeping)
    host = subscriber(lab).dial()
    written(lab)
    stopped(lab)
    other = tmp_path / "machine-id"
    other.write_text("0123456789abcdef0123456789abcdef\n")
    place = Path("/etc/machine-id")
    if not place.exists() or not place.read_text().strip():
        pytest.skip("this system has no machine-id")
    lab.daemon.wrapper = ["unshare", "--mount", "sh", "-c",
                          f'mount --bind {other} {place} && exec "$@"', "sh"]
    lab.daemon.start()
    assert "the sessions in it are over: it is another machine's" in lab.daemon.log()
    assert lab.api.get("ppp/active") == []
    host.session = None


def test_what_the_configuration_says_meanwhile_is_in_force(make_lab, subscriber):
    def several(config):
        keeping(config)
        config["ppp"]["secret"] += [
            {"name": name, "password": "StrongPass", "profile": "for-pppoe"}
            for name in ("gone", "off", "moved")]
        config["interface"]["pppoe-server"]["server"].append(
            {"service-name": "second", "interface": "ether3", "default-profile": "for-pppoe",
             "keepalive-timeout": "60s"})

    lab = make_lab(several)
    hosts = {name: subscriber(lab, user=name, service="second" if name == "moved" else "pppoeservice")
             for name in ("MT-User", "gone", "off", "moved")}
    for host in hosts.values():
        host.dial()
    before = active(lab)
    written(lab)
    stopped(lab)
    config = lab.base_config()
    several(config)
    secrets = config["ppp"]["secret"]
    config["ppp"]["secret"] = [{**secret, "disabled": True} if secret["name"] == "off" else secret
                               for secret in secrets if secret["name"] != "gone"]
    config["ppp"]["profile"][0]["rate-limit"] = "3M/5M"
    del config["interface"]["pppoe-server"]["server"][1]
    lab.daemon.write(config)
    lab.daemon.start()
    lab.meet()
    journal = lab.api.get("system/journal")
    assert (journal["restored"], journal["refused"]) == (1, 3)
    assert sorted(journal["refused-reasons"].split(",")) == ["secret:2", "server:1"]
    now = goes_on(lab, hosts["MT-User"], before, counted=False)
    assert now["rate-limit"] == "3M/5M"
    for name in ("gone", "off", "moved"):
        hosts[name].send_control(frames.LCP, frames.ECHO_REQ, hosts[name].magic)
        hosts[name].expect_discovery(PADT)
        hosts[name].session = None


def test_a_shutdown_ends_all_when_it_is_asked_to(make_lab, subscriber):
    lab = make_lab(keeping)
    host = subscriber(lab).dial()
    written(lab)
    with pytest.raises(ApiError, match="expected yes or no"):
        lab.api.post("system/shutdown", disconnect="perhaps")
    done = subprocess.run([program("turnpikectl"), "-s", lab.daemon.socket, "/system", "shutdown",
                           "disconnect=yes"], text=True, capture_output=True, timeout=30)
    assert done.returncode == 0, done.stdout + done.stderr
    host.until(lambda: any(frame.ethertype == frames.ETHERTYPE_DISCOVERY and frame.code == PADT
                           for frame in host.seen), what="told by PADT")
    host.session = None
    assert lab.daemon.process.wait(30) == 0
    lab.daemon.process = None
    lab.daemon.start()
    assert lab.api.get("ppp/active") == [] and lab.daemon.differences() == []
    assert lab.api.get("system/journal")["restored"] == 0


def test_without_a_journal_a_stop_ends_all(make_lab, subscriber):
    lab = make_lab(lambda config: keeping(config, journal="no"))
    assert lab.api.get("system/journal") == {"state": "off"}
    host = subscriber(lab).dial()
    lab.daemon.signal(signal.SIGTERM)
    host.until(lambda: any(frame.ethertype == frames.ETHERTYPE_DISCOVERY and frame.code == PADT
                           for frame in host.seen), what="told by PADT")
    host.session = None
    stopped(lab)
    assert not lab.daemon.journal.exists()


def test_an_upgrade_that_would_not_start_is_none(make_lab, subscriber):
    lab = make_lab(keeping)
    host = subscriber(lab).dial()
    before = active(lab)
    config = lab.base_config()
    config["dataplane"]["worker-lcores"] = [999]
    good = lab.daemon.config.read_text()
    lab.daemon.write(config)
    with pytest.raises(ApiError, match="can't start"):
        lab.api.post("system/upgrade")
    lab.daemon.config.write_text(good)
    goes_on(lab, host, before)


def test_a_start_that_comes_to_nothing_takes_nothing_away(make_lab, subscriber):
    """Somebody has the place of its API's socket."""
    lab = make_lab(keeping)
    host = subscriber(lab).dial()
    before = active(lab)
    written(lab)
    lab.daemon.kill()
    lab.daemon.socket.unlink()
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(lab.daemon.socket))
        with pytest.raises(RuntimeError, match="another program answers"):
            lab.daemon.start()
    lab.daemon.process = None
    lab.daemon.start()
    lab.meet()
    goes_on(lab, host, before)


def test_a_journal_is_one_daemons(make_lab):
    """The second says so, and serves without."""
    lab, other = make_lab(start=False), make_lab(start=False)
    lab.start()
    config = other.base_config()
    config["management"] = {"journal-directory": str(lab.daemon.journal)}
    other.start(config)
    assert other.api.get("system/journal")["state"] == "none"
    assert "sessions don't outlive this daemon" in other.daemon.log()
    assert lab.api.get("system/journal")["state"] == "running"
    with pytest.raises(ApiError, match="there is no journal"):
        other.api.post("system/upgrade")


def test_a_session_with_both_families_keeps_its_prefixes(make_lab, subscriber):
    lab = make_lab(start=False)
    core_host(lab)
    config = configure(lab.base_config())
    keeping(config)
    lab.start(config)
    ipv6 = Ipv6(subscriber(lab)).dial()
    delegated, = ipv6.delegated()

    def reaches():
        ipv6.send(IPv6(src=delegated.prefix, dst=CORE_HOST6) / ICMPv6EchoRequest(id=7))
        ipv6.expect(lambda packet: ICMPv6EchoReply in packet and packet.dst == delegated.prefix)

    reaches()
    before, bound = active(lab), lab.api.get("ipv6/dhcp-server/binding")
    assert before["delegated-ipv6-prefix"] == f"{delegated.prefix}/{delegated.plen}"
    written(lab)
    lab.daemon.kill()
    lab.daemon.start()
    lab.meet()
    reaches()
    now = goes_on(lab, ipv6.host, before, counted=False)
    same = ("remote-ipv6-prefix", "remote-ipv6-address", "delegated-ipv6-prefix")
    assert {key: now[key] for key in same} == {key: before[key] for key in same}
    differ = {".id": 0, "expires-after": 0, "last-seen": 0}
    assert [{**row, **differ} for row in lab.api.get("ipv6/dhcp-server/binding")] == \
        [{**row, **differ} for row in bound]
    until(lambda: before["delegated-ipv6-prefix"] in
          lab.net.run("ac", "ip", "-6", "route", "show", "dev", "pppoe"), what="the kernel is told")


def test_a_session_of_mp_negotiates_anew_in_place(make_lab, subscriber):
    """Nobody knows its sequence numbers any more."""
    def change(config):
        keeping(config)
        config["interface"]["pppoe-server"]["server"][0]["mrru"] = 1614

    lab = make_lab(change)
    host = subscriber(lab, mru=1492)
    host.lcp_wants[frames.MRRU] = struct.pack("!H", 1614)
    host.dial()

    def reaches(number):
        packet = IP(src=host.address, dst="10.0.0.1") / ICMP(id=number, seq=1)
        host.send_ppp(frames.MP, struct.pack("!I", 0xc0 << 24 | number) + b"\x00\x21" + bytes(packet))
        host.expect_ip(lambda packet: ICMP in packet and packet[ICMP].id == number)

    reaches(0)
    before = active(lab)
    written(lab)
    lab.daemon.kill()
    heard = len(host.seen)
    lab.daemon.start()
    lab.meet()
    host.until(lambda: host.ipcp_ours and host.ipcp_theirs and any(
        frame.protocol == frames.LCP and frame.control()[0] == frames.CONF_REQ
        for frame in host.seen[heard:]), what="negotiated anew")
    assert not host.ended
    now = until(lambda: next(iter(lab.api.get("ppp/active", state="connected")), None),
                what="it is up again")
    same = (".id", "session-id", "address", "caller-id")
    assert {key: now[key] for key in same} == {key: before[key] for key in same}
    reaches(0)
    assert lab.daemon.differences() == []


def test_who_had_ended_in_the_last_moment_is_told_of_once(make_lab, subscriber):
    """His Stop is on disk, and that he has gone had not come to the journal's."""
    def change(config):
        keeping(config)
        config["ppp"]["aaa"] = {"use-radius": True, "queue-directory": f"{lab.folder.name}/records"}
        config["radius"] = {"server": [{"address": lab.CORE_HOST, "service": "ppp", "secret": "testing123"}]}

    lab = make_lab(start=False)
    (Path(lab.folder.name) / "records").mkdir()
    config = lab.base_config()
    change(config)
    server = RadiusServer(lab)
    try:
        lab.start(config)
        host, other = subscriber(lab).dial(), subscriber(lab).dial()
        server.wait(lambda: len(server.records("MT-User", START)) == 2)
        written(lab)
        files = {name: (lab.daemon.journal / name).read_bytes() for name in ("sessions.db", "sessions.db-wal")}
        server.silent = True
        host.hang_up()
        server.wait(lambda: server.records("MT-User", STOP))
        written(lab)  # else it is in the backlog that he has gone
        lab.daemon.kill()
        for name, data in files.items():
            (lab.daemon.journal / name).write_bytes(data)
        server.silent, server.asked = False, []
        lab.daemon.start()
        lab.meet()
        assert lab.api.get("system/journal")["restored"] == 2
        until(lambda: len(lab.api.get("ppp/active")) == 1, what="it is over")
        assert other.ping(lab.CORE_HOST) and lab.daemon.differences() == []
        other.hang_up()
        server.wait(lambda: len({one.text(SESSION_ID) for one in server.records("MT-User", STOP)}) == 2)
        assert not server.records("MT-User", START)
    finally:
        lab.daemon.stop()
        server.close()
    stops = {tuple(one.attributes[number][0] for number in (SESSION_ID, INPUT_OCTETS, EVENT_TIMESTAMP))
             for one in server.records("MT-User", STOP)}
    assert len(stops) == 2, "each once"


def test_a_full_disk_costs_the_promise_alone(make_lab, subscriber):
    lab = make_lab(start=False)
    lab.daemon.journal.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", lab.daemon.journal], check=True)
    try:
        config = lab.base_config()
        keeping(config)
        lab.start(config)
        try:
            with (lab.daemon.journal / "filler").open("wb", buffering=0) as filler:
                while filler.write(bytes(4096)):
                    pass
        except OSError:
            pass
        host = subscriber(lab).dial()
        assert host.ping(lab.CORE_HOST)
        limits = itertools.count(100)

        def is_told():  # room that the log of the database has had before is enough for a few rows
            lab.api.patch("ppp/profile/for-pppoe", **{"rate-limit": f"{next(limits)}M"})
            return lab.api.get("system/journal")["state"] == "broken"

        until(is_told, what="it is told")
        assert "full" in lab.api.get("system/journal")["error"]
        assert "turnpike_journal_up 0" in lab.api.text("/metrics")
        with pytest.raises(ApiError, match="there is no journal"):
            lab.api.post("system/upgrade")
        (lab.daemon.journal / "filler").unlink()
        until(lambda: lab.api.get("system/journal")["state"] == "running", what="it is well again")
        written(lab)
        before = active(lab)
        lab.daemon.kill()
        lab.daemon.start()
        lab.meet()
        goes_on(lab, host, before)
    finally:
        lab.daemon.stop()
        subprocess.run(["umount", "-l", lab.daemon.journal], check=True)
