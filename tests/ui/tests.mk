# Tests of the room ui/. A compiled one is two lines (- becomes _ in the second):
#   unit_tests += tests/ui/test-NAME
#   tests_ui_test_NAME_SOURCES = tests/ui/test-NAME.c
# A script: script_tests += tests/ui/NAME.sh. Fixtures: EXTRA_DIST += tests/ui/DIRECTORY
unit_tests += tests/ui/test-decode tests/ui/test-keys tests/ui/test-line
tests_ui_test_decode_SOURCES = tests/ui/test-decode.c
tests_ui_test_keys_SOURCES = tests/ui/test-keys.c
tests_ui_test_line_SOURCES = tests/ui/test-line.c
test_helpers += tests/ui/list-keys
tests_ui_list_keys_SOURCES = tests/ui/list-keys.c
