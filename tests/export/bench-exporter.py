#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""What a scrape costs: CPU time of vtop and size, of 100 and 1,000 simulated guests; beside it a fixed
amount of other work, and, where libvirt has guests, virsh domstats, which is what exporters for
libvirt do.

The cost is the CPU time of vtop with a scrape per collection, less that without scrapes.
"""
import os
import statistics
import subprocess
import sys
import time
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path += [HERE, os.path.join(HERE, "../bench")]
from ratios import ratio  # noqa: E402
from running import Exporter  # noqa: E402

ROUNDS = 40
INTERVAL = 0.25
TICK = os.sysconf("SC_CLK_TCK")


def calibration():
    """Milliseconds of CPU time to pack 16 MB of zeros, the best of five."""
    best = 1e9
    for _ in range(5):
        began = time.process_time()
        zlib.compress(b"\0" * (16 << 20), 1)
        best = min(best, time.process_time() - began)
    return best * 1000


def cpu_ms(x):
    with open(f"/proc/{x.process.pid}/stat", encoding="ascii") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / TICK


def spent(x, headers):
    """CPU milliseconds of vtop in ROUNDS intervals, with a scrape in each (headers: not None)."""
    before = cpu_ms(x)
    size = 0
    for _ in range(ROUNDS):
        began = time.monotonic()
        if headers is not None:
            size = len(x.get(headers=headers)[2])
        time.sleep(max(0, INTERVAL - (time.monotonic() - began)))
    return cpu_ms(x) - before, size


def domstats():
    """Milliseconds that virsh domstats takes per guest; None: there are no guests."""
    virsh = ["virsh", "-q", "-c", "qemu:///system"]
    try:
        names = subprocess.run([*virsh, "list", "--name"], capture_output=True, text=True,
                               timeout=10).stdout.split()
    except (OSError, subprocess.TimeoutExpired):
        return None
    times = []
    for _ in range(10 if names else 0):
        began = time.monotonic()
        subprocess.run([*virsh, "domstats"], stdout=subprocess.DEVNULL, check=False)
        times.append((time.monotonic() - began) * 1000)
    return statistics.median(times) / len(names) if names else None


print(f"calibration: 16 MB packed in {calibration():.1f} ms of CPU time")
for guests in (100, 1000):
    x = Exporter(f"--demo={guests}", f"-d{INTERVAL}")
    x.get()
    idle, _ = spent(x, None)
    for name, headers in (("plain", {}), ("gzip", {"Accept-Encoding": "gzip"})):
        busy, size = spent(x, headers)
        cost = max(0, busy - idle) / ROUNDS
        print(f"{guests} guests, {name}: {cost:.1f} ms of CPU time per scrape, {size / 1000:.0f} kB; "
              f"a collection alone takes {idle / ROUNDS:.1f} ms", flush=True)
        each = domstats() if guests == 100 and name == "gzip" else None
        if each:
            ratio("a scrape, per guest", "ms", cost / guests, "virsh domstats", each)
    x.stop()
