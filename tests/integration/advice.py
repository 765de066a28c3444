#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""What vtop concludes about guests of real engines: a disk that libvirt throttles, --summary beside the
kernel's own counters, and advice whose commands do what they say."""

import contextlib
import json
import tempfile

from guests import (Container, Recorder, Stream, check, container_pid, docker, near, run, test, virsh,
                    vtop)

DISK = "vda"
MINUTE = 60  # the least history that --advise can be told to be content with


@contextlib.contextmanager
def settings(**thresholds):
    with tempfile.NamedTemporaryFile("w") as f:
        for name, number in thresholds.items():
            f.write(f"threshold.{name.replace('_', '-')} = {number}\n")
        f.flush()
        yield f.name


# ---- findings ----

@contextlib.contextmanager
def throttled(name, iops):
    virsh("blkdeviotune", name, DISK, "--total-iops-sec", str(iops), "--live")
    try:
        yield
    finally:
        virsh("blkdeviotune", name, DISK, "--total-iops-sec", "0", "--live")


@test("libvirt", sanitized=False)
def throttled_disk():
    """A disk that blkdeviotune holds up is found, and the host's disks are not blamed"""
    with settings(latency_hold=10) as file, throttled("web-1", 8), \
            Stream("--config", file, "-d", "1", "-F", "web-1", "-s", "write_latency_ms") as stream:
        sample, _ = stream.until("disk-slow of web-1", lambda s: any(
            f["rule"] == "disk-slow" and f["guest"] == "web-1" for f in s["findings"]), 120)
    finding, = [f for f in sample["findings"] if f["guest"] == "web-1"]
    check(finding["resource"] == "disk" and finding["rule"] == "disk-slow", str(finding))
    check("its I/O limits" in finding["sentence"] or "is slow as well" in finding["sentence"],
          finding["sentence"])
    return finding["sentence"]


# ---- --summary ----

@test("docker")
def summary():
    """--summary beside a command: its mean is what the kernel counted in that time, its status passes"""
    group = Container(container_pid("vtop-busy"))
    with Recorder(cpu=group.cpu_ns) as recorder:
        done = vtop("--summary", "-d", "0.5", "-f", "json", "-F", "vtop-busy", "--", "sh", "-c",
                    "sleep 8; exit 7", timeout=60)
    check(done.returncode == 7, f"status {done.returncode}: {done.stderr.decode()}")
    result = json.loads(done.stdout)
    check(result["schema"] == "vtop-summary/1", result["schema"])
    busy, = [g for g in result["guests"] if g["name"] == "vtop-busy"]
    cpu = busy["metrics"]["cpu_percent"]
    check(cpu["n"] >= 5 and cpu["min"] <= cpu["median"] <= cpu["p95"] <= cpu["max"], str(cpu))
    times, values = recorder.times["cpu"], recorder.values["cpu"]
    kernel = 100 * (values[-1] - values[0]) / 1e9 / (times[-1] - times[0])
    near("CPU of vtop-busy over the command", cpu["mean"], kernel, absolute=3, relative=0.1)
    return f"mean {cpu['mean']} %, the kernel {kernel:.2f} %, n {cpu['n']}"


# ---- --advise ----

def advice_about(document, guest, resource):
    found = [a for a in document["advice"] if a["guest"] == guest and a["resource"] == resource]
    check(found, f"no advice about {resource} of {guest}: {document['advice']}")
    return found[0]


def limit_of(name):
    """CPUs that a container may use, as docker says."""
    return int(docker("inspect", "-f", "{{.HostConfig.NanoCpus}}", name)) / 1e9


@test("docker", sanitized=False)
def advised():
    """A container that its quota stops should have more: the command that is printed gives it that"""
    before = limit_of("vtop-busy")
    with settings(advice_history=MINUTE) as file:
        done = vtop("--config", file, "--advise", "-d", "1", "-n", str(MINUTE + 15), "-f", "json",
                    "-F", "vtop-busy", timeout=MINUTE * 6)
    check(done.returncode == 0, done.stderr.decode())
    advice = advice_about(json.loads(done.stdout), "vtop-busy", "cpu")
    check(advice["from"] == before and advice["to"] > before, str(advice))
    check(advice["confidence"] == "low", "a minute of history is not much")
    check(advice["command"].startswith("docker update --cpus="), advice["command"])
    try:
        docker(*advice["command"].split()[1:])
        check(abs(limit_of("vtop-busy") - advice["to"]) < 1e-6,
              f"{advice['command']} gave {limit_of('vtop-busy')}")
        after = json.loads(vtop("-b", "-n", "1", "-f", "json", "-F", "vtop-busy").stdout)
        check(after["guests"][0]["cpu_limit_cores"] == advice["to"],
              f"vtop shows {after['guests'][0]['cpu_limit_cores']} cores")
    finally:
        docker("update", "--cpus", str(before), "vtop-busy")
    return f"{advice['command']}: {advice['what']}"


run("libvirt", "docker")
