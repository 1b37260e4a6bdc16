# SPDX-License-Identifier: BSD-3-Clause
"""A daemon that is killed, and the next one."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from lab.daemon import program


def killed(lab):
    """SIGKILL: nothing is put away."""
    lab.daemon.signal(signal.SIGKILL)
    lab.daemon.process.wait()
    lab.daemon.process = None


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
        killed(lab)
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
