# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# Tests in lab/, scripts that run one at a time:
#   host_tests += tests/lab/NAME.py
# Helpers and fixtures: EXTRA_DIST += tests/lab/FILE

# vtop as it will be used: an emulated machine is slow enough without sanitizers.
if SANITIZERS
EXTRA_DIST += tests/lab/test-lab.py
else
host_tests += tests/lab/test-lab.py
endif
EXTRA_DIST += tests/lab/build-image tests/lab/lab tests/lab/setup tests/lab/measure tests/lab/save-tree

# Not the directory as a whole: the build directory's of that name has the logs of its test.
EXTRA_DIST += tests/fixtures/README tests/fixtures/generate tests/fixtures/generated.json \
	tests/fixtures/rows.json tests/fixtures/hybrid tests/fixtures/k8s-containerd \
	tests/fixtures/k8s-crio tests/fixtures/kata tests/fixtures/proxmox tests/fixtures/v1 \
	tests/fixtures/v2-pods tests/fixtures/v2-systemd

# The lab's images survive "make clean": making one takes minutes.
distclean-local: distclean-lab
distclean-lab:
	rm -rf $(abs_top_builddir)/lab
.PHONY: distclean-lab
