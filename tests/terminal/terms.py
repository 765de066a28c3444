#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""Every terminal type: vtop draws, or says in one line what is missing. On a bare pseudo-terminal,
where a sequence that this type does not have would reach it. looks.py looks at what is drawn.
"""
import os
import re

from bare import Bare
from screen import SLOW, Tap, need_tmux

# Those that operators have; a host without ncurses-term knows less than half of them.
COMMON = ("xterm", "xterm-256color", "xterm-direct", "xterm-kitty", "xterm-ghostty", "screen",
          "screen-256color", "screen.xterm-256color", "tmux", "tmux-256color", "linux", "vt52",
          "vt100", "vt102", "vt220", "vt320", "ansi", "cygwin", "rxvt", "rxvt-unicode",
          "rxvt-unicode-256color", "alacritty", "foot", "konsole-256color", "gnome-256color",
          "vte-256color", "st-256color", "wezterm", "contour", "putty-256color", "mosh-256color",
          "iterm2", "nsterm", "hurd", "cons25", "sun", "wsvt25", "Eterm", "dumb", "unknown", "",
          "nonsense", "../../etc/passwd", "x" * 5000)
DATABASES = ("/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo")
AT_MOST = 60  # of a database with thousands
PLACES_CURSOR = ("xterm", "linux", "vt100", "vt220", "screen", "ansi", "rxvt-unicode", "alacritty",
                 "foot", "tmux-256color", "xterm-kitty", "konsole-256color")


def database():
    """Names this host has entries for: a spread of them, the same each time."""
    names = sorted({name for top in DATABASES for _, _, files in os.walk(top) for name in files})
    return names[::len(names) // AT_MOST + 1]


def runs_or_says_why(term):
    """Whether it ran."""
    with Bare("--demo", "-d", "0.2", env={"TERM": term}) as b:
        b.until("a frame or an end on %s" % term,
                lambda: b"db-primary" in b.out or not b.is_alive() or wide_enough(b.out))
        if not b.is_alive() or re.match(rb"vtop: ", b.out):
            assert b.wait_end() == 1, "%s: exit status %r" % (term, b.status)
            assert re.fullmatch(rb"vtop: [^\r\n]*\bTERM\b[^\r\n]*-b[^\r\n]*\r\n", b.out), b.out
            return False
        b.send(b"q")
        assert b.wait_end() == 0, "%s: exit status %r" % (term, b.status)
        return True


def wide_enough(out):
    """Types with odd sequences cut names into pieces: a screenful of bytes is a frame as well."""
    return len(out) > 1500


def all_of(names):
    ran = [name for name in names if runs_or_says_why(name)]
    assert len(ran) > len(names) // 2, "only on %s" % " ".join(ran)


def must_draw(term):
    assert runs_or_says_why(term)


def sends_only(term, forbidden, keys=b""):
    """What this terminal cannot do is not sent to it, however long one plays with it."""
    with Bare("--demo", "-d", "0.2", env={"TERM": term}) as b:
        b.wait_for(b"db-primary")
        for key in (b"t", b"*", b"H", b"e", b"q", b"q", b"m", b"C", b"j", b"\r", b"?") + (keys,):
            b.send(key)
            b.read(0.06 * SLOW)
        found = re.search(forbidden, b.out)
        assert not found, b.out[max(0, found.start() - 20):found.end() + 20]


COLOUR = rb"\033\[[0-9;]*[34][0-9][0-9;]*m"
MOUSE = rb"\033\[\?100[0-9]"
HIGH = rb"[\x80-\xff]"


def main():
    need_tmux()
    tap = Tap()
    tap.point("%d common types: a frame, or one line" % len(COMMON), all_of, COMMON)
    known = database()
    tap.point("%d types of this host's terminfo" % len(known), all_of, known)
    for term in PLACES_CURSOR:
        tap.point("TERM=%s is good enough, with an entry or without" % term, must_draw, term)
    tap.point("vt100: no colours, no mouse", sends_only, "vt100", COLOUR + b"|" + MOUSE)
    tap.point("vt220: no colours, no mouse, no other screen", sends_only, "vt220",
              COLOUR + b"|" + MOUSE + rb"|\033\[\?1049")
    tap.point("linux: ASCII, eight colours", sends_only, "linux", HIGH + rb"|[34]8;5;")
    tap.point("xterm: eight colours", sends_only, "xterm", rb"[34]8;5;")
    tap.point("screen: no mouse but by its own entry, eight colours", sends_only, "screen",
              rb"[34]8;5;|\033\[[34]8:")
    tap.end()


main()
