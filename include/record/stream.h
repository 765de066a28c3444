/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* stream.h: a recording that comes in pieces, through a pipe.
 *
 * What is damaged is skipped up to the next tick that stands by itself. One thread.
 */
#ifndef VTOP_RECORD_STREAM_H
#define VTOP_RECORD_STREAM_H

#include "record/tick.h"

struct stream;

struct stream *stream_new(void);
void stream_free(struct stream *s);

/* Take over what has come. False, and one line in *error (g_free): it is no recording. */
bool stream_feed(struct stream *s, const void *bytes, size_t n, char **error);

/* The next tick; NULL: it is not complete yet. record_tick_free(). */
struct record_tick *stream_next(struct stream *s);

/* Of the tick that stream_next() returned last; "" = not known. */
const char *stream_boot_id(const struct stream *s);

#endif
