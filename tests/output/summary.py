#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""--summary: its report, the command behind "--", exit statuses, signals, and wrong usage."""
import csv
import io
import json
import os
import pty
import re
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time

VTOP = os.environ["VTOP_BIN"]
FIXTURES = os.path.join(os.environ.get("abs_top_srcdir", "."), "tests/fixtures")
LONG = 120  # seconds that nothing here takes, unless it hangs
QUICK = ["--demo=3", "--summary", "-d", "0.4"]
KEYS = ["n", "missing", "min", "mean", "median", "p95", "max", "variance", "stddev", "estimated"]


class Wrong(Exception):
    pass


def check(condition, what):
    if not condition:
        raise Wrong(what)


def run(*args, **more):
    more = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE,
            "timeout": LONG, "text": True, **more}
    return subprocess.run([VTOP, *args], check=False, **more)


def start(*args, **more):
    more = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE,
            "text": True, **more}
    return subprocess.Popen([VTOP, *args], **more)


def expect(done, status, said=""):
    check(done.returncode == status, f"exit status {done.returncode}, not {status}: {done.stderr}")
    check(done.stderr == said, f"on standard error: {done.stderr!r}")
    return done.stdout


def document(text):
    """The report, which is the last line."""
    return json.loads(text.splitlines()[-1])


def await_line(process):
    """The first line of the command, which has started."""
    line = process.stdout.readline()
    check(line, "the command did not start")
    return line


def json_report():
    """JSON has each metric of each host and guest"""
    report = document(expect(run(*QUICK, "-n", "4", "-f", "json"), 0))
    check(report["schema"] == "vtop-summary/1", report["schema"])
    check(report["samples"] == 4 and report["interval_seconds"] == 0.4, f"{report['samples']}")
    check(1 <= report["seconds"] < LONG, f"{report['seconds']} s")
    check(re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", report["begin"]), report["begin"])
    check(report["begin"] < report["end"], f"{report['begin']} to {report['end']}")
    for key in ("command", "exit_status", "signal"):
        check(report[key] is None, f"{key}: {report[key]}")
    check(len(report["hosts"]) == 1 and len(report["guests"]) == 3, "hosts, guests")
    check(report["guests_left_out"] == 0, "guests are left out")
    for row in report["hosts"] + report["guests"]:
        check(row["samples"] == 4, f"{row['name']}: {row['samples']} samples")
        for name, m in row["metrics"].items():
            check(list(m) == KEYS, f"{name}: {list(m)}")
            check(m["n"] + m["missing"] == 4, f"{name}: {m['n']} + {m['missing']}")
            if m["n"] > 1:
                check(m["min"] <= m["median"] <= m["p95"] <= m["max"], f"{name}: {m}")
                check(abs(m["stddev"] ** 2 - m["variance"]) <= 1e-6 * (1 + m["variance"]), f"{m}")
    guest = report["guests"][0]
    check(guest["metrics"]["cpu_percent"]["n"] == 4, "CPU time has no rates")
    check("ready_percent" not in guest["metrics"], "a container has a number of machines")
    means = [g["metrics"]["cpu_percent"]["mean"] for g in report["guests"]]
    check(means == sorted(means, reverse=True), f"not sorted: {means}")


def csv_report():
    """CSV has a row per host or guest and metric; --no-header leaves titles out"""
    args = [*QUICK, "-n", "1", "-f", "csv", "-o", "name,MEM,cpu_percent"]
    text = expect(run(*args), 0)
    rows = list(csv.DictReader(io.StringIO(text)))
    check(text.startswith("type,host,name,id,samples,metric,n,missing,min,"), text[:100])
    guests = [row for row in rows if row["type"] == "docker"]
    check([row["metric"] for row in guests] == ["memory_bytes", "cpu_percent"] * 3, f"{guests}")
    check(float(guests[0]["mean"]) > 1e6 and guests[0]["variance"] == "", f"{guests[0]}")
    check({row["name"] for row in rows if row["type"] == "host"} == {"kvm7"}, "no host")
    text = expect(run(*args, "--no-header"), 0)
    check(len(text.splitlines()) == len(rows) and "metric" not in text, "--no-header")


def text_report():
    """Text has a block per host and guest, in lined up columns"""
    text = expect(run(*QUICK, "-n", "2", "-o", "cpu_percent", "-F", "nginx-1"), 0)
    check(text.startswith("vtop summary: 2 samples in "), text[:80])
    check(re.search(r"^host kvm7, 2 samples$", text, re.M), text)
    check(len(re.findall(r"^docker nginx-\d \(.*\) on kvm7, 2 samples$", text, re.M)) == 1, text)
    ends = {len(line) for line in text.splitlines() if line.startswith("  ")}
    check(len(ends) == 1, f"lines of different length: {ends}")


def locales():
    """Numbers do not depend on the locale"""
    for locale in ("C", "de_DE.UTF-8", "fr_FR.UTF-8"):
        env = {**os.environ, "LC_ALL": locale, "LANG": locale}
        text = expect(run(*QUICK, "-n", "1", "-f", "csv", "-o", "MEM", env=env), 0)
        check(all(len(row) == 16 for row in csv.reader(io.StringIO(text))), f"{locale}: {text}")


def statuses():
    """The exit status of the command passes through, 128 + the signal that ended it"""
    for script, status in (("exit 0", 0), ("exit 7", 7), ("kill -9 $$", 137), ("kill -TERM $$", 143)):
        report = document(expect(run(*QUICK, "-f", "json", "--", "sh", "-c", script), status))
        check(report["exit_status"] == status, f"{script}: {report['exit_status']}")
        check(report["command"] == ["sh", "-c", script], f"{report['command']}")


def short_command():
    """A command that ends at once gets one sample"""
    report = document(expect(run(*QUICK, "-f", "json", "--", "true"), 0))
    check(report["samples"] == 1, f"{report['samples']} samples")
    text = expect(run(*QUICK, "--", "true"), 0)
    check("\ncommand: true (exit status 0)\n" in text, text)
    check("docker nginx-1 " in text, text)


def not_a_command():
    """A command that cannot be run: 127 or 126, one line, no report"""
    said = "vtop: cannot run '%s': %s\n"
    done = run(*QUICK, "--", "no-such-command-\033[2J")
    check(expect(done, 127, said % ("no-such-command-\ufffd[2J", "No such file or directory")) == "",
          "there is a report")
    done = run(*QUICK, "--", "")
    expect(done, 127, said % ("", "No such file or directory"))
    done = run(*QUICK, "--", "/")
    expect(done, 126, said % ("/", "Permission denied"))
    with tempfile.NamedTemporaryFile() as file:
        done = run(*QUICK, "--", file.name)
        expect(done, 126, said % (file.name, "Permission denied"))


def behind_dashes():
    """Everything behind -- is the command, options of vtop's too"""
    text = expect(run(*QUICK, "--", "printf", "<%s>", "--summary", "-n", "--", "-Z", "a b"), 0)
    check(text.startswith("<--summary><-n><--><-Z><a b>vtop summary: "), text[:80])


def inheritance():
    """The command has the signals, the limits and the streams that vtop was started with"""
    # the last seven digits: signals 32 and 33 belong to the C library
    look = ["sh", "-c", "sed -nE 's/^(Sig(Blk|Ign)).*([0-9a-f]{7})$/\\1 \\3/p' /proc/self/status;"
            " ulimit -n; cat"]
    limited = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (200, 5000))}
    with tempfile.TemporaryFile("w+") as file:
        file.write("standard input\n")
        for more in ({"restore_signals": True}, {"restore_signals": False}):
            file.seek(0)
            direct = subprocess.run(look, stdin=file, stdout=subprocess.PIPE, text=True, check=True,
                                    **more, **limited).stdout
            file.seek(0)
            text = expect(run(*QUICK, "--", *look, stdin=file, **more, **limited), 0)
            check(text.startswith(direct + "vtop summary"), f"{text[:200]} instead of {direct}")
            check(direct.startswith("SigBlk 0000000\nSigIgn ") and
                  direct.endswith("\n200\nstandard input\n"), direct)


def end_by(sig, to_command):
    """A signal ends a wait of a minute; the command gets it, too"""
    command = f"trap 'echo caught {int(sig)}; exit 3' {int(sig)}; echo begun; sleep 20 >/dev/null 2>&1 & wait"
    process = start("--demo=3", "--summary", "-d", "60", "-f", "json", "--", "sh", "-c", command)
    await_line(process)
    begin = time.monotonic()
    process.send_signal(sig)
    out, err = process.communicate(timeout=LONG)
    check(process.returncode == 128 + sig, f"exit status {process.returncode}: {err}")
    check(time.monotonic() - begin < 30, "it waited for the next sample")
    check((f"caught {int(sig)}" in out) == to_command, out)
    report = next(json.loads(line) for line in out.splitlines() if line.startswith("{"))
    check(report["signal"] == sig and report["exit_status"] is None, f"{report}")


def signals():
    """SIGTERM, SIGINT and SIGHUP end the run with a report and 128 + the signal"""
    for sig in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        end_by(sig, True)


def ignored_signal():
    """A signal that was ignored at the start stays ignored"""
    process = start("--demo=3", "--summary", "-d", "60", "--", "sh", "-c",
                    "echo begun; exec sleep 60", preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
    await_line(process)
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    check(process.poll() is None, "SIGINT ended it")
    process.terminate()
    process.communicate(timeout=LONG)
    check(process.returncode == 143, f"exit status {process.returncode}")


def stubborn_command():
    """A command that ignores the signal does not keep vtop"""
    process = start("--demo=3", "--summary", "-d", "60", "--", "sh", "-c",
                    "trap '' TERM; echo $$; while :; do sleep 1; done", stderr=subprocess.DEVNULL)
    pid = int(await_line(process))
    process.terminate()
    check(process.wait(timeout=LONG) == 143, f"exit status {process.returncode}")
    os.kill(pid, signal.SIGKILL)
    process.stdout.close()


def count_before_command():
    """-n ends the samples; vtop then waits for the command"""
    process = start(*QUICK, "-n", "1", "-f", "json", "--", "sh", "-c", "read x; exit 5",
                    stdin=subprocess.PIPE)
    report = json.loads(process.stdout.readline())
    check(report["samples"] == 1 and report["exit_status"] is None, f"{report}")
    check(process.poll() is None, "it did not wait for the command")
    process.communicate("x\n", timeout=LONG)
    check(process.returncode == 5, f"exit status {process.returncode}")


class Terminal:
    """vtop in a session of its own on a terminal."""

    def __init__(self, *args, stdout=None):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            if stdout is not None:
                os.dup2(stdout, 1)
            os.execv(VTOP, [VTOP, *args])
        self.text = ""

    def wait_for(self, text):
        until = time.monotonic() + LONG
        while text not in self.text:
            check(time.monotonic() < until, f"no {text!r} in {self.text!r}")
            if not self.read():
                raise Wrong(f"it ended without {text!r}: {self.text!r}")

    def read(self):
        if not select.select([self.fd], [], [], 1)[0]:
            return True
        try:
            got = os.read(self.fd, 65536)
        except OSError:
            got = b""
        self.text += got.decode(errors="replace")
        return bool(got)

    def end(self):
        while self.read():
            pass
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def progress():
    """A terminal shows the progress, which makes room for the report; ^C ends with 130"""
    t = Terminal(*QUICK)
    t.wait_for("vtop: sample 2, 3 guests")
    os.write(t.fd, b"\x03")
    check(t.end() == 130, "exit status")
    check(re.search(r"\r {60}\rvtop summary: \d+ samples in ", t.text), t.text)
    t = Terminal(*QUICK, "-n", "2")
    check(t.end() == 0, "exit status")
    check("vtop: sample 1 of 2, 3 guests" in t.text, t.text)


def terminal_of_command():
    """^C on the terminal reaches the command once; no progress is written over its output"""
    t = Terminal(*QUICK, "-f", "json", "--", "sh", "-c",
                 "trap 'echo caught; exit 4' INT; echo begun; sleep 20 >/dev/null 2>&1 & wait")
    t.wait_for("begun")
    os.write(t.fd, b"\x03")
    check(t.end() == 130, "exit status")
    check(len(re.findall(r"^(\^C)?caught", t.text, re.M)) == 1, t.text)
    check('"signal":2,' in t.text, t.text)
    check("vtop: sample" not in t.text, t.text)


def saved_tree():
    """A saved host gives one sample, without being asked for a count"""
    text = expect(run("--summary", "--root", f"{FIXTURES}/v2-systemd", "-f", "json", "-o",
                      "MEM,cpu_percent"), 0)
    report = document(text)
    check(report["samples"] == 1 and report["guests"], f"{report}")
    for guest in report["guests"]:
        m = guest["metrics"]
        check(m["cpu_percent"]["n"] == 0 and m["cpu_percent"]["mean"] is None, f"{m}")
        check(m["memory_bytes"]["variance"] is None, f"{m}")


def this_host():
    """What a command does to this host shows: a busy loop"""
    loop = "import time; e = time.monotonic() + 2\nwhile time.monotonic() < e: pass"
    done = run("--summary", "-d", "0.4", "-f", "json", "-o", "name,cpu_percent", "--",
               sys.executable, "-c", loop)
    check(done.returncode == 0, f"exit status {done.returncode}: {done.stderr}")
    cpu = document(done.stdout)["hosts"][0]["metrics"]["cpu_percent_of_host"]
    check(cpu["n"] >= 1 and cpu["max"] > 30 / os.cpu_count(), f"{cpu}")


def writing():
    """A reader that leaves is no error, a full disk is"""
    process = start(*QUICK, "-n", "1")
    process.stdout.close()
    check(process.wait(timeout=LONG) == 0 and process.stderr.read() == "", "closed pipe")
    with open("/dev/full", "w", encoding="utf-8") as full:
        expect(run(*QUICK, "-n", "1", stdout=full), 1,
               "vtop: cannot write the output: No space left on device\n")


def usage():
    """Wrong usage: one line, exit status 2"""
    for args, said in (
            (["--summary", "-b"],
             "--summary prints statistics at the end: it does not go with -b"),
            (["--summary", "--fail-on", "warn"],
             "--summary has the exit status of a command: it does not go with --fail-on"),
            (["--summary", "--window", "5m"],
             "--summary is about the whole run: it does not go with --window"),
            (["--summary", "-o", "name,type"], "-o: --summary needs a column that is a number"),
            (["--summary", "sleep", "1"], "'sleep' is not an option; a command goes behind --"),
            (["--summary", "--"], "--: the command that goes behind it is missing"),
            (["--", "ls"], "'ls' is a command, which goes with --summary"),
            (["--summary", "-n", "0"], "-n: '0' is not a whole number from 1 to 2147483647")):
        check(expect(run("--demo", *args), 2, f"vtop: {said}\n") == "", "there is a report")


TESTS = (json_report, csv_report, text_report, locales, statuses, short_command, not_a_command,
         behind_dashes, inheritance, signals, ignored_signal, stubborn_command,
         count_before_command, progress, terminal_of_command, saved_tree, this_host, writing, usage)


def main():
    failed = 0
    print(f"1..{len(TESTS)}")
    for number, test in enumerate(TESTS, 1):
        what = f"{number} - {test.__doc__}"
        try:
            test()
            print(f"ok {what}", flush=True)
        except (Wrong, subprocess.TimeoutExpired, ValueError, KeyError, IndexError) as problem:
            failed += 1
            print(f"not ok {what}", flush=True)
            print("\n".join(f"# {line}" for line in str(problem).splitlines()), flush=True)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
