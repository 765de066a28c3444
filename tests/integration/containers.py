#!/usr/bin/env python3
"""Containers as people run them: parents of their own, several networks, projects, renames. Each
number is compared with the kernel's or the engine's."""

import contextlib
import datetime
import os
import tempfile
import time

from guests import (Container, MOUNTS, Recorder, Stream, check, command, container_pid, docker, find,
                    guest, near, read, run, sample_time, samples, size, test)

IMAGE = "vtop-test:1"
MIB = 1 << 20
PODMAN = ("podman", "--runtime", "runc", "--cgroup-manager", "cgroupfs")
RENAMED_IN = 12  # ten seconds, and a sample


def podman(*args, **more):
    """With the limits of its containers, the hidden one of a pod included, as low as some hosts
    ask for."""
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as conf:
        conf.write('[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n')
        conf.flush()
        return command(*PODMAN, *args, env={**os.environ, "CONTAINERS_CONF": conf.name}, **more)


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
    for mount in set(MOUNTS.values()):
        with contextlib.suppress(OSError):
            os.rmdir(os.path.join(mount, parent[1:]))
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


@test("podman")
def podman_rename():
    """The same with Podman, whose conmon keeps the first name."""
    return renamed(podman, "vtop-pod1", "vtop-pod2")


run("docker", "podman")
