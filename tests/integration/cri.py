# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""cri: pods as Kubernetes makes them, without Kubernetes: a containerd of one's own, told what to do
over its runtime interface as a kubelet would tell it.

The interface is gRPC. Few calls need little of it, so it is spoken by hand: one stream of HTTP/2
per connection, headers without compression, messages as dictionaries from the numbers of their
fields to the values (k8s.io/cri-api, pkg/apis/runtime/v1/api.proto).
"""

import contextlib
import hashlib
import io
import json
import os
import shutil
import socket
import struct
import subprocess
import tarfile
import tempfile
import time

from engines import await_socket
from guests import Failure, check, command

PAUSE, IMAGE = "vtop.test/pause:1", "vtop.test/load:1"
NODE = 2  # a NamespaceMode: that of the host


# ---- messages ----

def varint(n):
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    return bytes(out) + bytes([n])


def encode(message):
    """{3: "text", 4: 17, 5: {1: "inner"}, 6: ["repeated", "text"]}"""
    out = b""
    for number, values in message.items():
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, int):
                out += varint(number << 3) + varint(value)
                continue
            text = encode(value) if isinstance(value, dict) else value.encode()
            out += varint(number << 3 | 2) + varint(len(text)) + text
    return out


def decode(text):
    """{3: [b"..."], 4: [17]}; what is a message itself is left as it is."""
    data, message = io.BytesIO(text), {}

    def number():
        value = shift = 0
        while True:
            byte = data.read(1)[0]
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while data.tell() < len(text):
        key = number()
        check(key & 7 in (0, 2), f"a message of another kind: {text}")
        value = number()
        message.setdefault(key >> 3, []).append(data.read(value) if key & 7 == 2 else value)
    return message


# ---- calls ----

DATA, HEADERS, RESET, SETTINGS, PING, GOAWAY = 0, 1, 3, 4, 6, 7
ACK = END_STREAM = 1
END_HEADERS = 4


def frame(kind, flags, stream, body):
    return struct.pack(">I", len(body))[1:] + struct.pack(">BBI", kind, flags, stream) + body


def request_headers(path):
    """Method, scheme and names of headers by their number in the table of RFC 7541; the rest spelt."""
    def text(value):
        return bytes([len(value)]) + value.encode()
    return b"\x83\x86" + b"\x04" + text(path) + b"\x01" + text("localhost") + \
        b"\x0f\x10" + text("application/grpc") + b"\x00" + text("te") + text("trailers")


def call(address, method, message):
    """The answer of one call."""
    body = encode(message)
    answer = b""
    with socket.socket(socket.AF_UNIX) as s, s.makefile("rb") as incoming:
        s.settimeout(60)
        s.connect(address)
        s.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS, 0, 0, b"") +
                  frame(HEADERS, END_HEADERS, 1, request_headers("/runtime.v1." + method)) +
                  frame(DATA, END_STREAM, 1, b"\0" + struct.pack(">I", len(body)) + body))
        while True:
            head = incoming.read(9)
            check(len(head) == 9, f"{method}: the connection ended")
            kind, flags = head[3], head[4]
            body = incoming.read(int.from_bytes(head[:3], "big"))
            if kind in (SETTINGS, PING) and not flags & ACK:
                s.sendall(frame(kind, ACK, 0, body if kind == PING else b""))
            elif kind == DATA:
                answer += body
            if kind in (RESET, GOAWAY) or kind in (DATA, HEADERS) and flags & END_STREAM:
                break
    # An error has no message, only a header that says why.
    check(answer, f"{method} failed: {body}")
    return decode(answer[5:])


# ---- containerd ----

CONFIG = """
version = 2
root = "{here}/root"
state = "{here}/state"
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
    "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]
[grpc]
  address = "{here}/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  restrict_oom_score_adj = true
  sandbox_image = "{pause}"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = {systemd}
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "{here}/cni"
    conf_dir = "{here}/cni"
"""


def image(path, name, entrypoint, layer):
    """An image of one layer, as "docker save" writes it."""
    with open(layer, "rb") as f:
        digest = hashlib.sha256(f.read()).hexdigest()
    config = {"architecture": "amd64", "os": "linux", "config": {"Entrypoint": entrypoint},
              "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}"]}}
    parts = {"config.json": config,
             "manifest.json": [{"Config": "config.json", "RepoTags": [name], "Layers": ["layer.tar"]}]}
    with tarfile.open(path, "w") as archive:
        archive.add(layer, "layer.tar")
        for part, content in parts.items():
            text = json.dumps(content).encode()
            info = tarfile.TarInfo(part)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text))


class Containerd:
    """Runs, with an image whose first process is called "pause" and one of LAYER, which has
    /bin/vtop-load, for as long as a with block lasts."""

    def __init__(self, layer, systemd=False):
        self.layer, self.systemd = layer, systemd

    def __enter__(self):
        self.here = tempfile.mkdtemp(prefix="vtop-cri-")
        self.address = os.path.join(self.here, "containerd.sock")
        self.pods = []
        config = os.path.join(self.here, "config.toml")
        with open(config, "w") as f:
            f.write(CONFIG.format(here=self.here, pause=PAUSE, systemd=str(self.systemd).lower()))
        with open(os.path.join(self.here, "log"), "wb") as log:
            self.daemon = subprocess.Popen(["containerd", "-c", config], stdin=subprocess.DEVNULL,
                                           stdout=log, stderr=log)
        try:
            check(await_socket(self.address, self.daemon), f"no containerd: {self.log()}")
            self.import_images()
            self.await_interface()
        except BaseException:
            self.__exit__()
            raise
        return self

    def await_interface(self):
        """It begins to answer later than the rest of containerd."""
        end = time.monotonic() + 60
        while True:
            try:
                return self.call("RuntimeService/Status", {})
            except Failure:
                if time.monotonic() > end:
                    raise
                time.sleep(.05)

    def import_images(self):
        load, pause = (os.path.join(self.here, name) for name in ("load.tar", "pause.tar"))
        image(load, IMAGE, ["/bin/vtop-load"], self.layer)
        with tarfile.open(self.layer) as layer, tarfile.open(pause + ".layer", "w") as archive:
            program = layer.getmember("./bin/vtop-load")
            content = layer.extractfile(program)
            program.name = "pause"
            archive.addfile(program, content)
        image(pause, PAUSE, ["/pause"], pause + ".layer")
        for archive in (pause, load):
            command("ctr", "-a", self.address, "-n", "k8s.io", "image", "import", archive)

    def log(self):
        with open(os.path.join(self.here, "log"), errors="replace") as f:
            return "".join(line for line in f if "level=error" in line or "level=fatal" in line)[-600:]

    def call(self, method, message):
        try:
            return call(self.address, method, message)
        except Failure as problem:
            raise Failure(f"{problem}: {self.log()}") from None

    def run_pod(self, name, namespace, uid, parent, **containers):
        """A pod of containers that work, on the network of the host; ids by name."""
        pod = {1: {1: name, 2: uid, 3: namespace},  # metadata
               8: {1: parent, 2: {1: {1: NODE}}}}  # linux: cgroup_parent, network of security_context
        sandbox = self.call("RuntimeService/RunPodSandbox", {1: pod})[1][0].decode()
        self.pods.append(sandbox)
        ids = {"POD": sandbox}
        for container, work in containers.items():
            config = {1: {1: container}, 2: {1: IMAGE}, 4: work}  # metadata, image, args
            created = self.call("RuntimeService/CreateContainer", {1: sandbox, 2: config, 3: pod})
            ids[container] = created[1][0].decode()
            self.call("RuntimeService/StartContainer", {1: ids[container]})
        return ids

    def pids(self):
        """Ids to the first processes."""
        rows = command("ctr", "-a", self.address, "-n", "k8s.io", "task", "ls").splitlines()[1:]
        return {row.split()[0]: int(row.split()[1]) for row in rows}

    def stats(self, container):
        """What "crictl stats" says: nanoseconds of CPU, bytes of memory."""
        stats = decode(self.call("RuntimeService/ContainerStats", {1: container})[1][0])
        cpu, memory = decode(stats[2][0]), decode(stats[3][0])
        # usage_core_nano_seconds, working_set_bytes
        return [decode(part[2][0])[1][0] for part in (cpu, memory)]

    def __exit__(self, *_):
        try:
            for sandbox in self.pods:
                self.call("RuntimeService/StopPodSandbox", {1: sandbox})
                self.call("RuntimeService/RemovePodSandbox", {1: sandbox})
        finally:
            self.daemon.terminate()
            self.daemon.wait(30)
            with contextlib.suppress(OSError):
                shutil.rmtree(self.here)
