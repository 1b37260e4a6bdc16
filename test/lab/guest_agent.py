# SPDX-License-Identifier: BSD-3-Clause
"""Runs in the guest as its first process: takes one JSON request a line, answers with one JSON line. It is
copied into the guest, so it imports nothing of the suite.

What it can do by itself it does: under emulation a program takes a good part of a second to begin, and what
waits in a loop of a shell's keeps the host's processor busy with nothing else."""

import glob
import json
import os
import signal
import subprocess
import time

os.environ.update(PATH="/usr/sbin:/usr/bin:/sbin:/bin", HOME="/run", LC_ALL="C")


def run(request):
    try:
        done = subprocess.run(["/bin/sh", "-c", request["run"]], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=request["timeout"])
        return {"rc": done.returncode, "out": done.stdout.decode(errors="replace")}
    except subprocess.TimeoutExpired as late:
        return {"rc": 124, "out": (late.stdout or b"").decode(errors="replace")}


def read(request):
    try:
        with open(request["read"], encoding="utf-8", errors="replace") as file:
            return {"rc": 0, "out": file.read()}
    except OSError as error:
        return {"rc": 1, "out": str(error)}


def write(request):
    with open(request["write"], "w", encoding="utf-8") as file:
        file.write(request["text"])
    return {"rc": 0, "out": ""}


def reached(request):
    """Whether the file UNTIL has the text in it, or the file END is there."""
    if request["end"] and os.path.exists(request["end"]):
        return True
    return request["text"] in read({"read": request["until"]})["out"]


def wait(request):
    end = time.monotonic() + request["timeout"]
    while not reached(request):
        if time.monotonic() > end:
            return {"rc": 124, "out": ""}
        time.sleep(0.05)
    return {"rc": 0, "out": ""}


def pids(names):
    """Of the programs of these names that have not ended."""
    found = []
    for number in filter(str.isdigit, os.listdir("/proc")):
        said = read({"read": f"/proc/{number}/stat"})["out"]
        name, _, state = said.partition("(")[2].rpartition(")")
        if name in names and not state.startswith(" Z"):
            found.append(int(number))
    return found


def tell_pids(request):
    return {"rc": 0, "out": " ".join(map(str, pids(request["pids"])))}


def send(number, names):
    for pid in pids(names):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


def finish(request):
    """Ends the programs: with SIGTERM, and who still runs after the time, with SIGKILL."""
    names, end = request["finish"], time.monotonic() + request["timeout"]
    send(signal.SIGTERM, names)
    while pids(names) and time.monotonic() < end:
        time.sleep(0.1)
    send(signal.SIGKILL, names)
    return {"rc": 0, "out": ""}


REQUESTS = {"run": run, "read": read, "write": write, "until": wait, "pids": tell_pids, "finish": finish}


def answer_to(request):
    return next(do for name, do in REQUESTS.items() if name in request)(request)


def main():
    port = open(glob.glob("/dev/vport*p1")[0], "r+b", buffering=0)
    port.write(b'{"ready": true}\n')
    buffer = b""
    while True:
        while b"\n" not in buffer:
            buffer += port.read(4096) or b""
        line, buffer = buffer.split(b"\n", 1)
        answer = json.dumps(answer_to(json.loads(line))).encode() + b"\n"
        while answer:
            answer = answer[port.write(answer):]


main()
