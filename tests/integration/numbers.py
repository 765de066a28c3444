#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""The numbers of vtop against the kernel's, virsh's and docker's: real guests, one window."""

import threading
import time

from guests import (CPUS, KVM, Container, Failure, Machine, Recorder, Skip, check, command,
                    container_pid, docker, domstats, environment_pid, find, guest, guests, host_cpu,
                    machine_pid, near, net_dev, read, run, sample_time, samples, size, source, test,
                    virsh)

KEYS = """type name id pid host group image state state_reason cpu_percent cpu_limit_percent
cpu_user_percent cpu_system_percent vcpus ready_percent ready_max_percent throttled_percent
efficiency_percent memory_bytes memory_limit_bytes memory_percent memory_guest_used_bytes balloon_bytes
swap_bytes read_bytes_per_second write_bytes_per_second read_ops_per_second write_ops_per_second
read_latency_ms write_latency_ms rx_bytes_per_second tx_bytes_per_second rx_packets_per_second
tx_packets_per_second net_drops_per_second pressure_cpu_some_percent pressure_memory_some_percent
pressure_memory_full_percent pressure_io_some_percent pressure_io_full_percent processes
exits_per_second""".split()
TEXTS = "type name id host host_id group image state state_reason".split()
MIB = 1 << 20
WINDOW = 3


class Observation:
    """One sample of vtop over WINDOW seconds, and what everybody else says of the same seconds."""

    def __init__(self):
        self.machines = {}
        self.containers = {}
        counters = {"host": host_cpu}
        for name in ("web-1", "db idle_1"):
            self._machine(name, lambda name=name: machine_pid(name))
        for name in ("raw-kvm", "raw-tcg"):
            self._machine(name, lambda name=name: environment_pid(name))
        for name in ("vtop-busy", "vtop-idle"):
            self._container(name, lambda name=name: container_pid(name))
        self._container("vtop-pod1", lambda: int(command(
            "podman", "inspect", "-f", "{{.State.Pid}}", "vtop-pod1")))
        self._container("vtop-lxc1", lambda: int(command("lxc-info", "-n", "vtop-lxc1", "-pH")))
        for name, machine in self.machines.items():
            counters[name + " cpu"] = machine.cpu_ns
            counters[name + " delay"] = machine.delay_ns
        for name, container in self.containers.items():
            counters[name + " cpu"] = container.cpu_ns
        if "vtop-busy" in self.containers:
            busy = self.containers["vtop-busy"]
            counters["busy throttling"] = lambda: [
                busy.throttling()[key] for key in ("nr_periods", "nr_throttled")]
            counters["busy disk"] = busy.disk
            counters["busy net"] = busy.network
        if "web-1" in self.machines:
            counters["tap"] = lambda: net_dev("/proc/net/dev", lambda name: name == "vtop-web1")
        self.stats = {}
        asking = threading.Thread(target=self._docker_stats)
        # The monitor of a guest answers one at a time: virsh asks before and after, not meanwhile.
        groups = ("--cpu-total", "--block", "--balloon", "--vcpu")
        stated = [name for name in ("web-1", "db idle_1") if name in self.machines]
        before = {name: domstats(name, *groups) for name in stated}
        with Recorder(**counters) as self.recorder:
            if "vtop-busy" in self.containers:
                asking.start()
            self.sample = samples("-d", str(WINDOW), timeout=20)[0]
            self.end = sample_time(self.sample)
            self.begin = self.end - self.sample["interval_seconds"]
            self.memory = {name: thing.memory()
                           for name, thing in {**self.machines, **self.containers}.items()}
            time.sleep(0.2)
        if "vtop-busy" in self.containers:
            asking.join()
        self.before, self.after = before, {name: domstats(name, *groups) for name in stated}

    def _machine(self, name, pid):
        try:
            self.machines[name] = Machine(pid())
        except (OSError, Failure):
            pass  # the tests that need it are skipped or fail

    def _container(self, name, pid):
        try:
            self.containers[name] = Container(pid())
        except (OSError, Failure):
            pass

    def _docker_stats(self):
        text = docker("stats", "--no-stream", "--format", "{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}",
                      "vtop-busy", "vtop-idle")
        for line in text.splitlines():
            name, cpu, memory = line.split("\t")
            self.stats[name] = float(cpu.rstrip("%")), size(memory.split("/")[0])

    def rate(self, counter, item=None):
        return self.recorder.rate(counter, self.begin, self.end, item)

    def percent(self, name):
        """CPU time by the kernel's counters, 100 = one core."""
        return self.rate(name + " cpu") / 1e7

    def libvirt_rate(self, name, *keys):
        span = self.after[name]["time"] - self.before[name]["time"]
        return sum(self.after[name][key] - self.before[name][key] for key in keys) / span


_seen = None


def observed(function):
    """A machine that is used by others can spoil one observation: a second one has to agree."""
    def twice():
        global _seen
        if _seen is None:
            _seen = Observation()
        try:
            return function(_seen)
        except Failure as failure:
            print("#   once more, because:", str(failure).replace("\n", " "))
            _seen = Observation()
            return function(_seen)
    twice.__doc__, twice.__name__ = function.__doc__, function.__name__
    return twice


ALL = ("libvirt", "qemu", "docker", "podman", "lxc")


@test(*ALL)
@observed
def everyone(o):
    """Every guest is there by its human name, with its type, and runs."""
    expected = {"web-1": "vm", "db idle_1": "vm", "raw-tcg": "vm", "vtop-busy": "docker",
                "vtop-idle": "docker", "vtop-pod1": "podman", "vtop-lxc1": "lxc"}
    if "raw-kvm" in o.machines:
        expected["raw-kvm"] = "vm"
    for name, kind in expected.items():
        g = guest(o.sample, name)
        check(g["type"] == kind, f"{name} is a {g['type']}, expected {kind}")
        check(g["state"] == "run", f"{name} is {g['state']} ({g['state_reason']}), and runs")
    return ", ".join(f"{kind} {name}" for name, kind in expected.items())


@test(*ALL)
@observed
def nobody_twice(o):
    """No guest is there twice, and no part of one as a guest."""
    pids = {}
    for g in guests(o.sample):
        if g["pid"] is not None:
            check(g["pid"] not in pids, f"{g['name']} and {pids.get(g['pid'])} are one process")
            pids[g["pid"]] = g["name"]
    for name in list(o.machines) + list(o.containers):
        find(o.sample, name)
    wrong = ("emulator", "vcpu0", "monitor", "conmon", "libvirt-qemu", "dbidle1", "lxc.")
    for g in guests(o.sample):
        for part in wrong:
            check(part not in g["name"], f"{g['type']} {g['name']} is no guest of its own")
    ours = [g for g in guests(o.sample, "vm") if g["pid"] in [m.pid for m in o.machines.values()]]
    check(len(ours) == len(o.machines), f"{len(ours)} rows for {len(o.machines)} machines")
    return f"{len(pids)} processes, one row each"


@test("libvirt", "docker", "podman")
@observed
def identities(o):
    """Ids, processes, images and groups are those that the engines name."""
    for name in ("web-1", "db idle_1"):
        g = guest(o.sample, name)
        uuid = virsh("domuuid", name).strip()
        check(g["id"] == uuid, f"{name}: id {g['id']}, virsh says {uuid}")
        pid = o.machines[name].pid
        check(g["pid"] == pid, f"{name}: pid {g['pid']}, not {pid}")
    for name in ("vtop-busy", "vtop-idle"):
        g = guest(o.sample, name)
        full = docker("inspect", "-f", "{{.Id}}", name).strip()
        check(g["id"] and full.startswith(g["id"]) and len(g["id"]) >= 12, f"{name}: id {g['id']}")
        check(g["image"] == "vtop-test:1", f"{name}: image {g['image']}")
    check(guest(o.sample, "vtop-idle")["group"] == "vtop-shop",
          f"compose project of vtop-idle: {guest(o.sample, 'vtop-idle')['group']}")
    full = command("podman", "inspect", "-f", "{{.Id}}", "vtop-pod1").strip()
    check(full.startswith(guest(o.sample, "vtop-pod1")["id"] or "?"), "vtop-pod1: another id")
    return "uuids, container ids, pids, an image and a compose project"


@test()
@observed
def all_keys(o):
    """Every guest has every key; numbers are numbers, and no number is impossible."""
    for g in guests(o.sample):
        for key in KEYS:
            check(key in g, f"{g['name']} has no {key}")
            value = g[key]
            if value is None:
                continue
            good = isinstance(value, str) if key in TEXTS else isinstance(value, (int, float))
            check(good, f"{g['name']}: {key} is {value!r}")
            if key not in TEXTS:
                check(0 <= value < 1 << 62, f"{g['name']}: {key} is {value}")
                if key in ("cpu_percent", "cpu_user_percent", "cpu_system_percent"):
                    check(value < 110 * CPUS, f"{g['name']}: {key} is {value} on {CPUS} CPUs")
                if key.startswith(("pressure", "throttled", "ready", "efficiency")):
                    check(value <= 105, f"{g['name']}: {key} is {value}")
    check(o.sample["schema"] == "vtop/1", o.sample["schema"])
    interval = o.sample["interval_seconds"]
    check(WINDOW / 2 < interval < WINDOW * 2, f"interval_seconds is {interval}")
    return f"{len(KEYS)} keys of {len(guests(o.sample))} guests"


@test("docker")
@observed
def busy_cpu(o):
    """The container with a quota of 0.2 cores uses up to 20 % of one, as the kernel and docker say."""
    g, kernel = guest(o.sample, "vtop-busy"), o.percent("vtop-busy")
    docker_says = o.stats["vtop-busy"][0]
    check(g["cpu_percent"] < 23, f"cpu_percent is {g['cpu_percent']}")
    near("cpu_percent against cpuacct", g["cpu_percent"], kernel, absolute=3)
    near("cpu_percent against docker stats", g["cpu_percent"], docker_says, absolute=4)
    near("cpu_limit_percent", g["cpu_limit_percent"], kernel * 5, absolute=10)
    near("user + system", g["cpu_user_percent"] + g["cpu_system_percent"], kernel, absolute=3)
    return (f"{g['cpu_percent']:.2f} %, kernel {kernel:.2f} %, docker {docker_says:.2f} %, "
            f"{g['cpu_limit_percent']:.0f} % of what it may use")


@test("docker")
@observed
def busy_throttled(o):
    """The same container is throttled in many of its periods, as the kernel counts."""
    g = guest(o.sample, "vtop-busy")
    kernel = 100 * o.rate("busy throttling", 1) / o.rate("busy throttling", 0)
    check(g["throttled_percent"] is not None and g["throttled_percent"] > 20,
          f"throttled_percent is {g['throttled_percent']}, the kernel says {kernel:.1f}")
    near("throttled_percent", g["throttled_percent"], kernel, absolute=8)
    idle = guest(o.sample, "vtop-idle")["throttled_percent"]
    check(idle is None, f"vtop-idle has no quota, so it cannot be throttled; it says {idle}")
    return f"{g['throttled_percent']:.1f} %, kernel {kernel:.1f} %; absent without a quota"


@test("docker", "podman", "lxc")
@observed
def container_cpu(o):
    """CPU of all containers agrees with the kernel's counters over the same window."""
    found = []
    for name in o.containers:
        value = guest(o.sample, name)["cpu_percent"]
        near(f"cpu_percent of {name}", value, o.percent(name), absolute=3)
        found.append(f"{name} {value:.2f} ({o.percent(name):.2f})")
    check(guest(o.sample, "vtop-pod1")["cpu_percent"] > 1, "vtop-pod1 works, and is shown idle")
    check(guest(o.sample, "vtop-lxc1")["cpu_percent"] > 1, "vtop-lxc1 works, and is shown idle")
    return ", ".join(found)


@test("docker", "podman", "lxc")
@observed
def container_memory(o):
    """Memory of the containers is the working set that docker stats calls used."""
    used = guest(o.sample, "vtop-busy")["memory_bytes"]
    near("memory_bytes of vtop-busy against docker stats", used, o.stats["vtop-busy"][1],
         relative=.05)
    check(used > 30 * MIB, "vtop-busy holds 30 MiB")
    for name in o.containers:
        near(f"memory_bytes of {name}", guest(o.sample, name)["memory_bytes"], o.memory[name],
             relative=.03, absolute=MIB / 2)
    return f"vtop-busy {used / MIB:.2f} MiB, docker {o.stats['vtop-busy'][1] / MIB:.2f} MiB"


@test("docker", "podman")
@observed
def container_limits(o):
    """Limits are those the containers were given, and no limit is not a number of nine exabytes."""
    for name in ("vtop-busy", "vtop-pod1"):
        g = guest(o.sample, name)
        check(g["memory_limit_bytes"] == 64 * MIB, f"{name}: limit {g['memory_limit_bytes']}")
        near(f"memory_percent of {name}", g["memory_percent"],
             100 * g["memory_bytes"] / (64 * MIB), absolute=.5)
    limit = guest(o.sample, "vtop-idle")["memory_limit_bytes"]
    total = o.sample["hosts"][0]["memory_total_bytes"]
    check(limit is None or limit <= total, f"vtop-idle has no limit, it says {limit}")
    return "64 MiB twice, and none"


@test("libvirt", "qemu")
@observed
def machine_cpu(o):
    """CPU of the machines agrees with the kernel's per-thread counters and with libvirt."""
    found = []
    for name in o.machines:
        value = guest(o.sample, name)["cpu_percent"]
        near(f"cpu_percent of {name}", value, o.percent(name), absolute=3)
        found.append(f"{name} {value:.2f} ({o.percent(name):.2f})")
    libvirt = o.libvirt_rate("web-1", "cpu.time") / 1e7
    near("cpu_percent of web-1 against libvirt", guest(o.sample, "web-1")["cpu_percent"], libvirt,
         absolute=4)
    check(guest(o.sample, "web-1")["cpu_percent"] > 3, "web-1 works, and is shown idle")
    check(guest(o.sample, "raw-tcg")["cpu_percent"] > 1, "raw-tcg works, and is shown idle")
    return ", ".join(found) + f", libvirt says {libvirt:.2f} of web-1"


@test("libvirt", "qemu")
@observed
def machine_memory(o):
    """Memory of a machine is what its process has resident; its limit is what it was given."""
    for name in o.machines:
        near(f"memory_bytes of {name}", guest(o.sample, name)["memory_bytes"], o.memory[name],
             relative=.03)
    for name, given in (("web-1", 112), ("db idle_1", 64), ("raw-tcg", 32)):
        limit = guest(o.sample, name)["memory_limit_bytes"]
        check(limit == given * MIB, f"{name} was given {given} MiB; it says {limit}")
    g, s = guest(o.sample, "web-1"), o.after["web-1"]
    inside = (s["balloon.available"] - s["balloon.usable"]) * 1024
    near("memory_guest_used_bytes of web-1", g["memory_guest_used_bytes"], inside, relative=.05, absolute=MIB)
    check(g["balloon_bytes"] == 0, f"balloon of web-1: {g['balloon_bytes']}")
    g = guest(o.sample, "db idle_1")
    check(g["memory_guest_used_bytes"] is None,
          f"db idle_1 has no balloon driver; memory_guest_used_bytes is {g['memory_guest_used_bytes']}")
    return (f"web-1 {o.memory['web-1'] / MIB:.0f} MiB resident, {inside / MIB:.0f} used inside, "
            "112 given; absent where the guest does not tell")


@test("libvirt", "qemu")
@observed
def vcpus(o):
    """vCPUs are counted, and their ready time agrees with the scheduler's."""
    for name, count in (("web-1", 1), ("db idle_1", 2)):
        g, kernel = guest(o.sample, name), o.rate(name + " delay") / 1e7 / count
        check(g["vcpus"] == count, f"{name}: {g['vcpus']} vCPUs")
        near(f"ready_percent of {name}", g["ready_percent"], kernel, absolute=5)
        check(g["ready_max_percent"] >= g["ready_percent"] - .01,
              f"{name}: the mean passes the maximum")
    check(guest(o.sample, "vtop-busy")["vcpus"] is None, "a container has no vCPUs")
    check(guest(o.sample, "vtop-busy")["ready_percent"] is None, "a container has no ready time")
    g = guest(o.sample, "web-1")
    return f"web-1 waited {g['ready_percent']:.2f} %, kernel {o.rate('web-1 delay') / 1e7:.2f} %"


@test("libvirt")
@observed
def machine_disk(o):
    """Disk rates of a machine agree with libvirt's counters; a disk that rests is 0, not absent."""
    g, found = guest(o.sample, "web-1"), []
    for key, parameter in (("read_bytes_per_second", "rd.bytes"),
                           ("read_ops_per_second", "rd.reqs"),
                           ("write_bytes_per_second", "wr.bytes"),
                           ("write_ops_per_second", "wr.reqs")):
        expected = o.libvirt_rate("web-1", "block.0." + parameter)
        check(expected > 5, f"web-1 does no I/O: {parameter} {expected}")
        near(f"{key} of web-1", g[key], expected, relative=.10)
        found.append(f"{parameter} {g[key]:.0f} ({expected:.0f})")
    check(g["write_bytes_per_second"] < g["read_bytes_per_second"], "read and write are mixed up")
    for key, word in (("read_latency_ms", "rd"), ("write_latency_ms", "wr")):
        expected = o.libvirt_rate("web-1", f"block.0.{word}.times") / 1e6 / \
            o.libvirt_rate("web-1", f"block.0.{word}.reqs")
        near(f"{key} of web-1", g[key], expected, relative=.5, absolute=1)
        found.append(f"{key} {g[key]:.2f} ({expected:.2f})")
    idle = guest(o.sample, "db idle_1")
    for key in ("read_bytes_per_second", "write_bytes_per_second"):
        check(idle[key] == 0, f"{key} of db idle_1 is {idle[key]}, its disk rests")
    return ", ".join(found)


@test("libvirt")
@observed
def machine_network(o):
    """Network rates of a machine are its own, not the mirrored ones of its tap."""
    g = guest(o.sample, "web-1")
    for key, item in (("tx_bytes_per_second", 0), ("rx_bytes_per_second", 1)):
        expected = o.rate("tap", item)
        check(expected > 100e3, f"no traffic on the tap: {expected}")
        near(f"{key} of web-1", g[key], expected, relative=.10)
    check(g["tx_bytes_per_second"] > 1.5 * g["rx_bytes_per_second"], "rx and tx are mixed up")
    check(g["rx_packets_per_second"] > 100 and g["tx_packets_per_second"] > 300,
          f"packets: {g['rx_packets_per_second']} in, {g['tx_packets_per_second']} out")
    idle = guest(o.sample, "db idle_1")
    check(idle["rx_bytes_per_second"] is None and idle["tx_bytes_per_second"] is None,
          "db idle_1 has no interface, its network is absent")
    return (f"sent {g['tx_bytes_per_second'] / 1e3:.0f} kB/s (the tap received "
            f"{o.rate('tap', 0) / 1e3:.0f}), received {g['rx_bytes_per_second'] / 1e3:.0f}")


@test("docker")
@observed
def container_network(o):
    """Network rates of a container agree with the counters in its own network namespace."""
    g = guest(o.sample, "vtop-busy")
    expected = o.rate("busy net", 1)
    check(expected > 50e3, f"vtop-busy sends nothing: {expected}")
    near("tx_bytes_per_second", g["tx_bytes_per_second"], expected, relative=.15)
    near("rx_bytes_per_second", g["rx_bytes_per_second"], o.rate("busy net", 0), relative=.2,
         absolute=3000)
    return f"sent {g['tx_bytes_per_second'] / 1e3:.1f} kB/s, kernel {expected / 1e3:.1f} kB/s"


@test("podman", "lxc")
@observed
def no_network(o):
    """A container without a network, or with the host's, has no network numbers."""
    for name, why in (("vtop-lxc1", "shares the host's network"), ("vtop-pod1", "has none")):
        for key in ("rx_bytes_per_second", "tx_bytes_per_second"):
            value = guest(o.sample, name)[key]
            check(value is None, f"{name} {why}; {key} is {value}")
    return "absent for both"


@test("docker")
@observed
def container_disk(o):
    """Disk rates of a container agree with the kernel's counters."""
    if not o.recorder.values["busy disk"]:
        raise Skip("this kernel does not count the disk traffic of containers")
    g = guest(o.sample, "vtop-busy")
    found = []
    for key, item in (("read_bytes_per_second", 0), ("write_bytes_per_second", 1)):
        expected = o.rate("busy disk", item)
        check(expected > 20e3, f"vtop-busy does no I/O: {expected}")
        near(f"{key} of vtop-busy", g[key], expected, relative=.2, absolute=30e3)
        found.append(f"{key} {g[key] / 1e3:.0f} kB/s ({expected / 1e3:.0f})")
    return ", ".join(found)


@test("docker")
@observed
def pressure(o):
    """Pressure is there where the kernel has it, and between 0 and 100 %."""
    try:
        read("/proc/pressure/cpu")
    except OSError:
        raise Skip("this kernel measures no pressure") from None
    g = guest(o.sample, "vtop-busy")
    check(g["pressure_cpu_some_percent"] is not None, "no pressure of vtop-busy")
    # Its threads wait for the quota most of the time.
    check(g["pressure_cpu_some_percent"] > 30, f"cpu pressure: {g['pressure_cpu_some_percent']}")
    idle = guest(o.sample, "vtop-idle")["pressure_cpu_some_percent"]
    check(idle is not None and idle < 20, f"cpu pressure of vtop-idle: {idle}")
    return f"vtop-busy waits {g['pressure_cpu_some_percent']:.1f} % of the time for its quota"


@test("libvirt")
@observed
def exits(o):
    """KVM exits are counted for a KVM guest and absent for an emulated one."""
    g = guest(o.sample, "web-1")
    check(g["exits_per_second"] is None, f"web-1 is emulated, exits: {g['exits_per_second']}")
    keys = [key for key in o.after["db idle_1"] if key.endswith(".exits.sum")]
    if not keys:
        if KVM:
            raise Skip("this QEMU does not count exits")
        g = guest(o.sample, "db idle_1")
        check(g["exits_per_second"] is None, f"without KVM, exits: {g['exits_per_second']}")
        return "absent for two emulated guests; this machine has no KVM"
    g, expected = guest(o.sample, "db idle_1"), o.libvirt_rate("db idle_1", *keys)
    near("exits_per_second of db idle_1", g["exits_per_second"], expected, relative=.3, absolute=10)
    return f"{g['exits_per_second']:.1f} per second, libvirt {expected:.1f}"


@test("libvirt", "qemu", "podman", "lxc")
@observed
def absent(o):
    """What cannot be known is absent, not zero."""
    nothing = {
        "web-1": "image throttled_percent efficiency_percent",
        "raw-tcg": "image memory_guest_used_bytes efficiency_percent throttled_percent exits_per_second",
        "vtop-idle": "vcpus ready_percent ready_max_percent efficiency_percent balloon_bytes "
                     "memory_guest_used_bytes exits_per_second read_latency_ms throttled_percent",
        "vtop-lxc1": "vcpus throttled_percent efficiency_percent balloon_bytes exits_per_second",
        "vtop-pod1": "vcpus throttled_percent efficiency_percent balloon_bytes exits_per_second",
    }
    count = 0
    for name, keys in nothing.items():
        for key in keys.split():
            value = guest(o.sample, name)[key]
            check(value is None, f"{key} of {name} cannot be known; it says {value!r}")
            count += 1
    return f"{count} cells"


@test()
@observed
def host(o):
    """The host: CPU against /proc/stat, memory and CPUs, and a ledger that sums to 100 %."""
    h = o.sample["hosts"][0]
    kernel = 100 * o.rate("host", 0) / o.rate("host", 1)
    near("cpu_percent_of_host", h["cpu_percent_of_host"], kernel, absolute=3)
    total = int(read("/proc/meminfo").split()[1]) * 1024
    check(h["memory_total_bytes"] == total, f"memory {h['memory_total_bytes']}, kernel {total}")
    check(h["cpus"] == CPUS, f"{h['cpus']} CPUs, not {CPUS}")
    parts = [h[f"cpu_{part}_percent_of_host"]
             for part in ("vm", "container", "other", "steal", "idle")]
    check(None not in parts, f"the ledger has a hole: {parts}")
    near("the sum of the ledger", sum(parts), 100, absolute=2)
    vms = sum(o.percent(name) for name in o.machines) / CPUS
    check(parts[0] > vms - 3, f"all machines together: {parts[0]}, ours alone {vms}")
    containers = sum(o.percent(name) for name in o.containers) / CPUS
    near("all containers together", parts[1], containers, absolute=5)
    return (f"{h['cpu_percent_of_host']:.1f} %, kernel {kernel:.1f} %: "
            + "machines {:.1f}, containers {:.1f}, host {:.1f}, steal {:.1f}, idle {:.1f}".format(
                *parts))


@test("libvirt")
@observed
def sources(o):
    """The sources say that they are well, and how old their news is."""
    s = source(o.sample, "qemu:///system")
    check(s["state"] == "ok", f"libvirt is {s['state']}: {s['message']}")
    for s in o.sample["sources"]:
        check(set(s) >= {"name", "state", "age_seconds", "message"}, f"keys of {s}")
        check(s["state"] in ("ok", "stale", "absent", "denied", "failed"),
              f"{s['name']} is {s['state']}")
        if s["state"] == "ok":
            check(s["age_seconds"] is not None and s["age_seconds"] < 10,
                  f"{s['name']} is well, and its news {s['age_seconds']} s old")
        else:
            check(s["message"], f"{s['name']} is {s['state']} and does not say why")
    return ", ".join(f"{s['name']} {s['state']}" for s in o.sample["sources"])


run(*ALL)
