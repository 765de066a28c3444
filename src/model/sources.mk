# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# model: what a host means. No I/O, no libvirt, no curses.
libvtop_a_SOURCES += \
	include/model/metrics.def include/model/guest_types.def \
	include/model/reasons.def include/model/states.def include/model/facet_limits.def \
	include/model/column.h src/model/column.c \
	include/model/departed.h src/model/departed.c \
	include/model/derive.h src/model/derive.c \
	src/model/derive_host.c src/model/derive_guest.c src/model/derive_parts.c \
	include/model/entity.h src/model/entity.c \
	include/model/guests_join.h src/model/guests_join.c \
	include/model/guests_state.h src/model/guests_state.c \
	include/model/guests.h src/model/guests.c \
	include/model/history.h src/model/history.c \
	include/model/catalogue.h src/model/catalogue.c \
	include/model/metric.h src/model/metric.c \
	include/model/states.h src/model/states.c \
	include/model/notes.h src/model/notes.c \
	include/model/pack.h src/model/pack.c \
	include/model/frame.h src/model/frame.c \
	include/model/moment.h src/model/moment.c \
	include/model/rate.h src/model/rate.c \
	include/model/ring.h src/model/ring.c \
	include/model/roster.h src/model/roster.c \
	include/model/serials.h src/model/serials.c \
	include/model/series.def include/model/series.h src/model/series.c \
	include/model/shape.h src/model/shape.c \
	include/model/sheet.h src/model/sheet.c \
	include/model/sketch.h src/model/sketch.c \
	include/model/sample.h src/model/sample.c \
	include/model/summary.h src/model/summary.c \
	include/model/timeline.h src/model/timeline.c \
	include/model/value.h src/model/value.c \
	include/model/window.h src/model/window.c \
	include/model/wishes.h src/model/wishes.c
