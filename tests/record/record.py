#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""--record and --replay: exact, whatever happens to the recorder, and what wrong usage says."""
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import zlib

VTOP = os.environ["VTOP_BIN"]
LONG = 120  # seconds that nothing here takes, unless it hangs


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


def expect(done, status=0, said=""):
    check(done.returncode == status, f"exit status {done.returncode}, not {status}: {done.stderr}")
    check(done.stderr == said, f"on standard error: {done.stderr!r}")
    return done.stdout


def chunks(path):
    """The types of the chunks of a file, as vtop-recording(5) has them; each has to be intact."""
    with open(path, "rb") as f:
        data = f.read()
    at, types = 0, []
    while at + 16 <= len(data):
        kind, length, crc, head_crc = struct.unpack("<4sIII", data[at:at + 16])
        check(zlib.crc32(data[at:at + 12]) == head_crc, f"{path}: head at byte {at}")
        payload = data[at + 16:at + 16 + length]
        if len(payload) < length:
            break  # cut off
        check(zlib.crc32(payload) == crc, f"{path}: payload at byte {at}")
        types.append(kind.decode())
        at += 16 + length
    return types


def files(where):
    return sorted(name for name in os.listdir(where) if name.endswith(".vtop"))


def frames(where):
    """How many samples are in frames on the disk."""
    path = os.path.join(where, "open.vtop")
    return chunks(path).count("FRAM") if os.path.exists(path) else 0


def await_frames(where, count):
    end = time.monotonic() + LONG
    while frames(where) < count:
        check(time.monotonic() < end, f"there are no {count} samples in {where}")
        time.sleep(0.05)


def replayed(where, *args):
    return [json.loads(line) for line in expect(run("-b", f"--replay={where}", "-f", "json",
                                                    *args)).splitlines()]


def exact(top):
    """What a replay prints as JSON is what batch printed live, byte for byte"""
    where = os.path.join(top, "rec")
    live = expect(run("-b", "--demo=12", "-d", "0.3", "-n", "8", "-f", "json",
                      f"--record={where}"))
    check(live.count("\n") == 8, "no eight samples")
    check(expect(run("-b", f"--replay={where}", "-f", "json")) == live, "the replay differs")
    check(expect(run("-b", f"--replay={where}/{files(where)[0]}", "-f", "json")) == live,
          "the replay of the file differs")


def this_host(top):
    """So it is for the real host"""
    where = os.path.join(top, "rec")
    live = expect(run("-b", "-d", "0.3", "-n", "4", "-f", "json", f"--record={where}"))
    again = expect(run("-b", f"--replay={where}", "-f", "json"))
    for a, b in zip(live.splitlines(), again.splitlines()):
        a, b = json.loads(a), json.loads(b)
        for sample in (a, b):
            for source in sample["sources"]:
                source.pop("message")
        check(a == b, "the replay differs")
    check(live.count("\n") == again.count("\n") == 4, "not all samples are there")


def range_of_samples(top):
    """--since, --until and --at print the samples of these times, with their rates"""
    where = os.path.join(top, "rec")
    live = [json.loads(line) for line in expect(run(
        "-b", "--demo=5", "-d", "0.3", "-n", "12", "-f", "json", f"--record={where}")).splitlines()]
    times = [sample["time"] for sample in live]
    check(replayed(where, "--since", times[4], "--until", times[8]) == live[4:9], "--since --until")
    check(replayed(where, "--at", times[5]) == [live[5]], "--at")
    check(replayed(where, "--at", "end") == [live[-1]], "--at end")
    check(replayed(where, "--since", times[4], "-n", "2") == live[4:6], "-n")
    late = expect(run("--summary", f"--replay={where}", "--since", times[4], "--until", times[8],
                      "-f", "json"))
    check(json.loads(late)["samples"] == 5, "--summary")


def pipe(top):
    """A pipe from one vtop to another carries the same"""
    recorder = start("--demo=5", "-d", "0.3", "-n", "6", "--record=-", text=False)
    player = run("-b", "--replay=-", "-f", "json", stdin=recorder.stdout)
    recorder.stdout.close()
    check(recorder.wait(LONG) == 0, recorder.stderr.read())
    samples = [json.loads(line) for line in expect(player).splitlines()]
    check(4 <= len(samples) <= 5, f"{len(samples)} samples")  # the first ones have no rates
    check(all(len(sample["guests"]) == 5 for sample in samples), "guests are missing")


def pipe_closes(top):
    """A reader that leaves ends the recorder without a word"""
    recorder = start("--demo=5", "-d", "0.2", "--record=-", text=False)
    recorder.stdout.read(100)
    recorder.stdout.close()
    check(recorder.wait(LONG) == 0, "it failed")
    check(recorder.stderr.read() == b"", "it complained")


def silent(top):
    """Without a terminal and -b it prints nothing; the files are for the owner and the group"""
    where = os.path.join(top, "rec")
    check(expect(run("--demo=5", "-d", "0.3", "-n", "3", f"--record={where}")) == "", "output")
    for name in files(where):
        mode = os.stat(os.path.join(where, name)).st_mode & 0o777
        check(mode == 0o640, f"{name} has mode {mode:o}")
    check(len(replayed(where)) >= 1, "no sample is there")


def killed(top):
    """kill -9 at any time loses at most the last sample"""
    where = os.path.join(top, "rec")
    total = 0
    for round_ in range(4):
        recorder = start("--demo=8", "-d", "0.1", f"--record={where}")
        await_frames(where, 3 + 2 * round_)
        before = frames(where)
        recorder.kill()
        recorder.wait(LONG)
        total += max(before, frames(where))
    times = [sample["time"] for sample in replayed(where)]
    # There are no rates, and nothing is printed, for the first quarter of a second.
    check(total - 4 <= len(times) < total, f"{len(times)} of {total} samples")
    check(times == sorted(times), "not in order")


def stopped(top):
    """SIGTERM ends the service with everything in blocks; SIGHUP begins new files"""
    where = os.path.join(top, "rec")
    recorder = start("--demo=5", "-d", "0.3", f"--record={where}")
    await_frames(where, 4)
    os.rename(where, where + ".old")
    recorder.send_signal(signal.SIGHUP)
    end = time.monotonic() + LONG
    while not os.path.isdir(where) or frames(where) < 4:
        check(time.monotonic() < end, "SIGHUP began no new files")
        time.sleep(0.05)
    recorder.terminate()
    check(recorder.wait(LONG) == 0, "exit status after SIGTERM")
    for place in (where, where + ".old"):
        check("open.vtop" not in files(place), f"{place}: frames are left")
        for name in files(place):
            types = chunks(os.path.join(place, name))
            check(types == ["HEAD", "BLCK"], f"{place}/{name}: {types}")
        check(len(replayed(place)) >= 1, f"{place} cannot be replayed")


def one_writer(top):
    """A second recorder is refused"""
    where = os.path.join(top, "rec")
    recorder = start("--demo=5", "-d", "0.1", f"--record={where}")
    await_frames(where, 1)
    expect(run("--demo=5", f"--record={where}"), 1, f"vtop: another vtop records into {where}\n")
    recorder.terminate()
    check(recorder.wait(LONG) == 0, "exit status")


def synced(top):
    """Each sample is on the disk before the next is taken"""
    if not shutil.which("strace"):
        raise Wrong("strace is not installed")
    trace = os.path.join(top, "trace")
    done = subprocess.run(["strace", "-f", "-qq", "-e", "trace=fdatasync", "-o", trace, VTOP,
                           "--demo=5", "-d", "0.1", "-n", "6", f"--record={top}/rec"],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=LONG, check=False, text=True,
                          env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})  # not with ptrace
    check(done.returncode == 0, done.stderr)
    with open(trace, encoding="utf-8") as f:
        syncs = len(re.findall(r"fdatasync\(\d+\) += 0", f.read()))
    check(syncs >= 7, f"{syncs} times fdatasync for 6 samples and their head")


def full(top):
    """Without room it says so once, and loses nothing that is on the disk"""
    where = os.path.join(top, "rec")
    expect(run("--demo=5", "-d", "0.1", "-n", "5", f"--record={where}"))
    before = replayed(where)
    limit = lambda: __import__("resource").setrlimit(1, (20000, 20000))  # RLIMIT_FSIZE
    done = run("--demo=40", "-d", "0.1", "-n", "8", f"--record={where}", preexec_fn=limit)
    lines = done.stderr.splitlines()
    check(lines and lines[0] == f"vtop: recording into {where} has stopped: File too large",
          done.stderr)
    check(replayed(where)[:len(before)] == before, "what was there is gone")


def wrong(top):
    """What cannot be replayed or recorded is named in one line"""
    def says(line, *args, status=1):
        done = run(*args)
        check(done.stderr == f"vtop: {line}\n", f"{args}: {done.stderr!r}")
        check(done.returncode == status, f"{args}: exit status {done.returncode}")

    file = os.path.join(top, "file")
    with open(file, "w", encoding="utf-8") as f:
        f.write("no recording, but long enough")
    says(f"--replay: {file}: at byte 0: it is no recording of vtop", "-b", f"--replay={file}")
    says(f"--replay: {top}: there is no recording in this directory", "-b", f"--replay={top}")
    says(f"--replay: {top}/none: No such file or directory", "-b", f"--replay={top}/none")
    says("--replay: standard input has no recording", "-b", "--replay=-")
    says(f"cannot record into {file}: Not a directory", f"--record={file}")
    says(f"'{top}' is not an option; a directory is given as --record={top}", "--record", top,
         status=2)
    says(f"'{top}' is not an option; a recording is given as --replay={top}", "--replay", top,
         status=2)
    says("--at: 'soon' is not a time such as 02:00, \"yesterday 02:00\", 10m ago, "
         "2026-11-30T02:00, start or end", "-b", "--replay", "--at", "soon", status=2)
    says("--since is about a recording, add --replay", "-b", "--since", "02:00", status=2)
    says("--record-size: '5' is no size such as 500M or 2G", "--record-size=5", status=2)
    says("--record-age: '5m' is no time such as 36h or 7d", "--record-age=5m", status=2)
    says("--record=- writes to standard output: it goes with neither -b, --summary nor --advise",
         "-b", "--record=-", status=2)
    expect(run("--demo=5", "-d", "0.1", "-n", "3", f"--record={top}/rec"))
    done = run("-b", f"--replay={top}/rec", "--at", "1999-01-01")
    check(re.fullmatch(r"vtop: --at: '1999-01-01' is outside of the recording, which goes from "
                       r"[\d: -]+ to [\d: -]+\n", done.stderr), done.stderr)


TESTS = [exact, this_host, range_of_samples, pipe, pipe_closes, silent, killed, stopped, one_writer,
         synced, full, wrong]


def main():
    print(f"1..{len(TESTS)}")
    failed = 0
    for n, test in enumerate(TESTS, 1):
        with tempfile.TemporaryDirectory(prefix="vtop-record-") as top:
            try:
                test(top)
                print(f"ok {n} - {test.__doc__}", flush=True)
            except (Wrong, subprocess.TimeoutExpired, OSError, ValueError) as e:
                failed += 1
                print(f"not ok {n} - {test.__doc__}\n# {e}", flush=True)
    return failed > 0


sys.exit(main())
