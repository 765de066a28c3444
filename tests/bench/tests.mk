# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# Measurements, run by "make bench"; no pass or fail.
#   bench_programs += tests/bench/NAME
#   tests_bench_NAME_SOURCES = tests/bench/NAME.c
# A script: BENCHES += tests/bench/NAME.py
EXTRA_DIST += tests/bench/ratios.py
bench_programs += tests/bench/roster
tests_bench_roster_SOURCES = tests/bench/roster.c
bench_programs += tests/bench/view
tests_bench_view_SOURCES = tests/bench/view.c
bench_programs += tests/bench/history
tests_bench_history_SOURCES = tests/bench/history.c
bench_programs += tests/bench/analyse
tests_bench_analyse_SOURCES = tests/bench/analyse.c tests/analyse/healthy.c tests/analyse/healthy.h \
	tests/analyse/sim.c tests/analyse/sim_cast.c tests/analyse/sim_report.c tests/analyse/sim.h
bench_programs += tests/bench/record
tests_bench_record_SOURCES = tests/bench/record.c
