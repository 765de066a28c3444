#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""What is drawn on which terminal: types, colours, character sets, widths; the mouse; settings."""
import os
import re
import subprocess
import unicodedata

from screen import Screen, Tap, need_tmux

TYPES = ("linux", "vt100", "vt220", "xterm", "xterm-256color", "screen", "screen-256color", "tmux",
         "tmux-256color", "rxvt", "ansi")
# What a far host may not know, though its terminal is like one that it does.
FOREIGN = ("xterm-kitty-of-tomorrow", "alacritty-of-tomorrow", "tmux-of-tomorrow")
COLOUR = re.compile(r"\033\[(?:[0-9;]*;)?(?:3[0-7]|4[0-7]|9[0-7]|38;[25]|48;[25])[;0-9]*m")


def is_ascii(text):
    return all(ord(c) < 128 for c in text)


def on_type(term):
    with Screen(100, 30, "--demo", env={"TERM": term}) as s:
        s.wait("db-primary")
        s.wait("F1 ?Help")
        s.keys("F1")
        s.wait("one row up")
        s.keys("q")
        s.wait("db-primary")
        s.keys("q")
        assert s.wait_end() == 0
        s.is_clean()


def on_linux_console():
    with Screen(100, 30, "--demo", env={"TERM": "linux"}) as s:
        s.wait("db-primary")
        assert is_ascii(s.text()), s.text()


def refuses(term, pattern):
    """One line that says what is wrong and what to do; no mess, no crash."""
    with Screen(80, 24, "--demo", env={"TERM": term}) as s:
        assert s.wait_end() == 1
        assert re.fullmatch("vtop: .*%s.*\n" % pattern, s.stderr()), s.stderr()
        s.is_clean()


def refuses_a_pipe():
    done = subprocess.run([os.environ.get("VTOP_BIN", "./vtop"), "--demo"],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == 1
    assert done.stdout == b""
    assert re.fullmatch(rb"vtop: .*-b.*\n", done.stderr), done.stderr


def ascii_by(arguments, env):
    with Screen(100, 30, "--demo " + arguments, env=env) as s:
        s.wait("db-primary")
        s.keys("F5")
        s.wait("machine.slice")
        s.keys("F5", "Home", "Enter")
        s.wait("virtual machine|container")
        assert is_ascii(s.text()), s.text()


def utf8():
    with Screen(100, 30, "--demo") as s:
        s.wait("█")
        s.wait("[▁▂▃▄▅▆▇]")


def no_colour(arguments, env):
    with Screen(100, 30, "--demo " + arguments, env=env) as s:
        s.wait("db-primary")
        found = COLOUR.search(s.coloured())
        assert not found, repr(found.group())


def colours(term, most):
    """Colours are used, and none that this terminal does not have."""
    with Screen(100, 30, "--demo", env={"TERM": term}) as s:
        s.wait("db-primary")
        text = s.coloured()
        assert COLOUR.search(text)
        indexed = [int(n) for n in re.findall(r"[34]8;5;(\d+)", text)]
        assert not indexed or max(indexed) < most, indexed
        assert bool(indexed) == (most > 16), indexed


def theme(name, pattern):
    with Screen(100, 30, "--demo", settings="theme = %s\n" % name) as s:
        s.wait("db-primary")
        assert re.search(pattern, s.coloured()), s.coloured()


def theme_menu():
    """The screen is the preview; Esc takes it back."""
    with Screen(100, 30, "--demo") as s:
        s.wait("db-primary")
        s.keys("C", "Down", "Down")
        s.until("no colours", lambda text: not COLOUR.search(s.coloured()))
        s.keys("Escape")
        s.until("colours", lambda text: COLOUR.search(s.coloured()))
        s.keys("C", "Down", "Down", "Enter")
        s.until("no colours", lambda text: not COLOUR.search(s.coloured()))


def width_of(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def wide_characters():
    """What stands right of a wide name stands where it stands in other rows."""
    with Screen(100, 30, "--demo -s name -t docker") as s:
        s.wait("api-1")
        s.keys("End")
        s.wait("帳票-batch")
        columns = set()
        for line in s.lines():
            if line.startswith(" docker"):
                columns.add(width_of(line[:line.index(" run ")]))
        assert len(columns) == 1, columns


# ---- the mouse ----

def settle(s):
    """Nothing moves any more: what is clicked on is still there then. Before the first sample there is
    nothing to stop."""
    s.wait(" run ")
    s.keys("Space")
    s.wait("PAUSED")


def click_header():
    with Screen(110, 30, "--demo") as s:
        s.wait("▼CPU%")
        settle(s)
        row = next(i for i, line in enumerate(s.lines()) if line.startswith(" TYPE"))
        column = s.lines()[row].index("MEM")
        s.mouse(column, row)
        s.wait("▼MEM")
        s.mouse(column, row)
        s.wait("▲MEM")


def click_row_and_wheel():
    with Screen(110, 30, "--demo -s name", env={"NO_COLOR": "1"}) as s:
        s.wait("api-1 ")
        row = next(i for i, line in enumerate(s.lines()) if " api-3 " in line)
        s.mouse(20, row)
        s.keys("Enter")
        s.wait("^ api-3 ")
        s.keys("q")
        s.wait("api-1 ")
        for _ in range(5):
            s.mouse(20, row, 65)
        s.wait_not("api-1 ")
        for _ in range(5):
            s.mouse(20, row, 64)
        s.wait("api-1 ")


def click_key_bar():
    with Screen(110, 30, "--demo") as s:
        s.wait("F5Tree")
        s.mouse(s.lines()[29].index("Tree"), 29)
        s.wait("├─")
        s.mouse(s.lines()[29].index("F6") + 1, 29)
        s.wait("^Sort by")
        row = next(i for i, line in enumerate(s.lines()) if line.startswith("NAME"))
        s.mouse(2, row)
        s.wait("NAME▲")
        s.mouse(s.lines()[29].index("Quit"), 29)
        assert s.wait_end() == 0
        s.is_clean()


def click_host():
    with Screen(110, 30, "--demo") as s:
        s.wait("MEM .*G of")
        s.mouse(5, 1)
        s.keys("Enter")
        s.wait(r"CPUs \(32\)")


def no_mouse(arguments, settings):
    with Screen(110, 30, "--demo " + arguments, settings=settings) as s:
        s.wait("db-primary")
        assert s.flag("mouse_any_flag") == "0"


# ---- settings ----

SETTINGS = """# mine
[vtop]
columns = name,type,memory_bytes
sort = -name
theme = pink
types = docker
"""


def settings_are_read():
    with Screen(100, 30, "--demo", settings=SETTINGS) as s:
        s.wait(r"^ NAME▼ +TYPE +MEM *$")
        s.wait("redis")
        s.wait_not("db-primary")
        s.wait(r"vtoprc:5: theme = pink: expected default, light")
        s.keys("q")
        assert s.wait_end() == 0
        assert re.search(r"vtoprc:5: theme = pink", s.stderr())


def command_line_goes_first():
    with Screen(100, 30, "--demo -o name,cpu_percent -s cpu_percent -t vm", settings=SETTINGS) as s:
        s.wait(r"^ NAME +▼CPU% *$")
        s.wait("db-primary")


def settings_are_saved():
    with Screen(100, 30, "--demo", settings=SETTINGS) as s:
        s.wait("redis")
        s.keys("N", "%", "t", "F2")
        s.wait("in their order")
        s.keys("F2")
        s.wait("Saved in")
        with open(s.settings_file()) as f:
            text = f.read()
        for line in ("# mine", "sort = name", "tree = yes", "cpu = host", "theme = default",
                     "columns = name,type,memory_bytes", "types = docker"):
            assert line in text.split("\n"), (line, text)


def settings_cannot_be_saved():
    with Screen(100, 30, "--demo --config /proc/vtoprc") as s:
        s.wait("db-primary")
        s.keys("F2")
        s.wait("in their order")
        s.keys("F2")
        s.wait("Not saved: /proc/vtoprc: ")


def main():
    need_tmux()
    tap = Tap()
    for term in TYPES + FOREIGN:
        tap.point("runs on TERM=%s" % term, on_type, term)
    tap.point("the Linux console gets ASCII, which its fonts have", on_linux_console)
    tap.point("TERM=dumb: one line on stderr", refuses, "dumb", "cannot place the cursor")
    tap.point("an unknown TERM: one line on stderr", refuses, "nonsense", "nonsense.*-b")
    tap.point("no TERM: one line on stderr", refuses, "", "TERM is not set.*-b")
    tap.point("no terminal: one line on stderr", refuses_a_pipe)
    tap.point("UTF-8 is used where it can be", utf8)
    tap.point("--ascii: nothing else", ascii_by, "--ascii", {})
    tap.point("LC_ALL=C: ASCII", ascii_by, "", {"LC_ALL": "C"})
    tap.point("no locale: ASCII", ascii_by, "", {"LC_ALL": None, "LANG": None, "LC_CTYPE": None})
    tap.point("NO_COLOR: no colours", no_colour, "", {"NO_COLOR": "1"})
    tap.point("--no-color: no colours", no_colour, "--no-color", {})
    tap.point("vt100: no colours", no_colour, "", {"TERM": "vt100"})
    tap.point("256 colours", colours, "xterm-256color", 256)
    tap.point("8 colours", colours, "xterm", 8)
    tap.point("theme light", theme, "light", r"38;5;25m")
    tap.point("theme contrast", theme, "contrast", r"48;5;16m")
    tap.point("theme solarized", theme, "solarized", r"38;5;33m")
    tap.point("the menu of themes shows them, Esc takes them back", theme_menu)
    tap.point("wide characters keep the columns straight", wide_characters)
    tap.point("mouse: a click on a header sorts, another one turns it round", click_header)
    tap.point("mouse: a click selects, the wheel scrolls", click_row_and_wheel)
    tap.point("mouse: the key bar and menus can be clicked", click_key_bar)
    tap.point("mouse: a click on the ledger selects the host", click_host)
    tap.point("--no-mouse leaves it to the terminal", no_mouse, "--no-mouse", "")
    tap.point("mouse = no does too", no_mouse, "", "mouse = no\n")
    tap.point("vtoprc is read, its bad line named", settings_are_read)
    tap.point("the command line goes before vtoprc", command_line_goes_first)
    tap.point("F2 saves what is in force, and keeps comments", settings_are_saved)
    tap.point("what cannot be saved is said", settings_cannot_be_saved)
    tap.end()


main()
