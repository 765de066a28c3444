#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""VMware's hosts through libvirt's esx and vpx drivers, against the vSphere simulator."""

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager

from guests import (ENV_ROOT, HERE, Failure, Skip, check, find, guest, run, samples, source, test,
                    vtop)

PROGRAM = os.path.join(ENV_ROOT, "cache", "vsphere")
SOURCE = os.path.join(HERE, "vsphere.go")
GOPATH = "/usr/share/gocode"

CREDENTIALS = """
[credentials-simulator]
username=user
password=pass
[auth-esx-127.0.0.1]
credentials=simulator
[auth-vpx-127.0.0.1]
credentials=simulator
"""


def build():
    """The simulator, once; it takes a minute."""
    if not shutil.which("go"):
        raise Skip("go is not installed (Debian: golang-go)")
    if not os.path.isdir(f"{GOPATH}/src/github.com/vmware/govmomi/simulator"):
        raise Skip("the simulator is not installed (Debian: golang-github-vmware-govmomi-dev)")
    if os.path.exists(PROGRAM) and os.path.getmtime(PROGRAM) > os.path.getmtime(SOURCE):
        return
    os.makedirs(os.path.dirname(PROGRAM), exist_ok=True)
    with tempfile.TemporaryDirectory() as cache:
        done = subprocess.run(["go", "build", "-o", PROGRAM, SOURCE], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=600,
                              text=True, env={**os.environ, "GO111MODULE": "off", "HOME": cache,
                                              "GOPATH": GOPATH, "GOCACHE": cache})
    if done.returncode != 0:
        raise Failure(f"the simulator does not build: {done.stdout[-500:]}")


@contextmanager
def simulator(kind, machines):
    """Its port."""
    build()
    process = subprocess.Popen([PROGRAM, kind, str(machines)], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield int(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


def look(uri, password):
    """The last of four samples through that URI alone."""
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as f:
        f.write(CREDENTIALS.replace("pass\n", f"{password}\n"))
        f.flush()
        return samples("-d", "1", "-c", uri, count=4, timeout=60,
                       env={**os.environ, "LIBVIRT_AUTH_FILE": f.name})[-1]


def check_machines(sample, names, driver):
    """State, vCPUs and memory are there; what the driver does not count is absent, not 0."""
    for name in names:
        g = guest(sample, name)
        check(g["state"] == "run", f"{name} is {g['state']}")
        check(g["host"] == sample["hosts"][1]["name"] != sample["hosts"][0]["name"],
              f"{name} is on {g['host']}")
        check(g["host_id"] == sample["hosts"][1]["id"], f"{name} is on {g['host_id']}")
        check(g["vcpus"] == 1, f"{name} has {g['vcpus']} vCPUs")
        check(g["memory_limit_bytes"] == 32 << 20, f"{name} was given {g['memory_limit_bytes']}")
        for key in ("cpu_percent", "memory_bytes", "read_bytes_per_second", "rx_bytes_per_second",
                    "ready_percent", "exits_per_second"):
            check(g[key] is None, f"{key} of {name} is {g[key]}")
    s = source(sample, "127.0.0.1")
    check(s["state"] == "ok" and driver in (s["message"] or ""), f"{s['state']}: {s['message']}")
    return s["message"]


@test()
def esx():
    """An ESX host: machines with state, vCPUs and memory; the driver is named for the rest"""
    with simulator("esx", 3) as port:
        sample = look(f"esx://127.0.0.1:{port}/?transport=http", "pass")
    return check_machines(sample, [f"ha-host_VM{i}" for i in range(3)], "ESX")


@test()
def vpx():
    """A host behind a vCenter"""
    with simulator("vpx", 2) as port:
        sample = look(f"vpx://127.0.0.1:{port}/DC0/DC0_C0/DC0_C0_H0?transport=http", "pass")
    return check_machines(sample, [f"DC0_C0_RP0_VM{i}" for i in range(2)], "ESX")


@test()
def refused():
    """Without credentials, or with wrong ones: one line, no prompt, and this host goes on"""
    with simulator("esx", 1) as port:
        uri = f"esx://127.0.0.1:{port}/?transport=http"
        sample = look(uri, "")  # it takes any other
        check(find(sample, "ha-host_VM0") is None, "it let us in")
        wrong = source(sample, "127.0.0.1")
        check(wrong["state"] in ("failed", "denied"), wrong["state"])
        done = vtop("-b", "-n", "1", "-d", "2", "-c", uri, start_new_session=True,
                    env={**os.environ, "LIBVIRT_AUTH_FILE": "/dev/null"})
    check(done.returncode == 0 and b"assword" not in done.stdout + done.stderr, "it asks")
    return wrong["message"]


run()
