# SPDX-License-Identifier: BSD-3-Clause
"""Fixtures of the functional suite: the daemon in a network of its own, and subscribers.

TURNPIKE_BUILD names the build directory under test (build/release unless said otherwise).
Most tests share one daemon for each file, with `rich_config` below.
"""

import pytest

from lab.client import Client, Service, stopping
from lab.concentrator import Concentrator
from lab.daemon import Lab, program
from lab.net import Network, Wire
from lab.subscriber import Subscriber


def pytest_configure(config):
    config.addinivalue_line("markers", "alone: ci/test runs it while no other file's tests run")


def pytest_collection_modifyitems(items):
    if not program("turnpike").exists():
        pytest.exit(f"{program('turnpike')} is not built: run ci/build first", returncode=3)


def server(name, interface="ether3", **properties):
    return {"service-name": name, "interface": interface, "default-profile": "for-pppoe",
            **{key.replace("_", "-"): value for key, value in properties.items()}}


def secret(name, password="StrongPass", profile="for-pppoe", **properties):
    return {"name": name, "password": password, "profile": profile,
            **{key.replace("_", "-"): value for key, value in properties.items()}}


def profile(name, **properties):
    return {"name": name, "local-address": "10.0.0.1", "remote-address": "pppoe-pool",
            "change-tcp-mss": "yes",
            **{key.replace("_", "-"): value for key, value in properties.items()}}


def rich_config(lab):
    """The Quick Example, grown to have one of everything that a test here wants."""
    config = lab.base_config()
    config["dataplane"]["ports"][0]["mtu"] = lab.ACCESS_MTU
    config["ip"]["pool"] = [
        {"name": "pppoe-pool", "ranges": "10.0.0.2-10.0.0.200"},
        {"name": "last", "ranges": "10.2.0.8"},
        {"name": "tiny", "ranges": "10.1.0.2,10.1.0.4", "next-pool": "last"},
    ]
    config["ppp"]["profile"] = [
        profile("for-pppoe"),
        profile("tiny", remote_address="tiny"),
        profile("named", dns_server="198.51.100.53,198.51.100.54", wins_server="198.51.100.1"),
        profile("short", session_timeout="3s"),
        profile("idle", idle_timeout="3s"),
        profile("single", only_one="yes"),
        profile("unclamped", change_tcp_mss="no"),
    ]
    config["ppp"]["secret"] = [
        secret("MT-User", service="pppoe"),
        secret("fixed", remote_address="10.9.9.9", local_address="10.9.0.1"),
        secret("routed", remote_address="10.9.9.10", routes="10.50.0.0/24, 10.51.0.0/24 10.9.9.10 1"),
        secret("bound", caller_id="02:00:00:AA:BB:CC"),
        secret("wired", caller_id="dslam1 eth 1/2"),
        secret("housed", caller_id="house 9"),
        secret("off", disabled=True),
        secret("limited-in", limit_bytes_in="10k"),
        secret("limited-out", limit_bytes_out=10000),
        secret("inherits", profile="default"),
    ] + [secret(name, profile=name)
         for name in ("tiny", "named", "short", "idle", "single", "unclamped")]
    config["interface"]["vlan"] = [
        {"name": "vlan100", "interface": "ether3", "vlan-id": 100},
        {"name": "vlan300", "interface": "ether3", "vlan-id": 300},
        {"name": "qinq300-7", "interface": "vlan300", "vlan-id": 7},
        {"name": "svlan400", "interface": "ether3", "vlan-id": 400, "use-service-tag": True},
        {"name": "qinq400-9", "interface": "svlan400", "vlan-id": 9},
        {"name": "towns", "interface": "ether3", "vlan-id": "500-599,700"},
        {"name": "house", "interface": "towns", "vlan-id": 7},
        {"name": "cities", "interface": "ether3", "vlan-id": "800-809", "use-service-tag": True},
    ]
    config["interface"]["pppoe-server"]["server"] = [
        server("pppoeservice"),
        server("papers", authentication="pap"),
        server("choosy", authentication="pap,chap"),
        server("hosts", one_session_per_host=True),
        server("unwired", trust_access_line=False),
        server("few", max_sessions=1),
        server("full", max_mru=1492, max_mtu=1492),
        server("baby", max_mru=1500, max_mtu=1500),
        server("mp", max_mru=1492, max_mtu=1492, mrru=1614),
        server("quick", keepalive_timeout="2s"),
        server("patient", keepalive_timeout=0),
        server("curious", chap_interval="1s"),
        server("slow", pado_delay="400ms,never:1"),
        server("closed", disabled=True),
        server("asked", accept_empty_service=False),
        server("tagged", "vlan100"),
        server("double", "qinq300-7"),
        server("service", "qinq400-9"),
        server("ranged", pppoe_over_vlan_range="900-915,920"),
        server("towns", "towns", pppoe_over_vlan_range="1-4094"),
        server("house", "house"),
        server("cities", "cities", pppoe_over_vlan_range="10-99", accept_untagged=False),
    ]
    return config


@pytest.fixture(scope="module")
def lab():
    """One daemon for the tests of a file; it must end cleanly after the last of them."""
    lab = Lab()
    try:
        lab.start(rich_config(lab))
        yield lab
    finally:
        lab.close()


@pytest.fixture
def make_lab():
    """For tests that need a daemon of their own: make_lab(change), where `change` gets the Quick
    Example's configuration to change it."""
    labs = []

    def make(change=lambda config: None, start=True):
        lab = Lab()
        labs.append(lab)
        config = lab.base_config()
        change(config)
        if start:
            lab.start(config)
        else:
            lab.daemon.write(config)
        return lab

    yield make
    for lab in labs:
        lab.close()


@pytest.fixture
def subscriber(request):
    """subscriber(**how): a host on the access cable; it hangs up after the test."""
    made = []

    def make(lab=None, **how):
        lab = lab or request.getfixturevalue("lab")
        host = Subscriber(lab.wire(), **how)
        made.append(host)
        return host

    yield make
    for host in made:
        if host.session:
            try:
                host.send_discovery(0xA7, session=host.session)
                host.run(0.05)
            except OSError:
                pass
        host.wire.close()


@pytest.fixture
def core(lab):
    """The cable's end at the provider's host, for frames as they come."""
    wire = lab.wire("core", "host0")
    yield wire
    wire.close()


@pytest.fixture
def dial(lab):
    """dial(*options, user=…, password=…): a turnpike-client on the access cable."""
    with stopping(lambda *options, **how: Client(lab.net, "access", "sub0", lab.folder.name, *options,
                                                 peer=lambda: lab.daemon.log()[-3000:], **how)) as make:
        yield make


@pytest.fixture
def service(lab):
    """service(*clients, **how): a turnpike-client with a configuration, on the access cable."""
    with stopping(lambda *clients, **how: Service(how.pop("lab", lab), clients, **how)) as make:
        yield make


@pytest.fixture(scope="module")
def home(request):
    """A cable (home0 in `home`, isp0 in `isp`) without a Turnpike at its end; a file's HOME_MTU is
    its MTU."""
    net = Network()
    try:
        net.veth("home", "home0", "isp", "isp0", getattr(request.module, "HOME_MTU", 1500))
        yield net
    finally:
        net.close()


@pytest.fixture
def ac(home):
    """The access concentrator at that cable's end, driven by hand."""
    wire = Wire(home.namespace("isp"), "isp0")
    yield Concentrator(wire)
    wire.close()


@pytest.fixture
def dial_from_home(home, tmp_path):
    """dial_from_home(*options): a turnpike-client that dials `ac`."""
    with stopping(lambda *options: Client(home, "home", "home0", tmp_path, *options)) as make:
        yield make
