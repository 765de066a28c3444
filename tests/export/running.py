# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""What the tests of the exporter share: points, an exporter that runs, requests."""
import atexit
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request

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
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                        text=True, **more)
        atexit.register(self.process.kill)  # of a test that fails
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


def counters(text):
    """Counters by name and labels, without those of the exporter."""
    found = {}
    for name, labels, number in re.findall(r"^(\w+_total)(?:{(.*)})? (\S+)$", text, re.M):
        pairs = re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels)
        if not name.startswith("vtop_exporter_"):
            found[name, tuple(sorted(pairs))] = float(number)
    return found


class Prometheus:
    """Debian's Prometheus, which scrapes the exporter at an interval, with its data in a directory."""

    def __init__(self, directory, exporter, rules=(), interval="1s"):
        with socket.create_server(("127.0.0.1", 0)) as s:
            self.port = s.getsockname()[1]
        config = {"global": {"scrape_interval": interval, "scrape_timeout": interval,
                             "evaluation_interval": interval},
                  "rule_files": list(rules),
                  "scrape_configs": [{"job_name": "vtop", "static_configs": [
                      {"targets": [f"{exporter.host}:{exporter.port}"]}]}]}
        path = os.path.join(directory, "prometheus.yml")
        with open(path, "w", encoding="ascii") as f:
            json.dump(config, f)  # JSON is YAML
        self.logfile = os.path.join(directory, "log")
        with open(self.logfile, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                ["prometheus", f"--config.file={path}", f"--storage.tsdb.path={directory}/data",
                 f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=warn"],
                stdout=log, stderr=log)
        atexit.register(self.process.kill)

    def log(self):
        with open(self.logfile, encoding="utf-8", errors="replace") as f:
            return f.read()[-2000:]

    def get(self, path, **arguments):
        url = f"http://127.0.0.1:{self.port}{path}?{urllib.parse.urlencode(arguments)}"
        with urllib.request.urlopen(url, timeout=60) as answer:
            return json.load(answer)["data"]

    def query(self, query):
        """The result; None while it does not answer."""
        try:
            return self.get("/api/v1/query", query=query)["result"]
        except OSError:
            return None

    def number(self, query):
        result = self.query(query)
        return float(result[0]["value"][1]) if result else -1

    @staticmethod
    def key(result):
        """As counters() has it: without what Prometheus added."""
        labels = {k: v for k, v in result["metric"].items() if k not in ("job", "instance")}
        name = labels.pop("__name__")
        return name, tuple(sorted(labels.items()))

    def stop(self):
        self.process.terminate()
        self.process.wait(60)
