# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""engines: what the tests of container engines share."""

import contextlib
import os
import socket
import time

from guests import (ENV_ROOT, MOUNTS, Container, Recorder, Stream, check, environment, find, guest,
                    near, sample_time)

MIB = 1 << 20


def image_layer():
    """The file system of the environment's containers, as a tar file: it has /bin/vtop-load."""
    environment("image")
    return os.path.join(ENV_ROOT, "cache/image.tar")


def is_listening(path):
    with socket.socket(socket.AF_UNIX) as s:
        return s.connect_ex(path) == 0


def await_socket(path, daemon):
    """Until the daemon, a process, answers there; False: it does not."""
    end = time.monotonic() + 60
    while not is_listening(path):
        if daemon.poll() is not None or time.monotonic() > end:
            return False
        time.sleep(.02)
    return True


def remove_group(path):
    """Engines leave an empty parent behind."""
    for mount in set(MOUNTS.values()):
        with contextlib.suppress(OSError):
            os.rmdir(mount + path)


def compare(names, pids, also=lambda sample: True, through=()):
    """A sample, their rows in it, after CPU and memory were found to be the kernel's, and the numbers.
    ALSO: what else is awaited."""
    kernel = {name: Container(pid) for name, pid in zip(names, pids)}
    with Recorder(**{name: kernel[name].cpu_ns for name in names}) as recorder:
        with Stream("-d", "1", through=through) as stream:
            sample, _ = stream.until("rates of " + ", ".join(names), lambda s: all(
                (find(s, name) or {}).get("cpu_percent") is not None for name in names) and also(s))
        time.sleep(0.2)
    end = sample_time(sample)
    begin = end - sample["interval_seconds"]
    rows, said = [], []
    for name in names:
        row = guest(sample, name)
        # Where a moment more or less makes a difference, it may be as large as that.
        cpu, later = (recorder.rate(name, begin + shift, end + shift) / 1e7 for shift in (0, .2))
        near(f"{name}: cpu_percent", row["cpu_percent"], cpu, absolute=3 + abs(later - cpu))
        near(f"{name}: memory_bytes", row["memory_bytes"], kernel[name].memory(), relative=.05,
             absolute=MIB / 4)
        rows.append(row)
        said.append(f"{name} {row['cpu_percent']:.2f} % (kernel {cpu:.2f})")
    return sample, rows, ", ".join(said)
