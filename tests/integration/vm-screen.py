#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""The screen over machines of libvirt that hang, and over a daemon that hangs, dies and returns."""

import os
import re
import signal
import sys
import time
from contextlib import contextmanager

from guests import (HERE, SLOW, Stream, check, environment, environment_pid, find, machine_pid,
                    run, source, test)
from machines import TICK, machines

sys.path.insert(0, os.path.join(HERE, "../terminal"))
from screen import Screen, need_tmux  # noqa: E402 (it is in the folder beside)

MANY = 18 if SLOW == 1 else 6  # with the two of the environment: 20, or 8
STOPPED = MANY // 3 + 2
KEYS = 20


@contextmanager
def stopped(*pids):
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def name(i):
    return f"vtop-s-{i:02}"


def has_disk_rates(text):
    """MEM, MEM%, RD/s and WR/s of web-1."""
    return re.search(r"M +[\d.]+ +[\d.]+[KM] +[\d.]+[KM] ", row(text, "web-1"))


def row(text, what):
    return next((line for line in text.split("\n") if f" {what} " in line), "")


def answer(screen, key, condition):
    """Seconds until the key shows; what tmux needs for it included."""
    began = time.monotonic()
    screen.keys(key)
    while not condition(screen.text()):
        check(time.monotonic() - began < 10 * SLOW, f"{key} is not answered")
    return time.monotonic() - began


def answers(screen):
    """The help page, opened and closed again and again."""
    def is_help(text):
        return "one row up" in text
    took = []
    for _ in range(KEYS // 2):
        took.append(answer(screen, "F1", is_help))
        took.append(answer(screen, "q", lambda text: not is_help(text)))
    return took


@test("libvirt", sanitized=False)
def hung():
    """Many machines, some of them stopped: keys are answered, rows say HUNG, the others move"""
    wanted = {name(i).replace("-", "_"): {"code": TICK} for i in range(MANY)}
    with machines(**wanted), Screen(160, 40, "-d 1 -s name -t vm") as s:
        s.wait(name(MANY - 1), 30 * SLOW)
        s.until("disk rates", has_disk_rates, 30 * SLOW)
        with stopped(*(machine_pid(name(i)) for i in range(STOPPED))):
            s.until("they are HUNG", lambda text: all(
                re.search(r" HUNG \w+ ", row(text, name(i))) for i in range(STOPPED)), 30 * SLOW)
            took = answers(s)
            first = s.text()
            s.until("HUNG counts on", lambda text: row(text, name(0)) != row(first, name(0)))
            for other in [name(i) for i in range(STOPPED, MANY)] + ["web-1"]:
                s.until(f"{other} moves", lambda text: " run " in row(text, other)
                        and row(text, other) != row(first, other), 20 * SLOW)
        s.wait_not(" HUNG ", 30 * SLOW)
        s.keys("q")
        check(s.wait_end() == 0, "status")
        s.is_clean()
    middle, worst = sorted(took)[len(took) // 2], max(took)
    check(middle < 0.1 * SLOW, f"a key is answered after {1e3 * middle:.0f} ms (median)")
    check(worst < 1 * SLOW, f"a key is answered after {1e3 * worst:.0f} ms (worst)")
    return f"keys answered after {1e3 * middle:.0f} ms (worst {1e3 * worst:.0f}), tmux included"


@test("libvirt")
def silent_daemon():
    """libvirtd, stopped: the first frame does not wait for it, and no machine is blamed"""
    with Screen(120, 30, "-d 1 -t vm") as s, stopped(environment_pid("libvirtd")):
        began = time.monotonic()
        s.wait("F10 ?Quit")
        s.wait("web-1")  # as a process
        took = time.monotonic() - began
        s.keys("q")
        check(s.wait_end() == 0, "status")
    check(took < 3 * SLOW, f"the first frame took {took:.1f} s")
    with Stream("-d", "1") as stream:
        stream.until("web-1 writes", lambda x: (
            find(x, "web-1") or {}).get("write_bytes_per_second"), 30)
        with stopped(environment_pid("libvirtd")):
            at = len(stream.samples)
            sample, noticed = stream.until("the daemon is said not to answer", lambda x: source(
                x, "qemu:///system")["state"] == "stale", 30)
            check(all(g["state"] != "hung" for _, x in stream.samples[at:] for g in x["guests"]),
                  "a machine is blamed")
            check(find(sample, "web-1")["cpu_percent"] is not None, "web-1's CPU is the kernel's")
        stream.until("all is well again", lambda x: source(
            x, "qemu:///system")["state"] == "ok" and find(x, "web-1")["write_bytes_per_second"],
            40)
    return f"frame after {took:.2f} s with tmux; noticed after {noticed:.1f} s"


@test("libvirt")
def killed_daemon():
    """libvirtd killed and started again: rows keep the kernel's numbers, the screen says so"""
    with Screen(140, 40, "-d 1 -s name -t vm") as s:
        s.until("disk rates", has_disk_rates, 30 * SLOW)
        os.kill(environment_pid("libvirtd"), signal.SIGKILL)
        try:
            s.wait("qemu:///system", 20 * SLOW)
            first = row(s.text(), "web-1")
            s.until("web-1 moves", lambda text: row(text, "web-1") not in ("", first), 20 * SLOW)
        finally:
            environment("daemon", "libvirtd", "start")
        s.wait_not("qemu:///system", 40 * SLOW)
        s.until("disk rates again", has_disk_rates, 40 * SLOW)
        s.keys("q")
        check(s.wait_end() == 0, "status")
        s.is_clean()


need_tmux()
run("libvirt")
