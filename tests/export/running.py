# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""What the tests of the exporter share: points, an exporter that runs, requests."""
import http.client
import os
import re
import socket
import subprocess
import sys
import time

VTOP = os.environ["VTOP_BIN"]
points = failed = 0


def point(name, good, why=""):
    global points, failed
    points += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {points} - {name}", flush=True)
    for line in str(why).splitlines()[:20] if not good else []:
        print(f"# {line}", flush=True)


def end():
    print(f"1..{points}")
    sys.exit(failed > 0)


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            return value
        time.sleep(0.05)
    return value


class Exporter:
    """vtop --export at a port that the kernel chooses."""

    def __init__(self, *options, address="127.0.0.1:0", **more):
        self.process = subprocess.Popen([VTOP, f"--export={address}", *options],
                                        stderr=subprocess.PIPE, text=True, **more)
        self.said = []
        for line in self.process.stderr:
            self.said.append(line)
            if "exporting at" in line:
                break
        where = re.search(r"(https?)://(.*):(\d+)/metrics", self.said[-1] if self.said else "")
        self.scheme, self.host, self.port = where.groups() if where else (None, None, "0")
        self.port = int(self.port)

    def get(self, path="/metrics", method="GET", headers=None, timeout=60):
        """Status, headers (keys in lower case), body."""
        c = http.client.HTTPConnection(self.host.strip("[]"), self.port, timeout=timeout)
        c.request(method, path, headers=headers or {})
        answer = c.getresponse()
        body = answer.read()
        c.close()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, body

    def connect(self, source="127.0.0.1"):
        return socket.create_connection((self.host, self.port), timeout=60,
                                        source_address=(source, 0))

    def stop(self):
        """The exit status."""
        self.process.terminate()
        try:
            self.said += self.process.communicate(timeout=60)[1].splitlines(True)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
        return self.process.returncode


def value(text, name, **labels):
    """The value of the only series with that name and these labels, or None."""
    found = [line for line in text.splitlines() if line.startswith(name + "{") or
             line.startswith(name + " ")]
    found = [line for line in found if all(f'{k}="{v}"' in line for k, v in labels.items())]
    return float(found[0].split()[-1]) if len(found) == 1 else None
