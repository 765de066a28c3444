#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""Starting, resizing and leaving: the terminal is always given back as it was."""
import ctypes
import os
import re
import resource
import shlex
import signal
import termios
import time

from bare import Bare
from screen import PATIENCE, SLOW, VTOP, Screen, Tap, need_tmux

SIZES = ((80, 24), (200, 50), (20, 5), (40, 10), (1, 1), (500, 200))


def starts_and_quits(columns, rows):
    with Screen(columns, rows, "--demo") as s:
        if columns >= 20:
            s.wait("CPU")
        else:
            s.until("anything", lambda text: s.flag("alternate_on") == "1")
        if columns >= 80:
            s.wait("MEM .*G")
            s.wait("db-primary")
            s.wait("F1Help")
        s.keys("q")
        assert s.wait_end() == 0
        s.is_clean()


def this_host():
    """Not the simulated one: whatever runs here, its panel and its name are shown."""
    with Screen(100, 30) as s:
        s.wait(r"^ ?CPU .*% of \d")
        s.wait(r"^ ?MEM .* of ")
        s.keys("q")
        assert s.wait_end() == 0
        s.is_clean()


def first_frame():
    """Names and the frame are there at once; no rate is shown before there is one."""
    with Screen(100, 30, "--demo -d 3600 -n 2") as s:
        began = time.monotonic()
        s.wait("api-1")
        assert time.monotonic() - began < 5 * SLOW  # make bench says how soon
        row = next(line for line in s.lines() if "api-1" in line)
        assert "–" in row and " 0 " not in row, row


def resizes():
    with Screen(80, 24, "--demo") as s:
        s.wait("db-primary")
        for columns, rows in ((200, 50), (20, 5), (1, 1), (132, 43), (80, 24)):
            s.resize(columns, rows)
            s.until("a frame of %dx%d" % (columns, rows), lambda text: fits(text, columns, rows))
        s.wait("F10Quit")
        s.keys("q")
        assert s.wait_end() == 0
        s.is_clean()


def fits(text, columns, rows):
    lines = text.rstrip("\n").split("\n")
    if columns < 80:
        return any(line.strip() for line in lines)
    # The key bar is on the last row, the table reaches it.
    return len(lines) == rows and "F1Help" in lines[-1] and lines[-2].strip()


def ends_by(number):
    with Screen(80, 24, "--demo") as s:
        s.wait("db-primary")
        s.signal(number)
        assert s.wait_end() == 128 + number
        s.is_clean()


def control_c():
    with Screen(80, 24, "--demo") as s:
        s.wait("db-primary")
        s.keys("C-c")
        assert s.wait_end() == 130
        s.is_clean()


def crashes(number):
    """Even then: the terminal is usable, and the cause is not hidden."""
    with Screen(80, 24, "--demo") as s:
        s.wait("db-primary")
        s.signal(number)
        assert s.wait_end() == 128 + number
        s.is_clean()


LIBC = ctypes.CDLL(None, use_errno=True)


def source_thread(s):
    pid = s.process()
    return pid, next(int(t) for t in os.listdir("/proc/%d/task" % pid) if int(t) != pid)


def crashes_in_a_thread():
    """A source that crashes: what cleans up is called on a thread of its own."""
    with Screen(80, 24, "--demo") as s:
        s.wait("db-primary")
        assert LIBC.tgkill(*source_thread(s), int(signal.SIGSEGV)) == 0
        assert s.wait_end() == 128 + signal.SIGSEGV
        s.is_clean()


def source_hangs():
    """Nothing comes any more: without a key, what is on the screen says how old it is."""
    seize, interrupt, detach, any_thread = 0x4206, 0x4207, 17, 0x40000000
    with Screen(80, 24, "--demo -d 0.5") as s:
        s.wait("db-primary +run ")
        _, thread = source_thread(s)
        for request in (seize, interrupt):
            assert LIBC.ptrace(request, thread, None, None) == 0, os.strerror(ctypes.get_errno())
        os.waitpid(thread, any_thread)
        try:
            s.wait(r"db-primary +run \d+s")
        finally:
            LIBC.ptrace(detach, thread, None, None)
        s.wait("db-primary +run  ")
        s.keys("q")
        assert s.wait_end() == 0


def hourly():
    """However far apart samples are, the first rates are there at once, and the keys come back when a
    message has been read."""
    with Screen(80, 24, "--demo -d 3600") as s:
        s.wait(r"db-primary +run +\d")
        s.wait("F1Help")
        s.keys("F")
        s.wait("Following")
        s.wait("F1Help")
        s.keys("q")
        assert s.wait_end() == 0


def stops_and_continues():
    """Ctrl-Z under a shell with job control, then fg."""
    with Screen(80, 24, command="bash --norc -i") as s:
        s.type("PS1='$ '; %s --demo\n" % VTOP)
        s.wait("db-primary")
        s.keys("C-z")
        s.wait("Stopped")
        assert s.flag("alternate_on") == "0" and s.flag("cursor_flag") == "1"
        s.type("clear; echo he''re\n")
        s.wait("^here")
        s.type("fg\n")
        s.wait("db-primary")
        s.wait("F1Help")
        assert s.flag("alternate_on") == "1" and s.flag("cursor_flag") == "0"
        s.keys("q")
        s.wait("here")
        s.type("exit\n")
        s.wait_end()
        s.is_clean()


def stopped_from_outside():
    """SIGSTOP cannot be caught; after SIGCONT the screen is whole again."""
    with Screen(80, 24, "--demo") as s:
        s.wait("db-primary")
        s.signal(signal.SIGSTOP)
        s.signal(signal.SIGCONT)
        s.wait("F1Help")
        s.keys("F1")
        s.wait("one row up")
        s.keys("q", "q")
        assert s.wait_end() == 0
        s.is_clean()


def closed_terminal():
    with Screen(80, 24, "--demo") as s:
        s.wait("db-primary")
        pid = s.process()
        s.tmux("kill-pane", check=False)
        until("its end", lambda: not is_alive(pid))


def closed_terminal_without_hangup():
    """nohup: the end of its terminal is noticed without a signal."""
    command = "sh -c 'trap \"\" HUP; exec %s --demo'" % shlex.quote(VTOP)
    with Screen(80, 24, command=command) as s:
        s.wait("db-primary")
        pid = s.process()
        s.tmux("kill-pane", check=False)
        until("its end", lambda: not is_alive(pid))


def blocked_terminal():
    """A terminal that takes no more output: the second request to end is obeyed at once."""
    with Bare("--demo", "-d", "0.1", columns=200, rows=60) as b:
        waits_for_its_terminal(b.pid)
        for _ in range(2):
            assert b.is_alive(), b.status
            os.kill(b.pid, signal.SIGTERM)
            until("the signal is taken", lambda: not is_pending(b.pid, signal.SIGTERM))
        until("its end", lambda: not b.is_alive())
        assert b.status == 128 + signal.SIGTERM, b.status


def waits_for_its_terminal(pid):
    until("it waits for its terminal", lambda: "woken" in wchan(pid) or "tty" in wchan(pid))


def one_signal_while_blocked(number):
    """Nobody reads what it writes: one request to end is enough, and the modes come back."""
    with Bare("--demo", "-d", "0.1", columns=200, rows=60) as b:
        waits_for_its_terminal(b.pid)
        os.kill(b.pid, number)
        until("its end", lambda: not b.is_alive())
        assert b.status == 128 + number, b.status
        assert termios.tcgetattr(b.fd) == b.modes, "modes of the terminal have changed"


def one_signal_while_stopped():
    """The user has typed Ctrl-S: the terminal is given back with its modes and its first screen."""
    with Bare("--demo", "-d", "0.1") as b:
        b.wait_for(b"Quit")
        b.send(b"\023")
        waits_for_its_terminal(b.pid)
        os.kill(b.pid, signal.SIGTERM)
        assert b.wait_end() == 128 + signal.SIGTERM, b.status
        assert termios.tcgetattr(b.fd) == b.modes, "modes of the terminal have changed"
        assert b"\033[?1049l" in b.out[-200:], b.out[-200:]


def signal_at_the_start(number):
    """However early it comes, the modes are as they were."""
    for step in range(60):
        with Bare("--demo=1") as b:
            b.read(0.0005 * step * SLOW)
            os.kill(b.pid, number)
            b.wait_end()
            assert termios.tcgetattr(b.fd) == b.modes, "after %.1f ms" % (0.5 * step * SLOW)


def out_of_memory():
    """What GLib says then comes after the screen, where it can be read."""
    with Bare("--demo=2000", "-d", "0.1") as b:
        b.wait_for(b"db-primary")
        b.read(0.3)
        with open("/proc/%d/statm" % b.pid) as f:
            size = int(f.read().split()[0]) * resource.getpagesize()
        resource.prlimit(b.pid, resource.RLIMIT_AS, (size + (1 << 20), size + (1 << 20)))
        b.wait_end()
        assert b.status in (-signal.SIGTRAP, -signal.SIGABRT), b.status
        text = b.out.rsplit(b"\033[?1049l", 1)[1]
        assert re.search(rb"failed to allocate|Cannot allocate", text), text
        assert termios.tcgetattr(b.fd) == b.modes, "modes of the terminal have changed"


def stderr_comes_later():
    """A library that writes to standard error does not draw on the screen, and is read at the end."""
    with Bare("--demo") as b:
        b.wait_for(b"Quit")
        with open("/proc/%d/fd/2" % b.pid, "wb", buffering=0) as f:
            f.write(b"a library said so\n")
        b.send(b"?")
        b.wait_for(b"Moving")
        assert b"a library" not in b.out
        b.send(b"q")
        b.send(b"q")
        assert b.wait_end() == 0
        assert b"a library said so" in b.out.rsplit(b"\033[?1049l", 1)[1], b.out[-300:]


def is_pending(pid, number):
    try:
        with open("/proc/%d/status" % pid) as f:
            masks = re.findall(r"^S(?:ig|hd)Pnd:\s+(\w+)", f.read(), re.M)
    except OSError:
        return False
    return any(int(mask, 16) >> (number - 1) & 1 for mask in masks)


def wchan(pid):
    with open("/proc/%d/wchan" % pid) as f:
        return f.read()


def until(what, test):
    end = time.monotonic() + PATIENCE
    while not test():
        assert time.monotonic() < end, what + " did not come"
        time.sleep(0.05)


def is_alive(pid):
    try:
        with open("/proc/%d/stat" % pid) as f:
            return f.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def main():
    need_tmux()
    tap = Tap()
    for columns, rows in SIZES:
        tap.point("starts at %dx%d and leaves a clean terminal" % (columns, rows),
                  starts_and_quits, columns, rows)
    tap.point("shows this host", this_host)
    tap.point("shows names at once, and no rate before there is one", first_frame)
    tap.point("follows a terminal that changes its size", resizes)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        tap.point("%s: clean terminal, and the shell sees the signal" % number.name,
                  ends_by, number)
    tap.point("Ctrl-C ends it", control_c)
    for number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGTRAP):
        tap.point("a crash (%s) leaves a clean terminal" % number.name, crashes, number)
    tap.point("a crash in another thread leaves a clean terminal", crashes_in_a_thread)
    tap.point("a source that hangs: values say how old they are", source_hangs)
    tap.point("samples an hour apart: rates at once, messages go by themselves", hourly)
    tap.point("Ctrl-Z gives the terminal back, fg draws it again", stops_and_continues)
    tap.point("SIGSTOP and SIGCONT from outside", stopped_from_outside)
    tap.point("ends when its terminal is closed", closed_terminal)
    tap.point("ends when its terminal is closed, though SIGHUP is ignored",
              closed_terminal_without_hangup)
    tap.point("a blocked terminal: the second SIGTERM ends it", blocked_terminal)
    for number in (signal.SIGTERM, signal.SIGHUP):
        tap.point("a blocked terminal: one %s ends it" % number.name, one_signal_while_blocked,
                  number)
    tap.point("Ctrl-S and SIGTERM", one_signal_while_stopped)
    for number in (signal.SIGTERM, signal.SIGQUIT):
        tap.point("%s in the first milliseconds leaves no raw mode" % number.name,
                  signal_at_the_start, number)
    tap.point("what libraries say comes after the screen", stderr_comes_later)
    if SLOW == 1:  # the sanitizers need the memory
        tap.point("out of memory: the reason can be read", out_of_memory)
    tap.end()


main()
