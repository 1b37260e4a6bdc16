# SPDX-License-Identifier: BSD-3-Clause
"""Accounting-On and -Off: servers of each domain have their own database, and all hear of both."""

import pytest

from lab import radius
from lab.daemon import Lab

EVENT_TIMESTAMP = 55


@pytest.fixture
def lab():
    lab = Lab()
    try:
        yield lab
    finally:
        lab.close()


def test_each_group_of_servers_hears_that_the_daemon_begins_and_ends(lab):
    one, other, dead = (radius.RadiusServer(lab, port, port + 1) for port in (1812, 1912, 2012))
    dead.silent = True
    config = lab.base_config()
    config["ppp"]["aaa"] = {"use-radius": True, "queue-directory": lab.folder.name}
    config["radius"] = {"server": [
        {"address": lab.CORE_HOST, "authentication-port": port, "accounting-port": port + 1,
         "secret": "testing123", "service": "ppp", **more}
        for port, more in ((1812, {}), (1912, {"domain": "isp"}), (2012, {"domain": "dead", "timeout": "2s"}))]}
    try:
        lab.start(config)
        for server in (one, other):
            server.wait(lambda server=server: server.told(radius.ON))
        dead.wait(lambda: len(dead.told(radius.ON)) > 1)  # it is tried again, for those alone who were silent
        for server in (one, other):  # one record, of one moment, however often a slow server has it sent
            assert len({str(request.attributes[EVENT_TIMESTAMP]) for request in server.told(radius.ON)}) == 1
        lab.daemon.stop_cleanly()  # while one is still being told of the beginning
        for server in (one, other):
            server.wait(lambda server=server: server.told(radius.OFF))
    finally:
        for server in (one, other, dead):
            server.close()
