#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""vtop in containers of docker, with the options people start it with: what it sees is right, and
what it cannot see it says, with the option that shows it. It never shows "0 containers", the
container's own name or its own network as the host's. (--privileged is tested in the lab, because not
every host of tests may give all capabilities away.)"""

import functools
import json
import os
import pty
import re
import select
import shutil
import socket
import subprocess
import tempfile
import time

from guests import (PATIENCE, VTOP, check, command, container_pid, docker, find, guest, read, run,
                    source, test)

TAG = "vtop-inside:1"
TERMINFO = "/lib/terminfo/x/xterm"
SAMPLES = 3


def libraries():
    """What the program is linked with, by the paths where it looks for them."""
    return [word for word in command("ldd", VTOP).split() if word.startswith("/")]


@functools.lru_cache
def make_image():
    """vtop and its libraries; the folders are where people mount the host's."""
    with tempfile.TemporaryDirectory(prefix="vtop-inside-") as top:
        for folder in ("bin", "proc", "sys", "dev", "etc", "tmp", "run", "var", "host"):
            os.makedirs(os.path.join(top, folder))
        os.symlink("../run", os.path.join(top, "var/run"))
        shutil.copy(VTOP, os.path.join(top, "bin/vtop"))
        for path in libraries():
            os.makedirs(top + os.path.dirname(path), exist_ok=True)
            shutil.copy(os.path.realpath(path), top + path)
        os.makedirs(top + "/lib/terminfo/x", exist_ok=True)
        shutil.copy(TERMINFO, top + TERMINFO)
        with subprocess.Popen(["tar", "-C", top, "-c", "."], stdout=subprocess.PIPE) as tar:
            subprocess.run(["docker", "import", "-", TAG], stdin=tar.stdout, check=True,
                           stdout=subprocess.DEVNULL)


def look(*options, arguments=()):
    """The last of some samples of vtop in a container that was started with these options."""
    make_image()
    out = docker("run", "--rm", "--name", "vtop-inside", *options, TAG, "/bin/vtop", "-b", "-n",
                 str(SAMPLES), "-d", "1", "-f", "json", *arguments, timeout=60)
    return json.loads(out.splitlines()[-1])


def host(sample):
    return sample["hosts"][0] if "hosts" in sample else sample["host"]


def partial(sample, part, option):
    """The source says that it does not see everything, and which option shows it."""
    s = source(sample, part)
    check(s["state"] == "partial", f"{part} is {s['state']}: {s['message']}")
    check(option in s["message"], f"{part} says: {s['message']}")


def whole(sample, part):
    """Nothing is said to be missing."""
    said = [s for s in sample["sources"] if s["name"] == part]
    check(not said or (said[0]["state"] == "ok" and said[0]["message"] is None),
          f"{part}: {said}")


def sees_processes(sample):
    """Containers are not allowed to trace: what processes have open stays hidden then."""
    if any(s["name"] == "process" for s in sample["sources"]):
        partial(sample, "process", "--cap-add=SYS_PTRACE")


def short_id(name):
    return docker("inspect", "-f", "{{.Id}}", name).strip()[:12]


def row(sample, name):
    """The row of a container, which may only be known by its id."""
    found = find(sample, name) or find(sample, short_id(name))
    check(found, f"{name} is not there: {[g['name'] for g in sample['guests']]}")
    return found


def names_no_container(sample):
    name = host(sample)["name"]
    check(name is None or name == socket.gethostname(), f"the host is called {name}")


@test("docker")
def nothing():
    """docker run vtop: says of everything that it cannot be seen."""
    s = look()
    names_no_container(s)
    partial(s, "cgroup", "docker run --cgroupns=host -v /sys/fs/cgroup:/sys/fs/cgroup:ro")
    partial(s, "process", "docker run --pid=host")
    partial(s, "network", "docker run --network=host")
    partial(s, "names", "-v /:/host:ro,rslave and vtop --root /host")
    h = host(s)
    for unknown in ("containers", "vms", "net_rx_bytes_per_second", "net_tx_bytes_per_second"):
        check(h[unknown] is None, f"{unknown} is {h[unknown]}")
    check(h["cpus"] == os.cpu_count(), f"it has {h['cpus']} CPUs")


@test("docker")
def host_processes():
    """--pid=host: the network of the first process is the host's."""
    s = look("--pid=host", "--cgroupns=private")
    sees_processes(s)
    whole(s, "network")
    partial(s, "cgroup", "--cgroupns=host")
    check(host(s)["containers"] is None, f"{host(s)['containers']} containers")
    names_no_container(s)


@test("docker")
def host_network():
    """--network=host: nothing is said of the network."""
    s = look("--network=host")
    whole(s, "network")
    partial(s, "process", "--pid=host")


@test("docker")
def host_name():
    """--uts=host: the name is the host's."""
    s = look("--uts=host")
    check(host(s)["name"] == socket.gethostname(), f"it is called {host(s)['name']}")


@test("docker")
def groups_without_processes():
    """The host's control groups, but no processes: the containers are there by their ids."""
    s = look("--cgroupns=host", "-v", "/sys/fs/cgroup:/sys/fs/cgroup:ro")
    whole(s, "cgroup")
    partial(s, "process", "--pid=host")
    busy = row(s, "vtop-busy")
    check(busy["cpu_percent"] > 5, f"vtop-busy uses {busy['cpu_percent']} %")
    check(busy["rx_bytes"] is None, f"vtop-busy received {busy['rx_bytes']}")
    row(s, "vtop-idle")


@test("docker")
def sys_alone():
    """-v /sys:/sys: all groups are visible, whatever docker mounts besides."""
    whole(look("-v", "/sys:/sys", "--pid=host"), "cgroup")


@test("docker")
def shares_the_hosts_network():
    """A container with the host's network has no traffic of its own, wherever vtop runs."""
    docker("run", "-d", "--name", "vtop-hostnet", "--network=host", "vtop-test:1", "/bin/vtop-load")
    try:
        s = look("--pid=host", "--cgroupns=host", "-v", "/sys/fs/cgroup:/sys/fs/cgroup:ro")
        check(row(s, "vtop-hostnet")["rx_bytes"] is None, "it has the host's traffic")
        pid = container_pid("vtop-busy")
        counted = sum(int(line.split(":")[1].split()[0]) for line in
                      read(f"/proc/{pid}/net/dev").splitlines()[2:] if "lo:" not in line)
        got = row(s, "vtop-busy")["rx_bytes"]
        check(0 < got <= counted, f"vtop-busy received {got} of {counted}")
    finally:
        docker("rm", "-f", "vtop-hostnet")


def mounted_host(*options):
    return look(*options, "-v", "/:/host:ro", arguments=("--root", "/host"))


@test("docker")
def live_root():
    """--root /host is live: rates, names, the host's name; processes have no numbers there."""
    s = mounted_host()
    check(host(s)["cpu_percent_of_host"] is not None, "there are no rates")
    whole(s, "network")
    partial(s, "cgroup", "--pid=host")
    check(guest(s, "vtop-busy")["cpu_percent"] > 5, "vtop-busy has no rate")
    names_no_container(s)


@test("docker")
def live_root_with_processes():
    """--root /host with --pid=host: all there is."""
    for groups in ("host", "private"):
        s = mounted_host("--pid=host", f"--cgroupns={groups}")
        for part in ("cgroup", "network", "names"):
            whole(s, part)
        sees_processes(s)
        busy = guest(s, "vtop-busy")
        check(busy["pid"] == container_pid("vtop-busy"), f"its pid is {busy['pid']}")
        check(busy["cpu_percent"] > 5 and busy["rx_bytes"] > 0, f"{busy}")
        containers = [g for g in s["guests"] if g["type"] != "vm"]
        check(host(s)["containers"] == len(containers), f"{host(s)['containers']} containers")


@test("docker")
def still():
    """--still: the same directory as a saved tree, without rates."""
    s = look("-v", "/:/host:ro", "--pid=host", arguments=("--root", "/host", "--still"))
    check(host(s)["cpu_percent_of_host"] is None, "it has rates")
    row(s, "vtop-busy")


@test("docker")
def title():
    """The first line of the screen says where vtop runs."""
    make_image()
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        ["docker", "run", "--rm", "-it", "--name", "vtop-inside-tty", "-e", "TERM=xterm", TAG,
         "/bin/vtop", "-n", "3", "--no-color"], stdin=follower, stdout=follower, stderr=follower)
    os.close(follower)
    text, end = b"", time.monotonic() + 30 * PATIENCE
    try:
        while b"in a docker container" not in text and time.monotonic() < end:
            if select.select([leader], [], [], 1)[0]:
                try:
                    text += os.read(leader, 65536)
                except OSError:
                    break
    finally:
        subprocess.run(["docker", "rm", "-f", "vtop-inside-tty"], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        process.wait()
        os.close(leader)
    plain = re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", text)
    check(b"in a docker container" in plain, f"the title: {plain[:300]}")
    check(b"0 ct" not in plain, "it says that there are 0 containers")


@test("docker")
def cleans_up():
    """The image is removed."""
    docker("rmi", "-f", TAG)


def main():
    if not shutil.which("docker"):
        print("1..0 # SKIP docker is not installed")
        return
    run("docker")


main()
