# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# analyse/: what the numbers mean: statistics, findings, advice.
#   libvtop_a_SOURCES += src/analyse/NAME.c include/analyse/NAME.h
libvtop_a_SOURCES += src/analyse/statistics.c include/analyse/statistics.h
libvtop_a_SOURCES += \
	include/analyse/rules.def include/analyse/thresholds.def \
	include/analyse/analysis.h src/analyse/analysis.c \
	include/analyse/around.h src/analyse/around.c \
	include/analyse/background.h src/analyse/background.c \
	include/analyse/condition.h src/analyse/condition.c \
	include/analyse/finding.h src/analyse/finding.c \
	include/analyse/judge.h \
	include/analyse/mutes.h src/analyse/mutes.c \
	include/analyse/subject.h src/analyse/subject.c \
	include/analyse/tell.h src/analyse/tell.c \
	include/analyse/thresholds.h src/analyse/thresholds.c \
	src/analyse/rules.c src/analyse/rules_cpu.c src/analyse/rules_memory.c \
	src/analyse/rules_disk.c src/analyse/rules_state.c src/analyse/rules_host.c
libvtop_a_SOURCES += src/analyse/difference.c include/analyse/difference.h include/analyse/report_rows.h
libvtop_a_SOURCES += src/analyse/measure.c include/analyse/measure.h
libvtop_a_SOURCES += \
	include/analyse/command.h src/analyse/command.c \
	include/analyse/manager.h src/analyse/manager.c \
	include/analyse/wording.h src/analyse/wording.c
libvtop_a_SOURCES += \
	include/analyse/stores.h src/analyse/stores.c src/analyse/rules_store.c
libvtop_a_SOURCES += src/analyse/trend.c include/analyse/trend.h
libvtop_a_SOURCES += src/analyse/balance.c include/analyse/balance.h
libvtop_a_SOURCES += src/analyse/neighbour.c include/analyse/neighbour.h
libvtop_a_SOURCES += src/analyse/advice.c include/analyse/advice.h src/analyse/advise.c include/analyse/advise.h
libvtop_a_SOURCES += src/analyse/cost.c include/analyse/cost.h
libvtop_a_SOURCES += src/analyse/size.c src/analyse/size_facts.c include/analyse/size.h
libvtop_a_SOURCES += src/analyse/tally.c include/analyse/tally.h
