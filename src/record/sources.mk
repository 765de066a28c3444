# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# record: what a feed delivered, on disk: its format, its writer, its reader.
libvtop_a_SOURCES += \
	include/record/block.h src/record/block.c \
	include/record/bytes.h src/record/bytes.c \
	include/record/chunk.h src/record/chunk.c \
	include/record/disguise.h src/record/disguise.c \
	include/record/encoder.h src/record/encoder.c \
	include/record/frame.h src/record/frame.c \
	include/record/glossary.h src/record/glossary.c \
	include/record/outline.h src/record/outline.c \
	include/record/recorder.h src/record/recorder.c \
	include/record/recording.h src/record/recording.c \
	include/record/rewrite.h src/record/rewrite.c \
	include/record/rows.h src/record/rows.c \
	include/record/segment.h src/record/segment.c \
	include/record/store.h src/record/store.c \
	include/record/stream.h src/record/stream.c \
	include/record/tick.h src/record/tick.c
