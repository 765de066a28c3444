# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""A terminal to run vtop in, and TAP to speak about it.

Each Screen is a tmux server of its own, its socket in a folder of its own; both go away with its
block:

    with Screen(80, 24, "--demo") as s:
        s.wait("kvm7")
        s.keys("q")
        s.wait_end()
"""
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

VTOP = os.environ.get("VTOP_BIN", "./vtop")
SLOW = 5 if os.environ.get("VTOP_SANITIZED") else 1
PATIENCE = 30 * SLOW  # what has not come by then does not come, however busy the machine is


class Screen:
    def __init__(self, columns=80, rows=24, arguments="", env=None, command=None, settings=""):
        self.home = tempfile.mkdtemp(prefix="vtop-test-")
        self.columns, self.rows = columns, rows
        self.env = {"XDG_CONFIG_HOME": self.home, "LC_ALL": "C.UTF-8", "NO_COLOR": None}
        self.env.update(env or {})
        self.command = command or "%s %s 2>stderr" % (shlex.quote(VTOP), arguments)
        if settings:
            os.mkdir(self.home + "/vtop")
            with open(self.settings_file(), "w") as f:
                f.write(settings)

    def settings_file(self):
        return self.home + "/vtop/vtoprc"

    def __enter__(self):
        env = "".join(" -u " + k if v is None else " %s=%s" % (k, shlex.quote(v))
                      for k, v in sorted(self.env.items(), key=lambda e: e[1] is not None))
        script = ("trap : INT QUIT; cd %s; stty -g >before; env%s %s; echo $? >status; "
                  "stty -g >after; touch ended; exec sleep 1000") % (
                      shlex.quote(self.home), env, self.command)
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", str(self.columns),
                  "-y", str(self.rows), "sh", "-c", script)
        self.tmux("set-option", "-g", "status", "off")
        self.tmux("set-option", "-g", "escape-time", "0")
        self.tmux("set-option", "-g", "window-size", "manual")
        self.resize(self.columns, self.rows)
        return self

    def __exit__(self, *exc):
        self.tmux("kill-server", check=False)
        shutil.rmtree(self.home, ignore_errors=True)

    def tmux(self, *arguments, check=True):
        done = subprocess.run(["tmux", "-S", self.home + "/tmux", *arguments], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=30)
        if check and done.returncode:
            raise AssertionError("tmux %s: %s" % (arguments[0], done.stdout.decode()))
        return done.stdout.decode(errors="replace")

    # -- what is on it --

    def text(self):
        return self.tmux("capture-pane", "-p")

    def lines(self):
        return self.text().split("\n")

    def coloured(self):
        return self.tmux("capture-pane", "-p", "-e")

    def flag(self, name):
        return self.tmux("display-message", "-p", "#{%s}" % name).strip()

    def until(self, what, test, patience=PATIENCE):
        """Wait for test(text), which may return what was looked for."""
        end = time.monotonic() + patience
        while True:
            text = self.text()
            found = test(text)
            if found:
                return found
            if time.monotonic() > end:
                raise AssertionError("%s did not come; the screen:\n%s" % (what, text))
            time.sleep(0.05)

    def wait(self, pattern, patience=PATIENCE):
        return self.until(repr(pattern), lambda text: re.search(pattern, text, re.M), patience)

    def wait_not(self, pattern, patience=PATIENCE):
        return self.until("an end of %r" % pattern,
                          lambda text: not re.search(pattern, text, re.M), patience)

    def at_rest(self):
        """The text, once it stands still."""
        before = [None]

        def still(text):
            same, before[0] = text == before[0], text
            return text if same else None
        return self.until("a screen that stands still", still)

    # -- what is done to it --

    def keys(self, *names):
        """Keys by the names of tmux; a text after "-l" as it is."""
        self.tmux("send-keys", *names)

    def type(self, text):
        self.tmux("send-keys", "-l", text)

    def resize(self, columns, rows):
        self.tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def told_size(self):
        """Columns and rows as the program can know them: tmux tells it a moment after resize()."""
        fd = os.open(self.flag("pane_tty"), os.O_RDONLY | os.O_NOCTTY)
        try:
            return tuple(os.get_terminal_size(fd))
        finally:
            os.close(fd)

    def mouse(self, column, row, button=0):
        """A click or a turn of the wheel (64 up, 65 down), as a terminal reports it."""
        for end in "Mm" if button < 64 else "M":
            self.type("\033[<%d;%d;%d%s" % (button, column + 1, row + 1, end))

    def process(self):
        """The pid of the program itself."""
        shell = int(self.flag("pane_pid"))
        out = subprocess.run(["ps", "-o", "pid=,comm=", "--ppid", str(shell)],
                             stdout=subprocess.PIPE).stdout.decode()
        for line in out.splitlines():
            pid, comm = line.split(None, 1)
            if comm.strip() not in ("sleep", "stty", "ps"):
                return int(pid)
        return None

    def signal(self, number):
        os.kill(self.process(), number)

    # -- how it ended --

    def wait_end(self, patience=PATIENCE):
        """Wait for the program to end; its exit status as the shell sees it."""
        self.until("its end", lambda text: os.path.exists(self.home + "/ended"), patience)
        with open(self.home + "/status") as f:
            return int(f.read())

    def stderr(self):
        with open(self.home + "/stderr") as f:
            return f.read()

    def is_clean(self):
        """Whether the terminal is as it was; else what is wrong with it."""
        wrong = []
        with open(self.home + "/before") as a, open(self.home + "/after") as b:
            if a.read() != b.read():
                wrong.append("its modes (stty) have changed")
        for flag, good in (("alternate_on", "0"), ("cursor_flag", "1"), ("mouse_any_flag", "0"),
                           ("keypad_flag", "0"), ("keypad_cursor_flag", "0"),
                           ("insert_flag", "0")):
            if self.flag(flag) != good:
                wrong.append("%s is %s" % (flag, self.flag(flag)))
        if wrong:
            raise AssertionError("; ".join(wrong))


class Tap:
    """Points of a test: tap.point("what it proves", function)."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def point(self, name, function, *arguments):
        self.count += 1
        try:
            function(*arguments)
            print("ok %d - %s" % (self.count, name), flush=True)
        except Exception as e:
            self.failed += 1
            print("not ok %d - %s" % (self.count, name))
            for line in ("%s: %s" % (type(e).__name__, e)).splitlines():
                print("# " + line)
            sys.stdout.flush()

    def skip(self, name, why):
        self.count += 1
        print("ok %d - %s # SKIP %s" % (self.count, name, why), flush=True)

    def end(self):
        print("1..%d" % self.count)
        sys.exit(1 if self.failed else 0)


def need_tmux():
    if not shutil.which("tmux"):
        print("1..0 # SKIP tmux is not installed")
        sys.exit(0)
