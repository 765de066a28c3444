#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""Many machines of one libvirt: hung, killed and changed while vtop looks."""

import os
import re
import subprocess
import time
from contextlib import ExitStack, contextmanager

from guests import (CPUS, ENV_ROOT, Machine, PATIENCE, Recorder, Stream, check, environment, find,
                    guest, guests, machine_pid, near, public_copy, read, run, samples, source, test,
                    virsh)
from machines import (SPIN, STILL, TICK, by_hand, destroy, machines, part, show, stopped_monitor,
                      stopped_process, threads, values)

MANY = 18  # with the two of the environment: 20
LOST_MAX = 6  # threads that vtop leaves in calls that do not return (LIBVIRT_LOST_MAX)


def machine(i):
    return f"vtop-m-{i}"


def hung(sample, names):
    """Those that hang, and say for how long."""
    return [name for name in names if guest(sample, name)["state"] == "hung"
            and re.search(r"\d", guest(sample, name)["state_reason"] or "")]


def others_go_on(stream, first):
    """What became of the others since that sample; says how long vtop was silent at most."""
    sample = stream.samples[-1][1]
    check(guest(sample, machine(1))["state"] == "paused", "vtop-m-1 is not paused")
    check(guest(sample, machine(1))["state_reason"] == "by the user", "who paused it?")
    check((guest(sample, machine(0))["cpu_percent"] or 0) > 2, "vtop-m-0 works")
    idle = guest(sample, machine(17))
    check(idle["state"] == "run" and idle["write_bytes_per_second"] == 0,
          f"vtop-m-17 only idles: {idle['state']} {idle['write_bytes_per_second']}")
    rates = [guest(s, "web-1")["write_bytes_per_second"] for _, s in stream.samples[first:]]
    check(None not in rates and len(set(rates)) > 2, f"web-1's disk stands still: {rates}")
    arrivals = [when for when, _ in stream.samples[first:]]
    gap = max(b - a for a, b in zip(arrivals, arrivals[1:]))
    check(gap < 2, f"{gap:.1f} s without a sample")
    return gap


# Not with the sanitizers: a question takes longer there, so that more than one machine may be stopped
# while it is asked, and take the thread that is left for the others.
@test("libvirt", sanitized=False)
def twenty():
    """Twenty machines, one of each fate: each says so, and nobody waits for one that hangs

    A monitor that never answers keeps one thread of vtop's, and another one asks the others, until
    LOST_MAX are lost. They end when they get their answers. When libvirt itself says that a monitor
    is occupied, no thread is lost to it, so then the others are asked as before."""
    everybody = [machine(i) for i in range(MANY)]
    # one thread to ask the others, and one that a machine may take that is stopped when it is asked
    stopped, silent = everybody[3:11], everybody[11:11 + LOST_MAX - 2]
    wanted = {name.replace("-", "_"): {} for name in everybody}
    wanted["vtop_m_0"] = {"code": TICK}
    with machines(**wanted), Stream("-d", "1") as stream, ExitStack() as stack:
        def count():
            return len(threads(stream.process.pid))
        for i in (1, 2):
            virsh("suspend", machine(i))
        stream.until("what their disks do", lambda s: all(
            (find(s, name) or {}).get("write_bytes_per_second") is not None
            for name in ["web-1", *everybody]), 60)
        before, first = count(), len(stream.samples)
        for name in stopped:
            stack.enter_context(stopped_process(machine_pid(name)))
        for name in silent:
            stack.enter_context(stopped_monitor(name))
        sample, noticed = stream.until("eight are stopped, four do not answer", lambda s: sum(
            g["state"] in ("stopped", "hung") for g in guests(s)) == 8 + len(silent)
            and hung(s, silent) == silent, 40)
        said = guest(sample, silent[0])["state_reason"]
        stream.until("some more samples", lambda s: len(stream.samples) >= first + 6, 20)
        gap, few = others_go_on(stream, first), count()
        check(few <= before + len(silent) + 2, f"{before} threads, and now {few}")
        further = [everybody[0], *everybody[-2:]]
        for name in further:
            stack.enter_context(stopped_monitor(name))
        stream.until("it gives up, or libvirt says that they are occupied", lambda s: (
            "others are not asked" in (source(s, "qemu:///system")["message"] or "")
            or hung(s, further) == further), 40)
        many = count()
        check(many <= before + LOST_MAX + 1, f"{before} threads, and now {many}")
        check(guest(stream.next(), "web-1")["cpu_percent"] is not None, "the kernel answers")
        stack.close()
        stream.until("all run", lambda s: all(
            guest(s, name)["state"] == "run" for name in everybody if name not in everybody[1:3])
            and guest(s, "web-1")["write_bytes_per_second"] is not None, 60)
        stream.until("their threads ended", lambda s: count() <= before, 20)
    return (f"8 stopped, 2 paused; longest gap {gap:.2f} s; {said}, noticed after {noticed:.1f} s; "
            f"{before}, {few}, {many}, {before} threads")


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


@test("libvirt", sanitized=False)
def one_uuid():
    """QEMU started by hand, twice, with the uuid of a machine of libvirt: three rows, not mixed"""
    uuid = "0badc0de-1111-4222-8333-00000000cafe"
    with by_hand("vtop-copy-1", "tcg", True, "-uuid", uuid) as first, \
            machines(vtop_twin={"code": STILL, "uuid": uuid}), \
            by_hand("vtop-copy-2", "tcg", True, "-uuid", uuid) as second:
        pids = {"vtop-copy-1": first, "vtop-twin": machine_pid("vtop-twin"), "vtop-copy-2": second}
        given = {name: (32 if name != "vtop-twin" else 16) << 20 for name in pids}
        with Stream("-d", "1") as stream:
            stream.until("all three", lambda s: all(
                (find(s, name) or {}).get("cpu_percent") is not None for name in pids)
                and guest(s, "vtop-twin")["read_bytes_per_second"] is not None, 40)
            virsh("suspend", "vtop-twin")
            stream.until("one is paused", lambda s: guest(s, "vtop-twin")["state"] == "paused", 20)
            for _ in range(3):
                stream.next()
        for _, sample in stream.samples:
            for g in guests(sample, "vm"):
                check(g["id"] != uuid or g["name"] in pids, f"whose row is {g['name']}?")
        found = {name: guest(stream.samples[-1][1], name) for name in pids}
        for name, pid in pids.items():
            row = found[name]
            check(row["pid"] == pid and row["id"] == uuid, f"{name} is {row['pid']}, {row['id']}")
            check(row["memory_limit_bytes"] == given[name], f"{name}: {row['memory_limit_bytes']}")
            check(row["state"] == ("paused" if name == "vtop-twin" else "run"), row["state"])
            check(name == "vtop-twin" or row["cpu_percent"] > found["vtop-twin"]["cpu_percent"],
                  f"{name} works, and is shown with {row['cpu_percent']} %")
            check((row["read_bytes_per_second"] is None) == (name != "vtop-twin"),
                  f"{name} reads {row['read_bytes_per_second']}")
    return ", ".join(f"{name} is {pid}" for name, pid in pids.items())


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


@contextmanager
def linux(name, vcpus):
    """The Linux of the environment, which takes part in what is plugged; without disk and network."""
    where = f"{ENV_ROOT}/run/{name}"
    with open(f"{where}.xml", "w") as f:
        f.write(f"""<domain type='qemu'><name>{name}</name><memory unit='MiB'>112</memory>{vcpus}
<os><type arch='x86_64' machine='pc'>hvm</type><kernel>{ENV_ROOT}/cache/vmlinuz</kernel>
<initrd>{ENV_ROOT}/cache/initrd</initrd><cmdline>console=ttyS0 quiet -- cpu=10</cmdline></os>
<features><acpi/></features><devices><serial type='file'><source path='{where}.console'/></serial>
<memballoon model='none'/></devices></domain>""")
    virsh("create", f"{where}.xml", timeout=60)
    try:
        end = time.monotonic() + 60 * PATIENCE
        while "load: running" not in read(f"{where}.console"):
            check(time.monotonic() < end, f"{name} does not boot: {read(f'{where}.console')[-200:]}")
            time.sleep(0.1)
        yield
    finally:
        destroy(name)


def vcpus_of(lines, name):
    """The last tick's: numbers with their values."""
    last, found, here = {}, {}, False
    for line in lines:
        if line.startswith("tick "):
            last, found = found, {}
        here = f" name='{name}' " in line if line.startswith("guest ") else here
        if here and line.startswith("  part vcpu:"):
            found[int(line.split()[1].partition(":")[2])] = values(line)
    return last


# Not of use to a sanitizer: the Linux takes its time, and what is read are other threads.
@test("libvirt", sanitized=False)
def unplugged():
    """A Linux that gives a vCPU back: a hole where it was, and no number for it or made up by it"""
    with linux("vtop-linux", "<vcpu current='1'>3</vcpu>"), Stream("-d", "1") as stream:
        stream.until("one vCPU", lambda s: (find(s, "vtop-linux") or {}).get("vcpus") == 1, 20)
        virsh("setvcpus", "vtop-linux", "3", "--live")
        stream.until("three vCPUs", lambda s: guest(s, "vtop-linux")["vcpus"] == 3
                     and guest(s, "vtop-linux")["ready_percent"] is not None, 20)
        arguments = ("-p", "-c", "", "-f", "vtop-linux", "-n", "4", "-k",
                     "cpu_percent,ready_percent,ready_max_percent")
        check(set(vcpus_of(show(*arguments), "vtop-linux")) == {0, 1, 2}, "three vCPUs")
        # An emulated vCPU leaves without a word to libvirt, which waits 5 s for it and then goes on
        # listing it until it is started again.
        virsh("setvcpu", "vtop-linux", "1", "--disable", "--live", ok=False)
        pid = machine_pid("vtop-linux")
        stream.until("the thread of vCPU 1 is gone",
                     lambda s: "CPU 1/TCG" not in threads(pid).values(), 60)
        lines = show(*arguments)
        found = vcpus_of(lines, "vtop-linux")
        check(set(found) == {0, 2}, f"vCPUs {sorted(found)}")
        ready = [float(found[i]["ready_percent"]) for i in found]
        row = values([x for x in lines if x.startswith("guest ") and "'vtop-linux'" in x][-1])
        near("mean ready time", float(row["ready_percent"]), sum(ready) / 2, absolute=0.02)
        near("maximum", float(row["ready_max_percent"]), max(ready), absolute=0.02)
        environment("daemon", "libvirtd", "restart")
        virsh("domstats")  # its first answers take seconds: no later test is to wait for them
        stream.until("two vCPUs", lambda s: guest(s, "vtop-linux")["vcpus"] == 2, 40)
        for _, sample in stream.samples:
            for key in ("cpu_percent", "ready_percent", "ready_max_percent"):
                value = (find(sample, "vtop-linux") or {}).get(key)
                check(value is None or 0 <= value <= 100 * (CPUS + 1), f"{key} is {value}")
    return f"vCPUs 0 and 2, ready {ready[0]:.2f} and {ready[1]:.2f} %"


@test("libvirt")
def ordinary_user():
    """A user without rights sees the machines by name, with CPU, memory and what libvirt tells"""
    def demote():
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    with public_copy() as (copy, env):
        sample = samples("-d", "2", count=2, program=copy, preexec_fn=demote, env=env, cwd="/")[1]
    web = guest(sample, "web-1")
    for key in ("cpu_percent", "ready_percent", "memory_bytes", "write_bytes_per_second",
                "rx_bytes_per_second"):
        check(web[key] and web[key] > 0, f"{key} of web-1 is {web[key]}")
    check(web["type"] == "vm" and web["state"] == "run", f"{web['type']} {web['state']}")
    for key in ("cpu_percent", "memory_bytes"):
        check(guest(sample, "db idle_1")[key] is not None, f"{key} of db idle_1 is absent")
    return f"web-1: {web['cpu_percent']:.1f} %, {web['rx_bytes_per_second'] / 1e3:.0f} kB/s received"


run("libvirt")
