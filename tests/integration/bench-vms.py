#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""What it costs to look at virtual machines: vtop's screen beside `virsh domstats` in a loop.

GUESTS (60, or $1) small machines under the real libvirtd, fewer when memory is short. The cost is
all CPU time that looking takes on this host: of vtop or virsh, of libvirtd, and of all QEMU
processes but their vCPU threads, whose time is the guests' own; what the same processes use while
nobody looks is subtracted. CPU clocks of whole processes, in ns: threads that have ended count.
Everybody looks once a second.

And how soon the first frame is there while libvirtd, stopped, does not answer.
"""

import fcntl
import os
import pty
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time

from guests import VTOP, Skip, borrowed, command, machine_pid, read, virsh
from machines import STILL, machines

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../bench"))
from ratios import ratio  # noqa: E402

GUESTS = int(sys.argv[1]) if len(sys.argv) > 1 else 60
SECONDS = int(sys.argv[2]) if len(sys.argv) > 2 else 20
WARM_UP = 10  # until every machine was asked twice
MACHINE_MB = 60
NO_DISKS = ("type,name,state,cpu_percent,cpu_graph,ready_percent,throttled_percent,memory_bytes,"
            "memory_percent,rx_bytes_per_second,tx_bytes_per_second,pressure_cpu_some_percent")
SEQUENCE = re.compile(rb"\033(?:\[[0-9;?]*[A-Za-z]|[()].|[=>78])")
HOME = tempfile.mkdtemp(prefix="vtop-bench-")


# ---- what processes use ----

def process_ns(pid):
    """CPU time of all threads there are and were."""
    cpuclock_sched = 2
    return time.clock_gettime_ns((~pid << 3) | cpuclock_sched)


def vcpu_ns(pid):
    total = 0
    for tid in os.listdir(f"/proc/{pid}/task"):
        if read(f"/proc/{pid}/task/{tid}/comm").startswith("CPU "):
            total += int(read(f"/proc/{pid}/task/{tid}/schedstat").split()[0])
    return total


def daemon_pid():
    """Who listens where virsh asks."""
    with socket.socket(socket.AF_UNIX) as s:
        s.connect("/run/libvirt/libvirt-sock")
        return struct.unpack("3i", s.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]


class Meter:
    """CPU time in ns, by who uses it: the daemon, and all QEMU processes."""

    def __init__(self, names):
        self.daemon = daemon_pid()
        self.machines = [machine_pid(name) for name in names]

    def read(self):
        return {"libvirtd": process_ns(self.daemon),
                "qemu": sum(process_ns(pid) - vcpu_ns(pid) for pid in self.machines)}


# ---- who looks ----

class Screen:
    """vtop on a terminal that is read all the time."""

    def __init__(self, *arguments, rows=70, columns=250):
        self.text = b""
        self.began = time.monotonic()
        self.framed = None  # when the last line of the first frame, the key bar, was there
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8", XDG_CONFIG_HOME=HOME)
            os.execv(VTOP, [VTOP, *arguments])
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        try:
            while True:
                self.text += os.read(self.fd, 65536)
                if not self.framed and re.search(rb"F10 ?Quit", SEQUENCE.sub(b"", self.text)):
                    self.framed = time.monotonic()
        except OSError:
            pass  # it has ended

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.kill(self.pid, signal.SIGTERM)
        os.waitpid(self.pid, 0)
        self.reader.join(5)
        os.close(self.fd)


def per_second(before, after, seconds):
    return {who: (after[who] - before[who]) / seconds for who in after}


def settle(meter):
    """Until what the start of the machines left to do is done."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        before = meter.read()
        time.sleep(2)
        if per_second(before, meter.read(), 2)["libvirtd"] < 1e6:
            return


def nobody(meter):
    settle(meter)
    before, began = meter.read(), time.monotonic()
    time.sleep(SECONDS)
    return per_second(before, meter.read(), time.monotonic() - began)


def look(meter, *arguments):
    with Screen("-d", "1", *arguments) as screen:
        time.sleep(WARM_UP)
        before, began = meter.read(), time.monotonic()
        before["itself"] = process_ns(screen.pid)
        time.sleep(SECONDS)
        after = {**meter.read(), "itself": process_ns(screen.pid)}
        return per_second(before, after, time.monotonic() - began)


def loop(meter):
    """`virsh domstats` once a second, as far as it gets done; per call."""
    before, began = {**meter.read(), "itself": 0}, time.monotonic()
    itself, calls = 0, 0
    while time.monotonic() - began < SECONDS:
        process = subprocess.Popen(["virsh", "-c", "qemu:///system", "domstats"],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        itself += int((usage.ru_utime + usage.ru_stime) * 1e9)
        calls += 1
        time.sleep(max(0.0, began + calls - time.monotonic()))
    return per_second(before, {**meter.read(), "itself": itself}, calls)


# ---- what is said ----

def all_columns():
    return ",".join(line.split()[0] for line in command(VTOP, "--list-columns").splitlines())


def say(title, cost, idle, whole):
    cost = {who: ns - idle.get(who, 0) for who, ns in cost.items()}
    total = sum(cost.values())
    part = f"1/{whole / total:.0f}" if whole and total > 0 else "1"
    print(f"{title:<24} {cost['itself'] / 1e6:8.2f} {cost['libvirtd'] / 1e6:9.2f} "
          f"{cost['qemu'] / 1e6:8.2f} {total / 1e6:8.2f}  {part}", flush=True)
    return total


def compare(meter, count):
    print(f"ms of CPU per refresh (1 s), {count} machines, {SECONDS} s each; vCPU threads do not "
          "count,\nnor what libvirtd and QEMU use while nobody looks:")
    print(f"{'':<24} {'itself':>8} {'libvirtd':>9} {'qemu':>8} {'all':>8}  of the loop")
    idle = nobody(meter)
    whole = say("virsh domstats loop", loop(meter), idle, None)
    ours = say("vtop", look(meter), idle, whole)
    bare = say("vtop, no disk columns", look(meter, "-o", NO_DISKS), idle, whole)
    say("vtop, all columns", look(meter, "-o", all_columns()), idle, whole)
    print(f"nobody looks: libvirtd {idle['libvirtd'] / 1e6:.2f}, qemu {idle['qemu'] / 1e6:.2f} "
          "ms/s, subtracted above")
    ratio(f"CPU of a refresh, {count} machines, daemon included", "ms", ours / 1e6,
          "virsh domstats", whole / 1e6)
    ratio("the same without disk columns", "ms", bare / 1e6, "virsh domstats", whole / 1e6)


def first_frame(meter):
    os.kill(meter.daemon, signal.SIGSTOP)
    try:
        with Screen() as screen:
            while not screen.framed and time.monotonic() < screen.began + 20:
                time.sleep(0.01)
            said = f"after {1e3 * (screen.framed - screen.began):.0f} ms" if screen.framed else \
                "not there after 20 s"
    finally:
        os.kill(meter.daemon, signal.SIGCONT)
    print(f"first frame while libvirtd is stopped: {said}")


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # and leave nothing behind
    free = int(re.search(r"MemAvailable:\s+(\d+)", read("/proc/meminfo"))[1]) // 1024
    count = max(1, min(GUESTS, (free - 1024) // MACHINE_MB))
    if count < GUESTS:
        print(f"memory for {count} machines only")
    names = [f"vtop-bench-{i}" for i in range(count)]
    try:
        with borrowed("libvirt"):
            virsh("suspend", "web-1")  # what it does would be taken for the cost of looking
            with machines(**{name.replace("-", "_"): {"code": STILL} for name in names}):
                meter = Meter([*names, "web-1", "db idle_1"])
                compare(meter, count + 2)
                first_frame(meter)
    except Skip as why:
        print(f"skipped: {why}")


main()
