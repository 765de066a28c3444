# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""lxd: an LXD of one's own, with an image of one's own and containers that work. Nothing is fetched,
and no network is made."""

import contextlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile

from engines import remove_group
from guests import check, command

PRESEED = """
storage_pools:
- {name: default, driver: dir}
profiles:
- {name: default, devices: {root: {path: /, pool: default, type: disk}}}
projects:
"""
PROJECT = "- {name: %s, config: {features.images: 'false', features.profiles: 'false'}}\n"
METADATA = """
architecture: x86_64
creation_date: 1
properties: {description: "%s"}
"""


class Lxd:
    """Runs, with PROJECTS beside the one that it always has, and an image DESCRIPTION of the files in
    LAYER, for as long as a with block lasts."""

    def __init__(self, layer, description, *projects):
        self.layer, self.description = layer, description
        self.projects = ("default", *projects)

    def __enter__(self):
        self.here = tempfile.mkdtemp(prefix="vtop-lxd-")
        self.env = {**os.environ, "LXD_DIR": self.here, "LXD_CONF": os.path.join(self.here, "client")}
        self.daemon = subprocess.Popen(["lxd", "--logfile", os.path.join(self.here, "log")],
                                       env=self.env, stdin=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            command("lxd", "waitready", "--timeout", "60", env=self.env, timeout=70)
            command("lxd", "init", "--preseed", env=self.env,
                    input=PRESEED + "".join(PROJECT % name for name in self.projects[1:]))
            self.import_image()
        except BaseException:
            self.__exit__()
            raise
        return self

    def lxc(self, *args):
        return command("lxc", *args, env=self.env)

    def import_image(self):
        image = os.path.join(self.here, "image.tar")
        metadata = os.path.join(self.here, "metadata.yaml")
        with open(metadata, "w") as f:
            f.write(METADATA % self.description)
        with tarfile.open(self.layer) as layer, tarfile.open(image, "w") as archive:
            archive.add(metadata, "metadata.yaml")
            for part in layer:
                content = layer.extractfile(part) if part.isreg() else None
                part.name = os.path.normpath(os.path.join("rootfs", part.name))
                archive.addfile(part, content)
        self.lxc("image", "import", image, "--alias", "load")

    def run(self, name, *work, project="default", **settings):
        """The pid of its first process."""
        settings = {"raw.lxc": "lxc.init.cmd = /bin/vtop-load " + " ".join(work), **settings}
        options = [part for item in settings.items() for part in ("-c", "=".join(item))]
        self.lxc("launch", "load", name, "--project", project, *options)
        return self.state(name, project)["pid"]

    def state(self, name, project="default"):
        return json.loads(self.lxc("query", f"/1.0/instances/{name}/state?project={project}"))

    def __exit__(self, *_):
        try:
            for project in self.projects:
                command("lxc", "stop", "--all", "--force", "--project", project, env=self.env, ok=False)
            command("lxd", "shutdown", "--timeout", "30", env=self.env, ok=False, timeout=60)
            self.daemon.wait(10)
        finally:
            self.daemon.kill()
            self.daemon.wait()
            remove_group("/lxc.pivot")
            with contextlib.suppress(OSError):
                shutil.rmtree(self.here)
