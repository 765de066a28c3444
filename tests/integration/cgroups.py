# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""cgroups: control groups made by hand, the same path in every tree of the host, as container engines
make them. A group in the shape of an engine's, with a process in it, is a container for vtop.
"""

import errno
import os
import time

from guests import MOUNTS, Skip, read

TREES = sorted(set(MOUNTS.values()))


def _write(path, text):
    with open(path, "w", encoding="ascii") as f:
        f.write(text)


def _make_top(tree, top):
    os.mkdir(tree + top)
    if os.path.exists(tree + "/cgroup.clone_children") and os.path.exists(tree + "/cpuset.cpus"):
        # in version 1 nobody may enter a group whose set is empty
        for name in ("/cpuset.cpus", "/cpuset.mems"):
            _write(tree + top + name, read(tree + name))
        _write(tree + top + "/cgroup.clone_children", "1")


def _remove(path):
    """Whoever was in it may still be on the way out."""
    end = time.monotonic() + 5
    while True:
        try:
            return os.rmdir(path)
        except FileNotFoundError:
            return None
        except OSError as problem:
            if problem.errno != errno.EBUSY or time.monotonic() > end:
                raise
            time.sleep(0.005)


class Groups:
    """A with statement around all that are made. Names are paths below a group of their own; what
    runs in them has to be ended before they are removed."""

    def __init__(self):
        self.top = f"/vtop-test-{os.getpid()}"
        self.made = {}  # in the order they were made: what is inside comes later

    def __enter__(self):
        if os.geteuid() != 0:
            raise Skip("only root can make control groups")
        for tree in TREES:
            try:
                _make_top(tree, self.top)
            except OSError as problem:
                raise Skip(f"no control groups can be made: {problem}") from None
        return self

    def __exit__(self, *_):
        for name in reversed(list(self.made)):
            self.remove(name)
        for tree in TREES:
            _remove(tree + self.top)

    def make(self, name):
        above, _, _ = name.rpartition("/")
        if above and above not in self.made:
            self.make(above)
        for tree in TREES:
            os.mkdir(f"{tree}{self.top}/{name}")
        self.made[name] = True

    def enter(self, name, pid):
        for tree in TREES:
            _write(f"{tree}{self.top}/{name}/cgroup.procs", str(pid))

    def remove(self, name):
        for tree in TREES:
            _remove(f"{tree}{self.top}/{name}")
        self.made.pop(name, None)

