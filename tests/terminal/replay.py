#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""A recording on the screen: stepping, jumping, playing, the bar, all sizes; its numbers are those
that batch prints of the same time."""
import json
import os
import re
import subprocess
import tempfile
import time

from screen import PATIENCE, Screen, Tap, VTOP, need_tmux

PLACE = re.compile(r"(\d\d:\d\d:\d\d) to (\d\d:\d\d:\d\d) +(\d+)/(\d+)$", re.M)
TOP = tempfile.TemporaryDirectory(prefix="vtop-replay-")
WHERE = TOP.name + "/rec"


def record(count):
    subprocess.run([VTOP, "--demo=30", "-d", "0.3", "-n", str(count), "--record=" + WHERE],
                   check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)


def replay(arguments="", columns=120, rows=30):
    return Screen(columns, rows, "--replay=%s -s name %s" % (WHERE, arguments))


def samples():
    out = subprocess.run([VTOP, "-b", "--replay=" + WHERE, "-f", "json"], check=True,
                         capture_output=True, text=True).stdout
    return [json.loads(line) for line in out.splitlines()]


def place(s):
    """Number of the sample that is shown, and of all."""
    s.wait(PLACE.pattern)
    return tuple(int(n) for n in PLACE.search(s.text()).groups()[2:])


def at(s, number):
    s.until("sample %d" % number, lambda text: (m := PLACE.search(text)) and int(m[3]) == number)


def opens_at_the_end():
    with replay() as s:
        at(s, 30)
        assert place(s) == (30, 30), place(s)
        s.wait("REPLAY")
        s.keys("[")
        at(s, 29)
        s.keys("]")
        at(s, 30)
        s.keys("]")
        s.wait("This is the end of the recording")
        s.keys("{")
        at(s, 1)
        s.keys("[")
        s.wait("This is the begin of the recording")
        s.keys("q")
        assert s.wait_end() == 0
        s.is_clean()


def goes_to_a_time():
    with replay("--at start") as s:
        at(s, 1)
        s.keys("g")
        s.wait("Go to:")
        s.type("2s ago")
        s.keys("Enter")
        s.until("a later sample", lambda text: (m := PLACE.search(text)) and 15 < int(m[3]) < 30)
        s.keys("g")
        s.type("nonsense")
        s.wait("a time such as")
        s.keys("Escape")
        s.keys("g")
        s.type("start")
        s.keys("Enter")
        at(s, 1)


def plays():
    with replay("--at start") as s:
        at(s, 1)
        s.keys("Space")
        s.wait("▶ 1x")
        s.until("it plays", lambda text: (m := PLACE.search(text)) and int(m[3]) > 2)
        s.keys(")", ")")
        s.wait("▶ 5x")
        at(s, 30)
        s.keys("Space")
        s.wait("‖")


def numbers():
    """The first guest by name, at the end and in the middle, after a jump backwards."""
    all_samples = samples()
    with replay("-o name,cpu_percent") as s:
        for number in (30, 12, 25):
            s.keys("g")
            s.type(all_samples[number - 31]["time"])
            s.keys("Enter")
            at(s, number)
            guests = sorted(all_samples[number - 31]["guests"], key=lambda g: g["name"])
            expected = r"^ %s +%.1f" % (re.escape(guests[0]["name"]), guests[0]["cpu_percent"])
            s.wait(expected)


def pages():
    with replay() as s:
        at(s, 30)
        s.keys("Enter")
        s.wait("CPU")
        s.keys("[", "[")
        at(s, 28)
        s.keys("Escape", "F7")
        s.wait("findings|finding")


def goes_on():
    """What a recorder adds is there without starting anew."""
    with replay() as s:
        at(s, 30)
        s.keys("Space")
        record(10)
        s.until("all 40", lambda text: (m := PLACE.search(text)) and (m[3], m[4]) == ("40", "40"))


def all_sizes():
    with replay() as s:
        at(s, 30)
        for columns, rows in ((80, 24), (200, 50), (20, 5), (40, 10), (1, 1), (80, 24)):
            s.resize(columns, rows)
            time.sleep(0.05)
        s.wait("REPLAY")
        s.keys("q")
        s.wait_end()


def main():
    need_tmux()
    record(30)
    tap = Tap()
    tap.point("it opens at the end; one steps and goes by minutes", opens_at_the_end)
    tap.point("g goes to a time", goes_to_a_time)
    tap.point("it plays, faster, and stops", plays)
    tap.point("its numbers are those of batch", numbers)
    tap.point("pages show that time", pages)
    tap.point("all sizes", all_sizes)
    tap.point("it goes on with the recording", goes_on)
    tap.end()


main()
