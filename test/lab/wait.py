# SPDX-License-Identifier: BSD-3-Clause
"""Waiting for what comes when it comes."""

import time

from lab.daemon import slow


def until(condition, timeout=20.0, what="what is waited for"):
    """What CONDITION gives back, once that is true. WHAT may be a function, for what is only known then."""
    end = time.monotonic() + timeout * (3 if slow() else 1)
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, f"not after {timeout} s: {what() if callable(what) else what}"
        time.sleep(0.05)
