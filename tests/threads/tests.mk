# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# What --enable-sanitizers=thread is for: whatever runs more than one thread of vtop's.
script_tests += tests/threads/batch.py
thread_tests += tests/threads/batch.py
thread_tests += tests/base/test-clock tests/collect/test-source tests/collect/test-demo \
	tests/collect/test-names tests/collect/test-names-files tests/collect/test-libvirt-link \
	tests/collect/test-process-numa tests/collect/test-process-live tests/collect/test-cgroup \
	tests/record/test-round-trip
if THREAD_SANITIZER
libvtop_a_SOURCES += tests/threads/atomic.c
else
EXTRA_DIST += tests/threads/atomic.c
endif
