#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""Whole runs of vtop with all its threads: the demo, saved hosts, this host, libvirt's test driver.

In a build with --enable-sanitizers=thread a data race is printed, and the exit status is 66.
"""
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../terminal"))
from bare import Bare  # noqa: E402

VTOP = os.environ["VTOP_BIN"]
FIXTURES = os.path.join(os.environ.get("abs_top_srcdir", "."), "tests/fixtures")
SLOW = 10 if os.environ.get("VTOP_SANITIZED") else 1
SAMPLES = 12

RUNS = (
    ("the demo", ["--demo"]),
    ("a demo of 300 guests", ["--demo=300"]),
    ("a saved host of version 2", ["--root", f"{FIXTURES}/v2-systemd"]),
    ("a saved host of version 1", ["--root", f"{FIXTURES}/v1"]),
    ("this host", []),
    ("libvirt's test driver", ["-c", "test:///default"]),
    ("three connections, two of which fail", ["-c", "test:///default", "-c", "test:///nonexistent",
                                              "-c", "nonsense:///x"]),
)


def recorded(arguments):
    """A recorder beside it."""
    with tempfile.TemporaryDirectory() as place:
        return look([*arguments, f"--record={place}/rec"])


def look(arguments):
    done = subprocess.run([VTOP, "-b", "-f", "json", "-d", "0.1", "-n", str(SAMPLES), *arguments],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=60 * SLOW)
    said = done.stderr.decode(errors="replace")
    if done.returncode != 0:
        return [f"exit status {done.returncode}", *said.splitlines()[:80]]
    count = sum("guests" in json.loads(line) for line in done.stdout.splitlines())
    if count != SAMPLES:
        return [f"{count} samples instead of {SAMPLES}"]
    return said.splitlines()[:80] if "WARNING: ThreadSanitizer" in said else []


def screen(arguments):
    """On the screen, where what is wanted from the sources changes with each key."""
    with tempfile.TemporaryDirectory() as place:
        report = os.path.join(place, "report")
        options = os.environ.get("TSAN_OPTIONS", "")
        with Bare("-d", "0.1", *arguments, columns=160, rows=50,
                  env={"TSAN_OPTIONS": f"{options}:log_path={report}"}) as b:
            b.wait_for(b"Quit")
            for key in (b"2", b"3", b"4", b"5", b"6", b"\r", b"\033[C", b"\033[C", b"\033", b"t",
                        b"H", b"\033", b"e", b"\033", b"q"):
                b.send(key)
                b.read(0.3)
                b.read(0.1)
            status = b.wait_end()
        reports = [os.path.join(place, name) for name in os.listdir(place)]
        problems = [f"exit status {status}"] if status else []
        if status:
            problems += b.out.decode(errors="replace").splitlines()[-10:]
        for path in reports:
            with open(path, errors="replace") as f:
                problems += f.read().splitlines()[:80]
    return problems


def main():
    failed = False
    tests = [(name, look, arguments) for name, arguments in RUNS]
    tests += [("the demo and a recorder", recorded, ["--demo"]),
              ("the demo on the screen", screen, ["--demo"]),
              ("this host and libvirt's test driver on the screen", screen,
               ["-c", "test:///default"])]
    print(f"1..{len(tests)}")
    for number, (name, test, arguments) in enumerate(tests, 1):
        problems = test(arguments)
        failed |= bool(problems)
        print(f'{"not ok" if problems else "ok"} {number} - {name}', flush=True)
        for problem in problems:
            print("#   " + problem)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
