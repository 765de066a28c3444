"""machines: small virtual machines under the libvirt of the environment, as many as one likes.

Each has a raw disk of 1 MiB whose boot sector is all the software it runs; it starts in a third of
a second and takes 45 MB.
"""

import os
import re
import signal
import tempfile
from contextlib import contextmanager

from guests import ENV_ROOT, VTOP, Skip, check, command, machine_pid, virsh

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


def define(name, where, code=HALT, vcpus="<vcpu>1</vcpu>", kind="qemu", extra="", mib=16):
    disk = os.path.join(where, f"{name}.img")
    boot_disk(disk, code)
    return f"""<domain type='{kind}'><name>{name}</name><memory unit='MiB'>{mib}</memory>{vcpus}
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
