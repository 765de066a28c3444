# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# Control groups: the containers, services and virtual machines in them.
libvtop_a_SOURCES += \
	include/collect/cgroup/cgroup.h src/collect/cgroup/cgroup.c \
	include/collect/cgroup/cgroup_dirs.h src/collect/cgroup/cgroup_dirs.c \
	include/collect/cgroup/cgroup_files.h src/collect/cgroup/cgroup_files.c \
	include/collect/cgroup/cgroup_guest.h src/collect/cgroup/cgroup_guest.c \
	include/collect/cgroup/cgroup_limits.h src/collect/cgroup/cgroup_limits.c \
	include/collect/cgroup/cgroup_overhead.h src/collect/cgroup/cgroup_overhead.c \
	include/collect/cgroup/cgroup_parse.h src/collect/cgroup/cgroup_parse.c \
	include/collect/cgroup/cgroup_processes.h src/collect/cgroup/cgroup_processes.c \
	include/collect/cgroup/cgroup_quiet.h src/collect/cgroup/cgroup_quiet.c \
	include/collect/cgroup/cgroup_tree.h src/collect/cgroup/cgroup_tree.c \
	src/collect/cgroup/cgroup_v1.c \
	src/collect/cgroup/cgroup_v2.c \
	include/collect/cgroup/cgroup_watches.h src/collect/cgroup/cgroup_watches.c \
	include/collect/cgroup/container.h src/collect/cgroup/container.c \
	include/collect/cgroup/hierarchy.h src/collect/cgroup/hierarchy.c \
	include/collect/cgroup/machined.h src/collect/cgroup/machined.c \
	include/collect/cgroup/netns.h src/collect/cgroup/netns.c \
	include/collect/cgroup/netns_links.h src/collect/cgroup/netns_links.c \
	include/collect/cgroup/tasks.h src/collect/cgroup/tasks.c
