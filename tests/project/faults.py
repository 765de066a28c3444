#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""The table of faults in tests/README: every row names tests, and every test that it names exists."""
import os
import re
import subprocess
import sys

SOURCE = os.environ.get("abs_top_srcdir", ".")
BUILD = os.environ.get("abs_top_builddir", ".")
LEAST = 40


def rows():
    """(fault, [(test, name)]) of each row: two lines or more, the tests on those that are indented
    by six blanks; a name without a test is of the one before it."""
    with open(os.path.join(SOURCE, "tests/README"), encoding="utf-8") as f:
        text = f.read()
    table = text[text.index("\nFaults\n"):]
    found = []
    for line in table.splitlines():
        if re.match(r"  \S.*\S {2,}\S", line):
            found.append((re.split(r" {2,}", line.strip())[0], []))
        elif line.startswith("      tests/") and found:
            test = None
            for word in re.split(r",? ", line.strip()):
                if word.startswith("tests/"):
                    test = word
                else:
                    found[-1][1].append((test, word))
    return found


def points(program):
    done = subprocess.run([os.path.join(BUILD, program), "-l"], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, text=True, timeout=60)
    return done.stdout.split()


def exists(test, name, known={}):
    if test.endswith(".py"):
        with open(os.path.join(SOURCE, test), encoding="utf-8") as f:
            return re.search(rf"^def {name}\(", f.read(), re.M) is not None
    if test not in known:
        known[test] = points(test)
    return name in known[test]


def main():
    found = rows()
    print(f"1..{len(found) + 1}")
    print(f"{'ok' if len(found) >= LEAST else 'not ok'} 1 - {len(found)} faults")
    failed = len(found) < LEAST
    for number, (fault, tests) in enumerate(found, 2):
        try:
            missing = [f"{test} {name}" for test, name in tests if not exists(test, name)]
        except OSError as error:
            missing = [str(error)]
        if not tests:
            missing = ["no test is named"]
        print(f"{'not ok' if missing else 'ok'} {number} - {fault}")
        for line in missing:
            print(f"#   not there: {line}")
        failed |= bool(missing)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
