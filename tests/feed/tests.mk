# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# Tests of src/feed.
unit_tests += tests/feed/test-feed
tests_feed_test_feed_SOURCES = tests/feed/test-feed.c tests/feed/played.c tests/feed/played.h
unit_tests += tests/feed/test-replay
tests_feed_test_replay_SOURCES = tests/feed/test-replay.c
