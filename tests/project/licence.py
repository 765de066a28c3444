#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""Every source file names its licence and its authors, as "reuse lint" wants it."""
import fnmatch
import os
import re
import subprocess
import sys

TOP = os.environ.get("abs_top_srcdir", ".")
LICENCE = "SPDX-License-Identifier: GPL-2.0-or-later"
AUTHORS = "SPDX-FileCopyrightText: the vtop authors"
DIRECTORIES = ("src", "include", "man", "share", "systemd", "tests")
FILES = ("Makefile.am", "autogen.sh", "configure.ac", "packages", ".ci/run")
# What a build leaves in the tree is none of these.
SOURCE = re.compile(r"\.(c|h|def|py|sh|mk|bash|go|supp|in|socket|[157])$")


def covered():
    """The patterns of REUSE.toml."""
    with open(os.path.join(TOP, "REUSE.toml"), encoding="utf-8") as f:
        paths = re.search(r"^path = \[(.*?)\]", f.read(), re.M | re.S)[1]
    return [pattern.replace("**", "*") for pattern in re.findall(r'"([^"]+)"', paths)]


def is_source(path):
    if SOURCE.search(path) and not path.endswith("Makefile.in"):
        return True
    if os.path.splitext(path)[1] or not os.access(path, os.X_OK):
        return False
    with open(path, "rb") as f:
        return f.read(2) == b"#!"


def sources():
    for name in FILES:
        if os.path.exists(os.path.join(TOP, name)):
            yield name
    for directory in DIRECTORIES:
        for where, inner, names in os.walk(os.path.join(TOP, directory)):
            inner[:] = [name for name in inner if not name.startswith(".")]
            for name in names:
                path = os.path.join(where, name)
                if os.path.isfile(path) and is_source(path):
                    yield os.path.relpath(path, TOP)


def lacking(patterns):
    for name in sources():
        if any(fnmatch.fnmatch(name, pattern) for pattern in patterns):
            continue
        with open(os.path.join(TOP, name), encoding="utf-8", errors="replace") as f:
            begin = f.read(400)
        if LICENCE not in begin or AUTHORS not in begin:
            yield name


def point(number, name, problems):
    print(f"{'not ok' if problems else 'ok'} {number} - {name}")
    for problem in problems:
        print(f"# {problem}")
    return bool(problems)


def main():
    said = subprocess.run([os.environ["VTOP_BIN"], "--version"], capture_output=True, text=True,
                          check=True).stdout
    names = list(sources())
    print("1..3")
    failed = point(1, f"{len(names)} files name licence and authors", list(lacking(covered())))
    failed |= point(2, "--version names the licence",
                    [] if "GPL-2.0-or-later" in said else [said])
    failed |= point(3, "there are files to look at",
                    [] if len(names) > 500 else [f"{len(names)} files"])
    return failed


sys.exit(main())
