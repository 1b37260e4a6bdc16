# SPDX-License-Identifier: BSD-3-Clause
"""The daemon's HTTPS, on its namespace's loopback: a certificate, and requests by Python's own HTTP
client with a socket of that namespace."""

import base64
import http.client
import json
import socket
import ssl
import subprocess

from lab.net import inside


def make_certificate(folder):
    """A self-signed certificate for 127.0.0.1: (certificate, key)."""
    certificate, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=turnpike", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key


def socket_in(netns):
    """A TCP socket of another network namespace."""
    with inside(netns):
        return socket.socket()


class RemoteConnection(http.client.HTTPSConnection):
    def __init__(self, netns, port, certificate, timeout=10):
        self.tls = ssl.create_default_context(cafile=certificate)
        super().__init__("127.0.0.1", port, timeout=timeout, context=self.tls)
        self.netns = netns

    def connect(self):
        plain = socket_in(self.netns)
        plain.settimeout(self.timeout)
        plain.connect((self.host, self.port))
        self.sock = self.tls.wrap_socket(plain, server_hostname=self.host)


class Remote:
    """`remote("GET", "/rest/ppp/secret")`: (status, JSON or None, headers)."""

    def __init__(self, netns, port, certificate, user=None, password=None):
        self.netns, self.port, self.certificate = netns, port, certificate
        self.headers = {}
        if user is not None:
            word = base64.b64encode(f"{user}:{password}".encode()).decode()
            self.headers["Authorization"] = "Basic " + word

    def __call__(self, method, target, body=None, headers=None):
        connection = RemoteConnection(self.netns, self.port, self.certificate)
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, target, text,
                               {"Content-Type": "application/json", **self.headers,
                                **(headers or {})})
            answer = connection.getresponse()
            content = answer.read()
            is_json = answer.headers.get("Content-Type", "").startswith("application/json")
            return answer.status, json.loads(content) if is_json else content, answer.headers
        finally:
            connection.close()
