# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# view: what is shown, without a terminal. No I/O, no collect, no curses.
libvtop_a_SOURCES += \
	include/view/canvas.h src/view/canvas.c \
	include/view/chooser.h src/view/chooser.c \
	include/view/columns.h src/view/columns.c \
	include/view/cursor.h src/view/cursor.c \
	include/view/filter.h src/view/filter.c \
	include/view/findings.h src/view/findings.c \
	include/view/flow.h src/view/flow.c \
	include/view/flow_statistics.h src/view/flow_statistics.c \
	include/view/format.h src/view/format.c \
	include/view/layout.h src/view/layout.c \
	include/view/nodes.h src/view/nodes.c \
	include/view/action.h \
	include/view/page.h src/view/page.c src/view/page_advice.c src/view/page_findings.c \
	src/view/page_guest.c src/view/page_help.c src/view/page_host.c src/view/page_values.c \
	include/view/panels.h src/view/panel_hosts.c src/view/panel_ledger.c src/view/panel_lines.c src/view/panel_table.c \
	include/view/row.h \
	include/view/rows.h src/view/rows.c \
	include/view/spark.h src/view/spark.c \
	include/view/playback.h src/view/playback.c \
	include/view/trace.h src/view/trace.c \
	include/view/strip.h src/view/strip.c \
	include/view/table.h src/view/table.c \
	include/view/view.h src/view/view.c \
	include/view/tree.h src/view/tree.c
