#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""Containers as people run them: parents of their own, several networks, projects, renames. Each
number is compared with the kernel's or the engine's."""

import contextlib
import datetime
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from engines import MIB, await_socket, compare, image_layer, remove_group
from guests import (Container, HERE, MOUNTS, Recorder, Stream, check, command, container_pid, docker,
                    find, guest, guests, listed, near, read, run, sample_time, samples, size, test)

sys.path.insert(0, os.path.join(HERE, "../terminal"))
from screen import Screen, need_tmux  # noqa: E402 (it is in the folder beside)

IMAGE = "vtop-test:1"
PODMAN = ("podman", "--runtime", "runc", "--cgroup-manager", "cgroupfs")
RENAMED_IN = 12  # ten seconds, and a sample


PODMAN_SOCKET = "/run/podman/podman.sock"
CONTAINERD_SOCKETS = ("/run/docker/containerd/containerd.sock", "/run/containerd/containerd.sock")


@contextlib.contextmanager
def podman_settings():
    """Limits of containers, the hidden one of a pod included, as low as some hosts ask for."""
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as conf:
        conf.write('[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n')
        conf.flush()
        yield {**os.environ, "CONTAINERS_CONF": conf.name}


def podman(*args, **more):
    with podman_settings() as env:
        return command(*PODMAN, *args, env=env, **more)


def podman_pid(name):
    return int(podman("inspect", "-f", "{{.State.Pid}}", name))


@contextlib.contextmanager
def container(name, *options, work=("cpu=5",)):
    """A docker container that works, for as long as the block lasts; its pid."""
    docker("run", "-d", "--name", name, *options, IMAGE, "/bin/vtop-load", *work)
    try:
        yield container_pid(name)
    finally:
        docker("rm", "-f", name)


@test("docker")
def own_parent():
    """A container below a parent of one's own is found, and bounded by the parent's limit."""
    parent = "/vtop-parent"
    limit = os.path.join(MOUNTS.get("memory", MOUNTS.get("2")), parent[1:])
    knob = "memory.limit_in_bytes" if "memory" in MOUNTS else "memory.max"
    with container("vtop-child", "--cgroup-parent", parent, "--memory", "64m") as pid:
        with open(os.path.join(limit, knob), "w") as f:
            f.write(str(32 * MIB))
        with Recorder(cpu=Container(pid).cpu_ns) as recorder:
            sample = samples("-d", "2")[0]
            time.sleep(0.2)
        g = guest(sample, "vtop-child")
        end = sample_time(sample)
        kernel = recorder.rate("cpu", end - sample["interval_seconds"], end) / 1e7
        check(g["type"] == "docker", f"it is a {g['type']}")
        check(g["memory_limit_bytes"] == 32 * MIB, f"limit {g['memory_limit_bytes']}")
        near("cpu_percent", g["cpu_percent"], kernel, absolute=3)
        near("memory_bytes", g["memory_bytes"], Container(pid).memory(), relative=.05,
             absolute=MIB / 4)
    remove_group(parent)
    return f"{g['cpu_percent']:.2f} %, kernel {kernel:.2f} %; 32 MiB of its parent, not its own 64"


@test("docker")
def host_network():
    """A container in the host's network has no numbers of its own: they would be the host's."""
    with container("vtop-host", "--network", "host"):
        g = guest(samples("-d", "1")[0], "vtop-host")
        for key in ("rx_bytes_per_second", "tx_bytes_per_second", "rx_packets_per_second",
                    "tx_packets_per_second", "net_drops_per_second"):
            check(g[key] is None, f"{key} is {g[key]}")
        check(g["cpu_percent"] is not None, "and no CPU either")
    return "absent"


@test("docker")
def two_networks():
    """A container with two networks has the traffic of both."""
    docker("network", "create", "vtop-net2")
    try:
        with container("vtop-nets", work=("send=gateway:7709,100",)) as pid:
            docker("network", "connect", "vtop-net2", "vtop-nets")
            with Recorder(net=Container(pid).network) as recorder:
                sample = samples("-d", "3")[0]
                time.sleep(0.2)
            interfaces = [line.split(":")[0].strip()
                          for line in read(f"/proc/{pid}/net/dev").splitlines()[2:]]
            check(len(interfaces) >= 3, f"interfaces: {interfaces}")
            g, end = guest(sample, "vtop-nets"), sample_time(sample)
            begin = end - sample["interval_seconds"]
            sent = recorder.rate("net", begin, end, 1)
            check(sent > 50e3, f"it sends nothing: {sent}")
            near("tx_bytes_per_second", g["tx_bytes_per_second"], sent, relative=.15)
            near("rx_bytes_per_second", g["rx_bytes_per_second"],
                 recorder.rate("net", begin, end, 0), relative=.2, absolute=3000)
    finally:
        docker("network", "rm", "vtop-net2")
    return f"{', '.join(interfaces)}: sent {g['tx_bytes_per_second'] / 1e3:.1f} kB/s, " \
           f"kernel {sent / 1e3:.1f}"


@test("docker")
def project():
    """Containers of a compose project are one group, each with its image."""
    label = ("--label", "com.docker.compose.project=vtop-mall")
    with container("vtop-mall-web-1", *label), container("vtop-mall-db-1", *label):
        sample = samples("-d", "1")[0]
        for name in ("vtop-mall-web-1", "vtop-mall-db-1"):
            g = guest(sample, name)
            check(g["group"] == "vtop-mall", f"{name} is in {g['group']}")
            check(g["image"] == IMAGE, f"{name}: image {g['image']}")
    return "vtop-mall, twice"


def renamed(engine, before, after):
    """Rename a container and back; how soon its row had the new name."""
    with Stream("-d", "1") as stream:
        old, _ = stream.until("its first name", lambda s: find(s, before))
        engine("rename", before, after)
        try:
            new, took = stream.until("its new name", lambda s: find(s, after), RENAMED_IN)
        finally:
            engine("rename", after, before)
        check(find(new, before) is None, "the old name is still there")
        check(guest(new, after)["id"] == guest(old, before)["id"], "another row")
    return f"after {took:.1f} s"


@test("docker")
def docker_rename():
    """A container that is renamed keeps its row and has its new name soon."""
    with container("vtop-before"):
        return renamed(docker, "vtop-before", "vtop-after")


@test("docker")
def totals():
    """What a container did since it was started is what docker stats says of it, and since when."""
    with container("vtop-total", work=("send=gateway:7709,200", "disk=/data,512,0")):
        with Stream("-d", "1") as stream:
            g = guest(stream.until("traffic", lambda s: find(s, "vtop-total") and
                                   (find(s, "vtop-total")["tx_bytes"] or 0) > 300e3)[0], "vtop-total")
            text = docker("stats", "--no-stream", "--format", "{{.NetIO}}", "vtop-total")
            after = guest(stream.next(), "vtop-total")
        started = docker("inspect", "-f", "{{.State.StartedAt}}", "vtop-total").strip()
        age = time.time() - datetime.datetime.fromisoformat(started[:26] + "+00:00").timestamp()
        for key, part in (("rx_bytes", 0), ("tx_bytes", 1)):
            said = size(text.split("/")[part])
            check(g[key] * .99 - 100 <= said <= after[key] * 1.01 + 100,
                  f"{key}: {g[key]} before, {after[key]} after, docker says {said:.0f}")
        near("uptime_seconds", after["uptime_seconds"], age, absolute=3)
        near("cpu_seconds", after["cpu_seconds"],
             Container(container_pid("vtop-total")).cpu_ns() / 1e9, absolute=1)
    return f"sent {after['tx_bytes'] / 1e3:.0f} kB, docker {text.split('/')[1].strip()}; " \
           f"up {after['uptime_seconds']:.1f} s, docker {age:.1f}"


@test("docker")
def containerd_alone():
    """A container that containerd was told to run by its own ctr, by nobody else: its name."""
    ctr = ("ctr", "-a", next(path for path in CONTAINERD_SOCKETS if os.path.exists(path)))
    with tempfile.TemporaryDirectory() as root:
        shutil.unpack_archive(image_layer(), root)
        command(*ctr, "run", "-d", "--rootfs", root, "vtop-ctr", "/bin/vtop-load", "cpu=5")
        try:
            tasks = command(*ctr, "task", "ls").splitlines()
            pid = next(int(t.split()[1]) for t in tasks if t.split()[0] == "vtop-ctr")
            _, (row,), said = compare(["vtop-ctr"], [pid])
            check(row["type"] == "containerd", f"it is a {row['type']}")
        finally:
            command(*ctr, "task", "rm", "-f", "vtop-ctr", ok=False)
            command(*ctr, "container", "rm", "vtop-ctr", ok=False)
            remove_group("/default")
    return said


@test("docker")
def nested():
    """A container of an engine in a container is a row below the outer one, by its name there.
    The inner engine is played by the outer one, with the control group and the file where it would
    have them."""
    with container("vtop-outer", work=("cpu=3",)) as outer:
        parent = f"/docker/{docker('inspect', '-f', '{{.Id}}', 'vtop-outer').strip()}/docker"
        with container("vtop-inner", "--cgroup-parent", parent) as inner:
            path = "var/lib/docker/containers/" + \
                docker("inspect", "-f", "{{.Id}}", "vtop-inner").strip()
            os.makedirs(f"/proc/{outer}/root/{path}")
            shutil.copy(f"/{path}/config.v2.json", f"/proc/{outer}/root/{path}")
            _, rows, said = compare(["vtop-outer", "vtop-inner"], [outer, inner])
            check([row["type"] for row in rows] == ["docker"] * 2, listed(rows))
            check(rows[0]["cpu_percent"] > rows[1]["cpu_percent"], f"not in the outer one's: {said}")
            with Screen(100, 30, "-r -d 1 -t docker") as screen:
                screen.until("the inner one below the outer one",
                             lambda text: re.search(r"▾ vtop-outer .*\n.*[└├]── vtop-inner ", text))
    return said


@contextlib.contextmanager
def dockerd_elsewhere():
    """Another daemon of docker's, all of whose files are in a place of its own; its socket."""
    with tempfile.TemporaryDirectory(prefix="vtop-docker-") as here:
        address = f"{here}/sock"
        settings = {"data-root": f"{here}/data", "exec-root": f"{here}/exec", "bridge": "none",
                    "pidfile": f"{here}/pid", "hosts": [f"unix://{address}"], "iptables": False,
                    "ip6tables": False}
        with open(f"{here}/daemon.json", "w") as f:
            json.dump(settings, f)
        daemon = subprocess.Popen(["dockerd", "--config-file", f"{here}/daemon.json"],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        try:
            check(await_socket(address, daemon), "no second daemon of docker's")
            yield address
        finally:
            daemon.terminate()
            daemon.wait(30)


@test("docker", sanitized=False)
def data_elsewhere():
    """Where docker keeps its data in another place, its daemon tells the names.
    vtop finds that daemon's socket where it looks for docker's."""
    with dockerd_elsewhere() as address:
        def far(*args):
            return command("docker", "-H", f"unix://{address}", *args)

        far("import", image_layer(), IMAGE)
        far("run", "-d", "--name", "vtop-far", "--network", "none", IMAGE, "/bin/vtop-load", "cpu=5")
        try:
            pid = int(far("inspect", "-f", "{{.State.Pid}}", "vtop-far"))
            in_place = 'mount --bind "$0" /run/docker.sock && exec "$@"'
            sample, (row,), said = compare(["vtop-far"], [pid], through=(
                "unshare", "-m", "sh", "-c", in_place, address))
            check((row["type"], row["image"]) == ("docker", IMAGE), f"{row}")
            check(find(sample, "vtop-idle"), "those that files tell of are without a name")
        finally:
            far("rm", "-f", "vtop-far")
    return said


@contextlib.contextmanager
def pod(name, **containers):
    """A pod of containers that work; their pids. A program like theirs holds it."""
    podman("pod", "create", "--name", name, "--network", "none", "--infra-name", "vtop-keeper",
           "--infra-image", IMAGE, "--infra-command", "/bin/vtop-load")
    try:
        for container_name, work in containers.items():
            podman("run", "-d", "--pod", name, "--name", container_name, IMAGE, "/bin/vtop-load",
                   *work)
        yield [podman_pid(container_name) for container_name in containers]
    finally:
        podman("pod", "rm", "-f", "-t", "0", name)


def sums(text):
    """Tasks and CPU of the pod on the screen, once they are there, above its containers and the
    sums of theirs; else None: the terminal may have half of a new frame."""
    rows = re.findall(r"(vtop-twins \(2\)|vtop_twin_[ab]) +(\d+) +([\d.]+)", text)
    if len(rows) < 3:
        return None
    (first, tasks, cpu), *parts = rows
    good = first.startswith("vtop-twins") and int(tasks) == sum(int(row[1]) for row in parts) and \
        abs(float(cpu) - sum(float(row[2]) for row in parts)) < .2
    return (tasks, cpu) if good else None


@test("podman")
def podman_pod():
    """A pod is a group with the sums of its containers; the hidden one that holds it is no row."""
    names = ["vtop_twin_a", "vtop_twin_b"]
    with pod("vtop-twins", vtop_twin_a=["cpu=5"], vtop_twin_b=["cpu=8", "mem=4"]) as pids:
        sample, rows, said = compare(names, pids, lambda s: not find(s, "vtop-keeper"))
        check(all(row["group"] == "vtop-twins" for row in rows), f"groups: {rows}")
        others = [row["name"] for row in guests(sample, "podman") if row not in rows]
        check(others == ["vtop-pod1"], f"there is more: {others}")
        stats = json.loads(podman("stats", "--no-stream", "--format", "json", *names))
        for row, theirs in zip(rows, sorted(stats, key=lambda s: s["name"])):
            near(f"{row['name']}: memory_bytes", row["memory_bytes"],
                 size(theirs["mem_usage"].split("/")[0]), relative=.05, absolute=MIB / 4)
        with Screen(100, 30, "-r -d 1 -t podman -o name,processes,cpu_percent") as screen:
            tasks, cpu = screen.until("the pod with the sums of its containers", sums)
    return f"{said}; together {tasks} tasks, {cpu} %"


@contextlib.contextmanager
def podman_service():
    """Podman's daemon on its socket, unless the host has one there."""
    if os.path.exists(PODMAN_SOCKET):
        yield
        return
    os.makedirs(os.path.dirname(PODMAN_SOCKET), exist_ok=True)
    with podman_settings() as env:
        daemon = subprocess.Popen([*PODMAN, "system", "service", "-t", "0",
                                   "unix://" + PODMAN_SOCKET], env=env, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            check(await_socket(PODMAN_SOCKET, daemon), "no daemon of Podman's")
            yield
        finally:
            daemon.kill()
            daemon.wait()
            with contextlib.suppress(OSError):
                os.unlink(PODMAN_SOCKET)
                os.rmdir(os.path.dirname(PODMAN_SOCKET))


@test("podman", sanitized=False)
def podman_project():
    """A container of Podman's has the project that its label tells, once there is whom to ask."""
    podman("run", "-d", "--name", "vtop-mall-cart-1", "--network", "none", "--label",
           "com.docker.compose.project=vtop-mall", IMAGE, "/bin/vtop-load")
    try:
        with Stream("-d", "1") as stream:
            stream.until("its name", lambda s: find(s, "vtop-mall-cart-1"))
            with podman_service():
                sample, took = stream.until(
                    "its project",
                    lambda s: (find(s, "vtop-mall-cart-1") or {}).get("group") == "vtop-mall")
            check(guest(sample, "vtop-pod1")["group"] is None, "one without a label has it too")
    finally:
        podman("rm", "-f", "-t", "0", "vtop-mall-cart-1")
    return f"after {took:.1f} s"


@test("podman")
def podman_rename():
    """The same with Podman, whose conmon keeps the first name."""
    return renamed(podman, "vtop-pod1", "vtop-pod2")


need_tmux()
run("docker", "podman")
