# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# base: kernel files, text and clocks. Uses libc and GLib only.
libvtop_a_SOURCES += \
	include/base/clock.h src/base/clock.c \
	include/base/clock_read.h src/base/clock_read.c \
	include/base/crash.h src/base/crash.c \
	include/base/file.h src/base/file.c \
	include/base/order.h \
	include/base/parse.h src/base/parse.c \
	include/base/root.h src/base/root.c \
	include/base/save.h src/base/save.c \
	include/base/text.h src/base/text.c \
	include/base/uuid.h src/base/uuid.c \
	include/base/when.h src/base/when.c
