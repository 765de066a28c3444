#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""What vtop finds about real guests: quotas, memory limits, OOM kills, stopped processes, a CPU that
two machines share; and the exit status of --fail-on."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile

from cgroups import Groups
from guests import (CPUS, HYBRID, MOUNTS, Skip, Stream, check, command, fields, read, run, test,
                    vtop)
from machines import SPIN, boot_disk, by_hand, stopped_process

PREFIX = "lxc.payload."
MIB = 1 << 20
PERIOD_US = 100000
SPINNER = ["sh", "-c", "while :; do :; done"]

# Keeps what it is told to by lines of MIB, and reads a file again and again.
EATER = """
import os, select, sys
kept, file = [], os.open(sys.argv[1], os.O_RDONLY)
while True:
    os.lseek(file, 0, os.SEEK_SET)
    while os.read(file, 1 << 16):
        pass
    while select.select([sys.stdin], [], [], 0)[0]:
        kept.append(bytearray(b"x" * (int(sys.stdin.readline()) << 20)))
        print("kept", flush=True)
"""


# ---- groups ----

class Guests:
    """Containers as control groups made by hand, and the processes in them."""

    def __init__(self):
        self.groups = Groups()
        self.processes = []

    def __enter__(self):
        self.groups.__enter__()
        return self

    def __exit__(self, *problem):
        for process in self.processes:
            process.kill()
            process.wait()
        return self.groups.__exit__(*problem)

    def path(self, controller, group):
        return MOUNTS[controller if controller in MOUNTS else "2"] + self.groups.top + "/" + group

    def set(self, controller, group, name, value):
        try:
            with open(f"{self.path(controller, group)}/{name}", "w", encoding="ascii") as f:
                f.write(str(value))
        except OSError as problem:
            raise Skip(f"no {name} can be set: {problem}") from None

    def quota(self, group, cores):
        if HYBRID:
            self.set("cpu", group, "cpu.cfs_quota_us", int(cores * PERIOD_US))
        else:
            self.set("cpu", group, "cpu.max", f"{int(cores * PERIOD_US)} {PERIOD_US}")

    def memory(self, group, size):
        self.set("memory", group, "memory.limit_in_bytes" if HYBRID else "memory.max", size)

    def enter(self, group, process):
        self.processes.append(process)
        self.groups.enter(group, process.pid)
        return process

    def start(self, group, *program, **more):
        """Inside from its first moment on, so that all its memory is counted there."""
        paths = [f"{tree}{self.groups.top}/{group}/cgroup.procs" for tree in sorted(set(MOUNTS.values()))]
        script = "".join(f"echo $$ > '{path}' && " for path in paths) + 'exec "$@"'
        process = subprocess.Popen(["sh", "-c", script, "sh", *program], **more)
        self.processes.append(process)
        return process


@contextlib.contextmanager
def container(name):
    with Guests() as guests:
        group = PREFIX + name
        guests.groups.make(group)
        guests.enter(group, subprocess.Popen(["sleep", "1000"], stdin=subprocess.DEVNULL))
        yield guests, group


def spin(guests, group, count):
    for _ in range(count):
        guests.enter(group, subprocess.Popen(SPINNER, stdin=subprocess.DEVNULL))


# ---- findings ----

def findings(sample, name):
    return [f for f in sample["findings"] if f["guest"] == name]


def found(stream, name, rule, timeout=60):
    """The first sample from now on in which this guest's chain is headed by the rule."""
    sample, _ = stream.until(f"{rule} of {name}", lambda s: any(
        f["rule"] == rule for f in findings(s, name)), timeout)
    chain = findings(sample, name)
    check(len(chain) == 1, f"{len(chain)} findings about one guest: {chain}")
    return chain[0]


def number(finding, metric):
    return next((e["number"] for e in finding["evidence"] if e["metric"] == metric), None)


# ---- CPU ----

@test()
def own_quota():
    """A container that wants more than its quota is found within 30 s"""
    with container("vtop-quota") as (guests, group):
        guests.quota(group, 0.2)
        spin(guests, group, 2)
        with Stream("-d", "1") as stream:
            finding = found(stream, "vtop-quota", "cpu-quota")
    check(finding["seconds"] <= 30, f"found after {finding['seconds']} s")
    check(finding["severity"] == "warn" and finding["resource"] == "cpu", str(finding))
    check("its own CPU quota (0.2 CPUs)" in finding["sentence"], finding["sentence"])
    check(number(finding, "throttled_percent") >= 75, str(finding["evidence"]))
    return f"after {finding['seconds']:.0f} s: {finding['sentence']}"


@test()
def parents_quota():
    """A container below a group with a quota: the group is named"""
    with Guests() as guests:
        group = f"vtop-family/{PREFIX}vtop-child"
        guests.groups.make(group)
        guests.quota("vtop-family", 0.2)
        spin(guests, group, 2)
        with Stream("-d", "1") as stream:
            finding = found(stream, "vtop-child", "cpu-quota")
    check("the CPU quota of vtop-family, 1 level above it" in finding["sentence"],
          finding["sentence"])
    return finding["sentence"]


@test()
def within_its_quota():
    """A container that uses little of its quota is not reported"""
    with container("vtop-modest") as (guests, group):
        guests.quota(group, 0.5)
        with Stream("-d", "0.5") as stream:
            for _ in range(60):
                sample = stream.next()
                check(not findings(sample, "vtop-modest"), str(findings(sample, "vtop-modest")))
    return "in 60 samples"


@test()
def fail_on():
    """--fail-on ends with the status of the worst finding, and says when there were too few samples"""
    with container("vtop-quota") as (guests, group), tempfile.NamedTemporaryFile("w") as settings:
        settings.write("threshold.throttled-most-hold = 5\n")
        settings.flush()
        guests.quota(group, 0.2)
        spin(guests, group, 2)

        def watch(severity, count, who, *more):
            return vtop("--config", settings.name, "--fail-on", severity, "-n", str(count), "-F", who,
                        *more)

        done = watch("warn", 12, "vtop-quota")
        said = done.stdout.decode()
        check(done.returncode == 3, f"status {done.returncode}: {said} {done.stderr}")
        check(said.startswith("warn  vtop-quota: wants more CPU time"), said)
        done = watch("crit", 12, "vtop-quota")
        check(done.returncode == 0, f"status {done.returncode} for a warning")
        done = watch("warn", 3, "vtop-quota")
        check(done.returncode == 0, f"status {done.returncode} after 3 samples")
        check(b"3 samples were too few" in done.stderr, done.stderr.decode())
        done = watch("warn", 12, "nobody-at-all")
        check(b"vtop-quota" not in done.stdout, "a guest that the filter hides counts")
        done = watch("warn", 12, "vtop-quota", "-b", "-f", "json")
        check(done.returncode == 3, f"status {done.returncode} with -b")
        last = json.loads(done.stdout.splitlines()[-1])
        check(findings(last, "vtop-quota"), "JSON has no finding")
    return said.strip()


@test()
def muted():
    """A mute in the settings file keeps a finding out of the exit status"""
    with container("vtop-quota") as (guests, group), tempfile.NamedTemporaryFile("w") as settings:
        settings.write("threshold.throttled-most-hold = 3\nmute = cpu-quota:vtop-quota\n")
        settings.flush()
        guests.quota(group, 0.2)
        spin(guests, group, 2)
        done = vtop("--config", settings.name, "--fail-on", "warn", "-b", "-f", "json", "-n", "10",
                    "-F", "vtop-quota")
    last = findings(json.loads(done.stdout.splitlines()[-1]), "vtop-quota")
    check(done.returncode == 0, f"status {done.returncode}")
    check(len(last) == 1 and last[0]["muted"], f"not listed as muted: {last}")
    return "and the threshold of that file counts"


# ---- memory ----

def anonymous(guests, group):
    stat = fields(guests.path("memory", group) + "/memory.stat")
    return stat.get("anon", stat.get("total_rss"))


def keep(eater, mib):
    eater.stdin.write(f"{mib}\n")
    eater.stdin.flush()
    check(eater.stdout.readline().strip() == "kept", "it keeps nothing")


@test()
def memory_limit():
    """A container that grows towards its limit, and is killed there"""
    limit = 96 * MIB
    with container("vtop-grows") as (guests, group), tempfile.NamedTemporaryFile(dir="/var/tmp") as file:
        file.truncate(0)
        file.write(b"y" * (64 * MIB))
        file.flush()
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        guests.memory(group, limit)
        eater = guests.start(group, sys.executable, "-c", EATER, file.name, stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, text=True)
        with Stream("-d", "1") as stream:
            stream.until("its memory", lambda s: any(
                g["name"] == "vtop-grows" and g["memory_percent"] for g in s["guests"]))
            keep(eater, 1)
            while anonymous(guests, group) < 0.92 * limit:
                keep(eater, 1)
            finding = found(stream, "vtop-grows", "memory-limit", 120)
            check("its own memory limit (96 MiB)" in finding["sentence"], finding["sentence"])
            check(number(finding, "memory_percent") >= 90, str(finding["evidence"]))
            eater.stdin.write("64\n")
            eater.stdin.flush()
            killed = found(stream, "vtop-grows", "oom-kill")
    check(eater.wait() == -9, "it was not killed")
    check("its own memory limit (96 MiB)" in killed["sentence"], killed["sentence"])
    return f"{finding['sentence']}; then: {killed['sentence']}"


# ---- machines ----

@test()
def stopped():
    """A machine whose process is stopped"""
    with by_hand("vtop-stopped", "tcg", True) as pid, Stream("-d", "1") as stream:
        stream.until("the machine", lambda s: any(
            g["name"] == "vtop-stopped" and g["cpu_percent"] is not None for g in s["guests"]), 40)
        with stopped_process(pid):
            finding = found(stream, "vtop-stopped", "stopped")
        stream.until("its end", lambda s: not findings(s, "vtop-stopped"), 100)
    check(f"its process {pid} is stopped" in finding["sentence"], finding["sentence"])
    return finding["sentence"]


@contextlib.contextmanager
def spinning(name, accel, disk):
    process = subprocess.Popen(
        ["taskset", "-c", "0", "qemu-system-x86_64", "-accel", accel, "-name",
         f"guest={name},debug-threads=on", "-m", "32", "-display", "none", "-nic", "none", "-serial",
         "none", "-monitor", "none", "-drive", f"file={disk},format=raw,if=ide,snapshot=on"],
        stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


# ---- storage ----

@contextlib.contextmanager
def file_system(directory, mib):
    """An ext4 of that size, mounted at a directory that is made for it."""
    made = not os.path.isdir(directory)
    with tempfile.NamedTemporaryFile(dir="/var/tmp") as image:
        image.truncate(mib * MIB)
        command("mkfs.ext4", "-q", "-F", "-m", "0", "-N", "256", image.name)
        os.makedirs(directory, exist_ok=True)
        command("mount", "-o", "loop", image.name, directory)
        try:
            yield
        finally:
            command("umount", directory)
            if made:
                os.rmdir(directory)


def fill(directory, percent):
    """Until df says at least so much."""
    with open(directory + "/fill", "ab") as f:
        while True:
            fs = os.statvfs(directory)
            used = fs.f_blocks - fs.f_bfree
            if used >= (used + fs.f_bavail) * percent / 100:
                return
            f.write(b"x" * MIB)
            f.flush()
            os.fsync(f.fileno())


def df(directory):
    """Of df(1): bytes used, bytes available."""
    line = command("df", "-B1", "--output=used,avail", directory).splitlines()[-1]
    return [int(word) for word in line.split()]


@test()
def storage():
    """A full file system that holds guests is found and named, with df's numbers; another is not"""
    guests, nobodys = "/var/lib/nova", "/mnt/vtop-nobodys"
    with file_system(guests, 256), file_system(nobodys, 64), \
            tempfile.NamedTemporaryFile("w") as settings:
        settings.write("threshold.store-hold = 2\n")
        settings.flush()
        fill(nobodys, 99)
        fill(guests, 95.5)
        done = vtop("--config", settings.name, "-b", "-f", "json", "-d", "1", "-n", "6",
                    "--parts=store", "--fail-on", "warn")
        last = json.loads(done.stdout.splitlines()[-1])
        stores = {s["store"]: s for s in last["hosts"][0]["stores"]}
        for place in (guests, nobodys):
            used, free = df(place)
            store = stores[place]
            check([store["used_bytes"], store["available_bytes"]] == [used, free],
                  f"{store}, df: {used} {free}")
            check(abs(store["used_percent"] - 100 * used / (used + free)) < 0.01, str(store))
        found_here = [f for f in last["findings"] if f["rule"] == "store-full"]
    check(done.returncode == 3, f"status {done.returncode}")
    check(len(found_here) == 1 and found_here[0]["severity"] == "warn", str(found_here))
    sentence = found_here[0]["sentence"]
    check(sentence.startswith(f"{guests}, which holds the data of nova, is 9"), sentence)
    return sentence


@test()
def shared_cpu():
    """Two machines that work all the time on one CPU wait for each other"""
    if CPUS < 2:
        raise Skip("one CPU is all there is")
    accel = "kvm" if os.access("/dev/kvm", os.R_OK | os.W_OK) else "tcg"
    names = ("vtop-pinned-1", "vtop-pinned-2")
    with contextlib.ExitStack() as stack:
        disk = stack.enter_context(tempfile.NamedTemporaryFile(suffix=".img"))
        settings = stack.enter_context(tempfile.NamedTemporaryFile("w"))
        settings.write("threshold.ready-hold = 15\n")
        settings.flush()
        boot_disk(disk.name, SPIN)
        for name in names:
            stack.enter_context(spinning(name, accel, disk.name))
        stream = stack.enter_context(Stream("-d", "1", "--config", settings.name))
        both = [found(stream, name, "vcpu-contention", 90) for name in names]
    for finding in both:
        check(number(finding, "ready_max_percent") > 20, str(finding["evidence"]))
        check("waits for a CPU" in finding["sentence"], finding["sentence"])
        check(any("quota" in text for text in finding["ruled_out"] + finding["missing"]),
              f"nothing about a quota: {finding['ruled_out']}, {finding['missing']}")
    return both[0]["sentence"]


run()
