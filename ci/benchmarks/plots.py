# SPDX-License-Identifier: BSD-3-Clause
"""The plots of the report, by gnuplot."""

import subprocess

STYLE = """\
set terminal svg size 800,420 dynamic enhanced font 'sans-serif,14' background '#ffffff'
set border 3 linecolor '#555555'
set tics nomirror textcolor '#333333'
set grid linecolor '#dddddd' linetype 1
set key top left reverse Left samplen 2
set linetype 1 linecolor '#0b6fa4' linewidth 2.5 pointtype 7
set linetype 2 linecolor '#d1495b' linewidth 2.5 pointtype 7
set linetype 3 linecolor '#0b6fa4' linewidth 1.5 dashtype 2
set linetype 4 linecolor '#d1495b' linewidth 1.5 dashtype 2
set linetype 5 linecolor '#6a994e' linewidth 2.5 pointtype 7
"""


def block(name, rows):
    return f"${name} << EOD\n" + "\n".join(" ".join(map(str, row)) for row in rows) + "\nEOD\n"


def plot(path, script):
    program = STYLE + f"set output '{path}'\n" + script
    subprocess.run(["gnuplot"], input=program, text=True, check=True)


def cycles(results, folder):
    data = ""
    for direction in ("up", "down"):
        rows = [
            (r["sessions"], r["cycles_per_packet"], r["floor_cycles_per_packet"])
            for r in results["dataplane"]["sizes"]["results"]
            if r["direction"] == direction
        ]
        data += block(direction, rows)
    plot(
        folder / "cycles.svg",
        data
        + """
set title 'TSC cycles a packet, all features on, and the floor'
set xlabel 'sessions, in random order'
set logscale x
set format x '%.0f'
set yrange [0:*]
plot $up using 1:2 with linespoints lt 1 title 'upstream', \\
     $down using 1:2 with linespoints lt 2 title 'downstream', \\
     $up using 1:3 with lines lt 3 title 'floor, upstream', \\
     $down using 1:3 with lines lt 4 title 'floor, downstream'
""",
    )


def climb(run):
    """Thousand sessions that are up, over time."""
    curve = run["curve"]
    step, up, rows = curve["step_seconds"], 0, [(0, 0)]
    for i, n in enumerate(curve["sessions_up"]):
        up += n
        rows.append(((i + 1) * step, up / 1000))
    return rows


def setup(results, folder):
    kinds = ("chap", "pap", "power_cut", "both_families")
    data = "".join(block(kind, climb(results["setup"][kind])) for kind in kinds)
    plot(
        folder / "setup.svg",
        data
        + """
set title '60,000 subscribers dial in'
set xlabel 'seconds since the first PADI'
set ylabel 'thousand sessions up'
set yrange [0:65]
set key bottom right
plot $power_cut with linespoints lt 2 title 'all at once, CHAP', \\
     $both_families with linespoints lt 4 title 'all at once, CHAP, IPv4 and IPv6', \\
     $chap with linespoints lt 1 title '25,000 a second, CHAP', \\
     $pap with lines lt 5 title '25,000 a second, PAP'
""",
    )


def radius(results, folder):
    runs = {"secrets": results["setup"]["power_cut"], **results["radius"]}
    names = {
        "secrets": (3, "local secrets"),
        "own": (1, "RADIUS"),
        "own_both": (4, "RADIUS, IPv4 and IPv6"),
        "far": (2, "RADIUS that answers after 50 ms and loses 1 %"),
        "freeradius": (5, "FreeRADIUS"),
    }
    there = [kind for kind in names if kind in runs]
    lines = [f"${kind} with lines lt {names[kind][0]} title '{names[kind][1]}'" for kind in there]
    plot(
        folder / "radius.svg",
        "".join(block(kind, climb(runs[kind])) for kind in there)
        + """
set title '60,000 subscribers dial in at once: authentication and accounting by RADIUS'
set xlabel 'seconds since the first PADI'
set ylabel 'thousand sessions up'
set yrange [0:65]
set key bottom right
plot """
        + ", ".join(lines)
        + "\n",
    )


def loss(results, folder):
    data, most = "", 0
    for arrangement in ("rates", "shared"):
        rows = []
        for rate in results["traffic"][arrangement]:
            sent, lost = (sum(t[name] for t in rate["trials"]) for name in ("sent", "lost"))
            pps = min(t["pps"] for t in rate["trials"])
            rows.append((pps / 1e6, 100 * lost / max(sent, 1)))
            most = max(most, rows[-1][1])
        data += block(arrangement, sorted(rows))
    plot(
        folder / "loss.svg",
        data
        + f"""
set title 'Loss against rate: 52-byte packets both ways through 10,000 sessions'
set xlabel 'million packets a second, each way'
set ylabel '% lost'
set xrange [0:*]
set yrange [0:{max(1.2 * most, 0.1)}]
plot $rates with linespoints lt 1 title 'the worker has a core to itself', \\
     $shared with linespoints lt 2 title 'the worker shares a core with the rig'
""",
    )


def distribution(trial):
    return [(us, per_mille / 10) for per_mille, us in trial["latency_us"]["distribution"]]


def families(results, folder):
    trials = results["traffic"]["families"]["both"]["half"]["trials"]
    data = "".join(block(t["direction"] + t["family"], distribution(t)) for t in trials)
    plot(
        folder / "families.svg",
        data
        + """
set title 'The same where every other packet is of IPv6 (72 bytes)'
set xlabel 'microseconds from rig to rig'
set ylabel '% of packets took no longer'
set logscale x
set yrange [0:100]
set key bottom right
plot $upipv4 using 1:2 with linespoints lt 1 title 'IPv4, upstream', \\
     $downipv4 using 1:2 with linespoints lt 2 title 'IPv4, downstream', \\
     $upipv6 using 1:2 with lines lt 3 title 'IPv6, upstream', \\
     $downipv6 using 1:2 with lines lt 4 title 'IPv6, downstream'
""",
    )


def latency(results, folder):
    half = next(r for r in results["traffic"]["rates"] if r["percent"] == 50)
    data = "".join(block(trial["direction"], distribution(trial)) for trial in half["trials"])
    plot(
        folder / "latency.svg",
        data
        + """
set title 'How long packets take, at half of the highest rate without loss'
set xlabel 'microseconds from rig to rig'
set ylabel '% of packets took no longer'
set logscale x
set yrange [0:100]
set key bottom right
plot $up with linespoints lt 1 title 'upstream', \\
     $down with linespoints lt 2 title 'downstream'
""",
    )


def restart(results, folder):
    """The first half minute of the plain kind: thousand packets a second that came, each way."""
    run = results["restarts"]["kill"]
    step, data = run["packets"]["step_seconds"], ""
    for direction in ("up", "down"):
        came = run["packets"][direction][: int(30 / step)]
        data += block(direction, [(i * step, n / step / 1000) for i, n in enumerate(came)])
    kills = [r["at_seconds"] for r in run["restarts"] if r["at_seconds"] < 30]
    arrows = "".join(f"set arrow from {at}, graph 0 to {at}, graph 1 nohead lt 5 dashtype 2\n" for at in kills)
    plot(
        folder / "restart.svg",
        data
        + arrows
        + """
set title 'The daemon is killed (dashed) and started again under 60,000 sessions'
set xlabel 'seconds'
set ylabel 'thousand packets a second that came through'
set yrange [0:*]
set key bottom right
plot $up with lines lt 1 title 'upstream', \\
     $down with lines lt 2 title 'downstream'
""",
    )


def draw(results, folder):
    for one in (cycles, setup, radius, loss, latency, families, restart):
        one(results, folder)
