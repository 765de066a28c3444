#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""--advise: what it prints as text and JSON, of a simulated host, a saved tree and this host; filters,
signals, exit statuses, wrong usage."""
import json
import os
import re
import signal
import subprocess
import sys
import time

VTOP = os.environ["VTOP_BIN"]
FIXTURES = os.path.join(os.environ.get("abs_top_srcdir", "."), "tests/fixtures")
LONG = 120  # seconds that nothing here takes, unless it hangs
QUICK = ["--advise", "-n", "2", "-d", "0.4"]
HOST_KEYS = ["name", "id", "history_seconds", "sizes", "balance", "overcommit", "cost", "traits"]
ADVICE_KEYS = ["kind", "resource", "host", "guest", "guest_id", "what", "why", "from", "to", "unit",
               "confidence", "history_seconds", "notes", "command"]


class Wrong(Exception):
    pass


def check(condition, what):
    if not condition:
        raise Wrong(what)


def run(*args):
    return subprocess.run([VTOP, *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=LONG, text=True, check=False)


def expect(done, status, said=""):
    check(done.returncode == status, f"exit status {done.returncode}, not {status}: {done.stderr}")
    check(done.stderr == said, f"on standard error: {done.stderr!r}")
    return done.stdout


def document():
    """JSON: one object with all keys; nothing is said that needs an hour of history"""
    lines = expect(run("--demo=60", *QUICK, "-f", "json"), 0).splitlines()
    check(len(lines) == 1, f"{len(lines)} lines")
    d = json.loads(lines[0])
    check(list(d) == ["schema", "time", "samples", "hosts", "advice"], f"{list(d)}")
    check(d["schema"] == "vtop-advice/1" and d["samples"] == 2, f"{d['schema']} {d['samples']}")
    host, = d["hosts"]
    check(list(host) == HOST_KEYS, f"{list(host)}")
    for sizes in host["sizes"].values():
        check(sum(sizes.values()) == 60, f"sizes of {sum(sizes.values())} guests")
        check(sizes["too_small"] == sizes["too_large"] == 0 < sizes["collecting"], f"{sizes}")
    for b in host["balance"]:
        check(b["guests"] + b["missing"] == 58, f"{b}")  # two are inside of another guest
        check(1 / b["guests"] <= b["jain"] <= 1 and 0 < b["dominant_share"] <= 1, f"{b}")
    over = host["overcommit"]
    check(over["smt"] and over["missing"] == 0, f"{over}")
    check(abs(over["vcpus"] / over["cores"] - over["vcpus_per_core"]) < 0.01, f"{over}")
    check(host["cost"]["halt_poll_percent"] > 0 and host["cost"]["vms"] > 10, f"{host['cost']}")
    check(host["traits"]["KVM"].startswith("yes"), f"{host['traits']}")
    check(d["advice"], "no advice about a host with more vCPUs than it should have")
    for a in d["advice"]:
        check(list(a) == ADVICE_KEYS, f"{list(a)}")
        check(a["kind"] not in ("grow", "shrink", "move", "filling"), f"{a}")
        check(a["what"] and a["why"] and a["confidence"] in ("low", "medium", "high"), f"{a}")


def text():
    """Text: how guests stand, then a paragraph per piece of advice"""
    out = expect(run("--demo=60", *QUICK), 0)
    check(re.match(r"kvm7: \d+ s of history\n  CPU  ", out), out[:200])
    for title in ("memory", "balance", "promised", "cost"):
        check(f"\n  {title}  " in out, f"{title}: {out[:900]}")
    check(re.search(r"\n\nkvm7: move machines to other hosts.*\n  why:  .*\n  sure: ", out), out)
    check("nan" not in out and "inf" not in out and "unknown" not in out, out)


def filtered():
    """A filter leaves advice about its guests, and about hosts"""
    found = [json.loads(expect(run("--demo=200", *QUICK, "-f", "json", *more), 0))["advice"]
             for more in ([], ["-F", "lab-arm64"], ["-F", "no such guest"])]
    guests = [{a["guest"] for a in advice} for advice in found]
    check("lab-arm64" in guests[0], f"{guests[0]}")  # it is emulated
    check(guests[1] == {None, "lab-arm64"}, f"{guests[1]}")
    check(guests[2] == {None}, f"{guests[2]}")


def saved_tree():
    """A saved tree: one sample without rates, and no number that it does not have"""
    for name in ("v1", "v2-systemd", "proxmox", "k8s-containerd"):
        done = run("--advise", "--root", os.path.join(FIXTURES, name), "-f", "json")
        check(done.returncode == 0, f"{name}: {done.returncode}, {done.stderr}")
        d = json.loads(done.stdout)
        check(d["samples"] == 1, f"{name}: {d['samples']} samples")
        for b in d["hosts"][0]["balance"]:
            check((b["jain"] is None) == (b["guests"] < 2 or b["dominant"] is None), f"{name}: {b}")
        check(d["hosts"][0]["balance"][0]["jain"] is None, f"{name}: balance without rates")
        for a in d["advice"]:
            check(a["kind"] in ("overcommit", "cost"), f"{name}: {a}")


def this_host():
    """This host, whatever it runs"""
    done = run(*QUICK, "-f", "json")
    check(done.returncode == 0, f"{done.returncode}: {done.stderr}")
    check(json.loads(done.stdout)["hosts"], "no host")


def signals():
    """A signal prints what there is, and ends it with 128 + its number"""
    for number in (signal.SIGINT, signal.SIGTERM):
        with subprocess.Popen([VTOP, "--demo=5", "--advise", "-n", "10000", "-d", "0.4"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as p:
            time.sleep(2)
            p.send_signal(number)
            out = p.communicate(timeout=LONG)[0]
            check(p.returncode == 128 + number, f"exit status {p.returncode}")
            check(out.startswith("kvm7: "), out[:100])


def writing():
    """A closed pipe is no failure; a full disk is one"""
    read, write = os.pipe()
    os.close(read)
    for out, status in ((write, 0), (os.open("/dev/full", os.O_WRONLY), 1)):
        done = subprocess.run([VTOP, "--demo=5", *QUICK], stdin=subprocess.DEVNULL, stdout=out,
                              stderr=subprocess.PIPE, timeout=LONG, check=False)
        os.close(out)
        check(done.returncode == status, f"exit status {done.returncode}: {done.stderr}")


def usage():
    """Wrong usage: one line, exit status 2"""
    for args, said in (
            (["-b"], "--advise is a mode of its own: it goes with neither -b nor --summary"),
            (["--summary"], "--advise is a mode of its own: it goes with neither -b nor --summary"),
            (["--fail-on", "warn"], "--advise prints no findings: it does not go with --fail-on"),
            (["-f", "csv"], "-f: advice is printed as text or json")):
        check(expect(run("--demo", "--advise", *args), 2, f"vtop: {said}\n") == "", "it is printed")


TESTS = (document, text, filtered, saved_tree, this_host, signals, writing, usage)


def main():
    failed = 0
    print(f"1..{len(TESTS)}")
    for number, test in enumerate(TESTS, 1):
        what = f"{number} - {test.__doc__}"
        try:
            test()
            print(f"ok {what}", flush=True)
        except (Wrong, subprocess.TimeoutExpired, ValueError, KeyError, IndexError) as problem:
            failed += 1
            print(f"not ok {what}", flush=True)
            print("\n".join(f"# {line}" for line in str(problem).splitlines()), flush=True)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
