# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# Virtual machines seen as processes.
libvtop_a_SOURCES += \
	include/collect/process/process.h src/collect/process/process.c \
	include/collect/process/process_told.h \
	include/collect/process/process_args.h src/collect/process/process_args.c \
	include/collect/process/process_disks.h src/collect/process/process_disks.c \
	include/collect/process/process_fds.h src/collect/process/process_fds.c \
	include/collect/process/process_kvm.h src/collect/process/process_kvm.c \
	include/collect/process/process_kvm_stats.h src/collect/process/process_kvm_stats.c \
	include/collect/process/process_look.h src/collect/process/process_look.c \
	include/collect/process/process_machine.h src/collect/process/process_machine.c \
	include/collect/process/process_numa.h src/collect/process/process_numa.c \
	include/collect/process/process_option.h src/collect/process/process_option.c \
	include/collect/process/process_qemu.h src/collect/process/process_qemu.c \
	src/collect/process/process_report.c \
	include/collect/process/process_scan.h src/collect/process/process_scan.c \
	include/collect/process/process_size.h src/collect/process/process_size.c \
	include/collect/process/process_threads.h src/collect/process/process_threads.c \
	include/collect/process/process_words.h src/collect/process/process_words.c
