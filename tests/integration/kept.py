#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""Containers whose files cannot be kept open: too few descriptors, none at all, and hierarchies that
are unmounted and mounted elsewhere while vtop runs."""

import contextlib
import os
import resource
import shutil
import subprocess
import tempfile

from cgroups import Groups
from guests import CPUS, MOUNTS, Skip, Stream, check, command, listed, near, read, run, test

COUNT = 60
FEW = 128  # descriptors; half of them are for files that are kept
INTERVAL = "0.5"
CHARGED = CPUS * 256 * 1024  # bytes that the kernel charges ahead, and takes back when it likes
EQUAL = ("pid", "processes", "cpu_limit_cores", "memory_limit_bytes", "oom_kills")
KNOWN = ("cpu_percent", "cpu_limit_percent", "cpu_seconds", "memory_bytes", "memory_file_bytes",
         "uptime_seconds", "pressure_cpu_some_percent")
PREFIX = "lxc.payload.vtop-kept-"


@contextlib.contextmanager
def crowd(count):
    """The groups; each holds a process that sleeps."""
    sleepers = []
    with Groups() as groups:
        try:
            for i in range(count):
                groups.make(f"{PREFIX}{i}")
                sleepers.append(subprocess.Popen(["sleep", "1000"], stdin=subprocess.DEVNULL))
                groups.enter(f"{PREFIX}{i}", sleepers[-1].pid)
            yield groups
        finally:
            for sleeper in sleepers:
                sleeper.kill()
                sleeper.wait()


def rows_of(sample):
    return {g["name"]: g for g in sample["guests"] if g["name"].startswith("vtop-kept-")}


def all_known(sample, count=COUNT):
    """Rates too: the second sample in which they are."""
    rows = rows_of(sample)
    return len(rows) == count and all(row["cpu_percent"] is not None for row in rows.values())


def same_numbers(plenty, few):
    """What one vtop says and what the other says, of processes that sleep."""
    check(len(few) == len(plenty) == COUNT, f"{len(few)} and {len(plenty)} rows, of {COUNT}")
    for name, row in few.items():
        other = plenty[name]
        for key in EQUAL:
            check(row[key] == other[key], f"{name}: {key} {row[key]}, with enough {other[key]}")
        for key in KNOWN:
            check((row[key] is None) == (other[key] is None),
                  f"{name}: {key} {row[key]}, with enough {other[key]}")
        near(f"{name}: memory_charged_bytes", row["memory_charged_bytes"], other["memory_charged_bytes"],
             absolute=CHARGED)


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


@test()
def few_descriptors():
    """With few descriptors, and with none left, the numbers are the same as with enough"""
    with crowd(COUNT), Stream("-d", INTERVAL) as plenty, \
            Stream("-d", INTERVAL, through=("prlimit", f"--nofile={FEW}:{FEW}")) as few:
        enough, _ = plenty.until("all rows with enough", all_known)
        scarce, _ = few.until("all rows with few", all_known)
        same_numbers(rows_of(enough), rows_of(scarce))
        many, less = descriptors(plenty.process.pid), descriptors(few.process.pid)
        check(less <= FEW, f"{less} descriptors of {FEW}")
        check(many > 3 * COUNT, f"only {many} descriptors with enough: nothing to compare with")

        # a limit below what it has open: nothing can be opened, but what is closed for it
        low = less // 2
        resource.prlimit(few.process.pid, resource.RLIMIT_NOFILE, (low, low))
        few.next()  # this one may have begun before
        for _ in range(3):
            same_numbers(rows_of(enough), rows_of(few.next()))
    return f"{many} descriptors, then {less}, then a limit of {low}"


# ---- mounts ----

def in_namespace(pid, *args):
    command("nsenter", "-t", str(pid), "-m", "--", *args)


def mount_again(pid, place):
    """The tree that has the memory controller, at another place."""
    if "memory" in MOUNTS:
        in_namespace(pid, "mount", "-t", "cgroup", "-o", "memory", "vtop-test", place)
    else:
        in_namespace(pid, "mount", "-t", "cgroup2", "vtop-test", place)


def memory_of(sample):
    return [row["memory_charged_bytes"] for row in rows_of(sample).values()]


@test(sanitized=False)
def mounted_elsewhere():
    """A hierarchy that is unmounted while vtop runs, and mounted elsewhere, is found again"""
    for tool in ("unshare", "nsenter"):
        if not shutil.which(tool):
            raise Skip(f"{tool} is not installed")
    few = 3
    place = tempfile.mkdtemp(prefix="vtop-test-")
    try:
        with crowd(few), Stream("-d", INTERVAL, through=(
                "unshare", "-m", "--propagation", "private")) as stream:
            pid = stream.process.pid
            first, _ = stream.until("all rows", lambda sample: all_known(sample, few))
            alone = "memory" in MOUNTS  # or the one tree has all
            in_namespace(pid, "umount", "-l", MOUNTS["memory" if alone else "2"])
            if alone:
                without, _ = stream.until("no memory", lambda sample: all_known(sample, few)
                                          and memory_of(sample) == [None] * few)
                check(len(rows_of(without)) == few, f"rows: {listed(without['guests'])}")
            else:
                stream.until("no rows", lambda sample: not rows_of(sample))
            mount_again(pid, place)
            again, took = stream.until("memory again", lambda sample: all_known(sample, few)
                                       and None not in memory_of(sample))
            check(place in read(f"/proc/{pid}/mountinfo"), f"not mounted at {place}")
            for name, row in rows_of(again).items():
                before = rows_of(first)[name]
                check(row["pid"] == before["pid"], f"{name} is somebody else")
                near(f"{name}: memory_charged_bytes", row["memory_charged_bytes"],
                     before["memory_charged_bytes"], absolute=CHARGED)
                check(row["cpu_seconds"] >= before["cpu_seconds"], f"{name} begins anew")
    finally:
        os.rmdir(place)
    return f"seen {took:.1f} s after it was mounted"


run()
