# SPDX-License-Identifier: BSD-3-Clause
"""Writes performance-figures.md and plots from what measure.py found.

Usage: report.py RESULTS.json DOCS"""

import json
import pathlib
import sys

import mixes
import memory
import plots

SESSIONS = 60000


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows]) + "\n"


def count(number):
    return f"{number:,.0f}"


def verdict(good):
    return "reached" if good else "**not reached**"


def of(results, direction, sessions):
    return next(
        r
        for r in results["dataplane"]["sizes"]["results"]
        if r["direction"] == direction and r["sessions"] == sessions
    )


def lost(trials):
    return sum(t["lost"] for t in trials)


def memory_summary(results):
    rows = []
    for kind, name, most in (("power_cut", "IPv4", 2048), ("both_families", "both families", 2300)):
        run = results["setup"][kind]
        process = memory.of_process(run["memory"], run["established"])
        history = memory.of_history(run["memory"], run["established"])
        rows.append(
            [
                f"memory a session, {name}",
                f"{count(most)} bytes",
                f"{count(process)} of the process + {count(results['slot'])} of the tables"
                f" ({count(history)} more are the subscriber's history)",
                verdict(process + results["slot"] <= most),
            ]
        )
    return rows


def radius_summary(radius):
    rows = []
    kinds = (
        ("own", "", 20000),
        ("far", ", answers after 50 ms, 1 % lost", 12000),
        ("own_both", ", both families", 12000),
    )
    for kind, how, least in kinds:
        r = radius[kind]
        rows.append(
            [
                f"power cut's end with RADIUS{how}",
                f"{count(least)} a second, none failed",
                f"{count(r['sessions_per_second'])} a second, {r['failed']} failed",
                verdict(r["failed"] == 0 and r["sessions_per_second"] >= least),
            ]
        )
    percent = radius["interims"]["60"]["percent"]
    rows.append(
        [
            f"interim updates of {count(SESSIONS)} sessions a minute",
            "less than 5 % of control's core",
            f"{percent:.1f} %; {radius['interims']['0']['percent']:.1f} % without",
            verdict(percent < 5),
        ]
    )
    return rows


RESTARTS = {
    "kill": "`kill -9`",
    "upgrade": "SIGTERM, as for an upgrade",
    "mp_and_mppe": "`kill -9`; 5,000 of them by MP, 5,000 with MPPE",
    "both_families": "`kill -9`; both families",
    "radius": "`kill -9`; RADIUS with accounting",
}


def first_packet(run):
    """The longest; None: there was one after which none came."""
    times = [r["first_packet_seconds"] for r in run["restarts"]]
    return None if min(times) < 0 else max(times)


def restart_summary(runs):
    rows = []
    for kind, how in RESTARTS.items():
        run, first = runs[kind], first_packet(runs[kind])
        gone = sum(r["lost"] + r["silent"] for r in run["restarts"])
        rows.append(
            [
                f"restart under {count(SESSIONS)} sessions, {how}",
                "a packet within 2 s, no session lost or doubled, counters that only grow",
                f"{len(run['restarts'])} times: {'never' if first is None else f'{first:.2f} s'}, {count(gone)} lost",
                verdict(run["good"] and first < 2),
            ]
        )
    return rows


def summary(results):
    rows = []
    for direction, sessions in (("up", SESSIONS), ("down", SESSIONS), ("up", 1), ("down", 1)):
        r = of(results, direction, sessions)
        rows.append(
            [
                f"{direction}stream, {count(sessions)} session{'s' if sessions > 1 else ''}",
                "2.00 × floor",
                f"{r['ratio']:.2f} × floor ({r['cycles_per_packet']:.1f} cycles)",
                verdict(r["ratio"] <= 2),
            ]
        )
    for kind, name in (("chap", "CHAP"), ("pap", "PAP")):
        r = results["setup"][kind]
        good = r["failed"] == 0 and r["seconds"] < 4 and r["sessions_per_second"] >= 20000
        rows.append(
            [
                f"set-up, {name}, {count(SESSIONS)}",
                "20,000 a second, under 4 s, none failed",
                f"{count(r['sessions_per_second'])} a second, {r['seconds']:.2f} s, {r['failed']} failed",
                verdict(good),
            ]
        )
    r = results["setup"]["power_cut"]
    best, least = r["curve"]["best_rate"], r["curve"]["lowest_rate"]
    rows.append(
        [
            f"power cut's end: {count(SESSIONS)} dial at once",
            "all up in under 10 s; never below half of the best rate",
            f"{r['established'] :,} up in {r['seconds']:.2f} s; best {count(best)} a second, "
            f"lowest {count(least)}",
            verdict(r["failed"] == 0 and r["seconds"] < 10 and least * 2 >= best),
        ]
    )
    r = results["setup"]["both_families"]
    rows.append(
        [
            "the same with both families: an advertised and a delegated prefix for each",
            "20,000 a second, none failed",
            f"{count(r['sessions_per_second'])} a second, {r['failed']} failed",
            verdict(r["failed"] == 0 and r["sessions_per_second"] >= 20000),
        ]
    )
    rows += radius_summary(results["radius"])
    rows += memory_summary(results)
    rows += restart_summary(results["restarts"])
    churn = results["traffic"]["churn"]
    rows.append(
        [
            "forwarding while 1,000 sessions a second come and go",
            "no packet lost at 80 % of the no-loss rate",
            f"{lost(churn['trials'])} lost of {count(sum(t['sent'] for t in churn['trials']))}",
            verdict(lost(churn["trials"]) == 0 and churn["sessions_fallen"] == 0),
        ]
    )
    return table(["what", "to reach", "measured", ""], rows)


def pipeline(results):
    rows = []
    for name, key in (("46-byte", "sizes"), ("IMIX", "imix"), ("46-byte, one VLAN tag", "vlan")):
        for r in results["dataplane"][key]["results"]:
            rows.append(
                [
                    name,
                    r["direction"],
                    count(r["sessions"]),
                    f"{r['cycles_per_packet']:.1f}",
                    f"{r['floor_cycles_per_packet']:.1f}",
                    f"{r['ratio']:.2f}",
                    f"{r['million_packets_per_second']:.1f}",
                ]
            )
    return table(["packets", "direction", "sessions", "cycles", "floor", "ratio", "Mpps a core"], rows)


def carrier(results):
    rows = []
    for name, _, sessions, goals in mixes.MIXES:
        for number in sessions.split(","):
            for r in results["mixes"][f"{name}, {int(number):,}"]:
                goal = goals.get(r["direction"])
                rows.append(
                    [
                        name,
                        r["direction"],
                        count(r["sessions"]),
                        f"{r['cycles_per_packet']:.1f}",
                        f"{r['floor_cycles_per_packet']:.1f}",
                        f"{r['ratio']:.2f} ({r['ratio_quartiles'][0]:.2f} to {r['ratio_quartiles'][1]:.2f})",
                        f"{goal:.2f}" if goal else "",
                        verdict(r["ratio"] <= goal) if goal else "",
                    ]
                )
    head = ["traffic", "direction", "sessions", "cycles", "floor", "ratio (quartiles)", "to reach", ""]
    return table(head, rows)


def workers(results):
    rows = []
    for r in results["cores"]["workers"]:
        each = ", ".join(f"{w['together']:.1f} ({w['alone']:.1f})" for w in r["workers"])
        rows.append([r["direction"], count(r["sessions"]), each, f"{r['gain']:.2f}", "1.90", verdict(r["gain"] >= 1.9)])
    return table(["direction", "sessions", "cycles of each (alone)", "of one", "to reach", ""], rows)


def profile(results):
    rows = []
    for r in results["cores"]["profile"]:
        for part in r["parts"]:
            share = 100 * part["cycles"] / r["cycles_per_packet"]
            rows.append([r["direction"], part["what"], f"{part['cycles']:.1f}", f"{share:.0f} %"])
    return table(["direction", "what", "cycles", "of all"], rows)


def features(results):
    rows = []
    for name, ways in results["features"].items():
        for direction, r in ways.items():
            rows.append([name, direction, f"{r['off']:.1f}", f"{r['on']:.1f}", f"{r['on'] - r['off']:+.1f}"])
    return table(["feature", "direction", "cycles, off", "cycles, on", "cost"], rows)


def setup_rows(runs, names):
    rows = []
    for kind, name in names.items():
        if kind not in runs:
            continue
        r = runs[kind]
        rows.append(
            [
                name,
                count(r["established"]),
                r["failed"],
                f"{r['seconds']:.2f}",
                count(r["sessions_per_second"]),
                f"{r['latency_ms']['p50']:.0f} / {r['latency_ms']['p99']:.0f} / {r['latency_ms']['max']:.0f}",
                count(r["retransmissions"]),
                ", ".join(f"{s:.2f}" for s in r["all_seconds"]),
            ]
        )
    head = ["how", "up", "failed", "seconds", "a second", "PADI to address, ms: median / 99 % / longest"]
    return table(head + ["retransmissions", "seconds of each run"], rows)


def setup(results):
    names = {
        "chap": "CHAP, 25,000 dial a second",
        "pap": "PAP, 25,000 dial a second",
        "mschap2": "MS-CHAPv2, 25,000 dial a second",
        "power_cut": "CHAP, all at once",
        "both_families": "CHAP, IPv4 and IPv6 with a delegated prefix, all at once",
    }
    return setup_rows(results["setup"], names)


def radius(results):
    runs = results["radius"]
    names = {
        "own": "`turnpike-bench radius`",
        "far": "the same, answers after 50 ms, 1 % of requests and of answers lost",
        "own_both": "`turnpike-bench radius`, IPv4 and IPv6 with a delegated prefix",
    }
    text = ""
    if "freeradius" in runs:
        r = runs["freeradius"]
        names["freeradius"] = f"FreeRADIUS {r['version']}"
        text = (
            f"FreeRADIUS (it knows the subscribers by a rule, and throws records away) answers radclient "
            f"{count(r['alone'])} Access-Requests a second when nothing else runs; here it has two requests of "
            f"each session, {count(2 * r['sessions_per_second'])} a second, and what is left of two cores.\n"
        )
    return setup_rows(runs, names) + "\n" + text


FAMILIES = {"6": "72-byte of IPv6", "both": "72-byte, every other of IPv6"}


def family_rows(families):
    """At half of the highest rate, each direction and family by itself."""
    rows = []
    for family, what in FAMILIES.items():
        for trial in families[family]["half"]["trials"]:
            name = {"ipv4": "IPv4", "ipv6": "IPv6"}[trial["family"]]
            latency = [f"{trial['latency_us'][p]:.0f}" for p in ("p50", "p99")]
            rows.append(
                [f"{what}: {name} {trial['direction']}", "50 % of it", count(trial["pps"]), trial["lost"], *latency]
            )
    return rows


def restarts(results):
    rows = []
    for kind, how in RESTARTS.items():
        run = results["restarts"][kind]
        all_of = run["restarts"]
        radius = run["radius"]
        rows.append(
            [
                how,
                len(all_of),
                ", ".join(f"{r['first_packet_seconds']:.2f}" for r in all_of),
                f"{max(r['all_packets_seconds'] for r in all_of):.2f}",
                count(min(r["stood"] for r in all_of)),
                sum(r["lost"] for r in all_of),
                sum(r["silent"] for r in all_of),
                sum(r["doubled"] for r in all_of),
                f"{radius['backwards']} of {count(radius['interims'] + radius['stops'])}" if radius else "",
            ]
        )
    head = ["how", "times", "seconds to the first packet, each", "to a packet of every session, most", "stood, least"]
    return table(head + ["lost", "silent", "addresses doubled", "counters that went back"], rows)


def traffic(results):
    rows = []
    t = results["traffic"]
    for name, key in (("52-byte", "small"), ("IMIX", "imix")):
        rows.append([name, "highest rate without loss, each way", count(t[key]["no_loss_pps"]), 0, "", ""])
    for family, what in FAMILIES.items():
        best = count(t["families"][family]["no_loss_pps"])
        rows.append([what, "highest rate without loss, each way", best, 0, "", ""])
    trials = [(f"{r['percent']} % of it", r["trials"]) for r in t["rates"]]
    trials += [(f"{r['percent']} %, sharing the rig's core", r["trials"]) for r in t["shared"]]
    trials.append(("80 % of it, 1,000 sessions a second come and go", t["churn"]["trials"]))
    for name, list_of in trials:
        for trial in list_of:
            rows.append(
                [
                    "52-byte " + trial["direction"],
                    name,
                    count(trial["pps"]),
                    trial["lost"],
                    f"{trial['latency_us']['p50']:.0f}",
                    f"{trial['latency_us']['p99']:.0f}",
                ]
            )
    rows += family_rows(t["families"])
    return table(["packets", "what", "packets a second", "lost", "median µs", "99 % µs"], rows)


PAGE = """\
<!-- Written by ci/bench; do not edit. What the figures came from is told in performance.md. -->
# Figures

{cores} cores of {cpu}{virtual}, L2 {l2}, {memory_gib} GiB; Linux {kernel}, DPDK {dpdk}, {huge_pages} huge
pages of 2 MB; {date}. Each figure is the middle one of {repeat}; the floor was measured in the same run.
Control runs on one core, the rig (`turnpike-bench`) on the other; the worker shares the rig's for
set-ups, and has it to itself for packets (the rig then shares control's). Rig and daemon are two
processes joined by shared memory (`net_memif`).

{summary}
## The data plane's own code

![Cycles a packet against the number of sessions](plots/cycles.svg)

{pipeline}
### The carrier's mix

Medians of rounds in turns, in one run, with the quartiles of the rounds' ratios; all checks on, sessions in
random order, 4,096 frames in flight unless it says otherwise.

{carrier}
Where the cycles of the mix go: one thing at a time is taken away from the traffic (`turnpike-bench dataplane
--profile`), so that what two things cost only together counts in both.

{profile}
Two workers at once, each on a core of its own, with the same sessions, two tags and one bucket for both:

{workers}
What features cost a packet of 46 bytes at 60,000 sessions that all have them, measured off and on one
right after the other (TSC cycles; noise is 1 or 2). Off, each is a flag in a cache line that is read
anyway.

{features}
## Set-up

![Sessions that came up, over time](plots/setup.svg)

{setup}
Whoever dials while control is busy waits in its memory for a turn; a PADI that he repeats meanwhile
is counted as a retransmission, and costs nothing more.

### By RADIUS

![Sessions that came up, with RADIUS](plots/radius.svg)

All dial at once, CHAP; each is authenticated by a server beside the daemon, which is told of each session
(Accounting-Request, Start). The server takes its time from the same two cores.

{radius}
## Memory

The process grew by {process} bytes for each session that came up, by {both} with both families and a
delegated prefix; its slot in the tables that workers read (records of both directions and families, FIB,
session ids) takes {slot} bytes of huge pages, allocated at the start for `max-sessions`. Fixed, however many sessions there are: {fixed} MiB of huge pages for
65,536 slots, of which the FIB's first table is 64 MiB and frames are most of the rest.

## Packets through the whole

![Loss against rate](plots/loss.svg)
![How long packets take](plots/latency.svg)
![How long packets of both families take](plots/families.svg)

{traffic}
The rig makes, sends, receives and checks every packet on one core, which control has to share here:
it is the rig that ends first, not the worker, and the longest times are its turns.

## Restarts

![Packets over time while the daemon is killed and started again](plots/restart.svg)

{sessions} sessions forward 20,000 packets a second each way, while 200 others a second hang up and come
back; at random moments the daemon ends, and is started again at once. Seconds count from the start of the
new process. Stood: those that were up a second before.

{restarts}"""


def main():
    results = json.loads(pathlib.Path(sys.argv[1]).read_text())
    docs = pathlib.Path(sys.argv[2])
    process, both = (
        memory.of_process(results["setup"][kind]["memory"], results["setup"][kind]["established"])
        for kind in ("power_cut", "both_families")
    )
    fixed = results["setup"]["power_cut"]["memory"]["before"]["HugetlbPages"] >> 20
    text = PAGE.format(
        **dict(results["machine"], virtual=" in a virtual machine" if results["machine"]["virtual"] else ""),
        date=results["date"],
        repeat=results["repeat"],
        summary=summary(results),
        pipeline=pipeline(results),
        carrier=carrier(results),
        workers=workers(results),
        profile=profile(results),
        features=features(results),
        setup=setup(results),
        radius=radius(results),
        traffic=traffic(results),
        restarts=restarts(results),
        sessions=count(SESSIONS),
        process=count(process),
        both=count(both),
        slot=count(results["slot"]),
        fixed=fixed,
    )
    (docs / "performance-figures.md").write_text(text)
    (docs / "plots").mkdir(exist_ok=True)
    try:
        plots.draw(results, docs / "plots")
    except FileNotFoundError:
        sys.exit("ci/bench: gnuplot is not there, so the plots were not drawn")
    print(summary(results))
    print(f"written: {docs}/performance-figures.md, {docs}/plots")


main()
