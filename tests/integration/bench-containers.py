#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""What a container costs vtop: CPU time per control group and refresh, and memory.

Arguments: how many groups, each time; and "docker". Without any: 100 1000 5000 docker.

Makes real control groups with a process in each that wakes up once a second, for of a group that
does nothing vtop reads less. Measures side by side, once a second (every four seconds from 2000
groups on, where vtop may stretch a second to two, and nobody could say how many refreshes there
were):

  same     vtop -b with the columns that systemd-cgtop has
  batch    vtop -b with its own columns
  few      the same with 1024 descriptors: most files are opened for each read
  screen   vtop on a terminal of 200x50
  floor    for each of these, a program that only preads the files that it reads, all of them from
           kept descriptors: as seldom as vtop and while the others run, so that it finds as
           little in the caches of the CPU as vtop does. It is as many processes as it takes to
           keep all files open.

Then systemd-cgtop -b runs over the same tree, alone. What vtop costs without any group is printed
first. What each group adds to that is compared with its floor; all of it with systemd-cgtop. The
last line has 20 containers of Docker: vtop against `docker stats`, dockerd's and containerd's time
included.

A file that is kept open takes memory of the kernel, which no process has in its account: that is
measured too, by the files that the floor opens. Where the limit of descriptors (or vtop's budget, a
part of it) is too small for all files of all groups the others are opened for each read, which
costs several times as much: so growth is printed with the part of the files that were kept.
"""

import contextlib
import fcntl
import os
import pty
import re
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
import typing

from cgroups import Groups
from guests import VTOP, Skip, borrowed, command, docker, read

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../bench"))
import ratios  # noqa: E402

HELPER = os.path.join(os.environ.get("abs_top_builddir", "."), "tests/integration/bench-containers")
WANTED = sys.argv[1:] or ["100", "1000", "5000", "docker"]
SIZES = [int(size) for size in WANTED if size.isdigit()]
# Seconds until everything has been found, and names that nobody knows are asked for seldom: after
# 1, 3, 7, 15, 31 and 63 of them.
SETTLE = 34
WINDOW = 12  # seconds, and at least REFRESHES
HISTORY = ("screen",)  # only there one can go back in time
REFRESHES = 5
FEW = 1024  # descriptors
OPEN = 10000  # files, to see what they cost the kernel
CONTAINERS = 20
CGTOP = ("-o", "name,processes,cpu_percent,memory_charged_bytes,read_bytes_per_second,"
         "write_bytes_per_second")
STATS = ("-o", "name,cpu_percent,memory_bytes,memory_limit_bytes,memory_percent,"
         "rx_bytes_per_second,tx_bytes_per_second,read_bytes_per_second,write_bytes_per_second,"
         "processes")


# ---- what is measured ----

def cpu_time(pid):
    """Seconds, of all threads that run."""
    return sum(int(read(f"/proc/{pid}/task/{task}/schedstat").split()[0])
               for task in os.listdir(f"/proc/{pid}/task")) / 1e9


def peak_memory(pid):
    return int(re.search(r"VmHWM:\s+(\d+)", read(f"/proc/{pid}/status"))[1]) * 1024


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def kernel_memory():
    """Bytes of the kernel's own that it cannot take back."""
    return int(re.search(r"SUnreclaim:\s+(\d+)", read("/proc/meminfo"))[1]) * 1024


class Found(typing.NamedTuple):
    seconds: float  # of CPU, per refresh
    memory: int     # bytes, at most, of the first process
    kept: int       # descriptors, of the first process


def steady(processes, delay=1):
    """What processes that run already take, by their names, when they have settled; what counts as
    one may be many of them."""
    def used():
        return {name: (sum(map(cpu_time, pids)), time.monotonic())
                for name, pids in processes.items()}
    time.sleep(SETTLE + delay)
    before = used()
    time.sleep(max(WINDOW, REFRESHES * delay))
    after = used()
    return {name: Found((after[name][0] - before[name][0]) / (after[name][1] - before[name][1])
                        * delay, peak_memory(pids[0]), descriptors(pids[0]))
            for name, pids in processes.items()}


def side_by_side(programs, delay=1):
    """The same of programs that are started here, by their names. Their refreshes, which take a
    small part of the time between two, do not meet."""
    with contextlib.ExitStack() as stack:
        pids = {}
        for name, program in programs.items():
            pids[name] = stack.enter_context(program)
            time.sleep(delay / len(programs))
        return steady(pids, delay)


@contextlib.contextmanager
def running(*args):
    """A program that writes to nowhere, and is ended."""
    with open(os.devnull, "r+b") as null:
        process = subprocess.Popen(args, stdin=null, stdout=null, stderr=null)
    try:
        yield [process.pid]
    finally:
        process.kill()  # docker stats does not end when it is asked to
        process.wait()


def in_batch(*columns, delay=1):
    return running(VTOP, "-b", "-d", str(delay), *columns)


def with_few(delay=1):
    return running("prlimit", f"--nofile={FEW}:{FEW}", VTOP, "-b", "-d", str(delay))


@contextlib.contextmanager
def screen(delay=1):
    """vtop on a terminal that somebody reads."""
    home = tempfile.mkdtemp(prefix="vtop-bench-")
    pid, fd = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
        os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8", XDG_CONFIG_HOME=home)
        os.execv(VTOP, [VTOP, "-d", str(delay)])

    def drain():
        with contextlib.suppress(OSError):
            while os.read(fd, 65536):
                pass
    reader = threading.Thread(target=drain, daemon=True)
    reader.start()
    try:
        yield [pid]
    finally:
        os.write(fd, b"q")
        os.waitpid(pid, 0)
        reader.join(5)
        os.close(fd)
        shutil.rmtree(home)


def cgtop():
    """CPU seconds of a refresh: it does not say when it refreshes, so it is let to end by itself.
    """
    def run(count):
        with open(os.devnull, "r+b") as null:
            process = subprocess.Popen(["systemd-cgtop", "-b", "-d", "1", "-n", str(count)],
                                       stdin=null, stdout=null, stderr=null)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return used.ru_utime + used.ru_stime
    return (run(7) - run(2)) / 5


@contextlib.contextmanager
def traced(pid):
    """The open log of what it reads."""
    with tempfile.NamedTemporaryFile("r") as log:
        tracer = subprocess.Popen(["strace", "-f", "-y", "-e", "trace=pread64", "-o", log.name,
                                   "-p", str(pid)], stderr=subprocess.DEVNULL)
        try:
            yield log
        finally:
            tracer.terminate()
            tracer.wait()


def often_read(log, top):
    """The files of one group, with GROUP in the place of its name, that every refresh reads."""
    counts = {}
    for match in re.finditer(r"pread64\(\d+<([^>]*)>", log.read()):
        path = re.sub(rf"{top}/docker/\w+", f"{top}/docker/GROUP", match[1])
        if "GROUP" in path:
            counts[path] = counts.get(path, 0) + 1
    often = max(counts.values(), default=0) / 2
    return tuple(path for path, count in counts.items() if count > often)


def files_read(programs, top):
    """Those of programs that are started here, by their names, when they have settled."""
    with contextlib.ExitStack() as stack:
        pids = {name: stack.enter_context(program) for name, program in programs.items()}
        time.sleep(SETTLE / 6)
        logs = {name: stack.enter_context(traced(pid)) for name, (pid,) in pids.items()}
        time.sleep(REFRESHES + 1)
        return {name: often_read(log, top) for name, log in logs.items()}


@contextlib.contextmanager
def floor(paths, delay):
    """Programs that read these files, each as many as it may keep open."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 16
    programs = []
    try:
        for first in range(0, len(paths), most):
            programs.append(subprocess.Popen([HELPER, "floor", str(delay * 1000)],
                                             stdin=subprocess.PIPE, text=True))
            with programs[-1].stdin as files:
                files.writelines(path + "\n" for path in paths[first:first + most])
        yield [program.pid for program in programs]
    finally:
        for program in programs:
            program.kill()
            program.wait()


# ---- the groups ----

@contextlib.contextmanager
def population(count):
    """Names of COUNT groups, each with a process."""
    names = [f"{i:064x}" for i in range(1, count + 1)]
    with Groups() as groups:
        sleepers = subprocess.Popen([HELPER, "sleep", str(count)], stdin=subprocess.PIPE,
                                    stdout=subprocess.PIPE, text=True)
        try:
            for name, pid in zip(names, sleepers.stdout, strict=True):
                groups.make("docker/" + name)
                groups.enter("docker/" + name, int(pid))
            time.sleep(2.5)  # what never ran in its group is read less
            yield groups, names
        finally:
            sleepers.stdin.close()
            sleepers.wait()


class Table:
    def __init__(self, *titles):
        print("".join(f"{title:>12}" for title in titles))

    def row(self, *cells):
        print("".join(f"{cell:>12}" for cell in cells), flush=True)


def ratio(a, b):
    return f"{a / b:.2f}" if b else "-"


def kernel_bytes(path):
    """What the kernel keeps for a file that is open and has been read."""
    before = kernel_memory()
    with floor([path] * OPEN, 1) as pids:
        time.sleep(2)
        return (kernel_memory() - before) / sum(map(descriptors, pids))


def known_files():
    """What vtop reads at every refresh, and what each of these costs the kernel."""
    with population(3) as (groups, names):
        files = files_read(all_kinds(1), groups.top)
        return files, kernel_bytes(of_all(files["batch"], groups, names)[0])


def all_kinds(delay):
    """vtop in each way."""
    return {"same": in_batch(*CGTOP, delay=delay), "batch": in_batch(delay=delay),
            "few": with_few(delay), "screen": screen(delay)}


def of_all(files, groups, names):
    """These files of all groups."""
    here = [re.sub(r"/vtop-test-\d+/", groups.top + "/", path) for path in files]
    return [path.replace("GROUP", name) for name in names for path in here]


def floors(files, groups, names, delay):
    """One for each list of files: vtop reads the same with few descriptors as with many."""
    return {paths: floor(of_all(paths, groups, names), delay) for paths in set(files.values())}


class Cost(typing.NamedTuple):
    """Of one group in one refresh."""
    added: float  # CPU seconds
    floor: float
    kept: float   # which part of its files


def measure(count, files, each_file, empty, table):
    """Costs by the way that vtop runs in."""
    delay = 4 if count >= 2000 else 1
    with population(count) as (groups, names):
        found = side_by_side(all_kinds(delay) | floors(files, groups, names, delay), delay)
        systemd = cgtop() if shutil.which("systemd-cgtop") else None
    costs = {}
    for kind, paths in files.items():
        own = found[kind]
        ticks = (SETTLE + delay + max(WINDOW, REFRESHES * delay)) // delay
        history = int(command(HELPER, "history", str(ticks))) if kind in HISTORY else 0
        kept = own.kept - empty[kind].kept
        cost = Cost((own.seconds - empty[kind].seconds) / count, found[paths].seconds / count,
                    min(kept / (count * len(paths)), 1))
        more = (own.memory - empty[kind].memory) / count - history
        table.row(count, kind, f"{own.seconds * 1e3:.1f}", f"{cost.added * 1e6:.1f}", len(paths),
                  f"{cost.floor * 1e6:.1f}", ratio(cost.added, cost.floor),
                  f"{systemd * 1e3:.1f}" if systemd else "-", ratio(own.seconds, systemd),
                  f"{own.memory / 2**20:.0f}", f"{more / 1024:.1f}", f"{history / 1024:.1f}",
                  kept, f"{kept * each_file / 2**20:.1f}")
        ratios.ratio(f"CPU of a refresh, {count} groups, {kind}", "ms", cost.added * count * 1e3,
                     "pread of its files", cost.floor * count * 1e3)
        costs[kind] = cost
    if systemd:
        ratios.ratio(f"CPU of a refresh, {count} groups, same columns", "ms",
                     found["same"].seconds * 1e3, "systemd-cgtop", systemd * 1e3)
    return costs


def say_growth(low, high, costs):
    print(f"growth of a group's cost from {low} to {high}, of its floor, files kept of all: " +
          ", ".join(f"{kind} {ratio(large.added, small.added)} {ratio(large.floor, small.floor)} "
                    f"{large.kept:.0%}" for kind, small, large in
                    ((kind, costs[low][kind], costs[high][kind]) for kind in costs[low])))


# ---- docker ----

def daemons():
    pids = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if read(f"/proc/{pid}/comm").strip() in ("dockerd", "containerd"):
                pids.append(int(pid))
    return pids


@contextlib.contextmanager
def containers():
    image = next(iter(docker("images", "-q").split()))
    names = [f"vtop-bench-{i}" for i in range(CONTAINERS)]
    docker("rm", "-f", *names, timeout=120, ok=False)
    try:
        for name in names:
            docker("run", "-d", "--name", name, image, "/bin/vtop-load", timeout=60)
        yield names
    finally:
        docker("rm", "-f", *names, timeout=120)


def docker_stats(names):
    """CPU seconds of a second: the client, and the daemons that answer it."""
    with running("docker", "-H", "unix:///var/run/docker.sock", "stats", *names) as pids:
        return steady({"stats": pids + daemons()})["stats"].seconds


def against_docker():
    with borrowed("docker"):
        with containers() as names:
            stats = docker_stats(names)
            found = side_by_side({"same": in_batch(*STATS), "all": in_batch()})
        vtop, all_ = found["same"].seconds, found["all"].seconds
        print(f"{CONTAINERS} containers of docker, ms of CPU per refresh: "
              f"docker stats {stats * 1e3:.1f}, vtop with its columns {vtop * 1e3:.2f} "
              f"({ratio(vtop, stats)}), vtop with its own {all_ * 1e3:.2f} ({ratio(all_, stats)})")
        ratios.ratio(f"CPU of a refresh, {CONTAINERS} containers, same columns", "ms", vtop * 1e3,
                     "docker stats", stats * 1e3)


# ---- all of it ----

def against_floor():
    files, each_file = known_files()
    empty = side_by_side(all_kinds(1))
    print("without any: " + ", ".join(f"{kind} {own.seconds * 1e3:.2f} ms, "
                                      f"{own.memory / 2**20:.0f} MiB"
                                      for kind, own in empty.items()))
    print(f"each file that is kept: {each_file / 1024:.1f} KiB of the kernel's memory, "
          "beside its inode and name")
    print("ms of CPU per refresh, µs added by each group; KiB of memory each beyond history")
    table = Table("groups", "", "vtop ms", "µs each", "files", "floor µs", "vtop/floor", "cgtop ms",
                  "vtop/cgtop", "peak MiB", "KiB each", "history KiB", "files kept", "kernel MiB")
    costs = {count: measure(count, files, each_file, empty, table) for count in SIZES}
    for count in SIZES[1:]:
        say_growth(SIZES[0], count, costs)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was made is removed
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # vtop does so too
    try:
        if SIZES:
            against_floor()
        if "docker" in WANTED and shutil.which("dockerd"):
            against_docker()
    except Skip as why:
        print("not measured:", why)


if __name__ == "__main__":
    main()
