# SPDX-License-Identifier: BSD-3-Clause
"""The log where operators read it: /log, syslog, events; and what a supervisor is told."""

import json
import os
import socket
import subprocess

import pytest

from lab.daemon import Lab, program
from lab.net import inside
from lab.wait import until


class Supervisor:
    """What systemd is to a service of Type=notify."""

    def __init__(self, folder):
        self.path = f"{folder}/notify.sock"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.setblocking(False)
        self.said = []

    def heard(self, word):
        while True:
            try:
                self.said.append(self.socket.recv(4096).decode())
            except BlockingIOError:
                return any(word in message for message in self.said)

    def wait(self, word):
        until(lambda: self.heard(word), 20, what=f"{word}, but there is {self.said}")

    def forget(self):
        self.heard("")
        self.said = []


@pytest.fixture(scope="module")
def lab():
    lab = Lab()
    supervisor = Supervisor(lab.folder.name)
    config = lab.base_config()
    config["system"] = {"identity": "MT_AC", "logging-action": [
        {"name": "noc", "remote": lab.CORE_AC, "remote-port": 5514, "syslog-facility": "local1",
         "comment": "the operators"}], "logging": [
        {"topics": ["warning", "!radius"], "action": "noc", "comment": "what is wrong"},
        {"topics": "debug", "action": "noc", "disabled": True}]}
    os.environ.update(NOTIFY_SOCKET=supervisor.path, WATCHDOG_USEC="3000000")
    lab.supervisor = supervisor
    try:
        lab.start(config)
        yield lab
    finally:
        del os.environ["NOTIFY_SOCKET"], os.environ["WATCHDOG_USEC"]
        lab.close()


def ctl(lab, *words):
    done = subprocess.run([program("turnpikectl"), "--socket", lab.daemon.socket, *words],
                          capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout


def refuse_one(host):
    host.open()
    host.negotiate()
    host.until(lambda: host.ended, timeout=15, what="ended")


def test_a_supervisor_is_told_of_the_start_and_that_it_lives(lab):
    lab.supervisor.wait("READY=1")
    lab.supervisor.wait("STATUS=")
    lab.supervisor.wait("WATCHDOG=1")


def test_a_supervisor_is_told_of_a_reload_and_of_sessions(lab, subscriber):
    lab.supervisor.forget()
    lab.api.post("system/reload")
    lab.supervisor.wait("RELOADING=1\nMONOTONIC_USEC=")
    lab.supervisor.wait("READY=1")
    host = subscriber(lab)
    host.dial()
    lab.supervisor.wait("STATUS=1 session up")
    assert lab.supervisor.said.index("READY=1") > 0


def test_a_line_tells_whom_it_is_about(lab, subscriber):
    host = subscriber(lab)
    host.dial()
    mine = until(lambda: [line for line in lab.api.get("log")
                          if line.get("caller-id") == host.mac.upper()
                          and ": connected: " in line["message"]], what=lambda: lab.api.get("log"))
    assert mine[-1]["user"] == "MT-User" and mine[-1]["topics"] == "pppoe,ppp,info"
    assert mine[-1]["session"] in [row[".id"] for row in lab.api.get("ppp/active")]


def test_the_cli_filters_by_topic(lab):
    shown = json.loads(ctl(lab, "--json", "/log", "print", "where", 'topics~"ppp"'))
    assert shown and all("ppp" in line["topics"] for line in shown)
    assert any("system" in line["topics"] for line in lab.api.get("log"))


def test_a_refusal_has_one_line(lab, subscriber):
    before = len(lab.api.get("log"))
    lab.api.put("ppp/secret", name="one-line", password="right", profile="for-pppoe")
    host = subscriber(lab, user="one-line", password="wrong")
    refuse_one(host)
    lines = [line["message"] for line in lab.api.get("log")[before:]
             if line.get("caller-id") == host.mac.upper()]
    assert len(lines) == 1 and "authentication failed" in lines[0], lines


def test_events_tell_of_lines_to_who_asks_for_them(lab):
    followed = []
    with socket.socket(socket.AF_UNIX) as stream:
        stream.settimeout(20)
        stream.connect(str(lab.daemon.socket))
        stream.sendall(b"GET /rest/events?event=log HTTP/1.1\r\nHost: a\r\n\r\n")
        while b"listening" not in b"".join(followed):
            followed.append(stream.recv(65536))
        lab.api.patch("system/identity", name="Renamed")
        while b"identity changed by" not in b"".join(followed):
            followed.append(stream.recv(65536))
    text = b"".join(followed).decode()
    assert '"event":"log"' in text and '"path":"/log"' in text


def test_a_syslog_server_gets_what_its_rule_says(lab, subscriber):
    received = []
    with inside(lab.daemon.netns):
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        server.bind((lab.CORE_AC, 5514))
    server.settimeout(20)
    host = subscriber(lab, user="nobody-at-all", password="wrong")
    refuse_one(host)
    received.append(server.recv(4096).decode())
    assert received[0].startswith("<140>1 ")  # 17 * 8 + 4: local1, warning
    assert "nobody-at-all" in received[0] and " pppoe,ppp - " in received[0]
    server.close()


def test_an_end_is_told_to_the_supervisor(lab):
    lab.supervisor.forget()
    lab.daemon.stop_cleanly()
    assert lab.supervisor.heard("STOPPING=1")
