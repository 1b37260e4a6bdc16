# SPDX-License-Identifier: BSD-3-Clause
"""The standard set of measurements. Usage: measure.py BUILD RESULTS.json REPEAT"""

import json
import pathlib
import sys
import time

import freeradius
import memory
import mixes
from lab import OTHER, SECRET, Failure, Lab, machine

SESSIONS = 60000
TRAFFIC_SESSIONS = 10000
IPV6_SIZE = 72  # the smallest that carries the rig's mark


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


# What each costs a packet: measured off and on, one right after the other.
FEATURES = {
    "rate-limit": ["--rate-limit"],
    "one VLAN tag": ["--vlans", "one"],
    "two VLAN tags": ["--vlans", "two"],
    "mrru, packets that fit the link": ["--mrru"],
    "use-encryption, 128 bits, stateless (what comes up is in clear)": ["--encryption"],
}


def features(lab, repeat):
    say("what features cost a packet")
    options = ("--sessions", str(SESSIONS), "--rounds", str(33 * repeat))
    results = {}
    for name, switch in FEATURES.items():
        off, on = (lab.dataplane(*options, *more)["results"] for more in ([], switch))
        results[name] = {
            a["direction"]: {"off": a["cycles_per_packet"], "on": b["cycles_per_packet"]} for a, b in zip(off, on)
        }
        say(f"  {name}: " + ", ".join(f"{d} {r['off']:.1f} to {r['on']:.1f}" for d, r in results[name].items()))
    return results


def dataplane(lab, repeat):
    say("cycles a packet, beside the floor")
    rounds = str(67 * repeat)
    results = {
        "sizes": lab.dataplane("--sessions", "1,10,100,1000,10000,60000", "--rounds", rounds),
        "imix": lab.dataplane("--sessions", "60000", "--size", "imix", "--rounds", rounds),
        "vlan": lab.dataplane("--sessions", "60000", "--vlans", "one", "--rounds", rounds),
    }
    for r in results["sizes"]["results"]:
        say(f"  {r['direction']} {r['sessions']}: {r['cycles_per_packet']:.1f}, {r['ratio']:.2f} x floor")
    return results


def carrier(lab, repeat):
    say("the carrier's mix, beside the floor")
    results = {}
    for name, options in mixes.rows():
        results[name] = lab.dataplane(*options, "--rounds", str(33 * repeat))["results"]
        say(f"  {name}: " + ", ".join(f"{r['direction']} {r['ratio']:.2f} x floor" for r in results[name]))
    return results


def cores(lab, repeat):
    """What two workers do together, and where the cycles of the mix go."""
    say("two workers, and where the cycles go")
    rounds = ("--rounds", str(33 * repeat))
    results = {
        "workers": lab.dataplane("--workers", "2", *mixes.CARRIER, *rounds),
        "profile": lab.dataplane("--profile", "--sessions", str(SESSIONS), *mixes.MIX, *rounds),
    }
    for r in results["workers"]:
        say(f"  {r['direction']} {r['sessions']}: two workers do {r['gain']:.2f} times what one does")
    return results


def one_setup(lab, *options):
    lab.start()
    before = lab.memory()
    result = lab.setup("--sessions", SESSIONS, "--timeout", 60, "--stay", *options)
    result["memory"] = {"before": before, "after": lab.memory(), "history": lab.metric("turnpike_history_bytes")}
    lab.stop()
    say(
        f"  {result['established']} up in {result['seconds']:.2f} s, {result['failed']} failed, "
        f"{result['retransmissions']} retransmissions"
    )
    return result


def middle(runs):
    """Ordered by their time."""
    runs.sort(key=lambda r: (r["failed"], r["seconds"]))
    result = runs[len(runs) // 2]
    result["all_seconds"] = [r["seconds"] for r in runs]
    return result


def setups(lab, repeat):
    """The middle one of each: runs are ordered by their time."""
    kinds = {
        "chap": ["--allow", "chap", "--rate", 25000],
        "pap": ["--allow", "pap", "--rate", 25000],
        "mschap2": ["--allow", "mschap2", "--rate", 25000],
        "power_cut": ["--allow", "chap"],
        "both_families": ["--allow", "chap", "--family", "both"],
    }
    results = {}
    for kind, options in kinds.items():
        say(f"set-up of {SESSIONS} sessions: {kind.replace('_', ' ')}")
        results[kind] = middle([one_setup(lab, *options) for _ in range(repeat)])
    return results


def interims(lab, repeat):
    """What control takes of its core, in two intervals of a minute (in one, if it is to be quick), and
    without interim updates, where every second is like the others."""
    say(f"interim updates of {SESSIONS} sessions a minute")
    results = {}
    for seconds, hold in ((60, 125 if repeat > 1 else 65), (0, 20)):
        options = ("--sessions", SESSIONS, "--radius", "--stay", "--hold", hold)
        results[seconds] = lab.own_setup(*options, "--radius-interim", seconds)["control"]
        say(f"  each {seconds} s: control {results[seconds]['percent']:.2f} % of its core")
    return results


def radius(lab, repeat):
    """All dial at once, with authentication and accounting by a server beside the daemon."""
    # Not on control's core, as it would be another machine's.
    own = ["taskset", "-c", OTHER, lab.rig_program, "radius", "--address", "127.0.0.1", "--secret", SECRET]
    kinds = {"own": own, "far": [*own, "--delay", 50, "--loss", 1], "own_both": own}
    results = {}
    for kind, command in kinds.items():
        say(f"set-up of {SESSIONS} sessions by RADIUS: {kind.replace('_', ' ')}")
        runs = []
        for _ in range(repeat):
            lab.serve_radius(*command)
            runs.append(one_setup(lab, "--allow", "chap", "--family", "both" if "both" in kind else "4"))
        results[kind] = middle(runs)
    if freeradius.is_there():
        results["freeradius"] = by_freeradius(lab)
    results["interims"] = interims(lab, repeat)
    return results


def by_freeradius(lab):
    say(f"the same by FreeRADIUS {freeradius.version()}")
    lab.serve_radius(*freeradius.command(lab), timeout="1s")
    alone = freeradius.alone(lab)
    result = one_setup(lab, "--allow", "chap")
    result.update(alone=alone, version=freeradius.version(), all_seconds=[result["seconds"]])
    say(f"  radclient alone: {alone:.0f} requests a second")
    return result


def no_loss(lab, *options):
    result = lab.traffic("--search", "--duration", 1, "--pps", 4000000, *options)
    say(f"  {' '.join(map(str, options))}: {result['no_loss_pps']} packets a second each way without loss")
    return result


def one_rate(lab, best, percent, *options, **where):
    rate = best * percent // 100
    sessions = ("--sessions", TRAFFIC_SESSIONS)
    options = options or ("--size", 52)
    trials = lab.traffic(*sessions, *options, "--pps", rate, "--duration", 1, **where)["trials"]
    return {"percent": percent, "asked": rate, "trials": trials}


def families(lab):
    """IPv6 alone, and every other packet of it."""
    results = {}
    for family in ("6", "both"):
        options = ("--family", family, "--size", IPV6_SIZE)
        results[family] = no_loss(lab, "--sessions", TRAFFIC_SESSIONS, *options)
        results[family]["half"] = one_rate(lab, results[family]["no_loss_pps"], 50, *options)
    return results


def traffic(lab):
    say(f"packets through {TRAFFIC_SESSIONS} sessions, over shared memory")
    sessions = ("--sessions", TRAFFIC_SESSIONS)
    lab.start()
    results = {
        "small": no_loss(lab, *sessions, "--size", 52),
        "imix": no_loss(lab, *sessions, "--size", "imix"),
    }
    best = results["small"]["no_loss_pps"]
    results["rates"] = [one_rate(lab, best, percent) for percent in (25, 50, 75, 100)]
    results["shared"] = [one_rate(lab, best, p, core=OTHER) for p in (25, 50, 75, 100, 150)]
    results["families"] = families(lab)
    rate = best * 4 // 5
    say(f"while 1,000 sessions a second come and go, at {rate} packets a second each way")
    results["churn"] = lab.traffic(*sessions, "--pps", rate, "--duration", 5, "--churn-rate", 1000)
    lab.stop()
    lost = sum(t["lost"] for t in results["churn"]["trials"])
    say(f"  {lost} packets lost of {sum(t['sent'] for t in results['churn']['trials'])}")
    return results


def restarts(lab, repeat):
    """What a standing city notices of its daemon's end; in each, whoever stood must stand afterwards."""
    kinds = {
        "kill": ["--restarts", 10 if repeat > 1 else 2],
        "upgrade": ["--term"],
        "mp_and_mppe": ["--mppe", 5000, "--mp", 5000],
        "both_families": ["--family", "both"],
        "radius": ["--radius", "--radius-interim", 60],
    }
    results = {}
    for kind, options in kinds.items():
        say(f"restarts under {SESSIONS} sessions: {kind.replace('_', ' ')}")
        r = lab.own_restart("--sessions", SESSIONS, "--allow", "chap,mschap2", "--restarts", 1, *options)
        results[kind] = r
        worst = max(x["first_packet_seconds"] for x in r["restarts"])
        gone = sum(x["lost"] + x["silent"] for x in r["restarts"])
        say(f"  {len(r['restarts'])} restarts: the first packet after {worst:.2f} s at most; {gone} sessions lost")
    return results


# All of them together are to take less than ten minutes on two cores that do nothing else, "quick" half of
# that; restarts, whose sessions need time to show that they stand, three more.
PARTS = {
    "dataplane": dataplane,
    "mixes": carrier,
    "cores": cores,
    "features": features,
    "setup": setups,
    "radius": radius,
    "slot": lambda lab, repeat: memory.of_tables(lab),
    "traffic": lambda lab, repeat: traffic(lab),
    "restarts": restarts,
}


def main():
    build, out, repeat = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]), int(sys.argv[3])
    results = {"machine": machine(), "date": time.strftime("%Y-%m-%d"), "repeat": repeat, "took": {}}
    with Lab(build) as lab:
        for name, measure in PARTS.items():
            begin = time.monotonic()
            results[name] = measure(lab, repeat)
            results["took"][name] = round(time.monotonic() - begin)
            out.write_text(json.dumps(results, indent=1))
    took = ", ".join(f"{name} {seconds}" for name, seconds in results["took"].items())
    say(f"written to {out}; seconds: {took}, in all {sum(results['took'].values())}")


try:
    main()
except Failure as failure:
    sys.exit(f"ci/bench: {failure}")
