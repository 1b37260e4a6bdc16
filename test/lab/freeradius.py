# SPDX-License-Identifier: BSD-3-Clause
"""A FreeRADIUS with an SQLite database behind it, in a namespace of the test's network."""

import shutil
import sqlite3
import subprocess
import tempfile
import time
from pathlib import Path

from lab.net import sh

SECRET = "testing123"
SCHEMA = Path("/etc/freeradius/3.0/mods-config/sql/main/sqlite")

CONFIG = """\
prefix = /usr
libdir = /usr/lib/freeradius
logdir = {folder}
raddbdir = {folder}
run_dir = {folder}
pidfile = {folder}/radiusd.pid
max_request_time = 5
cleanup_delay = 5
max_requests = 65536
hostname_lookups = no
log {{
    destination = files
    file = {folder}/radius.log
    auth = yes
}}
security {{
    max_attributes = 200
    reject_delay = 0
    status_server = yes
}}
thread pool {{
    start_servers = 2
    max_servers = 4
    min_spare_servers = 1
    max_spare_servers = 4
    max_queue_size = 65536
}}
client bras {{
    ipaddr = 0.0.0.0/0
    proto = *
    secret = {secret}
    require_message_authenticator = yes
    nas_type = other
}}
instantiate {{
    expr
}}
modules {{
    expr {{
    }}
    pap {{
    }}
    chap {{
    }}
    mschap {{
        use_mppe = yes
        require_encryption = {require}
        require_strong = {require}
    }}
    always ok {{
        rcode = ok
    }}
    sql {{
        driver = "rlm_sql_sqlite"
        dialect = "sqlite"
        sqlite {{
            filename = {folder}/radius.db
            busy_timeout = 10000
        }}
        radius_db = radius
        acct_table1 = radacct
        acct_table2 = radacct
        postauth_table = radpostauth
        authcheck_table = radcheck
        groupcheck_table = radgroupcheck
        authreply_table = radreply
        groupreply_table = radgroupreply
        usergroup_table = radusergroup
        read_groups = no
        read_profiles = no
        delete_stale_sessions = yes
        pool {{
            start = 1
            min = 1
            max = 8
            spare = 1
            uses = 0
            retry_delay = 1
            lifetime = 0
            idle_timeout = 0
        }}
        client_table = nas
        group_attribute = SQL-Group
        $INCLUDE {schema}/queries.conf
    }}
    detail {{
        filename = {folder}/detail
        permissions = 0600
        header = "%t"
    }}
}}
{radsec}
server default {{
    listen {{
        type = auth
        ipaddr = {address}
        port = 1812
    }}
    listen {{
        type = acct
        ipaddr = {address}
        port = 1813
    }}
    authorize {{
        sql
        chap
        mschap
        pap
    }}
    authenticate {{
        Auth-Type PAP {{
            pap
        }}
        Auth-Type CHAP {{
            chap
        }}
        Auth-Type MS-CHAP {{
            mschap
        }}
    }}
    preacct {{
        # Or all sessions would be one row.
        update request {{
            Acct-Unique-Session-Id := "%{{md5:%{{User-Name}},%{{Acct-Session-Id}},%{{NAS-Identifier}}}}"
        }}
    }}
    accounting {{
        detail
        sql
        ok
    }}
    post-auth {{
        # FreeRADIUS before 3.2.5 sends none of its own accord.
        update reply {{
            Message-Authenticator := 0x00
        }}
        Post-Auth-Type REJECT {{
            update reply {{
                Message-Authenticator := 0x00
            }}
        }}
    }}
}}
"""


RADSEC = """
clients radsec {{
    client any {{
        ipaddr = 0.0.0.0/0
        proto = tls
        secret = radsec
    }}
}}
listen {{
    ipaddr = *
    port = 2083
    type = auth+acct
    proto = tcp
    virtual_server = default
    clients = radsec
    tls {{
        private_key_file = {folder}/server.pem
        certificate_file = {folder}/server.pem
        ca_file = {folder}/ca.pem
        require_client_cert = yes
        cipher_list = "DEFAULT"
        tls_min_version = "1.2"
        tls_max_version = "1.2"
    }}
}}
"""


def make_certificates(folder, address):
    """ca.pem, and of it server.pem (for ADDRESS) and client.pem, each with its key."""
    def openssl(*words):
        sh("openssl", *words, cwd=folder)

    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem",
            "-days", "2", "-subj", "/CN=test ca")
    for name in ("server", "client"):
        (folder / "ext").write_text(f"subjectAltName=IP:{address}\n")
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out",
                f"{name}.csr", "-subj", f"/CN={name}")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial", "-days", "2", "-extfile", "ext", "-out", f"{name}.crt")
        (folder / f"{name}.pem").write_text((folder / f"{name}.crt").read_text() +
                                            (folder / f"{name}.key").read_text())


class FreeRadius:
    """users: rows of (name, password, {attribute: value or [values]})."""

    def __init__(self, net, namespace, require_encryption=False, radsec=None,
                 address="*"):
        """RADSEC: the address that the server's certificate is for, to listen on TLS as well."""
        self.net, self.namespace = net, namespace
        self.folder = Path(tempfile.mkdtemp(prefix="turnpike-radius-"))
        self.process = None
        self.database = self.folder / "radius.db"
        with sqlite3.connect(self.database) as db:
            db.execute("pragma journal_mode = wal")  # tests that read hold nobody up
            db.executescript((SCHEMA / "schema.sql").read_text())
        shutil.copy("/usr/share/freeradius/dictionary", self.folder / "dictionary")
        (self.folder / "dictionary").write_text("$INCLUDE /usr/share/freeradius/dictionary\n")
        if radsec:
            make_certificates(self.folder, radsec)
        (self.folder / "radiusd.conf").write_text(CONFIG.format(
            radsec=RADSEC.format(folder=self.folder) if radsec else "",
            folder=self.folder, secret=SECRET, address=address, schema=SCHEMA,
            require="yes" if require_encryption else "no"))

    def user(self, name, password, **reply):
        """Adds or replaces a user. An attribute's dashes are underscores here."""
        with sqlite3.connect(self.database, timeout=5) as db:
            db.execute("delete from radcheck where username = ?", (name,))
            db.execute("delete from radreply where username = ?", (name,))
            db.execute("insert into radcheck (username, attribute, op, value) "
                       "values (?, 'Cleartext-Password', ':=', ?)", (name, password))
            for attribute, values in reply.items():
                for value in values if isinstance(values, list) else [values]:
                    db.execute("insert into radreply (username, attribute, op, value) "
                               "values (?, ?, '+=', ?)",
                               (name, attribute.replace("_", "-"), str(value)))

    def start(self, timeout=20):
        with open(self.folder / "out.log", "ab") as out:
            self.process = self.net.popen(self.namespace, "freeradius", "-f", "-n", "radiusd", "-d",
                                          self.folder, stdout=out, stderr=out)
        end = time.monotonic() + timeout
        while "Ready to process requests" not in self.log():
            assert self.process.poll() is None, self.log()
            assert time.monotonic() < end, self.log()
            time.sleep(0.05)
        return self

    def log(self):
        return "".join(path.read_text(errors="replace")
                       for path in (self.folder / "out.log", self.folder / "radius.log")
                       if path.exists())

    def rows(self, query="select * from radacct", *values):
        """Rows of the database as dictionaries."""
        with sqlite3.connect(self.database, timeout=5) as db:
            db.row_factory = sqlite3.Row
            return [dict(row) for row in db.execute(query, values)]

    def records(self):
        """The Accounting-Requests of the detail file, in their order, as dictionaries."""
        path, records = self.folder / "detail", []
        for block in path.read_text().split("\n\n") if path.exists() else ():
            record = {}
            for line in block.splitlines()[1:]:
                name, _, value = line.strip().partition(" = ")
                record.setdefault(name, []).append(value.strip('"'))
            if record:
                records.append(record)
        return records

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None
            (self.folder / "radius.log").unlink(missing_ok=True)
            (self.folder / "out.log").unlink(missing_ok=True)

    def client(self, kind, secret=SECRET, port=3799, to="192.0.2.1", timeout=5, namespace=None,
               tries=1, **attributes):
        """radclient: sends one packet, gives back (code, what it printed)."""
        text = "".join(f"{name.replace('_', '-')} = {value!r}\n".replace("'", '"')
                       for name, values in attributes.items()
                       for value in (values if isinstance(values, list) else [values]))
        done = subprocess.run(
            ["ip", "netns", "exec", self.net.prefix + (namespace or self.namespace), "radclient",
             "-x", "-r", str(tries), "-t", str(timeout), f"{to}:{port}", kind, secret],
            input=text, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout

    def close(self):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
