#!/usr/bin/env python3
"""How quiet vtop is over a slow line: bytes written to a terminal per refresh, beside htop and top.

All of them run at the same time, once a second, for the same SECONDS (60, or $1). The first two
seconds do not count. "demo" is vtop with 160 guests that all change.
"""
import fcntl
import os
import pty
import select
import shutil
import struct
import sys
import tempfile
import termios
import time

VTOP = os.environ.get("VTOP_BIN", "./vtop")
SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 60
SETTLE = 2
HOME = tempfile.mkdtemp(prefix="vtop-bench-")
SIZES = ((24, 80), (50, 200))
PROGRAMS = (("vtop", [VTOP, "-d", "1"]), ("vtop demo", [VTOP, "-d", "1", "--demo"]),
            ("htop", ["htop", "-d", "10"]), ("top", ["top", "-d", "1"]))


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


def main():
    programs = [(name, command) for name, command in PROGRAMS if shutil.which(command[0])]
    running = [(name, size, *start(command, *size)) for size in SIZES for name, command in programs]
    fds = [fd for _, _, _, fd in running]
    first = count(fds, SETTLE)
    then = count(fds, SECONDS)
    print("bytes per refresh, over %g seconds" % SECONDS)
    print("%-10s %8s %12s %12s" % ("", "", "first frame", "per refresh"))
    for name, (rows, columns), pid, fd in running:
        print("%-10s %4dx%-3d %12d %12.0f" % (name, columns, rows, first[fd], then[fd] / SECONDS))
        os.write(fd, b"q")
    time.sleep(0.5)
    for _, _, pid, fd in running:
        os.close(fd)
        os.waitpid(pid, 0)
    shutil.rmtree(HOME)


main()
