#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""The rules and alerts that are installed: promtool accepts them, they compute what they should, and
their limits are those of vtop's own findings."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from running import VTOP, end, point  # noqa: E402

SOURCE = os.environ["abs_top_srcdir"]
FILES = ["share/vtop-rules.yml", "share/vtop-alerts.yml", "tests/export/rules-test.yml"]


def promtool(*arguments):
    r = subprocess.run(["promtool", *arguments], capture_output=True, text=True, cwd=directory)
    return r.returncode == 0, r.stdout + r.stderr


with tempfile.TemporaryDirectory() as directory:
    for path in FILES:
        shutil.copy(os.path.join(SOURCE, path), directory)
    point("promtool check rules", *promtool("check", "rules", "vtop-rules.yml", "vtop-alerts.yml"))
    point("promtool test rules", *promtool("test", "rules", "rules-test.yml"))
    with open(os.path.join(directory, "vtop-alerts.yml"), encoding="utf-8") as f:
        alerts = f.read()

lines = subprocess.run([VTOP, "--explain", "thresholds"], capture_output=True, text=True).stdout
limits = {}
for name, number, unit in re.findall(r"^(\S+)\s+([\d.]+) ?(percent|seconds|ms)", lines, re.M):
    limits[name] = float(number) / {"percent": 100, "seconds": 1, "ms": 1000}[unit]
seen = 0
for alert in alerts.split("- alert: ")[1:]:
    limit, hold = re.search(r"limit: (\S+)", alert), re.search(r"hold: (\S+)", alert)
    title = alert.split()[0]
    if limit:
        number = float(re.search(r"expr: .*? > ([\d.]+)", alert).group(1))
        seen += 1
        point(f"{title}: {limit.group(1)}", number == limits.get(limit.group(1)), number)
    if hold:
        seconds = float(re.search(r"for: (\d+)s", alert).group(1))
        point(f"{title}: {hold.group(1)}", seconds == limits.get(hold.group(1)), seconds)
point("most alerts have a limit of vtop's", seen >= 10, seen)
end()
