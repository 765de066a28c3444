#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""How long it takes to the first complete frame: vtop beside htop, and beside a program that only
links the same libraries (the floor). The frame is complete when its last line, the key bar, is.

Median, fastest and slowest of RUNS (20, or $1), at 80x24, everything in the page cache.
"""
import fcntl
import os
import pty
import re
import shutil
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../bench"))
from ratios import ratio  # noqa: E402

VTOP = os.environ.get("VTOP_BIN", "./vtop")
LINKED = os.path.join(os.environ.get("abs_top_builddir", "."), "tests/terminal/linked")
RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 20
HOME = tempfile.mkdtemp(prefix="vtop-bench-")
PROGRAMS = (("libraries", [LINKED]), ("vtop", [VTOP]), ("vtop demo", [VTOP, "--demo"]),
            ("htop", ["htop"]))
SEQUENCE = re.compile(rb"\033(?:\[[0-9;?]*[A-Za-z]|[()].|[=>78])")


def run(command):
    """Seconds from the start to the frame."""
    ready, go = os.pipe()
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8", XDG_CONFIG_HOME=HOME)
        os.read(ready, 1)
        os.execvp(command[0], command)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    began = time.monotonic()
    os.write(go, b"x")
    text = b""
    while not re.search(rb"F10 ?Quit", SEQUENCE.sub(b"", text)):
        text += os.read(fd, 65536)
    took = time.monotonic() - began
    if command[0] != LINKED:
        os.kill(pid, signal.SIGTERM)
    os.close(fd)
    os.waitpid(pid, 0)
    os.close(ready)
    os.close(go)
    return took


def main():
    print("milliseconds to the first complete frame, %d runs" % RUNS)
    print("%-10s %8s %8s %8s" % ("", "median", "fastest", "slowest"))
    median = {}
    for name, command in PROGRAMS:
        if not shutil.which(command[0]):
            continue
        times = sorted(1e3 * run(command) for _ in range(RUNS))
        median[name] = statistics.median(times)
        print("%-10s %8.1f %8.1f %8.1f" % (name, median[name], times[0], times[-1]))
    for rival, text in (("libraries", "its libraries alone"), ("htop", "htop")):
        if rival in median:
            ratio("start-up, 80x24", "ms", median["vtop"], text, median[rival])
    shutil.rmtree(HOME, ignore_errors=True)


main()
