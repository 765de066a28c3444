# Tests of the room output/. A compiled one is two lines (- becomes _ in the second):
#   unit_tests += tests/output/test-NAME
#   tests_output_test_NAME_SOURCES = tests/output/test-NAME.c
# A script: script_tests += tests/output/NAME.sh. Fixtures: EXTRA_DIST += tests/output/DIRECTORY
