# Tests of the room base/. A compiled one is two lines (- becomes _ in the second):
#   unit_tests += tests/base/test-NAME
#   tests_base_test_NAME_SOURCES = tests/base/test-NAME.c
# A script: script_tests += tests/base/NAME.sh. Fixtures: EXTRA_DIST += tests/base/DIRECTORY
