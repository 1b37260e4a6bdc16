# SPDX-License-Identifier: BSD-3-Clause
"""Chromium without a screen, driven by its DevTools protocol over two pipes: nothing between it and the
test, and nothing that a network namespace would be in the way of."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

KEYS = {"Enter": (13, "\r"), "Escape": (27, ""), "Tab": (9, ""), "ArrowDown": (40, ""), "ArrowUp": (38, "")}


class Browser:
    """One page of a browser of its own, whose network is that of the namespace `netns`."""

    def __init__(self, netns, size=(1280, 800)):
        self.folder = tempfile.mkdtemp(prefix="turnpike-browser-")
        self.commands, self.buffer, self.number = None, b"", 0
        self.requests, self.complaints = [], []
        self._start(netns)
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.call("Security.setIgnoreCertificateErrors", ignore=True)
        self.resize(*size)

    def _start(self, netns):
        """Chromium takes commands from descriptor 3 and answers on 4."""
        theirs, self.commands = os.pipe()
        self.answers, back = os.pipe()

        def descriptors():
            os.dup2(theirs, 10)
            os.dup2(back, 11)
            os.dup2(10, 3)
            os.dup2(11, 4)
            os.closerange(10, 12)

        self.session = None
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", netns, "chromium", "--headless=new", "--no-sandbox", "--disable-gpu",
             "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--disable-extensions", "--mute-audio",
             "--hide-scrollbars", "--force-color-profile=srgb", f"--user-data-dir={self.folder}",
             "--remote-debugging-pipe"],
            preexec_fn=descriptors, close_fds=False, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(theirs)
        os.close(back)

    # -- the protocol -------------------------------------------------------------------------

    def _receive(self, timeout):
        """The next message, or None."""
        end = time.monotonic() + timeout
        while b"\0" not in self.buffer:
            if not select.select([self.answers], [], [], max(0, end - time.monotonic()))[0]:
                return None
            data = os.read(self.answers, 1 << 20)
            if not data:
                raise RuntimeError("chromium has ended")
            self.buffer += data
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def _note(self, message):
        """What the page asked for, and what the console complains of."""
        method, parameters = message.get("method"), message.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests.append((parameters["request"]["method"], parameters["request"]["url"]))
        elif method == "Log.entryAdded" and parameters["entry"]["level"] == "error":
            entry = parameters["entry"]
            self.complaints.append(f"{entry['text']} {entry.get('url', '')}")
        elif method == "Runtime.exceptionThrown":
            details = parameters["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description", details["text"]))
        elif method == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "assert"):
            self.complaints.append(str(parameters["args"]))

    def call(self, method, timeout=30, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            answer = self._receive(end - time.monotonic())
            if answer is None:
                break
            if answer.get("id") == self.number:
                assert "error" not in answer, (method, answer["error"])
                return answer["result"]
            self._note(answer)
        raise RuntimeError(f"chromium does not answer {method}")

    # -- what a person does -------------------------------------------------------------------

    def open(self, url):
        """A browser that is just starting may give up what it has begun (ERR_NETWORK_CHANGED): then again."""
        for _ in range(5):
            failure = self.call("Page.navigate", url=url).get("errorText")
            if failure is None:
                return
            time.sleep(0.5)
        raise AssertionError(f"{url}: {failure}")

    def run(self, script):
        """The value of JavaScript's expression, which may be a promise."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def until(self, script, what=None, timeout=20):
        """Waits until the expression is true, and gives it back."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            try:
                value = self.run(script)
            except AssertionError:
                value = None  # the page before is gone, the next is not whole
            if value:
                return value
            time.sleep(0.05)
        raise AssertionError(f"{what or script}: not so after {timeout} s, but: {self.text()[:3000]}")

    def text(self):
        return self.run("document.body?.innerText ?? ''")

    def shows(self, text, timeout=20):
        self.until(f"document.body?.innerText.includes({json.dumps(text)})", f"“{text}” is shown", timeout)

    def click(self, selector):
        self.until(f"document.querySelector({json.dumps(selector)}) !== null", f"{selector} is there")
        self.run(f"document.querySelector({json.dumps(selector)}).click()")

    def type(self, text, into=None, anew=True):
        """Types into the element of a selector, or into what has the focus."""
        if into:
            self.until(f"document.querySelector({json.dumps(into)}) !== null", f"{into} is there")
            self.run(f"document.querySelector({json.dumps(into)}).focus()")
            if anew:
                self.run(f"document.querySelector({json.dumps(into)}).select?.()")
        self.call("Input.insertText", text=text)

    def key(self, name):
        code, text = KEYS[name] if name in KEYS else (ord(name.upper()), name)
        parameters = {"key": name, "windowsVirtualKeyCode": code, "code": name if name in KEYS else ""}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **parameters)
        self.call("Input.dispatchKeyEvent", type="keyUp", **parameters)

    # -- how it looks -------------------------------------------------------------------------

    def resize(self, width, height, scale=1, phone=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=scale, mobile=phone)

    def prefer(self, scheme):
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(self, path):
        data = self.call("Page.captureScreenshot", format="png", optimizeForSpeed=False)["data"]
        path.write_bytes(base64.b64decode(data))

    def close(self):
        try:
            self.session = None
            self.call("Browser.close", timeout=5)
            self.process.wait(5)
        except (RuntimeError, OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        finally:
            os.close(self.commands)
            os.close(self.answers)
            shutil.rmtree(self.folder, ignore_errors=True)
