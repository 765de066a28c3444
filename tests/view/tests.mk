# Tests of the room view/. A compiled one is two lines (- becomes _ in the second):
#   unit_tests += tests/view/test-NAME
#   tests_view_test_NAME_SOURCES = tests/view/test-NAME.c
# A script: script_tests += tests/view/NAME.sh. Fixtures: EXTRA_DIST += tests/view/DIRECTORY
