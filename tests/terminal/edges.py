#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""Where a terminal program breaks: sizes that change all the time, streams that are closed, disks
that are full, readers that are slow, a charset that is not UTF-8, keys from a broken line, names
from an attacker. It never crashes, and the terminal is always given back as it was.
"""
import json
import os
import random
import select
import re
import shutil
import signal
import subprocess
import tempfile
import termios
import time

from bare import Bare
from screen import SLOW, VTOP, Screen, Tap, need_tmux

SEED = 20261121
RESIZES = 100


# ---- sizes ----

def resize_storm():
    """Bursts of sizes, from 1x1 to 300x120: what stands there in the end is a whole frame."""
    chance = random.Random(SEED)
    with Screen(80, 24, "--demo -d 0.1") as s:
        s.wait("db-primary")
        for _ in range(RESIZES):
            s.resize(chance.randint(1, 300), chance.randint(1, 120))
        s.resize(100, 30)
        s.until("the last size", lambda _: s.told_size() == (100, 30))
        s.keys("Space")
        s.wait("PAUSED")
        settled = below_the_clock(s.at_rest())
        s.keys("C-l")
        s.until("the same when it is drawn anew:\n%s\n" % settled,
                lambda text: below_the_clock(text) == settled)
        s.keys("q")
        assert s.wait_end() == 0
        s.is_clean()


def below_the_clock(text):
    return text.split("\n", 1)[1]


def storm_on_every_page():
    """A new size with every key, on all pages."""
    chance = random.Random(SEED)
    pages = (b"H", b"e", b"?", b"\033", b"\033", b"\033", b"\r", b"e", b"\033", b"\033", b"t",
             b"\033OQ", b"\033", b"\033[17~", b"\033", b"\033OS", b"\033")
    with Bare("--demo", "-d", "0.1") as b:
        b.wait_for(b"Quit")
        for key in pages * 3:
            b.resize(chance.randint(1, 300), chance.randint(1, 120))
            b.send(key)
            b.read(0.05)
            assert b.is_alive(), "it ended with %r" % b.status
        leave(b)


def beyond_all_screens(columns, rows):
    """A terminal that says it is larger than any is used in part: at the start, and later."""
    with Bare("--demo", columns=columns, rows=rows) as b:
        b.wait_for(b"db-primary")
        for size in ((80, 24), (columns, rows), (40000, 40000), (500, 200)):
            b.out = b""
            b.resize(*size)
            b.wait_for(b"Quit")
        leave(b)


# ---- pastes ----

LOREM = b"Lorem ipsum dolor sit amet, PMNWT 123456 vcs {[]} d +-*\r\n\t"


def paste(b, size, text=LOREM):
    b.send(b"\033[200~" + (text * (size // len(text) + 1))[:size] + b"\033[201~")


def paste_outside_of_a_line(size):
    """Nothing of it acts: the same screen as before, and q ends it at once."""
    with Bare("--demo=20", "-d", "3600") as b:
        b.wait_for(b"Quit")
        assert b"\033[?2004h" in b.out
        began = time.monotonic()
        paste(b, size)
        b.send(b"F")
        b.wait_for(b"Following")
        assert time.monotonic() - began < 10 * SLOW
        leave(b)
        assert b"\033[?2004l" in b.out[-200:], b.out[-200:]


def paste_into_a_line(size):
    with Bare("--demo=20", "-d", "3600") as b:
        b.wait_for(b"Quit")
        b.send(b"\033OS")
        b.wait_for(b"Filter:")
        began = time.monotonic()
        paste(b, size, b"pasted\033[2J\033]0;PWNED\007\r\n")
        b.wait_for(b"0 of ")
        assert b"\033]" not in b.out, b.out
        b.send(b"\025web")
        b.wait_for(b"web")
        assert time.monotonic() - began < 10 * SLOW
        leave(b)


def keys_without_end(size):
    """A paste on a terminal that does not mark it: keys by the thousand, and frames between them."""
    with Bare("--demo", "-d", "0.2") as b:
        b.wait_for(b"Quit")
        keys, seen, longest, last = b"PMNWTI" * (size // 6), len(b.out), 0, time.monotonic()
        while keys:
            ready = select.select([b.fd], [b.fd], [], 30)
            assert ready[0] or ready[1], "it neither reads nor writes"
            if ready[1]:
                keys = keys[os.write(b.fd, keys[:256]):]
            b.read()
            if len(b.out) > seen:
                longest, last = max(longest, time.monotonic() - last), time.monotonic()
                seen = len(b.out)
        assert longest < 2 * SLOW, "no frame for %.1f s" % longest
        leave(b)


# ---- streams ----

def leave(b):
    """Out of whatever is open; the terminal is as it was."""
    for _ in range(12):
        b.send(b"\033")
        b.read(0.06 * SLOW)
    b.send(b"q")
    assert b.wait_end() == 0, "it ended with %r: %r" % (b.status, b.out[-1000:])
    assert termios.tcgetattr(b.fd) == b.modes, "modes of the terminal have changed"


def refuses(redirection):
    with Bare(command=["sh", "-c", "exec %s --demo %s" % (VTOP, redirection)]) as b:
        assert b.wait_end() == 1
        assert "2>&-" in redirection or b"-b" in b.out, b.out
        assert termios.tcgetattr(b.fd) == b.modes


def lives_without_stderr():
    with Bare(command=["sh", "-c", "exec %s --demo 2>&-" % VTOP]) as b:
        b.wait_for(b"Quit")
        leave(b)


def full_disk(arguments, output):
    done = subprocess.run("%s %s %s" % (VTOP, arguments, output), shell=True,
                          stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert done.returncode == 1, done
    assert re.fullmatch(rb"vtop: cannot write the output: .+\n", done.stderr), done


def slow_reader():
    """A line that takes 2 KB a second: what is not sent is not kept either, and q still ends it."""
    with Bare("--demo", "-d", "0.1", columns=200, rows=60) as b:
        b.wait_for(b"vtop")
        resident = []
        for _ in range(20):
            os.read(b.fd, 200)
            time.sleep(0.1)
            with open("/proc/%d/statm" % b.pid) as f:
                resident.append(int(f.read().split()[1]))
        grown = resident[-1] - resident[10]
        assert grown < 1024 * SLOW, "it grew by %d pages" % grown
        leave(b)


def half_a_terminal():
    """The master is closed while it draws: it ends by the hangup, and quickly."""
    with Bare("--demo", "-d", "0.1") as b:
        b.wait_for(b"Quit")
        os.close(b.fd)
        began = time.monotonic()
        _, status = os.waitpid(b.pid, 0)
        b.status = os.waitstatus_to_exitcode(status)
        b.fd = os.open("/dev/null", os.O_RDWR)
        assert b.status == -signal.SIGHUP, b.status
        assert time.monotonic() - began < 20 * SLOW


def settings_that_are_none(make, said):
    """vtoprc is a FIFO or has no end: one line, at once."""
    with Bare("--demo") as b:
        os.kill(b.pid, signal.SIGKILL)  # this one is only for its home
        b.wait_end()
        os.mkdir(b.home + "/vtop")
        make(b.home + "/vtop/vtoprc")
        with Bare("--demo", env={"XDG_CONFIG_HOME": b.home}) as c:
            c.wait_for(b"db-primary")
            leave(c)
            text = c.out.rsplit(b"\033[?1049l", 1)[1]
            assert re.search(rb"vtop: \S*/vtoprc: " + said + rb"[^\n]*\r\n$", text), text


# ---- charsets ----

def foreign_charset(locale, charmap):
    """In a locale with another charset every byte that is sent is ASCII, and no decimal a comma."""
    folder = tempfile.mkdtemp(prefix="vtop-locale-")
    try:
        subprocess.run(["localedef", "-i", "de_DE", "-f", charmap, folder + "/" + locale],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        only_ascii({"LOCPATH": folder, "LC_ALL": locale})
    finally:
        shutil.rmtree(folder)


def only_ascii(env):
    with Bare("--demo", env=env) as b:
        b.wait_for(b"db-primary")
        for key in (b"\033[F", b"t", b"\r", b"e", b"\033", b"\033", b"H", b"\033", b"?"):
            b.send(key)
            b.read(0.1)
        high = re.search(rb".{0,20}[\x80-\xff].{0,20}", b.out)
        assert not high, high.group()
        comma = re.search(rb".{0,20}\d,\d.{0,20}", b.out)
        assert not comma, comma.group()
        leave(b)


# ---- hostile input ----

WORDS = (b"\033[A", b"\033[B", b"\033[C", b"\033[D", b"\033OP", b"\033OQ", b"\033OR", b"\033OS",
         b"\033[15~", b"\033[17~", b"\033[5~", b"\033[6~", b"\033[H", b"\033[F", b"\r", b"\033",
         b"\033[<0;10;5M", b"\033[<64;10;5M", b"\033[<0;99999;5M", b"\033[200~", b"\033[M   ",
         b"((((", b"[a-", b"/.*/", b"/(a*)*b/", b"web|db", b"\x7f", b"\x15", b"\x01", b"\x0c",
         b"\xff\xfe", "é測\U0001f600".encode(), b"\xe6\xb8", b"1e308", b"-0") + tuple(
             bytes([c]) for c in b" []{}HedtxvcsIPMNWTCmFnh%123456*+-/\\")
# What the line discipline makes signals and flow control of, and q, which ends it.
NOT_SENT = b"\003\021\023\032\034q"


def keys_from_a_broken_line(seconds):
    chance = random.Random(SEED)
    with Bare("--demo", "-d", "0.1", columns=120, rows=40) as b:
        b.wait_for(b"Quit")
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            keys = b"".join(chance.choice(WORDS) for _ in range(chance.randint(1, 12)))
            if chance.random() < 0.4:
                keys = bytes(chance.randrange(256) for _ in range(chance.randint(1, 40)))
            b.send(bytes(c for c in keys.replace(b"\033[21~", b"") if c not in NOT_SENT))
            if chance.random() < 0.1:
                b.resize(chance.randint(1, 300), chance.randint(1, 120))
            b.read(0.01)
            b.out = b.out[-10000:]
            assert b.is_alive(), "it ended with %r: %r" % (b.status, b.out)
        leave(b)


HOSTILE = "\033]0;PWNED\007\033[2J\u009b31m\u202etxt\u200b\u2066"
FORBIDDEN = re.compile(rb"\033\]|\007|\233(?=31m)|\xc2\x9b|\xe2\x80[\xaa-\xae\x8b]|\xe2\x81\xa6")


def hostile_tree(folder):
    """The saved host v2-systemd, after somebody has named everything that has a name."""
    source = os.path.join(os.environ.get("abs_top_srcdir", "."), "tests/fixtures/v2-systemd")
    tree = os.path.join(folder, "host" + HOSTILE.replace("/", ""))
    shutil.copytree(source, tree, symlinks=True)
    for path, folders, files in os.walk(tree, topdown=False):
        os.chmod(path, 0o755)
        for name in folders:
            if name.startswith("lxc.payload."):
                os.rename(os.path.join(path, name), os.path.join(path, name + HOSTILE))
        for name in files:
            spoil(os.path.join(path, name))
    return tree


def spoil(path):
    name = os.path.basename(path)
    if os.path.islink(path) or name not in ("config.v2.json", "containers.json", "comm", "cmdline",
                                            "hostname", "diskstats", "cgroup", "status"):
        return
    os.chmod(path, 0o644)
    with open(path, "rb") as f:
        text = f.read().decode(errors="surrogateescape")
    text = text.replace("lxc.payload.box", "lxc.payload.box" + HOSTILE)
    escaped = json.dumps(HOSTILE)[1:-1]
    text = re.sub(r'("Name"|"Image"|"com.docker.compose.project"):( ?)"([^"]*)"',
                  lambda m: '%s:%s"%s"' % (m.group(1), m.group(2), m.group(3) + escaped), text)
    if name in ("comm", "hostname"):
        text = text.rstrip("\n") + HOSTILE + "\n"
    if name == "diskstats":
        text = text.replace("vda", "vda" + HOSTILE)
    with open(path, "wb") as f:
        f.write(text.encode(errors="surrogateescape"))


def names_from_an_attacker():
    """On every page: they are shown, and what they would do to the terminal is not done."""
    folder = tempfile.mkdtemp(prefix="vtop-hostile-")
    try:
        tree = hostile_tree(folder)
        with Bare("--root", tree, "-d", "0.2", "-s", "name", columns=160, rows=50) as b:
            b.until("hostile names", lambda: b.out.count(b"0;PWNED") > 3)
            pages = (b"\r", b"e", b"\033", b"\033[C", b"\033[C", b"\033[C", b"\033", b"t", b"H",
                     b"\033", b"\033OR", b"PWNED", b"\r", b"\r", b"e", b"\033[6~", b"\033", b"\033")
            for key in pages:
                b.send(key)
                b.read(0.25)
                b.read(0.1)
            found = FORBIDDEN.search(b.out)
            assert not found, b.out[max(0, found.start() - 40):found.end() + 40]
            leave(b)
    finally:
        shutil.rmtree(folder)


def main():
    need_tmux()
    tap = Tap()
    tap.point("%d sizes in a row leave a whole frame" % RESIZES, resize_storm)
    tap.point("sizes that change with every key, on all pages", storm_on_every_page)
    for size in ((65535, 24), (80, 65535), (65535, 65535)):
        tap.point("%dx%d is used in part" % size, beyond_all_screens, *size)
    tap.point("a paste of 1 MB outside of a line does nothing", paste_outside_of_a_line, 1 << 20)
    tap.point("a paste of 64 KB into a line is cleaned and cut", paste_into_a_line, 1 << 16)
    tap.point("64 KB of keys: frames are drawn between them", keys_without_end, 1 << 16)
    for redirection in ("<&-", ">&-", "</dev/null", ">/dev/full", "<&- >&- 2>&-"):
        tap.point("%s: one line, exit status 1" % redirection, refuses, redirection)
    tap.point("2>&-: it does not need that one", lives_without_stderr)
    for arguments in ("-b -n 1 -d 0.1 --demo", "-b -n 1 -d 0.1 --demo -f json", "-b -n 1 -d 0.1 --demo -f csv", "--help",
                      "--list-columns", "--version"):
        tap.point("%s on a full disk says so" % arguments, full_disk, arguments, ">/dev/full")
        tap.point("%s without stdout says so" % arguments, full_disk, arguments, ">&-")
    tap.point("a slow reader: it neither grows nor hangs", slow_reader)
    tap.point("a terminal that goes away while it draws", half_a_terminal)
    tap.point("vtoprc is a FIFO", settings_that_are_none, os.mkfifo, b"is not a regular file")
    tap.point("vtoprc is endless", settings_that_are_none,
              lambda path: os.symlink("/dev/zero", path), b"is not a regular file")
    tap.point("vtoprc is a folder", settings_that_are_none, os.mkdir, b"cannot be read")
    for charmap in ("ISO-8859-1", "KOI8-R"):
        name = "a locale with %s gets ASCII" % charmap
        if os.path.exists("/usr/share/i18n/charmaps/%s.gz" % charmap):
            tap.point(name, foreign_charset, "de_" + charmap, charmap)
        else:
            tap.skip(name, "the sources of locales are not installed")
    tap.point("keys from a broken line", keys_from_a_broken_line, 4)
    tap.point("names from an attacker", names_from_an_attacker)
    tap.end()


main()
