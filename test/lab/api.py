# SPDX-License-Identifier: BSD-3-Clause
"""The JSON socket, by Python's own HTTP client."""

import http.client
import json
import socket
import time
import urllib.parse


class ApiError(Exception):
    """An answer that is not a success: `status`, and the body as `answer`."""

    def __init__(self, status, answer):
        super().__init__(f"{status}: {answer}")
        self.status, self.answer = status, answer


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Api:
    """`get("ppp/active", name="joe")` and so on: paths are those under /rest/."""

    def __init__(self, path, timeout=10):
        self.path, self.timeout = str(path), timeout

    def raw(self, method, target, body=None, headers=None):
        """Any request; gives back (status, headers, body as bytes)."""
        connection = UnixConnection(self.path, self.timeout)
        try:
            connection.request(method, target, body=body, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def call(self, method, path, value=None, **query):
        target = "/rest/" + urllib.parse.quote(path)
        if query:
            target += "?" + urllib.parse.urlencode(
                {name.replace("_", "-"): word for name, word in query.items()})
        body = None if value is None else json.dumps(value).encode()
        headers = {"Content-Type": "application/json"} if body else {}
        status, _, text = self.raw(method, target, body, headers)
        answer = json.loads(text) if text.strip() else None
        if status >= 300:
            raise ApiError(status, answer)
        return answer

    def get(self, path, **query):
        return self.call("GET", path, **query)

    def put(self, path, **value):
        return self.call("PUT", path, names(value))

    def patch(self, path, **value):
        return self.call("PATCH", path, names(value))

    def delete(self, path):
        return self.call("DELETE", path)

    def post(self, path, **value):
        return self.call("POST", path, names(value))

    def text(self, target):
        """A page that is not JSON: /metrics, /healthz."""
        status, _, text = self.raw("GET", target)
        if status != 200:
            raise ApiError(status, text)
        return text.decode()

    def events(self, timeout=10):
        """The event stream's events as they come: (kind, data)."""
        connection = UnixConnection(self.path, timeout)
        connection.request("GET", "/rest/events", headers={"Accept": "text/event-stream"})
        answer = connection.getresponse()
        if answer.status != 200:
            raise ApiError(answer.status, answer.read())
        return Events(connection, answer)


class Events:
    def __init__(self, connection, answer):
        self.connection, self.answer = connection, answer
        self.seen = []

    def next(self):
        kind, data = None, []
        while True:
            line = self.answer.readline().decode()
            if not line:
                raise EOFError("the event stream ended")
            line = line.rstrip("\r\n")
            if line.startswith("event:"):
                kind = line[6:].strip()
            elif line.startswith("data:"):
                data.append(line[5:].strip())
            elif not line and data:
                event = (kind, json.loads("\n".join(data)))
                self.seen.append(event)
                return event

    def until(self, wanted, timeout=10):
        """The first event from now on for which `wanted(kind, data)` holds."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            self.connection.sock.settimeout(max(0.1, end - time.monotonic()))
            kind, data = self.next()
            if wanted(kind, data):
                return kind, data
        raise TimeoutError(f"no such event among {self.seen}")

    def close(self):
        self.answer.close()
        self.connection.close()


def names(value):
    """Python's keywords have no hyphens, RouterOS's properties do."""
    return {name.rstrip("_").replace("_", "-"): word for name, word in value.items()}
