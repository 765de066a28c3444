/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* feed_stream.h: a recording that comes through a pipe, as a feed.
 *
 * Each tick is delivered when it has come. It ends with the pipe. Main thread only.
 */
#ifndef VTOP_FEED_FEED_STREAM_H
#define VTOP_FEED_FEED_STREAM_H

#include "feed/feed.h"

/* Takes FD over. */
struct feed *feed_stream_open(int fd);

/* Why it ended: one line; NULL: it has not ended, or as it should. */
const char *feed_stream_error(const struct feed *f);

#endif
