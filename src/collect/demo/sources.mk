# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# A simulated host.
libvtop_a_SOURCES += \
	include/collect/demo/demo.h src/collect/demo/demo.c \
	include/collect/demo/demo_cast.h src/collect/demo/demo_cast.c \
	include/collect/demo/demo_guest.h src/collect/demo/demo_guest.c \
	include/collect/demo/demo_machine.h src/collect/demo/demo_machine.c \
	src/collect/demo/demo_report.c
