# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
unit_tests += tests/ui/test-decode tests/ui/test-keys tests/ui/test-line
tests_ui_test_decode_SOURCES = tests/ui/test-decode.c
tests_ui_test_keys_SOURCES = tests/ui/test-keys.c
tests_ui_test_line_SOURCES = tests/ui/test-line.c
test_helpers += tests/ui/list-keys
tests_ui_list_keys_SOURCES = tests/ui/list-keys.c
unit_tests += tests/ui/test-palette tests/ui/test-settings
tests_ui_test_palette_SOURCES = tests/ui/test-palette.c
tests_ui_test_settings_SOURCES = tests/ui/test-settings.c
unit_tests += tests/ui/test-preferences
tests_ui_test_preferences_SOURCES = tests/ui/test-preferences.c
