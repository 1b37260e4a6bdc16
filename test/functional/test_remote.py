# SPDX-License-Identifier: BSD-3-Clause
"""The service www-ssl of the real daemon: TLS, users and their groups, and changes at run time."""

import json
import re
import subprocess
import sys

import pytest
import yaml

from lab.api import ApiError
from lab.daemon import ROOT, program
from lab.remote import Remote, make_certificate, socket_in

PORT = 8443


@pytest.fixture
def remote_lab(make_lab):
    """A lab whose daemon serves HTTPS; remote_lab(user, password) is a client of it."""
    lab = make_lab(start=False)
    certificate, key = make_certificate(lab.daemon.folder)

    def configure(config):
        config["user"] = [
            {"name": "noc", "password": "look"},
            {"name": "desk", "password": "change", "group": "write"},
            {"name": "admin", "password": "all", "group": "full"},
            {"name": "gone", "password": "x", "disabled": True},
            {"name": "nose", "password": "smell", "group": "captures"},
        ]
        config["user-group"] = [{"name": "captures", "policy": "read,sniff"}]
        config["ip"]["service"] = [{"name": "www-ssl", "port": PORT, "disabled": False,
                                    "certificate": str(certificate), "private-key": str(key)}]
        return config

    lab.certificate, lab.key = certificate, key
    lab.net.run("ac", "ip", "link", "set", "lo", "up")
    lab.start(configure(lab.base_config()))

    def client(user=None, password=None, port=PORT):
        return Remote(lab.daemon.netns, port, certificate, user, password)

    lab.client = client
    return lab


def test_users_do_what_their_group_may(remote_lab):
    client = remote_lab.client
    status, answer, _ = client("noc", "look")("GET", "/rest/ppp/secret/MT-User")
    assert status == 200 and answer["name"] == "MT-User" and answer["disabled"] == "false"
    for call in (("PUT", "/rest/ppp/secret", {"name": "x"}), ("DELETE", "/rest/ppp/secret/MT-User"),
                 ("PATCH", "/rest/ppp/secret/MT-User", {"disabled": True}),
                 ("POST", "/rest/system/reload", {})):
        status, answer, _ = client("noc", "look")(*call)
        assert status == 403 and answer["detail"] == "not enough permissions (9)", call
    assert client("noc", "look")("POST", "/rest/ppp/secret/print", {})[0] == 200
    for user, status in ((("noc", "look"), 403), (("desk", "change"), 403), (("admin", "all"), 200)):
        assert client(*user)("POST", "/rest/tool/sniffer/start", {"duration": "1m"})[0] == status
    assert client("desk", "change")("POST", "/rest/tool/sniffer/stop")[0] == 403
    assert client("admin", "all")("POST", "/rest/tool/sniffer/stop")[0] == 200
    asked = {"subscriber": "MT-User"}
    assert client("noc", "look")("POST", "/rest/ppp/subscriber/why", asked)[0] == 200
    assert client("desk", "change")("PUT", "/rest/ppp/secret", {"name": "x"})[0] == 201
    assert client("desk", "change")("PUT", "/rest/user", {"name": "x", "password": "y"})[0] == 403
    assert client("admin", "all")("PUT", "/rest/user", {"name": "x", "password": "y"})[0] == 201
    assert client("x", "y")("GET", "/rest/ppp/secret")[0] == 200
    assert "turnpike_sessions" in client("noc", "look")("GET", "/metrics")[1].decode()


def test_a_right_to_capture_is_one_of_its_own(remote_lab):
    nose, admin = remote_lab.client("nose", "smell"), remote_lab.client("admin", "all")
    status, answer, headers = nose("POST", "/rest/tool/sniffer/quick", {"packet-limit": 1000, "duration": "1s"})
    assert status == 200 and answer[:4] == b"\n\r\r\n", answer
    assert headers["Content-Type"] == "application/x-pcapng" and headers["Turnpike-Policy"] == "read,sniff"
    assert nose("PATCH", "/rest/tool/sniffer", {"duration": "2m"})[0] == 200
    assert nose("PATCH", "/rest/ppp/secret/MT-User", {"comment": "x"})[0] == 403
    # Who may change it may not take that back who may not capture, nor the other way round.
    assert remote_lab.client("desk", "change")("POST", "/rest/undo", {})[0] == 403
    assert admin("PATCH", "/rest/user/group/captures", {"policy": "read"})[0] == 200
    for verb in ("quick", "start", "download", "stop", "save"):
        assert nose("POST", f"/rest/tool/sniffer/{verb}", {})[0] == 403, verb
    assert admin("DELETE", "/rest/user/group/captures")[0] == 400  # somebody is in it
    assert admin("DELETE", "/rest/user/group/read")[0] == 400
    entries = remote_lab.api.get("system/history")
    asked = [one for one in entries if one["action"].startswith("tool sniffer quick")]
    assert asked[0]["action"] == "tool sniffer quick packet-limit=1000 duration=1s asked for"
    assert asked[0]["by"] == "nose" and asked[0]["policy"] == "sniff"
    assert "a capture of what is asked for begins, in live, for nose (rest, 127.0.0.1)" in remote_lab.daemon.log()


def test_the_page_is_of_the_folder_that_is_named(make_lab):
    lab = make_lab(start=False)
    folder = lab.daemon.folder / "page"
    config = lab.base_config()
    config["management"] = {"web-directory": str(folder)}
    lab.daemon.write(config)
    with pytest.raises(RuntimeError) as error:
        lab.daemon.start()
    assert f"management.web-directory: {folder}: No such file or directory" in str(error.value)
    lab.daemon.process = None
    folder.mkdir()
    (folder / "index.html").write_text("mine")
    lab.daemon.start()
    assert lab.api.text("/") == "mine"
    lab.daemon.stop_cleanly()
    config["management"] = {"web-directory": ""}
    lab.daemon.write(config)
    lab.daemon.start()
    with pytest.raises(ApiError):
        lab.api.text("/")


@pytest.mark.parametrize("user, password", [("noc", "wrong"), ("nobody", "look"), ("gone", "x"),
                                            ("noc", ""), (None, None)])
def test_others_are_refused(remote_lab, user, password):
    status, answer, headers = remote_lab.client(user, password)("GET", "/rest/ppp/secret")
    assert status == 401 and answer == {"error": 401, "message": "Unauthorized"}
    assert headers["WWW-Authenticate"].startswith("Basic ")


def test_another_sites_page_changes_nothing(remote_lab):
    """A browser sends its user's login along, whoever's page asks."""
    admin = remote_lab.client("admin", "all")
    secret = {"name": "planted", "password": "x"}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert admin("PUT", "/rest/ppp/secret", secret, headers)[0] == 403
    assert admin("POST", "/rest/ppp/secret/add", secret, {"Content-Type": "text/plain"})[0] == 415
    assert admin("GET", "/rest/ppp/secret?name=planted")[1] == []
    metrics = admin("GET", "/metrics")[1].decode()
    assert "turnpike_management_cross_site_total 2\n" in metrics
    assert admin("PUT", "/rest/ppp/secret", secret, {"Sec-Fetch-Site": "same-origin"})[0] == 201


def test_guessing_locks_the_address_and_shows_in_metrics(remote_lab):
    for number in range(5):
        assert remote_lab.client("noc", f"guess{number}")("GET", "/rest/user")[0] == 401
    status, _, headers = remote_lab.client("noc", "look")("GET", "/rest/user")
    assert status == 429 and headers["Retry-After"] == "60"
    metrics = remote_lab.api.text("/metrics")
    assert 'turnpike_management_logins_refused_total{reason="wrong"} 5' in metrics
    assert 'turnpike_management_logins_refused_total{reason="locked"} 1' in metrics
    assert "too many wrong logins" in remote_lab.daemon.log()
    assert "guess" not in remote_lab.daemon.log()


def test_plain_http_gets_nothing(remote_lab):
    plain = socket_in(remote_lab.daemon.netns)
    plain.settimeout(10)
    plain.connect(("127.0.0.1", PORT))
    plain.sendall(b"GET /rest/system/identity HTTP/1.1\r\nHost: x\r\n\r\n")
    try:
        got = plain.recv(1000)
    except ConnectionResetError:
        got = b""
    plain.close()
    assert b"HTTP" not in got


def test_passwords_are_hashed_in_the_file_and_never_come_out(remote_lab):
    api = remote_lab.api
    api.put("user", name="late", password="do-not-tell", group="full")
    assert "password" not in api.get("user/late")
    assert remote_lab.client("late", "do-not-tell")("GET", "/rest/user")[0] == 200
    api.patch("user/late", password="another")
    assert remote_lab.client("late", "do-not-tell")("GET", "/rest/user")[0] == 401
    assert remote_lab.client("late", "another")("GET", "/rest/user")[0] == 200
    api.patch("user/late", disabled=True)
    assert remote_lab.client("late", "another")("GET", "/rest/user")[0] == 401
    remote_lab.daemon.stop_cleanly()
    text = remote_lab.daemon.config.read_text()
    assert "late" in text and "$y$" in text and "another" not in text
    remote_lab.daemon.start()
    remote_lab.net.run("ac", "ip", "link", "set", "lo", "up")
    remote_lab.api.patch("user/late", disabled=False)
    assert remote_lab.client("late", "another")("GET", "/rest/user")[0] == 200


def test_the_service_is_changed_while_it_runs(remote_lab):
    api = remote_lab.api
    api.patch("ip/service/www-ssl", port=PORT + 1)
    assert remote_lab.client("noc", "look", PORT + 1)("GET", "/rest/user")[0] == 200
    with pytest.raises(ConnectionRefusedError):
        remote_lab.client("noc", "look")("GET", "/rest/user")
    with pytest.raises(ApiError) as error:
        api.patch("ip/service/www-ssl", certificate="/nowhere.pem")
    assert "cannot read '/nowhere.pem'" in error.value.answer["detail"]
    assert api.get("ip/service/www-ssl")["certificate"] == str(remote_lab.certificate)
    api.patch("ip/service/www-ssl", address="10.0.0.0/8")
    with pytest.raises(OSError):
        remote_lab.client("noc", "look", PORT + 1)("GET", "/rest/user")
    api.patch("ip/service/www-ssl", disabled=True, address="")
    with pytest.raises(ConnectionRefusedError):
        remote_lab.client("noc", "look", PORT + 1)("GET", "/rest/user")


def test_all_is_set_by_cli_as_well(remote_lab):
    def ctl(*words):
        subprocess.run([program("turnpikectl"), "--socket", remote_lab.daemon.socket, *words],
                       check=True, timeout=30)

    def connects(address):
        plain = socket_in(remote_lab.daemon.netns)
        plain.settimeout(3)
        try:
            plain.connect((address, PORT))
            plain.recv(1)
        except TimeoutError:
            return plain  # it waits for us
        except OSError:
            pass
        plain.close()
        return None

    ctl("/user add name=cli password=typed group=full address=127.0.0.0/8 comment=by-hand")
    row = remote_lab.api.get("user/cli")
    assert row["address"] == "127.0.0.0/8" and row["comment"] == "by-hand"
    assert remote_lab.client("cli", "typed")("GET", "/rest/user")[0] == 200
    ctl("/user set cli address=10.0.0.0/8")
    assert remote_lab.client("cli", "typed")("GET", "/rest/user")[0] == 401
    ctl("/ip service set www-ssl max-sessions=4")
    first, second = connects("127.0.0.1"), connects("127.0.0.1")
    assert first and not second  # a quarter of them for one address
    first.close()
    ctl("/ip service set www-ssl local-address=127.0.0.2")
    assert not connects("127.0.0.1")
    there = connects("127.0.0.2")
    assert there
    there.close()
    ctl("/user remove cli")
    assert "cli" not in [row["name"] for row in remote_lab.api.get("user")]


def test_a_reload_shows_the_new_certificate(remote_lab):
    before = remote_lab.certificate.read_text()
    make_certificate(remote_lab.daemon.folder)
    assert remote_lab.certificate.read_text() != before
    with pytest.raises(OSError):  # the old one is still shown, and not trusted any more
        remote_lab.client("noc", "look")("GET", "/rest/user")
    remote_lab.api.post("system/reload")
    assert remote_lab.client("noc", "look")("GET", "/rest/user")[0] == 200


def test_a_reload_is_refused_where_the_next_start_would_be(remote_lab):
    """And nothing of the file has come into force."""
    config, users = remote_lab.daemon.config, remote_lab.api.get("user")
    before = config.read_text()
    changed = yaml.safe_load(before)
    changed["system"] = {"identity": "other"}
    for service in changed["ip"]["service"]:
        if service["name"] == "www-ssl":
            service["certificate"] = "/nowhere.pem"
    try:
        config.write_text(yaml.safe_dump(changed, sort_keys=False))
        with pytest.raises(ApiError) as error:
            remote_lab.api.post("system/reload")
        assert re.search(r"turnpike.yaml:\d+:\d+: ip.service\[www-ssl\].certificate: cannot read '/nowhere.pem'",
                         error.value.answer["detail"])
        assert remote_lab.api.get("system/identity")["name"] != "other"
        assert remote_lab.api.get("user") == users
    finally:
        config.write_text(before)
        remote_lab.api.post("system/reload")


def test_a_certificate_that_is_missing_at_the_start_is_named(make_lab):
    def configure(config):
        config["user-group"] = [{"name": "captures", "policy": "read,sniff"}]
        config["ip"]["service"] = [{"name": "www-ssl", "port": PORT, "disabled": False,
                                    "certificate": "/nowhere.pem"}]

    lab = make_lab(configure, start=False)
    with pytest.raises(RuntimeError) as error:
        lab.daemon.start()
    assert "ip.service[www-ssl].certificate: cannot read '/nowhere.pem'" in str(error.value)
    lab.daemon.process = None


def test_a_script_for_routeros_runs_unchanged(remote_lab, subscriber):
    host = subscriber(remote_lab).dial()
    done = remote_lab.net.run(
        "ac", sys.executable, ROOT / "test/lab/routeros_script.py", f"https://127.0.0.1:{PORT}",
        remote_lab.certificate, "desk", "change", "MT-User", "ether3", check=False)
    assert "every step done" in done, done
    host.until(lambda: host.ended, 3, "the disconnection")


def test_curl_as_in_routeros_documents(remote_lab):
    def curl(*words):
        return json.loads(remote_lab.net.run(
            "ac", "curl", "-sS", "--cacert", remote_lab.certificate, "-u", "desk:change", *words,
            "-H", "content-type: application/json"))

    rest = f"https://127.0.0.1:{PORT}/rest"
    made = curl("-X", "PUT", f"{rest}/ppp/secret", "--data", '{"name": "c1", "password": "x"}')
    assert made["name"] == "c1" and made["disabled"] == "false"
    rows = curl("-X", "POST", f"{rest}/ppp/secret/print", "--data",
                '{".proplist": ["name", "profile"], ".query": ["name=c1", "name=MT-User", "#|!"]}')
    assert rows == []
    assert curl(f"{rest}/ppp/secret?name=c1&.proplist=name") == [{"name": "c1"}]
    assert curl(f"{rest}/ppp/secret?name=c1&.proplist=.id,name") == [
        {".id": made[".id"], "name": "c1"}]
    assert curl("-X", "PATCH", f"{rest}/ppp/secret/{made['.id']}", "--data",
                '{"comment": "by curl"}')["comment"] == "by curl"
    assert curl("-X", "POST", f"{rest}/ppp/secret/remove", "--data",
                json.dumps({".id": made[".id"]})) == []
