#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""What the simulated host has wrong: the line, the badge, the page, the log, mutes, the past. And
what could be changed: the page of advice."""
import re

from screen import Screen, Tap, need_tmux

# Findings come and go with each sample that is over a limit, so that nobody has to wait.
NERVOUS = ("threshold.ready-warn = 8\nthreshold.ready-crit = 100\nthreshold.ready-hold = 0\n"
           "threshold.clear-time = 0\nthreshold.clear-max = 0\n")
LINE = r"^ [!^i] \S+: .*\(F7\)$"
ENTRY = re.compile(r"^ ([!^i]) (crit|warn|info) (\S+) ", re.M)


def demo(columns=100, rows=40, settings=NERVOUS, arguments="--demo -d 0.3"):
    return Screen(columns, rows, arguments, settings=settings)


def line_and_badge():
    """The guest of the line has the same sign in its row."""
    with demo() as s:
        s.wait(LINE)
        s.keys("Space")
        s.wait("PAUSED")
        sign, name = re.search(r"^ ([!^i]) (\S+): ", s.at_rest(), re.M).groups()
        s.keys("/")
        s.type(name)
        s.keys("Enter")
        s.wait(r"^ \S+ +%s +%s " % (re.escape(name), re.escape(sign)))


def nothing_is_wrong():
    with demo(settings="threshold.ready-warn = 100\nthreshold.ready-crit = 100\n",
              arguments="--demo=3 -d 0.3") as s:
        s.wait(r"^ (vm|docker) ")
        text = s.at_rest()
        assert not re.search(r"^ [!^i] \S+: ", text, re.M), text
        s.keys("F7")
        s.wait("^ no finding is open")


def evidence():
    with demo() as s:
        s.wait(LINE)
        s.keys("F7")
        for pattern in ("^ findings: ", "^   rule +[a-z-]+$", "^   open +since [0-9:]{8}"):
            s.wait(pattern)


def guest_and_back():
    """Enter opens the guest, which has the finding in a section; Left and Right go to others of the
    table; Esc leads back to the list."""
    with demo() as s:
        s.wait(LINE)
        s.keys("F7")
        name = s.wait(ENTRY.pattern).group(3)
        s.keys("Enter")
        s.wait("^ %s " % re.escape(name))
        s.wait(r"^ findings \(\d+\)")
        s.keys("Right")
        s.wait_not("^ %s " % re.escape(name))
        s.keys("Escape")
        s.wait("^ findings: ")


def log():
    with demo() as s:
        s.wait(LINE)
        s.keys("F7", "l")
        s.wait("^ log of findings, the latest first")
        s.wait(r"^ [0-9:]{8} ended . warn \S+ .* after \S+$")
        times = re.findall(r"^ ([0-9:]{8}) (?:began|ended) ", s.at_rest(), re.M)
        assert times == sorted(times, reverse=True) or "00:00:0" in str(times), times


def entries(text):
    found = re.search(r"^ log of findings.*\((\d+)\)", text, re.M)
    return int(found.group(1)) if found else None


def past():
    """The log of a moment in the past is shorter, and what was open then is what had begun."""
    with demo() as s:
        s.wait(LINE)
        s.keys("F7", "l")
        s.wait(r"^ [0-9:]{8} ended ")
        s.keys("Space")
        s.wait("PAUSED")
        now = entries(s.at_rest())
        for _ in range(40):
            s.keys("[")
        s.until("a shorter log", lambda text: (entries(text) or now) < now)
        s.keys("{", "{")
        s.wait(r"^ log of findings, the latest first \(\d\)")
        s.keys("Space")
        s.wait_not("PAUSED")
        s.until("the log of now", lambda text: (entries(text) or 0) >= now)


def mutes(tmp):
    """Muted with M and saved with F2 F2; another start has it muted from the beginning."""
    settings = "# mine\nthreshold.ready-warn = 0.1\nthreshold.ready-crit = 100\n" \
               "threshold.ready-hold = 0\n"
    with demo(settings=settings) as s:
        s.wait(LINE)
        s.keys("F7")
        name = s.wait(ENTRY.pattern).group(3)
        rule = s.wait("^   rule +(.+)$").group(1)
        s.keys("M")
        s.wait("^ Muted: %s, " % re.escape(name))
        s.wait("; 1 muted$")
        s.keys("Escape", "F2")
        s.wait("in their order")
        s.keys("F2")
        s.wait("Saved in ")
        with open(s.settings_file()) as f:
            tmp.append(f.read())
        assert "\nmute = %s:%s\n" % (rule, name) in tmp[0], tmp[0]
        assert tmp[0].startswith("# mine\n"), tmp[0]
    with demo(settings=tmp[0]) as s:
        s.wait(LINE)
        s.keys("F7")
        s.wait("; 1 muted$")
        s.keys("End")
        s.wait(r"^ . \w+ %s .* muted, since" % re.escape(name))
        s.keys("M")
        s.wait("^ No longer muted: %s, " % re.escape(name))
        s.keys("Home")
        s.wait_not("; 1 muted$")


def muted_for_all():
    """What vtoprc mutes for all guests has no line and is not unmuted for one."""
    with demo(settings="mute = io-error\n" + NERVOUS) as s:
        s.wait(LINE)
        assert not re.search("^ ! backup:", s.text(), re.M), s.text()
        s.keys("F7", "End")
        s.wait(r"^ ! crit backup .* muted, since")
        s.keys("M")
        s.wait("Muted for all guests in vtoprc")


def click():
    with demo() as s:
        row = s.until("the line", lambda text: next(
            (i for i, line in enumerate(text.split("\n")) if re.match(LINE, line)), None))
        s.mouse(10, row)
        s.wait("^ findings: ")


def sizes():
    """From a screen that has room for everything down to one that has not."""
    with demo(columns=200, rows=50) as s:
        s.wait(LINE)
        for columns, rows in ((80, 24), (40, 10)):
            s.resize(columns, rows)
            s.wait(r"^ [!^i] \S+: ")
        s.resize(20, 5)
        s.wait_not(r"^ [!^i] \S+: ")
        s.keys("F7")
        s.wait("^ findings")
        for _ in range(30):
            s.keys("Down")
        s.resize(80, 24)
        s.wait("^   rule ")
        s.keys("Escape")
        s.wait(LINE)


def advice():
    """The page is there at once and fills with the first round, for the past too."""
    with demo() as s:
        s.wait(r"^ (vm|docker) ")
        s.keys("F8")
        s.wait(r"^ advice \(\d+\)")
        s.wait(r"^   why +\S")
        s.wait(r"^   promised +\S+ vCPUs per core")
        s.keys("Enter")
        s.wait(r"^ (findings \(|CPUs \(| *vCPUs )")
        s.keys("Escape")
        s.wait("^ advice ")
        s.keys("Space")
        s.wait("PAUSED")
        s.keys("[", "[")
        s.wait(r"^ advice \(\d+\)")
        s.keys("Escape")
        s.wait("F10Quit")


def advice_for_many():
    """While the history of many guests is read, keys are obeyed."""
    with demo(arguments="--demo=2000 -d 1") as s:
        s.wait(r"^ (vm|docker) ")
        s.keys("F8")
        s.wait("^ advice")
        s.keys("F7")
        s.wait("^ (findings|no finding)")
        s.keys("F8")
        s.wait(r"^   promised +\S+ vCPUs per core")


def storage():
    """The page of the host has the file systems and pools, with whose data they hold."""
    with demo(120, 120) as s:
        s.wait(" run ")
        s.keys("H")
        s.wait(r"^ storage \(4\)$")
        s.wait(r"^ /var/lib/containers +\d\d\.\d .*: podman, docker$")
        s.wait(r"^ vg0-machines-tpool +\d\d\.\d .*thin pool$")
        assert "(null)" not in s.text(), s.text()


def main():
    need_tmux()
    tap = Tap()
    tap.point("a line and a badge", line_and_badge)
    tap.point("no line where nothing is wrong", nothing_is_wrong)
    tap.point("evidence", evidence)
    tap.point("to the guest and back", guest_and_back)
    tap.point("the log", log)
    tap.point("the past", past)
    tap.point("mutes are saved", mutes, [])
    tap.point("a rule muted for all", muted_for_all)
    tap.point("a click on the line", click)
    tap.point("every size", sizes)
    tap.point("advice", advice)
    tap.point("advice for many guests", advice_for_many)
    tap.point("storage", storage)
    tap.end()


main()
