# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# Tests of the layer export/. A compiled one is two lines (- becomes _ in the second):
#   unit_tests += tests/export/test-NAME
#   tests_export_test_NAME_SOURCES = tests/export/test-NAME.c
EXTRA_DIST += tests/export/running.py tests/export/rules-test.yml
unit_tests += tests/export/test-export
tests_export_test_export_SOURCES = tests/export/test-export.c
script_tests += tests/export/rules.py
if MICROHTTPD
script_tests += tests/export/exporter.py tests/export/prometheus.py
BENCHES += tests/export/bench-exporter.py
endif
