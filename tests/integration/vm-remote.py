#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""Other connections than that to this host's libvirt: over ssh, other drivers, wrong addresses."""

import json
import os
import re
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
from contextlib import contextmanager, suppress

from guests import (CPUS, PATIENCE, SLOW, Skip, Stream, check, command, find, guest, guests,
                    machine_pid, near, run, samples, source, test, virsh, vtop)
from machines import machines

SSHD = "/usr/sbin/sshd"


def connections(uris):
    return [word for uri in uris for word in ("-c", uri)]


# ---- another host ----

# A vtop that is told nothing from which it could know that a daemon runs on the same host: another
# host name, CPU times that stand still, no daemon of its own.
APART = """hostname vtop-apart && mount -t tmpfs tmpfs /run/libvirt && mount --bind "$1" /proc/stat &&
shift && exec "$@"
"""


@contextmanager
def apart():
    """What to start vtop through, so that this host's libvirt is that of another host."""
    with tempfile.NamedTemporaryFile("w") as f:
        with open("/proc/stat") as stat:
            f.write(stat.read())
        f.flush()
        yield ("unshare", "-m", "-u", "sh", "-c", APART, "sh", f.name)


def far_row(sample, name):
    """The machine there; here it is a process."""
    found = [g for g in sample["guests"] if g["name"] == name and g["pid"] is None]
    check(len(found) < 2, f"{len(found)} machines {name} elsewhere")
    return found[0] if found else None


# ---- a network that forgets ----

KEEPALIVE = 0x6b656570  # libvirt's program number for it; procedure 1 is the question


class Wire:
    """TCP to this host's libvirtd, as from another host. Cut, it swallows what comes by the
    connections of then and by the next one, and nobody learns of it."""

    class End:
        """One connection: its questions whether anybody is there, by time, and when it ended."""

        def __init__(self, client, muted):
            self.client, self.muted = client, muted
            self.daemon = socket.socket(socket.AF_UNIX)
            self.daemon.connect("/run/libvirt/libvirt-sock")
            self.asked, self.ended = [], None
            for function in (self.up, self.down):
                threading.Thread(target=function, daemon=True).start()

        def up(self):
            stream = self.client.makefile("rb")
            while len(header := stream.read(16)) == 16:
                length, program, _, procedure = struct.unpack(">4I", header)
                packet = header + stream.read(length - len(header))
                if self.muted and (program, procedure) == (KEEPALIVE, 1):
                    self.asked.append(time.monotonic())
                if not self.muted:
                    self.daemon.sendall(packet)
            self.ended = time.monotonic()
            self.daemon.shutdown(socket.SHUT_RDWR)

        def down(self):
            try:
                while data := self.daemon.recv(65536):
                    if not self.muted:
                        self.client.sendall(data)
                self.client.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # the client has gone

    def __init__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.uri = f"qemu+tcp://127.0.0.1:{self.server.getsockname()[1]}/system"
        self.ends, self.swallow, self.was_cut = [], 0, None
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            client, _ = self.server.accept()
            self.ends.append(Wire.End(client, self.swallow > 0))
            self.swallow -= self.swallow > 0

    def cut(self):
        """The connections that are cut."""
        lost = [end for end in self.ends if end.ended is None]
        self.swallow, self.was_cut = 1, time.monotonic()
        for end in lost:
            end.muted = True
        return lost


class Outage:
    """A host that is cut off while the other tests run: it takes over half a minute."""
    stream = None

    @classmethod
    def begin(cls):
        cls.wire = Wire()
        with apart() as through:
            cls.stream = Stream("-d", "1", "-c", cls.wire.uri, through=through)
            cls.stream.next()  # it has begun: what it was started through is in place
        cls.stream.until("web-1 with its rates", lambda s: (
            cls.row(s) or {}).get("write_bytes_per_second"), 40)
        cls.lost = cls.wire.cut()

    @staticmethod
    def row(sample):
        return far_row(sample, "web-1")


@test("libvirt", sanitized=False)
def cut_off():
    """A host that the network forgets (what became of it is the last test)"""
    Outage.begin()
    return f"{len(Outage.lost)} connections"


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


@contextmanager
def wired():
    """This host's libvirtd over TCP."""
    yield Wire().uri


# A sanitizer of GCC 12 does not take its allocator's locks around fork(): the child in which
# libvirt starts ssh allocates, may wait for them for good, and keeps our streams open.
@test("libvirt", sanitized=False)
def this_host():
    """This host by two names over ssh, and without: one host, one row of each machine"""
    with ssh_server() as (_, uris, _), wired() as wire, \
            Stream("-d", "1", *connections([*uris, "qemu:///system", wire])) as stream:
        stream.until("all are well", lambda s: all(
            source(s, name)["state"] == "ok"
            for name in ("@localhost:", "@127.0.0.1:", "qemu:///system", "qemu+tcp:"))
            and (find(s, "web-1") or {}).get("write_bytes_per_second"), 90)
        for _ in range(3):
            sample = stream.next()
            check(len(sample["hosts"]) == 1, f"hosts {[h['name'] for h in sample['hosts']]}")
            for name in ("web-1", "db idle_1"):
                row = guest(sample, name)  # exactly one
                check(row["pid"] == machine_pid(name) and row["state"] == "run", f"{name}: {row}")
            check(guest(sample, "web-1")["cpu_percent"] > 0, "web-1 works")
    return "four connections, one host"


@test("libvirt", sanitized=False)
def over_ssh():
    """A host by two names over ssh: all that libvirt tells, a refused key, rows that stay"""
    def ended(sample):
        return all(source(sample, f"@{host}:")["state"] != "ok" for host in ("localhost", "127.0.0.1"))
    with ssh_server() as (server, uris, refused), apart() as through, \
            Stream("-d", "1", *connections(uris), through=through) as stream:
        sample, _ = stream.until("web-1 with its rates", lambda s: all(
            (far_row(s, "web-1") or {}).get(key)
            for key in ("write_bytes_per_second", "rx_bytes_per_second")), 90)
        sample, _ = stream.until("both connections", lambda s: all(
            source(s, f"@{host}:")["state"] == "ok" for host in ("localhost", "127.0.0.1")), 90)
        there = far_row(sample, "web-1")
        here = next(g for g in sample["guests"] if g["name"] == "web-1" and g["pid"])
        check(here["pid"] == machine_pid("web-1"), "what runs here is a process")
        check(there["state"] == "run" and there["vcpus"] == 1, there["state"])
        check(there["id"] == virsh("domuuid", "web-1").strip(), there["id"])
        near_host, far_host = sample["hosts"]
        check(near_host["local"] and here["host"] == near_host["name"], f"{near_host['name']}")
        check(not far_host["local"] and there["host"] == far_host["name"], f"on {there['host']}")
        check(far_host["cpus"] == CPUS, f"{far_host['cpus']} CPUs")
        check(far_host["memory_total_bytes"] == near_host["memory_total_bytes"], "memory there")
        check(0 < far_host["cpu_percent_of_host"] <= 100, f"{far_host['cpu_percent_of_host']} %")
        check(there["memory_limit_bytes"] == 112 << 20, f"{there['memory_limit_bytes']}")
        near("cpu_percent there", there["cpu_percent"], here["cpu_percent"], absolute=15)
        check(there["ready_percent"] is not None, "its ready time is absent")
        done = vtop("-b", "-n", "1", "-d", "2", "-f", "json", "-c", refused, start_new_session=True)
        wrong = source(json.loads(done.stdout), "ssh-bad")
        check(wrong["state"] in ("denied", "failed") and "ermission denied" in wrong["message"],
              f"{wrong['state']}: {wrong['message']}")
        check(not done.stderr, f"on stderr: {done.stderr.decode()[-300:]}")
        for pid in command("ps", "-o", "pid=", "--ppid", str(server.pid)).split():
            with suppress(ProcessLookupError):  # it may have ended by itself
                os.kill(int(pid), signal.SIGKILL)
        server.terminate()
        sample, _ = stream.until("the connections have ended", ended, 30)
        check(far_row(sample, "web-1"), "its row has gone with them")
        check(here["cpu_percent"] is not None, "what runs here is well")
    return f"refused: {wrong['message']}"


# A password in a URI is for libvirt alone.
SECRET = "swordfish-17"


@test("libvirt")
def password():
    """A password in a URI: nowhere in text, CSV, JSON, on stderr, or in what libvirt says"""
    uris = [f"esx://root:{SECRET}@no.host.invalid/", f"nonsense://root:{SECRET}@no.host.invalid/",
            f"qemu+ssh://root:{SECRET}@localhost:1/system", f"test://root:{SECRET}@x/default"]
    if SLOW > 1:  # see this_host()
        del uris[2]
    said = b""
    for form in ("text", "csv", "json"):
        done = vtop("-b", "-n", "1", "-d", "2", "-f", form, *connections(uris), timeout=40,
                    start_new_session=True)
        said += done.stdout + done.stderr
        for s in json.loads(done.stdout)["sources"] if form == "json" else []:
            check("root" not in s["name"] or "root:***@" in s["name"], s["name"])
    done = vtop("-c", f"root:{SECRET}@localhost/system")
    said += done.stdout + done.stderr
    check(b"root:***@localhost" in done.stderr, done.stderr.decode())
    check(SECRET.encode() not in said, f"it is there: {said.decode(errors='replace')[:2000]}")


# ---- other drivers, wrong addresses ----

def node(count, twin):
    """A host for libvirt's test driver, which has a machine of that name and uuid as well."""
    named = [(f"t{i}", f"{i:08x}-1111-4222-8333-000000000001") for i in range(count)] + [twin]
    domains = "".join(
        f"<domain type='test'><name>{name}</name><uuid>{uuid}</uuid>"
        f"<memory>262144</memory><currentMemory>131072</currentMemory><vcpu>{1 + i % 4}</vcpu>"
        f"<os><type>hvm</type></os><devices><disk type='file' device='disk'>"
        f"<source file='/guest/{i}'/><target dev='vda'/></disk><interface type='network'>"
        f"<source network='default'/><target dev='vnet{i}'/></interface></devices></domain>"
        for i, (name, uuid) in enumerate(named))
    return ("<node><cpu><mhz>6000</mhz><model>x</model><active>8</active><nodes>1</nodes>"
            "<sockets>2</sockets><cores>4</cores><threads>1</threads></cpu>"
            f"<memory>33554432</memory>{domains}</node>")


@test("libvirt")
def made_up():
    """200 machines of the test driver, which has little in bulk; one more is called as a real one"""
    uuid = virsh("domuuid", "web-1").strip()
    with tempfile.NamedTemporaryFile("w", suffix=".xml") as f:
        f.write(node(200, ("web-1", uuid)))
        f.flush()
        begin = time.monotonic()
        found = samples("-d", "1", *connections([f"test://{f.name}", "qemu:///system"]), count=5)
        took = time.monotonic() - begin
        twins = rows(found[-1], "web-1")
        made = twins.pop(f"test://{f.name}")
    listed = [g for g in guests(found[-1], "vm") if re.fullmatch(r"t\d+", g["name"] or "")]
    check(len(listed) == 200, f"{len(listed)} rows")
    row = next(g for g in listed if g["name"] == "t3")
    check(row["vcpus"] == 4 and row["host"], f"{row['vcpus']} vCPUs, host {row['host']}")
    check(row["memory_bytes"] is None, f"memory_bytes {row['memory_bytes']}")
    near("its constant CPU", row["cpu_percent"], 100, absolute=5)
    check(row["read_bytes_per_second"], "its disk has single calls")
    check(row["rx_bytes_per_second"], "its interface has single calls")
    check(made["pid"] is None and made["memory_limit_bytes"] == 128 << 20, f"its twin: {made}")
    real = twins.pop(found[-1]["hosts"][0]["name"])
    check(real["pid"] == machine_pid("web-1") and real["memory_limit_bytes"] == 112 << 20
          and made["id"] == real["id"] == uuid and not twins, f"the real one: {real}")
    check(took < 12, f"5 samples took {took:.1f} s")
    return f"5 samples in {took:.1f} s"


@test("libvirt")
def several():
    """A bad URI costs one line; the other hypervisors go on; nobody is asked for a password"""
    uris = ["qemu:///system", "test:///default", "hyperv://no.host.invalid/", "nonsense://",
            "esx://no.host.invalid/"]
    if SLOW == 1:  # see this_host()
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


# ---- connections that end ----

def clients_of(pid):
    """Of libvirtd's clients those that are this process."""
    def of(client):
        said = command("virt-admin", "client-info", "libvirtd", client, ok=False)
        return re.search(r"unix_process_id\s*: (\d+)", said)
    listed = re.findall(r"^ (\d+) +unix", command("virt-admin", "client-list", "libvirtd"), re.M)
    return {client for client in listed if (found := of(client)) and int(found[1]) == pid}


@test("libvirt")
def thrown_out():
    """A libvirtd that goes on but closes our connections: back at once, rows stay, events come"""
    with Stream("-d", "1") as stream:
        stream.until("web-1 writes", lambda s: (
            find(s, "web-1") or {}).get("write_bytes_per_second"), 40)
        before, first = clients_of(stream.process.pid), len(stream.samples)
        check(len(before) == 2, f"{len(before)} connections")
        began = time.monotonic()
        for client in before:
            command("virt-admin", "client-disconnect", "libvirtd", client)
        stream.until("a new connection", lambda s: clients_of(stream.process.pid) - before, 40)
        back = time.monotonic() - began
        stream.until("all is well", lambda s: source(s, "qemu:///system")["state"] == "ok"
                     and guest(s, "web-1")["write_bytes_per_second"], 40)
        for _, sample in stream.samples[first:]:
            for name in ("web-1", "db idle_1"):
                row = guest(sample, name)
                check(row["state"] == "run" and row["cpu_percent"] is not None,
                      f"{name}: {row['state']}, {row['cpu_percent']} %")
        # Without events each of these would be seen when all are asked, every 10 s.
        with machines(vtop_new={}):
            began = time.monotonic()
            stream.until("a new machine's disk", lambda s: (find(s, "vtop-new") or {}).get(
                "read_bytes_per_second") is not None, 20)
            for what, state in 2 * [("suspend", "paused"), ("resume", "run")]:
                virsh(what, "vtop-new")
                stream.until(state, lambda s: guest(s, "vtop-new")["state"] == state, 20)
            took = time.monotonic() - began
        check(took < 25, f"a start and four changes were seen after {took:.1f} s")
    return f"back after {back:.1f} s; a start and four changes in {took:.1f} s"


@test("libvirt", sanitized=False)
def keepalive():
    """The host that was cut off: questions whether it is there, the end, rows that age, a way back"""
    if not Outage.stream:
        Outage.begin()
    with Outage.stream as stream:
        def end(sample):
            return source(sample, "127.0.0.1")["state"] == "ok" and (
                Outage.row(sample)["write_bytes_per_second"])
        cut = Outage.wire.was_cut
        while not all(connection.ended for connection in Outage.lost):
            stream.next()
            check(time.monotonic() - cut < 60 * PATIENCE, "it still waits for an answer")
        stream.until("the host is back", end, 60)
        after = [s for when, s in stream.samples if when > cut]
    for connection in Outage.lost:  # the first question may have come just before the cut
        asked, took = len(connection.asked), connection.ended - cut
        check(asked in (2, 3) and took > 9, f"asked {asked} times, ended after {took:.1f} s")
    check(Outage.wire.swallow == 0, "no new connection was tried that was swallowed as well")
    stale = [s for s in after if source(s, "127.0.0.1")["state"] == "stale"]
    check(stale, "it was never said that the host does not answer")
    for sample in after:
        row = Outage.row(sample)
        check(row and row["state"] == "run" and row["vcpus"] == 1, f"its row there: {row}")
    ages = [source(s, "127.0.0.1")["age_seconds"] for s in stale]
    check(ages == sorted(ages) and ages[-1] > 15, f"its age: {ages}")
    oldest = Outage.row(stale[-1])
    check(oldest["cpu_percent"] is None and oldest["write_bytes_per_second"] is None,
          f"who knows? {oldest['cpu_percent']} {oldest['write_bytes_per_second']}")
    check(oldest["memory_limit_bytes"] == 112 << 20, f"{oldest['memory_limit_bytes']}")
    said = list(dict.fromkeys(source(s, "127.0.0.1")["message"] for s in stale))
    ended = max(connection.ended for connection in Outage.lost) - cut
    return f"ended after {ended:.1f} s, stale for {ages[-1]:.0f} s: {'; '.join(said)}"


run("libvirt")
