# SPDX-License-Identifier: BSD-3-Clause
"""Runs in the guest as its first process: takes one JSON request a line, runs it as a shell command,
answers with one JSON line. It is copied into the guest, so it imports nothing of the suite."""

import glob
import json
import os
import subprocess

os.environ.update(PATH="/usr/sbin:/usr/bin:/sbin:/bin", HOME="/run", LC_ALL="C")


def run(request):
    try:
        done = subprocess.run(["/bin/sh", "-c", request["run"]], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=request["timeout"])
        return {"rc": done.returncode, "out": done.stdout.decode(errors="replace")}
    except subprocess.TimeoutExpired as late:
        return {"rc": 124, "out": (late.stdout or b"").decode(errors="replace")}


def main():
    port = open(glob.glob("/dev/vport*p1")[0], "r+b", buffering=0)
    port.write(b'{"ready": true}\n')
    buffer = b""
    while True:
        while b"\n" not in buffer:
            buffer += port.read(4096) or b""
        line, buffer = buffer.split(b"\n", 1)
        answer = json.dumps(run(json.loads(line))).encode() + b"\n"
        while answer:
            answer = answer[port.write(answer):]


main()
