#!/usr/bin/env python3
"""Containers that come and go at 50 per second, under names that are used again and again."""

import collections
import os
import random
import re
import subprocess
import time

from cgroups import Groups
from guests import CPUS, SLOW, Stream, check, listed, read, run, test

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
    check(after <= before + 5, f"{after} descriptors when all had gone, {before} before they came")
    # with sanitizers freed memory stays for a while, and leaks are told at the end
    check(SLOW > 1 or later_memory < memory + 4096,
          f"memory grows from {memory} to {later_memory} KiB")
    return (f"{came} groups in {SECONDS} s, {len(seen)} samples, descriptors {fds} then {later_fds}, "
            f"{memory} KiB then {later_memory}")


run()
