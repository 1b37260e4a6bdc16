# SPDX-License-Identifier: BSD-3-Clause
"""The kinds of traffic that count, and what they may cost as a multiple of the floor, up and down."""

CARRIER = ["--vlans", "two", "--rate-limit"]
MIX = [*CARRIER, "--family", "mix", "--size", "imix"]

# name, options of `turnpike-bench dataplane`, numbers of sessions, goals
MIXES = [
    ("untagged IPv4, 46 bytes", [], "1,1000,60000", {"up": 1.7, "down": 1.5}),
    ("two tags, a rate limit not reached", CARRIER, "1,1000", {"up": 1.75, "down": 1.5}),
    ("the same", CARRIER, "60000", {"up": 1.4, "down": 1.35}),
    ("IPv6, two tags and limit", [*CARRIER, "--family", "6"], "60000", {"up": 1.5, "down": 1.4}),
    ("the mix: two tags, limits, 70 % IPv4, IMIX", MIX, "60000", {"up": 1.4, "down": 1.3}),
    ("the mix, bursts of 32", [*MIX, "--burst", "32"], "60000", {}),
    ("the mix, bursts of 8", [*MIX, "--burst", "8"], "60000", {}),
    ("the mix, 256 frames in flight", [*MIX, "--in-flight", "256"], "60000", {}),
    ("MP, packets that fit", ["--mrru"], "60000", {"up": 4.0, "down": 3.0}),
    ("MP by two links, packets that fit", ["--links", "2"], "30000", {}),
]


def rows():
    """Each with one number of sessions: name, options."""
    for name, options, sessions, _ in MIXES:
        for number in sessions.split(","):
            yield f"{name}, {int(number):,}", [*options, "--sessions", number]
