#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""An operator's script as it is written for a RouterOS 7 box: a subscriber is made, looked up,
changed, disconnected and removed by REST. Nothing in it knows of Turnpike.

Usage: routeros_script.py URL CA USER PASSWORD PPPOE_USER INTERFACE
"""

import base64
import json
import ssl
import sys
import urllib.error
import urllib.parse
import urllib.request

url, ca, user, password, online, interface = sys.argv[1:]
login = base64.b64encode(f"{user}:{password}".encode()).decode()
tls = ssl.create_default_context(cafile=ca)


def rest(method, path, body=None):
    request = urllib.request.Request(
        f"{url}/rest/{path}", method=method, data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Basic {login}", "Content-Type": "application/json"})
    with urllib.request.urlopen(request, context=tls, timeout=20) as answer:
        text = answer.read()
        return answer.status, json.loads(text) if text else None


def refused(method, path, body=None):
    try:
        rest(method, path, body)
    except urllib.error.HTTPError as error:
        answer = json.loads(error.read())
        assert answer["error"] == error.code, answer
        return error.code, answer.get("detail", answer["message"])
    raise AssertionError(f"{method} {path} was not refused")


def strings(rows):
    for row in rows if isinstance(rows, list) else [rows]:
        assert all(isinstance(value, str) for value in row.values()), row


def need(condition, what):
    if not condition:
        sys.exit(f"not as on RouterOS: {what}")


# Pools and profiles
status, pool = rest("PUT", "ip/pool", {"name": "script-pool", "ranges": "10.66.0.2-10.66.0.9"})
need(status == 201 and pool[".id"].startswith("*"), pool)
status, profile = rest("PUT", "ppp/profile", {
    "name": "script-plan", "local-address": "10.66.0.1", "remote-address": "script-pool",
    "only-one": "yes", "session-timeout": "1d2h"})
need(status == 201 and profile["session-timeout"] == "1d2h" and profile["only-one"] == "yes", profile)
_, pools = rest("GET", "ip/pool?name=script-pool&.proplist=name,ranges,total,used")
need(pools == [{"name": "script-pool", "ranges": "10.66.0.2-10.66.0.9",
                "total": "8", "used": "0"}], pools)

# Secrets
new = {"name": "s1", "password": "pw", "service": "pppoe", "profile": "script-plan", "disabled": "no"}
status, secret = rest("PUT", "ppp/secret", new)
need(status == 201 and secret["disabled"] == "false" and secret["profile"] == "script-plan", secret)
strings(secret)
status, added = rest("POST", "ppp/secret/add", {**new, "name": "s2", "comment": "two"})
need(status == 200 and list(added) == ["ret"], added)
code, detail = refused("PUT", "ppp/secret", new)
need((code, detail) == (400, "failure: secret with the same name already exists"), detail)
code, detail = refused("POST", "ppp/secret/add", {**new, "name": "s3", "profile": "none"})
need((code, detail) == (400, "input does not match any value of profile"), detail)

_, rows = rest("GET", "ppp/secret?name=s1")
need([row[".id"] for row in rows] == [secret[".id"]], rows)
_, rows = rest("POST", "ppp/secret/print", {
    ".query": ["name=s1", "name=s2", "#|"], ".proplist": [".id", "name", "comment", "routes"]})
need(rows == [{".id": secret[".id"], "name": "s1", "routes": ""},
              {".id": added["ret"], "name": "s2", "comment": "two", "routes": ""}], rows)
_, rows = rest("POST", "ppp/secret/print", {".query": ["-comment", "name=s2"]})
need(rows == [], rows)

status, row = rest("PATCH", f"ppp/secret/{secret['.id']}", {"comment": "paid", "limit-bytes-in": "1000"})
need(status == 200 and row["comment"] == "paid" and row["limit-bytes-in"] == "1000", row)
both = f"{secret['.id']},{added['ret']}"
need(rest("POST", "ppp/secret/disable", {".id": both}) == (200, []), "disable")
_, rows = rest("GET", "ppp/secret?disabled=true&profile=script-plan")
need({row["name"] for row in rows} == {"s1", "s2"}, rows)
need(rest("POST", "ppp/secret/enable", {"numbers": both}) == (200, []), "enable")
need(rest("POST", "ppp/secret/set", {".id": added["ret"], "comment": ""}) == (200, []), "set")
need("comment" not in rest("GET", f"ppp/secret/{added['ret']}")[1], "a comment is unset by ''")
code, _ = refused("PATCH", "ppp/secret", {"comment": "x"})
need(code == 400, "PATCH without an .id")

# Servers
status, server = rest("PUT", "interface/pppoe-server/server", {
    "service-name": "script", "interface": interface, "default-profile": "script-plan",
    "authentication": "mschap2,chap", "one-session-per-host": "yes", "max-mtu": "1480",
    "keepalive-timeout": "30", "disabled": "no"})
need(status == 201 and server["one-session-per-host"] == "true" and server["max-mtu"] == "1480"
     and server["authentication"] == "mschap2,chap", server)
strings(server)

# Who is online, and is no longer
_, rows = rest("GET", f"ppp/active?name={urllib.parse.quote(online)}")
need(len(rows) == 1 and rows[0]["service"] == "pppoe" and rows[0]["address"], rows)
strings(rows)
_, rows = rest("POST", "ppp/active/print", {".query": [f"name={online}"],
                                            ".proplist": ".id,name,address,caller-id,uptime,radius"})
need(set(rows[0]) == {".id", "name", "address", "caller-id", "uptime", "radius"}, rows)
need(rest("GET", f"ppp/active/{rows[0]['.id']}")[1]["name"] == online, "by .id")
need(rest("POST", "ppp/active/remove", {".id": rows[0][".id"]}) == (200, []), "disconnect")
need(refused("POST", "ppp/active/remove", {".id": "*FFFFFF"})[0] == 404, "a session that is not")

# The box
_, resource = rest("GET", "system/resource")
need(isinstance(resource, dict) and {"uptime", "version", "total-memory", "cpu-count"} <= set(resource),
     resource)
strings(resource)
_, identity = rest("GET", "system/identity")
need(rest("POST", "system/identity/set", {"name": "renamed"}) == (200, []), "identity")
need(rest("GET", "system/identity")[1] == {"name": "renamed"}, "identity")
rest("POST", "system/identity/set", identity)
need(refused("GET", "no/such/menu") == (400, "no such command or directory (no)"), "no menu")

# All away again
need(rest("DELETE", f"interface/pppoe-server/server/{server['.id']}") == (204, None), "DELETE")
need(rest("POST", "ppp/secret/remove", {"numbers": both}) == (200, []), "remove")
need(rest("DELETE", "ppp/profile/script-plan") == (204, None), "DELETE by name")
need(rest("DELETE", f"ip/pool/{pool['.id']}") == (204, None), "DELETE")
need(refused("DELETE", f"ip/pool/{pool['.id']}")[0] == 404, "DELETE twice")
need(refused("GET", "ppp/secret/s1")[0] == 404, "GET of one that is not there")
print("every step done")
