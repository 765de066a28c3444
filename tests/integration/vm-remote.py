#!/usr/bin/env python3
"""Other connections than that to this host's libvirt: over ssh, other drivers, wrong addresses."""

import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager

from guests import (SLOW, Skip, Stream, check, command, guest, guests, near, run, samples, source,
                    test, vtop)

SSHD = "/usr/sbin/sshd"


def connections(uris):
    return [word for uri in uris for word in ("-c", uri)]


# ---- ssh ----

def write(path, text, mode=0o600):
    with open(path, "w") as f:
        f.write(text)
    os.chmod(path, mode)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextmanager
def ssh_server():
    """A server and a client with keys of their own, known to nobody else: process, URIs by host,
    and a URI with a key that the server does not know."""
    if not os.access(SSHD, os.X_OK):
        raise Skip("sshd is not installed (Debian: openssh-server)")
    os.makedirs("/run/sshd", exist_ok=True)
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="vtop-ssh-") as where:
        for key in ("host", "good", "bad"):
            command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{where}/{key}")
        with open(f"{where}/host.pub") as f:
            write(f"{where}/known", f"[localhost]:{port},[127.0.0.1]:{port} {f.read()}")
        write(f"{where}/sshd",
              f"ListenAddress 127.0.0.1:{port}\nHostKey {where}/host\n"
              f"AuthorizedKeysFile {where}/good.pub\nStrictModes no\nPidFile none\n"
              "PermitRootLogin yes\n")
        for key in ("good", "bad"):
            write(f"{where}/{key}.conf", f"IdentityFile {where}/{key}\nIdentitiesOnly yes\n"
                  f"UserKnownHostsFile {where}/known\n")
            write(f"{where}/ssh-{key}", f'#!/bin/sh\nexec ssh -F {where}/{key}.conf "$@"\n', 0o700)
        server = subprocess.Popen([SSHD, "-D", "-f", f"{where}/sshd"], stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                  start_new_session=True)
        try:
            yield (server, [f"qemu+ssh://root@{host}:{port}/system?command={where}/ssh-good"
                            for host in ("localhost", "127.0.0.1")],
                   f"qemu+ssh://root@127.0.0.1:{port}/system?command={where}/ssh-bad")
        finally:
            server.terminate()
            server.wait(10)


def rows(sample, name):
    """By host."""
    return {g["host"]: g for g in sample["guests"] if g["name"] == name}


# A sanitizer of GCC 12 does not take its allocator's locks around fork(): the child in which
# libvirt starts ssh allocates, may wait for them for good, and keeps our streams open.
@test("libvirt", sanitized=False)
def over_ssh():
    """Two hosts over ssh: all that libvirt tells, a refused key, rows that stay when they go"""
    with ssh_server() as (server, uris, refused), \
            Stream("-d", "1", *connections(["qemu:///system", *uris])) as stream:
        def complete(sample):
            found = rows(sample, "web-1")
            return len(found) == 3 and all(g["write_bytes_per_second"] and g["rx_bytes_per_second"]
                                           for g in found.values())
        sample, _ = stream.until("web-1 on three hosts, with its rates", complete, 90)
        found = rows(sample, "web-1")
        here = found[sample["host"]["name"]]
        for host in ("localhost", "127.0.0.1"):
            there = found[host]
            check(there["state"] == "run" and there["vcpus"] == 1, f"{host}: {there['state']}")
            check(there["id"] == here["id"] and there["pid"] is None, "it is a machine elsewhere")
            check(there["memory_limit_bytes"] == 112 << 20, f"{there['memory_limit_bytes']}")
            near(f"cpu_percent on {host}", there["cpu_percent"], here["cpu_percent"], absolute=15)
            check(there["ready_percent"] is not None, "its ready time is absent")
        done = vtop("-b", "-n", "1", "-d", "2", "-f", "json", "-c", refused, start_new_session=True)
        wrong = source(json.loads(done.stdout), "ssh-bad")
        check(wrong["state"] in ("denied", "failed") and "ermission denied" in wrong["message"],
              f"{wrong['state']}: {wrong['message']}")
        check(not done.stderr, f"on stderr: {done.stderr.decode()[-300:]}")
        for pid in command("ps", "-o", "pid=", "--ppid", str(server.pid)).split():
            os.kill(int(pid), signal.SIGKILL)
        server.terminate()
        sample, _ = stream.until("the hosts are gone", lambda s: all(
            source(s, f"@{host}:")["state"] != "ok" for host in ("localhost", "127.0.0.1")), 30)
        check(set(rows(sample, "web-1")) == set(found), "their rows have gone with them")
        check(source(sample, "qemu:///system")["state"] == "ok", "this host's libvirt is well")
        near("cpu_percent here", rows(stream.next(), "web-1")[here["host"]]["cpu_percent"],
             here["cpu_percent"], absolute=15)
    return f"refused: {wrong['message']}"


# ---- other drivers, wrong addresses ----

def node(count):
    """A host for libvirt's test driver."""
    domains = "".join(
        f"<domain type='test'><name>t{i}</name><uuid>{i:08x}-1111-4222-8333-000000000001</uuid>"
        f"<memory>262144</memory><currentMemory>131072</currentMemory><vcpu>{1 + i % 4}</vcpu>"
        f"<os><type>hvm</type></os><devices><disk type='file' device='disk'>"
        f"<source file='/guest/{i}'/><target dev='vda'/></disk><interface type='network'>"
        f"<source network='default'/><target dev='vnet{i}'/></interface></devices></domain>"
        for i in range(count))
    return ("<node><cpu><mhz>6000</mhz><model>x</model><active>8</active><nodes>1</nodes>"
            "<sockets>2</sockets><cores>4</cores><threads>1</threads></cpu>"
            f"<memory>33554432</memory>{domains}</node>")


@test()
def made_up():
    """200 machines of the test driver, which has nothing in bulk but their state"""
    with tempfile.NamedTemporaryFile("w", suffix=".xml") as f:
        f.write(node(200))
        f.flush()
        begin = time.monotonic()
        found = samples("-d", "1", "-c", f"test://{f.name}", count=5)
        took = time.monotonic() - begin
    rows = [g for g in guests(found[-1], "vm") if re.fullmatch(r"t\d+", g["name"] or "")]
    check(len(rows) == 200, f"{len(rows)} rows")
    row = next(g for g in rows if g["name"] == "t3")
    check(row["vcpus"] == 4 and row["host"], f"{row['vcpus']} vCPUs, host {row['host']}")
    check(row["memory_bytes"] is None, f"memory_bytes {row['memory_bytes']}")
    near("its constant CPU", row["cpu_percent"], 100, absolute=5)
    check(row["read_bytes_per_second"], "its disk has single calls")
    check(row["rx_bytes_per_second"], "its interface has single calls")
    check(took < 12, f"5 samples took {took:.1f} s")
    return f"5 samples in {took:.1f} s"


@test("libvirt")
def several():
    """A bad URI costs one line; the other hypervisors go on; nobody is asked for a password"""
    uris = ["qemu:///system", "test:///default", "hyperv://no.host.invalid/", "nonsense://",
            "esx://no.host.invalid/"]
    if SLOW == 1:  # see over_ssh()
        uris.append("qemu+ssh://root@localhost:1/system")
    done = vtop("-b", "-n", "1", "-d", "3", "-f", "json", *connections(uris), timeout=40,
                start_new_session=True)
    check(done.returncode == 0, f"status {done.returncode}: {done.stderr.decode()}")
    sample = json.loads(done.stdout.splitlines()[0])
    guest(sample, "web-1")
    guest(sample, "test")
    check(source(sample, "qemu:///system")["state"] == "ok", "qemu:///system is well")
    for uri in uris[2:]:
        s = source(sample, uri.partition(":")[0])
        check(s["state"] in ("failed", "denied", "absent"), f"{s['name']} is {s['state']}")
        check(s["message"] and "\n" not in s["message"], f"{s['name']}: {s['message']}")
    check("hyperv" in source(sample, "hyperv")["message"], source(sample, "hyperv")["message"])
    check(not done.stderr, f"on stderr: {done.stderr.decode()[-300:]}")
    return "; ".join(f"{s['state']}: {s['message']}" for s in sample["sources"] if s["message"])


@test("libvirt")
def containers_of_libvirt():
    """lxc:/// next to qemu:///system: a connection of its own, which has no guests here"""
    sample = samples("-d", "1", *connections(["qemu:///system", "lxc:///"]), count=2)[-1]
    s = source(sample, "lxc:///")
    check(s["state"] == "ok", f"{s['state']}: {s['message']}")
    check(not guests(sample, "lxc-libvirt"), "whose are they?")
    guest(sample, "web-1")


run("libvirt")
