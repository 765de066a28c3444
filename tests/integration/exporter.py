#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""The exporter on a host with guests, scraped by a real Prometheus while guests and daemons hang."""

import os
import sys
import tempfile
import time

from guests import (HERE, SLOW, check, environment_pid, guest, machine_pid, near, run, samples,
                    test, vtop)
from machines import stopped_process

sys.path.insert(0, os.path.join(HERE, "../export"))
from running import Exporter, Prometheus, value, wait_for  # noqa: E402 (it is in the folder beside)


# A scrape has this long: on a busy machine it takes more than it should, but not as long as libvirt
# waits for a guest.
INTERVAL = 10


def scrape(x):
    """A scrape must be there at once: libvirt waits 30 seconds for a guest."""
    began = time.monotonic()
    status, _, body = x.get()
    took = time.monotonic() - began
    check(status == 200 and took < INTERVAL * SLOW, f"status {status} after {took:.1f} s")
    return body.decode()


def complete(text, web):
    """What no outage may take away: the host, the container, web's CPU time from its process."""
    check(value(text, "vtop_host_cpus") == os.cpu_count(), "the host is absent")
    check(text.count("vtop_guest_cpu_seconds_total{") >= 3, "guests are absent")
    check(value(text, "vtop_guest_cpu_seconds_total", id=web) is not None, "web-1 is absent")


def series():
    """What another vtop counts now."""
    done = vtop("-b", "-n", "1", "-f", "openmetrics", timeout=60)
    check(done.returncode == 0, done.stderr.decode())
    return done.stdout.decode()


def compares(p, web, busy):
    """What Prometheus has stored lies between what another vtop counts before and after. The sources
    of a machine's CPU time count apart by some hundredths of a second."""
    cpu = "vtop_guest_cpu_seconds_total"
    before, now = series(), time.time()
    check(wait_for(lambda: p.number(f'min(timestamp({cpu}{{id=~"{web}|{busy}"}}))') > now),
          f"no new scrape: {p.log()}")
    stored = {id: p.number(f'{cpu}{{id="{id}"}}') for id in (web, busy)}
    after = series()
    for what, id in (("web-1", web), ("vtop-busy", busy)):
        least, most = value(before, cpu, id=id), value(after, cpu, id=id)
        check(least - 0.3 <= stored[id] <= most + 0.3,
              f"CPU time of {what}: {stored[id]} s, another vtop: {least} to {most} s")
        memory = p.number(f'vtop_guest_memory_bytes{{id="{id}"}}')
        near(f"memory of {what}", memory, value(after, "vtop_guest_memory_bytes", id=id),
             relative=0.2)


@test("libvirt", "docker")
def scraped():
    """Prometheus has vtop's numbers; a stopped guest and a stopped libvirtd delay no scrape"""
    first = samples("-d", "1", count=2, timeout=60)[-1]
    web, busy = guest(first, "web-1")["id"], guest(first, "vtop-busy")["id"]
    x = Exporter("-d", "1")
    with tempfile.TemporaryDirectory() as directory:
        p = Prometheus(directory, x, interval=f"{INTERVAL}s")
        try:
            limit = f'vtop_guest_memory_limit_bytes{{id="{web}"}}'
            check(wait_for(lambda: p.query(limit)), f"no scrape has web-1: {p.log()}")
            compares(p, web, busy)
            with stopped_process(machine_pid("web-1")):
                check(wait_for(lambda: value(scrape(x), "vtop_guest_state", id=web, state="stopped")
                               or value(scrape(x), "vtop_guest_state", id=web, state="hung")),
                      "web-1 is stopped, and no scrape says so")
                complete(scrape(x), web)
            with stopped_process(environment_pid("libvirtd")):
                check(wait_for(lambda: (value(scrape(x), "vtop_source_age_seconds",
                                              source="qemu:///system") or 0) > 4),
                      "libvirtd is stopped, and its news are not old")
                check(wait_for(lambda: value(scrape(x), "vtop_guest_memory_max_bytes", id=web) is
                               None), "what only libvirt knows is stale, and is still exported")
                complete(scrape(x), web)
            failed = p.number("sum(count_over_time((up == 0)[10m:1s]))")
            check(failed < 1, f"{failed:.0f} s without a scrape: {p.log()}")
            longest = p.number("max_over_time(scrape_duration_seconds[10m])")
        finally:
            p.stop()
    check(x.stop() == 0, f"the exporter failed: {x.said}")
    return f"the longest scrape took {longest * 1000:.0f} ms"


if not any(os.access(os.path.join(d, "prometheus"), os.X_OK)
           for d in os.environ["PATH"].split(":")):
    print("1..0 # SKIP prometheus is not installed")
    sys.exit(0)
run("libvirt", "docker")
