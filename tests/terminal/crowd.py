#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""A large host: 2,000 guests on 400 CPUs fit, and 5,000 rows scroll without delay."""
import time

from screen import SLOW, Screen, Tap, need_tmux


def large_host():
    with Screen(200, 50, "--demo=2000 -s name") as s:
        s.wait(r"500 vm.*1500 ct")
        s.wait(r"% of 400")
        s.keys("End")
        s.wait("帳票-batch-12")
        s.keys("H")
        s.wait(r"CPUs \(400\)")
        s.wait(r"^ +384 ")
        s.keys("q", "t")
        s.wait("├─")
        s.keys("q")
        assert s.wait_end() == 0
        s.is_clean()


def scrolls():
    with Screen(100, 40, "--demo=5000 -s name") as s:
        s.wait("1250 vm|api-1")
        s.wait(r"^ docker +api-1 ")
        first = s.text()
        began = time.monotonic()
        s.keys(*["NPage"] * 100)
        s.keys("End")
        s.wait("帳票-batch-")
        took = time.monotonic() - began
        assert s.text() != first
        assert took < 6 * SLOW, "101 keys took %.1f s" % took
        began = time.monotonic()
        s.keys("Home")
        s.wait(r"^ docker +api-1 ")
        took = time.monotonic() - began
        assert took < 3 * SLOW, "one key took %.2f s" % took


def main():
    need_tmux()
    tap = Tap()
    tap.point("2,000 guests and 400 CPUs fit", large_host)
    tap.point("5,000 rows scroll without delay", scrolls)
    tap.end()


main()
