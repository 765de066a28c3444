#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""A saved tree on the screen: what is read only when a key asks for it comes as on the live host."""

import os

from screen import Screen, Tap, need_tmux

TREE = os.path.join(os.environ["abs_top_srcdir"], "tests/fixtures/v2-systemd")


def saved(*options):
    return Screen(160, 60, " ".join(("--root", TREE, "-d", "0.2", *options)))


def has_services():
    with saved("-s", "name") as s:
        s.wait(r"saved tree")
        assert ".service" not in s.text(), s.text()
        s.keys("s")
        s.wait(r"(?m)^ *service +\S+\.service")


def has_the_host():
    with saved() as s:
        s.wait(r"saved tree")
        s.keys("H")
        s.wait(r"virtualization")
        s.wait_not(r"not read yet")


def has_processes():
    with saved("-t", "docker", "-s", "name") as s:
        s.wait(r"docker +busy")
        s.keys("Enter")
        s.wait(r"processes and threads \([1-9]")


def main():
    need_tmux()
    tap = Tap()
    tap.point("services, when they are asked for", has_services)
    tap.point("the page of the host", has_the_host)
    tap.point("the processes of a guest", has_processes)
    tap.end()


main()
