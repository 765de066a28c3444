# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""guests: what the integration tests share.

Real guests come from the command `env` next to this file. A test is a function with the decorator
@test; it raises Failure or Skip, or returns in a few words what it has proved, with the numbers.
run() starts the guests, runs the tests in order, prints TAP, and stops what it has started,
whatever happens.
"""

import bisect
import calendar
import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from contextlib import contextmanager

HERE = os.path.dirname(os.path.abspath(__file__))
ENV = os.path.join(HERE, "env")
ENV_ROOT = os.environ.get("VTOP_ENV", "/var/lib/vtop-env")
VTOP = os.path.abspath(os.environ.get("VTOP_BIN", os.path.join(HERE, "../../vtop")))
URI = "qemu:///system"
SLOW = 4 if os.environ.get("VTOP_SANITIZED") else 1  # a build with sanitizers takes its time
PATIENCE = 3 * SLOW  # of all that is waited for: what has not come by then does not come
CPUS = os.sysconf("SC_NPROCESSORS_ONLN")

sys.stdout.reconfigure(line_buffering=True)


class Failure(Exception):
    pass


class Skip(Exception):
    pass


def check(condition, message):
    if not condition:
        raise Failure(message)


def near(what, got, expected, absolute=0.0, relative=0.0):
    """Both in one unit; the larger of the two tolerances counts."""
    check(got is not None, f"{what}: null, expected {expected:.6g}")
    allowed = max(absolute, relative * abs(expected))
    check(abs(got - expected) <= allowed,
          f"{what}: {got:.6g}, expected {expected:.6g} within {allowed:.6g}")


# ---- running things ----

def command(*args, timeout=30, ok=True, input="", **more):
    """Output of another program; its failure is a failure of the test."""
    done = subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout,
                          input=input, text=True, errors="replace", **more)
    if ok and done.returncode != 0:
        raise Failure(f"{' '.join(args)}: status {done.returncode}: {done.stderr.strip()[-300:]}")
    return done.stdout


def environment(*args, timeout=400):
    """The command env; 77 (something is missing) skips the test."""
    done = subprocess.run([ENV, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, timeout=timeout, text=True, errors="replace")
    if done.returncode == 77:
        raise Skip(done.stderr.strip().replace("\n", "; "))
    if done.returncode != 0:
        raise Failure(f"env {' '.join(args)}: {done.stderr.strip()[-600:]}")


def virsh(*args, **more):
    return command("virsh", "-q", "-c", URI, *args, **more)


def docker(*args, **more):
    return command("docker", "-H", "unix:///var/run/docker.sock", *args, **more)


def read(path):
    with open(path, encoding="utf-8", errors="replace") as f:
        return f.read()


def vtop(*args, timeout=30, program=VTOP, **more):
    """Runs vtop to its end; bytes on both streams. A program that does not end has failed."""
    timeout *= PATIENCE
    try:
        return subprocess.run([program, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              stdin=subprocess.DEVNULL, timeout=timeout, **more)
    except subprocess.TimeoutExpired:
        raise Failure(f"vtop {' '.join(args)} did not end in {timeout} s") from None


def samples(*args, count=1, timeout=30, status=0, **more):
    """The samples of a batch run in JSON."""
    done = vtop("-b", "-f", "json", "-n", str(count), *args, timeout=timeout, **more)
    check(done.returncode == status, f"vtop -b {' '.join(args)}: status {done.returncode}: "
          + done.stderr.decode(errors="replace")[-300:])
    found = [json.loads(line) for line in done.stdout.splitlines()]
    check(len(found) == count, f"{len(found)} samples, expected {count}")
    return found


@contextmanager
def public_copy(program=VTOP):
    """A copy of PROGRAM that every user can start, and the environment to start it with: the build
    directory may be below one that only root can enter."""
    with tempfile.TemporaryDirectory(prefix="vtop-public-") as place:
        os.chmod(place, 0o755)
        environment = {**os.environ, "HOME": "/nonexistent"}
        suppressions = os.path.join(HERE, "../lsan.supp")
        if os.path.exists(suppressions):  # the leak checker gives up when it cannot read them
            copy = shutil.copy(suppressions, place)
            os.chmod(copy, 0o644)
            environment["LSAN_OPTIONS"] = f"suppressions={copy}:print_suppressions=0"
        copy = shutil.copy(program, place)
        os.chmod(copy, 0o755)
        yield copy, environment


class Stream:
    """vtop running in batch mode; samples are taken as they come, with the time they came.
    THROUGH: a program that becomes vtop after it has prepared something."""

    def __init__(self, *args, through=()):
        self.process = subprocess.Popen([*through, VTOP, "-b", "-f", "json", *args],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        stdin=subprocess.DEVNULL)
        self.samples = []
        self.error = b""
        self.ready = threading.Condition()
        self.readers = [threading.Thread(target=self._out, daemon=True),
                        threading.Thread(target=self._err, daemon=True)]
        for reader in self.readers:
            reader.start()

    def _out(self):
        for line in self.process.stdout:
            with self.ready:
                self.samples.append((time.monotonic(), json.loads(line)))
                self.ready.notify_all()

    def _err(self):
        for line in self.process.stderr:
            self.error += line

    def __enter__(self):
        return self

    def __exit__(self, problem, *_):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            status = self.process.wait(10 * PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        for reader in self.readers:
            reader.join(5)
        if problem is None:
            said = self.error.decode(errors="replace")
            check(status in (0, -signal.SIGTERM, 128 + signal.SIGTERM) and "Sanitizer" not in said,
                  f"SIGTERM does not end it well: status {status}: {said[-300:]}")

    def until(self, what, condition, timeout=20):
        """The first sample from now on for which the condition holds, and how long it took."""
        begin = time.monotonic()
        end = begin + timeout * PATIENCE
        with self.ready:
            at = len(self.samples)
            while True:
                while at < len(self.samples):
                    if condition(self.samples[at][1]):
                        return self.samples[at][1], self.samples[at][0] - begin
                    at += 1
                left = end - time.monotonic()
                check(self.process.poll() is None, f"vtop ended with {self.process.poll()}: "
                      + self.error.decode(errors="replace")[-300:])
                check(left > 0, f"after {timeout * PATIENCE} s still not: {what}")
                self.ready.wait(min(left, 0.5))

    def next(self, timeout=20):
        return self.until("a sample", lambda sample: True, timeout)[0]


# ---- looking into a sample ----

def guests(sample, kind=None):
    return [g for g in sample["guests"] if kind is None or g["type"] == kind]


def listed(rows):
    return ", ".join(sorted(f"{g.get('type')} {g['name']} {g.get('id')}" for g in rows))


def find(sample, name):
    """The guest of that name, or None; more than one is a failure."""
    found = [g for g in sample["guests"] if g["name"] == name]
    check(len(found) < 2, f"{len(found)} rows are called {name}: {listed(found)}")
    return found[0] if found else None


def guest(sample, name):
    found = find(sample, name)
    check(found is not None, f"no row {name}; there are: {listed(sample['guests'])}")
    return found


def source(sample, part):
    """The source whose name contains that word."""
    found = [s for s in sample["sources"] if part in s["name"]]
    check(len(found) == 1, f"{len(found)} sources are called {part}: "
          + ", ".join(s["name"] for s in sample["sources"]))
    return found[0]


def sample_time(sample):
    """Seconds since 1970."""
    match = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)Z", sample["time"])
    check(match, f"not a UTC time: {sample['time']}")
    return calendar.timegm(time.strptime(match[1], "%Y-%m-%dT%H:%M:%S")) + float(match[2])


# ---- what the kernel says ----

def cgroup_mounts():
    """Controller -> mount point; the v2 tree is '2', and stands for what v1 does not have."""
    mounts = {}
    for line in read("/proc/self/mountinfo").splitlines():
        left, right = line.split(" - ", 1)
        kind, _, options = right.split(" ", 2)
        where = left.split()[4]
        if not where.startswith("/sys/"):
            continue
        if kind == "cgroup2":
            mounts["2"] = where
        elif kind == "cgroup":
            for option in options.split(","):
                mounts.setdefault(option, where)
    return mounts


MOUNTS = cgroup_mounts()
HYBRID = "cpuacct" in MOUNTS


def cgroup_of(pid, controller):
    """Directory of the process's cgroup in that controller's hierarchy."""
    lines = [line.split(":", 2) for line in read(f"/proc/{pid}/cgroup").splitlines()]
    for _, names, path in lines:
        if controller in names.split(","):
            return MOUNTS[controller] + path
    for number, _, path in lines:
        if number == "0":
            return MOUNTS["2"] + path
    raise Failure(f"process {pid} is in no cgroup of {controller}")


def fields(path):
    """A file of lines KEY VALUE."""
    return {line.split()[0]: int(line.split()[1]) for line in read(path).splitlines()}


class Container:
    """The kernel's own numbers of a container, by one of its processes."""

    def __init__(self, pid):
        self.pid = pid

    def cpu_ns(self):
        if HYBRID:
            return int(read(cgroup_of(self.pid, "cpuacct") + "/cpuacct.usage"))
        return fields(cgroup_of(self.pid, "cpu") + "/cpu.stat")["usage_usec"] * 1000

    def throttling(self):
        return fields(cgroup_of(self.pid, "cpu") + "/cpu.stat")

    def memory(self):
        """Working set: what docker stats calls used."""
        where = cgroup_of(self.pid, "memory")
        stat = fields(where + "/memory.stat")
        if HYBRID:
            return int(read(where + "/memory.usage_in_bytes")) - stat["total_inactive_file"]
        return int(read(where + "/memory.current")) - stat["inactive_file"]

    def disk(self):
        """Bytes read and written; None where the kernel does not count them."""
        if HYBRID:
            path = cgroup_of(self.pid, "blkio") + "/blkio.throttle.io_service_bytes_recursive"
            rows = [line.split() for line in read(path).splitlines()]
            rows = [row for row in rows if len(row) == 3]
            if not rows:
                return None
            return [sum(int(row[2]) for row in rows if row[1] == word)
                    for word in ("Read", "Write")]
        text = read(cgroup_of(self.pid, "io") + "/io.stat")
        return [sum(map(int, re.findall(word + r"=(\d+)", text))) for word in ("rbytes", "wbytes")]

    def network(self):
        """Bytes received and sent by all its interfaces but lo."""
        return net_dev(f"/proc/{self.pid}/net/dev", lambda name: name != "lo")


def net_dev(path, wanted):
    received = sent = 0
    for line in read(path).splitlines()[2:]:
        name, rest = line.split(":", 1)
        if wanted(name.strip()):
            numbers = rest.split()
            received += int(numbers[0])
            sent += int(numbers[8])
    return received, sent


class Machine:
    """The kernel's own numbers of a virtual machine: of the process that it is."""

    def __init__(self, pid):
        self.pid = pid

    def threads(self):
        for tid in os.listdir(f"/proc/{self.pid}/task"):
            try:
                run, delay, _ = read(f"/proc/{self.pid}/task/{tid}/schedstat").split()
                yield read(f"/proc/{self.pid}/task/{tid}/comm").strip(), int(run), int(delay)
            except (FileNotFoundError, ProcessLookupError):
                pass  # worker threads come and go

    def cpu_ns(self):
        return sum(run for _, run, _ in self.threads())

    def delay_ns(self):
        return sum(delay for name, _, delay in self.threads() if name.startswith("CPU "))

    def memory(self):
        status = read(f"/proc/{self.pid}/status")
        return sum(int(re.search(rf"^{key}:\s+(\d+) kB", status, re.M)[1]) * 1024
                   for key in ("VmRSS", "HugetlbPages", "VmSwap"))


def host_cpu():
    """Ticks that were used, and all of them."""
    numbers = list(map(int, read("/proc/stat").split("\n", 1)[0].split()[1:9]))
    user, nice, system, idle, iowait, irq, softirq, steal = numbers
    return user + nice + system + irq + softirq, sum(numbers)


def running(pid):
    try:
        return read(f"/proc/{pid}/stat").rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Recorder:
    """Reads counters twenty times a second, so that a rate over any window is known afterwards."""

    def __init__(self, **counters):
        self.counters = counters
        self.times = {name: [] for name in counters}
        self.values = {name: [] for name in counters}
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self):
        while True:
            for name, function in self.counters.items():
                try:
                    value = function()
                except OSError:
                    continue  # it has gone: the test that looks for it says so
                if value is not None:
                    self.times[name].append(time.time())
                    self.values[name].append(value)
            if self.stopped.wait(0.05):
                return

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join()

    def at(self, name, when, item=None):
        times = self.times[name]
        check(times and times[0] <= when <= times[-1] + 0.3,
              f"{name} was not recorded at the time of the sample")
        after = min(max(bisect.bisect_left(times, when), 1), len(times) - 1)
        pair = self.values[name][after - 1], self.values[name][after]
        low, high = pair if item is None else (pair[0][item], pair[1][item])
        span = times[after] - times[after - 1]
        return low + (high - low) * ((when - times[after - 1]) / span if span else 0)

    def rate(self, name, begin, end, item=None):
        return (self.at(name, end, item) - self.at(name, begin, item)) / (end - begin)


# ---- what the engines say ----

def machine_pid(name):
    return int(read(f"/run/libvirt/qemu/{name}.pid"))


def container_pid(name):
    return int(docker("inspect", "-f", "{{.State.Pid}}", name))


def environment_pid(name):
    return int(read(f"{ENV_ROOT}/run/{name}.pid").split()[0])


def domstats(name, *groups):
    """Typed parameters of libvirt, numbers as numbers."""
    found = {"time": time.time()}
    for line in virsh("domstats", "--raw", *groups, name).splitlines():
        key, equals, value = line.strip().partition("=")
        if equals:
            found[key] = int(value) if value.lstrip("-").isdigit() else value
    return found


def size(text):
    """Bytes of what docker prints, as in 30.59MiB."""
    number, unit = re.fullmatch(r"([\d.]+)([A-Za-z]+)", text.strip()).groups()
    units = {"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
    return float(number) * units[unit]


# ---- the tests ----

_tests = []
_left_out = []

KVM = os.access("/dev/kvm", os.R_OK | os.W_OK)


def test(*parts, sanitized=True, kvm=False):
    """Parts: what of the environment it needs. Sanitized: whether it is for such builds as well.
    Kvm: it needs a processor that runs guests; without one it is no part of the plan, but named."""
    def register(function):
        if kvm and not KVM:
            _left_out.append(function)
        elif sanitized or SLOW == 1:
            _tests.append((function, parts))
        return function
    return register


def _skip_all(reason):
    print(f"1..0 # SKIP {reason}")
    sys.exit(0)


def _hold():
    """Keeps others from stopping the guests; a second test waits here."""
    os.makedirs(ENV_ROOT, exist_ok=True)
    held = open(os.path.join(ENV_ROOT, "held"), "w")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("# waiting for those who use the guests")
        fcntl.flock(held, fcntl.LOCK_EX)
    os.environ["VTOP_ENV_HELD"] = "1"
    return held


def _start(parts):
    """Starts the guests; why a part is not there, by part."""
    missing = {}
    try:
        environment("up", *parts)
    except (Skip, Failure):
        for part in parts:  # one by one, to know which
            try:
                environment("up", part)
            except (Skip, Failure) as why:
                missing[part] = why
    return missing


def _one(number, function, parts, missing):
    title = function.__doc__.split("\n")[0].rstrip(".")
    begin = time.monotonic()
    try:
        for part in parts:
            if part in missing:
                raise missing[part]
        proved = function()
    except Skip as skip:
        print(f"ok {number} - {title} # SKIP {skip}")
        return True
    except Exception as problem:  # a broken sample breaks one test, not all of them
        print(f"not ok {number} - {title}")
        for line in str(problem).splitlines() or [repr(problem)]:
            print(f"#   {line}")
        if not isinstance(problem, Failure):
            for line in traceback.format_exc().splitlines():
                print(f"#   {line}")
        return False
    print(f"ok {number} - {title}" + (f": {proved}" if proved else ""))
    if time.monotonic() - begin > 20:
        print(f"#   took {time.monotonic() - begin:.0f} s")
    return True


@contextmanager
def borrowed(*parts):
    """These parts of the environment, for what is not a test; as it was before at the end."""
    held = None if os.environ.get("VTOP_ENV_HELD") else _hold()
    before = command(ENV, "parts").split()
    started = [part for part in parts if part not in before]
    try:
        environment("up", *parts)
        yield
    finally:
        if started:
            environment("down", *started)
        if held:
            held.close()


def run(*parts):
    """Without parts nothing is started; what the tests make themselves is theirs to remove."""
    if os.geteuid() != 0:
        _skip_all("only root can start guests and containers")
    if not os.access(VTOP, os.X_OK):
        print(f"Bail out! no program {VTOP}: set VTOP_BIN")
        sys.exit(1)
    for tool in ("bash", "flock"):
        if not shutil.which(tool):
            _skip_all(f"{tool} is not installed")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    held = None if os.environ.get("VTOP_ENV_HELD") else _hold()
    before = command(ENV, "parts").split()
    started = [part for part in parts if part not in before]
    if before:
        print(f"# {', '.join(before)} was there before and is left there")
    wanted = sys.argv[1:]
    tests = [t for t in _tests if not wanted or t[0].__name__ in wanted]
    good = True
    try:
        missing = _start(parts) if parts else {}
        if parts and not before:
            tests.append((_take_down, ()))
        print(f"1..{len(tests)}")
        for function in _left_out:
            print(f"# left out, this machine has no KVM: {function.__doc__.splitlines()[0]}")
        for number, test_ in enumerate(tests, 1):
            if not good and test_[0] is _take_down:
                _keep_logs()  # while they are there
            good = _one(number, *test_, missing) and good
    finally:
        if not good:
            _keep_logs()
        if started:
            subprocess.run([ENV, "down", *started], stdout=subprocess.DEVNULL,
                           stdin=subprocess.DEVNULL)
        if held:
            held.close()
    sys.exit(0 if good else 1)


def _take_down():
    """The guests leave no process, cgroup, mount or interface behind."""
    environment("down")
    status = subprocess.run([ENV, "status"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            stdin=subprocess.DEVNULL, text=True)
    check(status.returncode == 3, status.stdout)
    return status.stdout.strip()


def _keep_logs():
    where = os.environ.get("abs_top_builddir")
    if where:
        name = os.path.splitext(os.path.basename(sys.argv[0]))[0]
        subprocess.run([ENV, "logs", os.path.join(where, "tests/integration/logs", name)],
                       stdin=subprocess.DEVNULL)
