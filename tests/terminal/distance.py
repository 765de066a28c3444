#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""Programs between vtop and the eyes: GNU screen with detaching and attaching, mosh with its own idea
of what is on the screen. Each has to show, character for character, what vtop shows without it.
"""
import os
import re
import shlex
import shutil
import subprocess

from screen import VTOP, Screen, Tap, need_tmux

SIZE = (100, 30)
# So long an interval that nothing moves but the clock: with -n nothing hurries either.
STILL = "%s --demo -d 3600 -n 2" % shlex.quote(VTOP)


def steady(text):
    """A screen without its clock and without blanks at the ends."""
    text = re.sub(r"\d\d:\d\d:\d\d", "HH:MM:SS", text)
    return "\n".join(line.rstrip() for line in text.rstrip().split("\n"))


def direct(columns, rows):
    with Screen(columns, rows, command=STILL) as s:
        s.wait(r"^ docker +api-1 .*\d")
        return steady(s.at_rest())


def shows(s, wanted):
    s.until("the same screen as without it:\n" + wanted + "\n", lambda text: steady(text) == wanted)


# ---- GNU screen ----

class Inside:
    """vtop in GNU screen, its socket in the folder of a terminal (Screen) that may come and go."""

    def __init__(self, folder):
        self.env = {"SCREENDIR": folder, "TERM": "xterm-256color"}

    def command(self, *arguments):
        return subprocess.run(["screen", "-S", "vtop", *arguments], env=dict(os.environ, **self.env),
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE).stdout.decode()

    def __enter__(self):
        os.makedirs(self.env["SCREENDIR"], 0o700, exist_ok=True)
        return self

    def __exit__(self, *exc):
        self.command("-X", "quit")
        shutil.rmtree(self.env["SCREENDIR"], ignore_errors=True)


def gnu_screen(term):
    wanted = direct(*SIZE)
    with Inside("/tmp/vtop-screen-%d" % os.getpid()) as inside:
        start = "screen -c /dev/null -T %s -U -S vtop %s" % (term, STILL)
        with Screen(*SIZE, command=start, env=inside.env) as s:
            shows(s, wanted)
            hardcopy(inside, s, wanted)
            s.keys("F1")
            s.wait("one row up")
            s.keys("q")
            shows(s, wanted)
            inside.command("-d")
            s.wait_end()
            s.is_clean()
        with Screen(120, 40, command="screen -c /dev/null -U -r vtop", env=inside.env) as s:
            shows(s, direct(120, 40))
            s.keys("q")
            s.wait_end()
            s.is_clean()


def hardcopy(inside, s, wanted):
    """What GNU screen itself believes to show: of wide characters it writes only the low byte."""
    path = s.home + "/copy"
    inside.command("-X", "hardcopy", path)
    plain = re.sub(r"[^\n -~]", "?", "".join(chr(ord(c) & 255) for c in wanted))

    def same():
        with open(path, encoding="latin-1") as f:
            return steady(re.sub(r"[^\n -~]", "?", f.read())) == plain
    s.until("the hardcopy", lambda text: os.path.exists(path) and same())


# ---- mosh ----

def mosh():
    wanted = direct(*SIZE)
    server = subprocess.run(["mosh-server", "new", "-i", "127.0.0.1", "-c", "256", "--",
                             *shlex.split(STILL)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT).stdout.decode()
    connect = re.search(r"MOSH CONNECT (\d+) (\S+)", server)
    assert connect, server
    port, key = connect.groups()
    with Screen(*SIZE, command="mosh-client 127.0.0.1 " + port,
                env={"MOSH_KEY": key, "TERM": "xterm-256color"}) as s:
        shows(s, wanted)
        s.resize(120, 40)
        shows(s, direct(120, 40))
        s.keys("F1")
        s.wait("one row up")
        s.keys("q")
        s.keys("q")
        s.wait_end()
        s.is_clean()


def point_or_skip(tap, program, name, function, *arguments):
    if shutil.which(program):
        tap.point(name, function, *arguments)
    else:
        tap.skip(name, program + " is not installed")


def main():
    need_tmux()
    tap = Tap()
    for term in ("screen", "screen-256color"):
        point_or_skip(tap, "screen", "GNU screen (%s): the same, also after it was detached" % term,
                      gnu_screen, term)
    point_or_skip(tap, "mosh-client", "mosh: the same, also in another size", mosh)
    tap.end()


main()
