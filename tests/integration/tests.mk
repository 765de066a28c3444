# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# Tests in integration/, scripts that run one at a time:
#   host_tests += tests/integration/NAME.py
# Helpers and fixtures: EXTRA_DIST += tests/integration/FILE

# First those that can do with what processors the unit tests leave them: containers that come and
# go, as control groups made by hand, and VMware's machines behind a simulator.
host_tests += tests/integration/churn.py tests/integration/kept.py tests/integration/vm-vsphere.py
EXTRA_DIST += tests/integration/vsphere.go

host_tests += tests/integration/numbers.py tests/integration/batch.py tests/integration/outages.py
host_tests += tests/integration/containers.py tests/integration/runtimes.py
host_tests += tests/integration/findings.py tests/integration/advice.py
if MICROHTTPD
host_tests += tests/integration/exporter.py
endif
EXTRA_DIST += tests/integration/guests.py tests/integration/engines.py tests/integration/cri.py \
	tests/integration/lxd.py tests/integration/machines.py

# vtop itself in containers.
host_tests += tests/integration/inside.py

# Virtual machines: many under libvirt, some without it, on the screen, on other hosts.
host_tests += tests/integration/vm-raw.py tests/integration/vm-libvirt.py \
	tests/integration/vm-screen.py tests/integration/vm-remote.py tests/integration/vm-depth.py
BENCHES += tests/integration/bench-vms.py
CLEANFILES += tests/integration/logs/*/*

# Real guests to look at, started and stopped by the command "env"; see env.bash.
EXTRA_DIST += tests/integration/env tests/integration/env.bash tests/integration/env-images.bash \
	tests/integration/env-engines.bash tests/integration/load.c

# What containers cost, over thousands of control groups made by hand.
EXTRA_DIST += tests/integration/cgroups.py
test_helpers += tests/integration/bench-containers
tests_integration_bench_containers_SOURCES = tests/integration/bench-containers.c
BENCHES += tests/integration/bench-containers.py
