# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# Tests of the layer output/. A compiled one is two lines (- becomes _ in the second):
#   unit_tests += tests/output/test-NAME
#   tests_output_test_NAME_SOURCES = tests/output/test-NAME.c
# A script: script_tests += tests/output/NAME.sh. Fixtures: EXTRA_DIST += tests/output/DIRECTORY
unit_tests += tests/output/test-options
tests_output_test_options_SOURCES = tests/output/test-options.c
unit_tests += tests/output/test-output
tests_output_test_output_SOURCES = tests/output/test-output.c
script_tests += tests/output/summary.py
script_tests += tests/output/advise.py
unit_tests += tests/output/test-report
tests_output_test_report_SOURCES = tests/output/test-report.c
unit_tests += tests/output/test-summary-rows
tests_output_test_summary_rows_SOURCES = tests/output/test-summary-rows.c tests/model/rollcall.c tests/model/rollcall.h
unit_tests += tests/output/test-openmetrics
tests_output_test_openmetrics_SOURCES = tests/output/test-openmetrics.c
script_tests += tests/output/openmetrics.py
script_tests += tests/output/parts.py
