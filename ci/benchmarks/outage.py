#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What becomes of a day's accounting records when FreeRADIUS was away for the day.

A day cannot be made shorter, but what it leaves can be had sooner: sessions tell of themselves each few
seconds instead of each few hours, with no server there, until as many records wait on disk as a day has.
Then FreeRADIUS comes back, and writes a line for each record that it gets. That each came, once or with an
acknowledgement that was late twice, in the order of its session, with a true Acct-Delay-Time, is looked up
in these lines; some sessions come and go all the while.

Usage: outage.py [--sessions N] [--interims N] [BUILD]     as root; two cores and five minutes
"""

import argparse
import collections
import json
import pathlib
import subprocess
import sys
import time

import freeradius
import lab as benches
from lab import SECRET, Failure, Lab

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
INTERIM_S = 10
DELAY_SLACK_S = 2  # whole seconds, rounded at both ends
LINE = "%{%{Acct-Session-Id}:-none} %{Acct-Status-Type} %{integer:Event-Timestamp} %{Acct-Delay-Time} %l"
LOG = """\
modules {{
    linelog seen {{
        filename = {folder}/seen
        format = "%s"
    }}
""" % LINE.replace("{", "{{").replace("}", "}}")
QUEUE = f"""\
  aaa: {{{{ use-radius: yes, interim-update: {INTERIM_S}s, queue-directory: "{{folder}}" }}}}
radius:
  server: [ {{{{ address: 127.0.0.1, service: ppp, secret: {SECRET}, timeout: 1s }}}} ]
"""


class Outage(Lab):
    """Local secrets let subscribers in; the server is for accounting."""

    def _secrets(self):
        return super()._secrets() + "\n" + QUEUE.format(folder=self.folder)

    def given_up(self):
        lines = self.api("metrics").splitlines()
        return sum(float(li.split()[-1]) for li in lines if li.startswith("turnpike_accounting_given_up_total"))

    def dial(self, sessions, hold):
        device = f"net_memif0,role=client,{self._memif('access', 0)}"
        options = ("--device", device, "--lcore", benches.OTHER, "--sessions", sessions, "--hold", hold)
        command = self.inside(self.rig_program, "setup", "--json", "--churn", 1, *options)
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def judge(path):
    """(records, repeated, out of order, with a wrong delay) of what FreeRADIUS saw."""
    seen, last, wrong, disordered = collections.Counter(), {}, 0, 0
    for line in path.read_text().splitlines():
        session, status, happened, delay, arrived = line.split()
        record = (session, status, int(happened))
        seen[record] += 1
        if seen[record] > 1:
            continue
        disordered += int(happened) < last.get(session, 0)
        last[session] = int(happened)
        wrong += abs(int(happened) + int(delay) - int(arrived)) > DELAY_SLACK_S
    return len(seen), sum(seen.values()) - len(seen), disordered, wrong


def run(lab, sessions, interims):
    lab.start()
    outage_s = interims * INTERIM_S + 5
    rig = lab.dial(sessions, outage_s + 40)
    say(f"{sessions} sessions, {interims} interim updates of each with no server")
    time.sleep(outage_s)
    waiting, waiting_bytes = lab.metric("turnpike_accounting_waiting"), lab.metric("turnpike_accounting_waiting_bytes")
    say(f"{waiting:.0f} records wait, {waiting_bytes / 2**20:.0f} MiB; {lab.given_up():.0f} were given up")
    lab.serve_radius(*freeradius.command(lab))
    begin = time.monotonic()
    while lab.metric("turnpike_accounting_oldest_seconds") > INTERIM_S:
        time.sleep(0.5)
        if time.monotonic() - begin > 600:
            raise Failure("the records do not go")
    seconds = time.monotonic() - begin
    say(f"all that waited had gone after {seconds:.1f} s")
    result = json.loads(rig.communicate(timeout=600)[0])
    end = time.monotonic() + 120
    while lab.metric("turnpike_accounting_waiting") > 0 and time.monotonic() < end:
        time.sleep(0.5)
    made, left = lab.metric("turnpike_accounting_records_total"), lab.metric("turnpike_accounting_waiting")
    records, repeated, disordered, wrong = judge(lab.folder / "freeradius" / "seen")
    print(f"made {made:.0f}, arrived {records}, {repeated} of them twice, left {left:.0f}, "
          f"given up {lab.given_up():.0f}; out of order {disordered}, wrong delay {wrong}")
    print(f"{waiting / seconds:.0f} records a second of those that waited, beside the new ones")
    print(f"sessions up at the end: {result['up_after_hold']}; ended early: {result['failures']}")
    # Accounting-On has no session.
    return made <= records + repeated and disordered == wrong == 0 and not result["failures"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sessions", type=int, default=60000)
    parser.add_argument("--interims", type=int, default=12)
    parser.add_argument("build", nargs="?", type=pathlib.Path, default=ROOT / "build/release")
    options = parser.parse_args()
    benches.SUBSCRIBERS = options.sessions
    freeradius.CONFIG = freeradius.CONFIG.replace("modules {{\n", LOG, 1).replace(
        "accounting {{\n        ok\n", "accounting {{\n        seen\n", 1)
    with Outage(options.build.resolve()) as lab:
        return 0 if run(lab, options.sessions, options.interims) else 1


try:
    sys.exit(main())
except Failure as failure:
    sys.exit(f"outage.py: {failure}")
