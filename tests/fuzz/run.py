#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""The fuzzer: every target with its kept corpus and 10,000 inputs made from it by a fixed seed.

    run.py [--seconds N] [TARGET...]

--seconds: each target for N seconds with a seed of its own. What is new stays in fuzz-found/ in the
build directory: crash-*, leak-* and timeout-* are mistakes, the rest inputs that reach new code.
"""
import argparse
import base64
import concurrent.futures
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

RUNS = 10000
SECONDS = 300  # of one target in the check, however slow the machine is
INPUT_SECONDS = 25  # of one input
MIB = 2048
LENGTHS = {"args": 4096, "host": 16384, "cgroup": 4096, "filter": 256, "kvm": 4096}
LENGTH = 2048

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ.get("abs_top_builddir", ".")
PROGRAM = os.path.join(BUILD, "tests/fuzz/fuzz")


def targets():
    """(name, what it parses)"""
    done = subprocess.run([PROGRAM], stdout=subprocess.PIPE, text=True, check=True,
                          env={k: v for k, v in os.environ.items() if k != "FUZZ_TARGET"})
    return [line.split("\t") for line in done.stdout.splitlines()]


def environment(name, place):
    """Many targets write files: where there is a file system in memory, there."""
    return {**os.environ, "FUZZ_TARGET": name, "TMPDIR": place, "LC_ALL": "C.UTF-8",
            "ASAN_OPTIONS": "detect_stack_use_after_return=0", "G_SLICE": "always-malloc"}


def fuzz(name, seconds):
    """Whether it is well, in how many runs, and the last lines that it said."""
    shared = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    place = tempfile.mkdtemp(prefix="vtop-fuzz-", dir=shared)
    corpus = os.path.join(HERE, "corpus", name)
    found = os.path.join(os.path.abspath(BUILD), "fuzz-found") if seconds else place
    new = os.path.join(found, name)
    os.makedirs(new, exist_ok=True)
    arguments = [f"-max_len={LENGTHS.get(name, LENGTH)}", f"-timeout={INPUT_SECONDS}",
                 f"-rss_limit_mb={MIB}", f"-artifact_prefix={found}/{name}-",
                 f"-dict={HERE}/dictionary", "-print_final_stats=1", "-verbosity=1"]
    if seconds:
        arguments += [f"-max_total_time={seconds}"]
    else:
        arguments += [f"-runs={RUNS}", "-seed=1", f"-max_total_time={SECONDS}"]
    began = time.monotonic()
    try:
        done = subprocess.run([PROGRAM, *arguments, new, corpus], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=place,
                              env=environment(name, place))
        said = done.stdout.decode(errors="replace")
        runs = re.search(r"stat::number_of_executed_units: (\d+)", said)
        lines = said.splitlines()[-60:]
        for path in glob.glob(f"{found}/{name}-*"):
            with open(path, "rb") as f:
                lines.append(f"{os.path.basename(path)}: {base64.b64encode(f.read()).decode()}")
        return (done.returncode == 0, int(runs[1]) if runs else 0, time.monotonic() - began, lines)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=0)
    parser.add_argument("targets", nargs="*")
    wanted = parser.parse_args()
    if not os.access(PROGRAM, os.X_OK):
        print("1..0 # SKIP the fuzzer is not in this build (configure --enable-fuzzers)")
        return 0
    chosen = [(name, what) for name, what in targets()
              if not wanted.targets or name in wanted.targets]
    print(f"1..{len(chosen)}", flush=True)
    failed = False
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda target: fuzz(target[0], wanted.seconds), chosen)
        for i, ((name, what), (well, runs, seconds, lines)) in enumerate(zip(chosen, results), 1):
            print(f"{'ok' if well else 'not ok'} {i} - {name}: {what}\n"
                  f"# {name}: {runs} runs in {seconds:.0f} s", flush=True)
            failed |= not well
            for line in [] if well else lines:
                print("#   " + line)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
