# SPDX-License-Identifier: BSD-3-Clause
"""The Unix socket's places are shared between the users of the machine: one that takes all it can get
does not shut out another."""

import contextlib
import os
import re
import subprocess
import sys

import pytest

from lab.daemon import program

PLACES = 128
GREEDY, HONEST = "65534", "65533"

#: Tries to have more connections than there are, sends each of them sys.argv[2], reads nothing, and says how
#: many of them stand; then it goes on for as long as its standard input does, and puts another in the place of
#: each that was closed.
TAKE_ALL = r"""
import select, socket, sys, time

path, request = sys.argv[1], sys.argv[2].encode().decode("unicode_escape").encode()
held = []


def is_closed(one):
    poll = select.poll()
    poll.register(one, select.POLLRDHUP)
    return bool(poll.poll(0))


def take():
    one = socket.socket(socket.AF_UNIX)
    one.settimeout(2)
    try:
        one.connect(path)
        one.sendall(request)
        held.append(one)
    except OSError:
        one.close()


for _ in range(200):
    take()
time.sleep(0.5)
print(sum(not is_closed(one) for one in held), flush=True)
while not select.select([sys.stdin], [], [], 0.05)[0]:
    for one in [one for one in held if is_closed(one)]:
        held.remove(one)
        one.close()
        take()
"""


def as_user(uid, *words):
    return ["setpriv", "--reuid", uid, "--regid", "0", "--clear-groups", "--", *words]


@contextlib.contextmanager
def all_places_taken(lab, request):
    """Gives how many connections GREEDY has got."""
    with subprocess.Popen(as_user(GREEDY, sys.executable, "-c", TAKE_ALL, lab.daemon.socket, request),
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as greedy:
        try:
            yield int(greedy.stdout.readline())
        finally:
            greedy.stdin.close()


def ask(lab, uid):
    done = subprocess.run(as_user(uid, program("turnpikectl"), "--socket", lab.daemon.socket,
                                  "/system identity print"), text=True, timeout=20,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    assert done.returncode == 0 and "MT_AC" in done.stdout, done.stdout


def gave_way(lab):
    return int(re.search(r"^turnpike_management_gave_way_total (\d+)", lab.api.text("/metrics"),
                         re.MULTILINE)[1])


@pytest.fixture
def open_lab(make_lab):
    def many_secrets(config):
        config["ppp"]["secret"] += [{"name": f"subscriber-{number}", "password": "x", "profile": "for-pppoe",
                                     "comment": "x" * 200} for number in range(4000)]

    lab = make_lab(many_secrets)
    os.chmod(lab.daemon.folder, 0o755)
    return lab


@pytest.mark.parametrize("request_", [
    "",  # says nothing
    r"GET /rest/ppp/secret HTTP/1.1\r\nHost: x\r\n\r\n",  # has an answer that it does not take
], ids=["silent", "deaf"])
def test_a_user_who_opens_all_connections_shuts_nobody_out(open_lab, request_):
    with all_places_taken(open_lab, request_) as count:
        assert PLACES / 2 <= count
        for _ in range(3):
            ask(open_lab, HONEST)
            ask(open_lab, "0")
        assert gave_way(open_lab) >= 200 - PLACES
