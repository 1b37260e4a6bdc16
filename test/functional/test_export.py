# SPDX-License-Identifier: BSD-3-Clause
"""The configuration out of a running daemon, and into another one."""

import subprocess

import yaml

from conftest import rich_config
from lab.daemon import Lab, program


def ctl(lab, *words, **kwargs):
    done = subprocess.run([program("turnpikectl"), "--socket", lab.daemon.socket, *words], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, **kwargs)
    assert done.returncode == 0, done.stdout
    return done.stdout


def configured(lab):
    """All that the API says of what is configured, by path; .ids, sockets and journals are each
    daemon's own."""
    found = {}
    for resource in lab.api.get("system/schema"):
        if not resource["properties"]:
            continue  # what runs
        names = [named["name"] for named in resource["properties"]
                 if not named["write-only"] and named["name"] not in ("socket", "journal-directory")]
        rows = lab.api.get(resource["path"].strip("/"))
        rows = rows if isinstance(rows, list) else [rows]
        found[resource["path"]] = sorted(
            str([row.get(name) for name in names]) for row in rows if not row.get("dynamic"))
    return found


def with_everything(config):
    """More than the Quick Example has, and not in an order in which it could be added."""
    config["ip"]["pool"].insert(0, {"name": "first", "ranges": "10.9.0.0/24", "next-pool": "pppoe-pool"})
    config["interface"]["vlan"] = [
        {"name": "inner", "interface": "outer", "vlan-id": 7},
        {"name": "outer", "interface": "ether3", "vlan-id": 100, "comment": 'a "quoted" $text; # this'},
    ]
    config["interface"]["pppoe-server"]["static"] = [{"name": "to-joe", "user": "joe"}]
    config["ppp"]["profile"].append({"name": "default", "session-timeout": "1d2h"})
    config["ppp"]["secret"].append({"name": "joe", "password": "x", "comment": "null",
                                    "routes": "10.50.0.0/24, 10.51.0.0/24 10.0.0.9 1"})
    config["ip"]["service"] = [{"name": "www-ssl", "port": 8443}]
    config["dataplane"]["ports"][0]["comment"] = "the street"
    config.setdefault("management", {})["log-level"] = "debug"


def test_exported_commands_make_the_same_in_a_fresh_daemon(make_lab):
    old = make_lab(with_everything)
    commands = ctl(old, "/export")
    assert "StrongPass" not in commands and "set www-ssl port=8443" in commands
    old.api.put("user", name="carol", password="a-long-password", group="full")
    assert ctl(old, "/export") == commands, "users can't be made without a password"
    old.api.delete("user/carol")
    fresh = make_lab(lambda config: [config.pop(name) for name in ("system", "ip", "ppp", "interface")])
    assert configured(fresh) != configured(old)
    ctl(fresh, input=commands)
    assert configured(fresh) == configured(old)
    assert ctl(fresh, "/export") == ctl(old, "/export")
    old.api.put("radius", address="192.0.2.50", service="ppp", secret="between-us")
    old.api.put("radius", address="192.0.2.51", service="ppp", protocol="radsec")
    ctl(fresh, input=ctl(old, "/radius", "export"))
    assert [(row["address"], row["disabled"]) for row in fresh.api.get("radius")] == [
        ("192.0.2.50", True), ("192.0.2.51", False)], "without a secret it can't be in use"


def test_exported_verbosely_and_tersely_it_is_the_same(make_lab, tmp_path):
    old = make_lab(with_everything)
    fresh = make_lab(lambda config: [config.pop(name) for name in ("system", "ip", "ppp", "interface")])
    ctl(old, "/export", "verbose", "terse", f"file={tmp_path / 'all'}")
    commands = (tmp_path / "all.rsc").read_text()
    assert "/ppp secret add name=MT-User " in commands and " !remote-address " in commands
    assert all(line[0] in "/#" for line in commands.splitlines())
    ctl(fresh, "/import", str(tmp_path / "all.rsc"))
    assert configured(fresh) == configured(old)


def test_exported_yaml_is_a_file_to_start_with(make_lab):
    old = make_lab(with_everything)
    old.api.put("radius", address="192.0.2.50", service="ppp", secret="between-us", disabled=True)
    old.api.patch("radius/*1", disabled=False)
    exported = yaml.safe_load(ctl(old, "/export", "format=yaml"))
    assert exported["ppp"]["secret"][0]["name"] == "MT-User"
    assert "password" not in exported["ppp"]["secret"][0]
    exported["management"].pop("socket")
    old.api.patch("radius/*1", disabled=True)  # as it is without its secret
    expected = configured(old)
    old.daemon.stop_cleanly()
    old.daemon.write(exported)
    old.daemon.start()
    assert configured(old) == expected


def test_a_rich_configuration_goes_there_and_back(make_lab):
    lab = Lab()
    try:
        rich = rich_config(lab)
    finally:
        lab.close()
    ports = rich.pop("dataplane")["ports"]

    def bare(config):
        config["dataplane"]["ports"][0]["mtu"] = ports[0]["mtu"]
        for name in ("system", "ip", "ppp", "interface"):
            config.pop(name)

    old = make_lab(lambda config: (bare(config), config.update(rich)))
    fresh = make_lab(bare)
    ctl(fresh, input=ctl(old, "/export"))
    assert configured(fresh) == configured(old)


def test_passwords_are_not_to_be_had(make_lab):
    lab = make_lab()
    done = subprocess.run([program("turnpikectl"), "--socket", lab.daemon.socket, "/export",
                           "show-sensitive"], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=30)
    assert done.returncode == 1 and "passwords never come out" in done.stdout
