# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""vtop on a bare pseudo-terminal: nothing between it and the bytes that it writes and reads.

    with Bare("--demo") as b:
        b.until(lambda: b"db-primary" in b.out)
        b.send(b"q")
        assert b.wait_end() == 0
"""
import fcntl
import os
import pty
import select
import shutil
import signal
import struct
import tempfile
import termios
import time

from screen import PATIENCE, VTOP


class Bare:
    def __init__(self, *arguments, columns=80, rows=24, env=None, command=None):
        self.command = command or [VTOP, *arguments]
        self.columns, self.rows = columns, rows
        self.home = tempfile.mkdtemp(prefix="vtop-test-")
        self.env = {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "XDG_CONFIG_HOME": self.home}
        self.env.update(env or {})
        self.out = b""
        self.status = None

    def __enter__(self):
        self.fd, theirs = pty.openpty()
        self.resize(self.columns, self.rows)
        self.modes = termios.tcgetattr(self.fd)
        self.pid = os.fork()
        if self.pid == 0:
            take(theirs)
            os.environ.update(self.env)
            os.execvp(self.command[0], self.command)
        os.close(theirs)
        return self

    def __exit__(self, *exc):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)
        shutil.rmtree(self.home)

    def resize(self, columns, rows):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds=0.0):
        """Take what comes within that time; False at the end of it all."""
        while select.select([self.fd], [], [], seconds)[0]:
            try:
                self.out += os.read(self.fd, 65536)
            except OSError:
                return False
            seconds = 0
        return True

    def send(self, keys):
        """Type, while reading: a terminal that nobody reads takes no keys in the end."""
        while keys:
            ready = select.select([self.fd], [self.fd], [], PATIENCE)
            assert ready[0] or ready[1], "it neither reads nor writes"
            if ready[0]:
                self.read()
            if ready[1]:
                keys = keys[os.write(self.fd, keys[:256]):]

    def until(self, what, test, patience=PATIENCE):
        end = time.monotonic() + patience
        while not test():
            if not self.read(0.05):
                self.wait_end()
                assert test(), "%s did not come: it ended with %r" % (what, self.status)
            assert time.monotonic() < end, "%s did not come" % what

    def wait_for(self, text):
        self.until(repr(text), lambda: text in self.out)

    def is_alive(self):
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.status = os.waitstatus_to_exitcode(status) if pid else None
        return self.status is None

    def wait_end(self, patience=PATIENCE):
        """Its exit status; -N for signal N."""
        end = time.monotonic() + patience
        while self.is_alive():
            assert time.monotonic() < end, "it did not end"
            self.read(0.05)
        self.read()
        return self.status


def take(fd):
    """Make FD the controlling terminal and standard streams of this process."""
    os.setsid()
    fcntl.ioctl(fd, termios.TIOCSCTTY, 0)
    for stream in range(3):
        os.dup2(fd, stream)
    if fd > 2:
        os.close(fd)
