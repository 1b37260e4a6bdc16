# SPDX-License-Identifier: BSD-3-Clause
"""/system/drain: nobody new is answered, who is up goes by a rate."""

import pytest

from lab import frames
from lab.api import ApiError
from lab.daemon import Lab
from lab.subscriber import PADI, PADO, PADR, PADS, tag
from lab.wait import until


def second_server(config):
    config["interface"]["pppoe-server"]["server"].append(
        {"service-name": "other", "interface": "ether3", "default-profile": "for-pppoe"})
    config["ip"]["pool"][0]["ranges"] = "10.0.0.2-10.0.0.50"
    config["ppp"]["profile"][0]["only-one"] = "no"


@pytest.fixture(scope="module")
def lab():
    lab = Lab()
    try:
        config = lab.base_config()
        second_server(config)
        lab.start(config)
        yield lab
    finally:
        lab.close()


@pytest.fixture(autouse=True)
def served_again(lab):
    """A test that fails in the middle of a drain leaves the others a daemon that serves everybody."""
    yield
    if lab.api.get("system/drain"):
        lab.api.post("system/drain/stop")


def hears_nothing(host, service):
    host.send_discovery(PADI, tag(frames.SERVICE_NAME, service) + tag(frames.HOST_UNIQ, host.host_uniq),
                        dst=frames.BROADCAST)
    host.expect_nothing(lambda frame: frame.code == PADO)
    return True


def test_a_drained_server_offers_nothing_and_the_other_does(lab, subscriber):
    up = subscriber(lab)
    up.dial()
    lab.api.post("system/drain/start", server="pppoeservice")
    assert hears_nothing(subscriber(lab), b"pppoeservice")
    subscriber(lab).discover(service=b"other")
    assert up.ping(lab.CORE_HOST)
    drain = lab.api.get("system/drain")[0]
    assert drain["status"] == "draining" and drain["rate"] == 0
    until(lambda: lab.api.get("system/drain")[0].get("left") == 1)
    up.hang_up()
    until(lambda: lab.api.get("system/drain")[0]["status"] == "drained")
    lab.api.post("system/drain/stop")
    assert lab.api.get("system/drain") == []
    subscriber(lab).discover(service=b"pppoeservice")


def test_a_padr_whose_offer_came_before_is_not_answered(lab, subscriber):
    host = subscriber(lab)
    pado = host.discover(service=b"other")
    host.ac_mac = pado.src
    lab.api.post("system/drain/start", port="ether3")
    host.send_discovery(PADR, host.request_tags(pado, service=b"other"))
    host.expect_nothing(lambda frame: frame.code == PADS)
    lab.api.post("system/drain/stop")
    host.send_discovery(PADR, host.request_tags(pado, service=b"other"))
    host.session = host.expect_discovery(PADS).session
    assert host.session


def test_who_is_up_goes_by_the_rate_and_is_told(lab, subscriber):
    until(lambda: not lab.api.get("ppp/active"))
    hosts = [subscriber(lab) for _ in range(3)]
    for host in hosts:
        host.dial()
    lab.api.post("system/drain/start", all="yes", rate=2)
    for host in hosts:
        host.until(lambda host=host: host.ended, timeout=10, what="ended")
    until(lambda: lab.api.get("system/drain")[0]["status"] == "drained")
    drain = lab.api.get("system/drain")[0]
    assert drain["ended"] == 3 and drain["left"] == 0
    assert "the access concentrator is drained" in lab.daemon.log()
    assert 'turnpike_sessions_ended_total{reason="drain"} 3' in lab.api.text("/metrics")
    lab.api.post("system/drain/stop")
    assert subscriber(lab).dial().ping(lab.CORE_HOST)


@pytest.mark.parametrize("body, why", [
    ({}, "what is to be drained?"),
    ({"server": "none"}, "there is no one PPPoE server 'none'"),
    ({"port": "none"}, "there is no port 'none'"),
    ({"all": "yes", "rate": "fast"}, "expected sessions a second"),
    ({"all": "yes", "port": "ether3"}, "what is to be drained?"),
    ({"colour": "red"}, "unknown parameter colour"),
])
def test_what_makes_no_sense_is_refused(lab, body, why):
    with pytest.raises(ApiError) as error:
        lab.api.call("POST", "system/drain/start", body)
    assert error.value.status == 400 and why in error.value.answer["detail"]
    assert lab.api.get("system/drain") == []
