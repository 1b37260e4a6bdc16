# SPDX-License-Identifier: BSD-3-Clause
"""FreeRADIUS as fast as it can be: it knows the rig's subscribers by a rule, and throws records away."""

import re
import shutil
import subprocess
import time

from lab import SECRET, Failure

PROGRAM = shutil.which("freeradius", path="/usr/sbin:/usr/bin") or shutil.which("radiusd", path="/usr/sbin")
REQUESTS = 10000
CONFIG = """\
prefix = /usr
exec_prefix = /usr
name = freeradius
libdir = {libdir}
raddbdir = {folder}
logdir = {folder}
run_dir = {folder}
pidfile = {folder}/freeradius.pid
max_requests = 65536
cleanup_delay = 0
log {{
    destination = files
    file = {folder}/freeradius.log
}}
security {{
    allow_core_dumps = no
}}
thread pool {{
    start_servers = 2
    max_servers = 2
    min_spare_servers = 1
    max_spare_servers = 2
    max_queue_size = 65536
}}
client bench {{
    ipaddr = 127.0.0.1
    secret = {secret}
}}
modules {{
    pap {{
    }}
    chap {{
    }}
    always ok {{
        rcode = ok
    }}
}}
server bench {{
    listen {{
        type = auth
        ipaddr = 127.0.0.1
        port = 1812
    }}
    listen {{
        type = acct
        ipaddr = 127.0.0.1
        port = 1813
    }}
    authorize {{
        if (&User-Name =~ /^user([0-9]+)$/) {{
            update control {{
                Cleartext-Password := "password%{{1}}"
            }}
        }}
        chap
        pap
    }}
    authenticate {{
        Auth-Type PAP {{
            pap
        }}
        Auth-Type CHAP {{
            chap
        }}
    }}
    post-auth {{
        update reply {{
            Message-Authenticator := 0x00
        }}
    }}
    accounting {{
        ok
    }}
}}
"""


def is_there():
    return PROGRAM is not None and shutil.which("radclient") is not None


def version():
    said = subprocess.run([PROGRAM, "-v"], capture_output=True, text=True, check=False).stdout
    return (re.search(r"Version ([0-9.]+)", said) or [None, "?"])[1]


def command(lab):
    """What starts it, for Lab.serve_radius()."""
    folder = lab.folder / "freeradius"
    folder.mkdir(exist_ok=True)
    (folder / "radiusd.conf").write_text(CONFIG.format(folder=folder, secret=SECRET, libdir="/usr/lib/freeradius"))
    shutil.copy("/etc/freeradius/3.0/dictionary", folder)
    return [PROGRAM, "-f", "-n", "radiusd", "-d", folder]


def alone(lab):
    """Requests a second that it answers to radclient."""
    asked = lab.folder / "requests"
    asked.write_text("\n".join(
        f'User-Name = "user{i}"\nUser-Password = "password{i}"\nMessage-Authenticator = 0x00\n'
        for i in range(1, REQUESTS + 1)
    ))
    before = time.monotonic()
    run = subprocess.run(
        lab.inside("radclient", "-q", "-s", "-p", 200, "-f", asked, "127.0.0.1:1812", "auth", SECRET),
        capture_output=True, text=True, check=False, timeout=300)
    seconds = time.monotonic() - before
    accepted = re.search(r"Approved\s*:\s*(\d+)|Access-Accepts\s*:\s*(\d+)|Passed filter\s*:\s*(\d+)", run.stdout)
    if accepted is None or int(next(filter(None, accepted.groups()))) != REQUESTS:
        raise Failure(f"radclient: {run.stdout}\n{run.stderr}")
    return REQUESTS / seconds
