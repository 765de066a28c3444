# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# collect: where numbers come from, one folder per source; here is what several of them share. May
# use base, model and record.
libvtop_a_SOURCES += \
	include/collect/blockdev.h src/collect/blockdev.c \
	include/collect/kept.h src/collect/kept.c \
	include/collect/local.h src/collect/local.c \
	include/collect/netdev.h src/collect/netdev.c \
	include/collect/pressure.h src/collect/pressure.c \
	include/collect/procfs.h src/collect/procfs.c \
	include/collect/source.h src/collect/source.c \
	include/collect/proxmox.h src/collect/proxmox.c \
	include/collect/viewpoint.h src/collect/viewpoint.c

include $(srcdir)/src/collect/host/sources.mk
include $(srcdir)/src/collect/cgroup/sources.mk
include $(srcdir)/src/collect/process/sources.mk
include $(srcdir)/src/collect/libvirt/sources.mk
include $(srcdir)/src/collect/names/sources.mk
include $(srcdir)/src/collect/demo/sources.mk
