#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""Containers of what is started for this test alone: pods of Kubernetes as its kubelet has containerd
make them, and LXD's containers in projects."""

import os
import shutil

import cri
from cri import Containerd
from engines import MIB, compare, image_layer, remove_group
from guests import Skip, check, guests, near, run, test
from lxd import Lxd

UID = "0a1b2c3d-1111-4222-8333-000000000001"


def need(**programs):
    """Debian's packages, by what they bring."""
    for program, package in programs.items():
        if not shutil.which(program):
            raise Skip(f"{program} is not installed (Debian: {package})")


@test()
def pod():
    """A pod that containerd was told to make: names, image, numbers, and no row for its sandbox."""
    need(containerd="containerd", ctr="containerd", runc="runc")
    names = ["web-0/front", "web-0/back"]
    try:
        with Containerd(image_layer()) as containerd:
            ids = containerd.run_pod("web-0", "shop", UID, f"/kubepods/besteffort/pod{UID}",
                                     front=["cpu=5"], back=["cpu=8", "mem=4"])
            pids = containerd.pids()
            sample, rows, said = compare(names, [pids[ids["front"]], pids[ids["back"]]])
            for row, name in zip(rows, ("front", "back")):
                cpu_ns, memory = containerd.stats(ids[name])
                check((row["type"], row["group"], row["image"], row["id"]) ==
                      ("containerd", "shop/web-0", cri.IMAGE, ids[name]), f"{name}: {row}")
                near(f"{name}: cpu_seconds", row["cpu_seconds"], cpu_ns / 1e9, absolute=1)
                near(f"{name}: memory_bytes", row["memory_bytes"], memory, relative=.05,
                     absolute=MIB / 4)
            check(not [g for g in sample["guests"] if g["id"] == ids["POD"]], "its sandbox is a row")
    finally:
        for group in (f"/kubepods/besteffort/pod{UID}", "/kubepods/besteffort", "/kubepods"):
            remove_group(group)
    return said


@test(sanitized=False)
def lxd():
    """LXD's containers: names, image, project, limits, numbers, and no row for its monitors."""
    need(lxd="lxd", lxc="lxd-client")
    names = ["vtop-web", "vtop-db", "vtop-cart"]
    with Lxd(image_layer(), "Work 1.0", "shop-eu") as daemon:
        pids = [daemon.run("vtop-web", "cpu=5"),
                daemon.run("vtop-db", "cpu=8", "mem=4", **{"limits.memory": "64MiB"}),
                daemon.run("vtop-cart", "cpu=3", project="shop-eu")]
        sample, rows, said = compare(names, pids)
        for row, group in zip(rows, (None, None, "shop-eu")):
            state = daemon.state(row["name"], group or "default")
            check((row["type"], row["group"], row["image"]) == ("lxc", group, "Work 1.0"), f"{row}")
            near(f"{row['name']}: cpu_seconds", row["cpu_seconds"], state["cpu"]["usage"] / 1e9,
                 absolute=1)
            near(f"{row['name']}: memory_bytes", row["memory_bytes"], state["memory"]["usage"],
                 relative=.05, absolute=MIB)
            check(row["processes"] == state["processes"], f"{row['processes']} processes")
        check(rows[1]["memory_limit_bytes"] == 64 * MIB, f"limit {rows[1]['memory_limit_bytes']}")
        others = [row["name"] for row in guests(sample, "lxc") if row not in rows]
        check(set(others) <= {"vtop-lxc1"}, f"there is more: {others}")
    return said


run()
