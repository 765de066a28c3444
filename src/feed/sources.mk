# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# feed: where samples and ticks come from. May use model, collect and record.
libvtop_a_SOURCES += \
	include/feed/feed.h src/feed/feed.c \
	include/feed/feed_live.h src/feed/feed_live.c \
	include/feed/feed_replay.h src/feed/feed_replay.c \
	include/feed/replayed.h src/feed/replayed.c \
	include/feed/feed_stream.h src/feed/feed_stream.c
