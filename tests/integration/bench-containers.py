#!/usr/bin/env python3
"""What a container costs vtop: CPU time per control group and refresh, and memory.

Arguments: how many groups, each time; and "docker". Without any: 100 1000 5000 docker.

Makes real control groups with a process in each that wakes up once a second, for of a group that does
nothing vtop reads less. Measures side by side, once a second (every four seconds from 2000 groups on,
where vtop may stretch a second to two, and nobody could say how many refreshes there were):

  floor    a program that only preads the files that vtop reads, from kept descriptors
  cgtop    systemd-cgtop -b over the same tree
  same     vtop -b with the columns that systemd-cgtop has
  batch    vtop -b with its own columns
  few      the same with 1024 descriptors: most files are opened for each read
  screen   vtop on a terminal of 200x50

What vtop costs without any group is printed first. What each group adds to that is compared with the
floor of the same files; all of it with systemd-cgtop. The last line has 20 containers of Docker: vtop
against `docker stats`, dockerd's and containerd's time included.
"""

import contextlib
import fcntl
import os
import pty
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time

from cgroups import Groups
from guests import VTOP, Skip, borrowed, command, docker, read

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../bench"))
import ratios  # noqa: E402

HELPER = os.path.join(os.environ.get("abs_top_builddir", "."), "tests/integration/bench-containers")
WANTED = sys.argv[1:] or ["100", "1000", "5000", "docker"]
SIZES = [int(size) for size in WANTED if size.isdigit()]
SETTLE = 16  # seconds until everything has been found, named, and looked at once more
WINDOW = 12  # seconds, and at least REFRESHES
REFRESHES = 5
FEW = 1024  # descriptors
CONTAINERS = 20
CGTOP = ("-o", "name,processes,cpu_percent,memory_total_bytes,read_bytes_per_second,"
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


def steady(processes, delay=1):
    """CPU seconds of a refresh, and peak memory, of processes that run already, by their names, when
    they have settled; what counts as one may be many of them."""
    def used():
        return {name: (sum(map(cpu_time, pids)), time.monotonic())
                for name, pids in processes.items()}
    time.sleep(SETTLE + delay)
    before = used()
    time.sleep(max(WINDOW, REFRESHES * delay))
    after = used()
    return {name: ((after[name][0] - before[name][0]) / (after[name][1] - before[name][1]) * delay,
                   peak_memory(pids[0])) for name, pids in processes.items()}


def side_by_side(programs, delay=1):
    """The same of programs that are started here, by their names. Their refreshes, which take a small
    part of the time between two, do not meet."""
    with contextlib.ExitStack() as stack:
        pids = {}
        for name, program in programs.items():
            pids[name] = [stack.enter_context(program)]
            time.sleep(delay / len(programs))
        return steady(pids, delay)


@contextlib.contextmanager
def running(*args):
    """A program that writes to nowhere, and is ended."""
    with open(os.devnull, "r+b") as null:
        process = subprocess.Popen(args, stdin=null, stdout=null, stderr=null)
    try:
        yield process.pid
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
        yield pid
    finally:
        os.write(fd, b"q")
        os.waitpid(pid, 0)
        reader.join(5)
        os.close(fd)
        shutil.rmtree(home)


def cgtop():
    """CPU seconds of a refresh: it does not say when it refreshes, so it is let to end by itself."""
    def run(count):
        with open(os.devnull, "r+b") as null:
            process = subprocess.Popen(["systemd-cgtop", "-b", "-d", "1", "-n", str(count)],
                                       stdin=null, stdout=null, stderr=null)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return used.ru_utime + used.ru_stime
    return (run(7) - run(2)) / 5


def files_read(start, top):
    """The files of one group (with GROUP in the place of its name) that are read at every refresh
    by a program that START starts under strace: START(command) waits for its end."""
    with tempfile.NamedTemporaryFile("r") as log:
        start(["strace", "-f", "-y", "-e", "trace=pread64", "-o", log.name])
        counts = {}
        for match in re.finditer(r"pread64\(\d+<([^>]*)>", log.read()):
            path = re.sub(rf"{top}/docker/\w+", f"{top}/docker/GROUP", match[1])
            if "GROUP" in path:
                counts[path] = counts.get(path, 0) + 1
    often = max(counts.values(), default=0) / 2
    return [path for path, count in counts.items() if count > often]


def floor(files, names):
    """CPU seconds of one round over these files of all groups."""
    paths = "".join(path.replace("GROUP", name) + "\n" for name in names for path in files)
    done = subprocess.run([HELPER, "floor", "4", "1000"], input=paths, stdout=subprocess.PIPE,
                          text=True, check=True)
    return int(done.stdout) / 1e9


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


def trace(groups, *columns):
    """Files that vtop reads with these columns; of few groups, the rest is the same."""
    return files_read(lambda strace: command(*strace, VTOP, "-b", "-n", "5", "-d", "0.3", *columns,
                                             timeout=60), groups.top)


def trace_screen(groups):
    def start(strace):
        with screen() as pid:
            tracer = subprocess.Popen(strace[:1] + ["-p", str(pid)] + strace[1:],
                                      stderr=subprocess.DEVNULL)
            time.sleep(REFRESHES + 1)
            tracer.terminate()
            tracer.wait()
    return files_read(start, groups.top)


def known_files():
    with population(3) as (groups, _):
        batch = trace(groups)
        return {"same": trace(groups, *CGTOP), "batch": batch, "few": batch,
                "screen": trace_screen(groups)}


def all_kinds(delay=1):
    """CPU seconds of a refresh and peak memory, of vtop in each way."""
    return side_by_side({"same": in_batch(*CGTOP, delay=delay), "batch": in_batch(delay=delay),
                         "few": with_few(delay), "screen": screen(delay)}, delay)


def measure(count, files, empty, table):
    """Seconds per refresh by who."""
    with population(count) as (groups, names):
        made = {kind: [re.sub(r"/vtop-test-\d+/", groups.top + "/", path) for path in paths]
                for kind, paths in files.items()}
        delay = 4 if count >= 2000 else 1
        found = all_kinds(delay)
        systemd = cgtop() if shutil.which("systemd-cgtop") else None
        once = {tuple(paths): floor(paths, names) for paths in set(map(tuple, made.values()))}
        floors = {kind: once[tuple(paths)] for kind, paths in made.items()}
    for kind, (seconds, memory) in found.items():
        ticks = (SETTLE + delay + max(WINDOW, REFRESHES * delay)) // delay
        history = int(command(HELPER, "history", str(ticks)))
        added = seconds - empty[kind][0]
        more = (memory - empty[kind][1]) / count - history
        table.row(count, kind, f"{seconds * 1e3:.1f}", f"{added / count * 1e6:.1f}",
                  len(files[kind]), f"{floors[kind] / count * 1e6:.1f}",
                  ratio(added, floors[kind]), f"{systemd * 1e3:.1f}" if systemd else "-",
                  ratio(seconds, systemd), f"{memory / 2**20:.0f}", f"{more / 1024:.1f}",
                  f"{history / 1024:.1f}")
        ratios.ratio(f"CPU of a refresh, {count} groups, {kind}", "ms", added * 1e3,
                     "pread of its files", floors[kind] * 1e3)
    if systemd:
        ratios.ratio(f"CPU of a refresh, {count} groups, same columns", "ms",
                     found["same"][0] * 1e3, "systemd-cgtop", systemd * 1e3)
    return {kind: (seconds - empty[kind][0]) / count for kind, (seconds, _) in found.items()}


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
    with running("docker", "-H", "unix:///var/run/docker.sock", "stats", *names) as pid:
        return steady({"stats": [pid, *daemons()]})["stats"][0]


def against_docker():
    with borrowed("docker"):
        with containers() as names:
            stats = docker_stats(names)
            found = side_by_side({"same": in_batch(*STATS), "all": in_batch()})
        vtop, all_ = found["same"][0], found["all"][0]
        print(f"{CONTAINERS} containers of docker, ms of CPU per refresh: "
              f"docker stats {stats * 1e3:.1f}, vtop with its columns {vtop * 1e3:.2f} "
              f"({ratio(vtop, stats)}), vtop with its own {all_ * 1e3:.2f} ({ratio(all_, stats)})")
        ratios.ratio(f"CPU of a refresh, {CONTAINERS} containers, same columns", "ms", vtop * 1e3,
                     "docker stats", stats * 1e3)


# ---- all of it ----

def against_floor():
    files = known_files()
    empty = all_kinds()
    print("without any: " + ", ".join(f"{kind} {seconds * 1e3:.2f} ms, {memory / 2**20:.0f} MiB"
                                      for kind, (seconds, memory) in empty.items()))
    print("ms of CPU per refresh, µs added by each group; KiB of memory each beyond history")
    table = Table("groups", "", "vtop ms", "µs each", "files", "floor µs", "vtop/floor", "cgtop ms",
                  "vtop/cgtop", "peak MiB", "KiB each", "history KiB")
    by_size = {count: measure(count, files, empty, table) for count in SIZES}
    low, high = min(SIZES), max(SIZES)
    print(f"growth of a group's cost from {low} to {high}: " + ", ".join(
        f"{kind} {ratio(by_size[high][kind], by_size[low][kind])}"
        for kind in by_size[low]))


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was made is removed
    try:
        if SIZES:
            against_floor()
        if "docker" in WANTED and shutil.which("dockerd"):
            against_docker()
    except Skip as why:
        print("not measured:", why)


if __name__ == "__main__":
    main()
