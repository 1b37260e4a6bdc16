# SPDX-License-Identifier: BSD-3-Clause
"""docs/radius.md as printed: ci/quickstart --radius copies its FreeRADIUS and PostgreSQL."""

import subprocess
from pathlib import Path

import pytest

from lab.daemon import ROOT, slow


@pytest.mark.skipif(slow(), reason="it builds and shows the release build")
def test_the_set_up_that_the_chapter_prints_works():
    def left():
        return {path.name for path in Path("/tmp").glob("turnpike-quickstart.*")}

    before = left()
    done = subprocess.run([ROOT / "ci/quickstart", "--radius"], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=600)
    assert done.returncode == 0, done.stdout
    assert "It works" in done.stdout
    shown = done.stdout.partition("/radius print")[2]
    assert "alice" in shown and "User-Request" in shown  # the row of radacct, open and closed
    assert left() <= before
