# SPDX-License-Identifier: BSD-3-Clause
"""What drivers-config advises works as it is printed there, and what a driver refuses is not promised."""

import re

import pytest

from lab.daemon import ROOT

FOLDER = ROOT / "drivers-config"
HERE = ("net_af_packet", "net_memif", "net_null", "net_ring", "net_tap")  # need no hardware


def advice():
    """Each device, and each piece of a device's arguments, that stands in quotation marks."""
    for driver in HERE:
        text = re.sub(r"\n# *", " ", (FOLDER / f"{driver}.yaml").read_text())
        devices = re.findall(r'"([^"]*)"', text)
        assert devices, f"{driver}.yaml shows no device"
        whole = [device for device in devices if device.startswith(driver)]
        base = whole[0] if whole else driver + "0"
        for device in devices:
            yield device if device in whole else f"{base},{device}"


@pytest.mark.parametrize("device", advice())
def test_the_devices_that_the_files_show_start(make_lab, device):
    lab = make_lab(start=False)
    lab.net.veth("ac", "eth1", "access", "sub1", mtu=9200)
    device = device.replace("iface=acc0", "iface=tap0")  # a TAP that the driver makes
    device = device.replace("/run/turnpike/", lab.folder.name + "/")
    config = lab.base_config()
    config["dataplane"]["ports"].append({
        "name": "shown", "device": re.sub(r"^(net_[a-z_]+)\d", r"\g<1>7", device),
        "mtu": 9000 if "framesz" in device else 1500})
    lab.start(config)
    port = lab.api.get("dataplane/port/shown")
    assert port["actual-mtu"] == port["mtu"]


def test_jumbo_frames_pass_with_the_arguments_for_them(make_lab):
    """From the provider's host to the kernel behind the core port, 8,000 bytes in one piece."""
    def jumbo(config):
        port = config["dataplane"]["ports"][1]
        shown = re.search(r"framesz=[^\"]*", (FOLDER / "net_af_packet.yaml").read_text()).group()
        port["device"] += "," + shown
        port["mtu"] = 9000

    lab = make_lab(jumbo, start=False)
    lab.net.run("core", "ip", "link", "set", "host0", "mtu", 9000)
    lab.net.run("ac", "ip", "link", "set", "up0", "mtu", 9000)
    lab.daemon.start()
    lab.meet()
    said = lab.net.run("core", "ping", "-M", "do", "-s", "8000", "-c", "3", "-W", "2", lab.CORE_AC,
                       check=False)
    assert " 0% packet loss" in said


def test_what_the_driver_refused_is_not_promised_to_clients(make_lab, subscriber):
    """Rings that take 1,452 bytes and no more: PPPoE leaves 1,444 of them."""
    def small(config):
        port = config["dataplane"]["ports"][0]
        port["device"] += ",framesz=1536,blocksz=12288,framecnt=512"
        port["mtu"] = 1500

    lab = make_lab(small)
    port = lab.api.get("dataplane/port/ether3")
    assert (port["mtu"], port["actual-mtu"]) == (1500, 1452)
    assert "ether3: an MTU of 1500 was refused, it is 1452" in lab.daemon.log()
    host = subscriber(lab, mru=1492).dial()
    assert host.peer_mru == 1444
    assert host.ping("10.0.0.1", size=1444 - 28)


def test_the_interfaces_own_mtu_is_raised_to_what_is_asked_for(make_lab):
    def baby(config):
        config["dataplane"]["ports"][0]["mtu"] = 1508

    lab = make_lab(baby, start=False)
    lab.net.run("ac", "ip", "link", "set", "acc0", "mtu", 1400)
    lab.daemon.start()
    assert lab.api.get("dataplane/port/ether3")["actual-mtu"] == 1508
    assert "mtu 1508" in lab.net.run("ac", "ip", "link", "show", "acc0")
