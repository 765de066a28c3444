#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""Batch mode on real guests: formats, choices, users, pipes, mistakes, and hostile names."""

import csv
import io
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager

from guests import (MOUNTS, SLOW, VTOP, Failure, Skip, check, docker, guest, guests,
                    near, public_copy, run, sample_time, samples, source, test, virsh, vtop)

OURS = {"web-1": "vm", "db idle_1": "vm", "raw-tcg": "vm", "vtop-busy": "docker",
        "vtop-idle": "docker", "vtop-pod1": "podman", "vtop-lxc1": "lxc"}
ALL = ("libvirt", "qemu", "docker", "podman", "lxc")


def output(*args, **more):
    """Standard output of a run that has to succeed."""
    done = vtop(*args, **more)
    check(done.returncode == 0, f"vtop {' '.join(args)}: status {done.returncode}: "
          + done.stderr.decode(errors="replace")[-300:])
    return done.stdout.decode()


def table(*args):
    """Rows of guests of a CSV run."""
    text = output("-b", "-f", "csv", "-n", "1", "-d", "1", *args)
    return [row for row in csv.DictReader(io.StringIO(text)) if row.get("type") != "host"]


def names(*args):
    return [row["name"] for row in table(*args)]


@test("docker")
def primed():
    """-n 1 waits for a second sample, so that its rates are real, however short the interval"""
    begin = time.monotonic()
    sample = samples("-d", "2")[0]
    took = time.monotonic() - begin
    check(guest(sample, "vtop-busy")["cpu_percent"] is not None, "vtop-busy has no rate")
    check(sample["hosts"][0]["cpu_percent_of_host"] is not None, "the host has no rate")
    near("interval_seconds", sample["interval_seconds"], 2, absolute=1)
    check(took >= 2, f"-d 2 took {took:.2f} s")
    quick = guests(samples("-d", "0.1")[0], "docker")  # too quick for names
    check(quick and all(g["cpu_percent"] is not None for g in quick), f"-d 0.1: {quick}")
    return f"{guest(sample, 'vtop-busy')['cpu_percent']:.1f} % after {took:.2f} s"


@test("docker")
def pace():
    """Samples come at the pace that was asked for"""
    times = [sample_time(sample) for sample in samples("-d", "0.5", count=7)]
    apart = sorted(b - a for a, b in zip(times, times[1:]))
    check(apart[0] > 0, f"times: {times}")
    near("the middle one of the intervals", apart[len(apart) // 2], .5, absolute=.2)
    return f"7 samples within {times[-1] - times[0]:.2f} s"


@test(*ALL)
def csv_format():
    """CSV: one row per guest and sample, a UTC time, units in the header, empty for absent"""
    text = output("-b", "-f", "csv", "-n", "2", "-d", "1")
    rows = list(csv.reader(io.StringIO(text)))
    header, rows = rows[0], rows[1:]
    for name in ("time", "type", "name", "cpu_percent", "memory_bytes", "throttled_percent"):
        check(name in header, f"no column {name} in {header}")
    check(text.count("time,type,") == 1, "the header comes more than once")
    for row in rows:
        check(len(row) == len(header), f"{len(row)} cells under {len(header)} titles: {row}")
    rows = [dict(zip(header, row)) for row in rows]
    hosts = [row for row in rows if row["type"] == "host"]
    check(len(hosts) == 2 and header[1] == "type", f"{len(hosts)} rows of hosts in 2 samples")
    json_host = samples("-d", "1")[0]["hosts"][0]
    for key in ("name", "id", "memory_total_bytes"):
        check(hosts[0][key] == str(json_host[key]), f"{key}: {hosts[0][key]}, {json_host[key]}")
    check(hosts[0]["memory_bytes"] == "" and hosts[0]["memory_charged_bytes"] == "",
          "a host has memory of guests")
    for row in rows:
        if row["type"] != "host":
            check(row["host_id"] == hosts[0]["id"] and row["memory_total_bytes"] == "", f"{row}")
    for name in OURS:
        mine = [row for row in rows if row["name"] == name]
        check(len(mine) == 2, f"{len(mine)} rows of {name} in 2 samples")
        check(len({row["time"] for row in mine}) == 2, f"both rows of {name} have one time")
    for row in rows:
        check(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", row["time"]),
              f"not a UTC time: {row['time']}")
    busy = [row for row in rows if row["name"] == "vtop-busy"][-1]
    near("cpu_percent of vtop-busy", float(busy["cpu_percent"]), 15, absolute=14)
    check(busy["vcpus"] == "", f"vcpus of a container: {busy['vcpus']!r}")
    only = list(csv.DictReader(io.StringIO(
        output("-b", "-f", "csv", "-n", "1", "-d", "1", "-t", "host"))))
    check([row["type"] for row in only] == ["host"], f"-t host: {only}")
    check(all(row["type"] == "docker" for row in csv.DictReader(io.StringIO(
        output("-b", "-f", "csv", "-n", "1", "-d", "1", "-t", "docker")))), "-t docker: a host")
    text = output("-b", "-f", "csv", "-n", "1", "-d", "1", "--no-header")
    check("cpu_percent" not in text and "vtop-busy" in text, "--no-header still prints one")
    return f"{len(rows)} rows of {len(header)} columns"


@test(*ALL)
def text_format():
    """Text: titles, one aligned line per guest, a dash for absent"""
    text = output("-b", "-n", "1", "-d", "1")
    lines = text.splitlines()
    titles = [i for i, line in enumerate(lines) if "NAME" in line and "CPU%" in line]
    check(len(titles) == 1, f"{len(titles)} lines of titles")
    at = lines[titles[0]].index("NAME")
    for name, kind in OURS.items():
        mine = [line for line in lines[titles[0] + 1:] if line[at:].startswith(name + " ")]
        check(len(mine) == 1, f"{len(mine)} lines of {name} below NAME")
        check(mine[0].startswith(kind + " "), f"no type {kind}: {mine[0]}")
    idle = next(line for line in lines if "vtop-idle" in line)
    check(re.search(r"\s-(\s|$)", idle), f"no dash in: {idle}")
    check("vtop-idle" in output("-b", "-n", "1", "-d", "1", env={
        **os.environ, "TERM": "dumb", "LC_ALL": "C"}), "text needs a terminal")
    text = output("-b", "-n", "1", "-d", "1", "--no-header")
    check("CPU%" not in text and "vtop-idle" in text, "--no-header still prints titles")
    return f"{len(OURS)} guests, each under its title"


@test(*ALL)
def types():
    """-t takes the types that are named"""
    for choice in ("vm", "docker", "docker,lxc", "podman"):
        rows, wanted = table("-t", choice), choice.split(",")
        found = {row["type"] for row in rows}
        check(found == set(wanted), f"-t {choice}: {found}")
        for name, kind in OURS.items():
            there = name in [row["name"] for row in rows]
            check((kind in wanted) == there, f"-t {choice}: {name}")
    rows = {row["type"] for row in table("-t", "ct")}
    check(rows >= {"docker", "podman", "lxc"} and "vm" not in rows, f"-t ct: {rows}")
    return "vm, docker, docker and lxc, podman, all containers"


@test(*ALL)
def filters():
    """-F takes the guests whose name has one of the words"""
    check(names("-F", "vtop-b") == ["vtop-busy"], f"vtop-b: {names('-F', 'vtop-b')}")
    found = set(names("-F", "web-1|vtop-idle"))
    check(found == {"web-1", "vtop-idle"}, f"web-1|vtop-idle: {found}")
    check(names("-F", "no such guest") == [], "a word that nobody has")
    return "one word, two words, a word that nobody has"


@test(*ALL)
def sorting():
    """-s sorts by a column, and -s -COLUMN the other way; absent values last both ways"""
    def order(key):
        return [row[key.lstrip("-")] for row in table("-s", key)]

    def direction(values):
        known = [float(v) for v in values if v]
        check("" not in values[:len(known)], f"absent values are not last: {values}")
        check(len(known) > 1, f"only {known}")
        up = all(a <= b + 1e-9 for a, b in zip(known, known[1:]))
        down = all(a >= b - 1e-9 for a, b in zip(known, known[1:]))
        check(up != down, f"not sorted: {known}")
        return "up" if up else "down"
    for key in ("cpu_percent", "memory_bytes"):
        check(direction(order(key)) != direction(order("-" + key)), f"both ways of {key} are one")
    check("" in order("rx_bytes_per_second"), "nobody without a network")
    direction(order("rx_bytes_per_second"))
    direction(order("-rx_bytes_per_second"))
    one, other = order("name"), order("-name")
    check(one == other[::-1] and one != other, f"by name: {one}, {other}")
    return "by CPU, memory, network and name, both ways"


@test("docker")
def columns():
    """-o takes the columns that are named, in that order"""
    text = output("-b", "-f", "csv", "-n", "1", "-d", "1", "-o", "memory_bytes,name,cpu_percent")
    check(text.splitlines()[0] == "time,memory_bytes,name,cpu_percent", text.splitlines()[0])
    sample = samples("-d", "1", "-o", "name,cpu_percent")[0]
    check(list(sample["guests"][0]) == ["name", "cpu_percent"], f"{list(sample['guests'][0])}")
    near("cpu_percent of vtop-busy", guest(sample, "vtop-busy")["cpu_percent"], 15, absolute=14)
    return text.splitlines()[0]


@test(*ALL)
def recorded():
    """A recording of real guests prints as JSON what batch printed, but for messages of sources"""
    def told(text):
        told = [json.loads(line) for line in text.splitlines()]
        for sample in told:
            for entry in sample["sources"]:
                del entry["message"]
        return told

    with tempfile.TemporaryDirectory() as top:
        live = told(output("-b", "-f", "json", "-d", "1", "-n", "5", f"--record={top}/rec"))
        replay = told(output("-b", "-f", "json", f"--replay={top}/rec"))
        size = sum(os.path.getsize(f"{top}/rec/{name}") for name in os.listdir(f"{top}/rec"))
    check(len(live) == len(replay) == 5, f"{len(live)} samples, {len(replay)} replayed")
    for number, (was, again) in enumerate(zip(live, replay), 1):
        for key in was:
            check(was[key] == again[key], f"sample {number}, {key}: {was[key]} became {again[key]}")
    kinds = {row["type"] for row in live[0]["guests"]}
    check({"vm", "docker", "podman", "lxc"} <= kinds, f"types: {kinds}")
    return f"{len(live[0]['guests'])} guests, {size} bytes"


@test("libvirt", "docker")
def connections():
    """-c names hypervisors: several in one table, and one that is not there stops nothing"""
    sample = samples("-d", "1", "-c", "qemu:///system", "-c", "test:///default")[0]
    guest(sample, "web-1")
    demo = guest(sample, "test")
    check(demo["type"] == "vm" and demo["host"] != guest(sample, "web-1")["host"],
          f"host of the guest of test:///default: {demo['host']}")
    for part in ("qemu:///system", "test:///default"):
        check(source(sample, part)["state"] == "ok", f"{source(sample, part)}")
    sample = samples("-d", "1", "-c", "nosuch:///x", "-c", "qemu:///system")[0]  # no failure
    s = source(sample, "nosuch:///x")
    check(s["state"] in ("absent", "failed") and s["message"], f"{s}")
    guest(sample, "web-1")
    guest(sample, "vtop-busy")
    return f"test:///default next to qemu:///system; nosuch:///x: {s['message']}"


@test()
def mistakes():
    """Wrong usage: status 2, one line on stderr that names the mistake, nothing on stdout"""
    wrong = ("--nonsense nonsense", "-b -f yaml yaml", "-b -d fast fast", "-b -d 0 0",
             "-b -d -1 -1", "-b -n few few", "-b -n -3 -3", "-b -s beauty beauty", "-b -o name,beauty beauty",
             "-b -t zebra zebra", "surplus surplus", "-b -d d|argument")
    for *args, word in map(str.split, wrong):
        done = vtop(*args, timeout=10)
        said = done.stderr.decode()
        line = "vtop " + " ".join(args)
        check(done.returncode == 2, f"{line}: status {done.returncode}, said: {said}")
        check(done.stdout == b"", f"{line}: prints {done.stdout[:80]}")
        check(said.count("\n") == 1 and said.endswith("\n"), f"{line}: said {said!r}")
        check(re.search(word, said), f"{line}: does not name the mistake: {said}")
    for args in (("--help",), ("--version",)):
        check(output(*args), f"vtop {args[0]} says nothing")
    check(len(output("--help").splitlines()) <= 50, "--help does not fit on one screen")
    return f"{len(wrong)} mistakes"


@test("libvirt", "docker")
def closed_pipe():
    """A reader that leaves ends vtop, and not a word about it"""
    for kind in ("text", "csv", "json"):
        process = subprocess.Popen([VTOP, "-b", "-d", "0.2", "-f", kind], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
        try:
            process.stdout.readline()
            process.stdout.close()
            status = process.wait(30 * SLOW)
            said = process.stderr.read().decode()
        except subprocess.TimeoutExpired:
            raise Failure("vtop goes on though nobody reads") from None
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            process.stderr.close()
        check(status in (0, 1, -signal.SIGPIPE, 128 + signal.SIGPIPE), f"{kind}: status {status}")
        check(said == "", f"{kind}: said {said}")
    return f"status {status}, three formats"


@test()
def no_threads():
    """A system that gives no thread: status 1, and said in one line"""
    if not shutil.which("setpriv"):
        raise Skip("setpriv is not installed")
    with public_copy() as (copy, env):
        done = subprocess.run(
            ["setpriv", "--reuid", "65533", "--regid", "65534", "--clear-groups", "--inh-caps=-all",
             copy, "-b", "-n", "1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/",
            stdin=subprocess.DEVNULL, timeout=30 * SLOW,
            env={**env, "ASAN_OPTIONS": "detect_leaks=0"},  # which takes a thread
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NPROC, (1, 1)))
    said = done.stderr.decode()
    check(done.returncode == 1 and done.stdout == b"", f"status {done.returncode}: {said}")
    check(re.fullmatch("vtop: cannot start a thread: .*\n", said), f"said {said!r}")
    return said.strip()


@test()
def full_disk():
    """A disk that is full is a failure: status 1, and said"""
    with open("/dev/full", "wb") as full:
        done = subprocess.run([VTOP, "-b", "-n", "1", "-d", "0.5"], stdout=full,
                              stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=20 * SLOW)
    check(done.returncode == 1, f"status {done.returncode}")
    check(b"No space left" in done.stderr, f"said {done.stderr}")
    return done.stderr.decode().strip()


@test()
def signals():
    """SIGTERM and SIGINT end batch mode at once, without a word"""
    for number in (signal.SIGTERM, signal.SIGINT):
        process = subprocess.Popen([VTOP, "-b", "-d", "30", "-n", "9"], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
        time.sleep(1 * SLOW)
        process.send_signal(number)
        try:
            _, said = process.communicate(timeout=20 * SLOW)  # a sample is 30 s away
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise Failure(f"{number.name} does not end it") from None
        check(process.returncode in (0, -number, 128 + number),
              f"{number.name}: status {process.returncode}")
        check(said == b"", f"{number.name}: said {said}")
    return "both"


@test(*ALL)
def ordinary_user():
    """An ordinary user sees the same or nothing, never another number"""
    if not shutil.which("setpriv"):
        raise Skip("setpriv is not installed")
    with public_copy() as (copy, env):
        process = subprocess.Popen(  # both at once: the same seconds
            ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--inh-caps=-all",
             copy, "-b", "-f", "json", "-n", "1", "-d", "3"], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, cwd="/", env=env)
        try:
            full = samples("-d", "3")[0]
            printed, said = process.communicate(timeout=30 * SLOW)
        finally:
            process.kill()
            process.wait()
    check(process.returncode == 0, f"status {process.returncode}: {said.decode()}")
    sample = json.loads(printed)
    near("cpu_percent_of_host", sample["hosts"][0]["cpu_percent_of_host"],
         full["hosts"][0]["cpu_percent_of_host"], absolute=25)
    check(sample["hosts"][0]["memory_total_bytes"] == full["hosts"][0]["memory_total_bytes"], "memory")
    known = absent = 0
    for g in guests(full):
        if g["name"] not in OURS:
            continue
        # A name that is not readable is the short id.
        rows = [r for r in guests(sample) if r["name"] == g["name"]
                or g["type"] != "vm" and g["id"] and r["id"] and g["id"].startswith(r["id"])]
        check(len(rows) == 1, f"{len(rows)} rows of {g['name']}")
        for key, tolerance in (("cpu_percent", (6, 0)), ("memory_bytes", (2 << 20, .1)),
                               ("memory_limit_bytes", (0, 0)), ("throttled_percent", (20, 0)),
                               ("tx_bytes_per_second", (3000, .3)),
                               ("write_bytes_per_second", (30e3, .3)), ("vcpus", (0, 0))):
            mine, right = rows[0][key], g[key]
            if mine is None:
                absent += right is not None
                continue
            check(right is not None, f"{key} of {g['name']}: {mine}, and root has no value")
            near(f"{key} of {g['name']}", mine, right, *tolerance)
            known += 1
    busiest = max([r["cpu_percent"] or 0 for r in guests(sample, "docker")], default=0)
    near("cpu_percent of vtop-busy", busiest, 15, absolute=14)
    s = source(sample, "docker")
    check(s["state"] in ("denied", "absent") and s["message"], f"docker: {s}")
    return f"{known} cells are the same, {absent} absent; docker {s['state']}: {s['message']}"


# ---- hostile names ----

EVIL = ("x_\x1b[2J\x1b]0;owned\x07_", "bidi_\u202egnp\u2066_", "c1_\u009b31m_", "zw_\u200b\ufeff_",
        "del_\x7f_", "=1+1_formula", "wide_測試_", "p_%s%n%d_", 'q_",;\'$(id)`id`_')
BAD = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028\u2029"
                 "\u202a-\u202e\u2066-\u2069\ufeff]")


@contextmanager
def hostile_guests():
    """LXC by cgroups, QEMU by its command line, libvirt and docker by what they let through."""
    directories, processes = [], []
    trees = list(dict.fromkeys(MOUNTS.values()))
    place = tempfile.mkdtemp(prefix="vtop-")
    named = [name.encode() for name in EVIL] + [b"bytes_\xff\xfe_", b"long_" + b"n" * 180]
    try:
        for name in named:
            process = subprocess.Popen(["sleep", "300"])
            processes.append(process)
            for tree in trees:
                if tree == MOUNTS.get("cpuset"):
                    continue  # would need its CPUs first
                path = tree.encode() + b"/lxc.payload." + name
                os.mkdir(path)
                directories.append(path)
                with open(path + b"/cgroup.procs", "w", encoding="ascii") as f:
                    f.write(str(process.pid))
        processes.append(subprocess.Popen(
            ["qemu-system-x86_64", "-accel", "tcg", "-S", "-m", "16", "-display", "none", "-nic",
             "none", "-serial", "none", "-monitor", "none", "-name",
             "guest=qemu_\x1b[31m\u202e_\u009b2J"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        with open(os.path.join(place, "domain.xml"), "w", encoding="utf-8") as f:
            f.write("<domain type='qemu'><name>dom_&#x9b;31m&#x202e;_&lt;&amp;</name>"
                    "<memory unit='MiB'>16</memory><os><type>hvm</type></os></domain>")
        virsh("create", "--paused", f.name)
        docker("run", "-d", "--name", "vtop-evil", "--label",
               "com.docker.compose.project=\x1b[2Jproject\u202e_\u009b", "--label",
               "com.docker.compose.service=\x1b[5mservice", "vtop-test:1", "/bin/vtop-load")
        yield len(named)
    finally:
        for process in processes:
            process.kill()
            process.wait()
        for path in directories:
            for _ in range(40):
                try:
                    os.rmdir(path)
                    break
                except OSError:
                    time.sleep(0.05)
        virsh("destroy", "dom_\u009b31m\u202e_<&", ok=False)
        docker("rm", "-f", "vtop-evil", ok=False)
        shutil.rmtree(place)


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


@test("libvirt", "docker")
def hostile_names():
    """Names, labels and command lines reach no output with a control or bidi character"""
    with hostile_guests() as lxc:
        outputs = {kind: vtop("-b", "-f", kind, "-n", "1", "-d", "1")
                   for kind in ("json", "csv", "text")}
    for kind, done in outputs.items():
        check(done.returncode == 0, f"{kind}: status {done.returncode}: {done.stderr[-300:]}")
        for stream in (done.stdout, done.stderr):
            try:
                text = stream.decode("utf-8")
            except UnicodeDecodeError as error:
                raise Failure(f"{kind} is not UTF-8: {error}") from None
            found = BAD.search(text)
            check(not found, f"{kind}: U+{ord(found[0]):04X} near "
                  f"{text[max(0, found.start() - 30):found.end() + 30]!r}" if found else "")
    sample = json.loads(outputs["json"].stdout)
    for text in strings(sample):
        check(not BAD.search(text), f"hidden in an escape of JSON: {text!r}")
    rows = guests(sample, "lxc")
    for word in ("x_", "bidi_", "c1_", "zw_", "del_", "1+1_formula", "wide_測試_", "p_%s%n%d_",
                 'q_",;\'$(id)`id`_', "bytes_", "long_n"):
        check([g for g in rows if word in g["name"]], f"no LXC row with {word}: "
              + ", ".join(g["name"] for g in rows))
    check(len([g for g in rows if g["name"] != "vtop-lxc1"]) >= lxc, f"{len(rows)} rows")
    vms = [g["name"] for g in guests(sample, "vm")]
    for word in ("qemu_", "dom_"):
        check(any(name.startswith(word) for name in vms), f"no machine {word}: {vms}")
    check("project" in (guest(sample, "vtop-evil")["group"] or ""),
          f"group of vtop-evil: {guest(sample, 'vtop-evil')['group']!r}")
    cells = csv.DictReader(io.StringIO(outputs["csv"].stdout.decode()))
    for row in cells:
        for key in ("name", "group", "image"):
            check(not (row[key] or "").startswith(("=", "+", "-", "@")),
                  f"a spreadsheet takes this for a formula: {row[key]}")
    return f"{lxc} cgroups, a command line, a domain and labels, in three formats"


run(*ALL)
