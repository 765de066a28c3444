# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""machines: small virtual machines under the libvirt of the environment, as many as one likes.

Each has a raw disk of 1 MiB whose boot sector is all the software it runs; it starts in a third of
a second and takes 45 MB.
"""

import ctypes
import os
import re
import signal
import subprocess
import tempfile
from contextlib import contextmanager

from guests import ENV_ROOT, VTOP, Skip, check, command, machine_pid, read, virsh

SHOW = os.path.join(os.environ.get("abs_top_builddir", os.path.dirname(VTOP)),
                    "tests/collect/vm-show")

# Boot sectors: halt but for the clock; halt and stop the clock, so that QEMU has nothing to do; work
# all the time; work one tick of 55 ms in eight.
HALT = b"\xfb\xf4\xeb\xfd"
STILL = b"\xb0\x30\xe6\x43\xfa\xf4\xeb\xfd"
SPIN = b"\xeb\xfe"
TICK = b"\xfb\xb8\x40\x00\x8e\xd8\xa0\x6c\x00\xa8\x07\x74\xf9\xf4\xeb\xf6"


def boot_disk(path, code):
    with open(path, "wb") as f:
        f.write(code.ljust(510, b"\0") + b"\x55\xaa")
        f.truncate(1 << 20)
    os.chmod(path, 0o666)


def define(name, where, code=HALT, vcpus="<vcpu>1</vcpu>", kind="qemu", extra="", mib=16, uuid=""):
    disk = os.path.join(where, f"{name}.img")
    boot_disk(disk, code)
    identity = f"<name>{name}</name>" + (f"<uuid>{uuid}</uuid>" if uuid else "")
    return f"""<domain type='{kind}'>{identity}<memory unit='MiB'>{mib}</memory>{vcpus}
<os><type arch='x86_64' machine='pc'>hvm</type></os><features><acpi/></features>
<devices><disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='{disk}'/>
<target dev='hda' bus='ide'/></disk>{extra}<memballoon model='virtio'/></devices></domain>"""


def create(name, where, **more):
    path = os.path.join(where, f"{name}.xml")
    with open(path, "w") as f:
        f.write(define(name, where, **more))
    virsh("create", path, timeout=60)


def destroy(name):
    """However it is: a stopped process as well."""
    try:
        os.kill(machine_pid(name), signal.SIGCONT)
    except OSError:
        pass
    command("virsh", "-q", "-c", "qemu:///system", "destroy", name, ok=False)


@contextmanager
def machines(**wanted):
    """Machines by name ("_" stands for "-"), with what define() takes; gone at the end."""
    names = {name.replace("_", "-"): more for name, more in wanted.items()}
    with tempfile.TemporaryDirectory(prefix="vtop-vm-", dir=os.path.join(ENV_ROOT, "run")) as where:
        os.chmod(where, 0o777)
        try:
            for name, more in names.items():
                create(name, where, **more)
            yield where
        finally:
            for name in names:
                destroy(name)


@contextmanager
def by_hand(name, accel, threads, *more):
    """QEMU without libvirt, working an eighth of the time; its pid."""
    if accel == "kvm" and not os.access("/dev/kvm", os.R_OK | os.W_OK):
        raise Skip("no /dev/kvm")
    with tempfile.NamedTemporaryFile(suffix=".img") as disk:
        boot_disk(disk.name, TICK)
        process = subprocess.Popen(
            ["qemu-system-x86_64", "-accel", accel, "-name",
             f"guest={name},debug-threads={'on' if threads else 'off'}", "-m", "32", "-display",
             "none", "-nic", "none", "-serial", "none", "-monitor", "none", "-drive",
             f"file={disk.name},format=raw,if=ide,snapshot=on", *more],
            stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield process.pid
        finally:
            process.kill()
            process.wait()


# ---- what hangs ----

@contextmanager
def stopped_process(pid):
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def threads(pid):
    """Names by tid."""
    found = {}
    for tid in os.listdir(f"/proc/{pid}/task"):
        try:
            found[int(tid)] = read(f"/proc/{pid}/task/{tid}/comm").strip()
        except (FileNotFoundError, ProcessLookupError):
            pass  # it has just ended
    return found


def thread(pid, name):
    for tid, comm in threads(pid).items():
        if comm == name:
            return tid
    raise Skip(f"this QEMU has no thread {name}")


@contextmanager
def stopped_thread(tid):
    """Only this thread stops, and the process does not look stopped."""
    seize, interrupt, detach, any_kind = 0x4206, 0x4207, 17, 0x40000000
    ptrace = ctypes.CDLL(None, use_errno=True).ptrace
    ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    for request in (seize, interrupt):
        if ptrace(request, tid, None, None) != 0:
            raise Skip(f"may not trace {tid}: {os.strerror(ctypes.get_errno())}")
    os.waitpid(tid, any_kind)
    try:
        yield
    finally:
        ptrace(detach, tid, None, None)


def stopped_monitor(name):
    """A machine of libvirt that works, but whose monitor does not answer."""
    return stopped_thread(thread(machine_pid(name), "IO mon_iothread"))


# ---- looking ----

def show(*args, timeout=60):
    """Lines of vm-show: the collectors of machines alone, with the parts of guests."""
    if not os.access(SHOW, os.X_OK):
        raise Skip(f"no program {SHOW}: make check builds it")
    return command(SHOW, *args, timeout=timeout).splitlines()


def values(line):
    """key=value of a line of vm-show."""
    return dict(re.findall(r"([\w]+)=('[^']*'|\S+)", line))


def part(lines, name, key):
    """The newest line of a part of that guest."""
    found, here = [], False
    for line in lines:
        here = f" name='{name}' " in line if line.startswith("guest ") else here
        if here and line.startswith(f"  part {key} "):
            found.append(line)
    check(found, f"{name} has no part {key}; " + "; ".join(
        line for line in lines if line.startswith("source "))[-300:])
    return found[-1]
