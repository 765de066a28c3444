# Tests of the layer analyse/. A compiled one is two lines (- becomes _ in the second):
#   unit_tests += tests/analyse/test-NAME
#   tests_analyse_test_NAME_SOURCES = tests/analyse/test-NAME.c
unit_tests += tests/analyse/test-statistics
tests_analyse_test_statistics_SOURCES = tests/analyse/test-statistics.c
