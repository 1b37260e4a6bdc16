# SPDX-License-Identifier: BSD-3-Clause
"""Many frames at a bounded rate, for a bounded time."""

import random
import threading
import time


def random_mac():
    return "02:" + ":".join(f"{random.randrange(256):02x}" for _ in range(5))


def flood(wire, make_frame, count, rate):
    """Sends `count` frames at about `rate` a second from a thread; join it."""
    pieces = [bytes(make_frame()) for _ in range(count)]

    def run():
        begin = time.monotonic()
        for number, piece in enumerate(pieces):
            wire.send(piece)
            ahead = number / rate - (time.monotonic() - begin)
            if ahead > 0.01:
                time.sleep(ahead)

    thread = threading.Thread(target=run)
    thread.start()
    return thread
