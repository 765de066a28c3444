# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# The host itself: its CPUs, memory, disks, links, NUMA nodes and traits.
libvtop_a_SOURCES += \
	include/collect/host/host.h src/collect/host/host.c \
	include/collect/host/host_devices.h src/collect/host/host_devices.c \
	include/collect/host/host_ident.h src/collect/host/host_ident.c \
	include/collect/host/host_memory.h src/collect/host/host_memory.c \
	include/collect/host/host_nodes.h src/collect/host/host_nodes.c \
	include/collect/host/host_processor.h src/collect/host/host_processor.c \
	include/collect/host/arm_cores.def \
	include/collect/host/host_stores.h src/collect/host/host_stores.c \
	include/collect/host/host_traits.h src/collect/host/host_traits.c \
	include/collect/host/host_uplinks.h src/collect/host/host_uplinks.c \
	include/collect/host/store_mounts.h src/collect/host/store_mounts.c \
	include/collect/host/thin_pools.h src/collect/host/thin_pools.c
