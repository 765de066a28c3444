# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# Tests of the layer record/. A compiled one is two lines (- becomes _ in the second):
#   unit_tests += tests/record/test-NAME
#   tests_record_test_NAME_SOURCES = tests/record/test-NAME.c
# A script: script_tests += tests/record/NAME.py. Fixtures: EXTRA_DIST += tests/record/FILE
unit_tests += tests/record/test-store
tests_record_test_store_SOURCES = tests/record/test-store.c
unit_tests += tests/record/test-round-trip
tests_record_test_round_trip_SOURCES = tests/record/test-round-trip.c tests/record/ticks.c \
	tests/record/ticks.h
unit_tests += tests/record/test-damage
tests_record_test_damage_SOURCES = tests/record/test-damage.c tests/record/ticks.c \
	tests/record/ticks.h
script_tests += tests/record/record.py
script_tests += tests/record/tools.py
script_tests += tests/record/diff.py
unit_tests += tests/record/test-versions
tests_record_test_versions_SOURCES = tests/record/test-versions.c
EXTRA_DIST += tests/record/v1.vtop
