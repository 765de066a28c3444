#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""vtop while daemons end and return, guests hang, pause, leave and come anew."""

import os
import shutil
import sys
import time
from contextlib import contextmanager

from guests import (HERE, SLOW, Failure, Skip, Stream, check, docker, environment, environment_pid,
                    find, guest, guests, machine_pid, near, running, run, samples, source, test,
                    virsh, vtop)
from machines import stopped_monitor, stopped_process

sys.path.insert(0, os.path.join(HERE, "../terminal"))
from screen import Screen  # noqa: E402 (it is in the folder beside)

MIB = 1 << 20


@contextmanager
def daemon_stopped(*names):
    """Without these daemons; their guests run on."""
    try:
        for name in names:
            environment("daemon", name, "stop")
        yield
    finally:
        for name in names:
            environment("daemon", name, "start")


def steady(sample):
    """What no outage may spoil: the host, and the guests that are not concerned."""
    check(sample["hosts"][0]["cpu_percent_of_host"] is not None, "the host's CPU is absent")
    cpu = guest(sample, "vtop-busy")["cpu_percent"]
    check(cpu is not None and 2 < cpu < 30, f"vtop-busy, which uses up to 20 %, uses {cpu} %")
    check((guest(sample, "raw-tcg")["cpu_percent"] or 0) > 1, "raw-tcg works, and is shown idle")


def sane(sample):
    """No counter that starts again may show as an enormous rate."""
    for g in guests(sample):
        for key, value in g.items():
            if key.endswith("_per_second") and value is not None:
                check(0 <= value < 1e10, f"{key} of {g['name']} is {value}")
            if key == "cpu_percent" and value is not None:
                check(0 <= value < 100 * (os.cpu_count() + 1), f"{key} of {g['name']} is {value}")


def settled(stream):
    """Until libvirt and docker have been asked and web-1's rates are known."""
    def good(sample):
        web, busy = find(sample, "web-1"), find(sample, "vtop-busy")
        return (web and busy and busy["cpu_percent"] is not None and web["cpu_percent"] is not None
                and web["write_bytes_per_second"] is not None and web["id"] is not None)
    return stream.until("web-1 and vtop-busy with their rates", good, 30)[0]


@test("libvirt", "docker", "qemu", "podman", "lxc")
def without_daemons():
    """Without libvirtd and dockerd: host, guests and names are there, and which source is absent"""
    with daemon_stopped("libvirtd", "dockerd"):
        done = vtop("-b", "-f", "json", "-n", "1", "-d", "2")
        check(done.returncode == 0, f"status {done.returncode}: {done.stderr.decode()}")
        sample = samples("-d", "2")[0]
    steady(sample)
    for part in ("qemu:///system", "docker"):
        s = source(sample, part)
        check(s["state"] in ("absent", "stale"), f"{s['name']} is stopped, and called {s['state']}")
        check(s["message"], f"{s['name']} is {s['state']}, and no word why")
    web = guest(sample, "web-1")
    check(web["type"] == "vm" and web["cpu_percent"] > 2,
          f"web-1: {web['type']} {web['cpu_percent']}")
    check(web["memory_bytes"] > 50 * MIB, f"web-1 has {web['memory_bytes']} bytes")
    check(web["read_latency_ms"] is None, f"who knows its latency? {web['read_latency_ms']}")
    guest(sample, "db idle_1")
    guest(sample, "vtop-pod1")
    guest(sample, "vtop-lxc1")
    said = done.stderr.decode().splitlines()
    check(len(said) == len(set(said)), f"said more than once: {said}")
    return "; ".join(f"{s['name']} {s['state']}: {s['message']}" for s in sample["sources"]
                     if s["state"] != "ok")


@test("libvirt", "docker", "qemu")
def libvirtd_restarts():
    """libvirtd ends and returns while vtop runs: the rows stay, and get everything back"""
    with Stream("-d", "1") as stream:
        uuid = guest(settled(stream), "web-1")["id"]
        with daemon_stopped("libvirtd"):
            _, noticed = stream.until("qemu:///system is not ok",
                                      lambda s: source(s, "qemu:///system")["state"] != "ok")
            first = len(stream.samples)
            stream.next()
            for _ in range(2):
                sample = stream.next()
            steady(sample)
            web = guest(sample, "web-1")
            check((web["cpu_percent"] or 0) > 2, f"web-1 uses {web['cpu_percent']} %")
        _, back = stream.until("qemu:///system is ok",
                               lambda s: source(s, "qemu:///system")["state"] == "ok", 30)
        stream.until("disk rates of web-1 are back", lambda s: (
            find(s, "web-1") or {}).get("write_bytes_per_second"), 20)
        stream.next()
        for _, sample in stream.samples[first:]:
            sane(sample)
            check(guest(sample, "web-1")["id"] == uuid, "web-1 became another guest")
        check(stream.process.poll() is None, "vtop ended")
    return f"noticed after {noticed:.1f} s, connected again {back:.1f} s after its return"


@test("docker", "qemu", "libvirt")
def dockerd_restarts():
    """dockerd ends and returns while vtop runs: containers keep their names and go on"""
    with Stream("-d", "1") as stream:
        settled(stream)
        first = len(stream.samples)
        with daemon_stopped("dockerd"):
            for _ in range(5):
                sample = stream.next()
            steady(sample)
        stream.until("docker is ok", lambda s: source(s, "docker")["state"] == "ok", 30)
        for _, sample in stream.samples[first:]:
            sane(sample)
            for name in ("vtop-busy", "vtop-idle"):
                check(guest(sample, name)["image"] == "vtop-test:1", f"{name} lost its image")
        count = len(stream.samples) - first
    return f"{count} samples with every name"


@test("libvirt", "docker", "qemu")
def hung_guest():
    """A guest whose QEMU is stopped: it is said to hang, and nobody else waits for it"""
    pid = machine_pid("web-1")
    with Stream("-d", "1") as stream:
        settled(stream)
        first = len(stream.samples)
        with stopped_process(pid):
            sample, noticed = stream.until("web-1 hangs", lambda s: guest(s, "web-1")["state"] in (
                "hung", "stopped"), 20)
            at = len(stream.samples)
            while len(stream.samples) < at + 5:
                sample = stream.next()
            steady(sample)
            web = guest(sample, "web-1")
            check(web["state"] in ("hung", "stopped"), f"web-1 is {web['state']}")
            check(web["state_reason"], "no reason given")
            check(web["memory_bytes"] and web["memory_bytes"] > 50 * MIB,
                  f"its memory is known without asking it: {web['memory_bytes']}")
            near("cpu_percent of web-1", web["cpu_percent"], 0, absolute=1)
            idle = guest(sample, "db idle_1")
            check(idle["state"] == "run", f"db idle_1 is {idle['state']}, and does not hang")
            check(idle["write_bytes_per_second"] == 0, "db idle_1 is not asked any more")
            what = f"{web['state']}, {web['state_reason']}"
        arrivals = [when for when, _ in stream.samples[first:]]
        gap = max(b - a for a, b in zip(arrivals, arrivals[1:]))
        check(gap < 5 * SLOW, f"{gap:.1f} s without a sample")  # libvirt waits 30 for a guest
        def runs(sample):
            g = guest(sample, "web-1")
            return g["state"] == "run" and g["write_bytes_per_second"]
        _, back = stream.until("web-1 runs and its rates are known", runs, 40)
        for _, sample in stream.samples[first:]:
            sane(sample)
    return (f"{what}; noticed after {noticed:.1f} s, longest gap {gap:.2f} s, "
            f"back after {back:.1f} s")


@test("libvirt", "docker", "qemu")
def hung_monitor():
    """A guest that works but whose monitor does not answer: HUNG, for how long, and its own CPU"""
    with Stream("-d", "1") as stream:
        settled(stream)
        with stopped_monitor("web-1"):
            sample, noticed = stream.until("web-1 hangs",
                                           lambda s: guest(s, "web-1")["state"] == "hung", 30)
            sample, _ = stream.until("since when", lambda s: any(
                c.isdigit() for c in guest(s, "web-1")["state_reason"] or ""), 10)
            why = guest(sample, "web-1")["state_reason"]
            cpu = guest(sample, "web-1")["cpu_percent"]
            check(cpu is not None and cpu > 1, f"its vCPU works; cpu_percent is {cpu}")
            steady(sample)
            check(guest(sample, "db idle_1")["state"] == "run", "db idle_1 does not hang")
        _, back = stream.until("web-1 runs", lambda s: guest(s, "web-1")["state"] == "run", 40)
    return f"{why}, {cpu:.1f} % CPU; noticed after {noticed:.1f} s, back after {back:.1f} s"


@test("libvirt", "docker")
def hung_rates():
    """Rates that only its monitor knows are absent once a guest has hung for a while"""
    with Stream("-d", "1") as stream:
        settled(stream)
        with stopped_process(machine_pid("web-1")):
            _, took = stream.until("no write latency of web-1", lambda s: guest(
                s, "web-1")["write_latency_ms"] is None, 60)
    return f"after {took:.1f} s"


@test("libvirt", "docker", "qemu")
def hung_before():
    """A guest that hangs before vtop starts does not keep it from starting, or from ending"""
    with stopped_process(machine_pid("web-1")):
        begin = time.monotonic()
        found = samples("-d", "1", count=5, timeout=20)
        took = time.monotonic() - begin
        check(took < 20 * SLOW, f"5 samples of 1 s took {took:.1f} s")
        for sample in found:
            guest(sample, "web-1")
            check(guest(sample, "db idle_1")["state"] == "run", "db idle_1 does not hang")
        steady(found[-1])
        state = guest(found[-1], "web-1")["state"]
        check(state in ("hung", "stopped"), f"web-1 is {state}")
    return f"5 samples in {took:.1f} s, web-1 is {state}"


@test("libvirt", "docker", "qemu")
def hung_daemon():
    """A libvirtd that is stopped costs its own news only"""
    try:
        pid = environment_pid("libvirtd")
    except OSError:
        raise Failure("the pid of libvirtd is not known") from None
    with Stream("-d", "1") as stream:
        settled(stream)
        with stopped_process(pid):
            for _ in range(8):
                begin = time.monotonic()
                sample = stream.next()
                check(time.monotonic() - begin < 5 * SLOW, "a sample waited for libvirtd")
            steady(stream.next())
            web = guest(stream.next(), "web-1")
            check((web["cpu_percent"] or 0) > 2, f"web-1 uses {web['cpu_percent']} %")
            stream.until("the news of libvirt is old", lambda s: (
                source(s, "qemu:///system")["state"] != "ok"
                or source(s, "qemu:///system")["age_seconds"] > 4), 40)
        stream.until("qemu:///system is ok and fresh", lambda s: (
            source(s, "qemu:///system")["state"] == "ok"
            and source(s, "qemu:///system")["age_seconds"] < 4), 40)
    return "samples went on, the source said so"


@test("docker")
def silent_dockerd():
    """dockerd, stopped: the first frame does not wait for it, and has its containers"""
    if not shutil.which("tmux"):
        raise Skip("tmux is not installed")
    with stopped_process(environment_pid("dockerd")), Screen(120, 40, "-d 1 -t docker") as s:
        began = time.monotonic()
        s.wait("F10 ?Quit")
        s.wait("docker +vtop-busy")
        took = time.monotonic() - began
        s.keys("q")
        check(s.wait_end() == 0, "status")
    return f"frame after {took:.2f} s with tmux"


@test("libvirt", "docker")
def paused():
    """A paused machine and a paused container say so, and run again"""
    with Stream("-d", "1") as stream:
        settled(stream)
        virsh("suspend", "db idle_1")
        docker("pause", "vtop-idle")
        try:
            sample, _ = stream.until("db idle_1 is paused",
                                     lambda s: guest(s, "db idle_1")["state"] == "paused", 10)
            why = guest(sample, "db idle_1")["state_reason"]
            sample, _ = stream.until("vtop-idle is frozen", lambda s: guest(
                s, "vtop-idle")["state"] in ("frozen", "paused"), 10)
            count = sample["hosts"][0]["vms_paused"]
            check(count >= 1, f"{count} paused machines")
        finally:
            virsh("resume", "db idle_1")
            docker("unpause", "vtop-idle")
        stream.until("both run", lambda s: all(
            guest(s, name)["state"] == "run" for name in ("db idle_1", "vtop-idle")), 10)
    return f"db idle_1 paused ({why}), vtop-idle {guest(sample, 'vtop-idle')['state']}"


@test("docker")
def comes_and_goes():
    """A container that comes, leaves, and comes anew under the same name is seen each time"""
    arguments = ("run", "-d", "--name", "vtop-late", "vtop-test:1", "/bin/vtop-load", "cpu=10")
    with Stream("-d", "1") as stream:
        stream.until("vtop-busy", lambda s: find(s, "vtop-busy"))
        try:
            first = docker(*arguments).strip()
            _, seen = stream.until("vtop-late by its name", lambda s: find(s, "vtop-late"), 10)
            stream.until("its rate", lambda s: (guest(s, "vtop-late")["cpu_percent"] or 0) > 1, 10)
            docker("rm", "-f", "vtop-late")
            _, gone = stream.until("vtop-late left", lambda s: (
                find(s, "vtop-late") or {"state": "gone"})["state"] == "gone", 10)
            second = docker(*arguments).strip()
            check(first != second, "docker made the same container")

            def anew(sample):
                rows = [g for g in guests(sample) if second.startswith(g["id"] or "?")]
                return rows and rows[0]["name"] == "vtop-late" and (rows[0]["cpu_percent"] or 0) > 1
            stream.until("the new vtop-late by its name, with its rate", anew, 10)
            for _, sample in stream.samples:
                sane(sample)
        finally:
            docker("rm", "-f", "vtop-late", ok=False)
    return f"seen after {seen:.1f} s, missed after {gone:.1f} s, and again"


@test("qemu")
def machine_ends():
    """A machine that ends leaves, even when nobody waits for its process"""
    with Stream("-d", "1") as stream:
        stream.until("raw-tcg", lambda s: find(s, "raw-tcg"))
        pid = environment_pid("raw-tcg")
        try:
            environment("down", "qemu")
            check(not running(pid), "raw-tcg still runs")
            _, gone = stream.until("raw-tcg left", lambda s: (
                find(s, "raw-tcg") or {"state": "gone"})["state"] == "gone", 10)
            stream.until("its row is gone as well", lambda s: not find(s, "raw-tcg"), 15)
        finally:
            environment("up", "qemu")
        _, back = stream.until("raw-tcg is back", lambda s: find(s, "raw-tcg"), 10)
        check(guest(stream.next(), "raw-tcg")["pid"] != pid, "the pid of the one that ended")
        for _, sample in stream.samples:
            sane(sample)
    return f"missed after {gone:.1f} s, the new one seen after {back:.1f} s"


run("libvirt", "qemu", "docker", "podman", "lxc")
