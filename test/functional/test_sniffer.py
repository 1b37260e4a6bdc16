# SPDX-License-Identifier: BSD-3-Clause
"""Captures of one subscriber: tshark reads what was written, with interfaces and reasons."""

import os
import subprocess
import time

import pytest
from scapy.layers.inet import ICMP, IP

from lab.api import ApiError
from lab.daemon import program

BOB, OTHER = "02:00:00:00:99:01", "02:00:00:00:99:02"


def start(lab, **words):
    return lab.api.post("tool/sniffer/start", **words)


def stop(lab):
    return lab.api.post("tool/sniffer/stop")


def tshark(path, *fields, where=None):
    """A list of the fields of each packet, as tshark reads them."""
    command = ["tshark", "-n", "-r", path, "-T", "fields", "-E", "separator=|"]
    for field in fields:
        command += ["-e", field]
    if where is not None:
        command += ["-Y", where]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return [line.split("|") for line in done.stdout.splitlines()]


def test_one_subscriber_both_ways_with_what_was_dropped(lab, subscriber):
    host = subscriber(lab, mac=BOB, user="fixed")
    other = subscriber(lab, mac=OTHER, user="MT-User").dial()
    host.dial()
    begun = start(lab, subscriber="10.9.9.9", file_name="bob")
    assert begun["subscriber"] == "fixed"  # the address may be another's tomorrow
    assert begun["running"] and begun["session"].endswith(" of fixed")
    assert host.ping(lab.CORE_HOST) and other.ping(lab.CORE_HOST)
    host.send_ip(IP(src="203.0.113.66", dst=lab.CORE_HOST) / ICMP())  # not his address
    host.run(0.3)
    ended = stop(lab)
    assert not ended["running"] and ended["ended-by"] == "stop" and ended["lost"] == 0
    path = ended["file"]
    assert os.stat(path).st_mode & 0o777 == 0o600
    assert os.stat(os.path.dirname(path)).st_mode & 0o777 == 0o700
    icmp = tshark(path, "frame.interface_name", "pppoe.session_id", "ip.src", where="icmp")
    assert ["ether3", f"0x{host.session:04x}", "10.9.9.9"] in icmp  # encapsulated, from him
    assert ["core0", "", "10.9.9.9"] in icmp and ["core0", "", lab.CORE_HOST] in icmp
    assert ["ether3", f"0x{host.session:04x}", lab.CORE_HOST] in icmp
    assert other.address not in {src for _, _, src in tshark(path, "frame.number", "eth.src", "ip.src")}
    (dropped,) = tshark(path, "ip.src", "frame.comment", where='frame.comment contains "dropped"')
    assert dropped == ["203.0.113.66", "dropped: spoofed_source"]
    assert ended["packets"] == len(tshark(path, "frame.number"))
    assert os.path.getsize(path) == ended["bytes"]
    log = lab.daemon.log()
    assert "a capture of fixed: session" in log and "has ended (stop)" in log


def test_discovery_of_one_who_is_not_there_yet(lab, subscriber):
    start(lab, subscriber="02:00:00:00:99:03", duration="20s", file_name="padi")
    host = subscriber(lab, mac="02:00:00:00:99:03", user="named").dial()
    assert host.ping(lab.CORE_HOST)
    time.sleep(0.8)  # he is followed to the address that he has now
    assert host.ping(lab.CORE_HOST)
    ended = stop(lab)
    codes = [code for (code,) in tshark(ended["file"], "pppoe.code", where="pppoed")]
    assert codes == ["0x09", "0x07", "0x19", "0x65"]
    assert any(name == "core0" for (name,) in tshark(ended["file"], "frame.interface_name", where="icmp"))


def test_a_capture_is_bounded_and_one_at_a_time(lab, subscriber):
    host = subscriber(lab, mac=BOB, user="fixed").dial()
    start(lab, filter_interface="ether3", packet_limit=3, only_headers="yes", file_name="few")
    with pytest.raises(ApiError) as error:
        start(lab)
    assert "running" in error.value.answer["detail"]
    for _ in range(3):
        host.ping(lab.CORE_HOST)
    end = time.monotonic() + 5
    while lab.api.get("tool/sniffer")["running"] and time.monotonic() < end:
        time.sleep(0.05)
    status = lab.api.get("tool/sniffer")
    assert (status["packets"], status["ended-by"]) == (3, "packet-limit")
    start(lab, duration="1s", file_name="short")
    end = time.monotonic() + 8
    while lab.api.get("tool/sniffer")["running"] and time.monotonic() < end:
        time.sleep(0.05)
    assert lab.api.get("tool/sniffer")["ended-by"] == "duration"
    with pytest.raises(ApiError) as error:
        stop(lab)
    assert error.value.status == 400


@pytest.mark.parametrize("words, said", [
    ({"file_name": "../../etc/passwd"}, "file-name"), ({"file_name": ".hidden"}, "file-name"),
    ({"file_limit": "1"}, "file-limit"), ({"file_limit": "2Gi"}, "file-limit"),
    ({"duration": "2d"}, "duration"), ({"filter_interface": "eth99"}, "filter-interface"),
    ({"filter_mac_address": "x"}, "filter-mac-address"), ({"colour": "red"}, "colour"),
    ({"subscriber": "nobody at all"}, "subscriber"), ({"file_name": "few"}, "few"),
    ({"subscriber": "fixed", "filter_ip_address": "10.0.0.1"}, "subscriber"),
])
def test_what_makes_no_sense_is_refused(lab, words, said):
    with pytest.raises(ApiError) as error:
        start(lab, **words)
    assert error.value.status == 400 and said in error.value.answer["detail"]
    assert not lab.api.get("tool/sniffer")["running"]


def test_the_cli_starts_and_stops_it(lab):
    def ctl(*words):
        return subprocess.run([program("turnpikectl"), "--socket", lab.daemon.socket, *words],
                              capture_output=True, text=True, timeout=20)

    done = ctl("/tool sniffer start filter-mac-protocol=pppoe-discovery file-name=cli")
    assert done.returncode == 0 and "running: yes" in done.stdout, done.stderr
    assert "cli.pcapng" in ctl("/tool sniffer print").stdout
    done = ctl("/tool sniffer stop")
    assert done.returncode == 0 and "ended-by: stop" in done.stdout
    assert ctl("/tool sniffer start nonsense").returncode == 2
    assert "turnpike_sniffer_running 0" in lab.api.text("/metrics")
