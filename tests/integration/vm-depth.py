#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""What happens to a machine under libvirt: full disks, copies, snapshots, new names, migrations."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager

from guests import (ENV_ROOT, Failure, Skip, Stream, check, command, domstats, find, guest,
                    machine_pid, near, public_copy, run, test, virsh)
from machines import HALT, SHOW, TICK, define, destroy, machines, part, show, values

# Boot sectors: write one block after the other to the disk; in protected mode, write to each page
# of 29 MiB over and over.
WRITE = bytes.fromhex("31c08ed8be187cb80043b280cd138306207c08ebef8d740010000800000000104000000000000000")
DIRTY = bytes.fromhex(
    "fa31c08ed8660f0116507c0f20c00c010f22c0ea187c080066b810008ed8bf00001000ff0781c7001000"
    "0081ff0000e00172f0ebe98d76000000000000000000ffff0000009bcf00ffff00000093cf001700387c0000")

MIB = 1 << 20


def line_of(lines, name):
    """The newest line of that guest itself."""
    found = [line for line in lines if line.startswith("guest ") and f" name='{name}' " in line]
    check(found, f"no guest {name}: " + "; ".join(lines[-3:]))
    return found[-1]


@contextmanager
def images(name, *files):
    """A machine with the last of these images as vda, each on top of the one before."""
    with machines(**{name.replace("-", "_"): {}}) as where:
        paths = [os.path.join(where, file) for file in files]
        with open(paths[0], "wb") as f:
            f.write(os.urandom(64 * MIB))
        for base, top in zip(paths, paths[1:]):
            kind = "raw" if base == paths[0] else "qcow2"
            command("qemu-img", "create", "-q", "-f", "qcow2", "-b", base, "-F", kind, top)
        for path in paths:
            os.chmod(path, 0o666)
        virsh("attach-disk", name, paths[-1], "vda", "--driver", "qemu", "--subdriver", "qcow2",
              "--live")
        yield where


def vda(name, ticks=3):
    return values(part(show("-c", "", "-f", name, "-n", str(ticks)), name, "disk:vda"))


def progress(name, layers):
    """The job on vda, which does not change how many images lie one on the other."""
    disk = vda(name, 4)
    check("job_percent" in disk, f"no job on its disk: {disk}")
    check(0 < float(disk["job_percent"]) <= 100, disk["job_percent"])
    check(disk["layers"] == layers, f"{disk['layers']} layers, not {layers}")
    virsh("blockjob", name, "vda", "--abort")
    return f"{float(disk['job_percent']):.0f} %"


@test("libvirt")
def full():
    """A machine whose disk has no room left is paused, and says why; with room it goes on"""
    with tempfile.TemporaryDirectory(prefix="vtop-full-", dir=f"{ENV_ROOT}/run") as where:
        command("mount", "-t", "tmpfs", "-o", "size=256k,mode=777", "vtop-full", where)
        try:
            with open(f"{where}/vtop-full.xml", "w") as f:
                f.write(define("vtop-full", where, code=WRITE))
            virsh("create", f"{where}/vtop-full.xml", timeout=60)
            with Stream("-d", "1") as stream:
                sample, took = stream.until("it is paused", lambda s: (
                    find(s, "vtop-full") or {}).get("state") == "paused", 30)
                check(guest(sample, "vtop-full")["state_reason"] == "I/O error",
                      guest(sample, "vtop-full")["state_reason"])
                command("mount", "-o", "remount,size=4m", where)
                virsh("resume", "vtop-full")
                stream.until("it goes on", lambda s: guest(s, "vtop-full")["state"] == "run"
                             and guest(s, "vtop-full")["state_reason"] is None, 20)
        finally:
            destroy("vtop-full")
            command("umount", "-l", where)
    return f"seen after {took:.1f} s"


@test("libvirt", sanitized=False)
def copied():
    """A disk being copied: progress, and the copy counts neither as a layer nor as a disk"""
    with images("vtop-copied", "base.img", "top.qcow2") as where:
        check(vda("vtop-copied")["layers"] == "2.00", "two images, one on the other")
        virsh("blockcopy", "vtop-copied", "vda", os.path.join(where, "copy.img"), "--bandwidth",
              "4", "--transient-job", "--format", "raw")
        lines = show("-c", "", "-f", "vtop-copied", "-n", "3")
        names = {line.split()[1] for line in lines if line.startswith("  part disk:vd")}
        check(names == {"disk:vda"}, f"its disks: {names}")
        seen = progress("vtop-copied", "2.00")
        lines = show("-c", "", "-f", "vtop-copied", "-n", "3")
        check("job_percent!nothing is being done" in part(lines, "vtop-copied", "disk:vda"),
              part(lines, "vtop-copied", "disk:vda"))
        return seen


@test("libvirt", sanitized=False)
def pulled_and_committed():
    """Images pulled up into the disk, and a snapshot committed down, with progress"""
    with images("vtop-pull", "base.img", "top.qcow2") as where:
        virsh("blockpull", "vtop-pull", "vda", "--bandwidth", "4")
        pulled = progress("vtop-pull", "2.00")
        virsh("snapshot-create-as", "vtop-pull", "--disk-only", "--no-metadata", "--diskspec",
              "hda,snapshot=no", "--diskspec", f"vda,file={where}/snap.qcow2")
        disk = vda("vtop-pull")
        check(disk["layers"] == "3.00" and disk["image"].endswith("/snap.qcow2'"), str(disk))
        virsh("blockcommit", "vtop-pull", "vda", "--active", "--bandwidth", "1")
        return f"pulled {pulled}, committed {progress('vtop-pull', '3.00')}"


@test("libvirt", sanitized=False)
def renamed():
    """Reset, shut down, renamed and started: the same machine by another name, no false rate"""
    with machines(vtop_old={"code": TICK}) as where, Stream("-d", "1") as stream:
        sample, _ = stream.until("its CPU", lambda s: (
            find(s, "vtop-old") or {}).get("cpu_percent") is not None, 30)
        uuid = guest(sample, "vtop-old")["id"]
        virsh("reset", "vtop-old")
        for _ in range(3):
            row = guest(stream.next(), "vtop-old")
            check(row["state"] == "run" and (row["cpu_percent"] or 0) < 150,
                  f"after a reset: {row['state']}, {row['cpu_percent']} %")
        try:
            path = os.path.join(where, "vtop-old.xml")
            with open(path, "w") as f:
                f.write(virsh("dumpxml", "vtop-old"))
            virsh("define", path)
            virsh("destroy", "vtop-old")
            virsh("domrename", "vtop-old", "vtop-new")
            virsh("start", "vtop-new", timeout=60)
            pid = machine_pid("vtop-new")
            # The row of what has ended may stay for some samples beside the new one.
            sample, _ = stream.until("the new name, and not the old one", lambda s: (
                find(s, "vtop-new") or {}).get("pid") == pid and not find(s, "vtop-old"), 20)
            check(guest(sample, "vtop-new")["id"] == uuid, "it is another machine")
            for _ in range(4):
                cpu = guest(stream.next(), "vtop-new")["cpu_percent"]
                check(cpu is None or cpu < 150, f"{cpu} %")
        finally:
            destroy("vtop-new")
            command("virsh", "-q", "-c", "qemu:///system", "undefine", "vtop-new", ok=False)
            command("virsh", "-q", "-c", "qemu:///system", "undefine", "vtop-old", ok=False)
    return uuid


def exits_of(name):
    return domstats(name, "--vcpu").get("vcpu.0.exits.sum")


@test("libvirt", sanitized=False, kvm=True)
def exits():
    """Exits of KVM by class, from wherever they can be had; none under emulation"""
    with machines(vtop_kvm={"code": TICK, "kind": "kvm"}, vtop_tcg={"code": HALT}):
        line = line_of(show("-p", "-c", "", "-f", "vtop-tcg", "-n", "4"), "vtop-tcg")
        check("exits_per_second!it runs without KVM" in line, line)
        if exits_of("vtop-kvm") is None:
            raise Skip("this QEMU does not count exits")
        begin, before = time.monotonic(), exits_of("vtop-kvm")
        lines = show("-p", "-c", "", "-f", "vtop-kvm", "-n", "10")
        expected = (exits_of("vtop-kvm") - before) / (time.monotonic() - begin)
        rows = [values(line) for line in lines if " name='vtop-kvm' " in line]
        rates = [float(row["exits_per_second"]) for row in rows if "exits_per_second" in row]
        check(len(rates) >= 5, f"only {len(rates)} rates")
        mean = sum(rates) / len(rates)  # firmware makes more exits than what runs after it
        near("exits of vtop-kvm", mean, expected, absolute=40, relative=0.5)
        row = rows[-1]
        for key in ("halt_exits_per_second", "io_exits_per_second", "mmio_exits_per_second",
                    "irq_exits_per_second", "halt_poll_percent"):
            check(key in row, f"{key}: {line_of(lines, 'vtop-kvm')}")
        debugfs = command("unshare", "-m", "sh", "-c", 'mount -t debugfs none /sys/kernel/debug; '
                          'exec "$0" -p -n 2 -k exits_per_second', SHOW).splitlines()
        said = line_of(debugfs, "vtop-kvm")
        check("exits_per_second=" in said or "!this kernel is locked down" in said, said)
    return (f"{mean:.0f}/s (libvirt {expected:.0f}/s); debugfs: "
            + re.search(r"exits_per_second[=!](.*)", said)[1])


@test("libvirt")
def hidden():
    """Where processes of others are hidden, an ordinary user sees what there is, and why not the rest"""
    with public_copy(SHOW) as (copy, env):
        lines = command("unshare", "-m", "sh", "-c", "mount -t proc -o hidepid=2 proc /proc && "
                        "exec setpriv --reuid 65534 --regid 65534 --clear-groups "
                        '"$0" -l -c "" -n 3', copy, cwd="/", env=env).splitlines()
    line = line_of(lines, "web-1")
    tick = [i for i, text in enumerate(lines) if text.startswith("tick ")]
    rows = [text for text in lines[tick[-2]:] if " name='web-1' " in text]
    check(len(rows) == 1, f"{len(rows)} rows: {[text[:150] for text in rows]}")
    row = values(line)
    check(row["state"] == "run" and row["id"] != "" and int(row["pid"]) > 1, line)
    check(float(row["cpu_percent"]) > 0, "libvirt says what it uses")
    check(float(row["memory_limit_bytes"]) == 112 * MIB, row["memory_limit_bytes"])
    for key in ("cpu_user_percent", "efficiency_percent", "emulation_percent", "processes"):
        check(f"{key}!needs more privileges" in line or key in row, f"{key}: {line}")
    check("efficiency_percent!needs more privileges" in line, line)
    return f"CPU {row['cpu_percent']} %; {line.count('!needs more privileges')} values need root"


# ---- migration ----

PEER_CONF = """
unix_sock_group = "root"
unix_sock_rw_perms = "0700"
auth_unix_ro = "none"
auth_unix_rw = "none"
host_uuid = "11111111-2222-4333-8444-555555555555"
"""

# Another host, as far as libvirt can tell: its own name, directories and machines.
PEER = """hostname vtop-peer
for d in run/libvirt var/lib/libvirt var/cache/libvirt etc/libvirt; do
    mount --bind "$1/$d" /$d || exit 1
done
exec libvirtd -f /etc/libvirt/libvirtd.conf -p "$1/pid"
"""


@contextmanager
def peer():
    """A second libvirtd; its URI."""
    where = tempfile.mkdtemp(prefix="vtop-peer-", dir=f"{ENV_ROOT}/run")
    for directory in ("run/libvirt", "var/lib/libvirt", "var/cache/libvirt"):
        os.makedirs(os.path.join(where, directory))
    shutil.copytree("/etc/libvirt", os.path.join(where, "etc/libvirt"), symlinks=True)
    for name, text in (("libvirtd.conf", PEER_CONF), ("qemu.conf", 'stdio_handler = "file"\n')):
        with open(os.path.join(where, "etc/libvirt", name), "w") as f:
            f.write(text)
    os.chmod(where, 0o755)
    uri = f"qemu+unix:///system?socket={where}/run/libvirt/libvirt-sock"
    daemon = subprocess.Popen(["unshare", "-m", "--uts", "sh", "-c", PEER, "sh", where],
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            check(daemon.poll() is None, "the second libvirtd ended")
            if "vtop-peer" in command("virsh", "-q", "-c", uri, "hostname", ok=False):
                break
            time.sleep(0.1)
        else:
            raise Failure("the second libvirtd does not answer")
        yield uri
    finally:
        command("virsh", "-q", "-c", uri, "destroy", "vtop-mig", ok=False)
        daemon.terminate()
        daemon.wait()
        shutil.rmtree(where, ignore_errors=True)


def watch(*args):
    return subprocess.Popen([SHOW, *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            text=True)


def wait_for(process, name, condition, seconds):
    """The first line of that guest for which the condition holds."""
    end, last = time.monotonic() + seconds, ""
    for line in process.stdout:
        if line.startswith("guest ") and f" name='{name}' " in line:
            last = line
            if condition(values(line)):
                return values(line)
        if time.monotonic() > end:
            break
    raise Failure(f"after {seconds} s: {last[:600]}")


@test("libvirt", sanitized=False)
def migrated():
    """Migrated to another libvirtd: progress, speed, that it does not converge, that it leaves"""
    with machines(vtop_mig={"code": DIRTY, "mib": 32}), peer() as uri:
        virsh("migrate-setspeed", "vtop-mig", "16")
        here = watch("-c", "", "-f", "vtop-mig", "-n", "90")
        there = watch("-c", uri, "-n", "90")
        moving = subprocess.Popen(
            ["virsh", "-q", "-c", "qemu:///system", "migrate", "--live", "--unsafe", "vtop-mig",
             uri, "tcp://127.0.0.1:49170"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True)
        try:
            row = wait_for(here, "vtop-mig", lambda v: v["why"].startswith("'migrating away")
                           and "job_percent" in v and "job_bytes_per_second" in v, 30)
            check(0 < float(row["job_percent"]) < 100, row["job_percent"])
            near("its speed", float(row["job_bytes_per_second"]), 16 * MIB, relative=0.4)
            said = f"{row['job_percent']} % at {float(row['job_bytes_per_second']) / MIB:.1f} MiB/s"
            wait_for(there, "vtop-mig", lambda v: v["why"] == "'incoming migration'", 30)
            row = wait_for(here, "vtop-mig",
                           lambda v: v["why"] == "'migrating away, will not converge'", 60)
            dirtied = float(row["dirtied_bytes_per_second"])
            check(dirtied >= 16 * MIB * 0.6, f"writes to {dirtied} bytes per second")
            virsh("migrate-setspeed", "vtop-mig", "4000")
            virsh("migrate-setmaxdowntime", "vtop-mig", "2000", ok=False)  # it may be over by now
            check(moving.wait(60) == 0, moving.stdout.read())
            wait_for(here, "vtop-mig", lambda v: v["state"] == "gone", 20)
            wait_for(there, "vtop-mig", lambda v: v["state"] == "run" and v["why"] == "''", 20)
        finally:
            for process in (here, there, moving):
                process.terminate()
                process.wait()
                process.stdout.close()
    return said + f", {dirtied / MIB:.0f} MiB/s written to, then gone"


run("libvirt")
