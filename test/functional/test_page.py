# SPDX-License-Identifier: BSD-3-Clause
"""The operators' page in a browser: what it shows, what it does, and what it leaves alone. One daemon and
one browser for the file; each test comes to the page anew."""

import json
import subprocess

import pytest

from lab.browser import Browser
from lab.daemon import Lab, slow
from lab.remote import make_certificate
from lab.wait import until

pytestmark = pytest.mark.skipif(slow(), reason="what runs here is the browser's; the server's part has unit tests")

PORT = 8443
URL = f"https://127.0.0.1:{PORT}/"
HOSTILE = "<script>alert(1)</script>"


def configure(lab, certificate, key):
    config = lab.base_config()
    config["user"] = [{"name": "noc", "password": "look"},
                      {"name": "desk", "password": "change", "group": "write"},
                      {"name": "nose", "password": "smell", "group": "captures"}]
    config["user-group"] = [{"name": "captures", "policy": "read,sniff"}]
    config["ip"]["service"] = [{"name": "www-ssl", "port": PORT, "disabled": False,
                                "certificate": str(certificate), "private-key": str(key)}]
    config["ppp"]["secret"].append({"name": HOSTILE, "password": "StrongPass", "profile": "for-pppoe",
                                    "comment": "<img src=x onerror=alert(2)>"})
    return config


@pytest.fixture(scope="module")
def lab():
    lab = Lab()
    try:
        lab.start(configure(lab, *make_certificate(lab.daemon.folder)))
        yield lab
    finally:
        lab.close()


@pytest.fixture(scope="module")
def browser(lab):
    browser = Browser(lab.daemon.netns)
    try:
        yield browser
        # data: is a picture of the browser's own, on what it shows while a server is not there.
        others = [url for _, url in browser.requests if not url.startswith((URL, "data:")) and url != "about:blank"]
        assert others == [], "the page asks somebody else"
        # A browser says so of each answer that is an error, whatever the page makes of it.
        expected = ("status of 400", "status of 401", "status of 403")
        complaints = [text for text in browser.complaints if not any(word in text for word in expected)]
        assert complaints == []
    finally:
        browser.close()


@pytest.fixture(autouse=True)
def nobody_else(lab):
    """Whose hanging up was lost on a cable without a link is not in the next test's way."""
    yield
    for row in lab.api.get("ppp/active"):
        lab.api.raw("DELETE", f"/rest/ppp/active/{row['.id']}")
    until(lambda: lab.api.get("ppp/active") == [], 10, "nobody is there")


@pytest.fixture
def page(browser):
    """page(user, password, place): the page, after the login."""
    def enter(user="desk", password="change", place=""):
        browser.open("about:blank")
        browser.open(URL + place)
        browser.type(user, "#name")
        browser.type(password, "#password")
        browser.key("Enter")
        browser.until("document.querySelector('#verdict') !== null", "the page is there")
        return browser

    yield enter
    browser.resize(1280, 800)
    browser.prefer("light")


def test_a_wrong_password_is_told_and_nothing_is_kept_of_a_right_one(browser, page):
    browser.open(URL)
    browser.type("desk", "#name")
    browser.type("wrong", "#password")
    browser.key("Enter")
    browser.shows("That name or password is not right.")
    assert browser.run("document.querySelector('nav') === null")
    browser.type("change", "#password")
    browser.key("Enter")
    browser.shows("Sessions up")
    kept = browser.run("JSON.stringify([document.cookie, {...localStorage}, {...sessionStorage}])")
    assert "change" not in kept and "ZGVzazpjaGFuZ2U" not in kept, kept
    browser.click("#logout")
    browser.shows("Log in")
    browser.call("Page.reload")
    browser.shows("Log in")


def test_the_dashboard_shows_what_there_is_and_what_is_wrong(page, lab, subscriber):
    host = subscriber().dial()
    browser = page()
    browser.until("document.querySelector('.tile .big').innerText === '1'", "one session is up")
    for text in ("ether3", "core0", "pppoe-pool", "1 / 4", "Worker 0", "Busy", "Cycles a frame", "Nothing is wrong", "all well"):
        browser.shows(text)
    host.ping(lab.CORE_HOST)
    browser.until("/^\\d+(\\.\\d)? %$/.test([...document.querySelectorAll('tr')].find((row) => row.innerText.startsWith('Worker 0'))"
                  "?.children[1].innerText)", "its share of time is told")
    browser.until("document.title.includes('MT_AC')")
    lab.api.patch("ip/pool/pppoe-pool", ranges=host.address)
    try:
        browser.shows("Pool pppoe-pool is 100 % used")
        browser.shows("1 problem")
    finally:
        lab.api.patch("ip/pool/pppoe-pool", ranges="10.0.0.2-10.0.0.5")
    lab.net.run("access", "ip", "link", "set", "sub0", "down")
    try:
        browser.shows("Port ether3 has no link")
    finally:
        lab.net.run("access", "ip", "link", "set", "sub0", "up")
    browser.shows("Nothing is wrong")


def test_a_refusal_is_shown_when_it_happens(page, subscriber):
    browser = page()
    browser.shows("None since this page was opened.")
    for last in (False, False, True):  # the page begins to listen a moment after it is there
        subscriber(password="wrong").open().negotiate().authenticate()
        try:
            browser.until("document.querySelector('.refusals a')?.innerText === 'MT-User'", "it is shown", 20 if last else 3)
            break
        except AssertionError:
            assert not last


def test_a_subscriber_is_found_by_anything(page, subscriber):
    host = subscriber().dial()
    browser = page()
    for text in ("mt-us", host.mac, host.mac.upper().replace(":", "-"), host.mac[-8:], host.address):
        browser.key("/")
        browser.type(text, "#search")
        browser.until(f"document.querySelector('#found a strong')?.innerText === 'MT-User' && document.querySelector('#search').value === {json.dumps(text)}", text)
        browser.key("Escape")
        browser.until("document.querySelector('#found').hidden")
    browser.key("/")
    browser.type(host.address, "#search")
    browser.until("document.querySelector('#found a strong') !== null")
    browser.key("Enter")
    for word in ("connected", host.address, host.mac.upper(), "for-pppoe", "From the subscriber"):
        browser.shows(word)


def test_disconnect_ends_the_session(page, subscriber):
    host = subscriber().dial()
    browser = page(place="#/subscriber/MT-User")
    browser.shows("connected")
    browser.click("[data-act=disconnect]")
    browser.shows("is disconnected, and may dial in again")
    browser.click("dialog .danger")
    host.until(lambda: host.ended, 20, "the disconnection")
    browser.shows("offline")
    browser.shows("last-disconnect-reason")


def test_a_secret_is_added_and_changed_and_removed(page, lab):
    browser = page(place="#/menu/ppp/secret")
    browser.click("[data-act=add]")
    browser.type("carol", "#field-name")
    browser.type("hush-hush", "#field-password")
    browser.type("nowhere", "#field-profile")
    browser.key("Enter")
    browser.until("document.querySelector('dialog .failure').innerText.includes('nowhere')", "what is wrong is told")
    browser.type("for-pppoe", "#field-profile")
    browser.key("Enter")
    browser.until("document.querySelector('dialog') === null", "it is added")
    browser.until("[...document.querySelectorAll('.row .name')].some((name) => name.innerText === 'carol')")
    assert lab.api.get("ppp/secret/carol")["profile"] == "for-pppoe"
    browser.run("[...document.querySelectorAll('.row')].find((row) => row.innerText.startsWith('carol')).click()")
    browser.type("paid", "#field-comment")
    browser.key("Enter")
    browser.until("document.querySelector('dialog') === null", "it is changed")
    browser.shows("paid")
    assert lab.api.get("ppp/secret/carol")["comment"] == "paid"
    browser.run("[...document.querySelectorAll('.row')].find((row) => row.innerText.startsWith('carol')).click()")
    browser.click("[data-act=remove]")
    browser.click("dialog:last-of-type .buttons .danger:last-child")
    browser.until("document.querySelector('dialog') === null", "it is removed")
    assert lab.api.get("ppp/secret", name="carol") == []


def test_who_may_look_alone_has_no_buttons_and_is_refused(page, subscriber):
    subscriber().dial()
    browser = page("noc", "look", "#/subscriber/MT-User")
    browser.shows("connected")
    assert browser.run("document.querySelectorAll('[data-act]').length") == 0
    browser.open(URL + "#/menu/ppp/secret")
    browser.shows("in all")
    assert browser.run("document.querySelectorAll('[data-act]').length") == 0
    browser.run("document.querySelector('main .rows .row').click()")
    browser.until("document.querySelector('dialog') !== null")
    assert browser.run("document.querySelectorAll('dialog input, dialog .danger').length") == 0
    refused = browser.run("import('/api.js').then((api) => api.change('DELETE', '/ppp/active/MT-User')).catch((error) => `${error.status} ${error.message}`)")
    assert refused == "403 not enough permissions (9)"


def test_what_a_user_calls_himself_is_text(page, subscriber):
    subscriber(user=HOSTILE).dial()
    browser = page(place="#/sessions")
    browser.shows(HOSTILE)
    browser.type("script", "#search")
    browser.until(f"document.querySelector('#found strong')?.innerText === {json.dumps(HOSTILE)}")
    browser.key("Enter")
    browser.until(f"document.querySelector('h1')?.innerText === {json.dumps(HOSTILE)}")
    browser.open(URL + "#/menu/ppp/secret")
    browser.shows("onerror=alert")
    assert browser.run("document.scripts.length") == 1
    assert browser.run("document.querySelectorAll('img:not([src=\"icon.svg\"])').length") == 0
    policy = browser.run("(() => { const script = document.createElement('script'); script.textContent = 'window.ran = true';"
                         "document.body.append(script); script.remove(); return window.ran === undefined; })()")
    assert policy, "an inline script has run"
    browser.complaints[:] = [text for text in browser.complaints if "Content Security Policy" not in text]


def test_the_keyboard_is_enough(page, subscriber):
    subscriber().dial()
    browser = page()
    browser.key("s")
    browser.shows("in all")
    browser.key("j")
    browser.until("document.activeElement.matches('main .row')", "j goes to the first")
    browser.key("Enter")
    browser.until("location.hash.startsWith('#/subscriber/')")
    browser.key("Escape")
    browser.until("location.hash === '#/sessions'", "Esc goes back")
    browser.key("?")
    browser.until("document.querySelector('dialog[open]') !== null")
    browser.key("Escape")
    browser.until("document.querySelector('dialog[open]') === null", "Esc closes")


def test_it_is_dark_where_the_system_is_and_fits_a_phone(page, subscriber):
    def ground():
        red, green, blue = browser.run("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)")
        return red + green + blue

    subscriber().dial()
    browser = page()
    assert ground() > 600
    browser.prefer("dark")
    assert ground() < 150
    browser.click("#theme")
    assert ground() > 600
    browser.click("#theme")
    assert ground() < 150
    browser.prefer("light")
    browser.resize(390, 844, phone=True)
    for place in ("#/", "#/sessions", "#/menu/ppp/secret", "#/subscriber/MT-User", "#/menus"):
        browser.open(URL + place)
        browser.until("document.querySelector('main h1') !== null", place)
        assert browser.run("document.documentElement.scrollWidth <= innerWidth"), place
        assert browser.run("document.querySelector('nav').getBoundingClientRect().bottom >= innerHeight - 1"), place


def test_packets_are_captured_within_bounds_and_fetched(page, lab, subscriber, tmp_path):
    host = subscriber().dial()
    browser = page("nose", "smell", "#/subscriber/MT-User")
    browser.shows("connected")
    assert browser.run("document.querySelectorAll('[data-act]').length") == 1  # nothing but that
    browser.call("Page.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    browser.click("[data-act=capture]")
    browser.until("document.querySelector('#capture-tools select') !== null")
    browser.run("document.querySelector('#capture-tools [name=packet-limit]').value = '1000'")
    browser.click("[data-act=capture-start]")
    browser.shows("are captured")
    begun = lab.api.get("tool/sniffer")
    assert begun["running"] and begun["session"].endswith(" of MT-User") and begun["file"] == "memory"
    assert host.ping(lab.CORE_HOST)
    until(lambda: lab.api.get("tool/sniffer")["packets"] >= 4, 10, "both ways, on both ports")
    browser.click("[data-act=capture-stop]")
    browser.shows("ended-by")
    browser.click("[data-act=capture-download]")
    path = tmp_path / "MT-User.pcapng"
    until(path.exists, 20, "the file is here")
    until(lambda: path.stat().st_size == lab.api.get("tool/sniffer")["bytes"], 20, "it is whole")
    ends = subprocess.run(["tshark", "-n", "-r", path, "-T", "fields", "-e", "frame.interface_name", "-Y", "icmp"],
                          capture_output=True, text=True, timeout=60, check=True)
    assert {"ether3", "core0"} <= set(ends.stdout.split())
    asked = [one for one in lab.api.get("system/history") if one["by"] == "nose"]
    assert any(one["action"].startswith("tool sniffer start subscriber=MT-User") for one in asked)
    browser.key("Escape")


# A daemon with 60,000 sessions, as far as a list goes: parts, filters and search as the API has them.
CITY = """(() => {
  const real = window.fetch, rows = Array.from({length: 60000}, (_, i) => ({'.id': `*${(i + 1).toString(16)}`, name: `user${i}`,
    'caller-id': '02:00:00:00:00:01', address: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, uptime: '1h', state: 'connected', interface: 'ether3'}));
  window.city = {asked: [], rows: 0};
  window.fetch = async (url, options) => {
    const {pathname, searchParams} = new URL(url, location);
    if (pathname !== '/rest/ppp/active') return real(url, options);
    const text = searchParams.get('.search'), limit = Number(searchParams.get('.limit') ?? Infinity), from = Number(searchParams.get('.after') ?? 0);
    const found = text ? rows.filter((row) => row.name.includes(text)) : rows, part = found.slice(from, from + limit);
    city.asked.push({limit, text});
    city.rows += part.length;
    return new Response(JSON.stringify(part), {headers: from + limit < found.length ? {'Turnpike-Next': String(from + limit)} : {}});
  };
})()"""


def test_60000_sessions_are_scrolled_through_and_found_by_the_server(page):
    browser = page()
    browser.run(CITY)
    browser.run("location.hash = '#/sessions'")
    browser.shows("so far")
    assert browser.run("document.querySelectorAll('main .row').length") <= 400
    # To the end of what is here, again and again, as with the End key.
    browser.run("window.longest = 0; window.scroller = setInterval(() => { const t = performance.now(); scrollTo(0, document.body.scrollHeight);"
                "document.body.offsetHeight; longest = Math.max(longest, performance.now() - t); }, 50)")
    browser.until("document.querySelectorAll('main .row').length >= 1000", "it goes on", 60)
    browser.run("clearInterval(scroller)")
    assert browser.run("city.asked.every(({limit}) => limit <= 100)")
    print(f"the longest layout {browser.run('longest'):.0f} ms")
    browser.run("city.asked.length = city.rows = 0")
    browser.type("user59999", "main input[type=search]")
    browser.until("document.querySelectorAll('main .row').length === 1 && document.querySelector('main .row .name').innerText === 'user59999'")
    assert browser.run("city.asked.every(({limit}) => limit <= 100) && city.rows <= 200"), "the search is the server's"
    browser.open("about:blank")


def test_no_list_is_asked_for_whole(page):
    """Nor has any test above seen that."""
    browser = page(place="#/sessions")
    browser.shows("No sessions.")
    lists = [url for method, url in browser.requests
             if method == "GET" and url.split("?")[0].endswith(("/rest/ppp/active", "/rest/ppp/secret"))]
    assert lists != []
    assert all(".limit=" in url or "name=" in url for url in lists), lists
