#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""Containers that come and go at 50 per second, under names that are used again and again; and what
is read of one only when the kernel tells that it changed."""

import collections
import os
import random
import re
import subprocess
import time

from cgroups import TREES, Groups
from guests import CPUS, MOUNTS, SLOW, Skip, Stream, check, find, listed, read, run, test

PER_SECOND = 50
SECONDS = 20
NAMES = 150
ALIVE = 120
INTERVAL = 0.5
DELAY = 2 * SLOW  # from the moment of reading until the sample has come
PREFIX = "lxc.payload.vtop-churn-"

Life = collections.namedtuple("Life", "pid born died")  # died: None = alive


class Crowd:
    """Groups with a process each; lives: name -> the lives it had."""

    def __init__(self, groups):
        self.groups = groups
        self.lives = collections.defaultdict(list)
        self.processes = {}

    def start(self):
        name = random.choice([n for n in range(NAMES) if n not in self.processes])
        self.groups.make(f"{PREFIX}{name}")
        process = subprocess.Popen(["sleep", "1000"], stdin=subprocess.DEVNULL)
        self.groups.enter(f"{PREFIX}{name}", process.pid)
        self.processes[name] = process
        self.lives[str(name)].append(Life(process.pid, time.monotonic(), None))

    def stop(self):
        name = random.choice(list(self.processes))
        process = self.processes.pop(name)
        life = self.lives[str(name)][-1]
        self.lives[str(name)][-1] = life._replace(died=time.monotonic())
        process.kill()
        process.wait()
        self.groups.remove(f"{PREFIX}{name}")

    def clear(self):
        while self.processes:
            self.stop()

    def churn(self, seconds):
        """How many came."""
        begin, came = time.monotonic(), 0
        while time.monotonic() < begin + seconds:
            if len(self.processes) >= ALIVE:
                self.stop()
            self.start()
            came += 1
            time.sleep(max(0, begin + came / PER_SECOND - time.monotonic()))
        return came


def rows_of(sample):
    return {g["name"].removeprefix("vtop-churn-"): g for g in sample["guests"]
            if g["name"].startswith("vtop-churn-")}


def check_rows(crowd, came, sample):
    rows = rows_of(sample)
    check(len(rows) == sum(g["name"].startswith("vtop-churn-") for g in sample["guests"]),
          f"two rows of one name: {listed(sample['guests'])}")
    for name, row in rows.items():
        recent = [life for life in crowd.lives[name]
                  if life.born <= came and (life.died is None or life.died > came - 5)]
        check(recent, f"a row of {name}, which has had no group for five seconds")
        check(row["pid"] in [life.pid for life in recent],
              f"{name} has pid {row['pid']}, of none of the groups of that name")
        rate = row["cpu_percent"]
        check(rate is None or 0 <= rate <= 100 * CPUS * 1.5, f"{name}: cpu_percent {rate}")
    for name, lives in crowd.lives.items():
        for life in lives:
            if life.born < came - 2 * INTERVAL - DELAY and (life.died is None or life.died > came):
                check(name in rows, f"{name} lives for {came - life.born:.1f} s and has no row")
                check(rows[name]["pid"] == life.pid,
                      f"{name} has pid {rows[name]['pid']}, expected {life.pid}")
    return len(rows)


def resources(pid):
    """Open descriptors, and resident KiB."""
    return (len(os.listdir(f"/proc/{pid}/fd")),
            int(re.search(r"VmRSS:\s+(\d+)", read(f"/proc/{pid}/status"))[1]))


@test()
def containers_come_and_go():
    """Who comes is seen, who goes is gone, and a name used again is somebody else"""
    with Groups() as groups, Stream("-d", str(INTERVAL)) as stream:
        crowd = Crowd(groups)
        try:
            stream.next()
            before, _ = resources(stream.process.pid)
            came = crowd.churn(SECONDS / 2)
            fds, memory = resources(stream.process.pid)
            came += crowd.churn(SECONDS / 2)
            later_fds, later_memory = resources(stream.process.pid)
        finally:
            crowd.clear()
        stream.until("no row is left", lambda sample: not rows_of(sample))
        after, _ = resources(stream.process.pid)
        seen = [check_rows(crowd, *sample) for sample in stream.samples]
    check(max(seen) > ALIVE / 2, f"at most {max(seen)} rows, of {ALIVE} groups at a time")
    check(later_fds < 2 * fds, f"descriptors grow from {fds} to {later_fds}")
    # a directory of each tree, in which the next may come, and some files of the host stay open
    check(after <= before + len(TREES) + 5,
          f"{after} descriptors when all had gone, {before} before they came")
    # with sanitizers freed memory stays for a while, and leaks are told at the end
    check(SLOW > 1 or later_memory < memory + 4096,
          f"memory grows from {memory} to {later_memory} KiB")
    return (f"{came} groups in {SECONDS} s, {len(seen)} samples, descriptors {fds} then {later_fds}, "
            f"{memory} KiB then {later_memory}")


class News:
    """One group in the shape of a container's."""

    NAME = "vtop-news"

    def __init__(self, groups, stream):
        self.groups, self.stream = groups, stream
        self.group = f"lxc.payload.{self.NAME}"
        groups.make(self.group)

    def file(self, controller, v1, v2):
        """Of this controller, by its name in either version."""
        tree, name = (MOUNTS[controller], v1) if controller in MOUNTS else (MOUNTS["2"], v2)
        path = f"{tree}{self.groups.top}/{self.group}/{name}"
        if not os.path.exists(path):
            raise Skip(f"groups made by hand have no {controller} here")
        return path

    def start(self, *args):
        process = subprocess.Popen(args, stdin=subprocess.PIPE)
        self.groups.enter(self.group, process.pid)
        return process

    def until(self, key, value):
        """How long it took."""
        def is_so(sample):
            row = find(sample, self.NAME)
            return row is not None and row[key] == value
        return self.stream.until(f"{key} of {self.NAME} is {value}", is_so)[1]


def write(path, text):
    with open(path, "w", encoding="ascii") as f:
        f.write(text)


@test()
def what_is_told_is_read():
    """Limits, freezing and kills, which are read when the kernel tells of them"""
    with Groups() as groups, Stream("-d", str(INTERVAL)) as stream:
        news = News(groups, stream)
        limit = news.file("memory", "memory.limit_in_bytes", "memory.max")
        swap = news.file("memory", "memory.swappiness", "memory.swap.max")
        freezer = news.file("freezer", "freezer.state", "cgroup.freeze")
        frozen, thawed = ("FROZEN", "THAWED") if "freezer" in MOUNTS else ("1", "0")
        sleeper, eater = news.start("cat"), news.start("sh", "-c", "read go && exec tail /dev/zero")
        try:
            took = {"there": news.until("oom_kills", 0)}
            write(limit, str(16 << 20))
            took["limited"] = news.until("memory_limit_bytes", 16 << 20)
            write(freezer, frozen)
            took["frozen"] = news.until("state", "frozen")
            write(freezer, thawed)
            took["thawed"] = news.until("state", "run")
            write(swap, "0")
            eater.communicate(b"go\n", 30 * SLOW)
            took["killed"] = news.until("oom_kills", 1)
        finally:
            write(freezer, thawed)  # who is frozen cannot be ended
            for process in (sleeper, eater):
                process.kill()
                process.wait()
    return ", ".join(f"{what} after {seconds:.1f} s" for what, seconds in took.items())


run()
