#!/usr/bin/env python3
"""Many machines of one libvirt: hung, killed and changed while vtop looks."""

import os
import signal
import subprocess
import time
from contextlib import ExitStack

from guests import (CPUS, Machine, Recorder, Stream, check, find, guest, guests, machine_pid, near,
                    run, samples, source, test, virsh)
from machines import SPIN, TICK, machines, part, show, values

MANY = 18  # with the two of the environment: 20


@test("libvirt")
def twenty():
    """Twenty machines, one of each fate: each says so, and nobody waits for a stopped one"""
    wanted = {f"vtop_m_{i}": {} for i in range(MANY)}
    wanted["vtop_m_0"] = {"code": TICK}
    with machines(**wanted):
        for i in (1, 2):
            virsh("suspend", f"vtop-m-{i}")
        stopped = [machine_pid(f"vtop-m-{i}") for i in range(3, 11)]
        with Stream("-d", "1") as stream:
            stream.until("all are there", lambda s: all(
                find(s, f"vtop-m-{i}") for i in range(MANY)), 30)
            stream.until("web-1 writes", lambda s: (
                guest(s, "web-1")["write_bytes_per_second"] or 0) > 0, 30)
            first = len(stream.samples)
            for pid in stopped:
                os.kill(pid, signal.SIGSTOP)
            stream.until("eight are stopped", lambda s: sum(
                g["state"] in ("stopped", "hung") for g in guests(s)) == 8, 20)
            for _ in range(6):
                sample = stream.next()
            check(guest(sample, "vtop-m-1")["state"] == "paused", "vtop-m-1 is not paused")
            check(guest(sample, "vtop-m-1")["state_reason"] == "by the user", "who paused it?")
            check((guest(sample, "vtop-m-0")["cpu_percent"] or 0) > 2, "vtop-m-0 works")
            idle = guest(sample, "vtop-m-17")
            check(idle["state"] == "run" and idle["write_bytes_per_second"] == 0,
                  f"vtop-m-17 only idles: {idle['state']} {idle['write_bytes_per_second']}")
            rates = [guest(s, "web-1")["write_bytes_per_second"] for _, s in stream.samples[first:]]
            check(None not in rates and len(set(rates)) > 2, f"web-1's disk stands still: {rates}")
            arrivals = [when for when, _ in stream.samples[first:]]
            gap = max(b - a for a, b in zip(arrivals, arrivals[1:]))
            check(gap < 2, f"{gap:.1f} s without a sample")
            for pid in stopped:
                os.kill(pid, signal.SIGCONT)
            stream.until("all run", lambda s: all(
                guest(s, f"vtop-m-{i}")["state"] == "run" for i in range(3, 11)), 20)
    return f"8 stopped, 2 paused; longest gap {gap:.2f} s"


@test("libvirt")
def killed():
    """Machines destroyed in mid-sample leave, one by one, and harm nobody"""
    names = [f"vtop-m-{i}" for i in range(8)]
    with machines(**{name.replace("-", "_"): {} for name in names}), Stream("-d", "1") as stream:
        stream.until("all are there", lambda s: all(find(s, n) for n in names), 30)
        first = len(stream.samples)
        for name in names:
            virsh("destroy", name)
            time.sleep(0.13)
        stream.until("all have gone", lambda s: not any(
            (find(s, n) or {"state": "gone"})["state"] != "gone" for n in names), 10)
        stream.until("their rows as well", lambda s: not any(find(s, n) for n in names), 15)
        for _, sample in stream.samples[first:]:
            check(guest(sample, "web-1")["state"] == "run", "web-1 runs")
            check(source(sample, "qemu:///system")["state"] == "ok", "libvirt answers")


@test("libvirt")
def made_anew():
    """The same machine destroyed and started: one row, a new pid, no enormous rate"""
    with machines(vtop_again={}) as where, Stream("-d", "1") as stream:
        sample, _ = stream.until("its disk", lambda s: (
            find(s, "vtop-again") or {}).get("read_bytes_per_second") is not None, 30)
        before = guest(sample, "vtop-again")
        xml = virsh("dumpxml", "vtop-again")
        path = os.path.join(where, "again.xml")
        with open(path, "w") as f:
            f.write(xml)
        virsh("destroy", "vtop-again")
        virsh("create", path, timeout=60)
        pid = machine_pid("vtop-again")
        sample, _ = stream.until("its new process", lambda s: (
            find(s, "vtop-again") or {}).get("pid") == pid, 15)
        check(guest(sample, "vtop-again")["id"] == before["id"], "it is the same machine")
        stream.until("its rates", lambda s: guest(
            s, "vtop-again")["read_bytes_per_second"] is not None, 20)
        for _, sample in stream.samples:
            g = find(sample, "vtop-again")
            for key, value in (g or {}).items():
                if key.endswith("_per_second") and value is not None:
                    check(0 <= value < 1e9, f"{key} is {value}")


@test("libvirt")
def two_clients():
    """While somebody else asks every machine all the time, no value is lost and none is 0"""
    with Stream("-d", "1") as stream:
        stream.until("web-1 writes", lambda s: (
            find(s, "web-1") or {}).get("write_bytes_per_second"), 30)
        first = len(stream.samples)
        other = subprocess.Popen(["sh", "-c", "while :; do virsh -q -c qemu:///system domstats "
                                  ">/dev/null 2>&1; done"], stdin=subprocess.DEVNULL)
        try:
            for _ in range(8):
                stream.next()
        finally:
            other.terminate()
            other.wait()
        rates = [guest(s, "web-1")["write_bytes_per_second"] for _, s in stream.samples[first:]]
        check(all(rates), f"web-1 writes without a break: {rates}")
        for _, sample in stream.samples[first:]:
            check(guest(sample, "web-1")["state"] == "run", guest(sample, "web-1")["state"])
    return ", ".join(f"{rate / 1e6:.2f}" for rate in rates) + " MB/s"


@test("libvirt")
def ready_time():
    """Two machines on one core wait half of the time, as the kernel says"""
    wanted = {"vtop_spin_0": {"code": SPIN}, "vtop_spin_1": {"code": SPIN}}
    with machines(**wanted), ExitStack() as stack:
        pids = [machine_pid(f"vtop-spin-{i}") for i in range(2)]
        for pid in pids:
            for tid in os.listdir(f"/proc/{pid}/task"):
                os.sched_setaffinity(int(tid), {CPUS - 1})
        recorder = stack.enter_context(Recorder(
            **{f"m{i}": Machine(pid).delay_ns for i, pid in enumerate(pids)}))
        stream = stack.enter_context(Stream("-d", "2"))
        stream.until("its ready time", lambda s: (
            find(s, "vtop-spin-0") or {}).get("ready_percent") is not None, 30)
        before = time.time()
        stream.next()
        begin = time.time()
        sample = stream.next()
        end = time.time()
        time.sleep(0.2)
        said = []
        for i in range(2):
            got = guest(sample, f"vtop-spin-{i}")["ready_percent"]
            expected = recorder.rate(f"m{i}", end - (end - begin), end) / 1e7
            near(f"ready_percent of vtop-spin-{i}", got, expected, absolute=6)
            check(got > 25, f"two on one core, and it waits only {got} %")
            said.append(f"{got:.1f} % (kernel {expected:.1f} %)")
        check(begin > before, "the clock runs")
    return ", ".join(said)


@test("libvirt")
def plugged():
    """vCPUs with a hole between them, a disk and an interface that come while it runs"""
    with machines(vtop_plug={"vcpus": "<vcpu current='2'>4</vcpu>"}) as where:
        virsh("setvcpu", "vtop-plug", "3", "--enable", "--live")
        extra = os.path.join(where, "extra.img")
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", extra, "8M"], check=True)
        os.chmod(extra, 0o666)
        with Stream("-d", "1") as stream:
            stream.until("two vCPUs and one", lambda s: (
                find(s, "vtop-plug") or {}).get("vcpus") == 3, 20)
            virsh("attach-disk", "vtop-plug", extra, "vda", "--driver", "qemu", "--subdriver",
                  "qcow2", "--live")
            virsh("attach-interface", "vtop-plug", "ethernet", "none", "--target", "vtop-plug0",
                  "--managed", "--live", ok=False)
            lines = show("-p", "-c", "", "-f", "vtop-plug", "-n", "6")
        for key in ("vcpu:0", "vcpu:1", "vcpu:3"):
            line = part(lines, "vtop-plug", key)
            check("cpu_percent=" in line, line)
        check(sum("part vcpu:2 " in line for line in lines) == 0, "there is no vCPU 2")
        disk = values(part(lines, "vtop-plug", "disk:vda"))
        check(disk["image"] == f"'{extra}'", disk["image"])
        check(float(disk["capacity_bytes"]) == 8 << 20, disk["capacity_bytes"])
        check(disk["layers"] == "1.00", f"{disk['layers']} layers")
    return "vCPUs 0, 1, 3; vda of 8 MiB"


@test("libvirt")
def copying():
    """A disk that is copied: how far it is, and that it lies on another image"""
    with machines(vtop_copy={}) as where:
        base, top = (os.path.join(where, name) for name in ("base.img", "top.qcow2"))
        with open(base, "wb") as f:
            f.write(os.urandom(64 << 20))
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-b", base, "-F", "raw", top],
                       check=True)
        for path in (base, top):
            os.chmod(path, 0o666)
        virsh("attach-disk", "vtop-copy", top, "vda", "--driver", "qemu", "--subdriver", "qcow2",
              "--live")
        disk = values(part(show("-c", "", "-f", "vtop-copy", "-n", "3"), "vtop-copy", "disk:vda"))
        check(disk["layers"] == "2.00", f"{disk['layers']} layers")
        virsh("blockcopy", "vtop-copy", "vda", os.path.join(where, "copy.img"), "--bandwidth", "4",
              "--transient-job", "--format", "raw")
        lines = show("-c", "", "-f", "vtop-copy", "-n", "5")
        disk = values(part(lines, "vtop-copy", "disk:vda"))
        check(0 < float(disk["job_percent"]) < 100, f"{disk['job_percent']} %")
        virsh("blockjob", "vtop-copy", "vda", "--abort")
        lines = show("-c", "", "-f", "vtop-copy", "-n", "3")
        check("job_percent!nothing is being done" in part(lines, "vtop-copy", "disk:vda"),
              part(lines, "vtop-copy", "disk:vda"))
    return f"{disk['job_percent']} %"


@test("libvirt")
def ordinary_user():
    """A user without rights sees the machines by name, with CPU, memory and what libvirt tells"""
    def demote():
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    sample = samples("-d", "2", count=2, preexec_fn=demote, env={**os.environ, "HOME": "/"})[1]
    web = guest(sample, "web-1")
    for key in ("cpu_percent", "ready_percent", "memory_bytes", "write_bytes_per_second",
                "rx_bytes_per_second"):
        check(web[key] and web[key] > 0, f"{key} of web-1 is {web[key]}")
    check(web["type"] == "vm" and web["state"] == "run", f"{web['type']} {web['state']}")
    for key in ("cpu_percent", "memory_bytes"):
        check(guest(sample, "db idle_1")[key] is not None, f"{key} of db idle_1 is absent")
    return f"web-1: {web['cpu_percent']:.1f} %, {web['rx_bytes_per_second'] / 1e3:.0f} kB/s received"


run("libvirt")
