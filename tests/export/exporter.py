#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""The exporter over HTTP, of a simulated host: what it answers, and what it does not put up with."""
import base64
import gzip
import os
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from running import VTOP, Exporter, end, point, value, wait_for  # noqa: E402

OPEN = "application/openmetrics-text; version=1.0.0; charset=utf-8"
OLD = "text/plain; version=0.0.4; charset=utf-8"


def read_all(s):
    data = b""
    try:
        while piece := s.recv(1 << 16):
            data += piece
    except OSError:
        pass
    return data


def is_closed(s):
    """What was sent before is of no interest."""
    s.settimeout(0.01)
    try:
        while s.recv(1 << 16):
            pass
        return True
    except TimeoutError:
        return False
    except OSError:
        return True


def slow(exporter):
    """A request that comes a byte at a time: a connection, when it began."""
    s = exporter.connect()
    s.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\nX: ")
    return s, time.monotonic()


def answers(x):
    status, headers, body = x.get()
    text = body.decode()
    point("/metrics", status == 200 and headers["content-type"] == OLD and
          value(text, "vtop_host_cpus") > 0 and "# EOF" not in text, (status, headers, text[:300]))
    status, headers, head = x.get(method="HEAD")
    point("HEAD: the same without a body", status == 200 and not head and
          abs(int(headers["content-length"]) - len(body)) < 5000, headers)
    for accept, type_ in (("application/openmetrics-text", OPEN), ("image/png", OLD), ("*/*", OLD),
                          ("application/openmetrics-text;q=0.1,text/plain", OLD)):
        status, headers, body = x.get(headers={"Accept": accept})
        point(f"Accept: {accept}", status == 200 and headers["content-type"] == type_ and
              body.endswith(b"# EOF\n") == (type_ == OPEN), headers)
    status, headers, packed = x.get(headers={"Accept-Encoding": "gzip"})
    plain = gzip.decompress(packed).decode()
    point("gzip: a fourth of the size at most", headers.get("content-encoding") == "gzip" and
          value(plain, "vtop_host_cpus") > 0 and len(packed) * 4 < len(plain), headers)
    status, _, body = x.get("/-/healthy")
    point("/-/healthy", status == 200 and b"healthy" in body)
    status, headers, body = x.get("/")
    point("a page for people", status == 200 and b"/metrics" in body and
          headers["content-type"].startswith("text/html"))
    for path in ("/metrics/", "/../etc/passwd", "/%2e%2e/", "//metrics", "/favicon.ico"):
        point(f"{path} is not found", x.get(path)[0] == 404)
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "BREW"):
        status, headers, _ = x.get(method=method)
        point(f"{method} is not allowed", status == 405 and headers["allow"] == "GET, HEAD", status)
    before = value(x.get()[2].decode(), "vtop_exporter_scrapes_total")
    wait_for(lambda: value(x.get()[2].decode(), "vtop_exporter_scrapes_total") > before, 30)
    text = x.get()[2].decode()
    point("it counts its scrapes", value(text, "vtop_exporter_scrapes_total") > before and
          value(text, "vtop_exporter_cpu_seconds_total") > 0 and
          value(text, "vtop_exporter_series") > 500, before)


def bad_clients(x):
    s = x.connect()
    s.sendall(b"GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n" * 3 +
              b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    data = read_all(s)
    point("pipelined requests are answered in their order", data.count(b"HTTP/1.1 200") == 4 and
          data.rindex(b"healthy") < data.rindex(b"html"), data[:300])
    s = x.connect()
    s.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 100000)
    status = read_all(s)[:12]
    point("huge headers are refused", status in (b"HTTP/1.1 431", b"HTTP/1.1 413", b""), status)
    s = x.connect()
    s.sendall(b"\x16\x03\x01\x00\xff\x00" + os.urandom(500) + b"\r\n\r\n")
    s.shutdown(socket.SHUT_WR)
    read_all(s)
    s = x.connect()
    s.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
    s.close()  # gone before the answer
    point("after all that it answers", x.get()[0] == 200)

    # One address holds at most 64 of 256 connections; the others can still scrape.
    idle = [x.connect() for _ in range(200)]
    kept = len([s for s in idle if not is_closed(s)])
    c = x.connect("127.0.0.2")
    c.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
    answer = read_all(c)
    point("200 idle connections: another address is served", answer.startswith(b"HTTP/1.1 200") or
          answer.startswith(b"HTTP/1.0 200"), answer[:100])
    point("200 idle connections: one address has 64 at most", 0 < kept <= 64, kept)
    return idle


def secrets(directory):
    def file(name, content, mode=0o600):
        path = os.path.join(directory, name)
        with open(path, "w", encoding="ascii") as f:
            f.write(content)
        os.chmod(path, mode)
        return path

    auth = file("auth", "prom:se:cret\n")
    x = Exporter("--demo=5", "-d0.5", f"--export-auth={auth}")
    status, headers, _ = x.get()
    point("without the password: 401", status == 401 and "Basic" in headers["www-authenticate"])
    good = {"Authorization": "Basic " + base64.b64encode(b"prom:se:cret").decode()}
    wrong = {"Authorization": "Basic " + base64.b64encode(b"prom:se:cres").decode()}
    point("with it: 200; with another: 401", x.get(headers=good)[0] == 200 and
          x.get(headers=wrong)[0] == 401 and x.get(headers={"Authorization": "Basic %%"})[0] == 401)
    x.stop()

    key, cert = os.path.join(directory, "key"), os.path.join(directory, "cert")
    made = subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                           "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out", cert,
                           "-days", "2", "-subj", "/CN=localhost", "-addext",
                           "subjectAltName=IP:127.0.0.1"], capture_output=True, text=True)
    os.chmod(key, 0o600)
    x = Exporter("--demo=5", "-d0.5", f"--export-cert={cert}", f"--export-key={key}")
    context = ssl.create_default_context(cafile=cert)
    try:
        with context.wrap_socket(x.connect(), server_hostname="127.0.0.1") as s:
            s.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            data = read_all(s)
    except OSError as error:
        data = repr(error).encode()
    point("TLS", x.scheme == "https" and b"vtop_host_cpus" in data, made.stderr + str(data[:200]))
    x.stop()

    other = file("other", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    os.chmod(key, 0o644)
    for options, words in (
            ([f"--export-cert={cert}", f"--export-key={key}"], "others can read it"),
            ([f"--export-cert={cert}", f"--export-key={other}"], "cannot serve"),
            ([f"--export-cert={key}", f"--export-key={key}"], "CERTIFICATE"),
            ([f"--export-auth={file('bad', 'x')}"], "USER:PASSWORD is expected"),
            ([f"--export-auth={directory}/none"], "No such file")):
        r = subprocess.run([VTOP, "--demo", "--export=127.0.0.1:0", *options], capture_output=True,
                           text=True, timeout=60)
        point(f"one clear line: {words}", r.returncode == 1 and words in r.stderr and
              len(r.stderr.splitlines()) == 1, r.stderr)


def addresses():
    x = Exporter("--demo=5", "-d0.5", address="[::1]:0")
    point("IPv6", x.get()[0] == 200, x.said)
    r = subprocess.run([VTOP, "--demo", f"--export=[::1]:{x.port}"], capture_output=True, text=True)
    point("a port that is in use: one line", r.returncode == 1 and "Address already in use" in
          r.stderr and len(r.stderr.splitlines()) == 1, r.stderr)
    x.stop()

    with socket.create_server(("127.0.0.1", 0)) as server:
        def become():
            os.dup2(server.fileno(), 3)
            os.environ["LISTEN_FDS"] = "1"
            os.environ["LISTEN_PID"] = str(os.getpid())
            os.execv(VTOP, [VTOP, "--export", "--demo=5", "-d0.5"])
        child = os.fork()
        if not child:
            become()
        with socket.create_connection(server.getsockname(), timeout=60) as s:
            s.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            data = read_all(s)
        os.kill(child, signal.SIGTERM)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    point("a socket of systemd's", b"vtop_host_cpus" in data and status == 0, data[:200])
    r = subprocess.run(["sh", "-c", f"LISTEN_FDS=1 LISTEN_PID=$$ exec {VTOP} --export --demo 3</dev/null"],
                       capture_output=True, text=True)
    point("a socket of systemd's that is none", r.returncode == 1 and "LISTEN_FDS" in r.stderr,
          r.stderr)


for options, words in ((["--export=kvm7:80"], "no address"), (["--export", "-b"], "mode of its own"),
                       (["--export-auth=x"], "add --export"), (["--export", "-o", "name"], "all series"),
                       (["--export", "--export-key=x"], "belong together"),
                       (["--export", "--replay"], "does not go with --replay")):
    r = subprocess.run([VTOP, *options], capture_output=True, text=True)
    point(f"wrong usage: {' '.join(options)}", r.returncode == 2 and words in r.stderr and
          len(r.stderr.splitlines()) == 1, r.stderr)

victim = Exporter("--demo=30", "-d0.5")
slowloris, began = slow(victim)
running = Exporter("--demo=30", "-d0.5")
answers(running)
held = bad_clients(running)
with tempfile.TemporaryDirectory() as directory:
    secrets(directory)
addresses()


def drip():
    try:
        slowloris.sendall(b"y")
    except OSError:
        pass
    time.sleep(0.4)
    return is_closed(slowloris)


# The limit is 15 seconds; without one it would go on for as long as the client likes.
point("a request that comes byte by byte is ended", wait_for(drip, 60))
point("... and that is counted",
      wait_for(lambda: value(victim.get()[2].decode(),
                             "vtop_exporter_closed_connections_total") == 1, 30))
point("idle connections are ended", wait_for(lambda: all(is_closed(s) for s in held), 60))
point("one address is served again", running.get()[0] == 200)

# A request that waits for the first samples does not keep it from ending.
early = Exporter("--demo=5", "-d60")
s = early.connect()
s.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
point("SIGTERM while a request waits: exit status 0", early.stop() == 0, early.said)
point("SIGTERM: exit status 0", victim.stop() == 0 and running.stop() == 0, running.said)
end()
