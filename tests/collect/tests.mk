# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# Tests of the layer collect/. A compiled one is two lines (- becomes _ in the second):
#   unit_tests += tests/collect/test-NAME
#   tests_collect_test_NAME_SOURCES = tests/collect/test-NAME.c
# A script: script_tests += tests/collect/NAME.sh. Fixtures: EXTRA_DIST += tests/collect/DIRECTORY
unit_tests += tests/collect/test-demo
tests_collect_test_demo_SOURCES = tests/collect/test-demo.c

# Virtual machines.
test_helpers += tests/collect/vm-show
tests_collect_vm_show_SOURCES = tests/collect/vm-show.c

# Where vtop itself runs.
unit_tests += tests/collect/test-viewpoint
tests_collect_test_viewpoint_SOURCES = tests/collect/test-viewpoint.c

# Containers.
unit_tests += tests/collect/test-container
tests_collect_test_container_SOURCES = tests/collect/test-container.c
unit_tests += tests/collect/test-source
tests_collect_test_source_SOURCES = tests/collect/test-source.c
unit_tests += tests/collect/test-process-args tests/collect/test-process \
	tests/collect/test-process-files tests/collect/test-process-kvm \
	tests/collect/test-process-numa tests/collect/test-process-vmms tests/collect/test-libvirt-stats
tests_collect_test_process_args_SOURCES = tests/collect/test-process-args.c
tests_collect_test_process_SOURCES = tests/collect/test-process.c tests/collect/process-tree.h \
	tests/base/tree.h
tests_collect_test_process_numa_SOURCES = tests/collect/test-process-numa.c \
	tests/collect/process-tree.h tests/base/tree.h
tests_collect_test_process_vmms_SOURCES = tests/collect/test-process-vmms.c \
	tests/collect/process-tree.h tests/base/tree.h
tests_collect_test_process_kvm_SOURCES = tests/collect/test-process-kvm.c \
	tests/collect/process-tree.h tests/base/tree.h
unit_tests += tests/collect/test-process-live tests/collect/test-process-scan \
	tests/collect/test-process-threads
tests_collect_test_process_scan_SOURCES = tests/collect/test-process-scan.c \
	tests/collect/process-tree.h tests/base/tree.h
tests_collect_test_process_threads_SOURCES = tests/collect/test-process-threads.c \
	tests/collect/process-tree.h tests/base/tree.h
tests_collect_test_process_live_SOURCES = tests/collect/test-process-live.c \
	tests/collect/process-tree.h tests/base/tree.h
tests_collect_test_process_files_SOURCES = tests/collect/test-process-files.c
tests_collect_test_libvirt_stats_SOURCES = tests/collect/test-libvirt-stats.c tests/base/tree.h
unit_tests += tests/collect/test-cgroup
tests_collect_test_cgroup_SOURCES = tests/collect/test-cgroup.c \
	tests/collect/cgroup-fixture.h tests/collect/cgroup-tree.h tests/base/tree.h
unit_tests += tests/collect/test-cgroup-files
tests_collect_test_cgroup_files_SOURCES = tests/collect/test-cgroup-files.c \
	tests/collect/cgroup-fixture.h tests/collect/cgroup-tree.h tests/base/tree.h
unit_tests += tests/collect/test-cgroup-quiet
tests_collect_test_cgroup_quiet_SOURCES = tests/collect/test-cgroup-quiet.c

# What the host is made of.
unit_tests += tests/collect/test-host-processor
tests_collect_test_host_processor_SOURCES = tests/collect/test-host-processor.c
unit_tests += tests/collect/test-host-ident
tests_collect_test_host_ident_SOURCES = tests/collect/test-host-ident.c tests/base/tree.h
unit_tests += tests/collect/test-stores
tests_collect_test_stores_SOURCES = tests/collect/test-stores.c
unit_tests += tests/collect/test-host-machine
tests_collect_test_host_machine_SOURCES = tests/collect/test-host-machine.c tests/base/tree.h

# Whole hosts: what vtop shows of the saved ones.
script_tests += tests/fixtures/trees.py

# Names of containers: in files, and from daemons that may hang or lie.
unit_tests += tests/collect/test-names tests/collect/test-names-files tests/collect/test-names-hang
tests_collect_test_names_hang_SOURCES = tests/collect/test-names-hang.c tests/base/tree.h
tests_collect_test_names_SOURCES = tests/collect/test-names.c tests/collect/names-host.h \
	tests/collect/fake-daemon.h tests/base/tree.h
tests_collect_test_names_files_SOURCES = tests/collect/test-names-files.c \
	tests/collect/names-host.h tests/collect/fake-daemon.h tests/base/tree.h

# What is read of containers beside their control group.
unit_tests += tests/collect/test-netns tests/collect/test-tasks tests/collect/test-blockdev
tests_collect_test_blockdev_SOURCES = tests/collect/test-blockdev.c tests/base/tree.h
tests_collect_test_netns_SOURCES = tests/collect/test-netns.c tests/collect/records.h \
	tests/base/tree.h
tests_collect_test_tasks_SOURCES = tests/collect/test-tasks.c tests/collect/records.h \
	tests/base/tree.h
unit_tests += tests/collect/test-host
tests_collect_test_host_SOURCES = tests/collect/test-host.c tests/collect/records.h \
	tests/base/tree.h
unit_tests += tests/collect/test-kept tests/collect/test-hierarchy
tests_collect_test_kept_SOURCES = tests/collect/test-kept.c tests/base/tree.h
tests_collect_test_hierarchy_SOURCES = tests/collect/test-hierarchy.c tests/collect/cgroup-tree.h \
	tests/base/tree.h

unit_tests += tests/collect/test-libvirt-link
tests_collect_test_libvirt_link_SOURCES = tests/collect/test-libvirt-link.c tests/base/tree.h

# Machines inside containers, and machines whose disks their groups do not see.
unit_tests += tests/collect/test-process-groups
tests_collect_test_process_groups_SOURCES = tests/collect/test-process-groups.c \
	tests/collect/process-tree.h tests/collect/cgroup-tree.h tests/base/tree.h

# What a container takes in memory.
unit_tests += tests/collect/test-memory
tests_collect_test_memory_SOURCES = tests/collect/test-memory.c tests/collect/cgroup-tree.h \
	tests/base/tree.h

# Files that say anything but what they should, below saved hosts. Time passes as the test says.
unit_tests += tests/collect/test-hostile
tests_collect_test_hostile_SOURCES = tests/collect/test-hostile.c tests/collect/spoil.h \
	tests/base/tree.h
tests_collect_test_hostile_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=clock_mono_ns,--wrap=clock_cond_wait
unit_tests += tests/collect/test-libvirt-host
tests_collect_test_libvirt_host_SOURCES = tests/collect/test-libvirt-host.c tests/base/tree.h
