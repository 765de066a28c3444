# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# Tests of the layer view/. A compiled one is two lines (- becomes _ in the second):
#   unit_tests += tests/view/test-NAME
#   tests_view_test_NAME_SOURCES = tests/view/test-NAME.c
# A script: script_tests += tests/view/NAME.sh. Fixtures: EXTRA_DIST += tests/view/DIRECTORY
view_stage = tests/view/stage.c tests/view/stage.h
view_show = tests/view/show.c tests/view/show.h $(view_stage)

unit_tests += tests/view/test-canvas
tests_view_test_canvas_SOURCES = tests/view/test-canvas.c

unit_tests += tests/view/test-filter
tests_view_test_filter_SOURCES = tests/view/test-filter.c $(view_stage)

unit_tests += tests/view/test-format
tests_view_test_format_SOURCES = tests/view/test-format.c $(view_stage)

unit_tests += tests/view/test-layout
tests_view_test_layout_SOURCES = tests/view/test-layout.c

unit_tests += tests/view/test-columns
tests_view_test_columns_SOURCES = tests/view/test-columns.c

unit_tests += tests/view/test-table
tests_view_test_table_SOURCES = tests/view/test-table.c $(view_stage)

unit_tests += tests/view/test-spark
tests_view_test_spark_SOURCES = tests/view/test-spark.c $(view_stage)

unit_tests += tests/view/test-panels
tests_view_test_panels_SOURCES = tests/view/test-panels.c $(view_show)
EXTRA_DIST += tests/view/pictures

unit_tests += tests/view/test-statistics
tests_view_test_statistics_SOURCES = tests/view/test-statistics.c $(view_show)

unit_tests += tests/view/test-advice
tests_view_test_advice_SOURCES = tests/view/test-advice.c $(view_show)

unit_tests += tests/view/test-findings
tests_view_test_findings_SOURCES = tests/view/test-findings.c tests/view/written.c \
	tests/view/written.h $(view_show)

unit_tests += tests/view/test-chooser
tests_view_test_chooser_SOURCES = tests/view/test-chooser.c $(view_stage)
