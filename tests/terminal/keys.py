#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""Every key of the key table, in every context it is for: pressed, and its effect seen.

The key table itself says what there is to try (tests/ui/list-keys): a key that nobody wrote a check
for fails. The rows are sorted by name and the terminal has no colours, so that they hold still and
the selected one is the reversed one.
"""
import os
import re
import subprocess
import sys

from screen import Screen, Tap, need_tmux

TMUX_NAMES = {"PgUp": "PPage", "PgDn": "NPage", "Del": "DC", "Ins": "IC", "Backspace": "BSpace",
              "Esc": "Escape"}
ARGUMENTS = "--demo -s name"
# The title of the catalogue's last column, at the end of every list of columns.
LAST_COLUMN = subprocess.run([os.environ["VTOP_BIN"], "--list-columns"], capture_output=True,
                             text=True, check=True).stdout.rstrip().split("\n")[-1].split()[1]
# The first guests of the table, by name.
FIRST, SECOND, THIRD = subprocess.run(
    [os.environ["VTOP_BIN"], "-b", "-n", "1", "-d", "0.1", *ARGUMENTS.split(), "-o", "name",
     "--no-header"], capture_output=True, text=True, check=True).stdout.split("\n")[:3]
SGR = re.compile(r"\033\[([0-9;]*)m")


def tmux_name(key):
    if len(key) == 2 and key[0] == "^":
        return "C-" + key[1].lower()
    return TMUX_NAMES.get(key, key)


def reversed_lines(text):
    """The lines whose first cell is reversed, of a text captured with its attributes."""
    reverse, found = False, []
    for line in text.split("\n"):
        at = 0
        first = None
        for m in SGR.finditer(line):
            if first is None and m.start() > at:
                first = reverse
            at = m.end()
            for code in m.group(1).split(";"):
                if code in ("", "0", "27"):
                    reverse = False
                elif code == "7":
                    reverse = True
        if reverse if first is None else first:
            found.append(SGR.sub("", line))
    return found


class Session(Screen):
    def __init__(self, columns=110, rows=40, arguments=ARGUMENTS, **more):
        super().__init__(columns, rows, arguments, env={"NO_COLOR": "1"}, **more)

    def press(self, key):
        self.keys(tmux_name(key))

    def reversed_lines(self):
        return reversed_lines(self.coloured())

    def selected(self):
        """The name in the selected row of the table, or of a menu or list its text."""
        rows = [line for line in self.reversed_lines() if not line.startswith((" TYPE", "Sort by"))]
        if not rows:
            return None
        words = rows[0].strip(" *│├└─").split()
        in_menu = rows[0][0] not in " *"
        return words[0] if in_menu else words[1]

    def wait_selected(self, name):
        self.until("the selection on %s" % name, lambda text: self.selected() == name)

    def wait_moved(self, name):
        return self.until("a selection other than %s" % name,
                          lambda text: self.selected() not in (None, name) and self.selected())

    def header(self):
        return next(line for line in self.lines() if line.startswith(" TYPE"))

    def wait_header(self, pattern):
        self.wait(r"^ TYPE.*" + pattern)

    def ready(self):
        self.wait(r"^ vm +app-1 ")
        return self

    def ticks(self, n):
        """Wait until so many samples lie behind, so that there is a past."""
        for _ in range(n):
            clock = self.lines()[0][-9:]
            self.until("a tick", lambda text: text.split("\n")[0][-9:] != clock)


# ---- the table; each check leaves it as it was ----

def up(s, key):
    s.keys("Home", "Down", "Down")
    s.wait_selected(THIRD)
    s.press(key)
    s.wait_selected(SECOND)


def down(s, key):
    s.keys("Home")
    s.wait_selected(FIRST)
    s.press(key)
    s.wait_selected(SECOND)


def page_up(s, key):
    s.keys("End")
    last = s.wait_moved(FIRST)
    s.press(key)
    s.press(key)
    s.wait_moved(last)
    s.keys("Home")


def page_down(s, key):
    s.keys("Home")
    s.wait_selected(FIRST)
    s.press(key)
    s.until("a page further", lambda text: (s.selected() or "") > "b")
    s.keys("Home")


def top(s, key):
    s.keys("Down", "Down")
    s.wait_moved(FIRST)
    s.press(key)
    s.wait_selected(FIRST)


def bottom(s, key):
    s.press(key)
    s.wait(r"^ *docker +帳票-batch")
    s.keys("Home")


def left(s, key):
    s.keys("Right")
    s.until("scrolled columns", lambda text: "STATE" not in s.header())
    s.press(key)
    s.wait_header("STATE")


def right(s, key):
    s.press(key)
    s.until("scrolled columns", lambda text: "STATE" not in s.header() and "NAME" in s.header())
    s.keys("Left")
    s.wait_header("STATE")


def message(pattern, undo=None):
    def check(s, key):
        s.press(key)
        s.wait(pattern)
        if undo:
            s.keys(undo)
    return check


def prompt(pattern):
    def check(s, key):
        s.press(key)
        s.wait("^" + pattern)
        s.keys("Escape")
        s.wait("F10Quit")
    return check


def search_next(s, key):
    s.keys("Home", "F3")
    s.type("web-")
    s.wait("Search: web-")
    s.keys("Enter")
    s.wait_selected("web-1")
    s.press(key)
    s.wait_selected("web-10")
    s.keys("Escape", "Home")


def toggle_vms(s, key):
    s.press(key)
    s.wait_not(r"^[ *]vm ")
    s.press(key)
    s.wait(r"^[ *]vm ")


def toggle_containers(s, key):
    s.press(key)
    s.wait_not(r"^[ *]docker ")
    s.press(key)
    s.wait(r"^[ *]docker ")


def toggle_services(s, key):
    s.press(key)
    s.keys("End")
    s.wait(r"^[ *]service +user-1000")
    s.press(key)
    s.wait_not(r"^[ *]service ")
    s.keys("Home")


def tree(s, key):
    s.press(key)
    s.wait("├─")
    s.press(key)
    s.wait_not("├─")


def unfold(s, key):
    s.keys("t", "Home")
    s.wait("├─")
    s.keys("-")
    s.wait_not("etl-1 ")
    s.press(key)
    s.wait("etl-1 ")
    s.keys("t", "Home")
    s.wait_not("├─")


def fold(s, key):
    s.keys("t", "Home")
    s.wait("etl-1 ")
    s.press(key)
    s.wait_not("etl-1 ")
    s.keys("+", "t", "Home")
    s.wait_not("├─")


def fold_all(s, key):
    s.keys("t", "Home")
    s.wait("├─")
    s.press(key)
    s.wait_not("etl-1 ")
    s.press(key)
    s.wait("etl-1 ")
    s.keys("t", "Home")
    s.wait_not("├─")


def fold_hosts(_, key):
    """The demo has one host; this one and that of libvirt's test driver are two."""
    with Session(columns=120, rows=30, arguments="-c test:///default") as s:
        s.wait("test:///default +CPU .*MEM ")
        s.press(key)
        s.wait_not("test:///default +CPU ")
        s.press(key)
        s.wait("test:///default +CPU ")


def column_set(title):
    def check(s, key):
        s.keys("6" if key == "1" else "1")
        s.until("another set", lambda text: title not in s.header())
        s.press(key)
        s.wait_header(title)
        s.keys("1")
        s.wait_header("LAT")
    return check


def sorts(pattern):
    def check(s, key):
        s.press(key)
        s.wait_header(pattern)
        s.keys("N")
        s.wait_header("NAME▲")
    return check


def sorts_unseen(s, key):
    """By a column that is not there: the screen says so in words."""
    s.keys("5")
    s.wait_header("RXPK/s")
    s.press(key)
    s.wait("Sorted by THR%, which is not")
    s.keys("1")
    sorts("▼THR%")(s, key)


def of_host(s, key):
    s.press(key)
    s.wait_header("CPU%H")
    s.press(key)
    s.wait_header("CPU% ")


def tag(s, key):
    s.keys("Home")
    s.press(key)
    s.wait(r"^\*\S+ +%s " % FIRST)
    s.keys("U")
    s.wait_not(r"^\*")
    s.keys("Home")


def untag_all(s, key):
    s.keys("Home", "x", "x")
    s.wait(r"^\*\S+ +%s " % SECOND)
    s.press(key)
    s.wait_not(r"^\*")
    s.keys("Home")


def pause(s, key):
    s.press(key)
    s.wait("PAUSED")
    clock = s.lines()[0][-20:]
    s.press(key)
    s.wait_not("PAUSED")
    assert clock


def back_in_time(s, key):
    s.ticks(3)
    s.press(key)
    s.press(key)
    s.wait(r"PAUSED .*\d+s ago")
    s.keys("Space")
    s.wait_not("PAUSED")


def forth_in_time(s, key):
    s.ticks(3)
    s.keys("[", "[")
    s.wait("PAUSED .* ago")
    # the two, and what came meanwhile
    s.until("now again", lambda text: "PAUSED" not in text or s.press(key))


def far_back(s, key):
    s.press(key)
    s.wait("PAUSED")
    s.keys(*[tmux_name(key)] * 20)  # past the ten minutes that are kept at most
    s.wait("Nothing is kept from before ")
    s.keys("Space")
    s.wait_not("PAUSED")


def go_to(s, key):
    s.ticks(2)
    s.press(key)
    s.wait("Go to:")
    s.keys("start", "Enter")
    s.wait("PAUSED")
    s.press(key)
    s.keys("e", "n", "d", "Enter")  # "end" would be the key End
    s.wait_not("PAUSED")


def for_recordings(s, key):
    s.press(key)
    s.wait("This key is for recordings")


def far_forth(s, key):
    s.ticks(2)
    s.keys("[")
    s.wait("PAUSED")
    s.press(key)
    s.wait_not("PAUSED")


def opens(pattern, prepare=("Home",)):
    def check(s, key):
        s.keys(*prepare)
        s.press(key)
        s.wait(pattern)
        s.keys("q")
        s.wait("F10Quit")
    return check


def mouse(s, key):
    assert s.flag("mouse_any_flag") == "1"
    s.press(key)
    s.wait("text can be selected")
    assert s.flag("mouse_any_flag") == "0"
    s.press(key)
    s.wait("The mouse is vtop's")
    assert s.flag("mouse_any_flag") == "1"


def repaint(s, key):
    """Somebody else wrote over the screen."""
    with open(s.flag("pane_tty"), "w") as tty:
        tty.write("\033[5;1HGARBAGE\033[1;1HGARBAGE")
    s.wait("GARBAGE")
    s.press(key)
    s.wait_not("GARBAGE")


def leave(s, key):
    s.keys("Space")
    s.wait("PAUSED")
    s.press(key)
    s.wait_not("PAUSED")


def quits(s, key):
    with Session() as other:
        other.ready()
        other.press(key)
        assert other.wait_end() == 0
        other.is_clean()


TABLE = {
    "UP": up, "DOWN": down, "PAGE_UP": page_up, "PAGE_DOWN": page_down, "TOP": top,
    "BOTTOM": bottom, "LEFT": left, "RIGHT": right,
    "FOLLOW": message("Following", undo="F"),
    "SEARCH": prompt("Search:"), "SEARCH_NEXT": search_next, "FILTER": prompt("Filter:"),
    "TOGGLE_VMS": toggle_vms, "TOGGLE_CONTAINERS": toggle_containers,
    "TOGGLE_SERVICES": toggle_services, "TREE": tree, "UNFOLD": unfold, "FOLD": fold,
    "FOLD_ALL": fold_all, "FOLD_HOSTS": fold_hosts, "SETUP": opens("in their order"),
    "SET_MAIN": column_set("LAT"), "SET_CPU": column_set("CPULIM%"),
    "SET_MEMORY": column_set("BALLOON"), "SET_DISK": column_set("RDLAT"),
    "SET_NETWORK": column_set("RXPK/s"), "SET_PRESSURE": column_set("PSIIOF"),
    "OF_HOST": of_host, "SORT": opens("Sort by"), "INVERT": sorts("NAME▼"),
    "SORT_CPU": sorts("▼CPU%"), "SORT_MEMORY": sorts("▼MEM"),
    "SORT_NAME": lambda s, key: (s.keys("P"), s.wait_header("▼CPU%"), s.press(key),
                                 s.wait_header("NAME▲")),
    "SORT_READY": sorts("▼RDY%"), "SORT_THROTTLED": sorts_unseen,
    "TAG": tag, "UNTAG_ALL": untag_all, "PAUSE": pause, "BACK_IN_TIME": back_in_time,
    "FORTH_IN_TIME": forth_in_time, "FAR_BACK": far_back, "FAR_FORTH": far_forth,
    "GO_TO": go_to, "SLOWER": for_recordings, "FASTER": for_recordings,
    "INTERVAL": prompt("Seconds: 1"), "OPEN": opens("^ %s +(virtual machine|Docker container)" % FIRST),
    "OPEN_HOST": opens(r"CPUs \(32\)"), "EXPLAIN": opens("%s: every value" % FIRST),
    "LEAVE": leave, "FINDINGS": opens("^ findings"),
    "ADVICE": opens("^ advice"), "HELP": opens("^ Moving"), "THEME": opens("^Colours"), "MOUSE": mouse,
    "REPAINT": repaint, "QUIT": quits,
}


# ---- pages: the help, which is long, and the page of a guest ----

HELP_TOP = "one row up; above"


def scrolls(prepare, gone, there):
    def check(s, key):
        s.keys("Home", *prepare)
        s.press(key)
        if gone:
            s.wait_not(gone)
        if there:
            s.wait(there)
        s.keys("Home")
        s.wait(HELP_TOP)
    return check


def on_guest(check):
    """Leave the help for the page of a guest, and come back to it."""
    def wrapped(s, key):
        s.keys("q", "Home", "Down", "Enter")
        s.wait("^ %s " % SECOND)
        check(s, key)
        s.wait("F10Quit|Back")
        for _ in range(4):
            if "F10Quit" in s.text():
                break
            s.keys("Escape")
            s.until("the table or the page", lambda text: "F1Help" in text)
        s.keys("F1")
        s.wait(HELP_TOP)
    return wrapped


def page_turns(name):
    def check(s, key):
        s.press(key)
        s.wait("^ %s " % name)
    return on_guest(check)


def goes_back(s, key):
    s.press(key)
    s.wait("F10Quit")
    s.keys("F1")
    s.wait(HELP_TOP)


def page_help(s, key):
    s.press(key)
    s.wait(HELP_TOP)


def page_interval(s, key):
    s.press(key)
    s.wait("Seconds:")
    s.keys("Escape")
    s.wait("EscBack")


PAGE = {
    "UP": scrolls(("End",), None, None), "DOWN": scrolls((), HELP_TOP + ".*", None),
    "PAGE_UP": scrolls(("NPage",), None, HELP_TOP),
    "PAGE_DOWN": scrolls((), HELP_TOP, "one sample|by name|follow"),
    "TOP": scrolls(("End",), None, HELP_TOP), "BOTTOM": scrolls((), HELP_TOP, LAST_COLUMN),
    "GRAPHS": on_guest(lambda s, key: (s.wait("[▁-█]"), s.press(key), s.wait("[⠁-⣿]"),
                                       s.press(key), s.wait_not("[⠁-⣿]"))),
    "WINDOW": on_guest(lambda s, key: (s.press(key), s.wait("Graphs and statistics show the last"))),
    "OF_HOST": on_guest(lambda s, key: (s.press(key), s.wait("CPU%H"), s.press(key),
                                        s.wait_not("CPU%H"))),
    "PAUSE": on_guest(pause), "BACK_IN_TIME": on_guest(back_in_time),
    "FORTH_IN_TIME": on_guest(forth_in_time), "FAR_BACK": on_guest(far_back),
    "FAR_FORTH": on_guest(far_forth), "GO_TO": on_guest(go_to),
    "SLOWER": on_guest(for_recordings), "FASTER": on_guest(for_recordings),
    "INTERVAL": page_interval,
    "EXPLAIN": on_guest(lambda s, key: (s.press(key), s.wait("%s: every value" % SECOND))),
    "FINDINGS": on_guest(lambda s, key: (s.press(key), s.wait("^ findings"))),
    "ADVICE": on_guest(lambda s, key: (s.press(key), s.wait("^ advice"))),
    "PREVIOUS": page_turns(FIRST), "NEXT": page_turns(THIRD), "BACK": goes_back,
    "HELP": on_guest(page_help), "MOUSE": mouse, "REPAINT": repaint,
}


def page_down_one(s, key):
    s.keys("Home")
    s.wait(HELP_TOP)
    s.press(key)
    s.press(key)
    s.press(key)
    s.wait_not(HELP_TOP)
    s.keys("Home")
    s.wait(HELP_TOP)


def page_up_one(s, key):
    s.keys("Home", "Down", "Down", "Down")
    s.wait_not(HELP_TOP)
    for _ in range(3):
        s.press(key)
    s.wait(HELP_TOP)


PAGE["DOWN"] = page_down_one
PAGE["UP"] = page_up_one


# ---- lists: the findings about many guests that wait a little, and advice ----

STRICT = "threshold.ready-warn = 0.1\nthreshold.ready-crit = 100\nthreshold.ready-hold = 0\n"
FINDING = re.compile(r" [!^i] (?:crit|warn|info) (\S+) ")
ADVISED = re.compile(r" (?:filling|move|grow|share|overcommit|cost|shrink) +(\S+) | (kvm7) *$")


def list_selected(s):
    found = [m.group(1) for m in map(FINDING.match, s.reversed_lines()) if m] or \
        [m.group() for m in map(ADVISED.match, s.reversed_lines()) if m]
    return found[0] if found else None


def list_moved(s, name):
    return s.until("a finding other than %s" % name,
                   lambda text: list_selected(s) not in (None, name) and list_selected(s))


def list_top(s):
    s.keys("Home")
    return s.until("a finding under the cursor", lambda text: list_selected(s))


def list_moves(prepare, back):
    """The key moves the cursor, after what is prepared."""
    def check(s, key):
        at = list_top(s)
        if prepare:
            s.keys(*prepare)
            at = list_moved(s, at)
        s.press(key)
        list_moved(s, at)
        s.keys(back)
    return check


def on_list(pattern):
    """The key opens another page, from which Esc leads back."""
    def check(s, key):
        name = list_top(s)
        s.press(key)
        s.wait(pattern.replace("NAME", re.escape(name)))
        s.keys("Escape")
        s.wait("^ findings")
    return check


def list_back(s, key):
    s.press(key)
    s.wait("F10Quit")
    s.keys("F7")
    s.wait("^ findings")


def list_again(s, key):
    """From a page that the list has opened, too: it is one list, not one more."""
    s.keys("Enter")
    s.wait("^ findings \\(")
    s.press(key)
    s.wait("^ findings:")
    s.press(key)
    s.keys("Escape")
    s.wait("F10Quit")
    s.keys("F7")
    s.wait("^ findings:")


def log(s, key):
    s.press(key)
    s.wait("^ log of findings")
    s.wait("^ [0-9:]{8} began . warn ")
    s.press(key)
    s.wait("^ findings:")


def mute(s, key):
    name = list_top(s)
    s.press(key)
    s.wait("^ Muted: %s, " % re.escape(name))
    s.wait("; 1 muted")
    list_moved(s, name)
    s.keys("End")
    s.until("the muted one at the end", lambda text: list_selected(s) == name)
    s.press(key)
    s.wait("^ No longer muted: %s, " % re.escape(name))
    s.keys("Home")
    s.wait("^ findings: ")
    s.wait_not("; 1 muted")


LIST = {
    "UP": list_moves(("Down",), "Home"), "DOWN": list_moves((), "Home"),
    "PAGE_UP": list_moves(("End",), "Home"), "PAGE_DOWN": list_moves((), "Home"),
    "TOP": list_moves(("End",), "Home"), "BOTTOM": list_moves((), "Home"),
    "PAUSE": pause, "BACK_IN_TIME": back_in_time, "FORTH_IN_TIME": forth_in_time,
    "FAR_BACK": far_back, "FAR_FORTH": far_forth, "GO_TO": go_to, "SLOWER": for_recordings,
    "FASTER": for_recordings, "INTERVAL": page_interval, "MOUSE": mouse, "REPAINT": repaint,
}
FINDINGS = {
    **LIST, "OPEN": on_list("^ NAME +virtual machine"), "EXPLAIN": on_list("^ NAME: every value"),
    "FINDINGS": list_again, "ADVICE": on_list("^ advice"), "LOG": log, "MUTE": mute,
    "BACK": list_back, "HELP": on_list("^ Findings and advice$"),
}


def from_advice(pattern):
    """The key opens another page, from which Esc leads back."""
    def check(s, key):
        list_top(s)
        s.press(key)
        s.wait(pattern)
        s.keys("Escape")
        s.wait("^ advice")
    return check


def advice_again(s, key):
    s.press(key)
    s.keys("Escape")
    s.wait("F10Quit")
    s.keys("F8")
    s.wait("^ advice")


ADVICE = {
    **LIST, "OPEN": from_advice(r"CPUs \(32\)"), "EXPLAIN": from_advice("kvm7: every value"),
    "FINDINGS": from_advice("^ findings:"), "ADVICE": advice_again, "BACK": advice_again,
    "HELP": from_advice("^ Findings and advice$"),
}


# ---- the sort menu ----

def open_menu(s):
    s.keys("N", "F6")
    s.wait("^Sort by")
    s.wait_selected("NAME")


def menu_moves(keys, expected):
    def check(s, key):
        open_menu(s)
        s.keys(*keys)
        s.press(key)
        s.wait_selected(expected)
        s.keys("Escape")
        s.wait_not("^Sort by")
    return check


def menu_pages(s, key):
    open_menu(s)
    if key == "PgUp":
        s.keys("End")
        s.wait_moved("NAME")
    before = s.selected()
    s.press(key)
    s.wait_moved(before)
    s.keys("Escape")
    s.wait_not("^Sort by")


def menu_accept(s, key):
    open_menu(s)
    s.keys("Down", "Down")
    s.wait_selected("CPU%")
    s.press(key)
    s.wait_not("^Sort by")
    s.wait_header("▼CPU%")


def menu_cancel(s, key):
    open_menu(s)
    s.keys("Down", "Down")
    s.press(key)
    s.wait_not("^Sort by")
    s.wait_header("NAME▲")


def menu_repaint(s, key):
    open_menu(s)
    repaint(s, key)
    s.keys("Escape")


def help_over(name, again):
    """The help lies over what was open, begins with what is about it, and gives it back."""
    def check(s, key):
        s.press(key)
        s.wait("^ %s$" % name)
        s.keys("Escape")
        s.wait(again)
    return check


MENU = {
    "HELP": lambda s, key: (open_menu(s), help_over("Menus", "^Sort by")(s, key),
                            s.keys("Escape"), s.wait_not("^Sort by")),
    "UP": menu_moves((), "TYPE"), "DOWN": menu_moves((), "STATE"), "PAGE_UP": menu_pages,
    "PAGE_DOWN": menu_pages, "TOP": menu_moves(("Down",), "TYPE"),
    "BOTTOM": menu_moves((), LAST_COLUMN), "ACCEPT": menu_accept, "CANCEL": menu_cancel,
    "REPAINT": menu_repaint,
}


# ---- the chooser of columns ----

def open_chooser(s):
    s.keys("F2")
    s.wait("in their order")


def close_chooser(s):
    s.keys("Escape")
    s.wait("F10Quit")


def chosen(s):
    """The titles taken, in their order."""
    return re.findall(r"^ \[x\] (\S+)", s.text(), re.M)


def chooser_moves(prepare, offset):
    """Seen by what Space takes out: the column under the cursor."""
    def check(s, key):
        open_chooser(s)
        before = chosen(s)
        s.keys(*prepare)
        s.press(key)
        s.keys("Space")
        after = s.until("a column less", lambda text: len(chosen(s)) < len(before) and chosen(s))
        out = [c for c in before if c not in after]
        assert out == [before[offset]], out
        close_chooser(s)
    return check


def chooser_pages(s, key):
    open_chooser(s)
    s.keys("End" if key == "PgUp" else "Home")
    first = s.until("a cursor", lambda text: s.reversed_lines())
    s.press(key)
    s.until("a move", lambda text: s.reversed_lines() not in ([], first))
    close_chooser(s)


def chooser_bottom(s, key):
    open_chooser(s)
    s.press(key)
    s.wait(r"\[ \] " + LAST_COLUMN)
    close_chooser(s)


def toggle(s, key):
    open_chooser(s)
    s.keys("Home", "Down", "Down")
    s.press(key)
    s.until("STATE out", lambda text: "STATE" not in chosen(s))
    close_chooser(s)


def shift(by):
    def check(s, key):
        open_chooser(s)
        at = chosen(s).index("STATE")
        s.keys("Home", "Down", "Down")
        s.press(key)
        s.until("STATE moved", lambda text: chosen(s).index("STATE") == at + by)
        close_chooser(s)
    return check


def reset(s, key):
    open_chooser(s)
    s.keys("Home", "Down", "Down", "Space")
    s.until("STATE out", lambda text: "STATE" not in chosen(s))
    s.press(key)
    s.until("STATE back", lambda text: "STATE" in chosen(s))
    close_chooser(s)


def save(s, key):
    if os.path.exists(s.settings_file()):
        os.remove(s.settings_file())
    open_chooser(s)
    s.press(key)
    s.wait("Saved in ")
    with open(s.settings_file()) as f:
        assert re.search("^columns = type,name,", f.read(), re.M)


def accept_columns(s, key):
    open_chooser(s)
    s.keys("Home", "Down", "Down", "Space")
    s.until("STATE out", lambda text: "STATE" not in chosen(s))
    s.press(key)
    s.until("the table without STATE", lambda text: "F10Quit" in text and "STATE" not in s.header())
    open_chooser(s)
    s.keys("r", "Enter")
    s.wait_header("STATE")


def cancel_columns(s, key):
    open_chooser(s)
    s.keys("Home", "Down", "Down", "Space")
    s.until("STATE out", lambda text: "STATE" not in chosen(s))
    s.press(key)
    s.wait("F10Quit")
    s.wait_header("STATE")


def chooser_repaint(s, key):
    open_chooser(s)
    repaint(s, key)
    close_chooser(s)


CHOOSER = {
    "HELP": lambda s, key: (open_chooser(s),
                            help_over(r"Columns \(F2\)", "in their order")(s, key),
                            close_chooser(s)),
    "UP": chooser_moves(("Home", "Down", "Down", "Down"), 2),
    "DOWN": chooser_moves(("Home", "Down"), 2), "PAGE_UP": chooser_pages,
    "PAGE_DOWN": chooser_pages,
    "TOP": lambda s, key: (open_chooser(s), s.keys("End"), s.wait(LAST_COLUMN), s.press(key),
                           s.wait(r"\[x\] TYPE"), close_chooser(s)),
    "BOTTOM": chooser_bottom, "TOGGLE": toggle, "SHIFT_UP": shift(-1), "SHIFT_DOWN": shift(+1),
    "RESET": reset, "SAVE": save, "ACCEPT": accept_columns, "CANCEL": cancel_columns,
    "REPAINT": chooser_repaint,
}


# ---- the line that is typed: a filter, and for its matches a search ----

def with_filter(text, keys, then, expected):
    """Type TEXT, press KEYS and the key, type THEN: the line reads EXPECTED."""
    def check(s, key):
        s.keys("F4")
        s.type(text)
        s.wait("^Filter: " + text)
        s.keys(*keys)
        s.press(key)
        s.type(then)
        s.wait("^Filter: %s " % expected)
        s.keys("Escape")
        s.wait("F10Quit")
    return check


def accept_line(s, key):
    s.keys("F4")
    s.type("redis")
    s.wait("1 of 160")
    s.press(key)
    s.wait("F10Quit")
    s.wait_not("nginx")
    s.keys("F4", "Escape")
    s.wait("api-1")


def cancel_line(s, key):
    s.keys("F4")
    s.type("redis")
    s.wait("1 of 160")
    s.press(key)
    s.wait("F10Quit")
    s.wait("api-1")


def search_again(first, keys, expected):
    def check(s, key):
        s.keys("Home", "F3")
        s.type("web-")
        s.wait_selected(first)
        s.keys(*keys)
        s.press(key)
        s.wait_selected(expected)
        s.keys("Escape", "Home")
        s.wait("F10Quit")
    return check


def input_repaint(s, key):
    s.keys("F4")
    s.wait("^Filter:")
    repaint(s, key)
    s.keys("Escape")
    s.wait("F10Quit")


def input_help(s, key):
    s.keys("F4")
    s.type("redis")
    s.wait("1 of 160")
    help_over("Lines you type", "^Filter: redis")(s, key)
    s.keys("Escape")
    s.wait("F10Quit")


INPUT = {
    "HELP": input_help, "ACCEPT": accept_line, "CANCEL": cancel_line,
    "SEARCH_NEXT": search_again("web-1", (), "web-10"),
    "SEARCH_PREVIOUS": search_again("web-1", ("F3",), "web-1"),
    "LINE_LEFT": with_filter("ab", (), "x", "axb"),
    "LINE_RIGHT": with_filter("abc", ("Left", "Left"), "x", "abxc"),
    "LINE_START": with_filter("ab", (), "x", "xab"),
    "LINE_END": with_filter("ab", ("Home",), "x", "abx"),
    "RUB_OUT": with_filter("abc", (), "x", "abx"),
    "DELETE": with_filter("abc", ("Home",), "x", "xbc"),
    "CLEAR": with_filter("abc", (), "x", "x"),
    "REPAINT": input_repaint,
}

CHECKS = {"TABLE": TABLE, "PAGE": PAGE, "FINDINGS": FINDINGS, "ADVICE": ADVICE, "MENU": MENU,
          "CHOOSER": CHOOSER, "INPUT": INPUT}


def key_table():
    program = os.path.join(os.environ.get("abs_top_builddir", "."), "tests/ui/list-keys")
    text = subprocess.run([program], stdout=subprocess.PIPE, check=True).stdout.decode()
    return [line.split("\t") for line in text.splitlines()]


def main():
    need_tmux()
    tap = Tap()
    wanted = sys.argv[1:]
    for context, checks in CHECKS.items():
        tap.session = None
        for c, action, keys in key_table():
            if c != context or (wanted and action not in wanted):
                continue
            if action not in checks:
                tap.point("%s %s has a check" % (context, action), missing)
                continue
            for key in keys.split():
                run(tap, context, action, key, checks[action])
        if tap.session:
            tap.session.__exit__()
    tap.end()


def missing():
    raise AssertionError("nobody wrote one")


def run(tap, context, action, key, check):
    """In the session of this context, or in a new one after something went wrong."""
    if not tap.session:
        tap.session = Session(settings=STRICT if context == "FINDINGS" else "").__enter__().ready()
        if context == "PAGE":
            tap.session.keys("F1")
            tap.session.wait(HELP_TOP)
        if context == "FINDINGS":
            tap.session.keys("F7")
            tap.session.wait("^ findings:")
        if context == "ADVICE":
            tap.session.keys("F8")
            tap.session.wait("^ overcommit ")
    failed = tap.failed
    tap.point("%s: %s (%s)" % (context.lower(), key, action.lower()), check, tap.session, key)
    if tap.failed > failed:
        tap.session.__exit__()
        tap.session = None


main()
