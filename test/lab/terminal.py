# SPDX-License-Identifier: BSD-3-Clause
"""A program at a terminal, with a person before it who types and reads."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time


class Terminal:
    """Use as a context; what is left of the program is ended."""

    def __init__(self, *words, width=100, **environment):
        self.shown = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update({"TERM": "xterm", "PS1": "$ ", **environment})
            os.execvp(words[0], [str(word) for word in words])
        self.resize(width)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        os.close(self.fd)
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.waitpid(self.pid, 0)

    def resize(self, width):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))

    def type(self, text):
        """Types; what was shown before is forgotten."""
        self.shown = ""
        os.write(self.fd, text.encode())

    def see(self, text, within=30):
        """Waits until TEXT is shown, and answers all that was since the last typing."""
        end = time.monotonic() + within
        while text not in self.shown and text not in self.plain():
            left = end - time.monotonic()
            assert left > 0 and select.select([self.fd], [], [], left)[0], \
                f"{text!r} is not in {self.shown!r}"
            self.read()
        return self.shown

    def read(self):
        """What is shown by now, which is something."""
        try:
            self.shown += os.read(self.fd, 65536).decode(errors="replace")
        except OSError:
            raise AssertionError(f"it has ended: {self.shown!r}") from None
        return self.shown

    def plain(self):
        """The same without what moves the cursor or has colours."""
        return re.sub(r"\r?\x1b\[[0-9;?]*[A-Za-z]", "", self.shown)
