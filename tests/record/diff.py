#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""--diff: what changed between two windows of a recording: the same numbers as --summary of each window,
text and JSON, and what cannot be compared."""
import json
import os
import subprocess
import tempfile

VTOP = os.environ["VTOP_BIN"]
LONG = 120  # seconds that nothing here takes, unless it hangs
TOP = tempfile.TemporaryDirectory(prefix="vtop-diff-")
WHERE = TOP.name + "/rec"
points = failed = 0


def point(name, problem):
    global points, failed
    points += 1
    failed += bool(problem)
    print(f"{'not ok' if problem else 'ok'} {points} - {name}")
    if problem:
        print(f"# {problem}")


def run(*args):
    return subprocess.run([VTOP, *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=LONG, text=True, check=False)


def diff(times, *args):
    return run(f"--diff={times}", "--replay=" + WHERE, *args)


def record():
    done = run("--demo=30", "-d", "0.2", "-n", "60", "--record=" + WHERE)
    assert done.returncode == 0, done.stderr


def means(window):
    """By kind and name: the means of the metrics in a window, from --summary."""
    done = run("--summary", "-f", "json", "--replay=" + WHERE, "--since", window["begin"], "--until",
               window["end"])
    result = json.loads(done.stdout)
    assert result["samples"] == window["samples"], (result["samples"], window)
    rows = [("host", h) for h in result["hosts"]] + [("guest", g) for g in result["guests"]]
    return {(kind, row["id"] or row["name"]): {m: s["mean"] for m, s in row["metrics"].items()}
            for kind, row in rows}


def same_as_summary():
    done = diff("5s ago..end", "--window=4s", "-f", "json")
    if done.returncode or done.stderr:
        return f"status {done.returncode}: {done.stderr}"
    d = json.loads(done.stdout)
    if list(d) != ["schema", "window_seconds", "before", "after", "events", "changes"]:
        return str(list(d))
    if d["schema"] != "vtop-diff/1" or d["window_seconds"] != 4 or not d["changes"]:
        return done.stdout[:300]
    before, after = means(d["before"]), means(d["after"])
    scores = [c["score"] for c in d["changes"]]
    if scores != sorted(scores, reverse=True) or scores[-1] < 3:
        return f"scores {scores}"
    for c in d["changes"]:
        key = c["kind"], c["id"] or c["name"]
        for when, means_of in (("before", before), ("after", after)):
            mean = means_of[key].get(c["metric"])
            if mean is not None and abs(c[when] - mean) > 1e-6 * abs(mean):
                return f"{key} {c['metric']} {when}: {c[when]}, --summary says {mean}"
        if abs(c["score"] * c["variation"] - abs(c["change"])) > 1e-6 * abs(c["change"]):
            return str(c)
    return ""


def nothing_with_itself():
    done = diff("end..end", "--window=4s")
    if done.returncode or "no number changed by three times" not in done.stdout:
        return done.stdout + done.stderr
    d = json.loads(diff("end..end", "--window=4s", "-f", "json").stdout)
    return "" if d["events"] == d["changes"] == [] else str(d)[:300]


def text():
    done = diff("5s ago..end", "--window=4s")
    lines = done.stdout.splitlines()
    d = json.loads(diff("5s ago..end", "--window=4s", "-f", "json").stdout)
    if not lines[0].startswith("before  20") or not lines[1].startswith("after   20"):
        return lines[:2]
    table = lines[next(i for i, line in enumerate(lines) if line.startswith("TYPE")) + 1:]
    if len(table) != len(d["changes"]):
        return f"{len(table)} lines, {len(d['changes'])} changes"
    if len({len(line) for line in table}) != 1:
        return "lines of different lengths"
    return "" if table[0].split()[1] == d["changes"][0]["name"] else table[0]


def chosen():
    """-F and -o choose guests and metrics."""
    d = json.loads(diff("5s ago..end", "--window=4s", "-f", "json", "-F", "db", "-o",
                        "name,cpu_percent").stdout)
    guests = [c for c in d["changes"] if c["kind"] == "guest"]
    wrong = [c for c in guests if "db" not in c["name"] or c["metric"] != "cpu_percent"]
    return f"{wrong}" if wrong else ""


def complains():
    cases = [
        ("1h", "vtop: --diff: '1h' is not two times such as 02:00..03:00, or \"1h ago..end\"\n", 2),
        ("x..end", "vtop: --diff: 'x..end' is not two times", 2),
        ("1999-01-01..end", "vtop: --diff: '1999-01-01' is outside of the recording", 1),
    ]
    for times, expected, status in cases:
        done = diff(times)
        if done.returncode != status or not done.stderr.startswith(expected) or \
                done.stderr.count("\n") != 1 or done.stdout:
            return f"{times}: {done.returncode} {done.stderr!r}"
    for args, expected in ((["-b"], "is a mode of its own"), (["-f", "csv"], "text or json"),
                           (["--at", "end"], "says itself"), (["--demo"], "is about a recording")):
        done = run("--diff=start..end", "--replay=" + WHERE, *args)
        if done.returncode != 2 or expected not in done.stderr or done.stderr.count("\n") != 1:
            return f"{args}: {done.returncode} {done.stderr!r}"
    done = run("--diff=start..end", "--replay=-")
    if done.returncode != 2 or "in a pipe" not in done.stderr:
        return done.stderr
    done = run("--diff=start..end", "--replay=" + TOP.name + "/none")
    return "" if done.returncode == 1 and done.stderr.count("\n") == 1 else done.stderr


print("1..5")
record()
point("changes are those of the means that --summary prints, ranked by their variation",
      same_as_summary())
point("a window does not differ from itself", nothing_with_itself())
point("text has the same changes in a table", text())
point("-F and -o choose guests and metrics", chosen())
point("bad times and options: one line each", complains())
raise SystemExit(failed > 0)
