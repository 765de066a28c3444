#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""-f openmetrics and -f prometheus of a simulated host, by the parsers of others: promtool, and the
parser of Prometheus's client for Python. The numbers are those of -f json."""
import json
import os
import re
import subprocess
import sys

try:
    from prometheus_client.openmetrics.parser import text_string_to_metric_families
except ImportError:  # Debian's package is for Debian's interpreter
    if sys.executable != "/usr/bin/python3" and os.path.exists("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3"] + sys.argv)
    print("1..0 # SKIP there is no prometheus_client")
    sys.exit(0)

VTOP = os.environ["VTOP_BIN"]
points = failed = 0


def point(name, good, why=""):
    global points, failed
    points += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {points} - {name}")
    for line in str(why).splitlines() if not good else []:
        print(f"# {line}")


def run(*options):
    return subprocess.run([VTOP, "-b", *options], capture_output=True, text=True, timeout=150)


def samples(text):
    """By name and labels. A series that comes twice is an error."""
    found = {}
    for family in text_string_to_metric_families(text):
        for s in family.samples:
            key = (s.name, tuple(sorted(s.labels.items())))
            assert key not in found, key
            found[key] = s.value
    return found


for style in ("vtop", "libvirt", "cadvisor"):
    names = [f"--export-names={style}"]
    text = run("--demo=30", "-n1", "-f", "openmetrics", *names).stdout
    try:
        found, why = samples(text), ""
    except Exception as error:
        found, why = {}, repr(error)
    point(f"{style}: another parser of OpenMetrics reads it", len(found) > 500, why)
    old = run("--demo=30", "-n1", "-f", "prometheus", *names)
    check = subprocess.run(["promtool", "check", "metrics"], input=old.stdout, capture_output=True,
                           text=True)
    # What we did not name is as others named it.
    wrong = [line for line in (check.stdout + check.stderr).splitlines()
             if line.startswith("vtop_") or "error" in line.lower()]
    point(f"{style}: promtool has no objection", not wrong, "\n".join(wrong))
    point(f"{style}: renamed, not doubled", {
        "vtop": any(n == "vtop_guest_cpu_seconds_total" for n, _ in found),
        "libvirt": not any(n == "vtop_guest_cpu_seconds_total" and "domain" in dict(labels)
                           for n, labels in found) and
        any(n == "libvirt_domain_block_stats_read_bytes_total" and "target_device" in dict(labels)
            for n, labels in found),
        "cadvisor": any(n == "container_cpu_usage_seconds_total" and dict(labels).get("name")
                        for n, labels in found)}[style])

# The simulated host is the same at each start: what does not change is the same in JSON.
objects = json.loads(run("--demo=30", "-n1", "-f", "json").stdout)
found = samples(run("--demo=30", "-n1", "-f", "openmetrics").stdout)
ids = {g["id"] for g in objects["guests"]}
info = {dict(labels)["id"]: dict(labels) for n, labels in found if n == "vtop_guest_info"}
point("each guest has its information", set(info) == ids, set(info) ^ ids)
wrong = [g["name"] for g in objects["guests"]
         if (info[g["id"]]["name"], info[g["id"]]["type"]) != (g["name"], g["type"])]
point("names and types are those of JSON", not wrong, wrong)
wrong = []
for g in objects["guests"]:
    for key, name in (("vcpus", "vtop_guest_vcpus"), ("memory_limit_bytes",) * 2):
        name = name if name.startswith("vtop_") else "vtop_guest_" + name
        value = found.get((name, (("id", g["id"]),)))
        if value != g[key]:
            wrong.append((g["name"], key, value, g[key]))
point("values are those of JSON, and absent where they are absent there", not wrong, wrong)
labels_of = {n: {k for _, labels in ((n2, l) for n2, l in found if n2 == n) for k, _ in labels}
             for n, _ in found}
many = {n: labels for n, labels in labels_of.items()
        if n.startswith("vtop_guest_") and n not in ("vtop_guest_info", "vtop_guest_state") and
        labels - {"id", "facet", "mode", "class", "resource", "kind"}}
point("identity is a label of the information only", not many, many)

# One sample after the other: no counter falls.
text = run("--demo=30", "-n4", "-d0.5", "-f", "openmetrics").stdout
rounds = [samples(part + "# EOF\n") for part in text.split("# EOF\n")[:-1]]
fallen = [key for before, after in zip(rounds, rounds[1:]) for key in before
          if key[0].endswith("_total") and key in after and after[key] < before[key]]
point("four samples, and no counter falls", len(rounds) == 4 and not fallen, fallen)

for options, words in ((["-f", "openmetrics", "-o", "name"], "go without -o"),
                       (["-f", "json", "--export-names=libvirt"], "names of series"),
                       (["-f", "openmetrics", "--export-names=x"], "'x' is no style")):
    result = run("--demo", *options)
    point(f"wrong usage: {' '.join(options)}", result.returncode == 2 and words in result.stderr and
          len(result.stderr.splitlines()) == 1, result.stderr)
result = subprocess.run([VTOP, "-f", "prometheus"], capture_output=True, text=True)
point("wrong usage: without -b", result.returncode == 2 and "add -b" in result.stderr)
result = subprocess.run(f"{VTOP} -b --demo=500 -n1 -f openmetrics | head -n1", shell=True,
                        capture_output=True, text=True)
point("a pipe that closes is no error", not result.stderr and re.match("# HELP", result.stdout),
      result.stderr)

print(f"1..{points}")
sys.exit(failed > 0)
