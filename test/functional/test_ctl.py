# SPDX-License-Identifier: BSD-3-Clause
"""turnpikectl: the reference's commands pasted in, tables for people, JSON for programs."""

import json
import os
import re
import select
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from lab.api import ApiError
from lab.daemon import program
from lab.net import running
from lab.terminal import Terminal
from lab.wait import until

QUICK_EXAMPLE = """\
/ip pool
add name=pppoe-pool ranges=10.0.0.2-10.0.0.5
/ppp profile
add local-address=10.0.0.1 name=for-pppoe remote-address=pppoe-pool
/ppp secret
add name=MT-User password=StrongPass profile=for-pppoe service=pppoe
/interface pppoe-server server
add default-profile=for-pppoe disabled=no interface=ether3 service-name=pppoeservice
"""


@pytest.fixture
def ctl(lab):
    return ctl_of(lab)


def ctl_of(lab):
    def run(*words, stdin="", code=0):
        done = subprocess.run([program("turnpikectl"), "--socket", lab.daemon.socket, *words],
                              input=stdin, text=True, timeout=30, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        assert (done.returncode == 0) == (code == 0), done.stdout
        return done.stdout

    return run


def nothing_but_ports(config):
    for section in ("ppp", "interface"):
        del config[section]
    del config["ip"]["pool"]


def test_the_references_commands_pasted_in_give_a_working_server(make_lab, subscriber):
    lab = make_lab(nothing_but_ports)
    ctl_of(lab)(stdin=QUICK_EXAMPLE)
    assert subscriber(lab).dial().address in [f"10.0.0.{last}" for last in range(2, 6)]


def test_the_references_commands_as_arguments_give_a_working_server(make_lab, subscriber):
    lab = make_lab(nothing_but_ports)
    lines = QUICK_EXAMPLE.splitlines()
    for path, command in zip(lines[::2], lines[1::2]):
        ctl_of(lab)(*path.split(), *command.split())
    assert subscriber(lab).dial().ping("10.0.0.1")


def test_active_is_a_table(ctl, subscriber):
    host = subscriber().dial()
    said = ctl("/ppp", "active", "print")
    assert "MT-User" in said and host.address in said
    assert host.mac in said.lower()


def test_json_is_for_programs(ctl, subscriber):
    host = subscriber().dial()
    rows = json.loads(ctl("--json", "/ppp", "active", "print"))
    assert host.address in [row["address"] for row in rows]


def test_whatever_tells_how_it_does_can_be_monitored(ctl, subscriber):
    subscriber().dial()
    assert "address: 10.0.0." in ctl("/ppp active monitor [find name=MT-User] once")
    pool, = json.loads(ctl("--json", "/ip pool monitor pppoe-pool once"))
    assert pool["used"] == 1
    assert "no such item" in ctl("/ip pool monitor none once", code=1)


def test_one_argument_is_a_whole_command(ctl):
    assert "pppoe-pool" in ctl("/ip pool print")


def test_set_and_remove(ctl):
    ctl("/ppp secret add name=ctl-user password=x")
    ctl("/ppp secret set ctl-user comment=\"two words\"")
    rows = json.loads(ctl("--json", "/ppp secret print"))
    assert [row["comment"] for row in rows if row["name"] == "ctl-user"] == ["two words"]
    ctl("/ppp secret remove ctl-user")
    assert "ctl-user" not in ctl("/ppp secret print")


@pytest.mark.parametrize("command", ["/ppp secret add colour=red", "/ppp nonsense print",
                                     "/ip pool add name=x ranges=nonsense",
                                     "/ppp secret remove nobody-has-this"])
def test_a_mistake_is_said_and_is_a_failure(ctl, command):
    assert ctl(command, code=1).strip()


@pytest.mark.parametrize("name", ["turnpike", "turnpikectl", "turnpike-client"])
def test_each_program_tells_its_version(name):
    done = subprocess.run([program(name), "--version"], text=True, stdout=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, timeout=30, check=True)
    assert re.fullmatch(name + r" \d+\.\d+\.\d+\n", done.stdout)


def test_no_daemon_is_said_plainly(ctl, tmp_path):
    done = subprocess.run([program("turnpikectl"), "--socket", tmp_path / "none.sock",
                           "/ppp active print"], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=30)
    assert done.returncode and "none.sock" in done.stdout


def test_a_socket_that_leads_nowhere_says_why(lab, tmp_path):
    def refused(socket, **more):
        done = subprocess.run([program("turnpikectl"), "--socket", socket, "/ip", "pool", "print"],
                              capture_output=True, text=True, timeout=30, **more)
        assert done.returncode == 1 and not done.stdout
        return done.stderr

    assert "is not there: is turnpike running?" in refused(tmp_path / "none.sock")
    (tmp_path / "file").write_text("")
    assert "is no socket" in refused(tmp_path / "file")
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(tmp_path / "left.sock"))
    left.close()
    assert "turnpike has ended" in refused(tmp_path / "left.sock")
    # Whoever may not reach the program itself here would not get as far as the socket.
    copy = Path(tempfile.mkdtemp(dir="/tmp")) / "turnpikectl"
    copy.parent.chmod(0o755)
    try:
        shutil.copy(program("turnpikectl"), copy)
        done = subprocess.run([copy, "--socket", lab.daemon.socket, "/ip", "pool", "print"], user=65534,
                              group=65534, extra_groups=[], capture_output=True, text=True, timeout=30)
    finally:
        shutil.rmtree(copy.parent)
    assert "is not yours to use" in done.stderr


def test_a_reload_tells_what_waits_and_what_is_hardly_meant(make_lab):
    lab = make_lab()
    run = ctl_of(lab)
    text = lab.daemon.config.read_text()
    lab.daemon.config.write_text(text.replace("dataplane:", "dataplane:\n  memory: 4000", 1) +
                                 "\nradius: { server: [ { service: ppp, address: 192.0.2.9, secret: x } ] }\n")
    assert "dataplane.memory: can't change" in run("/system", "reload", code=1)
    assert lab.api.get("radius") == []
    said = run("/system", "reload", "partial=yes")
    assert re.search(r"waits for a restart: .*:\d+:\d+: dataplane.memory", said)
    assert re.search(r"warning: .*use-radius is no", said)
    assert len(lab.api.get("radius")) == 1


@pytest.fixture
def shell(lab, tmp_path):
    """Opens turnpikectl at a terminal, in a home of its own."""
    opened = []

    def open_shell(**more):
        environment = {"HOME": str(tmp_path), "NO_COLOR": "", **more}
        opened.append(Terminal(program("turnpikectl"), "--socket", lab.daemon.socket, **environment))
        opened[-1].see("> ")
        return opened[-1]

    yield open_shell
    for terminal in opened:
        terminal.__exit__()


def test_the_shell_completes_and_helps_anywhere_and_keeps_the_line(shell, tmp_path):
    term = shell()
    term.type("/ppp sec\t")
    term.see("/ppp secret ")
    term.type("\r")
    term.see("/ppp secret> ")
    term.type("add profile=for\t service=")
    term.see("for-pppoe service=")
    term.type("?")
    seen = term.see("add profile=for-pppoe service=")
    assert "The service that the user may use; default any" in seen and "  pppoe" in term.plain()
    term.type("\x15add comment=\"why")  # Ctrl-U, and then a text
    term.see("why")
    term.type("?\" pass\x1bOP")  # F1
    assert "The password" in term.see("add comment=\"why?\" pass", 30)
    term.type("\x15..\r")
    term.see("/ppp> ")
    term.type("/\r")
    term.see("] > ")
    term.type("/ppp/secret/print\r")
    assert "MT-User" in term.see("] > ")
    term.type("/ip pool print | less\r")
    term.see("there are no pipes")
    # The history is kept as it is made, whatever becomes of the terminal.
    assert "/ppp/secret/print" in (tmp_path / ".turnpikectl_history").read_text().replace("\\040", " ")


def test_what_changes_is_followed_until_ctrl_c(shell, lab, subscriber):
    term = shell()
    term.type("/ppp secret print follow\r")
    term.see("MT-User")
    lab.api.put("ppp/secret", name="followed", password="x")
    term.see("followed")
    term.type("")
    lab.api.patch("ppp/secret/followed", comment="paid")
    term.see(";;; paid")
    term.type("")
    lab.api.delete("ppp/secret/followed")
    term.see("- ")
    term.type("\x03")
    term.see("] > ")
    term.type("/ppp active print follow-only proplist=name,address\r")
    term.see("\n")
    host = subscriber().dial()
    term.see(host.address)
    term.type("\x03")
    term.see("] > ")
    term.type("/ip pool monitor pppoe-pool interval=100ms\r")
    term.see("used: 1")
    term.type("\x03")
    term.see("] > ")
    term.type("/ip pool used print interval=100ms\r")
    term.see("\x1b[J")
    term.type("\x03")
    term.see("] > ")


def test_the_log_is_followed(shell, lab):
    term = shell()
    term.type("/log print follow-only where message~\"log-is-followed\"\r")
    term.see("\n")

    def line():  # of those before it listens it says nothing
        lab.api.patch("system/identity", name="log-is-followed")
        lab.api.patch("system/identity", name="MT_AC")
        return select.select([term.fd], [], [], 1)[0] and term.read() and "identity changed by" in term.plain()
    until(line, 30)
    assert "log-is-followed" in term.see("identity changed by")
    term.type("\x03")
    term.see("] > ")


def test_a_value_is_edited_in_the_persons_own_editor(shell, lab):
    term = shell(EDITOR="f() { echo now $(cat \"$1\"); read text; echo \"$text\" >\"$1\"; }; f")
    term.type("/ppp secret edit MT-User comment\r")
    term.see("now")
    term.type("paid; until (May)\r")
    term.see("] > ")
    assert lab.api.get("ppp/secret/MT-User")["comment"] == "paid; until (May)"
    term.type(":put [/ppp secret get [find name=MT-User] comment]\r")
    term.see("\npaid; until (May)")
    term.type("/ppp secret unset MT-User comment\r")
    term.see("] > ")


def test_a_list_that_no_event_tells_of_is_followed_too(lab, subscriber):
    words = [program("turnpikectl"), "-s", lab.daemon.socket, "--json", "/ip pool used print follow-only"]
    with running(*words, stdout=subprocess.PIPE) as following:
        addresses = set()  # of those who came before it looked first it says nothing
        for _ in range(20):
            addresses.add(subscriber().dial().address)
            if select.select([following.stdout], [], [], 2)[0]:
                break
        else:
            following.kill()
            pytest.fail("nobody was told of")
        assert json.loads(following.stdout.readline())["address"] in addresses


@pytest.mark.parametrize("environment, coloured", [({}, True), ({"TERM": "dumb"}, False),
                                                   ({"NO_COLOR": "1"}, False)])
def test_colours_and_columns_are_the_terminals(shell, environment, coloured):
    term = shell(**environment)
    term.type("/interface pppoe-server server print\r")
    seen = term.see("shows them)")
    assert "-- no room for " in seen
    term.see("] > ")
    assert ("\x1b[1m" in seen) is coloured
    term.resize(2000)
    term.type("/interface pppoe-server server print\r")
    seen = term.see("KEEPALIVE-TIMEOUT")
    seen = term.see("] > ")
    assert "KEEPALIVE-TIMEOUT" in seen and "no room" not in seen


def test_what_is_no_terminal_gets_all_columns_and_no_colours(ctl):
    said = ctl("/interface pppoe-server server print")
    assert "KEEPALIVE-TIMEOUT" in said and "\x1b" not in said and "no room" not in said


def test_bash_completes_with_a_daemon_and_without(lab):
    script = Path(__file__).parents[2] / "app/turnpikectl/turnpikectl.bash"
    directory = Path(program("turnpikectl")).resolve().parent
    with Terminal("bash", "--norc", "--noprofile", "-i", width=300,
                  PATH=f"{directory}:{os.environ['PATH']}", HISTFILE="/dev/null") as bash:
        bash.type(f"source {script}; bind 'set bell-style none'\r")
        bash.see("$ ")
        for typed, seen in [("turnpikectl -s /none /ip/po\t", "/ip/pool "),
                            ("turnpikectl -s /none /ppp sec\tadd pass\t", "secret add password="),
                            ("turnpikectl -s /none /ppp secret add service=pp\t", "service=pppoe"),
                            ("turnpikectl -s /none /interface pppoe-server server add authentication=pap,mschap2\t",
                             "=pap,mschap2"),
                            (f"turnpikectl -s {lab.daemon.socket} /ppp secret set MT-\tprof\tfor\t",
                             "MT-User profile=for-pppoe")]:
            bash.type(typed)
            bash.see(seen)
            bash.type("\x15\r")
            bash.see("$ ")


def test_an_export_of_routeros_makes_a_server(make_lab, subscriber, tmp_path):
    lab = make_lab(nothing_but_ports)
    rsc = tmp_path / "backup.rsc"
    rsc.write_text("# by RouterOS 7.20.4\n/interface bridge\nadd name=lan\n" + QUICK_EXAMPLE +
                   "/ppp aaa\nset enable-ipv6-accounting=no\n/ip firewall filter\nadd action=drop chain=input\n")
    said = ctl_of(lab)("/import", str(rsc), code=1)
    assert "left out 2 of 7 commands:\nline 2: /interface bridge is not here: 1 command\n" in said
    assert subscriber(lab).dial().address.startswith("10.0.0.")


def test_what_is_refused_for_one_of_several_costs_nobody_his_session(make_lab, subscriber):
    """A name that two can't have, VLANs that would meet, and an undo that something stands against:
    each would have ended the sessions of those that came first."""
    lab = make_lab()
    ctl = ctl_of(lab)
    ctl("/interface vlan add name=a interface=ether3 vlan-id=7")
    ctl("/interface vlan add name=b interface=ether3 vlan-id=8")
    ctl("/interface pppoe-server server add service-name=in7 interface=a default-profile=for-pppoe")
    ctl("/ppp secret add name=other password=x")
    ctl("/ppp secret disable other,MT-User")
    ctl("/ppp secret enable other,MT-User")
    enabled = lab.api.get("system/history")[-1][".id"]
    ctl("/ppp secret disable other")
    hosts = [subscriber(lab).dial(), subscriber(lab, vlans=[7], service="in7").dial()]
    before = lab.api.get("ppp/secret")
    assert "is there already" in ctl("/ppp secret set [find] name=dup", code=1)
    assert "is there already" in ctl("--dry-run", "/ppp secret set [find] name=dup", code=1)
    ctl("/interface vlan set [find] vlan-id=9", code=1)
    with pytest.raises(ApiError) as error:
        lab.api.post("undo", **{".id": enabled})
    assert "has been changed since" in error.value.answer["detail"]
    for host in hosts:
        host.run(0.3)
    assert len(lab.api.get("ppp/active")) == 2
    assert lab.api.get("ppp/secret") == before
