#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""--parts: JSON and CSV have the parts that were asked for, of every guest, in rows of one shape."""
import csv
import io
import json
import os
import subprocess
import sys

VTOP = os.environ["VTOP_BIN"]
LONG = 120  # seconds that nothing here takes, unless it hangs
HOST_KEYS = {"cpu": "cpus_list", "disk": "disks", "nic": "nics", "node": "nodes", "trait": "traits",
             "store": "stores"}
GUEST_KEYS = {"vcpu": "vcpus_list", "disk": "disks", "nic": "nics", "node": "nodes",
              "task": "tasks"}
OWNERS = ("own", "cpuset", "host")


class Wrong(Exception):
    pass


def check(condition, what):
    if not condition:
        raise Wrong(what)


def run(*args):
    done = subprocess.run([VTOP, "--demo=40", "-b", "-n", "1", "-d", "0.5", *args],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=LONG, text=True, check=False)
    check(done.returncode == 0 and not done.stderr, f"{args}: {done.returncode} {done.stderr!r}")
    return done.stdout


def sample(*args):
    return json.loads(run("-f", "json", *args))


def small():
    """without --parts there are none"""
    d = sample()
    extra = set(HOST_KEYS.values()) | set(GUEST_KEYS.values()) | {"cpu_limit_owner"}
    for o in d["hosts"] + d["guests"]:
        check(not extra & set(o), f"without --parts: {sorted(extra & set(o))}")


def in_json():
    """JSON has all parts of every guest, or those asked for, and who sets a limit"""
    d = sample("--parts")
    host = d["hosts"][0]
    for key in HOST_KEYS.values():
        check(host[key], f"the host has no {key}")
    for key in ("vcpus_list", "disks", "nics", "tasks"):
        having = [g for g in d["guests"] if g[key]]
        check(len(having) > 4, f"{len(having)} guests have {key}")
    for g in d["guests"]:
        for key in GUEST_KEYS.values():
            names = [list(p.values())[0] for p in g[key]]
            check(len(set(names)) == len(names), f"{g['name']}: {key} {names}")
        if g["type"] == "vm":
            check(g["cpu_limit_owner"] is None, f"{g['name']}: {g['cpu_limit_owner']}")
    owners = {g["cpu_limit_owner"] for g in d["guests"]} - {None}
    check(all(o in OWNERS or o.startswith("ancestor-") for o in owners), f"{owners}")
    some = sample("--parts=disk,nic")["guests"][0]
    check("disks" in some and "nics" in some and "tasks" not in some, f"{list(some)}")


def in_csv():
    """CSV has a row per part behind its owner, and the same columns in each"""
    rows = list(csv.reader(io.StringIO(run("-f", "csv", "--parts"))))
    head = rows[0]
    check(len(set(head)) == len(head), "a column is there twice")
    check(all(len(r) == len(head) for r in rows), "the rows differ in length")
    rows = [dict(zip(head, r)) for r in rows[1:]]
    check({*HOST_KEYS, *GUEST_KEYS, "host"} - {"node"} <= {r["type"] for r in rows},
          f"{ {r['type'] for r in rows} }")
    owner = None
    for r in rows:
        if r["part"] == "" and r["type"] not in {*HOST_KEYS, *GUEST_KEYS}:
            owner = r
            continue
        check(r["part"], f"a part without a name: {r['type']}")
        check((r["name"], r["id"]) == (owner["name"], owner["id"]),
              f"{r['part']} of {r['name']} is behind {owner['name']}")
    check(any(r["type"] == "disk" and r["read_ops_per_second"] for r in rows), "no disk reads")
    named = list(csv.DictReader(io.StringIO(run("-f", "csv", "-o", "name", "--parts=vcpu"))))
    check({"vcpu"} < {r["type"] for r in named}, "the type tells parts apart, even with -o")


TESTS = [small, in_json, in_csv]
print(f"1..{len(TESTS)}", flush=True)
failed = 0
for number, test in enumerate(TESTS, 1):
    try:
        test()
        print(f"ok {number} - {test.__doc__}", flush=True)
    except (Wrong, KeyError, ValueError) as e:
        failed += 1
        print(f"not ok {number} - {test.__doc__}\n# {e!r}", flush=True)
sys.exit(failed != 0)
