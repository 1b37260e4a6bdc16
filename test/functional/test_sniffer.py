# SPDX-License-Identifier: BSD-3-Clause
"""Captures of one subscriber: tshark reads what was written, with interfaces and reasons."""

import os
import signal
import subprocess
import time

import pytest
from scapy.layers.inet import ICMP, IP

from lab.api import ApiError
from lab.daemon import program
from lab.wait import until

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
    assert lab.api.get("tool/sniffer")["subscriber"] == ""  # what is set is another thing
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


# ---- live ------------------------------------------------------------------------------------


def quick(lab, *words, **options):
    command = [program("turnpikectl"), "--socket", lab.daemon.socket, "/tool sniffer quick", *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def ended(lab):
    until(lambda: not lab.api.get("tool/sniffer")["running"], 10, "it has ended")
    return lab.api.get("tool/sniffer")


def test_live_for_wireshark_until_ctrl_c(lab, subscriber, tmp_path):
    host = subscriber(lab, mac=BOB, user="fixed").dial()
    live = quick(lab, "subscriber=fixed", "file=-", "duration=1m")
    try:
        until(lambda: lab.api.get("tool/sniffer")["running"], 10, "it runs")
        assert lab.api.get("tool/sniffer")["file"] == "live"
        assert host.ping(lab.CORE_HOST)
        until(lambda: lab.api.get("tool/sniffer")["packets"] >= 4, 10, "both ways, on both sides")
        time.sleep(0.3)  # what was written is on its way
        live.send_signal(signal.SIGINT)
        out, err = live.communicate(timeout=20)
    finally:
        live.kill()
    assert live.returncode == 0 and err == b"", err
    path = tmp_path / "live.pcapng"
    path.write_bytes(out)
    rows = tshark(path, "frame.interface_name", "ip.src", where="icmp")
    assert ["core0", host.address] in rows and ["ether3", lab.CORE_HOST] in rows
    done = subprocess.run(["tshark", "-n", "-r", path], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0 and "cut short" not in done.stderr, done.stderr
    assert ended(lab)["ended-by"] == "client"


def test_a_reader_who_closes_the_pipe_ends_it_though_nothing_comes(lab):
    live = quick(lab, "filter-mac-address=02:00:00:00:99:77", "file=-", "duration=1h")
    try:
        until(lambda: lab.api.get("tool/sniffer")["running"], 10, "it runs")
        with pytest.raises(ApiError) as error:
            start(lab)
        assert "running" in error.value.answer["detail"]
        live.stdout.close()
        assert live.wait(timeout=20) == 0
    finally:
        live.kill()
        live.stderr.close()
    assert ended(lab)["ended-by"] == "client"


def test_by_rest_it_ends_at_its_limit_and_by_stop(lab, subscriber, tmp_path):
    host = subscriber(lab, mac=BOB, user="fixed").dial()
    live = quick(lab, "filter-interface=ether3", "packet-limit=2", f"file={tmp_path / 'two.pcapng'}")
    try:
        until(lambda: lab.api.get("tool/sniffer")["running"], 10, "it runs")
        host.ping(lab.CORE_HOST)
        assert live.wait(timeout=20) == 0
    finally:
        live.kill()
        live.communicate()
    assert len(tshark(tmp_path / "two.pcapng", "frame.number")) == 2
    assert ended(lab)["ended-by"] == "packet-limit"
    status, headers, body = lab.api.raw("POST", "/rest/tool/sniffer/quick", b'{"duration":"1s","filter-interface":"core0"}',
                                        {"Content-Type": "application/json"})
    assert status == 200 and headers["Transfer-Encoding"] == "chunked" and body[:4] == b"\n\r\r\n"
    assert ended(lab)["ended-by"] == "duration"
    live = quick(lab, "file=-")
    try:
        until(lambda: lab.api.get("tool/sniffer")["running"], 10, "it runs")
        assert stop(lab)["ended-by"] == "stop"
        assert live.communicate(timeout=20)[0][:4] == b"\n\r\r\n" and live.returncode == 0
    finally:
        live.kill()


def test_a_reader_who_takes_nothing_holds_nobody_up(lab, subscriber):
    """What does not fit is lost to the capture, and packets go their way."""
    host = subscriber(lab, mac=BOB, user="fixed").dial()
    live = quick(lab, "file=-", "duration=1m")
    try:
        until(lambda: lab.api.get("tool/sniffer")["running"], 10, "it runs")
        live.send_signal(signal.SIGSTOP)
        for _ in range(20):
            host.send_ip(*[IP(src=host.address, dst=lab.CORE_HOST) / ICMP() / bytes(1400)] * 1)
        assert host.ping(lab.CORE_HOST)
        assert stop(lab)["ended-by"] == "stop"
    finally:
        live.send_signal(signal.SIGCONT)
        live.kill()
        live.communicate()


def test_live_words_are_checked_and_a_terminal_is_spared(lab):
    for words, said in ((["file-name=x"], "expected"), (["subscriber=nobody at all"], "nothing is known")):
        live = quick(lab, *words)
        out, err = live.communicate(timeout=20)
        assert live.returncode != 0 and out == b"" and said in err.decode(), err
    assert not lab.api.get("tool/sniffer")["running"]


# ---- what is set -----------------------------------------------------------------------------


def test_start_does_what_is_set_unless_it_is_told_otherwise(lab, subscriber, tmp_path):
    host = subscriber(lab, mac=BOB, user="fixed").dial()

    def ctl(*words):
        return subprocess.run([program("turnpikectl"), "--socket", lab.daemon.socket, *words],
                              capture_output=True, text=True, timeout=20)

    try:
        assert ctl("/tool/sniffer set filter-interface=core0 packet-limit=50 only-headers=yes duration=30s").returncode == 0
        begun = start(lab)
        assert begun["filter-interface"] == "core0" and begun["file"] == "memory"
        host.ping(lab.CORE_HOST)
        until(lambda: lab.api.get("tool/sniffer")["packets"] >= 2, 10, "they are there")
        stop(lab)
        assert ctl("/tool/sniffer save file-name=kept").returncode == 0
        assert "exists" in ctl("/tool/sniffer save file-name=kept").stderr  # nothing is overwritten
        path = tmp_path / "memory.pcapng"
        assert ctl(f"/tool/sniffer download file={path}").returncode == 0
        names = {name for (name,) in tshark(path, "frame.interface_name")}
        assert names == {"core0"}
        again = subprocess.run([program("turnpikectl"), "--socket", lab.daemon.socket,
                                "/tool/sniffer download file-name=kept file=-"], capture_output=True, timeout=20)
        assert again.stdout == path.read_bytes()
        # A filter of its own, and none of those that are set.
        begun = start(lab, filter_mac_protocol="pppoe-discovery")
        assert "filter-interface" not in begun and begun["filter-mac-protocol"] == "pppoe-discovery"
        stop(lab)
        # A file that is set is written anew each time.
        assert ctl("/tool/sniffer set file-name=ring").returncode == 0
        for _ in range(2):
            assert start(lab)["file"].endswith("/ring.pcapng")
            stop(lab)
        shown = ctl("/tool/sniffer print").stdout
        assert "file-name: ring" in shown and "packet-limit: 50" in shown and "ended-by: stop" in shown
        for words, said in ((["filter-interface=eth99"], "eth99"), (["filter-mac-address=x"], "a MAC address"),
                            (["file-name=../x"], "no dot in front"), (["duration=2d"], "up to a day"),
                            (["memory-limit=1Gi"], "64Mi"), (["filter-ip-address=here"], "an address"),
                            (["streaming-enabled=yes"], "quick")):
            done = ctl("/tool/sniffer set", *words)
            assert done.returncode != 0 and said in done.stderr, (words, done.stderr)
    finally:
        for name in ("filter-interface", "packet-limit", "only-headers", "duration", "file-name"):
            lab.api.patch("tool/sniffer", **{name: None})


@pytest.mark.parametrize("verb, body, said", [
    ("save", {}, "file-name"), ("save", {"file-name": "../x"}, "file-name"), ("save", {"a": "b"}, "nothing else"),
    ("download", {"file-name": "never-was"}, "No such file"), ("download", {"file-name": "/etc/passwd"}, "file-name"),
    ("quick", {"file-name": "x"}, "unknown parameter file-name"), ("quick", {"duration": "0s"}, "duration"),
])
def test_verbs_that_make_no_sense_are_refused(lab, verb, body, said):
    with pytest.raises(ApiError) as error:
        lab.api.call("POST", f"tool/sniffer/{verb}", body)
    assert error.value.status == 400 and said in error.value.answer["detail"]
