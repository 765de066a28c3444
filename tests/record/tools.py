#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""--recording-info, --snapshot and --anonymize, and a reader that knows only vtop-recording(5)."""
import datetime
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import traceback
import zlib

VTOP = os.environ["VTOP_BIN"]
SAMPLES = 24


def run(*args, status=0):
    done = subprocess.run([VTOP, *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=300, text=True, check=False)
    assert done.returncode == status, f"{args}: {done.returncode}: {done.stderr}"
    return done.stdout if status == 0 else done.stdout + done.stderr


def samples(path, *more):
    return [json.loads(line) for line in run("-b", "-f", "json", f"--replay={path}", *more).splitlines()]


# ---- the reader ----

class Reader:
    """What vtop-recording(5) says of numbers, texts and parts."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        self.at += n
        assert self.at <= len(self.data)
        return self.data[self.at - n:self.at]

    def number(self):
        n = shift = 0
        while True:
            byte = self.take(1)[0]
            n |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return n

    def signed(self):
        n = self.number()
        return n >> 1 ^ -(n & 1)

    def check(self, begin):
        said = struct.unpack("<I", self.take(4))[0]
        assert said == zlib.crc32(self.data[begin:self.at - 4])


def parts(data):
    r = Reader(data)
    while r.at < len(data):
        kind, length, crc, head = struct.unpack("<4sIII", r.take(16))
        assert head == zlib.crc32(data[r.at - 16:r.at - 4])
        payload = r.take(length)
        assert crc == zlib.crc32(payload)
        yield kind.decode(), payload


def words(payload):
    lines = payload.decode().splitlines()
    assert lines[0] == "vtop recording 1"
    return [line.split(" ") for line in lines[1:]]


def frame_begin(payload):
    r = Reader(payload)
    r.take(1)
    time = r.number(), r.signed(), r.signed()
    r.check(0)
    return time


def block_times(payload):
    r = Reader(payload)
    times, last = [], (0, 0, 0)
    for _ in range(r.number()):
        last = last[0] + r.number(), last[1] + r.signed(), last[2] + r.signed()
        times.append(last)
    r.check(0)
    return times


# ---- tests ----

def test_manual(where):
    """Another program finds the samples of a recording."""
    times, head = [], None
    for name in sorted(os.listdir(where)):
        if not name.endswith(".vtop"):
            continue
        with open(os.path.join(where, name), "rb") as f:
            for kind, payload in parts(f.read()):
                if kind == "HEAD":
                    head = words(payload)
                elif kind == "BLCK":
                    times += block_times(payload)
                elif kind == "FRAM":
                    times.append(frame_begin(payload))
    assert ["kind", "guest"] in head and ["source-state", "ok"] in head, head[:40]
    assert ["facet", "host", "host"] in head, head[:40]
    shown = samples(where)
    assert len(times) >= SAMPLES and [seq for seq, _, _ in times] == list(range(len(times)))
    assert [int(mono) for _, mono, _ in times] == sorted(mono for _, mono, _ in times)
    assert len(shown) == SAMPLES
    for sample, (_, _, wall) in zip(reversed(shown), reversed(times)):
        said = datetime.datetime.fromisoformat(sample["time"].replace("Z", "+00:00"))
        assert int(said.timestamp() * 1000 + 0.5) == wall // 1000000, (sample["time"], wall)


def test_info(where):
    said = run(f"--recording-info={where}")
    assert said.endswith("\ncomplete\n") and ", of up to 9 guests" in said, said
    assert run("--recording-info", where) == said


def test_damaged(where):
    name = [n for n in sorted(os.listdir(where)) if n.endswith(".vtop")][0]
    bad = os.path.join(os.path.dirname(where), "bad.vtop")
    with open(os.path.join(where, name), "rb") as f:
        data = bytearray(f.read())
    with open(bad, "wb") as f:
        f.write((data + data)[:-5])  # the second time is skipped: it is the same session
    said = run(f"--recording-info={bad}", status=1)
    assert "bytes are not complete" in said, said
    data[len(data) // 2] ^= 1
    with open(bad, "wb") as f:
        f.write(data)
    said = run(f"--recording-info={bad}", status=1)
    assert said.endswith("\ndamaged\n") and f"{bad}: at byte " in said, said
    for content, what in ((b"", "is empty"), (b"no recording of anything", "no recording")):
        with open(bad, "wb") as f:
            f.write(content)
        said = run(f"--recording-info={bad}", status=1)
        assert what in said and len(said.splitlines()) == 1, said


def test_snapshot(where):
    whole = samples(where)
    cut = where + "-cut.vtop"
    since, until = whole[8]["time"], whole[15]["time"]
    run(f"--snapshot={cut}", f"--replay={where}", "--since", since, "--until", until)
    assert os.stat(cut).st_mode & 0o777 == 0o640
    assert samples(cut, "--since", since) == samples(where, "--since", since, "--until", until)
    assert run("--recording-info", cut).endswith("\ncomplete\n")
    said = run(f"--snapshot={cut}", f"--replay={where}", status=1)
    assert "File exists" in said and len(said.splitlines()) == 1, said
    for args, what in ((["--anonymize"], "--snapshot"), ([f"--snapshot={cut}", "-b"], "nothing else"),
                       ([f"--snapshot={cut}", "--at", "start"], "--at")):
        said = run(*args, status=2)
        assert what in said and len(said.splitlines()) == 1, said


HIDDEN = "name", "id", "image"


def test_anonymize(where):
    """No name is left; structure and numbers are the same; another time names are others."""
    live = samples(where)
    all_names = []
    for i in (1, 2):
        path = f"{where}-{i}.vtop"
        run(f"--snapshot={path}", f"--replay={where}", "--since", "start", "--anonymize")
        shown = samples(path)
        assert len(shown) == len(live)
        for before, after in zip(live, shown):
            assert len(before["guests"]) == len(after["guests"])
            numbers = [sorted((g["type"], g["pid"] or 0, str(g["cpu_percent"]))
                              for g in s["guests"]) for s in (before, after)]
            assert numbers[0] == numbers[1]
        text = json.dumps(shown)
        for guest in live[-1]["guests"]:
            for key in HIDDEN:
                assert not guest[key] or guest[key] not in text, guest[key]
        all_names.append({g["name"] for g in shown[-1]["guests"]})
        assert len(all_names[-1]) == len(live[-1]["guests"])
        ids = {g["id"] for s in shown for g in s["guests"]}
        assert len(ids) == len({g["id"] for s in live for g in s["guests"]})
    assert not all_names[0] & all_names[1]


TESTS = test_manual, test_info, test_damaged, test_snapshot, test_anonymize


def main():
    place = tempfile.mkdtemp(prefix="vtop-tools-")
    failed = False
    print(f"1..{len(TESTS)}")
    try:
        where = os.path.join(place, "rec")
        run("--demo=9", "-b", "-f", "json", "-n", str(SAMPLES), "-d", "0.3", f"--record={where}")
        for number, test in enumerate(TESTS, 1):
            try:
                test(where)
                print(f"ok {number} - {test.__name__[5:]}", flush=True)
            except AssertionError as e:
                failed = True
                print(f"not ok {number} - {test.__name__[5:]}: {str(e)[:500]!r}", flush=True)
                traceback.print_exc()
    finally:
        shutil.rmtree(place)
    return failed


sys.exit(main())
