#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""What vtop costs beside other programs, in one table at the end of make bench.

A measurement calls ratio() for what is worth comparing; the line it prints is for this script:

  ratios.py LOG    the table of all such lines in LOG
"""
import sys

MARK = "ratio\t"


def ratio(what, unit, ours, rival, theirs):
    """WHAT is measured, in UNIT: vtop's number, and that of RIVAL."""
    print(f"{MARK}{what}\t{unit}\t{ours}\t{rival}\t{theirs}", flush=True)


def number(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def row(line):
    what, unit, ours, rival, theirs = line.rstrip("\n").split("\t")[1:]
    ours, theirs = float(ours), float(theirs)
    part = f"{ours / theirs:.2f}" if theirs else "-"
    return f"{what:<44} {unit:<6} {number(ours):>8} {number(theirs):>8}  {rival:<22} {part:>6}"


def main():
    with open(sys.argv[1]) as log:
        rows = [row(line) for line in log if line.startswith(MARK)]
    print(f"{'':<44} {'':<6} {'vtop':>8} {'rival':>8}  {'':<22} {'ratio':>6}")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
