# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# Tests of the layer base/. A compiled one is two lines (- becomes _ in the second):
#   unit_tests += tests/base/test-NAME
#   tests_base_test_NAME_SOURCES = tests/base/test-NAME.c
# A script: script_tests += tests/base/NAME.sh. Fixtures: EXTRA_DIST += tests/base/DIRECTORY
EXTRA_DIST += tests/base/tree.h
unit_tests += tests/base/test-clock
tests_base_test_clock_SOURCES = tests/base/test-clock.c
unit_tests += tests/base/test-file
tests_base_test_file_SOURCES = tests/base/test-file.c
unit_tests += tests/base/test-parse
tests_base_test_parse_SOURCES = tests/base/test-parse.c
unit_tests += tests/base/test-root
tests_base_test_root_SOURCES = tests/base/test-root.c
unit_tests += tests/base/test-text
tests_base_test_text_SOURCES = tests/base/test-text.c
unit_tests += tests/base/test-uuid
tests_base_test_uuid_SOURCES = tests/base/test-uuid.c
unit_tests += tests/base/test-when
tests_base_test_when_SOURCES = tests/base/test-when.c
