# SPDX-License-Identifier: BSD-3-Clause
"""Two builds' data planes, in turns in one run. Usage: compare.py OLD-BUILD NEW-BUILD LCORE

Each ratio is the new build's cycles by the old one's, of runs that came right behind one another; it is beyond
noise where the middle half of all such ratios is on one side of 1, by one in a hundred at least."""

import json
import statistics
import subprocess
import sys

import mixes

PAIRS, ROUNDS = 7, 31
NOISE = 0.01


def measure(build, lcore, options):
    """Cycles by direction; None: this build does not know such traffic."""
    program = f"{build}/app/turnpike-bench/turnpike-bench"
    command = [program, "dataplane", "--json", "--lcore", lcore, "--rounds", str(ROUNDS), *options]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode == 2:
        return None
    if run.returncode != 0:
        sys.exit(f"{' '.join(command)}:\n{run.stderr}")
    return {r["direction"]: r["cycles_per_packet"] for r in json.loads(run.stdout)["results"]}


def compare(old, new, lcore, options):
    """By direction: old cycles, new cycles and the ratios of each pair, sorted."""
    pairs = []
    for i in range(PAIRS):
        builds = [old, new] if i % 2 == 0 else [new, old]
        both = {build: measure(build, lcore, options) for build in builds}
        if None in both.values():
            return {}
        pairs.append((both[old], both[new]))
    return {
        direction: (
            statistics.median(a[direction] for a, _ in pairs),
            statistics.median(b[direction] for _, b in pairs),
            sorted(b[direction] / a[direction] for a, b in pairs),
        )
        for direction in ("up", "down")
    }


def verdict(low, high):
    if high < 1 - NOISE:
        return "faster"
    return "SLOWER" if low > 1 + NOISE else "within noise"


def main():
    old, new, lcore = sys.argv[1:4]
    print(f"{'traffic, sessions':52} {'':5} {'old':>7} {'new':>7}  new by old (middle half)")
    for name, options in mixes.rows():
        ways = compare(old, new, lcore, options)
        if not ways:
            print(f"{name:52} not known to both", flush=True)
        for direction, (a, b, ratios) in ways.items():
            low, high = ratios[PAIRS // 4], ratios[PAIRS - 1 - PAIRS // 4]
            print(
                f"{name:52} {direction:5} {a:7.1f} {b:7.1f}  {statistics.median(ratios):.3f} "
                f"({low:.3f} to {high:.3f})  {verdict(low, high)}",
                flush=True,
            )


main()
