#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""How quiet vtop is over a slow line: bytes written to a terminal per refresh, beside htop and top.

All of them run at the same time, once a second, for the same SECONDS (60, or $1), and look at the
same load: GUESTS control groups such as Docker makes, with a process in each that works a little and
unevenly, a row for vtop as well as for htop and top. The first seconds do not count. "vtop demo" has
160 guests that all change, every time.
"""
import contextlib
import fcntl
import os
import pty
import random
import select
import shutil
import signal
import struct
import sys
import tempfile
import termios
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path += [os.path.join(HERE, "../bench"), os.path.join(HERE, "../integration")]
from cgroups import Groups  # noqa: E402
from guests import Skip  # noqa: E402
from ratios import ratio  # noqa: E402

VTOP = os.environ.get("VTOP_BIN", "./vtop")
SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 60
SETTLE = 3
GUESTS = 20
HOME = tempfile.mkdtemp(prefix="vtop-bench-")
SIZES = ((24, 80), (50, 200))
PROGRAMS = (("vtop", [VTOP, "-d", "1"]), ("vtop demo", [VTOP, "-d", "1", "--demo"]),
            ("htop", ["htop", "-d", "10"]), ("top", ["top", "-d", "1"]))


def work_a_little(seed):
    """Between 1 and 5 % of a CPU, never the same."""
    chance = random.Random(seed)
    while True:
        end = time.thread_time() + chance.uniform(0.002, 0.012)
        while time.thread_time() < end:
            pass
        time.sleep(0.25)


@contextlib.contextmanager
def guests():
    """How many there are: none where control groups cannot be made."""
    pids = []
    with contextlib.ExitStack() as stack:
        try:
            groups = stack.enter_context(Groups())
        except (Skip, OSError) as why:
            print("without guests: %s" % why)
            yield 0
            return
        try:
            for i in range(GUESTS):
                pid = os.fork()
                if pid == 0:
                    work_a_little(i)
                pids.append(pid)
                name = "docker/%064x" % (0xbe7c << 240 | i)
                groups.make(name)
                groups.enter(name, pid)
            yield GUESTS
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


def start(command, rows, columns):
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8", XDG_CONFIG_HOME=HOME)
        time.sleep(0.1)  # until the size is set
        os.execvp(command[0], command)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    return pid, fd


def count(fds, seconds):
    """Bytes that came from each of them."""
    bytes_of = dict.fromkeys(fds, 0)
    end = time.monotonic() + seconds
    while True:
        left = end - time.monotonic()
        if left <= 0:
            return bytes_of
        for fd in select.select(fds, [], [], left)[0]:
            bytes_of[fd] += len(os.read(fd, 65536))


def measure():
    """(name, columns, rows, bytes of the first frame, bytes per refresh) of each."""
    programs = [(name, command) for name, command in PROGRAMS if shutil.which(command[0])]
    running = [(name, size, *start(command, *size)) for size in SIZES for name, command in programs]
    fds = [fd for _, _, _, fd in running]
    first = count(fds, SETTLE)
    then = count(fds, SECONDS)
    for _, _, pid, fd in running:
        os.write(fd, b"q")
    time.sleep(0.5)
    for _, _, pid, fd in running:
        os.close(fd)
        os.waitpid(pid, 0)
    return [(name, columns, rows, first[fd], then[fd] / SECONDS)
            for name, (rows, columns), _, fd in running]


def main():
    with guests() as number:
        found = measure()
    print("bytes per refresh, over %g seconds, %d guests" % (SECONDS, number))
    print("%-10s %8s %12s %12s" % ("", "", "first 3 s", "per refresh"))
    ours = {}
    for name, columns, rows, first, per_refresh in found:
        print("%-10s %4dx%-3d %12d %12.0f" % (name, columns, rows, first, per_refresh))
        if name == "vtop":
            ours[columns] = per_refresh
        elif name in ("htop", "top"):
            ratio("bytes per refresh, %dx%d, %d guests" % (columns, rows, number), "bytes",
                  ours[columns], name, per_refresh)
    shutil.rmtree(HOME)


main()
