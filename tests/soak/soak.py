#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""Does vtop grow while guests come and go? Memory, descriptors and threads, at the end and before.

    soak.py [SECONDS]

Three of them at 0.1 s: on the screen and in batch mode on this host, and the demo on the screen. As
root, containers (control groups with a process in each) are made and removed all the time. LIMITS
says what growing is. Exit status 1 when one grows or ends.
"""
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
import threading
import time

VTOP = os.environ.get("VTOP_BIN", "./vtop")
PARENT = "vtop-soak"
COUNT = 20  # containers at a time
STEP_S = 0.1  # in which one of them is replaced by another
SAMPLE_S = 2

# What the mean of the last quarter may be above that of the second quarter. The history of values
# (ring buffers) is full, or grows no more, after a third of half an hour at 0.1 s.
LIMITS = {"KiB": 4096, "descriptors": 30, "threads": 2}


# ---- what is measured ----

def usage(pid):
    with open(f"/proc/{pid}/status") as f:
        status = dict(line.split(":", 1) for line in f if ":" in line)
    return {"KiB": int(status["VmRSS"].split()[0]), "threads": int(status["Threads"]),
            "descriptors": len(os.listdir(f"/proc/{pid}/fd"))}


# ---- containers that come and go ----

def trees():
    """A directory per tree of control groups in which containers can be made."""
    found = []
    with open("/proc/self/mountinfo") as f:
        for line in f:
            fields, _, kind = line.partition(" - ")
            mount = fields.split()[4]
            if kind.startswith(("cgroup ", "cgroup2 ")) and os.access(mount, os.W_OK):
                found.append(mount)
    return found


class Churn(threading.Thread):
    def __init__(self):
        super().__init__(daemon=True)
        self.chance = random.Random(11)
        self.parents = []
        self.made = 0
        self.alive = {}  # name: pid
        self.ended = threading.Event()
        for tree in trees():
            parent = os.path.join(tree, PARENT)
            try:
                os.makedirs(os.path.join(parent, "docker"), exist_ok=True)
                self.parents.append(os.path.join(parent, "docker"))
            except OSError:
                pass

    def begin(self):
        """A container with a process that sleeps."""
        name = "%064x" % self.chance.getrandbits(256)
        self.alive[name] = os.posix_spawnp("sleep", ["sleep", "1000000"], os.environ)
        self.made += 1
        for parent in self.parents:
            try:
                os.mkdir(os.path.join(parent, name))
                with open(os.path.join(parent, name, "cgroup.procs"), "w") as f:
                    f.write(str(self.alive[name]))
            except OSError:
                pass  # some trees refuse (a cpuset that is empty, a limit): others do not

    def finish(self, name):
        pid = self.alive.pop(name)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        for parent in self.parents:
            for _ in range(50):
                try:
                    os.rmdir(os.path.join(parent, name))
                    break
                except FileNotFoundError:
                    break
                except OSError:  # the process is still leaving
                    time.sleep(0.01)

    def run(self):
        while not self.ended.wait(STEP_S):
            if len(self.alive) >= COUNT:
                self.finish(self.chance.choice(list(self.alive)))
            self.begin()

    def end(self):
        self.ended.set()
        if self.is_alive():
            self.join()
        for name in list(self.alive):
            self.finish(name)
        for parent in self.parents:
            os.rmdir(parent)
            os.rmdir(os.path.dirname(parent))


# ---- those that are watched ----

class Subject:
    def __init__(self, name, arguments, screen):
        self.name, self.seen = name, []
        self.home = tempfile.mkdtemp(prefix="vtop-soak-")
        env = {**os.environ, "TERM": "xterm-256color", "XDG_CONFIG_HOME": self.home}
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            if not screen:
                out = os.open("/dev/null", os.O_WRONLY)
                os.dup2(out, 1)
            os.execve(VTOP, [VTOP, "-d", "0.1", *arguments], env)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
        self.keys = [b"1", b"2", b"4", b"5", b"\r", b"\033[C", b"\033[C", b"\033", b"t", b"t", b"H",
                     b"\033", b"\033[B", b"\033[B", b"\033[H"] if screen else []

    def is_alive(self):
        return os.waitpid(self.pid, os.WNOHANG)[0] == 0

    def type(self):
        if self.keys:
            self.keys.append(self.keys.pop(0))
            os.write(self.fd, self.keys[-1])

    def end(self):
        os.kill(self.pid, signal.SIGTERM)
        for _ in range(100):
            if not self.is_alive():
                break
            drain([self], 0.1)
        else:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)
        shutil.rmtree(self.home, ignore_errors=True)

    def report(self):
        """Whether it has grown."""
        grown = False
        quarter = len(self.seen) // 4
        for what, limit in LIMITS.items():
            values = [usage[what] for usage in self.seen]
            middle = sum(values[quarter:2 * quarter]) / max(1, quarter)
            last = sum(values[-quarter:]) / max(1, quarter)
            verdict = "GROWS" if last - middle > limit else "ok"
            grown |= verdict != "ok"
            print(f"{self.name:<8} {what:<12} first {values[0]:>8}  second quarter {middle:>9.0f}  "
                  f"last quarter {last:>9.0f}  most {max(values):>8}  {verdict}", flush=True)
        return grown


def drain(subjects, seconds):
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        for fd in select.select([s.fd for s in subjects], [], [], left)[0]:
            try:
                os.read(fd, 1 << 16)
            except OSError:
                return


def watch(subjects, seconds):
    """Whether all of them lived to the end."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        drain(subjects, min(SAMPLE_S, max(0.0, end - time.monotonic())))
        for subject in subjects:
            if not subject.is_alive():
                print(f"{subject.name}: it ended by itself")
                subjects.remove(subject)
                return False
            subject.seen.append(usage(subject.pid))
            subject.type()
    return True


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1800
    churn = Churn()
    subjects = []
    try:
        subjects = [Subject("screen", [], True), Subject("batch", ["-b", "-f", "json"], False),
                    Subject("demo", ["--demo"], True)]
        if churn.parents:
            churn.start()
        else:
            print("no control groups can be made here: containers do not come and go")
        began = time.monotonic()
        alive = watch(subjects, seconds)
        grown = [subject.report() for subject in subjects]
        print(f"{time.monotonic() - began:.0f} s, {churn.made} containers made")
        return 0 if alive and not any(grown) else 1
    finally:
        for subject in subjects:
            subject.end()
        churn.end()


if __name__ == "__main__":
    sys.exit(main())
