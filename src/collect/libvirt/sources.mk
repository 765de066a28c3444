# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# One libvirt connection: its domains and its host.
libvtop_a_SOURCES += \
	include/collect/libvirt/libvirt.h src/collect/libvirt/libvirt.c \
	include/collect/libvirt/libvirt_ask.h src/collect/libvirt/libvirt_ask.c \
	include/collect/libvirt/libvirt_guest.h src/collect/libvirt/libvirt_guest.c \
	include/collect/libvirt/libvirt_host.h src/collect/libvirt/libvirt_host.c \
	include/collect/libvirt/libvirt_hypervisor.h src/collect/libvirt/libvirt_hypervisor.c \
	include/collect/libvirt/libvirt_jobs.h src/collect/libvirt/libvirt_jobs.c \
	include/collect/libvirt/libvirt_link.h src/collect/libvirt/libvirt_link.c \
	include/collect/libvirt/libvirt_mirror.h src/collect/libvirt/libvirt_mirror.c \
	include/collect/libvirt/libvirt_monitor.h src/collect/libvirt/libvirt_monitor.c \
	include/collect/libvirt/libvirt_node.h src/collect/libvirt/libvirt_node.c \
	include/collect/libvirt/libvirt_open.h src/collect/libvirt/libvirt_open.c \
	include/collect/libvirt/libvirt_process.h src/collect/libvirt/libvirt_process.c \
	include/collect/libvirt/libvirt_single.h src/collect/libvirt/libvirt_single.c \
	include/collect/libvirt/libvirt_state.h src/collect/libvirt/libvirt_state.c \
	include/collect/libvirt/libvirt_stats.h src/collect/libvirt/libvirt_stats.c \
	include/collect/libvirt/libvirt_survey.h src/collect/libvirt/libvirt_survey.c \
	include/collect/libvirt/libvirt_uri.h src/collect/libvirt/libvirt_uri.c \
	include/collect/libvirt/libvirt_xml.h src/collect/libvirt/libvirt_xml.c
