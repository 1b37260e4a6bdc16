# SPDX-License-Identifier: BSD-3-Clause
"""The packages of the tree as it stands, and a Debian that has them."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from lab.debian import Debian
from lab.net import sh

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="session")
def folder():
    """/var/tmp, as a Debian is more than a file system in memory should hold."""
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="turnpike-packages.") as name:
        yield Path(name)


@pytest.fixture(scope="session")
def built(folder):
    """The folder with the .deb files of the tree as it stands, but for what git ignores."""
    tree = folder / "build" / "turnpike"
    tree.mkdir(parents=True)
    files = sh("git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard",
               "--deduplicate", cwd=ROOT).split("\n")
    for name in filter(lambda name: name and (ROOT / name).exists(), files):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, tree / name)
    sh("dpkg-buildpackage", "-us", "-uc", "-b", cwd=tree,
       env=dict(os.environ, DEB_BUILD_OPTIONS="noautodbgsym parallel=2"))
    return tree.parent


@pytest.fixture(scope="session")
def debian(folder, built):
    debian = Debian(folder / "debian", built.glob("*.deb"))
    try:
        print(debian.run("sh", "-c", "apt-get -qq -y --no-install-recommends -o Dpkg::Options::=--force-unsafe-io install /debs/*.deb"))
        debian.keep_packages()
        yield debian
    finally:
        debian.close()
