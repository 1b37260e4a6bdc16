# SPDX-License-Identifier: BSD-3-Clause
"""What a session takes of memory. Usage: memory.py BUILD

The process's part is what it grows by while sessions come up, over their number; the tables' what twice as
many slots take more of what is there from the start, over their number. What is remembered of subscribers,
which stays when their sessions are over and has a bound of its own, is told apart."""

import pathlib
import sys

from lab import Failure, Lab

SESSIONS = 60000
SLOTS = 65536
FAMILIES = {"4": "IPv4", "both": "IPv4 and IPv6, a delegated prefix"}


def of_process(memory, sessions):
    """Bytes that a session took, of {"before": …, "after": …, "history": …}."""
    return (memory["after"]["VmRSS"] - memory["before"]["VmRSS"] - memory["history"]) / sessions


def of_history(memory, sessions):
    return memory["history"] / sessions


def of_tables(lab):
    """Bytes a slot. Huge pages are no part of a process's RSS."""
    sizes = []
    for slots in (SLOTS, 2 * SLOTS):
        lab.start(slots=slots)
        memory = lab.memory()
        sizes.append(memory["HugetlbPages"] + memory["VmRSS"])
        lab.stop()
    return (sizes[1] - sizes[0]) / SLOTS


def of_family(lab, family):
    lab.start(slots=SLOTS)
    memory = {"before": lab.memory()}
    run = lab.setup("--sessions", SESSIONS, "--timeout", 120, "--stay", "--allow", "chap", "--family", family)
    memory["after"] = lab.memory()
    memory["history"] = lab.metric("turnpike_history_bytes")
    lab.stop()
    if run["failed"] > 0:
        raise Failure(f"{run['failed']} sessions did not come up")
    return of_process(memory, run["established"]), of_history(memory, run["established"])


def main():
    with Lab(pathlib.Path(sys.argv[1]).resolve()) as lab:
        tables = of_tables(lab)
        for family, name in FAMILIES.items():
            process, history = of_family(lab, family)
            print(f"{name}: {process:.0f} bytes of the process + {tables:.0f} of the tables = {process + tables:.0f}")
            print(f"  and {history:.0f} of what is remembered of the subscriber")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"ci/bench: {failure}")
