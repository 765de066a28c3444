#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""Machines that nobody but the kernel knows: QEMU by hand, and programs vtop has never heard of."""

import os
import re
import subprocess
import sys
import tempfile
import time

from guests import (Failure, Machine, Recorder, Stream, check, find, guest, near, run, samples,
                    test)
from machines import by_hand

# Opens a KVM machine with a vCPU whose registers it maps: what any program may do that runs one.
HOLDER = """
import fcntl, mmap, os, sys, time
kvm = os.open("/dev/kvm", os.O_RDWR)
machine = fcntl.ioctl(kvm, 0xae01, 0)
vcpu = fcntl.ioctl(machine, 0xae41, 0)
registers = mmap.mmap(vcpu, fcntl.ioctl(kvm, 0xae04, 0), mmap.MAP_SHARED)
print("ready", flush=True)
time.sleep(600)
"""


def measured(name, pid, known="cpu_percent"):
    """The machine's row of a sample of 2 s after this is known (ready time is when all vCPUs are
    found), CPU time compared to the kernel's."""
    machine = Machine(pid)
    def waited():
        vcpus = [delay for name, _, delay in machine.threads() if name.startswith("CPU ")]
        return sum(vcpus or [delay for _, _, delay in machine.threads()])
    with Recorder(cpu=machine.cpu_ns, delay=waited) as recorder, Stream("-d", "2") as stream:
        stream.until(f"{name} with {known}", lambda s: (
            find(s, name) or {}).get(known) is not None, 40)
        sample = stream.next()
        end = time.time()
        time.sleep(0.2)
    row = guest(sample, name)
    expected = recorder.rate("cpu", end - sample["interval_seconds"], end) / 1e7
    near(f"cpu_percent of {name}", row["cpu_percent"], expected, absolute=3, relative=0.1)
    if row["ready_percent"] is not None:  # the other threads hardly want to run
        expected_wait = recorder.rate("delay", end - sample["interval_seconds"], end) / 1e7
        near(f"ready_percent of {name}", row["ready_percent"] * row["vcpus"], expected_wait,
             absolute=6)
    check(row["type"] == "vm" and row["pid"] == pid, f"{row['type']} {row['pid']}")
    check(row["memory_limit_bytes"] == 32 << 20, f"given {row['memory_limit_bytes']}")
    check(row["memory_bytes"] > 16 << 20, f"uses {row['memory_bytes']}")
    check(row["read_bytes_per_second"] is None, "who knows what it reads?")
    return row, f"{row['cpu_percent']:.1f} % (kernel {expected:.1f} %), RDY% {row['ready_percent']}"


@test(kvm=True)
def kvm_named():
    """QEMU under KVM with thread names"""
    with by_hand("vtop-raw-1", "kvm", True) as pid:
        row, proved = measured("vtop-raw-1", pid, "ready_percent")
        check(row["vcpus"] == 1, f"{row['vcpus']} vCPUs")
    return proved


@test(kvm=True)
def kvm_nameless():
    """QEMU under KVM without thread names: its vCPUs are found all the same"""
    with by_hand("vtop-raw-2", "kvm", False, "-smp", "2") as pid:
        row, proved = measured("vtop-raw-2", pid, "ready_percent")  # when all have shown themselves
        check(row["vcpus"] == 2, f"{row['vcpus']} vCPUs")
        check(row["ready_percent"] is not None, "its ready time is absent")
    return proved


@test()
def tcg_named():
    """QEMU under emulation with thread names"""
    with by_hand("vtop-raw-3", "tcg", True) as pid:
        row, proved = measured("vtop-raw-3", pid, "ready_percent")
        check(row["cpu_guest_percent"] is None, "guest time is not accounted under emulation")
        check(row["efficiency_percent"] is None, "so its efficiency is not known")
    return proved


@test()
def tcg_nameless():
    """QEMU under emulation without thread names: what cannot be told apart is absent"""
    with by_hand("vtop-raw-4", "tcg", False) as pid:
        row, proved = measured("vtop-raw-4", pid)
        check(row["ready_percent"] is None, f"ready_percent is {row['ready_percent']}")
        check(row["vcpus"] == 1, f"{row['vcpus']} vCPUs")
    return proved


@test(kvm=True)
def unheard_of():
    """Any program that holds a KVM machine is a machine"""
    process = subprocess.Popen([sys.executable, "-c", HOLDER], stdout=subprocess.PIPE,
                               stdin=subprocess.DEVNULL, text=True)
    try:
        if process.stdout.readline().strip() != "ready":
            raise Failure("the holder did not get a machine")
        sample = samples("-d", "1")[0]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    rows = [g for g in sample["guests"] if g["pid"] == process.pid]
    check(len(rows) == 1 and rows[0]["type"] == "vm", f"rows of pid {process.pid}: {rows}")
    check(re.fullmatch(rf"\S+:{process.pid}", rows[0]["name"]), rows[0]["name"])
    return rows[0]["name"]


@test()
def thread_starts_late():
    """A wrapper that becomes QEMU long after it was first seen is found"""
    with tempfile.TemporaryDirectory() as where:
        go = os.path.join(where, "go")
        process = subprocess.Popen(
            ["sh", "-c", f"while [ ! -e {go} ]; do sleep 0.2; done; exec qemu-system-x86_64 -accel "
             "tcg -name guest=vtop-late-vm -m 32 -display none -nic none -serial none -monitor none"],
            stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            with Stream("-d", "1") as stream:
                for _ in range(9):
                    check(find(stream.next(), "vtop-late-vm") is None, "it is a shell")
                with open(go, "w"):
                    pass
                _, took = stream.until("vtop-late-vm", lambda s: find(s, "vtop-late-vm"), 40)
        finally:
            process.kill()
            process.wait()
    return f"seen {took:.1f} s later"


run()
