# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# What stands above the layers: options, the loop. main.c is the program itself and not listed here.
#   libvtop_a_SOURCES += src/NAME.c include/NAME.h
libvtop_a_SOURCES += src/options.c include/options.h
libvtop_a_SOURCES += src/banner.c include/banner.h src/refresh.c include/refresh.h src/batch.c include/batch.h src/selection.c include/selection.h src/child.c include/child.h src/summary_mode.c include/summary_mode.h src/summary_rows.c include/summary_rows.h src/live.c include/live.h
libvtop_a_SOURCES += src/findings.c include/findings.h
libvtop_a_SOURCES += src/explain.c include/explain.h
libvtop_a_SOURCES += src/diff_mode.c include/diff_mode.h
libvtop_a_SOURCES += src/advise_mode.c include/advise_mode.h
libvtop_a_SOURCES += src/replay_start.c include/replay_start.h src/replay_screen.c include/replay_screen.h
libvtop_a_SOURCES += src/record_start.c include/record_start.h src/record_mode.c include/record_mode.h
libvtop_a_SOURCES += src/recording_info.c include/recording_info.h src/snapshot_mode.c include/snapshot_mode.h
if MICROHTTPD
libvtop_a_SOURCES += src/export_mode.c
endif
libvtop_a_SOURCES += include/export_mode.h
